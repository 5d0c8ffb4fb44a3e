"""A second twin: a connection scan (Dibbelt et al. 2013) in rounds, with doubts as a third value.

An elementary connection is a vehicle between two calls. All of a day are sorted by departure and scanned once for each
number of rides; a run remembers with how few doubts somebody sits in it. Nothing is pruned. It takes the network's raw
tables and the verdicts of single boardings; patterns, views, masks, spots and who stays aboard are worked out here
again. The scan itself is compiled, so that real feeds can be asked hundreds of times; it shares no code with the
search.

It knows rules of transfers.txt between stops, not the narrower ones of routes and trips: ``ScanTwin`` refuses a network
that has such.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numba import njit
from routing.slow_search import FAR, REFUSED, _changes, _ends, _footpaths, _judge

from planner.model import Place, Unknown
from planner.network.classes import boarding_classes
from planner.network.clock import clock_of, day_shift_s
from planner.network.tables import ALIGHT, BOARD, Network
from planner.routing.query import Query

LEVELS = 8
NEVER = 2**30
REFUSE = 255
SEAM_M = 200.0


class ScanTwin:
    """One day of a network for one traveller."""

    def __init__(self, network: Network, query: Query, day=None, reach_m: float = 500.0) -> None:
        t = network.transfers
        narrow = (t.type <= 3) & ((t.from_route >= 0) | (t.to_route >= 0) | (t.from_trip >= 0) | (t.to_trip >= 0))
        if narrow.any():
            raise ValueError("the scan knows rules between stops only")
        self.network, self.reach_m, self.query = network, reach_m, query
        self.day = day or query.at.astimezone(ZoneInfo(network.timezone)).date()
        self.connections, self.stays, self.n_runs = self._connections()
        walks, changes = _footpaths(network, query, reach_m), _changes(network, query)
        margin = query.profile.margin_s
        rows = []
        for stop in network.served.nonzero()[0].tolist():
            if changes.get(stop, 0) < FAR:
                rows.append((stop, stop, changes.get(stop, margin), 0))
            rows += [(stop, other, seconds + margin, doubts) for other, seconds, doubts in walks[stop]]
        self.walks = np.array(rows, np.int64).reshape(-1, 4)

    def search_from(self, depart_s: int, query: Query) -> set[tuple[int, int, int]]:
        """Give the Pareto set of (arrival, rides, doubts) of who sets out at a clock time."""
        best = self.profile_from(depart_s, query)
        rows = {(int(best[k, c]), k, c) for k in range(1, best.shape[0]) for c in range(LEVELS) if best[k, c] < NEVER}
        return {a for a in rows if not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in rows)}

    def profile_from(self, depart_s: int, query: Query):
        """Give the earliest arrival by number of rides and doubts, neither taken together; [rides, doubts]."""
        n_stops = len(self.network.stops.id)
        ready = np.full((LEVELS, n_stops), NEVER, np.int64)
        for stop, (seconds, doubts) in _ends(self.network, query, query.origin, self.reach_m).items():
            at = depart_s + seconds + query.profile.margin_s
            ready[doubts, stop] = min(ready[doubts, stop], at)
        egress_s, egress_doubts = np.full(n_stops, -1, np.int64), np.zeros(n_stops, np.int64)
        for stop, (seconds, doubts) in _ends(self.network, query, query.destination, self.reach_m).items():
            egress_s[stop], egress_doubts[stop] = seconds, doubts
        most = query.max_transfers + 1
        return _scan(*self.connections, self.stays, self.n_runs, self.walks, ready, egress_s, egress_doubts, most)

    def moments(self, query: Query) -> list[int]:
        """Every time of setting out that just reaches a ride."""
        access = _ends(self.network, query, query.origin, self.reach_m)
        before, depart_s, board = self.connections[0], self.connections[2], self.connections[5]
        margin = query.profile.margin_s
        found = set()
        for stop, (seconds, _) in access.items():
            rows = (before == stop) & (board != REFUSE)
            found.update((depart_s[rows] - seconds - margin).tolist())
        return sorted(found)

    def _connections(self):
        """Every connection of the day, the night before and the next morning, sorted by departure."""
        network = self.network
        sequences, events = network.sequences, network.events
        judged: dict[tuple, tuple[int | None, int]] = {}
        columns: list[tuple] = []
        run_of: dict[tuple[int, int, str | None], int] = {}
        for offset in (-1, 0, 1):
            other = self.day + timedelta(days=offset)
            column = other.toordinal() - int(network.services.first_day[0])
            if not 0 <= column < network.services.runs.shape[1]:
                continue
            shift = day_shift_s(self.day, other, network.timezone)
            classes, of_trip = boarding_classes(network, other)
            running = np.flatnonzero(network.services.runs[:, column][network.trips.service])
            for trip in running.tolist():
                sequence = int(network.trips.sequence[trip])
                low, high = (int(x) for x in sequences.stop_offset[sequence : sequence + 2])
                size = high - low
                first = int(sequences.event_offset[sequence]) + (trip - int(sequences.trip_offset[sequence])) * size
                if offset == 1 and events.departure_s[first] >= 12 * 3600:
                    continue
                if offset == -1 and events.arrival_s[first + size - 1] + shift < 0:
                    continue
                kind = classes[of_trip[trip]]
                stops, uses = sequences.stop[low:high], sequences.use[low:high]
                for vehicle in (None, *(kind.vehicle_types if len(kind.vehicle_types) > 1 else ())):
                    key = (kind, vehicle, sequence)
                    if key not in judged:
                        judged[key] = self._use_of(kind, vehicle, stops.tolist(), uses.tolist())
                    board, alight, alight_s = judged[key]
                    run = run_of.setdefault((trip, offset, vehicle), len(run_of))
                    arrival = events.arrival_s[first + 1 : first + size].astype(np.int64) + shift
                    departure = events.departure_s[first : first + size - 1].astype(np.int64) + shift
                    runs, position = np.full(size - 1, run), np.arange(size - 1)
                    ends = stops[:-1], stops[1:]
                    columns.append((*ends, departure, arrival, runs, board, alight, alight_s, position))
        if not columns:
            return tuple(np.empty(0, np.int64) for _ in range(9)), np.empty((0, 2), np.int64), 0
        table = [np.concatenate(part).astype(np.int64) for part in zip(*columns, strict=True)]
        order = np.lexsort((table[8], table[4], table[2]))
        return tuple(part[order] for part in table), self._stays(run_of), len(run_of)

    def _use_of(self, kind, vehicle, stops, uses):
        board, alight, alight_s = [], [], []
        for i, (stop, use) in enumerate(zip(stops, uses, strict=True)):
            if i < len(stops) - 1:
                doubts, _ = _judge(self.network, self.query, kind, vehicle, stop, alighting=False)
                board.append(doubts if use & BOARD and doubts is not REFUSED else REFUSE)
            if i:
                doubts, seconds = _judge(self.network, self.query, kind, vehicle, stop, alighting=True)
                alight.append(doubts if use & ALIGHT and doubts is not REFUSED else REFUSE)
                alight_s.append(seconds)
        return np.array(board), np.array(alight), np.array(alight_s)

    def _stays(self, run_of):
        """Which runs go on as which others: the next of a block, or a row of type 4; never a row of type 5."""
        network = self.network
        t, trips = network.transfers, network.trips
        pairs = {kind: set() for kind in (4, 5)}
        for kind, a, b in zip(t.type.tolist(), t.from_trip.tolist(), t.to_trip.tolist(), strict=True):
            if kind in pairs and a >= 0 and b >= 0:
                pairs[kind].add((a, b))
        calls = {}
        blocks = defaultdict(list)
        names = defaultdict(int)
        for trip, offset, vehicle in run_of:
            if vehicle is None:
                names[trips.id[trip], offset] += 1
        for trip, offset, vehicle in run_of:
            if vehicle is None and trips.every_s[trip] == 0 and names[trips.id[trip], offset] == 1:
                sequence = int(trips.sequence[trip])
                low, high = (int(x) for x in network.sequences.stop_offset[sequence : sequence + 2])
                first = int(network.sequences.event_offset[sequence])
                first += (trip - int(network.sequences.trip_offset[sequence])) * (high - low)
                calls[trip] = (
                    int(network.sequences.stop[low]), int(network.sequences.stop[high - 1]),
                    int(network.events.departure_s[first]), int(network.events.arrival_s[first + high - low - 1]),
                )  # fmt: skip
                if trips.block[trip] >= 0:
                    blocks[int(trips.block[trip]), offset].append(trip)
        follows = set()
        for (_, offset), members in blocks.items():
            members.sort(key=lambda trip: (calls[trip][2], trip))
            for a, b in pairwise(members):
                if calls[a][3] <= calls[b][2] and self._near(calls[a][1], calls[b][0]):
                    follows.add((a, b, offset))
        for a, b in pairs[4]:
            if a in calls and b in calls and calls[a][3] <= calls[b][2]:
                follows.update((a, b, offset) for offset in (-1, 0, 1))
        kinds = defaultdict(set)
        for trip, offset, vehicle in run_of:
            kinds[trip, offset].add(vehicle)
        rows = [
            (run_of[a, offset, vehicle], run_of[b, offset, vehicle if vehicle in kinds[b, offset] else None])
            for a, b, offset in follows
            if (a, b) not in pairs[5] and (a, offset) in kinds and (b, offset) in kinds
            for vehicle in kinds[a, offset]
        ]
        return np.array(sorted(rows), np.int64).reshape(-1, 2)

    def _near(self, a: int, b: int) -> bool:
        stops = self.network.stops
        if a == b or (stops.parent[a] >= 0 and stops.parent[a] == stops.parent[b]):
            return True
        return float(np.hypot(stops.x_m[a] - stops.x_m[b], stops.y_m[a] - stops.y_m[b])) <= SEAM_M


def earliest_arrivals(network: Network, origin: Place, at, profile, unknown: Unknown) -> dict[int, int]:
    """Give the earliest clock time of having got off at each stop that a ride reaches."""
    query = Query(origin, origin, at, profile, unknown)
    twin = ScanTwin(network, query)
    depart_s = clock_of(at, twin.day, network.timezone)
    n_stops = len(network.stops.id)
    ready = np.full((LEVELS, n_stops), NEVER, np.int64)
    for stop, (seconds, doubts) in _ends(network, query, origin, twin.reach_m).items():
        ready[doubts, stop] = min(ready[doubts, stop], depart_s + seconds + profile.margin_s)
    off = _reach(*twin.connections, twin.stays, twin.n_runs, twin.walks, ready, query.max_transfers + 1)
    best = off.min(axis=0)
    return {stop: int(best[stop]) for stop in np.flatnonzero(best < NEVER).tolist()}


@njit(cache=True)
def _round(before, after, depart, arrive, run, board, alight, alight_s, position, stays, n_runs, ready):
    """Scan all connections once: the earliest time of having got off, and the vehicle's arrival, by doubts and stop."""
    n_stops = ready.shape[1]
    off, there = np.full((8, n_stops), 2**30, np.int64), np.full((8, n_stops), 2**30, np.int64)
    begins = np.full(n_runs, 8, np.int64)  # doubts of who sits in a run from its beginning, coming from another
    changed = True
    while changed:
        changed = False
        aboard = begins.copy()
        for i in range(before.shape[0]):
            r = run[i]
            if board[i] != 255:
                for c in range(8):
                    if ready[c, before[i]] <= depart[i]:
                        doubts = min(c + board[i], 7)
                        aboard[r] = min(aboard[r], doubts)
                        break
            if aboard[r] < 8 and alight[i] != 255:
                doubts = min(aboard[r] + alight[i], 7)
                off[doubts, after[i]] = min(off[doubts, after[i]], arrive[i] + alight_s[i])
                there[doubts, after[i]] = min(there[doubts, after[i]], arrive[i])
        # who sits in a run at its end sits in the next from its beginning
        for k in range(stays.shape[0]):
            if aboard[stays[k, 0]] < begins[stays[k, 1]]:
                begins[stays[k, 1]] = aboard[stays[k, 0]]
                changed = True
    return off, there


