"""What mail servers write for people about a mail they could not deliver.

Every server has its own words, so the rules here are about form: the part before the returned mail,
the addresses in it by what stands around them, status codes (RFC 3463), and the few things that
make a failure final.
"""

import re
from itertools import islice

from deskless.mailbox.mime.header import HeaderFields, first_head, read_addresses, read_head
from deskless.mailbox.mime.part import Part

# Every pattern is bounded: no repetition stands inside another over the same characters.

# A delivery failed; only ever asked behind other evidence.
FAILED = re.compile(
    r"(?i)(?:could|can|did|was|were|has|have|is) ?n[o']t (?:be |been )?(?:deliver|sent|reach|relay"
    r"|process|accept)|cannot be (?:deliver|sent)|undeliver|not deliver|deliver[a-z]* (?:\w+ ){0,4}"
    r"(?:fail|error|problem|impossible|not possible|unsuccess)|fail(?:ed|ure)? (?:\w+ ){0,3}deliver"
    r"|(?:unknown|no such|invalid|unrecogni[sz]ed|nonexistent|bad) (?:\w+ ){0,2}"
    r"(?:user|recipient|address|account|mailbox|destination|host|domain|local)"
    r"|(?:user|recipient|address|account|mailbox|host|domain)[^\n]{0,60}?(?:unknown|not (?:found"
    r"|known|exist|listed|valid)|does ?n[o']t exist|invalid|rejected|unavailable|disabled|is full"
    r"|over)"
    r"|not (?:a )?member|over ?quota|quota exceed|exceed(?:s|ed)? (?:\w+ ){0,3}quota"
    r"|mailbox (?:is )?full|returned to"
    r"|permanent (?:fatal )?(?:error|failure)|\b5\d\d[ -]+(?:\d\.\d{1,3}\.|[a-z#<])"
    r"|unable to deliver|bounced"
    r"|non (?:è stato|pu[oò])|não (?:foi|pode)|nicht zugestellt|n'a pas pu|no se (?:pudo|ha podido)"
    r"|送信でき|配信でき|届け|転送でき|エラー|无法|無法|не (?:удалось|может быть) доставл"
)

# The line above the mail that came back, or its first header line.
RETURNED = re.compile(
    r"(?im)^(?:[ \t>|*#=_.-]*(?:begin|start|below|following|enclosed|included|original|returned"
    r"|unsent|undelivered|bounced|rejected|this is a copy|copy|headers?|message header|the header|"
    r"the first|text of|-+ ?(?:original|returned|unsent|below|this is|message)|---? ?forward)"
    r"[^\n]{0,70}(?:message|mail|header|copy|line|follow|text|below)[^\n]{0,60}|received: .*"
    r"|return-path: .*|-{3,}[ \t]*(?:message body|headers?)[^\n]*)$"
)

# Delivery-status fields in plain text.
FIELD = re.compile(
    r"(?im)^[ \t>]*(?:final|original|x-actual"
    r"|failed)[- ]recipient:?[ \t]*(?:[\w-]+;)?[ \t]*<?([^\s<>;]+@[^\s<>;]+)"
)

# Addresses that mail servers give as their own.
STAFF = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|post_master|abuse|helpdesk|help|support|mdaemon|noreply"
    r"|no-reply|daemon|root|listmaster|hostmaster|webmaster|security|spam|double-bounce)@"
)

# Before an address that did not fail.
NOT = re.compile(
    r"(?i)(?:message-?id|in-reply-to|references|contact|mailto|^[ \t>]*(?:from|sender|reply-to|cc"
    r"|return-path|x-[\w-]+)[ \t]*:|mail from|\bfrom[: ]*<?$|questions|assistance|please (?:e-?mail"
    r"|write|send)|forward(?:ed)? to|sent by|\bby <?$|reporting|originator|envelope-from)"
)

# Before an address that did.
STRONG = re.compile(
    r"(?i)(?:rcpt to:?|recipients?\b[^\n@]{0,40}|address(?:es)?\b[^\n@]{0,40}|unknown(?: user)?:?"
    r"|user:?|no such user:?|to:?|for:?|destinat[\w ]*:?|failed[^\n@]{0,30}|mailbox:?"
    r"|undeliver[^\n@]{0,30}"
    r"|could not[^\n@]{0,40}|account:?|addressee[^\n@]{0,20}|deliver[^\n@]{0,30}|宛先[^\n@]{0,20}"
    r"|メールアドレス[^\n@]{0,10})[ \t:;='\"(\[]*<?$"
)

