"""A bad network on demand: a TCP proxy whose mood can be changed while connections are open.

    with Proxy("127.0.0.1", port) as proxy:
        connect(proxy.port)
        proxy.blackhole()       # takes everything, passes nothing, says nothing

The moods hold for connections that are open and for those that come. `passing()` brings back the
good network (bytes swallowed meanwhile stay lost, so open connections are mostly broken).
"""

import asyncio
import socket
import struct
from dataclasses import dataclass

from loop_server import LoopServer


@dataclass(frozen=True)
class Mood:
    """What happens to bytes. `cut`: connection reset after so many bytes from the server."""

    silent: bool = False
    mute: bool = False
    refuse: bool = False
    cut: int | None = None
    drip: float | None = None
    delay: float = 0.0


class Proxy(LoopServer):
    """Listens on `port` and passes to `host:target` as well as its mood allows."""

    def __init__(self, host: str, target: int) -> None:
        super().__init__()
        self._target = (host, target)
        self._mood = Mood()
        self._writers: set[asyncio.StreamWriter] = set()
        self.passed = 0

    def passing(self) -> None:
        """A good network."""
        self._mood = Mood()

    def blackhole(self) -> None:
        """Takes everything and passes nothing, without closing: a NAT that forgot us."""
        self._mood = Mood(silent=True)

    def swallow_answers(self) -> None:
        """What we send arrives; what the server says does not."""
        self._mood = Mood(mute=True)

    def reset(self) -> None:
        """RST on every open connection, and on every one that comes."""
        self._mood = Mood(refuse=True)
        self._do(self._reset_all())

    def reset_once(self) -> None:
        """RST on every open connection; those that come later are fine."""
        self._do(self._reset_all())

    def cut_after(self, count: int) -> None:
        """RST once so many more bytes came from the server on one connection."""
        self._mood = Mood(cut=count)

    def drip(self, seconds: float) -> None:
        """One byte from the server in so many seconds: slow, yet never silent."""
        self._mood = Mood(drip=seconds)

    def delay(self, seconds: float) -> None:
        """Every packet takes so much longer."""
        self._mood = Mood(delay=seconds)

    def _abort(self) -> None:
        for writer in tuple(self._writers):
            _reset(writer)

    async def _reset_all(self) -> None:
        self._abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mood.refuse:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _reset(writer)
            return
        pair = (writer, far_writer)
        self._writers.update(pair)
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, down=False),
                self._pump(far_reader, writer, down=True),
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in pair:
                self._writers.discard(end)
                _reset(end)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, down: bool
    ) -> None:
        count = 0
        mood = self._mood
        while data := await reader.read(1 if down and self._mood.drip else 65536):
            if self._mood is not mood:
                mood, count = self._mood, 0
            if mood.silent or (mood.mute and down):
                continue
            if down and mood.cut is not None:
                data = data[: max(0, mood.cut - count)]
                count += len(data)
            if down and mood.drip:
                for place in range(len(data)):
                    writer.write(data[place : place + 1])
                    await asyncio.sleep(mood.drip)
                continue
            if mood.delay:
                await asyncio.sleep(mood.delay)
            writer.write(data)
            await writer.drain()
            self.passed += len(data)
            if down and mood.cut is not None and count >= mood.cut:
                raise ConnectionResetError
        if not self._mood.silent and writer.can_write_eof():
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN (SO_LINGER with a time of 0)."""
    sock = writer.get_extra_info("socket")
    try:
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    writer.transport.abort()
