"""What follows from a verdict, from time and from machines: tables of small situations."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cases import NOW, TEAM, accepted, act, case_of, offered, opening, person, setting
from policies_given import policy

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke, WriteLetter
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.decide import (
    EscalationRequest,
    complete_request,
    on_away,
    on_removed,
    on_return,
    on_undelivered,
    open_case,
    step_due,
)
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.escalation_limits import first_tier, may_go, next_owner
from deskless.agent.case.on_mail import on_customer, on_team
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Code
from deskless.agent.live.timers import Timer, due_at, on_time
from deskless.policies.people.matrix import Matrix, Shift
from deskless.policies.policy import Policy
from deskless.policies.verdict import Severity

HOUR = timedelta(hours=1)


def letters(decision: Decision) -> list[tuple[str, str]]:
    """Which letters go to whom."""
    return [
        (action.letter.value, action.to)
        for action in decision.actions
        if isinstance(action, WriteLetter)
    ]


def kinds(decision: Decision) -> list[str]:
    """What happened, in order."""
    return [type(past_event).__name__ for past_event in decision.events]


def after(decision: Decision) -> Case:
    """The case as it stands then."""
    assert decision.case is not None
    return decision.case


def test_a_verdict_opens_a_case_and_offers_it_to_the_next_tier() -> None:
    """One event each, one brief."""
    decision = open_case(opening(), setting(), Act())
    assert kinds(decision) == ["Opened", "Offered"]
    assert letters(decision) == [("brief", "ana")]


def test_the_most_urgent_policy_sets_the_deadline() -> None:
    """Two policies met: the shorter answer_within counts."""
    policies = (
        Policy(id="refund", answer_within="1 day"), Policy(id="outage", answer_within="30 min"),
    )  # fmt: skip
    decision = open_case(opening(policies=("refund", "outage")), setting(policies=policies), Act())
    handoff = after(decision).handoff
    assert handoff is not None
    assert handoff.answer_by == NOW + HOUR / 2


def test_a_span_written_for_a_lesser_severity_does_not_slow_a_worse_case() -> None:
    """A policy's day counts for what it grades itself; a case that has risen has its own clock."""
    slow = Policy(id="refund", answer_within="1 day", severity=Severity.SEV3)
    graded = Policy(id="outage", answer_within="2h", severities=(("mails > 3", Severity.SEV1),))
    for policies, within in [((slow,), HOUR / 4), ((slow, graded), 2 * HOUR)]:
        start = opening(severity=Severity.SEV1, policies=tuple(policy.id for policy in policies))
        handoff = after(open_case(start, setting(policies=policies), Act())).handoff
        assert handoff is not None
        assert handoff.answer_by == NOW + within


def test_a_severe_case_tells_the_founder_at_once_but_skips_no_tier() -> None:
    """Notify upwards, own one tier at a time."""
    decision = open_case(opening(severity=Severity.SEV1), setting(), Act())
    assert letters(decision) == [("alert", "maya"), ("brief", "ana")]


@pytest.mark.parametrize(
    ("reason", "tried", "missing"),
    [("", "", ("reason", "tried")), ("angry", " ", ("tried",)), ("", "rebooted", ("reason",))],
)
def test_a_request_without_reason_or_tried_waits(
    reason: str, tried: str, missing: tuple[str, ...]
) -> None:
    """The two questions, and nothing is offered."""
    decision = open_case(
        opening(requester="tom"),
        setting(),
        act("tom"),
        EscalationRequest(reason=reason, tried=tried),
    )
    assert after(decision).missing == missing
    assert letters(decision) == [("ask_requester", "tom")]


def test_a_complete_request_is_offered_and_a_completed_one_too() -> None:
    """With both answers it goes on like any other case."""
    full = EscalationRequest(reason="angry", tried="rebooted")
    assert kinds(open_case(opening(requester="tom"), setting(), act("tom"), full))[1] == "Offered"
    waiting = after(open_case(opening(requester="tom"), setting(), act("tom"), EscalationRequest()))
    done = complete_request(waiting, setting(), act("tom"), full)
    assert kinds(done) == ["Completed", "Offered"]


def at(case: Case, **span: float) -> Decision:
    """What time brings to the status after a while."""
    return on_time(case, setting(NOW + timedelta(**span)), timers=())


def test_nothing_is_due_before_its_time() -> None:
    """An early look decides nothing."""
    decision = at(case_of(offered()), minutes=30)
    assert (decision.events, decision.actions) == ((), ())


