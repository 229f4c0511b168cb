"""Drafts for a customer: written out, or blocked with the reason.

A draft is blocked when a slot is empty or a placeholder is left (also one from the operator's own
template). Blocked means that SEND is refused; a person can still write their own mail. Where its
tone blames or excuses, SEND is asked back once: what the customer wrote themselves is not read for
that, since a subject of theirs (`You failed to deliver`) is no word of ours. Nothing is ever
invented to fill a slot.
"""

import re
from dataclasses import fields, replace
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path

from deskless.templates.customer import Customer
from deskless.templates.lines import unwrap_text
from deskless.templates.parts import Draft

MISSING = re.compile(r"\[missing: ([^\]]*)\]")
PLACEHOLDER = re.compile(
    r"\[[A-Za-zÄÖÜäöü][^\[\]\n]{0,40}\]|\{\{?[^{}\n]{1,40}\}?\}|<[A-Za-z][\w ./-]{0,40}>"
    r"|_{3,}|\bX{3,}\b|\bTODO\b|\bTBD\b|\bTBC\b|\blorem ipsum\b|\bNOT STATED\b"
)
OURS = "[URGENT] [DRINGEND] [URGENTE]"
APART = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""Where French leaves a blank that must not end a line."""
WHOLE = re.compile(r"(?<![\w+])(?:\+?\d[\d ()/-]{5,22}\d|[A-Z][A-Z0-9]{1,11}-\d+)(?!\w)")
"""Numbers that a telephone shows on one line: a telephone's own, and that of a conversation."""


def render_draft(value: Customer, *, to: str, folder: Path | None = None) -> Draft:
    """The mail for this customer, `blocked` with the reason where it must not go out as it is.

    `to` is the customer's bare address, `folder` the operator's own templates. Raises
    TemplateProblem.
    """
    from deskless.templates.render import render_mail  # loads the template engine

    known = value.lang if value.lang in written() else "en"
    words = render_mail(replace(value, lang=known), folder=folder)
    return Draft(
        to=to,
        subject=MISSING.sub("…", words.subject),
        text=words.text,
        blocked=_blocked(value, words.subject + "\n" + words.text, to),
        tone=_tone(value, words.text),
    )


def as_page(text: str, language: str) -> str:
    """The same words as HTML, each paragraph on one line: a telephone would break lines twice."""
    bound = APART.sub("\N{NO-BREAK SPACE}", escape(unwrap_text(text), quote=False))
    whole = WHOLE.sub(r'<span style="white-space:nowrap">\g<0></span>', bound)
    lines = whole.replace("\n", "<br>\n")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"></head>\n'
        f'<body style="font:16px/1.45 sans-serif">\n{lines}\n</body></html>\n'
    )


@cache
def written() -> frozenset[str]:
    """The languages in which there is an acknowledgement: those whose template lies in `mails`."""
    folder = resources.files("deskless.templates") / "mails"
    names = (file.name.split(".") for file in folder.iterdir())
    return frozenset(name[1] for name in names if name[0] == "acknowledgement" and len(name) == 4)


def _blocked(value: Customer, text: str, to: str) -> str | None:
    """Why this text must not go to a customer, in one sentence; None if nothing is wrong."""
    flat = " ".join(text.split())
    missing = dict.fromkeys(MISSING.findall(flat))
    if missing:
        return "still missing: " + "; ".join(missing) + "."
    if not to:
        return "nobody knows which address it should go to."
    left = [word for word in PLACEHOLDER.findall(flat) if word not in OURS + _given(value)]
    if left:
        return "a placeholder was left: " + ", ".join(dict.fromkeys(left)) + "."
    return None


def _tone(value: Customer, text: str) -> str:
    """What in our own words of this text may sound wrong, in a sentence; empty: nothing."""
    from deskless.templates.safe import clean_text
    from deskless.templates.tone import say_remarks

    flat = " ".join(text.split())
    theirs = (value.issue, value.subject.removeprefix("Re: "), value.name)
    for words in sorted((" ".join(clean_text(each or "").split()) for each in theirs), key=len):
        flat = flat.replace(words, "…") if words else flat
    return say_remarks(flat)


def _given(value: Customer) -> str:
    """Everything the caller filled in: brackets in a customer's own product name are no slots."""
    parts: list[str] = []
    for field in fields(value):
        content = getattr(value, field.name)
        parts.extend(content if isinstance(content, tuple) else [str(content or "")])
    return " ".join(parts)
