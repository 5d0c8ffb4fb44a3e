"""Named cases of the boarding verdict: each rule of DOMAIN 1.1 once, by hand."""

from dataclasses import replace
from typing import Any

import pytest
from access.cases import bus, door, fact, mm, quay

from planner.access.boarding import judge_boarding
from planner.access.boarding_formula import slope_between
from planner.access.profiles import PRESETS, get_profile
from planner.facts import Certainty, Fact, Interval, Method
from planner.model import NO_KNEELING, Boarding, Outcome, Quay, VehicleType, Verdict

MANUAL = get_profile("manual-wheelchair")
ASSISTED = get_profile("manual-wheelchair-assisted")
POWERED = get_profile("powered-wheelchair")
NO_DEVICE = {"device": fact("none"), "ramp_length_mm": None}


def on(at: Quay, vehicle: VehicleType, profile: Any = MANUAL) -> Boarding:
    return judge_boarding(at, vehicle, profile, alighting=False)


def off(at: Quay, vehicle: VehicleType, profile: Any = MANUAL) -> Boarding:
    return judge_boarding(at, vehicle, profile, alighting=True)


def codes(told: Boarding) -> list[str]:
    return [reason.code for reason in told.reasons]


# --- Numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("height", "floor_320", "floor_250", "floor_240"),
    [
        (0, (38.0, 33.8, 27.7), (28.9, 25.8, 21.3), (27.7, 24.7, 20.4)),
        (120, (22.8, 20.4, 16.9), (14.6, 13.1, 10.9), (13.5, 12.1, 10.1)),
        (150, (19.2, 17.3, 14.3), (11.2, 10.1, 8.4), (10.1, 9.0, 7.5)),
        (160, (18.1, 16.2, 13.5), (10.1, 9.0, 7.5), (8.9, 8.0, 6.7)),
        (180, (15.7, 14.1, 11.7), (7.8, 7.0, 5.8), (6.7, 6.0, 5.0)),
        (200, (13.5, 12.1, 10.1), (5.6, 5.0, 4.2), (4.4, 4.0, 3.3)),
        (220, (11.2, 10.1, 8.4), (3.3, 3.0, 2.5), (2.2, 2.0, 1.7)),
    ],
)
def test_ramp_slopes_are_those_of_the_table(
    height: int, floor_320: tuple[float, ...], floor_250: tuple[float, ...], floor_240: tuple[float, ...]
) -> None:
    for floor, row in ((320, floor_320), (250, floor_250), (240, floor_240)):
        for length, percent in zip((900, 1000, 1200), row, strict=True):
            rise = floor - height
            low, high = slope_between(rise, rise, length, length)
            assert low == high
            assert 100 * high == pytest.approx(percent, abs=0.1)
            vehicle = bus(door(floor_mm=mm(floor), floor_kneeled_mm=fact(NO_KNEELING), ramp_length_mm=mm(length)))
            told = on(quay(height), vehicle, get_profile("manual-wheelchair", {"step_up_mm": 0}))
            assert told.slope is not None
            assert 100 * told.slope.high == pytest.approx(percent, abs=0.1)


def test_a_yes_carries_its_numbers_its_limit_and_its_sources() -> None:
    told = on(quay(180), bus())
    assert (told.verdict, told.best, told.worst) == (Verdict.YES, Outcome.RAMP, Outcome.RAMP)
    assert told.certainty is Certainty.MEASURED
    assert told.step_mm == Interval(70, 70)
    assert told.gap_mm == Interval(40, 40)
    assert told.slope is not None
    assert told.slope.high == pytest.approx(0.0702, abs=1e-4)
    assert told.slope.limit == 0.10
    assert told.slope.margin == pytest.approx(0.0298, abs=1e-4)
    assert (told.device, told.door_no, told.kneel, told.steep) == ("manual_ramp", 2, "always", False)
    assert codes(told) == ["RAMP"]
    cited = {row.attribute: row for row in told.facts}
    assert (cited["quay.height_mm"].low, cited["quay.height_mm"].method) == (180, Method.SURVEY)
    assert cited["door.device"].word == "manual_ramp"
    assert cited["door.inside_steps"].low == 0


@pytest.mark.parametrize(
    ("height", "manual", "powered"),
    [
        (0, Verdict.NO, Verdict.NO),
        (150, Verdict.NO, Verdict.YES),  # 10.05 % against 10 and 12
        (180, Verdict.YES, Verdict.YES),
        (240, Verdict.YES, Verdict.YES),
    ],
)
def test_a_known_bus_at_a_known_quay(height: int, manual: Verdict, powered: Verdict) -> None:
    assert on(quay(height), bus()).verdict is manual
    assert on(quay(height), bus(), POWERED).verdict is powered


