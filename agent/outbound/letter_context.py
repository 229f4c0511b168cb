"""What a builder of letters is given, and the few sentences that many letters share."""

from collections.abc import Iterable
from dataclasses import dataclass

from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import Handoff, Status
from deskless.agent.case.decision import Setting
from deskless.agent.case.escalation_limits import next_owner
from deskless.agent.live.clocks import RunningClock
from deskless.agent.outbound.case_view import View
from deskless.templates.values import Fact


@dataclass(frozen=True, slots=True)
class LetterContext:
    """What a builder is given: the action, the case's view, and the world of the decision."""

    mail: WriteLetter
    view: View
    setting: Setting

    @property
    def name(self) -> str:
        """The reader's first name."""
        return self.view.office.name(self.mail.to).split()[0]

    @property
    def handoff(self) -> Handoff | None:
        """The handoff that the letter speaks of."""
        return self.view.handoff(self.mail.number)

    def who(self, id_: str | None) -> str:
        """Somebody's name."""
        return self.view.office.name(id_)


NOBODY_ELSE = "Nobody stands behind you: you are reminded of it once a day."
"""What comes after the founder."""


def who_is_next(view: View, setting: Setting, reader: str) -> str:
    """Who is asked next if the reader does not take it; empty: the founder, who reads this."""
    choice = next_owner(view.case, setting) if view.case.status is Status.OFFERED else None
    if choice:
        return choice.person.name
    return "" if reader == setting.founder else f"{view.office.name(setting.founder)}, the founder"


def true_facts(told: LetterContext) -> tuple[Fact, ...]:
    """The case as it stands, in five lines: what most letters end with."""
    view, case = told.view, told.view.case
    return (
        Fact(name="Status", value=case.status.value),
        Fact(name="Owner", value=told.who(case.owner) if case.owner else "nobody yet"),
        Fact(name="Asked", value=told.who(case.handoff.to) if case.handoff else "nobody"),
        Fact(name="Severity", value=case.severity.value),
        Fact(name="Next update promised", value=view.time(case.promise, told.mail.to)),
    )


def clock_facts(
    view: View, clocks: Iterable[RunningClock], reader: str | None = None
) -> tuple[Fact, ...]:
    """Each clock of a case with its computation, and when it was met."""
    return tuple(
        Fact(
            name=clock.name.capitalize(),
            value=clock.text + (f", met {view.time(clock.met, reader)}" if clock.met else ""),
        )
        for clock in clocks
    )


def now_with(told: LetterContext) -> str | None:
    """Who has it now; None: nobody."""
    case = told.view.case
    if case.owner:
        return told.who(case.owner)
    if case.handoff:
        return f"{told.who(case.handoff.to)} (asked, not yet accepted)"
    return told.who(case.asked) if case.asked else None


def owed_next(told: LetterContext) -> str:
    """Who owes the customer the next word, and by when; empty where nobody does."""
    view, case = told.view, told.view.case
    if case.status is not Status.OWNED or not case.promise:
        return ""
    who = "You owe" if case.owner == told.mail.to else f"{told.who(case.owner)} owes"
    return f"{who} {view.customer} an update by {view.time(case.promise, told.mail.to)}."
