"""`deskless unit`: the hardened systemd unit for this installation, ready to be put in place."""

import shutil
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deskless.templates import render

STATE = "/var/lib/deskless"
"""What systemd makes of StateDirectory=deskless."""
UNIT = Path(render.__file__).parent / "unit" / "deskless.service.j2"


def unit(folder: Path, *, program: str = "") -> str:
    """The unit's text, for the configuration in `folder`.

    `program` is the command as systemd starts it; left out, the one that runs now.
    """
    found = program or shutil.which("deskless") or str(Path(sys.argv[0]).resolve())
    # A unit file is no HTML; its own escapes are `%%` and quotes, which paths rarely need.
    rooms = Environment(loader=FileSystemLoader(UNIT.parent), undefined=StrictUndefined)  # noqa: S701
    return rooms.get_template(UNIT.name).render(
        folder=quoted(str(folder.resolve())), program=quoted(found), state=STATE
    )


def quoted(path: str) -> str:
    """A path as systemd reads it: `%` doubled, quoted when it holds a blank."""
    text = path.replace("%", "%%")
    return f'"{text}"' if " " in text else text
