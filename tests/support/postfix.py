"""A real Postfix with OpenDKIM and OpenDMARC, as a small team runs it, in front of the Dovecot.

Own configuration and queue in a temporary folder, free ports on loopback, no system service. Keys
and DMARC records come from files (TestPublicKeys, TestDNSData), so nothing is asked of any DNS. The
tests speak as a client from elsewhere by XCLIENT (what a proxy in front of a server uses). Only
root can start it, because Postfix drops rights by itself.
"""

import base64
import contextlib
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from absent import lacking
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from dovecot import HOST, Dovecot, free_ports

HOSTNAME = "mx.acme.example"
CLIENT = "192.0.2.9"
PATH = "/usr/sbin:/sbin:/usr/local/sbin:" + os.environ.get("PATH", "")
PROGRAMS = ("postfix", "opendkim", "opendmarc")
MAIN = """\
compatibility_level = 3.6
config_directory = {base}/postfix
queue_directory = {base}/queue
data_directory = {base}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/log/mail
maillog_file_prefixes = {base}/log
myhostname = mx.acme.example
mydestination =
mynetworks = 192.0.2.254
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = acme.example
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
recipient_delimiter = +
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtp_host_lookup = native
lmtp_host_lookup = native
smtputf8_enable = no
smtpd_milters = inet:127.0.0.1:{dkim}, inet:127.0.0.1:{dmarc}
milter_default_action = accept
milter_connect_timeout = 5s
"""
MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DKIM = """\
Mode v
Syslog no
Background no
AuthservID mx.acme.example
InternalHosts {base}/nobody
ExternalIgnoreList {base}/nobody
TestPublicKeys {base}/keys
Socket inet:{dkim}@127.0.0.1
"""
DMARC = """\
Background false
Syslog false
AuthservID mx.acme.example
TrustedAuthservIDs mx.acme.example
IgnoreHosts {base}/nobody
IgnoreAuthenticatedClients false
TestDNSData {base}/dmarc
PublicSuffixList {base}/suffixes
Socket inet:{dmarc}@127.0.0.1
"""
POLICIES = {"acme.example": "reject", "none.example": "none", "strict.example": "quarantine"}
"""Domain → what its DMARC record asks for; any other publishes none."""


