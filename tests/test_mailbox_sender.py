"""Who a mail is from: one plain address, or nobody and the reason."""

import re
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from deskless.mailbox.message import Address
from deskless.mailbox.sender.from_header import strict_sender

OWNER = "owner@corp.example"
EVIL = "evil@attack.example"

BELIEVED = [
    (b"From: owner@corp.example\r\n", OWNER, ""),
    (b"From: Owner@Corp.Example\n", OWNER, ""),
    (b"from:owner@corp.example\n", OWNER, ""),
    (b"From: <owner@corp.example>\r\n", OWNER, ""),
    (b"From: Olga Owner <owner@corp.example>\r\n", OWNER, "Olga Owner"),
    (b'From: "Owner, Olga" <owner@corp.example>\r\n', OWNER, "Owner, Olga"),
    (b'From: "Olga \\"O\\" Owner" <owner@corp.example>\r\n', OWNER, 'Olga "O" Owner'),
    (b"From: Olga\r\n Owner\r\n\t<owner@corp.example>\r\n", OWNER, "Olga Owner"),
    (b"From: =?utf-8?q?Olga_=C3=96wner?= <owner@corp.example>\r\n", OWNER, "Olga Öwner"),
    (b"From: Olga \xc3\x96wner <owner@corp.example>\r\n", OWNER, "Olga Öwner"),
    (b"From: owner@corp.example (Olga Owner)\r\n", OWNER, "Olga Owner"),
    (b"From: Olga <owner@corp.example> (via the portal)\r\n", OWNER, "Olga"),
    (b"From: owner@corp.example\r\n (=?utf-8?q?=C3=96lga?=)\r\n", OWNER, "Ölga"),
    (b"From: O'Neil <o'neil+tag@sub.corp-x.example>\n", "o'neil+tag@sub.corp-x.example", "O'Neil"),
    # A name that shows another address is a lie, but not about who wrote (A15, second form).
    (b'From: "owner@corp.example" <evil@attack.example>\n', EVIL, OWNER),
    (b"From: =?utf-8?q?owner=40corp.example?= <evil@attack.example>\n", EVIL, OWNER),
    # Not the From: Sender, Resent-From, Reply-To (A12, A13).
    (b"Sender: owner@corp.example\nFrom: evil@attack.example\n", EVIL, ""),
    (b"Resent-From: owner@corp.example\nFrom: evil@attack.example\n", EVIL, ""),
    (b"Reply-To: owner@corp.example\nFrom: evil@attack.example\n", EVIL, ""),
    # A DKIM-Signature that names From in a folded line is no second From.
    (
        b"DKIM-Signature: v=1; h=To:\r\n\tFrom:Subject; b=x\r\nFrom: owner@corp.example\r\n",
        OWNER,
        "",
    ),
    # An mbox separator is no header.
    (b"From x@y.example Mon Jan  1 10:00:00 2026\nFrom: owner@corp.example\n", OWNER, ""),
    # A whole file with old Macintosh line ends.
    (b"Subject: x\rFrom: owner@corp.example\rTo: y@z.example\r", OWNER, ""),
]


@pytest.mark.parametrize(("raw", "email", "name"), BELIEVED)
def test_one_plain_address_is_believed(raw: bytes, email: str, name: str) -> None:
    """What every program reads alike is accepted, with the name for show."""
    assert strict_sender(raw) == (Address(email, name), None)