def test_an_offer_is_reminded_once_and_then_goes_to_the_next() -> None:
    """Half way, and at the end."""
    case = case_of(offered())
    reminded = at(case, hours=2)
    assert letters(reminded) == [("reminder", "ana")]
    assert at(after(reminded), hours=3).events == ()
    lapsed = at(after(reminded), hours=4)
    assert kinds(lapsed) == ["Lapsed", "Offered"]
    assert Revoke(1) in lapsed.actions
    assert letters(lapsed) == [("brief", "ben")]


def test_the_chain_climbs_tier_by_tier_and_ends_with_the_founder() -> None:
    """Ana, Ben, Cleo, Maya, and then it is stranded with Maya."""
    case, asked = after(open_case(opening(), setting(), Act())), []
    now = NOW
    while case.status is Status.OFFERED:
        assert case.handoff is not None
        asked.append(case.handoff.to)
        now = case.handoff.answer_by
        case = after(on_time(case, setting(now)))
    assert asked == ["ana", "ben", "cleo", "maya"]
    assert case.status is Status.STRANDED
    again = on_time(case, setting(now + timedelta(days=1)))
    assert letters(again) == [("stranded", "maya")]
    assert on_time(after(again), setting(now + timedelta(days=1, minutes=1))).events == ()


def test_a_lease_is_reminded_and_then_lost() -> None:
    """Word by then, or somebody else is asked; a severe one tells the founder."""
    case = case_of(offered(), accepted(), severity=Severity.SEV2)
    late = at(case, hours=4)
    assert letters(late) == [("lease", "ana")]
    gone = at(after(late), hours=4, minutes=30)
    assert kinds(gone) == ["Released", "Offered"]
    assert letters(gone) == [("released", "ana"), ("moved", "maya"), ("brief", "ben")]
    mild = case_of(offered(), accepted())
    gone = at(after(at(mild, hours=4)), hours=8)
    assert ("moved", "maya") not in letters(gone)


def test_a_resolved_case_has_no_step_of_its_own() -> None:
    """The customer is asked by a clock beside it."""
    case = case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana"))
    assert step_due(case) is None


def test_a_requester_is_nagged_once() -> None:
    """After four hours, and never again."""
    case = after(open_case(opening(requester="tom"), setting(), act("tom"), EscalationRequest()))
    nagged = at(case, hours=4)
    assert letters(nagged) == [("ask_requester", "tom")]
    assert step_due(after(nagged)) is None


def test_a_case_returned_for_information_goes_on_without_it_after_a_day() -> None:
    """The customer does not wait for our paperwork."""
    bounced = event.Bounced(at=NOW, by="ana", number=1, code=Code.MISSING_INFORMATION)
    case = case_of(offered(), bounced, event.Returned(at=NOW, asked="tom"))
    on = at(case, days=1)
    assert kinds(on) == ["Completed", "Offered"]
    assert letters(on) == [("brief", "ana")]


def test_an_open_case_is_offered_at_the_next_look() -> None:
    """A crash between opening and offering is caught up."""
    assert kinds(at(case_of(), hours=0)) == ["Offered"]


def test_a_closed_case_is_never_due() -> None:
    """Nothing more will come of it by itself."""
    case = case_of(offered(), accepted(), event.Closed(at=NOW, by="ana", reason=event.Why.DONE))
    assert step_due(case) is None
    assert at(case, days=99).events == ()


def test_an_absence_moves_the_offer_on_at_once() -> None:
    """An out-of-office is never an answer."""
    case = case_of(offered())
    decision = on_away(case, 1, NOW + timedelta(days=7), DecisionDraft(case, setting()))
    assert kinds(decision) == ["Away", "Offered"]
    stale = on_away(case, 2, None, DecisionDraft(case, setting()))
    assert stale.events == ()


def test_a_brief_that_bounced_moves_on_and_tells_the_founder_of_the_address() -> None:
    """Undelivered is not a no."""
    case = case_of(offered())
    decision = on_undelivered(case, 1, "5.1.1", DecisionDraft(case, setting()))
    assert letters(decision) == [("alert", "maya"), ("brief", "ben")]
    assert on_undelivered(case, 7, "5.1.1", DecisionDraft(case, setting())).events == ()


def test_somebody_who_left_the_matrix_is_passed_by() -> None:
    """Their offer lapses at once; others' do not."""
    case = case_of(offered())
    rest = Matrix(tuple(teammate for teammate in TEAM.people if teammate.id != "ana"))
    assert kinds(on_removed(case, setting(matrix=rest))) == ["Lapsed", "Offered"]
    assert on_removed(case, setting()).events == ()


