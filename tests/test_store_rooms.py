"""People, conversations and small things: kept and found alike on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from stores import AT_NOON, NOON

from deskless.store import (
    cursor,
    documents,
    people,
    quarantine,
    state,
    threads,
    tokens,
    verdicts,
)
from deskless.store.cursor import Cursor
from deskless.store.engine.database import Store
from deskless.store.quarantine import Quarantined
from deskless.store.threads import Place, PostInfo
from deskless.store.tokens import Token
from deskless.store.verdicts import Usage, VerdictText, Waiting

pytest_plugins = ["store_fixtures", "postgres"]

HOUR = timedelta(hours=1)


def test_an_address_keeps_its_id(store: Store) -> None:
    """Minted once, whatever the case of its letters; customers count apart from people."""
    with store.transaction() as session:
        first = people.person_ids(
            session, ["Bo@acme.example", "ann@acme.example", " bo@ACME.example"], AT_NOON
        )
        assert first == {
            "Bo@acme.example": "p1",
            "ann@acme.example": "p2",
            " bo@ACME.example": "p1",
        }
        assert people.customer_id(session, "bo@acme.example", AT_NOON) == "c1"
    with store.transaction() as session:
        assert people.person_ids(session, ["ann@acme.example"], AT_NOON) == {
            "ann@acme.example": "p2"
        }
        assert people.known_id(session, "new@acme.example") is None


def test_addresses_are_linked_and_people_named(store: Store) -> None:
    """Two addresses, one person; exports show name and address, or the bare id."""
    with store.transaction() as session:
        people.person_ids(session, ["bo@acme.example"], AT_NOON)
        people.link_address(session, "p1", "Bo.Long@acme.example", AT_NOON)
        assert people.person_ids(session, ["bo.long@acme.example"], AT_NOON) == {
            "bo.long@acme.example": "p1"
        }
        assert people.shown_names(session, ["p1"]) == {"p1": "bo.long@acme.example"}
        people.name_person(session, "p1", "Bo Long", AT_NOON)
        assert people.linked_addresses(session, "p1") == ["bo.long@acme.example", "bo@acme.example"]
        shown = people.shown_names(session, ["p1", "p9"])
    assert shown == {"p1": "Bo Long <bo.long@acme.example>", "p9": "p9"}


def test_tickets_have_no_gaps(store: Store) -> None:
    """A rolled-back number is given out again."""
    with store.transaction() as session:
        assert threads.next_ticket(session, "ACME-{n}", first=1001) == "ACME-1001"
    with pytest.raises(KeyError), store.transaction() as session:
        raise KeyError(threads.next_ticket(session, "ACME-{n}", first=1001))
    with store.transaction() as session:
        assert threads.next_ticket(session, "ACME-{n}", first=1001) == "ACME-1002"


def post(digest: str, **values: object) -> PostInfo:
    """A customer's mail."""
    given = {"ticket": "T-1", "at": NOON, "kind": "human", "side": "customer"} | values
    return PostInfo(digest=digest, **given)  # type: ignore[arg-type]


def test_posts_are_kept_once_and_in_order(store: Store) -> None:
    """Both halves of a forward; the same mail delivered twice adds nothing."""
    late = post("d2", at=NOON + HOUR, message_id="m2", private={"text": "zweite \udcff"})
    with store.transaction() as session:
        threads.start_thread(session, "T-1", NOON, "c1")
        assert threads.add_post(session, late)
        assert threads.add_post(session, post("d1", message_id="m1"))
        assert threads.add_post(session, post("d1", part=1, internal=True, side="team"))
        assert not threads.add_post(session, late)
    with store.reading() as session:
        posts = threads.posts_of(session, "T-1")
        assert [(each.digest, each.part) for each in posts] == [("d1", 0), ("d1", 1), ("d2", 0)]
        assert posts[2] == late
        assert posts[1].internal is True
        info = threads.get_thread(session, "T-1")
    assert info is not None
    assert (info.number, info.last_at) == (1, NOON + HOUR)


