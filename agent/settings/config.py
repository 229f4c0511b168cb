"""`deskless.toml` and the environment as one checked value, or every problem at once.

A flag beats the environment, the environment beats the file: `DESKLESS_JUDGE__MODEL=…` sets
`model` of `[judge]`. What is left out has the default that `deskless check` prints. The folder is
the one of `--config`, else of `DESKLESS_CONFIG`, else the current one.
"""

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from deskless.agent.settings.clock_spans import ClockRows, known_rows
from deskless.agent.settings.live_tables import (
    BoardPlace,
    Channels,
    Stakeholders,
    WarRoom,
    known_channels,
)
from deskless.agent.settings.secret import Secret
from deskless.agent.settings.toml_problems import not_toml, problem_of, url_problems
from deskless.policies.languages import LANGUAGES
from deskless.policies.problems import Problem, Problems

FILE = "deskless.toml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAIN = re.compile(r"[^\s<>@,;:\"\\()\[\]]+@[^\s<>@,;:\"\\()\[\]]+")
"""One bare address with a domain."""
Oauth = Literal["", "microsoft", "google"]


class Section(BaseModel):
    """A table of the file: unknown keys are refused, and it cannot be changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _plain_address(value: str) -> str:
    """A bare mail address, or nothing. Raises ValueError with an example."""
    if value and not PLAIN.fullmatch(value):
        raise ValueError(f"{value!r} is no bare mail address; write it like maya@acme.example")
    return value


Address = Annotated[str, AfterValidator(_plain_address)]


class Inbox(Section):
    """The shared inbox. `authserv` is the id whose Authentication-Results we believe.

    `received` is the host that this server's own Received names after `by`, where `check` cannot
    tell; `tempfail` the operator's word that mail is refused for now while the filter that writes
    the verdict is away.
    """

    address: Address
    imap: str
    smtp: str
    password: Secret | None = None
    oauth: Oauth = ""
    tenant: str = ""
    client: str = ""
    client_secret: Secret | None = None
    authserv: str = ""
    received: str = ""
    tempfail: bool = False
    folders: tuple[str, ...] = ("INBOX",)
    sent: str = ""
    ours: tuple[str, ...] = ()
    plus: bool = True


class Agent(Section):
    """Who briefs come from; left out: the inbox with a plus-tag."""

    address: Address = ""
    imap: str = ""
    smtp: str = ""
    password: Secret | None = None
    name: str = "Deskless"


class Team(Section):
    """The people's common ground. `ticket` is how a conversation is numbered; `{n}` counts up."""

    founder: Address
    name: str = ""
    timezone: str = "UTC"
    hours: str = "Mon-Fri 09:00-17:00"
    holidays: str = ""
    free: tuple[str, ...] = ()
    ticket: str = "DESK-{n}"
    first: int = 1000
    languages: tuple[str, ...] = LANGUAGES

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"there is no time zone {value!r}; write it like Europe/Berlin"
            ) from error
        return value

    @field_validator("ticket")
    @classmethod
    def _numbered(cls, value: str) -> str:
        if value.count("{n}") != 1 or not value.replace("{n}", "1").replace("-", "").isalnum():
            raise ValueError("a ticket pattern holds {n} once, else letters, digits and hyphens")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)


class Judging(Section):
    """Who judges. `budget` is what a day of Claude may cost, `in_flight` how many calls at once.

    `embed` puts the gate of sentence embeddings behind the rules; it needs
    `deskless[meaning]`. Left out: wherever they are installed and the processor can run them.
    """

    engine: Literal["auto", "claude", "rules"] = "auto"
    model: str = "claude-sonnet-5-5"
    base_url: str = ""
    key: Secret | None = None
    budget: str = "5 USD/day"
    in_flight: int = Field(default=4, ge=1, le=32)
    timeout: float = Field(default=60, ge=1, le=600)
    mask: bool = True
    embed: bool | None = None
    price_in: float = Field(default=2.0, ge=0)
    price_out: float = Field(default=10.0, ge=0)

    @field_validator("budget")
    @classmethod
    def _money(cls, value: str) -> str:
        budget_of(value)
        return value

    @property
    def daily(self) -> int:
        """The budget of a day in millionths of a dollar."""
        return budget_of(self.budget)


class Mode(Section):
    """Live, or in the shadow until the founder replies GO. `now` (an instant with its zone) is what
    the commands that only look take for the present; the demo's folder has it.
    """

    live: bool = False
    now: AwareDatetime | None = None


def _known_store(value: str) -> str:
    """A file, or a PostgreSQL database. Raises ValueError for another kind of place."""
    scheme, there, _ = value.partition("://")
    if there and not scheme.startswith("postgres"):
        raise ValueError(f"{scheme}:// is no store: write a file, or postgresql://USER@HOST/NAME")
    return value


class Store(Section):
    """Where the record lies: a file in the configuration folder, or a PostgreSQL URL."""

    url: Annotated[str, AfterValidator(_known_store)] = "deskless.db"
    org: str = ""
    keep_days: int = Field(default=0, ge=0)


