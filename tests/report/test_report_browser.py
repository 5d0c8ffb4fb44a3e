"""The report in a real browser: axe finds nothing, nothing is asked of anybody, and it is no wider than a phone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from planner.access.profiles import get_profile
from planner.language import CODES
from planner.report.document import as_document
from planner.report.gather import AuditQuestion, gather
from planner.report.map import Leaflet
from planner.report.page import write_pages
from scripts.vendor import FOR_PAGES, FOR_TESTS


@pytest.fixture(scope="module")
def pages(fictiville: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    question = AuditQuestion(profiles=(get_profile("manual-wheelchair"),), hours=(), day=date(2026, 5, 12))
    document = as_document(gather(fictiville.extensions["networks"]["fictiville"], question))
    leaflet = Leaflet(*((FOR_PAGES / name).read_text("utf-8") for name in ("leaflet.js", "leaflet.css")))
    write_pages(document, folder, leaflet)
    return folder


@pytest.mark.parametrize("code", CODES)
def test_axe_finds_nothing_and_nobody_is_asked(pages: Path, browser: Browser, code: str) -> None:
    asked, errors = [], []
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((pages / f"audit.{code}.html").as_uri())
    page.wait_for_selector(".leaflet-container canvas")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.add_script_tag(content=(FOR_TESTS / "axe.min.js").read_text("utf-8"))
    faults = page.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert errors == []
    assert wide == 320
    assert faults == []


@pytest.mark.parametrize("code", CODES)
def test_no_column_is_lost_on_paper(pages: Path, browser: Browser, code: str) -> None:
    page = browser.new_page(viewport={"width": 718, "height": 1000})  # A4 upright within margins of 1 cm
    page.emulate_media(media="print")
    page.goto((pages / f"audit.{code}.html").as_uri())
    cut = page.evaluate(BEYOND_THE_SHEET)
    page.close()
    assert cut == []


BEYOND_THE_SHEET = """() => [...document.querySelectorAll("table")]
  .filter(table => table.getBoundingClientRect().right > innerWidth).map(table => table.caption.innerText)"""


@pytest.mark.parametrize("colours", ["none", "active"])
def test_a_barrier_never_looks_like_a_step_free_boarding(pages: Path, browser: Browser, colours: str) -> None:
    page = browser.new_page(forced_colors=colours)
    page.goto((pages / "audit.en.html").as_uri())
    fills = page.evaluate("[...document.querySelectorAll('.key rect')].map(one => getComputedStyle(one).fill)")
    page.close()
    assert len(set(fills)) == 4
    assert [fill.startswith("url(") for fill in fills] == [False, True, True, True], "told apart without colour"


def test_no_french_colon_sticks_to_its_word(pages: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((pages / "audit.fr.html").as_uri())
    page.evaluate("document.querySelectorAll('.soft, nav').forEach(one => one.remove())")  # ids and titles of laws
    text = page.locator("main").inner_text()
    page.close()
    assert re.findall(r"\S+: .{9}", text) == []
