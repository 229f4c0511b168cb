"""A week of live cases in simulation: mails per person and day, with what is told live and without.

    .venv/bin/python bench/live_week.py               20 weeks of 40 cases
    .venv/bin/python bench/live_week.py --cases 80    a busier team
    .venv/bin/python bench/live_week.py --limit       exit 1 where p95 is over 25 or 8

The decisions are the product's own; people and customers are played by dice: who is asked says yes
or no or nothing, writes to the customer before the promise or after it or not at all, puts it off,
names what blocks it, solves it. With the feature an owner writes by the draft, half of the time
with facts first, or by hand; without it by hand. The founder sends most apologies.

`p50`, `p95` and `max` are of what our side starts; `all 95` and `all max` count the answers to
one's own replies too. The regular mails (morning, Monday) are not counted. A person's day counts
from Monday to Friday, also one without a mail, and at the weekend where a mail came.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import APOLOGY, FIRST_WORD, Case, Status
from deskless.agent.case.decide import open_case
from deskless.agent.case.decision import ANSWERS, Act, Decision, Setting
from deskless.agent.case.effects import TEXT
from deskless.agent.case.on_mail import on_customer, on_reached, on_team
from deskless.agent.case.on_reply import UPDATE, on_reply
from deskless.agent.case.verbs import Code, Command, Verb
from deskless.agent.live.apologies import apology_since
from deskless.agent.live.red_flags import follow_flags
from deskless.agent.live.timers import TIMERS, Timer, due_at, on_time
from deskless.agent.live.updates import letter_promise
from deskless.agent.outbound.hearing import TELLING
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.verdict import Nature, Severity, Type

ZONE = ZoneInfo("Europe/Berlin")
OFFICE = Hours(zone=ZONE, week=(((time(9), time(18)),),) * 5 + ((), ()))
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAYS = 7
MIX = ((Severity.SEV1, 0.05), (Severity.SEV2, 0.15), (Severity.SEV3, 0.4), (Severity.SEV4, 0.4))
SOLVED_IN = {Severity.SEV1: 4, Severity.SEV2: 7, Severity.SEV3: 18, Severity.SEV4: 40}
"""Working hours a case takes on average."""
STEP = timedelta(minutes=1)
LIMITS = {"owner": 25, "manager": 8}


def person(name: str, tier: int, role: str, handles: tuple[str, ...] = ()) -> Person:
    """Somebody of the team."""
    email = f"{name}@acme.example"
    return Person(name, name.title(), (email,), tier, role, OFFICE, handles=handles)


NOTHING = ("nothing",)
TEAM = Matrix(
    (
        person("tom", 1, "support"), person("tia", 1, "support"),
        person("kim", 1, "customer success", NOTHING),
        person("lou", 1, "customer success", NOTHING),
        person("ana", 2, "billing"), person("ben", 2, "product"), person("eli", 2, "product"),
        person("ida", 2, "engineering"),
        person("cleo", 3, "engineering"), person("hal", 3, "head of support", NOTHING),
        person("maya", 4, "founder"),
    )
)  # fmt: skip
PARTS = {
    "owner": ("ana", "ben", "eli", "ida", "cleo"), "manager": ("hal",), "founder": ("maya",),
    "account owner": ("kim", "lou"), "support": ("tom", "tia"),
}  # fmt: skip


@dataclass
class Week:
    """One played week: the cases as they stand, and every letter as (instant, person, case)."""

    dice: random.Random
    timers: tuple[Timer, ...]
    now: datetime = MONDAY
    cases: dict[str, Case] = field(default_factory=dict)
    plans: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    due: dict[str, datetime | None] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[datetime, str, str, str]] = field(default_factory=list)

    def setting(self, key: str) -> Setting:
        """The world as a decision about this case sees it."""
        day = self.now - timedelta(days=1)
        load = Counter(case.owner for case in self.cases.values() if case.owner and case.live)
        kinds = {kind.value for kind in TELLING}
        heard = {who: at for at, who, about, kind in self.letters if about == key and kind in kinds}
        told = (who for at, who, _, kind in self.letters if kind == "stakeholder" and at > day)
        return Setting(
            now=self.now, matrix=TEAM, founder="maya", team=OFFICE, load=load,
            account_owner=self.owners.get(key, ""), heard=heard, informed=Counter(told),
        )  # fmt: skip

    def carry_out(self, key: str, decision: Decision) -> None:
        """Take over what was decided, and count its letters."""
        if self.timers:
            decision = follow_flags(decision, self.setting(key))
        if decision.case is not None:
            self.cases[key] = decision.case
            self.due[key] = due_at(decision.case, self.setting(key), self.timers)
        for action in decision.actions:
            if isinstance(action, WriteLetter) and action.to:
                self.letters.append((self.now, action.to, key, action.letter.value))

    def open(self, key: str, severity: Severity) -> None:
        """A new case; what people will do with it is thrown now."""
        self.owners[key] = self.dice.choice(["kim", "lou", ""])
        opening = event.Opening(
            at=self.now, key=key, ticket=key, seq=1, severity=severity, type=Type.TECHNICAL,
            nature=Nature.TECHNICAL, tier=2, first_mail=self.now, last_touch=self.now,
            unanswered_since=self.now,
        )  # fmt: skip
        self.carry_out(key, open_case(opening, self.setting(key), Act()))
        self.plans[key] = [(self.later(0.1, 0.6, severity), "answer")]
        hours = SOLVED_IN[severity] * self.dice.uniform(0.4, 1.4)
        self.plans[key].append((self.later(hours, hours, severity), "solve"))
        if self.dice.random() < 0.3:
            self.plans[key].append((self.later(1, 8, severity), "customer"))

    def later(self, low: float, high: float, severity: Severity) -> datetime:
        """So many hours on: of working time, but for a SEV-1."""
        span = timedelta(hours=self.dice.uniform(low, high))
        if severity is Severity.SEV1:
            return self.now + span
        return OFFICE.add(self.now, span) or self.now + span

    def play(self) -> None:
        """Do what is due now: people, customers, and the clock."""
        for key, plan in self.plans.items():
            due = sorted(step for step in plan if step[0] <= self.now)
            self.plans[key] = [step for step in plan if step[0] > self.now]
            for _, what in due:
                getattr(self, f"_{what}")(key)
            if self.due[key] is not None and self.due[key] <= self.now:
                self.carry_out(key, on_time(self.cases[key], self.setting(key), timers=self.timers))

    def says(self, key: str, who: str, verb: Verb, **more: object) -> None:
        """Somebody's reply."""
        asked = Command(verb, line=verb.value, **more)  # type: ignore[arg-type]
        self.carry_out(key, on_reply(self.cases[key], asked, self.setting(key), self.act(key, who)))

    def act(self, key: str, who: str) -> Act:
        """Who replies, to the mail that they have."""
        handoff = self.cases[key].handoff
        number = handoff.number if handoff else None
        return Act(by=who, number=number, cause=f"mail:{len(self.letters)}", proof="dmarc")

    def sends(self, key: str, who: str, kind: str, promise: datetime | None = None) -> None:
        """SEND of the draft in hand, and the letter leaves."""
        text = f"{len(self.letters):016}" * 4
        act = replace(self.act(key, who), draft=text, draft_kind=kind, promise=promise)
        command = Command(Verb.SEND, line="SEND")
        self.carry_out(key, on_reply(self.cases[key], command, self.setting(key), act))
        if text[:TEXT] in self.cases[key].approvals:
            yes = event.Approved(
                at=self.now, by=who, text=text, kind=kind, promise=promise, waits=True
            )
            self.carry_out(key, on_reached(self.cases[key], self.setting(key), yes))

    def _answer(self, key: str) -> None:
        """Who is asked says yes mostly, no sometimes, and now and then nothing."""
        case = self.cases[key]
        if case.handoff is None or case.status not in {Status.OFFERED, Status.STRANDED}:
            if case.live:
                self.plan(key, 0.1, 0.6, "answer")
            return
        luck, who = self.dice.random(), case.handoff.to
        if luck < 0.82:
            self.says(key, who, Verb.ACCEPT)
            self.plan(key, 0.05, 0.3, "write")
        elif luck < 0.92:
            self.says(key, who, Verb.BOUNCE, code=Code.WRONG_OWNER, note="not mine")
        self.plan(key, 0.1, 1, "answer")

    def plan(self, key: str, low: float, high: float, what: str) -> None:
        """Something that happens in so many hours."""
        at = self.later(low, high, self.cases[key].severity)
        self.plans[key].append((at, what))

    def _write(self, key: str) -> None:
        """The owner writes to the customer, or puts it off, or forgets."""
        case = self.cases[key]
        if case.status is not Status.OWNED or not case.owner:
            return
        luck = self.dice.random()
        setting = self.setting(key)
        if case.acknowledged_at is None:
            self.sends(key, case.owner, FIRST_WORD, letter_promise(case, setting))
        elif luck < 0.55 and self.timers:
            if self.dice.random() < 0.5:
                fields = (("done", "looked"), ("next", "look again"))
                self.says(key, case.owner, Verb.PROGRESS, fields=fields)
            case = self.cases[key]
            self.sends(key, case.owner or "", UPDATE, letter_promise(case, setting))
        elif luck < 0.78:
            act = Act(by=case.owner, cause=f"mail:{len(self.letters)}")
            self.carry_out(key, on_team(case, self.setting(key), act, sure=True))
        elif luck < 0.92:
            fields = (("blocker", "bug fix"),) if self.dice.random() < 0.4 else ()
            until = self.later(1, 3, case.severity)
            self.says(key, case.owner, Verb.PROGRESS, until=until, note="on it", fields=fields)
        promise = self.cases[key].promise or self.now
        late = timedelta(minutes=self.dice.choice([-20, -10, -5, 5, 10]))
        self.plans[key].append((max(promise + late, self.now + 5 * STEP), "write"))

    def _solve(self, key: str) -> None:
        case = self.cases[key]
        if case.status is not Status.OWNED or not case.owner:
            if case.live:
                self.plan(key, 1, 2, "solve")
            return
        cause = (("cause", "a full disk"),) if self.dice.random() < 0.6 else ()
        self.says(key, case.owner, Verb.RESOLVED, note="fixed", fields=cause)
        if self.timers and self.dice.random() < 0.8:
            self.sends(key, case.owner, "resolution")
        self.plan(key, 1, 6, "close")
        self.plan(key, 2, 12, "apologise")

    def _apologise(self, key: str) -> None:
        """The founder tells what it meant for the customer and sends the letter, mostly."""
        if apology_since(self.cases[key]) and self.dice.random() < 0.8:
            fields = (("impact", "they could not work"), ("process", "two look at it"))
            self.says(key, "maya", Verb.PROGRESS, fields=fields)
            self.sends(key, "maya", APOLOGY)

    def _close(self, key: str) -> None:
        case = self.cases[key]
        if case.status is Status.RESOLVED and case.owner:
            note = "the customer has had it for a day" if self.dice.random() < 0.5 else ""
            self.says(key, case.owner, Verb.CLOSE, note=note)
            if self.cases[key].status is Status.RESOLVED:  # asked once why
                self.plan(key, 0.1, 1, "close")

    def _customer(self, key: str) -> None:
        case = self.cases[key]
        if case.live:
            worse = case.severity if self.dice.random() < 0.85 else Severity.SEV2
            act = Act(cause=f"mail:{len(self.letters)}")
            self.carry_out(key, on_customer(case, self.setting(key), act, worse))