def test_tolerance_alone_is_uncertain_and_a_missing_fact_is_unknown() -> None:
    told = on(quay(None, height_mm=mm(148, 158)), bus())
    assert told.verdict is Verdict.UNCERTAIN
    assert told.certainty is Certainty.MEASURED
    assert codes(told)[-1] == "RAMP_TOO_STEEP"
    assert told.doubts == 1
    told = on(quay(None), bus())
    assert (told.verdict, told.missing, told.would_decide) == (Verdict.UNKNOWN, ("quay.height_mm",), "quay.height_mm")
    assert (told.step_mm, told.slope, told.doubts) == (None, None, 2)


def test_a_narrow_band_that_a_grid_misses_is_seen() -> None:
    """30.5 mm is the only height where the step is within the limit, inside a wide interval without a ramp."""
    vehicle = bus(door(floor_mm=mm(50.55), floor_kneeled_mm=fact(NO_KNEELING), **NO_DEVICE))
    exact = get_profile("manual-wheelchair", {"step_up_mm": 0, "step_down_mm": 0})
    told = on(quay(None, height_mm=mm(0, 101)), vehicle, exact)
    assert (told.best, told.worst) == (Outcome.LEVEL, Outcome.IMPOSSIBLE)


def test_where_one_floor_serves_low_quays_and_the_other_high_ones_the_driver_chooses() -> None:
    """Kneeled 250 is level for 230 to 270, standing 290 for 270 to 310; neither alone covers 240 to 300."""
    vehicle = bus(door(floor_mm=mm(290), floor_kneeled_mm=mm(250), **NO_DEVICE))
    told = on(quay(None, height_mm=mm(240, 300)), vehicle)
    assert (told.verdict, told.worst) == (Verdict.YES, Outcome.LEVEL)
    told = on(quay(None, height_mm=mm(240, 300)), replace(vehicle, kneel_policy=None))
    assert told.verdict is Verdict.UNKNOWN
    assert "vehicle.kneel_policy" in told.missing


# --- Rules ---------------------------------------------------------------------------------------------------


def test_up_and_down_swap_when_alighting() -> None:
    vehicle = bus(door(floor_mm=mm(240), floor_kneeled_mm=fact(NO_KNEELING), **NO_DEVICE))
    person = get_profile("manual-wheelchair", {"step_up_mm": 70, "step_down_mm": 20})
    assert on(quay(180), vehicle, person).verdict is Verdict.YES
    assert off(quay(180), vehicle, person).verdict is Verdict.NO
    assert codes(off(quay(180), vehicle, person))[0] == "STEP_TOO_HIGH"


def test_kneeling_policy_decides_which_floor_counts() -> None:
    assert on(quay(180), bus(kneel_policy=fact("never"))).verdict is Verdict.NO
    told = on(quay(180), bus(kneel_policy=fact("on_request")))
    assert (told.verdict, told.kneel) == (Verdict.YES, "on_request")
    assert "KNEEL_ON_REQUEST" in codes(told)
    assert on(quay(180), bus(kneel_policy=None)).missing == ("vehicle.kneel_policy",)
    unknown = on(quay(180), bus(door(floor_kneeled_mm=None)))
    assert (unknown.verdict, unknown.missing) == (Verdict.UNKNOWN, ("door.floor_kneeled_mm",))
    assert unknown.would_decide == "door.floor_kneeled_mm"
    assert unknown.step_mm == Interval(140, 140), "the standing step; nobody stated the other"


def test_a_kneeled_floor_below_the_quay_is_not_used() -> None:
    told = on(quay(310), bus())
    assert (told.verdict, told.best, told.kneel) == (Verdict.YES, Outcome.LEVEL, None)
    assert told.step_mm == Interval(10, 10)


def test_an_unknown_floor_is_also_tried_kneeled() -> None:
    """The oracle says NO here; a floor of 180 mm that kneels by 120 would be level."""
    told = on(quay(60), bus(door(floor_mm=None, floor_kneeled_mm=None, **NO_DEVICE)))
    assert (told.verdict, told.best) == (Verdict.UNKNOWN, Outcome.LEVEL)
    assert "door.floor_mm" in told.missing


