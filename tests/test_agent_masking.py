"""No secret reaches a model, and every quote finds its way back."""

import pytest
from hypothesis import given, settings, strategies as st
from stdnum import luhn

from deskless.agent.model.masking import mask_text
from deskless.policies.evidence import find_quote

# How numbers are written in Germany, France, Spain, the United Kingdom, the United States,
# Switzerland and Austria: known by their shape.
ALONE = [
    "+49 30 123456789", "+49 (0)30 12 34 56-78", "0049 171 1234567", "+49-171-1234567",
    "030 / 123 456 78", "030 12345678", "(030) 1234567", "0171 1234567", "0171/1234567",
    "01711234567", "089-123456-0", "05251 123456",
    "+33 1 23 45 67 89", "+33 (0)6 12 34 56 78", "0033612345678", "01 23 45 67 89",
    "06.12.34.56.78", "06-12-34-56-78", "0612345678",
    "+34 912 345 678", "0034 612 34 56 78", "912 345 678", "612 34 56 78", "91 234 56 78",
    "+44 20 7946 0958", "020 7946 0958", "07700 900123", "07700900123", "(0161) 496 0000",
    "+1 (555) 123-4567", "(555) 123-4567", "555-123-4567", "555.123.4567", "1-800-555-0199",
    "+41 44 668 18 00", "044 668 18 00", "079 123 45 67", "0791234567",
    "+43 1 5811 1234", "0664 1234567", "06641234567", "0512 123456",
    "+31 20 123 4567", "+420 601 234 567",
]  # fmt: skip
PHONES = [*ALONE, "12345678", "44 66 81 80", "555 0199"]
# What a customer writes, and what a model sees of it.
SECRETS = [
    ("Card 4111 1111 1111 1111 was charged", "Card [card number] was charged"),
    ("amex 378282246310005, please", "amex [card number], please"),
    ("5555-5555-5555-4444", "[card number]"),
    ("order 12345 4111111111111111", "order 12345 [card number]"),
    ("4111\u00a01111\u00a01111\u00a01111 exp 12/28", "[card number] exp 12/28"),
    ("41\u200b11 1111 1111 11\u200b11", "[card number]"),
    ("IBAN DE89 3704 0044 0532 0130 00 bitte", "IBAN [IBAN] bitte"),
    ("auf de89370400440532013000.", "auf [IBAN]."),
    ("GB82 WEST 1234 5698 7654 32", "[IBAN]"),
    ("FR14 2004 1010 0505 0001 3M02 606 merci", "[IBAN] merci"),
    ("ES91 2100 0418 4502 0005 1332", "[IBAN]"),
    ("NO93 8601 1117 947 takk", "[IBAN] takk"),
    ("NO93-8601-1117-947 de 4 pagos", "[IBAN] de 4 pagos"),
    ("MT84 MALT 0110 0001 2345 MTLC AST0 01S.", "[IBAN]."),
    ("BE68 5390 0754 7034 and BE68539007547034", "[IBAN] and [IBAN]"),
    ("Password: hunter\nUser: bob", "Password: [password]\nUser: bob"),
    ("my password is Hunter2!", "my password is [password]!"),
    ("the password is 'correct horse'", "the password is '[password]'"),
    ("Mein Passwort lautet Sommer2026", "Mein Passwort lautet [password]"),
    ("Kennwort für Kundenportal: geheim", "Kennwort für Kundenportal: [password]"),
    ("mot de passe : azerty12", "mot de passe : [password]"),
    ("mi contraseña es Gato99", "mi contraseña es [password]"),
    ("PIN 1234 and CVV: 987", "PIN [password] and CVV: [password]"),
    ("the security code is 123", "the security code is [password]"),
    ("api_key=abcDEF123456", "api_key=[password]"),
    ('{"client_secret": "q1w2e3r4t5"}', '{"client_secret": "[password]"}'),
    ("sk-ant-api03-abcdefghijklmnopqrst", "[key]"),
    ("sk_live_abcdefgh12345678 fails", "[key] fails"),
    ("token ghp_abcdefghijklmnopqrstuv1234", "token [key]"),
    ("AKIAIOSFODNN7EXAMPLE", "[key]"),
    ("Authorization: Bearer abcdefghijklmnop123", "Authorization: Bearer [key]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.abcdefghijk", "[key]"),
    ("https://bob:pw@shop.example/", "https://[key]@shop.example/"),
    ("https://x.example/r?token=abcdef123&a=1", "https://x.example/r?[key]"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nhelp", "[key]\nhelp"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE cut", "[key]"),
    *((f"Call me: {number}, any time", "Call me: [phone number], any time") for number in PHONES),
    *((f"{number} ist unsere Nummer", "[phone number] ist unsere Nummer") for number in ALONE),
    ("Tel. 4711 0815", "Tel. [phone number]"),
    ("Handy 1711234567 abends", "Handy [phone number] abends"),
    ("mon portable : 612345678", "mon portable : [phone number]"),
    ("llámame al 612345678.", "llámame al [phone number]."),
    ("my cell is 5551234567", "my cell is [phone number]"),
    ("Rückruf unter 0301234567", "Rückruf unter [phone number]"),
]
# What looks alike and matters to the case.
PLAIN = [
    "My password is wrong since Monday",
    "Mein Passwort ist falsch",
    "Password: I forgot it, can you help?",
    "I forgot my password.",
    "the reset token expired",
    "Order 4111 1111 1111 1112 was never delivered",
    "Between 09.11.2026 and 12.11.2026, at 10:30",
    "On 09.11.2026 10 users, on 04/11/2026 300",
    "712 345 678 EUR in all",
    "Order 0815-4711 of customer 2002",
    "Ticket 20251128-0001 and case ACME-1042-1",
    "Call me when you know more, we have 350 users",
    "Our phone system is down since 8:30, 3 shops, 40 tills",
    "IP 010.020.030.040, then 192.168.100.200",
    "The price went from 1,200 to 1,450 per year",
    "invoice 5551234567 is wrong",
    "600 000 000 rows",
    "Invoice 2026-11-18-000123 over 1.250,00 EUR",
    "Tracking 00340434161094042557",
    "DE89 is not an IBAN",
    "DE88 3704 0044 0532 0130 00",
    "GB83 WEST 1234 5698 7654 32",
    "XX89 3704 0044 0532 0130 00",
    "Batch 0000 0000 0000 0000",
    "Version 4.11.11 on 2026-11-18 at 12:30",
    "il est clair que la clé est importante",
    "We have 4 seats, 16 users, 2 offices",
    "pin the message",
]


