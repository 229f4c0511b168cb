"""What is said of a letter is what became of it; and what people write is never held."""

import json
from datetime import timedelta

import pytest
from harness import Company, Mail

from deskless.agent.case.case import Status
from deskless.agent.office import state_keys
from deskless.agent.operations import breaker, heartbeat
from deskless.agent.operations.routes import Rest
from deskless.store import outbox

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
DOWN = "Since this morning nobody can log in."


def charged(acme: Company, number: int, text: str = TROUBLE) -> None:
    """Another customer was charged twice."""
    acme.customer_writes(text, sender=f"C{number} <c{number}@c{number}.example>", subject="Bill")


def held(acme: Company) -> list[outbox.Letter]:
    """What a breaker holds."""
    with acme.office.store.reading() as session:
        return breaker.held_letters(session)


def customer_mails(acme: Company) -> int:
    """How many mails left for customers."""
    return sum("northwind.example" in str(item) for item in acme.post.outgoing)


def briefs(acme: Company, who: str) -> list[Mail]:
    """The briefs somebody got."""
    return [mail for mail in acme.mails(who) if "Can you take this one" in mail.text]


def test_a_day_of_normal_work_beside_a_machine_that_answers_everything(acme: Company) -> None:
    """Eight briefs in a minute, thirty replies, a SEV-1 with word every 25 minutes, 500 echoes.

    Nothing of people's is held; the machine gets three mails; its breaker closes by itself.
    """
    for number in range(16):  # Ana gets every other one
        charged(acme, number)
    first = briefs(acme, "ana")
    assert len(first) == 8
    acme.customer_writes(DOWN, sender="N <n@northwind.example>", subject="Down")
    worst = next(case for case in acme.cases() if case.severity.value == "SEV-1")
    assert worst.handoff is not None
    owner = next(who for who in ("ana", "ben") if acme.id(who) == worst.handoff.to)
    acme.reply(owner, "ACCEPT", to=acme.mail(owner, worst.key))
    mine = acme.mail(owner, f"took {worst.key}")
    for mail in first[:4]:
        acme.reply("ana", "ACCEPT", to=mail)
    for mail in first[4:]:
        acme.reply("ana", "BOUNCE to Ben because it is his", to=mail)
    for mail in [mail for mail in briefs(acme, "ben") if worst.key not in mail.subject][:3]:
        acme.reply("ben", "BOUNCE to Cleo because it is hers", to=mail)
    for who in ("ben", "ana", "maya"):
        for number in range(6):
            acme.reply(who, f"NOTE step {number} is done", to=acme.brief(who))
    # A program stands behind Cleo's address: it answers whatever it gets, 500 times.
    before, machine = len(acme.mails("cleo")), 0
    for _ in range(20):
        for _ in range(25):
            machine += 1
            echo(acme, "cleo", f"Thank you for your mail no. {machine}. We look into it.")
            if machine < 6:
                acme.settle()
        acme.settle()
        count = len(acme.mails(owner))
        acme.reply(owner, "PROGRESS still on it", to=mine)
        assert len(acme.mails(owner)) > count
        acme.clock.at += timedelta(minutes=25)
    assert machine == 500
    assert len(echoes(acme, "cleo", before)) <= 3
    assert [trip.data["name"] for trip in acme.entries("breaker")] == [f"loop:{acme.id('cleo')}"]
    told = acme.mail("maya", "held back")
    assert "Cleo Marsh" in told.text
    assert "by itself" in told.text
    acme.pass_time(minutes=62)
    assert not held(acme)
    [closed] = acme.entries("breaker_closed")
    assert closed.data["name"] == f"loop:{acme.id('cleo')}"
    acme.consistent()


def echo(acme: Company, who: str, text: str) -> None:
    """A program answers the newest mail, without a mark that it is one."""
    mail = acme.brief(who)
    raw, _ = acme._mail(
        f"{who.capitalize()} <{who}@acme.example>", str(mail.message["Reply-To"]),
        f"Re: {mail.subject}", text, In_Reply_To=str(mail.message["Message-ID"]),
    )  # fmt: skip
    acme.post.deliver(str(mail.message["Reply-To"]), raw)


def echoes(acme: Company, who: str, before: int) -> list[str]:
    """The answers that a program's answers got: what the clock sends goes on."""
    mails = [mail for mail in acme.mails(who)[before:] if "Nothing was changed" in mail.text]
    return [mail.subject for mail in mails]


