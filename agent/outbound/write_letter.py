"""A value becomes a letter: a token to answer with, words, frozen bytes, a row in the outbox."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from deskless.agent.case.action import LetterKind
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations import breaker, echo
from deskless.agent.outbound import attachments
from deskless.agent.settings import keys
from deskless.agent.settings.keys import Keys
from deskless.mailbox.compose import File, Outgoing, compose_mail, sign_id
from deskless.store import documents, outbox, tokens
from deskless.store.engine.session import Session
from deskless.store.outbox import NewLetter
from deskless.store.tokens import Token
from deskless.templates.render import Rendered, render_mail
from deskless.templates.values import Brief, Draft, Mail

CANARY = re.compile(r"\bdk-([a-z2-7]{26})-([0-9a-f]{12})\b")


def canary_of(keys: Keys, message_id: str) -> str:
    """The canary of our mail with this Message-ID: a word that names it and that only we can make.

    Every internal mail carries one; `canary_watch` looks for it in mail from outside.
    """
    label = message_id.split(".")[1] if message_id.count(".") > 1 else message_id
    return f"dk-{label}-{seal_of(keys, label)}"


def seal_of(keys: Keys, label: str) -> str:
    """What proves that we made the label."""
    return hmac.digest(keys.ids, f"canary\0{label}".encode(), "sha256").hex()[:12]


TRIAL = "trial"
"""The purpose of a token that only a trial brief carries."""
LIFE = timedelta(days=30)
"""How long the right to answer a letter lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Where a letter goes and what it is about.

    `to` is a person's id. `handoff` is `CASE/number`. `purpose` is what its token is good for.
    `thread` are the Message-IDs of the customer's conversation, which it must not answer.
    `names` is whom its draft names as looking after the case. `room` are the people (ids) of a war
    room: then it is one mail to all of them, in the room's own mail thread, and its token belongs
    to nobody alone. `trial` is a letter of a trial that the operator started for this person: it
    goes out in the shadow, too, and is about no case.
    """

    to: str
    kind: str
    purpose: str = "case"
    case: str | None = None
    ticket: str | None = None
    handoff: str | None = None
    subject: str = ""
    urgency: int = 4
    thread: frozenset[str] = frozenset()
    files: tuple[File, ...] = ()
    token: str = ""
    answers: bool = True
    names: str | None = None
    room: tuple[str, ...] = ()
    trial: bool = False


def write_letter(office: Office, session: Session, value: Mail, envelope: Envelope) -> str | None:
    """Put a letter to somebody of the team into the outbox; its Message-ID, None where nobody is.

    The address is the matrix's own at this moment, and is checked once more before sending. In
    shadow mode nobody but the founder is written to.
    """
    person = office.person(envelope.to)
    if person is None:
        return None
    if office.shadow(session) and envelope.to != office.rules.founder and not envelope.trial:
        return None
    now = office.clock.now()
    token = envelope.token or keys.new_token()
    domain = office.addresses.agent.rpartition("@")[2]
    message_id = sign_id(office.keys.ids, token, domain).strip("<>")
    files = (*envelope.files, *attachments.signed_head(office, session, value))
    value = replace(
        value,
        subject=envelope.subject or value.subject,
        reply=office.addresses.reply(token) if envelope.answers else "",
        case=envelope.case or envelope.ticket or value.case,
        canary=canary_of(office.keys, message_id),
        head=attachments.short_head(session),
    )
    if isinstance(value, Brief):
        value = replace(value, attached=tuple(file.name for file in files))
    words = render_mail(value, folder=office.words)
    seats = [office.person(each) for each in envelope.room] or [person]
    to = tuple(dict.fromkeys(seat.emails[0] for seat in seats if seat))
    earlier = _earlier(session, envelope, person.emails[0])
    raw = _bytes(office, words, SentLetter(envelope, to, message_id, token, files, earlier))
    tokens.issue_token(session, _token(envelope, token, now))
    _keep_draft(session, value, envelope, token)
    echo.remember(office, session, tokens.token_digest(token), envelope.kind)
    if envelope.ticket and not envelope.case:
        state_keys.ABOUT.put(session, envelope.ticket, tokens.token_digest(token)[:32])
    letter = NewLetter(
        message_id=message_id,
        kind=envelope.kind,
        to=to,
        envelope_from=office.addresses.reply(token),
        raw=raw,
        created_at=now,
        case=envelope.case,
        ticket=envelope.ticket,
        text=words.text,
        urgency=envelope.urgency,
    )
    outbox.put_letter(session, breaker.pass_or_hold(office, session, letter, person.id))
    return message_id


def _keep_draft(session: Session, value: Mail, envelope: Envelope, token: str) -> None:
    """Remember word for word what this letter's reader would approve with SEND."""
    shown: Draft | None = getattr(value, "draft", None)
    if shown is None or not envelope.ticket:
        return
    named = "" if shown.blocked else draft_digest(shown)
    if named:
        documents.put_draft(session, named, envelope.ticket, (shown.to, shown.subject, shown.text))
    by = shown.promise.isoformat() if shown.promise else ""
    draft = state_keys.ShownDraft(
        text=named, by=by, who=envelope.names or "", tone=shown.tone, kind=shown.kind,
        blocked=shown.blocked or "",
    )  # fmt: skip
    state_keys.DRAFT.put(session, draft, tokens.token_digest(token)[:32])


