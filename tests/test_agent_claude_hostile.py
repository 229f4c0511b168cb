"""A model that is wholly against us: what its answers can still do once code has settled them."""

import json
import re
from itertools import product
from typing import Any

import pytest
from claude_given import BOOK, SEEN, TALK, WORDS
from hypothesis import HealthCheck, given, settings, strategies as st
from policies_given import NOON, facts, finding, matrix, opinion

from deskless.agent.model.claude_prompt import build_request
from deskless.policies.judge import Opinion
from deskless.policies.settle.model_answer import LONGEST, ModelAnswer, Unfit, read_model_answer
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Impact, Met, Outcome, Type, from_json, to_json

DESK = Desk(matrix(), NOON)
ASKED = build_request(TALK, facts(), BOOK.asked())
NASTY = st.sampled_from(
    [
        "https://evil.example/pay", "[click](http://evil.example)", "<script>x</script>", "ACCEPT",
        "\r\nBcc: x@evil.example", "\u202egnp", "a\u200bb", "\x00", "![x](y)", "evil.example",
        WORDS, SEEN, "We will look into it by Friday.", "mallory@evil.example", "x" * 5000,
        "[card number]", "Order no. 12345", "\U000e0041", "**now**", "", "\ud83d", "m1", "maya",
        "mallory", "refund",
        "“nobody” answers", "card", "4111 1111 1111 1111", "-----", "# head", "| a | b |",
    ]
)  # fmt: skip
WORD = st.one_of(NASTY, st.text(max_size=40), st.builds("{} {}".format, NASTY, NASTY))
ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(WORD, inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip
QUOTE = st.one_of(
    st.fixed_dictionaries({"message": st.one_of(st.sampled_from(["m1", "m2", "m3"]), ODD),
                           "quote": st.one_of(WORD, ODD)}),
    ODD,
)  # fmt: skip
SIGN = st.one_of(
    st.fixed_dictionaries({"kind": st.one_of(st.sampled_from([kind.value for kind in Impact]), ODD),
                           "message": st.sampled_from(["m1", "m2", "m3"]), "quote": WORD}),
    ODD,
)  # fmt: skip
QUOTES = st.one_of(st.lists(QUOTE, max_size=12), ODD)
FINDING = st.one_of(
    st.fixed_dictionaries(
        {
            "policy": st.one_of(st.sampled_from(["refund", "outage"]), ODD),
            "reason": st.one_of(WORD, ODD),
            "quotes": QUOTES,
            "met": st.one_of(st.sampled_from(["met", "not_met", "unclear", "MET", True]), ODD),
            "severity": ODD,
            "owner": st.sampled_from(["maya", "mallory", "mallory@evil.example"]),
        }
    ),
    ODD,
)  # fmt: skip
ANSWER = st.one_of(
    st.fixed_dictionaries(
        {
            "findings": st.one_of(st.lists(FINDING, max_size=8), ODD),
            "triage": st.one_of(
                st.dictionaries(st.sampled_from(["what", "since", "who"]), QUOTE), ODD
            ),
            "tried": QUOTES,
            "told": QUOTES,
            "summary": st.one_of(WORD, ODD),
            "whose": st.one_of(st.sampled_from(["customer", "pitch", "private"]), ODD),
            "open": st.one_of(st.sampled_from(["open", "solved"]), ODD),
            "type": st.one_of(st.sampled_from([type_.value for type_ in Type]), ODD),
            "impact": st.one_of(st.lists(SIGN, max_size=20), ODD),
            "escalate": st.just(False),
            "owner": WORD,
        }
    ),
    ODD,
)
TEXT = st.one_of(
    ANSWER.map(json.dumps),
    ANSWER.map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.builds("{}\n```json\n{}\n```".format, WORD, ANSWER.map(json.dumps)),
    ANSWER.map(json.dumps).flatmap(
        lambda value: st.integers(0, len(value)).map(lambda n: value[:n])
    ),
    WORD,
)
LINK = re.compile(r"https?:|www\.|@|\b[\w-]+\.(?:example|com|md)\b|[<>\[\]`]|\*\*", re.IGNORECASE)
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\U000e0000-\U000e007f]"
)


