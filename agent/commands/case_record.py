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
from deskless.agent.outbound.brief import criteria_titles, what_happened
from deskless.agent.outbound.case_view import View
from deskless.mailbox.sender.body import attachments
from deskless.mailbox.thread import Side

LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}|\\^`]+", re.IGNORECASE)
MOST = 20
"""Pieces of evidence shown; the conversation itself has them all."""
NONE = "NOT STATED"


@dataclass(frozen=True, slots=True)
class CaseRecord:
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


def record_case(view: View, mails: Sequence[bytes] = ()) -> CaseRecord:
    """The record of a case; `mails` are the conversation's mails byte for byte, oldest first."""
    case, account = view.case, view.account
    instants = [
        past.at for past in view.events
        if isinstance(past, event.Reached) or (isinstance(past, event.Approved) and not past.waits)
    ]  # fmt: skip
    instants += [post.at for post in view.spoken(Side.TEAM)]
    return CaseRecord(
        customer=view.customer,
        tier=case.account_tier or (account.tier if account else "") or None,
        revenue=case.revenue,
        renewal=case.renewal,
        account_owner=(account.owner or None) if account else None,
        channel=account.channel if account else None,
        summary=what_happened(view),
        type=case.type.value,
        nature=case.nature.value,
        criteria=tuple(criteria_titles(view)),
        risks=case.risks,
        wrote=max((post.at for post in view.spoken(Side.CUSTOMER)), default=None),
        told=max(instants, default=None),
        evidence=tuple(dict.fromkeys((*attached_files(mails), *record_links(view))))[:MOST],
    )


def record_links(view: View) -> Iterator[str]:
    """Every address of a page in the conversation, notes of the team included."""
    for post in view.thread.posts:
        for word in LINK.findall(post.text):
            yield word.rstrip(".,;:!?*_")


def attached_files(mails: Sequence[bytes]) -> Iterator[str]:
    """What was attached, as `mail 2: screenshot.png`."""
    for number, raw in enumerate(mails, 1):
        for attachment in attachments(raw):
            yield f"mail {number}: {attachment.name or attachment.type}"


def record_lines(view: View, record: CaseRecord) -> Iterator[tuple[str, str]]:
    """The record for a person: a name and a sentence each."""
    worth = f"{record.revenue:,} a year" if record.revenue else ""
    renews = f"renews on {record.renewal}" if record.renewal else ""
    owner = f"account owner {record.account_owner}" if record.account_owner else ""
    call = f"prefers {record.channel}" if record.channel and record.channel != "email" else ""
    parts = (record.customer, record.tier, worth, renews, owner, call)
    yield "customer", ", ".join(part for part in parts if part)
    yield "kind", f"{record.type}, {record.nature} in nature"
    yield "criteria", ", ".join(record.criteria) or "a teammate asked"
    yield "at stake", ", ".join(record.risks) or NONE
    yield "they wrote", view.time(record.wrote) or NONE
    yield "were told", view.time(record.told) or NONE
    for evidence in record.evidence:
        yield "evidence", evidence
