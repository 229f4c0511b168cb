"""Machines that answer, letters of every sort that are answered, and briefs that are passed on."""

import pytest
from harness import AGENT, Company, Mail

from deskless.agent.case.case import Status

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def test_a_machine_that_does_not_say_so_is_answered_a_few_times_and_no_more(acme: Company) -> None:
    """It says the same to every mail: three letters, and Maya hears once of what is held."""
    acme.customer_writes(TROUBLE)
    for _ in range(20):
        acme.reply("ana", "We have received your mail and will get back to you.")
    acme.pass_time(minutes=1)
    assert len(acme.mails("ana")) <= 3
    told = [mail for mail in acme.mails("maya") if "again and again from Ana Lopez" in said(mail)]
    assert len(told) == 1
    assert acme.case.owner is None


def test_a_yes_that_a_gateway_marks_as_automatic_is_asked_about(acme: Company) -> None:
    """It may be a person: no absence, no acceptance, a code to Ana, whose YES acts."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", Auto_Submitted="auto-generated")
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ana")
    asked = acme.mails("ana")[-1]
    acme.reply("ana", "YES", to=asked, Auto_Submitted="auto-generated")
    assert acme.mails("ana")[-1].raw == asked.raw
    assert acme.case.owner is None
    acme.reply("ana", "YES", to=asked)
    assert acme.case.owner == acme.id("ana")


def test_the_answer_to_a_code_mail_may_be_marked_too_if_it_shows_the_code(acme: Company) -> None:
    """His gateway marks all that Ana writes; a machine would not type the code."""
    acme.customer_writes(TROUBLE)
    marked = {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All"}
    acme.reply("ana", "ACCEPT", **marked)
    asked = acme.mails("ana")[-1]
    code = asked.text.partition("“CODE ")[2].partition("”")[0]
    acme.reply("ana", "CODE abc123", to=asked, **marked)
    assert acme.case.owner is None
    acme.reply("ana", f"CODE {code}", to=asked, **marked)
    assert acme.case.owner == acme.id("ana")


def test_a_field_against_responders_is_no_mark_of_a_machine(acme: Company) -> None:
    """Exchange writes it into what people send."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", X_Auto_Response_Suppress="DR, OOF, AutoReply")
    assert acme.case.owner == acme.id("ana")


LATER_PERHAPS = [
    "I'll take it when I return.",
    "I am out of the office until Monday, but I'll take it when I am back.",
    "Ich bin bis Montag im Urlaub und übernehme das, wenn ich zurück bin.",
    "Je suis absente jusqu'à lundi, je m'en occupe à mon retour.",
    "Estoy de vacaciones hasta el lunes, me encargo cuando vuelva.",
]


@pytest.mark.parametrize("words", LATER_PERHAPS)
def test_who_will_take_it_after_an_absence_is_asked(acme: Company, words: str) -> None:
    """No yes, for nobody would act till then; no no and no absence, for something is offered."""
    acme.customer_writes(TROUBLE)
    acme.new("ana")
    acme.reply("ana", words)
    case = acme.case
    assert (case.status, case.owner) == (Status.OFFERED, None)
    assert case.handoff is not None
    assert case.handoff.to == acme.id("ana")
    assert not acme.entries("accepted", "bounced", "out_of_office", "away")
    [asked] = acme.new("ana")
    assert "What did you mean? Nothing was changed." in said(asked)
    acme.reply("ana", "ACCEPT", to=asked)
    assert acme.case.owner == acme.id("ana")


def bare(mail: Mail, mark: str = "> ") -> str:
    """Ana's answer, with what it answers quoted by some mark."""
    return "ACCEPT\n\n" + "".join(f"{mark}{line}\n" for line in mail.text.splitlines())


@pytest.mark.parametrize("mark", ["> ", "   ", ""])
@pytest.mark.parametrize("subject", ["Re: {}", "my answer"])
def test_an_answer_without_references_means_the_letter_that_it_quotes(
    acme: Company, mark: str, subject: str
) -> None:
    """To the address in From; our sealed reference in it tells, whatever the quote is like."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.writes("ana", bare(brief, mark), subject=subject.format(brief.subject))
    assert acme.case.owner == acme.id("ana")


@pytest.mark.parametrize("answer", ["ACCEPT", "I'll take it, update by 16:00"])
def test_an_answer_without_references_may_name_the_case_in_its_subject(
    acme: Company, answer: str
) -> None:
    """Ana has its open offer. Anybody can write a key: she is asked by code, and her YES acts."""
    acme.customer_writes(TROUBLE)
    acme.writes("ana", answer, subject=f"Re: {acme.brief('ana').subject}")
    assert acme.case.owner is None
    acme.reply("ana", "YES", to=acme.mail("ana", answer))
    assert acme.case.owner == acme.id("ana")


def test_naming_a_case_or_its_reference_gives_nobody_a_right(acme: Company) -> None:
    """Ben was not asked, and who writes in Ana's name without proof is asked for a code."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.writes("ben", bare(brief), subject=f"Re: {brief.subject}")
    assert acme.case.owner is None
    raw, _ = acme._mail(
        "Ana <ana@acme.example>", AGENT, f"Re: {brief.subject}", bare(brief)
    )  # fmt: skip
    acme.post.deliver(AGENT, raw, forged=True)
    acme.settle()
    assert acme.case.owner is None
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ana")


