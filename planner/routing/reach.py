"""One-to-all: when every stop is reached from a place, or when one must leave every stop to reach it.

To be at a stop means what it means in ``planner.routing.plan`` for a trip to that stop: the vehicle stops there, or
one got off nearby and walked exactly one footpath, or came on foot all the way. Times are clock times of
``day``; without a vehicle counts as no ride.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.errors import QueryError
from planner.model import MAX_TRANSFERS, Place, Profile, Unknown
from planner.network.clock import clock_of, later
from planner.network.tables import Network
from planner.routing.compile import View, view_going
from planner.routing.find import HALF_A_DAY_S, start_of
from planner.routing.follow import departures
from planner.routing.last_walk import Endings, finish
from planner.routing.plan import YEARS
from planner.routing.spread import spread, spread_window
from planner.routing.state import NEVER
from planner.routing.street_view import StreetView
from planner.routing.via import mirror_of
from planner.routing.walks import Going, StopWalks, going_of, walks_around, walks_between

MOST_CELLS = 250_000_000  # of a window's table, one gigabyte


@dataclass(frozen=True, slots=True)
class ReachQuery:
    """From where to everywhere; with ``arrive_by`` from everywhere to ``place``, to be there at ``at``."""

    place: Place
    at: datetime
    profile: Profile
    unknown: Unknown = Unknown.ALLOW
    max_transfers: int = MAX_TRANSFERS
    arrive_by: bool = False
    within_s: int | None = None  # later arrivals (or earlier departures) do not matter
    avoid_lifts: bool = False  # of streets and stations


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """How long the way takes to every stop (or from it), with at most k rides and c doubts.

    ``way_s`` is int32[K, C, S], counted from the moment asked about, waiting included; NEVER where a stop is not
    reached. It falls, or stays, with k and with c; level C - 1 stands for all doubts. Row 0 is without a ride.
    """

    query: ReachQuery
    day: date
    at_s: int  # clock time of the moment asked about
    way_s: NDArray[np.int32]

    @property
    def best_s(self) -> NDArray[np.int32]:
        """int32[S]: with as many rides and doubts as allowed; NEVER: not reached."""
        best: NDArray[np.int32] = self.way_s[-1, -1]
        return best

    @property
    def reached(self) -> NDArray[np.bool_]:
        """bool[S]: there is a way."""
        reached: NDArray[np.bool_] = self.best_s != NEVER
        return reached

    @property
    def clock_s(self) -> NDArray[np.int64]:
        """int64[K, C, S]: earliest arrival at every stop, or latest departure from it; nonsense where not reached."""
        return self.at_s + (-1 if self.query.arrive_by else 1) * self.way_s.astype(np.int64)

    @property
    def doubts(self) -> NDArray[np.int64]:
        """int64[S]: the fewest doubts with which the best time is possible (counted up to C - 1)."""
        fewest: NDArray[np.int64] = np.argmax(self.way_s[-1] == self.best_s, axis=0)
        return fewest

    @property
    def rides(self) -> NDArray[np.int64]:
        """int64[S]: the fewest rides with which the best time is possible with those doubts."""
        stops = np.arange(self.way_s.shape[2])
        fewest: NDArray[np.int64] = np.argmax(self.way_s[:, self.doubts, stops] == self.best_s, axis=0)
        return fewest

    def by_level(self) -> NDArray[np.int32]:
        """int32[C, S]: seconds with at most so many doubts, rides as allowed."""
        levels: NDArray[np.int32] = self.way_s[-1]
        return levels


@dataclass(frozen=True, slots=True, eq=False)
class ReachWindow:
    """When every stop is reached by somebody who may set out at each of several moments.

    ``depart_s`` int64[D] ascends: every just-in-time departure from the beginning of the window to its end, and the
    end itself. ``arrive_s`` is int32[D, C, S], with at most c doubts, NEVER where not reached; it never falls with D.
    """

    query: ReachQuery
    day: date
    depart_s: NDArray[np.int64]
    arrive_s: NDArray[np.int32]

    @property
    def way_s(self) -> NDArray[np.int64]:
        """int64[D, C, S]: seconds on the way from each departure; NEVER where not reached."""
        way_s = self.arrive_s - self.depart_s[:, None, None]
        return np.where(self.arrive_s == NEVER, NEVER, way_s)

    @property
    def shortest_s(self) -> NDArray[np.int64]:
        """int64[C, S]: the least of them."""
        shortest: NDArray[np.int64] = self.way_s.min(axis=0)
        return shortest

    def arrivals_at(self, depart_s: int) -> NDArray[np.int32]:
        """int32[C, S]: for somebody who sets out at this clock time, or later.

        Raises
        ------
        QueryError
            It lies after the window.
        """
        row = int(np.searchsorted(self.depart_s, depart_s))
        if row == len(self.depart_s):
            raise QueryError("this departure lies after the window", "at")
        arrivals: NDArray[np.int32] = self.arrive_s[row]
        return arrivals


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What all questions of one traveller on one day share: the view in the direction of search, and final walks."""

    view: View
    endings: Endings
    day: date
    sign: int  # -1: time runs backwards

    def clock(self, moment: datetime, network: Network) -> int:
        """Give a moment in the direction of search."""
        return self.sign * clock_of(moment, self.day, network.timezone)


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """The walks around one place: to the stops as such, and until one stands ready at their spots."""

    stop: NDArray[np.int64]
    walk_s: NDArray[np.int64]
    doubts: NDArray[np.uint8]
    spot: NDArray[np.int32]
    ready_s: NDArray[np.int32]
    level: NDArray[np.uint8]


