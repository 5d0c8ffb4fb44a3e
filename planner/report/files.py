"""The audit as files: tables for spreadsheets, layers for maps, sheets to take outside, and the document itself."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.facts import Subject
from planner.feeds.attributes import columns_of
from planner.feeds.delimited import safe_for_spreadsheet
from planner.language import CODES, SOURCE_CODE, get_language
from planner.report import words
from planner.report.gather import Change

Row = Mapping[str, Any]

DOCUMENT, GEOPACKAGE = "audit.json", "audit.gpkg"
SENTENCES = ("found", "note", "because")  # of a finding; each also in every other language, behind its code
TRANSLATED = tuple(code for code in CODES if code != SOURCE_CODE)
WORDY = frozenset({"name", "near", "owner", "chosen", "other", "text", "vehicle", "known", *SENTENCES}) | {
    f"{name}_{code}" for name in (*SENTENCES, "text") for code in TRANSLATED
}

_FINDING = (
    "id", "rule", "severity", "standing", "about", "subject_id", "name", "way", "near", "found", "gap", "unit",
    "note", "obligation", "because", "obligation_source", "owner", "lat", "lon",
    *(f"{name}_{code}" for code in TRANSLATED for name in SENTENCES),
)  # fmt: skip
_CELL = (
    "stop_id", "name", "owner", "profile", "vehicle_type", "vehicle", "mode", "verdict", "certainty",
    "boarding_verdict", "boarding_best", "boarding_worst", "boarding_steep", "alighting_verdict", "alighting_best",
    "alighting_worst", "alighting_steep", "departures_a_day", "arrivals_a_day", "lat", "lon",
)  # fmt: skip
_FIX = (
    "rank", "id", "kind", "subject_id", "value_mm", "name", "near", "owner", "needed_mm", "cost", "boardings_a_day",
    "rides_a_day", "pairs", "pairs_bound", "saved_s", "lat", "lon",
)  # fmt: skip
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {  # file: key of the document, columns
    "findings.csv": ("findings", _FINDING),
    "rules.csv": (
        "rules",
        (
            "id",
            "text",
            "severity",
            "standing",
            "source",
            "threshold",
            "unit",
            "about",
            "PASS",
            "FAIL",
            "NOT_ASSESSABLE",
            *(f"text_{code}" for code in TRANSLATED),
        ),
    ),
    "failures.csv": ("failures", ("id", "kind", "name", "near", "profile", "way_in", "way_out", "trips", "lat", "lon")),
    "fixes.csv": ("fixes", _FIX),
    "completeness.csv": ("completeness", ("subject", "field", "known", "of", "share")),
    "conflicts.csv": (
        "conflicts",
        ("subject", "subject_id", "field", "chosen", "chosen_by", "other", "other_by"),
    ),
    "worklist.csv": ("worklist", ("rank", "kind", "id", "name", "missing", "boardings_a_day", "owner")),
}


def write_files(document: Row, folder: Path) -> list[Path]:
    """Write everything but the pages into a folder; files of an earlier audit are replaced.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {DOCUMENT: json.dumps(document, ensure_ascii=False, allow_nan=False)}
    findings = [_told(one) for one in document["findings"]]
    rows_of: dict[str, list[Row]] = {"findings": findings, "rules": [_rule_told(one) for one in document["rules"]]}
    texts |= {
        name: as_csv(rows_of[key] if key in rows_of else document[key], columns)
        for name, (key, columns) in TABLES.items()
    }
    texts["stops.csv"] = as_csv(list(_cells(document)), _CELL)
    texts["reach.csv"] = _reach(document)
    texts["destinations.csv"] = _destinations(document)
    if document["chosen"] is not None:
        texts["chosen.csv"] = as_csv(
            document["chosen"]["fixes"], ("id", "kind", "subject_id", "value_mm", "name", "near", "owner")
        )
    if document["difference"] is not None:
        texts["difference.csv"] = as_csv(list(_changes(document["difference"])), ("change", *_FINDING))
    for name, rows in (("stops.geojson", _stop_points(document)), ("findings.geojson", findings)):
        texts[name] = json.dumps(as_geojson(document, rows), ensure_ascii=False, allow_nan=False)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [
        *(folder / name for name in texts),
        _write_geopackage(document, findings, folder),
        *_write_sheets(document, folder),
    ]


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Write rows as CSV: lists joined by spaces, what is not known empty, and no text that would be a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(column, row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def as_geojson(document: Row, rows: Iterable[Row]) -> dict[str, Any]:
    """Write the rows that have a place as points; lists joined by spaces."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {key: _flat(value) for key, value in row.items() if key not in ("lat", "lon")},
        }
        for row in rows
        if row["lat"] is not None and row["lon"] is not None
    ]
    return {"type": "FeatureCollection", "network": document["network"], "head": document["head"], "features": features}


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = " ".join(value) if isinstance(value, (list, tuple)) else str(value)
    return safe_for_spreadsheet(text) if column in WORDY else text


def _told(finding: Row) -> Row:
    """Say the sentences of a finding: in English, and again in the other languages."""
    english = get_language(SOURCE_CODE)
    said = {name: words.said(finding[name], english) for name in SENTENCES}
    for code in TRANSLATED:
        language = get_language(code)
        said |= {f"{name}_{code}": words.said(finding[name], language) for name in SENTENCES}
    return {**finding, **said}


def _rule_told(rule: Row) -> Row:
    texts = {f"text_{code}": words.rule_text(rule["text"], get_language(code)) for code in TRANSLATED}
    return {**rule, **texts}


def _flat(value: Any) -> Any:
    return " ".join(value) if isinstance(value, (list, tuple)) else value


def _cells(document: Row) -> Iterator[Row]:
    for stop in document["stops"]:
        for cell in stop["vehicles"]:
            ends = {
                f"{end}_{key}": value for end in ("boarding", "alighting") for key, value in (cell[end] or {}).items()
            }
            place = {"stop_id": stop["id"], **{key: stop[key] for key in ("name", "owner", "lat", "lon")}}
            yield {**place, **cell, **ends}


def _reach(document: Row) -> str:
    """One row for each stop; a column for each profile and attitude to doubts."""
    kinds = [f"{one['profile']}/{one['unknown']}" for one in document["components"]]
    rows = [{"stop_id": one["id"], "name": one["name"], **one["standing"]} for one in document["stops"]]
    return as_csv(rows, ("stop_id", "name", *kinds))


def _destinations(document: Row) -> str:
    """One row for each stop, traveller, attitude to doubts and moment: stops reached, and the same on foot."""
    limits = document["within_min"]
    counts = [f"{name}_{minutes}" for name in ("within", "on_foot") for minutes in limits]
    rows: list[Row] = []
    for gap in document["gaps"]:
        each = gap["each"]
        for m, moment in enumerate(gap["moments"]):
            columns = [*each["reached"][m], *each["on_foot"][m], each["extra_s"][m]]
            for stop_id, *values in zip(document["gap_stops"], *columns, strict=True):
                told = dict(zip((*counts, "longer_by_s"), values, strict=True))
                rows.append(
                    {"stop_id": stop_id, "profile": gap["profile"], "unknown": gap["unknown"], "at": moment, **told}
                )
    return as_csv(rows, ("stop_id", "profile", "unknown", "at", *counts, "longer_by_s"))


def _changes(difference: Row) -> Iterator[Row]:
    for change in Change:
        for finding in difference[change.value]:
            yield {"change": change.value, **_told(finding)}


def _stop_points(document: Row) -> list[Row]:
    return [
        {
            **{key: one[key] for key in ("id", "name", "owner", "boardings_a_day", "lines", "findings", "lat", "lon")},
            **{f"verdict {profile}": verdict for profile, verdict in one["verdicts"].items()},
        }
        for one in document["stops"]
    ]


def _write_geopackage(document: Row, findings: Sequence[Row], folder: Path) -> Path:
    import geopandas  # noqa: PLC0415 - it takes a second to import, and only this needs it

    path = folder / GEOPACKAGE
    path.unlink(missing_ok=True)
    layers = {"stops": _stop_points(document), "findings": findings, "fixes": document["fixes"]}
    for layer, rows in layers.items():
        placed = [row for row in rows if row["lat"] is not None and row["lon"] is not None]
        columns = {key: [_flat(row[key]) for row in placed] for key in (placed[0] if placed else {}) if key != "gains"}
        points = geopandas.points_from_xy([row["lon"] for row in placed], [row["lat"] for row in placed])
        geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326").to_file(path, layer=layer, driver="GPKG")
    return path


def _write_sheets(document: Row, folder: Path) -> list[Path]:
    """Write a table to fill in for each line, its stops in the order of calling.

    What is known stands in the note, which nobody reads in: in its column it would be taken for a measure of that day.
    """
    sheets = folder / "sheets"
    sheets.mkdir(exist_ok=True)
    for old in sheets.glob("*.csv"):
        old.unlink()
    stops = {one["id"]: one for one in document["stops"]}
    tasks = {one["id"]: one for one in document["worklist"] if one["kind"] == "QUAY"}
    columns = list(columns_of(Subject.QUAY))
    paths = []
    for number, line in enumerate(document["lines"], 1):
        rows = [
            {
                "stop_id": id_,
                "stop_name": safe_for_spreadsheet(stops[id_]["name"]),
                "note": _note(tasks[id_]),
            }
            for id_ in line["stops"]
            if id_ in tasks
        ]
        if rows:
            name = re.sub(r"[^A-Za-z0-9]+", "-", line["name"] or line["id"]).strip("-").lower() or "line"
            paths.append(sheets / f"{number:03d}-{name[:40]}.csv")
            paths[-1].write_text(as_csv(rows, ("stop_id", "stop_name", "note", *columns)), "utf-8")
    return paths


def _note(task: Row) -> str:
    known = f"; known: {', '.join(task['known'])}" if task["known"] else ""
    return safe_for_spreadsheet(f"missing: {' '.join(task['missing'])}{known}")
