"""Ownership changes only by a reply that could be authenticated; strangers hear nothing."""

from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.case.case import Status

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"


def test_a_forged_from_is_refused_and_the_real_owner_warned(acme: Company) -> None:
    """The server says dmarc=fail: no change, no answer to the sender, a notice to Ana."""
    acme.customer_writes(TROUBLE)
    acme.new("ana")
    acme.reply("ana", "ACCEPT", forged=True)
    assert acme.case.status is Status.OFFERED
    [notice] = acme.new("ana")
    assert "in your name" in notice.text
    assert acme.post.outgoing == ()
    assert [entry.data["why"] for entry in acme.entries("attempt")] == ["forged"]


@pytest.mark.parametrize(
    "sender",
    [
        "Ana <ben@acme.example>",
        '"ana@acme.example" <mallory@evil.example>',
        "ana@acme.example, mallory@evil.example",
        "ana@acme.example <mallory@evil.example>",
        "=?utf-8?q?ana=40acme=2Eexample?= <mallory@evil.example>",
        "Team: ana@acme.example, mallory@evil.example;",
        "аna@acme.example",
    ],
)
def test_somebody_else_with_the_right_token_cannot_accept(acme: Company, sender: str) -> None:
    """Token without the exact From of its recipient: held or refused, never done."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", sender=sender)
    assert acme.case.owner is None
    assert acme.case.status is Status.OFFERED


def test_a_reply_without_a_token_cannot_accept(acme: Company) -> None:
    """Writing ACCEPT to the agent's bare address, naming the case, moves nothing."""
    acme.customer_writes(TROUBLE)
    acme.writes("ana", "ACCEPT", subject="Re: [ACME-1042-1] Northwind: Invoice 4411")
    assert acme.case.owner is None


def test_the_token_in_the_references_is_enough_when_the_address_lost_it(acme: Company) -> None:
    """Some clients answer From instead of Reply-To."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.writes(
        "ana", "ACCEPT", subject=f"Re: {brief.subject}",
        In_Reply_To=str(brief.message["Message-ID"]),
    )  # fmt: skip
    assert acme.case.owner == acme.id("ana")


def test_without_a_verdict_a_code_is_asked_for_and_its_reply_acts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No receiving server is configured: the yes waits for an answer from the matrix's address."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", authserv="") as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "ACCEPT, update by 16:00")
        assert acme.case.owner is None
        code = acme.mail("ana", "ACCEPT, update by 16:00")
        acme.reply("ana", "YES", to=code)
        assert acme.case.owner == acme.id("ana")
        acme.reply("ana", "YES", to=code)
        assert len(acme.entries("accepted")) == 1
        assert acme.entries("accepted")[0].data["proof"] == "code"


def test_a_verdict_below_the_servers_received_needs_the_operators_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be the sender's while the filter is away, so a code is asked for; once the operator
    says that no mail comes in then, the verdict counts, and a forgery is still refused."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "first", below=True) as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "ACCEPT, update by 16:00")
        assert acme.case.owner is None
        acme.reply("ana", "YES", to=acme.mail("ana", "ACCEPT, update by 16:00"))
        assert acme.entries("accepted")[0].data["proof"] == "code"
    with company(tmp_path / "second", below=True, inbox="tempfail = true") as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "ACCEPT", forged=True)
        assert acme.case.owner is None
        acme.reply("ana", "ACCEPT, update by 16:00")
        assert acme.entries("accepted")[0].data["proof"] == "dmarc"


def test_an_out_of_office_is_no_answer_and_moves_the_offer_on(acme: Company) -> None:
    """Ana is away: Ben is asked at once, and Ana is not asked again until she is back."""
    acme.customer_writes(TROUBLE)
    acme.reply(
        "ana", "I am out of office until 1 December 2026. I accept no mail until then.",
        Auto_Submitted="auto-replied", Subject_="x",
    )  # fmt: skip
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    acme.customer_writes(
        "We were charged twice as well.", sender="Otto <otto@cornercafe.example>", subject="Bill"
    )
    assert [case.handoff.to for case in acme.cases() if case.handoff] == [acme.id("ben")] * 2


def test_a_brief_that_bounces_goes_to_the_next_owner(acme: Company) -> None:
    """The server refuses Ana's address for good: Ben is asked, Maya hears of the address."""
    acme.post.fail("ana@acme.example", "550 5.1.1 no such user", times=9)
    acme.customer_writes(TROUBLE)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    assert acme.mail("maya", "could not be delivered to Ana Lopez")


def test_an_owner_who_left_the_matrix_cannot_answer(acme: Company) -> None:
    """Their offer is dead and the next one is asked."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    matrix = acme.folder / "matrix.csv"
    matrix.write_text(
        "\n".join(line for line in matrix.read_text().splitlines() if "Ana" not in line)
    )
    acme.restart()
    acme.pass_time(hours=2, minutes=1)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    acme.reply("ana", "ACCEPT", to=brief)
    assert acme.case.owner is None


def test_internal_text_that_comes_back_from_outside_raises_the_alarm(acme: Company) -> None:
    """The canary of Ana's brief in a customer's mail: Maya is told which mail leaked."""
    acme.customer_writes(TROUBLE)
    leaked = acme.brief("ana").text
    acme.customer_writes("Who wrote this about me?\n\n" + leaked, subject="Excuse me?")
    assert acme.mail("maya", "ACME-1042-1")
    assert [entry.kind for entry in acme.entries("leaked")] == ["leaked"]
