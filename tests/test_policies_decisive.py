"""What decides is found in the customer's own words, in four languages, and shown first."""

from datetime import UTC, datetime

import pytest

from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.reading.decisive import MOST, decisive_facts

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

DECIDES = [
    ("We lose 4,000 EUR an hour.", "by the hour"),
    ("Wir verlieren 900 € pro Stunde.", "by the hour"),
    ("Nous perdons 500 euros par heure.", "by the hour"),
    ("Perdemos 300 € por hora.", "by the hour"),
    ("The auditors come, we need it by Friday at noon.", "deadline"),
    ("Das muss bis Mittwoch laufen.", "deadline"),
    ("Il nous le faut avant jeudi.", "deadline"),
    ("Lo necesitamos antes del viernes.", "deadline"),
    ("I expect an answer within one month.", "term"),
    ("invoice 4411 was charged twice, 620 EUR each time", "money"),
    ("None of the tills in eleven shops starts.", "reach"),
    ("In allen vier Apotheken fehlt das.", "reach"),
    ("It has been dead since nine this morning.", "since"),
    ("We restarted the router and nothing changed.", "tried"),
    ("Nous avons déjà essayé un autre navigateur.", "tried"),
    ("This is the third time I write about it.", "again"),
    ("Das habe ich Ihnen bereits geschrieben.", "again"),
    ("abrimos la tienda el jueves", "date"),
]


def thread(*texts: str) -> Thread:
    """A customer's mails, one a text."""
    posts = tuple(
        Post(key=f"k{number}", side=Side.CUSTOMER, sender=None, at=NOW, subject="x", text=text)
        for number, text in enumerate(texts)
    )
    return Thread(ticket="ACME-1", subject="x", customer=None, posts=posts)


@pytest.mark.parametrize(("text", "kind"), DECIDES)
def test_a_sentence_that_decides_is_found_between_others(text: str, kind: str) -> None:
    """The words around it decide nothing."""
    [fact] = decisive_facts(thread(f"Good morning,\n\n{text}\n\nMany thanks for your help."))
    assert kind in fact.kinds
    assert fact.quote.text.rstrip(".") in text


def test_the_weightiest_comes_first_and_few_are_shown() -> None:
    """Money by the hour before a date; broken lines are one sentence; nothing twice."""
    text = (
        "We met on Tuesday. We lose 4,000 EUR\nan hour. We need it by Friday. "
        "We restarted it. It costs 20 EUR. It costs 30 EUR."
    )
    facts = decisive_facts(thread(text, "We lose 4,000 EUR an hour."))
    assert len(facts) == MOST
    assert facts[0].quote.text.replace("\n", " ") == "We lose 4,000 EUR an hour."
    assert "by Friday" in facts[1].quote.text


def test_a_secret_is_shown_to_nobody_and_thanks_decide_nothing() -> None:
    """Card numbers and passwords stay where they are."""
    assert decisive_facts(thread("My card 4111 1111 1111 1111 was charged 20 EUR.")) == ()
    assert decisive_facts(thread("Thank you for your help.")) == ()
