"""How much the search does, counted: budgets recorded here, the same on every machine; and nothing compiled twice.

A change that makes the search do more has to raise a number of this file, and say why.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from types import ModuleType
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import fictiville_in
from worlds import poster

from planner.access.profiles import get_profile
from planner.build import Input, build
from planner.model import Place, Unknown
from planner.network import timetable_kernel
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing import bounds_kernel, follow, raptor
from planner.routing.find import Tally, run_search
from planner.routing.query import Query

KINDS = {
    "depart": {"profile": "on-foot", "unknown": Unknown.ALLOW},
    "arrive": {"profile": "on-foot", "unknown": Unknown.ALLOW, "arrive_by": True},
    "doubts": {"profile": "manual-wheelchair", "unknown": Unknown.PENALISE},
    "window": {"profile": "manual-wheelchair", "unknown": Unknown.PENALISE, "window_s": 7200},
}

# sums over 30 questions: positions scanned, footpaths checked, labels written
BUDGETS: dict[str, dict[str, tuple[int, int, int]]] = {
    "fictiville": {
        "depart": (3_100, 4_000, 1_450),
        "arrive": (3_350, 4_400, 1_600),
        "doubts": (4_300, 7_500, 2_050),
        "window": (63_000, 75_000, 20_500),
    },
    "amiens": {
        "depart": (65_000, 101_000, 18_700),
        "arrive": (68_000, 107_000, 19_000),
        "doubts": (68_000, 95_000, 19_000),
        "window": (770_000, 570_000, 107_000),
    },
    "porto_alegre": {
        "depart": (790_000, 980_000, 117_000),
        "arrive": (800_000, 990_000, 118_000),
        "doubts": (316_000, 655_000, 75_000),
        "window": (3_840_000, 4_570_000, 425_000),
    },
}


def work(network: Network, day: date, kind: str, count: int = 30) -> Tally:
    """Ask the same questions every time, from one in the afternoon or until four."""
    chance = Random(20260302)
    served = network.served.nonzero()[0].tolist()
    asked = dict(KINDS[kind])
    profile = get_profile(str(asked.pop("profile")))
    at = datetime(day.year, day.month, day.day, 13, tzinfo=ZoneInfo(network.timezone))
    at += timedelta(hours=3) * ("arrive_by" in asked)
    done = np.zeros(3, np.int64)
    for _ in range(count):
        a, b = (stop(network, row) for row in chance.sample(served, 2))
        done += run_search(network, Query(a, b, at, profile, **asked)).tally  # type: ignore[arg-type]
    return Tally(*done.tolist())


def stop(network: Network, row: int) -> Place:
    return Place(
        network.stops.name[row], float(network.stops.lat[row]), float(network.stops.lon[row]), network.stops.id[row]
    )


def assert_within(name: str, network: Network, day: date) -> None:
    for kind, budget in BUDGETS[name].items():
        done = work(network, day, kind)
        assert all(d <= b for d, b in zip(done, budget, strict=True)), f"{name}, {kind}: {done} is more than {budget}"
        # a budget that nobody comes near says nothing
        assert all(2 * d >= b for d, b in zip(done, budget, strict=True)), f"{name}, {kind}: {done}; lower the budget"


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def test_fictiville_is_searched_within_its_budget(fictiville: Network) -> None:
    assert fictiville.first_day is not None
    assert_within("fictiville", fictiville, fictiville.first_day + timedelta(days=2))


@pytest.mark.parametrize(
    ("name", "path", "day"),
    [
        ("amiens", "amiens/amiens_reconstructed.gtfs.zip", date(2025, 10, 7)),
        ("porto_alegre", "porto_alegre/poa_eptc.zip", date(2019, 4, 15)),
    ],
)
def test_a_city_is_searched_within_its_budget(
    name: str, path: str, day: date, testdata: Callable[[str], Path], tmp_path: Path
) -> None:
    build(tmp_path / name, [Input(name, testdata(path))])
    assert_within(name, open_network(tmp_path / name), day)


def compiled(module: ModuleType) -> dict[str, int]:
    """How many times each kernel of a module was compiled or fetched from the cache."""
    kernels = {name: kernel for name, kernel in vars(module).items() if hasattr(kernel, "signatures")}
    assert kernels, module.__name__
    return {name: len(kernel.signatures) for name, kernel in kernels.items()}


def test_a_second_question_of_any_kind_compiles_nothing(fictiville: Network) -> None:
    assert fictiville.first_day is not None
    modules = (raptor, follow, bounds_kernel, timetable_kernel)
    work(fictiville, fictiville.first_day, "depart", count=1)
    work(fictiville, fictiville.first_day, "window", count=1)
    before = [compiled(module) for module in modules]
    small = poster("""
         Market  Mill  Dock
    1    8:00    8:10  -
    1    9:00    9:10  -
    """)
    small.runs[0].block = small.runs[1].block = "b"
    for network in (small.network(), fictiville):  # made in memory, and memory-mapped
        assert network.first_day is not None
        for kind in KINDS:
            work(network, network.first_day, kind, count=2)
    assert [compiled(module) for module in modules] == before
