"""All boardings of a network at once are the single ones, and the fictional town is judged as it was worked out."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from network.towns import FICTIVILLE, fictiville_in, surveyed
from worlds import poster

from planner.access.profiles import PRESETS, get_profile
from planner.model import ON_FOOT, Boarding, Outcome, Profile, Verdict
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import Network
from planner.routing.cells import all_ramps_powered, getting_off_s, judge_cells
from planner.routing.judge import judge_call, vehicle_of
from planner.routing.raptor import CLOSED

DAY = date(2026, 5, 12)
CASES = list(csv.DictReader((FICTIVILLE / "cases.csv").read_text("utf-8").splitlines()))


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def one_by_one(
    network: Network, classes: tuple[BoardingClass, ...], row: int, vehicle: str | None, profile: Profile
) -> tuple[list[int], list[int], list[int]]:
    """Doubts of getting on, of getting off, and seconds of getting off, stop by stop."""
    board, alight, seconds = [], [], []
    kind = classes[row]
    types = [vehicle] if vehicle is not None else list(kind.vehicle_types) or [None]
    for stop in range(len(network.stops.id)):
        for alighting, doubts in ((False, board), (True, alight)):
            told = judge_call(network, kind, stop, profile, alighting=alighting, vehicle_type=vehicle)
            doubts.append(int(CLOSED) if told.verdict is Verdict.NO else told.doubts)
        longest = 0
        for one in types:
            alone = judge_call(network, kind, stop, profile, alighting=True, vehicle_type=one)
            powered = all_ramps_powered(vehicle_of(network, kind, one))
            longest = max(longest, getting_off_s(alone.best, alone.worst, profile, powered=powered))
        seconds.append(longest if told.verdict is not Verdict.NO else 0)
    return board, alight, seconds


def assert_cells_are_single_calls(network: Network, profile: Profile, day: date = DAY) -> None:
    classes, _ = boarding_classes(network, day)
    cells = judge_cells(network, profile, classes)
    for number, copy in enumerate(cells.copies):
        board, alight, seconds = one_by_one(network, classes, copy.boarding_class, copy.vehicle_type, profile)
        said = f"{profile.id}, {classes[copy.boarding_class]}, {copy.vehicle_type}"
        np.testing.assert_array_equal(cells.board[number], board, said)
        np.testing.assert_array_equal(cells.alight[number], alight, said)
        ridden = np.array(alight) != CLOSED  # where nobody gets off, nobody takes any time
        np.testing.assert_array_equal(cells.alight_s[number][ridden], np.array(seconds)[ridden], said)


@pytest.mark.parametrize("profile", PRESETS.values(), ids=list(PRESETS))
def test_every_class_at_every_stop_is_judged_as_alone(fictiville: Network, profile: Profile) -> None:
    assert_cells_are_single_calls(fictiville, profile)


@pytest.mark.parametrize("profile", ["manual-wheelchair", "pram"])
def test_who_wants_level_boarding_only_is_judged_as_alone(fictiville: Network, profile: str) -> None:
    assert_cells_are_single_calls(fictiville, replace(get_profile(profile), level_only=True))


@pytest.mark.parametrize(
    "limits", [{"ramp_alone": "0.12"}, {"helper": "yes"}, {"wheelchairs": "2"}, {"mass_kg": "350"}, {"gap_mm": "85"}]
)
def test_a_traveller_with_own_limits_is_judged_as_alone(fictiville: Network, limits: dict[str, str]) -> None:
    assert_cells_are_single_calls(fictiville, get_profile("manual-wheelchair", limits))


@pytest.mark.parametrize("profile", ["manual-wheelchair", "mobility-scooter", "pram", "on-foot"])
def test_flags_words_and_overrides_of_every_kind_are_judged_as_alone(tmp_path: Path, profile: str) -> None:
    network = poster(
        """
                 Yes   No    Silent Partly Refused Known
        12/!     8:00  8:10  8:20   8:30   8:40    8:50
        12/x     9:00  9:10  9:20   9:30   9:40    9:50
        13       8:00  8:10  8:20   8:30   8:40    8:50
        14/!     8:00  8:10  8:20   8:30   8:40    8:50
        """,
        flags={"Yes": 1, "No": 2, "Partly": 1, "Refused": 1, "Known": 1},
    ).network()
    network = surveyed(
        network,
        tmp_path,
        quays="""
            stop_id,quay_height_m,gap_m,declared_access,declared_text
            Partly,,,partial,ring the bell
            Refused,,,no,
            Silent,,,yes,
            Known,0.25,0.03,,
            """,
        types="""
            vehicle_type_id,mode,kneel_policy,declared_access
            good,bus,never,yes
            old,bus,never,no
            odd,bus,,partial
            """,
        doors="""
            vehicle_type_id,door_no,floor_height_m,floor_height_kneeled_m,device,ramp_length_m
            good,1,0.25,none,none,
            old,1,0.90,none,none,
            """,
        assignments="""
            scope,scope_id,vehicle_type_id
            route,13,good
            route,13,old
            route,13,odd
            route,14,good
            """,
        overrides="""
            stop_id,route_id,permission,outcome,gap_m
            Yes,12,no,,
            Silent,12,,RAMP,
            Silent,14,,RAMP_ASSISTED,
            Known,14,,,0.09
            Yes,14,,,0.01
            """,
    )
    assert_cells_are_single_calls(network, get_profile(profile), date(2026, 3, 2))


def call_of(network: Network, case: dict[str, str]) -> Boarding:
    classes, of_trip = boarding_classes(network, DAY)
    route = network.routes.id.row_of[f"fictiville:{case['route_id']}"]
    kinds = {classes[int(row)] for row in of_trip[network.trips.route == route]}
    (kind,) = (one for one in kinds if case["vehicle_type_id"] in one.vehicle_types)
    return judge_call(
        network,
        kind,
        network.stops.id.row_of[f"fictiville:{case['stop_id']}"],
        get_profile(case["profile"]),
        alighting=case["end"] == "alighting",
        vehicle_type=case["vehicle_type_id"],
    )


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['case']}-{c['stop_id']}-{c['vehicle_type_id']}-{c['profile']}-{c['end']}" for c in CASES]
)
def test_the_network_judges_the_town_as_it_was_worked_out_by_hand(fictiville: Network, case: dict[str, str]) -> None:
    told = call_of(fictiville, case)
    expected = (case["verdict"], case["best"], case["worst"])
    assert (told.verdict.name, told.best.name, told.worst.name) == expected, case["why"]


def test_a_mixture_is_as_bad_as_its_worst_type_and_says_that_it_is_one(fictiville: Network) -> None:
    classes, _ = boarding_classes(fictiville, DAY)
    (mixed,) = (one for one in classes if len(one.vehicle_types) > 1)
    names = [fictiville.knowledge.vehicle_types[one].name for one in mixed.vehicle_types]
    profile = get_profile("manual-wheelchair")
    found = set()
    for stop in range(len(fictiville.stops.id)):
        alone = [
            judge_call(fictiville, mixed, stop, profile, alighting=False, vehicle_type=one)
            for one in mixed.vehicle_types
        ]
        together = judge_call(fictiville, mixed, stop, profile, alighting=False)
        assert together.verdict == max(one.verdict for one in alone)
        assert together.doubts == max(one.doubts for one in alone)
        assert together.reasons[-1].code == "MIXTURE"
        assert together.reasons[-1].values == {"vehicle_types": ", ".join(names)}
        found.add(together.verdict)
    assert len(found) > 1


@pytest.mark.parametrize(
    ("best", "worst", "powered", "profile", "seconds"),
    [
        (Outcome.LEVEL, Outcome.LEVEL, False, "manual-wheelchair", 10 + 30),
        (Outcome.LEVEL, Outcome.LEVEL, False, "walking-frame", 10),
        (Outcome.STEP, Outcome.STEP, False, "walking-stick", 10),
        (Outcome.LEVEL, Outcome.RAMP, False, "manual-wheelchair", 60 + 30),
        (Outcome.RAMP, Outcome.RAMP, True, "manual-wheelchair", 20 + 30),
        (Outcome.RAMP_ASSISTED, Outcome.RAMP_ASSISTED, True, "pram", 20),
        (Outcome.GAP_ASSISTED, Outcome.GAP_ASSISTED, True, "manual-wheelchair-assisted", 60 + 30),
        (Outcome.LIFT, Outcome.LIFT, False, "powered-wheelchair", 90 + 30),
        (Outcome.LEVEL, Outcome.IMPOSSIBLE, False, "manual-wheelchair", 60 + 30),
        (Outcome.LIFT, Outcome.IMPOSSIBLE, False, "manual-wheelchair", 90 + 30),
        (Outcome.LEVEL, Outcome.IMPOSSIBLE, True, "manual-wheelchair", 20 + 30),
        (Outcome.LEVEL, Outcome.LEVEL, False, ON_FOOT, 0),
    ],
)
def test_getting_off_takes_as_long_as_the_worst_feasible_outcome(
    best: Outcome, worst: Outcome, powered: bool, profile: str, seconds: int
) -> None:
    assert getting_off_s(best, worst, get_profile(profile), powered=powered) == seconds


def test_who_asks_to_see_refused_boardings_is_judged_as_alone_and_gets_no_yes(fictiville: Network) -> None:
    curious = replace(get_profile("manual-wheelchair"), shows_declared_no=True)
    assert_cells_are_single_calls(fictiville, curious)
    classes, of_trip = boarding_classes(fictiville, DAY)
    route = fictiville.routes.id.row_of["fictiville:1"]
    refused = classes[of_trip[(fictiville.trips.route == route).argmax()]]
    stop = fictiville.stops.id.row_of["fictiville:H5-E"]
    hidden = judge_call(fictiville, refused, stop, get_profile("manual-wheelchair"), alighting=False)
    shown = judge_call(fictiville, refused, stop, curious, alighting=False)
    assert (hidden.verdict, shown.verdict) == (Verdict.NO, Verdict.UNKNOWN)
    assert "PERMISSION_REFUSED" in {reason.code for reason in shown.reasons}
