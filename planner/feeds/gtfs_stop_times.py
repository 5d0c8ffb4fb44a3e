"""stop_times.txt: when each trip calls where; trips whose calls make no sense are dropped whole, never repaired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.feeds.gtfs_reader import Reader
from planner.feeds.gtfs_stops import STOP, read_choice
from planner.feeds.gtfs_table import Column, Table
from planner.feeds.gtfs_times import BLANK, UNREADABLE, distance_along, interpolate, parse_clock

SEQUENCE, CONFLICT, CLOCK, UNTIMED, DECREASING, SHORT = (
    "a stop_sequence is no whole number",
    "two different rows have the same stop_sequence",
    "a time cannot be read",
    "its first or last stop has no time",
    "its times decrease",
    "it has fewer than two usable stops",
)
_ROW_GONE = "its trip was dropped"


@dataclass(slots=True)
class _Calls:
    """The rows in the order of trip and sequence; all arrays have one entry per row."""

    table: Table  # in the same order
    trip: NDArray[np.int32]
    stop: NDArray[np.int32]
    sequence: NDArray[np.int32]
    arrival_s: NDArray[np.int32]
    departure_s: NDArray[np.int32]

    def where(self, keep: NDArray[np.bool_]) -> _Calls:
        if keep.all():
            return self
        arrays = (self.trip, self.stop, self.sequence, self.arrival_s, self.departure_s)
        return _Calls(self.table.where(keep), *(array[keep] for array in arrays))


def read_stop_times(
    reader: Reader,
    trip_row_of: dict[str, int],
    trip_line: NDArray[np.int64],
    stop_row_of: dict[str, int],
    stops: pd.DataFrame,
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Read the calls of the trips, with every time filled in.

    Returns
    -------
    stop_times : DataFrame
        Column ``trip`` numbers the trips that are kept.
    kept : bool[trips]
        Which of the trips have at least two calls that make sense.
    """
    table = reader.read("stop_times.txt")
    n_trips = len(trip_line)
    if table is None:
        return _frame(reader, None, np.zeros(n_trips, bool)), np.zeros(n_trips, bool)
    if not (table["arrival_time"].present or table["departure_time"].present):
        reader.need(table.file, "it has neither arrival_time nor departure_time", "add them, or export the feed again")
        return _frame(reader, None, np.zeros(n_trips, bool)), np.zeros(n_trips, bool)
    gone: dict[str, NDArray[np.bool_]] = {}  # by reason, the trips that go
    calls = _resolve(reader, table, trip_row_of, stop_row_of)
    gone[SEQUENCE] = _any_row(n_trips, calls.trip, calls.sequence < 0)
    calls, gone[CONFLICT] = _deduplicate(reader, calls, n_trips)
    unreadable = (calls.arrival_s == UNREADABLE) | (calls.departure_s == UNREADABLE)
    gone[CLOCK] = _any_row(n_trips, calls.trip, unreadable)
    short = np.bincount(calls.trip, minlength=n_trips) < 2
    calls = _drop_trips(reader, calls, np.logical_or.reduce([*gone.values(), short]))
    gone[UNTIMED] = _any_row(n_trips, calls.trip, _ends(calls.trip) & (_either_s(calls) == BLANK))
    calls = _drop_trips(reader, calls, gone[UNTIMED])
    one_time = (calls.arrival_s == BLANK) != (calls.departure_s == BLANK)
    calls.arrival_s, calls.departure_s = (
        np.where(calls.arrival_s == BLANK, calls.departure_s, calls.arrival_s),
        np.where(calls.departure_s == BLANK, calls.arrival_s, calls.departure_s),
    )
    gone[DECREASING] = _decreasing(calls, n_trips)
    keep_row = ~gone[DECREASING][calls.trip]
    calls, one_time = _drop_trips(reader, calls, gone[DECREASING]), one_time[keep_row]
    gone[SHORT] = short
    _report_trips(reader, gone, trip_line)
    kept = ~np.logical_or.reduce(list(gone.values()))
    blank = calls.arrival_s == BLANK
    reader.report.times_interpolated, reader.report.times_assumed = int(blank.sum()), int(one_time.sum())
    _fill(calls, stops)
    elsewhere = stops["location_type"].to_numpy()[calls.stop] != STOP
    reader.report.note(table.file, "stop_id names no stop but a station or the like", calls.table.line[elsewhere])
    return _frame(reader, calls, kept, blank), kept


