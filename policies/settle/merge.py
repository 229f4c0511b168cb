"""Several judges' findings about one criterion → one finding, by two rules.

What the rules found can only be added to: a sure hit stays, a doubtful one stays at least doubtful,
whatever a model says. And a model is believed only where the customer's own words, verified, stand
behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from deskless.mailbox.thread import Post
from deskless.policies.evidence import showable_line, verify_quotes
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy
from deskless.policies.verdict import Finding, Met, Quote

RULES = "rules"
QUOTES = 4  # kept of one finding
RANK = {Met.MET: 2, Met.UNCLEAR: 1, Met.NOT_MET: 0}


@dataclass(frozen=True, slots=True)
class Merged:
    """A criterion's finding, and whether a model disagreed with the rules about it."""

    policy: Policy
    finding: Finding
    dispute: str = ""


def merge_opinions(policy: Policy, opinions: Sequence[Opinion], posts: tuple[Post, ...]) -> Merged:
    """One checked finding for a policy."""
    rules = _strongest(policy, [opinion for opinion in opinions if opinion.engine == RULES], posts)
    model = _strongest(policy, [opinion for opinion in opinions if opinion.engine != RULES], posts)
    if rules and model:
        return _both(policy, rules, model)
    text = "No judge has looked at this criterion."
    nobody = Finding(policy.id, Met.UNCLEAR, text, sure=False, by="nobody")
    return Merged(policy, rules or model or nobody)


def _both(policy: Policy, rules: Finding, model: Finding) -> Merged:
    if rules.met is Met.MET and rules.sure:
        dispute = ""
        if model.met is not Met.MET:
            dispute = f"{model.by} sees it otherwise: {model.reason}"
        both = replace(rules, quotes=_joined(rules, model), by=_by(rules, model, Met.MET))
        return Merged(policy, both, dispute)
    if model.met is Met.MET and model.sure:
        return Merged(policy, replace(model, quotes=_joined(model, rules)))
    if rules.met is Met.NOT_MET:
        dispute = "" if model.met is Met.NOT_MET else f"The rules found nothing: {rules.reason}"
        return Merged(policy, model, dispute)
    dispute = f"{model.by} sees it otherwise: {model.reason}" if model.met is Met.NOT_MET else ""
    doubt = replace(rules, met=Met.UNCLEAR, sure=False, quotes=_joined(rules, model))
    return Merged(policy, doubt, dispute)


def _strongest(
    policy: Policy, opinions: Sequence[Opinion], posts: tuple[Post, ...]
) -> Finding | None:
    """The checked finding that says most, of all that these judges say about the policy."""
    findings = [
        _checked(finding, opinion.engine, posts)
        for opinion in opinions
        for finding in opinion.findings
        if finding.policy == policy.id
    ]
    return max(
        findings,
        key=lambda finding: (RANK[finding.met], finding.sure, len(finding.quotes)),
        default=None,
    )


def _checked(finding: Finding, engine: str, posts: tuple[Post, ...]) -> Finding:
    """A finding with only the quotes that hold; a model's claim without one is unclear."""
    quotes = tuple(verify_quotes(finding.quotes, posts))[:QUOTES]
    if engine == RULES:
        return replace(finding, quotes=quotes, by=RULES)
    reason = showable_line(finding.reason) or "No reason was given."
    met, sure = finding.met, finding.sure
    if met is Met.MET and not quotes:
        met, sure = Met.UNCLEAR, False
        reason = f"Claimed without words of the customer's that bear it out. {reason}"
    elif met is not Met.MET:
        sure = met is Met.NOT_MET
    return Finding(finding.policy, met, reason, quotes, sure, showable_line(engine, 40))


def _joined(first: Finding, second: Finding) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys((*first.quotes, *second.quotes)))[:QUOTES]


def _by(rules: Finding, model: Finding, met: Met) -> str:
    return f"{rules.by}+{model.by}" if model.met is met else rules.by
