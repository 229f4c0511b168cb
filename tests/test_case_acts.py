"""What the further acts do: several at once, a missing fact, a name given, a correction, thanks."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cases import NOW, TEAM, accepted, act, case_of, offered, person, setting
from test_case_reply import (
    CLOSED,
    HOUR,
    OFFERED,
    OWNED,
    RESOLVED,
    STRANDED,
    happened,
    refusal,
    says,
    told,
)

from deskless.agent.case import decide, event as ev
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.event import Why
from deskless.agent.case.on_inquiry import on_informed, on_unknowing
from deskless.agent.case.on_mail import on_customer
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.reply_parts import Role, role_of, sayable, who_helps
from deskless.agent.case.verbs import Command, Layer, Unclear, Verb
from deskless.policies.people.accounts import CustomerAccount
from deskless.policies.people.matrix import Matrix
from deskless.policies.verdict import Severity, Type

LATER = NOW + HOUR / 6
REQUESTED = case_of(offered(), ev.Bounced(at=NOW, by="ana", number=1), ev.Returned(
    at=NOW, by="ana", asked="tom"), requester="tom")  # fmt: skip
SEV1 = case_of(offered(), severity=Severity.SEV1, requester="tom")
SEV1_OWNED = case_of(offered(), accepted(), severity=Severity.SEV1)


def does(case: Case, who: str, *verbs: Command, **more: Any) -> Decision:
    """A reply that asks several things in turn."""
    first = replace(verbs[0], then=tuple(verbs[1:]))
    world = setting(more.pop("at", LATER), **more.pop("world", {}))
    return on_reply(case, first, world, act(who, more.pop("number", 1), **more))


def letters(decision: Decision, kind: LetterKind) -> list[WriteLetter]:
    """The letters of this kind."""
    return [
        action for action in decision.actions
        if isinstance(action, WriteLetter) and action.letter is kind
    ]  # fmt: skip


def now_of(decision: Decision) -> Case:
    """The case after a decision."""
    assert decision.case is not None
    return decision.case


def test_several_acts_are_done_in_their_order_with_one_receipt_and_one_way_back() -> None:
    """A yes, a note and progress: three lines of one mail; UNDO takes all of it back."""
    decision = does(
        OFFERED, "ana", Command(Verb.ACCEPT, line="ok"), Command(Verb.NOTE, note="rang them"),
        Command(Verb.PROGRESS, note="x", fields=(("blocker", "the vendor"), ("cause", "a cable"))),
    )  # fmt: skip
    assert happened(decision) == ["Accepted", "Noted", "Progressed"]
    [receipt] = letters(decision, LetterKind.RECEIPT)
    assert [part.says("verb") for part in receipt.parts] == ["accept", "note", "progress"]
    assert ("taken", "tom") in told(decision)
    back = says(now_of(decision), "ana", Verb.UNDO)
    assert now_of(back).status is Status.OFFERED
    assert now_of(back).blocker is None


def test_what_cannot_be_done_of_several_is_a_line_of_the_same_answer() -> None:
    """The first stands, the second is refused, one mail tells both."""
    decision = does(OFFERED, "ana", Command(Verb.ACCEPT), Command(Verb.REOPEN))
    assert happened(decision) == ["Accepted", "Refused"]
    [receipt] = letters(decision, LetterKind.RECEIPT)
    assert [part.letter.value for part in receipt.parts] == ["receipt", "as_it_stands"]
    assert letters(decision, LetterKind.AS_IT_STANDS) == []


def test_one_answer_of_several_silent_acts_stays_itself() -> None:
    """Thanks beside a status: nothing to list."""
    decision = does(OWNED, "ana", Command(Verb.THANKS, line="thanks"), Command(Verb.STATUS))
    assert told(decision) == [("status", "ana")]
    assert told(does(OWNED, "ana", Command(Verb.THANKS), Command(Verb.THANKS))) == []


def test_a_doubt_in_any_of_several_changes_nothing() -> None:
    """All are asked back."""
    decision = does(OFFERED, "ana", Command(Verb.ACCEPT), Command(Verb.NOTE, doubts=("Which?",)))
    assert refusal(decision) is Why.UNCLEAR


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (Command(Verb.CLOSE, confirm=True), "CLOSE"),
        (Command(Verb.SEND, confirm=True), "SEND"),
        (Command(Verb.OFFER, to="ben", confirm=True), "OFFER Ben"),
    ],
)
def test_what_leaves_or_ends_is_asked_for_its_exact_word(command: Command, word: str) -> None:
    """A reading by meaning closes nothing and sends nothing."""
    decision = does(OWNED, "ana", command, draft="ab" * 32)
    assert refusal(decision) is Why.UNCLEAR
    [letter] = letters(decision, LetterKind.ASK_BACK)
    assert letter.says("guesses") == word


def test_a_reading_by_meaning_is_echoed() -> None:
    """The receipt says how the words were read."""
    command = Command(Verb.ACCEPT, line="sure, I ring them at three", layer=Layer.MEANING)
    [receipt] = letters(does(OFFERED, "ana", command), LetterKind.RECEIPT)
    assert receipt.says("read") == "sure, I ring them at three"


# A missing fact


def test_a_question_goes_to_who_may_know_and_moves_nothing() -> None:
    """The offer stays open, its clock runs, and the owner stays owner."""
    for case in (OFFERED, OWNED):
        decision = says(case, "ana", Verb.NEED, note="which shop ids?")
        assert happened(decision) == ["Inquired"]
        assert told(decision) == [("inquiry", "tom"), ("receipt", "ana")]
        after = now_of(decision)
        assert (after.status, after.handoff, after.promise) == (
            case.status, case.handoff, case.promise,
        )  # fmt: skip
        assert decide.step_due(after) == decide.step_due(case)


def test_the_answer_is_told_to_who_asked_and_to_who_acts_now() -> None:
    """And who answered gets a receipt."""
    asked = now_of(says(OFFERED, "ana", Verb.NEED, note="which ids?"))
    answered = on_informed(asked, setting(LATER), act("tom"), "11 to 21")
    assert happened(answered) == ["Informed"]
    assert told(answered) == [("informed", "ana"), ("receipt", "tom")]
    assert now_of(answered).inquiry is None
    moved = now_of(says(asked, "ana", Verb.BOUNCE, note="x"))
    late = on_informed(moved, setting(LATER), act("tom"), "11 to 21")
    assert told(late) == [("informed", "ana"), ("informed", "ben"), ("receipt", "tom")]
    owned = now_of(says(case_of(offered(), accepted()), "ana", Verb.NEED, note="which ids?"))
    own = on_informed(owned, setting(LATER), act("ana"), "found them myself")
    assert told(own) == [("receipt", "ana")]


def test_who_does_not_know_is_followed_by_the_next_and_at_last_who_asked_hears() -> None:
    """The requester first, then the first line."""
    team = Matrix((*TEAM.people, person("uma", 1)))
    world = {"matrix": team}
    asked = now_of(says(OFFERED, "ana", Verb.NEED, note="which ids?", **world))
    first = on_unknowing(asked, setting(LATER, **world), act("tom"), "which ids?", "no idea")
    assert happened(first) == ["Noted", "Inquired"]
    assert told(first) == [("inquiry", "uma"), ("receipt", "tom")]
    last = on_unknowing(now_of(first), setting(LATER, **world), act("uma"), "which?", "no idea")
    assert happened(last) == ["Noted", "Informed"]
    assert told(last) == [("informed", "ana"), ("receipt", "uma")]


def test_who_was_asked_for_reason_and_attempts_may_not_know_them() -> None:
    """Then somebody else is asked, and with nobody left the case is as it was."""
    team = Matrix((*TEAM.people, person("uma", 1)))
    first = on_unknowing(REQUESTED, setting(LATER, matrix=team), act("tom"), "", "no idea")
    assert now_of(first).asked == "uma"
    assert told(first) == [("ask_requester", "uma"), ("receipt", "tom")]
    last = on_unknowing(now_of(first), setting(LATER, matrix=team), act("uma"), "", "no idea")
    assert now_of(last).asked == "uma"
    gone = replace(REQUESTED, asked="xaver")
    assert told(on_unknowing(gone, setting(LATER), act("xaver"), "", "?")) == [("receipt", "xaver")]


def test_a_question_that_only_the_customer_can_answer_becomes_a_draft() -> None:
    """Nobody of the team is asked; SEND lets it go, also after the first word has gone."""
    decision = says(OWNED, "ana", Verb.NEED, note="which till?", value="customer")
    assert told(decision) == [("receipt", "ana")]
    assert now_of(decision).inquiry is None
    told_already = case_of(offered(), accepted(), ev.Approved(at=NOW, by="ana", text="ab"))
    sent = on_reply(
        told_already, Command(Verb.SEND), setting(LATER),
        act("ana", draft="cd" * 32, draft_kind="question"),
    )  # fmt: skip
    assert happened(sent) == ["Approved"]
    assert now_of(sent).acknowledged_at == NOW


def test_who_may_not_ask_is_noted_and_who_cannot_is_told() -> None:
    """A bystander's question is a note; nobody to ask, or nobody who could be answered."""
    assert happened(says(OWNED, "cleo", Verb.NEED, note="which?")) == ["Noted"]
    assert refusal(says(RESOLVED, "ana", Verb.NEED, note="which?")) is Why.NOT_NOW
    alone = Matrix((person("ana", 1), person("maya", 2)))
    nobody = says(case_of(offered()), "ana", Verb.NEED, note="which?", matrix=alone)
    assert refusal(nobody) is Why.NOT_NOW


