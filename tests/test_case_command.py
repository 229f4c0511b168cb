"""Replies: what they ask, in four languages."""

from datetime import UTC, datetime

import pytest
from case_people import command, reply
from case_tables import replies

from deskless.agent.inbound.dialogue import knows_nothing
from deskless.agent.language.asked_about import About, asked_about
from deskless.agent.reply.grammar import Asked, Code, Unclear, Verb


@pytest.mark.parametrize(("verb", "text"), replies())
def test_a_reply_asks_what_its_writer_meant(verb: str, text: str) -> None:
    """Each line of the table, in four languages, has its verb and no doubt."""
    reading = command(text)
    assert (reading.verb, reading.doubts) == (Verb(verb), ())


@pytest.mark.parametrize(
    "greeting", ["Hi,", "Hallo Dana,", "Bonjour,", "Hola", "Hi Deskless", "Thanks!"]
)
@pytest.mark.parametrize("text", ["ACCEPT", "not mine – try Ana", "LATER until Monday 9am"])
def test_a_greeting_above_is_passed_over(greeting: str, text: str) -> None:
    """The first line that says something decides."""
    assert command(f"\n{greeting}\n\n{text}\n").verb == command(text).verb


def test_an_acceptance_carries_its_promise_and_its_next_step() -> None:
    """The lease needs next action and time, on one line or below it."""
    for text in (
        "ACCEPT, update by 16:00, next: call the customer",
        "ACCEPT next: call the customer, update by 16:00",
        "ACCEPT\nupdate by 16:00\nnext: call the customer",
        "Angenommen, Update bis 16 Uhr, nächster Schritt: call the customer",
        "J'accepte, mise à jour avant 16h, prochaine étape : call the customer",
        "Acepto, actualización antes de las 16, siguiente paso: call the customer",
    ):
        reading = command(text)
        assert reading.until == datetime(2026, 11, 20, 15, 0, tzinfo=UTC), text
        assert reading.next_action == "call the customer", text
        assert reading.doubts == ()


def test_what_was_not_said_in_the_commands_own_words_is_marked() -> None:
    """The receipt then says how it was read."""
    assert not command("ACCEPT").inferred
    assert not command("ja").inferred
    for text in ("acept", "On it", "👍", "ACCEPT, calling them", "need more logs", "try Ana"):
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
    reading = command(text)
    assert (reading.to, reading.doubts) == (key, ())


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
    """The code of a bounce drives what follows."""
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
    assert command("need: logs").note == "logs"
    assert command("BOUNCE\nwrong system\nsee wiki").note == "wrong system\nsee wiki"
    assert command("bounce to Ana, thanks").note == ""
    assert command("ACCEPT by 16:00, customer knows").note == "customer knows"
    assert command("ACCEPT because it is billing").note == "it is billing"
    assert command("close because done").note == "done"
    assert command("bounce to Ana she knows them").note == "she knows them"


def test_the_exact_words_carry_what_they_are_about() -> None:
    """A value, a name, a reason, a question; what nobody knows is no correction."""
    assert command("need from the customer: which till?").value == "customer"
    assert command("sev 2 because one shop").value == "SEV-2"
    assert command("sev 2 because one shop").note == "one shop"
    assert command("type security").value == "security"
    assert command("customer Corner Cafe.").value == "Corner Cafe"
    assert command("not refund dispute").value == "refund-dispute"
    assert command("OFFER Ana because she knows").to == "ana"
    assert command("OFFER Ana because she knows").note == "she knows"
    assert command("OFFER Xaver").doubts
    assert command("split from ACME-1043-1").subject_id == "ACME-1043-1"
    assert command("split 1043").subject_id == "1043"
    for text in ("not sure", "customer satisfaction", "SEV-2, a bad one", "is it SEV-2?"):
        assert isinstance(reply(text), Unclear), text


def test_who_knows_nothing_says_so() -> None:
    """In four languages, in few words; who tells more has told something."""
    for text in ("no idea, I am only on the phones", "Keine Ahnung", "je ne sais pas", "ni idea"):
        assert knows_nothing(text), text
    assert not knows_nothing("Firefox 145")
    assert not knows_nothing("no idea why, but " + "she wrote that the export fails " * 5)