def draft_digest(text: Draft) -> str:
    """What names exactly this draft: a yes to it is a yes to these words and no others."""
    return sha256(f"{text.to}\n{text.subject}\n{text.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SentLetter:
    """The outer facts of a letter on its way."""

    envelope: Envelope
    to: tuple[str, ...]
    message_id: str
    token: str
    files: Sequence[File]
    earlier: tuple[str, ...] = ()


CHAINED = 20
"""Ids of earlier mails that a stakeholder's mail names at most: the first and the latest."""


def _earlier(session: Session, envelope: Envelope, address: str) -> tuple[str, ...]:
    """The ids of what a stakeholder got about the case before: their mails are one chain."""
    if envelope.kind != LetterKind.STAKEHOLDER.value or not envelope.case:
        return ()
    ids = outbox.ids_to(session, envelope.case, envelope.kind, address)
    return (*ids[:1], *ids[1:][-CHAINED:])


def _bytes(office: Office, words: Rendered, sent: SentLetter) -> bytes:
    root = _root(office, sent.envelope)
    return compose_mail(
        Outgoing(
            sender=office.addresses.agent,
            sender_name=office.config.agent.name,
            to=sent.to,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=sent.message_id,
            date=office.clock.now(),
            reply_to=office.addresses.reply(sent.token) if sent.envelope.answers else "",
            in_reply_to=sent.earlier[0] if sent.earlier else root,
            references=(root, *sent.earlier) if root else (),
            files=tuple(sent.files),
            loop=office.keys.loop,
            internal=True,
            thread=sent.envelope.thread,
            language="en",
        )
    )


def _root(office: Office, envelope: Envelope) -> str:
    """A made-up first mail for each case and its reader, so that clients keep one thread."""
    if not envelope.case:
        return ""
    domain = office.addresses.agent.rpartition("@")[2]
    reader = "room" if envelope.room else envelope.to
    about = sha256(f"{envelope.case}/{reader}".encode()).hexdigest()[:20]
    return sign_id(office.keys.ids, f"case-{about}", domain)


def _token(envelope: Envelope, token: str, now: datetime) -> Token:
    return Token(
        hash=tokens.token_digest(token),
        purpose=envelope.purpose,
        issued_at=now,
        expires_at=now + LIFE,
        case=envelope.case,
        handoff=envelope.handoff,
        person=None if envelope.room else envelope.to,
    )
