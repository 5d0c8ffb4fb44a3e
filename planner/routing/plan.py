"""A question becomes itineraries: access, rounds, egress, and the reason if there is none."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.access.walking import judge_way
from planner.errors import QueryError
from planner.model import ON_FOOT, Itinerary, Place, Reason, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.routing.find import run_search
from planner.routing.itinerary import describe_path, describe_walk
from planner.routing.query import Answer, Query
from planner.routing.walks import walks_around

YEARS = range(1900, 2200)  # of a question; clocks and calendars of other times only make trouble

__all__ = ["Answer", "Query", "find_itineraries", "first_shown"]


def find_itineraries(network: Network, query: Query) -> Answer:
    """Find every itinerary that is best for its number of transfers (and of doubts, where they count).

    Raises
    ------
    QueryError
        The moment has no offset or lies in another age, or origin and destination are one place.
    """
    if query.at.tzinfo is None:
        raise QueryError("the time needs an offset from UTC", "at")
    if query.at.year not in YEARS:
        raise QueryError(f"no timetable reaches the year {query.at.year}", "at")
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


def latest_shown(itinerary: Itinerary) -> tuple[bool, float, int, float, int]:
    """The same order where the arrival is given: the latest departure instead of the earliest arrival."""
    doubtful, _, *rest = first_shown(itinerary)
    return (doubtful, -itinerary.departure.timestamp(), *rest)  # type: ignore[return-value]


def _search(network: Network, query: Query) -> tuple[Itinerary, ...]:
    run = run_search(network, query)
    found = [describe_path(network, run, query, path) for path in run.paths]
    direct = _direct(network, query)
    if direct is not None:
        found = [itinerary for itinerary in found if not _beaten(itinerary, direct, query)] + [direct]
    order = latest_shown if query.arrive_by and not query.window_s else first_shown
    return tuple(sorted(found, key=order))


def _direct(network: Network, query: Query) -> Itinerary | None:
    """The way without a vehicle, where it is within reach and allowed."""
    a, b = query.origin, query.destination
    metres = DETOUR * distance_m(a.lon, a.lat, b.lon, b.lat)
    way = judge_way(metres, query.profile)
    if metres > DETOUR * REACH_M or (query.unknown is Unknown.EXCLUDE and way.doubts):
        return None
    return describe_walk(network, query, metres, ceil(metres / query.profile.speed_m_s))


def _beaten(itinerary: Itinerary, direct: Itinerary, query: Query) -> bool:
    """Whether walking all the way, which one may do at any time, is as good."""
    if direct.doubts > itinerary.doubts:
        return False
    if query.window_s:
        return direct.arrival - direct.departure <= itinerary.arrival - itinerary.departure
    if query.arrive_by:
        return direct.departure >= itinerary.departure
    return direct.arrival <= itinerary.arrival


def _same(a: Place, b: Place) -> bool:
    return (a.stop_id is not None and a.stop_id == b.stop_id) or (a.lat, a.lon) == (b.lat, b.lon)


def _why_not(network: Network, query: Query) -> Reason:
    """The first reason that explains an empty answer, found by lifting one condition after the other."""
    span = network.service_span
    day = query.at.astimezone(ZoneInfo(network.timezone)).date()
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
