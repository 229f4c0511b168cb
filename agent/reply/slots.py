"""What stands beside an act: times, people, a severity, a type, a customer, numbers, a code.

Each is looked for in the sentences that carry the act first, and in all of them then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import OSA

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.language.lexicon import KEY
from deskless.agent.language.spoken_time import SpokenTime, spoken_times
from deskless.agent.reply.features import ORDINARY
from deskless.agent.reply.parts import Scene, calls
from deskless.agent.reply.sentences import Sentence
from deskless.policies.people.matrix import Person

SEVERITY = re.compile(
    r"(?<!\w)(?:sev(?:erity|eridad|erite)?|stufe|p(?:rio(?:rity|ritat)?)?"
    r"|gravite|nivel|niveau)[ -]?(?:de )?([1-4])(?!\d)"
)
DIGIT = re.compile(r"(?:make (?:that|it) a|auf die|eine|un|una|en|a) ([1-4])(?![\d:.h])")
NOT = re.compile(
    r"(?:not|never|isn'?t|wasn'?t|no|kein\w*|nicht|nie|keinesfalls|pas"
    r"|ni|jamais|sin|rather than|instead of|statt|au lieu d\w*|en vez de"
    r"|no es|nothing to do with|as|als|from|von|comme|como|than)(?: (?:an?"
    r"|the|eine?[mnrs]?|die|der|das|ein|un[ea]?|du|de|del|la|le|el|is"
    r"|as|really|mehr))*$"
)
TYPES = {
    "outage": r"outage|down(?:time)?|ausfall|sto(?:e)?rung|panne|interruption|averia|caida|corte",
    "refund": r"refund|money back|erstattung|ru(?:e)?ckerstattung|gutschrift|geld zuru(?:e)?ck"
    r"|remboursement|rembourser|devolucion|reembolso",
    "churn": r"churn|cancell?ation|attrition|departs?|cancelaciones|bajas|cancell?ing"
    r"|leaving|ku(?:e)?ndigung|ku(?:e)?ndig\w*|abwanderung|resiliation"
    r"|resilier|baja|cancelacion",
    "security": r"security|breach|leak|hack\w*|sicherheit\w*|datenschutz|datenleck"
    r"|securite|fuite|seguridad|filtracion",
    "billing": r"billing|invoice|rechnung\w*|abrechnung|facturation|facture|facturacion|factura",
    "legal": r"legal|lawyer|anwalt|rechtlich\w*|recht|juridique|avocat|legales|abogado",
    "bug": r"bug|defect|softwarefehler|fehler|bogue|fallo",
}
CODES = re.compile(r"(?<!\d)(\d{3}) ?-?(\d{3})(?!\d)")
NUMBERS = re.compile(r"(?<![\w-])#?(\d{1,3})(?![\w%:]|-\d)")
SPELLED_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "erste": 1, "zweite": 2, "dritte": 3,
    "premier": 1, "deuxieme": 2, "troisieme": 3, "primero": 1, "segundo": 2, "tercero": 3,
    "primera": 1, "segunda": 2, "tercera": 3,
}  # fmt: skip
TYPED = 5
"""Letters a name needs before a slip in it is forgiven."""

LEAD = re.compile(
    r"(?:at|by|until|till|before|around|in|um|gegen|bis|vor|ab|a|d'ici"
    r"|avant|vers|dans|jusqu'a|antes de|las?|hasta|en|dentro)(?: \w+)?$"
)


def people_named(text: str, scene: Scene) -> list[Person]:
    """Who of the team is named in a text, in its order, in any inflection; the writer is not."""
    others = [person for person in scene.people if person.id != scene.asked.writer]
    words = re.findall(r"[^\W\d_]+(?:'s)?", fold_text(text))
    named: list[Person] = []
    for word in words:
        bare = (
            {word} if word in ORDINARY else {word, word.removesuffix("'s"), word.removesuffix("s")}
        )
        exact = [person for person in others if bare & name_words(person)]
        near = [
            person
            for person in others
            if not exact
            and len(word) >= TYPED
            and any(
                len(name) >= TYPED and OSA.distance(word, name) == 1 for name in name_words(person)
            )
        ]
        for person in exact or near:
            if person not in named:
                named.append(person)
    return named


def name_words(person: Person) -> set[str]:
    """The single words of a person's name, folded."""
    return {
        word for name in calls(person) if "@" not in name for word in [name] if " " not in name
    } & set(fold_text(person.name).split())


