"""Every mail as a person sees it: on a phone and on a desk, light, dark and forced dark.

The pictures land in `.work/pictures/`. Asserted: no sideways scrolling, buttons a thumb can hit
and high enough, readable contrast of every piece of text, nothing fetched from anywhere.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from chromium import FORCED, PICTURES, browser, launch, play  # noqa: F401 - fixtures
from mail_samples import BRIEF, SAMPLES, extreme
from playwright.sync_api import Browser, sync_playwright

from deskless.templates.customer import Customer
from deskless.templates.drafts import as_page, render_draft
from deskless.templates.render import render_mail

MAILS = {
    type(mail).__name__: words
    for mail in SAMPLES
    if (words := render_mail(mail)).html and not type(mail).__name__.startswith("Ack")
}
MAILS["ExtremeBrief"] = render_mail(extreme(BRIEF))
WIDTHS = (360, 640)
MODES = ("light", "dark", "forced")
CALLS = {"Brief": 3, "Reminder": 3, "Stranded": 2, "ExtremeBrief": 3}

# The colour that is really behind a piece of text, and WCAG's ratio to the text's own.
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; })
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), node = walker.currentNode.parentElement;
    const style = getComputedStyle(node);
    if (!text || style.display === 'none' || node.closest('[style*="display:none"]')) continue;
    const [a, b] = [light(parse(style.color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([text.slice(0, 40), style.color, ratio]);
    if (parseFloat(style.fontSize) < 13) poor.push([text.slice(0, 40), style.fontSize, 0]);
  }
  return poor;
}"""
BUTTONS = """() => [...document.querySelectorAll('td > a[href^="mailto:"]')].map((one) => {
  const box = one.getBoundingClientRect();
  return {label: one.innerText, x: box.x, y: box.y, width: box.width, height: box.height};
})"""


@dataclass(frozen=True)
class Seen:
    """A mail on a screen: what it tried to fetch, how wide it is, what is hard to read in it."""

    fetched: tuple[str, ...]
    scrolls: int
    poor: list[Any]
    buttons: list[dict[str, Any]]


@cache
def all_seen(forced: bool) -> dict[tuple[str, int, str], Seen]:
    """Every mail at every width, in light and dark or dark by force; one browser for all of them.

    A picture of each is kept.
    """
    seen = {}
    modes: tuple[Literal["light", "dark"], ...] = ("light",) if forced else ("light", "dark")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver, launch(driver, *([FORCED] if forced else [])) as chromium:
        page = chromium.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name, words in MAILS.items():
            asked.clear()
            page.set_content(words.html or "")
            for mode, width in product(modes, WIDTHS):
                page.emulate_media(color_scheme=mode)
                page.set_viewport_size({"width": width, "height": 800})
                told = "forced" if forced else mode
                picture = PICTURES / f"{name.lower()}-{width}-{told}.png"
                page.screenshot(path=str(picture), full_page=True)
                scrolls = page.evaluate("document.documentElement.scrollWidth")
                poor, buttons = page.evaluate(CONTRAST), page.evaluate(BUTTONS)
                seen[name, width, told] = Seen(tuple(asked), scrolls, poor, buttons)
    return seen


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_mail_can_be_read_and_pressed(width: int, mode: str) -> None:
    """At this width, in this mode."""
    for name in MAILS:
        seen = all_seen(mode == "forced")[name, width, mode]
        buttons = seen.buttons
        assert seen.fetched == (), name
        assert seen.scrolls == width, name
        assert seen.poor == [], name
        assert all(button["height"] >= 44 and button["width"] >= 44 for button in buttons), (
            name,
            buttons,
        )
        if name in CALLS:
            top = buttons[: CALLS[name]]
            assert len(top) == CALLS[name], name
            # The longest names and subjects that there can be wrap once more.
            screen = 640 if name.startswith("Extreme") else 600
            assert all(item["y"] + item["height"] < screen for item in top), (name, top)
            assert len({item["y"] for item in top}) == 1, (name, top)


@pytest.mark.chromium
@pytest.mark.slow
def test_a_mail_is_right_without_any_style_sheet(browser: Browser) -> None:  # noqa: F811
    """Gmail's phone app drops `<style>`: inline styles alone must carry the mail."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for name, words in MAILS.items():
        page.set_content(re.sub(r"(?s)<style>.*?</style>", "", words.html or ""))
        assert page.evaluate("document.documentElement.scrollWidth") == 360, name
        assert page.evaluate(CONTRAST) == [], name
        assert all(item["height"] >= 44 for item in page.evaluate(BUTTONS)), name


PHONE = 390
"""How wide most telephones are."""


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_letter_to_a_customer_can_be_read(
    browser: Browser,  # noqa: F811
    mode: Literal["light", "dark"],
) -> None:
    """Each kind in each language: no sideways scrolling, high contrast, nothing fetched."""
    page = browser.new_page(viewport={"width": PHONE, "height": 800}, color_scheme=mode)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, letter in enumerate(each for each in SAMPLES if isinstance(each, Customer)):
        name = f"letter-{type(letter).__name__.lower()}-{letter.lang}-{number}"
        page.set_content(as_page(render_draft(letter, to="jo@northwind.example").text, letter.lang))
        page.screenshot(path=str(PICTURES / f"{name}-{mode}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE, name
        assert page.evaluate(CONTRAST) == [], name
    assert asked == []


@pytest.mark.parametrize("name", MAILS)
def test_the_html_is_sound_small_and_alone(name: str) -> None:
    """No parse error, under 40 KB, one h1, a language, tables for show only, no address outside."""
    html = MAILS[name].html or ""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert parser.errors == []
    assert len(html.encode()) < 40_000
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    assert html.count("<h1") == 1
    assert html.count("<table") == html.count('<table role="presentation"')
    assert not re.search(r"(?i)https?:|url\(|<img|<script|<link|<form|<iframe|@import|src=", html)
    assert set(re.findall(r'href="([^:]*):', html)) <= {"mailto"}


@pytest.mark.parametrize("name", MAILS)
def test_each_button_writes_a_short_mail_to_us(name: str) -> None:
    """To the token's address, with a word in it and a blank line, under 2,000 characters."""
    for link in re.findall(r'href="(mailto:[^"]*)"', MAILS[name].html or ""):
        parts = urlsplit(link.replace("&amp;", "&"))
        assert len(link) < 2000
        assert re.fullmatch(r"deskless\+[a-z2-7]+@acme\.example", parts.path)
        fields = dict(word.split("=", 1) for word in parts.query.split("&"))
        assert unquote(fields["body"]).endswith("\r\n\r\n")
        assert unquote(fields["body"]).strip()
        assert unquote(fields["subject"]).startswith("Re: ")
        assert not re.search(r"[\s<>\"]", link)
