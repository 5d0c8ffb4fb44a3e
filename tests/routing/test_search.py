"""The search: against its slow twin on drawn worlds, and by name for every rule of transfers and of staying aboard."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from routing.slow_search import SlowTwin, pareto, slow_search
from worlds import DAY, Call, Run, World, ask, seconds
from worlds import poster as week

from planner.model import Outcome, Override, Unknown
from planner.network.annotate import build_network
from planner.network.clock import clock_of, day_shift_s
from planner.routing.compile import profile_view, spot_ways
from planner.routing.find import run_search, view_day
from planner.routing.plan import find_itineraries
from planner.routing.raptor import NEVER, search, search_within


def fast(network, query):
    return {(path.arrival_s, len(path.rides), path.level) for path in run_search(network, query).paths}


@st.composite
def drawn_worlds(draw):
    """Few stops, so that lines meet; trips overtake, loop, wait, refuse boarding and run past midnight."""
    names = [f"S{i}" for i in range(draw(st.integers(4, 8)))]
    at = {name: (draw(st.integers(0, 9)) * 310.0, draw(st.integers(0, 4)) * 270.0) for name in names}
    flags = {name: draw(st.sampled_from([0, 0, 1, 1, 1, 2])) for name in names}
    runs = []
    for line in range(draw(st.integers(2, 6))):
        stops = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4))
        uses = [(draw(st.sampled_from([0, 0, 0, 1])), draw(st.sampled_from([0, 0, 0, 1]))) for _ in stops]
        for _ in range(draw(st.integers(1, 4))):
            clock = draw(st.integers(0, 60)) * 60 + 7 * 3600 + draw(st.sampled_from([0, 0, 0, 0, 17 * 3600, 24 * 3600]))
            calls = []
            for stop, (pickup, drop_off) in zip(stops, uses, strict=True):
                clock += draw(st.sampled_from([0, 60, 120, 300, 600]))
                wait = draw(st.sampled_from([0, 0, 60, 180]))
                calls.append(Call(stop, clock, clock + wait, pickup, drop_off))
                clock += wait
            runs.append(Run(f"L{line}", calls, flag=draw(st.sampled_from([0, 1, 1, 2]))))
    pairs = st.tuples(
        st.sampled_from(names), st.sampled_from(names), st.sampled_from([0, 2, 3]), st.sampled_from([-1, 0, 90, 400])
    )
    transfers = {(a, b): (a, b, kind, s) for a, b, kind, s in draw(st.lists(pairs, max_size=3))}
    return World(runs=runs, at=at, flags=flags, transfers=list(transfers.values()))


@st.composite
def questions(draw):
    """A network and a question between two of its served stops."""
    world = draw(drawn_worlds())
    network = world.network()
    stops = [name for name in world.flags if network.served[network.stops.id.row_of[f"w:{name}"]]]
    assume(len(stops) > 1)
    origin, destination = draw(st.permutations(stops))[:2]
    minute = draw(st.integers(6 * 60 + 50, 7 * 60 + 25))
    profile = draw(st.sampled_from(["on-foot", "manual-wheelchair", "mobility-scooter", "walking-stick"]))
    unknown, most = draw(st.sampled_from(list(Unknown))), draw(st.integers(0, 3))
    clock = f"{minute // 60}:{minute % 60}"
    return network, ask(network, origin, destination, clock, profile, unknown, max_transfers=most)


@given(questions())
def test_agrees_with_the_slow_twin(asked):
    network, query = asked
    assert fast(network, query) == slow_search(network, query)


@given(questions())
def test_arriving_by_a_time_agrees_with_trying_every_departure(asked):
    network, query = asked
    arrive = replace(query, at=query.at + timedelta(minutes=40), arrive_by=True)
    latest_s = clock_of(arrive.at, DAY, network.timezone)
    # the view of an arrival before noon is that of the day before: count from there
    shift_s = day_shift_s(view_day(network, arrive), DAY, network.timezone)
    everything = SlowTwin(network, query).everything(query)
    in_time = {row for row in everything if row[1] <= latest_s}
    best = {(d, r, c) for d, _, r, c in pareto(in_time, lambda row: (-row[0], row[2], row[3]))}
    found = {(p.departure_s - shift_s, len(p.rides), p.level) for p in run_search(network, arrive).paths}
    assert found == best


@given(questions())
def test_a_window_holds_every_departure_that_no_later_one_beats(asked):
    network, query = asked
    from_s = clock_of(query.at, DAY, network.timezone)
    everything = SlowTwin(network, query).everything(query)
    best = pareto({row for row in everything if row[0] >= from_s}, lambda row: (-row[0], *row[1:]))
    for minutes in (20, 45):
        window = replace(query, window_s=60 * minutes)
        found = {(p.departure_s, p.arrival_s, len(p.rides), p.level) for p in run_search(network, window).paths}
        assert found == {row for row in best if row[0] < from_s + 60 * minutes}


@given(questions())
def test_windows_side_by_side_lose_and_repeat_nothing(asked):
    network, query = asked
    whole = run_search(network, replace(query, window_s=3600)).paths
    halves = [
        *run_search(network, replace(query, window_s=1800)).paths,
        *run_search(network, replace(query, at=query.at + timedelta(seconds=1800), window_s=1800)).paths,
    ]
    assert sorted((p.departure_s, p.arrival_s, len(p.rides), p.level) for p in whole) == sorted(
        (p.departure_s, p.arrival_s, len(p.rides), p.level) for p in halves
    )


@given(questions())
def test_a_window_of_arrivals_mirrors_one_of_departures(asked):
    network, query = asked
    until = replace(query, at=query.at + timedelta(minutes=50), arrive_by=True, window_s=1800)
    latest_s = clock_of(until.at, DAY, network.timezone)
    shift_s = day_shift_s(view_day(network, until), DAY, network.timezone)
    everything = SlowTwin(network, query).everything(query)
    best = pareto({row for row in everything if row[1] <= latest_s}, lambda row: (-row[0], *row[1:]))
    found = {
        (p.departure_s - shift_s, p.arrival_s - shift_s, len(p.rides), p.level)
        for p in run_search(network, until).paths
    }
    assert found == {row for row in best if row[1] > latest_s - 1800}


# --- By name -----------------------------------------------------------------------------------------


def poster(text, **world):
    """A world of one day: what is missed is not caught on the next morning."""
    return week(text, **({"days": 1} | world))


def in_blocks(world, *blocks):
    """Give each run of a poster its block; "-" is none."""
    for run, block in zip(world.runs, blocks, strict=True):
        run.block = "" if block == "-" else block
    return world


def ruled(world, *rows):
    """A network of a world with rows of transfers.txt: (from stop, to stop, type, seconds, names of both sides).

    A trip is named by the number of its line in the poster, a route by its name.
    """
    feed = world.feed()
    stop, route = list(feed.stops["name"]).index, list(feed.routes["short_name"]).index
    told = []
    for origin, to, kind, min_s, *named in rows:
        row = {"from_stop": stop(origin) if origin else -1, "to_stop": stop(to) if to else -1, "type": kind}
        row |= {"min_s": min_s, "from_route": -1, "to_route": -1, "from_trip": -1, "to_trip": -1}
        for side, name in zip(("from", "to"), named, strict=False):
            if name is not None:
                row[f"{side}_trip" if isinstance(name, int) else f"{side}_route"] = (
                    name if isinstance(name, int) else route(name)
                )
        told.append(row)
    return build_network([replace(feed, transfers=pd.DataFrame(told).astype("int64"))], "world", "World")


def told(network, query):
    """Arrivals as clock times of the day, rides and doubts; and that searching from the arrival finds no less."""
    found = set()
    start_s = clock_of(query.at, DAY, network.timezone)
    for path in run_search(network, query).paths:
        found.add((path.arrival_s, len(path.rides), path.level))
        back = replace(query, at=query.at + timedelta(seconds=path.arrival_s - start_s), arrive_by=True)
        shift_s = day_shift_s(view_day(network, back), DAY, network.timezone)
        assert any(
            p.departure_s - shift_s >= start_s and len(p.rides) <= len(path.rides) and p.level <= path.level
            for p in run_search(network, back).paths
        ), "the mirrored search misses it"
    return {(clock_text(arrival), rides, doubts) for arrival, rides, doubts in found}


def clock_text(arrival_s):
    return f"{arrival_s // 3600}:{arrival_s % 3600 // 60:02d}"


TWO_TRIPS = """
         Market  Mill  Dock
    1    8:00    8:10  -
    2    -       8:15  8:25
