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
from deskless.policies.rules.embeddings import Ear, likeness
from deskless.policies.rules.words import FoldedSentence
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
            (policy.id, ALONE if is_mute(policy) else LEAD, example.text, hear(example.text))
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


def heard_echoes(
    findings: Sequence[Finding], echoes: dict[str, Echo], policies: Sequence[Policy]
) -> dict[str, Echo]:
    """The echoes that are worth a person's look.

    A criterion without phrases speaks for itself. Of the others only the nearest does, and only
    where no criterion was found at all: elsewhere a person looks or a case opens anyway.
    """
    silent = {finding.policy for finding in findings if finding.met is Met.NOT_MET}
    own = [policy.id for policy in policies if is_mute(policy) and policy.id in silent]
    own_echoes = {name: echoes[name] for name in own if name in echoes}
    if len(silent) == len(findings) and echoes and not own_echoes:
        best = max(echoes, key=lambda name: (echoes[name].near, name))
        own_echoes[best] = echoes[best]
    return own_echoes
