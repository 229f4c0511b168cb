"""Our own small state: every key is in one table, typed, and kept as earlier versions kept it."""

import ast
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deskless.agent.office import state_keys as keys
from deskless.agent.office.state_keys import StateCounter, StateKey
from deskless.store import state
from deskless.store.engine.database import Store

pytest_plugins = ["store_fixtures"]

ROOMS = Path(__file__).parents[1] / "agent"
AT = datetime(2026, 11, 23, 9, 0, 1, 5, tzinfo=UTC)
ISO = "2026-11-23T09:00:01.000005+00:00"

RINGS = {"who": "p1", "title": "t", "body": "b", "left": [0], "tries": 1, "next": ISO}
KEPT: tuple[tuple[StateKey[Any], str, str, Any, Any], ...] = (
    (keys.HEARTBEAT, "", "heartbeat", {"at": ISO, "blind": 0}, {"at": ISO, "blind": 0}),
    (keys.ABSENT, ISO, f"absent:{ISO}", True, True),
    (keys.CLOCK_SEEN, "", "clock:seen", AT, ISO),
    (keys.BEGUN, "inbox/INBOX", "begun:inbox/INBOX", {"at": ISO, "uidvalidity": 3},
     {"at": ISO, "uidvalidity": 3}),
    (keys.GAP, "inbox/INBOX", "gap:inbox/INBOX", {"uidvalidity": 3, "uid": 9},
     {"uidvalidity": 3, "uid": 9}),
    (keys.LOSSES, "", "losses", {"seqs": [4], "told": [ISO]}, {"seqs": [4], "told": [ISO]}),
    (keys.TRYING, "inbox/INBOX", "trying:inbox/INBOX", {"life": "a", "digests": ["b"]},
     {"life": "a", "digests": ["b"]}),
    (keys.BREAKER, "hour", "breaker:hour", {"at": ISO, "count": 9, "limit": 8, "told": False},
     {"at": ISO, "count": 9, "limit": 8, "told": False}),
    (keys.TRIED, "p1", "trial:p1", {"at": ISO, "proof": "dmarc"}, {"at": ISO, "proof": "dmarc"}),
    (keys.TONE_ASKED, "ab", "tone:ab", True, True),
    (keys.STARTED, "hour", "started:hour", [AT], [ISO]),
    (keys.ANSWERED, "ab", "answered:ab",
     {"exact": "a", "alike": "b", "echoes": 1, "kind": "receipt", "at": ISO},
     {"exact": "a", "alike": "b", "echoes": 1, "kind": "receipt", "at": ISO}),
    (keys.OPENED, "c1:ab", "opened:c1:ab", [AT], [ISO]),
    (keys.POLICIES_BROKEN, "", "policies:broken", "ab12", "ab12"),
    (keys.AUTHSERV_UNSAFE, "", "authserv:unsafe", False, False),
    (keys.AUTHSERV_RECEIVED, "", "authserv:received", "mx.acme.example", "mx.acme.example"),
    (keys.SCRUB_OWED, "", "scrub:owed", True, True),
    (keys.WELCOME, "", "welcome", AT, ISO),
    (keys.RETAINED, "2026-11-23", "retained:2026-11-23", True, True),
    (keys.MORNING, "2026-11-23", "morning:2026-11-23", True, True),
    (keys.AFTERNOON, "2026-11-23", "afternoon:2026-11-23", True, True),
    (keys.SHADOW, "2026-11-23", "shadow:2026-11-23", True, True),
    (keys.WEEKLY, "2026-W47", "weekly:2026-W47", True, True),
    (keys.STOPPED, "weekly", "stopped:weekly", AT, ISO),
    (keys.MORNING_TOLD, "", "morning:told", {"at": ISO, "blind": 5}, {"at": ISO, "blind": 5}),
    (keys.SHADOW_ITEMS, "", "shadow:items", [4, 9], [4, 9]),
    (keys.SHADOW_TOLD, "", "shadow:told", AT, ISO),
    (keys.SHADOW_SEQ, "", "shadow:seq", 9, 9),
    (keys.SHADOW_SHOWN, "ab", "shadow:shown:ab", [4, 9], [4, 9]),
    (keys.MARKED, "9", "marked:9", "right", "right"),
    (keys.TROUBLE_LETTER, "a@b", "trouble:letter:a@b", "smtp login", "smtp login"),
    (keys.UNREAD, "p1", "unread:p1", 2, 2),
    (keys.HELPED, "p1:2026-11-23T10", "helped:p1:2026-11-23T10", True, True),
    (keys.WARNED, "p1:2026-11-23", "warned:p1:2026-11-23", True, True),
    (keys.REVIEW, "ACME-1:ab", "review:ACME-1:ab", True, True),
    (keys.DOUBT, "ACME-1", "doubt:ACME-1",
     {"verdict": "ab", "asked": ["p1"], "at": ISO, "remind": "", "due": ISO},
     {"verdict": "ab", "asked": ["p1"], "at": ISO, "remind": "", "due": ISO}),
    (keys.ALIKE, "ACME-1:ACME-2", "alike:ACME-1:ACME-2", True, True),
    (keys.LEAKED, "ab", "leak:ab", True, True),
    (keys.OVERHEARD, "ACME-1-1:g@x.example", "overheard:ACME-1-1:g@x.example", True, True),
    (keys.SET_BACK, "2026-11-23", "set_back:2026-11-23", 40, 40),
    (keys.ANOTHER, "ab", "another:ab", True, True),
    (keys.PEOPLE_ENTERED, "", "people:entered", True, True),
    (keys.LIVE, "", "mode:live", ["outage"], ["outage"]),
    (keys.LIFE, "2026-11-23", "life:2026-11-23", True, True),
    (keys.LIFE_TOLD, "", "life:told", {"at": ISO, "blind": 9}, {"at": ISO, "blind": 9}),
    (keys.ALERTS, "7:p1", "alert:7:p1", RINGS, RINGS),
    (keys.AWAY, "p1", "away:p1", AT, ISO),
    (keys.HEARD, "ab:act:cd", "heard:ab:act:cd", True, True),
    (keys.HELD, "ab", "held:ab", {"seq": 4, "token": "t", "code": "1", "until": ISO},
     {"seq": 4, "token": "t", "code": "1", "until": ISO}),
    (keys.PENDING, "mail:ab", "pending:mail:ab",
     {"seq": 4, "token": "t", "proof": "dmarc", "message_id": "a@b", "answering": {}, "tries": 0},
     {"seq": 4, "token": "t", "proof": "dmarc", "message_id": "a@b", "answering": {}, "tries": 0}),
    (keys.ABOUT, "ab", "about:ab", "ACME-1", "ACME-1"),
    (keys.DRAFT, "ab", "draft:ab", {"text": "cd", "by": ""}, {"text": "cd", "by": ""}),
    (keys.SENT_KEEPS, "", "sent:keeps", "unwanted", "unwanted"),
    (keys.SENT_ASKED, "", "sent:asked", {"id": "a@b", "at": ISO, "looks": 0},
     {"id": "a@b", "at": ISO, "looks": 0}),
)  # fmt: skip
"""Key, what it is about, the whole name in the store, a value, and its JSON as 0.1 kept it."""
COUNTED = {keys.CODES: "codes:", keys.LOOKS: "looks:"}


