"""Configuration → a wired agent: the only file that names every class."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from deskless.agent.live.clocks import read_clocks
from deskless.agent.office import failpoints, state_keys
from deskless.agent.office.addresses import Addresses
from deskless.agent.office.office import Office, Rulebook
from deskless.agent.settings.clock import Clock, Still, Wall
from deskless.agent.settings.config import Config
from deskless.agent.settings.keys import LEDGER_KEY, load_keys as load_keys
from deskless.agent.settings.secret import Secret
from deskless.agent.settings.toml_problems import setting_problem
from deskless.policies.people import hours
from deskless.policies.people.accounts import Accounts, read_accounts
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.matrix_csv import Defaults, read_matrix
from deskless.policies.people.roster import person_called
from deskless.policies.problems import Problem, Problems
from deskless.store import people
from deskless.store.engine.database import Store
from deskless.store.ledger import entries, head

if TYPE_CHECKING:  # each is imported where it is made: a command that only looks needs none
    from pathlib import Path

    from deskless.agent.daemon.turn import Turn
    from deskless.agent.model.model import Bench
    from deskless.agent.office.ports import Reader
    from deskless.mailbox.imap.inbox import Inbox
    from deskless.mailbox.sender.receiver import Receiver
    from deskless.mailbox.transport.account import MailAccount, TokenSource
    from deskless.mailbox.transport.smtp import Courier
    from deskless.policies.book.book import Book
    from deskless.policies.policy import Policy
    from deskless.policies.tools.check import Checked

FOUNDER = "founder"
"""Who is meant in `[alerts]` whatever their name is."""
YEARS = range(2024, 2040)
"""Years whose public holidays are laid out."""


@dataclass(slots=True)
class Agent:
    """The wired agent: what a command or the daemon works with. Close it at the end."""

    config: Config
    office: Office
    turn: "Turn"
    inbox: "Inbox"
    couriers: "dict[str, Courier]"
    readers: "dict[str, Inbox]"

    async def close(self) -> None:
        """Hang up everywhere and close the store."""
        if self.turn.bell:
            self.turn.bell.close()
        for courier in self.couriers.values():
            await courier.close()
        for reader in self.readers.values():
            reader.close()
        self.office.store.close()


@dataclass(frozen=True, slots=True)
class Copies:
    """Where a copy of our own mail may lie: Sent and INBOX of every mailbox we read."""

    readers: "dict[str, Inbox]"
    folders: tuple[str, ...] = ("INBOX",)
    sent: str = ""
    """The folder of sent mail that the operator named; empty: told by mark or name."""

    def find(self, message_id: str) -> bool:
        """Whether a mail with exactly this id lies there."""
        return any(
            reader.find(message_id, [*self._sent(reader), *self.folders])
            for reader in self.readers.values()
        )

    def kept(self, message_id: str) -> bool:
        """Whether a server filed it in its Sent folder by itself."""
        return any(reader.find(message_id, self._sent(reader)) for reader in self.readers.values())

    def _sent(self, reader: "Inbox") -> list[str]:
        name = reader.folders().get("sent")
        return list(dict.fromkeys(filter(None, (self.sent, name))))


def read_rulebook(config: Config, store: Store, clock: Clock) -> Rulebook:
    """Criteria, people, accounts and hours, read and checked. Raises Problems with all of them."""
    team = hours_of(config)
    checked = read_rules(config, team)
    problems = [problem for problem in checked.problems if not problem.warning]
    matrix, book = checked.matrix, checked.book
    if matrix:
        problems += _office_people(config, matrix)
    if problems or matrix is None or book is None:
        raise Problems(problems)
    return _with_ids(
        config, matrix, _introduced(matrix, store, clock), _Sheets(checked.accounts, team, book)
    )


@dataclass(frozen=True, slots=True)
class _Sheets:
    """What stands beside the matrix; `book` is None where the criteria are read when asked for."""

    accounts: Accounts
    team: hours.Hours
    book: "Book | None" = None


def _people_rulebook(config: Config, store: Store, clock: Clock) -> Rulebook:
    """People, accounts and hours for a command that only looks; the criteria when asked for.

    Raises Problems with the mistakes in the sheets.
    """
    team = hours_of(config, later=True)
    defaults = Defaults(config.team.zone, config.team.hours, team.free, later=True)
    matrix = read_matrix(config.folder / "matrix.csv", defaults)
    sheet = config.folder / "accounts.csv"
    accounts = read_accounts(sheet) if sheet.is_file() else Accounts()
    if problems := _office_people(config, matrix):
        raise Problems(problems)
    with store.reading() as session:
        known = {
            person.emails[0]: people.known_id(session, person.emails[0]) for person in matrix.people
        }
    ids = {email: id_ for email, id_ in known.items() if id_}
    if len(ids) < len(known):
        ids = _introduced(matrix, store, clock)
    return _with_ids(config, matrix, ids, _Sheets(accounts, team))


def _with_ids(config: Config, matrix: Matrix, ids: dict[str, str], sheets: _Sheets) -> Rulebook:
    founder = matrix.by_email(config.team.founder.lower())
    assert founder, "`_office_people` has looked"
    known = matrix.with_ids(ids)

    @cache
    def book() -> "Book":
        if sheets.book is not None:
            return sheets.book
        from deskless.policies.book.book import skim

        return skim(config.folder / "policies")

    @cache
    def policy(policy_id: str) -> "Policy | None":
        from deskless.policies.book.book import read_policy

        return read_policy(config.folder / "policies", policy_id)

    return Rulebook(
        book, known, sheets.accounts, sheets.team, ids[founder.emails[0]],
        policy if sheets.book is None else None, read_clocks(config.clocks),
    )  # fmt: skip


def _introduced(matrix: Matrix, store: Store, clock: Clock) -> dict[str, str]:
    """The people's ids by their first addresses, minted where they are new; names kept."""
    ids: dict[str, str] = {}
    with store.transaction() as session:
        if state_keys.PEOPLE_ENTERED.once(session, True):
            people.introduce_unknown(session, people.Introduction(clock.now(), "matrix"))
        for person in matrix.people:
            introduced = people.Introduction(clock.now(), "matrix", person.name)
            ids |= people.person_ids(session, person.emails[:1], introduced)
            people.name_person(session, ids[person.emails[0]], person.name, introduced)
            for other in person.emails[1:]:
                people.link_address(session, ids[person.emails[0]], other, introduced)
    return ids


