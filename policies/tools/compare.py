"""Two sets of criteria over the same threads: what would have gone another way.

Pure: verdicts come in, differences come out. Who bounced a case or took it late comes along as a
label, so that a change can be weighed against what people really said.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from deskless.policies.verdict import Met, Outcome, Verdict

MOVED = {Outcome.LEAVE: 0, Outcome.REVIEW: 1, Outcome.ESCALATE: 2}


@dataclass(frozen=True, slots=True)
class Change:
    """A thread whose outcome or severity differs; `label` is what people said of it, or empty."""

    thread: str
    before: Outcome | None
    after: Outcome | None
    policies: tuple[str, ...]
    label: str = ""

    @property
    def raised(self) -> bool:
        """Whether the thread now moves further than before."""
        return MOVED.get(self.after or Outcome.LEAVE, 0) > MOVED.get(
            self.before or Outcome.LEAVE, 0
        )


@dataclass(frozen=True, slots=True)
class CriterionTally:
    """One criterion over all threads: how often it was surely met, before and after.

    `gained` and `lost` name the threads; `labels` counts what people said of the threads on which
    it is met after.
    """

    policy: str
    before: int = 0
    after: int = 0
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two sets of criteria make of the same threads."""

    threads: int
    changes: tuple[Change, ...]
    tallies: tuple[CriterionTally, ...]

    @property
    def same(self) -> bool:
        """Whether nothing at all would have gone another way."""
        return not self.changes and not any(tally.gained or tally.lost for tally in self.tallies)


def compare_verdicts(
    before: Mapping[str, Verdict],
    after: Mapping[str, Verdict],
    labels: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare verdicts by thread (any id the caller uses).

    A thread that only one side has counts as judged by that side alone. `labels` maps threads to
    what became of them (`accepted`, `bounced: should not be escalated`, `late`).
    """
    labels = labels or {}
    threads = sorted(before.keys() | after.keys())
    changes = (
        _change(thread_id, before.get(thread_id), after.get(thread_id), labels.get(thread_id, ""))
        for thread_id in threads
    )
    policies = sorted(
        {policy_id for side in (before, after) for v in side.values() for policy_id in _asked(v)}
    )
    return Comparison(
        len(threads),
        tuple(change for change in changes if change),
        tuple(_tally(policy, before, after, labels) for policy in policies),
    )


def _change(thread: str, old: Verdict | None, new: Verdict | None, label: str) -> Change | None:
    was, now = (old.outcome if old else None), (new.outcome if new else None)
    grade, other = (old.severity if old else None), (new.severity if new else None)
    if (was, grade) == (now, other):
        return None
    turned = criteria_met(old) ^ criteria_met(new)
    return Change(thread, was, now, tuple(sorted(turned)), label)


def criteria_met(verdict: Verdict | None) -> set[str]:
    """The criteria that a verdict finds surely met; none without a verdict."""
    findings = verdict.findings if verdict else ()
    return {finding.policy for finding in findings if finding.met is Met.MET and finding.sure}


def _asked(verdict: Verdict) -> set[str]:
    return {finding.policy for finding in verdict.findings}


def _tally(
    policy: str,
    before: Mapping[str, Verdict],
    after: Mapping[str, Verdict],
    labels: Mapping[str, str],
) -> CriterionTally:
    old = {thread for thread, verdict in before.items() if policy in criteria_met(verdict)}
    new = {thread for thread, verdict in after.items() if policy in criteria_met(verdict)}
    counts = Counter(labels[thread] for thread in new if thread in labels)
    return CriterionTally(
        policy,
        len(old),
        len(new),
        tuple(sorted(new - old)),
        tuple(sorted(old - new)),
        dict(sorted(counts.items())),
    )
