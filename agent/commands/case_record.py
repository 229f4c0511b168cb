"""The case record: what somebody needs who opens a case months later, each fact with its source.

Who the customer is and what is at stake, what kind of matter it is, when somebody last spoke, and
where the evidence lies. What nobody said is None and shown as NOT STATED; a field that
would change nobody's next step is not in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case import event
from deskless.agent.outbound.brief import happened, titles
from deskless.agent.outbound.case_view import View
from deskless.mailbox.sender.body import attachments
from deskless.mailbox.thread import Side

LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}|\\^`]+", re.IGNORECASE)
MOST = 20
"""Pieces of evidence shown; the conversation itself has them all."""
NONE = "NOT STATED"


@dataclass(frozen=True, slots=True)
class Record:
    """The facts of a case beside its status. `wrote` is when the customer last wrote, `told` when
    they were last written to (UTC). `evidence` are attachments by mail and links as they stand in
    the conversation, oldest first.
    """

    customer: str
    tier: str | None
    revenue: int | None
    renewal: str | None
    account_owner: str | None
    channel: str | None
    summary: str | None
    type: str
    nature: str
    criteria: tuple[str, ...]
    risks: tuple[str, ...]
    wrote: datetime | None
    told: datetime | None
    evidence: tuple[str, ...]


def record(view: View, mails: Sequence[bytes] = ()) -> Record:
    """The record of a case; `mails` are the conversation's mails byte for byte, oldest first."""
    case, account = view.case, view.account
    said = [one.at for one in view.events if isinstance(one, event.Approved)]
    said += [one.at for one in view.spoken(Side.TEAM)]
    return Record(
        customer=view.customer,
        tier=case.account_tier or (account.tier if account else "") or None,
        revenue=case.revenue,
        renewal=case.renewal,
        account_owner=(account.owner or None) if account else None,
        channel=account.channel if account else None,
        summary=happened(view),
        type=case.type.value,
        nature=case.nature.value,
        criteria=tuple(titles(view)),
        risks=case.risks,
        wrote=max((one.at for one in view.spoken(Side.CUSTOMER)), default=None),
        told=max(said, default=None),
        evidence=tuple(dict.fromkeys((*files(mails), *links(view))))[:MOST],
    )


def links(view: View) -> Iterator[str]:
    """Every address of a page in the conversation, notes of the team included."""
    for post in view.thread.posts:
        for found in LINK.findall(post.text):
            yield found.rstrip(".,;:!?*_")


def files(mails: Sequence[bytes]) -> Iterator[str]:
    """What was attached, as `mail 2: screenshot.png`."""
    for number, raw in enumerate(mails, 1):
        for one in attachments(raw):
            yield f"mail {number}: {one.name or one.type}"


def lines(view: View, kept: Record) -> Iterator[tuple[str, str]]:
    """The record for a person: a name and a sentence each."""
    worth = f"{kept.revenue:,} a year" if kept.revenue else ""
    renews = f"renews on {kept.renewal}" if kept.renewal else ""
    owner = f"account owner {kept.account_owner}" if kept.account_owner else ""
    call = f"prefers {kept.channel}" if kept.channel and kept.channel != "email" else ""
    parts = (kept.customer, kept.tier, worth, renews, owner, call)
    yield "customer", ", ".join(one for one in parts if one)
    yield "kind", f"{kept.type}, {kept.nature} in nature"
    yield "criteria", ", ".join(kept.criteria) or "a teammate asked"
    yield "at stake", ", ".join(kept.risks) or NONE
    yield "they wrote", view.time(kept.wrote) or NONE
    yield "were told", view.time(kept.told) or NONE
    for one in kept.evidence:
        yield "evidence", one
