"""Claude as the third reader of replies: real mail, real HTTP; only the judgement is scripted.

What a model that is wholly against us can still do with a reply that code cannot read, of a sender
who is proven: choose accept, bounce, later, need, note, progress or resolved, where the letter that
is answered allows it, the words quoted stand in the reply, the heads hold it possible, and nothing
in the words stands against it; or ask back. It chooses no time, no person and no word of any mail,
sends, ends, opens and confirms nothing, silences nobody and holds up nothing for longer than its
timeout. Each row of `AGAINST_US` is a try at more.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from claude_given import with_model
from harness import Company
from messages_api import (
    MessagesApi,
    Told,
    asks_about_reply,
    error,
    message,
    proposing,
    reading_replies,
)

from deskless.agent.case.case import Status
from deskless.agent.daemon import proposals
from deskless.agent.office import state_keys
from deskless.agent.office.failpoints import Failed, Failpoints, read_orders
from deskless.agent.operations.health import Ending

TROUBLE = "We were charged twice and want it back."
MINE = "Gehört ab jetzt zu meinem Stapel, Vera hört um 15 Uhr was"
"""A yes that neither the grammar nor the heads are sure of."""
YES = proposing("accept", MINE, when="um 15 Uhr")
JUNK: dict[str, Told] = {
    "a refusal": message("", "refusal"),
    "no JSON": message("Sure! I would accept that."),
    "a JSON list": message("[1, 2]"),
    "another act": proposing("close", MINE),
    "an act that leaves": proposing("send", MINE),
    "a quote that was never written": proposing("accept", "I take it, says Ben"),
    "no quote": proposing("accept"),
    "a time that was never written": proposing("accept", MINE, when="um 9 Uhr"),
    "a quote of numbers": message('{"reason": "x", "act": "accept", "quote": 7}'),
    "half an answer": message(json.dumps({"act": "accept"})[:9]),
    "nothing at all": message(""),
    "an error": error(500),
    "a dead key": error(401),
    "a page": Told(body=b"<html>hello</html>"),
}


def asked(api: MessagesApi) -> list[Any]:
    """The requests about replies."""
    return [seen for seen in api.seen if asks_about_reply(seen)]


def opened(acme: Company) -> str:
    """A case is offered; who was asked."""
    acme.customer_writes(TROUBLE)
    return next(who for who in ("ana", "ben") if acme.id(who) == acme.case.handoff.to)  # type: ignore[union-attr]


def asked_back(acme: Company, who: str) -> bool:
    """Whether the newest mail to somebody asks what they meant."""
    return "did you mean" in acme.mails(who)[-1].text.lower()


def test_a_proposal_accepts_and_says_how_it_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the time that code reads in the words, the words themselves, and the way back."""
    with (
        MessagesApi(reading_replies(YES)) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        acme.reply(who, MINE)
        assert acme.case.owner == acme.id(who)
        assert acme.case.promise is not None
        assert f"{acme.case.promise:%H:%M}" == "14:00"
        receipt = " ".join(acme.mail(who, "took ACME-1042-1").text.split())
        assert f"The model read “{MINE}” as ACCEPT" in receipt
        assert "UNDO" in receipt
        [entry] = acme.entries("proposed")
        assert (entry.data["act"], entry.data["done"], entry.data["model"]) == (
            "accept", True, acme.office.bench.voice.model,
        )  # fmt: skip
        acme.reply(who, "UNDO")
        assert acme.case.owner is None
        acme.consistent()


def test_the_model_sees_the_masked_reply_and_nothing_of_the_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who writes nor what the case is about; a mark in the words is none of ours."""
    words = f"{MINE}\n<<<end>>> Meine Nummer: +49 30 1234567"
    with (
        MessagesApi(reading_replies(proposing("none"))) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        acme.reply(who, words)
        [seen] = asked(api)
        assert "Gehört ab jetzt" in seen.said
        for private in ("1234567", "charged", "Vera Lind", "northwind", who, "<<<end"):
            assert private not in seen.said, private
        kinds = seen.body["output_config"]["format"]["schema"]["properties"]["act"]["enum"]
        assert kinds == ["accept", "bounce", "later", "need", "note", "none"]
        assert asked_back(acme, who)


def test_what_code_can_read_is_shown_to_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exact word, a clear sentence, a reply to a code mail."""
    with (
        MessagesApi(reading_replies(proposing("bounce", MINE))) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        acme.reply(who, "sure, I ring them at three")
        acme.reply(who, "need: which invoice?")
        assert acme.case.owner == acme.id(who)
        assert asked(api) == []


@pytest.mark.parametrize("name", JUNK)
def test_a_model_that_cannot_be_used_leaves_the_question_to_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Asked back at once, with nothing changed, by one mail; and the next word acts."""
    with (
        MessagesApi(reading_replies(JUNK[name])) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        before = len(acme.mails(who))
        acme.reply(who, MINE)
        assert len(acme.mails(who)) == before + 1
        assert asked_back(acme, who)
        assert acme.case.status is Status.OFFERED
        assert [entry.data["done"] for entry in acme.entries("proposed")] == [False]
        acme.reply(who, "ACCEPT")
        assert acme.case.owner == acme.id(who)


def test_a_model_that_is_silent_too_long_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its timeout is all that a teammate waits; a spent budget does not even cost that."""
    slow = Told(delay=1.5)
    with (
        MessagesApi(reading_replies(slow)) as api,
        with_model(tmp_path, monkeypatch, api, timeout=1) as acme,
    ):
        who = opened(acme)
        acme.reply(who, MINE)
        assert asked_back(acme, who)
        assert [entry.data["trouble"] for entry in acme.entries("proposed")] == ["timeout"]


def test_a_spent_budget_asks_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a proposal cost counts like a judgement; when it is spent nobody is asked."""
    money = {"budget": "0.006 USD/day", "price_in": 2, "price_out": 10}
    with (
        MessagesApi(reading_replies(proposing("none"))) as api,
        with_model(tmp_path, monkeypatch, api, **money) as acme,
    ):
        who = opened(acme)
        for words in (MINE, "yours truly is on the phone with her already"):
            acme.reply(who, words)
        assert len(asked(api)) == 1
        troubles = [entry.data["trouble"] for entry in acme.entries("proposed")]
        assert troubles == ["", "budget spent"]


AGAINST_US = [
    ("Ich nehme es nicht", "accept", "Ich nehme es nicht"),
    ("Ich nehme es, falls Ana ausfällt", "accept", "Ich nehme es, falls Ana ausfällt"),
    ("Cleo said: I take it", "accept", "I take it"),
    ("Shall I take it?", "accept", "Shall I take it?"),
    ("Dibs. No, wait, I am out", "accept", "Dibs"),
    ("I'll take it, not that I had a choice", "bounce", "not that I had a choice"),
    ("Thank you for your message. We look into it.", "accept", "We look into it."),
    ("Honey, bring milk please and call the plumber", "accept", "bring milk please"),
    ("Dibs, and it is a SEV-1", "accept", "Dibs, and it is a SEV-1"),
    ("ok noted", "bounce", "ok noted"),
    ("hm", "accept", "hm"),
    ("Estaré fuera hasta el lunes", "accept", "Estaré fuera hasta el lunes"),
]


@pytest.mark.parametrize(("words", "act", "quote"), AGAINST_US)
def test_what_stands_against_an_act_is_not_overruled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, act: str, quote: str
) -> None:
    """Nobody becomes owner and nobody else is asked, whatever a model says of these words."""
    with (
        MessagesApi(reading_replies(proposing(act, quote))) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        acme.reply(who, words)
        if act == "bounce":
            assert all(handoff.to == acme.id(who) for handoff in acme.case.handoffs)
        else:
            assert acme.case.owner is None
        assert len(acme.outside("vera@northwind.example")) == 0


@pytest.mark.parametrize("act", ["send", "close", "go", "live", "offer", "undo", "withdraw", "yes"])
def test_no_proposal_leaves_ends_or_confirms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Also where the words would fit: the schema has no such act, and an answer that names one is
    junk.
    """
    words = "der Brief kann so raus zu Vera, passt schon irgendwie"
    with (
        MessagesApi(reading_replies(proposing(act, words))) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        acme.reply(who, "ACCEPT")
        acme.reply(who, words)
        assert acme.case.status is Status.OWNED
        assert acme.outside("vera@northwind.example") == []


def test_later_words_of_the_same_person_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply that waited for the model does not undo what its writer has said plainly since."""
    with (
        MessagesApi(reading_replies(YES)) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        monkeypatch.setattr("deskless.agent.daemon.turn.ask_about_replies", _nobody)
        acme.reply(who, MINE)
        acme.reply(who, "BOUNCE because billing is not mine", to=acme.brief(who))
        monkeypatch.undo()
        monkeypatch.setenv("ACME_PASSWORD", "secret")
        acme.settle()
        assert acme.case.owner is None
        assert "written again since" in " ".join(acme.mails(who)[-1].text.split())


def _none(doing: str) -> AbstractContextManager[Ending]:
    """A border that lets through what a kill would do to the whole process."""
    return nullcontext(Ending())


async def _nobody(office: object, *, border: object) -> int:
    return 0


@pytest.mark.parametrize("step", ["proposed", "before commit", "after commit"])
def test_a_kill_between_asking_and_settling_asks_again_and_settles_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The reply lies in the store from the moment its mail was taken; it acts once."""
    with (
        MessagesApi(reading_replies(YES)) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        real = proposals.ask_about_replies
        monkeypatch.setattr("deskless.agent.daemon.turn.ask_about_replies", _nobody)
        acme.reply(who, MINE)
        monkeypatch.setattr("deskless.agent.daemon.turn.ask_about_replies", real)
        with acme.office.store.reading() as session:
            assert len(state_keys.PENDING.under(session)) == 1
        acme.office.step = Failpoints(read_orders(f"{step}:1:raise"))
        with pytest.raises(Failed):
            asyncio.run(proposals.ask_about_replies(acme.office, border=_none))
        acme.restart()
        acme.settle()
        assert acme.case.owner == acme.id(who)
        assert len(acme.entries("accepted")) == 1
        assert len(acme.entries("proposed")) == 1
        assert len(asked(api)) == (1 if step == "after commit" else 2)


def test_two_replies_of_one_turn_settle_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is read in the case as the first has left it."""

    def told(seen: Any) -> Told:
        first = "Gehört" in seen.said
        return YES if first else proposing("bounce", "bitte weiter an jemand anderen damit")

    with (
        MessagesApi(reading_replies(told)) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        who = opened(acme)
        real: Callable[..., Any] = proposals.ask_about_replies
        monkeypatch.setattr("deskless.agent.daemon.turn.ask_about_replies", _nobody)
        acme.reply(who, MINE)
        acme.reply(who, "Dibs.", to=acme.brief(who))
        monkeypatch.setattr("deskless.agent.daemon.turn.ask_about_replies", real)
        acme.settle()
        seqs = [entry.data["act"] for entry in acme.entries("proposed")]
        assert len(seqs) == 2
        assert acme.case.owner == acme.id(who)
        acme.consistent()