def test_the_standing_floor_is_not_forgotten_where_only_the_kneeled_one_is_known() -> None:
    """The oracle says NO here; standing at 300 the bus may be level."""
    told = on(quay(300), bus(door(floor_mm=None, floor_kneeled_mm=mm(250), **NO_DEVICE)))
    assert (told.verdict, told.missing) == (Verdict.UNKNOWN, ("door.floor_mm",))


def test_the_road_is_a_quay_only_for_a_ramp_that_reaches_it() -> None:
    at, long = quay(20), {"ramp_length_mm": mm(2500)}
    assert on(at, bus(door(**long))).verdict is Verdict.NO
    assert "ROAD" in codes(on(at, bus(door(**long))))
    assert on(at, bus(door(**long, deploys_to_road=fact(True)))).best is Outcome.RAMP
    told = on(at, bus(door(**long, deploys_to_road=None)))
    assert (told.verdict, told.missing, told.would_decide) == (
        Verdict.UNKNOWN,
        ("door.deploys_to_road",),
        "door.deploys_to_road",
    )
    assert on(quay(30), bus(door(**long))).verdict is Verdict.YES


def test_a_bay_that_may_be_blocked_is_uncertain_and_one_nobody_described_is_assumed_free() -> None:
    told = on(quay(approach=fact("bay_parking")), bus())
    assert (told.verdict, told.best, told.certainty) == (Verdict.UNCERTAIN, Outcome.RAMP, Certainty.MEASURED)
    assert "DOCKING_OBSTRUCTED" in codes(told)
    told = on(quay(approach=None), bus())
    assert (told.verdict, told.certainty, told.assumed) == (Verdict.YES, Certainty.INFERRED, ("quay.approach",))


def test_room_is_enough_tight_or_too_little() -> None:
    assert on(quay(manoeuvre_mm=mm(1500)), bus()).verdict is Verdict.YES
    told = on(quay(manoeuvre_mm=mm(1490)), bus())
    assert (told.verdict, codes(told)) == (Verdict.UNCERTAIN, ["STEP_TOO_HIGH", "ROOM_TIGHT"])
    assert on(quay(manoeuvre_mm=mm(1200)), bus()).verdict is Verdict.UNCERTAIN
    told = on(quay(manoeuvre_mm=mm(1100)), bus())
    assert (told.verdict, codes(told)) == (Verdict.NO, ["STEP_TOO_HIGH", "ROOM"])
    assert on(quay(manoeuvre_mm=mm(float("inf"))), bus()).verdict is Verdict.YES


@pytest.mark.parametrize(
    ("at", "vehicle", "code"),
    [
        (quay(), bus(door(clear_width_mm=mm(749))), "DOOR_NARROW"),
        (quay(), bus(door(inside_steps=fact(2))), "INSIDE_STEPS"),
        (quay(gap_mm=mm(60)), bus(door(**NO_DEVICE)), "GAP_TOO_WIDE"),
        (quay(), bus(door(**NO_DEVICE)), "NO_RAMP"),
        (quay(gap_mm=mm(250)), bus(door(ramp_length_mm=mm(350), floor_kneeled_mm=mm(185))), "RAMP_TOO_SHORT"),
        (quay(150), bus(), "RAMP_TOO_STEEP"),
        (quay(ramp_deployable=fact(False)), bus(), "RAMP_NOT_DEPLOYABLE"),
        (quay(), bus(door(ramp_load_kg=fact(100.0))), "LOAD"),
        (quay(), bus(door(ramp_outlet_drop_mm=mm(80))), "RAMP_OUTLET"),
        (quay(), bus(wheelchair_spaces=fact(0)), "SPACES"),
    ],
)
def test_each_barrier_alone_is_a_no_with_its_code(at: Quay, vehicle: VehicleType, code: str) -> None:
    told = on(at, vehicle)
    assert told.verdict is Verdict.NO
    assert told.certainty is Certainty.MEASURED
    assert code in codes(told)
    assert told.missing == told.assumed == ()


def test_a_lift_serves_whatever_the_heights_are() -> None:
    lift = door(device=fact("lift"), ramp_length_mm=None)
    told = on(quay(None, gap_mm=None), bus(lift))
    assert (told.verdict, told.best, told.worst) == (Verdict.YES, Outcome.LEVEL, Outcome.LIFT)
    assert told.certainty is Certainty.MEASURED, "no prior was needed for this"
    assert on(quay(None, manoeuvre_mm=mm(900)), bus(lift)).verdict is Verdict.UNKNOWN
    steps = on(quay(), bus(replace(lift, inside_steps=fact(3))))
    assert (steps.best, steps.worst) == (Outcome.LIFT, Outcome.LIFT)
    portable = on(quay(), bus(door(device=fact("portable"))))
    assert (portable.best, portable.device) == (Outcome.RAMP, "portable")


