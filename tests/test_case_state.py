"""Every status x every event: what stands in MOVES happens, everything else is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cases import NOW, accepted, case_of, offered, opened, opening

from deskless.agent.case import event
from deskless.agent.case.after import event_after as afterwards
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.event_live import EVENTS, Flag, Flagged, FlagsTold, News, Ticked, Told
from deskless.agent.case.live import event_war_room as room
from deskless.agent.case.live.event_return import CameBack
from deskless.agent.case.state import BACK, BESIDE, MOVES, ROOM, IllegalMove, advance, replay_events
from deskless.agent.case.verbs import Code

LATER = NOW + timedelta(minutes=10)
DAY = NOW + timedelta(days=1)

IN: dict[Status, Case] = {
    Status.REQUESTED: replay_events(
        [
            event.Requested(
                **{n: getattr(opening(), n) for n in event.Opening.__dataclass_fields__},
                missing=("tried",),
            )
        ]
    ),
    Status.OPEN: case_of(),
    Status.OFFERED: case_of(offered()),
    Status.OWNED: case_of(offered(), accepted()),
    Status.STRANDED: case_of(event.Stranded(at=NOW, founder="maya", number=1, remind_at=DAY)),
    Status.RESOLVED: case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana")),
    Status.CLOSED: case_of(
        offered(), accepted(), event.Closed(at=NOW, by="ana", reason=event.Why.DONE)
    ),
}


def event_for(kind: type[event.Event], case: Case) -> event.Event:
    """An event of this kind that fits the case as well as it can."""
    number = case.handoff.number if case.handoff else len(case.handoffs) + 1
    facts: dict[type[event.Event], dict[str, object]] = {
        event.Offered: {
            "number": len(case.handoffs) + 1, "to": "ben", "tier": 2, "answer_by": DAY,
            "remind_at": DAY,
        },
        event.Reminded: {"to": "ana"},
        event.Accepted: {"number": number, "owner": "ana", "promise": DAY, "tier": 2},
        event.Bounced: {"number": number},
        event.Postponed: {"number": number, "until": DAY},
        event.Lapsed: {"number": number},
        event.Away: {"number": number},
        event.Undelivered: {"number": number},
        event.Returned: {"asked": "tom"},
        event.Stranded: {"founder": "maya", "number": len(case.handoffs) + 1, "remind_at": DAY},
        event.Released: {"owner": "ana"},
        event.Closed: {"reason": event.Why.DONE},
        event.Undone: {"what": "accepted"},
        event.Approved: {"text": "00"},
        event.Reached: {"text": "00", "approved": NOW},
        event.Retimed: {"number": number, "answer_by": DAY, "remind_at": DAY},
        event.Refused: {"why": event.Why.STALE},
        event.Named: {"number": number, "to": "ben"},
        event.Inquired: {"asker": "ana", "asked": "tom"},
        event.Parted: {"other": "ACME-9-1"},
        room.RoomOpened: {"commander": "ana", "people": ("ana", "maya")},
        room.CommandPassed: {"to": "ben"},
        CameBack: {"number": number, "to": "ana"},
        Ticked: {"clock": "status", "of": NOW},
        Told: {"news": News.OPENED, "to": ("maya",)},
        Flagged: {"flag": Flag.GAP, "to": "ana"},
        FlagsTold: {"flags": (Flag.GAP,), "to": "ana"},
        afterwards.RecoveryOpened: {"level": afterwards.Level.SEVERE, "to": "ana", "points": ()},
        afterwards.ImpactCorrected: {"level": afterwards.Level.MINOR},
        afterwards.GoodwillOffered: {
            "offer": 1, "gesture": afterwards.Gesture.CREDIT, "approver": "maya",
        },
        afterwards.GoodwillDecided: {"offer": 1, "approved": True},
        afterwards.TaskSet: {
            "task": 1, "kind": afterwards.TaskKind.COMMITMENT, "owner": "ana", "due": DAY,
        },
        afterwards.TaskEnded: {"task": 1, "done": True},
        afterwards.Rated: {"score": 4},
        afterwards.ReviewOpened: {"to": "ana"},
        afterwards.ReviewTold: {"finding": afterwards.ReviewPart.WHY},
        afterwards.RelationTold: {"standing": afterwards.Standing.KEPT},
    }  # fmt: skip
    return kind(at=LATER, by="ana", **facts.get(kind, {}))


REST = [cls for name, cls in EVENTS.items() if name not in {"requested", "opened"}]


@pytest.mark.parametrize("kind", REST, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("status", Status, ids=str)
def test_every_event_moves_as_the_table_says_or_is_refused(
    status: Status, kind: type[event.Event]
) -> None:
    """A row moves; no row raises and leaves the case as it was."""
    case = IN[status]
    new = event_for(kind, case)
    possible = kind in MOVES[status] and not (kind is event.Undone and case.before is None)
    possible = possible and not (kind in ROOM and case.room is None)
    if not possible:
        with pytest.raises(IllegalMove):
            advance(case, new)
        return
    after = advance(case, new)
    target = MOVES[status][kind]
    assert target is BACK or after.status is target
    assert after.changed_at == (case.changed_at if kind in {*room.SPOKEN, *BESIDE} else LATER)


@pytest.mark.parametrize("kind", REST, ids=lambda kind: kind.__name__)
def test_only_an_opening_begins_a_case(kind: type[event.Event]) -> None:
    """Nothing but Requested and Opened makes a case out of nothing."""
    with pytest.raises(IllegalMove):
        advance(None, event_for(kind, IN[Status.OPEN]))


@pytest.mark.parametrize(
    "kind", [event.Accepted, event.Bounced, event.Postponed, event.Lapsed, event.Away]
)
def test_an_old_handoff_cannot_move_a_newer_offer(kind: type[event.Event]) -> None:
    """The number of the first handoff does nothing once the second is out."""
    case = case_of(offered(), event.Bounced(at=NOW, number=1), offered(2, "ben"))
    facts = {"owner": "ana", "promise": DAY, "tier": 2} if kind is event.Accepted else {}
    facts |= {"until": DAY} if kind is event.Postponed else {}
    with pytest.raises(IllegalMove):
        advance(case, kind(at=LATER, number=1, **facts))


def test_only_two_rows_change_the_owner() -> None:
    """Accepted gives, Released takes; nothing else does (taking back aside)."""
    for status, row in MOVES.items():
        for kind in row:
            if kind in {
                event.Accepted,
                event.Released,
                event.Undone,
                event.Resolved,
                event.Reopened,
            }:
                continue
            case = IN[status]
            if kind not in ROOM:  # which a case without a war room does not know
                assert advance(case, event_for(kind, case)).owner == case.owner


def test_replay_of_nothing_is_an_error() -> None:
    """A case without events does not exist."""
    with pytest.raises(ValueError, match="begins with an event"):
        replay_events([])


def test_undo_of_a_bounce_gives_the_offer_back_and_withdraws_the_next() -> None:
    """Ana bounces, Ben is asked, Ana takes it back: the offer is hers again, under its number."""
    case = case_of(
        offered(),
        event.Bounced(at=NOW, by="ana", number=1, code=Code.WRONG_OWNER),
        offered(2, "ben"),
    )
    back = advance(case, event.Undone(at=LATER, by="ana", what="bounced"))
    assert back.status is Status.OFFERED
    assert [handoff.result for handoff in back.handoffs] == [Result.OFFERED, Result.WITHDRAWN]
    assert back.handoff is not None
    assert back.handoff.number == 1


def test_undo_of_an_acceptance_leaves_no_owner() -> None:
    """The case is offered again, to the same person, as before."""
    back = advance(IN[Status.OWNED], event.Undone(at=LATER, by="ana", what="accepted"))
    assert (back.status, back.owner, back.promise) == (Status.OFFERED, None, None)


def test_a_customer_who_writes_can_raise_but_never_lower_the_severity() -> None:
    """Touched takes the more urgent of the two."""
    case = IN[Status.OWNED]
    worse = advance(case, event.Touched(at=LATER, by=event.CUSTOMER, severity=event.Severity.SEV1))
    assert worse.severity is event.Severity.SEV1
    same = advance(worse, event.Touched(at=LATER, by=event.CUSTOMER, severity=event.Severity.SEV4))
    assert same.severity is event.Severity.SEV1
    assert same.unanswered_since == LATER
    answered = advance(same, event.Touched(at=LATER, by="tom"))
    assert answered.unanswered_since is None


def test_an_approved_text_that_is_no_acknowledgement_acknowledges_nothing() -> None:
    """Only the first word to the customer stops the acknowledgement clock."""
    case = IN[Status.OWNED]
    other = advance(case, event.Approved(at=LATER, by="ana", text="00", kind="progress"))
    assert other.acknowledged_at is None
    first = advance(case, event.Approved(at=LATER, by="ana", text="00"))
    assert first.acknowledged_at == LATER


def test_a_yes_to_a_text_tells_the_customer_nothing_before_the_letter_has_left() -> None:
    """Approved, then reached; what came back was never told; who wrote since still waits."""
    case = IN[Status.OWNED]
    yes = advance(case, event.Approved(at=NOW, by="ana", text="00", waits=True))
    assert (yes.acknowledged_at, yes.approved_at) == (None, NOW)
    left = event.Reached(at=LATER, by="ana", text="00", approved=NOW, promise=DAY)
    told = advance(yes, left)
    assert (told.acknowledged_at, told.approved_at, told.promise) == (LATER, None, DAY)
    assert told.unanswered_since is None
    crossed = advance(advance(yes, event.Touched(at=LATER, by=event.CUSTOMER)), left)
    assert crossed.unanswered_since == LATER
    lost = advance(yes, event.Unreached(at=LATER, told=NOW))
    assert (lost.acknowledged_at, lost.approved_at) == (None, None)
    other = event.Reached(at=LATER, by="ana", text="00", approved=NOW, kind="progress")
    asked = replace(other, kind="question")
    assert advance(case, asked).acknowledged_at is None
    assert advance(case, other).acknowledged_at == LATER, "any word is a first word"
    over = advance(advance(yes, event.Closed(at=LATER, by="ana", reason=event.Why.DONE)), left)
    assert over.promise is None


def test_what_the_customer_was_told_outlives_who_told_it() -> None:
    """By a release, and another time said to us; a letter that comes back gives back what it moved.

    A question that names no time takes none back; a record of an earlier version knows less.
    """
    left = event.Reached(at=LATER, by="ana", text="00", approved=NOW, promise=DAY)
    told = advance(IN[Status.OWNED], left)
    gone = advance(told, event.Released(at=LATER, owner="ana"))
    assert (gone.promise, gone.expected) == (None, DAY)
    assert (gone.owed(DAY, NOW), gone.owed(LATER, NOW)) == (DAY, LATER)
    wish = DAY + (DAY - NOW)
    assert (gone.owed(wish, NOW), gone.owed(wish, DAY)) == (DAY, wish)
    named = advance(told, event.Progressed(at=LATER, by="ana", promise=DAY, wished=wish))
    assert (named.promise, named.wished) == (DAY, wish)
    asked = advance(named, replace(left, kind="question", promise=None, at=wish))
    assert asked.expected == DAY
    word = advance(named, replace(left, kind="progress", promise=wish, at=DAY))
    assert (word.promise, word.expected, word.wished) == (wish, wish, None)
    lost = advance(word, event.Unreached(at=wish, told=DAY))
    assert (lost.promise, lost.expected, lost.wished) == (DAY, DAY, wish)
    later = advance(word, event.Progressed(at=wish, by="ana", promise=wish + (DAY - NOW)))
    kept = advance(later, event.Unreached(at=wish, told=DAY))
    assert (kept.promise, kept.expected) == (later.promise, DAY)
    old = advance(replace(told, replaced=None), event.Unreached(at=DAY, told=LATER))
    assert (old.told_at, old.expected) == (None, None)


def test_an_offer_whose_brief_left_late_has_its_whole_time_from_then() -> None:
    """The same handoff, to be answered by a later instant."""
    case = IN[Status.OFFERED]
    assert case.handoff is not None
    late = event.Retimed(at=LATER, number=case.handoff.number, answer_by=DAY, remind_at=LATER)
    after = advance(case, late).handoff
    assert after is not None
    assert (after.offered_at, after.answer_by, after.remind_at) == (LATER, DAY, LATER)


def test_progress_after_the_promised_time_counts_as_a_broken_promise() -> None:
    """A new promise after the old one has passed is late, and is counted."""
    case = IN[Status.OWNED]
    late = NOW + timedelta(hours=5)
    after = advance(case, event.Progressed(at=late, by="ana", promise=late + timedelta(hours=4)))
    assert after.broken_promises == 1
    assert advance(case, event.Progressed(at=LATER, by="ana", promise=late)).broken_promises == 0
    blocked = advance(case, event.Progressed(at=LATER, by="ana", blocker=event.Blocker.BUG_FIX))
    assert (blocked.blocker, blocked.promise) == (event.Blocker.BUG_FIX, case.promise)


def test_a_closed_case_that_reopens_starts_a_new_round() -> None:
    """Everybody may be asked again, and nobody owns it."""
    again = advance(IN[Status.CLOSED], event.Reopened(at=LATER, by="maya"))
    assert (again.status, again.owner, again.round_handoffs) == (Status.OPEN, None, ())
    case = advance(IN[Status.RESOLVED], event.Reopened(at=LATER, by="maya", promise=DAY))
    assert (case.status, case.owner, case.promise) == (Status.OWNED, "ana", DAY)


def test_a_founder_who_is_reminded_of_a_stranded_case_is_reminded_again() -> None:
    """`again` moves the reminder; without it the reminder was the only one."""
    case = IN[Status.STRANDED]
    week = DAY + timedelta(days=7)
    again = advance(case, event.Reminded(at=DAY, to="maya", again=week))
    assert again.handoff is not None
    assert (again.handoff.remind_at, again.handoff.reminded) == (week, False)


def test_a_founder_who_passes_a_stranded_case_on_begins_a_new_round() -> None:
    """Who was asked before may be asked again when the founder names somebody."""
    case = advance(IN[Status.STRANDED], event.Bounced(at=LATER, by="maya", number=1, to="ana"))
    assert (case.status, case.round_handoffs) == (Status.OPEN, ())


def test_the_first_mail_of_a_case_is_known_from_its_opening() -> None:
    """How long support held it is derivable."""
    early = NOW - timedelta(days=2)
    assert replay_events([opened(first_mail=early)]).first_mail == early


def test_the_words_of_people_are_marked_as_erasable() -> None:
    """Every field that may hold somebody's words is private; ids and instants are not."""
    assert event.private_fields(event.Bounced) == {"note", "message_id"}
    given = {"reason", "tried", "summary", "subject", "message_id"}
    assert event.private_fields(event.Opened) == given


def test_undo_of_an_acceptance_withdraws_nothing_else() -> None:
    """A later offer that was answered already keeps its answer."""
    case = case_of(
        offered(), event.Bounced(at=NOW, by="ana", number=1), offered(2, "ben"),
        event.Lapsed(at=LATER, number=2), offered(3, "cleo"),
    )  # fmt: skip
    back = advance(case, event.Undone(at=LATER, by="ana", what="bounced"))
    assert [handoff.result for handoff in back.handoffs] == [
        Result.OFFERED, Result.LAPSED, Result.WITHDRAWN,
    ]  # fmt: skip
