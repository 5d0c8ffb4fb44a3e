"""Quay x vehicle x person: can this person get on or off here, how, and how well is that founded?

Physics only (DOMAIN 1.1); what operators declare comes on top in ``declared.py``. The formula is in
``boarding_formula.py``; this module asks it once for the verdict and again, with one fact changed at a time, for what
is missing, what is assumed and which missing fact would decide. Pure: nothing is read, nothing is kept.

Choices where DOMAIN 1.1 leaves one or meets itself:

- A floor nobody measured is tried kneeled too (40 to 400 mm where kneeling is open as well), and the standing floor is
  not forgotten where only the kneeled one is known: else blanking a floor could create a NO.
- Ordinary facts are assumed only as far as they are ordinary: more than one wheelchair, or more than 300 kg, makes the
  spaces or the load a deciding fact. The approach of a road stop and the outlet of a cassette ramp are assumed as well.
- Blanking an ordinary fact that spoke against the traveller may turn UNKNOWN into an inferred YES that says what it
  assumes; "assumed favourable" and "never raises a certainty" cannot both hold there.
- UNKNOWN follows the letter: any deciding fact missing, even one that could not change this answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.access import boarding_formula as k
from planner.access.boarding_kernel import door_columns, person_row, quay_columns
from planner.access.reasons import explain
from planner.facts import Certainty, Fact, Interval
from planner.model import Boarding, Cited, Door, Outcome, Profile, Quay, Slope, VehicleType, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CERTAINTIES = tuple(Certainty)


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a fact stands in the rows, and how far it is tried where it is not known."""

    name: str
    of_quay: bool
    value: int
    rank: int
    wide: bool = False  # an interval: two columns


_DECIDING = {
    "quay.height_mm": (_Column("quay.height_mm", True, k.HEIGHT_LOW, k.R_HEIGHT, wide=True), k.PRIOR_HEIGHT),
    "quay.gap_mm": (_Column("quay.gap_mm", True, k.GAP_LOW, k.R_GAP, wide=True), k.PRIOR_GAP),
    "door.floor_mm": (_Column("door.floor_mm", False, k.FLOOR_LOW, k.R_FLOOR, wide=True), k.PRIOR_FLOOR),
    "door.ramp_length_mm": (
        _Column("door.ramp_length_mm", False, k.LENGTH_LOW, k.R_LENGTH, wide=True),
        k.PRIOR_LENGTH,
    ),
}
_CHOICES = {
    "vehicle.kneel_policy": (_Column("vehicle.kneel_policy", False, k.POLICY, k.R_POLICY), (0, 1, 2)),
    "door.device": (_Column("door.device", False, k.DEVICE, k.R_DEVICE), (0, 1, 2, 3, 4)),
    "door.inside_steps": (_Column("door.inside_steps", False, k.STEPS, k.R_STEPS), (0, 1)),
    "door.deploys_to_road": (_Column("door.deploys_to_road", False, k.TO_ROAD, k.R_TO_ROAD), (0, 1)),
    "vehicle.wheelchair_spaces": (_Column("vehicle.wheelchair_spaces", False, k.SPACES, k.R_SPACES), (0, 1, 2, 3, 4)),
    "door.ramp_load_kg": (_Column("door.ramp_load_kg", False, k.LOAD, k.R_LOAD), (200, 300, 350, 400, 500, 600)),
}
_GRID = 40  # values of a prior that ``would_decide`` tries
_NO_PRIOR = {"quay.height_mm": (0.0, 1400.0), "door.floor_mm": (0.0, 1400.0)}  # trains and coaches: where to look


