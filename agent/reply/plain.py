"""Everything that is not an answer to an offer: notes, lists, codes, the founder's words."""

import re

from deskless.agent.case.verbs import Command, Layer, Unclear, Verb
from deskless.agent.language.fold import Line, fold_line, line_clauses
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.reply.clause import clause_sense
from deskless.agent.reply.parts import Parts, Scene, meant_yes

FREE = (
    Verb.NOTE,
    Verb.ESCALATE,
    Verb.PROGRESS,
    Verb.RESOLVED,
    Verb.CLOSE,
    Verb.REOPEN,
    Verb.STATUS,
)
"""Verbs that text may follow, in the order they are tried."""

ENDING = (Verb.RESOLVED, Verb.CLOSE)
ASKING = (Verb.STATUS, Verb.LEDGER, Verb.HELP)

CODE = re.compile(r"(?:(?:the |my )?code(?: is)? ?:? ?)?(?=[a-z]*\d)([a-z0-9]{6,8})", re.ASCII)
SPELLED = re.compile(
    r"(?:(?:the |my )?code(?: is)? ?:? ?)([a-z0-9]{3,4}[ -]?[a-z0-9]{3,4})", re.ASCII
)
LIVE = re.compile(r"(?:go )?live ([a-z0-9][a-z0-9-]{1,63})", re.ASCII)
JOIN = re.compile(r"join (?:with |to )?(#?[a-z0-9][a-z0-9-]*)", re.ASCII)
ITEM = re.compile(
    r"(?P<verb>right|wrong|richtig|falsch|juste|faux|correcto|incorrecto)"
    r" ?:? ?(?P<items>#?\d{1,3}(?: ?(?:,|and|und|et|y|&) ?#?\d{1,3})*)(?P<note>\b.*)?"
)
TURNED = re.compile(r"#?(?P<items>\d{1,3})[.:)]? (?:is |was )?(?P<verb>right|wrong|richtig|falsch)")
AGREED = re.compile(r"(?:yes|yep|ja|oui|si)\b[ ,.:;!-]*(.*)")
LEAVE = re.compile(
    r"(?:please |bitte |no,? |nein,? |non,? )?"
    r"(?:leave|ignore|lassen|lass|laisse[rz]?|deja(?:r|lo)?)\b"
    r"|(?:no|nein|non|nope|nee)\b"
)
RAISES = re.compile(r"e[sk]+[ck]al|outage|urgent|dringend")
TURNED_DOWN = re.compile(
    r"\b(?:but|aber|mais|pero|sin embargo)\b"
    r"|\b(?:not|don'?t|no|nicht|kein|keine|pas|sin)\b[\w ]{0,14}"
    r"(?:e[sk]+[ck]al|need|necessary|urgent|noetig|notig|eilig)"
)
"""What takes a yes back in the same line."""
GOOD = frozenset({"right", "richtig", "juste", "correcto"})


def read_code(line: Line) -> Command | None:
    """A one-time code alone on its line, or behind the word *code*. It holds a digit, so that no
    word of six letters passes for one.
    """
    match = CODE.fullmatch(line.text) or SPELLED.fullmatch(line.text)
    if match is None:
        return None
    code = re.sub(r"[ -]", "", match[1]).upper()
    return Command(Verb.CODE, subject_id=code, line=line.raw)


def read_founder_word(line: Line) -> Command | None:
    """`LIVE policy-id`, `JOIN 9`: a word and what it is about."""
    for verb, pattern in ((Verb.LIVE, LIVE), (Verb.JOIN, JOIN)):
        match = pattern.fullmatch(line.text)
        if match:
            subject = line.raw[line.at[match.start(1)] : line.at[match.end(1) - 1] + 1]
            return Command(verb, subject_id=subject.lstrip("#"), line=line.raw)
    return None


def judged(line: Line) -> tuple[tuple[str, ...], bool, str] | None:
    """The item numbers of one RIGHT or WRONG line, which of the two, and the note behind them."""
    match = ITEM.fullmatch(line.text) or TURNED.fullmatch(line.text)
    if match is None:
        return None
    numbers = tuple(re.findall(r"\d+", match["items"]))
    start = match.end("items")
    return numbers, match["verb"] in GOOD, line.part(start).raw


def read_verdicts(lines: list[Line]) -> Command | None:
    """RIGHT and WRONG for items of the digest, one or more a line, over all lines."""
    if not lines or judged(lines[0]) is None:
        return None
    every = [judgement for judgement in map(judged, lines) if judgement]
    items = [(number, good) for numbers, good, _ in every for number in numbers]
    both = {number for number, good in items if (number, not good) in items}
    doubts = tuple(f"Item {number} is called both right and wrong." for number in sorted(both))
    return Command(
        Verb.RIGHT if items[0][1] else Verb.WRONG,
        subject_id=items[0][0],
        note="\n".join(note for _, _, note in every if note),
        line=lines[0].raw,
        doubts=doubts,
        fields=tuple(("right" if good else "wrong", number) for number, good in items),
    )


