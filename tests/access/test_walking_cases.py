"""The walks of Fictiville's table, worked out by hand: their arithmetic is right, and the judgement agrees with it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from planner.access import walking_formula as formula
from planner.access.profiles import get_profile
from planner.access.walking import barrier_class, ground_of, judge_link, smoothness_of
from planner.model import Verdict
from planner.network.streets import LinkKind, Provenance

TABLE = Path(__file__).parents[2] / "data" / "fictiville" / "walks.csv"
CASES = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
Case = dict[str, str]

# What a stretch of way in the table is unless its facts say otherwise; obstacles have only what is said.
PLAIN = {"surface": "asphalt", "smoothness": "good", "incline": "0", "cross": "0", "width": "1200"}
STRETCHES = ("WAY", "CROSSING", "STEP_RAMP")
COLUMNS = {
    "incline": (formula.INCLINE_LOW, formula.INCLINE_HIGH),
    "cross": (formula.CROSS_LOW, formula.CROSS_HIGH),
    "width": (formula.WIDTH_LOW, formula.WIDTH_HIGH),
    "kerb": (formula.KERB_LOW, formula.KERB_HIGH),
    "cabin": (formula.CABIN_WIDTH, formula.CABIN_LENGTH),
    "door": (formula.CABIN_DOOR,),
    "load": (formula.CABIN_LOAD,),
    "levels": (formula.LEVELS,),
    "steps": (formula.STEPS,),
}


def pairs_of(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


def link_of(case: Case) -> np.ndarray:
    """The link of a case: ``a..b`` an interval, ``a x b`` the sides of a cabin, ``?`` not known."""
    profile = get_profile(case["profile"], pairs_of(case["limits"]))
    facts = (PLAIN if case["kind"] in STRETCHES else {}) | pairs_of(case["facts"])
    row = np.full(formula.LINK_WIDTH, np.nan)
    row[[formula.STEPS, formula.ALLOWED, formula.CONVEYING]] = 0
    row[[formula.KIND, formula.LENGTH_M]] = LinkKind[case["kind"]], float(case["length_m"])
    row[formula.INCLINE_FROM] = Provenance.TAGGED
    row[formula.GROUND] = ground_of(facts.pop("surface", "").replace("?", ""), profile)
    row[formula.SMOOTH] = smoothness_of(facts.pop("smoothness", ""), profile)
    row[formula.BARRIER_CLASS] = barrier_class(facts.pop("barrier", ""))
    for name, text in facts.items():
        if text != "?":
            row[list(COLUMNS[name])] = [float(part) for part in text.replace("x", "..").split("..")]
    return row


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_walk_worked_out_by_hand_is_judged_so(case: Case) -> None:
    profile = get_profile(case["profile"], pairs_of(case["limits"]))
    passage = judge_link(link_of(case), profile, forward=case["forward"] == "1")
    assert (passage.closed or "", passage.verdict) == (case["closed"], Verdict[case["verdict"]])
    assert int(passage.verdict in (Verdict.UNCERTAIN, Verdict.UNKNOWN)) == int(case["doubts"])
    assert set(passage.unknown) == set(case["unknown"].split())
    if case["verdict"] == "NO":
        assert case["seconds"] == ""
        assert np.isinf(passage.seconds)
    else:
        assert passage.seconds == pytest.approx(float(case["seconds"]), abs=0.051)


@pytest.mark.parametrize("case", [case for case in CASES if case["force_n"]], ids=lambda case: case["case"])
def test_the_arithmetic_of_a_row_is_right(case: Case) -> None:
    """Force, speed and seconds follow from the columns before them, without a line of the formula."""
    mass, roll, slope, power, force, flat, comfort, speed = (
        float(case[name])
        for name in ("mass_kg", "roll", "slope", "power_w", "force_n", "flat_m_s", "comfort", "speed_m_s")
    )
    profile = get_profile(case["profile"], pairs_of(case["limits"]))
    assert (mass, flat) == (profile.mass_kg, profile.speed_m_s)
    assert force == pytest.approx(mass * 9.81 * (roll + slope), abs=0.01)
    assert speed == pytest.approx(min(flat * comfort, power / force), abs=1e-4)
    assert float(case["seconds"]) == pytest.approx(float(case["length_m"]) / speed, abs=0.051)


def test_the_table_shows_every_verdict_and_no_case_twice() -> None:
    assert {case["verdict"] for case in CASES} == {"YES", "UNCERTAIN", "UNKNOWN", "NO"}
    assert len({case["case"] for case in CASES}) == len(CASES) >= 15