def positive_people(text: str, scene: Scene) -> list[Person]:
    """Who is named in a text and not ruled out there: "not Ben, ask Cleo" names Cleo."""
    folded = fold_text(text)
    kept_people = []
    for person in people_named(text, scene):
        places = [
            match.start()
            for name in name_words(person)
            for match in re.finditer(rf"(?<!\w){name}", folded)
        ]
        if not places or not NOT.search(folded[: min(places)].rstrip(" ,")):
            kept_people.append(person)
    return kept_people


def read_severity(text: str) -> str:
    """The severity a text asks for: the last one not ruled out."""
    folded = fold_text(text)
    hits = list(SEVERITY.finditer(folded))
    wanted = [hit[1] for hit in hits if not NOT.search(folded[: hit.start()].rstrip())]
    if hits and not wanted:
        loose = [hit[1] for hit in DIGIT.finditer(folded)]
        below = re.search(r"(?:mehr als|more than|plus que|mas (?:que|de)) sev[ -]?([1-4])", folded)
        wanted = loose or ([below[1]] if below else [])
    return f"SEV-{wanted[-1]}" if wanted else ""


def named_types(text: str) -> list[str]:
    """The kinds of matter a text names, not those it rules out, in its order."""
    folded = fold_text(text)
    hits = sorted(
        (match.start(), kind)
        for kind, pattern in TYPES.items()
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?:e?s|e?n)?(?!\w)", folded)
    )
    return [kind for start, kind in hits if not NOT.search(folded[:start].rstrip(" ,"))]


def read_type(text: str) -> str:
    """The kind of matter a text says it is: the last one it names."""
    return next(iter(named_types(text)[::-1]), "")


def read_criterion(text: str, criteria: Sequence[str]) -> str:
    """The criterion a text names by its id or by what it is about; the first one."""
    folded = fold_text(text)
    for name in criteria:
        if (
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
            or name.replace("-", " ") in folded
        ):
            return name
    kind = next(iter(named_types(text)), "")
    return next((name for name in criteria if kind and kind in name.split("-")), kind)


NAME = re.compile(
    r"(?:[A-ZÄÖÜÉÈÀÁÍÓÚÑ][\w&'’.-]*|[a-z]+\.(?:de|com|es|fr|example))(?:(?: (?:&"
    r"|und|et|y|de|del|la|du|des|der|von) | )[A-ZÄÖÜÉÈÀÁÍÓÚÑ][\w&'’.-]*)*"
)
OPENERS = frozenset(
    [
        "the",
        "this",
        "that",
        "it",
        "it's",
        "thats",
        "that's",
        "wrong",
        "das",
        "der",
        "die",
        "es",
        "dies",
        "ist",
        "nicht",
        "falscher",
        "eso",
        "esto",
        "es",
        "el",
        "la",
        "este",
        "esta",
        "se",
        "c'est",
        "ce",
        "cette",
        "le",
        "les",
        "il",
        "pas",
        "ojo",
        "hi",
        "hello",
        "hallo",
        "bonjour",
        "hola",
        "please",
        "bitte",
        "no",
        "nein",
        "non",
        "sorry",
        "i",
        "ich",
        "je",
        "yo",
        "sev",
        "customer",
        "client",
        "kunde",
        "cliente",
    ]
)


