"""What every answer of the interface carries: a request id, validators, compression, and leave for other origins."""

from __future__ import annotations

import gzip
import json
import logging
import os
import re
import sys
import time
import uuid
from datetime import UTC, datetime

from flask import Response, current_app, g, request

from webapp.api.guard import RateLimit
from webapp.api.problems import ProblemError

MOST_BODY = 1_000_000  # bytes
WORTH_PACKING = 1_000  # bytes
LEVEL = 5

UNLIMITED = frozenset({"api.health", "api.metrics"})
EXPOSED = "ETag, X-Request-ID, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"

LOG = "PLAINPIED_API_LOG"  # "0": no line for each request
log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def write_log() -> None:
    """Write a line for each request to standard output, unless whoever runs the server has arranged logs already."""
    if os.environ.get(LOG) == "0" or logging.getLogger().handlers or log.handlers:
        return
    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(lines)
    log.setLevel(logging.INFO)


def prepare() -> None:
    """Name the request, start its clock, and bound its body."""
    if not request.path.startswith("/api/"):
        return
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    request.max_content_length = MOST_BODY
    limit: RateLimit | None = current_app.extensions["rate_limit"]
    if limit is None or request.method == "OPTIONS" or request.endpoint in UNLIMITED:
        return
    g.allowance = allowance = limit.take(request.remote_addr or "")
    if allowance.retry_after_s:
        detail = f"more than {allowance.limit} requests a minute"
        wait = allowance.retry_after_s
        raise ProblemError("TOO_MANY_REQUESTS", detail, f"ask again in {wait} s", None, retry_after_s=wait)


def finish(response: Response) -> Response:
    """Add headers, validate, compress, and log one line that names no place and no traveller."""
    if not request.path.startswith("/api/"):
        return response
    headers = response.headers
    headers["X-Request-ID"] = g.get("request_id", "")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.setdefault("Cache-Control", "no-store")
    if "allowance" in g:
        headers["RateLimit-Limit"] = str(g.allowance.limit)
        headers["RateLimit-Remaining"] = str(g.allowance.remaining)
        headers["RateLimit-Reset"] = str(g.allowance.reset_s)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match, X-Request-ID"
        headers["Access-Control-Max-Age"] = "86400"
    elif response.status_code == 200:
        response.add_etag(weak=True)  # of what is said, however it is packed
        if request.method in ("GET", "HEAD"):
            response.make_conditional(request)
        _pack(response)
    _log(response)
    return response


def _pack(response: Response) -> None:
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return
    body = response.get_data()
    if len(body) >= WORTH_PACKING:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def _log(response: Response) -> None:
    """Mobility needs are about health: neither address nor parameters are written down, only which door was used."""
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    door = (request.endpoint or "none").removeprefix("api.")
    current_app.extensions["counts"].add(door, request.method, response.status_code, seconds)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": g.get("request_id"),
        "endpoint": request.endpoint,
        "method": request.method,
        "status": response.status_code,
        "ms": round(1000 * seconds, 1),
    }
    log.info(json.dumps(line))
