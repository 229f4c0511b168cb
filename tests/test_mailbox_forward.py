"""A forward in two: the forwarder's note, and the mail inside with its own sender."""

import pytest
from corpora import corpora
from forward_shapes import APPLE, BODY, COVERS, OUTLOOK_2019, SENDERS, SUBJECT, shapes
from hypothesis import given, settings, strategies as st

from deskless.mailbox.message import Address
from deskless.mailbox.quoting.forward import find_forward


def fold(text: str) -> str:
    """The text with every run of blanks as one."""
    return " ".join(text.split())


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("lang", APPLE)
def test_every_client_and_language_gives_the_inner_mail_whatever_stands_above(lang, sender):
    """Sender, subject, date, recipient, body and note are right for every cover note."""
    wrong = []
    for client, subject, text in shapes(lang, sender):
        for cover in COVERS[:: 1 if lang in ("en", "de") else 3]:
            cut = find_forward(subject, f"{cover}\n\n{text}" if cover else text)
            if cut is None or cut.forwarded.sender is None:
                wrong.append((client, cover, cut))
                continue
            inner = cut.forwarded
            right = (
                (inner.sender.name, inner.sender.email) == SENDERS[sender]
                and inner.subject == SUBJECT
                and "May" in inner.date
                and "bo@shop.example" in inner.to
                and fold(inner.text) == fold(BODY)
                and fold(cut.cover).strip("_ ") == fold(cover).strip("_ ")
            )
            if not right:
                wrong.append((client, cover, cut))
    assert wrong == []


@pytest.mark.parametrize("lang", OUTLOOK_2019)
def test_an_attribution_line_heads_a_forward_when_the_subject_says_so(lang):
    """Outlook 2019 writes no block: name and address come from the attribution."""
    line = OUTLOOK_2019[lang].format("ida@cust.example")
    for cover in COVERS:
        cut = find_forward(
            f"FW: {SUBJECT}", f"{cover}\n\n{line}\n\n    " + BODY.replace("\n", "\n    ")
        )
        assert cut is not None
        assert cut.forwarded.sender == Address("ida@cust.example", "Ida Berg")
        assert fold(cut.forwarded.text) == fold(BODY)
        assert cut.forwarded.subject == SUBJECT
        assert fold(cut.cover).strip("_ ") == fold(cover).strip("_ ")


@pytest.mark.parametrize(
    "subject",
    [
        *("Fwd: x", "FW: x", "Fw: x", "WG: x", "TR: x", "RV: x", "I: x", "ENC: x", "PD: x"),
        *("VB: x", "VL: x", "Videresend: x", "İLT: x", "Redir.: x", "[EXT] Fwd: x", "转发: x"),
        *("転送: x", "fwd: Re: x", "Doorst: x", "Továbbítás: x", "x (fwd)", "[Fwd: x]"),
    ],
)
def test_a_subject_says_forwarded_in_many_languages(subject):
    """A block without a title counts under each of these subjects."""
    text = "From: Ida <ida@cust.example>\nSent: Monday\nTo: bo\nSubject: y\n\nHello"
    cut = find_forward(subject, text)
    assert cut is not None
    assert cut.forwarded.sender == Address("ida@cust.example", "Ida")


