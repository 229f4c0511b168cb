"""The brief: what is asked of an owner, with everything needed to act, each fact with its source.

Nothing is invented: what nobody said stays None and is printed as NOT STATED.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.agent.case.case import Handoff
from deskless.agent.case.say_time import say_instant
from deskless.agent.live.clocks import running_clocks
from deskless.agent.live.steps import steps_line, was_taken
from deskless.agent.outbound.case_view import View
from deskless.agent.outbound.customer import acknowledgement, answers_to
from deskless.agent.outbound.letter_context import NOBODY_ELSE, clock_facts, who_is_next
from deskless.mailbox.sender.attribution import Source
from deskless.mailbox.thread import DAY_ONLY, UNDATED, UNPROVEN, Side
from deskless.policies.reading.triage import IMPACT, WHAT
from deskless.policies.verdict import Severity
from deskless.templates.parts import Answered, Fact, Said

if TYPE_CHECKING:
    from deskless.agent.case.decision import Setting
    from deskless.policies.reading.decisive import Decisive
    from deskless.templates.handoff import Brief


def build_brief(view: View, handoff: Handoff, setting: "Setting") -> "Brief":
    """The brief for this handoff. Times are in the zone of the person it goes to."""
    from deskless.templates.handoff import Brief

    office, case, account = view.office, view.case, view.account
    person = office.person(handoff.to)
    deadline_at = view.time(handoff.answer_by, handoff.to) or ""
    then = who_is_next(view, setting, handoff.to)
    return Brief(
        subject=view.subject,
        preheader=f"{waiting_since(view)} Answer by {deadline_at}.",
        case=case.key,
        question=_question(person.name.split()[0] if person else "there", handoff),
        severity=case.severity.value,
        type=case.type.value,
        policy=(criteria_titles(view) or ["a teammate asked"])[0],
        ticket=case.ticket,
        deadline=deadline_at,
        deadline_in=view.left(handoff.answer_by),
        happened=what_happened(view),
        blocked=what_is_blocked(view),
        next_mover=f"You, until {deadline_at}. {f'After that: {then}.' if then else NOBODY_ELSE}",
        promised=promise_told(view),
        if_nothing=if_nothing_changes(view, deadline_at, then),
        customer=view.customer,
        triage=triage_answers(view),
        tried=_tried(view),
        told=tuple(view.said(quote) for quote in view.verdict.told) if view.verdict else (),
        account=account.customer if account else None,
        tier=case.account_tier or None, renewal=case.renewal,
        revenue=f"{case.revenue:,}" if case.revenue else None,
        account_owner=(account.owner or None) if account else None,
        channel=account.channel if account else None,
        risks=case.risks,
        evidence=customer_evidence(view),
        requested_by=office.name(case.requester) if case.requester else "",
        reason=view.reason, clock=_told(view, handoff.number, "clock"),
        why_owner=_told(view, handoff.number, "why"),
        chain=(then or "nobody",),
        attempts=view.attempts(handoff.number),
        policy_hash=case.policy_hash[:12],
        engine=_engine(view),
        knowledge=_knowledge(view),
        draft=acknowledgement(view, handoff.to, setting),
        lead=handoff.lead,
        warning=_warning(view),
        notified=_notified(view),
        later=_later(view, handoff),
        **_beside(view, handoff.to, setting),
    )  # fmt: skip


def _decisive(view: View) -> "tuple[Decisive, ...]":
    from deskless.policies.reading.decisive import decisive_facts

    return decisive_facts(view.thread)


def _asked(view: View) -> tuple[Answered, ...]:
    """What earlier owners asked back, with the answer; None where none came yet."""
    return tuple(
        Answered(
            question=question.text,
            answer=question.answer or None,
            quote=Said(
                text=question.answer,
                who=view.office.name(question.by),
                at=view.time(question.answered) or "",
            )
            if question.answer
            else None,
        )
        for question in view.questions
    )


def _beside(view: View, reader: str, setting: "Setting") -> dict[str, Any]:
    """What stands beside the case: its likes, links, pasted chats, its clocks and way to here."""
    passed = any(post.hands for post in view.thread.posts)
    return {
        "decisive": tuple(view.said(fact.quote) for fact in _decisive(view)),
        "asked": _asked(view),
        "clocks": clock_facts(view, running_clocks(view.case, setting), reader),
        "steps": steps_line(view.case, view.events) if was_taken(view.events) else "",
        "also": tuple(criteria_titles(view)[1:]),
        "severe": _computed(view),
        "files": _criteria_files(view),
        "alike": tuple(Fact(name=key, value=subject) for key, subject in view.alike),
        "ended": tuple(Fact(name=key, value=words) for key, words in view.ended),
        "links": tuple(Fact(name=link.kind.capitalize(), value=link.url) for link in view.links),
        "chat": view.chat,
        "way": view.way if passed else (),
    }


def _computed(view: View) -> tuple[str, ...]:
    """How the judge came to the severity, a line a step, and what it may be beyond proof.

    Who corrected it, did so by their word: there is nothing to compute then.
    """
    verdict = view.verdict
    if verdict is None or verdict.severity is not view.case.severity:
        return ()
    may = verdict.may_be
    doubt = (f"It may be {may.value}: one sign more would prove it.",) if may else ()
    return (*verdict.steps, *doubt)


def _criteria_files(view: View) -> tuple[str, ...]:
    """The files of the criteria, where what they say can be changed: `policies/outage.md`."""
    known = (view.office.rules.policy(policy_id) for policy_id in view.case.policies)
    return tuple(f"policies/{Path(policy.path).name}" for policy in known if policy)


def _question(first: str, handoff: Handoff) -> str:
    if handoff.lead:
        return f"Will tier {handoff.tier} take this one, {first}?"
    return f"Can you take this one, {first}?"


def waiting_since(view: View) -> str:
    """Since when the customer waits, in a sentence, and who says so where a mail was passed on."""
    since = view.case.unanswered_since
    if since is None:
        return ""
    mail = next((post for post in view.spoken(Side.CUSTOMER) if post.at == since), None)
    at = view.time(since) or ""
    if mail is None or not mail.hands:
        return f"The customer has waited since {at}."
    who = view.called(mail.hands[-1].by)
    if UNDATED in mail.flaws:
        return (
            f"The customer has waited at least since {at}, when {who} passed the mail on; "
            "its own date cannot be read."
        )
    at = " ".join(at.split()[:3]) if DAY_ONLY in mail.flaws else at
    return f"The customer has waited since {at}, by the date in the mail that {who} passed on."


def what_happened(view: View) -> str | None:
    """What happened, in one sentence made of counts and the customer's own subject."""
    short = in_short(view)
    if short is None or not view.spoken(Side.CUSTOMER):
        return short
    told = view.verdict.summary if view.verdict and view.verdict.summary else ""
    head = short.removesuffix(told).strip() if told else short
    return " ".join(sentence for sentence in (head, _before(view), told) if sentence)


