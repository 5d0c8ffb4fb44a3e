"""What data say against each other (DOMAIN B, C1 to C10): what is declared, what is computed, what is missing."""

from __future__ import annotations

from planner.access.boarding import judge_boarding
from planner.access.profiles import get_profile
from planner.audit.rules import PASSED, About, Result, Severity, Standing, State, Threshold, failed, rule, unknown
from planner.audit.said import say, say_interval
from planner.audit.subjects import NEAR_M, PARTNER_M, Serving, StopSubject
from planner.facts import Interval
from planner.model import Flag, Verdict

OURS = "Plainpied: declared against computed"
OLD_YEARS = 10  # an engineering default
RAISED_BUS_QUAY_MM = 260.0


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


@rule("C5", About.STOP, Severity.MAJOR, OURS, standing=Standing.GUIDANCE)
def measures_are_possible(stop: StopSubject) -> Result:
    """No measure of the stop lies outside what is possible, as one in another unit does."""
    if stop.not_possible:
        return failed(say("%(values_count)s values that cannot be, and are not used", values_count=stop.not_possible))
    measured = any(isinstance(fact.value, Interval) for fact in stop.facts.values())
    return PASSED if measured or stop.quay.height_mm is not None else unknown("height_mm")


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


@rule("C7", About.STOP, Severity.MAJOR, OURS, Threshold(NEAR_M, "m"), Standing.GUIDANCE)
def way_leads_on(stop: StopSubject) -> Result:
    """A way without a step leads on from the stop for 200 m."""
    if stop.step_free_m is None:
        return unknown("streets")
    if stop.step_free_m.low >= NEAR_M:
        return PASSED
    if stop.step_free_m.high >= NEAR_M:
        return Result(State.NOT_ASSESSABLE, ("streets",), note=say("it leads on only over what cannot be judged"))
    return failed(say("for %(metres_count)s m alone", metres_count=int(stop.step_free_m.high)))


@rule("C8", About.STOP, Severity.MINOR, OURS, Threshold(OLD_YEARS, "years"), Standing.GUIDANCE)
def height_is_recent(stop: StopSubject) -> Result:
    """The height of the quay was measured less than ten years ago."""
    height = stop.quay.height_mm
    if height is None:
        return unknown("height_mm")
    if height.measured_on is None:
        return unknown("measured_on")
    then, now = height.measured_on, stop.day
    years = now.year - then.year - ((now.month, now.day) < (then.month, then.day))
    return failed(say("%(years_count)s years", years_count=years)) if years >= OLD_YEARS else PASSED


@rule("C9", About.STOP, Severity.INFORMATION, OURS, Threshold(PARTNER_M, "m"), Standing.GUIDANCE)
def line_calls_the_other_way_too(stop: StopSubject) -> Result:
    """Every line that runs both ways calls within 300 m the other way too."""
    if stop.paired is None:
        return unknown("direction_id")
    return PASSED if stop.paired else failed(say("no stop of the opposite direction near"))


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
