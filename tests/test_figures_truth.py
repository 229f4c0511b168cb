"""Whatever happened: the figures say what the outgoing mail says, and list what they count."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from cases import NOW, OFFICE, offered, opened
from figure_table import sources_are_the_figures
from hypothesis import HealthCheck, given, settings, strategies as st

from deskless.agent.case import event
from deskless.agent.case.case import OWN_WORDS, Case
from deskless.agent.case.deadline import first_response_by
from deskless.agent.case.event import Event
from deskless.agent.case.state import IllegalMove, advance
from deskless.agent.figures.case_history import Happened, case_tales
from deskless.agent.figures.figures import Figures, Window, World, count_figures
from deskless.agent.figures.metrics import eight_metrics, load_metrics
from deskless.agent.figures.sources import figure_sources

MINUTE = timedelta(minutes=1)
END = NOW + timedelta(days=10)
ALL = Window(NOW - timedelta(days=1), END)
TICKET = "ACME-1042"


@dataclass
class Post:
    """What went over the wire, as the post office saw it: instants of mails, and what they told."""

    out: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    came: list[datetime] = field(default_factory=list)
    briefs: list[datetime] = field(default_factory=list)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "accept",
                "progress",
                "customer",
                "team",
                "own",
                "send",
                "words",
                "lose",
                "undo",
                "lapse",
                "lapse unsent",
                "bounce",
                "strand",
                "resolve",
                "close",
                "reopen",
            ]
        ),
        st.integers(1, 900),
        st.integers(1, 600),
    ),
    max_size=14,
)
"""What happens, minutes after what was before, and the minutes that a promise is for."""


def story(steps: list[tuple[str, int, int]]) -> tuple[list[Event], Post, set[datetime]]:
    """The events of a case, its mail, and the times for which an update was ever promised."""
    events: list[Event] = [opened(first_mail=NOW, unanswered_since=NOW), offered()]
    post, owed, now = Post(came=[NOW], briefs=[NOW]), set[datetime](), NOW
    unsent: set[int] = set()
    case = advance(advance(None, events[0]), events[1])
    for what, after, ahead in steps:
        now += MINUTE * after
        if what in {"accept", "bounce"} and case.handoff and case.handoff.number in unsent:
            continue  # nobody answers what they never got
        made = _step(what, now, now + MINUTE * ahead, case)
        try:
            for each in made:
                case = advance(case, each)
        except IllegalMove:
            continue
        events += made
        due = getattr(made[-1], "promise", None)
        if what in {"send", "team", "own", "words"}:
            post.out.append((now, due))
        unsent |= {len(case.handoffs)} if what == "lapse unsent" else set()
        if what in {"lapse", "bounce", "strand"}:
            post.briefs.append(now)
        if what == "customer":
            post.came.append(now)
        owed |= {due} if due is not None else set()
    return events, post, owed


def _step(what: str, now: datetime, due: datetime, case: Case) -> list[Event]:
    yes = event.Approved(at=now, by="ana", text="00", promise=due, waits=True)
    words = replace(yes, text="11", kind=OWN_WORDS)
    open_now = case.handoff.number if case.handoff else 0
    after = offered(len(case.handoffs) + 1, at=now, to="ben")
    lapsed = [event.Lapsed(at=now, number=open_now), after]
    own = event.Touched(at=now, by="ana", cause="mail:own")
    founder = event.Stranded(at=now, number=after.number, founder="maya", remind_at=due)
    took = event.Accepted(
        at=now, by="ana", number=open_now, owner="ana", promise=due, tier=2
    )  # fmt: skip
    return {
        "accept": [took],
        "own": [own, event.Progressed(at=now, by="ana", promise=due, cause="mail:own")],
        "words": [
            words,
            event.Reached(at=now, by="ana", text="11", kind=OWN_WORDS, approved=now, promise=due),
        ],
        "undo": [event.Undone(at=now, by="ana", what="x")],
        "lapse": lapsed,
        "lapse unsent": lapsed,
        "bounce": [event.Bounced(at=now, by="ana", number=open_now), after],
        "strand": [lapsed[0], founder],
        "progress": [event.Progressed(at=now, by="ana", promise=due)],
        "customer": [event.Touched(at=now, by=event.CUSTOMER)],
        "team": [event.Touched(at=now, by="tom")],
        "send": [yes, event.Reached(at=now, by="ana", text="00", approved=now, promise=due)],
        "lose": [yes, event.Unreached(at=now, told=now)],
        "resolve": [event.Resolved(at=now, by="ana")],
        "close": [event.Closed(at=now, by="ana", reason=event.Why.DONE)],
        "reopen": [event.Reopened(at=now, by="ana", promise=due)],
    }[what]


def _kept(post: Post, since: datetime, due: datetime) -> bool:
    """Whether a letter left after the promise and in time that did more than tell that time."""
    return any(since < at <= due and told != due for at, told in post.out)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_every_figure_is_what_the_outgoing_mail_says(steps: list[tuple[str, int, int]]) -> None:
    """Recomputed from the mails alone: told, first answer, wrote again, promises kept."""
    events, post, owed = story(steps)
    world = World(
        "maya", OFFICE, wrote={TICKET: tuple(post.came)},
        written={TICKET: ()}, briefs={"ACME-1042-1": tuple(post.briefs)},
    )  # fmt: skip
    happened = [Happened("ACME-1042-1", each, number) for number, each in enumerate(events, 1)]
    now = count_figures(happened, ALL, world)
    _counts_what_left(now, events, post)
    out = sorted(at for at, _ in post.out)
    assert now.told == len(set(out))
    due = first_response_by(events[0].severity, NOW, hours=OFFICE).at  # type: ignore[attr-defined]
    in_time = bool(out) and out[0] <= due
    assert (now.first_response.good, now.first_response.of) == (int(in_time), 1)
    mails = sorted(post.came)
    again = sum(not any(last <= at < mail for at in out) for last, mail in pairwise(mails))
    assert now.again == again
    [tale] = case_tales(happened, ALL.until).values()
    settled = [each for each in tale.promises if each.kept(END) is not None]
    for each in settled:
        assert each.kept(END) is _kept(post, each.begun, each.due), each
    assert now.kept == sum(_kept(post, each.begun, each.due) for each in settled)
    assert {each.due for each in tale.promises} <= owed
    for metric in (*eight_metrics(now), *load_metrics(now)):
        customers = metric.name in {
            "First response in time", "Promises kept", "SLA compliance", "Time to resolution",
            "Customers who had to write again",
        }  # fmt: skip
        assert not (customers and metric.met and not out), metric


def _counts_what_left(now: Figures, events: list[Event], post: Post) -> None:
    """The figures of load and of time, from the mails and the last word of each kind alone."""
    answered = {each.number for each in events if isinstance(each, event.Accepted | event.Bounced)}
    offers = [each for each in events if isinstance(each, event.Offered | event.Stranded)]
    left = [each for each in offers if each.at in post.briefs or each.number in answered]
    assert now.offers == len({each.number for each in left})
    assert now.founder_handoffs == sum(isinstance(each, event.Stranded) for each in left)
    assert now.letters == len({at for at, _ in post.out}) + now.offers
    assert (len(now.opened), now.held) == (1, (timedelta(),))
    assert bool(now.reopened) is any(isinstance(each, event.Reopened) for each in events)
    assert now.in_sla.good == 0 or post.out


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_a_figure_is_the_sum_of_the_sources_that_it_lists(
    steps: list[tuple[str, int, int]],
) -> None:
    """Each source names its case and its entries; together they are the figure."""
    events, post, _ = story(steps)
    world = World("maya", OFFICE, wrote={TICKET: tuple(post.came)}, written={TICKET: ()})
    happened = [Happened("ACME-1042-1", each, number) for number, each in enumerate(events, 1)]
    now = count_figures(happened, ALL, world)
    sources = figure_sources(case_tales(happened, ALL.until), now, world)
    sources_are_the_figures(sources, now)
    for some in sources.values():
        for each in some:
            assert all(1 <= entry <= len(events) for entry in each.entries)
            assert each.entries or each.what in {"due and not solved", "wrote again"}
