"""Mails as the people of the story write them: data files, and answers from their own programs.

Everybody quotes as their mail program does, so that the agent has to find the fresh words itself.
"""

import email
import email.policy
import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from textwrap import wrap

from deskless.agent.demo.story_folder import OFFICE, PASSWORD


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """A mail as its reader sees it."""

    raw: bytes
    message: EmailMessage = field(compare=False, repr=False)

    @classmethod
    def of(cls, raw: bytes) -> "ReceivedLetter":
        """Read it."""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage), "the default policy makes EmailMessages"
        return cls(raw, message)

    def __getitem__(self, name: str) -> str:
        return str(self.message[name] or "")

    @property
    def text(self) -> str:
        """Its plain words."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        """Its HTML part; empty when there is none."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part else ""


def from_file(name: str, at: datetime, *, answers: str = "") -> bytes:
    """The customer's mail `name` of the office's data files, dated and addressed."""
    raw = (OFFICE / "mails" / f"{name}.eml").read_bytes()
    sender = parseaddr(str(email.message_from_bytes(raw)["From"]))[1]
    head = [
        "To: support@acme.example",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {make_msgid(name, sender.rpartition('@')[2])}",
    ]
    if answers:
        head += [f"In-Reply-To: {answers}", f"References: {answers}"]
    return "\r\n".join([*head, ""]).encode() + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def answer_letter(
    to: ReceivedLetter, words: str, sender: tuple[str, str], at: datetime, style: str
) -> bytes:
    """An answer to a letter of ours: `style` is the mail program (see `QUOTES`).

    `machine` is the out-of-office that answers by itself and says so in its headers.
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = formataddr(sender)
    mail["To"] = to["Reply-To"] or to["From"]
    subject = to["Subject"]
    mail["Subject"] = subject if subject.startswith(("Re:", "AW:")) else f"Re: {subject}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=sender[1].rpartition("@")[2])
    mail["In-Reply-To"] = to["Message-ID"]
    mail["References"] = to["Message-ID"]
    if style == "machine":
        mail["Auto-Submitted"] = "auto-replied"
        mail.replace_header("Subject", f"Automatic reply: {subject}")
    mail.set_content(QUOTES[style](to, words, at))
    return mail.as_bytes()


def forward_mail(name: str, comment: str, sender: tuple[str, str], to: str, at: datetime) -> bytes:
    """A customer's mail of the data files, forwarded as Gmail does it, with a word on top."""
    inner = ReceivedLetter.of(from_file(name, at))
    words = (
        f"{comment}\n\n---------- Forwarded message ---------\nFrom: {inner['From']}\n"
        f"Date: {at:%a, %d %b %Y at %H:%M}\nSubject: {inner['Subject']}\nTo: {sender[1]}\n\n\n"
    )
    subject = f"Fwd: {inner['Subject']}"
    return fresh_mail(sender, to, subject, words + inner.text, at).as_bytes()


def fresh_mail(
    sender: tuple[str, str], to: str, subject: str, words: str, at: datetime
) -> EmailMessage:
    """A mail that answers nothing."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = formataddr(sender), to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=sender[1].rpartition("@")[2])
    mail.set_content(words)
    return mail


def hand_in(port: int, raw: bytes, to: str, *, user: str = "", sender: str = "") -> None:
    """Send a mail by SMTP, logged in as `user`; without one it comes from outside, unproven."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.example", timeout=20) as wire:
        if user:
            wire.login(user, PASSWORD)
        wire.sendmail(sender or user, [to], raw)


def _barred(to: ReceivedLetter, width: int = 76) -> str:
    lines = [piece for line in to.text.splitlines() for piece in (wrap(line, width) or [""])]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _gmail(to: ReceivedLetter, words: str, at: datetime) -> str:
    when = f"{at:%a, %d %b %Y at %H:%M}"
    return f"{words}\n\nOn {when}, {to['From']}\nwrote:\n\n{_barred(to)}\n"


def _phone(to: ReceivedLetter, words: str, at: datetime) -> str:
    when = f"{at:%d %b %Y, at %H:%M}"
    return (
        f"{words}\n\nSent from my iPhone\n\n> On {when}, {to['From']} wrote:\n> \n{_barred(to)}\n"
    )


def _outlook(to: ReceivedLetter, words: str, at: datetime) -> str:
    head = f"From: {to['From']}\nSent: {at:%A, %d %B %Y %H:%M}\nTo: {to['To']}\n"
    rule = "_" * 32
    return f"{words}\n\n{rule}\n{head}Subject: {to['Subject']}\n\n{to.text}\n"


def _thunderbird(to: ReceivedLetter, words: str, at: datetime) -> str:
    return f"{words}\n\nAm {at:%d.%m.%y um %H:%M} schrieb {to['From']}:\n{_barred(to)}\n"


def _machine(_: ReceivedLetter, words: str, __: datetime) -> str:
    return f"{words}\n"


QUOTES = {
    "gmail": _gmail, "phone": _phone, "outlook": _outlook, "thunderbird": _thunderbird,
    "machine": _machine,
}  # fmt: skip
"""How each mail program puts our letter under an answer."""
