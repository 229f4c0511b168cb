"""A language model as a judge: the promise, and which one the configuration asks for.

Mail leaves this machine only when a model is configured. `auto` uses Claude when a key or a base
URL is there, `claude` insists on it, `rules` never asks anybody.
"""

import ipaddress
import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from deskless.agent.settings.config import FILE, Config
from deskless.agent.settings.secret import Secret
from deskless.mailbox.thread import Thread
from deskless.policies.book.knowledge import Notes
from deskless.policies.facts import Facts
from deskless.policies.judge import Judge
from deskless.policies.policy import Policy
from deskless.policies.problems import Problem, Problems
from deskless.policies.rules.embeddings import Ear, NoEar
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.key import Voice

if TYPE_CHECKING:
    from deskless.agent.model.claude_reply import Proposed, ReplyRequest

OFFICIAL = "https://api.anthropic.com"


def base_url(url: str) -> str:
    """A base URL as the SDK wants it, without `/v1`. Raises ValueError with a sentence.

    Mail goes over `http://` only to this machine and the local network.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"a model's address looks like http://127.0.0.1:8000, not {url!r}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("a model's address holds no user, password or query; set `key` instead")
    if parts.scheme == "http" and not is_near_host(parts.hostname):
        raise ValueError(f"mail would go to {parts.hostname} unencrypted; write https://")
    path = parts.path.rstrip("/").removesuffix("/messages").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_near_host(host: str) -> bool:
    """Whether a host is this machine or one of the local network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        ends = (".local", ".lan", ".internal", ".home.arpa", ".localhost", ".test")
        return "." not in host or host.endswith(ends)


def server_name(url: str) -> str:
    """Host and port of a server that is not the official one; empty for the official one."""
    return "" if url == OFFICIAL else urlsplit(url).netloc


KEY = "ANTHROPIC_API_KEY"
NO_KEY = (
    f"`engine` is claude and there is no key: export {KEY}, name the place of one as `key` in "
    "[judge], or set `base_url` to a server of your own. `engine` rules needs none."
)


class Model(Judge, Protocol):
    """A judge whose verdicts are kept under its voice: prompt version, model, schema.

    It also proposes what a teammate's reply means.
    """

    async def propose(self, request: "ReplyRequest", at: datetime) -> "Proposed":
        """What a reply may mean. Never raises for what a reply or a model says."""
        ...

    @property
    def voice(self) -> Voice:
        """What a kept verdict depends on besides the thread and the book."""
        ...

    @property
    def trouble(self) -> str:
        """A sentence while the model cannot be used, for the founder; empty while it can."""
        ...

    async def count(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> int:
        """How many tokens the model would read for a thread; 0: nobody tells."""
        ...


def usable_model(config: Config) -> Model | None:
    """The model that the configuration asks for; None: the rules judge alone.

    Raises Problems when Claude is asked for and there is neither key nor base URL, or when the base
    URL cannot be one. Connects to nothing.
    """
    judge = config.judge
    if judge.engine == "rules":
        return None
    if not can_be_asked(config):
        if judge.engine == "claude":
            raise Problems([Problem(str(config.folder / FILE), 0, 0, NO_KEY)])
        return None
    return configured_model(config)


def can_be_asked(config: Config) -> bool:
    """Whether the model could be asked: there is a key, or a server of one's own."""
    judge = config.judge
    own = judge.key is not None and secret_exists(judge.key, config.folder)
    return own or bool(judge.base_url) or bool(os.environ.get(KEY))


def configured_model(config: Config) -> Model:
    """The model that the configuration names, whether or not it can be asked.

    Raises Problems for a base URL that cannot be one.
    """
    judge = config.judge
    own = judge.key is not None and secret_exists(judge.key, config.folder)
    from deskless.agent.model.claude import Claude, Settings
    from deskless.agent.model.claude_wire import Wire

    try:
        url = base_url(judge.base_url or os.environ.get("ANTHROPIC_BASE_URL") or OFFICIAL)
    except ValueError as error:
        text = f"`judge.base_url`: {error}."
        raise Problems([Problem(str(config.folder / FILE), 0, 0, text)]) from error

    def key() -> str:
        if judge.key is not None and own:
            return judge.key.reader(config.folder)()
        # A server of one's own wants no key; the SDK wants some text.
        return os.environ.get(KEY) or "none"

    settings = Settings(judge.model, key, mask=judge.mask, where=server_name(url))
    return Claude(Wire(url, timeout=judge.timeout), settings)


def rules_judge(config: Config) -> RulesJudge:
    """The rules judge, with the gate of sentence embeddings where it can be had and `embed` does
    not forbid it.

    Raises Problems where `embed` asks for it and it cannot be had.
    """
    if config.judge.embed is False:
        return RulesJudge()
    try:
        return RulesJudge(Ear())
    except NoEar as error:
        if config.judge.embed is None:
            return RulesJudge()
        text = f"{str(error)[:-1]}, or leave `embed` out of [judge]."
        raise Problems([Problem(str(config.folder / FILE), 0, 0, text)]) from error


def token_prices(config: Config) -> tuple[float, float]:
    """Dollars for a million tokens read, and written.

    A server on this machine or the local network costs nothing unless the configuration says so.
    """
    judge = config.judge
    told = judge.model_fields_set & {"price_in", "price_out"}
    if judge.base_url and not told and is_near_host(urlsplit(judge.base_url).hostname or ""):
        return 0.0, 0.0
    return judge.price_in, judge.price_out


def secret_exists(secret: Secret, folder: Path) -> bool:
    """Whether a secret's place exists, without fetching it; a command counts as there."""
    if secret.env:
        return bool(os.environ.get(secret.env))
    if secret.file:
        return (folder / Path(secret.file).expanduser()).is_file()
    if secret.credential:
        home = os.environ.get("CREDENTIALS_DIRECTORY", "")
        return bool(home) and (Path(home) / secret.credential).is_file()
    return True


@dataclass(frozen=True, slots=True)
class Bench:
    """The judges of an office, and the team's notes. `model` is None: the rules judge alone."""

    rules: Judge
    model: Model | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def voice(self) -> Voice:
        """What a kept verdict depends on besides the thread and the book."""
        spoken = self.model.voice if self.model else Voice()
        return replace(spoken, ear=self.rules.ear) if isinstance(self.rules, RulesJudge) else spoken