def read_rules(config: Config, team: hours.Hours) -> "Checked":
    """The folder's criteria, people and customers, as far as they can be read."""
    from deskless.policies.tools.check import check_folder

    return check_folder(config.folder, Defaults(config.team.zone, config.team.hours, team.free))


def hours_of(config: Config, *, later: bool = False) -> hours.Hours:
    """The team's working time, with its public holidays and free days. Raises Problems.

    `later`: the free days are laid out when somebody asks for one.
    """
    try:
        plain = " ".join((config.team.holidays, *config.team.free))
        free = (hours.FreeDays if later else hours.free_days)(plain, YEARS)
    except ValueError as error:
        key = "holidays" if config.team.holidays else "free"
        raise _of_team(config, key, error) from error
    try:
        return hours.parse_hours(config.team.hours, config.team.zone, free)
    except ValueError as error:
        raise _of_team(config, "hours", error) from error


def _of_team(config: Config, key: str, error: ValueError) -> Problems:
    path = config.folder / "deskless.toml"
    return Problems([setting_problem(path, "team", key, str(error), config)])


def _office_people(config: Config, matrix: Matrix) -> list[Problem]:
    """What is wrong with the matrix for this office: no founder, or an address of our own."""
    problems = []
    if matrix.by_email(config.team.founder.lower()) is None:
        text = f"The founder {config.team.founder} is not in the matrix; add a line for them."
        problems.append(Problem(str(config.folder / "matrix.csv"), 0, 0, text))
    toml = str(config.folder / "deskless.toml")
    problems += [
        Problem(toml, 0, 0, f"`stakeholders.{key}`: {email} is nobody in the matrix; add a line.")
        for key, email in config.stakeholders.addresses()
        if matrix.by_email(email) is None
    ]
    ours = {config.address.lower(), config.inbox.address.lower(), *config.inbox.ours}
    toml = str(config.folder / "deskless.toml")
    problems += [
        Problem(toml, 0, 0, f"[alerts] names {name}, who is nobody of matrix.csv: write a name or "
                "an address as it stands there, or founder.")
        for name in config.alerts
        if name != FOUNDER and person_called(matrix, name) is None
    ]  # fmt: skip
    file = str(config.folder / "matrix.csv")
    return problems + [
        Problem(file, 0, 0, f"{person.name} has the address {email}, which is the agent's own.")
        for person in matrix.people
        for email in person.emails
        if email in ours
    ]


def build_office(
    config: Config, *, clock: Clock | None = None, log: Any = None, looking: bool = False
) -> Office:
    """The office without a connection: store, keys, rules, judges. Raises Problems, StoreBroken.

    `looking`: criteria and judges are read when somebody asks for them, which for most commands
    nobody does; a mistake in them is then no reason not to show what is.
    """
    store = Store.open(config.database, config.org)
    folder = store.path.parent if store.path else config.folder
    clock = clock or (Still(config.mode.now) if config.mode.now else Wall())
    try:
        rules = (_people_rulebook if looking else read_rulebook)(config, store, clock)
        judges = cache(lambda: build_judges(config))
        if not looking:
            judges()
    except Problems:
        store.close()
        raise
    return Office(
        config=config,
        authserv=receiver(config, store),
        store=store,
        clock=clock,
        keys=load_keys(folder),
        ledger=_ledger_key(store, folder / LEDGER_KEY, clock),
        addresses=Addresses(
            config.address.lower(), config.inbox.address.lower(),
            tuple(email.lower() for email in config.inbox.ours), config.inbox.plus,
        ),
        rules=rules,
        judges=judges,
        step=failpoints.wire_failpoints(),
        log=log or _Log(),
    )  # fmt: skip


