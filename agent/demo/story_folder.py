"""The demo's folder: Acme's configuration, copied for one run, and nothing else ever touched.

A folder is the demo's own when the marker lies in it. A second run replaces what the first one
wrote; a folder that holds anything and no marker is left alone.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deskless.policies.book import book

OFFICE = Path(__file__).parent / "office"
MARKER = ".deskless-demo"
PASSWORD = "only-for-the-demo"  # noqa: S105 - opens nothing but mailboxes in memory
WRITTEN = ("acme", "mail", "weekly.html", "weekly.txt", "story.txt", "ledger.pub", "deskless.log")
"""Everything that a run writes."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where a run keeps its things."""

    folder: Path

    @property
    def acme(self) -> Path:
        """The configuration folder."""
        return self.folder / "acme"

    @property
    def mail(self) -> Path:
        """Where the mails of the week are saved."""
        return self.folder / "mail"

    @property
    def log(self) -> Path:
        """What the agent logs."""
        return self.folder / "deskless.log"


def prepare_folder(folder: Path) -> DemoFolder:
    """An empty place for one run. Raises ValueError for a folder that is not the demo's."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ValueError(f"{folder} is no folder; choose another with --folder.")
    marker = folder / MARKER
    if folder.is_dir() and any(folder.iterdir()) and not marker.is_file():
        raise ValueError(
            f"{folder} holds something that is not the demo's, so it is left alone. "
            "Choose another folder with --folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in WRITTEN:
        _remove(folder / name)
    marker.write_text("Written by `deskless demo`, which replaces what it wrote here before.\n")
    place = DemoFolder(folder)
    place.mail.mkdir()
    return place


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def furnish_folder(place: DemoFolder, urls: Mapping[str, str]) -> None:
    """Lay out Acme's configuration; `urls` fills the servers into the TOML (`IMAP` → URL)."""
    acme = place.acme
    for part in ("policies", "knowledge"):
        shutil.copytree(OFFICE / part, acme / part)
    for path in sorted(book.starter_folder().glob("*.md")):
        shutil.copyfile(path, acme / "policies" / path.name)
    # Nobody plays the support that answers routine mail, so a day of silence means nothing here.
    silence = acme / "policies" / "unanswered.md"
    patient = silence.read_text(encoding="utf-8").replace("waiting: 1 day", "waiting: 2 weeks")
    silence.write_text(patient, encoding="utf-8")
    for name in ("matrix.csv", "accounts.csv"):
        shutil.copyfile(OFFICE / name, acme / name)
    toml = (OFFICE / "deskless.toml").read_text(encoding="utf-8")
    for name, url in urls.items():
        toml = toml.replace(f"@{name}@", url)
    (acme / "deskless.toml").write_text(toml, encoding="utf-8")
    secret = acme / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
