"""Which folder `check` takes for the one with sent mail, and what to do where none can be told.

The team's own answers lie there: without them a customer who was answered counts as waiting.
"""

import os
import re
from collections.abc import Iterator, Sequence

from deskless.agent.commands.finding import Finding
from deskless.mailbox.imap.folders import ToldBy
from deskless.mailbox.imap.inbox import Capabilities, Inbox
from deskless.mailbox.transport.errors import Trouble

SHOWN = 20
"""Folders that are listed for a person to choose from."""


def of_sent_folder(inbox: Inbox, can: Capabilities, setting: str) -> Iterator[Finding]:
    """Which folder is Sent, how that was told, and whether it opens; `setting` beats all else."""
    told = can.sent_told
    name, how = (setting, ToldBy.SETTING) if setting else ("", ToldBy.NAME)
    if not setting and told is not None:
        name, how = told.name, told.told_by
    if not name:
        yield Finding(
            "sent", "warn", "no folder for sent mail can be told: what your team answers is not "
            "seen, and customers who were answered count as waiting", _choose(can.names),
        )  # fmt: skip
        return
    try:
        mails = inbox.remaining(inbox.beginning(name))
    except Trouble as trouble:
        problem = f"sent mail should be in {name} (by {how.value}), but {trouble}"
        fix = _choose(can.names)
        yield Finding("sent", "fail", problem, fix, os.EX_CONFIG)
        return
    others = told.others if told and not setting else ()
    words = f"sent mail is in {name}, by {how.value}; {mails} mails"
    if not others:
        yield Finding("sent", "ok", words)
        return
    more = ", ".join(others)
    yield Finding(
        "sent", "warn", f"{words}; {more} could be it, too",
        f'If your team\'s answers lie there, set [inbox] sent = "{others[0]}".',
    )  # fmt: skip


def _choose(names: Sequence[str]) -> str:
    """The setting to write, with the folders there are."""
    rest = [name for name in names if not re.match(r"(?i)inbox$", name)]
    shown = ", ".join(rest[:SHOWN]) + (" …" if len(rest) > SHOWN else "")
    there = (
        f"one of: {shown}" if shown else "there is none yet: send one mail from your mail program"
    )
    return f'Set [inbox] sent = "…" to the folder with your team\'s answers ({there}).'
