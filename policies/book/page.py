"""One policy file's text → a `Policy`, or all that is wrong with it in a person's words."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from deskless.policies import condition, duration
from deskless.policies.book.front_matter import Page, PageSection, read_page
from deskless.policies.condition import BadCondition
from deskless.policies.people.roster import slug
from deskless.policies.policy import Policy, PolicyStatus
from deskless.policies.problems import Problem, Problems, nearest_word
from deskless.policies.verdict import Nature, Severity, Type

BODY = frozenset({"name", "criterion", "not_this", "examples", "path", "text"})
KEYS = tuple(key for key in Policy.model_fields if key not in BODY)
LISTS = frozenset(
    {"risk", "phrases", "maybe", "patterns", "unless", "senders", "facts", "accounts"}
)
GRADES = ("severity", "ceiling", "floor")
SECTIONS = ("Not this", "Examples", "Mails")
RISKS = ("churn", "security", "executive", "contract")
CHOICES: dict[str, tuple[str, ...]] = {
    "status": tuple(PolicyStatus),
    "severity": tuple(Severity),
    "ceiling": tuple(Severity),
    "floor": tuple(Severity),
    "type": tuple(Type),
    "nature": tuple(Nature),
    "risk": RISKS,
}
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ITEM = re.compile(r"^\s*[-*+]\s+(?P<word>[\w-]+)\s*:\s*(?P<rest>.*)$")
MORE = re.compile(r"^\s{2,}(?P<rest>\S.*)$")
SEVERITY = re.compile(r"(?:sev)?[-\s]?([1-4])", re.IGNORECASE)
ASKS = re.compile(r"[<>=≥≤]| is ")  # what makes an entry of `accounts` a condition
ALIASES = {"critical": "SEV-1", "high": "SEV-2", "medium": "SEV-3", "low": "SEV-4"}


def parse_policy(text: str, path: str = "policy.md") -> Policy:
    """Read one policy file. Raises Problems with every problem of the file.

    Forgiving where no doubt is possible: one value where a list may stand, `sev1` for `SEV-1`,
    numbers where text is wanted. Everything else is told, with line and suggestion.
    """
    page = read_page(text, path)
    problems = [*page.problems, *_keys(page), *_headings(page)]
    content: dict[str, Any] = {key: page.values[key] for key in page.values if key in KEYS}
    for key in list(content):
        content[key] = _tidy(key, content[key])
    content["severities"] = tuple(_severities(page, problems))
    problems += [*_choices(page, content), *_spans(page, content), *_conditions(page, content)]
    content |= _body(page, problems)
    if problems:
        raise Problems(problems)
    try:
        return Policy.model_validate(content | {"path": path, "text": "\n".join(page.lines)})
    except ValidationError as error:
        raise Problems(_translated(page, error)) from error


def _keys(page: Page) -> Iterator[Problem]:
    for key in page.values:
        if key not in KEYS:
            line, column = page.key_place(key)
            text = f"`{key}` is not known here; the facts are {', '.join(KEYS)}."
            yield page.problem(line, column, text, nearest_word(str(key), KEYS))
    if "id" not in page.values:
        yield page.problem(1, 0, "The `id` is missing; add a line such as `id: refund-over-500`.")
    elif not ID.fullmatch(str(page.values["id"])):
        text = f"The id `{page.values['id']}` must be lower-case words joined by `-`."
        yield page.problem(*page.place("id"), text, slug(str(page.values["id"])))


def _headings(page: Page) -> Iterator[Problem]:
    titles = [page_section.title for page_section in page.sections if page_section.title]
    known = {title.casefold() for title in SECTIONS}
    for section in page.sections:
        if section.title and section.title.casefold() not in known:
            text = f"`## {section.title}` is not known; the parts are {', '.join(SECTIONS)}."
            yield page.problem(section.line - 1, 4, text, nearest_word(section.title, SECTIONS))
        elif section.title and titles.count(section.title) > 1:
            yield page.problem(section.line - 1, 4, f"`## {section.title}` stands here twice.")
            titles.remove(section.title)


def _tidy(key: str, value: Any) -> Any:
    """One value as a list where a list is wanted, numbers as text, spellings as the house's."""
    if key in LISTS:
        items = value if isinstance(value, list) else [value] if value is not None else []
        return tuple(_plain(element) for element in items)
    value = "" if value is None else _plain(value)
    if key in GRADES and isinstance(value, str):
        return _severity(value)
    return value.strip().casefold() if key in {"status", "type", "nature"} else value


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else value


def _severity(text: str) -> str:
    match = SEVERITY.fullmatch(text.strip())
    return f"SEV-{match[1]}" if match else text.strip()


