"""One day of one traveller in the plainest words: runs, who goes on as whom, changes, and walks at both ends.

The slow twins read nothing else. It is taken from the tables of a network and from single verdicts; patterns, day
views, spots, masks and footpath tables of the planner are not used, so that these are checked as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, hypot

import numpy as np

from planner.access.walking import judge_way
from planner.model import Boarding, Outcome, Place, Profile, Unknown, VehicleType, Verdict
from planner.network.classes import boarding_classes
from planner.network.clock import day_shift_s
from planner.network.plane import distance_m
from planner.network.tables import ALIGHT, BOARD, Network
from planner.routing.judge import judge_call, vehicle_of

REFUSED = None
REACH_M = 500.0
SEAM_M = 200.0
RECOMMENDED, TIMED, MINIMUM, FORBIDDEN, IN_SEAT, REBOARD = range(6)

Name = tuple[int, str]  # of a trip, as rows of transfers.txt see it: its route (-1: none names it), its id ("": none)
NOBODY: Name = (-1, "")


@dataclass(frozen=True)
class Call:
    """One call of one run: clock times of the day asked about, doubts (None: refused).

    ``on_s`` passes between standing ready and the departure, ``off_s`` between the arrival and having got off.
    """

    stop: int
    arrival_s: int
    departure_s: int
    board: int | None
    alight: int | None
    on_s: int
    off_s: int


@dataclass(eq=False)
class Run:
    """One trip on one day, in whatever vehicle comes (None) or trusting one type of a mixture."""

    trip: int
    offset: int
    vehicle: str | None
    name: Name
    calls: list[Call]
    onward: list[int] = field(default_factory=list)  # numbers of the runs it goes on as


class Facts:
    """What twins may know of a day: ``runs``, ``change`` and ``ends``."""

    def __init__(self, network: Network, profile: Profile, unknown: Unknown, day: date) -> None:
        self.network, self.profile, self.unknown, self.day = network, profile, unknown, day
        self.rules = _Rules(network)
        self.runs = self._runs()
        self.walks = self._walks()
        self.names: dict[int, set[Name]] = defaultdict(set)  # of the trips that call at a stop
        for run in self.runs:
            for call in run.calls:
                self.names[call.stop].add(run.name)

    def policy(self, doubts: int) -> int | None:
        """What doubts count for this traveller."""
        if self.unknown is Unknown.ALLOW:
            return 0
        return REFUSED if self.unknown is Unknown.EXCLUDE and doubts else doubts

    def change(self, a: int, off: Name, b: int, on: Name) -> tuple[int, int] | None:
        """Seconds and doubts from having got off one trip at ``a`` to standing ready for another at ``b``."""
        rule = self.rules.decide(a, off, b, on)
        kind, least_s = (RECOMMENDED, -1) if rule is None else rule
        if kind == FORBIDDEN or (a != b and b not in self.walks[a] and rule is None):
            return None
        metres = 0.0 if a == b else self.walks[a][b] if b in self.walks[a] else self._far(a, b)
        doubts = 0 if a == b else self.policy(judge_way(metres, self.profile).doubts) if np.isfinite(metres) else None
        if doubts is REFUSED:
            return None
        way_s, margin_s = ceil(metres / self.profile.speed_m_s), self.profile.margin_s
        least_s = ceil(max(least_s, 0) * (1.33 / self.profile.speed_m_s))
        if kind == TIMED:
            return way_s, doubts
        if kind == MINIMUM:
            return (max(least_s, margin_s) if a == b else max(way_s, least_s) + margin_s), doubts
        return way_s + margin_s, doubts

    def others(self, a: int) -> set[int]:
        """Stops to which a change at ``a`` may lead."""
        return {a, *self.walks[a], *self.rules.far(a)}

    def ends(self, place: Place) -> dict[int, tuple[int, int]]:
        """Seconds and doubts of the walk between a place and each stop around it, without margin."""
        found, stops = {}, self.network.stops
        own = stops.id.row_of[place.stop_id] if place.stop_id else None
        near = self.network.served & (np.abs(stops.lat - place.lat) < 0.02)  # two kilometres: only to save time
        if own is not None:
            near |= self.network.served & (stops.parent == own)
        for row in near.nonzero()[0].tolist():
            metres = 1.3 * distance_m(place.lon, place.lat, stops.lon[row], stops.lat[row])
            if own is not None and (row == own or stops.parent[row] == own):
                metres = 0.0
            doubts = self.policy(judge_way(metres, self.profile).doubts)
            if metres <= 1.3 * REACH_M and doubts is not REFUSED:
                found[row] = (ceil(metres / self.profile.speed_m_s), doubts)
        return found

    def _far(self, a: int, b: int) -> float:
        stops = self.network.stops
        straight = hypot(stops.x_m[a] - stops.x_m[b], stops.y_m[a] - stops.y_m[b])
        return float(np.float32(1.3 * straight))

    def _walks(self) -> dict[int, dict[int, float]]:
        """Metres between every two served stops within reach."""
        stops, walks = self.network.stops, defaultdict(dict)
        served = self.network.served.nonzero()[0]
        for a in served.tolist():
            straight = np.hypot(stops.x_m[served] - stops.x_m[a], stops.y_m[served] - stops.y_m[a])
            for k in np.flatnonzero(straight <= REACH_M).tolist():
                if served[k] != a:
                    walks[a][int(served[k])] = float(np.float32(1.3 * straight[k]))
        return walks

    def _runs(self) -> list[Run]:
        network, events = self.network, self.network.events
        runs: list[Run] = []
        number: dict[tuple[int, int], dict[str | None, int]] = {}  # (trip, offset) -> vehicle -> run
        by_block: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        judged: dict[tuple, tuple[int | None, int | None, int]] = {}
        seen: dict[str, int] = defaultdict(int)
        for trip_id in network.trips.id:
            seen[trip_id] += 1
        repeated = [seen[i] > 1 or every > 0 for i, every in zip(network.trips.id, network.trips.every_s, strict=True)]
        for offset in (-1, 0, 1):
            other = self.day + timedelta(days=offset)
            column = other.toordinal() - int(network.services.first_day[0])
            if not 0 <= column < network.services.runs.shape[1]:
                continue
            shift = day_shift_s(self.day, other, network.timezone)
            classes, of_trip = boarding_classes(network, other)
            for trip in np.flatnonzero(network.services.runs[network.trips.service, column]).tolist():
                first, stops, uses = self._events(trip)
                if network.trips.block[trip] >= 0 and not repeated[trip]:
                    departs = int(events.departure_s[first])
                    by_block[offset, int(network.trips.block[trip])].append((departs, trip))
                over = offset == -1 and events.arrival_s[first + len(stops) - 1] + shift < 0
                if over or (offset == 1 and events.departure_s[first] >= 12 * 3600):
                    continue
                kind = classes[of_trip[trip]]
                number[trip, offset] = {}
                for vehicle in (None, *(kind.vehicle_types if len(kind.vehicle_types) > 1 else ())):
                    calls = []
                    for i, (stop, use) in enumerate(zip(stops, uses, strict=True)):
                        key = (kind, vehicle, stop)
                        if key not in judged:
                            judged[key] = self._judge(*key)
                        board, alight, off_s = judged[key]
                        arrival_s, departure_s = (
                            int(c[first + i]) + shift for c in (events.arrival_s, events.departure_s)
                        )
                        board, alight = board if use & BOARD else REFUSED, alight if use & ALIGHT else REFUSED
                        calls.append(Call(stop, arrival_s, departure_s, board, alight, 0, off_s))
                    number[trip, offset][vehicle] = len(runs)
                    runs.append(Run(trip, offset, vehicle, self.rules.name(trip), calls))
        for a, b, offset in self._stays(by_block, repeated):
            onto = number.get((b, offset), {})
            for vehicle, run in number.get((a, offset), {}).items():
                if onto:
                    runs[run].onward.append(onto.get(vehicle, onto[None]))
        return runs

    def _events(self, trip: int) -> tuple[int, list[int], list[int]]:
        """First event of a trip, its stops and what one may do there."""
        sequences, q = self.network.sequences, int(self.network.trips.sequence[trip])
        low, high = int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1])
        first = int(sequences.event_offset[q]) + (trip - int(sequences.trip_offset[q])) * (high - low)
        return first, sequences.stop[low:high].tolist(), sequences.use[low:high].tolist()

    def _stays(self, by_block, repeated) -> set[tuple[int, int, int]]:
        """Pairs of trips of a service day (offset) of which the second is the same vehicle as the first."""
        transfers, events, stops = self.network.transfers, self.network.events, self.network.stops
        named = {IN_SEAT: set(), REBOARD: set()}
        for row in range(len(transfers.type)):
            a, b, kind = int(transfers.from_trip[row]), int(transfers.to_trip[row]), int(transfers.type[row])
            if kind in named and a >= 0 and b >= 0:
                named[kind].add((a, b))

        def in_time(a, b):
            first, calls, _ = self._events(a)
            return events.arrival_s[first + len(calls) - 1] <= events.departure_s[self._events(b)[0]]

        found = set()
        for a, b in named[IN_SEAT]:
            if not repeated[a] and not repeated[b] and in_time(a, b):
                found |= {(a, b, offset) for offset in (-1, 0, 1)}
        for (offset, _), trips in by_block.items():
            trips.sort()  # by first departure, then in the order of the table
            for (_, a), (_, b) in pairwise(trips):
                end, begin = self._events(a)[1][-1], self._events(b)[1][0]
                one_station = stops.parent[end] >= 0 and stops.parent[end] == stops.parent[begin]
                apart = hypot(stops.x_m[end] - stops.x_m[begin], stops.y_m[end] - stops.y_m[begin])
                if in_time(a, b) and (end == begin or one_station or apart <= SEAM_M):
                    found.add((a, b, offset))
        return {(a, b, offset) for a, b, offset in found if (a, b) not in named[REBOARD]}

    def _judge(self, kind, vehicle, stop) -> tuple[int | None, int | None, int]:
        """Doubts of getting on and of getting off, and seconds to get off by the worst that may come."""
        network, profile = self.network, self.profile
        board = judge_call(network, kind, stop, profile, alighting=False, vehicle_type=vehicle)
        alight = judge_call(network, kind, stop, profile, alighting=True, vehicle_type=vehicle)
        seconds = 0
        for one in [vehicle] if vehicle is not None else list(kind.vehicle_types) or [None]:
            alone = judge_call(network, kind, stop, profile, alighting=True, vehicle_type=one)
            seconds = max(seconds, _off_s(alone, vehicle_of(network, kind, one), profile))
        trusting = vehicle is not None  # "if this vehicle comes" is one doubt more
        return (
            REFUSED if board.verdict is Verdict.NO else self.policy(board.doubts + trusting),
            REFUSED if alight.verdict is Verdict.NO else self.policy(alight.doubts),
            seconds,
        )


def _off_s(alone: Boarding, vehicle: VehicleType, profile: Profile) -> int:
    """Seconds of getting off by the worst outcome that is feasible, as DOMAIN 1.3 lists them.

    "level 10 s, powered ramp 20, manual ramp 60, lift 90, securing +30 for wheelchairs". Where the worst is that
    nothing goes, what goes is not known: a ramp by hand, unless something slower is the best there is; for who boards
    only where it is level, level. An outcome that somebody decided counts as any other. On foot nobody needs any of it.
    """
    if profile.id == "on-foot" or alone.best.name == "IMPOSSIBLE":
        return 0
    name = alone.worst.name
    if name == "IMPOSSIBLE":
        usual = "LEVEL" if profile.level_only else "RAMP"
        name = alone.best.name if alone.best > Outcome[usual] else usual
    devices = [door.device.value if door.device is not None else "?" for door in vehicle.doors]
    by_motor = "powered_ramp" in devices and not {"?", "manual_ramp", "portable"} & set(devices)
    ramp_s = 20 if by_motor else 60
    listed = {"LEVEL": 10, "STEP": 10, "RAMP": ramp_s, "RAMP_ASSISTED": ramp_s, "GAP_ASSISTED": 60, "LIFT": 90}
    return listed[name] + (30 if profile.wheelchairs else 0)


class _Rules:
    """Rows of transfers.txt about changing, and which of them decides."""

    def __init__(self, network: Network) -> None:
        self.network, t = network, network.transfers
        self.by_stops: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.routes: set[int] = set()
        self.trips: set[str] = set()
        for row in range(len(t.type)):
            if t.type[row] not in (RECOMMENDED, TIMED, MINIMUM, FORBIDDEN):
                continue
            self.by_stops[int(t.from_stop[row]), int(t.to_stop[row])].append(row)
            self.routes |= {int(t.from_route[row]), int(t.to_route[row])} - {-1}
            self.trips |= {network.trips.id[int(x)] for x in (t.from_trip[row], t.to_trip[row]) if x >= 0}
        self.decided: dict[tuple[int, Name, int, Name], tuple[int, int] | None] = {}
        children = defaultdict(list)
        for stop in network.served.nonzero()[0].tolist():
            children[int(network.stops.parent[stop])].append(stop)
        self.to: dict[int, set[int]] = defaultdict(set)
        for a, b in self.by_stops:
            self.to[a] |= {s for s in (b, *children[b]) if s >= 0 and network.served[s]} if b >= 0 else set()

    def name(self, trip: int) -> Name:
        """How rows may speak of a trip."""
        route, id_ = int(self.network.trips.route[trip]), self.network.trips.id[trip]
        return route if route in self.routes else -1, id_ if id_ in self.trips else ""

    def far(self, a: int) -> set[int]:
        """Stops that rows join with ``a``."""
        return self.to[a] | self.to[int(self.network.stops.parent[a])] if self.to else set()

    def decide(self, a: int, off: Name, b: int, on: Name) -> tuple[int, int] | None:
        """Type and minimum of the most specific row; None if no row speaks of this change."""
        key = (a, off, b, on)
        if self.by_stops and key not in self.decided:
            self.decided[key] = self._decide(*key)
        return self.decided.get(key)

    def _decide(self, a: int, off: Name, b: int, on: Name) -> tuple[int, int] | None:
        t, parent, best = self.network.transfers, self.network.stops.parent, None
        for from_stop in {a, int(parent[a])} - {-1}:
            for to_stop in {b, int(parent[b])} - {-1}:
                for row in self.by_stops.get((from_stop, to_stop), ()):
                    left = self._side(int(t.from_route[row]), int(t.from_trip[row]), off)
                    right = self._side(int(t.to_route[row]), int(t.to_trip[row]), on)
                    if left is None or right is None:
                        continue
                    # both trips > trip and route > one trip > both routes > one route > stops only
                    rank = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)].index((min(left, right), max(left, right)))
                    told = (rank, (from_stop == a) + (to_stop == b), -row)
                    best = told if best is None else max(best, told)
        return None if best is None else (int(t.type[-best[2]]), int(t.min_s[-best[2]]))

    def _side(self, route: int, trip: int, name: Name) -> int | None:
        """How narrowly a side names this trip: 2 itself, 1 its route, 0 any; None: it speaks of others."""
        if trip >= 0:
            same = self.network.trips.id[trip] == name[1] and route in (-1, int(self.network.trips.route[trip]))
            return 2 if same else None
        if route >= 0:
            return 1 if route == name[0] else None
        return 0