Days = Counter[tuple[str, str]]
OWN = {kind.value for kind in ANSWERS}
"""Letters that answer whoever has just written to us."""


def play_week(seed: int, count: int, timers: tuple[Timer, ...]) -> tuple[Days, Days]:
    """Letters by person and day of one week: those that we started, and all."""
    dice = random.Random(seed)
    starts = []
    for number in range(count):
        severity = dice.choices([kind for kind, _ in MIX], [share for _, share in MIX])[0]
        hours = dice.uniform(0, 24 * 5 - 8)
        at = MONDAY + timedelta(hours=hours)
        if severity is not Severity.SEV1:
            at = OFFICE.next_start(at) or at
            at += timedelta(minutes=dice.randint(0, 420)) if at.astimezone(ZONE).hour == 9 else STEP
        starts.append((at, f"ACME-{number}-1", severity))
    week = Week(random.Random(seed + 1), timers)
    left = sorted(starts)
    end = MONDAY + timedelta(days=DAYS)
    while week.now < end:
        while left and left[0][0] <= week.now:
            _, key, severity = left.pop(0)
            week.open(key, severity)
        week.play()
        week.now += STEP * 5
    started: Days = Counter()
    for day in range(5):
        for teammate in TEAM.people:
            started[teammate.id, f"{(MONDAY + timedelta(days=day)).date()}"] += 0
    every = started.copy()
    for at, who, _, kind in week.letters:
        day_of = who, f"{at.astimezone(ZONE).date()}"
        every[day_of] += 1
        started[day_of] += kind not in OWN
    return started, every


