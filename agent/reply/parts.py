"""What stands behind a verb: times, names, next steps, reasons, labelled fields."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from deskless.agent.case.verbs import Asked, Code, Command, Verb
from deskless.agent.language import time as when
from deskless.agent.language.fold import Line, fold, plain
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.reply.clause import Sense, empty
from deskless.policies.people.matrix import Person

LONGEST = 4
"""Words of a name that are tried, longest first."""


@dataclass(frozen=True, slots=True)
class Named:
    """`id` of the one person meant, or a `doubt` that says why it is not certain; `sure` is False
    for a name that had to be spelled right first. `rest` is what stands behind the name. Two who
    fit are a doubt, and so is nobody: a case never moves to a guess.
    """

    id: str | None
    rest: Line
    doubt: str = ""
    sure: bool = True


def calls(person: Person) -> set[str]:
    """Everything a person answers to, folded."""
    name = plain(person.name)
    parts = name.split()
    found = {plain(person.id), name, plain(person.role), *person.emails}
    found |= {plain(email).partition("@")[0] for email in person.emails}
    return {one for one in found | set(parts[:1]) | set(parts[-1:]) if one}


def exact(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to exactly this."""
    bare = text.removeprefix("the ").removeprefix("@")
    bare = bare.removesuffix("'s")
    return [one for one in people if calls(one) & {text, bare, bare.removesuffix(" team")}]


