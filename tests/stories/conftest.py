"""Every story happens at Acme, on a Monday morning."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Company, company


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, live, with its own people and two criteria."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made
