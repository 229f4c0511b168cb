"""Phrases that the rules cannot read, and concepts that nobody defined, at their lines.

A phrase with a slip would simply never be found; so a book is not taken with one in it.
"""

import re
from collections.abc import Iterator

from deskless.policies.policy import Policy
from deskless.policies.problems import Problem, nearest
from deskless.policies.rules.compile import check, compile_book
from deskless.policies.rules.lexicon import shipped

CONCEPT = re.compile(r"\{([^{}]*)\}")
SOURCE = re.compile(r"“([^”]*)”")


def wording(policies: tuple[Policy, ...]) -> Iterator[Problem]:
    """What is wrong with the phrases of these policies."""
    known = {one.name for one in shipped()}
    for policy in policies:
        for phrase in (*policy.phrases, *policy.maybe, *policy.unless):
            for found in CONCEPT.finditer(phrase):
                name = found[1].strip()
                if name not in known:
                    text = f"There is no concept called `{{{name}}}`."
                    meant = nearest(name, known)
                    yield _at(policy, found[0], text, f"{{{meant}}}" if meant else "")
    try:
        compile_book(policies)
    except ValueError:
        for policy, flaw in check(policies):
            said = flaw.removeprefix(f"{policy.id}: ").removeprefix(f"{policy.id}: ")
            source = SOURCE.search(said)
            text = f"The phrase cannot be read: {said.rstrip('.')}."
            if "concept called" not in said:  # told above, at its line
                yield _at(policy, source[1] if source else "phrases:", text)


def _at(policy: Policy, words: str, text: str, suggestion: str = "") -> Problem:
    """A problem at the first line of the front matter that holds these words."""
    for number, line in enumerate(policy.text.split("\n"), 1):
        if words in line:
            return Problem(policy.path, number, line.index(words) + 1, text, line, suggestion)
    return Problem(policy.path, 0, 0, text, "", suggestion)
