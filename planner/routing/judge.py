"""The verdict of one boarding of one trip at one stop, from everything that the network knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from planner.access.boarding import judge_boarding
from planner.access.declared import declare
from planner.facts import Certainty, Fact, Interval, Method
from planner.model import Boarding, Flag, Outcome, Override, Profile, Quay, Reason, VehicleType, Verdict
from planner.network.classes import BoardingClass
from planner.network.modes import vehicle_mode
from planner.network.tables import Network

NOTHING_KNOWN = Quay()
GAP_TOLERANCE_MM = 20.0
HELPED = (Outcome.RAMP_ASSISTED, Outcome.GAP_ASSISTED)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of one boarding: the flags of stop and trip, and the text of a "partial"."""

    stop_flag: Flag
    trip_flag: Flag
    partial_text: str | None = None


def judge_call(
    network: Network,
    boarding_class: BoardingClass,
    stop: int,
    profile: Profile,
    *,
    alighting: bool,
    vehicle_type: str | None = None,
) -> Boarding:
    """Judge getting on or off a trip of this class at this stop: physics first, then what is declared.

    Parameters
    ----------
    stop
        Row of the stop.
    vehicle_type
        One type of a mixture; None: whatever comes, so the worst of all its types.
    """
    types = boarding_class.vehicle_types if vehicle_type is None else (vehicle_type,)
    told = [judge_vehicle(network, boarding_class, id_, stop, profile, alighting=alighting) for id_ in types or (None,)]
    worst = max(told, key=lambda boarding: (boarding.verdict, boarding.doubts))
    if len(told) > 1:
        names = (network.knowledge.vehicle_types[id_].name for id_ in types)
        mixed = Reason("MIXTURE", {"vehicle_types": ", ".join(names)})
        worst = replace(worst, reasons=(*worst.reasons, mixed))
    return worst


def judge_vehicle(
    network: Network,
    boarding_class: BoardingClass,
    vehicle_type: str | None,
    stop: int,
    profile: Profile,
    *,
    alighting: bool,
    quay: Quay | None = None,
) -> Boarding:
    """Judge one vehicle type of a class, None if nobody said what comes; with ``quay`` as if the quay were so."""
    return _judge(
        network.knowledge.quays.get(network.stops.id[stop], NOTHING_KNOWN) if quay is None else quay,
        vehicle_of(network, boarding_class, vehicle_type),
        profile,
        declared_of(network, boarding_class, stop, vehicle_type),
        overrides_at(network, boarding_class, stop),
        alighting,
    )


def vehicle_of(network: Network, boarding_class: BoardingClass, vehicle_type: str | None) -> VehicleType:
    """Give what is known of a vehicle type; without one, a vehicle of the route's mode of which nothing is known."""
    mode = vehicle_mode(boarding_class.mode)
    if vehicle_type is None:
        return VehicleType("", "", mode)
    known = network.knowledge.vehicle_types[vehicle_type]
    return known if known.mode else replace(known, mode=mode)


def declared_of(network: Network, boarding_class: BoardingClass, stop: int, vehicle_type: str | None) -> Declared:
    """Collect what is declared: a "no" of the feed or of the survey tables counts, a "yes" fills in."""
    knowledge = network.knowledge
    own, stop_text = knowledge.stop_declared.get(network.stops.id[stop], (Flag.UNKNOWN, None))
    of_type, type_text = knowledge.type_declared.get(vehicle_type or "", (Flag.UNKNOWN, None))
    return Declared(
        stop_flag=stronger_flag(Flag(int(network.stops.flag[stop])), own),
        trip_flag=stronger_flag(boarding_class.trip_flag, of_type),
        partial_text=stop_text if stop_text is not None else type_text,
    )


def overrides_at(network: Network, boarding_class: BoardingClass, stop: int) -> tuple[Override, ...]:
    """Give the decisions that hold for this stop and these trips."""
    stop_id = network.stops.id[stop]
    rows = (network.knowledge.overrides[row] for row in boarding_class.overrides)
    return tuple(row for row in rows if row.stop_id is None or row.stop_id == stop_id)


def stronger_flag(first: Flag, second: Flag) -> Flag:
    """Join two declarations about one thing: a "no" counts, else whoever says something."""
    if Flag.NO in (first, second):
        return Flag.NO
    return first if first is not Flag.UNKNOWN else second


@lru_cache(maxsize=65536)
def _judge(
    quay: Quay,
    vehicle: VehicleType,
    profile: Profile,
    declared: Declared,
    overrides: tuple[Override, ...],
    alighting: bool,
) -> Boarding:
    refused: str | None = None
    for override in overrides:
        if override.gap_mm is not None:
            low, high = max(0.0, override.gap_mm - GAP_TOLERANCE_MM), override.gap_mm + GAP_TOLERANCE_MM
            quay = replace(quay, gap_mm=Fact(Interval(low, high), override.source_id, Method.DECLARED))
        if override.permission == "no" or override.outcome is Outcome.IMPOSSIBLE:
            refused = override.note or ""
    physics = judge_boarding(quay, vehicle, profile, alighting=alighting)
    for override in overrides:
        if override.outcome is not None:
            physics = _with_outcome(physics, override.outcome, profile)
    return declare(
        physics,
        profile,
        stop_flag=declared.stop_flag,
        trip_flag=declared.trip_flag,
        permission_refused=refused,
        partial_text=declared.partial_text,
        show_declared_no=profile.shows_declared_no,
    )


def _with_outcome(physics: Boarding, outcome: Outcome, profile: Profile) -> Boarding:
    """Let a declared outcome fill in where physics does not decide; physics that decides stays."""
    if physics.verdict in (Verdict.YES, Verdict.NO) or outcome is Outcome.IMPOSSIBLE:
        return physics
    reasons = (Reason("DECLARED_OUTCOME", {"outcome": outcome.name}), *physics.reasons)
    if (outcome in HELPED and not profile.helper) or (outcome is Outcome.STEP and profile.wheeled):
        return replace(physics, reasons=reasons)
    if profile.level_only and outcome is not Outcome.LEVEL:
        return replace(physics, reasons=reasons)
    return replace(
        physics,
        verdict=Verdict.YES,
        best=outcome,
        worst=outcome,
        certainty=Certainty.DECLARED,
        reasons=reasons,
        would_decide=None,
    )
