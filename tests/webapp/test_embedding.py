"""The element and the iframe in pages of another origin: they plan, by keyboard too, and axe finds nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from webapp_site import RULES

from scripts import vendor

FILLED = 'from="Porte du Vent-Debout" to="Marché aux Nuages" at="2026-11-24T09:00"'


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


def violations(page: Page) -> Any:
    page.evaluate((vendor.FOR_TESTS / "axe.min.js").read_text("utf-8"))
    return page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))",
        RULES,
    )


def element(origin: str, attributes: str = FILLED) -> str:
    return (
        f'<script type="module" src="{origin}/embed/planner.mjs"></script>'
        f'<plainpied-planner server="{origin}" network="fictiville" {attributes}></plainpied-planner>'
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "itiner"), ("fr", "itinéraire")])
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
        page.wait_for_function(f"{state}.includes('itinerar')")
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


def test_only_what_is_meant_for_others_may_be_framed(fictiville: Flask) -> None:
    client = fictiville.test_client()
    inside, page = client.get("/embed/fr/fictiville"), client.get("/fr/fictiville/")
    assert "frame-ancestors *" in inside.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert client.get("/embed/fr/atlantis").status_code == 404
    hostile = client.get("/embed/fr/fictiville", query_string={"from": '"><script>alert(1)</script>'})
    assert "<script>alert" not in hostile.get_data(as_text=True)