REFUSED = [
    b"",
    b"Subject: nobody\r\n",
    b"From:\r\n",
    b"From: \r\n\t\r\n",
    b"From: Olga Owner\r\n",
    b"From: undisclosed\r\n",
    b"From: MAILER-DAEMON (Mail Delivery System)\r\n",
    # A8: two From headers, in both orders, in any case.
    b"From: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"From: evil@attack.example\r\nFrom: owner@corp.example\r\n",
    b"From: owner@corp.example\r\nFROM: evil@attack.example\r\n",
    b"From: owner@corp.example\r\nfrom: owner@corp.example\r\n",
    b"From: owner@corp.example\r\nSubject: x\r\nFrom: evil@attack.example\r\n",
    # A9: an indented one, first in the block or behind another header.
    b" From: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"\tFrom: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"Subject: x\r\n From: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"From: evil@attack.example\r\n From: owner@corp.example\r\n",
    # A10: blanks, tabs, controls in the name.
    b"From: evil@attack.example\r\nFrom : owner@corp.example\r\n",
    b"From : owner@corp.example\r\n",
    b"From\t: owner@corp.example\r\n",
    b"F\x00rom: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"From\x00: owner@corp.example\r\n",
    b"From\xa0: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"\x0bFrom: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    # A11: the name on a line of its own.
    b"From\r\n : owner@corp.example\r\n",
    b"From\r\nFrom: owner@corp.example\r\n",
    b"From:\r\nFrom: owner@corp.example\r\n",
    # A14, A17, A18: lists.
    b"From: <owner@corp.example>, <evil@attack.example>\r\n",
    b"From: owner@corp.example, evil@attack.example\r\n",
    b"From: owner@corp.example,<evil@attack.example>\r\n",
    b"From: <owner@corp.example>\\,<evil@attack.example>\r\n",
    b"From: owner@corp.example evil@attack.example\r\n",
    b"From: owner@corp.example; evil@attack.example\r\n",
    b"From: <owner@corp.example><evil@attack.example>\r\n",
    b"From: <owner@corp.example> <evil@attack.example>\r\n",
    b"From: Owner <owner@corp.example> <evil@attack.example>\r\n",
    b"From: Owner, Olga <owner@corp.example>\r\n",
    b"From: owner@corp.example,\r\n <evil@attack.example>\r\n",
    # A15: an encoded word that holds the address.
    b"From: =?utf-8?q?owner=40corp.example?=\r\n",
    b"From: =?utf-8?b?b3duZXJAY29ycC5leGFtcGxl?=\r\n",
    b"From: =?utf-8?q?=3Cowner=40corp.example=3E?= evil@attack.example\r\n",
    b"From: =?utf-8?q?owner?=@corp.example\r\n",
    b"From: <=?utf-8?q?owner?=@corp.example>\r\n",
    # A16: routes.
    b"From: <@evil.example,@any.example:owner@corp.example>\r\n",
    b"From: <@attack.example:owner@corp.example>\r\n",
    # A19: an address outside the brackets.
    b"From: <evil@attack.example>owner@corp.example\r\n",
    b"From: owner@corp.example<evil@attack.example>\r\n",
    b"From: owner@corp.example <evil@attack.example>\r\n",
    b"From: owner@corp.example <evil@attack.example> (c)\r\n",
    b'From: "Owner" owner@corp.example <evil@attack.example>\r\n',
    # CVE-2023-27043 and its kin.
    b"From: owner@corp.example)<evil@attack.example>\r\n",
    b"From: owner@corp.example(<evil@attack.example>\r\n",
    b"From: owner@corp.example<<evil@attack.example>\r\n",
    b"From: owner@corp.example><evil@attack.example>\r\n",
    b"From: owner@corp.example;<evil@attack.example>\r\n",
    b"From: owner@corp.example:<evil@attack.example>\r\n",
    b'From: owner@corp.example"<evil@attack.example>\r\n',
    b"From: owner@corp.example]<evil@attack.example>\r\n",
    b"From: owner@corp.example[<evil@attack.example>]\r\n",
    b"From: owner@corp.example\\<evil@attack.example>\r\n",
    # Groups.
    b"From: Team: owner@corp.example, evil@attack.example;\r\n",
    b"From: Team: owner@corp.example;\r\n",
    b"From: Team:;\r\n",
    b"From: owner@corp.example:evil@attack.example;\r\n",
    b"From: Team:;, owner@corp.example\r\n",
    # Comments in the address, glued comments, nested ones.
    b"From: owner(x)@corp.example\r\n",
    b"From: owner@(x)corp.example\r\n",
    b"From: owner@corp.example(.evil.example)\r\n",
    b"From: owner@corp(.example)\r\n",
    b"From: <owner@corp.example(x)>\r\n",
    b"From: (x)owner@corp.example\r\n",
    b"From: (<owner@corp.example>) evil@attack.example\r\n",
    b"From: evil@attack.example (owner@corp.example)\r\n",
    b"From: evil@attack.example (<owner@corp.example>)\r\n",
    b"From: evil@attack.example (a (b) c)\r\n",
    b"From: owner@corp.example (.evil.example)\r\n",
    # Blanks inside.
    b"From: owner @ corp.example\r\n",
    b"From: owner@ corp.example\r\n",
    b"From: owner@corp .example\r\n",
    b"From: <owner@corp.example >\r\n",
    b"From: < owner@corp.example>\r\n",
    b"From: owner@corp.example.\r\n",
    b"From: owner@corp.example\x20\xe2\x80\xae\r\n",
    # Quoted local parts.
    b'From: "owner@corp.example "@attack.example\r\n',
    b'From: "owner"@corp.example\r\n',
    b'From: <"owner@corp.example"@attack.example>\r\n',
    b"From: owner@corp.example@attack.example\r\n",
    b"From: <owner@corp.example@attack.example>\r\n",
    b'From: "owner@corp.example\r\n',
    # NUL and other controls.
    b"From: owner\x00@corp.example\r\n",
    b"From: owner@corp.example\x00.attack.example\r\n",
    b"From: <owner@corp.example>\x00<evil@attack.example>\r\n",
    b"From: owner@corp.example\x0b\r\n",
    b"From: owner@corp.example\x7f\r\n",
    # Bare carriage returns and line feeds.
    b"From: owner@corp.example\rFrom: evil@attack.example\r\n",
    b"Subject: x\rFrom: owner@corp.example\r\nFrom: evil@attack.example\r\n",
    b"From: evil@attack.example\r X: y\r\n",
    b"Subject: x\nFrom: owner@corp.example\nFrom: evil@attack.example\n",
    # Look-alikes and other letters.
    "From: оwner@corp.example\r\n".encode(),
    "From: owner@сorp.example\r\n".encode(),
    "From: owner＠corp.example\r\n".encode(),
    "From: owner@ｃorp.example\r\n".encode(),
    "From: owner@\u212aorp.example\r\n".encode(),
    "From: ow\u200bner@corp.example\r\n".encode(),
    "From: owner@corp\u3002example\r\n".encode(),
    b"From: owner@corp\xff.example\r\n",
    # Encoded line breaks, literals, junk.
    b"From: owner@[192.0.2.1]\r\n",
    b"From: owner@-corp.example\r\n",
    b"From: @corp.example\r\n",
    b"From: owner@\r\n",
    b"From: mailto:owner@corp.example\r\n",
    b"From: " + b"(" * 5000 + b"owner@corp.example\r\n",
    b"From: " + b"x" * 3000 + b" <owner@corp.example>\r\n",
    b"From: " + b"a" * 65 + b"@corp.example\r\n",
]