def test_threads_are_found_by_any_id_ever_seen(store: Store) -> None:
    """Mentioned ids lead there as well; who claims an id first keeps it; thousands may be asked."""
    with store.transaction() as session:
        threads.start_thread(session, "T-1", NOON)
        threads.start_thread(session, "T-2", NOON)
        threads.add_post(session, post("d1", message_id="m1"))
        threads.learn_ids(session, "T-2", ["m2", "only-mentioned", "m1"])
    with store.reading() as session:
        assert threads.find_tickets(session, ["only-mentioned"]) == ["T-2"]
        assert threads.find_tickets(session, ["m2", "m1"]) == ["T-1", "T-2"]
        assert threads.find_tickets(session, [f"x{n}" for n in range(3000)]) == []


def test_merging_moves_everything_and_leaves_a_sign(store: Store) -> None:
    """Posts, ids, the time of the last word; chains of merges point to the end."""
    with store.transaction() as session:
        for number in (1, 2, 3):
            threads.start_thread(session, f"T-{number}", NOON, "c1")
            at = NOON + HOUR * number
            threads.add_post(
                session, post(f"d{number}", ticket=f"T-{number}", at=at, message_id=f"m{number}")
            )
        threads.merge_threads(session, keep="T-2", gone="T-3")
        threads.merge_threads(session, keep="T-1", gone="T-2")
    with store.reading() as session:
        assert threads.find_tickets(session, ["m1", "m2", "m3"]) == ["T-1"]
        assert len(threads.posts_of(session, "T-1")) == 3
        infos = [threads.get_thread(session, f"T-{n}") for n in (1, 2, 3)]
        assert [info and info.merged_into for info in infos] == [None, "T-1", "T-1"]
        assert infos[0] is not None
        assert infos[0].last_at == NOON + HOUR * 3
        assert [each.ticket for each in threads.of_customer(session, "c1", NOON)] == ["T-1"]


def test_a_customers_threads_since(store: Store) -> None:
    """Newest first, nothing older, nobody else's."""
    with store.transaction() as session:
        for number in range(1, 5):
            threads.start_thread(
                session, f"T-{number}", NOON + HOUR * number, "c1" if number < 4 else "c2"
            )
    with store.reading() as session:
        result = threads.of_customer(session, "c1", NOON + HOUR * 2)
        assert [each.ticket for each in result] == ["T-3", "T-2"]
        assert [each.ticket for each in threads.of_customer(session, "c2", NOON)] == ["T-4"]


def test_what_was_read_is_known_by_place_and_by_digest(store: Store) -> None:
    """UIDVALIDITY is a full unsigned 32-bit number; a new one means another place."""
    here = Place("INBOX", 4_294_967_295, 4_294_967_290)
    with store.transaction() as session:
        assert threads.see_place(session, here, "d1", NOON)
        assert not threads.see_place(session, here, "d1", NOON)
        assert threads.seen_digest(session, here) == "d1"
        assert threads.seen_digest(session, replace(here, uidvalidity=5)) is None
        many = [f"x{n}" for n in range(2000)]
        assert threads.read_before(session, [*many, "d1"]) == {"d1"}


def test_the_cursor_moves(store: Store) -> None:
    """One per folder; 32-bit numbers without a sign."""
    with store.transaction() as session:
        assert cursor.get_cursor(session, "INBOX") is None
        for at in (
            Cursor("INBOX", 4_294_967_295, 1),
            Cursor("INBOX", 4_294_967_295, 4_294_967_295),
        ):
            cursor.put_cursor(session, at)
            assert cursor.get_cursor(session, "INBOX") == at


def test_a_poison_mail_is_counted_and_set_aside(store: Store) -> None:
    """Three tries, then aside with its bytes; resolved, it may fail three times again."""
    mail = Quarantined("abcdef", b"\x00\xffraw", "INBOX", 7, "recursion", NOON)
    assert [_one_try(store) for _ in range(3)] == [1, 2, 3]
    with store.transaction() as session:
        assert quarantine.waiting_mails(session) == []
        assert quarantine.get_mail(session, "abc") is None
        quarantine.put_mail(session, mail)
        assert quarantine.waiting_mails(session) == [replace(mail, tries=3)]
        assert quarantine.get_mail(session, "abc") == replace(mail, tries=3)
        assert quarantine.get_mail(session, "a%") is None
        assert quarantine.resolve_mail(session, "abcdef", NOON + HOUR)
        assert not quarantine.resolve_mail(session, "abcdef", NOON + HOUR)
        assert quarantine.waiting_mails(session) == []
    assert _one_try(store) == 1


