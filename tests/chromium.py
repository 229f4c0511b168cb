"""Debian's Chromium for the tests that look at a mail: started once, headless, no network used.

Absent, the tests that need it skip and say so; in CI (`CI=true`) that is a failure.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

PLACE = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[1] / ".work" / "pictures"
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
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return play.chromium.launch(executable_path=str(PLACE), args=[*FLAGS, *more])


@pytest.fixture(scope="session")
def play() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(play: Playwright) -> Iterator[Browser]:
    """A browser as it is."""
    found = launch(play)
    yield found
    found.close()


@pytest.fixture(scope="session")
def dark_browser(play: Playwright) -> Iterator[Browser]:
    """A browser that turns every page dark by force, as some mail programs do."""
    found = launch(play, FORCED)
    yield found
    found.close()
