"""The pages for the staff of a network: what the last audit found, read-only."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, send_file

from planner.language import CODES
from planner.report import words
from planner.report.map import drawing_of
from planner.report.page import owners_known
from planner.sentence_parts import profile_name
from webapp.audit_document import FILES, NoAuditError, folder_of, read_audit
from webapp.present_audit import (
    VERDICTS,
    badge,
    chosen_of,
    failures,
    filters,
    find,
    fix_filters,
    fixes_of,
    gaps,
    matching,
    named,
    page_of,
    reach_from,
    shares_by_profile,
    stop_filters,
    stops_of,
)

audit_pages = Blueprint("audit", __name__, url_prefix=f"/<any({', '.join(CODES)}):lang>/<name>/audit")
TOP_ROWS = 10  # of a long list on the first page


@audit_pages.get("")
def dashboard() -> str:
    """Show the key figures, and the head of each list."""
    document = _document()
    return _render(
        "audit.html",
        document,
        shares=shares_by_profile(document),
        gaps=gaps(document),
        failures=failures(document),
        verdicts=VERDICTS,
        top=TOP_ROWS,
        files=_files(),
    )


@audit_pages.get("/findings")
def findings() -> str:
    """Show the findings that fulfil the filter."""
    document = _document()
    choices = filters(document, request.args, g.language)
    held = chosen_of(choices, request.args)
    page = page_of(matching(document, held, g.language), request.args.get("page", ""))
    return _render("audit_findings.html", document, choices=choices, held=held, page=page)


@audit_pages.get("/lines")
def lines() -> str:
    """List the lines."""
    document = _document()
    held = chosen_of({}, request.args)
    page = page_of(named(document["lines"], held.get("text", "")), request.args.get("page", ""))
    return _render("audit_lines.html", document, held=held, page=page)


@audit_pages.get("/lines/<path:line_id>")
def line(line_id: str) -> str:
    """Show the stops of one line in their order."""
    document = _document()
    row = find(document["lines"], line_id)
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    by_id = {one["id"]: one for one in document["stops"]}
    return _render("audit_line.html", document, line=row, stops=[by_id[id_] for id_ in row["stops"] if id_ in by_id])


@audit_pages.get("/stops")
def stops() -> str:
    """List the stops that fulfil the filter."""
    document = _document()
    choices = stop_filters(document, request.args, g.language)
    held = chosen_of(choices, request.args)
    page = page_of(stops_of(document, held), request.args.get("page", ""))
    return _render("audit_stops.html", document, choices=choices, held=held, page=page)


@audit_pages.get("/stops/<path:stop_id>")
def stop(stop_id: str) -> str:
    """Show what one stop is like for each vehicle and traveller, how far one comes, and what is found there."""
    document = _document()
    row = find(document["stops"], stop_id)
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    return _render(
        "audit_stop.html",
        document,
        stop=row,
        reach=reach_from(document, row),
        lines=[one for one in document["lines"] if one["id"] in row["lines"]],
        found=[one for one in document["findings"] if one["subject_id"] == stop_id],
        fixes=[one for one in document["fixes"] if one["subject_id"] == stop_id],
    )


@audit_pages.get("/fixes")
def fixes() -> str:
    """List the changes by what they bring one traveller, or all."""
    document = _document()
    choices = fix_filters(document, request.args, g.language)
    held = chosen_of(choices, request.args)
    held.pop("text", None)
    page = page_of(fixes_of(document, held), request.args.get("page", ""))
    return _render("audit_fixes.html", document, choices=choices, held=held, page=page)


@audit_pages.get("/map")
def stops_map() -> str:
    """Draw the stops: an extra, for the list of stops says the same."""
    document = _document()
    choices = {"profile": stop_filters(document, request.args, g.language)["profile"]}
    profile = chosen_of(choices, request.args).get("profile", "")
    drawing = drawing_of(document, profile, g.language)
    return _render("audit_map.html", document, choices=choices, profile=profile, drawing=drawing)


@audit_pages.get("/download/<file>")
def download(file: str) -> Response:
    """Give one file of the audit to keep: never shown here, for its styles are its own."""
    folder = folder_of(g.network.folder)
    if file not in FILES or folder is None or not (folder / file).is_file():
        abort(HTTPStatus.NOT_FOUND)
    return send_file((folder / file).resolve(), as_attachment=True, download_name=file)


@audit_pages.errorhandler(NoAuditError)
def no_audit(error: NoAuditError) -> tuple[str, int]:
    """Say why there is no audit to be seen, and how one is made."""
    status = HTTPStatus.NOT_FOUND if error.reason == "none" else HTTPStatus.SERVICE_UNAVAILABLE
    return render_template("audit_none.html", reason=error.reason), status


def _document() -> dict[str, Any]:
    return read_audit(g.network.folder, g.network.name)


def _files() -> list[str]:
    folder = folder_of(g.network.folder)
    return [] if folder is None else [name for name in FILES if (folder / name).is_file()]


def _render(template: str, document: dict[str, Any], **values: Any) -> str:
    made_at = dt.datetime.fromisoformat(document["made_at"])
    return render_template(
        template,
        document=document,
        stop_ids={one["id"] for one in document["stops"]},
        rule_texts={one["id"]: one["text"] for one in document["rules"]},
        owners_known=owners_known(document),
        costs_known=any(one["cost"] is not None for one in document["fixes"]),
        made_at=made_at,
        day=dt.datetime.fromisoformat(document["day"]).date(),
        words=words,
        badge=lambda verdict: badge(verdict, g.language),
        profile_name=lambda id_: profile_name(id_, g.language),
        **values,
    )
