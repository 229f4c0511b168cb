"""One criterion as the team wrote it: hard facts in front matter, prose for the rest."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from deskless.policies.verdict import Nature, Severity, Type


class PolicyStatus(StrEnum):
    """Whether a policy acts (live), only watches (shadow), or is set aside (off)."""

    LIVE = "live"
    SHADOW = "shadow"
    OFF = "off"


class Example(BaseModel):
    """A sentence or mail the policy's author gives as a test."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    expect: Literal["escalate", "ignore", "todo"]
    text: str = ""
    mail: str = ""
    line: int = 0


class Policy(BaseModel):
    """One Markdown file (DESIGN.md, Configuration). Frozen; unknown keys are refused.

    The front matter's keys are the fields down to `accounts`; `name`, `criterion`, `not_this`,
    `examples`, `path` and `text` come from the body. `answer_within` is a span such as `2h` or
    `1 day` in working time. Severity may depend on facts: `severities` maps a condition to a
    severity and the first that holds wins. It is where the computation starts; `ceiling` and
    `floor` say how far the impact that the customer tells of may move it, and left out: not at all.
    `waiting` is a span of working time: a customer who has waited so long without an answer makes a
    doubtful hit sure, and is judged again at that instant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    status: PolicyStatus = PolicyStatus.SHADOW
    severity: Severity = Severity.SEV3
    severities: tuple[tuple[str, Severity], ...] = ()
    ceiling: Severity | None = None
    floor: Severity | None = None
    type: Type = Type.SERVICE
    nature: Nature = Nature.OPERATIONAL
    risk: tuple[str, ...] = ()
    owner: str = ""
    answer_within: str = ""
    waiting: str = ""
    phrases: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    amount: str = ""
    senders: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    name: str = ""
    criterion: str = ""
    not_this: str = ""
    examples: tuple[Example, ...] = Field(default=())
    path: str = ""
    text: str = Field(default="", repr=False)
