"""A live case beside its status: who is told of it and when, and when a red flag goes up."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cases import (
    NOW,
    OFFICE,
    TEAM,
    accepted,
    act,
    case_of,
    offered,
    opened,
    opening,
    person,
    setting,
)
from hypothesis import given, settings, strategies as st

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.decide import complete_request, open_case
from deskless.agent.case.decision import Act, Decision, DecisionDraft
from deskless.agent.case.event_live import Flag, Flagged, FlagsTold, News, Ticked, Told, Unfollowed
from deskless.agent.case.on_mail import on_tone
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance, replay_events
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.live import red_flags, stakeholders
from deskless.agent.live.red_flags import RED_FLAGS, flag_due, follow_flags, next_mail
from deskless.agent.live.stakeholders import FOLD, manager_of
from deskless.agent.live.timers import due_at, on_time
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEAD = Matrix((*TEAM.people, person("lea", 2, lead=True), person("amy", 1, role="sales")))


def told_in(decision: Decision) -> list[tuple[str, str]]:
    """Who is written to as a stakeholder, and of what."""
    return [
        (action.to, action.says("news"))
        for action in decision.actions
        if isinstance(action, WriteLetter) and action.letter is LetterKind.STAKEHOLDER
    ]


def play(
    severity: Severity, *steps: tuple[datetime, event.Event], until: datetime, **world: object
) -> list[tuple[str, str, str]]:
    """A case from its opening with these events: every stakeholder's mail as (HH:MM, who, news).

    The clock runs minute by minute from 10:00 in Berlin; the status itself does not move.
    """
    case = replay_events([opened(severity=severity)])
    lines, at, left = [], NOW, list(steps)
    while at <= until:
        while left and left[0][0] <= at:
            case = advance(case, left.pop(0)[1])
        world_now = setting(at, **world)
        due = stakeholders.due(case, world_now)
        if due is not None and due <= at:
            draft = DecisionDraft(case, world_now, Act())
            stakeholders.tell(draft)
            decision = draft.done()
            clock = f"{at + HOUR:%H:%M}"
            lines += [(clock, who, news) for who, news in told_in(decision)]
            case = decision.case or case
        at += MINUTE
    return lines


def at(hours: float) -> datetime:
    """An instant after the opening."""
    return NOW + timedelta(hours=hours)


# Stakeholders


def test_a_sev1_is_told_to_everybody_and_hourly_to_the_founder() -> None:
    """Opened, taken four minutes later, unchanged for two hours, solved: each at its minute."""
    steps = (
        (NOW, offered()),
        (at(1 / 15), accepted(at=at(1 / 15))),
        (at(2.5), event.Resolved(at=at(2.5), by="ana")),
    )
    lines = play(Severity.SEV1, *steps, until=at(5))
    rest = ["tom", "ben", "cleo"]
    assert lines == [
        ("10:00", "maya", "opened"), *(("10:00", who, "opened") for who in rest),
        ("10:09", "maya", "changed"), *(("10:09", who, "changed") for who in rest),
        ("11:09", "maya", "status"), ("12:09", "maya", "status"),
        ("12:31", "maya", "ended"), *(("12:31", who, "ended") for who in rest),
    ]  # fmt: skip


def test_a_sev2_is_told_to_manager_and_account_owner_in_working_time() -> None:
    """It opens on Monday at 16:30; at night nobody hears, on Tuesday the clock goes on."""
    late = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    case = replay_events([opened(severity=Severity.SEV2, at=late), offered(at=late)])
    world = {"matrix": LEAD, "account_owner": "amy"}
    heard = []
    at_, end = late, late + timedelta(hours=19)
    while at_ <= end:
        draft = DecisionDraft(case, setting(at_, **world), Act())
        due = stakeholders.due(case, draft.setting)
        if due is not None and due <= at_:
            stakeholders.tell(draft)
            case = draft.case
            heard.append((f"{at_ + HOUR:%d %H:%M}", told_in(draft.done())))
        at_ += timedelta(minutes=10)
    both = ["lea", "amy"]
    assert heard == [
        ("23 16:30", [(who, "opened") for who in both]),
        ("23 17:30", [(who, "status") for who in both]),
        ("24 09:30", [(who, "status") for who in both]),
        ("24 10:30", [(who, "status") for who in both]),
        ("24 11:30", [(who, "status") for who in both]),
    ]


def test_a_sev3_is_told_to_the_account_owner_without_status_and_a_sev4_to_nobody() -> None:
    """Opening, change and end; nothing in between."""
    world = {"account_owner": "amy", "matrix": LEAD}
    steps = (
        (NOW, offered()), (at(1), accepted(at=at(1))),
        (at(20), event.Closed(at=at(20), by="ana", reason=event.Why.DONE)),
    )  # fmt: skip
    assert play(Severity.SEV3, *steps, until=at(30), **world) == [
        ("10:00", "amy", "opened"), ("11:30", "amy", "changed"), ("06:01", "amy", "ended"),
    ]  # fmt: skip
    assert play(Severity.SEV4, *steps, until=at(30), **world) == []


def test_changes_close_together_are_one_mail_and_what_was_taken_back_none() -> None:
    """Owner, blocker and severity within minutes: one mail that names all three."""
    blocked = event.Progressed(at=at(0.15), by="ana", blocker=event.Blocker.BUG_FIX, proof="dmarc")
    steps = [offered(), accepted(at=at(0.1)), blocked]
    case = advance(replay_events([opened(severity=Severity.SEV2)]), Told(at=NOW, news=News.OPENED))
    for step in steps:
        case = advance(case, step)
    assert case.news == (at(0.1), at(0.15))
    draft = DecisionDraft(case, setting(at(0.1) + FOLD[Severity.SEV2]), Act())
    stakeholders.tell(draft)
    [letter] = [action for action in draft.done().actions if isinstance(action, WriteLetter)]
    assert letter.says("new") == "owner,blocker"
    assert letter.says("was_owner") == ""
    undone = advance(case, event.Undone(at=at(0.2), by="ana", what="progressed"))
    undone = advance(undone, event.Released(at=at(0.2), by="ana", owner="ana"))
    assert undone.news is None
    again = advance(case, event.Noted(at=at(0.2), by="tom", note="x"))
    assert again.news == case.news


def test_an_update_that_is_put_off_is_news_and_word_to_the_customer_is_none() -> None:
    """Moved to a later time with no word to the customer; a letter that left ends that."""
    case = replay_events([opened(), offered(), accepted(), Told(at=NOW, news=News.OPENED)])
    later = event.Progressed(at=at(1), by="ana", promise=at(9), proof="dmarc")
    off = advance(case, later)
    assert off.told
    assert off.told.news(off.picture) == ("put_off",)
    written = advance(off, event.Touched(at=at(2), by="ana"))
    assert written.put_off == 0
    assert written.news is None
    sooner = replace(later, promise=at(2))
    assert advance(case, sooner).news is None
    kept = advance(advance(case, event.Touched(at=at(0.5), by="ana")), later)
    assert kept.put_off == 0


def test_whoever_acts_is_no_stakeholder_and_who_was_told_stays_one() -> None:
    """The account owner takes it: told no more. The severity falls: the manager hears the end."""
    world = {"matrix": LEAD, "account_owner": "amy"}
    told = Told(at=NOW, news=News.OPENED, to=("lea",), knew=("amy",))
    case = replay_events([opened(severity=Severity.SEV2), offered(to="amy"), told])
    assert stakeholders.stakeholders(case, setting(**world)) == {"lea": "manager"}
    lower = advance(case, event.Corrected(at=at(1), by="lea", severity=Severity.SEV3))
    assert stakeholders.stakeholders(lower, setting(**world)) == {"lea": "earlier"}
    gone = setting(account_owner="amy")
    assert stakeholders.stakeholders(lower, gone) == {}, "who left the matrix hears nothing"


def test_a_table_of_ones_own_says_who() -> None:
    """Roles and addresses of the matrix; an empty list is nobody."""
    case = replay_events([opened(severity=Severity.SEV2)])
    own = {Severity.SEV2: ("cleo@acme.example", "executive", "nobody@acme.example")}
    world = setting(stakeholders=own)
    assert stakeholders.stakeholders(case, world) == {"cleo": "named", "maya": "executive"}
    assert stakeholders.due(case, setting(stakeholders={Severity.SEV2: ()})) is None


@pytest.mark.parametrize(
    ("people", "manager"),
    [
        (TEAM.people, "maya"),
        (LEAD.people, "lea"),
        ((*TEAM.people, person("hal", 3, role="Head of Engineering")), "hal"),
        ((person("lea", 1, lead=True), *TEAM.people), "maya"),
    ],
    ids=["nobody leads", "the lead of the tier", "a role that says so", "a lead below is none"],
)
def test_who_manages(people: tuple, manager: str) -> None:
    """The lead of the case's tier or above, else the founder; never who acts."""
    assert manager_of(case_of(), setting(matrix=Matrix(people))) == manager
    busy = case_of(offered(to=manager))
    assert manager_of(busy, setting(matrix=Matrix(people))) == "maya"


