"""What a person's reply does: each verb in each situation, as a table of small stories."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cases import NOW, TEAM, accepted, act, case_of, offered, person, setting

from deskless.agent.case import event as ev
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Blocker, Why
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.verbs import Code, Command, Unclear, Verb
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity

HOUR = timedelta(hours=1)
OFFERED = case_of(offered(), requester="tom")
OWNED = case_of(offered(), accepted(), requester="tom")
SEVERE = case_of(offered(), severity=Severity.SEV2)
RESOLVED = case_of(offered(), accepted(), ev.Resolved(at=NOW, by="ana"))
CLOSED = case_of(offered(), accepted(), ev.Closed(at=NOW, by="ana", reason=Why.DONE))
STRANDED = case_of(ev.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + timedelta(days=1)))


def says(case: Case, who: str, verb: Verb, number: int | None = 1, **more: object) -> Decision:
    """Somebody's reply to their mail about `case`."""
    into = more.pop("into", None)
    draft, named = more.pop("draft", ""), more.pop("named", "")
    at = more.pop("at", NOW + HOUR / 6)
    matrix = more.pop("matrix", TEAM)
    command = Command(verb=verb, line=verb.value, **more)  # type: ignore[arg-type]
    world = setting(at, matrix=matrix)  # type: ignore[arg-type]
    return on_reply(case, command, world, act(who, number, draft=draft, named=named), into=into)  # type: ignore[arg-type]


def happened(decision: Decision) -> list[str]:
    """What happened, in order."""
    return [type(event).__name__ for event in decision.events]


def told(decision: Decision) -> list[tuple[str, str]]:
    """Who is written to about what."""
    return [
        (action.letter.value, action.to)
        for action in decision.actions
        if isinstance(action, WriteLetter)
    ]


def refusal(decision: Decision) -> Why:
    """Why nothing was done."""
    [event] = decision.events
    assert isinstance(event, ev.Refused)
    return event.why


def test_a_yes_makes_the_owner_and_tells_both_parties() -> None:
    """Both parties are told; the proof is part of the event."""
    decision = says(OFFERED, "ana", Verb.ACCEPT, until=NOW + 3 * HOUR)
    [event] = decision.events
    assert isinstance(event, ev.Accepted)
    assert (event.owner, event.promise, event.proof) == ("ana", NOW + 3 * HOUR, "dmarc")
    assert told(decision) == [("receipt", "ana"), ("taken", "tom")]


def test_a_yes_to_a_severe_case_tells_the_founder_and_an_earlier_owner() -> None:
    """Ownership changes are mailed to old owner, new owner and (SEV-1/2) founder."""
    case = case_of(
        offered(), accepted(), ev.Released(at=NOW, owner="ana"), offered(2, "ben"),
        severity=Severity.SEV2,
    )  # fmt: skip
    assert told(says(case, "ben", Verb.ACCEPT, 2)) == [
        ("receipt", "ben"), ("taken", "ana"), ("taken", "maya"),
    ]  # fmt: skip


def test_a_yes_without_a_time_promises_by_the_cadence() -> None:
    """SEV-3 updates daily, in the owner's working time."""
    [event] = says(OFFERED, "ana", Verb.ACCEPT).events
    assert isinstance(event, ev.Accepted)
    assert event.promise == NOW + HOUR / 6 + timedelta(days=1)


@pytest.mark.parametrize(
    ("case", "who", "number", "why"),
    [
        (OWNED, "ben", 1, Why.TAKEN),
        (OFFERED, "ben", 1, Why.NOT_YOURS),
        (OFFERED, "ana", 9, Why.STALE),
        (CLOSED, "ana", 1, Why.TAKEN),
    ],
)
@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.BOUNCE, Verb.LATER])
def test_only_the_one_who_was_asked_may_answer(
    case: Case, who: str, number: int, why: Why, verb: Verb
) -> None:
    """A second, foreign or stale answer is refused kindly."""
    decision = says(case, who, verb, number)
    assert refusal(decision) is why
    assert told(decision) == [("as_it_stands", who)]


def test_a_lead_may_name_the_owner_and_nobody_else_may() -> None:
    """Naming an owner: same tier or the next, and only with the lead's yes."""
    people = (person("tom", 1), person("lea", 2, lead=True), person("ben", 2), person("maya", 4))
    case = case_of(offered(1, "lea", lead=True))
    world = {"matrix": Matrix(people)}
    decision = says(case, "lea", Verb.ACCEPT, to="ben", note="he knows them", **world)
    assert happened(decision) == ["Named", "Offered"]
    assert told(decision) == [("brief", "ben"), ("receipt", "lea")]
    assert decision.case is not None
    assert decision.case.owner is None
    assert decision.case.handoffs[0].result is Result.NAMED
    yes = says(decision.case, "ben", Verb.ACCEPT, 2, **world)
    assert yes.case is not None
    assert yes.case.owner == "ben"
    assert refusal(says(case, "lea", Verb.ACCEPT, to="tom", **world)) is Why.NOT_NOW
    assert refusal(says(OFFERED, "ana", Verb.ACCEPT, to="ben")) is Why.NOT_NOW


