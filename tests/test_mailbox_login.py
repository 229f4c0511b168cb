"""Saying who we are: passwords and tokens, and what happens when they are refused."""

import asyncio
import base64
import http.server
import json
import ssl
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scripted import Scripted, imap
from typer.testing import CliRunner

from deskless.agent.cli.main import app
from deskless.agent.commands import init
from deskless.agent.settings import config
from deskless.agent.settings.oauth import token_source as token_source
from deskless.mailbox.imap.inbox import Inbox, LoginRefused, Unreachable
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.oauth import read_token_file, write_token_file
from deskless.mailbox.transport.oauth_google import OwnClient, ServiceAccount
from deskless.mailbox.transport.oauth_microsoft import USER_SCOPES, AppOnly, Delegated
from deskless.mailbox.transport.smtp import Courier, Temporary

USER = "support@acme.example"


class Tokens:
    """A token source of the test: hands these out one after the other and counts."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = iter(tokens)
        self._now = ""
        self.asked: list[bool] = []

    def token(self, *, fresh: bool = False) -> str:
        """A new one when asked for a fresh one."""
        self.asked.append(fresh)
        if fresh or not self._now:
            self._now = next(self._tokens)
        return self._now


def gate(good: str, mechanism: str, seen: list[bytes]) -> Scripted:
    """An IMAP server that takes one token by one mechanism, and challenges a wrong one."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def ask(said: bytes) -> bytes:
            writer.write(b"+ " + said + b"\r\n")
            answer = base64.b64decode((await reader.readline()).strip())
            seen.append(answer)
            return answer

        offers = f"IMAP4rev1 AUTH={mechanism}".encode()
        writer.write(b"* OK [CAPABILITY " + offers + b"] hi\r\n")
        while line := await reader.readline():
            tag, command = line.split()[:2]
            if command.upper() == b"AUTHENTICATE":
                if good.encode() in await ask(b""):
                    writer.write(tag + b" OK welcome\r\n")
                else:
                    await ask(base64.b64encode(b'{"status":"400"}'))
                    writer.write(tag + b" NO [AUTHENTICATIONFAILED] bad token\r\n")
            elif command.upper() == b"CAPABILITY":
                writer.write(b"* CAPABILITY " + offers + b"\r\n" + tag + b" OK done\r\n")
            else:
                writer.write(tag + b" OK done\r\n")

    return Scripted(talk)


def oauth(port: int, tokens: Tokens, scheme: str = "imap") -> MailAccount:
    """An account that logs in with tokens."""
    url = f"{scheme}://support%40acme.example@127.0.0.1:{port}/?plain=1"
    return MailAccount.parse(url, oauth=tokens)


@pytest.mark.parametrize(
    ("mechanism", "first", "after"),
    [
        ("XOAUTH2", b"user=support@acme.example\x01auth=Bearer %s\x01\x01", b""),
        ("OAUTHBEARER", b"n,a=support@acme.example,\x01host=127.0.0.1\x01port=%d", b"\x01"),
    ],
)
def test_imap_takes_a_token(mechanism: str, first: bytes, after: bytes) -> None:
    """In the mechanism's own words; a stale token is replaced once by a fresh one."""
    seen: list[bytes] = []
    tokens = Tokens("stale", "good")
    with gate("Bearer good", mechanism, seen) as server:
        box = Inbox(oauth(server.port, tokens), timeout=2)
        box.connect()
        box.close()
        wanted = first % (b"stale" if mechanism == "XOAUTH2" else server.port)
    assert seen[0].startswith(wanted)
    assert seen[1] == after
    assert b"Bearer good\x01\x01" in seen[2]
    assert tokens.asked == [False, True]


def test_a_token_that_never_works_is_refused_without_hammering() -> None:
    """Two tries, then a person is told; the token itself is not in the text."""
    tokens = Tokens("secret-one", "secret-two", "secret-three")
    with gate("Bearer good", "XOAUTH2", []) as server, pytest.raises(LoginRefused) as caught:
        Inbox(oauth(server.port, tokens), timeout=2).connect()
    assert tokens.asked == [False, True]
    assert "secret" not in str(caught.value)


