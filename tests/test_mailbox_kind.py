"""Man or machine, and when somebody who is away comes back."""

from datetime import UTC, datetime

import pytest
from corpora import corpora

from deskless.mailbox.message import MailKind
from deskless.mailbox.parse import read_message
from deskless.mailbox.sender.away import away_until

HEAD = "From: Ana <ana@shop.example>\nMessage-ID: <1@shop.example>\n"

AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "auto-submitted: auto-generated",
    "Auto-Submitted: auto-replied (vacation)",
    'Auto-Submitted: auto-replied; owner-email="ana@shop.example"',
    "Auto-Submitted: auto-notified",
    "X-Autoreply: yes",
    "X-Autorespond: Re: your mail",
    "X-Auto-Response-Suppress: All",
    "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
    "Precedence: auto_reply",
    "X-POST-MessageClass: 9; Autoresponder",
    "X-FC-MachineGenerated: true",
    "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    "Return-Path: <>",
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    "Content-Type: text/calendar; method=REPLY",
    "Content-Type: text/vnd.google.email-reaction+json",
    "Subject: Automatic reply: Order 66",
    "Subject: Out of Office: Order 66",
    "Subject: Out of office",
    "Subject: AUTO: Ana is away (returning 09/18/2026)\nDate: 16 Sep 2026 11:00 +0000",
    "Subject: On leave until 18 September\nDate: 16 Sep 2026 11:00 +0000",
    "Subject: Ausente hasta el 18/09/2026\nDate: 16 Sep 2026 11:00 +0000",
    "Subject: Automatische Antwort: Bestellung",
    "Subject: Abwesenheitsnotiz: Bestellung",
    "Subject: Réponse automatique : Commande",
    "Subject: Absence du bureau : Commande",
    "Subject: Respuesta automática: Pedido",
    "Subject: Fuera de la oficina",
    "Subject: Risposta automatica: Ordine",
    "Subject: Resposta automática: Pedido",
    "Subject: Automatisch antwoord: Bestelling",
    "Subject: Autosvar: Order",
    "Subject: Automaattinen vastaus: Tilaus",
    "Subject: Automatická odpověď: Objednávka",
    "Subject: Odpowiedź automatyczna: Zamówienie",
    "Subject: Автоответ: Заказ",
    "Subject: 自動応答: 注文",
    "Subject: 自动回复: 订单",
]


@pytest.mark.parametrize("header", AUTOMATIC)
def test_machines_that_answer_are_known(header: str) -> None:
    """RFC 3834, 5230, 5546, 8098, the vendors' headers, and at last the subject."""
    assert read_message(f"{HEAD}{header}\n\nThanks".encode()).kind is MailKind.AUTO_REPLY


TYPED = [
    "Auto-Submitted: no",
    "X-Autoreply: no",
    "Precedence: bulk",
    "X-MS-Exchange-Inbox-Rules-Loop: ana@shop.example",
    "X-Auto-Response-Suppress: DR",
    "Return-Path: <ana@shop.example>",
    "Subject: Re: Automatic reply: Order 66",
    "Subject: Fwd: Out of Office: Order 66",
    "Subject: Your automatic reply is wrong",
    "Subject: Out of office furniture?",
    "Subject: Autoreply does not work",
    "Subject: Vacation rental refund",
    "Subject: Vacation: refund, please",
    "Subject: Auto: quote for insurance",
    "Subject: Ausente: paquete no llegó",
    "Subject: отпуск: возврат денег",
    "Subject: Abwesend wegen Krankheit? Bitte um Rückruf",
    "Subject: Abwesenheit: Bitte um Rückruf",
    "Subject: My parcel could not be delivered",
    "Subject: Delivery failed again!",
    "Subject: Undeliverable parcel",
    "Content-Type: text/calendar; method=REQUEST",
    "List-Unsubscribe: <https://shop.example/u>",
]


@pytest.mark.parametrize("header", TYPED)
def test_people_are_not_taken_for_machines(header: str) -> None:
    """A customer whose mail is dropped as automatic is a customer lost."""
    body = "My parcel could not be delivered: recipient unknown, it says. Error 550."
    assert read_message(f"{HEAD}{header}\n\n{body}".encode()).kind is MailKind.HUMAN


@pytest.mark.parametrize(
    "header",
    ["List-Id: <l.example>", "List-Post: <mailto:l@x.example>", "X-Mailing-List: l@x.example"],
)
def test_lists_are_known(header: str) -> None:
    """A list's mail is the list's, whoever wrote it."""
    assert read_message(f"{HEAD}{header}\nPrecedence: list\n\nHi".encode()).kind is MailKind.LIST


