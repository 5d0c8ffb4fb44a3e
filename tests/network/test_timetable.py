"""The day view: patterns in which no run overtakes, and every run of the day and of the nights around it."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import DAY, Call, Run, World, poster

from planner.network.clock import day_shift_s
from planner.network.tables import Network
from planner.network.timetable import AROUND, Timetable, build_timetable

H = 3600


def alike(network: Network) -> dict[int, np.ndarray]:
    """One boarding class for every trip of every day."""
    return dict.fromkeys(AROUND, np.zeros(len(network.trips.id), np.int32))


def view(network: Network, day: date = DAY) -> Timetable:
    return build_timetable(network, day, alike(network))


def runs_of(timetable: Timetable, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Arrivals and departures of a pattern, [runs, stops]."""
    n = int(timetable.run_offset[p + 1] - timetable.run_offset[p])
    events = slice(int(timetable.event_offset[p]), int(timetable.event_offset[p + 1]))
    arrival, departure = timetable.arrival_s[events], timetable.departure_s[events]
    return arrival.reshape(n, -1), departure.reshape(-1, n).T


def expected_runs(network: Network, day: date) -> Counter[tuple[int, int]]:
    """Trip and shift of every run that touches a day, from the calendar and the trip's own times, trip by trip."""
    found: Counter[tuple[int, int]] = Counter()
    for offset in AROUND:
        other = day + timedelta(days=offset)
        column = other.toordinal() - int(network.services.first_day[0])
        if not 0 <= column < network.services.runs.shape[1]:
            continue
        shift = day_shift_s(day, other, network.timezone)
        for trip in range(len(network.trips.id)):
            arrivals, departures = events_of(network, trip)
            runs = network.services.runs[network.trips.service[trip], column]
            still = offset >= 0 or arrivals[-1] + shift >= 0
            soon = offset <= 0 or departures[0] < 12 * H
            if runs and still and soon:
                found[trip, shift] += 1
    return found


def events_of(network: Network, trip: int) -> tuple[np.ndarray, np.ndarray]:
    sequences, q = network.sequences, int(network.trips.sequence[trip])
    length = int(sequences.stop_offset[q + 1] - sequences.stop_offset[q])
    first = int(sequences.event_offset[q]) + (trip - int(sequences.trip_offset[q])) * length
    rows = slice(first, first + length)
    return network.events.arrival_s[rows], network.events.departure_s[rows]


@st.composite
def days_of_trips(draw: st.DrawFn) -> tuple[Network, np.ndarray]:
    """Two lines whose trips overtake, wait and run past midnight; and two classes."""
    runs = []
    for line, stops in (("A", "PQRS"), ("B", "QRP")):
        for _ in range(draw(st.integers(1, 7))):
            clock = draw(st.sampled_from([0, 8 * H, 23 * H, 24 * H, 47 * H])) + draw(st.integers(0, 30)) * 60
            calls = []
            for stop in stops:
                arrival = clock + draw(st.integers(0, 20)) * 60
                clock = arrival + draw(st.sampled_from([0, 0, 120, 900]))
                calls.append(Call(stop, arrival, clock))
            runs.append(Run(line, calls))
    network = World(runs=runs, days=draw(st.integers(1, 3))).network()
    classes = draw(st.lists(st.integers(0, 1), min_size=len(runs), max_size=len(runs)))
    return network, np.array(classes, np.int32)


@given(days_of_trips(), st.integers(-1, 3))
def test_no_run_of_a_pattern_overtakes_and_every_run_is_there_exactly_once(
    world: tuple[Network, np.ndarray], later: int
) -> None:
    network, classes = world
    day = DAY + timedelta(days=later)
    timetable = build_timetable(network, day, dict.fromkeys(AROUND, classes))
    seen: Counter[tuple[int, int]] = Counter()
    for p in range(timetable.n_patterns):
        arrival, departure = runs_of(timetable, p)
        assert (np.diff(arrival, axis=0) >= 0).all(), "somebody arrives before the run in front of it"
        assert (np.diff(departure, axis=0) >= 0).all(), "somebody leaves before the run in front of it"
        rows = slice(int(timetable.run_offset[p]), int(timetable.run_offset[p + 1]))
        trips, shifts = timetable.trip[rows], timetable.shift_s[rows]
        assert set(network.trips.sequence[trips]) == {timetable.sequence[p]}
        assert set(classes[trips]) == {timetable.boarding_class[p]}, "two classes share a pattern"
        for k, (trip, shift) in enumerate(zip(trips.tolist(), shifts.tolist(), strict=True)):
            own_arrival, own_departure = events_of(network, trip)
            np.testing.assert_array_equal(arrival[k], own_arrival + shift)
            np.testing.assert_array_equal(departure[k], own_departure + shift)
            seen[trip, shift] += 1
    assert seen == expected_runs(network, day)


