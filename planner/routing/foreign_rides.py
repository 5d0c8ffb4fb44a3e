"""Rides of other routers found in this network: by ids where they are known here, else by line, time and place.

An id of another router often is the feed's own behind a name or a date of theirs ("1:4711", "stop_point:4711",
"20261124_09:00_city_4711"); so what stands behind each ":" or "_" is tried too, the longest first. An id alone proves
nothing: the trip must call at both stops in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.model import Boarding, NextDeparture, Profile, Reason, Unknown, Verdict
from planner.network.calls import departures_at
from planner.network.classes import boarding_classes
from planner.network.clock import clock_of, local, moment_of
from planner.network.plane import distances_m
from planner.network.tables import ALIGHT, BOARD, Network, Strings
from planner.place_search import fold
from planner.places import row_of_id
from planner.routing.judge import judge_call

NEAR_M = 200.0  # a stop without a known id is one of those so near to its position
ON_TIME_S = 60  # two timetables of one run tell the same minute,
INTERPOLATED_S = 900  # and where neither tells a time, each estimates it in its own way
LATE_S = 2 * 3600  # a run found by its id may be so late or early
REFUSED = 100  # doubts of an end that nobody, or not this traveller, may use
_SEPARATOR = re.compile(r"[:_]")


@dataclass(frozen=True, slots=True)
class ForeignEnd:
    """Where a foreign ride begins or ends, as far as it says."""

    stop_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    moment: datetime | None = None  # with offset


@dataclass(frozen=True, slots=True)
class ForeignRide:
    """One ride as another router tells it."""

    start: ForeignEnd
    end: ForeignEnd
    trip_id: str | None = None
    route_ids: tuple[str, ...] = ()  # ids or names of the line


@dataclass(frozen=True, slots=True)
class Match:
    """A ride of this network: rows of trip and stops, and clock times of its service day."""

    by: str  # "IDS", or "LINE_AND_TIME"
    trip: int
    day: date
    board: int  # positions in the sequence of the trip
    alight: int
    board_stop: int
    alight_stop: int
    departure_s: int
    arrival_s: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Both ends of a matched ride, and the next one that takes this traveller; None is an end that nobody may use."""

    match: Match
    boarding: Boarding | None
    alighting: Boarding | None
    following: NextDeparture | None

    @property
    def verdict(self) -> Verdict:
        """The worse end; where the timetable lets nobody on or off it is NO."""
        if self.boarding is None or self.alighting is None:
            return Verdict.NO
        return max(self.boarding.verdict, self.alighting.verdict)


def match_ride(network: Network, ride: ForeignRide) -> Match | Reason:
    """Find a foreign ride, or say why it is not found.

    Returns
    -------
    Match or Reason
        Codes: NO_TIME, NO_STOP (``end``: from or to), NO_LINE (none given is known here), NO_TRIP (nothing calls at
        these stops in this order at that time).
    """
    if ride.start.moment is None and ride.end.moment is None:
        return Reason("NO_TIME")
    ends = [_stops_of(network, end) for end in (ride.start, ride.end)]
    for name, rows in zip(("from", "to"), ends, strict=True):
        if not len(rows):
            return Reason("NO_STOP", {"end": name})
    near = [_rows_of(network, network.stops.id, end.stop_id) for end in (ride.start, ride.end)]
    trips = _rows_of(network, network.trips.id, ride.trip_id)
    if len(trips):
        found = _best(network, ride, trips, ends, near, LATE_S)
        if found is not None:
            return found
    lines = _lines(network, ride.route_ids)
    if ride.route_ids and not len(lines):
        return Reason("NO_LINE", {"line": ride.route_ids[0]})
    calling = np.intersect1d(_sequences_at(network, ends[0]), _sequences_at(network, ends[1]))
    runs = [np.arange(*network.sequences.trip_offset[row : row + 2]) for row in calling.tolist()]
    trips = np.concatenate(runs) if runs else np.empty(0, np.int64)
    if len(lines):
        trips = trips[np.isin(network.trips.route[trips], lines)]
    found = _best(network, ride, trips, ends, near, ON_TIME_S)
    return Reason("NO_TRIP") if found is None else replace(found, by="LINE_AND_TIME")


def judge_match(network: Network, match: Match, profile: Profile, unknown: Unknown) -> Judged:
    """Judge both ends, as ``ask_boarding`` does for this trip, and find the next departure."""
    boarding, alighting = _ends(network, match.trip, match.day, match.board, match.alight, profile)
    return Judged(match, boarding, alighting, _following(network, match, profile, unknown))