def test_a_severe_case_that_was_sent_back_does_not_wait_a_day() -> None:
    """The clock of a case is its own severity's."""
    spans = {Severity.SEV1: HOUR / 4, Severity.SEV2: HOUR, Severity.SEV3: 24 * HOUR}
    for severity, span in spans.items():
        case = replace(REQUESTED, severity=severity)
        assert decide.step_due(case) == case.changed_at + span


# Naming an owner

LEADS = Matrix(
    (
        person("tom", 1), person("lea", 2, lead=True), person("ben", 2), person("cleo", 3),
        person("maya", 4),
    )
)  # fmt: skip
LEAD_HAS = case_of(offered(1, "lea", lead=True))
BEN_HAS = case_of(offered(1, "ben"))


def test_a_named_one_who_says_no_leads_back_to_the_lead() -> None:
    """The lead said yes for the tier; another may be named."""
    world = {"matrix": LEADS}
    named = now_of(says(LEAD_HAS, "lea", Verb.OFFER, to="ben", **world))
    refused = says(named, "ben", Verb.BOUNCE, 2, note="ill", **world)
    assert ("brief", "lea") in told(refused)


def test_the_founder_names_somebody_and_who_was_asked_is_told() -> None:
    """The founder takes an offer from one and gives it to another; nobody owns it by that."""
    decision = says(BEN_HAS, "maya", Verb.OFFER, None, to="cleo", matrix=LEADS)
    assert told(decision) == [("moved", "ben"), ("brief", "cleo"), ("receipt", "maya")]
    stranded = says(STRANDED, "maya", Verb.OFFER, to="ben")
    assert happened(stranded) == ["Named", "Offered"]
    assert now_of(stranded).round == 1
    own = says(STRANDED, "maya", Verb.OFFER, to="maya")
    assert happened(own) == ["Accepted"]


