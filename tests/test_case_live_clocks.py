"""The clocks of a live case: when each is due, what its owner gets, what is promised."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cases import (
    ALWAYS,
    BERLIN,
    NOW,
    OFFICE,
    TEAM,
    accepted,
    act,
    case_of,
    offered,
    person,
    setting,
)
from hypothesis import given, settings, strategies as st

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Setting
from deskless.agent.case.event_live import Explained
from deskless.agent.case.on_mail import on_customer
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.live import clocks, facts, timers, updates
from deskless.agent.settings.clock_spans import ClockSpans
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity

SEV1, SEV2, SEV3, SEV4 = Severity


def local(text: str) -> datetime:
    """An instant written as Berlin's clock shows it, in that week of November."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


def told(at: datetime | None) -> str:
    """An instant as Berlin's clock shows it."""
    return f"{at.astimezone(BERLIN):%d %H:%M}" if at else "never"


def owned(severity: Severity, since: str, promise: str) -> Case:
    """A case that Ana took then, with an update promised for that instant."""
    at = local(since)
    yes = replace(accepted(at=at), promise=local(promise))
    return case_of(offered(at=at), yes, severity=severity)


def team(hours: Hours) -> Matrix:
    """Ana works these hours."""
    return replace(TEAM, people=(person("ana", 2, hours=hours), *TEAM.people[1:]))


HOLIDAY = replace(OFFICE, free=frozenset({date(2026, 11, 25)}))
LATE = Hours(zone=BERLIN, week=(((),) * 7))


@pytest.mark.parametrize(
    ("severity", "since", "promise", "hours", "draft"),
    [
        (SEV1, "23 10:00", "23 10:30", OFFICE, "23 10:20"),
        (SEV1, "23 10:00", "23 10:08", OFFICE, "23 10:04"),  # too near: half way
        (SEV1, "21 23:00", "21 23:30", OFFICE, "21 23:20"),  # Saturday night
        (SEV2, "23 10:00", "23 12:00", OFFICE, "23 11:30"),
        (SEV2, "23 17:00", "24 10:00", OFFICE, "24 09:30"),  # across a night
        (SEV2, "24 17:30", "26 10:30", HOLIDAY, "26 10:00"),  # and a holiday
        (SEV2, "23 10:00", "23 10:20", OFFICE, "23 10:10"),
        (SEV3, "23 10:00", "24 10:00", OFFICE, "24 09:00"),
        (SEV3, "23 10:00", "23 16:00", OFFICE, "23 13:00"),  # the morning has passed
        (SEV3, "23 10:00", "26 17:00", OFFICE, "26 09:00"),
        (SEV4, "23 10:00", "30 10:00", OFFICE, "30 09:00"),
        (SEV4, "20 10:00", "28 12:00", OFFICE, "27 09:00"),  # due on a Saturday
        (SEV3, "23 10:00", "24 10:00", ALWAYS, "24 09:00"),
        (SEV3, "23 10:00", "25 10:00", LATE, "24 22:00"),  # nobody knows when they work
    ],
)
def test_the_owner_has_the_draft_before_the_update_is_due(
    severity: Severity, since: str, promise: str, hours: Hours, draft: str
) -> None:
    """Ten minutes, half an hour, in the morning; half way where that would have passed."""
    case = owned(severity, since, promise)
    world = setting(local(since), matrix=team(hours))
    assert told(updates.draft_at(case, world)) == draft


def test_there_is_no_draft_where_nothing_is_promised() -> None:
    """Offered, ended: nobody owes an update. A promise in the past brings its draft at once."""
    world = setting(NOW)
    assert updates.draft_at(case_of(offered()), world) is None
    assert updates.overdue_at(case_of(offered()), world) is None
    past = owned(SEV1, "23 10:00", "23 09:50")
    assert updates.draft_at(past, world) == past.promise


def letters(case: Case, world: Setting) -> list[tuple[str, str]]:
    """Which letters time brings then, beside those to stakeholders."""
    return [
        (action.letter.value, action.to) for action in timers.on_time(case, world).actions
        if isinstance(action, WriteLetter) and action.letter is not LetterKind.STAKEHOLDER
    ]  # fmt: skip


