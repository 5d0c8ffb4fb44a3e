"""The element and the iframe in pages of another origin: they plan, by keyboard too, and axe finds nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from webapp_checks import CUT_OFF, DOUBLE_IDS, SMALL_TARGETS, TOO_WIDE, faults
from webapp_site import RULES, visit

from planner.access.profiles import PRESETS
from planner.language import get_language
from planner.model import Reason, Verdict
from planner.sentence_parts import profile_name
from planner.sentences import WHY_NOT_CODES, why_not_sentence
from scripts import vendor

FILLED = 'from="Porte du Vent-Debout" to="Marché aux Nuages" at="2026-11-24T09:00"'
WHY_NOT = """codes => codes.map(code => {
  const planner = document.querySelector('plainpied-planner');
  planner.answers.replaceChildren();
  planner.show({ itineraries: [], barriers: [], network: {}, why_not: { code } });
  return planner.answers.textContent;
})"""


@contextmanager
def page_of_others(body: str, lang: str = "en") -> Iterator[str]:
    """Serve one page from another origin."""
    html = (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>Others</title>"
        f"<meta name='viewport' content='width=device-width'></head><body><main><h1>Others</h1><h2>Trip</h2>{body}"
        "</main></body></html>"
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html if found else b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def violations(page: Page, *, frames: bool = True) -> Any:
    page.evaluate((vendor.FOR_TESTS / "axe.min.js").read_text("utf-8"))
    return page.evaluate(
        "([rules, iframes]) => axe.run(document, {runOnly: rules, iframes})"
        ".then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))",
        [RULES, frames],
    )


def fetch(address: str) -> str:
    with urlopen(address) as answer:
        return unescape(answer.read().decode("utf-8"))


def element(origin: str, attributes: str = FILLED) -> str:
    return (
        f'<script type="module" src="{origin}/embed/planner.mjs"></script>'
        f'<plainpied-planner server="{origin}" network="fictiville" {attributes}></plainpied-planner>'
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "trip"), ("fr", "trajet")])
def test_the_element_plans_in_a_page_of_another_origin_and_axe_finds_nothing(
    browser: Browser, origin: str, lang: str, words: str
) -> None:
    with page_of_others(element(origin), lang) as address:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        faults: list[str] = []
        page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        page.goto(address)
        page.get_by_role("button").click()
        page.wait_for_function(
            "w => document.querySelector('plainpied-planner').status.textContent.includes(w)", arg=words
        )
        assert page.locator("plainpied-planner ol > li").count() >= 1
        assert "09:" in page.locator("plainpied-planner ol > li h3").first.inner_text()
        assert violations(page) == []
        assert faults == []
        page.close()


def test_it_is_used_with_the_keyboard_alone_and_a_refusal_leads_to_its_field(browser: Browser, origin: str) -> None:
    with page_of_others(element(origin, 'at="2026-11-24T09:00"')) as address:
        page = browser.new_page()
        page.goto(address)
        page.keyboard.press("Tab")
        page.keyboard.type("Colline-Plate")
        page.keyboard.press("Tab")
        page.keyboard.type("Nowhere at all")
        page.keyboard.press("Enter")
        state = "document.querySelector('plainpied-planner').status.textContent"
        page.wait_for_function(f"{state}.includes('fields')")
        assert page.evaluate("document.querySelector('plainpied-planner').shadowRoot.activeElement.name") == "to"
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type("Gare de Nulle-Part")
        page.keyboard.press("Enter")
        page.wait_for_function(f"{state}.includes('trip')")
        page.close()


def test_its_colours_are_those_of_the_page_around(browser: Browser, origin: str) -> None:
    theme = "<style>plainpied-planner { --plainpied-accent: rgb(1, 2, 3); }</style>"
    with page_of_others(theme + element(origin)) as address:
        page = browser.new_page()
        page.goto(address)
        colour = page.get_by_role("button").evaluate("e => getComputedStyle(e).backgroundColor")
        assert colour == "rgb(1, 2, 3)"
        page.close()


def test_the_frame_plans_inside_a_page_of_another_origin(browser: Browser, origin: str) -> None:
    source = f"{origin}/embed/fr/fictiville?from=Colline-Plate&to=Gare%20de%20Nulle-Part&at=2026-11-24T09:00"
    with page_of_others(f'<iframe title="Itinéraires" src="{source}" width="390" height="800"></iframe>') as address:
        page = browser.new_page()
        page.goto(address)
        frame = page.frame_locator("iframe")
        frame.get_by_role("button").click()
        frame.locator("plainpied-planner ol > li").first.wait_for()
        page.goto(source)
        assert violations(page) == []
        page.close()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_its_words_are_those_of_the_site_in_both_languages(browser: Browser, origin: str, lang: str) -> None:
    language = get_language(lang)
    with page_of_others(element(origin, f'lang="{lang}"')) as address:
        page = browser.new_page()
        page.goto(address)
        options = page.locator("plainpied-planner option").evaluate_all("all => all.map(e => [e.value, e.textContent])")
        said = page.evaluate(WHY_NOT, list(WHY_NOT_CODES))
        words = page.evaluate("Object.keys(document.querySelector('plainpied-planner').words)")
        other = "fr" if lang == "en" else "en"
        page.evaluate(
            f"document.body.append(Object.assign(document.createElement('plainpied-planner'), {{lang: '{other}'}}))"
        )
        others = page.evaluate("Object.keys([...document.querySelectorAll('plainpied-planner')].at(-1).words)")
        page.close()
    assert options == [[id_, profile_name(id_, language)] for id_ in PRESETS]
    assert said == [why_not_sentence(Reason(code), language) for code in WHY_NOT_CODES]
    assert {one.name for one in Verdict} <= set(words)
    assert words == others


def test_the_page_of_both_shows_them_at_work(browser: Browser, origin: str) -> None:
    with visit(browser, origin, "/fr/about/embedding", width=390) as seen:
        element, frame = seen.page.locator("main > section > plainpied-planner"), seen.page.frame_locator("iframe")
        for planner in (element, frame.locator("plainpied-planner")):
            planner.locator("input[name=from]").fill("Colline-Plate")
            planner.locator("input[name=to]").fill("Gare de Nulle-Part")
            planner.locator("input[name=at]").fill("2026-11-24T09:00")
            planner.get_by_role("button").click()
            planner.locator("ol > li").first.wait_for()
            assert planner.get_by_text("Tout est inventé").is_visible()
        # what runs is what is shown, but for the name of the server
        shown = [one.replace(origin, "") for one in seen.page.locator("pre").all_inner_texts()]
        html = fetch(f"{origin}/fr/about/embedding")
        assert all(one in html for one in shown), shown
        assert violations(seen.page, frames=False) == []
        assert faults(seen.page, TOO_WIDE, CUT_OFF, SMALL_TARGETS, DOUBLE_IDS) == []
        assert seen.complaints == []


def test_only_what_is_meant_for_others_may_be_framed(fictiville: Flask) -> None:
    client = fictiville.test_client()
    inside, page = client.get("/embed/fr/fictiville"), client.get("/fr/fictiville/")
    assert "frame-ancestors *" in inside.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert client.get("/embed/fr/atlantis").status_code == 404
    hostile = client.get("/embed/fr/fictiville", query_string={"from": '"><script>alert(1)</script>'})
    assert "<script>alert" not in hostile.get_data(as_text=True)
