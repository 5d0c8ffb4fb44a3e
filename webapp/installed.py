"""What a browser needs to keep the pages on a device: the manifest, the worker, the page without a connection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, g, render_template, url_for

from planner.language import CODES

installed = Blueprint("installed", __name__)
_LANG = f"/<any({', '.join(CODES)}):lang>"
SHELL = ("app.mjs", "favicon.svg", "css/tokens.css", "css/page.css", "css/print.css", "css/map.css")
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-mask.png", "512x512", "maskable"),
)


@installed.get(f"{_LANG}/manifest.webmanifest")
def manifest() -> Response:
    """Describe the pages as something to put on the first screen of a telephone."""
    asset = _asset()
    home = url_for("pages.home", lang=g.language.code)
    said = {
        "name": "Plainpied",
        "short_name": "Plainpied",
        "description": g.language.gettext(
            "Trips by public transport that say where you can get on without a step, and how well that is known."
        ),
        "lang": g.language.code,
        "id": "/",
        "start_url": home,
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#08366f",
        "icons": [
            {"src": asset(f"icons/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
    }
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json")


@installed.get("/sw.js")
def worker() -> Response:
    """Give the worker, with what it keeps; at the root, because a worker rules only what lies below it."""
    asset = _asset()
    shell = [asset(name) for name in SHELL]
    shell += [url_for("installed.offline", lang=code) for code in CODES]
    program = (Path(str(current_app.static_folder)) / "sw.js").read_text("utf-8")
    version = hashlib.sha256((json.dumps(shell) + program).encode()).hexdigest()[:12]
    told = f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(shell)};\n"
    return Response(told + program, mimetype="text/javascript")


@installed.get(f"{_LANG}/about/offline")
def offline() -> str:
    """Say that there is no connection, and what is kept on the device."""
    return render_template("offline.html")


def _asset() -> Callable[[str], str]:
    """The addresses of static files, as the templates know them."""
    return cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
