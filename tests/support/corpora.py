"""Where the corpora of real mail lie. The project carries none of them; tests skip aloud."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "shared" / "corpora"


def corpora(name: str) -> Path:
    """The folder of a corpus, or a skip that says what is missing."""
    folder = ROOT / name
    if not folder.exists():
        pytest.skip(f"no corpus at {folder}")
    return folder