def test_what_was_read_in_another_letter_is_not_told_again() -> None:
    """An alert at the opening, a word of who took it; but a blocker stands in no other letter."""
    case = replay_events([opened(severity=Severity.SEV2)])

    def told(case: Case, heard: datetime, now: datetime = NOW, **more: object) -> list:
        draft = DecisionDraft(case, setting(now, heard={"maya": heard}, **more), Act())
        stakeholders.tell(draft)
        return told_in(draft.done())

    assert told(case, NOW) == []
    assert told(case, NOW - HOUR) == [("maya", "opened")]
    known = advance(case, Told(at=NOW, news=News.OPENED, knew=("maya",)))
    owned = replay_events([opened(severity=Severity.SEV2), offered(), Told(at=NOW, news=News.OPENED,
                                                                     knew=("maya",))])  # fmt: skip
    owned = advance(owned, accepted(at=at(1)))
    assert told(owned, at(1), at(1.2)) == []
    assert told(owned, at(0.9), at(1.2)) == [("maya", "changed")]
    blocked = advance(owned, event.Progressed(at=at(1), by="ana", blocker=event.Blocker.ACCESS))
    assert told(blocked, at(1.1), at(1.2)) == [("maya", "changed")]
    assert told(known, at(0.9), at(1)) == [], "half an hour ago there was a letter"
    assert told(known, at(0.1), at(1)) == [("maya", "status")]
    many = {"maya": 9, "cleo": 3}
    named = {"stakeholders": {Severity.SEV2: ("executive", "cleo@acme.example")}, "informed": many}
    assert told(known, at(0.1), at(1), **named) == [("maya", "status")], "a full day is enough"
    over = replace(advance(blocked, event.Resolved(at=at(2), by="ana")), told_to=("cleo",))
    for count, hears in ((5, [("cleo", "ended")]), (6, [])):
        full = named | {"informed": {"cleo": count}}
        assert [each for each in told(over, at(0.1), at(2.1), **full) if each[0] == "cleo"] == hears
    worse = event.Corrected(at=at(1), by="maya", severity=Severity.SEV1)
    named["stakeholders"][Severity.SEV1] = ("cleo@acme.example",)
    graver = told(replace(advance(known, worse), told_to=("cleo",)), at(0.1), at(1.1), **named)
    assert graver == [("cleo", "changed")], "the severity is told on any day"


