"""Which customer speaks in a mail: the best name that can be found, never one to be trusted.

Authority (may this mail act?) is `from_header` and `dmarc`, on raw bytes. Attribution only says
whose words these are and where an answer goes: a broken From, a group or list that put its own
address there, and a form that writes from ours or from a no-reply hide a customer, and no customer
may stay unseen for it. Attributed mail has no authority unless the strict From says the same.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from deskless.mailbox.message import Address, Message, Origin
from deskless.mailbox.mime import header
from deskless.mailbox.mime.header import HeaderFields

PLAUSIBLE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}")
"""An address as people mean it: letters of any script (RFC 6531), a domain with a dot."""
_QUOTED = re.compile(r'"([\w.!#$%&*+/=?^`{|}~-]{1,64})"@')
"""A local part in quotes that needs none: `"vera"@x` is vera@x (RFC 5321 §4.1.2)."""
_TAIL = re.compile(r"\s*[<\[(]\s*(?:mailto|smtp)?:?\s*$", re.IGNORECASE)
"""What of an address's own writing stands behind the name before it."""
ROBOT = re.compile(
    r"(?i)(?:^|[-_.+])(?:no|do[-_.]?not|dont|nie)[-_.]?(?:reply|respond|antwort(?:en)?|responder"
    r"|repondre|responda|risposta)(?:$|[-_.+])|^(?:mailer-daemon|postmaster|nobody|bounces?|www-data"
    r"|wordpress|webmaster|form(?:s|mail(?:er)?)?|notifications?|notify|website|cgi|apache)(?:$|[+=])"
)
"""Local parts that no answer reaches, or that a form or a web server writes from."""
ORIGINALS = (
    "x-original-from", "x-google-original-from", "x-original-sender", "x-envelope-from-original",
    "x-forwarded-from", "original-from", "resent-reply-to",
)  # fmt: skip
"""Where groups, lists and forwarders keep whom they wrote over, the most exact first."""
LABELLED = re.compile(
    r"(?im)^[\s*>|-]{0,6}(?:your |ihre? |votre |su |tu )?(?:e-?mail|mail"
    r"|e-?mail[- ]?(?:address|adresse)|adresse (?:e-?mail|électronique)|courriel"
    r"|correo(?: electrónico)?|reply[- ]?to|from|von|de|sender|absender|contact)"
    r"\*?[ \t]*(?:[:：=][ \t*]*|\t[ \t]*|[ \t]{2,}|\n\s*)<?(?:mailto:)?"
    rf"({PLAUSIBLE.pattern})"
)
"""A field of a form that stands in the text: `E-mail: vera@northwind.example`."""


FIELD = re.compile(
    r"(?i)[\s*>|-]{0,6}(?:your |ihre? |votre |su |tu )?(?:(?:full |first |last )?name|vor-?name"
    r"|nach-?name|nom|prénom|nombre|apellidos?|e-?mail\S*|mail|courriel|correo(?: electrónico)?"
    r"|phone(?: number)?|telefon(?:nummer)?|téléphone|teléfono|company|firma|société|empresa"
    r"|from|von|de|sender|absender|subject|betreff|objet|asunto|message|nachricht|mitteilung|anliegen"
    r"|mensaje|comments?|kommentar|commentaire|comentarios?)\*?[ \t]*(?:[:：=\t]|[ \t]{2,}|$)"
)
"""A line of a form: a label that every form has, and behind it what was typed in."""
FORM_NAME = re.compile(
    r"(?im)^[\s*>|-]{0,6}(?:(?:your |ihr |votre |su |tu )?(?:full )?(?:name|nom|nombre)|from|von)"
    r"\*?[ \t]*(?:[:：=][ \t]*|\t[ \t]*|[ \t]{2,}|\n\s*)([^\n:@<>\t]{2,60})$"
)
FORM_TOP, FORM_LEAST = 8, 2
"""How many lines from the top are looked at, and how many of them are fields of a form."""


@dataclass(frozen=True, slots=True)
class Insiders:
    """Who is no customer: `team` tells a person's own address (or their name, where no address
    stands), `ours` one that the team shares. `domains` are all our own: whoever else writes from
    there, a chat tool, an approval mailbox, a colleague, is no customer where another is named.
    """

    team: Callable[[str], bool]
    ours: Callable[[str], bool]
    domains: frozenset[str] = frozenset()

    def inside(self, email: str) -> bool:
        """Whether this bare address is the team's or ours."""
        return self.team(email) or self.ours(email)

    def near(self, email: str) -> bool:
        """Whether this bare address is one of us, or of our own domain."""
        domain = email.rpartition("@")[2]
        own = any(domain == each or domain.endswith(f".{each}") for each in self.domains)
        return own or self.inside(email)

    def names(self, who: Address | None) -> bool:
        """Whether this is one of us, by name where no whole address stands."""
        if who is None:
            return False
        if PLAUSIBLE.fullmatch(who.email):
            return self.inside(who.email)
        return bool(who.name) and self.team(plain_name(who))


