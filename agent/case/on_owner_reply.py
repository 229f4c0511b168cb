"""What an owner tells of a case: how it stands, when the customer hears next, a step taken back.

A promise that is later than the customer of a SEV-1 may wait is asked back once: until it is said
again the cadence counts. Then, and of a SEV-2 at once, it is taken as it was said, and the founder
hears of it.

UNDO takes back a person's own last step, where it can be taken back. A mail that left cannot. So an
ACCEPT whose customer has been written to stays: else they would wait for a promise that nobody
holds; who cannot go on hands the case to somebody else.
"""

from datetime import datetime, timedelta
from typing import Any

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke
from deskless.agent.case.case import Before, Case, Status
from deskless.agent.case.deadline import next_update_due
from deskless.agent.case.decide import URGENT, promised_update_at
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.event_live import Called, Explained
from deskless.agent.case.reply_parts import (
    NAMED_CAUSE,
    may_speak,
    note_words,
    read_as,
    refuse_command,
)
from deskless.agent.case.verbs import Command, Verb
from deskless.policies.people.matrix import Person
from deskless.policies.verdict import Severity

OWN = ("status", "done", "expected", "workaround", "prevention", "impact", "process")
"""Labelled facts that an event keeps under their own names."""
FOUND = "found"
"""The value of a word of progress by which a cause may be meant."""
CLEARED = frozenset(
    {"no", "none", "nothing", "-", "nein", "nichts", "keine", "non", "rien", "aucun", "nada",
     "ninguno", "ninguna", "cleared", "resolved"}
)  # fmt: skip
"""Words behind a label that say there is none any more."""
PATIENT = 2
"""How many cadences a customer of a severe case may be told to wait without a question."""
UNDO = timedelta(minutes=30)
"""How long a person may take back their own last act, if nobody else has acted since."""
LEFT = "What the customer was told cannot be taken back."
STAYS = "The case stays yours, since they now expect your word; BOUNCE hands it to somebody else."


def too_late(case: Case, setting: Setting, owner: Person | None, until: datetime) -> bool:
    """Whether a promise lets the customer of a SEV-1 or SEV-2 wait for more than two updates."""
    if case.severity not in URGENT:
        return False
    hours = owner.hours if owner else setting.team
    clocks = setting.clocks_of(case)
    due = next_update_due(case.severity, setting.now, hours=hours, clocks=clocks).at
    return until > setting.now + PATIENT * (due - setting.now)


def tell_progress(draft: DecisionDraft, asked: Command) -> None:
    """PROGRESS: the owner's word; from anybody else it is a note."""
    fields = dict(asked.fields)
    if not draft.case.live and may_speak(draft) and fields:
        told = {name: fields.get(name, "") for name in ("done", "prevention", "impact", "process")}
        cause = fields.get("cause", "")
        draft.happen(Explained, note=asked.note, root_cause=cause, **told)
        draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked) | {"verb": "told"})
        return
    if draft.case.status is not Status.OWNED or not may_speak(draft):
        note_words(draft, asked)
        return
    blocker, cause = fields.get("blocker", ""), fields.get("cause", "")
    promise_anew(
        draft, asked, asked.until, blocker=_blocker(blocker), blocked_by=blocker, note=asked.note,
        next_action=asked.next_action or fields.get("next", ""), root_cause=cause,
        caused=bool(cause or NAMED_CAUSE.search(asked.note)),
        eased=is_named(fields["workaround"]) if fields.get("workaround") else None,
        blocks=is_named(blocker) if blocker else None,
        **{name: fields.get(name, "") for name in OWN},
    )  # fmt: skip


def call_customer(draft: DecisionDraft, asked: Command) -> None:
    """CALLED: the customer was told by word of mouth; for an owned case it is the promised update.

    From anybody who has no part in the case it is a note. A call of the founder's after the end is
    the personal word that a customer may be owed.
    """
    case, setting = draft.case, draft.setting
    if not may_speak(draft):
        note_words(draft, asked)
        return
    until = asked.until if asked.until and asked.until > setting.now else None
    apology = draft.act.by == setting.founder and not case.live
    draft.happen(Called, note=asked.note, promise=until, apology=apology)
    if case.status is Status.OWNED:
        owner = setting.matrix.person(case.owner or "")
        promise = until or promised_update_at(draft.case, setting, owner)
        draft.happen(event.Progressed, promise=promise)
        if until and too_late(case, setting, owner, until):
            tell_late(draft)
    draft.mail(LetterKind.RECEIPT, draft.act.by, draft.act.number, **read_as(asked))


