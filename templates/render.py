"""A value becomes a mail: subject, text part and HTML part, by the template of its name.

`Brief` is written by `mails/brief.txt.j2` and `mails/brief.html.j2`; a file of the same name in
the operator's folder comes first. Templates run sandboxed, an unknown name is an error and never
an empty space, and HTML is escaped. A text template is
run twice, once for its block `subject` and once for its block `body`.
"""

import re
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deskless.templates.customer import Customer
from deskless.templates.lines import QUOTED, WIDTH, flow_text, guard_text, unwrap_text
from deskless.templates.parts import Mail
from deskless.templates.safe import (
    Bounds,
    bound_text,
    clean_text,
    clean_value,
    one_line,
    value_size,
)

MARKER = "-- Reply above this line --"
MAILS = Path(__file__).parent / "mails"
NOT_STATED = "NOT STATED"
BIGGEST = 40_000
LONGEST = 100_000
SUBJECT = 150
LINK = 1_900

# A value is tightened step by step until its mail is small enough for every mail program.
STEPS = (Bounds(), Bounds(500, 30), Bounds(300, 12), Bounds(200, 6), Bounds(100, 3))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words. `html` is None where the mail has only a text part."""

    subject: str
    text: str
    html: str | None


class TemplateProblem(Exception):
    """A template cannot be used: which file, which line (0: the file as a whole), and why."""

    def __init__(self, file: str, line: int, sentence: str):
        super().__init__(f"{file}:{line}: {sentence}" if line else f"{file}: {sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence


def render_mail(value: Mail, *, folder: Path | None = None) -> Rendered:
    """The mail for a value, with the operator's `folder` before our own templates.

    Every string of the value is made harmless first (see `safe.py`). The HTML part stays under
    40 KB whatever the value holds, the text part under 100,000 characters. Raises
    TemplateProblem.
    """
    name = file_name(type(value).__name__)
    words = _environment(folder)
    text, known = _small(words, f"{name}.txt.j2", value, LONGEST)
    subject = one_line(clean_text(_run(words, f"{name}.txt.j2", known, part="subject")))
    html = None
    if _exists(words, f"{name}.html.j2"):
        titled = replace(value, subject=subject)
        page = re.sub(r"\n\s*", "\n", _small(words, f"{name}.html.j2", titled, BIGGEST)[0]).strip()
        html = page + "\n" if len(page.encode()) < BIGGEST else None
    # A customer gets whole sentences; no reply of theirs is ever read as a command.
    customer = isinstance(value, Customer)
    lines = flow_text(text, guard=not customer, width=QUOTED if customer else WIDTH)
    return Rendered(bound_text(subject, SUBJECT), lines, html)


def file_name(kind: str) -> str:
    """The template's name for a value's type: `AsItStands` is `as_it_stands`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()


def mailto(address: str, subject: str, body: str) -> str:
    """A link that opens a new mail with this much filled in (RFC 6068), under 2,000 characters.

    The body ends with a blank line, so that a person sees the word and can write below it.
    """
    target = quote(address, safe="@+")
    subject = one_line(subject)
    while True:
        lines = quote(body.strip().replace("\n", "\r\n") + "\r\n\r\n")
        link = f"mailto:{target}?subject={quote(subject, safe='')}&body={lines}"
        if len(link) < LINK or not subject:
            return link
        subject = subject[: len(subject) // 2]


def _small(
    words: ImmutableSandboxedEnvironment, name: str, value: Mail, limit: int
) -> tuple[str, Mail]:
    """A template's words within the limit (in bytes), and the value as far as it was shortened.

    Past the last step the words are returned as they are.
    """
    text, known = "", value
    for step, bounds in enumerate(STEPS):
        known = clean_value(value, bounds)
        # What is too long before a single word of ours need not be written out.
        if value_size(known) > limit and bounds != STEPS[-1]:
            continue
        text = _run(words, name, known, shortened=step > 0)
        if len(text.encode()) < limit:
            break
    return text, known


def _run(
    words: ImmutableSandboxedEnvironment,
    name: str,
    value: Mail,
    *,
    part: str = "body",
    shortened: bool = False,
) -> str:
    """One template, its body or its subject, with the fields of the value as its names."""
    names: dict[str, Any] = {field.name: getattr(value, field.name) for field in fields(value)}
    names |= {"mail": value, "part": part, "shortened": shortened}
    try:
        return words.get_template(name).render(names)
    except TemplateNotFound as fault:
        raise TemplateProblem(name, 0, f"the template {fault} is missing") from fault
    except TemplateSyntaxError as fault:
        file = Path(fault.filename or name)
        raise TemplateProblem(file.name, fault.lineno, fault.message or "syntax error") from fault
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as fault:
        raise _told(name, fault) from fault
    except (AttributeError, RecursionError) as fault:
        raise _told(name, fault) from fault


def _told(name: str, fault: Exception) -> TemplateProblem:
    """The problem with the template line in which it happened, read off the traceback."""
    file, line = name, 0
    trace: TracebackType | None = fault.__traceback__
    while trace:
        code = trace.tb_frame.f_code.co_filename
        if code.endswith(".j2"):
            file, line = Path(code).name, trace.tb_lineno
        trace = trace.tb_next
    return TemplateProblem(file, line, one_line(str(fault)) or type(fault).__name__)


def _exists(words: ImmutableSandboxedEnvironment, name: str) -> bool:
    """Whether there is such a template, the operator's or our own."""
    try:
        words.get_template(name)
    except TemplateNotFound:
        return False
    except TemplateSyntaxError:
        return True
    return True


@lru_cache(maxsize=32)
def _environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    """The sandbox with its filters; files are looked at again whenever they change."""
    own = FileSystemLoader(str(MAILS))
    loaders = [FileSystemLoader(str(folder)), own] if folder else [own]
    words = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words.globals |= {"marker": MARKER, "not_stated": NOT_STATED, "mailto": mailto}
    words.filters |= {
        "line": one_line,
        "short": bound_text,
        "stated": stated,
        "blank": blank,
        "tight": tight,
        "capped": capped,
        "guarded": guard_text,
        "unwrapped": unwrap_text,
    }
    return words


def stated(value: str | None) -> str:
    """The value on one line, or NOT STATED."""
    return NOT_STATED if value is None else one_line(value)


def tight(text: str) -> str:
    """A short text that must not break over two lines, such as a time with its zone."""
    return text.replace(" ", "\u00a0") if len(text) <= 24 else text


def capped(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def blank(value: str | None, what: str) -> str:
    """The value, or a mark that says what is missing; `drafts.py` lets no such mark go out."""
    return value or f"[missing: {what}]"
