"""The fictional town, served to a real browser, and what the tests of the pages ask of one page there."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, abort
from jinja2 import StrictUndefined
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from planner.access.profiles import get_profile
from planner.build import FactInputs, Input, Labels, build
from planner.network.store import open_network
from planner.report.document import as_document
from planner.report.files import write_files
from planner.report.gather import AuditQuestion, gather
from scripts import embedded_gtfs, vendor
from webapp import create_app
from webapp.audit_document import FOLDER as AUDIT
from webapp.settings import FILE_NAME

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TABLES = Path(embedded_gtfs.__file__).parent.parent / "data" / "fictiville"
AUDITED = date(2026, 5, 12)
MORNING = {"when": "2026-11-24T09:00"}
TRIPS = {
    "measured": {"from": "Porte du Vent-Debout", "to": "Marché aux Nuages"},
    "borderline": {"from": "Carrefour des Quatre-Doutes", "to": "Faubourg de l'Envers"},
    "refused": {"from": "Colline-Plate", "to": "Village-du-Fond"},
    "left out": {"from": "Avenue des Camions-Garés", "to": "Faubourg de l'Envers", "unknown": "exclude"},
    "faulty": {"from": "", "to": "Nulle part"},
    "ambiguous": {"from": "Place", "to": "Colline-Plate"},
    "late": {"from": "Porte du Vent-Debout", "to": "Marché aux Nuages", "when": "2026-11-24T23:20"},
    "on foot": {"from": "Colline-Plate", "to": "Hôpital du Bon-Pied", "profile": "on-foot"},
}
STATUS = {"missing": 404, "faulty": 422, "ambiguous": 422, "too many": 429, "broken": 500}  # of the others: 200
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
# What axe leaves to a person, looked at by one on 23 November 2026; anything else is a failure.
LEFT_OPEN = {
    "color-contrast": "words over the ground of a map, beside the line of the steps, or behind the edge of a frame in"
    " which a table scrolls; without these each is decided",
    "color-contrast-enhanced": "the same",
}
SCHEMES = ("light", "dark")
WIDTHS = (320, 390, 768, 1280)


def addresses(lang: str) -> dict[str, str]:
    """Every page and state that is shown to the browser, by its name."""
    town = f"/{lang}/fictiville"
    trips = {name: f"{town}/trip?{urlencode(MORNING | asked)}" for name, asked in TRIPS.items()}
    others = {"stop": f"{town}/stop/F1-E?{urlencode(MORNING)}"}
    others["replaced stop"] = f"{town}/stop/D5-W?{urlencode(MORNING)}"
    others["board"] = f"{town}/board/F1-E?{urlencode(MORNING)}"
    others |= {name: f"/{lang}/about/{name}" for name in ("help", "accessibility", "legal", "offline", "developers")}
    audit = {"": "", "findings": "/findings", "fixes": "/fixes?sort=pairs", "lines": "/lines", "line": "/lines/f:1"}
    audit |= {"stops": "/stops", "stop": "/stops/f:F1-E", "map": "/map"}
    others |= {f"audit {name}".strip(): f"{town}/audit{path}" for name, path in audit.items()}
    others |= {"too many": f"/{lang}/fails/429", "broken": f"/{lang}/fails/500", "missing": f"/{lang}/nowhere/"}
    return {"home": f"/{lang}/", "plan": f"{town}/", **trips, **others}


def build_town(folder: Path) -> Flask:
    """Build the network of the fictional town and the server that carries it, ready to answer."""
    assert embedded_gtfs.main([str(TABLES), str(folder / "feed.zip")]) == 0
    facts = FactInputs(survey=TABLES / "survey", osm=(TABLES / "streets.osm",))
    build(folder / "fictiville", [Input("f", folder / "feed.zip")], facts, Labels("Fictiville"))
    shutil.copy(TABLES / "network.toml", folder / "fictiville" / FILE_NAME)
    network = open_network(folder / "fictiville")
    question = AuditQuestion(profiles=(get_profile("manual-wheelchair"),), hours=(8,), day=AUDITED, most_fixes=2)
    document = as_document(gather(network, question), datetime(2026, 5, 12, 6, tzinfo=UTC))
    write_files(document, folder / "fictiville" / AUDIT)
    app = create_app([network])
    app.jinja_env.undefined = StrictUndefined  # what a template names and nobody gives it is a fault here
    app.add_url_rule("/<lang>/fails/<int:code>", "fails", abort)  # the pages that a sound server does not show
    # the first question of a fresh machine compiles the search, which takes longer than a browser waits
    assert app.test_client().get(addresses("fr")["measured"]).status_code == 200
    return app


def _at_once(app: Flask) -> Callable[[WSGIEnvironment, StartResponse], list[bytes]]:
    """Give whole answers: werkzeug leaves the file of one open when the browser turns away in the middle of it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", bool)()

    return answer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve on a free port of this machine while the block runs; give the origin."""
    server = make_server("127.0.0.1", 0, _at_once(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Visit:
    """One open page, with everything it asked for and complained of since it was opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    open_questions: list[str] = field(default_factory=list)  # what axe could not decide, by rule

    def violations(self) -> list[str]:
        """What axe finds, a line for each rule and element; no rule is turned off."""
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(axe())
        kinds = ["violations", "incomplete"]  # of what passes only one element is described
        found = self.page.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}, resultTypes: {json.dumps(kinds)}}})")
        assert len(found["passes"]) > 10, "axe looked at the page"
        self.open_questions += [rule["id"] for rule in found["incomplete"]]
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def settle(self) -> None:
        """Wait until each map in sight has taken the place of its drawing and painted its ground."""
        for _ in range(200):
            if not self.page.evaluate(UNFINISHED):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("a map in sight has not finished")


UNFINISHED = """() => !matchMedia('(forced-colors: active)').matches
  && [...document.querySelectorAll('figure.map[data-map]')].some(map => {
  const place = map.getBoundingClientRect();
  if (!map.checkVisibility() || place.bottom < -190 || place.top > innerHeight + 190) return false;
  return ![...map.querySelectorAll('canvas')].some(one => {
    const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
    return new Set(new Uint32Array(data.buffer)).size > 2;
  });
})"""


@cache
def axe() -> str:
    """The program of axe-core."""
    return (vendor.FOR_TESTS / "axe.min.js").read_text("utf-8")


@contextmanager
def visit(browser: Browser, origin: str, address: str, **context: Any) -> Iterator[Visit]:
    """Open an address in a context of its own, such as ``width=320, color_scheme="dark"``."""
    width = context.pop("width", 1280)
    workers = context.pop("service_workers", "block")  # a worker that is being installed outlives the test
    room = browser.new_context(viewport={"width": width, "height": 900}, service_workers=workers, **context)
    room.set_default_timeout(6000)
    try:
        page = room.new_page()
        one = Visit(page)
        page.on("request", lambda request: one.requests.append(request.url))
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        page.on("console", lambda said: one.complaints.append(said.text) if said.type == "error" else None)
        page.goto(origin + address)
        yield one
    finally:
        room.close()