class Source(StrEnum):
    """Where the name of the customer was found."""

    FROM = "from"
    BROKEN = "a From that is not plain"
    ORIGINAL = "the sender that a list or group wrote over"
    REPLY_TO = "Reply-To"
    WRAPPED = "the mail that a list or program passed on"
    SENDER = "Sender"
    FORM = "a form's field in the text"
    SIGNED = "an address in the text that was passed on"
    NEAR = "an address of our own domain"
    ROBOT = "a program's own address"
    NOBODY = "nobody is named"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a mail holds, and where that was found. Only `Source.FROM` may also act."""

    address: Address | None
    source: Source

    @property
    def unproven(self) -> bool:
        """Whether the name comes from elsewhere than one plain From."""
        return self.source is not Source.FROM


def read_origin(head: HeaderFields, strict: Address | None) -> Origin:
    """Every name that a header block offers besides the strict From."""
    claimed = () if strict else _plausible(head.all("from"))
    named = header.read_addresses(value for field in ORIGINALS for value in head.all(field))
    relays = _plausible(
        [*head.all("list-post"), *head.all("mailing-list"), *head.all("x-beenthere")]
    )
    return Origin(
        claimed=claimed,
        originals=tuple(person for person in named if PLAUSIBLE.fullmatch(person.email)),
        sender=next(iter(header.read_addresses(head.all("sender"))), None),
        relays=tuple(person.email for person in relays),
        list_id=_list_id(head),
        # A list that people write to (RFC 2369 §3.4) is no mailing, whatever it offers to leave.
        mailing=head.has("list-unsubscribe") and "@" not in head.text("list-post"),
    )


def attribute(message: Message, people: Insiders) -> Attribution:
    """Whose words these are.

    One plain From that is a person's own stands. Otherwise the first outsider wins, in this order:
    whom a list or group wrote over, where answers shall go, the last plausible address of a broken
    From, Sender, an address in a form's field. Where all that is named is the team, it is the team;
    a program, or somebody of our domain whom the matrix does not know, is the best name left.
    """
    strict = message.sender
    if strict is not None and not _stands_for_others(message, strict, people):
        return Attribution(strict, Source.FROM)
    named = list(_candidates(message, people))
    for person, source in named:
        email = person.email
        if not (people.near(email) or is_robot(email) or is_lists(message.origin, email)):
            return Attribution(person, source)
    teammates = any(people.team(person.email) for person, _ in named)
    if strict and people.ours(strict.email) and not teammates and _is_form(message, people):
        return Attribution(None, Source.NOBODY)  # a form that names nobody: not the team's words
    if strict is not None:
        return Attribution(strict, _as_left(strict.email, people))
    return Attribution(*named[0]) if named else Attribution(None, Source.NOBODY)


def _as_left(email: str, people: Insiders) -> Source:
    """How sure a plain From is that stands for others, where nobody else is named."""
    if people.inside(email):
        return Source.FROM
    if people.near(email):
        return Source.NEAR
    return Source.ROBOT if is_robot(email) else Source.FROM


def plain_name(who: Address) -> str:
    """A name without what programs put behind it: `Lind, Vera/Shop@Shop` is `Lind, Vera`."""
    return re.split(r"[/\[<(@]", who.name or who.email, maxsplit=1)[0].strip(" \t'\"*,;")


def signed_address(text: str, name: str, people: Insiders) -> str:
    """The outsider's address in a text that is most likely its writer's; empty where none is.

    One whose local part bears a word of the name, else the only one that stands there.
    """
    emails = dict.fromkeys(email.strip(".'-").lower() for email in PLAUSIBLE.findall(text[:40_000]))
    outside = [email for email in emails if not (people.near(email) or is_robot(email))]
    words = re.findall(r"\w{3,}", name.casefold())
    own = [email for email in outside if any(word in email.partition("@")[0] for word in words)]
    return own[0] if own else (outside[0] if len(outside) == 1 else "")


def is_robot(email: str) -> bool:
    """Whether nobody reads what is sent to this address."""
    return ROBOT.search(email.partition("@")[0]) is not None


def is_lists(origin: Origin, email: str) -> bool:
    """Whether an address is that of the list that passed a mail on: an answer there goes to all."""
    return email in origin.relays or email.replace("@", ".") == origin.list_id


def _stands_for_others(message: Message, strict: Address, people: Insiders) -> bool:
    """Whether a plain From may hide who wrote: ours, a no-reply, a list's own address, a form's."""
    origin = message.origin
    rewritten = is_lists(origin, strict.email)
    via = bool(origin.list_id) and bool(re.search(r"(?i)\bvia\b", strict.name))
    hides = is_robot(strict.email) or people.near(strict.email)
    return rewritten or via or hides or _is_form(message, people)


def _candidates(message: Message, people: Insiders) -> Iterable[tuple[Address, Source]]:
    origin, strict = message.origin, message.sender
    name = _without_via(strict.name) if strict else ""
    if strict is None:
        yield from ((person, Source.BROKEN) for person in reversed(origin.claimed))
    for person in origin.originals:
        yield Address(person.email, person.name or name), Source.ORIGINAL
    for person in message.reply_to:
        yield Address(person.email, person.name or name), Source.REPLY_TO
    inner = message.forwarded.sender if message.forwarded else None
    if inner is not None and strict is not None and _passes_on(message, strict, people):
        # A list or a program that wraps the mail says nothing itself (RFC 6377 §4.1).
        yield inner, Source.WRAPPED
    shown = PLAUSIBLE.search(strict.name) if strict else None
    if shown:
        # Who rewrites From without keeping it anywhere else often shows the address as the name.
        yield Address(shown[0].lower()), Source.ORIGINAL
    if origin.sender is not None:
        yield origin.sender, Source.SENDER
    if _is_form(message, people):
        called = FORM_NAME.search(message.text[:8000])
        for email in LABELLED.findall(message.text[:8000]):
            yield Address(email.lower(), called[1].strip(" *_") if called else ""), Source.FORM
    if strict is not None and people.near(strict.email) and not people.team(strict.email):
        signed = signed_address(message.text, "", people)
        if signed:
            yield Address(signed), Source.SIGNED


def _passes_on(message: Message, strict: Address, people: Insiders) -> bool:
    """Whether a list, a program or our own house, rather than an outsider, passed a mail on."""
    passes = is_lists(message.origin, strict.email) or is_robot(strict.email)
    return passes or (people.near(strict.email) and not people.inside(strict.email))


def _is_form(message: Message, people: Insiders) -> bool:
    """Whether a program of a web site may have written this: to us alone, answering nothing.

    Where no address tells a program, the text does: nothing but fields, and the address in them is
    of another domain than the sender's.
    """
    strict = message.sender
    outside = any(not people.near(person.email) for person in (*message.to, *message.cc))
    if outside or message.references or message.forwarded:
        return False
    if strict is None or is_robot(strict.email) or people.ours(strict.email):
        return True
    if people.team(strict.email):
        return False
    return people.near(strict.email) or _only_fields(message.text, strict)


def _only_fields(text: str, strict: Address) -> bool:
    """Whether a text is a filled-in form that somebody else's address stands in."""
    lines = [line for line in text[:8000].splitlines() if line.strip()]
    emails = [email.lower() for email in LABELLED.findall("\n".join(lines))]
    others = {email.rpartition("@")[2] for email in emails} - {""}
    if len(others) != 1 or strict.domain in others:
        return False
    top = [bool(FIELD.match(line)) for line in lines[:FORM_TOP]]
    return sum(top) >= FORM_LEAST and any(top[:2])