def test_a_bounce_goes_to_whom_it_names_or_to_the_next() -> None:
    """And whoever asked hears of it; a bare one is asked for its reason, once."""
    plain = says(OFFERED, "ana", Verb.BOUNCE)
    assert happened(plain) == ["Bounced", "Offered"]
    assert told(plain) == [("receipt", "ana"), ("taken", "tom"), ("brief", "ben")]
    receipt = next(action for action in plain.actions if isinstance(action, WriteLetter))
    assert receipt.says("note") == "wanted"
    named = says(OFFERED, "ana", Verb.BOUNCE, to="cleo", note="needs an engineer")
    assert ("brief", "cleo") in told(named)
    skipping = says(OFFERED, "ana", Verb.BOUNCE, to="maya", note="hers")
    assert ("brief", "ben") in told(skipping)
    receipt = next(action for action in skipping.actions if isinstance(action, WriteLetter))
    assert receipt.says("skipped") == "maya"


def test_the_reason_of_a_bounce_may_come_later() -> None:
    """The answer to "why?" is kept with the case."""
    case = says(OFFERED, "ana", Verb.BOUNCE).case
    assert case is not None
    assert happened(says(case, "ana", Verb.BOUNCE, note="wrong product")) == ["Noted"]


def test_the_code_of_a_bounce_drives_what_follows() -> None:
    """By its code: closed, joined, sent back, or on to the next."""
    none = says(OFFERED, "ana", Verb.BOUNCE, code=Code.NOT_AN_ESCALATION)
    assert happened(none) == ["Bounced", "Closed"]
    assert ("ended", "tom") in told(none)
    other = case_of(key="ACME-1041-1", ticket="ACME-1041")
    double = says(
        OFFERED, "ana", Verb.BOUNCE, code=Code.DUPLICATE, subject_id="ACME-1041-1", into=other
    )
    assert double.case is not None
    assert double.case.into == "ACME-1041-1"
    lost = says(OFFERED, "ana", Verb.BOUNCE, code=Code.DUPLICATE, subject_id="ACME-9-1")
    assert refusal(lost) is Why.UNCLEAR
    more = says(OFFERED, "ana", Verb.BOUNCE, code=Code.MISSING_INFORMATION, note="logs")
    assert happened(more) == ["Bounced", "Returned"]
    assert ("ask_requester", "tom") in told(more)


def test_missing_information_without_a_requester_asks_the_first_line() -> None:
    """And with nobody there to ask it goes on."""
    case = case_of(offered())
    asked = says(case, "ana", Verb.BOUNCE, code=Code.MISSING_INFORMATION)
    assert ("ask_requester", "tom") in told(asked)
    alone = Matrix((person("ana", 1), person("maya", 2)))
    nobody = says(case, "ana", Verb.BOUNCE, code=Code.MISSING_INFORMATION, matrix=alone)
    assert happened(nobody) == ["Bounced", "Offered"]


def test_one_person_cannot_silence_a_severe_case() -> None:
    """ "Should not be escalated" on a SEV-2 is one opinion: the next owner is asked."""
    decision = says(SEVERE, "ana", Verb.BOUNCE, code=Code.NOT_AN_ESCALATION)
    assert happened(decision) == ["Bounced", "Offered"]


def test_the_founder_cannot_bounce_into_nothing() -> None:
    """Somebody has to be named."""
    assert refusal(says(STRANDED, "maya", Verb.BOUNCE)) is Why.NOT_NOW
    assert ("brief", "ben") in told(says(STRANDED, "maya", Verb.BOUNCE, to="ben", note="x"))


def test_later_in_time_waits_and_later_than_that_moves_on() -> None:
    """Nothing is owned meanwhile."""
    assert happened(says(OFFERED, "ana", Verb.LATER, until=NOW + 2 * HOUR)) == ["Postponed"]
    late = says(OFFERED, "ana", Verb.LATER, until=NOW + 9 * HOUR)
    assert happened(late) == ["Bounced", "Offered"]
    assert refusal(says(OFFERED, "ana", Verb.LATER)) is Why.UNCLEAR
    founder = says(STRANDED, "maya", Verb.LATER, until=NOW + 9 * HOUR)
    assert happened(founder) == ["Reminded"]


