"""HTML to text, what of it is hidden, and which part is quoted."""

import time

import pytest
from hypothesis import given, settings, strategies as st
from reply_pages import ANSWER, PAGES

from deskless.mailbox.quoting.fresh import fresh_text
from deskless.mailbox.quoting.html import hidden_text, mark_quotes, to_text


def fold(text: str) -> str:
    """The text with every run of blanks as one."""
    return " ".join(text.split())


@pytest.mark.parametrize("program", PAGES)
def test_an_answer_is_cut_by_the_structure_of_its_program(program):
    """Only the writer's words are left of an HTML answer."""
    assert fold(fresh_text("", html=PAGES[program])) == ANSWER


@pytest.mark.parametrize("program", PAGES)
def test_the_whole_text_keeps_the_answer_and_the_quote(program):
    """Nothing that can be seen is lost from the whole text."""
    text = to_text(PAGES[program])
    assert "My answer" in text
    assert "Old" in text


def test_the_structure_is_believed_before_the_text_beside_it():
    """A text part that marks nothing is cut by what its HTML twin marks."""
    page = '<div>Yes</div><div id="appendonsend"></div><div id="divRplyFwdMsg">From: A</div>Old'
    assert fresh_text("Yes\n\nFrom: A\n\nOld", html=page) == "Yes"


def test_lines_stay_lines():
    """Blocks, breaks, lists and preformatted text keep their line ends."""
    page = "<p>One</p>Two<br>Three<ul><li>four</li></ul><pre>a\n  b</pre>"
    lines = [line.strip(" •") for line in to_text(page).splitlines() if line.strip()]
    assert lines == ["One", "Two", "Three", "four", "a", "b"]


HIDDEN = {
    "display": '<p style="display:none">secret</p>',
    "display with blanks": '<p style="color:red; Display : None !important">secret</p>',
    "visibility": '<span style="visibility:hidden">secret</span>',
    "opacity": '<div style="opacity:0">secret</div>',
    "no size": '<span style="font-size:0">secret</span>',
    "one pixel": '<span style="font-size: 1px;">secret</span>',
    "far left": '<div style="position:absolute; left:-9999px">secret</div>',
    "indent": '<div style="text-indent:-5000px">secret</div>',
    "white on white": '<p style="color:#FFFFFF">secret</p>',
    "white in words": '<font color="white">secret</font>',
    "same as ground": '<td style="background:#abcdef"><b style="color:#ABCDEF">secret</b></td>',
    "attribute": "<div hidden>secret</div>",
    "Outlook": '<p style="mso-hide:all">secret</p>',
    "no height": '<div style="max-height:0; overflow:hidden">secret</div>',
    "style sheet": "<style>.x, .y {color:red; display:none}</style><p class=y>secret</p>",
    "nested": '<div style="display:none"><p>se<b>cr</b>et</p></div>',
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_a_reader_cannot_see_is_hidden_and_no_text(way):
    """Hidden words are told apart and stand in no text that is acted on."""
    page = f"<html><body><table><tr>{HIDDEN[way]}</tr></table><p>Seen</p></body></html>"
    assert fold(hidden_text(page)) == "secret"
    assert "secret" not in to_text(page)
    assert fold(to_text(page)) == "Seen"


SEEN = {
    "white on dark": '<div style="background:#003366"><b style="color:#fff">Seen</b></div>',
    "white on a coloured cell": '<table bgcolor="#036"><tr><td><font color=white>Seen</table>',
    "layout cell": '<td style="font-size:0"><span style="font-size:14px">Seen</span></td>',
    "small em": '<p style="font-size:1.2em">Seen</p>',
    "less than one em": '<p style="font-size:.8em">Seen</p>',
    "half seen": '<p style="opacity:0.5">Seen</p>',
    "a line of other colour": '<p style="border-color:#fff">Seen</p>',
}


@pytest.mark.parametrize("way", SEEN)
def test_what_a_reader_can_see_is_kept(way):
    """Design that only resembles hiding hides nothing."""
    assert hidden_text(SEEN[way]) == ""
    assert fold(to_text(SEEN[way])) == "Seen"


def test_a_page_without_quotes_has_no_structure_to_go_by():
    """Then the rules for text decide."""
    assert mark_quotes("<p>Hello</p>") is None


@pytest.mark.parametrize(
    "page", ["", "<", "\x00", "<p", "</div></div>", "<!--", "<blockquote>" * 9]
)
def test_broken_html_gives_text_or_nothing(page):
    """Whatever is handed in, three strings come back."""
    assert isinstance(to_text(page) + hidden_text(page) + (mark_quotes(page) or ""), str)


_BITS = [
    "<div>",
    "</div>",
    "<blockquote type=cite>",
    "</blockquote>",
    "Hi ",
    "<br>",
    "&lt;",
    "\ue0f0",
]
_BITS += [
    "<div class=gmail_quote>",
    "<p style='display:none'>",
    "</p>",
    "<hr id=zwchr>",
    "<td>",
    "&",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_BITS), max_size=30))
def test_no_page_raises(bits):
    """Any order of tags gives text."""
    page = "".join(bits)
    to_text(page)
    hidden_text(page)
    fresh_text("", html=page)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "x",
        "<blockquote type=cite>" * 20_000 + "x",
        "<p style='display:none'>" * 20_000 + "x",
        "<div class=gmail_quote><blockquote>" * 20_000,
        "<p style='color:white'>x</p>" * 20_000,
        "<" * 1_000_000,
        "<style>" + ".a{display:none}" * 50_000 + "</style><p class=a>x",
    ],
    ids=["deep", "quotes", "hidden", "gmail", "white", "broken", "sheet"],
)
def test_hostile_pages_take_seconds_at_most(page):
    """Depth and number of elements cost time in proportion, not more."""
    begin = time.process_time()
    to_text(page)
    hidden_text(page)
    mark_quotes(page)
    assert time.process_time() - begin < 20
