"""Who is who: opaque ids for addresses, so that the ledger never holds an address.

A person ("p1") or customer ("c1") keeps the id for good; addresses and the name beside it can be
erased. An address is compared in lower case without surrounding space. Who got which id is an entry
of kind `introduced`, with address and name under its salt: a later exchange of two ids contradicts
the ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import chunks, is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import AddressRow, CounterRow, PersonRow
from deskless.store.ledger.entries import (
    INTRODUCED,
    NewEntry,
    Span,
    append_entries,
    read_entries,
)

PERSON, CUSTOMER = "p", "c"


@dataclass(frozen=True, slots=True)
class Introduction:
    """When (UTC) an id was given or changed, and because of what, as entries name a cause.

    `called` is the person's name where it is known at once.
    """

    at: datetime
    cause: str = "clock"
    called: str = ""


def canonical_address(address: str) -> str:
    """The form in which addresses are compared."""
    return address.strip().lower()


def person_ids(
    session: Session, addresses: Sequence[str], introduced: Introduction
) -> dict[str, str]:
    """The person id of each address as given, minted where it is new."""
    return {address: _mint(session, PERSON, address, introduced) for address in addresses}


def customer_id(session: Session, address: str, introduced: Introduction) -> str:
    """The customer id of an address, minted where it is new."""
    return _mint(session, CUSTOMER, address, introduced)


def known_id(session: Session, address: str, kind: str = PERSON) -> str | None:
    """The id of an address if it has one; mints nothing."""
    held = AddressRow
    query = select(held.c.id).where(
        is_mine(session, held), held.c.kind == kind, held.c.address == canonical_address(address)
    )
    return run_statement(session, query).scalar()


def customers_at(session: Session, domains: Iterable[str]) -> list[str]:
    """The ids of customers with an address in one of these domains, in order."""
    held, ids = AddressRow, set[str]()
    for domain in sorted(set(domains)):
        query = select(held.c.id).where(
            is_mine(session, held), held.c.kind == CUSTOMER,
            held.c.address.endswith(f"@{domain}", autoescape=True),
        )  # fmt: skip
        ids.update(run_statement(session, query).scalars())
    return sorted(ids)


def _mint(session: Session, kind: str, address: str, introduced: Introduction) -> str:
    id_known = known_id(session, address, kind)
    if id_known is not None:
        return id_known
    number = rows.bump_numbers(session, CounterRow, {"name": f"people:{kind}"}, value=1).value
    made = f"{kind}{number}"
    rows.insert_rows(
        session, PersonRow, [{"id": made, "name": introduced.called, "erased_at": None}]
    )
    link_address(session, made, address, introduced)
    return made


def link_address(session: Session, person: str, address: str, introduced: Introduction) -> None:
    """Let an address stand for the person or customer with that id, whoever it meant before."""
    if known_id(session, address, person[0]) == person:
        return
    row = {"kind": person[0], "address": canonical_address(address), "id": person}
    rows.upsert(session, AddressRow, row)
    _enter(session, [(person, row["address"], _name_of(session, person))], introduced)


def name_person(session: Session, person: str, called: str, introduced: Introduction) -> None:
    """Remember what a person is called, for exports. Lost again when the person is erased."""
    people = PersonRow
    change = people.update().where(
        is_mine(session, people),
        people.c.id == person,
        people.c.erased_at.is_(None),
        people.c.name != called,
    )
    if run_statement(session, change.values(name=called)).rowcount:
        named = [(person, address, called) for address in linked_addresses(session, person)[:1]]
        _enter(session, named, introduced)


def introduce_unknown(session: Session, introduced: Introduction) -> None:
    """Enter whoever has an id and no `introduced` entry: a store of before there were such."""
    span = Span(kinds=frozenset({INTRODUCED}))
    known = {
        (entry.data["person"], (entry.private or {}).get("address"))
        for entry in read_entries(session, span)
    }
    held, people = AddressRow, PersonRow
    beside = (people.c.org_id == held.c.org_id) & (people.c.id == held.c.id)
    query = select(held.c.id, held.c.address, people.c.name).select_from(held.join(people, beside))
    standing = run_statement(session, query.where(is_mine(session, held)).order_by(held.c.address))
    new = [(row.id, row.address, row.name) for row in standing]
    _enter(session, [each for each in new if each[:2] not in known], introduced)


def _name_of(session: Session, person: str) -> str:
    people = PersonRow
    query = select(people.c.name).where(is_mine(session, people), people.c.id == person)
    return run_statement(session, query).scalar() or ""


def _enter(
    session: Session, named: Sequence[tuple[str, str, str]], introduced: Introduction
) -> None:
    """An entry for each id with its address and name."""
    made = [
        NewEntry(
            kind=INTRODUCED, at=introduced.at, actor="deskless", cause=introduced.cause,
            data={"person": person}, private={"address": address, "name": called},
        )
        for person, address, called in named
    ]  # fmt: skip
    append_entries(session, made)


def linked_addresses(session: Session, person: str) -> list[str]:
    """Every address linked to that id, in order."""
    held = AddressRow
    query = select(held.c.address).where(is_mine(session, held), held.c.id == person)
    return list(run_statement(session, query.order_by(held.c.address)).scalars())


def shown_names(session: Session, people_ids: Iterable[str]) -> dict[str, str]:
    """What to show for each id: name and address, the address alone, or the bare id if erased."""
    people, held = PersonRow, AddressRow
    beside = (people.c.org_id == held.c.org_id) & (people.c.id == held.c.id)
    query = (
        select(people.c.id, people.c.name, held.c.address)
        .select_from(people.outerjoin(held, beside))
        .order_by(held.c.address)
    )
    wanted = sorted(set(people_ids))
    shown = {person: person for person in wanted}
    for some in chunks(wanted):
        for row in run_statement(
            session, query.where(is_mine(session, people), people.c.id.in_(some))
        ):
            if row.address is not None and shown[row.id] == row.id:
                shown[row.id] = f"{row.name} <{row.address}>" if row.name else row.address
    return shown
