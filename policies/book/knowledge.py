"""The team's own notes (`knowledge/*.md`) that bear on a thread, cited by file and heading.

Passages are found by words in common, rare words weighing more (BM25). Words are compared by their
first letters, which is stemming enough for notes in the languages a team writes.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deskless.mailbox.thread import Thread
from deskless.policies.evidence import showable_line
from deskless.policies.problems import Problem, Problems

WORD = re.compile(r"[^\W_]{3,}")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
COMMON_WORDS = """
the and for you your with that this have has are was were not but can our from they will would
there what when which how all any please thanks hello die der das und ist sind nicht ein eine mit
auf von
sie wir ich les des est une pour pas dans sur que vous nous avec los las por para con una
del nos
"""
COMMON = frozenset(COMMON_WORDS.split())
STEM = 6  # letters
PASSAGE = 600  # characters shown of one passage
FEWEST = 2  # different words in common, or the match is chance
K1, B = 1.4, 0.75  # BM25's usual constants
LARGEST = 1024 * 1024  # bytes of one note


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a note under one heading."""

    file: str
    heading: str
    text: str
    words: Counter[str] = field(default_factory=Counter, repr=False)

    @property
    def cited(self) -> str:
        """`file.md#heading: passage`, as one line that a mail may show."""
        place = f"{self.file}#{self.heading}" if self.heading else self.file
        return f"{place}: {showable_line(self.text, PASSAGE)}"


@dataclass(frozen=True, slots=True)
class Notes:
    """All passages, and in how many of them each word stands."""

    passages: tuple[Passage, ...] = ()
    spread: Counter[str] = field(default_factory=Counter, repr=False)

    def bearing(self, thread: Thread, limit: int = 3) -> tuple[str, ...]:
        """The passages that bear on what the customer wrote, best first, cited."""
        asked = set(
            _words(" ".join(f"{post.subject} {post.text}" for post in thread.from_customer()))
        )
        scored = [
            (self._score(passage, asked), passage)
            for passage in self.passages
            if len(asked & passage.words.keys()) >= FEWEST
        ]
        best = max((score for score, _ in scored), default=0.0)
        good = [(score, passage) for score, passage in scored if score >= best / 2 and score > 1.0]
        good.sort(key=lambda pair: (-pair[0], pair[1].file, pair[1].heading, pair[1].text))
        return tuple(passage.cited for _, passage in good[:limit])

    def _score(self, passage: Passage, asked: set[str]) -> float:
        count = len(self.passages)
        length = sum(passage.words.values())
        average = sum(sum(note_passage.words.values()) for note_passage in self.passages) / count
        total = 0.0
        for word in sorted(asked & passage.words.keys()):
            rare = math.log(1 + (count - self.spread[word] + 0.5) / (self.spread[word] + 0.5))
            often = passage.words[word]
            total += rare * often * (K1 + 1) / (often + K1 * (1 - B + B * length / average))
        return total


def read_notes(folder: Path) -> Notes:
    """Every `*.md` under a folder, split at headings; nothing when there is no such folder.

    Raises Problems with every file that cannot be read. I/O: reads files.
    """
    passages: list[Passage] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")) if folder.is_dir() else ():
        try:
            text = path.read_bytes()[:LARGEST].decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), 0, 0, f"The note cannot be read: {error}."))
            continue
        passages += note_passages(text, path.relative_to(folder).as_posix())
    if problems:
        raise Problems(problems)
    return count_notes(passages)


def count_notes(passages: list[Passage]) -> Notes:
    """Passages in hand, counted."""
    return Notes(tuple(passages), Counter(word for passage in passages for word in passage.words))


def note_passages(text: str, file: str) -> Iterator[Passage]:
    """The passages of one note: its paragraphs, gathered under their heading."""
    heading, held = "", list[str]()
    for line in [*text.splitlines(), "# "]:
        match = HEADING.match(line)
        if not match:
            held.append(line)
            continue
        body = "\n".join(held).strip()
        if body:
            yield Passage(file, heading, body, Counter(_words(f"{heading} {body}")))
        heading, held = match[1], []


def _words(text: str) -> list[str]:
    plain_text = unicodedata.normalize("NFKD", text.casefold())
    plain_text = "".join(char for char in plain_text if not unicodedata.combining(char))
    return [word[:STEM] for word in WORD.findall(plain_text) if word not in COMMON]
