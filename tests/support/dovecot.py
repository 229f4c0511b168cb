"""A real Dovecot for one test run: every process one plain user, TLS by a throw-away authority.

Started in about 30 ms from a temporary folder, on free ports. Any user name logs in with the
password `secret`; the mailbox is made at first use; `name@any.domain` is the user `name`. In
front of it stands an SMTP server that stamps mail as a provider does and hands it in by LMTP.
"""

import asyncio
import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import trustme
from absent import lacking

from deskless.agent.demo.post_bounce import HandedIn
from deskless.agent.demo.post_smtp import PostRules, SmtpDesk
from deskless.agent.demo.post_stamp import Stamp
from deskless.mailbox.transport.account import MailAccount

HOST = "127.0.0.1"
PASSWORD = "secret"
AUTHSERV = "mx.acme.example"
BINARY = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
CONF = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
instance_name = deskless-{imap}
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
mail_fsync = never
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_format = %Ln
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{base}/tls/cert.pem
ssl_key = <{base}/tls/key.pem
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
submission_host =
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%n allow_all_users=yes
}}
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Junk {{
    special_use = \\Junk
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  user = {user}
}}
service auth-worker {{
  user = {user}
}}
service indexer-worker {{
  user = {user}
}}
service old-stats {{
  chroot =
}}
{extra}
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in socks:
            sock.bind((HOST, 0))
        return [sock.getsockname()[1] for sock in socks]


class Dovecot:
    """One server and the SMTP relay before it. `extra` is put at the end of its configuration."""

    def __init__(self, binary: str, extra: str = "") -> None:
        self.host = HOST
        self.password = PASSWORD
        self.authserv = AUTHSERV
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        self.base = Path(tempfile.mkdtemp(prefix="deskless-dovecot-"))
        self.base.chmod(0o711)
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._write(extra)
        root = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [binary, "-F", "-c", str(self.base / "dovecot.conf")],
            # A pipe here would be held open by every child and make the waiting shell hang.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **(root if os.getuid() == 0 else {}),
        )
        try:
            self._await_login()
            self._relay = Relay(self)
        except BaseException:
            self.stop()
            raise
        self.smtp_port = self._relay.port

    def certify(self, context: ssl.SSLContext) -> None:
        """Give an SMTP server of this provider the certificate that Dovecot has."""
        self._tls.configure_cert(context)

    @property
    def ca(self) -> Path:
        """The authority that signed the server's certificate (PEM)."""
        return self.base / "ca.pem"

    def account(self, user: str, *, port: int | None = None, tls: str = "imaps") -> MailAccount:
        """How to log in as `user`; another `port` leads through a proxy."""
        if tls == "plain":
            url = f"imap://{user}@{HOST}:{port or self.imap_port}/?plain=1"
        else:
            own = self.imaps_port if tls == "imaps" else self.imap_port
            url = f"{tls}://{user}@localhost:{port or own}/?ca={self.ca}"
        return MailAccount.parse(url, secret=PASSWORD)

    def courier(self, user: str) -> MailAccount:
        """How to send as `user`, a whole address whose password is that of everybody."""
        name = user.replace("@", "%40")
        return MailAccount.parse(
            f"smtp://{name}@localhost:{self.smtp_port}/?ca={self.ca}", secret=PASSWORD
        )

    def user(self, name: str) -> str:
        """A mailbox that no other test uses; the folder exists when this returns."""
        fresh = f"{name}{time.monotonic_ns() % 10**10}"
        with self.client(fresh) as imap:
            imap.select()
        return fresh

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Another mail program of the same person, for doing what people do."""
        imap = imaplib.IMAP4(HOST, self.imap_port, timeout=10)
        try:
            imap.login(user, PASSWORD)
            yield imap
        finally:
            imap.shutdown()

    def outgoing(self) -> tuple[HandedIn, ...]:
        """What went to addresses that have no mailbox here, oldest first."""
        return tuple(self._relay.desk.outgoing)

    def deliver(self, to: str, raw: bytes, sender: str = "sender@customer.example") -> None:
        """Hand a mail in by LMTP, just as it is."""
        with smtplib.LMTP(HOST, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [to if "@" in to else f"{to}@acme.example"], raw)

    def preload(
        self, user: str, mails: Mapping[str, bytes] | list[bytes], folder: str = ""
    ) -> None:
        """Lay files into the Maildir, thousands in a second; read by the next SELECT."""
        box = self.base / "mail" / user / "Maildir"
        if folder:
            box = box / f".{folder}"
        pairs = mails.items() if isinstance(mails, Mapping) else enumerate(mails)
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for name, raw in pairs:
            lines = raw.replace(b"\r\n", b"\n")
            # What it grows to on the wire: a CR that is there already is not added again.
            wide = len(lines) + lines.count(b"\n") - lines.count(b"\r\n")
            number = f"{time.time_ns() // 1000}.{name}"
            (box / "cur" / f"{number}.test,S={len(lines)},W={wide}:2,").write_bytes(lines)
        self._own(self.base / "mail")

    def kick(self, user: str) -> None:
        """End every IMAP process, as a restart does."""
        subprocess.run(
            ["doveadm", "-c", str(self.base / "dovecot.conf"), "kick", user], check=False
        )

    def log(self) -> str:
        """What the server wrote about itself."""
        path = self.base / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End the server and remove everything it wrote."""
        if hasattr(self, "_relay"):
            self._relay.stop()
        # Asked politely it takes a second; nothing that it holds is kept anyway.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(5)
        shutil.rmtree(self.base, ignore_errors=True)

    def _write(self, extra: str) -> None:
        for name in ("run", "state", "mail", "tls"):
            (self.base / name).mkdir()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca)
        leaf = authority.issue_cert("localhost", HOST)
        leaf.private_key_pem.write_to_path(self.base / "tls" / "key.pem")
        for number, blob in enumerate(leaf.cert_chain_pems):
            blob.write_to_path(self.base / "tls" / "cert.pem", append=number > 0)
        self._tls = leaf
        group = str(self._owner.pw_gid)
        with contextlib.suppress(KeyError, ImportError):
            import grp

            group = grp.getgrgid(self._owner.pw_gid).gr_name
        text = CONF.format(
            base=self.base,
            imap=self.imap_port,
            imaps=self.imaps_port,
            lmtp=self.lmtp_port,
            user=self._owner.pw_name,
            group=group,
            password=PASSWORD,
            extra=extra,
        )
        (self.base / "dovecot.conf").write_text(text)
        self._own(self.base)

    def _own(self, top: Path) -> None:
        if os.getuid() != 0:
            return
        os.chown(top, self._owner.pw_uid, self._owner.pw_gid)
        for path in top.rglob("*"):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _await_login(self) -> None:
        """The first connections are accepted and then reset, so only a whole login proves it."""
        end = time.monotonic() + 10
        while True:
            try:
                with self.client("readiness"):
                    return
            except (OSError, imaplib.IMAP4.error) as early:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"Dovecot did not start: {self.log()}") from early
                time.sleep(0.005)


