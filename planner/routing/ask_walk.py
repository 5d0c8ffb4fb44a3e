"""The question without vehicles: is there a way, how long, how sure, and if not, which barrier stands there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import inf

from planner.access.walking import judge_way
from planner.errors import QueryError
from planner.model import Place, Profile, Reason, Unknown
from planner.network.footpaths import DETOUR
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.routing.barriers import Barrier, find_barrier, joined
from planner.routing.street_view import street_view
from planner.routing.way_steps import Described, describe_way
from planner.routing.ways import FoundWay, find_ways, in_streets

REACH_M = 20_000.0  # of a question that asks for the way alone
MUCH_LONGER = 1.5  # than the way that one barrier closes: then that barrier is told too


@dataclass(frozen=True, slots=True)
class WalkAnswer:
    """A way, or why there is none; both may be there: a way, and the barrier on a much shorter one."""

    origin: Place
    destination: Place
    profile: Profile
    found: Described | None
    barrier: Barrier | None
    why_not: Reason | None = None  # of an answer without a way


def ask_walk(
    network: Network,
    origin: Place,
    destination: Place,
    profile: Profile,
    unknown: Unknown,
    at: datetime | None = None,
    *,
    avoid_lifts: bool = False,
) -> WalkAnswer:
    """Find the way between two places; where no streets are known, estimate it by the straight line.

    Raises
    ------
    QueryError
        Origin and destination are the same place.
    """
    if (origin.lat, origin.lon) == (destination.lat, destination.lon):
        raise QueryError("origin and destination are the same place", "TO")
    if not network.streets.known:
        return WalkAnswer(origin, destination, profile, straight_way(origin, destination, profile), None)
    for place, code in ((origin, "ORIGIN_OUTSIDE_STREETS"), (destination, "DESTINATION_OUTSIDE_STREETS")):
        if not in_streets(network, place):
            return WalkAnswer(origin, destination, profile, None, None, Reason(code))
    view = street_view(network, profile, None if at is None else int(at.timestamp()), avoid_lifts=avoid_lifts)
    ways = find_ways(network, origin, destination, view, REACH_M)
    way = choose_way(ways, unknown)
    limit_s = 3 * REACH_M / profile.speed_m_s
    best_s = inf if way is None else way.seconds
    barrier = find_barrier(network, origin, destination, profile, view, limit_s, best_s / MUCH_LONGER)
    found = None if way is None else describe_way(view, way, (origin, destination), profile)
    why_not = None
    if way is None:
        why_not = Reason("ONLY_WITH_UNKNOWN" if ways else "BARRIER")
        if barrier is None and not ways:
            why_not = Reason("SEVERAL_BARRIERS" if joined(network, origin, destination, view) else "NOT_JOINED")
    return WalkAnswer(origin, destination, profile, found, _told(barrier, best_s), why_not)


def choose_way(ways: list[FoundWay], unknown: Unknown) -> FoundWay | None:
    """Choose one: without doubt before doubtful, unless doubts do not count."""
    if unknown is Unknown.ALLOW:
        return min(ways, key=lambda way: way.seconds, default=None)
    usable = [way for way in ways if not (unknown is Unknown.EXCLUDE and way.doubtful)]
    return min(usable, key=lambda way: (way.doubtful, way.seconds), default=None)


def straight_way(origin: Place, destination: Place, profile: Profile) -> Described:
    """Estimate a way of which only the ends are known."""
    metres = DETOUR * distance_m(origin.lon, origin.lat, destination.lon, destination.lat)
    line = ((origin.lon, origin.lat), (destination.lon, destination.lat))
    return Described(judge_way(metres, profile), metres, metres / profile.speed_m_s, line)


def _told(barrier: Barrier | None, best_s: float) -> Barrier | None:
    if barrier is None or best_s == inf:
        return barrier
    return Barrier(
        barrier.kind, barrier.reason, barrier.street, barrier.lon, barrier.lat, barrier.osm, barrier.duration_s,
        barrier.distance_m, best_s - barrier.duration_s,
    )  # fmt: skip
