"""Answers to whoever acted: what was recorded, what is owed, and the way back."""

from datetime import datetime

from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import OWN_WORDS, Status
from deskless.agent.case.event import CUSTOMER, Accepted, Approved, Progressed, Resolved
from deskless.agent.case.event_live import Explained
from deskless.agent.case.on_owner_reply import UNDO
from deskless.agent.case.verbs import Layer, Verb
from deskless.agent.live.apologies import apology_since
from deskless.agent.live.facts import told_to_expect
from deskless.agent.outbound.after.recovery_letters import AFTER_RECEIPTS
from deskless.agent.outbound.customer import (
    apology_draft,
    followup_draft,
    question_draft,
    resolution_draft,
    update_draft,
)
from deskless.agent.outbound.letter_context import LetterContext, now_with, owed_next
from deskless.mailbox.thread import Side
from deskless.templates import values

READERS = {Layer.MODEL.value: "The model"}
"""Who read the words, where it was not the agent's own code."""
STEPS = {
    "accepted": "ACCEPT", "bounced": "BOUNCE", "released": "BOUNCE", "resolved": "RESOLVED",
    "closed": "CLOSE", "progressed": "word of progress", "corrected": "correction",
    "named": "naming of an owner",
}  # fmt: skip
"""What the steps that can be taken back are called by whoever took them."""


def receipt(told: LetterContext) -> values.Mail:
    """One step, or several in their order; each with what was recorded."""
    mail, view = told.mail, told.view
    if mail.says("note") == "wanted":
        return values.NoteWanted(
            recorded=_recorded(told, mail), next_owner=now_with(told), undo_until=undo_until(told)
        )
    parts = mail.parts or (mail,)
    verbs = [part.says("verb") for part in parts if part.letter is LetterKind.RECEIPT]
    reads = [
        f"{READERS.get(part.says('reader'), 'I')} read “{part.says('read')}” as "
        f"{part.says('verb').upper()}."
        for part in parts if part.says("read")
    ]  # fmt: skip
    has_it = {Verb.ACCEPT, Verb.PROGRESS} & set(verbs)
    draft = update_draft(view, mail.to, told.setting) if has_it else None
    if {"resolved", "told", "fixed"} & set(verbs):
        draft = _end_draft(told, "fixed" in verbs)
    asks = next((part for part in parts if part.says("who") == CUSTOMER), None)
    if asks:
        draft = question_draft(view, mail.to, asks.says("question"), told.setting)
    return values.Receipt(
        recorded=_recorded(told, parts[0]),
        more=tuple(_recorded(told, part) for part in parts[1:]),
        owed=_owed(told, verbs, parts),
        undo_until="" if Verb.SEND in verbs else undo_until(told),
        read_as=" ".join(dict.fromkeys(reads)),
        draft=draft,
        asked=_asked_back(told, parts) or _is_cause(parts),
        choices=_choices(told, parts),
    )


def _owed(told: LetterContext, verbs: list[str], parts: tuple[WriteLetter, ...]) -> str:
    """Who owes the customer the next word; what a letter on its way changes is not foretold."""
    changes = Verb.SEND in verbs and not any(part.says("until") for part in parts)
    yeses = [past for past in told.view.events if isinstance(past, Approved)]
    words = bool(yeses) and yeses[-1].kind == OWN_WORDS
    if not set(verbs) - {Verb.PROGRESS} or (changes and words):
        return ""
    return owed_next(told)


def _end_draft(told: LetterContext, fixed: bool) -> values.Draft | None:
    """The letter of an end: is it solved; or, where it had ended before, that it is mended."""
    view, to = told.view, told.mail.to
    if fixed and not _solves(told):
        return followup_draft(view, to, told.setting)
    if _apologises(told):
        return apology_draft(view, to, told.setting)
    return resolution_draft(view, to, told.setting)


def _apologises(told: LetterContext) -> bool:
    """Whether the reader is the founder, who owes the customer a personal word."""
    return told.mail.to == told.setting.founder and apology_since(told.view.case) is not None


def _solves(told: LetterContext) -> bool:
    """Whether the newest FIXED is what solved the case."""
    ends = [past for past in told.view.events if isinstance(past, Resolved | Explained)]
    return bool(ends) and isinstance(ends[-1], Resolved)


def undo_until(told: LetterContext) -> str:
    """Until when the reader's last step can be taken back; empty where it cannot."""
    case = told.view.case
    before = case.before
    if before is None or before.by != told.mail.to:
        return ""
    if case.told_since(before.at) and before.owner is None and case.owner:
        return ""
    return told.view.time(before.at + UNDO, told.mail.to) or ""


def _recorded(told: LetterContext, part: WriteLetter) -> str:
    """What was recorded of one step, with the instant and its zone."""
    if part.letter is not LetterKind.RECEIPT:
        return f"not done: {part.says('say') or part.says('why') or part.letter.value}"
    verb = part.says("verb")
    if part.says("too_late"):
        key = told.view.case.key
        answer = f"that is after the deadline, so {key} has gone on to {now_with(told)}."
        return f"you are busy until then; {answer}"
    special = SPECIAL.get(verb)
    return special(told, part) if special else _plain(told, part, verb)


