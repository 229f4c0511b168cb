"""The table `[stakeholders]` of `deskless.toml`: whom a team itself wants told, by severity."""

from pydantic import BaseModel, ConfigDict, field_validator

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