@given(days_of_trips())
def test_stops_and_uses_of_a_pattern_are_those_of_its_sequence(world: tuple[Network, np.ndarray]) -> None:
    network, _ = world
    timetable, sequences = view(network), network.sequences
    for p in range(timetable.n_patterns):
        q = int(timetable.sequence[p])
        ours = slice(int(timetable.stop_offset[p]), int(timetable.stop_offset[p + 1]))
        theirs = slice(int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1]))
        np.testing.assert_array_equal(timetable.stop[ours], sequences.stop[theirs])
        np.testing.assert_array_equal(timetable.use[ours], sequences.use[theirs])


def test_an_overtaking_trip_goes_into_a_lane_of_its_own() -> None:
    network = poster("""
                 Market Mill  Dock
        slow     8:00   8:30  9:00
        fast     8:10   8:20  8:30
        after    9:10   9:20  9:30
        """).network()
    timetable = view(network, DAY + timedelta(days=6))
    assert sorted(np.diff(timetable.run_offset).tolist()) == [1, 2]


def test_trips_that_leave_and_arrive_together_share_a_pattern() -> None:
    network = poster("""
              Market Dock
        a     8:00   8:30
        b     8:00   8:30
        """).network()
    assert view(network).n_patterns == 1


def test_a_dwell_overtaken_at_one_stop_alone_counts_too() -> None:
    network = poster("""
                   Market Mill      Dock
        waits      8:00   8:10+1200 8:40
        passes     8:05   8:15      8:40
        """).network()
    assert view(network).n_patterns == 2


def test_a_night_trip_of_the_day_before_is_held_with_negative_or_early_times() -> None:
    network = poster("""
               Market Dock
        N      23:50  24:20
        D      8:00   8:10
        """).network()
    timetable = view(network, DAY + timedelta(days=3))
    assert timetable.n_patterns == 1
    arrival, departure = runs_of(timetable, 0)
    assert departure[:, 0].tolist() == [-10 * 60, 8 * H, 23 * H + 50 * 60, 32 * H]
    assert arrival[0, 1] == 20 * 60


def test_a_trip_of_the_day_before_that_is_over_at_midnight_is_left_out() -> None:
    network = poster("""
               Market Dock
        late   23:30  23:59
        """).network()
    assert view(network, DAY + timedelta(days=3)).departure_s[::2].tolist() == [23 * H + 30 * 60]


def test_the_next_morning_is_held_until_its_noon() -> None:
    network = poster("""
                  Market Dock
        morning   6:00   6:10
        noon      12:00  12:10
        """).network()
    departures = sorted(runs_of(view(network), 0)[1][:, 0].tolist())
    assert departures == [6 * H, 12 * H, 30 * H]


def test_a_class_may_change_from_day_to_day_and_then_never_shares_a_pattern() -> None:
    network = poster("""
               Market Dock
        D      8:00   8:10
        """).network()
    classes = {offset: np.array([offset + 1], np.int32) for offset in AROUND}
    timetable = build_timetable(network, DAY + timedelta(days=2), classes)
    assert timetable.boarding_class.tolist() == [1, 2], "the day itself and the next morning; the eve is over"


@pytest.mark.parametrize("day", [DAY - timedelta(days=400), DAY + timedelta(days=400)])
def test_a_day_outside_the_calendar_has_no_runs(day: date) -> None:
    network = poster("""
               Market Dock
        D      8:00   8:10
        """).network()
    timetable = view(network, day)
    assert timetable.n_patterns == 0
    assert timetable.run_offset.tolist() == [0]
    assert timetable.event_offset.tolist() == [0]
    assert timetable.stop_offset.tolist() == [0]


def test_a_network_without_trips_has_an_empty_day() -> None:
    network = World(at={"Market": (0, 0)}).network()
    assert view(network).n_patterns == 0


@pytest.mark.parametrize(("night", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_trips_of_the_eve_are_shifted_by_the_true_length_of_the_day(night: date, hours: int) -> None:
    network = poster(
        """
               Market Dock
        N      25:00  27:00
        """,
        first_day=night - timedelta(days=1),
        days=1,
    ).network()
    timetable = view(network, night)
    assert timetable.departure_s[0] == (25 - hours) * H
    assert timetable.arrival_s[1] == (27 - hours) * H
