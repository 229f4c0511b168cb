"""What is not acted on by itself: a doubt that a person should see, and what shadow mode would do.

A doubt, or a mail that could not be read, is a letter to whoever leads support (`[daily] lead`,
else the founder): ESCALATE by reply opens the case, silence leaves it. What shadow mode would have
done is kept as an entry and told in one digest a day.
"""

from deskless.agent.case.deadline import answer_by
from deskless.agent.language.time import say_instant
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.mailbox.message import Unread
from deskless.mailbox.sender.body import attachments
from deskless.mailbox.thread import Thread
from deskless.policies.verdict import Finding, Met, Severity, Verdict
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.values import Fact, Notice, Said


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


def ask_about_doubt(office: Office, session: Session, thread: Thread, verdict: Verdict) -> None:
    """Show a doubt to a person, once for each state of the conversation."""
    ticket = thread.ticket
    if not state_keys.REVIEW.once(session, True, f"{ticket}:{verdict.key[:16]}"):
        return
    doubts = [finding for finding in verdict.findings if finding.met is not Met.NOT_MET]
    unread = thread.last_unread()
    value = _unread(office, session, thread, unread) if unread else _doubt(office, thread, doubts)
    envelope = Envelope(
        to=support_lead(office), kind="review", purpose="review", ticket=ticket, urgency=3,
        thread=frozenset(spoken_post.message_id for spoken_post in thread.posts
            if spoken_post.message_id),
    )  # fmt: skip
    write_letter(office, session, value, envelope)
    asked = office_events.ReviewAsked(
        at=office.clock.now(), ticket=ticket, to=support_lead(office), verdict=verdict.key
    )
    journal.enter(session, asked)


def _doubt(office: Office, thread: Thread, doubts: list[Finding]) -> Notice:
    """The question whether what may be met is met."""
    zone = office.config.team.zone
    posts = {spoken_post.key: spoken_post for spoken_post in thread.posts}
    quote = next((quote for finding in doubts for quote in finding.quotes), None)
    post = posts.get(quote.post) if quote else None
    who = _who(thread)
    return Notice(
        subject=f"[{thread.ticket}] Should this be escalated? {who}: {thread.subject}",
        news=f"{who} wrote about “{thread.subject}”, and it may need somebody. You decide.",
        changed=False,
        facts=tuple(
            Fact(name=_title(office, finding.policy), value=finding.reason)
            for finding in doubts[:4]
        ),
        do="Reply ESCALATE with the reason and what was tried, and it goes to the next tier. "
        "Without an answer it is left with support.",
        quote=Said(text=quote.text, at=say_instant(post.at, zone), who=who)
        if quote and post
        else None,
    )


def _unread(office: Office, session: Session, thread: Thread, unread: tuple[Unread, ...]) -> Notice:
    """The question to look at a mail that we could not read, within a SEV-3's first response."""
    who = _who(thread)
    reader = office.rules.matrix.person(support_lead(office))
    name, hours = (reader.name, reader.hours) if reader else ("the team", office.rules.team)
    due = answer_by(Severity.SEV3, "", office.clock.now(), hours=hours, name=name)
    newest = documents.mails_of(session, thread.ticket or "")[-1:]
    files = [file.name or file.type for raw in newest for file in attachments(raw)]
    sender = f"{who}, {thread.customer.email}" if thread.customer else who
    return Notice(
        subject=f"[{thread.ticket}] Could not be read: {who}: {thread.subject}",
        news=f"{who} wrote about “{thread.subject}”, and we could not read it. "
        f"{name}, please look at it in the inbox {say_instant(due.at, office.config.team.zone)} "
        "at the latest.",
        changed=False,
        facts=(
            Fact(name="From", value=sender),
            Fact(name="Not read", value="; ".join(unread)),
            *((Fact(name="Attached", value=", ".join(files[:6])),) if files else ()),
        ),
        do="If it needs somebody, reply ESCALATE with the reason and what was tried, and it goes "
        "to the next tier. Nothing was decided about it.",
    )


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
