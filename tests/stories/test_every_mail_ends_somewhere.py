"""Whatever mail the world sends, a judge or a person sees it: kinds that once fell into a hole."""

import email
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from harness import AGENT, INBOX, Company, company

from deskless.agent.office.conversation import read_thread

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "inbox"
WORDS = "Hello,\n\nsince this morning nobody can log in at any of our shops.\n\nVera Lind"
VERA = "vera@northwind.example"
pytestmark = pytest.mark.slow


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme, whose support also answers to a group's address."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", inbox='ours = ["help@acme.example"]') as made:
        yield made
        made.consistent()


def raw_mail(head: str, words: str = WORDS) -> bytes:
    """A mail byte for byte, as its own program wrote it; what is not named is as usual."""
    usual = {
        "From": "Vera Lind <vera@northwind.example>", "To": INBOX, "Subject": "Tills",
        "Date": "Mon, 23 Nov 2026 08:59:00 +0000", "Message-ID": "<t1@mail.northwind.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }  # fmt: skip
    fields = [line.partition(":")[0].lower() for line in head.splitlines()]
    rest = [f"{name}: {value}" for name, value in usual.items() if name.lower() not in fields]
    lines = [line for line in head.splitlines() if not line.endswith(": -")]
    return "\r\n".join([*lines, *rest, "", *words.splitlines(), ""]).encode()


SHAPES = {
    "the address as its name": "From: vera@northwind.example <vera@northwind.example>",
    "a robot's address under hers": 'From: "vera@northwind.example" <bounce+1@mx.example>',
    "a comma without quotes": "From: Lind, Vera <vera@northwind.example>",
    "brackets in the name": "From: Vera [Northwind] Lind <vera@northwind.example>",
    "a trailing comma": "From: Vera Lind <vera@northwind.example>,",
    "doubled brackets": "From: Vera Lind <<vera@northwind.example>>",
    "no bracket at the end": "From: Vera Lind <vera@northwind.example",
    "mailto": "From: Vera Lind <mailto:vera@northwind.example>",
    "raw letters": "From: Véra Lind <vera@northwind.example>",
    "a colon in the name": "From: Northwind: Vera Lind <vera@northwind.example>",
    "two authors": "From: Vera Lind <vera@northwind.example>, Max <max@northwind.example>",
    "two From": "From: Max <max@northwind.example>\nFrom: Vera <vera@northwind.example>",
    "none": "From: -",
    "an empty one": "From: ",
    "no address": "From: Vera Lind",
    "a group": "From: undisclosed-recipients:;",
}  # fmt: skip
REWRITTEN = {
    "a Google group": (
        "From: 'Vera Lind' via Support <support@acme.example>\n"
        "X-Original-From: Vera Lind <vera@northwind.example>\n"
        "Reply-To: Vera Lind <vera@northwind.example>\n"
        "List-ID: <support.acme.example>\nPrecedence: list\n"
        "X-Google-Group-Id: 1122\nList-Post: <mailto:support@acme.example>"
    ),
    "a group with another name": (
        "From: 'Vera Lind' via Customers <customers@acme.example>\nTo: customers@acme.example\n"
        "X-Original-Sender: vera@northwind.example\nReply-To: Vera Lind <vera@northwind.example>\n"
        "List-ID: <customers.acme.example>\nPrecedence: list\nX-BeenThere: customers@acme.example"
    ),
    "Mailman": (
        "From: Vera Lind via Users <users@lists.example>\n"
        "Reply-To: Vera Lind <vera@northwind.example>\nList-Id: Users <users.lists.example>\n"
        "List-Post: <mailto:users@lists.example>\nX-BeenThere: users@lists.example"
    ),
    "a Microsoft 365 group": (
        "From: Support <support@acme.example>\nReply-To: vera@northwind.example\n"
        "X-Original-Sender: vera@northwind.example\nSender: support@acme.example"
    ),
    "a form from our own address": (
        "From: Acme web site <support@acme.example>\nReply-To: Vera Lind <vera@northwind.example>"
    ),
    "a form from another of our addresses": (
        "From: help@acme.example\nReply-To: Vera Lind <vera@northwind.example>"
    ),
    "a form from a no-reply": (
        "From: Acme <no-reply@acme.example>\nReply-To: Vera Lind <vera@northwind.example>\n"
        "Auto-Submitted: auto-generated"
    ),
    "a form of a service": (
        "From: Forms <noreply@forms.example>\nReply-To: vera@northwind.example\n"
        "Precedence: bulk\nList-Unsubscribe: <https://forms.example/u/1>"
    ),
}
HEADED = {
    "Auto-Submitted": "Auto-Submitted: auto-generated",
    "Auto-Submitted: auto-replied": "Auto-Submitted: auto-replied",
    "List-Id": "List-Id: <ops.northwind.example>\nPrecedence: list",
    "X-Auto-Response-Suppress": "X-Auto-Response-Suppress: All",
    "a foreign loop header": "X-Loop: vera@northwind.example",
    "our loop header with a foreign value": "X-Deskless-Loop: another",
    "Automatic reply": "Subject: Automatic reply: tills",
    "Automatische Antwort": "Subject: Automatische Antwort: Kassen\nAuto-Submitted: auto-replied",
    "Precedence: bulk": "Precedence: bulk",
    "Precedence: junk": "Precedence: junk",
    "a null Return-Path": "Return-Path: <>",
    "a monitoring program": "Auto-Submitted: auto-generated\nX-Mailer: Nagios\nPrecedence: bulk",
    "a ticket system's": "X-Autoreply: yes\nPrecedence: auto_reply\nSubject: [#4411] Tills",
    "Feedback-ID": "Feedback-ID: 1:2:3:mailer\nList-Unsubscribe: <mailto:u@northwind.example>",
}


def told(acme: Company) -> str:
    """Everything that people of the team were written, on one line."""
    people = ("tom", "ana", "ben", "cleo", "maya")
    words = [mail.text for who in people for mail in acme.mails(who)[acme.read.get(who, 0) :]]
    return " ".join(" ".join(words).split())


def arrive(acme: Company, raw: bytes, to: str = INBOX) -> None:
    """A mail arrives; what was there before is read."""
    for who in ("tom", "ana", "ben", "cleo", "maya"):
        acme.new(who)
    acme.post.deliver(to, raw)
    acme.settle()


def speaker(acme: Company) -> str:
    """The address of the customer whose case it is."""
    with acme.office.store.reading() as session:
        customer = read_thread(session, acme.case.ticket).customer
    return customer.email if customer else ""


@pytest.mark.parametrize("shape", SHAPES)
def test_an_outage_under_a_broken_from_is_a_case(acme: Company, shape: str) -> None:
    """Whose words they are may be unknown; that the shops cannot work is not."""
    arrive(acme, raw_mail(SHAPES[shape]))
    assert acme.case.severity.value == "SEV-1"
    assert "nobody can log in" in told(acme)
    known = shape not in {"none", "an empty one", "no address", "a group", "two From"}
    assert (speaker(acme).endswith("northwind.example")) or not known


@pytest.mark.parametrize("way", REWRITTEN)
def test_an_outage_behind_a_group_a_list_or_a_form_is_hers(acme: Company, way: str) -> None:
    """The customer is who wrote, and the owner sees where an answer goes."""
    arrive(acme, raw_mail(REWRITTEN[way]))
    assert acme.case.severity.value == "SEV-1"
    assert speaker(acme) == VERA
    assert "nobody can log in" in told(acme)


@pytest.mark.parametrize("kind", HEADED)
def test_no_header_keeps_an_outage_from_being_judged(acme: Company, kind: str) -> None:
    """What headers say about automation only tells that no machine may answer."""
    arrive(acme, raw_mail(HEADED[kind]))
    assert acme.case.severity.value == "SEV-1"
    assert "nobody can log in" in told(acme)
    assert acme.post.outgoing == ()


@pytest.mark.parametrize("place", ["To", "Cc"])
def test_a_customer_who_has_our_token_address_is_heard(acme: Company, place: str) -> None:
    """A brief was passed on to her; she answers all, with new trouble."""
    acme.customer_writes("I was charged twice for October.", sender="Max <max@northwind.example>")
    token = str(acme.brief("ana").message["Reply-To"])
    head = f"{place}: {token}" if place == "Cc" else f"To: {INBOX}, {token}"
    arrive(acme, raw_mail(head))
    assert [case.severity.value for case in acme.cases()].count("SEV-1") == 1
    assert "nobody can log in" in told(acme)


def test_a_customer_who_quotes_our_brief_is_heard(acme: Company) -> None:
    """Somebody forwarded the brief to her by mistake; she answers to support below it."""
    acme.customer_writes("I was charged twice for October.", sender="Max <max@northwind.example>")
    brief = acme.brief("ana")
    quoted = "\n".join(f"> {line}" for line in brief.text.splitlines())
    ids = f"In-Reply-To: {brief.message['Message-ID']}\nReferences: {brief.message['Message-ID']}"
    arrive(acme, raw_mail(ids, f"{WORDS}\n\nOn Mon, Ana wrote:\n{quoted}"))
    assert [case.severity.value for case in acme.cases()].count("SEV-1") == 1
    assert "nobody can log in" in told(acme)


@pytest.mark.parametrize("type_", ["application/octet-stream", "message/rfc822", "text/plain"])
@pytest.mark.parametrize("words", ["", "ESCALATE please, all shops are down"])
def test_a_teammates_forward_as_a_file_is_the_customers_mail(
    acme: Company, type_: str, words: str
) -> None:
    """Whatever type the program gave the attached mail; who asks is asked what was tried."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Tom <tom@acme.example>", INBOX, "Fwd: Tills"
    letter["Message-ID"] = "<f1@acme.example>"
    letter.set_content(words)
    main, _, sub = type_.partition("/")
    if type_ == "message/rfc822":
        letter.add_attachment(email.message_from_bytes(raw_mail("")))
    elif main == "text":
        letter.add_attachment(raw_mail("").decode(), subtype=sub, filename="Tills.eml")
    else:
        letter.add_attachment(raw_mail(""), maintype=main, subtype=sub, filename="Tills.eml")
    arrive(acme, letter.as_bytes())
    assert speaker(acme) == VERA
    assert acme.case.severity.value == "SEV-1"
    assert ("One short question" if words else "nobody can log in") in told(acme)


def from_tom(words: str, files: list[tuple[str, str]], **head: str) -> bytes:
    """A mail of Tom's with these files, each a name and a type; nobody can open one."""
    letter = EmailMessage()
    usual = {"From": "Tom Frey <tom@acme.example>", "To": INBOX, "Subject": "Paper", "Message-ID":
             "<p1@acme.example>"}  # fmt: skip
    for name, value in (usual | head).items():
        letter[name] = value
    letter.set_content(words)
    if "<img" in words:
        letter.set_content(words, subtype="html")
    for name, type_ in files:
        main, _, sub = type_.partition("/")
        letter.add_attachment(b"\xd0\xcf\x11\xe0" * 40, maintype=main, subtype=sub, filename=name)
    return letter.as_bytes()


PDF, JPEG = ("letter.pdf", "application/pdf"), ("shop.jpg", "image/jpeg")
LOGO, CARD = ("logo.png", "image/png"), ("tom.vcf", "text/vcard")
SHOWN = '<p>{}</p><p>Tom Frey</p><img src="cid:logo">'
# what a teammate passes on | the files with it
SHUT = {
    "a saved mail": ("from a client", [("Tills.msg", "application/vnd.ms-outlook")]),
    "a scanned letter": ("arrived by post today", [PDF]),
    "a zip": ("Mail dazu", [("post.zip", "application/zip")]),
    "a picture": ("Foto dazu", [JPEG]),
    "a winmail.dat": ("f.y.i.", [("winmail.dat", "application/ms-tnef")]),
    "a recording": ("", [("call.mp3", "audio/mpeg")]),
    "a picture in the text": (SHOWN.format("A customer sent me this over lunch."), [LOGO]),
    "nothing but a picture": ('<img src="cid:logo">', [LOGO]),
    "a letter, and some words on the customer": (
        "This came from a customer in the east who is rather cross and wants it by Friday.", [PDF]),
}  # fmt: skip


@pytest.mark.parametrize("what", SHUT)
def test_what_a_teammate_passes_on_and_nobody_read_is_asked_about(acme: Company, what: str) -> None:
    """One person is asked by name; it is not the team's own in silence."""
    arrive(acme, from_tom(*SHUT[what]))
    became = [entry.data["became"] for entry in acme.entries("read")]
    assert [word for word in became if word != "own"] == ["customer"]
    assert [entry.data["to"] for entry in acme.entries("review")] != []
    assert "Tom Frey (for a customer)" in told(acme)
    assert acme.post.outgoing == ()


# a teammate's ordinary mail | its files | other headers
ORDINARY = {
    "a logo under words": (SHOWN.format("Can somebody take the shift on Friday?"), [LOGO], {}),
    "a signed card": ("I am back on Thursday.", [CARD, ("smime.p7s", "application/x-pkcs7")], {}),
    "an invoice to a customer": (
        "Dear Vera, here is the invoice.", [PDF], {"To": VERA, "Cc": INBOX}),
    "a paper for the team": (
        "Hi all, the new price list for next year is attached; it is valid from January on.", [PDF],
        {}),
    "an invitation": ("Team lunch", [("invite.ics", "application/ics")], {}),
    "no file at all": ("Lunch at one?", [], {}),
}  # fmt: skip


@pytest.mark.parametrize("what", ORDINARY)
def test_a_teammates_ordinary_mail_stays_quiet(acme: Company, what: str) -> None:
    """A logo, a card, an invoice that goes to the customer, a paper with its own words."""
    words, files, head = ORDINARY[what]
    arrive(acme, from_tom(words, files, **head))
    assert acme.entries("review") == []
    assert acme.cases() == []
    assert told(acme) == ""


BY_NAME = "see below\n\nFrom: Vera Lind\nSent: Monday, November 23, 2026 9:40 AM\nTo: Tom Frey\n"
QUOTED = "\n".join(f"> {line}" for line in WORDS.splitlines())
PASSED = {
    "a head with a name alone": (
        {"Subject": "FW: Tills"}, f"{BY_NAME}Subject: Tills\n\n{WORDS}\n{VERA}", VERA),
    "nobody's address": ({"Subject": "FW: Tills"}, f"{BY_NAME}Subject: Tills\n\n{WORDS}", ""),
    "an answer to her": (
        {"Subject": "Re: Tills", "To": f"{VERA}, {INBOX}"},
        f"Hi, I add our desk.\n\nOn Mon, Nov 23, 2026 at 9:40 AM Vera <{VERA}> wrote:\n{QUOTED}",
        VERA),
}  # fmt: skip


@pytest.mark.parametrize("way", PASSED)
def test_an_outage_in_what_a_teammate_passes_on_is_a_case(acme: Company, way: str) -> None:
    """Also where her address stands nowhere: she is known by name, and nobody is written to."""
    head, words, email = PASSED[way]
    arrive(acme, from_tom(words, [], **head))
    assert acme.case.severity.value == "SEV-1"
    assert speaker(acme) == email or not email
    assert "nobody can log in" in told(acme)
    assert acme.post.outgoing == ()


def test_an_answer_in_a_known_conversation_is_no_second_case(acme: Company) -> None:
    """What it quotes stands there already."""
    arrive(acme, raw_mail(""))
    more = {
        "Subject": "Re: Tills",
        "To": f"{VERA}, {INBOX}",
        "References": "<t1@mail.northwind.example>",
    }
    arrive(
        acme,
        from_tom(f"We look.\n\nOn Mon, Nov 23, 2026, Vera <{VERA}> wrote:\n{QUOTED}", [], **more),
    )
    assert len(acme.cases()) == 1


@pytest.mark.parametrize(
    "sender", ["noreply@phones.example", "bot@acme.example", "jo@acme.example"]
)
def test_no_answer_goes_to_a_program_or_to_our_own_domain(acme: Company, sender: str) -> None:
    """The case is there, and its owner is told that nobody can be answered."""
    arrive(acme, raw_mail(f"From: Box <{sender}>"))
    assert acme.case.severity.value == "SEV-1"
    assert "An answer goes to nobody." in told(acme)
    who = next(each for each in ("ana", "ben", "cleo") if acme.id(each) == acme.case.handoff.to)
    acme.reply(who, "ACCEPT")
    acme.reply(who, "SEND")
    assert acme.post.outgoing == ()


@pytest.mark.parametrize("to", [INBOX, AGENT])
def test_a_mail_that_only_the_envelope_brings_is_judged(acme: Company, to: str) -> None:
    """Bcc: no address of ours stands in it."""
    arrive(acme, raw_mail("To: undisclosed-recipients:;"), to=to)
    assert acme.case.severity.value == "SEV-1"


FILES = {
    "01-google-group-rewritten-from.eml": VERA,
    "03-contact-form-noreply.eml": VERA,
    "09-customer-writes-from-own-helpdesk.eml": "helpdesk@northwind.example",
    "10-google-group-with-another-name.eml": VERA,
    "24a-from-address-as-name.eml": VERA,
    "24b-from-unquoted-comma.eml": VERA,
    "24e-from-two-authors.eml": "piet@northwind.example",
}


@pytest.mark.skipif(not CASES.exists(), reason="../shared/cases is not here")
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_inbox_is_a_case(acme: Company, name: str) -> None:
    """Each is of the kind that its name tells; the answer goes to who wrote."""
    arrive(acme, (CASES / name).read_bytes())
    assert acme.case.severity.value == "SEV-1"
    assert speaker(acme) == FILES[name]
    assert "nobody can log in" in told(acme)
    assert acme.post.outgoing == ()


NOTICES = {
    "Mailman 2": (
        "From: owners-bounces@lists.acme.example\nSubject: Your message to Owners awaits moderator "
        "approval\nPrecedence: bulk\nX-BeenThere: owners@lists.acme.example\nX-List-Administrivia: "
        "yes\nList-Id: <owners.lists.acme.example>\nReturn-Path: <>",
        "Your mail to 'Owners' with the subject\n\n    {subject}\n\nIs being held until the list "
        "moderator can review it for approval.\n\nThe reason it is being held:\n\n    Post by "
        "non-member to a members-only list\n\nEither the message will get posted to the list, or "
        "you will receive notification of the moderator's decision.",
    ),
    "Mailman 3": (
        "From: owners-bounces@lists.acme.example\nSubject: Your message to "
        "owners@lists.acme.example awaits moderator approval\nAuto-Submitted: auto-generated",
        "Your mail to 'owners@lists.acme.example' with the subject\n\n    {subject}\n\nIs being "
        "held until the list moderator can review it for approval.",
    ),
    "Google Groups": (
        "From: Acme owners <owners+owner@acme.example>\nSubject: Your message to owners is waiting "
        "for approval\nAuto-Submitted: auto-replied\nX-Auto-Response-Suppress: All",
        "Hello deskless@acme.example,\n\nYour message to the group owners is awaiting approval by "
        "a moderator and will be posted when they are back to it.",
    ),
    "Sympa, in French": (
        "From: SYMPA <sympa@lists.acme.example>\nSubject: Votre message est en attente de "
        "modération\nAuto-Submitted: auto-generated\nPrecedence: list",
        "Votre message pour la liste owners a été transmis aux modérateurs. Il est en attente.",
    ),
    "an acknowledgement": (
        "From: Ana <ana@acme.example>\nSubject: Automatic reply: {subject}\n"
        "Auto-Submitted: auto-replied",
        "We have received your message and will answer within two working days.",
    ),
}


@pytest.mark.parametrize("program", NOTICES)
@pytest.mark.parametrize("refers", [True, False], ids=["with References", "without"])
def test_a_moderation_notice_is_nobodys_absence(acme: Company, program: str, refers: bool) -> None:
    """The offer stays with Ana and nobody is answered; her clock runs on as before."""
    acme.customer_writes("I was charged twice for October.")
    brief, before = acme.brief("ana"), acme.case
    head, words = (part.replace("{subject}", brief.subject) for part in NOTICES[program])
    if refers:
        head += f"\nIn-Reply-To: {brief.message['Message-ID']}"
    to = str(brief.message["Reply-To"])
    arrive(acme, raw_mail(f"{head}\nTo: {to}", words), to=to)
    assert acme.case == before
    assert not acme.entries("out_of_office", "away", "undelivered")
    assert told(acme) == ""
    acme.pass_time(hours=4, minutes=1)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")


ANSWER = (
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nVERSION:2.0\nBEGIN:VEVENT\nUID:1@acme.example\n"
    "DTSTAMP:20261123T085812Z\nDTSTART:20261124T090000Z\nSUMMARY:Weekly call\n"
    "ATTENDEE;PARTSTAT=DECLINED:mailto:vera@northwind.example\n{comment}END:VEVENT\nEND:VCALENDAR\n"
)
NOTE = "Since this morning nobody can log in, so I cannot join."
CALENDARS = {
    "Outlook": (f"{NOTE}\nWhen: Tuesday 24 November 2026 10:00\nWhere: Teams\n~~~~~~~~~~\n", ""),
    "Google": (f'Vera has declined this invitation, saying:\n\n"{NOTE}"\n\nWeekly call\n', ""),
    "a comment only in the file": (
        "Weekly call",
        "COMMENT;LANGUAGE=en:Since this morning nobody can log in\\,\n  so I cannot.\n",
    ),
    "yes and no more": ("Vera has accepted this invitation.\n\nWeekly call\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("program", CALENDARS)
def test_what_somebody_writes_into_a_calendars_answer_is_heard(acme: Company, program: str) -> None:
    """A plain yes or no is a report, and no conversation."""
    words, comment = CALENDARS[program]
    head = "Subject: Declined: Weekly call\nMIME-Version: 1.0\n"
    head += 'Content-Type: multipart/alternative; boundary="B"'
    parts = f"--B\nContent-Type: text/plain; charset=utf-8\n\n{words}\n--B\n"
    parts += "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n"
    arrive(acme, raw_mail(head, f"{parts}{ANSWER.format(comment=comment)}--B--"))
    read = [str(entry.data["became"]) for entry in acme.entries("read")]
    became = next(word for word in reversed(read) if word != "own")
    if program == "yes and no more":
        assert (became, acme.cases(), told(acme)) == ("receipt", [], "")
    else:
        assert acme.case.severity.value == "SEV-1"
        assert "nobody can log in" in told(acme)


ODD = {
    "a help desk's own notice": (
        "From: Desk <helpdesk@northwind.example>\nAuto-Submitted: auto-generated",
        "##- Please type your reply above this line -##\n\n"
        f"Vera Lind, Nov 23, 2026, 09:50\n\n{WORDS}",
    ),
    "a phone number like a server's answer, and no From": (
        "From: -", f"{WORDS}\nCall me at 555-421-6780 or 500 people wait.",
    ),
    "a field of a bounce in what was passed on": (
        "X-Failed-Recipients: nobody@elsewhere.example\nReturn-Path: <>", WORDS,
    ),
    "a form from our own address that names nobody": (
        "From: Web site <support@acme.example>", f"{WORDS}\nPhone: 0170 1234567",
    ),
    "a list that can be left": (
        "From: Vera via Users <users@lists.example>\nReply-To: vera@elsewhere.example\n"
        "List-Id: <users.lists.example>\nList-Post: <mailto:users@lists.example>\n"
        "List-Unsubscribe: <mailto:users-leave@lists.example>",
        f"{WORDS}\n\n____________\nTo unsubscribe send a mail to users-leave@lists.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_mail_with_an_outage_is_a_case(acme: Company, kind: str) -> None:
    """Each of these once looked like a bounce, a quote, the team's own words or a newsletter."""
    arrive(acme, raw_mail(*ODD[kind]))
    assert acme.case.severity.value == "SEV-1"
    assert "nobody can log in" in told(acme)


def test_a_newsletter_that_meets_a_criterion_is_shown_to_a_person(acme: Company) -> None:
    """Written to many by nobody we know: it wakes nobody, and it is not left unseen either."""
    head = "From: Team tool <news@tool.example>\nList-Unsubscribe: <https://tool.example/u>"
    arrive(acme, raw_mail(head, f"Vera sent a message:\n\n{WORDS}\n\nUnsubscribe"))
    assert acme.cases() == []
    assert "nobody can log in" in told(acme)


OUTAGE = "since this morning nobody can log in at any of our shops"
AWAY = "I am out of the office until Monday, 7 December."
MDN = (
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=B\n"
    "Subject: Read: Re: Tills\nMIME-Version: 1.0"
)
DISPLAYED = (
    "\n--B\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;"
    "vera@northwind.example\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--B--"
)
OPENED = "Your message\n\n  To: Support\n  Subject: Tills\n\nwas read on Monday, 23 November."
COMPLAINT = (
    "Content-Type: multipart/report; report-type=feedback-report; boundary=B\nMIME-Version: 1.0"
)
ABUSE = "\n--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--B--"
TYPED = {
    "below an absence": ("", f"{AWAY}\n\nBut {OUTAGE}."),
    "above an absence": ("", f"Hello, {OUTAGE}. {AWAY} Please call Bo."),
    "in one sentence with it": ("", f"I am on holiday until Monday, but {OUTAGE}."),
    "into a vacation program's note": (
        "Auto-Submitted: auto-replied (vacation)\nSubject: Out of office", f"{AWAY} And {OUTAGE}.",
    ),
    "into Exchange's note": (
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\nSubject: Automatic reply: Hi"
        "\nAuto-Submitted: auto-generated\nReferences: <x@acme.example>", f"{AWAY} Oh, {OUTAGE}.",
    ),
    "into an acknowledgement": (
        "Auto-Submitted: auto-replied\nReferences: <x@acme.example>",
        f"We have received your message. Please note that {OUTAGE}.",
    ),
    "above a read receipt": (MDN, f"--B\n\n{OUTAGE}\n\n{OPENED}{DISPLAYED}"),
    "below a read receipt": (MDN, f"--B\n\n{OPENED}\n\nHelp, {OUTAGE}!{DISPLAYED}"),
    "into a complaint about a mail": (COMPLAINT, f"--B\n\nStop writing, {OUTAGE}!{ABUSE}"),
    "by a postmaster": ("From: Postmaster <postmaster@northwind.example>\nSubject: Mail delivery "
        "failed", f"Hello, your mails to us come back, and {OUTAGE}. Vera"),
    "by somebody whose server is called so": (
        "From: Mail Delivery System Team <vera@northwind.example>", f"Hello, {OUTAGE}."),
}  # fmt: skip
ONLY = {
    "an absence": ("", f"{AWAY} If nobody can log in, please call Bo."),
    "a vacation program's note": ("Auto-Submitted: auto-replied (vacation)", AWAY),
    "a read receipt": (MDN, f"--B\n\n{OPENED.replace('Tills', 'Nobody can log in')}{DISPLAYED}"),
    "an acknowledgement that repeats a subject": (
        "Auto-Submitted: auto-replied\nReferences: <x@acme.example>\n"
        "Subject: [Ticket 4411] Received: Nobody can log in since nine",
        "We have received your message “Nobody can log in\nsince nine”. Ticket #4411."),
    "a complaint": (COMPLAINT, f"--B\n\nThis is an email abuse report.{ABUSE}"),
    "a bounce that returns an outage": (
        "From: MAILER-DAEMON@mx.northwind.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Return-Path: <>", "This is the mail system at host mx.\n\n<bo@northwind.example>: user "
        f"unknown\n\n--- Below this line is a copy of the message.\n\nHello, {OUTAGE}."),
}  # fmt: skip


@pytest.mark.parametrize("to", [INBOX, AGENT])
@pytest.mark.parametrize("way", TYPED)
def test_what_somebody_types_into_a_machines_mail_is_heard(
    acme: Company, way: str, to: str
) -> None:
    """Beside an absence, a receipt, a report: nobody's words are all that a machine says."""
    arrive(acme, raw_mail(*TYPED[way]), to=to)
    assert acme.case.severity.value == "SEV-1"
    assert "nobody can log in" in told(acme)
    assert acme.post.outgoing == ()


@pytest.mark.parametrize("way", ONLY)
def test_what_only_a_machine_says_stays_quiet(acme: Company, way: str) -> None:
    """No case, no question, and no answer."""
    arrive(acme, raw_mail(*ONLY[way]))
    assert (acme.cases(), told(acme), acme.post.outgoing) == ([], "", ())
