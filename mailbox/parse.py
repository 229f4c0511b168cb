"""Raw bytes of a mail to a frozen `Message`: never an exception, flaws instead.

On 774 real mails the standard library (policy.default) is right most often but takes 2.5 ms
a mail and dies on unknown charsets, groups and deep nesting; mail-parser drops raw 8-bit letters,
leaves ISO-2022-JP undecoded, takes the text of attached mails for the writer's, and raises on 2 of
them. So structure and words are read by `mime.part` and `mime.text` (offsets, no recursion),
addresses and well-formed dates by mail-parser, which is best there, and who a mail is from by
`strict_sender` alone. All of it, fresh words and kind included, takes 0.7 ms a mail.

Suspicious or very large mail belongs in `guard.read_guarded`, which calls `read_message` under
limits.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskless.mailbox.message import Absence, Address, Forwarded, MailKind, Message, Unread
from deskless.mailbox.mime import header
from deskless.mailbox.mime.part import Part, part_tree
from deskless.mailbox.quoting import forward, fresh as quote, html
from deskless.mailbox.quoting.footer import only_points, says_elsewhere
from deskless.mailbox.sender import away, bounce, kind
from deskless.mailbox.sender.attribution import read_origin
from deskless.mailbox.sender.body import Body, read_body
from deskless.mailbox.sender.from_header import strict_sender
from deskless.mailbox.threading import base_subject

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
_MACHINES = {MailKind.BOUNCE, MailKind.FEEDBACK}


@dataclass(frozen=True)
class Own:
    """How to know our own mail: the loop header's value, our Message-IDs, what we once wrote.

    `ours` gives, for the Message-IDs a mail refers to, the ways in which what we sent under them
    reads (`letter_readings`).
    """

    loop: str
    signs: Callable[[str], bool]
    ours: Callable[[tuple[str, ...]], tuple[Sequence[str], ...]]


def read_message(
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
    root, flaws = part_tree(raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    body, head = read_body(root), root.head
    flaws += [*["only the head was read"] * partial, *body.flaws]
    raw_headers = header.header_bytes(raw, min(head.body, len(raw)))
    (who, refused), subject = strict_sender(raw_headers), head.text("subject")[:2000]
    which = _kind(root, body, who, own)
    date = _date(root, received, flaws)
    references = header.message_ids([*head.all("references"), *head.all("in-reply-to")])
    fresh, inner = _said(body, which, subject, own.ours(references) if own else ())
    unread = _unread_in(body, (fresh, inner), "" if references else subject, partial=partial)
    flaws += [f"unread: {reason}" for reason in unread]
    message = Message(
        message_id=header.own_id(head.first("message-id")),
        date=date,
        sender=who,
        from_refused=refused,
        to=header.read_addresses(head.all("to")),
        cc=header.read_addresses(head.all("cc")),
        reply_to=header.read_addresses(head.all("reply-to")),
        subject=subject,
        kind=which,
        text=body.text,
        fresh=fresh,
        forwarded=inner,
        bounce=bounce.failed_recipients(root, body.text) if which is MailKind.BOUNCE else (),
        references=references,
        attachments=tuple(body.attachments),
        flaws=tuple(dict.fromkeys(flaws + _odd(root, body))),
        digest=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        loop=head.text(LOOP) or None,
        delivered_to=_delivered(root),
        other_ids=header.message_ids(value for name in _OTHER_IDS for value in head.all(name)),
        unread=unread,
        html=body.html,
        raw_headers=raw_headers,
    )
    return _with_notes(message, root)


def _with_notes(message: Message, root: Part) -> Message:
    """The mail with what its structure says: by whom, a machine's, an absence, what it returns."""
    returned = bounce.returned_id(root) if message.kind is MailKind.BOUNCE else None
    absence = kind.read_absence(root, "" if message.kind in _MACHINES else message.fresh)
    receipt = message.kind is MailKind.AUTO_REPLY and kind.is_receipt(root)
    words = kind.receipt_words(root, message.fresh, message.text) if receipt else ""
    if words:
        message = replace(message, fresh=words, text=message.text or words)
    until = _back(absence, message.subject, message.text, message.date)
    return replace(
        message,
        absence=absence,
        away_until=until,
        returned_id=returned,
        origin=read_origin(root.head, message.sender),
        automatic=message.kind is not MailKind.OWN and kind.is_machine(root, message.sender),
        receipt=receipt and not words,
    )


def letter_readings(text: str, raw: bytes) -> tuple[str, ...]:
    """The ways in which a letter of ours reads: its text, and its HTML part without styles.

    `raw` are the bytes that were sent; empty where they are erased.
    """
    html_part = read_body(part_tree(raw)[0]).html if raw else ""
    return (text, html.whole_text(html_part)) if html_part else (text,)


def _kind(root: Part, body: Body, who: Address | None, own: Own | None) -> MailKind:
    loop = root.head.text(LOOP)
    name = header.own_id(root.head.first("message-id"))
    if own is None and loop:
        return MailKind.OWN
    if own is not None and ((loop and loop == own.loop) or (name and own.signs(name))):
        return MailKind.OWN
    return kind.tell_kind(root, body, who)


