"""Odd answers to our letters: late, doubled, empty, from machines, from elsewhere, to too many."""

from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from harness import AGENT, INBOX, Company, Mail

from deskless.agent.case.case import Status

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def customers(acme: Company) -> list[bytes]:
    """What went out to the customer."""
    return [item.raw for item in acme.post.outgoing if "northwind.example" in item.recipient]


def test_an_expired_right_to_answer_is_told_kindly_and_changes_nothing(acme: Company) -> None:
    """Ana answers her brief after five weeks: no accusation, the case as it stands."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.clock.at = acme.clock.at.replace(month=12, day=29)
    acme.settle()
    acme.new("ana")
    acme.reply("ana", "ACCEPT", to=brief)
    assert acme.case.owner is None
    told = acme.new("ana")[-1]
    assert "in your name" not in told.text
    assert "no longer open" in said(told)


def test_a_brief_can_be_accepted_again_after_undo(acme: Company) -> None:
    """UNDO leads back to the very offer, so the old brief is good again."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.reply("ana", "ACCEPT", to=brief)
    acme.reply("ana", "UNDO", to=acme.mails("ana")[-1])
    acme.reply("ana", "ACCEPT", to=brief)
    assert acme.case.owner == acme.id("ana")
    acme.consistent()


@pytest.mark.parametrize("words", ["BOUNCE should not be escalated", "BOUNCE duplicate"])
def test_undo_of_a_bounce_that_closed_the_case_gives_the_offer_back(
    acme: Company, words: str
) -> None:
    """The bounce and the end it led to are one act, and are taken back as one."""
    acme.customer_writes("I was charged twice.", subject="Old bill")
    acme.customer_writes(TROUBLE, subject="Bill")
    who = "ana" if acme.cases()[1].handoff.to == acme.id("ana") else "ben"  # type: ignore[union-attr]
    brief = acme.mail(who, "ACME-1043-1")
    more = " of ACME-1042-1" if "duplicate" in words else ""
    acme.reply(who, words + more, to=brief)
    second = acme.cases()[1]
    assert second.status is Status.CLOSED
    acme.reply(who, "UNDO", to=acme.mails(who)[-1])
    second = acme.cases()[1]
    assert second.status is Status.OFFERED
    assert second.handoff is not None
    assert second.handoff.to == acme.id(who)
    acme.consistent()


def test_the_owner_may_hand_the_case_back(acme: Company) -> None:
    """An owner who cannot go on bounces: it is offered to the next one, with the note."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.pass_time(hours=1)
    acme.reply("ana", "BOUNCE because I am in court until Friday", to=acme.mails("ana")[-1])
    assert acme.case.owner is None
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    assert "in court until Friday" in said(acme.brief("ben"))
    assert acme.case.broken_promises == 0
    acme.consistent()


def test_the_same_answer_in_two_copies_is_heard_once(acme: Company) -> None:
    """Reply-all to the agent and the inbox arrives twice, with other Received lines."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.new("ana")
    mail = answer(brief, "NOTE spoke to her bank")
    for hop in ("one", "two"):
        copy = b"Received: from " + hop.encode() + b".example; Mon, 23 Nov 2026 09:00:00 +0000\r\n"
        acme.post.deliver(AGENT, copy + mail)
    acme.settle()
    assert len(acme.entries("noted")) == 1
    assert len(acme.new("ana")) == 1


def answer(brief: Mail, text: str, **headers: str) -> bytes:
    """Ana's answer as bytes, so that a story can bend it."""
    mail = EmailMessage()
    mail["From"] = headers.pop("From", "Ana <ana@acme.example>")
    mail["To"] = headers.pop("To", str(brief.message["Reply-To"]))
    mail["Subject"] = headers.pop("Subject", f"Re: {brief.subject}")
    mail["Date"] = "Mon, 23 Nov 2026 09:05:00 +0000"
    mail["Message-ID"] = make_msgid(domain="acme.example")
    mail["In-Reply-To"] = str(brief.message["Message-ID"])
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def test_an_answer_from_another_address_is_held_until_its_owner_says_yes(acme: Company) -> None:
    """Ana writes from her private account: `was this you?` to her own, and YES acts."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", sender="Ana <ana.lopez@elsewhere.example>")
    assert acme.case.owner is None
    asked = acme.mails("ana")[-1]
    assert "It came from: ana[.]lopez@elsewhere[.]example" in said(asked)
    acme.reply("ana", "yes", to=asked)
    assert acme.case.owner == acme.id("ana")


def test_a_no_to_the_code_mail_drops_what_was_held(acme: Company) -> None:
    """It was not Ana: nothing acts, also not later, and she is told so."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", sender="Eve <eve@evil.example>")
    asked = acme.mails("ana")[-1]
    acme.new("ana")
    acme.reply("ana", "NO", to=asked)
    assert acme.new("ana") != []
    acme.reply("ana", "YES", to=asked)
    assert acme.case.owner is None


