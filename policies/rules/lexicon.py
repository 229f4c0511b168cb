"""The concepts of `tables/`, and finding them in a sentence in one pass.

A table file is plain text: a concept's name at the margin, below it each language (`en:`, `de:`,
`fr:`, `es:`, `any:`) indented by two, below that one phrase a line, indented by four; a longer
phrase goes on in lines indented deeper. A line with `#` at the margin is a comment. A concept that
joins others by `&` (`{gone} & {records}`) is known once the sentence is read. A word index leads
from each word to the few phrases that could begin there, so the cost does not grow with the tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from deskless.policies.languages import LANGUAGES
from deskless.policies.rules.phrase import (
    PhraseGroup,
    PhrasePart,
    Step,
    StepKind,
    phrase_terms,
    step_fits,
    term_parts,
)
from deskless.policies.rules.small_words import NEGATORS
from deskless.policies.rules.words import FoldedSentence, Span

TAGS = (*LANGUAGES, "any")
# Orders to a machine come in any language, whatever the mail around them is in.
UNIVERSAL = frozenset(
    ("machine", "machine-tag", "machine-noun", "machine-task", "your-machine", "verdict")
)
_PHRASE = 4  # blanks before a phrase
_LONGEST = 40  # letters of a word's front and back that are looked up
_MANY = 12  # places of one concept in a sentence that are worth keeping


@dataclass(frozen=True, slots=True)
class Join:
    """A concept made of others by `&`; each term is the name of a part or concept."""

    name: str
    present: tuple[str, ...]
    absent: tuple[str, ...]


Entry = PhrasePart | Join
Spans = tuple[tuple[str, tuple[Span, ...]], ...]


def join_entries(name: str, phrase: str, language: str = "") -> Sequence[Entry]:
    """What a phrase with `&` stands for: its terms as parts of their own, and the join."""
    parts: list[Entry] = []
    sides: dict[bool, list[str]] = {False: [], True: []}
    for term in phrase_terms(phrase):
        bare = term.source[1:-1]
        plain = term.source == f"{{{bare}}}" and not set(bare) & set("{} ")
        label = bare if plain else f"§{language}:{term.source}"
        sides[term.absent].append(label)
        if not plain:
            parts.extend(term_parts(term.source, label, language))
    parts.append(Join(name, tuple(sides[False]), tuple(sides[True])))
    return parts


@dataclass(slots=True)
class Line:
    """One phrase of a table: where it begins (line number), whose it is, and its words."""

    number: int
    concept: str
    language: str
    phrase: str


def lines(text: str, source: str = "table") -> Iterator[Line]:
    """The phrases a table file holds, those cut over several lines whole again.

    Raises ValueError with file, line and what is wrong.
    """
    concept = language = ""
    last: Line | None = None
    for number, line in enumerate(text.splitlines(), 1):
        body = line.strip()
        if not body or line.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent > _PHRASE and last:
            last.phrase += body if body.startswith("|") else f" {body}"
            continue
        if last:
            yield last
        last = None
        if indent == 0:
            concept, language = body.rstrip(":").strip(), ""
        elif indent < _PHRASE and body.removesuffix(":") in TAGS:
            language = body.removesuffix(":")
        elif not concept or not language or indent != _PHRASE:
            raise ValueError(f"{source}:{number}: a line of phrases needs a concept and a language")
        else:
            last = Line(number, concept, language, body)
    if last:
        yield last


def read_entries(text: str, source: str = "table") -> list[Entry]:
    """The entries a table file holds. Raises ValueError with file, line and what is wrong."""
    parts: list[Entry] = []
    for line in lines(text, source):
        general = line.language == "any" or line.concept in UNIVERSAL
        make = join_entries if " & " in line.phrase else _plain
        try:
            if "," in line.phrase:
                raise ValueError(f"“{line.phrase}” holds a comma: write one phrase a line")
            parts.extend(make(line.concept, line.phrase, "" if general else line.language))
        except ValueError as flaw:
            raise ValueError(f"{source}:{line.number}: {flaw}") from flaw
    return parts


def _plain(name: str, phrase: str, language: str) -> Sequence[Entry]:
    return term_parts(phrase, name, language)


@lru_cache(maxsize=1)
def shipped_entries() -> tuple[Entry, ...]:
    """The entries of the tables that come with the product. They take a while to read."""
    return tuple(entry for name, text in _tables() for entry in read_entries(text, name))


@lru_cache(maxsize=1)
def shipped_names() -> frozenset[str]:
    """The concepts of those tables by name alone, which is quick."""
    return frozenset(line.concept for name, text in _tables() for line in lines(text, name))


def _tables() -> Iterator[tuple[str, str]]:
    """Every table's file name and text, by name."""
    folder = resources.files("deskless.policies") / "tables"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".txt"):
            yield file.name, file.read_text("utf-8")


