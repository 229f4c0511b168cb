"""Mails to a customer: complete, or blocked with the reason; the tone is watched."""

import re
from dataclasses import fields, replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from mail_samples import SAMPLES

from deskless.agent.case.after.event_after import Gesture
from deskless.templates.drafts import as_page, render_draft
from deskless.templates.tone import tone_remarks
from deskless.templates.values import (
    Acknowledgement,
    Apology,
    AskedAgain,
    CheckIn,
    Customer,
    CustomerQuestion,
    FollowUp,
    Goodwill,
    Mail,
    Progress,
    Resolution,
)

LETTERS = [mail for mail in SAMPLES if isinstance(mail, Customer)]
TO = "jo@northwind.example"


OPTIONAL = frozenset({"status", "blocker", "workaround", "expected"})


@pytest.mark.parametrize(
    "letter", LETTERS, ids=lambda value: f"{type(value).__name__}-{value.lang}"
)
def test_a_complete_letter_is_not_blocked(letter: Customer) -> None:
    """With every slot filled it may go out, and no placeholder is left in it."""
    draft = render_draft(letter, to=TO)
    assert draft.blocked is None
    assert draft.to == TO
    assert "missing" not in draft.text + draft.subject


@pytest.mark.parametrize(
    "letter", LETTERS, ids=lambda value: f"{type(value).__name__}-{value.lang}"
)
def test_any_empty_slot_blocks_and_is_named(letter: Customer) -> None:
    """Nothing is invented: without a name, a time or a next step the letter stays here.

    What may be left out has an empty default: its sentence then is not there.
    """
    for field in fields(letter):
        if isinstance(getattr(letter, field.name), str) and field.default is None:
            draft = render_draft(replace(letter, **{field.name: None}), to=TO)
            assert draft.blocked, field.name
            assert draft.blocked.startswith("still missing: "), field.name
        elif field.name in OPTIONAL:
            draft = render_draft(replace(letter, **{field.name: ""}), to=TO)
            assert draft.blocked is None, field.name
            assert "None" not in draft.text


@pytest.mark.parametrize(
    "letter", LETTERS, ids=lambda value: f"{type(value).__name__}-{value.lang}"
)
def test_the_page_of_a_letter_is_the_letter(letter: Customer) -> None:
    """Word for word; and where the text part had to break a paragraph, the page does not."""
    draft = render_draft(letter, to=TO)
    page = as_page(draft.text, letter.lang)
    assert unescape(re.sub(r"<[^>]*>", "", page)).split() == draft.text.split()
    assert re.findall(r"[^\n]{48,}[a-zäöüéñ,]<br>\n *[a-zäöüéñ]+ .*", page) == []


KINDS = tuple(sorted({type(letter) for letter in LETTERS}, key=lambda kind: kind.__name__))
NEEDED = {
    Acknowledgement: {"name", "issue", "contact", "signature", "update_by"},
    Apology: {"name", "executive", "role", "impact", "fix", "process", "prevention"},
    AskedAgain: {"name", "issue", "asked", "contact", "signature"},
    CheckIn: {"name", "issue", "signature"},
    CustomerQuestion: {"name", "issue", "question", "contact", "signature", "update_by"},
    FollowUp: {"name", "issue", "did", "signature"},
    Goodwill: {"name", "issue", "gesture", "signature"},
    Progress: {"name", "issue", "contact", "signature", "next_step", "update_by"},
    Resolution: {"name", "issue", "happened", "did", "signature"},
}
"""What each letter cannot go without; everything else may be missing, and then leaves no trace."""
UNSHOWN = {
    Apology: {"issue", "contact", "signature", "ticket"}, AskedAgain: {"ticket"},
    CheckIn: {"contact", "ticket"}, CustomerQuestion: {"ticket"},
    FollowUp: {"contact", "ticket"}, Goodwill: {"contact", "ticket"},
    Resolution: {"contact", "ticket"},
}  # fmt: skip
"""Slots that every letter has and these do not use."""
CHOSEN = {"gesture": tuple(each.value for each in Gesture)}
"""Slots for a word that the template knows, and says in the letter's language."""
word = st.text("abcdefghij", min_size=5, max_size=9).map(lambda text: f"q{text}")


