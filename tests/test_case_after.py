"""After the end of a case: how hard it hit, goodwill and who decides, tasks and their dates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from case_people import BERLIN, HOURS, NOW as FRIDAY, TEAM as READERS_TEAM
from cases import NOW, accepted, act, case_of, offered, opening, setting

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.after import question, recovery, review, tasks
from deskless.agent.case.after.carers import recovery_owner, sayable_after
from deskless.agent.case.after.effects_after import CHECK_IN, GOODWILL
from deskless.agent.case.after.event_after import (
    Area,
    Gesture,
    GoodwillDecided,
    GoodwillOffered,
    ImpactCorrected,
    Level,
    Rated,
    RecoveryOpened,
    RelationTold,
    ReviewOpened,
    ReviewPart,
    ReviewTold,
    Standing,
    TaskEnded,
    TaskKind,
    TaskSet,
)
from deskless.agent.case.after.files import OfferState
from deskless.agent.case.after.impact import impact_level, impact_points
from deskless.agent.case.case import Case, Room
from deskless.agent.case.decision import Decision, Setting
from deskless.agent.case.event import Refused, Why
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Asked, Command, Verb
from deskless.agent.figures.case_history import case_tales
from deskless.agent.figures.figures import Happened, Window, World, count_figures
from deskless.agent.figures.metrics import eight_metrics
from deskless.agent.figures.sources import figure_sources
from deskless.agent.live import timers
from deskless.agent.reply.after.rating import is_bare_mark, read_rating
from deskless.agent.reply.grammar import read_reply
from deskless.policies.people.hours import Hours
from deskless.policies.verdict import Severity

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SOLVED = event.Resolved(at=NOW + HOUR, by="ana")
CLOSED = event.Closed(at=NOW + 2 * HOUR, by=event.CUSTOMER, reason=Why.CONFIRMED)
OPENED = RecoveryOpened(
    at=NOW + 3 * HOUR, level=Level.SIGNIFICANT, to="tom", points=("3 severity SEV-2",)
)


def after(case: Case, *events: event.Event) -> Case:
    """The case after these events."""
    for happened in events:
        case = advance(case, happened)
    return case


def solved(severity: Severity = Severity.SEV2, **more: Any) -> Case:
    """A case that was solved within the hour."""
    return after(case_of(offered(), accepted(), severity=severity, **more), SOLVED)


RECOVERED = after(solved(), CLOSED, OPENED)
OFFERED = advance(
    RECOVERED,
    GoodwillOffered(
        at=NOW + 4 * HOUR, by="ana", offer=1, gesture=Gesture.CREDIT, months=1, approver="ben"
    ),
)
OWED = advance(
    RECOVERED,
    TaskSet(
        at=NOW + 4 * HOUR, by="ana", task=1, kind=TaskKind.PREVENTION, owner="ben",
        due=NOW + 2 * DAY, area=Area.PROCESS, what="write it down",
    ),
)  # fmt: skip

REVIEWED = advance(RECOVERED, ReviewOpened(at=NOW + 4 * HOUR, to="ana"))


def says(
    case: Case, verb: Verb, by: str = "ana", world: Setting | None = None, **more: Any
) -> Decision:
    """A reply five hours on."""
    asked = Command(verb, line=verb.value, **more)
    return on_reply(case, asked, world or setting(NOW + 5 * HOUR), act(by))


def letters(decision: Decision) -> list[tuple[str, str]]:
    """Which letters go to whom."""
    return [
        (each.letter.value, each.to) for each in decision.actions if isinstance(each, WriteLetter)
    ]


def refusals(decision: Decision) -> list[Why]:
    """Why it was refused."""
    return [each.why for each in decision.events if isinstance(each, Refused)]


@pytest.mark.parametrize(
    ("facts", "points", "level"),
    [
        ({"severity": Severity.SEV4}, [], Level.MINOR),
        ({"severity": Severity.SEV3}, [1], Level.MINOR),
        ({"severity": Severity.SEV2}, [3], Level.MODERATE),
        ({"severity": Severity.SEV1}, [4], Level.MODERATE),
        ({"severity": Severity.SEV1, "account_tier": "Enterprise"}, [4, 1], Level.SIGNIFICANT),
        ({"severity": Severity.SEV2, "revenue": 50_000, "seq": 2}, [3, 1, 1], Level.SIGNIFICANT),
        ({"severity": Severity.SEV2, "revenue": 49_999, "seq": 9}, [3, 2], Level.SIGNIFICANT),
        (
            {"severity": Severity.SEV1, "account_tier": "vip", "revenue": 90_000, "seq": 3},
            [4, 2, 1, 1], Level.SEVERE,
        ),
    ],
)  # fmt: skip
def test_the_impact_is_a_sum(facts: dict[str, Any], points: list[int], level: Level) -> None:
    """Severity, repeats, tier and revenue; what adds nothing is not named."""
    reckoned = impact_points(solved(**facts), setting())
    assert [count for count, _ in reckoned] == points
    assert impact_level(reckoned) is level


@pytest.mark.parametrize(
    ("took", "more"), [(timedelta(hours=8), 0), (timedelta(hours=12), 1), (timedelta(days=4), 2)]
)
def test_a_long_wait_weighs_once_past_its_clock_and_twice_past_double(
    took: timedelta, more: int
) -> None:
    """Eight working hours are agreed for a SEV-2."""
    case = after(
        case_of(offered(), accepted(), severity=Severity.SEV2), replace(SOLVED, at=NOW + took)
    )
    assert sum(count for count, _ in impact_points(case, setting())) == 3 + more


def test_broken_promises_weigh_up_to_two() -> None:
    """However many there were."""
    case = replace(solved(), broken_promises=5)
    assert (2, "5 updates promised and not kept") in impact_points(case, setting())


@pytest.mark.parametrize(
    ("case", "due"),
    [
        (solved(), 1.5),
        (solved(Severity.SEV3), None),
        (solved(Severity.SEV3, seq=2), 1.5),
        (replace(solved(Severity.SEV3), broken_promises=1), 1.5),
        (case_of(offered(), accepted(), severity=Severity.SEV1), None),
        (after(solved(), replace(CLOSED, reason=Why.DUPLICATE)), None),
        (RECOVERED, None),
        (replace(RECOVERED, recovery=replace(RECOVERED.recovery, at=NOW), seq=9), None),
        (replace(RECOVERED, recovery=replace(RECOVERED.recovery, at=NOW, level=Level.MINOR)), 1.5),
        (replace(RECOVERED, recovery=replace(RECOVERED.recovery, level=Level.MINOR)), None),
    ],
)
def test_when_a_plan_opens(case: Case, due: float | None) -> None:
    """Severe, broken or back, half an hour after the end; a second one where it was worse."""
    assert recovery.plan_due(case, setting()) == (NOW + due * HOUR if due else None)


def test_the_plan_goes_to_the_accounts_owner_else_the_cases_else_the_founder() -> None:
    """Whoever left the team is passed over."""
    case = solved()
    assert recovery_owner(case, setting(account_owner="cleo")) == "cleo"
    assert recovery_owner(case, setting(account_owner="gone")) == "ana"
    assert recovery_owner(replace(case, owner="gone"), setting()) == "maya"
    decision = timers.on_time(case, setting(NOW + 2 * HOUR, account_owner="cleo"))
    assert decision.case
    assert decision.case.recovery
    assert decision.case.recovery.points == ("3 severity SEV-2",)
    assert ("recovery", "cleo") in letters(decision)


def test_who_says_how_hard_it_hit() -> None:
    """The account's owner, the case's or the founder; a level that exists, and once."""
    severe = says(RECOVERED, Verb.IMPACT, value="severe", note="a day lost")
    assert severe.case
    assert severe.case.recovery
    assert (severe.case.recovery.level, severe.case.recovery.corrected) == (Level.SEVERE, True)
    assert letters(severe) == [("recovery", "ana")]
    assert refusals(says(severe.case, Verb.IMPACT, value="severe")) == [Why.DONE]
    assert refusals(says(RECOVERED, Verb.IMPACT, value="huge")) == [Why.NOT_NOW]
    assert refusals(says(RECOVERED, Verb.IMPACT, by="cleo", value="severe")) == [Why.NOT_YOURS]
    assert refusals(says(solved(), Verb.IMPACT, value="severe")) == [Why.NOT_NOW]
    stray = advance(solved(), ImpactCorrected(at=NOW + 2 * HOUR, level=Level.SEVERE))
    assert stray.recovery is None


@pytest.mark.parametrize(
    ("gesture", "months", "world", "approver", "lasts"),
    [
        ("credit", "", {}, "maya", 1),
        ("credit", "2", {"approver": "ben"}, "ben", 2),
        ("credit", "3", {"approver": "ben"}, "maya", 3),
        ("credit", "3", {"approver": "ben", "goodwill_months": {"significant": 3}}, "ben", 3),
        ("training", "4", {"approver": "ben"}, "ben", 0),
        ("executive contact", "", {"approver": "ben"}, "maya", 0),
    ],
)
def test_who_approves_what(
    gesture: str, months: str, world: dict[str, Any], approver: str, lasts: int
) -> None:
    """The approver up to the level's limit; beyond it, or off its menu, the founder."""
    made = says(
        RECOVERED, Verb.GOODWILL, world=setting(NOW + 5 * HOUR, **world), value=gesture,
        subject_id=months,
    )  # fmt: skip
    assert made.case
    [offer] = made.case.offers
    assert (offer.approver, offer.months, offer.by) == (approver, lasts, "ana")
    assert letters(made) == [("approval", approver), ("receipt", "ana")]


