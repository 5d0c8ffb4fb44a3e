"""A search with a limit on what is rolled or walked in all: ``find.run_search`` with the other kernel."""

from __future__ import annotations

from math import floor

from planner.network.tables import Ints, Longs, Network
from planner.routing.bags import search_limited
from planner.routing.bounds import Least
from planner.routing.compile import View
from planner.routing.find import End, Search, Start, run_search
from planner.routing.query import Query
from planner.routing.state import Labels

NO_LIMIT_DM = 2**30


def run_limited_search(network: Network, query: Query) -> Search:
    """Find every path that no other beats among those with at most ``query.max_roll_m`` of walks in all.

    Each walk is rounded up to whole decimetres, and the limit down: what is given never exceeds it.
    """
    return run_search(network, query, _search_limited)


def _search_limited(
    view: View, query: Query, depart_s: Ints, start: Start, end: End, least: Least
) -> tuple[Labels, Longs]:
    limit_dm = NO_LIMIT_DM if query.max_roll_m is None else min(max(10 * query.max_roll_m, -1), NO_LIMIT_DM)
    labels, tally = search_limited(
        view.riding,
        view.walking,
        depart_s,
        start.spot,
        start.seconds,
        start.level,
        start.walked_dm,
        end.seconds,
        end.doubts,
        end.walked_dm,
        query.max_transfers + 1,
        view.n_levels,
        floor(limit_dm),
        least.seconds,
        least.until_s,
    )
    return labels, tally
