"""A search with a limit on what is rolled or walked in all: ``find.run_search`` with the other kernel."""

from __future__ import annotations

from math import floor

import numpy as np
from numpy.typing import NDArray

from planner.network.clock import clock_of
from planner.network.tables import Network
from planner.routing.bags import search_limited
from planner.routing.compile import View, profile_view
from planner.routing.find import Search, _departures, _mirrored, _pareto, _paths, _start, _turned, view_day
from planner.routing.query import Query
from planner.routing.raptor import Labels
from planner.routing.walks import Walks, walks_around

NO_LIMIT_DM = 2**30


def run_limited_search(network: Network, query: Query) -> Search:
    """Find every path that no other beats among those with at most ``query.max_roll_m`` of walks in all.

    Each walk is rounded up to whole decimetres, and the limit down: what is given never exceeds it.
    """
    day = view_day(network, query)
    view = profile_view(network, day, query.profile, query.unknown)
    access = walks_around(network, query.origin, query.profile, query.unknown)
    egress = walks_around(network, query.destination, query.profile, query.unknown)
    at_s, margin_s = clock_of(query.at, day, network.timezone), query.profile.margin_s
    if query.arrive_by:
        mirror = _mirrored(network, day, query.profile, query.unknown)
        labels = _labels(mirror, query, -at_s, egress, 0, access, margin_s)
        paths = [_turned(mirror, path) for path in _paths(labels, egress, 0)]
    else:
        labels = _labels(view, query, at_s, access, margin_s, egress, 0)
        paths = _paths(labels, access, margin_s)
    end_s = (-at_s if query.arrive_by else at_s) + query.window_s
    told = [path for path in paths if not query.window_s or _start(path, query) < end_s]
    return Search(view, day, access, egress, tuple(_pareto(told, query)))


def decimetres(metres: NDArray[np.float64]) -> NDArray[np.int32]:
    """Round up to whole decimetres."""
    return np.ceil(10 * metres).astype(np.int32)


def _labels(
    view: View, query: Query, at_s: int, access: Walks, access_margin_s: int, egress: Walks, egress_margin_s: int
) -> Labels:
    n_stops = len(view.walking.change_s)
    egress_s = np.full(n_stops, -1, np.int32)
    egress_doubts, egress_dm = np.zeros(n_stops, np.uint8), np.zeros(n_stops, np.int32)
    egress_s[egress.stop] = egress.duration_s + egress_margin_s
    egress_doubts[egress.stop] = egress.doubts
    egress_dm[egress.stop] = decimetres(egress.distance_m)
    access_s = access.duration_s + access_margin_s
    departures = _departures(view, at_s, query.window_s, access, access_s) if query.window_s else [at_s]
    limit = NO_LIMIT_DM if query.max_roll_m is None else min(max(10 * query.max_roll_m, -1), NO_LIMIT_DM)
    labels, _ = search_limited(
        view.riding,
        view.walking,
        np.array(departures, np.int32),
        access.stop.astype(np.int32),
        access_s.astype(np.int32),
        access.doubts,
        decimetres(access.distance_m),
        egress_s,
        egress_doubts,
        egress_dm,
        query.max_transfers + 1,
        view.n_levels,
        floor(limit),
    )
    return Labels(*labels)
