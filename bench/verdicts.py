"""What the whole verdict is worth: who is woken, who is asked, how severe and of which type.

    .venv/bin/python bench/verdicts.py [FILE …] [--misses] [--embed | --folds]

Each file holds labelled threads (`expect` escalate, ask or leave; `type` and `severity` where a
case should open) or ordinary mails, which all should be left alone. `--misses` prints what came out
otherwise: not to be used on a batch that was not yet measured. `--folds` judges every thread that
the gate's words were fitted to by weights that never saw it.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parent))
import heads
from judging_set import FILE, Case, cases, settled

from deskless.policies.book import book
from deskless.policies.policy import Policy
from deskless.policies.rules.embeddings import Ear
from deskless.policies.rules.gate import Hearing
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.rules.read import Reading
from deskless.policies.rules.word_gate import WordGate
from deskless.policies.verdict import Outcome, Verdict

FOLDER = FILE.parent
FILES = [FOLDER / name for name in ("threads.jsonl", "fresh8.jsonl", "everyday.jsonl")]


def share(part: int, whole: int) -> str:
    """A share and what it was counted from."""
    return f"{part / whole if whole else 0:.3f} ({part}/{whole})"


def grade(verdict: Verdict) -> int:
    """The severity as a number, 0 where there is none."""
    return int(verdict.severity[-1]) if verdict.severity else 0


def with_grade(case: Case, policies: tuple[Policy, ...]) -> Case:
    """The case with the type of the criterion it was written for, where it is labelled no other."""
    wanted = next((policy for policy in policies if policy.id == case.kind), None)
    if case.type or wanted is None:
        return case
    return replace(case, type=wanted.type.value)


def report(known: list[Case], verdicts: list[Verdict]) -> None:
    """Print the figures of one file."""
    pairs = list(zip(known, verdicts, strict=True))
    count = Counter((case.expect, verdict.outcome) for case, verdict in pairs)
    total = Counter(case.expect for case in known)
    woken = [pair for pair in pairs if pair[1].outcome is Outcome.ESCALATE]
    right = [pair for pair in woken if pair[0].expect == "escalate"]
    should = total["escalate"]
    noticed = should - count["escalate", Outcome.LEAVE]
    print(f"  escalations right   {share(len(right), len(woken))}")
    print(f"  recall              {share(len(right), should)}")
    print(f"  escalated or asked  {share(noticed, should)}")
    for name in ("ask", "leave"):
        row = {outcome.value: count[name, outcome] for outcome in Outcome}
        print(f"  labelled {name:10s} {row} of {total[name]}")
    _grades(right, woken)


def _grades(right: list[tuple[Case, Verdict]], woken: list[tuple[Case, Verdict]]) -> None:
    typed = [(case.type, verdict.type) for case, verdict in right if case.type]
    print(f"  type                {share(sum(a == b for a, b in typed), len(typed))}")
    severe = [(case.severity, grade(verdict)) for case, verdict in right if case.severity]
    near = sum(abs(a - b) <= 1 for a, b in severe)
    print(f"  severity within one {share(near, len(severe))}")
    print(f"  severity exact      {share(sum(a == b for a, b in severe), len(severe))}")
    first = [case for case, verdict in woken if grade(verdict) == 1]
    print(f"  SEV-1 right         {share(sum(case.severity == 1 for case in first), len(first))}")
    print(f"  confusion           {dict(sorted(Counter(typed).items()))}")
    print(f"  severities          {dict(sorted(Counter(severe).items()))}")


def misses(known: list[Case], verdicts: list[Verdict]) -> None:
    """Print every thread that came out otherwise than it is labelled, and why."""
    wanted = {"escalate": Outcome.ESCALATE, "ask": Outcome.REVIEW, "leave": Outcome.LEAVE}
    for case, verdict in zip(known, verdicts, strict=True):
        same = verdict.outcome is wanted[case.expect]
        if same and (not case.type or (case.type, case.severity) == (verdict.type, grade(verdict))):
            continue
        print(f"\n{case.id} {case.lang} {case.kind}: {case.expect} {case.type} {case.severity}")
        print(f"    got {verdict.outcome} {verdict.type} {verdict.severity}")
        for post in case.thread.posts:
            print(f"    {post.side[:4]}| {post.subject} | {post.text[:900]}")
        for reason in verdict.reasons:
            print(f"    - {reason}")


class FoldGate:
    """The gate by words, for each thread with weights that were fitted without it."""

    def __init__(self) -> None:
        known = heads.learnt()
        folds = [WordGate(fitted) for fitted in heads.fold_word_heads(known)]
        self._gates = {
            (case.split, case.id): folds[at % heads.FOLDS] for at, case in enumerate(known)
        }
        self._gate = self._all = WordGate()  # what was not fitted to is heard by all of them

    def about(self, case: Case) -> None:
        """The thread that is judged next."""
        self._gate = self._gates.get((case.split, case.id), self._all)

    def hear(self, reading: Reading) -> Hearing:
        """What the fitting gate hears."""
        return self._gate.hear(reading)


def main() -> int:
    """Print the figures of every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--embed", action="store_true", help="with the gate by meaning")
    parser.add_argument("--folds", action="store_true")
    asked = parser.parse_args()
    policies = book.load_book(book.starter_folder()).live()
    for file in asked.files:
        known = [with_grade(case, policies) for case in cases(file)]
        gate = FoldGate() if asked.folds else None
        rules = RulesJudge(Ear()) if asked.embed else RulesJudge(gate=gate)
        settled(known[0], policies, rules)
        started = time.process_time()
        verdicts = []
        for case in known:
            if gate:
                gate.about(case)
            verdicts.append(settled(case, policies, rules))
        spent = 1000 * (time.process_time() - started) / len(known)
        print(f"{file.name}: {len(known)} threads, {spent:.2f} ms of processor time each")
        report(known, verdicts)
        if asked.misses:
            misses(known, verdicts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
