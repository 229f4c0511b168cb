"""The red flags of a case: each with its rule in one line, told once, to who can act on it.

`RED_FLAGS` is the one source: the live mails, the list, the page of a case and Monday's figures all
speak of the same entries (`Flagged`). A flag goes up with whatever made it true: after any decision
`follow_flags` looks, and what time alone brings has an instant (`flag_due`). It is told in a mail
that its reader gets anyway, in the same decision or soon, and else in one of its own: of a SEV-1
or SEV-2 within the hour, of a lesser case within a working day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskless.agent.case.action import Action, LetterKind, WriteLetter
from deskless.agent.case.case import Case, RaisedFlag, Status
from deskless.agent.case.deadline import ack_by, first_response_by
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event import Completed, Opened, Why
from deskless.agent.case.event_live import Flag, Flagged, FlagsTold
from deskless.agent.case.say_time import say_instant
from deskless.agent.live import stakeholders, updates
from deskless.agent.live.apologies import SOLVED, apology_since, unsent_at
from deskless.policies.people.working_time import instant_after

NAME = "red_flags"
HANDOFFS = 3
"""So many offers of one case are too many."""
TALK = 2
"""So many words of an owner without a blocker named: talking around it."""
PUT_OFF = 2
"""So many delays of an update, with no word to the customer in between: drifting."""
PATTERN = 3
"""So many cases on one criterion within `WINDOW` are a pattern."""
WINDOW = timedelta(days=7)
SOON = timedelta(hours=1)
"""A mail that is due within this time takes the flag along; so long it waits of a severe case."""
NOBODYS = frozenset({Why.NOT_AN_ESCALATION.value, Why.DUPLICATE.value})
"""Ends by which there was no escalation of its own to tell the customer of."""

Seen = Callable[[Case, Setting], str]
Instant = Callable[[Case, Setting], datetime | None]
Who = Callable[[Case, Setting], str]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One flag: its `rule` in a line, what to `do`, who can act (an id), and what was seen.

    `seen` gives a sentence, empty where the flag is not up. `due` is when time alone may raise it,
    `after` whether it may also when the case is over.
    """

    flag: Flag
    rule: str
    do: str
    who: Who
    seen: Seen
    due: Instant = lambda _case, _setting: None
    after: bool = False


def _acting(case: Case, setting: Setting) -> str:
    """Who has it, else who is asked, else the founder."""
    return case.acting or setting.founder


def _founder(_: Case, setting: Setting) -> str:
    return setting.founder


def _ack_due(case: Case, setting: Setting) -> datetime | None:
    unheard = case.told_at is None and case.unanswered_since is not None
    if not unheard or case.reason in NOBODYS:
        return None
    clocks = setting.clocks_of(case)
    return ack_by(case.severity, case.opened_at, hours=setting.team, clocks=clocks).at


def _delayed(case: Case, setting: Setting) -> str:
    at = _ack_due(case, setting)
    if at is None or at > setting.now or (case.closed_at and case.closed_at <= at):
        return ""
    by = say_instant(at, setting.team.zone)
    return f"the customer was to hear by {by} that somebody is on it, and has heard nothing"


def _under(case: Case, _: Setting) -> str:
    first = case.opened_as or case.severity
    if case.severity.value >= first.value:
        return ""
    return f"opened as {first.value}, it is {case.severity.value} now"


def _promise_due(case: Case, _: Setting) -> datetime | None:
    return case.promise if case.status is Status.OWNED and not case.kept_word else None


def _gap(case: Case, setting: Setting) -> str:
    due = _promise_due(case, setting)
    if due and due <= setting.now:
        by = say_instant(due, setting.team.zone)
        return f"the update promised for {by} has not reached the customer"
    since, last = case.unanswered_since, case.last_touch
    if not case.live or since is None or last is None:
        return ""
    clocks = setting.clocks_of(case)
    if last <= first_response_by(case.severity, since, hours=setting.team, clocks=clocks).at:
        return ""
    return f"the customer wrote again, unanswered since {say_instant(since, setting.team.zone)}"


def _early(case: Case, _: Setting) -> str:
    if case.reopened:
        return "it was ended and had to be opened again"
    if case.status is not Status.CLOSED:
        return ""
    if case.reason == Why.DONE and case.unanswered_since:
        return "it was closed while the customer waits for an answer"
    if case.reason == Why.DONE and case.owner:
        return "it was closed before the customer said that it is solved"
    if case.reason == Why.UNCONFIRMED and not case.told_since(case.resolved_at or case.opened_at):
        return "it was closed, and nobody had asked the customer whether it is solved"
    return ""


