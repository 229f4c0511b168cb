"""Claude as a judge over real HTTP: what goes over the wire, and what is made of an answer."""

import asyncio
import json
import time

import pytest
from claude_given import BOOK, SEEN, TALK, WORDS, ask, judge
from messages_api import MessagesApi, Seen, Told, answer, judging, message
from policies_given import NOON, facts, finding, matrix, opinion, policy, thread

from deskless.policies.book.book import make_book
from deskless.policies.reading.readers import shipped_readers
from deskless.policies.reading.triage import WHAT
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Met, Outcome, Severity, Type, Verdict, to_json


def test_the_wire() -> None:
    """One request: Bearer key, criteria kept for an hour, a schema, no tool, no temperature."""
    with MessagesApi() as api:
        ask(judge(api))
        [seen] = api.seen
    assert seen.path == "/v1/messages"
    assert seen.headers["authorization"] == "Bearer sk-test"
    assert "x-api-key" not in seen.headers
    assert seen.headers["x-stainless-retry-count"] == "0"
    assert set(seen.body) == {"model", "max_tokens", "system", "messages", "output_config"}
    task, criteria = seen.body["system"]
    assert "cache_control" not in task
    assert criteria["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    config = seen.body["output_config"]
    assert config["effort"] == "low"
    assert config["format"]["type"] == "json_schema"
    form = json.dumps(config["format"]["schema"], separators=(",", ":"))
    assert form in criteria["text"]
    assert {block["type"] for block in seen.body["messages"][0]["content"]} == {"text"}


def test_every_object_of_the_schema_names_and_requires_all_its_fields() -> None:
    """What the API insists on; no bound stands in it, since servers drop those."""
    with MessagesApi() as api:
        ask(judge(api))
        form = api.seen[0].body["output_config"]["format"]["schema"]

    def look(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["required"] == list(node["properties"])
                assert node["additionalProperties"] is False
            assert not {"minLength", "maxLength", "maxItems", "default"} & set(node)
            for element in node.values():
                look(element)

    look(form)
    item = form["properties"]["findings"]["items"]["properties"]
    assert list(item) == ["policy", "reason", "quotes", "met"], (
        "the reason comes before the verdict"
    )
    assert item["policy"]["enum"] == ["outage", "refund"]


def test_an_answer_becomes_findings_with_the_customers_own_words() -> None:
    """The mask goes out; the real words come back, and hold."""
    with MessagesApi(judging("refund", quote=SEEN)) as api:
        words = ask(judge(api))
        assert "4111" not in json.dumps(api.seen[0].body)
        assert "[card number]" in api.seen[0].said
    assert (words.engine, words.trouble, words.model) == ("claude", "", "claude-x")
    assert [(judgement.policy, judgement.met) for judgement in words.findings] == [
        ("outage", Met.NOT_MET), ("refund", Met.MET),
    ]  # fmt: skip
    assert words.findings[1].quotes[0].text == WORDS
    rules = opinion("rules", finding("refund", Met.NOT_MET), finding("outage", Met.NOT_MET))
    verdict = settle_verdict(TALK, facts(), BOOK, (rules, words), Desk(matrix(), NOON))
    assert verdict.outcome is Outcome.ESCALATE
    assert verdict.engine == "claude+rules"
    assert verdict.findings[1].quotes[0].text == WORDS
    assert next(item for item in verdict.triage if item.question == WHAT).answer == WORDS


STOOD = "your till stopped and none of our nine shops can sell"
STILL = thread(f"Hello, {STOOD}. You {WORDS}.")
GRADED = make_book(
    [
        policy("refund", type="business"),
        policy("outage", type="technical", severity="SEV-2", ceiling="SEV-1", floor="SEV-3"),
    ]
)


def weighed(*met: str, rules: Met = Met.NOT_MET, **more: object) -> Verdict:
    """What comes of an answer that meets these criteria and says `more`."""
    known = facts(**more.pop("known", {}))

    def told(seen: Seen) -> Told:
        return message(answer(seen.ids, *met, quote=STOOD, **more))

    with MessagesApi(told) as api:
        words = asyncio.run(judge(api).opine(STILL, known, GRADED.asked()))
    alone = opinion("rules", finding("refund", Met.NOT_MET), finding("outage", rules, STOOD))
    return settle_verdict(STILL, known, GRADED, (alone, words), Desk(matrix(), NOON))


SIGNS = [
    {"kind": kind, "message": "m1", "quote": STOOD} for kind in ("stopped", "everyone", "clients")
]


def test_a_model_is_asked_what_the_readers_ask() -> None:
    """Whose matter it is and whether it is open: the answers are the readers, and the questions."""
    with MessagesApi() as api:
        ask(judge(api))
        [seen] = api.seen
    fields = seen.body["output_config"]["format"]["schema"]["properties"]
    readers = shipped_readers()
    assert {*fields["whose"]["enum"], *fields["open"]["enum"]} == {
        "customer", "open", *(reader.id for reader in readers),
    }  # fmt: skip
    task = seen.body["system"][0]["text"]
    assert all(reader.question in task for reader in readers)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"whose": "pitch"}, "not a customer's matter (pitch)"),
        ({"open": "another-company"}, "not open (another company)"),
        ({"open": "solved"}, "not open (solved)"),
        ({"open": "hypothetical"}, "not open (hypothetical)"),
    ],
)
def test_what_is_nobodys_matter_of_ours_only_asks_a_person(more: dict[str, str], told: str) -> None:
    """An answer that meets a criterion in a pitch contradicts itself; a rule's hit stays a hit, and
    the two are shown beside each other.
    """
    doubted = weighed("outage", impact=SIGNS, **more)
    assert doubted.outcome is Outcome.REVIEW
    assert any(told in reason for reason in doubted.reasons)
    both = weighed("outage", rules=Met.MET, impact=SIGNS, **more)
    assert both.outcome is Outcome.ESCALATE
    assert any("is disputed" in line and told in line for line in both.reasons)
    assert both.severity is Severity.SEV2, "what it doubts itself is no proof"
    assert weighed("outage", whose="customer", open="open").outcome is Outcome.ESCALATE


