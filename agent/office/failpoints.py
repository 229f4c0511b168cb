"""Failpoints: die, fail or be signalled at a chosen step, on the order of the environment alone.

    DESKLESS_FAIL="smtp reply:2"        SIGKILL to ourselves at the second such step
    DESKLESS_FAIL="*:17"                at the 17th step of any name
    DESKLESS_FAIL="parsed:1:raise"      an exception instead; also term, hup (signals)

Several orders stand behind each other with `;`. Where the variable is not set, a step is a call of
a function that does nothing. The steps are those that `Office.step` and the courier name: fetched,
parsed, decided, before commit, after commit, judged, in flight, smtp connect, smtp mail, smtp rcpt,
smtp data, smtp dot, smtp reply, sent, marked sent, timed.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

VARIABLE = "DESKLESS_FAIL"
ANY = "*"
SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "hup": signal.SIGHUP}


class Failed(RuntimeError):
    """What an ordered failure raises; nobody expects it, which is its purpose."""


@dataclass(frozen=True, slots=True)
class Order:
    """At the `hit`-th time that the step `name` (`*`: any) is reached, do `deed`."""

    name: str
    hit: int
    deed: str = "kill"


@dataclass(slots=True)
class Failpoints:
    """Counts steps and carries out orders. `taken` is every step so far, by name."""

    orders: tuple[Order, ...]
    taken: Counter[str] = field(default_factory=Counter)

    def __call__(self, name: str) -> None:
        """A step was reached."""
        self.taken[name] += 1
        for order in self.orders:
            count = self.taken.total() if order.name == ANY else self.taken[order.name]
            if order.name in (ANY, name) and count == order.hit:
                _do(order, name)


def read_orders(text: str) -> tuple[Order, ...]:
    """Read `name:n` and `name:n:deed`, separated by `;`. Raises ValueError for anything else."""
    orders = []
    for part in filter(None, text.split(";")):
        name, hit, deed = (*part.split(":"), "kill")[:3]
        if deed not in {*SIGNALS, "raise"}:
            raise ValueError(f"a failpoint may {', '.join(SIGNALS)} or raise, not {deed!r}")
        orders.append(Order(name.strip(), int(hit), deed))
    return tuple(orders)


def wire_failpoints(environ: Mapping[str, str] = os.environ) -> Callable[[str], None]:
    """The step function that the environment asks for. Raises ValueError for a broken order."""
    text = environ.get(VARIABLE)
    return Failpoints(read_orders(text)) if text else _nothing


def _nothing(_: str) -> None:
    return None


def _do(order: Order, name: str) -> None:
    if order.deed == "raise":
        raise Failed(f"ordered failure at {name}")
    os.kill(os.getpid(), SIGNALS[order.deed])
