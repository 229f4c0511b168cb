"""Which folder holds sent mail, on a real Dovecot that marks nothing: by the names programs give.

The table has the names as programs and providers create them; the server keeps them in modified
UTF-7 (RFC 3501, 5.1.3), once beside the inbox and once below it.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import dovecot as dovecots
import pytest
from dovecot import Dovecot
from imapclient import imap_utf7

from deskless.agent.commands.check import of_sent_folder
from deskless.agent.commands.finding import Finding
from deskless.mailbox.imap.folders import SentFolder, ToldBy
from deskless.mailbox.imap.inbox import Inbox

pytestmark = pytest.mark.dovecot
TABLE = Path(__file__).parent / "tables" / "sent_folders.txt"
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in TABLE.read_text("utf-8").splitlines()
    if not line.startswith("#")
]
UNMARKED = """
namespace inbox {{
  prefix = {prefix}
  mailbox Sent {{
    auto = no
    special_use =
  }}
}}
"""


@pytest.fixture(scope="module", params=["", "INBOX."], ids=["beside", "below"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Dovecot, str]]:
    """A Dovecot without marks, and what stands before every folder's name there."""
    running = dovecots.start(UNMARKED.format(prefix=request.param))
    yield running, request.param
    running.stop()


def probed(server: Dovecot, user: str, *folders: str) -> tuple[SentFolder | None, list[Finding]]:
    """What is taken for Sent once these folders are there, and what `check` says."""
    with server.client(user) as imap:
        for name in folders:
            typ, said = imap.create(f'"{imap_utf7.encode(name).decode()}"')
            assert typ == "OK", said
    box = Inbox(server.account(user), timeout=10)
    try:
        can = box.probe()
        return can.sent_told, list(of_sent_folder(box, can, ""))
    finally:
        box.close()


def test_every_name_of_the_table_is_found_and_opens(server: tuple[Dovecot, str]) -> None:
    """More than 36 languages; what is found can be opened under that very name."""
    running, prefix = server
    user = running.user("sent")
    box = Inbox(running.account(user), timeout=10)
    wrong = []
    with running.client(user) as imap:
        for program, language, name in ROWS:
            folder = prefix + name.replace("/", ".")
            quoted = f'"{imap_utf7.encode(folder).decode()}"'
            assert imap.create(quoted)[0] == "OK"
            told = box.probe().sent_told
            right = told == SentFolder(folder, ToldBy.NAME) and box.baseline(folder).uid == 0
            wrong += [] if right else [(program, language, folder, told)]
            box.baseline("INBOX")
            assert imap.delete(quoted)[0] == "OK"
    box.close()
    assert wrong == []
    assert len({language.partition("-")[0] for _, language, _ in ROWS}) >= 36


def test_the_table_holds_a_decomposed_name() -> None:
    """Else a Mac's spelling would not be tried."""
    assert any(not unicodedata.is_normalized("NFC", name) for _, _, name in ROWS)


@pytest.mark.parametrize(
    ("folders", "told", "others"),
    [
        (("Gesendete Objekte", "Sent"), "Sent", ("Gesendete Objekte",)),
        (("Archive.2024.Sent", "Gesendet"), "Gesendet", ("Archive.2024.Sent",)),
        (("OUTBOX", "QUARANTAINE", "TRASH"), "OUTBOX", ()),
        (("OUTBOX", "Drafts"), None, ()),
        (("Sentry alerts", "Not sent", "Presented"), None, ()),
    ],
    ids=["two programs", "depth", "Orange", "not yet sent", "near misses"],
)
def test_of_several_the_likeliest_is_taken_and_the_others_are_told(
    server: tuple[Dovecot, str], folders: tuple[str, ...], told: str | None, others: tuple[str, ...]
) -> None:
    """`check` names them with the setting that would choose another, or how to choose at all."""
    running, prefix = server
    result, [finding] = probed(running, running.user("many"), *(prefix + name for name in folders))
    expected = SentFolder(f"{prefix}{told}", ToldBy.NAME, tuple(prefix + name for name in others))
    assert result == (expected if told else None)
    if others:
        assert f'[inbox] sent = "{prefix}{others[0]}"' in finding.fix
    elif told is None:
        assert finding.result == "warn"
        assert "[inbox] sent" in finding.fix
        assert prefix + folders[0] in finding.fix
    else:
        assert finding.result == "ok"


def test_a_mark_beats_every_name(dovecot: Dovecot) -> None:
    """The server says which it is; a folder of that name elsewhere is none."""
    told, [finding] = probed(dovecot, dovecot.user("mark"), "Gesendet")
    assert told == SentFolder("Sent", ToldBy.MARK)
    assert "by the server's mark" in finding.said


@pytest.mark.parametrize(("setting", "result"), [("Unser Ausgang", "ok"), ("Nowhere", "fail")])
def test_the_setting_beats_all_and_must_exist(dovecot: Dovecot, setting: str, result: str) -> None:
    """A typing error is told with the folders there are."""
    user = dovecot.user("setting")
    with dovecot.client(user) as imap:
        imap.create('"Unser Ausgang"')
    box = Inbox(dovecot.account(user), timeout=10)
    try:
        [finding] = of_sent_folder(box, box.probe(), setting)
    finally:
        box.close()
    assert finding.result == result
    assert "by the setting" in finding.said
    assert ("Unser Ausgang" in finding.fix) is (result == "fail")
