"""The fields of a forwarded mail's header block: who, to whom, when, about what.

Programs write a sender in a dozen ways (`Ana <a@b>`, `Ana [mailto:a@b]`, `a@b <a@b>`, with quotes,
stars, doubled links) and some glue the whole block into one line.
"""

import re
from functools import cache

from deskless.mailbox.message import Address
from deskless.mailbox.quoting import words
from deskless.mailbox.quoting.header_block import header_label

_ADDRESS = r"[^\s@,;<>()\[\]\"':|*]{1,128}@[^\s@,;<>()\[\]\"'|*]{1,190}[^\s@,;<>()\[\]\"'.|*:]"
_FIND = re.compile(_ADDRESS)
_ANGLED = re.compile(rf"[<\[(]\s{{0,3}}(?:mailto:|e-?mail:|smtp:)?\s{{0,3}}({_ADDRESS})", re.I)
_QUOTES = " \t\r\n\"'*_“”„‟‘’«»‹›<>[],;:"
_GLUED = {
    "en": "from|to|cc|sent|subject",
    "cs": "od|komu|kopie|datum|předmět",
    "da": "fra|til|cc|sendt|emne",
    "de": "von|an|cc|gesendet|betreff",
    "es": "de|para|cc|enviado|asunto",
    "fi": "lähettäjä|vastaanottaja|kopio|lähetetty|aihe",
    "fr": "de|à|cc|envoyé|objet",
    "hu": "feladó|címzett|másolat|elküldve|tárgy",
    "it": "da|a|cc|inviato|oggetto",
    "nl": "van|aan|cc|verzonden|onderwerp",
    "no": "fra|til|kopi|sendt|emne",
    "pl": "od|do|dw|wysłano|temat",
    "pt": "de|para|cc|enviado|assunto",
    "ro": "de la|către|cc|trimis|subiect",
    "ru": "от|кому|копия|отправлено|тема",
    "sk": "od|komu|kópia|odoslané|predmet",
    "sv": "från|till|kopia|skickat|ämne",
    "tr": "kimden|kime|cc|gönderilen|konu",
    "uk": "від|кому|копія|відправлено|тема",
}
_ORDER = (words.FROM, words.TO, words.CC, words.DATE, words.SUBJECT)


def first_mailbox(value: str) -> Address | None:
    """The first mailbox in a field's value; the address may be missing, then `email` is "".

    None where the value holds neither a name nor an address.
    """
    text = re.sub(r"\s+", " ", value[:1000]).strip()
    angled = _ANGLED.search(text)
    match = angled or _FIND.search(text)
    if match is None:
        name = text.split(";")[0].strip(_QUOTES)
        return Address("", name) if name else None
    email = (angled[1] if angled else match[0]).strip(".").lower()
    name = re.sub(r"\bmailto:", "", text[: match.start()], flags=re.I).strip(_QUOTES)
    if name.count("(") != name.count(")"):
        name = name.strip("() ")
    if name.lower() == email or _FIND.fullmatch(name):
        name = ""
    return Address(email, name)


def glued_fields(text: str) -> tuple[dict[str, str], int] | None:
    """The fields of a block whose lines lost their breaks, and where the body begins; or None.

    The language is the one that fits most labels; each label is taken once, in any order, and the
    subject, which comes last, ends with its line.
    """
    head = text[:4000]
    best: list[tuple[int, int, str]] = []
    for row in _GLUED.values():
        spots = _spots(head, row)
        if len(spots) > len(best):
            best = spots
    if len(best) < 3 or best[0][2] != words.FROM:
        return None
    fields: dict[str, str] = {}
    for at, (_, end, kind) in enumerate(best):
        stop = best[at + 1][0] if at + 1 < len(best) else len(head)
        fields[kind] = head[end:stop]
    last = best[-1]
    line = head.find("\n", last[1])
    stop = line if line >= 0 else len(head)
    fields[last[2]] = head[last[1] : stop]
    return {kind: " ".join(value.split()) for kind, value in fields.items()}, stop


@cache
def _glued_label(label: str, *, first: bool) -> re.Pattern[str]:
    """A label that may stick to the word before it; the first one may not."""
    before = r"(?<!\w)" if first else r"(?<=[\s>;,\])\w\"])(?<!mail)"
    return re.compile(rf"{before}{label}\s?[:：]", re.I)


def _spots(head: str, row: str) -> list[tuple[int, int, str]]:
    """Where a language's labels stand: (start, end of the label, kind), in order of their place."""
    spots: list[tuple[int, int, str]] = []
    begin = 0
    for kind, label in zip(_ORDER, row.split("|"), strict=True):
        match = _glued_label(label, first=kind == words.FROM).search(head, begin)
        if match:
            spots.append((match.start(), match.end(), kind))
        if kind == words.FROM:
            if match is None:
                return []
            begin = match.end()
    return sorted(spots)


def sender_of_fields(fields: dict[str, str]) -> Address | None:
    """Who wrote the mail that a block heads."""
    return first_mailbox(fields.get(words.FROM, ""))


def has_sender_label(line: str) -> bool:
    """Whether the line carries a label that a sender follows."""
    label = header_label(line)
    return label is not None and words.FROM in label[0]


_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?,?|\d{4},?")
_PARTICLES = re.compile(r"(?:d[aeiu]|del|de[rn]|d[ao]s|l[ae]|el|al|i?bin|ibn|te[rn]|v[ao]n|zu)")


def named_speaker(line: str) -> Address | None:
    """Who an attribution line names: the quoted name before its address, or the last one.

    Some programs write a name alone: then the address is "". None where nobody is named.
    """
    address = first_mailbox(line)
    if address is None or not address.email:
        return _named_alone(line)
    quoted = re.findall(r"[\"«„“]\s?([^\"«»„“”]{1,100}?)\s?[\"»”“]\s?[\[<(]", line)
    if quoted:
        name = quoted[-1].strip(" '")
    else:
        parts = _CLOCK.split(address.name)
        name = parts[-1].strip(_QUOTES + "()")
        if len(parts) > 1 or re.search(r"\d", address.name):
            tokens = name.split()
            while tokens and tokens[0].islower() and not _PARTICLES.fullmatch(tokens[0]):
                tokens.pop(0)  # "schrieb", "heeft", "používateľ": not part of the name
            name = " ".join(tokens)
    return Address(address.email, "" if name.lower() == address.email else name)


def _named_alone(line: str) -> Address | None:
    """The name in an attribution without an address: the words in capitals behind the date."""
    rest = _CLOCK.split(line)[-1]
    runs = re.findall(r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?:,?\s+|$))+", rest.strip(_QUOTES) + " ")
    name = max((run.strip(_QUOTES) for run in runs), key=len, default="")
    return Address("", name) if name else None
