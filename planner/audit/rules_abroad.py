"""Rules of other countries whose fields we hold; thresholds from guides are marked as guidance."""

from __future__ import annotations

from planner.access.boarding import judge_boarding
from planner.access.profiles import get_profile
from planner.audit.rules import (
    PASSED,
    About,
    Result,
    Severity,
    Standing,
    State,
    Threshold,
    at_least,
    at_most,
    rule,
    size_of,
    unknown,
)
from planner.audit.rules_france import say_step
from planner.audit.said import Said, say
from planner.audit.subjects import StopSubject

ADA_DEPTH_MM = 2440.0


@rule(
    "CH-01", About.STOP, Severity.BLOCKING, "VAböV, VSS, as read at hindernisfreie-architektur.ch", Threshold(220, "mm")
)
def swiss_height(stop: StopSubject) -> Result:
    """A bus quay is at least 220 mm high for boarding alone, or 160 mm where a ramp is used."""
    result = at_least(stop.quay.height_mm, 220, "height_mm")
    height = stop.quay.height_mm
    if result.state is State.FAIL and height is not None and height.value.high >= 160:
        return Result(State.NOT_ASSESSABLE, ("whether the exception for a ramp holds",), result.found)
    return result


@rule("CH-02", About.STOP, Severity.BLOCKING, "VAböV, art. 11", Threshold(1400, "mm"))
def swiss_boarding_area(stop: StopSubject) -> Result:
    """The boarding area is at least 1.40 m deep."""
    return at_least(stop.facts.get("clear_depth_mm"), 1400, "clear_depth_mm")


@rule("CH-03", About.STOP, Severity.MAJOR, "VAböV, art. 10", Threshold(0.02, "rise / run"))
def swiss_cross_slope(stop: StopSubject) -> Result:
    """The quay slopes by at most 2 % across."""
    return at_most(stop.facts.get("cross_slope"), 0.02, "cross_slope")


@rule("DE-01", About.STOP, Severity.BLOCKING, "BMV direkt 51: at most 100 mm, target 50", Threshold(100, "mm"))
def german_step_and_gap(stop: StopSubject) -> Result:
    """What remains between quay and vehicle is at most 100 mm high and wide."""
    if not stop.serving:
        return unknown("vehicle")
    profile, missing = get_profile("manual-wheelchair"), []
    for one in stop.serving:
        told = judge_boarding(stop.quay, one.vehicle, profile, alighting=False)
        for name, length, found in (("step", told.step_mm, say_step), ("gap", told.gap_mm, _say_gap)):
            size = None if length is None else size_of(length)
            if size is None:
                missing.append(name)
            elif size.low > 100:
                return Result(State.FAIL, found=found(size.low, size.high), gap=size.low - 100)
            elif size.high > 100:
                missing.append(f"tolerance of the {name}")
    return unknown(*dict.fromkeys(missing)) if missing else PASSED


@rule("DE-02", About.STOP, Severity.MAJOR, "DIN 18040-3, VDV", Threshold(180, "mm"), Standing.GUIDANCE)
def german_height(stop: StopSubject) -> Result:
    """A bus quay is at least 180 mm high."""
    return at_least(stop.quay.height_mm, 180, "height_mm")


@rule(
    "UK-01", About.STOP, Severity.MAJOR, "Leicestershire highway design guide", Threshold(125, "mm"), Standing.GUIDANCE
)
def british_height(stop: StopSubject) -> Result:
    """A bus stop kerb is at least 125 mm high."""
    return at_least(stop.quay.height_mm, 125, "height_mm")


@rule(
    "UK-02",
    About.STOP,
    Severity.MINOR,
    "Northern Ireland bus stop design guide",
    Threshold(3000, "mm"),
    Standing.GUIDANCE,
)
def british_length(stop: StopSubject) -> Result:
    """The raised edge is at least 3 m long."""
    return at_least(stop.facts.get("length_mm"), 3000, "length_mm")


@rule(
    "US-01",
    About.STOP,
    Severity.BLOCKING,
    "ADA standards for transportation facilities, 810.2.2",
    Threshold(ADA_DEPTH_MM, "mm"),
)
def american_boarding_area(stop: StopSubject) -> Result:
    """The boarding area is at least 2440 mm deep, measured from the edge."""
    return at_least(stop.facts.get("clear_depth_mm"), ADA_DEPTH_MM, "clear_depth_mm")


def _say_gap(low_mm: float, high_mm: float) -> Said:
    if low_mm == high_mm:
        return say("a gap of %(value_mm)s", value_mm=low_mm)
    return say("a gap of %(low_mm)s to %(high_mm)s", low_mm=low_mm, high_mm=high_mm)
