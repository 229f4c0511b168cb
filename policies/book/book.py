"""A folder of policies → a `Book`, or every problem at once.

One Markdown file a criterion: front matter for hard facts, prose for the criterion, `## Not this`,
`## Examples`, `## Mails`. The only I/O is reading the folder.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskless.policies.book.page import BODY, parse_policy
from deskless.policies.hash import book_hash
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.roster import asks_on_call, knows_word, owner_words
from deskless.policies.policy import Policy, PolicyStatus
from deskless.policies.problems import Problem, Problems, nearest_word

# The JSON Schema of a policy's front matter, so that an editor completes and explains it.
SAID: dict[str, str] = {
    "id": "Lower-case words joined by `-`. Cases and the ledger call the criterion so.",
    "status": "live acts, shadow is judged and recorded only, off is left out.",
    "severity": "SEV-1 production down, data loss, breach; SEV-2 major; SEV-3 with a workaround; "
    "SEV-4 minor.",
    "severities": "Pairs of a condition and a severity; the first that holds wins over `severity`: "
    "`- [tier is enterprise and revenue >= 10000, SEV-1]`.",
    "ceiling": "The most severe that the impact the customer tells of may make it.",
    "floor": "The least severe that the impact may make it.",
    "type": "Exactly one.",
    "nature": "What drives a case of this kind.",
    "risk": "Any of churn, security, executive, contract.",
    "owner": "A tier, role, person or address of the matrix that such cases are meant for. The "
    "next tier is asked first all the same.",
    "answer_within": "How soon the owner should answer, in working time: `30 min`, `2h`, `1 day`.",
    "waiting": "How long, in working time, a customer may wait for an answer; they are judged "
    "again then, and a doubtful hit is sure: `8h`, `1 day`.",
    "phrases": "What a customer would write; a hit is sure.",
    "maybe": "Phrases whose hit a person should look at.",
    "patterns": "Regular expressions, whatever the case; a hit is sure.",
    "unless": "Phrases that take a hit back when they stand beside it.",
    "amount": "A sum of money that makes a doubtful hit sure: `500 EUR`, `> 1000 USD`, `any`.",
    "senders": "Addresses or domains whose mail always meets the criterion: `*@press.example`.",
    "facts": "Conditions that make a doubtful hit sure: `repeat_contacts >= 3`.",
    "accounts": "Customers, tiers or conditions that the criterion is about.",
}
LISTS = ("risk", "phrases", "maybe", "patterns", "unless", "senders", "facts", "accounts")


def policy_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the front matter: every key, explained."""
    whole = Policy.model_json_schema()
    keys = {key: value for key, value in whole["properties"].items() if key not in BODY}
    for key, value in keys.items():
        value["description"] = SAID[key]
        if key in LISTS:  # one value may stand where a list may
            value["anyOf"] = [{"type": value.pop("type"), "items": value.pop("items")},
                              {"type": "string"}]  # fmt: skip
    # A condition may be the key of a mapping or the first of a pair.
    keys["severities"] = {"type": ["array", "object"], "description": SAID["severities"]}
    grades = {name: schema for name, schema in whole.get("$defs", {}).items() if name != "Example"}
    return whole | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Deskless policy: front matter",
        "description": "The facts between the two `---` lines of a policy file.",
        "properties": keys,
        "$defs": grades,
    }


CONCEPT = re.compile(r"\{([^{}]*)\}")
SOURCE = re.compile(r"“([^”]*)”")


