"""What people write about a case after its end: offers, tasks, how hard the customer was hit.

`OFFER credit 2 months`, `commit: … @ben by Friday`, `prevent: … @cleo by 4 December [process]`,
`DONE 2`, `DROP 2 because …`, `impact: severe`. Each opens its line; several lines of a mail are
done in their order, and a line below one goes on with it. What is no such line at the beginning
of a mail is read by the grammar as ever. `APPROVE` and `DECLINE` are read so only where a yes or
no to an offer was asked for. A task without a time is a doubt, never a guess; without a name it
is its writer's.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache

from deskless.agent.case.after.event_after import Area, Gesture, Level, Standing
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language import time as when
from deskless.agent.language.clock_time import Grain
from deskless.agent.language.concepts import concept_table
from deskless.agent.language.fold import Line, fold_line
from deskless.agent.reply.clause import says_nothing
from deskless.agent.reply.parts import Scene, read_leading_time, read_person, split_reason

MOST = 20
"""Lines of one mail that can be such words."""
EVENING = time(18)
"""The end of a day on which nobody says when work ends."""
NO_TIME = "By when? Write it like “by Friday”."


@cache
def _opens(name: str, end: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(concept_table('after')[name])}){end}")


@cache
def _values(names: tuple[str, ...], prefix: str = "") -> dict[str, re.Pattern[str]]:
    """The words of each value, to be met at the beginning of a text."""
    return {name: _opens(prefix + name, r"(?![^\W_])") for name in names}


def read_after(lines: Sequence[str], scene: Scene) -> Command | None:
    """The words of this kind that open a mail, later lines in `then`; None: it does not open so."""
    read: list[Command] = []
    joined = False
    for raw in lines[:MOST]:
        line = fold_line(raw)
        command = None if says_nothing(line) else _read_line(line, scene)
        if command:
            read.append(command)
        elif read and joined and not says_nothing(line):
            last = read[-1]
            read[-1] = replace(last, note=f"{last.note}\n{raw.strip()}".strip())
        elif not read:
            return None
        joined = not says_nothing(line)
    return replace(read[0], then=tuple(read[1:])) if read else None


def _read_line(line: Line, scene: Scene) -> Command | None:
    if line.text.endswith("?"):
        return None
    readers = (_decision, *READERS) if scene.asked.decides else READERS
    readers = (_standing, *READERS) if scene.asked.relates else readers
    return next((command for reader in readers if (command := reader(line, scene))), None)


def _decision(line: Line, _: Scene) -> Command | None:
    """`APPROVE`, `DECLINE because …`, where that was asked."""
    head, reason = split_reason(line)
    for verb in (Verb.APPROVE, Verb.DECLINE):
        match = _opens(verb.value, r"(?: ?[:,;.!-]+ ?|$)").match(head.text)
        if match:
            rest = head.rest(match.end()).strip(" .!,;:")
            return Command(verb, note=reason or rest, line=line.raw)
    return None


def _standing(line: Line, _: Scene) -> Command | None:
    """`KEPT`, `LOST because …`, where that was asked."""
    head, reason = split_reason(line)
    for name in Standing:
        match = _opens(name, r"(?: ?[:,;.!-]+ ?|$)").match(head.text)
        if match:
            note = reason or head.rest(match.end()).strip(" .!,;:")
            return Command(Verb.RELATION, value=name.value, note=note, line=line.raw)
    return None


def _offer(line: Line, _: Scene) -> Command | None:
    """`OFFER credit 2 months because …`: a name behind OFFER is an owner, and is read elsewhere."""
    match = _opens("offer", r" ").match(line.text)
    head, reason = split_reason(line.part(match.end())) if match else (line, "")
    text = head.text
    amount = re.match(rf"(?P<n>\d{{1,2}}) (?:{_any('months')}) ", text)
    start = amount.end() if amount else 0
    gestures = _values(tuple(Gesture))
    value = next(
        (name for name, words in gestures.items() if match and words.match(text, start)), None
    )
    if value is None:
        return None
    end = gestures[value].match(text, start)
    rest = text[end.end() :] if end else ""
    behind = re.search(rf"(?P<n>\d{{1,2}}) ?(?:{_any('months')})(?![^\W_])", rest)
    found_number = amount or behind
    number = found_number["n"] if found_number else ""
    odd = bool(re.search(r"\d", rest.replace(behind[0], "") if behind else rest))
    doubts = ("I read only months behind an offer, as in “OFFER credit 2 months”.",) * odd
    return Command(
        Verb.GOODWILL, value=value, subject_id=number, note=reason, line=line.raw, doubts=doubts
    )


def _any(name: str) -> str:
    return "|".join(concept_table("after")[name])


def _impact(line: Line, _: Scene) -> Command | None:
    """`impact: severe because …`; more words that are no level are what is told of the impact."""
    match = _opens("impact", r" ?[:=] ?").match(line.text)
    if match is None:
        return None
    head, reason = split_reason(line.part(match.end()))
    levels = _values(tuple(Level)).items()
    value = next((name for name, words in levels if words.fullmatch(head.text.strip(" .!"))), "")
    known = ", ".join(Level)
    if not value and not reason and len(head.text.split()) > 1:
        return None
    doubts = () if value else (f"The levels are {known}.",)
    return Command(Verb.IMPACT, value=value, note=reason, line=line.raw, doubts=doubts)


def _task(line: Line, scene: Scene) -> Command | None:
    """`commit: WHAT @NAME by TIME`, `prevent: WHAT @NAME by TIME [AREA]`, in any order."""
    for verb in (Verb.COMMIT, Verb.PREVENT):
        match = _opens(verb.value, r" ?[:=] ?(?=\S)").match(line.text)
        if match:
            rest = line.part(match.end())
            return _task_parts(verb, rest, scene, line.raw)
    return None


def _task_parts(verb: Verb, rest: Line, scene: Scene, raw: str) -> Command:
    rest, area = _area(rest) if verb is Verb.PREVENT else (rest, "")
    doubts: list[str] = []
    to = scene.asked.writer
    at = re.search(r"(?:^| )@(?=\S)", rest.text)
    if at:
        naming = read_person(rest.part(at.end()), scene.people)
        to = naming.id
        doubts += [naming.doubt] if naming.doubt else []
        rest = fold_line(f"{rest.part(0, at.start()).raw} {naming.rest.raw}") if to else rest
    until, why = None, NO_TIME
    for mark in reversed(list(re.finditer(rf"(?<![^\W_])(?:{_any('by')}) (?=\S)", rest.text))):
        moment, behind = read_leading_time(rest.part(mark.end()), scene)
        if isinstance(moment, when.NotRead):
            why = f"By when? {moment.why[:1].upper()}{moment.why[1:]}."
        elif not behind.strip(" ,.;"):
            until = _end_of_day(moment.at, scene) if moment.granularity == Grain.DAY else moment.at
            rest = rest.part(0, mark.start())
            break
    doubts += [] if until else [why]
    what = rest.raw.strip(" ,;.-")
    if not what:
        doubts.append("What is to be done?")
    return Command(verb, to=to, until=until, note=what, value=area, line=raw, doubts=tuple(doubts))


def _end_of_day(at: datetime, scene: Scene) -> datetime:
    """The end of the writer's work on that day: who names a day has the whole of it."""
    hours = scene.asked.hours
    day = at.astimezone(hours.zone if hours else scene.zone)
    spans = hours.week[day.weekday()] if hours else ()
    end = spans[-1][1] if spans and spans[-1][1] != time() else EVENING
    return datetime.combine(day.date(), end, day.tzinfo).astimezone(UTC)


