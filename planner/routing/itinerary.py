"""A path of row numbers becomes legs with names, times, verdicts and reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product
from math import ceil

import numpy as np

from planner.access.walking import judge_way
from planner.facts import Certainty
from planner.model import Itinerary, Leg, Place, Verdict
from planner.network.clock import later, moment_of
from planner.network.footpaths import DETOUR
from planner.network.modes import mode_of
from planner.network.shapes import ride_line
from planner.network.tables import Network
from planner.routing.compile import View
from planner.routing.find import Path, Ride, Search
from planner.routing.judge import judge_call
from planner.routing.query import Query
from planner.routing.restrict import LayeredView, layered_stop_at, n_layers, stop_at, view_number
from planner.routing.via import going_for
from planner.routing.walk_legs import WALK, arriving_at, footpaths_of, leaving_at, surest_in_time
from planner.routing.walks import Going, OneWalk, walks_to_point


def describe_path(network: Network, search: Search, query: Query, path: Path) -> Itinerary:
    """Name everything on the way of a path."""
    view, rides = search.view, path.rides
    legs = [_ride_leg(network, view, query, ride) for ride in rides]
    off = [layered_stop_at(view, ride.last_variant, ride.alight) for ride in rides]
    on = [layered_stop_at(view, ride.variant, ride.board) for ride in rides]
    way = _Way(network, query, going_for(network, query))
    set_out = moment_of(path.departure_s, search.day, network.timezone)
    joined = way.access(set_out, legs[0], search.access.rows_of(view_number(view, *on[0])), _passed(view, 0, on[0][0]))
    for number, (leg, ride) in enumerate(zip(legs, rides, strict=True)):
        joined.append(leg)
        if number < len(legs) - 1:
            through = _passed(view, off[number][0], on[number + 1][0])
            quay = _on_the_quay(network, view, ride, leg)
            joined += way.change(leg, quay, legs[number + 1], through)
    there = moment_of(path.arrival_s, search.day, network.timezone)
    through = _passed(view, off[-1][0], n_layers(view) - 1)
    quay = _on_the_quay(network, view, rides[-1], legs[-1])
    joined += way.egress(legs[-1], quay, there, search.egress.rows_of(view_number(view, *off[-1])), through)
    return _itinerary(network, query, joined)


def describe_walk(network: Network, query: Query, places: Sequence[Place], walks: Sequence[OneWalk]) -> Itinerary:
    """Describe the way without a vehicle, from place to place."""
    seconds = sum(walk.duration_s for walk in walks)
    start = later(query.at, -seconds if query.arrive_by else 0, network.timezone)
    way = _Way(network, query, going_for(network, query))
    return _itinerary(network, query, way.walked(places, walks, start))


@dataclass(frozen=True, slots=True)
class _Way:
    """The walks of one itinerary; of several ways the surest that is in time."""

    network: Network
    query: Query
    going: Going

    def access(self, set_out: datetime, ride: Leg, rows: Sequence[OneWalk], through: Place | None) -> list[Leg]:
        """Set out just in time: the walk, then the margin at the quay, then the departure."""
        network, margin_s = self.network, self.query.profile.margin_s
        arrival = later(ride.departure, -margin_s, network.timezone)
        if through is not None:
            places = (self.query.origin, through, ride.origin)
            walks = self._by_way_of(places, (arrival - set_out).total_seconds())
            seconds = sum(walk.duration_s for walk in walks)
            return self.walked(places, walks, later(arrival, -seconds, network.timezone))
        walk = surest_in_time(rows, (arrival - set_out).total_seconds())
        if walk.distance_m == 0:
            return []
        return [arriving_at(network, self.going, self.query.origin, ride.origin, arrival, walk)]

    def change(self, before: Leg, quay: datetime, after: Leg, through: Place | None) -> list[Leg]:
        """Walk from one ride to the next; nothing if both stop at the same stop."""
        network, gap_s = self.network, (after.departure - quay).total_seconds()
        if through is not None:
            places = (before.destination, through, after.origin)
            return self.walked(places, self._by_way_of(places, gap_s - self.query.profile.margin_s), quay)
        if before.destination.stop_id == after.origin.stop_id:
            return []
        rows = network.stops.id.row_of
        a, b = rows[str(before.destination.stop_id)], rows[str(after.origin.stop_id)]
        walks = footpaths_of(network, self.going, a, b) or [_far_walk(network, self.going, a, b)]
        in_time = [walk for walk in walks if walk.duration_s + self.query.profile.margin_s <= gap_s]
        walk = surest_in_time(in_time or walks, gap_s)  # where the next vehicle waits, no margin is asked for
        return [leaving_at(network, self.going, before.destination, after.origin, quay, walk)]

    def egress(
        self, ride: Leg, quay: datetime, there: datetime, rows: Sequence[OneWalk], through: Place | None
    ) -> list[Leg]:
        """Walk from the last ride to the destination."""
        if through is not None:
            places = (ride.destination, through, self.query.destination)
            return self.walked(places, self._by_way_of(places, (there - quay).total_seconds()), quay)
        walk = surest_in_time(rows, (there - quay).total_seconds())
        if walk.distance_m == 0:
            return []
        return [leaving_at(self.network, self.going, ride.destination, self.query.destination, quay, walk)]

    def walked(self, places: Sequence[Place], walks: Sequence[OneWalk], departure: datetime) -> list[Leg]:
        """Walk from place to place without a pause; a place that is the one before needs no walk."""
        legs = []
        for (a, b), walk in zip(pairwise(places), walks, strict=True):
            if walk.distance_m:
                legs.append(leaving_at(self.network, self.going, a, b, departure, walk))
            departure = later(departure, walk.duration_s, self.network.timezone)
        return legs

    def _by_way_of(self, places: Sequence[Place], seconds: float) -> tuple[OneWalk, ...]:
        """Walk through a point: of all pairs of ways the surest that is in time."""
        options = [walks_to_point(self.network, a, b, self.going) for a, b in pairwise(places)]
        pairs = list(product(*options))
        in_time = [pair for pair in pairs if sum(walk.duration_s for walk in pair) <= seconds]
        return min(in_time or pairs, key=lambda pair: (sum(w.doubts for w in pair), sum(w.duration_s for w in pair)))


def _far_walk(network: Network, going: Going, a: int, b: int) -> OneWalk:
    """The straight way that only a row of transfers.txt makes: beyond the reach of footpaths."""
    stops = network.stops
    metres = DETOUR * float(np.hypot(stops.x_m[a] - stops.x_m[b], stops.y_m[a] - stops.y_m[b]))
    return OneWalk(metres, ceil(metres / going.profile.speed_m_s), judge_way(metres, going.profile).doubts)


def stop_place(network: Network, stop: int) -> Place:
    """Name a stop as a place."""
    stops = network.stops
    return Place(
        name=stops.name[stop],
        lat=float(stops.lat[stop]),
        lon=float(stops.lon[stop]),
        stop_id=stops.id[stop],
        platform_code=stops.platform_code[stop] or None,
    )


def _ride_leg(network: Network, view: View, query: Query, ride: Ride) -> Leg:
    riding, n_runs = view.riding, int(view.riding.n_runs[ride.variant])
    departure_s = int(riding.departure_s[int(riding.event_offset[ride.variant]) + ride.board * n_runs + ride.run])
    end, end_run = ride.last_variant, ride.last_run
    arrival_s = int(riding.arrival_s[int(riding.event_offset[end]) + end_run * _length(view, end) + ride.alight])
    ridden = _ridden(view, ride)
    trips = [_trip(view, variant, run) for variant, run, _ in ridden]
    lines = [ride_line(network, trip, rows) for trip, (_, _, rows) in zip(trips, ridden, strict=True)]
    rows = [row for _, _, called in ridden for row in called]
    rows = [row for row, before in zip(rows, [None, *rows], strict=False) if row != before]  # the seam is one stop
    places = [stop_place(network, row) for row in rows]
    trip, route = trips[0], int(network.trips.route[trips[0]])
    copy, last = view.copies[int(view.copy[ride.variant])], view.copies[int(view.copy[end])]
    return Leg(
        mode=mode_of(int(network.routes.type[route])),
        origin=places[0],
        destination=places[-1],
        departure=moment_of(departure_s, view.timetable.day, network.timezone),
        arrival=moment_of(arrival_s, view.timetable.day, network.timezone),
        distance_m=sum(line.length_m for line in lines),
        geometry=tuple(point for line in lines for point in line.points),
        route_id=network.routes.id[route],
        route_name=network.routes.short_name[route] or network.routes.long_name[route],
        route_color=network.routes.color[route] or None,
        route_text_color=network.routes.text_color[route] or None,
        trip_id=network.trips.id[trip],
        headsign=network.headsigns[int(network.trips.headsign[trip])] or places[-1].name,
        stops=tuple(places[1:-1]),
        boarding=judge_call(
            network,
            view.classes[copy.boarding_class],
            rows[0],
            query.profile,
            alighting=False,
            vehicle_type=copy.vehicle_type,
        ),
        alighting=judge_call(
            network,
            view.classes[last.boarding_class],
            rows[-1],
            query.profile,
            alighting=True,
            vehicle_type=last.vehicle_type,
        ),
        interpolated=_interpolated(network, trips[0], ride.board) or _interpolated(network, trips[-1], ride.alight),
        every_s=int(network.trips.every_s[trip]) or None,
        vehicle_type=copy.vehicle_type,
        stays_aboard=tuple(network.trips.id[other] for other in trips[1:]),
    )


def _length(view: View, variant: int) -> int:
    return int(view.riding.stop_offset[variant + 1] - view.riding.stop_offset[variant])


def _ridden(view: View, ride: Ride) -> list[tuple[int, int, list[int]]]:
    """The trips of a ride, each with its variant, run, and the stops ridden past."""
    trips = ((ride.variant, ride.run), *ride.onward)
    ridden = []
    for number, (variant, run) in enumerate(trips):
        begin = ride.board if number == 0 else 0
        end = ride.alight if number == len(trips) - 1 else _length(view, variant) - 1
        ridden.append((variant, run, [stop_at(view, variant, i) for i in range(begin, end + 1)]))
    return ridden


def _trip(view: View, variant: int, run: int) -> int:
    timetable = view.timetable
    return int(timetable.trip[timetable.run_offset[int(view.pattern[variant])] + run])


def _interpolated(network: Network, trip: int, position: int) -> bool:
    """Whether the time of a call was not in the timetable."""
    sequences, sequence = network.sequences, int(network.trips.sequence[trip])
    length = int(sequences.stop_offset[sequence + 1] - sequences.stop_offset[sequence])
    first = int(sequences.event_offset[sequence] + (trip - sequences.trip_offset[sequence]) * length)
    return bool(network.events.interpolated[first + position])


def _passed(view: View, before: int, after: int) -> Place | None:
    """Give the point through which a walk leads between two rides; None for an ordinary one."""
    return view.points[before] if isinstance(view, LayeredView) and before < after else None


def _on_the_quay(network: Network, view: View, ride: Ride, leg: Leg) -> datetime:
    """When the traveller has got off."""
    position = int(view.riding.stop_offset[ride.last_variant]) + ride.alight
    return later(leg.arrival, int(view.riding.alight_s[position]), network.timezone)


def _itinerary(network: Network, query: Query, legs: list[Leg]) -> Itinerary:
    verdicts: list[Verdict] = []
    certainties: list[Certainty] = []
    doubts = 0
    for leg in legs:
        for judged in (leg.boarding, leg.alighting, leg.way):
            if judged is not None:
                verdicts.append(judged.verdict)
                certainties.append(judged.certainty)
                doubts += judged.doubts
        doubts += leg.vehicle_type is not None
    rides = [leg for leg in legs if leg.mode != WALK]
    told = [network.name, query.profile.id]
    for leg in legs:
        told += [
            leg.trip_id or f"{WALK} {leg.distance_m:.0f}",  # of two ways to one place, which
            leg.origin.stop_id or f"{leg.origin.lat:.6f},{leg.origin.lon:.6f}",
            leg.destination.stop_id or f"{leg.destination.lat:.6f},{leg.destination.lon:.6f}",
            leg.departure.isoformat(),
            leg.vehicle_type or "",
            *leg.stays_aboard,
        ]
    return Itinerary(
        id=hashlib.sha256("\n".join(told).encode()).hexdigest()[:16],
        legs=tuple(legs),
        transfers=max(0, len(rides) - 1),
        doubts=doubts,
        verdict=max(verdicts),
        certainty=max(certainties, key=lambda certainty: certainty.rank),
    )