def wording_problems(policies: tuple[Policy, ...]) -> Iterator[Problem]:
    """Phrases that the rules cannot read, and concepts that nobody defined, at their lines.

    A phrase with a slip would simply never be found; so a book is not taken with one in it.
    """
    from deskless.policies.rules.compile import check_phrases, compile_book
    from deskless.policies.rules.lexicon import shipped_names

    known = shipped_names()
    for policy in policies:
        for phrase in (*policy.phrases, *policy.maybe, *policy.unless):
            for match in CONCEPT.finditer(phrase):
                name = match[1].strip()
                if name not in known:
                    text = f"There is no concept called `{{{name}}}`."
                    meant = nearest_word(name, known)
                    yield _at(policy, match[0], text, f"{{{meant}}}" if meant else "")
    try:
        compile_book(policies)
    except ValueError:
        for policy, flaw in check_phrases(policies):
            sentence = flaw.removeprefix(f"{policy.id}: ").removeprefix(f"{policy.id}: ")
            source = SOURCE.search(sentence)
            text = f"The phrase cannot be read: {sentence.rstrip('.')}."
            if "concept called" not in sentence:  # told above, at its line
                yield _at(policy, source[1] if source else "phrases:", text)


def _at(policy: Policy, words: str, text: str, suggestion: str = "") -> Problem:
    """A problem at the first line of the front matter that holds these words."""
    for number, line in enumerate(policy.text.split("\n"), 1):
        if words in line:
            return Problem(policy.path, number, line.index(words) + 1, text, line, suggestion)
    return Problem(policy.path, 0, 0, text, "", suggestion)


__all__ = [
    "Book",
    "cross_problems",
    "load_book",
    "make_book",
    "parse_policy",
    "policy_schema",
    "starter_folder",
]

DEFINE_FIRST = (
    "There are no escalation criteria here, so there is nothing to judge by. Define those first: "
    "`deskless init` sets up a folder with a starter library."
)
LARGEST = 256 * 1024  # bytes; a policy is a page, and a page that large is a mistake


@dataclass(frozen=True, slots=True)
class Book:
    """The team's criteria as one set: policies by id, and the hash of the whole."""

    policies: tuple[Policy, ...]
    hash: str
    folder: str = ""

    def policy(self, id: str) -> Policy | None:  # noqa: A002 - the word list's own term
        """The policy with this id."""
        return next((policy for policy in self.policies if policy.id == id), None)

    def asked(self) -> tuple[Policy, ...]:
        """The policies that a judge is asked about: live and shadow."""
        return tuple(policy for policy in self.policies if policy.status is not PolicyStatus.OFF)

    def live(self) -> tuple[Policy, ...]:
        """The policies that act."""
        return tuple(policy for policy in self.policies if policy.status is PolicyStatus.LIVE)


def make_book(policies: Iterable[Policy], folder: str = "") -> Book:
    """A book of policies in hand, sorted by id."""
    ordered = tuple(sorted(policies, key=lambda policy: policy.id))
    return Book(ordered, book_hash(ordered), folder)


def load_book(folder: Path, matrix: Matrix | None = None) -> Book:
    """Read every `*.md` of a folder (README.md and hidden files are left alone).

    With a matrix, owners are checked against it. Raises Problems with all of them; an empty or
    missing folder is the problem "define those first". I/O: reads files.
    """
    policies, problems = _pages(folder)
    if not policies and not problems:
        raise Problems([Problem(str(folder), 0, 0, DEFINE_FIRST)])
    problems += cross_problems(policies, matrix)
    problems += [problem for policy in policies for problem in _mails(policy)]
    problems += wording_problems(
        tuple(policy for policy in policies if policy.status is not PolicyStatus.OFF)
    )
    if any(not problem.warning for problem in problems):
        raise Problems(problems)
    return make_book(policies, str(folder))


def read_policy(folder: Path, policy_id: str) -> Policy | None:
    """The criterion of that id, to show what it is called; None where no page can be read as it.

    Only pages that name the id are parsed. I/O: reads files.
    """
    names = re.compile(rf"^id\s*:.*(?<![\w-]){re.escape(policy_id)}(?![\w-])", re.MULTILINE)
    for path in policy_files(folder):
        try:
            text = _text(path)
            policy = parse_policy(text, str(path)) if names.search(text) else None
        except Problems:
            continue
        if policy and policy.id == policy_id:
            return policy
    return None


