"""A thread and the team's criteria as a request: what a model is told, and in which order.

The system part holds the task, the criteria and the schema, and nothing of the thread or of the
day, so that its bytes are the same for every thread of a book and the server can keep it. The
thread stands in the user's turn, each message between marks with a random code, masked.
"""

import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deskless.agent.model.masking import Masked, SecretStretch, mask_text
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.book.page import ASKS
from deskless.policies.evidence import UNSEEN
from deskless.policies.facts import Facts
from deskless.policies.hash import json_digest
from deskless.policies.policy import Policy
from deskless.policies.reading.readers import shipped_readers
from deskless.policies.settle.key import condition_of, threshold_of
from deskless.policies.settle.model_schema import answer_schema
from deskless.policies.verdict import Quote
from deskless.templates import render

PROMPTS = Path(render.__file__).parent / "prompts"
HEAD, TAIL = 12_000, 4_000  # characters of one message that are shown: its beginning and its end
WHOLE = 90_000  # characters of a conversation that are shown
KEPT = "1h"  # how long the server keeps the system part
# Also with characters between that nobody sees: they are taken out, and a mark would be left.
_MARKS = re.compile(f"(?:<{UNSEEN.pattern}*){{3,}}|(?:>{UNSEEN.pattern}*){{3,}}")
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PromptRequest:
    """What is sent: `system` and `content` blocks, and how to read the quotes that come back."""

    ids: tuple[str, ...]
    system: list[Block]
    content: list[Block]
    place: Callable[[str, str], Quote]

    def repair(self, fault: str) -> str:
        """The second request after an answer that could not be used."""
        return _words("repair", fault=fault)


def build_request(
    thread: Thread, facts: Facts, policies: Sequence[Policy], *, mask: bool = True
) -> PromptRequest:
    """The request for a thread. Only the code in the marks differs from one call to the next."""
    asked_about = tuple(sorted(policies, key=lambda policy: policy.id))
    shown = _shown(thread)
    sheets = {name: _sheet(post, mask=mask) for name, post in shown.items()}
    mark = random_mark([*(masked.text for masked in sheets.values()), thread.subject])
    opening = _words(
        "opening", mark=mark, tier=_line(facts.tier), language=_line(facts.language),
        known=[line for policy in asked_about for line in _known(policy, facts)],
        injection="; ".join(facts.injection), messages=len(thread.posts),
        left_out=len(thread.posts) - len(shown),
    )  # fmt: skip
    pieces = [opening]
    for name, post in shown.items():
        subject = mask_text(_line(post.subject), secret=mask).text
        pieces.append(
            _words(
                "message", mark=mark, name=name, side=_side(post), subject=subject,
                at=post.at.strftime("%Y-%m-%d %H:%M UTC"), text=sheets[name].text,
            )
        )  # fmt: skip
    pieces.append(_words("closing", count=len(asked_about)))
    return PromptRequest(
        ids=tuple(policy.id for policy in asked_about),
        system=_system(asked_about),
        content=[{"type": "text", "text": piece} for piece in pieces],
        place=_place(sheets, {name: post.key for name, post in shown.items()}),
    )