@pytest.mark.parametrize(("text", "seen"), SECRETS)
def test_a_secret_is_taken_out_and_nothing_else(text: str, seen: str) -> None:
    """Cards, IBANs, passwords, PINs, keys, in four languages."""
    assert mask_text(text).text == seen


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    """A check digit that is wrong, a word after `is` that is only a word."""
    assert mask_text(text).text == text


@pytest.mark.parametrize(("text", "seen"), SECRETS)
def test_a_quote_of_the_mask_comes_back_as_the_customer_wrote_it(text: str, seen: str) -> None:
    """The whole of it, and every half of it, stands in the original."""
    sheet = mask_text(text)
    assert find_quote(text, sheet.back(seen) or "") is not None
    for at in range(1, len(seen)):
        for part in (seen[:at], seen[at:]):
            if part.strip():
                back = sheet.back(part)
                assert back is not None
                assert back in text


def test_words_that_do_not_stand_there_do_not_come_back() -> None:
    """A model may invent a label."""
    assert mask_text("Nothing to see").back("[card number]") is None


def test_a_team_may_say_that_nothing_is_masked() -> None:
    """Invisible characters go all the same."""
    assert (
        mask_text("Card 4111 1111 1111 11\u200b11", secret=False).text == "Card 4111 1111 1111 1111"
    )


def test_a_long_text_without_a_secret_is_read_in_linear_time() -> None:
    """Digits, words and spaces that nearly make a secret, by the hundred thousand."""
    for text in (
        "1 " * 50_000,
        "password is " * 9_000,
        "DE89 " * 20_000,
        "a" * 100_000,
        "4-" * 50_000,
    ):
        mask_text(text)


TEXT = st.lists(
    st.one_of(
        st.sampled_from([item for item, _ in SECRETS] + ["\u200b", "<<<", "\n", "🙂", "e\u0301"]),
        st.text(max_size=12),
    ),
    max_size=6,
).map(" ".join)


@given(TEXT, st.data())
@settings(max_examples=200, deadline=None)
def test_any_stretch_of_any_mask_maps_into_the_original(text: str, data: st.DataObject) -> None:
    """Labels cover the whole secret; the rest is the same letters."""
    sheet = mask_text(text)
    start = data.draw(st.integers(0, len(sheet.text)))
    end = data.draw(st.integers(start, len(sheet.text)))
    back = sheet.back(sheet.text[start:end])
    assert back is None or back in text
    rest, reached = [], 0
    for cut in sheet.cuts:
        rest.append(sheet.text[reached : cut.at])
        reached = cut.at + len(cut.shown)
    assert all(piece in text for piece in [*rest, sheet.text[reached:]])


@given(st.from_regex(r"[2-6][0-9]{11,17}", fullmatch=True), st.sampled_from(["", " ", "-"]))
@settings(max_examples=200, deadline=None)
def test_every_number_with_a_check_digit_is_hidden_however_it_is_grouped(
    stem: str, gap: str
) -> None:
    """Cards of 13 to 19 digits in groups of four."""
    number = stem + luhn.calc_check_digit(stem)
    written = gap.join(number[at : at + 4] for at in range(0, len(number), 4))
    assert number[-6:] not in mask_text(f"my card {written} was charged").text.replace(
        gap or "_", ""
    )