def skim(folder: Path) -> Book:
    """The pages of a folder that can be read, to show what they are called, not to judge by.

    Their phrases are not compiled, nor is it looked whether they go together. I/O: reads files.
    """
    return make_book(_pages(folder)[0], str(folder))


def _pages(folder: Path) -> tuple[list[Policy], list[Problem]]:
    """Every page that can be read, and what is wrong with the others."""
    policies: list[Policy] = []
    problems: list[Problem] = []
    for path in policy_files(folder):
        try:
            policies.append(parse_policy(_text(path), str(path)))
        except Problems as error:
            problems += error.problems
    return policies, problems


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder, sorted by name."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.glob("*.md")
        if path.is_file() and not path.name.startswith(".") and path.stem.casefold() != "readme"
    )


def cross_problems(policies: Iterable[Policy], matrix: Matrix | None = None) -> list[Problem]:
    """What only shows with all policies side by side.

    Doubled ids, owners nobody knows, a live policy without an example each way, every policy off.
    """
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    policies = list(policies)
    for policy in policies:
        if policy.id in seen:
            text = f"The id `{policy.id}` is already taken by {seen[policy.id]}."
            problems.append(problem_at(policy, "id", text))
        seen.setdefault(policy.id, policy.path)
        problems += _examples(policy)
        if matrix and policy.status is not PolicyStatus.OFF:
            problems += _owner(policy, matrix)
    if policies and all(criterion.status is PolicyStatus.OFF for criterion in policies):
        problems.append(Problem(policies[0].path, 0, 0, f"Every policy is off. {DEFINE_FIRST}"))
    return problems


def problem_at(policy: Policy, key: str, text: str, suggestion: str = "") -> Problem:
    """A problem at a key of a policy's front matter; at the file when the key is not there."""
    for number, line in enumerate(policy.text.split("\n"), 1):
        if line.startswith(f"{key}:"):
            column = len(line) - len(line[len(key) + 1 :].lstrip()) + 1
            return Problem(policy.path, number, column, text, line, suggestion)
    return Problem(policy.path, 0, 0, text, "", suggestion)


def starter_folder() -> Path:
    """The folder with the starter library that ships beside this file."""
    return Path(__file__).parents[1] / "library"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise Problems([Problem(str(path), 0, 0, "The file is too large to be a policy.")])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        text = f"The file is not UTF-8 text (byte {error.start}); save it as UTF-8."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Problems([Problem(str(path), 0, 0, f"The file cannot be read: {reason}.")]) from error


def _examples(policy: Policy) -> list[Problem]:
    if policy.status is not PolicyStatus.LIVE:
        return []
    there = {example.expect for example in policy.examples}
    return [
        problem_at(
            policy,
            "status",
            f"A live policy needs at least one `{way}` example; add a line "
            f'`- {way}: "what a customer might write"` under `## Examples`.',
        )
        for way in ("escalate", "ignore")
        if way not in there
    ]


def _owner(policy: Policy, matrix: Matrix) -> list[Problem]:
    if not policy.owner or knows_word(matrix, policy.owner):
        return []
    if asks_on_call(policy.owner):
        text = "There is no rota: put `oncall.csv` (from,until,who) or `oncall.ics` here."
        return [problem_at(policy, "owner", text)]
    known = owner_words(matrix)
    text = f"`{policy.owner}` is no person, role or tier of the matrix ({', '.join(known)})."
    return [problem_at(policy, "owner", text, nearest_word(policy.owner, known))]


def _mails(policy: Policy) -> list[Problem]:
    folder = Path(policy.path).parent
    lines = policy.text.split("\n")
    return [
        Problem(
            policy.path,
            example.line,
            1,
            f"The mail `{example.mail}` does not exist.",
            lines[example.line - 1] if 0 < example.line <= len(lines) else "",
        )
        for example in policy.examples
        if example.mail
        and not (folder / example.mail).is_file()
        and not (folder.parent / example.mail).is_file()
    ]
