"""Quays of the French national format for street accessibility (CNIG, GeoPackage), joined to stops in space.

Its traps: 9999 in a dimension means more than 1.80 m or unlimited, never missing (and means nothing as a
height); NC is missing; slopes are whole percents; values may be lists with ``|``. The format says neither who
measured nor when, so its values are declared unless the caller knows better.
"""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import geopandas
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from planner.errors import Fault, FeedError
from planner.facts import Attribute, Method, Source, Subject
from planner.feeds.attributes import get_attribute
from planner.feeds.evidence import Reading, Statements
from planner.feeds.spatial_join import DEFAULT_MAX_DISTANCE_M, contested_finding, join_to_stops

UNLIMITED = 9999.0
HALF_PERCENT = 0.005
LEVEL_CHANGE_M = 0.02  # arrêté of 15 January 2007, article 1: a "ressaut" of at most 2 cm
MAX_BYTES = 4 * 1024**3
LAMBERT_93 = 2154

# (their column, our attribute, unit, tolerance where the format itself rounds)
_MEASURES: tuple[tuple[str, str, str, float | None], ...] = (
    ("hauteur", "height_mm", "m", None),
    ("longueur", "length_mm", "m", 500.0),  # whole metres
    ("largeurPassage", "clear_depth_mm", "m", None),
    ("diamZoneManoeuvre", "manoeuvre_mm", "m", None),
    ("pente", "slope", "percent", HALF_PERCENT),
    ("devers", "cross_slope", "percent", HALF_PERCENT),
)
# List "etat", as codes or labels: absence, or the wear of something that is there.
_ABSENT = frozenset({"01", "1", "absence"})
_PRESENT = re.compile(r"0?[2-5]|bon état|dégradation .*", re.DOTALL)


def read_cnig(
    gpkg: Path,
    stops: pd.DataFrame,
    *,
    max_distance_m: float = DEFAULT_MAX_DISTANCE_M,
    source: Source | None = None,
    method: Method = Method.DECLARED,
    measured_on: date | None = None,
) -> Reading:
    """Read the quays of a CNIG GeoPackage and state what they say about the stops they lie at.

    Parameters
    ----------
    stops
        Columns ``id``, ``lon``, ``lat``, ``name``.
    method, measured_on
        How and when the values were obtained, where the caller knows: the format cannot say.
    """
    quays = _layer(gpkg, "quai", required=True)
    source = source or Source("cnig", f"CNIG {gpkg.stem}")
    statements = Statements(source.source_id, method)
    if quays.empty:
        return statements.reading([source], {"file": gpkg.name, "quays": 0})
    quays = _with_ids(quays, statements)
    joins = join_to_stops(quays, stops, max_distance_m=max_distance_m)
    statements.findings.extend(joins.findings)
    for stop_id, rivals in joins.contested.items():
        statements.findings.append(contested_finding(stop_id, rivals, "quais"))
    rows = {str(row["id"]): row for row in quays.to_dict("records")}
    steps = _steps(gpkg)
    for join in joins.clear:
        where = f"{gpkg.name}, quai {join.thing_id}"
        _state(rows[join.thing_id], join.stop_id, where, statements, measured_on)
        _find_steps(rows[join.thing_id], join.stop_id, where, statements, steps)
    return statements.reading([source], {"file": gpkg.name, "quays": len(quays)} | joins.report)


def _layer(gpkg: Path, name: str, *, required: bool) -> geopandas.GeoDataFrame:
    empty = geopandas.GeoDataFrame({"geometry": []}, geometry="geometry", crs=LAMBERT_93)
    try:
        if gpkg.stat().st_size > MAX_BYTES:
            raise FeedError(gpkg.name, [Fault(gpkg.name, f"is larger than {MAX_BYTES} bytes", "split it")])
        layers = {str(row[0]) for row in pyogrio.list_layers(gpkg)}
        if name not in layers:
            if not required:
                return empty
            cure = f"a CNIG GeoPackage has one; this file has {', '.join(sorted(layers)[:20]) or 'none'}"
            raise FeedError(gpkg.name, [Fault(gpkg.name, f"has no layer {name}", cure)])
        frame = geopandas.read_file(gpkg, layer=name, engine="pyogrio")
    except (OSError, DataSourceError, DataLayerError, ValueError) as error:
        problem = f"is not a readable GeoPackage: {error}"
        raise FeedError(gpkg.name, [Fault(gpkg.name, problem, "export it again")]) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise FeedError(gpkg.name, [Fault(gpkg.name, f"layer {name} has no geometry", "export it with geometries")])
    return frame if frame.crs is not None else frame.set_crs(LAMBERT_93)


