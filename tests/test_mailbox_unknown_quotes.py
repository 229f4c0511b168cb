"""What a customer quotes is the customer's word, unless we know the quoted mail."""

import pytest

from deskless.mailbox.parse import read_message
from deskless.mailbox.quoting.unknown import words_with_quotes
from deskless.mailbox.sender.attribution import Insiders
from deskless.mailbox.threading import mail_posts, with_unknown_quotes

TEAM = {"tom@acme.example": "tom"}
OURS = frozenset({"support@acme.example"})
PEOPLE = Insiders(
    lambda key: key in TEAM or key == "Tom Frey", OURS.__contains__, frozenset({"acme.example"})
)
KNOWN = "Hello Vera,\n\nwhich version of the till do you use?\nIs anything else the matter?\n\nTom"

# what it is | text | html | known | what must stand in the result | what must not
KINDS = [
    (
        "a round mail of somebody else, pasted", "Hello,\n\nour manager sent round this:\n\n"
        "> Nobody can log in since nine.\n\nWhat shall I answer?\n\nVera", "", (),
        ("our manager sent round this:", "Nobody can log in since nine.", "What shall I answer?"),
        (">",),
    ),
    (
        "the same in German", "Guten Tag,\n\nunser Filialleiter schrieb:\n\n"
        "> Seit neun Uhr stehen alle Kassen.\n\nWas soll ich tun?", "", (),
        ("Filialleiter schrieb", "Seit neun Uhr stehen alle Kassen.", "Was soll ich tun?"), (),
    ),
    (
        "the same in French", "Bonjour,\n\nnotre gérant a écrit :\n\n"
        "> Plus personne ne peut se connecter.\n\nMerci de votre aide.", "", (),
        ("Plus personne ne peut se connecter.", "Merci de votre aide."), (),
    ),
    (
        "the same in Spanish", "Hola:\n\nel gerente escribió:\n\n"
        "> Nadie puede entrar desde las nueve.\n\n¿Qué hacemos?", "", (),
        ("Nadie puede entrar desde las nueve.", "¿Qué hacemos?"), (),
    ),
    (
        "an older conversation that we never saw", "Still the same.\n\n"
        "On Mon, 16 Nov 2026 at 09:10, Vera Lind <vera@northwind.example> wrote:\n"
        "> Two of our tills print no receipts.\n", "", (),
        ("Still the same.", "Two of our tills print no receipts."), ("wrote:",),
    ),
    (
        "answers in a quote without marks", "See below.\n\n-----Original Message-----\n"
        "From: Tom Frey <support@acme.example>\nSent: Monday, November 23, 2026 9:10 AM\n"
        "To: Vera Lind <vera@northwind.example>\nSubject: Question\n\nHello Vera,\n\n"
        "which version of the till do you use?\nVersion 7, and nobody can log in.\n"
        "Is anything else the matter?\n\nTom", "", (KNOWN,),
        ("See below.", "Version 7, and nobody can log in."), ("which version", "anything else"),
    ),
    (
        "answers in red in Outlook", "", "<p>In red below.</p><div style='border:none;border-top:"
        "solid #E1E1E1 1.0pt'><p><b>From:</b> Tom Frey &lt;support@acme.example&gt;<br>"
        "<b>Sent:</b> Monday, November 23, 2026 9:10 AM<br><b>To:</b> Vera<br>"
        "<b>Subject:</b> Question</p></div><p>Hello Vera,</p>"
        "<p>which version of the till do you use?</p><p><span style='color:red'>Version 7, and "
        "nobody can log in.</span></p><p>Is anything else the matter?</p><p>Tom</p>", (KNOWN,),
        ("In red below.", "nobody can log in."), ("which version", "Sent:"),
    ),
    (
        "the same, where we do not know what was asked", "", "<p>In red below.</p><div style="
        "'border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Tom Frey &lt;support@acme."
        "example&gt;<br><b>Sent:</b> Monday, November 23, 2026 9:10 AM<br><b>To:</b> Vera<br>"
        "<b>Subject:</b> Question</p></div><p>Is anything else the matter?</p>"
        "<p><span style='color:red'>Yes, nobody can log in.</span></p>", (),
        ("In red below.", "Yes, nobody can log in."), (),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "html", "known", "has", "lacks"), KINDS)
