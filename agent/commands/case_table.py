"""The ranked list of live cases as a table for a terminal."""

from rich.table import Table
from rich.text import Text

from deskless.agent.case.case import Case
from deskless.templates.values import CaseLine


def table(found: list[tuple[Case, CaseLine]]) -> Table:
    """The ranked list as a table; a late timer is red."""
    shown = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("case", "severity", "customer", "owner", "next", "stands"):
        shown.add_column(name, overflow="fold")
    for _, line in found:
        owner = line.owner or (f"{line.asked} (asked)" if line.asked else "nobody")
        timer = Text(line.timer or "", style="red" if line.late else "")
        shown.add_row(line.case, line.severity, line.customer, owner, timer, line.state)
    return shown
