"""A real IMAP server in memory: pymap's dictionary backend inside our own asyncio server.

pymap's own start-up keeps no reference to a connection's task, so the garbage collector may end
a client in IDLE; and it writes answers token by token, so a client may read half a line. Both are
cured here: asyncio's server holds the task, and one answer is one write.
"""

import argparse
import asyncio
import ssl
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend, Identity
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

LINE = 1 << 20


class Whole:
    """A stream writer that sends one answer at a time, when it is complete."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep until the answer is complete."""
        self._parts.append(bytes(data))

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Keep until the answer is complete."""
        self._parts.extend(map(bytes, lines))

    async def drain(self) -> None:
        """The answer is complete: send it."""
        self._flush()
        await self._writer.drain()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Send what is kept in plain text, then secure the line."""
        self._flush()
        await self._writer.start_tls(context)

    def close(self) -> None:
        """Send what is kept and close."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._parts:
            self._writer.write(b"".join(self._parts))
            self._parts.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


class Cabinet:
    """Everybody's mailboxes, and the server that shows them. Lives in one event loop."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = dict(passwords)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self, host: str, port: int = 0) -> None:
        """Listen; `port` 0 takes a free one, told in `self.port`."""
        first, secret = next(iter(self._passwords.items()))
        options = argparse.Namespace(
            host=host,
            port="0",
            debug=False,
            cert=None,
            key=None,
            tls=False,
            proxy_protocol=None,
            passlib_cfg=None,
            inherited_sockets=None,
            demo_data=False,
            demo_user=first,
            demo_password=secret,
            skip_services=[],
        )
        # Hashing a demo's passwords would cost 60 ms a user and protect nothing.
        backend, config = await DictBackend.init(
            options, invalid_user_sleep=0.0, hash_context=Cleartext()
        )
        config.apply_context()
        self._login = backend.login
        for name, password in self._passwords.items():
            if name != first:  # whom the backend made itself
                data = UserMetadata(config, name, password=password)
                await self._identity(name).set(data)
            await self.create(name, "Sent")
        self._imap = IMAPServer(self._login, config)
        self._server = await asyncio.start_server(self._serve, host, port, limit=LINE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the door and every connection."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.close()

    def hang_up(self) -> None:
        """Close every connection now, as a server that is restarted does."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def create(self, user: str, folder: str) -> None:
        """Make a folder; nothing happens when there is one."""
        async with self._identity(user).new_session() as session:
            if folder not in session.mailbox_set._set and folder.upper() != "INBOX":
                await session.create_mailbox(folder)

    async def store(
        self, user: str, folder: str, raw: bytes, when: float, flags: Iterable[str] = ()
    ) -> None:
        """Put a mail into a folder. `when` (seconds since 1970) becomes its INTERNALDATE."""
        marks = frozenset(Flag(flag.encode()) for flag in flags)
        mail = AppendMessage(raw, datetime.fromtimestamp(when, UTC), marks)
        async with self._identity(user).new_session() as session:
            await session.append_messages(folder, [mail])

    async def read(self, user: str, folder: str) -> list[bytes]:
        """Every mail of a folder as it was stored, oldest first; an absent folder is empty."""
        async with self._identity(user).new_session() as session:
            try:
                data = await session.mailbox_set.get_mailbox(folder)
            except KeyError:
                return []
            contents = [message._content async for message in data.messages()]
            return [bytes(content) for content in contents if content is not None]

    async def empty(self, user: str, folder: str) -> None:
        """Remove every mail, as a person would."""
        async with self._identity(user).new_session() as session:
            data = await session.mailbox_set.get_mailbox(folder)
            await data.delete([message.uid async for message in data.messages()])

    def _identity(self, user: str) -> Identity:
        return Identity(user, self._login, None, frozenset())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        info = SocketInfo.get(writer, ProxyResultUnknown(), unique_id=uuid.uuid4().bytes)
        try:
            await self._imap(reader, cast("asyncio.StreamWriter", Whole(writer)), info)
        except (ConnectionError, asyncio.CancelledError):
            return  # the client went away, or the office closes
        finally:
            self._writers.discard(writer)
            writer.close()
