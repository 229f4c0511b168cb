"""`deskless unit`: print the hardened systemd unit, or put it in its place."""

from pathlib import Path
from typing import Annotated

import typer

from deskless.agent.cli.common import LOGIN, configured, stop_with

PLACE = Annotated[
    Path | None,
    typer.Option(
        "--write",
        help="Put it there, as /etc/systemd/system/deskless.service; else it is printed.",
        show_default=False,
    ),
]


def register_unit_commands(app: typer.Typer) -> None:
    """Add the command."""
    app.command("unit")(show_unit)


def show_unit(write: PLACE = None) -> None:
    """The systemd unit for this folder: its own user, nothing it does not need, a watchdog.

    Example: deskless unit --write /etc/systemd/system/deskless.service
    """
    from deskless.agent.commands.console import err, out
    from deskless.agent.commands.systemd_unit import unit_credentials, unit_misfits, unit_text

    settings = configured()
    text = unit_text(settings.folder, credentials=unit_credentials(settings))
    for misfit in unit_misfits(settings):
        err.print(f"note: {misfit}", markup=False, highlight=False, soft_wrap=True)
    if write is None:
        out.file.write(text)
        return
    try:
        draft = write.with_name(f".{write.name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o644)
        draft.replace(write)
    except OSError as error:
        stop_with(f"{write} cannot be written: {error.strerror}. Try it with sudo.", LOGIN)
    out.print(f"{write} is written. Next:", markup=False, highlight=False, soft_wrap=True)
    for name in unit_credentials(settings):
        out.print(
            f"  sudo systemd-creds encrypt --name={name} - "
            f"/etc/credstore.encrypted/deskless.{name}", highlight=False, soft_wrap=True,
        )  # fmt: skip
    out.print("  sudo systemctl daemon-reload && sudo systemctl enable --now deskless")
