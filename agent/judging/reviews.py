"""What is not acted on by itself: a doubt that a person should see, and what shadow mode would do.

A doubt, or a mail that could not be read, is asked of one person by name, within the time of a
SEV-3 (`Reviewers` says of whom): YES by reply opens a case, LEAVE leaves it with support; silence
is reminded of once and then asked of the next, at last of the founder. What is due follows from
what is kept of each open doubt. What shadow mode would have done is kept as an entry and told in
one digest a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskless.agent.case.deadline import answer_by, remind_at
from deskless.agent.case.escalation_limits import present_matrix
from deskless.agent.language.time import say_instant
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation, kept_verdict, read_situation
from deskless.agent.office.state_keys import OpenReview
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.mailbox.message import Unread
from deskless.mailbox.sender.body import attachments
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.people.roster import is_called
from deskless.policies.settle.next_owner import is_away
from deskless.policies.verdict import Finding, Met, Severity, Verdict
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.values import Fact, Notice, Said

FEW = 3
"""People who are asked before the founder: a doubt must not wander for days."""
NEVER = datetime.max.replace(tzinfo=UTC)
YES_OR_LEAVE = (
    "Reply YES if it is one (add why and what was tried, if you know it), and it goes to the next "
    "tier. Reply LEAVE, and it stays with support."
)


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who is asked about a doubt, one person at a time: the team at one instant. Pure.

    First whoever the customer's account belongs to, then the people of tier 1, those at work before
    those who will be, then whoever leads support. Nobody is asked twice, nobody who is away; after
    a few it is the founder's, who may have been asked as an owner of the account before. `matrix`
    knows who is away; `account_owner` is a name as written, `lead` and `founder` are ids.
    """

    matrix: Matrix
    now: datetime
    founder: str
    lead: str
    account_owner: str = ""

    def next_after(self, asked: tuple[str, ...]) -> Person | None:
        """Who is asked next, where these ids have been; None: the founder was the last."""
        left = [person for person in self._chain() if person.id not in asked]
        if asked[-1:] == (self.founder,) and (len(asked) > 1 or not left):
            return None
        return left[0] if left and len(asked) < FEW else self.matrix.person(self.founder)

    def on_duty(self) -> tuple[Person, ...]:
        """The people of tier 1 who are not away: those at work first, then who is back soonest."""
        tiers = self.matrix.tiers()
        first = self.matrix.on(tiers[0]) if tiers else ()
        there = [person for person in first if not is_away(person, self.now)]
        return tuple(sorted(there, key=self._at_work))

    def _chain(self) -> Iterator[Person]:
        owner = [
            person for person in self.matrix.people
            if self.account_owner and is_called(person, self.account_owner)
        ][:1]  # fmt: skip
        lead = self.matrix.person(self.lead)
        behind = (*self.on_duty(), *((lead,) if lead else ()))
        named = (*owner, *(person for person in behind if person.id != self.founder))
        return (person for person in named if not is_away(person, self.now))

    def _at_work(self, person: Person) -> tuple[datetime, str]:
        return person.hours.next_start(self.now) or NEVER, person.emails[0]


def keep_shadow_verdict(office: Office, session: Session, ticket: str, verdict: Verdict) -> None:
    """Keep what would have been done, for the shadow digest."""
    findings = [finding for finding in verdict.findings if finding.met is not Met.NOT_MET]
    event = office_events.WouldHaveActed(
        at=office.clock.now(),
        ticket=ticket,
        outcome=verdict.outcome,
        owner=verdict.owner,
        severity=verdict.severity,
        met=tuple(finding.policy for finding in findings),
        verdict=verdict.key,
        quotes=tuple(quote.text for finding in findings for quote in finding.quotes)[:3],
        policy=verdict.policy_hash,
    )
    journal.enter(session, event)


def ask_about_doubt(
    office: Office, session: Session, situation: Situation, verdict: Verdict
) -> None:
    """Show a doubt to a person, once for each state of the conversation.

    Where somebody has the question already, they are told what is new, and their time runs on.
    What was written to many is shown to one person, and nobody is asked after them.
    """
    ticket = situation.ticket
    if not state_keys.REVIEW.once(session, True, f"{ticket}:{verdict.key[:16]}"):
        return
    review = state_keys.DOUBT.get(session, ticket)
    if review is not None:
        review = {**review, "verdict": verdict.key}
        state_keys.DOUBT.put(session, review, ticket)
        _write(office, session, situation, review, review["asked"][-1])
        return
    new = state_keys.OpenReview(verdict=verdict.key, asked=[], at="", remind="", due="")
    _ask_next(office, session, situation, new)
    if situation.facts.mailing and not situation.thread.last_unread():
        state_keys.DOUBT.drop(session, ticket)