"""


def test_who_sits_in_a_trip_sits_in_the_next_one_of_its_block():
    network = in_blocks(poster(TWO_TRIPS), "b", "b").network()
    query = ask(network, "Market", "Dock", "7:55", max_transfers=0)
    assert told(network, query) == {("8:25", 1, 0)}
    (path,) = run_search(network, query).paths
    assert len(path.rides) == 1
    assert len(path.rides[0].onward) == 1


def test_staying_aboard_is_one_leg_with_the_stops_of_both_trips():
    network = in_blocks(poster(TWO_TRIPS), "b", "b").network()
    (itinerary,) = find_itineraries(network, ask(network, "Market", "Dock", "7:55")).itineraries
    (leg,) = itinerary.legs
    assert (leg.trip_id, leg.stays_aboard) == ("w:1/0", ("w:2/1",))
    assert [place.name for place in (leg.origin, *leg.stops, leg.destination)] == ["Market", "Mill", "Dock"]
    assert itinerary.transfers == 0


def test_without_a_block_the_same_two_trips_are_a_change():
    network = poster(TWO_TRIPS).network()
    assert told(network, ask(network, "Market", "Dock", "7:55")) == {("8:25", 2, 0)}
    assert told(network, ask(network, "Market", "Dock", "7:55", max_transfers=0)) == set()


def test_a_wheelchair_stays_aboard_where_the_quay_at_the_seam_is_impossible():
    text = TWO_TRIPS.replace(" 1 ", " 1/!").replace(" 2 ", " 2/!")
    flags = {"Market": 1, "Mill": 2, "Dock": 1}
    apart, joined = poster(text, flags=flags).network(), in_blocks(poster(text, flags=flags), "b", "b").network()
    chair = ("Market", "Dock", "7:55", "manual-wheelchair", Unknown.EXCLUDE)
    assert told(apart, ask(apart, *chair)) == set()
    assert told(joined, ask(joined, *chair)) == {("8:25", 1, 0)}


def test_an_in_seat_row_joins_two_trips_wherever_they_end_and_begin():
    world = poster("""
             Market  Mill  Yard  Dock
        1    8:00    8:10  -     -
        2    -       -     8:15  8:25
        """)
    network = ruled(world, (None, None, 4, -1, 0, 1))
    assert told(network, ask(network, "Market", "Dock", "7:55")) == {("8:25", 1, 0)}
    assert told(world.network(), ask(world.network(), "Market", "Dock", "7:55")) == set()


def test_no_row_lets_anybody_go_on_in_a_trip_that_has_left():
    world = poster(TWO_TRIPS.replace("8:15", "8:09"))
    network = ruled(world, ("Mill", "Mill", 4, -1, 0, 1))
    assert told(network, ask(network, "Market", "Dock", "7:55")) == set()


def test_a_row_of_type_five_asks_everybody_to_board_again():
    network = ruled(in_blocks(poster(TWO_TRIPS), "b", "b"), ("Mill", "Mill", 5, -1, 0, 1))
    assert told(network, ask(network, "Market", "Dock", "7:55")) == {("8:25", 2, 0)}
    assert told(network, ask(network, "Market", "Dock", "7:55", "manual-wheelchair")) == {("8:25", 2, 0)}


def test_a_train_that_is_divided_goes_on_as_both():
    world = poster("""
             Market  Mill  Dock  Quay
        1    8:00    8:10  -     -
        2    -       8:15  8:25  -
        3    -       8:15  -     8:35
        """)
    network = ruled(world, (None, None, 4, -1, 0, 1), (None, None, 4, -1, 0, 2))
    assert told(network, ask(network, "Market", "Dock", "7:55", max_transfers=0)) == {("8:25", 1, 0)}
    assert told(network, ask(network, "Market", "Quay", "7:55", max_transfers=0)) == {("8:35", 1, 0)}


@pytest.mark.parametrize(
    ("begin", "at", "parents", "rides"),
    [
        ("8:15", {"Mill": (0.0, 9e3), "Yard": (190.0, 9e3)}, {}, 1),
        ("8:15", {"Mill": (0.0, 9e3), "Yard": (210.0, 9e3)}, {}, 2),
        ("8:15", {"Mill": (0.0, 9e3), "Yard": (450.0, 9e3)}, {"Mill": "Hub", "Yard": "Hub"}, 1),
        ("8:09", {"Mill": (0.0, 9e3), "Yard": (190.0, 9e3)}, {}, None),
    ],
    ids=["side by side", "too far", "one station", "overlapping"],
)
def test_a_block_goes_on_at_one_place_and_in_order_of_time(begin, at, parents, rides):
    world = in_blocks(
        poster(
            f"""
                 Market  Mill  Yard   Dock
            1    8:00    8:10  -      -
            2    -       -     {begin}  8:25
            """,
            at=at,
            parents=parents,
        ),
        "b",
        "b",
    )
    network = world.network()
    found = told(network, ask(network, "Market", "Dock", "7:55"))
    assert found == (set() if rides is None else {("8:25", rides, 0)})


def test_blocks_chain_over_several_trips_and_one_may_get_off_in_each():
    world = in_blocks(
        poster("""
             Market  Mill  Dock  Quay  End
        1    8:00    8:10  -     -     -
        2    -       8:15  8:25  -     -
        3    -       -     8:30  8:40  8:50
        """),
        "b",
        "b",
        "b",
    )
    network = world.network()
    for stop, arrival in (("Mill", "8:10"), ("Dock", "8:25"), ("Quay", "8:40"), ("End", "8:50")):
        assert told(network, ask(network, "Market", stop, "7:55", max_transfers=0)) == {(arrival, 1, 0)}
    (path,) = run_search(network, ask(network, "Market", "End", "7:55")).paths
    assert len(path.rides[0].onward) == 2


def test_a_loop_whose_block_chains_all_day_is_ridden_past_its_seam_and_ends():
    loop = [
        Run("L", [Call(stop, h * 3600 + 600 * i, h * 3600 + 600 * i) for i, stop in enumerate("ABCA")], block="b")
        for h in range(5, 24)
    ]
    network = World(runs=loop, days=1).network()
    assert told(network, ask(network, "C", "B", "8:00", max_transfers=0)) == {("9:10", 1, 0)}
    query = ask(network, "C", "B", "8:00")
    view = profile_view(network, DAY, query.profile, query.unknown)
    n, start = len(view.stop_of), network.stops.id.row_of["w:C"]
    nowhere = np.full(n, -1, np.int32)
    _, off_s, tally = search(
        view.riding, view.walking, np.array([8 * 3600], np.int32), np.array([start], np.int32),
        np.zeros(1, np.int32), np.zeros(1, np.uint8), nowhere, np.zeros(n, np.uint8), 3, 1, np.zeros(n, np.int32),
        int(NEVER),
    )  # fmt: skip
    assert off_s[0, 0].tolist() == [8 * 3600 + 1800, 9 * 3600 + 600, 9 * 3600 + 1200]
    events = sum(len(run.calls) for run in loop)
    assert tally[0] < 3 * events, "every run of the day is ridden once, not once for each before it"


def test_a_later_run_counts_where_the_earliest_does_not_go_on():
    world = in_blocks(
        poster(
            """
               Market  Mill  Dock
        1/!    8:00    8:10  -
        1/!    8:20    8:30  -
        2/!    -       8:35  8:45
        """,
            flags={"Market": 1, "Mill": 2, "Dock": 1},
        ),
        "-",
        "b",
        "b",
    )
    network = world.network()
    assert told(network, ask(network, "Market", "Dock", "7:55", "manual-wheelchair")) == {("8:45", 1, 0)}


def test_it_goes_on_in_a_run_that_another_block_reached_earlier_too():
    world = in_blocks(
        poster(
            """
               Market  Mill  Dock  Quay
        1/!    8:00    8:10  -     -
        1/!    8:20    8:30  -     -
        2/!    -       8:15  8:25  -
        2/!    -       8:35  8:45  -
        3/!    -       -     8:50  9:00
        """,
            flags={"Market": 1, "Mill": 2, "Dock": 2, "Quay": 1},
        ),
        "a",
        "b",
        "a",
        "b",
        "b",
    )
    network = world.network()
    assert told(network, ask(network, "Market", "Quay", "7:55", "manual-wheelchair")) == {("9:00", 1, 0)}


def test_a_run_spelt_out_from_frequencies_has_no_block():
    world = in_blocks(poster(TWO_TRIPS), "b", "b")
    world.runs[1].every_s, world.runs[1].until_s = 600, seconds("9:00")
    network = world.network()
    assert told(network, ask(network, "Market", "Dock", "7:55")) == {("8:25", 2, 0)}


CHANGE = """
         Market  Mill  Dock
    1    8:00    8:10  -
    2    -       8:12  8:20
    2    -       8:13  8:22
    3    -       8:30  8:40
