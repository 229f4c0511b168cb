"""A set of policies, made ready for matching: every phrase cut, every concept looked up, once."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from deskless.policies import condition
from deskless.policies.condition import Condition
from deskless.policies.facts import Facts
from deskless.policies.policy import Policy
from deskless.policies.rules.lexicon import (
    Entry,
    PhraseLexicon,
    check_concepts,
    shipped_entries,
    shipped_names,
)
from deskless.policies.rules.phrase import phrase_terms, term_parts

# Concepts too general to be any one policy's own.
WAITED = ("{still-waiting}", "{no-answer}")
"""Concepts by which a phrase speaks of an answer that does not come."""
FAMILIES = frozenset(
    ("failure", "stake", "persistence", "anger", "grievance", "insist", "weight-of-account")
)
_CONDITION = re.compile(r"[<>=≥≤]| is ")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of one policy, by the names of the concepts and parts it needs.

    `near` stand in one sentence, `far` anywhere in the customer's mails; the `absent` ones must
    not. `source` is what the team wrote.
    """

    policy: str
    source: str
    sure: bool
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    absent_far: tuple[str, ...] = ()

    @property
    def literal(self) -> bool:
        """Whether it is made of the team's own words, without a concept of the tables."""
        return "{" not in self.source

    @property
    def told(self) -> str:
        """The phrase as a person reads it."""
        plain = re.sub(r"&+ *!.*|[{}*=§]", "", self.source)
        return " + ".join(word.strip() for word in re.split(r"&+", plain)).replace("-", " ")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A policy with what decides beside its phrases.

    `own` are the concepts that open its phrases, `all` every concept in them. `conditions` make a
    `maybe` sure. So do `accounts` (account keys, tiers, or conditions such as `revenue >= 10000`)
    for the customers they fit; for all others the `maybe` is passed over. `waiting` is the silence
    that is enough by itself; None: it is not.
    """

    policy: Policy
    patterns: tuple[re.Pattern[str], ...]
    conditions: tuple[Condition, ...]
    accounts: tuple[Condition, ...]
    names: frozenset[str]
    own: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()
    waiting: Condition | None = None

    def concerns(self, facts: Facts) -> bool:
        """Whether the customer is one of the policy's accounts."""
        own = {(facts.account or "").casefold(), facts.tier.casefold()} - {""}
        return bool(own & self.names) or any(account.holds(facts) for account in self.accounts)

    def raised(self, facts: Facts) -> str:
        """The condition that makes a `maybe` sure; empty when none does."""
        if self.policy.accounts and self.concerns(facts):
            return "an account this policy names"
        for term in self.conditions:
            if term.holds(facts):
                return term.text
        return ""

    def lists(self, email: str) -> bool:
        """Whether a bare address is among the policy's senders (`x@y`, `*@y`, `y`)."""
        domain = email.rpartition("@")[2]
        return any(
            fnmatchcase(email, sender.casefold()) or sender.casefold().lstrip("@") == domain
            for sender in self.policy.senders
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """A set of policies ready for use: `led` leads from a concept to the phrases it begins."""

    criteria: tuple[Criterion, ...]
    own: tuple[Entry, ...]
    led: dict[str, tuple[Phrase, ...]]

    @property
    def lexicon(self) -> PhraseLexicon:
        """The shipped tables with the team's own parts, indexed when a mail is first read."""
        return _lexicon(self.own)


@lru_cache(maxsize=8)
def compile_book(policies: tuple[Policy, ...]) -> Compiled:
    """Compile policies against the shipped tables. Raises ValueError for a phrase or condition
    that cannot be read, with the policy's id and plain words.

    The last few sets are kept: a book is compiled when it is checked and again when it judges.
    """
    entries: list[Entry] = []
    led: dict[str, list[Phrase]] = defaultdict(list)
    criteria = []
    for policy in policies:
        guards = _guards(policy, entries)
        for source, sure in (
            *((p, True) for p in policy.phrases),
            *((p, False) for p in policy.maybe),
        ):
            phrase = _phrase(policy, source, sure, guards, entries)
            led[phrase.near[0]].append(phrase)
        mine = [
            own_phrase
            for phrases in led.values()
            for own_phrase in phrases
            if own_phrase.policy == policy.id
        ]
        own = frozenset(own_phrase.near[0] for own_phrase in mine) - FAMILIES
        names = frozenset(
            name for own_phrase in mine for name in (*own_phrase.near, *own_phrase.far)
        )
        # A team's own words are no sign of the tables: the weight of a mail says nothing of them.
        own, names = (
            frozenset(own_phrase for own_phrase in some if own_phrase[0] != "§")
            for some in (own, names)
        )
        criteria.append(replace(_criterion(policy), own=own, all=names))
    check_concepts(entries, shipped_names() | {entry.name for entry in entries})
    return Compiled(
        tuple(criteria),
        tuple(entries),
        {name: tuple(phrases) for name, phrases in led.items()},
    )


@lru_cache(maxsize=8)
def _lexicon(own: tuple[Entry, ...]) -> PhraseLexicon:
    """The shipped tables with a team's own parts; prose and the folder of a policy are not in it.

    So a set that says the same elsewhere, or says it with another severity, indexes nothing again.
    """
    return PhraseLexicon((*shipped_entries(), *own))


def check_phrases(policies: tuple[Policy, ...]) -> list[tuple[Policy, str]]:
    """Each policy whose phrases cannot be read, with what is wrong in plain words."""
    flaws = []
    for policy in policies:
        try:
            compile_book((policy,))
        except ValueError as flaw:
            flaws.append((policy, str(flaw)))
    return flaws


def _criterion(policy: Policy) -> Criterion:
    conditions = [condition.parse_condition(fact) for fact in policy.facts]
    if policy.amount:
        conditions.append(condition.parse_threshold(policy.amount))
    waiting = None
    if policy.waiting:
        waiting = condition.parse_condition(f"unanswered >= {policy.waiting}")
        conditions.append(waiting)
    patterns = tuple(re.compile(pattern, re.IGNORECASE) for pattern in policy.patterns)
    listed = [account for account in policy.accounts if _CONDITION.search(account)]
    return Criterion(
        policy,
        patterns,
        tuple(conditions),
        tuple(condition.parse_condition(phrase) for phrase in listed),
        frozenset(
            account.strip().casefold() for account in policy.accounts if account not in listed
        ),
        waiting=waiting if about_silence(policy) else None,
    )


def about_silence(policy: Policy) -> bool:
    """Whether a criterion is about nobody's answer and nothing else: then the silence meets it."""
    sources = (*policy.phrases, *policy.maybe, *policy.patterns)
    spoken = all(any(name in source for name in WAITED) for source in sources)
    return bool(policy.waiting) and spoken


def _guards(policy: Policy, entries: list[Entry]) -> tuple[str, ...]:
    return tuple(_name(phrase, policy, entries) for phrase in policy.unless)


def _phrase(
    policy: Policy, source: str, sure: bool, guards: tuple[str, ...], entries: list[Entry]
) -> Phrase:
    by_shape: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    try:
        for term in phrase_terms(source):
            by_shape[term.wide, term.absent].append(_name(term.source, policy, entries))
    except ValueError as flaw:
        raise ValueError(f"{policy.id}: {flaw}") from flaw
    return Phrase(
        policy.id,
        source,
        sure,
        tuple(by_shape[False, False]),
        tuple(by_shape[True, False]),
        (*by_shape[False, True], *guards),
        tuple(by_shape[True, True]),
    )


def _name(source: str, policy: Policy, entries: list[Entry]) -> str:
    """The name under which a term's places are found; a term of its own is added to the entries."""
    bare = source.strip().lstrip("{").rstrip("}")
    if source.strip() == f"{{{bare}}}":
        return bare
    name = f"§{source.strip()}"
    try:
        entries.extend(term_parts(source, name))
    except ValueError as flaw:
        raise ValueError(f"{policy.id}: {flaw}") from flaw
    return name
