"""Real feeds: every one builds and answers, and five agree with the scan twin.

The questions are drawn anew with PLAINPIED_SEED; the seed of a run is printed.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from routing.slow_scan import ScanTwin, day_of
from routing.test_twins import told

from planner.access.profiles import PRESETS, get_profile
from planner.build import Input, build
from planner.model import Place, Unknown, Verdict
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.plan import Query, find_itineraries

SEED = int(os.environ.get("PLAINPIED_SEED", "20190415"))
PROFILES = ("on-foot", "manual-wheelchair")
TWIN_PROFILES = {Unknown.EXCLUDE: "on-foot", Unknown.PENALISE: "manual-wheelchair", Unknown.ALLOW: "mobility-scooter"}
COMPARED = ("porto_alegre", "heidelberg", "castres", "vilnius", "amiens")  # each with the twin
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


def assert_agrees(network: Network, name: str, unknown: Unknown, profile: str, count: int, windows: int) -> None:
    """Ask from a time and by a time, and in windows of both kinds; one twin for each direction."""
    print(f"PLAINPIED_SEED={SEED}")
    twins: dict[tuple[date, bool], ScanTwin] = {}
    answered = doubted = 0
    asked = questions(network, good_day(network, name), count + windows, SEED)
    for number, (origin, destination, moment) in enumerate(asked):
        backwards = number % 2 == 1
        # arrivals are of the afternoon, so that the day asked about is the same
        at = moment.replace(hour=max(moment.hour, 13)) if backwards else moment
        window_s = 1800 if number >= count else 0
        query = Query(origin, destination, at, get_profile(profile), unknown, 3, backwards, window_s)
        day = day_of(network, query)
        if (day, backwards) not in twins:
            twins[day, backwards] = ScanTwin(network, query.profile, unknown, day, backwards=backwards)
        expected = twins[day, backwards].search(query)
        assert told(network, query) == expected, f"seed {SEED}, question {number}: {query}"
        answered += bool(expected)
        doubted += any(row[-1] > 0 for row in expected)
    print(f"{count} questions and {windows} windows of {name} agree, {answered} have an answer, {doubted} with doubts")
    if unknown is Unknown.ALLOW:
        assert answered > (count + windows) // 5, "many questions have an answer"


@pytest.mark.parametrize("unknown", Unknown)
@pytest.mark.parametrize("name", COMPARED)
def test_forty_questions_and_ten_windows_agree_with_the_scan_twin(built: Built, name: str, unknown: Unknown) -> None:
    assert_agrees(built(name), name, unknown, TWIN_PROFILES[unknown], 40, 10)


@pytest.mark.proof
@pytest.mark.parametrize("profile", PRESETS)
@pytest.mark.parametrize("unknown", Unknown)
@pytest.mark.parametrize("name", COMPARED)
def test_five_hundred_questions_agree_with_the_scan_twin(
    built: Built, name: str, unknown: Unknown, profile: str
) -> None:
    assert_agrees(built(name), name, unknown, profile, 500, 50)


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
