"""A criterion by likeness: sentences near in meaning to its examples, for a person to look at.

For criteria that only prose and examples explain. It adds doubt and nothing else: it names no
criterion, a person does, who is shown the sentence and the example that it is like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deskless.policies.policy import Policy
from deskless.policies.rules.embeddings import Ear, likeness
from deskless.policies.rules.words import FoldedSentence

if TYPE_CHECKING:
    from deskless.policies.rules.embeddings import Meaning

NEAR = 0.86  # likeness to an example, at least; what has nothing in common lies at 0.75
LEAD = 0.01  # how much nearer than to any example of what to leave alone
SHORT = 4  # words: a shorter sentence is like anything
MOST = 40  # sentences of a thread that are heard, the newest


@dataclass(frozen=True, slots=True)
class Echo:
    """The sentence of a thread that is most like a criterion's example."""

    sentence: FoldedSentence
    example: str
    near: float
    lead: float


class Likeness:
    """Compares sentences with the examples of a set of policies."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._known = lru_cache(maxsize=8)(self._learn)

    def echoes(
        self, spoken: Sequence[FoldedSentence], policies: tuple[Policy, ...]
    ) -> dict[str, Echo]:
        """The best sentence for each criterion that any sentence is near enough to."""
        wanted, unwanted = self._known(policies)
        by_name: dict[str, Echo] = {}
        for sentence in spoken[-MOST:]:
            if len(sentence.words) < SHORT:
                continue
            meaning = self._ear.meaning(sentence.text)
            away = max((likeness(meaning, vector) for vector in unwanted), default=0.0)
            for policy, bar, example, direction in wanted:
                near = likeness(meaning, direction)
                best = by_name.get(policy)
                enough = near >= NEAR and near - away >= bar
                if enough and (best is None or near > best.near):
                    by_name[policy] = Echo(sentence, example, near, near - away)
        return by_name

    def _learn(
        self, policies: tuple[Policy, ...]
    ) -> "tuple[list[tuple[str, float, str, Meaning]], list[Meaning]]":
        hear = self._ear.meaning
        wanted = [
            (policy.id, LEAD, example.text, hear(example.text))
            for policy in policies
            for example in policy.examples
            if example.expect == "escalate" and example.text
        ]
        unwanted = [
            hear(example.text)
            for policy in policies
            for example in policy.examples
            if example.expect == "ignore" and example.text
        ]
        return wanted, unwanted


def is_mute(policy: Policy) -> bool:
    """Whether words can meet a criterion only by their likeness."""
    return not (policy.phrases or policy.maybe or policy.patterns)
