"""What hangs under the words of a reply: signature, device line, disclaimer, list footer.

Careful by intent: a greeting ("Best regards, Ana") stays, because it is the writer's; a drawn rule
ends the words only where what follows is short. Losing a customer's sentence is worse than keeping
a footer.
"""

import re
from collections.abc import Sequence

from deskless.mailbox.quoting import signature_words as words
from deskless.mailbox.quoting.header_block import rule

_SENT = tuple(sorted(words.SENT_BY.split("|"), key=len, reverse=True))
_STRONG = ("sent", "gesend", "envoy", "envi", "invi", "verz", "verst", "wysł", "skick", "lähet")
_DEVICE = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(words.DEVICES.split("|"), key=len, reverse=True)) + r")", re.I
)
_LAST = (
    "gesendet",
    "보냄",
    "送信",
    "gönderildi",
    "küldve",
    "发送",
    "發送",
    "geschickt",
    "verschickt",
)
_ADVERTS = tuple(words.ADVERTS.split("|"))
_DISCLAIMERS = re.compile("|".join(words.DISCLAIMERS.split("|")), re.I)
_BANNERS = re.compile("|".join(map(re.escape, words.BANNERS.split("|"))), re.I)
_WARNS = (
    "[",
    "caution",
    "external",
    "warning",
    "achtung",
    "attention",
    "you don't often",
    "vorsicht",
)
_OPENERS = tuple(words.DISCLAIMER_OPENERS.split("|"))
_LISTS = tuple(words.LISTS.split("|"))
_LINK = re.compile(r"[<(\[]\s*(?:https?://|mailto:|www\.)[^\s<>]{0,500}[>)\]]|https?://\S{1,500}")
_SHORT = re.compile(r"\s{0,3}(?:-{2,4}|_{2,4}|\+{2,4}|={2,4}|~{2,4}|#{3,4}|\*{3,4}|—+)\s*")
_DASH_TEXT = re.compile(r"\s{0,3}-- \s*\S.{0,80}")
_DASH_NAME = re.compile(
    r"[-–—~]\s?[^\W\d_a-z][^\W\d_]{1,20}(?:[ .]{1,2}[^\W\d_a-z][\w.'-]{0,20}){0,3}"
)
_PGP_HEAD = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:(?:Hash|Charset): [^\n]{1,40}\n){0,3}\n?"
)
_SPEAKS = frozenset(
    {"i", "we", "you", "they", "but", "and", "ich", "sie", "wir", "je", "vous", "yo"}
)
_CONTACT = re.compile(r"https?://|www\.|\S@\S|\d[\d ()/.-]{6,}\d")
_PROSE = 9  # words of a line that is a sentence and no address
_TAIL = 15  # non-blank lines at most that a rule may cut off
_HEADING = 3  # a rule this close to its upper line's length underlines it


def unsigned(text: str) -> str:
    """The text without the armour of an inline PGP signature."""
    if "-----BEGIN PGP" not in text:
        return text
    text = _PGP_HEAD.sub("", text, count=1)
    head, mark, tail = text.partition("-----BEGIN PGP SIGNATURE-----")
    return head + tail.partition("-----END PGP SIGNATURE-----")[2] if mark else text


def device(line: str) -> bool:
    """Whether the line is one that a phone or mail program adds ("Sent from my iPhone")."""
    if len(line) > 240:
        return False
    body = _LINK.sub("", line).strip(" \t<>()[]{}*_-–—~.!\"'|•").lower()
    if not body:
        return False
    if body.startswith(_ADVERTS):
        return len(body.split()) <= 16
    if body.startswith(("from", "via", "az ", "내", "나의", "depuis", "desde", "von")):
        return _few(body, 5, 1) or (body.endswith(_LAST) and _few(body, 9, 9))
    if body.endswith(_LAST) and len(body.split()) <= 14:
        return bool(_DEVICE.search(body))
    if not body.startswith(_SENT):
        return len(body) < 40 and bool(
            re.fullmatch(r"[^\W\d_]{2,15}(?: from| via) (?:my )?(?:mobile|phone|iphone|ipad)", body)
        )
    opener = next(word for word in _SENT if body.startswith(word))
    clause = re.split(r"[,;!]|\. |\s[-–—]\s", body[len(opener) :], maxsplit=1)[0]
    if _DEVICE.search(clause):
        return _strange(clause) <= 2 and len(body.split()) <= 24
    return (
        "," not in body
        and not line.rstrip().endswith((".", "?", ":"))
        and len(clause.split()) <= 3
        and opener.startswith(_STRONG)
    )


def _few(body: str, most: int, strange: int) -> bool:
    tokens = body.split()
    return len(tokens) <= most and bool(_DEVICE.search(body)) and _strange(body) - 1 <= strange


def _strange(clause: str) -> int:
    """How many words of a device line name no device and join nothing."""
    left = _DEVICE.sub(" ", clause)
    return sum(
        1 for word in left.split() if len(word) > 3 and word.isalpha() and word not in _PLAIN
    )


