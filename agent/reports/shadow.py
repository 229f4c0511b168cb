"""The shadow digest: one mail a day to the founder with what would have been done."""

from datetime import datetime, timedelta

from deskless.agent.language.time import say_instant
from deskless.agent.office import conversation, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import ends
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
    span = Span(kinds=frozenset({"would"}), after=after)
    kept_entries = list(entries.read_entries(session, span, limit=500))
    if not kept_entries:
        return False
    shown = kept_entries[:MOST]
    right, wrong = (state_keys.JUDGED_SHADOW.counted(session, word) for word in ("right", "wrong"))
    value = ShadowDigest(
        subject=f"[Deskless] What would have been done, {now:%d %b}",
        day=f"{now.astimezone(office.config.team.zone):%A %d %B}",
        items=tuple(_item(office, session, entry, at) for at, entry in enumerate(shown, 1)),
        left=len(kept_entries) - len(shown),
        agreed=right,
        answered=right + wrong,
        ends=ends.end_facts(ends.count_ends(session, _since(session, now), now)),
        policies=tuple(sorted({str(name) for entry in kept_entries for name in entry.data["met"]})),
    )
    state_keys.SHADOW_TOLD.put(session, now)
    state_keys.SHADOW_ITEMS.put(session, [entry.seq for entry in shown])
    state_keys.SHADOW_SEQ.put(session, kept_entries[-1].seq)
    to = office.rules.founder
    write_letter(
        office, session, value, Envelope(to=to, kind="shadow", purpose="office", urgency=6)
    )
    return True


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
