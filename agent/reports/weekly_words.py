"""The week in words: what the summary's mail shows, put together from figures and names."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from deskless.agent.case.case import Status
from deskless.agent.case.say_time import say_instant
from deskless.agent.figures.figures import Figures, Window
from deskless.agent.figures.metrics import Measure, eight_metrics, load_metrics
from deskless.agent.figures.warning_signs import Sign
from deskless.agent.office import conversation
from deskless.agent.office.office import Office
from deskless.agent.outbound import case_list
from deskless.agent.outbound.case_view import View, view_case
from deskless.agent.reports import ends
from deskless.agent.reports.weekly_read import Week
from deskless.store.engine.session import Session
from deskless.store.ledger.head import FILENAME
from deskless.templates.values import Bar, CaseLine, Fact, Metric, Weekly

SHEET = "week.csv"
MOST = 12
"""Rows of a list in the mail; the sheet has the numbers, `deskless cases` the whole list."""
CALM = "no answer came late, no promise was missed"
OFTEN = 0.5
"""A criterion that is bounced this often, and more than once, is worth new words."""
CODES = {
    "wrong_owner": "wrong owner",
    "missing_information": "missing information",
    "not_an_escalation": "not an escalation",
    "duplicate": "duplicate",
    "": "none of the four reasons named",
}


def weekly_value(office: Office, session: Session, week: Week) -> Weekly:
    """The mail's value for a week."""
    now = week.figures
    ranked = case_list.ranked_lines(office, session, limit=200)
    live = [line for case, line in ranked if case.live]
    late = [line for line in live if line.late]
    return Weekly(
        week=week_label(office, now.window),
        span=_span(office, now.window),
        headline=headline(week),
        counts=count_bars(now),
        ends=ends.end_bars(ends.count_ends(session, now.window.since, now.window.until)),
        metrics=tuple(_narrow(measure) for measure in eight_metrics(now, week.before)),
        load=tuple(_narrow(measure) for measure in load_metrics(now, week.before)),
        bounced_by=_bars(now.bounced_by, office.name),
        bounced_for=_criteria(office, now),
        open_cases=tuple(_fact(line) for line in live if not line.late)[:MOST],
        late_cases=tuple(_fact(line) for line in late[:MOST]),
        returning=_returning(office, session, week),
        handed=_handed(office, session, week),
        flags=(*broken_lines(week), *_signs(office, week.signs)),
        coach=coach(office, week),
        left=tuple(_alone(office, session, name) for name in week.left),
        silence=tuple(silence.told(office) for silence in week.silences[:MOST]),
        attached=(SHEET, FILENAME),
    )


def week_label(office: Office, window: Window) -> str:
    """The ISO week that a window is about, that of the day before its end: `2026-W47`."""
    day = (window.until - timedelta(days=1)).astimezone(office.config.team.zone)
    return f"{day:%G-W%V}"


def headline(week: Week) -> str:
    """The week in one sentence."""
    now = week.figures
    if week.shadow and not now.opened:
        shadow = count_in_words(week.shadow, "conversation")
        return f"Still in the shadow: {shadow} would have been escalated."
    if not (now.opened or now.offers or now.returned):
        alone = (
            f", {count_in_words(week.alone, 'conversation')} stayed with support"
            if week.alone
            else ""
        )
        return f"A quiet week: nothing was escalated{alone}."
    went = (
        f"{count_in_words(len(now.opened), 'case')} opened, {now.accepted} accepted, "
        f"{now.bounced} bounced"
    )
    wrong = [
        f"{count_in_words(len(now.broken), 'promise')} missed" if now.broken else "",
        f"{count_in_words(now.late_answers, 'answer')} too late" if now.late_answers else "",
        f"{count_in_words(len(now.stranded), 'case')} that nobody took" if now.stranded else "",
        f"{count_in_words(len(now.returned), 'case')} that came back" if now.returned else "",
    ]
    shadow = f" In the shadow, {week.shadow} more would have been escalated." if week.shadow else ""
    return f"{went}; {', '.join(phrase for phrase in wrong if phrase) or CALM}.{shadow}"


def coach(office: Office, week: Week) -> tuple[str, ...]:
    """Criteria that people send back again and again, over all five windows."""
    sentences = []
    for policy, bounced in week.all.bounced_for.most_common():
        asked = week.all.asked_for[policy]
        if bounced < 2 or bounced < OFTEN * asked:
            continue
        codes = _codes(week, policy)
        why = ", ".join(f"{count} × {CODES.get(code, code)}" for code, count in codes.most_common())
        sentences.append(
            f"{_title(office, policy)} ({policy}) was bounced {bounced} of {asked} times in five"
            f" weeks: {why}. Look at its wording and its owners."
        )
    return tuple(sentences)