def test_an_unknown_quote_is_kept(
    kind: str, text: str, html: str, known: tuple[str, ...], has: list[str], lacks: list[str]
) -> None:
    words = words_with_quotes(text, html, known) or ""
    assert [phrase for phrase in has if phrase not in words] == []
    assert [phrase for phrase in lacks if phrase in words] == []


# An answer with everything quoted that we know, as programs lay it out: nothing is added.
QUOTED = "\n".join(f"> {line}" for line in KNOWN.split("\n"))
ALL_KNOWN = [
    f"It works now.\n\nOn Mon, 23 Nov 2026 at 09:10, Tom <tom@acme.example> wrote:\n{QUOTED}",
    f"{QUOTED}\n\nIt works now, thanks.",
    f"It works now, thanks.\n\n-----Original Message-----\nFrom: Tom <tom@acme.example>\n"
    f"Sent: Monday, November 23, 2026 9:10 AM\nTo: Vera\nSubject: Question\n\n{KNOWN}",
    "It works now, thanks.",
]


@pytest.mark.parametrize("text", ALL_KNOWN)
def test_a_known_quote_adds_nothing(text: str) -> None:
    assert words_with_quotes(text, "", [KNOWN]) is None


NOTICE = "since six nobody can print in any shop, every till is down."
# thanks above a mail of ours that we never saw, as programs lay it out; nothing is added
OF_US = {
    "the desk's notice": f"Thanks, all prints again!\n\nOn Tue, Nov 24, 2026 at 7:10 AM Acme Desk "
        f"<support@acme.example> wrote:\n> Dear customers,\n> {NOTICE}\n> We are on it.",
    "a colleague's answer in Outlook": f"Danke, geht wieder.\n\nVon: Tom Frey <tom@acme.example>\n"
        f"Gesendet: Freitag, 20. November 2026 16:02\nAn: Vera\nBetreff: Kassen\n\n{NOTICE}",
    "the same, a name alone": f"Merci !\n\nDe : Tom Frey\nEnvoyé : vendredi 20 nov. 2026 16:02\n"
        f"À : Vera\nObjet : Caisses\n\n{NOTICE}",
    "a name alone above marks": "¡Gracias!\n\nEl 20/11/2026 a las 16:02, Tom Frey escribió:\n"
        f"> {NOTICE}",
}  # fmt: skip


@pytest.mark.parametrize("way", OF_US)
def test_a_quote_of_ours_is_nobodys_new_word(way: str) -> None:
    assert words_with_quotes(OF_US[way], "", (), PEOPLE.names) is None
    assert words_with_quotes(OF_US[way], "", ()) is not None


def test_in_a_quote_of_ours_others_are_still_heard() -> None:
    """What a colleague of hers wrote, whom our mail quoted, and what she typed inside it."""
    notice = OF_US["the desk's notice"]
    below = (
        "> On Mon, Nov 23, 2026 at 9:00 AM Max <max@northwind.example> wrote:\n> > No till opens."
    )
    both = f"{notice}\n>\n{below}\n> Yours, the desk"
    words = words_with_quotes(both, "", (), PEOPLE.names) or ""
    assert "No till opens." in words
    assert "any shop" not in words
    assert "Yours" not in words
    inside = OF_US["a colleague's answer in Outlook"].replace(
        "Danke", "Meine Antwort in Rot, danke"
    )
    assert "any shop" in (words_with_quotes(inside, "", (), PEOPLE.names) or "")


def test_only_a_customers_quote_counts() -> None:
    """A teammate who quotes an unknown mail has said only his own words."""
    body = b"\n\nI look.\n\nOn Mon, 16 Nov 2026, Vera <vera@n.example> wrote:\n> All is down.\n"
    answer = read_message(b"From: tom@acme.example\nTo: vera@northwind.example" + body)
    posts = mail_posts(answer, PEOPLE)
    assert with_unknown_quotes(posts, answer, ()) == posts
    question = read_message(b"From: vera@northwind.example\nTo: support@acme.example" + body)
    (post,) = with_unknown_quotes(mail_posts(question, PEOPLE), question, ())
    assert "All is down." in post.text