def _date(root: Part, received: datetime | None, flaws: list[str]) -> datetime | None:
    """When it was written, in UTC: its Date, else when it was received, as far as anybody says."""
    date = header.read_date(root.head.first("date"))
    if date is not None and received is not None and date > received + AHEAD:
        flaws.append("date lies in the future")
        return received
    if date is not None:
        return date
    flaws.append("date cannot be read" if root.head.has("date") else "no date")
    if received is not None:
        return received
    return next(
        (
            instant
            for received_field in root.head.all("received")
            if (instant := _stamped(received_field)) is not None
        ),
        None,
    )


def _stamped(received: bytes) -> datetime | None:
    """The instant at the end of a Received field."""
    return header.read_date(received.rpartition(b";")[2])


def _said(
    body: Body, which: MailKind, subject: str, ours: Sequence[Sequence[str]]
) -> tuple[str, Forwarded | None]:
    """What this writer added (of a forward, the note above it), and the mail that was forwarded."""
    if which in _MACHINES:
        return body.text, None
    cut = forward.find_forward(subject, body.text)
    if cut is not None:
        return quote.fresh_text(cut.cover, ours=ours), cut.forwarded
    return quote.fresh_text(body.text, html=body.html, ours=ours), _attached(body)


def _unread_in(
    body: Body, words: tuple[str, Forwarded | None], topic: str, *, partial: bool
) -> tuple[Unread, ...]:
    """What could not be read, of the mail inside a forward where that says any."""
    fresh, inner = words
    if inner and inner.unread:
        return inner.unread
    return _unread(body, fresh + (inner.text if inner else ""), topic, partial=partial)


def _unread(body: Body, words: str, subject: str, *, partial: bool) -> tuple[Unread, ...]:
    """What of a mail nobody has read. A subject alone says something; beside a file it does not."""
    reasons = [*body.unread, *[Unread.CUT] * (partial and body.brims)]
    files = [each for each in body.attachments if not each.seals]
    papers = any(not each.type.startswith("image/") for each in files)
    if files and not reasons and (not words.strip() or only_points(words, papers=papers)):
        reasons.append(Unread.FILES)
    if not reasons and not files and not words.strip() and "<img" in "".join(body.pages).lower():
        reasons.append(Unread.PICTURE)
    if not reasons and says_elsewhere(words):
        reasons.append(Unread.ELSEWHERE)
    if not reasons and not files and not body.text.strip() and not base_subject(subject):
        reasons.append(Unread.EMPTY)
    return tuple(dict.fromkeys(reasons))


def _back(absence: Absence, subject: str, text: str, date: datetime | None) -> datetime | None:
    """The day of return that somebody who is away names."""
    return away.away_until(subject, text, date) if absence is not Absence.NONE and date else None


def _attached(body: Body) -> Forwarded | None:
    """The first mail that is attached whole, as the forwarded one."""
    if not body.mails and body.saved:
        return body.saved[0]
    if not body.mails or body.mails[0].within in {"digest", "report"}:
        return None
    content, _ = body.mails[0].content()
    root, _ = part_tree(content)
    if not root.head.fields:
        return None
    inside = read_body(root)
    return Forwarded(
        strict_sender(content[: root.head.body])[0],
        header.single_line(root.head.text("to")),
        root.head.text("subject"),
        root.head.text("date"),
        inside.text,
        _unread(inside, inside.text, root.head.text("subject"), partial=False)
        if not inside.mails
        else (),
        header.own_id(root.head.first("message-id")) or "",
    )


def _odd(root: Part, body: Body) -> list[str]:
    """Flaws that only the whole mail shows."""
    flaws = [] if root.head.has("message-id") else ["no Message-ID"]
    twice = [field for field in _ONCE if len(root.head.all(field)) > 1]
    flaws += [f"more than one {field} header" for field in twice]
    subject = root.head.first("subject") or b""
    if not subject.isascii() and "\ufffd" in subject.decode("utf-8", "replace"):
        flaws.append("undeclared 8-bit letters in the subject")
    if "=?" in subject.decode("ascii", "replace") and "\n" in header.decode_words(
        subject.decode("utf-8", "replace").replace("\r", "").replace("\n ", " ").strip()
    ):
        flaws.append("line break encoded in the subject")
    if len(body.mails) + len(body.saved) > 1:
        flaws.append("several mails attached")
    page = body.html
    low = page.lower()
    if page and any(field in low for field in _HIDING) and html.hidden_text(page).strip():
        flaws.append("hidden text")
    return flaws


def _delivered(root: Part) -> tuple[str, ...]:
    """The addresses this very copy was delivered to, as the receiving servers noted them."""
    values = [value for field in _DELIVERED for value in root.head.all(field)]
    return tuple(dict.fromkeys(address.email for address in header.read_addresses(values)))
