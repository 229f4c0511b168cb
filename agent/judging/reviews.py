"""What is not acted on by itself: a doubt that a person should see, and what shadow mode would do.

A doubt is a letter to whoever leads support (`[daily] lead`, else the founder): ESCALATE by reply
opens the case, silence leaves it. What shadow mode would have done is kept as an entry and told in
one digest a day.
"""

from deskless.agent.language.time import say_instant
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.mailbox.thread import Thread
from deskless.policies.verdict import Met, Verdict
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
    zone = office.config.team.zone
    posts = {spoken_post.key: spoken_post for spoken_post in thread.posts}
    doubts = [finding for finding in verdict.findings if finding.met is not Met.NOT_MET]
    quote = next((quote for finding in doubts for quote in finding.quotes), None)
    post = posts.get(quote.post) if quote else None
    customer = thread.customer
    who = (customer.name or customer.email) if customer else "a customer"
    value = Notice(
        subject=f"[{ticket}] Should this be escalated? {who}: {thread.subject}",
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


def support_lead(office: Office) -> str:
    """Who leads support: the address configured, else the founder."""
    named = office.rules.matrix.by_email(office.config.daily.lead.lower())
    return named.id if named else office.rules.founder


def _title(office: Office, policy: str) -> str:
    known = office.rules.book.policy(policy)
    return (known.name or known.id) if known else policy
