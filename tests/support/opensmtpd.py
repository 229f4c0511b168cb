"""A real OpenSMTPD that relays all it takes to one port of loopback.

Its paths and users are compiled in, and its package excludes Postfix. So it is only unpacked, and
runs in a mount namespace of its own, with users, queue and runtime folders that nobody else sees.
"""

import contextlib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from absent import lacking
from dovecot import HOST, free_ports

BINARY = Path(__file__).parents[2] / ".work" / "opensmtpd" / "usr" / "sbin" / "smtpd"
CONF = """\
listen on 127.0.0.1 port {port}
queue ttl {ttl}
action "out" relay host "smtp://127.0.0.1:{relay}"
match from any for any action "out"
"""
INSIDE = """\
set -e
for name in passwd group; do cp /etc/$name {base}/$name; done
for name in opensmtpd:64991 opensmtpq:64992; do
    echo "${{name%:*}}:x:${{name#*:}}:64991::/var/lib/opensmtpd/empty:/bin/false" >>{base}/passwd
    echo "${{name%:*}}:x:${{name#*:}}:" >>{base}/group
done
for name in passwd group; do mount --bind {base}/$name /etc/$name; done
for folder in /var/spool /run /var/lib; do mount -t tmpfs none $folder; done
mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
chmod 711 /var/spool/smtpd
exec {binary} -d -f {base}/conf
"""


class OpenSmtpd:
    """One running server; `ttl` is how long it tries."""

    def __init__(self, relay: int, ttl: str = "1h") -> None:
        self.base = Path(tempfile.mkdtemp(prefix="deskless-opensmtpd-"))
        self.base.chmod(0o755)
        [self.port] = free_ports(1)
        conf = self.base / "conf"
        conf.write_text(CONF.format(port=self.port, ttl=ttl, relay=relay))
        conf.chmod(0o600)
        (self.base / "inside").write_text(INSIDE.format(base=self.base, binary=BINARY))
        self._log = self.base / "log"
        self._process = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", str(self.base / "inside")],
            stdin=subprocess.DEVNULL, stdout=self._log.open("wb"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            self._await()
        except BaseException:
            self.stop()
            raise

    def hand_in(self, to: str, raw: bytes, sender: str) -> None:
        """A mail to be delivered."""
        with smtplib.SMTP(HOST, self.port, timeout=30) as smtp:
            smtp.sendmail(sender, [to], raw)

    def log(self) -> str:
        """What it wrote about itself."""
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        """End what was started and remove everything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        shutil.rmtree(self.base, ignore_errors=True)

    def _await(self) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((HOST, self.port), timeout=5).close()
                return
            except OSError as early:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"OpenSMTPD did not start: {self.log()}") from early
                time.sleep(0.05)


def start(relay: int, ttl: str = "1h") -> OpenSmtpd:
    """A running server, or a skip that says what is missing; in CI (CI=true) a failure."""
    lack = "" if BINARY.exists() else "OpenSMTPD is not unpacked: sh tests/support/system.sh"
    lack = lack if os.getuid() == 0 else "only root can start an OpenSMTPD"
    if lack:
        lacking(lack)
    return OpenSmtpd(relay, ttl)