def slots_of(kind: type[Customer]) -> list[str]:
    """The names of everything that a letter of this kind is filled with."""
    ours = {field.name for field in fields(Mail)}
    return [field.name for field in fields(kind) if field.name not in ours]


@st.composite
def letters_of(draw: st.DrawFn, kind: type[Customer]) -> Customer:
    """A letter of this kind, filled at random: each slot has a word of its own, or nothing."""
    values: dict[str, object] = {"lang": draw(st.sampled_from(["en", "de", "fr", "es"]))}
    for field in fields(kind):
        if field.name not in slots_of(kind):
            continue
        if isinstance(field.default, bool):
            values[field.name] = draw(st.booleans())
        elif isinstance(field.default, int):
            values[field.name] = draw(st.integers(0, 3))
        elif field.name in CHOSEN:
            values[field.name] = draw(st.sampled_from(("", *CHOSEN[field.name])))
        elif field.default == ():
            values[field.name] = tuple(draw(st.lists(word, max_size=3)))
        elif draw(st.booleans()):
            values[field.name] = draw(word)
    return kind(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(deadline=None)  # the first letter loads the template engine
@given(data=st.data())
def test_no_slot_is_ever_empty_or_invented(kind: type[Customer], data: st.DataObject) -> None:
    """Whatever was told stands in it, of the rest no trace; what it needs and lacks blocks it."""
    letter = data.draw(letters_of(kind))
    draft = render_draft(letter, to=TO)
    told = {
        name: content if isinstance(content, tuple) else (content,)
        for name in slots_of(kind)
        if (content := getattr(letter, name)) and not isinstance(content, int)
    }
    silent = UNSHOWN.get(kind, set()) | CHOSEN.keys()
    shown = [each for name, each in told.items() if name not in silent]
    words = {each for content in shown for each in content}
    whole = f"{draft.subject}\n{draft.text}"
    assert set(re.findall(r"\bq[a-j]{5,9}\b", whole)) == words
    missing = NEEDED[kind] - told.keys()
    assert (draft.blocked is None) == (not missing), draft.blocked
    assert len(re.findall(r"\[missing: ", " ".join(draft.text.split()))) >= len(missing - {"issue"})
    body = draft.text.partition("\n\n")[2]
    assert not re.search(r"None|[{}]|%|:\n\n(?!1\.|q|\[)", body), body
    if draft.blocked is None:
        assert not re.search(r"\bmissing\b|…|\(\)|, ,|\S  | $", whole, re.MULTILINE), whole
        # A blank begins a line only where an item of a list goes on.
        assert not re.search(r"^(?!- |\d\. |  )[^\n]*\n [^\n]*", whole, re.MULTILINE), whole


@pytest.mark.parametrize(
    ("subject", "letter"),
    [
        ("[URGENT] We’re on it - you were charged twice for October", "Acknowledgement"),
        ("Update on label printing - repair in test", "Progress"),
        ("Resolved - label printing", "Resolution"),
        ("Personal Apology from Maya Stein", "Apology"),
    ],
)
def test_the_four_subjects_are_as_asked(subject: str, letter: str) -> None:
    """Acknowledgement, progress, resolution, apology."""
    value = next(
        each for each in LETTERS if type(each).__name__ == letter and getattr(each, "urgent", True)
    )
    assert render_draft(value, to=TO).subject == subject


def test_nothing_new_is_said_plainly() -> None:
    """An update also when there is no update."""
    value = next(letter for letter in LETTERS if isinstance(letter, Progress))
    assert "nothing new" in render_draft(replace(value, done=()), to=TO).text


def test_an_apology_names_three_actions() -> None:
    """The apology names fix, change of process, prevention, numbered."""
    value = next(letter for letter in LETTERS if isinstance(letter, Apology))
    text = render_draft(value, to=TO).text
    assert all(f"\n{number}. " in text for number in (1, 2, 3))


def test_an_unknown_language_falls_back_to_english() -> None:
    """Better English than nothing."""
    value = next(letter for letter in LETTERS if isinstance(letter, Acknowledgement))
    assert render_draft(replace(value, lang="xx"), to=TO).text.startswith("Hello Jo")


@pytest.mark.parametrize("left", ["[Name]", "{{ name }}", "<your phone>", "____", "TODO", "XXX"])
def test_a_placeholder_of_the_operators_own_template_blocks(tmp_path: Path, left: str) -> None:
    """A slot that somebody forgot to fill in does not reach a customer."""
    raw = left.replace("{{", "{{ '{{' }}").replace("}}", "{{ '}}' }}", 1) if "{" in left else left
    (tmp_path / "resolution.txt.j2").write_text(f"Hello {{% raw %}}{left}{{% endraw %}}, done.")
    value = next(letter for letter in LETTERS if isinstance(letter, Resolution))
    draft = render_draft(value, to=TO, folder=tmp_path)
    assert draft.blocked, raw
    assert "placeholder" in draft.blocked


def test_brackets_of_the_customers_own_are_no_placeholder() -> None:
    """A product may be called [Beta]."""
    value = next(letter for letter in LETTERS if isinstance(letter, Resolution))
    assert render_draft(replace(value, happened="the list [Beta] was empty"), to=TO).blocked is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You should have read the manual.", "blame"),
        ("As we already said, it works.", "blame"),
        ("Das ist ein Bedienungsfehler.", "blame"),
        ("Sie haben vergessen, den Haken zu setzen.", "blame"),
        ("This is your fault, you should have read the manual.", "blame"),
        ("C'est votre faute : vous auriez dû lire le manuel.", "blame"),
        ("Es su culpa: debería haber leído el manual.", "blame"),
        ("Das ist Ihre Schuld, Sie hätten das Handbuch lesen müssen.", "blame"),
        ("That's not our fault.", "excuse"),
        ("We're very busy at the moment.", "excuse"),
        ("Das ist nicht unsere Schuld.", "excuse"),
        ("Dafür können wir leider nichts.", "excuse"),
        ("It is just a small bug.", "brush-off"),
        ("Für etwaige Unannehmlichkeiten bitten wir um Verzeihung.", "brush-off"),
        ("I won't rest until this is done.", "overpromise"),
        ("Das wird nie wieder vorkommen.", "overpromise"),
    ],
)
def test_blame_and_excuses_are_found(text: str, fault: str) -> None:
    """In each of the four languages."""
    assert {remark.fault for remark in tone_remarks(text)} == {fault}


