"""What an SMTP server's answer means for a mail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import aiosmtplib

from deskless.mailbox.transport.errors import Permanent, Temporary

ID = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
SES = re.compile(r"\bOk ([0-9a-f]{16}-[0-9a-f-]{30,50})\b")
SES_HOST = re.compile(r"email-smtp\.([a-z0-9-]+)\.amazonaws\.com$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's last word. `effective_id` is the Message-ID under which the mail travels on,
    without angle brackets, where the server tells that it gave one of its own; else None.
    """

    reply: str
    effective_id: str | None = None


def effective_id(reply: str, host: str) -> str | None:
    """The Message-ID that the server says it gave the mail, without angle brackets.

    Microsoft 365 answers `2.0.0 OK <id@….outlook.com> [Hostname=…]`, Amazon SES `Ok id`, of which
    the header's id is made with the region's domain. Others name a queue entry, which is no id.
    """
    found = ID.search(reply)
    if found:
        return found[1]
    region, bare = SES_HOST.search(host), SES.search(reply)
    if region and bare:
        place = "email" if region[1].lower() == "us-east-1" else region[1].lower()
        return f"{bare[1]}@{place}.amazonses.com"
    return None


def verdict(code: int, text: str, recipients: tuple[str, ...]) -> Temporary | Permanent:
    """RFC 5321 §4.2.1: 5yz is for ever, 4yz for now; anything else is no reply at all."""
    if 500 <= code < 600:
        return Permanent(code, text, recipients)
    return Temporary(code if 400 <= code < 500 else None, text)


def worst(refusals: Sequence[aiosmtplib.SMTPRecipientRefused]) -> Temporary | Permanent:
    """One address that will never do decides for the whole mail."""
    final = [no for no in refusals if no.code >= 500]
    if final:
        return Permanent(final[0].code, final[0].message, tuple(no.recipient for no in final))
    return Temporary(refusals[0].code, refusals[0].message)
