"""The interface for programs: ``/api/v1``, for whoever builds on the planner."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from planner import __version__
from webapp.api.asked import read_question
from webapp.api.endpoints import ENDPOINTS, Endpoint
from webapp.api.guard import METRICS, Counts, rate_limit_of_environment
from webapp.api.openapi import document
from webapp.api.problems import ProblemError, problem_response
from webapp.api.provenance import network_as_json, network_details, with_provenance
from webapp.api.questions import Nothing, Traveller
from webapp.api.web import finish, prepare

PREFIX = "/api/v1"


def add_api(app: Flask) -> None:
    """Add the addresses of the interface, and let its errors be problem documents also where no address fits."""
    api = Blueprint("api", __name__)
    for endpoint in ENDPOINTS:
        view = _view(endpoint)
        api.add_url_rule(f"{PREFIX}/<name>/{endpoint.path}", endpoint.name, view, methods=endpoint.methods)
    api.add_url_rule(f"{PREFIX}/networks", "networks", networks)
    api.add_url_rule(f"{PREFIX}/health", "health", health)
    api.add_url_rule(f"{PREFIX}/openapi.json", "openapi", openapi)
    if os.environ.get(METRICS) == "1":
        api.add_url_rule(f"{PREFIX}/metrics", "metrics", metrics)
    app.extensions["rate_limit"], app.extensions["counts"] = rate_limit_of_environment(), Counts()
    app.url_map.merge_slashes = False  # an id may hold them: it is looked up, not led to another address
    app.register_blueprint(api)
    app.before_request(prepare)
    app.after_request(finish)
    for_pages = app.error_handler_spec[None][None][Exception]

    def by_door(error: Exception) -> Any:
        return problem_response(error) if request.path.startswith("/api/") else for_pages(error)

    app.register_error_handler(Exception, by_door)


def networks() -> Response:
    """List the networks with their versions, sources, dates and counts."""
    read_question(Nothing)
    carried = current_app.extensions["networks"].values()
    return _answer({"networks": [network_details(network) for network in carried]}, 60)


def health() -> Response:
    """Say that this worker answers, and with which software."""
    read_question(Nothing)
    names = sorted(current_app.extensions["networks"])
    return _answer({"status": "ok", "software": __version__, "networks": names}, 0)


def metrics() -> Response:
    """Give the counts of this worker."""
    told = "\n".join(current_app.extensions["counts"].lines())
    return Response(f"{told}\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def openapi() -> Response:
    """Give the contract."""
    read_question(Nothing)
    return _answer(document(), 3600)


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(name: str, id_: str = "") -> Response:
        network = current_app.extensions["networks"].get(name)
        if network is None:
            raise ProblemError("NO_SUCH_NETWORK", "no such network is carried here", "see /api/v1/networks", "network")
        question = read_question(endpoint.question)
        told = with_provenance(network, endpoint.view(network, question, id_))
        own = request.method == "POST" or bool(getattr(question, "limits", None))
        keep_s, shared = 0 if own else endpoint.keep_s, not isinstance(question, Traveller)
        return _answer({**told, "network": network_as_json(network)}, keep_s, shared=shared)

    return view


def _answer(told: dict[str, Any], keep_s: int, *, shared: bool = True) -> Response:
    """Pack an answer; the needs of a traveller are about health, so that no shared cache keeps what follows of them."""
    response = Response(json.dumps(told, ensure_ascii=False, allow_nan=False), mimetype="application/json")
    whose = "public" if shared else "private"
    response.headers["Cache-Control"] = f"{whose}, max-age={keep_s}" if keep_s else "private, no-cache"
    return response