"""


@pytest.mark.parametrize(
    ("rows", "arrival"),
    [
        ([], "8:22"),
        ([("Mill", "Mill", 0, -1)], "8:22"),
        ([("Mill", "Mill", 1, -1)], "8:20"),
        ([("Mill", "Mill", 1, -1, "1", "2")], "8:20"),
        ([("Mill", "Mill", 1, -1, 0, 2)], "8:22"),
        ([("Mill", "Mill", 3, -1)], None),
        ([("Mill", "Mill", 3, -1, None, "2")], "8:40"),
        ([("Mill", "Mill", 3, -1, 0, 2)], "8:40"),
        ([("Mill", "Mill", 3, -1, "2", None)], "8:22"),
        ([("Mill", "Mill", 2, 300, "1", "2")], "8:40"),
        ([("Mill", "Mill", 2, 300, "1", "3")], "8:22"),
        ([("Mill", "Mill", 3, -1), ("Mill", "Mill", 0, -1, "1", None)], "8:22"),
        ([("Mill", "Mill", 1, -1, 0, 1), ("Mill", "Mill", 3, -1, 0, "2")], "8:20"),
        ([("Mill", "Mill", 3, -1, 0, None), ("Mill", "Mill", 0, -1, "1", "2")], None),
        ([("Mill", "Mill", 3, -1, "1", None), ("Mill", "Mill", 0, -1, None, 3)], "8:40"),
        ([("Mill", "Mill", 1, -1), ("Mill", "Mill", 3, -1)], "8:20"),
    ],
    ids=[
        "no row", "recommended", "timed", "timed by route", "timed for another trip", "forbidden",
        "forbidden onto a route", "forbidden between two trips", "forbidden from another route", "minimum by route",
        "minimum for another route", "a route before stops", "two trips before trip and route",
        "a trip before two routes", "a trip before a route", "the first row of the file",
    ],
)  # fmt: skip
def test_the_most_specific_row_decides_a_change(rows, arrival):
    world = poster(CHANGE)
    network = ruled(world, *rows) if rows else world.network()
    query = ask(network, "Market", "Dock", "7:55", "manual-wheelchair")
    # getting off takes 90 s: a timed change reaches 8:12, an ordinary one, 60 s later, 8:13
    assert (query.profile.margin_s, query.profile.speed_m_s) == (60, 0.79)
    assert told(network, query) == (set() if arrival is None else {(arrival, 2, 0)})


NEIGHBOURS = {"Mill": (0.0, 9e3), "Yard": (300.0, 9e3)}
WALK = """
         Market  Mill  Yard  Dock
    1    8:00    8:10  -     -
    2    -       -     8:15  8:25
    2    -       -     8:17  8:27
    3    -       -     8:40  8:50