def test_progress_is_recorded_with_promise_and_blocker() -> None:
    """Progress is the owner's; from anybody but the owner it is a note."""
    decision = says(
        OWNED, "ana", Verb.PROGRESS, note="vendor fixes it", until=NOW + 5 * HOUR,
        fields=(("blocker", "waiting on a bug fix"), ("next", "ring them")),
    )  # fmt: skip
    [event] = decision.events
    assert isinstance(event, ev.Progressed)
    assert (event.blocker, event.next_action) == (Blocker.BUG_FIX, "ring them")
    unknown = says(OWNED, "ana", Verb.PROGRESS, fields=(("blocker", "the moon"),))
    assert isinstance(unknown.events[0], ev.Progressed)
    assert unknown.events[0].blocker is None
    assert happened(says(OWNED, "cleo", Verb.PROGRESS, note="I know why")) == ["Noted"]
    assert happened(says(OFFERED, "ana", Verb.NOTE, note="seen")) == ["Noted"]


def test_send_lets_exactly_the_shown_draft_go_once() -> None:
    """Only to those whose word counts, only where a draft was shown."""
    decision = says(OWNED, "ana", Verb.SEND, draft="ab" * 32)
    assert happened(decision) == ["Approved"]
    assert WriteLetter(LetterKind.ACKNOWLEDGEMENT, "", 1) in decision.actions
    assert decision.case is not None
    assert refusal(says(decision.case, "ana", Verb.SEND, draft="ab" * 32)) is Why.DONE
    assert refusal(says(OWNED, "ana", Verb.SEND)) is Why.NOT_NOW
    assert refusal(says(OWNED, "cleo", Verb.SEND, draft="ab" * 32)) is Why.NOT_YOURS


@pytest.mark.parametrize(
    ("case", "by", "more", "events"),
    [
        (OFFERED, "ana", {}, ["Accepted", "Approved"]),
        (OFFERED, "maya", {}, ["Accepted", "Approved"]),
        (STRANDED, "maya", {}, ["Accepted", "Approved"]),
        (OWNED, "maya", {"named": "ana"}, ["Approved"]),
    ],
)
def test_who_sends_what_nobody_owns_yet_takes_it(
    case: Case, by: str, more: dict[str, Any], events: list[str]
) -> None:
    """What the customer reads is true when it leaves: somebody owns it."""
    number = case.handoff.number if case.handoff else 1
    decision = says(case, by, Verb.SEND, number, draft="ab" * 32, **more)
    assert happened(decision) == events
    assert decision.case is not None
    assert decision.case.owner == (by if events[0] == "Accepted" else "ana")


@pytest.mark.parametrize(
    ("case", "by", "more", "why"),
    [
        (RESOLVED, "ana", {}, Why.NOT_NOW),
        (CLOSED, "maya", {}, Why.NOT_NOW),
        (OWNED, "maya", {"named": "ben"}, Why.STALE),
        (OFFERED, "ana", {"named": "ben"}, Why.STALE),
        (OWNED, "maya", {"named": "gone"}, Why.STALE),
        (case_of(), "maya", {}, Why.NOT_NOW),
    ],
)
def test_a_text_that_is_not_true_is_not_sent(
    case: Case, by: str, more: dict[str, Any], why: Why
) -> None:
    """The case is over, nobody has it, or the text names somebody else."""
    assert refusal(says(case, by, Verb.SEND, draft="ab" * 32, **more)) is why


def test_resolved_waits_for_the_customer_and_closed_is_over() -> None:
    """Resolved waits for the customer; who may not say so is told who may."""
    assert happened(says(OWNED, "ana", Verb.RESOLVED, note="refunded")) == ["Resolved"]
    assert refusal(says(OWNED, "cleo", Verb.RESOLVED)) is Why.NOT_YOURS
    assert refusal(says(CLOSED, "ana", Verb.RESOLVED)) is Why.DONE
    assert happened(says(STRANDED, "maya", Verb.RESOLVED)) == ["Resolved"]
    closed = says(OWNED, "ana", Verb.CLOSE, note="refunded")
    assert happened(closed) == ["Closed"]
    assert ("ended", "tom") in told(closed)
    sev1 = case_of(offered(), accepted(), severity=Severity.SEV1)
    severe = says(sev1, "ana", Verb.CLOSE, note="refunded")
    assert ("ended", "maya") in told(severe)