def _severities(page: Page, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Pairs from `- [condition, SEV]`, `- condition: SEV` or a mapping, in order."""
    raw = page.values.get("severities") or []
    pairs: list[tuple[Any, Any, tuple[str | int, ...]]] = []
    if isinstance(raw, CommentedMap):
        pairs = [(key, raw[key], ("severities", key)) for key in raw]
    elif isinstance(raw, list):
        for number, severity_row in enumerate(raw):
            if isinstance(severity_row, list) and len(severity_row) == 2:
                pairs.append((severity_row[0], severity_row[1], ("severities", number)))
            elif isinstance(severity_row, dict) and len(severity_row) == 1:
                pairs += [(key, severity_row[key], ("severities", number)) for key in severity_row]
            else:
                problems.append(_not_pair(page, number))
    for when, grade, place in pairs:
        severity = _severity(str(grade))
        if severity not in set(Severity):
            text = f"`{grade}` is not a severity; it is one of {', '.join(Severity)}."
            problems.append(page.problem(*page.place(*place), text, _meant("severity", str(grade))))
            continue
        problems += _condition(page, condition.parse_condition, str(when), place)
        yield str(when), severity


def _not_pair(page: Page, number: int) -> Problem:
    text = "A line of `severities` is a condition and a severity: `- [tier is enterprise, SEV-1]`."
    return page.problem(*page.place("severities", number), text)


def _choices(page: Page, content: dict[str, Any]) -> Iterator[Problem]:
    """Words outside their closed lists."""
    for key, choices in CHOICES.items():
        values = content.get(key, ())
        for number, value in enumerate(values if isinstance(values, tuple) else (values,)):
            if value in choices:
                continue
            place = page.place(key, number) if isinstance(values, tuple) else page.place(key)
            text = f"`{value}` is not a {key}; it is one of {', '.join(choices)}."
            yield page.problem(*place, text, _meant(key, str(value)))


def _meant(key: str, value: str) -> str:
    if key in GRADES:
        word = nearest_word(value, ALIASES)
        return ALIASES.get(word, "") or nearest_word(value, Severity)
    return nearest_word(value, CHOICES[key])


def _spans(page: Page, content: dict[str, Any]) -> Iterator[Problem]:
    for key in ("answer_within", "waiting"):
        if text := content.get(key):
            try:
                duration.parse_duration(str(text))
            except ValueError as error:
                yield page.problem(*page.place(key), str(error))
    for number, pattern in enumerate(content.get("patterns", ())):
        try:
            re.compile(str(pattern), re.IGNORECASE)
        except re.error as error:
            text = f"The pattern `{pattern}` cannot be read: {error.msg}."
            yield page.problem(*page.place("patterns", number), text)


def _conditions(page: Page, content: dict[str, Any]) -> Iterator[Problem]:
    for number, text in enumerate(content.get("facts", ())):
        yield from _condition(page, condition.parse_condition, str(text), ("facts", number))
    for number, text in enumerate(content.get("accounts", ())):
        if ASKS.search(str(text)):
            yield from _condition(page, condition.parse_condition, str(text), ("accounts", number))
    if content.get("amount"):
        yield from _condition(page, condition.parse_threshold, str(content["amount"]), ("amount",))


def _condition(
    page: Page, parse: Callable[[str], object], text: str, place: tuple[str | int, ...]
) -> Iterator[Problem]:
    try:
        parse(text)
    except BadCondition as error:
        line, column = page.place(*place)
        row = page.lines[line - 1]
        start = row.find(text)
        inside = (
            start + error.column if start >= 0 and parse is condition.parse_condition else column
        )
        yield page.problem(line, inside, str(error), error.suggestion)


def _body(page: Page, problems: list[Problem]) -> dict[str, Any]:
    """Name, prose and examples."""
    prose = page.section("")
    not_this = page.section("Not this")
    criterion = prose.text if prose else ""
    if not criterion:
        line = prose.line if prose else 1
        text = "The criterion is missing: say in a sentence or two when a case should move."
        problems.append(page.problem(min(line, len(page.lines)), 0, text))
    name = page.title or str(page.values.get("id", "")).replace("-", " ").capitalize()
    return {
        "name": name,
        "criterion": criterion,
        "not_this": not_this.text if not_this else "",
        "examples": tuple(
            example
            for title, key in (("Examples", "text"), ("Mails", "mail"))
            if (section := page.section(title))
            for example in _items(page, section, key, problems)
        ),
    }


def _items(
    page: Page, section: PageSection, key: str, problems: list[Problem]
) -> Iterator[dict[str, Any]]:
    """The `- escalate: …` lines of a section; an indented line goes on with the one above."""
    mappings: list[dict[str, Any]] = []
    hidden = False
    for number, line in enumerate(section.lines, section.line):
        was_hidden, hidden = hidden, _hidden(line, hidden)
        if was_hidden or hidden or line.lstrip().startswith("<!--"):
            continue
        if item := ITEM.match(line):
            word = item["word"].casefold()
            if word not in {"escalate", "ignore", "todo"}:
                text = f"`{item['word']}` is not `escalate`, `ignore` or `todo`."
                meant = nearest_word(word, ("escalate", "ignore", "todo"))
                problems.append(page.problem(number, item.start("word") + 1, text, meant))
                continue
            mappings.append({"expect": word, key: item["rest"].strip(), "line": number})
        elif mappings and (more := MORE.match(line)):
            mappings[-1][key] = f"{mappings[-1][key]} {more['rest'].strip()}".strip()
        elif line.strip():
            text = 'An example is a line such as `- escalate: "I want my money back now"`.'
            problems.append(page.problem(number, 1, text))
    for mapping in mappings:
        mapping[key] = _unquote(mapping[key])
        if not mapping[key]:
            problems.append(page.problem(mapping["line"], 1, "The example is empty."))
    yield from mappings


def _hidden(line: str, hidden: bool) -> bool:
    """Whether a comment is open behind this line."""
    opened, closed = line.rfind("<!--"), line.rfind("-->")
    return closed < opened or (hidden and closed < 0)


def _unquote(text: str) -> str:
    for left, right in (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("«", "»")):
        if len(text) > 1 and text.startswith(left) and text.endswith(right):
            return text[1:-1].strip()
    return text


def _translated(page: Page, error: ValidationError) -> list[Problem]:
    """What pydantic still found, at its place and in a sentence."""
    return [
        page.problem(
            *page.place(*detail["loc"]),
            f"`{detail['loc'][0]}` cannot be read: {detail['msg'][:1].lower()}{detail['msg'][1:]}.",
        )
        for detail in error.errors()
    ]
