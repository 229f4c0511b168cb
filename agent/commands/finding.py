"""What `check` looked at and how it was."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `result` is ok, warn or fail; `code` the exit code it asks."""

    id: str
    result: str
    said: str
    fix: str = ""
    code: int = 0

    def asdict(self) -> dict[str, Any]:
        """For a program."""
        return asdict(self)
