"""What we sent ourselves, found again in answers: not a line of it is ever read as an answer."""

import textwrap

import pytest

from deskless.mailbox.quoting.fresh import MARKER, fresh_text

BRIEF = f"""{MARKER}

Hello Ana,

ACME-1042-1 needs an owner: "Rack fell over" from Ida Berg (Gold, renews 3 Jun).

Situation
- Customer waits since Monday 4 May 2026, 09:12 (CEST).
- NOT STATED: serial number

Take it, or say why not, by 16:00 today. Reply with one word:

ACCEPT update by 16:00
BOUNCE wrong owner: <who is right>

If you do not answer, it goes to Bo Ek at 16:00.

---
Deskless, for Acme. Answer with HELP to see everything a reply can say.
"""
HEAD = "From: Deskless <d@a.example>\nSent: Tuesday, May 5, 2026\nTo: Ana\nSubject: ACME-1042-1"
SAID = "On Tue, May 5, 2026 at 10:00 AM Deskless <d@a.example> wrote:"


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _wrapped(text: str, width: int) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, width)) for line in text.split("\n"))


QUOTED = {
    "marked": f"{SAID}\n\n{_marked(BRIEF)}",
    "rewrapped and marked": f"{SAID}\n\n{_marked(_wrapped(BRIEF, 40))}",
    "marked and rewrapped": f"{SAID}\n\n{_wrapped(_marked(BRIEF), 50)}",
    "bare": f"{SAID}\n\n{BRIEF}",
    "under a block": f"{HEAD}\n\n{BRIEF}",
    "rewrapped under a block": f"{'_' * 32}\n{HEAD}\n\n{_wrapped(BRIEF, 70)}",
    "indented": textwrap.indent(BRIEF, "    "),
    "alone": BRIEF,
    "alone and rewrapped": _wrapped(BRIEF, 33),
    "decorated": f"{HEAD}\n\n{BRIEF.replace('- ', '  *   ').replace('Situation', '*Situation*')}",
    "without the marker": f"{SAID}\n\n{BRIEF.partition(MARKER)[2]}",
    "CRLF": f"{SAID}\n\n{BRIEF}".replace("\n", "\r\n"),
    "hard blanks": f"{SAID}\n\n{BRIEF}".replace(" ", "\xa0"),
}


@pytest.mark.parametrize(
    "answer", ["ACCEPT", "ACCEPT update by 16:00", "", "No.\n\nAsk Bo, please."]
)
@pytest.mark.parametrize("way", QUOTED)
def test_not_one_line_of_ours_is_left_and_no_answer_is_lost(way, answer):
    """Above or below what we sent, the answer is all there is, even in words that we suggest."""
    assert fresh_text(f"{answer}\n\n{QUOTED[way]}", ours=[BRIEF]) == answer
    if answer:
        assert fresh_text(f"{QUOTED[way]}\n\n{answer}", ours=[BRIEF]) == answer


@pytest.mark.parametrize("way", ["marked", "bare", "under a block", "alone", "indented"])
def test_an_answer_inside_our_text_survives(way):
    """Whatever stands between our lines is the writer's."""
    head, line, tail = QUOTED[way].partition("serial number\n")
    assert fresh_text(f"{head}{line}\nIt is SN-778.\n\n{tail}", ours=[BRIEF]) == "It is SN-778."


def test_everything_in_one_line_goes_too():
    """A client that lost all line ends still leaks nothing."""
    assert fresh_text(f"ACCEPT\n\n{SAID} {' '.join(BRIEF.split())}", ours=[BRIEF]) == "ACCEPT"


def test_the_marker_cuts_without_our_text():
    """Below the marker nothing unmarked is believed when we do not know the text."""
    assert fresh_text(f"ACCEPT\n\n{MARKER}\n\nBOUNCE") == "ACCEPT"
    assert fresh_text(f"> {MARKER}\n> Hello\n\nACCEPT") == "ACCEPT"


def test_an_old_answer_below_is_not_read_again():
    """Under our newest text, the conversation before it stays quoted."""
    done = f"{MARKER}\n\nYou own ACME-1042-1 now. Reply UNDO to give it back.\n"
    old = (
        f"From: Ana <a@a.example>\nSent: Tuesday\nTo: Deskless\nSubject: x\n\nBOUNCE\n\n{HEAD}\n\n"
    )
    assert fresh_text(f"thanks\n\n{HEAD}\n\n{done}\n\n{old}{BRIEF}", ours=[BRIEF, done]) == "thanks"


def test_a_rule_of_the_writers_own_stays():
    """A line without a word is ours only beside a line of ours."""
    words = "ACCEPT\n\n* * *\n\nIt is urgent."
    assert fresh_text(f"{words}\n\n{HEAD}\n\n{BRIEF}", ours=[BRIEF]) == words


SHOWN = """ACME-1042-1: Rack fell over
Can you take this one, Ana?
I'll take it   Not mine   Later
A button opens a mail with one word in it; send it as it is, or add a line.
What is blocked   Ida Berg cannot sell since Monday.
Who moves next    You, until 16:00 today. After that: Bo Ek.
Answer with HELP to see everything a reply can say.
"""
HTML_QUOTES = {
    "marked": f"{SAID}\n\n{_marked(SHOWN)}",
    "a few lines of it": f"{SAID}\n\n{_marked(''.join(SHOWN.splitlines(keepends=True)[3:5]))}",
    "deeper marks": f"{SAID}\n\n{_marked(textwrap.indent(SHOWN, '   '))}",
    "indented, as Rmail does": textwrap.indent(SHOWN, "   "),
    "bare": f"{SAID}\n\n{SHOWN}",
}


@pytest.mark.parametrize("answer", ["ACCEPT update by 16:00", "BOUNCE wrong owner: Bo Ek"])
@pytest.mark.parametrize("way", HTML_QUOTES)
def test_an_answer_below_our_html_part_may_use_words_of_our_text(way: str, answer: str) -> None:
    """Another reading of the letter holds the very words; this one, that is quoted, does not."""
    text = f"{HTML_QUOTES[way]}\n\n{answer}"
    assert fresh_text(text, ours=[(BRIEF, SHOWN)]) == answer
    assert fresh_text(f"{answer}\n\n{HTML_QUOTES[way]}", ours=[(BRIEF, SHOWN)]) == answer


@pytest.mark.parametrize("way", ["marked", "rewrapped and marked"])
def test_words_of_ours_typed_in_the_middle_of_what_is_marked_are_an_answer(way: str) -> None:
    """Straight behind the line that they follow in our text, too."""
    head, line, tail = QUOTED[way].partition("> ACCEPT update")
    answer = "ACCEPT update by 16:00"
    assert fresh_text(f"{head}\n{answer}\n\n{line}{tail}", ours=[BRIEF]) == answer
