"""Quotes are the customer's own words; triage, told and notes are found by code."""

import pytest
from hypothesis import given, strategies as st
from policies_given import post, thread

from deskless.mailbox.thread import Side
from deskless.policies.book.knowledge import count_notes, note_passages, read_notes
from deskless.policies.evidence import find_quote, showable_line, showable_part, verify_quote
from deskless.policies.problems import Problems
from deskless.policies.reading.already_told import already_told
from deskless.policies.reading.triage import (
    IMPACT,
    SINCE,
    TRIED,
    WHAT,
    WHO,
    WORKAROUND,
    triage_questions,
    tried_steps,
)
from deskless.policies.sentences import sentence_around, split_sentences
from deskless.policies.verdict import Quote

TEXT = (
    "Hi,\nour “check-out” is\nbro\u00adken since 9:30.  ﬁnal warning — we don’t pay!\n"
    "Refund.\nSee https://x.example/a?b for more about all of it. No."
)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ('our "check-out" is broken since 9:30.', "our “check-out” is broken since 9:30."),
        ("OUR “CHECK-OUT” IS BROKEN", "our “check-out” is broken"),
        ("final warning - we don't pay", "ﬁnal warning — we don’t pay"),
        ("heck-out is broken", None),  # a mark is missing: not the customer's words
        ("ut” is broken since", "out” is broken since"),  # widened to the whole word
        ("broken", None),  # too short to prove anything
        ("for more about all of it", "for more about all of it"),
        ("See https://x.example/a?b for more", None),
        ("we do pay", None),
        ("", None),
    ],
)
def test_a_quote_counts_if_it_stands_there_normalised(words: str, shown: str | None) -> None:
    """Quotes, dashes, ligatures, soft hyphens, line wrapping, case; given back as written."""
    got = verify_quote(Quote("mail-0", words), (post(TEXT),))
    assert (got.text if got else None) == shown


def test_a_quote_below_a_long_dump_is_found() -> None:
    """People write above and below what they paste."""
    text = f"Hello, the log.\n{'200 OK, ' * 20_000}\nSince nine nobody can log in."
    for words in ("Hello, the log.", "Since nine nobody can log in."):
        where = find_quote(text, words)
        assert where is not None
        assert text[slice(*where)] == words


def test_a_whole_short_sentence_is_a_quote() -> None:
    """`No.` says it all."""
    got = verify_quote(Quote("mail-0", "No."), (post(TEXT),))
    assert got
    assert got.text == "No."


def test_a_quote_from_another_of_the_customers_mails_gets_its_right_key() -> None:
    """A model may mix up two mails."""
    posts = thread("Nothing here.", "The whole shop is down again.").posts
    got = verify_quote(Quote("mail-0", "The whole shop is down again."), posts)
    assert got
    assert (got.post, got.at) == ("mail-1", "2026-11-18T13:00:00Z")


@given(st.text(max_size=120), st.integers(0, 120), st.integers(0, 120))
def test_what_is_found_is_a_slice_that_reads_the_same(text: str, start: int, end: int) -> None:
    """Any slice of any text is found in it."""
    words = text[start:end]
    place = find_quote(text, words)
    if place:
        assert 0 <= place[0] < place[1] <= len(text)
        assert find_quote(text[place[0] : place[1]], words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay at www.evil.example now or never", "now or never"),
        ("write me@x.example, quickly", "quickly"),
        ("<b>We are losing orders</b> since Monday", "We are losing orders"),
        ("[all is well](javascript:alert)", "all is well"),
        ("**bold** words are here", "words are here"),
        ("server 10.0.0.1 is down today", "is down today"),
        ("a\x00bc\x1bdef", "def"),
        ("plain words, as they are", "plain words, as they are"),
        ("x " * 400, ("x " * 140).strip()),
    ],
)
def test_what_is_shown_has_no_link_no_markup_and_an_end(text: str, shown: str) -> None:
    """The longest stretch without."""
    assert showable_part(text) == shown


