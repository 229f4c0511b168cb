#!/bin/sh
# OpenSMTPD 6.8.0p2 reports a message whose time in its queue is over as "Action: delayed", status
# 4.4.7, and says that it "is kept in the queue": RFC 3464 §2.3.3 means by delayed that the server
# goes on trying. It does not; the only sign of the loss is the text "Envelope expired". Who reads
# reports by their action waits for ever. A refusal (550) is reported as failed. Needs root and
# apt-get: the Debian package is only unpacked, and runs in a mount namespace of its own.
set -eu
place=$(mktemp -d)
chmod 755 "$place"
trap 'rm -rf "$place"' EXIT
(cd "$place" && apt-get -qq download 'opensmtpd=6.8.0p2-4+b4' && dpkg -x opensmtpd_*.deb root)
cat >"$place/conf" <<'CONF'
listen on 127.0.0.1 port 25871
queue ttl 1s
action "out" relay host "smtp://127.0.0.1:25872"
match from any for any action "out"
CONF
chmod 600 "$place/conf"
cat >"$place/inside" <<'SH'
set -e
for name in passwd group; do cp /etc/$name "$1/$name"; done
for name in opensmtpd:64991 opensmtpq:64992; do
    echo "${name%:*}:x:${name#*:}:64991::/var/lib/opensmtpd/empty:/bin/false" >>"$1/passwd"
    echo "${name%:*}:x:${name#*:}:" >>"$1/group"
done
for name in passwd group; do mount --bind "$1/$name" /etc/$name; done
for folder in /var/spool /run /var/lib; do mount -t tmpfs none $folder; done
mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
chmod 711 /var/spool/smtpd
exec "$1/root/usr/sbin/smtpd" -d -f "$1/conf"
SH
setsid unshare -m --propagation private sh "$place/inside" "$place" >"$place/log" 2>&1 &
server=$!
trap 'kill -- -$server 2>/dev/null || kill $server 2>/dev/null || true; rm -rf "$place"' EXIT
python3 - <<'PYTHON' | tee "$place/seen"
import queue
import re
import smtplib
import socketserver
import threading
import time

kept = queue.Queue()


class Next(socketserver.StreamRequestHandler):
    """The next server: never now for later@, no for no@, and takes the reports."""

    def handle(self):
        self.wfile.write(b"220 next\r\n")
        for line in self.rfile:
            word = line.strip().upper()
            reply = b"250 ok"
            if b"TO:<LATER@" in word:
                reply = b"451 try again later"
            elif b"TO:<NO@" in word:
                reply = b"550 no"
            elif word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                kept.put(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(reply + b"\r\n")


server = socketserver.ThreadingTCPServer(("127.0.0.1", 25872), Next)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in ("no", "later"):
    for _ in range(100):
        try:
            with smtplib.SMTP("127.0.0.1", 25871) as smtp:
                mail = f"From: a@x.example\r\nTo: {name}@y.example\r\n\r\nx\r\n"
                smtp.sendmail("a@x.example", [f"{name}@y.example"], mail)
            break
        except OSError:
            time.sleep(0.1)
    report = kept.get(timeout=60).decode()
    seen = re.findall(r"(?m)^(?:Action|Status): .*?$|^\S+@y.example: .*?$|^.*kept in the queue", report)
    print(" | ".join(part.strip() for part in seen))
PYTHON
cat >"$place/expected" <<'TEXT'
no@y.example: 550 no | Action: failed | Status: 5.0.0
later@y.example: Envelope expired | The message is kept in the queue | Action: delayed | Status: 4.4.7
TEXT
cmp "$place/expected" "$place/seen"
