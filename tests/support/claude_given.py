"""What the tests of the Claude judge start from: a thread, two criteria, a judge at a server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import Company, company
from messages_api import MessagesApi
from policies_given import NOON, facts, policy, post, thread

from deskless.agent.model.claude import Claude, Settings
from deskless.agent.model.claude_wire import Wire
from deskless.mailbox.thread import Side, Thread
from deskless.policies.book.book import make_book
from deskless.policies.judge import Opinion

BOOK = make_book(
    [policy("refund", type="business", risk="churn"), policy("outage", severity="SEV-1")]
)
WORDS = "charged my card 4111 1111 1111 1111 twice"
SEEN = "charged my card [card number] twice"
TALK = thread(
    f"Hello, you {WORDS} and I want it back.\nOrder no. 12345.",
    post("We will look into it by Friday.", Side.TEAM, hours=1),
    post("It is still not here; “nobody” answers.", hours=2),
)


def judge(
    api: MessagesApi, *, key: str = "sk-test", timeout: float = 5, mask: bool = True
) -> Claude:
    """A judge that asks this server."""
    return Claude(Wire(api.url, timeout=timeout), Settings("claude-x", lambda: key, mask=mask))


def ask(claude: Claude, talk: Thread = TALK, *, after: float = 0, **known: object) -> Opinion:
    """What it says about a thread, `after` seconds past noon."""
    now = facts(at=NOON + timedelta(seconds=after), **known)
    return asyncio.run(claude.opine(talk, now, BOOK.asked()))


@contextmanager
def with_model(
    folder: Path, patch: pytest.MonkeyPatch, api: MessagesApi, **settings: Any
) -> Iterator[Company]:
    """Acme with a model at this server."""
    told = {"engine": "claude", "base_url": api.url, "model": "claude-x"} | settings
    for name, value in told.items():
        patch.setenv(f"DESKLESS_JUDGE__{name.upper()}", str(value))
    patch.setenv("ACME_PASSWORD", "secret")
    with company(folder) as acme:
        yield acme
