"""Raw bytes of a mail to a frozen `Message`: never an exception, flaws instead.

On 774 real mails the standard library (policy.default) is right most often but takes 2.5 ms
a mail and dies on unknown charsets, groups and deep nesting; mail-parser drops raw 8-bit letters,
leaves ISO-2022-JP undecoded, takes the text of attached mails for the writer's, and raises on 2 of
them. So structure and words are read by `mime.part` and `mime.text` (offsets, no recursion),
addresses and well-formed dates by mail-parser, which is best there, and who a mail is from by
`sender` alone. All of it, fresh words and kind included, takes 0.7 ms a mail.

Suspicious or very large mail belongs in `guard.read_guarded`, which calls `read` under limits.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.mailbox.message import Absence, Address, Forwarded, Kind, Message
from deskless.mailbox.mime import header
from deskless.mailbox.mime.part import Part, tree
from deskless.mailbox.quoting import forward, fresh as quote, html
from deskless.mailbox.sender import away, bounce, kind
from deskless.mailbox.sender.attribution import read_origin
from deskless.mailbox.sender.body import Body, look
from deskless.mailbox.sender.from_header import sender

LOOP = "x-deskless-loop"
AHEAD = timedelta(days=1)  # a Date further ahead of the receipt is not believed

_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
_OTHER_IDS = (
    "x-microsoft-original-message-id",
    "x-google-original-message-id",
    "x-original-message-id",
    "resent-message-id",
)
_HIDING = ("none", "hidden", "font-size", "white", "#fff", "opacity", "height", "indent", "left")
_ONCE = ("subject", "message-id", "date", "to")
_MACHINES = {Kind.BOUNCE, Kind.FEEDBACK}


@dataclass(frozen=True)
class Own:
    """How to know our own mail: the loop header's value, our Message-IDs, what we once wrote.

    `ours` gives, for the Message-IDs a mail refers to, the exact texts that we sent under them.
    """

    loop: str
    signs: Callable[[str], bool]
    ours: Callable[[tuple[str, ...]], tuple[str, ...]]


def read(
    raw: bytes,
    *,
    received: datetime | None = None,
    own: Own | None = None,
    partial: bool = False,
) -> Message:
    """Read one mail. Anything is a mail; what was odd about it stands in `flaws`.

    `received` is the server's INTERNALDATE (aware), used where the mail's own date is missing,
    unreadable or in the future. `partial`: these are only the first bytes of a giant.
    """
    root, flaws = tree(raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    body = look(root)
    flaws += [*(["only the head was read"] if partial else []), *body.flaws]
    raw_headers = header.block(raw, min(root.head.body, len(raw)))
    who, refused = sender(raw_headers)
    subject = root.head.text("subject")[:2000]
    which = _kind(root, body, who, own)
    date = _date(root, received, flaws)
    references = header.ids([*root.head.all("references"), *root.head.all("in-reply-to")])
    fresh, inner = _said(body, which, subject, own.ours(references) if own and references else ())
    flaws += _odd(root, body)
    absence = kind.read_absence(root, fresh if which not in _MACHINES else "")
    return Message(
        message_id=header.own_id(root.head.first("message-id")),
        date=date,
        sender=who,
        from_refused=refused,
        to=header.people(root.head.all("to")),
        cc=header.people(root.head.all("cc")),
        reply_to=header.people(root.head.all("reply-to")),
        subject=subject,
        kind=which,
        text=body.text,
        fresh=fresh,
        forwarded=inner,
        bounce=bounce.recipients(root, body.text) if which is Kind.BOUNCE else (),
        references=references,
        attachments=tuple(body.attachments),
        flaws=tuple(dict.fromkeys(flaws)),
        digest=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        away_until=_back(absence, subject, body.text, date),
        absence=absence,
        automatic=which is not Kind.OWN and kind.is_machine(root, who),
        origin=read_origin(root.head, who),
        receipt=which is Kind.AUTO_REPLY and kind.is_receipt(root),
        loop=root.head.text(LOOP) or None,
        delivered_to=_delivered(root),
        other_ids=header.ids(value for one in _OTHER_IDS for value in root.head.all(one)),
        html=body.html,
        raw_headers=raw_headers,
    )


def _kind(root: Part, body: Body, who: Address | None, own: Own | None) -> Kind:
    loop = root.head.text(LOOP)
    name = header.own_id(root.head.first("message-id"))
    if own is None and loop:
        return Kind.OWN
    if own is not None and ((loop and loop == own.loop) or (name and own.signs(name))):
        return Kind.OWN
    return kind.tell(root, body, who)


def _date(root: Part, received: datetime | None, flaws: list[str]) -> datetime | None:
    """When it was written, in UTC: its Date, else when it was received, as far as anybody says."""
    date = header.moment(root.head.first("date"))
    if date is not None and received is not None and date > received + AHEAD:
        flaws.append("date lies in the future")
        return received
    if date is not None:
        return date
    flaws.append("date cannot be read" if root.head.has("date") else "no date")
    if received is not None:
        return received
    return next(
        (found for one in root.head.all("received") if (found := _stamped(one)) is not None), None
    )


def _stamped(received: bytes) -> datetime | None:
    """The instant at the end of a Received field."""
    return header.moment(received.rpartition(b";")[2])


def _said(
    body: Body, which: Kind, subject: str, ours: tuple[str, ...]
) -> tuple[str, Forwarded | None]:
    """What this writer added (of a forward, the note above it), and the mail that was forwarded."""
    if which in _MACHINES:
        return body.text, None
    cut = forward.find(subject, body.text)
    if cut is not None:
        return quote.fresh(cut.cover, ours=ours), cut.forwarded
    return quote.fresh(body.text, html=body.html, ours=ours), _attached(body)


def _back(absence: Absence, subject: str, text: str, date: datetime | None) -> datetime | None:
    """The day of return that somebody who is away names."""
    return away.until(subject, text, date) if absence is not Absence.NONE and date else None


def _attached(body: Body) -> Forwarded | None:
    """The first mail that is attached whole, as the forwarded one."""
    if not body.mails or body.mails[0].within in {"digest", "report"}:
        return None
    content, _ = body.mails[0].content()
    root, _ = tree(content)
    if not root.head.fields:
        return None
    inside = look(root)
    return Forwarded(
        sender(content[: root.head.body])[0],
        header.line(root.head.text("to")),
        root.head.text("subject"),
        root.head.text("date"),
        inside.text,
    )


def _odd(root: Part, body: Body) -> list[str]:
    """Flaws that only the whole mail shows."""
    found = [] if root.head.has("message-id") else ["no Message-ID"]
    twice = [one for one in _ONCE if len(root.head.all(one)) > 1]
    found += [f"more than one {one} header" for one in twice]
    subject = root.head.first("subject") or b""
    if not subject.isascii() and "\ufffd" in subject.decode("utf-8", "replace"):
        found.append("undeclared 8-bit letters in the subject")
    if "=?" in subject.decode("ascii", "replace") and "\n" in header.decoded(
        subject.decode("utf-8", "replace").replace("\r", "").replace("\n ", " ").strip()
    ):
        found.append("line break encoded in the subject")
    if len(body.mails) > 1:
        found.append("several mails attached")
    page = body.html
    low = page.lower()
    if page and any(one in low for one in _HIDING) and html.hidden(page).strip():
        found.append("hidden text")
    return found


def _delivered(root: Part) -> tuple[str, ...]:
    """The addresses this very copy was delivered to, as the receiving servers noted them."""
    values = [value for one in _DELIVERED for value in root.head.all(one)]
    return tuple(dict.fromkeys(one.email for one in header.people(values)))
