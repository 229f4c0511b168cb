"""A real mail server threads what we write (RFC 5256, THREAD=REFERENCES), for long domains too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dovecot import Dovecot

from deskless.mailbox.compose import Outgoing, compose_mail, sign_id

pytestmark = pytest.mark.dovecot
KEY = b"k" * 32
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def threads(dovecot: Dovecot, mails: list[bytes]) -> str:
    """How the server groups these mails, by their numbers."""
    user = dovecot.user("threads")
    dovecot.preload(user, {f"{at:03}": raw for at, raw in enumerate(mails)})
    with dovecot.client(user) as imap:
        imap.select(readonly=True)
        _, [grouped] = imap.thread("REFERENCES", "UTF-8", "ALL")
        return grouped.decode()


@pytest.mark.parametrize("domain", ["acme.example", f"support.{'long' * 12}.acme.example"])
def test_mails_about_one_case_are_one_thread(dovecot: Dovecot, domain: str) -> None:
    """Briefs under their made-up root; a customer's mails and our answers as they came."""
    root = sign_id(KEY, "case-30740e890a54ed2086b5", domain)
    brief = Outgoing(
        sender=f"deskless@{domain}", to=("ana@acme.example",), subject="[ACME-1042-1] Northwind",
        text="x", message_id=sign_id(KEY, "brief-1", domain), date=NOON, in_reply_to=root,
        references=(root,), loop="here", internal=True,
    )  # fmt: skip
    reminder = replace(
        brief, subject="Still open?", message_id=sign_id(KEY, "reminder-2", domain),
        date=NOON + timedelta(hours=1),
    )  # fmt: skip
    theirs = f"{'x' * 200}@northwind.example"
    written = f"Message-ID: <{theirs}>\r\nSubject: Invoice\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000"
    answer = replace(
        brief, subject="We are on it", internal=False, message_id=sign_id(KEY, "ack-1", domain),
        in_reply_to=theirs, references=(theirs,), date=NOON + timedelta(hours=2),
    )  # fmt: skip
    other = replace(
        brief, subject="Another", message_id=sign_id(KEY, "brief-9", domain), in_reply_to="",
        references=(), date=NOON + timedelta(hours=3),
    )  # fmt: skip
    mails = [compose_mail(brief), compose_mail(reminder), f"{written}\r\n\r\nhi\r\n".encode()]
    mails += [compose_mail(answer), compose_mail(other)]
    assert threads(dovecot, mails) == "(3 4)((1)(2))(5)"
