"""Agencies, routes, trips, and what hangs on them: frequencies, transfers, shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.feeds.gtfs_calendar import Calendar
from planner.feeds.gtfs_reader import Reader
from planner.feeds.gtfs_stops import read_choice, read_flags, read_positions
from planner.feeds.gtfs_table import Column, Table
from planner.feeds.gtfs_times import parse_clock

_COLOR = re.compile(r"#?([0-9A-Fa-f]{6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes, and which row each id of the feed has."""

    frame: pd.DataFrame
    row_of: dict[str, int]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The lines drawn on the map: shape s is the points offset[s] to offset[s + 1]."""

    ids: list[str]
    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    row_of: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trips:
    """The trips that have a route and a day of service; their stop_times may yet make them useless."""

    frame: pd.DataFrame
    row_of: dict[str, int]
    line: NDArray[np.int64]


def read_routes(reader: Reader, agency_row_of: dict[str, int]) -> Routes:
    """Read routes.txt; a route without an agency belongs to the only one there is."""
    table = reader.read("routes.txt")
    if table is None:
        return Routes(_empty("id agency short_name long_name type color text_color sort_order url"), {})
    table = reader.unique(table, "route_id")
    agency = table["agency_id"].rows_in(agency_row_of)
    lost = table["agency_id"].filled & (agency < 0)
    reader.report.note(table.file, "agency_id names no agency: read as blank", table.line[lost])
    if len(agency_row_of) == 1:
        agency = np.where(agency < 0, 0, agency)
    kind = table["route_type"].parsed(lambda text: _whole(text, -1, 32767), np.int16)
    reader.report.note(table.file, "route_type is no number: unknown", table.line[kind < 0])
    color, text_color = (_colors(reader, table, field) for field in ("route_color", "route_text_color"))
    frame = pd.DataFrame(
        {
            "id": reader.public(table["route_id"]),
            "agency": agency.astype(np.int32),
            "short_name": table["route_short_name"].texts(),
            "long_name": table["route_long_name"].texts(),
            "type": kind,
            "color": color,
            "text_color": text_color,
            "sort_order": table["route_sort_order"].parsed(lambda text: _whole(text, -1), np.int32),
            "url": table["route_url"].texts(),
        }
    )
    return Routes(frame, _index(table["route_id"]))


def read_trips(reader: Reader, routes: Routes, calendar: Calendar, shapes: Shapes) -> Trips:
    """Read trips.txt; a trip of no known route or without a day of service is dropped."""
    table = reader.read("trips.txt")
    if table is None:
        columns = "id route service headsign short_name direction block shape accessible"
        return Trips(_empty(columns), {}, np.zeros(0, np.int64))
    table = reader.unique(table, "trip_id")
    route, service = table["route_id"].rows_in(routes.row_of), table["service_id"].rows_in(calendar.row_of)
    runs = np.append(calendar.runs.any(axis=1), False)[service]
    reader.report.drop(table.file, "route_id names no route", table.line[route < 0])
    reader.report.drop(table.file, "service_id is in no calendar", table.line[(route >= 0) & (service < 0)])
    idle = (route >= 0) & (service >= 0) & ~runs
    reader.report.drop(table.file, "its service has no day", table.line[idle])
    usable = (route >= 0) & runs
    table, route, service = table.where(usable), route[usable], service[usable]
    shape = table["shape_id"].rows_in(shapes.row_of)
    lost = table["shape_id"].filled & (shape < 0)
    reader.report.note(table.file, "shape_id names no shape: drawn from stop to stop", table.line[lost])
    frame = pd.DataFrame(
        {
            "id": reader.public(table["trip_id"]),
            "route": route,
            "service": service,
            "headsign": table["trip_headsign"].texts(),
            "short_name": table["trip_short_name"].texts(),
            "direction": read_choice(reader, table, "direction_id", ("0", "1"), blank=-1),
            "block": reader.public(table["block_id"]),
            "shape": shape,
            "accessible": read_flags(reader, table, "wheelchair_accessible"),
        }
    )
    reader.report.trip_flag_absent = not table["wheelchair_accessible"].present
    return Trips(frame, _index(table["trip_id"]), table.line)


def read_frequencies(reader: Reader, trip_row_of: dict[str, int]) -> pd.DataFrame:
    """Read frequencies.txt; ``exact`` tells departures on the clock from mere headways."""
    table = reader.read("frequencies.txt")
    if table is None:
        return _empty("trip start_s end_s headway_s exact")
    trip = table["trip_id"].rows_in(trip_row_of)
    start_s, end_s = (table[field].parsed(parse_clock, np.int32) for field in ("start_time", "end_time"))
    headway_s = table["headway_secs"].parsed(lambda text: _whole(text, 0), np.int32)
    sound = (start_s >= 0) & (end_s > start_s) & (headway_s > 0)
    reader.report.drop(table.file, "trip_id names no trip that is kept", table.line[trip < 0])
    reader.report.drop(table.file, "its times or headway are impossible", table.line[(trip >= 0) & ~sound])
    exact = read_choice(reader, table, "exact_times", ("0", "1"), blank=0) == 1
    frame = pd.DataFrame({"trip": trip, "start_s": start_s, "end_s": end_s, "headway_s": headway_s, "exact": exact})
    return frame.loc[(trip >= 0) & sound].reset_index(drop=True)


def read_transfers(
    reader: Reader, stop_row_of: dict[str, int], route_row_of: dict[str, int], trip_row_of: dict[str, int]
) -> pd.DataFrame:
    """Read transfers.txt; a rule that names something unknown is dropped, for it would hold too widely without.

    A rule about changing (types 0 to 3) names two stops, as the standard demands; one about staying aboard may do
    with trips.
    """
    rows_of = {"stop": stop_row_of, "route": route_row_of, "trip": trip_row_of}
    ends = [(f"{end}_{what}", what) for what in rows_of for end in ("from", "to")]
    table = reader.read("transfers.txt")
    if table is None:
        return _empty(" ".join([name for name, _ in ends] + ["type", "min_s"])).astype({"type": np.int8})
    columns: dict[str, NDArray[np.int32]] = {}
    orphan = np.zeros(len(table), bool)
    for name, what in ends:
        column = table[f"{name}_id"]
        rows = column.rows_in(rows_of[what])
        columns[name] = rows
        orphan |= column.filled & (rows < 0)
    kind = table["transfer_type"].parsed(lambda text: _whole(text or "0", 9, 9), np.int8)
    nowhere = (columns["from_stop"] < 0) | (columns["to_stop"] < 0)
    changes = nowhere & (kind <= 3)
    blank = changes | (nowhere & (columns["from_trip"] < 0))
    reader.report.drop(table.file, "it names a stop, route or trip that is not there", table.line[orphan])
    reader.report.drop(table.file, "a transfer_type of 0 to 3 needs two stops", table.line[~orphan & changes])
    reader.report.drop(table.file, "it names neither two stops nor a trip", table.line[~orphan & blank & ~changes])
    reader.report.drop(table.file, "transfer_type is none of 0 to 5", table.line[~orphan & ~blank & (kind > 5)])
    min_s = table["min_transfer_time"].parsed(lambda text: _whole(text, -1), np.int32)
    frame = pd.DataFrame({**columns, "type": kind, "min_s": min_s})
    return frame.loc[~orphan & ~blank & (kind <= 5)].reset_index(drop=True)


def read_shapes(reader: Reader) -> Shapes:
    """Read shapes.txt, in the order of shape_pt_sequence; a shape of fewer than two points is dropped."""
    table = reader.read("shapes.txt")
    if table is None:
        return Shapes([], np.zeros(1, np.int64), np.zeros(0), np.zeros(0), {})
    lat, lon = read_positions(table["shape_pt_lat"], table["shape_pt_lon"])
    sequence = table["shape_pt_sequence"].parsed(lambda text: _whole(text, -1), np.int64)
    filled = table["shape_id"].filled
    sound = filled & np.isfinite(lat) & (sequence >= 0)
    reader.report.drop(table.file, "no shape_id", table.line[~filled])
    reader.report.drop(table.file, "its position or sequence is impossible", table.line[filled & ~sound])
    shape = table["shape_id"].codes
    points = np.bincount(shape[sound], minlength=len(table["shape_id"].values))
    long_enough = points >= 2
    reader.report.drop(table.file, "the shape has only one point", table.line[sound & ~long_enough[shape]])
    sound &= long_enough[shape]
    row = np.cumsum(long_enough) - 1
    order = np.lexsort((sequence[sound], row[shape[sound]]))
    raw_ids = [value for value, keep in zip(table["shape_id"].values, long_enough, strict=True) if keep]
    return Shapes(
        [f"{reader.name}:{shape_id}" for shape_id in raw_ids],
        np.concatenate([[0], np.cumsum(points[long_enough])]).astype(np.int64),
        lon[sound][order],
        lat[sound][order],
        {shape_id: at for at, shape_id in enumerate(raw_ids)},
    )


def _index(column: Column) -> dict[str, int]:
    return {key: row for row, key in enumerate(column.texts())}


def _empty(columns: str) -> pd.DataFrame:
    texts = {"id", "short_name", "long_name", "color", "text_color", "url", "headsign", "block"}
    types = {"type": np.int16, "direction": np.int8, "accessible": np.int8, "exact": bool}
    kinds = {name: "str" if name in texts else types.get(name, np.int32) for name in columns.split()}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})


def _whole(text: str, otherwise: int, most: int = 2**31 - 1) -> int:
    """Read a whole number from 0 to ``most``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return otherwise
    return int(text) if int(text) <= most else otherwise


def _colors(reader: Reader, table: Table, field: str) -> NDArray[np.object_]:
    column = table[field]
    found = [_COLOR.fullmatch(value) for value in column.values]
    color = np.array([match.group(1).upper() if match else "" for match in found], dtype=object)[column.codes]
    reader.report.note(table.file, f"{field} is no colour: read as blank", table.line[column.filled & (color == "")])
    return np.asarray(color)
