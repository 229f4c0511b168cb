"""Every way in which a model fails has a name, costs no exception, and blocks nothing."""

import asyncio
import json
import socket
import time
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from claude_given import BOOK, TALK, ask, judge
from messages_api import MessagesApi, Script, Told, answer, error, message
from policies_given import NOON, facts

from deskless.agent.model import claude_fault
from deskless.agent.model.claude import Claude, Settings
from deskless.agent.model.claude_fault import DEAD, ModelFault
from deskless.agent.model.claude_wire import Wire
from deskless.agent.settings.secret import SecretMissing
from deskless.policies.judge import Opinion
from deskless.policies.settle.reasons import failed_at_mail

NOT_API = "not the Messages API"
JSON, HTML = {"content-type": "application/json"}, {"content-type": "text/html"}
PERSON = [  # what a mail may cause: a person looks
    ("refused the mail", message("I cannot help with that.", "refusal")),
    ("refused the mail", message("", "refusal")),
    ("cut off at max_tokens", message('{"findings": [', "max_tokens")),
    ("the mail is too long for the model", message("", "model_context_window_exceeded")),
    ("the mail is too long for the model", error(413, "request_too_large")),
    ("the mail is too long for the model", error(400, "invalid", "prompt is too long")),
    ("empty answer", message("")),
    ("empty answer", message(" \n ")),
    ("answered no JSON", message("I would refund them.")),
    ("answered no JSON", message("[" * 5000)),
    ("answered no JSON", message('{"a":' * 5000)),
    ("answered no JSON", message("{" * 5000)),
    ("ignored the schema", message("{}")),
    ("ignored the schema", message('{"findings": "none"}')),
    ("ignored the schema", message('{"findings": [{"policy": "other", "met": "met"}]}')),
    ("ignored the schema", message('{"findings": [{"policy": ["refund"], "met": {}}]}')),
    ("ignored the schema", message('{"findings": [{"policy": "refund", "met": "yes"}]}')),
]  # fmt: skip
LATER = [  # passes by itself: asked again, after so many seconds
    ("timeout", 60, error(408)),
    ("busy", 60, error(409, "conflict_error")),
    ("rate limited", 60, error(429, "rate_limit_error")),
    ("rate limited", 7, error(429, headers={"retry-after": "7"})),
    ("rate limited", 1.5, error(429, headers={"retry-after-ms": "1500", "retry-after": "9"})),
    ("rate limited", 3600, error(429, headers={"retry-after": "4294967"})),
    ("rate limited", 60, error(429, headers={"retry-after": "0"})),
    ("rate limited", 60, error(429, headers={"retry-after": "-5"})),
    ("rate limited", 60, error(429, headers={"retry-after": "nan"})),
    ("rate limited", 60, error(429, headers={"retry-after": "inf"})),
    ("rate limited", 60, error(429, headers={"retry-after": "soon"})),
    ("rate limited", 90, error(429, headers={
        "retry-after": format_datetime(NOON + timedelta(seconds=90), usegmt=True)})),
    ("server error", 60, error(500)),
    ("server error", 60, error(500, headers={"x-should-retry": "true"})),
    ("server error", 60, Told(502, b"<html>Bad Gateway</html>")),
    ("busy", 60, error(503)),
    ("timeout", 60, error(504)),
    ("busy", 60, error(529, "overloaded_error")),
    ("busy", 20, error(529, "overloaded_error", headers={"retry-after": "20"})),
    (NOT_API, 300, Told(200, b"<html>Log in to the WiFi</html>", HTML)),
    (NOT_API, 300, Told(200, b"")),
    (NOT_API, 300, Told(200, b"{", JSON)),
    (NOT_API, 300, Told(200, b"[" * 100_000, JSON)),
    (NOT_API, 300, Told(200, b"null", JSON)),
    (NOT_API, 300, Told(200, b'{"error": "x"}', JSON)),
    (NOT_API, 300, Told(200, b'{"content": "hi"}', JSON)),
    ("unreachable", 60, Told(200, b'{"content": [', JSON, cut=True)),
]  # fmt: skip
NEVER = [  # somebody has to do something: no retry
    ("bad request", error(400, "invalid_request_error", "messages.0: what?")),
    ("bad request", error(422, "invalid_request_error")),
    ("key not accepted", error(401, "authentication_error")),
    ("no credit", error(402, "billing_error")),
    ("no credit", error(400, "invalid_request_error", "Your credit balance is too low")),
    ("no permission", error(403, "permission_error")),
    ("model not found", error(404, "not_found_error", "model: claude-old")),
    ("model not found", error(410)),
    ("spend limit reached", error(429, code="enforced_spend_limit_reached",
                                  headers={"retry-after": "3600"})),
    ("redirected", Told(307, b"", {"location": "http://127.0.0.1:9/elsewhere"})),
]  # fmt: skip