def _dropped(case: Case, _: Setting) -> str:
    return "its owner took it and let the promised update pass without a word" * bool(case.dropped)


def _cause(case: Case, _: Setting) -> str:
    solved = case.status is Status.RESOLVED or case.reason in SOLVED
    if case.severity not in URGENT or not solved or case.caused:
        return ""
    return f"{case.severity.value} was solved, and no cause is on record"


def _pattern(case: Case, setting: Setting) -> str:
    count = max((setting.lately.get(policy, 0) for policy in case.policies), default=0)
    if count < PATTERN:
        return ""
    return f"{count} cases on one criterion within {WINDOW.days} days: look for one cause"


def _handoffs(case: Case, _: Setting) -> str:
    count = len(case.handoffs)
    return f"offered {count} times" if count >= HANDOFFS else ""


def _drift(case: Case, _: Setting) -> str:
    if case.put_off < PUT_OFF:
        return ""
    return f"the next update was put off {case.put_off} times, and the customer had no word"


def _unnamed(case: Case, _: Setting) -> str:
    if case.status is not Status.OWNED or case.blocked or case.blocker or case.talked < TALK:
        return ""
    return f"{case.talked} updates, and nobody has named what blocks it"


def _unsent(case: Case, setting: Setting) -> str:
    at, since = unsent_at(case, setting), apology_since(case)
    if at is None or since is None or at > setting.now:
        return ""
    return f"a personal apology is due since {say_instant(since, setting.team.zone)} and still here"


RED_FLAGS: tuple[RedFlag, ...] = (
    RedFlag(
        Flag.DELAYED, "No word to the customer 15 minutes after it was escalated.",
        "Write to them, or reply SEND to the letter in your brief.", _acting, _delayed, _ack_due,
    ),
    RedFlag(
        Flag.UNDER, "It turns out more severe than it was opened as.",
        "Look at what depends on the severity: who is on it, and what was promised.",
        _acting, _under,
    ),
    RedFlag(
        Flag.GAP, "A promised update passes, or the customer writes again after the time in which "
        "they were to be answered.",
        "Write to them now; nothing new is news too, with the time of the next word.",
        _acting, _gap, _promise_due,
    ),
    RedFlag(
        Flag.BLAME, "A mail to the customer blames, excuses, belittles or promises too much.",
        "Word the next one by what is true now and what you do.", _acting, lambda _c, _s: "",
    ),
    RedFlag(
        Flag.EARLY, "It is opened again after its end, or closed before the customer said yes.",
        "Ask the customer whether it is solved before you end it.", _acting, _early,
    ),
    RedFlag(
        Flag.DROPPED, "An owner lets the promised update and the grace after it pass.",
        "Talk to them; it is being offered to somebody else.", stakeholders.manager_of, _dropped,
    ),
    RedFlag(
        Flag.CAUSE, "A SEV-1 or SEV-2 is solved and nobody has named the cause.",
        "Reply with a line “cause: …”.", _acting, _cause,
    ),
    RedFlag(
        Flag.PATTERN, f"{PATTERN} cases on one criterion within {WINDOW.days} days.",
        "Let somebody look for the one cause behind them.", _founder, _pattern,
    ),
    RedFlag(
        Flag.HANDOFFS, f"It is offered {HANDOFFS} times or more.",
        "Name who shall have it: OFFER and a name.", stakeholders.manager_of, _handoffs,
    ),
    RedFlag(
        Flag.DRIFT, f"The next update is put off {PUT_OFF} times with no word to the customer.",
        "Tell the customer what is true now, and a time that holds.", _acting, _drift,
    ),
    RedFlag(
        Flag.UNNAMED, f"The owner tells how it stands {TALK} times and names no blocker.",
        "Reply with a line “blocked: …”, or say that nothing blocks it.", _acting, _unnamed,
    ),
    RedFlag(
        Flag.UNSENT, "A personal apology is drafted and has not left a working day later.",
        "Let it go with SEND, word your own with SEND: …, or call them and reply CALLED: ….",
        _founder, _unsent, unsent_at, after=True,
    ),
)  # fmt: skip
"""Every flag, in the order in which they are shown."""
BY_FLAG = {each.flag: each for each in RED_FLAGS}


def flag_due(case: Case, setting: Setting) -> datetime | None:
    """When a flag may next go up by time alone, or has waited long enough for a mail (UTC)."""
    if case.status is Status.REQUESTED:
        return None
    known = {raised.flag for raised in case.flags}
    open_ones = [each for each in RED_FLAGS if each.flag not in known and (case.live or each.after)]
    times = [each.due(case, setting) for each in open_ones]
    times += [_tell_by(case, setting, raised) for raised in case.flags if not raised.told]
    return min((instant for instant in times if instant), default=None)


