"""Each letter about a case as the value its template is filled with: letter -> one function."""

from collections.abc import Callable
from datetime import datetime

from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import GRACE, deadline_at
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import sayable
from deskless.agent.live.clocks import running_clocks
from deskless.agent.live.facts import told_facts
from deskless.agent.live.steps import steps_line
from deskless.agent.outbound.after.recovery_letters import AFTER_LETTERS
from deskless.agent.outbound.after.review_letters import REVIEW_LETTERS
from deskless.agent.outbound.answer_letters import (
    added,
    answer,
    apology_letter,
    asked_back,
    confirm_letter,
    informed,
    inquiry,
)
from deskless.agent.outbound.brief import (
    build_brief,
    if_nothing_changes,
    promise_told,
    what_happened,
    what_is_blocked,
)
from deskless.agent.outbound.case_list import room_line
from deskless.agent.outbound.customer import left_open, update_draft
from deskless.agent.outbound.help_words import office_words, words_for
from deskless.agent.outbound.letter_context import (
    LetterContext,
    clock_facts,
    now_with,
    owed_next,
    true_facts,
    who_is_next,
)
from deskless.agent.outbound.receipt_letters import receipt
from deskless.agent.outbound.stakeholder_letters import red_flag, stakeholder
from deskless.templates import values
from deskless.templates.values import Fact

UNKNOWN = Why.UNCONFIRMED.value
"""The end of which nobody knows whether it is the customer's too."""


def meant(case: Case) -> str:
    """What the owner did with the next update's time: the customer was told it, or only we were."""
    return "promised" if case.expected == case.promise else "meant to send"


def lease(told: LetterContext) -> values.Mail:
    """To the owner: the promised time has passed without word, and when it is offered on."""
    view, case = told.view, told.view.case
    assert case.promise is not None, "a lease has an end"
    gone = case.promise + GRACE[case.severity]
    return values.LeaseLapsed(
        promise=f"the update you {meant(case)} {view.customer}",
        promised_for=view.time(case.promise, told.mail.to) or "",
        late_by=view.left(case.promise).removeprefix("late by "),
        then="it is offered to somebody else",
        deadline=view.time(gone, told.mail.to) or "",
        customer=view.customer,
        draft=update_draft(view, told.mail.to, told.setting),
    )


def update_due(told: LetterContext) -> values.Mail:
    """To the owner: the next letter to the customer, before it is due."""
    view, case = told.view, told.view.case
    facts, hint = told_facts(view.events), left_open(view, told.mail.to)
    return values.UpdateDue(
        customer=view.customer,
        due=view.time(case.promise, told.mail.to) or "",
        due_in=view.left(case.promise),
        promised=case.expected == case.promise,
        severity=case.severity.value,
        facts=(
            Fact(name="Where it stands", value=facts.status or None),
            Fact(name="What was done since the last letter", value="; ".join(facts.done) or None),
            Fact(name="What comes next", value=facts.next_action or None),
            Fact(name="What holds it up", value=facts.blocker or None),
            Fact(name="What to expect", value=facts.expected or None),
            *((Fact(name="Written by hand", value=hint),) if hint else ()),
        ),
        draft=update_draft(view, told.mail.to, told.setting),
    )


def overdue(told: LetterContext) -> values.Mail:
    """To the manager: an owner's update to the customer is missed."""
    view, case = told.view, told.view.case
    due = view.time(case.promise, told.mail.to)
    return values.Notice(
        news=f"{told.who(case.owner)} {meant(case)} {view.customer} an update on {case.key} "
        f"by {due}, and none has left: {view.left(case.promise)}.",
        changed=False,
        facts=true_facts(told),
        do="Nobody else is asked yet. A word to the owner helps most.",
    )


def released(told: LetterContext) -> values.Mail:
    """To the old owner: it is no longer theirs."""
    news = f"{told.view.case.key} is no longer yours: the promised update did not come."
    why = "you were the owner"
    return values.OtherParty(news=news, why_you=why, facts=true_facts(told))


def moved(told: LetterContext) -> values.Mail:
    """To whoever was asked or owned it: the case is not with them any more."""
    key, mail = told.view.case.key, told.mail
    if mail.says("undone"):
        news = f"{told.who(mail.says('undone'))} took their step back: {key} is not with you now."
    elif mail.says("returned"):
        news = f"{told.who(mail.says('returned'))} is back and is asked for {key} now."
    elif mail.says("named"):
        named, by = told.who(mail.says("named")), told.who(mail.says("by"))
        news = f"{by} named {named} for {key}: it is no longer asked of you."
    else:
        news = f"{told.who(mail.says('old'))} no longer owns {key}. Now: {now_with(told)}."
    return values.Notice(news=news, changed=True, facts=true_facts(told))