def test_a_models_impact_counts_as_far_as_it_is_quoted() -> None:
    """Two signs in the customer's words are proof; an invented one is none, and where a mail talks
    to machines none is taken.
    """
    proven = weighed("outage", impact=SIGNS)
    assert proven.severity is Severity.SEV1
    assert any("work stands still" in step and STOOD in step for step in proven.steps)
    invented = [{**sign, "quote": "a hundred shops are closed today"} for sign in SIGNS]
    assert weighed("outage", impact=invented).severity is Severity.SEV2
    odd = [{**sign, "kind": "apocalypse"} for sign in SIGNS]
    assert weighed("outage", impact=odd).severity is Severity.SEV2
    talked = weighed("outage", impact=SIGNS, known={"injection": ("orders to a machine",)})
    assert talked.severity is Severity.SEV2


def test_a_model_that_takes_it_for_another_type_is_told() -> None:
    """Its word is one of several; what the case has instead stands beside it."""
    assert weighed("outage", rules=Met.MET, type="technical").type is Type.TECHNICAL
    other = weighed("outage", rules=Met.MET, type="compliance")
    assert other.type is Type.TECHNICAL
    assert "claude takes it for compliance, not technical." in other.reasons


def test_the_same_answer_gives_the_same_verdict_to_the_byte() -> None:
    """Though the marks differ."""
    rules = opinion("rules", finding("refund", Met.NOT_MET), finding("outage", Met.NOT_MET))
    with MessagesApi(judging("refund", quote=SEEN)) as api:
        made = {
            to_json(
                settle_verdict(TALK, facts(), BOOK, (rules, ask(judge(api))), Desk(matrix(), NOON))
            )
            for _ in range(2)
        }
    assert len(made) == 1


def test_a_team_may_send_mail_as_it_is() -> None:
    """`mask = false`; its verdicts are kept under another name."""
    with MessagesApi() as api:
        claude = judge(api, mask=False)
        ask(claude)
        assert "4111 1111 1111 1111" in api.seen[0].said
        assert claude.voice.prompt != judge(api).voice.prompt


def test_tokens_are_counted_with_what_the_server_kept() -> None:
    """Input is the sum; its parts cost differently."""
    told = message(answer(["outage", "refund"]), input_tokens=100, output_tokens=50,
                   cache_read_input_tokens=3000, cache_creation_input_tokens=7)  # fmt: skip
    with MessagesApi(told) as api:
        words = ask(judge(api))
    assert (words.tokens_in, words.tokens_out) == (3107, 50)
    assert (words.cache_read, words.cache_written) == (3000, 7)


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": 0, "output_tokens": 0},
        {"input_tokens": -1, "output_tokens": -7},
        {"input_tokens": 0, "output_tokens": -7, "cache_read_input_tokens": -9},
        {"input_tokens": None, "output_tokens": "many"},
    ],
)
def test_a_server_that_counts_nothing_is_counted_by_what_was_said(usage: dict[str, int]) -> None:
    """Some local servers report 0 tokens or less: the budget would never be spent."""
    with MessagesApi(message(answer(["outage", "refund"]), **usage)) as api:
        words = ask(judge(api))
        [seen] = api.seen
    told = len(answer(["outage", "refund"]).encode())
    assert told // 4 < words.tokens_out <= told
    assert len(seen.said.encode()) // 4 < words.tokens_in < 20_000