def reach_all(network: Network, query: ReachQuery) -> Reach:
    """Reach every stop from one departure, or find the latest departure from every stop for one arrival.

    Raises
    ------
    QueryError
        The moment has no offset or lies in another age.
    """
    check_moment(query.at)
    ground = ground_of(network, query)
    access = access_of(network, ground, query.place, query)
    at_s, most = ground.clock(query.at, network), NEVER if query.within_s is None else query.within_s
    rides, levels = query.max_transfers + 1, ground.view.n_levels
    there_s, off_s = spread(
        ground.view.riding, ground.view.walking, np.int32(at_s),
        access.spot, access.ready_s, access.level, rides, levels, np.int32(most),
    )  # fmt: skip
    way_s = _since(finish(there_s, off_s, ground.endings, NEVER), at_s, _after_s(query), int(most))
    _walk_all_the_way(way_s, access, 0, int(most))
    return Reach(query, ground.day, clock_of(query.at, ground.day, network.timezone), way_s)


def reach_window(network: Network, query: ReachQuery, window_s: int) -> ReachWindow:
    """Reach every stop from every useful departure of a window that begins at ``query.at``.

    Raises
    ------
    QueryError
        As ``reach_all``; or the query asks for arrivals, or the table would need gigabytes.
    """
    check_moment(query.at)
    if query.arrive_by:
        raise QueryError("a window of arrivals is not answered one-to-all; ask for one arrival", "--window")
    ground = ground_of(network, query)
    view, access = ground.view, access_of(network, ground, query.place, query)
    at_s, most = ground.clock(query.at, network), NEVER if query.within_s is None else query.within_s
    depart_s = departures(view.riding, at_s, window_s, access.spot, access.ready_s)
    n_stops = len(network.stops.id)
    if len(depart_s) * view.n_levels * n_stops > MOST_CELLS:
        raise QueryError(f"{len(depart_s)} departures to {n_stops} stops are too many; shorten the window", "--window")
    there_s, off_s = spread_window(
        view.riding, view.walking, depart_s, access.spot, access.ready_s, access.level,
        query.max_transfers + 1, view.n_levels, np.int32(most),
    )  # fmt: skip
    arrive_s = finish(there_s, off_s, ground.endings, NEVER)
    late = arrive_s.astype(np.int64) - depart_s[:, None, None] > most
    arrive_s[late] = NEVER
    for d, departure in enumerate(depart_s.tolist()):
        _walk_all_the_way(arrive_s[d : d + 1], access, departure, departure + int(most))
    # who may set out now may also wait and walk later, but that is never better
    return ReachWindow(query, ground.day, depart_s[::-1].astype(np.int64), arrive_s[::-1])


def check_moment(at: datetime) -> None:
    """Refuse a moment without offset, or of another age.

    Raises
    ------
    QueryError
        It is one.
    """
    if at.tzinfo is None:
        raise QueryError("the time needs an offset from UTC", "at")
    if at.year not in YEARS:
        raise QueryError(f"no timetable reaches the year {at.year}", "at")


