"""A mail that cannot be handled: three tries, set aside with its bytes, told, and tried by hand."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Company, company

from deskless.agent.daemon import quarantine
from deskless.agent.inbound import intake
from deskless.agent.judging.judge_queue import judge_due
from deskless.mailbox.message import Message
from deskless.policies.rules.judge import RulesJudge
from deskless.store import verdicts

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, where things may fail that nobody foresaw."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.sloppy = True
        yield made


def poison(
    monkeypatch: pytest.MonkeyPatch, harm: Callable[[], object], word: bytes = b"poison"
) -> list[int]:
    """Every mail with the word in it does harm when it is understood; counts how often."""
    understand, count = intake.understand_mail, [0]

    def instead(office: Any, session: Any, arrival: Any) -> Message:
        if word in arrival.raw:
            count[0] += 1
            harm()
        return understand(office, session, arrival)

    monkeypatch.setattr(intake, "understand_mail", instead)
    return count


def crash() -> None:
    """What nobody foresaw."""
    raise RecursionError("a parser's end")


def test_three_tries_then_aside_with_its_bytes(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry, bytes and reason are kept; the mails before and behind it are handled."""
    count = poison(monkeypatch, crash)
    before, _ = acme._mail("Vera <vera@northwind.example>", "support@acme.example", "One", TROUBLE)
    bad, _ = acme._mail("Eve <eve@evil.example>", "support@acme.example", "Two", "poison")
    after, _ = acme._mail("Uli <uli@cornercafe.example>", "support@acme.example", "Three", "Hi.")
    for raw in (before, bad, after):
        acme.post.deliver("support@acme.example", raw)
    tally = acme.turn()
    acme.settle()
    assert tally.quarantined == 1
    assert count == [1 + quarantine.TRIES - 1]
    [stored] = quarantine.quarantined_mails(acme.office)
    assert stored.why == "RecursionError: a parser's end"
    assert b"poison" in (quarantine.quarantined_bytes(acme.office, stored.digest[:8]) or b"")
    assert [entry.cause for entry in acme.entries("quarantined")] == [f"mail:{stored.digest}"]
    became = [entry.data["became"] for entry in acme.entries("read")]
    assert became.count("customer") == 2
    assert len(acme.cases()) == 1


def test_what_failed_twice_and_works_then_is_no_quarantine(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that passes costs nothing but the second try."""
    left = [1]

    def once() -> None:
        if left[0]:
            left[0] -= 1
            crash()

    poison(monkeypatch, once)
    acme.customer_writes("poison, and I was charged twice")
    assert quarantine.quarantined_mails(acme.office) == []
    assert len(acme.cases()) == 1


def test_it_is_a_line_in_the_morning_mail(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leads support reads of it the next morning, by its digest and its reason."""
    poison(monkeypatch, crash)
    acme.customer_writes("poison")
    [stored] = quarantine.quarantined_mails(acme.office)
    acme.pass_time(hours=22, minutes=40)
    assert stored.digest[:12] in acme.mail("maya", "set aside").text


def test_a_person_tries_it_again(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Still broken: it stays. Mended: it is handled like any mail, with an entry."""
    poison(monkeypatch, crash)
    acme.customer_writes(f"poison. {TROUBLE}")
    [stored] = quarantine.quarantined_mails(acme.office)
    assert "stays aside" in quarantine.retry_mail(acme.office, stored.digest[:10])
    assert len(quarantine.quarantined_mails(acme.office)) == 1
    monkeypatch.undo()
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    assert "customer" in quarantine.retry_mail(acme.office, stored.digest[:10])
    assert quarantine.quarantined_mails(acme.office) == []
    assert [entry.data["became"] for entry in acme.entries("retried")] == ["customer"]
    acme.settle()
    assert len(acme.cases()) == 1
    assert "Nothing" in quarantine.retry_mail(acme.office, stored.digest[:10])


def lives(acme: Company, most: int = 8) -> int:
    """Start the agent in a child again and again until it survives; how many died."""
    for died in range(most):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                acme.agent = acme._start()
                for _ in range(3):
                    acme.turn()
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(pid, 0)[1]
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0
            return died
    raise AssertionError("it dies for ever")


@pytest.mark.parametrize("others", [0, 2])
def test_a_mail_that_kills_the_process_is_set_aside_by_the_fourth_start(
    acme: Company, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """Three deaths are blamed on it, alone or in the midst of good mails, which are all handled."""
    poison(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL))
    acme.stop()
    for number in range(others + 1):
        text = "poison" if number == others // 2 else TROUBLE
        sender = f"C{number} <c{number}@customer{number}.example>"
        raw, _ = acme._mail(sender, "support@acme.example", f"Bill {number}", text)
        acme.post.deliver("support@acme.example", raw)
    assert lives(acme) == 3
    acme.agent = acme._start()
    acme.settle()
    [stored] = quarantine.quarantined_mails(acme.office)
    assert stored.why == quarantine.KILLED
    assert len(acme.cases()) == others
    acme.consistent()


def test_a_kill_that_was_no_mails_fault_blames_nobody(acme: Company) -> None:
    """Killed in the middle of a batch by the operator: all of it is read by the next life."""
    raw, _ = acme._mail("Vera <v@northwind.example>", "support@acme.example", "Bill", TROUBLE)
    acme.post.deliver("support@acme.example", raw)
    step = acme.office.step
    acme.stop()
    pid = os.fork()
    if pid == 0:
        acme.agent = acme._start()
        acme.office.step = lambda name: (
            os.kill(os.getpid(), signal.SIGKILL) if name == "decided" else step(name)
        )
        acme.turn()
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    acme.agent = acme._start()
    acme.settle()
    assert quarantine.quarantined_mails(acme.office) == []
    assert len(acme.cases()) == 1


def test_a_judgement_that_fails_stops_nobody_and_waits_for_a_person(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tries, then once a day; it is among the undecided of the morning mail."""
    opine = RulesJudge.opine

    async def instead(self: RulesJudge, thread: Any, *more: Any) -> Any:
        if "poison" in thread.posts[0].text:
            crash()
        return await opine(self, thread, *more)

    monkeypatch.setattr(RulesJudge, "opine", instead)
    acme.customer_writes("poison", sender="Eve <eve@evil.example>", subject="Odd")
    acme.customer_writes(TROUBLE)
    assert len(acme.cases()) == 1
    for minutes in (2, 10, 20):
        acme.pass_time(minutes=minutes)
    with acme.office.store.reading() as session:
        waiting = verdicts.waiting_thread(session, "ACME-1042")
    assert waiting is not None
    assert (waiting.tries, waiting.why) == (quarantine.TRIES, "judging failed")
    assert "work" in acme.agent.turn.health.troubles
    assert judge_due.__doc__


def test_a_failing_case_or_regular_mail_does_not_keep_the_rest_from_its_time(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock's own work stands behind the same border."""
    from deskless.agent.daemon import timers

    acme.customer_writes(TROUBLE)
    acme.customer_writes(TROUBLE, sender="Wim <wim@cornercafe.example>", subject="Twice")
    on_time, bad = timers.on_time, "ACME-1042-1"

    def instead(case: Any, setting: Any, **waits: bool) -> Any:
        if case.key == bad:
            crash()
        return on_time(case, setting, **waits)

    monkeypatch.setattr(timers, "on_time", instead)
    acme.pass_time(hours=5)
    first, second = acme.cases()
    assert len(first.handoffs) == 1
    assert len(second.handoffs) == 2
    assert "case ACME-1042-1" in acme.agent.turn.health.troubles["work"].said
