"""What stakeholders read: that a case opened, what changed since the last mail, how it ended.

Facts from entries and names from the matrix; of the customer's own words only the subject.
"""

from deskless.agent.case.case import Case, Status
from deskless.agent.case.deadline import resolve_by
from deskless.agent.case.event_live import News
from deskless.agent.live.facts import told_facts
from deskless.agent.live.stakeholders import status_due
from deskless.agent.outbound.brief import in_short
from deskless.agent.outbound.letter_context import LetterContext, true_facts
from deskless.templates import values
from deskless.templates.values import Fact

WHY = {
    "executive": "the founder hears of such a case at once",
    "everybody": "a case like this concerns everybody",
    "manager": "you lead the team that has it",
    "account owner": "you look after this customer",
    "named": "the team’s settings name you for such a case",
    "earlier": "you were told when it was more severe",
}
"""In which part somebody hears of a case."""
HOURLY = frozenset({"executive", "manager", "account owner", "named"})


def stakeholder(told: LetterContext) -> values.Mail:
    """To somebody who need not act: how the case stands, and what is new."""
    mail, case = told.mail, told.view.case
    news, part = News(mail.says("news")), mail.says("part")
    if news is News.STATUS:
        return values.Stakeholder(news=_nothing_new(told), why_you=WHY[part], line=True)
    changes = () if news is News.OPENED else tuple(_changes(told))
    return values.Stakeholder(
        news=NEWS[news](told),
        why_you=WHY[part],
        changes=changes,
        facts=_facts(told),
        clock=_clock(told) if part in HOURLY else "",
        stop=mail.to != told.setting.founder and case.closed_at is None,
    )


def red_flag(told: LetterContext) -> values.Mail:
    """To who can act on a red flag, where no other mail to them takes it along in time."""
    count = len(told.mail.says("flags").split(","))
    what = "A red flag" if count == 1 else f"{count} red flags"
    news = f"{what} on {told.view.case.key}, which you can do something about."
    return values.Notice(news=news, changed=False, facts=true_facts(told))


def _opened(told: LetterContext) -> str:
    view, case = told.view, told.view.case
    return f"{case.key} is open as {case.severity.value}. {in_short(view) or view.thread.subject}"


def _changed(told: LetterContext) -> str:
    return f"{told.view.case.key} has changed."


def _ended(told: LetterContext) -> str:
    case = told.view.case
    who = told.who(case.owner) if case.owner else "The team"
    if case.status is Status.RESOLVED:
        return f"{case.key} is resolved: {who} says that it is solved. The customer has yet to say."
    into = f" It joins {case.into}." if case.into else ""
    return f"{case.key} is closed: {case.reason.replace('_', ' ')}.{into}"


NEWS = {News.OPENED: _opened, News.CHANGED: _changed, News.ENDED: _ended}


def _nothing_new(told: LetterContext) -> str:
    """The one line of an hour in which nothing changed."""
    view, case, to = told.view, told.view.case, told.mail.to
    owed = f"next word to the customer by {view.time(case.promise, to)}" if case.promise else ""
    next_ = status_due(case, told.setting)
    again = f"next status {view.time(next_.at, to)}" if next_ else ""
    parts = (case.severity.value, _has(told), owed, again)
    return f"{case.key}: nothing new. {'; '.join(part for part in parts if part)}."


def _has(told: LetterContext) -> str:
    case = told.view.case
    if case.owner:
        return f"{told.who(case.owner)} has it"
    return f"{told.who(case.handoff.to)} is asked" if case.handoff else "nobody has it yet"


def _changes(told: LetterContext) -> list[str]:
    """What is new since the last mail, a sentence each."""
    view, case, mail = told.view, told.view.case, told.mail
    names = mail.says("new").split(",")
    before = {name: mail.says(f"was_{name}") for name in names}
    sentences = {
        "ended": _standing(case, before.get("ended", "")),
        "severity": f"Severity: {case.severity.value}, was {before.get('severity')}",
        "owner": f"Owner: {told.who(case.owner) if case.owner else 'nobody'}, "
        f"was {told.who(before.get('owner')) if before.get('owner') else 'nobody'}",
        "blocker": f"Held up by: {(case.blocker or 'nothing').replace('_', ' ')}",
        "eased": f"A way around it: {told_facts(view.events).workaround or 'see the case'}",
        "put_off": "The next update to the customer was put off to "
        f"{view.time(case.promise, mail.to) or 'no time yet'}",
    }
    return [sentences[name] for name in names if name in sentences]


def _standing(case: Case, before: str) -> str:
    return f"It is {case.status.value}" if not case.live else f"It is open again, was {before}"


def _facts(told: LetterContext) -> tuple[Fact, ...]:
    """What is true now; of an open case also by when it is to be solved."""
    view, case, to = told.view, told.view.case, told.mail.to
    facts = [
        Fact(name="Customer", value=view.customer),
        Fact(name="Severity", value=case.severity.value),
        Fact(name="Who has it", value=_has(told)),
    ]
    if case.live:
        clocks = told.setting.clocks_of(case)
        solved = resolve_by(case.severity, case.opened_at, hours=told.setting.team, clocks=clocks)
        facts += [
            Fact(name="Next word to the customer", value=view.time(case.promise, to)),
            Fact(name="To be solved", value=solved.text),
        ]
    if case.blocker:
        facts.append(Fact(name="Held up by", value=case.blocker.value.replace("_", " ")))
    return tuple(facts)


def _clock(told: LetterContext) -> str:
    due = status_due(told.view.case, told.setting)
    return due.text if due else ""
