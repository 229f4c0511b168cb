"""`SEND:` and words of one's own: how they are read, and what they do to a case."""

from datetime import timedelta

import pytest
from cases import BERLIN, NOW, TEAM, accepted, act, case_of, offered, setting

from deskless.agent.case import event as ev
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import OWN_WORDS, Case
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Why
from deskless.agent.case.on_mail import on_reached, on_team
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.verbs import Asked, Command, Unclear, Verb, own_words
from deskless.agent.reply.grammar import read_reply

HOUR = timedelta(hours=1)
OWNED = case_of(offered(), accepted())
LETTER = "Dear Vera,\n\nthe second charge is refunded as of today."
TEXT = "ab" * 32


def read(fresh: str) -> Command | Unclear:
    """What Ana's words ask."""
    return read_reply(fresh, people=TEAM, now=NOW, zone=BERLIN, asked=Asked(writer="ana"))


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        (f"SEND: {LETTER}", LETTER),
        (f"Hi,\n\nsend:\n{LETTER}\n", LETTER),
        ("Senden: Guten Tag, das Geld ist heute bei Ihnen.", "Guten Tag, das Geld ist heute bei "
         "Ihnen."),
        ("ENVOYER: Bonjour, le montant est remboursé ce jour.", "Bonjour, le montant est remboursé "
         "ce jour."),
        ("Enviar: Buenos días, el importe está devuelto hoy.", "Buenos días, el importe está "
         "devuelto hoy."),
        (f"SEND: {LETTER}\n\nBest regards,\nAna\nBilling", f"{LETTER}\n\nBest regards,\nAna\n"
         "Billing"),
    ],
)  # fmt: skip
def test_all_that_stands_behind_the_colon_is_the_letter(fresh: str, words: str) -> None:
    """To its last line, with its own greeting and end, and no doubt about it."""
    command = read(fresh)
    assert isinstance(command, Command)
    assert (command.verb, own_words(command), command.doubts) == (Verb.SEND, words, ())


@pytest.mark.parametrize(
    ("fresh", "doubt"),
    [
        ("SEND: yes", "very short"),
        ("SEND: " + "well " * 3000, "too long"),
        ("SEND: but tell her that it is fifteen o'clock", "meant for me"),
        ("SEND: actually the customer should hear it from Ben", "meant for me"),
        (f"SEND: {LETTER}\n> she asked why\nIt was our mistake.", "Quoted lines"),
        (f"SEND: {LETTER}\nAm Montag schrieb Vera Lind:\nIch warte.", "looks quoted"),
        (f"SEND: {LETTER}\n-----Original Message-----", "looks quoted"),
        (f"SEND: {LETTER}\nWe call it SEV-2 here.", "words of ours"),
        (f"SEND: {LETTER}\nBen looks after you.", "names Ben"),
        (f"SEND: {LETTER}\n-- \nAna", "your signature"),
        (f"SEND: {LETTER}\n\nRegards, Ana\nTel. 030 12345", "your signature"),
        (f"SEND: {LETTER}\n\nRegards, Ana\nBilling\nAcme\nBerlin", "your signature"),
        (f"SEND: {LETTER}\nThis mail is confidential.", "your signature"),
    ],
)
def test_in_doubt_the_words_are_read_and_do_not_go(fresh: str, doubt: str) -> None:
    """With the reason in a sentence."""
    command = read(fresh)
    assert isinstance(command, Command)
    assert doubt in " ".join(command.doubts)
    assert own_words(command)


@pytest.mark.parametrize("fresh", ["SEND:", f"SEND: {LETTER}\nRESOLVED", "SEND :\n\n"])
def test_nothing_and_words_among_which_a_command_stands_are_no_letter(fresh: str) -> None:
    """Not even to be shown."""
    command = read(fresh)
    assert isinstance(command, Command)
    assert command.doubts
    assert own_words(command) == ""


@pytest.mark.parametrize("fresh", ["SEND", "send it", "Send me the draft: I want to read it"])
def test_anything_else_is_not_words_of_ones_own(fresh: str) -> None:
    """The prepared text, or something unclear."""
    command = read(fresh)
    assert isinstance(command, Unclear) or own_words(command) == ""