@dataclass(frozen=True, slots=True)
class _Case:
    """One end of one ride in the kernel's columns."""

    quay: NDArray[np.float64]
    quay_rank: NDArray[np.uint8]
    doors: NDArray[np.float64]
    door_ranks: NDArray[np.uint8]
    person: NDArray[np.float64]
    alighting: bool

    def judge(self, stance: int = k.PRIOR) -> tuple[k.Judged, int]:
        """What the formula says of all doors, and the row of the one that decides."""
        return k.judge_vehicle(
            self.quay,
            self.quay_rank,
            self.doors,
            self.door_ranks,
            self.person,
            self.alighting,
            k.INFERRED,
            stance,
        )

    def verdict(self) -> int:
        """YES, UNCERTAIN, UNKNOWN or NO."""
        told, _ = self.judge()
        return k.verdict_of(told.best, told.worst, told.missing)

    def pair(self) -> tuple[int, int]:
        """(best, worst)."""
        told, _ = self.judge()
        return told.best, told.worst

    def only(self, row: int) -> _Case:
        """The same with one door."""
        at = slice(row, row + 1)
        return replace(self, doors=self.doors[at], door_ranks=self.door_ranks[at])

    def with_fact(self, column: _Column, value: float) -> _Case:
        """The same with one fact known: of the quay, or of every door that does not know it."""
        columns = slice(column.value, column.value + (2 if column.wide else 1))
        if column.of_quay:
            quay, quay_rank = self.quay.copy(), self.quay_rank.copy()
            quay[columns] = value
            quay_rank[column.rank] = k.MEASURED
            return replace(self, quay=quay, quay_rank=quay_rank)
        doors, door_ranks = self.doors.copy(), self.door_ranks.copy()
        unknown = door_ranks[:, column.rank] == k.NOT_KNOWN
        doors[unknown, columns] = value
        door_ranks[unknown, column.rank] = k.MEASURED
        return replace(self, doors=doors, door_ranks=door_ranks)


def judge_boarding(quay: Quay, vehicle: VehicleType, profile: Profile, *, alighting: bool) -> Boarding:
    """Judge getting on (or, ``alighting``, off) this vehicle at this quay for this person; physics only.

    ``missing`` holds the deciding facts that nobody has stated, ``assumed`` the ordinary facts that the answer would
    not survive without. ``would_decide`` is the missing fact that alone, at some value of its prior, makes the verdict
    a YES or a NO; of several the one that does so over the largest part of its prior. Facts of a door are taken as
    found at every door that lacks them.
    """
    person = person_row(profile)
    if person[k.UNLIMITED]:
        return Boarding(Verdict.YES, Outcome.LEVEL, Outcome.LEVEL, Certainty.NOT_NEEDED)
    quays, doors = quay_columns([quay]), door_columns([vehicle])
    case = _Case(quays.values[0], quays.ranks[0], doors.values, doors.ranks, person, alighting)
    overall, row = case.judge()
    verdict = case.verdict()
    rank = k.certainty_of_verdict(verdict, case.quay, case.quay_rank, case.doors, case.door_ranks, person, alighting)
    one = case.only(row)
    told, _ = one.judge()
    missing = _missing(case, verdict, overall.missing, told.missing)
    assumed = () if verdict == k.NO else _assumed(one)
    door = vehicle.doors[row] if row < len(vehicle.doors) else Door(door_no=-1)
    step = _step(one, told.state)
    slope = _slope(door, step, profile, told.worst)
    boarding = Boarding(
        verdict=Verdict(verdict),
        best=Outcome(overall.best),
        worst=Outcome(overall.worst),
        certainty=_CERTAINTIES[rank],
        steep=bool(told.steep) and verdict != k.NO,
        device=None if door.device is None else door.device.value,
        door_no=None if door.door_no < 0 else door.door_no,
        kneel=vehicle.kneel_policy.value if told.state == k.KNEELED and vehicle.kneel_policy else None,
        step_mm=step,
        gap_mm=None if quay.gap_mm is None else quay.gap_mm.value,
        slope=slope,
        missing=missing,
        assumed=assumed,
        would_decide=_would_decide(case, missing) if verdict == k.UNKNOWN else None,
        facts=_cited(quay, vehicle, door, person, told.worst),
    )
    return explain(boarding, quay, vehicle, door, profile, alighting=alighting)


def _missing(case: _Case, verdict: int, bits: int, bits_of_door: int) -> tuple[str, ...]:
    """Names of the unknown deciding facts; a verdict that stands without any prior misses nothing."""
    if verdict == k.NO:
        told, _ = case.judge(k.FAVOURABLE)
        if told.best == k.IMPOSSIBLE:
            return ()
    if verdict in (k.YES, k.NO):
        bits = bits_of_door
    return tuple(name for i, name in enumerate(k.MISSES) if bits & 1 << i)


