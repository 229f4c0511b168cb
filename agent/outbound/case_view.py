"""A case as its mails speak of it: names instead of ids, times in the reader's zone, words found.

Built once per letter from the store; holds everything that the letters' builders ask.
"""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from textwrap import shorten
from zoneinfo import ZoneInfo

from deskless.agent.case import event
from deskless.agent.case.case import Case, Handoff, Result
from deskless.agent.case.live.event_war_room import Logged
from deskless.agent.case.say_time import say_instant, say_timer
from deskless.agent.office import conversation, journal
from deskless.agent.office.office import Office
from deskless.agent.office.situation import (
    Situation,
    alike,
    ended_alike,
    kept_verdict,
    lookalikes,
)
from deskless.mailbox.pasted_posts import bare_name
from deskless.mailbox.quoting.pasted import PastedLink, pasted_links
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.people.accounts import CustomerAccount
from deskless.policies.verdict import Met, Quote, Verdict
from deskless.store.engine.session import Session
from deskless.templates.parts import Attempt, Said

OUTCOME = {
    Result.OFFERED: "was asked", Result.ACCEPTED: "accepted", Result.BOUNCED: "bounced it",
    Result.LAPSED: "did not answer in time", Result.AWAY: "out of office",
    Result.UNDELIVERED: "could not be reached", Result.WITHDRAWN: "taken off it",
    Result.NAMED: "named whom to ask",
}  # fmt: skip


