"""Other people's words made harmless."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from deskless.templates.safe import Bounds, bound_text, clean_text, clean_value, defang, one_line
from deskless.templates.values import Draft, Said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://evil.example/pay?x=1", "see https[:]//evil[.]example/pay?x=1"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("evil.example", "evil[.]example"),
        ("pay@evil.example", "pay@evil[.]example"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("mailto:x@y.example", "mailto[:]x@y[.]example"),
        ("tel:+49301234", "tel[:]+49301234"),
        ("ftp://h/x", "ftp[:]//h/x"),
        ("\\\\server\\share", "\\ \\server\\share"),
        ("bücher.example", "bücher[.]example"),
        ("evil\u3002example", "evil[.]example"),
        ("evil\uff0eexample", "evil[.]example"),
        ("http://127.0.0.1/", "http[:]//127[.]0[.]0[.]1/"),
        ("10.0.0.1", "10[.]0[.]0[.]1"),
        ("invoice.pdf and thread.txt", "invoice.pdf and thread.txt"),
        ("invoice.pdf.evil.example", "invoice[.]pdf[.]evil[.]example"),
        ("e.g. at 3.5 h, 1.000,50 EUR, 21.11.2026", "e.g. at 3.5 h, 1.000,50 EUR, 21.11.2026"),
        ("Note: the end. Next one", "Note: the end. Next one"),
        ("at 14:00 or 9:30", "at 14:00 or 9:30"),
    ],
)
def test_links_are_broken_and_plain_words_are_not(text: str, expected: str) -> None:
    """A mail client must find nothing to make a link of; dates, amounts and files stay readable."""
    assert defang(text) == expected


def test_hidden_characters_go() -> None:
    """Bidi, zero width, tags, controls, blank letters; line ends and real letters stay."""
    assert clean_text("a\u202eb\u200bc\U000e0041d\x00e\x1bf\u3164g\ufeffh\u00adi") == "abcdefghi"
    assert clean_text("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert clean_text("Grüße 日本 שלום 👍") == "Grüße 日本 שלום 👍"
    assert clean_text("Z" + "\u0335" * 50 + "!") == "Z" + "\u0335" * 3 + "!"


@given(st.text())
def test_cleaning_leaves_nothing_hidden_and_is_stable(text: str) -> None:
    """Cleaned once is cleaned; no category that hides is left."""
    once = clean_text(text)
    assert clean_text(once) == once
    hiding = {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert not [char for char in once if char != "\n" and unicodedata.category(char) in hiding]


@given(st.text(max_size=200), st.integers(min_value=2, max_value=100))
def test_a_bound_holds(text: str, limit: int) -> None:
    """Never longer than asked; untouched when short enough."""
    assert len(bound_text(text, limit)) <= limit
    assert len(text) > limit or bound_text(text, limit) == text


def test_a_value_is_harmless_in_every_field_but_the_plain_ones() -> None:
    """Quotes lose their links; a draft keeps every word, as it is what would be sent."""
    words = clean_value(Said(text="go to\nhttps://x.example now", who="x.example"))
    assert words.text == "go to https[:]//x[.]example now"
    assert words.who == "x[.]example"
    draft = Draft(to="jo@x.example", subject="s", text="Hello,\n\nsee https://status.acme.example")
    assert clean_value(draft) == draft
    many = tuple(Said(text=str(at)) for at in range(100))
    assert len(clean_value(many, Bounds(entries=5))) == 5


def test_one_line_is_one_line() -> None:
    """All white space is a single blank."""
    assert one_line(" a\n b\t\u2003c ") == "a b c"
