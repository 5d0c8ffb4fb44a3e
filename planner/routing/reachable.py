"""Which stops one reaches within a time, and roughly which area: for a map, and for a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from planner.access.walking import UNSEEN_WAY_M, judge_way
from planner.model import Place, Unknown
from planner.network.areas import area_around
from planner.network.clock import moment_of
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.tables import Network
from planner.routing.reach import Reach, ReachQuery, reach_all
from planner.routing.state import NEVER


@dataclass(frozen=True, slots=True)
class Way:
    """The soonest way under one condition."""

    moment: datetime  # of arrival at the stop; searching for arrivals: of departure from it
    way_s: int  # since (until) the moment asked about, waiting included
    rides: int  # 0: on foot
    doubts: int | None  # counted up to 7; None: nobody asked for them

    @property
    def transfers(self) -> int:
        """Changes of vehicle."""
        return max(self.rides - 1, 0)


@dataclass(frozen=True, slots=True)
class ReachedStop:
    """A stop, the soonest way to it, and the soonest without a doubt: None if none is in time, or none was asked."""

    place: Place
    soonest: Way
    sure: Way | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """Stops in order of time, and the area around them."""

    query: ReachQuery
    stops: tuple[ReachedStop, ...]
    area: dict[str, Any]  # GeoJSON MultiPolygon, an estimate
    most_walk_m: float  # how far from a stop the area goes at most, as the crow flies


def find_reachable(network: Network, query: ReachQuery) -> Reachable:
    """Find every served stop within ``query.within_s`` of the place (or from which the place is).

    Raises
    ------
    QueryError
        As ``reach_all``.
    """
    reach = reach_all(network, query)
    doubts, rides = reach.doubts, reach.rides
    rows = np.flatnonzero(reach.reached & network.served)
    rows = rows[np.lexsort((rows, doubts[rows], reach.best_s[rows]))]
    counted = query.unknown is not Unknown.ALLOW
    sure_s = reach.by_level()[0]
    found = []
    for row in rows.tolist():
        soonest = _way(network, reach, int(reach.best_s[row]), int(rides[row]), int(doubts[row]) if counted else None)
        sure = None
        if counted and sure_s[row] != NEVER:
            fewest = int(np.argmax(reach.way_s[:, 0, row] == sure_s[row]))
            sure = _way(network, reach, int(sure_s[row]), fewest, 0)
        found.append(ReachedStop(_place(network, row), soonest, sure))
    most_walk_m = farthest_walk_m(query)
    return Reachable(query, tuple(found), _area(query, found, most_walk_m), most_walk_m)


def farthest_walk_m(query: ReachQuery) -> float:
    """How far from a stop this traveller is ever sent on foot, as the crow flies."""
    refuses = query.unknown is Unknown.EXCLUDE and judge_way(2 * UNSEEN_WAY_M, query.profile).doubts > 0
    return min(REACH_M, UNSEEN_WAY_M / DETOUR) if refuses else REACH_M


def _area(query: ReachQuery, stops: Sequence[ReachedStop], most_walk_m: float) -> dict[str, Any]:
    """Around the place and every stop, as far as the rest of the time allows at the traveller's speed."""
    if query.within_s is None:
        return {"type": "MultiPolygon", "coordinates": []}
    places = [query.place, *(stop.place for stop in stops)]
    rest_s = query.within_s - np.array([0, *(stop.soonest.way_s for stop in stops)], np.float64)
    return area_around(
        np.array([place.lon for place in places]),
        np.array([place.lat for place in places]),
        np.minimum(rest_s * query.profile.speed_m_s / DETOUR, most_walk_m),
    )


def _way(network: Network, reach: Reach, way_s: int, rides: int, doubts: int | None) -> Way:
    clock_s = reach.at_s + (-way_s if reach.query.arrive_by else way_s)
    return Way(moment_of(clock_s, reach.day, network.timezone), way_s, rides, doubts)


def _place(network: Network, row: int) -> Place:
    stops = network.stops
    return Place(
        stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row], stops.platform_code[row] or None
    )