def test_the_draft_comes_once_and_the_reminder_stands_for_it_when_it_is_too_late() -> None:
    """Also after a day without power: then one mail, not two."""
    case = owned(SEV1, "23 10:00", "23 10:30")
    at = local("23 10:20")
    assert letters(case, setting(at)) == [("update", "ana")]
    after = timers.on_time(case, setting(at)).case
    assert after is not None
    assert timers.due_at(after, setting(at)) == after.promise
    assert letters(case, setting(local("23 10:30"))) == [("lease", "ana")]


@pytest.mark.parametrize(
    ("severity", "now", "promise"),
    [
        (SEV1, "23 10:10", "23 10:30"),  # not due yet: the time on record stays
        (SEV1, "23 10:20", "23 11:00"),  # its own letter: the next on the grid
        (SEV1, "23 10:40", "23 11:10"),  # late: counted from now
    ],
)
def test_a_letter_promises_the_time_on_record_or_the_next_by_the_cadence(
    severity: Severity, now: str, promise: str
) -> None:
    """So that the customer hears on a grid, and no promise is quietly moved."""
    case = owned(severity, "23 10:00", "23 10:30")
    assert told(updates.letter_promise(case, setting(local(now)))) == promise


def test_the_manager_hears_of_a_miss_after_half_of_the_cadence() -> None:
    """The lead of the tier or of the next one, else the founder; where the lease has not lapsed."""
    fast = clocks.read_clocks({"SEV-1": ClockSpans(updates="10 min")})
    case = owned(SEV1, "23 10:00", "23 10:10")
    world = setting(local("23 10:00"), clocks=fast)
    assert told(updates.overdue_at(case, world)) == "23 10:15"
    reminded = timers.on_time(case, replace(world, now=local("23 10:10"))).case
    assert reminded is not None
    late = replace(world, now=local("23 10:15"))
    assert letters(reminded, late) == [("overdue", "maya")]
    leads = tuple(replace(each, lead=each.id in {"ben", "cleo"}) for each in TEAM.people)
    lead = replace(late, matrix=replace(TEAM, people=leads))
    assert letters(reminded, lead) == [("overdue", "ben")]
    assert letters(replace(reminded, owner="maya"), late) == []
    assert updates.overdue_at(case, setting(NOW)) is None, "by then it has lapsed"


def test_a_teams_own_clocks_hold_by_severity_and_tier() -> None:
    """What a row leaves out is the severity's, and what that leaves out the usual."""
    rows = {
        "SEV-2 Enterprise": ClockSpans(updates="1h", internal="never"),
        "SEV-2": ClockSpans(acknowledgement="10 min", resolution="6h", first_response="30 min"),
        "SEV-3": ClockSpans(updates="on change", internal="2h"),
    }
    table = clocks.read_clocks(rows)
    hours = timedelta(hours=1)
    best = table.of(SEV2, "enterprise")
    assert (best.updates, best.internal, best.resolution) == (hours, None, 6 * hours)
    assert table.of(SEV2, "basic").updates == 2 * hours
    assert table.of(SEV2).first_response == hours / 2
    assert (table.of(SEV3).updates, table.of(SEV3).internal) == (None, 2 * hours)
    assert table.of(SEV1).updates == hours / 2


def test_every_clock_shows_how_it_came_about() -> None:
    """The next update by the cadence, or as it was promised; what is met says when."""
    case = replace(owned(SEV2, "23 10:00", "23 12:00"), first_mail=NOW)
    shown = {each.name: each for each in clocks.running_clocks(case, setting(local("23 12:30")))}
    assert list(shown) == [
        "first response", "acknowledgement", "next update", "internal status", "resolution",
    ]  # fmt: skip
    assert shown["next update"].text == (
        "SEV-2: 2 h of the owner's working time (Mon-Fri 09:00-18:00 Europe/Berlin) from "
        "Mon 23 Nov 10:00 CET → Mon 23 Nov 12:00 CET"
    )
    assert told(shown["internal status"].at) == "23 13:00"
    assert shown["acknowledgement"].met is None
    nearer = owned(SEV2, "23 10:00", "23 11:00")
    shown = {each.name: each for each in clocks.running_clocks(nearer, setting(NOW))}
    assert shown["next update"].text == "SEV-2: Ana wants to write by Mon 23 Nov 11:00 CET"
    for wished, rest in (
        (None, ""),
        (local("23 15:00"), "; Ana wants to write by Mon 23 Nov 15:00 CET"),
    ):
        known = replace(nearer, expected=nearer.promise, wished=wished)
        told_of = {each.name: each for each in clocks.running_clocks(known, setting(NOW))}
        assert told_of["next update"].text == (
            f"SEV-2: promised to the customer for Mon 23 Nov 11:00 CET{rest}"
        )
    assert updates.letter_promise(known, setting(NOW)) == wished, "a letter alone puts it off"
    done = case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana"), severity=SEV2)
    names = [each.name for each in clocks.running_clocks(done, setting(NOW))]
    assert names == ["acknowledgement", "resolution"]
    ages = setting(NOW + timedelta(days=5000))
    assert clocks.running_clocks(nearer, ages), "a case that nobody ended is no endless loop"