def read_opened(line: Line) -> Command | None:
    """A verb with text behind it: `NOTE …`, `RESOLVED: …`, `ESCALATE …`."""
    for verb in FREE:
        match = speech().heads[verb].match(line.text)
        if match and belongs_to_verb(verb, line, match.end()):
            rest = line.part(match.end())
            text = text_behind(line, match.end())
            parts = Parts(notes=[text] if text else [])
            if verb in ENDING and wavers(rest.text):
                parts.doubts.append("It reads as done and not done at once.")
            return parts.command(verb, line)
    return None


def text_behind(line: Line, end: int) -> str:
    """What stands behind a verb, verbatim, without the case key or the *because* before it."""
    text = line.text[end:]
    key = re.match(rf"[ ,;:.-]*(?:{KEY.pattern})", text)
    end += key.end() if key else 0
    reason = re.match(rf"[ ,;:.-]*{speech().because.pattern}", line.text[end:])
    return line.rest(end + (reason.end() if reason else 0))


def belongs_to_verb(verb: Verb, line: Line, end: int) -> bool:
    """Whether what stands behind a verb belongs to it, so that the line is no ordinary sentence."""
    rest = line.text[end:]
    if rest.lstrip().startswith("?"):
        return False
    capital = (Verb.NOTE, Verb.REOPEN)
    if verb is Verb.ESCALATE or (verb in capital and capitals(line, end)):
        return True
    key = KEY.match(rest.strip())
    if verb is Verb.STATUS:
        return key is not None and key.end() == len(rest.strip())
    return bool(re.match(r"\s?[:,;.!=]|\s-", rest) or key or speech().because.match(rest.strip()))


def capitals(line: Line, end: int) -> bool:
    """Whether a verb is written in capitals, as our mails write it."""
    return line.raw[: line.at[end - 1] + 1].isupper()


UNDONE = re.compile(
    r"\b(?:but|not yet|still|almost|partly|for now|aber|noch|fast|teilweise|mais|encore|presque"
    r"|pero|todavia|casi)\b"
)
"""What is said of things that are not done."""


def wavers(text: str) -> bool:
    """Whether words behind "resolved" take it back."""
    words = speech()
    return bool(words.turn.match(text) or UNDONE.search(text))


def read_simple(line: Line, scene: Scene) -> Command | None:
    """Verbs that stand alone, also with a case key or thanks: `STATUS ACME-1042-1, please`."""
    asks = line.text.endswith("?")
    if asks and not line.text.strip("? "):
        return Command(Verb.HELP, line=line.raw)
    verbs: dict[Verb, bool] = {}
    friendly = False
    for clause in line_clauses(line.part(0)):
        asked = clause_sense(KEY.sub("", clause.text.rstrip("? ")).strip())
        if asked is None:
            return None
        verbs |= meant_yes(asked, scene)
        friendly = friendly or bool(speech().doubtful.search(clause.text))
    if len(verbs) != 1 or Verb.ACCEPT in verbs or (Verb.YES in verbs and not scene.asked.yes):
        return None
    verb, inferred = verbs.popitem()
    if (asks and verb not in ASKING) or (friendly and verb is Verb.BOUNCE):
        return None
    return Parts(inferred=inferred).command(verb, line)


def read_doubt_answer(asked: Command | Unclear, words: str) -> Verb | None:
    """The answer to a doubt: ESCALATE or CLOSE; None: it says neither clearly.

    A yes may only wake somebody, who can bounce it; leaving ends a matter, so it needs its own word
    at the beginning and no word of the other reading behind it.
    """
    lines = [line for line in words.splitlines() if line.strip()]
    first = fold_line(lines[0]).text if lines else ""
    if isinstance(asked, Command) and not asked.doubts:
        if asked.verb in {Verb.ESCALATE, Verb.YES}:
            return Verb.ESCALATE
        if asked.verb in {Verb.BOUNCE, Verb.CLOSE}:
            return Verb.CLOSE
        if asked.layer is Layer.GRAMMAR:
            return None
    if not first or "?" in first:
        return None
    agreed = AGREED.match(first)
    if agreed and not TURNED_DOWN.search(agreed[1]):
        return Verb.ESCALATE
    if LEAVE.match(first) and not RAISES.search(first):
        return Verb.CLOSE
    return None
