"""Write the tables of Fictiville, the invented town, from its plan (data/fictiville/plan.toml).

``python scripts/make_fictiville.py [TARGET_DIR]`` (default: data/fictiville). The town is a grid: a crossing is
named by its column and row ("E5"), a quay by its crossing and the way its vehicles leave ("E5-W": westbound).
Every fact of the survey gets the method ``invented``. The same plan always gives the same tables.
"""

from __future__ import annotations

import csv
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent / "data" / "fictiville"
M_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6371 km
HEADINGS = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}
OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E"}
DWELL_S = 20
PEAKS_H = ((7, 9), (16, 19))
EVENING_H = 21
SUNDAY_FIRST_S = 7 * 3600  # service begins later on Sundays

# The columns of the survey folder (docs/data-formats.md): ids first, then facts, each with its method beside it.
IDS: dict[str, tuple[str, ...]] = {
    "quays.csv": ("stop_id",),
    "vehicle_types.csv": ("vehicle_type_id",),
    "doors.csv": ("vehicle_type_id", "door_no"),
    "equipment.csv": ("equipment_id",),
}
FACTS: dict[str, tuple[str, ...]] = {
    "quays.csv": (
        *("quay_height_m", "height_reference", "gap_m", "edge_type", "approach", "length_m", "clear_depth_m"),
        *("manoeuvre_diam_m", "ramp_deployable", "slope", "cross_slope", "surface", "tactile_strip", "shelter"),
        *("bench", "lighting", "path_step_free", "line_number_height_m", "stop_name_height_m", "lines_displayed"),
        *("contrast", "kerb_drop_width_m", "slot_width_m", "headroom_m", "drop_m", "drop_guarded", "control_height_m"),
        *("declared_access", "declared_text", "priority"),
        *(
            "technically_impossible",
            "decided_on",
            "substitution",
            "compensating_stops",
            "works_on",
            "owner",
            "cnig_id",
            "osm_id",
            "netex_id",
        ),
        "photo_url",
    ),
    "vehicle_types.csv": (
        *(
            "name",
            "mode",
            "ordered_on",
            "length_m",
            "kneel_policy",
            "wheelchair_spaces",
            "space_length_m",
            "space_width_m",
        ),
        "declared_access",
    ),
    "doors.csv": (
        *("floor_height_m", "floor_height_kneeled_m", "clear_width_m", "inside_steps", "door_use", "device"),
        *("ramp_length_m", "ramp_width_m", "ramp_load_kg", "ramp_outlet_drop_m", "deploys_to_road"),
    ),
    "equipment.csv": (
        *("kind", "location", "cabin_length_m", "cabin_width_m", "door_width_m", "max_load_kg", "travel_time_s"),
    ),
}
PLAIN: dict[str, tuple[str, ...]] = {
    "vehicle_assignments.csv": ("scope", "scope_id", "vehicle_type_id", "weight", "valid_from", "valid_to"),
    "boarding_overrides.csv": (
        *("stop_id", "route_id", "trip_id", "direction_id", "permission", "outcome", "gap_m", "note", "source_id"),
    ),
    "equipment_status.csv": ("equipment_id", "status", "from", "until", "source_id"),
    "sources.csv": ("source_id", "name", "url", "licence", "date"),
}

