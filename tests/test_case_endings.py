"""How a case ends: by the customer's yes, by a person's word, or without an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from case_people import command
from cases import NOW, TEAM, accepted, act, case_of, offered, opened, setting

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Decision
from deskless.agent.case.event import Why
from deskless.agent.case.event_live import Called, Explained, News, Ticked, Told
from deskless.agent.case.live.ending import says_yes
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.state import advance
from deskless.agent.case.verbs import Command, Verb
from deskless.agent.figures.figures import Happened, Window, World, count_figures
from deskless.agent.live import apologies, endings, timers
from deskless.agent.live.clocks import next_clock
from deskless.agent.live.steps import steps_line
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity

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


# Steps, a way around, mended for good


def progress(at: timedelta = HOUR / 2, **facts: object) -> event.Progressed:
    """A word of the owner's."""
    return event.Progressed(at=NOW + at, by="ana", proof="dmarc", **facts)  # type: ignore[arg-type]


def steps(*events: event.Event) -> str:
    """The row of the seven steps after these events."""
    return steps_line(case_of(*events), events)


TAKEN = (offered(), accepted())
CAUSE = progress(root_cause="a bad release", caused=True, next_action="roll back")
EASED = progress(workaround="use the old address", eased=True)
WELL = event.Resolved(at=NOW + HOUR, by="ana", done="rolled back")


@pytest.mark.parametrize(
    ("events", "row"),
    [
        ((offered(),), "0 of 7; to come: problem confirmed, cause, options, fix,"),
        (TAKEN, "1 of 7: problem confirmed; to come: cause, options, fix, verified"),
        ((*TAKEN, CAUSE), "3 of 7: problem confirmed, cause, options; to come: fix, verified"),
        ((*TAKEN, CAUSE, EASED), "4 of 7: problem confirmed, cause, options, workaround; to come"),
        (
            (*TAKEN, CAUSE, WELL),
            "4 of 7: problem confirmed, cause, options, fix; to come: ver",
        ),
        ((*TAKEN, CAUSE, WELL, replace(ASKED, at=NOW + 2 * HOUR)), "4 of 7"),
        (
            (*TAKEN, CAUSE, WELL, event.Closed(at=NOW + DAY, by="ana", reason=Why.CONFIRMED)),
            "7 of 7: problem confirmed, cause, options, fix, verified with the customer, "
            "satisfaction, documented",
        ),
        (
            (*TAKEN, CAUSE, event.Released(at=NOW + DAY, owner="ana")),
            "3 of 7: problem confirmed, cause, options",
        ),
    ],
)
def test_how_far_a_case_has_come(events: tuple[event.Event, ...], row: str) -> None:
    """By facts alone; what an owner left behind stays done."""
    assert steps(*events).startswith(row)


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("Yes.", True),
        ("Yes, solved, thank you!", True),
        ("Hi Ana,\n\nyes, it works again. Many thanks for your quick help!\n\nVera Lind", True),
        ("Hello,\nthe problem is fixed for us.\nBest regards\nVera\nNorthwind GmbH", True),
        ("Ja, danke.", True),
        ("Ja, läuft wieder, vielen Dank!\n\nViele Grüße\nVera", True),
        ("Oui, merci", True),
        ("Bonjour,\ntout est réglé, merci beaucoup\nCordialement", True),
        ("Sí, ya funciona. ¡Muchas gracias!", True),
        ("No.", False),
        ("Leider noch nicht.", False),
        ("Unfortunately not yet, we still wait.", False),
        ("Non, pas encore.", False),
        ("Todavía no", False),
        ("No, the second charge is still there.", False),
        ("Thank you!", None),
        ("ok", None),
        ("", None),
        ("Yes? It still fails.", None),
        ("Yes, thanks. But now the invoices are missing.", None),
        ("Ja, aber nicht in Köln.", None),
        ("Oui, mais pas partout", None),
        ("Is it solved?", None),
        ("It worked on Monday.", None),
    ],
)
def test_the_answer_to_is_it_solved_is_read_by_the_new_words(words: str, yes: bool | None) -> None:
    """A plain yes, a plain no; whatever says more is for the judge."""
    assert endings.solved_by_word(words, "Vera Lind") is yes