def _assumed(case: _Case) -> tuple[str, ...]:
    """The unknown ordinary facts that would change the answer if they were against the traveller."""
    device = case.doors[0, k.DEVICE]
    ordinary = [
        (_Column("quay.manoeuvre_mm", True, k.ROOM_LOW, k.R_ROOM, wide=True), 0.0),
        (_Column("quay.ramp_deployable", True, k.DEPLOYABLE, k.R_DEPLOYABLE), 0.0),
        (_Column("door.clear_width_mm", False, k.CLEAR_LOW, k.R_CLEAR, wide=True), 0.0),
    ]
    if case.doors[0, k.FAMILY] <= k.OTHER_ROAD:
        ordinary.append((_Column("quay.approach", True, k.PARKING, k.R_PARKING), 1.0))
    if case.person[k.MASS] <= k.ORDINARY_LOAD_KG:
        ordinary.append((_Column("door.ramp_load_kg", False, k.LOAD, k.R_LOAD), 0.0))
    if case.person[k.CHAIRS] <= k.ORDINARY_SPACES:
        ordinary.append((_Column("vehicle.wheelchair_spaces", False, k.SPACES, k.R_SPACES), 0.0))
    if case.doors[0, k.FLOOR_LOW + 1] <= k.LOW_FLOOR_MM:
        ordinary.append((_Column("door.inside_steps", False, k.STEPS, k.R_STEPS), 1.0))
    if np.isnan(device) or device == k.DEVICE_POWERED:
        drop = _Column("door.ramp_outlet_drop_mm", False, k.DROP_LOW, k.R_DROP, wide=True)
        ordinary.append((drop, k.OUTLET_AT_MOST_MM))
    pair = case.pair()
    unknown = [
        (c, v) for c, v in ordinary if (case.quay_rank if c.of_quay else case.door_ranks[0])[c.rank] == k.NOT_KNOWN
    ]
    alone = [column.name for column, value in unknown if case.with_fact(column, value).pair() != pair]
    if alone:
        return tuple(alone)
    together = case
    for column, value in unknown:
        together = together.with_fact(column, value)
    return tuple(column.name for column, _ in unknown) if together.pair() != pair else ()


def _would_decide(case: _Case, missing: tuple[str, ...]) -> str | None:
    """The one missing fact that decides over the largest part of its prior; None where none decides alone."""
    shares: dict[str, float] = {}
    case = _with_reference(case)  # who measures the height says from where
    prior = any(family in (k.BUS, k.TRAM) for family in case.doors[:, k.FAMILY])
    for name in missing:
        tries: list[_Case] = []
        if name in _DECIDING:
            column, (low, high) = _DECIDING[name]
            if not prior:
                low, high = _NO_PRIOR.get(name, (low, high))
            tries = [case.with_fact(column, value) for value in np.linspace(low, high, _GRID + 1)]
        elif name == "door.floor_kneeled_mm":
            tries = [_kneeling_by(case, float(by)) for by in np.linspace(0.0, k.KNEELS_AT_MOST_MM, _GRID + 1)]
        elif name == "quay.height_reference":
            tries = [case]
        elif name in _CHOICES:
            column, values = _CHOICES[name]
            tries = [case.with_fact(column, value) for value in values]
        if tries:
            definite = sum(t.verdict() in (k.YES, k.NO) for t in tries)
            shares[name] = definite / len(tries)
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] > 0 else None


def _with_reference(case: _Case) -> _Case:
    """The same with the quay measured from where the vehicle's floor is, if nobody said from where."""
    if not np.isnan(case.quay[k.REFERENCE]) or case.doors[0, k.FAMILY] not in (k.TRAM, k.OTHER_RAIL):
        return case
    quay = case.quay.copy()
    quay[k.REFERENCE] = 1.0
    return replace(case, quay=quay)


def _kneeling_by(case: _Case, by: float) -> _Case:
    """The same with doors that kneel by so much where that is not known."""
    doors, ranks = case.doors.copy(), case.door_ranks.copy()
    unknown = ranks[:, k.R_KNEELED] == k.NOT_KNOWN
    ranks[unknown, k.R_KNEELED] = k.MEASURED
    doors[unknown, k.KNEELS] = 1.0 if by > 0 else 0.0
    doors[unknown, k.KNEELED_LOW] = doors[unknown, k.FLOOR_LOW] - by
    doors[unknown, k.KNEELED_LOW + 1] = doors[unknown, k.FLOOR_LOW + 1] - by
    known_floor = ranks[:, k.R_FLOOR] != k.NOT_KNOWN
    doors[unknown & ~known_floor, k.KNEELED_LOW] = k.PRIOR_FLOOR[0] - by
    doors[unknown & ~known_floor, k.KNEELED_LOW + 1] = k.PRIOR_FLOOR[1] - by
    return replace(case, doors=doors, door_ranks=ranks)


