"""The search against its slow twin on drawn worlds: leaving at, arriving by, and within a window."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from routing.slow_search import SlowTwin, pareto, slow_search
from worlds import DAY, Call, Run, World, ask

from planner.model import Unknown
from planner.network.clock import clock_of, day_shift_s
from planner.routing.find import run_search, view_day


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
