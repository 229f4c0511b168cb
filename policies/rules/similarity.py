"""A criterion by likeness: sentences near in meaning to its examples, for a person to look at.

The second pair of ears of the rules judge, off by default (`embed` of `[judge]`). It adds doubt and
nothing else: a finding that the phrases made is left as it is, and what likeness finds is never
sure. `bench/judge.py --embed` measures it; with the starter library it gains little, since its
phrases know more languages, so there it asks for a clear lead. A criterion without phrases, which
only its prose and examples explain, gets most from it, and is heard with less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deskless.policies.policy import Policy
from deskless.policies.rules.embeddings import Ear, alike
from deskless.policies.rules.words import Sentence
from deskless.policies.verdict import Finding, Met

if TYPE_CHECKING:
    from deskless.policies.rules.embeddings import Meaning

NEAR = 0.35  # likeness to an example, at least
LEAD = 0.10  # how much nearer than to any example of what to leave alone
ALONE = 0.02  # the same for a criterion that has nothing else to be found by
SHORT = 4  # words: a shorter sentence is like anything
MOST = 40  # sentences of a thread that are heard, the newest


@dataclass(frozen=True, slots=True)
class Echo:
    """The sentence of a thread that is most like a criterion's example."""

    sentence: Sentence
    example: str
    near: float
    lead: float


class Likeness:
    """Compares sentences with the examples of a set of policies."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._known = lru_cache(maxsize=8)(self._learn)

    def echoes(self, spoken: Sequence[Sentence], policies: tuple[Policy, ...]) -> dict[str, Echo]:
        """The best sentence for each criterion that any sentence is near enough to."""
        wanted, unwanted = self._known(policies)
        found: dict[str, Echo] = {}
        for sentence in spoken[-MOST:]:
            if len(sentence.words) < SHORT:
                continue
            meaning = self._ear.meaning(sentence.text)
            away = max((alike(meaning, one) for one in unwanted), default=0.0)
            for policy, bar, example, direction in wanted:
                near = alike(meaning, direction)
                best = found.get(policy)
                enough = near >= NEAR and near - away >= bar
                if enough and (best is None or near > best.near):
                    found[policy] = Echo(sentence, example, near, near - away)
        return found

    def _learn(
        self, policies: tuple[Policy, ...]
    ) -> "tuple[list[tuple[str, float, str, Meaning]], list[Meaning]]":
        hear = self._ear.meaning
        wanted = [
            (policy.id, ALONE if mute(policy) else LEAD, one.text, hear(one.text))
            for policy in policies
            for one in policy.examples
            if one.expect == "escalate" and one.text
        ]
        unwanted = [
            hear(one.text)
            for policy in policies
            for one in policy.examples
            if one.expect == "ignore" and one.text
        ]
        return wanted, unwanted


def mute(policy: Policy) -> bool:
    """Whether words can meet a criterion only by their likeness."""
    return not (policy.phrases or policy.maybe or policy.patterns)


def heard(
    found: Sequence[Finding], echoes: dict[str, Echo], policies: Sequence[Policy]
) -> dict[str, Echo]:
    """The echoes that are worth a person's look.

    A criterion without phrases speaks for itself. Of the others only the nearest does, and only
    where no criterion was found at all: elsewhere a person looks or a case opens anyway.
    """
    silent = {one.policy for one in found if one.met is Met.NOT_MET}
    own = [one.id for one in policies if mute(one) and one.id in silent]
    kept = {name: echoes[name] for name in own if name in echoes}
    if len(silent) == len(found) and echoes and not kept:
        best = max(echoes, key=lambda name: (echoes[name].near, name))
        kept[best] = echoes[best]
    return kept
