"""What is known and what is not: completeness of every field, contradictions, and what to go and measure first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.audit.subjects import running_on
from planner.audit.table import Cell
from planner.facts import Attribute, Interval, Kind, Subject
from planner.feeds.attributes import ATTRIBUTES, get_attribute
from planner.model import Flag
from planner.network.classes import boarding_classes
from planner.network.streets import LinkKind
from planner.network.tables import Network

DECIDING = {
    Subject.QUAY: ("height_mm", "gap_mm", "ramp_deployable", "clear_depth_mm", "manoeuvre_mm", "slope", "cross_slope"),
    Subject.VEHICLE_TYPE: ("kneel_policy", "wheelchair_spaces"),
    Subject.DOOR: ("floor_mm", "clear_width_mm", "device", "ramp_length_mm", "ramp_width_mm", "ramp_load_kg"),
}
WALKED = (LinkKind.WAY, LinkKind.CROSSING, LinkKind.AREA)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How often a field is known."""

    subject: str  # QUAY, VEHICLE_TYPE, DOOR, EQUIPMENT, STOP, TRIP, ROUTE, STREET (counted in metres), KERB
    field: str  # column of our tables or of GTFS
    known: float
    of: float

    @property
    def share(self) -> float | None:
        """Known of all; None: there are none."""
        return self.known / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements about one thing that do not say the same; the first one counts."""

    subject: str
    subject_id: str
    field: str
    chosen: str
    chosen_by: str  # source, method, date
    other: str
    other_by: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to find out, in the order of what it would settle."""

    kind: str  # ASSIGN (which vehicles run a route), VEHICLE (measure a type), QUAY
    id: str  # route, vehicle_type_id or stop
    name: str
    missing: tuple[str, ...]  # columns of the survey tables
    boardings: float  # a day that depend on it
    owner: str | None = None
    known: tuple[str, ...] = ()  # of the same columns: "gap_m 0.04 (survey, 2026-05-12)"

    @property
    def weight(self) -> float:
        """Missing facts times importance."""
        return len(self.missing) * self.boardings


def completeness_of(network: Network, days: Sequence[date]) -> list[Completeness]:
    """Count every accessibility field over what is in service on the days; a field nobody filled is told as 0."""
    facts, stops = network.knowledge.facts, network.stops
    served = [stops.id[row] for row in np.flatnonzero(network.served).tolist()]
    types = list(network.knowledge.vehicle_types)
    doors = [
        f"{one.vehicle_type_id}#{d.door_no}" for one in network.knowledge.vehicle_types.values() for d in one.doors
    ]
    equipment = list(network.streets.equipment.id)
    ids = {Subject.QUAY: served, Subject.VEHICLE_TYPE: types, Subject.DOOR: doors, Subject.EQUIPMENT: equipment}
    found = []
    for attribute in ATTRIBUTES:
        of = ids[attribute.subject]
        known = sum(attribute.name in facts.get((attribute.subject, id_), {}) for id_ in of)
        found.append(Completeness(attribute.subject.value, attribute.column, known, len(of)))
    found.append(
        Completeness(
            "STOP", "wheelchair_boarding", int((stops.flag[network.served] != Flag.UNKNOWN).sum()), len(served)
        )
    )
    running = np.zeros(len(network.trips.service), np.bool_)
    named = np.zeros(len(running), np.bool_)
    for day in days:
        runs = running_on(network, day)
        classes, of_trip = boarding_classes(network, day)
        told = np.array([bool(one.vehicle_types) for one in classes], np.bool_)
        running |= runs
        named |= runs & told[of_trip]
    flagged = running & (network.trips.flag != Flag.UNKNOWN)
    found.append(Completeness("TRIP", "wheelchair_accessible", int(flagged.sum()), int(running.sum())))
    found.append(Completeness("TRIP", "vehicle_type_id", int(named.sum()), int(running.sum())))
    return found + _of_streets(network)


def _of_streets(network: Network) -> list[Completeness]:
    links = network.streets.links
    walked = np.isin(links.kind, WALKED)
    length = links.length_m[walked].astype(float)
    columns: dict[str, NDArray[Any]] = {
        "incline": np.isfinite(links.incline_low) & np.isfinite(links.incline_high),
        "incline:across": np.isfinite(links.cross_high),
        "width": np.isfinite(links.width_high_mm),
        "surface": links.surface >= 0,
        "smoothness": links.smoothness >= 0,
        "lit": links.lit > 0,
    }
    found = [
        Completeness("STREET", name, float(length[known[walked]].sum()), float(length.sum()))
        for name, known in columns.items()
    ]
    kerbs = links.kind == LinkKind.KERB
    known_kerbs = np.isfinite(links.kerb_low_mm[kerbs]) & np.isfinite(links.kerb_high_mm[kerbs])
    return [*found, Completeness("KERB", "kerb:height", int(known_kerbs.sum()), int(kerbs.sum()))]


