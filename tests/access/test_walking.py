"""Named cases of the walking judgement: what closes a link to whom, what costs, and what is a doubt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS, get_profile
from planner.access.walking import Passage, barrier_class, ground_of, judge_link, person_columns, smoothness_of
from planner.model import Verdict
from planner.network.streets import Allowed, LinkKind, Provenance

NAN, INF = float("nan"), float("inf")
WHEELED = sorted(name for name, profile in PRESETS.items() if profile.wheeled)
CLIMBS = {"climb": (formula.INCLINE_LOW, formula.INCLINE_HIGH), "lean": (formula.CROSS_LOW, formula.CROSS_HIGH)}


def link(kind: LinkKind = LinkKind.WAY, length_m: float = 20.0, **facts: float | tuple[float, float]) -> NDArray:
    row = np.full(formula.LINK_WIDTH, np.nan)
    row[[formula.KIND, formula.LENGTH_M, formula.STEPS, formula.ALLOWED, formula.CONVEYING]] = kind, length_m, 0, 0, 0
    row[[formula.GROUND, formula.SMOOTH, formula.BARRIER_CLASS]] = formula.GROUND_FINE, 0, formula.GATE
    row[formula.INCLINE_FROM] = Provenance.TAGGED
    for name, value in facts.items():
        if isinstance(value, tuple):
            row[getattr(formula, f"{name}_LOW")], row[getattr(formula, f"{name}_HIGH")] = value
        else:
            row[getattr(formula, name)] = value
    return row


def judged(row: NDArray, profile: str = "manual-wheelchair", *, forward: bool = True, lifts: bool = True) -> Passage:
    return judge_link(row, PRESETS[profile], forward=forward, avoid_lifts=not lifts)


@pytest.mark.parametrize(
    ("height", "closed", "verdict"),
    [
        ((0, 0), None, Verdict.YES),
        ((40, 40), None, Verdict.YES),
        ((30, 50), None, Verdict.UNCERTAIN),
        ((41, 60), "KERB_HIGH", Verdict.NO),
        ((NAN, NAN), None, Verdict.UNKNOWN),
    ],
)
def test_a_kerb_is_judged_by_its_height(height: tuple[float, float], closed: str | None, verdict: Verdict) -> None:
    passage = judged(link(LinkKind.KERB, 0.0, KERB=height))
    assert (passage.closed, passage.verdict) == (closed, verdict)


def test_a_kerb_beyond_comfort_costs_time() -> None:
    assert judged(link(LinkKind.KERB, 0, KERB=(30, 30))).seconds > judged(link(LinkKind.KERB, 0, KERB=(20, 20))).seconds


@pytest.mark.parametrize(
    ("width", "closed", "verdict"),
    [((800, 800), None, Verdict.YES), ((700, 900), None, Verdict.UNCERTAIN), ((700, 799), "WAY_NARROW", Verdict.NO)],
)
def test_a_way_is_judged_by_its_width(width: tuple[float, float], closed: str | None, verdict: Verdict) -> None:
    passage = judged(link(WIDTH=width))
    assert (passage.closed, passage.verdict) == (closed, verdict)


@pytest.mark.parametrize(
    ("length_m", "slope", "forward", "closed"),
    [
        (20.0, 0.08, True, None),
        (20.0, 0.09, True, "WAY_STEEP"),
        (20.0, 0.09, False, None),  # downwards up to 10 %
        (20.0, 0.11, False, "WAY_STEEP_DOWN"),
        (0.5, 0.12, True, None),  # FR-11
        (0.5, 0.13, True, "WAY_STEEP"),
        (0.6, 0.12, True, "WAY_STEEP"),
    ],
)
def test_slopes_close_by_direction_and_length(length_m: float, slope: float, forward: bool, closed: str | None) -> None:
    assert judged(link(length_m=length_m, INCLINE=(slope, slope)), forward=forward).closed == closed


def test_eight_percent_over_two_metres_is_allowed_to_whoever_has_a_lower_limit() -> None:
    profile = get_profile("manual-wheelchair", {"slope_up_hard": 0.06})
    short, longer = (link(length_m=metres, INCLINE=(0.08, 0.08)) for metres in (2.0, 2.1))
    assert judge_link(short, profile, forward=True).closed is None
    assert judge_link(longer, profile, forward=True).closed == "WAY_STEEP"


def test_a_slope_from_a_raster_never_closes_a_way() -> None:
    passage = judged(link(INCLINE=(0.2, 0.3), INCLINE_FROM=Provenance.RASTER))
    assert (passage.closed, passage.verdict) == (None, Verdict.UNCERTAIN)


def test_up_without_a_number_is_a_doubt_and_a_cross_slope_beyond_the_limit_closes() -> None:
    assert judged(link(INCLINE=(0.0, INF))).verdict is Verdict.UNCERTAIN
    assert judged(link(CROSS=(0.06, 0.06))).closed == "WAY_LEANS"
    assert judged(link(CROSS=(0.04, 0.06))).verdict is Verdict.UNCERTAIN


def test_missing_width_slope_and_smoothness_are_listed_and_no_doubt() -> None:
    passage = judged(link())
    assert passage.verdict is Verdict.YES
    assert {"width", "slope", "cross_slope", "smoothness"} <= set(passage.unknown)


@pytest.mark.parametrize("profile", WHEELED)
@pytest.mark.parametrize("kind", [LinkKind.STEPS, LinkKind.ESCALATOR])
@pytest.mark.parametrize("tag", [Allowed.UNKNOWN, Allowed.YES, Allowed.LIMITED])
def test_steps_and_escalators_are_closed_to_wheels_whatever_is_said(profile: str, kind: LinkKind, tag: int) -> None:
    assert judged(link(kind, STEPS=1, ALLOWED=tag), profile).closed in ("STEPS", "ESCALATOR")


def test_no_limit_of_the_traveller_opens_steps_to_wheels() -> None:
    profile = get_profile("manual-wheelchair", {"max_steps": 50})
    assert judge_link(link(LinkKind.STEPS, STEPS=1), profile, forward=True).closed == "STEPS"


def test_steps_are_counted_for_whoever_walks() -> None:
    assert judged(link(LinkKind.STEPS, STEPS=10), "walking-stick").verdict is Verdict.YES
    assert judged(link(LinkKind.STEPS, STEPS=11), "walking-stick").closed == "STEPS"
    assert judged(link(LinkKind.STEPS, STEPS=-1), "walking-stick").verdict is Verdict.UNKNOWN
    assert judged(link(LinkKind.STEPS, STEPS=-1), "on-foot").verdict is Verdict.YES


def test_a_ramp_beside_steps_is_a_way_if_its_numbers_are_known() -> None:
    known = link(LinkKind.STEP_RAMP, INCLINE=(0.06, 0.06), WIDTH=(1000, 1000))
    assert judged(known).verdict is Verdict.YES
    assert judged(link(LinkKind.STEP_RAMP, INCLINE=(0.06, 0.06))).verdict is Verdict.UNKNOWN
    assert judged(link(LinkKind.STEP_RAMP, INCLINE=(0.2, 0.2), WIDTH=(1000, 1000))).closed == "WAY_STEEP"


def test_a_ramp_for_wheelchairs_whose_numbers_nobody_said_is_a_doubt() -> None:
    for facts in ({}, {"INCLINE": (0.06, 0.06)}, {"WIDTH": (1000, 1000)}):
        passage = judged(link(LinkKind.STEP_RAMP, ALLOWED=Allowed.YES, **facts))
        assert (passage.closed, passage.verdict, "ramp" in passage.unknown) == (None, Verdict.UNKNOWN, True)


def test_what_is_just_comfortable_is_not_beyond_comfort_for_a_rounding() -> None:
    row = link(INCLINE=(0.045, 0.055), CROSS=(0.015, 0.025)).astype(np.float32).astype(float)  # as a network keeps it
    assert judged(row).seconds == pytest.approx(20 / (50 / (110 * 9.81 * (0.015 + 0.05))))


CABIN = {"CABIN_WIDTH": 1100.0, "CABIN_LENGTH": 1400.0, "CABIN_DOOR": 900.0, "CABIN_LOAD": 630.0}


@pytest.mark.parametrize(("fact", "small"), list(zip(CABIN, (600.0, 1100.0, 600.0, 100.0), strict=True)))
def test_a_lift_is_too_small_by_any_number_and_a_doubt_without_it(fact: str, small: float) -> None:
    assert judged(link(LinkKind.LIFT, 0, **CABIN)).verdict is Verdict.YES
    assert judged(link(LinkKind.LIFT, 0, **CABIN | {fact: small})).closed == "LIFT_SMALL"
    assert judged(link(LinkKind.LIFT, 0, **CABIN | {fact: NAN})).verdict is Verdict.UNKNOWN


def test_lifts_can_be_avoided_and_take_their_time() -> None:
    assert judged(link(LinkKind.LIFT, 0, **CABIN), lifts=False).closed == "LIFT_AVOIDED"
    assert judged(link(LinkKind.LIFT, 0, LEVELS=3, **CABIN)).seconds == 150
    assert judged(link(LinkKind.LIFT, 0, DURATION=40, **CABIN)).seconds == 40


@pytest.mark.parametrize(
    ("detail", "closed", "verdict"),
    [
        ("bollard", None, Verdict.YES),
        ("gate", None, Verdict.UNKNOWN),
        ("stile", "BARRIER_SHUT", Verdict.NO),
        ("entrance", None, Verdict.YES),
        ("somethingnew", None, Verdict.UNKNOWN),
    ],
)
def test_barriers_are_judged_by_what_they_are_for(detail: str, closed: str | None, verdict: Verdict) -> None:
    passage = judged(link(LinkKind.BARRIER, 0, BARRIER_CLASS=barrier_class(detail)))
    assert (passage.closed, passage.verdict) == (closed, verdict)


def test_the_wheelchair_tag_speaks_to_wheelchairs_alone() -> None:
    shut = link(ALLOWED=Allowed.NO)
    assert judged(shut).closed == "WHEELCHAIR_NO"
    assert judged(shut, "pram").closed is None
    assert judged(link(ALLOWED=Allowed.LIMITED)).verdict is Verdict.UNKNOWN


def test_a_stop_far_from_every_way_is_not_joined() -> None:
    assert judged(link(LinkKind.JOIN, 61.0)).closed == "NOT_JOINED"
    assert judged(link(LinkKind.JOIN, 59.0)).closed is None


def test_a_machine_that_runs_against_one_is_closed() -> None:
    assert judged(link(LinkKind.MOVING_WALKWAY, CONVEYING=1), "walking-stick", forward=False).closed == "ONE_WAY"
    assert judged(link(LinkKind.MOVING_WALKWAY, CONVEYING=1), "walking-stick").closed is None


@pytest.mark.parametrize(
    ("surface", "ground"),
    [
        ("asphalt", formula.GROUND_FINE),
        ("sand", formula.GROUND_REFUSED),
        ("cobblestone", formula.GROUND_MAYBE),
        ("asphalt;sand", formula.GROUND_MAYBE),
        ("asphalt; gravel", formula.GROUND_SOFT),
        ("moon_dust", formula.GROUND_UNKNOWN),
    ],
)
def test_words_for_surfaces(surface: str, ground: int) -> None:
    assert ground_of(surface, PRESETS["manual-wheelchair"]) == ground


def test_refused_ground_closes_and_perhaps_refused_ground_is_a_doubt() -> None:
    assert judged(link(GROUND=formula.GROUND_REFUSED)).closed == "SURFACE_REFUSED"
    assert judged(link(GROUND=formula.GROUND_MAYBE)).verdict is Verdict.UNCERTAIN
    rough = smoothness_of("very_bad", PRESETS["manual-wheelchair"])
    assert judged(link(SMOOTH=rough)).closed == "WAY_ROUGH"


# --- Laws ------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(WHEELED),
    st.sampled_from(sorted(CLIMBS)),
    st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)).map(sorted),
)
def test_time_and_effort_never_fall_with_slope_and_cross_slope(profile: str, what: str, slopes: list[float]) -> None:
    passages = []
    for slope in slopes:
        row = link()
        row[list(CLIMBS[what])] = slope
        passages.append(judged(row, profile))
    if passages[1].closed is None:
        assert passages[0].closed is None
        assert passages[0].seconds <= passages[1].seconds * (1 + 1e-9)
        assert passages[0].effort_m <= passages[1].effort_m * (1 + 1e-9)


@pytest.mark.parametrize("profile", sorted(PRESETS))
def test_a_tighter_slope_limit_never_makes_an_open_interval_cheaper(profile: str) -> None:
    row = link(INCLINE=(0.0, INF), CROSS=(0.0, 0.2))
    loose = get_profile(profile, {"slope_up_hard": 0.12, "cross_slope_hard": 0.12})
    tight = get_profile(profile, {"slope_up_hard": 0.04, "cross_slope_hard": 0.03})
    a, b = (judge_link(row, who, forward=True) for who in (loose, tight))
    assert a.closed is None
    assert b.seconds >= a.seconds
    assert b.effort_m >= a.effort_m


def test_the_judge_of_all_links_is_the_judge_of_one() -> None:
    rng = np.random.default_rng(3)
    rows = np.stack([
        link(kind, float(rng.choice([0.4, 1.5, 30.0])), INCLINE=(-0.1, 0.1), WIDTH=(700, 1000), KERB=(0, 50))
        for kind in LinkKind
    ])  # fmt: skip
    for profile in PRESETS.values():
        person = person_columns(profile)
        together = formula.judge_all(rows, person)
        for m, row in enumerate(rows):
            for back in (False, True):
                alone = formula.judge(row, person, not back)
                assert [column[m + back * len(rows)] for column in together] == pytest.approx(alone, rel=1e-6)