def test_who_may_offer_and_when() -> None:
    """One offer at a time, of a case that has ended, by who speaks for it."""
    assert refusals(says(RECOVERED, Verb.GOODWILL, by="cleo", value="credit")) == [Why.NOT_YOURS]
    assert refusals(says(solved(), Verb.GOODWILL, value="credit")) == [Why.NOT_NOW]
    assert refusals(says(RECOVERED, Verb.GOODWILL, value="a car")) == [Why.NOT_NOW]
    assert refusals(says(OFFERED, Verb.GOODWILL, value="credit")) == [Why.NOT_NOW]
    back = advance(RECOVERED, event.Reopened(at=NOW + 4 * HOUR))
    assert refusals(says(back, Verb.GOODWILL, by="maya", value="credit")) == [Why.NOT_NOW]


def test_who_says_yes_and_no() -> None:
    """Who was asked, or the founder; a no needs its reason; there is one answer."""
    assert refusals(says(OFFERED, Verb.APPROVE)) == [Why.NOT_YOURS]
    assert refusals(says(OFFERED, Verb.DECLINE, by="ben")) == [Why.NOT_NOW]
    no = says(OFFERED, Verb.DECLINE, by="maya", note="too much")
    assert no.case
    assert no.case.offers[0].state is OfferState.DECLINED
    assert letters(no) == [("goodwill", "ana"), ("receipt", "maya")]
    yes = says(OFFERED, Verb.APPROVE, by="ben")
    assert yes.case
    assert yes.case.offers[0].state is OfferState.APPROVED
    assert refusals(says(yes.case, Verb.APPROVE, by="ben")) == [Why.DONE]
    own = replace(OFFERED, offers=(replace(OFFERED.offers[0], by="ben"),))
    assert letters(says(own, Verb.APPROVE, by="ben")) == [("goodwill", "ben")]


