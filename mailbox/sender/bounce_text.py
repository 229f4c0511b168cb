"""What mail servers write for people about a mail they could not deliver.

Every server has its own words, so the rules here are about form: the part before the returned mail,
the addresses in it by what stands around them, status codes (RFC 3463), and the few things that
make a failure final.
"""

import re
from itertools import islice

from deskless.mailbox.mime.header import Head, first_head, head, people
from deskless.mailbox.mime.part import Part
from deskless.mailbox.sender import bounce_words as wording

WINDOW = 16 * 1024  # characters of a bounce that are searched
MOST = 300  # addresses that are weighed
SAID = 800  # characters behind an address that are said of it
NEAR = 240  # characters beside an address that say what it is

ADDRESS = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[\w.!#$%&'*+/=?^`{|}~-]{1,64})@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]\d|\d)")
_REPLY = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[ -])(?![ -]\d)")


def failed(text: str) -> bool:
    """Whether the text speaks of a failed delivery; only ever asked behind other evidence."""
    return wording.FAILED.search(text[:WINDOW]) is not None


def status_in(text: str) -> str | None:
    """The first failing RFC 3463 status in the text; of several, one that is more than x.0.0."""
    found = [".".join(one) for one in _STATUS.findall(text[:WINDOW]) if one[0] != "2"]
    return next((one for one in found if not one.endswith(".0.0")), found[0] if found else None)


def human(root: Part, text: str) -> str:
    """The server's own words: the readable text before the mail that came back."""
    text = text[:WINDOW]
    cut = wording.RETURNED.search(text)
    if cut is None or not ADDRESS.search(text[: cut.start()]):
        return text
    return text[: cut.start()]


def near(text: str, address: str) -> str:
    """The lines about this address: its own and the ones that follow until the next blank pair."""
    place = text.lower().find(address)
    if place < 0:
        return text[:4000]
    start = text.rfind("\n", 0, place) + 1
    return text[start : start + SAID]


def addresses(root: Part, words: str) -> list[str]:
    """The failed addresses in a server's own words, by what stands before and after them.

    The recipient of the bounce (who wrote the mail) and the server's own addresses are left out.
    """
    fields = [one.lower().strip(".") for one in wording.FIELD.findall(words)]
    if fields:
        return list(dict.fromkeys(fields))
    block = root.head
    own = {one.email for one in people([*block.all("from"), *block.all("reply-to")])}
    writer = {one.email for one in people([*block.all("to"), *block.all("delivered-to")])}
    ranked: dict[str, int] = {}
    for found in islice(ADDRESS.finditer(words), MOST):
        address = found[0].strip("'.").lower()
        start = words.rfind("\n", 0, found.start()) + 1
        stop = words.find("\n", found.end())
        stop = stop if stop >= 0 else len(words)
        before = words[max(start, found.start() - NEAR) : found.start()]
        after = words[found.end() : min(stop, found.end() + NEAR)]
        if address in own or wording.STAFF.match(address) or wording.NOT.search(before[-120:]):
            continue
        rank = _rank(before, after) - (2 if address in writer else 0)
        ranked[address] = max(rank, ranked.get(address, -9))
    best = max(ranked.values(), default=0)
    return [one for one, rank in ranked.items() if rank == best and rank > -2]


def _rank(before: str, after: str) -> int:
    """How likely an address is the one that failed: 3 stands alone or in front, 0 anywhere."""
    if not before.strip(" \t<>*-'\"|.#0123456789)("):
        return 3 if wording.AFTER.match(after) else 1
    if wording.STRONG.search(before[-160:]):
        return 2
    return 1 if wording.FAILED.search(before + after) else 0


def returned(root: Part) -> list[str]:
    """To whom the returned mail was addressed, where the bounce itself names nobody."""
    for part in root.walk():
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            raw, _ = part.content(64 * 1024)
            return _addressed(first_head(raw))
    text = root.raw[root.start : root.start + 64 * 1024]
    place = re.search(rb"(?m)^(?:Received|Return-Path|Message-I[dD]|Date|From): [^\n]*\n", text)
    return _addressed(head(text, place.start())) if place else []


def _addressed(block: Head) -> list[str]:
    named = people([*block.all("x-original-to"), *block.all("to"), *block.all("cc")])
    return list(dict.fromkeys(one.email for one in named))[:20]


_GONE = {"1.1", "1.2", "1.3", "1.6", "1.10", "4.4"}  # RFC 3463, 7505: about the address itself
_OTHERS = {"1.7", "1.8", "2.2", "2.3", "3.4", "6.1"}  # the sender, the mailbox's size, the mail


def lasting(status: str, text: str, action: str) -> bool:
    """Whether the address is dead for good, by the status and the server's words about it."""
    if action == "delayed" or status.startswith("4"):
        return False
    detail = status.partition(".")[2]
    if detail in _OTHERS:
        return False
    text = text[:SAID]
    dead = wording.DEAD.search(text) is not None
    passing = wording.PASSING.search(text) is not None
    return dead or not passing if detail in _GONE else dead and not passing
