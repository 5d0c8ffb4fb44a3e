"""Walks of a question: to the first ride, from the last, and between stops; through the streets where they are known.

Where the fastest way is a doubt and there is a sure one too, both are told, as rows of their own. Stops and places that
no known street reaches keep the straight line x 1.3, and are said to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import UNSEEN_WAY_M, judge_way
from planner.model import Place, Profile, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distance_m, distances_m, near_box
from planner.network.tables import Network
from planner.routing.street_view import StreetView, street_view
from planner.routing.ways import (
    ACCESS_M,
    DIRECT_M,
    FoundWay,
    StopWays,
    find_ways,
    in_streets,
    length_of,
    reach_nodes,
    seeds_of,
    ways_between_stops,
    ways_from_stops,
)


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Stops within a walk of one place; times without any margin. A stop may stand in two rows."""

    stop: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    duration_s: NDArray[np.int64]
    doubts: NDArray[np.uint8]

    def rows_of(self, stop: int) -> list[OneWalk]:
        """Give each walk to a stop."""
        rows = np.flatnonzero(self.stop == stop)
        columns = (self.distance_m[rows], self.duration_s[rows], self.doubts[rows])
        return [OneWalk(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def kept(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Walks:
        """Give some of the rows."""
        return Walks(*(getattr(self, part.name)[rows] for part in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class StopWalks:
    """Walks between stops, by origin; times without any margin. A pair may stand in two rows."""

    origin: NDArray[np.int64]
    to: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    duration_s: NDArray[np.int64]
    doubts: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Going:
    """How a traveller goes on foot or on wheels, and when: what decides which ways are open."""

    profile: Profile
    unknown: Unknown
    outages: int | None = None  # as ``outages_at`` gives them
    avoid_lifts: bool = False
    without: frozenset[int] = frozenset()  # rows of the equipment that is taken not to run


def going_of(network: Network, profile: Profile, unknown: Unknown, at: datetime, *, avoid_lifts: bool = False) -> Going:
    """Give how a traveller goes at a moment."""
    return Going(profile, unknown, outages_at(network, at), avoid_lifts)


def outages_at(network: Network, at: datetime) -> int | None:
    """Give the last moment (seconds since 1970 UTC) at which equipment began or ceased to run; None: nothing is out.

    All questions between two such moments have the same ways, and share what is kept of them.
    """
    equipment, now = network.streets.equipment, int(at.timestamp())
    if not ((equipment.closed_from_s <= now) & (now < equipment.closed_until_s)).any():
        return None
    moments = np.concatenate((equipment.closed_from_s, equipment.closed_until_s))
    return int(moments[moments <= now].max())


def walks_around(
    network: Network, place: Place, going: Going, *, towards: bool = False, view: StreetView | None = None
) -> Walks:
    """Find the stops within reach of a place; a stop itself, or a station's own stops, at no distance.

    Parameters
    ----------
    towards
        Walk from the stops to the place, not from the place to them.
    view
        Of streets that are known, in the place of the network's own.
    """
    straight = _straight(network, place, going)
    if not in_streets(network, place):
        return straight
    if view is None:
        view = street_view(network, going.profile, going.outages, avoid_lifts=going.avoid_lifts, without=going.without)
    seeds = seeds_of(network, place, view, towards=towards)
    stops, nodes = network.stops, network.streets.stop_node
    near = near_box(place.lon, place.lat, stops.lon, stops.lat, ACCESS_M)
    near = near[network.served[near] & (nodes[near] >= 0)]
    reached = reach_nodes(view, seeds, nodes[near], ACCESS_M, backwards=towards)
    walks = Walks(
        near[reached.row],
        reached.length_m.astype(np.float64),
        np.ceil(reached.seconds).astype(np.int64),
        reached.doubtful.astype(np.uint8),
    )
    return join_walks([_allowed(walks, going.unknown), straight.kept(nodes[straight.stop] < 0)])


def _straight(network: Network, place: Place, going: Going) -> Walks:
    stops, profile = network.stops, going.profile
    boxed = near_box(place.lon, place.lat, stops.lon, stops.lat, REACH_M)
    distance = np.full(len(stops.lon), np.inf)
    distance[boxed] = DETOUR * distances_m(place.lon, place.lat, stops.lon[boxed], stops.lat[boxed])
    if place.stop_id is not None:
        row = stops.id.row_of[place.stop_id]
        distance[row] = 0
        distance[stops.parent == row] = 0
    near = np.flatnonzero(network.served & (distance <= DETOUR * REACH_M))
    doubts = np.array([judge_way(float(metres), profile).doubts for metres in distance[near]], np.uint8)
    seconds = np.ceil(distance[near] / profile.speed_m_s).astype(np.int64)
    return _allowed(Walks(near, distance[near], seconds, doubts), going.unknown)


def _allowed(walks: Walks, unknown: Unknown) -> Walks:
    if unknown is Unknown.EXCLUDE:
        return walks.kept(walks.doubts == 0)
    if unknown is Unknown.ALLOW:
        walks.doubts[:] = 0
    return walks


@lru_cache(maxsize=16)
def walks_between(network: Network, going: Going) -> StopWalks:
    """Walk between every two stops that a footpath may join; the last few tables are kept."""
    profile, ways = going.profile, None
    if network.streets.known:
        ways = ways_between_stops(network, profile, going.outages, going.avoid_lifts, going.without)
    return _stop_walks(network, going, ways, np.ones(len(network.stops.id), np.bool_))


def walks_from_stops(network: Network, going: Going, view: StreetView, chosen: NDArray[np.bool_]) -> StopWalks:
    """Walk from some stops (bool[S]) by a view of streets that are known: their rows, if it were the network's own."""
    return _stop_walks(network, going, ways_from_stops(network, view, chosen), chosen)


def _stop_walks(network: Network, going: Going, ways: StopWays | None, chosen: NDArray[np.bool_]) -> StopWalks:
    paths, profile = network.footpaths, going.profile
    origin = np.repeat(np.arange(len(network.stops.id)), np.diff(paths.offset))
    straight = chosen[origin]
    if ways is not None:
        nodes = network.streets.stop_node
        straight &= (nodes[origin] < 0) | (nodes[paths.to] < 0)
    origin, to = origin[straight], paths.to.astype(np.int64)[straight]
    metres: NDArray[np.float64] = paths.distance_m[straight].astype(np.float64)
    doubts = np.where(metres > UNSEEN_WAY_M, judge_way(2 * UNSEEN_WAY_M, profile).doubts, 0)
    seconds = np.ceil(metres / profile.speed_m_s)
    if ways is not None:
        origin, to = np.concatenate((origin, ways.origin)), np.concatenate((to, ways.to))
        metres = np.concatenate((metres, ways.length_m.astype(np.float64)))
        seconds = np.concatenate((seconds, np.ceil(ways.seconds)))
        doubts = np.concatenate((doubts, ways.doubtful))
    keep = doubts == 0 if going.unknown is Unknown.EXCLUDE else np.ones(len(doubts), np.bool_)
    if going.unknown is not Unknown.PENALISE:
        doubts = np.zeros(len(doubts))
    order = np.flatnonzero(keep)
    order = order[np.lexsort((seconds[order], origin[order]))]
    return StopWalks(
        origin[order],
        to[order],
        metres[order],
        seconds[order].astype(np.int64),
        doubts[order].astype(np.uint8),
    )


@dataclass(frozen=True, slots=True)
class OneWalk:
    """A walk between two places, in numbers."""

    distance_m: float
    duration_s: int
    doubts: int  # 0 where doubts do not count


def walks_to_point(
    network: Network, origin: Place, destination: Place, going: Going, most_m: float = DETOUR * REACH_M
) -> list[OneWalk]:
    """Walk between two places: the fastest way and, where that is a doubt, a sure one; none beyond ``most_m``."""
    ways = ways_of(network, origin, destination, going, most_m)
    if ways is None or any(not way.pieces for way in ways):  # nothing known between: a quay and its own station
        most_m = min(most_m, DETOUR * REACH_M)
        metres = DETOUR * distance_m(origin.lon, origin.lat, destination.lon, destination.lat)
        told = [(metres, metres / going.profile.speed_m_s, judge_way(metres, going.profile).doubts)]
    else:
        view = street_view(network, going.profile, going.outages, avoid_lifts=going.avoid_lifts, without=going.without)
        told = [(length_of(view, way), way.seconds, int(way.doubtful)) for way in ways]
    return [
        OneWalk(metres, ceil(seconds), 0 if going.unknown is Unknown.ALLOW else doubts)
        for metres, seconds, doubts in told
        if metres <= most_m and not (doubts and going.unknown is Unknown.EXCLUDE)
    ]


def ways_of(
    network: Network, origin: Place, destination: Place, going: Going, most_m: float = DIRECT_M
) -> list[FoundWay] | None:
    """Find the ways through the streets; None where one of the places lies in no known street."""
    if not in_streets(network, origin) or not in_streets(network, destination):
        return None
    view = street_view(network, going.profile, going.outages, avoid_lifts=going.avoid_lifts, without=going.without)
    return find_ways(network, origin, destination, view, most_m)


def join_walks(walks: Sequence[Walks]) -> Walks:
    """Put walks to different stops together."""
    return Walks(*(np.concatenate([getattr(one, part.name) for one in walks]) for part in fields(Walks)))
