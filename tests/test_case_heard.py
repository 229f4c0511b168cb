"""What the conversation itself does to its case, as small stories."""

from datetime import timedelta

import pytest
from cases import NOW, accepted, act, case_of, offered, setting
from test_case_reply import happened, told

from deskless.agent.case import event as ev
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import Why
from deskless.agent.case.on_mail import (
    LostLetter,
    TeamPromise,
    on_customer,
    on_joined,
    on_owner_away,
    on_team,
    on_unreached,
)
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Command, Verb
from deskless.policies.verdict import Severity

HOUR = timedelta(hours=1)
OFFERED = case_of(offered(), requester="tom")
OWNED = case_of(offered(), accepted(), requester="tom")
RESOLVED = case_of(offered(), accepted(), ev.Resolved(at=NOW, by="ana"))
STRANDED = case_of(ev.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + 24 * HOUR))
OPEN = case_of()


def after(case: Case, *events: ev.Event) -> Case:
    """The case once these have happened, too."""
    for event in events:
        case = advance(case, event)
    return case


def test_a_customer_who_writes_again_touches_the_case_and_nobody_is_mailed() -> None:
    """Noise is no news: the next brief and the list show it."""
    decision = on_customer(OWNED, setting(), act("customer"), Severity.SEV3)
    assert happened(decision) == ["Touched"]
    assert decision.events[0].by == ev.CUSTOMER
    assert told(decision) == []


def test_new_words_of_a_customer_reach_whoever_owns_the_case() -> None:
    """An owner reads them; an open offer and a case that nobody has wait for the brief."""
    heard = on_customer(OWNED, setting(), act("customer"), Severity.SEV3, words="Not that bank.")
    assert happened(heard) == ["Touched"]
    assert told(heard) == [("taken", "ana")]
    [letter] = heard.actions
    assert isinstance(letter, WriteLetter)
    assert (letter.says("why"), letter.says("words")) == ("wrote", "Not that bank.")
    for case in (OPEN, OFFERED, STRANDED):
        assert told(on_customer(case, setting(), act("customer"), None, words="Not that.")) == []
    worse = on_customer(OWNED, setting(), act("customer"), Severity.SEV2, words="All is down.")
    assert [told(worse), worse.actions[0].about] == [
        [("taken", "ana")], (("why", "worse"), ("words", "All is down.")),
    ]  # fmt: skip


def test_what_is_worse_reaches_who_must_act() -> None:
    """The owner hears of a rise; of a SEV-1 the founder, too."""
    assert told(on_customer(OWNED, setting(), act("customer"), Severity.SEV2)) == [("taken", "ana")]
    assert told(on_customer(OWNED, setting(), act("customer"), Severity.SEV1)) == [
        ("taken", "ana"), ("alert", "maya"),
    ]  # fmt: skip
    assert told(on_customer(OPEN, setting(), act("customer"), Severity.SEV1)) == [
        ("alert", "maya"),
    ]


def test_an_open_offer_that_is_worse_is_to_be_answered_sooner() -> None:
    """The clock of the higher severity starts now, not when the offer was made."""
    decision = on_customer(OFFERED, setting(NOW + HOUR), act("customer"), Severity.SEV1)
    [event] = decision.events
    assert isinstance(event, ev.Touched)
    assert event.answer_by is not None
    assert event.answer_by < NOW + 2 * HOUR
    worse = after(OFFERED, event)
    assert worse.severity is Severity.SEV1
    assert worse.handoff is not None
    assert worse.handoff.answer_by == event.answer_by
    assert told(decision) == [("taken", "ana"), ("alert", "maya")]


@pytest.mark.parametrize("severity", [None, Severity.SEV3, Severity.SEV4])
def test_a_case_never_becomes_milder_by_itself(severity: Severity | None) -> None:
    """A calmer mail is no reason to wait longer."""
    decision = on_customer(OFFERED, setting(), act("customer"), severity)
    assert after(OFFERED, *decision.events).severity is Severity.SEV3
    assert told(decision) == []


def test_a_resolved_case_comes_back_to_its_owner_when_the_customer_is_not_content() -> None:
    """It is owned again, with an update due, and the owner knows."""
    decision = on_customer(RESOLVED, setting(), act("customer"), Severity.SEV3)
    assert happened(decision) == ["Touched", "Reopened"]
    again = after(RESOLVED, *decision.events)
    assert (again.status, again.owner) == (Status.OWNED, "ana")
    assert again.promise is not None
    assert again.promise > NOW
    assert told(decision) == [("given", "ana")]


def test_thanks_do_not_open_a_resolved_case_again() -> None:
    """The owner is asked whether that is the end."""
    decision = on_customer(RESOLVED, setting(), act("customer"), None, content=True)
    assert happened(decision) == ["Touched"]
    assert told(decision) == [("confirm_end", "ana")]


def test_what_the_owner_writes_to_the_customer_is_the_promised_update() -> None:
    """The lease goes on, by the cadence, where the mail names no time."""
    decision = on_team(OWNED, setting(NOW + HOUR), act("ana"), sure=True)
    assert happened(decision) == ["Touched", "Progressed"]
    promise = after(OWNED, *decision.events).promise
    assert promise is not None
    assert promise > NOW + 4 * HOUR
    assert told(decision) == []


