"""`deskless unit`: the hardened systemd unit for this installation, ready to be put in place."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deskless.agent.settings.config import Config
from deskless.agent.settings.secret import Secret
from deskless.templates import render

STATE = "/var/lib/deskless"
"""What systemd makes of StateDirectory=deskless."""
UNIT = Path(render.__file__).parent / "unit" / "deskless.service.j2"
HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")  # noqa: S108  what a unit hides
"""Places that the unit cannot see: ProtectHome and PrivateTmp."""


def unit_text(
    folder: Path, *, program: str = "", credentials: tuple[str, ...] = ("password",)
) -> str:
    """The unit's text, for the configuration in `folder`.

    `program` is the command as systemd starts it; left out, the one that runs now. `credentials`
    are the secrets that systemd decrypts for it, by name.
    """
    # A unit file is no HTML; its own escapes are `%%` and quotes, which paths rarely need.
    rooms = Environment(  # noqa: S701
        loader=FileSystemLoader(UNIT.parent), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return rooms.get_template(UNIT.name).render(
        folder=systemd_path(str(folder.resolve())), program=systemd_path(program or _program()),
        state=STATE,
        credentials=credentials,
    )  # fmt: skip


def systemd_path(path: str) -> str:
    """A path as systemd reads it: `%` doubled, quoted when it holds a blank."""
    text = path.replace("%", "%%")
    return f'"{text}"' if " " in text else text


def unit_credentials(config: Config) -> tuple[str, ...]:
    """The systemd credentials that the configuration asks for, by name."""
    return tuple(
        dict.fromkeys(secret.credential for secret in _secrets(config) if secret.credential)
    )


def unit_misfits(config: Config) -> Iterator[str]:
    """What in the configuration will not work under the unit, and what to write instead."""
    if "://" not in config.database and not config.database.startswith(f"{STATE}/"):
        yield (
            f"[store] url is {config.database}, and the unit may write in {STATE} only: "
            f'write url = "{STATE}/deskless.db" (and move the file and its *.key* there).'
        )
    for secret in _secrets(config):
        if secret.env:
            yield (
                f"the unit does not have your shell's {secret.env}: "
                'write { credential = "password" } instead of { env = … }.'
            )
        elif secret.command:
            yield (
                f"the command `{secret.command}` runs as a user without a home; does it work there?"
            )
    for what, path in (("The folder", str(config.folder)), ("The program", _program())):
        if f"{path}/".startswith(HIDDEN):
            yield f"{what} {path} is hidden from the unit; put it elsewhere, as in /etc or /opt."


def _program() -> str:
    return shutil.which("deskless") or str(Path(sys.argv[0]).resolve())


def _secrets(config: Config) -> list[Secret]:
    inbox = config.inbox
    known = (inbox.password, inbox.client_secret, config.agent.password, config.judge.key)
    return [secret for secret in known if secret is not None]
