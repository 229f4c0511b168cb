"""The post-incident report, as far as the entries fill it, and the letters that complete it.

Every instant and every name in it stands in an entry of the case; what nobody said is NOT STATED.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from deskless.agent.case import event as ev
from deskless.agent.case.action import LetterKind
from deskless.agent.case.after.event_after import ReviewPart, ReviewTold, TaskKind
from deskless.agent.case.after.impact import ended_at
from deskless.agent.case.after.review import WHYS
from deskless.agent.case.case import Handoff, Result
from deskless.agent.case.event import Why
from deskless.agent.case.say_time import say_length
from deskless.agent.live.facts import told_facts
from deskless.agent.outbound.after.words import offer_line, points_lines, task_line
from deskless.agent.outbound.case_view import OUTCOME, View
from deskless.agent.outbound.letter_context import LetterContext
from deskless.templates import values
from deskless.templates.parts import Fact
from deskless.templates.reports import CaseFile, Topic
from deskless.templates.safe import one_line

NONE = "NOT STATED"


def report_topics(view: View, reader: str) -> tuple[Topic, ...]:
    """The sections of the report, in its order, for a reader (an id: times in their zone)."""
    case, facts = view.case, told_facts(view.events)
    whys = findings(view, ReviewPart.WHY)
    root = tuple(f"Why {number}: {text}" for number, text in enumerate(whys, 1))
    lessons = findings(view, ReviewPart.LESSON)
    prevents = [task for task in case.tasks if task.kind is TaskKind.PREVENTION]
    impact = points_lines(view, case.recovery) if case.recovery else ()
    return (
        Topic(title="Summary", facts=_summary(view)),
        Topic(title="Timeline", facts=tuple(_timeline(view, reader))),
        Topic(
            title="Root cause", lines=root,
            facts=(Fact(name="Cause", value=facts.cause or view.cause or None),),
        ),
        Topic(
            title="Resolution",
            facts=(Fact(name="What was done", value="; ".join(facts.ever) or None),),
        ),
        Topic(title="Customer impact", lines=impact, facts=_impact(view)),
        Topic(
            title="Prevention actions",
            lines=tuple(task_line(view, task, reader) for task in prevents) or (NONE,),
        ),
        Topic(title="Lessons", lines=lessons or (NONE,)),
        Topic(title="Recovery actions", lines=tuple(_recovery(view, reader)) or (NONE,)),
        Topic(title="What the ledger says", lines=tuple(ledger_evidence(view, reader))),
    )  # fmt: skip


def findings(view: View, finding: ReviewPart) -> tuple[str, ...]:
    """What the review was told, oldest first."""
    return tuple(
        past.note for past in view.events
        if isinstance(past, ReviewTold) and past.finding is finding and past.note
    )  # fmt: skip


def _summary(view: View) -> tuple[Fact, ...]:
    case, end = view.case, ended_at(view.case)
    first = case.first_mail or case.opened_at
    return (
        Fact(name="Customer", value=view.customer),
        Fact(name="Issue", value=view.thread.subject or None),
        Fact(name="Severity", value=case.severity.value),
        Fact(name="Duration", value=say_length(end - first) if end else None),
        Fact(name="Impact", value=case.recovery.level.value if case.recovery else None),
    )


def _timeline(view: View, reader: str) -> Iterator[Fact]:
    """Five rows: reported, triggered, root cause, implemented, customer confirmed."""
    case = view.case
    caused = [past.at for past in view.events if getattr(past, "caused", False)]
    confirmed = [
        past.at for past in view.events
        if isinstance(past, ev.Closed) and past.reason is Why.CONFIRMED
    ]  # fmt: skip
    rows: tuple[tuple[str, datetime | None], ...] = (
        ("Reported", case.first_mail),
        ("Escalation triggered", case.opened_at),
        ("Root cause identified", caused[0] if caused else None),
        ("Fix implemented", ended_at(case)),
        ("Customer confirmed", confirmed[-1] if confirmed and case.closed_at else None),
    )
    return (Fact(name=name, value=view.time(at, reader)) for name, at in rows)


def _impact(view: View) -> tuple[Fact, ...]:
    case = view.case
    return (
        Fact(name="Promised updates that did not come", value=str(case.broken_promises)),
        Fact(name="Their mark", value=f"{case.rating.score} of 5" if case.rating else None),
        Fact(name="Since", value=case.relation.standing.value if case.relation else None),
    )


def _recovery(view: View, reader: str) -> Iterator[str]:
    """Letters that left after the end, offers, and what was committed to."""
    end = ended_at(view.case)
    for past in view.events:
        if isinstance(past, ev.Reached) and end and past.at >= end:
            yield f"{past.kind.replace('_', ' ')} left {view.time(past.at, reader)}"
    yield from (offer_line(view, offer) for offer in view.case.offers)
    for task in view.case.tasks:
        if task.kind is TaskKind.COMMITMENT:
            yield task_line(view, task, reader)


def ledger_evidence(view: View, reader: str) -> Iterator[str]:
    """What the record says to the review's questions: the trigger, the hands, the waits, the flags.

    Why it was not seen earlier, whether the right people were asked, and what took so long.
    """
    case = view.case
    if case.first_mail:
        held = say_length(case.opened_at - case.first_mail)
        yield f"From the first mail to the trigger: {held}"
    if case.opened_as and case.opened_as is not case.severity:
        yield f"Opened as {case.opened_as.value}, it was {case.severity.value} in the end"
    yield from (_hand(view, handoff, reader) for handoff in case.handoffs)
    for question in view.questions:
        asker = view.office.name(question.asker)
        yield f"{asker} missed a fact {view.time(question.at, reader)}: “{question.text}”"
    if case.dropped:
        yield f"Let lapse without a word: {case.dropped} times"
    yield from (
        f"Red flag {view.time(raised.at, reader)}: {raised.flag.value}" for raised in case.flags
    )


def _hand(view: View, handoff: Handoff, reader: str) -> str:
    """One pair of hands: who was asked when, what they said, and after how long."""
    asked = f"{view.office.name(handoff.to)} asked {view.time(handoff.offered_at, reader)}"
    if handoff.answered_at is None or handoff.result is Result.OFFERED:
        return f"{asked}, no answer"
    took = say_length(handoff.answered_at - handoff.offered_at)
    return f"{asked}: {OUTCOME[handoff.result]} after {took}"


def report_markdown(view: View, reader: str = "") -> str:
    """The report as Markdown: facts as a table, lines as a list; people's own marks are escaped."""
    parts = [f"# Post-incident report: {view.case.key}"]
    for topic in report_topics(view, reader):
        parts.append(f"## {topic.title}")
        if topic.lines:
            parts.append("\n".join(f"- {_plain(line)}" for line in topic.lines))
        if topic.facts:
            rows = [f"| {fact.name} | {_plain(fact.value or NONE)} |" for fact in topic.facts]
            parts.append("\n".join(("| | |", "|---|---|", *rows)))
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Words that no reader of Markdown takes for marks: one line, signs escaped."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in one_line(text))