def _codes(week: Week, policy: str) -> Counter[str]:
    window = week.all.window
    return Counter(
        handoff.code.value if handoff.code else ""
        for tale in week.tales.values()
        if policy in tale.case.policies
        for handoff in tale.case.handoffs
        if handoff.result.value == "bounced" and window.has(handoff.answered_at)
    )


def count_bars(now: Figures) -> tuple[Bar, ...]:
    """What happened in the window, as bars."""
    rows = (
        ("Cases opened", len(now.opened), _asked(now)),
        ("Handoffs accepted", now.accepted, ""),
        ("Handoffs bounced", now.bounced, ""),
        ("Handoffs not answered", now.lapsed, ""),
        ("Too late", now.late, _late(now)),
        ("Came back", len(now.returned), _again(now)),
        ("Nobody took it", len(now.stranded), ""),
        ("Cases solved", len(now.resolved), _ends(now)),
    )
    most = max((count for _, count, _ in rows), default=0) or 1
    return tuple(
        Bar(name=name, figure=str(count), share=round(100 * count / most), remark=remark)
        for name, count, remark in rows
    )


def _ends(now: Figures) -> str:
    """Ends that were not the customer's yes, where there are any."""
    parts = (
        f"{len(now.unconfirmed)} ended unconfirmed" * bool(now.unconfirmed),
        f"{len(now.premature)} ended too early" * bool(now.premature),
    )
    return ", ".join(part for part in parts if part)


def _asked(now: Figures) -> str:
    return f"{now.requested} asked for by the team" if now.requested else ""


def _late(now: Figures) -> str:
    parts = (count_in_words(now.late_answers, "answer"), count_in_words(len(now.broken), "promise"))
    return ", ".join(parts) if now.late else ""


def _again(now: Figures) -> str:
    return f"{len(now.reopened)} opened again after the end" if now.reopened else ""


def _bars(
    counted: Counter[str], name: Callable[[str], str], remarks: Mapping[str, str] | None = None
) -> tuple[Bar, ...]:
    most = max(counted.values(), default=1)
    return tuple(
        Bar(
            name=name(key), figure=str(count), share=round(100 * count / most),
            remark=(remarks or {}).get(key, ""),
        )
        for key, count in counted.most_common(MOST)
    )  # fmt: skip


def _criteria(office: Office, now: Figures) -> tuple[Bar, ...]:
    remarks = {policy: f"of {now.asked_for[policy]} asked" for policy in now.bounced_for}
    return _bars(now.bounced_for, lambda policy: _title(office, policy), remarks)


def metric_words(measure: Measure) -> Metric:
    """A measure as the mails and the command line show it."""
    trend = f"4 weeks before: {', '.join(measure.trend)}" if measure.trend else ""
    return Metric(
        name=measure.name, target=measure.target, value=measure.text, met=measure.met, trend=trend,
        reason=measure.reason,
    )  # fmt: skip


def _narrow(measure: Measure) -> Metric:
    """The same for a phone: the share stands alone, what it is a share of goes to the remark."""
    share, _, rest = (measure.text or "").partition(" (")
    remark = ", ".join(part for part in (rest.rstrip(")"), measure.reason) if part)
    return metric_words(replace(measure, text=share or None, reason=remark))


def _fact(line: CaseLine) -> Fact:
    who = line.owner or (f"{line.asked} was asked" if line.asked else "nobody yet")
    parts = (line.customer, line.severity, line.state, who, line.timer)
    return Fact(name=line.case, value=", ".join(part for part in parts if part))


def _handed(office: Office, session: Session, week: Week) -> tuple[Fact, ...]:
    """The week's new cases that went through several hands, those with the most hands first."""
    views = [
        view_case(office, session, week.tales[key].case)
        for key in week.figures.opened
        if key in week.tales
    ]
    passed = sorted((view for view in views if view.way), key=lambda view: -len(view.way))
    return tuple(
        Fact(name=view.case.key, value="; ".join((*view.way, _taken(office, view))))
        for view in passed[:MOST]
    )


