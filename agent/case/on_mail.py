"""What the conversation itself does to its case: the customer wrote, or the team wrote to them."""

from dataclasses import dataclass, replace
from datetime import datetime

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import OWN_WORDS, Case, Status
from deskless.agent.case.deadline import answer_by
from deskless.agent.case.decide import URGENT, promised_update_at
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event_live import Flag, Flagged
from deskless.agent.case.on_owner_reply import tell_late, too_late
from deskless.agent.case.reply_parts import tell_end
from deskless.policies.verdict import Severity


@dataclass(frozen=True, slots=True)
class TeamPromise:
    """What a mail of the team promised the customer: the instant (UTC), and the sentence.

    `due`: the mail is the update on record itself, whose time had come.
    """

    by: datetime
    words: str
    due: bool = False


@dataclass(frozen=True, slots=True)
class LostLetter:
    """A letter to a customer that will not arrive: to whom, the RFC 3463 status, and why.

    `name` is its Message-ID, as whoever returned it says.
    """

    address: str
    status: str
    reason: str
    name: str = ""


def on_customer(  # noqa: PLR0913 - what of the mail matters to a case
    case: Case, setting: Setting, act: Act, severity: Severity | None,
    *, content: bool = False, words: str = "",
) -> Decision:  # fmt: skip
    """The customer wrote again in this thread; `severity` is what the thread is judged as now.

    A resolved case opens again, unless the customer is content: then its owner may close it. What
    has become worse is told at once to who must act; severe cases also to the founder. `words` are
    the customer's, where they say something new: whoever owns the case reads them.
    """
    draft = DecisionDraft(case, setting, replace(act, by=event.CUSTOMER))
    if severity and case.judged and severity.value >= case.judged.value:
        severity = None  # a person has looked at this very judgement and corrected it
    worse = severity is not None and severity.value < case.severity.value
    sooner = _sooner(case, setting, severity) if worse and severity else None
    draft.happen(event.Touched, severity=severity, answer_by=sooner)
    if case.status is Status.RESOLVED and case.owner:
        _after_all(draft, case.owner, content=content)
    elif worse:
        _risen(draft, words)
    elif words and case.status is Status.OWNED and case.owner:
        draft.mail(LetterKind.TAKEN, case.owner, why="wrote", words=words)
    return draft.done()


def on_team(
    case: Case, setting: Setting, act: Act, told: TeamPromise | None = None, *, sure: bool = False
) -> Decision:
    """Somebody of the team wrote to the customer, who is no longer unanswered.

    For an owned case, where the team's hand is `sure`, that is the promised update: the next
    one is due when the mail says, or else by the cadence. What differs from the promise on record
    is flagged to the owner at once, and of a severe case, where it is late, to the founder.
    """
    draft = DecisionDraft(case, setting, act)
    told = told if sure else None
    draft.happen(event.Touched, promise=told.by if told else None)
    if case.status is not Status.OWNED or not sure:
        return draft.done()
    owner = setting.matrix.person(case.owner) if case.owner else None
    promise = told.by if told else promised_update_at(draft.case, setting, owner)
    draft.happen(event.Progressed, promise=promise, note=told.words if told else "")
    if told and case.promise and case.owner and _differs(case, setting, act, told):
        draft.mail(
            LetterKind.TAKEN, case.owner, why="promise", words=told.words, by=act.by,
            before=case.promise.isoformat(),
        )  # fmt: skip
    if told and too_late(case, setting, owner, told.by):
        tell_late(draft)
    return draft.done()


def _differs(case: Case, setting: Setting, act: Act, told: TeamPromise) -> bool:
    """Whether a mail tells the customer another time than who owns the case reckons with.

    An owner knows what they wrote: theirs differs where it puts off what is on record, or where
    somebody had said that time; the update itself, when it is due, names the next as it should.
    """
    assert case.promise is not None, "an owned case has its next update"
    if told.by == case.promise:
        return False
    if act.by != case.owner:
        return True
    owner = setting.matrix.person(case.owner)
    since = replace(setting, now=case.promised_at or case.changed_at)
    named = case.promise != promised_update_at(case, since, owner)
    return not told.due and (named or told.by > case.promise)


