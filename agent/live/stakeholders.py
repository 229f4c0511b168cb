"""Stakeholders: who is told of a case beside whoever acts, when, and what is new for them.

Who: by severity, as `CLOCKS` says or the team's `[stakeholders]`. Whoever must act is none, nor is
who said STOP; who was told once is told of every change and of the end, also when the severity
falls. When: at the opening; a few minutes after a change, so that changes close together are one
mail; every hour of the internal clock while nothing changes; at the end. What a person has read
in another letter about the case since then is not told again.

Against noise: everybody hears of opening, changes and end, and the hourly status goes to those who
are named by their part (executive, manager, account owner). Whoever has had `ENOUGH` such mails
within a day hears only what cannot wait (`WEIGHTY`); the next mail says how it stands by then.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from deskless.agent.case import escalation_limits
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.deadline import Deadline, next_status
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event_live import News, Told
from deskless.policies.verdict import Severity

NAME = "stakeholders"
FOLD: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=5),
    Severity.SEV2: timedelta(minutes=10),
    Severity.SEV3: timedelta(minutes=30),
    Severity.SEV4: timedelta(minutes=30),
}
"""How long a change waits for others that follow it."""
END_FOLD = timedelta(minutes=1)
ENOUGH = 3
"""So many mails as a stakeholder within a day are a full day."""
CROWDED = 6
"""With so many within a day, the end of a lesser case than a SEV-1 is no mail of its own either."""
WEIGHTY = frozenset({"severity", "ended"})
"""Changes that are told also on a full day, as the opening is."""
LATELY = timedelta(minutes=30)
"""Who got any letter about the case within this time needs no status."""
TOLD_ELSEWHERE = frozenset({"severity", "owner", "ended"})
"""Changes that every letter about a case tells, whatever it is about."""


def manager_of(case: Case, setting: Setting) -> str:
    """Who manages whoever acts for the case."""
    return escalation_limits.manager_of(case.acting, case.tier, setting)


def stakeholders(case: Case, setting: Setting) -> dict[str, str]:
    """Whom to tell (ids), each with the part in which they hear it; whoever acts is left out."""
    parts: dict[str, str] = {}
    words = setting.stakeholders.get(case.severity, setting.clocks_of(case).tell)
    for word in sorted(words, key=lambda each: each == "everybody"):
        for person in _people(word, case, setting):
            parts.setdefault(person, word if "@" not in word else "named")
    for person in case.told_to:
        if setting.matrix.person(person):
            parts.setdefault(person, "earlier")
    stay = {setting.founder}
    gone = {case.acting} | (set(case.unfollowed) - stay)
    return {person: part for person, part in parts.items() if person and person not in gone}


def _people(word: str, case: Case, setting: Setting) -> tuple[str, ...]:
    people = setting.matrix.people
    if word == "executive":
        return (setting.founder,)
    if word == "manager":
        return (manager_of(case, setting),)
    if word == "account owner":
        return (setting.account_owner,)
    if word == "everybody":
        return tuple(person.id for person in people)
    return (setting.matrix.id_by_email(word) or "",)


def status_due(case: Case, setting: Setting) -> Deadline | None:
    """When those who hear hourly hear next, with the computation; None: no such clock runs."""
    if case.followers_told_at is None or not case.live:
        return None
    return next_status(
        case.severity, case.followers_told_at, hours=setting.team, clocks=setting.clocks_of(case)
    )


def due(case: Case, setting: Setting) -> datetime | None:
    """When the stakeholders are to be told next (UTC); None: nothing is due to them."""
    if case.told is None:
        waits = case.live and case.status is not Status.REQUESTED
        return case.opened_at if waits and stakeholders(case, setting) else None
    if case.news:
        fold = FOLD[case.severity] if case.live else END_FOLD
        return case.news[0] + fold
    status = status_due(case, setting)
    return status.at if status and _hourly(case, setting) else None


def _hourly(case: Case, setting: Setting) -> dict[str, str]:
    """Who hears although nothing is new."""
    everybody = stakeholders(case, setting)
    return {who: part for who, part in everybody.items() if part not in {"everybody", "earlier"}}


def tell(draft: DecisionDraft) -> None:
    """Write to every stakeholder who does not know it yet."""
    case, setting = draft.case, draft.setting
    new = case.told.news(case.picture) if case.told else ()
    news = _kind(case, new)
    about = _before(case, new)
    due_now = _hourly(case, setting) if news is News.STATUS else stakeholders(case, setting)
    to = [person for person in due_now if not _knows(person, draft, news, new)]
    for person in to:
        first = news is not News.OPENED and person not in case.told_to
        kind = News.OPENED if first and case.live else news
        part = {"part": due_now[person]}
        draft.mail(LetterKind.STAKEHOLDER, person, None, news=kind.value, **part, **about)
    draft.happen(Told, news=news, to=tuple(to), knew=tuple(who for who in due_now if who not in to))


def _kind(case: Case, new: tuple[str, ...]) -> News:
    if case.told is None:
        return News.OPENED
    if not new:
        return News.STATUS
    return News.CHANGED if case.live else News.ENDED


def _before(case: Case, new: tuple[str, ...]) -> dict[str, str]:
    """What was, of everything that is new; `new` names it."""
    if case.told is None or not new:
        return {}
    was = {f"was_{name}": str(getattr(case.told, name) or "") for name in new}
    return {"new": ",".join(new), **was}


def full_day(person: str, setting: Setting) -> bool:
    """Whether somebody has had enough mails of what does not ask anything of them; never the
    founder.
    """
    return setting.informed.get(person, 0) >= ENOUGH and person != setting.founder


def _knows(person: str, draft: DecisionDraft, news: News, new: tuple[str, ...]) -> bool:
    """Whether a person has read it elsewhere, or has a full day and it can wait."""
    case, setting = draft.case, draft.setting
    heard = setting.heard.get(person)
    if full_day(person, setting) and news is not News.OPENED and not WEIGHTY & set(new):
        return True
    crowded = full_day(person, setting) and setting.informed[person] >= CROWDED
    if crowded and news is News.ENDED and case.severity is not Severity.SEV1:
        return True
    if news is News.STATUS:
        return heard is not None and heard > setting.now - LATELY
    if heard is None or not set(new) <= TOLD_ELSEWHERE:
        return False
    return heard >= (case.news[1] if case.news else case.opened_at)
