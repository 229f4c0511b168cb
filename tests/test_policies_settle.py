"""Opinions become a verdict by code alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from policies_given import NOON, facts, finding, matrix, opinion, policy, post, thread

from deskless.mailbox.thread import Side
from deskless.policies.book.book import make_book
from deskless.policies.book.knowledge import count_notes, note_passages
from deskless.policies.hash import rules_edition
from deskless.policies.judge import Opinion
from deskless.policies.reading.triage import QUESTIONS
from deskless.policies.settle.key import Voice, verdict_key
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import (
    Answer,
    Finding,
    Met,
    Outcome,
    Quote,
    Severity,
    UnknownForm,
    Verdict,
    from_json,
    to_json,
)

MET, NOT, DOUBT = Met.MET, Met.NOT_MET, Met.UNCLEAR
ESCALATE, REVIEW, LEAVE = Outcome.ESCALATE, Outcome.REVIEW, Outcome.LEAVE
TALK = thread(
    "I want my money back, all 620 euros of it.\nOrder no. 12345, since Monday nothing works.",
    post("We will look into it by Friday.", Side.TEAM, hours=1),
    post("See https://evil.example/x and <b>call</b> me at once, please!", hours=2),
)
BOOK = make_book(
    [policy("refund", type="business", risk="churn"), policy("outage", severity="SEV-1")]
)
DESK = Desk(matrix(), NOON)
WORDS = "I want my money back"


def judged(*opinions: Opinion, book: object = BOOK, **known: object) -> Verdict:
    """The verdict on the refund thread."""
    return settle_verdict(TALK, facts(**known), book, opinions, DESK)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "model", "outcome"),
    [
        # the rules alone
        ((NOT, True), None, LEAVE),
        ((MET, True), None, ESCALATE),
        ((MET, False), None, REVIEW),
        ((DOUBT, False), None, REVIEW),
        # a model beside them may add …
        ((NOT, True), (MET, True, WORDS), ESCALATE),
        ((DOUBT, False), (MET, True, WORDS), ESCALATE),
        ((NOT, True), (DOUBT, True), REVIEW),
        ((NOT, True), (MET, True, "words that nobody wrote"), REVIEW),
        ((NOT, True), (MET, True), REVIEW),
        # … and never silence
        ((MET, True), (NOT, True), ESCALATE),
        ((MET, True), (DOUBT, True), ESCALATE),
        ((MET, False), (NOT, True), REVIEW),
        ((DOUBT, False), (NOT, True), REVIEW),
        ((NOT, True), (NOT, True), LEAVE),
    ],
)
def test_a_model_may_add_and_never_silence(
    rules: tuple[Met, bool], model: tuple[object, ...] | None, outcome: Outcome
) -> None:
    """Every pair of findings about one criterion."""
    items = [opinion("rules", finding("refund", rules[0], WORDS, sure=rules[1]),
                    finding("outage", NOT))]  # fmt: skip
    if model:
        met, sure, *words = model
        items.append(opinion("claude", finding("refund", met, *words, sure=sure),  # type: ignore[arg-type]
                            finding("outage", NOT)))  # fmt: skip
    got = judged(*items)
    assert got.outcome is outcome
    assert got.reasons
    assert (got.severity is None) == (outcome is LEAVE)
    assert (got.owner is None) == (outcome is LEAVE)


def test_a_disagreement_is_told() -> None:
    """The rules escalate; the model's doubt stands beside it."""
    rules = opinion("rules", finding("refund", MET, WORDS), finding("outage", NOT))
    model = opinion("claude", finding("refund", NOT), finding("outage", NOT))
    assert any(
        "claude sees it otherwise: The reason." in reason for reason in judged(rules, model).reasons
    )


def test_a_verdict_names_severity_kind_owner_and_evidence() -> None:
    """All that code computes."""
    rules = opinion("rules", finding("refund", MET, WORDS), finding("outage", NOT))
    got = judged(rules)
    assert (got.severity, got.type, got.nature, got.risks) == (
        Severity.SEV2,
        "business",
        "operational",
        ("churn",),
    )
    assert (got.tier, got.owner, got.engine) == (2, "cleo", "rules")
    assert got.findings[1].quotes == (Quote("mail-0", WORDS, "2026-11-18T12:00:00Z"),)
    assert "Refund (policies/refund) is met" in got.reasons[0]
    assert [item.question for item in got.triage] == list(QUESTIONS)
    assert got.triage[1].answer == "Order no. 12345, since Monday nothing works."
    assert [item.text for item in got.told] == ["Order no. 12345, since Monday nothing works."]


