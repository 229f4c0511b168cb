"""The war room of a severe case: when it opens, who sits in it, who leads it, when it ends.

A SEV-1 has one from the moment somebody is asked; a SEV-2 when its owner, a lead or the founder
says so. Its commander is whoever was named, else the owner, else who is asked, so that a room is
never without one. People in it hear from us three times at most: when it opens, when another takes
command, when it ends; everything else they tell each other.
"""

from dataclasses import replace

from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event import DESKLESS, Event, Why
from deskless.agent.case.live.event_war_room import (
    CommandPassed,
    Logged,
    OutsiderSeen,
    RoomClosed,
    RoomOpened,
)
from deskless.agent.case.on_correction import may_correct
from deskless.agent.case.reply_parts import refuse_command
from deskless.agent.case.verbs import Command
from deskless.policies.people.matrix import Person
from deskless.policies.verdict import Severity

SEATS = 12
"""Seats of a room at the most: a larger team is told, and not called."""
TOLD = (RoomOpened, CommandPassed, RoomClosed)
"""What everybody in the room hears from us."""


def leader(case: Case) -> str | None:
    """Who commands now (an id): who was named, else the owner, else who is asked."""
    named = case.room.named if case.room else None
    return named or case.acting or (case.room.commander if case.room else None)


def follow_room(decision: Decision, setting: Setting) -> Decision:
    """The decision with what it brings to the case's war room: opened, led by another, or over."""
    if decision.case is None:
        return decision
    last = decision.events[-1] if decision.events else None
    draft = DecisionDraft(decision.case, setting, Act(by=DESKLESS, cause=_cause(last)))
    _move(draft)
    moved = draft.done()
    events = (*decision.events, *moved.events)
    case = moved.case or decision.case
    tells = [each for each in events if isinstance(each, TOLD)]
    letters = [
        WriteLetter(LetterKind.WAR_ROOM, leader(case) or setting.founder, None, _news(each))
        for each in tells[-1:]
    ]
    return Decision(case, events, (*decision.actions, *letters))


def end_once(decision: Decision) -> Decision:
    """The decision without an end told to one person whom the end of their room tells it."""
    case = decision.case
    if case is None or case.room is None or RoomClosed not in map(type, decision.events):
        return decision
    people = case.room.people
    actions = tuple(
        each for each in decision.actions
        if not (isinstance(each, WriteLetter) and each.letter is LetterKind.ENDED
                and each.to in people)
    )  # fmt: skip
    return replace(decision, actions=actions)


def _cause(last: Event | None) -> str:
    return last.cause if last else Act().cause


def _news(event: Event) -> tuple[tuple[str, str], ...]:
    """What the letter to the room is about, and whose doing it was."""
    return (("by", event.by), ("news", type(event).__name__.lower()))


def _move(draft: DecisionDraft) -> None:
    case, room = draft.case, draft.case.room
    is_open = room is not None and room.open
    if not case.live:
        if is_open:
            draft.happen(RoomClosed)
    elif not is_open and case.acting and (room or case.severity is Severity.SEV1):
        open_room(draft)
    elif is_open and room and not room.named and case.owner not in {None, room.commander}:
        draft.happen(CommandPassed, to=case.owner)


def open_room(draft: DecisionDraft, caller: str = "") -> None:
    """Call the people together; `caller` asked for it and has a seat."""
    case = draft.case
    first = case.acting or draft.setting.founder
    people = roster(case, draft.setting, caller)
    draft.happen(RoomOpened, commander=first, people=people, by=caller or DESKLESS)


def roster(case: Case, setting: Setting, caller: str = "") -> tuple[str, ...]:
    """Who belongs into the room (ids), the commander first.

    The commander, the requester, the founder, the account owner, and of every function in the
    matrix one person who handles such a case and is there, as near to the case's tier as can be.
    """
    fixed = (case.acting, caller, setting.founder, setting.account_owner, case.requester)
    seats = [name for name in dict.fromkeys(fixed) if name and setting.matrix.person(name)]
    people = {person.id: person for person in setting.matrix.people}
    for function in dict.fromkeys(map(_function, people.values())):
        if function not in {_function(people[name]) for name in seats}:
            seats += [person.id for person in _fit(case, setting, function)[:1]]
    return tuple(seats[:SEATS])


def _function(person: Person) -> str:
    """What somebody is there for: their role, or, where the matrix has none, their tier."""
    return person.role or f"tier {person.tier}"


def _fit(case: Case, setting: Setting, function: str) -> list[Person]:
    """Who of a function can be called, the best first."""
    there = [
        person for person in setting.matrix.people
        if _function(person) == function and _handles(person, case)
        and not _away(setting, person.id)
    ]  # fmt: skip
    near = {person.id: abs(person.tier - case.tier) for person in there}
    return sorted(there, key=lambda person: (near[person.id], setting.load.get(person.id, 0)))


def _handles(person: Person, case: Case) -> bool:
    wanted = {*case.policies, case.type.value, person.role}
    return not person.handles or bool(wanted & set(person.handles))


def _away(setting: Setting, name: str) -> bool:
    until = setting.away.get(name)
    return until is not None and until > setting.now


def call_room(draft: DecisionDraft, asked: Command) -> None:
    """WAR ROOM: owner, a lead or the founder calls everybody together."""
    case, room = draft.case, draft.case.room
    if not may_correct(case, draft.setting, draft.act.by):
        say = "The owner, a lead or the founder can call a war room."
        refuse_command(draft, asked, Why.NOT_YOURS, say)
    elif room and room.open:
        refuse_command(draft, asked, Why.DONE, "The war room is open; answer its mail to all.")
    elif case.severity not in URGENT:
        say = f"A war room is for SEV-1 and SEV-2; this is {case.severity.value}."
        refuse_command(draft, asked, Why.NOT_NOW, f"{say} “SEV-2 because …” raises it.")
    elif not case.live or case.acting is None:
        refuse_command(draft, asked, Why.NOT_NOW, "Nobody works on it now.")
    else:
        open_room(draft, draft.act.by)


def pass_command(draft: DecisionDraft, asked: Command) -> None:
    """COMMANDER Ben: who leads, the owner, a lead or the founder hands the room on."""
    case, room, by = draft.case, draft.case.room, draft.act.by
    if room is None or not room.open:
        refuse_command(draft, asked, Why.NOT_NOW, "There is no open war room. WAR ROOM opens one.")
    elif by != leader(case) and not may_correct(case, draft.setting, by):
        say = "The commander, the owner, a lead or the founder can hand it on."
        refuse_command(draft, asked, Why.NOT_YOURS, say)
    elif asked.to == leader(case):
        refuse_command(draft, asked, Why.DONE)
    else:
        draft.happen(CommandPassed, to=asked.to or "", named=True)


def on_room_words(case: Case, setting: Setting, act: Act, words: str) -> Decision:
    """A teammate said something to the room: it is the log."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(Logged, note=words, proof=act.proof)
    return draft.done()


def on_outsider(
    case: Case, setting: Setting, act: Act, address: str, *, wrote: bool = False
) -> Decision:
    """Somebody from outside is in the thread: the commander hears of it, once an address."""
    draft = DecisionDraft(case, setting, replace(act, by=DESKLESS))
    draft.happen(OutsiderSeen, note=address, wrote=wrote)
    about = {"outsider": address, "by": act.by} | ({"wrote": "yes"} if wrote else {})
    draft.mail(LetterKind.ALERT, leader(case) or setting.founder, None, **about)
    return draft.done()