@pytest.mark.parametrize(
    "text",
    [
        "You don't need to do anything.",
        "The fault is ours, and we have mended it.",
        "We are on it and will write by 16:00.",
        "Der Fehler liegt bei uns und ist behoben.",
        "Sie müssen nichts weiter tun.",
    ],
)
def test_plain_owning_words_pass(text: str) -> None:
    """No false alarm on what we want to read."""
    assert tone_remarks(text) == ()


def test_a_letter_in_the_wrong_tone_is_flagged_with_advice() -> None:
    """The owner reads which words, and what to write instead; it is a person's to decide."""
    value = next(letter for letter in LETTERS if isinstance(letter, Resolution))
    draft = render_draft(replace(value, happened="you should have renewed it"), to=TO)
    assert draft.blocked is None
    assert "“you should have”" in draft.tone


@pytest.mark.parametrize("issue", ["You failed to deliver", "Refund 100%", "Not our fault?"])
def test_the_customers_own_words_are_not_ours_to_be_blamed_for(issue: str) -> None:
    """Their subject stands in our answer, and says nothing about our tone."""
    value = next(letter for letter in LETTERS if isinstance(letter, Acknowledgement))
    draft = render_draft(replace(value, issue=issue, subject=f"Re: {issue}"), to=TO)
    assert (draft.blocked, draft.tone) == (None, "")
