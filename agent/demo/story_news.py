"""What the agent did, told from the ledger: each new entry as a sentence, or as nothing.

The story does not know what will happen; it reads what did. So it is true whoever judges.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten

from deskless.agent.case.case import Status
from deskless.agent.case.event import CUSTOMER, Why
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound.brief import criteria_titles
from deskless.agent.outbound.case_view import View, view_case
from deskless.store import cases
from deskless.store.engine.session import Session
from deskless.store.ledger.entries import Entry

NOTE = 150
"""Characters of a person's note that the story shows."""
TITLES = 50
"""Characters of the criteria that a case met, so that they fit into its line."""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One thing to tell: `mark` and `style` for the eye, `quote` for somebody's own words.

    `once`: what repeats every day is told the first time only.
    """

    mark: str
    words: str
    style: str = ""
    quote: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """An entry, and where to look for what it speaks of."""

    office: Office
    session: Session
    entry: Entry

    @property
    def seen(self) -> View:
        """The entry's case as it stands now."""
        case = journal.read_case(self.session, self.entry.case or "")
        assert case is not None, "an entry about a case has one"
        return view_case(self.office, self.session, case)

    def who(self, field: str = "") -> str:
        """The actor's name, or that of the person in a field."""
        return self.office.name(self.entry.data.get(field) if field else self.entry.actor)

    def role(self, field: str) -> str:
        """A person with their role: `Ana Lopez (billing)`."""
        person = self.office.person(self.entry.data.get(field))
        return f"{person.name} ({person.role})" if person else self.who(field)

    def time(self, field: str) -> str:
        """An instant of the entry in the team's zone: `10:15`, with the day where it is another."""
        value = self.entry.data.get(field)
        if not value:
            return ""
        zone = self.office.config.team.zone
        at = datetime.fromisoformat(str(value)).astimezone(zone)
        same = at.date() == self.entry.at.astimezone(zone).date()
        return f"{at:%H:%M}" if same else f"{at:%a %H:%M}"

    def private(self, field: str) -> str:
        """Words kept beside the ledger, as one line."""
        words = " ".join(str((self.entry.private or {}).get(field, "")).split())
        return shorten(words, NOTE, placeholder=" …")


def news_lines(office: Office, session: Session, entry: Entry) -> Iterator[NewsLine]:
    """What to tell of one entry."""
    teller = TOLD.get(entry.kind)
    if teller:
        yield from teller(News(office, session, entry))


MACHINES = {
    "list": "It came over a list: judged like any other mail.",
    "bounce": "A delivery report about somebody else's mail: kept, not judged.",
    "auto_reply": "A machine's mail: read like any other, and never answered.",
}


def _read(news: News) -> Iterator[NewsLine]:
    words = MACHINES.get(str(news.entry.data["kind"]))
    if words and news.entry.data["became"] not in {"away", "undelivered"}:
        yield NewsLine("·", words, "dim")
    flaws = (news.entry.private or {}).get("flaws", [])
    if "hidden text" in flaws and news.entry.data["became"] == "customer":
        yield NewsLine(
            "!", "It hides words for a machine, white on white. No judge reads them.", "magenta"
        )


def _judged(news: News) -> Iterator[NewsLine]:
    ticket = news.entry.ticket or ""
    if news.entry.data["outcome"] == "leave" and not cases.of_ticket(news.session, ticket):
        yield NewsLine("✓", "No criterion is met: left with support.", "green")


def _touched(news: News) -> Iterator[NewsLine]:
    if news.entry.actor == CUSTOMER and news.seen.case.live:
        yield NewsLine("·", f"It joins {news.entry.case}: no second case.", "dim")


def _opened(news: News) -> Iterator[NewsLine]:
    seen = news.seen
    case = seen.case
    titles = criteria_titles(seen)
    both = ", ".join(titles[:2])
    met = (both if len(both) <= TITLES else titles[0]) or "asked for by a teammate"
    quote = seen.evidence[0].text if seen.evidence else ""
    style = "bold red" if case.severity.value == "SEV-1" else "bold yellow"
    yield NewsLine("▲", f"{case.key}  {case.severity.value}  {met}", style, quote)


def _room_opened(news: News) -> Iterator[NewsLine]:
    people = len(news.entry.data["people"])
    yield NewsLine("✉", f"A war room: one mail to {people}, whose answers to all are the log.")


def _requested(news: News) -> Iterator[NewsLine]:
    missing = " and ".join(
        {"reason": "why", "tried": "what was tried"}.get(name, name)
        for name in news.entry.data["missing"]
    )
    yield NewsLine(
        "?", f"{news.entry.case}: before anybody is asked, {news.who()} is asked {missing}."
    )


def _offered(news: News) -> Iterator[NewsLine]:
    by = news.time("answer_by")
    yield NewsLine("→", f"A brief to {news.role('to')}, to be answered by {by}.", "cyan")


def _accepted(news: News) -> Iterator[NewsLine]:
    seen = news.seen
    owed = f"{seen.customer} is owed an update by {news.time('promise')}."
    yield NewsLine("●", f"{news.who('owner')} owns {news.entry.case}. {owed}", "bold green")