def next_review_due(session: Session) -> datetime | None:
    """When the next open doubt is due for a reminder or for the next person (UTC)."""
    reviews = state_keys.DOUBT.under(session).values()
    instants = [each["remind"] or each["due"] for each in reviews]
    return min((datetime.fromisoformat(instant) for instant in instants if instant), default=None)


def due_reviews(session: Session, now: datetime) -> list[str]:
    """The tickets of the open doubts that are due."""
    return [
        ticket for ticket, review in sorted(state_keys.DOUBT.under(session).items())
        if (instant := review["remind"] or review["due"])
            and datetime.fromisoformat(instant) <= now
    ]  # fmt: skip


def chase_review(office: Office, session: Session, ticket: str) -> None:
    """Time has passed over an open doubt: ask once more, then the next, at last the founder.

    Where a case was opened, or somebody of the team has answered the customer, a person saw it.
    """
    review = state_keys.DOUBT.get(session, ticket)
    if review is None:
        return
    now = office.clock.now()
    situation = read_situation(office, session, ticket, now)
    if situation.live_case or _answered(situation.thread, review):
        end_review(session, ticket)
        return
    reader = office.person(review["asked"][-1])
    overdue = datetime.fromisoformat(review["due"]) <= now if review["due"] else False
    if reader is not None and review["remind"] and not overdue:
        state_keys.DOUBT.put(session, {**review, "remind": ""}, ticket)
        _write(office, session, situation, review, reader.id, again=True)
        return
    _ask_next(office, session, situation, review)


def pass_review_on(office: Office, session: Session, ticket: str, person: str) -> None:
    """Whoever has the question is away or cannot be reached: the next one is asked at once."""
    review = state_keys.DOUBT.get(session, ticket)
    if review is None or review["asked"][-1] != person:
        return
    situation = read_situation(office, session, ticket, office.clock.now())
    _ask_next(office, session, situation, review)


def end_review(session: Session, ticket: str) -> bool:
    """The doubt is settled; False where none was open."""
    return state_keys.DOUBT.drop(session, ticket)


def open_reviews(office: Office, session: Session) -> tuple[str, ...]:
    """Every doubt that nobody has answered, as a line: the ticket and who was asked."""
    return tuple(
        f"{ticket} ({', '.join(dict.fromkeys(map(office.name, review['asked'])))} asked, no answer)"
        for ticket, review in sorted(state_keys.DOUBT.under(session).items())
    )


def reviewers_of(office: Office, situation: Situation) -> Reviewers:
    """Who may be asked about this conversation."""
    setting = situation.setting
    return Reviewers(
        matrix=present_matrix(setting.matrix, setting),
        now=setting.now,
        founder=office.rules.founder,
        lead=support_lead(office),
        account_owner=situation.account.owner if situation.account else "",
    )


def _answered(thread: Thread, review: OpenReview) -> bool:
    """Whether somebody of the team has written to the customer since the question was asked."""
    asked = datetime.fromisoformat(review["at"])
    return any(
        post.side is Side.TEAM and not post.internal and post.at > asked for post in thread.posts
    )


def _ask_next(office: Office, session: Session, situation: Situation, review: OpenReview) -> None:
    """Ask the next person who can be written to; after the founder nobody is left to ask."""
    ticket, now = situation.ticket, situation.setting.now
    chain = reviewers_of(office, situation)
    asked = tuple(review["asked"])
    while (person := chain.next_after(asked)) is not None:
        asked = (*asked, person.id)
        within = situation.setting.clocks.of(Severity.SEV3).first_response
        due = answer_by(Severity.SEV3, within, now, hours=person.hours, name=person.name)
        asking = state_keys.OpenReview(
            verdict=review["verdict"], asked=list(asked), at=review["at"] or now.isoformat(),
            remind=remind_at(now, due.at, person.hours).isoformat(), due=due.at.isoformat(),
        )  # fmt: skip
        if _write(office, session, situation, asking, person.id):
            state_keys.DOUBT.put(session, asking, ticket)
            event = office_events.ReviewAsked(
                at=now, ticket=ticket, to=person.id, verdict=review["verdict"]
            )
            journal.enter(session, event)
            return
    # It stays open: the morning list names it until somebody answers.
    state_keys.DOUBT.put(session, {**review, "remind": "", "due": ""}, ticket)