def ground_of(network: Network, query: ReachQuery) -> Ground:
    """Prepare day, traveller and direction; the last few are kept."""
    return _ground(network, day_of(network, query), going_at(network, query), query.arrive_by)


def going_at(network: Network, query: ReachQuery) -> Going:
    """Give how the traveller goes on foot or on wheels."""
    return going_of(network, query.profile, query.unknown, query.at, avoid_lifts=query.avoid_lifts)


def day_of(network: Network, query: ReachQuery) -> date:
    """Choose the day view, as ``find.view_day``; clock times count from there."""
    return later(query.at, -HALF_A_DAY_S if query.arrive_by else 0, network.timezone).date()


@lru_cache(maxsize=16)
def _ground(network: Network, day: date, going: Going, arrive_by: bool) -> Ground:
    view = view_going(network, day, going)
    view = mirror_of(view) if arrive_by else view
    return Ground(
        view=view,
        endings=endings_of(view, walks_between(network, going), arrive_by=arrive_by),
        day=day,
        sign=-1 if arrive_by else 1,
    )


def access_of(
    network: Network, ground: Ground, place: Place, query: ReachQuery, streets: StreetView | None = None
) -> Access:
    """Find the walks around a place; searching forward one stands at the first quay a margin before departure.

    ``streets`` stand in the place of the network's own.
    """
    walks = walks_around(network, place, going_at(network, query), towards=ground.sign < 0, view=streets)
    start = start_of(ground.view, walks, query.profile.margin_s if ground.sign > 0 else 0)
    return Access(walks.stop, walks.duration_s, walks.doubts, start.spot, start.seconds, start.level)


def spots_around(
    network: Network, ground: Ground, place: Place, query: ReachQuery
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Give the spots within a walk of a place, the seconds of the walk without any margin, and its doubts."""
    # the far end: towards it from the stops, or with the arrival given away from where one sets out
    walks = walks_around(network, place, going_at(network, query), towards=ground.sign > 0)
    start = start_of(ground.view, walks, 0)
    return start.spot, start.seconds, start.level


def endings_of(view: View, paths: StopWalks, *, arrive_by: bool) -> Endings:
    """Give the ways from where one gets off to each stop: none at all, or one footpath.

    Rules for transfers do not hold here: nobody changes any more. ``arrive_by`` turns the footpaths round.
    """
    n_stops = len(view.spot_offset) - 1
    off, target = (paths.to, paths.origin) if arrive_by else (paths.origin, paths.to)
    every = np.arange(n_stops)
    off, target = np.concatenate((off, every)), np.concatenate((target, every))
    walk_s = np.concatenate((paths.duration_s, np.zeros(n_stops, np.int64))).astype(np.int32)
    doubts = np.concatenate((paths.doubts, np.zeros(n_stops, np.uint8)))
    spots = np.diff(view.spot_offset)[off]  # got off at any of them
    row = np.repeat(np.arange(len(off)), spots)
    first = view.spot_offset[off][row]
    off = view.spots[first + np.arange(len(row)) - np.repeat(np.cumsum(spots) - spots, spots)]
    target, walk_s, doubts = target[row], walk_s[row], doubts[row]
    order = np.lexsort((walk_s, target))
    offset = np.concatenate(([0], np.cumsum(np.bincount(target, minlength=n_stops)))).astype(np.int64)
    return Endings(offset, off[order].astype(np.int32), walk_s[order], doubts[order])


def _after_s(query: ReachQuery) -> int:
    """What remains at the far end: searching backwards one stands there a margin before the first ride."""
    return query.profile.margin_s if query.arrive_by else 0


def _since(time_s: NDArray[np.int32], at_s: int, after_s: int, most: int) -> NDArray[np.int32]:
    way_s = time_s.astype(np.int64) - at_s + after_s
    return np.where((time_s == NEVER) | (way_s > most), NEVER, way_s).astype(np.int32)


def _walk_all_the_way(time_s: NDArray[np.int32], access: Access, from_s: int, most: int) -> None:
    """Lower times, [N, C, S], where walking without a ride is sooner."""
    for stop, walk_s, level in zip(access.stop.tolist(), access.walk_s.tolist(), access.doubts.tolist(), strict=True):
        if from_s + walk_s <= most:
            part = time_s[:, level:, stop]
            np.minimum(part, from_s + walk_s, out=part)