def test_naming_is_a_leads_and_needs_a_name_and_an_open_offer() -> None:
    """Everything else is told kindly."""
    assert refusal(says(BEN_HAS, "ben", Verb.OFFER, to="cleo", matrix=LEADS)) is Why.NOT_NOW
    assert refusal(says(LEAD_HAS, "lea", Verb.OFFER, to="maya", matrix=LEADS)) is Why.NOT_NOW
    assert refusal(says(LEAD_HAS, "lea", Verb.OFFER, matrix=LEADS)) is Why.UNCLEAR
    assert refusal(says(OWNED, "maya", Verb.OFFER, to="ben")) is Why.TAKEN
    owner = says(OWNED, "ana", Verb.OFFER, to="ben", note="he knows them")
    assert happened(owner) == ["Released", "Offered"]


# Corrections

POLICIES = (
    SimpleNamespace(
        id="outage", name="Service down", type="technical", answer_within="", severities=(),
        severity=Severity.SEV1, owner="", nature="technical", risk=(),
    ),
    SimpleNamespace(
        id="refund", name="Refund", type="business", answer_within="", severities=(),
        severity=Severity.SEV3, owner="", nature="policy", risk=(),
    ),
)  # fmt: skip
NORTHWIND = CustomerAccount(
    "n", "Northwind Stores", ("northwind.example",), "enterprise", 120000, date(2027, 1, 15)
)
CAFE = CustomerAccount("c", "Corner Cafe", ("cafe.example",))
WORLD: dict[str, Any] = {"policies": POLICIES, "accounts": (NORTHWIND, CAFE)}