def test_who_joins_later_reads_how_it_stands() -> None:
    """It becomes a SEV-1: all hands hear of it for the first time, the founder what changed."""
    case = replay_events(
        [opened(severity=Severity.SEV2), offered(), Told(at=NOW, news=News.OPENED, to=("maya",))]
    )
    worse = advance(case, event.Touched(at=at(1), by=event.CUSTOMER, severity=Severity.SEV1))
    draft = DecisionDraft(worse, setting(at(1.1)), Act())
    stakeholders.tell(draft)
    assert dict(told_in(draft.done())) == {
        "maya": "changed", "tom": "opened", "ben": "opened", "cleo": "opened",
    }  # fmt: skip


def test_stop_leaves_a_case_and_whoever_must_hear_cannot() -> None:
    """Once; the owner and the founder are told that it goes on."""
    case = case_of(offered(), accepted(), severity=Severity.SEV1)
    stop = Command(Verb.STOP, line="STOP")
    done = on_reply(case, stop, setting(), act("tom"))
    assert [type(each) for each in done.events] == [Unfollowed]
    assert done.case
    assert "tom" not in stakeholders.stakeholders(done.case, setting())
    for who, words in (("ana", "it is with you"), ("maya", "the founder")):
        refused = on_reply(done.case, stop, setting(), act(who))
        [letter] = refused.actions
        assert isinstance(letter, WriteLetter)
        assert words in letter.says("say")
        assert who == "ana" or who in stakeholders.stakeholders(done.case, setting())
    again = on_reply(done.case, stop, setting(), act("tom"))
    assert isinstance(again.events[0], event.Refused)
    founder = replace(done.case, unfollowed=("maya",))
    assert "maya" in stakeholders.stakeholders(founder, setting())