@pytest.mark.parametrize(
    ("line", "fields", "cause"),
    [
        ("RESOLVED cause: a full disk", (), "a full disk"),
        ("RESOLVED weil die Platte voll war", (), "a full disk"),
        ("RESOLVED: it runs again", (), ""),
        ("RESOLVED", (("cause", "the vendor"),), "the vendor"),
    ],
)
def test_a_cause_that_is_named_with_the_end_is_kept_as_one(
    line: str, fields: tuple[tuple[str, str], ...], cause: str
) -> None:
    """Other words are a note and no cause."""
    asked = Command(verb=Verb.RESOLVED, line=line, note="a full disk", fields=fields)
    [event] = on_reply(OWNED, asked, setting(NOW + HOUR), act("ana", 1)).events
    assert isinstance(event, ev.Resolved)
    assert event.root_cause == cause


def test_an_offered_case_is_closed_by_requester_or_founder_alone() -> None:
    """Whoever is asked bounces instead."""
    assert refusal(says(OFFERED, "ana", Verb.CLOSE)) is Why.NOT_YOURS
    assert happened(says(OFFERED, "tom", Verb.CLOSE)) == ["Closed"]
    assert happened(says(OFFERED, "maya", Verb.CLOSE)) == ["Closed"]
    assert refusal(says(OWNED, "cleo", Verb.CLOSE)) is Why.NOT_YOURS
    assert refusal(says(CLOSED, "ana", Verb.CLOSE)) is Why.DONE


def test_reopen_brings_it_back_to_its_owner_or_into_the_chain() -> None:
    """A live case cannot be reopened."""
    assert ("given", "ana") in told(says(RESOLVED, "tom", Verb.REOPEN))
    again = says(CLOSED, "maya", Verb.REOPEN)
    assert happened(again) == ["Reopened", "Offered"]
    assert refusal(says(OWNED, "ana", Verb.REOPEN)) is Why.NOT_NOW


def test_undo_takes_ones_own_last_act_back_in_time() -> None:
    """Half an hour, nobody else's, and whoever was asked since is told."""
    bounced = says(OFFERED, "ana", Verb.BOUNCE, note="x").case
    assert bounced is not None
    back = says(bounced, "ana", Verb.UNDO)
    assert happened(back) == ["Undone"]
    assert ("moved", "ben") in told(back)
    assert refusal(says(bounced, "ben", Verb.UNDO, 2)) is Why.NOT_YOURS
    assert refusal(says(bounced, "ana", Verb.UNDO, at=NOW + HOUR)) is Why.STALE
    named = case_of(
        offered(1, "ana", lead=True),
        ev.Accepted(at=NOW, by="ana", number=1, owner="ben", promise=NOW + HOUR, tier=2),
    )
    assert ("moved", "ben") in told(says(named, "ana", Verb.UNDO))
    assert refusal(says(case_of(), "ana", Verb.UNDO)) is Why.NOT_YOURS


def test_status_and_help_only_answer() -> None:
    """Nothing happens by asking."""
    assert says(OWNED, "tom", Verb.STATUS).events == ()
    assert told(says(OWNED, "tom", Verb.STATUS)) == [("status", "tom")]
    assert told(says(OWNED, "tom", Verb.HELP)) == [("help", "tom")]


def test_a_verb_that_is_about_no_case_is_told_so() -> None:
    """GO in a case's thread."""
    assert refusal(says(OWNED, "maya", Verb.GO)) is Why.NOT_NOW


def test_doubt_changes_nothing_and_is_asked_back() -> None:
    """Unclear words, or a command with a doubt in it."""
    unclear = Unclear("perhaps", "That can be read in two ways.", (Verb.ACCEPT, Verb.BOUNCE))
    decision = on_reply(OFFERED, unclear, setting(), act("ana", 1))
    assert refusal(decision) is Why.UNCLEAR
    [mail] = [action for action in decision.actions if isinstance(action, WriteLetter)]
    assert mail.says("guesses") == "accept,bounce"
    assert refusal(says(OFFERED, "ana", Verb.ACCEPT, doubts=("Two people are called Ben.",))) is (
        Why.UNCLEAR
    )


def test_what_was_inferred_is_shown_in_the_receipt() -> None:
    """ "I read … as ACCEPT"."""
    [receipt, *_] = [
        action for action in says(OFFERED, "ana", Verb.ACCEPT, inferred=True).actions
        if isinstance(action, WriteLetter)
    ]  # fmt: skip
    assert receipt.says("read") == "accept"


def test_nobody_in_the_end_owns_what_nobody_accepted() -> None:
    """Whatever refused replies come, the owner stays nobody."""
    for verb in Verb:
        decision = says(OFFERED, "cleo", verb)
        assert decision.case is not None
        assert decision.case.owner is None
        assert decision.case.status is Status.OFFERED


