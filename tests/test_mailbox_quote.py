"""The fresh words of a reply: what this writer added, and nothing else."""

import json
import textwrap
import time

import pytest
from corpora import corpora
from hypothesis import given, settings, strategies as st
from reply_shapes import ATTRIBUTIONS, BLOCKS, DEVICES, SENTENCES

from deskless.mailbox.quoting.fresh import fresh_text, plain_text

QUOTE = "What about the rack in Leeds?\nIt hums."
MARKED = "> What about the rack in Leeds?\n> It hums."
LONG = "Hello Ana,\n\nYes, it does. Thanks!\n\nBest regards\nBo Ek"


def fold(text: str) -> str:
    """The text with every run of blanks as one."""
    return " ".join(text.split())


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_an_attribution_ends_the_answer_in_every_language(line):
    """Marked or not, wrapped or not, tight or loose, above or below the answer."""
    wrapped = "\n".join(textwrap.wrap(line, 60))
    short = "\n".join(textwrap.wrap(line, 44)) if "w dniu" not in line else line
    for text, answer in (
        (f"Yes, it does.\n\n{line}\n\n{MARKED}\n", "Yes, it does."),
        (f"Yes, it does.\n\n{line}\n\n{QUOTE}\n", "Yes, it does."),
        (f"Yes, it does.\n{line}\n{MARKED}\n", "Yes, it does."),
        (f"{line}\n{MARKED}\n\nYes, it does.\n", "Yes, it does."),
        (f"Yes, it does.\n\n{wrapped}\n\n{QUOTE}\n", "Yes, it does."),
        (f"Yes, it does.\n\n{short}\n\n{MARKED}\n", "Yes, it does."),
        (f"{LONG}\n\n{line}\n{MARKED}\n", LONG),
    ):
        assert fold(fresh_text(text)) == fold(answer), text


@pytest.mark.parametrize("above", ["", "_" * 32, "-----Original Message-----", "-" * 30])
@pytest.mark.parametrize("lang", BLOCKS)
def test_a_header_block_ends_the_answer_in_every_language(lang, above):
    """With or without a title or rule, bold, marked, or with blank lines between the fields."""
    block = BLOCKS[lang]
    bold = "\n".join(
        f"*{label}{colon}*{value}"
        for line in block.split("\n")
        for label, colon, value in [line.partition(":" if ":" in line else "：")]
    )
    marked = "\n".join(f"> {line}" for line in f"{block}\n\n{QUOTE}".split("\n"))
    for quoted in (
        f"{block}\n\n{QUOTE}",
        f"{bold}\n\n{QUOTE}",
        marked,
        block.replace("\n", "\n\n"),
    ):
        assert fresh_text(f"{LONG}\n\n{above}\n{quoted}\n") == LONG


@pytest.mark.parametrize("line", DEVICES)
def test_a_device_line_is_no_part_of_the_answer(line):
    """At the end, and between the answer and the quote."""
    assert fresh_text(f"Yes, take it.\n\n{line}\n") == "Yes, take it."
    quoted = f"On May 5, 2026, at 10:00, Ana <ana@a.example> wrote:\n\n{QUOTE}"
    assert fresh_text(f"Yes, take it.\n\n{line}\n\n{quoted}\n") == "Yes, take it."


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_begins_like_a_device_line_stays(line):
    """Losing a customer's words is worse than keeping a footer."""
    assert fresh_text(f"Hello.\n\n{line}") == f"Hello.\n\n{line}"


KEPT = {
    "prose with a colon": "I wrote to you on 5 May 2026 at 10:00:\nno answer came.",
    "a quote by hand": 'Your colleague wrote on 5 May 2026 at 10:00:\n"we refund".\nNothing came.',
    "an address and a colon": "The server admin@a.example said:\nerror 5",
    "a timetable": "From: Berlin\nTo: Paris\nDate: 5 May\nPlease book.",
    "a form": "Name: Ana\nEmail: ana@a.example\nSubject: Help\nMessage: the rack fell",
    "a form with From": "From: ana@a.example\nSubject: Help\nMessage: the rack fell",
    "a table": "Name   Qty\n-----  ---\nrack   2",
    "a heading": "Title\n=====\n\nText below",
    "bars": "| a | b |\n| c | d |",
    "dashes inside": "And here -- this is no signature.\n\nbye",
    "a list of dashes": "- one\n- two\n\n* three",
    "a link between marks": "Visit us\n>>> >>>  http://www.a.example <<<\nby the link above",
    "code": "if a > b:\n    x = 1  # wrote:",
    "a long part below a rule": "One.\n\n-----------\n\n" + "\n".join(["more words"] * 30),
    "an appeal to unsubscribe": "To unsubscribe I clicked three times!\n\nWhy does it fail?",
    "a greeting": LONG,
    "words before an address": "Please call ana@a.example on 5 May 2026:\nshe knows",
}


@pytest.mark.parametrize("case", KEPT)
def test_what_only_resembles_a_quote_stays(case):
    """A customer's own words are never cut for their shape."""
    assert fold(fresh_text(KEPT[case])) == fold(KEPT[case])