def said(minutes: int = 0, by: str = "ana", **words: str) -> event.Progressed:
    """An owner's word of progress."""
    at = NOW + timedelta(minutes=minutes)
    return event.Progressed(at=at, by=by, proof="dmarc", **words)  # type: ignore[arg-type]


def left(
    minutes: int, approved: int, kind: str = "progress", promise: datetime | None = None
) -> event.Reached:
    """A letter that was approved and has left."""
    return event.Reached(
        at=NOW + timedelta(minutes=minutes), by="ana", text="00", kind=kind, promise=promise,
        approved=NOW + timedelta(minutes=approved),
    )  # fmt: skip


def test_a_letter_says_what_was_told_since_the_last_one() -> None:
    """Status and what was done since; the next step, the blocker and the time as they stand."""
    told = [
        said(1, status="looking", done="- restarted\n- looked at logs", next_action="roll back"),
        left(10, 9),
        said(20, blocked_by="the vendor", expected="noon", workaround="use the phone app"),
        said(25, root_cause="a release", done="rolled back"),
    ]
    assert facts.told_facts(told) == facts.Facts(
        done=("rolled back",), next_action="roll back", blocker="the vendor", cause="a release",
        workaround="use the phone app", expected="noon",
        ever=("restarted", "looked at logs", "rolled back"), news=True,
    )  # fmt: skip
    assert [facts.told_facts(told[:count]).news for count in (1, 2, 3)] == [True, False, True]
    assert facts.told_facts([*told, said(30, blocked_by="None.")]).blocker == ""
    crossed = [said(1, done="one"), said(3, done="two"), left(9, 2)]
    assert facts.told_facts(crossed).done == ("two",), "said between the yes and the leaving"
    first = [said(1, done="one"), left(9, 2, kind="acknowledgement")]
    assert facts.told_facts(first).done == ("one",), "the first word tells nothing of that"


WROTE = event.Touched(at=NOW, by="ana", promise=NOW)
LOST = event.Unreached(at=NOW, status="5.1.1")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), None),
        ((left(10, 9, promise=NOW),), NOW),
        ((WROTE,), NOW),
        ((WROTE, event.Touched(at=NOW, by=event.CUSTOMER)), NOW),
        ((WROTE, left(10, 9, kind="question")), NOW),
        ((WROTE, event.Touched(at=NOW, by="ben")), None),
        ((WROTE, left(10, 9, kind="own_words")), None),
        ((left(10, 9, promise=NOW), LOST), None),
    ],
)
def test_what_the_customer_was_told_last_is_what_they_expect(
    events: tuple[event.Event, ...], expected: datetime | None
) -> None:
    """Letters and the team's own mails; a question says nothing, what came back said nothing."""
    assert facts.told_to_expect(events) == expected


def test_what_was_taken_back_is_not_told() -> None:
    """Only the step of that kind by that person."""
    words = [said(1, status="fixed"), said(2, by="ben", status="no"), said(3, status="good")]
    undone = event.Undone(at=NOW + timedelta(minutes=4), by="ana", what="progressed")
    assert facts.told_facts([*words, undone]).status == ""
    assert facts.told_facts([*words[:1], words[2], undone]).status == "fixed"
    other = event.Undone(at=NOW, by="ana", what="accepted")
    assert facts.told_facts([words[0], other]).status == "fixed"
    assert facts.told_facts([other]).status == ""


@settings(max_examples=80)
@given(
    severity=st.sampled_from(Severity),
    begin=st.integers(0, 7 * 24 * 60),
    wait=st.integers(1, 10 * 24 * 60),
    hours=st.sampled_from([OFFICE, HOLIDAY, ALWAYS, LATE]),
)
def test_a_draft_is_never_after_its_update_and_its_promise_is_always_ahead(
    severity: Severity, begin: int, wait: int, hours: Hours
) -> None:
    """Whatever the hours, whenever it is promised."""
    at = NOW + timedelta(minutes=begin)
    due = at + timedelta(minutes=wait)
    yes = replace(accepted(at=at), promise=due)
    case = case_of(offered(at=at), yes, severity=severity)
    world = setting(at, matrix=team(hours))
    draft = updates.draft_at(case, world)
    assert draft is not None
    assert at <= draft <= due
    for now in (at, draft, due, due + timedelta(hours=3)):
        assert updates.letter_promise(case, replace(world, now=now)) > now