def tried(script: Script, *, timeout: float = 5) -> tuple[Opinion, Claude, MessagesApi]:
    """What a judge says when every answer is this one."""
    with MessagesApi(script) as api:
        claude = judge(api, timeout=timeout)
        return ask(claude), claude, api


@pytest.mark.parametrize(("word", "script"), PERSON)
def test_what_the_mail_may_have_caused_goes_to_a_person(word: str, script: Told) -> None:
    """Asked at most twice; the route itself is sound."""
    words, claude, api = tried(script)
    assert (words.trouble, words.retry_after, words.findings) == (word, None, ())
    assert failed_at_mail(words)
    assert not claude.trouble
    assert len(api.seen) == (2 if word in {"answered no JSON", "ignored the schema"} else 1)


@pytest.mark.parametrize(("word", "seconds", "script"), LATER)
def test_what_passes_is_asked_again_later(word: str, seconds: float, script: Told) -> None:
    """By the store's queue and not by the SDK: one call, no waiting."""
    start = time.monotonic()
    words, claude, api = tried(script)
    assert time.monotonic() - start < 4
    assert (words.trouble, words.retry_after) == (word, pytest.approx(seconds))
    assert not failed_at_mail(words)
    assert claude.trouble
    assert len(api.seen) == 1


@pytest.mark.parametrize(("word", "script"), NEVER)
def test_what_a_person_must_mend_is_not_tried_again(word: str, script: Told) -> None:
    """And the founder can be told, in a sentence."""
    words, claude, api = tried(script)
    assert (words.trouble, words.retry_after) == (word, None)
    assert not failed_at_mail(words)
    assert claude.trouble.endswith(".")
    assert len(api.seen) == 1


def test_a_bad_request_that_may_be_the_schemas_is_tried_without_it() -> None:
    """And if that is refused, too, it is a bad request."""
    words, _, api = tried(
        error(400, "invalid_request_error", "output_config.format: unknown field")
    )
    assert words.trouble == "bad request"
    assert len(api.seen) == 2


def test_silence_is_cut_by_the_wall_clock() -> None:
    """However long the server takes."""
    told = message(answer(["outage", "refund"]))
    told.delay = 8
    start = time.monotonic()
    words, _, _ = tried(told, timeout=0.2)
    assert time.monotonic() - start < 7
    assert (words.trouble, words.retry_after) == ("timeout", 60)


