"""The page for whoever builds on the planner, made from the contract, and a page with the planner embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from flask import Blueprint, current_app, g, render_template, request

from planner.access.profiles import limits
from planner.language import CODES
from planner.model import Reason
from planner.sentences import WHY_NOT_CODES, why_not_sentence
from webapp.api.openapi import EXAMPLE_NETWORK, document
from webapp.api.problems import CODES as PROBLEMS
from webapp.examples import ANNOTATE, ASK, LOCAL, SERVER, Example, curl

developers = Blueprint("developers", __name__, url_prefix=f"/<any({', '.join(CODES)}):lang>/about")
_CHILD = re.compile(r"[^/]+$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question, or one member of an answer, in the words of the contract."""

    name: str
    kind: str
    required: bool
    default: str
    meaning: str  # English


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the contract."""

    path: str
    methods: str
    summary: str  # English
    parameters: tuple[Parameter, ...]
    own_limits: bool  # takes the traveller's own limits too
    answer: tuple[Parameter, ...]
    example: Example


@developers.get("/developers")
def contract() -> str:
    """Show the contract: what can be asked, with examples for this very server."""
    return render_template(
        "developers.html",
        server=_own_server() if EXAMPLE_NETWORK in current_app.extensions["networks"] else SERVER,
        ask=ASK,
        local=LOCAL,
        annotate=ANNOTATE,
        addresses_told=addresses(),
        own_limits=own_limits(),
        reasons=[(code, why_not_sentence(Reason(code), g.language)) for code in WHY_NOT_CODES],
        problems=[(code, status, title) for code, (status, title) in PROBLEMS.items()],
        snippets=_snippets(_own_server()),
    )


@developers.get("/embedding")
def embedding() -> str:
    """Show the element and the frame at work, each beside its code."""
    carried = list(current_app.extensions["networks"].values())
    return render_template(
        "embedding.html",
        shown=_snippets(_own_server()),
        working=_snippets(""),
        carried=bool(carried),
        invented=bool(carried) and carried[0].knowledge.invented,
    )


def _own_server() -> str:
    return request.host_url.rstrip("/")


def _snippets(server: str) -> dict[str, str]:
    """Give the HTML that puts the planner into a page, its values escaped; no server: that of the page itself."""
    name, lang = next(iter(current_app.extensions["networks"]), EXAMPLE_NETWORK), g.language.code
    title = g.language.gettext("Step-free trips")
    element = (
        f'<script type="module" src="{escape(server)}/embed/planner.mjs"></script>\n'
        f'<plainpied-planner network="{escape(name)}" lang="{lang}" profile="powered-wheelchair"></plainpied-planner>'
    )
    frame = (
        f'<iframe title="{escape(title)}" src="{escape(server)}/embed/{lang}/{escape(name)}" '
        'width="390" height="800"></iframe>'
    )
    return {"element": element, "frame": frame}


@lru_cache(maxsize=1)
def addresses() -> tuple[Address, ...]:
    """Read the addresses out of the contract, those of a network first as it tells them."""
    told = []
    for path, item in document()["paths"].items():
        operation = item.get("get") or item["post"]
        taken = [one for one in operation["parameters"] if not _is_limit(one["name"])]
        body = None if "get" in item else item["post"]["requestBody"]["content"]["application/json"]
        asked = _members(body["schema"]) if body is not None else ()
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        told.append(
            Address(
                path,
                " ".join(method.upper() for method in item),
                operation["summary"],
                (*(_parameter(one["name"], one["schema"], one["required"]) for one in taken), *asked),
                len(taken) < len(operation["parameters"]) or any(one.name == "limits" for one in asked),
                _members(answer),
                _example(path, taken, body),
            )
        )
    return tuple(sorted(told, key=lambda one: "{network}" not in one.path))


@lru_cache(maxsize=1)
def own_limits() -> tuple[Parameter, ...]:
    """Read what a traveller may set out of the contract."""
    asked = document()["paths"]["/api/v1/{network}/plan"]["get"]["parameters"]
    return tuple(
        _parameter(one["name"], one["schema"], False, one["description"]) for one in asked if _is_limit(one["name"])
    )


def _is_limit(name: str) -> bool:
    return any(limit.name == name for limit in limits())


def _example(path: str, parameters: list[dict[str, Any]], body: dict[str, Any] | None) -> Example:
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
    asked = [(one["name"], one["example"]) for one in parameters if one["in"] == "query" and "example" in one]
    return curl(path, asked, None if body is None else body["example"])


def _members(schema: dict[str, Any]) -> tuple[Parameter, ...]:
    """Give the members of an object; of several forms those of each, once."""
    found: dict[str, Parameter] = {}
    for form in schema.get("anyOf", [schema]):
        whole = _resolved(form)
        for name, part in whole.get("properties", {}).items():
            found.setdefault(name, _parameter(name, part, name in whole.get("required", ())))
    return tuple(found.values())


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: dict[str, Any] = document()["components"]["schemas"][_CHILD.findall(reference)[0]]
    return found


def _parameter(name: str, schema: dict[str, Any], required: bool, meaning: str = "") -> Parameter:
    default = schema.get("default")
    told = meaning or schema.get("description") or _resolved(schema).get("description", "")
    return Parameter(
        name,
        " | ".join(dict.fromkeys(_kinds(schema))),
        required,
        "" if default in (None, [], {}) else str(default).lower() if isinstance(default, bool) else str(default),
        told.replace("``", "").removesuffix("."),
    )


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    """Name the kinds of values that fit, and within which bounds."""
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _kinds(one)
    elif "enum" in schema:
        yield from schema["enum"]
    elif "const" in schema:
        yield str(schema["const"])
    elif "$ref" in schema:
        yield _CHILD.findall(schema["$ref"])[0]
    elif schema.get("type") == "array":
        inner = " | ".join(_kinds(schema.get("items", {})))
        yield f"({inner})[]" if " " in inner else f"{inner}[]"
    else:
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        bounds = "" if low is None else f" {low:g}…{schema['maximum']:g}" if "maximum" in schema else f" {low:g}…"
        yield f"{schema.get('format') or schema.get('type', 'any')}{bounds}"