def _without_via(name: str) -> str:
    """`'Vera Lind' via Support` is Vera Lind."""
    return re.sub(r"(?i)^['\"]?(.*?)['\"]?\s+via\s+.*$", r"\1", name)


def _plausible(values: Iterable[bytes]) -> tuple[Address, ...]:
    """Every address that stands in these fields, decoded, in order, with the words before it."""
    people: dict[str, Address] = {}
    for value in values:
        text, last = _QUOTED.sub(r"\1@", header.field_words(value)[:4000]), 0
        for match in PLAUSIBLE.finditer(text):
            email = match[0].strip(".'").lower()
            before = _TAIL.sub("", text[last : match.start()])
            # A remark in brackets is no part of the name, whether or not it is closed.
            called = re.sub(r"\([^()]*\)?", " ", before).strip(" <>,;:()[]\"'\t")
            last = match.end()
            if PLAUSIBLE.fullmatch(email) and email not in people:
                people[email] = Address(email, called if "@" not in called else "")
    return tuple(people.values())[:20]


def _list_id(head: HeaderFields) -> str:
    """The list's id in lower case (RFC 2919), without brackets; empty where there is none."""
    text = head.text("list-id")
    named = re.search(r"<([^<>\s]{1,200})>\s*$", text) or re.search(r"([^<>\s]{1,200})\s*$", text)
    return named[1].lower() if named else ""
