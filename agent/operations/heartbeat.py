"""How we are, written down: for `deskless status`, for Prometheus if asked, for systemd.

Age of the heartbeat, last good fetch, send and judgement, how long blind, what waits.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.office.state_keys import Heartbeat
from deskless.agent.operations import breaker
from deskless.agent.operations.health import Health, KnownTrouble
from deskless.store import cases, outbox, quarantine, verdicts
from deskless.store.engine.database import Store
from deskless.store.engine.errors import StoreError

if TYPE_CHECKING:
    from deskless.agent.office.office import Office

FRESH = timedelta(minutes=10)
"""An inbox that was read this recently counts as alive."""
CLOSED = "closed"


SILENT = timedelta(minutes=2)
"""After this long without a heartbeat no daemon runs: it writes one a minute at least."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A letter that a breaker holds: its kind, its reader, its case, and the breaker's name."""

    letter: str
    to: str
    case: str
    breaker: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the last heartbeat said. Instants UTC; `age` is None when there never was one."""

    at: datetime | None
    last: dict[str, datetime]
    troubles: dict[str, str]
    blind: timedelta
    counts: dict[str, int]
    breakers: dict[str, Any]
    refused: bool = False
    """Whether the files on disk have mistakes, so that the last good set is in force."""
    held: tuple[HeldBack, ...] = ()

    def age(self, now: datetime) -> timedelta | None:
        """How long ago the daemon last wrote down how it is."""
        return now - self.at if self.at else None

    def ills(self, now: datetime) -> tuple[str, ...]:
        """What is not well, in words; nothing where a monitor need not ring."""
        age = self.age(now)
        silent = "no daemon has ever run here" if age is None else "no daemon runs"
        return (
            *([silent] if age is None or age > SILENT else []),
            *(f"{name} does not work" for name in sorted(self.troubles)),
            *(["the policies have mistakes"] if self.refused else []),
        )


def write_heartbeat(office: "Office", health: Health) -> bool:
    """Write the heartbeat; whether the inbox was read recently enough to call us alive."""
    now = office.clock.now()
    heartbeat: Heartbeat = {
        "at": now.isoformat(),
        "last": {name: at.isoformat() for name, at in health.last.items()},
        "troubles": {name: trouble.since.isoformat() for name, trouble in health.troubles.items()},
        "told": [name for name, trouble in health.troubles.items() if trouble.told],
        "blind": int(health.blind_for(now).total_seconds()),
    }
    try:
        with office.store.transaction() as session:
            state_keys.HEARTBEAT.put(session, heartbeat)
    except StoreError as fault:
        health.bad("store", str(fault), now)
        return False
    if target := os.environ.get("DESKLESS_METRICS"):
        try:
            write_metrics(office, Path(target))
        except OSError as error:
            # A full disk or a missing folder must not stop what the file only tells about.
            office.log.warning("metrics", said=str(error))
    last = health.last.get("imap")
    # A clock that went back must not make an old success look fresh for as long as it jumped.
    return last is not None and abs(now - last) < FRESH


def restore_health(office: "Office") -> Health:
    """How we were when the last heartbeat was written: a restart neither forgets nor repeats."""
    with office.store.reading() as session:
        values = state_keys.HEARTBEAT.get(session) or Heartbeat()
    told = set(values.get("told", ()))
    return Health(
        troubles={
            name: KnownTrouble(datetime.fromisoformat(since), "before a restart", name in told)
            for name, since in values.get("troubles", {}).items()
        },
        last={name: datetime.fromisoformat(at) for name, at in values.get("last", {}).items()},
    )


def last_pulse(store: Store, now: datetime) -> Pulse:
    """The last heartbeat and what waits at `now` (UTC); needs no policies, so mistakes in them
    cannot hide how the daemon is.
    """
    with store.reading() as session:
        values = state_keys.HEARTBEAT.get(session) or Heartbeat()
        counts = {
            "cases": sum(
                n for name, n in cases.counts_by_status(session).items() if name != CLOSED
            ),
            "outbox": sum(outbox.count_by_state(session).values()),
            "undecided": verdicts.count_queued(session),
            "quarantined": len(quarantine.waiting_mails(session)),
            "tokens_today": verdicts.day_usage(session, now.date()).tokens,
            "micro_usd_today": verdicts.day_usage(session, now.date()).micro_usd,
        }
        tripped = breaker.tripped_breakers(session)
        held = tuple(
            HeldBack(each.kind, each.to[0], each.case or "", breaker.breaker_of(each))
            for each in breaker.held_letters(session)
        )
        refused = state_keys.POLICIES_BROKEN.get(session) is not None
    return Pulse(
        at=datetime.fromisoformat(values["at"]) if values else None,
        last={name: datetime.fromisoformat(at) for name, at in values.get("last", {}).items()},
        troubles=values.get("troubles", {}),
        blind=timedelta(seconds=values.get("blind", 0)),
        counts=counts,
        breakers=tripped,
        refused=refused,
        held=held,
    )


HELP = {
    "heartbeat_age_seconds": "Seconds since the daemon last wrote down how it is; -1 if never.",
    "heartbeat_timestamp_seconds": "When the daemon last wrote down how it is; 0 if never.",
    "blind_seconds": "How long the inbox could not be read.",
    "cases": "Cases that are not closed.",
    "outbox": "Mails that wait to be sent.",
    "undecided": "Conversations that wait for a judgement.",
    "quarantined": "Mails set aside because they could not be handled.",
    "tokens_today": "Tokens that the model read and wrote today (UTC).",
    "micro_usd_today": "What the model cost today (UTC), in millionths of a US dollar.",
    "troubles": "Routes that do not work now.",
    "breakers_tripped": "Breakers that hold mail back; each closes by itself.",
    "policies_refused": "1 while the files on disk have mistakes: the last good set is in force.",
    "last_good_seconds": "Seconds since a route last worked.",
    "last_good_timestamp_seconds": "When a route last worked.",
}
"""What each gauge tells. Names, labels and these texts are the same in every daemon's file: of two
files that differ in them, node exporter drops the second one's series without a word.
"""


def write_metrics(office: "Office", target: Path) -> None:
    """The heartbeat in Prometheus' text format, put in place at once (node exporter's textfile).

    Instants are there too, as Unix time: the ages in a file stand still when the daemon does, so an
    alarm compares `time()` with `deskless_heartbeat_timestamp_seconds`. `inbox` tells several
    daemons apart. Everybody may read the file, whatever the umask: the exporter is another user.
    """
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile  # 70 ms, if asked for

    now = office.clock.now()
    pulse = last_pulse(office.store, now)
    registry = CollectorRegistry()
    own = {"inbox": office.addresses.inbox}

    def tell(name: str, samples: list[tuple[dict[str, str], float]], *more: str) -> None:
        gauge = Gauge(f"deskless_{name}", HELP[name], ("inbox", *more), registry=registry)
        for labels, value in samples:
            gauge.labels(**own, **labels).set(round(value))

    for name, value in _values(pulse, now).items():
        tell(name, [({}, value)])
    last = [({"route": route}, at) for route, at in sorted(pulse.last.items())]
    ages = [(route, (now - at).total_seconds()) for route, at in last]
    tell("last_good_seconds", ages, "route")
    tell("last_good_timestamp_seconds", [(r, at.timestamp()) for r, at in last], "route")
    draft = target.with_suffix(".new")
    write_to_textfile(str(draft), registry)
    draft.chmod(0o644)
    draft.replace(target)


def _values(pulse: Pulse, now: datetime) -> dict[str, float]:
    """The gauges that have one value each."""
    age = pulse.age(now)
    return {
        "heartbeat_age_seconds": -1 if age is None else age.total_seconds(),
        "heartbeat_timestamp_seconds": pulse.at.timestamp() if pulse.at else 0,
        "blind_seconds": pulse.blind.total_seconds(),
        **pulse.counts,
        "troubles": len(pulse.troubles),
        "breakers_tripped": len(pulse.breakers),
        "policies_refused": pulse.refused,
    }


def tell_systemd(message: str) -> None:
    """Tell systemd how we are (sd_notify); nothing where it does not listen."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        try:
            line.sendto(message.encode(), address)
        except OSError:
            return
