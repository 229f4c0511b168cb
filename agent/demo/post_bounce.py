"""A delivery status notification as real mail servers write it (RFC 3462, RFC 3464)."""

import re
import uuid
from dataclasses import dataclass
from email.utils import formatdate

UNKNOWN = "550 5.1.1 The email account that you tried to reach does not exist"
REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@{host}>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{number}@{host}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{number}"

--{number}
Content-Type: text/plain; charset=utf-8

This is the mail system at host {host}.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{recipient}>: {reason}

--{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}
Arrival-Date: {date}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {reason}

--{number}
Content-Type: text/rfc822-headers

"""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A mail that left for another domain, as it was handed in."""

    sender: str
    recipient: str
    raw: bytes


def bounce_report(mail: HandedIn, host: str, when: float, reason: str = UNKNOWN) -> bytes:
    """The report that goes back to the sender; `when` in seconds since 1970, UTC."""
    match = re.search(r"\b([245]\.\d{1,3}\.\d{1,3})\b", reason)
    number = uuid.uuid4().hex
    text = REPORT.format(
        host=host,
        sender=mail.sender,
        recipient=mail.recipient,
        date=formatdate(when),
        number=number,
        reason=reason,
        status=match[1] if match else "5.0.0",
    )
    headers = re.split(rb"\r?\n\r?\n", mail.raw, maxsplit=1)[0]
    body = text.encode().replace(b"\n", b"\r\n") + headers
    return body + f"\r\n\r\n--{number}--\r\n".encode()
