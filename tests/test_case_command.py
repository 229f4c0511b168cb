"""Replies: what they ask, and above all what they do not."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from case_prose import TEXTS
from case_replies import REPLIES
from hypothesis import given
from hypothesis import strategies as st

from deskless.agent.case.command import (
    Asked,
    Code,
    Command,
    Proposal,
    Unclear,
    Verb,
    confirm_model,
    read,
)
from deskless.agent.case.lexicon_all import speech
from deskless.policies.hours import Hours, parse
from deskless.policies.matrix import Matrix, Person

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)
"""A Friday, 10:14 in Berlin."""

HOURS: Hours = parse("Mon-Fri 09:00-18:00", BERLIN)


def person(key: str, name: str, role: str, tier: int = 2) -> Person:
    return Person(key, name, (f"{key}@acme.example",), tier, role, HOURS)


TEAM = Matrix(
    (
        person("dana", "Dana Winter", "billing lead", 1),
        person("ana", "Ana López", "engineer"),
        person("sam", "Sam Fox", "support lead"),
        person("samuel", "Sam Green", "legal"),
        person("maya", "Maya Stern", "founder", 3),
    )
)


def reply(text: str, asked: Asked | None = None) -> Command | Unclear:
    return read(text, people=TEAM, now=NOW, zone=BERLIN, asked=asked or Asked())


def command(text: str, asked: Asked | None = None) -> Command:
    found = reply(text, asked)
    assert isinstance(found, Command), f"{text!r}: {found}"
    return found


TABLE = [
    (verb, line.strip())
    for verb, lines in REPLIES.items()
    for line in lines.strip().splitlines()
    if line.strip()
]


@pytest.mark.parametrize(("verb", "text"), TABLE)
def test_a_reply_asks_what_its_writer_meant(verb: str, text: str) -> None:
    """Each line of the table, in four languages, has its verb and no doubt."""
    found = command(text)
    assert (found.verb, found.doubts) == (Verb(verb), ())


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_command_moves_nothing(text: str) -> None:
    """Prose, machines and half a yes are unclear, or carry a doubt; none of them acts."""
    found = reply(text)
    assert isinstance(found, Unclear) or found.doubts, found


def test_the_tables_are_large_enough() -> None:
    """150 replies and 80 texts that are none, at least."""
    assert len(TABLE) >= 150
    assert len(TEXTS) >= 80


@pytest.mark.parametrize(
    "greeting", ["Hi,", "Hallo Dana,", "Bonjour,", "Hola", "Hi Deskless", "Thanks!"]
)
@pytest.mark.parametrize("text", ["ACCEPT", "not mine – try Ana", "LATER until Monday 9am"])
def test_a_greeting_above_is_passed_over(greeting: str, text: str) -> None:
    """The first line that says something decides."""
    assert command(f"\n{greeting}\n\n{text}\n").verb == command(text).verb


def test_an_acceptance_carries_its_promise_and_its_next_step() -> None:
    """B1: the lease needs both, on one line or below it."""
    for text in (
        "ACCEPT, update by 16:00, next: call the customer",
        "ACCEPT next: call the customer, update by 16:00",
        "ACCEPT\nupdate by 16:00\nnext: call the customer",
        "Angenommen, Update bis 16 Uhr, nächster Schritt: call the customer",
        "J'accepte, mise à jour avant 16h, prochaine étape : call the customer",
        "Acepto, actualización antes de las 16, siguiente paso: call the customer",
    ):
        found = command(text)
        assert found.until == datetime(2026, 11, 20, 15, 0, tzinfo=UTC), text
        assert found.next_action == "call the customer", text
        assert found.doubts == ()


def test_what_was_not_said_in_the_commands_own_words_is_marked() -> None:
    """The receipt then says how it was read."""
    assert not command("ACCEPT").inferred
    assert not command("ja").inferred
    for text in ("acept", "On it", "👍", "ACCEPT, calling them", "need: logs", "try Ana"):
        assert command(text).inferred, text
    assert command("acept").line == "acept"


NAMES = [
    ("bounce to Ana", "ana"),
    ("bounce to ana lopez", "ana"),
    ("bounce to Ana López because", "ana"),
    ("bounce to López", "ana"),
    ("bounce to ana@acme.example", "ana"),
    ("bounce to the engineer", "ana"),
    ("bounce to legal", "samuel"),
    ("bounce to the legal team", "samuel"),
    ("bounce to Sam Fox", "sam"),
    ("bounce to Mayq", "maya"),
    ("ACCEPT for Ana by Monday noon", "ana"),
    ("ACCEPT update by Monday noon for Ana", "ana"),
    ("accept, owner: Ana", "ana"),
]


@pytest.mark.parametrize(("text", "key"), NAMES)
def test_a_name_is_found_among_the_team(text: str, key: str) -> None:
    """By id, address, first, last or whole name, role, and one slip of the finger."""
    found = command(text)
    assert (found.to, found.doubts) == (key, ())


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


CODES = [
    ("bounce", None),
    ("no", None),
    ("wrong team", Code.WRONG_OWNER),
    ("bounce to Ana", Code.WRONG_OWNER),
    ("bounce: wrong person", Code.WRONG_OWNER),
    ("bounce, need more info", Code.MISSING_INFORMATION),
    ("Nein, es fehlen Infos", Code.MISSING_INFORMATION),
    ("bounce should not be escalated", Code.NOT_AN_ESCALATION),
    ("bounce duplicate of ACME-1041-1", Code.DUPLICATE),
]


@pytest.mark.parametrize(("text", "code"), CODES)
def test_a_bounce_has_its_code(text: str, code: Code | None) -> None:
    """B2: the code drives what follows."""
    assert command(text).code is code


def test_a_duplicate_names_the_other_case() -> None:
    """Also as `#1041`."""
    assert command("duplicate of ACME-1041-1").subject_id == "ACME-1041-1"
    assert command("dup: #1041").subject_id == "1041"


def test_notes_stay_as_they_were_written() -> None:
    """Accents, capitals and stars of a note are the writer's."""
    assert command("bounce because *Müller* knows – ask him").note == "*Müller* knows – ask him"
    assert command("NOTE Ça va?\n\n  Zeile 2").note == "Ça va?\nZeile 2"
    assert command("not mine, ÄRGERLICH").note == "ÄRGERLICH"
    assert command("not mine, to be honest").note == "to be honest"
    assert command("need: logs").note == "need: logs"
    assert command("BOUNCE\nwrong system\nsee wiki").note == "wrong system\nsee wiki"
    assert command("bounce to Ana, thanks").note == ""
    assert command("ACCEPT by 16:00, customer knows").note == "customer knows"
    assert command("ACCEPT because it is billing").note == "it is billing"
    assert command("close because done").note == "done"
    assert command("bounce to Ana she knows them").note == "she knows them"


