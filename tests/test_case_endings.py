"""How a case ends: by the customer's yes, by a person's word, or without an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from cases import NOW, accepted, act, case_of, offered, opened, setting

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Why
from deskless.agent.case.live.ending import says_yes
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.figures.figures import Happened, Window, World, count_figures
from deskless.agent.live import endings, timers
from deskless.policies.people.hours import Hours

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWNED = case_of(offered(), accepted(), requester="tom")
SOLVED = event.Resolved(at=NOW, by="ana")
RESOLVED = advance(OWNED, SOLVED)
ASKED = event.Reached(at=NOW + HOUR, by="ana", text="0" * 64, approved=NOW, kind="resolution")
NEVER = Hours(zone=setting().team.zone, week=((),) * 7)


def says(case: Case, verb: Verb, note: str = "", by: str = "ana") -> Decision:
    """A reply of the owner's, ten minutes on."""
    asked = Command(verb, note=note, line=verb.value)
    return on_reply(case, asked, setting(case.changed_at + HOUR / 6), act(by))


def letters(decision: Decision) -> list[tuple[str, str]]:
    """Which letters go to whom."""
    return [
        (each.letter.value, each.to) for each in decision.actions if isinstance(each, WriteLetter)
    ]


def reason(decision: Decision) -> str:
    """How the case ended; empty: it did not."""
    assert decision.case is not None
    return decision.case.reason


def after(case: Case, *events: event.Event) -> Case:
    """The case after these events."""
    for happened in events:
        case = advance(case, happened)
    return case


@pytest.mark.parametrize("case", [OWNED, RESOLVED, after(RESOLVED, ASKED)])
def test_a_close_before_the_yes_is_asked_about_once(case: Case) -> None:
    """Nothing is closed; the second time, or with a reason, it is."""
    first = says(case, Verb.CLOSE)
    [refused] = first.events
    assert isinstance(refused, event.Refused)
    assert refused.why is Why.PREMATURE
    [(kind, to)] = letters(first)
    assert (kind, to) == ("ask_back", "ana")
    assert first.case
    assert (reason(first), first.case.close_asked) == ("", True)
    assert reason(says(first.case, Verb.CLOSE)) == "done"
    assert reason(says(case, Verb.CLOSE, "the shop has closed for good")) == "done"


def test_what_asks_offers_the_way_to_the_customers_yes() -> None:
    """RESOLVED while it is open; later the customer has the mail that asks."""
    [letter] = says(OWNED, Verb.CLOSE).actions
    assert isinstance(letter, WriteLetter)
    assert letter.says("guesses") == "resolved,close"
    [letter] = says(RESOLVED, Verb.CLOSE).actions
    assert isinstance(letter, WriteLetter)
    assert letter.says("guesses") == "close"
    assert "their yes closes it by itself" in letter.says("why")


def test_it_is_asked_anew_after_it_was_opened_again() -> None:
    """Another end, another question."""
    asked = says(RESOLVED, Verb.CLOSE).case
    assert asked
    again = advance(asked, event.Reopened(at=NOW + HOUR, by="ana", promise=NOW + DAY))
    assert not again.close_asked


def test_a_customer_who_wrote_that_all_is_well_has_said_yes() -> None:
    """Nobody is asked, and it is no premature end."""
    thanked = advance(RESOLVED, event.Touched(at=NOW + HOUR, by=event.CUSTOMER))
    assert reason(says(thanked, Verb.CLOSE)) == "confirmed"


def test_nobody_asks_who_closes_what_nobody_had() -> None:
    """The requester no longer wants it."""
    assert reason(says(case_of(offered(), requester="tom"), Verb.CLOSE, by="tom")) == "done"


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("Vera confirmed on Monday", True),
        ("the figures are back, Jana confirmed it on the phone", True),
        ("she said so on the phone", True),
        ("Vera hat es bestätigt", True),
        ("Mme Lind a confirmé", True),
        ("Vera lo ha confirmado", True),
        ("the printers stand in her shop", False),
        ("Vera has not confirmed it", False),
        ("they haven't confirmed", False),
        ("nobody confirmed", False),
        ("Vera hat es noch nicht bestätigt", False),
        ("she will confirm, she said so", False),
        ("", False),
    ],
)
def test_a_reason_may_tell_the_customers_yes(words: str, yes: bool) -> None:
    """It is the writer's word; the opposite, and what is to come, are none."""
    assert says_yes(words) is yes
    if words:
        assert reason(says(OWNED, Verb.CLOSE, words)) == ("confirmed" if yes else "done")


