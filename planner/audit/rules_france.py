"""French rules on stops and vehicles (arrêté of 15 January 2007, code des transports).

What our data cannot know has no function here, but a row in ``NOT_HELD``: nobody may take silence for a pass.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from planner.access.boarding import judge_boarding
from planner.access.profiles import get_profile
from planner.audit.rules import (
    PASSED,
    STRADDLES,
    About,
    Result,
    Severity,
    Standing,
    State,
    Threshold,
    at_least,
    at_most,
    failed,
    less_than,
    must_be,
    rule,
    size_of,
    unknown,
    within,
)
from planner.audit.said import NOTHING, Said, say, say_interval, say_reasons
from planner.audit.subjects import Serving, StopSubject
from planner.model import NO_CONTROL, NO_SUBSTITUTION, Boarding, Outcome, Slope, Verdict

ORDER = "arrêté du 15 janvier 2007, art. 1"
STOP_PART = f"{ORDER}-12°"
SEVERE_RAMP = 0.12
EASY_RAMP = 0.08
ALONE = get_profile("manual-wheelchair", {"ramp_alone": SEVERE_RAMP})  # up to the slope where FR-04 ends
GUIDED = frozenset({"tram", "metro", "rail", "train", "subway"})
COMPENSATING_STOPS = 2
LASTING_CONTRAST = 0.40  # stands for 70 % of new material where it lasts
GUARDED_MM = 400.0
CROSSED_MM = 50.0  # step and gap that the presets of wheelchairs with help cross
NOT_HELD = MappingProxyType(
    {
        "FR-20": "where landings lie and how large they are: they belong to a slope, and quays have one slope",
        "FR-24": "whether the network is in Île-de-France, where alone this share holds",
        "FR-27": "what the road authority has published",
        "FR-28": "what the authorities have published",
    }
)


@rule("FR-01", About.STOP, Severity.BLOCKING, STOP_PART)
def way_to_the_waiting_area(stop: StopSubject) -> Result:
    """At least one way without obstacle leads to the waiting area."""
    return must_be(stop.facts.get("path_step_free"), True, "path_step_free")


@rule("FR-02", About.STOP, Severity.BLOCKING, STOP_PART, Threshold(900, "mm"))
def passage_between_edge_and_shelter(stop: StopSubject) -> Result:
    """At least 0.90 m are free between the edge and the first obstacle behind it."""
    return at_least(stop.facts.get("clear_depth_mm"), 900, "clear_depth_mm")


@rule("FR-03", About.STOP, Severity.BLOCKING, STOP_PART, Threshold(1500, "mm"))
def circle_with_the_ramp_out(stop: StopSubject) -> Result:
    """A circle of 1.50 m is free for turning when the boarding aid is put out."""
    return at_least(stop.facts.get("manoeuvre_mm"), 1500, "manoeuvre_mm")


@rule(
    "FR-04",
    About.STOP,
    Severity.BLOCKING,
    f"{STOP_PART}: height adapted to the rolling stock; the slopes are guidance (Cerema 2018, Périgueux)",
    Threshold(EASY_RAMP, "rise / run"),
    Standing.GUIDANCE,
)
def height_adapted_to_the_vehicles(stop: StopSubject) -> Result:
    """The height of the quay suits every vehicle that serves it, so that somebody boards alone over at most 8 %."""
    if not stop.serving:
        return unknown("vehicle")
    told = [_boarding(stop, one) for one in stop.serving]
    for one in told:
        if one.verdict is Verdict.NO:
            step = one.step_mm
            found = NOTHING if step is None else say_step(step.low, step.high)
            return failed(found, note=say_reasons(one.reasons))
    slopes = sorted((one.slope for one in told if one.slope is not None), key=lambda one: (one.low, one.high))
    steepest = slopes[-1] if slopes else None
    if steepest is not None and steepest.low > EASY_RAMP:
        found = _say_slope(steepest)
        return Result(State.FAIL, found=found, gap=steepest.low - EASY_RAMP, severity=Severity.MAJOR)
    if any(one.verdict is Verdict.UNKNOWN for one in told):
        return unknown(*dict.fromkeys(field for one in told for field in one.missing))
    doubtful = next((one for one in slopes if one.high > EASY_RAMP), None)
    if doubtful is not None or any(one.verdict is not Verdict.YES for one in told):
        return Result(State.NOT_ASSESSABLE, found=_say_slope(doubtful or steepest), note=STRADDLES)
    return Result(State.PASS, found=_say_slope(steepest))


@rule("FR-05", About.STOP, Severity.MAJOR, STOP_PART)
def in_line_and_not_in_a_bay(stop: StopSubject) -> Result:
    """An urban stop lies in line or on a bulb, and not in a bay."""
    approach = stop.quay.approach
    if approach is None:
        return unknown("approach")
    return (
        failed(say("%(approach_word)s", approach_word=approach.value))
        if approach.value in ("bay", "bay_parking")
        else PASSED
    )


@rule("FR-06", About.STOP, Severity.MINOR, STOP_PART, Threshold(120, "mm"))
def size_of_line_numbers(stop: StopSubject) -> Result:
    """Figures and letters by which the lines are called are at least 12 cm high."""
    return at_least(stop.facts.get("line_number_height_mm"), 120, "line_number_height_mm")


@rule("FR-07", About.STOP, Severity.MINOR, STOP_PART, Threshold(80, "mm"))
def size_of_the_name(stop: StopSubject) -> Result:
    """The name of the stop stands in letters at least 8 cm high."""
    return at_least(stop.facts.get("stop_name_height_mm"), 80, "stop_name_height_mm")


@rule("FR-08", About.STOP, Severity.MINOR, STOP_PART)
def lines_and_destinations(stop: StopSubject) -> Result:
    """The lines that call and their destinations are displayed."""
    return must_be(stop.facts.get("lines_displayed"), True, "lines_displayed")


@rule("FR-09", About.STOP, Severity.MAJOR, STOP_PART, Threshold(260, "mm"))
def warning_strip_on_a_high_quay(stop: StopSubject) -> Result:
    """A quay of guided transport more than 0.26 m above the road has a tactile warning strip."""
    if not stop.modes:
        return unknown("vehicle")
    if not stop.modes & GUIDED:
        return Result(State.PASS, note=say("no guided transport"))
    height, strip = stop.quay.height_mm, stop.facts.get("tactile_strip")
    if strip is not None and strip.value:
        return PASSED
    if height is not None and height.value.high <= 260:
        return PASSED
    if height is None or height.value.low <= 260:
        return unknown("height_mm")
    return must_be(strip, True, "tactile_strip")


@rule("FR-10", About.STOP, Severity.MINOR, f"{STOP_PART}, et annexe 1", Threshold(0.70, "contrast"))
def contrast_of_signs(stop: StopSubject) -> Result:
    """Signs stand out from what is behind them by a contrast of luminance of 70 %, or 40 % that lasts."""
    result = at_least(stop.facts.get("contrast"), 0.70, "contrast")
    if result.state is not State.FAIL:
        return result
    if stop.facts["contrast"].value.high >= LASTING_CONTRAST:
        return Result(State.NOT_ASSESSABLE, ("whether the contrast lasts",), result.found)
    return replace(result, note=say("an equal contrast of colours may stand for it"))


@rule("FR-11", About.STOP, Severity.MAJOR, f"{ORDER}-1°", Threshold(0.05, "rise / run"))
def slope_of_the_quay(stop: StopSubject) -> Result:
    """The quay slopes by less than 5 % along its edge."""
    result = less_than(stop.facts.get("slope"), 0.05, "slope")
    return _worse_above(result, 0.12 - 0.05)


@rule("FR-12", About.STOP, Severity.MAJOR, f"{ORDER}-3°", Threshold(0.02, "rise / run"))
def cross_slope_of_the_quay(stop: StopSubject) -> Result:
    """The quay slopes by at most 2 % across."""
    return _worse_above(at_most(stop.facts.get("cross_slope"), 0.02, "cross_slope"), 0.05 - 0.02)


@rule("FR-14", About.STOP, Severity.MAJOR, f"{ORDER}-4°", Threshold(1200, "mm"))
def width_of_the_kerb_drop(stop: StopSubject) -> Result:
    """The lowered part of a kerb is at least 1.20 m wide."""
    return at_least(stop.facts.get("kerb_drop_width_mm"), 1200, "kerb_drop_width_mm")


@rule("FR-16", About.STOP, Severity.MINOR, f"{ORDER}-6°", Threshold(20, "mm"))
def slots_in_the_ground(stop: StopSubject) -> Result:
    """Slots and holes in the ground are less than 2 cm wide."""
    return less_than(stop.facts.get("slot_width_mm"), 20, "slot_width_mm")


@rule("FR-17", About.STOP, Severity.MAJOR, f"{ORDER}-6°", Threshold(2200, "mm"))
def headroom(stop: StopSubject) -> Result:
    """At least 2.20 m are free below what overhangs, unless a low element warns of it."""
    return at_least(stop.facts.get("headroom_mm"), 2200, "headroom_mm")


@rule("FR-19", About.STOP, Severity.MAJOR, f"{ORDER}-1°", Threshold(GUARDED_MM, "mm"))
def drop_is_guarded(stop: StopSubject) -> Result:
    """A rail to lean on stands along every drop of more than 0.40 m."""
    drop, guarded = stop.facts.get("drop_mm"), stop.facts.get("drop_guarded")
    if guarded is not None and guarded.value:
        return PASSED
    result = at_most(drop, GUARDED_MM, "drop_mm")
    if result.state is State.FAIL and guarded is None:
        return replace(unknown("drop_guarded"), found=result.found)
    return result


@rule("FR-22", About.STOP, Severity.MINOR, f"{ORDER}-9°", Threshold(1300, "mm"))
def height_of_controls(stop: StopSubject) -> Result:
    """What is operated at the stop is between 0.90 m and 1.30 m above the ground."""
    height = stop.facts.get("control_height_mm")
    if height is not None and height.value == NO_CONTROL:
        return Result(State.PASS, note=say("nothing to operate"))
    return within(height, 900, 1300, "control_height_mm")


@rule("FR-23", About.STOP, Severity.INFORMATION, "code des transports, art. D1112-10")
def priority_is_recorded(stop: StopSubject) -> Result:
    """A stop that several lines serve is recorded as a priority stop."""
    priority = stop.facts.get("priority")
    if priority is not None and priority.value:
        return PASSED
    if len(stop.routes) < 2:
        return Result(State.NOT_ASSESSABLE, ("structuring line", "facilities within 200 m"))
    note = say("two lines make a stop a priority stop outside Île-de-France")
    return failed(say("%(lines_count)s lines", lines_count=len(stop.routes)), note=note)


@rule("FR-25", About.STOP, Severity.INFORMATION, "code des transports, art. D1112-15", Threshold(1500, "mm"))
def impossibility_has_a_reason(stop: StopSubject) -> Result:
    """A stop declared technically impossible lies on a road of more than 5 % or has no circle of 1.50 m."""
    impossible, room, slope = (stop.facts.get(n) for n in ("technically_impossible", "manoeuvre_mm", "slope"))
    if impossible is None:
        return unknown("technically_impossible")
    if not impossible.value:
        return PASSED
    steep, wide = at_most(slope, 0.05, "slope"), at_least(room, 1500, "manoeuvre_mm")
    if State.FAIL in (steep.state, wide.state):
        return PASSED
    if steep.state is State.PASS and wide.state is State.PASS:
        return failed(say("neither reason: slope and circle keep their limits"))
    return unknown(*steep.missing, *wide.missing)


@rule("FR-L1112-4", About.STOP, Severity.BLOCKING, "code des transports, art. L1112-4")
def impossibility_has_a_substitution(stop: StopSubject) -> Result:
    """A priority stop that is technically impossible to adapt has a substitution, or two stops adapted in its place."""
    priority, impossible = stop.facts.get("priority"), stop.facts.get("technically_impossible")
    for fact in (priority, impossible):
        if fact is not None and not fact.value:
            return PASSED
    if priority is None or impossible is None:
        return unknown(*(n for n in ("priority", "technically_impossible") if stop.facts.get(n) is None))
    substitution = stop.facts.get("substitution")
    declined = substitution is not None and substitution.value == NO_SUBSTITUTION
    if (substitution is not None and not declined) or len(stop.compensating) >= COMPENSATING_STOPS:
        return PASSED
    if declined:
        return failed(note=say("no service replaces it, and fewer than two compensating stops are recorded"))
    if stop.compensating:
        return failed(note=say("no substitution is recorded, and one compensating stop"))
    return failed(note=say("neither a substitution nor compensating stops are recorded"))


@rule(
    "FR-26",
    About.STOP,
    Severity.BLOCKING,
    "décret 2006-138, art. 2; code des transports, art. D1112-5; the 50 mm are guidance",
    Threshold(CROSSED_MM, "mm"),
    Standing.GUIDANCE,
)
def gap_is_filled(stop: StopSubject) -> Result:
    """Where step or gap cannot be crossed, quay or vehicle has equipment that fills it."""
    if not stop.serving:
        return unknown("vehicle")
    missing: list[str] = []
    for one in stop.serving:
        told = _boarding(stop, one)
        sizes = [size_of(length) for length in (told.step_mm, told.gap_mm) if length is not None]
        if told.worst is Outcome.LEVEL or (len(sizes) == 2 and all(size.high <= CROSSED_MM for size in sizes)):
            continue
        devices = [door.device for door in one.vehicle.doors]
        if any(device is not None and device.value != "none" for device in devices):
            continue
        if not devices or None in devices:
            missing.append("door.device")
            continue
        beyond = max((size.low for size in sizes), default=0.0)
        if beyond > CROSSED_MM:
            return Result(State.FAIL, found=say_interval(beyond, beyond, "mm"), gap=beyond - CROSSED_MM)
        missing += told.missing or ("tolerance",)
    return unknown(*dict.fromkeys(missing)) if missing else PASSED


@rule("FR-29", About.VEHICLE, Severity.BLOCKING, "code des transports, art. D1112-5", Threshold(1, "spaces"))
def vehicle_has_a_wheelchair_space(serving: Serving) -> Result:
    """Every vehicle has at least one place for a wheelchair."""
    spaces = serving.vehicle.wheelchair_spaces
    if spaces is None:
        return unknown("wheelchair_spaces")
    return PASSED if spaces.value >= 1 else Result(State.FAIL, found=say("no place for a wheelchair"), gap=1.0)


def _boarding(stop: StopSubject, serving: Serving) -> Boarding:
    return judge_boarding(stop.quay, serving.vehicle, ALONE, alighting=False)


def say_step(low_mm: float, high_mm: float) -> Said:
    """Say how high a step is."""
    if low_mm == high_mm:
        return say("a step of %(value_mm)s", value_mm=low_mm)
    return say("a step of %(low_mm)s to %(high_mm)s", low_mm=low_mm, high_mm=high_mm)


def _say_slope(slope: Slope | None) -> Said:
    return NOTHING if slope is None else say_interval(slope.low, slope.high, "slope")


def _worse_above(result: Result, blocking_gap: float) -> Result:
    if result.gap is None or result.gap <= blocking_gap:
        return result
    return Result(result.state, result.missing, result.found, result.gap, Severity.BLOCKING, result.note)