def test_a_question_is_told_by_its_stems() -> None:
    """What is asked first is answered first; nothing known is asked about nothing."""
    assert asked_about("Wer ist das?")[0] is About.US
    assert asked_about("What did I promise them?")[0] is About.PROMISE
    assert asked_about("purple") == ()


def test_a_request_has_its_reason_and_what_was_tried() -> None:
    """Reason and tried: labelled in any language, on one line or many."""
    text = "ESCALATE\nReason: threatens to leave,\nand means it\nTried: reset"
    assert dict(command(text).fields) == {
        "reason": "threatens to leave,\nand means it",
        "tried": "reset",
    }
    assert dict(command("eskalieren. Grund: droht. Versucht: Neustart").fields) == {
        "reason": "droht",
        "tried": "Neustart",
    }


def test_a_bare_yes_means_what_was_asked() -> None:
    """ "Was this you? Reply YES" is answered with the words that accept a brief."""
    assert command("yes", Asked(yes=Verb.YES)).verb is Verb.YES
    assert command("Ja, danke", Asked(yes=Verb.YES)).verb is Verb.YES
    assert command("accept", Asked(yes=Verb.YES)).verb is Verb.ACCEPT
    assert isinstance(reply("yes", Asked(yes=None)), Unclear)


def test_one_writers_own_name_is_a_signature() -> None:
    """ "ACCEPT – Dana" by Dana names no other owner."""
    reading = command("ACCEPT – Dana", Asked(writer="dana"))
    assert (reading.doubts, reading.to, reading.next_action) == ((), None, "")


@pytest.mark.parametrize(
    "end",
    ["", "Thanks\nDana", "-- \nDana Winter\nACME", "Best regards,\nDana\n+49 30 1234", "Dana"],
)
def test_the_end_of_a_mail_is_no_edit(end: str) -> None:
    """SEND with only a signature below approves the text as it stands."""
    assert command(f"SEND\n\n{end}").doubts == ()


@pytest.mark.parametrize(
    "end",
    [
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Best, Dana",
        "-- \nDana\nNo. 1 in support",
        "This mail is confidential. If you are not the intended recipient, delete it.",
        "Thanks!\nDana\nNot an offer unless signed.",
    ],
)
def test_what_companies_and_phones_add_takes_no_yes_back(end: str) -> None:
    """Signatures and disclaimers below an ok, with their nots and ifs."""
    assert command(f"ok\n\n{end}").doubts == ()


@pytest.mark.parametrize(
    "text", ["Thanks for waiting, we found it", "Best you restart it", "Dana\nhello\nthere"]
)
def test_an_edit_is_no_signature(text: str) -> None:
    """SEND approves only the text that was shown."""
    assert command(f"SEND\n\n{text}").doubts


def test_digest_answers_take_several_items() -> None:
    """RIGHT and WRONG, over many lines."""
    reading = command("RIGHT 1, 2\nWRONG 3 not angry\nthanks")
    assert reading.fields == (("right", "1"), ("right", "2"), ("wrong", "3"))
    assert (reading.verb, reading.subject_id, reading.note) == (Verb.RIGHT, "1", "not angry")


def test_subjects_are_kept_as_written() -> None:
    """Keys keep their capitals, policies their hyphens, codes are upper case."""
    assert command("close ACME-1042-1").subject_id == "ACME-1042-1"
    assert command("status #1042").subject_id == "1042"
    assert command("LIVE refund_over-500").subject_id == "refund_over-500"
    assert command("code: k7q-f2m").subject_id == "K7QF2M"


def test_an_unclear_reply_says_why_and_offers_buttons() -> None:
    """At most three."""
    assert reply("I can't accept") == Unclear(
        "I can't accept", "It may be a yes or a no.", (Verb.ACCEPT, Verb.BOUNCE)
    )
    result = reply("close or reopen or undo or send or accept?")
    assert isinstance(result, Unclear)
    assert len(result.guesses) == 3
    assert "question" in result.why
    two = reply("undo close")
    assert isinstance(two, Unclear)
    assert "more than one" in two.why
    friendly = reply("Sounds good")
    assert isinstance(friendly, Unclear)
    assert friendly.guesses == (Verb.ACCEPT,)


def test_a_heading_is_read_as_its_words() -> None:
    """Markdown in front of a command is none of it."""
    assert command("# ACCEPT").verb is Verb.ACCEPT