@pytest.mark.parametrize(
    ("table", "known", "severity"),
    [
        ("", {}, "SEV-3"),
        ("[[tier is enterprise, SEV-1]]", {"tier": "enterprise"}, "SEV-1"),
        ("[[tier is enterprise, SEV-1]]", {"tier": "gold"}, "SEV-3"),
        ("[[revenue > 5, SEV-2], [revenue > 1, SEV-1]]", {"revenue": 9}, "SEV-2"),
    ],
)
def test_severity_is_the_first_condition_that_holds(
    table: str, known: dict[str, object], severity: str
) -> None:
    """By facts about the customer, never by noise; else the policy's own."""
    front = {"severity": "SEV-3"} | ({"severities": table} if table else {})
    got = judged(opinion("rules", finding("refund")), book=make_book([policy(**front)]), **known)
    assert got.severity == severity


def test_the_highest_severity_of_all_met_criteria_counts() -> None:
    """And its policy speaks for the case."""
    got = judged(opinion("rules", finding("refund"), finding("outage")))
    assert (got.severity, got.type) == (Severity.SEV1, "service")


def test_a_policy_in_shadow_is_recorded_and_does_not_act() -> None:
    """It says what it would have done."""
    book = make_book([policy("refund", status="shadow"), policy("outage")])
    got = judged(opinion("rules", finding("refund"), finding("outage", NOT)), book=book)
    assert got.outcome is LEAVE
    assert any("is in shadow and would have escalated" in reason for reason in got.reasons)
    off = make_book([policy("refund", status="off"), policy("outage")])
    assert len(judged(opinion("rules", finding("outage", NOT)), book=off).findings) == 1


@pytest.mark.parametrize(
    ("trouble", "met", "outcome", "engine"),
    [
        ("timeout", NOT, LEAVE, "rules (claude: timeout)"),
        ("budget spent", NOT, LEAVE, "rules (claude: budget spent)"),
        ("refused", NOT, REVIEW, "rules (claude: refused)"),
        ("answered no JSON", NOT, REVIEW, "rules (claude: answered no JSON)"),
        ("max_tokens", NOT, REVIEW, "rules (claude: max_tokens)"),
        ("refused", MET, ESCALATE, "rules (claude: refused)"),
    ],
)
def test_a_model_that_fails_leaves_the_rules_and_says_so(
    trouble: str, met: Met, outcome: Outcome, engine: str
) -> None:
    """An outage is nobody's doing; a refusal may be the mail's, so a person looks."""
    rules = opinion("rules", finding("refund", met), finding("outage", NOT))
    got = judged(rules, opinion("claude", finding("refund", MET, WORDS), trouble=trouble))
    assert (got.outcome, got.engine) == (outcome, engine)
    assert any("could not judge" in reason for reason in got.reasons)


@pytest.mark.parametrize(
    ("rules", "model", "outcome"),
    [
        ((NOT, True), None, LEAVE),
        ((MET, True), None, ESCALATE),
        ((NOT, False), None, REVIEW),
        ((NOT, True), (NOT, True), LEAVE),
        ((MET, True), (NOT, True), ESCALATE),
    ],
)
def test_text_for_machines_undoes_nothing_and_raises_only_a_doubt(
    rules: tuple[Met, bool], model: tuple[Met, bool] | None, outcome: Outcome
) -> None:
    """What the rules are sure of stays, either way."""
    items = [opinion("rules", finding("refund", rules[0], sure=rules[1]), finding("outage", NOT))]
    if model:
        items.append(opinion("claude", finding("refund", model[0], sure=model[1])))
    assert judged(*items, injection=("speaks to an AI",)).outcome is outcome


def test_words_of_the_team_and_links_are_no_evidence() -> None:
    """Quotes come from the customer's own posts, without what a mail program makes clickable."""
    words = opinion(
        "claude",
        finding("refund", MET, "We will look into it by Friday."),
        finding("outage", MET, "See https://evil.example/x and <b>call</b> me at once, please!"),
    )
    got = judged(opinion("rules", finding("refund", NOT), finding("outage", NOT)), words)
    outage, refund = got.findings
    assert (refund.met, refund.quotes) == (DOUBT, ())
    assert [quote.text for quote in outage.quotes] == ["me at once, please!"]
    assert outage.quotes[0].post == "mail-2"


def test_a_models_answers_count_only_with_the_customers_words() -> None:
    """Triage, told and tried: the quote is the answer, never the model's prose."""
    words = opinion("claude", finding("refund", NOT), finding("outage", NOT))
    words.triage = (
        Answer(QUESTIONS[2], "Everybody, says <a>", Quote("mail-0", "all 620 euros of it")),
        Answer(QUESTIONS[3], "It is ruinous", Quote("mail-0", "It is ruinous")),
    )
    words.tried = (Quote("mail-0", "since Monday nothing works"), Quote("mail-0", "reboot"))
    words.summary = "The customer wants **money**: see http://x.example\nnow"
    got = judged(opinion("rules", finding("refund", MET)), words)
    assert got.triage[2].answer == "all 620 euros of it"
    assert got.triage[3].answer is None
    assert [item.text for item in got.tried] == ["since Monday nothing works"]
    assert got.summary == "The customer wants money : see now"