def _write(  # noqa: PLR0913 - the letter and whom it is for
    office: Office, session: Session, situation: Situation, review: OpenReview, to: str,
    *, again: bool = False,
) -> bool:  # fmt: skip
    """Write the question to one person; whether they can be written to."""
    thread = situation.thread
    verdict = kept_verdict(session, review["verdict"])
    doubts = [
        finding for finding in (verdict.findings if verdict else ())
        if finding.met is not Met.NOT_MET
    ]  # fmt: skip
    unread = thread.last_unread()
    question = Question(situation, review, to, again)
    value = (
        _unread(office, session, question, unread) if unread else _doubt(office, question, doubts)
    )
    envelope = Envelope(
        to=to, kind="review", purpose="review", ticket=situation.ticket, urgency=3,
        thread=frozenset(spoken_post.message_id for spoken_post in thread.posts
            if spoken_post.message_id),
    )  # fmt: skip
    return write_letter(office, session, value, envelope) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt on its way to one person: `again` when they were asked before."""

    situation: Situation
    review: OpenReview
    to: str
    again: bool

    @property
    def thread(self) -> Thread:
        """The conversation that it is about."""
        return self.situation.thread


def _doubt(office: Office, question: Question, doubts: list[Finding]) -> Notice:
    """The question whether what may be met is met."""
    thread = question.thread
    zone = office.config.team.zone
    quote = next((quote for finding in doubts for quote in finding.quotes), None)
    spoken = thread.from_customer()
    place = thread.evidence_post(quote.post, quote.text) if quote else None
    post = place[1] if place else (spoken[-1] if spoken else None)
    words = quote.text if quote else (post.text[:300] if post else "")
    who = _who(thread)
    name = office.name(question.to).split()[0]
    return Notice(
        subject=f"[{thread.ticket}] Should this be escalated? {who}: {thread.subject}",
        news=f"{'Still open: ' * question.again}{who} wrote about “{thread.subject}”, and it may "
        f"need somebody. {name}, you decide, {_until(office, question)}.",
        changed=False,
        facts=(
            *(
                Fact(name=_title(office, finding.policy), value=finding.reason)
                for finding in doubts[:4]
            ),
            *_asked_before(office, question),
        ),
        do=f"{YES_OR_LEAVE} {_otherwise(office, question)}",
        quote=_quoted(post, words, who, zone) if words and post else None,
    )


def _quoted(post: Post, words: str, who: str, zone: ZoneInfo) -> Said:
    """Somebody's words; of a pasted chat with who wrote there and when, as it stands there."""
    if post.chat and post.sender:
        return Said(text=words, at=post.chat, who=post.sender.name or who)
    return Said(text=words, at=say_instant(post.at, zone), who=who)


def _unread(
    office: Office, session: Session, question: Question, unread: tuple[Unread, ...]
) -> Notice:
    """The question to look at a mail that we could not read, within a SEV-3's first response."""
    thread = question.thread
    who = _who(thread)
    newest = documents.mails_of(session, thread.ticket or "")[-1:]
    files = [file.name or file.type for raw in newest for file in attachments(raw)]
    sender = f"{who}, {thread.customer.email}" if thread.customer else who
    return Notice(
        subject=f"[{thread.ticket}] Could not be read: {who}: {thread.subject}",
        news=f"{'Still open: ' * question.again}{who} wrote about “{thread.subject}”, and we could "
        f"not read it. {office.name(question.to)}, please look at it in the inbox, "
        f"{_until(office, question)}.",
        changed=False,
        facts=(
            Fact(name="From", value=sender),
            Fact(name="Not read", value="; ".join(unread)),
            *((Fact(name="Attached", value=", ".join(files[:6])),) if files else ()),
            *_asked_before(office, question),
        ),
        do=f"{YES_OR_LEAVE} {_otherwise(office, question)}",
    )


def _until(office: Office, question: Question) -> str:
    due = question.review["due"]
    zone = office.config.team.zone
    return f"{say_instant(datetime.fromisoformat(due), zone)} at the latest" if due else "please"


def _asked_before(office: Office, question: Question) -> tuple[Fact, ...]:
    names = [office.name(id_) for id_ in question.review["asked"] if id_ != question.to]
    return (Fact(name="Asked before you", value=", ".join(names)),) if names else ()


def _otherwise(office: Office, question: Question) -> str:
    """What happens without an answer."""
    if question.situation.facts.mailing and not question.thread.last_unread():
        return "Without an answer it is left with support."
    person = reviewers_of(office, question.situation).next_after(tuple(question.review["asked"]))
    if person is None:
        return "Until somebody answers, it stands in the morning list."
    return f"Without an answer {person.name} is asked next."


def _who(thread: Thread) -> str:
    customer = thread.customer
    return (customer.name or customer.email) if customer else "a customer"


def support_lead(office: Office) -> str:
    """Who leads support: the address configured, else the founder."""
    named = office.rules.matrix.by_email(office.config.daily.lead.lower())
    return named.id if named else office.rules.founder


def _title(office: Office, policy: str) -> str:
    known = office.rules.policy(policy)
    return (known.name or known.id) if known else policy
