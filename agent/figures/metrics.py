"""The eight metrics of escalation work with their targets, and what shows where the load lies.

What has no source says so: satisfaction needs a customer's mark, customers kept the word of whoever
looks after them, root-cause actions a `prevent:`. `trend` sets a figure beside the windows before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deskless.agent.case.say_time import say_length
from deskless.agent.figures.figures import Figures, Rate, median_span

NONE = "no data"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure and its target. `text` None: there is no data, and `reason` says why.

    `met` is None where no target can be told. `trend` are the same figure's texts in the windows
    before, oldest first.
    """

    name: str
    target: str
    text: str | None = None
    met: bool | None = None
    reason: str = ""
    trend: tuple[str, ...] = ()


def eight_metrics(now: Figures, before: Sequence[Figures] = ()) -> tuple[Measure, ...]:
    """The eight metrics; `before` are the windows before this one, oldest first."""
    return tuple(_with_trend(metric, now, before) for metric in METRICS)


def load_metrics(now: Figures, before: Sequence[Figures] = ()) -> tuple[Measure, ...]:
    """Founder load, hold time, handoffs per case, promises, repeated explanations."""
    return tuple(_with_trend(measure, now, before) for measure in LOAD)


def percent(rate: Rate) -> str:
    """A rate as `83 % (5 of 6)`; there is something that it is a share of."""
    return f"{100 * rate.good / rate.of:.0f} % ({rate.good} of {rate.of})"


def _with_trend(
    measure: Callable[[Figures], Measure], now: Figures, before: Sequence[Figures]
) -> Measure:
    current_measure = measure(now)
    # Nothing that was asked of us has been met where no letter has left at all.
    met = None if current_measure.met and not now.letters else current_measure.met
    past = tuple((measure(each).text or NONE).partition(" (")[0] for each in before)
    known = any(text != NONE for text in past)
    return Measure(
        current_measure.name,
        current_measure.target,
        current_measure.text,
        met,
        current_measure.reason,
        past if known else (),
    )


def _first_response(now: Figures) -> Measure:
    name, target = "First response in time", "SLA: 15 min, 1 h, 4 h, 24 h"
    rate = now.first_response
    if rate.share is None:
        return Measure(name, target, reason="no new case had a first answer due")
    took = median_span(now.responses)
    reason = f"median {say_length(took)}" if took is not None else "none was answered"
    return Measure(name, target, percent(rate), rate.good == rate.of, reason)


def _resolution(now: Figures) -> Measure:
    name, target = "Time to resolution", "SLA: 4 h, 8 h, 48 h, 1 week"
    took = median_span(now.resolutions)
    if took is None:
        return Measure(name, target, reason="no case was solved")
    longest = f"longest {say_length(now.resolutions[-1])}"
    return Measure(name, target, say_length(took), now.in_sla.good == now.in_sla.of, longest)


def _satisfaction(now: Figures) -> Measure:
    name, target, marks = "Customer satisfaction", "at least 4.0 of 5", now.after.marks
    if not marks:
        return Measure(name, target, reason="no customer gave a mark")
    mean = sum(marks) / len(marks)
    many = f"{len(marks)} mark{'s' * (len(marks) > 1)}"
    return Measure(name, target, f"{mean:.1f} of 5 ({many})", mean >= 4)


def _escalation(now: Figures) -> Measure:
    name, target = "Escalation rate", "under 5 %"
    rate = now.escalation
    if rate is None or rate.share is None:
        return Measure(name, target, reason="no conversation was judged")
    return Measure(name, target, percent(rate), rate.share < 0.05)


def _repeat(now: Figures) -> Measure:
    name, target = "Repeat rate", "under 10 %"
    rate = Rate(len(now.returned), len({*now.opened, *now.returned}))
    if rate.share is None:
        return Measure(name, target, reason="no case was opened")
    again = f"{len(now.reopened)} reopened" if now.reopened else ""
    return Measure(name, target, percent(rate), rate.share < 0.10, again)


def _compliance(now: Figures) -> Measure:
    name, target = "SLA compliance", "at least 95 %"
    share = now.in_sla.share
    if share is None:
        return Measure(name, target, reason="no case was solved or due")
    return Measure(name, target, percent(now.in_sla), share >= 0.95)


