"""Replies in people's own words: what tips the scales, and what stands beside an act."""

from datetime import UTC, datetime

import pytest
from talk_table import BERLIN, NOW, OFFICE_HOURS, TEAM

from deskless.agent.case.verbs import Asked, Command, Layer, Unclear, Verb
from deskless.agent.language.fold import fold_text
from deskless.agent.language.modes import Manner
from deskless.agent.language.say_date import say_date
from deskless.agent.language.spoken_time import spoken_times
from deskless.agent.reply.act_slots import with_slots
from deskless.agent.reply.clause import says_more
from deskless.agent.reply.decide_act import beside_acts, decide_act
from deskless.agent.reply.doubts import TWO_THINGS
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.plain import read_doubt_answer
from deskless.agent.reply.readings import Reading, Whole
from deskless.agent.reply.sentences import Sentence, reply_sentences
from deskless.agent.reply.situation import Place, Situation
from deskless.agent.reply.slots import judged_numbers, positive_people, read_criterion
from deskless.agent.reply.understand import understand_reply

OWNED, OFFERED, OVER, OFFICE = Place.OWNED, Place.OFFERED, Place.OVER, Place.OFFICE
PLAIN, ASKING, HANGING = Manner.PLAIN, Manner.ASKING, Manner.CONDITIONAL
Said = tuple[str, dict[str, float]] | tuple[str, dict[str, float], Manner]


def scene(writer: str = "ben", yes: Verb | None = None) -> Scene:
    """A reply of one of the team, on a Tuesday morning."""
    return Scene(TEAM, NOW, BERLIN, Asked(yes=yes, hours=OFFICE_HOURS, writer=writer))


def read(words: str, place: Place = OFFERED, *, founder: bool = False) -> Command | Unclear:
    """What words mean without an encoder, to Ben; as the founder, to Maya."""
    yes = {Place.CODE: Verb.YES, OFFERED: Verb.ACCEPT}.get(place)
    situation = Situation(
        place, names_owner=founder, founder=founder, customers=("Northwind",),
        criteria=("refund-dispute", "churn-risk"),
    )  # fmt: skip
    return understand_reply(words, scene("maya" if founder else "ben", yes), situation)


def whole(place: Place, *sentences: Said, by_words: dict[str, float] | None = None) -> Whole:
    """A reply whose sentences were read with these chances, plainly unless said."""
    readings = []
    for raw, acts, *manner in sentences:
        sentence = Sentence(raw, fold_text(raw), raw.endswith("?"))
        heard = acts if by_words is None else by_words
        how = manner[0] if manner else PLAIN
        readings.append(Reading(sentence, acts, 1.0, how, heard, tuple(sentence.text.split())))
    names = {name for row in readings for name in row.acts}
    together = {name: max(row.acts.get(name, 0.0) for row in readings) for name in names}
    return Whole(tuple(readings), together, Situation(place), alone=False)


ASKED_BACK = "ask"
REAL: list[tuple[str, Place, Verb | str]] = [
    ("roger, starting", OWNED, Verb.PROGRESS),
    ("Trag mich ein, ich fange an", OWNED, Verb.PROGRESS),
    ("Tu veux que je le prenne ?", OVER, Verb.QUESTION),
    ("¿Puedo decir que no?", OVER, Verb.QUESTION),
    ("¿Lo tomo yo?", OVER, ASKED_BACK),
    ("if Ana can't I'll take it", Place.CODE, ASKED_BACK),
    ("bump the priority up to the top level", OWNED, ASKED_BACK),
    ("Gravité à corriger : 2", OWNED, ASKED_BACK),
    ("nivel exagerado, pon un 4", OWNED, ASKED_BACK),
    ("sollen wir den Probelauf jetzt beenden?", OFFERED, ASKED_BACK),
    ("noch was, Fehlercode ist E-417", OFFERED, Verb.NOTE),
    ("Morning all", OFFERED, ASKED_BACK),
    ("Cleo liked your message", OFFERED, ASKED_BACK),
    (" \n ", OFFERED, ASKED_BACK),
]


