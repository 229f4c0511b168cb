"""`[clocks]` of `deskless.toml`: a team's own spans, a row for each severity or severity and tier.

    [clocks]
    SEV-1 = { updates = "20 min" }
    "SEV-2 enterprise" = { updates = "1h", resolution = "4h" }

What the spans mean stands in `agent/case/deadline.py`; here they are only checked.
"""

import re

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from deskless.policies.duration import parse_duration
from deskless.policies.verdict import Severity

WORDS = {"updates": "on change", "internal": "never"}
"""What a cadence is called that there is none of."""
ROW = re.compile(r"(SEV-[1-4])(?: +(\S.*))?")


class ClockSpans(BaseModel):
    """The spans of one row of `[clocks]`; what is left out keeps its usual one.

    `updates` may be `on change`, `internal` may be `never`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_response: str = ""
    acknowledgement: str = ""
    updates: str = ""
    internal: str = ""
    resolution: str = ""

    @field_validator("first_response", "acknowledgement", "updates", "internal", "resolution")
    @classmethod
    def _span(cls, value: str, field: ValidationInfo) -> str:
        if value and value != WORDS.get(field.field_name or ""):
            parse_duration(value)
        return value


def clock_row(name: str) -> tuple[Severity, str]:
    """The severity and the customer's tier (empty: any) that a row of `[clocks]` names.

    Raises ValueError with an example.
    """
    match = ROW.fullmatch(name.strip())
    if match is None:
        raise ValueError(
            f"a row is named by a severity, `SEV-2`, or by one and a tier, `SEV-2 enterprise`, "
            f"not {name!r}"
        )
    return Severity(match[1]), (match[2] or "").strip()


ClockRows = dict[str, ClockSpans]


def known_rows(value: ClockRows) -> ClockRows:
    """The rows of `[clocks]`, each of which names a severity, perhaps with a customer's tier.

    Raises ValueError for one that does not.
    """
    for name in value:
        clock_row(name)
    return value