def play(case: Case, until: datetime, hours: Hours | None = None) -> tuple[Case, list[str]]:
    """Time goes by, to each instant that is due: what was written, with its day in Berlin."""
    lines = []
    world = {"team": hours} if hours else {}
    while (due := timers.due_at(case, setting(case.changed_at, **world))) and due <= until:
        decision = timers.on_time(case, setting(due, **world))
        assert decision.case is not None
        case = decision.case
        at = due.astimezone(setting().team.zone)
        lines += [f"{at:%d %b %H:%M} {kind} {to}" for kind, to in letters(decision)]
    return case, lines


WITHOUT_FOLLOWERS = tuple(
    each for each in timers.TIMERS if each.name in {endings.ASKING, endings.ENDING}
)


def test_a_silent_customer_is_asked_again_and_then_it_is_closed_as_unconfirmed() -> None:
    """Three and ten working days after they were asked; then three more in which nothing is."""
    case, lines = play(after(RESOLVED, ASKED), NOW + 60 * DAY)
    assert lines == [
        "26 Nov 11:00 confirm_end ana", "07 Dec 11:00 confirm_end ana", "10 Dec 11:00 ended tom",
        "10 Dec 11:00 ended ana",
    ]  # fmt: skip
    assert (case.status, case.reason) == (Status.CLOSED, "unconfirmed")


def test_a_letter_that_nobody_sent_is_brought_again_by_the_same_days() -> None:
    """They count from RESOLVED; when it leaves, they begin anew."""
    case, lines = play(RESOLVED, NOW + 4 * DAY)
    assert lines == ["26 Nov 10:00 confirm_end ana"]
    late = event.Reached(at=NOW + 5 * DAY, text="0", approved=NOW, kind="resolution")
    _, lines = play(advance(case, late), NOW + 30 * DAY)
    assert [line[:6] for line in lines] == ["03 Dec", "14 Dec", "17 Dec", "17 Dec"]


def test_whatever_happens_after_the_last_asking_gives_three_more_days() -> None:
    """A note on the second day."""
    case, _ = play(after(RESOLVED, ASKED), NOW + 15 * DAY)
    noted = advance(case, event.Noted(at=NOW + 16 * DAY, by="ana", note="rang them"))
    due = endings.end_due(noted, setting(NOW + 16 * DAY))
    assert due == NOW + 21 * DAY


def test_days_without_power_ask_once() -> None:
    """Both instants have passed: one mail, and the end waits for its answer."""
    case = after(RESOLVED, ASKED)
    late = timers.on_time(case, setting(NOW + 40 * DAY), timers=WITHOUT_FOLLOWERS)
    assert letters(late) == [("confirm_end", "ana")]
    assert late.case
    assert late.case.live is False
    assert late.case.status is Status.RESOLVED
    assert endings.ask_due(late.case, setting(NOW + 40 * DAY)) is None
    assert endings.end_due(late.case, setting(NOW + 40 * DAY)) == datetime(
        2027, 1, 7, 8, tzinfo=UTC
    )


def test_a_content_customer_counts_as_confirmed_in_the_end() -> None:
    """They wrote before anybody asked; the owner never said CLOSE."""
    thanked = advance(RESOLVED, event.Touched(at=NOW + HOUR, by=event.CUSTOMER))
    case, _ = play(thanked, NOW + 60 * DAY)
    assert case.reason == "confirmed"


def test_where_nobody_ever_works_days_are_days() -> None:
    """Better a date than none."""
    assert endings.ask_due(RESOLVED, setting(NOW, team=NEVER)) == NOW + 3 * DAY


def test_nothing_waits_for_an_answer_before_it_is_resolved() -> None:
    """No clock runs on an open case, nor on one whose owner is not known."""
    assert endings.ask_due(OWNED, setting()) is None
    assert endings.end_due(OWNED, setting()) is None


def test_the_figures_count_ends_that_were_no_yes() -> None:
    """Unconfirmed by its reason, premature by its flag; both count as solved."""
    told = [
        *(offered(), accepted(), SOLVED, ASKED),
        event.Closed(at=NOW + 20 * DAY, reason=Why.UNCONFIRMED),
    ]
    happened = [Happened("ACME-1042-1", each) for each in (opened(), *told)]
    window = Window(NOW, NOW + 30 * DAY)
    figures = count_figures(happened, window, World("maya", setting().team), 1)
    assert (figures.unconfirmed, figures.premature) == (("ACME-1042-1",), ())
    assert figures.resolved == ("ACME-1042-1",)
