"""Islands of stops, and how far travellers come: against worlds that one can see through, and against one question."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import fictiville_in
from worlds import DAY, poster

from planner.access.profiles import get_profile
from planner.audit.reach import WITHIN_MIN, Components, Standing, find_components, measure_gap
from planner.model import Unknown
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
