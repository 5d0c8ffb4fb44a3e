"""What every answer carries, what no log keeps, and how long a question may be."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from flask import Flask, Response, abort, request

MAX_QUERY_BYTES = 4096

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            "script-src 'self'",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

A_YEAR_S = 31_536_000


def protect(app: Flask) -> None:
    """Put the limits before every request, the headers behind it, and keep questions out of the log."""
    app.before_request(_refuse_long_queries)
    app.after_request(_add_headers)
    logging.getLogger("werkzeug").addFilter(_drop_query)


def _refuse_long_queries() -> None:
    """An honest question is short; a long one is refused before anything reads it."""
    if len(request.query_string) > MAX_QUERY_BYTES:
        abort(HTTPStatus.BAD_REQUEST)


def _add_headers(response: Response) -> Response:
    if request.path.startswith("/api/"):
        return response  # it is for other origins, and has caching rules of its own
    if request.blueprint == "embedding" and response.status_code == HTTPStatus.OK:
        for name in ("X-Content-Type-Options", "Referrer-Policy"):
            response.headers[name] = HEADERS[name]
        return response  # it is for pages of others, with a policy of its own
    response.headers.update(HEADERS)
    if request.endpoint == "developers.embedding":  # shows how the planner looks in a frame
        response.headers["Content-Security-Policy"] += "; frame-src 'self'"
    if (
        request.endpoint in {"static", "pages.line_colours", "pages.ground"}
        and response.status_code < HTTPStatus.BAD_REQUEST
    ):
        # An address with a hash, or with the colours themselves, names one content for ever.
        for_ever = "v" in request.args or request.endpoint == "pages.line_colours"
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable" if for_ever else "max-age=3600"
        return response
    if request.endpoint == "pages.places" and response.status_code == HTTPStatus.OK:
        return response  # what somebody typed into one field, the same for everybody who types it
    # The default link carries a place and a profile: a shared cache has no business with it.
    response.headers["Cache-Control"] = "private, no-cache"
    if response.status_code == HTTPStatus.OK and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def _drop_query(record: logging.LogRecord) -> bool:
    """Where somebody goes, and with which wheelchair, is nobody's log line."""
    if isinstance(record.args, tuple):
        record.args = tuple(_QUERY.sub("", value) if isinstance(value, str) else value for value in record.args)
    if isinstance(record.msg, str):
        record.msg = _QUERY.sub("", record.msg)
    return True


_QUERY = re.compile(r"(?<=\S)\?[^\s\"]*")