# Behind one that stands at the start of its line.
AFTER = re.compile(
    r"(?i)^[>)\]'\"]*[ \t]*(?:[:;,.]|\.\.\.|-|\(|\[|$|user|unknown|does|not|failed|unroutable"
    r"|was|is\b"
    r"|could|cannot|550|553|554|5\.|mailbox|<|has|host|account|reached|couldn|undeliver|recipient)"
)

# The address is dead: no such user, host or domain, moved, takes no mail.
DEAD = re.compile(
    r"(?i)(?:user|recipient|address|account|mailbox|local.part|member|addressee|alias|destination)"
    r"[\w <>@.,:;'\"/-]{0,60}?(?:unknown|unrecogni|not (?:found|known|exist|listed|valid"
    r"|a valid|here"
    r"|recogni|have|our|in )|(?:does|do|did) ?n[o']t exist|n[o']t (?:exist|have)|invalid"
    r"|no longer|doesn't)"
    r"|(?:unknown|no such|invalid|unrecogni[sz]ed|nonexistent|non-existent|bad|not a valid) "
    r"(?:\w+ ){0,2}(?:user|recipient|address|account|mailbox|local|domain|host|name|person"
    r"|destination"
    r"|alias|member)|no (?:mailbox|account|user)\b[\w ]{0,20}(?:here|by that name|name)?"
    r"|user ?unknown"
    r"|host (?:or domain )?(?:name )?(?:unknown|not found|lookup|name lookup)|unknown host|nxdomain"
    r"|unrouteable|unroutable|domain (?:\S+ )?(?:not found|does ?n[o']t exist|unknown"
    r"|name not found)"
    r"|name service error|has (?:moved|left)|no longer (?:with|works|accept|valid|available"
    r"|in use|on)"
    r"|does ?n[o']t have an? \S+ account|(?:does ?n[o']t|not) accept (?:any )?(?:mail|e-?mail)"
    r"|nullmx|null mx"
    r"|address rejected|\(#5\.1\.[12346]\)|no mx|could ?n[o']t be found|couldn't find any host"
)

# It is not, or not for that reason.
PASSING = re.compile(
    r"(?i)full|quota|end of data|>>> data|reply to data|too (?:large|big|many|long)|spam|block"
    r"|denied|policy|virus|size|relay"
    r"|timed? ?out"
    r"|time-?out|temporar|try again|later|greylist|grey-list|black ?list|reputation|suspend"
    r"|disabled"
    r"|inactive|rate|limit|throttl|loop|refused|reverse dns|ptr|dmarc|spf|dkim|authenticat|expired"
    r"|filter|content|not authori[sz]ed|security|storage|insufficient|resources|exceed"
)


WINDOW = 16 * 1024  # characters of a bounce that are searched
MOST = 300  # addresses that are weighed
SAID = 800  # characters behind an address that are said of it
NEAR = 240  # characters beside an address that say what it is

ADDRESS = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[\w.!#$%&'*+/=?^`{|}~-]{1,64})@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]\d|\d)")
_REPLY = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[ -])(?![ -]\d)")


def tells_failure(text: str) -> bool:
    """Whether the text speaks of a failed delivery; only ever asked behind other evidence."""
    return FAILED.search(text[:WINDOW]) is not None


def status_in(text: str) -> str | None:
    """The first failing RFC 3463 status in the text; of several, one that is more than x.0.0."""
    codes = [".".join(word) for word in _STATUS.findall(text[:WINDOW]) if word[0] != "2"]
    return next(
        (status for status in codes if not status.endswith(".0.0")), codes[0] if codes else None
    )


def server_words(root: Part, text: str) -> str:
    """The server's own words: the readable text before the mail that came back."""
    text = text[:WINDOW]
    cut = RETURNED.search(text)
    if cut is None or not ADDRESS.search(text[: cut.start()]):
        return text
    return text[: cut.start()]


def lines_about(text: str, address: str) -> str:
    """The lines about this address: its own and the ones that follow until the next blank pair."""
    place = text.lower().find(address)
    if place < 0:
        return text[:4000]
    start = text.rfind("\n", 0, place) + 1
    return text[start : start + SAID]