@pytest.mark.parametrize(("key", "about", "name", "value", "kept"), KEPT)
def test_a_value_is_kept_as_before_and_read_back(
    acme: Store, key: StateKey[Any], about: str, name: str, value: Any, kept: Any
) -> None:
    """Names and forms are data: a store of before is read, and one of now by an older version."""
    with acme.transaction() as session:
        assert key.get(session, about) is None
        key.put(session, value, about)
        assert _json(state.get(session, name)) == _json(kept)
        assert key.get(session, about) == value
        assert not key.once(session, value, about)
        if about:
            assert key.under(session) == {about: value}
        assert key.drop(session, about)
        state.put(session, name, kept)
        assert key.get(session, about) == value


def test_a_counter_keeps_its_name(acme: Store) -> None:
    """Counters lie apart from values under the same name."""
    with acme.transaction() as session:
        for counter, name in COUNTED.items():
            assert [counter.bump(session, "x"), counter.bump(session, "x")] == [1, 2]
            assert (state.counted(session, f"{name}x"), counter.counted(session, "x")) == (2, 2)


def test_every_key_is_in_the_table_and_has_its_owner() -> None:
    """No key that nobody uses, none that the one it belongs to does not know, none told twice."""
    table = {name: each for name, each in vars(keys).items()
             if isinstance(each, StateKey | StateCounter)}  # fmt: skip
    assert set(table.values()) == {*(line[0] for line in KEPT), *COUNTED}
    for kind in (StateKey, StateCounter):
        names = [each.name for each in table.values() if isinstance(each, kind)]
        assert len(names) == len(set(names))
    used = _used()
    assert set(table) == {name for names in used.values() for name in names if name in table}
    for name, each in table.items():
        assert name in used[f"{each.owner}.py"], f"{each.owner} does not use its {name}"


def test_nobody_asks_the_store_by_a_loose_string() -> None:
    """The table is the one way to our state."""
    loose = {
        str(path.relative_to(ROOMS))
        for path in ROOMS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "deskless.store"
        and any(each.name == "state" for each in node.names)
    }
    assert loose == {"office/state_keys.py"}


def _used() -> dict[str, set[str]]:
    """File → names of `state_keys.NAME` in it."""
    used: dict[str, set[str]] = defaultdict(set)
    for path in ROOMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Attribute) else None
            if isinstance(value, ast.Name) and value.id == "state_keys":
                used[str(path.relative_to(ROOMS))].add(node.attr)
    return used


def _json(value: Any) -> str:
    """So that 1 and true differ."""
    return json.dumps(value, sort_keys=True)
