"""Whether the receiving server vouches for From: its DMARC verdict, and nothing else.

Authentication-Results (RFC 8601) can be written by anybody, so it counts only under the configured
server's name and only above that server's own Received (`receiver`). Where no such Received can be
told, only the topmost field and those of the same server that stand with it count. Several fields
of one server are normal: OpenDKIM and OpenDMARC write one each. Only `dmarc` is read: SPF and DKIM
results say something about other addresses, and comments in them can swallow or fake what follows.
Exactly one dmarc result may stand in all fields that count, comments included, and a `fail` on top
is a fail whatever stands below it. ARC is not read: a forwarded mail has no verdict, and is
confirmed another way.

A field is cut into clauses here, because `authres` refuses the whole of it for a `;` at the end or
a bare IPv6 address in somebody else's clause; the dmarc clause alone is read by `authres`.
Microsoft 365 writes the field without a server's name; that form counts only where the configured
name is `MICROSOFT`.
"""

import re
from enum import StrEnum

import authres
from authres.core import AuthResError

from deskless.mailbox.mime.header import HeaderFields, first_head
from deskless.mailbox.sender.receiver import MICROSOFT, Receiver

__all__ = ["MICROSOFT", "Receiver", "Standing", "authenticate", "verdict_place"]

_ODD = re.compile(rb"[^\x20-\x7e\t]")
_DMARC = re.compile(r"\bdmarc\b\s*(?:\([^()]*\)\s*)?(?:/\s*\d+\s*)?=", re.IGNORECASE)
_CLAUSE = re.compile(r"dmarc\s*(?:/\s*\d+\s*)?=", re.IGNORECASE)
_OFFICE = re.compile(
    r"dmarc=(\w+)((?:\s+[\w.-]+=[\w.@*-]+|\s*\([^()]{0,300}\))*)\s*", re.IGNORECASE
)
_FROM = re.compile(r"\bheader\.from=([\w.-]+)(?=\s|$|\()", re.IGNORECASE)
_NO_POLICY = re.compile(r"\((?:[^()]*[\s,(])?p(?:olicy)?=\"?none\b", re.IGNORECASE)
_LENGTH = re.compile(rb"(?:^|;)\s*l\s*=")
_IDENTITY = re.compile(rb"(?:^|;)i=([^;]*)")


class Standing(StrEnum):
    """What the receiving server says about the From domain. NONE: nothing that counts."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NONE = "none"
    FAIL = "fail"


def authenticate(
    raw_headers: bytes, server: Receiver | str | None, domain: str
) -> tuple[Standing, str]:
    """The DMARC verdict of the receiving server for exactly this domain, and why.

    `raw_headers` is the header block byte for byte, `domain` what the strict From parser read.
    `server` may be given as its authserv-id alone. Without one there is never a verdict.
    """
    if not server:
        return Standing.NONE, "no receiving server is configured"
    server = Receiver(server) if isinstance(server, str) else server
    head = _block(raw_headers)
    results, why_not = _believed(head, server)
    if why_not:
        return Standing.NONE, why_not
    standing, why = _verdict(results, server, domain.lower())
    if standing is Standing.PASS and (doubt := _doubt(head)):
        return Standing.NONE, doubt
    return standing, why


def verdict_place(raw_headers: bytes, server: Receiver) -> str:
    """Where the server's own verdict stands: `above` or `below` its Received, or `alone`.

    `alone`: there is no Received of the server to compare with. Empty: it wrote no verdict.
    """
    head = _block(raw_headers)
    border = server.border(head)
    for place, entry in enumerate(head.fields):
        value = _unfold(entry.value) if entry.name == "authentication-results" else None
        if value and _is_from(value, server) and _DMARC.search(value):
            return "alone" if border is None else ("above" if place < border else "below")
    return ""


def _block(raw_headers: bytes) -> HeaderFields:
    return first_head(raw_headers if b"\n" in raw_headers else raw_headers.replace(b"\r", b"\n"))


def _believed(head: HeaderFields, server: Receiver) -> tuple[list[str], str]:
    """The fields that count, topmost first; or why there are none."""
    if not head.has("authentication-results"):
        return [], "the receiving server wrote no Authentication-Results"
    border = None if server.below() else server.border(head)
    if border is None:
        return _topmost(head, server)
    above = [
        field.value for field in head.fields[:border] if field.name == "authentication-results"
    ]
    values = [value for item in above if (value := _unfold(item)) and _is_from(value, server)]
    if values:
        return values, ""
    if any(map(_unfold, above)):
        return [], "no Authentication-Results above its Received is the configured server's"
    if above:
        return [], "the Authentication-Results cannot be read"
    return [], "the Authentication-Results stand below the server's own Received: anybody's"


def _topmost(head: HeaderFields, server: Receiver) -> tuple[list[str], str]:
    """Without a border: the topmost field and those of the server that no other hop parts from it.

    Other servers' fields below are nobody's business, and so is a Received between two of ours: it
    starts another hop.
    """
    values: list[str] = []
    for field in head.fields:
        if field.name == "received" and values:
            break
        if field.name != "authentication-results":
            continue
        value = _unfold(field.value)
        if value is None and not values:
            return [], "the topmost Authentication-Results cannot be read"
        if value is not None and _is_from(value, server):
            values.append(value)
        elif not values:
            return [], "the topmost Authentication-Results is not the configured server's"
    return values, ""


def _unfold(value: bytes) -> str | None:
    """The field on one line; None when it holds anything but printable ASCII."""
    text = re.sub(rb"\r*\n(?=[ \t])", b"", value).rstrip(b"\r\n")
    return None if _ODD.search(text) else text.decode("ascii").strip()


def _named(value: str) -> str | None:
    """The server that a field names, in lower case; None in Microsoft's form without one."""
    first = value.partition(";")[0].strip()
    name = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\s+\d+)?", first)
    return name[1].lower() if name else None


