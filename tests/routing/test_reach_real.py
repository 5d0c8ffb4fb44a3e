"""One-to-all on a real feed, stored and memory-mapped: what single trips to some of the stops say."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from routing.test_reach import closed, stop_place
from routing.test_real_feeds import FEEDS, SEED, good_day, questions

from planner.access.profiles import get_profile
from planner.build import Input, build
from planner.model import Unknown
from planner.network.store import open_network
from planner.routing.find import run_search
from planner.routing.many import travel_batches
from planner.routing.plan import Query
from planner.routing.reach import ReachQuery, reach_all
from planner.routing.walks import Going, walks_around

KINDS = (("on-foot", Unknown.ALLOW), ("manual-wheelchair", Unknown.PENALISE), ("walking-stick", Unknown.EXCLUDE))


@pytest.mark.parametrize("name", ["porto_alegre", "amiens"])
def test_stops_of_a_real_feed_are_reached_as_trips_to_them_would(
    testdata: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    paths = [testdata(path) for path in FEEDS[name][0]]
    build(tmp_path / name, [Input(path.stem.split(".")[0].split("_")[-1], path) for path in paths])
    network = open_network(tmp_path / name)
    chance, compared = random.Random(SEED), 0
    for number, (place, _, at) in enumerate(questions(network, good_day(network, name), 6, SEED)):
        profile, unknown = KINDS[number % 3]
        asked = ReachQuery(place, at, get_profile(profile), unknown, 3, arrive_by=number % 2 == 1)
        reach = reach_all(network, asked)
        walks = walks_around(network, place, Going(asked.profile, unknown))
        reached = np.flatnonzero(network.served & reach.reached).tolist()
        rows = chance.sample(reached, min(5, len(reached)))
        (batch,) = travel_batches(network, asked, [place], [stop_place(network, row) for row in rows])
        assert batch.way_s[0].tolist() == reach.by_level()[:, rows].tolist()
        for row in rows:
            ends = (place, stop_place(network, row)) if not asked.arrive_by else (stop_place(network, row), place)
            query = Query(*ends, at, asked.profile, unknown, 3, asked.arrive_by)
            if asked.arrive_by:
                found = [(reach.at_s - p.departure_s, len(p.rides), p.level) for p in run_search(network, query).paths]
            else:
                found = [(p.arrival_s - reach.at_s, len(p.rides), p.level) for p in run_search(network, query).paths]
            found += [(int(walks.duration_s[n]), 0, int(walks.doubts[n])) for n in np.flatnonzero(walks.stop == row)]
            expected = closed(found, 4, reach.way_s.shape[1])
            # two ways to measure one walk, on the plane and on the ellipsoid, may round a second apart
            assert (np.abs(reach.way_s[:, :, row] - expected) <= 1).all(), f"seed {SEED}, {query}"
            compared += len(found) > 0
        limited = reach_all(network, replace(asked, within_s=1200))
        assert np.array_equal(limited.reached, reach.best_s <= 1200)
    assert compared > 20