def close(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to something one slip of the finger away (names of four letters or more)."""
    if len(text) < 4:
        return []
    return [
        one
        for one in people
        if any(len(call) >= 4 and OSA.distance(text, call) <= 1 for call in calls(one))
    ]


def named(line: Line, people: Sequence[Person]) -> Named:
    """The person whose name opens this text."""
    ends = [*(place for place, one in enumerate(line.text) if one == " "), len(line.text)]
    spans = sorted(ends[:LONGEST], reverse=True)
    for find in (exact, close):
        for end in spans:
            name = line.part(0, end)
            found = find(name.text, people)
            if found:
                return settle(name, line.part(end), found, find is exact)
    shown = line.part(0, spans[-1]).raw
    return Named(None, line, f"I know nobody on the team called “{shown}”.")


def settle(name: Line, rest: Line, found: list[Person], sure: bool) -> Named:
    """One person, or the doubt between several."""
    if len(found) > 1:
        who = " or ".join(f"{one.name} ({one.role})" if one.role else one.name for one in found)
        return Named(None, rest, f"“{name.raw}” may be {who}.")
    return Named(found[0].id, rest, sure=sure)


SEPARATORS = 8
"""Commas and dots behind a time that are tried as its end."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a reply is read against: who is on the team, when and where it is read, and what the
    mail it answers had asked.
    """

    people: Sequence[Person]
    now: datetime
    zone: ZoneInfo
    asked: Asked

    def when(self, text: str) -> when.When | when.NotRead:
        """A time as this writer means it."""
        return when.read(
            text, self.now, self.zone, hours=self.asked.hours, languages=self.asked.languages
        )


@dataclass(slots=True)
class Parts:
    """What has been found behind a verb so far."""

    to: str | None = None
    code: Code | None = None
    until: datetime | None = None
    next_action: str = ""
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    inferred: bool = False

    def time(self, text: Line, scene: Scene) -> str:
        """Take a time, or the longest beginning of the text that is one; the rest is a note.

        The reason when there is none, else nothing.
        """
        found, rest = timed(text, scene)
        if isinstance(found, when.NotRead):
            return found.why
        if self.until is not None and self.until != found.at:
            self.doubts.append("There are two different times in it.")
        self.until = found.at
        self.notes += [rest] if rest else []
        return ""

    def person(self, text: Line, scene: Scene) -> bool:
        """Take a name; False when nobody is called so."""
        found = named(text, scene.people)
        if found.id is None and "may be" not in found.doubt:
            return False
        if found.doubt or (self.to is not None and self.to != found.id):
            self.doubts.append(found.doubt or "It names two different people.")
        self.to = found.id
        self.inferred = self.inferred or not found.sure
        self.notes += [found.rest.raw] if found.rest.raw and not empty(found.rest) else []
        return True

    def command(self, verb: Verb, line: Line) -> Command:
        """The command these parts make. A case key in the line says which case is meant."""
        key = KEY.search(line.text)
        return Command(
            verb,
            to=self.to,
            code=self.code,
            until=self.until,
            next_action=self.next_action,
            note="\n".join(self.notes),
            subject_id=line.part(key.start(), key.end()).raw.lstrip("#") if key else "",
            line=line.raw,
            inferred=self.inferred,
            doubts=tuple(self.doubts),
        )


def meant(found: Sense, scene: Scene) -> Sense:
    """A bare yes is what the mail it answers made of it."""
    yes = scene.asked.yes
    return {
        (yes if verb is Verb.YES and yes else verb): inferred for verb, inferred in found.items()
    }


def timed(text: Line, scene: Scene) -> tuple[when.When | when.NotRead, str]:
    """The longest beginning of a text that is a time, and what is left of the text."""
    first = scene.when(text.raw)
    if isinstance(first, when.When):
        return first, ""
    for found in reversed(list(re.finditer(r"[,;.]|\s-+\s", text.text))[:SEPARATORS]):
        start = text.part(0, found.start())
        read = scene.when(start.raw) if start.text else first
        if isinstance(read, when.When):
            return read, text.part(found.end()).raw
    return first, text.raw


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker in a text: its kind, where it starts and where what it introduces starts."""

    kind: str
    start: int
    end: int


def marks(text: str, kinds: Iterable[str]) -> list[Mark]:
    """Every marker of these kinds from left to right; of two that overlap the earlier, longer one.

    Behind `next:` everything is the next step until a comma and a word like *update*, and behind
    *because* everything is the reason.
    """
    found = sorted(
        (
            Mark(kind, one.start(), one.end())
            for kind in kinds
            for one in getattr(speech(), kind).finditer(text)
        ),
        key=lambda one: (one.start, -one.end),
    )
    kept: list[Mark] = []
    for one in found:
        if kept and one.kind == kept[-1].kind and not text[kept[-1].end : one.start].strip(" :"):
            kept[-1] = Mark(one.kind, kept[-1].start, max(one.end, kept[-1].end))
        elif not kept or follows(kept[-1], one, text):
            kept.append(one)
    return kept


def follows(last: Mark, mark: Mark, text: str) -> bool:
    """Whether a marker counts behind the last one that did."""
    if mark.start < last.end or last.kind == "because":
        return False
    apart = text[: mark.start].rstrip()[-1:] in {",", ";", ".", "-"}
    return last.kind != "next" or (apart and mark.kind in {"update", "owner"})


LABEL_END = r" ?[:=]"


def labels(text: str) -> list[tuple[str, int, int]]:
    """Labels such as `reason:` in a line: name, start, end of the label."""
    found = []
    for name, pattern in speech().fields.items():
        shape = rf"(?:{pattern.pattern}){LABEL_END}"
        found += [(name, one.start(), one.end()) for one in re.finditer(shape, text)]
    return sorted(found, key=lambda one: one[1])


def fields(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Labelled parts of a text; a line without a label goes on with the last label above it."""
    kept: list[tuple[str, list[str]]] = []
    for raw in lines:
        line = fold(raw)
        places = labels(line.text)
        start = places[0][1] if places else len(line.text)
        before = line.part(0, start).raw if places else line.rest()
        if kept and before:
            kept[-1][1].append(before)
        stops = [*(begin for _, begin, _ in places), len(line.text)][1:]
        for (name, _, end), stop in zip(places, stops, strict=True):
            last = stop == len(line.text)
            kept.append((name, [line.rest(end) if last else line.part(end, stop).raw]))
    joined = ((name, "\n".join(one for one in texts if one)) for name, texts in kept)
    return tuple((name, text) for name, text in joined if text)


def because(line: Line) -> tuple[Line, str]:
    """A text before its reason, and the reason verbatim."""
    found = speech().because.search(line.text)
    if found is None:
        return line, ""
    return line.part(0, found.start()), line.rest(found.end())
