"""A person's answer to one of our letters: who speaks, what was asked, what follows.

A command acts only when its sender could be authenticated (`identity`); words that wait for proof
are held by `unproven`. The same answer in two copies is heard once. What comes too late is answered
kindly with what is true now.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from deskless.agent.case import event as ev
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import FIRST_WORD, Case, Status
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Command, Layer, Unclear, Verb, own_words
from deskless.agent.inbound import (
    bounces,
    dialogue,
    joining,
    office_commands,
    own_letter,
    reading,
    requests,
    unproven,
)
from deskless.agent.inbound.identity import CODE, Trust, of_token
from deskless.agent.judging import open_case, reviews
from deskless.agent.office import journal, office_events, pending_replies, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.pending_replies import PendingReply
from deskless.agent.office.situation import Situation, read_situation
from deskless.agent.outbound import perform
from deskless.agent.outbound.write_letter import TRIAL
from deskless.agent.reply.plain import read_doubt_answer
from deskless.store import documents, tokens
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.tokens import Token
from deskless.templates.values import OtherParty

DOUBTED, UNTRIED = "A doubt that was confirmed.", "Nothing on record."
"""What stands for reason and tries where whoever confirms a doubt gives none."""
GLOBAL = frozenset({Verb.LEDGER, Verb.GO, Verb.LIVE, Verb.RIGHT, Verb.WRONG, Verb.STOP})
"""Verbs that are about no case, whatever letter they answer."""
FILLING = frozenset({Verb.ESCALATE, Verb.NOTE, Verb.PROGRESS, Verb.BOUNCE})
"""Verbs whose words answer our questions to a requester; with BOUNCE they say that they cannot."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A believed answer: the token of the letter it answers, its words, and what proved it.

    `case` is the case that the letter was about, as it stands now.
    """

    token: Token
    words: str
    proof: str
    case: Case | None


def take_reply(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None]:
    """Handle an answer that carries a token."""
    speaker = of_token(office, mail, token)
    case = journal.read_case(session, token.case) if token.case else None
    ticket = case.ticket if case else None
    if heard_before(session, mail, token, speaker.trust):
        return "copy", ticket
    if speaker.trust not in {Trust.ACT, Trust.LATE}:
        return unproven.hold_words(office, session, mail, token, speaker), ticket
    bounces.came_back(session, str(token.person), mail.now)
    if token.purpose == CODE:
        return _confirmed(office, session, mail, token, speaker.proof), ticket
    if speaker.trust is Trust.LATE:
        return _late(office, session, mail, token, case), ticket
    answer = Answer(token, mail.message.fresh, speaker.proof, case)
    return obey_words(office, session, mail, answer), ticket


def take_marked_reply(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None] | None:
    """A plain command in a mail that is marked as automatic: its owner is asked by code.

    Some gateways mark what people write, the answer to the code mail too: that acts if it shows
    the code, which no machine types. None: it is no grammar, so a machine's after all.
    """
    if token.purpose == CODE and _shows_code(office, session, mail, token):
        return take_reply(office, session, mail, token)
    asked = reading.read_words(office, session, token, mail.message.fresh, mail)
    clear = isinstance(asked, Command) and not (asked.inferred or asked.doubts or asked.note)
    if mail.message.receipt or not clear:
        return None
    return ask_for_code(office, session, mail, token, "the mail is marked as automatic")


def ask_for_code(
    office: Office, session: Session, mail: Incoming, token: Token, why: str
) -> tuple[str, str | None]:
    """Hold what was said, though its sender is proven, until the answer to a code mail."""
    speaker = of_token(office, mail, token)
    if speaker.trust is Trust.ACT:
        speaker = replace(speaker, trust=Trust.CONFIRM, why=why)
    case = journal.read_case(session, token.case) if token.case else None
    return unproven.hold_words(office, session, mail, token, speaker), case.ticket if case else None


def _shows_code(office: Office, session: Session, mail: Incoming, token: Token) -> bool:
    """Whether the words are the code that the mail of this token showed, and nothing else."""
    asked = reading.read_words(office, session, token, mail.message.fresh, mail)
    code = unproven.code_shown(session, token, mail.now)
    return (
        isinstance(asked, Command)
        and not asked.doubts
        and asked.layer is Layer.GRAMMAR
        and (bool(code) and asked.verb is Verb.CODE and asked.subject_id == code)
    )


def heard_before(session: Session, mail: Incoming, token: Token, trust: Trust) -> bool:
    """Whether this very answer was heard before: a group address, or To and Cc, make two copies.

    Copies share Message-ID, words and standing; two different answers never do.
    """
    message = mail.message
    if not message.message_id:
        return False
    digest = sha256(f"{message.message_id}\n{message.fresh}".encode()).hexdigest()[:24]
    return not state_keys.HEARD.once(session, True, f"{token.hash[:16]}:{trust}:{digest}")


def _late(office: Office, session: Session, mail: Incoming, token: Token, case: Case | None) -> str:
    """The right to answer has run out: told kindly, by a letter that can be answered."""
    person = token.person or office.rules.founder
    if case is None:
        office_commands.help_with(office, session, person)
        return "late"
    event = ev.Refused(at=mail.now, by=person, cause=mail.cause, why=ev.Why.STALE)
    stands = WriteLetter(LetterKind.AS_IT_STANDS, person, None, (("why", ev.Why.STALE.value),))
    situation = read_situation(office, session, case.ticket, mail.now)
    decision = Decision(advance(case, event), (event,), (stands,))
    perform.carry_out(office, session, decision, situation)
    return "late"


def obey_words(office: Office, session: Session, mail: Incoming, answer: Answer) -> str:
    """Do what the words ask, for the person the token belongs to."""
    token, case = answer.token, answer.case
    person = office.person(token.person)
    assert person is not None, "identity refuses whoever left the matrix"
    asked = reading.read_words(office, session, token, answer.words, mail)
    mail_named = (mail.cause, mail.message.message_id or "")
    act = _act(session, mail_named, token, answer.proof)
    if isinstance(asked, Command):
        if case is not None:
            asked, act = own_letter.as_letter(office, session, mail, case, (asked, act))
        prepared = act.draft and not own_words(asked)
        if prepared and any(each.verb is Verb.SEND for each in _in_turn(asked)):
            act = replace(act, tone=_unasked_tone(session, token, act.draft))
        done = [
            each for each in _in_turn(asked)
            if each.verb in GLOBAL and not _leaves_case(office, token, each)
        ]  # fmt: skip
        for each in done:
            office_commands.obey_office(office, session, mail, person.id, each)
        rest = _without(asked, done)
        if rest is None:
            dialogue.count_reading(session, person.id, read=True)
            return asked.verb.value
        asked = rest
    if case is None and token.purpose == TRIAL:
        return office_commands.thank_for_trial(office, session, person, asked, answer.proof)
    if case is None:
        return _other(office, session, mail, token, (asked, answer.words))
    asked = dialogue.settle_words(office, mail.now, (asked, answer.words), case, person.id)
    place = reading.place_of(token, case)
    if pending_replies.may_be_proposed(office, asked, answer.words, place):
        put_by = (token, answer.words, answer.proof)
        pending_replies.put_by(office, session, mail, case, put_by)
        return "pondered"
    return _act_on_case(office, session, case, (asked, answer.words), (act, token))


def settle_pending(
    office: Office, session: Session, reply: PendingReply, asked: Command | Unclear
) -> None:
    """Do what a reply that waited asks, or ask back, as if its mail had just come."""
    case = journal.read_case(session, str(reply.token.case))
    assert case is not None, "only an answer about a case waits"
    act = _act(session, (reply.cause, reply.message_id), reply.token, reply.proof)
    _act_on_case(office, session, case, (asked, reply.words), (act, reply.token))


def _act_on_case(
    office: Office, session: Session, case: Case, answer: tuple[Command | Unclear, str],
    speaker: tuple[Act, Token],
) -> str:  # fmt: skip
    """Do to a case what an answer (how it was read, its words) asks; what it was, in a word."""
    (asked, words), (act, token) = answer, speaker
    situation = read_situation(office, session, case.ticket, office.clock.now())
    filling = asked.verb in FILLING if isinstance(asked, Command) else dialogue.knows_nothing(words)
    if filling and case.status is Status.REQUESTED and case.asked == act.by:
        dialogue.count_reading(session, act.by, read=True)
        return requests.take_completion(office, session, situation, case, (asked, act))
    asks = token.purpose == "need" and case.inquiry and case.inquiry.asked == act.by
    if filling and asks:
        dialogue.count_reading(session, act.by, read=True)
        return requests.take_fact(office, session, situation, case, (words, act))
    return decide_on(office, session, situation, case, (asked, act, token))


def _leaves_case(office: Office, token: Token, asked: Command) -> bool:
    """Whether STOP means the mails about the case; only the founder has others to stop."""
    about_case = token.purpose == perform.FOLLOWING or token.person != office.rules.founder
    return asked.verb is Verb.STOP and token.case is not None and about_case


def _in_turn(asked: Command) -> tuple[Command, ...]:
    """The acts of a reply, each by itself."""
    return (replace(asked, then=()), *asked.then)


def _without(asked: Command, done: list[Command]) -> Command | None:
    """What is left of a reply when some of its acts are done; None: nothing."""
    left = [each for each in _in_turn(asked) if each not in done]
    return replace(left[0], then=tuple(left[1:])) if left else None


def decide_on(
    office: Office, session: Session, situation: Situation, case: Case,
    reading: tuple[Command | Unclear, Act, Token],
) -> str:  # fmt: skip
    """What a reply does to its case, in this transaction."""
    asked, act, token = reading
    acts = _in_turn(asked) if isinstance(asked, Command) else ()
    named = (joining.find_named_case(session, each, case) for each in acts)
    into = next((other for other in named if other), None)
    decision = on_reply(case, asked, situation.setting, act, into=into)
    unread = any(
        isinstance(event, ev.Refused) and event.why is ev.Why.UNCLEAR for event in decision.events
    )
    dialogue.count_reading(session, act.by, read=not unread)
    ends = any(isinstance(each, ev.Accepted | ev.Bounced | ev.Named) for each in decision.events)
    if ends and token.person:  # the token of a war room is everybody's
        tokens.use_token(session, token.hash, situation.setting.now)
    perform.carry_out(office, session, decision, situation)
    _judge_learns(office, session, decision, situation)
    joining.follow_join(office, session, decision, act)
    return asked.verb.value if isinstance(asked, Command) else "unclear"


def _judge_learns(
    office: Office, session: Session, decision: Decision, situation: Situation
) -> None:
    """A judgement that a person corrected counts as WRONG, as one that the founder marked does.

    What was wrong, and why, stands in the correction's own entry, which this one names.
    """
    for event in decision.events:
        judged = isinstance(event, ev.Corrected) and event.verdict and not event.account
        if judged:
            span = entries.Span(ticket=situation.ticket, kinds=frozenset({"corrected"}))
            *_, entry = entries.read_entries(session, span)
            marked = office_events.DigestMarked(
                at=event.at, by=event.by, cause=event.cause, ticket=situation.ticket,
                mark="wrong", entry=entry.seq,
            )  # fmt: skip
            journal.enter(session, marked)


def _other(
    office: Office, session: Session, mail: Incoming, token: Token,
    reading: tuple[Command | Unclear, str],
) -> str:  # fmt: skip
    """An answer to a letter about no case: a review's ESCALATE, or something we cannot place."""
    asked, words = reading
    person = token.person or office.rules.founder
    ticket = state_keys.ABOUT.get(session, token.hash[:32])
    if isinstance(asked, Command) and asked.verb in office_commands.OPEN:
        return office_commands.obey_office(office, session, mail, person, asked)
    if token.purpose == "review" and ticket:
        verb = read_doubt_answer(asked, words)
        if verb is not None:
            return _doubt_answered(office, session, mail, (person, ticket), (asked, words, verb))
    office_commands.answer_unread(office, session, person, asked)
    return "helped"