def test_a_way_around_is_no_end_of_it() -> None:
    """Until FIXED the lasting one is to come."""
    assert "The lasting fix is still to come" in steps(*TAKEN, EASED)
    fixed = event.Resolved(at=NOW + HOUR, by="ana", fixed=True, done="patched")
    assert "still to come" not in steps(*TAKEN, EASED, fixed)


def test_a_way_around_is_news_and_that_it_is_gone_is_none() -> None:
    """Stakeholders hear of it once."""
    told = after(case_of(*TAKEN), Told(at=NOW, news=News.OPENED))
    eased = says_progress(told, (("workaround", "use the old address"),))
    assert eased.eased
    assert eased.told
    assert eased.told.news(eased.picture) == ("eased",)
    heard = after(eased, Told(at=NOW + HOUR, news=News.CHANGED))
    gone = says_progress(heard, (("workaround", "none"),))
    assert not gone.eased
    assert gone.told
    assert gone.told.news(gone.picture) == ()
    assert says_progress(heard, (("next", "patch it"),)).eased


def says_progress(case: Case, fields: tuple[tuple[str, str], ...], value: str = "") -> Case:
    """The case after a word of its owner's."""
    asked = Command(Verb.PROGRESS, fields=fields, value=value, note="a full disk", line="x")
    made = on_reply(case, asked, setting(case.changed_at + HOUR / 6), act("ana")).case
    assert made
    return made


def test_what_was_found_is_asked_about_once() -> None:
    """The words are kept; that they are the cause, their writer says."""
    found = Command(Verb.PROGRESS, value="found", note="a full disk", line="found it: a full disk")
    decision = on_reply(OWNED, found, setting(NOW + HOUR), act("ana"))
    [receipt] = decision.actions
    assert isinstance(receipt, WriteLetter)
    assert receipt.says("found") == "a full disk"
    assert decision.case
    assert not decision.case.caused
    known = says_progress(OWNED, (("cause", "a full disk"),))
    [receipt] = on_reply(known, found, setting(NOW + HOUR), act("ana")).actions
    assert isinstance(receipt, WriteLetter)
    assert receipt.says("found") == ""


def test_fixed_solves_an_open_case_and_is_told_of_one_that_is_over() -> None:
    """What stands behind the word is what was done."""
    [resolved] = says(OWNED, Verb.FIXED, "patched the pool").events
    assert isinstance(resolved, event.Resolved)
    assert (resolved.fixed, resolved.done) == (True, "patched the pool")
    [explained] = says(RESOLVED, Verb.FIXED, "patched the pool").events
    assert isinstance(explained, Explained)
    assert (explained.fixed, explained.done) == (True, "patched the pool")
    [refused] = says(RESOLVED, Verb.FIXED, "patched", by="cleo").events
    assert isinstance(refused, event.Refused)


def test_a_fix_that_was_taken_back_is_none() -> None:
    """UNDO of the end takes its fix along; an older one stays."""
    fixed = says(OWNED, Verb.FIXED, "patched").case
    assert fixed
    assert fixed.fixed_at
    undone = says(fixed, Verb.UNDO).case
    assert undone
    assert undone.fixed_at is None
    told = says(RESOLVED, Verb.FIXED, "patched").case
    assert told
    closed = says(told, Verb.CLOSE, "she moved away").case
    assert closed
    back = says(closed, Verb.UNDO).case
    assert back
    assert back.fixed_at == told.fixed_at
    again = after(told, event.Reopened(at=NOW + DAY, by="ana", promise=NOW + 2 * DAY))
    assert again.fixed_at is None