def _step(case: _Case, state: int) -> Interval | None:
    """Floor minus quay at the floor that the verdict uses; None where either is unknown or measured otherwise."""
    door, rank = case.doors[0], case.door_ranks[0]
    if case.quay_rank[k.R_HEIGHT] == k.NOT_KNOWN or not k.comparable(case.quay[k.REFERENCE], door[k.FAMILY]):
        return None
    if rank[k.R_FLOOR] == k.NOT_KNOWN and state != k.KNEELED:
        return None
    if rank[k.R_KNEELED] == k.NOT_KNOWN:
        state = k.AT_REST  # a number that nobody stated is not shown
    floors, _ = k.floors_of(door, rank, k.INFERRED, k.PRIOR)
    low, high = k.rise_between(case.quay[k.HEIGHT_LOW], case.quay[k.HEIGHT_LOW + 1], floors, state)
    return Interval(float(low), float(high))


def _slope(door: Door, step: Interval | None, profile: Profile, worst: int) -> Slope | None:
    """The slope of the ramp against the traveller's limit, where there is a ramp, it matters and it is known."""
    limit = profile.ramp_helped if profile.helper else profile.ramp_alone
    if step is None or door.ramp_length_mm is None or limit is None or worst <= Outcome.STEP or profile.level_only:
        return None
    if door.device is not None and door.device.value == "none":
        return None
    length = door.ramp_length_mm.value
    low, high = k.slope_between(step.low, step.high, length.low, length.high)
    return Slope(float(low), float(high), limit) if np.isfinite(high) else None


def _cited(quay: Quay, vehicle: VehicleType, door: Door, person: NDArray[np.float64], worst: int) -> tuple[Cited, ...]:
    """The known facts that the verdict looked at."""
    facts: list[tuple[str, Fact[Interval] | Fact[str] | Fact[int] | Fact[bool] | Fact[float] | None]] = [
        ("quay.height_mm", quay.height_mm),
        ("quay.gap_mm", quay.gap_mm),
        ("door.floor_mm", door.floor_mm),
        ("door.floor_kneeled_mm", door.floor_kneeled_mm),
        ("vehicle.kneel_policy", vehicle.kneel_policy),
        ("quay.approach", quay.approach),
    ]
    if person[k.WHEELED]:
        facts += [("door.clear_width_mm", door.clear_width_mm), ("door.inside_steps", door.inside_steps)]
    if person[k.CHAIRS]:
        facts.append(("vehicle.wheelchair_spaces", vehicle.wheelchair_spaces))
    if worst > Outcome.STEP and not person[k.LEVEL_ONLY]:  # otherwise no device is needed, or none is taken
        facts += [
            ("door.device", door.device),
            ("door.ramp_length_mm", door.ramp_length_mm),
            ("door.ramp_load_kg", door.ramp_load_kg),
            ("door.ramp_width_mm", door.ramp_width_mm if person[k.WHEELED] else None),
            ("door.ramp_outlet_drop_mm", door.ramp_outlet_drop_mm),
            ("door.deploys_to_road", door.deploys_to_road),
            ("quay.manoeuvre_mm", quay.manoeuvre_mm),
            ("quay.ramp_deployable", quay.ramp_deployable),
        ]
    return tuple(_cite(name, fact) for name, fact in facts if fact is not None)


def _cite(name: str, fact: Fact[Interval] | Fact[str] | Fact[int] | Fact[bool] | Fact[float]) -> Cited:
    value = fact.value
    low = high = None
    word = None
    if isinstance(value, Interval):
        low, high = value.low, value.high
    elif isinstance(value, bool):
        word = "yes" if value else "no"
    elif isinstance(value, str):
        word = value
    else:
        low = high = float(value)
    measured_on = None if fact.measured_on is None else fact.measured_on.isoformat()
    return Cited(name, low, high, word, fact.source_id, fact.method, measured_on)
