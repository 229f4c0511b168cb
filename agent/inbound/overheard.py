"""Words in what no customer seems to have written: no report, receipt or note is put by unheard.

Programs report, acknowledge and announce absences, and people type into all of these. So whatever
is about to count as nobody's words is read once by the rules of the team's own criteria. Where they
find anything, it is a conversation like any other: judged, and seen.

So is what a teammate notes down for the inbox: "Vera Lind just rang, nobody can log in". Nobody
outside wrote it, and it is a customer's trouble all the same. It counts as told by the teammate,
whose name stands at every quote; no address is taken from it. And so is a file that nobody can
open, or that says all there is to say, where a teammate passes it on: a person is asked.
"""

import re
from dataclasses import replace
from datetime import datetime

from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.mailbox.message import MailKind, Message, Unread
from deskless.mailbox.sender.bounce import is_servers, json_report_kind
from deskless.mailbox.sender.bounce_text import RETURNED
from deskless.mailbox.thread import UNPROVEN, Post, Side, Thread
from deskless.mailbox.threading import base_subject, nobody
from deskless.policies.reading.gather import gather_facts
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.verdict import Met

_FIELD = re.compile(r"^\s*[^\W\d][\w -]{1,30}:.*$", re.MULTILINE)
_TOPIC = re.compile(
    r"^\s*(?:subject|betreff|objet|asunto|oggetto|your document)\s?:.*$",
    re.MULTILINE | re.IGNORECASE,
)
_LEAST = 12
"""Characters from which on a subject is looked for in what reports on it."""

TOLD = f"{UNPROVEN}: a colleague's note"
"""The flaw of a post in which a teammate tells of a customer."""
FOR_CUSTOMER = "for a customer"
"""What stands behind the name of the teammate who tells."""
_FEW, _MANY = 8, 30
"""Words beside a file up to which the file says it all; and up to which, if of a customer."""
_OF_CUSTOMER = re.compile(
    r"(?i)(?<!\w)(?:customers?|clients?|users?|kund(?:e|in|en|innen|enmail|schreiben)|mandant\w*"
    r"|client(?:e|es|s)|usuari[oa]s?|utilisat(?:eur|rice)s?|forwarded|weitergeleitet|transféré\w*"
    r"|reenviad[oa]s?)(?!\w)|^\s*(?:fwd?|wg|tr|rv)\s?:"
)
"""How a colleague says that something is a customer's."""
_SHORTEST = 4
"""Letters from which on a customer's name is looked for in a note."""


def hears_words(office: Office, mail: Incoming) -> str:
    """What of a machine's mail a criterion speaks of; empty where it is a machine's and no more.

    The mail that it reports on is none of its words: neither what is returned, nor its subject.
    """
    words = machine_words(mail.message)
    if not words or mail.silent or _is_servers(mail.message):
        return ""
    post = Post(
        key=mail.message.digest, at=mail.now, side=Side.CUSTOMER, sender=mail.message.sender,
        subject="", text=words,
    )  # fmt: skip
    return words if _meets(office, Thread(None, "", None, (post,)), mail.now) else ""


def _is_servers(message: Message) -> bool:
    """Whether a report is all a server's: it names who was not reached, and no person sent it.

    What servers say of a lost mail reads like trouble, and is none of a customer's.
    """
    if json_report_kind(message.text):
        return True
    named = message.kind is MailKind.BOUNCE and bool(message.bounce)
    return named and is_servers(message.sender)


def machine_words(message: Message) -> str:
    """The words of a mail as its reader sees them, without the mail that it is about."""
    bounced = message.kind in {MailKind.BOUNCE, MailKind.FEEDBACK}
    text = message.text if bounced or message.receipt else message.fresh
    if bounced:
        returned = RETURNED.search(text)
        text = _FIELD.sub("", text[: returned.start()] if returned else text)
    else:
        text = _TOPIC.sub("", text)
    subject = base_subject(message.subject)
    for about in (subject, subject.rpartition(":")[2].strip()):
        if len(about) >= _LEAST and (bounced or message.receipt or message.references):
            text = re.sub(r"\s+".join(map(re.escape, about.split())), "", text, flags=re.IGNORECASE)
    return text.strip()


def as_spoken(mail: Incoming, words: str) -> Incoming:
    """The mail as somebody's who wrote these words; still nothing that a machine may answer."""
    return replace(mail, message=replace(mail.message, fresh=words, automatic=True))


def as_told(
    office: Office, mail: Incoming, posts: tuple[Post, ...], *, begins: bool
) -> tuple[Post, ...]:
    """A teammate's note about a customer as that customer's matter; empty where it is none.

    A note is addressed to nobody outside. A criterion speaks of what it says, or it `begins` a
    matter and names a customer whom we know, or it holds what nobody has read. Everything else is
    the team's own.
    """
    if mail.silent or not all(post.side is Side.TEAM and post.internal for post in posts):
        return ()
    words = "\n\n".join(post.text for post in posts if post.text.strip())
    unread = _unread(office, mail.message, words, begins=begins)
    words = words or ("" if mail.message.references else mail.message.subject.strip())
    teller = posts[0].sender if posts else None
    if teller is None or not (words or unread):
        return ()
    name = f"{teller.name or teller.email} ({FOR_CUSTOMER})"
    told = replace(
        posts[0], side=Side.CUSTOMER, text=words, internal=False, flaws=(*posts[0].flaws, TOLD),
        sender=replace(nobody(mail.message), name=name), unread=unread,
    )  # fmt: skip
    heard = bool(unread) or (begins and _names_customer(office, f"{told.subject}\n{words}"))
    return (told,) if heard or _meets(office, Thread(None, "", None, (told,)), mail.now) else ()


def _unread(office: Office, message: Message, words: str, *, begins: bool) -> tuple[Unread, ...]:
    """What of a teammate's mail to the inbox nobody has read: what could not be opened, and where
    it `begins` a matter also a file with hardly a word beside it, or with few of a customer.

    A logo, a signature and a card say nothing; a picture in the text counts beside such words.
    """
    shut = tuple(reason for reason in message.unread if reason is not Unread.EMPTY)
    if shut or not begins:
        return shut
    files = [each for each in message.attachments if not each.seals]
    shown = "cid:" in message.html.lower()
    papers = [each for each in files if not (shown and each.type.startswith("image/"))]
    count = len(words.split())
    topic = f"{message.subject}\n{words}"
    of_customer = bool(_OF_CUSTOMER.search(topic)) or _names_customer(office, topic)
    asks = (papers and count <= _FEW) or (files and count <= _MANY and of_customer)
    return (Unread.PASSED_ON,) if asks else ()


def _names_customer(office: Office, text: str) -> bool:
    """Whether a customer of the accounts stands in a text, by name, domain or address."""
    low = text.casefold()
    names = {
        word.casefold() for account in office.rules.accounts.accounts
        for word in (account.customer, *account.addresses) if len(word) >= _SHORTEST
    }  # fmt: skip
    return any(name in low and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low) for name in names)


def _meets(office: Office, thread: Thread, now: datetime) -> bool:
    facts = gather_facts(thread, None, now=now)
    opinion = RulesJudge().judge(thread, facts, office.rules.book.asked())
    return any(finding.met is not Met.NOT_MET for finding in opinion.findings)