def test_a_fact_of_an_end_that_is_no_fix() -> None:
    """The cause alone."""
    told = after(RESOLVED, Explained(at=NOW + HOUR, by="ana", root_cause="a full disk"))
    assert told.fixed_at is None


def test_a_follow_up_may_go_when_the_case_has_ended() -> None:
    """Also when it is closed; not when it is open again."""
    closed = after(RESOLVED, event.Closed(at=NOW + DAY, by="ana", reason=Why.CONFIRMED))
    shown = act("ana", draft="a" * 64, draft_kind="followup")
    sent = on_reply(closed, Command(Verb.SEND, line="SEND"), setting(NOW + 2 * DAY), shown)
    assert isinstance(sent.events[0], event.Approved)
    stays = on_reply(OWNED, Command(Verb.SEND, line="SEND"), setting(NOW + HOUR), shown)
    assert isinstance(stays.events[0], event.Refused)


# Told by word of mouth


def called(case: Case, by: str = "ana", until: datetime | None = None) -> Decision:
    """CALLED, an hour after the opening."""
    asked = Command(Verb.CALLED, note="told her we roll back", until=until, line="CALLED: …")
    return on_reply(case, asked, setting(NOW + HOUR), act(by))


def test_a_call_is_the_word_that_was_owed() -> None:
    """First word, last word, and the next by the cadence or as it was said."""
    waiting = case_of(*TAKEN, first_mail=NOW, unanswered_since=NOW)
    case = called(waiting).case
    assert case
    assert (case.acknowledged_at, case.told_at) == (NOW + HOUR, NOW + HOUR)
    assert case.unanswered_since is None
    assert case.promise == NOW + DAY + HOUR
    sooner = called(waiting, until=NOW + 3 * HOUR).case
    assert sooner
    assert (sooner.promise, sooner.promised_since) == (NOW + 3 * HOUR, NOW + HOUR)
    passed = called(waiting, until=NOW).case
    assert passed
    assert passed.promise == NOW + DAY + HOUR


def test_a_call_of_who_is_asked_promises_nothing_and_a_strangers_is_a_note() -> None:
    """Nobody owns it yet; whoever has no part in it only tells."""
    asked = called(case_of(offered(), unanswered_since=NOW))
    assert [type(each).__name__ for each in asked.events] == ["Called"]
    other = called(OWNED, by="cleo")
    assert [type(each).__name__ for each in other.events] == ["Noted"]


def test_a_late_promise_by_telephone_is_told_upwards() -> None:
    """As one by mail is."""
    severe = case_of(*TAKEN, severity=Severity.SEV2)
    assert letters(called(severe, until=NOW + 2 * DAY)) == [("taken", "maya"), ("receipt", "ana")]


def test_a_call_keeps_the_promise_in_the_figures() -> None:
    """And answers the first mail."""
    first = opened(first_mail=NOW, unanswered_since=NOW)
    events = [first, *TAKEN, Called(at=NOW + HOUR, by="ana")]
    happened = [Happened("ACME-1042-1", each) for each in events]
    figures = count_figures(happened, Window(NOW, NOW + DAY), World("maya", setting().team), 1)
    assert (figures.kept, figures.broken) == (1, ())
    assert (figures.first_response.good, figures.told) == (1, 1)


