"""Real feeds: every one builds and answers, and Porto Alegre agrees with the slow twin.

The questions are drawn anew with PLAINPIED_SEED; the seed of a run is printed.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from routing.compiled_scan import NEVER, ScanTwin
from routing.slow_search import SlowTwin, pareto

from planner.access.profiles import get_profile
from planner.build import Input, build
from planner.model import Place, Unknown, Verdict
from planner.network.clock import clock_of
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.find import HALF_A_DAY_S, run_search, view_day
from planner.routing.plan import Query, find_itineraries
from planner.routing.reach import ReachQuery, reach_all

SEED = int(os.environ.get("PLAINPIED_SEED", "20190415"))
PROFILES = ("on-foot", "manual-wheelchair")
FEEDS = {  # a good day of each, as its README says
    "porto_alegre": (("porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"), date(2019, 4, 15)),
    "heidelberg": (("heidelberg/vrn_gtfs_cut.zip",), date(2022, 6, 24)),
    "castres": (("castres/gtfs.zip",), date(2024, 4, 26)),
    "chateau_thierry": (("chateau_thierry/gtfs.zip",), None),
    "caltrain": (("caltrain/ct.zip",), date(2023, 11, 8)),
    "vilnius": (("vilnius/gtfs.zip",), date(2015, 10, 14)),
    "amiens": (("amiens/amiens_reconstructed.gtfs.zip",), date(2025, 10, 7)),
}

Built = Callable[[str], Network]


@pytest.fixture(scope="session")
def built(testdata: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build a network once, and open it as it was stored."""
    networks: dict[str, Network] = {}

    def give(name: str) -> Network:
        if name not in networks:
            paths = [testdata(path) for path in FEEDS[name][0]]
            folder = tmp_path_factory.mktemp("real") / name
            build(folder, [Input(path.stem.split(".")[0].split("_")[-1], path) for path in paths])
            networks[name] = open_network(folder)
        return networks[name]

    return give


def good_day(network: Network, name: str) -> date:
    """The day that the README names, or the one with most trips."""
    day = FEEDS[name][1]
    if day is not None:
        return day
    trips = np.bincount(network.trips.service, minlength=len(network.services.id)) @ network.services.runs
    return date.fromordinal(int(network.services.first_day[0]) + int(np.argmax(trips)))


def questions(network: Network, day: date, count: int, seed: int) -> Iterator[tuple[Place, Place, datetime]]:
    """Random stops and random points near stops, over the whole day."""
    chance = random.Random(seed)
    served = network.served.nonzero()[0].tolist()
    zone = ZoneInfo(network.timezone)
    for _ in range(count):
        a, b = (some_place(network, chance.choice(served), chance) for _ in range(2))
        yield a, b, datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=chance.randrange(300, 1380))


def some_place(network: Network, row: int, chance: random.Random) -> Place:
    lat, lon = float(network.stops.lat[row]), float(network.stops.lon[row])
    if chance.random() < 0.5:
        return Place(network.stops.name[row], lat, lon, network.stops.id[row])
    return Place("a point", lat + chance.uniform(-0.003, 0.003), lon + chance.uniform(-0.003, 0.003))


def assert_agrees(network: Network, name: str, count: int) -> None:
    print(f"PLAINPIED_SEED={SEED}")
    day = good_day(network, name)
    kinds = [(profile, unknown) for profile in PROFILES for unknown in Unknown]
    twins: dict[tuple[str, Unknown], SlowTwin] = {}
    answered = doubted = 0
    for number, (origin, destination, at) in enumerate(questions(network, day, count, SEED)):
        profile, unknown = kinds[number % len(kinds)]
        query = Query(origin, destination, at, get_profile(profile), unknown, max_transfers=3)
        if (profile, unknown) not in twins:
            twins[profile, unknown] = SlowTwin(network, query)
        expected = twins[profile, unknown].search(query)
        found = {(path.arrival_s, len(path.rides), path.level) for path in run_search(network, query).paths}
        assert found == expected, f"seed {SEED}, question {number}: {query}"
        answered += bool(found)
        doubted += any(level > 0 for *_, level in found)
    assert answered > count // 3, "most questions have an answer"
    assert doubted, "no stop has a flag: a chair has doubts everywhere"


def test_forty_questions_of_porto_alegre_agree_with_the_slow_twin(built: Built) -> None:
    assert_agrees(built("porto_alegre"), "porto_alegre", 40)


@pytest.mark.proof
def test_five_hundred_questions_of_porto_alegre_agree_with_the_slow_twin(built: Built) -> None:
    assert_agrees(built("porto_alegre"), "porto_alegre", 500)


