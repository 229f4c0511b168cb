"""Secrets are used and never shown: not in logs, mails, ledger, files, status or refusals."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from faults import TROUBLE, Shaken, shaken

from deskless.agent.demo.post import PostOffice
from deskless.agent.operations import heartbeat
from deskless.agent.settings import config
from deskless.policies.problems import Problems, render_problems
from deskless.store import state
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

PASSWORD = "correct-horse-7f3a"
KEY = "sk-ant-bait-0f1e2d3c"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at debug level."""
    heard = io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(10),
        logger_factory=structlog.PrintLoggerFactory(heard),
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    )
    yield heard
    structlog.reset_defaults()


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> Iterator[Shaken]:
    """The company, with a password that would be seen anywhere."""
    monkeypatch.setenv("ACME_PASSWORD", PASSWORD)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    opened = PostOffice.__init__

    def baited(self: PostOffice, users: dict[str, str], **more: object) -> None:
        opened(self, dict.fromkeys(users, PASSWORD), **more)  # type: ignore[arg-type]

    monkeypatch.setattr(PostOffice, "__init__", baited)
    with shaken(tmp_path / "acme") as made:
        yield made


def baits(acme: Shaken) -> set[bytes]:
    """What must not be seen: passwords as they are and as the wire carries them, keys."""
    from base64 import b64encode

    words = {PASSWORD, KEY, acme.office.keys.ids.hex()}
    plain = b"\0support@acme.example\0" + PASSWORD.encode()
    return {
        *(word.encode() for word in words), b64encode(PASSWORD.encode()), b64encode(plain),
        (acme.folder / "deskless-ledger.key").read_bytes().strip(),
    }  # fmt: skip


def test_a_day_with_every_kind_of_trouble_logs_no_secret(acme: Shaken, log: io.StringIO) -> None:
    """Work, refused logins, lost lines, a failing turn: at debug level nothing gives us away."""
    acme.customer_writes(TROUBLE)
    token = str(acme.brief("ana").message["Reply-To"]).partition("+")[2].partition("@")[0]
    acme.reply("ana", "ACCEPT")
    acme.imap.reset()
    acme.smtp.reset()
    for _ in range(4):
        acme.later(minutes=3)
        acme.turn()
    acme.imap.passing()
    acme.smtp.passing()
    acme.settle()
    acme.reply("ana", "ACCEPT", forged=True)
    acme.reply("ben", "ACCEPT", to=acme.brief("ana"))
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    words = log.getvalue().encode()
    for bait in (*baits(acme), token.encode()):
        assert bait not in words


def test_no_mail_carries_a_secret(acme: Shaken) -> None:
    """Neither headers nor words nor files of anything that was sent."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    for who in ("ana", "maya", "support"):
        for mail in acme.mails(who):
            for bait in baits(acme):
                assert bait not in mail.raw


def test_no_row_carries_a_secret(acme: Shaken) -> None:
    """No password and no key anywhere in the file; of a token only its hash in ledger and notes.

    (The outbox keeps the frozen bytes of a letter, and with them the address that answers it.)
    """
    acme.customer_writes(TROUBLE)
    token = str(acme.brief("ana").message["Reply-To"]).partition("+")[2].partition("@")[0]
    with acme.office.store.reading() as session:
        stored = b"".join(entry.leaf for entry in entries.read_entries(session, Span()))
        stored += json.dumps(state.under(session, "")).encode()
    for bait in (*baits(acme), token.encode()):
        assert bait not in stored
    path = acme.office.store.path
    assert path
    for bait in baits(acme):
        assert bait not in path.read_bytes() + Path(f"{path}-wal").read_bytes()


def test_values_that_are_printed_by_mistake_hide_them(acme: Shaken) -> None:
    """repr() of the configuration, of accounts and of the agent, as a traceback would show them."""
    shown = (
        repr(acme.office.config) + repr(acme.agent.inbox.account) + str(acme.agent.inbox.account)
    )
    shown += repr(acme.agent.couriers["agent"].account)
    for bait in baits(acme) - {acme.office.keys.ids.hex().encode()}:
        assert bait.decode() not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        'password = "hunter2"',
        'imap_password = "hunter2"',
        'pasword = "hunter2"',
        'pasword = "hunter2',
        'pw = { value = "hunter2" }',
        '"pass word" = "hunter2"',
        'inbox.pasword = "hunter2"',
        'pasword "hunter2"',
        'Kennwort = """hunter2"""',
        'password = "hunter2',
        'imap = "imaps://support:hunter2@imap.acme.example"',
        'imap = "imaps://support:hunter2@imap.acme.example',
        'smtp = "gopher://support:hunter2@smtp.acme.example"',
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(
    tmp_path: Path, acme: Shaken, wrong: str
) -> None:
    """A secret in the TOML is a mistake; the message names the line and not the secret."""
    path = acme.folder / "deskless.toml"
    text = path.read_text()
    key = wrong.partition(" ")[0]
    key = key if key in {"imap", "smtp"} else "password"
    before = next(line for line in text.splitlines() if line.startswith(key))
    path.write_text(text.replace(before, wrong))
    with pytest.raises(Problems) as refused:
        config.load_config(acme.folder)
    path.write_text(text)
    words = (
        render_problems(refused.value.problems) + str(refused.value) + repr(refused.value.problems)
    )
    assert "deskless.toml" in words
    assert "hunter2" not in words


def test_refused_logins_are_told_without_the_password(
    acme: Shaken, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    """In the trouble, in the founder's mail, in the log."""
    monkeypatch.setenv("ACME_PASSWORD", "wrong-battery-staple")
    acme.agent.inbox._client = None
    acme.turn()
    acme.turn()
    words = acme.agent.turn.health.troubles["imap login"].said + log.getvalue()
    words += "".join(mail.raw.decode() for mail in acme.mails("maya"))
    assert "wrong-battery-staple" not in words
    assert config.load_config(acme.folder).inbox.password is not None


def test_a_command_that_gives_the_password_is_not_told_with_its_output(tmp_path: Path) -> None:
    """A failing password command may have printed half a secret."""
    from deskless.agent.settings.secret import Secret, SecretMissing

    command = f"{sys.executable} -c \"print('{PASSWORD}'); raise SystemExit(3)\""
    with pytest.raises(SecretMissing) as missing:
        Secret(command=command).reader(tmp_path)()
    assert PASSWORD not in str(missing.value)
