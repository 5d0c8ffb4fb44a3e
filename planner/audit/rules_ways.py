"""French rules on the way to a stop (arrêté of 15 January 2007), as far as a walking network can tell."""

from __future__ import annotations

from dataclasses import replace

from planner.audit.rules import (
    PASSED,
    About,
    Result,
    Severity,
    State,
    Threshold,
    at_least,
    at_most,
    failed,
    less_than,
    rule,
)
from planner.audit.rules_france import ORDER
from planner.audit.said import say
from planner.audit.subjects import WaySubject
from planner.network.streets import LinkKind

SHORT_RAMPS = ((0.5, 0.12), (2.0, 0.08))  # m, rise / run: steeper for so short a way
WITH_HANDRAIL = 3  # steps, from which on handrails are prescribed
NO_WIDTH = (LinkKind.KERB, LinkKind.BARRIER, LinkKind.LIFT, LinkKind.FARE_GATE)


@rule("FR-11-way", About.WAY, Severity.MAJOR, f"{ORDER}-1°", Threshold(0.05, "rise / run"))
def slope_of_the_way(way: WaySubject) -> Result:
    """A way slopes by less than 5 %, by 8 % over at most 2 m or 12 % over at most 0.5 m."""
    short = next((slope for metres, slope in SHORT_RAMPS if way.length_m <= metres), None)
    result = less_than(way.incline, 0.05, "incline") if short is None else at_most(way.incline, short, "incline")
    above = result.gap is not None and result.gap + (short or 0.05) > 0.12
    return replace(result, severity=Severity.BLOCKING) if above else result


@rule("FR-12-way", About.WAY, Severity.MAJOR, f"{ORDER}-3°", Threshold(0.02, "rise / run"))
def cross_slope_of_the_way(way: WaySubject) -> Result:
    """A way slopes by at most 2 % across."""
    result = at_most(way.cross_slope, 0.02, "cross_slope")
    above = result.gap is not None and result.gap + 0.02 > 0.05
    return replace(result, severity=Severity.BLOCKING) if above else result


@rule("FR-13", About.WAY, Severity.MAJOR, f"{ORDER}-3°", Threshold(1400, "mm"))
def width_of_the_way(way: WaySubject) -> Result:
    """A way is at least 1.40 m wide, or 1.20 m without wall or obstacle on either side."""
    if way.kind in NO_WIDTH:
        return Result(State.PASS, note=say("no way with a width of its own"))
    result = at_least(way.width_mm, 1400, "width_mm")
    if result.gap is None:
        return result
    if way.width_mm is not None and way.width_mm.value.high >= 1200:
        return Result(State.NOT_ASSESSABLE, ("walls beside the way",), result.found)
    return replace(result, severity=Severity.BLOCKING) if result.gap > 1400 - 900 else result


@rule("FR-15", About.WAY, Severity.MAJOR, f"{ORDER}-5°", Threshold(20, "mm"))
def kerb_on_the_way(way: WaySubject) -> Result:
    """A change of level is at most 20 mm high, or 40 mm with a chamfer of one third."""
    if way.kind is not LinkKind.KERB:
        return PASSED
    result = at_most(way.kerb_mm, 20, "kerb_mm")
    if result.gap is None:
        return result
    if way.kerb_mm is not None and way.kerb_mm.value.low <= 40:
        return Result(State.NOT_ASSESSABLE, ("chamfer",), result.found)
    return replace(result, severity=Severity.BLOCKING)


@rule("FR-18", About.WAY, Severity.INFORMATION, f"{ORDER}-7°", Threshold(1200, "mm"))
def stairs_on_the_way(way: WaySubject) -> Result:
    """Stairs are at least 1.20 m wide, of steps of at most 16 cm by 28 cm or more, with handrails from three steps on.

    Escalators are no stairs. Nobody maps risers and treads, and one handrail may be on one side only, so that stairs
    can fail here and never pass.
    """
    if way.kind is LinkKind.ESCALATOR or (way.kind is not LinkKind.STEPS and way.steps == 0):
        return Result(State.PASS, note=say("no stairs"))
    width = at_least(None if way.at_door else way.width_mm, 1200, "width_mm")
    if width.state is State.FAIL:
        return width
    if way.handrail is False and way.steps is not None and way.steps >= WITH_HANDRAIL:
        return failed(say("%(steps_count)s steps without a handrail", steps_count=way.steps))
    missing = [*width.missing, "riser", "tread"]
    if way.steps is None:
        missing.append("number of steps")
    if way.steps is None or way.steps >= WITH_HANDRAIL:
        missing.append("handrails on both sides")
    return Result(State.NOT_ASSESSABLE, tuple(missing), width.found)


@rule("FR-21", About.WAY, Severity.BLOCKING, f"{ORDER}-6°", Threshold(800, "mm"))
def passage_through_a_barrier(way: WaySubject) -> Result:
    """A chicane or selective passage leaves at least 0.80 m."""
    if way.kind not in (LinkKind.BARRIER, LinkKind.FARE_GATE):
        return PASSED
    return at_least(way.width_mm, 800, "width_mm")
