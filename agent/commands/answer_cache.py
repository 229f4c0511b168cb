"""What a model said of the examples, kept beside the criteria: their tests then need no key.

One line a conversation in `answers.jsonl`, found by the conversation, the book and the model's
voice, so whatever changes is asked again. The file may be shared with the criteria: it holds their
examples' words and no customer's.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deskless.agent.model.model import Model
from deskless.mailbox.thread import Thread
from deskless.policies.book.book import Book
from deskless.policies.facts import Facts
from deskless.policies.hash import json_digest
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy
from deskless.policies.settle.key import thread_digest
from deskless.policies.verdict import finding_of

FILE = "answers.jsonl"
NEVER = "has not judged this example yet, and there is no key to ask it with"


class Rehearsed:
    """A judge that remembers. `asks` is False where the model cannot be asked for what is new."""

    def __init__(self, model: Model, book: Book, file: Path, *, asks: bool) -> None:
        self._model = model
        self._book = book
        self._file = file
        self._asks = asks
        self._kept = dict(_lines(file))
        self._used: dict[str, dict[str, Any]] = {}

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """What the model said of this conversation, or says now."""
        voice = self._model.voice
        key = json_digest(
            {
                "thread": thread_digest(thread), "book": self._book.hash,
                "voice": [voice.prompt, voice.model, voice.schema],
            }
        )  # fmt: skip
        answer = self._kept.get(key)
        if answer is not None:
            self._used[key] = answer
            return Opinion("claude", tuple(finding_of(finding) for finding in answer["findings"]))
        if not self._asks:
            never = Opinion("claude", ())
            never.trouble = NEVER
            return never
        opinion = await self._model.opine(thread, facts, policies)
        if not opinion.trouble:
            findings = [asdict(finding) for finding in opinion.findings]
            self._used[key] = self._kept[key] = {"model": voice.model, "findings": findings}
        return opinion

    def keep(self, *, whole: bool) -> None:
        """Write what is known. After a `whole` run, what no example asks for any more is let go.

        Raises OSError where the folder cannot be written.
        """
        known = self._used if whole else self._kept | self._used
        lines = [
            json.dumps({"key": key, **answer}, ensure_ascii=False, sort_keys=True)
            for key, answer in sorted(known.items())
        ]
        draft = self._file.with_name(f".{self._file.name}.new")
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        draft.replace(self._file)


def _lines(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every answer of the file that can be read; one that cannot is asked for again."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    pairs = []
    for line in text.splitlines():
        try:
            answer = json.loads(line)
            for finding in answer["findings"]:
                finding_of(finding)
            pairs.append((str(answer.pop("key")), answer))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return pairs