"""


@pytest.mark.parametrize(
    ("rows", "arrival"),
    [
        ([], "8:25"),
        ([("Mill", "Yard", 3, -1)], None),
        ([("Mill", "Yard", 3, -1, None, "2")], "8:50"),
        ([("Mill", "Yard", 3, -1, 0, 1)], "8:27"),
        ([("Mill", "Yard", 2, 360)], "8:27"),
        ([("Mill", "Yard", 2, 360, "1", "2")], "8:27"),
        ([("Yard", "Mill", 3, -1)], "8:25"),
    ],
    ids=["none", "forbidden", "forbidden by route", "forbidden by trips", "minimum", "minimum by route", "other way"],
)
def test_rows_hold_along_a_footpath_too(rows, arrival):
    world = poster(WALK, at=NEIGHBOURS)
    network = ruled(world, *rows) if rows else world.network()
    found = told(network, ask(network, "Market", "Dock", "7:55"))
    assert found == (set() if arrival is None else {(arrival, 2, 0)})


def test_a_row_of_a_station_stands_for_its_stops_and_one_of_the_stop_comes_first():
    world = poster(WALK, at=NEIGHBOURS, parents={"Mill": "Hub", "Yard": "Hub"})
    network = ruled(world, ("Hub", "Hub", 3, -1))
    assert told(network, ask(network, "Market", "Dock", "7:55")) == set()
    network = ruled(world, ("Hub", "Hub", 3, -1), ("Mill", "Yard", 2, 360))
    assert told(network, ask(network, "Market", "Dock", "7:55")) == {("8:27", 2, 0)}


@pytest.mark.parametrize(("named", "arrival"), [((), "8:25"), (("1", "3"), "8:50"), (("2", "3"), None)])
def test_a_row_beyond_the_reach_of_footpaths_is_a_way_for_those_it_speaks_of(named, arrival):
    world = poster(WALK.replace("8:15", "9:15").replace("8:25", "9:25").replace("8:17", "8:20").replace("8:27", "8:25"),
                   at={"Mill": (0.0, 9e3), "Yard": (505.0, 9e3)})  # fmt: skip
    network = ruled(world, ("Mill", "Yard", 0, -1, *named))
    found = told(network, ask(network, "Market", "Dock", "7:55"))
    assert found == (set() if arrival is None else {(arrival, 2, 0)})
    if arrival is not None:
        (itinerary,) = find_itineraries(network, ask(network, "Market", "Dock", "7:55")).itineraries
        assert itinerary.legs[1].distance_m == pytest.approx(505 * 1.3, rel=2e-3)


def test_a_ride_is_not_beaten_by_a_walk_to_its_stop_for_only_the_ride_may_walk_on():
    """Textbook pruning by the best arrival of any kind is sound only where footpaths are transitively closed."""
    network = poster(
        """
             Market  Mill  P     Q     R     Dock
        1    8:00    -     8:10  -     -     -
        2    8:00    8:05  -     -     -     -
        3    -       8:08  -     8:18  -     -
        4    -       -     -     -     8:30  8:40
        """,
        at={
            "P": (0.0, 0.0),
            "Q": (400.0, 0.0),
            "R": (800.0, 0.0),
            "Market": (9e3, 0),
            "Mill": (0, 9e3),
            "Dock": (9e3, 9e3),
        },
    ).network()
    query = ask(network, "Market", "Dock", "7:55")
    walk_s = 400 * 1.3 / query.profile.speed_m_s
    assert seconds("8:10") + walk_s < seconds("8:18"), "who walks from P is at Q before the ride"
    assert seconds("8:18") + walk_s < seconds("8:30"), "and only who rode to Q may walk on to R"
    assert told(network, query) == {("8:40", 3, 0)}


def test_what_is_reached_within_a_time_is_what_is_reached_at_all_and_no_later():
    network = in_blocks(poster(TWO_TRIPS), "b", "b").network()
    query = ask(network, "Market", "Dock", "8:00")
    view = profile_view(network, DAY, query.profile, query.unknown)
    n = len(view.stop_of)
    asked = (
        view.riding, view.walking, np.array([8 * 3600], np.int32), np.array([0], np.int32), np.zeros(1, np.int32),
        np.zeros(1, np.uint8), np.full(n, -1, np.int32), np.zeros(n, np.uint8), 3, 1, np.zeros(n, np.int32), int(NEVER),
    )  # fmt: skip
    _, everything, _ = search(*asked)
    for within_s in (600, 601, 1500, 1501):
        _, near, _ = search_within(*asked, within_s)
        late = everything >= 8 * 3600 + within_s
        assert (near == np.where(late, NEVER, everything)).all()


@pytest.mark.parametrize(
    ("decided", "ready"), [(None, "8:12:30"), (Outcome.LEVEL, "8:11:40"), (Outcome.LIFT, "8:13:00")]
)
def test_getting_off_takes_as_long_as_the_outcome_somebody_decided(decided, ready):
    """Unknown is a ramp, 60 s; level takes 10 s and a lift 90 s; 30 s to undo the belt, then 60 s of margin."""
    for leaves, made in ((seconds(ready), True), (seconds(ready) - 1, False)):
        clock = f"{leaves // 3600}:{leaves // 60 % 60:02}:{leaves % 60:02}"
        network = poster(f"""
                 Market  Mill     Dock
            1/!  8:00    8:10     -
            2/!  -       {clock}  8:20
            """).network()
        told_of_mill = (Override(stop_id="w:Mill", outcome=decided),) if decided is not None else ()
        network = replace(network, knowledge=replace(network.knowledge, overrides=told_of_mill))
        query = ask(network, "Market", "Dock", "7:55", "manual-wheelchair")
        assert bool(fast(network, query)) is made
        assert slow_search(network, query) == fast(network, query)


TWO_WAITING = """
         Market  Mill  Dock
    1    8:00    8:10  -
    2    -       8:12  8:25
    3    8:20    8:30  -
    4    -       8:32  8:45
"""


def test_only_rows_of_trips_that_run_around_the_day_make_spots():
    network = ruled(week(TWO_WAITING), ("Mill", "Mill", 1, -1, 0, 1))
    of_the_stops = len(network.stops.id)
    assert len(spot_ways(network, DAY).stop_of) == of_the_stops + 2
    assert len(spot_ways(network, DAY + timedelta(days=6)).stop_of) == of_the_stops + 2  # the last day it runs
    assert len(spot_ways(network, DAY + timedelta(days=30)).stop_of) == of_the_stops
    assert spot_ways(network, DAY) is spot_ways(network, DAY + timedelta(days=1)), "the same rules, the same ways"


def test_rows_beyond_the_bound_of_a_stop_do_not_hold(monkeypatch):
    monkeypatch.setattr("planner.routing.transfers.MOST_RULES", 1)
    network = ruled(poster(TWO_WAITING), ("Mill", "Mill", 1, -1, 0, 1), ("Mill", "Mill", 1, -1, 2, 3))
    assert told(network, ask(network, "Market", "Dock", "7:55", "manual-wheelchair")) == {("8:25", 2, 0)}
    assert told(network, ask(network, "Market", "Dock", "8:15", "manual-wheelchair")) == set()