@pytest.mark.parametrize(("words", "place", "verb"), REAL)
def test_a_real_sentence_ends_as_a_colleague_would_take_it(
    words: str, place: Place, verb: Verb | str
) -> None:
    """An act, or nothing but a question back."""
    answer = read(words, place)
    done = isinstance(answer, Command) and not answer.doubts and answer.verb
    assert (done or ASKED_BACK) == verb


WHY = [
    ("Gravité à corriger : 2", OWNED, "I could not tell what it should be instead."),
    ("that item was wrong", OFFICE, "I could not tell which item you mean."),
    ("der Eintrag war falsch", OFFICE, "I could not tell which item you mean."),
    ("Give it to Ana or Cleo", OFFERED, "It names more than one person."),
    ("Morning all", OFFERED, "There are no words of yours in it."),
    ("Cleo liked your message", OFFERED, "A reaction is not an answer."),
]


@pytest.mark.parametrize(("words", "place", "why"), WHY)
def test_what_is_missing_is_said(words: str, place: Place, why: str) -> None:
    """Who is asked back reads what could not be told."""
    answer = read(words, place, founder=True)
    assert isinstance(answer, Unclear)
    assert answer.why == why


OFFERS = [
    ("Cleo should take this one", "cleo"),
    ("gib es Cleo, nicht Omar", "cleo"),
    ("someone shall take it", "I could not tell who shall take it."),
    ("Cleo ou Omar, qui veut", "It names more than one person."),
]


@pytest.mark.parametrize(("words", "end"), OFFERS)
def test_an_offer_needs_exactly_one_person(words: str, end: str) -> None:
    """No name and two names are asked back, with the buttons to pass it on."""
    offer = with_slots("offer", whole(OFFERED, (words, {"offer": 0.9})), scene("dan"), words)
    if isinstance(offer, Unclear):
        assert (offer.why, offer.guesses) == (end, (Verb.OFFER, Verb.BOUNCE))
    else:
        assert (offer.verb, offer.to) == (Verb.OFFER, end)


ALONE: list[tuple[Place, list[Said], str]] = [
    (OFFERED, [("Could I take it?", {"accept": 0.6, "question": 0.3}, ASKING)], "question"),
    (OFFERED, [("Could I take it?", {"accept": 0.6}, ASKING)],
     "It reads as a question, and I act only on a clear answer."),
    (OFFERED, [("I cannot today", {"bounce": 0.8, "later": 0.1}),
               ("ask me again at four", {"later": 0.7, "bounce": 0.1})], "later"),
    (OFFERED, [("I take it", {"accept": 0.9}),
               ("Which version do they run?", {"need": 0.95}, ASKING)], "accept"),
    (OWNED, [("Ich fange an", {"accept": 0.9})], "progress"),
    (OWNED, [("I call the customer at 15:00", {"note": 0.9})], "progress"),
    (OWNED, [("the shop has no landline", {"note": 0.9})], "note"),
    (OWNED, [("the hosting company", {"other": 0.4, "progress": 0.35})],
     "I am not sure whether that is for the case."),
    (OWNED, [("they call at 15:00", {"progress": 0.8}), ("or not?", {"other": 0.6}, ASKING)],
     "I am not sure whether that is for the case."),
    (OWNED, [("I call the customer at 15:00", {"progress": 0.9}),
             ("or not?", {"other": 0.6}, ASKING)],
     "I am not sure whether that is for the case."),
    (OWNED, [("the shop has no landline", {"other": 0.4, "note": 0.35})], "note"),
    (OWNED, [("The draft reads well", {"note": 0.8}), ("let it go out", {"send": 0.7})], "send"),
    (OWNED, [("no landline there", {"note": 0.8}), ("let it go out", {"send": 0.7})], "note"),
    (OWNED, [("changed the cable", {"progress": 0.6}),
             ("the till works now", {"resolved": 0.45, "progress": 0.3})], "resolved"),
    (OWNED, [("the till works now", {"progress": 0.5, "resolved": 0.4})], TWO_THINGS),
    (OVER, [("the till works", {"resolved": 0.8}), ("off the list", {"close": 0.7})], "close"),
    (Place.CODE, [("if it was at nine, it was me", {"confirm": 0.9}, HANGING)],
     "It may be a yes or a no."),
    (Place.CODE, [("that was me", {"confirm": 0.9})], "confirm"),
    (OFFERED, [("not now", {"later": 0.9}), ("squash at six", {"other": 0.6})],
     "I am not sure whether that is for me."),
    (OFFERED, [("error code is E-417", {"note": 0.9})], "note"),
    (OFFERED, [("7 and 8", {"note": 0.45, "other": 0.3})], "Is that a note, or an answer?"),
    (OFFERED, [("this one here", {"accept": 0.7})], "It does not say that you take it."),
    (OFFERED, [("this one is for me", {"accept": 0.95})], "accept"),
    (OFFERED, [("this one is for me", {"accept": 0.75})], TWO_THINGS),
    (OFFERED, [("what does it show?", {"need": 0.6, "question": 0.3}, ASKING)],
     "It reads as a question."),
]  # fmt: skip


