"""The team's customers: `accounts.csv` → who a mail is from, and what is at stake."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from deskless.mailbox.message import Address
from deskless.mailbox.pasted_posts import Colleagues
from deskless.policies.people.csv_rows import SheetRow, cell_items, missing_column, read_sheet
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.roster import slug
from deskless.policies.problems import Problem, Problems

# Domains at which anybody may have an address: they say nothing about who a customer is.
DOMAINS = """
gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es hotmail.com hotmail.de
hotmail.fr hotmail.es hotmail.co.uk hotmail.it live.com live.de live.fr live.co.uk live.nl
msn.com yahoo.com yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.uk yahoo.co.in yahoo.ca
yahoo.com.br yahoo.co.jp ymail.com rocketmail.com aol.com aol.de icloud.com me.com mac.com
gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr gmx.es web.de t-online.de freenet.de arcor.de
posteo.de posteo.net mailbox.org proton.me protonmail.com protonmail.ch pm.me tutanota.com
tutanota.de tuta.io tuta.com fastmail.com fastmail.fm hey.com zoho.com mail.com email.com
usa.com mail.ru yandex.ru yandex.com inbox.ru bk.ru list.ru ukr.net seznam.cz wp.pl o2.pl
onet.pl interia.pl laposte.net orange.fr wanadoo.fr free.fr sfr.fr bbox.fr neuf.fr libero.it
virgilio.it alice.it tiscali.it bluewin.ch hispeed.ch sunrise.ch telefonica.net terra.es
ya.com btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk
comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
rogers.com shaw.ca sympatico.ca telus.net bigpond.com optusnet.com.au xtra.co.nz qq.com
163.com 126.com sina.com naver.com hanmail.net daum.net rediffmail.com uol.com.br bol.com.br
terra.com.br ig.com.br telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl chello.at
a1.net aon.at mailinator.com duck.com simplelogin.com
"""
FREE_MAIL = frozenset(DOMAINS.split())


COLUMNS: dict[str, tuple[str, ...]] = {
    "customer": ("name", "account", "company", "client", "account name", "customer name",
                 "organisation", "organization", "kunde", "firma", "cliente", "client name"),
    "addresses": ("domain", "domains", "address", "email", "e-mail", "emails", "mail", "website",
                  "email domain", "domain or address", "domains or addresses", "email address",
                  "contact email", "domaene", "correo"),
    "tier": ("level", "plan", "segment", "account tier", "support plan", "stufe", "class"),
    "revenue": ("arr", "mrr", "annual revenue", "value", "contract value", "acv", "umsatz",
                "revenue per year", "yearly revenue", "amount"),
    "renewal": ("renewal date", "renews", "renews on", "contract end", "expires", "expiry",
                "renewal timing", "verlaengerung", "vertragsende"),
    "owner": ("account owner", "account manager", "csm", "am", "manager", "relationship owner",
              "betreuer", "customer success manager"),
    "channel": ("preferred channel", "contact by", "contact channel", "prefers", "kanal"),
    "phone": ("telephone", "tel", "phone number", "number", "call at", "portal", "telefon",
              "telefono", "telephone number"),
}  # fmt: skip
CHANNELS = ("email", "call", "portal")
SPOKEN = {"phone": "call", "telephone": "call", "mail": "email", "e-mail": "email", "": "email"}
SCALES = {"": 1, "k": 1_000, "tsd": 1_000, "m": 1_000_000, "mio": 1_000_000}
SUM = re.compile(r"(?P<digits>\d[\d.,' ]*)\s*(?P<scale>k|tsd|mio|m)?\b", re.IGNORECASE)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
SLASHED = re.compile(r"(\d{1,2})([/.])(\d{1,2})[/.](\d{4})")
WRITTEN = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """One customer. `revenue` is in whole units of the team's currency a year, `renewal` a date.

    `addresses` are bare addresses and domains in lower case. `channel` is how the customer likes
    to be reached: `email`, `call` or `portal`; `phone` is the number, or where the portal is.
    """

    id: str
    customer: str
    addresses: tuple[str, ...]
    tier: str = ""
    revenue: int | None = None
    renewal: date | None = None
    owner: str = ""
    channel: str = "email"
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Accounts:
    """All customers, and who of them a mail is from."""

    accounts: tuple[CustomerAccount, ...] = ()

    def find(self, email: str) -> CustomerAccount | None:
        """The customer with this address, else with its domain or the domain above it.

        A free-mail domain never matches: half the world is at gmail.com.
        """
        email = email.lower()
        by_word = {
            word: account for account in reversed(self.accounts) for word in account.addresses
        }
        if email in by_word:
            return by_word[email]
        domain = email.rpartition("@")[2]
        while "." in domain and domain not in FREE_MAIL:
            if domain in by_word:
                return by_word[domain]
            domain = domain.partition(".")[2]
        return None


def read_accounts(source: str | Path, file: str = "accounts.csv") -> Accounts:
    """Read customers from a sheet's text or file. Raises Problems with every problem at once.

    A sheet with a header and no row is no problem: nobody is known yet. A path is read (I/O).
    """
    grid = read_sheet(source, COLUMNS, str(source) if isinstance(source, Path) else file)
    problems = [
        missing_column(grid, column, why)
        for column, why in (
            ("customer", "say who each customer is"),
            ("addresses", "say which addresses or domains are the customer's"),
        )
        if column not in grid.headers
    ]
    day_first = _day_first(grid.rows)
    accounts: list[CustomerAccount] = []
    owners: dict[str, CustomerAccount] = {}
    for row in () if problems else grid.rows:
        account = _account(row, day_first, problems)
        for word in account.addresses:
            if word in owners and owners[word].customer != account.customer:
                text = f"`{word}` already belongs to {owners[word].customer}."
                problems.append(row.problem("addresses", text))
            owners.setdefault(word, account)
        accounts.append(account)
    if any(not problem.warning for problem in problems):
        raise Problems(problems)
    return Accounts(tuple(accounts))


def _account(row: SheetRow, day_first: bool | None, problems: list[Problem]) -> CustomerAccount:
    if not row["customer"]:
        problems.append(row.problem("customer", "This row names no customer."))
    return CustomerAccount(
        id=slug(row["customer"]),
        customer=row["customer"],
        addresses=tuple(_addresses(row, problems)),
        tier=row["tier"].casefold(),
        revenue=_revenue(row, problems),
        renewal=_renewal(row, day_first, problems),
        owner=row["owner"],
        channel=_channel(row, problems),
        phone=row["phone"],
    )


def _addresses(row: SheetRow, problems: list[Problem]) -> Iterator[str]:
    for part in cell_items(row["addresses"].replace(" ", ",")):
        bare = re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", part.lower()).strip("<>").lstrip("*.@")
        domain = bare.rpartition("@")[2]
        if not DOMAIN.fullmatch(domain):
            problems.append(row.problem("addresses", f"`{part}` is no address and no domain."))
        elif bare in FREE_MAIL:
            text = f"`{part}` is a free-mail domain that anybody may use; list whole addresses."
            problems.append(row.problem("addresses", text))
        else:
            yield bare
    if not row["addresses"]:
        problems.append(row.problem("addresses", "This customer has no address and no domain."))


def _revenue(row: SheetRow, problems: list[Problem]) -> int | None:
    cell = row["revenue"]
    if not cell or cell.strip("-–—?") == "" or cell.casefold() in {"n/a", "none", "unknown"}:
        return None
    match = SUM.search(cell)
    if match is None:
        problems.append(row.problem("revenue", f"`{cell}` is not a sum; write `12000`."))
        return None
    digits = re.sub(r"[' ]", "", match["digits"]).rstrip(".,")
    whole, cents = digits, ""
    if tail := re.fullmatch(r"(.*)[.,](\d{1,2})", digits):
        whole, cents = tail[1], tail[2]
    value = float(re.sub(r"[.,]", "", whole) + (f".{cents}" if cents else ""))
    return round(value * SCALES[(match["scale"] or "").casefold()])


def _day_first(rows: tuple[SheetRow, ...]) -> bool | None:
    """Whether `03/12/2027` is a third, as another row of the column shows; None: unclear."""
    for row in rows:
        if match := SLASHED.fullmatch(row["renewal"]):
            if match[2] == "." or int(match[1]) > 12:
                return True
            if int(match[3]) > 12:
                return False
    return None


def _renewal(row: SheetRow, day_first: bool | None, problems: list[Problem]) -> date | None:
    cell = row["renewal"]
    if not cell or cell.strip("-–—?") == "":
        return None
    try:
        if match := SLASHED.fullmatch(cell):
            first, other, year = int(match[1]), int(match[3]), int(match[4])
            if day_first is None and first != other:
                text = f"`{cell}` may be two dates; write it as `{year}-{other:02}-{first:02}`."
                problems.append(row.problem("renewal", text))
                return None
            return (
                date(year, other, first)
                if day_first or first == other
                else date(year, first, other)
            )
        return _written(cell)
    except ValueError:
        problems.append(row.problem("renewal", f"`{cell}` is not a date; write `2027-03-31`."))
        return None


def _written(cell: str) -> date:
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        pass
    for form in WRITTEN:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise ValueError(cell)


def _channel(row: SheetRow, problems: list[Problem]) -> str:
    word = SPOKEN.get(row["channel"].casefold(), row["channel"].casefold())
    if word in CHANNELS:
        return word
    problems.append(row.problem("channel", f"`{word}` is none of {', '.join(CHANNELS)}."))
    return "email"


def colleagues_of(matrix: Matrix, ours: frozenset[str] = frozenset()) -> Colleagues:
    """Who of the team may speak in a pasted chat: the matrix, and whoever shares our domain."""
    people = tuple(
        Address(email, person.name) for person in matrix.people for email in person.emails
    )
    return Colleagues(people, frozenset(each.rpartition("@")[2] for each in ours) - FREE_MAIL)
