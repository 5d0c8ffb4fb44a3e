"""A slow twin of the search, written for reading: rounds over whole trips, sets of labels, no patterns.

It shares with the planner only the network's tables and the verdicts of single boardings and ways; patterns,
day views, overtaking, masks and footpath tables are worked out here in the plainest way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from planner.access.walking import judge_way
from planner.model import Unknown, Verdict
from planner.network.classes import boarding_classes
from planner.network.clock import clock_of, day_shift_s
from planner.network.plane import distance_m
from planner.network.tables import ALIGHT, BOARD, Network
from planner.routing.cells import all_ramps_powered, getting_off_s
from planner.routing.judge import judge_call, vehicle_of
from planner.routing.plan import Query

REFUSED = None
FAR = 10**9


@dataclass(frozen=True)
class Call:
    """One call of one run: clock times of the day asked about, doubts (None: refused), seconds to get off."""

    stop: int
    arrival_s: int
    departure_s: int
    board: int | None
    alight: int | None
    alight_s: int


class SlowTwin:
    """One day of a network for one traveller, to be asked again and again."""

    def __init__(self, network: Network, query: Query, reach_m: float = 500.0) -> None:
        self.network, self.reach_m = network, reach_m
        self.day = query.at.astimezone(ZoneInfo(network.timezone)).date()
        self.runs = _runs(network, query, self.day)
        self.walks = _footpaths(network, query, reach_m)
        self.changes = _changes(network, query)

    def search(self, query: Query) -> set[tuple[int, int, int]]:
        """Give the Pareto set of (arrival clock time, rides, doubts up to 7) of everything with at least one ride."""
        return self.search_from(clock_of(query.at, self.day, self.network.timezone), query)

    def search_from(self, depart_s: int, query: Query) -> set[tuple[int, int, int]]:
        """The same from a clock time."""
        access = _ends(self.network, query, query.origin, self.reach_m)
        egress = _ends(self.network, query, query.destination, self.reach_m)
        return _rounds(query, depart_s, self.runs, self.walks, self.changes, access, egress)

    def everything(self, query: Query) -> set[tuple[int, int, int, int]]:
        """Ask from every time of setting out that just reaches a ride: (departure, arrival, rides, doubts)."""
        access = _ends(self.network, query, query.origin, self.reach_m)
        margin_s = query.profile.margin_s
        set_out = {
            call.departure_s - access[call.stop][0] - margin_s
            for calls in self.runs
            for call in calls
            if call.stop in access and call.board is not None
        }
        return {(moment, *found) for moment in set_out for found in self.search_from(moment, query)}


def pareto(rows: set[tuple[int, ...]], key: Callable[[tuple[int, ...]], tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Rows that no other beats in every part of their key (smaller is better)."""
    keys = {key(row) for row in rows}
    best = {k for k in keys if not any(o != k and all(x <= y for x, y in zip(o, k, strict=True)) for o in keys)}
    return {row for row in rows if key(row) in best}


def slow_search(network: Network, query: Query) -> set[tuple[int, int, int]]:
    """Answer one question."""
    return SlowTwin(network, query).search(query)


def _rounds(query, depart_s, runs, walks, changes, access, egress):
    ready: dict[int, set[tuple[int, int]]] = defaultdict(set)  # stop -> (time, doubts), with so many rides
    for stop, (seconds, doubts) in access.items():
        ready[stop].add((depart_s + seconds + query.profile.margin_s, doubts))
    arrivals: set[tuple[int, int, int]] = set()
    seen: dict[int, set[tuple[int, int]]] = defaultdict(set)  # best labels of getting off so far
    for rides in range(1, query.max_transfers + 2):
        off: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for calls in runs:
            aboard: int | None = None
            for call in calls:
                if aboard is not None and call.alight is not None:
                    doubts = min(aboard + call.alight, 7)
                    got_off = call.arrival_s + call.alight_s
                    if call.stop in egress:
                        seconds, more = egress[call.stop]
                        there = call.arrival_s if seconds == 0 else got_off + seconds
                        arrivals.add((there, rides, min(doubts + more, 7)))
                    off[call.stop].add((got_off, doubts))
                if call.board is not None:
                    possible = [d for time, d in ready[call.stop] if time <= call.departure_s]
                    if possible:
                        doubts = min(min(possible) + call.board, 7)
                        aboard = doubts if aboard is None else min(aboard, doubts)
        ready = defaultdict(set)
        for stop, labels in off.items():
            fresh = _pareto(labels) - seen[stop]
            fresh = {label for label in fresh if not any(_covers(old, label) for old in seen[stop])}
            seen[stop] = _pareto(seen[stop] | fresh)
            for time, doubts in fresh:
                if changes.get(stop, 0) < FAR:
                    ready[stop].add((time + changes.get(stop, query.profile.margin_s), doubts))
                for other, seconds, more in walks[stop]:
                    ready[other].add((time + seconds + query.profile.margin_s, min(doubts + more, 7)))
        ready = defaultdict(set, {stop: _pareto(labels) for stop, labels in ready.items()})
        if not ready:
            break
    return {a for a in arrivals if not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in arrivals)}