def corrects(case: Case, who: str, verb: Verb, value: str, **more: Any) -> Decision:
    """Somebody corrects what the judge said."""
    return does(case, who, Command(verb, value=value, line=value, **more), world=WORLD)


def test_a_severity_is_corrected_and_the_clocks_follow() -> None:
    """Raised or lowered; the offer's deadline and the next update move with it."""
    raised = corrects(OFFERED, "maya", Verb.SEVERITY, "SEV-1")
    [event] = raised.events
    assert isinstance(event, ev.Corrected)
    assert now_of(raised).severity is Severity.SEV1
    assert now_of(raised).handoff.answer_by == LATER + HOUR / 4  # type: ignore[union-attr]
    assert told(raised) == [("receipt", "maya"), ("taken", "ana")]
    lowered = corrects(SEV1_OWNED, "ana", Verb.SEVERITY, "SEV-3")
    assert now_of(lowered).promise == LATER + timedelta(days=1)
    assert told(lowered) == [("receipt", "ana"), ("taken", "maya")]
    told_before = case_of(offered(), accepted(), ev.Approved(at=NOW, by="ana", text="ab"))
    kept = corrects(told_before, "ana", Verb.SEVERITY, "SEV-4")
    assert now_of(kept).promise == told_before.promise
    assert now_of(corrects(case_of(), "maya", Verb.SEVERITY, "2")).severity is Severity.SEV2
    gone = replace(OFFERED, handoffs=(replace(OFFERED.handoffs[0], to="xaver"),))
    assert now_of(corrects(gone, "maya", Verb.SEVERITY, "2")).severity is Severity.SEV2
    left = replace(OWNED, owner="xaver")
    assert now_of(corrects(left, "maya", Verb.SEVERITY, "2")).severity is Severity.SEV2


def test_the_same_judgement_again_does_not_undo_a_persons_word() -> None:
    """A graver one does."""
    case = now_of(corrects(OWNED, "ana", Verb.SEVERITY, "SEV-4"))
    same = on_customer(case, setting(LATER), act("x"), Severity.SEV3)
    assert now_of(same).severity is Severity.SEV4
    graver = on_customer(case, setting(LATER), act("x"), Severity.SEV2)
    assert now_of(graver).severity is Severity.SEV2


def test_type_customer_and_criterion_are_corrected() -> None:
    """A type by its name or by a criterion; a customer by name, beginning or domain."""
    assert now_of(corrects(OWNED, "ana", Verb.TYPE, "technical")).type is Type.TECHNICAL
    outage = now_of(corrects(OWNED, "ana", Verb.TYPE, "Service down"))
    assert (outage.type, outage.policies) == (Type.TECHNICAL, ("outage", "refund"))
    for name in ("Northwind Stores", "northwind", "northwind.example"):
        case = now_of(corrects(OWNED, "ana", Verb.CUSTOMER, name))
        assert (case.account_tier, case.revenue, case.renewal) == (
            "enterprise", 120000, "2027-01-15",
        )  # fmt: skip
    assert now_of(corrects(OWNED, "ana", Verb.CUSTOMER, "Corner Cafe")).renewal is None
    assert now_of(corrects(OWNED, "ana", Verb.NOT_MET, "Refund")).policies == ()
    unlisted = case_of(offered(), accepted(), policies=("old",))
    assert now_of(corrects(unlisted, "ana", Verb.NOT_MET, "old")).policies == ()


@pytest.mark.parametrize(
    ("verb", "value", "words"),
    [
        (Verb.SEVERITY, "bad", "Which severity?"),
        (Verb.TYPE, "techncal", "Did you mean technical?"),
        (Verb.TYPE, "zzz", "There are technical"),
        (Verb.CUSTOMER, "Nortwind Stores", "Did you mean Northwind Stores?"),
        (Verb.CUSTOMER, "zzz", "no customer called"),
        (Verb.NOT_MET, "outage", "It rests on: refund"),
    ],
)
def test_what_is_not_known_is_asked_back_with_the_near_name(
    verb: Verb, value: str, words: str
) -> None:
    """Nothing changes."""
    decision = corrects(OWNED, "ana", verb, value)
    assert refusal(decision) is Why.UNCLEAR
    assert words in letters(decision, LetterKind.ASK_BACK)[0].says("why")