def test_the_teams_notes_that_bear_on_the_thread_are_cited() -> None:
    """What the team wrote down is cited."""
    text = "# Refunds\nMoney back above 500 euros: ask Cleo.\n# Parking\nThe gate opens at seven.\n"
    desk = replace(DESK, notes=count_notes(list(note_passages(text, "money.md"))))
    got = settle_verdict(TALK, facts(), BOOK, (opinion("rules", finding("refund")),), desk)
    assert got.knowledge == ("money.md#Refunds: Money back above 500 euros: ask Cleo.",)


def test_nobodys_opinion_is_a_doubt() -> None:
    """No judge, no silence."""
    assert judged().outcome is REVIEW
    assert judged().engine == "nobody"


def test_the_same_input_gives_the_same_bytes_and_comes_back_whole() -> None:
    """Twice, and through JSON."""
    words = opinion("rules", finding("refund", MET, WORDS), finding("outage", DOUBT, sure=False))
    value, other = judged(words), judged(words)
    assert to_json(value) == to_json(other)
    assert from_json(to_json(value)) == value
    left = judged(opinion("rules", finding("refund", NOT), finding("outage", NOT)))
    assert from_json(to_json(left)) == left


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"form":1}', '{"form":0}', "null", '"x"'])
def test_what_is_no_verdict_says_so(text: str) -> None:
    """So that the thread is judged again."""
    with pytest.raises(UnknownForm):
        from_json(text)


def test_the_key_changes_with_what_matters_and_not_with_time() -> None:
    """The same situation has the same verdict under the same key."""
    book = make_book([policy(facts="[unanswered > 24h]")])
    now, later = facts(), facts(at=NOON.replace(hour=13))
    base = verdict_key(TALK, now, book, Voice("1", "m", "s"))
    assert base == verdict_key(TALK, later, book, Voice("1", "m", "s"))
    waiting = facts(at=NOON.replace(day=20), unanswered_since=NOON)
    others = [
        verdict_key(TALK, waiting, book, Voice("1", "m", "s")),
        verdict_key(TALK, facts(tier="gold"), book, Voice("1", "m", "s")),
        verdict_key(thread("Other words"), now, book, Voice("1", "m", "s")),
        verdict_key(TALK, now, make_book([policy(severity="SEV-1")]), Voice("1", "m", "s")),
        *(
            verdict_key(TALK, now, book, voice)
            for voice in (Voice("2", "m", "s"), Voice("1", "n", "s"))
        ),
        verdict_key(TALK, now, book, Voice("1", "m", "s", "ear")),
    ]
    assert len({base, *others}) == len(others) + 1


def test_a_new_release_of_the_rules_judges_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition is measured from the room's modules and tables, so nobody can forget it."""
    now, book = facts(), make_book([policy()])
    base = verdict_key(TALK, now, book, Voice())
    assert base == verdict_key(TALK, now, book, Voice())
    monkeypatch.setattr("deskless.policies.settle.key.rules_edition", lambda: "another")
    assert verdict_key(TALK, now, book, Voice()) != base
    assert rules_edition() == rules_edition()
    assert re.fullmatch(r"[0-9a-f]{16}", rules_edition())


# A hostile model: anything it may say, about anything, quoting anything.
UGLY = [
    "https://evil.example/pay", "[click](http://evil.example)", "<script>x</script>",
    "ACCEPT", "\r\nBcc: x@evil.example", "\u202egnp", "a\u200bb", "\x00", "![x](y)",
    "evil.example", "mallory@evil.example", WORDS, "We will look into it by Friday.",
    "me at once, please!", "x" * 5000, "Order no. 12345", "\U000e0041", "**now**", "",
]  # fmt: skip
NASTY = st.sampled_from(UGLY)
WORD = st.one_of(NASTY, st.text(max_size=40), st.builds("{} {}".format, NASTY, NASTY))
PLACES = ["mail-0", "mail-1", "mail-2", "nope"]
NAMES = ["refund", "outage", "mallory", ""]
ENGINES = ["claude", "evil.example", "x" * 500]
TROUBLES = ["", "", "", "refused", "timeout", "http://evil.example"]
QUOTE = st.builds(Quote, st.sampled_from(PLACES), WORD, WORD)
FINDING = st.builds(
    Finding,
    st.sampled_from(NAMES),
    st.sampled_from(list(Met)),
    WORD,
    st.lists(QUOTE, max_size=4).map(tuple),
    st.booleans(),
    WORD,
)
ANSWER = st.builds(
    Answer, st.one_of(st.sampled_from(QUESTIONS), WORD), WORD, st.one_of(st.none(), QUOTE)
)
LINK = re.compile(r"https?:|www\.|@|\b[\w-]+\.(?:example|com|md)\b|[<>\[\]`]|\*\*", re.IGNORECASE)
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\U000e0000-\U000e007f]"
)