def test_what_is_ordinary_is_assumed_only_where_the_answer_needs_it() -> None:
    vehicle = bus(door(clear_width_mm=None, ramp_load_kg=None))
    told = on(quay(180, manoeuvre_mm=None, ramp_deployable=None), vehicle)
    assert (told.verdict, told.certainty) == (Verdict.YES, Certainty.INFERRED)
    assert set(told.assumed) == {
        "quay.manoeuvre_mm", "quay.ramp_deployable", "door.clear_width_mm", "door.ramp_load_kg",
    }  # fmt: skip
    level = on(quay(240, manoeuvre_mm=None, ramp_deployable=None), bus(door(ramp_load_kg=None)))
    assert (level.best, level.certainty, level.assumed) == (Outcome.LEVEL, Certainty.MEASURED, ())


def test_steps_inside_a_low_floor_are_assumed_away_and_behind_a_high_one_they_are_missing() -> None:
    assert on(quay(), bus(door(inside_steps=None))).assumed == ("door.inside_steps",)
    high = door(floor_mm=mm(600), floor_kneeled_mm=fact(NO_KNEELING), inside_steps=None)
    told = on(quay(580), bus(high))
    assert (told.verdict, told.missing, told.would_decide) == (
        Verdict.UNKNOWN,
        ("door.inside_steps",),
        "door.inside_steps",
    )


def test_the_weakest_fact_that_the_answer_needs_is_its_certainty() -> None:
    declared = on(quay(None, height_mm=mm(180, method=Method.DECLARED)), bus())
    assert declared.certainty is Certainty.DECLARED
    assert on(quay(None, height_mm=mm(180, method=Method.OSM)), bus()).certainty is Certainty.DECLARED
    assert on(quay(None, height_mm=mm(180, method=Method.INFERRED)), bus()).certainty is Certainty.INFERRED
    invented = on(quay(None, height_mm=mm(180, method=Method.INVENTED)), bus())
    assert invented.certainty is Certainty.MEASURED
    assert Method.INVENTED in {row.method for row in invented.facts}
    unneeded = door(ramp_load_kg=Fact(300.0, "s", Method.INFERRED))
    assert on(quay(240), bus(unneeded)).certainty is Certainty.MEASURED, "level boarding needs no ramp"


def test_heights_measured_from_different_things_are_not_compared() -> None:
    told = on(quay(180, height_reference="rail"), bus())
    assert (told.verdict, told.best, told.worst) == (Verdict.UNKNOWN, Outcome.LEVEL, Outcome.IMPOSSIBLE)
    assert (told.missing, codes(told)[0], told.step_mm) == (("quay.height_reference",), "NO_REFERENCE", None)
    tram = bus(mode="tram")
    assert on(quay(180, height_reference=None), tram).missing == ("quay.height_reference",)
    assert on(quay(180, height_reference="rail"), tram).verdict is Verdict.YES
    assert on(quay(180, height_reference="road"), tram).verdict is Verdict.UNKNOWN
    assert on(quay(180, height_reference=None), bus()).verdict is Verdict.YES


def test_modes_without_a_prior_know_nothing_about_what_nobody_measured() -> None:
    train = bus(door(floor_mm=None), mode="rail")
    told = on(quay(550, height_reference="rail"), train)
    assert (told.verdict, told.best, told.worst) == (Verdict.UNKNOWN, Outcome.LEVEL, Outcome.IMPOSSIBLE)
    assert (told.missing, told.would_decide) == (("door.floor_mm",), "door.floor_mm")
    assert "NO_PRIOR" in codes(told)
    level = bus(door(floor_mm=mm(555), floor_kneeled_mm=fact(NO_KNEELING)), mode="rail")
    assert on(quay(550, height_reference="rail"), level).verdict is Verdict.YES


def test_a_floor_too_high_for_any_ordinary_quay_is_refused_with_a_reason() -> None:
    told = on(quay(None), bus(door(floor_mm=mm(820), floor_kneeled_mm=fact(NO_KNEELING), ramp_length_mm=mm(2000))))
    assert (told.verdict, told.step_mm, codes(told)) == (Verdict.NO, None, ["UNFIT_AT_BEST"])