def test_nobody_is_told_before_a_case_is_one() -> None:
    """A request that lacks its reason is none yet; one that ended untold is not told."""
    facts = {name: getattr(opening(severity=Severity.SEV1), name) for name in
             event.Opening.__dataclass_fields__}  # fmt: skip
    asked = replay_events([event.Requested(**facts, missing=("tried",))])
    assert stakeholders.due(asked, setting()) is None
    assert flag_due(asked, setting()) is None
    ended = case_of(event.Closed(at=NOW, by="ana", reason=event.Why.DONE), severity=Severity.SEV1)
    assert stakeholders.due(ended, setting()) is None
    assert stakeholders.status_due(ended, setting()) is None
    done = complete_request(asked, setting(), act("tom"), _given())
    assert due_at(done.case or asked, setting()) == NOW


def _given() -> object:
    from deskless.agent.case.decide import EscalationRequest

    return EscalationRequest("down", "restarted")


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 300), st.sampled_from(["note", "block", "off", "word"]))))
def test_a_case_sends_few_mails_however_much_happens(steps: list[tuple[int, str]]) -> None:
    """Changes fold: never two mails to one person within the folding time of the severity."""
    made: list[tuple[datetime, event.Event]] = [(NOW, offered()), (NOW, accepted())]
    blockers = list(event.Blocker)
    for number, (minutes, kind) in enumerate(sorted(steps)):
        when = NOW + timedelta(minutes=minutes)
        made.append((when, {
            "note": event.Noted(at=when, by="tom", note="x"),
            "block": event.Progressed(at=when, by="ana", blocker=blockers[number % 6],
                                      proof="dmarc"),
            "off": event.Progressed(at=when, by="ana", promise=at(9 + number), proof="dmarc"),
            "word": event.Touched(at=when, by="ana"),
        }[kind]))  # fmt: skip
    lines = play(Severity.SEV1, *made, until=at(5))
    mine = [line[0] for line in lines if line[1] == "maya"]
    assert len(mine) <= 1 + 5 * 60 / 5
    clocks = [datetime.strptime(clock, "%H:%M") for clock in mine]
    assert all(b - a >= FOLD[Severity.SEV1] for a, b in itertools.pairwise(clocks))


