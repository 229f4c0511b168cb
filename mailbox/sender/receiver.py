"""The receiving server: by which names it writes, and above which line of a mail it alone writes.

A server puts what it writes on top of what it was handed, its own Received field included (RFC 5321
§4.4). So what stands above that field is the server's; what stands below it came with the mail and
may be anybody's, also a field that names the server. Which Received is the server's own is told by
the host it names after `by`; the sender can write such a field as well, but only further down.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from deskless.mailbox.mime.header import Field, HeaderFields

MICROSOFT = "microsoft"
"""Microsoft 365 writes its verdict without a server's name; configured by this word."""

FAMILIES = (
    re.compile(r"(?:[\w*-]+\.)?(messagingengine\.com)"),
    re.compile(r"(?:[\w*-]+\.)?(icloud\.com)"),
)
"""Providers whose servers are many: Fastmail's write as mx1 to mx6 and phl-mx-01, iCloud's write
one field each as bimi, dmarc, dkim-verifier and spf."""
BELOW = frozenset({"mx.google.com"})
"""Servers that write below their own Received in the same program, which is never away, and take
the sender's fields in their name out (Google renames them X-Original-Authentication-Results)."""

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_BY = re.compile(r"(?<![^\s)])by(?=\s+([A-Za-z0-9._:-]+))", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\[(?:IPv6:)?([0-9A-Fa-f:.]+)\]|(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])"
)
_LMTP = re.compile(r"\sby\s+\S+\s+with\s+(?:UTF8)?LMTPS?A?\b", re.IGNORECASE)
_TOLD = re.compile(r"\([^()]*(?:127\.|:)[^()]*\)")
"""An address in brackets behind the greeting: where servers write what they saw themselves."""
_OWN_HOST = re.compile(r"127\.\d+\.\d+\.\d+|::1|0*(?::0*){2,7}:0*1")


class Hop(NamedTuple):
    """One Received field: the host after `by`, and whether a program handed it on in one machine.

    Helo name and envelope address stand in it too and are the other side's words: `hosts` is every
    host that any `by` in it could mean, and `inner` is true only where no such word made it so.
    """

    by: str
    hosts: tuple[str, ...]
    inner: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """The server whose verdict is believed.

    `authserv` is the id in its Authentication-Results; `*` stands for one label or more in front
    (`*.mx.example`). `received` are the hosts that its own Received names after `by`; without any,
    the id is taken for one. `tempfail` is the operator's word that mail is refused for now while
    the filter is away: only then is a verdict below the server's own Received believed.
    """

    authserv: str
    received: tuple[str, ...] = ()
    tempfail: bool = False

    def wrote(self, name: str | None) -> bool:
        """Whether a field with this authserv-id is the server's by name (None: it names none)."""
        if self.authserv.lower() == MICROSOFT or not name:
            return False
        family = self._family()
        return _within(name.lower(), family) if family else name.lower() == self.authserv.lower()

    def border(self, head: HeaderFields) -> int | None:
        """The place of the server's own Received among the fields; None where it cannot be told.

        The topmost one counts, past those by which one program of the machine hands to the next:
        whoever writes another can only write it below.
        """
        inner = None
        for place, entry in enumerate(head.fields):
            hop = read_hop(entry) if entry.name == "received" else None
            if hop is None or not any(map(self.takes, hop.hosts)):
                continue
            if not hop.inner:
                return place
            inner = place if inner is None else inner
        return inner

    def takes(self, host: str) -> bool:
        """Whether a Received `by` this host is the server's own; mx1 and mx2 are one server."""
        if self.received:
            return _shape(host) in map(_shape, self.received)
        return self.wrote(host) or _shape(host) == _shape(self.authserv)

    def below(self) -> bool:
        """Whether a verdict below the server's own Received may be believed."""
        return self.tempfail or self.authserv.lower() in BELOW

    def _family(self) -> str | None:
        """The domain all of whose hosts are this one server."""
        name = self.authserv.lower()
        known = next((match[1] for family in FAMILIES if (match := family.fullmatch(name))), None)
        return known or (name[2:] if name.startswith("*.") else None)


def read_hop(entry: Field) -> Hop | None:
    """What a Received field says of the server that wrote it; None where it names no host."""
    text = " ".join(entry.value.decode("ascii", "replace").split())
    hosts = tuple(host.lower() for host in _BY.findall(text))
    if not hosts:
        return None
    bare = _COMMENT.sub(" ", _COMMENT.sub(" ", text))
    outside = _BY.findall(bare)
    places = [first or second for first, second in _ADDRESS.findall(text)]
    local = bool(places and _TOLD.search(text)) and all(map(_OWN_HOST.fullmatch, places))
    inner = len(hosts) == 1 and (local or _LMTP.search(bare) is not None)
    return Hop((outside[-1] if outside else hosts[-1]).lower(), hosts, inner)


def hops(head: HeaderFields) -> list[Hop]:
    """Every Received field that names a host, topmost first."""
    return [hop for field in head.fields if field.name == "received" and (hop := read_hop(field))]


def _within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _shape(host: str) -> str:
    """A host's name without its numbers, by which the servers of one farm are alike."""
    return re.sub(r"\d+", "#", host.lower())