def in_short(view: View) -> str | None:
    """The same without a word that the customer wrote in their mails; None: not known."""
    mails = len({post.key for post in view.spoken(Side.CUSTOMER)})
    if not mails:
        return view.reason or None
    first = min(post.at for post in view.spoken(Side.CUSTOMER))
    times = {1: "once", 2: "twice"}.get(mails, f"{mails} times")
    days = max((view.now - first).days, 0)
    day = " ".join(say_instant(first, view.zone()).split()[:3])
    span = f" since {day}" if days > 1 and mails > 1 else ""
    tier = f" ({view.case.account_tier})" if view.case.account_tier else ""
    told = view.verdict.summary if view.verdict and view.verdict.summary else ""
    head = f"{view.customer}{tier} wrote {times}{span} about “{view.thread.subject}”."
    return " ".join(sentence for sentence in (head, told) if sentence)


def _before(view: View) -> str:
    """How often they wrote before by their own words, with these; empty: they say nothing of it."""
    from deskless.policies.reading.wrote_before import wrote_before

    told = wrote_before(view.thread)
    if told is None:
        return ""
    often = {1: " once", 2: " twice"}.get(told.times or 0, f" {told.times} times")
    times = often if told.times else ""
    return f"They say that they wrote{times} before: “{told.quote.text}”"


def criteria_titles(view: View) -> list[str]:
    """What the criteria of the case are called: the leading one, then the gravest first."""
    rules = view.office.rules
    known = [(policy, rules.policy(policy)) for policy in view.case.policies]
    leading = view.verdict.leading if view.verdict else ""
    order = sorted(
        known, key=lambda pair: (pair[0] != leading, str(pair[1].severity) if pair[1] else "")
    )
    return [view.title(policy_id) for policy_id, _ in order]