# Red flags

SEVERE = {"severity": Severity.SEV1}
WAITS = {"unanswered_since": NOW, "last_touch": NOW, "first_mail": NOW}
LAPSE = event.Released(at=at(5), owner="ana")
SOLVED = event.Resolved(at=at(1), by="ana")
WORD = event.Touched(at=at(0.1), by="tom")
AGAIN = event.Touched(at=at(6), by=event.CUSTOMER)
BOUNCES = (
    offered(), event.Bounced(at=NOW, by="ana", number=1), offered(2, "ben"),
    event.Bounced(at=NOW, by="ben", number=2),
)  # fmt: skip


def progress(hours: float, **more: object) -> event.Progressed:
    """A word of the owner."""
    return event.Progressed(at=at(hours), by="ana", proof="dmarc", **more)  # type: ignore[arg-type]


BROKEN = (
    offered(), accepted(), progress(5, promise=at(8)), replace(SOLVED, at=at(6), caused=True),
    event.Reached(at=at(6), by="ana", text="0", approved=at(6), kind="resolution"),
)  # fmt: skip
"""A promise that was missed, the end, and the letter that says so."""
DRAFTED = Ticked(at=at(6), clock="apology", of=at(6))
Flags = list[tuple[Flag, str]]
UP: list[tuple[str, tuple[event.Event, ...], dict[str, object], float, Flag | None, str]] = [
    ("no word 15 min after", (offered(),), WAITS, 0.25, Flag.DELAYED, "ana"),
    ("a minute before that", (offered(),), WAITS, 0.24, None, ""),
    ("a teammate wrote", (offered(), WORD), WAITS, 0.25, None, ""),
    ("the letter left", (offered(), event.Reached(at=at(0.1), text="0", approved=NOW)), WAITS,
     0.25, None, ""),
    ("no escalation after all", (event.Closed(at=at(0.3), by="ana",
     reason=event.Why.NOT_AN_ESCALATION),), WAITS, 1, None, ""),
    ("over before that", (event.Closed(at=at(0.1), by="ana", reason=event.Why.WITHDRAWN),), WAITS,
     1, None, ""),
    ("it became worse", (event.Touched(at=at(0.1), by=event.CUSTOMER, severity=Severity.SEV1),),
     {}, 0.1, Flag.UNDER, "maya"),
    ("it is as it was", (event.Touched(at=at(0.1), by=event.CUSTOMER, severity=Severity.SEV4),),
     {}, 0.1, None, ""),
    ("corrected downwards", (event.Corrected(at=at(0.1), by="ana", severity=Severity.SEV4),),
     {}, 0.1, None, ""),
    ("a promise passes", (offered(), accepted()), {}, 4, Flag.GAP, "ana"),
    ("a promise is kept", (offered(), accepted(), event.Touched(at=at(1), by="ana")), {}, 4, None,
     ""),
    ("the letter that made it keeps none", (offered(), accepted(), event.Reached(at=at(1),
     text="0", approved=NOW, promise=at(3))), {}, 3, Flag.GAP, "ana"),
    ("a correction made it nearer, after the last word", (offered(), accepted(),
     event.Touched(at=at(1), by="ana"), event.Corrected(at=at(2), by="ana", promise=at(3))), {}, 3,
     Flag.GAP, "ana"),
    ("writes again too late", (offered(), WORD, event.Touched(at=at(0.2), by=event.CUSTOMER),
     AGAIN), WAITS, 6, Flag.GAP, "ana"),
    ("writes again soon", (offered(), WORD, event.Touched(at=at(0.2), by=event.CUSTOMER),
     replace(AGAIN, at=at(1))), WAITS, 1, None, ""),
    ("opened again", (offered(), accepted(), SOLVED, event.Reopened(at=at(2), by="tom",
     promise=at(9))), {}, 2, Flag.EARLY, "ana"),
    ("closed while they wait", (offered(), accepted(), event.Touched(at=at(0.1),
     by=event.CUSTOMER), event.Closed(at=at(0.2), by="ana", reason=event.Why.DONE)), {}, 0.2,
     Flag.EARLY, "ana"),
    ("closed before their yes", (offered(), accepted(), event.Closed(at=at(0.3), by="ana",
     reason=event.Why.DONE)), {}, 0.3, Flag.EARLY, "ana"),
    ("closed by whoever asked, and nobody had it", (offered(), event.Closed(at=at(0.3), by="tom",
     reason=event.Why.DONE)), {}, 0.3, None, ""),
    ("closed with their yes", (offered(), accepted(), event.Closed(at=at(0.3), by="ana",
     reason=event.Why.CONFIRMED)), {}, 0.3, None, ""),
    ("closed without an answer, and nobody had asked", (offered(), accepted(), SOLVED,
     event.Closed(at=at(0.3), reason=event.Why.UNCONFIRMED)), {}, 0.3, Flag.EARLY, "ana"),
    ("closed without an answer to what was asked", (offered(), accepted(), SOLVED, event.Reached(
     at=SOLVED.at, text="0", approved=NOW, kind="resolution"), event.Closed(at=at(0.3),
     reason=event.Why.UNCONFIRMED)), {}, 0.3, None, ""),
    ("left without a word", (offered(), accepted(), LAPSE), {}, 5, Flag.DROPPED, "maya"),
    ("given back", (offered(), accepted(), replace(LAPSE, by="ana")), {}, 5, None, ""),
    ("solved, no cause", (offered(), accepted(), SOLVED), SEVERE, 1, Flag.CAUSE, "ana"),
    ("solved with its cause", (offered(), accepted(), replace(SOLVED, caused=True)), SEVERE, 1,
     None, ""),
    ("the cause in a note", (offered(), accepted(), event.Noted(at=NOW, by="tom", caused=True),
     SOLVED), SEVERE, 1, None, ""),
    ("not severe", (offered(), accepted(), SOLVED), {}, 1, None, ""),
    ("the third offer", (*BOUNCES, offered(3, "cleo")), {}, 0, Flag.HANDOFFS, "maya"),
    ("the second offer", BOUNCES[:3], {}, 0, None, ""),
    ("put off twice", (offered(), accepted(), progress(1, promise=at(5), blocker=
     event.Blocker.ACCESS), progress(2, promise=at(6))), {}, 2, Flag.DRIFT, "ana"),
    ("put off twice, with a word between", (offered(), accepted(), progress(1, promise=at(5),
     blocker=event.Blocker.ACCESS), event.Touched(at=at(1.5), by="ana"),
     progress(2, promise=at(6))), {}, 2, None, ""),
    ("two words, no blocker", (offered(), accepted(), progress(1), progress(2)), {}, 2,
     Flag.UNNAMED, "ana"),
    ("a note counts", (offered(), accepted(), progress(1), event.Noted(at=at(2), by="ana")), {}, 2,
     Flag.UNNAMED, "ana"),
    ("the blocker is named", (offered(), accepted(), progress(1),
     progress(2, blocker=event.Blocker.ACCESS)), {}, 2, None, ""),
    ("the blocker is named in words of their own", (offered(), accepted(), progress(1, blocks=True),
     progress(2), progress(3)), {}, 3, None, ""),
    ("nothing blocks it", (offered(), accepted(), progress(1, blocker=event.Blocker.ACCESS),
     progress(2), progress(3, blocks=False)), {}, 3, None, ""),
    ("nothing blocks it, and talk goes on", (offered(), accepted(), progress(1, blocks=False),
     progress(2), progress(3)), {}, 3, Flag.UNNAMED, "ana"),
    ("an apology lies for a working day", (*BROKEN, DRAFTED), SEVERE, 30, Flag.UNSENT, "maya"),
    ("it lies since this morning", (*BROKEN, DRAFTED), SEVERE, 29, None, ""),
    ("nobody has it in hand yet", BROKEN, SEVERE, 30, None, ""),
    ("the apology left", (*BROKEN, DRAFTED, event.Reached(at=at(7), by="maya", text="0",
     approved=at(7), kind="apology")), SEVERE, 30, None, ""),
    ("somebody else talks", (offered(), accepted(), progress(1),
     event.Noted(at=at(2), by="tom")), {}, 2, None, ""),
]  # fmt: skip
"""Situation, events, what the case began with, hours since, the flag that goes up, and for whom."""


