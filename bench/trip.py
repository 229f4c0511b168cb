"""What one mail costs: modules that run, conversations read, transactions that write.

    .venv/bin/python bench/trip.py                    this checkout
    .venv/bin/python bench/trip.py --beside ../base      another one as well, side by side
    .venv/bin/python bench/trip.py --limit 0.5 --beside …  exit 1 where more than this share is left

Two trips, each one turn of a warm agent from the mail in the inbox to the letters at the server:
a customer's mail that opens a case (to the brief in its owner's mailbox), and the owner's ACCEPT
(to the receipt). A module counts when a function of it runs; the post office that plays the server
does not. The other checkout is measured by its own interpreter with its own test helpers.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOMS = ("agent", "mailbox", "policies", "store", "templates")

CALLS = {
    "conversation.read": ("conversation", {"read_thread", "read"}),
    "posts of a ticket": ("threads", {"posts_of", "posts"}),
    "cases_of": ("", {"cases_of"}),
    "threads.get": ("threads", {"get_thread", "get"}),
    "state.get": ("state", {"get"}),
    "write transactions": ("", {"transaction"}),
}
"""What is counted: the stem of the file (any where it is empty) and the function's names, in this
layout and in older ones.
"""
STEMS = {"notes": "state"}
"""What a file was called in the old layout."""
MUST = ("modules", "conversation.read", "write transactions")
"""What is held against the limit; the rest is told to understand these."""


class Counting:
    """Counts calls in the files of a checkout while it is switched on."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.modules: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._places: dict[CodeType, str] = {}

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count until the end of the block."""
        sys.setprofile(self._called)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        place = self._places.get(code)
        if place is None:
            place = self._places[code] = self._place(code)
        if not place:
            return
        self.modules[place] += 1
        stem = Path(place).stem
        for name, (file, functions) in CALLS.items():
            if code.co_name in functions and file in {"", STEMS.get(stem, stem)}:
                self.calls[name] += 1

    def _place(self, code: CodeType) -> str:
        """The file in the checkout that the code stands in; empty for everybody else's."""
        path = Path(code.co_filename).resolve()
        if code.co_name == "<module>" or not path.is_relative_to(self.root):
            return ""
        inside = path.relative_to(self.root)
        ours = inside.parts[0] in ROOMS and inside.parts[:2] != ("agent", "demo")
        ours = ours and inside.suffix == ".py"  # templates are compiled and run as well
        return str(inside) if ours else ""

    def told(self) -> dict[str, Any]:
        """The figures."""
        figures = {"modules": len(self.modules)} | {name: self.calls[name] for name in CALLS}
        return {"figures": figures, "modules": dict(self.modules)}


def trips(root: Path) -> dict[str, dict[str, Any]]:
    """Both trips in the checkout at `root`, whose packages this interpreter has."""
    import os

    os.environ["ACME_PASSWORD"] = "secret"
    helpers = root / "tests" / "support"
    sys.path.insert(0, str(helpers if helpers.is_dir() else root / "tests"))
    from harness import company

    with tempfile.TemporaryDirectory() as folder, company(Path(folder) / "acme") as acme:
        # What is only done once is done by these; what is only theirs is read in the turns after.
        _case(acme, "Charged twice", "wim")
        _yes(acme, "Charged twice")
        acme.settle()
        fields: dict[str, dict[str, Any]] = {}
        with _counted(root, fields, "customer"):
            _case(acme, "Invoice 4411", "vera")
        acme.settle()
        with _counted(root, fields, "accept"):
            _yes(acme, "Invoice 4411")
    return fields


@contextmanager
def _counted(root: Path, found: dict[str, Any], name: str) -> Iterator[None]:
    counting = Counting(root)
    with counting.on():
        yield
    found[name] = counting.told()


def _case(acme: Any, subject: str, who: str) -> None:
    """A customer's mail, and one turn: the brief is with its owner."""
    raw, _ = acme._mail(
        f"{who.title()} <{who}@northwind.example>", "support@acme.example", subject,
        "I was charged twice for October and want my money back.",
    )  # fmt: skip
    _turn(acme, "support@acme.example", raw)
    assert _briefs(acme, subject), "the brief did not come within one turn"


def _yes(acme: Any, subject: str) -> None:
    """Whoever was asked accepts, and one turn: the receipt is with them."""
    [(who, brief)] = _briefs(acme, subject)
    before = len(acme.mails(who))
    to = str(brief.message["Reply-To"])
    raw, _ = acme._mail(
        f"{who.title()} <{who}@acme.example>", to, f"Re: {brief.subject}",
        "ACCEPT, update by 17:00", In_Reply_To=str(brief.message["Message-ID"]),
    )  # fmt: skip
    _turn(acme, to, raw)
    assert len(acme.mails(who)) > before, "the receipt did not come within one turn"


def _turn(acme: Any, to: str, raw: bytes) -> None:
    """One turn as the daemon makes it when mail comes: the regular mails have jobs of their own."""
    acme.post.deliver(to, raw)
    turn = acme.agent.turn.run
    acme.runner.run(turn(frozenset()) if "owed" in signature(turn).parameters else turn())


def _briefs(acme: Any, subject: str) -> list[tuple[str, Any]]:
    return [
        (who, mail)
        for who in ("tom", "ana", "ben", "cleo")
        for mail in acme.mails(who)
        if subject in mail.subject
    ]


def elsewhere(root: Path) -> dict[str, dict[str, Any]]:
    """The same figures of another checkout, told by its own interpreter."""
    python = root / ".venv" / "bin" / "python"
    tell = [str(python), str(Path(__file__).resolve()), "--tell", str(root)]
    words = subprocess.run(tell, stdout=subprocess.PIPE, check=True, cwd=root)
    result: dict[str, dict[str, Any]] = json.loads(words.stdout.splitlines()[-1])
    return result


def table(here: dict[str, Any], there: dict[str, Any] | None, limit: float) -> bool:
    """Print every figure; whether those that must are within the limit."""
    good = True
    for trip, counted in here.items():
        print(f"{trip}:")
        for name, count in counted["figures"].items():
            line = f"  {name:20} {count:5}"
            if there:
                before = there[trip]["figures"][name]
                line += f"   was {before:5}   {count / before if before else 0:6.0%}"
                bad = name in MUST and count > before * limit
                good = good and not bad
                line += "   above the limit" * bad
            print(line)
    return good


def _listed(here: dict[str, Any], there: dict[str, Any] | None) -> None:
    """Every module that ran in the first trip."""
    for name, match in (("here", here), ("there", there or {})):
        for place in sorted(match.get("customer", {}).get("modules", {})):
            print(f"{name:6} {place}")


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--beside", type=Path, help="another checkout, with a .venv of its own")
    ask.add_argument("--limit", type=float, default=1.0, help="share of the other's figures")
    ask.add_argument("--list", action="store_true", help="name the modules")
    ask.add_argument("--tell", type=Path, help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.tell:
        print(json.dumps(trips(given.tell)))
        return
    here = trips(Path(__file__).parents[1])
    there = elsewhere(given.beside.resolve()) if given.beside else None
    good = table(here, there, given.limit)
    if given.list:
        _listed(here, there)
    sys.exit(not good)


if __name__ == "__main__":
    main()
