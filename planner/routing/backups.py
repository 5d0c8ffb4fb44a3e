"""What an itinerary depends on, and what is left if it fails.

Who cannot get on is left at that quay at that moment: the search goes on from there, without that run. Who cannot
get off rides on, to the nearest later stop of the run where this traveller gets off; if there is none, the nearest
stop before is told, where it would have been wiser to get off. A lift or escalator of the streets or of a station that
does not run is taken to be known when the walk to it begins: the search goes on from there and then, without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from planner.facts import Certainty
from planner.model import (
    Alternative,
    Boarding,
    Dependency,
    Fallback,
    Itinerary,
    Leg,
    NextDeparture,
    Outcome,
    Place,
    Profile,
    Verdict,
)
from planner.network.clock import day_shift_s, moment_of
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.network.timetable import AROUND
from planner.routing.compile import View
from planner.routing.find import Path, Ride, Search
from planner.routing.itinerary import stop_place
from planner.routing.judge import judge_call
from planner.routing.query import Query
from planner.routing.raptor import CLOSED
from planner.routing.restrict import LayeredView, layered_stop_at, spot_stops, spots_at, stop_at, view_number
from planner.routing.via import vias_of
from planner.routing.walk_legs import WALK

SearchOn = Callable[[Query], Itinerary | None]
_Stop = tuple[int, int, int]  # where a run calls: variant, run, position
RAMPS = ("manual_ramp", "powered_ramp", "portable")


def with_backups(
    network: Network, search: Search, query: Query, path: Path, itinerary: Itinerary, search_on: SearchOn
) -> Itinerary:
    """Tell of each ride the next departure, where to get off instead, and what it depends on.

    Parameters
    ----------
    search_on
        Gives the itinerary shown first; asked only if ``query.fallbacks``.
    """
    legs, rolled_m, passed = list(itinerary.legs), 0.0, 0
    depends_on: list[Dependency] = []
    rides = iter(path.rides)
    for number, leg in enumerate(itinerary.legs):
        if leg.mode == WALK:
            depends_on += _of_walk(network, query, number, leg, rolled_m, passed, search_on)
            rolled_m += leg.distance_m
            continue
        ride = next(rides)
        backup = _Backup(network, search.view, query, ride, leg, rolled_m, search_on if query.fallbacks else None)
        following = next_departure(network, search.view, query.profile, ride)
        instead, off_elsewhere = backup.instead()
        legs[number] = replace(leg, next_departure=following, last_of_day=following is None, if_cannot_alight=instead)
        depends_on += backup.dependencies(number, off_elsewhere)
        passed, _ = layered_stop_at(search.view, ride.last_variant, ride.alight)
    return replace(itinerary, legs=tuple(legs), depends_on=tuple(depends_on))


def with_lifts(network: Network, query: Query, itinerary: Itinerary, search_on: SearchOn) -> Itinerary:
    """Tell of a way without a vehicle which lifts and escalators it depends on; as ``with_backups``."""
    needs = [
        need
        for number, leg in enumerate(itinerary.legs)
        for need in _of_walk(network, query, number, leg, 0.0, 0, search_on)
    ]
    return replace(itinerary, depends_on=tuple(needs))


def _of_walk(
    network: Network, query: Query, number: int, leg: Leg, rolled_m: float, passed: int, search_on: SearchOn
) -> Iterator[Dependency]:
    """Give the lifts and escalators of a walk; ``passed``: the places on the way that lie behind the traveller."""
    limit = query.max_roll_m
    for one in leg.way.equipment if leg.way is not None else ():
        if not query.fallbacks:
            yield Dependency("equipment", number, None, one)
            continue
        onward = replace(
            query,
            origin=leg.origin,
            at=leg.departure,
            arrive_by=False,
            window_s=0,
            via=vias_of(network, query)[passed:],
            max_roll_m=None if limit is None else max(0.0, limit - rolled_m),
            without_equipment=(*query.without_equipment, one),
        )
        best = search_on(onward)
        left = Fallback(None, None) if best is None else Fallback(best.arrival, best.id)
        yield Dependency("equipment", number, None, one, left)


@dataclass(frozen=True, slots=True)
class _Backup:
    """One ride of an itinerary, and the searches on from it; ``search_on`` None: not asked for."""

    network: Network
    view: View
    query: Query
    ride: Ride
    leg: Leg
    rolled_m: float  # on the way to this ride
    search_on: SearchOn | None

    def instead(self) -> tuple[Alternative | None, Fallback | None]:
        """Find the nearest other stop of the ride where this traveller gets off: a later one if there is any.

        Also gives the best arrival from there at the destination of the question.
        """
        found, before = self._elsewhere()
        if found is None:
            return None, None if self.search_on is None else Fallback(None, None)
        view, network = self.view, self.network
        variant, run, position = found
        row = stop_at(view, variant, position)
        copy = view.copies[int(view.copy[variant])]
        class_, kind = view.classes[copy.boarding_class], copy.vehicle_type
        alighting = judge_call(network, class_, row, self.query.profile, alighting=True, vehicle_type=kind)
        arrival_s = _arrival_s(view, variant, run, position)
        off_s = arrival_s + int(view.riding.alight_s[int(view.riding.stop_offset[variant]) + position])
        arrival, off = (moment_of(s, view.timetable.day, network.timezone) for s in (arrival_s, off_s))
        back = self._from(row, off, self.leg.destination)
        return Alternative(stop_place(network, row), arrival, alighting, before, back), self._from(row, off, None)

    def dependencies(self, number: int, off_elsewhere: Fallback | None) -> list[Dependency]:
        """Give the devices that boarding and alighting need, and the vehicle type if it must be that one."""
        leg, kind = self.leg, self.leg.vehicle_type
        at_boarding, at_alighting = _device(leg.boarding), _device(leg.alighting)
        left_behind = None
        if at_boarding is not None or kind is not None:
            left_behind = self._from(self.network.stops.id.row_of[str(leg.origin.stop_id)], leg.departure, None)
        found = []
        if kind is not None:
            found.append(Dependency("vehicle_type", number, None, kind, left_behind))
        if at_boarding is not None:
            found.append(Dependency(at_boarding, number, "boarding", kind, left_behind))
        if at_alighting is not None:
            found.append(Dependency(at_alighting, number, "alighting", kind, off_elsewhere))
        return found

    def _elsewhere(self) -> tuple[_Stop | None, bool]:
        """Where else one may get off, and whether it comes before the stop planned.

        The nearest that is still to come in the trip of the planned stop, or else in one that it goes on as; or else
        the nearest of all that were passed since getting on, in whichever trip of the ride.
        """
        view, trips = self.view, ((self.ride.variant, self.ride.run), *self.ride.onward)
        lengths = [_length(view, variant) for variant, _ in trips]
        firsts = [self.ride.board + 1, *(1 for _ in self.ride.onward)]
        ends = [*lengths[:-1], self.ride.alight]
        still = [(*trips[-1], p) for p in range(self.ride.alight + 1, lengths[-1])]
        onward = [(*trip, p) for trip in _onward_of(view, *trips[-1]) for p in range(1, _length(view, trip[0]))]
        passed = [(*trip, p) for trip, a, b in zip(trips, firsts, ends, strict=True) for p in range(a, b)]
        planned = stop_at(view, self.ride.last_variant, self.ride.alight)
        for stops, before in ((still, False), (onward, False), (passed, True)):
            away = [(self._away_m(planned, stop), stop) for stop in stops if self._lets_off(stop, planned)]
            if away:
                return min(away)[1], before
        return None, False

    def _lets_off(self, stop: _Stop, planned: int) -> bool:
        view, (variant, _, position) = self.view, stop
        allowed = view.riding.alight[int(view.riding.stop_offset[variant]) + position] != CLOSED
        return bool(allowed) and stop_at(view, variant, position) != planned

    def _away_m(self, planned: int, stop: _Stop) -> float:
        return _between_m(self.network, planned, stop_at(self.view, stop[0], stop[2]))

    def _from(self, row: int, at: datetime, to: Place | None) -> Fallback | None:
        """Search on from a stop at a moment, without this run: to the destination, or back to a stop of this leg."""
        if self.search_on is None:
            return None
        query, origin = self.query, stop_place(self.network, row)
        passed, _ = layered_stop_at(self.view, self.ride.variant, self.ride.board)
        limit = query.max_roll_m
        onward = replace(
            query,
            origin=origin,
            destination=to or query.destination,
            at=at,
            arrive_by=False,
            window_s=0,
            via=() if to is not None else vias_of(self.network, query)[passed:],
            max_roll_m=None if limit is None else max(0.0, limit - self.rolled_m),
            without=(*query.without, *_runs(self.network, self.view, self.ride)),
        )
        if (origin.lat, origin.lon) == (onward.destination.lat, onward.destination.lon):
            return Fallback(at, None)
        best = self.search_on(onward)
        return Fallback(None, None) if best is None else Fallback(best.arrival, best.id)


def next_departure(network: Network, view: View, profile: Profile, ride: Ride) -> NextDeparture | None:
    """Find the next run of the service day that takes this traveller from the same stop to the same stop.

    Whichever route it is of. None: this is the last one.
    """
    found = list(_following(view, ride, goes_on=False)) or list(_following(view, ride, goes_on=True))
    if not found:
        return None
    first = min(one.departure_s for one in found)
    weighed = [(one, _doubts(network, view, profile, one)) for one in found if one.departure_s == first]
    best, doubts = min(weighed, key=lambda pair: (pair[0].arrival_s, pair[1]))
    timetable = view.timetable
    trip = int(timetable.trip[_run_row(view, best.variant, best.run)])
    route = int(network.trips.route[trip])
    headsign = network.headsigns[int(network.trips.headsign[trip])]
    return NextDeparture(
        departure=moment_of(best.departure_s, timetable.day, network.timezone),
        arrival=moment_of(best.arrival_s, timetable.day, network.timezone),
        route_id=network.routes.id[route],
        route_name=network.routes.short_name[route] or network.routes.long_name[route],
        trip_id=network.trips.id[trip],
        headsign=headsign or network.stops.name[stop_at(view, best.last_variant, best.alight)],
        doubts=doubts,
    )


class _Following(NamedTuple):
    """A later run between the same two stops; ``alight`` counts in ``last_variant``."""

    departure_s: int
    arrival_s: int
    variant: int
    run: int
    board: int
    last_variant: int
    alight: int


def _following(view: View, ride: Ride, *, goes_on: bool) -> Iterator[_Following]:
    """Give the next run of each variant that calls at both stops; ``goes_on``: staying aboard into other trips."""
    riding, timetable = view.riding, view.timetable
    planned = stop_at(view, ride.last_variant, ride.alight)
    lets_off = _lets_off(view, planned)
    departs_s = _departure_s(view, ride.variant, ride.run, ride.board)
    shift_s = timetable.shift_s[_run_row(view, ride.variant, ride.run)]  # the same one means the same service day
    number = view_number(view, *layered_stop_at(view, ride.variant, ride.board))
    for spot in spots_at(view, number):
        for row in range(int(riding.at_stop_offset[spot]), int(riding.at_stop_offset[spot + 1])):
            variant, board = int(riding.at_variant[row]), int(riding.at_position[row])
            alight = None if goes_on else _first_after(lets_off.get(variant, []), board)
            if alight is None and not goes_on:
                continue
            n_runs = int(riding.n_runs[variant])
            column = int(riding.event_offset[variant]) + board * n_runs
            run = int(np.searchsorted(riding.departure_s[column : column + n_runs], departs_s, side="right"))
            for later_run in range(run, n_runs):
                if timetable.shift_s[_run_row(view, variant, later_run)] != shift_s:
                    continue
                end = (
                    (variant, later_run, alight)
                    if alight is not None
                    else _goes_on_to(view, variant, later_run, lets_off)
                )
                if end is not None:
                    leaves_s = _departure_s(view, variant, later_run, board)
                    yield _Following(leaves_s, _arrival_s(view, *end), variant, later_run, board, end[0], end[2])
                    break


def _lets_off(view: View, stop: int) -> dict[int, list[int]]:
    """The positions where each variant lets this traveller off at a stop, ascending."""
    riding, stop_of = view.riding, spot_stops(view)
    stop_of = stop_of % view.n_stops if isinstance(view, LayeredView) else stop_of
    rows = np.flatnonzero(np.isin(riding.stop, np.flatnonzero(stop_of == stop)) & (riding.alight != CLOSED))
    variants = np.searchsorted(riding.stop_offset, rows, side="right") - 1
    positions: dict[int, list[int]] = {}
    for variant, position in zip(variants.tolist(), (rows - riding.stop_offset[variants]).tolist(), strict=True):
        positions.setdefault(variant, []).append(position)
    return positions


def _first_after(positions: list[int], board: int) -> int | None:
    return next((position for position in positions if position > board), None)


def _goes_on_to(view: View, variant: int, run: int, lets_off: dict[int, list[int]]) -> tuple[int, int, int] | None:
    """The trip that a run goes on as, and where it lets this traveller off: variant, run, position."""
    ahead, seen = [(variant, run)], {(variant, run)}
    while ahead:
        for after in _onward_of(view, *ahead.pop(0)):
            position = _first_after(lets_off.get(after[0], []), 0)
            if position is not None:
                return (*after, position)
            if after not in seen:
                seen.add(after)
                ahead.append(after)
    return None


def _onward_of(view: View, variant: int, run: int) -> Iterator[tuple[int, int]]:
    """Variant and run of each trip that a run goes on as."""
    riding = view.riding
    row = int(riding.run_offset[variant])
    row = row + run if row >= 0 else -1
    while row >= 0 and riding.next_variant[row] >= 0:
        yield int(riding.next_variant[row]), int(riding.next_run[row])
        row = int(riding.next_more[row])


def _doubts(network: Network, view: View, profile: Profile, one: _Following) -> int:
    """What getting on and off costs in doubts, and trusting that one type of a mixture comes."""
    on, off = view.copies[int(view.copy[one.variant])], view.copies[int(view.copy[one.last_variant])]
    total = int(on.vehicle_type is not None)
    for copy, variant, position, alighting in (
        (on, one.variant, one.board, False),
        (off, one.last_variant, one.alight, True),
    ):
        class_, stop = view.classes[copy.boarding_class], stop_at(view, variant, position)
        judged = judge_call(network, class_, stop, profile, alighting=alighting, vehicle_type=copy.vehicle_type)
        total += judged.doubts
    return total


def _device(end: Boarding | None) -> str | None:
    """The device without which this end does not go, by its word; None where it is level or nobody knows of any."""
    if end is None or end.verdict is Verdict.NO or end.certainty is Certainty.NOT_NEEDED:
        return None
    if end.worst <= Outcome.STEP or end.best is end.worst is Outcome.GAP_ASSISTED:
        return None
    return "ramp" if end.device in RAMPS else "lift" if end.device == "lift" else None


def _runs(network: Network, view: View, ride: Ride) -> Iterator[tuple[int, date]]:
    """The trips of a ride and their service days."""
    day = view.timetable.day
    for variant, run in ((ride.variant, ride.run), *ride.onward):
        row = _run_row(view, variant, run)
        for offset in AROUND:
            other = day + timedelta(days=offset)
            if day_shift_s(day, other, network.timezone) == int(view.timetable.shift_s[row]):
                yield int(view.timetable.trip[row]), other


def _run_row(view: View, variant: int, run: int) -> int:
    return int(view.timetable.run_offset[int(view.pattern[variant])]) + run


def _departure_s(view: View, variant: int, run: int, position: int) -> int:
    riding = view.riding
    return int(riding.departure_s[int(riding.event_offset[variant]) + position * int(riding.n_runs[variant]) + run])


def _arrival_s(view: View, variant: int, run: int, position: int) -> int:
    riding = view.riding
    return int(riding.arrival_s[int(riding.event_offset[variant]) + run * _length(view, variant) + position])


def _length(view: View, variant: int) -> int:
    return int(view.riding.stop_offset[variant + 1] - view.riding.stop_offset[variant])


def _between_m(network: Network, a: int, b: int) -> float:
    lon, lat = network.stops.lon, network.stops.lat
    return distance_m(float(lon[a]), float(lat[a]), float(lon[b]), float(lat[b]))
