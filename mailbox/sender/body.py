"""What a reader sees of a mail: its text, its HTML, what is attached, which mails it carries.

Which parts are the text and which are attachments follows RFC 8621 §4.1.4 (the rule that mail
programs agree on): a text part is read unless it says attachment, or has a name and is not the
first of its multipart. Of alternatives the plain text is read where it says anything, else the
HTML, made text by `html.to_text`.
"""

from dataclasses import dataclass, field

from deskless.mailbox.message import Attachment
from deskless.mailbox.mime.header import field_words
from deskless.mailbox.mime.part import Part, part_tree
from deskless.mailbox.mime.text import calendar_words, unflow
from deskless.mailbox.quoting import html as markup

LIMIT = 256 * 1024  # raw bytes of text that are read of a part, and of a mail

_ICS = {"text/calendar", "application/ics"}
_REPORTS = {"message/delivery-status", "message/disposition-notification"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


@dataclass(slots=True)
class Body:
    """The readable side of a mail. `mails` are the message/rfc822 parts it carries."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mails: list[Part] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    left: int = LIMIT

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
    body.flaws = list(dict.fromkeys(body.flaws))
    return body


def _see(part: Part, body: Body) -> None:
    if part.type.startswith("multipart/"):
        _many(part, body)
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
    for child in part.children:
        _see(child, body)


def _choose(part: Part, body: Body) -> None:
    """Read one of several versions: plain text that says something, else HTML; both are kept."""
    plain = Body(left=body.left)
    rich = Body(left=body.left)
    for child in part.children:
        is_plain = child.type == "text/plain" and _is_text(child)
        _see(child, plain if is_plain else rich)
    chosen_part = plain if plain.text.strip() or not rich.text.strip() else rich
    body.texts += ["\n\n".join(chosen_part.texts)] if chosen_part.texts else []
    page = rich.pages or plain.pages
    body.pages += ["\n".join(page)] if page and chosen_part.texts else []
    body.left -= LIMIT - min(LIMIT, chosen_part.left) if chosen_part.left < body.left else 0
    for seen in (plain, rich):
        body.attachments += seen.attachments
        body.mails += seen.mails
    body.flaws += chosen_part.flaws


def _is_text(part: Part) -> bool:
    if part.type not in {"text/plain", "text/html"} and not _other_text(part):
        return False
    if part.disposition == "attachment":
        return False
    return part.index == 0 or (part.within != "related" and not part.name)


def _other_text(part: Part) -> bool:
    """Text of a kind nobody names files of: enriched, x-amp-html is not (HTML stands beside it)."""
    return part.type in {"text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}


def _read(part: Part, body: Body) -> None:
    if body.left <= 0:
        body.flaws.append("text cut")
        return
    answer, flaws = part.text(min(LIMIT, body.left))
    body.left -= min(part.end - part.start, LIMIT)
    body.flaws += flaws
    if part.type == "text/html":
        body.pages.append(answer)
        body.texts.append(markup.to_text(answer))
        return
    if part.params.get("format", "").lower() == "flowed":
        answer = unflow(answer, part.params.get("delsp", "").lower() == "yes")
    body.texts.append(answer)


def _attach(part: Part, body: Body) -> None:
    if part.type in {"message/rfc822", "message/global"}:
        body.mails.append(part)
    if part.type in _TNEF:
        body.flaws.append("winmail.dat is not opened")
    if part.type not in _REPORTS or part.name:
        body.attachments.append(_as_attachment(part))


def _as_attachment(part: Part) -> Attachment:
    name = part.name
    if not name and part.type in {"message/rfc822", "message/global"}:
        from deskless.mailbox.mime.header import first_head

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