def test_complaints_are_feedback() -> None:
    """RFC 5965, and Amazon's JSON."""
    arf = (
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\n\nThis is a report.\n--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\n--b--\n"
    )
    assert read_message((HEAD + arf).encode()).kind is MailKind.FEEDBACK
    json = 'From: no-reply@sns.example\n\n{"Message": "{\\"notificationType\\":\\"Complaint\\"}"}'
    assert read_message(json.encode()).kind is MailKind.FEEDBACK


@pytest.mark.corpora
def test_the_corpus_of_automatic_answers_is_told_apart() -> None:
    """12 of 12, and none of the 3 that only look like it."""
    folder = corpora("auto_reply")
    kinds = [read_message(path.read_bytes()).kind for path in sorted(folder.glob("*.eml"))]
    assert kinds == [MailKind.AUTO_REPLY] * 12
    assert [
        read_message(path.read_bytes()).kind for path in sorted((folder / "not").iterdir())
    ] == [MailKind.HUMAN] * 3


@pytest.mark.corpora
def test_list_mail_by_people_is_neither_automatic_nor_a_bounce() -> None:
    """`Precedence: bulk` on every one of them."""
    kinds = {
        read_message(path.read_bytes()).kind
        for path in sorted(corpora("threading").rglob("*"))
        if path.is_file() and path.suffix != ".txt"
    }
    assert kinds <= {MailKind.HUMAN, MailKind.LIST}


NOTES = [
    ("I'll be back on Monday 24 November.", "2026-11-24"),
    ("I am out of the office until 2026-11-24.", "2026-11-24"),
    ("I am away from November 18 to November 27, 2026. Call 555-1234.", "2026-11-28"),
    ("I will be out starting 11/18/2026 and will not return until 11/30/2026.", "2026-11-30"),
    ("I'm back tomorrow.", "2026-11-21"),
    ("Will return Monday.", "2026-11-23"),
    ("On leave through Nov 27.", "2026-11-28"),
    ("(returning 12/18/2026)", "2026-12-18"),
    ("Back on 2 January", "2027-01-02"),
    ("Ich bin bis zum 24.11. nicht im Büro.", "2026-11-24"),
    ("Ich bin vom 16.11.2026 bis einschließlich 27.11.2026 im Urlaub.", "2026-11-28"),
    ("Ab dem 1. Dezember bin ich wieder erreichbar.", "2026-12-01"),
    ("Am 24.11.2026 bin ich wieder im Büro.", "2026-11-24"),
    ("Je suis absent jusqu'au 24 novembre inclus.", "2026-11-25"),
    ("Je serai de retour le lundi 30 novembre 2026.", "2026-11-30"),
    ("Absent du 16/11 au 24/11.", "2026-11-25"),
    ("Estaré fuera hasta el 24 de noviembre de 2026.", "2026-11-24"),
    ("Vuelvo el lunes 30 de noviembre.", "2026-11-30"),
    ("Sono fuori ufficio fino al 4 gennaio 2027.", "2027-01-04"),
    ("Estarei ausente até 02/01.", "2027-01-02"),
    ("Ik ben afwezig t/m 27 november.", "2026-11-28"),
    ("We answer within 24 hours. Call 030 123456.", None),
    ("I left on 20.11.2026.", None),
    ("Thank you for your mail of 24 November.", None),
    ("I was away until 3 March 2025.", None),
    ("back on 31.02.", None),
    ("", None),
]


@pytest.mark.parametrize(("note", "day"), NOTES)
def test_the_day_of_return_is_read(note: str, day: str | None) -> None:
    """Only where words say back or until; written on Friday 20 November 2026."""
    at = away_until("", note, datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert (at.date().isoformat() if at else None) == day


def test_a_message_carries_the_day_of_return() -> None:
    """From the subject too, and only of an automatic answer."""
    raw = (
        b"From: a@b.example\nDate: Tue, 16 Sep 2014 11:19:53 -0400\nAuto-Submitted: auto-replied\n"
        b"Subject: AUTO: A is out of the office (returning 09/18/2014)\n\nThanks."
    )
    assert read_message(raw).away_until == datetime(2014, 9, 18, tzinfo=UTC)
    assert (
        read_message(
            b"From: a@b.example\nDate: Tue, 16 Sep 2014 11:19:53 -0400\n\nback on 1 Oct"
        ).away_until
        is None
    )