def test_an_owner_who_left_the_matrix_has_it_no_longer() -> None:
    """Offered on at once, the founder hears it, and it is no lapse of theirs."""
    case = case_of(offered(), accepted())
    rest = Matrix(tuple(teammate for teammate in TEAM.people if teammate.id != "ana"))
    decision = on_removed(case, setting(matrix=rest))
    assert kinds(decision) == ["Released", "Offered"]
    assert letters(decision)[0] == ("alert", "maya")
    assert (decision.case.owner, decision.case.dropped) == (None, 0)
    assert on_removed(case, setting()).events == ()


def test_a_customer_who_writes_to_a_resolved_case_reopens_it() -> None:
    """The same owner keeps it, with a new promise."""
    case = case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana"))
    decision = on_customer(case, setting(NOW + HOUR), Act(), None)
    assert kinds(decision) == ["Touched", "Reopened"]
    assert after(decision).promise is not None
    live = on_customer(case_of(offered()), setting(NOW + HOUR), Act(), Severity.SEV2)
    assert after(live).severity is Severity.SEV2
    ownerless = case_of(event.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + HOUR))
    assert kinds(on_customer(ownerless, setting(), Act(), None)) == ["Touched"]


def test_the_teams_own_mail_stops_the_waiting() -> None:
    """A mail of the team to the customer renews the promise."""
    case = case_of(offered(), unanswered_since=NOW)
    assert after(on_team(case, setting(), act("tom"))).unanswered_since is None


def test_a_backup_stands_in_for_somebody_away() -> None:
    """Asked at once, and never nobody."""
    people = tuple(
        person("ana", 2, backup="ben") if teammate.id == "ana" else teammate
        for teammate in TEAM.people
    )
    away = {"ana": NOW + timedelta(days=5)}
    decision = open_case(opening(), setting(matrix=Matrix(people), away=away), Act())
    assert letters(decision) == [("brief", "ben")]
    past = open_case(opening(), setting(away={"ana": NOW - HOUR}), Act())
    assert letters(past) == [("brief", "ana")]


def test_a_tier_whose_lead_was_asked_is_done() -> None:
    """The lead's silence is the tier's; its members are not asked behind the lead's back."""
    people = (person("tom", 1), person("lea", 2, lead=True), person("ben", 2), person("maya", 4))
    world = {"matrix": Matrix(people)}
    first = open_case(opening(), setting(**world), Act())
    assert letters(first) == [("brief", "lea")]
    handoff = after(first).handoff
    assert handoff is not None
    lapsed = on_time(after(first), setting(handoff.answer_by, **world))
    assert letters(lapsed) == [("brief", "maya")]


def test_the_first_tier_is_the_one_above_who_asks() -> None:
    """Above the first line for a verdict, and for who stands on the last."""
    assert first_tier(setting(), None) == 2
    assert first_tier(setting(), "ana") == 3
    assert first_tier(setting(), "maya") == 2
    assert first_tier(setting(matrix=Matrix((person("solo", 1),))), None) == 1


def test_nobody_skips_a_tier_by_name() -> None:
    """No tier is skipped."""
    case = case_of(offered())
    assert may_go(case, setting(), "ben")
    assert may_go(case, setting(), "cleo")
    assert not may_go(case, setting(), "maya")
    assert not may_go(case, setting(), "nobody")


def test_a_chain_without_anybody_left_strands() -> None:
    """Every lead of every tier was asked and said no."""
    people = (person("tom", 1), person("lea", 2, lead=True))
    bounced = event.Bounced(at=NOW, by="lea", number=1)
    case = case_of(offered(1, "lea"), bounced)
    decision = on_time(case, setting(matrix=Matrix(people)))
    assert kinds(decision) == ["Stranded"]
    assert case.handoffs[0].result is Result.BOUNCED


def test_letters_that_nobody_can_get_are_not_written() -> None:
    """And nobody gets the same letter twice in one decision."""
    draft = DecisionDraft(case_of(offered()), setting())
    draft.mail(LetterKind.STATUS, "")
    draft.mail(LetterKind.STATUS, "ana")
    draft.mail(LetterKind.STATUS, "ana")
    assert len(draft.done().actions) == 1
    [action] = draft.done().actions
    assert isinstance(action, WriteLetter)
    assert action.says("nothing") == ""


