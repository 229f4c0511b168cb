"""No line of ours is a command when it comes back quoted."""

import html
import re
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from mail_samples import SAMPLES

from deskless.templates.customer import Customer
from deskless.templates.render import MARKER, Rendered, render_mail

# What a lenient reader takes for a command at the beginning of a line.
STARTS = re.compile(
    r"(?i)^\W*(accept|bounce|later|snooze|yes|no|ok|okay|take|mine|on it|i'm on it|done|note|"
    r"status|undo|help|send|resolved?|closed?|reopen|go|live|right|wrong|escalate|ledger|join|stop|code|"
    r"not mine|decline|approve|reject|"
    r"ja|nein|übernehme|mach ich|nicht meins|später|erledigt|hilfe|"
    r"oui|non|je prends|pas moi|plus tard|accepter?|"
    r"sí|acepto|rechazo|más tarde|mío)\b"
)


def gmail(text: str) -> str:
    """Gmail, also Fastmail: an attribution and `> `."""
    return "On Fri, 21 Nov 2026 at 12:00, Deskless <deskless@acme.example> wrote:\n\n" + prefixed(
        text, "> "
    )


def outlook(text: str) -> str:
    """Outlook: headers, nothing before the lines."""
    return f"________________________________\nFrom: Deskless\nSubject: x\n\n{text}"


def apple(text: str) -> str:
    """Apple Mail: an attribution, `> ` and a blank line above."""
    return "> On 21 Nov 2026, at 12:00, Deskless wrote:\n> \n" + prefixed(text, "> ")


def iphone_plain(text: str) -> str:
    """iOS in plain text: quoted lines and nothing else."""
    return "Sent from my iPhone\n\n" + prefixed(text, "> ")


def thunderbird(text: str) -> str:
    """Thunderbird: `> `, but `>` alone before a line that is quoted already."""
    return "\n".join(">" + ("" if line.startswith(">") else " ") + line for line in lines(text))


def twice(text: str) -> str:
    """A reply to a reply."""
    return prefixed(prefixed(text, "> "), "> ")


def lotus(text: str) -> str:
    """Notes: indented by tabs."""
    return prefixed(text, "\t")


def indented(text: str) -> str:
    """Web mail that indents a quote by blanks."""
    return prefixed(text, "        ")


def rewrapped(text: str) -> str:
    """An old client that quotes and then wraps at 72, so that words fall on lines of their own."""
    out: list[str] = []
    for line in prefixed(text, "> ").split("\n"):
        out += textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False) or [line]
    return "\n".join(out)


def initials(text: str) -> str:
    """Emacs and some lists: the sender's initials."""
    return prefixed(text, "DL> ")


def flattened(text: str) -> str:
    """A client that drops every indent and every bar."""
    return "\n".join(line.lstrip("|> \t") for line in lines(text))


def prefixed(text: str, mark: str) -> str:
    """Every line behind a mark."""
    return "\n".join(mark + line for line in lines(text))


def lines(text: str) -> list[str]:
    """The lines of a text."""
    return text.rstrip("\n").split("\n")


CLIENTS: tuple[Callable[[str], str], ...] = (
    gmail,
    outlook,
    apple,
    iphone_plain,
    thunderbird,
    twice,
    lotus,
    indented,
    rewrapped,
    flattened,
)
OURS = [mail for mail in SAMPLES if not isinstance(mail, Customer)]
NAMES = [type(mail).__name__ for mail in OURS]


def shown(page: str) -> Iterator[str]:
    """The lines that a client makes of an HTML part, without its buttons."""
    page = re.sub(r"(?s)<(style|title)\b.*?</\1>", "", page)
    page = re.sub(r"(?s)<td[^>]*>\s*<a href=\"mailto:[^>]*>.*?</a>\s*</td>", "", page)
    page = re.sub(r"(?i)<br>|</(p|h1|h2|td|tr|li|div)>", "\n", page)
    for line in html.unescape(re.sub(r"<[^>]+>", "", page.replace("\n", " \n"))).split("\n"):
        if line.strip():
            yield " ".join(line.split())


@cache
def words(place: int) -> Rendered:
    """A sample as a mail, written once."""
    return render_mail(OURS[place])


@pytest.mark.parametrize("client", CLIENTS, ids=lambda value: value.__name__)
def test_no_line_begins_with_a_command(client: Callable[[str], str]) -> None:
    """Quoted by any client, no line of a text part begins as a reply may begin."""
    for place, name in enumerate(NAMES):
        for line in lines(client(words(place).text)):
            assert not STARTS.match(line.replace("DL> ", "")), (name, line)


def test_the_word_list_finds_what_it_should() -> None:
    """The list above is no empty promise."""
    for line in ("ACCEPT", "> ok, mine", "  | Bounce to Sam", "“Yes”", "- später", "Non, pas moi"):
        assert STARTS.match(line)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda value: value.__name__)
