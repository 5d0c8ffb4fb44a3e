"""The search against two slow twins, and these against each other, on drawn worlds.

The seed is fixed, so that every run asks the same; ``PLAINPIED_SEED`` asks otherwise, ``PLAINPIED_PROOF`` far more.
"""

import os
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, seed, settings
from routing.drawn_worlds import questions
from routing.slow_scan import ScanTwin, day_of, earliest_arrivals
from routing.slow_search import SlowTwin

from planner.routing.find import run_search
from planner.routing.reach import ReachQuery, reach_all

SEED = int(os.environ.get("PLAINPIED_SEED", "4"))
MORE = 40 if os.environ.get("PLAINPIED_PROOF") else 1


def often(examples):
    """Ask so many times, and many times more in a proof; drawing a world with everything in it may be slow."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples * MORE, suppress_health_check=slow, database=None)


def told(network, query):
    """What the search tells, as the scan twin gives it."""
    paths = run_search(network, query).paths
    if query.window_s:
        return {(p.departure_s, p.arrival_s, len(p.rides), p.level) for p in paths}
    return {(p.departure_s if query.arrive_by else p.arrival_s, len(p.rides), p.level) for p in paths}


def scanned(network, query):
    day = day_of(network, query)
    return ScanTwin(network, query.profile, query.unknown, day, backwards=query.arrive_by).search(query)


@seed(SEED)
@often(500)
@given(questions())
def test_the_search_agrees_with_the_scan_twin_forward_backward_and_in_a_window(asked):
    network, query = asked
    assert told(network, query) == scanned(network, query)


@seed(SEED + 1)
@often(120)
@given(questions())
def test_the_two_twins_agree(asked):
    network, query = asked
    query = replace(query, arrive_by=False, window_s=0)
    assert scanned(network, query) == SlowTwin(network, query).search(query)


@seed(SEED + 2)
@often(120)
@given(questions())
def test_every_stop_is_reached_when_the_twin_says(asked):
    network, query = asked
    assume(query.origin.stop_id)
    reach = reach_all(network, ReachQuery(query.origin, query.at, query.profile, query.unknown))
    best_s = reach.best_s + reach.at_s
    found = {row: int(best_s[row]) for row in (network.served & reach.reached).nonzero()[0].tolist()}
    assert found == earliest_arrivals(network, query.origin, query.at, query.profile, query.unknown)