def check_concepts(entries: Iterable[Entry], names: Set[str]) -> None:
    """Raise ValueError for an entry that asks for a concept which is not among `names`."""
    for entry in entries:
        asked = entry.concepts() if isinstance(entry, PhrasePart) else entry.present + entry.absent
        for name in asked:
            if name not in names:
                raise ValueError(f"there is no concept called {{{name}}} (in {entry.name})")


class PhraseLexicon:
    """Parts, indexed. Raises ValueError when a phrase names a concept that does not exist."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = tuple(dict.fromkeys(entries))
        parts = [entry for entry in entries if isinstance(entry, PhrasePart)]
        self._joins = [entry for entry in entries if isinstance(entry, Join)]
        self.names = frozenset(entry.name for entry in entries)
        self._words: dict[str, dict[str, list[PhrasePart]]] = {
            kind: defaultdict(list) for kind in ("exact", "begins", "ends")
        }
        self._loose: list[PhrasePart] = []
        self._led: dict[int, dict[str, list[PhrasePart]]] = defaultdict(lambda: defaultdict(list))
        self._level = self._levels(parts)
        for part in parts:
            self._file(part)
        check_concepts(self._joins, self.names)
        self._starts = lru_cache(maxsize=32768)(self._look_up)
        self._seen = lru_cache(maxsize=1024)(self._spans)

    def _levels(self, parts: list[PhrasePart]) -> dict[str, int]:
        needs: dict[str, set[str]] = defaultdict(set)
        for part in parts:
            needs[part.name].update(part.concepts())
        level: dict[str, int] = {}

        def climb(name: str, path: tuple[str, ...]) -> int:
            if name not in self.names:
                raise ValueError(f"there is no concept called {{{name}}} (asked for by {path[-1]})")
            if name in path:
                raise ValueError(f"the concepts {' → '.join((*path, name))} run in a circle")
            if name not in level:
                below = [climb(need, (*path, name)) for need in needs[name]]
                level[name] = 1 + max(below, default=-1)
            return level[name]

        for name in self.names:
            climb(name, ())
        return level

    def _file(self, part: PhrasePart) -> None:
        first = part.head[0]
        if first.kind is StepKind.CONCEPT:
            self._led[self._level[part.name]][first.value].append(part)
        elif first.kind is StepKind.EXACT:
            self._words["exact"][first.value].append(part)
        elif first.kind in (StepKind.BEGINS, StepKind.BENDS):
            self._words["begins"][first.value].append(part)
        elif first.kind is StepKind.ENDS:
            self._words["ends"][first.value].append(part)
        else:
            self._loose.append(part)

    def _look_up(self, word: str) -> tuple[PhrasePart, ...]:
        """Every part that could begin with this word."""
        parts = list(self._words["exact"].get(word, ()))
        for size in range(1, min(len(word), _LONGEST) + 1):
            parts += self._words["begins"].get(word[:size], ())
            parts += self._words["ends"].get(word[-size:], ())
        parts += self._loose
        return tuple(part for part in parts if step_fits(part.head[0], word))

    def scan(self, sentence: FoldedSentence) -> None:
        """Fill the sentence's `spans`.

        A thread is read again with every mail that joins it, so the last sentences are remembered.
        """
        before = tuple((name, tuple(places)) for name, places in sentence.spans.items())
        spans = self._seen(sentence.words, sentence.languages, before)
        sentence.spans.update((name, list(places)) for name, places in spans)

    def _spans(self, words: tuple[str, ...], tongues: tuple[str, ...], before: Spans) -> Spans:
        """Every concept in a sentence of these words, those found `before` among them."""
        known = {name: list(places) for name, places in before}
        sentence = FoldedSentence(0, "", words, (), (), False, 0, tongues, known)
        self._find(sentence)
        return tuple((name, tuple(places)) for name, places in known.items())

    def _find(self, sentence: FoldedSentence) -> None:
        spans = sentence.spans
        speaks = (*sentence.languages, "")
        later: dict[int, list[tuple[PhrasePart, int]]] = defaultdict(list)
        for at, word in enumerate(sentence.words):
            if word == "ai" and sentence.words[at - 1 : at] == ("j",):
                continue  # French *j'ai* calls no machine
            for part in self._starts(word):
                if part.language in speaks:
                    if not part.rest and len(part.head) == 1:
                        _keep(spans, part.name, (at, at + 1))
                    else:
                        later[self._level[part.name]].append((part, at))
        top = max(max(later, default=0), max(self._led, default=0))
        for level in range(top + 1):
            for part, at in later.get(level, ()):
                end = _head(part, at, sentence)
                if end > 0:
                    _keep(spans, part.name, (at, end))
            led = self._led.get(level)
            if led:
                for name in [place for place in spans if place in led]:
                    self._lead(led[name], spans[name], sentence, speaks)
        for join in self._joins:
            if all(name in spans for name in join.present) and not any(
                name in spans for name in join.absent
            ):
                for span in spans[join.present[0]]:
                    _keep(spans, join.name, span)

    @staticmethod
    def _lead(
        led: list[PhrasePart], places: list[Span], sentence: FoldedSentence, speaks: tuple[str, ...]
    ) -> None:
        for part in led:
            if part.language not in speaks:
                continue
            for start, stop in tuple(places):
                end = _option(part.head, start, sentence, stop - start)
                end = _follow(part.rest, 0, end, sentence) if end > 0 else -1
                if end > 0:
                    _keep(sentence.spans, part.name, (start, end))


def _keep(spans: dict[str, list[Span]], name: str, span: Span) -> None:
    places = spans.setdefault(name, [])
    if len(places) < _MANY and span not in places:
        places.append(span)


def _head(part: PhrasePart, at: int, sentence: FoldedSentence) -> int:
    """Where the part ends when its first word stands at `at`; -1 when the part is not there."""
    end = _option(part.head, at, sentence, 1)
    return _follow(part.rest, 0, end, sentence) if end > 0 else -1


def _option(option: tuple[Step, ...], at: int, sentence: FoldedSentence, index: int = 0) -> int:
    """Where the option's steps end, the first of them at `at` (or already seen); -1: not there."""
    known = sentence.words
    end = at + index
    if not index and (end := _step(option[0], at, sentence)) < 0:
        return -1
    for step in option[1:]:
        for here in range(end, min(end + step.gap, len(known) - 1) + 1):
            stop = _step(step, here, sentence)
            if stop > 0:
                end = stop
                break
            if known[here] in NEGATORS:
                return -1
        else:
            return -1
    return end


def _step(step: Step, at: int, sentence: FoldedSentence) -> int:
    if step.kind is StepKind.CONCEPT:
        places = sentence.spans.get(step.value, ())
        return next((stop for start, stop in places if start == at), -1)
    return at + 1 if step_fits(step, sentence.words[at]) else -1


def _follow(groups: tuple[PhraseGroup, ...], index: int, at: int, sentence: FoldedSentence) -> int:
    """Where the groups from `index` on end when they follow at word `at`; -1 when they do not."""
    if index == len(groups):
        return at
    group = groups[index]
    known = sentence.words
    for here in range(at, min(at + group.gap, len(known) - 1) + 1):
        word = known[here]
        if word in group.words and (end := _follow(groups, index + 1, here + 1, sentence)) > 0:
            return end
        for option in group.options:
            stop = _option(option, here, sentence)
            if stop > 0 and (end := _follow(groups, index + 1, stop, sentence)) > 0:
                return end
        if word in NEGATORS:
            break
    return _follow(groups, index + 1, at, sentence) if group.empty else -1
