"""Parsing under limits: a mail that makes the parser run wild ends a child process, not the daemon.

`parse.read_message` is linear, but it stands on libraries that need not be. Mail whose shape or
size is out of the ordinary (`is_suspicious`, a look of a few microseconds) is therefore read in a
child process with a limit on time and memory. Ordinary mail never is: a child costs 0.3 s.
"""

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deskless.mailbox.message import Message
from deskless.mailbox.mime import header
from deskless.mailbox.parse import Own, read_message

BIG = 4 * 1024 * 1024  # bytes of a mail that are out of the ordinary

_PARTS = 200
_ADDRESSES = 2000
_WORDS = 2000
_LINE = 100_000


class Runaway(Exception):
    """A mail could not be read within the limits; the reason is the message."""


@dataclass(frozen=True)
class ChildLimits:
    """What a child may use: wall-clock seconds, and bytes of address space."""

    seconds: float = 10.0
    memory: int = 1024 * 1024 * 1024


@dataclass(frozen=True)
class _Order:
    """What the child is asked: everything of `read_message`, our own ids already looked up."""

    raw: bytes
    received: datetime | None
    partial: bool
    loop: str | None
    signed: str | None
    texts: tuple[Sequence[str], ...]


def is_suspicious(raw: bytes) -> bool:
    """Whether a mail is so large or so odd in shape that it should be read under limits."""
    if len(raw) > BIG:
        return True
    block = raw[:65536]
    if block.count(b"=?") > _WORDS or block.count(b"@") > _ADDRESSES or block.count(b"(") > _WORDS:
        return True
    if raw.count(b"\n--") > _PARTS and raw.lower().count(b"boundary") > _PARTS // 10:
        return True
    if len(raw) > 512 * 1024:
        return _tags(raw) > 20_000
    return len(raw) > _LINE and max(map(len, raw.split(b"\n"))) > _LINE


def _tags(raw: bytes) -> int:
    return raw.count(b"<")


def read_guarded(
    raw: bytes,
    *,
    received: datetime | None = None,
    own: Own | None = None,
    partial: bool = False,
    limits: ChildLimits = ChildLimits(),
) -> Message:
    """`parse.read_message` in a child process. Raises Runaway when it takes too long or too much.

    `own` is asked here, in the caller's process: the child has no database.
    """
    order = _order(raw, received, own, partial)
    command = [sys.executable, "-P", "-c", "from deskless.mailbox.sandbox import child; child()"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    first = f"{int(limits.seconds) + 1} {limits.memory}\n".encode()
    try:
        done = subprocess.run(
            command,
            input=first + pickle.dumps(order),
            capture_output=True,
            timeout=limits.seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Runaway(f"reading took longer than {limits.seconds:g} s") from None
    if done.returncode != 0:
        raise Runaway(_why(done))
    message = pickle.loads(done.stdout)  # noqa: S301 - written by our own child
    assert isinstance(message, Message)
    return message


def _why(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if lines and lines[-1].startswith("MemoryError"):
        return "reading took too much memory"
    if done.returncode < 0:
        return f"reading was ended by signal {-done.returncode}"
    return lines[-1][:200] if lines else f"reading ended with code {done.returncode}"


def _order(raw: bytes, received: datetime | None, own: Own | None, partial: bool) -> _Order:
    """Look up what only this process knows, from the header block alone (that is linear)."""
    if own is None:
        return _Order(raw, received, partial, None, None, ())
    block = header.first_head(raw if b"\n" in raw else raw.replace(b"\r", b"\n"))
    name = header.own_id(block.first("message-id"))
    references = header.message_ids([*block.all("references"), *block.all("in-reply-to")])
    texts = own.ours(references)
    signed = name if name and own.signs(name) else None
    return _Order(raw, received, partial, own.loop, signed, texts)


def child() -> None:
    """The child's whole life: limits, one order from stdin, one message to stdout."""
    seconds, memory = map(int, sys.stdin.buffer.readline().split())
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    order = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by our own parent
    own = None
    if order.loop is not None:
        own = Own(order.loop, lambda name: name == order.signed, lambda _: order.texts)
    message = read_message(order.raw, received=order.received, own=own, partial=order.partial)
    sys.stdout.buffer.write(pickle.dumps(message))
