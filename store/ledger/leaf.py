"""What may stand in a leaf: nothing that could be read in two ways, and nobody's words."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_PLAIN = re.compile(r"[\x20-\x7e]*")
_LIMIT = 2**53


def check(value: Any, where: str) -> None:
    """Refuse what RFC 8785 or a later reader could take in two ways, and people's words.

    `where` names the value in the ValueError that is raised.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"{where}: a leaf holds printable ASCII only, not {value!r:.60}")
    elif isinstance(value, int):
        if abs(value) >= _LIMIT:
            raise ValueError(f"{where}: {value} is too large for JSON (2^53 or more)")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"{where}: a key must be text, not {key!r}")
            check(key, f"{where} key")
            check(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            check(inner, f"{where}[{index}]")
    else:
        hint = "an instant goes in as RFC 3339 text" if isinstance(value, datetime) else "not JSON"
        hint = "no fractions, count in the smaller unit" if isinstance(value, float) else hint
        raise ValueError(f"{where}: {type(value).__name__} {value!r:.60} in a leaf ({hint})")
