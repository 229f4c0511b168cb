"""What may go wrong with a mail server, by name, so that nobody has to catch more than he means.

`temporary` is the one question a caller asks: True means that the same thing may be tried again
later without anybody doing anything; False means that it will fail until a person changes
something, which `cure` tells in a sentence.

`say_lost` and `say_untrusted` turn what a socket or a TLS handshake raises into such sentences: a
number of the operating system's tells a person nothing.
"""

import re
import socket
import ssl


class Trouble(Exception):
    """Anything a mail server or the way to it can do to us.

    `temporary` and `cure` are set for the class and may be given per raise. The text of the
    exception is a sentence for people; it never holds a secret.
    """

    temporary = True
    cure = "It is tried again by itself."

    def __init__(self, text: str, *, temporary: bool | None = None, cure: str = "") -> None:
        super().__init__(text)
        if temporary is not None:
            self.temporary = temporary
        if cure:
            self.cure = cure

    def with_cure(self) -> str:
        """The sentence, and behind it what a person may do, where that is more than to wait."""
        return str(self) if self.cure == Trouble.cure else f"{str(self).rstrip('.')}. {self.cure}"


class Unreachable(Trouble):
    """No connection, or the connection was lost, or the server went silent beyond the timeout."""


class Untrusted(Unreachable):
    """The server's certificate could not be verified, or it offers no TLS where TLS is required."""

    temporary = False
    cure = (
        "Check the host name and the server's certificate; "
        "for an authority of your own add ?ca=FILE to the URL."
    )


class LoginRefused(Trouble):
    """The server, or the place that issues tokens, does not take the credentials.

    Trying again with the same ones only risks a lock-out, so callers stop and tell somebody.
    """

    temporary = False
    cure = "Check user name and password (many providers want an app password or OAuth)."


class Broken(Trouble):
    """The server answered, but with a refusal or with something that cannot be understood."""


class Missing(Broken):
    """The folder that was asked for does not exist on this server."""

    temporary = False
    cure = "Check the folder's name; `deskless check` lists the folders of the account."


class Refusal(Trouble):
    """One mail was not sent: the SMTP reply `code` (None: there was none) and its text."""

    def __init__(self, code: int | None, text: str, *, cure: str = "") -> None:
        super().__init__(f"{code} {text}" if code else text, cure=cure)
        self.code = code
        self.text = text


class Temporary(Refusal):
    """The mail was certainly not taken; the same bytes may be sent again later (RFC 5321 4yz)."""


class Permanent(Refusal):
    """The mail will never be taken (RFC 5321 5yz). Nothing was sent to anybody.

    `recipients` are those who were refused; all of them when sender or content was refused.
    """

    temporary = False
    cure = "The address or the mail itself is refused; somebody else has to be asked."

    def __init__(self, code: int | None, text: str, recipients: tuple[str, ...] = ()) -> None:
        super().__init__(code, text)
        self.recipients = recipients


class Uncertain(Trouble):
    """The final dot was sent and no answer came: the server may or may not have taken the mail.

    Look for its Message-ID in the Sent folder and the inbox before sending the same bytes again.
    """

    cure = "The Sent folder and the inbox are searched for the mail before it is sent again."


PORTS = "imaps:// is usually 993, imap:// 143, smtps:// 465, smtp:// 587"
_GREETINGS = (
    (re.compile(r"\b220[ -]"), "an SMTP server"),
    (re.compile(r"\* (?:OK|PREAUTH)\b"), "an IMAP server"),
    (re.compile(r"HTTP/|<html", re.IGNORECASE), "a web server"),
    (re.compile(r"\+OK\b"), "a POP3 server"),
    (re.compile(r"\bSSH-"), "an SSH server"),
)
_NO_TLS = re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|PACKET_LENGTH", re.IGNORECASE)
_OTHER_NAME = re.compile(r"mismatch|not valid for", re.IGNORECASE)
_TOO_EARLY = re.compile(r"not yet valid", re.IGNORECASE)
_TOO_LATE = re.compile(r"expired", re.IGNORECASE)


def say_lost(where: str, lost: BaseException) -> tuple[str, str]:
    """Why no connection to `where` (host:port) came about: a sentence, and what to do about it.

    The cure is empty where nobody need do anything.
    """
    words = str(lost)
    for cause in (lost, lost.__cause__, lost.__context__):
        if isinstance(cause, socket.gaierror):
            host = where.rpartition(":")[0]
            return (
                f"there is no host {host} (its name cannot be resolved)",
                "Check the host's name in deskless.toml, and that this machine resolves names.",
            )
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens at {where}", f"Check host and port: {PORTS}."
        if isinstance(cause, ssl.SSLError) and _NO_TLS.search(str(cause)):
            return (
                f"{where} speaks no TLS from the first byte",
                "Where the port wants STARTTLS (143, 587), begin the address with imap:// or "
                f"smtp://; {PORTS}.",
            )
    for pattern, kind in _GREETINGS:
        if pattern.search(words):
            return f"{where} is {kind}, which was not asked for", f"Check the port: {PORTS}."
    if "unreachable" in words.lower() or "no route" in words.lower():
        return f"the network has no way to {where}", "Check this machine's network and firewall."
    return f"the connection to {where} was lost while connecting: {words}", ""


def say_untrusted(where: str, wrong: ssl.SSLCertVerificationError) -> tuple[str, str]:
    """Why the certificate of `where` is not believed: a sentence, and what to do about it."""
    words = wrong.verify_message or str(wrong)
    sentence = f"the certificate of {where} is not trusted: {words}"
    if _OTHER_NAME.search(words):
        return sentence, "Write the host as it stands in the certificate; ask your provider for it."
    if _TOO_EARLY.search(words):
        return sentence, "Look at this machine's clock: to it the certificate is of tomorrow."
    if _TOO_LATE.search(words):
        return (
            sentence,
            "Let the certificate be renewed; look at this machine's clock, too.",
        )
    return sentence, Untrusted.cure
