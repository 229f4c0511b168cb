"""Claude as a judge: one request a thread, one repair at most, never an exception, never a tool.

What it says is a proposal: quotes are verified and the outcome is computed in
`policies/settle/settle.py`. What it cannot say is a named trouble, and the rules' verdict stands.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from deskless.agent.case.verbs import Proposal
from deskless.agent.model.claude_fault import (
    HOUR,
    NO_JSON,
    NO_KEY,
    NO_SCHEMA,
    SOON,
    ModelFault,
    Silent,
)
from deskless.agent.model.claude_prompt import PromptRequest, build_request, prompt_version
from deskless.agent.model.claude_reply import (
    Proposed,
    ReplyRequest,
    read_proposal,
    reply_body,
    reply_sheet,
    reply_version,
)
from deskless.agent.model.claude_wire import Reply, Wire
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.thread import Thread
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy
from deskless.policies.settle.key import Voice
from deskless.policies.settle.model_answer import ModelAnswer, Unfit, read_model_answer
from deskless.policies.settle.model_schema import answer_schema, schema_form

T = TypeVar("T")
PATIENCE = 2
"""Failures in a row of a route after which we pause of our own accord."""
LONGEST = 900.0


@dataclass(slots=True)
class Gate:
    """Whether a model is worth asking now: closed after a dead key, a storm, or silence twice.

    `trouble` is a sentence while it does not work.
    """

    trouble: str = ""
    failed: int = 0
    closed: ModelFault | None = None
    until: datetime | None = None

    def shut(self, now: datetime) -> ModelFault | None:
        """The fault for which the model is not asked now; None when it may be."""
        if self.closed is None or self.until is None:
            return None
        left = (self.until - now).total_seconds()
        # A clock that was set back must not keep the gate shut for ever.
        if not 0 < left <= HOUR:
            self.closed = self.until = None
            return None
        return replace(self.closed, retry_after=left if self.closed.retry_after else None)

    def good(self) -> None:
        """The route works: an answer came, whatever it said."""
        self.trouble, self.failed = "", 0
        self.closed = self.until = None

    def bad(self, fault: ModelFault, now: datetime) -> None:
        """The route failed. The longer it does, the rarer it is tried, up to every 15 minutes."""
        if not fault.said:
            return self.good()
        self.trouble = fault.said
        # Calls that were in flight together fail together, and count once.
        self.failed += self.shut(now) is None
        pause = fault.pause
        if fault.retry_after and self.failed >= PATIENCE:
            pause = max(pause, min(SOON * 2 ** min(self.failed - PATIENCE, 8), LONGEST))
        if pause:
            until = now + timedelta(seconds=min(pause, HOUR))
            self.closed, self.until = fault, max(until, self.until or until)
        return None


ENGINE = "claude"
EFFORT = "low"
LEAST, EACH, MOST = 3_000, 220, 16_000
"""Tokens that an answer may have: at least, more for each criterion, at most."""
SAYS = 1.0  # how well the type fits that the model names: as much as leading the case is worth
ECHO = 4_000  # characters of an answer that is shown to the model again for repair


@dataclass(frozen=True, slots=True)
class Settings:
    """Which model, at which server (empty: the official one), and whether mail is masked.

    `key` fetches the key; it may block, and raise SecretMissing.
    """

    model: str
    key: Callable[[], str]
    mask: bool = True
    where: str = ""


class Claude:
    """A judge that keeps the promise of `policies/judge.py` and of `agent/model/model.py`."""

    def __init__(self, wire: Wire, settings: Settings) -> None:
        self.wire = wire
        self.settings = settings
        self.gate = Gate()
        named = f"{settings.model}@{settings.where}" if settings.where else settings.model
        prompt = prompt_version(EFFORT, LEAST, EACH, MOST, settings.mask)
        self._voice = Voice(prompt, named, schema_form())
        self._key = ""

    @property
    def voice(self) -> Voice:
        """What a kept verdict depends on besides the thread and the book."""
        return self._voice

    @property
    def trouble(self) -> str:
        """A sentence while the model cannot be used; empty while it can."""
        return self.gate.trouble

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy, or a trouble. Never raises for what a mail or a model says."""
        opinion = Opinion(ENGINE, ())
        voice = self._voice
        opinion.prompt, opinion.model, opinion.schema = voice.prompt, voice.model, voice.schema
        if not policies:
            return opinion
        try:
            answer = await self._said(opinion, thread, facts, policies)
        except Silent as silent:
            opinion.trouble = silent.fault.word
            opinion.retry_after = silent.fault.retry_after
            return opinion
        opinion.findings = answer.findings
        opinion.triage, opinion.tried, opinion.told = answer.triage, answer.tried, answer.told
        opinion.summary = answer.summary
        # Where a mail talks to machines, what a machine makes of its weight counts for nothing.
        opinion.signs = () if facts.injection else answer.impact
        opinion.types = {answer.type: SAYS} if answer.type else {}
        return opinion

    async def count(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> int:
        """How many tokens the model would read for a thread; 0: nobody tells."""
        asked = build_request(thread, facts, policies, mask=self.settings.mask)
        try:
            return await self.wire.count(self._body(asked), await self._opened())
        except Silent:
            return 0

    async def propose(self, request: ReplyRequest, at: datetime) -> Proposed:
        """What a teammate's reply may mean; one call, no repair: who waits is asked back instead.

        Never raises for what a reply or a model says; the opinion then has the trouble.
        """
        opinion = Opinion(ENGINE, ())
        opinion.prompt = reply_version(EFFORT, self.settings.mask)
        opinion.model = self._voice.model
        sheet = reply_sheet(request, mask=self.settings.mask)
        body = reply_body(self.settings.model, EFFORT, sheet, request)

        async def answer(key: str) -> Proposal | None:
            reply = await self._reply(opinion, body, key, at)
            try:
                return read_proposal(reply.text, request.acts, sheet)
            except Unfit as unfit:
                raise Silent(NO_SCHEMA if unfit.json else NO_JSON) from unfit

        try:
            return Proposed(opinion, await self._through_gate(answer, at))
        except Silent as silent:
            opinion.trouble = silent.fault.word
            return Proposed(opinion)

    async def _said(
        self, opinion: Opinion, thread: Thread, facts: Facts, policies: tuple[Policy, ...]
    ) -> ModelAnswer:
        asked = build_request(thread, facts, policies, mask=self.settings.mask)

        async def answer(key: str) -> ModelAnswer:
            return await self._conversation(opinion, asked, key, facts.at)

        return await self._through_gate(answer, facts.at)

    async def _through_gate(self, answer: Callable[[str], Awaitable[T]], at: datetime) -> T:
        """An answer that is got with the key, where the gate is open; its failures are kept."""
        closed = self.gate.shut(at)
        if closed:
            raise Silent(closed)
        try:
            result = await answer(await self._opened())
        except Silent as silent:
            self._failed(silent.fault, at)
            raise
        self.gate.good()
        return result

    async def _conversation(
        self, opinion: Opinion, asked: PromptRequest, key: str, at: datetime
    ) -> ModelAnswer:
        """The answer, after one attempt to mend it where it cannot be used as it is."""
        body = self._body(asked)
        reply = await self._reply(opinion, body, key, at)
        first: ModelAnswer | None = None
        try:
            first = read_model_answer(reply.text, asked.ids, asked.place)
            if not first.missing:
                return first
            fault = f"it has no finding for {', '.join(first.missing[:20])}"
        except Unfit as unfit:
            fault = str(unfit)
        body["messages"] += [
            {"role": "assistant", "content": reply.text[:ECHO].rstrip()},
            {"role": "user", "content": asked.repair(fault)},
        ]
        try:
            reply = await self._reply(opinion, body, key, at)
            second = read_model_answer(reply.text, asked.ids, asked.place)
        except (Unfit, Silent) as error:
            if first:
                return first
            if isinstance(error, Silent):
                raise
            raise Silent(NO_SCHEMA if error.json else NO_JSON) from error
        return first if first and len(first.missing) < len(second.missing) else second

    def _body(self, asked: PromptRequest) -> dict[str, Any]:
        answer = {"type": "json_schema", "schema": answer_schema(asked.ids)}
        return {
            "model": self.settings.model,
            "max_tokens": min(max(LEAST, 1_500 + EACH * len(asked.ids)), MOST),
            "system": asked.system,
            "messages": [{"role": "user", "content": asked.content}],
            "output_config": {"effort": EFFORT, "format": answer},
        }

    async def _reply(self, opinion: Opinion, body: dict[str, Any], key: str, at: datetime) -> Reply:
        reply = (await self.wire.ask(body, key, at)).counted(body)
        opinion.tokens_in += reply.tokens_in
        opinion.tokens_out += reply.tokens_out
        opinion.cache_read += reply.cache_read
        opinion.cache_written += reply.cache_written
        reply.check()
        return reply

    async def _opened(self) -> str:
        """The key, fetched when needed: a command may take its time, so not on the loop."""
        if not self._key:
            try:
                self._key = (await asyncio.to_thread(self.settings.key)).strip()
            except SecretMissing as error:
                raise Silent(NO_KEY) from error
        if not self._key or not self._key.isascii() or not self._key.isprintable():
            self._key = ""
            raise Silent(NO_KEY)
        return self._key

    def _failed(self, fault: ModelFault, at: datetime) -> None:
        """Remember what failed; a key that was not accepted is fetched anew the next time."""
        self.gate.bad(fault, at)
        if fault.pause:
            self._key = ""