def test_a_criterion_of_none_is_no_criterion() -> None:
    """A case that a teammate asked for rests on nothing."""
    decision = corrects(case_of(policies=()), "maya", Verb.NOT_MET, "outage")
    assert "rests on: none" in letters(decision, LetterKind.ASK_BACK)[0].says("why")


def test_only_owner_lead_and_founder_correct_and_nothing_is_corrected_twice() -> None:
    """Who is only asked is thanked, and the words are kept for those who may."""
    asked = corrects(OFFERED, "ana", Verb.SEVERITY, "SEV-1")
    assert happened(asked) == ["Noted"]
    assert told(asked) == [("as_it_stands", "ana")]
    assert refusal(corrects(OWNED, "ana", Verb.SEVERITY, "SEV-3")) is Why.DONE
    assert refusal(corrects(OWNED, "ana", Verb.TYPE, "business")) is Why.DONE


def test_a_correction_is_taken_back_with_all_that_followed() -> None:
    """Severity, clocks, account: as they were."""
    case = now_of(corrects(SEV1_OWNED, "ana", Verb.SEVERITY, "SEV-3"))
    back = now_of(says(case, "ana", Verb.UNDO))
    assert (back.severity, back.promise, back.judged) == (
        SEV1_OWNED.severity, SEV1_OWNED.promise, None,
    )  # fmt: skip
    assert back.owner == "ana"
    both = does(
        OWNED, "ana", Command(Verb.SEVERITY, value="SEV-4"), Command(Verb.TYPE, value="security")
    )
    undone = now_of(says(now_of(both), "ana", Verb.UNDO))
    assert (undone.severity, undone.type) == (OWNED.severity, OWNED.type)
    again = says(back, "ana", Verb.UNDO)
    assert happened(again) == ["Undone"]
    assert now_of(again).owner is None


# Promises, progress, the way back


def test_a_promise_too_late_for_a_severe_case_is_asked_back_once() -> None:
    """Accepted, by the cadence; said again it is taken, and the founder is told."""
    friday = NOW + timedelta(days=4)
    decision = says(SEV1, "ana", Verb.ACCEPT, until=friday)
    case = now_of(decision)
    assert case.owner == "ana"
    assert case.promise == LATER + HOUR / 2
    assert letters(decision, LetterKind.RECEIPT)[0].says("questioned") == friday.isoformat()
    for words in ({}, {"until": friday}):
        kept = says(case, "ana", Verb.ACCEPT, **words)
        assert now_of(kept).promise == friday
        assert ("taken", "maya") in told(kept)
        assert now_of(kept).questioned is None
    assert refusal(says(OWNED, "ana", Verb.ACCEPT)) is Why.DONE


def test_a_late_promise_for_a_sev_2_is_taken_and_told_upward() -> None:
    """The founder hears of it at once; in time, nobody has to."""
    case = case_of(offered(), severity=Severity.SEV2)
    late = says(case, "ana", Verb.ACCEPT, until=NOW + timedelta(days=4))
    assert now_of(late).promise == NOW + timedelta(days=4)
    assert told(late).count(("taken", "maya")) == 2
    assert told(says(case, "ana", Verb.ACCEPT, until=NOW + HOUR)).count(("taken", "maya")) == 1
    owned = case_of(offered(), accepted(), severity=Severity.SEV2)
    word = says(owned, "ana", Verb.PROGRESS, until=NOW + timedelta(days=4))
    assert told(word) == [("receipt", "ana"), ("taken", "maya")]


def test_progress_with_a_late_promise_is_asked_back_too() -> None:
    """The promise on record stays; the founder's own word needs no telling."""
    friday = NOW + timedelta(days=4)
    first = says(SEV1_OWNED, "ana", Verb.PROGRESS, until=friday, note="x")
    assert now_of(first).promise == SEV1_OWNED.promise
    stranded = replace(STRANDED, severity=Severity.SEV1)
    mine = now_of(says(stranded, "maya", Verb.ACCEPT, until=friday))
    assert told(says(mine, "maya", Verb.ACCEPT)) == [("receipt", "maya")]
    left = replace(SEV1_OWNED, owner="xaver")
    assert happened(says(left, "maya", Verb.PROGRESS, until=friday)) == ["Progressed"]