def sends(case: Case, who: str, *, doubts: tuple[str, ...] = (), **more: object) -> Decision:
    """Somebody lets words of their own go."""
    asked = Command(Verb.SEND, fields=(("words", LETTER),), doubts=doubts, line="SEND: Dear")
    facts = {"draft": TEXT, "draft_kind": OWN_WORDS} | more
    return on_reply(case, asked, setting(NOW + HOUR), act(who, 1, **facts))


def only(decision: Decision, kind: LetterKind) -> WriteLetter:
    """The one letter of this kind."""
    [letter] = [
        each for each in decision.actions if isinstance(each, WriteLetter) and each.letter is kind
    ]
    return letter


def test_a_letter_in_doubt_is_shown_to_who_may_send_it() -> None:
    """And refused to others, who see nothing."""
    shown = sends(OWNED, "ana", doubts=("It is short.",), promise=NOW + 3 * HOUR)
    letter = only(shown, LetterKind.ASK_BACK)
    assert letter.says("words") == LETTER
    assert letter.says("until") == (NOW + 3 * HOUR).isoformat()
    assert "It is short." in letter.says("why")
    assert only(sends(OWNED, "ana", doubts=("x",)), LetterKind.ASK_BACK).says("until") == ""
    refused = sends(OWNED, "ben", doubts=("It is short.",))
    assert [event.why for event in refused.events if isinstance(event, ev.Refused)] == [
        Why.NOT_YOURS
    ]


def test_the_receipt_says_what_the_words_promise() -> None:
    """A time, or that there is none."""
    told = sends(OWNED, "ana", promise=NOW + 3 * HOUR)
    assert only(told, LetterKind.RECEIPT).says("until") == (NOW + 3 * HOUR).isoformat()
    assert ("until", "") in only(sends(OWNED, "ana"), LetterKind.RECEIPT).about


@pytest.mark.parametrize("promise", [NOW + 3 * HOUR, None])
def test_when_the_words_left_what_they_say_is_the_promise(promise: object) -> None:
    """The first of them is the first word to the customer; without a time the cadence goes on."""
    case = sends(OWNED, "ana", promise=promise).case
    assert case is not None
    assert (case.word_at, case.acknowledged_at) == (NOW + HOUR, None)
    yes = ev.Approved(
        at=NOW + HOUR, by="ana", text=TEXT, kind=OWN_WORDS, promise=promise, waits=True  # type: ignore[arg-type]
    )  # fmt: skip
    left = on_reached(case, setting(NOW + HOUR), yes).case
    assert left is not None
    assert (left.acknowledged_at, left.told_at) == (NOW + HOUR, NOW + HOUR)
    assert left.promise == promise if promise else left.promise not in {None, OWNED.promise}
    later = on_reached(left, setting(NOW + 2 * HOUR), yes).case
    assert later is not None
    assert (later.acknowledged_at, later.told_at) == (NOW + HOUR, NOW + 2 * HOUR)


def test_undo_takes_back_no_word_that_the_customer_was_told() -> None:
    """Ana's own mail from her own program: it stays, her case stays, and so does its promise."""
    told = on_team(OWNED, setting(NOW + HOUR), act("ana"), sure=True).case
    assert told is not None
    for case in (told, case_of(offered(), accepted(), ev.Touched(at=NOW, by="ana"))):
        refused = on_reply(case, Command(Verb.UNDO), setting(NOW + HOUR), act("ana", 1))
        [event] = refused.events
        assert isinstance(event, ev.Refused)
        assert refused.case is not None
        assert (refused.case.owner, refused.case.promise) == ("ana", case.promise)


def test_what_was_told_since_a_step_stays_when_the_step_is_undone() -> None:
    """A correction moved the promise, and a letter told the new one: only the correction goes."""
    moved = ev.Progressed(at=NOW, by="ana", promise=NOW + HOUR, proof="dmarc", blocked_by="x")
    left = ev.Reached(at=NOW, by="ana", text=TEXT, approved=NOW, promise=NOW + HOUR)
    case = case_of(offered(), accepted(at=NOW - HOUR), moved, left)
    back = on_reply(case, Command(Verb.UNDO), setting(NOW + HOUR / 4), act("ana", 1)).case
    assert back is not None
    assert (back.owner, back.promise) == ("ana", NOW + HOUR)
