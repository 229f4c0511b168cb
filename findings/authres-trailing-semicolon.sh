#!/bin/sh
# authres 1.2.0 refuses a whole Authentication-Results field for what stands outside the dmarc clause:
# a `;` at the end, or an IPv6 address without quotes in another clause. RFC 8601 §2.2 allows
# neither, so the library is strict, not wrong; but servers write both (smtp.remote-ip=2001:db8::25),
# and who reads real mail with it gets no verdict at all from them. Cut into clauses first, the dmarc
# clause alone is read well.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" -q install --disable-pip-version-check authres==1.2.0
"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
from importlib.metadata import version

import authres
from authres.core import AuthResError

print("authres", version("authres"))
DMARC = "dmarc=pass (p=reject dis=none) header.from=acme.example"
for text in (
    f"mx.example; {DMARC}",
    f"mx.example; {DMARC};",
    f"mx.example; {DMARC}; iprev=pass smtp.remote-ip=2001:db8::25",
    f"mx.example; {DMARC}; iprev=pass smtp.remote-ip=192.0.2.25",
):
    try:
        field = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {text}")
        said = field.results[0].result
    except AuthResError as error:
        said = type(error).__name__
    print(f"{said:<12}{text}")
PYTHON
cat >"$place/expected" <<'TEXT'
authres 1.2.0
pass        mx.example; dmarc=pass (p=reject dis=none) header.from=acme.example
SyntaxError mx.example; dmarc=pass (p=reject dis=none) header.from=acme.example;
SyntaxError mx.example; dmarc=pass (p=reject dis=none) header.from=acme.example; iprev=pass smtp.remote-ip=2001:db8::25
pass        mx.example; dmarc=pass (p=reject dis=none) header.from=acme.example; iprev=pass smtp.remote-ip=192.0.2.25
TEXT
cmp "$place/expected" "$place/seen"
