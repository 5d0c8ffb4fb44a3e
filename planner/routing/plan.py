"""A question becomes itineraries: access, rounds, egress, and the reason if there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.access.walking import judge_way
from planner.errors import QueryError
from planner.model import ON_FOOT, Itinerary, Place, Profile, Reason, Unknown
from planner.network.clock import clock_of
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distance_m, distances_m
from planner.network.tables import Network
from planner.routing.compile import View, profile_view
from planner.routing.itinerary import describe_ride_path, describe_walk
from planner.routing.query import Answer, Query
from planner.routing.raptor import EGRESS, Labels, search

__all__ = ["Answer", "Query", "Search", "Walks", "find_itineraries", "first_shown", "run_search", "walks_around"]


@dataclass(frozen=True, slots=True)
class Walks:
    """Stops within a walk of one place."""

    stop: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    duration_s: NDArray[np.int64]
    doubts: NDArray[np.uint8]


def find_itineraries(network: Network, query: Query) -> Answer:
    """Find every itinerary that is best for its number of transfers (and of doubts, where they count).

    Raises
    ------
    QueryError
        The moment has no offset, or origin and destination are one place.
    """
    if query.at.tzinfo is None:
        raise QueryError("the time needs an offset from UTC", "at")
    if _same(query.origin, query.destination):
        raise QueryError("origin and destination are the same place", "to")
    itineraries = _search(network, query)
    return Answer(query, itineraries, None if itineraries else _why_not(network, query))


def first_shown(itinerary: Itinerary) -> tuple[bool, float, int, float, int]:
    """Order itineraries for a person: no doubt before doubt, then arrival, transfers, less rolling.

    A person in a chair who is left at a kerb loses far more than the minutes that the doubtful way would save,
    so an itinerary without doubt comes first however late it is; among doubtful ones time decides again.
    """
    return (
        itinerary.doubts > 0,
        itinerary.arrival.timestamp(),
        itinerary.transfers,
        itinerary.rolling_m,
        itinerary.doubts,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One run of the kernel: what was asked of it and everything it found, in row numbers."""

    view: View
    access: Walks
    egress: Walks
    labels: Labels
    ends: NDArray[np.int64]  # EGRESS labels that no other beats in arrival, rides and doubts together


def run_search(network: Network, query: Query) -> Search:
    """Search the day of the question between the walks around its ends."""
    day = _service_day(network, query.at)
    view = profile_view(network, day, query.profile, query.unknown)
    access = walks_around(network, query.origin, query.profile, query.unknown)
    egress = walks_around(network, query.destination, query.profile, query.unknown)
    n_stops = len(network.stops.id)
    egress_s = np.full(n_stops, -1, np.int32)
    egress_doubts = np.zeros(n_stops, np.uint8)
    egress_s[egress.stop], egress_doubts[egress.stop] = egress.duration_s, egress.doubts
    ready_s = clock_of(query.at, day, network.timezone) + access.duration_s + query.profile.margin_s
    labels, _, _ = search(
        view.riding,
        view.walking,
        access.stop.astype(np.int32),
        ready_s.astype(np.int32),
        access.doubts,
        egress_s,
        egress_doubts,
        query.max_transfers + 1,
        view.n_levels,
    )
    labels = Labels(*labels)
    return Search(view, access, egress, labels, _pareto(labels))


def _search(network: Network, query: Query) -> tuple[Itinerary, ...]:
    run = run_search(network, query)
    access_m, egress_m = _by_stop(run.access), _by_stop(run.egress)
    found = [
        describe_ride_path(network, run.view, query, run.labels, int(end), access_m=access_m, egress_m=egress_m)
        for end in run.ends
    ]
    direct = _direct(network, query)
    if direct is not None:
        found = [itinerary for itinerary in found if not _beaten(itinerary, direct)] + [direct]
    return tuple(sorted(found, key=first_shown))


