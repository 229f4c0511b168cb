"""The stage: Acme's post office, its people, its agent, and a clock that only the story moves."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from deskless.agent.case.case import Case
from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.demo import story_mail
from deskless.agent.demo.post import Habits, PostOffice
from deskless.agent.demo.story_folder import PASSWORD, DemoFolder, furnish_folder
from deskless.agent.demo.story_mail import ReceivedLetter
from deskless.agent.demo.story_news import NewsLine, news_lines
from deskless.agent.demo.story_tell import Teller
from deskless.agent.office import journal
from deskless.agent.settings import config
from deskless.policies.people.matrix import Person
from deskless.store import cases, threads
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 8, 45, tzinfo=ZONE)
INBOX, AGENT = "support@acme.example", "deskless@acme.example"
TEAM = ("tom", "lena", "ana", "ben", "ines", "karl", "cleo", "maya")
CUSTOMERS = (
    "rosa@cornercafe.example", "otto@brandtbooks.example", "accounts@brandtbooks.example",
    "vera@northwind.example", "marc@duval.example", "jana@helio.example",
    "sofia@casaruiz.example", "nils@kiosknord.example", "dana@bluepeak.example",
)  # fmt: skip
STYLES = {"ben": "phone", "karl": "thunderbird", "ines": "outlook", "maya": "phone"}
"""Whose mail program is not Gmail's."""
TURNS = 8
"""Turns after which the agent must have come to rest."""


class Moved:
    """A clock that stands still until the story moves it. The daemon has no such thing."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The story's instant."""
        return self.at


