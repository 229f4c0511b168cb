"""The weekly summary to the founder, its preview, the eight metrics, and a day in one line.

`rounds.week` owes the summary once per ISO week and catches up after downtime; here is only what
stands in it. The mail carries the week as a sheet and the ledger's signed head.
"""

import csv
import io
from datetime import datetime, timedelta

from deskless.agent.case.say_time import say_length
from deskless.agent.figures.figures import Window
from deskless.agent.figures.metrics import COUNTS, Measure, eight_metrics, load_metrics
from deskless.agent.figures.sources import Source
from deskless.agent.office.office import Office
from deskless.agent.operations import outages
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import export, weekly_read, weekly_words
from deskless.agent.reports.weekly_read import Week
from deskless.mailbox.compose import File
from deskless.store import cases, quarantine, verdicts
from deskless.store.engine.session import Session
from deskless.templates.render import Rendered, render_mail
from deskless.templates.values import Metric

MONTH = 28
"""Days that `report metrics` looks at: a week of a small team is too few cases for a rate."""


def send_weekly(office: Office, session: Session, due: datetime, _: Health) -> None:
    """Write the summary of the week that ended at `due`, with its sheet."""
    week = weekly_read.read_week(office, session, weekly_read.window_until(office, due))
    file = File(weekly_words.SHEET, "text/csv", week_sheet(week))
    envelope = Envelope(
        to=office.rules.founder, kind="weekly", purpose="office", urgency=6, files=(file,)
    )
    write_letter(office, session, weekly_words.weekly_value(office, session, week), envelope)


def preview_week(office: Office, session: Session, now: datetime) -> Rendered:
    """The summary of the seven days up to `now` (aware), in words; nothing is sent or recorded."""
    week = weekly_read.read_week(office, session, weekly_read.window_until(office, now))
    return render_mail(weekly_words.weekly_value(office, session, week), folder=office.words)


def measure_metrics(
    office: Office, session: Session, now: datetime
) -> tuple[Window, tuple[Metric, ...], tuple[str, ...]]:
    """The last four weeks, their eight metrics and what no figure counts, in words.

    Where a metric has no source, its `value` is None.
    """
    window = weekly_read.window_until(office, now, MONTH)
    week = weekly_read.read_week(office, session, window, MONTH)
    metrics = tuple(weekly_words.metric_words(measure) for measure in eight_metrics(week.figures))
    return window, metrics, weekly_words.broken_lines(week)


def why_figure(
    office: Office, session: Session, now: datetime, name: str
) -> tuple[Measure, str, tuple[Source, ...]] | None:
    """The figure whose name begins so, what it counts, and its sources; None: there is none."""
    week = weekly_read.read_week(
        office, session, weekly_read.window_until(office, now, MONTH), MONTH
    )
    wanted = name.casefold().strip()
    for measure in (*eight_metrics(week.figures), *load_metrics(week.figures)):
        if measure.name.casefold().startswith(wanted):
            counts = COUNTS.get(measure.name, measure.reason)
            return measure, counts, week.sources.get(measure.name, ())
    return None


def daily_line(office: Office, session: Session, now: datetime) -> str:
    """Proof of life for the 24 hours up to `now`: seen, undecided, quarantined, blind, open."""
    since = now - timedelta(days=1)
    seen = outages.count_mails_seen(session, since, now)
    blind = outages.total_silence(outages.silences_between(session, since, now))
    counts = cases.counts_by_status(session)
    live = sum(counts.values()) - counts.get("closed", 0) - counts.get("resolved", 0)
    in_quarantine = len(quarantine.waiting_mails(session))
    day = now.astimezone(office.config.team.zone)
    return (
        f"{day:%Y-%m-%d %H:%M}, last 24 h: {weekly_words.count_in_words(seen, 'mail')} seen,"
        f" {verdicts.count_queued(session)} undecided, {in_quarantine} set aside,"
        f" blind for {say_length(blind)},"
        f" {weekly_words.count_in_words(live, 'open case')}"
    )


def week_sheet(week: Week) -> bytes:
    """The week as CSV for a spreadsheet: UTF-8 with its mark, and no cell that acts."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    for row in weekly_words.sheet_rows(week):
        writer.writerow([export.safe_cell(cell) for cell in row])
    return page.getvalue().encode("utf-8-sig")