def review_letter(told: LetterContext) -> values.Mail:
    """To whoever looks back: the report as it stands, and the next why."""
    view, case = told.view, told.view.case
    whys = findings(view, ReviewPart.WHY)
    return CaseFile(
        news=f"Looking back at {case.key} ({view.customer}): the report as it stands.",
        why_you="you had the case, or asked for its review",
        ask=f"{next_why(view, whys)} What keeps the next one away: “prevent: … @NAME by Friday "
        "[process]”; what we learnt: “lesson: …”.",
        topics=report_topics(view, told.mail.to),
        choices=(("Answer the why", "why: "), ("Prevent it", "prevent: ")),
    )


def next_why(view: View, whys: Sequence[str]) -> str:
    """The question that stands: five in all, each about the answer before."""
    if len(whys) >= WHYS:
        return "All five whys are answered."
    about = (
        f"was that so: “{one_line(whys[-1])}”" if whys else f"did “{view.thread.subject}” happen"
    )
    return f"Why {len(whys) + 1} of {WHYS}: why {about}? Reply “why: …”."


def why_letter(told: LetterContext) -> values.Mail:
    """To whoever answered a why: it is kept, and the next one; after the fifth the report."""
    whys = findings(told.view, ReviewPart.WHY)
    if len(whys) >= WHYS:
        return review_letter(told)
    lines = tuple(f"Why {number}: {text}" for number, text in enumerate(whys, 1))
    return CaseFile(
        news=f"Kept for the review of {told.view.case.key}. {next_why(told.view, whys)}",
        why_you="you answered the last one",
        topics=(Topic(title="So far", lines=lines),),
        choices=(("Answer the why", "why: "), ("The report", "REVIEW")),
    )


REVIEW_LETTERS = {LetterKind.REVIEW: review_letter, LetterKind.WHY: why_letter}