@dataclass
class Stage:
    """Everything on the stage; `told` is the last ledger entry that the story has told."""

    place: DemoFolder
    post: PostOffice
    agent: Agent
    clock: Moved
    teller: Teller
    runner: asyncio.Runner
    told: int = 0
    ids: dict[str, str] = field(default_factory=dict)
    once: set[NewsLine] = field(default_factory=set)

    # -- time ---------------------------------------------------------------------------------

    def day(self, date: str, clock: str, *, main: bool = False) -> None:
        """Go on to another day (`2026-11-24`) and say so. `main`: see `at`."""
        self.teller.main = main
        at = datetime.combine(datetime.fromisoformat(date), time.fromisoformat(clock), ZONE)
        self._pass(at.replace(hour=0, minute=0))
        self.teller.day(at)
        self._pass(at)

    def at(self, clock: str, *, main: bool = False) -> None:
        """Go on to a time of this day; what falls due on the way happens at its own time.

        `main`: what is told from here to the next time belongs to the short story, too.
        """
        self.teller.main = main
        here = self.clock.at.astimezone(ZONE)
        self._pass(datetime.combine(here.date(), time.fromisoformat(clock), ZONE))

    def _pass(self, target: datetime) -> None:
        while (mark := self._mark(target)) < target:
            self.clock.at = mark
            self.settle(timed=True)
        self.clock.at = max(self.clock.at, target)
        self.settle(timed=True)

    def _mark(self, target: datetime) -> datetime:
        """The next moment at which the agent has something to do, before `target`."""
        due = self.agent.turn.timers.next()
        soon = self.clock.at + timedelta(minutes=1)
        marks = [max(due, soon)] if due else []
        daily = self.agent.config.daily
        here = self.clock.at.astimezone(ZONE).date()
        for clock in (daily.morning, daily.afternoon, daily.weekly.split()[-1]):
            for date in (here, here + timedelta(days=1)):
                at = datetime.combine(date, time.fromisoformat(clock), ZONE)
                marks += [at] if at > self.clock.at else []
        return min([*marks, target])

    # -- people -------------------------------------------------------------------------------

    def customer(self, name: str, *, show: bool = True, after: str = "") -> None:
        """A customer's mail of the data files arrives; `after` names the mail that it answers."""
        raw = story_mail.from_file(name, self.clock.at, answers=self.ids.get(after, ""))
        letter = ReceivedLetter.of(raw)
        self.ids[name] = letter["Message-ID"]
        sender = letter.message["From"].addresses[0]
        address = f"{sender.username}@{sender.domain}"
        account = self.agent.office.rules.accounts.find(address)
        who = sender.display_name + (f", {account.customer}," if account else "")
        self.teller.act(self.clock.at, who, f"writes: {letter['Subject']}")
        if show and letter.text:
            self.teller.said(letter.text.partition("\n\n")[2] or letter.text, most=130)
        known = address in CUSTOMERS
        user = address if known else ""
        story_mail.hand_in(self.post.smtp_port, raw, INBOX, user=user, sender=address)
        self.settle()

    def team(self, who: str, name: str, words: str) -> None:
        """Somebody of support answers a customer from the shared inbox, as ever."""
        person = self._person(who)
        raw = story_mail.from_file(name, self.clock.at)
        to = ReceivedLetter.of(raw).message["From"].addresses[0]
        subject = f"Re: {ReceivedLetter.of(raw)['Subject']}"
        mail = story_mail.fresh_mail(
            (person.name, INBOX), str(to.addr_spec), subject, words, self.clock.at
        )
        mail["In-Reply-To"] = mail["References"] = self.ids.get(name, "")
        self.teller.act(self.clock.at, person.name, f"answers {to.display_name}: “{words}”")
        story_mail.hand_in(self.post.smtp_port, mail.as_bytes(), str(to.addr_spec), user=INBOX)
        self.settle()

    def arrived(self, address: str, name: str, *, since: str = "", most: int = 66) -> None:
        """What lies in a customer's mailbox now, as they see it: the newest mail's first words, or
        those from `since` on, cut after `most` characters.
        """
        mails = self.post.mailbox(address)
        if mails:
            letter = ReceivedLetter.of(mails[-1])
            self.teller.act(self.clock.at, name, f"has mail: {letter['Subject']}")
            words = letter.text
            self.teller.said(words[words.find(since) if since in words else 0 :], most=most)

    def asked(self, name: str) -> str:
        """Who is asked for, or owns, the case of this customer's mail; empty: nobody."""
        case = self.case(name)
        if case is None:
            return ""
        held = case.acting or case.asked
        return next((teammate for teammate in TEAM if self._person(teammate).id == held), "")

    def answer(self, name: str, words: str, how: str = "replies", **text: str) -> bool:
        """Whoever has the case of a customer's mail answers the newest letter about it.

        `who` names somebody else, `style` their mail program, `forged` (any word) sends it from
        outside in their name, `quiet` leaves the act itself untold. False when there is nothing to
        answer: another judge may have seen the week differently.
        """
        case = self.case(name)
        who = text.get("who") or self.asked(name)
        letter = self.letter(who, case.key) if case and who else None
        if letter is None:
            return False
        person = self._person(who)
        forged = bool(text.get("forged"))
        if text.get("quiet"):
            pass
        elif forged:
            self.teller.act(self.clock.at, "A stranger", f"{how} as {person.name}: {words}")
        else:
            self.teller.act(self.clock.at, person.name, f"{how}: {words}")
        style = text.get("style") or STYLES.get(who, "gmail")
        raw = story_mail.answer_letter(
            letter, words, (person.name, person.emails[0]), self.clock.at, style
        )
        user = "" if forged else person.emails[0]
        story_mail.hand_in(
            self.post.smtp_port, raw, letter["Reply-To"], user=user, sender=person.emails[0]
        )
        self.settle()
        return True

    def forward(self, who: str, name: str, comment: str) -> None:
        """A teammate forwards a customer's mail to the agent, with a word on top."""
        person = self._person(who)
        sender = (person.name, person.emails[0])
        raw = story_mail.forward_mail(name, comment, sender, AGENT, self.clock.at)
        letter = ReceivedLetter.of(raw)
        self.ids[name] = letter["Message-ID"]
        self.teller.act(self.clock.at, person.name, f"forwards a mail he got: {letter['Subject']}")
        self.teller.said(comment)
        story_mail.hand_in(self.post.smtp_port, raw, AGENT, user=person.emails[0])
        self.settle()

    def letter(self, who: str, about: str) -> ReceivedLetter | None:
        """The newest letter to somebody that speaks of `about` and can be answered."""
        for raw in reversed(self.post.mailbox(f"{who}@acme.example")):
            letter = ReceivedLetter.of(raw)
            if about in letter["Subject"] and letter["Reply-To"]:
                return letter
        return None

    def case(self, name: str) -> Case | None:
        """The newest case of the conversation that a customer's mail is in."""
        with self.agent.office.store.reading() as session:
            for ticket in threads.find_tickets(session, [self.ids.get(name, "").strip("<>")]):
                known_cases = [journal.case_of_row(row) for row in cases.of_ticket(session, ticket)]
                if known_cases:
                    return max(known_cases, key=lambda case: case.seq)
        return None

    def _person(self, who: str) -> Person:
        person = self.agent.office.rules.matrix.by_email(f"{who}@acme.example")
        assert person is not None, f"{who} is in the demo's matrix"
        return person

    # -- the agent ----------------------------------------------------------------------------

    def settle(self, *, timed: bool = False) -> None:
        """Turns of the agent until nothing moves, each told; `timed`: no mail caused it."""
        for _ in range(TURNS):
            tally = self.runner.run(self.agent.turn.run())
            self._news(timed=timed)
            if not (tally.read or tally.judged or tally.sent):
                return

    def _news(self, *, timed: bool) -> None:
        office = self.agent.office
        with office.store.reading() as session:
            new = list(entries.read_entries(session, Span(after=self.told)))
            lines = [line for entry in new for line in news_lines(office, session, entry)]
        self.told = new[-1].seq if new else self.told
        fresh = [
            news_line
            for news_line in dict.fromkeys(lines)
            if not news_line.once or news_line not in self.once
        ]
        self.once |= {news_line for news_line in lines if news_line.once}
        for number, line in enumerate(fresh):
            at = self.clock.at.astimezone(ZONE) if timed and not number else None
            self.teller.told(line.mark, line.words, line.style, at=at)
            if line.quote:
                self.teller.said(line.quote, most=130)


@contextmanager
def set_stage(place: DemoFolder, teller: Teller) -> Iterator[Stage]:
    """Acme on Monday morning, its mail servers and its agent running."""
    clock = Moved(MONDAY)
    users = {f"{name}@acme.example": PASSWORD for name in ("support", *TEAM)}
    users |= dict.fromkeys(CUSTOMERS, PASSWORD)
    habits = Habits(aliases={AGENT: INBOX}, keep_sent=True)
    post = PostOffice(
        users, authserv="mx.acme.example", habits=habits, clock=lambda: clock.at.timestamp()
    )
    with post, place.log.open("w", encoding="utf-8") as log, asyncio.Runner() as runner:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        furnish_folder(place, {"IMAP": post.imap_url(INBOX), "SMTP": post.smtp_url(INBOX)})
        agent = assemble.build_agent(config.load_config(place.acme), clock=clock)
        lock = agent.office.store.lock()
        try:
            yield Stage(place, post, agent, clock, teller, runner)
        finally:
            lock.release()
            runner.run(agent.close())
            structlog.reset_defaults()
