"""One case as `deskless case` shows it: a page for a person, an object for a program.

Its record is what somebody needs who opens a case months later: who the customer is and what is at
stake, what kind of matter it is, when somebody last spoke, where the evidence lies, and through
whose hands it went. What nobody said is None and shown as NOT STATED; a field that would change
nobody's next step is not in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.event import Event
from deskless.agent.case.event_live import BOOKKEEPING
from deskless.agent.case.say_time import say_instant
from deskless.agent.commands.case_table import summary
from deskless.agent.live.clocks import RunningClock, running_clocks
from deskless.agent.live.facts import come_back, words_had
from deskless.agent.live.steps import steps_line
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound import case_list
from deskless.agent.outbound.brief import criteria_titles, what_happened
from deskless.agent.outbound.case_list import room_line
from deskless.agent.outbound.case_view import View, view_case
from deskless.agent.outbound.letter_context import clock_facts
from deskless.agent.reports.export import TO, say_second
from deskless.mailbox.sender.body import attachments
from deskless.mailbox.thread import Side
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.parts import CaseLine

INDENT = 11
"""Where the values of a page begin, and the further lines of a long one."""
MOST = 20
"""Pieces of evidence shown; the conversation itself has them all."""
NEWEST = 400
"""Characters of the customer's newest words that are shown."""
NONE = "NOT STATED"


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """The facts of a case beside its status. `wrote` is when the customer last wrote, `told` when
    they were last written to (UTC), `words` what their newest mail says. `evidence` are attachments
    by mail and links as they stand in the conversation, oldest first.
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
    words: str | None = None


def record_case(view: View, mails: Sequence[bytes] = ()) -> CaseRecord:
    """The record of a case; `mails` are the conversation's mails byte for byte, oldest first."""
    case, account = view.case, view.account
    lost = come_back(view.events)
    by_hand = [post.at for post in view.spoken(Side.TEAM) if f"mail:{post.key}" not in lost]
    instants = [*words_had(view.events), *by_hand]
    newest = sorted(view.spoken(Side.CUSTOMER), key=lambda post: post.at, reverse=True)
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
        words=next((flat(post.text)[:NEWEST] for post in newest if post.text.strip()), None),
        evidence=tuple(dict.fromkeys((*attached_files(mails), *record_links(view))))[:MOST],
    )


def record_links(view: View) -> Iterator[str]:
    """What every link in the conversation leads to, notes of the team included."""
    for link in view.links:
        yield link.url if link.kind == "page" else f"{link.kind}: {link.url}"


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
    if record.words:
        yield "newest", f"“{record.words}”"
    yield "were told", view.time(record.told) or NONE
    for evidence in record.evidence:
        yield "evidence", evidence
    for post in view.chat:
        yield "chat", f"{post.at}, {post.who}: {post.text}"
    for step in view.way:
        yield "way", step
    for key, words in (*view.alike, *view.ended):
        yield "alike", f"{key}: {words}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown of one case: as it stands, its line in the list, what the mails say."""

    case: Case
    view: View
    line: CaseLine
    facts: CaseRecord
    clocks: tuple[RunningClock, ...]


def sheet(office: Office, session: Session, key: str) -> Sheet | None:
    """The case of that key, read; None where there is none."""
    case = journal.read_case(session, key)
    if case is None:
        return None
    seen = view_case(office, session, case)
    facts = record_case(seen, documents.mails_of(session, case.ticket))
    clocks = running_clocks(case, office.setting(session, seen.now))
    return Sheet(case, seen, case_list.case_line(seen), facts, clocks)


def whole(sheet: Sheet) -> dict[str, Any]:
    """A case with its history, for a program."""
    facts = sheet.facts
    return (
        summary(sheet.case, sheet.line)
        | asdict(facts)
        | {
            "wrote": say_second(facts.wrote) or None,
            "told": say_second(facts.told) or None,
            "way": list(sheet.view.way),
            "clocks": [
                {
                    "name": each.name,
                    "due": say_second(each.at),
                    "computed": each.text,
                    "met": say_second(each.met) or None,
                }
                for each in sheet.clocks
            ],
            "chat": [asdict(post) for post in sheet.view.chat],
            "history": [_event(sheet.view, each) for each in _steps(sheet.view)],
        }
    )


def _steps(seen: View) -> Iterator[Event]:
    """The events that a reader sees as steps of the case."""
    return (each for each in seen.events if type(each).__name__.lower() not in BOOKKEEPING)


def page(sheet: Sheet) -> Iterator[Text]:
    """A case for a person, line by line."""
    seen, line = sheet.view, sheet.line
    yield Text(seen.subject, style="bold")
    for name, value in (*_standing(seen, line), *record_lines(seen, sheet.facts)):
        yield Text.assemble((f"{name:<{INDENT}}", "dim"), value)
    for text, at in dict.fromkeys((quote.text, quote.at) for quote in seen.evidence):
        yield Text.assemble((f"{'said':<11}", "dim"), f"“{text}” ({at})")
    if seen.case.closed_at is None:
        yield Text.assemble((f"{'rank':<11}", "dim"), line.why)
    for clock in clock_facts(seen, sheet.clocks):
        yield Text.assemble((f"{'clock':<11}", "dim"), f"{clock.name}: {clock.value}")
    yield Text()
    for each in _steps(seen):
        told = _event(seen, each)
        what = " ".join(filter(None, (told["what"], told["code"])))
        to = f" → {told['to']}" if told["to"] else ""
        note = f": {told['note']}" if told["note"] else ""
        yield Text(f"{told['at']}  {what:<12} {told['by']}{to}{note}")


def _standing(seen: View, line: CaseLine) -> Iterator[tuple[str, str]]:
    """What is true now: where it stands, whose move it is, and until when."""
    reason = f" ({seen.case.reason.replace('_', ' ')})" if seen.case.reason else ""
    yield "what", line.what
    yield "stands", f"{line.state}{reason}"
    yield "severity", line.severity
    yield "owner", line.owner or "nobody"
    for raised in seen.case.flags:
        yield "red flag", f"{raised.flag.value}, {seen.time(raised.at)}"
    if line.asked:
        yield "asked", line.asked
    if seen.case.closed_at is None:
        yield "next", line.next or NONE
        yield "blocker", line.blocker or NONE
        if seen.cause:
            yield "cause", seen.cause
        yield "deadline", f"{line.deadline}, {line.timer}" if line.deadline else NONE
        yield "promised", line.promised or NONE
    yield "steps", steps_line(seen.case, seen.events)
    if room := room_line(seen):
        yield "war room", room


def _event(seen: View, value: Any) -> dict[str, str]:
    office_, by = seen.office, value.by
    to = next((str(each) for each in (getattr(value, name, "") for name in TO) if each), "")
    return {
        "at": say_instant(value.at, office_.config.team.zone),
        "what": type(value).__name__.lower(),
        "code": str(getattr(value, "code", "") or "").replace("_", " "),
        "by": office_.name(by) if office_.person(by) else by,
        "to": office_.name(to) if to and to != by else "",
        "note": flat(getattr(value, "note", "") or getattr(value, "reason", "")),
        "utc": say_second(value.at),
    }


def flat(note: str) -> str:
    """A note on one line, without lines that are only a rule."""
    return " ".join(line.strip() for line in note.splitlines() if line.strip(" -_=*"))