@given(st.text())
def test_free_text_of_a_model_becomes_one_short_line(text: str) -> None:
    """Whatever it was."""
    line = showable_line(text, 100)
    assert len(line) <= 100
    assert line == " ".join(line.split())
    assert "<" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Hi Ana,\n\nall good", ["Hi Ana,", "all good"]),
        ("Hallo Ana,\nseit gestern geht nichts.", ["Hallo Ana,", "seit gestern geht nichts."]),
        (
            "Order no. 5 of Dr. Berg, e.g. this. Next",
            ["Order no. 5 of Dr. Berg, e.g. this.", "Next"],
        ),
        ("The answer is no. We go.", ["The answer is no.", "We go."]),
        ("am 3. März kam nichts. Gar nichts.", ["am 3. März kam nichts.", "Gar nichts."]),
        ("wrapped\nat any word. Yes", ["wrapped\nat any word.", "Yes"]),
        ("List:\n- one\n- two", ["List:", "- one", "- two"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("costs 1.50 or v1.2.3. Ok", ["costs 1.50 or v1.2.3.", "Ok"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_sentences(text: str, sentences: list[str]) -> None:
    """Abbreviations, ordinals, wrapped lines, lists, greetings."""
    assert [sentence.text for sentence in split_sentences(text)] == sentences


@given(st.text(alphabet=st.sampled_from("ab. \n!?-,1no")))
def test_sentences_stand_in_order_and_leave_nothing_out(text: str) -> None:
    """Positions fit, and every visible character is in one of them."""
    sentences = list(split_sentences(text))
    assert all(text[item.start : item.end] == item.text for item in sentences)
    assert "".join("".join(item.text.split()) for item in sentences) == "".join(text.split())
    assert sentence_around(text, 0, len(text)).text.strip() == text.strip()


ENGLISH = (
    "Hi,\n\nour checkout has been down since 9:30 this morning. All our customers see error 503 on "
    "https://shop.example/x and we are losing orders. We already restarted the\nserver. For now we "
    "take orders by phone. Order no. 12345, Chrome 120."
)
GERMAN = (
    "Hallo,\nseit gestern stürzt die Kasse in allen drei Filialen ab. Wir haben schon neu "
    "gestartet. Das kostet uns Umsatz. Rechnungsnummer RE-2211. Ein Workaround ist nicht bekannt."
)
FRENCH = (
    "Bonjour, depuis ce matin le site ne fonctionne plus. Nous avons déjà essayé de redémarrer. "
    "Nous perdons du chiffre d'affaires. Deux magasins sont touchés. En attendant tout est à "
    "la main."
)
SPANISH = (
    "Hola, desde ayer no podemos facturar. Todos los usuarios ven un error. Hemos probado otro "
    "navegador. Mientras tanto lo hacemos a mano."
)


@pytest.mark.parametrize(
    ("text", "question", "part"),
    [
        (ENGLISH, WHAT, "checkout has been down"),
        (ENGLISH, SINCE, "since 9:30"),
        (ENGLISH, WHO, "All our customers"),
        (ENGLISH, IMPACT, "we are losing orders"),
        (ENGLISH, TRIED, "restarted the server"),
        (ENGLISH, WORKAROUND, "orders by phone"),
        (GERMAN, WHAT, "stürzt"),
        (GERMAN, SINCE, "seit gestern"),
        (GERMAN, WHO, "drei Filialen"),
        (GERMAN, IMPACT, "kostet uns Umsatz"),
        (GERMAN, TRIED, "neu gestartet"),
        (GERMAN, WORKAROUND, "Workaround"),
        (FRENCH, SINCE, "depuis ce matin"),
        (FRENCH, WHO, "Deux magasins"),
        (FRENCH, IMPACT, "chiffre d'affaires"),
        (FRENCH, TRIED, "essayé"),
        (FRENCH, WORKAROUND, "En attendant"),
        (SPANISH, WHAT, "no podemos"),
        (SPANISH, WHO, "Todos los usuarios"),
        (SPANISH, TRIED, "probado"),
        (SPANISH, WORKAROUND, "Mientras tanto"),
        ("How do I add a user?", WHAT, None),
        ("How do I add a user?", SINCE, None),
        ("Is there a workaround?", WORKAROUND, None),
        ("Nothing", IMPACT, None),
    ],
)
def test_the_six_questions_are_answered_by_the_customers_sentences(
    text: str, question: str, part: str | None
) -> None:
    """Or not at all: what is not said is NOT STATED."""
    answer = next(
        answered for answered in triage_questions(thread(text)) if answered.question == question
    )
    assert (part in answer.answer) if part and answer.answer else (answer.answer is part is None)


def test_the_teams_words_answer_nothing() -> None:
    """Only the customer knows."""
    talk = thread(post("It is down since Monday. We tried to restart.", Side.TEAM))
    assert all(question.answer is None for question in triage_questions(talk))
    assert not tried_steps(talk)
    assert not already_told(talk)


@pytest.mark.parametrize(
    "text",
    [
        "Order no. 12345 never came.",
        "Invoice RE-2211/5 is wrong.",
        "Bestellnummer: 4711-B",
        "Facture n° 2026-17 en double",
        "Mi pedido número 8812 no llegó.",
        "It says error 503.",
        "Fehlercode E-42 beim Start",
        "I use Firefox 131 on Windows 11.",
        "App version 4.2.1, iPhone 14",
        "Screenshot is attached.",
        "Anbei ein Foto.",
        "I bought it on 3 March in Lyon.",
        "Call me: phone +49 30 1234567",
    ],
)
def test_what_the_customer_told_us_is_kept_so_that_nobody_asks_again(text: str) -> None:
    """What a customer told already: numbers, errors, versions, pictures, dates, where to call."""
    assert [quote.text for quote in already_told(thread(text))] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "My order is late.",
        "My account password is Hunter22.",
        "Card 4111 1111 1111 1111 on account 12345",
        "IBAN DE89 3704 0044 0532 0130 00, invoice 12345",
        "Thank you!",
    ],
)
def test_what_tells_nothing_or_is_secret_is_not_kept(text: str) -> None:
    """Cards, accounts and passwords stay in the mail."""
    assert already_told(thread(text)) == ()


NOTE = """# Refunds
Above 500 euros ask Cleo. Refunds take five days.

## Chargeback
Tell the bank within seven days; send the signed order.

# Opening hours
Nine to six.
"""


def test_notes_are_found_by_what_the_customer_wrote() -> None:
    """The best passage first, cited by file and heading."""
    notes = count_notes(list(note_passages(NOTE, "money.md")))
    got = notes.bearing(thread("My bank opens a chargeback for the order, within days."))
    assert got[0].startswith("money.md#Chargeback: Tell the bank within seven days")
    assert not notes.bearing(thread("Where do I park?"))
    assert not count_notes([]).bearing(thread("anything at all"))


def test_notes_are_read_from_a_folder(tmp_path: object) -> None:
    """Sub-folders too; what is not text is told."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "deep").mkdir()
    (folder / "deep" / "money.md").write_text(NOTE)
    assert [passage.file for passage in read_notes(folder).passages] == ["deep/money.md"] * 3
    assert read_notes(folder / "nowhere").passages == ()
    (folder / "bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Problems, match=r"bad\.md"):
        read_notes(folder)
