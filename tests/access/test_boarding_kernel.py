"""All pairs at once say what one pair at a time says."""

import random
import threading
from dataclasses import replace

import numpy as np
import pytest
from access.cases import bus, door, draw, quay

from planner.access.boarding import judge_boarding
from planner.access.boarding_kernel import door_columns, judge_pairs, quay_columns
from planner.access.profiles import PRESETS, get_profile
from planner.facts import Fact, Method
from planner.model import Door, Outcome, Quay, VehicleType, Verdict


def network(rng: random.Random, n_quays: int, n_vehicles: int) -> tuple[list[Quay], list[VehicleType]]:
    """Quays and vehicle types of 0 to 3 doors, known in all ways."""

    def mixed(thing: Quay | Door) -> dict[str, Fact[object]]:
        changed = {}
        for name in thing.__slots__:
            value = getattr(thing, name)
            if isinstance(value, Fact):
                method = rng.choice((Method.SURVEY, Method.SURVEY, Method.DECLARED, Method.INFERRED))
                changed[name] = Fact(value.value, value.source_id, method)
        return changed

    quays, vehicles = [], []
    for _ in range(n_quays):
        at = draw(rng).quay
        quays.append(Quay(**{**{n: getattr(at, n) for n in at.__slots__}, **mixed(at)}))  # type: ignore[arg-type]
    for number in range(n_vehicles):
        base = draw(rng).vehicle
        doors = []
        for door_no in range(rng.choice((0, 1, 1, 2, 3))):
            one = draw(rng).vehicle.doors[0]
            known = {n: getattr(one, n) for n in one.__slots__}
            use = rng.choice(("both", "both", "board", "alight"))
            doors.append(Door(**{**known, **mixed(one), "door_no": door_no, "use": use}))  # type: ignore[arg-type]
        vehicles.append(
            VehicleType(str(number), "", base.mode, base.kneel_policy, base.wheelchair_spaces, tuple(doors))
        )
    return quays, vehicles


@pytest.mark.parametrize("alighting", [False, True])
@pytest.mark.parametrize("level_only", [False, True])
@pytest.mark.parametrize("profile_id", PRESETS)
def test_every_pair_is_judged_as_alone(profile_id: str, level_only: bool, alighting: bool) -> None:
    quays, vehicles = network(random.Random(f"{profile_id}{alighting}"), 25, 12)
    profile = replace(get_profile(profile_id), level_only=level_only)
    told = judge_pairs(quay_columns(quays), door_columns(vehicles), profile, alighting)
    for q, at in enumerate(quays):
        for v, vehicle in enumerate(vehicles):
            alone = judge_boarding(at, vehicle, profile, alighting=alighting)
            together = (told.best[q, v], told.worst[q, v], told.verdict[q, v], told.certainty[q, v], told.steep[q, v])
            expected = (alone.best, alone.worst, alone.verdict, alone.certainty.rank, alone.steep)
            assert together == expected, (at, vehicle)
    if profile_id == "manual-wheelchair":
        assert len(np.unique(told.verdict)) >= 3, "the network shows more than one answer"


def test_an_empty_network_is_an_empty_answer() -> None:
    told = judge_pairs(quay_columns([]), door_columns([]), PRESETS["pram"], False)
    assert told.best.shape == (0, 0)
    told = judge_pairs(quay_columns([quay()]), door_columns([VehicleType("v", "", "bus")]), PRESETS["pram"], False)
    assert (told.best[0, 0], told.worst[0, 0], told.verdict[0, 0]) == (0, Outcome.IMPOSSIBLE, Verdict.UNKNOWN)


def test_many_requests_may_judge_at_once() -> None:
    quays, doors = quay_columns([quay(height) for height in range(0, 300, 2)]), door_columns([bus(), bus(door())])
    profile = get_profile("manual-wheelchair")
    first = judge_pairs(quays, doors, profile, False)
    answers: list[bool] = []

    def ask() -> None:
        told = [judge_pairs(quays, doors, profile, False) for _ in range(20)]
        answers.extend(np.array_equal(one.verdict, first.verdict) for one in told)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 80
    assert all(answers)


def test_one_thread_and_several_judge_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    quays, vehicles = network(random.Random(1), 300, 20)
    columns, doors = quay_columns(quays), door_columns(vehicles)
    told = []
    for worth_a_thread in (0, 10**9):
        monkeypatch.setattr("planner.access.boarding_kernel.WORTH_A_THREAD", worth_a_thread)
        told.append(judge_pairs(columns, doors, get_profile("manual-wheelchair"), False))
    for several, one in zip(*told, strict=True):
        np.testing.assert_array_equal(several, one)
