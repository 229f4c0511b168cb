"""An account's URL: short ones mean the safe thing, wrong ones are told with the right way."""

from pathlib import Path

import pytest
import trustme
from hypothesis import given, strategies as st

from deskless.mailbox.transport.account import MailAccount, is_loopback


@pytest.mark.parametrize(
    ("url", "protocol", "host", "port", "tls", "user"),
    [
        ("imaps://support%40acme.example@imap.acme.example", "imap", "imap.acme.example", 993, "tls", "support@acme.example"),  # noqa: E501
        ("imap://maya@mail.example", "imap", "mail.example", 143, "starttls", "maya"),
        ("imap://maya@mail.example:1143/", "imap", "mail.example", 1143, "starttls", "maya"),
        ("imap://maya@127.0.0.1:10143/?plain=1", "imap", "127.0.0.1", 10143, "none", "maya"),
        ("imap://maya@[::1]:10143/?plain=1", "imap", "::1", 10143, "none", "maya"),
        ("smtps://maya@mail.example", "smtp", "mail.example", 465, "tls", "maya"),
        ("smtp://maya@mail.example", "smtp", "mail.example", 587, "starttls", "maya"),
        ("smtp://localhost:25/?plain=1", "smtp", "localhost", 25, "none", ""),
        ("IMAPS://maya@Mail.Example", "imap", "mail.example", 993, "tls", "maya"),
    ],
)  # fmt: skip
def test_urls_that_are_right(
    url: str, protocol: str, host: str, port: int, tls: str, user: str
) -> None:
    """Defaults are each protocol's own; no letter of a scheme means unprotected."""
    account = MailAccount.parse(url, secret="hush")
    assert (account.protocol, account.host, account.port) == (protocol, host, port)
    assert (account.tls, account.user) == (tls, user)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("imaps://support@acme.example@imap.acme.example", "%40"),
        ("imaps://maya:hush@mail.example", "holds a password"),
        ("imaps://mail.example", "names no user"),
        ("imapss://maya@mail.example", "did you mean imaps://"),
        ("mail.example", "begin with one of imaps://, imap://, smtps://, smtp://"),
        ("", "begin with one of"),
        ("imaps://", "name a host"),
        ("imaps://maya@", "names no host"),
        ("imaps://maya@mail.example:99999", "up to 65535"),
        ("imaps://maya@mail.example:port", "number"),
        ("imaps://maya@mail.example:0", "not be 0"),
        ("imaps://maya@mail.example/INBOX", "path"),
        ("imaps://maya@mail.example#x", "path"),
        ("imaps://maya@mail.example/?verify=0", "does not exist"),
        ("imaps://maya@mail.example/?cafile=x", "there are ca and plain"),
        ("imaps://maya@mail.example/?ca=", "does not exist"),
        ("imaps://maya@mail.example/?ca=/nowhere/ca.pem", "/nowhere/ca.pem"),
        ("imap://maya@mail.example/?plain=1", "readable to mail.example"),
        ("imap://maya@127.0.0.1.evil.example/?plain=1", "readable"),
        ("imap://maya@127.0.0.1/?plain=yes", "only the value 1"),
        ("imaps://ma ya@mail.example", "%20"),
        ("imaps://maya@mail.example\r\nX: y", "control"),
        ("imaps://maya@[::1", "cannot be read"),
    ],
)
def test_urls_that_are_wrong(url: str, told: str) -> None:
    """One sentence each, and never the secret in it."""
    with pytest.raises(ValueError) as caught:
        MailAccount.parse(url, secret="hush")
    assert told in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_authority_of_ones_own(tmp_path: Path) -> None:
    """Relative to the configuration; a file without a certificate is told at once."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    (tmp_path / "empty.pem").write_text("nothing\n")
    account = MailAccount.parse("imaps://maya@mail.example/?ca=ca.pem", base=tmp_path)
    assert account.ca == tmp_path / "ca.pem"
    assert account.context().get_ca_certs()
    with pytest.raises(ValueError, match="holds no certificate"):
        MailAccount.parse("imaps://maya@mail.example/?ca=empty.pem", base=tmp_path)


def test_secrets_are_asked_for_late_and_never_shown() -> None:
    """Neither in the repr nor as text."""
    asked: list[int] = []

    def secret() -> str:
        asked.append(1)
        return "hush"

    account = MailAccount.parse("imaps://maya@mail.example", secret=secret)
    assert asked == []
    assert account.secret is not None
    assert account.secret() == "hush"
    assert "hush" not in repr(MailAccount.parse("imaps://maya@mail.example", secret="hush"))
    assert str(account) == "maya at mail.example:993"


@given(st.text(max_size=60) | st.from_regex(r"(imaps?|smtps?)://[^ ]{0,40}", fullmatch=True))
def test_any_text_is_an_account_or_a_sentence(url: str) -> None:
    """Nothing else is ever raised, and nothing but loopback is ever unprotected."""
    try:
        account = MailAccount.parse(url, secret="hush")
    except ValueError:
        return
    assert account.tls != "none" or is_loopback(account.host)
    assert 0 < account.port < 65536