def test_a_door_counts_only_at_the_end_it_is_for() -> None:
    front = door(door_no=1, use="board", **NO_DEVICE)
    middle = door(door_no=2, use="alight")
    vehicle = bus(front, middle)
    assert (on(quay(), vehicle).verdict, off(quay(), vehicle).verdict) == (Verdict.NO, Verdict.YES)
    assert off(quay(), vehicle).door_no == 2
    told = on(quay(), bus(middle))
    assert (told.verdict, told.door_no) == (Verdict.UNKNOWN, None)
    assert "NO_DOOR" in codes(told)


def test_of_several_missing_facts_the_one_that_decides_most_is_named() -> None:
    told = on(quay(None, gap_mm=None), bus())
    assert told.missing == ("quay.height_mm", "quay.gap_mm")
    assert told.would_decide == "quay.height_mm", "most heights are a sure yes or no, no gap is"
    nothing = VehicleType("v", "", "bus")
    assert on(Quay(), nothing).would_decide == "door.device", "a lift serves whatever the rest is"
    assert on(Quay(), nothing, get_profile("walking-frame")).would_decide == "door.device"
    no_device = bus(door(floor_mm=None, floor_kneeled_mm=None, **NO_DEVICE))
    assert on(quay(None), no_device, POWERED).would_decide is None, "here no fact decides alone"


def test_the_door_that_serves_is_the_one_that_is_told() -> None:
    told = on(quay(), bus(door(door_no=1, **NO_DEVICE), door(door_no=3), door(door_no=4, ramp_load_kg=fact(50.0))))
    assert (told.verdict, told.door_no, told.device, told.best) == (Verdict.YES, 3, "manual_ramp", Outcome.RAMP)


def test_sources_that_disagree_about_a_device_leave_it_in_doubt() -> None:
    told = on(quay(), bus(door(device=fact("none"))))
    assert (told.verdict, told.best) == (Verdict.UNCERTAIN, Outcome.RAMP)
    assert "DEVICE_CONFLICT" in codes(told)


def test_an_unknown_cassette_ramp_may_come_out_lower_than_the_floor() -> None:
    powered = door(device=fact("powered_ramp"), ramp_outlet_drop_mm=None)
    told = on(quay(220), bus(powered))
    assert (told.certainty, told.assumed) == (Certainty.INFERRED, ("door.ramp_outlet_drop_mm",))
    assert on(quay(180), bus(powered)).assumed == (), "70 mm clear any cassette"
    assert on(quay(220), bus(door(ramp_outlet_drop_mm=None))).assumed == (), "a hand-laid ramp lies on the sill"


def test_more_wheelchairs_than_is_ordinary_need_a_known_number_of_spaces() -> None:
    two = get_profile("manual-wheelchair", {"wheelchairs": 2})
    assert codes(on(quay(), bus(), two)) == ["SPACES"]
    assert on(quay(), bus(wheelchair_spaces=fact(2)), two).verdict is Verdict.YES
    told = on(quay(), bus(wheelchair_spaces=None), two)
    assert (told.verdict, told.missing) == (Verdict.UNKNOWN, ("vehicle.wheelchair_spaces",))
    assert on(quay(), bus(wheelchair_spaces=None)).assumed == ("vehicle.wheelchair_spaces",)


def test_who_is_heavier_than_what_is_ordinary_needs_a_known_load() -> None:
    heavy = get_profile("powered-wheelchair", {"mass_kg": 340})
    told = on(quay(), bus(door(ramp_load_kg=None)), heavy)
    assert (told.verdict, told.missing) == (Verdict.UNKNOWN, ("door.ramp_load_kg",))
    assert on(quay(), bus(door(ramp_load_kg=fact(350.0))), heavy).verdict is Verdict.YES


def test_on_foot_is_always_yes_and_needs_nothing() -> None:
    told = on(Quay(), VehicleType("", "", "rail"), PRESETS["on-foot"])
    assert (told.verdict, told.certainty, told.best) == (Verdict.YES, Certainty.NOT_NEEDED, Outcome.LEVEL)
    assert told.doubts == 0


def test_a_millionth_lost_in_metres_does_not_decide() -> None:
    vehicle = bus(door(floor_mm=mm(0.57 * 1000), floor_kneeled_mm=fact(NO_KNEELING), **NO_DEVICE))
    assert on(quay(0.55 * 1000), vehicle).verdict is Verdict.YES, "exactly 20 mm"


