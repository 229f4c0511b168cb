"""The outbox's states: nothing claimed twice, nothing overruled by a worker thought dead."""

from datetime import timedelta

import pytest
from stores import NOON, letter

from deskless.store import outbox
from deskless.store.engine.database import Store
from deskless.store.outbox import Claim, Letter

pytest_plugins = ["store_fixtures", "postgres"]

MINUTE = timedelta(minutes=1)


def owe(store: Store, *numbers: str, **values: object) -> None:
    """Put letters."""
    with store.transaction() as session:
        for number in numbers:
            assert outbox.put_letter(session, letter(number, **values))


def take(store: Store, minutes: int = 0, worker: str = "w", limit: int = 20) -> list[Letter]:
    """Claim what is due so many minutes after noon."""
    with store.transaction() as session:
        return outbox.claim_letters(session, Claim(worker, NOON + MINUTE * minutes, limit))


def test_a_letter_comes_back_as_it_was_put(store: Store) -> None:
    """Bytes of any kind, all recipients, its words."""
    raw = bytes(range(256)) * 3
    to = ("Bo@acme.example", "cc@acme.example")
    owe(store, "1", raw=raw, to=to, case="T-1-1", ticket="T-1", text="Grüße", urgency=1)
    (result,) = take(store)
    assert (result.raw, result.to, result.text, result.urgency) == (raw, to, "Grüße", 1)
    assert (result.state, result.attempts, result.fence) == ("pending", 0, 1)
    with store.reading() as session:
        assert outbox.by_message_id(session, "<1@acme.example>") is not None
        assert outbox.by_message_id(session, "<2@acme.example>") is None
        assert [each.id for each in outbox.of_case(session, "T-1-1")] == [result.id]


def test_the_same_message_id_is_owed_once(store: Store) -> None:
    """Deciding the same thing again changes nothing."""
    owe(store, "1")
    with store.transaction() as session:
        assert not outbox.put_letter(session, letter("1", raw=b"other"))
        assert outbox.count_by_state(session) == {"pending": 1}
    assert take(store)[0].raw != b"other"


def test_the_urgent_go_first_and_the_held_wait(store: Store) -> None:
    """By urgency, then by time; not before their time."""
    owe(store, "a", urgency=5)
    owe(store, "b", urgency=1, not_before=NOON + MINUTE)
    owe(store, "c", urgency=1)
    owe(store, "d", urgency=9, not_before=NOON + MINUTE * 60)
    with store.reading() as session:
        assert outbox.next_at(session) == NOON
    result = take(store, 1)
    assert [each.message_id[1] for each in result] == ["c", "b", "a"]
    assert take(store, 2) == []
    assert [each.message_id[1] for each in take(store, 60)] == ["c", "b", "a", "d"]


def test_the_way_of_a_letter(store: Store) -> None:
    """Temporary failure, then sent; attempts counted when it goes out, not when it is claimed."""
    owe(store, "1")
    (first,) = take(store)
    with store.transaction() as session:
        assert outbox.mark_in_flight(session, first)
        assert outbox.count_by_state(session) == {"in_flight": 1}
    with store.transaction() as session:
        assert outbox.mark_retry(session, first, NOON + MINUTE * 5, "451 greylisted")
    assert take(store, 4) == []
    (second,) = take(store, 5)
    assert (second.attempts, second.last_error, second.fence) == (1, "451 greylisted", 2)
    with store.transaction() as session:
        outbox.mark_in_flight(session, second)
        outbox.mark_sent(session, second, NOON + MINUTE * 6)
        assert outbox.count_by_state(session) == {}
        owed_letter = outbox.by_message_id(session, second.message_id)
    assert owed_letter is not None
    assert (owed_letter.state, owed_letter.attempts, owed_letter.sent_at) == (
        "sent",
        2,
        NOON + MINUTE * 6,
    )
    assert take(store, 600) == []


def test_a_crash_before_connecting_costs_only_the_lease(store: Store) -> None:
    """Claimed and never in flight: pending again when the lease is over, nothing to look for."""
    owe(store, "1")
    take(store)
    assert take(store, 9) == []
    assert len(take(store, 10)) == 1
    with store.transaction() as session:
        assert outbox.claim_doubtful(session, Claim("w", NOON + MINUTE * 100)) == []


def test_a_crash_in_flight_is_doubtful_never_resent_blindly(store: Store) -> None:
    """Only `doubtful` hands it out; found in Sent it is sent, else it is pending again."""
    owe(store, "1", "2")
    with store.transaction() as session:
        for each in outbox.claim_letters(session, Claim("dead", NOON)):
            outbox.mark_in_flight(session, each)
    assert take(store, 60) == []
    with store.transaction() as session:
        assert outbox.claim_doubtful(session, Claim("heir", NOON + MINUTE)) == []
        value, two = outbox.claim_doubtful(session, Claim("heir", NOON + MINUTE * 10))
        assert outbox.mark_sent(session, value, NOON + MINUTE * 10)
        assert outbox.mark_retry(session, two, NOON + MINUTE * 10, "not found after 3 looks")
    assert [each.id for each in take(store, 10)] == [two.id]


def test_unknown_waits_for_its_look(store: Store) -> None:
    """After the dot without an answer: looked for when its time comes."""
    owe(store, "1")
    (result,) = take(store)
    with store.transaction() as session:
        outbox.mark_in_flight(session, result)
        assert outbox.mark_unknown(session, result, NOON + MINUTE * 2, "no answer after the dot")
        assert outbox.count_by_state(session) == {"unknown": 1}
        assert outbox.claim_doubtful(session, Claim("w", NOON + MINUTE)) == []
        (again,) = outbox.claim_doubtful(session, Claim("w", NOON + MINUTE * 2))
    assert again.state == "unknown"
    assert take(store, 30) == []


@pytest.mark.parametrize(
    "word",
    ["mark_in_flight", "mark_sent", "mark_retry", "mark_failed", "mark_unknown", "hold_letter"],
)
def test_a_zombie_can_say_nothing(store: Store, word: str) -> None:
    """Every word of the old claim hits no row once another has the letter."""
    owe(store, "1")
    (old,) = take(store)
    (new,) = take(store, 10, "heir")
    arguments = {
        "mark_in_flight": (),
        "mark_sent": (NOON,),
        "mark_retry": (NOON, "x"),
        "mark_failed": ("x",),
        "mark_unknown": (NOON, "x"),
        "hold_letter": (NOON,),
    }[word]
    with store.transaction() as session:
        assert not getattr(outbox, word)(session, old, *arguments)
        assert getattr(outbox, word)(session, new, *arguments)


def test_held_letters_go_when_their_breaker_lets_them(store: Store) -> None:
    """A breaker holds them to a far day; when it closes each gets its own time."""
    far = NOON + timedelta(days=3650)
    owe(store, "1", "2", not_before=far)
    owe(store, "3", not_before=NOON + MINUTE)
    with store.transaction() as session:
        value, two = outbox.held_letters(session, far)
        outbox.hold_letter(session, value, NOON)
        outbox.hold_letter(session, two, NOON + MINUTE * 5)
    assert [each.id for each in take(store)] == [value.id]


def test_our_own_words_are_found_for_cutting_quotes(store: Store) -> None:
    """By Message-ID, oldest first, only mails with words."""
    owe(store, "1", text="one")
    owe(store, "2", text="")
    owe(store, "3", text="three")
    ids = [f"<{n}@acme.example>" for n in (3, 2, 1, 9)] + [f"<x{n}>" for n in range(1500)]
    with store.reading() as session:
        assert [text for text, _ in outbox.texts_sent(session, ids)] == ["one", "three"]