def _stops_of(network: Network, end: ForeignEnd) -> NDArray[np.int64]:
    """Rows of the served stops that an end may mean: of its id with its station's others, and those near it."""
    stops, rows = network.stops, set[int]()
    for row in _rows_of(network, stops.id, end.stop_id).tolist():
        parent = int(stops.parent[row])
        family = stops.parent == (row if parent < 0 else parent)
        rows |= {row, *np.flatnonzero(family).tolist()}
    if end.lat is not None and end.lon is not None:
        served = _served(network)
        metres = distances_m(end.lon, end.lat, stops.lon[served], stops.lat[served])
        rows |= set(served[metres <= NEAR_M].tolist())
    return np.array(sorted(row for row in rows if network.served[row]), np.int64)


@lru_cache(maxsize=16)
def _served(network: Network) -> NDArray[np.int64]:
    return np.flatnonzero(network.served & np.isfinite(network.stops.lat))


def _rows_of(network: Network, ids: Strings, text: str | None) -> NDArray[np.int64]:
    """Rows of an id of another router; a trip that frequencies repeat has several rows of one id."""
    for part in _parts(text):
        row = row_of_id(ids, part)
        if row is None:
            continue
        if ids is not network.trips.id:
            return np.array([row], np.int64)
        sequence = int(network.trips.sequence[row])
        runs = range(*(int(x) for x in network.sequences.trip_offset[sequence : sequence + 2]))
        return np.array([run for run in runs if ids[run] == ids[row]], np.int64)
    return np.empty(0, np.int64)


def _parts(text: str | None) -> Iterator[str]:
    """The id, and what stands behind each separator."""
    if text:
        yield text
        yield from (text[found.end() :] for found in _SEPARATOR.finditer(text) if found.end() < len(text))


def _lines(network: Network, texts: tuple[str, ...]) -> NDArray[np.int64]:
    """Rows of the routes of an id, else of a name."""
    for text in texts:
        rows = _rows_of(network, network.routes.id, text)
        if len(rows):
            return rows
    names = {fold(text) for text in texts} - {""}
    told = zip(network.routes.short_name, network.routes.long_name, strict=True)
    return np.array([row for row, both in enumerate(told) if names & {fold(name) for name in both}], np.int64)


def _sequences_at(network: Network, stops: NDArray[np.int64]) -> NDArray[np.int64]:
    at = np.flatnonzero(np.isin(network.sequences.stop, stops))
    return np.unique(np.searchsorted(network.sequences.stop_offset, at, "right") - 1)