def _with_ids(quays: geopandas.GeoDataFrame, statements: Statements) -> geopandas.GeoDataFrame:
    """Give every quay an id; one that is there twice cannot be told apart and is left out."""
    column = quays["idQuai"] if "idQuai" in quays else pd.Series([None] * len(quays))
    ids = [_text(value) or f"row {number}" for number, value in enumerate(column, 1)]
    quays = quays.assign(id=ids)
    twice = quays["id"].duplicated(keep=False)
    for quay_id in quays.loc[twice, "id"].unique():
        statements.find("DUPLICATE_ID", str(quay_id), f"idQuai {quay_id} is there twice; neither is used.")
    return quays[~twice]


def _state(row: dict[str, object], stop_id: str, where: str, statements: Statements, measured_on: date | None) -> None:
    for column, name, unit, tolerance in _MEASURES:
        attribute, text = get_attribute(Subject.QUAY, name), _text(row.get(column))
        if _is_unlimited(text):
            _state_unlimited(attribute, column, stop_id, where, statements, measured_on)
        elif text:
            statements.say_text(attribute, stop_id, text, unit, where, tolerance=tolerance, measured_on=measured_on)
    codes = {code.strip().lower() for code in _text(row.get("dispositifVigilance")).split("|")} - {"", "nc"}
    strip = get_attribute(Subject.QUAY, "tactile_strip")
    if codes and all(_PRESENT.fullmatch(code) for code in codes):
        statements.say(strip, stop_id, True, where, measured_on=measured_on)
    elif codes and codes <= _ABSENT:
        statements.say(strip, stop_id, False, where, measured_on=measured_on)
    elif codes and codes != {"sans objet"}:
        statements.find(
            "UNREADABLE_VALUE", stop_id, f"dispositifVigilance: {'|'.join(sorted(codes))} is not clear.", where
        )
    photo = _text(row.get("urlMedia")).split("|")[0].strip()
    if photo.startswith(("https://", "http://")):
        statements.say(get_attribute(Subject.QUAY, "photo_url"), stop_id, photo, where)
    quay_id = _text(row.get("idQuai"))
    if quay_id:
        statements.say(get_attribute(Subject.QUAY, "cnig_id"), stop_id, quay_id, where)


def _state_unlimited(
    attribute: Attribute, column: str, stop_id: str, where: str, statements: Statements, measured_on: date | None
) -> None:
    if attribute.infinite:
        statements.say(attribute, stop_id, math.inf, where, measured_on=measured_on)
        return
    problem = f"{column}: 9999 means more than 1.80 m or unlimited, which has no possible meaning here"
    statements.find("IMPOSSIBLE_VALUE", stop_id, f"{problem}; the value is not used.", where)


def _steps(gpkg: Path) -> dict[str, float]:
    """The level change in metres at each node of the walking network that states one."""
    nodes = _layer(gpkg, "noeud_cheminement", required=False)
    if "idNoeud" not in nodes or "hauteurRessaut" not in nodes:
        return {}
    heights = pd.to_numeric(nodes["hauteurRessaut"], errors="coerce")
    return {
        _text(node): float(height)
        for node, height in zip(nodes["idNoeud"], heights, strict=True)
        if math.isfinite(height) and height < UNLIMITED
    }


def _find_steps(
    row: dict[str, object], stop_id: str, where: str, statements: Statements, steps: dict[str, float]
) -> None:
    """A level change at an end of the quay bears on the way to it, and proves nothing about other ways."""
    for end in ("from", "to"):
        height = steps.get(_text(row.get(end)))
        if height is not None and height > LEVEL_CHANGE_M:
            text = f"A level change of {round(height * 100)} cm lies at node {_text(row.get(end))}, an end of the quay."
            statements.find("STEP_AT_QUAY_END", stop_id, text, where)


def _is_unlimited(text: str) -> bool:
    try:
        return float(text.replace(",", ".")) == UNLIMITED
    except ValueError:
        return False


def _text(value: object) -> str:
    """A cell as text; single-precision columns give 0.18 back as 0.18."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return str(value).strip()
