"""Whether the receiving server vouches for From: its DMARC verdict, and nothing else.

Authentication-Results (RFC 8601) can be written by anybody, so only the topmost one counts, only
when it names exactly the configured server, and only when no second one does. Only `dmarc` is read:
SPF and DKIM results say something about other addresses, and comments in them can swallow or fake
what follows. Exactly one dmarc result may stand in the whole field, comments included. ARC is not
read: a forwarded mail has no verdict, and is confirmed another way.

Microsoft 365 writes the field without a server's name; that form counts only when the configured
name is `MICROSOFT`.
"""

import re
from enum import StrEnum

import authres
from authres.core import AuthResError

from deskless.mailbox.mime.header import first_head

MICROSOFT = "microsoft"

_ODD = re.compile(rb"[^\x20-\x7e\t]")
_DMARC = re.compile(r"\bdmarc\b\s*(?:\([^()]*\)\s*)?=", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?:^|;)\s*dmarc=(\w+)((?:\s+[\w.-]+=[\w.@*-]+|\s*\([^()]{0,300}\))*)\s*(?=;|$)", re.IGNORECASE
)
_FROM = re.compile(r"\bheader\.from=([\w.-]+)(?=\s|$|\()", re.IGNORECASE)
_LENGTH = re.compile(rb"(?:^|;)\s*l\s*=")


class Standing(StrEnum):
    """What the receiving server says about the From domain. NONE: nothing that counts."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NONE = "none"
    FAIL = "fail"


def authenticate(raw_headers: bytes, authserv: str | None, domain: str) -> tuple[Standing, str]:
    """The DMARC verdict of the server `authserv` for exactly this domain, and why.

    `raw_headers` is the header block byte for byte, `domain` what the strict From parser read.
    Without a configured server there is never a verdict.
    """
    if not authserv:
        return Standing.NONE, "no receiving server is configured"
    block = first_head(raw_headers if b"\n" in raw_headers else raw_headers.replace(b"\r", b"\n"))
    results = block.all("authentication-results")
    if not results:
        return Standing.NONE, "the receiving server wrote no Authentication-Results"
    values = [_unfold(one) for one in results]
    if values[0] is None:
        return Standing.NONE, "the topmost Authentication-Results cannot be read"
    ours = [one for one in values if one is not None and _is_from(one, authserv)]
    if not ours or ours[0] is not values[0]:
        return Standing.NONE, "the topmost Authentication-Results is not the configured server's"
    if len(ours) > 1:
        return Standing.NONE, "several Authentication-Results of the configured server"
    standing, why = _verdict(values[0], authserv, domain.lower())
    if standing is Standing.PASS and any(map(_partly_signed, block.all("dkim-signature"))):
        return Standing.NONE, "the DKIM signature covers a part of the body only"
    return standing, why


def _unfold(value: bytes) -> str | None:
    """The field on one line; None when it holds anything but printable ASCII."""
    text = re.sub(rb"\r*\n(?=[ \t])", b"", value).rstrip(b"\r\n")
    return None if _ODD.search(text) else text.decode("ascii").strip()


def _named(value: str) -> str | None:
    """The server that a field names, in lower case; None in Microsoft's form without one."""
    first = value.partition(";")[0].strip()
    found = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\s+\d+)?", first)
    return found[1].lower() if found else None


def _is_from(value: str, authserv: str) -> bool:
    name = _named(value)
    if authserv.lower() == MICROSOFT:
        return name is None and re.match(r"(?:spf|dkim|dmarc)=", value, re.IGNORECASE) is not None
    return name == authserv.lower()


def _verdict(value: str, authserv: str, domain: str) -> tuple[Standing, str]:
    """What the one dmarc result of a field says about this domain."""
    count = len(_DMARC.findall(value))
    if count != 1:
        many = "several dmarc results" if count else "no dmarc result"
        return Standing.NONE, f"{many} in the Authentication-Results"
    if value.count("(") != value.count(")"):
        return Standing.NONE, "the Authentication-Results cannot be read"
    read = _microsoft if authserv.lower() == MICROSOFT else _standard
    result, named = read(value)
    if result is None:
        return Standing.NONE, "the Authentication-Results cannot be read"
    if result == "fail":
        return Standing.FAIL, f"dmarc=fail for {named or domain}"
    if result != "pass":
        return Standing.NONE, f"dmarc={result}"
    if named != domain:
        return Standing.NONE, "dmarc=pass, but for another domain"
    return Standing.PASS, f"dmarc=pass for {domain}"


def _standard(value: str) -> tuple[str | None, str | None]:
    """Result and domain of the dmarc clause as `authres` reads it; both None when it cannot."""
    try:
        read = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except (AuthResError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return None, None
    found = [one for one in read.results or () if (one.method or "").lower() == "dmarc"]
    if len(found) != 1 or not found[0].result:
        return None, None
    named = [
        one.value
        for one in found[0].properties or ()
        if (one.type or "").lower() == "header" and (one.name or "").lower() == "from"
    ]
    # A comment glued to the domain is part of it for some program (reliability, case A4).
    literal = _FROM.findall(value)
    if len(named) != 1 or not named[0] or [one.lower() for one in literal] != [named[0].lower()]:
        return found[0].result.lower(), None
    glued = re.search(r"header\.from=[\w.-]+\(", value, re.IGNORECASE)
    return found[0].result.lower(), None if glued else named[0].lower()


def _microsoft(value: str) -> tuple[str | None, str | None]:
    """Result and domain of the dmarc clause in Microsoft's form, which no RFC parser reads."""
    found = _CLAUSE.findall(value)
    if len(found) != 1:
        return None, None
    named = re.findall(r"(?:^|\s)header\.from=([\w.-]+)(?=\s|$)", found[0][1], re.IGNORECASE)
    return found[0][0].lower(), named[0].lower() if len(named) == 1 else None


def _partly_signed(value: bytes) -> bool:
    """Whether a DKIM-Signature has an `l=` tag: text may have been added below what is signed."""
    return _LENGTH.search(re.sub(rb"\s+", b"", value)) is not None