def _positions(
    network: Network, sequence: int, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    stops = network.sequences.stop[slice(*(int(x) for x in network.sequences.stop_offset[sequence : sequence + 2]))]
    off = np.flatnonzero(np.isin(stops, ends))
    for on in np.flatnonzero(np.isin(stops, starts)).tolist():
        yield from ((on, int(alight)) for alight in off[off > on].tolist())


def _best(
    network: Network,
    ride: ForeignRide,
    trips: NDArray[np.int64],
    ends: list[NDArray[np.int64]],
    near: list[NDArray[np.int64]],
    most_s: int,
) -> Match | None:
    """The run among ``trips`` whose times are nearest to those told; between equals the stops that are nearest."""
    told = ride.start.moment or ride.end.moment
    if told is None or not len(trips):
        return None
    sequences, events, stops = network.sequences, network.events, network.sequences.stop
    best: tuple[float, float, int, int] | None = None
    match: Match | None = None
    of_sequence = network.trips.sequence[trips]
    for sequence in np.unique(of_sequence).tolist():
        rows, base = trips[of_sequence == sequence], int(sequences.stop_offset[sequence])
        length = int(sequences.stop_offset[sequence + 1]) - base
        first = int(sequences.event_offset[sequence]) + (rows - int(sequences.trip_offset[sequence])) * length
        for board, alight in _positions(network, sequence, *ends):
            far_m = sum(
                _away_m(network, int(stops[base + position]), end, same)
                for position, end, same in zip((board, alight), (ride.start, ride.end), near, strict=True)
            )
            for offset in (0, -1, 1):
                day = local(told, network.timezone).date() + timedelta(days=offset)
                away, late = np.zeros(len(rows)), np.zeros(len(rows), np.bool_)
                for times, at, end in (
                    (events.departure_s, first + board, ride.start),
                    (events.arrival_s, first + alight, ride.end),
                ):
                    if end.moment is not None:
                        off = np.abs(times[at] - clock_of(end.moment, day, network.timezone))
                        # a run without fixed times is told by any time of its headway
                        off = np.maximum(off - network.trips.every_s[rows], 0)
                        late |= off > np.where(events.interpolated[at], max(most_s, INTERPOLATED_S), most_s)
                        away = np.maximum(away, off)
                away = np.where(_running(network, day, rows) & ~late, away, np.inf)
                best_at = int(away.argmin())
                rank = (float(away[best_at]), far_m, offset, int(rows[best_at]))
                if np.isfinite(away[best_at]) and (best is None or rank < best):
                    best = rank
                    match = Match(
                        "IDS", int(rows[best_at]), day, board, alight, int(stops[base + board]),
                        int(stops[base + alight]),
                        int(events.departure_s[first[best_at] + board]), int(events.arrival_s[first[best_at] + alight]),
                    )  # fmt: skip
    return match


def _running(network: Network, day: date, trips: NDArray[np.int64]) -> NDArray[np.bool_]:
    runs, column = network.services.runs, day.toordinal() - int(network.services.first_day[0])
    if not 0 <= column < runs.shape[1]:
        return np.zeros(len(trips), np.bool_)
    running: NDArray[np.bool_] = runs[network.trips.service[trips], column]
    return running


def _away_m(network: Network, row: int, end: ForeignEnd, same: NDArray[np.int64]) -> float:
    """How far a stop is from where it was told to be; the stop of the very id is there."""
    if row in same:
        return 0.0
    if end.lat is None or end.lon is None or not np.isfinite(network.stops.lat[row]):
        return NEAR_M
    return float(distances_m(end.lon, end.lat, network.stops.lon[[row]], network.stops.lat[[row]])[0])


def _ends(
    network: Network, trip: int, day: date, board: int, alight: int, profile: Profile
) -> tuple[Boarding | None, Boarding | None]:
    classes, of_trip = boarding_classes(network, day)
    base = int(network.sequences.stop_offset[network.trips.sequence[trip]])
    one, told = classes[int(of_trip[trip])], list[Boarding | None]()
    for position, bit, alighting in ((board, BOARD, False), (alight, ALIGHT, True)):
        row, allowed = int(network.sequences.stop[base + position]), int(network.sequences.use[base + position]) & bit
        told.append(judge_call(network, one, row, profile, alighting=alighting) if allowed else None)
    return told[0], told[1]


def _following(network: Network, match: Match, profile: Profile, unknown: Unknown) -> NextDeparture | None:
    """The next run of the service day between the same two stops that this traveller may use."""
    leaving = departures_at(network, match.board_stop, match.day, match.departure_s + 1, 1 << 30)
    targets = np.array([match.alight_stop], np.int64)
    starts = np.array([match.board_stop], np.int64)
    for clock_s, trip in sorted(leaving):
        sequence = int(network.trips.sequence[trip])
        for board, alight in _positions(network, sequence, starts, targets):
            if _departure_s(network, trip, board) != clock_s:
                continue
            ends = _ends(network, trip, match.day, board, alight, profile)
            doubts = sum(REFUSED if end is None or end.verdict is Verdict.NO else end.doubts for end in ends)
            if doubts >= REFUSED or (unknown is Unknown.EXCLUDE and doubts):
                continue
            route, headsign = int(network.trips.route[trip]), int(network.trips.headsign[trip])
            return NextDeparture(
                departure=moment_of(clock_s, match.day, network.timezone),
                arrival=moment_of(_arrival_s(network, trip, alight), match.day, network.timezone),
                route_id=network.routes.id[route],
                route_name=network.routes.short_name[route] or network.routes.long_name[route],
                trip_id=network.trips.id[trip],
                headsign=network.headsigns[headsign] if headsign >= 0 else "",
                doubts=doubts,
            )
    return None


def _event(network: Network, trip: int, position: int) -> int:
    sequences, sequence = network.sequences, int(network.trips.sequence[trip])
    length = int(sequences.stop_offset[sequence + 1]) - int(sequences.stop_offset[sequence])
    return int(sequences.event_offset[sequence]) + (trip - int(sequences.trip_offset[sequence])) * length + position


def _departure_s(network: Network, trip: int, position: int) -> int:
    return int(network.events.departure_s[_event(network, trip, position)])


def _arrival_s(network: Network, trip: int, position: int) -> int:
    return int(network.events.arrival_s[_event(network, trip, position)])
