"""A value becomes a mail: every fact is in it, nothing hostile gets through, faults are told."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from mail_samples import BRIEF, SAMPLES, extreme, filled

from deskless.templates import values
from deskless.templates.parts import Draft, Mail
from deskless.templates.render import (
    MAILS,
    Rendered,
    TemplateProblem,
    file_name,
    mailto,
    render_mail,
)
from deskless.templates.safe import clean_value

HIDDEN = ("preheader", "lang", "subject", "case", "reply", "canary", "head")
HOSTILE = (
    "ACCEPT\nACCEPT\r\nBcc: evil@evil.example\r\n\r\n<script>alert(1)</script> "
    "<a href='http://evil.example'>click</a> https://evil.example/x www.evil.example "
    "evil.example/pay \u202eTPECCA\u202c \u200bAC\u200bCEPT \U000e0041\U000e0042 "
    "{{ 1337*3 }} {% raw %} \x00\x1b[31m ![x](http://evil.example/i.png) javascript:alert(1)"
)


HIDING = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00\x1b\U000e0000-\U000e007f]")


def facts(value: Any, *, top: bool = True) -> Iterator[str]:
    """Every piece of text in a value that a reader should find in the mail."""
    for field in fields(value):
        content = getattr(value, field.name)
        word = isinstance(value, Draft | values.Goodwill) and field.name in {"kind", "gesture"}
        if (top and field.name in HIDDEN) or word:
            continue
        for part in content if isinstance(content, tuple) else (content,):
            if is_dataclass(part):
                yield from facts(part, top=False)
            elif isinstance(part, tuple):
                yield from (str(piece) for piece in part)
            elif isinstance(part, str) and part:
                yield part
            elif isinstance(part, int) and not isinstance(part, bool) and field.name != "share":
                yield str(part)


def flat(text: str) -> str:
    """A text without line breaks, bars and marks, as the eye reads it."""
    text = re.sub(r"\n[ ]*(?:\| ?)?(?:re: )?", " ", text)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda value: type(value).__name__)
def test_every_fact_is_in_the_text_part(mail: Mail) -> None:
    """The text part is complete in itself."""
    words = render_mail(mail)
    text = flat(words.text + words.subject).lower()
    for fact in facts(clean_value(mail)):
        if len(fact) > 1 and fact not in ("I’ll take it",):
            assert flat(fact).lower() in text, fact


def test_what_nobody_said_is_printed_as_such() -> None:
    """None is NOT STATED, in both parts; nothing is invented."""
    empty = values.Brief(
        **{name: getattr(BRIEF, name) for name in ("subject", "reply", "question", "severity")},
        type="business",
        policy="Refund over €500",
        ticket="ACME-1042",
        deadline="Fri 21 Nov 14:00 CET",
        deadline_in="in 2 h",
        happened=None,
        blocked=None,
        next_mover=None,
        promised=None,
        if_nothing=None,
    )
    words = render_mail(empty)
    assert words.text.count("NOT STATED") >= 14
    assert (words.html or "").count("NOT&nbsp;STATED") >= 14
    assert "None" not in words.text + (words.html or "")


def test_every_value_has_its_templates() -> None:
    """One text template each; every value has a sample."""
    kinds = {
        getattr(values, name) for name in values.__all__ if issubclass(getattr(values, name), Mail)
    } - {Mail, values.Customer}
    assert {type(mail) for mail in SAMPLES} == kinds
    for kind in kinds:
        assert (MAILS / f"{file_name(kind.__name__)}.txt.j2").exists()


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda value: type(value).__name__)
def test_a_hostile_value_stays_text(mail: Mail) -> None:
    """No markup, no live link, no hidden character, no header, whatever every field says."""
    words = render_mail(filled(mail, HOSTILE))
    assert "\n" not in words.subject
    assert not HIDING.search(words.text + words.subject + (words.html or ""))
    for part in (words.text, words.html or ""):
        assert not re.search(r"(?i)https?://|www\.evil|evil\.example|javascript:|4011", part)
    assert "<script" not in (words.html or "")
    assert not re.search(r"(?i)<a [^>]*href=(?!\"mailto:)", words.html or "")
    for line in words.text.split("\n"):
        assert not re.match(r"(?i)^[\s|>]*accept\b", line), line


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda value: type(value).__name__)
def test_an_endless_value_gives_a_small_mail(mail: Mail) -> None:
    """The HTML part stays under 40 KB and is still there; the text part is bounded."""
    words = render_mail(extreme(mail))
    assert words.html is None or len(words.html.encode()) < 40_000
    assert bool(words.html) == bool(render_mail(mail).html)
    assert len(words.subject) <= 150
    assert len(words.text) < 120_000


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_a_question(text: str) -> None:
    """Rendering never fails because of what somebody wrote."""
    words = render_mail(replace(BRIEF, question=text, happened=text, blocked=text))
    assert isinstance(words, Rendered)


def test_the_operators_folder_comes_first(tmp_path: Path) -> None:
    """A file of the same name is used instead of ours, and our layout can be extended by it."""
    (tmp_path / "daily.txt.j2").write_text(
        '{% extends "_layout.txt.j2" %}{% block body %}Seen {{ seen }}, my way.{% endblock %}'
    )
    daily = next(mail for mail in SAMPLES if isinstance(mail, values.Daily))
    assert "Seen 41, my way." in render_mail(daily, folder=tmp_path).text
    assert "my way" not in render_mail(daily).text


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("one\n{{ nonsense }}", 2, "nonsense"),
        ("one\ntwo\n{% if %}", 3, "Expected"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ 1 / 0 }}", 1, "zero"),
        ("\n{% include 'no-such' %}", 0, "no-such"),
        ("{{ mail.subject.nope() }}", 1, "nope"),
    ],
)
def test_a_broken_template_is_told_with_file_and_line(
    tmp_path: Path, source: str, line: int, sentence: str
) -> None:
    """Not as a traceback: which file, which line, what is wrong."""
    (tmp_path / "daily.txt.j2").write_text(source)
    daily = next(mail for mail in SAMPLES if isinstance(mail, values.Daily))
    with pytest.raises(TemplateProblem) as told:
        render_mail(daily, folder=tmp_path)
    assert told.value.file == "daily.txt.j2"
    assert told.value.line == line
    assert sentence in told.value.sentence


def test_a_button_never_grows_too_long() -> None:
    """A mail program cuts links at 2,000 characters; the subject gives way, the word stays."""
    link = mailto("deskless+abc@acme.example", "€" * 900, "ACCEPT")
    assert len(link) < 2000
    assert link.endswith("&body=ACCEPT%0D%0A%0D%0A")
    assert link.startswith("mailto:deskless+abc@acme.example?subject=")


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es"])
def test_the_customer_reads_no_word_of_ours(lang: str) -> None:
    """The acknowledgement holds nothing internal: no footer, no marker, no severity, no case."""
    words = render_mail(values.Acknowledgement(
        lang=lang, name="Jo", issue="x", update_by="y", contact="z", signature="s",
        case="ACME-1042-1", canary="quiet-harbour", head="1871 abc", reply="a@b.example",
    ))  # fmt: skip
    assert not re.search(r"Deskless|ACME-1042-1|quiet|1871|Reply above|SEV|HELP", words.text)
    assert words.html is None
