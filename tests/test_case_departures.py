"""What a letter that left, or has not, does to its case: decided without looking at any mail."""

from datetime import timedelta

import pytest
from cases import NOW, accepted, act, case_of, offered, setting

from deskless.agent.case import event as ev
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.decide import deadline_at, offer_begins, step_due
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Why
from deskless.agent.case.on_mail import on_delayed, on_reached, on_tone

HOUR = timedelta(hours=1)
OFFERED, OWNED = case_of(offered()), case_of(offered(), accepted())
CLOSED = case_of(offered(), ev.Closed(at=NOW, by="maya", reason=Why.DONE))
RESOLVED = case_of(offered(), accepted(), ev.Resolved(at=NOW, by="ana"))
STRANDED = case_of(ev.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + HOUR))


def told(decision: Decision) -> list[tuple[str, str]]:
    """Who is written to about what."""
    letters = [each for each in decision.actions if isinstance(each, WriteLetter)]
    return [(each.letter.value, each.to) for each in letters]


@pytest.mark.parametrize("anew", [False, True])
def test_a_late_brief_gives_the_whole_time_from_when_it_leaves(anew: bool) -> None:
    """Written anew where it never left; nothing happens where nobody is asked any more."""
    late = offer_begins(OFFERED, setting(NOW + HOUR), anew=anew)
    [event] = late.events
    assert isinstance(event, ev.Retimed)
    assert event.answer_by > NOW + HOUR
    assert told(late) == ([("brief", "ana")] if anew else [])
    assert offer_begins(OWNED, setting(), anew=anew).events == ()


def test_a_letter_that_left_is_entered_by_who_approved_it() -> None:
    """With the text and the promise of the yes."""
    yes = ev.Approved(at=NOW, by="ana", text="00", promise=NOW + HOUR, waits=True)
    [event] = on_reached(OWNED, setting(NOW + HOUR), yes).events
    assert isinstance(event, ev.Reached)
    assert (event.by, event.approved, event.promise) == ("ana", NOW, NOW + HOUR)


@pytest.mark.parametrize(("case", "who"), [(OWNED, "ana"), (OFFERED, "ana"), (case_of(), "maya")])
def test_who_must_act_hears_of_a_delay_and_of_a_tone(case: Case, who: str) -> None:
    """The owner, who was asked, or the founder."""
    assert told(on_delayed(case, setting(), act("tom"), "v@n.example", "450")) == [("alert", who)]
    assert told(on_tone(case, setting(), act("tom"), "“you failed” …")) == [("alert", who)]


def test_each_status_has_one_deadline_or_none() -> None:
    """The reminder's time is nobody's deadline."""
    assert OFFERED.handoff is not None
    assert deadline_at(OFFERED) == OFFERED.handoff.answer_by
    assert deadline_at(OWNED) == OWNED.promise
    assert deadline_at(STRANDED) == NOW + HOUR
    assert deadline_at(RESOLVED) == step_due(RESOLVED)
    assert deadline_at(case_of()) is None
    assert deadline_at(CLOSED) is None