def test_an_offer_is_made_when_its_letter_has_left() -> None:
    """Another letter makes none, nor one for an offer that was not approved."""
    yes = GoodwillDecided(at=NOW + 5 * HOUR, by="ben", offer=1, approved=True)
    left = event.Reached(at=NOW + 6 * HOUR, by="ana", text="0" * 64, approved=NOW, kind=GOODWILL)
    assert after(OFFERED, yes, left).offers[0].state is OfferState.SENT
    assert (
        after(OFFERED, yes, replace(left, kind="progress")).offers[0].state is OfferState.APPROVED
    )
    assert after(OFFERED, left).offers[0].state is OfferState.ASKED
    two = after(OFFERED, replace(yes, approved=False), GoodwillOffered(
        at=NOW + 5 * HOUR, by="ana", offer=2, gesture=Gesture.TRAINING, approver="ben"
    ), replace(yes, offer=2), left)  # fmt: skip
    assert [offer.state for offer in two.offers] == [OfferState.DECLINED, OfferState.SENT]


def test_its_letters_are_sent_by_who_cares_for_the_account() -> None:
    """Also where somebody else had the case; nobody else sends them, and none of an open case."""
    world = setting(NOW + 5 * HOUR, account_owner="cleo")
    for kind in (GOODWILL, CHECK_IN):
        yes = act("cleo", draft="a" * 64, draft_kind=kind, named="cleo")
        sent = on_reply(RECOVERED, Command(Verb.SEND, line="SEND"), world, yes)
        assert any(isinstance(each, event.Approved) for each in sent.events)
        other = on_reply(RECOVERED, Command(Verb.SEND, line="SEND"), world, replace(yes, by="ben"))
        assert refusals(other) == [Why.NOT_YOURS]
        back = advance(RECOVERED, event.Reopened(at=NOW + 4 * HOUR))
        late = on_reply(back, Command(Verb.SEND, line="SEND"), world, yes)
        assert refusals(late) == [Why.STALE]
    progress = act("cleo", draft="a" * 64, draft_kind="progress")
    assert refusals(on_reply(RECOVERED, Command(Verb.SEND), world, progress)) == [Why.NOT_YOURS]


def test_a_task_has_an_owner_and_a_time_ahead() -> None:
    """Its owner hears of it; who set it for themselves has the receipt."""
    until = NOW + 2 * DAY
    made = says(RECOVERED, Verb.PREVENT, to="ben", until=until, note="an alarm", value="technical")
    assert made.case
    [task] = made.case.tasks
    assert (task.owner, task.due, task.kind, task.area) == (
        "ben", until, TaskKind.PREVENTION, Area.TECHNICAL,
    )  # fmt: skip
    assert letters(made) == [("receipt", "ana"), ("task", "ben")]
    mine = says(RECOVERED, Verb.COMMIT, until=until, note="call them")
    assert letters(mine) == [("receipt", "ana")]
    assert mine.case
    assert mine.case.tasks[0].area is None
    assert refusals(says(RECOVERED, Verb.COMMIT, by="cleo", until=until)) == [Why.NOT_YOURS]
    assert refusals(says(RECOVERED, Verb.COMMIT, to="gone", until=until)) == [Why.NOT_NOW]
    assert refusals(says(RECOVERED, Verb.COMMIT)) == [Why.NOT_NOW]
    assert refusals(says(RECOVERED, Verb.COMMIT, until=NOW)) == [Why.NOT_NOW]


