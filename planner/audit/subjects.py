"""What rules look at: stops with the vehicles that serve them, vehicle types, and stretches of way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.access.walking_formula import OPEN, SURE
from planner.facts import Fact, Interval, Method, Subject
from planner.model import Flag, Quay, VehicleType
from planner.network.classes import boarding_classes
from planner.network.knowledge import compensating_stops
from planner.network.modes import vehicle_mode
from planner.network.streets import LinkKind, Provenance
from planner.network.tables import BOARD, Network
from planner.routing.judge import NOTHING_KNOWN, stronger_flag, vehicle_of
from planner.routing.street_view import StreetView, street_view

NEAR_M = 200.0  # within which a way without a step leads on
PARTNER_M = 300.0  # an engineering default: how far apart the two stops of one place lie
# Who says how steep a way is: volunteers, an elevation model (fitted by us, so inferred), or the feed
SLOPE_METHODS = {
    Provenance.UNKNOWN: ("streets", Method.OSM),
    Provenance.TAGGED: ("streets", Method.OSM),
    Provenance.RASTER: ("elevation", Method.INFERRED),
    Provenance.DECLARED: ("pathways", Method.DECLARED),
}
SAID = (None, True, False)  # a yes or no as ``Links`` holds it
NODE = 1  # of ``Links.osm_type``


@dataclass(frozen=True)
class Serving:
    """One vehicle type at one stop; without an id a vehicle of which nothing is known."""

    vehicle: VehicleType
    departures: float  # a day; a mixture counts for each type in equal parts
    trip_flag: Flag = Flag.UNKNOWN


@dataclass(frozen=True)
class StopSubject:
    """One stop with all that is known of its quay; ``facts`` by attribute name."""

    id: str
    name: str = ""
    quay: Quay = NOTHING_KNOWN
    facts: Mapping[str, Fact[Any]] = field(default_factory=dict)
    serving: tuple[Serving, ...] = ()
    routes: frozenset[str] = frozenset()
    compensating: frozenset[str] = frozenset()  # stops of the network that were adapted in its place
    not_possible: int = 0  # values of it that lay outside what is possible, and were not used
    step_free_m: Interval | None = (
        None  # how far a wheelchair comes, without a doubt and at best; None: no streets known
    )
    paired: bool | None = None  # every line calls near here the other way too; None: no line has two directions
    flag: Flag = Flag.UNKNOWN  # of the feed and the operator's tables
    parent_flag: Flag = Flag.UNKNOWN
    day: date = date.min
    lon: float = float("nan")
    lat: float = float("nan")

    @property
    def modes(self) -> frozenset[str]:
        """The modes that serve it, as in ``VehicleType.mode``."""
        return frozenset(one.vehicle.mode.lower() for one in self.serving)


@dataclass(frozen=True)
class WaySubject:
    """One link of the walking network; lengths in mm, slopes rise over run."""

    id: str
    kind: LinkKind
    length_m: float
    incline: Fact[Interval] | None = None
    cross_slope: Fact[Interval] | None = None
    width_mm: Fact[Interval] | None = None
    kerb_mm: Fact[Interval] | None = None
    steps: int | None = 0  # None: steps that nobody has counted
    handrail: bool | None = None  # anywhere along steps; True does not say on which sides
    at_door: bool = False  # steps at a door, which is as wide as the width says
    name: str = ""  # of the street; empty: it has none
    lon: float = float("nan")
    lat: float = float("nan")


def stops_of(network: Network, day: date) -> Iterator[StopSubject]:
    """Give every stop that trips of this day serve."""
    facts = network.knowledge.facts
    stops, paired = network.stops, _paired(network, day)
    impossible = Counter(one.subject_id for one in network.knowledge.findings if one.code == "IMPOSSIBLE_VALUE")
    for row, (serving, routes) in sorted(_served(network, day).items()):
        stop_id = stops.id[row]
        own, _ = network.knowledge.stop_declared.get(stop_id, (Flag.UNKNOWN, None))
        parent = int(stops.parent[row])
        yield StopSubject(
            stop_id,
            stops.name[row],
            network.knowledge.quays.get(stop_id, NOTHING_KNOWN),
            facts.get((Subject.QUAY, stop_id), {}),
            serving,
            routes,
            frozenset(compensating_stops(network.knowledge, stop_id, network.stops.id.row_of)),
            impossible[stop_id],
            step_free_m(network, row),
            paired.get(row),
            stronger_flag(Flag(int(stops.flag[row])), own),
            Flag(int(stops.own_flag[parent])) if parent >= 0 else Flag.UNKNOWN,
            day,
            float(stops.lon[row]),
            float(stops.lat[row]),
        )


def step_free_m(network: Network, stop: int) -> Interval | None:
    """Give how far a manual wheelchair comes from a stop through the streets, at most NEAR_M; None: not joined.

    ``low`` over ways without any doubt, ``high`` also over those that cannot be judged (DOMAIN 1.4).
    """
    streets = network.streets
    if not streets.known or streets.stop_node[stop] < 0:
        return None
    view = street_view(network, get_profile("manual-wheelchair"))
    start, is_open = int(streets.stop_node[stop]), view.closed == OPEN
    return Interval(
        _farthest_m(view, start, is_open & (view.doubt <= SURE)),
        _farthest_m(view, start, is_open),
    )


def _farthest_m(view: StreetView, start: int, walked: NDArray[np.bool_]) -> float:
    """Metres to the farthest end of the half-edges that are walked from a node, at most NEAR_M."""
    ways, farthest = view.arranged(backwards=False), 0.0
    heap, done = [(0.0, start)], set()
    while heap and farthest < NEAR_M:
        so_far, node = heappop(heap)
        if node in done:
            continue
        done.add(node)
        for at in range(int(ways.offset[node]), int(ways.offset[node + 1])):
            edge = int(ways.edge[at])
            if walked[edge]:
                there = so_far + float(view.length_m[edge])
                farthest = max(farthest, there)
                if there < NEAR_M:
                    heappush(heap, (there, int(ways.head[at])))
    return min(farthest, NEAR_M)


def _paired(network: Network, day: date) -> dict[int, bool]:
    """Whether every line of a stop that runs both ways calls at or near it the other way too."""
    stops, runs, sequences, trips = network.stops, running_on(network, day), network.sequences, network.trips
    calls: dict[tuple[int, int], set[int]] = {}
    for q in range(len(sequences.trip_offset) - 1):
        of_q = slice(int(sequences.trip_offset[q]), int(sequences.trip_offset[q + 1]))
        on = runs[of_q]
        pairs = set(zip(trips.route[of_q][on].tolist(), trips.direction[of_q][on].tolist(), strict=True))
        called = sequences.stop[int(sequences.stop_offset[q]) : int(sequences.stop_offset[q + 1])].tolist()
        for pair in pairs:
            calls.setdefault(pair, set()).update(called)
    found: dict[int, bool] = {}
    for (route, direction), called_at in calls.items():
        other = np.array(sorted(calls.get((route, 1 - direction), ())), np.int64)
        if direction not in (0, 1) or not len(other):
            continue
        for stop in called_at:
            apart_m = np.hypot(stops.x_m[other] - stops.x_m[stop], stops.y_m[other] - stops.y_m[stop])
            found[stop] = found.get(stop, True) and bool((apart_m <= PARTNER_M).any())
    return found


def ways_of(network: Network) -> Iterator[WaySubject]:
    """Give every link that stands for something on the ground; a join is drawn by us."""
    streets, links = network.streets, network.streets.links
    ids = link_ids(network)
    for row in np.flatnonzero(links.kind != LinkKind.JOIN).tolist():
        at = int(links.tail[row])
        said = SLOPE_METHODS[Provenance(int(links.incline_from[row]))]
        yield WaySubject(
            ids[row],
            LinkKind(int(links.kind[row])),
            float(links.length_m[row]),
            _interval(links.incline_low[row], links.incline_high[row], *said),
            _interval(links.cross_low[row], links.cross_high[row]),
            _interval(links.width_low_mm[row], links.width_high_mm[row]),
            _interval(links.kerb_low_mm[row], links.kerb_high_mm[row]),
            int(links.steps[row]) if links.steps[row] >= 0 else None,
            SAID[int(links.handrail[row])],
            bool(links.kind[row] == LinkKind.STEPS and links.osm_type[row] == NODE),
            streets.words[int(links.name[row])] if links.name[row] >= 0 else "",
            float(streets.node_lon[at]),
            float(streets.node_lat[at]),
        )


@lru_cache(maxsize=2)
def link_ids(network: Network) -> tuple[str, ...]:
    """Give every link of the streets an id that does not depend on the order in which the map was read.

    What it stands for (``way/45`` of OpenStreetMap, else ``link``) and eight hexadecimal digits of its kind and the
    places of its ends; links that are alike in all of that are counted.
    """
    streets, links = network.streets, network.streets.links
    places = [f"{lon:.6f} {lat:.6f}" for lon, lat in zip(streets.node_lon, streets.node_lat, strict=True)]
    ids: list[str] = []
    seen: dict[str, int] = {}
    columns = (links.osm_type, links.osm_id, links.kind, links.tail, links.head)
    for osm_type, osm_id, kind, tail, head in zip(*(column.tolist() for column in columns), strict=True):
        what = f"{('', 'node', 'way', 'relation')[osm_type]}/{osm_id}" if osm_type else "link"
        ends = " ".join(sorted((places[tail], places[head])))
        mark = sha256(f"{kind} {ends}".encode()).hexdigest()[:8]
        id_ = f"{what}#{mark}"
        seen[id_] = seen.get(id_, 0) + 1
        ids.append(id_ if seen[id_] == 1 else f"{id_}.{seen[id_]}")
    return tuple(ids)


def departures_of(network: Network, day: date) -> dict[tuple[int, int], int]:
    """Count the trips of a day that may be boarded, by row of the stop and row of the boarding class."""
    _, of_trip = boarding_classes(network, day)
    runs = running_on(network, day)
    sequences = network.sequences
    counts: dict[tuple[int, int], int] = {}
    for q in range(len(sequences.trip_offset) - 1):
        trips = slice(int(sequences.trip_offset[q]), int(sequences.trip_offset[q + 1]))
        at = slice(int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1]))
        classes, trips_of = np.unique(of_trip[trips][runs[trips]], return_counts=True)
        boarded = sequences.stop[at][(sequences.use[at] & BOARD) != 0].tolist()
        for one, trips_n in zip(classes.tolist(), trips_of.tolist(), strict=True):
            for stop in boarded:
                counts[stop, one] = counts.get((stop, one), 0) + trips_n
    return counts


def running_on(network: Network, day: date) -> NDArray[np.bool_]:
    """bool[T]: the trip runs on that day."""
    column = day.toordinal() - int(network.services.first_day[0]) if len(network.services.first_day) else -1
    runs = network.services.runs
    if not 0 <= column < runs.shape[1]:
        return np.zeros(len(network.trips.service), np.bool_)
    running: NDArray[np.bool_] = np.asarray(runs[:, column])[network.trips.service]
    return running


def busiest_day(network: Network) -> date | None:
    """Give the day with the most trips, the first of several; None if nothing ever runs."""
    if not len(network.trips.service):
        return None
    total = np.bincount(network.trips.service, minlength=len(network.services.id)) @ network.services.runs
    return date.fromordinal(int(network.services.first_day[0]) + int(np.argmax(total))) if total.any() else None


@lru_cache(maxsize=2)
def _served(network: Network, day: date) -> dict[int, tuple[tuple[Serving, ...], frozenset[str]]]:
    classes, _ = boarding_classes(network, day)
    parts: dict[int, dict[tuple[VehicleType, Flag], float]] = {}
    for (stop, number), trips in departures_of(network, day).items():
        one = classes[number]
        types: tuple[str | None, ...] = one.vehicle_types or (None,)
        for type_id in types:
            vehicle = vehicle_of(network, one, type_id)
            if not vehicle.mode:
                vehicle = VehicleType(vehicle.vehicle_type_id, vehicle.name, vehicle_mode(one.mode))
            own, _ = network.knowledge.type_declared.get(type_id or "", (Flag.UNKNOWN, None))
            key = vehicle, stronger_flag(one.trip_flag, own)
            of_stop = parts.setdefault(stop, {})
            of_stop[key] = of_stop.get(key, 0.0) + trips / len(types)
    routes: dict[int, set[str]] = {}
    runs, sequences = running_on(network, day), network.sequences
    for q in range(len(sequences.trip_offset) - 1):
        trips_of = slice(int(sequences.trip_offset[q]), int(sequences.trip_offset[q + 1]))
        of_q = {network.routes.id[r] for r in np.unique(network.trips.route[trips_of][runs[trips_of]]).tolist()}
        for stop in sequences.stop[int(sequences.stop_offset[q]) : int(sequences.stop_offset[q + 1])].tolist():
            routes.setdefault(stop, set()).update(of_q)
    return {
        stop: (
            tuple(Serving(vehicle, n, flag) for (vehicle, flag), n in kinds.items()),
            frozenset(routes.get(stop, ())),
        )
        for stop, kinds in parts.items()
    }


def _interval(low: Any, high: Any, source_id: str = "streets", method: Method = Method.OSM) -> Fact[Interval] | None:
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    return Fact(Interval(float(low), float(high)), source_id, method)
