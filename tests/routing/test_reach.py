"""One-to-all answers: the same as asking for a trip to every stop, one after the other."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from routing.test_search import drawn_worlds
from routing.test_search import questions as plain_questions
from worlds import ask, poster

from planner.access.profiles import get_profile
from planner.model import Place, Unknown
from planner.network.clock import clock_of
from planner.routing.find import run_search
from planner.routing.reach import ReachQuery, reach_all, reach_window
from planner.routing.state import NEVER
from planner.routing.walks import Going, walks_around


@st.composite
def seated_questions(draw):
    """The same, where vehicles go on as other trips, and rules hold between two lines only."""
    world = draw(drawn_worlds())
    for run in world.runs:
        run.block = draw(st.sampled_from(["", "x", "y"]))
    network = world.network()
    stops = [name for name in world.flags if network.served[network.stops.id.row_of[f"w:{name}"]]]
    assume(len(stops) > 1)
    origin, destination = draw(st.permutations(stops))[:2]
    profile = draw(st.sampled_from(["on-foot", "manual-wheelchair", "walking-stick"]))
    unknown, most = draw(st.sampled_from(list(Unknown))), draw(st.integers(0, 3))
    return network, ask(network, origin, destination, "7:00", profile, unknown, max_transfers=most)


def questions():
    return st.one_of(plain_questions(), seated_questions())


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
    walks = walks_around(network, query.origin, Going(query.profile, query.unknown))
    for row in np.flatnonzero(network.served).tolist():
        run = run_search(network, replace(query, destination=stop_place(network, row)))
        found = [(p.arrival_s - reach.at_s, len(p.rides), p.level) for p in run.paths]
        found += [(int(walks.duration_s[n]), 0, int(walks.doubts[n])) for n in np.flatnonzero(walks.stop == row)]
        expected = closed(found, query.max_transfers + 1, reach.way_s.shape[1])
        assert reach.way_s[:, :, row].tolist() == expected.tolist(), network.stops.id[row]


@given(questions())
def test_every_stop_is_left_as_late_as_a_trip_from_it_would(asked):
    network, query = asked
    until = replace(query, at=query.at + timedelta(minutes=40), arrive_by=True)
    reach = reach_all(network, reach_query(until, place=query.origin, arrive_by=True))
    walks = walks_around(network, query.origin, Going(query.profile, query.unknown))
    for row in np.flatnonzero(network.served).tolist():
        run = run_search(network, replace(until, origin=stop_place(network, row), destination=query.origin))
        found = [(reach.at_s - p.departure_s, len(p.rides), p.level) for p in run.paths]
        found += [(int(walks.duration_s[n]), 0, int(walks.doubts[n])) for n in np.flatnonzero(walks.stop == row)]
        expected = closed(found, query.max_transfers + 1, reach.way_s.shape[1])
        assert reach.way_s[:, :, row].tolist() == expected.tolist(), network.stops.id[row]


@given(questions())
@settings(max_examples=50)
def test_a_window_is_one_answer_for_each_departure(asked):
    network, query = asked
    window = reach_window(network, reach_query(query), 1800)
    from_s = clock_of(query.at, window.day, network.timezone)
    assert window.depart_s[-1] == from_s + 1800
    assert (np.diff(window.depart_s) > 0).all()
    for minutes in (0, 7, 13, 30):
        moment = reach_all(network, reach_query(query, at=query.at + timedelta(minutes=minutes)))
        arrivals = np.where(moment.by_level() == NEVER, NEVER, moment.clock_s[-1])
        later = window.arrivals_at(from_s + 60 * minutes)
        on_foot = np.where(moment.way_s[0] == NEVER, NEVER, moment.clock_s[0])  # at any time, not at the next departure
        assert np.minimum(later, on_foot).tolist() == arrivals.tolist()
    assert (window.shortest_s[-1] <= moment.best_s).all()


@given(questions())
@settings(max_examples=50)
def test_a_limit_of_time_leaves_out_what_is_later_and_nothing_else(asked):
    network, query = asked
    for arrive_by in (False, True):
        free = reach_all(network, reach_query(query, arrive_by=arrive_by))
        bound = reach_all(network, reach_query(query, arrive_by=arrive_by, within_s=1500))
        assert bound.way_s.tolist() == np.where(free.way_s > 1500, NEVER, free.way_s).tolist()


def test_who_stays_aboard_changes_nothing_and_goes_on():
    world = poster(
        """
        A     B     C     D
        1     8:00  8:10  -     -
        2     -     8:10  8:20  -
        3     -     -     8:20  8:30
        """
    )
    moving = replace(world, runs=[replace(run, block="x") for run in world.runs])
    row_d = 3
    for one, rides in ((world, 0), (moving, 1)):
        network = one.network()
        query = ask(network, "A", "D", "7:55", "manual-wheelchair", max_transfers=0)
        reach = reach_all(network, reach_query(query))
        assert reach.reached[row_d] == bool(rides)
        assert reach.rides[row_d] == rides
    assert reach.best_s[row_d] == 35 * 60
    late = ask(network, "D", "D", "8:30", "manual-wheelchair", max_transfers=0)
    back = reach_all(network, reach_query(late, place=late.destination, arrive_by=True))
    assert back.way_s[1, 0, 0] == 30 * 60 + 60, "leaves A at 8:00, ready a minute before"


WORLD = poster(
    """
    A     B     C     D
    1/!   8:00  8:10  8:20  -
    2     -     8:15  8:25  8:40
    """,
    at={"A": (0, 0), "B": (5000, 0), "C": (10000, 0), "D": (15000, 0), "E": (15300, 0)},
    flags={"A": 1, "B": 1, "C": 1, "D": 1},
)


def test_rides_and_doubts_are_those_of_the_best_time():
    network = WORLD.network()
    query = ask(network, "A", "D", "7:55", "manual-wheelchair", Unknown.PENALISE)
    reach = reach_all(network, reach_query(query))
    row = network.stops.id.row_of
    a, c, d = row["w:A"], row["w:C"], row["w:D"]
    assert (reach.best_s[a], reach.rides[a], reach.doubts[a]) == (0, 0, 0)
    assert (reach.best_s[c], reach.rides[c], reach.doubts[c]) == (25 * 60, 1, 0)
    assert (reach.best_s[d], reach.rides[d], reach.doubts[d]) == (45 * 60, 2, 4), "line 2 says nothing of itself"
    assert reach.by_level()[3, d] == NEVER
    assert not reach.reached[row["w:E"]], "nothing serves it"


def test_one_to_all_walks_on_from_the_last_stop_but_not_further():
    network = poster(
        """
        A     B     C     F
        1     8:00  8:10  -     -
        2     -     -     9:00  9:30
        """,
        at={"A": (0, 0), "B": (5000, 0), "C": (5300, 0), "F": (5600, 0)},
    ).network()
    reach = reach_all(network, reach_query(ask(network, "A", "C", "8:00")))
    row = network.stops.id.row_of
    assert reach.best_s[row["w:C"]] == 600 + np.ceil(1.3 * 300 / 1.33), "on from B"
    assert reach.rides[row["w:F"]] == 2, "too far from B, and nobody walks twice"


def test_a_profile_is_a_part_of_the_question():
    network = WORLD.network()
    for profile, reached in (("on-foot", True), ("manual-wheelchair", False)):
        query = ask(network, "A", "D", "7:55", profile, Unknown.EXCLUDE)
        assert reach_all(network, reach_query(query)).reached[network.stops.id.row_of["w:D"]] == reached
    assert get_profile("on-foot").margin_s == 0