@pytest.mark.parametrize("number", [1, 8, 14])
def test_answers_never_hold_a_reminder_back(acme: Company, number: int) -> None:
    """However many notes an owner writes, the reminder of the promise reaches her."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    for step in range(number):
        acme.reply("ana", f"NOTE step {step}")
    acme.pass_time(hours=2, minutes=1)
    assert acme.mail("ana", "the update you meant to send")
    assert not held(acme)


def test_the_warning_that_somebody_answered_in_your_name_is_never_held(acme: Company) -> None:
    """After her eight briefs, and her answers to them."""
    for number in range(16):
        charged(acme, number)
    assert len(briefs(acme, "ana")) == 8
    for mail in briefs(acme, "ana"):
        acme.reply("ana", "ACCEPT", to=mail)
    acme.reply("ana", "BOUNCE", to=briefs(acme, "ana")[0], forged=True)
    assert acme.mail("ana", "in your name")


def test_an_offer_counts_from_the_moment_its_brief_left(acme: Company) -> None:
    """The mail server is away for three hours: nobody lapses, and the brief has the new time."""
    acme.post.fail("ana@acme.example", "421 4.3.2 not now", times=999)
    acme.sloppy = True
    acme.customer_writes(TROUBLE)
    offered = acme.case.handoff
    assert offered is not None
    acme.pass_time(hours=5)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == offered.to
    assert acme.entries("lapsed", "reminded") == []


def test_a_brief_that_could_not_leave_is_written_with_the_time_as_it_is(acme: Company) -> None:
    """The route rests for hours; then the brief says the deadline that holds, and no other."""
    acme.sloppy = True
    dispatch = acme.agent.turn.dispatch
    dispatch.routes.resting.found["smtp"] = Rest(acme.clock.at + timedelta(minutes=55), 1)
    acme.customer_writes(TROUBLE)
    assert acme.mails("ana") == []
    acme.pass_time(minutes=56)
    [mail] = acme.mails("ana")
    handoff = acme.case.handoff
    assert handoff is not None
    assert handoff.offered_at == acme.clock.at
    assert f"{handoff.answer_by.astimezone(acme.office.config.team.zone):%H:%M}" in mail.text
    assert [entry.kind for entry in acme.entries("retimed", "lapsed")] == ["retimed"]
    acme.reply("ana", "ACCEPT", to=mail)
    assert acme.case.owner == acme.id("ana")


def test_send_without_accept_takes_the_case(acme: Company) -> None:
    """Who tells the customer that she looks after it owns it."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "SEND")
    assert acme.case.status is Status.OWNED
    assert acme.case.owner == acme.id("ana")
    assert acme.case.acknowledged_at is not None
    assert customer_mails(acme) == 1
    acme.consistent()


@pytest.mark.parametrize("ending", ["RESOLVED", "CLOSE because refunded"])
def test_send_on_an_old_brief_after_the_end_sends_nothing(acme: Company, ending: str) -> None:
    """It is refused kindly, with what is true."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", ending)
    acme.reply("ana", "SEND", to=brief)
    assert customer_mails(acme) == 0
    assert acme.mail("ana", "nothing was sent")


def test_a_text_that_names_another_owner_stays_here(acme: Company) -> None:
    """Ana's old draft says Ana; Ben owns it now, and Ben's text is the one to send."""
    acme.customer_writes(TROUBLE)
    old = acme.brief("ana")
    acme.reply("ana", "BOUNCE to Ben because it is his")
    acme.reply("ben", "ACCEPT")
    acme.reply("ana", "SEND", to=old)
    assert customer_mails(acme) == 0
    acme.reply("ben", "SEND")
    assert customer_mails(acme) == 1
    [mail] = [str(item) for item in acme.post.outgoing if "northwind.example" in str(item)]
    assert "Ana" not in mail


def test_the_customer_was_told_when_the_letter_left_and_not_before(acme: Company) -> None:
    """Refused for now: approved, not acknowledged; the owner hears at the second refusal."""
    acme.sloppy = True
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.post.fail("vera@northwind.example", "450 4.2.0 try later", times=2)
    acme.reply("ana", "SEND", to=acme.mail("ana", "Prepared for the customer"))
    assert acme.case.acknowledged_at is None
    assert acme.entries("reached") == []
    acme.pass_time(minutes=2)
    assert acme.mail("ana", "has not left yet")
    acme.pass_time(minutes=6)
    assert acme.case.acknowledged_at == acme.clock.at
    [entry] = acme.entries("reached")
    assert entry.at == acme.clock.at
    acme.consistent()


def test_a_letter_that_is_refused_for_good_was_never_told(acme: Company) -> None:
    """It goes back to the owner at once, and a second SEND is possible."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.post.fail("vera@northwind.example", "550 5.1.1 no such user", times=1)
    acme.reply("ana", "SEND", to=acme.mail("ana", "Prepared for the customer"))
    assert (acme.case.acknowledged_at, acme.case.approved_at) == (None, None)
    assert acme.mail("ana", "did not get it")
    assert acme.entries("reached") == []
    acme.consistent()


