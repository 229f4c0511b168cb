"""Who has heard what: the letters that were written, as decisions about a live case may see them.

A stakeholder who has read it elsewhere is not told again, a red flag goes with a mail that its
reader gets anyway, and a pattern is one only where nobody has been told of it.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import Decision, Setting
from deskless.agent.case.event import Completed, Opened
from deskless.agent.case.event_live import Flag
from deskless.agent.live.red_flags import BY_FLAG, WINDOW
from deskless.agent.outbound.letter_context import LetterContext
from deskless.store import outbox
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span
from deskless.templates.parts import FlagLine

DAY = timedelta(days=1)
TELLING = frozenset(
    {
        LetterKind.TAKEN, LetterKind.GIVEN, LetterKind.MOVED, LetterKind.ENDED, LetterKind.ALERT,
        LetterKind.RELEASED, LetterKind.STRANDED, LetterKind.RECEIPT, LetterKind.STATUS,
        LetterKind.AS_IT_STANDS, LetterKind.CONFIRM_END,
    }
)  # fmt: skip
"""Letters that tell their reader how the case stands: severity, owner, end. What was told to a
stakeholder stands in the case itself.
"""


def with_letters(session: Session, case: Case, setting: Setting) -> Setting:
    """The setting with what each person was written about the case, and how much in a day."""
    person = setting.matrix.id_by_email
    heard = outbox.latest_to(session, case.key, [kind.value for kind in TELLING])
    many = outbox.counts_to(session, LetterKind.STAKEHOLDER.value, setting.now - DAY)
    return replace(
        setting,
        heard={who: at for email, at in heard.items() if (who := person(email))},
        informed={who: count for email, count in many.items() if (who := person(email))},
    )


def as_heard(session: Session, decision: Decision, setting: Setting) -> Setting:
    """The setting as the flags of a decision need it."""
    case = decision.case
    severe = case is not None and case.severity in URGENT
    heard = with_letters(session, case, setting) if case and severe else setting
    return with_pattern(session, decision, heard)


def with_pattern(session: Session, decision: Decision, setting: Setting) -> Setting:
    """The setting with how many cases of each criterion there were lately, for a new one.

    A criterion that was flagged within the window counts nothing more.
    """
    if not any(isinstance(each, Opened | Completed) for each in decision.events):
        return setting
    since = setting.now - WINDOW
    opened = [each for each in decision.events if isinstance(each, Opened)]
    counted: Counter[str] = Counter(policy for each in opened for policy in each.policies)
    span = Span(kinds=frozenset({"opened", "requested", "flagged"}), since=since)
    flagged = set()
    for entry in entries.read_entries(session, span):
        if entry.kind == "flagged" and entry.data["flag"] == Flag.PATTERN.value:
            flagged.add(entry.data["about"])
        elif entry.kind != "flagged":
            counted.update(entry.data.get("policies", []))
    return replace(
        setting, lately={policy: n for policy, n in counted.items() if policy not in flagged}
    )


def flag_words(told: LetterContext) -> tuple[FlagLine, ...]:
    """The red flags that a letter tells of: what was seen, and what to do."""
    seen = {
        getattr(past, "flag", None): getattr(past, "seen", "") for past in told.view.events
        if getattr(past, "seen", "")
    }  # fmt: skip
    return tuple(
        FlagLine(
            name=flag.value, do=BY_FLAG[flag].do,
            seen=seen.get(flag) or BY_FLAG[flag].rule.rstrip("."),
        )
        for flag in (Flag[name] for name in told.mail.says("flags").split(",") if name)
    )  # fmt: skip
