#!/bin/sh
# schedule 1.2.2 runs a job twice in the period after one that fell into the hour that a clock change
# skips. A weekly job for Sunday 02:30 in Berlin runs on 29 March 2026, when there is no 02:30, at 03:30,
# as one would guess; but on Sunday 5 April, when nothing is odd, it runs at 01:30 and again at 02:30.
# A daily job does the same on the Monday. The autumn change, whose 02:30 comes twice, is told right.
# Who sends by such a job sends twice, a week after anybody thinks of the change; what is due is better
# known from what was done (a row for each week) than from the scheduler's call.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" -q install --disable-pip-version-check schedule==1.2.2 pytz==2026.6 time-machine==3.5.0
TZ=UTC "$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
from datetime import UTC, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import schedule
import time_machine

BERLIN = ZoneInfo("Europe/Berlin")
print("schedule", version("schedule"))
for period, start in (("sunday", "2026-03-25"), ("day", "2026-03-28"), ("sunday", "2026-10-21")):
    ran = []
    with time_machine.travel(f"{start} 12:00 +0000", tick=False) as clock:
        plan = schedule.Scheduler()
        job = getattr(plan.every(), period).at("02:30", "Europe/Berlin")
        job.do(lambda: ran.append(datetime.now(BERLIN)))
        for _ in range(4):
            clock.move_to(job.next_run.replace(tzinfo=UTC))
            plan.run_pending()
    print(f"every {period} 02:30:", *(f"{at:%d %b %H:%M %Z}" for at in ran), sep="  ")
PYTHON
cat >"$place/expected" <<'TEXT'
schedule 1.2.2
every sunday 02:30:  29 Mar 03:30 CEST  05 Apr 01:30 CEST  05 Apr 02:30 CEST  12 Apr 02:30 CEST
every day 02:30:  29 Mar 03:30 CEST  30 Mar 01:30 CEST  30 Mar 02:30 CEST  31 Mar 02:30 CEST
every sunday 02:30:  25 Oct 02:30 CEST  01 Nov 02:30 CET  08 Nov 02:30 CET  15 Nov 02:30 CET
TEXT
cmp "$place/expected" "$place/seen"
