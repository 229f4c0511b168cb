"""What stands behind a verb: times, names, next steps, reasons, labelled fields."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from deskless.agent.case.verbs import Asked, Code, Command, Verb
from deskless.agent.language import time as when
from deskless.agent.language.fold import Line, fold_line, fold_text
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.language.promised_time import only_says_when
from deskless.agent.reply.clause import Sense, says_nothing
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
    name = fold_text(person.name)
    parts = name.split()
    names = {fold_text(person.id), name, fold_text(person.role), *person.emails}
    names |= {fold_text(email).partition("@")[0] for email in person.emails}
    return {alias for alias in names | set(parts[:1]) | set(parts[-1:]) if alias}


def exact_people(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to exactly this."""
    bare = text.removeprefix("the ").removeprefix("@")
    bare = bare.removesuffix("'s")
    return [person for person in people if calls(person) & {text, bare, bare.removesuffix(" team")}]


def close_people(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to something one slip of the finger away (names of four letters or more)."""
    if len(text) < 4:
        return []
    return [
        person
        for person in people
        if any(len(call) >= 4 and OSA.distance(text, call) <= 1 for call in calls(person))
    ]


def read_person(line: Line, people: Sequence[Person]) -> Named:
    """The person whose name opens this text."""
    ends = [
        *(place for place, character in enumerate(line.text) if character == " "),
        len(line.text),
    ]
    spans = sorted(ends[:LONGEST], reverse=True)
    for find in (exact_people, close_people):
        for end in spans:
            name = line.part(0, end)
            matching = find(name.text, people)
            if matching:
                return settle_person(name, line.part(end), matching, find is exact_people)
    shown = line.part(0, spans[-1]).raw
    return Named(None, line, f"I know nobody on the team called “{shown}”.")


def settle_person(name: Line, rest: Line, people: list[Person], sure: bool) -> Named:
    """One person, or the doubt between several."""
    if len(people) > 1:
        who = " or ".join(
            f"{person.name} ({person.role})" if person.role else person.name for person in people
        )
        return Named(None, rest, f"“{name.raw}” may be {who}.")
    return Named(people[0].id, rest, sure=sure)


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
        return when.read_time(
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
        moment, rest = read_leading_time(text, scene)
        if isinstance(moment, when.NotRead):
            return moment.why
        if self.until is not None and self.until != moment.at:
            self.doubts.append("There are two different times in it.")
        self.until = moment.at
        self.notes += [rest] if rest else []
        return ""

    def person(self, text: Line, scene: Scene) -> bool:
        """Take a name; False when nobody is called so."""
        naming = read_person(text, scene.people)
        if naming.id is None and "may be" not in naming.doubt:
            return False
        if naming.doubt or (self.to is not None and self.to != naming.id):
            self.doubts.append(naming.doubt or "It names two different people.")
        self.to = naming.id
        self.inferred = self.inferred or not naming.sure
        self.notes += [naming.rest.raw] if naming.rest.raw and not says_nothing(naming.rest) else []
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


def meant_yes(sense: Sense, scene: Scene) -> Sense:
    """A bare yes is what the mail it answers made of it."""
    yes = scene.asked.yes
    return {
        (yes if verb is Verb.YES and yes else verb): inferred for verb, inferred in sense.items()
    }


def read_leading_time(text: Line, scene: Scene) -> tuple[when.When | when.NotRead, str]:
    """The longest beginning of a text that is a time, and what is left of the text."""
    first = scene.when(text.raw)
    if isinstance(first, when.When):
        return first, ""
    for match in reversed(list(re.finditer(r"[,;.]|\s-+\s", text.text))[:SEPARATORS]):
        start = text.part(0, match.start())
        read = scene.when(start.raw) if start.text else first
        if isinstance(read, when.When):
            return read, text.part(match.end()).raw
    return first, text.raw


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker in a text: its kind, where it starts and where what it introduces starts."""

    kind: str
    start: int
    end: int


def part_marks(text: str, kinds: Iterable[str]) -> list[Mark]:
    """Every marker of these kinds from left to right; of two that overlap the earlier, longer one.

    Behind `next:` everything is the next step until a comma and a word like *update*, and behind
    *because* everything is the reason.
    """
    marks = sorted(
        (
            Mark(kind, match.start(), match.end())
            for kind in kinds
            for match in getattr(speech(), kind).finditer(text)
        ),
        key=lambda mark: (mark.start, -mark.end),
    )
    chosen: list[Mark] = []
    for mark in marks:
        if (
            chosen
            and mark.kind == chosen[-1].kind
            and not text[chosen[-1].end : mark.start].strip(" :")
        ):
            chosen[-1] = Mark(mark.kind, chosen[-1].start, max(mark.end, chosen[-1].end))
        elif not chosen or follows(chosen[-1], mark, text):
            chosen.append(mark)
    return chosen


def follows(last: Mark, mark: Mark, text: str) -> bool:
    """Whether a marker counts behind the last one that did."""
    if mark.start < last.end or last.kind == "because":
        return False
    apart = text[: mark.start].rstrip()[-1:] in {",", ";", ".", "-"}
    return last.kind != "next" or (apart and mark.kind in {"update", "owner"})


LABEL_END = r" ?[:=]"


def line_labels(text: str) -> list[tuple[str, int, int]]:
    """Labels such as `reason:` in a line: name, start, end of the label."""
    labels_found = []
    for name, pattern in speech().fields.items():
        shape = rf"(?:{pattern.pattern}){LABEL_END}"
        labels_found += [(name, match.start(), match.end()) for match in re.finditer(shape, text)]
    return sorted(labels_found, key=lambda label: label[1])


BETWEEN = re.compile(r"(?<=[.;,!])\s+")
"""Where a labelled part may go on with a sentence of its own."""


def without_update(text: str) -> str:
    """A labelled part less the sentence that only says when the next update comes.

    That time is read for itself; in a letter it would stand beside the one that is on record.
    """
    sentences = BETWEEN.split(text)
    rest = [sentence for sentence in sentences if not only_says_when(sentence)]
    return text if len(rest) == len(sentences) else " ".join(rest).rstrip(" ,;")


def labelled_parts(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Labelled parts of a text; a line without a label goes on with the last label above it."""
    labelled: list[tuple[str, list[str]]] = []
    for raw in lines:
        line = fold_line(raw)
        places = line_labels(line.text)
        start = places[0][1] if places else len(line.text)
        before = line.part(0, start).raw if places else line.rest()
        if labelled and before:
            labelled[-1][1].append(before)
        stops = [*(begin for _, begin, _ in places), len(line.text)][1:]
        for (name, _, end), stop in zip(places, stops, strict=True):
            last = stop == len(line.text)
            labelled.append((name, [line.rest(end) if last else line.part(end, stop).raw]))
    joined = (
        (name, "\n".join(filter(None, map(without_update, texts)))) for name, texts in labelled
    )
    return tuple((name, text) for name, text in joined if text)


def split_reason(line: Line) -> tuple[Line, str]:
    """A text before its reason, and the reason verbatim."""
    match = speech().because.search(line.text)
    if match is None:
        return line, ""
    return line.part(0, match.start()), line.rest(match.end())
