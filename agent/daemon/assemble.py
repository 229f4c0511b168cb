"""Configuration → a wired agent: the only file that names every class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from deskless.agent.daemon.timers import Timers
from deskless.agent.daemon.turn import Turn
from deskless.agent.model.model import Bench
from deskless.agent.office import failpoints, state_keys
from deskless.agent.office.addresses import Addresses
from deskless.agent.office.office import Office, Rulebook
from deskless.agent.office.ports import Reader
from deskless.agent.operations import heartbeat
from deskless.agent.outbound.dispatch import Dispatch
from deskless.agent.settings.clock import Clock, Still, Wall
from deskless.agent.settings.config import Config
from deskless.agent.settings.keys import load as load_keys
from deskless.agent.settings.secret import Secret
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.transport.account import Account, TokenSource
from deskless.mailbox.transport.smtp import Courier
from deskless.policies.book import knowledge
from deskless.policies.people import hours
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.matrix_csv import Defaults
from deskless.policies.problems import Problem, Problems
from deskless.policies.tools.check import Checked, check
from deskless.store import people
from deskless.store.engine.database import Store
from deskless.store.ledger import head

YEARS = range(2024, 2040)
"""Years whose public holidays are laid out."""


@dataclass(slots=True)
class Agent:
    """The wired agent: what a command or the daemon works with. Close it at the end."""

    config: Config
    office: Office
    turn: Turn
    inbox: Inbox
    couriers: dict[str, Courier]
    readers: dict[str, Inbox]

    async def close(self) -> None:
        """Hang up everywhere and close the store."""
        for courier in self.couriers.values():
            await courier.close()
        for reader in self.readers.values():
            reader.close()
        self.office.store.close()


@dataclass(frozen=True, slots=True)
class Copies:
    """Where a copy of our own mail may lie: Sent and INBOX of every mailbox we read."""

    readers: dict[str, Inbox]
    folders: tuple[str, ...] = ("INBOX",)

    def find(self, message_id: str) -> bool:
        """Whether a mail with exactly this id lies there."""
        return any(
            reader.find(message_id, [*_sent(reader), *self.folders])
            for reader in self.readers.values()
        )

    def kept(self, message_id: str) -> bool:
        """Whether a server filed it in its Sent folder by itself."""
        return any(reader.find(message_id, _sent(reader)) for reader in self.readers.values())


def _sent(reader: Inbox) -> list[str]:
    name = reader.folders().get("sent")
    return [name] if name else []


def rulebook(config: Config, store: Store) -> Rulebook:
    """Criteria, people, accounts and hours, read and checked. Raises Problems with all of them."""
    team = hours_of(config)
    found = read_rules(config, team)
    problems = [one for one in found.problems if not one.warning]
    matrix, book = found.matrix, found.book
    founder = matrix.by_email(config.team.founder.lower()) if matrix else None
    if matrix and founder is None:
        text = f"The founder {config.team.founder} is not in the matrix; add a line for them."
        problems.append(Problem(str(config.folder / "matrix.csv"), 0, 0, text))
    if matrix:
        problems += _ours(config, matrix)
    if problems or matrix is None or book is None or founder is None:
        raise Problems(problems)
    with store.transaction() as session:
        ids = people.ids(session, [one.emails[0] for one in matrix.people])
        for one in matrix.people:
            people.name(session, ids[one.emails[0]], one.name)
            for other in one.emails[1:]:
                people.link(session, ids[one.emails[0]], other)
    known = matrix.with_ids(ids)
    return Rulebook(book, known, found.accounts, team, ids[founder.emails[0]])


def read_rules(config: Config, team: hours.Hours) -> Checked:
    """The folder's criteria, people and customers, as far as they can be read."""
    return check(config.folder, Defaults(config.team.zone, config.team.hours, team.free))


