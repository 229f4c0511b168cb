"""Carrying out what was decided: entries, shelf, dead tokens, and letters into the outbox.

Everything here happens in the caller's transaction; nothing is sent before the commit.
"""

from dataclasses import replace

from deskless.agent.case.action import LetterKind, Revoke, WriteLetter
from deskless.agent.case.case import APOLOGY, Case
from deskless.agent.case.decision import Decision
from deskless.agent.case.live.room import end_once, follow_room
from deskless.agent.live.red_flags import follow_flags
from deskless.agent.live.timers import due_at
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.agent.operations import alerts
from deskless.agent.outbound import attachments, customer, hearing, war_room_letter
from deskless.agent.outbound.case_view import View, view_case
from deskless.agent.outbound.letter_context import LetterContext
from deskless.agent.outbound.letters import BUILDERS
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.policies.verdict import Severity
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.templates.values import Draft, Mail, NoteWanted

PURPOSE = {
    LetterKind.ASK_REQUESTER: "ask", LetterKind.LEASE: "progress", LetterKind.INQUIRY: "need",
    LetterKind.UPDATE: "progress",
}  # fmt: skip
"""What free text is an answer to, in a reply to these letters."""
FOLLOWING = "following"
"""The purpose of a stakeholder's mail: STOP in its answer means this case."""
URGENCY = {
    LetterKind.BRIEF: 1, LetterKind.ALERT: 1, LetterKind.STRANDED: 1, LetterKind.UPDATE: 1,
    LetterKind.REMINDER: 2,
}  # fmt: skip


def carry_out(office: Office, session: Session, decision: Decision, situation: Situation) -> None:
    """Record the events of a decision and do its actions, in the situation it was made in."""
    if decision.case is None or not (decision.events or decision.actions):
        return
    setting = hearing.as_heard(session, decision, situation.setting)
    decision = follow_room(decision, setting)
    if not office.shadow(session):  # in the shadow the room's mail may not be written
        decision = end_once(decision)
    decision = follow_flags(decision, setting)
    case = decision.case
    assert case is not None, "rooms and flags take no case away"
    recorded = journal.record_events(
        session, case, decision.events, due_at(case, situation.setting)
    )
    alerts.owe_alerts(office, session, case, zip(recorded, decision.events, strict=True))
    seen = view_case(office, session, case, situation)
    if any(isinstance(action, WriteLetter) for action in decision.actions):
        seen = replace(seen, customer_zone=customer.customer_zone(session, seen))
    language = customer.customer_language(situation.setting.language)
    setting = replace(situation.setting, language=language)
    for action in decision.actions:
        if isinstance(action, Revoke):
            tokens.revoke_tokens(session, f"{case.key}/{action.number}", seen.now)
        elif isinstance(action, WriteLetter) and action.letter is LetterKind.ACKNOWLEDGEMENT:
            customer.send_draft(office, session, seen, action, setting)
        elif isinstance(action, WriteLetter) and action.letter is LetterKind.WAR_ROOM:
            war_room_letter.call_people(office, session, LetterContext(action, seen, setting))
        elif isinstance(action, WriteLetter):
            _letter(office, session, LetterContext(action, seen, setting))


def _letter(office: Office, session: Session, told: LetterContext) -> None:
    action, case = told.mail, told.view.case
    if office.person(action.to) is None:
        return
    value = replace(BUILDERS[action.letter](told), red_flags=hearing.flag_words(told))
    # Whatever mail somebody answers who has the open offer, they answer the offer.
    open_now = case.handoff if case.handoff and case.handoff.to == action.to else None
    number = open_now.number if open_now else action.number
    purpose = PURPOSE.get(action.letter, "case")
    if isinstance(value, NoteWanted):
        purpose, number = "note", action.number
    if action.letter is LetterKind.STAKEHOLDER and not number:
        purpose = FOLLOWING
    envelope = Envelope(
        to=action.to,
        kind=action.letter.value,
        purpose=purpose,
        case=case.key,
        ticket=case.ticket,
        handoff=f"{case.key}/{number}" if number else None,
        subject=told.view.subject,
        urgency=_urgency(action.letter, case),
        thread=_thread(told.view),
        files=attachments.of_case(office, session, value, told.view),
        names=action.to if _apologises(value) else case.owner or action.to,
    )
    write_letter(office, session, value, envelope)


def _apologises(value: Mail) -> bool:
    """Whether the draft in a letter is its reader's own apology, whoever has the case."""
    shown: Draft | None = getattr(value, "draft", None)
    return shown is not None and shown.kind == APOLOGY


def _urgency(letter: LetterKind, case: Case) -> int:
    """Smaller goes first; 0, before everything else, when the worst is on the line."""
    usual = URGENCY.get(letter, 4)
    return 0 if usual == 1 and case.severity is Severity.SEV1 else usual


def _thread(seen: View) -> frozenset[str]:
    """The ids of the customer's mails, which no internal mail may ever answer."""
    return frozenset(post.message_id for post in seen.thread.posts if post.message_id)
