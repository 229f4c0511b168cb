#!/bin/sh
# Python's email package (policy.SMTP, policy.default) turns a Message-ID of 78 characters or more
# into encoded words when it writes In-Reply-To or References, though RFC 2047 §5 allows none there:
# no mail program finds the thread by them. `set_raw` does not help by itself, because the generator
# folds again what is long; refold_source="none" does. A domain of 14 letters and an id with a MAC are
# enough. Message-ID itself stays raw. No package is installed: it is the standard library.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 - <<'PYTHON' | tee "$place/seen"
import sys
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

print("Python", "%d.%d" % sys.version_info[:2], file=sys.stderr)


def written(length, name, policy=SMTP, raw=False):
    ident = "<" + "a" * (length - len("<@example.org>")) + "@example.org>"
    mail = EmailMessage(policy=policy)
    if raw:
        mail.set_raw(name, ident)
    else:
        mail[name] = ident
    out = BytesIO()
    BytesGenerator(out, policy=policy).flatten(mail)
    return "encoded words" if b"=?" in out.getvalue() else "raw"


for name in ("Message-ID", "In-Reply-To", "References"):
    for length in (77, 78):
        print(f"{name}, {length} characters: {written(length, name)}")
print("In-Reply-To, 78, set_raw:", written(78, "In-Reply-To", raw=True))
none = SMTP.clone(refold_source="none")
print("In-Reply-To, 78, set_raw, refold_source none:", written(78, "In-Reply-To", none, raw=True))
PYTHON
cat >"$place/expected" <<'TEXT'
Message-ID, 77 characters: raw
Message-ID, 78 characters: raw
In-Reply-To, 77 characters: raw
In-Reply-To, 78 characters: encoded words
References, 77 characters: raw
References, 78 characters: encoded words
In-Reply-To, 78, set_raw: encoded words
In-Reply-To, 78, set_raw, refold_source none: raw
TEXT
cmp "$place/expected" "$place/seen"
