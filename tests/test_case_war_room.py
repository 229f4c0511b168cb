"""The war room of a case: when it opens, who sits in it, who leads it, and how it ends."""

from datetime import timedelta

import pytest
from cases import NOW, TEAM, accepted, case_of, offered, opening, person, setting

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import open_case
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.event import Why
from deskless.agent.case.live import event_war_room as room_ev
from deskless.agent.case.live.room import (
    SEATS,
    end_once,
    follow_room,
    leader,
    on_outsider,
    on_room_words,
    roster,
)
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.reply_parts import sayable
from deskless.agent.case.state import ROOM, IllegalMove, advance
from deskless.agent.case.verbs import Command, Verb
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity

SEV1, SEV2 = {"severity": Severity.SEV1}, {"severity": Severity.SEV2}
HOUR = timedelta(hours=1)


def brought(*events: event.Event, **facts: object) -> Decision:
    """What a case that these events made brings to its room."""
    return follow_room(Decision(case_of(*events, **facts), events), setting())


def kinds(decision: Decision) -> list[str]:
    """What happened, in order."""
    return [type(each).__name__ for each in decision.events]


def letters(decision: Decision) -> list[tuple[str, str]]:
    """Which letters there are to the room, and about what."""
    return [
        (action.to, action.says("news")) for action in decision.actions
        if isinstance(action, WriteLetter) and action.letter is LetterKind.WAR_ROOM
    ]  # fmt: skip


def in_room(*events: event.Event, **facts: object) -> Case:
    """A severe case with its room."""
    case = brought(offered(), **SEV1 | facts).case
    assert case is not None
    for each in events:
        case = advance(case, each)
    return case


def told(case: Case, who: str, verb: Verb, **facts: object) -> Decision:
    """What a reply does."""
    command = Command(verb, line=verb.value, **facts)  # type: ignore[arg-type]
    return on_reply(case, command, setting(NOW + HOUR), Act(by=who))


def refusals(decision: Decision) -> list[Why]:
    """Why something was refused."""
    return [each.why for each in decision.events if isinstance(each, event.Refused)]


def test_a_sev1_has_its_room_when_somebody_is_asked() -> None:
    """Commander is who is asked; a SEV-2 has none, nor has a request that lacks its reason."""
    opened = follow_room(open_case(opening(**SEV1), setting(), Act()), setting())
    assert kinds(opened) == ["Opened", "Offered", "RoomOpened"]
    assert letters(opened) == [("ana", "roomopened")]
    assert opened.case
    assert opened.case.room
    assert opened.case.room.people == ("ana", "maya", "tom", "ben", "cleo")
    assert kinds(brought(offered(), **SEV2)) == ["Offered"]
    assert follow_room(Decision(None), setting()) == end_once(Decision(None)) == Decision(None)
    assert kinds(brought(**SEV1)) == []


def test_the_room_opens_once_and_again_when_the_case_does() -> None:
    """RESOLVED ends it, REOPEN brings it back with the same people; nothing is said twice."""
    case = in_room(accepted())
    assert kinds(follow_room(Decision(case), setting())) == []
    done = follow_room(told(case, "ana", Verb.RESOLVED), setting())
    assert kinds(done) == ["Resolved", "RoomClosed"]
    assert letters(done) == [("ana", "roomclosed")]
    assert LetterKind.ENDED in {getattr(each, "letter", None) for each in done.actions}
    once = end_once(done)
    assert LetterKind.ENDED not in {getattr(each, "letter", None) for each in once.actions}
    assert letters(once) == letters(done)
    assert done.case
    assert kinds(follow_room(Decision(done.case), setting())) == []
    again = follow_room(told(done.case, "ana", Verb.REOPEN), setting())
    assert kinds(again) == ["Reopened", "RoomOpened"]
    assert again.case
    assert again.case.room
    assert again.case.room.open


def test_who_takes_the_case_takes_the_room() -> None:
    """The asked one who accepts leads already; another who accepts is told to all."""
    case = in_room()
    mine = follow_room(Decision(advance(case, accepted())), setting())
    assert kinds(mine) == []
    moved = [event.Lapsed(at=NOW, number=1), offered(2, "ben")]
    waiting = in_room(*moved)
    assert leader(waiting) == "ben"
    assert kinds(follow_room(Decision(waiting), setting())) == []
    taken = follow_room(Decision(advance(waiting, accepted(2, "ben"))), setting())
    assert kinds(taken) == ["CommandPassed"]
    assert letters(taken) == [("ben", "commandpassed")]


def test_command_is_handed_on_by_those_who_may() -> None:
    """Commander, owner, founder; not anybody, not to who has it, and not without a room."""
    case = in_room(accepted())
    handed = told(case, "ana", Verb.COMMANDER, to="cleo")
    assert handed.case
    assert leader(handed.case) == "cleo"
    assert letters(follow_room(handed, setting())) == [("cleo", "commandpassed")]
    assert leader(told(handed.case, "cleo", Verb.COMMANDER, to="tom").case or case) == "tom"
    assert refusals(told(case, "tom", Verb.COMMANDER, to="cleo")) == [Why.NOT_YOURS]
    assert refusals(told(case, "maya", Verb.COMMANDER, to="ana")) == [Why.DONE]
    bare = case_of(offered(), accepted())
    assert refusals(told(bare, "ana", Verb.COMMANDER, to="cleo")) == [Why.NOT_NOW]
    assert leader(case_of()) is None
    orphan = in_room(event.Lapsed(at=NOW, number=1))
    assert leader(orphan) == "ana"


