"""What a teammate asks for without a brief: an escalation, the list, a status, help.

Nothing here changes an owner, so a known address that the mail server did not disown is enough;
the answer always goes to the address in the matrix, whoever wrote.
"""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.case.decide import EscalationRequest, complete_request as completed
from deskless.agent.case.decision import Act
from deskless.agent.case.on_inquiry import on_informed, on_unknowing
from deskless.agent.case.verbs import Asked, Command, Unclear, Verb
from deskless.agent.inbound import office_commands, threading
from deskless.agent.inbound.dialogue import knows_nothing
from deskless.agent.inbound.identity import Speaker, Trust, colleagues, named_teammate, of_address
from deskless.agent.judging import open_case
from deskless.agent.office import conversation, journal, known_mail, office_events
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation, read_situation
from deskless.agent.outbound import perform
from deskless.agent.outbound.case_view import view_case
from deskless.agent.reply import grammar
from deskless.mailbox.message import Message
from deskless.mailbox.pasted_posts import told_apart
from deskless.mailbox.thread import Post, Side
from deskless.mailbox.threading import joining_ids
from deskless.store import threads, verdicts
from deskless.store.engine.session import Session
from deskless.store.verdicts import Waiting

LABEL = re.compile(r"(?:^|(?<=[.!?;,\n]))[^\n:.!?;,]{0,30}:\s*$")
"""A label at the end of some words: the sentence before it on its line is no part of it."""
FIRST = re.compile(
    r"\s*(?:hi|hello|hallo|bonjour|hola)?[\s,!.]*(escalate|eskalieren|eskaliere|escalader|escalar"
    r"|bitte eskalieren|please escalate)\b",
    re.IGNORECASE,
)


def asks_to_escalate(text: str) -> bool:
    """Whether a comment or answer begins with a request to escalate."""
    return bool(FIRST.match(text))


def is_order(office: Office, mail: Incoming) -> bool:
    """Whether a mail to the agent is a command of the grammar, rather than words for a person."""
    asked = _read(office, mail, office.config.team.zone)
    return isinstance(asked, Command) and not asked.inferred