def stranded(told: LetterContext) -> values.Mail:
    """To the founder: nobody took it, and it is theirs to give."""
    view, case = told.view, told.view.case
    due = view.time(deadline_at(case), told.mail.to) or ""
    return values.Stranded(
        question=f"Nobody took this one, {told.name}. Will you?",
        severity=case.severity.value,
        happened=what_happened(view),
        blocked=what_is_blocked(view),
        promised=promise_told(view),
        if_nothing=if_nothing_changes(view, due, ""),
        deadline=due,
        customer=view.customer,
        attempts=view.attempts(),
        people=tuple(dict.fromkeys(person.name for person in view.office.rules.matrix.people)),
        evidence=view.evidence,
    )


def ended(told: LetterContext) -> values.Mail:
    """To requester and owner: the case is resolved, or closed and why."""
    case = told.view.case
    word = case.reason.replace("_", " ") if case.status is Status.CLOSED else case.status.value
    into = f" It joins {case.into}." if case.into else ""
    silent = " The customer was asked again and has not answered." * bool(case.reason == UNKNOWN)
    news = f"{case.key} is {case.status.value}: {word}.{into}{silent}"
    why = "you asked for it" if told.mail.to == case.requester else "it was yours, or is severe"
    return values.OtherParty(news=news, why_you=why, facts=true_facts(told))


def help_(told: LetterContext) -> values.Mail:
    """What this reader can say to this case, and what everybody of the team can."""
    case, to, founder = told.view.case, told.mail.to, told.setting.founder
    words = (*words_for(sayable(case, to, told.setting)), *office_words(founder=to == founder))
    return values.Help(line=told.mail.says("line"), commands=tuple(dict.fromkeys(words)))


def alert(told: LetterContext) -> values.Mail:
    """To who must know: a severe case, an owner who is away, an address that does not work."""
    view, gone = told.view, told.mail.says("undelivered")
    if told.mail.says("unreached") or told.mail.says("delayed"):
        return _unreached(told)
    if told.mail.says("outsider"):
        return _overheard(told)
    if told.mail.says("tone"):
        news = f"A mail of the team to {view.customer} about {view.case.key} may sound wrong."
        do = f"{told.mail.says('tone')} It has left; what follows is yours to word."
    elif told.mail.says("denied"):
        who = told.who(told.mail.says("denied"))
        news = f"{who} says that a step in their name on {view.case.key} was not theirs."
        do = f"Talk to {who}. Nothing was changed by it; REOPEN, OFFER or UNDO put it right."
    elif told.mail.says("left"):
        who = told.who(told.mail.says("left"))
        news = f"{who} owned {view.case.key} and no longer stands in matrix.csv."
        do = f"It is with {now_with(told) or 'nobody'} now. OFFER and a name asks somebody else."
    elif told.mail.says("away"):
        news = f"{told.who(told.mail.says('away'))} owns {view.case.key} and is out of office."
        do = "Nothing moves by a machine's word. It is offered again when the update is missed."
    elif gone:
        news = f"The brief for {view.case.key} could not be delivered to {told.who(gone)}."
        do = f"Check the address of {told.who(gone)} in matrix.csv. The next owner is being asked."
    else:
        return _severe(told)
    return values.Notice(news=news, changed=False, facts=true_facts(told), do=do)


def _overheard(told: LetterContext) -> values.Mail:
    """To the commander: somebody who is not of the team reads or writes in the war room."""
    mail, key = told.mail, told.view.case.key
    if mail.says("wrote"):
        news = f"Somebody from outside wrote into the war room on {key}."
        do = "Their words are not in the log. Whoever answers to all answers them too."
    else:
        news = f"{told.who(mail.says('by'))} has somebody from outside in the war room on {key}."
        do = "They read everything that is said there. If that is not meant, begin without them."
    return values.Notice(
        news=news, changed=False, address=mail.says("outsider"), facts=true_facts(told), do=do
    )


def _severe(told: LetterContext) -> values.Mail:
    """To the founder: a SEV-1, in the customer's words, with who has it and until when."""
    view, case, to = told.view, told.view.case, told.mail.to
    handoff = case.handoff
    if case.owner:
        until = view.time(case.promise, to)
        has = f"{told.who(case.owner)} owns it; next word to the customer by {until}"
    elif handoff:
        until = view.time(handoff.answer_by, to)
        has = f"{told.who(handoff.to)} is asked, to answer by {until}"
    else:
        has = "nobody yet"
    return values.Notice(
        news=f"{case.severity.value}: {what_happened(view) or view.thread.subject}",
        changed=False,
        facts=(
            Fact(name="Who has it", value=has),
            Fact(name="Deadline", value=(until if case.owner or handoff else None)),
            *(fact for fact in true_facts(told) if fact.name not in {"Owner", "Asked"}),
        ),
        do="Nothing is asked of you; you are told because of the severity. OFFER and a name asks "
        "somebody else.",
        quote=view.evidence[0] if view.evidence else None,
    )


