"""The ranked list of live cases: a table for a terminal, an object a case for a program."""

from typing import Any

from rich.table import Table
from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.decide import deadline_at
from deskless.agent.reports.export import say_second
from deskless.templates.parts import CaseLine


def ranked_table(ranked: list[tuple[Case, CaseLine]]) -> Table:
    """The ranked list as a table; a late timer is red."""
    shown = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("case", "severity", "customer", "owner", "next", "stands"):
        shown.add_column(name, overflow="fold")
    for _, line in ranked:
        owner = line.owner or (f"{line.asked} (asked)" if line.asked else "nobody")
        timer = Text(line.timer or "", style="red" if line.late else "")
        shown.add_row(line.case, line.severity, line.customer, owner, timer, line.state)
    return shown


def summary(case: Case, line: CaseLine) -> dict[str, Any]:
    """A case in the list, for a program."""
    return {
        "case": case.key, "ticket": case.ticket, "status": case.status.value,
        "severity": case.severity.value, "customer": line.customer, "what": line.what,
        "owner": line.owner, "asked": line.asked or None, "deadline": line.deadline,
        "timer": line.timer, "late": line.late, "promised": line.promised,
        "blocker": line.blocker, "next": line.next, "why": line.why,
        "due": say_second(deadline_at(case)) or None,
        "promise": say_second(case.promise) or None,
    }  # fmt: skip