def test_an_owner_may_give_the_case_back_and_think_better_of_it() -> None:
    """Nobody owns it, the next one is asked, no promise counts as broken; UNDO gives it back."""
    owned = case_of(offered(), accepted())
    given = says(owned, "ana", Verb.BOUNCE, note="in court until Friday")
    assert happened(given) == ["Released", "Offered"]
    assert given.case is not None
    assert given.case.owner is None
    assert given.case.broken_promises == 0
    assert given.case.handoffs[0].result is Result.BOUNCED
    back = says(given.case, "ana", Verb.UNDO)
    assert back.case is not None
    assert back.case.owner == "ana"
    assert refusal(says(owned, "ben", Verb.BOUNCE)) is Why.TAKEN


def test_a_case_joins_another_live_one_by_those_who_have_a_part_in_it() -> None:
    """JOIN closes it as a duplicate; not into itself, not into what is over, not by anybody."""
    other = case_of(key="ACME-1041-1", ticket="ACME-1041")
    joined = says(OFFERED, "ana", Verb.JOIN, subject_id="acme-1041-1", into=other)
    assert joined.case is not None
    assert (joined.case.status, joined.case.into) == (Status.CLOSED, "ACME-1041-1")
    assert ("ended", "tom") in told(joined)
    assert refusal(says(OFFERED, "ana", Verb.JOIN, subject_id="x", into=OFFERED)) is Why.UNCLEAR
    over = replace(other, status=Status.CLOSED)
    left = says(OFFERED, "ana", Verb.JOIN, subject_id="x", into=over)
    assert refusal(left) is Why.UNCLEAR
    [asked] = [each for each in left.actions if isinstance(each, WriteLetter)]
    assert "ACME-1041-1 is closed" in asked.says("why")
    assert refusal(says(OFFERED, "ana", Verb.JOIN, subject_id="x", into=None)) is Why.UNCLEAR
    assert refusal(says(OFFERED, "ben", Verb.JOIN, subject_id="x", into=other)) is Why.NOT_YOURS


def test_an_acceptance_keeps_what_the_customer_was_told_already() -> None:
    """Who approved the acknowledgement before taking the case has promised by it."""
    due = NOW + timedelta(hours=3)
    case = case_of(offered(), ev.Approved(at=NOW, by="ana", text="ab", promise=due))
    taken = says(case, "ana", Verb.ACCEPT)
    assert taken.case is not None
    assert taken.case.promise == due


def test_an_owner_says_accept_again_with_a_time_and_that_is_the_new_promise() -> None:
    """The words of the first yes, said later, renew the lease; nothing else moves."""
    decision = says(OWNED, "ana", Verb.ACCEPT, until=NOW + 8 * HOUR)
    assert happened(decision) == ["Progressed"]
    assert told(decision) == [("receipt", "ana")]


def test_a_text_whose_promise_has_passed_is_not_sent() -> None:
    """A customer would read a time that is over."""
    command = Command(verb=Verb.SEND, line="SEND")
    stale = act("ana", 1, draft="We will write by 10:00.", promise=NOW - HOUR)
    assert refusal(on_reply(OWNED, command, setting(), stale)) is Why.STALE


def test_a_case_that_nobody_was_asked_about_can_be_joined() -> None:
    """There is no token to take back, then; but only who has to do with it may."""
    waiting, other = case_of(requester="tom"), case_of(offered(), key="ACME-1043-1")
    assert happened(says(waiting, "tom", Verb.JOIN, None, into=other)) == ["Closed"]
    assert refusal(says(waiting, "ben", Verb.JOIN, None, into=other)) is Why.NOT_YOURS


def test_an_owner_who_stands_on_several_tiers_has_it_where_the_case_is() -> None:
    """One person may hold all tiers; a lead may name somebody of another tier."""
    everywhere = Matrix((person("ana", 2, lead=True), person("ana", 3), person("ben", 3)))
    assert says(OFFERED, "ana", Verb.ACCEPT, matrix=everywhere).events[0].tier == 2  # type: ignore[attr-defined]
    below = case_of(offered(tier=1))
    assert says(below, "ana", Verb.ACCEPT, matrix=everywhere).events[0].tier == 2  # type: ignore[attr-defined]


def test_a_severe_case_given_back_is_told_to_the_founder() -> None:
    """Ownership changed, and it is severe."""
    case = case_of(offered(), accepted(), severity=Severity.SEV2)
    decision = says(case, "ana", Verb.BOUNCE, note="I am ill.")
    assert happened(decision) == ["Released", "Offered"]
    assert told(decision)[0] == ("moved", "maya")