def _doubt_answered(
    office: Office, session: Session, mail: Incoming, doubt: tuple[str, str],
    reading: tuple[Command | Unclear, str, Verb],
) -> str:  # fmt: skip
    """It is one: the case opens with what is known. Or it is left; either ends the question."""
    (person, ticket), (asked, words, verb) = doubt, reading
    open_before = reviews.end_review(session, ticket)
    if verb is Verb.ESCALATE:
        given = requests.request_of(asked, words)
        request = replace(given, reason=given.reason or DOUBTED, tried=given.tried or UNTRIED)
        situation = read_situation(office, session, ticket, mail.now)
        open_case.by_request(office, session, mail, situation, (person, request))
        return "request"
    event = office_events.DoubtLeft(at=mail.now, by=person, cause=mail.cause, ticket=ticket)
    journal.enter(session, event)
    if open_before:
        left = f"{ticket} is left with support; nobody else is asked."
        value = OtherParty(subject=f"[{ticket}] {left}", news=left, why_you="you wrote LEAVE")
        office_commands.tell_person(office, session, person, value, "answer")
    return "left"


def _act(session: Session, mail: tuple[str, str], token: Token, proof: str) -> Act:
    """Who speaks, by a mail of this cause and Message-ID."""
    cause, message_id = mail
    number = int(token.handoff.rpartition("/")[2]) if token.handoff else None
    draft = _draft(session, token)
    return Act(
        by=token.person or ev.DESKLESS,
        cause=cause,
        message_id=message_id,
        number=number,
        proof=proof,
        draft=draft.text,
        promise=draft.promise,
        draft_kind=draft.kind,
        named=draft.names,
        blocked=draft.blocked,
        unread=dialogue.unread_in_a_row(session, token.person or ""),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The draft that a letter showed: its digest, what kind it is, the update that it promises,
    whom it names as looking after it, and why it cannot go.
    """

    text: str = ""
    kind: str = FIRST_WORD
    promise: datetime | None = None
    names: str = ""
    blocked: str = ""


def _draft(session: Session, token: Token) -> _Shown:
    """The draft that the answered letter showed; one without a text where it could not be sent."""
    shown = state_keys.DRAFT.get(session, token.hash[:32])
    kind = shown.get("kind", FIRST_WORD) if shown else FIRST_WORD
    if shown and shown.get("blocked"):
        return _Shown(kind=kind, blocked=shown["blocked"])
    if not shown or not documents.get_draft(session, shown["text"]):
        return _Shown(kind=kind)
    promise = datetime.fromisoformat(shown["by"]) if shown["by"] else None
    return _Shown(shown["text"], kind, promise, shown.get("who", ""))


def _unasked_tone(session: Session, token: Token, draft: str) -> str:
    """What may sound wrong in the draft that is to be sent; said once, then a person decides."""
    shown = state_keys.DRAFT.get(session, token.hash[:32])
    tone = shown.get("tone", "") if shown else ""
    return tone if tone and state_keys.TONE_ASKED.once(session, True, draft[:32]) else ""


def _confirmed(office: Office, session: Session, mail: Incoming, token: Token, proof: str) -> str:
    """Somebody answered a code mail: with YES or the code, what was held acts now, once.

    Anything else is answered: a clear command of a proven sender is obeyed as an answer to the
    first letter, and the code is asked for again where it still matters.
    """
    words = mail.message.fresh
    asked = reading.read_words(office, session, token, words, mail)
    code = unproven.code_shown(session, token, mail.now)
    verb = asked.verb if isinstance(asked, Command) and not asked.doubts else None
    if not code:
        unproven.tell_spent(office, session, token)
        return "spent"
    if verb in {Verb.BOUNCE, Verb.DENY}:
        unproven.drop_held_words(office, session, mail, token)
        return "denied"
    if not (verb is Verb.YES or dialogue.shows_code(words, code)):
        return _said_else(office, session, mail, token, (asked, proof))
    held = unproven.take_held_words(session, token, mail.now)
    if held is None:
        unproven.tell_spent(office, session, token)
        return "spent"
    about = journal.read_case(session, held.token.case) if held.token.case else None
    return obey_words(office, session, mail, Answer(held.token, held.said, "code", about))


def _said_else(
    office: Office, session: Session, mail: Incoming, token: Token,
    reading: tuple[Command | Unclear, str],
) -> str:  # fmt: skip
    """An answer to a code mail that is neither yes nor no nor the code."""
    asked, proof = reading
    first = unproven.held_token(session, token)
    unasked = {Verb.CODE, Verb.QUESTION, Verb.THANKS}
    clear = isinstance(asked, Command) and not asked.doubts and asked.verb not in unasked
    if clear and first and proof != "code":
        case = journal.read_case(session, first.case) if first.case else None
        answer = Answer(first, mail.message.fresh, proof, case)
        return obey_words(office, session, mail, answer)
    unproven.ask_code_again(office, session, mail, token)
    return "unclear"
