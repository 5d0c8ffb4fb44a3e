"""One view per page: read the request, ask the planner, hand the answer to a template."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from planner.access.profiles import PRESETS
from planner.language import CODES, get_language
from planner.model import Profile
from planner.places import row_of_id
from planner.routing.street_barrier import with_street_barrier
from webapp import limits
from webapp.barriers import find_barriers
from webapp.choices import suggest
from webapp.colours import stylesheet
from webapp.map_ground import ground_of, stop_positions
from webapp.map_view import draw_refused, draw_stop, draw_trips
from webapp.present import present_answer
from webapp.present_audit import FIELDS as AUDIT_FIELDS
from webapp.present_form import present_form, present_network
from webapp.present_stop import MOST_ON_BOARD, present_stop
from webapp.question import (
    DEFAULT_PROFILE,
    FIELDS,
    MAX_FIELD_LENGTH,
    WHEN_FORMAT,
    RefusedFormError,
    ask,
    default_time,
    find_moment,
    now,
    read_form,
)
from webapp.settings import closing, settings_of, trips_to_try
from webapp.take_along import TYPES, as_calendar, as_geojson, as_text
from webapp.unlock import find_change
from webapp.words import error_words

FOLDER_OF_TRANSLATIONS = Path(__file__).parent / "translations"

pages = Blueprint("pages", __name__)
OF_A_NETWORK = {
    *("pages.plan", "pages.trip", "pages.places", "pages.stop", "pages.board", "pages.trip_file"),
    *("pages.ground", "pages.stops"),
}
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
    tried = trips_to_try(settings_of(g.network), default_time(g.network, now()), g.language)
    return render_template("plan.html", form=present_form(form, {}, g.network, g.language), tried=tried)


@pages.get(f"{_LANG}/<name>/trip")
def trip() -> str:
    """Show the itineraries between two places."""
    form = read_form(request.args, g.network)
    answer, closed = with_street_barrier(g.network, ask(form, g.network, g.language))
    barriers = find_barriers(answer, g.network)
    change = find_change(answer, form, g.network)
    told = present_answer(answer, barriers, form, g.network.knowledge, g.language, change, closed)
    barred = barriers[0].trip if barriers else ()
    places = [one.places for one in told.barriers]
    return render_template(
        "trip.html",
        closing=closing(settings_of(g.network).contact, g.language),
        mail=settings_of(g.network).contact.mail,
        form=present_form(form, {}, g.network, g.language),
        maps=draw_trips(answer, g.network, g.language),
        refused=None if told.groups else draw_refused(answer.query, barred, places, g.network, g.language),
        trip=told,
        asked=form.pinned(),
        made=g.language.datetime(now().astimezone(ZoneInfo(g.network.timezone))),
        share=_shared(form.shared()),
        share_all=_shared(form.pinned()),
    )


@pages.get(f"{_LANG}/<name>/trip.<any({', '.join(TYPES)}):kind>")
def trip_file(kind: str) -> Response:
    """Give one itinerary of an answer as a file."""
    form = read_form(request.args, g.network)
    answer = ask(form, g.network, g.language)
    told = present_answer(answer, (), form, g.network.knowledge, g.language)
    views = [one for group in told.groups for one in group.itineraries if one.id == request.args.get("i")]
    if not views:
        abort(HTTPStatus.NOT_FOUND)
    view = views[0]
    itinerary = next(one for one in answer.itineraries if one.id == view.id)
    text = as_text(told.heading, view, closing(settings_of(g.network).contact, g.language))
    if kind == "ics":
        text = as_calendar(told.heading, itinerary, text, now())
    elif kind == "geojson":
        text = as_geojson(itinerary, view)
    response = Response(text, content_type=f"{TYPES[kind]}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=plainpied.{kind}"
    return response


@pages.get(f"{_LANG}/<name>/stop/<path:stop_id>")
def stop(stop_id: str) -> str:
    """Show what is known of a stop, and what leaves there next."""
    row, profile, moment = _at_stop(stop_id)
    return render_template(
        "stop.html",
        stop=present_stop(g.network, row, moment, profile, g.language),
        asked={"profile": profile.id, "when": moment.strftime(WHEN_FORMAT)},
        around=draw_stop(g.network, row, g.language),
    )


@pages.get(f"{_LANG}/<name>/board/<path:stop_id>")
def board(stop_id: str) -> str:
    """Show what leaves from a stop, by timetable, until the end of the next day."""
    row, profile, moment = _at_stop(stop_id)
    view = present_stop(g.network, row, moment, profile, g.language, most=MOST_ON_BOARD, board_only=True)
    return render_template("board.html", stop=view, profile_id=profile.id, seen_at=g.language.time(moment))


@pages.get(f"{_LANG}/<name>/places")
def places() -> Response:
    """Offer places for what has been typed so far, for the list below the field."""
    text = request.args.get("q", "")[:MAX_FIELD_LENGTH]
    response = jsonify([asdict(one) for one in suggest(g.network, text, g.language)])
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@pages.get("/ground/<name>/<file>")
def ground(file: str) -> AnyResponse:
    """Give the ground below the maps of a network; browsers ask for parts of it."""
    if file not in ground_of(g.network):
        abort(HTTPStatus.NOT_FOUND)
    return send_file(g.network.folder.absolute() / file, mimetype="application/vnd.pmtiles", conditional=True)


@pages.get("/ground/<name>/stops")
def stops() -> Response:
    """Give every served stop with its position, for choosing a place on a map."""
    return jsonify(stop_positions(g.network))


def _shared(args: dict[str, Any]) -> str:
    """The address of this question for somebody else."""
    return url_for("pages.trip", lang=g.language.code, name=g.network.name, **args)


def _at_stop(stop_id: str) -> tuple[int, Profile, datetime]:
    """The row of a stop, the traveller and the moment of the address."""
    row = row_of_id(g.network.stops.id, stop_id)
    profile = PRESETS.get(request.args.get("profile", DEFAULT_PROFILE))
    if row is None or profile is None:
        abort(HTTPStatus.NOT_FOUND)
    form = read_form(request.args, g.network)
    moment = find_moment(form.when) or default_time(g.network, now())
    moment = moment.replace(tzinfo=ZoneInfo(g.network.timezone))
    return row, profile, moment


@pages.errorhandler(RefusedFormError)
def refused(error: RefusedFormError) -> tuple[str, int]:
    """Show the form again with a sentence beside each field to correct."""
    form = present_form(error.form, error.faults, g.network, g.language)
    return render_template("plan.html", form=form, tried=()), HTTPStatus.UNPROCESSABLE_ENTITY


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


@pages.app_url_value_preprocessor
def _open_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take language and network out of the address, so that a view finds both in ``g``."""
    if endpoint is None:
        return  # no page has this address; the error page finds its language itself
    values = values if values is not None else {}
    g.language = get_language(values.pop("lang", None) or _preferred_code(), FOLDER_OF_TRANSLATIONS)
    g.network = None
    if request.endpoint in OF_A_NETWORK or request.blueprint == "audit":
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
    if request.blueprint in {"information", "developers"} or request.endpoint == "installed.offline":
        return url_for(str(request.endpoint), lang=code)
    if g.network is None:
        return url_for("pages.home", lang=code)
    fields = AUDIT_FIELDS if request.blueprint == "audit" else (*FIELDS, *limits.FIELDS)
    kept: dict[str, Any] = {field: request.args[field] for field in fields if field in request.args}
    return url_for(str(request.endpoint), lang=code, name=g.network.name, **(request.view_args or {}), **kept)


def _preferred_code() -> str:
    return request.accept_languages.best_match(CODES, CODES[0]) or CODES[0]