def _one_try(store: Store) -> int:
    with store.transaction() as session:
        return quarantine.count_try(session, "abcdef")


def test_a_token_is_good_once(store: Store) -> None:
    """Not twice, not late, not after it was revoked, not when it never was."""
    token = Token(tokens.token_digest("SECRET"), "accept", NOON, NOON + HOUR, "T-1-1", "h1", "p1")
    assert tokens.token_digest(" secret ") == token.hash
    with store.transaction() as session:
        tokens.issue_token(session, token)
        tokens.issue_token(session, replace(token, hash="b"))
        tokens.issue_token(session, replace(token, hash="c", handoff="h2"))
        assert tokens.get_token(session, token.hash) == token
        assert token.good(NOON)
        assert not token.good(NOON + HOUR)
        assert not tokens.use_token(session, token.hash, NOON + HOUR)
        assert tokens.use_token(session, token.hash, NOON)
        assert not tokens.use_token(session, token.hash, NOON)
        assert tokens.revoke_tokens(session, "h1", NOON) == 1
        assert not tokens.use_token(session, "b", NOON)
        assert tokens.use_token(session, "c", NOON)
        assert not tokens.use_token(session, "never", NOON)
        assert tokens.get_token(session, "zzz") is None
        texts = [tokens.get_token(session, text) for text in (token.hash, "b")]
    seen = [(bool(item.used_at), bool(item.revoked_at)) for item in texts if item]
    assert seen == [(True, False), (False, True)]


def test_verdicts_usage_and_the_judges_queue(store: Store) -> None:
    """Kept, summed, and waiting in order of their time."""
    day = date(2026, 11, 21)
    with store.transaction() as session:
        assert verdicts.get_answer(session, "k") is None
        verdicts.put_answer(session, VerdictText("k", '{"a":"ü"}', NOON, "T-1"))
        assert verdicts.get_answer(session, "k") == '{"a":"ü"}'
        assert verdicts.day_usage(session, day) == Usage()
        verdicts.add_usage(session, day, Usage(1, 900, 5_000))
        assert verdicts.add_usage(session, day, Usage(1, 100, 2_500)) == Usage(2, 1000, 7_500)
        assert verdicts.day_usage(session, day) == Usage(2, 1000, 7_500)
        verdicts.queue_thread(session, Waiting("T-2", NOON, 1, "busy"))
        verdicts.queue_thread(session, Waiting("T-1", NOON + HOUR, 1, "busy"))
        verdicts.queue_thread(session, Waiting("T-2", NOON, 2, "budget"))
        assert verdicts.count_queued(session) == 2
        assert verdicts.due_threads(session, NOON) == [Waiting("T-2", NOON, 2, "budget")]
        assert verdicts.waiting_thread(session, "T-1") == Waiting("T-1", NOON + HOUR, 1, "busy")
        assert verdicts.leave_queue(session, "T-2")
        assert not verdicts.leave_queue(session, "T-2")
        assert verdicts.waiting_thread(session, "T-2") is None


def test_books_and_notes(store: Store) -> None:
    """A book once; a note as often as one likes; a counter that only moves when told."""
    with store.transaction() as session:
        assert documents.put_book(session, "h", "text")
        assert not documents.put_book(session, "h", "other")
        assert documents.get_book(session, "h") == "text"
        assert documents.get_book(session, "x") is None
        assert state.get(session, "live", default=False) is False
        state.put(session, "live", {"since": "2026", "n": [1, None]})
        assert state.get(session, "live") == {"since": "2026", "n": [1, None]}
        assert state.once(session, "weekly:2026-W47")
        assert not state.once(session, "weekly:2026-W47")
        assert state.under(session, "weekly:") == {"weekly:2026-W47": True}
        assert state.drop(session, "live")
        assert not state.drop(session, "live")
        assert [state.bump(session, "sent"), state.bump(session, "sent", 4)] == [1, 5]
        assert (state.counted(session, "sent"), state.counted(session, "x")) == (5, 0)