@pytest.mark.parametrize(
    ("line", "verb", "note"),
    [
        ("FIXED: patched the pool", Verb.FIXED, "patched the pool"),
        ("fixed for good: patched", Verb.FIXED, "patched"),
        ("Dauerhaft behoben: Pool vergrößert", Verb.FIXED, "Pool vergrößert"),
        ("Corrigé : le pool", Verb.FIXED, "le pool"),
        ("Corregido: el pool", Verb.FIXED, "el pool"),
        ("fixed", Verb.RESOLVED, ""),
        ("CALLED: told her", Verb.CALLED, "told her"),
        ("called the customer: told her", Verb.CALLED, "told her"),
        ("Angerufen: sie weiß Bescheid", Verb.CALLED, "sie weiß Bescheid"),
        ("Appelé : elle sait", Verb.CALLED, "elle sait"),
        ("Llamado: ya lo sabe", Verb.CALLED, "ya lo sabe"),
        ("found it: a full disk", Verb.PROGRESS, "a full disk"),
        ("Gefunden: die Platte", Verb.PROGRESS, "die Platte"),
        ("Trouvé : le disque", Verb.PROGRESS, "le disque"),
        ("lo encontré: el disco", Verb.PROGRESS, "el disco"),
        ("nothing new", Verb.PROGRESS, "nothing new"),
        ("There's nothing new yet.", Verb.PROGRESS, "There's nothing new yet."),
        ("noch nichts Neues", Verb.PROGRESS, "noch nichts Neues"),
        ("rien de nouveau", Verb.PROGRESS, "rien de nouveau"),
        ("Sin novedades.", Verb.PROGRESS, "Sin novedades."),
    ],
)
def test_the_words_in_four_languages(line: str, verb: Verb, note: str) -> None:
    """A colon behind the word makes it the word; alone, fixed is solved."""
    reading = command(line)
    assert (reading.verb, reading.note, reading.doubts) == (verb, note, ())


def test_a_call_may_tell_when_the_next_word_comes() -> None:
    """The time is read as in a word of progress."""
    assert command("CALLED: told her, next update by 16:00").until is not None


def test_an_accept_that_was_taken_back_confirmed_nothing() -> None:
    """Nobody has had it; who gave it back has."""
    undone = event.Undone(at=NOW + HOUR / 6, by="ana", what="accepted")
    assert steps(*TAKEN, undone).startswith("0 of 7")
    back = event.Released(at=NOW + HOUR, by="ana", owner="ana", handoff=1)
    assert steps(*TAKEN, back).startswith("1 of 7: problem confirmed")


def test_the_list_shows_the_clock_that_is_next() -> None:
    """An acknowledgement that is due, then the update; of what is over none."""
    waiting = case_of(offered(), first_mail=NOW, unanswered_since=NOW)
    clock = next_clock(waiting, setting())
    assert clock
    assert (clock.name, clock.at) == ("acknowledgement", NOW + HOUR / 4)
    case = called(case_of(*TAKEN, first_mail=NOW), until=NOW + 3 * HOUR).case
    assert case
    clock = next_clock(case, setting(NOW + HOUR))
    assert clock
    assert (clock.name, clock.at) == ("next update", NOW + 3 * HOUR)
    assert next_clock(RESOLVED, setting()) is None


@pytest.mark.parametrize(
    "line",
    [
        "CALLED: left a voicemail", "Rang them: no answer", "called: couldn't reach her",
        "Angerufen: nicht erreicht", "Appelé : pas de réponse", "Llamado: no contestan",
    ],
)  # fmt: skip
def test_a_call_that_reached_nobody_is_asked_about(line: str) -> None:
    """It would count as word to the customer."""
    assert command(line).doubts


def test_where_the_owner_has_left_the_founder_is_asked() -> None:
    """The customer waits for an answer all the same."""
    without = Matrix(tuple(each for each in TEAM.people if each.id != "ana"))
    late = setting(NOW + 3 * DAY, matrix=without)
    asked = timers.on_time(RESOLVED, late, timers=WITHOUT_FOLLOWERS)
    assert letters(asked) == [("confirm_end", "maya")]


LATE = event.Progressed(at=NOW + 5 * HOUR, by="ana", proof="dmarc", promise=NOW + 8 * HOUR)
BROKE = case_of(offered(), accepted(), LATE, severity=Severity.SEV2)
"""A severe case whose owner gave word an hour after it was promised."""
OVER = after(BROKE, SOLVED, ASKED)