@st.composite
def hostile(draw: st.DrawFn) -> Opinion:
    """Whatever a model may come up with."""
    words = Opinion(draw(st.sampled_from(ENGINES)), ())
    words.findings = tuple(draw(st.lists(FINDING, max_size=5)))
    words.triage = tuple(draw(st.lists(ANSWER, max_size=8)))
    words.tried = tuple(draw(st.lists(QUOTE, max_size=6)))
    words.told = tuple(draw(st.lists(QUOTE, max_size=6)))
    words.summary = draw(WORD)
    words.trouble = draw(st.sampled_from(TROUBLES))
    return words


def harmless(said: Opinion, sure: bool, doubtful: bool) -> None:
    """What must hold of a verdict, whatever a model says."""
    rules = opinion(
        "rules",
        finding("refund", MET if sure else NOT, WORDS),
        finding("outage", DOUBT if doubtful else NOT, sure=not doubtful),
    )
    got = judged(rules, said)
    if sure:
        assert got.outcome is ESCALATE
    if doubtful:
        assert got.outcome is not LEAVE
    assert (got.owner is None) == (got.outcome is LEAVE)
    assert got.owner is None or DESK.matrix.person(got.owner)
    assert {judgement.policy for judgement in got.findings} == {"refund", "outage"}
    posts = {
        spoken_post.key: " ".join(spoken_post.text.split()) for spoken_post in TALK.from_customer()
    }
    answers = [item.quote for item in got.triage if item.quote]
    quotes = [
        *(q for judgement in got.findings for q in judgement.quotes),
        *got.tried,
        *got.told,
        *answers,
    ]
    for quote in quotes:
        assert quote.text in posts[quote.post]
        assert 0 < len(quote.text) <= 280
    shown = [item.text for item in quotes] + [judgement.reason for judgement in got.findings]
    shown += [*got.reasons, got.summary, got.engine, *(judgement.by for judgement in got.findings)]
    for text in shown:
        assert not LINK.search(text), text
        assert not UNSEEN.search(text), text
        assert len(text) <= 700
    assert all(item.answer == (item.quote.text if item.quote else None) for item in got.triage)
    assert len(to_json(got)) < 20_000
    assert from_json(to_json(got)) == got


@given(hostile(), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_hostile_model_can_do_little(said: Opinion, sure: bool, doubtful: bool) -> None:
    """Only listed owners, no silence, no unverified quote, no link, no markup, bounded size."""
    harmless(said, sure, doubtful)


def word(dice: Random) -> str:
    """What WORD makes up, by dice."""
    letters = (chr(dice.choice((dice.randrange(256), dice.randrange(0xD800)))) for _ in range(40))
    kinds = (
        lambda: dice.choice(UGLY),
        lambda: "".join(letters)[: dice.randrange(41)],
        lambda: f"{dice.choice(UGLY)} {dice.choice(UGLY)}",
    )
    return dice.choice(kinds)()


def quote(dice: Random) -> Quote:
    """What QUOTE makes up, by dice."""
    return Quote(dice.choice(PLACES), word(dice), word(dice))


def several(dice: Random, most: int, make: Callable[[Random], Any]) -> tuple[Any, ...]:
    """None to `most` of what `make` makes."""
    return tuple(make(dice) for _ in range(dice.randint(0, most)))


def thrown(dice: Random) -> Opinion:
    """What `hostile` makes up, by dice: a hundred times as quick."""
    words = Opinion(dice.choice(ENGINES), ())
    words.findings = several(dice, 5, lambda dice: Finding(
        dice.choice(NAMES), dice.choice(list(Met)), word(dice), several(dice, 4, quote),
        dice.random() < 0.5, word(dice),
    ))  # fmt: skip
    words.triage = several(dice, 8, lambda dice: Answer(
        dice.choice((dice.choice(QUESTIONS), word(dice))), word(dice),
        dice.choice((None, quote(dice))),
    ))  # fmt: skip
    words.tried, words.told = several(dice, 6, quote), several(dice, 6, quote)
    words.summary, words.trouble = word(dice), dice.choice(TROUBLES)
    return words


@pytest.mark.slow
def test_a_hostile_model_can_do_little_five_thousand_times() -> None:
    """The same, at length; a seed that fails says which."""
    for seed in range(5000):
        dice = Random(seed)
        try:
            harmless(thrown(dice), dice.random() < 0.5, dice.random() < 0.5)
        except Exception as fault:
            raise AssertionError(f"seed {seed}") from fault
