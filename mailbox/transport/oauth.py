"""What the token sources of all providers share: lazy imports and a file for tokens.

The providers' libraries are extras, so that a team with a password needs none of them. They are
imported when the first token is asked for, and their absence is told with the name of the extra.
"""

import importlib
import os
from pathlib import Path
from typing import Any

from deskless.mailbox.transport.errors import LoginRefused

TIMEOUT = 30.0
"""Seconds for one request to a token endpoint."""


def provider_module(module: str, extra: str) -> Any:
    """Import a provider's module. Raises LoginRefused that names the extra to install."""
    try:
        return importlib.import_module(module)
    except ImportError as absent:
        raise LoginRefused(
            f'oauth = "{extra}" needs a library that is not installed ({module.partition(".")[0]})',
            cure=f'Install it with: pip install "deskless[{extra}]"',
        ) from absent


def read_token_file(path: Path) -> str:
    """The text of a token file; empty when there is none yet."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def write_token_file(path: Path, text: str) -> None:
    """Replace a token file at one stroke, readable by its owner alone from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
