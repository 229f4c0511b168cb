"""`SEND:` and words of one's own: exactly those reach the customer, or nothing does."""

from datetime import UTC, datetime

import pytest
from harness import Company, Mail

from deskless.agent.case.case import Status

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
WORDS = (
    "Dear Vera,\n\nthe second charge is refunded as of today; our bank needs two days.\n"
    "You hear from us by 15:00.\n\nBest regards,\nAna Lopez"
)
AT_THREE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def to_customer(acme: Company) -> list[Mail]:
    """What left for the customer, oldest first."""
    return [Mail(item.raw) for item in acme.post.outgoing if "vera@" in item.recipient]


def test_words_of_ones_own_go_as_they_stand_and_what_they_promise_is_owed(acme: Company) -> None:
    """Word for word, nothing above or below; three o'clock is the promise when it has left."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    acme.reply("ana", f"SEND: {WORDS}")
    [mail] = to_customer(acme)
    assert mail.text.replace("\r\n", "\n").strip() == WORDS
    assert mail.subject == "Re: Invoice 4411"
    assert mail.message["From"] == '"Ana Lopez, Acme" <support@acme.example>'
    assert "expect word by Mon 23 Nov 15:00 CET" in " ".join(acme.mails("ana")[-1].text.split())
    assert acme.case.promise == AT_THREE
    assert acme.case.acknowledged_at == acme.clock.at
    assert [entry.data["kind"] for entry in acme.entries("approved", "reached")] == ["words"] * 2
    acme.reply("ana", "SEND: Dear Vera, the bank has confirmed it, all is well again.")
    assert len(to_customer(acme)) == 2
    assert acme.case.promise is not None
    assert "no time in it" in " ".join(acme.mails("ana")[-1].text.split())


def test_words_that_did_not_leave_told_nothing(acme: Company) -> None:
    """Refused for good: not acknowledged, nothing promised, and the owner hears it."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    before = acme.case.promise
    acme.post.fail("vera@northwind.example", "550 5.1.1 no such user", times=1)
    acme.reply("ana", f"SEND: {WORDS}")
    assert (acme.case.acknowledged_at, acme.case.approved_at) == (None, None)
    assert acme.case.promise == before
    assert acme.mail("ana", "did not get it")


def test_words_of_ones_own_are_a_yes_where_nobody_owns_it(acme: Company) -> None:
    """As the prepared text is; and who is not asked sends nothing."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", f"SEND: {WORDS}")
    assert (acme.case.status, acme.case.owner) == (Status.OWNED, acme.id("ana"))
    assert len(to_customer(acme)) == 1


DOUBTS = [
    ("SEND: yes, looks good", "very short"),
    ("SEND: but tell her that fifteen o'clock is our time", "meant for me"),
    (f"SEND: {WORDS}\nBilling, Acme GmbH\nTel. +49 30 1234567", "your signature"),
    (
        "SEND: Dear Vera, it is refunded as of today.\n> and this?\nWe look into it.",
        "what your mail quotes",
    ),
    ("SEND: Dear Vera, it is refunded.\nFrom: Vera Lind\nI was charged twice.", "looks quoted"),
    ("SEND: Dear Vera, it is refunded as of today.\nRESOLVED", "reads as a word to me"),
    ("SEND: Dear Vera, ACME-1042-1 is a SEV-3 here at Acme.", "words of ours"),
    ("SEND: Dear Vera, Ben Okafor will call you this afternoon.", "names Ben Okafor"),
    ("SEND: Dear Vera, this is your fault, you should have read the manual.", "your fault”"),
    ("SEND:", "no words behind SEND:"),
    (f"SEND\n\n{WORDS}", "write SEND: and then the words"),
]


@pytest.mark.parametrize(("reply", "why"), DOUBTS)
def test_in_doubt_nothing_leaves_and_the_text_is_shown(acme: Company, reply: str, why: str) -> None:
    """With the reason; SEND to that mail lets exactly what it shows go, and nothing else."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.reply("ana", reply)
    assert to_customer(acme) == []
    assert acme.case.acknowledged_at is None
    asked = acme.mails("ana")[-1]
    assert why in " ".join(asked.text.split())
    if "words behind" in why or "then the words" in why or "a word to me" in why:
        return
    acme.reply("ana", "SEND", to=asked)
    [mail] = to_customer(acme)
    shown = " ".join(
        line.removeprefix("|").strip().removeprefix("re: ") for line in asked.text.splitlines()
    )
    assert " ".join(mail.text.split()) in " ".join(shown.split())
    assert mail.text.split() == reply.removeprefix("SEND:").replace("> and this?\n", "").split()


def test_what_two_own_letters_promise_is_the_promise_of_the_last(acme: Company) -> None:
    """Ana's UNDO takes back neither the mail nor what it told; the case stays hers."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    acme.pass_time(minutes=5)
    acme.reply("ana", f"SEND: {WORDS}")
    acme.pass_time(minutes=5)
    acme.reply("ana", "UNDO")
    assert "cannot be taken back" in " ".join(acme.mails("ana")[-1].text.split())
    assert (acme.case.owner, acme.case.promise) == (acme.id("ana"), AT_THREE)
