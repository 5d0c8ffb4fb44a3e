"""Boarding classes: trips that board alike wherever they stop, on one service day.

The vehicle of a trip (DOMAIN 1.5): trip before block before service date before route and direction before route
before agency; several rows of one scope are a mixture. A service-date row stands between: it says what runs on
a special day, and what is said of a single run knows better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from planner.model import Flag
from planner.network.modes import mode_of
from planner.network.tables import Network

SCOPES = ("agency", "route", "route_direction", "service_date", "block", "trip")  # later ones know better


@dataclass(frozen=True, slots=True)
class BoardingClass:
    """What decides, beside the quay, whether somebody gets on or off."""

    mode: str  # of the route, in capitals
    trip_flag: Flag
    vehicle_types: tuple[str, ...] = ()  # ids: a mixture if several; empty: not known
    overrides: tuple[int, ...] = ()  # rows of Knowledge.overrides that speak of these trips


@lru_cache(maxsize=8)
def boarding_classes(network: Network, day: date) -> tuple[tuple[BoardingClass, ...], NDArray[np.int32]]:
    """Sort the trips of a network into classes; the last few days are kept, so nobody may write into the answer.

    Returns
    -------
    classes : tuple of BoardingClass
    of_trip : int32[T]
        Row of the class of each trip.
    """
    route_type = network.routes.type[network.trips.route].astype(np.int64)
    mixtures, mixture = _mixtures(network, day)
    spoken, override = _overrides(network)
    key = ((route_type * len(Flag) + network.trips.flag) * len(mixtures) + mixture) * len(spoken) + override
    distinct, of_trip = np.unique(key, return_inverse=True)
    classes = []
    for number in distinct.tolist():
        rest, told = divmod(number, len(spoken))
        rest, which = divmod(rest, len(mixtures))
        kind, flag = divmod(rest, len(Flag))
        classes.append(BoardingClass(mode_of(kind), Flag(flag), mixtures[which], spoken[told]))
    rows = of_trip.astype(np.int32)
    rows.flags.writeable = False
    return tuple(classes), rows


def _mixtures(network: Network, day: date) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
    """Resolve the vehicle types of each trip on a day: distinct mixtures, and which one a trip has."""
    mixtures: list[tuple[str, ...]] = [()]
    of_trip = np.zeros(len(network.trips.route), np.int64)
    valid = [
        row
        for row in network.knowledge.assignments
        if (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)
    ]
    for scope in SCOPES:
        of_scope: dict[str | None, list[str]] = {}
        for row in valid:
            if row.scope == scope and row.weight != 0:
                of_scope.setdefault(row.scope_id, []).append(row.vehicle_type_id)
        # a row for all comes first, so that a named one overrules it
        for scope_id, types in sorted(of_scope.items(), key=lambda item: item[0] is not None):
            trips = _trips_in(network, scope, scope_id, day)
            if trips.any():
                of_trip[trips] = len(mixtures)
                mixtures.append(tuple(dict.fromkeys(types)))
    return mixtures, of_trip


def _trips_in(network: Network, scope: str, scope_id: str | None, day: date) -> NDArray[np.bool_]:
    trips, none = network.trips, np.zeros(len(network.trips.route), np.bool_)
    if scope_id is None:
        return ~none
    if scope == "service_date":
        return ~none if scope_id == day.isoformat() else none
    if scope == "agency":
        owned = [a >= 0 and _same_id(network.agencies.id[int(a)], scope_id) for a in network.routes.agency]
        of_agency: NDArray[np.bool_] = np.array(owned, np.bool_)[trips.route]
        return of_agency
    if scope == "route":
        return cast(NDArray[np.bool_], trips.route == network.routes.id.row_of.get(scope_id, -1))
    if scope == "route_direction":
        route_id, _, direction = scope_id.partition("#")
        of_route = trips.route == network.routes.id.row_of.get(route_id, -1)
        return cast(NDArray[np.bool_], of_route & (trips.direction == int(direction or -1)))
    if scope == "block":
        rows = [row for row, block in enumerate(network.blocks) if _same_id(block, scope_id)]
        return np.isin(trips.block, rows)
    return np.isin(np.arange(len(none)), _rows_of_trip(network, scope_id))


def _rows_of_trip(network: Network, trip_id: str) -> list[int]:
    """All runs of a trip: one, or its repetitions by frequency."""
    if trip_id not in network.trips.id.row_of:
        return []
    sequence = int(network.trips.sequence[network.trips.id.row_of[trip_id]])
    low, high = (int(x) for x in network.sequences.trip_offset[sequence : sequence + 2])
    return [row for row in range(low, high) if network.trips.id[row] == trip_id]


def _same_id(public: str, wanted: str) -> bool:
    return wanted in (public, public.partition(":")[2])


def _overrides(network: Network) -> tuple[list[tuple[int, ...]], NDArray[np.int64]]:
    """Which overrides speak of each trip: distinct sets, and which one a trip has."""
    spoken: dict[tuple[int, ...], int] = {(): 0}
    rows_of = np.zeros(len(network.trips.route), np.int64)
    for number, trips in _spoken_of(network):
        for before in np.unique(rows_of[trips]).tolist():
            longer = (*list(spoken)[before], number)
            rows_of[trips & (rows_of == before)] = spoken.setdefault(longer, len(spoken))
    return list(spoken), rows_of


def _spoken_of(network: Network) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    trips = network.trips
    for number, override in enumerate(network.knowledge.overrides):
        spoken = np.ones(len(trips.route), np.bool_)
        if override.route_id is not None:
            spoken &= trips.route == network.routes.id.row_of.get(override.route_id, -1)
        if override.direction_id is not None:
            spoken &= trips.direction == override.direction_id
        if override.trip_id is not None:
            spoken &= np.isin(np.arange(len(spoken)), _rows_of_trip(network, override.trip_id))
        yield number, spoken
