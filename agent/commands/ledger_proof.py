"""The record behind the command line: checked against mailboxes, and proved. Both read only."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.agent.office.office import Office
from deskless.agent.settings.keys import LEDGER_KEY
from deskless.store.engine import sqlite
from deskless.store.engine.database import Store
from deskless.store.ledger import audit, entries, head, proof, witness
from deskless.store.ledger.audit import LedgerProblem, Report
from deskless.store.ledger.entries import Span

if TYPE_CHECKING:
    from deskless.agent.settings.config import Config

KEY = re.compile(rb"[\x21-\x2a\x2c-\x7e]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")
"""A C2SP verifier key: `name+hash+keydata`, an Ed25519 key in base64."""
NUMBERED = re.compile(r"\bwitness (\d+)\b")
MOST = 200
"""Problems told to a person; the count is always whole."""


def open_record(settings: "Config | None", copy: Path | None) -> Store:
    """The store to look at: a copy by its path, else the one that is configured.

    A file is opened read-only where it is a copy or cannot be written by us. Raises StoreBroken.
    """
    if copy is not None:
        return Store.open_copy(copy)
    assert settings is not None, "without a copy there is a configuration"
    if "://" not in settings.database:
        path = sqlite.plain_path(settings.database)
        if path.is_file() and path.stat().st_size and not sqlite.may_write(path):
            return Store.open_copy(path)
    return Store.open(settings.database, settings.org)


def own_key(settings: "Config", store: Store) -> str:
    """The public half of the key that lies beside the store. Raises ValueError where none does."""
    folder = store.path.parent if store.path else settings.folder
    path = folder / LEDGER_KEY
    if not path.is_file():
        raise ValueError(f"There is no {path}: name the public key with --key.")
    return head.signing_key(path, store.org).vkey()


def verify_ledger(
    store: Store, files: Sequence[Path], progress: Callable[[int, int], None], *, key: str
) -> Report:
    """Check the whole ledger against itself and against the heads in saved mails.

    `files` are mails as a mailbox saved them, or folders of them: what is no mail there is passed
    over. `key` is the verifier key of the founder's first mail, or our own, which a thief of this
    machine may have changed. A file or a folder that carries no head is a problem of its own: it
    proves nothing. Raises ValueError for what cannot be read.
    """
    names: list[str] = []
    notes: list[bytes] = []
    barren: list[LedgerProblem] = []
    for given in files:
        heads = [(path, note) for path in _mails(given) for note in witness.heads_in(_bytes(path))]
        if not heads:
            what = (
                "holds no mail with a signed head" if given.is_dir() else "carries no signed head"
            )
            barren.append(LedgerProblem(None, f"{given} {what}: it proves nothing"))
        names += [str(path) for path, _ in heads]
        notes += [note for _, note in heads]
    with store.reading() as session:
        report = audit.audit_ledger(session, key=key, witnesses=notes, progress=progress)
    told = tuple(replace(problem, what=_named(problem.what, names)) for problem in report.problems)
    return replace(report, problems=(*barren, *told))


def public_key(text: str) -> str:
    """The verifier key that a person names: itself, or a file that holds it, or a mail that does.

    Empty stays empty. Raises ValueError for a file without one, or with several that differ.
    """
    if not text or KEY.fullmatch(text.encode()):
        return text
    raw = _bytes(Path(text))
    # In a mail the text may be encoded; quoted-printable breaks long lines, base64 hides them.
    keys: set[bytes] = set(KEY.findall(raw) or KEY.findall(witness.text_parts(raw)))
    if len(keys) != 1:
        many = "several keys" if keys else "no key"
        raise ValueError(f"{text} holds {many} of the form name+hash+keydata.")
    return keys.pop().decode()


def report_values(report: Report) -> dict[str, Any]:
    """The report for a program: the root in hex, every problem with its entry."""
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    values["root"] = report.root.hex()
    values["problems"] = [{"seq": problem.seq, "what": problem.what} for problem in report.problems]
    return values | {"ok": report.ok}


def report_lines(report: Report) -> Iterator[str]:
    """The report for a person: what was checked, what it rests on, what is wrong."""
    yield f"{report.checked} entries checked; root {report.root.hex()[:16]}, size {report.size}"
    own = f"{report.heads} signed heads of our own log"
    if report.witnessed:
        yield f"{own}, {report.witnessed} from mailboxes: entries 1 to {report.covered} witnessed"
    else:
        yield f"{own}. No mailbox was asked: --witness FILE checks against a saved mail."
    if report.ok and report.covered < report.size:
        yield f"Entries {report.covered + 1} to {report.size} rest on this machine alone."
    for problem in report.problems[:MOST]:
        yield f"entry {problem.seq}: {problem.what}" if problem.seq else problem.what
    if len(report.problems) > MOST:
        yield f"… and {len(report.problems) - MOST} more"
    if report.problems:
        count = len(report.problems)
        yield f"{count} problem{'s' if count > 1 else ''}."
    elif report.covered or (report.witnessed and not report.size):
        yield "The ledger is what it was."
    else:
        yield "Consistent, not witnessed."


def prove_case(office: Office, case: str, *, disclose: bool = False) -> bytes | None:
    """The proof file of a case under today's head; None where the ledger knows no such case."""
    with office.store.reading() as session:
        if next(entries.read_entries(session, Span(case=case), limit=1), None) is None:
            return None
        return proof.write_proof(session, case, office.ledger, disclose=disclose)


def _named(what: str, names: Sequence[str]) -> str:
    """`witness 3` as the file it came from."""

    def name(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        return names[place] if place < len(names) else match[0]

    return NUMBERED.sub(name, what)


def _mails(given: Path) -> Iterator[Path]:
    """A file as it was named, or the mails of a folder and of the folders in it (a Maildir)."""
    if not given.is_dir():
        yield given
        return
    for path in sorted(given.rglob("*")):
        if path.is_file() and witness.is_mail(_bytes(path)):
            yield path


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error