def failed_addresses(root: Part, words: str) -> list[str]:
    """The failed addresses in a server's own words, by what stands before and after them.

    The recipient of the bounce (who wrote the mail) and the server's own addresses are left out.
    """
    fields = [word.lower().strip(".") for word in FIELD.findall(words)]
    if fields:
        return list(dict.fromkeys(fields))
    block = root.head
    own = {
        mailbox_address.email
        for mailbox_address in read_addresses([*block.all("from"), *block.all("reply-to")])
    }
    writer = {
        mailbox_address.email
        for mailbox_address in read_addresses([*block.all("to"), *block.all("delivered-to")])
    }
    ranked: dict[str, int] = {}
    for match in islice(ADDRESS.finditer(words), MOST):
        address = match[0].strip("'.").lower()
        start = words.rfind("\n", 0, match.start()) + 1
        stop = words.find("\n", match.end())
        stop = stop if stop >= 0 else len(words)
        before = words[max(start, match.start() - NEAR) : match.start()]
        after = words[match.end() : min(stop, match.end() + NEAR)]
        if address in own or STAFF.match(address) or NOT.search(before[-120:]):
            continue
        rank = _rank(before, after) - (2 if address in writer else 0)
        ranked[address] = max(rank, ranked.get(address, -9))
    best = max(ranked.values(), default=0)
    return [email for email, rank in ranked.items() if rank == best and rank > -2]


def _rank(before: str, after: str) -> int:
    """How likely an address is the one that failed: 3 stands alone or in front, 0 anywhere."""
    if not before.strip(" \t<>*-'\"|.#0123456789)("):
        return 3 if AFTER.match(after) else 1
    if STRONG.search(before[-160:]):
        return 2
    return 1 if FAILED.search(before + after) else 0


def returned_to(root: Part) -> list[str]:
    """To whom the returned mail was addressed, where the bounce itself names nobody."""
    for part in root.walk():
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            raw, _ = part.content(64 * 1024)
            return _addressed(first_head(raw))
    text = root.raw[root.start : root.start + 64 * 1024]
    place = re.search(rb"(?m)^(?:Received|Return-Path|Message-I[dD]|Date|From): [^\n]*\n", text)
    return _addressed(read_head(text, place.start())) if place else []


def _addressed(block: HeaderFields) -> list[str]:
    named = read_addresses([*block.all("x-original-to"), *block.all("to"), *block.all("cc")])
    return list(dict.fromkeys(address.email for address in named))[:20]


# Of a mail that is still in the queue.
WAITING = re.compile(
    r"(?i)\b(?:delayed|still being retried|only a (?:temporary|warning)|warning message only"
    r"|(?:will|to) (?:keep|continue|be)[^.\n]{0,20} (?:try|retr)\w*|will (?:try again|retry)"
    r"|(?:do|does)(?: not|n[o'’]t) need to re-?send|verzögert|zurückgestellt|retardé|retrasado)"
)
EXPIRED = re.compile(r"(?i)\bexpired\b")


def is_final(action: str, around: str, report: str) -> bool:
    """Whether the mail is lost to a recipient: by the Action (RFC 3464 §2.3.3), else by the words.

    `around` is what is said of this recipient, `report` the subject and text of the whole report.
    OpenSMTPD calls an envelope "delayed" whose time in its queue has expired.
    """
    if action == "delayed":
        return EXPIRED.search(around[:SAID]) is not None
    return bool(action) or WAITING.search(report[:WINDOW]) is None


_GONE = {"1.1", "1.2", "1.3", "1.6", "1.10", "4.4"}  # RFC 3463, 7505: about the address itself
_OTHERS = {"1.7", "1.8", "2.2", "2.3", "3.4", "6.1"}  # the sender, the mailbox's size, the mail


def is_lasting(status: str, text: str, action: str) -> bool:
    """Whether the address is dead for good, by the status and the server's words about it."""
    if action == "delayed" or status.startswith("4"):
        return False
    detail = status.partition(".")[2]
    if detail in _OTHERS:
        return False
    text = text[:SAID]
    dead = DEAD.search(text) is not None
    passing = PASSING.search(text) is not None
    return dead or not passing if detail in _GONE else dead and not passing
