"""The readers: whose matter a mail is, and whether it is open. One short page each in `readers/`.

`asks` says which of the two it answers, `takes` what it takes out of the evidence where it says
yes: the `sentence`, everything `before` it, or the whole `mail`. The first lines below the title
are the question as a model is asked it; the gate learns from the examples.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_HEAD = re.compile(r"(\w+): (\S+)")
_EXAMPLE = re.compile(r'- (is|not): "(.+)"')


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader. `yes` are examples of what it is about, `no` of what only looks like it."""

    id: str
    asks: str
    takes: str
    question: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@lru_cache(maxsize=1)
def shipped_readers() -> tuple[Reader, ...]:
    """The readers that come with the product, by id."""
    folder = resources.files("deskless.policies") / "readers"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(read_reader(file.read_text("utf-8")) for file in files if ".md" in file.name)


def read_reader(text: str) -> Reader:
    """A reader's page. Raises ValueError for a page that lacks a part."""
    _, head, body = text.split("---\n", 2)
    facts = dict(_HEAD.findall(head))
    prose, _, examples = body.partition("## Examples")
    question = " ".join(line for line in prose.splitlines() if line and not line.startswith("#"))
    marked = _EXAMPLE.findall(examples)
    by_side = {
        side: tuple(words for mark, words in marked if mark == side) for side in ("is", "not")
    }
    if not question or not facts.keys() >= {"id", "asks", "takes"} or not all(by_side.values()):
        raise ValueError(
            f"the reader `{facts.get('id', '?')}` lacks a question, a fact or examples"
        )
    return Reader(
        facts["id"], facts["asks"], facts["takes"], question, by_side["is"], by_side["not"]
    )
