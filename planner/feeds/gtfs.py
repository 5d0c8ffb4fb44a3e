"""Read a GTFS feed: a zip or folder of text tables becomes clean typed tables, and a report of what was done.

Rows refer to each other by row number. Ids are public, ``NAME:id``. Flags stay as declared: 0 is unknown.
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import Fault
from planner.feeds.archive import open_source, source_hash
from planner.feeds.gtfs_calendar import read_calendar
from planner.feeds.gtfs_reader import Reader
from planner.feeds.gtfs_report import FeedReport, Known
from planner.feeds.gtfs_stop_times import read_stop_times
from planner.feeds.gtfs_stops import read_stops
from planner.feeds.gtfs_table import Table
from planner.feeds.gtfs_times import parse_date
from planner.feeds.gtfs_trips import read_frequencies, read_routes, read_shapes, read_transfers, read_trips

_SAFE_NAME = re.compile(r"[^:\s]+")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. All frames have a plain RangeIndex; -1 in a column of row numbers means none, "" means not said.

    Attributes
    ----------
    agencies : id, name, url, phone, timezone
    stops : all location types. id, code, name, lat, lon (degrees, WGS 84), location_type int8, parent int32,
        declared int8 (own wheelchair_boarding), effective int8 (with inheritance), platform_code, level_id,
        stop_access int8 (-1: not said), desc
    routes : id, agency int32, short_name, long_name, type int16 (-1: unknown), color, text_color (six
        hexadecimal digits), sort_order int32 (-1: none), url
    trips : id, route int32, service int32, headsign, short_name, direction int8 (-1: none), block, shape int32,
        accessible int8 (wheelchair_accessible)
    stop_times : by trip, then sequence. trip, stop, sequence, arrival_s, departure_s int32, pickup, drop_off
        uint8 (GTFS codes 0 to 3), interpolated bool; headsign (categorical) only if the feed has any
    service_days : bool[services, days], day d is the proleptic Gregorian ordinal ``first_day + d``
    frequencies : trip, start_s, end_s, headway_s int32, exact bool
    transfers : from_stop, to_stop, from_route, to_route, from_trip, to_trip int32, type int8, min_s int32 (-1: none)
    shape_offset : int64[shapes + 1], into shape_lon, shape_lat float64 (degrees)
    pathways, levels : as they are written, all text, with public ids
    """

    name: str
    source_hash: str
    timezone: str
    lang: str
    publisher: str
    feed_version: str
    feed_start: str  # ISO date
    feed_end: str
    agencies: pd.DataFrame
    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    service_ids: list[str]
    service_days: NDArray[np.bool_]
    first_day: int
    frequencies: pd.DataFrame
    transfers: pd.DataFrame
    shape_ids: list[str]
    shape_offset: NDArray[np.int64]
    shape_lon: NDArray[np.float64]
    shape_lat: NDArray[np.float64]
    pathways: pd.DataFrame
    levels: pd.DataFrame
    report: FeedReport


def read_gtfs(path: Path, name: str) -> Feed:
    """Read one feed under the name that its public ids will carry.

    Raises
    ------
    FeedError
        With every fault found that makes the feed useless, or the source unsafe.
    """
    if not _SAFE_NAME.fullmatch(name):
        raise ValueError(f"a feed name has no colon and no space, got {name!r}")
    with open_source(path) as source:
        reader = Reader(source, name)
        info = _read_feed_info(reader)
        agencies, agency_row_of, zones, lang = _read_agencies(reader)
        stops = read_stops(reader)
        timezone = _timezone(reader, zones, stops.timezones)
        _check_files(reader)
        calendar = read_calendar(reader, _ordinal(info["feed_start"]))
        routes = read_routes(reader, agency_row_of)
        shapes = read_shapes(reader)
        trips = read_trips(reader, routes, calendar, shapes)
        reader.stop_if_faulty()
        stop_times, kept = read_stop_times(reader, trips.row_of, trips.line, stops.row_of, stops.frame)
        if not kept.any():
            _refuse_useless_trips(reader)
        reader.stop_if_faulty()
        new_trip = np.cumsum(kept) - 1
        trip_row_of = {trip_id: int(new_trip[row]) for trip_id, row in trips.row_of.items() if kept[row]}
        feed = Feed(
            name=name,
            source_hash=source_hash(path),
            timezone=timezone,
            lang=info["lang"] or lang,
            publisher=info["publisher"],
            feed_version=info["feed_version"],
            feed_start=info["feed_start"],
            feed_end=info["feed_end"],
            agencies=_texts(agencies),
            stops=_texts(stops.frame),
            routes=_texts(routes.frame),
            trips=_texts(trips.frame[kept].reset_index(drop=True)),
            stop_times=stop_times,
            service_ids=[f"{name}:{service_id}" for service_id in calendar.row_of],
            service_days=calendar.runs,
            first_day=calendar.first_day,
            frequencies=read_frequencies(reader, trip_row_of),
            transfers=read_transfers(reader, stops.row_of, routes.row_of, trip_row_of),
            shape_ids=shapes.ids,
            shape_offset=shapes.offset,
            shape_lon=shapes.lon,
            shape_lat=shapes.lat,
            pathways=_read_whole(reader, "pathways.txt", ("pathway_id", "from_stop_id", "to_stop_id")),
            levels=_read_whole(reader, "levels.txt", ("level_id",)),
            report=reader.report,
        )
        reader.stop_if_faulty()
    _summarise(feed)
    return feed


