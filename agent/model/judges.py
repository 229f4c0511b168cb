"""The judges of an office: the rules always, a model where there is one, the team's own notes."""

from dataclasses import dataclass, field, replace

from deskless.agent.model.model import Model
from deskless.policies.book.knowledge import Notes
from deskless.policies.judge import Judge
from deskless.policies.rules.judge import Rules
from deskless.policies.settle.key import Voice


@dataclass(frozen=True, slots=True)
class Bench:
    """Who judges. `model` is None where the rules judge alone."""

    rules: Judge
    model: Model | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def voice(self) -> Voice:
        """What a kept verdict depends on besides the thread and the book."""
        spoken = self.model.voice if self.model else Voice()
        return replace(spoken, ear=self.rules.ear) if isinstance(self.rules, Rules) else spoken
