"""What a container holds is read; what stays shut is told, and never taken for harmless."""

import base64
import binascii
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from deskless.mailbox.message import Attachment, Unread
from deskless.mailbox.parse import read_message
from deskless.mailbox.thread import READ, Post, Side, Thread

WORDS = "Since nine nobody can log in. All our tills stand still."
HEAD = b"From: Vera Lind <vera@northwind.example>\nTo: support@acme.example\nMIME-Version: 1.0\n"
# A mail as Outlook saves it, made by msgforge 1.0.0 (MIT).
SAVED = (
    r"c-rk*OHUI~6h6~|DXp|T<n5zPObj8WDHbre&?15{K4O%(GYv`wBD4*ysBy!>xbi2s@hA8LOkBFtKj3TW(v2%={qC"
    r"JRWo`rX4AVw2J(JVvH+SxQ_dI&fz0*%0d%nGSJMx`s<N}#gu7t>PT{EBo2Xxz5Xt`3UIF~CeIaIO@74b6>yEbS$R"
    r"Kz?8?NG4|<9r0#sc=jFA1O1{9e+nL1yB#P7kU)hSJUp+V`w`LJ<-ace@bps9!H7dG)Fm{H|QC8kpXHqoM(l^JQ1-"
    r"g#CyAWez!j2zOA7BJ%b}hi?mKzTBRkRO?=y+B2XSJ<CLJ}KK!GoKn{N|c^AQ7q{nn0pCwvWd>LpG-)Gc$e$W166f"
    r"g`|-Q)6hGx$?<j>R8Pb2pb?jQ2Eye}c}k_}%%$;SZ=eqaObhM!?}WRlVZ!o2s_e=bvnf{UTOp82onh>+@U69xi`7"
    r"EB>?W{P$|V#frb+pJVY0dm<j}53=GvD|wq?e+Mi6bMhC+;Sa0Y%;gU;>>pRT*9`l`cwf}vpQOu@nZqyECS4xvk1+"
    r"gi^EYSyi`MWLQ19~i6m_qJx|hXRxOFfI{-~-aTz=uJEn|m&156LVQ`mzwL#JHXU>}a0C!=crV1w(g?f-Fk-pBvs)"
    r"&K7O>i+yG4!_Z(*1wJCpZII`r&Q)M^4~LmKV$w$RpVd(_tz)ap?v=ju=!I>v42pmTkG*pgOykRgg=Kp*gwSJp9JS"
    r"TRzS_Lf4Ii~e&@d-kL&Ld=m%<?c(uRL;)nk#-J%=t?M=B0%zEa&hP_)6M;0-P%N)wmiVLmM8jii?u8i^`?!JzDbJ"
    r"ziTlRFsw0&F;_Y%2aVxbrgqR_KWuNdj$8<=(Ua8?r6?caa&a9M%tzH;!Dv+*4BiS^(EFRz_hQMfpBJyq6H(wC{=2"
    r"LyYh@uEgmP?#(GLuVM`1T29U#>#}7DSe(V!)_?><LO$8A#~bTEzx~~NdiU9p7-l>7ek+DurRAFcV|ccXM>;L_F3-"
    r"j%B@S0{OyWcp8~1d4iS+(Ur1#H~et)2*KXnWIvWnZH?*1kPC3fsgqfW~IC|<vMH~RduktQqZ#wJB3tm>{?^#5{E;"
    r"2+!0^L|PkYIE=)xu0)hr)+8O4yH8hH~;<qenssr;IMNijcl>U!_6JP{r%d%lcz>f&yzq6HYFab;_|ePe`WMM>F?C"
    r"zSnjgay9f0SXj+deC3XBYqvP$2{=ACTepuxXu1%Qr"
)


def letter(kind: str, body: bytes, *, subject: str = "Tills", encode: bool = False) -> bytes:
    """A mail of one part, its body in base64 where asked."""
    how = "base64" if encode else "8bit"
    content = base64.encodebytes(body) if encode else body
    head = f"Subject: {subject}\nContent-Type: {kind}\nContent-Transfer-Encoding: {how}\n\n"
    return HEAD + head.encode() + content


def mixed(*parts: bytes, kind: str = "mixed", subject: str = "Tills") -> bytes:
    """A mail of several parts, each with its own header block."""
    body = b"".join(b"--B\n" + part + b"\n" for part in parts) + b"--B--\n"
    return letter(f'multipart/{kind}; boundary="B"', body, subject=subject)