class Postfix:
    """One running mail exchanger for acme.example; what it takes lies in Dovecot's mailboxes."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="deskless-postfix-"))
        self.base.chmod(0o755)
        names = ("smtp", "dkim", "dmarc")
        self._values = {
            "base": str(self.base),
            "lmtp": dovecot.lmtp_port,
            **dict(zip(names, free_ports(3), strict=True)),
        }
        self.port = int(self._values["smtp"])
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._milters: dict[str, subprocess.Popen[bytes]] = {}
        self._write()
        try:
            for name in ("dkim", "dmarc"):
                self.start_milter(name)
            self._master = self._launch("postfix", "-c", str(self.base / "postfix"), "start-fg")
            self._await(self.port, self._master)
        except BaseException:
            self.stop()
            raise

    def hand_in(self, to: str, raw: bytes, sender: str) -> None:
        """A client from elsewhere hands in a mail."""
        with smtplib.SMTP(HOST, self.port, timeout=30) as smtp:
            smtp.ehlo("client.example")
            smtp.docmd("XCLIENT", f"NAME=client.example ADDR={CLIENT}")
            smtp.ehlo("client.example")
            smtp.mail(sender)
            code, words = smtp.rcpt(to)
            assert code == 250, words
            code, words = smtp.data(raw)
            assert code == 250, words

    def sign(self, raw: bytes, domain: str, more: str = "") -> bytes:
        """The mail with a DKIM signature (RFC 6376, relaxed/relaxed) of this domain on top."""
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\n")]
        canonical = b"\r\n".join(lines).rstrip(b"\r\n") + b"\r\n"
        digest = hashes.Hash(hashes.SHA256())
        digest.update(canonical)
        bodyhash = base64.b64encode(digest.finalize()).decode()
        fields = re.findall(
            rb"(?im)^(from|to|subject|date|message-id):((?:[^\n]*)(?:\n[ \t][^\n]*)*)", head
        )
        signed = b"".join(
            b"%s:%s\r\n" % (name.lower(), b" ".join(value.split())) for name, value in fields
        )
        names = ":".join(name.decode().lower() for name, _ in fields)
        how = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=sel;{more}"
        tags = f"{how} h={names}; bh={bodyhash}; b="
        signature = self._key.sign(
            signed + b"dkim-signature:" + tags.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        return f"DKIM-Signature: {tags}{base64.b64encode(signature).decode()}\n".encode() + raw

    def stop_milter(self, name: str) -> None:
        """`dkim` or `dmarc` is away; Postfix takes mail in without it (milter_default_action)."""
        process = self._milters.pop(name)
        process.kill()
        process.wait(5)

    def start_milter(self, name: str) -> None:
        """It comes (back)."""
        conf = str(self.base / f"{name}.conf")
        words = (
            ("opendkim", "-f", "-x", conf) if name == "dkim" else ("opendmarc", "-f", "-c", conf)
        )
        self._milters[name] = self._launch(*words)
        self._await(int(self._values[name]), self._milters[name])

    def log(self) -> str:
        """What Postfix wrote about itself."""
        path = self.base / "log" / "mail"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End what was started, by its own process, and remove everything."""
        if hasattr(self, "_master"):
            self._run("postfix", "-c", str(self.base / "postfix"), "stop")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._master.pid, signal.SIGKILL)
            self._master.wait(10)
        for name in list(self._milters):
            self.stop_milter(name)
        shutil.rmtree(self.base, ignore_errors=True)

    def _write(self) -> None:
        for name in ("postfix", "queue", "data", "log"):
            (self.base / name).mkdir()
        os.chown(self.base / "data", pwd.getpwnam("postfix").pw_uid, -1)
        (self.base / "postfix" / "main.cf").write_text(MAIN.format(**self._values))
        (self.base / "postfix" / "master.cf").write_text(MASTER.format(**self._values))
        (self.base / "dkim.conf").write_text(DKIM.format(**self._values))
        (self.base / "dmarc.conf").write_text(DMARC.format(**self._values))
        (self.base / "nobody").write_text("192.0.2.254\n")
        (self.base / "suffixes").write_text("example\n")
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
        domains = (*POLICIES, "evil.example")
        keys = "".join(f"sel._domainkey.{domain} {record}\n" for domain in domains)
        (self.base / "keys").write_text(keys)
        records = "".join(f"_dmarc.{item} v=DMARC1; p={ask}\n" for item, ask in POLICIES.items())
        (self.base / "dmarc").write_text(records)

    def _launch(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            words, env={**os.environ, "PATH": PATH}, stdin=subprocess.DEVNULL,
            stdout=(self.base / "log" / words[0]).open("ab"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    def _run(self, *words: str) -> None:
        subprocess.run(
            words, env={**os.environ, "PATH": PATH}, check=False, capture_output=True, timeout=60
        )

    def _await(self, port: int, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((HOST, port), timeout=5).close()
                return
            except OSError as early:
                if time.monotonic() > end or process.poll() is not None:
                    paths = [
                        path.read_text(errors="replace") for path in (self.base / "log").iterdir()
                    ]
                    raise RuntimeError(f"port {port} did not open: {paths}") from early
                time.sleep(0.02)


def start(dovecot: Dovecot) -> Postfix:
    """A running server, or a skip that says what is missing; in CI (CI=true) a failure."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    lack = f"not installed: apt-get install {' '.join(missing)}" if missing else ""
    lack = lack or ("" if os.getuid() == 0 else "only root can start a Postfix")
    if lack:
        lacking(lack)
    return Postfix(dovecot)
