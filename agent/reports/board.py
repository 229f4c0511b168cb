"""The board as it stands now: the ranked cases, the morning's groups, the last week in bars.

Written as one file that may lie on any share: it holds no token, so whoever reads it can do no more
than write a mail, and is asked for proof as ever.
"""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.case.decide import deadline_at
from deskless.agent.case.event_live import BOOKKEEPING
from deskless.agent.case.say_time import say_instant
from deskless.agent.office.office import Office
from deskless.agent.operations.border import border
from deskless.agent.operations.health import Health
from deskless.agent.operations.heartbeat import last_pulse
from deskless.agent.outbound import case_list
from deskless.agent.outbound.case_view import view_case
from deskless.agent.reports import morning, weekly_read, weekly_words
from deskless.store import cases
from deskless.store.engine.session import Session
from deskless.templates.board import Board, BoardCase, render_board
from deskless.templates.parts import Fact

MOST = 50
"""Cases on the board; a longer list is for a search."""
PAST = 20
"""Things that happened to a case which are shown, latest first."""


def build_board(office: Office, session: Session, now: datetime, *, refresh: int = 60) -> Board:
    """What stands on the board at an instant (UTC)."""
    ranked = case_list.ranked_lines(office, session, limit=MOST)
    counts = cases.counts_by_status(session)
    total = sum(counts.values()) - counts.get("closed", 0)
    list_now = morning.build_morning(office, session, now, Health())
    week = weekly_read.read_week(office, session, weekly_read.window_until(office, now))
    zone = office.config.team.zone
    return Board(
        company=office.config.team.name or office.config.inbox.address,
        made=say_instant(now, zone), stamp=now.isoformat(), agent=office.addresses.agent,
        cases=tuple(
            BoardCase(line=line, due=_due(case), history=_history(office, session, case))
            for case, line in ranked
        ),
        more=max(total - len(ranked), 0),
        groups=list_now.groups, week=weekly_words.count_bars(week.figures),
        shadow=office.shadow(session), ills=last_pulse(office.store, now).ills(now),
        refresh=refresh,
    )  # fmt: skip


def _due(case: Case) -> str:
    at = deadline_at(case)
    return at.isoformat() if at else ""


def _history(office: Office, session: Session, case: Case) -> tuple[Fact, ...]:
    """What happened, latest first: when, what, and who did it."""
    view = view_case(office, session, case)
    shown = [each for each in view.events if type(each).__name__.lower() not in BOOKKEEPING]
    return tuple(
        Fact(name=say_instant(each.at, office.config.team.zone), value=_told(office, each))
        for each in reversed(shown[-PAST:])
    )


def _told(office: Office, happened: event.Event) -> str:
    who = office.person(happened.by)
    to = office.person(getattr(happened, "to", None))
    words = type(happened).__name__.lower()
    note = getattr(happened, "note", "") or ""
    parts = [words, f"to {to.name}" if to else "", f"by {who.name}" if who else ""]
    return " ".join(filter(None, parts)) + (f": {note}" if note else "")


def write_board(office: Office, target: Path, now: datetime, *, refresh: int = 60) -> None:
    """Write the board and put it in place at once. Raises OSError."""
    with office.store.reading() as session:
        page = render_board(build_board(office, session, now, refresh=refresh))
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
        Path(draft).chmod(0o640)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def keep_board(office: Office) -> None:
    """Write the board where the configuration wants one; a share that is away stops nothing.

    Raises StoreError, as every reading does.
    """
    if not office.config.board.file:
        return
    target = (office.folder / office.config.board.file).expanduser()
    with border(office, "board"):
        try:
            write_board(office, target, office.clock.now())
        except OSError as error:
            office.log.warning("board", said=error.strerror or str(error))
