"""BOUNCE and LATER: the answers that hand a case back, with whom to ask, why, or until when."""

import re

from deskless.agent.case.verbs import Code, Command, Verb
from deskless.agent.language.fold import Line, clauses
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.reply.clause import sense
from deskless.agent.reply.parts import Parts, Scene, because

ASKS = re.compile(
    r"(?:please )?(?:try|ask|better ask|frage?|versuche? es bei|geht an|geho?ert zu|voir avec"
    r"|voyez avec|demandez a|c'est pour|es para|prueba con|preguntale a"
    r"|(?:this|that|it)(?:'s| is) for|belongs to) (?=\w)"
)
"""How a line opens that only says who is the right one."""


def bounce(line: Line, scene: Scene) -> Command | None:
    """`BOUNCE [to NAME] [code] because …`, `not mine – try Ana`, `need: logs`."""
    opening = head(line)
    if opening is None:
        return None
    end, code, strong = opening
    parts = Parts(code=code, inferred=not own(line.text))
    body, reason = because(line.part(end))
    labelled = re.match(r" ?:", line.text[end:])
    if "?" in body.text and not labelled:
        return None
    apart = bool(re.match(r"\s?[:,;.!>@]|\s?-", line.text[end:])) or not body.text
    for place, one in enumerate(clauses(body)):
        free = strong and (apart or place > 0 or code is Code.MISSING_INFORMATION)
        if not bounced(one, parts, scene, free=free):
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


def head(line: Line) -> tuple[int, Code | None, bool] | None:
    """How a bounce opens: where its opening ends, the code in it, whether it is firm by itself."""
    words = speech()
    codes = [
        (one, code) for code, pattern in words.codes.items() if (one := pattern.match(line.text))
    ]
    firm = words.heads[Verb.BOUNCE].match(line.text)
    if codes and (firm is None or codes[0][0].end() >= firm.end()):
        found, code = max(codes, key=lambda one: one[0].end())
        return found.end(), code, loose(code, found[0], line.text[found.end() :])
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


def loose(code: Code, found: str, tail: str) -> bool:
    """Whether free words may follow a code: after missing information always, else only behind a
    sign, since "duplicate charges on my card" is a customer's sentence.
    """
    return code is not Code.DUPLICATE or bool(re.match(r"\s?[:,;.-]|$", tail)) or not found


def bounced(one: Line, parts: Parts, scene: Scene, *, free: bool) -> bool:
    """Take one clause of a bounce; False when it does not belong to one."""
    words = speech()
    to = words.to.match(one.text) or re.match("(?=@)", one.text)
    if to and directed(one.part(to.end()), parts, scene):
        return True
    known = next(((c, p) for c, p in words.codes.items() if p.match(one.text)), None)
    if known:
        parts.code = parts.code or known[0]
        return True
    found = sense(bare(one.text))
    if found and set(found) - {Verb.BOUNCE}:
        parts.doubts.append("It asks for two things at once.")
        return True
    if (found is not None and not words.doubtful.search(one.text)) or KEY.search(one.text):
        return True
    if free:
        parts.notes.append(one.raw)
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


def bare(text: str) -> str:
    """A clause without the "but" or "and" in front of it."""
    found = speech().turn.match(text) or re.match(r"(?:and|so|und|et|y)\b", text)
    return text[found.end() :].strip() if found and found.end() < len(text) else text


def later(line: Line, scene: Scene) -> Command | None:
    """`LATER [until WHEN]`, `not before 3pm`, `nicht vor morgen`."""
    found = speech().heads[Verb.LATER].match(line.text)
    if found is None or "?" in line.text:
        return None
    parts = Parts()
    rest = line.part(found.end())
    apart = bool(re.match(r"\s?[,;.:!-]", line.text[found.end() :]))
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
