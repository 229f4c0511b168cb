"""Access tokens for Google mailboxes, by google-auth (the extra `google`).

A service account with domain-wide delegation acts for one mailbox of a Workspace domain (and
could for any other: a risk its administrator has to accept). Or an OAuth client of the team's own
with the refresh token of the mailbox's owner; of a client in "testing" it dies after seven days,
of an internal one it does not.
"""

import functools
import json
import threading
from pathlib import Path
from typing import Any

from deskless.mailbox.transport.errors import LoginRefused, Unreachable
from deskless.mailbox.transport.oauth import TIMEOUT, provider_module

SCOPE = "https://mail.google.com/"
ENDPOINT = "https://oauth2.googleapis.com/token"


class _Source:
    """One credential of google-auth, made at the first token and used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._credentials: Any = None

    def token(self, *, fresh: bool = False) -> str:
        """See `account.TokenSource`."""
        errors = provider_module("google.auth.exceptions", "google")
        transport = provider_module("google.auth.transport.requests", "google")
        with self._lock:
            if self._credentials is None:
                self._credentials = self._made()
            if fresh or not self._credentials.valid:
                request = functools.partial(transport.Request(), timeout=TIMEOUT)
                try:
                    self._credentials.refresh(request)
                except errors.TransportError as away:
                    raise Unreachable(f"Google cannot be asked for a token: {away}") from away
                except errors.RefreshError as refused:
                    raise _named(refused) from refused
            return str(self._credentials.token)

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as wrong:
            raise LoginRefused(
                f"the key file {self._path} cannot be read: {wrong}",
                cure="Download it once more from Google's console and set its path.",
            ) from wrong
        return data if isinstance(data, dict) else {}

    def _made(self) -> Any:
        raise NotImplementedError


class ServiceAccount(_Source):
    """Google's JSON key of a service account, acting for `user`.

    The key's own token_uri is asked, so another endpoint can be named there.
    """

    def __init__(self, key: Path, user: str) -> None:
        super().__init__(key)
        self._user = user

    def _made(self) -> Any:
        accounts = provider_module("google.oauth2.service_account", "google")
        try:
            return accounts.Credentials.from_service_account_info(
                self._read(), scopes=[SCOPE], subject=self._user
            )
        except ValueError as wrong:
            raise LoginRefused(
                f"{self._path} is not the key of a service account: {wrong}",
                cure="Create a JSON key for the service account in Google's console.",
            ) from wrong


class OwnClient(_Source):
    """A file with client_id, client_secret and refresh_token (and token_uri, if another)."""

    def _made(self) -> Any:
        credentials = provider_module("google.oauth2.credentials", "google")
        data = self._read()
        missing = [
            name for name in ("client_id", "client_secret", "refresh_token") if not data.get(name)
        ]
        if missing:
            raise LoginRefused(
                f"{self._path} lacks {', '.join(missing)}",
                cure="Sign in once with your own OAuth client and keep its refresh token there.",
            )
        return credentials.Credentials(
            None,
            refresh_token=data["refresh_token"],
            client_id=data["client_id"],
            client_secret=data["client_secret"],
            token_uri=data.get("token_uri") or ENDPOINT,
            scopes=[SCOPE],
        )


def _named(refused: Any) -> LoginRefused | Unreachable:
    words = str(refused.args[0] if refused.args else refused)
    if getattr(refused, "retryable", False):
        return Unreachable(f"Google issues no token at the moment: {words}")
    return LoginRefused(
        f"Google refused a token: {words}",
        cure=(
            "A refresh token dies when it is revoked, when the password changes, or after seven "
            "days for a client in testing; a service account needs domain-wide delegation for "
            f"{SCOPE}."
        ),
    )
