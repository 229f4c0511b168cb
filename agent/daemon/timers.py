"""What time alone brings: due cases, troubles to tell, tripped breakers, and the regular mails.

What is due is derived from the store, so a restart or a missed hour catches up and never doubles.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskless.agent.case.case import Case
from deskless.agent.case.decide import on_removed, on_return
from deskless.agent.judging import reviews
from deskless.agent.language.time import say_instant, say_length
from deskless.agent.live.timers import due_at, on_time
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office, Rulebook
from deskless.agent.office.situation import read_situation
from deskless.agent.operations import breaker, retention
from deskless.agent.operations.health import Ending, Health, KnownTrouble
from deskless.agent.outbound import breaker_letters, departures, hearing, perform
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import losses, rounds
from deskless.agent.reports.rounds import Round
from deskless.store import cases, outbox, verdicts
from deskless.store.engine.session import Session
from deskless.templates import values

MEANS = {
    "imap": "New mail is not seen until this works again. Nothing is lost: it waits in the inbox.",
    "imap login": "New mail is not seen until somebody gives a working password.",
    "smtp": "Briefs and confirmations wait here until this works again.",
    "smtp login": "Briefs and confirmations wait here until somebody gives a working password.",
    "alert": "Nobody is woken by this channel; every mail goes out as ever.",
    "judge": "The model does not answer; the rules judge alone, and what they doubt goes to you.",
    "store": "Nothing can be recorded, so nothing is read or sent.",
    "work": "One piece of work fails again and again; everything else goes on.",
}
MANY = 5000
"""Live cases that are looked through when the matrix changes."""
Border = Callable[[str], AbstractContextManager[Ending]]
"""Where an unexpected failure of one piece of work ends (`turn.Turn.border`)."""


@dataclass(slots=True)
class Timers:
    """The clock's own work. `rounds` are the regular mails; each knows when it is owed."""

    office: Office
    rounds: tuple[Round, ...] = field(default_factory=lambda: rounds.ALL)
    _known: Rulebook | None = None

    def run(self, health: Health, border: Border, owed: Collection[str] | None = None) -> set[str]:
        """Everything that is due now, each case and each letter in a transaction of its own.

        `owed` names the rounds to look at; None: all. Returns the names of those that were looked
        at without a failure.
        """
        self._cases(border)
        self._returns(border)
        self._doubts(border)
        with border("mails not read"):
            losses.tell_losses(self.office)
        with border("breakers"):
            self._breakers()
        with border("troubles"):
            self._troubles(health)
        wanted = [each for each in self.rounds if owed is None or each.name in owed]
        looked = self._rounds(wanted, health, border)
        with border("forgetting"):
            retention.finish_erasure(self.office)
        return looked

    def _rounds(self, wanted: Collection[Round], health: Health, border: Border) -> set[str]:
        """The regular mails: one look at all of them, for mostly none is due."""
        looked, due = set(), []
        with self.office.store.reading() as session:
            for each in wanted:
                with border("a regular mail") as ending:
                    due += [each] if each.asked(self.office, session) else []
                looked |= set() if ending.why else {each.name}
        for each in due:
            with border("a regular mail") as ending:
                each.look(self.office, health)
            looked -= {each.name} if ending.why else set()
        return looked

    def next(self) -> datetime | None:
        """When the next case, letter or judgement is due (UTC)."""
        later = self.office.clock.now() + timedelta(hours=1)
        with self.office.store.reading() as session:
            times = [cases.next_due(session), outbox.next_at(session)]
            times.append(reviews.next_review_due(session))
            times += state_keys.AWAY.under(session).values()
            times += [waiting.next_at for waiting in verdicts.due_threads(session, later, limit=1)]
        return min((instant for instant in times if instant), default=None)

    def _cases(self, border: Border) -> None:
        now = self.office.clock.now()
        with self.office.store.reading() as session:
            due = [row.key for row in cases.due_cases(session, now)]
            if self.office.rules is not self._known:
                # Whoever left the matrix cannot answer: their offers do not wait for a deadline.
                left = (journal.case_of_row(row) for row in cases.live_cases(session, limit=MANY))
                gone = [case.key for case in left if self._gone(case)]
                due += [case_key for case_key in gone if case_key not in due]
        self._known = self.office.rules
        for key in due:
            with border(f"case {key}"):
                self._case(key)
            self.office.step("timed")

    def _returns(self, border: Border) -> None:
        """Whoever is back is asked for what they were away for and nobody has taken since."""
        now = self.office.clock.now()
        with self.office.store.reading() as session:
            back = [who for who, until in state_keys.AWAY.under(session).items() if until <= now]
        for person in back:
            with border("a return"), self.office.store.transaction() as session:
                state_keys.AWAY.drop(session, person)
                rows = cases.live_cases(session, limit=MANY)
                for case in [journal.case_of_row(row) for row in rows]:
                    situation = read_situation(self.office, session, case.ticket, now)
                    decision = on_return(case, situation.setting, person)
                    perform.carry_out(self.office, session, decision, situation)

    def _doubts(self, border: Border) -> None:
        """Doubts that a person was asked about and nobody has answered, each for itself."""
        with self.office.store.reading() as session:
            due = reviews.due_reviews(session, self.office.clock.now())
        for ticket in due:
            with border(f"doubt {ticket}"), self.office.store.transaction() as session:
                reviews.chase_review(self.office, session, ticket)

    def _gone(self, case: Case) -> bool:
        asked = case.handoff.to if case.handoff else case.owner
        return asked is not None and self.office.person(asked) is None

    def _case(self, key: str) -> None:
        with self.office.store.transaction() as session:
            case = journal.read_case(session, key)
            if case is None:
                return
            now = self.office.clock.now()
            waits = departures.keeps_waiting(session, case, now)
            situation = read_situation(self.office, session, case.ticket, now)
            gone = on_removed(case, situation.setting)
            setting = hearing.with_letters(session, case, situation.setting)
            decision = gone if gone.events else on_time(case, setting, waits=waits)
            if decision.events:
                perform.carry_out(self.office, session, decision, situation)
            else:  # the shelf asked too early: it says when to ask again
                due = due_at(case, situation.setting)
                cases.put_case(session, journal.row_of_case(case, due))

    def _breakers(self) -> None:
        """Quiet breakers close; the founder hears once that one tripped, once that it closed."""
        with self.office.store.reading() as session:
            trips = breaker.tripped_breakers(session)
            if not trips and not outbox.count_held(session, breaker.HELD):
                return
        with self.office.store.transaction() as session:
            now = self.office.clock.now()
            for name, freed in breaker.close_quiet(self.office, session, now).items():
                closed = breaker_letters.closed_mail(self.office, name, trips[name], freed)
                self._tell(session, closed, "breaker_closed")
            for name, trip in breaker.tripped_breakers(session).items():
                if not trip["told"]:
                    tripped = breaker_letters.tripped_mail(self.office, session, name, trip)
                    self._tell(session, tripped, "breaker_tripped")
                    state_keys.BREAKER.put(session, {**trip, "told": True}, name)

    def _troubles(self, health: Health) -> None:
        """Each trouble once, and its end once; what was not committed was not told."""
        now = self.office.clock.now()
        begun, ended = health.untold(now), tuple(health.over)
        if not begun and not ended:
            return
        with self.office.store.transaction() as session:
            for name, trouble in begun:
                told = self._tell(session, trouble_mail(self.office, name, trouble), "trouble")
                if told:
                    state_keys.TROUBLE_LETTER.put(session, name, told)
                journal.enter(
                    session, office_events.TroubleTold(at=now, route=name, since=trouble.since)
                )
            for name, trouble, until in ended:
                self._tell(session, self._over(name, trouble, until), "trouble_over")
                over = office_events.TroubleEnded(
                    at=now, route=name, since=trouble.since, until=until
                )
                journal.enter(session, over)
        for _, trouble in begun:
            trouble.told = True
        del health.over[: len(ended)]

    def _over(self, name: str, trouble: KnownTrouble, ended: datetime) -> values.Mail:
        zone = self.office.config.team.zone
        return values.TroubleOver(
            what=f"{name} works again",
            since=say_instant(trouble.since, zone),
            until=say_instant(ended, zone),
            lasted=say_length(ended - trouble.since),
            missed="Mail of that time has been read now." if name.startswith("imap") else "",
        )

    def _tell(self, session: Session, value: values.Mail, kind: str) -> str | None:
        envelope = Envelope(
            to=self.office.rules.founder, kind=kind, purpose="office", urgency=0, answers=False
        )
        return write_letter(self.office, session, value, envelope)


def trouble_mail(office: Office, name: str, trouble: KnownTrouble) -> values.Mail:
    """What the founder is told about a route that does not work."""
    return values.Trouble(
        what=f"{name} does not work",
        since=say_instant(trouble.since, office.config.team.zone),
        means=_means(name),
        fix="Run `deskless check`: it names the cause and the fix.",
        detail=trouble.said,
    )


def _means(name: str) -> str:
    """What a trouble of a route means; `smtp inbox login` is a kind of `smtp login`."""
    route, _, rest = name.partition(" ")
    return MEANS.get(f"{route} login" if rest.endswith("login") else route, "")
