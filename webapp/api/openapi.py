"""The contract as an OpenAPI 3.1 document, made from the list of addresses and the models of questions and answers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from planner import __version__
from planner.access.profiles import limits
from webapp.api.answers_service import HealthAnswer, NetworksAnswer, Problem
from webapp.api.asked import repeatable
from webapp.api.endpoints import ENDPOINTS, Endpoint
from webapp.api.problems import CODES
from webapp.api.questions import Traveller

REF = "#/components/schemas/{model}"
EXAMPLE_NETWORK = "fictiville"  # every example of the contract asks it


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Make the document."""
    models: set[type[BaseModel]] = {Problem, NetworksAnswer, HealthAnswer}
    models.update(*({endpoint.question, *endpoint.answers} for endpoint in ENDPOINTS))
    inputs: list[tuple[type[BaseModel], Literal["validation"]]]
    inputs = [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)]
    _, told = models_json_schema(inputs, ref_template=REF)
    schemas = told["$defs"]
    schemas["Problem"]["properties"]["code"]["enum"] = list(CODES)
    paths: dict[str, Any] = {
        f"/api/v1/{name}": {"get": _operation(name, summary, [], schema)}
        for name, summary, schema in (
            ("networks", "The networks, their versions, sources and coverage", _ref(NetworksAnswer)),
            ("health", "Does this worker answer?", _ref(HealthAnswer)),
            ("openapi.json", "This document", {"type": "object"}),
        )
    }
    for endpoint in ENDPOINTS:
        path = "/api/v1/{network}/" + re.sub(r"<path:id_>", "{id}", endpoint.path)
        paths[path] = _item(endpoint, schemas[endpoint.question.__name__])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Plainpied",
            "version": __version__,
            "summary": "Step-free public transport: boarding as a verdict on quay, vehicle and person",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [],  # anybody may ask
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _item(endpoint: Endpoint, schema: dict[str, Any]) -> dict[str, Any]:
    forms = [_ref(model) for model in endpoint.answers]
    answer = forms[0] if len(forms) == 1 else {"anyOf": forms}
    ids = {"network": EXAMPLE_NETWORK} | ({"id": endpoint.example_id} if "<path:id_>" in endpoint.path else {})
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": example}
        for name, example in ids.items()
    ]
    get = _operation(endpoint.name, endpoint.summary, in_path + _parameters(endpoint, schema), answer)
    post = _operation(f"{endpoint.name}_by_post", endpoint.summary, in_path, answer)
    post["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {
                "schema": _ref(endpoint.question),
                "example": dict(endpoint.example),
            }
        },
    }
    both = {"GET": get, "POST": post}
    return {method.lower(): both[method] for method in endpoint.methods}


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": REF.format(model=model.__name__)}


def _parameters(endpoint: Endpoint, schema: dict[str, Any]) -> list[dict[str, Any]]:
    many, needed = repeatable(endpoint.question), schema.get("required", ())
    told = []
    for name, part in schema.get("properties", {}).items():
        if name == "limits":
            continue
        one = {"name": name, "in": "query", "required": name in needed, "schema": part}
        if name in many:
            one |= {"style": "form", "explode": True}
        if name in endpoint.example:
            one["example"] = endpoint.example[name]
        told.append(one)
    if issubclass(endpoint.question, Traveller):
        told += [
            {
                "name": limit.name,
                "in": "query",
                "required": False,
                "description": f"a limit of the traveller's own{f', {limit.unit}' if limit.unit else ''}",
                "schema": {"type": "boolean"}
                if limit.unit == "yes/no"
                else {"type": "integer" if limit.whole else "number", "minimum": limit.low, "maximum": limit.high},
            }
            for limit in limits()
        ]
    return told


def _operation(name: str, summary: str, parameters: list[dict[str, Any]], answer: dict[str, Any]) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": _ref(Problem)}}}
    return {
        "operationId": name.replace(".", "_"),
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", "content": {"application/json": {"schema": answer}}},
            "4XX": {"description": "The question cannot be answered as it stands", **problem},
        },
    }
