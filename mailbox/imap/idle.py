"""Waiting for the server to say that there is new mail (RFC 2177).

imapclient's own idle_check polls the socket only. A line that came together with `+ idling`
already lies in Python's read buffer and is not seen until the next one; half a line raises; a
closed connection is reported as "nothing yet", at once and for ever; `* BYE` looks like any other
news. Here a line is taken as soon as Python or the kernel has its first byte, and read whole
within the socket's timeout; the end of the stream and BYE are raised as imaplib's abort.
"""

import enum
import imaplib
import re
import select
import socket
import ssl
import time

from imapclient import IMAPClient

ARRIVAL = re.compile(rb"\* \d+ EXISTS\s*$", re.IGNORECASE)
FAREWELL = re.compile(rb"\* BYE\b", re.IGNORECASE)


class Wake(enum.Enum):
    """Why a wait ended."""

    MAIL = "mail"
    BELL = "bell"
    TIME = "time"


class Bell:
    """Lets another thread end a wait at once. Rings stay until they are heard."""

    def __init__(self) -> None:
        self._hear, self._rope = socket.socketpair()
        self._hear.setblocking(False)
        self._rope.setblocking(False)

    def ring(self) -> None:
        """End the wait that is on, or the next one. Safe from any thread and signal handler."""
        try:
            self._rope.send(b"!")
        except OSError:
            return  # so many rings that the pipe is full, or closed: heard anyway

    def fileno(self) -> int:
        """For select."""
        return self._hear.fileno()

    def heard(self) -> bool:
        """Was it rung since the last time? Forgets the rings."""
        try:
            return bool(self._hear.recv(4096))
        except OSError:
            return False

    def close(self) -> None:
        """Give the descriptors back."""
        self._hear.close()
        self._rope.close()


def idle(client: IMAPClient, seconds: float, bell: Bell) -> Wake:
    """One IDLE of at most `seconds` in the selected folder, ended properly with DONE.

    Raises imaplib's abort or OSError (TimeoutError) when the connection is dead, and
    imaplib's error when the server refuses to idle. The caller searches before and after: what
    was announced before the IDLE began is not announced again.
    """
    imap = client._imap
    imap.untagged_responses.pop("EXISTS", None)
    tag = imap._command("IDLE")
    # Some servers announce mail before they confirm the IDLE: everything up to `+` is read.
    while imap._get_response() is not None:
        if imap.tagged_commands.get(tag):
            imap._command_complete("IDLE", tag)
            raise imaplib.IMAP4.error("the server does not want to idle")
        imap._check_bye()
    wake = Wake.MAIL if _announced(client) else _listen(client, time.monotonic() + seconds, bell)
    imap.send(b"DONE\r\n")
    imap._command_complete("IDLE", tag)
    return Wake.MAIL if _announced(client) else wake


def pause(seconds: float, bell: Bell) -> Wake:
    """Wait where the server knows no IDLE; the caller asks again afterwards."""
    select.select([bell], [], [], max(0.0, seconds))
    return Wake.BELL if bell.heard() else Wake.TIME


def _announced(client: IMAPClient) -> bool:
    return client._imap.untagged_responses.pop("EXISTS", None) is not None


def _listen(client: IMAPClient, end: float, bell: Bell) -> Wake:
    sock = client.socket()
    while True:
        if not _buffered(client, sock):
            left = end - time.monotonic()
            ready = select.select([sock, bell], [], [], max(0.0, left))[0]
            if bell in ready and bell.heard():
                return Wake.BELL
            if not ready:
                return Wake.TIME
        line = client._imap._get_line()
        if FAREWELL.match(line):
            raise imaplib.IMAP4.abort(line.decode("ascii", "replace"))
        if ARRIVAL.match(line):
            return Wake.MAIL


def _buffered(client: IMAPClient, sock: socket.socket) -> bool:
    """Does Python already hold bytes that the kernel's poll no longer knows of?"""
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        if client._imap.file.peek(1):
            return True
    except (BlockingIOError, ssl.SSLWantReadError):
        pass
    finally:
        sock.settimeout(timeout)
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