def test_who_ends_a_task() -> None:
    """Its owner says that it is done; to give it up takes who speaks for the case, and a reason."""
    done = says(OWED, Verb.FINISHED, by="ben", subject_id="1", note="in the wiki")
    assert done.case
    assert (done.case.tasks[0].open, done.case.tasks[0].done) == (False, True)
    assert says(OWED, Verb.FINISHED, by="ben").case == done.case
    assert refusals(says(done.case, Verb.FINISHED, by="ben", subject_id="1")) == [Why.DONE]
    assert refusals(says(done.case, Verb.FINISHED, by="ben")) == [Why.NOT_NOW]
    assert refusals(says(OWED, Verb.FINISHED, by="ben", subject_id="7")) == [Why.NOT_NOW]
    assert refusals(says(OWED, Verb.FINISHED, by="cleo", subject_id="1")) == [Why.NOT_YOURS]
    assert refusals(says(OWED, Verb.DROP, by="ben", subject_id="1", note="no")) == [Why.NOT_YOURS]
    assert refusals(says(OWED, Verb.DROP, subject_id="1")) == [Why.NOT_NOW]
    dropped = says(OWED, Verb.DROP, subject_id="1", note="they left")
    assert dropped.case
    assert (dropped.case.tasks[0].open, dropped.case.tasks[0].done) == (False, False)


def test_an_open_task_is_asked_for_at_its_time_and_weekly() -> None:
    """Once for each instant; what went by unseen once; the founder for who has left."""
    assert tasks.chase_due(RECOVERED, setting()) is None
    assert tasks.chase_due(OWED, setting()) == NOW + 2 * DAY
    late = timers.on_time(OWED, setting(NOW + 2 * DAY))
    assert ("task", "ben") in letters(late)
    assert late.case
    assert tasks.chase_due(late.case, setting(NOW + 2 * DAY)) == NOW + 2 * DAY + WEEK
    far = setting(NOW + 2 * DAY + 5 * WEEK)
    assert tasks.chase_due(late.case, far) == NOW + 2 * DAY + 5 * WEEK
    gone = replace(OWED, tasks=(replace(OWED.tasks[0], owner="gone"),))
    assert ("task", "maya") in letters(timers.on_time(gone, setting(NOW + 2 * DAY)))
    ended = advance(OWED, TaskEnded(at=NOW + DAY, by="ben", task=1, done=True))
    assert tasks.chase_due(ended, far) is None


def test_the_check_ins_are_a_dated_series_of_a_closed_case() -> None:
    """By the level; none while it is only resolved; what went by unseen is asked for once."""
    assert recovery.check_in_times(advance(solved(), OPENED), setting()) == ()
    assert recovery.check_in_times(solved(), setting()) == ()
    times = recovery.check_in_times(RECOVERED, setting())
    assert [f"{at:%a %d}" for at in times] == ["Thu 26", "Mon 07"]
    assert recovery.check_in_due(RECOVERED, setting()) == times[0]
    asked = timers.on_time(RECOVERED, setting(times[0], account_owner="cleo"))
    assert (CHECK_IN, "tom") in letters(asked)
    assert asked.case
    assert recovery.check_in_due(asked.case, setting(times[0])) == times[1]
    last = timers.on_time(asked.case, setting(times[1] + 30 * DAY))
    assert last.case
    assert recovery.check_in_due(last.case, setting(times[1] + 30 * DAY)) is None
    severe = replace(RECOVERED, recovery=replace(RECOVERED.recovery, level=Level.SEVERE))
    assert len(recovery.check_in_times(severe, setting())) == 5
    never = Hours(zone=setting().team.zone, week=((),) * 7)
    assert recovery.check_in_times(RECOVERED, setting(team=never))[0] == CLOSED.at + 3 * DAY


@pytest.mark.parametrize(
    ("case", "person", "words"),
    [
        (RECOVERED, "cleo", ()),
        (RECOVERED, "ana", (Verb.GOODWILL, Verb.COMMIT, Verb.IMPACT)),
        (OFFERED, "ben", (Verb.APPROVE, Verb.DECLINE)),
        (REVIEWED, "ana", (
            Verb.GOODWILL, Verb.COMMIT, Verb.IMPACT, Verb.REVIEW, Verb.WHY, Verb.LESSON,
            Verb.PREVENT,
        )),
        (REVIEWED, "cleo", ()),
        (OFFERED, "maya", (
            Verb.APPROVE, Verb.DECLINE, Verb.GOODWILL, Verb.COMMIT, Verb.IMPACT,
        )),
        (OWED, "ben", (Verb.FINISHED,)),
        (OWED, "tom", (Verb.GOODWILL, Verb.COMMIT, Verb.IMPACT, Verb.FINISHED, Verb.DROP)),
        (solved(), "ana", ()),
    ],
)  # fmt: skip
def test_each_is_told_what_they_can_say(case: Case, person: str, words: tuple[Verb, ...]) -> None:
    """HELP and the buttons offer nothing that would be refused."""
    assert sayable_after(case, person, setting()) == words