@pytest.mark.parametrize(("place", "sentences", "end"), ALONE)
def test_an_act_is_decided_by_every_sentence(place: Place, sentences: list[Said], end: str) -> None:
    """The act, or why it is asked back; the chances are given, so that no fit moves them."""
    act, why = decide_act(whole(place, *sentences))
    assert (why or act) == end
    assert act == "ask" if why else act != "ask"


def test_an_acceptance_by_meaning_alone_is_asked_back() -> None:
    """Both heads have to think of an act that is not easily taken back."""
    taken = ("I take it", {"accept": 0.9})
    assert decide_act(whole(OFFERED, taken)) == ("accept", "")
    assert decide_act(whole(OFFERED, taken, by_words={"other": 1.0})) == ("ask", TWO_THINGS)


BESIDE = [
    ("I take it, by the way it's a refund", {"accept": 0.8, "type": 0.1}, ["type"]),
    ("ich nehme es, es ist ein Ausfall", {"accept": 0.8, "type": 0.1}, ["type"]),
    ("I take it", {"accept": 0.8, "type": 0.1}, []),
    ("I take it, by the way it's a refund", {"accept": 0.8, "type": 0.01}, []),
]


@pytest.mark.parametrize(("words", "acts", "beside"), BESIDE)
def test_a_correction_stands_beside_an_acceptance(
    words: str, acts: dict[str, float], beside: list[str]
) -> None:
    """What kind of matter it is may be said in passing."""
    assert beside_acts("accept", whole(OFFERED, (words, acts))) == beside


DOUBTS = [
    ("Yes, please do", Verb.ESCALATE), ("ja, das brennt", Verb.ESCALATE),
    ("oui", Verb.ESCALATE), ("sí, adelante", Verb.ESCALATE),
    ("leave it", Verb.CLOSE), ("nein, lass es", Verb.CLOSE),
    ("non, laissez", Verb.CLOSE), ("no, déjalo", Verb.CLOSE),
    ("yes, but it is not urgent", None), ("ja, aber nicht eilig", None),
    ("no, this is urgent", None), ("leave it? it is an outage", None),
    ("hm, hard to say", None), ("", None), ("\n\n", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "verb"), DOUBTS)
def test_an_answer_to_a_doubt(words: str, verb: Verb | None) -> None:
    """A yes wakes somebody, a plain no leaves it, everything else is asked again."""
    assert read_doubt_answer(Unclear(words, "I do not know."), words) == verb


COMMANDED = [
    (Command(Verb.ESCALATE), Verb.ESCALATE),
    (Command(Verb.YES), Verb.ESCALATE),
    (Command(Verb.BOUNCE), Verb.CLOSE),
    (Command(Verb.CLOSE), Verb.CLOSE),
    (Command(Verb.LEDGER), None),
    (Command(Verb.THANKS, layer=Layer.MEANING), Verb.CLOSE),
    (Command(Verb.ESCALATE, doubts=("Which case?",)), Verb.CLOSE),
]


