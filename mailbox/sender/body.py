"""What a reader sees of a mail: its text, its HTML, what is attached, which mails it carries.

Which parts are the text and which are attachments follows RFC 8621 §4.1.4 (the rule that mail
programs agree on): a text part is read unless it says attachment, or has a name and is not the
first of its multipart. Of alternatives the plain text is read where it says what the HTML says,
else the HTML, made text by `html.to_text`. Containers are opened where a library can (opaque
S/MIME, winmail.dat, attached mails); what stays shut is told in `unread`.
"""

import mimetypes
import re
from collections import Counter
from dataclasses import dataclass, field

from deskless.mailbox.message import Attachment, Forwarded, Unread
from deskless.mailbox.mime import smime
from deskless.mailbox.mime.header import field_words, first_head
from deskless.mailbox.mime.part import Part, part_tree
from deskless.mailbox.mime.text import calendar_words, cut_uuencoded, unflow
from deskless.mailbox.quoting import html as markup

LIMIT = 256 * 1024  # raw bytes of text that are read of a part, and of a mail
PAGE = 1024 * 1024  # and of HTML, its pictures apart

_ICS = {"text/calendar", "application/ics"}
_REPORTS = {"message/delivery-status", "message/disposition-notification"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_MAILS = {"message/rfc822", "message/global"}
_SAVED = {"application/vnd.ms-outlook", "application/x-msg"}
_OCTETS = "application/octet-stream"
_SHUT = {"application/pgp-encrypted", "application/x-microsoft-rpmsg-message"}
_SHUT_NAMES = ("message.rpmsg", "message_v2.rpmsg", "message_v4.rpmsg", "securedoc.html")
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_DIGESTS = 3  # levels of digests within digests that are read
_STUB = 80  # words up to which a plain part may be nothing but "please see the HTML part"
_SHARED = 0.3  # share of a plain part's runs of three words that its HTML has, too
_MORE = 5  # words from which on the HTML says more than a plain part that breaks off
_SAID = 20_000  # characters of the HTML that are compared for it
_POINTS = re.compile(r"\bhtml\b|\bbrowser\b|\bnavigateur\b|\bnavegador\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_CONTINUES = re.compile(r"ATT\d{5,}\.(?:txt|html?)", re.IGNORECASE)
"""How Exchange names what people wrote below a file: no file of theirs."""
_PAGE = re.compile(r"\s*(?:<!doctype html\b|<html\b)", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """The readable side of a mail.

    `mails` are the whole mails it carries, `saved` those that Outlook saved as a file; `unread`
    says what of it nobody has read, `opened` how many signatures were opened round it, `brims`
    whether a text ends where the bytes do (of a giant that was not read whole, it was cut).
    """

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mails: list[Part] = field(default_factory=list)
    saved: list[Forwarded] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left: int = LIMIT
    opened: int = 0
    brims: bool = False

    @property
    def text(self) -> str:
        """Everything readable, in order, pieces apart by a blank line."""
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())

    @property
    def html(self) -> str:
        """The HTML of the mail, if all of its text came as HTML too; else empty."""
        return "\n".join(self.pages) if self.pages and len(self.pages) == len(self.texts) else ""


def attachments(raw: bytes) -> tuple[Attachment, ...]:
    """What is attached to a mail, without reading the rest of it as `parse.read_message` does."""
    root, _ = part_tree(raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    return tuple(read_body(root).attachments)


def read_body(root: Part) -> Body:
    """Read a mail's parts as a person would see them."""
    body = Body()
    _see(root, body)
    if not body.text:
        _fallback(root, body)
    _judge_reading(body)
    body.flaws = list(dict.fromkeys(body.flaws))
    return body


def _see(part: Part, body: Body) -> None:
    if part.type.startswith("multipart/"):
        _many(part, body)
    elif part.type in smime.TYPES or (
        part.type == _OCTETS and part.name.lower().endswith(smime.NAMES)
    ):
        _unwrap(part, body)
    elif _is_text(part):
        _read(part, body)
    else:
        _attach(part, body)


def _many(part: Part, body: Body) -> None:
    if part.disposition == "attachment" and part.depth:
        body.attachments.append(_as_attachment(part))
        return
    sub = part.type.partition("/")[2]
    if sub == "alternative":
        _choose(part, body)
        return
    if sub == "encrypted":
        body.flaws.append("encrypted")
        body.unread.append(Unread.ENCRYPTED)
    root = _related_root(part) if sub == "related" else None
    for child in part.children:
        if child is root:
            _read(child, body)
        else:
            _see(child, body)


def _related_root(part: Part) -> Part | None:
    """The text of a multipart/related whose pictures stand above it (RFC 2387 §3.2)."""
    texts = (child for child in part.children if child.type in {"text/plain", "text/html"})
    first = next(texts, None)
    before = part.children[: first.index] if first else ()
    behind_pictures = bool(before) and all(each.type.startswith("image/") for each in before)
    return first if behind_pictures and first and first.disposition != "attachment" else None


def _choose(part: Part, body: Body) -> None:
    """Read one of several versions: plain text that says something, else HTML; both are kept."""
    plain = Body(left=body.left, opened=body.opened)
    rich = Body(left=body.left, opened=body.opened)
    for child in part.children:
        is_plain = child.type == "text/plain" and _is_text(child)
        _see(child, plain if is_plain else rich)
    stub = _is_stub(plain.text, rich.text) or _breaks_off(plain.text, rich)
    chosen_part = rich if stub else plain
    body.texts += ["\n\n".join(chosen_part.texts)] if chosen_part.texts else []
    page = rich.pages or plain.pages
    body.pages += ["\n".join(page)] if page and chosen_part.texts else []
    body.left = min(body.left, chosen_part.left)
    for seen in (plain, rich):
        body.attachments += seen.attachments
        body.mails += seen.mails
        body.saved += seen.saved
    body.flaws += chosen_part.flaws
    body.unread += chosen_part.unread
    body.brims |= chosen_part.brims


def _is_stub(plain: str, rich: str) -> bool:
    """Whether the plain part is no version of the HTML but stands in its place.

    It is empty; or it is short, no longer than the HTML, and points elsewhere or says something
    else: a true version's runs of words stand in the HTML too.
    """
    if not plain.strip() or not rich.strip():
        return bool(rich.strip())
    words = _WORD.findall(plain[:4000].casefold())
    if len(words) > _STUB:
        return False
    page = _WORD.findall(rich[:200_000].casefold())
    points = bool(_POINTS.search(plain))
    if len(page) <= len(words) and not points:
        return False
    size = min(3, len(words))
    if not size:
        return True
    runs = {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}
    there = {tuple(page[at : at + size]) for at in range(len(page) - size + 1)}
    if len(runs & there) < _SHARED * len(runs):
        return True
    return len(page) >= 2 * len(words) and points


def _breaks_off(plain: str, rich: Body) -> bool:
    """Whether a short plain part leaves out what the HTML goes on to say, quotes apart.

    Some programs write the text up to the first picture only. What is marked as quoted, and what
    stands in the plain part too, counts for nothing.
    """
    words = _WORD.findall(plain[:4000].casefold())
    if len(words) > _STUB or len(rich.text) <= len(plain):
        return False
    page = markup.mark_quotes("\n".join(rich.pages)) or rich.text
    own = "\n".join(line for line in page[:_SAID].split("\n") if not line.startswith(">"))
    more = Counter(_WORD.findall(own.casefold())) - Counter(words)
    return more.total() >= max(_MORE, len(words))


def _is_text(part: Part) -> bool:
    if part.type not in {"text/plain", "text/html"} and not _other_text(part):
        return False
    if _CONTINUES.fullmatch(part.name):
        return True
    if part.disposition == "attachment" and part.depth:
        return False  # what is the whole mail is its text, whatever it calls itself
    return part.index == 0 or (part.within != "related" and not part.name)


def _other_text(part: Part) -> bool:
    """Text of a kind nobody names files of: enriched, x-amp-html is not (HTML stands beside it)."""
    return part.type in {"text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}


def _read(part: Part, body: Body) -> None:
    if body.left <= 0:
        body.flaws.append("text cut")
        return
    body.brims |= part.end - part.start > LIMIT - 4096 or part.end == len(part.raw)
    if part.type == "text/html":
        answer, flaws = part.page(PAGE)
        body.pages.append(answer)
        body.texts.append(markup.to_text(answer))
        body.left -= min(len(body.texts[-1]), LIMIT)
        body.flaws += flaws
        return
    answer, flaws = part.text(min(LIMIT, body.left))
    body.left -= min(part.end - part.start, LIMIT)
    body.flaws += flaws
    if part.params.get("format", "").lower() == "flowed":
        answer = unflow(answer, part.params.get("delsp", "").lower() == "yes")
    answer, files = cut_uuencoded(answer)
    for file in files:
        kind = mimetypes.guess_type(file.name, strict=False)[0] or _OCTETS
        body.attachments.append(Attachment(file.name, kind, len(file.content)))
        words = markup.to_text(file.text) if kind == "text/html" else file.text
        answer = f"{answer.rstrip()}\n\n{words}" if words else answer
    if _PAGE.match(answer):  # a form's program that calls its page plain text
        body.pages.append(answer)
        answer = markup.to_text(answer)
    body.texts.append(answer)


def _attach(part: Part, body: Body) -> None:
    name = part.name.lower()
    if part.type in _MAILS or _is_mail(part, name):
        body.mails.append(part)
        if part.within == "digest" and part.depth <= _DIGESTS:
            body.texts.append(_of_digest(part))
    elif part.type in _SAVED or name.endswith(".msg"):
        _open_saved(part, body)
    elif part.type in _SHUT or name in _SHUT_NAMES:
        body.unread.append(Unread.ENCRYPTED)
    elif (part.type in _TNEF or name == "winmail.dat") and _open_winmail(part, body):
        return
    if part.type not in _REPORTS or part.name:
        body.attachments.append(_as_attachment(part))


def _of_digest(part: Part) -> str:
    """What one mail of a digest says, under its subject: nobody else will pass it on."""
    content, _ = part.content(LIMIT)
    root, _ = part_tree(content)
    return f"{field_words(root.head.first('subject') or b'')}\n\n{read_body(root).text}"


def _unwrap(part: Part, body: Body) -> None:
    """Read what stands inside a signature, or say that it cannot be read."""
    wrapped = smime.open_wrapped(part.content()[0])
    if wrapped.kind is smime.Wrapping.SIGNED and body.opened < smime.DEEPEST:
        inner, flaws = part_tree(wrapped.content)
        body.flaws += flaws
        body.opened += 1
        _see(inner, body)
        return
    encrypted = wrapped.kind is smime.Wrapping.ENCRYPTED
    body.unread.append(Unread.ENCRYPTED if encrypted else Unread.SIGNED)
    body.attachments.append(_as_attachment(part))


def _is_mail(part: Part, name: str) -> bool:
    """Whether a file is a mail that some program attached under another type."""
    if not name.endswith(".eml") and (name or part.type != _OCTETS):
        return False
    head = first_head(part.content(64 * 1024)[0])
    return head.has("from") and head.has("date", "subject", "message-id", "received")


def _open_saved(part: Part, body: Body) -> None:
    """Read a mail that Outlook saved."""
    from deskless.mailbox.mime.outlook import read_msg

    letter = read_msg(part.content()[0])
    if letter is None or not (letter.text.strip() or letter.subject):
        body.unread.append(Unread.SAVED)
    else:
        body.saved.append(letter)


def _open_winmail(part: Part, body: Body) -> bool:
    """Read a winmail.dat where nothing else says its words; whether it is done with."""
    from deskless.mailbox.mime.outlook import read_winmail

    inside = read_winmail(part.content()[0])
    if inside is None:
        body.flaws.append("winmail.dat is not opened")
        body.unread.append(Unread.WINMAIL)
        return False
    if inside.text.strip() and not body.text:
        body.texts.append(inside.text.replace("\r\n", "\n").replace("\r", "\n"))
        if inside.html:
            body.pages.append(inside.html)
    body.attachments += inside.files
    return True


def _judge_reading(body: Body) -> None:
    """Settle what was not read, once the whole mail has been looked through."""
    if _ARMOUR in body.text:
        body.unread.append(Unread.ENCRYPTED)
    if "text cut" in body.flaws:
        body.unread.append(Unread.CUT)
    words = bool(body.text.strip())  # an unopened winmail.dat beside the words repeats them
    body.unread = list(
        dict.fromkeys(each for each in body.unread if not (words and each is Unread.WINMAIL))
    )


def _as_attachment(part: Part) -> Attachment:
    name = part.name
    if not name and part.type in _MAILS:
        inner = first_head(part.content(65536)[0]).first("subject")
        name = f"{field_words(inner)[:80]}.eml" if inner else "message.eml"
    if not name and part.type in _TNEF:
        name = "winmail.dat"
    return Attachment(name, part.type, part.size())


def _fallback(root: Part, body: Body) -> None:
    """Where no part is text by the rule: the words of a calendar."""
    for part in root.walk():
        if part.type in _ICS:
            answer, flaws = part.text(LIMIT)
            body.texts.append(calendar_words(answer))
            body.flaws += flaws
            return
