"""A word that names one mail of ours and that nobody else can make: the canary of `leaks`."""

import hmac
import re

from deskless.agent.settings.keys import Keys

CANARY = re.compile(r"\bdk-([a-z2-7]{26})-([0-9a-f]{12})\b")


def canary(keys: Keys, message_id: str) -> str:
    """The canary of the mail with this Message-ID of ours."""
    label = message_id.split(".")[1] if message_id.count(".") > 1 else message_id
    return f"dk-{label}-{seal_of(keys, label)}"


def seal_of(keys: Keys, label: str) -> str:
    """What proves that we made the label."""
    return hmac.digest(keys.ids, f"canary\0{label}".encode(), "sha256").hex()[:12]