def test_the_grammar_reads_no_command_in_a_quoted_line(client: Callable[[str], str]) -> None:
    """The very grammar that reads replies would act on no single line of ours."""
    acts = grammar(pytest.importorskip("deskless.agent.reply.grammar"))
    for place, name in enumerate(NAMES):
        for line in sorted(set(lines(client(words(place).text)))):
            assert not line.strip(" >|\t") or not acts(line), (name, line)


def test_the_grammar_reads_no_command_in_the_html_part() -> None:
    """Quoted as HTML there is no mark before a line; the buttons alone are commands."""
    acts = grammar(pytest.importorskip("deskless.agent.reply.grammar"))
    for place, name in enumerate(NAMES):
        for line in sorted(set(shown(words(place).html or ""))):
            assert not acts(line), (name, line)


@pytest.mark.parametrize(
    ("kind", "words", "verb", "detail"),
    [
        ("Brief", "ACCEPT", "accept", {}),
        ("Brief", "BOUNCE", "bounce", {"note": ""}),
        ("Brief", "LATER until 13:00", "later", {"until": datetime(2026, 11, 21, 12, tzinfo=UTC)}),
        ("Brief", "SEND", "send", {}),
        ("Brief", "HELP", "help", {}),
        ("Receipt", "UNDO", "undo", {}),
        ("NoteWanted", "BOUNCE wrong owner", "bounce", {"code": "wrong_owner"}),
        ("NoteWanted", "BOUNCE missing information", "bounce", {"code": "missing_information"}),
        ("NoteWanted", "BOUNCE not an escalation", "bounce", {"code": "not_an_escalation"}),
        ("NoteWanted", "BOUNCE duplicate", "bounce", {"code": "duplicate"}),
        ("CodeMail", "CODE 482913", "code", {"subject_id": "482913"}),
        ("Stranded", "ACCEPT owner Sam Okafor", "accept", {"to": "sam"}),
        ("Stranded", "CLOSE because", "close", {}),
        ("LeaseLapsed", "RESOLVED", "resolved", {}),
        ("LeaseLapsed", "BOUNCE because", "bounce", {}),
        ("ShadowDigest", "GO", "go", {}),
        ("ShadowDigest", "LIVE refund-over-500", "live", {"subject_id": "refund-over-500"}),
        ("ShadowDigest", "RIGHT 1", "right", {"subject_id": "1"}),
        ("ShadowDigest", "WRONG 2 because", "wrong", {"subject_id": "2"}),
    ],
)
def test_a_button_says_what_the_grammar_understands(
    kind: str, words: str, verb: str, detail: dict[str, object]
) -> None:
    """Pressed and sent as it is, each button is a command without a doubt."""
    command = pytest.importorskip("deskless.agent.reply.grammar")
    matrix = pytest.importorskip("deskless.policies.people.matrix")
    page = html.unescape(
        render_mail(next(our for our in OURS if type(our).__name__ == kind)).html or ""
    )
    bodies = {unquote(body).strip(): unquote(body) for body in re.findall(r"body=([^\"]*)\"", page)}
    assert words in bodies
    sam = matrix.Person("sam", "Sam Okafor", ("sam@acme.example",), 2, "", hours=None)
    now, zone = datetime(2026, 11, 21, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    result = command.read_reply(bodies[words], people=(sam,), now=now, zone=zone)
    assert result.verb == verb
    assert not result.doubts
    assert {name: getattr(result, name) for name in detail} == detail


def grammar(command: ModuleType) -> Callable[[str], bool]:
    """Whether the grammar would act on a line: a command without a doubt."""
    from deskless.agent.case.verbs import Asked, Command

    now, zone = datetime(2026, 11, 21, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")

    def acts(line: str) -> bool:
        result = command.read_reply(line, people=(), now=now, zone=zone, asked=Asked())
        return isinstance(result, Command) and not result.doubts

    return acts


@pytest.mark.parametrize("place", range(len(OURS)), ids=NAMES)
def test_lines_survive_two_quotings(place: int) -> None:
    """Lines are short enough that a client which wraps at 72 leaves them alone."""
    for line in lines(words(place).text):
        assert len(line) <= 68 or " " not in line.strip()


@pytest.mark.parametrize("place", range(len(OURS)), ids=NAMES)
def test_the_marker_stands_on_top_where_a_reply_is_expected(place: int) -> None:
    """Alone on the first line of the text part, and in the HTML part, too."""
    mail = words(place)
    asked = bool(OURS[place].reply)
    assert mail.text.startswith(MARKER + "\n\n") == asked
    assert mail.html is None or (MARKER in mail.html) == asked
