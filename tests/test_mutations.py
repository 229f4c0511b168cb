"""Real mail as gateways change it: none of 2,000 is without an end that a person can see."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import mutations

pytestmark = pytest.mark.slow

TABLE = Path(__file__).parent / "tables" / "ends.txt"
WORDS = "since this morning nobody can log in at any of our shops, the tills are all down"
WORTE = "seit heute Morgen kann sich niemand mehr anmelden, alle Kassen stehen still"


def test_none_of_two_thousand_derived_mails_vanishes(tmp_path: Path) -> None:
    """Complaints are escalated, asked about or shown as unread; all others have a known end."""
    mails = list(mutations.derive_mails(2000, seed=11))
    assert len({mail.raw for mail in mails}) == 2000
    ends = mutations.run_mails(mails, tmp_path / "acme")
    outcome = mutations.judge_ends(mails, ends)
    assert [(mail.seed, mail.changes) for mail in outcome.vanished] == []
    assert sum(outcome.complaints.values()) == sum(outcome.others.values()) == 1000


def odd_mails() -> dict[str, bytes]:
    """The table's mails by name, each from a customer of its own."""
    mails = {}
    for number, text in enumerate(TABLE.read_text(encoding="utf-8").split("\n=== ")[1:]):
        name, _, mail = text.partition("\n")
        domain = f"shop{number}.example"
        for mark, words in (("{words}", WORDS), ("{worte}", WORTE), ("{d}", domain)):
            mail = mail.replace(mark, words)
        head, _, body = mail.partition("\n\n") if not mail.startswith("\n") else ("", "", mail[1:])
        usual = {
            "From": f"Vera Lind <vera@{domain}>", "To": "support@acme.example",
            "Subject": f"Tills {number}", "Date": "Mon, 23 Nov 2026 08:59:00 +0000",
            "Message-ID": f"<odd{number}@{domain}>",
        }  # fmt: skip
        fields = {line.partition(":")[0].lower() for line in head.splitlines()}
        rest = [f"{key}: {value}" for key, value in usual.items() if key.lower() not in fields]
        lines = [*filter(None, head.splitlines()), *rest, "", *body.splitlines(), ""]
        mails[name] = "\r\n".join(lines).encode()
    return mails


def test_each_odd_mail_of_the_table_ends_where_a_person_sees_it(tmp_path: Path) -> None:
    """Forms, desks, gateways, lists, scanners, portals, broken MIME, absences, our own addresses:
    escalated, asked about, or shown as unread to a person.
    """
    mails = odd_mails()
    assert len(mails) >= 100
    derived = [mutations.Derived(raw, name, (), complaint=True) for name, raw in mails.items()]
    ends = mutations.run_mails(derived, tmp_path / "acme")
    outcome = mutations.judge_ends(derived, ends)
    assert [mail.seed for mail in outcome.vanished] == []