def test_smtp_takes_a_token() -> None:
    """XOAUTH2, with one fresh token when the first is stale."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        while line := await reader.readline():
            if line.startswith(b"EHLO"):
                writer.write(b"250-mx\r\n250 AUTH XOAUTH2\r\n")
            elif line.startswith(b"AUTH XOAUTH2 "):
                seen.append(base64.b64decode(line.split()[2]))
                if b"Bearer good" in seen[-1]:
                    writer.write(b"235 2.7.0 welcome\r\n")
                else:
                    writer.write(b"334 e30=\r\n")
                    assert await reader.readline() == b"\r\n"
                    writer.write(b"535 5.7.3 no\r\n")
            else:
                writer.write(b"250 ok\r\n")

    async def work(port: int, tokens: Tokens) -> None:
        courier = Courier(oauth(port, tokens, "smtp"), timeout=2)
        await courier.open()
        await courier.close()

    with Scripted(talk) as server:
        asyncio.run(work(server.port, Tokens("stale", "good")))
        with pytest.raises(LoginRefused):
            asyncio.run(work(server.port, Tokens("stale", "bad")))
    assert seen[0] == b"user=support@acme.example\x01auth=Bearer stale\x01\x01"


def test_smtp_waits_when_no_token_can_be_had() -> None:
    """The mail is not lost because Microsoft's sign-in is down."""

    class Away:
        def token(self, *, fresh: bool = False) -> str:
            raise Unreachable("login.microsoftonline.com cannot be asked")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        while await reader.readline():
            writer.write(b"250-mx\r\n250 AUTH XOAUTH2\r\n")

    url = "smtp://a%40b.example@127.0.0.1:{}/?plain=1"
    with Scripted(talk) as server, pytest.raises(Temporary, match="cannot be asked"):
        asyncio.run(
            Courier(MailAccount.parse(url.format(server.port), oauth=Away()), timeout=2).open()
        )


@pytest.mark.parametrize(
    ("offers", "password", "wanted"),
    [
        ("IMAP4rev1 AUTH=PLAIN", "pässwörd", "\0box\0pässwörd".encode()),
        ("IMAP4rev1", 'quo"te\\', b'LOGIN box "quo\\"te\\\\"'),
    ],
)
def test_passwords_of_any_letters(offers: str, password: str, wanted: bytes) -> None:
    """AUTHENTICATE PLAIN where it is offered, LOGIN with quoting where not."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"* OK [CAPABILITY {offers}] hi\r\n".encode())
        while line := await reader.readline():
            tag, command = line.split()[:2]
            if command.upper() == b"AUTHENTICATE":
                writer.write(b"+ \r\n")
                seen.append(base64.b64decode(await reader.readline()))
            else:
                seen.append(line.partition(b" ")[2].strip())
            writer.write(f"* CAPABILITY {offers}\r\n".encode() + tag + b" OK done\r\n")

    with Scripted(talk) as server:
        account = MailAccount.parse(f"imap://box@127.0.0.1:{server.port}/?plain=1", secret=password)
        box = Inbox(account, timeout=2)
        box.connect()
        box.close()
    assert wanted in seen


def test_what_cannot_log_in_is_told_before_anything_is_sent() -> None:
    """No password, LOGINDISABLED, letters that LOGIN cannot carry."""

    def connect(offers: str, secret: str) -> None:
        seen: list[str] = []

        def answers(command: str, line: str) -> bytes | None:
            seen.append(command)
            return None

        with Scripted(imap(answers, offers=offers)) as server:
            url = f"imap://box@127.0.0.1:{server.port}/?plain=1"
            with pytest.raises(LoginRefused) as caught:
                Inbox(MailAccount.parse(url, secret=secret), timeout=2).connect()
        assert caught.value.cure
        assert not {"LOGIN", "AUTHENTICATE"} & set(seen)

    connect("IMAP4rev1", "")
    connect("IMAP4rev1 LOGINDISABLED", "pw")
    connect("IMAP4rev1", "pässwörd")


# --- where tokens come from ------------------------------------------------------------------


class Endpoint:
    """An HTTP(S) token endpoint; `answer(path, form)` gives status and JSON."""

    def __init__(
        self,
        answer: Callable[[str, dict[str, str]], tuple[int, Any]],
        context: ssl.SSLContext | None,
    ) -> None:
        seen = self.seen = list[tuple[str, dict[str, str]]]()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {key: values[0] for key, values in parse_qs(body).items()}
                seen.append((self.path, form))
                status, data = answer(self.path, form)
                raw = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class Entra:
    """Microsoft's sign-in as far as msal asks for it."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.said: tuple[int, dict[str, Any]] | None = None
        self.count = 0
        self.endpoint = Endpoint(self._answer, context)
        self.url = self.endpoint.url

    def _answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        base = f"{self.url}/acme"
        if "openid-configuration" in path:
            if not path.startswith("/acme/"):
                return 400, {"error": "invalid_tenant", "error_description": "AADSTS90002"}
            return 200, {
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "device_authorization_endpoint": f"{base}/devicecode",
                "issuer": f"{base}/v2.0",
            }
        if path.endswith("/devicecode"):
            return 200, {
                "device_code": "dc",
                "user_code": "ABCD",
                "verification_uri": "https://x.example",
                "expires_in": 60,
                "interval": 0,
                "message": "go to https://x.example, enter ABCD",
            }
        if self.said is not None:
            return self.said
        self.count += 1
        claims = {
            "iss": f"{base}/v2.0",
            "sub": "s",
            "aud": "client",
            "exp": 9e9,
            "iat": 1,
            "oid": "o",
            "tid": "acme",
            "preferred_username": USER,
        }
        token = b".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in ({}, claims)
        )
        info = base64.urlsafe_b64encode(b'{"uid":"o","utid":"acme"}').rstrip(b"=")
        answer = {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": f"token-{self.count}",
            "refresh_token": "keep-me",
            "id_token": token.decode() + ".sig",
            "client_info": info.decode(),
        }
        if form["grant_type"] == "client_credentials":
            # Without a person there is nobody to tell about, nor anything to refresh.
            few = ("token_type", "expires_in", "access_token")
            return 200, {name: answer[name] for name in few}
        return 200, {**answer, "scope": " ".join(USER_SCOPES)}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A throw-away CA file, and a server context with its certificate."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    return path, context


