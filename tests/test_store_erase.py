"""Forgetting a person: gone from every table and from the file's bytes, and the ledger verifies."""

from datetime import timedelta
from pathlib import Path

import pytest
from stores import AT_NOON, NOON, entry, letter

from deskless.store import (
    cases,
    documents,
    erase,
    outbox,
    people,
    quarantine,
    threads,
    verdicts,
)
from deskless.store.engine.database import Store
from deskless.store.ledger import audit, entries, head
from deskless.store.ledger.head import Key
from deskless.store.quarantine import Quarantined
from deskless.store.verdicts import VerdictText

pytest_plugins = ["store_fixtures", "postgres"]

ANN, JOANN = "ann@customer.example", "joann@customer.example"
HER_WORDS = "my grandmother's parrot broke the invoice page"
DAY = timedelta(days=1)


def fill(store: Store, key: Key) -> bytes:
    """Ann's conversation T-1, Joann's T-2 in which Ann's address is mentioned, T-3 of neither."""
    with store.transaction() as session:
        for number, address in enumerate((ANN, JOANN, "zoe@else.example"), start=1):
            ticket = f"T-{number}"
            introduced = people.Introduction(NOON, called=f"Customer {number}")
            who = people.customer_id(session, address, introduced)
            threads.start_thread(session, ticket, NOON, who)
            words = {"from": address, "text": HER_WORDS if number == 1 else f"words {number}"}
            if number == 2:
                words["text"] += f" like {ANN.upper()} said"
            post = threads.PostInfo(ticket, f"d{number}", NOON, "human", "customer", private=words)
            threads.add_post(session, post)
            documents.keep_mail(session, f"d{number}", ticket, str(words).encode())
            entries.append_entries(session, [
                entry("seen", ticket=ticket, private=words),
                entry("opened", ticket=ticket, case=f"{ticket}-1", private={"q": words["text"]}),
                entry("plain", ticket=ticket),
            ])  # fmt: skip
            cases.put_case(session, cases.CaseRow(f"{ticket}-1", ticket, 1, "open", private=words))
            verdicts.put_answer(
                session, VerdictText(f"k{number}", f'{{"q":"{words["text"]}"}}', NOON, ticket)
            )
            outbox.put_letter(session, letter(str(number), case=f"{ticket}-1", ticket=ticket,
                                       raw=words["text"].encode(), text=words["text"]))  # fmt: skip
        outbox.put_letter(
            session, letter("weekly", text="T-1 waits; T-12 is done", raw=b"weekly one")
        )
        outbox.put_letter(
            session, letter("other", text="T-12 and X-T-1-9 are done", raw=b"weekly two")
        )
        raw = f"From: {ANN}\n\n{HER_WORDS}".encode()
        quarantine.put_mail(session, Quarantined("q1", raw, "INBOX", 1, "boom", NOON))
        quarantine.put_mail(
            session, Quarantined("q2", b"From: " + JOANN.encode(), "INBOX", 2, "boom", NOON)
        )
        return head.publish_head(session, key, NOON)


def forget(store: Store, address: str = ANN) -> erase.Erased:
    """Erase, with the entry that says so."""
    with store.transaction() as session:
        done = erase.erase_address(session, address, NOON + DAY)
        entries.append_entries(session, [done.entry(NOON + DAY, "cli", "cli")])
    store.scrub()
    return done


def test_a_dry_run_counts_what_the_real_run_does(store: Store, key: Key) -> None:
    """The same report, and nothing has changed."""
    fill(store, key)
    with store.transaction() as session:
        dry = erase.erase_address(session, ANN, NOON, dry_run=True)
        assert people.known_id(session, ANN, "c") == "c1"
        assert cases.get_case(session, "T-1-1").private is not None  # type: ignore[union-attr]
        assert len(threads.posts_of(session, "T-1")[0].private or {}) == 2
    assert forget(store) == dry
    assert dry.counts == {
        "entries": 5,
        "letters": 3,
        "quarantined": 1,
        "post": 2,
        "paper": 2,
        "case_shelf": 2,
        "verdict": 2,
    }


def test_nothing_of_her_is_left_and_others_keep_their_words(store: Store, key: Key) -> None:
    """Her conversation is empty; where others named her, only her address is blacked out."""
    fill(store, key)
    done = forget(store)
    assert (done.people, done.tickets) == (("c1",), ("T-1",))
    assert done.cases == ("T-1-1", "T-2-1")
    with store.reading() as session:
        fields = {each.seq: each.private for each in entries.read_entries(session)}
        assert [seq for seq, private in fields.items() if private is not None] == [
            5, 9, 10, 11,
        ]  # fmt: skip
        assert threads.posts_of(session, "T-1")[0].private is None
        assert threads.posts_of(session, "T-2")[0].private == {
            "from": JOANN,
            "text": "words 2 like [erased] said",
        }
        assert documents.mails_of(session, "T-1") == []
        assert b"[erased]" in documents.mails_of(session, "T-2")[0]
        assert people.shown_names(session, ["c1", "c2"]) == {
            "c1": "c1",
            "c2": f"Customer 2 <{JOANN}>",
        }
        assert verdicts.get_answer(session, "k1") is None
        assert verdicts.get_answer(session, "k2") is not None
        assert [aside.raw for aside in quarantine.waiting_mails(session)] == [
            b"",
            b"From: " + JOANN.encode(),
        ]
        texts = {n: outbox.by_message_id(session, f"<{n}@acme.example>") for n in
                 ("1", "2", "3", "weekly", "other")}  # fmt: skip
    gone = {n for n, each in texts.items() if each and each.raw == b""}
    assert gone == {"1", "2", "weekly"}
    assert {each.state for n, each in texts.items() if each and n in gone} == {"failed"}