def test_a_sev2_has_one_by_the_word_of_who_may() -> None:
    """Owner, lead or founder; a lesser case is told how to raise it."""
    case = case_of(offered(), accepted(), **SEV2)
    called = told(case, "ana", Verb.WAR_ROOM)
    assert kinds(called) == ["RoomOpened"]
    assert letters(follow_room(called, setting())) == [("ana", "roomopened")]
    assert called.case
    assert refusals(told(called.case, "ana", Verb.WAR_ROOM)) == [Why.DONE]
    assert refusals(told(case, "tom", Verb.WAR_ROOM)) == [Why.NOT_YOURS]
    mild = case_of(offered(), accepted())
    assert refusals(told(mild, "ana", Verb.WAR_ROOM)) == [Why.NOT_NOW]
    assert refusals(told(case_of(**SEV2), "maya", Verb.WAR_ROOM)) == [Why.NOT_NOW]
    over = told(case, "ana", Verb.RESOLVED).case
    assert over
    assert over.status is Status.RESOLVED
    assert refusals(told(over, "ana", Verb.WAR_ROOM)) == [Why.NOT_NOW]


def test_help_offers_what_can_be_said() -> None:
    """WAR ROOM where one may be called, COMMANDER where one is open."""
    severe = case_of(offered(), accepted(), **SEV2)
    assert Verb.WAR_ROOM in sayable(severe, "ana", setting())
    assert Verb.WAR_ROOM not in sayable(severe, "tom", setting())
    assert Verb.WAR_ROOM not in sayable(case_of(offered(), accepted()), "ana", setting())
    case = in_room(accepted())
    assert Verb.COMMANDER in sayable(case, "maya", setting())
    assert Verb.COMMANDER not in sayable(case, "tom", setting())


def test_a_roster_is_one_of_each_function_who_fits_and_is_there() -> None:
    """Nearest tier first, then who has least to do; who handles other things stays at work."""
    people = (
        *TEAM.people,
        person("dora", 2, role="engineering", handles=("refund",)),
        person("emil", 2, role="legal", handles=("contracts",)),
        person("fay", 1, role="support"),
        person("gil", 3, role="sales"),
        person("hal", 3, role="sales"),
    )
    world = setting(
        matrix=Matrix(people), load={"gil": 3}, away={"tom": NOW + HOUR, "fay": NOW - HOUR},
        account_owner="cleo",
    )  # fmt: skip
    case = case_of(offered(), requester="ben", **SEV1)
    assert roster(case, world, "tom") == ("ana", "tom", "maya", "cleo", "ben", "hal")
    alone = setting(matrix=Matrix(people), load={"gil": 3}, away={"tom": NOW + HOUR})
    assert roster(case, alone) == ("ana", "maya", "ben", "fay", "dora", "hal")
    crowd = Matrix((*TEAM.people, *(person(f"p{n}", 1, role=f"r{n}") for n in range(30))))
    assert len(roster(case, setting(matrix=crowd))) == SEATS


def test_words_join_the_log_and_move_no_clock() -> None:
    """Who speaks belongs to the room; the case stands as it stood."""
    case = in_room(accepted())
    act = Act(by="dora", proof="dmarc", cause="mail:1")
    said = on_room_words(case, setting(NOW + HOUR), act, "It is the certificate.")
    assert kinds(said) == ["Logged"]
    assert said.actions == ()
    assert said.case
    assert said.case.room
    assert said.case.room.people[-1] == "dora"
    assert said.case.changed_at == case.changed_at


@pytest.mark.parametrize("wrote", [True, False])
def test_an_outsider_is_told_to_the_commander(wrote: bool) -> None:
    """By whom they were taken in, or that they wrote themselves; no clock moves."""
    case = in_room()
    seen = on_outsider(case, setting(NOW + HOUR), Act(by="tom"), "gus@x.example", wrote=wrote)
    [letter] = [each for each in seen.actions if isinstance(each, WriteLetter)]
    assert (letter.letter, letter.to) == (LetterKind.ALERT, "ana")
    assert letter.says("outsider") == "gus@x.example"
    assert bool(letter.says("wrote")) == wrote
    assert seen.case
    assert seen.case.changed_at == case.changed_at


@pytest.mark.parametrize("kind", ROOM, ids=lambda kind: kind.__name__)
def test_nothing_happens_in_a_room_before_it_opens(kind: type[event.Event]) -> None:
    """No row for it."""
    facts = {"to": "ben"} if kind is room_ev.CommandPassed else {}
    with pytest.raises(IllegalMove):
        advance(case_of(offered()), kind(at=NOW, by="ana", **facts))
