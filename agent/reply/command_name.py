"""Whom a reply names: a person by id, address, first name, whole name or role.

Two who fit are a doubt, and so is nobody: a case never moves to a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from deskless.agent.language.fold import Line, plain
from deskless.policies.people.matrix import Person

LONGEST = 4
"""Words of a name that are tried, longest first."""


@dataclass(frozen=True, slots=True)
class Named:
    """`id` of the one person meant, or a `doubt` that says why it is not certain; `sure` is False
    for a name that had to be spelled right first. `rest` is what stands behind the name.
    """

    id: str | None
    rest: Line
    doubt: str = ""
    sure: bool = True


def calls(person: Person) -> set[str]:
    """Everything a person answers to, folded."""
    name = plain(person.name)
    parts = name.split()
    found = {plain(person.id), name, plain(person.role), *person.emails}
    found |= {plain(email).partition("@")[0] for email in person.emails}
    return {one for one in found | set(parts[:1]) | set(parts[-1:]) if one}


def exact(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to exactly this."""
    bare = text.removeprefix("the ").removeprefix("@")
    bare = bare.removesuffix("'s")
    return [one for one in people if calls(one) & {text, bare, bare.removesuffix(" team")}]


def close(text: str, people: Sequence[Person]) -> list[Person]:
    """Who answers to something one slip of the finger away (names of four letters or more)."""
    if len(text) < 4:
        return []
    return [
        one
        for one in people
        if any(len(call) >= 4 and OSA.distance(text, call) <= 1 for call in calls(one))
    ]


def named(line: Line, people: Sequence[Person]) -> Named:
    """The person whose name opens this text."""
    ends = [*(place for place, one in enumerate(line.text) if one == " "), len(line.text)]
    spans = sorted(ends[:LONGEST], reverse=True)
    for find in (exact, close):
        for end in spans:
            name = line.part(0, end)
            found = find(name.text, people)
            if found:
                return settle(name, line.part(end), found, find is exact)
    shown = line.part(0, spans[-1]).raw
    return Named(None, line, f"I know nobody on the team called “{shown}”.")


def settle(name: Line, rest: Line, found: list[Person], sure: bool) -> Named:
    """One person, or the doubt between several."""
    if len(found) > 1:
        who = " or ".join(f"{one.name} ({one.role})" if one.role else one.name for one in found)
        return Named(None, rest, f"“{name.raw}” may be {who}.")
    return Named(found[0].id, rest, sure=sure)