def test_two_of_us_mailing_each_other_stay_silent(acme: Company) -> None:
    """Another installation's mail is a machine's: neither a yes nor anybody's absence for long."""
    acme.customer_writes(TROUBLE)
    before = len(acme.mails("ana"))
    for _ in range(5):
        acme.reply(
            "ana", "Can you take this one?", Auto_Submitted="auto-generated",
            X_Deskless_Loop="another", sender="Deskless <deskless@other.example>",
        )  # fmt: skip
    assert len(acme.mails("ana")) == before
    assert acme.case.owner is None


@pytest.mark.parametrize(
    ("hours", "phrase", "words", "status"),
    [
        (2.02, "Can you still take this one", "ACCEPT", Status.OWNED),
        (2.02, "Can you still take this one", "BOUNCE because it is Ben's", Status.OFFERED),
    ],
)
def test_a_reminder_is_answered_like_the_brief(
    acme: Company, hours: float, phrase: str, words: str, status: Status
) -> None:
    """Whatever letter somebody answers who has the offer, they answer the offer."""
    acme.customer_writes(TROUBLE)
    acme.pass_time(hours=hours)
    acme.reply("ana", words, to=acme.mail("ana", phrase))
    assert acme.case.status is status


def test_the_lease_letter_takes_a_new_time_and_words(acme: Company) -> None:
    """Free words are progress; a time in them is the new promise."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.pass_time(hours=3, minutes=1)
    acme.reply("ana", "update by 17:00", to=acme.mail("ana", "the update you meant to send"))
    assert acme.case.promise is not None
    assert acme.case.promise.hour == 16
    assert acme.case.broken_promises == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("RESOLVED: refunded", Status.RESOLVED),
        ("CLOSE because refunded", Status.CLOSED),
        ("NOTE x", Status.OWNED),
    ],
)
def test_a_receipt_is_answered_like_the_case(acme: Company, words: str, status: Status) -> None:
    """The owner goes on in the thread of the receipt."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", words, to=acme.mail("ana", "you took ACME-1042-1"))
    assert acme.case.status is status


def test_a_brief_that_is_forwarded_to_us_is_nobodys_trouble(acme: Company) -> None:
    """No second conversation, no command out of the quoted brief, no alarm inside the team."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    block = (
        "see below\n\n---------- Forwarded message ---------\n"
        f"From: Deskless <{AGENT}>\nDate: Mon, 23 Nov 2026 at 10:00\n"
        f"Subject: {brief.subject}\nTo: <ana@acme.example>\n\n{brief.text}"
    )
    acme.writes("ana", block, subject=f"Fwd: {brief.subject}")
    acme.writes("ben", block, subject=f"Fwd: {brief.subject}", to="support@acme.example")
    assert acme.case.status is Status.OFFERED
    assert acme.entries("leaked") == []


def test_somebody_of_the_team_whom_the_brief_was_forwarded_to_cannot_accept(acme: Company) -> None:
    """Ben answers Ana's brief with her token: she is asked whether that was hers."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", sender="Ben <ben@acme.example>")
    assert acme.case.owner is None
    assert "It came from: ben[.]" in said(acme.mails("ana")[-1]) or "ben@" in said(
        acme.mails("ana")[-1]
    )


@pytest.mark.parametrize(
    "answer",
    [
        "ACCEPT, update by 16:00. I am on holiday from 7 December.",
        "ACCEPT. I will not be back today.",
        "ACCEPT, I am away until Monday, update by 16:00",
    ],
)
def test_a_command_beside_words_of_absence_moves_no_offer_on(acme: Company, answer: str) -> None:
    """Nobody's program says ACCEPT: what is unclear is asked back, and the offer stays with Ana."""
    acme.customer_writes(TROUBLE)
    before = len(acme.mails("ana"))
    acme.reply("ana", answer)
    assert [handoff.to for handoff in acme.case.handoffs] == [acme.id("ana")]
    assert not acme.entries("out_of_office")
    assert len(acme.mails("ana")) == before + 1
