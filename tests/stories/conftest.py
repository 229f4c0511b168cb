"""Every story happens at Acme, on a Monday morning."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Company, company


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, live, with its own people and two criteria.

    However a story goes, at its end the shelf is what the ledger adds up to.
    """
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made
        made.consistent()
