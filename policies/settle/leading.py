"""Which of several criteria speaks for a case: the one that what the customer asks is about.

A mail seldom has one theme. *We cannot work since Monday, this is my third mail, and I want a date*
meets an outage, a repeat contact and a wish for somebody in charge; what is asked of us is to make
it work. So a criterion about what happened to the customer goes before one about how we answered,
the graver before the lesser, and the better quoted before the rest. The others are told in a line.
"""

from collections.abc import Mapping, Sequence

from deskless.policies.facts import Facts
from deskless.policies.judge import Sign
from deskless.policies.policy import Policy
from deskless.policies.settle.merge import Merged
from deskless.policies.settle.severity import Severe, severity_of
from deskless.policies.verdict import Impact, Severity, Type

# Which policy speaks for the case when several are equally severe and equally quoted.
WEIGHT = (Type.SECURITY, Type.COMPLIANCE, Type.TECHNICAL, Type.BUSINESS, Type.SERVICE)
QUOTED = 0.7  # of a type's fit, that one more quoted sentence is worth
LEADS, MEETS = 1.0, 1.0  # of a type's fit, that leading the case or meeting it is worth
BODILY = (Impact.HURT, Impact.THREAT)


def ranked_criteria(
    counted: Sequence[Merged],
    facts: Facts,
    signs: Sequence[Sign],
    types: Mapping[Type, float] | None = None,
) -> list[tuple[Policy, Severe]]:
    """The criteria that make a case, the leading one first, each with its severity. `types` is how
    well each type fits what is asked, where somebody heard it.
    """
    severe = {merged.policy.id: severity_of(merged.policy, facts, signs) for merged in counted}
    bodily = any(sign.kind in BODILY for sign in signs)

    def place(merged: Merged) -> tuple[object, ...]:
        policy = merged.policy
        fit = types.get(policy.type, 0.0) if types else 0.0
        return (
            not (bodily and severe[policy.id].severity is Severity.SEV1),
            -(fit + QUOTED * len(merged.finding.quotes)) if types else severe[policy.id].severity,
            severe[policy.id].severity,
            WEIGHT.index(policy.type),
            -len(merged.finding.quotes),
            policy.id,
        )

    return [(merged.policy, severe[merged.policy.id]) for merged in sorted(counted, key=place)]


def case_type(ranked: Sequence[tuple[Policy, Severe]], types: Mapping[Type, float] | None) -> Type:
    """The one type of a case: that of its leading criterion, unless what is asked of us is clearly
    about something else: *your third answer, and the till is still down* is technical.
    """
    leading = ranked[0][0].type
    if not types:
        return leading
    met = {policy.type for policy, _ in ranked}

    def fit(type_: Type) -> float:
        return types.get(type_, 0.0) + LEADS * (type_ is leading) + MEETS * (type_ in met)

    return max(Type, key=lambda type_: (fit(type_), -WEIGHT.index(type_)))
