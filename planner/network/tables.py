"""The columns of a stored network: plain arrays, ids outside, row numbers inside.

Axes, the same letter everywhere: S stops (every GTFS location_type), R routes, T trips (frequencies are
already spelt out), Q stop sequences, E stop events, D days, F footpaths, C boarding classes.
-1 in a reference column means "none". Times are int32 seconds since noon minus 12 h of the service day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from planner.facts import MEASURED_METHODS
from planner.network.knowledge import Knowledge

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Strings(Sequence[str]):
    """A read-only column of texts as one block of UTF-8 and n + 1 offsets, so that it can be memory-mapped."""

    def __init__(self, block: Bytes, offset: Longs) -> None:
        self.block, self.offset = block, offset

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """Pack texts into one block."""
        encoded = [text.encode() for text in texts]
        offset = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(piece) for piece in encoded], out=offset[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offset)

    def __len__(self) -> int:
        return len(self.offset) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if row < 0:
            raise IndexError("a row number is not negative; -1 means none")
        return self.block[self.offset[row] : self.offset[row + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        text, at = self.block.tobytes(), self.offset.tolist()
        return (text[low:high].decode() for low, high in pairwise(at))

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The first row of each text."""
        rows: dict[str, int] = {}
        for row, text in enumerate(self):
            rows.setdefault(text, row)
        return rows


@dataclass(frozen=True)
class Agencies:
    """GTFS agencies; public ids ``feed:id``."""

    id: Strings
    name: Strings
    url: Strings
    phone: Strings


@dataclass(frozen=True)
class Stops:
    """Every row of stops.txt: stops, stations, entrances, nodes and boarding areas."""

    id: Strings
    code: Strings
    name: Strings
    platform_code: Strings
    lon: Floats  # [S] WGS 84; NaN: not known
    lat: Floats
    x_m: Floats  # [S] metres in the network's own plane (azimuthal equidistant around its middle)
    y_m: Floats
    location_type: NDArray[np.int8]
    parent: Ints
    own_flag: NDArray[np.int8]  # wheelchair_boarding as written
    flag: NDArray[np.int8]  # with the inheritance of the standard
    stop_access: NDArray[np.int8]  # -1: empty


@dataclass(frozen=True)
class Routes:
    """Public lines."""

    id: Strings
    agency: Ints
    short_name: Strings
    long_name: Strings
    type: NDArray[np.int16]  # GTFS route_type
    color: Strings
    text_color: Strings


@dataclass(frozen=True)
class Trips:
    """Runs of a vehicle, sorted by stop sequence, then by first departure."""

    id: Strings
    route: Ints
    service: Ints
    direction: NDArray[np.int8]
    headsign: Ints  # row in Network.headsigns
    block: Ints  # row in Network.blocks, -1: none
    shape: Ints
    flag: NDArray[np.int8]  # wheelchair_accessible
    sequence: Ints
    every_s: Ints  # headway of a run without fixed time (frequencies, exact_times=0); 0: a fixed time


BOARD, ALIGHT, BOARD_BY_CALL, ALIGHT_BY_CALL = 1, 2, 4, 8  # bits of Sequences.use


@dataclass(frozen=True)
class Sequences:
    """Distinct (stops, pick-up, drop-off) orders of trips; the base of the day's patterns."""

    stop_offset: Longs  # [Q + 1] into stop and use
    stop: Ints
    use: Bytes  # bits BOARD, ALIGHT, and whether a call to the agency is needed
    trip_offset: Longs  # [Q + 1]: trips of sequence q are rows trip_offset[q]..trip_offset[q + 1]
    event_offset: Longs  # [Q + 1]: event of trip t at position i: event_offset[q] + (t - trip_offset[q]) * L + i


@dataclass(frozen=True)
class Events:
    """Calls of trips at stops, laid out as ``Sequences.event_offset`` says."""

    arrival_s: Ints
    departure_s: Ints
    interpolated: NDArray[np.bool_]


@dataclass(frozen=True)
class Services:
    """Which service runs on which day."""

    id: Strings
    first_day: Ints  # [1] proleptic Gregorian ordinal of column 0 of ``runs``
    runs: NDArray[np.bool_]  # [services, D]


