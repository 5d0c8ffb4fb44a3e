"""All boardings of a network for one person: its quays and vehicle types as columns, judged pair by pair.

The columns and the formula are those of ``boarding_formula.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.access import boarding_formula as f
from planner.facts import Fact, Interval, certainty_of
from planner.model import NO_KNEELING, Door, Profile, Quay, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray


WORTH_A_THREAD = 50_000  # pairs; fewer are judged sooner than another thread wakes
_ONE_AT_A_TIME = Lock()  # numba's plainest threading layer does not survive two parallel calls at once


class QuayColumns(NamedTuple):
    """Q quays: ``values`` float64[Q, QUAY_WIDTH], NaN unknown; ``ranks`` uint8[Q, QUAY_RANKS]."""

    values: NDArray[np.float64]
    ranks: NDArray[np.uint8]


class DoorColumns(NamedTuple):
    """The doors of V vehicle types, those of v in rows ``first[v]`` to ``first[v + 1]``.

    ``values`` float64[D, DOOR_WIDTH], NaN unknown; ``ranks`` uint8[D, DOOR_RANKS]; ``door_no`` int32[D], -1 for a
    door that stands for the unknown; ``first`` int32[V + 1].
    """

    values: NDArray[np.float64]
    ranks: NDArray[np.uint8]
    door_no: NDArray[np.int32]
    first: NDArray[np.int32]


class PairVerdicts(NamedTuple):
    """Every quay with every vehicle type, at one end: uint8[Q, V] each, coded as in model and facts.

    ``best``, ``worst``: Outcome; ``verdict``: Verdict; ``certainty``: Certainty.rank; ``steep``: 0 or 1.
    """

    best: NDArray[np.uint8]
    worst: NDArray[np.uint8]
    verdict: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    steep: NDArray[np.uint8]


def judge_pairs(quays: QuayColumns, doors: DoorColumns, profile: Profile, alighting: bool) -> PairVerdicts:
    """Judge every quay with every vehicle type for one person; physics only, like ``judge_boarding``."""
    shape = (len(quays.values), len(doors.first) - 1)
    told = PairVerdicts(*(np.zeros(shape, np.uint8) for _ in PairVerdicts._fields))
    person = person_row(profile)
    if person[f.UNLIMITED] == 0:  # otherwise everything is YES, LEVEL, not needed: zeros
        asked = (*quays, doors.values, doors.ranks, doors.first, person, alighting, *told)
        if shape[0] * shape[1] < WORTH_A_THREAD:
            f.judge_few(*asked)
        else:
            with _ONE_AT_A_TIME:
                f.judge_all(*asked)
    return told


_DEVICES = {
    "none": f.DEVICE_NONE,
    "manual_ramp": f.DEVICE_MANUAL,
    "powered_ramp": f.DEVICE_POWERED,
    "lift": f.DEVICE_LIFT,
    "portable": f.DEVICE_PORTABLE,
}
_POLICIES = {"never": f.POLICY_NEVER, "always": f.POLICY_ALWAYS, "on_request": f.POLICY_ON_REQUEST}
_USES = {"board": f.USE_BOARD, "alight": f.USE_ALIGHT, "both": f.USE_BOARD | f.USE_ALIGHT}
_REFERENCES = {"road": 0, "rail": 1}
_FAMILIES = {
    "bus": f.BUS,
    "trolleybus": f.OTHER_ROAD,
    "coach": f.OTHER_ROAD,
    "tram": f.TRAM,
    "rail": f.OTHER_RAIL,
    "train": f.OTHER_RAIL,
    "subway": f.OTHER_RAIL,
    "metro": f.OTHER_RAIL,
}
_Rows = tuple["NDArray[np.float64]", "NDArray[np.uint8]"]


def _put(
    row: _Rows, value_at: int, rank_at: int, fact: Fact[Any] | None, codes: Mapping[str, int] | None = None
) -> None:
    """Write a fact into its columns; a word that we do not know says nothing."""
    if fact is None:
        return
    values, ranks = row
    if isinstance(fact.value, Interval):
        values[value_at : value_at + 2] = fact.value.low, fact.value.high
    elif codes is None:
        values[value_at] = float(fact.value)
    elif fact.value in codes:
        values[value_at] = codes[fact.value]
    else:
        return
    ranks[rank_at] = certainty_of(fact.method).rank


def quay_columns(quays: Sequence[Quay]) -> QuayColumns:
    """The facts of the quays as arrays, in the order given."""
    values = np.full((len(quays), f.QUAY_WIDTH), np.nan)
    ranks = np.full((len(quays), f.QUAY_RANKS), f.NOT_KNOWN, np.uint8)
    for i, quay in enumerate(quays):
        row = (values[i], ranks[i])
        _put(row, f.HEIGHT_LOW, f.R_HEIGHT, quay.height_mm)
        _put(row, f.GAP_LOW, f.R_GAP, quay.gap_mm)
        _put(row, f.ROOM_LOW, f.R_ROOM, quay.manoeuvre_mm)
        _put(row, f.DEPLOYABLE, f.R_DEPLOYABLE, quay.ramp_deployable)
        _put(row, f.PARKING, f.R_PARKING, quay.approach, {"straight": 0, "bulb": 0, "bay": 0, "bay_parking": 1})
        if quay.height_reference is not None:
            values[i, f.REFERENCE] = _REFERENCES.get(quay.height_reference, 2)
    return QuayColumns(values, ranks)


def door_columns(vehicles: Sequence[VehicleType]) -> DoorColumns:
    """The doors of the vehicle types as arrays; an end without any door gets one about which nothing is known."""
    rows: list[_Rows] = []
    door_no: list[int] = []
    first = [0]
    for vehicle in vehicles:
        doors = list(vehicle.doors)
        used = 0
        for door in doors:
            used |= _USES.get(door.use, f.USE_BOARD | f.USE_ALIGHT)
        # Where no door serves an end, one is there all the same: it was only not described.
        ends = ("board", "alight") if used else ("both",)
        doors += [Door(door_no=-1, use=use) for use in ends if not used & _USES[use]]
        rows += [_door_row(vehicle, door) for door in doors]
        door_no += [door.door_no for door in doors]
        first.append(len(rows))
    values = np.array([values for values, _ in rows]).reshape(len(rows), f.DOOR_WIDTH)
    ranks = np.array([ranks for _, ranks in rows], np.uint8).reshape(len(rows), f.DOOR_RANKS)
    return DoorColumns(values, ranks, np.array(door_no, np.int32), np.array(first, np.int32))


def _door_row(vehicle: VehicleType, door: Door) -> _Rows:
    row = (np.full(f.DOOR_WIDTH, np.nan), np.full(f.DOOR_RANKS, f.NOT_KNOWN, np.uint8))
    _put(row, f.FLOOR_LOW, f.R_FLOOR, door.floor_mm)
    kneeled = door.floor_kneeled_mm
    if kneeled is not None and (isinstance(kneeled.value, Interval) or kneeled.value == NO_KNEELING):
        row[0][f.KNEELS] = 0.0
        row[1][f.R_KNEELED] = certainty_of(kneeled.method).rank
        if isinstance(kneeled.value, Interval):
            row[0][f.KNEELS] = 1.0
            row[0][f.KNEELED_LOW : f.KNEELED_LOW + 2] = kneeled.value.low, kneeled.value.high
    _put(row, f.CLEAR_LOW, f.R_CLEAR, door.clear_width_mm)
    _put(row, f.STEPS, f.R_STEPS, door.inside_steps)
    _put(row, f.DEVICE, f.R_DEVICE, door.device, _DEVICES)
    _put(row, f.LENGTH_LOW, f.R_LENGTH, door.ramp_length_mm)
    _put(row, f.LOAD, f.R_LOAD, door.ramp_load_kg)
    _put(row, f.DROP_LOW, f.R_DROP, door.ramp_outlet_drop_mm)
    _put(row, f.TO_ROAD, f.R_TO_ROAD, door.deploys_to_road)
    _put(row, f.RAMP_WIDTH_LOW, f.R_RAMP_WIDTH, door.ramp_width_mm)
    _put(row, f.POLICY, f.R_POLICY, vehicle.kneel_policy, _POLICIES)
    _put(row, f.SPACES, f.R_SPACES, vehicle.wheelchair_spaces)
    row[0][f.USE] = _USES.get(door.use, f.USE_BOARD | f.USE_ALIGHT)
    row[0][f.FAMILY] = _FAMILIES.get(vehicle.mode.lower(), f.OTHER)
    return row


def person_row(profile: Profile) -> NDArray[np.float64]:
    """The limits of a profile as float64[PERSON_WIDTH]; None becomes a limit that nothing reaches."""
    row = np.empty(f.PERSON_WIDTH)
    numbers = {
        f.STEP_UP: profile.step_up_mm,
        f.STEP_DOWN: profile.step_down_mm,
        f.GAP: profile.gap_mm,
        f.RAMP_ALONE: profile.ramp_alone,
        f.RAMP_HELPED: profile.ramp_helped,
        f.COMFORT: profile.ramp_comfort,
        f.TIP_STEP: profile.tip_step_mm,
        f.TIP_GAP: profile.tip_gap_mm,
        f.STEP_MAX: profile.step_max_mm,
        f.STEP_GAP: profile.step_gap_mm,
    }
    for column, number in numbers.items():
        row[column] = 2 * f.BOUNDLESS if number is None else number
    row[f.WHEELED] = profile.wheeled
    row[f.HELPER] = profile.helper
    row[f.MASS] = 0.0 if profile.mass_kg is None else profile.mass_kg
    row[f.WIDTH] = -f.DOOR_PLAY_MM if profile.width_mm is None else profile.width_mm
    row[f.TURNING] = 0.0 if profile.turning_mm is None else profile.turning_mm
    row[f.CHAIRS] = profile.wheelchairs
    row[f.LEVEL_ONLY] = profile.level_only
    # Who steps over any height and any gap needs nothing from quay or vehicle.
    row[f.UNLIMITED] = (
        not profile.wheeled and profile.step_max_mm is None and profile.step_gap_mm is None and not profile.wheelchairs
    )
    return row