@njit(cache=True)
def _walked(off, walks):
    ready = np.full(off.shape, 2**30, np.int64)
    for k in range(walks.shape[0]):
        for c in range(8):
            if off[c, walks[k, 0]] < 2**30:
                doubts = min(c + walks[k, 3], 7)
                at = off[c, walks[k, 0]] + walks[k, 2]
                ready[doubts, walks[k, 1]] = min(ready[doubts, walks[k, 1]], at)
    return ready


@njit(cache=True)
def _scan(
    before, after, depart, arrive, run, board, alight, alight_s, position, stays, n_runs, walks, ready, egress_s,
    egress_doubts, most,
):  # fmt: skip
    best = np.full((most + 1, 8), 2**30, np.int64)
    for k in range(1, most + 1):
        off, there = _round(before, after, depart, arrive, run, board, alight, alight_s, position, stays, n_runs, ready)
        for s in range(off.shape[1]):
            if egress_s[s] >= 0:
                for c in range(8):
                    if off[c, s] < 2**30:
                        doubts = min(c + egress_doubts[s], 7)
                        at = there[c, s] if egress_s[s] == 0 else off[c, s] + egress_s[s]
                        best[k, doubts] = min(best[k, doubts], at)
        ready = _walked(off, walks)
    return best


@njit(cache=True)
def _reach(before, after, depart, arrive, run, board, alight, alight_s, position, stays, n_runs, walks, ready, most):
    every = np.full(ready.shape, 2**30, np.int64)
    for _ in range(most):
        off, _there = _round(
            before, after, depart, arrive, run, board, alight, alight_s, position, stays, n_runs, ready
        )
        every = np.minimum(every, off)
        ready = _walked(off, walks)
    return every