def _read_feed_info(reader: Reader) -> dict[str, str]:
    table = reader.read("feed_info.txt")
    fields = {"publisher": "feed_publisher_name", "lang": "feed_lang", "feed_version": "feed_version"}
    info = {key: _first(table, field) for key, field in fields.items()}
    for key in ("feed_start", "feed_end"):
        day = parse_date(_first(table, f"{key}_date"))
        info[key] = date.fromordinal(day).isoformat() if day > 0 else ""
    return info


def _first(table: Table | None, field: str) -> str:
    if table is None or not len(table):
        return ""
    column = table[field]
    return column.values[int(column.codes[0])]


def _ordinal(iso: str) -> int | None:
    return date.fromisoformat(iso).toordinal() if iso else None


def _read_agencies(reader: Reader) -> tuple[pd.DataFrame, dict[str, int], list[str], str]:
    """Give the agencies, their rows by id, their distinct time zones, and the first language."""
    table = reader.read("agency.txt")
    if table is None:
        columns = ("id", "name", "url", "phone", "timezone")
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in columns}), {}, [], ""
    if table["agency_id"].filled.all() and len(table):
        table = reader.unique(table, "agency_id")
    frame = pd.DataFrame(
        {
            # an agency without an id is the only one, and its public id is the bare "NAME:"
            "id": np.array([f"{reader.name}:{key}" for key in table["agency_id"].texts()], dtype=object),
            "name": table["agency_name"].texts(),
            "url": table["agency_url"].texts(),
            "phone": table["agency_phone"].texts(),
            "timezone": table["agency_timezone"].texts(),
        }
    )
    row_of = {agency_id: row for row, agency_id in enumerate(table["agency_id"].texts())}
    zones = sorted({zone for zone in frame["timezone"] if zone})
    return frame, row_of, zones, _first(table, "agency_lang")


def _timezone(reader: Reader, agency_zones: list[str], stop_zones: list[str]) -> str:
    """Choose the time zone of the clock times; the standard wants one for all agencies."""
    zones = agency_zones
    if not zones and len(stop_zones) == 1:
        zones = stop_zones
        reader.report.assumed.append(f"no agency names a time zone; that of the stops, {zones[0]}, is taken")
    if not zones:
        reader.report.assumed.append("nothing names a time zone; UTC is taken")
        return "UTC"
    file, field = ("agency.txt", "agency_timezone") if agency_zones else ("stops.txt", "stop_timezone")
    if len(zones) > 1:
        problem = f"the agencies have different time zones: {', '.join(zones)}"
        reader.faults.append(Fault(file, problem, "all must agree; give each zone as a feed of its own", field=field))
    for zone in zones:
        try:
            zoneinfo.ZoneInfo(zone)
        except (ValueError, KeyError, OSError):
            cure = "write an IANA name such as Europe/Paris"
            reader.faults.append(Fault(file, f"{zone!r} is no time zone that is known here", cure, field=field))
    return zones[0]


def _check_files(reader: Reader) -> None:
    """A feed may have no trips at all, but not half of what trips need."""
    if not (reader.has("trips.txt") or reader.has("stop_times.txt")):
        return
    for file in ("trips.txt", "stop_times.txt", "routes.txt"):
        if not reader.has(file):
            reader.need(file, "this file is missing", "a feed with trips needs it; export the feed again")
    if not (reader.has("calendar.txt") or reader.has("calendar_dates.txt")):
        problem = "this file is missing, and calendar_dates.txt too"
        reader.need("calendar.txt", problem, "a feed with trips needs one of them")


def _refuse_useless_trips(reader: Reader) -> None:
    """A feed without trips says so; a feed whose trips are all useless is broken."""
    trips, calls = reader.report.table("trips.txt"), reader.report.table("stop_times.txt")
    cure = "look at the first of them, correct or export the feed again"
    if trips.read:
        reasons = "; ".join(f"{reason}: {tally}" for reason, tally in trips.dropped.items())
        reader.need("trips.txt", f"none of its {trips.read:,} trips can be used ({reasons})", cure)
    elif calls.read:
        reader.need("trips.txt", f"it has no trips, but stop_times.txt has {calls.read:,} rows", cure)
    else:
        reader.report.assumed.append("the feed has no trips: it gives stops and ways, nothing can be ridden")


def _read_whole(reader: Reader, file: str, ids: tuple[str, ...]) -> pd.DataFrame:
    """Keep a table as it is written, its ids made public."""
    table = reader.read(file)
    if table is None:
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in ids})
    return pd.DataFrame(
        {name: reader.public(column) if name in ids else column.texts() for name, column in table.columns.items()}
    )


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Make text columns ``str`` even where there is no row to tell."""
    return frame.astype({name: "str" for name, kind in frame.dtypes.items() if pd.api.types.is_object_dtype(kind)})


def _summarise(feed: Feed) -> None:
    """Say how much is known of accessibility, and when there is service."""
    report = feed.report
    served = np.zeros(len(feed.stops), np.bool_)
    served[feed.stop_times["stop"].to_numpy()] = True
    report.served_stops = Known.of(feed.stops["effective"].to_numpy()[served])
    report.trips = Known.of(feed.trips["accessible"].to_numpy())
    used = np.unique(feed.trips["service"].to_numpy())
    days = np.flatnonzero(feed.service_days[used].any(axis=0))
    if len(days):
        first, last = (date.fromordinal(feed.first_day + int(day)).isoformat() for day in days[[0, -1]])
        report.first_day, report.last_day = first, last