@pytest.mark.parametrize(
    ("case", "since"),
    [
        (OVER, ASKED.at),
        (after(OVER, event.Closed(at=NOW + DAY, by="customer", reason=Why.CONFIRMED)), ASKED.at),
        (after(BROKE, event.Closed(at=NOW + DAY, by="ana", reason=Why.DONE)), NOW + DAY),
        (BROKE, None),
        (after(BROKE, SOLVED), None),
        (after(BROKE, event.Closed(at=NOW, by="ana", reason=Why.DUPLICATE)), None),
        (replace(OVER, severity=Severity.SEV3), None),
        (after(RESOLVED, ASKED), None),
        (replace(OVER, broken_promises=0), None),
        (replace(OVER, apologised_at=NOW), None),
    ],
)
def test_an_apology_is_due_when_a_severe_case_in_which_we_broke_our_word_is_over(
    case: Case, since: datetime | None
) -> None:
    """Once the customer was told, or it ended; not before, not of less, not twice."""
    assert apologies.apology_since(case) == since
    world = setting(NOW + DAY)
    decision = timers.on_time(case, world)
    assert (("apology", "maya") in letters(decision)) == (since is not None)
    if since:
        assert ("apology", "maya") not in letters(timers.on_time(decision.case or case, world))


def test_what_is_over_for_weeks_is_not_apologised_for() -> None:
    """A store of an earlier version does not begin with apologies for last year."""
    assert apologies.apology_due(OVER, setting(ASKED.at + timedelta(weeks=2))) is None
    assert apologies.unsent_at(OVER, setting(NOW + DAY)) is None
    drafted = advance(OVER, Ticked(at=ASKED.at, clock="apology", of=ASKED.at))
    assert apologies.unsent_at(drafted, setting(team=NEVER)) == ASKED.at + DAY


def sends(case: Case, by: str = "maya", kind: str = "apology", named: str = "maya") -> Decision:
    """A SEND of such a draft."""
    shown = act(by, draft="ab" * 32, draft_kind=kind, named=named)
    return on_reply(case, Command(Verb.SEND), setting(NOW + DAY), shown)


def test_an_apology_is_the_founders_own_and_leaves_once() -> None:
    """Whoever owns the case; one that comes back is due again, and what is open has none."""
    yes = sends(OVER)
    assert [type(each) for each in yes.events] == [event.Approved]
    approved = yes.case
    assert approved
    assert approved.apologised_at == NOW + DAY
    [again] = sends(replace(approved, approvals=())).events
    assert getattr(again, "detail", "") == "That apology was made already."
    left = event.Reached(
        at=NOW + 2 * DAY, by="maya", text="ab" * 32, approved=NOW + DAY, kind="apology"
    )
    reached = advance(approved, left)
    assert reached.apologised_at == left.at
    assert reached.asked_at == ASKED.at
    for case, told in ((approved, NOW + DAY), (reached, left.at)):
        back = event.Unreached(at=NOW + 3 * DAY, by="deskless", told=told, status="5.1.1")
        assert advance(case, back).apologised_at is None
    other = event.Unreached(at=NOW + 3 * DAY, by="deskless", told=NOW, status="5.1.1")
    assert advance(reached, other).apologised_at == left.at
    assert getattr(sends(BROKE).events[0], "detail", "").startswith("It is open again")
    free = replace(OVER, owner=None)
    assert [type(each) for each in sends(free).events] == [event.Approved]
    assert getattr(sends(OVER, kind="followup").events[0], "detail", "").startswith(
        "The text names"
    )


def test_the_founders_call_after_the_end_is_the_apology() -> None:
    """Theirs, not the owner's, and not while it is open."""
    for case, by, made in ((OVER, "maya", True), (OVER, "ana", False), (BROKE, "maya", False)):
        decision = says(case, Verb.CALLED, "told her that we are sorry", by=by)
        assert decision.case
        assert (decision.case.apologised_at is not None) == made
        assert any(each.apology for each in decision.events if isinstance(each, Called)) == made