def hours_of(config: Config) -> hours.Hours:
    """The team's working time, with its public holidays and free days. Raises Problems."""
    try:
        plain = " ".join((config.team.holidays, *config.team.free))
        free = hours.free_days(plain, YEARS)
        return hours.parse(config.team.hours, config.team.zone, free)
    except ValueError as error:
        raise Problems([Problem(str(config.folder / "deskless.toml"), 0, 0, str(error))]) from error


def _ours(config: Config, matrix: Matrix) -> list[Problem]:
    """Our own addresses in the matrix would make us write to ourselves."""
    ours = {config.address.lower(), config.inbox.address.lower(), *config.inbox.ours}
    file = str(config.folder / "matrix.csv")
    return [
        Problem(file, 0, 0, f"{one.name} has the address {email}, which is the agent's own.")
        for one in matrix.people
        for email in one.emails
        if email in ours
    ]


def office(config: Config, *, clock: Clock | None = None, log: Any = None) -> Office:
    """The office without a connection: store, keys, rules, judges. Raises Problems, StoreBroken."""
    store = Store.open(config.database, config.org)
    folder = store.path.parent if store.path else config.folder
    try:
        rules = rulebook(config, store)
    except Problems:
        store.close()
        raise
    with store.reading() as session:
        unsafe = bool(state_keys.AUTHSERV_UNSAFE.get(session))
    return Office(
        config=config,
        authserv="" if unsafe else config.inbox.authserv,
        store=store,
        clock=clock or (Still(config.mode.now) if config.mode.now else Wall()),
        keys=load_keys(folder),
        ledger=head.keys(folder / "deskless-ledger.key", config.org),
        addresses=Addresses(
            config.address.lower(), config.inbox.address.lower(),
            tuple(one.lower() for one in config.inbox.ours), config.inbox.plus,
        ),
        rules=rules,
        bench=bench(config),
        step=failpoints.wired(),
        log=log or structlog.get_logger(),
    )  # fmt: skip


def bench(config: Config) -> Bench:
    """The judges that the configuration asks for."""
    from deskless.agent.model.model import model, rules

    notes_ = knowledge.read_notes(config.folder / "knowledge")
    return Bench(rules=rules(config), model=model(config), notes=notes_)


def account(url: str, config: Config, secret: Secret | None) -> Account:
    """An account of the configuration. Raises ValueError with a sentence."""
    reader = secret.reader(config.folder) if secret else None
    return Account.parse(url, secret=reader, oauth=tokens_of(config), base=config.folder)


def tokens_of(config: Config) -> TokenSource | None:
    """Where access tokens come from, when the inbox logs in by OAuth."""
    from deskless.agent.settings.oauth import source

    return source(config)


def agent(config: Config, *, clock: Clock | None = None, backfill: bool = False) -> Agent:
    """Everything wired; nothing is connected before the first turn. Raises ValueError for a clock
    that the configuration holds still.
    """
    if config.mode.now and clock is None:
        raise ValueError("`[mode] now` is for looking at a record only: take it out to run.")
    made = office(config, clock=clock)
    inbox = Inbox(account(config.inbox.imap, config, config.inbox.password))
    readers = {"inbox": inbox}
    secret = config.agent.password or config.inbox.password
    if config.agent.imap:
        readers["agent"] = Inbox(account(config.agent.imap, config, secret))
    shared = Courier(
        account(config.inbox.smtp, config, config.inbox.password), hook=made_step(made)
    )
    own = (
        Courier(account(config.agent.smtp, config, secret), hook=made_step(made))
        if config.agent.smtp
        else shared
    )
    couriers = {"inbox": shared, "agent": own}
    health = heartbeat.restore(made)
    folders = tuple(dict.fromkeys((*config.inbox.folders, "INBOX")))
    dispatch = Dispatch(made, dict(couriers), Copies(readers, folders), health)
    known: dict[str, Reader] = dict(readers)
    turn = Turn(made, known, dispatch, Timers(made), health, backfill=backfill)
    return Agent(config, made, turn, inbox, couriers, readers)


def made_step(made: Office) -> Callable[[str], None]:
    """The courier's steps as failpoints of the office."""
    return lambda name: made.step(f"smtp {name}")