def take_request(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """A mail to the agent that answers nothing of ours."""
    speaker = of_address(office, mail)
    person = speaker.person
    if person is None or speaker.trust is Trust.REFUSE:
        turn_away(session, mail, speaker)
        return "refused", None
    known = threads.find_tickets(session, joining_ids(mail.message))
    if mail.message.forwarded or known:
        return _forwarded(office, session, mail, known)
    asked = _read(office, mail, person.hours.zone)
    if isinstance(asked, Command) and asked.verb in office_commands.OPEN:
        return office_commands.obey_office(office, session, mail, person.id, asked), None
    if isinstance(asked, Command) and asked.verb is Verb.ESCALATE and asked.subject_id:
        return _by_ticket(office, session, mail, asked)
    proven = speaker.trust is Trust.ACT
    office_commands.answer_unread(office, session, person.id, asked, proven=proven)
    return "helped", None


def by_forward(
    office: Office, session: Session, mail: Incoming, situation: Situation,
    posts: tuple[Post, ...],
) -> None:  # fmt: skip
    """A teammate's forward or answer that asks to escalate this conversation."""
    speaker = of_address(office, mail)
    if speaker.person is None or speaker.trust is Trust.REFUSE:
        turn_away(session, mail, speaker)
        return
    words = "\n".join(post.text for post in posts if post.side is Side.TEAM and not post.chat)
    asked = _read(office, mail, speaker.person.hours.zone, words)
    request = request_of(asked, words)
    open_case.by_request(office, session, mail, situation, (speaker.person.id, request))


def to_inbox(office: Office, session: Session, mail: Incoming) -> str | None:
    """A teammate's ESCALATE with a ticket that was sent to the shared inbox; None: it is not."""
    speaker = of_address(office, mail)
    if speaker.person is None or speaker.trust is Trust.REFUSE or mail.silent:
        return None
    if not asks_to_escalate(mail.message.fresh):
        return None
    return take_request(office, session, mail)[1]


def take_completion(
    office: Office, session: Session, situation: Situation, case: Case,
    commands: tuple[Command | Unclear, Act],
) -> str:  # fmt: skip
    """The answer to our questions: what is missing is filled in, or the case waits on."""
    asked, act = commands
    words = asked.note if isinstance(asked, Command) else asked.line
    unable = isinstance(asked, Command) and asked.verb is Verb.BOUNCE
    if unable or (knows_nothing(words) and not dict(getattr(asked, "fields", ()))):
        return _next_knower(office, session, situation, case, (words, act))
    given = request_of(asked, asked.note if isinstance(asked, Command) else asked.line)
    before = open_case.given_request(session, case)
    free = given.reason or given.tried
    request = EscalationRequest(
        reason=given.reason or before.reason,
        tried=given.tried or before.tried or (free if "tried" in case.missing else ""),
    )
    if request.missing and "information" not in case.missing:
        office_commands.ask_again(office, session, case, request.missing)
        return "incomplete"
    decision = completed(case, situation.setting, act, request)
    perform.carry_out(office, session, decision, situation)
    return "completed"


def _next_knower(
    office: Office, session: Session, situation: Situation, case: Case, answer: tuple[str, Act]
) -> str:
    """Who was asked cannot say: the next who may is asked; with nobody left the case goes on."""
    words, act = answer
    decision = on_unknowing(case, situation.setting, act, "", words)
    perform.carry_out(office, session, decision, situation)
    if decision.case and decision.case.asked == case.asked:
        before = open_case.given_request(session, case)
        done = completed(decision.case, situation.setting, act, before)
        perform.carry_out(office, session, done, situation)
    return "unknown"


def take_fact(
    office: Office, session: Session, situation: Situation, case: Case, answer: tuple[str, Act]
) -> str:
    """The answer to a question that somebody who works on the case asked."""
    words, act = answer
    if not knows_nothing(words):
        decision = on_informed(case, situation.setting, act, words.strip())
        perform.carry_out(office, session, decision, situation)
        return "informed"
    questions = view_case(office, session, case, situation).questions
    question = questions[-1].text if questions else ""
    decision = on_unknowing(case, situation.setting, act, question, words.strip())
    perform.carry_out(office, session, decision, situation)
    return "unknown"


def request_of(asked: Command | Unclear, words: str) -> EscalationRequest:
    """Reason and what was tried, where they are labelled; unlabelled words are the reason."""
    if not isinstance(asked, Command):
        return EscalationRequest(reason=FIRST.sub("", words).strip())
    fields = dict(asked.fields)
    reason = fields.get("reason", "") or asked.note or FIRST.sub("", words).strip(" ,.:;\n")
    if "tried" in fields and "reason" not in fields:
        # What stands before the label is the reason; the label itself is not.
        before = asked.note.partition(fields["tried"])[0]
        reason = LABEL.sub("", before).strip()
    if "reason" in fields and "impact" in fields:
        reason = f"{reason}\nImpact: {fields['impact']}"
    return EscalationRequest(reason=reason, tried=fields.get("tried", ""))


def _forwarded(
    office: Office, session: Session, mail: Incoming, known: list[str]
) -> tuple[str, str | None]:
    """A forward of a customer's mail to the agent: a request by itself (issue: no word needed)."""
    whole = threading.posts_of_mail(office, mail.message)
    posts = told_apart(whole, colleagues(office))
    customer = next((post for post in posts if post.side is Side.CUSTOMER), None)
    ticket = known[0] if known else None
    if ticket is None and customer and customer.sender:
        ticket = threading.join_thread(office, session, mail, customer)
    if ticket is None:
        return "stray", None
    posts = known_mail.without_known(session, ticket, mail, posts)
    conversation.keep_mail(session, ticket, mail, map(_internal, posts))
    verdicts.queue_thread(session, Waiting(ticket, mail.now, 0, "asked by a teammate"))
    by_forward(office, session, mail, read_situation(office, session, ticket, mail.now), posts)
    return "request", ticket


def _internal(post: Post) -> Post:
    """What a teammate writes to the agent was never said to the customer."""
    return replace(post, internal=True) if post.side is Side.TEAM else post


def _by_ticket(
    office: Office, session: Session, mail: Incoming, asked: Command
) -> tuple[str, str | None]:
    named = asked.subject_id.upper()
    known = journal.read_case(session, named)
    ticket = known.ticket if known else named
    person = named_teammate(office, mail.message)
    if threads.get_thread(session, ticket) is None or person is None:
        if person:
            office_commands.help_with(office, session, person.id, asked.line)
        return "unknown ticket", None
    request = request_of(asked, mail.message.fresh)
    situation = read_situation(office, session, ticket, mail.now)
    open_case.by_request(office, session, mail, situation, (person.id, request))
    return "request", ticket


def _read(office: Office, mail: Incoming, zone: ZoneInfo, words: str = "") -> Command | Unclear:
    asked = Asked(yes=None, languages=office.config.team.languages)
    text = words or mail.message.fresh or mail.message.subject
    return grammar.read_reply(
        text, people=office.rules.matrix, now=mail.now, zone=zone, asked=asked
    )


def turn_away(session: Session, mail: Incoming, speaker: Speaker) -> None:
    """Nobody we know wrote to the agent: an entry, and silence."""
    doubted = office_events.AnswerDoubted(
        at=mail.now,
        by=speaker.person.id if speaker.person else event.DESKLESS,
        cause=mail.cause,
        why=event.Why.FORGED,
        trust=speaker.trust,
        said=speaker.why,
        sender=_from(mail.message),
    )
    journal.enter(session, doubted)


def _from(message: Message) -> str:
    return message.sender.email if message.sender else ""
