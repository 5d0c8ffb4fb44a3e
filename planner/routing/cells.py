"""All boardings of a network for one traveller at once: every boarding class at every stop.

The same verdicts as ``judge.judge_call`` gives one by one, through the array kernel and a table of what
declarations do to a verdict. Getting off takes as long as the worst feasible outcome (DOMAIN 1.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from planner.access.boarding_kernel import door_columns, judge_pairs, quay_columns
from planner.access.declared import declare
from planner.facts import Certainty
from planner.model import ON_FOOT, Boarding, Flag, Outcome, Profile, VehicleType, Verdict
from planner.network.classes import BoardingClass
from planner.network.tables import Network
from planner.routing.judge import NOTHING_KNOWN, judge_call, stronger_flag, vehicle_of
from planner.routing.raptor import CLOSED

GETTING_OFF_S = {
    Outcome.LEVEL: 10,
    Outcome.STEP: 10,
    Outcome.RAMP: 60,
    Outcome.RAMP_ASSISTED: 60,
    Outcome.GAP_ASSISTED: 60,
    Outcome.LIFT: 90,
}
POWERED_RAMP_S = 20
SECURING_S = 30  # for wheelchairs


@dataclass(frozen=True, slots=True)
class Copy:
    """How a class is ridden: by whatever comes, or trusting that one type of its mixture comes."""

    boarding_class: int
    vehicle_type: str | None  # None: whatever comes


@dataclass(frozen=True, eq=False)
class Cells:
    """Doubts of getting on and off (CLOSED if refused) and seconds of getting off, each [copy, stop]."""

    copies: tuple[Copy, ...]
    board: NDArray[np.uint8]
    alight: NDArray[np.uint8]
    alight_s: NDArray[np.int32]


def getting_off_s(best: Outcome, worst: Outcome, profile: Profile, *, powered: bool) -> int:
    """How long getting off takes at worst; a manual ramp where nobody knows how.

    Parameters
    ----------
    powered
        Every ramp of the vehicle is moved by a motor.
    """
    if profile.id == ON_FOOT:
        return 0
    unsure = Outcome.LEVEL if profile.level_only else Outcome.RAMP
    outcome = worst if worst is not Outcome.IMPOSSIBLE else max(best, unsure)
    if outcome is Outcome.IMPOSSIBLE:
        return 0  # a NO is never ridden
    quick = powered and outcome in (Outcome.RAMP, Outcome.RAMP_ASSISTED)
    return (POWERED_RAMP_S if quick else GETTING_OFF_S[outcome]) + SECURING_S * (profile.wheelchairs > 0)


def all_ramps_powered(vehicle: VehicleType) -> bool:
    """Tell whether the vehicle is known to have ramps, and only powered ones."""
    devices = {door.device.value if door.device is not None else None for door in vehicle.doors}
    return "powered_ramp" in devices and devices <= {"powered_ramp", "none", "lift"}


def judge_cells(network: Network, profile: Profile, classes: tuple[BoardingClass, ...]) -> Cells:
    """Judge every boarding class at every stop, all quays and vehicles at once.

    Gives what ``judge_call`` says of each; where an override changes the physics, by asking it.
    """
    copies = tuple(
        Copy(row, type_id)
        for row, one in enumerate(classes)
        for type_id in (None, *(one.vehicle_types if len(one.vehicle_types) > 1 else ()))
    )
    vehicles: dict[tuple[int, str | None], int] = {}
    kinds: list[VehicleType] = []
    for row, one in enumerate(classes):
        for type_id in one.vehicle_types or (None,):
            vehicles[row, type_id] = len(kinds)
            kinds.append(vehicle_of(network, one, type_id))
    known = network.knowledge.quays
    row_of = network.stops.id.row_of
    quay_of = np.full(len(network.stops.id), len(known), np.int64)
    quay_of[[row_of[stop_id] for stop_id in known]] = np.arange(len(known))
    columns, doors = quay_columns([*known.values(), NOTHING_KNOWN]), door_columns(kinds)
    table = _declared_table(profile)
    stop_flag, partial = stop_declared(network)
    made = []
    for alighting in (False, True):
        pairs = judge_pairs(columns, doors, profile, alighting)
        doubts = np.empty((len(copies), len(network.stops.id)), np.uint8)
        seconds = np.zeros(doubts.shape, np.int32)
        for number, copy in enumerate(copies):
            one = classes[copy.boarding_class]
            types = one.vehicle_types or (None,) if copy.vehicle_type is None else (copy.vehicle_type,)
            of_types = []
            for type_id in types:
                v = vehicles[copy.boarding_class, type_id]
                of_type, type_text = network.knowledge.type_declared.get(type_id or "", (Flag.UNKNOWN, None))
                trip_flag = stronger_flag(one.trip_flag, of_type)
                verdict, certainty = pairs.verdict[quay_of, v], pairs.certainty[quay_of, v]
                unclear = (partial | (type_text is not None)).astype(np.int64)
                of_types.append(table[verdict, certainty, stop_flag, trip_flag, unclear])
                off_s = _seconds_table(profile, powered=all_ramps_powered(kinds[v]))
                np.maximum(seconds[number], off_s[pairs.best[quay_of, v], pairs.worst[quay_of, v]], out=seconds[number])
            doubts[number] = np.max(of_types, axis=0)  # whatever comes: the worst of all types, CLOSED above all
        made.append((doubts, seconds))
    (board, _), (alight, alight_s) = made
    cells = Cells(copies, board, alight, alight_s)
    _apply_overrides(network, profile, classes, cells)
    return cells


def _apply_overrides(network: Network, profile: Profile, classes: tuple[BoardingClass, ...], cells: Cells) -> None:
    """Judge again, one by one, where somebody decided something about a boarding."""
    row_of = network.stops.id.row_of
    for number, copy in enumerate(cells.copies):
        one = classes[copy.boarding_class]
        told = [network.knowledge.overrides[row].stop_id for row in one.overrides]
        stops = range(len(row_of)) if None in told else sorted({row_of[str(stop_id)] for stop_id in told})
        for stop in stops:
            for alighting, doubts in ((False, cells.board), (True, cells.alight)):
                boarding = judge_call(network, one, stop, profile, alighting=alighting, vehicle_type=copy.vehicle_type)
                doubts[number, stop] = CLOSED if boarding.verdict is Verdict.NO else boarding.doubts
            types = (copy.vehicle_type,) if copy.vehicle_type is not None else one.vehicle_types or (None,)
            off_s = [_decided_off_s(network, one, stop, profile, type_id) for type_id in types]
            cells.alight_s[number, stop] = max(off_s)


def _decided_off_s(network: Network, one: BoardingClass, stop: int, profile: Profile, type_id: str | None) -> int:
    """How long getting off one type of vehicle takes, decisions included."""
    boarding = judge_call(network, one, stop, profile, alighting=True, vehicle_type=type_id)
    powered = all_ramps_powered(vehicle_of(network, one, type_id))
    return getting_off_s(boarding.best, boarding.worst, profile, powered=powered)


def _declared_table(profile: Profile) -> NDArray[np.uint8]:
    """Doubts after hearing what is declared: [verdict, certainty, stop flag, trip flag, partial]."""
    certainties = list(Certainty)
    table = np.full((len(Verdict), len(certainties), len(Flag), len(Flag), 2), CLOSED, np.uint8)
    for verdict, certainty, stop_flag, trip_flag, partial in product(Verdict, certainties, Flag, Flag, (0, 1)):
        physics = Boarding(verdict, Outcome.LEVEL, Outcome.LEVEL, certainty)
        told = declare(
            physics,
            profile,
            stop_flag=stop_flag,
            trip_flag=trip_flag,
            partial_text="" if partial else None,
            show_declared_no=profile.shows_declared_no,
        )
        if told.verdict is not Verdict.NO:
            table[verdict, certainty.rank, stop_flag, trip_flag, partial] = told.doubts
    return table


def _seconds_table(profile: Profile, *, powered: bool) -> NDArray[np.int32]:
    """Seconds of getting off: [best, worst]."""
    table = [[getting_off_s(best, worst, profile, powered=powered) for worst in Outcome] for best in Outcome]
    return np.array(table, np.int32)


def stop_declared(network: Network) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give what is declared of each stop: its flag, and whether it is only "partial"."""
    flag = network.stops.flag.astype(np.int64)
    partial = np.zeros(len(flag), np.bool_)
    for stop_id, (own, text) in network.knowledge.stop_declared.items():
        row = network.stops.id.row_of[stop_id]
        flag[row] = stronger_flag(Flag(int(flag[row])), own)
        partial[row] = text is not None
    return flag, partial
