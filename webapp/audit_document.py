"""The audit that ``plainpied audit`` left in the folder of a network, read once for each change of its file.

The file is written by another program and may be old, cut short or made by somebody else: it is measured and
its shape is checked before a page looks at it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any

from planner.model import Verdict
from planner.report.document import FORMAT
from planner.report.files import DOCUMENT, GEOPACKAGE, TABLES

FOLDER = "audit"
MAX_BYTES = 200_000_000
MAX_KEPT = 4  # audits in memory
MORE_FILES = (
    "stops.csv",
    "reach.csv",
    "destinations.csv",
    "chosen.csv",
    "difference.csv",
    "stops.geojson",
    "findings.geojson",
)
FILES = (DOCUMENT, "audit.fr.html", "audit.en.html", *TABLES, *MORE_FILES, GEOPACKAGE)

_NUMBER, _MAYBE_NUMBER = (int, float), (int, float, type(None))
_MAYBE_TEXT = (str, type(None))
_MAYBE_COUNT = (int, type(None))
_SAID = {"text": str, "values": dict}
_VERDICTS = frozenset(one.name for one in Verdict)
_SHAPE: dict[str, Any] = {  # what the pages read: a type or several, a list of one shape, or a mapping of names
    "made_at": str, "day": str, "profiles": [str], "within_min": [int],
    "network": {"name": str},
    "counts": dict.fromkeys(
        ("stops", "quays", "quays_measured", "findings", "obligations", "not_assessable", "failures"), int
    ),
    "shares": [{"profile": str, "verdict": str, "boardings_a_day": _NUMBER}],
    "rules": [
        {"id": str, "text": str, "severity": str, "standing": str, "source": str, "about": str, "PASS": int,
         "FAIL": int, "NOT_ASSESSABLE": int}
    ],
    "findings": [
        {"id": str, "rule": str, "severity": str, "standing": str, "about": str, "subject_id": str, "name": str,
         "way": _MAYBE_TEXT, "near": _MAYBE_TEXT, "found": _SAID, "gap": _MAYBE_NUMBER, "unit": str, "note": _SAID,
         "obligation": str, "because": _SAID, "obligation_source": str, "owner": _MAYBE_TEXT}
    ],
    "stops": [
        {"id": str, "name": str, "lat": _MAYBE_NUMBER, "lon": _MAYBE_NUMBER, "owner": _MAYBE_TEXT,
         "boardings_a_day": _NUMBER, "lines": [str], "verdicts": dict,
         "standing": dict,
         "vehicles": [{"profile": str, "vehicle": str, "verdict": str, "departures_a_day": _NUMBER,
                       "arrivals_a_day": _NUMBER}],
         "findings": [str]}
    ],
    "lines": [{"id": str, "name": str, "stops": [str]}],
    "components": [
        {"profile": str, "unknown": str, "main": int, "NO_WAY_OUT": [str], "NO_WAY_IN": [str], "CUT_OFF": [str]}
    ],
    "gaps": [
        {"profile": str, "unknown": str, "moments": [str], "reached": [[_NUMBER]], "on_foot": [[_NUMBER]],
         "median_extra_s": [_MAYBE_NUMBER],
         "each": {"reached": [[[int]]], "on_foot": [[[int]]], "extra_s": [[_MAYBE_NUMBER]]}}
    ],
    "gap_stops": [str],
    "failures": [
        {"id": str, "kind": str, "name": str, "near": _MAYBE_TEXT, "profile": str, "stops": [str], "trips": int}
    ],
    "fixes": [
        {"rank": int, "kind": str, "subject_id": str, "value_mm": _MAYBE_NUMBER, "name": str, "near": _MAYBE_TEXT,
         "owner": _MAYBE_TEXT, "needed_mm": _MAYBE_NUMBER, "cost": _MAYBE_NUMBER, "boardings_a_day": _NUMBER,
         "rides_a_day": _NUMBER, "pairs": _MAYBE_COUNT, "saved_s": _MAYBE_COUNT,
         "gains": [{"profile": str, "boardings_a_day": _NUMBER, "lost_a_day": _NUMBER, "rides_a_day": _NUMBER,
                    "pairs": _MAYBE_COUNT, "saved_s": _MAYBE_COUNT}]}
    ],
    "worklist": [{"kind": str, "id": str, "name": str, "missing": [str], "boardings_a_day": _NUMBER}],
}  # fmt: skip
_CHOSEN = {
    "fixes": [{"kind": str, "subject_id": str, "value_mm": _MAYBE_NUMBER, "name": str, "near": _MAYBE_TEXT}],
    "rides_a_day": _NUMBER,
    "cost": _MAYBE_NUMBER,
}


class NoAuditError(Exception):
    """No audit can be shown; ``reason`` is "none", "damaged", "format" or "other"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_kept: OrderedDict[Path, tuple[tuple[int, int], dict[str, Any]]] = OrderedDict()