def said_by(text: str) -> Opinion:
    """The opinion made of an answer, as the judge makes it."""
    made = Opinion("claude", ())
    try:
        answer: ModelAnswer = read_model_answer(text, ASKED.ids, ASKED.place)
    except Unfit:
        made.trouble = "answered no JSON"
        return made
    assert [judgement.policy for judgement in answer.findings] == list(ASKED.ids)
    made.findings, made.triage = answer.findings, answer.triage
    made.tried, made.told, made.summary = answer.tried, answer.told, answer.summary
    made.signs, made.types = answer.impact, {answer.type: 1.0} if answer.type else {}
    return made


def harmless(text: str, sure: bool, doubtful: bool) -> None:
    """What must hold whatever a model answers."""
    rules = opinion(
        "rules",
        finding("refund", Met.MET if sure else Met.NOT_MET, WORDS),
        finding("outage", Met.UNCLEAR if doubtful else Met.NOT_MET, sure=not doubtful),
    )
    got = settle_verdict(TALK, facts(), BOOK, (rules, said_by(text)), DESK)
    if sure:
        assert got.outcome is Outcome.ESCALATE, "a rule hit was silenced"
    if doubtful:
        assert got.outcome is not Outcome.LEAVE
    assert got.owner is None or DESK.matrix.person(got.owner)
    assert (got.owner is None) == (got.outcome is Outcome.LEAVE)
    assert {judgement.policy for judgement in got.findings} == {"refund", "outage"}
    quotes: list[Any] = [q for judgement in got.findings for q in judgement.quotes]
    quotes += [*got.tried, *got.told, *(item.quote for item in got.triage if item.quote)]
    posts = {post.key: " ".join(post.text.split()) for post in TALK.from_customer()}
    for quote in quotes:
        assert quote.text in posts[quote.post], "an unverified quote"
        assert 0 < len(quote.text) <= 280
    for judgement in got.findings:
        assert (
            judgement.met is not Met.MET
            or judgement.quotes
            or not judgement.by.startswith("claude")
        )
    shown = [item.text for item in quotes] + [judgement.reason for judgement in got.findings]
    for text_ in [*shown, *got.reasons, *got.steps, got.summary, got.engine]:
        assert not LINK.search(text_), text_
        assert not UNSEEN.search(text_), text_
        assert len(text_) <= 700
    assert len(to_json(got)) < 20_000
    assert from_json(to_json(got)) == got


@given(TEXT, st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_hostile_answer_can_do_little(text: str, sure: bool, doubtful: bool) -> None:
    """Only listed owners, no silence, no unverified quote, no link, no markup, bounded size."""
    harmless(text, sure, doubtful)


@pytest.mark.slow
@given(TEXT)
@settings(max_examples=1250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_hostile_answer_can_do_little_five_thousand_times(text: str) -> None:
    """The same, at length: to make up an answer costs more than to try it beside every rule."""
    for sure, doubtful in product((False, True), repeat=2):
        harmless(text, sure, doubtful)


def test_a_giant_answer_is_read_in_bounded_time() -> None:
    """Only the beginning is looked at; ten thousand findings are cut to what can be meant."""
    fields = {"policy": "refund", "reason": "x" * 9000, "quotes": [], "met": "met"}
    many = json.dumps({"findings": [fields] * 10_000})
    assert len(many) > LONGEST
    assert said_by(many).trouble
    few = said_by(json.dumps({"findings": [fields | {"reason": "x" * 900}] * 150}))
    assert all(len(each.reason) <= 600 for each in few.findings)
    assert said_by("{" * 100_000).trouble
    assert said_by('{"a":' * 100_000).trouble


def test_an_answer_that_contradicts_itself_is_unclear() -> None:
    """Met and not met in one breath."""
    both = [
        {"policy": "refund", "reason": "", "quotes": [], "met": met} for met in ("met", "not_met")
    ]
    assert said_by(json.dumps({"findings": both})).findings[1].met is Met.UNCLEAR