def _runs(network: Network, query: Query, day: date) -> list[list[Call]]:
    """Every run that touches the day, once for whatever vehicle comes and once for each type of a mixture."""
    runs = []
    sequences, events = network.sequences, network.events
    judged: dict[tuple, tuple[int | None, int]] = {}
    for offset in (-1, 0, 1):
        other = day + timedelta(days=offset)
        column = other.toordinal() - int(network.services.first_day[0])
        if not 0 <= column < network.services.runs.shape[1]:
            continue
        shift = day_shift_s(day, other, network.timezone)
        classes, of_trip = boarding_classes(network, other)
        for trip in range(len(network.trips.id)):
            if not network.services.runs[network.trips.service[trip], column]:
                continue
            sequence = int(network.trips.sequence[trip])
            low, high = int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1])
            first = int(sequences.event_offset[sequence]) + (trip - int(sequences.trip_offset[sequence])) * (high - low)
            if offset == 1 and events.departure_s[first] >= 12 * 3600:
                continue
            kind = classes[of_trip[trip]]
            for vehicle in (None, *(kind.vehicle_types if len(kind.vehicle_types) > 1 else ())):
                calls = []
                for i in range(high - low):
                    stop, use = int(sequences.stop[low + i]), int(sequences.use[low + i])
                    for alighting in (False, True):
                        if (kind, vehicle, stop, alighting) not in judged:
                            judged[kind, vehicle, stop, alighting] = _judge(
                                network, query, kind, vehicle, stop, alighting=alighting
                            )
                    board, _ = judged[kind, vehicle, stop, False]
                    alight, alight_s = judged[kind, vehicle, stop, True]
                    calls.append(
                        Call(
                            stop,
                            int(events.arrival_s[first + i]) + shift,
                            int(events.departure_s[first + i]) + shift,
                            board if use & BOARD else REFUSED,
                            alight if use & ALIGHT else REFUSED,
                            alight_s,
                        )
                    )
                runs.append(calls)
    return runs


def _judge(network, query, kind, vehicle, stop, *, alighting):
    boarding = judge_call(network, kind, stop, query.profile, alighting=alighting, vehicle_type=vehicle)
    if boarding.verdict is Verdict.NO:
        return REFUSED, 0
    trusting = vehicle is not None and not alighting  # "if this vehicle comes" is one doubt more
    types = [vehicle] if vehicle is not None else list(kind.vehicle_types) or [None]
    seconds = 0
    for one in types:
        alone = judge_call(network, kind, stop, query.profile, alighting=alighting, vehicle_type=one)
        powered = all_ramps_powered(vehicle_of(network, kind, one))
        seconds = max(seconds, getting_off_s(alone.best, alone.worst, query.profile, powered=powered))
    return _policy(query, boarding.doubts + trusting), seconds


def _policy(query: Query, doubts: int) -> int | None:
    if query.unknown is Unknown.ALLOW:
        return 0
    if query.unknown is Unknown.EXCLUDE and doubts:
        return REFUSED
    return doubts


def _footpaths(network: Network, query: Query, reach_m: float) -> dict[int, list[tuple[int, int, int]]]:
    rules = {}
    transfers = network.transfers.between_stops()
    for k in range(len(transfers.type)):
        a, b = int(transfers.from_stop[k]), int(transfers.to_stop[k])
        rules[a, b] = (int(transfers.type[k]), int(transfers.min_s[k]))
    walks: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    stops = network.stops
    for a in network.served.nonzero()[0].tolist():
        straight_m = np.hypot(stops.x_m - stops.x_m[a], stops.y_m - stops.y_m[a])
        far = {
            b for (x, b), (kind, _) in rules.items() if x == a and kind in (0, 1, 2)
        }  # rows join what lies far apart
        for b in np.flatnonzero(network.served & np.isfinite(straight_m)).tolist():
            if a == b or (straight_m[b] > reach_m and b not in far):
                continue
            straight = straight_m[b]
            kind, least_s = rules.get((a, b), (0, -1))
            if kind == 3:
                continue
            metres = float(network.footpaths.distance_m.dtype.type(1.3 * straight))
            doubts = _policy(query, judge_way(metres, query.profile).doubts)
            if doubts is REFUSED:
                continue
            seconds = ceil(metres / query.profile.speed_m_s)
            if kind == 2 and least_s > 0:
                seconds = max(seconds, ceil(least_s * (1.33 / query.profile.speed_m_s)))
            walks[a].append((b, seconds, doubts))
    return walks


def _changes(network: Network, query: Query) -> dict[int, int]:
    changes = {}
    transfers = network.transfers.between_stops()
    for k in range(len(transfers.type)):
        a, b = int(transfers.from_stop[k]), int(transfers.to_stop[k])
        if a == b and transfers.type[k] == 3:
            changes[a] = FAR
        elif a == b and transfers.type[k] == 2:
            pace = 1.33 / query.profile.speed_m_s
            changes[a] = max(query.profile.margin_s, ceil(max(int(transfers.min_s[k]), 0) * pace))
    return changes


def _ends(network: Network, query: Query, place: object, reach_m: float) -> dict[int, tuple[int, int]]:
    found = {}
    stops = network.stops
    own = stops.id.row_of[place.stop_id] if place.stop_id else None
    near = network.served & (np.abs(stops.lat - place.lat) < 0.02)  # two kilometres: only to save time
    for row in near.nonzero()[0].tolist():
        metres = 1.3 * distance_m(place.lon, place.lat, stops.lon[row], stops.lat[row])
        if own is not None and (row == own or stops.parent[row] == own):
            metres = 0.0
        doubts = _policy(query, judge_way(metres, query.profile).doubts)
        if metres <= 1.3 * reach_m and doubts is not REFUSED:
            found[row] = (ceil(metres / query.profile.speed_m_s), doubts)
    return found


def _covers(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[0] and a[1] <= b[1]


def _pareto(labels: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {b for b in labels if not any(a != b and _covers(a, b) for a in labels)}