@pytest.fixture
def entra(authority: tuple[Path, ssl.SSLContext]) -> Iterator[Entra]:
    """A local Microsoft."""
    place = Entra(authority[1])
    yield place
    place.endpoint.close()


def app_only(entra: Entra, authority: tuple[Path, ssl.SSLContext], tenant: str = "acme") -> AppOnly:
    """The client-credentials flow against it."""
    return AppOnly(tenant, "client", lambda: "hush", authority=entra.url, verify=str(authority[0]))


def test_microsoft_app_only(entra: Entra, authority: tuple[Path, ssl.SSLContext]) -> None:
    """Client credentials with Exchange's scope; cached until a fresh one is asked for."""
    source = app_only(entra, authority)
    assert source.token() == "token-1"
    assert source.token() == "token-1"
    assert source.token(fresh=True) == "token-2"
    form = entra.endpoint.seen[-1][1]
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://outlook.office365.com/.default"


def test_microsoft_refuses(entra: Entra, authority: tuple[Path, ssl.SSLContext]) -> None:
    """An expired secret is named, without the secret; an unknown tenant too."""
    entra.said = (
        401,
        {
            "error": "invalid_client",
            "error_description": "AADSTS7000222: The secret keys are expired.\r\nTrace ID: 1",
        },
    )
    with pytest.raises(LoginRefused, match="AADSTS7000222") as caught:
        app_only(entra, authority).token()
    assert "hush" not in str(caught.value)
    assert "Trace" not in str(caught.value)
    with pytest.raises(LoginRefused, match="tenant"):
        app_only(entra, authority, "nobody").token()


def test_microsoft_is_away(entra: Entra, authority: tuple[Path, ssl.SSLContext]) -> None:
    """Down, overloaded or not to be trusted: for now only."""
    entra.said = (503, {"error": "temporarily_unavailable"})
    with pytest.raises(Unreachable):
        app_only(entra, authority).token()
    with pytest.raises(Unreachable):
        AppOnly("acme", "client", lambda: "x", authority=entra.url).token()
    with pytest.raises(Unreachable):
        AppOnly("acme", "client", lambda: "x", authority="https://localhost:1").token()


