"""A question becomes itineraries: access, rounds, egress, and the reason if there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.errors import QueryError
from planner.model import ON_FOOT, Itinerary, Place, Reason, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.tables import Network
from planner.routing.backups import with_backups, with_lifts
from planner.routing.find import Path, Search, run_search
from planner.routing.itinerary import describe_path, describe_walk
from planner.routing.outages import out_all_the_time, out_on_the_way
from planner.routing.paging import Page, cursors, open_page
from planner.routing.query import Answer, Query
from planner.routing.via import going_for, vias_of
from planner.routing.walk_legs import WALK
from planner.routing.walks import Going, OneWalk, walks_around, walks_to_point
from planner.routing.ways import DIRECT_M

YEARS = range(1900, 2200)  # of a question; clocks and calendars of other times only make trouble

__all__ = ["Answer", "Query", "find_itineraries", "find_itinerary", "first_shown"]


def find_itineraries(network: Network, query: Query) -> Answer:
    """Find every itinerary that is best for its number of transfers (and of doubts, where they count).

    Raises
    ------
    QueryError
        The moment has no offset or lies in another age, origin and destination are one place, something that is
        excluded does not exist, or the cursor of a page is not of this question.
    """
    _check(query)
    page = open_page(network, query)
    itineraries = _page(network, page, [])
    earlier, later = cursors(network, page)
    why_not = None if itineraries else _why_not(network, page)
    return Answer(query, itineraries, why_not, earlier, later)


def find_itinerary(network: Network, query: Query, itinerary_id: str) -> Itinerary | None:
    """Find an itinerary of an answer again by its id, or one that an itinerary of it falls back on; None if gone.

    Raises
    ------
    QueryError
        As ``find_itineraries``.
    """
    _check(query)
    backups: list[Itinerary] = []
    told = _page(network, open_page(network, query), backups)
    return next((one for one in (*told, *backups) if one.id == itinerary_id), None)


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


def _check(query: Query) -> None:
    if query.at.tzinfo is None:
        raise QueryError("the time needs an offset from UTC", "at")
    if query.at.year not in YEARS:
        raise QueryError(f"no timetable reaches the year {query.at.year}", "at")
    if _same(query.origin, query.destination):
        raise QueryError("origin and destination are the same place", "to")
    if query.max_roll_m is not None and not query.max_roll_m >= 0:
        raise QueryError("the longest way to roll is a number of metres, 0 or more", "max_roll")


def _page(network: Network, page: Page, backups: list[Itinerary]) -> tuple[Itinerary, ...]:
    """Answer a page; what its itineraries fall back on is added to ``backups``."""
    told = _search(network, page.query, backups)
    if page.first:
        return told
    before: set[str] = set()
    if page.plain_at is not None:
        plain = replace(page.query, at=page.plain_at, window_s=0, fallbacks=False)
        before = {one.id for one in _search(network, plain, [])}
    return tuple(one for one in told if one.id not in before and any(leg.mode != WALK for leg in one.legs))


def _search(network: Network, query: Query, backups: list[Itinerary]) -> tuple[Itinerary, ...]:
    def search_on(onward: Query) -> Itinerary | None:
        best = next(iter(_search(network, replace(onward, fallbacks=False, out=None), [])), None)
        if best is not None:
            backups.append(best)
        return best

    found, direct = _found(network, query)
    direct = [way for way in direct if not any(_outdone(way, one, query) for one, _, _ in found)]
    for way in direct:
        found = [one for one in found if not _beaten(one[0], way, query)]
    told = [with_backups(network, run, query, path, itinerary, search_on) for itinerary, path, run in found]
    direct = [with_lifts(network, query, way, search_on) for way in direct]
    order = latest_shown if query.arrive_by and not query.window_s else first_shown
    return tuple(sorted([*told, *direct], key=order))


def _found(network: Network, query: Query) -> tuple[list[tuple[Itinerary, Path, Search]], list[Itinerary]]:
    """Search again as long as an itinerary passes a lift while that is out of service."""
    out = out_all_the_time(network, query) if query.out is None else None
    asked = query if out is None else replace(query, out=out)
    found: list[tuple[Itinerary, Path, Search]] = []
    direct: list[Itinerary] = []
    while True:
        run = _run(network, asked)
        paths = [(describe_path(network, run, asked, path), path, run) for path in run.paths]
        ways = _direct(network, asked)
        late = {} if out is None else {one.id: out_on_the_way(network, one) for one in (*ways, *(p[0] for p in paths))}
        found += [one for one in paths if not late.get(one[0].id)]
        direct += [way for way in ways if not late.get(way.id)]
        closed = set().union(*late.values()) - set(asked.out or ())
        if not closed:
            break
        asked = replace(asked, out=(*(asked.out or ()), *sorted(closed)))
    return _best_of(found, query), list({way.id: way for way in direct}.values())


def _best_of(found: list[tuple[Itinerary, Path, Search]], query: Query) -> list[tuple[Itinerary, Path, Search]]:
    """Of several searches what no other beats; of two alike the first."""
    if len({id(run) for _, _, run in found}) < 2:
        return found

    def costs(one: Itinerary) -> tuple[float, ...]:
        leaves = one.departure.timestamp() if query.window_s or query.arrive_by else 0.0
        arrives = 0.0 if query.arrive_by and not query.window_s else one.arrival.timestamp()
        return (-leaves, arrives, one.transfers, one.doubts if query.unknown is Unknown.PENALISE else 0)

    keys = [costs(one) for one, _, _ in found]
    return [
        one
        for number, one in enumerate(found)
        if not any(
            all(a <= b for a, b in zip(other, keys[number], strict=True)) and (other != keys[number] or row < number)
            for row, other in enumerate(keys)
            if row != number
        )
    ]


def _run(network: Network, query: Query) -> Search:
    """Search: with a limit on what is rolled in all, by the kernel that carries the metres along."""
    if query.max_roll_m is None:
        return run_search(network, query)
    from planner.routing.rolling import run_limited_search  # noqa: PLC0415 (compiles another kernel)

    limited: Search = run_limited_search(network, query)
    return limited


def _direct(network: Network, query: Query) -> list[Itinerary]:
    """The ways without a vehicle, where they are within reach and allowed: the fastest, and a sure one."""
    going, limit = going_for(network, query), query.max_roll_m
    places = (query.origin, *vias_of(network, query), query.destination)
    most_m = DIRECT_M if network.streets.known else DETOUR * REACH_M
    options = [walks_to_point(network, a, b, going, most_m) for a, b in pairwise(places)]
    best: dict[bool, tuple[OneWalk, ...]] = {}
    for walks in product(*options):
        metres, doubtful = sum(walk.distance_m for walk in walks), any(walk.doubts for walk in walks)
        if metres > most_m or (limit is not None and metres > limit):
            continue
        if doubtful not in best or _seconds(walks) < _seconds(best[doubtful]):
            best[doubtful] = walks
    if len(best) > 1 and _seconds(best[False]) <= _seconds(best[True]):
        del best[True]
    return [describe_walk(network, query, places, walks) for walks in best.values()]


def _seconds(walks: Sequence[OneWalk]) -> int:
    return sum(walk.duration_s for walk in walks)


def _beaten(itinerary: Itinerary, direct: Itinerary, query: Query) -> bool:
    """Whether walking all the way, which one may do at any time, is as good."""
    if direct.doubts > itinerary.doubts:
        return False
    if query.window_s:
        return direct.arrival - direct.departure <= itinerary.arrival - itinerary.departure
    if query.arrive_by:
        return direct.departure >= itinerary.departure
    return direct.arrival <= itinerary.arrival


def _outdone(direct: Itinerary, itinerary: Itinerary, query: Query) -> bool:
    """Whether a long roll is worse in every way than one ride; a short one is always told."""
    if direct.rolling_m <= DETOUR * REACH_M or itinerary.transfers or itinerary.doubts > direct.doubts:
        return False
    if query.window_s:
        return itinerary.arrival - itinerary.departure <= direct.arrival - direct.departure
    if query.arrive_by:
        return itinerary.departure >= direct.departure
    return itinerary.arrival <= direct.arrival


def _same(a: Place, b: Place) -> bool:
    return (a.stop_id is not None and a.stop_id == b.stop_id) or (a.lat, a.lon) == (b.lat, b.lon)


def _why_not(network: Network, page: Page) -> Reason:
    """The first reason that explains an empty answer, found by lifting one condition after the other."""
    query, span = page.query, network.service_span
    day = query.at.astimezone(ZoneInfo(network.timezone)).date()
    if span is None:
        return Reason("NO_TRIPS")
    if not span[0] <= day <= span[1]:
        return Reason("OUTSIDE_SERVICE", {"first": span[0].isoformat(), "last": span[1].isoformat()})
    if not page.first:
        return Reason("NOTHING_IN_WINDOW")
    on_foot = get_profile(ON_FOOT)
    for place, code in ((query.origin, "NO_STOP_NEAR_ORIGIN"), (query.destination, "NO_STOP_NEAR_DESTINATION")):
        if not len(walks_around(network, place, Going(on_foot, Unknown.ALLOW)).stop):
            return Reason(code, {"metres": int(REACH_M)})
    profile, allow = query.profile, Unknown.ALLOW
    lifted = [
        ("ONLY_WITH_UNKNOWN", query.unknown is Unknown.EXCLUDE, replace(query, unknown=allow)),
        ("ONLY_NOT_LEVEL", profile.level_only, replace(query, profile=replace(profile, level_only=False))),
        ("ONLY_WITH_LIFTS", query.avoid_lifts, replace(query, avoid_lifts=False)),
        ("ONLY_LONGER_WAYS", query.max_roll_m is not None, replace(query, max_roll_m=None)),
        (
            "ONLY_WITH_EXCLUDED",
            bool(query.exclude_routes or query.exclude_stops),
            replace(query, exclude_routes=(), exclude_stops=()),
        ),
        ("ONLY_WITHOUT_VIA", bool(query.via), replace(query, via=())),
        ("BOARDING_IMPOSSIBLE", profile.id != ON_FOOT, replace(query, profile=on_foot, unknown=allow)),
    ]
    for code, asked, without in lifted:
        if asked and (_run(network, without).paths or _direct(network, without)):
            return Reason(code)
    return Reason("NO_CONNECTION", {"day": day.isoformat()})
