"""The search with a limit on what is rolled in all: exact, and the ordinary search where there is no limit."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from graphlib import TopologicalSorter
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing.slow_search import pareto
from routing.test_reach import questions
from routing.test_real_feeds import FEEDS, SEED, good_day
from routing.test_real_feeds import questions as real_questions
from worlds import ask, poster

from planner.access.profiles import get_profile
from planner.build import Input, build
from planner.model import Unknown
from planner.network.clock import clock_of
from planner.network.store import open_network
from planner.routing.compile import profile_view
from planner.routing.find import run_search, view_day
from planner.routing.itinerary import describe_path
from planner.routing.plan import Query
from planner.routing.rolling import NO_LIMIT_DM, run_limited_search
from planner.routing.state import CLOSED, NEVER
from planner.routing.walks import Going, walks_around

LIMITS = st.sampled_from([0.0, 150.0, 403.1, 500.0, 700.0, 900.0, 1200.0, 2000.0])


def told(run):
    return {(path.departure_s, path.arrival_s, len(path.rides), path.level) for path in run.paths}


def sums(run):
    return {(path.arrival_s, len(path.rides), path.level) for path in run.paths}


@given(questions(), st.booleans(), st.sampled_from([0, 1800]))
def test_without_a_limit_it_is_the_ordinary_search(asked, arrive_by, window_s):
    network, query = asked
    query = replace(query, arrive_by=arrive_by, window_s=window_s)
    key = (lambda row: row) if window_s else (lambda row: row[0 if arrive_by else 1 :])
    limited = {key(row) for row in told(run_limited_search(network, replace(query, max_roll_m=None)))}
    assert limited == {key(row) for row in told(run_search(network, query))}
    far = run_limited_search(network, replace(query, max_roll_m=NO_LIMIT_DM / 10))
    assert {key(row) for row in told(far)} == limited


@given(questions(), LIMITS)
def test_agrees_with_trying_every_way(asked, limit_m):
    network, query = asked
    found = run_limited_search(network, replace(query, max_roll_m=limit_m))
    assert sums(found) == every_way(network, query, limit_m)


@given(questions(), st.booleans(), st.sampled_from([0, 1800]), LIMITS)
def test_a_larger_limit_is_never_worse_and_no_limit_is_passed(asked, arrive_by, window_s, limit_m):
    network, query = asked
    query = replace(query, arrive_by=arrive_by, window_s=window_s)
    tight = run_limited_search(network, replace(query, max_roll_m=limit_m))
    loose = run_limited_search(network, replace(query, max_roll_m=1.5 * limit_m))
    for path in tight.paths:
        assert describe_path(network, tight, query, path).rolling_m <= limit_m + 1e-6
        better = [one for one in loose.paths if len(one.rides) <= len(path.rides) and one.level <= path.level]
        if arrive_by or window_s:
            better = [one for one in better if one.departure_s >= path.departure_s]
        if window_s or not arrive_by:
            better = [one for one in better if one.arrival_s <= path.arrival_s]
        assert better


@given(questions(), LIMITS)
def test_a_window_holds_what_single_departures_find(asked, limit_m):
    network, query = asked
    query = replace(query, max_roll_m=limit_m)
    window = run_limited_search(network, replace(query, window_s=1800)).paths
    for path in window:
        single = replace(query, at=query.at)
        shift = path.departure_s - clock_of(query.at, run_search(network, query).day, network.timezone)
        alone = run_limited_search(network, replace(single, at=query.at + np.timedelta64(shift, "s").item()))
        assert (path.arrival_s, len(path.rides), path.level) in sums(alone)


def every_way(network, query, limit_m):
    """Every run from every stop with every sum of doubts and decimetres: nothing is left out but what is refused."""
    view = profile_view(network, view_day(network, query), query.profile, query.unknown)
    walking, top = view.walking, view.n_levels - 1
    access, egress = (
        walks_around(network, p, Going(query.profile, query.unknown)) for p in (query.origin, query.destination)
    )
    most, start = int(10 * limit_m), clock_of(query.at, view.timetable.day, network.timezone) + query.profile.margin_s
    columns = zip(access.stop, access.duration_s, access.doubts, access.distance_m, strict=True)
    ready = {int(s): {(start + int(t), int(c), ceil(10 * m))} for s, t, c, m in columns}
    columns = zip(egress.stop, egress.duration_s, egress.doubts, egress.distance_m, strict=True)
    ends = {int(s): (int(t), int(c), ceil(10 * m)) for s, t, c, m in columns}
    found = set()
    for rides in range(1, query.max_transfers + 2):
        off = {}
        staying = defaultdict(set)  # who comes out of each run at its end
        for key, calls, before in runs_in_order(view):
            aboard = set().union(*(staying[one] for one in before))
            for stop, arrival, departure, board, alight, alight_s in calls:
                if alight != CLOSED:
                    for doubts, rolled in aboard:
                        label = (arrival, arrival + alight_s, min(doubts + alight, top), rolled)
                        off.setdefault(stop, set()).add(label)
                if board != CLOSED:
                    standing = {one for one in ready.get(stop, ()) if one[0] <= departure and one[2] <= most}
                    aboard |= {(min(doubts + board, top), rolled) for _, doubts, rolled in standing}
            staying[key] |= aboard
        ready = {}
        for stop, labels in off.items():
            for arrival, got_off, doubts, rolled in labels:
                if stop in ends and rolled + ends[stop][2] <= most:
                    seconds, more, _ = ends[stop]
                    found.add((arrival if seconds == 0 else got_off + seconds, rides, min(doubts + more, top)))
                if walking.change_s[stop] < NEVER:
                    ready.setdefault(stop, set()).add((got_off + int(walking.change_s[stop]), doubts, rolled))
                for f in range(walking.offset[stop], walking.offset[stop + 1]):
                    label = (
                        got_off + int(walking.duration_s[f]),
                        min(doubts + int(walking.doubts[f]), top),
                        rolled + int(walking.walked_dm[f]),
                    )
                    ready.setdefault(int(walking.to[f]), set()).add(label)
    return pareto(found, lambda row: row)


def runs_in_order(view):
    """Every (variant, run) with its calls and the runs that go on as it; those come first."""
    riding, calls, before = view.riding, {}, defaultdict(list)
    for v in range(len(riding.n_runs)):
        base, n_runs = int(riding.stop_offset[v]), int(riding.n_runs[v])
        length, first = int(riding.stop_offset[v + 1]) - base, int(riding.event_offset[v])
        for run in range(n_runs):
            calls[v, run] = [
                (
                    int(riding.stop[base + i]),
                    int(riding.arrival_s[first + run * length + i]),
                    int(riding.departure_s[first + i * n_runs + run]),
                    int(riding.board[base + i]) if i < length - 1 else CLOSED,
                    int(riding.alight[base + i]) if i else CLOSED,
                    int(riding.alight_s[base + i]),
                )
                for i in range(length)
            ]
            at = int(riding.run_offset[v]) + run if riding.run_offset[v] >= 0 else -1
            while at >= 0:
                if riding.next_variant[at] >= 0:
                    before[int(riding.next_variant[at]), int(riding.next_run[at])].append((v, run))
                at = int(riding.next_more[at])
    order = TopologicalSorter({key: before[key] for key in calls}).static_order()
    return [(key, calls[key], before[key]) for key in order]


CHOICE = poster(
    """
    A     B     C     D     F
    fast  8:00  8:10  -     -     -
    slow  8:00  -     8:20  -     -
    on    -     -     9:00  9:20  -
    near  -     -     -     -     9:30
    """,
    at={"A": (0, 0), "B": (5000, 0), "C": (5400, 0), "D": (9000, 0), "F": (14000, 0)},
)


def test_who_may_not_roll_so_far_takes_the_slower_line_and_still_catches_the_next():
    network = CHOICE.network()
    query = ask(network, "A", "D", "7:55")
    early = replace(query, destination=ask(network, "A", "C", "7:55").destination)
    assert sums(run_limited_search(network, replace(early, max_roll_m=600.0))) == {(8 * 3600 + 600 + 392, 1, 0)}
    assert sums(run_limited_search(network, replace(early, max_roll_m=500.0))) == {(8 * 3600 + 1200, 1, 0)}
    assert sums(run_limited_search(network, replace(query, max_roll_m=0.0))) == {(9 * 3600 + 1200, 2, 0)}


def test_a_limit_below_nothing_finds_nothing():
    network = CHOICE.network()
    assert not run_limited_search(network, replace(ask(network, "A", "D", "7:55"), max_roll_m=-1.0)).paths


@pytest.mark.parametrize("name", ["porto_alegre", "amiens"])
def test_on_real_feeds_no_limit_is_the_ordinary_search(
    testdata: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    paths = [testdata(path) for path in FEEDS[name][0]]
    build(tmp_path / name, [Input(path.stem.split(".")[0].split("_")[-1], path) for path in paths])
    network = open_network(tmp_path / name)
    shorter = 0
    asked = real_questions(network, good_day(network, name), 12, SEED)
    for number, (origin, destination, at) in enumerate(asked):
        profile = get_profile(("on-foot", "manual-wheelchair")[number % 2])
        query = Query(origin, destination, at, profile, list(Unknown)[number % 3], 3, number % 4 == 3)
        usual = run_search(network, query)
        assert told(run_limited_search(network, query)) == told(usual), f"seed {SEED}, question {number}"
        walks = [describe_path(network, usual, query, path).rolling_m for path in usual.paths]
        if walks:
            limited = run_limited_search(network, replace(query, max_roll_m=max(walks) - 0.2))
            rolled = [describe_path(network, limited, query, path).rolling_m for path in limited.paths]
            assert all(metres <= max(walks) - 0.2 for metres in rolled)
            shorter += bool(rolled)
    assert shorter, "some question has a shorter way"
