"""Servers that a newcomer meets by a slip: a web server, one that takes no passwords, a wrong TLS.

Each answers by a table of what a line contains, on loopback, until the block ends.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence

import trustme

Answers = Sequence[tuple[str, str]]


def imap_answers(login: str) -> Answers:
    """What an IMAP server says that answers a login like this; TAG is the command's own."""
    return (
        ("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nTAG OK done"),
        ("LOGIN", login), ("AUTHENTICATE", login), ("LOGOUT", "* BYE\r\nTAG OK done"),
    )  # fmt: skip


GOOGLE = "https://support.google.com/accounts/answer/185833"
SERVERS: dict[str, tuple[str, Answers]] = {
    "app_password": ("* OK ready", imap_answers(
        f"TAG NO [ALERT] Application-specific password required: {GOOGLE} (Failure)")),
    "basic": ("* OK ready", imap_answers("TAG NO LOGIN failed. Basic authentication is disabled.")),
    "group": ("* OK ready", imap_answers(
        "TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")),
    "no_tls": ("* OK ready", (("CAPABILITY", "* CAPABILITY IMAP4rev1\r\nTAG OK done"),)),
    "tls": ("* OK ready", imap_answers("TAG OK in")),
    "web": ("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", ()),
}  # fmt: skip
"""By name: the greeting, and what is said to a line that contains a word."""


@contextlib.contextmanager
def odd_servers() -> Iterator[dict[str, int]]:
    """All of them; their ports by name, and `closed`, on which nobody listens."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, (greeting, answers) in SERVERS.items():
            door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports[name] = door.getsockname()[1]
            secure = context if name == "tls" else None
            threading.Thread(
                target=_serve, args=(door, greeting, answers, secure), daemon=True
            ).start()
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            # Bound and not listening: a connection is refused, and nobody else gets the port.
            yield {**ports, "closed": nobody.getsockname()[1]}


def _serve(
    door: socket.socket, greeting: str, answers: Answers, secure: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError):
        while True:
            line, _ = door.accept()
            threading.Thread(
                target=_talk, args=(line, greeting, answers, secure), daemon=True
            ).start()


def _talk(
    line: socket.socket, greeting: str, answers: Answers, secure: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError), line:
        talking = secure.wrap_socket(line, server_side=True) if secure else line
        with talking.makefile("rwb") as stream:
            stream.write(f"{greeting}\r\n".encode())
            stream.flush()
            for asked in stream if answers else ():
                tag, words = asked.split()[0].decode(), asked.decode("latin-1").upper()
                says = next((said for word, said in answers if word in words), "TAG BAD what?")
                stream.write(f"{says.replace('TAG', tag)}\r\n".encode())
                stream.flush()