# --- The connection scan: five feeds, every policy, forwards, backwards and in windows ------------------------

SCANNED = ("amiens", "vilnius", "porto_alegre", "heidelberg", "castres")
POLICIES = [pytest.param(unknown, id=unknown.value) for unknown in Unknown]


def twin_questions(network: Network, name: str, unknown: Unknown, count: int) -> Iterator[tuple[ScanTwin, Query]]:
    """Questions of both travellers, each with its twin."""
    print(f"PLAINPIED_SEED={SEED}")
    day = good_day(network, name)
    for number, (origin, destination, at) in enumerate(questions(network, day, count, SEED + len(unknown.value))):
        profile = PROFILES[number % len(PROFILES)]
        query = Query(origin, destination, at, get_profile(profile), unknown, max_transfers=3)
        key = name, profile, unknown
        if key not in _TWINS:
            _TWINS[key] = ScanTwin(network, query)
        yield _TWINS[key], query


_TWINS: dict[tuple[str, str, Unknown], ScanTwin] = {}  # one service day of a feed each


def assert_forward(network: Network, name: str, unknown: Unknown, count: int) -> None:
    answered = 0
    for number, (twin, query) in enumerate(twin_questions(network, name, unknown, count)):
        expected = twin.search_from(clock_of(query.at, twin.day, network.timezone), query)
        found = {(path.arrival_s, len(path.rides), path.level) for path in run_search(network, query).paths}
        assert found == expected, f"seed {SEED}, question {number}: {query}"
        answered += bool(found)
    assert answered > count // 5, "a fair part of the questions has an answer"


def assert_backward(network: Network, name: str, unknown: Unknown, count: int) -> None:
    """The latest departure for each number of rides and doubts: in time from it, and from no later one."""
    answered = 0
    for number, (twin, query) in enumerate(twin_questions(network, name, unknown, count)):
        asked = replace(query, arrive_by=True)
        if view_day(network, asked) != twin.day:
            continue  # before noon the search looks at the day before
        at_s = clock_of(query.at, twin.day, network.timezone)
        paths = run_search(network, asked).paths
        moments = [moment for moment in twin.moments(query) if at_s - HALF_A_DAY_S <= moment <= at_s]
        for most in range(1, query.max_transfers + 2):
            for level in range(8 if unknown is Unknown.PENALISE else 1):
                fits = [path.departure_s for path in paths if len(path.rides) <= most and path.level <= level]
                latest = max(fits, default=None)
                assert latest is None or in_time(twin, query, latest, at_s, most, level), f"question {number}: {query}"
                after = [moment for moment in moments if latest is None or moment > latest]
                if after:
                    assert not in_time(twin, query, after[0], at_s, most, level), f"question {number}: {query}"
        answered += bool(paths)
    assert answered > count // 8


def in_time(twin: ScanTwin, query: Query, depart_s: int, at_s: int, most: int, level: int) -> bool:
    best = memory(twin, query, depart_s)[1 : most + 1, : level + 1]
    return bool(best.min(initial=NEVER) <= at_s)


def memory(twin: ScanTwin, query: Query, depart_s: int) -> np.ndarray:
    """The twin's profile of a moment, asked once."""
    key = id(twin), query, depart_s
    if key not in _ASKED:
        _ASKED.clear() if len(_ASKED) > 500 else None
        _ASKED[key] = twin.arrivals(depart_s, query)
    return _ASKED[key]


_ASKED: dict[tuple[int, Query, int], np.ndarray] = {}


def assert_windows(network: Network, name: str, unknown: Unknown, count: int, window_s: int = 1200) -> None:
    """A window tells exactly what the twin finds from every moment of setting out, and no later one beats."""
    answered = 0
    for number, (twin, query) in enumerate(twin_questions(network, name, unknown, count)):
        at_s = clock_of(query.at, twin.day, network.timezone)
        end_s = at_s + window_s
        moments = [moment for moment in twin.moments(query) if at_s <= moment < end_s]
        rows = {(-m, *row) for m in (*moments, end_s) for row in twin.search_from(m, query)}
        expected = {(-m, *row) for m, *row in pareto(rows, lambda row: row) if -m < end_s}
        paths = run_search(network, replace(query, window_s=window_s)).paths
        found = {(path.departure_s, path.arrival_s, len(path.rides), path.level) for path in paths}
        assert found == expected, f"seed {SEED}, question {number}: {query}"
        answered += bool(found)
    assert answered