def promise_anew(
    draft: DecisionDraft, asked: Command, until: datetime | None, **facts: Any
) -> None:
    """Record progress with the next update, where one was named; the receipt says which it is."""
    case, setting, by = draft.case, draft.setting, draft.act.by
    owner = setting.matrix.person(case.owner or "")
    overdue = case.promise is not None and case.promise <= setting.now
    # Word has come, if late and without a time: the lease goes on by the cadence.
    usual = promised_update_at(case, setting, owner) if overdue else None
    late = until is not None and too_late(case, setting, owner, until)
    asking = late and case.severity is Severity.SEV1 and case.questioned is None
    named = usual if asking else until or usual
    promise = case.owed(named, setting.now) if named else None
    draft.happen(
        event.Progressed, promise=promise,
        wished=until if until and promise and not asking and promise < until else None,
        questioned=until if asking else None, proof=draft.act.proof, **facts,
    )  # fmt: skip
    shown = {"questioned": until.isoformat()} if asking and until else {}
    values = read_as(asked) | {"verb": Verb.PROGRESS.value}
    if asked.value == FOUND and not draft.case.caused:
        shown["found"] = asked.note
    draft.mail(LetterKind.RECEIPT, by, draft.act.number, **values, **shown)
    if late and not asking:
        tell_late(draft)


def tell_late(draft: DecisionDraft) -> None:
    """The founder hears of a promise that is later than the severity allows."""
    if draft.setting.founder != draft.act.by:
        draft.mail(LetterKind.TAKEN, draft.setting.founder, why="late_promise", by=draft.act.by)


def is_named(text: str) -> bool:
    """Whether words behind a label name something, rather than say that there is none."""
    return bool(text.strip()) and text.strip().casefold().strip(" .!") not in CLEARED


def _blocker(text: str) -> event.Blocker | None:
    """The blocker a person named, by its own word or its id; None: none of the six."""
    words = text.lower().replace(" ", "_").replace("-", "_")
    names = {blocker.value: blocker for blocker in event.Blocker} | {
        "bug": event.Blocker.BUG_FIX,
        "access": event.Blocker.ACCESS,
        "decision": event.Blocker.DECISION,
        "repro": event.Blocker.REPRO,
        "exception": event.Blocker.EXCEPTION,
        "waiting": event.Blocker.DEPENDENCY,
        "dependency": event.Blocker.DEPENDENCY,
    }
    return next((blocker for name, blocker in names.items() if name in words), None)


def undo_last(draft: DecisionDraft, asked: Command) -> None:
    """Lead back to where the case stood before the writer's last step."""
    case, by = draft.case, draft.act.by
    before = case.before
    if before is None or before.by != by:
        left = case.word_at and draft.setting.now - case.word_at <= UNDO
        if left and case.owner == by:
            refuse_command(draft, asked, Why.NOT_NOW, f"{LEFT} {STAYS}")
            return
        refuse_command(draft, asked, Why.NOT_YOURS, "There is nothing of yours to undo here.")
    elif draft.setting.now - before.at > UNDO:
        refuse_command(draft, asked, Why.STALE, "That was more than 30 minutes ago.")
    elif case.told_since(before.at) and before.owner is None and case.owner:
        refuse_command(draft, asked, Why.NOT_NOW, f"{LEFT} {STAYS}")
    else:
        _lead_back(draft, asked, before)


def _lead_back(draft: DecisionDraft, asked: Command, before: Before) -> None:
    open_now, old_owner = draft.case.handoff, draft.case.owner
    left = {"left": "yes"} if draft.case.told_since(before.at) else {}
    draft.happen(event.Undone, what=before.what)
    if open_now and open_now.number > len(before.handoffs):
        draft.do(Revoke(open_now.number))
        draft.mail(LetterKind.MOVED, open_now.to, open_now.number, undone=draft.act.by)
    if old_owner and old_owner not in {draft.act.by, draft.case.owner}:
        draft.mail(LetterKind.MOVED, old_owner, undone=draft.act.by)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked), undone=before.what, **left)
