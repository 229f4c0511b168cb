"""The case's moves as a picture: a mermaid state diagram, drawn from `MOVES`.

The README holds its output, and a test compares the two, so the picture cannot drift.
"""

from deskless.agent.case.case import Status
from deskless.agent.case.event import Event, Undone
from deskless.agent.case.state import ALWAYS, MOVES

HIDDEN: frozenset[type[Event]] = frozenset({*ALWAYS, Undone})
"""What may happen anywhere and changes no status, and `Undone`, which leads back to any."""


def mermaid() -> str:
    """The diagram's text: one arrow for each pair of statuses, with the events that take it."""
    lines = ["stateDiagram-v2", "    [*] --> open: opened", "    [*] --> requested: requested"]
    for status, row in MOVES.items():
        arrows: dict[Status, list[str]] = {}
        for event, target in row.items():
            if event not in HIDDEN and target is not None:
                arrows.setdefault(target, []).append(event.__name__.lower())
        for target, names in arrows.items():
            lines.append(f"    {status.value} --> {target.value}: {', '.join(names)}")
    return "\n".join(lines) + "\n"
