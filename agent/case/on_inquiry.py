"""A missing fact: who is asked for it, what the answer does, and what it does not.

A question moves nothing: the offer stays open, the owner stays the owner, and the clocks are the
case's own, so that a SEV-1 never waits for an answer. Who asked is told; who answered, too.
"""

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import may_speak, note_words, read_as, refuse_command
from deskless.agent.case.verbs import Command

CUSTOMER = event.CUSTOMER
"""What `Command.value` of a NEED says where the customer is who can know it."""


def who_knows(case: Case, setting: Setting, asker: str) -> tuple[str, ...]:
    """Whom to ask for what is missing, in this order: the requester, then the first line."""
    first = setting.matrix.on(setting.matrix.tiers()[0])
    people = dict.fromkeys([case.requester, *sorted(person.id for person in first)])
    return tuple(
        person_id
        for person_id in people
        if person_id and person_id != asker and setting.matrix.person(person_id)
    )


def ask_need(draft: DecisionDraft, asked: Command) -> None:
    """NEED: the question goes to who may know, or as a draft to the customer."""
    case, by = draft.case, draft.act.by
    question = asked.note or asked.line
    if not may_speak(draft):
        note_words(draft, asked)
        return
    if case.status not in {Status.OFFERED, Status.OWNED, Status.STRANDED}:
        refuse_command(draft, asked, Why.NOT_NOW, "Nobody works on it now who could be answered.")
        return
    told = {**read_as(asked), "question": question}
    if asked.value == CUSTOMER:
        draft.happen(event.Inquired, asker=by, customer=True, note=question)
        draft.mail(LetterKind.RECEIPT, by, draft.act.number, **told, who=CUSTOMER)
        return
    knower = next(iter(who_knows(case, draft.setting, by)), None)
    if knower is None:
        say = "There is nobody of the team to ask. “need from the customer: …” drafts a letter."
        refuse_command(draft, asked, Why.NOT_NOW, say)
        return
    draft.happen(event.Inquired, asker=by, asked=knower, note=question)
    draft.mail(LetterKind.INQUIRY, knower, question=question, asker=by)
    draft.mail(LetterKind.RECEIPT, by, draft.act.number, **told, who=knower)


def on_informed(case: Case, setting: Setting, act: Act, words: str) -> Decision:
    """Who was asked has answered: who asked is told, and whoever acts now."""
    draft = DecisionDraft(case, setting, act)
    inquiry = case.inquiry
    assert inquiry is not None, "only who was asked answers"
    draft.happen(event.Informed, note=words)
    acting = case.acting
    for party in dict.fromkeys((inquiry.asker, acting)):
        if party and party != act.by:
            number = case.offer_number(party)
            draft.mail(LetterKind.INFORMED, party, number, words=words, by=act.by)
    draft.mail(LetterKind.RECEIPT, act.by, None, verb="answer", asker=inquiry.asker)
    return draft.done()


def on_unknowing(case: Case, setting: Setting, act: Act, question: str, words: str) -> Decision:
    """Who was asked does not know: the next who may know is asked, and in the end who asked hears.

    Of a case that waits for its reason and what was tried, nobody left to ask means that it goes
    on without them (the case is then unchanged here).
    """
    draft = DecisionDraft(case, setting, act)
    waiting = case.status is Status.REQUESTED
    asker = act.by if waiting or case.inquiry is None else case.inquiry.asker
    asked = case.asked if waiting or case.inquiry is None else case.inquiry.asked
    people = who_knows(case, setting, "" if waiting else asker)
    rest = people[people.index(asked) + 1 :] if asked in people else ()
    draft.happen(event.Noted, note=words)
    if rest:
        draft.happen(event.Inquired, asker=asker, asked=rest[0], note=question)
        if waiting:
            draft.mail(LetterKind.ASK_REQUESTER, rest[0], missing=",".join(case.missing))
        else:
            draft.mail(LetterKind.INQUIRY, rest[0], question=question, asker=asker)
        draft.mail(LetterKind.RECEIPT, act.by, None, verb="unknown", who=rest[0])
        return draft.done()
    if not waiting:
        draft.happen(event.Informed, note=words)
        draft.mail(LetterKind.INFORMED, asker, None, words=words, by=act.by, nobody="yes")
    draft.mail(LetterKind.RECEIPT, act.by, None, verb="unknown")
    return draft.done()
