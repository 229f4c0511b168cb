"""A TCP server that says what a test wants, for the answers no honest server gives on demand."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable

from loop_server import LoopServer

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Scripted(LoopServer):
    """Runs `talk(reader, writer)` for every connection, in a thread of its own; TLS if told."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        super().__init__(context)
        self._talk = talk

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._talk(reader, writer)
        writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a crashed or overloaded server does."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def imap(answers: Callable[[str, str], bytes | None], *, offers: str = "IMAP4rev1 IDLE") -> Talk:
    """An IMAP server that greets and logs in; `answers(command, line)` gives all else.

    What it returns is sent as it stands, with `%TAG%` replaced; None means a plain OK, and
    bytes ending in `%CLOSE%` close the connection after the rest was sent.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"* OK [CAPABILITY {offers}] ready\r\n".encode())
        tag = ""
        while line := (await reader.readline()).decode("latin-1").strip():
            first, _, rest = line.partition(" ")
            if line == "DONE":
                command = "DONE"
            else:
                tag, command = first, rest.partition(" ")[0].upper()
            if command == "UID":
                command = f"UID {rest.split(' ')[1].upper()}"
            if command == "CAPABILITY":
                raw: bytes | None = f"* CAPABILITY {offers}\r\n%TAG% OK done\r\n".encode()
            else:
                raw = answers(command, line)
            raw = raw if raw is not None else b"%TAG% OK done\r\n"
            writer.write(raw.removesuffix(b"%CLOSE%").replace(b"%TAG%", tag.encode()))
            await writer.drain()
            if raw.endswith(b"%CLOSE%"):
                return

    return talk
