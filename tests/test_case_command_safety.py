"""Replies that must move nothing: no yes is ever found where none was said."""

import re

import pytest
from case_people import command, reply
from case_tables import prose, replies
from hypothesis import given, settings, strategies as st

from deskless.agent.language.fold import fold_text
from deskless.agent.language.lexicon import speech
from deskless.agent.reply.grammar import Command, Unclear, Verb

TABLE = replies()
TEXTS = prose()


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_command_moves_nothing(text: str) -> None:
    """Prose, machines and half a yes are unclear, or carry a doubt; none of them acts."""
    result = reply(text)
    assert isinstance(result, Unclear) or result.doubts, result


def test_the_tables_are_large_enough() -> None:
    """150 replies and 80 texts that are none, at least."""
    assert len(TABLE) >= 150
    assert len(TEXTS) >= 80


DOUBTS = [
    ("bounce to Sam", "may be Sam Fox (support lead) or Sam Green (legal)"),
    ("ACCEPT for Sam", "may be"),
    ("bounce to Xaver", "nobody on the team"),
    ("BOUNCE @xaver", "nobody on the team"),
    ("bounce to Ana, to Maya", "two different people"),
    ("accept owner: Xaver", "could not take"),
    ("ACCEPT for", "nothing stands behind"),
    ("ACCEPT by 5 banana", "could not take"),
    ("ACCEPT update by yesterday", "has passed"),
    ("ACCEPT update by 24.3.2027", "more than 60 days"),
    ("ACCEPT update by 11/12", "may be a day and a month"),
    ("ACCEPT by 15:00 until 16:00", "two different times"),
    ("ACCEPT next: no wait", "second answer"),
    ("ACCEPT next: bounce it to Maya", "second answer"),
    ("ACCEPT\nbut only if Ana helps", "“but”"),
    ("ACCEPT\n\nActually no, give it to Ana", "“actually”"),
    ("ACCEPT\n\nBOUNCE", "asks for something else"),
    ("ACCEPT\n\nsorry, not mine", "asks for something else"),
    ("BOUNCE\n\nI'll take it", "asks for something else"),
    ("Ok.\n\nI think Ana should take this though", "may say something else"),
    ("ok\n\nlater", "may say something else"),
    ("yes\n\nnot my area", "may say something else"),
    ("LATER until blah", "could not take"),
    ("not before the moon is full", "could not take"),
    ("not mine but I'll take it", "two things at once"),
    ("no, I'll take it", "two things at once"),
    ("no accept", "two things at once"),
    ("SEND\n\nDear customer, we changed a word", "text below SEND"),
    ("done, but not tested", "not done at once"),
    ("CLOSE, if they agree", "not done at once"),
    ("RIGHT 1\nWRONG 1", "both right and wrong"),
    ("ACCEPT – Ana", "or is that your name"),
]


@pytest.mark.parametrize(("text", "doubt"), DOUBTS)
def test_a_doubt_is_told(text: str, doubt: str) -> None:
    """A command with a doubt changes nothing, and the doubt is a sentence to ask back with."""
    assert doubt in " ".join(command(text).doubts)


def test_nothing_to_read_is_unclear() -> None:
    """Empty, only quoted, only thanks."""
    for text in ("", "\n \n", "> ACCEPT", "Thanks!", "Hi Dana,"):
        result = reply(text)
        assert isinstance(result, Unclear)
        assert result.line == ""


YES = (
    speech().yes.pattern
    + speech().plain[Verb.ACCEPT].pattern
    + speech().polite[Verb.ACCEPT].pattern
)
ACCEPTING = set(re.findall(r"[a-z]+", YES)) | {"accept", "u"}
WORDS = sorted(
    {
        word
        for text in TEXTS
        for word in re.findall(r"[\w']+", text)
        if not any(part in ACCEPTING for part in re.findall(r"[a-z]+", fold_text(word)))
        and not re.search(r"accep|acep|angenommen|akzept|bernehm", fold_text(word))
    }
)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*WORDS, ",", ".", "-", "by 16:00", "next:", "\n"]), max_size=9))
def test_no_yes_without_a_word_for_it(parts: list[str]) -> None:
    """Whatever else is written, an acceptance needs a word that accepts."""
    result = reply(" ".join(parts))
    assert isinstance(result, Unclear) or result.verb is not Verb.ACCEPT


YESES = [text for verb, text in TABLE if verb == "accept" and " by " not in text]
NOES = [
    "not",
    "don't",
    "can't",
    "never",
    "nicht",
    "kein",
    "ne pas",
    "jamais",
    "nunca",
    "unless",
    "if",
]


@settings(deadline=None)
@given(st.sampled_from(YESES), st.sampled_from(NOES), st.booleans())
def test_a_negation_beside_a_yes_never_accepts(yes: str, no: str, front: bool) -> None:
    """Before or behind it."""
    result = reply(f"{no} {yes}" if front else f"{yes} {no}")
    assert isinstance(result, Unclear) or result.doubts or result.verb is not Verb.ACCEPT


@settings(deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from([t for _, t in TABLE])).map("\n".join))
def test_reading_never_raises(text: str) -> None:
    """Whatever a mail holds."""
    result = reply(text)
    assert isinstance(result, Command | Unclear)


@settings(deadline=None)
@given(st.text(alphabet="ACEPTacept but,.:;-0123 \n👍ü\u200b", max_size=60))
def test_reading_near_a_command_never_raises(text: str) -> None:
    """Near misses, invisible characters and signs."""
    reply(text)


def test_a_huge_mail_costs_no_more_than_a_long_one() -> None:
    """Megabytes are looked at only at their start, and a note still keeps them."""
    assert isinstance(reply("accept and " * 100_000), Unclear)
    assert isinstance(reply(("by next: for update ok, " * 90 + "\n") * 2000), Unclear)
    long = "the customer wrote again " * 100
    assert command("NOTE " + long * 10).note == (long * 10).strip()
    assert command("ACCEPT\n\n" + f"{long}\n" * 300).note.count("wrote") == 30_000


def test_every_pattern_is_folded_as_lines_are() -> None:
    """A capital or an accent in a lexicon would never match."""
    words = speech()
    for pattern in (words.yes, words.filler, *words.plain.values(), *words.polite.values()):
        bare = re.sub(r"\\.|\(\?.", "", pattern.pattern)
        assert bare == bare.casefold()
        assert bare.isascii()