def _resolve(reader: Reader, table: Table, trip_row_of: dict[str, int], stop_row_of: dict[str, int]) -> _Calls:
    """Turn ids into rows, drop rows that name nothing known, and sort."""
    trip, stop = table["trip_id"].rows_in(trip_row_of), table["stop_id"].rows_in(stop_row_of)
    reader.report.drop(table.file, "trip_id names no trip that is kept", table.line[trip < 0])
    reader.report.drop(table.file, "stop_id names no stop that is kept", table.line[(trip >= 0) & (stop < 0)])
    found = (trip >= 0) & (stop >= 0)
    table = table.where(found)
    calls = _Calls(
        table,
        trip[found],
        stop[found],
        table["stop_sequence"].parsed(_sequence, np.int32),
        table["arrival_time"].parsed(parse_clock, np.int32),
        table["departure_time"].parsed(parse_clock, np.int32),
    )
    key = calls.trip.astype(np.int64) << 32 | (calls.sequence.astype(np.int64) + 1)
    if (key[1:] >= key[:-1]).all():
        return calls
    order = np.argsort(key, kind="stable")
    arrays = (calls.trip, calls.stop, calls.sequence, calls.arrival_s, calls.departure_s)
    columns = {name: Column(column.codes[order], column.values) for name, column in table.columns.items()}
    return _Calls(Table(table.file, columns, table.line[order]), *(array[order] for array in arrays))


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def _deduplicate(reader: Reader, calls: _Calls, n_trips: int) -> tuple[_Calls, NDArray[np.bool_]]:
    """Drop rows that repeat the one before; say which trips have rows that contradict each other."""
    again = np.zeros(len(calls.trip), bool)
    again[1:] = (calls.trip[1:] == calls.trip[:-1]) & (calls.sequence[1:] == calls.sequence[:-1])
    if not again.any():
        return calls, np.zeros(n_trips, bool)
    same = again.copy()
    for column in calls.table.columns.values():
        same[1:] &= column.codes[1:] == column.codes[:-1]
    reader.report.drop(calls.table.file, "the same row again", calls.table.line[same])
    return calls.where(~same), _any_row(n_trips, calls.trip, again & ~same)


def _decreasing(calls: _Calls, n_trips: int) -> NDArray[np.bool_]:
    """Say which trips go back in time, blank times aside."""
    timed = calls.arrival_s != BLANK
    trip, arrival_s, departure_s = calls.trip[timed], calls.arrival_s[timed], calls.departure_s[timed]
    back = departure_s < arrival_s
    back[1:] |= (trip[1:] == trip[:-1]) & (arrival_s[1:] < departure_s[:-1])
    return _any_row(n_trips, trip, back)


def _fill(calls: _Calls, stops: pd.DataFrame) -> None:
    if (calls.arrival_s != BLANK).all():
        return
    declared = calls.table["shape_dist_traveled"].parsed(_distance, np.float64)
    lat, lon = stops["lat"].to_numpy()[calls.stop], stops["lon"].to_numpy()[calls.stop]
    along = distance_along(calls.trip, declared, lat, lon)
    calls.arrival_s, calls.departure_s = interpolate(calls.trip, calls.arrival_s, calls.departure_s, along)


def _distance(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if 0 <= value < np.inf else np.nan


def _frame(
    reader: Reader, calls: _Calls | None, kept: NDArray[np.bool_], blank: NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    if calls is None or blank is None:
        kinds = {"trip": "int32", "stop": "int32", "sequence": "int32", "arrival_s": "int32", "departure_s": "int32"}
        kinds |= {"pickup": "uint8", "drop_off": "uint8", "interpolated": "bool"}
        return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})
    new_trip = (np.cumsum(kept) - 1).astype(np.int32)
    kinds_of_stop = ("0", "1", "2", "3")
    columns: dict[str, object] = {
        "trip": new_trip[calls.trip],
        "stop": calls.stop,
        "sequence": calls.sequence,
        "arrival_s": calls.arrival_s,
        "departure_s": calls.departure_s,
        "pickup": read_choice(reader, calls.table, "pickup_type", kinds_of_stop, blank=0).astype(np.uint8),
        "drop_off": read_choice(reader, calls.table, "drop_off_type", kinds_of_stop, blank=0).astype(np.uint8),
        "interpolated": blank,
    }
    headsign = calls.table["stop_headsign"]
    if any(headsign.values):
        columns["headsign"] = pd.Categorical.from_codes(headsign.codes, categories=pd.Index(headsign.values))
    return pd.DataFrame(columns)


def _drop_trips(reader: Reader, calls: _Calls, gone: NDArray[np.bool_]) -> _Calls:
    going = gone[calls.trip]
    reader.report.drop(calls.table.file, _ROW_GONE, calls.table.line[going])
    return calls.where(~going)


def _report_trips(reader: Reader, gone: dict[str, NDArray[np.bool_]], trip_line: NDArray[np.int64]) -> None:
    """Count each dropped trip once, under its first reason."""
    counted = np.zeros(len(trip_line), bool)
    for reason, trips in gone.items():
        reader.report.drop("trips.txt", reason, trip_line[trips & ~counted])
        counted |= trips


def _any_row(n_trips: int, trip: NDArray[np.int32], bad: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros(n_trips, bool)
    found[trip[bad]] = True
    return found


def _ends(trip: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which rows are the first or the last of their trip."""
    change = trip[1:] != trip[:-1]
    ends = np.ones(len(trip), bool)
    ends[1:-1] = change[:-1] | change[1:]
    return ends


def _either_s(calls: _Calls) -> NDArray[np.int32]:
    return np.maximum(calls.arrival_s, calls.departure_s)  # BLANK is below every time
