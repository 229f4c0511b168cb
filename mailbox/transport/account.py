"""An account on a mail server, as one URL and a secret that is asked for late.

    imaps://support%40acme.example@imap.acme.example          TLS from the first byte, port 993
    imap://…                                                  STARTTLS required, port 143
    smtps://…  port 465      smtp://…  STARTTLS required, port 587
    ?ca=FILE      verify the server with this authority (PEM) instead of the system's
    ?plain=1      no TLS at all; only to this very machine (127.0.0.0/8, ::1, localhost)

There is no way to switch verification off, and none to write a password into the URL: URLs end
up in logs, in process lists and in tickets.
"""

import difflib
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Tls = Literal["tls", "starttls", "none"]

SCHEMES: dict[str, tuple[Literal["imap", "smtp"], Tls, int]] = {
    "imaps": ("imap", "tls", 993),
    "imap": ("imap", "starttls", 143),
    "smtps": ("smtp", "tls", 465),
    "smtp": ("smtp", "starttls", 587),
}
OPTIONS = ("ca", "plain")


class TokenSource(Protocol):
    """Where OAuth access tokens come from."""

    def token(self, *, fresh: bool = False) -> str:
        """An access token that is valid now; `fresh` asks for a new one though one is cached.

        Blocking. Raises `LoginRefused` when the credentials no longer work, and `Unreachable`
        when the place that issues tokens cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where to log in, how, and as whom. `secret` is called at each login, never earlier.

    An empty `user` means that no login is attempted, which only a relay on SMTP may want.
    """

    protocol: Literal["imap", "smtp"]
    host: str
    port: int
    tls: Tls
    user: str
    secret: Callable[[], str] | None = field(default=None, repr=False)
    oauth: TokenSource | None = field(default=None, repr=False)
    ca: Path | None = None

    @classmethod
    def parse(
        cls,
        url: str,
        *,
        secret: Callable[[], str] | str | None = None,
        oauth: TokenSource | None = None,
        base: Path | None = None,
    ) -> Self:
        """Read the URL; relative `ca` files are looked for in `base`.

        Raises ValueError with one sentence that says what is wrong and how to write it.
        """
        parts = _split(url)
        protocol, tls, port = SCHEMES[parts.scheme]
        options = _options(parts.query)
        host = _host(parts)
        if options.get("plain"):
            tls = _plain(host, options["plain"])
        user = unquote(parts.username or "")
        if not user and protocol == "imap":
            raise ValueError(f"{_bare(parts)} names no user: write {parts.scheme}://USER@{host}")
        return cls(
            protocol=protocol,
            host=host,
            port=_port(parts) or port,
            tls=tls,
            user=user,
            secret=(lambda: secret) if isinstance(secret, str) else secret,
            oauth=oauth,
            ca=_authority(options["ca"], base) if "ca" in options else None,
        )

    def context(self) -> ssl.SSLContext:
        """A verifying TLS context, TLS 1.2 or later, with the account's own authority if any."""
        context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def __str__(self) -> str:
        return f"{self.user or 'nobody'} at {self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Does this name stay on the machine without asking anybody who might lie?"""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in url):
        raise ValueError("the URL contains a space or a control character: write it as %20")
    try:
        parts = urlsplit(url)
    except ValueError as wrong:
        raise ValueError(f"the URL cannot be read: {wrong}") from None
    if parts.scheme not in SCHEMES or not parts.netloc:
        near = difflib.get_close_matches(parts.scheme, SCHEMES, 1)
        hint = f"; did you mean {near[0]}://?" if near and parts.scheme not in SCHEMES else ""
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ValueError(f"the URL must begin with one of {known} and name a host{hint}")
    if parts.password is not None:
        raise ValueError(
            f"{_bare(parts)} holds a password: take it out and name its place instead, "
            'as in password = { env = "DESKLESS_PASSWORD" }'
        )
    if parts.netloc.count("@") > 1:
        raise ValueError(f"the user in {_bare(parts)} contains an @: write it as %40")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError(f"{_bare(parts)} has a path behind the host: leave it out")
    return parts


def _bare(parts: SplitResult) -> str:
    """The URL without anything that could be secret, for messages."""
    return f"{parts.scheme}://{parts.hostname or ''}"


def _host(parts: SplitResult) -> str:
    host = parts.hostname
    if not host:
        raise ValueError(f"the URL names no host: write {parts.scheme}://USER@HOST")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"the port of {_bare(parts)} must be a number up to 65535") from None
    if port == 0:
        raise ValueError(f"the port of {_bare(parts)} must not be 0")
    return port


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in options:
        if name not in OPTIONS:
            raise ValueError(
                f"the URL has an option {name!r} that does not exist; "
                f"there are {' and '.join(OPTIONS)}"
            )
    return options


def _plain(host: str, value: str) -> Tls:
    if value != "1":
        raise ValueError("the option plain takes only the value 1, as in ?plain=1")
    if not is_loopback(host):
        raise ValueError(
            f"?plain=1 would send the password readable to {host}: "
            "it is allowed only to 127.0.0.1, ::1 or localhost"
        )
    return "none"


def _authority(name: str, base: Path | None) -> Path:
    path = (base or Path()) / Path(name).expanduser()
    if not name or not path.is_file():
        raise ValueError(f"the file of the option ca does not exist: {path}")
    try:
        ssl.create_default_context(cafile=str(path))
    except (ssl.SSLError, OSError) as wrong:
        raise ValueError(f"the file of the option ca holds no certificate: {path}") from wrong
    return path