@pytest.mark.parametrize("raw", REFUSED)
def test_everything_else_is_refused_with_a_reason(raw: bytes) -> None:
    """Two programs would read it differently, or nobody stands there."""
    who, why = strict_sender(raw)
    assert who is None
    assert why


def test_an_encoded_line_break_in_a_name_stays_in_the_name() -> None:
    """A name cannot smuggle a header into mail that quotes it."""
    who, _ = strict_sender(b"From: =?utf-8?q?Olga=0D=0ABcc:_x=40y?= <owner@corp.example>\r\n")
    assert who == Address(OWNER, "Olga Bcc: x@y")


def test_direction_marks_are_dropped_from_names() -> None:
    """U+202E would turn the name around wherever it is shown."""
    who, _ = strict_sender("From: Olga\u202e renwO <owner@corp.example>\r\n".encode())
    assert who is not None
    assert who.name == "Olga renwO"


PIECES = [
    OWNER, EVIL, f"<{OWNER}>", f"<{EVIL}>", "owner", "@", "corp.example", "(", ")", "<", ">",
    ",", ";", ":", '"', "\\", " ", "\t", "\r\n ", "\r", "\n", "\0", "=?utf-8?q?", "?=",
    "From:", "\r\nFrom: ", "\r\nfrom :", "\r\n From: ", "Team:", "[", "]",
    "Olga", "é", "\u202e",
    "(c)", '"Olga O."', "\r\nX: y", "\x0b", "\xa0", ".", "Sender: ",
]  # fmt: skip


def _plain(raw: bytes) -> str:
    """What a forger shows outside of quoted names and encoded words."""
    text = raw.decode("utf-8", "replace")
    return re.sub(r'"(?:[^"\\]|\\.)*"|=\?.*?\?=', "", text)


def believes_nobody_beside_an_attacker(pieces: list[str], lead: bool) -> None:
    """Where both addresses stand openly, nobody is believed as owner."""
    raw = (("From: " if lead else "") + "".join(pieces) + "\r\n").encode()
    who, why = strict_sender(raw)
    assert (who is None) == bool(why)
    if who is not None and who.email == OWNER:
        # Only a line that some program takes for a From: a name may end in those letters.
        begins = re.compile(rb"[\x00-\x20\x7f-\xff]*from", re.IGNORECASE)
        shown = _plain(b"\n".join(filter(begins.match, raw.splitlines())))
        assert EVIL not in shown
        assert len(re.findall(rb"(?im)^from\s*:", raw)) == 1


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans())
@settings(max_examples=400)
def test_the_owner_is_never_accepted_beside_an_attacker(pieces: list[str], lead: bool) -> None:
    """Whatever is put together."""
    believes_nobody_beside_an_attacker(pieces, lead)


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_no_bytes_raise(raw: bytes) -> None:
    """Header blocks come from anybody."""
    who, why = strict_sender(b"From: " + raw)
    assert (who is None) == bool(why)


@pytest.mark.slow
def test_ten_thousand_forgeries_fail() -> None:
    """The same property, at length; dice make up a forgery in a hundredth of the time."""
    for seed in range(10_000):
        dice = Random(seed)
        pieces = dice.choices(PIECES, k=min(20, int(dice.expovariate(1 / 8))))
        try:
            believes_nobody_beside_an_attacker(pieces, seed % 2 == 0)
        except Exception as fault:
            raise AssertionError(pieces) from fault