def test_a_code_is_good_no_longer_than_it_says(acme: Company) -> None:
    """Twenty-four hours stand in the mail, and twenty-four hours it is."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "NOTE hold the line", sender="Ana <ana.lopez@elsewhere.example>")
    asked = acme.mails("ana")[-1]
    acme.pass_time(hours=25)
    acme.reply("ana", "YES", to=asked)
    assert acme.entries("noted") == []


def test_an_empty_answer_is_asked_back(acme: Company) -> None:
    """A command in the subject alone is no answer, and the writer is told so."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.new("ana")
    acme.post.deliver(AGENT, answer(brief, "\n", Subject="ACCEPT"))
    acme.settle()
    assert acme.case.status is Status.OFFERED
    [told] = acme.new("ana")
    assert "Nothing was changed" in told.text


def test_an_answer_in_html_alone_is_read(acme: Company) -> None:
    """Some phones send no plain text."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    mail = EmailMessage()
    mail["From"], mail["To"] = "ana@acme.example", str(brief.message["Reply-To"])
    mail["Subject"], mail["Message-ID"] = f"Re: {brief.subject}", make_msgid()
    mail.set_content(
        "<html><body><div>ACCEPT</div><div><br></div><blockquote type='cite'>"
        "<p>Can you take this one, Ana?</p></blockquote></body></html>",
        subtype="html",
    )
    acme.post.deliver(AGENT, mail.as_bytes())
    acme.settle()
    assert acme.case.owner == acme.id("ana")


def machine(brief: Mail, part: tuple[str, str, str]) -> bytes:
    """A mail made by Ana's mail program: a receipt, a calendar's answer, a reaction."""
    kind, subtype, text = part
    mail = EmailMessage()
    mail["From"], mail["To"] = "ana@acme.example", str(brief.message["Reply-To"])
    mail["Subject"], mail["Message-ID"] = f"Read: {brief.subject}", make_msgid()
    mail["In-Reply-To"] = str(brief.message["Message-ID"])
    mail.set_content("Accepted. Your message was read.")
    mail.add_attachment(text.encode(), maintype=kind, subtype=subtype)
    if subtype == "disposition-notification":
        mail.replace_header(
            "Content-Type",
            mail["Content-Type"].replace(
                "multipart/mixed", "multipart/report; report-type=disposition-notification"
            ),
        )
    if subtype == "calendar":
        next(iter(mail.iter_attachments())).set_param("method", "REPLY")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "part",
    [
        ("message", "disposition-notification", "Disposition: manual-action; displayed"),
        ("text", "calendar", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"),
        ("text", "vnd.google.email-reaction+json", '{"version": 1, "emoji": "\\ud83d\\udc4d"}'),
    ],
)
def test_a_receipt_a_calendar_or_a_reaction_is_no_answer_and_no_absence(
    acme: Company, part: tuple[str, str, str]
) -> None:
    """Reading the brief must neither accept it nor take it away from its reader."""
    acme.customer_writes(TROUBLE)
    acme.post.deliver(AGENT, machine(acme.brief("ana"), part))
    acme.settle()
    assert acme.case.status is Status.OFFERED
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ana")


def test_a_colleagues_out_of_office_does_not_make_the_owner_absent(acme: Company) -> None:
    """Ana's mail is read by Ben, who is away: his machine speaks for him alone."""
    acme.customer_writes(TROUBLE)
    acme.reply(
        "ana", "I am out of office until 1 December 2026.", sender="Ben <ben@acme.example>",
        Auto_Submitted="auto-replied",
    )  # fmt: skip
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ana")