def flags(decision: Decision) -> Flags:
    """The flags that went up, and to whom."""
    return [(each.flag, each.to) for each in decision.events if isinstance(each, Flagged)]


@pytest.mark.parametrize("row", UP, ids=lambda row: row[0])
def test_every_flag_in_its_situation_and_its_near_miss(row: tuple) -> None:
    """It goes up once, to who can act; what is nearly so raises nothing."""
    _, events, facts, hours, flag, who = row
    case = case_of(*events, **facts)
    decision = follow_flags(Decision(case, events), setting(at(hours)))
    assert flags(decision) == ([(flag, who)] if flag else [])
    assert decision.case is not None
    once = follow_flags(Decision(decision.case), setting(at(hours)))
    assert flags(once) == []


def test_a_pattern_is_seen_where_the_third_case_opens() -> None:
    """The founder hears it; a second case is none, nor is one that nobody opened just now."""
    case = case_of()
    for count, up in ((2, []), (3, [(Flag.PATTERN, "maya")])):
        world = setting(lately={"refund": count, "other": 9})
        new = open_case(opening(), world, Act())
        assert flags(follow_flags(new, world)) == up
        assert flags(follow_flags(Decision(case), world)) == []
    [raised] = [each for each in follow_flags(new, world).events if isinstance(each, Flagged)]
    assert raised.about == "refund"
    assert flags(follow_flags(open_case(opening(policies=()), world, Act()), world)) == []


