"""What may go wrong with a mail server, by name, so that nobody has to catch more than he means.

`temporary` is the one question a caller asks: True means that the same thing may be tried again
later without anybody doing anything; False means that it will fail until a person changes
something, which `cure` tells in a sentence.
"""


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
