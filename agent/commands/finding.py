"""What `check` looked at and how it was."""

from dataclasses import dataclass
from typing import Any

from deskless.agent.settings.edit import Edit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `result` is ok, warn or fail; `code` the exit code it asks.

    `edit` is the line that mends it, where that is a line of a file.
    """

    id: str
    result: str
    said: str
    fix: str = ""
    code: int = 0
    edit: Edit | None = None

    def asdict(self) -> dict[str, Any]:
        """For a program."""
        edit = self.edit
        line = {"write": str(edit), "file": str(edit.file), "safe": edit.safe} if edit else None
        return {
            "id": self.id, "result": self.result, "said": self.said, "fix": self.fix,
            "code": self.code, "edit": line,
        }  # fmt: skip
