"""Alerts that wake: what a severe case asks of somebody may also ring the channels of `[alerts]`.

An alert says the case's key, its severity, what is asked and until when; no word of a customer. It
is owed in the transaction of what it tells and rung after the commit, in a thread of its own, so
that no mail waits for it. A channel that does not work is a trouble like any other: told once by
mail, and over when it works. What a channel's address holds is a secret, and is never printed.
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from deskless.agent.case import event
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import GRACE, URGENT
from deskless.agent.case.event import Event
from deskless.agent.case.say_time import say_instant
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.agent.settings.secret import Secret, SecretMissing
from deskless.policies.people.roster import person_called
from deskless.store.engine.session import Session
from deskless.store.ledger.entries import Entry

FOUNDER = "founder"
TRIES = 3
"""So often a channel is tried for one alert; after that the news is in the mail alone."""
AGAIN = timedelta(minutes=1)
LONGEST = 30.0
"""Seconds after which a channel that has not answered counts as dead."""
INSTALL = "pip install 'deskless[alerts]'"
Channel = tuple[str, Secret | str]


@dataclass(frozen=True, slots=True)
class Ring:
    """What one channel made of an alert: its label, and what went wrong, without its address."""

    number: int
    label: str
    wrong: str = ""


def channels_of(office: Office, person_id: str) -> list[Channel]:
    """The channels of somebody: a label that may be printed, and where they are."""
    mine: list[Channel] = []
    for name, urls in office.config.alerts.items():
        person = person_called(office.rules.matrix, name)
        who = office.rules.founder if name == FOUNDER else person.id if person else None
        if who == person_id:
            mine += [(f"alert {name} {number}", url) for number, url in enumerate(urls, 1)]
    return mine


def owe_alerts(
    office: Office, session: Session, case: Case, happened: Iterable[tuple[Entry, Event]]
) -> None:
    """Owe what these events of a severe case ask of people, in the caller's transaction.

    Of several events at once each person hears the last.
    """
    if case.severity not in URGENT or not office.config.alerts:
        return
    owed = {
        who: (entry, sentence, until)
        for entry, each in happened
        for who, sentence, until in asked_by(office, case, each)
    }
    now = office.clock.now()
    for who, (entry, sentence, until) in owed.items():
        count = len(channels_of(office, who))
        if not count or (office.shadow(session) and who != office.rules.founder):
            continue
        person = office.person(who)
        zone = person.hours.zone if person else office.config.team.zone
        alert = state_keys.OwedAlert(
            who=who, title=f"{case.severity.value} {case.key}", left=list(range(count)), tries=0,
            body=f"{sentence} {f'By {say_instant(until, zone)}.' if until else ''}".strip(),
            next=now.isoformat(),
        )  # fmt: skip
        state_keys.ALERTS.put(session, alert, f"{entry.seq}:{who}")


def asked_by(
    office: Office, case: Case, each: Event
) -> list[tuple[str, str, datetime | None]]:  # fmt: skip
    """Who is woken by an event, what they are told, and until when (UTC) something is asked."""
    founder = office.rules.founder
    if isinstance(each, event.Offered):
        return [(each.to, "You are asked to take it: answer the mail.", each.answer_by)]
    if isinstance(each, event.Stranded):
        return [(founder, "Nobody took it: it is yours to give.", None)]
    if isinstance(each, event.Lapsed):
        lapsed = next((past for past in case.handoffs if past.number == each.number), None)
        who = office.name(lapsed.to if lapsed else None)
        return [(founder, f"{who} did not answer; the next one is asked.", None)]
    if isinstance(each, event.Reminded) and case.status is Status.OWNED and case.promise:
        gone = case.promise + GRACE[case.severity]
        return [(each.to, "The update you promised is overdue.", gone)]
    if isinstance(each, event.Released) and each.by == event.CLOCK:
        who = office.name(each.owner)
        return [(founder, f"{who} gave no update as promised; the next one is asked.", None)]
    return []


@dataclass(slots=True)
class Bell:
    """Rings what is owed, without anybody waiting for it: each turn looks what came of it."""

    office: Office
    health: Health
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="alert")
    )
    _under_way: dict[str, tuple[Future[list[Ring]], float]] = field(default_factory=dict)

    def ring(self) -> None:
        """Take up what has come of earlier alerts, and start what is due."""
        self._collect()
        now = self.office.clock.now()
        with self.office.store.reading() as session:
            owed = state_keys.ALERTS.under(session)
        for key, alert in sorted(owed.items()):
            if key in self._under_way or datetime.fromisoformat(alert["next"]) > now:
                continue
            channels = channels_of(self.office, alert["who"])
            left = [(n, *channels[n]) for n in alert["left"] if n < len(channels)]
            job = self._pool.submit(
                ring_channels, self.office.folder, left, alert["title"], alert["body"]
            )
            self._under_way[key] = (job, time.monotonic())

    def wait(self, seconds: float) -> None:
        """Give what is under way time to end, and take it up."""
        for job, _ in list(self._under_way.values()):
            if not job.done():
                job.exception(seconds)
        self._collect()

    def close(self) -> None:
        """Begin nothing more; what is under way is left to its own time limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _collect(self) -> None:
        for key, (job, since) in list(self._under_way.items()):
            dead = time.monotonic() - since > LONGEST
            if not job.done() and not dead:
                continue
            del self._under_way[key]
            failed = not job.done() or job.exception() is not None
            self._settle(key, None if failed else job.result())

    def _settle(self, key: str, rings: list[Ring] | None) -> None:
        """Keep what became of an alert: it is done, tried again, or given up."""
        now = self.office.clock.now()
        with self.office.store.transaction() as session:
            alert = state_keys.ALERTS.get(session, key)
            if alert is None:
                return
            if rings is None:
                channels = channels_of(self.office, alert["who"])
                words = f"no answer within {LONGEST:.0f} seconds"
                rings = [Ring(n, channels[n][0], words) for n in alert["left"] if n < len(channels)]
            left = [each.number for each in rings if each.wrong]
            if left and alert["tries"] + 1 < TRIES:
                tries, again = alert["tries"] + 1, (now + AGAIN).isoformat()
                later: state_keys.OwedAlert = {**alert, "left": left, "tries": tries, "next": again}
                state_keys.ALERTS.put(session, later, key)
            else:
                state_keys.ALERTS.drop(session, key)
        for each in rings:
            if each.wrong:
                self.health.bad(each.label, each.wrong, now)
            else:
                self.health.good(each.label, now)