def test_microsoft_signed_in_by_a_person(
    entra: Entra, authority: tuple[Path, ssl.SSLContext], tmp_path: Path
) -> None:
    """Once by code; then from a file that only we can read, also after a restart."""
    path = tmp_path / "private" / "microsoft.json"

    def source() -> Delegated:
        return Delegated("acme", "client", path, authority=entra.url, verify=str(authority[0]))

    with pytest.raises(LoginRefused, match="signed in"):
        source().token()
    shown: list[str] = []
    source().sign_in(shown.append)
    assert "ABCD" in shown[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert source().token() == "token-1"
    assert source().token(fresh=True) == "token-2"
    assert entra.endpoint.seen[-1][1]["refresh_token"] == "keep-me"
    entra.said = (400, {"error": "invalid_grant", "error_description": "AADSTS700082: expired"})
    with pytest.raises(LoginRefused, match="AADSTS700082"):
        source().token(fresh=True)


def test_a_person_signs_in_on_the_command_line(
    entra: Entra, authority: tuple[Path, ssl.SSLContext], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`deskless login` shows the code, and `check` and `run` find the token afterwards."""
    nearby = partialmethod(Delegated.__init__, authority=entra.url, verify=str(authority[0]))
    monkeypatch.setattr(Delegated, "__init__", nearby)
    list(init.write_folder(tmp_path / "acme", "support@acme.example", "maya@acme.example"))
    toml = tmp_path / "acme" / "deskless.toml"
    text = toml.read_text()
    command = ["--config", str(tmp_path / "acme"), "login"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 78
    assert "Nobody has to sign in" in " ".join(refused.output.split())
    words = 'oauth = "microsoft"\ntenant = "acme"\nclient = "client"\n'
    toml.write_text(text.replace("[inbox]\n", f"[inbox]\n{words}", 1))
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    assert "ABCD" in shown.output
    made = token_source(config.load_config(tmp_path / "acme"))
    assert made is not None
    assert made.token() == "token-1"


@pytest.fixture
def google() -> Iterator[tuple[Endpoint, dict[str, Any]]]:
    """A local Google; the dictionary's `said` overrides what it answers."""
    state: dict[str, Any] = {"count": 0}

    def answer(path: str, form: dict[str, str]) -> tuple[int, Any]:
        if "said" in state:
            numbers: tuple[int, Any] = state["said"]
            return numbers
        state["count"] += 1
        return 200, {
            "access_token": f"ya29-{state['count']}",
            "expires_in": 3599,
            "token_type": "Bearer",
        }

    place = Endpoint(answer, None)
    yield place, state
    place.close()


def test_google_service_account(google: tuple[Endpoint, dict[str, Any]], tmp_path: Path) -> None:
    """A signed assertion for the mailbox's owner and for mail alone."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "key.json"
    path.write_text(
        json.dumps(
            {
                "type": "service_account",
                "client_email": "robot@acme.iam.example",
                "private_key_id": "1",
                "private_key": key.decode(),
                "token_uri": f"{google[0].url}/token",
            }
        )
    )
    source = ServiceAccount(path, USER)
    assert source.token() == "ya29-1"
    assert source.token() == "ya29-1"
    assert source.token(fresh=True) == "ya29-2"
    claims = google[0].seen[0][1]["assertion"].split(".")[1]
    body = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert body["sub"] == USER
    assert body["scope"] == "https://mail.google.com/"
    google[1]["said"] = (
        401,
        {"error": "unauthorized_client", "error_description": "no delegation"},
    )
    with pytest.raises(LoginRefused, match="unauthorized_client") as caught:
        source.token(fresh=True)
    assert "delegation" in caught.value.cure


def test_google_own_client(google: tuple[Endpoint, dict[str, Any]], tmp_path: Path) -> None:
    """A refresh token of the mailbox's owner; dead ones and broken files are named."""
    path = tmp_path / "client.json"
    path.write_text(
        json.dumps(
            {
                "client_id": "id",
                "client_secret": "hush",
                "refresh_token": "rt",
                "token_uri": f"{google[0].url}/token",
            }
        )
    )
    source = OwnClient(path)
    assert source.token() == "ya29-1"
    assert google[0].seen[0][1]["refresh_token"] == "rt"
    google[1]["said"] = (400, {"error": "invalid_grant", "error_description": "revoked"})
    with pytest.raises(LoginRefused, match="invalid_grant"):
        source.token(fresh=True)
    path.write_text('{"client_id": "id"}')
    with pytest.raises(LoginRefused, match="client_secret, refresh_token"):
        OwnClient(path).token()
    path.write_text("not json")
    with pytest.raises(LoginRefused, match="cannot be read"):
        OwnClient(path).token()
    path.write_text("{}")
    with pytest.raises(LoginRefused, match="not the key"):
        ServiceAccount(path, USER).token()


def test_google_is_away(tmp_path: Path) -> None:
    """A closed port is no refusal."""
    path = tmp_path / "client.json"
    path.write_text(
        json.dumps(
            {
                "client_id": "id",
                "client_secret": "hush",
                "refresh_token": "rt",
                "token_uri": "http://localhost:1/token",
            }
        )
    )
    with pytest.raises(Unreachable):
        OwnClient(path).token()


@pytest.mark.parametrize(
    ("module", "source", "extra"),
    [
        ("msal", AppOnly("acme", "client", lambda: "x"), "microsoft"),
        ("google.auth.exceptions", OwnClient(Path("nowhere")), "google"),
    ],
)
def test_a_missing_extra_is_named(
    module: str, source: Any, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LoginRefused) as caught:
        source.token()
    assert f"deskless[{extra}]" in caught.value.cure


def test_token_files_are_ours_alone(tmp_path: Path) -> None:
    """Replaced at one stroke, mode 0600 whatever was there before."""
    path = tmp_path / "deep" / "file"
    assert read_token_file(path) == ""
    write_token_file(path, "one")
    path.chmod(0o644)
    write_token_file(path, "two")
    assert read_token_file(path) == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["file"]
