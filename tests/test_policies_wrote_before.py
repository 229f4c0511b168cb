"""How often customers say that they wrote before: their sentence, and only a number of theirs."""

from datetime import UTC, datetime

import pytest

from deskless.agent.language.say_date import say_date
from deskless.mailbox.message import Address
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.languages import LANGUAGES
from deskless.policies.reading.triage import IMPACT, TRIED, triage_questions, tried_steps
from deskless.policies.reading.wrote_before import wrote_before

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def thread(text: str) -> Thread:
    """One mail of a customer."""
    sender = Address("Vera", "vera@northwind.example")
    post = Post(key="m1", at=NOON, side=Side.CUSTOMER, sender=sender, subject="Bill", text=text)
    return Thread("ACME-1042", "Bill", sender, (post,))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("I wrote to you about it on the 9th and again on the 16th and heard nothing.", 2),
        ("This is now the third time I write about the same printer.", 2),
        ("Ich habe Ihnen am 9. und am 16. November schon geschrieben.", 2),
        ("Das ist meine dritte Nachricht dazu.", 2),
        ("Je vous ai déjà écrit le 9 novembre.", 1),
        ("Les he escrito ya varias veces.", None),
        ("We have already called twice.", None),
    ],
)
def test_what_they_say_is_counted_by_their_own_words(text: str, times: int | None) -> None:
    """Dates or an ordinal make a number; else there is only the sentence."""
    told = wrote_before(thread(f"Hello,\n\n{text}\n\nVera"))
    assert told is not None
    assert told.quote.text in text
    assert told.times == times


@pytest.mark.parametrize(
    "text",
    ["I was charged twice for October.", "Please ring me on the 9th.", "We open on the 9th."],
)
def test_who_says_nothing_of_it_has_written_once(text: str) -> None:
    """No other number or date is taken for it."""
    assert wrote_before(thread(text)) is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (IMPACT, "At the moment we lose about 400 EUR an hour."),
        (IMPACT, "Das sind 300 € pro Stunde."),
        (IMPACT, "Cela fait 300 euros par heure."),
        (IMPACT, "Son 200 euros al día."),
        (TRIED, "New login I have done already."),
        (TRIED, "Neu anmelden haben wir schon gemacht."),
    ],
)
def test_cost_and_what_was_tried_are_read_with_their_sentence(question: str, text: str) -> None:
    """Never NOT STATED beside the customer's own words."""
    answers = {answer.question: answer for answer in triage_questions(thread(text))}
    assert answers[question].answer == text
    assert answers[question].quote is not None
    assert bool(tried_steps(thread(text))) is (question == TRIED)


def test_a_date_for_a_customer_is_in_their_language() -> None:
    """Each language has a form of its own; a zone that is not known to be theirs is named."""
    at = datetime(2026, 11, 28, 11, 42, tzinfo=UTC)
    dates = {language: say_date(at, UTC, language, theirs=True) for language in LANGUAGES}
    assert dates == {
        "en": "Saturday 28 November, 11:42",
        "de": "Samstag, 28. November, 11:42 Uhr",
        "fr": "samedi 28 novembre à 11:42",
        "es": "sábado 28 de noviembre a las 11:42",
    }
    assert say_date(at, UTC, "de") == "Samstag, 28. November, 11:42 Uhr (UTC)"
