"""The promise every judge keeps, whatever stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from deskless.mailbox.thread import Thread
from deskless.policies.facts import Facts
from deskless.policies.policy import Policy
from deskless.policies.verdict import Answer, Finding, Impact, Quote, Type


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person should look though no criterion is named: weight, likeness, or a matter that may
    not be ours. It never names a criterion or a severity. `reason` goes on with *A person should
    look:*.
    """

    reason: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the impact, and the customer's words that show it."""

    kind: Impact
    quote: Quote


class Opinion:
    """What a judge proposes, before code checks it.

    `findings` has one entry per policy asked about, `doubts` are what only asks a person, `signs`
    what the impact is computed from, `types` how well each type fits what is asked (higher is
    likelier; empty: nobody told). `triage`, `tried` and `told` are proposals with
    quotes. `engine` names who spoke, `trouble` why a judge could not (empty: it could). `model`,
    `prompt` and `schema` are the versions that a cached verdict depends on. `retry_after` is set
    (seconds) when the trouble may pass by itself and the judge should be asked again. `tokens_in`
    counts everything that was read; `cache_read` and `cache_written` are the parts of it that cost
    less and more. `ear` names the sentence embeddings that a rules judge used.
    """

    __slots__ = (
        "cache_read",
        "cache_written",
        "doubts",
        "ear",
        "engine",
        "findings",
        "model",
        "prompt",
        "retry_after",
        "schema",
        "signs",
        "summary",
        "tokens_in",
        "tokens_out",
        "told",
        "triage",
        "tried",
        "trouble",
        "types",
    )

    def __init__(self, engine: str, findings: tuple[Finding, ...]) -> None:
        self.engine = engine
        self.findings = findings
        self.doubts: tuple[Doubt, ...] = ()
        self.signs: tuple[Sign, ...] = ()
        self.types: Mapping[Type, float] = {}
        self.triage: tuple[Answer, ...] = ()
        self.tried: tuple[Quote, ...] = ()
        self.told: tuple[Quote, ...] = ()
        self.summary = ""
        self.model = ""
        self.prompt = ""
        self.schema = ""
        self.ear = ""
        self.tokens_in = 0
        self.tokens_out = 0
        self.cache_read = 0
        self.cache_written = 0
        self.trouble = ""
        self.retry_after: float | None = None


class Judge(Protocol):
    """Somebody who reads a thread against the team's criteria."""

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy. Never raises for what a mail or a model says."""
        ...