def read(text: str, *, now: datetime = FRIDAY, **asked: Any) -> Any:
    """What a text asks, from Sam."""
    facts = {"writer": "sam", "hours": HOURS} | asked
    return read_reply(
        text,
        people=READERS_TEAM,
        now=now,
        zone=BERLIN,
        asked=Asked(**facts),  # type: ignore[arg-type]
    )


OFFERS = [
    ("OFFER credit 1 month", "credit", "1"),
    ("offer 2 months credit because they lost a day", "credit", "2"),
    ("Anbieten: Gutschrift", "", ""),
    ("anbieten Gutschrift 3 Monate", "credit", "3"),
    ("proposer avoir 2 mois", "credit", "2"),
    ("ofrecer crédito 2 meses", "credit", "2"),
    ("offer training", "training", ""),
    ("anbieten Schulung", "training", ""),
    ("proposer accès anticipé", "early access", ""),
    ("ofrecer soporte premium 1 mes", "premium support", "1"),
    ("offer extended terms 6 months", "extended terms", "6"),
    ("offer executive contact", "executive contact", ""),
]


@pytest.mark.parametrize(("text", "gesture", "months"), OFFERS)
def test_offers_are_read_in_four_languages(text: str, gesture: str, months: str) -> None:
    """What and how long; without its blank it is none."""
    asked = read(text)
    got = (getattr(asked, "value", ""), getattr(asked, "subject_id", ""))
    assert got == ((gesture, months) if gesture else ("", ""))
    assert (getattr(asked, "verb", None) is Verb.GOODWILL) is bool(gesture)


def test_an_offer_in_money_is_doubted_and_a_name_is_an_owner() -> None:
    """Only months are read behind an offer."""
    assert read("OFFER credit 500 EUR").doubts
    assert read("OFFER credit 2 months and 3 days").doubts
    assert read("OFFER Ana").verb is Verb.OFFER
    assert getattr(read("OFFER credit?"), "verb", None) is not Verb.GOODWILL


FRIDAY_NEXT = datetime(2026, 11, 27, 17, tzinfo=UTC)
TASKS = [
    ("commit: call them every Friday @ana by 27 November", "ana", "call them every Friday", ""),
    ("commit: send the plan by 27 November", "sam", "send the plan", ""),
    ("commit by 27 November: x", None, None, None),
    ("prevent: add an alarm @Maya by 27 November technical", "maya", "add an alarm", "technical"),
    ("prevent: write it by 27 November @dana [docs]", "dana", "write it", "docs"),
    ("prevent: a course by 27 November [training]", "sam", "a course", "training"),
    ("Zusage: anrufen @ana bis 27. November", "ana", "anrufen", ""),
    ("vorbeugen: Alarm @ana bis zum 27. November [Prozess]", "ana", "Alarm", "process"),
    ("engagement : appeler @ana avant 27 novembre", "ana", "appeler", ""),
    ("prévenir : alarme @ana d'ici 27 novembre [communication]", "ana", "alarme", "communication"),
    ("compromiso: llamar @ana antes del 27 de noviembre", "ana", "llamar", ""),
    ("prevenir: alarma @ana antes del 27 de noviembre [técnico]", "ana", "alarma", "technical"),
]


@pytest.mark.parametrize(("text", "to", "what", "area"), TASKS)
def test_tasks_are_read_in_four_languages(
    text: str, to: str | None, what: str | None, area: str | None
) -> None:
    """Who, what, by when, and which area; a day is the whole of it."""
    asked = read(text)
    if what is None:
        assert getattr(asked, "verb", None) is not Verb.COMMIT
        return
    assert (asked.to, asked.note, asked.value, asked.doubts) == (to, what, area, ())
    assert asked.until == FRIDAY_NEXT


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("commit: call them", "By when?"),
        ("commit: call them by Friday", "today or a week from now"),
        ("commit: stand by them @ana", "By when?"),
        ("commit: call by 27 November, or so", "By when?"),
        ("commit: call @nobody by 27 November", "I know nobody"),
        ("commit: call @sam by 27 November", "may be"),
        ("commit: @ana by 27 November", "What is to be done?"),
        ("impact: terrible", "The levels are"),
    ],
)
def test_what_is_missing_is_asked_for(text: str, doubt: str) -> None:
    """Never a guess."""
    assert doubt in " ".join(read(text).doubts)


def test_a_time_to_the_minute_stays_and_a_day_without_hours_ends_at_six() -> None:
    """The writer's hours say when a day ends; else six."""
    assert read("commit: x by 27 November 12:00").until == datetime(2026, 11, 27, 11, tzinfo=UTC)
    assert read("commit: x by 27 November", hours=None).until == FRIDAY_NEXT
    always = replace(HOURS, week=tuple(() for _ in range(7)))
    assert read("commit: x by 29 November", hours=always).until == FRIDAY_NEXT + 2 * DAY