_lock = Lock()


def folder_of(network_folder: Path | None) -> Path | None:
    """Where the audit of a stored network lies; None for one that is only in memory."""
    return None if network_folder is None else network_folder / FOLDER


def read_audit(network_folder: Path | None, name: str) -> dict[str, Any]:
    """Give the audit of a network, as ``planner.report.document.as_document`` made it.

    Raises
    ------
    NoAuditError
        There is none, or the file is not one that these pages can show.
    """
    folder = folder_of(network_folder)
    if folder is None or not (folder / DOCUMENT).is_file():
        raise NoAuditError("none")
    path = folder / DOCUMENT
    try:
        known = path.stat()
    except OSError as error:
        raise NoAuditError("none") from error
    mark = (known.st_mtime_ns, known.st_size)
    with _lock:  # two visitors at once read a long file once
        if path not in _kept or _kept[path][0] != mark:
            _kept.pop(path, None)
            _kept[path] = (mark, _read(path, known.st_size, name))
        _kept.move_to_end(path)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
        return _kept[path][1]


def _read(path: Path, size: int, name: str) -> dict[str, Any]:
    if size > MAX_BYTES:
        raise NoAuditError("damaged")
    try:
        document = json.loads(path.read_text("utf-8"), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError) as error:
        raise NoAuditError("damaged") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NoAuditError("format")
    if not _fits(document, _SHAPE) or not (document.get("chosen") is None or _fits(document["chosen"], _CHOSEN)):
        raise NoAuditError("damaged")
    if not _agrees(document):
        raise NoAuditError("damaged")
    if document["network"]["name"] != name:
        raise NoAuditError("other")
    return document


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and all(key in value and _fits(value[key], shape[key]) for key in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(one, shape[0]) for one in value)
    if isinstance(value, float) and not isfinite(value):
        return False
    return isinstance(value, shape) and not (isinstance(value, bool) and shape is not bool)


def _agrees(document: Mapping[str, Any]) -> bool:
    """Whether what one part says can be looked up in another."""
    limits = len(document["within_min"])
    return (
        all(one["verdict"] in _VERDICTS for one in document["shares"])
        and all(cell["verdict"] in _VERDICTS for stop in document["stops"] for cell in stop["vehicles"])
        and all(
            isinstance(verdict, str) and verdict in _VERDICTS
            for stop in document["stops"]
            for verdict in stop["verdicts"].values()
        )
        and all(isinstance(code, str) for stop in document["stops"] for code in stop["standing"].values())
        and _is_moment(document["made_at"])
        and _is_moment(document["day"])
        and all(
            len(gap["moments"]) > 0
            and len(gap["reached"]) == len(gap["on_foot"]) == len(gap["moments"])
            and all(len(row) == limits for row in (*gap["reached"], *gap["on_foot"]))
            and _each_agrees(gap["each"], len(gap["moments"]), limits, len(document["gap_stops"]))
            for gap in document["gaps"]
        )
    )


def _each_agrees(each: Mapping[str, Any], moments: int, limits: int, stops: int) -> bool:
    """Whether each stop has its numbers at every moment, and its counts for every limit."""
    counted, extra_s = (each["reached"], each["on_foot"]), each["extra_s"]
    return (
        all(len(rows) == moments for rows in (*counted, extra_s))
        and all(len(row) == limits for rows in counted for row in rows)
        and all(len(row) == stops for row in (*(row for rows in counted for rows_ in rows for row in rows_), *extra_s))
    )


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of an audit")