def _unreached(told: LetterContext) -> values.Mail:
    """To who must act: a letter to the customer came back, or has not left yet."""
    view, delayed = told.view, told.mail.says("delayed")
    whom = view.customer or "the customer"
    news = f"A letter to {whom} about {view.case.key} came back: they did not get it."
    if delayed:
        news = f"The letter to {whom} about {view.case.key} has not left yet; it is tried again."
    return values.Notice(
        news=news,
        changed=False,
        address=delayed or told.mail.says("unreached"),
        facts=(Fact(name="Why", value=told.mail.says("reason")), *true_facts(told)),
        do="The customer was told nothing by it, and it keeps no promise"
        f"{' before it has left' if delayed else ''}. Check the address or reach them another way, "
        "then answer with what you told them.",
    )


def status_letter(told: LetterContext) -> values.Mail:
    """One case as it stands."""
    view, case = told.view, told.view.case
    history = tuple(
        Fact(name=view.time(event.at, told.mail.to) or "", value=_line(told, event))
        for event in view.events[-15:]
    )
    return values.Status(
        at=view.time(view.now, told.mail.to) or "",
        what=what_happened(view) or view.thread.subject,
        state=case.status.value,
        severity=case.severity.value,
        owner=told.who(case.owner) if case.owner else None,
        blocker=view.blocker,
        next=view.next_action,
        promised=promise_told(view),
        facts=(
            Fact(name="Steps", value=steps_line(case, view.events)),
            *((Fact(name="War room", value=room),) if (room := room_line(view)) else ()),
        ),
        history=history,
        clocks=clock_facts(view, running_clocks(case, told.setting), told.mail.to),
    )


def _line(told: LetterContext, event: object) -> str:
    by = getattr(event, "by", "")
    note = getattr(event, "note", "")
    name = told.who(by) if told.view.office.person(by) else by
    return f"{type(event).__name__.lower()}, {name}" + (f": {note}" if note else "")


def _brief(told: LetterContext) -> values.Mail:
    assert told.handoff is not None, "a brief offers a handoff"
    return build_brief(told.view, told.handoff, told.setting)


def _reminder(told: LetterContext) -> values.Mail:
    view, handoff = told.view, told.handoff
    assert handoff is not None, "a reminder reminds of a handoff"
    return values.Reminder(
        question=f"Can you still take this one, {told.name}?",
        severity=view.case.severity.value,
        happened=what_happened(view),
        asked_at=view.time(handoff.offered_at, handoff.to) or "",
        deadline=view.time(handoff.answer_by, handoff.to) or "",
        deadline_in=view.left(handoff.answer_by),
        then=f"it goes to {then}"
        if (then := who_is_next(view, told.setting, handoff.to))
        else "it stays yours",
    )


def _taken(told: LetterContext) -> values.Mail:
    case, mail = told.view.case, told.mail
    if mail.says("why") in {"wrote", "worse"} and mail.says("words"):
        return added(told, _news(told), _why_told(told))
    if mail.says("why"):
        return values.OtherParty(news=_news(told), why_you=_why_told(told), facts=true_facts(told))
    if mail.says("bounced"):
        news = f"{told.who(mail.says('bounced'))} bounced {case.key}. Now: {now_with(told)}."
        words = next(
            (attempt.said for attempt in reversed(told.view.attempts()) if attempt.said), ""
        )
    else:
        news = f"{told.who(mail.says('owner'))} owns {case.key} now. {owed_next(told)}".strip()
        words = ""
    why = "you asked for it" if mail.to == case.requester else "it was yours, or is severe"
    note = values.Said(text=words, who=told.who(mail.says("bounced"))) if words else None
    return values.OtherParty(news=news, why_you=why, facts=true_facts(told), note=note)


def _why_told(told: LetterContext) -> str:
    """What the reader is to the case, by which the news is theirs."""
    case, to = told.view.case, told.mail.to
    if to == case.owner:
        return "it is yours"
    if case.handoff and to == case.handoff.to:
        return "it is asked of you"
    if to == case.requester:
        return "you asked for it"
    return "you are the founder" if to == told.setting.founder else "it was yours, or asked of you"


