"""Under which name a verdict is kept: the same situation, the same key.

The key covers the thread, the whole book, the facts as far as the book asks about them, and the
judges: the edition of the rules, and the voice of whoever speaks beside them. Time alone changes it
only when it makes a condition true or false (`unanswered > 24h`), so a verdict is used again until
something that matters has happened.
"""

from dataclasses import dataclass
from functools import lru_cache

from deskless.mailbox.thread import Thread
from deskless.policies import condition
from deskless.policies.book.book import Book
from deskless.policies.book.page import ASKS
from deskless.policies.condition import Condition
from deskless.policies.facts import Facts
from deskless.policies.hash import json_digest, rules_edition
from deskless.policies.policy import Policy

condition_of = lru_cache(maxsize=1024)(condition.parse_condition)
threshold_of = lru_cache(maxsize=256)(condition.parse_threshold)


@dataclass(frozen=True, slots=True)
class Voice:
    """The judges a verdict depends on: a model's prompt version, its id, the schema of its answer.

    All empty where no model judges.

    `ear` names the sentence embeddings that the rules use, empty where they use none.
    """

    prompt: str = ""
    model: str = ""
    schema: str = ""
    ear: str = ""


def verdict_key(thread: Thread, facts: Facts, book: Book, voice: Voice) -> str:
    """SHA-256 in hex of everything that a verdict depends on."""
    mailing = [facts.mailing] if facts.mailing else []
    return json_digest(
        {
            "thread": thread_digest(thread),
            "book": book.hash,
            "facts": [facts.account or "", facts.tier, facts.language, *facts.injection, *mailing],
            "holds": "".join(
                str(int(term.holds(facts)))
                for policy in book.policies
                for term in asked_conditions(policy)
            ),
            "rules": rules_edition(),
            "voice": [voice.prompt, voice.model, voice.schema, voice.ear],
        }
    )


def thread_digest(thread: Thread) -> str:
    """SHA-256 in hex of a thread's posts: who wrote, what, in which order; not when it was read."""
    return json_digest(
        [
            [
                post.key,
                post.side,
                post.internal,
                post.sender.email if post.sender else "",
                post.subject,
                post.text.encode("utf-8", "replace").decode(),
                sorted(post.flaws),
                *sorted(post.unread),
                *([post.chat, post.sender.name if post.sender else ""] if post.chat else ()),
            ]
            for post in thread.posts
        ]
    )


def asked_conditions(policy: Policy) -> tuple[Condition, ...]:
    """Every condition that a policy puts to the facts, in order."""
    amount = (threshold_of(policy.amount),) if policy.amount else ()
    waiting = (condition_of(f"unanswered >= {policy.waiting}"),) if policy.waiting else ()
    accounts = (text for text in policy.accounts if ASKS.search(text))
    texts = (*policy.facts, *accounts, *(text for text, _ in policy.severities))
    return (*amount, *waiting, *(condition_of(text) for text in texts))
