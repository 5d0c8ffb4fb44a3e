"""Stops, stations, entrances, nodes and boarding areas: their hierarchy, positions and declared flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.feeds.gtfs_reader import Reader
from planner.feeds.gtfs_table import Column, Table

STOP, STATION, ENTRANCE, NODE, BOARDING_AREA = range(5)
FLAGS = ("0", "1", "2")
_PARENT_TYPE = np.array([STATION, -1, STATION, STATION, STOP])  # by the child's type


@dataclass(frozen=True, slots=True)
class Stops:
    """The stops, and which row each id of the feed has."""

    frame: pd.DataFrame
    row_of: dict[str, int]
    timezones: list[str]  # distinct stop_timezone values


@dataclass(frozen=True, slots=True)
class _Places:
    """What hangs together between the rows of stops.txt; parent is -1 for none."""

    kind: NDArray[np.int8]
    parent: NDArray[np.int32]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]


def read_stops(reader: Reader) -> Stops:
    """Read stops.txt; a stop that nobody can place on the map is dropped, and a feed without stops is faulty."""
    table = reader.read("stops.txt")
    if table is None or not len(table):
        reader.need("stops.txt", "this file has no stops", "a feed needs at least one stop with a position")
        return Stops(pd.DataFrame(), {}, [])
    table = reader.unique(table, "stop_id")
    places = _place(reader, table)
    placed = np.isfinite(places.lat)
    reader.report.drop(table.file, "no possible position, and no parent that has one", table.line[~placed])
    if not placed.any():
        reader.need("stops.txt", "no stop has a possible position", "fill in stop_lat and stop_lon (WGS 84 degrees)")
    new_row = np.where(placed, np.cumsum(placed) - 1, -1).astype(np.int32)
    parent = np.where(places.parent >= 0, new_row[places.parent], -1)[placed].astype(np.int32)
    table = table.where(placed)
    kind = places.kind[placed]
    declared = read_flags(reader, table, "wheelchair_boarding")
    reader.report.stop_flag_absent = not table["wheelchair_boarding"].present
    frame = pd.DataFrame(
        {
            "id": reader.public(table["stop_id"]),
            "code": table["stop_code"].texts(),
            "name": _names(reader, table, parent),
            "lat": places.lat[placed],
            "lon": places.lon[placed],
            "location_type": kind,
            "parent": parent,
            "declared": declared,
            "effective": inherit(declared, parent),
            "platform_code": table["platform_code"].texts(),
            "level_id": reader.public(table["level_id"]),
            "stop_access": read_choice(reader, table, "stop_access", ("0", "1"), blank=-1),
            "desc": table["stop_desc"].texts(),
        }
    )
    row_of = {stop_id: row for row, stop_id in enumerate(table["stop_id"].texts())}
    return Stops(frame, row_of, sorted({zone for zone in table["stop_timezone"].texts() if zone}))


def inherit(declared: NDArray[np.int8], parent: NDArray[np.int32]) -> NDArray[np.int8]:
    """Give the flag that counts at each stop: its own 1 or 2, else its parent's, else 0 (unknown).

    A boarding area inherits from its platform and that from the station, hence two steps.
    """
    effective = declared
    for _ in range(2):
        from_parent = np.where(parent >= 0, effective[parent], 0)
        effective = np.where(effective > 0, effective, from_parent).astype(np.int8)
    return effective


def read_flags(reader: Reader, table: Table, field: str) -> NDArray[np.int8]:
    """Read a three-valued flag; what is none of 0, 1, 2 says nothing, so it is unknown."""
    return read_choice(reader, table, field, FLAGS, blank=0)


def read_choice(reader: Reader, table: Table, field: str, allowed: tuple[str, ...], blank: int) -> NDArray[np.int8]:
    """Read a coded field; a code outside the standard counts as blank, and the report says so."""
    column = table[field]
    codes = column.parsed(lambda text: int(text) if text in allowed else (-9 if text else blank), np.int8)
    strange = codes == -9
    reader.report.note(table.file, f"{field} is none of {', '.join(allowed)}: read as blank", table.line[strange])
    return np.where(strange, blank, codes).astype(np.int8)


def read_positions(lat: Column, lon: Column) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read degrees; both are NaN where either is blank, no number or off the globe, or at 0, 0 in the ocean."""
    lat_deg, lon_deg = (column.parsed(_degrees, np.float64) for column in (lat, lon))
    possible = (np.abs(lat_deg) <= 90) & (np.abs(lon_deg) <= 180)
    possible &= (np.abs(lat_deg) > 1e-6) | (np.abs(lon_deg) > 1e-6)
    return np.where(possible, lat_deg, np.nan), np.where(possible, lon_deg, np.nan)


def _degrees(text: str) -> float:
    try:
        return float(text) if text.isascii() and "_" not in text else np.nan
    except ValueError:
        return np.nan


def _place(reader: Reader, table: Table) -> _Places:
    """Find parents, and give every stop a position that has one itself, in its parent or in its children."""
    kind = read_choice(reader, table, "location_type", ("0", "1", "2", "3", "4"), blank=0)
    row_of = {stop_id: row for row, stop_id in enumerate(table["stop_id"].texts())}
    column = table["parent_station"]
    parent = column.rows_in(row_of)
    orphan = column.filled & (parent < 0)
    reader.report.note(table.file, "parent_station names no stop: read as blank", table.line[orphan])
    misplaced = (parent >= 0) & (kind[parent] != _PARENT_TYPE[kind])
    reader.report.note(table.file, "parent_station is of the wrong location_type: read as blank", table.line[misplaced])
    parent = np.where(misplaced, -1, parent).astype(np.int32)
    lat, lon = read_positions(table["stop_lat"], table["stop_lon"])
    lat, lon = _station_positions(reader, table, _Places(kind, parent, lat, lon))
    lacking = ~np.isfinite(lat)
    for _ in range(2):  # a boarding area may have to ask its station
        take = ~np.isfinite(lat) & (parent >= 0)
        lat, lon = (np.where(take, values[parent], values) for values in (lat, lon))
    given = lacking & np.isfinite(lat) & (kind != NODE) & (kind != BOARDING_AREA)
    reader.report.note(table.file, "no position: the parent's is assumed", table.line[given])
    return _Places(kind, parent, lat, lon)


def _station_positions(
    reader: Reader, table: Table, places: _Places
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place a station without a position amid its children: dropping it would lose what they inherit."""
    lost = (places.kind == STATION) & ~np.isfinite(places.lat)
    if not lost.any():
        return places.lat, places.lon
    child = (places.parent >= 0) & np.isfinite(places.lat)
    count = np.bincount(places.parent[child], minlength=len(table))
    lost &= count > 0
    reader.report.note(table.file, "no position: the middle of its stops is assumed", table.line[lost])
    lat, lon = places.lat.copy(), places.lon.copy()
    for values in (lat, lon):
        total = np.bincount(places.parent[child], weights=values[child], minlength=len(table))
        values[lost] = total[lost] / count[lost]
    return lat, lon


def _names(reader: Reader, table: Table, parent: NDArray[np.int32]) -> NDArray[np.object_]:
    """Give each stop its name, else its parent's, else "" (nodes need none)."""
    names = np.array([" ".join(name.split()) for name in table["stop_name"].values], dtype=object)
    name = names[table["stop_name"].codes]
    lacking = name == ""
    for _ in range(2):
        name = np.where((name == "") & (parent >= 0), name[parent], name)
    reader.report.note(table.file, "no stop_name: the parent's is used", table.line[lacking & (name != "")])
    reader.report.note(table.file, "no stop_name at all", table.line[name == ""])
    return np.asarray(name)