def test_progress_is_a_step_that_can_be_taken_back_and_then_the_one_before() -> None:
    """The yes stands when only a word of progress is taken back."""
    taken = now_of(says(OFFERED, "ana", Verb.ACCEPT))
    later = on_reply(
        taken, Command(Verb.PROGRESS, until=NOW + 5 * HOUR), setting(NOW + HOUR / 4),
        act("ana", cause="mail:" + "cd" * 32),
    )  # fmt: skip
    back = now_of(says(now_of(later), "ana", Verb.UNDO))
    assert (back.owner, back.promise) == ("ana", taken.promise)
    assert now_of(says(back, "ana", Verb.UNDO)).status is Status.OFFERED


def test_what_the_customer_was_told_is_not_left_to_nobody() -> None:
    """After SEND the yes stays: UNDO says what cannot be taken back, and how to hand on."""
    sent = now_of(does(OFFERED, "ana", Command(Verb.ACCEPT), Command(Verb.SEND), draft="ab" * 32))
    refused = says(sent, "ana", Verb.UNDO)
    assert refusal(refused) is Why.NOT_NOW
    assert "cannot be taken back" in letters(refused, LetterKind.AS_IT_STANDS)[0].says("say")
    bare = case_of(offered(), accepted(), ev.Approved(at=LATER, by="ana", text="ab"))
    no_step = replace(bare, before=None)
    assert refusal(says(no_step, "ana", Verb.UNDO)) is Why.NOT_NOW
    assert refusal(says(no_step, "ben", Verb.UNDO)) is Why.NOT_YOURS
    done = now_of(says(bare, "ana", Verb.RESOLVED))
    assert now_of(says(done, "ana", Verb.UNDO)).owner == "ana"
    word = act("ana", cause="mail:" + "cd" * 32)
    progress = on_reply(sent, Command(Verb.PROGRESS, note="x"), setting(LATER), word)
    back = says(now_of(progress), "ana", Verb.UNDO)
    assert now_of(back).owner == "ana"
    assert letters(back, LetterKind.RECEIPT)[0].says("left") == "yes"


def test_a_mail_that_crossed_the_resolved_is_shown_to_its_writer() -> None:
    """The customer wrote "still down" a moment before; the owner may not have seen it."""
    wrote = ev.Touched(at=NOW + HOUR / 10, by=ev.CUSTOMER)
    case = case_of(offered(), accepted(), wrote)
    [receipt] = letters(says(case, "ana", Verb.RESOLVED), LetterKind.RECEIPT)
    assert receipt.says("crossed") == "yes"
    [receipt] = letters(says(case, "ana", Verb.RESOLVED, at=NOW + HOUR), LetterKind.RECEIPT)
    assert receipt.says("crossed") == ""
    answered = case_of(offered(), accepted(), wrote, ev.Touched(at=NOW + HOUR / 9, by="ana"))
    [receipt] = letters(says(answered, "ana", Verb.RESOLVED), LetterKind.RECEIPT)
    assert receipt.says("crossed") == ""


# Taking a request back, questions, thanks, "not me"


def test_who_asked_for_it_may_withdraw_it() -> None:
    """What nobody owns ends; an owner is told and ends it; nobody else may."""
    offered_one = says(OFFERED, "tom", Verb.WITHDRAW, None, note="they found it")
    assert now_of(offered_one).reason == "withdrawn"
    assert ("ended", "ana") in told(offered_one)
    waiting = says(REQUESTED, "tom", Verb.WITHDRAW, None)
    assert now_of(waiting).status is Status.CLOSED
    owned = says(OWNED, "tom", Verb.WITHDRAW, None)
    assert now_of(owned).status is Status.OWNED
    assert ("taken", "ana") in told(owned)
    assert refusal(says(OFFERED, "ana", Verb.WITHDRAW)) is Why.NOT_YOURS
    assert refusal(says(replace(CLOSED, requester="tom"), "tom", Verb.WITHDRAW)) is Why.DONE
    assert told(says(STRANDED, "maya", Verb.WITHDRAW)) == [("receipt", "maya")]