def test_the_ledger_still_verifies_and_the_old_mail_still_witnesses(store: Store, key: Key) -> None:
    """Root, witness and commitments of what is left; what is gone is accounted for."""
    note = fill(store, key)
    done = forget(store)
    assert done.seqs == ((1, 3), (6, 7))
    with store.reading() as session:
        report = audit.audit_ledger(session, key=key.vkey(), witnesses=[note])
    assert report.ok, report.problems
    assert report.covered == 12


def test_erasing_without_saying_so_is_found(acme: Store, key: Key) -> None:
    """The entry is not optional."""
    fill(acme, key)
    with acme.transaction() as session:
        erase.erase_address(session, ANN, NOON)
    with acme.reading() as session:
        report = audit.audit_ledger(session, key=key.vkey())
    assert [problem.seq for problem in report.problems] == [1, 6]


def test_her_words_are_gone_from_the_files_bytes(acme: Store, key: Key) -> None:
    """Neither words nor address in the database, its log or its index; others' words stand."""
    for _ in range(1):
        fill(acme, key)
    with acme.transaction() as session:
        many = [entry(ticket="T-1", private={"q": f"{HER_WORDS} {n}"}) for n in range(2000)]
        mixed = [entry(ticket="T-3", private={"q": f"kept {n}"}) for n in range(2000)]
        entries.append_entries(
            session, [each for both in zip(many, mixed, strict=True) for each in both]
        )
    forget(acme)
    assert acme.path is not None
    files = sorted(Path(acme.path.parent).iterdir())
    bytes_of = {path.name: path.read_bytes().lower() for path in files}
    assert any(b"kept 1999" in content for content in bytes_of.values())
    for name, content in bytes_of.items():
        assert b"parrot" not in content, name
        assert ANN.encode() not in content.replace(b"joann@", b"").lower(), name


def test_an_unknown_address_erases_what_names_it(acme: Store, key: Key) -> None:
    """Somebody without an id of their own; and nobody at all."""
    fill(acme, key)
    with acme.transaction() as session:
        nobody = erase.erase_address(session, "nobody@x.example", NOON, dry_run=True)
        assert not any(nobody.counts.values())
        recipient = erase.erase_address(session, "bo@acme.example", NOON, dry_run=True)
    assert recipient.counts["letters"] == 5


def test_every_linked_address_goes_with_the_person(acme: Store, key: Key) -> None:
    """Known by one, erased under all; an address beyond ASCII too."""
    fill(acme, key)
    with acme.transaction() as session:
        people.link_address(session, "c3", "zoë@else.example", AT_NOON)
        entries.append_entries(session, [entry(private={"cc": "zoë@else.example"})])
        done = erase.erase_address(session, "zoe@else.example", NOON)
        assert people.linked_addresses(session, "c3") == []
    assert done.seqs == ((9, 11), (13, 14))


def test_words_expire_by_age(store: Store, key: Key) -> None:
    """Everything before a day; what is still on the list or still owed keeps its words."""
    fill(store, key)
    with store.transaction() as session:
        cases.put_case(
            session, cases.CaseRow("T-3-1", "T-3", 1, "open", rank=1, private={"a": "b"})
        )
        entries.append_entries(session, [entry(at=NOON + 9 * DAY, private={"q": "new"})])
        (first, *_) = outbox.of_case(session, "T-1-1")
        outbox.mark_sent(session, first, NOON)
    with store.transaction() as session:
        dry = erase.expire_words(session, NOON + DAY, dry_run=True)
        done = erase.expire_words(session, NOON + DAY)
        assert dry == done
        entries.append_entries(session, [done.entry(NOON + 9 * DAY, "clock", "clock")])
    assert done.seqs == ((2, 3), (6, 7))
    assert done.counts["letters"] == 1
    with store.reading() as session:
        assert audit.audit_ledger(session, key=key.vkey()).ok
        kept_entries = [each.seq for each in entries.read_entries(session) if each.private]
        assert kept_entries == [1, 5, 9, 10, 11, 13]
        assert threads.posts_of(session, "T-3")[0].private is not None
        assert threads.posts_of(session, "T-1")[0].private is None
        assert cases.get_case(session, "T-3-1").private == {"a": "b"}  # type: ignore[union-attr]
        assert verdicts.get_answer(session, "k1") is None


@pytest.mark.parametrize(("text", "hit"), [
    ("mail ann@customer.example.", True),
    ("<ANN@customer.example>", True),
    ("x;ann@customer.example,y", True),
    ("joann@customer.example", False),
    ("mary.ann@customer.example", False),
    ("ann@customer.example.org", False),
    ("ann@customer.example-group.org", False),
])  # fmt: skip
def test_only_the_whole_address_is_her(acme: Store, text: str, hit: bool) -> None:
    """A part of a longer one is somebody else."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry(private={"q": text})])
        assert erase.erase_address(session, ANN, NOON, dry_run=True).counts["entries"] == int(hit)


def test_a_conversation_merged_away_is_erased_where_it_went(store: Store, key: Key) -> None:
    """Her posts lie under another ticket now."""
    fill(store, key)
    with store.transaction() as session:
        threads.merge_threads(session, keep="T-3", gone="T-1")
        done = erase.erase_address(session, ANN, NOON)
        assert done.tickets == ("T-1", "T-3")
        assert {each.private is None for each in threads.posts_of(session, "T-3")} == {True}
        assert documents.mails_of(session, "T-3") == []