def test_who_is_back_is_asked_for_what_nobody_took() -> None:
    """The chain ended while Ana was away: she is asked anew, once, and the founder hears it."""
    away = [offered(), event.Away(at=NOW, number=1)]
    stranded = case_of(
        *away, event.Stranded(at=NOW, founder="maya", number=2, remind_at=NOW + 24 * HOUR)
    )
    back = on_return(stranded, setting(NOW + HOUR), "ana")
    assert kinds(back) == ["CameBack", "Offered"]
    assert letters(back) == [("brief", "ana"), ("moved", "maya")]
    assert Revoke(2) in back.actions
    assert after(back).handoffs[1].result is Result.WITHDRAWN
    for case, who in (
        (stranded, "ben"),  # was not away
        (stranded, "zoe"),  # is nobody
        (case_of(*away, offered(2, "ben")), "ana"),  # somebody is asked and has time
        (after(on_away(after(back), 3, None, DecisionDraft(after(back), setting(NOW + HOUR)))),
         "ana"),  # a second absence
    ):  # fmt: skip
        assert on_return(case, setting(NOW + HOUR), who).events == ()


def test_who_is_back_stands_in_the_chain_again() -> None:
    """Ben lets it lapse while Ana is back: she is asked before the next tier."""
    case = case_of(offered(), event.Away(at=NOW, number=1), offered(2, "ben"))
    later = NOW + 5 * HOUR
    case = advance(case, event.Reminded(at=NOW + HOUR, to="ben"))
    lapsed = on_time(case, setting(later))
    assert [each.to for each in lapsed.events if isinstance(each, event.Offered)] == ["ana"]
    still = on_time(case, setting(later, away={"ana": later + HOUR}))
    assert [each.to for each in still.events if isinstance(each, event.Offered)] == ["cleo"]


def _owned(promise: datetime) -> Case:
    return case_of(offered(), replace(accepted(), promise=promise))


def _ring(draft: DecisionDraft) -> None:
    draft.mail(LetterKind.STATUS, draft.case.owner or "")


def test_a_clock_beside_the_status_acts_once_for_each_instant() -> None:
    """Also after hours without power; what its next step counts from stays where it was."""
    case = _owned(NOW + timedelta(days=2))
    every = timedelta(hours=1)

    def hourly(case: Case, setting: Setting) -> datetime | None:
        whole = (setting.now - case.opened_at) // every
        return case.opened_at + max(whole, 1) * every

    clock = (Timer("status", hourly, _ring),)
    begun = case.opened_at
    acts = []
    for minutes in (5, 60, 61, 119, 120, 500, 501):
        decision = on_time(case, setting(begun + timedelta(minutes=minutes)), timers=clock)
        acts.append((minutes, len(decision.actions)))
        case = decision.case or case
    assert acts == [(5, 0), (60, 1), (61, 0), (119, 0), (120, 1), (500, 1), (501, 0)]
    assert dict(case.ticked) == {"status": begun + 8 * every}
    assert due_at(case, setting(begun + timedelta(minutes=501)), clock) == case.promise
    assert due_at(case, setting(begun + 9 * every), clock) == begun + 9 * every
    assert case.changed_at == _owned(NOW + timedelta(days=2)).changed_at


def test_a_step_waits_for_its_letter_and_the_clocks_do_not() -> None:
    """A reminder that has not left holds back the lapse, not what runs beside it."""
    case = _owned(NOW + HOUR)
    clock = (Timer("status", lambda case, _: case.promise, _ring),)
    late = setting(NOW + 2 * HOUR)
    held = on_time(case, late, waits=True, timers=clock)
    assert [type(happened).__name__ for happened in held.events] == ["Ticked"]
    free = on_time(case, late, timers=clock)
    assert [type(happened).__name__ for happened in free.events] == ["Ticked", "Reminded"]


def test_an_offer_to_who_is_on_call_runs_around_the_clock() -> None:
    """At eleven at night an answer is due within the hour, not at nine in the morning."""
    night = NOW.replace(hour=22)
    shift = Shift("ben", night - 24 * HOUR, night + 24 * HOUR)
    team = replace(TEAM, shifts=(shift,))
    for owner, hours in (("on call", True), ("product", False)):
        met = policy(owner=owner)
        world = setting(night, matrix=team, policies=(met,))
        choice = next_owner(case_of(policies=(met.id,)), world)
        assert choice is not None
        assert (choice.person.id, choice.person.hours.working(night)) == ("ben", hours)
