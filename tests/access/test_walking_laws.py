"""Laws of the walking formula that hold for every link and every traveller."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS, get_profile
from planner.access.walking import person_columns
from planner.network.streets import LinkKind

Link = NDArray[np.float64]
UNKNOWN_OF = {
    formula.GROUND: formula.GROUND_UNKNOWN,
    formula.SMOOTH: formula.SMOOTH_UNKNOWN,
    formula.ALLOWED: formula.ALLOWED_UNKNOWN,
}
# A fact and its own unknown; the two ends of an interval go together.
FACTS = {
    "incline": (formula.INCLINE_LOW, formula.INCLINE_HIGH),
    "cross slope": (formula.CROSS_LOW, formula.CROSS_HIGH),
    "width": (formula.WIDTH_LOW, formula.WIDTH_HIGH),
    "kerb": (formula.KERB_LOW, formula.KERB_HIGH),
    "surface": (formula.GROUND,),
    "smoothness": (formula.SMOOTH,),
    "wheelchair tag": (formula.ALLOWED,),
    "cabin width": (formula.CABIN_WIDTH,),
    "cabin length": (formula.CABIN_LENGTH,),
    "lift door": (formula.CABIN_DOOR,),
    "lift load": (formula.CABIN_LOAD,),
}
# Facts that must be judged (DOMAIN 1.4): a kerb, a gate or a lift without them is a doubt.
DECIDING = {
    LinkKind.KERB: ("kerb",),
    LinkKind.LIFT: ("cabin width", "cabin length", "lift door", "lift load"),
    LinkKind.FARE_GATE: ("width",),
}
LIMITS = ("slope_up_hard", "slope_down_hard", "cross_slope_hard", "kerb_hard_mm")


@st.composite
def links(draw: st.DrawFn, kind: LinkKind | None = None) -> Link:
    """Draw a link with some facts known and some not."""
    link = np.full(formula.LINK_WIDTH, np.nan)
    link[formula.KIND] = draw(st.sampled_from(list(LinkKind))) if kind is None else kind
    link[formula.LENGTH_M] = draw(st.sampled_from([0.0, 0.4, 1.5, 20.0, 59.0, 300.0]))
    for low, high, least, most in (
        (formula.INCLINE_LOW, formula.INCLINE_HIGH, -0.2, 0.2),
        (formula.CROSS_LOW, formula.CROSS_HIGH, 0.0, 0.15),
        (formula.WIDTH_LOW, formula.WIDTH_HIGH, 300.0, 2000.0),
        (formula.KERB_LOW, formula.KERB_HIGH, 0.0, 250.0),
    ):
        if draw(st.booleans()):
            ends = draw(st.tuples(st.floats(least, most), st.floats(least, most)))
            link[low], link[high] = sorted(ends)
    link[formula.INCLINE_FROM] = draw(st.integers(0, 3))
    link[formula.STEPS] = draw(st.integers(-1, 20))
    link[formula.ALLOWED] = draw(st.integers(0, 3))
    link[formula.GROUND] = draw(st.integers(0, 5))
    link[formula.SMOOTH] = draw(st.integers(0, 3))
    link[formula.BARRIER_CLASS] = draw(st.integers(0, 3))
    link[formula.CONVEYING] = draw(st.integers(0, 3))
    for column, least, most in (
        (formula.CABIN_WIDTH, 500, 1500),
        (formula.CABIN_LENGTH, 800, 2000),
        (formula.CABIN_DOOR, 500, 1200),
        (formula.CABIN_LOAD, 100, 1000),
    ):
        link[column] = draw(st.floats(least, most)) if draw(st.booleans()) else np.nan
    return link


def blanked(link: Link, fact: str) -> Link:
    bare = link.copy()
    for column in FACTS[fact]:
        bare[column] = UNKNOWN_OF.get(column, np.nan)
    return bare


profiles = st.sampled_from(sorted(PRESETS))


@given(links(), profiles, st.booleans(), st.sampled_from(sorted(FACTS)))
def test_blanking_a_fact_never_closes_a_link(link: Link, profile: str, forward: bool, fact: str) -> None:
    # a step-free ramp beside steps, a kerb or a lift may become a doubt, and none becomes a no
    person = person_columns(PRESETS[profile])
    if formula.judge(link, person, forward)[0] == formula.OPEN:
        assert formula.judge(blanked(link, fact), person, forward)[0] == formula.OPEN


SHUTS = {  # one value of each that closes its link to a manual wheelchair
    "kerb": (90.0, 90.0),
    "width": (500.0, 500.0),
    "cabin width": (600.0,),
    "cabin length": (1000.0,),
    "lift door": (600.0,),
    "lift load": (100.0,),
}


@pytest.mark.parametrize(("kind", "fact"), [(kind, fact) for kind, facts in DECIDING.items() for fact in facts])
def test_a_kerb_gate_or_lift_that_one_fact_closes_is_a_doubt_without_it(kind: LinkKind, fact: str) -> None:
    link = np.full(formula.LINK_WIDTH, np.nan)
    link[[formula.KIND, formula.LENGTH_M, formula.BARRIER_CLASS]] = kind, 0.0, formula.GATE
    link[[formula.ALLOWED, formula.GROUND, formula.SMOOTH, formula.CONVEYING]] = 0
    for name, column in (
        ("CABIN_WIDTH", 1100.0),
        ("CABIN_LENGTH", 1400.0),
        ("CABIN_DOOR", 900.0),
        ("CABIN_LOAD", 630.0),
    ):
        link[getattr(formula, name)] = column
    link[list(FACTS[fact])] = SHUTS[fact]
    person = person_columns(PRESETS["manual-wheelchair"])
    assert formula.judge(link, person, True)[0] != formula.OPEN
    closed, _, _, doubt, unknown = formula.judge(blanked(link, fact), person, True)
    assert closed == formula.OPEN
    assert doubt > formula.SURE, "nobody has said what would close it, and the way is called sure"
    assert unknown


@given(links(), profiles, st.booleans(), st.sampled_from(LIMITS), st.floats(0, 1))
def test_a_tighter_hard_limit_opens_nothing_and_dispels_no_doubt(
    link: Link, profile: str, forward: bool, limit: str, share: float
) -> None:
    own = getattr(PRESETS[profile], limit)
    assume(own is not None)
    wide = formula.judge(link, person_columns(PRESETS[profile]), forward)
    tight = formula.judge(link, person_columns(get_profile(profile, {limit: own * share})), forward)
    if tight[0] == formula.OPEN:
        assert wide[0] == formula.OPEN
        assert wide[3] <= tight[3]


def straddling_way() -> Link:
    """A way of 20 m that rises by 5 to 14 %, or leans by 1 to 9 %: inside every limit or beyond it."""
    link = np.full(formula.LINK_WIDTH, np.nan)
    link[[formula.KIND, formula.LENGTH_M, formula.INCLINE_FROM, formula.STEPS]] = LinkKind.WAY, 20.0, formula.TAGGED, 0
    link[[formula.INCLINE_LOW, formula.INCLINE_HIGH, formula.CROSS_LOW, formula.CROSS_HIGH]] = 0.05, 0.14, 0.01, 0.09
    link[[formula.GROUND, formula.SMOOTH]] = formula.GROUND_FINE, formula.SMOOTH_FINE
    link[[formula.ALLOWED, formula.BARRIER_CLASS, formula.CONVEYING]] = 0
    return link


@example(straddling_way(), "powered-wheelchair", True, "slope_up_hard", 0.5)
@example(straddling_way(), "powered-wheelchair", True, "cross_slope_hard", 0.5)
@example(straddling_way(), "manual-wheelchair", True, "slope_up_hard", 0.75)
@given(links(), profiles, st.booleans(), st.sampled_from(LIMITS), st.floats(0, 1))
def test_a_tighter_hard_limit_never_makes_a_link_faster_or_easier(
    link: Link, profile: str, forward: bool, limit: str, share: float
) -> None:
    own = getattr(PRESETS[profile], limit)
    assume(own is not None)
    wide = formula.judge(link, person_columns(PRESETS[profile]), forward)
    tight = formula.judge(link, person_columns(get_profile(profile, {limit: own * share})), forward)
    assert tight[1] >= wide[1] * (1 - 1e-9)
    assert tight[2] >= wide[2] * (1 - 1e-9), "the search weighs effort too"


@given(links(), st.sampled_from([p for p in sorted(PRESETS) if PRESETS[p].wheeled]), st.booleans())
def test_steps_and_escalators_are_closed_to_wheels(link: Link, profile: str, forward: bool) -> None:
    person = person_columns(PRESETS[profile])
    for kind in (LinkKind.STEPS, LinkKind.ESCALATOR):
        link[formula.KIND] = kind
        assert formula.judge(link, person, forward)[0] != formula.OPEN


@given(links(), profiles, st.booleans())
def test_a_raster_never_closes_a_way_alone(link: Link, profile: str, forward: bool) -> None:
    person = person_columns(PRESETS[profile])
    flat = link.copy()
    flat[formula.INCLINE_LOW] = flat[formula.INCLINE_HIGH] = 0.0
    link[formula.INCLINE_FROM] = formula.RASTER
    assert (formula.judge(link, person, forward)[0] == formula.OPEN) == (
        formula.judge(flat, person, forward)[0] == formula.OPEN
    )


@given(st.lists(links(), min_size=1, max_size=5), profiles)
def test_all_links_are_judged_as_each_alone(rows: list[Link], profile: str) -> None:
    person = person_columns(PRESETS[profile])
    closed, seconds, effort_m, doubt, unknown = formula.judge_all(np.array(rows), person)
    for at in range(2 * len(rows)):
        one = formula.judge(rows[at % len(rows)], person, at < len(rows))
        assert (closed[at], doubt[at], unknown[at]) == (one[0], one[3], one[4])
        np.testing.assert_allclose([seconds[at], effort_m[at]], one[1:3], rtol=1e-6)
