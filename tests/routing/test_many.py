"""Many-to-many: a table of one-to-all answers, worked out side by side."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from network.towns import fictiville_in
from routing.test_reach import reach_query, stop_place
from routing.test_search import questions
from worlds import ask, poster

from planner.access.profiles import get_profile
from planner.errors import QueryError
from planner.model import Place, Unknown
from planner.routing import many
from planner.routing.many import all_stops, travel_batches
from planner.routing.reach import ReachQuery, going_at, reach_all, reach_window
from planner.routing.state import NEVER
from planner.routing.walks import walks_around


def served(network):
    return [stop_place(network, row) for row in np.flatnonzero(network.served).tolist()]


@given(questions())
@settings(max_examples=50)
def test_every_row_of_the_table_is_a_one_to_all_answer(asked):
    network, query = asked
    places = served(network)
    for changed in ({}, {"arrive_by": True}, {"within_s": 1500}):
        one = reach_query(query, **changed)
        (batch,) = travel_batches(network, one, places, places)
        for o, place in enumerate(places):
            alone = reach_all(network, replace(one, place=place))
            columns = [network.stops.id.row_of[target.stop_id] for target in places]
            assert batch.way_s[o].tolist() == alone.by_level()[:, columns].tolist()
            reached = alone.reached[columns]
            assert batch.rides[o, alone.doubts[columns], np.arange(len(columns))][reached].tolist() == (
                alone.rides[columns][reached].tolist()
            )


@given(questions())
@settings(max_examples=50)
def test_a_window_gives_the_shortest_way_of_all_its_departures(asked):
    network, query = asked
    places = served(network)
    (batch,) = travel_batches(network, reach_query(query), places, places, window_s=2400)
    columns = [network.stops.id.row_of[target.stop_id] for target in places]
    for o, place in enumerate(places):
        window = reach_window(network, reach_query(query, place=place), 2400)
        assert batch.way_s[o].tolist() == window.shortest_s[:, columns].tolist()
        arrivals = np.where(batch.way_s[o] == NEVER, NEVER, batch.depart_s[o].astype(np.int64) + batch.way_s[o])
        for departure in np.unique(batch.depart_s[o][batch.rides[o] > 0]).tolist():
            rows = (batch.depart_s[o] == departure) & (batch.rides[o] > 0)
            assert (window.arrivals_at(departure)[:, columns][rows] == arrivals[rows]).all()


def test_batches_come_one_after_the_other_and_hold_every_origin(monkeypatch):
    network = poster(
        """
        A     B     C     D
        1     8:00  8:10  8:20  8:30
        """
    ).network()
    monkeypatch.setattr(many, "BATCH", 3)
    places = served(network)
    batches = list(travel_batches(network, reach_query(ask(network, "A", "D", "7:55")), places, places))
    assert [batch.first for batch in batches] == [0, 3]
    assert np.concatenate([batch.way_s for batch in batches])[:, -1].tolist() == [
        [0, 900, 1500, 2100],
        [NEVER, 0, 1500, 2100],
        [NEVER, NEVER, 0, 2100],
        [NEVER, NEVER, NEVER, 0],
    ]


def test_points_are_reached_on_foot_from_the_stops_around_them_and_from_each_other():
    network = poster(
        """
        A     B
        1     8:00  8:10
        """
    ).network()
    here, near, there = (Place("", 0.0, lon) for lon in (0.0, 0.001, 5000 / 111_195 + 0.001))
    (batch,) = travel_batches(network, reach_query(ask(network, "A", "B", "7:50")), [here], [here, near, there])
    walk_s = np.ceil(1.3 * 111.319 / 1.33)
    assert batch.way_s[0, -1, :2].tolist() == [0, walk_s]
    assert batch.way_s[0, -1, 2] == pytest.approx(1200 + walk_s, abs=10)
    assert batch.rides[0, -1].tolist() == [0, 0, 1]


def test_a_sure_walk_stands_beside_a_faster_doubtful_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    town = fictiville_in(tmp_path_factory.getbasetemp(), streets=True)
    places, at = all_stops(town), datetime(2026, 5, 12, 8, tzinfo=ZoneInfo(town.timezone))
    columns = [town.stops.id.row_of[str(place.stop_id)] for place in places]
    query = ReachQuery(places[0], at, get_profile("manual-wheelchair"), Unknown.PENALISE, within_s=1200)
    way_s = np.concatenate([batch.way_s for batch in travel_batches(town, query, places, places)])
    both = 0
    for place, row in zip(places, way_s, strict=True):
        walks = walks_around(town, place, going_at(town, query))
        both += len(walks.stop) > len(set(walks.stop.tolist()))
        assert row.tolist() == reach_all(town, replace(query, place=place)).by_level()[:, columns].tolist()
    assert both, "no stop has a fast doubtful walk and a sure one"


def test_a_moment_without_offset_is_refused():
    network = poster("A B\n1 8:00 8:10").network()
    query = reach_query(ask(network, "A", "B", "7:50"))
    with pytest.raises(QueryError, match="offset"):
        next(
            travel_batches(network, replace(query, at=query.at.replace(tzinfo=None)), served(network), served(network))
        )
    with pytest.raises(QueryError, match="3000"):
        next(travel_batches(network, replace(query, at=query.at + timedelta(days=355_800)), [], []))
