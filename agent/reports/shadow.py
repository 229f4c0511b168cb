"""The shadow digest: one mail a day to the founder with what would have been done."""

from datetime import datetime

from deskless.agent.language.time import say
from deskless.agent.office import conversation, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span
from deskless.templates.values import Said, ShadowDigest, Would

MOST = 30


def send(office: Office, session: Session, now: datetime, _: Health) -> bool:
    """Write the digest of everything since the last one; nothing once everything is live."""
    if state_keys.LIVE.get(session) is True or (office.config.mode.live and not _kept(session)):
        return False
    after = state_keys.SHADOW_SEQ.get(session) or 0
    span = Span(kinds=frozenset({"would"}), after=after)
    found = list(entries.read(session, span, limit=500))
    if not found:
        return False
    shown = found[:MOST]
    right, wrong = (state_keys.JUDGED_SHADOW.counted(session, word) for word in ("right", "wrong"))
    value = ShadowDigest(
        subject=f"[Deskless] What would have been done, {now:%d %b}",
        day=f"{now.astimezone(office.config.team.zone):%A %d %B}",
        items=tuple(_item(office, session, one, at) for at, one in enumerate(shown, 1)),
        left=len(found) - len(shown),
        agreed=right,
        answered=right + wrong,
        policies=tuple(sorted({str(name) for one in found for name in one.data["met"]})),
    )
    state_keys.SHADOW_ITEMS.put(session, [one.seq for one in shown])
    state_keys.SHADOW_SEQ.put(session, found[-1].seq)
    to = office.rules.founder
    write(office, session, value, Envelope(to=to, kind="shadow", purpose="office", urgency=6))
    return True


def _kept(session: Session) -> bool:
    return next(entries.read(session, Span(kinds=frozenset({"would"})), limit=1), None) is not None


def _item(office: Office, session: Session, one: Entry, number: int) -> Would:
    zone = office.config.team.zone
    thread = conversation.read(session, one.ticket or "")
    owner = office.name(str(one.data["owner"])) if one.data.get("owner") else "the founder"
    at = say(one.at, zone)
    sure = one.data["outcome"] == "escalate"
    text = f"would have asked {owner} at {at}" if sure else f"would have asked you to decide, {at}"
    met = [office.rules.book.policy(str(name)) for name in one.data["met"]]
    because = ", ".join((each.name or each.id) for each in met if each) or "a doubt"
    quotes = (one.private or {}).get("quotes", [])
    who = (thread.customer.name or thread.customer.email) if thread.customer else ""
    return Would(
        number=number,
        text=f"{one.ticket} {who}, “{thread.subject}”: {text}",
        because=because,
        policy=str(one.data["met"][0]) if one.data["met"] else "",
        quote=Said(text=quotes[0], who=who) if quotes else None,
    )
