"""How well the rules judge does on the development set, beside a plain list of alarm words.

    .venv/bin/python bench/judge.py [--misses SPLIT] [--file FILE] [--embed] [--mute]

Review counts as neither: it is no false alarm, and it does not count as found. `--embed` adds the
sentence embeddings, and tells what they send to a person; `--mute` takes every phrase away first,
to see what they are to a criterion that has only prose and examples.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from judging_set import FILE, Case, cases, outcome

from deskless.policies.book import book
from deskless.policies.judge import Opinion
from deskless.policies.rules.embeddings import Ear
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.verdict import Met

WORDS = ("phrases", "maybe", "patterns")
ALARM = tuple(
    """
    urgent asap immediately outage down broken critical emergency refund chargeback lawyer
    legal sue cancel breach hacked security complaint manager unacceptable angry furious
    dringend sofort ausfall kaputt rückerstattung anwalt kündigung beschwerde urgent panne
    remboursement avocat résiliation plainte urgente caído reembolso abogado baja denuncia
    queja
    """.split()  # noqa: SIM905
)


def naive(one: Case) -> str:
    """What a list of alarm words would do."""
    text = " ".join(post.text.lower() for post in one.thread.from_customer())
    return "escalate" if any(word in text for word in ALARM) else "leave"


def figures(pairs: list[tuple[str, str]]) -> str:
    """Precision, recall and review share of (expected, outcome) pairs."""
    count = Counter(pairs)
    hit, false = count["escalate", "escalate"], count["leave", "escalate"]
    wanted = sum(n for (expect, _), n in count.items() if expect == "escalate")
    review = sum(n for (_, out), n in count.items() if out == "review")
    precision = hit / (hit + false) if hit + false else 0.0
    recall = hit / wanted if wanted else 0.0
    left = count["leave", "leave"]
    quiet = sum(n for (expect, _), n in count.items() if expect == "leave")
    return (
        f"n={len(pairs):4d}  precision {precision:.2f}  recall {recall:.2f}  "
        f"review {review / len(pairs):.2f}  left alone {left}/{quiet}"
    )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", default="", help="print what went wrong in this split")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--embed", action="store_true")
    parser.add_argument("--mute", action="store_true")
    asked = parser.parse_args()
    policies = book.load_book(book.starter_folder()).live()
    if asked.mute:
        policies = tuple(policy.model_copy(update=dict.fromkeys(WORDS, ())) for policy in policies)
    rules, known = RulesJudge(Ear() if asked.embed else None), list(cases(asked.file))
    rules.judge(known[0].thread, known[0].facts, policies)
    started = time.process_time()
    opinions = [rules.judge(item.thread, item.facts, policies) for item in known]
    spent = time.process_time() - started
    _tables(known, opinions)
    if asked.embed:
        _gained(
            known,
            opinions,
            [RulesJudge().judge(item.thread, item.facts, policies) for item in known],
        )
    print(f"\n{1000 * spent / len(known):.2f} ms of processor time a thread")
    if asked.misses:
        _misses(known, opinions, asked.misses)
    return 0


def _tables(known: list[Case], opinions: list[Opinion]) -> None:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    plain: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for item, opinion in zip(known, opinions, strict=True):
        for group in (f"split {item.split}", f"language {item.lang}", "all"):
            groups[group].append((item.expect, outcome(opinion)))
            plain[group].append((item.expect, naive(item)))
    for group in sorted(groups):
        print(f"{group:14s} {figures(groups[group])}")
        print(f"{'  alarm words':14s} {figures(plain[group])}")
    _by_policy(known, opinions)


def _gained(known: list[Case], opinions: list[Opinion], before: list[Opinion]) -> None:
    """What embeddings changed: threads that were left alone and now wait for a person."""
    for expect in ("escalate", "leave"):
        left = [
            outcome(now)
            for item, now, old in zip(known, opinions, before, strict=True)
            if item.expect == expect and outcome(old) == "leave"
        ]
        print(f"\nleft alone, should {expect}: {len(left)}, of them to a person now:", end=" ")
        print(left.count("review"))


def _by_policy(known: list[Case], opinions: list[Opinion]) -> None:
    print("\npolicy              sure: right/wrong   maybe: right/wrong")
    count: Counter[tuple[str, bool, str]] = Counter()
    policies: list[str] = [judgement.policy for judgement in opinions[0].findings]
    for item, opinion in zip(known, opinions, strict=True):
        for finding in opinion.findings:
            if finding.met is not Met.NOT_MET:
                count[finding.policy, finding.met is Met.MET, item.expect] += 1
    for policy in policies:
        sure = f"{count[policy, True, 'escalate']}/{count[policy, True, 'leave']}"
        maybe = f"{count[policy, False, 'escalate']}/{count[policy, False, 'leave']}"
        print(f"{policy:20s}{sure:>12s}{maybe:>20s}")


def _misses(known: list[Case], opinions: list[Opinion], split: str) -> None:
    for item, opinion in zip(known, opinions, strict=True):
        out = outcome(opinion)
        if item.split != split or out == item.expect:
            continue
        print(f"\n{item.id} {item.lang} {item.kind}: expected {item.expect}, got {out}")
        if out == "leave" or item.expect == "escalate":
            for post in item.thread.from_customer():
                print(f"    | {post.text[:700]}")
        for finding in opinion.findings:
            if finding.met is not Met.NOT_MET:
                mark = "" if finding.sure else "?"
                print(f"    {finding.policy}{mark}: {finding.reason}")
                for quote in finding.quotes[:2]:
                    print(f"        “{quote.text}”")


if __name__ == "__main__":
    sys.exit(main())
