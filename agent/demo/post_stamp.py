"""What a receiving provider writes on a mail: trace headers and its verdict about the sender.

Shared by the embedded post office and by the relay in front of the tests' Dovecot, so that both
stamp alike. The verdict is worked out as DMARC does (RFC 7489): who handed the mail in has proved
one domain; a From of that domain passes, any other From of a domain that publishes DMARC fails,
and domains that publish none have no verdict.
"""

import re
from dataclasses import dataclass
from email.utils import formatdate

HEADER_END = re.compile(rb"\r?\n\r?\n")
FIELD = re.compile(rb"[!-9;-~]+[ \t]*:[^\n]*\n?(?:[ \t][^\n]*\n?)*", re.MULTILINE)
ADDRESS = re.compile(rb"[^\s<>,;:\"()]+@([A-Za-z0-9.-]+)")


@dataclass(frozen=True, slots=True)
class Handed:
    """How a mail came in. `proven` is the domain the sender proved to be; empty for nobody.

    `when` is in seconds since 1970, UTC.
    """

    sender: str
    recipient: str
    helo: str
    proven: str
    when: float
    number: str = "1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One provider's name, and the domains of which it knows that they publish DMARC.

    `below`: its filter writes the verdict below its own Received, as Rspamd does under Postfix.
    """

    authserv: str
    strict: frozenset[str]
    below: bool = False

    def put(self, raw: bytes, handed: Handed) -> bytes:
        """The mail with this provider's headers on top and forged verdicts in its name removed.

        RFC 8601 §5 demands the removal; what other providers wrote stays, as in real life.
        """
        end = HEADER_END.search(raw)
        head, body = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
        newline = "\r\n" if b"\r\n" in raw else "\n"
        received = (
            f"Received: from {handed.helo or 'unknown'} by {self.authserv} with ESMTP"
            f"{newline}\tid {handed.number} for <{handed.recipient}>;"
            f" {formatdate(handed.when, usegmt=True)}"
        )
        verdict = self._verdict(head, handed, newline)
        fields = [
            f"Return-Path: <{handed.sender}>",
            f"Delivered-To: {handed.recipient}",
            *((received, verdict) if self.below else (verdict, received)),
        ]
        top = "".join(field + newline for field in fields).encode("utf-8", "replace")
        return top + self._cleaned(head) + body

    def _cleaned(self, head: bytes) -> bytes:
        block = head + b"\n"
        cleaned = FIELD.sub(lambda field: b"" if self._forged(field[0]) else field[0], block)
        return cleaned.removesuffix(b"\n").removesuffix(b"\r") if cleaned != block else head

    def _forged(self, field: bytes) -> bool:
        name, _, value = field.partition(b":")
        lowered = name.strip().lower()
        if lowered == b"return-path":
            return True
        if lowered != b"authentication-results":
            return False
        served = re.sub(rb"\([^)]*\)", b" ", value).replace(b'"', b" ").split(b";")[0].split()
        return (
            bool(served) and served[0].decode("ascii", "replace").lower() == self.authserv.lower()
        )

    def _verdict(self, head: bytes, handed: Handed, newline: str) -> str:
        spf = "pass" if handed.proven else "none"
        domain = author_domain(head)
        if domain is None:
            result = "dmarc=permerror"
        else:
            result = f"dmarc={self.dmarc(domain, handed.proven)} header.from={domain}"
        envelope = handed.sender.rpartition("@")[2] or handed.helo or "unknown"
        return (
            f"Authentication-Results: {self.authserv};"
            f"{newline}\tspf={spf} smtp.mailfrom={envelope};"
            f"{newline}\t{result}"
        )

    def dmarc(self, domain: str, proven: str) -> str:
        """The result for a From of `domain` from somebody who proved to be `proven`."""
        if not any(domain == known or domain.endswith(f".{known}") for known in self.strict):
            return "none"
        aligned = domain == proven or domain.endswith(f".{proven}") if proven else False
        return "pass" if aligned else "fail"


def author_domain(head: bytes) -> str | None:
    """The domain of From as a provider reads it; None when there is not exactly one address."""
    fields = [
        field[0].partition(b":")[2]
        for field in FIELD.finditer(head + b"\n")
        if field[0].partition(b":")[0].strip().lower() == b"from"
    ]
    if len(fields) != 1:
        return None
    # Quoted strings and comments are no addresses, whatever stands in them.
    plain = re.sub(rb"\"(?:[^\"\\]|\\.)*\"|\([^()]*\)", b" ", fields[0])
    addresses = re.findall(rb"<([^<>]*)>", plain) or [plain]
    domains = [match[1] for part in addresses for match in ADDRESS.finditer(part)]
    return domains[0].decode("ascii", "replace").lower().strip(".") if len(domains) == 1 else None