def _taken(office: Office, view: View) -> str:
    case, over = view.case, view.case.status in {Status.RESOLVED, Status.CLOSED}
    if case.owner:
        return f"{office.name(case.owner)} {'had' if over else 'has'} it"
    if case.into:
        return f"it joined {case.into}"
    return "it was closed, and nobody had taken it" if over else "nobody has it yet"


def _returning(office: Office, session: Session, week: Week) -> tuple[Fact, ...]:
    facts = []
    for key in week.figures.returned[:MOST]:
        tale = week.tales[key]
        criteria = ", ".join(_title(office, policy) for policy in tale.case.policies) or "asked for"
        times = f"case {tale.case.seq} of {tale.case.ticket}" if tale.case.seq > 1 else "again"
        times = "opened again after its end" if key in week.figures.reopened else times
        facts.append(
            Fact(name=key, value=f"{_who(session, tale.case.ticket)}, {criteria}, {times}")
        )
    return tuple(facts)


def broken_lines(week: Week) -> tuple[str, ...]:
    """The cases that no figure counts, and what to do about each."""
    return tuple(
        f"{key} is in no figure: entry {entry} cannot follow what stands before it. "
        f"`deskless ledger verify` tells whether entries were changed."
        for key, entry in week.broken.items()
    )


def _signs(office: Office, signs: Sequence[Sign]) -> tuple[str, ...]:
    """The signs in words, those that say the same of several cases in one line.

    Each says when it was seen: by the time of the mail it may be mended.
    """
    zone = office.config.team.zone
    alike: dict[tuple[str, str], list[str]] = {}
    for sign in signs:
        named = office.rules.policy(sign.about) is not None
        about = _title(office, sign.about) if named else sign.about
        at = say_instant(sign.at, zone)
        alike.setdefault((sign.kind.value, sign.text), []).append(f"{about} ({at})")
    lines = [
        f"{', '.join(about)}: {kind}. Seen then: {text.rstrip('.')}."
        for (kind, text), about in alike.items()
    ]
    more = len(lines) - MOST
    return (*lines[:MOST], *([f"{count_in_words(more, 'more sign')}."] if more > 0 else []))


def _alone(office: Office, session: Session, ticket: str) -> str:
    thread = conversation.read_thread(session, ticket)
    return f"{ticket}, {_who(session, ticket)}: “{thread.subject or 'no subject'}”"


def _who(session: Session, ticket: str) -> str:
    customer = conversation.read_thread(session, ticket).customer
    return (customer.name or customer.email) if customer else "somebody"


def _title(office: Office, policy: str) -> str:
    known = office.rules.policy(policy)
    return (known.name or known.id) if known else policy


def _span(office: Office, window: Window) -> str:
    zone = office.config.team.zone
    return f"{say_instant(window.since, zone)} to {say_instant(window.until, zone)}"


def count_in_words(count: int, what: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def sheet_rows(week: Week) -> list[Sequence[str]]:
    """The sheet: every figure of the week beside the four before it."""
    head = ("figure", "this week", "target", "met", "remark")
    past = tuple(f"{len(week.before) - at} weeks before" for at in range(len(week.before)))
    made: list[Sequence[str]] = [(*head, *past)]
    before = [dict(_numbers(figures)) for figures in week.before]
    for name, count in _numbers(week.figures):
        made.append((name, count, "", "", "", *(row[name] for row in before)))
    for measure in (
        *eight_metrics(week.figures, week.before),
        *load_metrics(week.figures, week.before),
    ):
        met = {True: "yes", False: "no", None: ""}[measure.met]
        trend = measure.trend or ("no data",) * len(week.before)
        made.append(
            (measure.name, measure.text or "no data", measure.target, met, measure.reason, *trend)
        )
    return made


def _numbers(now: Figures) -> list[tuple[str, str]]:
    counted = {
        "Conversations judged": now.threads, "Cases opened": len(now.opened),
        "Asked for by the team": now.requested, "Handoffs made": now.offers,
        "Handoffs accepted": now.accepted, "Handoffs bounced": now.bounced,
        "Handoffs not answered": now.lapsed, "Answers too late": now.late_answers,
        "Promises kept": now.kept, "Promises missed": len(now.broken),
        "Came back": len(now.returned), "Nobody took it": len(now.stranded),
        "Cases solved": len(now.resolved), "Ended unconfirmed": len(now.unconfirmed),
        "Ended too early": len(now.premature), "Handoffs to the founder": now.founder_handoffs,
    }  # fmt: skip
    return [(name, "no data" if count is None else str(count)) for name, count in counted.items()]
