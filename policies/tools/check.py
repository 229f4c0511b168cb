"""Everything that can be said about a configuration folder's criteria, people and customers.

All at once, before anything runs: mistakes that stop it, and warnings about what will not do what
its author thinks. I/O: reads the folder.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from deskless.policies.book.book import Book, load_book, problem_at
from deskless.policies.book.knowledge import Notes, read_notes
from deskless.policies.people.accounts import Accounts, read_accounts
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.matrix_csv import Defaults, read_matrix
from deskless.policies.people.oncall import read_rota
from deskless.policies.people.roster import knows_word
from deskless.policies.policy import Policy
from deskless.policies.problems import Problem, Problems, nearest_word
from deskless.policies.verdict import Nature, Type

TIER_IS = re.compile(
    r"\btier is (?:not )?(?:one of )?\"?([^()\"]+?)\"?(?=\s+(?:and|or)\b|[)\"]|$)", re.IGNORECASE
)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a folder holds, as far as it could be read, and what is wrong with it."""

    book: Book | None
    matrix: Matrix | None
    accounts: Accounts
    notes: Notes
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether nothing but warnings was found."""
        return not any(not problem.warning for problem in self.problems)


def check_folder(folder: Path, defaults: Defaults | None = None) -> Checked:
    """Check `policies/`, `matrix.csv`, `accounts.csv`, the rota and `knowledge/`.

    Never raises for what stands in them; accounts and notes may be missing.
    """
    problems: list[Problem] = []
    defaults = defaults or Defaults()
    matrix = _tried(lambda: read_matrix(folder / "matrix.csv", defaults), problems)
    if people := matrix:
        shifts = _tried(lambda: read_rota(folder, people, defaults.zone), problems)
        matrix = replace(people, shifts=shifts or ())
    book = _tried(lambda: load_book(folder / "policies", matrix), problems)
    sheet = folder / "accounts.csv"
    accounts = _tried(lambda: read_accounts(sheet), problems) if sheet.is_file() else None
    notes = _tried(lambda: read_notes(folder / "knowledge"), problems)
    if matrix:
        problems += _people(matrix, str(folder / "matrix.csv"))
    if book and matrix:
        problems += _handles(book, matrix, str(folder / "matrix.csv"))
    if book:
        problems += [problem for policy in book.live() for problem in _policy(policy)]
    if book and accounts:
        problems += _tiers(book, accounts)
    if accounts and matrix:
        problems += _owners(accounts, matrix, str(sheet))
        problems += _customers(accounts, matrix, folder / "matrix.csv")
    ordered = Problems(problems).problems
    return Checked(book, matrix, accounts or Accounts(), notes or Notes(), ordered)


def _tried(read: Callable[[], Read], problems: list[Problem]) -> Read | None:
    try:
        return read()
    except Problems as error:
        problems += error.problems
        return None


def _people(matrix: Matrix, file: str) -> Iterator[Problem]:
    if len(matrix.tiers()) == 1:
        text = "There is only one tier, so a case that it bounces goes straight to the founder."
        yield Problem(file, 0, 0, text, warning=True)
    for tier in matrix.tiers():
        leads = [person.name for person in matrix.on(tier) if person.lead]
        if len(leads) > 1:
            name = matrix.tier_names.get(tier, f"T{tier}")
            text = f"{name} has {len(leads)} leads ({', '.join(leads)}); the freest one is asked."
            yield Problem(file, 0, 0, text, warning=True)


def _handles(book: Book, matrix: Matrix, file: str) -> Iterator[Problem]:
    """Words in the sheet's `handles` that no criterion answers to: slips, which route nothing.

    They are parted by commas, semicolons or blanks; a role of two words counts as a whole.
    """
    known = {
        word.casefold()
        for policy in book.policies
        for word in (policy.id, policy.name, policy.owner)
    }
    known |= {*Type, *Nature, *(risk for policy in book.policies for risk in policy.risk)}
    for person in matrix.people:
        for word in (word for handle in person.handles for word in _parts(handle, known)):
            if word not in known:
                text = f"{person.name} handles `{word}`, which is no criterion, type or role."
                yield Problem(file, 0, 0, text, "", nearest_word(word, known))


def _parts(handle: str, known: set[str]) -> tuple[str, ...]:
    """A handle as it is looked up: as a whole where it is known, else word by word."""
    words = handle.split()
    return tuple(words) if handle not in known and set(words) & known else (handle,)


def _policy(policy: Policy) -> Iterator[Problem]:
    if not any((policy.phrases, policy.maybe, policy.patterns, policy.senders)):
        text = "Without a model nothing can meet this criterion: it has no phrases, no senders."
        yield _warning(problem_at(policy, "id", text))


def _tiers(book: Book, accounts: Accounts) -> Iterator[Problem]:
    """Tiers that criteria speak of and no customer is on: each once, at the first place."""
    known = {account.tier for account in accounts.accounts}
    places: dict[str, list[tuple[Policy, str]]] = {}
    for policy in book.live():
        for text in (*policy.facts, *(when for when, _ in policy.severities)) if known else ():
            key = "facts" if text in policy.facts else "severities"
            for match in TIER_IS.finditer(text):
                for word in (sentence.strip().casefold() for sentence in match[1].split(",")):
                    if word and word not in known:
                        places.setdefault(word, []).append((policy, key))
    for word, asked in places.items():
        policies = list(dict.fromkeys(policy.id for policy, _ in asked))
        remark = f"No customer in accounts.csv is on the tier `{word}`"
        more = f" ({len(policies)} criteria ask for it)" if len(policies) > 1 else ""
        yield _warning(problem_at(*asked[0], f"{remark}{more}.", nearest_word(word, known)))


def _owners(accounts: Accounts, matrix: Matrix, file: str) -> Iterator[Problem]:
    """Account owners that look like a slip of somebody in the matrix."""
    names = sorted({person.name for person in matrix.people})
    for account in accounts.accounts:
        meant = nearest_word(account.owner, names) if account.owner else ""
        if meant and not knows_word(matrix, account.owner):
            text = f"{account.customer}'s owner `{account.owner}` is nobody in the matrix."
            yield Problem(file, 0, 0, text, "", meant, warning=True)


def _customers(accounts: Accounts, matrix: Matrix, sheet: Path) -> Iterator[Problem]:
    """People of the matrix whose address is a customer's: other customers' mail would go there."""
    lines = sheet.read_text(encoding="utf-8", errors="replace").splitlines()
    for person in matrix.people:
        for email in person.emails:
            account = accounts.find(email)
            if account is None:
                continue
            places = ((n, line.lower().find(email)) for n, line in enumerate(lines, 1))
            line, at = next(((n, at + 1) for n, at in places if at >= 0), (0, 0))
            text = (
                f"{person.name}'s address `{email}` is one of the customer {account.customer} "
                "(accounts.csv): briefs about other customers would go there."
            )
            yield Problem(str(sheet), line, at, text, lines[line - 1] if line else "")


def _warning(problem: Problem) -> Problem:
    return replace(problem, warning=True)
