"""What a reader of streets hands on: ways, obstacles, areas and landmarks with facts in our units.

Kinds are words here, as in ``planner.network.streets.LinkKind`` in small letters: this room does not know that one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.facts import Finding

NAN = math.nan
UNKNOWN_INTERVAL = (NAN, NAN)


@dataclass(slots=True)
class Facts:
    """What is said of one way, kerb, gate or lift; lengths in mm, slopes as rise / run in drawing direction."""

    kind: str  # way | road | crossing | area | platform | pathway | steps | ... | lift | kerb | barrier | join
    osm_type: int = 0  # 1 node, 2 way, 3 relation
    osm_id: int = 0
    forward: bool = True
    backward: bool = True
    name: str = ""
    incline: tuple[float, float] = UNKNOWN_INTERVAL
    incline_from: int = 0  # planner.network.streets.Provenance
    cross: tuple[float, float] = UNKNOWN_INTERVAL
    width: tuple[float, float] = UNKNOWN_INTERVAL
    kerb: tuple[float, float] = UNKNOWN_INTERVAL
    surface: str = ""
    smoothness: str = ""
    steps: int = 0  # -1: steps, not counted
    allowed: int = 0  # planner.network.streets.Allowed
    level: tuple[float, float] = UNKNOWN_INTERVAL
    equipment: str = ""  # id of the lift or escalator
    duration_s: float = NAN
    handrail: int = 0  # 0 unknown, 1 yes, 2 no; so are the next two
    tactile: int = 0
    lit: int = 0
    conveying: int = 0
    note: str = ""
    detail: str = ""
    climbed: bool = True  # False: on a bridge, in a tunnel or indoors, where a model of the ground says nothing
    on_ground: bool = True  # False: on another level than the street, where no bus stops
    length_m: float = NAN  # stated; else that of its line


@dataclass(frozen=True, slots=True)
class Pavement:
    """The pavements that a road says it has; None: it has none on that side, or none that is not drawn itself."""

    left: Facts | None
    right: Facts | None
    offset_m: float  # from the middle line of the road to the middle of a pavement


@dataclass(slots=True)
class Way:
    """A line or ring on which people walk, or a road that has pavements."""

    osm_id: int
    refs: tuple[int, ...]
    facts: Facts
    pavement: Pavement | None = None
    walked: bool = True  # False: the carriageway itself is not walked on, its pavements are
    ramp: Facts | None = None  # the ramp for wheels beside steps
    kerb: tuple[float, float] | None = None  # a crossing says how high both its kerbs are


@dataclass(slots=True)
class Area:
    """A square or platform that may be crossed anywhere between its outer and inner rings."""

    osm_type: int
    osm_id: int
    outer: list[tuple[int, ...]]
    inner: list[tuple[int, ...]]
    facts: Facts


@dataclass(slots=True)
class Lift:
    """A lift, drawn as a node or as a ring; who steps out stands on one of its levels."""

    facts: Facts
    refs: tuple[int, ...]
    levels: tuple[float, ...] = ()
    cabin: tuple[float, float, float, float] = (NAN, NAN, NAN, NAN)  # width, length, door in mm; load in kg


@dataclass(slots=True)
class Landmark:
    """A named place, an address, a toilet or a bench; for whoever looks for a place."""

    name: str
    kind: str  # OSM's key=value
    lon: float
    lat: float
    osm_type: int
    osm_id: int
    street: str = ""
    number: str = ""
    postcode: str = ""
    city: str = ""
    wheelchair: str = ""


@dataclass(slots=True)
class StreetMap:
    """Everything that a file says of streets; places are positions of nodes by id, in WGS 84."""

    ways: list[Way] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    lifts: dict[int, Lift] = field(default_factory=dict)  # by node id; lifts drawn as rings stand under each ring node
    obstacles: dict[int, Facts] = field(default_factory=dict)  # kerbs and barriers, by node id
    crossings: dict[int, Facts] = field(default_factory=dict)  # nodes highway=crossing, with the kerb they state
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    landmarks: list[Landmark] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def merge_maps(maps: Sequence[StreetMap]) -> StreetMap:
    """One map of several that may overlap: an object that is in two of them is there once.

    The order in which they are named changes nothing: they are put in an order of their contents first. Of two versions
    of one object it is therefore always the same one that holds, not always the newer.
    """
    whole = StreetMap()
    if len(maps) > 1:
        maps = sorted(maps, key=lambda one: hashlib.sha256(repr(one).encode()).digest())
    for one in maps:
        whole.lifts = {**one.lifts, **whole.lifts}
        whole.obstacles = {**one.obstacles, **whole.obstacles}
        whole.crossings = {**one.crossings, **whole.crossings}
        whole.places.update(one.places)
        whole.findings.extend(one.findings)
        whole.counts = {
            key: whole.counts.get(key, 0) + one.counts.get(key, 0) for key in {**whole.counts, **one.counts}
        }
    whole.ways = list({way.osm_id: way for one in maps for way in one.ways}.values())
    whole.areas = list({(area.osm_type, area.osm_id): area for one in maps for area in one.areas}.values())
    whole.landmarks = list({(mark.osm_type, mark.osm_id): mark for one in maps for mark in one.landmarks}.values())
    return whole


def hull_of(intervals: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The smallest interval around all; unknown if one of them is."""
    if not intervals or any(math.isnan(low) for low, _ in intervals):
        return UNKNOWN_INTERVAL
    return min(low for low, _ in intervals), max(high for _, high in intervals)
