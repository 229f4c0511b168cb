"""Every story happens at Acme, on a Monday morning; those marked `wire` happen twice."""

from collections.abc import Iterator
from pathlib import Path

import harness
import pytest
from harness import Company, company
from wire import DovecotOffice

OFFICES = ("embedded", pytest.param("dovecot", marks=[pytest.mark.dovecot, pytest.mark.slow]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story marked `wire` is played in the embedded office, and again over Dovecot with TLS."""
    if metafunc.definition.get_closest_marker("wire"):
        metafunc.parametrize("office", OFFICES, indirect=True)


@pytest.fixture(autouse=True)
def office(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which provider the companies of a story are with."""
    name = str(getattr(request, "param", "embedded"))
    if name == "dovecot":
        monkeypatch.setattr(harness, "OFFICE", DovecotOffice)
    return name


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: str) -> Iterator[Company]:
    """The company, live, with its own people and two criteria.

    However a story goes, at its end the shelf is what the ledger adds up to.
    """
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made
        made.consistent()
