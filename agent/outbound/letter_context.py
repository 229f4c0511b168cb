"""What a letter's builder is given, and what several letters say alike."""

from dataclasses import dataclass

from deskless.agent.case.action import Mail
from deskless.agent.case.case import Handoff
from deskless.agent.case.decision import Setting
from deskless.agent.outbound.case_view import View
from deskless.templates.values import Fact


@dataclass(frozen=True, slots=True)
class Told:
    """What a builder is given: the action, the case's view, and the world of the decision."""

    mail: Mail
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


def facts(told: Told) -> tuple[Fact, ...]:
    """What is true now."""
    view, case = told.view, told.view.case
    return (
        Fact(name="Status", value=case.status.value),
        Fact(name="Owner", value=told.who(case.owner) if case.owner else "nobody yet"),
        Fact(name="Asked", value=told.who(case.handoff.to) if case.handoff else "nobody"),
        Fact(name="Severity", value=case.severity.value),
        Fact(name="Next update promised", value=view.time(case.promise, told.mail.to)),
    )


def now_with(told: Told) -> str | None:
    """Who has it now; None: nobody."""
    case = told.view.case
    if case.owner:
        return told.who(case.owner)
    if case.handoff:
        return f"{told.who(case.handoff.to)} (asked, not yet accepted)"
    return told.who(case.asked) if case.asked else None