def no_more(_: DecisionDraft) -> None:
    """What is due is raised and told by `follow_flags`, as after every other decision."""


def follow_flags(decision: Decision, setting: Setting) -> Decision:
    """The decision with the flags that it raised, and with what tells of them."""
    if decision.case is None or decision.case.status is Status.REQUESTED:
        return decision
    cause = decision.events[-1].cause if decision.events else Act().cause
    draft = DecisionDraft(decision.case, setting, Act(cause=cause))
    opens = any(isinstance(each, Opened | Completed) for each in decision.events)
    for each in _up(draft.case, setting, opens=opens):
        who, about = each.who(draft.case, setting), _about(draft.case, setting, each)
        seen = each.seen(draft.case, setting)
        draft.happen(Flagged, flag=each.flag, to=who, about=about, seen=seen)
    letters = _tell(draft, decision)
    added = draft.done()
    return Decision(added.case, (*decision.events, *added.events), (*letters, *added.actions))


def _up(case: Case, setting: Setting, *, opens: bool) -> Iterator[RedFlag]:
    """The flags that are up and stand in no entry yet."""
    known = {raised.flag for raised in case.flags}
    for each in RED_FLAGS:
        asked = each.flag not in known and (opens or each.flag is not Flag.PATTERN)
        if asked and each.seen(case, setting):
            yield each


def _about(case: Case, setting: Setting, each: RedFlag) -> str:
    """The criterion of a pattern; nothing for the other flags."""
    if each.flag is not Flag.PATTERN:
        return ""
    return max(case.policies, key=lambda policy: setting.lately.get(policy, 0))


def _tell(draft: DecisionDraft, decision: Decision) -> tuple[Action, ...]:
    """The decision's actions, its letters taking along the flags of their readers; what cannot wait
    for another letter gets one of its own.
    """
    case, setting = draft.case, draft.setting
    waiting: dict[str, list[RaisedFlag]] = {}
    for raised in case.flags:
        if not raised.told:
            waiting.setdefault(BY_FLAG[raised.flag].who(case, setting), []).append(raised)
    actions = list(decision.actions)
    for person, flags in waiting.items():
        place = _letter_to(person, actions)
        names = tuple(raised.flag for raised in flags)
        words = ",".join(flag.name for flag in names)
        if place is not None:
            letter = actions[place]
            assert isinstance(letter, WriteLetter), "`_letter_to` looks for letters"
            actions[place] = replace(letter, about=(*letter.about, ("flags", words)))
        elif any(_now(case, setting, raised, person) for raised in flags):
            draft.mail(LetterKind.RED_FLAG, person, None, flags=words)
        else:
            continue
        draft.happen(FlagsTold, flags=names, to=person)
    return tuple(actions)


def _letter_to(person: str, actions: list[Action]) -> int | None:
    """The place of the first letter to this person."""
    return next(
        (place for place, action in enumerate(actions)
         if isinstance(action, WriteLetter) and action.to == person),
        None,
    )  # fmt: skip


def _now(case: Case, setting: Setting, raised: RaisedFlag, person: str) -> bool:
    """Whether a flag cannot wait for another mail to this person."""
    if _tell_by(case, setting, raised) <= setting.now:
        return True
    due = next_mail(case, setting, person)
    soon = due is not None and due <= raised.at + SOON
    full = person != case.acting and stakeholders.full_day(person, setting)
    return case.severity in URGENT and not soon and not full


def _tell_by(case: Case, setting: Setting, raised: RaisedFlag) -> datetime:
    """Until when a flag may wait for a mail that its reader gets anyway."""
    if case.severity in URGENT:
        return raised.at + SOON
    return instant_after(timedelta(days=1), raised.at, setting.team) or raised.at + SOON


def next_mail(case: Case, setting: Setting, person: str) -> datetime | None:
    """When this person gets the next mail about the case in any event; None: none is due."""
    times = []
    if case.status is Status.OWNED and case.owner == person and not case.lease_reminded:
        given = updates.draft_at(case, setting)
        times += [given if given and given > setting.now else None, case.promise]
    handoff = case.handoff
    if case.status is Status.OFFERED and handoff and handoff.to == person and not handoff.reminded:
        times.append(handoff.remind_at)
    if person in stakeholders.stakeholders(case, setting):
        times.append(stakeholders.due(case, setting))
    return min((instant for instant in times if instant), default=None)
