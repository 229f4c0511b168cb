"""Access tokens for Microsoft 365 mailboxes, by msal (the extra `microsoft`).

App-only: an application of the tenant with IMAP.AccessAsApp and SMTP.SendAsApp, a service
principal registered in Exchange Online and full access to the one mailbox. Delegated: a person
signs in once with a code shown to him (device flow); the refresh token lapses after about 90
days without use. Exchange takes a minute to half an hour until new rights hold.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deskless.mailbox.transport.errors import LoginRefused, Unreachable
from deskless.mailbox.transport.oauth import (
    TIMEOUT,
    provider_module,
    read_token_file,
    write_token_file,
)

AUTHORITY = "https://login.microsoftonline.com"
APP_SCOPES = ["https://outlook.office365.com/.default"]
USER_SCOPES = [
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
]
PASSING = {"temporarily_unavailable", "server_error", "authorization_pending", "slow_down"}


class _Http:
    """What msal asks for. A CA file is named in every request: that of the session would lose
    against REQUESTS_CA_BUNDLE in the environment.
    """

    def __init__(self, session: Any, verify: str | bool) -> None:
        self._session = session
        self._fixed = {"timeout": TIMEOUT} | ({} if verify is True else {"verify": verify})

    def get(self, url: str, **more: Any) -> Any:
        """One GET."""
        return self._session.get(url, **self._fixed, **more)

    def post(self, url: str, **more: Any) -> Any:
        """One POST."""
        return self._session.post(url, **self._fixed, **more)

    def close(self) -> None:
        """Give the sockets back."""
        self._session.close()


class _Source:
    """One msal application, made at the first token and used by one thread at a time.

    `authority` is where the tenant's sign-in lives (a national cloud's host, or a test's);
    `verify` is the CA file for it, or True for the system's.
    """

    def __init__(self, tenant: str, client_id: str, authority: str, verify: str | bool) -> None:
        self._tenant = tenant
        self._client_id = client_id
        self._authority = authority.rstrip("/")
        self._verify = verify
        self._lock = threading.Lock()
        self._app: Any = None

    def token(self, *, fresh: bool = False) -> str:
        """See `account.TokenSource`."""
        with self._lock:
            return _taken(self._asked(lambda app: self._acquire(app, fresh)))

    def _acquire(self, app: Any, fresh: bool) -> dict[str, Any] | None:
        raise NotImplementedError

    def _make(self, msal: Any, settings: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _asked(self, question: Callable[[Any], Any]) -> Any:
        """Ask msal something, with its troubles named."""
        msal = provider_module("msal", "microsoft")
        requests = provider_module("requests", "microsoft")
        settings = {
            "authority": f"{self._authority}/{self._tenant}",
            "http_client": _Http(requests.Session(), self._verify),
            # Asking Microsoft whether another host is Microsoft would only add a way to fail.
            "instance_discovery": None if self._authority == AUTHORITY else False,
        }
        try:
            if self._app is None:
                self._app = self._make(msal, settings)
            return question(self._app)
        except (requests.exceptions.RequestException, msal.exceptions.MsalError) as away:
            raise Unreachable(f"{self._authority} cannot be asked for a token: {away}") from away
        except ValueError as odd:
            raise LoginRefused(
                f"{self._authority} knows no tenant {self._tenant!r}",
                cure="Check the tenant's id (a GUID or a domain) in deskless.toml.",
            ) from odd


class AppOnly(_Source):
    """The client-credentials flow: no person involved. `secret` is asked for once, late."""

    def __init__(
        self,
        tenant: str,
        client_id: str,
        secret: Callable[[], str],
        *,
        authority: str = AUTHORITY,
        verify: str | bool = True,
    ) -> None:
        super().__init__(tenant, client_id, authority, verify)
        self._secret = secret

    def _make(self, msal: Any, settings: dict[str, Any]) -> Any:
        return msal.ConfidentialClientApplication(
            self._client_id, client_credential=self._secret(), **settings
        )

    def _acquire(self, app: Any, fresh: bool) -> dict[str, Any] | None:
        if fresh:
            app.remove_tokens_for_client()
        result: dict[str, Any] | None = app.acquire_token_for_client(scopes=APP_SCOPES)
        return result


class Delegated(_Source):
    """A person's sign-in, kept in the file `cache` (mode 0600) and refreshed from there."""

    def __init__(
        self,
        tenant: str,
        client_id: str,
        cache: Path,
        *,
        authority: str = AUTHORITY,
        verify: str | bool = True,
    ) -> None:
        super().__init__(tenant, client_id, authority, verify)
        self._path = cache
        self._cache: Any = None

    def sign_in(self, show: Callable[[str], None]) -> None:
        """Let a person sign in: `show` gets the sentence with address and code; blocks until done.

        Raises LoginRefused when it is refused or the code expires (about 15 minutes).
        """
        with self._lock:
            flow = self._asked(lambda app: app.initiate_device_flow(scopes=USER_SCOPES))
            if "user_code" not in flow:
                _taken(flow)
            show(flow["message"])
            _taken(self._asked(lambda app: app.acquire_token_by_device_flow(flow)))
            self._save()

    def _make(self, msal: Any, settings: dict[str, Any]) -> Any:
        self._cache = msal.SerializableTokenCache()
        text = read_token_file(self._path)
        if text:
            self._cache.deserialize(text)
        return msal.PublicClientApplication(self._client_id, token_cache=self._cache, **settings)

    def _acquire(self, app: Any, fresh: bool) -> dict[str, Any] | None:
        accounts = app.get_accounts()
        if not accounts:
            raise LoginRefused(
                "nobody has signed in to Microsoft 365 yet",
                cure="Run `deskless login` and sign in with the code that it shows.",
            )
        result: dict[str, Any] | None = app.acquire_token_silent_with_error(
            USER_SCOPES, account=accounts[0], force_refresh=fresh
        )
        self._save()
        return result

    def _save(self) -> None:
        if self._cache.has_state_changed:
            write_token_file(self._path, self._cache.serialize())
            self._cache.has_state_changed = False


def _taken(result: dict[str, Any] | None) -> str:
    """The token in msal's answer, or the trouble it tells of."""
    if result and "access_token" in result:
        return str(result["access_token"])
    error = str((result or {}).get("error", "no answer"))
    # Only the first line: the rest is trace and correlation ids.
    lines = str((result or {}).get("error_description", "")).splitlines()
    words = f"{error}: {lines[0]}" if lines else error
    if error in PASSING:
        raise Unreachable(f"Microsoft issues no token at the moment: {words}")
    raise LoginRefused(
        f"Microsoft refused a token: {words}",
        cure=(
            "Check client id, secret (has it expired?) and consent in Entra; "
            "a person's sign-in is renewed with `deskless login`."
        ),
    )