@dataclass(frozen=True)
class Shapes:
    """Lines on the ground; points of shape i are rows offset[i]..offset[i + 1]."""

    offset: Longs
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class Footpaths:
    """Walks between two stops, by origin (CSR); the way itself is not known yet: straight line x 1.3."""

    offset: Longs  # [S + 1]
    to: Ints
    distance_m: NDArray[np.float32]  # ascending for each origin


@dataclass(frozen=True)
class Transfers:
    """Rows of transfers.txt, of every type, in the order of the file.

    A row may name stops, routes, trips or a mix of them: -1 is "any", and a row of nothing but two stops holds for
    every trip between them. Of a trip that frequencies.txt repeats, only the first run is named (its other runs have
    rows of their own in Trips, with the same id).
    """

    from_stop: Ints
    to_stop: Ints
    from_route: Ints
    to_route: Ints
    from_trip: Ints
    to_trip: Ints
    type: NDArray[np.int8]  # transfer_type, 0 to 5
    min_s: Ints  # -1: none

    def between_stops(self) -> Transfers:
        """Give the rows that hold for every trip between two stops."""
        narrower = np.maximum.reduce([self.from_route, self.to_route, self.from_trip, self.to_trip]) >= 0
        whole = ~narrower & (self.from_stop >= 0) & (self.to_stop >= 0)
        return Transfers(*(getattr(self, column.name)[whole] for column in fields(self)))


@dataclass(frozen=True)
class Kept:
    """A table of the feed kept as it is written, all text, until somebody arranges it."""

    columns: Strings
    cells: Strings  # row after row

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Kept:
        """Keep rows of equal length."""
        return cls(Strings.of(columns), Strings.of(cell for row in rows for cell in row))

    def rows(self) -> list[dict[str, str]]:
        """Give the rows by column."""
        names, cells = list(self.columns), list(self.cells)
        return [dict(zip(names, cells[i : i + len(names)], strict=True)) for i in range(0, len(cells), len(names) or 1)]


@dataclass(frozen=True)
class Coverage:
    """How much is known, counted over the stops that trips serve and over all trips."""

    quays: int
    quays_measured: int
    stops_yes: int
    stops_no: int
    stops_unknown: int
    trips_yes: int
    trips_no: int
    trips_unknown: int


@dataclass(frozen=True, eq=False)  # identity, so that views of it can be cached
class Network:
    """One built network: tables, timetable, facts, and what its import reported."""

    name: str
    title: str
    timezone: str
    attribution: str
    notice: str
    folder: Path | None
    report: dict[str, Any]
    agencies: Agencies
    stops: Stops
    routes: Routes
    trips: Trips
    headsigns: Strings
    blocks: Strings
    sequences: Sequences
    events: Events
    services: Services
    shapes: Shapes
    footpaths: Footpaths
    transfers: Transfers
    pathways: Kept  # of stations; public ids
    levels: Kept
    knowledge: Knowledge = field(default_factory=Knowledge)

    @cached_property
    def served(self) -> NDArray[np.bool_]:
        """bool[S]: a trip calls here."""
        served = np.zeros(len(self.stops.id), np.bool_)
        served[self.sequences.stop] = True
        return served

    @cached_property
    def coverage(self) -> Coverage:
        """Counts of known, declared and unknown."""
        flags = np.bincount(self.stops.flag[self.served], minlength=3)
        heights = (quay.height_mm for quay in self.knowledge.quays.values())
        trips = np.bincount(self.trips.flag, minlength=3)
        return Coverage(
            quays=int(self.served.sum()),
            quays_measured=sum(height is not None and height.method in MEASURED_METHODS for height in heights),
            stops_yes=int(flags[1]),
            stops_no=int(flags[2]),
            stops_unknown=int(flags[0]),
            trips_yes=int(trips[1]),
            trips_no=int(trips[2]),
            trips_unknown=int(trips[0]),
        )

    @cached_property
    def service_span(self) -> tuple[date, date] | None:
        """First and last day with a trip; None if nothing ever runs."""
        used = np.unique(self.trips.service)
        days = np.flatnonzero(self.services.runs[used].any(axis=0)) if len(used) else np.empty(0, np.int64)
        if not len(days):
            return None
        base = int(self.services.first_day[0])
        return date.fromordinal(base + int(days[0])), date.fromordinal(base + int(days[-1]))

    @property
    def first_day(self) -> date | None:
        """First day with a trip."""
        return self.service_span[0] if self.service_span else None

    @property
    def last_day(self) -> date | None:
        """Last day with a trip."""
        return self.service_span[1] if self.service_span else None