def test_status_says_what_is_held_why_and_until_when(acme: Company) -> None:
    """One line a letter, one a breaker."""
    acme.customer_writes(TROUBLE)
    for _ in range(6):
        acme.reply("ana", "We have received your message and will get back to you.")
    pulse = heartbeat.last_pulse(acme.office.store, acme.clock.at)
    assert [letter.to for letter in pulse.held]
    [trip] = pulse.breakers.values()
    assert trip["until"] > acme.clock.at.isoformat()
    assert json.dumps(pulse.breakers)


def test_a_breaker_of_an_earlier_version_closes_and_lets_go(acme: Company) -> None:
    """It had no end, and letters lay behind it for ever."""
    acme.customer_writes(TROUBLE)
    with acme.office.store.transaction() as session:
        old = {"at": acme.clock.at.isoformat(), "count": 6, "limit": 6, "told": True}
        state_keys.BREAKER.put(session, old, f"person:{acme.id('ana')}")
        letter = outbox.of_case(session, acme.case.key)[0]
        outbox.put_letter(
            session,
            outbox.NewLetter(
                "old@acme.example", "receipt", ("ana@acme.example",), letter.envelope_from,
                letter.raw, acme.clock.at, case=acme.case.key, not_before=breaker.HELD,
            ),
        )  # fmt: skip
    before = len(acme.mails("ana"))
    acme.pass_time(minutes=1)
    assert len(acme.mails("ana")) == before + 1
    assert not held(acme)


RUDE = {
    "en": "This is your fault, you should have read the manual.",
    "de": "Das ist Ihre Schuld, Sie hätten das Handbuch lesen müssen.",
    "fr": "C'est votre faute, vous auriez dû lire le manuel.",
    "es": "Es su culpa, debería haber leído el manual.",
}


@pytest.mark.parametrize("language", sorted(RUDE))
def test_a_teammates_rude_words_to_a_customer_are_told_to_the_owner(
    acme: Company, language: str
) -> None:
    """Tom answers from Sent in his own words; Ana, who owns the case, reads which ones."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    raw, _ = acme._mail(
        "Tom <support@acme.example>", "vera@northwind.example", "Re: Invoice 4411",
        RUDE[language], In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.put("support@acme.example", raw, "Sent")
    acme.settle()
    assert acme.mail("ana", "may sound wrong")


def test_a_subject_of_the_customers_never_keeps_the_first_word_from_them(acme: Company) -> None:
    """“You failed to deliver” is no tone of ours."""
    acme.customer_writes(TROUBLE, subject="You failed to deliver: refund 100%")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND", to=acme.mail("ana", "Prepared for the customer"))
    assert customer_mails(acme) == 1


def test_our_own_template_in_a_wrong_tone_is_asked_about_once(acme: Company) -> None:
    """The operator's words blame the customer: SEND is asked back, a second SEND decides."""
    folder = acme.folder / "templates"
    folder.mkdir()
    (folder / "acknowledgement.en.txt.j2").write_text(
        "Dear {{ name }},\n\nyou should have read the manual.\n\n{{ signature }}\n"
    )
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    mail = acme.mail("ana", "Look at its tone first")
    acme.reply("ana", "SEND", to=mail)
    assert customer_mails(acme) == 0
    assert acme.mail("ana", "reply SEND again")
    acme.reply("ana", "SEND", to=mail)
    assert customer_mails(acme) == 1
