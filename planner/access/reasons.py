"""Why a verdict is what it is: stable codes with the numbers that a sentence needs.

The first reason of a YES says how the boarding goes at worst; the reasons of the others are all that is known to stand
in the way at the deciding door. What is not known stands in ``Boarding.missing``.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from types import MappingProxyType

from planner.access import boarding_formula as k
from planner.facts import Interval
from planner.model import Boarding, Door, Outcome, Profile, Quay, Reason, VehicleType, Verdict

CODES = MappingProxyType(
    {
        # How it goes
        "LEVEL": "Step and gap are within the traveller's limits.",
        "STEP": "A walker takes one ordinary step.",
        "RAMP": "The ramp serves, alone.",
        "LIFT": "The lift of the vehicle serves.",
        "RAMP_ASSISTED": "The ramp serves with the traveller's companion.",
        "GAP_ASSISTED": "The traveller's companion tips the chair over step and gap.",
        "RAMP_STEEP": "The ramp is within the limit but steeper than what is comfortable.",
        "KNEEL_ON_REQUEST": "The vehicle kneels if the driver is asked.",
        # What stands in the way
        "SPACES": "More wheelchairs than the vehicle has spaces.",
        "DOOR_NARROW": "The door is narrower than the chair and 50 mm.",
        "LEVEL_ONLY": "The traveller takes neither ramp nor lift nor help nor step.",
        "INSIDE_STEPS": "There are steps behind the door.",
        "STEP_TOO_HIGH": "The step up or down is over the limit.",
        "GAP_TOO_WIDE": "The gap is over the limit.",
        "NO_RAMP": "The door has no ramp and no lift.",
        "RAMP_TOO_STEEP": "The ramp is steeper than the limit.",
        "RAMP_TOO_SHORT": "The ramp does not bridge the gap with 100 mm to rest on.",
        "RAMP_OUTLET": "The ramp comes out below the quay.",
        "RAMP_NOT_DEPLOYABLE": "A ramp cannot be put out at this quay.",
        "LOAD": "Person and chair are heavier than the ramp bears.",
        "RAMP_NARROW": "The ramp is narrower than the chair.",
        "ROOM": "Too little room on the quay to turn with the ramp out.",
        "ROOM_TIGHT": "The room on the quay is up to 300 mm less than the turning circle.",
        "ROAD": "The quay is the road, and the ramp is not known to land there.",
        "DOCKING_OBSTRUCTED": "Cars may stand in the bay; then boarding is from the road.",
        "DEVICE_CONFLICT": "A ramp length is stated for a door that is said to have no device.",
        # What cannot be compared
        "NO_REFERENCE": "Quay and floor heights are not known to be measured from the same thing.",
        "NO_PRIOR": "For this mode nothing can be supposed about heights that nobody has measured.",
        "NO_DOOR": "No door is described that may be used at this end.",
        "UNFIT_AT_BEST": "Even the best ordinary value of what is not known leaves step, gap or ramp over the limit.",
        # Declared on top (declared.py)
        "STOP_FLAG_NO": "The stop is declared not accessible.",
        "TRIP_FLAG_NO": "The trip is declared not accessible.",
        "PERMISSION_REFUSED": "The operator does not let wheelchairs board here.",
        "DECLARED_YES": "Stop and trip are both declared accessible.",
        "STOP_FLAG_YES": "The stop is declared accessible.",
        "TRIP_FLAG_YES": "The trip is declared accessible.",
        "PARTIAL": "Access is declared partial.",
    }
)


def explain(
    boarding: Boarding, quay: Quay, vehicle: VehicleType, door: Door, profile: Profile, *, alighting: bool
) -> Boarding:
    """The boarding with its reasons."""
    reasons: list[Reason] = []
    if boarding.verdict is Verdict.YES:
        reasons.append(Reason(boarding.worst.name))
    if boarding.steep and boarding.slope is not None:
        reasons.append(
            Reason(
                "RAMP_STEEP",
                {
                    "low": boarding.slope.low,
                    "high": boarding.slope.high,
                    "limit": boarding.slope.limit,
                    "comfort": profile.ramp_comfort,
                },
            )
        )
    if boarding.kneel == "on_request":
        reasons.append(Reason("KNEEL_ON_REQUEST"))
    if boarding.verdict is not Verdict.YES:
        reasons += _barriers(boarding, quay, vehicle, door, profile, alighting=alighting)
    return replace(boarding, reasons=tuple(reasons))


def _barriers(
    boarding: Boarding, quay: Quay, vehicle: VehicleType, door: Door, profile: Profile, *, alighting: bool
) -> list[Reason]:
    """Everything that may stand in the way at the deciding door, as far as it is known."""
    spaces = vehicle.wheelchair_spaces
    if spaces is not None and profile.wheelchairs > spaces.value:
        return [Reason("SPACES", {"spaces": spaces.value, "wheelchairs": profile.wheelchairs})]
    reasons: list[Reason] = []
    if "quay.height_reference" in boarding.missing:
        reasons.append(Reason("NO_REFERENCE", {"quay": quay.height_reference, "mode": vehicle.mode}))
    elif vehicle.mode.lower() not in ("bus", "tram") and {"quay.height_mm", "door.floor_mm"} & set(boarding.missing):
        reasons.append(Reason("NO_PRIOR", {"mode": vehicle.mode}))
    if vehicle.doors and boarding.door_no is None:
        reasons.append(Reason("NO_DOOR"))
    if profile.wheeled:
        reasons += _inside(door, profile)
    reasons += _step_and_gap(boarding, profile, alighting=alighting)
    if profile.level_only:
        reasons.append(Reason("LEVEL_ONLY"))
    else:
        reasons += _ramp(boarding, door, profile)
    reasons += _around(boarding, quay, door, profile)
    if boarding.verdict is Verdict.NO and not reasons:  # no known number refuses, every supposed one does
        reasons.append(Reason("UNFIT_AT_BEST"))
    return reasons


def _span(code: str, interval: Interval, limit: float | None) -> Reason:
    return Reason(code, {"low": interval.low, "high": interval.high, "limit": limit})


def _inside(door: Door, profile: Profile) -> list[Reason]:
    reasons = []
    width, steps = door.clear_width_mm, door.inside_steps
    if width is not None and profile.width_mm is not None and width.value.low < profile.width_mm + k.DOOR_PLAY_MM:
        reasons.append(_span("DOOR_NARROW", width.value, profile.width_mm + k.DOOR_PLAY_MM))
    if steps is not None and steps.value > 0:
        reasons.append(Reason("INSIDE_STEPS", {"steps": steps.value}))
    return reasons


def _step_and_gap(boarding: Boarding, profile: Profile, *, alighting: bool) -> list[Reason]:
    reasons = []
    up, down = profile.step_up_mm, profile.step_down_mm
    if alighting:
        up, down = down, up
    if not profile.wheeled and not profile.level_only and profile.step_max_mm is not None:
        up = None if up is None else max(up, profile.step_max_mm)
        down = None if down is None else max(down, profile.step_max_mm)
    step, gap = boarding.step_mm, boarding.gap_mm
    if step is not None and up is not None and step.high > up + k.EPS:
        reasons.append(_span("STEP_TOO_HIGH", step, up))
    elif step is not None and down is not None and step.low < -down - k.EPS:
        reasons.append(_span("STEP_TOO_HIGH", step, down))
    if gap is not None and profile.gap_mm is not None and gap.high > profile.gap_mm + k.EPS:
        reasons.append(_span("GAP_TOO_WIDE", gap, profile.gap_mm))
    return reasons


def _ramp(boarding: Boarding, door: Door, profile: Profile) -> list[Reason]:
    reasons = []
    device = None if door.device is None else door.device.value
    length = None if door.ramp_length_mm is None else door.ramp_length_mm.value
    if device == "none":
        code = "DEVICE_CONFLICT" if length is not None and length.high > 0 else "NO_RAMP"
        reasons.append(Reason(code))
    elif device != "lift" and length is not None and length.high <= 0:
        reasons.append(Reason("NO_RAMP"))
    elif length is not None and length.high > 0:
        step, slope = boarding.step_mm, boarding.slope
        if slope is not None and slope.high > slope.limit:
            reasons.append(Reason("RAMP_TOO_STEEP", {"low": slope.low, "high": slope.high, "limit": slope.limit}))
        elif slope is None and step is not None:
            reasons.append(_span("RAMP_TOO_SHORT", length, max(abs(step.low), abs(step.high))))
        if step is not None and boarding.gap_mm is not None:
            rise = max(abs(step.low), abs(step.high))
            needed = sqrt((boarding.gap_mm.high + k.BEARING_MM) ** 2 + rise**2)
            if slope is not None and length.low < needed:
                reasons.append(_span("RAMP_TOO_SHORT", length, needed))
        drop = 0.0 if door.ramp_outlet_drop_mm is None else door.ramp_outlet_drop_mm.value.high
        if step is not None and step.low < drop:
            reasons.append(_span("RAMP_OUTLET", step, drop))
        load = door.ramp_load_kg
        if load is not None and profile.mass_kg is not None and profile.mass_kg > load.value:
            reasons.append(Reason("LOAD", {"mass": profile.mass_kg, "limit": load.value}))
        width = door.ramp_width_mm
        chair = profile.width_mm
        if profile.wheeled and width is not None and chair is not None and width.value.low < chair:
            reasons.append(_span("RAMP_NARROW", width.value, chair))
    return reasons


def _around(boarding: Boarding, quay: Quay, door: Door, profile: Profile) -> list[Reason]:
    reasons = []
    no_device = profile.level_only or (door.device is not None and door.device.value == "none")
    if boarding.worst > Outcome.STEP and not no_device:
        room, turning = quay.manoeuvre_mm, profile.turning_mm
        if room is not None and turning is not None and room.value.low < turning:
            code = "ROOM_TIGHT" if room.value.high >= turning - k.TIGHT_MM else "ROOM"
            reasons.append(_span(code, room.value, turning))
        if quay.ramp_deployable is not None and not quay.ramp_deployable.value:
            reasons.append(Reason("RAMP_NOT_DEPLOYABLE"))
        to_road = door.deploys_to_road
        height = quay.height_mm
        if height is not None and height.value.low < k.ROAD_BELOW_MM and not (to_road is not None and to_road.value):
            reasons.append(_span("ROAD", height.value, k.ROAD_BELOW_MM))
    if quay.approach is not None and quay.approach.value == "bay_parking":
        reasons.append(Reason("DOCKING_OBSTRUCTED"))
    return reasons