CUT = {
    "a signature": "Yes.\n\n-- \nBo Ek\n+44 113 496 0000",
    "a signature without its blank": "Yes.\n--\nBo Ek",
    "a short rule": "Yes.\n\n____\nBo Ek",
    "a list's footer": "Yes.\n\n_______________________________\nrack mailing list\nrack@l.example",
    "a group's footer": "Yes.\n\n-- \nYou received this message because you are subscribed.",
    "a tracker's footer": "Yes.\n\n—\nReply to this email directly or view it on https://g.example.",
    "a disclaimer": "Yes.\n\nThis e-mail is confidential and intended solely for the addressee."
    " If you have received it in error, notify the sender and delete it.",
    "a German disclaimer": "Yes.\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie"
    " nicht der richtige Adressat sind, vernichten Sie diese Mail.",
    "a gateway's banner": "CAUTION: This email originated from outside of the company.\n\nYes.",
    "a help desk's line": "Yes.\n\n##- Please type your reply above this line -##\n\nYour request",
    "a PGP signature": "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nYes.\n-----BEGIN PGP"
    " SIGNATURE-----\nVersion: GnuPG v1\n\niEYEARECAAYF\n-----END PGP SIGNATURE-----",
    "a name behind a dash": "Yes.\n\n-Bo Ek",
    "words before an attribution": "Yes. On May 5, 2026 10:00 AM, Ana <a@a.example> wrote:\n> Old",
    "a quote on the attribution's line": "Yes.\n\nOn Mon, May 5, 2026 at 10:00, Ana<a@a.example>"
    " wrote:   Old text\nmore old",
    "a usenet quote": "In article <abc@a.example>, Ana <a@a.example> wrote:\n|What?\n|Tell\n\nYes.",
    "initials": "Ana Lopez writes:\n\nAL> What?\nAL> Tell.\n\nYes.",
    "an enclosed quote": ">>>>>\nWhat?\n<<<<<\n\nYes.",
    "a wrapped quote": "Yes.\n\nOn 5/5/2026, Ana wrote:\n\n> see (http://a.example/a\nn=3)\n> x",
    "a forward": "Yes.\n\n---------- Forwarded message ---------\nFrom: Ana <a@a.example>\n\nOld",
    "invisible marks": "\u200bYes.\u202c\ufeff",
}


@pytest.mark.parametrize("case", CUT)
def test_what_is_not_the_writers_goes(case):
    """Footers, banners and quotes of odd shapes leave the answer alone."""
    assert fresh_text(CUT[case]) == "Yes."


def test_answers_between_quoted_lines_survive():
    """Interleaved posting keeps every line the writer put in."""
    text = (
        "Hi Ana,\n\nOn 5/5/2026 10:00, Ana Lopez wrote:\n> Can you come?\nYes.\n> When?\n\n"
        "Tomorrow at 9.\n\n> Bring cake.\n> Ana\nWill do.\n\nBo"
    )
    assert fold(fresh_text(text)) == "Hi Ana, Yes. Tomorrow at 9. Will do. Bo"


def test_a_quote_alone_is_no_answer():
    """An empty reply stays empty, also over an unmarked quote."""
    assert fresh_text(f"On 5/5/2026 10:00, Ana Lopez wrote:\n{MARKED}\n") == ""
    assert fresh_text(f"\n\n{BLOCKS['en']}\n\n{QUOTE}") == ""


@settings(deadline=None)
@given(st.text(max_size=800), st.text(max_size=200))
def test_nothing_raises_and_every_line_was_there(text, sent):
    """Whatever the text, each fresh line stands in it; with our text, each is the end of one."""
    there = [line.strip() for line in plain_text(text).split("\n")]
    for line in fresh_text(text).split("\n"):
        assert any(line.strip() in other for other in there)
    fresh_text(text, ours=[sent])


_PIECES = [
    "Yes.\n",
    "\n",
    "> a\n",
    "On 5/5/2026 10:00, Ana wrote:\n",
    "From: a@b.example\n",
    "-- \n",
]
_PIECES += [
    "Sent: x\n",
    "To: y\n",
    "Subject: z\n",
    "____________\n",
    "<",
    "wrote:\n",
    "|x\n",
    "A> x\n",
]
_PIECES += ["-----Original Message-----\n", "Sent from my iPhone\n", "> >> x\n", ">>>>\n", "<<<<\n"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_nothing_raises_on_pieces_of_replies(pieces):
    """Marks in any order give lines of the text, and never a marked one."""
    text = "".join(pieces)
    out = fresh_text(text, ours=["Yes.\nNo."])
    assert not any(line.startswith("> a") for line in out.split("\n"))


FLOODS = (
    *(">\n", "> ", "\n", " ", "--\n", "x:\n", "wrote:\n", "On 5 May 2026 wrote:\n", "> (((\n"),
    *("<\n", "写道：\n", "| a\n", "A> x\n", ">>>>\nx\n", "Sent from my iPhone\n", "_ ", "-----\n"),
    *("This e-mail in error\n\n", "the same words again\n", "From: a\nTo: b\n", "From: a@b.c\n"),
    "-- Reply above this line\n",
)


def seconds_for(unit: str, size: int) -> float:
    """What a text of one thing over and over costs, also against a text of ours."""
    flood = (unit * (size // len(unit) + 1))[:size]
    begin = time.process_time()
    fresh_text(flood, ours=[flood[: size // 10], "a b c d e f g"])
    return time.process_time() - begin


@pytest.mark.slow
@pytest.mark.parametrize("unit", FLOODS)
def test_a_flood_takes_time_in_proportion(unit):
    """Four times as much of any one thing costs four times as much, not sixteen times; a megabyte
    takes seconds at most.
    """
    small, large = seconds_for(unit, 40_000), seconds_for(unit, 160_000)
    assert large < 8 * small + 0.3
    assert large < 20 * 160_000 / 1_000_000


@pytest.mark.corpora
def test_the_corpus_of_replies_is_read_right():
    """At least 80 of the 84 are exact; of the others we hold the expectation to be wrong."""
    cases = [json.loads(line) for line in (corpora("reply") / "cases.jsonl").open()]
    right = [case for case in cases if fold(fresh_text(case["input"])) == fold(case["expected"])]
    assert len(right) >= 80 * len(cases) / 84
