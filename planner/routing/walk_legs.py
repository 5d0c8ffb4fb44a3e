"""Walks of an itinerary: which of several ways is gone, and its leg with every step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from planner.access.walking import judge_way
from planner.model import Leg, Place, Unknown
from planner.network.clock import later
from planner.network.tables import Network
from planner.routing.street_view import street_view
from planner.routing.walks import Going, OneWalk, walks_between, ways_of
from planner.routing.way_steps import Described, describe_way

WALK = "WALK"


def surest_in_time(walks: Sequence[OneWalk], seconds: float) -> OneWalk:
    """Choose the surest walk that takes no longer than there is time; the quickest if none does."""
    in_time = [walk for walk in walks if walk.duration_s <= seconds]
    if not in_time:
        return min(walks, key=lambda walk: walk.duration_s)
    return min(in_time, key=lambda walk: (walk.doubts, walk.duration_s))


def footpaths_of(network: Network, going: Going, origin: int, to: int) -> list[OneWalk]:
    """Give the walks from a stop to another one; none if no footpath joins them."""
    walks = walks_between(network, going)
    low, high = (int(at) for at in np.searchsorted(walks.origin, [origin, origin + 1]))
    rows = low + np.flatnonzero(walks.to[low:high] == to)
    columns = (walks.distance_m[rows], walks.duration_s[rows], walks.doubts[rows])
    return [OneWalk(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def leaving_at(
    network: Network, going: Going, origin: Place, destination: Place, departure: datetime, walk: OneWalk
) -> Leg:
    """Give the leg of a walk that sets out at a moment."""
    return _leg(network, going, (origin, destination), departure, walk)


def arriving_at(
    network: Network, going: Going, origin: Place, destination: Place, arrival: datetime, walk: OneWalk
) -> Leg:
    """Give the leg of a walk that is there at a moment."""
    departure = later(arrival, -walk.duration_s, network.timezone)
    return _leg(network, going, (origin, destination), departure, walk)


def _leg(network: Network, going: Going, ends: tuple[Place, Place], departure: datetime, walk: OneWalk) -> Leg:
    arrival = later(departure, walk.duration_s, network.timezone)
    described = _described(network, going, ends, walk.doubts > 0)
    if described is None:
        geometry, way = tuple((place.lon, place.lat) for place in ends), judge_way(walk.distance_m, going.profile)
        return Leg(WALK, *ends, departure, arrival, walk.distance_m, geometry, way=way)
    return Leg(WALK, *ends, departure, arrival, described.distance_m, described.geometry, way=described.way)


@lru_cache(maxsize=1024)
def _described(network: Network, going: Going, ends: tuple[Place, Place], doubtful: bool) -> Described | None:
    """Find the way again by which a walk was counted, and tell it; None for a straight line."""
    ways = ways_of(network, *ends, going)
    if not ways or any(not way.pieces for way in ways):
        return None
    alike = ways if going.unknown is Unknown.ALLOW else [way for way in ways if way.doubtful == doubtful] or ways
    view = street_view(network, going.profile, going.outages, avoid_lifts=going.avoid_lifts, without=going.without)
    return describe_way(view, alike[0], ends, going.profile)