def ended() -> Case:
    """A case that Ana resolved."""
    return case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana"))


def test_a_fact_after_the_end_completes_the_letter_and_moves_nothing() -> None:
    """Only from whoever had the case, and only labelled; else it is a note."""
    told = Command(Verb.PROGRESS, fields=(("cause", "a release"), ("prevention", "tests")))
    decision = on_reply(ended(), told, setting(), act("ana"))
    [fact] = decision.events
    assert isinstance(fact, Explained)
    assert (fact.root_cause, fact.prevention) == ("a release", "tests")
    assert decision.case is not None
    assert decision.case.status is Status.RESOLVED
    words = facts.told_facts(decision.events)
    assert (words.cause, words.prevention) == ("a release", "tests")
    for by, asked in (("ben", told), ("ana", Command(Verb.PROGRESS, note="fine"))):
        [noted] = on_reply(ended(), asked, setting(), act(by)).events
        assert isinstance(noted, event.Noted)


def sent(case: Case, kind: str, promise: datetime | None = None) -> list[str]:
    """What a SEND of a draft of this kind comes to."""
    asked = act("ana", draft="ab" * 32, draft_kind=kind, promise=promise)
    decision = on_reply(case, Command(Verb.SEND), setting(), asked)
    return [getattr(each, "detail", "") or type(each).__name__ for each in decision.events]


def test_a_letter_goes_once_and_never_behind_what_is_on_record() -> None:
    """Twice the same, a time that another letter has passed, a letter of another state."""
    mine = owned(SEV3, "23 10:00", "23 16:00")
    assert sent(mine, "progress", local("24 16:00")) == ["Approved"]
    yes = advance(mine, event.Approved(at=NOW, by="ana", text="ab" * 32, kind="progress"))
    assert sent(yes, "progress", local("24 16:00")) == ["That very mail was approved before."]
    [late] = sent(mine, "progress", local("23 15:00"))
    assert late.startswith("A later time is on record")
    assert sent(ended(), "resolution") == ["Approved"]
    assert "nothing was sent" in sent(ended(), "progress")[0]
    assert sent(mine, "resolution")[0].startswith("It is open again")


def test_the_customers_yes_closes_where_the_letter_had_asked() -> None:
    """Without the letter its owner is asked; a doubt opens it again."""
    asked = advance(ended(), left(30, 20, kind="resolution"))
    assert asked.asked_at == NOW + timedelta(minutes=30)
    agreed = on_customer(asked, setting(), act("customer"), None, content=True).case
    assert agreed is not None
    assert (agreed.status, agreed.reason) == (Status.CLOSED, "confirmed")
    thanked = on_customer(ended(), setting(), act("customer"), None, content=True).case
    assert thanked is not None
    assert thanked.status is Status.RESOLVED
    doubted = on_customer(asked, setting(), act("customer"), None).case
    assert doubted is not None
    assert (doubted.status, doubted.asked_at) == (Status.OWNED, None)


def test_a_letter_that_left_late_is_a_promise_not_kept() -> None:
    """And what it says cannot be taken back; the next promise is the letter's."""
    mine = owned(SEV3, "23 10:00", "23 10:20")
    late = advance(mine, replace(left(30, 25), promise=local("24 10:00")))
    assert (late.broken_promises, late.before, late.promise) == (1, None, local("24 10:00"))
    assert late.promised_at == NOW + timedelta(minutes=30)
    assert advance(mine, left(10, 5)).broken_promises == 0


def test_nobody_is_told_of_their_own_lapse_twice() -> None:
    """The founder who lost a case hears it once, as its owner."""
    at = local("23 10:00")
    yes = replace(accepted(by="maya", at=at), promise=local("23 10:30"))
    case = case_of(offered(to="maya", at=at), yes, severity=SEV1)
    late = timers.on_time(case, setting(local("23 10:30"))).case
    assert late is not None
    told = letters(late, setting(local("23 10:45")))
    assert [who for letter, who in told if letter in {"moved", "released"}] == ["maya"]
