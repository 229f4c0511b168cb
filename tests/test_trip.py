"""What one mail costs does not grow: `bench/trip.py` counts, `MOST` are the bounds."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = {
    "customer": {"conversation.read": 7, "cases_of": 5, "write transactions": 9},
    "accept": {"conversation.read": 2, "cases_of": 2, "write transactions": 5},
}
"""The conversation itself is read before judging and once more before anything follows; the others
are conversations of the same customer, in which the mail may stand already or the matter lie. What
a crash needs is written: the batch on record, the batch, the verdict, and for a letter its claim,
its going, its end; with the brief goes a mail to who follows the case."""


def test_a_mail_is_read_once_and_written_as_often_as_a_crash_needs() -> None:
    """From the mail in the inbox to the letter at the server."""
    tell = [sys.executable, str(ROOT / "bench" / "trip.py"), "--tell", str(ROOT)]
    done = subprocess.run(tell, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    told = json.loads(done.stdout.splitlines()[-1])
    for trip, bounds in MOST.items():
        over = {
            name: count for name in bounds
            if (count := told[trip]["figures"][name]) > bounds[name]
        }  # fmt: skip
        assert over == {}, trip