@pytest.mark.parametrize(
    "wrapped",
    [
        "```json\n{}\n```", "Here is my answer:\n{}\nI hope it helps.", "<think>{{a}}</think>{}",
        "\ufeff{}", '{{"plan": 1}} {}',
    ],
)  # fmt: skip
def test_an_answer_in_a_wrapping_is_taken_out_of_it(wrapped: str) -> None:
    """Local servers do not enforce the schema, and models like to talk."""
    with MessagesApi(lambda seen: message(wrapped.format(answer(seen.ids)))) as api:
        words = ask(judge(api))
        assert len(api.seen) == 1
    assert not words.trouble


def test_junk_is_mended_once() -> None:
    """The model sees its own answer and what is wrong with it; both calls are paid for."""
    with MessagesApi() as api:
        api.say(message("I think you should refund them."))
        words = ask(judge(api))
        first, second = api.seen
    assert not words.trouble
    assert words.tokens_in == 2000
    assert second.body["messages"][0] == first.body["messages"][0]
    assert second.body["messages"][1] == {
        "role": "assistant", "content": "I think you should refund them.",
    }  # fmt: skip
    assert "there is no JSON object in it" in second.body["messages"][2]["content"]


def test_a_criterion_left_out_is_asked_for_once_and_then_unclear() -> None:
    """Never silently not met."""
    with MessagesApi(lambda seen: message(answer(["refund"], "refund", quote=SEEN))) as api:
        words = ask(judge(api))
        assert len(api.seen) == 2
        assert "no finding for outage" in api.seen[1].body["messages"][2]["content"]
    assert [judgement.met for judgement in words.findings] == [Met.UNCLEAR, Met.MET]
    assert not words.trouble


def test_what_a_repair_breaks_does_not_lose_the_first_answer() -> None:
    """An incomplete answer is better than none."""
    with MessagesApi(message("no", stop="refusal")) as api:
        api.say(message(answer(["refund"])))
        words = ask(judge(api))
    assert [judgement.met for judgement in words.findings] == [Met.UNCLEAR, Met.NOT_MET]


def test_a_server_that_knows_no_schema_is_asked_without() -> None:
    """An older server refuses the field; the schema stands in the text, and it is remembered."""

    def old(seen: Seen) -> Told:
        if "output_config" in seen.body or "cache_control" in seen.body["system"][1]:
            fault = {"type": "invalid_request_error", "message": "output_config: Extra inputs"}
            return Told(400, json.dumps({"type": "error", "error": fault}).encode())
        return message(answer(seen.ids, "refund", quote=SEEN))

    with MessagesApi(old) as api:
        claude = judge(api)
        assert not ask(claude).trouble
        assert not ask(claude).trouble
        assert ["output_config" in item.body for item in api.seen] == [True, False, False]


def test_many_threads_take_as_long_as_their_share() -> None:
    """50 threads at 0.1 s with 10 in flight: about half a second, and never more than 10."""
    told = message(answer(["outage", "refund"]))
    told.delay = 0.1
    with MessagesApi(told) as api:
        claude = judge(api)
        gate = asyncio.Semaphore(10)

        async def value() -> None:
            async with gate:
                await claude.opine(TALK, facts(), BOOK.asked())

        async def everybody() -> float:
            await claude.opine(TALK, facts(), BOOK.asked())  # the SDK is imported
            start = time.monotonic()
            await asyncio.gather(*(value() for _ in range(50)))
            return time.monotonic() - start

        took = asyncio.run(everybody())
        assert api.busiest <= 10
        assert len(api.seen) == 51
    assert 0.5 <= took < 4.5  # one after the other it is five seconds and more


def test_a_judge_lives_through_several_event_loops() -> None:
    """Commands run one for each thread."""
    with MessagesApi() as api:
        claude = judge(api)
        assert [ask(claude).trouble for _ in range(3)] == ["", "", ""]
