"""Where access tokens come from, by the configuration; the libraries are extras, imported late."""

from collections.abc import Callable

from deskless.agent.settings.config import Config
from deskless.mailbox.transport.account import TokenSource
from deskless.policies.problems import Problem, Problems

CACHE = "deskless.oauth"


def token_source(config: Config) -> TokenSource | None:
    """The token source of the inbox; None where it logs in by password. Raises Problems."""
    inbox = config.inbox
    if not inbox.oauth:
        return None
    if inbox.oauth == "microsoft":
        return _microsoft(config)
    from deskless.mailbox.transport.oauth_google import OwnClient, ServiceAccount

    path = config.folder / "google.json"
    if not path.is_file():
        raise Problems([_missing(config, "google.json", "the client or service account file")])
    if '"service_account"' in path.read_text(encoding="utf-8"):
        return ServiceAccount(path, inbox.address)
    return OwnClient(path)


def sign_in(config: Config, show: Callable[[str], None]) -> None:
    """Let a person sign in to Microsoft 365 by a code; the token is kept beside the configuration.

    `show` gets the sentence with address and code. Blocks until it is done (about 15 minutes at
    most). Raises Problems where the inbox is not one that a person signs in to, LoginRefused,
    Unreachable.
    """
    from deskless.mailbox.transport.oauth_microsoft import Delegated

    made = token_source(config)
    if not isinstance(made, Delegated):
        file, why = str(config.folder / "deskless.toml"), "Nobody has to sign in to this inbox"
        cure = 'only `oauth = "microsoft"` without a client_secret needs a person'
        raise Problems([Problem(file, 0, 0, f"{why}: {cure}.")])
    made.sign_in(show)


def _microsoft(config: Config) -> TokenSource:
    from deskless.mailbox.transport.oauth_microsoft import AppOnly, Delegated

    inbox = config.inbox
    if not inbox.tenant or not inbox.client:
        raise Problems([_missing(config, "[inbox] tenant and client", "the app's two ids")])
    if inbox.client_secret is None:
        return Delegated(inbox.tenant, inbox.client, config.folder / CACHE)
    return AppOnly(inbox.tenant, inbox.client, inbox.client_secret.reader(config.folder))


def _missing(config: Config, what: str, why: str) -> Problem:
    file = str(config.folder / "deskless.toml")
    return Problem(file, 0, 0, f'oauth = "{config.inbox.oauth}" needs {what}: {why}.')