def test_a_question_is_answered_and_thanks_need_no_answer() -> None:
    """Neither moves anything."""
    assert told(says(OWNED, "tom", Verb.QUESTION)) == [("answer", "tom")]
    thanks = says(OWNED, "ana", Verb.THANKS)
    assert (happened(thanks), told(thanks)) == (["Noted"], [])


def test_that_was_not_me_is_told_to_the_founder() -> None:
    """The founder denies to themselves."""
    assert told(says(OWNED, "ana", Verb.DENY)) == [("alert", "maya"), ("as_it_stands", "ana")]
    assert told(says(OWNED, "maya", Verb.DENY)) == [("as_it_stands", "maya")]


def test_what_is_kept_apart_is_named() -> None:
    """By those who have a part in it."""
    assert now_of(says(OFFERED, "ana", Verb.SPLIT, subject_id="acme-9-1")).parted == ("ACME-9-1",)
    assert refusal(says(OFFERED, "ben", Verb.SPLIT)) is Why.NOT_YOURS


# Who can say what

ROLES = [
    (OFFERED, "ana", Role.ASKED), (LEAD_HAS, "lea", Role.LEAD), (OWNED, "ana", Role.OWNER),
    (STRANDED, "maya", Role.LAST), (REQUESTED, "tom", Role.OWES), (RESOLVED, "ana", Role.ENDED),
    (RESOLVED, "cleo", Role.OTHER), (CLOSED, "ana", Role.OVER), (OFFERED, "tom", Role.REQUESTER),
    (OWNED, "maya", Role.FOUNDER), (OWNED, "cleo", Role.OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("case", "who", "role"), ROLES)
def test_the_buttons_are_what_this_person_can_say_now(case: Case, who: str, role: Role) -> None:
    """By status and role; never what would be refused to everybody like them."""
    assert role_of(case, who, setting()) is role
    decision = on_reply(case, Unclear("hm", "What?"), setting(), act(who, 1))
    [letter] = letters(decision, LetterKind.ASK_BACK)
    shown = [Verb(word) for word in letter.says("guesses").split(",")]
    assert shown == list(sayable(case, who, setting())[:3])


def test_who_knows_a_fact_has_its_words() -> None:
    """Whoever was asked by NEED."""
    asked = now_of(says(OFFERED, "ana", Verb.NEED, note="which?"))
    assert role_of(asked, "tom", setting()) is Role.KNOWS


def test_an_owner_is_never_offered_to_accept() -> None:
    """A guess that makes no sense here is dropped; two that do are the question."""
    unclear = Unclear("hm", "What?", (Verb.ACCEPT, Verb.RESOLVED))
    [letter] = letters(on_reply(OWNED, unclear, setting(), act("ana")), LetterKind.ASK_BACK)
    assert letter.says("guesses") == "resolved,progress,bounce"
    two = Unclear("hm", "What?", (Verb.BOUNCE, Verb.PROGRESS))
    [letter] = letters(on_reply(OWNED, two, setting(), act("ana")), LetterKind.ASK_BACK)
    assert letter.says("guesses") == "bounce,progress"


def test_the_third_unreadable_answer_names_a_person() -> None:
    """A lead, else the founder; to the founder somebody else."""
    unclear = Unclear("hm", "What?")
    third = on_reply(OWNED, unclear, setting(), act("ana", unread=2))
    assert letters(third, LetterKind.ASK_BACK)[0].says("person") == "maya"
    assert who_helps(setting(), "maya") == "tom"
    assert who_helps(setting(matrix=LEADS), "ana") == "lea"


def test_a_request_by_hand_gets_a_receipt() -> None:
    """Who escalates hears that it was done, and with whom it is."""
    from cases import opening

    facts = opening(requester="tom")
    asked = decide.EscalationRequest("auditor", "cache")
    made = decide.open_case(facts, setting(), act("tom"), asked)
    assert told(made) == [("brief", "ana"), ("receipt", "tom")]
    verdict = decide.open_case(facts, setting(), Act())
    assert told(verdict) == [("brief", "ana")]
    done = decide.complete_request(REQUESTED, setting(LATER), act("tom"), asked)
    assert ("receipt", "tom") in told(done)


def test_results_have_words() -> None:
    """Every way a handoff may end is said in a word."""
    from deskless.agent.outbound.case_view import OUTCOME

    assert set(OUTCOME) == set(Result)
