"""Office events: one class a kind, and in the ledger exactly what earlier versions wrote."""

import ast
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskless.agent.case.event import Why
from deskless.agent.case.event_live import EVENTS
from deskless.agent.office import office_events as happened
from deskless.agent.office.event_fields import OfficeEvent
from deskless.agent.office.journal import enter, office_entry, office_event
from deskless.agent.office.office_events import KINDS
from deskless.policies.verdict import Outcome, Severity
from deskless.store.engine.database import Store
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

pytest_plugins = ["store_fixtures"]

ROOMS = Path(__file__).parents[1] / "agent"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
T9, T11 = "2026-11-23T09:00:00Z", "2026-11-23T11:00:00Z"
STORES_OWN = {"erased", "introduced"}

WRITTEN: tuple[tuple[str, OfficeEvent, str, str | None], ...] = (
    ("absent", happened.AgentWasAbsent(at=AT, since=AT, until=LATER),
     f'{{"since":"{T9}","until":"{T11}"}}', None),
    ("adopted", happened.BookAdopted(at=AT, policies=("outage",), hash="ab", new=True),
     '{"hash":"ab","new":true,"policies":["outage"]}', None),
    ("alike", happened.ConversationsLookedAlike(at=AT, other="A-1,A-2", by_what="customer"),
     '{"by":"customer","other":"A-1,A-2"}', None),
    ("another", happened.AnotherDesklessSeen(at=AT, other="ab12"), '{"other":"ab12"}', None),
    ("set_back", happened.RecordSetBack(at=AT, seen=40, size=9), '{"seen":40,"size":9}', None),
    ("attempt", happened.AnswerDoubted(
        at=AT, why=Why.FORGED, trust="refuse", about="A-1-1", handoff="A-1-1/1", said="no",
        sender="x@y.example", spoken="ACCEPT"),
     '{"about":"A-1-1","handoff":"A-1-1/1","trust":"refuse","why":"forged"}',
     '{"from":"x@y.example","said":"no","words":"ACCEPT"}'),
    ("attempt", happened.AnswerDoubted(at=AT, why=Why.FORGED, trust="refuse", said="no"),
     '{"trust":"refuse","why":"forged"}', '{"from":"","said":"no"}'),
    ("breaker", happened.BreakerTripped(at=AT, name="hour", count=9, limit=8),
     '{"count":9,"limit":8,"name":"hour"}', None),
    ("breaker_closed", happened.BreakerClosed(at=AT, name="hour", going=1, withdrawn=0),
     '{"going":1,"name":"hour","withdrawn":0}', None),
    ("breaker_reset", happened.BreakersReset(at=AT, going=1, withdrawn=0),
     '{"going":1,"withdrawn":0}', None),
    ("clock_back", happened.ClockWentBack(at=AT, seconds=3600, moved=2),
     '{"moved":2,"seconds":3600}', None),
    ("denied", happened.AnswerDenied(at=AT, about="A-1-1"), '{"about":"A-1-1"}', None),
    ("gone", happened.MailsVanished(at=AT, uids=(1, 2)), '{"uids":[1,2]}', None),
    ("judged", happened.ConversationJudged(
        at=AT, outcome=Outcome.ESCALATE, severity=Severity.SEV3, met=("refund",), unclear=(),
        engine="rules", prompt="", model="", verdict="k", history=False, tokens_in=0, tokens_out=0,
        reasons=("she asked",)),
     '{"engine":"rules","history":false,"met":["refund"],"model":"","outcome":"escalate",'
     '"prompt":"","severity":"SEV-3","tokens_in":0,"tokens_out":0,"unclear":[],"verdict":"k"}',
     '{"reasons":["she asked"]}'),
    ("leaked", happened.CanaryLeaked(at=AT, letter="brief", case="A-1-1", sender="x@y.example"),
     '{"case":"A-1-1","letter":"brief"}', '{"sender":"x@y.example"}'),
    ("left", happened.DoubtLeft(at=AT), "{}", None),
    ("live", happened.WentLive(at=AT), "{}", None),
    ("live", happened.WentLive(at=AT, criterion="outage"), '{"policy":"outage"}', None),
    ("marked", happened.DigestMarked(at=AT, mark="right", entry=7),
     '{"entry":7,"mark":"right"}', None),
    ("marked", happened.DigestMarked(
        at=AT, mark="wrong", entry=7, number=1, verdict="k", met=("refund",), reason="no",
        shown=("twice",)),
     '{"entry":7,"mark":"wrong","met":["refund"],"number":1,"verdict":"k"}',
     '{"reason":"no","shown":["twice"]}'),
    ("merged", happened.ConversationsMerged(at=AT, other="A-2", by_what="ids"),
     '{"by":"ids","other":"A-2"}', None),
    ("not_adopted", happened.BookRefused(at=AT, problems=3), '{"problems":3}', None),
    ("out_of_office", happened.AbsenceAnnounced(at=AT, until=LATER), f'{{"until":"{T11}"}}', None),
    ("pondered", happened.ReplyPondered(at=AT, about="A-1-1", spoken="dibs"),
     '{"about":"A-1-1"}', '{"words":"dibs"}'),
    ("promise_seen", happened.PromiseSeen(
        at=AT, case="A-1-1", before=AT, promise=LATER, spoken="by eleven"),
     f'{{"before":"{T9}","case":"A-1-1","promise":"{T11}"}}', '{"words":"by eleven"}'),
    ("promised", happened.CustomerLetterApproved(at=AT, case="A-1-1", text="ab"),
     '{"case":"A-1-1","text":"ab"}', None),
    ("proposed", happened.ReplyProposed(
        at=AT, about="A-1-1", act="accept", done=True, model="m", prompt="p", tokens_in=9,
        tokens_out=2),
     '{"about":"A-1-1","act":"accept","done":true,"model":"m","prompt":"p","tokens_in":9,'
     '"tokens_out":2,"trouble":""}', None),
    ("quarantined", happened.MailQuarantined(at=AT, uid=4, why="ValueError: x"),
     '{"uid":4}', '{"why":"ValueError: x"}'),
    ("read", happened.MailRead(
        at=AT, kind="human", became="customer", uid=4, received=AT, size=9, history=False,
        flaws=("no date",)),
     f'{{"became":"customer","history":false,"kind":"human","received":"{T9}","size":9,"uid":4}}',
     '{"flaws":["no date"],"message_id":null}'),
    ("rebuilt", happened.ShelfRebuilt(at=AT, differences=2, cases=1),
     '{"cases":1,"differences":2}', None),
    ("receipt", happened.ReceiptArrived(at=AT, about="A-1-1"), '{"about":"A-1-1"}', None),
    ("rescanned", happened.FolderRescanned(at=AT), "{}", None),
    ("retried", happened.MailRetried(at=AT, became="customer"), '{"became":"customer"}', None),
    ("review", happened.ReviewAsked(at=AT, to="p1", verdict="k"), '{"to":"p1","verdict":"k"}',
     None),
    ("sent", happened.LetterSent(at=AT, letter="brief", about="A-1-1", number=3),
     '{"about":"A-1-1","letter":"brief","number":3}', None),
    ("sent", happened.LetterSent(at=AT, letter="welcome", number=3, found=True),
     '{"found":true,"letter":"welcome","number":3}', None),
    ("stopped", happened.RegularMailStopped(at=AT, what="weekly"), '{"what":"weekly"}', None),
    ("trouble", happened.TroubleTold(at=AT, route="imap", since=AT),
     f'{{"route":"imap","since":"{T9}"}}', None),
    ("trouble_over", happened.TroubleEnded(at=AT, route="imap", since=AT, until=LATER),
     f'{{"route":"imap","since":"{T9}","until":"{T11}"}}', None),
    ("undeliverable", happened.LetterUndelivered(
        at=AT, letter="brief", about="A-1-1", number=3, said="550 no"),
     '{"about":"A-1-1","letter":"brief","number":3}', '{"said":"550 no"}'),
    ("undeliverable", happened.LetterUndelivered(at=AT, status="5.1.1", final=True),
     '{"final":true,"status":"5.1.1"}', None),
    ("unknown", happened.LetterUnsettled(at=AT, number=3), '{"number":3}', None),
    ("unread", happened.MailsRefused(at=AT, uids=(5,)), '{"uids":[5]}', None),
    ("would", happened.WouldHaveActed(
        at=AT, outcome=Outcome.REVIEW, severity=Severity.SEV2, met=("outage",), verdict="k",
        quotes=()),
     '{"met":["outage"],"outcome":"review","severity":"SEV-2","verdict":"k"}', '{"quotes":[]}'),
    ("would", happened.WouldHaveActed(at=AT, outcome=Outcome.ESCALATE, met=(), requester="p1"),
     '{"by":"p1","met":[],"outcome":"escalate"}', None),
)  # fmt: skip
"""Kind, event, and the two parts of its entry as version 0.1 wrote them, keys in order."""


