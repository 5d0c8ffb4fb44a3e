"""What the interface refuses, as RFC 9457 problem documents: a stable code, the parameter, and a cure."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from planner.errors import AmbiguousPlaceError, QueryError
from webapp.api.provenance import network_as_json

MOST_ECHO = 300  # characters of a sentence that repeats what somebody sent
CODES = {  # code: (status, title)
    "UNKNOWN_PARAMETER": (422, "This parameter does not exist"),
    "BAD_PARAMETER": (422, "A parameter cannot be used"),
    "AMBIGUOUS_PLACE": (422, "A name fits several places"),
    "BAD_BODY": (400, "The body is no JSON object"),
    "NO_SUCH_NETWORK": (404, "This network is not carried here"),
    "NO_SUCH_THING": (404, "The network has nothing of this id"),
    "NO_SUCH_ADDRESS": (404, "There is nothing at this address"),
    "METHOD_NOT_ALLOWED": (405, "This address is asked in another way"),
    "TOO_LARGE": (413, "The question is too long"),
    "TOO_EXPENSIVE": (422, "The question costs more than one request may"),
    "TOO_MANY_REQUESTS": (429, "Too many requests"),
    "INTERNAL_ERROR": (500, "Something went wrong on our side"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter to correct."""

    parameter: str | None
    detail: str
    cure: str


class ProblemError(Exception):
    """A refusal; ``more`` are members of its own."""

    def __init__(self, code: str, detail: str, cure: str, parameter: str | None = None, **more: Any) -> None:
        self.code = code
        self.faults = more.pop("faults", (Fault(parameter, detail, cure),))
        self.more = more
        super().__init__(detail)


def refusal_of(error: QueryError, parameter: str | None = None) -> ProblemError:
    """Turn what the planner refuses into a problem; ``parameter`` where the planner does not say it in our words."""
    name = parameter or (error.field or "").lstrip("-").replace("-", "_").split(",")[0] or None
    if isinstance(error, AmbiguousPlaceError):
        candidates = [{"stop_id": stop_id, "label": label} for stop_id, label in error.candidates]
        return ProblemError("AMBIGUOUS_PLACE", str(error), "send one of the stop ids", name, candidates=candidates)
    return ProblemError("BAD_PARAMETER", str(error), "correct this parameter and ask again", name)


def refusal_of_model(error: ValidationError, names: Sequence[str]) -> ProblemError:
    """Turn everything that a question gets wrong into one problem."""
    faults, unknown = [], True
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        parameter = ".".join(str(part) for part in one["loc"])
        if one["type"] == "extra_forbidden":
            cure = f"the parameters are: {', '.join(names)}" if names else "this address takes no parameters"
            faults.append(Fault(parameter, "does not exist here", cure))
        else:
            unknown = False
            faults.append(Fault(parameter or None, one["msg"], "correct this parameter and ask again"))
    code = "UNKNOWN_PARAMETER" if unknown else "BAD_PARAMETER"
    detail = "; ".join(f"{fault.parameter}: {fault.detail}" for fault in faults)
    return ProblemError(code, detail, faults[0].cure, faults=tuple(faults))


def problem_response(error: Exception) -> Response:
    """Answer any error of an address of the interface; what is our fault is logged, never shown."""
    problem = _problem_of(error)
    status, title = CODES[problem.code]
    first = problem.faults[0]
    network = current_app.extensions["networks"].get((request.view_args or {}).get("name"))
    told = {
        "type": f"/api/v1/problems/{problem.code}",
        "title": title,
        "status": status,
        "detail": str(problem)[:MOST_ECHO],
        "code": problem.code,
        "parameter": None if first.parameter is None else first.parameter[:MOST_ECHO],
        "cure": first.cure,
        "faults": [
            {"parameter": fault.parameter and fault.parameter[:MOST_ECHO], "detail": fault.detail[:MOST_ECHO]}
            for fault in problem.faults[:20]
        ],
        "request_id": g.get("request_id"),
        "network": None if network is None else network_as_json(network),
        **problem.more,
    }
    response = Response(json.dumps(told), status, mimetype="application/problem+json")
    if problem.code == "TOO_MANY_REQUESTS":
        response.headers["Retry-After"] = str(problem.more["retry_after_s"])
    if isinstance(error, HTTPException) and status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers.extend([pair for pair in error.get_headers() if pair[0] == "Allow"])
    return response


def _problem_of(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, QueryError):
        return refusal_of(error)
    if isinstance(error, HTTPException) and error.code is not None and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
            return ProblemError("METHOD_NOT_ALLOWED", f"{request.method} is not answered here", "see the header Allow")
        if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return ProblemError("TOO_LARGE", "the body is too long", "send less, or ask in several requests")
        if error.code == HTTPStatus.NOT_FOUND:
            cure = "the addresses are listed in /api/v1/openapi.json"
            return ProblemError("NO_SUCH_ADDRESS", "there is nothing at this address", cure)
        return ProblemError("BAD_BODY", "the request cannot be read", "send JSON in UTF-8, or plain parameters")
    logging.getLogger(__name__).error("%s failed", request.endpoint, exc_info=error)
    cure = "try again in a moment; name request_id if you report it"
    return ProblemError("INTERNAL_ERROR", "this is not your fault, and it has been noted", cure)