Plan = Mapping[str, Any]
Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One direction of a line: the quays it serves, in order."""

    line: Plan
    direction: int
    quays: tuple[str, ...]

    @property
    def pattern_id(self) -> str:
        """Id of the line and the direction."""
        return f"{self.line['id']}-{self.direction}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the script; 0 written, 2 wrong arguments."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) > 1:
        print("usage: python scripts/make_fictiville.py [TARGET_DIR]", file=sys.stderr)
        return 2
    write_town(Path(arguments[0]) if arguments else HOME)
    return 0


def write_town(target: Path) -> None:
    """Write the timetable tables into ``target`` and the survey into ``target/survey``."""
    plan = tomllib.loads((HOME / "plan.toml").read_text(encoding="utf-8"))
    patterns = [pattern for line in plan["lines"] for pattern in _patterns(line)]
    for name, rows in (_timetable(plan, patterns) | _places(plan, patterns)).items():
        _write(target / name, list(rows[0]), rows)
    for name, rows in _survey(plan, patterns).items():
        _write(target / "survey" / name, _survey_columns(name, rows), rows)


# --- The grid ----------------------------------------------------------------------------------------


def crossing_xy_m(plan: Plan, crossing: str) -> tuple[float, float]:
    """Metres east and north of the crossing E5."""
    spacing_m = plan["grid"]["spacing_m"]
    return (ord(crossing[0]) - ord("E")) * spacing_m, (int(crossing[1:]) - 5) * spacing_m


def quay_xy_m(plan: Plan, quay: str) -> tuple[float, float]:
    """Metres east and north of the crossing E5: beside the street, on the right of the way the vehicles leave."""
    crossing, heading = quay.split("-")
    x, y = crossing_xy_m(plan, crossing)
    ahead_x, ahead_y = HEADINGS[heading]
    along_m, aside_m = plan["grid"]["stop_offset_m"], plan["grid"]["kerb_offset_m"]
    return x + abs(ahead_x) * along_m + ahead_y * aside_m, y + abs(ahead_y) * along_m - ahead_x * aside_m


def lat_lon(plan: Plan, xy_m: tuple[float, float]) -> tuple[float, float]:
    """Degrees of a point of the grid, good for a small town."""
    lat, lon = plan["grid"]["lat"], plan["grid"]["lon"]
    return lat + xy_m[1] / M_PER_DEGREE, lon + xy_m[0] / (M_PER_DEGREE * math.cos(math.radians(lat)))


def _patterns(line: Plan) -> tuple[Pattern, Pattern]:
    """Both directions of a line; the way back serves the opposite side at every stop."""
    stops = line["stops"].split()
    crossings = [stop.split("-")[0] for stop in stops]
    leaving = [_heading(a, b) for a, b in pairwise(crossings)]
    headings = [*leaving, leaving[-1]]  # at its end a vehicle stands as it came
    for i, stop in enumerate(stops):
        if "-" in stop:
            headings[i] = stop.split("-")[1]
    there = tuple(f"{crossing}-{heading}" for crossing, heading in zip(crossings, headings, strict=True))
    back = tuple(f"{quay.split('-')[0]}-{OPPOSITE[quay.split('-')[1]]}" for quay in reversed(there))
    return Pattern(line, 0, there), Pattern(line, 1, back)


def _heading(a: str, b: str) -> str:
    if a[1:] == b[1:]:
        return "E" if b[0] > a[0] else "W"
    if a[0] == b[0]:
        return "N" if int(b[1:]) > int(a[1:]) else "S"
    raise ValueError(f"plan.toml: a line cannot go from {a} to {b}: name the crossing where it turns")


# --- The timetable -----------------------------------------------------------------------------------


def _places(plan: Plan, patterns: Iterable[Pattern]) -> dict[str, list[Cells]]:
    quays = sorted({quay for pattern in patterns for quay in pattern.quays})
    crossings = [quay.split("-")[0] for quay in quays]
    stations = sorted({crossing for crossing in crossings if crossings.count(crossing) > 2})
    place = {crossing: plan["places"][crossing] for crossing in crossings}

    def row(key: str, name: str, xy_m: tuple[float, float]) -> dict[str, object]:
        lat, lon = lat_lon(plan, xy_m)
        return {key: name, "name": place[name.partition("-")[0]], "lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}

    places: dict[str, list[Cells]] = {
        "stations.csv": [row("station_id", crossing, crossing_xy_m(plan, crossing)) for crossing in stations],
        "quays.csv": [
            row("quay_id", quay, quay_xy_m(plan, quay))
            | {"station_id": crossing if crossing in stations else ""}
            | _quay_level(plan["station"], quay, crossing)
            for quay, crossing in zip(quays, crossings, strict=True)
        ],
    }
    return places | _station(plan)


def _quay_level(station: Plan, quay: str, crossing: str) -> dict[str, object]:
    """Level of a quay of the station, and whether it lies at the street (GTFS stop_access: 1) or behind pathways."""
    if crossing != station["crossing"]:
        return {"level_id": "", "stop_access": ""}
    street, below = station["levels"]
    return {"level_id": below, "stop_access": 0} if quay in station["below"] else {"level_id": street, "stop_access": 1}


def _station(plan: Plan) -> dict[str, list[Cells]]:
    """Levels, nodes and pathways of the station."""
    station = plan["station"]
    crossing = station["crossing"]
    x, y = crossing_xy_m(plan, crossing)
    nodes: list[Cells] = []
    for name, (east, north, kind, level) in station["nodes"].items():
        lat, lon = lat_lon(plan, (x + east, y + north))
        place = {"node_id": name, "name": plan["places"][crossing], "lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}
        nodes.append({**place, "location_type": kind, "station_id": crossing, "level_id": level})
    told = ("length", "traversal_time", "stair_count", "max_slope", "min_width", "signposted_as")
    return {
        "levels.csv": [
            {"level_id": name, "level_index": index, "level_name": text}
            for name, (index, text) in station["levels"].items()
        ],
        "station_nodes.csv": nodes,
        "pathways.csv": [
            {
                "pathway_id": one["id"],
                "from_stop_id": one["ends"][0],
                "to_stop_id": one["ends"][1],
                "pathway_mode": one["mode"],
                "is_bidirectional": int(not one.get("one_way", False)),
            }
            | {column: one.get(column, "") for column in told}
            for one in station["pathways"]
        ],
    }


def _timetable(plan: Plan, patterns: Sequence[Pattern]) -> dict[str, list[Cells]]:
    name = {quay: plan["places"][quay.split("-")[0]] for pattern in patterns for quay in pattern.quays}
    tables: dict[str, list[Cells]] = {
        "lines.csv": [
            {
                "line_id": p.line["id"],
                "mode": p.line["mode"],
                "short_name": p.line.get("name", p.line["id"]),
                "long_name": f"{name[p.quays[0]]} – {name[p.quays[-1]]} (ligne inventée / invented line)",
                "color": p.line["color"],
                "text_color": p.line["text_color"],
            }
            for p in patterns
            if p.direction == 0
        ],
        "patterns.csv": [
            {
                "pattern_id": p.pattern_id,
                "line_id": p.line["id"],
                "direction": p.direction,
                "headsign": name[p.quays[-1]],
            }
            for p in patterns
        ],
        "pattern_stops.csv": [
            {"pattern_id": p.pattern_id, "order": order, "quay_id": quay}
            for p in patterns
            for order, quay in enumerate(p.quays, start=1)
        ],
        "running_times.csv": [
            {"pattern_id": p.pattern_id, "profile": 1, "seconds": " ".join(map(str, _running_s(plan, p)))}
            for p in patterns
        ],
        "departures.csv": [],
        "headways.csv": [],
    }
    for p in patterns:
        for day_type in ("weekday", "saturday", "sunday"):
            key = {"pattern_id": p.pattern_id, "profile": 1, "day_type": day_type}
            periods = list(_periods(p.line, day_type))
            if p.line.get("by_headway"):
                tables["headways.csv"] += [
                    {**key, "from": _clock(start), "until": _clock(end), "headway_s": headway * 60}
                    for start, end, headway in periods
                ]
            else:
                starts = [_clock(s) for start, end, headway in periods for s in range(start, end, headway * 60)]
                tables["departures.csv"].append({**key, "departures": " ".join(starts)})
    return tables


def _running_s(plan: Plan, pattern: Pattern) -> list[int]:
    """Seconds from the start to every stop: streets of the grid at a steady speed, a halt at each stop."""
    seconds, total = [0], 0
    for a, b in pairwise(pattern.quays):
        (ax, ay), (bx, by) = (crossing_xy_m(plan, quay.split("-")[0]) for quay in (a, b))
        total += 10 * round(((abs(ax - bx) + abs(ay - by)) / pattern.line["speed_m_s"] + DWELL_S) / 10)
        seconds.append(total)
    return seconds


def _periods(line: Plan, day_type: str) -> Iterable[tuple[int, int, int]]:
    """Give (start_s, end_s, headway in minutes); a departure falls on the start of each, none on its end."""
    peak, by_day, evening = line["headway_min"]
    first_s, last_s = _seconds(line["first"]), _seconds(line["last"])
    if day_type == "sunday":
        yield max(first_s, SUNDAY_FIRST_S), last_s + 1, evening
        return
    edges = [first_s, *(hour * 3600 for span in PEAKS_H for hour in span), EVENING_H * 3600, last_s + 1]
    for start_s, end_s in pairwise(edges):
        hour = start_s // 3600
        rush = day_type == "weekday" and any(low <= hour < high for low, high in PEAKS_H)
        yield start_s, end_s, peak if rush else evening if hour >= EVENING_H else by_day


def _seconds(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


# --- The survey --------------------------------------------------------------------------------------


def _survey(plan: Plan, patterns: Sequence[Pattern]) -> dict[str, list[Cells]]:
    survey = plan["survey"]
    served = {quay: pattern.line["mode"] for pattern in patterns for quay in pattern.quays}
    quays: list[Cells] = []
    for quay in sorted(set(served) - set(survey["missing"])):
        ordinary = survey["every_quay"] | (survey["every_tram_quay"] if served[quay] == "tram" else {})
        quays.append({"stop_id": quay} | ordinary | survey["quays"].get(quay, {}))
    facts = {
        "quays.csv": quays,
        "vehicle_types.csv": plan["vehicle_types"],
        "doors.csv": plan["doors"],
        "equipment.csv": plan["equipment"],
    }
    plain: dict[str, list[Cells]] = {
        "vehicle_assignments.csv": [{"scope": "route"} | row for row in plan["vehicle_assignments"]],
        "boarding_overrides.csv": [row | {"source_id": survey["source_id"]} for row in plan["boarding_overrides"]],
        "equipment_status.csv": [row | {"source_id": survey["source_id"]} for row in plan["equipment_status"]],
        "sources.csv": plan["sources"],
    }
    return {name: [_with_methods(plan, name, row) for row in rows] for name, rows in facts.items()} | plain


def _with_methods(plan: Plan, name: str, row: Cells) -> Cells:
    """Add method, tolerance, date and source to the facts that are known; an unknown fact has none of them."""
    survey, whole = plan["survey"], dict(row)
    for column in FACTS[name]:
        if row.get(column, "") != "":
            whole[f"{column}_method"] = "invented"
            if column in survey["tolerances"] and row[column] != "none":
                whole[f"{column}_tol"] = survey["tolerances"][column]
    return whole | {"measured_on": survey["measured_on"], "source_id": survey["source_id"]}


def _survey_columns(name: str, rows: Iterable[Cells]) -> list[str]:
    """All columns of the table, and the tolerances and methods that some row states."""
    if name in PLAIN:
        return list(PLAIN[name])
    stated = {column for row in rows for column in row}
    columns = list(IDS[name])
    for column in FACTS[name]:
        columns += [column, *(f"{column}_{kind}" for kind in ("tol", "method") if f"{column}_{kind}" in stated)]
    return [*columns, "measured_on", "source_id"]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