@pytest.mark.parametrize(("asked", "verb"), COMMANDED)
def test_a_command_in_answer_to_a_doubt(asked: Command, verb: Verb | None) -> None:
    """One that is sure is that answer or none; of a doubtful or guessed one the words count."""
    assert read_doubt_answer(asked, "leave it, thanks") == verb


SPAN_TIMES = {
    "in two weeks": "Tue 8 09:50", "in zwei Wochen": "Tue 8 09:50",
    "dans deux semaines": "Tue 8 09:50", "en dos semanas": "Tue 8 09:50",
    "tomorrow or so by 17:00": "Wed 25 17:00", "morgen oder so gegen 16 Uhr": "Wed 25 16:00",
    "demain ou presque, vers 16h": "Wed 25 16:00", "viernes, digamos a las 11": "Fri 27 11:00",
}  # fmt: skip


@pytest.mark.parametrize(("words", "at"), SPAN_TIMES.items())
def test_a_span_of_weeks_and_a_day_apart_from_its_hour(words: str, at: str) -> None:
    """A day and an hour with words between them are one time."""
    (moment,) = spoken_times(words, NOW, BERLIN, hours=OFFICE_HOURS)
    assert moment.at is not None
    assert f"{moment.at.astimezone(BERLIN):%a %-d %H:%M}" == at


DATES = {
    "en": "Saturday 28 November, 12:42", "de": "Samstag, 28. November, 12:42 Uhr",
    "fr": "samedi 28 novembre à 12:42", "es": "sábado 28 de noviembre a las 12:42",
    "pl": "Saturday 28 November, 12:42",
}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), DATES.items())
def test_a_date_in_the_readers_language(language: str, words: str) -> None:
    """English where there is no form; the zone is named unless it is the reader's."""
    at = datetime(2026, 11, 28, 11, 42, tzinfo=UTC)
    assert say_date(at, BERLIN, language) == f"{words} (CET)"
    assert say_date(at, BERLIN, language, theirs=True) == words


WRAPPED = [
    (
        "I will ring the bakery about the till that shows nothing at\nfour and write it down.",
        ["I will ring the bakery about the till that shows nothing at four and write it down."],
    ),
    ("Ich nehme es.\nIch rufe um drei an.", ["Ich nehme es.", "Ich rufe um drei an."]),
    ("Je le prends ; ; j'appelle à 15h", ["Je le prends", "j'appelle à 15h"]),
    ("Lo tomo; ; llamo a las 3", ["Lo tomo", "llamo a las 3"]),
]


@pytest.mark.parametrize(("words", "sentences"), WRAPPED)
def test_sentences_are_joined_and_cut(words: str, sentences: list[str]) -> None:
    """A line that a program broke goes on; a slip of the keyboard is no sentence."""
    assert [sentence.raw for sentence in reply_sentences(words, TEAM)] == sentences


PEOPLE = [
    ("not Ben, ask Cleo", ["cleo"]), ("nicht Ben, frag Cleo", ["cleo"]),
    ("pas Ben, demande à Cleo", ["cleo"]), ("no Ben, pregunta a Cleo", ["cleo"]),
    ("Cleo and Omar", ["cleo", "omar"]), ("not Cleo", []),
]  # fmt: skip


@pytest.mark.parametrize(("words", "ids"), PEOPLE)
def test_who_is_ruled_out_is_not_meant(words: str, ids: list[str]) -> None:
    """A name behind a *not* is nobody's turn."""
    assert [person.id for person in positive_people(words, scene("ana"))] == ids


CRITERIA = [
    ("go live with refund-dispute", "refund-dispute"), ("schalte churn risk scharf", "churn-risk"),
    ("active le critère remboursement", "refund-dispute"),
    ("activa el criterio de bajas", "churn-risk"),
    ("switch the outage one on", "outage"), ("switch it on", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "criterion"), CRITERIA)
def test_a_criterion_by_its_id_or_its_subject(words: str, criterion: str) -> None:
    """The id as written or in words, else what it is about; nothing where nothing is named."""
    assert read_criterion(words, ("refund-dispute", "churn-risk")) == criterion