def test_a_hand_that_is_not_sure_moves_no_promise() -> None:
    """The customer was written to; by whom, nobody can say for certain."""
    decision = on_team(OWNED, setting(), act("ana"), TeamPromise(NOW + HOUR, "By ten."))
    assert happened(decision) == ["Touched"]


def test_a_team_mail_touches_a_case_that_nobody_owns_and_no_more() -> None:
    """There is no promise of an owner to renew; whoever takes it takes what the customer heard."""
    decision = on_team(
        OFFERED, setting(), act("tom"), TeamPromise(NOW + HOUR, "By ten."), sure=True
    )
    assert happened(decision) == ["Touched"]
    heard = after(OFFERED, *decision.events)
    taken = on_reply(heard, Command(Verb.ACCEPT), setting(), act("ana", 1)).case
    assert taken is not None
    assert taken.promise == NOW + HOUR


CADENCE = on_team(OWNED, setting(), act("ana"), sure=True).case
"""Ana's case whose next update nobody has named: tomorrow."""
SEVERE = case_of(offered(), accepted(), severity=Severity.SEV2)


@pytest.mark.parametrize(
    ("case", "by", "hours", "due", "letters"),
    [
        (OWNED, "tom", 4, False, []),
        (OWNED, "tom", 2, False, ["ana"]),
        (OWNED, "tom", 9, False, ["ana"]),
        (OWNED, "tom", 9, True, ["ana"]),
        (OWNED, "ana", 2, False, ["ana"]),
        (OWNED, "ana", 9, False, ["ana"]),
        (OWNED, "ana", 9, True, []),
        (CADENCE, "ana", 2, False, []),
        (CADENCE, "ana", 72, False, ["ana"]),
        (CADENCE, "ana", 72, True, []),
        (CADENCE, "tom", 2, False, ["ana"]),
        (SEVERE, "ana", 4, False, []),
        (SEVERE, "ana", 9, False, ["ana", "maya"]),
        (SEVERE, "ana", 9, True, ["maya"]),
    ],
)
def test_a_time_told_to_the_customer_is_the_promise(
    case: Case, by: str, hours: int, due: bool, letters: list[str]
) -> None:
    """What differs from the record is flagged to the owner once; too late a time, to the founder.

    The update itself, when it is due, names the next; that differs from nothing.
    """
    heard = TeamPromise(NOW + hours * HOUR, "We will write to you.", due)
    decision = on_team(case, setting(), act(by), heard, sure=True)
    assert after(case, *decision.events).promise == heard.by
    assert told(decision) == [("taken", who) for who in letters]
    again = on_team(after(case, *decision.events), setting(), act(by), heard, sure=True)
    assert ("taken", "ana") not in told(again)


@pytest.mark.parametrize(("case", "who"), [(OWNED, "ana"), (OFFERED, "ana"), (STRANDED, "maya")])
def test_who_must_act_hears_of_a_letter_that_came_back(case: Case, who: str) -> None:
    """Its owner, whoever is asked, else the founder: the customer knows nothing yet."""
    lost = LostLetter("vera@northwind.example", "5.1.1", "no such user")
    decision = on_unreached(case, setting(NOW + HOUR), act("deskless"), lost, (NOW, ""))
    assert happened(decision) == ["Unreached"]
    mails = [mail for mail in decision.actions if isinstance(mail, WriteLetter)]
    assert [(mail.to, mail.says("unreached")) for mail in mails] == [
        (who, "vera@northwind.example")
    ]
    assert after(case, *decision.events).promise == case.promise


def test_who_acts_and_who_asked_hear_of_a_case_that_joins() -> None:
    """Both sides of a join are told; whoever did it knows already."""
    for case, by, letters in [
        (OWNED, "ben", [("taken", "ana"), ("taken", "tom")]),
        (OWNED, "ana", [("taken", "tom")]),
        (OFFERED, "tom", [("taken", "ana")]),
        (OPEN, "tom", []),
    ]:
        decision = on_joined(case, setting(), act(by), "ACME-1043-1")
        assert happened(decision) == ["Noted"]
        assert told(decision) == letters


@pytest.mark.parametrize(
    ("severity", "letters"), [(Severity.SEV3, []), (Severity.SEV2, [("alert", "maya")])]
)
def test_an_owner_who_is_away_keeps_the_case(
    severity: Severity, letters: list[tuple[str, str]]
) -> None:
    """Of a severe one the founder hears."""
    case = case_of(offered(), accepted(), severity=severity)
    decision = on_owner_away(case, setting(), act("ana"))
    assert after(case, *decision.events).owner == "ana"
    assert told(decision) == letters


def test_a_stranded_case_stays_with_the_founder_whatever_is_written() -> None:
    """Nothing but a person's act moves it."""
    decision = on_customer(STRANDED, setting(), act("customer"), Severity.SEV1)
    assert after(STRANDED, *decision.events).status is Status.STRANDED


def test_a_closed_case_is_not_touched_into_life() -> None:
    """A new conversation about it is a new case."""
    closed = case_of(offered(), accepted(), ev.Closed(at=NOW, by="ana", reason=Why.DONE))
    decision = on_customer(closed, setting(), act("customer"), None)
    assert after(closed, *decision.events).status is Status.CLOSED