def part(kind: str, body: bytes, more: str = "") -> bytes:
    return (
        f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{more}\n".encode()
        + base64.encodebytes(body)
    )


@pytest.fixture(scope="module")
def signer() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vera Lind")])
    start = datetime(2026, 11, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=7,
        not_valid_before=start, not_valid_after=start + timedelta(days=90),
    )  # fmt: skip
    return made.sign(key, hashes.SHA256()), key


def signed(content: bytes, signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> bytes:
    """Content wrapped in an opaque signature, as DER."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    return builder.add_signer(*signer, hashes.SHA256()).sign(
        Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )


def field(name: int, kind: int, value: bytes) -> bytes:
    """One attribute of a winmail.dat."""
    head = struct.pack("<BHHI", 1, name, kind, len(value))
    return head + value + struct.pack("<H", sum(value) & 0xFFFF)


def winmail(*fields: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(fields)


BODY = field(0x800C, 2, WORDS.encode() + b"\0")
KIND = field(0x8008, 7, b"IPM.Microsoft Mail.Note\0")
PAGE = field(0x9007, 6, struct.pack("<II", 1252, 0))
P7M = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + WORDS.encode()


def test_a_signature_is_opened_three_deep_and_no_deeper(
    signer: tuple[x509.Certificate, rsa.RSAPrivateKey],
) -> None:
    content = INNER
    for depth in range(1, 5):
        der = signed(content, signer)
        message = read_message(letter(P7M, der, encode=True))
        if depth <= 3:
            assert (message.fresh, message.unread) == (WORDS, ())
        else:
            assert (message.fresh, message.unread) == ("", (Unread.SIGNED,))
        content = f"Content-Type: {P7M}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode() + der


def test_what_is_encrypted_is_unread(signer: tuple[x509.Certificate, rsa.RSAPrivateKey]) -> None:
    """Whatever the headers call it: the kind stands inside."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(INNER).add_recipient(signer[0])
    der = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    assert read_message(letter(P7M, der, encode=True)).unread == (Unread.ENCRYPTED,)


WINMAILS = [
    ("a code page and a body", winmail(PAGE, KIND, BODY)),
    ("no code page", winmail(KIND, BODY)),
]


@pytest.mark.parametrize(("what", "raw"), WINMAILS)
def test_a_winmail_is_read(what: str, raw: bytes) -> None:
    message = read_message(letter("application/ms-tnef", raw, encode=True))
    assert (message.fresh, message.unread) == (WORDS, ())
    named = part('application/octet-stream; name="winmail.dat"', raw)
    assert read_message(mixed(named)).fresh == WORDS


def test_a_winmail_beside_words_hides_nothing() -> None:
    """Exchange sends both; the words are read, and what cannot be opened repeats them."""
    words = part("text/plain", WORDS.encode())
    message = read_message(mixed(words, part("application/ms-tnef", b"junk")))
    assert (message.fresh, message.unread) == (WORDS, ())
    assert message.attachments == (Attachment("winmail.dat", "application/ms-tnef", 4),)


SHUT = [
    (letter("application/ms-tnef", b"junk", encode=True), Unread.WINMAIL),
    (letter("application/ms-tnef", winmail(KIND), encode=True), Unread.WINMAIL),
    (letter(P7M, b"junk", encode=True), Unread.SIGNED),
    (letter("text/plain", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5\n-----END PGP MESSAGE-----"),
     Unread.ENCRYPTED),
    (mixed(part("application/pgp-encrypted", b"Version: 1"),
           part("application/octet-stream", b"-----BEGIN PGP MESSAGE-----"), kind="encrypted"),
     Unread.ENCRYPTED),
    (mixed(part("text/html", b"<p>You received a protected message.</p>"),
           part('application/x-microsoft-rpmsg-message; name="message.rpmsg"', b"x")),
     Unread.ENCRYPTED),
    (mixed(part('application/pdf; name="notice.pdf"', b"%PDF-1.4")), Unread.FILES),
    (mixed(part("text/html", b"<div><br></div>"), part('image/png; name="1.png"', b"png"),
           kind="related"), Unread.FILES),
    (mixed(part("text/plain", b"Sent from my iPhone"), part('application/pdf; name="a.pdf"', b"1")),
     Unread.FILES),
    *((mixed(part("text/plain; charset=utf-8", words.encode()),
             part('application/pdf; name="a.pdf"', b"1")), Unread.FILES)
      for words in ("Hello,\n\nplease find our letter attached.\n\nKind regards\nVera",
                    "Siehe Anhang.\n\nMit freundlichen Grüßen\nVera Lind\nNordwind",
                    "Bonjour,\n\nveuillez trouver notre courrier ci-joint.",
                    "Adjuntamos nuestra carta.\n\nSaludos")),
    (mixed(part('application/vnd.ms-outlook; name="a.msg"', b"junk")), Unread.SAVED),
    (letter("text/plain", b"words and words\n" * 20_000), Unread.CUT),
    (letter("text/html", b"<p>words and words</p>\n" * 60_000), Unread.CUT),
    (letter("text/plain", b"\n\n", subject=""), Unread.EMPTY),
    (letter("text/plain", b"\n\n", subject="Re: "), Unread.EMPTY),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "reason"), SHUT, ids=[reason.name for _, reason in SHUT])
def test_what_stays_shut_is_told(raw: bytes, reason: Unread) -> None:
    message = read_message(raw)
    assert message.unread == (reason,)
    assert f"unread: {reason}" in message.flaws


def test_words_beside_a_file_are_read() -> None:
    for words in (WORDS, f"{WORDS} The attached log shows it, and so does the one of last Monday."):
        beside = part('application/pdf; name="a.pdf"', b"1")
        assert read_message(mixed(part("text/plain", words.encode()), beside)).unread == ()


def test_the_head_of_a_giant_is_cut_only_where_a_text_is() -> None:
    whole = letter("text/plain", WORDS.encode())
    assert read_message(whole, partial=True).unread == (Unread.CUT,)
    beside = mixed(part("text/plain", WORDS.encode()), part('video/mp4; name="v.mp4"', b""))
    assert read_message(beside, partial=True).unread == ()


HTML = f"<p>Hello,</p><p>{WORDS}</p><p>Vera Lind, Northwind Stores</p>".encode()
STUBS = [
    "This message was sent in HTML. Please use a mail program that can show HTML.",
    "Your mail program does not show HTML.",
    "Diese Nachricht liegt nur als HTML vor.",
    "Votre logiciel n'affiche pas ce message, voir la version en ligne.",
    "Su programa de correo no puede mostrar este mensaje.",
    "-",
]


@pytest.mark.parametrize("stub", STUBS)
def test_a_plain_part_that_stands_for_the_html_is_not_read(stub: str) -> None:
    raw = mixed(part("text/plain", stub.encode()), part("text/html", HTML), kind="alternative")
    assert WORDS in read_message(raw).fresh


@pytest.mark.parametrize("plain", [WORDS, f"Hello,\n\n{WORDS}\n\nVera"])
def test_a_version_of_the_html_is_read(plain: str) -> None:
    raw = mixed(part("text/plain", plain.encode()), part("text/html", HTML), kind="alternative")
    assert read_message(raw).text == plain


BROKEN_OFF = ["Hello,\n\nSince nine", "Hello,\n", "Vera Lind, Northwind Stores"]


@pytest.mark.parametrize("plain", BROKEN_OFF)
def test_a_plain_part_that_breaks_off_is_not_all_that_is_read(plain: str) -> None:
    """Some programs write it up to the first picture; a quote that it leaves out is no loss."""
    raw = mixed(part("text/plain", plain.encode()), part("text/html", HTML), kind="alternative")
    assert WORDS in read_message(raw).text
    quoted = b"<p>Thanks, fixed</p><blockquote type=cite>" + HTML + b"</blockquote>"
    raw = mixed(part("text/plain", b"Thanks, fixed"), part("text/html", quoted), kind="alternative")
    assert read_message(raw).text == "Thanks, fixed"


ATT = 'text/plain; name="ATT00001.txt"'
PLACES = {
    "below a picture": mixed(
        part("image/png", b"png"), part("text/html", HTML), kind="related"),
    "in a file that Exchange made of it": mixed(
        part("text/plain", b"Hello,"), part('application/pdf; name="a.pdf"', b"1"),
        part(ATT, WORDS.encode())),
    "in a mail that calls itself an attachment": letter(
        "text/plain\nContent-Disposition: attachment; filename=mail.txt", WORDS.encode()),
    "in a page that calls itself plain": letter("text/plain", b"<html>" + HTML + b"</html>"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_text_is_read_wherever_a_program_put_it(place: str) -> None:
    message = read_message(PLACES[place])
    assert WORDS in message.fresh
    assert "<p>" not in message.fresh
    assert message.unread == ()


def test_what_no_judge_reads_of_a_dump_is_told() -> None:
    """Words above and below it are read; what lies between is somebody's to look at."""
    post = Post("k", datetime(2026, 11, 23, tzinfo=UTC), Side.CUSTOMER, None, "Log", "")
    for size, reasons in ((1000, ()), (READ, (Unread.CUT,))):
        dump = replace(post, text=f"{'200 OK. ' * (size // 8)}\n\n{WORDS}")
        assert Thread(None, "Log", None, (dump,)).last_unread() == reasons


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_pasted_screenshot_hides_no_words(quote: str) -> None:
    picture = base64.b64encode(b"png" * 200_000).decode()
    page = f"<p>Hello,</p><img src={quote}data:image/png;base64,{picture}{quote}><p>{WORDS}</p>"
    message = read_message(letter("text/html; charset=utf-8", page.encode(), encode=True))
    assert message.fresh.endswith(WORDS)
    assert message.unread == ()


def test_a_mail_attached_as_a_file_is_a_forwarded_mail() -> None:
    inner = (
        b"From: Vera <vera@northwind.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\nHelp us."
    )
    for kind in ('application/octet-stream; name="mail.eml"', "application/octet-stream"):
        message = read_message(mixed(part("text/plain", b"See below."), part(kind, inner)))
        assert message.forwarded is not None
        assert message.forwarded.sender is not None
        assert message.forwarded.sender.email == "vera@northwind.example"
        assert message.forwarded.text == "Help us."
    data = part('application/octet-stream; name="log.bin"', b"From: a@b.example\nDate: x\n\ny")
    assert read_message(mixed(part("text/plain", b"See below."), data)).forwarded is None


def test_what_is_unread_of_an_attached_mail_is_unread() -> None:
    inner = mixed(part('application/pdf; name="notice.pdf"', b"%PDF-1.4"))
    message = read_message(mixed(part("text/plain", b"See below."), part("message/rfc822", inner)))
    assert message.unread == (Unread.FILES,)


def test_a_mail_that_outlook_saved_is_a_forwarded_mail() -> None:
    raw = zlib.decompress(base64.b85decode(SAVED))
    message = read_message(mixed(part('application/octet-stream; name="a.msg"', raw)))
    inner = message.forwarded
    assert inner is not None
    assert inner.sender is not None
    assert (inner.sender.email, inner.subject) == ("vera@northwind.example", "Kassen stehen still")
    assert "kann sich niemand anmelden" in inner.text
    assert message.unread == ()
    for end in range(0, len(raw), 512):
        read_message(mixed(part('application/octet-stream; name="a.msg"', raw[:end])))


def test_decomposed_letters_are_composed() -> None:
    """macOS writes `ö` as two characters."""
    raw = letter("text/plain; charset=utf-8", "Wir mo\u0308chten ku\u0308ndigen.".encode())
    assert read_message(raw).fresh == "Wir möchten kündigen."
    assert read_message(HEAD + "Subject: Ku\u0308ndigung\n\nx".encode()).subject == "Kündigung"


SUBJECTS = [
    (b"=?iso-8859-1?Q?Fr\xf6sche?=", "Frösche"),
    (b"=?windows-1252?Q?K\xfcndigung_=80?=", "Kündigung €"),
    (b"=?iso-8859-2?Q?\xb9koda?=", "škoda"),
    ("=?utf-8?Q?Frösche?=".encode(), "Frösche"),
    (b"Fr\xf6sche", "Fr\ufffdsche"),
    (b"\xf6 =?iso-8859-1?Q?\xf6?=", "\ufffd ö"),
]


@pytest.mark.parametrize(("raw", "subject"), SUBJECTS)
def test_a_raw_letter_in_an_encoded_word_belongs_to_its_charset(raw: bytes, subject: str) -> None:
    assert read_message(HEAD + b"Subject: " + raw + b"\n\nx").subject == subject


DEVICES = {
    "Ricoh": 'This E-mail was sent from "RNP00267391A2C4" (Aficio MP C3002).\n\n'
    "Scan Date: 23.11.2026 10:32:11 (+0100)\nQueries to: scanner@northwind.example",
    "Xerox": "Please open the attached document. It was scanned and sent to you using a Xerox "
    "Multifunction Printer.\n\nAttachment File Type: pdf, Multi-Page\n\nDevice Name: XRX9C934E",
    "Sharp": "Device Name: Not Set\nDevice Model: MX-2614N\n\nFile Format: PDF (Medium)\n"
    "Resolution: 200dpi x 200dpi\n\nAttached file is scanned image in PDF format.\nUse "
    "Acrobat(R)Reader(R) or Adobe(R)Reader(R) of Adobe Systems Incorporated to view the document.",
    "Konica": "Scanned from MFP-1234567\nDate:11/23/2026 10:32\nPages:2\n------------------",
    "HP": "This email and file were sent from an HP device.",
    "a copier, in German": "Dieses Dokument wurde gescannt und gesendet von einem Kopierer.",
    "a copier, in French": "Document numérisé envoyé depuis le multifonction Ricoh.",
    "a copier, in Spanish": "Documento escaneado, enviado desde el escáner de la oficina.",
    "a scanner, in three words": "Sent from scanner",
    "a copier on some floor": "Ihr Scan vom Multifunktionsgerät im 2. OG.",
    "a fax": "You have received a 2 page fax from +49 30 123456.\n\nThe fax is attached as a PDF.",
    "a voice mail": "Sie haben eine neue Sprachnachricht.\nVon: +49 30 123456\nDauer: 0:32",
    "a phone": "Gesendet von meinem iPhone",
    "an app": "Scanned with CamScanner",
    "a mail program": "[cid:image001.png@01DC5C]",
    "a file's name": "IMG_2231.jpg",
}


@pytest.mark.parametrize("device", DEVICES)
def test_what_a_device_writes_above_its_file_is_no_word_of_a_persons(device: str) -> None:
    """Nobody has read the scan; with a person's sentence beside it, that is read."""
    file = part('application/pdf; name="scan.pdf"', b"%PDF")
    for words, unread in ((DEVICES[device], (Unread.FILES,)), (f"{WORDS}\n{DEVICES[device]}", ())):
        message = read_message(mixed(part("text/plain; charset=utf-8", words.encode()), file))
        assert message.unread == unread


def test_words_about_a_scanner_are_words() -> None:
    for words in (
        "The scan of your invoice shows that we were charged twice. Please refund us.",
        "Nobody can scan any more since your update. The whole warehouse stands still.",
        "Hello, the printer driver of your app crashes on every page. We cannot print labels.",
    ):
        file = part('application/pdf; name="a.pdf"', b"1")
        assert read_message(mixed(part("text/plain", words.encode()), file)).unread == ()


def uuencoded(content: bytes, name: str) -> str:
    lines = [content[at : at + 45] for at in range(0, len(content), 45)]
    body = "".join(binascii.b2a_uu(line).decode() for line in lines)
    return f"begin 644 {name}\n{body}`\nend\n"


UU = [
    ("a text", uuencoded(f"{WORDS}\r\nVera".encode(), "note.txt"), WORDS, "text/plain", ()),
    ("a text without an end", uuencoded(WORDS.encode(), "note.log").partition("`\nend")[0], WORDS,
     None, ()),
    ("a page", uuencoded(b"<p>Since nine nobody can log in.</p>", "a.html"),
     "Since nine nobody can log in.", "text/html", ()),
    ("a picture", uuencoded(bytes(range(256)), "shot.png"), "", "image/png", (Unread.FILES,)),
    ("a picture beside words", f"{WORDS}\n\n{uuencoded(bytes(256), 'a.png')}\nVera", WORDS,
     "image/png", ()),
    ("two", uuencoded(bytes(90), "a.png") + "\n" + uuencoded(b"Help us, please", "b.txt"),
     "Help us, please", "image/png", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "text", "words", "kind", "unread"), UU, ids=[row[0] for row in UU]
)
def test_a_file_in_the_middle_of_a_text_is_lifted_out(
    what: str, text: str, words: str, kind: str | None, unread: tuple[Unread, ...]
) -> None:
    """uuencoded, as programs did before MIME, and some machines do today."""
    message = read_message(letter("text/plain", text.encode()))
    assert words in message.fresh
    assert "begin 644" not in message.text
    assert kind in {None, message.attachments[0].type}
    assert message.unread == unread


@pytest.mark.parametrize("text", ["begin 644 the work\nand end it", "We begin 644 x\nM\nend"])
def test_prose_that_begins_so_is_prose(text: str) -> None:
    assert read_message(letter("text/plain", text.encode())).text == text