def _json(part: dict[str, Any] | None) -> str | None:
    return None if part is None else json.dumps(part, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(("kind", "event", "data", "private"), WRITTEN)
def test_an_event_is_written_byte_for_byte_as_before(
    kind: str, event: OfficeEvent, data: str, private: str | None
) -> None:
    """Kinds, names and forms are data: other versions read them."""
    entry = office_entry(event)
    assert (entry.kind, _json(entry.data), _json(entry.private)) == (kind, data, private)


@pytest.mark.parametrize(("kind", "event", "data", "private"), WRITTEN)
def test_an_entry_of_before_reads_as_its_event(
    acme: Store, kind: str, event: OfficeEvent, data: str, private: str | None
) -> None:
    """The ledger is read back by kind; what was erased comes back empty, the rest unharmed."""
    old = entries.NewEntry(
        kind=kind, at=AT, actor="deskless", cause="clock", data=json.loads(data),
        private=json.loads(private) if private else None,
    )  # fmt: skip
    with acme.transaction() as session:
        [stored] = entries.append_entries(session, [old])
    assert office_event(stored) == event
    lost = office_event(replace(stored, private=None))
    public = {each.name for each in fields(event) if not each.metadata.get("private")}
    assert all(getattr(lost, name) == getattr(event, name) for name in public)


def test_what_is_entered_is_read_back(acme: Store) -> None:
    """All of them in one go, through the ledger's own bytes."""
    events = [event for _, event, _, _ in WRITTEN]
    with acme.transaction() as session:
        enter(session, *events)
    with acme.reading() as session:
        assert [office_event(entry) for entry in entries.read_entries(session, Span())] == events


def test_every_kind_is_in_the_table_and_made_somewhere() -> None:
    """No class without a kind, no kind that nobody makes, none without its line above."""
    classes = {
        each for each in vars(happened).values()
        if isinstance(each, type) and issubclass(each, OfficeEvent) and each is not OfficeEvent
    }  # fmt: skip
    assert set(KINDS.values()) == classes
    assert len(set(KINDS.values())) == len(KINDS)
    assert {kind for kind, _, _, _ in WRITTEN} == set(KINDS)
    used = {
        node.attr
        for path in ROOMS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "office_events"
    }
    assert {each.__name__ for each in classes} <= used
    assert not set(KINDS) & set(EVENTS)


def test_every_kind_that_is_looked_for_exists() -> None:
    """A reader of the ledger that asks for a misspelt kind would find nothing, for ever."""
    known = {*KINDS, *EVENTS, *STORES_OWN}
    asked = {
        (path.name, name.value)
        for path in ROOMS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "kinds"
        for name in ast.walk(node.value)
        if isinstance(name, ast.Constant) and isinstance(name.value, str)
    }
    assert asked
    assert {(file, kind) for file, kind in asked if kind not in known} == set()
