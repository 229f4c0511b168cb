"""Saying who we are: passwords and OAuth tokens, for IMAP and for SMTP.

One mechanism is tried per login, the best one the server offers. Trying them all, as mail
libraries like to, turns one wrong password into three failures and locks accounts.
"""

import asyncio
import imaplib
import re

import aiosmtplib
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import LoginRefused, Temporary, Unreachable

PASSING = re.compile(
    r"\[(?:UNAVAILABLE|SERVERBUG|LIMIT|INUSE|CONTACTADMIN)|too many (?:simultaneous|connections)"
    r"|temporar|try again|throttl",
    re.IGNORECASE,
)
"""RFC 5530 response codes, and the words of servers that use none, for "not now"."""


CURES = (
    (re.compile(r"application-specific|app(?:lication)? password|5\.7\.9\b|SecondFactor", re.I),
     "The account wants an app password: create one in its security settings (two-step "
     "verification must be on), and put it where `password` points."),
    (re.compile(r"office365|outlook\.com|basic auth|5\.7\.139", re.I),
     'Microsoft takes no passwords for mail: set oauth = "microsoft" in [inbox], with tenant, '
     "client and client_secret."),
    (re.compile(r"gmail\.com|google|invalid credentials \(failure\)", re.I),
     "Google takes only app passwords here (two-step verification must be on). A Google Group is "
     "no account and cannot be logged into: use a mailbox that is its member."),
    (re.compile(r"fastmail|messagingengine|icloud|me\.com|yahoo|zoho", re.I),
     "This provider takes only app passwords: create one with IMAP and SMTP in its settings."),
)  # fmt: skip
"""What helps where a login is refused, by the server's host and words; the first that fits."""


def secret_of(account: MailAccount) -> str:
    """The account's password. Raises LoginRefused when none is configured or it is empty."""
    value = account.secret() if account.secret else ""
    if not value:
        raise LoginRefused(
            f"no password is known for {account}",
            cure="Set the password's source in deskless.toml and see that it is not empty.",
        )
    return value


def login_imap(client: IMAPClient, account: MailAccount) -> None:
    """Log in on a fresh connection; capabilities are asked for again by whoever needs them.

    Raises LoginRefused, or Unreachable when the server says that it is only for now. A lost
    connection shows as imaplib's abort or OSError, for the caller to name.
    """
    offers = {offer.upper() for offer in client.capabilities()}
    if account.oauth:
        _imap_token(client, account, offers)
    else:
        _imap_password(client, account, offers)


def _imap_password(client: IMAPClient, account: MailAccount, offers: set[bytes]) -> None:
    secret = secret_of(account)
    plain = b"AUTH=PLAIN" in offers
    if not plain and b"LOGINDISABLED" in offers:
        raise LoginRefused(
            f"{account.host} takes no passwords on this connection",
            cure="Use imaps:// or OAuth: the server has switched password logins off.",
        )
    # AUTHENTICATE PLAIN carries any UTF-8; LOGIN is for servers that know nothing else.
    tell = client.plain_login if plain else client.login
    try:
        tell(account.user, secret)
    except UnicodeEncodeError:
        raise LoginRefused(f"{account.host} takes only ASCII in user names and passwords") from None
    except LoginError as refused:
        raise _refused(account, _meant(refused)) from None


def _imap_token(client: IMAPClient, account: MailAccount, offers: set[bytes]) -> None:
    for fresh in (False, True):
        token = _token(account, fresh)
        try:
            if b"AUTH=XOAUTH2" in offers or b"AUTH=OAUTHBEARER" not in offers:
                _xoauth2(client, account, token)
            else:
                _bearer(client, account, token)
        except LoginError as refused:
            # A cached token may have been revoked before its hour was over: one fresh one is fair.
            words = _meant(refused)
            if fresh or PASSING.search(words):
                raise _refused(account, words) from None
        else:
            return


def _meant(refused: LoginError) -> str:
    """The server's words; imapclient calls it a failed login also when the line was lost."""
    if isinstance(refused.__context__, imaplib.IMAP4.abort):
        raise refused.__context__
    return str(refused)


def _xoauth2(client: IMAPClient, account: MailAccount, token: str) -> None:
    """Google's and Microsoft's XOAUTH2: the answer to an error challenge is an empty line."""
    answers = iter((f"user={account.user}\x01auth=Bearer {token}\x01\x01",))
    client.sasl_login("XOAUTH2", lambda _: next(answers, ""))


def _bearer(client: IMAPClient, account: MailAccount, token: str) -> None:
    """OAUTHBEARER (RFC 7628): the answer to an error challenge is a single ^A, not the token."""
    first = (
        f"n,a={account.user.replace('=', '=3D').replace(',', '=2C')},\x01"
        f"host={account.host}\x01port={account.port}\x01auth=Bearer {token}\x01\x01"
    )
    answers = iter((first,))
    client.sasl_login("OAUTHBEARER", lambda _: next(answers, "\x01"))


async def login_smtp(client: aiosmtplib.SMTP, account: MailAccount) -> None:
    """Log in on a connection that has said EHLO; nothing happens for an account without user.

    Raises LoginRefused; Temporary when the server says that it is only for now, or when the
    place that issues tokens cannot be asked.
    """
    if not account.user:
        return
    offers = {method.lower() for method in client.server_auth_methods}
    try:
        if account.oauth:
            await _smtp_token(client, account)
        else:
            await _smtp_password(client, account, offers)
    except aiosmtplib.SMTPAuthenticationError as refused:
        if 400 <= refused.code < 500 and not account.oauth:
            raise Temporary(refused.code, refused.message) from None
        raise _refused(account, f"{refused.code} {refused.message}") from None
    except Unreachable as away:
        raise Temporary(None, str(away)) from None


async def _smtp_password(client: aiosmtplib.SMTP, account: MailAccount, offers: set[str]) -> None:
    secret = secret_of(account)
    if "plain" in offers:
        await client.auth_plain(account.user, secret)
    elif "login" in offers:
        await client.auth_login(account.user, secret)
    elif "cram-md5" in offers:
        await client.auth_crammd5(account.user, secret)
    else:
        raise LoginRefused(
            f"{account.host} offers no way to log in with a password",
            cure="Check the port (587 or 465), or use OAuth, or leave the user out of the URL.",
        )


async def _smtp_token(client: aiosmtplib.SMTP, account: MailAccount) -> None:
    for fresh in (False, True):
        token = await asyncio.to_thread(_token, account, fresh)
        try:
            await client.auth_xoauth2(account.user, token)
        except aiosmtplib.SMTPAuthenticationError as refused:
            if 400 <= refused.code < 500:
                raise Temporary(refused.code, refused.message) from None
            if fresh:
                raise
        else:
            return


def _token(account: MailAccount, fresh: bool) -> str:
    if account.oauth is None:
        raise LoginRefused(f"no token source is known for {account}")
    return account.oauth.token(fresh=fresh)


def _refused(account: MailAccount, text: str) -> LoginRefused | Unreachable:
    """The server's own words, without anything that could be a credential."""
    words = " ".join(_readable(text).split())[:300]
    if PASSING.search(words):
        return Unreachable(f"{account.host} takes no login at the moment: {words}")
    return LoginRefused(
        f"{account.host} refused the login of {account.user}: {words}",
        cure=next((cure for sign, cure in CURES if sign.search(f"{account.host} {words}")), ""),
    )


def _readable(text: str) -> str:
    match = re.fullmatch(r"b'(.*)'|b\"(.*)\"", text, re.DOTALL)
    return (match[1] or match[2] or "") if match else text
