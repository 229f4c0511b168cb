"""The tables of `deskless.toml` about a live case: who is told, who is woken, where they meet."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from deskless.agent.settings.secret import Secret
from deskless.policies.verdict import Severity

ROLES = ("executive", "everybody", "manager", "account owner")
"""Whom `[stakeholders]` can name beside addresses of the matrix."""
SPOKEN = {
    "founder": "executive", "all hands": "everybody", "everyone": "everybody",
    "customer success": "account owner",
}  # fmt: skip
"""Other words for these."""


class Stakeholders(BaseModel):
    """Who is told of a case of each severity beside whoever acts: roles, or addresses of the
    matrix. Left out: as the severity's clocks say; an empty list: nobody.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    sev1: tuple[str, ...] | None = None
    sev2: tuple[str, ...] | None = None
    sev3: tuple[str, ...] | None = None
    sev4: tuple[str, ...] | None = None

    @field_validator("sev1", "sev2", "sev3", "sev4")
    @classmethod
    def _known(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        words = [
            SPOKEN.get(word.strip().casefold(), word.strip().casefold()) for word in value or ()
        ]
        for word in words:
            if word == "customer":
                raise ValueError("the customer is written to by whoever owns the case, not by this")
            if word not in ROLES and "@" not in word:
                known = ", ".join(f"`{role}`" for role in ROLES)
                raise ValueError(f"{word!r} is none of {known}, and no address of the matrix")
        return None if value is None else tuple(dict.fromkeys(words))

    def table(self) -> dict[Severity, tuple[str, ...]]:
        """What the team has said, by severity."""
        rows = zip(Severity, (self.sev1, self.sev2, self.sev3, self.sev4), strict=True)
        return {severity: words for severity, words in rows if words is not None}

    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Every address that is named, with its setting."""
        rows = ((f"sev{number}", getattr(self, f"sev{number}")) for number in range(1, 5))
        return tuple((key, word) for key, words in rows for word in words or () if "@" in word)


class BoardPlace(BaseModel):
    """Where the board is written after every turn: a file, also on a share; empty: nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str = ""


class WarRoom(BaseModel):
    """Where the people of a war room meet: a link or a line to dial; empty: in the mail alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bridge: str = Field(default="", max_length=300, pattern=r"^[^\n]*$")


SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://\S")
Channels = dict[str, tuple[Secret | str, ...]]


def known_channels(value: Channels) -> Channels:
    """The channels of `[alerts]` by person, where each is a URL or names where one is kept.

    Raises ValueError for one that is neither.
    """
    for name, urls in value.items():
        if not all(isinstance(url, Secret) or SCHEME.match(url) for url in urls):
            raise ValueError(
                f"a channel of {name} is written like `ntfy://ntfy.sh/topic`, or names where "
                'it is kept, as { env = "MAYA_ALERT" }'
            )
    return value