def test_a_tone_is_flagged_once_in_the_mail_that_tells_of_it() -> None:
    """The alert to whoever acts takes it along; the second mail is told, and flagged no more."""
    case = case_of(offered(), accepted())
    first = on_tone(case, setting(), act("tom"), "“you should have” sounds like blame.")
    decision = follow_flags(first, setting())
    assert flags(decision) == [(Flag.BLAME, "ana")]
    [alert] = decision.actions
    assert isinstance(alert, WriteLetter)
    assert alert.says("flags") == "BLAME"
    assert decision.case is not None
    again = on_tone(decision.case, setting(), act("tom"), "“you should have” sounds like blame.")
    assert flags(again) == []


def letters(decision: Decision) -> list[tuple[str, str, str]]:
    """Letters with whom they go to and the flags that they take along."""
    return [
        (action.letter.value, action.to, action.says("flags"))
        for action in decision.actions
        if isinstance(action, WriteLetter)
    ]


def test_a_flag_goes_with_a_mail_its_reader_gets_anyway() -> None:
    """The reminder of a lapsed promise carries it; a receipt does; else a mail of its own."""
    owned = case_of(offered(), accepted(), severity=Severity.SEV2)
    lapsed = follow_flags(on_time(owned, setting(at(4)), timers=()), setting(at(4)))
    assert letters(lapsed) == [("lease", "ana", "GAP")]
    solved = on_reply(owned, Command(Verb.RESOLVED, line="RESOLVED"), setting(), act("ana"))
    assert letters(follow_flags(solved, setting()))[0] == ("receipt", "ana", "CAUSE")
    passed = Decision(case_of(*BOUNCES, offered(3, "cleo"), severity=Severity.SEV2))
    known = replace(passed.case or case_of(), told=owned.picture, followers_told_at=NOW - HOUR / 2)
    alone = follow_flags(Decision(replace(known, news=None)), setting(account_owner="tom",
                         stakeholders={Severity.SEV2: ()}))  # fmt: skip
    assert letters(alone) == [("red_flag", "maya", "HANDOFFS")]
    assert isinstance(alone.events[-1], FlagsTold)


