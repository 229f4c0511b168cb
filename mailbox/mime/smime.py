"""What an S/MIME part holds (RFC 8551): content that is signed and wrapped, or cannot be read.

This opens; it proves no signature. The kind is told by the object identifier inside (RFC 5652), not
by `smime-type` or the file's name, which gateways get wrong.
"""

from dataclasses import dataclass
from enum import StrEnum

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
NAMES = (".p7m", ".p7z")
DEEPEST = 3  # signatures round signatures that are opened; triple wrapping is real, more is a game
_LARGEST = 32 * 1024 * 1024  # bytes of a container that are parsed


class Wrapping(StrEnum):
    """What a container turned out to be."""

    SIGNED = "signed"
    EMPTY = "signed without its content"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A container: what it is, and the MIME entity inside where it could be opened."""

    kind: Wrapping
    content: bytes = b""


def open_wrapped(der: bytes) -> Wrapped:
    """Open a CMS container (BER or DER). Never raises: junk is broken."""
    from asn1crypto import cms

    if len(der) > _LARGEST:
        return Wrapped(Wrapping.BROKEN)
    try:
        info = cms.ContentInfo.load(der)
        kind = info["content_type"].native
        if kind in {"enveloped_data", "authenticated_enveloped_data", "encrypted_data"}:
            return Wrapped(Wrapping.ENCRYPTED)
        if kind != "signed_data":
            return Wrapped(Wrapping.BROKEN)
        content = info["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return Wrapped(Wrapping.BROKEN)
    if not isinstance(content, bytes) or not content.strip():
        return Wrapped(Wrapping.EMPTY)
    return Wrapped(Wrapping.SIGNED, content)
