"""Changes of a network that somebody may plan: what they are, what they cost, and the network as it would be after."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import numpy as np

from planner.audit.subjects import link_ids
from planner.errors import Fault, FeedError
from planner.facts import Evidence, Fact, Interval, Method, Source, Subject
from planner.model import Flag, Profile, Quay, VehicleType
from planner.network.classes import boarding_classes
from planner.network.knowledge import Knowledge, Statement
from planner.network.tables import Network
from planner.routing.judge import NOTHING_KNOWN

PLAN = "what-if"  # source of what is only supposed
BUILT_WITHIN_MM = 10.0  # tolerance of a height that is built as planned, as of a measured one
FOUND_GAP_MM = 30.0  # of a surveyed quay whose gap nobody knew: the middle of what a usual approach leaves
COMPUTED = 200  # candidates whose pairs are worked out
KERB_MM = 20.0  # a lowered kerb (FR-15)
RAMP: Mapping[str, float | str] = {
    "device": "powered_ramp",
    "ramp_length_mm": 1200.0,
    "ramp_width_mm": 800.0,
    "ramp_load_kg": 350.0,
}


class FixKind(StrEnum):
    """What is changed."""

    RAISE_QUAY = "RAISE_QUAY"  # to value_mm
    SURVEY_QUAY = "SURVEY_QUAY"  # and it is found to be value_mm, the most favourable height: an upper bound
    LOWER_KERB = "LOWER_KERB"  # to value_mm
    EQUIP_VEHICLE = "EQUIP_VEHICLE"  # a powered ramp of 1.2 m at every door if no door has any device, and a place
    REPAIR_LIFT = "REPAIR_LIFT"


@dataclass(frozen=True, slots=True)
class Fix:
    """One change of the network."""

    kind: FixKind
    subject_id: str  # public stop id, vehicle_type_id, id of the equipment, or "osm:way/1#0" of a kerb
    value_mm: float | None = None  # of a quay or kerb

    @property
    def id(self) -> str:
        """The same in every run."""
        value = "" if self.value_mm is None else f"@{self.value_mm:g}"
        return f"{self.kind.value.lower()}:{self.subject_id}{value}"


QUAYS = (FixKind.RAISE_QUAY, FixKind.SURVEY_QUAY)


@dataclass(frozen=True, slots=True)
class Variant:
    """How a quay may come to be: built to a height, or measured and found to have it."""

    height_mm: float
    found: bool


@dataclass(frozen=True, slots=True)
class FixQuestion:
    """For whom, when, and at what cost."""

    profiles: tuple[Profile, ...]
    days: tuple[date, ...]
    moments: tuple[datetime, ...] = ()  # for pairs of stops; none: they are not computed
    costs: Mapping[str, float] | None = (
        None  # by Fix.id, by kind (RAISE_QUAY), or by subject id, the first that is there
    )
    computed: int = COMPUTED


def apply_fixes(network: Network, fixes: Sequence[Fix], days: Sequence[date]) -> Network:
    """Give the network as it would be after the changes; the one given stays as it is.

    A trip that is declared not accessible loses that flag if every vehicle type that may run it on one of the days is
    equipped by these changes.

    Raises
    ------
    FeedError
        A change speaks of something that the network does not have; all of them are named.
    """
    lost = [f"{fix.id}: the network has nothing of that id" for fix in fixes if not _is_there(network, fix)]
    if lost:
        raise FeedError("the changes", [Fault("changes", text, "use ids of this network") for text in lost])
    said: list[Evidence] = []
    for fix in fixes:
        if fix.kind in QUAYS:
            said += _of_quay(network, fix)
        elif fix.kind is FixKind.EQUIP_VEHICLE:
            said += _of_vehicle(network.knowledge.vehicle_types[fix.subject_id])
    changed = replace(network, knowledge=_learn(network.knowledge, said))
    equipped = {fix.subject_id for fix in fixes if fix.kind is FixKind.EQUIP_VEHICLE}
    if equipped:
        flag = network.trips.flag.copy()
        for day in days:
            classes, of_trip = boarding_classes(network, day)
            whole = np.array([bool(one.vehicle_types) and equipped.issuperset(one.vehicle_types) for one in classes])
            flag[whole[of_trip] & (network.trips.flag == Flag.NO)] = Flag.UNKNOWN
        changed = replace(changed, trips=replace(network.trips, flag=flag))
    return _change_streets(changed, fixes)


def parse_changes(text: str) -> list[Fix]:
    """Read the text of changes.csv: columns kind, id and value_mm.

    ``kind`` is a word of FixKind in small letters; ``value_mm`` may be empty but for quays.

    Raises
    ------
    FeedError
        With every fault of the table.
    """
    faults: list[Fault] = []
    fixes: list[Fix] = []
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not {"kind", "id"} <= set(table.fieldnames or ()):
        raise FeedError("changes.csv", [Fault("changes.csv", "lacks a column", "it needs kind, id and value_mm")])
    for line, row in enumerate(table, 2):
        word, id_, value = (str(row.get(name) or "").strip() for name in ("kind", "id", "value_mm"))
        kind = next((one for one in FixKind if one.value.lower() == word.lower()), None)
        number = _millimetres(value)
        if kind is None:
            words = ", ".join(one.value.lower() for one in FixKind)
            faults.append(Fault("changes.csv", f"kind “{word[:40]}” is not known", f"write one of {words}", row=line))
        elif not id_:
            faults.append(Fault("changes.csv", "id is empty", "name the stop, vehicle type, lift or kerb", row=line))
        elif (value and number is None) or (kind in QUAYS and number is None):
            faults.append(
                Fault("changes.csv", f"value_mm “{value[:40]}” is no height", "write 0 to 1500 millimetres", row=line)
            )
        else:
            fixes.append(Fix(kind, id_, KERB_MM if kind is FixKind.LOWER_KERB and number is None else number))
    if faults:
        raise FeedError("changes.csv", faults)
    return fixes


def quay_as(network: Network, stop: int, variant: Variant | None) -> Quay:
    """Give the quay of a stop (its row), as it is or as if it were so."""
    quay = network.knowledge.quays.get(network.stops.id[stop], NOTHING_KNOWN)
    if variant is None:
        return quay
    height = Interval(variant.height_mm - BUILT_WITHIN_MM, variant.height_mm + BUILT_WITHIN_MM)
    gap = quay.gap_mm
    if variant.found and gap is None:
        gap = Fact(Interval(FOUND_GAP_MM, FOUND_GAP_MM), PLAN, Method.DECLARED)
    return replace(
        quay,
        height_mm=Fact(height, PLAN, Method.DECLARED),
        height_reference=quay.height_reference or "road",
        gap_mm=gap,
    )


def height_known(network: Network, stop: int) -> bool:
    """Tell whether anybody has said how high a quay (row of its stop) is."""
    quay = network.knowledge.quays.get(network.stops.id[stop])
    return quay is not None and quay.height_mm is not None


def has_device(vehicle: VehicleType) -> bool:
    """Tell whether a door is known to have a ramp or a lift."""
    return any(door.device is not None and door.device.value != "none" for door in vehicle.doors)


def links_of(network: Network, ways: Sequence[Fix]) -> dict[Fix, list[int]]:
    """Give the rows of the links that each lowered kerb or repaired lift changes."""
    row_of = {id_: row for row, id_ in enumerate(link_ids(network))}
    equipment = network.streets.equipment.id
    return {
        fix: [row_of[fix.subject_id]]
        if fix.kind is FixKind.LOWER_KERB
        else np.flatnonzero(network.streets.links.equipment == equipment.row_of[fix.subject_id]).tolist()
        for fix in ways
    }


def cost_of(fix: Fix, costs: Mapping[str, float] | None) -> float | None:
    """Give what a change costs: as said of itself, of its subject, or of its kind; None: nobody has said it."""
    names = (fix.id, fix.subject_id, fix.kind.value)
    return next((costs[name] for name in names if name in costs), None) if costs else None


def _millimetres(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1500 else None


def _is_there(network: Network, fix: Fix) -> bool:
    if fix.kind in QUAYS:
        return fix.subject_id in network.stops.id.row_of
    if fix.kind is FixKind.EQUIP_VEHICLE:
        return fix.subject_id in network.knowledge.vehicle_types
    if fix.kind is FixKind.REPAIR_LIFT:
        return fix.subject_id in network.streets.equipment.id.row_of
    return network.streets.known and fix.subject_id in link_ids(network)


def _of_quay(network: Network, fix: Fix) -> Iterator[Evidence]:
    variant = Variant(float(fix.value_mm or 0.0), fix.kind is FixKind.SURVEY_QUAY)
    stop_id = fix.subject_id
    quay = quay_as(network, network.stops.id.row_of[stop_id], variant)
    yield _planned(Subject.QUAY, stop_id, "height_mm", variant.height_mm, BUILT_WITHIN_MM)
    yield _planned(Subject.QUAY, stop_id, "height_reference", str(quay.height_reference))
    if quay.gap_mm is not None and quay.gap_mm.source_id == PLAN:
        yield _planned(Subject.QUAY, stop_id, "gap_mm", FOUND_GAP_MM, 0.0)


def _of_vehicle(vehicle: VehicleType) -> Iterator[Evidence]:
    type_id = vehicle.vehicle_type_id
    doors = [] if has_device(vehicle) else [door.door_no for door in vehicle.doors] or [1]
    for number in doors:
        for name, value in RAMP.items():
            yield _planned(Subject.DOOR, f"{type_id}#{number}", name, value, 10.0 if name.endswith("_mm") else None)
    if vehicle.wheelchair_spaces is None or vehicle.wheelchair_spaces.value < 1:
        yield _planned(Subject.VEHICLE_TYPE, type_id, "wheelchair_spaces", 1)
    if vehicle.declared_access is not None and vehicle.declared_access.value == "no":
        yield _planned(Subject.VEHICLE_TYPE, type_id, "declared_access", "yes")


def _planned(
    subject: Subject, id_: str, attribute: str, value: float | int | bool | str, tolerance: float | None = None
) -> Evidence:
    return Evidence(subject, id_, attribute, value, PLAN, Method.DECLARED, tolerance)


def _learn(knowledge: Knowledge, said: Sequence[Evidence]) -> Knowledge:
    """Let what is planned stand in the place of what was known."""
    if not said:
        return knowledge
    planned = {(one.subject, one.subject_id, one.attribute) for one in said}
    kept = [
        replace(one, used=False)
        if (one.evidence.subject, one.evidence.subject_id, one.evidence.attribute) in planned
        else one
        for one in knowledge.statements
    ]
    # permits: an operator's own plan, so that a vehicle that was refused is so no more
    new = [Statement(one, used=True, permits=True) for one in dict.fromkeys(said)]
    sources = {**knowledge.sources, PLAN: Source(PLAN, "what-if: planned, not built")}
    return Knowledge((*kept, *new), knowledge.assignments, knowledge.overrides, sources, knowledge.findings)


def _change_streets(network: Network, fixes: Sequence[Fix]) -> Network:
    kerbs = {fix.subject_id: fix.value_mm for fix in fixes if fix.kind is FixKind.LOWER_KERB}
    lifts = {fix.subject_id for fix in fixes if fix.kind is FixKind.REPAIR_LIFT}
    if not kerbs and not lifts:
        return network
    streets = network.streets
    links, equipment = streets.links, streets.equipment
    if kerbs:
        low, high = links.kerb_low_mm.copy(), links.kerb_high_mm.copy()
        for row, id_ in enumerate(link_ids(network)):
            if id_ in kerbs:
                low[row] = high[row] = KERB_MM if kerbs[id_] is None else kerbs[id_]
        links = replace(links, kerb_low_mm=low, kerb_high_mm=high)
    if lifts:
        rows = [equipment.id.row_of[id_] for id_ in lifts]
        stay = ~np.isin(equipment.closed_equipment, rows)
        equipment = replace(
            equipment,
            closed_equipment=equipment.closed_equipment[stay],
            closed_from_s=equipment.closed_from_s[stay],
            closed_until_s=equipment.closed_until_s[stay],
        )
    return replace(network, streets=replace(streets, links=links, equipment=equipment))
