"""The command itself against a real Dovecot over TLS, as an operator runs it."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from acme import Acme
from corpora import corpora
from dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.slow]


@pytest.fixture
def acme(dovecot: Dovecot, tmp_path: Path) -> Acme:
    """Acme on the Dovecot."""
    return Acme(dovecot, tmp_path / "acme")


def test_a_customers_mail_becomes_a_brief_and_a_yes_makes_the_owner(acme: Acme) -> None:
    """The main job over TLS, a second run that changes nothing, and no flag touched."""
    acme.run("run", "--once")
    acme.send("vera@strict.example", acme.inbox, "Invoice", "I was charged twice for October.")
    before = acme.flags()
    assert "judged 1, sent 1" in acme.run("run", "--once")
    brief = acme.mails(acme.ana)[-1]
    assert "Can you take this one, Ana?" in brief.get_body(("plain",)).get_content()
    acme.send(
        acme.ana, str(brief["Reply-To"]), f"Re: {brief['Subject']}", "ACCEPT\n",
        In_Reply_To=str(brief["Message-ID"]),
    )  # fmt: skip
    acme.run("run", "--once")
    [case] = [json.loads(line) for line in acme.run("cases", "--json").splitlines()]
    assert (case["status"], case["owner"]) == ("owned", "Ana Lopez")
    acme.run("run", "--once")
    assert "read 0, judged 0, sent 0" in acme.run("run", "--once")
    assert acme.flags()[: len(before)] == before
    assert all("\\Seen" not in flag for flag in acme.flags())
    witness = acme.folder / "brief.eml"
    witness.write_bytes(brief.as_bytes())
    assert "is what it was" in acme.run("ledger", "verify", "--witness", str(witness))


def test_an_outage_goes_from_the_first_mail_to_the_customers_yes(acme: Acme) -> None:
    """A SEV-1 over TLS: room, first word, update, letter of the end, yes; each mail once."""
    vera = "vera@strict.example"
    acme.run("run", "--once")
    name = f"Vera Lind <{vera}>"
    down = "Since this morning nobody can log in."
    acme.send(vera, acme.inbox, "Login", down, named=name)
    acme.run("run", "--once")
    assert any("War room:" in str(mail["Subject"]) for mail in acme.mails(acme.ana))
    for words in (
        "ACCEPT", "SEND", "done: took the release back\nnext: we watch it", "SEND",
        "RESOLVED\ncause: the release of this morning", "SEND",
    ):  # fmt: skip
        acme.answers(acme.ana, words)
        acme.run("run", "--once")
    told = acme.outside(vera)
    assert [str(mail["Subject"]) for mail in told] == [
        "[URGENT] We’re on it - Login", "Update on Login - in progress", "Resolved - Login",
    ]  # fmt: skip
    assert "- took the release back" in told[1].get_body(("plain",)).get_content()
    acme.send(
        vera, acme.inbox, "Re: Resolved - Login", "It works now, thank you!\n",
        In_Reply_To=str(told[2]["Message-ID"]), named=name,
    )  # fmt: skip
    acme.run("run", "--once")
    page = acme.run("case", "ACME-1042-1")
    assert re.search(r"(?m)^stands +closed", page), page
    assert len(acme.outside(vera)) == 3
    acme.run("ledger", "verify")
    assert "equals" in acme.run("ledger", "rebuild")


def _accounted(acme: Acme) -> Counter[str]:
    """Entries by kind of what is accounted for: read mails, quarantined ones, verdicts."""
    shown = acme.run("ledger", "show", "--last", "100000", "--json").splitlines()
    kinds = [json.loads(item)["kind"] for item in shown]
    return Counter(kind for kind in kinds if kind in {"read", "quarantined", "judged", "sent"})


def _real_mail() -> dict[str, bytes]:
    root = corpora("mime").parent
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    other = ("README.md", ".jsonl", ".threads.txt")
    files = [
        item for item in paths if not item.name.endswith(other) and "forwards" not in item.parts
    ]
    return {f"m{number}": item.read_bytes() for number, item in enumerate(files)}


def test_every_real_mail_is_accounted_for_and_nobody_is_written_to(acme: Acme) -> None:
    """About 800 real mails backfilled: each in the ledger or the quarantine, no mail sent."""
    mails = _real_mail()
    assert len(mails) > 700
    acme.server.preload(acme.inbox.partition("@")[0], mails)
    words = acme.run("run", "--once", "--since", "all")
    assert "sent 0" in words
    result = _accounted(acme)
    distinct = len({raw.replace(b"\r\n", b"\n") for raw in mails.values()})
    assert result["read"] + result["quarantined"] == distinct
    assert result["sent"] == 0
    assert acme.mails(acme.maya) == []
    assert "equals" in acme.run("ledger", "rebuild")
    acme.run("ledger", "verify")


def test_a_kill_in_the_middle_ends_in_the_same_state(dovecot: Dovecot, tmp_path: Path) -> None:
    """kill -9 after some commits, started again: the same mails accounted for, once each."""
    mails = dict(list(_real_mail().items())[:300])
    whole, cut = Acme(dovecot, tmp_path / "whole"), Acme(dovecot, tmp_path / "cut")
    for item in (whole, cut):
        item.server.preload(item.inbox.partition("@")[0], mails)
    whole.run("run", "--once", "--since", "all")
    for _ in range(2):  # each life reads one batch more
        cut.killed("after commit:1")
    cut.run("run", "--once", "--since", "all")
    first, second = _accounted(whole), _accounted(cut)
    assert first["read"] + first["quarantined"] == second["read"] + second["quarantined"]
    assert "equals" in cut.run("ledger", "rebuild")
    cut.run("ledger", "verify")
