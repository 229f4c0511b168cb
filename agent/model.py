"""A language model as a judge. Only the promise stands here; `claude.py` keeps it."""

from typing import Protocol

from deskless.agent.config import Config
from deskless.policies.judge import Judge
from deskless.policies.key import Voice


class Model(Judge, Protocol):
    """A judge whose verdicts are kept under its voice: prompt version, model, schema."""

    @property
    def voice(self) -> Voice:
        """What a kept verdict depends on besides the thread and the book."""
        ...


def model(config: Config) -> Model | None:
    """The model that the configuration asks for; None: the rules judge alone."""
    return None
