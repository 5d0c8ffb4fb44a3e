"""The barrier of the streets that keeps a traveller from every trip: on the way to a stop, from a stop, or all the way.

For each stop near an end of the question that one reaches on foot and this traveller does not, the one barrier on the
way there is found and the search goes on from that stop; what is told is the barrier with the best trip behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Literal

import numpy as np

from planner.access.profiles import get_profile
from planner.model import ON_FOOT, Place, Reason, Unknown
from planner.network.tables import Network
from planner.routing.barriers import Barrier, find_barrier
from planner.routing.itinerary import stop_place
from planner.routing.plan import find_itineraries
from planner.routing.query import Answer, Query
from planner.routing.street_view import StreetView, street_view
from planner.routing.via import going_for
from planner.routing.walk_legs import WALK
from planner.routing.walks import walks_around
from planner.routing.ways import ACCESS_M, DIRECT_M, in_streets

NEAREST = 8  # stops at each end that are looked at, the nearest on foot first
SLOWEST = 3.0  # times the plain pace: how slow a way may be that is within reach

Where = Literal["ACCESS", "EGRESS", "DIRECT"]


@dataclass(frozen=True, slots=True)
class StreetBarrier:
    """What closes the streets; without ``barrier`` an end reaches no stop, and to open one barrier is not enough."""

    where: Where
    barrier: Barrier | None
    stop: Place | None = None  # to which or from which it opens the way; None: all the way, or no one barrier
    departure: datetime | None = None  # of the best trip that it would open
    arrival: datetime | None = None


_Ranked = tuple[float, float, StreetBarrier]


def find_street_barrier(network: Network, answer: Answer) -> StreetBarrier | None:
    """Find the one barrier of the streets whose opening gives the best trip, where an answer is empty.

    Exact among the ``NEAREST`` stops of either end; a way that needs a barrier at both ends opened needs two, and is
    not told as one. None: the answer has trips, its reason is another, or the streets are not what closes it.
    """
    query = answer.query
    impossible = answer.why_not is not None and answer.why_not.code == "BOARDING_IMPOSSIBLE"
    if answer.itineraries or not impossible or not network.streets.known:
        return None
    plain = replace(query, window_s=0, page=None, fallbacks=False)
    found = list(_opened(network, plain))
    if found:
        return min(found, key=lambda one: one[:2])[2]
    going = going_for(network, query)
    for place, where in _ends(query):
        own = walks_around(network, place, going, towards=where == "EGRESS")
        if in_streets(network, place) and not len(own.stop) and len(_closed_stops(network, query, place, where)):
            return StreetBarrier(where, None)
    return None


def with_street_barrier(network: Network, answer: Answer) -> tuple[Answer, StreetBarrier | None]:
    """Give an answer whose reason names the streets where they are what closes it, and their barrier."""
    closed = find_street_barrier(network, answer)
    if closed is None:
        return answer, None
    return replace(answer, why_not=Reason("NO_STEP_FREE_ACCESS", {"where": closed.where})), closed


def _opened(network: Network, query: Query) -> Iterator[_Ranked]:
    """Give each barrier with the trip that it would open, and how good that is."""
    going = going_for(network, query)
    view = street_view(network, query.profile, going.outages, avoid_lifts=going.avoid_lifts, without=going.without)
    if not query.via:
        barrier = _between(network, query, view, query.origin, query.destination, DIRECT_M)
        if barrier is not None:
            takes = timedelta(seconds=round(barrier.duration_s))
            ends = (query.at - takes, query.at) if query.arrive_by else (query.at, query.at + takes)
            yield _rank(query, StreetBarrier("DIRECT", barrier, None, *ends), *ends, barrier.duration_s)
    for place, where in _ends(query):
        for row in _closed_stops(network, query, place, where):
            stop = stop_place(network, row)
            ends_of_way = (place, stop) if where == "ACCESS" else (stop, place)
            barrier = _between(network, query, view, *ends_of_way, ACCESS_M)
            if barrier is not None:
                yield from _ridden(network, query, where, stop, barrier)


def _ridden(network: Network, query: Query, where: Where, stop: Place, barrier: Barrier) -> Iterator[_Ranked]:
    """Search from the stop that a barrier opens, or to it."""
    takes, access = timedelta(seconds=round(barrier.duration_s)), where == "ACCESS"
    at = query.at
    if access and not query.arrive_by:
        at += takes
    if not access and query.arrive_by:
        at -= takes
    limit = query.max_roll_m
    onward = replace(
        query,
        origin=stop if access else query.origin,
        destination=query.destination if access else stop,
        at=at,
        max_roll_m=None if limit is None else max(0.0, limit - barrier.distance_m),
    )
    if (onward.origin.lat, onward.origin.lon) == (onward.destination.lat, onward.destination.lon):
        return
    trips = find_itineraries(network, onward).itineraries  # who rolls on all the way is told of it by DIRECT
    best = next((trip for trip in trips if any(leg.mode != WALK for leg in trip.legs)), None)
    if best is not None:
        early, late = (takes, timedelta(0)) if access else (timedelta(0), takes)
        ends = (best.departure - early, best.arrival + late)
        yield _rank(query, StreetBarrier(where, barrier, stop, *ends), *ends, barrier.duration_s)


def _between(
    network: Network, query: Query, view: StreetView, origin: Place, destination: Place, most_m: float
) -> Barrier | None:
    """Find the one barrier between two places, if the way that it opens is short enough."""
    if not (in_streets(network, origin) and in_streets(network, destination)):
        return None
    limit_s = SLOWEST * most_m / query.profile.speed_m_s
    barrier = find_barrier(network, origin, destination, query.profile, view, limit_s, inf)
    longest = most_m if query.max_roll_m is None else min(most_m, query.max_roll_m)
    return barrier if barrier is not None and barrier.distance_m <= longest else None


def _ends(query: Query) -> Iterator[tuple[Place, Where]]:
    yield query.origin, "ACCESS"
    yield query.destination, "EGRESS"


def _closed_stops(network: Network, query: Query, place: Place, where: Where) -> list[int]:
    """Give the stops that are within a walk on foot and that this traveller does not reach, the nearest first."""
    going, towards = going_for(network, query), where == "EGRESS"
    on_foot = replace(going, profile=get_profile(ON_FOOT), unknown=Unknown.ALLOW, avoid_lifts=False)
    own = walks_around(network, place, going, towards=towards).stop
    feet = walks_around(network, place, on_foot, towards=towards)
    order = np.lexsort((feet.stop, feet.duration_s))
    stops = list(dict.fromkeys(feet.stop[order].tolist()))
    reached = set(own.tolist())
    return [stop for stop in stops if stop not in reached][:NEAREST]


def _rank(query: Query, found: StreetBarrier, departure: datetime, arrival: datetime, way_s: float) -> _Ranked:
    """The soonest arrival first, or the latest departure; then the shorter way."""
    return (-departure.timestamp() if query.arrive_by else arrival.timestamp()), way_s, found
