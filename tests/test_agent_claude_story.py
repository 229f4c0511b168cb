"""Claude in the company: kept verdicts, the queue, the budget; real mail, real HTTP."""

import threading
from pathlib import Path
from typing import Any

import pytest
from claude_given import with_model
from harness import OUTAGE, Company
from messages_api import MessagesApi, answer, error, judging, message

from deskless.agent.judging import judge_queue
from deskless.store import verdicts
from deskless.store.ledger.entries import Entry

PLAIN = "The sum left our account two times this month.\n\nVera"


def judged(acme: Company) -> list[dict[str, Any]]:
    """Every verdict as the ledger has it."""
    return [dict(entry.data) for entry in acme.entries("judged")]


def again(acme: Company) -> int:
    """Judge the conversation once more, as if something had asked for it."""
    waits(acme, acme.entries("judged")[:1])
    return acme.turn().judged


def waits(acme: Company, entries: list[Entry]) -> None:
    """Let the conversations of these entries wait for a judge."""
    with acme.office.store.transaction() as session:
        for entry in entries:
            ticket = str(entry.ticket)
            verdicts.queue_thread(session, verdicts.Waiting(ticket, acme.clock.now(), 0, "again"))


def test_a_model_finds_what_no_phrase_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer's own words open the case, and stand in the brief."""
    with (
        MessagesApi(judging("refund-dispute", quote="left our account two times")) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        acme.customer_writes(PLAIN)
        assert len(acme.cases()) == 1
        assert judged(acme)[0]["engine"] == "claude+rules"
        assert "left our account two times" in acme.mail("ana", "two times").text
        acme.consistent()


def test_the_same_situation_is_judged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time there is no call; a changed criterion asks again."""
    with MessagesApi() as api, with_model(tmp_path, monkeypatch, api) as acme:
        acme.customer_writes(PLAIN)
        assert len(api.seen) == 1
        assert again(acme) == 1
        assert len(api.seen) == 1
        assert len({item["verdict"] for item in judged(acme)}) == 1
        (tmp_path / "policies" / "outage.md").write_text(OUTAGE.replace("nobody can", "no one can"))
        acme.restart()
        again(acme)
        assert len(api.seen) == 2
        assert len({item["verdict"] for item in judged(acme)}) == 2


def test_a_busy_model_is_asked_again_and_the_rules_judge_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it finds then still opens the case."""
    result = judging("refund-dispute", quote="left our account two times")
    with MessagesApi(result) as api, with_model(tmp_path, monkeypatch, api) as acme:
        api.say(error(529, "overloaded_error", headers={"retry-after": "90"}))
        acme.customer_writes(PLAIN)
        assert judged(acme)[0]["engine"] == "rules (claude: busy)"
        assert acme.cases() == []
        assert judge_queue.model_trouble(acme.office) == "The model's server is busy."
        acme.pass_time(seconds=60)
        assert len(api.seen) == 1
        acme.pass_time(seconds=31)
        assert len(api.seen) == 2
        assert len(acme.cases()) == 1
        assert judge_queue.model_trouble(acme.office) == ""


def test_a_rule_hit_needs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead key, a refusal: the case opens all the same, and says who judged."""
    with MessagesApi(error(401)) as api, with_model(tmp_path, monkeypatch, api) as acme:
        acme.customer_writes("We were charged twice and want it back.")
        assert len(acme.cases()) == 1
        assert judged(acme)[0]["engine"] == "rules (claude: key not accepted)"
        assert "does not accept the key" in judge_queue.model_trouble(acme.office)


def test_a_refusal_sends_the_mail_to_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never silence: somebody may write mail that makes a model refuse."""
    with (
        MessagesApi(message("", "refusal")) as api,
        with_model(tmp_path, monkeypatch, api) as acme,
    ):
        acme.customer_writes(PLAIN)
        assert judged(acme)[0]["outcome"] == "review"
        assert judged(acme)[0]["engine"] == "rules (claude: refused the mail)"


def test_the_days_budget_is_kept_to_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000 tokens in and 200 out at 2 and 10 dollars a million: 0.004 a call."""
    money = {"budget": "0.01 USD/day", "price_in": 2, "price_out": 10, "in_flight": 1}
    with MessagesApi() as api, with_model(tmp_path, monkeypatch, api, **money) as acme:
        for number in range(5):
            acme.customer_writes(PLAIN, subject=f"Bill {number}")
        assert len(api.seen) == 3
        assert judged(acme)[-1]["engine"] == "rules (claude: budget spent)"
        assert "0.01 USD/day is spent until midnight" in judge_queue.model_trouble(acme.office)
        acme.pass_time(days=1)
        acme.customer_writes(PLAIN, subject="Tomorrow's bill")
        assert len(api.seen) == 4


def test_a_server_that_counts_nothing_spends_the_budget_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reports no token at all; what was asked and said is counted by its length."""
    money = {"budget": "0.01 USD/day", "price_in": 2, "price_out": 10, "in_flight": 1}

    def free(seen: Any) -> Any:
        return message(answer(seen.ids), input_tokens=0, output_tokens=-1)

    with MessagesApi(free) as api, with_model(tmp_path, monkeypatch, api, **money) as acme:
        for number in range(8):
            acme.customer_writes(PLAIN, subject=f"Bill {number}")
        assert 1 <= len(api.seen) < 8
        assert judged(acme)[-1]["engine"] == "rules (claude: budget spent)"


@pytest.mark.slow
def test_a_backlog_is_judged_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer waits until ten are in flight: 50 threads in five rounds, never more than 10."""
    ten = threading.Barrier(10)

    def slow(seen: Any) -> Any:
        ten.wait(timeout=60)
        return judging()(seen)

    with MessagesApi() as api, with_model(tmp_path, monkeypatch, api, in_flight=10) as acme:
        acme.customer_writes(PLAIN)
        money = acme.office.config.judge.__class__
        texts = [PLAIN.replace("account", f"account {number}") for number in range(50)]
        monkeypatch.setattr(money, "daily", 0)
        for number, text in enumerate(texts):
            raw, _ = acme._mail("Vera Lind <vera@northwind.example>", "support@acme.example",
                                f"Bill {number}", text)  # fmt: skip
            acme.post.deliver("support@acme.example", raw)
        acme.settle()
        monkeypatch.setattr(money, "daily", 10**9)
        api.always = slow
        waits(acme, acme.entries("judged")[1:])
        assert acme.turn().judged == 50
        assert api.busiest == 10
        assert len(api.seen) == 51