def percentile(counts: list[int], share: float) -> int:
    """The count that so large a share of the days does not exceed."""
    ordered = sorted(counts)
    return ordered[max(ceil(len(ordered) * share) - 1, 0)]


def rows(weeks: int, count: int) -> Iterator[tuple[str, str, int, int, int, int, int]]:
    """Part, variant, p50, p95 and the most mails a person of that part got on a day; p95 and most
    with the answers to their own replies.
    """
    variants = (("with", TIMERS), ("without", ()))
    for name, timers in variants:
        days: dict[str, tuple[list[int], list[int]]] = {part: ([], []) for part in PARTS}
        for seed in range(weeks):
            for counts, mails in zip((0, 1), play_week(seed, count, timers), strict=True):
                for (who, _), many in mails.items():
                    part = next(part for part, people in PARTS.items() if who in people)
                    days[part][counts].append(many)
        for part, (started, every) in days.items():
            low, high, most = percentile(started, 0.5), percentile(started, 0.95), max(started)
            yield part, name, low, high, most, percentile(every, 0.95), max(every)


def main() -> int:
    """Print the table; with `--limit` it may fail."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=20)
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--limit", action="store_true")
    asked = parser.parse_args()
    print(f"{asked.weeks} weeks of {asked.cases} cases: mails per person and day\n")
    print(
        f"{'part':<14} {'feature':<8} {'p50':>4} {'p95':>4} {'max':>4} {'all 95':>7} {'all max':>7}"
    )
    over = False
    for part, name, p50, p95, most, high, all_most in sorted(rows(asked.weeks, asked.cases)):
        print(f"{part:<14} {name:<8} {p50:>4} {p95:>4} {most:>4} {high:>7} {all_most:>7}")
        over = over or (name == "with" and p95 > LIMITS.get(part, p95))
    return int(asked.limit and over)


if __name__ == "__main__":
    sys.exit(main())