_PLAIN = frozenset(
    [
        "from",
        "with",
        "using",
        "wireless",
        "network",
        "powered",
        "smartphone",
        "gerät",
        "appareil",
        "meinem",
        "mein",
        "mijn",
        "mitt",
        "minha",
        "meine",
        "mobilny",
        "mail",
        "email",
        "e-mail",
        "device",
        "client",
        "version",
        "samsung",
        "plus",
    ]
)


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The runs of non-blank lines, as (start, end)."""
    runs: list[tuple[int, int]] = []
    start = -1
    for at, line in enumerate(lines):
        if line.strip():
            if start < 0:
                start = at
        elif start >= 0:
            runs.append((start, at))
            start = -1
    if start >= 0:
        runs.append((start, len(lines)))
    return runs


def _legal(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether a paragraph is a disclaimer or a gateway's banner."""
    head = lines[start][:400].strip(" \t*_<>()|-–—\"'").lower()
    if not head.startswith((*_OPENERS, *_WARNS)):
        return False
    text = " ".join(lines[start : min(end, start + 40)])[:4000]
    if head.startswith(_WARNS) and len(text) < 600 and _BANNERS.search(text):
        return True
    hits = {found.group().lower() for found in _DISCLAIMERS.finditer(text)}
    return len(text) > 60 and len(hits) >= 2


def _listed(lines: Sequence[str], at: int) -> bool:
    """Whether a mailing list's or tracker's footer begins at this line."""
    body = lines[at][:300].strip(" \t*_[]()—-").lower()
    if not body.startswith(_LISTS):
        return False
    near = " ".join(lines[at : at + 3])[:600]
    return "@" in near or "http" in near or "www." in near


def _delimits(lines: Sequence[str], at: int) -> bool:
    """Whether the words end at this line: `-- `, or a drawn rule above what looks like a footer."""
    line = lines[at]
    if line.strip() in ("--", "—", "–", "__", "ᐧ"):
        return True
    if _DASH_TEXT.fullmatch(line[:90]):
        return not any(other.lstrip().startswith("-- ") for other in lines[at + 1 : at + 4])
    short = _SHORT.fullmatch(line[:40]) is not None
    if not short and not rule(line):
        return False
    above = lines[at - 1].strip() if at else ""
    if not short and above and abs(len(above) - len(line.strip())) <= _HEADING:
        return False
    if _framed(lines, at):
        return False
    return _hangs(lines[at + 1 : at + 80])


def _framed(lines: Sequence[str], at: int) -> bool:
    """Whether the same rule stands near above, or below with words under it: the two frame."""
    drawn = lines[at].strip()
    if any(line.strip() == drawn for line in lines[max(0, at - 40) : at]):
        return True
    below = [line.strip() for line in lines[at + 1 : at + 40] if line.strip()]
    return drawn in below[:-1]


def _hangs(rest: Sequence[str]) -> bool:
    """Whether what stands below a rule is short and no prose: a name, a number, a list's links."""
    filled = [line.strip() for line in rest if line.strip()]
    if len(filled) > _TAIL:
        return False
    prose = sum(1 for line in filled if len(line.split()) >= _PROSE)
    return prose <= 1 or any(_CONTACT.search(line) for line in filled)


def trim(lines: list[str]) -> list[str]:
    """One stretch of the writer's lines without what hangs under it, otherwise as it was."""
    drop = [False] * len(lines)
    seen = False
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if (seen and (_delimits(lines, at) or _listed(lines, at))) or (
            not seen and line.rstrip("\r") == "-- "
        ):
            lines, drop = lines[:at], drop[:at]
            break
        if (device(line) or (seen and _boast(lines, at))) and _alone(lines, at):
            drop[at] = True
        else:
            seen = True
    for start, end in _paragraphs(lines):
        if end - start <= 60 and _legal(lines, start, end):
            drop[start:end] = [True] * (end - start)
    kept = [line for at, line in enumerate(lines) if not drop[at]]
    return _nameless(kept)


def _boast(lines: Sequence[str], at: int) -> bool:
    """Whether a last paragraph of one short line says "Sent from ..." of no known device."""
    body = lines[at].strip(" *_-–—~<>()").lower()
    return (
        body.startswith(("sent from ", "envoyé depuis ", "gesendet von ", "enviado desde "))
        and len(body.split()) <= 8
        and _SPEAKS.isdisjoint(body.split())
        and not re.search(r"[,.?:;\d]", body)
        and not lines[at - 1].strip()
        and not any(below.strip() for below in lines[at + 1 :][:20])
    )


def _alone(lines: Sequence[str], at: int) -> bool:
    """Whether a device line is no part of a paragraph that goes on below it."""
    if at + 1 >= len(lines) or not lines[at + 1].strip():
        return True
    below = lines[at + 1]
    return bool(_LINK.search(below)) or device(below) or rule(below) or len(lines[at].split()) <= 4


def _nameless(lines: list[str]) -> list[str]:
    """Drop a last line like "-Ana Lopez" where it stands under a paragraph of its own."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if len(filled) < 2:
        return lines
    last, before = filled[-1], filled[-2]
    if last - before >= 2 and _DASH_NAME.fullmatch(lines[last].strip()):
        return lines[: before + 1]
    return lines
