"""Which language somebody writes: told by a model on disk, or said to be unknown."""

import socket

import pytest
from hypothesis import given, strategies as st

from deskless.policies.languages import LANGUAGES
from deskless.policies.reading import language as reading
from deskless.policies.reading.language import LONGEST, SURE, languages, text_language
from deskless.policies.rules.words import post_sentences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The till is down since this morning.", "en"),
        ("Nobody can log in.", "en"),
        ("Still no answer!", "en"),
        ("THE INVOICE IS WRONG", "en"),
        ("Guten Tag, die Rechnung ist falsch", "de"),
        ("Niemand kann sich anmelden.", "de"),
        ("NICHTS GEHT MEHR, BITTE SOFORT HELFEN", "de"),
        ("Koennen Sie das bitte pruefen?", "de"),
        ("Bonjour, la facture est fausse", "fr"),
        ("Personne ne peut se connecter.", "fr"),
        ("Toujours aucune reponse de votre part", "fr"),
        ("Hola, la factura no es correcta", "es"),
        ("Nadie puede entrar en el sistema.", "es"),
        ("Buongiorno, la fattura non è corretta", "it"),
        ("Goedendag, de factuur is niet juist", "nl"),
        ("Bom dia, a fatura não está correta", "pt"),
        ("Dzień dobry, faktura jest błędna", "pl"),
        ("Hej, fakturan är fel", "sv"),
    ],
)
def test_a_short_mail_tells_its_language(text: str, code: str) -> None:
    """Whatever it is in; capitals and a keyboard without accents do not matter."""
    assert text_language(text, default="unknown") == code


@pytest.mark.parametrize("text", ["", "   \n", "12345", "😀😀", "\0\0", "\udcff"])
def test_what_nobody_can_tell_is_the_default(text: str) -> None:
    """No score of a half, no language."""
    assert text_language(text) == "en"
    assert text_language(text, default="de") == "de"
    assert languages(text) == ()


def test_a_mail_of_two_languages_has_both() -> None:
    """So that the phrases of both are looked for; a language that is not ours is not among them."""
    mixed = "Hi team, our shop is down again. Seit heute Morgen geht bei uns gar nichts mehr."
    assert set(languages(mixed, least=0.0)) <= set(LANGUAGES)
    assert "de" in languages(mixed, least=0.0)
    assert languages("Buongiorno, la fattura non è corretta") == ()


def test_a_single_sentence_must_be_surer_than_a_mail() -> None:
    """A greeting of one word is left to the mail around it."""
    (greeting, rest) = post_sentences(
        "Moin. Seit heute Morgen druckt die Kasse keine Bons mehr.", 0
    )
    assert (greeting.languages, rest.languages) == ((), ("de",))
    assert languages("Seit heute Morgen druckt die Kasse keine Bons mehr.", SURE) == ("de",)


def test_more_than_the_head_of_a_mail_is_read() -> None:
    """Eighty characters of an English product name do not make a German mail English."""
    name = "Acme Customer Support Center Business Premium Edition for Windows (Service Pack 2): "
    german = "Seit dem letzten Update lässt sich das Programm bei uns nicht mehr starten, und "
    german += "keiner meiner Kollegen kommt noch an seine Daten. Bitte melden Sie sich bald."
    assert text_language(name + german) == "de"
    assert text_language(german * 14 + " the" * LONGEST) == "de"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model lies in the package: a machine without a network judges the same."""

    def refused(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    reading._reader.cache_clear()
    assert text_language("Die Rechnung ist leider falsch.") == "de"


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    """Two letters, whatever stands in it, lone surrogates included."""
    assert 2 <= len(text_language(text)) <= 3
    assert set(languages(text)) <= set(LANGUAGES)