def _plain(told: LetterContext, part: WriteLetter, verb: str) -> str:
    view, key = told.view, told.view.case.key
    at = view.time(view.now, told.mail.to)
    now, case = now_with(told) or "nobody", view.case
    skipped = f" {told.who(part.says('skipped'))} cannot be asked from here." * bool(
        part.says("skipped")
    )
    owner = "you" if case.owner == told.mail.to else told.who(case.owner)
    sentences = {
        "accept": f"{owner} took {key} ({at}).{_told_otherwise(told)}",
        "bounce": f"you bounced {key} ({at}). It is now with {now}.{skipped}",
        "later": f"you will be asked again about {key} at {_again(told)}.",
        "send": f"the mail you approved for {key} is on its way to the customer ({at}). "
        f"{_promised(told, part)}{key} is with {now}.",
        "close": f"you closed {key} ({at}).",
        "reopen": f"you reopened {key} ({at}). It is now with {now}.",
        "join": f"you closed {key} into {case.into} ({at}).",
        "stop": f"you get no more mails about {key} as one who only listens ({at}).",
        "split": f"{key} is kept apart; it is no longer shown as the same matter ({at}).",
        "severity": f"{key} is {case.severity.value} now ({at}). The clocks follow.",
        "type": f"{key} is of the type {case.type.value} now ({at}).",
        "customer": f"{key} is {view.customer}’s ({at}).",
        "not_met": f"{key} no longer counts as that ({at}). {_rests(told)}",
        "offer": f"you named {now} for {key} ({at}). Nobody owns it until they say yes.",
        "escalate": f"{key} is escalated as {case.severity.value} ({at}). It is with {now}.",
    }  # fmt: skip
    return sentences.get(verb, f"{verb} on {key} ({at}).")


def _promised(told: LetterContext, part: WriteLetter) -> str:
    """What words of the reader's own promise the customer, as they were read."""
    until = dict(part.about).get("until")
    if until is None:
        return ""
    if not until:
        return "I read no time in it by which they hear again. "
    at = told.view.time(datetime.fromisoformat(until), told.mail.to)
    before = part.says("before")
    record = told.view.time(datetime.fromisoformat(before), told.mail.to) if before else ""
    instead = f", where {record} was on record" * bool(before)
    return f"It tells them to expect word by {at}{instead}. "


def _told_otherwise(told: LetterContext) -> str:
    """That the customer was told another time than the one that was just promised."""
    view = told.view
    steps = [past for past in view.events if isinstance(past, Accepted | Progressed)]
    now = bool(steps) and bool(steps[-1].proof) and steps[-1].at == view.now
    promised = steps[-1].wished or steps[-1].promise if now else None
    expected = told_to_expect(view.events)
    if promised is None or expected is None or expected == promised or expected <= view.now:
        return ""
    act = ": write to them, or be there by then" * (promised > expected)
    return f" {view.customer} was told {view.time(expected, told.mail.to)}{act}."


def _rests(told: LetterContext) -> str:
    rest = [told.view.title(policy) for policy in told.view.case.policies]
    left = "No criterion is left: close it with CLOSE, or keep it as it is."
    return f"It still rests on: {', '.join(rest)}." if rest else left


def _note(told: LetterContext, part: WriteLetter) -> str:
    case, key = told.view.case, told.view.case.key
    mine = told.mail.to in {case.owner, case.handoff.to if case.handoff else None}
    stands = "" if mine or not case.live else f" {key} is with {now_with(told) or 'nobody'}."
    return f"your note on {key} is kept ({told.view.time(told.view.now, told.mail.to)}).{stands}"


def _progress(told: LetterContext, part: WriteLetter) -> str:
    """One line: noted, with what was heard in it, and when the customer hears next."""
    view, heard = told.view, told.view.progress
    parts = [
        f"{name}: {value}" for name, value in (
            ("blocked by", heard.blocker), ("next", heard.next_action), ("cause", heard.cause),
        ) if value
    ]  # fmt: skip
    heard_words = f" ({'; '.join(parts)})" if parts else ""
    due = view.time(view.case.promise, told.mail.to)
    word = f" Next word to {view.customer} by {due}." if due else ""
    return f"noted as progress on {view.case.key}{heard_words}.{word}{_told_otherwise(told)}"


def _resolved(told: LetterContext, part: WriteLetter) -> str:
    view, key = told.view, told.view.case.key
    at = view.time(view.now, told.mail.to)
    text = f"you marked {key} as resolved ({at}); the customer has yet to confirm."
    posts = view.spoken(Side.CUSTOMER)
    if not part.says("crossed") or not posts:
        return text
    words = " ".join(posts[-1].text.split())[:160]
    when = view.time(posts[-1].at, told.mail.to)
    return (
        f"{text} But {view.customer} wrote again at {when}: “{words}” If it is not solved, "
        "reply REOPEN."
    )