LOOKALIKES = {
    "a reply with Outlook's block": (
        "RE: Rack",
        "Done.\n\n________________________________\nFrom: Ida <ida@cust.example>\nSent: Monday\n"
        "To: Bo\nSubject: Rack\n\nHello",
    ),
    "a reply whose quote was a forward": (
        "Re: Fwd: Rack",
        "Done.\n\nOn 5 May 2026, Bo <bo@shop.example> wrote:\n> ------ Forwarded message ------\n"
        "> From: Ida <ida@cust.example>\n> Subject: Rack\n>\n> Hello",
    ),
    "a reply below a forward's title": (
        "AW: WG: Rack",
        "Ok.\n\n-------- Weitergeleitete Nachricht --------\nVon: Ida <ida@cust.example>\n"
        "Betreff: Rack\n\nHallo",
    ),
    "an answer in a thread without prefix": (
        "Rack",
        "Done.\n\nOn 5 May 2026 at 10:00, Ida <ida@cust.example> wrote:\n> Hello",
    ),
    "a block in a conversation": (
        "Rack",
        "Look what I got:\n\nFrom: Ida <ida@cust.example>\nSent: Monday\nTo: Bo\nSubject: x\n\nHi",
    ),
    "a Finnish answer": (
        "VS: Hylly",
        "Kiitos!\n\nLähettäjä: Ida <ida@cust.example>\nLähetetty: maanantai\n"
        "Vastaanottaja: Bo\nAihe: Hylly\n\nHei",
    ),
    "words about a forward": ("Fwd mail", "Please see the forwarded message: it is odd.\n\nIda"),
    "a plain mail": ("Hello", "From: Berlin\nTo: Paris\n\nPlease book."),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("case", LOOKALIKES)
def test_what_only_looks_like_a_forward_is_none(case):
    """Replies and words about forwards give nothing."""
    assert find_forward(*LOOKALIKES[case]) is None


def test_the_outermost_of_nested_forwards_wins():
    """A forward of a forward credits whom the first title names; the rest is body."""
    inner = "---------- Forwarded message ---------\nFrom: Zoe <zoe@far.example>\nSubject: a\n\nHi"
    text = f"see\n\n---------- Forwarded message ---------\nFrom: Ida <ida@cust.example>\n\n{inner}"
    cut = find_forward("Fwd: a", text)
    assert cut is not None
    assert cut.forwarded.sender == Address("ida@cust.example", "Ida")
    assert "zoe@far.example" in cut.forwarded.text


def test_a_danish_forward_shares_its_prefix_with_a_finnish_answer():
    """VS: over Danish labels is a forward."""
    cut = find_forward(
        "VS: Reol", "Fra: Ida <ida@cust.example>\nSendt: mandag\nTil: Bo\nEmne: Reol\n\nHej"
    )
    assert cut is not None
    assert cut.forwarded.text == "Hej"


def test_a_title_counts_under_an_edited_subject():
    """People rewrite the subject of a forward; its title still tells."""
    cut = find_forward(
        "Please help", "Mine?\n\nBegin forwarded message:\n\nFrom: Ida <i@c.example>\n\nHi"
    )
    assert cut is not None
    assert cut.cover == "Mine?"
    assert cut.forwarded.sender == Address("i@c.example", "Ida")


def test_a_title_without_a_block_names_nobody():
    """A bare title gives a body and no sender."""
    cut = find_forward("Fwd: x", "---------- Forwarded message ---------\n\nHello")
    assert cut is not None
    assert cut.forwarded.sender is None
    assert cut.forwarded.subject == "x"


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=600))
def test_nothing_raises(subject, text):
    """Any subject and text give a cut or None."""
    find_forward(subject, text)


_PIECES = ["From: a@b.example\n", "---- Forwarded message ----\n", "\n", "> ", "To: x\n", "On 5/5"]
_PIECES += ["/2026 Ida <i@c.example> wrote:\n", "Subject: y\n", "____________\n", "Sent: z\n", "<"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40), st.sampled_from(["Fwd: x", "", "Re: x"]))
def test_nothing_raises_on_pieces_of_forwards(pieces, subject):
    """Blocks and titles in any order give a cut or None."""
    find_forward(subject, "".join(pieces))


@pytest.mark.corpora
def test_the_corpus_of_forwards_is_read_right():
    """Under a title or a forwarding subject, sender and cover are those of the corpus."""
    folder = corpora("forwards")
    for path in sorted((folder / "embedded").iterdir()):
        embedded = path.read_text()
        before = (folder / "before" / path.name).read_text().strip()
        cut = find_forward("Fwd: x", f"{before}\n\n{embedded}")
        assert cut is not None, path.name
        assert fold(cut.cover) == fold(before.split("\nOn ")[0]), path.name
        assert cut.forwarded.sender is not None, path.name
