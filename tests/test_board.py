"""The board: one page that needs nothing, true to the record, readable and safe anywhere."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from chromium import PICTURES, browser, launch, play  # noqa: F401 - fixtures
from commands import deskless
from harness import Company, company
from playwright.sync_api import sync_playwright

from deskless.agent.operations.health import Health
from deskless.agent.operations.heartbeat import write_heartbeat
from deskless.agent.reports.board import build_board, keep_board, write_board
from deskless.templates.board import render_board

EVIL = "<script>alert(1)</script> nobody can log in \"'><img src=http://x.example/i.png>"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company with an owned case, an offered one that is late, and a hostile subject."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ACME_PASSWORD", "secret")
    with company(
        tmp_path_factory.mktemp("board") / "acme", toml='[board]\nfile = "b.html"'
    ) as made:
        made.customer_writes("I was charged twice for October.")
        made.reply("ana", "ACCEPT, update by 16:00")
        made.customer_writes(
            "Since this morning nobody can log in.", subject=EVIL,
            sender="O <o@cornercafe.example>",
        )  # fmt: skip
        yield made
    patch.undo()


def page_of(acme: Company) -> str:
    """The page as it is now."""
    with acme.office.store.reading() as session:
        return render_board(build_board(acme.office, session, acme.clock.now()))


def test_the_board_says_what_the_record_says(acme: Company) -> None:
    """Every live case, most urgent first, with owner, promise, timer, history and answers."""
    page = unescape(page_of(acme))
    assert page.index('id="ACME-1043-1"') < page.index('id="ACME-1042-1"')
    for words in ("Acme: live cases", "Ana Lopez, owned", "Northwind",
                  "Promised</dt><dd>nothing on record", "accepted by Ana Lopez",
                  "mailto:deskless@acme.example?subject=%5BACME-1042-1",
                  "Executive visibility", "Cases opened"):  # fmt: skip
        assert words in page
    assert re.search(r'data-due="2026-11-23T15:00:00\+00:00">in \d', page)


def test_it_needs_nothing_and_gives_nothing_away(acme: Company) -> None:
    """No address to load from, no token to answer with, and a hostile mail is only words."""
    page = page_of(acme)
    assert not re.findall(r'(?:src|href)="(?!mailto:|#)', page)
    assert "@import" not in page
    assert "url(" not in page
    assert "<img" not in page
    assert page.count("<script>") == 1
    assert "default-src 'none'" in page
    assert not re.search(r"deskless\+[a-z2-7]{16,}", page)


def test_it_says_what_is_not_well(acme: Company) -> None:
    """As `status` does: nobody has run a daemon here, then one runs that cannot read its inbox."""
    assert "Not well: no daemon has ever run here" in page_of(acme)
    health = Health()
    write_heartbeat(acme.office, health)
    assert "Not well" not in page_of(acme)
    health.bad("imap", "no route", acme.clock.now())
    write_heartbeat(acme.office, health)
    assert "Not well: imap does not work" in page_of(acme)


def test_it_is_written_every_turn_where_it_is_wanted(acme: Company) -> None:
    """Put in place at once; a share that is away is told in the log and stops nothing."""
    target = acme.folder / "b.html"
    keep_board(acme.office)
    first = target.read_text()
    assert "ACME-1042-1" in first
    assert [path.name for path in acme.folder.glob(".b.html*")] == []
    away = acme.office.config.model_copy(
        update={"board": acme.office.config.board.model_copy(update={"file": "no/such/b.html"})}
    )
    acme.office.config, before = away, acme.office.config
    try:
        keep_board(acme.office)
    finally:
        acme.office.config = before
    with pytest.raises(OSError, match="No such file"):
        write_board(acme.office, acme.folder / "no" / "b.html", acme.clock.now())


def test_the_command_says_where_it_is(acme: Company, tmp_path: Path) -> None:
    """As a link to open; a place that cannot be written is told with its name."""
    told = deskless("board", "--file", str(tmp_path / "x.html"), folder=acme.folder)
    assert told.strip() == (tmp_path / "x.html").as_uri()
    refused = deskless("board", "--file", "/nowhere/x.html", folder=acme.folder, code=78)
    assert "/nowhere/x.html cannot be written: No such file or directory." in refused
    assert "Northwind" in deskless("cases", "--watch", folder=acme.folder)


@pytest.mark.chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_reads_well_on_any_screen(acme: Company, width: int, scheme: str) -> None:
    """Nothing is cut off, buttons can be hit, timers run, words stand out from what is behind."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver, launch(driver) as chromium:
        page = chromium.new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page.set_content(page_of(acme))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        heights = page.evaluate("[...document.querySelectorAll('a.do')].map(e => e.offsetHeight)")
        assert heights
        assert min(heights) >= 44
        # By the clock of whoever looks, which is not the story's.
        assert re.match(r"(?:in|late by) \d", page.inner_text(".timer"))
        assert page.evaluate(CONTRAST) >= 4.5
        page.screenshot(path=PICTURES / f"board-{width}-{scheme}.png", full_page=True)


CONTRAST = """() => {
  const lum = c => { const v = c.map(x => { x /= 255;
    return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4 });
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] };
  const rgb = s => s.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const clear = s => /, 0\\)$/.test(s) || s === 'transparent';
  let worst = 99;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || el.closest('script') || !el.offsetParent) continue;
    let back = el;
    while (back && clear(getComputedStyle(back).backgroundColor)) back = back.parentElement;
    const a = lum(rgb(getComputedStyle(el).color));
    const b = lum(back ? rgb(getComputedStyle(back).backgroundColor) : [255, 255, 255]);
    worst = Math.min(worst, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
  }
  return worst;
}"""
