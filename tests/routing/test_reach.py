"""One-to-all answers: the same as asking for a trip to every stop, one after the other."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from routing.test_search import questions
from worlds import ask, poster

from planner.access.profiles import get_profile
from planner.model import Place, Unknown
from planner.network.clock import clock_of
from planner.routing.find import run_search
from planner.routing.raptor import NEVER
from planner.routing.reach import ReachQuery, reach_all, reach_window
from planner.routing.walks import walks_around


def reach_query(query, **changed):
    asked = ReachQuery(query.origin, query.at, query.profile, query.unknown, query.max_transfers)
    return replace(asked, **changed)


def stop_place(network, row):
    stops = network.stops
    return Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row])


def closed(found, n_rides, n_levels):
    """Seconds with at most k rides and c doubts, from (seconds, rides, doubts)."""
    table = np.full((n_rides + 1, n_levels), NEVER, np.int64)
    for seconds, rides, level in found:
        table[rides:, level:] = np.minimum(table[rides:, level:], seconds)
    return table


@given(questions())
def test_every_stop_is_reached_as_a_trip_to_it_would(asked):
    network, query = asked
    reach = reach_all(network, reach_query(query))
    walks = walks_around(network, query.origin, query.profile, query.unknown)
    for row in np.flatnonzero(network.served).tolist():
        run = run_search(network, replace(query, destination=stop_place(network, row)))
        found = [(p.arrival_s - reach.at_s, len(p.rides), p.level) for p in run.paths]
        found += [(int(walks.duration_s[n]), 0, int(walks.doubts[n])) for n in np.flatnonzero(walks.stop == row)]
        expected = closed(found, query.max_transfers + 1, reach.way_s.shape[1])
        assert reach.way_s[:, :, row].tolist() == expected.tolist(), network.stops.id[row]
