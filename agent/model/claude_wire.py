"""One call to the Messages API: bytes out, bytes in, every failure by name.

The SDK is imported at the first call (it takes a second), never retries, follows no redirect and
keeps no connection open between calls: a call takes seconds, and what is not kept cannot be stale.
The body of an answer is read here and not by the SDK, which hands out a web page as if it were one.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deskless.agent.model.claude_fault import (
    CUT,
    EMPTY,
    NOT_API,
    REFUSED,
    TIMEOUT,
    TOO_LONG,
    UNREACHABLE,
    Silent,
    fault_of_status,
    is_shape_fault,
)

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

LARGEST = 2_000_000  # bytes of an answer that are read
BYTES = 3
"""Bytes of text that make a token, where that has to be estimated: rather too few."""
STOPS = {"refusal": REFUSED, "max_tokens": CUT, "model_context_window_exceeded": TOO_LONG}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its text, why it ended (a name of the API, empty: normally), what it cost.

    `tokens_in` counts everything read, with `cache_read` and `cache_written` of it.
    """

    text: str
    stop: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cache_read: int = 0
    cache_written: int = 0

    def counted(self, body: Mapping[str, Any]) -> "Reply":
        """The answer with an estimate where the server counts nothing: some local servers report 0
        tokens or less, and a budget that hears of none is never spent.
        """
        asked = json.dumps([body["system"], body["messages"]], ensure_ascii=False)
        read = self.tokens_in or len(asked.encode()) // BYTES
        written = self.tokens_out or -(-len(self.text.encode()) // BYTES)
        return replace(self, tokens_in=read, tokens_out=written)

    def check(self) -> None:
        """Raises Silent for an answer that ended early or holds nothing."""
        if self.stop in STOPS:
            raise Silent(STOPS[self.stop])
        if not self.text.strip():
            raise Silent(EMPTY)


class Wire:
    """The way to one server. `plain` is set once it has refused fields that older servers lack."""

    def __init__(self, base_url: str, *, timeout: float) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.plain = False
        self._client: AsyncAnthropic | None = None
        self._made_for: tuple[object, str] | None = None

    async def ask(self, body: dict[str, Any], key: str, now: datetime) -> Reply:
        """One answer. Raises Silent with the fault; takes at most `timeout` seconds a call."""
        import anthropic

        try:
            return await self._ask(body, key)
        except anthropic.APIStatusError as error:
            if self.plain or not is_shape_fault(error):
                raise Silent(fault_of_status(error, now)) from error
        self.plain = True
        try:
            return await self._ask(body, key)
        except anthropic.APIStatusError as error:
            raise Silent(fault_of_status(error, now)) from error

    async def count(self, body: dict[str, Any], key: str) -> int:
        """How many tokens a request would be read as; 0: the server does not tell."""
        import anthropic

        asked = {name: body[name] for name in ("model", "system", "messages")}
        try:
            async with asyncio.timeout(self.timeout):
                messages = self._connected(key).messages
                raw = await messages.with_raw_response.count_tokens(**asked)
            counted = json.loads(raw.http_response.content[:LARGEST])
        except (TimeoutError, anthropic.AnthropicError, ValueError):
            return 0
        return _count(counted, "input_tokens") if isinstance(counted, dict) else 0

    async def _ask(self, body: dict[str, Any], key: str) -> Reply:
        import anthropic

        client = self._connected(key)
        sent = _plainly(body) if self.plain else body
        try:
            async with asyncio.timeout(self.timeout):
                raw = await client.messages.with_raw_response.create(**sent)
        except (TimeoutError, anthropic.APITimeoutError) as error:
            raise Silent(TIMEOUT) from error
        except anthropic.APIStatusError:
            raise
        except anthropic.APIConnectionError as error:
            raise Silent(UNREACHABLE) from error
        except (anthropic.AnthropicError, ValueError) as error:
            raise Silent(NOT_API) from error
        return _reply(raw.http_response.content)

    def _connected(self, key: str) -> "AsyncAnthropic":
        """The client of this event loop and key, made anew when either is another."""
        import anthropic
        import httpx2

        made_for = (asyncio.get_running_loop(), key)
        if self._client is None or self._made_for != made_for:
            self._client = anthropic.AsyncAnthropic(
                api_key=key,
                base_url=self.base_url,
                timeout=self.timeout,
                max_retries=0,
                open_telemetry=False,
                http_client=anthropic.DefaultAsyncHttpxClient(
                    follow_redirects=False, limits=httpx2.Limits(max_keepalive_connections=0)
                ),
            )
            self._made_for = made_for
        return self._client


def _plainly(body: dict[str, Any]) -> dict[str, Any]:
    """The request without what only some servers know; the schema stands in its text anyway."""
    system = [{"type": block["type"], "text": block["text"]} for block in body["system"]]
    return {**{key: body[key] for key in body if key != "output_config"}, "system": system}


def _reply(raw: bytes) -> Reply:
    """An answer's body, read by us. Raises Silent when it is no message."""
    try:
        data = json.loads(raw[:LARGEST])
    except (ValueError, RecursionError) as error:
        raise Silent(NOT_API) from error
    blocks = data.get("content") if isinstance(data, dict) else None
    if not isinstance(blocks, list):
        raise Silent(NOT_API)
    texts = [
        block["text"]
        for block in blocks
        if isinstance(block, dict)
        and block.get("type") == "text"
        and isinstance(block.get("text"), str)
    ]
    usage = data.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    read = _count(counts, "cache_read_input_tokens")
    written = _count(counts, "cache_creation_input_tokens")
    stop = data.get("stop_reason")
    return Reply(
        text="".join(texts),
        stop=stop if isinstance(stop, str) else "",
        tokens_in=_count(counts, "input_tokens") + read + written,
        tokens_out=_count(counts, "output_tokens"),
        cache_read=read,
        cache_written=written,
    )


def _count(usage: Mapping[str, object], name: str) -> int:
    """A number of tokens, as far as it is one."""
    value = usage.get(name)
    sound = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), 100_000_000) if sound and isinstance(value, int) else 0
