"""What the answers to replies share: asking back, refusing kindly, noting, telling the end."""

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft
from deskless.agent.case.event import Why
from deskless.agent.case.verbs import Command, Verb


def ask_back(draft: DecisionDraft, line: str, why: str, guesses: tuple[Verb, ...]) -> None:
    """Nothing changes; the writer is asked what was meant."""
    draft.happen(event.Refused, why=Why.UNCLEAR, number=draft.act.number, detail=f"{line}\n{why}")
    draft.mail(
        LetterKind.ASK_BACK, draft.act.by, draft.act.number, line=line, why=why,
        guesses=",".join(verb.value for verb in guesses),
    )  # fmt: skip


def refuse_command(draft: DecisionDraft, asked: Command, why: Why, say: str = "") -> None:
    """Nothing changes; the writer is told what is true now."""
    number = draft.act.number
    draft.happen(event.Refused, why=why, verb=asked.verb.value, number=number, detail=say)
    draft.mail(
        LetterKind.AS_IT_STANDS, draft.act.by, number, why=why.value, say=say, verb=asked.verb.value
    )


def may_speak(draft: DecisionDraft) -> bool:
    """Owner, the person the open offer is with, or the founder."""
    case, by = draft.case, draft.act.by
    return by in {case.owner, draft.setting.founder, case.handoff.to if case.handoff else None}


def read_as(asked: Command) -> dict[str, str]:
    """How the words were read, where that was inferred."""
    values = {"verb": asked.verb.value}
    return values | ({"read": asked.line} if asked.inferred else {})


def note_words(draft: DecisionDraft, asked: Command) -> None:
    """Keep the words; nothing else changes."""
    draft.happen(event.Noted, note=asked.note or asked.line)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))


def tell_end(draft: DecisionDraft) -> None:
    """Everybody who has a part in the case hears that it is over."""
    case = draft.case
    for party in (case.requester, case.owner):
        if party and party != draft.act.by:
            draft.mail(LetterKind.ENDED, party)
    if case.severity in URGENT and draft.setting.founder != draft.act.by:
        draft.mail(LetterKind.ENDED, draft.setting.founder)