# --- Each need of a person matters ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile_id", "limits", "at", "vehicle", "before", "after"),
    [
        ("manual-wheelchair", {"step_up_mm": 30}, quay(220), bus(door(**NO_DEVICE)), Outcome.IMPOSSIBLE, Outcome.LEVEL),
        (
            "manual-wheelchair", {"step_down_mm": 60}, quay(370), bus(door(**NO_DEVICE)),
            Outcome.IMPOSSIBLE, Outcome.LEVEL,
        ),
        ("manual-wheelchair", {"gap_mm": 30}, quay(240), bus(door(**NO_DEVICE)), Outcome.LEVEL, Outcome.IMPOSSIBLE),
        ("manual-wheelchair", {"ramp_alone": 0.06}, quay(180), bus(), Outcome.RAMP, Outcome.IMPOSSIBLE),
        (
            "manual-wheelchair-assisted", {"ramp_helped": 0.12}, quay(120), bus(),
            Outcome.RAMP_ASSISTED, Outcome.IMPOSSIBLE,
        ),
        ("manual-wheelchair-assisted", {"helper": "no"}, quay(120), bus(), Outcome.RAMP_ASSISTED, Outcome.IMPOSSIBLE),
        (
            "manual-wheelchair-assisted", {"tip_step_mm": 60}, quay(180), bus(door(**NO_DEVICE)),
            Outcome.GAP_ASSISTED, Outcome.IMPOSSIBLE,
        ),
        (
            "manual-wheelchair-assisted", {"tip_gap_mm": 30}, quay(180), bus(door(**NO_DEVICE)),
            Outcome.GAP_ASSISTED, Outcome.IMPOSSIBLE,
        ),
        ("walking-frame", {"step_max_mm": 60}, quay(180), bus(door(**NO_DEVICE)), Outcome.STEP, Outcome.IMPOSSIBLE),
        ("walking-frame", {"step_gap_mm": 30}, quay(180), bus(door(**NO_DEVICE)), Outcome.STEP, Outcome.IMPOSSIBLE),
        ("manual-wheelchair", {"mass_kg": 301}, quay(180), bus(), Outcome.RAMP, Outcome.IMPOSSIBLE),
        ("manual-wheelchair", {"width_mm": 1160}, quay(180), bus(), Outcome.RAMP, Outcome.IMPOSSIBLE),
        ("manual-wheelchair", {"turning_mm": 1950}, quay(180), bus(), Outcome.RAMP, Outcome.IMPOSSIBLE),
        ("manual-wheelchair", {"wheelchairs": 2}, quay(180), bus(), Outcome.RAMP, Outcome.IMPOSSIBLE),
        ("pram", {"wheelchairs": 2}, quay(240), bus(), Outcome.LEVEL, Outcome.IMPOSSIBLE),
    ],
)  # fmt: skip
def test_each_limit_can_change_the_outcome(
    profile_id: str, limits: dict[str, str | float], at: Quay, vehicle: VehicleType, before: Outcome, after: Outcome
) -> None:
    assert on(at, vehicle, get_profile(profile_id)).best is before
    assert on(at, vehicle, get_profile(profile_id, limits)).best is after


def test_a_ramp_over_the_comfortable_slope_is_flagged_steep() -> None:
    told = on(quay(160), bus())
    assert (told.verdict, told.steep, codes(told)) == (Verdict.YES, True, ["RAMP", "RAMP_STEEP"])
    assert not on(quay(180), bus()).steep
    assert not on(quay(160), bus(), get_profile("manual-wheelchair", {"ramp_comfort": 0.1})).steep


def test_steps_are_closed_to_wheels_and_open_to_a_walker() -> None:
    steps = bus(door(inside_steps=fact(1)))
    assert on(quay(240), steps).verdict is Verdict.NO
    assert on(quay(240), steps, get_profile("walking-stick")).verdict is Verdict.YES


def test_a_ramp_narrower_than_the_chair_does_not_carry_it() -> None:
    verdicts = {}
    for width, tolerance in ((610, 10), (700, 10), (770, 10)):
        told = on(quay(180), bus(door(ramp_width_mm=mm(width - tolerance, width + tolerance))))
        verdicts[width] = told.verdict
        assert ("RAMP_NARROW" in codes(told)) == (width - tolerance < 700)
    assert verdicts == {610: Verdict.NO, 700: Verdict.UNCERTAIN, 770: Verdict.YES}
