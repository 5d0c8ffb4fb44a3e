"""One view per page: read the request, ask the planner, hand the answer to a template."""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from planner.language import CODES, get_language
from webapp.barriers import find_barriers
from webapp.colours import stylesheet
from webapp.present import present_answer
from webapp.present_form import present_form, present_network
from webapp.question import FIELDS, RefusedFormError, ask, read_form
from webapp.words import error_words

FOLDER_OF_TRANSLATIONS = Path(__file__).parent / "translations"

pages = Blueprint("pages", __name__)
_LANG = f"/<any({', '.join(CODES)}):lang>"


@pages.get("/")
def start() -> AnyResponse:
    """Send a visitor to the home page in a language they read."""
    response = redirect(url_for("pages.home", lang=_preferred_code()))
    response.vary.add("Accept-Language")
    return response


@pages.get(f"{_LANG}/")
def home() -> str:
    """List the networks of this server."""
    networks = [present_network(network, g.language) for network in current_app.extensions["networks"].values()]
    return render_template("home.html", networks=networks)


@pages.get(f"{_LANG}/<name>/")
def plan() -> str:
    """Show the form, and how much is known of this network."""
    form = read_form(request.args, g.network)
    return render_template("plan.html", form=present_form(form, {}, g.network, g.language))


@pages.get(f"{_LANG}/<name>/trip")
def trip() -> str:
    """Show the itineraries between two places."""
    form = read_form(request.args, g.network)
    answer = ask(form, g.network, g.language)
    return render_template(
        "trip.html",
        form=present_form(form, {}, g.network, g.language),
        trip=present_answer(answer, find_barriers(answer, g.network), form, g.network.knowledge, g.language),
    )


@pages.errorhandler(RefusedFormError)
def refused(error: RefusedFormError) -> tuple[str, int]:
    """Show the form again with a sentence beside each field to correct."""
    form = present_form(error.form, error.faults, g.network, g.language)
    return render_template("plan.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/lines/<name>.css")
def line_colours(name: str) -> Response:
    """Give the colours of the lines on one page."""
    rules = stylesheet(name)
    if rules is None:
        abort(HTTPStatus.NOT_FOUND)
    return Response(rules, mimetype="text/css")


def show_error(error: Exception) -> tuple[str, int] | AnyResponse:
    """Say in a sentence what went wrong; what is our fault is logged, never shown."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR if isinstance(error, HTTPException) else 500
    if isinstance(error, HTTPException) and status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect that only adds the closing slash
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logging.getLogger(__name__).error("%s failed", request.path, exc_info=error)
    if "language" not in g:
        first = request.path.strip("/").partition("/")[0]
        g.language = get_language(first if first in CODES else _preferred_code(), FOLDER_OF_TRANSLATIONS)
    g.network = None  # an address that failed is not offered again in another language
    return render_template("error.html", error=error_words(status, g.language)), status


@pages.url_value_preprocessor
def _open_room(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take language and network out of the address, so that a view finds both in ``g``."""
    values = values if values is not None else {}
    g.language = get_language(values.pop("lang", None) or _preferred_code(), FOLDER_OF_TRANSLATIONS)
    g.network = None
    if request.endpoint in {"pages.plan", "pages.trip"}:
        name = values.pop("name")
        if name not in current_app.extensions["networks"]:
            abort(HTTPStatus.NOT_FOUND)
        g.network = current_app.extensions["networks"][name]


@pages.app_context_processor
def _surroundings() -> dict[str, Any]:
    """What every page shows: its language and network, and its own address in the other languages."""
    return {
        "language": g.language,
        "network": present_network(g.network, g.language) if g.network else None,
        "addresses": {code: _address_in(code) for code in CODES},
    }


def _address_in(code: str) -> str:
    """This very page in another language, its question kept; a page that does not exist leads home."""
    if g.network is None:
        return url_for("pages.home", lang=code)
    kept: dict[str, Any] = {field: request.args[field] for field in FIELDS if field in request.args}
    return url_for(str(request.endpoint), lang=code, name=g.network.name, **kept)


def _preferred_code() -> str:
    return request.accept_languages.best_match(CODES, CODES[0]) or CODES[0]
