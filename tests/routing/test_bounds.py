"""Lower bounds to the destination: they underestimate every traveller, and pruning by them loses nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing.test_real_feeds import some_place
from routing.test_search import drawn_worlds
from worlds import DAY, ask, poster

from planner.access.profiles import PRESETS, get_profile
from planner.build import Input, build
from planner.model import Profile, Unknown
from planner.network.annotate import build_network
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing import bounds
from planner.routing.bounds import FASTEST_M_S, Bounds, bounds_for, bounds_of
from planner.routing.compile import View, profile_view
from planner.routing.find import mirrored_view, run_search
from planner.routing.query import Query
from planner.routing.rolling import run_limited_search
from planner.routing.state import NEVER

FEEDS = {
    "amiens": ("amiens/amiens_reconstructed.gtfs.zip", date(2025, 10, 7)),
    "vilnius": ("vilnius/gtfs.zip", date(2015, 10, 14)),
}


@contextmanager
def worth_from(stops: int) -> Iterator[None]:
    """Ask for bounds in networks of that size; hypothesis does not like a fixture here."""
    with patch.object(bounds, "WORTH_FROM_STOPS", stops):
        yield


@contextmanager
def short_hours(span_s: int) -> Iterator[None]:
    """Tell hours apart so finely that many trips go on beyond theirs, and trust in them all the same."""
    short = {"SHIFT_S": span_s // 2, "SPAN_S": span_s, "EASY_S": 0, "LONGER": 0.0}
    bounds_of.cache_clear()
    with patch.multiple(bounds, **short):
        yield
    bounds_of.cache_clear()


def answers(network: Network, query: Query) -> set[tuple[int, int, int, int]]:
    return {(p.departure_s, p.arrival_s, len(p.rides), p.level) for p in run_search(network, query).paths}


def assert_loses_nothing(network: Network, query: Query) -> None:
    """Depart, arrive, and a window of each, with and without."""
    later = query.at + timedelta(minutes=40)
    for asked in (
        query,
        replace(query, window_s=2400),
        replace(query, at=later, arrive_by=True),
        replace(query, at=later, arrive_by=True, window_s=2400),
    ):
        with worth_from(10**9):
            plain = answers(network, asked)
        with worth_from(0):
            assert answers(network, asked) == plain


def assert_admissible(view: View, table: Bounds, goal: int, hours: int | None = None) -> None:
    """No ride of these hours and no walk comes nearer to a stop than it takes: by induction no path does."""
    end_s = np.full(len(view.stop_of), -1, np.int32)
    end_s[goal] = 0
    least_s = table.least_s(end_s, view.stop_of, hours).astype(np.int64)
    begin_s = -NEVER if hours is None else hours * bounds.SHIFT_S
    end_of_hours_s = NEVER if hours is None else begin_s + bounds.SPAN_S
    slack_s = 3  # a bound is rounded down to 4 s, so one side of a hop may lose that much
    assert least_s[goal] == 0
    walking, riding = view.walking, view.riding
    origin = np.repeat(np.arange(len(view.stop_of)), np.diff(walking.offset))
    assert (least_s[origin] <= walking.duration_s + least_s[walking.to] + slack_s).all()
    for v in range(len(riding.n_runs)):
        low, high = int(riding.stop_offset[v]), int(riding.stop_offset[v + 1])
        n, first = int(riding.n_runs[v]), int(riding.event_offset[v])
        arrival = riding.arrival_s[first : first + n * (high - low)].reshape(n, high - low)
        departure = riding.departure_s[first : first + n * (high - low)].reshape(high - low, n).T
        hop = arrival[:, 1:] - departure[:, :-1]
        at = least_s[riding.stop[low:high]]
        within = (departure[:, :-1] >= begin_s) & (arrival[:, 1:] <= end_of_hours_s)
        assert (at[None, :-1] <= hop + at[None, 1:] + slack_s)[within].all()


@st.composite
def knotted_worlds(draw: st.DrawFn) -> Network:
    """Drawn worlds whose trips have blocks, and rules of every type between routes and trips."""
    world = draw(drawn_worlds())
    for run in world.runs:
        run.block = draw(st.sampled_from(["", "", "a", "b"]))
    feed = world.feed()
    number = len(feed.stops), len(feed.routes), len(feed.trips)
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        row = {"from_stop": draw(st.integers(0, number[0] - 1)), "to_stop": draw(st.integers(0, number[0] - 1))}
        for side in ("from", "to"):
            row[f"{side}_route"] = draw(st.one_of(st.just(-1), st.integers(0, number[1] - 1)))
            row[f"{side}_trip"] = -1 if row[f"{side}_route"] >= 0 else draw(st.integers(-1, number[2] - 1))
        rows.append(row | {"type": draw(st.integers(0, 5)), "min_s": draw(st.sampled_from([-1, 0, 90, 400]))})
    rules = pd.concat([feed.transfers, pd.DataFrame(rows)], ignore_index=True).astype("int64")
    return build_network([replace(feed, transfers=rules)], "world", "World")


@given(knotted_worlds(), st.data())
def test_drawn_worlds_are_answered_alike_with_and_without_bounds(network: Network, data: st.DataObject) -> None:
    stops = [network.stops.name[row] for row in network.served.nonzero()[0].tolist()]
    if len(stops) > 1:
        origin, destination = data.draw(st.permutations(stops))[:2]
        profile = data.draw(st.sampled_from(["on-foot", "manual-wheelchair"]))
        unknown = data.draw(st.sampled_from(list(Unknown)))
        most = data.draw(st.integers(0, 3))
        assert_loses_nothing(network, ask(network, origin, destination, "7:05", profile, unknown, max_transfers=most))


@given(knotted_worlds(), st.data())
def test_drawn_worlds_are_never_faster_than_their_bounds(network: Network, data: st.DataObject) -> None:
    goal = data.draw(st.sampled_from(network.served.nonzero()[0].tolist()))
    profile = get_profile(data.draw(st.sampled_from(sorted(PRESETS))))
    view = profile_view(network, DAY, profile, Unknown.ALLOW)
    for backwards in (False, True):
        mirrored = mirrored_view(network, DAY, profile, Unknown.ALLOW) if backwards else view
        with worth_from(0):
            table = bounds_for(network, DAY, profile, view, backwards=backwards)
        assert table is not None
        hours = data.draw(st.one_of(st.none(), st.integers(-12, 12)))
        assert_admissible(mirrored, table, goal, hours)


@given(knotted_worlds(), st.data())
def test_who_travels_beyond_the_hours_of_the_bounds_loses_nothing(network: Network, data: st.DataObject) -> None:
    stops = [network.stops.name[row] for row in network.served.nonzero()[0].tolist()]
    if len(stops) > 1:
        origin, destination = data.draw(st.permutations(stops))[:2]
        profile = data.draw(st.sampled_from(["on-foot", "manual-wheelchair"]))
        unknown = data.draw(st.sampled_from(list(Unknown)))
        with short_hours(data.draw(st.sampled_from([240, 1200, 3600]))):
            assert_loses_nothing(network, ask(network, origin, destination, "7:05", profile, unknown))


def test_a_later_departure_beats_an_earlier_one_beyond_the_hours_too() -> None:
    """Who leaves the market after the window is at the dock as early as who leaves it within."""
    network = poster("""
         Market  Mill  Dock
    1    8:10    8:20  -
    1    8:25    8:35  -
    2    -       9:00  13:30
    """).network()
    query = replace(ask(network, "Market", "Dock", "8:00"), window_s=1200)
    with short_hours(3600), worth_from(0):
        assert not run_search(network, query).paths
        assert not run_limited_search(network, query).paths
        assert run_search(network, replace(query, window_s=1800)).paths


def test_the_hours_of_the_bounds_leave_out_what_runs_at_other_times() -> None:
    network = poster("""
         Market  Mill  Dock
    1    3:00    3:02  3:04
    1    8:00    8:30  9:00
    """).network()
    view = profile_view(network, DAY, get_profile("on-foot"), Unknown.ALLOW)
    table = bounds_of(network, DAY, FASTEST_M_S[0], backwards=False)
    market, dock = ([*network.stops.name].index(name) for name in ("Market", "Dock"))
    end_s = np.where(np.arange(len(view.stop_of)) == dock, 0, -1).astype(np.int32)
    asked = (end_s, view.stop_of)
    start = np.array([market], np.int32)
    soon, night = (table.least_from(start, clock * 3600, 0, *asked) for clock in (7, 2))
    assert (soon.seconds[market], soon.until_s) == (3600, 12 * 3600)
    assert (night.seconds[market], night.until_s) == (240, 6 * 3600)
    long = table.least_from(start, 7 * 3600, 2 * 3600, *asked)  # 9:00, half an hour and 2.5 times 1 h: after 12:00
    assert (long.seconds[market], long.until_s) == (240, bounds.ALWAYS)


@pytest.mark.parametrize("name", FEEDS)
def test_a_real_feed_is_answered_alike_and_never_faster_than_its_bounds(
    name: str, testdata: Callable[[str], Path], tmp_path: Path
) -> None:
    path, day = FEEDS[name]
    build(tmp_path / name, [Input(name, testdata(path))])
    network = open_network(tmp_path / name)
    chance = Random(7)
    served = network.served.nonzero()[0].tolist()
    for profile in ("on-foot", "manual-wheelchair"):
        for unknown in (Unknown.ALLOW, Unknown.PENALISE):
            for _ in range(4):
                a, b = (some_place(network, chance.choice(served), chance) for _ in range(2))
                at = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(network.timezone))
                assert_loses_nothing(network, Query(a, b, at, get_profile(profile), unknown))
    fastest = [fastest_of(speed) for speed in FASTEST_M_S]
    for profile, speed in zip(fastest, FASTEST_M_S, strict=True):
        view = profile_view(network, day, profile, Unknown.ALLOW)
        assert_admissible(view, bounds_of(network, day, speed, backwards=False), chance.choice(served))


def fastest_of(speed_m_s: float) -> Profile:
    """Whoever walks as fast as the bounds allow, and waits for nothing."""
    return replace(get_profile("on-foot"), speed_m_s=speed_m_s)


def test_small_networks_and_very_fast_walkers_have_no_bounds() -> None:
    network = drawn_once()
    view = profile_view(network, DAY, get_profile("on-foot"), Unknown.ALLOW)
    assert bounds_for(network, DAY, get_profile("on-foot"), view, backwards=False) is None
    with worth_from(0):
        assert bounds_for(network, DAY, get_profile("on-foot"), view, backwards=False) is not None
        assert bounds_for(network, DAY, fastest_of(3.5), view, backwards=False) is None


def drawn_once() -> Network:
    return poster("""
         Market  Mill  Dock
    1    8:00    8:10  8:20
    """).network()
