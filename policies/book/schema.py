"""The JSON Schema of a policy's front matter, so that an editor completes and explains it."""

from typing import Any

from deskless.policies.book.page import BODY
from deskless.policies.policy import Policy

SAID: dict[str, str] = {
    "id": "Lower-case words joined by `-`. Cases and the ledger call the criterion so.",
    "status": "live acts, shadow is judged and recorded only, off is left out.",
    "severity": "SEV-1 production down, data loss, breach; SEV-2 major; SEV-3 with a workaround; "
    "SEV-4 minor.",
    "severities": "Pairs of a condition and a severity; the first that holds wins over `severity`: "
    "`- [tier is enterprise and revenue >= 10000, SEV-1]`.",
    "type": "Exactly one.",
    "nature": "What drives a case of this kind.",
    "risk": "Any of churn, security, executive, contract.",
    "owner": "A tier, role, person or address of the matrix that such cases are meant for. The "
    "next tier is asked first all the same.",
    "answer_within": "How soon the owner should answer, in working time: `30 min`, `2h`, `1 day`.",
    "phrases": "What a customer would write; a hit is sure.",
    "maybe": "Phrases whose hit a person should look at.",
    "patterns": "Regular expressions, whatever the case; a hit is sure.",
    "unless": "Phrases that take a hit back when they stand beside it.",
    "amount": "A sum of money that makes a doubtful hit sure: `500 EUR`, `> 1000 USD`, `any`.",
    "senders": "Addresses or domains whose mail always meets the criterion: `*@press.example`.",
    "facts": "Conditions that make a doubtful hit sure: `repeat_contacts >= 3`.",
    "accounts": "Customers, tiers or conditions that the criterion is about.",
}
LISTS = ("risk", "phrases", "maybe", "patterns", "unless", "senders", "facts", "accounts")


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the front matter: every key, explained."""
    whole = Policy.model_json_schema()
    keys = {key: value for key, value in whole["properties"].items() if key not in BODY}
    for key, value in keys.items():
        value["description"] = SAID[key]
        if key in LISTS:  # one value may stand where a list may
            value["anyOf"] = [{"type": value.pop("type"), "items": value.pop("items")},
                              {"type": "string"}]  # fmt: skip
    # A condition may be the key of a mapping or the first of a pair.
    keys["severities"] = {"type": ["array", "object"], "description": SAID["severities"]}
    grades = {name: one for name, one in whole.get("$defs", {}).items() if name != "Example"}
    return whole | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Deskless policy: front matter",
        "description": "The facts between the two `---` lines of a policy file.",
        "properties": keys,
        "$defs": grades,
    }
