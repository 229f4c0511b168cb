"""BOUNCE and LATER: the answers that hand a case back, with whom to ask, why, or until when."""

import re

from deskless.agent.case.verbs import Code, Command, Verb
from deskless.agent.language.fold import Line, line_clauses
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.reply.clause import clause_sense
from deskless.agent.reply.parts import Parts, Scene, split_reason

ASKS = re.compile(
    r"(?:please )?(?:try|ask|better ask|frage?|versuche? es bei|geht an|geho?ert zu|voir avec"
    r"|voyez avec|demandez a|c'est pour|es para|prueba con|preguntale a"
    r"|(?:this|that|it)(?:'s| is) for|belongs to) (?=\w)"
    r"(?!\S+ (?:if|whether|for|about|what|which|when|how|who|where|ob|nach|wie|wann|welche\w*|was"
    r"|wer"
    r"|wo|si|s'ils?|le|la|les|l'\w+|el|los|las|ce|que|qu'\w+|quel\w*|combien|quand|cual\w*|cuant\w*"
    r"|cuando|quien)(?!\w))"
)
"""How a line opens that only says who is the right one."""


def read_bounce(line: Line, scene: Scene) -> Command | None:
    """`BOUNCE [to NAME] [code] because …`, `not mine – try Ana`, `need: logs`."""
    opening = bounce_opening(line)
    if opening is None:
        return None
    end, code, strong = opening
    parts = Parts(code=code, inferred=not own(line.text))
    body, reason = split_reason(line.part(end))
    labelled = re.match(r" ?:", line.text[end:])
    if "?" in body.text and not labelled:
        return None
    apart = bool(re.match(r"\s?[:,;.!>@]|\s?-", line.text[end:])) or not body.text
    for place, text_line in enumerate(line_clauses(body)):
        free = strong and (apart or place > 0 or code is Code.MISSING_INFORMATION)
        if not take_bounce_clause(text_line, parts, scene, free=free):
            return None
    if parts.code is Code.MISSING_INFORMATION and not labelled:
        parts.notes = [line.rest()]
    elif reason:
        parts.notes.append(reason)
    if end == 0 and not (parts.to or parts.doubts):
        return None
    if parts.to and parts.code is None:
        parts.code = Code.WRONG_OWNER
    return parts.command(Verb.BOUNCE, line)


def bounce_opening(line: Line) -> tuple[int, Code | None, bool] | None:
    """How a bounce opens: where its opening ends, the code in it, whether it is firm by itself."""
    words = speech()
    codes = [
        (match, code)
        for code, pattern in words.codes.items()
        if (match := pattern.match(line.text))
    ]
    firm = words.heads[Verb.BOUNCE].match(line.text)
    if codes and (firm is None or codes[0][0].end() >= firm.end()):
        hit, code = max(codes, key=lambda opening: opening[0].end())
        return hit.end(), code, loose(code, hit[0], line.text[hit.end() :])
    if firm:
        return firm.end(), None, True
    weak = words.weak.match(line.text)
    if weak:
        return weak.end(), None, False
    return (0, None, False) if ASKS.match(line.text) else None


def own(text: str) -> bool:
    """Whether a text opens with a bounce's own words, not just with a reason or a name."""
    words = speech()
    return bool(words.heads[Verb.BOUNCE].match(text) or words.weak.match(text))


def loose(code: Code, text: str, tail: str) -> bool:
    """Whether free words may follow a code: after missing information always, else only behind a
    sign, since "duplicate charges on my card" is a customer's sentence.
    """
    return code is not Code.DUPLICATE or bool(re.match(r"\s?[:,;.-]|$", tail)) or not text


def take_bounce_clause(line: Line, parts: Parts, scene: Scene, *, free: bool) -> bool:
    """Take one clause of a bounce; False when it does not belong to one."""
    words = speech()
    to = words.to.match(line.text) or re.match("(?=@)", line.text)
    if to and directed(line.part(to.end()), parts, scene):
        return True
    known = next(((c, p) for c, p in words.codes.items() if p.match(line.text)), None)
    if known:
        parts.code = parts.code or known[0]
        return True
    asked = clause_sense(bare_clause(line.text))
    if asked and set(asked) - {Verb.BOUNCE}:
        parts.doubts.append("It asks for two things at once.")
        return True
    if (asked is not None and not words.doubtful.search(line.text)) or KEY.search(line.text):
        return True
    if free:
        parts.notes.append(line.raw)
    return free


def directed(text: Line, parts: Parts, scene: Scene) -> bool:
    """Take the person a bounce points to. "To be honest" names nobody, "to Xaver" is a doubt."""
    if not text.text:
        return False
    if parts.person(text, scene):
        return True
    if text.raw[0].isupper() or text.raw[0] == "@":
        parts.doubts.append(f"I know nobody on the team called “{text.raw}”.")
        return True
    return False


def bare_clause(text: str) -> str:
    """A clause without the "but" or "and" in front of it."""
    match = speech().turn.match(text) or re.match(r"(?:and|so|und|et|y)\b", text)
    return text[match.end() :].strip() if match and match.end() < len(text) else text


def read_later(line: Line, scene: Scene) -> Command | None:
    """`LATER [until WHEN]`, `not before 3pm`, `nicht vor morgen`."""
    match = speech().heads[Verb.LATER].match(line.text)
    if match is None or "?" in line.text:
        return None
    parts = Parts()
    rest = line.part(match.end())
    apart = bool(re.match(r"\s?[,;.:!-]", line.text[match.end() :]))
    marker = speech().later.match(rest.text)
    text = rest.part(marker.end()) if marker else rest
    why = parts.time(text, scene) if text.text else ""
    if why:
        if marker:
            parts.doubts.append(f"I could not take “{rest.raw}”: {why}.")
        elif apart:
            parts.notes.append(rest.raw)
        else:
            return None
    return parts.command(Verb.LATER, line)
