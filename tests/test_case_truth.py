"""What is counted and what is sent is true: a tone asked about once, promises given back, causes.

The figures of small histories, each told in a few events and counted by hand.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cases import NOW, OFFICE, accepted, act, case_of, offered, opened, setting

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Why
from deskless.agent.case.event_live import Called
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.figures.case_history import Happened, Tale, case_tales
from deskless.agent.figures.figures import Figures, Window, World, count_figures
from deskless.agent.figures.sources import figure_sources
from deskless.agent.live.facts import come_back, words_had

HOUR = timedelta(hours=1)
KEY = "ACME-1042-1"
TICKET = "ACME-1042"
WINDOW = Window(NOW - 100 * HOUR, NOW + 1000 * HOUR)
WORLD = World("maya", OFFICE)
LATE = NOW + 50 * HOUR
TEXT = "ab" * 32
TONE = "“you failed to” Say what happened, not who did it."
OFFERED = case_of(offered())
OWNED = case_of(offered(), accepted())
STRANDED = case_of(event.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + HOUR))


def sends(case: Case, who: str, tone: str = "", **more: object) -> Decision:
    """Somebody says SEND to a text, whose tone was not asked about yet where there is one."""
    facts = {"draft": TEXT, "tone": tone} | more
    command = Command(Verb.SEND, line="SEND")
    return on_reply(case, command, setting(NOW + HOUR / 6), act(who, 1, **facts))


def refused(decision: Decision) -> event.Refused:
    """The one thing that happened: nothing was done."""
    [past] = decision.events
    assert isinstance(past, event.Refused)
    return past


@pytest.mark.parametrize(
    ("case", "who", "status", "owner"),
    [
        (OFFERED, "ana", Status.OFFERED, None),
        (OWNED, "ana", Status.OWNED, "ana"),
        (STRANDED, "maya", Status.STRANDED, None),
    ],
)
def test_a_text_that_may_sound_wrong_is_asked_about_before_it_leaves(
    case: Case, who: str, status: Status, owner: str | None
) -> None:
    """Nothing leaves and nobody becomes the owner; the writer reads which words, and what next."""
    asked = sends(case, who, TONE)
    past = refused(asked)
    assert (past.why, past.verb, past.by) == (Why.UNCLEAR, "send", who)
    [letter] = asked.actions
    assert isinstance(letter, WriteLetter)
    assert (letter.letter, letter.to) == (LetterKind.AS_IT_STANDS, who)
    words = f"Nothing was sent yet. {TONE} To send it all the same, reply SEND again."
    assert letter.says("say") == past.detail == words
    assert asked.case is not None
    assert (asked.case.status, asked.case.owner) == (status, owner)
    assert (asked.case.word_at, asked.case.promise) == (None, case.promise)


@pytest.mark.parametrize(("case", "owner"), [(OFFERED, "ana"), (OWNED, "ana")])
def test_the_second_yes_to_the_same_text_lets_it_go(case: Case, owner: str) -> None:
    """It was said once; then a person decides."""
    asked = sends(case, "ana", TONE)
    assert asked.case is not None
    again = sends(asked.case, "ana")
    approved = [past for past in again.events if isinstance(past, event.Approved)]
    assert [past.text for past in approved] == [TEXT]
    assert WriteLetter(LetterKind.ACKNOWLEDGEMENT, "", 1) in again.actions
    assert again.case is not None
    assert again.case.owner == owner


@pytest.mark.parametrize(
    ("who", "more", "why"),
    [
        ("cleo", {}, Why.NOT_YOURS),
        ("ana", {"draft": ""}, Why.NOT_NOW),
        ("ana", {"promise": NOW}, Why.STALE),
        ("ana", {"named": "ben"}, Why.STALE),
    ],
)
def test_what_may_not_leave_at_all_is_said_before_its_tone(
    who: str, more: Mapping[str, object], why: Why
) -> None:
    """SEND again would not help, so nobody is told to say it."""
    past = refused(sends(OWNED, who, TONE, **more))
    assert past.why is why
    assert "SEND again" not in past.detail


# Promises and entries


def history(*events: event.Event, **more: object) -> list[Happened]:
    """A case with its events, as entries 1, 2, 3 … of the ledger."""
    every = (opened(**more), *events)
    return [Happened(KEY, past, entry) for entry, past in enumerate(every, 1)]


def tale_of(*events: event.Event, **more: object) -> Tale:
    """That case, folded up to the end of the window."""
    return case_tales(history(*events, **more), WINDOW.until)[KEY]


def counted(*events: event.Event) -> Figures:
    """The figures of that case."""
    return count_figures(history(*events), WINDOW, WORLD)


SOONER = event.Progressed(
    at=NOW + HOUR, by="ana", note="soon", promise=NOW + 2 * HOUR, proof="dmarc"
)
UNDONE = event.Undone(at=NOW + 1.5 * HOUR, by="ana", what="progressed")
CLOSED = event.Closed(at=NOW + HOUR, by="ana", reason=Why.DONE)


@pytest.mark.parametrize(
    ("step", "what"),
    [(SOONER, "progressed"), (CLOSED, "closed")],
)
def test_a_promise_that_a_step_took_back_stands_again_when_the_step_is_undone(
    step: event.Event, what: str
) -> None:
    """Word in four hours was promised; a step ended that, UNDO brings it back: it can be missed.

    The earlier time that the step promised was taken back in time: nobody missed it.
    """
    taken = tale_of(offered(), accepted(), step).promises[0]
    assert (taken.void, taken.ended) == (True, step.at)
    undone = replace(UNDONE, what=what)
    tale = tale_of(offered(), accepted(), step, undone)
    [stands] = [each for each in tale.promises if not each.void]
    assert (stands.due, stands.begun, stands.ended) == (NOW + 4 * HOUR, NOW, None)
    assert stands.due == tale.case.promise
    missed = counted(offered(), accepted(), step, undone)
    assert (missed.kept, missed.broken) == (0, (KEY,))
    mail = event.Touched(at=NOW + 3 * HOUR, by="tom")
    in_time = counted(offered(), accepted(), step, undone, mail)
    assert (in_time.kept, in_time.broken) == (1, ())


def test_entries_are_those_of_the_events_of_an_instant() -> None:
    """Opened, offered and accepted at once; no instant has no entries."""
    tale = tale_of(offered(), accepted(), SOONER, UNDONE)
    assert tale.entries_at(NOW) == (1, 2, 3)
    assert tale.entries_at(UNDONE.at, SOONER.at) == (4, 5)
    assert tale.entries_at(None, NOW + 9 * HOUR) == ()
    assert tale.entries_at() == ()


def test_a_mail_that_still_lacks_something_is_not_sent_and_says_what() -> None:
    """SEND on a draft that is blocked."""
    no = refused(sends(OWNED, "ana", draft="", blocked="still missing: the cause."))
    assert (no.why, no.detail) == (
        Why.NOT_NOW, "Nothing was sent: that mail is still missing: the cause. Reply with it.",
    )  # fmt: skip


def test_what_came_back_is_no_word_that_the_customer_had() -> None:
    """Letters that left, a call, and a yes of an earlier version; less what came back."""
    left = event.Reached(at=NOW + HOUR, by="ana", text="00", approved=NOW)
    old = event.Approved(at=NOW, by="ana", text="00")
    call = Called(at=NOW + 2 * HOUR, by="ana")
    back = event.Unreached(at=NOW + 3 * HOUR, told=left.at)
    by_hand = event.Unreached(at=NOW + 4 * HOUR, told=NOW + HOUR / 2, mail="mail:ab")
    waits = replace(old, waits=True)
    events = (opened(), old, waits, left, call, back, by_hand)
    assert words_had(events) == (old.at, call.at)
    assert come_back(events) == {"mail:ab"}


def test_a_call_is_told_as_a_call_behind_the_figures() -> None:
    """The first word was by telephone: no letter left, and none is claimed."""
    call = Called(at=NOW + HOUR, by="ana", note="told her")
    facts = {"first_mail": NOW, "unanswered_since": NOW}
    events = [opened(**facts), offered(), accepted(), call]
    tales = case_tales([Happened(KEY, past, seq) for seq, past in enumerate(events, 1)], LATE)
    sources = figure_sources(tales, count_figures([], WINDOW, WORLD), WORLD)
    words = {name: [each.what for each in sources[name]] for name in sources}
    assert words["First response in time"] == ["they were called, by a teammate's word"]
    assert words["Promises kept"] == ["they were called in time, by a teammate's word"]


def test_a_letter_is_told_as_a_letter_behind_the_figures() -> None:
    """It left in time and was the first word; two mails before it had no answer."""
    facts = {"first_mail": NOW - 3 * HOUR, "unanswered_since": NOW - 3 * HOUR}
    letter = event.Reached(at=NOW + HOUR / 2, by="ana", text="00", approved=NOW)
    events = [opened(**facts), offered(), accepted(), letter]
    happened = [Happened(KEY, past, seq) for seq, past in enumerate(events, 1)]
    world = replace(WORLD, wrote={TICKET: wrote(3, 2, 1)})

    def words(window: Window) -> dict[str, list[str]]:
        figures = count_figures(happened, window, world)
        sources = figure_sources(case_tales(happened, LATE), figures, world)
        return {name: [each.what for each in sources[name]] for name in sources if sources[name]}

    told = words(replace(WINDOW, until=LATE))
    assert told["First response in time"] == ["the first letter left"]
    assert told["Promises kept"] == ["a letter left in time"]
    assert told["Customers who had to write again"] == ["wrote again", "wrote again"]
    later = words(Window(NOW + HOUR / 2, NOW + HOUR))
    assert later == {"Promises kept": ["a letter left in time"]}


# Who had to write again


def wrote(*hours: float) -> tuple[datetime, ...]:
    """Mails so many hours before the case was opened."""
    return tuple(NOW - HOUR * each for each in hours)


@pytest.mark.parametrize(
    ("mails", "written", "again"),
    [
        (wrote(), (), 0),
        (wrote(3), (), 0),
        (wrote(3, 2, 1), (), 2),
        (wrote(1, 3, 2), (), 2),
        (wrote(3, 2, 1), wrote(1.5), 1),
        (wrote(3, 2, 1), wrote(2.5, 1.5), 0),
    ],
)
def test_the_mails_of_a_conversation_count_once_however_many_cases_it_has(
    mails: tuple[datetime, ...], written: tuple[datetime, ...], again: int
) -> None:
    """They belong to its first case; the second one is not charged for them again."""
    world = replace(WORLD, wrote={TICKET: mails}, written={TICKET: written})
    second = f"{TICKET}-2"
    first = history(event.Closed(at=NOW + HOUR, by="ana", reason=Why.DONE))
    more = opened(key=second, seq=2, at=NOW + 2 * HOUR)
    both = [*first, Happened(second, more, 3)]
    assert count_figures(first, WINDOW, world).again == again
    assert count_figures(both, WINDOW, world).again == again
    tales = case_tales(both, WINDOW.until)
    assert world.wrote_again(tales[second]) == ()
