"""Islands of stops, and how far travellers come: against worlds that one can see through, and against one question."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import fictiville_in
from worlds import DAY, poster

from planner.access.profiles import get_profile
from planner.audit.failures import remove_each
from planner.audit.reach import (
    WITHIN_MIN,
    Components,
    Standing,
    _edges,
    _elements,
    find_components,
    find_failures,
    measure_gap,
)
from planner.feeds.gtfs import read_gtfs
from planner.model import Unknown
from planner.network.annotate import build_network
from planner.network.street_building import add_streets
from planner.network.tables import Network
from planner.routing.many import all_stops
from planner.routing.reach import ReachQuery, reach_all

CHAIR = get_profile("manual-wheelchair")
WALKER = get_profile("on-foot")


def standings(network: Network, found: Components) -> dict[str, Standing | None]:
    return {stop_id[2:]: one for stop_id, one in zip(network.stops.id, found.standing, strict=True)}


def test_there_and_back_is_one_part_and_one_way_is_told() -> None:
    world = poster("""
              a     b     c     d
        1/!   8:00  8:10  8:20  8:30
    """)
    world.runs += poster("""
              c     b     a
        2/!   9:00  9:10  9:20
    """).runs
    world.runs += poster("""
              e     a
        3/!   9:00  9:10
    """).runs
    world.runs += poster("""
              d     c
        4/x   9:00  9:10
    """).runs
    network = world.network()
    chair = find_components(network, DAY, CHAIR, Unknown.ALLOW)
    assert standings(network, chair) == {
        "a": Standing.MAIN, "b": Standing.MAIN, "c": Standing.MAIN, "d": Standing.NO_WAY_OUT, "e": Standing.NO_WAY_IN,
    }  # fmt: skip
    assert chair.sizes.tolist() == [3, 1, 1]
    on_foot = find_components(network, DAY, WALKER, Unknown.ALLOW)
    assert standings(network, on_foot)["d"] is Standing.MAIN, "who walks takes line 4 back"
    sure = find_components(network, DAY, CHAIR, Unknown.EXCLUDE)
    assert sure.sizes.tolist() == [1] * 5, "nothing is known of any quay: nobody gets anywhere without a doubt"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def test_destinations_are_those_of_the_single_question(town: Network) -> None:
    zone = ZoneInfo(town.timezone)
    moments = [datetime(2026, 5, 12, hour, tzinfo=zone) for hour in (8, 22)]
    done: list[tuple[int, int]] = []
    gaps = measure_gap(town, moments, [CHAIR], progress=lambda *told: done.append(told))
    assert [(gap.profile_id, gap.unknown) for gap in gaps] == [
        (CHAIR.id, Unknown.EXCLUDE), (CHAIR.id, Unknown.ALLOW),
    ]  # fmt: skip
    places = all_stops(town)
    assert done[-1] == (len(places), len(places))
    rows = gaps[0].stop
    lost = 0
    for gap in gaps:
        for m, moment in enumerate(moments):
            for n in range(0, len(places), 7):
                foot = reach_all(town, ReachQuery(places[n], moment, WALKER, Unknown.ALLOW)).best_s[rows]
                own = reach_all(town, ReachQuery(places[n], moment, CHAIR, gap.unknown)).best_s[rows]
                others = np.arange(len(rows)) != n
                for w, minutes in enumerate(WITHIN_MIN):
                    assert gap.on_foot[m, w, n] == ((foot <= 60 * minutes) & others).sum()
                    assert gap.reached[m, w, n] == ((own <= 60 * minutes) & others).sum()
                both = (foot <= 3600) & (own <= 3600) & others
                assert gap.both[m, n] == both.sum()
                if both.any():
                    assert gap.extra_s[m, n] == np.median(own[both].astype(int) - foot[both])
                lost += int(gap.on_foot[m, -1, n]) - int(gap.reached[m, -1, n])
    assert lost > 0, "a town in which a chair comes everywhere shows nothing"


def test_the_lift_of_the_station_cuts_off_a_chair_and_nobody_on_foot(tmp_path_factory: pytest.TempPathFactory) -> None:
    town = fictiville_in(tmp_path_factory.getbasetemp(), streets=True)
    day = date(2026, 5, 12)
    found = find_failures(town, [day], [CHAIR, WALKER])
    lifts = [one for one in found if one.kind == "lift"]
    assert {one.profile_id for one in lifts} == {CHAIR.id}
    assert all(one.trips > 0 and one.stops and one.way_in and one.way_out for one in lifts)
    assert len({(one.id, one.profile_id) for one in found}) == len(found)


def test_failures_of_a_real_feed_are_those_of_plain_removal(testdata: Callable[[str], Path]) -> None:
    network = build_network([read_gtfs(testdata("mbta/stations.zip"), "mbta")], "mbta", "MBTA")
    network = add_streets(network, [])
    found = [one for one in find_failures(network, [], [CHAIR]) if one.kind == "lift"]
    elements = _elements(network)
    edges, roots, stops_of = _edges(network, CHAIR, elements)
    lifts = [element for element, told in elements.told.items() if told[0] == "lift"]
    slow = remove_each(edges, roots, stops_of, lifts)
    for quick, removed in (("way_in", slow.way_in), ("way_out", slow.way_out)):
        told = {one.id: set(getattr(one, quick)) for one in found if getattr(one, quick)}
        assert told == {id_: {stop for node in nodes for stop in stops_of[node]} for id_, nodes in removed.items()}
        assert told
    assert {one.trips for one in found} == {0}, "this feed has no trips"
