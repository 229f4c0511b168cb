"""Debian's Chromium for the tests that look at a mail: headless, no network used.

Whoever starts one ends it before the next test: Playwright keeps an event loop running on the
thread for as long as it lives, and no other test of the same process could run one.

Absent, the tests that need it skip and say so; in CI (`CI=true`) that is a failure.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from absent import lacking
from playwright.sync_api import Browser, Playwright, sync_playwright

PLACE = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[2] / ".work" / "pictures"
FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FORCED = "--enable-features=WebContentsForceDark"


def launch(play: Playwright, *more: str) -> Browser:
    """A browser, or the reason why there is none."""
    if not PLACE.exists():
        reason = f"no Chromium at {PLACE} (apt-get install chromium)"
        lacking(reason)
    return play.chromium.launch(executable_path=str(PLACE), args=[*FLAGS, *more])


@pytest.fixture
def play() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver
    assert asyncio._get_running_loop() is None, "Playwright left its event loop behind"


@pytest.fixture
def browser(play: Playwright) -> Iterator[Browser]:
    """A browser as it is."""
    result = launch(play)
    yield result
    result.close()