def _is_from(value: str, server: Receiver) -> bool:
    name = _named(value)
    if server.authserv.lower() == MICROSOFT:
        return name is None and re.match(r"(?:spf|dkim|dmarc)=", value, re.IGNORECASE) is not None
    return server.wrote(name)


def _verdict(values: list[str], server: Receiver, domain: str) -> tuple[Standing, str]:
    """What the dmarc result of these fields says about this domain."""
    speaking = [value for value in values if _DMARC.search(value)]
    if not speaking:
        return Standing.NONE, "no dmarc result in the Authentication-Results"
    result, named, policy = _result(speaking[0], server)
    if result == "fail" and policy != "none":
        return Standing.FAIL, f"dmarc=fail for {named or domain}"
    if len(speaking) > 1:
        return Standing.NONE, "several dmarc results in the Authentication-Results"
    if result is None:
        return Standing.NONE, "the Authentication-Results cannot be read"
    if result == "fail":
        return Standing.NONE, f"dmarc=fail, but {named or domain} asks for no consequence (p=none)"
    if result != "pass":
        return Standing.NONE, f"dmarc={result}"
    if named != domain:
        return Standing.NONE, "dmarc=pass, but for another domain"
    return Standing.PASS, f"dmarc=pass for {domain}"


def _result(value: str, server: Receiver) -> tuple[str | None, str | None, str]:
    """Result and domain of the one dmarc clause of a field, and the policy where it says `none`."""
    parts = _clauses(value)
    if len(_DMARC.findall(value)) != 1 or value.count("(") != value.count(")") or parts is None:
        return None, None, ""
    clauses = [part for part in parts if _CLAUSE.match(part)]
    if len(clauses) != 1:
        return None, None, ""
    read = _microsoft if server.authserv.lower() == MICROSOFT else _standard
    result, named = read(clauses[0])
    return result, named, "none" if _NO_POLICY.search(clauses[0]) else ""


def _clauses(value: str) -> list[str] | None:
    """The field cut at each `;` outside comments and quotes (RFC 8601 §2.2); None if one is open.

    Clauses come without blanks around them, the server's name is the first; empty ones are left out
    (several programs end the field with a `;`).
    """
    out, start, depth, quoted, at = [], 0, 0, False, 0
    while at < len(value):
        char = value[at]
        if char == "\\" and (quoted or depth):
            at += 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and not quoted:
            depth -= 1
            if depth < 0:
                return None
        elif char == ";" and not quoted and not depth:
            out.append(value[start:at].strip())
            start = at + 1
        at += 1
    out.append(value[start:].strip())
    return None if quoted or depth else [item for item in out if item]


def _standard(clause: str) -> tuple[str | None, str | None]:
    """Result and domain of a dmarc clause as `authres` reads it; both None when it cannot."""
    try:
        read = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: x; {clause}")
    except (AuthResError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return None, None
    results = [result for result in read.results or () if (result.method or "").lower() == "dmarc"]
    if len(results) != 1 or not results[0].result:
        return None, None
    named = [
        item.value
        for item in results[0].properties or ()
        if (item.type or "").lower() == "header" and (item.name or "").lower() == "from"
    ]
    # A comment glued to the domain is part of it for some program.
    literal = _FROM.findall(clause)
    if (
        len(named) != 1
        or not named[0]
        or [element.lower() for element in literal] != [named[0].lower()]
    ):
        return results[0].result.lower(), None
    glued = re.search(r"header\.from=[\w.-]+\(", clause, re.IGNORECASE)
    return results[0].result.lower(), None if glued else named[0].lower()


def _microsoft(clause: str) -> tuple[str | None, str | None]:
    """Result and domain of a dmarc clause in Microsoft's form, which no RFC parser reads."""
    match = _OFFICE.fullmatch(clause)
    if match is None:
        return None, None
    named = re.findall(r"(?:^|\s)header\.from=([\w.-]+)(?=\s|$)", match[2], re.IGNORECASE)
    return match[1].lower(), named[0].lower() if len(named) == 1 else None


def _doubt(head: HeaderFields) -> str:
    """Why a pass does not count, by what the sender signed; empty: it counts."""
    signatures = [re.sub(rb"\s+", b"", raw) for raw in head.all("dkim-signature")]
    if any(map(_LENGTH.search, signatures)):
        return "the DKIM signature covers a part of the body only"
    # An identity is written into the server's field as the signer spelt it, decoded; so an encoded
    # `;` in it would start a clause of the signer's own.
    identities = [match[1] for signature in signatures if (match := _IDENTITY.search(signature))]
    if any(b"=" in identity or b'"' in identity or b"(" in identity for identity in identities):
        return "the DKIM signature names a signer in an odd way"
    return ""
