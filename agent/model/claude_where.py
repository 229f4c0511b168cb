"""Where mail goes to be judged: the official server, one of the local network, or any other."""

import ipaddress
from urllib.parse import urlsplit

OFFICIAL = "https://api.anthropic.com"


def base(url: str) -> str:
    """A base URL as the SDK wants it, without `/v1`. Raises ValueError with a sentence.

    Mail goes over `http://` only to this machine and the local network.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"a model's address looks like http://127.0.0.1:8000, not {url!r}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("a model's address holds no user, password or query; set `key` instead")
    if parts.scheme == "http" and not near(parts.hostname):
        raise ValueError(f"mail would go to {parts.hostname} unencrypted; write https://")
    path = parts.path.rstrip("/").removesuffix("/messages").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}"


def near(host: str) -> bool:
    """Whether a host is this machine or one of the local network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        ends = (".local", ".lan", ".internal", ".home.arpa", ".localhost", ".test")
        return "." not in host or host.endswith(ends)


def name(url: str) -> str:
    """Host and port of a server that is not the official one; empty for the official one."""
    return "" if url == OFFICIAL else urlsplit(url).netloc
