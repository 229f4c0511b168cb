"""The shadow digest: one mail a day to the founder with what would have been done."""

from datetime import datetime, timedelta

from deskless.agent.language.time import say_instant
from deskless.agent.office import conversation, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import ends
from deskless.agent.settings import keys
from deskless.policies.verdict import Outcome
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span
from deskless.templates.values import Said, ShadowDigest, Would

MOST = 30


def send_shadow(office: Office, session: Session, now: datetime, _: Health) -> bool:
    """Write the digest of everything since the last one; nothing once everything is live."""
    if state_keys.LIVE.get(session) is True or (office.config.mode.live and not _kept(session)):
        return False
    after = state_keys.SHADOW_SEQ.get(session) or 0
    would = list(entries.read_entries(session, Span(kinds=frozenset({"would"}), after=after)))
    if not would:
        return False
    shown = would[:MOST]
    marks = list(state_keys.MARKED.under(session).values())
    token = keys.new_token()
    value = ShadowDigest(
        subject=f"[Deskless] What would have been done, {now:%d %b}",
        day=f"{now.astimezone(office.config.team.zone):%A %d %B}",
        items=tuple(_item(office, session, entry, at) for at, entry in enumerate(shown, 1)),
        rest=len(would) - len(shown),
        left=len(_left_alone(session, after, would)),
        asked=sum(entry.data["outcome"] == Outcome.REVIEW.value for entry in would),
        agreed=marks.count("right"),
        answered=len(marks),
        ends=ends.end_facts(ends.count_ends(session, _since(session, now), now)),
        policies=tuple(sorted({str(name) for entry in would for name in entry.data["met"]})),
    )
    seqs = [entry.seq for entry in shown]
    state_keys.SHADOW_TOLD.put(session, now)
    state_keys.SHADOW_ITEMS.put(session, seqs)
    state_keys.SHADOW_SHOWN.put(session, seqs, tokens.token_digest(token)[:32])
    state_keys.SHADOW_SEQ.put(session, entries.count_entries(session))
    envelope = Envelope(
        to=office.rules.founder, kind="shadow", purpose="office", urgency=6, token=token
    )
    write_letter(office, session, value, envelope)
    return True


def _left_alone(session: Session, after: int, would: list[Entry]) -> set[str]:
    """The conversations that were judged since the last digest and left with support."""
    outcomes: dict[str, str] = {}
    for entry in entries.read_entries(session, Span(kinds=frozenset({"judged"}), after=after)):
        if entry.ticket and not entry.data["history"]:
            outcomes[entry.ticket] = str(entry.data["outcome"])
    left = {ticket for ticket, outcome in outcomes.items() if outcome == Outcome.LEAVE.value}
    return left - {entry.ticket for entry in would if entry.ticket}


def _since(session: Session, now: datetime) -> datetime:
    """When the last digest was made; at most a week ago."""
    last = state_keys.SHADOW_TOLD.get(session) or now - timedelta(days=1)
    return max(last, now - timedelta(days=7))


def _kept(session: Session) -> bool:
    return (
        next(entries.read_entries(session, Span(kinds=frozenset({"would"})), limit=1), None)
        is not None
    )


def _item(office: Office, session: Session, entry: Entry, number: int) -> Would:
    zone = office.config.team.zone
    thread = conversation.read_thread(session, entry.ticket or "")
    owner = office.name(str(entry.data["owner"])) if entry.data.get("owner") else "the founder"
    at = say_instant(entry.at, zone)
    sure = entry.data["outcome"] == "escalate"
    text = f"would have asked {owner} at {at}" if sure else f"would have asked you to decide, {at}"
    met = [office.rules.policy(str(name)) for name in entry.data["met"]]
    because = ", ".join((each.name or each.id) for each in met if each) or "a doubt"
    quotes = (entry.private or {}).get("quotes", [])
    who = (thread.customer.name or thread.customer.email) if thread.customer else ""
    return Would(
        number=number,
        text=f"{entry.ticket} {who}, “{thread.subject}”: {text}",
        because=because,
        policy=str(entry.data["met"][0]) if entry.data["met"] else "",
        quote=Said(text=quotes[0], who=who) if quotes else None,
    )
