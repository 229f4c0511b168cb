"""The red flags of a window, as their entries tell.

What raises a flag, and who was told, stands in `agent/live/red_flags.py`; here the same entries are
only counted again. A flag is a question, never a verdict about somebody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case.event_live import Flag, Flagged
from deskless.agent.figures.case_history import Tale
from deskless.agent.figures.figures import Window
from deskless.agent.live.red_flags import BY_FLAG


@dataclass(frozen=True, slots=True)
class Sign:
    """One flag: `about` is a case's key or a criterion's id, `text` what was seen `at` (UTC)."""

    kind: Flag
    about: str
    text: str
    at: datetime


def warning_signs(told: Mapping[str, Tale], window: Window) -> tuple[Sign, ...]:
    """Every flag that went up in a window, by kind; `told` are the cases folded up to its end.

    What was seen may have been erased; then the flag's rule stands for it.
    """
    signs = [
        Sign(
            raised.flag, raised.about or tale.case.key,
            raised.seen or BY_FLAG[raised.flag].rule, raised.at,
        )
        for tale in told.values()
        for raised in tale.of(Flagged)
        if window.has(raised.at)
    ]  # fmt: skip
    order = list(Flag)
    return tuple(sorted(signs, key=lambda sign: (order.index(sign.kind), sign.about)))