def walks_around(network: Network, place: Place, profile: Profile, unknown: Unknown) -> Walks:
    """Find the stops within reach of a place; a stop itself, or a station's own stops, at no distance."""
    stops = network.stops
    distance = DETOUR * distances_m(place.lon, place.lat, stops.lon, stops.lat)
    if place.stop_id is not None:
        row = stops.id.row_of[place.stop_id]
        distance[row] = 0
        distance[stops.parent == row] = 0
    near = np.flatnonzero(network.served & (distance <= DETOUR * REACH_M))
    doubts = np.array([judge_way(float(metres), profile).doubts for metres in distance[near]], np.uint8)
    if unknown is Unknown.EXCLUDE:
        near, doubts = near[doubts == 0], doubts[doubts == 0]
    elif unknown is Unknown.ALLOW:
        doubts[:] = 0
    seconds = np.ceil(distance[near] / profile.speed_m_s).astype(np.int64)
    return Walks(near, distance[near], seconds, doubts)


def _service_day(network: Network, at: datetime) -> date:
    return at.astimezone(ZoneInfo(network.timezone)).date()


def _by_stop(walks: Walks) -> dict[int, float]:
    return dict(zip(walks.stop.tolist(), walks.distance_m.tolist(), strict=True))


def _pareto(labels: Labels) -> NDArray[np.int64]:
    """Rows of the EGRESS labels that no other beats in arrival, rides and level together."""
    ends = np.flatnonzero(labels.variant == EGRESS)
    key = np.stack([labels.time_s[ends], labels.rides[ends], labels.level[ends]], axis=1).astype(np.int64)
    best = [
        row
        for row in range(len(ends))
        if not ((key <= key[row]).all(axis=1) & ((key < key[row]).any(axis=1) | (np.arange(len(ends)) < row))).any()
    ]
    return ends[best]


def _direct(network: Network, query: Query) -> Itinerary | None:
    """The way without a vehicle, where it is within reach and allowed."""
    a, b = query.origin, query.destination
    metres = DETOUR * distance_m(a.lon, a.lat, b.lon, b.lat)
    way = judge_way(metres, query.profile)
    if metres > DETOUR * REACH_M or (query.unknown is Unknown.EXCLUDE and way.doubts):
        return None
    return describe_walk(network, query, metres, ceil(metres / query.profile.speed_m_s))


def _beaten(itinerary: Itinerary, direct: Itinerary) -> bool:
    return direct.arrival <= itinerary.arrival and direct.doubts <= itinerary.doubts


def _same(a: Place, b: Place) -> bool:
    return (a.stop_id is not None and a.stop_id == b.stop_id) or (a.lat, a.lon) == (b.lat, b.lon)


def _why_not(network: Network, query: Query) -> Reason:
    """The first reason that explains an empty answer, found by lifting one condition after the other."""
    span = network.service_span
    day = _service_day(network, query.at)
    if span is None:
        return Reason("NO_TRIPS")
    if not span[0] <= day <= span[1]:
        return Reason("OUTSIDE_SERVICE", {"first": span[0].isoformat(), "last": span[1].isoformat()})
    on_foot = get_profile(ON_FOOT)
    for place, code in ((query.origin, "NO_STOP_NEAR_ORIGIN"), (query.destination, "NO_STOP_NEAR_DESTINATION")):
        if not len(walks_around(network, place, on_foot, Unknown.ALLOW).stop):
            return Reason(code, {"metres": int(REACH_M)})
    if query.unknown is Unknown.EXCLUDE and _search(network, replace(query, unknown=Unknown.ALLOW)):
        return Reason("ONLY_WITH_UNKNOWN")
    if query.profile.id != ON_FOOT and _search(network, replace(query, profile=on_foot, unknown=Unknown.ALLOW)):
        return Reason("BOARDING_IMPOSSIBLE")
    return Reason("NO_CONNECTION", {"day": day.isoformat()})
