"""The planner inside pages of others: a module with the element ``<plainpied-planner>``, and a page for an iframe."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, send_from_directory

from planner.language import CODES

MODULE = "embed/planner.mjs"
KEEP_S = 3600
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors *",  # that is what it is for; it has no session that a page around it could misuse
    )
)

embedding = Blueprint("embedding", __name__, url_prefix="/embed")


@embedding.get("/planner.mjs")
def module() -> Response:
    """Give the module to pages of any origin."""
    response = send_from_directory(str(current_app.static_folder), MODULE, mimetype="text/javascript")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={KEEP_S}"
    return response


@embedding.get(f"/<any({', '.join(CODES)}):lang>/<name>")
def page(name: str) -> Response:
    """Give the page for an iframe; ``profile``, ``from``, ``to`` and ``at`` fill its fields."""
    network = current_app.extensions["networks"].get(name)
    if network is None:
        abort(404)
    filled = {key: request.args[key][:200] for key in ("profile", "from", "to", "at") if key in request.args}
    response = Response(render_template("embed.html", carried=network, filled=filled))
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
