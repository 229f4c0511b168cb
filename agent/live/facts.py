"""What an owner has told of a case, as far as a letter to the customer may say it.

Only labelled words count: `status:`, `done:`, `next:`, `blocked:`, `cause:`, `workaround:`,
`eta:`, `prevention:`, `impact:`, `process:`. Prose stays inside the team. What was done since the
customer's last update is told in the next one, and once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case import event as ev
from deskless.agent.case.event import Event
from deskless.agent.case.event_live import Called, Explained
from deskless.agent.case.on_owner_reply import is_named

TOLD = frozenset({"progress", "resolution", "followup"})
"""Letters that tell the customer what was done."""
SHOWN = (
    "status", "done", "next_action", "blocked_by", "root_cause", "workaround", "expected"
)  # fmt: skip
"""What an update tells, by the names in the events."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The latest of each kind, in the owner's words; empty: nobody said. `done` is since the last
    letter that told it, oldest first; `ever` all that was done; `news`: anything since then.
    """

    status: str = ""
    done: tuple[str, ...] = ()
    next_action: str = ""
    blocker: str = ""
    cause: str = ""
    workaround: str = ""
    expected: str = ""
    prevention: str = ""
    impact: str = ""
    process: str = ""
    ever: tuple[str, ...] = ()
    news: bool = False


def told_facts(events: Sequence[Event]) -> Facts:
    """The facts that stand, oldest event first; a step that was taken back says nothing."""
    standing = _standing(events)
    since = _told_last(events)
    fresh = [fact for fact in standing if since is None or fact.at > since]
    return Facts(
        status=_last(fresh, "status"),
        done=_each(fresh, "done"),
        next_action=_last(standing, "next_action"),
        blocker=_last(standing, "blocked_by"),
        cause=_last(standing, "root_cause"),
        workaround=_last(standing, "workaround"),
        expected=_last(standing, "expected"),
        prevention=_last(standing, "prevention"),
        impact=_last(standing, "impact"),
        process=_last(standing, "process"),
        ever=_each(standing, "done"),
        news=any(getattr(fact, name, "") for fact in fresh for name in SHOWN),
    )


def told_to_expect(events: Iterable[Event]) -> datetime | None:
    """By when the customer was told to hear next (UTC), by the last word that they have had.

    None: that word named no time, or did not arrive, or there was none.
    """
    expected = None
    for past in events:
        if isinstance(past, ev.Unreached):
            expected = None
        elif isinstance(past, ev.Reached):
            expected = past.promise or (expected if past.kind == "question" else None)
        elif isinstance(past, Called) or (isinstance(past, ev.Touched) and past.by != ev.CUSTOMER):
            expected = past.promise
    return expected


def words_had(events: Iterable[Event]) -> tuple[datetime, ...]:
    """When the customer had word of us (UTC): letters that left and did not come back, and calls.

    What a teammate wrote by themselves is not among them; it stands in the conversation.
    """
    had: list[datetime] = []
    for past in events:
        if isinstance(past, ev.Unreached) and past.told in had:
            had.remove(past.told)
        old = isinstance(past, ev.Approved) and not past.waits
        if old or isinstance(past, ev.Reached | Called):
            had.append(past.at)
    return tuple(had)


def come_back(events: Iterable[Event]) -> frozenset[str]:
    """What mails of the team's own are called (`mail:` and a digest) that came back."""
    return frozenset(past.mail for past in events if isinstance(past, ev.Unreached) and past.mail)


def _standing(events: Iterable[Event]) -> list[Event]:
    """Everything that tells a fact, without what was undone."""
    standing: list[Event] = []
    for past in events:
        if isinstance(past, ev.Undone):
            mine = [each for each in standing if each.by == past.by]
            if mine and type(mine[-1]).__name__.lower() == past.what:
                standing.remove(mine[-1])
        elif isinstance(past, ev.Progressed | ev.Accepted | ev.Resolved | Explained):
            standing.append(past)
    return standing


def _told_last(events: Iterable[Event]) -> datetime | None:
    """When a letter was approved that has left since and told what was done."""
    told = [past.approved for past in events if isinstance(past, ev.Reached) and past.kind in TOLD]
    return max(told, default=None)


def _last(facts: Iterable[Event], name: str) -> str:
    words = [getattr(fact, name, "").strip() for fact in facts]
    last = next((text for text in reversed(words) if text), "")
    return last if is_named(last) else ""


def _each(facts: Iterable[Event], name: str) -> tuple[str, ...]:
    """Every line under a label, each once."""
    texts = [getattr(fact, name, "") for fact in facts]
    lines = (line.strip(" -•*\t") for text in texts for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
