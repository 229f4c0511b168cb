"""Breakers stop machines, not people: what our side starts by itself, counted by its cause.

Four things are never held: answers to a person's new words, briefs of new cases, drafts of an
update that is nearly due, and letters that a person approved; nor is a notice about somebody's
safety. What is held is a loop (the same words come back and would be answered again: `echo` tells)
and a flood of letters that only the clock asked for. A letter that is held stays written. A breaker
tells the founder once what it held, until when, and why; it closes by itself when nothing more came
for an hour, and what is still true goes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from deskless.agent.office import state_keys
from deskless.agent.office.state_keys import Tripped
from deskless.store import outbox
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter, NewLetter

if TYPE_CHECKING:
    from deskless.agent.office.answering import Answering
    from deskless.agent.office.office import Office

HELD = datetime(9000, 1, 1, tzinfo=UTC)
"""When a held letter would go: never, until its breaker closes."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUIET = HOUR
"""A breaker closes when it had nothing to hold for this long."""
FREE = frozenset(
    {"breaker_tripped", "breaker_closed", "trouble", "trouble_over", "code", "notice", "canary"}
)
"""Letters about the machine itself and about somebody's safety, each sent once by its own rule."""
BRIEF = "brief"
BOUNDED = frozenset({"stakeholder"})
"""Letters to as many people as a case concerns, bounded by a rule of their own for each reader."""
ASKING = frozenset({BRIEF, "reminder"})
"""Letters that ask one person, and are past when that person is not asked any more."""
NEEDED = frozenset({BRIEF, "update"})
"""Letters of the clock that come once for each instant, and without which a customer waits."""
BY = "held by "
"""How a held letter begins to say which breaker holds it."""


def pass_or_hold(office: "Office", session: Session, letter: NewLetter, person: str) -> NewLetter:
    """The letter as it is, or held: `person` is the id of whom it goes to."""
    if letter.kind in FREE:
        return letter
    words = office.answering
    if words is not None:
        return _answer(session, letter, person, words)
    if letter.kind in NEEDED:
        return letter
    return _started(office, session, letter, person)


def _answer(session: Session, letter: NewLetter, person: str, words: "Answering") -> NewLetter:
    """An answer to what somebody wrote; held where the same words came back once too often."""
    name = f"loop:{words.who}"
    trip = state_keys.BREAKER.get(session, name)
    again = trip is not None and trip.get("words") == words.alike
    if person != words.who and words.team:
        return letter
    if words.echoes < words.limit and not again:
        return letter
    return _hold(session, letter, name, (words.echoes, words.limit), words.alike)


def _started(office: "Office", session: Session, letter: NewLetter, person: str) -> NewLetter:
    """A letter that nobody's words asked for: counted for its reader, for its case, and in all."""
    limits = office.config.limits
    caps = [(f"person:{person}", HOUR, limits.person_hour)]
    if letter.kind not in BOUNDED:
        caps.append(("hour", HOUR, limits.hour))
    if letter.case and letter.kind not in BOUNDED:
        caps.append((f"case:{letter.case}", DAY, limits.case_day))
    for name, span, limit in caps:
        written = state_keys.STARTED.get(session, name) or []
        recent = [at for at in written if at > letter.created_at - span]
        if len(recent) >= limit:
            return _hold(session, letter, name, (len(recent), limit))
        state_keys.STARTED.put(session, [*recent, letter.created_at], name)
    return letter


def _hold(
    session: Session, letter: NewLetter, name: str, measure: tuple[int, int], words: str = ""
) -> NewLetter:
    """The letter held by this breaker, which trips where it has not yet."""
    from deskless.agent.office import journal, office_events

    count, limit = measure
    now = letter.created_at
    trip = state_keys.BREAKER.get(session, name)
    if trip is None:
        event = office_events.BreakerTripped(at=now, name=name, count=count, limit=limit)
        journal.enter(session, event)
        trip = Tripped(at=now.isoformat(), count=count, limit=limit, told=False)
    until = (now + QUIET).isoformat()
    state_keys.BREAKER.put(session, {**trip, "until": until, "words": words}, name)
    return replace(letter, not_before=HELD, remark=f"{BY}{name}")


def tripped_breakers(session: Session) -> dict[str, Tripped]:
    """Every breaker that is tripped now: its name, and when, at what count and until when."""
    return state_keys.BREAKER.under(session)