def test_a_request_has_its_reason_and_what_was_tried() -> None:
    """R38: labelled in any language, on one line or many."""
    text = "ESCALATE\nReason: threatens to leave,\nand means it\nTried: reset"
    assert dict(command(text).fields) == {
        "reason": "threatens to leave,\nand means it",
        "tried": "reset",
    }
    assert dict(command("eskalieren. Grund: droht. Versucht: Neustart").fields) == {
        "reason": "droht",
        "tried": "Neustart",
    }


def test_prose_is_an_answer_only_where_the_mail_said_so() -> None:
    """The afternoon ask takes any text as progress; commands stay commands."""
    asked = Asked(prose=Verb.PROGRESS)
    found = command("We found the cause.\nblocker: review", asked)
    assert (found.verb, found.inferred) == (Verb.PROGRESS, True)
    assert found.note == "We found the cause.\nblocker: review"
    assert found.fields == (("blocker", "review"),)
    assert command("RESOLVED", asked).verb is Verb.RESOLVED
    assert isinstance(reply("We found the cause."), Unclear)


def test_a_bare_yes_means_what_was_asked() -> None:
    """ "Was this you? Reply YES" is answered with the words that accept a brief."""
    assert command("yes", Asked(yes=Verb.YES)).verb is Verb.YES
    assert command("Ja, danke", Asked(yes=Verb.YES)).verb is Verb.YES
    assert command("accept", Asked(yes=Verb.YES)).verb is Verb.ACCEPT
    assert isinstance(reply("yes", Asked(yes=None)), Unclear)


def test_one_writers_own_name_is_a_signature() -> None:
    """ "ACCEPT – Dana" by Dana names no other owner."""
    found = command("ACCEPT – Dana", Asked(writer="dana"))
    assert (found.doubts, found.to, found.next_action) == ((), None, "")


@pytest.mark.parametrize(
    "end",
    ["", "Thanks\nDana", "-- \nDana Winter\nACME", "Best regards,\nDana\n+49 30 1234", "Dana"],
)
def test_the_end_of_a_mail_is_no_edit(end: str) -> None:
    """SEND with only a signature below approves the text as it stands."""
    assert command(f"SEND\n\n{end}").doubts == ()