def prompt_version(*more: object) -> str:
    """The prompt's version: changes with any word of the templates and with how mail is cut."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(PROMPTS.glob("judge_*.j2"))]
    asked = [(reader.id, reader.question) for reader in shipped_readers()]
    return json_digest([*texts, asked, HEAD, TAIL, WHOLE, *map(str, more)])[:12]


@lru_cache(maxsize=8)
def _prefix(policies: tuple[Policy, ...]) -> str:
    form = json.dumps(answer_schema([policy.id for policy in policies]), separators=(",", ":"))
    return _words("criteria", policies=policies, schema=form)


def _system(policies: tuple[Policy, ...]) -> list[Block]:
    """Two blocks with the same bytes for the same criteria; the second ends what is kept."""
    cache = {"type": "ephemeral", "ttl": KEPT}
    return [
        {"type": "text", "text": _words("task", readers=shipped_readers())},
        {"type": "text", "text": _prefix(policies), "cache_control": cache},
    ]


def _shown(thread: Thread) -> dict[str, Post]:
    """The messages that fit, by name, oldest first: the first of all, then the newest."""
    named = {f"m{number}": post for number, post in enumerate(thread.posts, 1)}
    order = [*list(named)[:1], *reversed(list(named)[1:])]
    places, length = set(), 0
    for name in order:
        length += min(len(named[name].text), HEAD + TAIL)
        if length > WHOLE:
            break
        places.add(name)
    return {name: post for name, post in named.items() if name in places}


def _sheet(post: Post, *, mask: bool) -> Masked:
    """A message's words without secrets, without our marks, and cut where it is very long."""
    text = post.text
    more = _hidden_marks(text)
    if len(text) > HEAD + TAIL:
        left = len(text) - HEAD - TAIL
        more.insert(
            0, SecretStretch(HEAD, len(text) - TAIL, f"\n[… {left} characters left out …]\n")
        )
    return mask_text(text, more=more, secret=mask)


def without_marks(text: str, *, mask: bool) -> Masked:
    """Words without secrets (where `mask`) and without what could pass for a mark of ours."""
    return mask_text(text, more=_hidden_marks(text), secret=mask)


def _hidden_marks(text: str) -> list[SecretStretch]:
    return [
        SecretStretch(*match.span(), "‹‹‹" if "<" in match[0] else "›››")
        for match in _MARKS.finditer(text)
    ]


def random_mark(texts: list[str]) -> str:
    """128 random bits that stand nowhere in the conversation."""
    while True:
        mark = secrets.token_hex(16)
        if not any(mark in text for text in texts):
            return mark


def _place(sheets: dict[str, Masked], keys: dict[str, str]) -> Callable[[str, str], Quote]:
    """Turns a quote of the masked text into one of the message itself."""

    def place(message: str, words: str) -> Quote:
        for name in sorted(sheets, key=lambda number: number != message):
            back = sheets[name].back(words)
            if back is not None:
                return Quote(keys[name], back)
        return Quote(keys.get(message, ""), words)

    return place


def _known(policy: Policy, facts: Facts) -> list[str]:
    """A criterion's hard facts that hold, and whether the customer is one that it names."""
    tests = [condition_of(text) for text in policy.facts]
    tests += [threshold_of(policy.amount)] if policy.amount else []
    # Only what is true: a fact that does not hold makes no criterion fail, it only adds no weight.
    lines = [
        f"{policy.id}: {_line(condition.text)}" for condition in tests if condition.holds(facts)
    ]
    if policy.accounts:
        named = {facts.account, facts.tier} - {None, ""}
        known = {str(name).casefold() for name in named}
        holds = any(
            condition_of(account).holds(facts)
            if ASKS.search(account)
            else account.strip().casefold() in known
            for account in policy.accounts
        )
        lines.append(f"{policy.id}: the customer is {'' if holds else 'not '}one it looks after")
    return lines


def _side(post: Post) -> str:
    if post.chat:
        name = _line(post.sender.name) if post.sender else ""
        side = "the customer" if post.side is Side.CUSTOMER else "the team"
        return f"{side} ({name}, pasted from {_line(post.chat)})"
    if post.side is Side.CUSTOMER:
        return "the customer"
    if post.side is Side.MACHINE:
        return "a machine"
    return "the team, among themselves" if post.internal else "the team"


def _line(text: str) -> str:
    """A short text on one line that cannot be taken for a mark."""
    return _MARKS.sub("", " ".join(text.split()))[:200].strip()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(PROMPTS)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text for a model, nothing renders it
    )


def _words(template: str, **values: object) -> str:
    return prompt_words(f"judge_{template}", **values)


def prompt_words(template: str, **values: object) -> str:
    """The words of a prompt's template with these values."""
    text = _environment().get_template(f"{template}.txt.j2").render(values).strip("\n")
    # Half a character cannot be sent.
    return text.encode("utf-8", "replace").decode()
