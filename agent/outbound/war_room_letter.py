"""The one mail to everybody in a war room: who sits in it, who leads, how to meet, what is known.

It is a mail thread of its own. Its Reply-To is ours, and everybody else stands in To: an answer to
all reaches the room and us, and nothing has to be passed on.
"""

from deskless.agent.case.case import Status
from deskless.agent.case.deadline import CLOCKS
from deskless.agent.case.live.room import leader
from deskless.agent.case.say_time import say_length
from deskless.agent.office.office import Office
from deskless.agent.outbound.brief import what_happened, what_is_blocked
from deskless.agent.outbound.letter_context import LetterContext
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.policies.people.matrix import Person
from deskless.policies.verdict import Severity
from deskless.store.engine.session import Session
from deskless.templates.values import Fact, Seat, WarRoom

ROOM = "room"
"""The purpose of a token that everybody in a room has."""


def call_people(office: Office, session: Session, told: LetterContext) -> None:
    """Write to everybody in the room, in the caller's transaction."""
    view, room = told.view, told.view.case.room
    assert room is not None, "a letter to a room follows its opening"
    people = tuple(name for name in room.people if office.person(name))
    envelope = Envelope(
        to=told.mail.to if told.mail.to in people else office.rules.founder,
        kind=told.mail.letter.value,
        purpose=ROOM,
        case=view.case.key,
        ticket=view.case.ticket,
        subject=view.subject.replace("] ", "] War room: ", 1),
        urgency=0 if view.case.severity is Severity.SEV1 else 1,
        thread=frozenset(post.message_id for post in view.thread.posts if post.message_id),
        room=people or (office.rules.founder,),
    )
    write_letter(office, session, room_letter(told), envelope)


def room_letter(told: LetterContext) -> WarRoom:
    """The opening, a change of command, or the end, each with what the room needs to go on."""
    view, case, mail = told.view, told.view.case, told.mail
    head = leader(case)
    ended = mail.says("news") == "roomclosed"
    return WarRoom(
        news=_news(told, head),
        severity=case.severity.value,
        customer=view.customer,
        happened=None if ended else what_happened(view),
        blocked=None if ended else what_is_blocked(view),
        quote=None if ended or not view.evidence else view.evidence[0],
        ended=ended,
        bridge=view.office.config.war_room.bridge,
        cadence="" if ended else _cadence(case.severity),
        seats=() if ended else tuple(_seats(told, head)),
        facts=_standing(told),
        spoken=len(view.room_words),
        speakers=", ".join(dict.fromkeys(word.who for word in view.room_words)),
    )


def _news(told: LetterContext, head: str | None) -> str:
    case, mail = told.view.case, told.mail
    news, by = mail.says("news"), mail.says("by")
    if news == "roomclosed":
        why = f" Closed: {case.reason.replace('_', ' ')}." if case.status is Status.CLOSED else ""
        into = f" It joins {case.into}." if case.into else ""
        return f"{case.key} is {case.status.value}, and its war room ends.{why}{into}"
    if news == "commandpassed":
        whose = f"{told.who(by)} handed it on." if told.view.office.person(by) else ""
        owns = f"{told.who(head)} owns the case now." if not whose and case.owner == head else ""
        return f"{told.who(head)} leads the war room on {case.key} now. {whose or owns}".strip()
    called = f", called by {told.who(by)}" if told.view.office.person(by) else ""
    return f"War room on {case.key} ({case.severity.value}){called}: {told.who(head)} leads it."


def _cadence(severity: Severity) -> str:
    """How often the customer and the team hear, by the severity."""
    clocks = CLOCKS[severity]
    parts = [
        f"the customer every {say_length(clocks.updates)}" if clocks.updates else "",
        f"the team every {say_length(clocks.internal)}" if clocks.internal else "",
    ]
    return ", ".join(part for part in parts if part)


def _standing(told: LetterContext) -> tuple[Fact, ...]:
    view, case = told.view, told.view.case
    zone = None  # people of several zones read it: the team's own
    asked = f"{told.who(case.handoff.to)} (asked, not yet accepted)" if case.handoff else "nobody"
    return (
        Fact(name="Case owner", value=told.who(case.owner) if case.owner else asked),
        Fact(name="Next word promised", value=view.time(case.promise, zone)),
    )


def _seats(told: LetterContext, head: str | None) -> list[Seat]:
    """Everybody in the room, the commander first."""
    room, office = told.view.case.room, told.view.office
    names = room.people if room else ()
    people = [person for name in names if (person := office.person(name))]
    people.sort(key=lambda person: person.id != head)
    return [
        Seat(
            name=person.name, roles=", ".join(_roles(told, person, head)),
            phone=person.phone, email=person.emails[0],
        )
        for person in people
    ]  # fmt: skip


def _roles(told: LetterContext, person: Person, head: str | None) -> list[str]:
    case, setting = told.view.case, told.setting
    roles = {
        "commander": person.id == head,
        "owner of the case": person.id == case.owner,
        "asked to own it": bool(case.handoff and case.handoff.to == person.id),
        "account owner": person.id == setting.account_owner,
        "asked for it": person.id == case.requester,
        person.role: bool(person.role),
        "founder": person.id == setting.founder,
    }
    return [role for role, holds in roles.items() if holds]