def conflicts_of(network: Network) -> list[Conflict]:
    """Give each statement that lost, where what it says is not what counts."""
    chosen = {
        (said.subject, said.subject_id, said.attribute): said
        for said in (one.evidence for one in network.knowledge.statements if one.used)
    }
    found = []
    for said in (one.evidence for one in network.knowledge.statements if not one.used):
        winner = chosen.get((said.subject, said.subject_id, said.attribute))
        if winner is not None and winner.value != said.value:
            column = get_attribute(said.subject, said.attribute).column
            found.append(
                Conflict(
                    said.subject.value, said.subject_id, column, str(winner.value), _who(winner),
                    str(said.value), _who(said),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.subject, one.subject_id, one.field, one.other_by))


def _who(said: Any) -> str:
    when = "" if said.measured_on is None else f", {said.measured_on.isoformat()}"
    return f"{said.source_id} ({said.method.value}{when})"


def tasks_of(network: Network, days: Sequence[date], cells: Iterable[Cell]) -> list[Task]:
    """Give what to find out: which vehicles run where, then the vehicle types, then the quays; each by weight."""
    facts = network.knowledge.facts
    rows = list(cells)
    profile = rows[0].profile_id if rows else ""
    at_stop: dict[int, float] = defaultdict(float)
    of_type: dict[str, float] = defaultdict(float)
    owner_of: dict[int, str | None] = {}
    for cell in rows:
        if cell.profile_id != profile:
            continue  # every profile has the same boardings
        at_stop[cell.stop] += cell.boardings / len(days)
        owner_of[cell.stop] = cell.owner
        if cell.vehicle_type_id is not None:
            of_type[cell.vehicle_type_id] += cell.boardings / len(days)
    quays = [
        Task(
            "QUAY", network.stops.id[stop], network.stops.name[stop],
            _missing(Subject.QUAY, facts.get((Subject.QUAY, network.stops.id[stop]), {})), weight, owner_of[stop],
            _known(Subject.QUAY, facts.get((Subject.QUAY, network.stops.id[stop]), {})),
        )
        for stop, weight in at_stop.items()
    ]  # fmt: skip
    vehicles = [
        Task("VEHICLE", type_id, network.knowledge.vehicle_types[type_id].name, _of_vehicle(network, type_id), weight)
        for type_id, weight in of_type.items()
    ]
    tasks: list[Task] = []
    for group in (_without_vehicle(network, days), vehicles, quays):
        tasks += sorted((one for one in group if one.missing), key=lambda one: (-one.weight, one.id))
    return tasks


def _missing(subject: Subject, known: Any) -> tuple[str, ...]:
    return tuple(get_attribute(subject, name).column for name in DECIDING[subject] if name not in known)


def _known(subject: Subject, known: Any) -> tuple[str, ...]:
    """What nobody has to measure again, as the tables write it, and who says so."""
    return tuple(
        f"{attribute.column} {_written(attribute, known[name].value)} ({_who(known[name])})"
        for name in DECIDING[subject]
        if name in known
        for attribute in [get_attribute(subject, name)]
    )


def _written(attribute: Attribute, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Interval):
        return str(value)
    middle = (value.low + value.high) / 2
    return f"{middle / 1000 if attribute.kind is Kind.LENGTH else middle:g}"


def _of_vehicle(network: Network, type_id: str) -> tuple[str, ...]:
    facts = network.knowledge.facts
    missing = list(_missing(Subject.VEHICLE_TYPE, facts.get((Subject.VEHICLE_TYPE, type_id), {})))
    doors = network.knowledge.vehicle_types[type_id].doors
    if not doors:
        return (*missing, "door_no", *_missing(Subject.DOOR, {}))
    for door in doors:
        known = facts.get((Subject.DOOR, f"{type_id}#{door.door_no}"), {})
        aid = known.get("device")
        unneeded = () if aid is None or aid.value != "none" else ("ramp_length_mm", "ramp_width_mm", "ramp_load_kg")
        missing += [
            get_attribute(Subject.DOOR, name).column
            for name in DECIDING[Subject.DOOR]
            if name not in known and name not in unneeded
        ]
    return tuple(dict.fromkeys(missing))


def _without_vehicle(network: Network, days: Sequence[date]) -> list[Task]:
    calls = np.diff(network.sequences.stop_offset)[network.trips.sequence]
    boardings: dict[int, float] = defaultdict(float)
    for day in days:
        classes, of_trip = boarding_classes(network, day)
        nobody_said = np.array([not one.vehicle_types for one in classes], np.bool_)
        rows = np.flatnonzero(running_on(network, day) & nobody_said[of_trip])
        sums = np.bincount(network.trips.route[rows], weights=2.0 * (calls[rows] - 1))
        for route in np.flatnonzero(sums).tolist():
            boardings[route] += float(sums[route]) / len(days)
    routes = network.routes
    return [
        Task("ASSIGN", routes.id[row], routes.short_name[row] or routes.long_name[row], ("vehicle_type_id",), weight)
        for row, weight in boardings.items()
    ]