def _recovery(now: Figures) -> Measure:
    name, target = "Customers kept", "at least 90 %"
    rate = Rate(now.after.maintained, len(now.after.standings))
    if rate.share is None:
        return Measure(name, target, reason="nobody told how a customer stands")
    return Measure(name, target, percent(rate), rate.share >= 0.9)


def _causes(now: Figures) -> Measure:
    name, target = "Root-cause actions completed", "100 %"
    rate = Rate(sum(now.after.actions), len(now.after.actions))
    if rate.share is None:
        return Measure(name, target, reason="no action was due")
    return Measure(name, target, percent(rate), rate.good == rate.of)


def _founder(now: Figures) -> Measure:
    name, target = "Cases that went to the founder", "falling"
    rate = Rate(now.founder_cases, now.offered)
    if rate.share is None:
        return Measure(name, target, reason="no case was offered")
    times = f"{now.founder_handoffs} handoffs" if now.founder_handoffs != 1 else "1 handoff"
    return Measure(name, target, percent(rate), reason=times)


def _held(now: Figures) -> Measure:
    name, target = "Held by support before the trigger", "falling"
    took = median_span(now.held)
    if took is None:
        return Measure(name, target, reason="no case was opened by a customer's mail")
    return Measure(name, target, say_length(took), reason=f"longest {say_length(now.held[-1])}")


def _handoffs(now: Figures) -> Measure:
    name, target = "Handoffs for each case", "1"
    if now.handoffs is None:
        return Measure(name, target, reason="no case was offered")
    return Measure(name, target, f"{now.handoffs:.1f}", now.handoffs <= 1)


def _promises(now: Figures) -> Measure:
    name, target = "Promises kept", "100 %"
    rate = Rate(now.kept, now.kept + len(now.broken))
    if rate.share is None:
        return Measure(name, target, reason="no promise was due")
    return Measure(name, target, percent(rate), rate.good == rate.of)


def _again(now: Figures) -> Measure:
    name, target = "Customers who had to write again", "0 times"
    if not (now.again or now.offers or now.opened):
        return Measure(name, target, reason="no case moved")
    times = f"{now.again} times" if now.again != 1 else "once"
    if not now.told and not now.again:
        return Measure(name, target, times, reason="nobody wrote to a customer")
    return Measure(name, target, times, now.again == 0)


COUNTS = {
    "First response in time": "Conversations whose case opened then, and whose first answer was due"
    " or came: in time where a letter to the customer left in time, or they were called.",
    "Time to resolution": "Cases solved then: the median time from opening to the owner's RESOLVED"
    " or CLOSE. Met where all of them were in time and their customers had word from us.",
    "SLA compliance": "Cases solved then, or due then and unsolved: in time where solved in time"
    " and the customer had word from us.",
    "Escalation rate": "Cases opened, of the conversations that were judged.",
    "Repeat rate": "Cases that were opened again or are about an old matter, of those that moved.",
    "Customer satisfaction": "Marks that customers gave then, by the question of the letter that"
    " says that it is solved: their mean. The latest mark of a case counts.",
    "Customers kept": "Customers of whom was told then how the relationship stands, a month after"
    " a case that hurt them: kept or stronger.",
    "Root-cause actions completed": "Actions set by `prevent:` whose time came then, or that ended"
    " then: done.",
    "Cases that went to the founder": "Cases whose brief left for the founder, of those of which"
    " any brief left.",
    "Held by support before the trigger": "From the customer's first mail to the opening: the"
    " median.",
    "Handoffs for each case": "Briefs that left, for each case of which one did.",
    "Promises kept": "Updates owed to customers that came due or were given then: kept where a"
    " letter to the customer left in time, or they were called. What else an owner tells us keeps"
    " none.",
    "Customers who had to write again": "Mails of customers that followed one of theirs before any"
    " answer to them had left.",
}
"""What each figure counts, in a sentence."""
METRICS = (
    _first_response, _resolution, _satisfaction, _escalation, _repeat, _compliance, _recovery,
    _causes,
)  # fmt: skip
LOAD = (_founder, _held, _handoffs, _promises, _again)