def held_letters(session: Session) -> list[Letter]:
    """Every letter that a breaker holds, most urgent first; its `last_error` says which."""
    return outbox.held_letters(session, HELD)


def breaker_of(letter: Letter) -> str:
    """The breaker that holds this letter; empty where an earlier version held it."""
    reason = letter.last_error or ""
    return reason.removeprefix(BY) if reason.startswith(BY) else ""


def say_cause(office: "Office", name: str) -> str:
    """Why a breaker of this name holds letters, in words."""
    kind, _, who = name.partition(":")
    asked = office.person(who)
    return {
        "loop": f"the same words came back again and again from {asked.name}" if asked
        else "one sender writes the same words again and again",
        "person": f"too many mails that nobody asked for to {office.name(who)} within an hour",
        "case": f"too many mails that nobody asked for about {who} within a day",
        "hour": "too many mails that nobody asked for within an hour",
    }[kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Freed:
    """What became of the held letters: so many go out, so many were not true any more."""

    going: int
    withdrawn: int


def reset_breakers(office: "Office", session: Session, now: datetime) -> Freed:
    """Close every breaker by a person's word; what was held and is still true goes out."""
    from deskless.agent.office import journal, office_events

    names = list(tripped_breakers(session))
    freed = _let_go(office, session, held_letters(session), now)
    _forget(session, names)
    event = office_events.BreakersReset(at=now, going=freed.going, withdrawn=freed.withdrawn)
    journal.enter(session, event)
    return freed


def close_quiet(office: "Office", session: Session, now: datetime) -> dict[str, Freed]:
    """Close the breakers that had nothing to hold for an hour: what each let go and withdrew.

    One that an earlier version tripped never ended by itself: it closes now, and so go the letters
    of which nobody knows any more what held them.
    """
    from deskless.agent.office import journal, office_events

    ended = {
        name for name, trip in tripped_breakers(session).items()
        if now >= datetime.fromisoformat(trip.get("until") or trip["at"])
    }  # fmt: skip
    letters = held_letters(session)
    known = set(tripped_breakers(session))
    stray = [letter for letter in letters if breaker_of(letter) not in known]
    if stray:
        _let_go(office, session, stray, now)
    freed: dict[str, Freed] = {}
    for name in sorted(ended):
        mine = [letter for letter in letters if breaker_of(letter) == name]
        freed[name] = _let_go(office, session, mine, now)
        event = office_events.BreakerClosed(
            at=now, name=name, going=freed[name].going, withdrawn=freed[name].withdrawn
        )
        journal.enter(session, event)
    _forget(session, ended)
    return freed


def _forget(session: Session, names: Iterable[str]) -> None:
    for name in names:
        state_keys.BREAKER.drop(session, name)
        state_keys.STARTED.drop(session, name)


def _let_go(office: "Office", session: Session, letters: list[Letter], now: datetime) -> Freed:
    """Send what is still true, most urgent first and no faster than the caps; withdraw the rest."""
    limits, number, each, withdrawn = office.config.limits, 0, Counter[str](), 0
    for letter in letters:
        if why := _untrue(office, session, letter):
            outbox.mark_failed(session, letter, f"withdrawn: {why}")
            withdrawn += 1
            continue
        hours = max(number // limits.hour, each[letter.to[0]] // limits.person_hour)
        outbox.hold_letter(session, letter, now + HOUR * hours)
        number, each[letter.to[0]] = number + 1, each[letter.to[0]] + 1
    return Freed(number, withdrawn)


def _untrue(office: "Office", session: Session, letter: Letter) -> str:
    """Why a letter that was held need not go any more; empty: it goes."""
    reader = office.rules.matrix.by_email(letter.to[0])
    if letter.kind not in ASKING and reader and breaker_of(letter) == f"loop:{reader.id}":
        return "it answered words that had been answered before"
    return "it was held, and its offer is over" if is_past(office, session, letter) else ""


def is_past(office: "Office", session: Session, letter: Letter) -> bool:
    """Whether a letter asks somebody who is not asked any more."""
    from deskless.agent.office import journal

    if letter.kind not in ASKING or letter.case is None:
        return False
    case = journal.read_case(session, letter.case)
    asked = office.person(case.handoff.to) if case and case.handoff else None
    if asked is None or letter.to[0] not in asked.emails:
        return True
    briefs = [
        owed_letter.id
        for owed_letter in outbox.of_case(session, letter.case)
        if owed_letter.kind == BRIEF
    ]
    return letter.kind == BRIEF and briefs[-1] != letter.id