def test_whoever_writes_is_back(acme: Company) -> None:
    """An absence ends when its person answers a letter of ours."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.reply("ana", "Out of office until 1 December 2026.", Auto_Submitted="auto-replied")
    acme.reply("ana", "STATUS", to=brief)
    acme.customer_writes(
        "We were charged twice as well.", sender="Otto <otto@cornercafe.example>", subject="Bill"
    )
    [_, second] = acme.cases()
    assert second.handoff is not None
    assert second.handoff.to == acme.id("ana")


def test_the_owner_of_a_severe_case_who_is_away_is_told_to_the_founder(acme: Company) -> None:
    """Nothing moves by a machine's word, but a SEV-1 must not lie with an empty desk."""
    acme.customer_writes("nobody can log in")
    who = "ana" if acme.case.handoff and acme.case.handoff.to == acme.id("ana") else "ben"
    acme.reply(who, "ACCEPT")
    acme.new("maya")
    for _ in range(2):
        acme.reply(who, "Out of office until 1 December 2026.", Auto_Submitted="auto-replied",
                   to=acme.mails(who)[-1])  # fmt: skip
    assert acme.case.status is Status.OWNED
    [told] = acme.new("maya")
    assert "out of office" in said(told)


def test_an_answer_copied_to_the_customer_acts_and_raises_the_alarm(acme: Company) -> None:
    """Reply-all with the customer in copy: the yes counts, and the leak is told."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", Cc="Vera Lind <vera@northwind.example>")
    assert acme.case.owner == acme.id("ana")
    assert acme.mail("maya", "ACME-1042-1")
    assert len(acme.entries("leaked")) == 1


def test_words_to_the_customer_are_never_a_command(acme: Company) -> None:
    """Ana takes the brief's own mail and addresses it to the customer: `Accept our apologies`."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    mail = answer(brief, "Accept.\n\nAna", To="vera@northwind.example", Cc=INBOX)
    acme.post.deliver(INBOX, mail)
    acme.settle()
    assert acme.case.owner is None


def test_send_with_text_under_it_approves_nothing(acme: Company) -> None:
    """Somebody who writes more wants something changed; we cannot change words for them."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND\n\nbut please say Friday instead of tomorrow",
               to=acme.mails("ana")[-1])  # fmt: skip
    assert customers(acme) == []
    assert "Nothing was changed" in acme.mails("ana")[-1].text


def test_send_held_for_a_code_lets_the_text_of_the_first_letter_go(acme: Company) -> None:
    """The yes to the code mail is a yes to what SEND answered."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    receipt = acme.mails("ana")[-1]
    acme.reply("ana", "SEND", to=receipt, sender="Ana <ana.lopez@elsewhere.example>")
    acme.reply("ana", "YES", to=acme.mails("ana")[-1])
    assert len(customers(acme)) == 1


def test_what_was_sent_to_the_customer_is_the_promise_on_record(acme: Company) -> None:
    """The time in the approved text is in the ledger before the mail goes."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.reply("ana", "ACCEPT, update by 16:00", to=brief)
    acme.reply("ana", "SEND", to=brief)
    [raw] = customers(acme)
    # In the zone of the customer's own clock, which is UTC.
    shown = f"{acme.case.promise:%H:%M} (UTC)"
    assert shown in said(Mail(raw))
    acme.consistent()


def test_a_duplicate_cannot_join_itself_nor_what_is_over(acme: Company) -> None:
    """DUPLICATE needs another case that is live."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "BOUNCE duplicate of ACME-1042-1")
    assert acme.case.status is Status.OFFERED


def test_close_answers_the_two_questions_too(acme: Company) -> None:
    """A requester who no longer wants it says CLOSE instead of a reason."""
    message_id = acme.customer_writes("The export does nothing.", subject="Export")
    acme.writes("tom", "ESCALATE", subject="Re: Export", In_Reply_To=f"<{message_id}>")
    acme.reply("tom", "CLOSE")
    assert acme.case.status is Status.CLOSED


def test_through_a_group_address_an_answer_is_still_an_answer(acme: Company) -> None:
    """A group as shared inbox marks every mail as a list's (RFC 2919), Ana's yes included."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", List_Id="<support.acme.example>")
    assert acme.case.owner == acme.id("ana")