def test_a_server_that_drips_is_cut_as_well() -> None:
    """Each byte comes in time, the answer never does."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    async def story() -> Opinion:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        claude = Claude(Wire(f"http://127.0.0.1:{port}", timeout=0.3), Settings("m", lambda: "k"))
        opinion = await claude.opine(TALK, facts(), BOOK.asked())
        server.close()
        return opinion

    assert asyncio.run(story()).trouble == "timeout"


def test_nobody_at_the_address() -> None:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        words = ask(Claude(Wire(url, timeout=2), Settings("m", lambda: "k")))
    assert (words.trouble, words.retry_after) == ("unreachable", 60)


def missing() -> str:
    """A key that is not there."""
    raise SecretMissing("the environment has no KEY")


@pytest.mark.parametrize("key", [missing, lambda: "", lambda: "sk-ö", lambda: "a\nb"])
def test_a_key_that_cannot_be_had(key: object) -> None:
    """No call is made without one that can be sent."""
    with MessagesApi() as api:
        words = ask(Claude(Wire(api.url, timeout=2), Settings("m", key)))  # type: ignore[arg-type]
        assert (words.trouble, api.seen) == ("no key", [])


@pytest.mark.parametrize("script", [error(401), error(402), error(403), error(404)])
def test_a_dead_key_costs_one_call_and_is_tried_again_after_a_while(script: Told) -> None:
    """The sentence stands until an answer comes."""
    with MessagesApi() as api:
        claude = judge(api)
        api.say(script)
        words = [ask(claude, after=after).trouble for after in (0, 1, DEAD - 1)]
        assert len(set(words)) == 1
        assert words[0]
        assert len(api.seen) == 1
        assert claude.trouble
        assert not ask(claude, after=DEAD).trouble
        assert not claude.trouble
        assert len(api.seen) == 2


def test_a_changed_key_is_found_without_a_restart() -> None:
    """After a refusal the key is fetched anew."""
    keys = iter(["old", "new"])
    with MessagesApi() as api:
        api.say(error(401))
        claude = Claude(Wire(api.url, timeout=2), Settings("m", lambda: next(keys)))
        ask(claude)
        assert not ask(claude, after=DEAD).trouble
        assert [item.headers["authorization"] for item in api.seen] == ["Bearer old", "Bearer new"]


def test_a_limit_holds_for_every_thread() -> None:
    """Fifty mails at once do not make fifty calls that are refused."""
    with MessagesApi() as api:
        claude = judge(api)
        api.say(error(429, headers={"retry-after": "120"}))
        ask(claude)
        words = [ask(claude, after=after) for after in (1, 100)]
        assert [item.trouble for item in words] == ["rate limited"] * 2
        assert [item.retry_after for item in words] == [119, 20]
        assert len(api.seen) == 1
        assert not ask(claude, after=121).trouble


def test_an_outage_is_felt_twice_and_then_ever_rarer() -> None:
    """A turn waits for one timeout, not for fifty; the pause grows to a quarter of an hour."""
    with MessagesApi(error(500)) as api:
        claude = judge(api)
        at, calls = 0.0, []
        while at < 7200:
            before = len(api.seen)
            ask(claude, after=at)
            if len(api.seen) > before:
                calls.append(at)
            at += 30
        gaps = [later - item for item, later in pairwise(calls)]
        assert gaps[:5] == [30, 60, 120, 240, 480]
        assert set(gaps[5:]) == {900}
        api.always = message(answer(["outage", "refund"]))
        assert not ask(claude, after=at + 900).trouble
        assert not ask(claude, after=at + 901).trouble


def test_failures_side_by_side_count_once() -> None:
    """Ten calls in flight when the server dies do not make an hour's pause."""
    with MessagesApi(error(500)) as api:
        claude = judge(api)

        async def many() -> None:
            await asyncio.gather(*(claude.opine(TALK, facts(), BOOK.asked()) for _ in range(10)))

        asyncio.run(many())
        api.always = message(answer(["outage", "refund"]))
        assert not ask(claude, after=61).trouble


def test_a_clock_that_was_set_back_does_not_shut_the_model_out() -> None:
    """A pause from the future is none."""
    with MessagesApi() as api:
        claude = judge(api)
        api.say(error(401))
        ask(claude, after=90_000)
        assert not ask(claude, after=0).trouble


def test_no_fault_is_silent_and_only_a_mails_own_sends_it_to_a_person() -> None:
    """Every named fault: a word; a sentence unless the mail may have caused it."""
    faults = [var for var in vars(claude_fault).values() if isinstance(var, ModelFault)]
    assert len(faults) > 15
    for fault in faults:
        opinion = Opinion("claude", ())
        opinion.trouble = fault.word
        assert fault.word
        assert failed_at_mail(opinion) == (not fault.said)
        assert (fault.retry_after or 0) <= 3600
        assert fault.pause <= 3600


def test_a_redirect_does_not_carry_the_mail_elsewhere() -> None:
    """A 307 would send the body again, to whoever is named."""
    with MessagesApi() as other, MessagesApi(Told(307, b"", {"location": other.url})) as api:
        assert ask(judge(api)).trouble == "redirected"
        assert other.seen == []


def test_a_mail_never_stands_in_a_trouble() -> None:
    """A server may echo the request in its error; we repeat none of it."""

    def echo(seen: object) -> Told:
        return error(400, "invalid_request_error", json.dumps("Order no. 12345 <b>sk-test</b>"))

    words, claude, _ = tried(echo)
    assert "12345" not in words.trouble + claude.trouble