def read_customer(raw: str, scene: Scene, ours: Sequence[str]) -> str:
    """The company a text says the case is: a capitalised name that is neither a person's nor the
    one that is ruled out.
    """
    team = {word for person in scene.people for word in fold_text(person.name).split()}
    known = {fold_text(name) for name in ours} | {
        word for name in ours for word in fold_text(name).split()
    }
    names = []
    for match in NAME.finditer(raw):
        words = [word for word in match[0].split() if fold_text(word) not in OPENERS]
        name = re.sub(r"['’]s?$", "", " ".join(words)).strip(" .,")
        folded = fold_text(name)
        if folded and folded not in known and folded not in team and folded.split()[0] not in known:
            names.append(
                (NOT.search(fold_text(raw[: match.start()]).rstrip(" ,")) is None, len(words), name)
            )
    wanted = [name for positive, _, name in names if positive]
    return wanted[-1] if wanted else ""


POINTED = re.compile(r"\b(?:that|this|the|which|last|first) one\b")
"""A *one* that counts nothing."""


def judged_numbers(sentences: Sequence[Sentence]) -> tuple[tuple[str, str], ...]:
    """Item numbers and whether each was called right or wrong, clause by clause."""
    judged: list[tuple[str, str]] = []
    waiting: list[str] = []
    patterns = concept_patterns()
    for sentence in sentences:
        for clause in re.split(
            r"[,;.]|\s(?:but|aber|mais|pero|and|und|et|y)\s(?=[a-z]*\D)", sentence.text
        ):
            counted = POINTED.sub("", clause)
            numbers = NUMBERS.findall(clause) + [
                str(SPELLED_NUMBERS[word]) for word in counted.split() if word in SPELLED_NUMBERS
            ]
            waiting += [number for number in numbers if number not in waiting]
            wrong, right = patterns["wrong"].search(clause), patterns["right"].search(clause)
            turned = right and (
                re.search(r"(?:not|n't|nicht|pas|no)(?: \w+)? ?$", clause[: right.start()])
                or re.match(r" ?(?:\w+ )?(?:not|nicht|pas)(?!\w)", clause[right.end() :])
            )
            if waiting and (wrong or right):
                word = "wrong" if wrong or turned else "right"
                judged += [(word, number) for number in waiting]
                waiting = []
    return tuple(judged)


def read_one_time_code(text: str) -> str:
    """A code of six digits anywhere in a text."""
    match = CODES.search(text)
    return match[1] + match[2] if match else ""


def case_keys(text: str) -> list[str]:
    """The case keys a text names, as written."""
    return [match[0].lstrip("#") for match in re.finditer(KEY.pattern, text, re.IGNORECASE)]


@dataclass(frozen=True, slots=True)
class Promise:
    """When something is to happen (UTC), or why that could not be read."""

    until: datetime | None = None
    doubt: str = ""


TODAY = frozenset({"today", "heute", "aujourd'hui", "hoy"})
"""Days that say when something was done as often as when it will be."""


def read_promise(sentences: Sequence[Sentence], scene: Scene, wanted: frozenset[str]) -> Promise:
    """The time that an act carries: of those that lie ahead, one in a sentence that speaks of
    telling the customer (or asking again) comes first, then one behind *by*, *at*, *in*; the last.
    """
    patterns = concept_patterns()
    ranked: list[tuple[int, int, SpokenTime]] = []
    for place, sentence in enumerate(sentences):
        spoken = spoken_times(
            sentence.raw, scene.now, scene.zone, hours=scene.asked.hours,
            languages=scene.asked.languages,
        )  # fmt: skip
        for moment in spoken:
            near = any(patterns[name].search(sentence.text) for name in wanted)
            if moment.at is None and not near:
                continue
            first = bool(patterns["i"].search(sentence.text))
            led = bool(
                re.match(
                    r"(?:at|by|until|before|um|gegen|bis|vor|a|d'ici|avant|vers|in|las)\b",
                    moment.text,
                )
            )
            exact = bool(re.search(r"\d", moment.text))
            if not (near or led or exact) and moment.text in TODAY:
                continue
            ranked.append((4 * near + 2 * exact + led + first, place, moment))
    if not ranked:
        return Promise()
    best = max(
        ranked, key=lambda entry: (entry[2].at is not None and entry[0] >= 2, entry[0], entry[1])
    )[2]
    if best.at is None:
        return Promise(doubt=f"I could not take “{best.text}”: {best.why}.")
    return Promise(best.at)
