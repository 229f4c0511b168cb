#!/bin/sh
# flufl.bounce 6.0.0 raises IndexError for a bounce whose From is missing or holds no address, and
# logs the whole traceback at ERROR first: its detector for yale.edu takes the first address of From
# without asking whether there is one. Bounces without From are real (RFC 3464 reports that a gateway
# stripped). Who scans mail of strangers with it catches everything, and silences its logger.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" -q install --disable-pip-version-check flufl.bounce==6.0.0
"$place/venv/bin/python" - 2>"$place/log" <<'PYTHON' | tee "$place/seen"
from email import message_from_string
from importlib.metadata import version

from flufl.bounce import scan_message

print("flufl.bounce", version("flufl.bounce"))
BODY = "Subject: Returned mail\n\nuser unknown\n"
for head in ("From: MAILER-DAEMON@mx.example\n", "From: \n", ""):
    try:
        said = sorted(scan_message(message_from_string(head + BODY)))
    except IndexError as error:
        said = type(error).__name__
    print(f"{said!s:<12}{head.strip() or 'no From'}")
PYTHON
printf 'lines logged: %s\n' "$(grep -c Traceback "$place/log")" | tee -a "$place/seen"
cat >"$place/expected" <<'TEXT'
flufl.bounce 6.0.0
[]          From: MAILER-DAEMON@mx.example
IndexError  From:
IndexError  no From
lines logged: 2
TEXT
cmp "$place/expected" "$place/seen"