def test_digest_answers_take_several_items() -> None:
    """RIGHT and WRONG, over many lines."""
    found = command("RIGHT 1, 2\nWRONG 3 not angry\nthanks")
    assert found.fields == (("right", "1"), ("right", "2"), ("wrong", "3"))
    assert (found.verb, found.subject_id, found.note) == (Verb.RIGHT, "1", "not angry")


def test_subjects_are_kept_as_written() -> None:
    """Keys keep their capitals, policies their hyphens, codes are upper case."""
    assert command("close ACME-1042-1").subject_id == "ACME-1042-1"
    assert command("status #1042").subject_id == "1042"
    assert command("LIVE refund_over-500").subject_id == "refund_over-500"
    assert command("code: k7q-f2m").subject_id == "K7QF2M"


def test_nothing_to_read_is_unclear() -> None:
    """Empty, only quoted, only thanks."""
    for text in ("", "\n \n", "> ACCEPT", "Thanks!", "Hi Dana,"):
        found = reply(text)
        assert isinstance(found, Unclear)
        assert found.line == ""


def test_an_unclear_reply_says_why_and_offers_buttons() -> None:
    """At most three."""
    assert reply("I can't accept") == Unclear(
        "I can't accept", "It may be a yes or a no.", (Verb.ACCEPT, Verb.BOUNCE)
    )
    found = reply("close or reopen or undo or send or accept?")
    assert isinstance(found, Unclear)
    assert len(found.guesses) == 3
    assert "question" in found.why
    two = reply("undo close")
    assert isinstance(two, Unclear)
    assert "more than one" in two.why
    friendly = reply("Sounds good")
    assert isinstance(friendly, Unclear)
    assert friendly.guesses == (Verb.ACCEPT,)


def test_a_model_only_proposes() -> None:
    """Its verb becomes a button if the words it quotes stand in the mail; nothing acts."""
    text = "Hi,\n\nfeel free to put this one\non my plate"
    found = confirm_model(Proposal("accept", "put this one on my plate"), text)
    assert found.guesses == (Verb.ACCEPT,)
    assert "ACCEPT" in found.why
    for bad in (Proposal("accept", "I accept"), Proposal("pay", "my plate"), Proposal("undo", "")):
        assert confirm_model(bad, text).guesses == ()
    assert confirm_model(Proposal("accept", "x"), "").line == ""


WORDS = sorted(
    {
        word
        for text in TEXTS
        for word in re.findall(r"[\w']+", text)
        if not re.search(
            r"(?i)accep|accet|acep|angenommen|akzep|^(?:mine|take|taking|ok|yes|y|ja|oui|si|vale|mach|mache"
            r"|claro|sure|got|on|can|nehme|takes|encargo|prends|übernehme|will|i'll|handle)$",
            word,
        )
    }
)


@given(st.lists(st.sampled_from([*WORDS, ",", ".", "-", "by 16:00", "next:", "\n"]), max_size=9))
def test_no_yes_without_a_word_for_it(parts: list[str]) -> None:
    """Whatever else is written, an acceptance needs a word that accepts."""
    found = reply(" ".join(parts))
    assert isinstance(found, Unclear) or found.verb is not Verb.ACCEPT


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


@given(st.sampled_from(YESES), st.sampled_from(NOES), st.booleans())
def test_a_negation_beside_a_yes_never_accepts(yes: str, no: str, front: bool) -> None:
    """Before or behind it."""
    found = reply(f"{no} {yes}" if front else f"{yes} {no}")
    assert isinstance(found, Unclear) or found.doubts or found.verb is not Verb.ACCEPT


@given(st.text(max_size=300) | st.lists(st.sampled_from([t for _, t in TABLE])).map("\n".join))
def test_reading_never_raises(text: str) -> None:
    """Whatever a mail holds."""
    found = reply(text)
    assert isinstance(found, Command | Unclear)


@given(st.text(alphabet="ACEPTacept but,.:;-0123 \n👍ü\u200b", max_size=60))
def test_reading_near_a_command_never_raises(text: str) -> None:
    """Near misses, invisible characters and signs."""
    reply(text)


def test_a_huge_line_is_prose_at_once() -> None:
    """A megabyte in one line is looked at only at its start."""
    assert isinstance(reply("accept and " * 100_000), Unclear)
    assert isinstance(reply("by next: for " * 20_000), Unclear)


def test_every_pattern_is_folded_as_lines_are() -> None:
    """A capital or an accent in a lexicon would never match."""
    words = speech()
    for pattern in (words.yes, words.filler, *words.plain.values(), *words.polite.values()):
        bare = re.sub(r"\\.|\(\?.", "", pattern.pattern)
        assert bare == bare.casefold()
        assert bare.isascii()