LINKS, CHAT = 20, 12
"""Links and posts of pasted chats that are shown; the conversation itself has them all."""
CHAT_WORDS = 160
"""Characters of one such post."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The parts of a word of progress, verbatim; empty where nothing was said."""

    blocker: str = ""
    next_action: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that was asked for, and the answer where one came. People by id, instants UTC."""

    text: str
    asker: str
    at: datetime
    answer: str = ""
    by: str = ""
    answered: datetime | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One case at one instant, with the conversation it is about."""

    office: Office
    case: Case
    thread: Thread
    verdict: Verdict | None
    events: tuple[event.Event, ...]
    now: datetime
    alike: tuple[tuple[str, str], ...] = ()
    """Other live cases that may be the same matter: key and subject."""
    customer_zone: tzinfo | None = None
    """The zone that the customer's own clock shows; None: not known."""
    ended: tuple[tuple[str, str], ...] = ()
    """Cases that ended lately and may be the same matter: key, and subject with its end."""

    @property
    def customer(self) -> str:
        """What to call the customer: the account's name, else the person's, else the address."""
        if self.account:
            return self.account.customer
        sender = self.thread.customer
        return (sender.name or sender.email) if sender else "a customer"

    @property
    def account(self) -> CustomerAccount | None:
        """The customer's line in the team's own list."""
        known = self.thread.customer
        named = [past.customer for past in self.events if isinstance(past, event.Corrected)]
        corrected = next((name for name in reversed(named) if name), "")
        if corrected:
            accounts = self.office.rules.accounts.accounts
            return next((each for each in accounts if each.customer == corrected), None)
        return self.office.rules.accounts.find(known.email) if known else None

    @property
    def subject(self) -> str:
        """The subject of every mail about this case; never changes, so that threads hold.

        It is kept from the opening: a customer may change the subject, and an account its name.
        """
        subject = next(
            (
                past_event.subject
                for past_event in self.events
                if isinstance(past_event, event.Opening)
            ),
            "",
        )
        return f"[{self.case.key}] {subject or self.topic}"

    @property
    def topic(self) -> str:
        """Who wrote about what, as it reads today."""
        topic = self.thread.subject or "no subject"
        return f"{self.customer}: {topic}"

    @property
    def acknowledged(self) -> bool:
        """Whether the first letter to the customer has left, or is on its way."""
        return self.case.word_at is not None

    @property
    def reason(self) -> str:
        """What the requester gave as the reason."""
        return self._given("reason")

    @property
    def tried(self) -> str:
        """What the requester gave as tried."""
        return self._given("tried")

    @property
    def next_action(self) -> str | None:
        """The latest next action that an owner named."""
        actions = [getattr(past_event, "next_action", "") for past_event in self.events]
        return next((action for action in reversed(actions) if action), None)

    @property
    def progress(self) -> "Heard":
        """What the latest word of progress held, each as it was said."""
        told = [past for past in self.events if isinstance(past, event.Progressed)]
        last = told[-1] if told else None
        return Heard(last.blocked_by, last.next_action, last.root_cause) if last else Heard()

    @property
    def blocker(self) -> str | None:
        """What holds it up: the owner's own words, else one of the six, else None."""
        told = [past.blocked_by for past in self.events if isinstance(past, event.Progressed)]
        words = next((text for text in reversed(told) if text), "")
        kind = self.case.blocker.value.replace("_", " ") if self.case.blocker else None
        return words or kind

    @property
    def cause(self) -> str | None:
        """The cause that an owner named last."""
        told = [past.root_cause for past in self.events if isinstance(past, event.Progressed)]
        return next((text for text in reversed(told) if text), None)

    @property
    def questions(self) -> tuple["Question", ...]:
        """What was asked back, by whom, and what was answered since; the newest last."""
        asked: list[Question] = []
        for past in self.events:
            if isinstance(past, event.Inquired):
                asked.append(Question(past.note, past.asker, past.at))
            elif isinstance(past, event.Informed) and asked:
                asked[-1] = replace(asked[-1], answer=past.note, by=past.by, answered=past.at)
        return tuple(asked)

    @property
    def evidence(self) -> tuple[Said, ...]:
        """The customer's words for every criterion that is met or unclear."""
        if self.verdict is None:
            return ()
        quotes = [
            (quote, finding.policy)
            for finding in self.verdict.findings
            if finding.met is not Met.NOT_MET
            for quote in finding.quotes
        ]
        return tuple(dict.fromkeys(self.said(quote, policy) for quote, policy in quotes))

    def said(self, quote: Quote, policy: str = "") -> Said:
        """A verified quote with who said it, when, and in which mail of the attached thread."""
        at, post = self.thread.evidence_post(quote.post, quote.text) or (None, None)
        who = post.sender.name or post.sender.email if post and post.sender else ""
        when = post.chat or say_instant(post.at, self.zone()) if post else ""
        return Said(text=quote.text, at=when, who=who, mail=at, policy=self.title(policy))

    def title(self, policy: str) -> str:
        """What a criterion is called."""
        known = self.office.rules.policy(policy)
        return (known.name or known.id) if known else policy

    def zone(self, person: str | None = None) -> ZoneInfo:
        """The zone that a person reads times in; the team's where nobody is meant."""
        teammate = self.office.person(person)
        return teammate.hours.zone if teammate else self.office.config.team.zone

    def time(self, at: datetime | None, person: str | None = None) -> str | None:
        """An instant for a person to read; None stays None (NOT STATED)."""
        return say_instant(at, self.zone(person)) if at else None

    def customer_time(self, at: datetime, language: str) -> str:
        """An instant for the customer to read, in their language and zone; else in the team's."""
        from deskless.agent.language.say_date import say_date

        team = self.office.config.team.zone
        theirs = self.customer_zone
        if theirs is None or at.astimezone(theirs).utcoffset() == at.astimezone(team).utcoffset():
            return say_date(at, team, language, theirs=theirs is not None)
        return say_date(at, theirs, language)

    def left(self, at: datetime | None) -> str:
        """How far away an instant is: `in 2 h 10 min`, `late by 40 min`."""
        return say_timer(at - self.now) if at else ""

    def attempts(self, upto: int | None = None) -> tuple[Attempt, ...]:
        """Who was asked before, and what they said."""
        return tuple(
            self._attempt(handoff)
            for handoff in self.case.handoffs
            if handoff.result is not Result.OFFERED and (upto is None or handoff.number < upto)
        )

    @property
    def room_words(self) -> tuple[Said, ...]:
        """What was said in the war room, oldest first; who no server vouched for is marked."""
        return tuple(
            Said(
                text=past.note, at=self.time(past.at) or "",
                who=self.office.name(past.by) + ("" if past.proof else " (not proven)"),
            )
            for past in self.events
            if isinstance(past, Logged)
        )  # fmt: skip

    @property
    def links(self) -> tuple[PastedLink, ...]:
        """Every link in the conversation with what it leads to, each once, notes included."""
        texts = (post.text for post in self.thread.posts)
        return tuple(dict.fromkeys(link for text in texts for link in pasted_links(text)))[:LINKS]

    @property
    def chat(self) -> tuple[Said, ...]:
        """The posts of chats that were pasted into mails, with who wrote them and on which side."""
        return tuple(
            Said(
                text=shorten(" ".join(post.text.split()), CHAT_WORDS, placeholder=" …"),
                at=post.chat, who=f"{name} ({self.side_of(post)})", mail=number,
            )
            for number, post in enumerate(self.thread.posts, 1)
            if post.chat and (name := post.sender.name if post.sender else "somebody")
        )[:CHAT]  # fmt: skip

    def side_of(self, post: Post) -> str:
        """On which side somebody in a chat speaks: team, customer, or unknown (the customer's, as
        far as it is judged).
        """
        if post.side is Side.TEAM:
            return "team"
        senders = (mail.sender for mail in self.thread.from_customer() if not mail.chat)
        known = {bare_name(sender.name) for sender in senders if sender and sender.name}
        name = bare_name(post.sender.name) if post.sender else ""
        firsts = [each for each in known if each.partition(" ")[0] == name]
        return "customer" if name in known or len(firsts) == 1 else "unknown"

    @property
    def way(self) -> tuple[str, ...]:
        """Through whose hands the case went before the right person took it, in order.

        Forwards of the customer's mail, then offers that nobody took.
        """
        taken = [each.answered_at for each in self.case.handoffs if each.result is Result.ACCEPTED]
        end = max((at for at in taken if at), default=None)
        hands = dict.fromkeys(hand for post in self.thread.posts for hand in post.hands)
        steps = [
            f"{self.called(hand.by)} passed it on"
            + (f" to {', '.join(self.called(email) for email in hand.to)}" if hand.to else "")
            + (f" ({self.time(hand.at)})" if hand.at else "")
            for hand in hands
            if end is None or hand.at is None or hand.at <= end
        ]
        offers = [each for each in self.attempts() if each.outcome != OUTCOME[Result.ACCEPTED]]
        steps += [f"{each.who} {each.outcome} ({each.at})" for each in offers]
        return tuple(steps)

    def called(self, email: str) -> str:
        """What an address of the team is called: a person's name, else the address."""
        person = self.office.rules.matrix.by_email(email)
        return person.name if person else email

    def handoff(self, number: int | None) -> Handoff | None:
        """The handoff of this number."""
        return next((handoff for handoff in self.case.handoffs if handoff.number == number), None)

    def spoken(self, side: Side) -> tuple[Post, ...]:
        """What one side said to the other (internal notes left out)."""
        return tuple(post for post in self.thread.posts if post.side is side and not post.internal)

    def _attempt(self, handoff: Handoff) -> Attempt:
        return Attempt(
            who=self.office.name(handoff.to),
            at=say_instant(handoff.answered_at or handoff.offered_at, self.zone()),
            outcome=OUTCOME[handoff.result],
            said=self._word(handoff.number),
        )

    def _word(self, number: int) -> str:
        words = [
            getattr(past_event, "note", "")
            for past_event in self.events
            if number in {getattr(past_event, "number", None), getattr(past_event, "handoff", None)}
            and not isinstance(past_event, event.Refused)
        ]
        return next((word for word in reversed(words) if word), "")

    def _given(self, name: str) -> str:
        answer = [getattr(past_event, name, "") for past_event in self.events]
        words = [text for text in answer if isinstance(text, str) and text]
        return words[-1] if words else ""


def view_case(
    office: Office, session: Session, case: Case, situation: Situation | None = None
) -> View:
    """The view of a case; `situation` is its conversation's, where somebody has read it."""
    others = lookalikes(session, case, situation)
    return View(
        office=office,
        case=case,
        thread=situation.thread if situation else conversation.read_thread(session, case.ticket),
        verdict=kept_verdict(session, case.verdict) if case.verdict else None,
        events=tuple(journal.case_events(session, case.key)),
        now=office.clock.now(),
        alike=tuple(
            (other.key, conversation.read_thread(session, other.ticket).subject)
            for other in alike(session, case, others)
            if other.key not in case.parted and "" not in case.parted
        ),
        ended=tuple(
            (other.key, _ending(session, office, other))
            for other in ended_alike(case, office.clock.now(), others)
        ),
    )


def _ending(session: Session, office: Office, case: Case) -> str:
    """An ended case in a line: its subject, when it ended and how, and who had it."""
    subject = conversation.read_thread(session, case.ticket).subject
    at = say_instant(case.closed_at, office.config.team.zone) if case.closed_at else ""
    owner = f", {office.name(case.owner)} had it" if case.owner else ""
    return f"{subject}; closed {at} ({case.reason.replace('_', ' ')}){owner}"