@pytest.mark.parametrize("unknown", POLICIES)
@pytest.mark.parametrize("name", SCANNED)
def test_forty_questions_agree_with_the_connection_scan(built: Built, name: str, unknown: Unknown) -> None:
    assert_forward(built(name), name, unknown, 40)


@pytest.mark.parametrize("unknown", POLICIES)
@pytest.mark.parametrize("name", SCANNED)
def test_arriving_by_a_time_agrees_with_the_connection_scan(built: Built, name: str, unknown: Unknown) -> None:
    assert_backward(built(name), name, unknown, 10)


@pytest.mark.parametrize("unknown", POLICIES)
@pytest.mark.parametrize("name", SCANNED)
def test_windows_agree_with_the_connection_scan(built: Built, name: str, unknown: Unknown) -> None:
    assert_windows(built(name), name, unknown, 10)


@pytest.mark.proof
@pytest.mark.parametrize("unknown", POLICIES)
@pytest.mark.parametrize("name", SCANNED)
def test_five_hundred_questions_agree_with_the_connection_scan(built: Built, name: str, unknown: Unknown) -> None:
    network = built(name)
    assert_forward(network, name, unknown, 500)
    assert_backward(network, name, unknown, 40)
    assert_windows(network, name, unknown, 40)


@pytest.mark.parametrize("name", SCANNED)
def test_every_stop_is_reached_when_the_connection_scan_says(built: Built, name: str) -> None:
    large = name in ("vilnius", "porto_alegre")
    assert_reached(built(name), name, 3 if large else 6)  # each policy, with both travellers where it is quick


@pytest.mark.proof
@pytest.mark.parametrize("name", SCANNED)
def test_from_thirty_places_every_stop_is_reached_when_the_connection_scan_says(built: Built, name: str) -> None:
    assert_reached(built(name), name, 30)


def assert_reached(network: Network, name: str, count: int) -> None:
    for number, (origin, _, at) in enumerate(questions(network, good_day(network, name), count, SEED)):
        profile, unknown = get_profile(PROFILES[number % 2]), list(Unknown)[number % 3]
        query = Query(origin, origin, at, profile, unknown)
        twin, reach = ScanTwin(network, query), reach_all(network, ReachQuery(origin, at, profile, unknown))
        now_s = clock_of(at, twin.day, network.timezone)
        got_off, clock_s = twin.got_off(now_s, query), reach.clock_s[-1, -1]
        for stop, seconds in got_off.items():
            assert clock_s[stop] <= seconds, "walking there may be earlier than riding there"
        assert (np.asarray(clock_s)[list(got_off)] >= now_s).all()


@pytest.mark.parametrize("name", FEEDS)
def test_a_real_feed_builds_and_answers_on_a_good_day(built: Built, name: str) -> None:
    network = built(name)
    assert network.folder is not None
    day = good_day(network, name)
    answered = told = 0
    for origin, destination, at in questions(network, day, 12, SEED):
        for profile in PROFILES:
            answer = find_itineraries(network, Query(origin, destination, at, get_profile(profile), Unknown.PENALISE))
            assert (answer.why_not is None) == bool(answer.itineraries)
            for one in answer.itineraries:
                told += 1
                assert one.departure >= at
                assert one.verdict is not Verdict.NO
                assert profile != "on-foot" or one.doubts == 0
                assert all(leg.departure <= leg.arrival for leg in one.legs)
            answered += profile == "on-foot" and bool(answer.itineraries)
    assert answered >= 4, f"{answered} of 12 questions of {name} have an answer on foot"
    assert told >= answered


@pytest.mark.parametrize("name", ["porto_alegre", "castres", "amiens"])
def test_where_nobody_measured_anything_nothing_is_a_yes_for_a_chair(built: Built, name: str) -> None:
    network = built(name)
    assert network.coverage.quays_measured == 0
    for origin, destination, at in questions(network, good_day(network, name), 6, SEED + 1):
        query = Query(origin, destination, at, get_profile("manual-wheelchair"), Unknown.ALLOW)
        for one in find_itineraries(network, query).itineraries:
            ends = [end for leg in one.legs for end in (leg.boarding, leg.alighting) if end is not None]
            assert {end.verdict for end in ends} <= {Verdict.UNKNOWN}


def test_porto_alegre_has_lines_of_which_some_trips_refuse(built: Built) -> None:
    network = built("porto_alegre")
    assert (network.coverage.trips_yes, network.coverage.trips_no) == (913, 1461)
    flags = {route: set(network.trips.flag[network.trips.route == route].tolist()) for route in network.trips.route}
    assert sum({1, 2} <= kinds for kinds in flags.values()) == 92