def _ledger_key(store: Store, path: "Path", clock: Clock) -> head.Key:
    """The key that signs the ledger; a ledger that has no signed head yet gets its first."""
    key = head.signing_key(path, store.org)
    with store.reading() as session:
        unsigned = not entries.count_heads(session)
    if unsigned:
        with store.transaction() as session:
            head.sign_first_head(session, key, clock.now())
    return key


def receiver(config: Config, store: Store, *, trusting: bool = False) -> "Receiver | None":
    """The server whose verdicts count, with what `check_folder` learned of it; None: no verdict
    counts.

    `trusting` leaves out what the last `check_folder` found about forged verdicts, to find it out
    again.
    """
    from deskless.mailbox.sender.receiver import Receiver

    with store.reading() as session:
        unsafe = state_keys.AUTHSERV_UNSAFE.get(session)
        learned = state_keys.AUTHSERV_RECEIVED.get(session)
    if (unsafe and not trusting) or not config.inbox.authserv:
        return None
    hosts = (config.inbox.received,) if config.inbox.received else (learned,) if learned else ()
    return Receiver(config.inbox.authserv, hosts, config.inbox.tempfail)


class _Log:
    """The log, loaded at the first word that is written to it."""

    def __getattr__(self, name: str) -> Any:
        import structlog

        return getattr(structlog.get_logger(), name)


def build_judges(config: Config) -> "Bench":
    """The judges that the configuration asks for. Raises Problems."""
    from deskless.agent.model.model import Bench, rules_judge, usable_model
    from deskless.policies.book import knowledge

    notes_ = knowledge.read_notes(config.folder / "knowledge")
    return Bench(rules=rules_judge(config), model=usable_model(config), notes=notes_)


def mail_account(url: str, config: Config, secret: Secret | None) -> "MailAccount":
    """An account of the configuration. Raises ValueError with a sentence."""
    from deskless.mailbox.transport.account import MailAccount

    reader = secret.reader(config.folder) if secret else None
    return MailAccount.parse(url, secret=reader, oauth=tokens_of(config), base=config.folder)


def tokens_of(config: Config) -> "TokenSource | None":
    """Where access tokens come from, when the inbox logs in by OAuth."""
    from deskless.agent.settings.oauth import token_source

    return token_source(config)


def build_agent(config: Config, *, clock: Clock | None = None, backfill: bool = False) -> Agent:
    """Everything wired; nothing is connected before the first turn. Raises ValueError for a clock
    that the configuration holds still.
    """
    from deskless.agent.daemon.timers import Timers
    from deskless.agent.daemon.turn import Turn
    from deskless.agent.operations import heartbeat
    from deskless.agent.operations.alerts import Bell
    from deskless.agent.outbound.dispatch import Dispatch
    from deskless.mailbox.imap.inbox import Inbox
    from deskless.mailbox.transport.smtp import Courier

    if config.mode.now and clock is None:
        raise ValueError("`[mode] now` is for looking at a record only: take it out to run.")
    made = build_office(config, clock=clock)
    inbox = Inbox(mail_account(config.inbox.imap, config, config.inbox.password))
    readers = {"inbox": inbox}
    secret = config.agent.password or config.inbox.password
    if config.agent.imap:
        readers["agent"] = Inbox(mail_account(config.agent.imap, config, secret))
    shared = Courier(
        mail_account(config.inbox.smtp, config, config.inbox.password), hook=made_step(made)
    )
    own = (
        Courier(mail_account(config.agent.smtp, config, secret), hook=made_step(made))
        if config.agent.smtp
        else shared
    )
    couriers = {"inbox": shared, "agent": own}
    health = heartbeat.restore_health(made)
    folders = tuple(dict.fromkeys((*config.inbox.folders, "INBOX")))
    dispatch = Dispatch(made, dict(couriers), Copies(readers, folders, config.inbox.sent), health)
    known: dict[str, Reader] = dict(readers)
    bell = Bell(made, health) if config.alerts else None
    turn = Turn(made, known, dispatch, Timers(made), health, backfill=backfill, bell=bell)
    return Agent(config, made, turn, inbox, couriers, readers)


def made_step(made: Office) -> Callable[[str], None]:
    """The courier's steps as failpoints of the office."""
    return lambda name: made.step(f"smtp {name}")