def _area(rest: Line) -> tuple[Line, str]:
    """A text without the area that stands at its end, and that area."""
    names = {area.value: "area training" if area is Area.TRAINING else area.value for area in Area}
    for area, name in names.items():
        match = re.search(rf"[ ,;]+[\[(]?(?:{_any(name)})[\])]?\.?$", rest.text)
        if match:
            return rest.part(0, match.start()), area
    return rest, ""


def _ends(line: Line, _: Scene) -> Command | None:
    """`DONE 2`, `DROP 2 because …`, with a word about it."""
    for verb in (Verb.FINISHED, Verb.DROP):
        match = _opens(verb.value, r" #?(?P<n>\d{1,3})(?![^\W_])").match(line.text)
        head, reason = split_reason(line.part(match.end())) if match else (line, "")
        behind = line.text[match.end() :].strip() if match else ""
        if match and (reason or not behind or behind[0] in ":,;.!-"):
            note = reason or head.raw.strip(" .,;:")
            return Command(verb, subject_id=match["n"], note=note, line=line.raw)
    return None


def _found(line: Line, _: Scene) -> Command | None:
    """`why: …`, `lesson: …`, and `REVIEW` alone on its line."""
    if _opens("review", r"[.! ]*").fullmatch(line.text):
        return Command(Verb.REVIEW, line=line.raw)
    for verb in (Verb.WHY, Verb.LESSON):
        match = _opens(verb.value, r" ?[:=] ?(?=\S)").match(line.text)
        if match:
            return Command(verb, note=line.rest(match.end()), line=line.raw)
    return None


READERS: tuple[Callable[[Line, Scene], Command | None], ...] = (
    _offer,
    _impact,
    _task,
    _ends,
    _found,
)
