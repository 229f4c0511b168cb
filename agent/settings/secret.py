"""Where a password comes from: environment, file, command or systemd credential, never the TOML.

A secret is fetched at each login, so that a changed one is found without a restart, and it is
never logged.
"""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class SecretMissing(Exception):
    """A secret cannot be had; the message says which place was looked at and what to do."""


class Secret(BaseModel):
    """`{ env = "NAME" }`, `{ file = "PATH" }`, `{ command = "…" }` or `{ credential = "NAME" }`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    env: str = ""
    file: str = ""
    command: str = ""
    credential: str = ""

    @model_validator(mode="before")
    @classmethod
    def _place(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError(
                "a secret is never written here; name its place, as in "
                '{ env = "DESKLESS_PASSWORD" }'
                " or { file = PATH }, and change the secret if this file was shared"
            )
        return value

    @model_validator(mode="after")
    def _one(self) -> "Secret":
        if sum(bool(place) for place in (self.env, self.file, self.command, self.credential)) != 1:
            raise ValueError('name exactly one place, as in { env = "DESKLESS_PASSWORD" }')
        return self

    def reader(self, base: Path) -> Callable[[], str]:
        """A function that fetches the secret; relative files are looked for in `base`.

        The function raises SecretMissing.
        """

        def read() -> str:
            return self._read(base).rstrip("\r\n")

        return read

    def _read(self, base: Path) -> str:
        if self.env:
            if self.env not in os.environ:
                raise SecretMissing(f"the environment has no {self.env}: export {self.env}=…")
            return os.environ[self.env]
        if self.command:
            return _run(self.command)
        path = base / Path(self.file).expanduser() if self.file else _credential(self.credential)
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SecretMissing(
                f"the secret file {path} is not there: write the password into it, on a line alone"
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            raise SecretMissing(f"the secret file {path} cannot be read: {why}") from error


def _credential(name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretMissing(
            f"there is no systemd credential {name}: "
            "the unit needs LoadCredential= or LoadCredentialEncrypted="
        )
    return Path(folder) / name


def _run(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=30, check=True
        )
    except subprocess.CalledProcessError as error:
        raise SecretMissing(
            f"the password command ended with {error.returncode}: run `{shlex.split(command)[0]}` "
            "by hand as this user and see what it says"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise SecretMissing("the password command gave no answer within 30 s") from error
    except (OSError, ValueError) as error:
        program = command.split()[0] if command.split() else "…"
        raise SecretMissing(
            f"the password command cannot be run: there is no program {program} for this user"
        ) from error
    return done.stdout
