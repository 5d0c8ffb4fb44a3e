"""Stations as their feed draws them: rows of pathways.txt become links between stops, entrances and nodes.

Nothing is assumed of a feed's habits: one lift may be one row or many, with or without levels, lengths or places.
What the standard lets a feed leave blank stays unknown; a slope of 0 counts as blank, as the standard says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.feeds.osm_facts import Facts
from planner.network.street_draft import Draft
from planner.network.tables import Network

Row = Mapping[str, str]
MODES = {
    "1": "pathway", "2": "steps", "3": "moving_walkway", "4": "escalator", "5": "lift", "6": "fare_gate",
    "7": "fare_gate",
}  # fmt: skip
EXIT_GATE = "7"
SLOPED = ("1", "3")  # the modes for which the standard knows a slope
MOVED = ("moving_walkway", "escalator")
WITH_IDENTITY = ("lift", *MOVED)
# Names by which feeds say which lift or escalator a row belongs to; else a row is one of its own.
IDENTITY = ("equipment_id", "facility_id")
ALLOWED = {"1": 1, "yes": 1, "2": 2, "no": 2}
SLOPE_TOLERANCE = 0.005
WIDTH_TOLERANCE_MM = 20.0  # declared, not measured
DECLARED = 3
PLATFORM, BOARDING_AREA = 0, 4
UNKNOWN = (math.nan, math.nan)


def draw_stations(draft: Draft, network: Network) -> tuple[NDArray[np.int32], dict[str, Any]]:
    """Draw every pathway; give the node of each stop that a pathway ends at (-1: none), and counts for people."""
    rows = network.pathways.rows()
    nodes = np.full(len(network.stops.id), -1, np.int32)
    report = Counter[str]()
    if not rows:
        return nodes, {}
    row_of, levels = network.stops.id.row_of, _levels(network)
    for row in rows:
        ends = [row_of.get(row.get(key, ""), -1) for key in ("from_stop_id", "to_stop_id")]
        kind = MODES.get(row.get("pathway_mode", "").strip())
        if kind is None or min(ends) < 0 or ends[0] == ends[1]:
            report["pathways that lead nowhere or have no known mode"] += 1
            continue
        tail, head = (_node(draft, network, nodes, stop) for stop in ends)
        if tail < 0 or head < 0:
            report["pathways without a place"] += 1
            continue
        facts = _facts(row, kind, (levels[ends[0]], levels[ends[1]]), network.stops.name[ends[0]])
        draft.add_link(tail, head, draft.add_facts(facts))
        if facts.equipment:
            draft.cabins.setdefault(facts.equipment, (facts.name, math.nan, math.nan, math.nan, math.nan))
            draft.aliases[row["pathway_id"]] = facts.equipment
        report[f"pathways: {kind}"] += 1
    _join_boarding_areas(draft, network, nodes)
    return nodes, dict(report)


def _facts(row: Row, kind: str, levels: tuple[float, float], place: str) -> Facts:
    both_ways = row.get("is_bidirectional", "").strip() == "1" and row.get("pathway_mode") != EXIT_GATE
    facts = Facts(kind, forward=True, backward=both_ways, climbed=False, on_ground=False)
    facts.name = row.get("signposted_as", "").strip() or row.get("pathway_name", "").strip()
    length_m = _number(row, "length")
    facts.length_m = _number(row, "wheelchair_length") if math.isnan(length_m) else length_m
    facts.duration_s = _number(row, "traversal_time")
    if kind == "lift" or math.isnan(facts.duration_s):
        own = _number(row, "wheelchair_traversal_time")
        facts.duration_s = facts.duration_s if math.isnan(own) else own
    slope, width, steps = _signed(row, "max_slope"), _number(row, "min_width"), _signed(row, "stair_count")
    if slope and not math.isnan(slope) and row["pathway_mode"].strip() in SLOPED and abs(slope) <= 1:
        facts.incline, facts.incline_from = (slope - SLOPE_TOLERANCE, slope + SLOPE_TOLERANCE), DECLARED
    if width > 0:
        facts.width = (max(0.0, 1000 * width - WIDTH_TOLERANCE_MM), 1000 * width + WIDTH_TOLERANCE_MM)
    if kind in ("steps", "escalator"):
        facts.steps = -1
    if steps and not math.isnan(steps) and kind not in ("lift", "fare_gate"):
        facts.steps = int(min(abs(steps), 2000))
        if math.isnan(facts.incline[0]):
            facts.incline, facts.incline_from = ((0.0, math.inf) if steps > 0 else (-math.inf, 0.0)), DECLARED
    known = [level for level in levels if not math.isnan(level)]
    facts.level = (min(known), max(known)) if len(known) == 2 else UNKNOWN
    facts.allowed = ALLOWED.get(row.get("wheelchair_accessible", "").strip().lower(), 0)
    facts.conveying = 0 if kind not in MOVED else 3 if both_ways else 1
    facts.detail = "exit gate" if row["pathway_mode"].strip() == EXIT_GATE else ""
    if kind in WITH_IDENTITY:
        feed = row["pathway_id"].partition(":")[0]
        shared = (f"{feed}:{row[key].strip()}" for key in IDENTITY if row.get(key, "").strip())
        facts.equipment = next(shared, row["pathway_id"])
        facts.name = row.get("pathway_name", "").strip() or facts.name or place
    return facts


def _node(draft: Draft, network: Network, nodes: NDArray[np.int32], stop: int) -> int:
    if nodes[stop] < 0:
        x, y = float(network.stops.x_m[stop]), float(network.stops.y_m[stop])
        if math.isfinite(x) and math.isfinite(y):
            nodes[stop] = draft.add_node_at(x, y)
    return int(nodes[stop])


def _join_boarding_areas(draft: Draft, network: Network, nodes: NDArray[np.int32]) -> None:
    """Pathways may end at the boarding areas of a platform: then the platform is entered through them."""
    stops = network.stops
    fact = draft.add_facts(Facts("join"))
    for area in np.flatnonzero((stops.location_type == BOARDING_AREA) & (nodes >= 0)).tolist():
        platform = int(stops.parent[area])
        if platform >= 0 and stops.location_type[platform] == PLATFORM:
            entered = _node(draft, network, nodes, platform)
            if entered >= 0:
                draft.add_link(entered, int(nodes[area]), fact)


def _levels(network: Network) -> list[float]:
    """The level of each stop; NaN where its feed does not say one."""
    index = {row.get("level_id", ""): _signed(row, "level_index") for row in network.levels.rows()}
    return [index.get(level, math.nan) if level else math.nan for level in network.stops.level_id]


def _number(row: Row, column: str) -> float:
    """A number that is not negative; NaN for anything else."""
    number = _signed(row, column)
    return number if number >= 0 else math.nan


def _signed(row: Row, column: str) -> float:
    text = row.get(column, "").strip()
    try:
        number = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan
    return number if math.isfinite(number) and abs(number) < 1e6 else math.nan
