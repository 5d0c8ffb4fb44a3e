"""What data say against each other (DOMAIN B, C1 to C10): what is declared, what is computed, what is missing."""

from __future__ import annotations

from types import MappingProxyType

from planner.access.boarding import judge_boarding
from planner.access.profiles import get_profile
from planner.audit.rules import PASSED, About, Result, Severity, Standing, Threshold, failed, rule, unknown
from planner.audit.said import say, say_interval
from planner.audit.subjects import Serving, StopSubject
from planner.model import Flag, Verdict

OURS = "Plainpied: declared against computed"
OLD_YEARS = 10  # an engineering default
RAISED_BUS_QUAY_MM = 260.0
ELSEWHERE = MappingProxyType(
    {
        "C5": "units are checked by the readers, as findings of the import",
        "C7": "the walking network is compared with the survey by the street rules; a distance of 200 m is not",
        "C9": "no field says which stop is the partner in the opposite direction",
    }
)


def _verdicts(stop: StopSubject) -> list[Verdict]:
    profile = get_profile("manual-wheelchair")
    return [judge_boarding(stop.quay, one.vehicle, profile, alighting=False).verdict for one in stop.serving]


@rule("C1", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def declared_yes_is_possible(stop: StopSubject) -> Result:
    """A stop declared accessible can be boarded by wheelchair from at least one of its vehicles."""
    if stop.flag is Flag.UNKNOWN:
        return unknown("wheelchair_boarding")
    if stop.flag is not Flag.YES:
        return PASSED
    told = _verdicts(stop)
    if not told:
        return unknown("vehicle")
    if all(verdict is Verdict.NO for verdict in told):
        return failed(say("no vehicle can be boarded"))
    possible = any(verdict in (Verdict.YES, Verdict.UNCERTAIN) for verdict in told)
    return PASSED if possible else unknown("quay.height_mm", "door.floor_mm")


@rule("C2", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def declared_no_is_founded(stop: StopSubject) -> Result:
    """A stop declared not accessible cannot be boarded by wheelchair from all of its vehicles."""
    if stop.flag is Flag.UNKNOWN:
        return unknown("wheelchair_boarding")
    if stop.flag is not Flag.NO:
        return PASSED
    told = _verdicts(stop)
    if not told:
        return unknown("vehicle")
    if all(verdict is Verdict.YES for verdict in told):
        return failed(say("every vehicle can be boarded"))
    return PASSED if Verdict.NO in told else unknown("quay.height_mm", "door.floor_mm")


@rule("C3", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def station_and_its_stop_agree(stop: StopSubject) -> Result:
    """A stop of a station declared accessible has a way without a step."""
    if stop.parent_flag is Flag.UNKNOWN:
        return unknown("wheelchair_boarding of the station")
    if stop.parent_flag is not Flag.YES:
        return PASSED
    if stop.flag is Flag.NO:
        return failed(say("the stop says no, its station yes"))
    path = stop.facts.get("path_step_free")
    if path is None:
        return unknown("path_step_free")
    return PASSED if path.value else failed(say("the way has a step"))


@rule("C4", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def accessible_trips_meet_accessible_stops(stop: StopSubject) -> Result:
    """A stop where accessible trips call is not itself declared inaccessible."""
    flags = {one.trip_flag for one in stop.serving}
    if Flag.YES in flags and stop.flag is Flag.NO:
        return failed(say("trip yes, stop no"))
    if not flags or Flag.UNKNOWN in flags:
        return unknown("wheelchair_accessible")
    return unknown("wheelchair_boarding") if stop.flag is Flag.UNKNOWN else PASSED


@rule("C6", About.STOP, Severity.MINOR, OURS, Threshold(RAISED_BUS_QUAY_MM, "mm"), Standing.GUIDANCE)
def no_platform_for_a_bus(stop: StopSubject) -> Result:
    """A quay that buses serve is not higher than 260 mm."""
    if not stop.modes:
        return unknown("vehicle")
    if "bus" not in stop.modes:
        return PASSED
    height = stop.quay.height_mm
    if height is None:
        return unknown("height_mm")
    if height.value.low > RAISED_BUS_QUAY_MM:
        return failed(say_interval(height.value.low, height.value.high, "mm"))
    return PASSED if height.value.high <= RAISED_BUS_QUAY_MM else unknown("tolerance")


@rule("C8", About.STOP, Severity.MINOR, OURS, Threshold(OLD_YEARS, "years"), Standing.GUIDANCE)
def height_is_recent(stop: StopSubject) -> Result:
    """The height of the quay was measured less than ten years ago."""
    height = stop.quay.height_mm
    if height is None:
        return unknown("height_mm")
    if height.measured_on is None:
        return unknown("measured_on")
    years = (stop.day - height.measured_on).days / 365.25
    return failed(say("%(years_count)s years", years_count=int(years))) if years >= OLD_YEARS else PASSED


@rule("C10", About.VEHICLE, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def declared_ramp_has_a_length(serving: Serving) -> Result:
    """Every ramp that is declared has a length."""
    devices = [door.device for door in serving.vehicle.doors]
    if not devices or any(device is None for device in devices):
        return unknown("door.device")
    ramps = [door for door in serving.vehicle.doors if door.device is not None and door.device.value.endswith("_ramp")]
    without = [str(door.door_no) for door in ramps if door.ramp_length_mm is None]
    return failed(say("door %(doors)s", doors=", ".join(without))) if without else PASSED


@rule("FR-30", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def declared_and_computed_agree(stop: StopSubject) -> Result:
    """What is declared of the stop is what follows from its measures."""
    if stop.flag is Flag.UNKNOWN:
        return unknown("wheelchair_boarding")
    return (declared_yes_is_possible if stop.flag is Flag.YES else declared_no_is_founded)(stop)
