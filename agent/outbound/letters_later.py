"""Letters about what comes after the answer: leases, strandings, ends, status, help."""

from deskless.agent.case.case import Status
from deskless.agent.case.decide import GRACE
from deskless.agent.outbound.brief import blocked, happened, nothing, promise
from deskless.agent.outbound.letter_context import Told, facts, now_with
from deskless.templates import values
from deskless.templates.values import Fact


def lease(told: Told) -> values.Mail:
    """The promised time has passed without word."""
    view, case = told.view, told.view.case
    assert case.promise is not None, "a lease has an end"
    gone = case.promise + GRACE[case.severity]
    return values.LeaseLapsed(
        promise=f"the update you promised {view.customer}",
        promised_for=view.time(case.promise, told.mail.to) or "",
        late_by=view.left(case.promise),
        then="it is offered to somebody else",
        deadline=view.time(gone, told.mail.to) or "",
        customer=view.customer,
    )


def released(told: Told) -> values.Mail:
    """To the old owner: it is no longer theirs."""
    news = f"{told.view.case.key} is no longer yours: the promised update did not come."
    why = "you were the owner"
    return values.OtherParty(news=news, why_you=why, facts=facts(told))


def moved(told: Told) -> values.Mail:
    """It is not with the reader any more."""
    key, mail = told.view.case.key, told.mail
    if mail.says("undone"):
        news = f"{told.who(mail.says('undone'))} took their step back: {key} is not with you now."
    else:
        news = f"{told.who(mail.says('old'))} no longer owns {key}. Now: {now_with(told)}."
    return values.Notice(news=news, changed=True, facts=facts(told))


def stranded(told: Told) -> values.Mail:
    """The chain ended: the founder has it."""
    view, case = told.view, told.view.case
    due = view.time(case.handoff.answer_by if case.handoff else None, told.mail.to) or ""
    return values.Stranded(
        question=f"Nobody took this one, {told.name}. Will you?",
        severity=case.severity.value,
        happened=happened(view),
        blocked=blocked(view),
        promised=promise(view),
        if_nothing=nothing(view, due, "nobody else"),
        deadline=due,
        customer=view.customer,
        attempts=view.attempts(),
        people=tuple(dict.fromkeys(one.name for one in view.office.rules.matrix.people)),
        evidence=view.evidence,
    )


def ended(told: Told) -> values.Mail:
    """It is over."""
    case = told.view.case
    word = case.reason.replace("_", " ") if case.status is Status.CLOSED else case.status.value
    into = f" It joins {case.into}." if case.into else ""
    news = f"{case.key} is {case.status.value}: {word}.{into}"
    why = "you asked for it" if told.mail.to == case.requester else "it was yours, or is severe"
    return values.OtherParty(news=news, why_you=why, facts=facts(told))


def confirm(told: Told) -> values.Mail:
    """Has the customer confirmed?"""
    view = told.view
    kindly = f"You marked {view.case.key} as resolved {view.time(view.case.resolved_at)}."
    if told.mail.says("why") == "content":
        kindly += f" {view.customer} has written since, and seems content."
    why = "Has the customer confirmed it? Then write CLOSE; if not, REOPEN."
    return values.AsItStands(kindly=kindly, why=why, facts=facts(told))


def help_(told: Told) -> values.Mail:
    """What a reply can say."""
    return values.Help(line=told.mail.says("line"))


def alert(told: Told) -> values.Mail:
    """To the founder: a severe case, or an address that does not work."""
    view, gone = told.view, told.mail.says("undelivered")
    if told.mail.says("away"):
        news = f"{told.who(told.mail.says('away'))} owns {view.case.key} and is out of office."
        do = "Nothing moves by a machine's word. It is offered again when the update is missed."
    elif gone:
        news = f"The brief for {view.case.key} could not be delivered to {told.who(gone)}."
        do = f"Check the address of {told.who(gone)} in matrix.csv. The next owner is being asked."
    else:
        news = f"{view.case.severity.value}: {happened(view) or view.thread.subject}"
        do = "Nothing is asked of you; you are told because of the severity."
    return values.Notice(news=news, changed=False, facts=facts(told), do=do)


def status(told: Told) -> values.Mail:
    """One case as it stands."""
    view, case = told.view, told.view.case
    history = tuple(
        Fact(name=view.time(one.at, told.mail.to) or "", value=_line(told, one))
        for one in view.events[-15:]
    )
    return values.Status(
        at=view.time(view.now, told.mail.to) or "",
        what=happened(view) or view.thread.subject,
        state=case.status.value,
        severity=case.severity.value,
        owner=told.who(case.owner) if case.owner else None,
        blocker=case.blocker.value.replace("_", " ") if case.blocker else None,
        next=view.next_action,
        promised=promise(view),
        history=history,
    )


def _line(told: Told, event: object) -> str:
    by = getattr(event, "by", "")
    note = getattr(event, "note", "")
    name = told.who(by) if told.view.office.person(by) else by
    return f"{type(event).__name__.lower()}, {name}" + (f": {note}" if note else "")
