"""How well replies are read: a table of tests/talk through both layers, as the office reads them.

    talk.py [dev | dev3 | held | held2]     totals with and without encoder, by language, mail, end

The held tables are never looked into: only totals are printed.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from talk_table import TALK, Outcome, judge_row, read_table

KINDS = ("right", "asked", "wrong", "dangerous")


def show(name: str, outcomes: list[Outcome]) -> None:
    """One line of counts."""
    counts = Counter(outcome.kind for outcome in outcomes)
    shown = "  ".join(f"{kind} {counts[kind]:3}" for kind in KINDS)
    print(f"{name:28} {shown}  of {len(outcomes)}")


def main(table: str) -> None:
    """Both runs over one table."""
    rows = read_table(TALK / table / "replies.jsonl")
    for encoder in (True, False):
        outcomes = [judge_row(row, encoder=encoder) for row in rows]
        cost = sum(outcome.seconds for outcome in outcomes) / len(outcomes) * 1000
        show(f"{table}, {'encoder' if encoder else 'words alone'}", outcomes)
        print(f"  {cost:.1f} ms of processor time a reply")
        for key in ("lang", "mail", "end"):
            groups: dict[str, list[Outcome]] = defaultdict(list)
            for outcome in outcomes:
                value = getattr(outcome.row, key)
                groups[value if isinstance(value, str) else "+".join(value)].append(outcome)
            for name, group in sorted(groups.items()):
                show(f"  {name}", group)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
