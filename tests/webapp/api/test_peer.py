"""By hand (make proof): itineraries of an independent router on a real feed, annotated.

Needs the feeds of PLAINPIED_TESTDATA, and installs cafein in an environment of its own. (cafein 0.29 does not obey
pickup_type, so it cannot prove a baked feed; test_otp.py does that with OpenTripPlanner.)
"""

import json
import os
import random
import subprocess
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from planner.access.profiles import get_profile
from planner.build import FactInputs, Input, Labels, build
from planner.network.clock import moment_of
from planner.network.tables import Network
from planner.routing.one_boarding import ask_boarding
from scripts import bench_peers, peer_cafein
from webapp import create_app

pytestmark = pytest.mark.proof
DAY = date(2019, 5, 14)
TIMEZONE = "America/Sao_Paulo"
ENOUGH, SHARE = 100, 0.95


@pytest.fixture(scope="module")
def feed() -> Path:
    return Path(os.environ["PLAINPIED_TESTDATA"]) / "porto_alegre" / "poa_eptc.zip"


@pytest.fixture(scope="module")
def network(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Network:
    return build(tmp_path_factory.mktemp("peer") / "poa", [Input("p", feed)], FactInputs(), Labels("Porto Alegre"))


@pytest.fixture(scope="module")
def python() -> Path:
    cache = Path(peer_cafein.__file__).parent.parent / ".cache"
    cache.mkdir(exist_ok=True)
    return bench_peers.peer_python(cache)


def ask(python: Path, feed: Path, questions: list[list[str]], scratch: Path) -> list[list[list[dict[str, Any]]]]:
    order = scratch / "asked.json"
    order.write_text(json.dumps({"feeds": [str(feed)], "footpaths": None, "questions": questions}), "utf-8")
    told = subprocess.run(
        [python, "-W", "ignore", str(peer_cafein.__file__), str(order)],
        input="legs\n", capture_output=True, text=True, check=True, timeout=1200,
    )  # fmt: skip
    answers: list[list[list[dict[str, Any]]]] = json.loads(told.stdout.splitlines()[-1])["answers"]
    return answers


def draw(network: Network, number: int, seed: int) -> list[list[str]]:
    chance = random.Random(seed)
    stops = [network.stops.id[row].removeprefix("p:") for row in network.served.nonzero()[0].tolist()]
    return [
        [*chance.sample(stops, 2), f"{datetime.combine(DAY, time(chance.randrange(6, 18))):%Y-%m-%d %H:%M}"]
        for _ in range(number)
    ]


def test_rides_of_an_independent_router_are_found_and_judged_as_boarding_judges(
    network: Network, feed: Path, python: Path, tmp_path: Path
) -> None:
    found = [one for answers in ask(python, feed, draw(network, 250, 1), tmp_path) for one in answers if one]
    assert len(found) >= ENOUGH
    client = create_app([network]).test_client()
    at = {network.stops.id[row]: row for row in network.served.nonzero()[0].tolist()}

    def end(stop_id: str, *, ids: bool) -> dict[str, Any]:
        row = at[f"p:{stop_id}"]
        place = {"lat": float(network.stops.lat[row]), "lon": float(network.stops.lon[row])}
        return place | ({"stop_id": f"1:{stop_id}"} if ids else {})

    for ids in (True, False):
        rides = matched = same_run = 0
        verdicts = dict[str, int]()
        for one in found:
            legs = [
                {
                    "mode": "BUS", "from": end(leg["board_stop"], ids=ids), "to": end(leg["alight_stop"], ids=ids),
                    "departure": moment_of(leg["departure_s"], DAY, TIMEZONE).isoformat(),
                    "arrival": moment_of(leg["arrival_s"], DAY, TIMEZONE).isoformat(),
                    "routeShortName": leg["route_short_name"],
                    **({"trip_id": leg["trip_id"]} if ids else {}),
                }
                for leg in one
            ]  # fmt: skip
            told = client.post("/api/v1/poa/annotate", json={"legs": legs}).get_json()
            for leg, judged in zip(one, told["legs"], strict=True):
                rides += 1
                if judged["match"] is None:
                    continue
                right = judged["match"]["trip_id"] == f"p:{leg['trip_id']}"
                matched += 1
                same_run += right
                trip, profile = judged["match"]["trip_id"], get_profile("manual-wheelchair", {})
                for name, stop in (("boarding", "from_stop_id"), ("alighting", "to_stop_id")):
                    same = ask_boarding(network, judged["match"][stop], profile, DAY, trip=trip)
                    expected = same.boarding if name == "boarding" else same.alighting
                    assert expected is not None
                    assert judged[name]["verdict"] == expected.verdict.name
                    verdicts[expected.verdict.name] = verdicts.get(expected.verdict.name, 0) + 1
        print(
            f"{'ids' if ids else 'no ids'}: {len(found)} itineraries, {matched} of {rides} rides matched, "
            f"{same_run} to the very run, {verdicts}"
        )
        assert matched >= SHARE * rides
        assert same_run >= (rides if ids else 0.9 * rides)