def _news(told: LetterContext) -> str:
    """What the conversation brought: it became worse, was joined, or promises another time."""
    view, mail, key = told.view, told.mail, told.view.case.key
    if mail.says("why") == "joined":
        return f"{mail.says('other')} was closed into {key}: it is the same matter."
    if mail.says("why") == "promise":
        before = view.time(datetime.fromisoformat(mail.says("before")), mail.to)
        whose = "Your mail" if mail.says("by") == mail.to else f"A mail of {_writer(told)}"
        return (
            f"{whose} to {view.customer} promises another time than was on record for {key}: "
            f"“{mail.says('words')}”. It was {before}, and is "
            f"{view.time(view.case.promise, mail.to)} now."
        )
    if mail.says("why") in MORE_NEWS:
        return MORE_NEWS[mail.says("why")](told)
    if mail.says("why") == "wrote":
        return f"{view.customer} wrote again on {key}, which is yours."
    due = view.case.handoff.answer_by if view.case.handoff else None
    until = f" It is to be answered by {view.time(due, mail.to)}." if due else ""
    return f"{view.customer} wrote again: {key} is {view.case.severity.value} now.{until}"


def _writer(told: LetterContext) -> str:
    """Who of the team wrote to the customer; the team, where nobody is named."""
    person = told.view.office.person(told.mail.says("by"))
    return person.name if person else "the team"


def _corrected(told: LetterContext) -> str:
    view, case = told.view, told.view.case
    return (
        f"{told.who(told.mail.says('by'))} corrected {case.key}: it is {case.severity.value}, "
        f"{case.type.value}, {view.customer}."
    )


def _promised_late(told: LetterContext) -> str:
    view, case = told.view, told.view.case
    due = view.time(case.promise, told.mail.to)
    return (
        f"{_writer(told)} promises {view.customer} the next word on {case.key} "
        f"for {due}: later than a {case.severity.value} allows."
    )


def _withdrawn(told: LetterContext) -> str:
    words = told.mail.says("words")
    return (
        f"{told.who(told.mail.says('by'))} writes that {told.view.case.key} is no longer needed: "
        f"“{words}” It is yours to end: CLOSE, or go on."
    )


MORE_NEWS = {"corrected": _corrected, "late_promise": _promised_late, "withdrawn": _withdrawn}
"""News that a person made."""


def _given(told: LetterContext) -> values.Mail:
    case, mail = told.view.case, told.mail
    if mail.says("why") == "reopened":
        news = f"{case.key} is open again, and it is yours. {owed_next(told)}"
    else:
        news = f"{case.key} is yours. {owed_next(told)}"
    return values.OtherParty(news=news.strip(), why_you="you are the owner", facts=true_facts(told))


def _ask_requester(told: LetterContext) -> values.Mail:
    missing, view = told.mail.says("missing"), told.view
    return values.AskRequester(
        about=told.mail.says("note") or view.thread.subject,
        customer=view.customer,
        reason_missing="reason" in missing,
        tried_missing="tried" in missing or "information" in missing,
        nag=bool(told.mail.says("again")),
        since=view.time(view.case.opened_at, told.mail.to) or "",
    )


WHY = {
    "stale": "That offer is no longer open.",
    "not_yours": "That is not yours to decide.",
    "taken": "It has an owner already.",
    "done": "That has been done before.",
    "not_now": "That cannot be done now.",
}


def _stands(told: LetterContext) -> values.Mail:
    case, view = told.view.case, told.view
    if case.owner:
        kindly = f"{told.who(case.owner)} owns {case.key} ({case.status.value})."
    elif case.handoff:
        asked = view.time(case.handoff.offered_at, told.mail.to)
        kindly = f"{case.key} is with {told.who(case.handoff.to)}, asked {asked}."
    else:
        kindly = f"{case.key} is {case.status.value}."
    why = told.mail.says("say") or WHY.get(told.mail.says("why"), "")
    return values.AsItStands(kindly=kindly, why=why, facts=true_facts(told))


BUILDERS: dict[LetterKind, Callable[[LetterContext], values.Mail]] = {
    LetterKind.BRIEF: _brief, LetterKind.REMINDER: _reminder, LetterKind.RECEIPT: receipt,
    LetterKind.TAKEN: _taken, LetterKind.GIVEN: _given, LetterKind.ASK_BACK: asked_back,
    LetterKind.ASK_REQUESTER: _ask_requester, LetterKind.AS_IT_STANDS: _stands,
    LetterKind.LEASE: lease, LetterKind.UPDATE: update_due, LetterKind.OVERDUE: overdue,
    LetterKind.RELEASED: released, LetterKind.MOVED: moved, LetterKind.STRANDED: stranded,
    LetterKind.ENDED: ended, LetterKind.CONFIRM_END: confirm_letter, LetterKind.HELP: help_,
    LetterKind.ALERT: alert, LetterKind.STATUS: status_letter, LetterKind.INQUIRY: inquiry,
    LetterKind.INFORMED: informed, LetterKind.ANSWER: answer,
    LetterKind.STAKEHOLDER: stakeholder, LetterKind.RED_FLAG: red_flag,
    LetterKind.APOLOGY: apology_letter,
    **AFTER_LETTERS, **REVIEW_LETTERS,
}  # fmt: skip
