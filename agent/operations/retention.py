"""Forgetting: one person on demand, or everything older than the configuration keeps.

Words, salts and addresses go; ids, times and digests stay, and an `erased` entry in the same
transaction says which entries lost their words, so that the ledger still verifies. The bytes leave
the file only after the commit, when the store is scrubbed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from deskless.agent.office import journal, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.store import cases, erase as erasures
from deskless.store.engine.session import Session
from deskless.store.erase import Erased
from deskless.store.ledger import entries

NAMES = {
    "entries": "entries lose their words",
    "letters": "letters of ours are emptied",
    "quarantined": "mails that were set aside are emptied",
    "post": "mails in conversations are emptied or blacked out",
    "paper": "originals and drafts are emptied or blacked out",
    "case_shelf": "cases lose their words",
    "verdict": "verdicts lose their quotes",
}


def erase_person(office: Office, address: str, *, really: bool = False) -> list[str]:
    """Forget the person behind an address, or only count what would go; lines for a person.

    Raises ValueError for what is no address.
    """
    if address.count("@") != 1 or not all(address.strip().split("@")):
        raise ValueError(f"`{address}` is no mail address.")
    now = office.clock.now()
    if not really:
        with office.store.reading() as session:
            erased = erasures.erase_address(session, address, now, dry_run=True)
        return list(_told(office, address, erased))
    with office.store.transaction() as session:
        erased = erasures.erase_address(session, address, now)
        if _anything(erased):
            _record(session, erased, now, "command line")
    finish_erasure(office)
    return list(_told(office, address, erased))


def retain_words(office: Office, session: Session, now: datetime, _: Health) -> None:
    """Words older than `[store] keep_days` go. Cases still open keep theirs."""
    erased = erasures.expire_words(session, now - timedelta(days=office.config.store.keep_days))
    if _anything(erased):
        _record(session, erased, now, "clock")


def finish_erasure(office: Office) -> bool:
    """Rewrite the store's file where an erasure is committed and its bytes still lie in it."""
    with office.store.reading() as session:
        if not state_keys.SCRUB_OWED.get(session):
            return False
    office.store.scrub()
    with office.store.transaction() as session:
        state_keys.SCRUB_OWED.drop(session)
    return True


def _record(session: Session, erased: Erased, now: datetime, cause: str) -> None:
    """The entry, and the cases concerned as their entries still add up."""
    actor = "deskless" if cause == "clock" else "operator"
    entries.append_entries(session, [erased.entry(now, actor, cause)])
    for key in erased.cases:
        case = journal.case_from_ledger(session, key)
        row = cases.get_case(session, key)
        cases.put_case(session, journal.row_of_case(case, row.due_at if row else case.changed_at))
    # The file is rewritten once this transaction is committed (`finish_erasure`).
    state_keys.SCRUB_OWED.put(session, True)


def _anything(erased: Erased) -> bool:
    return bool(erased.people or any(erased.counts.values()))


def _told(office: Office, address: str, erased: Erased) -> Iterable[str]:
    if not _anything(erased):
        yield f"Nothing is kept about {address}."
        return
    ids = ", ".join(erased.people) or "nobody's id"
    yield f"{address}: {ids}, {len(erased.tickets)} conversations, {len(erased.cases)} cases"
    for name, count in erased.counts.items():
        if count:
            yield f"{count:>7}  {NAMES.get(name, name)}"
    yield "Ids, times and digests stay: the ledger verifies as before."
    yield "Mail that lies in mailboxes is not ours to delete: inbox, Sent, and what was delivered."
    if office.rules.matrix.by_email(address.strip().lower()):
        yield f"{address} stands in matrix.csv; take the line out, or it is known again at once."
    if office.rules.accounts.find(address.strip().lower()):
        yield f"accounts.csv has a line for {address.rpartition('@')[2]}; it is yours to change."