TIMED = [
    ("accept, update by dawnish, I call them at 15:00", OFFERED, Verb.ACCEPT, 15),
    ("I take it before the weekend, she hears from me at 16:00", OFFERED, Verb.ACCEPT, 16),
    ("spoke too soon, tills are down once more before the weekend", OWNED, Verb.PROGRESS, None),
    ("spoke too soon, tills are down once more", OWNED, Verb.PROGRESS, None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "place", "verb", "hour"), TIMED)
def test_a_promise_is_the_time_that_is_told(
    words: str, place: Place, verb: Verb, hour: int | None
) -> None:
    """A time that is not understood gives way to one that is, and is none beside mere facts."""
    answer = read(words, place)
    assert isinstance(answer, Command)
    assert (answer.verb, answer.doubts) == (verb, ())
    assert (answer.until and answer.until.astimezone(BERLIN).hour) == hour


def test_a_live_criterion_is_named_and_confirmed() -> None:
    """The founder's words name it by what it is about; it leaves, so its word is asked for."""
    answer = read("Activate the refund criterion for real", OFFICE, founder=True)
    assert isinstance(answer, Command)
    assert (answer.verb, answer.subject_id, answer.confirm) == (Verb.LIVE, "refund-dispute", True)


@pytest.mark.parametrize("text", ["ACCEPT, update by whenever", "ACCEPT by soonish"])
def test_a_time_that_cannot_be_read_is_a_doubt(text: str) -> None:
    """No default takes its place in silence."""
    answer = read(text)
    assert isinstance(answer, Unclear) or answer.doubts


def test_a_one_that_points_is_no_number() -> None:
    """*That one* names no item of the digest."""
    assert judged_numbers(reply_sentences("you judged that one wrong", TEAM)) == ()
    assert judged_numbers(reply_sentences("one is wrong", TEAM)) == (("wrong", "1"),)


@pytest.mark.parametrize("end", ["Best regards, Ben", "-- ", "Viele Grüße"])
def test_what_stands_below_the_end_of_a_mail_takes_no_yes_back(end: str) -> None:
    """A mere yes, a closing, and a line of the company that says *not*."""
    answer = read(f"yes\n\n{end}\nThis is not an offer, but information.")
    assert isinstance(answer, Command)
    assert (answer.verb, answer.doubts) == (Verb.ACCEPT, ())


@pytest.mark.parametrize("more", ["I am at my desk now.", "Ich sitze schon am Rechner."])
def test_a_plain_line_below_a_mere_yes_says_nothing_against_it(more: str) -> None:
    """Neither a not, nor a but, nor another wish."""
    answer = read(f"yes\n{more}")
    assert isinstance(answer, Command)
    assert (answer.verb, answer.doubts) == (Verb.ACCEPT, ())


@pytest.mark.parametrize(
    "text",
    [
        "", "Thanks!", "Hi Ana,\n\nthank you very much.\n\nVera Lind", "Okay, thanks.",
        "Thank you for your quick reply!\n\nBest regards\nVera\nNorthwind Ltd, 12 Mill Lane",
        "Hallo,\nvielen Dank für die schnelle Rückmeldung.\nVera", "Danke, alles klar.",
        "Merci beaucoup pour votre aide !", "D'accord, merci.", "Muchas gracias por su respuesta.",
        "Vale, gracias",
    ],
)  # fmt: skip
def test_thanks_say_nothing_more(text: str) -> None:
    """Four languages, with a greeting above and a name below."""
    assert not says_more(text)


@pytest.mark.parametrize(
    "text",
    [
        "Send it to the new account, please.", "Thanks, but it still does not print.", "Yes.",
        "Thanks.\n\nThe old address is closed.", "Okay?", "Thank you for your help with 4411.",
        "Bitte nur an Filiale 3 liefern.", "Danke. Ab morgen ist Max zuständig.",
        "N'envoyez rien à l'ancienne adresse.", "Gracias. ¿Y la factura?", "It fails again\nVera",
    ],
)  # fmt: skip
def test_an_instruction_a_fact_or_a_question_says_more(text: str) -> None:
    """A bare yes, too: it may be the answer."""
    assert says_more(text)