class Everybody(dict[str, str]):
    """Every whole address may log in with the one password."""

    def get(self, key: str, default: object = None) -> str:  # type: ignore[override]
        return PASSWORD


class Residents(frozenset[str]):
    """Every address of these domains has a mailbox, without its plus-tag."""

    domains = frozenset({"acme.example"})

    def __contains__(self, address: object) -> bool:
        name, _, domain = str(address).rpartition("@")
        return domain in self.domains and "+" not in name and not name.startswith("nobody")

    def __iter__(self) -> Iterator[str]:
        return iter(f"anybody@{domain}" for domain in self.domains)


class Relay:
    """SMTP with STARTTLS and AUTH in a thread of its own; what it takes goes in by LMTP."""

    def __init__(self, server: Dovecot) -> None:
        rules = PostRules(passwords=Everybody(), residents=Residents())
        strict = frozenset({"acme.example", "strict.example"})
        self.desk = SmtpDesk(rules, Stamp(AUTHSERV, strict), self._deliver)
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    async def _open(self) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.certify(context)
        self._socket = await self._loop.create_server(lambda: self.desk.server(context), HOST, 0)
        return int(self._socket.sockets[0].getsockname()[1])

    async def _deliver(self, resident: str, raw: bytes, folder: str) -> None:
        # LMTP writes Return-Path and Delivered-To itself, so ours would stand there twice.
        path, _, rest = raw.partition(b"\n")
        sender = path.partition(b"<")[2].partition(b">")[0].decode()
        bare = rest.partition(b"\n")[2]
        await asyncio.to_thread(self._server.deliver, resident, bare, sender)

    def stop(self) -> None:
        """Close the port and the thread."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _shut(self) -> None:
        self._socket.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_default_executor()


def start(extra: str = "") -> Dovecot:
    """A running server, or a skip that says what is missing; in CI (CI=true) a failure."""
    if BINARY is None:
        lack = "Dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd"
        lacking(lack)
    return Dovecot(BINARY, extra)