def customer_evidence(view: View) -> tuple[Said, ...]:
    """The customer's sentences, each once, with every criterion that it meets."""
    names: dict[Said, list[str]] = {}
    for answer in view.evidence:
        names.setdefault(replace(answer, policy=""), []).append(answer.policy)
    return tuple(replace(answer, policy=", ".join(met)) for answer, met in names.items())


def what_is_blocked(view: View) -> str | None:
    """What is really held up: the blocker somebody named, else what the customer cannot do."""
    if view.blocker:
        return view.blocker
    answers = {answered.question: answered.answer for answered in triage_answers(view)}
    return answers.get(WHAT) or answers.get(IMPACT)


def promise_told(view: View) -> str | None:
    """What the customer was told to expect: the time of the last word that reached them, else the
    team's own words, where those were the last.
    """
    if view.case.expected:
        return f"an update by {view.time(view.case.expected)}"
    from deskless.agent.live.facts import come_back, words_had
    from deskless.policies.reading.promises import promise_sentences

    lost, had = come_back(view.events), words_had(view.events)
    posts = [post for post in view.spoken(Side.TEAM) if f"mail:{post.key}" not in lost]
    if not posts or any(at > posts[-1].at for at in had):
        return None
    promises_made = [line for post in posts for line in promise_sentences(post.text)]
    return promises_made[-1] if promises_made else None


def if_nothing_changes(view: View, deadline_at: str, then: str) -> str:
    """What happens if nothing changes today: the next step, and what stands behind it."""
    head = f"At {deadline_at} it goes on to {then}." if then else f"It stays yours. {NOBODY_ELSE}"
    wait = waiting_since(view)
    risk = f"At stake: {', '.join(view.case.risks)}." if view.case.risks else ""
    renews = f"The contract renews on {view.case.renewal}." if view.case.renewal else ""
    return " ".join(sentence for sentence in (head, wait, risk, renews) if sentence)


def triage_answers(view: View) -> tuple[Answered, ...]:
    """The six triage questions; None where nobody said."""
    if view.verdict is None:
        return ()
    return tuple(
        Answered(
            question=answer.question,
            answer=answer.answer,
            quote=view.said(answer.quote) if answer.quote else None,
        )
        for answer in view.verdict.triage
    )


def _tried(view: View) -> tuple[Said, ...]:
    given = (Said(text=view.tried, who=view.office.name(view.case.requester)),) * bool(view.tried)
    return given + (tuple(view.said(quote) for quote in view.verdict.tried) if view.verdict else ())


def _told(view: View, number: int, field: str) -> str:
    events = [event for event in view.events if getattr(event, "number", None) == number]
    return next((getattr(event, field) for event in events if getattr(event, field, "")), "")


def _engine(view: View) -> str:
    return f"judged by {view.verdict.engine}" if view.verdict else "asked for by a teammate"


def _knowledge(view: View) -> tuple[Said, ...]:
    cited = view.verdict.knowledge if view.verdict else ()
    parts = (passage_id.partition(": ") for passage_id in cited)
    return tuple(Said(text=text, who=_place(place)) for place, _, text in parts)


def _place(cited: str) -> str:
    """Where a note stands, without what a mail program would make a link of: `tills, Offline`."""
    file, _, heading = cited.partition("#")
    return ", ".join(part for part in (file.removesuffix(".md"), heading) if part)


def _warning(view: View) -> str | None:
    marked = any("hidden" in flaw for post in view.thread.posts for flaw in post.flaws)
    spoken = view.thread.from_customer()
    doubtful = [flaw for post in spoken for flaw in post.flaws if flaw.startswith(UNPROVEN)]
    unclear = view.verdict and any("machine" in reason for reason in view.verdict.reasons)
    if marked or unclear:
        return "The customer's mail holds text that is written for a machine, not for you."
    to, source = answers_to(view) or "nobody", "".join(doubtful[-1:]).partition(": ")[2]
    known = "" if source == Source.NOBODY else f": known by {source}"
    return f"The sender is not proven{known}. An answer goes to {to}." if doubtful else None


def _notified(view: View) -> tuple[str, ...]:
    alert = view.case.severity is Severity.SEV1
    return (f"{view.office.name(view.office.rules.founder)} (founder)",) if alert else ()


def _later(view: View, handoff: Handoff) -> str:
    zone = view.zone(handoff.to)
    late = handoff.offered_at + (handoff.answer_by - handoff.offered_at) * 3 / 4
    today = late.astimezone(zone).date() == handoff.offered_at.astimezone(zone).date()
    return late.astimezone(zone).strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