def _bounced(news: News) -> Iterator[NewsLine]:
    yield NewsLine(
        "↩", f"{news.who()} bounced it; the note goes along to whoever is next.", "yellow"
    )


def _lapsed(news: News) -> Iterator[NewsLine]:
    handoff = news.seen.handoff(int(news.entry.data["number"]))
    name = news.office.name(handoff.to) if handoff else "Nobody"
    yield NewsLine("…", f"{name} did not answer in time. The offer moves on.", "yellow")


def _away(news: News) -> Iterator[NewsLine]:
    until = str(news.entry.data.get("until") or "")
    back = f" until {datetime.fromisoformat(until):%d %B}" if until else ""
    yield NewsLine(
        "…", f"{news.who()} is away{back}. That is no answer: the next is asked.", "yellow"
    )


def _reminded(news: News) -> Iterator[NewsLine]:
    name, key = news.who("to"), news.entry.case
    sentences = {
        Status.REQUESTED: f"{name} is asked once more what is missing in {key}.",
        Status.OFFERED: f"{name} is silent about {key}: one reminder, and only one.",
        Status.OWNED: f"{name} promised word on {key} for now, and is reminded.",
        Status.RESOLVED: f"Three days on: has the customer of {key} agreed? {name} is asked.",
        Status.STRANDED: f"{name} is reminded of {key}, once a day.",
    }
    yield NewsLine(
        "…", sentences.get(news.seen.case.status, f"{name} is reminded of {key}."), "yellow"
    )


ONCE = frozenset({"morning", "afternoon", "update", "acknowledgement"})
"""Letters of which the first alone is told."""


def _sent(news: News) -> Iterator[NewsLine]:
    told = {
        "alert": "Maya, the founder, is told at once.",
        "acknowledgement": "Exactly this text goes to the customer, and nothing else.",
        "morning": "Every morning Maya gets the list: what is open, most urgent first.",
        "afternoon": "Every afternoon the owners of quiet cases are asked how they stand.",
        "weekly": "The weekly summary goes to Maya.",
        "welcome": "Maya gets the ledger's public key, so that she can check it without us.",
        "notice": "The person it pretended to be is warned.",
        "update": "Before the next update is due, its owner has the draft in hand.",
    }  # fmt: skip
    words = told.get(str(news.entry.data.get("letter")))
    if words:
        yield NewsLine("✉", words, once=news.entry.data["letter"] in ONCE)


def _attempt(news: News) -> Iterator[NewsLine]:
    yield NewsLine(
        "✗", f"REFUSED. {_sentence(news.private('said'))} Nothing changes.", "bold magenta"
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _undone(news: News) -> Iterator[NewsLine]:
    yield NewsLine("↶", f"{news.who()}'s last step is taken back; both steps stay in the ledger.")


def _progressed(news: News) -> Iterator[NewsLine]:
    promise = news.time("promise")
    then = f" Next word to the customer by {promise}." if promise else ""
    yield NewsLine("●", f"{news.entry.case}: noted.{then}", "green")


def _resolved(news: News) -> Iterator[NewsLine]:
    yield NewsLine(
        "●", f"{news.entry.case} is resolved; it closes when the customer agrees.", "green"
    )


def _closed(news: News) -> Iterator[NewsLine]:
    agreed = news.entry.data["reason"] == Why.CONFIRMED.value
    yield NewsLine("■", f"{news.entry.case} is closed{': the customer agrees' * agreed}.", "green")


def _released(news: News) -> Iterator[NewsLine]:
    yield NewsLine(
        "…", f"{news.who('owner')} gave no word: {news.entry.case} needs an owner again."
    )


def _refused(news: News) -> Iterator[NewsLine]:
    yield NewsLine("✗", f"That changes nothing ({news.entry.data['why']}), and they are told so.")


def _stranded(news: News) -> Iterator[NewsLine]:
    yield NewsLine("▲", f"Nobody took {news.entry.case}: Maya has it now.", "bold red")


def _reopened(news: News) -> Iterator[NewsLine]:
    yield NewsLine("▲", f"{news.entry.case} is open again.", "yellow")


def _completed(news: News) -> Iterator[NewsLine]:
    yield NewsLine("●", f"{news.entry.case} is complete now.", "green")


def _review(news: News) -> Iterator[NewsLine]:
    yield NewsLine("?", f"{news.entry.ticket}: not sure, so {news.who('to')} decides.", "yellow")


TOLD: dict[str, Callable[[News], Iterator[NewsLine]]] = {
    "read": _read, "judged": _judged, "touched": _touched, "opened": _opened, "requested":
    _requested, "offered": _offered, "accepted": _accepted, "bounced": _bounced, "lapsed": _lapsed,
    "away": _away, "reminded": _reminded, "sent": _sent, "attempt": _attempt, "undone": _undone,
    "progressed": _progressed, "resolved": _resolved, "closed": _closed, "released": _released,
    "refused": _refused, "stranded": _stranded, "reopened": _reopened, "completed": _completed,
    "review": _review, "roomopened": _room_opened,
}  # fmt: skip
"""What is told of an entry, by its kind; the others are for the ledger's readers alone."""