def _need(told: LetterContext, part: WriteLetter) -> str:
    key, question = told.view.case.key, part.says("question")
    if part.says("who") == CUSTOMER:
        return f"your question on {key} (“{question}”) is drafted for the customer. SEND sends it."
    holds = told.view.case.handoff
    still = ""
    if holds and holds.to == told.mail.to:
        until = told.view.time(holds.answer_by, told.mail.to)
        still = f" The offer stays open to you until {until}."
    return (
        f"{told.who(part.says('who'))} is asked for {key}: “{question}” You hear the answer at "
        f"once; nothing else changes.{still}"
    )


def _undone(told: LetterContext, part: WriteLetter) -> str:
    key, at = told.view.case.key, told.view.time(told.view.now, told.mail.to)
    what = STEPS.get(part.says("undone"), "last step")
    text = f"your {what} on {key} is taken back ({at})."
    left = " What the customer was told since stays told." * bool(part.says("left"))
    return f"{text}{left} It is now with {now_with(told) or 'nobody'}."


def _withdrawn(told: LetterContext, part: WriteLetter) -> str:
    key, at = told.view.case.key, told.view.time(told.view.now, told.mail.to)
    if part.says("owner"):
        owner = told.who(part.says("owner"))
        return f"{owner}, who owns {key}, is told that it is no longer needed ({at})."
    return f"you withdrew {key} ({at}). Nobody is asked any more."


def _answered(told: LetterContext, part: WriteLetter) -> str:
    return f"thank you. Your answer is with {told.who(part.says('asker'))} and stands in the case."


def _unknown(told: LetterContext, part: WriteLetter) -> str:
    key = told.view.case.key
    if part.says("who"):
        return f"noted: you do not know. {told.who(part.says('who'))} is asked for {key} instead."
    return f"noted: you do not know. There is nobody else to ask; {key} goes on without it."


def _fact(told: LetterContext, part: WriteLetter) -> str:
    if _apologises(told):
        return f"noted for your letter to {told.view.customer} about {told.view.case.key}."
    return f"noted for the letter that says that {told.view.case.key} is solved."


def _fixed(told: LetterContext, part: WriteLetter) -> str:
    view, key = told.view, told.view.case.key
    solved = "; it is resolved, and the customer has yet to confirm" * _solves(told)
    return f"noted: {key} is mended for good ({view.time(view.now, told.mail.to)}){solved}."


def _called(told: LetterContext, part: WriteLetter) -> str:
    view, case = told.view, told.view.case
    at, due = view.time(view.now, told.mail.to), view.time(case.promise, told.mail.to)
    next_ = f" Next word to {view.customer} by {due}." if due else ""
    return f"{view.customer} has heard from you on {case.key}, by your word ({at}).{next_}"


SPECIAL = {
    "fixed": _fixed, "called": _called,
    "told": _fact,
    "note": _note, "progress": _progress, "resolved": _resolved, "need": _need, "undo": _undone,
    "withdraw": _withdrawn, "answer": _answered, "unknown": _unknown,
    **AFTER_RECEIPTS,
}  # fmt: skip
"""Steps whose sentence depends on more than the case."""


def _asked_back(told: LetterContext, parts: tuple[WriteLetter, ...]) -> str:
    """The promise that is later than the customer of a severe case may wait, asked back once."""
    view, to = told.view, told.mail.to
    questioned = next((part.says("questioned") for part in parts if part.says("questioned")), "")
    if not questioned:
        return ""
    wanted = view.time(datetime.fromisoformat(questioned), to)
    severity, due = view.case.severity.value, view.time(view.case.promise, to)
    return (
        f"You said {wanted}. The customer of a {severity} hears more often than that: really then? "
        f"Reply ACCEPT to keep {wanted}, or a nearer time. Until then the next word is due {due}."
    )


def _is_cause(parts: tuple[WriteLetter, ...]) -> str:
    """What was found may be the cause: asked once, and recorded as one when its writer says so."""
    words = next((part.says("found") for part in parts if part.says("found")), "")
    return f"Is that the cause? Then reply “cause: {_line(words)}”." if words else ""


def _line(words: str) -> str:
    return " ".join(words.split())


def _choices(told: LetterContext, parts: tuple[WriteLetter, ...]) -> tuple[tuple[str, str], ...]:
    """Buttons for what a receipt still asks: to confirm a late promise, to say an exact word."""
    late = any(part.says("questioned") for part in parts)
    words = [
        word for part in parts if part.letter is LetterKind.ASK_BACK
        for word in part.says("guesses").split(",") if word
    ]  # fmt: skip
    keep = [("Keep that time", "ACCEPT")] if late and told.view.case.status is Status.OWNED else []
    crossed = [("Not solved", "REOPEN")] if any(part.says("crossed") for part in parts) else []
    causes = [
        ("Yes, the cause", f"cause: {_line(part.says('found'))}") for part in parts
        if part.says("found")
    ]  # fmt: skip
    return (*keep, *crossed, *causes, *((word.capitalize(), word.upper()) for word in words))


def _again(told: LetterContext) -> str:
    handoff = told.view.case.handoff
    return (told.view.time(handoff.remind_at, told.mail.to) if handoff else None) or "a later time"