def test_several_lines_are_several_acts_and_a_line_below_goes_on() -> None:
    """A blank line or a farewell ends it."""
    asked = read(
        "prevent: an alarm @ana by 27 November\non the queue\ncommit: call by 27 November\n"
        "Thanks\nSam\n\nSent from my phone"
    )
    assert [each.note for each in (asked, *asked.then)] == ["an alarm\non the queue", "call"]


@pytest.mark.parametrize(
    ("text", "verb", "number", "note"),
    [
        ("DONE 2", Verb.FINISHED, "2", ""),
        ("done #2: it is in the wiki", Verb.FINISHED, "2", "it is in the wiki"),
        ("erledigt 3", Verb.FINISHED, "3", ""),
        ("fait 3.", Verb.FINISHED, "3", ""),
        ("hecho 3", Verb.FINISHED, "3", ""),
        ("DROP 2 because they left", Verb.DROP, "2", "they left"),
        ("streichen 2, weil sie weg sind", Verb.DROP, "2", "sie weg sind"),
        ("abandonner 2 parce que inutile", Verb.DROP, "2", "inutile"),
        ("descartar 2 porque se fueron", Verb.DROP, "2", "se fueron"),
        ("done 2 things today", None, "", ""),
    ],
)
def test_ends_of_tasks_are_read(text: str, verb: Verb | None, number: str, note: str) -> None:
    """A number, and nothing else but a word about it."""
    asked = read(text)
    assert getattr(asked, "verb", None) is verb
    if verb:
        assert (asked.subject_id, asked.note) == (number, note)


@pytest.mark.parametrize(
    ("text", "verb", "note"),
    [
        ("APPROVE", Verb.APPROVE, ""), ("approved!", Verb.APPROVE, ""),
        ("Genehmigt.", Verb.APPROVE, ""), ("J'approuve", Verb.APPROVE, ""),
        ("aprobado", Verb.APPROVE, ""), ("yes", Verb.APPROVE, ""),
        ("DECLINE because too much", Verb.DECLINE, "too much"),
        ("Abgelehnt, weil zu viel", Verb.DECLINE, "zu viel"),
        ("refusé : trop", Verb.DECLINE, "trop"), ("rechazado porque no", Verb.DECLINE, "no"),
    ],
)  # fmt: skip
def test_an_offer_is_answered_in_four_languages(text: str, verb: Verb, note: str) -> None:
    """Where a yes or no was asked for; elsewhere the words mean what they always mean."""
    asked = read(text, yes=Verb.APPROVE, decides=True)
    assert (asked.verb, asked.note) == (verb, note)
    assert getattr(read(text), "verb", None) not in {Verb.APPROVE, Verb.DECLINE}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("impact: severe because they lost a day", "severe"), ("Auswirkung: schwer", "severe"),
        ("gravité : modérée", "moderate"), ("impacto: significativo", "significant"),
        ("impact: minor", "minor"),
    ],
)  # fmt: skip
def test_the_level_is_read_in_four_languages(text: str, level: str) -> None:
    """A level and its reason."""
    assert (read(text).verb, read(text).value) == (Verb.IMPACT, level)


@pytest.mark.parametrize(
    "text", ["impact: forty people could not work", "Auswirkung: vierzig Leute standen still"]
)
def test_what_is_told_of_the_impact_is_no_level(text: str) -> None:
    """The same label opens a fact for the letter."""
    asked = read(text)
    assert asked.verb is Verb.PROGRESS
    assert dict(asked.fields)["impact"]


OPENING = opening(severity=Severity.SEV2)
HISTORY = [offered(), accepted(), SOLVED, CLOSED, OPENED]
TASK = TaskSet(
    at=NOW + 4 * HOUR, by="ana", task=1, kind=TaskKind.PREVENTION, owner="ben", due=NOW + 2 * DAY
)
RATED = Rated(at=NOW + 3 * HOUR, by=event.CUSTOMER, cause="mail:ab", score=5)
KEPT = RelationTold(at=NOW + 31 * DAY, by="tom", standing=Standing.KEPT)


@pytest.mark.parametrize(("score", "told"), [(1, True), (3, True), (4, False), (5, False)])
def test_a_low_mark_is_told_to_a_person(score: int, told: bool) -> None:
    """The latest counts; nobody is thanked by us."""
    decision = question.on_rated(RECOVERED, setting(), act("ana"), score, "words")
    assert decision.case
    assert decision.case.rating
    assert decision.case.rating.score == score
    assert letters(decision) == ([("rating", "tom")] if told else [])


