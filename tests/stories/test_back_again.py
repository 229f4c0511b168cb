"""Who was away when a case was offered is offered what is still nobody's when they are back."""

from harness import Company

from deskless.agent.case.case import Result, Status

TROUBLE = "I was charged twice for October. I want my money back.\n\nVera Lind"


def is_away(acme: Company, who: str, until: str) -> None:
    """A mail program answers in somebody's name."""
    acme.reply(who, f"I am out of office until {until}.", Auto_Submitted="auto-replied")


def test_on_their_return_and_once(acme: Company) -> None:
    """Ana is away until Wednesday; nobody else takes it; on Wednesday it is hers to take."""
    acme.customer_writes(TROUBLE)
    is_away(acme, "ana", "25 November 2026")
    for who in ("ben", "cleo", "maya"):
        acme.reply(who, "BOUNCE because it is billing's")
    assert acme.case.status is Status.STRANDED
    acme.new("ana")
    acme.pass_time(days=1)
    assert acme.new("ana") == []
    acme.pass_time(days=1)
    assert (acme.case.status, acme.case.handoff and acme.case.handoff.to) == (
        Status.OFFERED, acme.id("ana"),
    )  # fmt: skip
    assert acme.mail("maya", "Ana Lopez is back and is asked for ACME-1042-1 now.")
    acme.reply("ana", "ACCEPT")
    assert acme.case.owner == acme.id("ana")


def test_a_word_of_theirs_brings_them_back(acme: Company) -> None:
    """Back before the day that was announced: their first reply says so."""
    acme.customer_writes(TROUBLE)
    old = acme.brief("ana")
    is_away(acme, "ana", "30 November 2026")
    for who in ("ben", "cleo"):
        acme.reply(who, "BOUNCE because it is billing's")
    acme.pass_time(hours=20)
    acme.reply("ana", "STATUS", to=old)
    assert acme.case.handoff
    assert acme.case.handoff.to == acme.id("ana")


def test_an_open_offer_runs_its_time_and_they_are_in_the_chain_again(acme: Company) -> None:
    """Ben is asked meanwhile: nothing is taken from him; when he lets it lapse, Ana is next."""
    acme.customer_writes(TROUBLE)
    is_away(acme, "ana", "23 November 2026, 12:00")
    assert acme.case.handoffs[0].result is Result.AWAY
    acme.reply("ana", "STATUS", to=acme.mails("ana")[0])
    assert acme.case.handoff
    assert acme.case.handoff.to == acme.id("ben")
    acme.pass_time(hours=5)
    assert acme.case.handoff.to == acme.id("ana")