def ring_channels(
    folder: Path, channels: Iterable[tuple[int, str, Secret | str]], title: str, body: str
) -> list[Ring]:
    """Ring each of these channels once; takes as long as they do. Never raises for a channel."""
    return [
        Ring(number, label, ring_channel(folder, url, title, body))
        for number, label, url in channels
    ]


def try_channel(folder: Path, url: Secret | str, *, send: bool) -> str:
    """What is wrong with a channel; with `send` it is rung, else only read. Empty: nothing."""
    if send:
        words = "This is a test of deskless check. Nothing is asked of you."
        return ring_channel(folder, url, "Deskless: a test", words)
    return ring_channel(folder, url, "", "")


def ring_channel(folder: Path, url: Secret | str, title: str, body: str) -> str:
    """Ring one channel, or, without words, only read its address: what went wrong, in words that
    hold nothing of the address.
    """
    try:
        import apprise
    except ModuleNotFoundError:
        return f"alerts are not installed: {INSTALL}"
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses
    try:
        address = url if isinstance(url, str) else url.reader(folder)()
    except SecretMissing as missing:
        return str(missing)
    book = apprise.Apprise()
    if not book.add(address):
        return f"no kind of channel that is known: {scheme_of(address)}"
    taken = not body or bool(book.notify(title=title, body=body))
    return "" if taken else f"the channel ({scheme_of(address)}) did not take it"


def scheme_of(address: str) -> str:
    """The part of a channel's address that may be printed: `ntfy`."""
    return address.partition("://")[0][:20]