def test_the_relationship_is_asked_for_twice_and_then_left() -> None:
    """A month after the end, and a week later; not of an open case, nor once it is known."""
    first, second = (NOW + timedelta(days=30, hours=1), NOW + timedelta(days=37, hours=1))
    assert question.relation_due(solved(), setting()) is None
    assert question.relation_due(RECOVERED, setting()) == first
    asked = timers.on_time(RECOVERED, setting(first))
    assert ("relation", "tom") in letters(asked)
    assert asked.case
    assert question.relation_due(asked.case, setting(first)) == second
    again = timers.on_time(asked.case, setting(second + 40 * DAY))
    assert again.case
    assert question.relation_due(again.case, setting(second + 40 * DAY)) is None
    assert question.relation_due(advance(RECOVERED, KEPT), setting()) is None
    never = Hours(zone=setting().team.zone, week=((),) * 7)
    assert question.relation_due(RECOVERED, setting(team=never)) == first


def test_who_says_how_it_stands() -> None:
    """Who speaks for the case; the same again is done already, another word corrects it."""
    told = says(RECOVERED, Verb.RELATION, by="tom", value="kept")
    assert told.case
    assert told.case.relation
    assert told.case.relation.standing is Standing.KEPT
    assert letters(told) == [("receipt", "tom")]
    assert refusals(says(told.case, Verb.RELATION, by="tom", value="kept")) == [Why.DONE]
    assert says(told.case, Verb.RELATION, by="tom", value="lost").events
    assert refusals(says(RECOVERED, Verb.RELATION, by="cleo", value="kept")) == [Why.NOT_YOURS]
    assert refusals(says(RECOVERED, Verb.RELATION, value="fine")) == [Why.NOT_NOW]


@pytest.mark.parametrize(
    ("text", "standing", "note"),
    [
        ("KEPT", "kept", ""), ("LOST because of the price", "lost", "of the price"),
        ("stronger!", "stronger", ""), ("verloren: zu teuer", "lost", "zu teuer"),
        ("Gestärkt", "stronger", ""), ("gardé", "kept", ""), ("plus fort", "stronger", ""),
        ("perdido", "lost", ""), ("más fuerte", "stronger", ""),
        ("we kept them waiting", None, ""),
    ],
)  # fmt: skip
def test_how_it_stands_is_read_in_four_languages(
    text: str, standing: str | None, note: str
) -> None:
    """Only where it was asked, and only as the word itself."""
    asked = read(text, yes=None, relates=True)
    assert getattr(read(text), "verb", None) is not Verb.RELATION
    assert (getattr(asked, "verb", None) is Verb.RELATION) is (standing is not None)
    if standing:
        assert (asked.value, asked.note) == (standing, note)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("5", 5), ("4/5", 4), ("3 of 5", 3), ("2 von 5", 2), ("1 sur 5.", 1), ("4 de 5", 4),
        ("5 stars!", 5), ("4 Sterne", 4), ("Hello,\n\n4, thanks for your help", 4),
        ("2 - it still hangs", 2), ("very good", 5), ("Gut", 4), ("sehr schlecht", 1),
        ("tres bien", 5), ("moyen", 3), ("malo", 2), ("muy bien, gracias", 5), ("not satisfied", 2),
        ("4 users cannot log in", None), ("1. The printer fails", None), ("6", None), ("0", None),
        ("good morning, it fails again", None), ("45", None), ("", None), ("Hello", None),
        ("It works now, thank you!", None), ("well that did not help", None),
        ("\n\nHi\n5", 5),
    ],
)  # fmt: skip
def test_a_mark_is_a_number_or_a_word_that_is_all_of_its_line(text: str, mark: int | None) -> None:
    """Four languages; what merely begins with one is none."""
    assert read_rating(text) == mark


def test_satisfaction_customers_kept_and_actions_have_data_once_there_is_some() -> None:
    """Each by what happened in the window, with the entries behind it."""
    done = TaskEnded(at=NOW + DAY, by="ben", task=1, done=True)
    owed = TaskSet(
        at=NOW + 5 * HOUR, by="ana", task=2, kind=TaskKind.PREVENTION, owner="ben",
        due=NOW + 3 * DAY,
    )  # fmt: skip
    history = [
        event.Opened(**{n: getattr(OPENING, n) for n in event.Opening.__dataclass_fields__}),
        *HISTORY, TASK, owed, done, RATED, replace(KEPT, at=NOW + 4 * DAY),
    ]  # fmt: skip
    happened = [Happened("ACME-1042-1", each, n) for n, each in enumerate(history, 1)]
    world = World("maya", setting().team)
    week = Window(NOW, NOW + WEEK)
    figures = count_figures(happened, week, world, 1)
    texts = {each.name: (each.text, each.met) for each in eight_metrics(figures)}
    assert texts["Customer satisfaction"] == ("5.0 of 5 (1 mark)", True)
    assert texts["Customers kept"] == ("100 % (1 of 1)", True)
    assert texts["Root-cause actions completed"] == ("50 % (1 of 2)", False)
    sources = figure_sources(case_tales(happened, week.until), figures, world)
    assert [source.what for source in sources["Customer satisfaction"]] == ["5 of 5"]
    assert [source.what for source in sources["Customers kept"]] == ["kept"]
    assert [source.what for source in sources["Root-cause actions completed"]] == [
        "action 1 done", "action 2 not done",
    ]  # fmt: skip
    assert sources["Customers kept"][0].entries
    later = count_figures(happened, Window(NOW + WEEK, NOW + 2 * WEEK), world, 1)
    assert all(
        each.text is None for each in eight_metrics(later)
        if each.name in {"Customer satisfaction", "Customers kept", "Root-cause actions completed"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "due"),
    [
        (solved(), 1.5), (solved(Severity.SEV3), None), (solved(Severity.SEV3, seq=2), 1.5),
        (after(solved(), replace(CLOSED, reason=Why.WITHDRAWN)), None), (REVIEWED, None),
        (case_of(offered(), accepted(), severity=Severity.SEV1), None),
    ],
)  # fmt: skip
def test_when_a_review_opens(case: Case, due: float | None) -> None:
    """Severe or back, half an hour after the end, once."""
    assert review.review_due(case, setting()) == (NOW + due * HOUR if due else None)