class Limits(Section):
    """Breakers against machines. Letters that only the clock asked for, to one person in an hour,
    about one case in a day, and in an hour in all; and how often in a row the same words may come
    back to our answer to them before they are answered no more.
    """

    person_hour: int = Field(default=30, ge=1)
    case_day: int = Field(default=24, ge=1)
    hour: int = Field(default=120, ge=1)
    loop: int = Field(default=2, ge=1)


class Daily(Section):
    """When the regular mails go out, in the team's zone; empty: never. `life` is the founder's line
    that we are alive, on days on which no other regular mail says so.
    """

    morning: str = "08:30"
    afternoon: str = "15:30"
    weekly: str = "Mon 08:00"
    shadow: str = "17:00"
    life: str = "08:45"
    lead: str = ""

    @field_validator("morning", "afternoon", "shadow", "life")
    @classmethod
    def _clock(cls, value: str) -> str:
        if value:
            clock_of(value)
        return value

    @field_validator("weekly")
    @classmethod
    def _week(cls, value: str) -> str:
        day, _, clock = value.partition(" ")
        if value and day[:3].lower() not in DAYS:
            raise ValueError(f"a day and a time are written like `Mon 08:00`, not {value!r}")
        if value:
            clock_of(clock)
        return value


class Config(BaseModel):
    """The whole configuration, checked. `folder` is where it was read from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    inbox: Inbox
    agent: Agent = Agent()
    team: Team
    judge: Judging = Judging()
    mode: Mode = Mode()
    store: Store = Store()
    limits: Limits = Limits()
    daily: Daily = Daily()
    war_room: WarRoom = WarRoom()
    board: BoardPlace = BoardPlace()
    alerts: Annotated[Channels, AfterValidator(known_channels)] = Field(default={}, repr=False)
    """Who is woken by which channels (URLs of apprise), by name or address, or `founder`."""
    stakeholders: Stakeholders = Stakeholders()
    clocks: Annotated[ClockRows, AfterValidator(known_rows)] = {}
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def address(self) -> str:
        """The address that our mails to the team come from."""
        local, _, domain = self.inbox.address.partition("@")
        return self.agent.address or f"{local}+deskless@{domain}"

    @property
    def database(self) -> str:
        """The store's URL, a file made absolute."""
        url = self.store.url
        return url if "://" in url else str((self.folder / url).resolve())

    @property
    def org(self) -> str:
        """Whose record it is: the name given, else the domain of the inbox."""
        return self.store.org or self.inbox.address.rpartition("@")[2]


def folder_of(option: Path | None) -> Path:
    """The configuration folder: the option, else DESKLESS_CONFIG, else the current one."""
    return option or Path(os.environ.get("DESKLESS_CONFIG") or ".")


def clock_of(text: str) -> time:
    """Read `08:30`. Raises ValueError with an example."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"a time is written like `08:30`, not {text!r}") from error


def budget_of(text: str) -> int:
    """Read `5 USD/day` as millionths of a dollar. Raises ValueError with an example."""
    amount = text.lower().removesuffix("/day").removesuffix("usd").strip().lstrip("$")
    try:
        return round(float(amount) * 1_000_000)
    except ValueError as error:
        raise ValueError(f"a budget is written like `5 USD/day`, not {text!r}") from error


PREFIX = "DESKLESS_"


def _checked() -> type[Config]:
    """What checks the file: with the environment's words over it where there are any.

    Reading an environment takes a library as large as all else that a configuration needs, so it
    is loaded only where a variable names a table.
    """
    tables = tuple(f"{PREFIX}{name}".upper() for name in Config.model_fields)
    if not any(name.upper().startswith(tables) for name in os.environ):
        return Config
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

    class Overridden(BaseSettings, Config):
        """The environment beats what the file says."""

        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """The environment first."""
            return (env_settings, init_settings)

    return Overridden


def load_config(folder: Path, **flags: Any) -> Config:
    """Read the folder's configuration. Raises Problems with everything that is wrong in it."""
    path = folder / FILE
    text = _text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems([not_toml(path, text, error, Config)]) from error
    for dotted, value in flags.items():
        section, _, key = dotted.partition("__")
        data.setdefault(section, {})[key] = value
    try:
        made = _checked()(**data, folder=folder.resolve())
    except ValidationError as error:
        raise Problems(
            [problem_of(path, text, detail, Config) for detail in error.errors()]
        ) from error
    wrong = url_problems(path, text, made)
    if wrong:
        raise Problems(wrong)
    return made


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        text = f"There is no {FILE} in {path.parent.resolve()}. `deskless init` makes one."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
    except UnicodeDecodeError as error:
        text = "The file is no text in UTF-8: save it as UTF-8 in your editor."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
    except OSError as error:
        why = "it is a folder" if path.is_dir() else error.strerror or "unknown reason"
        text = f"The file cannot be read: {why[:1].lower()}{why[1:]}."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
