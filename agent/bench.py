"""The judges of an office: the rules always, a model where there is one, the team's own notes."""

from dataclasses import dataclass, field

from deskless.agent.model import Model
from deskless.policies.judge import Judge
from deskless.policies.knowledge import Notes


@dataclass(frozen=True, slots=True)
class Bench:
    """Who judges. `model` is None where the rules judge alone."""

    rules: Judge
    model: Model | None = None
    notes: Notes = field(default_factory=Notes)