def test_the_review_goes_to_whoever_had_the_case() -> None:
    """The founder for who has left."""
    opened = timers.on_time(solved(), setting(NOW + 2 * HOUR))
    assert ("review", "ana") in letters(opened)
    assert opened.case
    assert opened.case.review
    assert review.reviewer(replace(solved(), owner="gone"), setting()) == "maya"


def test_five_whys_are_asked_one_at_a_time() -> None:
    """Each by the answer before; a sixth is refused; a lesson counts as none."""
    case = REVIEWED
    for number in range(1, 6):
        told = says(case, Verb.WHY, note=f"because {number}")
        assert told.case
        assert told.case.review
        assert (told.case.review.whys, letters(told)) == (number, [("why", "ana")])
        case = told.case
    assert refusals(says(case, Verb.WHY, note="once more")) == [Why.DONE]
    lesson = says(case, Verb.LESSON, note="test it first")
    assert lesson.case == case
    assert letters(lesson) == [("receipt", "ana")]
    stray = ReviewTold(at=NOW + 4 * HOUR, by="ana", finding=ReviewPart.WHY)
    assert advance(RECOVERED, stray).review is None


def test_a_review_is_opened_by_asking_and_by_whom() -> None:
    """Of any case, also a live one; by who speaks for it, asked for it or was in its room."""
    asked = says(solved(Severity.SEV4), Verb.REVIEW)
    assert asked.case
    assert asked.case.review
    assert letters(asked) == [("review", "ana")]
    again = says(asked.case, Verb.REVIEW, by="maya")
    assert (again.events, letters(again)) == ((), [("review", "maya")])
    assert says(solved(), Verb.WHY, note="x").case.review.whys == 1  # type: ignore[union-attr]
    for verb in (Verb.REVIEW, Verb.WHY, Verb.LESSON):
        assert refusals(says(solved(), verb, by="cleo", note="x")) == [Why.NOT_YOURS]
    room = Room(NOW, "ana", ("ana", "cleo"))
    assert says(replace(solved(), room=room), Verb.REVIEW, by="cleo").case.review  # type: ignore[union-attr]
    reopened = advance(advance(REVIEWED, ReviewTold(
        at=NOW + 5 * HOUR, by="ana", finding=ReviewPart.WHY
    )), ReviewOpened(at=NOW + 6 * HOUR, to="ben"))  # fmt: skip
    assert reopened.review
    assert (reopened.review.to, reopened.review.whys) == ("ben", 1)


@pytest.mark.parametrize(
    ("text", "verb", "note"),
    [
        ("why: no alarm on the queue", Verb.WHY, "no alarm on the queue"),
        ("Warum: kein Alarm", Verb.WHY, "kein Alarm"), ("pourquoi : rien", Verb.WHY, "rien"),
        ("por qué: nada", Verb.WHY, "nada"), ("lesson: test it", Verb.LESSON, "test it"),
        ("Lehre: testen", Verb.LESSON, "testen"), ("leçon : tester", Verb.LESSON, "tester"),
        ("lección: probar", Verb.LESSON, "probar"), ("REVIEW", Verb.REVIEW, ""),
        ("Nachbetrachtung", Verb.REVIEW, ""), ("retour d'expérience", Verb.REVIEW, ""),
        ("revisión", Verb.REVIEW, ""), ("why me?", None, ""),
    ],
)  # fmt: skip
def test_what_a_review_finds_is_read_in_four_languages(
    text: str, verb: Verb | None, note: str
) -> None:
    """With its colon; a question to us is none."""
    asked = read(text)
    assert (getattr(asked, "verb", None) if verb else None) is verb
    if verb:
        assert asked.note == note


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("5", True), ("Hello,\n\n5 stars!\n\nVera Lind", True), ("very good", True),
        ("4, but the login fails again", False), ("5 - thanks", False), ("no mark", False),
        ("5\n\nBut since this morning nobody here can print a label", False),
    ],
)  # fmt: skip
def test_a_mark_alone_says_all_there_is(text: str, bare: bool) -> None:
    """With a comment the words are judged like any others."""
    assert is_bare_mark(text) is bare