def on_tone(case: Case, setting: Setting, act: Act, remarks: str) -> Decision:
    """A mail of the team to the customer may sound wrong: its owner is told, once for each mail."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Noted, note=f"The tone of a mail to the customer: {remarks}")
    acting = case.acting or setting.founder
    if Flag.BLAME not in {raised.flag for raised in case.flags}:
        draft.happen(Flagged, flag=Flag.BLAME, to=acting, seen=remarks)
    draft.mail(LetterKind.ALERT, acting, tone=remarks, writer=act.by)
    return draft.done()


def on_reached(case: Case, setting: Setting, approved: event.Approved) -> Decision:
    """The letter that a person approved has left: only now has the customer been told."""
    draft = DecisionDraft(case, setting, Act(by=approved.by, cause=approved.cause))
    draft.happen(
        event.Reached, text=approved.text, kind=approved.kind, promise=approved.promise,
        approved=approved.at,
    )  # fmt: skip
    if approved.kind == OWN_WORDS and case.status is Status.OWNED:
        owner = setting.matrix.person(case.owner or "")
        usual = promised_update_at(draft.case, setting, owner)
        draft.happen(event.Progressed, promise=approved.promise or usual)
    return draft.done()


def on_delayed(case: Case, setting: Setting, act: Act, address: str, reason: str) -> Decision:
    """An approved letter is refused for now: who must act hears that it has not left."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Noted, note=f"A letter to the customer has not left yet: {reason}")
    acting = case.acting or setting.founder
    draft.mail(LetterKind.ALERT, acting, delayed=address, reason=reason)
    return draft.done()


def on_unreached(
    case: Case, setting: Setting, act: Act, lost: LostLetter, sent: tuple[datetime | None, str]
) -> Decision:
    """A letter to the customer came back: who must act, or had the case, hears it at once.

    What the letter claimed is taken back. `sent` is when it left (was approved, where it never did;
    was read, where a person wrote it by themselves), and the cause of a mail by hand.
    """
    told, mail = sent
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Unreached, told=told, status=lost.status, note=lost.reason, mail=mail)
    acting = case.acting or setting.founder
    draft.mail(LetterKind.ALERT, acting, unreached=lost.address, reason=lost.reason)
    return draft.done()


def on_joined(case: Case, setting: Setting, act: Act, other: str) -> Decision:
    """The case `other` was closed into this one: who must act, and who asked, hear of it."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Noted, note=f"{other} joined this case.")
    acting = case.acting
    for party in (acting, case.requester):
        if party and party != act.by:
            draft.mail(LetterKind.TAKEN, party, why="joined", other=other)
    return draft.done()


def on_owner_away(case: Case, setting: Setting, act: Act) -> Decision:
    """The owner's machine says that they are away. It moves nothing; a severe case is told."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Noted, note="Out of office.")
    if case.severity in URGENT:
        draft.mail(LetterKind.ALERT, setting.founder, away=case.owner or "")
    return draft.done()


def _after_all(draft: DecisionDraft, owner: str, *, content: bool) -> None:
    """A resolved case whose customer writes: thanks, or not solved."""
    if content and draft.case.asked_at:
        draft.happen(event.Closed, reason=event.Why.CONFIRMED)
        tell_end(draft)
        return
    if content:
        draft.mail(LetterKind.CONFIRM_END, owner)
        return
    person = draft.setting.matrix.person(owner)
    draft.happen(event.Reopened, promise=promised_update_at(draft.case, draft.setting, person))
    draft.mail(LetterKind.GIVEN, owner, why="reopened")


def _sooner(case: Case, setting: Setting, severity: Severity) -> datetime | None:
    """By when an open offer is to be answered now that it is worse."""
    person = setting.matrix.person(case.handoff.to) if case.handoff else None
    if case.status is not Status.OFFERED or person is None:
        return None
    within = setting.clocks.of(severity, case.account_tier).first_response
    return answer_by(severity, within, setting.now, hours=person.hours, name=person.name).at


def _risen(draft: DecisionDraft, words: str) -> None:
    """It has become worse: who must act hears it, and of a SEV-1 the founder."""
    case = draft.case
    acting = case.acting
    if acting:
        draft.mail(
            LetterKind.TAKEN, acting, case.handoff.number if case.handoff else None, why="worse",
            words=words,
        )  # fmt: skip
    if case.severity is Severity.SEV1:
        draft.mail(LetterKind.ALERT, draft.setting.founder)
