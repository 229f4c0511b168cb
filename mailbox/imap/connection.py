"""The line to an IMAP server: opened with limits, and every failure on it named.

imapclient is used for commands and parsing. What it does not do is done here: small packets are
sent at once (TCP_NODELAY; else APPEND and SEARCH wait 40 ms for a delayed acknowledgement), dead
peers are noticed by the kernel (keep-alive), bodies are not formatted for a log nobody reads
(imaplib's debug level costs 2.4 times the time and 3 times the memory), and a server that drips
a byte now and then cannot hold a command for ever.
"""

import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import (
    PORTS,
    Broken,
    Missing,
    Unreachable,
    Untrusted,
    say_lost,
    say_untrusted,
)
from deskless.mailbox.transport.login import PASSING, login_imap

ABSENT = re.compile(
    r"NONEXISTENT|TRYCREATE|not exist|doesn't exist|not found|unknown (?:mailbox|folder)|no such"
    r"|does not|can't be (?:opened|found)",
    re.IGNORECASE,
)
CONNECTING = "connecting"
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


@contextlib.contextmanager
def named_errors(account: MailAccount, doing: str) -> Iterator[None]:
    """Turn what imapclient, imaplib and the socket raise into the troubles of this room."""
    where = f"{account.host}:{account.port}"
    try:
        yield
    except ssl.SSLCertVerificationError as wrong:
        sentence, cure = say_untrusted(where, wrong)
        raise Untrusted(sentence, cure=cure) from wrong
    except TimeoutError as late:
        cure = f"Check host and port: {PORTS}." if doing == CONNECTING else ""
        raise Unreachable(f"{where} went silent while {doing}", cure=cure) from late
    except (imaplib.IMAP4.error, OSError, EOFError) as lost:
        if doing == CONNECTING:
            sentence, cure = say_lost(where, lost)
            raise Unreachable(sentence, cure=cure) from lost
        if not isinstance(lost, imaplib.IMAP4.abort | OSError | EOFError):
            raise Broken(f"{where} refused while {doing}: {lost}") from lost
        raise Unreachable(f"the connection to {where} was lost while {doing}: {lost}") from lost
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as odd:
        # imapclient and imaplib take the grammar for granted and raise these when it is broken.
        raise Broken(f"{where} sent what cannot be read while {doing}: {odd!r}") from odd


def open_connection(account: MailAccount, timeout: float) -> IMAPClient:
    """Connect, secure and log in; `timeout` in seconds bounds each read, write and handshake.

    Raises Unreachable, Untrusted, LoginRefused or Broken; no socket is left open then.
    """
    with named_errors(account, CONNECTING):
        client = IMAPClient(
            account.host,
            account.port,
            ssl=account.tls == "tls",
            ssl_context=account.context() if account.tls == "tls" else None,
            timeout=timeout,
        )
    try:
        with named_errors(account, "logging in"):
            _prepare(client, account)
            login_imap(client, account)
            client._cached_capabilities = None  # those of before the login say less
            _introduce(client)
    except BaseException:
        hang_up(client)
        raise
    return client


def _prepare(client: IMAPClient, account: MailAccount) -> None:
    client._imap.debug = 0
    client.normalise_times = False
    tune(client.socket())
    if account.tls == "starttls":
        if not client.has_capability("STARTTLS"):
            raise Untrusted(
                f"{account.host}:{account.port} offers no STARTTLS, so nothing was sent to it",
                cure="Use imaps:// (port 993), or ask the provider for a port with STARTTLS.",
            )
        client.starttls(account.context())


def tune(sock: socket.socket) -> None:
    """Send small packets at once and let the kernel ask a silent peer whether it lives."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE:
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _introduce(client: IMAPClient) -> None:
    """RFC 2971: some providers serve only clients that say who they are."""
    if client.has_capability("ID"):
        with contextlib.suppress(IMAPClientError, ValueError):
            client.id_({"name": "deskless"})


def hang_up(client: IMAPClient) -> None:
    """Close the socket without asking; a server that no longer answers cannot hold us."""
    with contextlib.suppress(OSError, ValueError):
        client.shutdown()


def say_goodbye(client: IMAPClient) -> None:
    """Log out as is polite, and hang up whatever the server makes of it."""
    with contextlib.suppress(OSError, imaplib.IMAP4.error, ValueError):
        client.socket().settimeout(2)
        client.logout()
        return
    hang_up(client)


@contextlib.contextmanager
def time_limit(client: IMAPClient, seconds: float) -> Iterator[None]:
    """Cut the connection when the block takes longer than `seconds` in all.

    Read timeouts do not help against a peer that sends a byte before each of them runs out.
    """
    sock = client.socket()
    timer = threading.Timer(seconds, _cut, (sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket.socket) -> None:
    # The base class's method: SSLSocket's own would make the reader take ciphertext for text.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def examine_folder(client: IMAPClient, account: MailAccount, folder: str) -> tuple[int, int | None]:
    """Open a folder for reading only: (UIDVALIDITY, UIDNEXT or None where it is not told).

    Raises Missing when the folder does not exist.
    """
    try:
        state = client.select_folder(folder, readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except IMAPClientError as refused:
        text = str(refused)
        if ABSENT.search(text) and not PASSING.search(text):
            raise Missing(f"{account.host} has no folder {folder!r}: {text}") from refused
        raise
    validity = state.get(b"UIDVALIDITY")
    if not isinstance(validity, int):
        raise Broken(f"{account.host} gives no UIDVALIDITY for {folder!r}", temporary=False)
    following = state.get(b"UIDNEXT")
    return validity, following if isinstance(following, int) else None