def test_a_flag_waits_for_a_mail_that_is_due_within_the_hour_and_no_longer() -> None:
    """The manager hears the change in five minutes: the flag goes with it, or by itself later."""
    told = Told(at=NOW, news=News.OPENED, to=("maya",))
    case = case_of(told, *BOUNCES, offered(3, "cleo"), severity=Severity.SEV2)
    waits = follow_flags(Decision(case), setting())
    assert letters(waits) == []
    assert flags(waits) == [(Flag.HANDOFFS, "maya")]
    assert waits.case is not None
    status = on_time(waits.case, setting(at(1)))
    assert letters(follow_flags(status, setting(at(1))))[0] == ("stakeholder", "maya", "HANDOFFS")
    assert flag_due(waits.case, setting()) == at(0.25) or flag_due(waits.case, setting()) == at(1)
    later = follow_flags(Decision(waits.case), setting(at(1)))
    assert letters(later) == [("red_flag", "maya", "HANDOFFS")]


def test_a_flag_of_a_lesser_case_waits_a_working_day() -> None:
    """The reminder takes it along; else it goes by itself at the same hour of the next day."""
    case = case_of(offered(), **WAITS)
    up = follow_flags(Decision(case), setting(at(0.25)))
    assert letters(up) == []
    assert up.case is not None
    due = flag_due(up.case, setting(at(0.25)))
    assert due == at(24.25)
    reminded = on_time(up.case, setting(at(2)), timers=())
    assert letters(follow_flags(reminded, setting(at(2)))) == [("reminder", "ana", "DELAYED")]
    never = replace(setting(at(24.25)), team=OFFICE)
    assert letters(follow_flags(Decision(up.case), never)) == [("red_flag", "ana", "DELAYED")]


def test_when_a_person_gets_the_next_mail_in_any_event() -> None:
    """A reminder of the offer, the draft of the next update, a stakeholder's mail; else none."""
    case = case_of(offered())
    assert next_mail(case, setting(), "ana") == at(2)
    owned = case_of(offered(), accepted())
    assert next_mail(owned, setting(), "ana") == at(2)
    assert next_mail(owned, setting(at(2)), "ana") == at(4)
    assert next_mail(owned, setting(), "ben") is None
    severe = case_of(offered(), accepted(), severity=Severity.SEV1)
    assert next_mail(severe, setting(), "ben") == NOW


def test_every_flag_has_its_rule_and_what_to_do() -> None:
    """Each once, in a line; the order is the order in which they are shown."""
    assert [each.flag for each in RED_FLAGS] == list(Flag)
    for each in RED_FLAGS:
        assert each.rule.endswith(".")
        assert each.do.endswith(".")
        assert "\n" not in each.rule
    quiet = follow_flags(Decision(None), setting())
    assert quiet.events == ()
    red_flags.no_more(DecisionDraft(case_of(), setting()))


def test_a_case_that_only_waits_for_its_reason_has_no_flags() -> None:
    """A request is no case yet."""
    facts = {name: getattr(opening(), name) for name in event.Opening.__dataclass_fields__}
    asked = replay_events([event.Requested(**facts, missing=("tried",))])
    assert follow_flags(Decision(asked), setting(at(9))) == Decision(asked)


def test_the_table_in_the_docs_is_the_table_in_the_code() -> None:
    """Every flag with its rule, word for word."""
    page = (Path(__file__).parents[1] / "docs" / "live-case.md").read_text(encoding="utf-8")
    for each in RED_FLAGS:
        assert f"| {each.flag.value} | {each.rule} |" in page
