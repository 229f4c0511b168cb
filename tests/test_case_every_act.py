"""Every act, by everybody, in every status: what happens and what they are told.

The tables stand in `tables/acts.txt` and, for the yes to each draft that a mail of ours shows, in
`tables/sends.txt`, so that a person can look at them; they are written anew by
`python tests/test_case_every_act.py`, and whoever does so looks at the difference.
"""

from pathlib import Path
from typing import Any

import pytest
from cases import NOW, TEAM, act, case_of, offered, setting
from test_case_acts import CAFE, NORTHWIND, POLICIES
from test_case_reply import CLOSED, HOUR, OFFERED, OWNED, RESOLVED, STRANDED

from deskless.agent.case import event as ev
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import FIRST_WORD, OWN_WORDS, Case
from deskless.agent.case.decision import Decision
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.verbs import Command, Verb

TABLE = Path(__file__).parent / "tables" / "acts.txt"
SENDS = TABLE.with_name("sends.txt")
DRAFTS = ("", FIRST_WORD, "progress", "question", "resolution", "again", "followup", OWN_WORDS)
"""What a mail of ours shows to be sent, by its kind; empty: a mail without a draft."""
REQUESTED = case_of(
    offered(), ev.Bounced(at=NOW, by="ana", number=1), ev.Returned(at=NOW, by="ana", asked="tom"),
    requester="tom",
)  # fmt: skip
OPEN = case_of(requester="tom")
MOVED = case_of(offered(), ev.Lapsed(at=NOW, number=1), offered(2, "ben"), requester="tom")
CASES: dict[str, Case] = {
    "requested": REQUESTED, "open": OPEN, "offered": OFFERED, "moved on": MOVED, "owned": OWNED,
    "stranded": STRANDED, "resolved": RESOLVED, "closed": CLOSED,
}  # fmt: skip
PEOPLE = {"tom": "requester", "ana": "first asked", "ben": "next", "maya": "founder"}
ABOUT: dict[Verb, dict[str, Any]] = {
    Verb.LATER: {"until": NOW + 2 * HOUR}, Verb.OFFER: {"to": "cleo"},
    Verb.SEVERITY: {"value": "SEV-2"}, Verb.TYPE: {"value": "technical"},
    Verb.CUSTOMER: {"value": "Corner Cafe"}, Verb.NOT_MET: {"value": "refund"},
    Verb.JOIN: {"subject_id": "ACME-9-1"}, Verb.SPLIT: {"subject_id": "ACME-9-1"},
}  # fmt: skip
OFFICE = frozenset({
    Verb.LEDGER, Verb.GO, Verb.LIVE, Verb.RIGHT, Verb.WRONG, Verb.STOP, Verb.CODE, Verb.YES,
    Verb.ESCALATE,
})  # fmt: skip
"""Verbs that are about no case; they are answered elsewhere."""


def decided(case: Case, who: str, verb: Verb) -> Decision:
    """What this act does; it answers the newest mail about the first offer."""
    command = Command(verb, line=verb.value, note="words", **ABOUT.get(verb, {}))
    world = setting(NOW + HOUR / 6, policies=POLICIES, accounts=(NORTHWIND, CAFE))
    number = case.handoffs[0].number if case.handoffs else None
    other = case_of(key="ACME-9-1", ticket="ACME-9")
    return on_reply(case, command, world, act(who, number, draft="ab" * 32), into=other)


def cell(decision: Decision, who: str) -> str:
    """The events, and the mails: to whoever acted, and to others."""
    happened = "+".join(
        f"refused:{event.why}" if isinstance(event, ev.Refused) else type(event).__name__.lower()
        for event in decision.events
    )
    letters = [action for action in decision.actions if isinstance(action, WriteLetter)]
    mine = ",".join(letter.letter for letter in letters if letter.to == who)
    others = ",".join(f"{letter.to or 'customer'}:{letter.letter}" for letter in letters
                      if letter.to != who)  # fmt: skip
    return f"{happened or '-':<28} {mine or '-':<14} {others}".rstrip()


def rows() -> list[str]:
    """The whole table, a line an act."""
    return [
        f"{status:<10} {role:<12} {verb.value:<9} {cell(decided(case, who, verb), who)}"
        for status, case in CASES.items()
        for who, role in PEOPLE.items()
        for verb in Verb
        if verb not in OFFICE
    ]


def sent(case: Case, who: str, kind: str) -> Decision:
    """What SEND does in answer to a mail that shows such a draft."""
    world = setting(NOW + HOUR / 6, policies=POLICIES, accounts=(NORTHWIND, CAFE))
    number = case.handoffs[0].number if case.handoffs else None
    shown = {"draft": "ab" * 32, "draft_kind": kind} if kind else {"draft": ""}
    return on_reply(case, Command(Verb.SEND, line="SEND"), world, act(who, number, **shown))


def send_rows() -> list[str]:
    """The yes to every draft, by everybody, in every status."""
    return [
        f"{status:<10} {role:<12} {kind or '-':<16} {cell(sent(case, who, kind), who)}"
        for status, case in CASES.items()
        for who, role in PEOPLE.items()
        for kind in DRAFTS
    ]


def test_every_act_of_everybody_is_as_the_table_says() -> None:
    """A difference is either a mistake or something to look at and write down."""
    assert TABLE.read_text(encoding="utf-8").splitlines() == rows()


def test_every_yes_to_a_draft_is_as_the_table_says() -> None:
    """Nothing goes to a customer but by who speaks for the case, in a status where it is true."""
    assert SENDS.read_text(encoding="utf-8").splitlines() == send_rows()
    for row in send_rows():
        leaves = "customer:" in row
        assert (
            not leaves or not row.startswith(("closed", "requested", "open")) or "followup" in row
        )
        assert leaves == ("approved" in row), row


@pytest.mark.parametrize("status", CASES)
@pytest.mark.parametrize("who", [*PEOPLE, "cleo"])
def test_nobody_of_the_team_is_met_with_silence(status: str, who: str) -> None:
    """Each act has an answer to whoever acted; only thanks need none."""
    assert TEAM.person(who)
    for verb in Verb:
        decision = decided(CASES[status], who, verb)
        letters = [each.to for each in decision.actions if isinstance(each, WriteLetter)]
        assert who in letters or verb is Verb.THANKS, verb


if __name__ == "__main__":
    TABLE.write_text("\n".join(rows()) + "\n", encoding="utf-8")
    SENDS.write_text("\n".join(send_rows()) + "\n", encoding="utf-8")
