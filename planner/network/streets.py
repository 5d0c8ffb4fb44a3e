"""The walking network as columns: nodes, and links between them with every fact that a traveller may ask about.

Whatever can stop somebody is a link of its own: a kerb, a gate or a bollard where two ways meet is a link without
length, so that a path crosses it once, and a search needs to know links only. Facts are intervals; NaN, -1 and the
UNKNOWN of an enumeration mean that nobody has said it. Nothing here knows a traveller.

Axes: N nodes, M links, G points of their lines, S stops.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from planner.network.columns import Floats, Ints, Longs, Strings

Singles = NDArray[np.float32]
Smalls = NDArray[np.int8]


class LinkKind(IntEnum):
    """What a link is."""

    WAY = 0  # a footway, pavement, path or street for walking
    ROAD = 1  # a carriageway walked on: no pavement is known
    CROSSING = 2  # of a carriageway or of rails
    AREA = 3  # a line across a square
    PLATFORM = 4
    PATHWAY = 5  # a walkway of pathways.txt
    STEPS = 6
    STEP_RAMP = 7  # a ramp for wheels beside steps (ramp:wheelchair)
    ESCALATOR = 8
    MOVING_WALKWAY = 9
    LIFT = 10
    KERB = 11  # no length
    BARRIER = 12  # no length: gate, bollard, cycle barrier, turnstile, door
    FARE_GATE = 13
    JOIN = 14  # from a stop or an entrance to the nearest way: drawn by us, seen by nobody


class Allowed(IntEnum):
    """The wheelchair tag of a link, or of what it stands for."""

    UNKNOWN = 0
    YES = 1
    NO = 2
    LIMITED = 3


class Provenance(IntEnum):
    """How an incline is known."""

    UNKNOWN = 0
    TAGGED = 1
    RASTER = 2  # fitted to an elevation model: inferred, never closes a way alone
    DECLARED = 3  # pathways.txt


@dataclass(frozen=True)
class Links:
    """All links, each with the direction in which it is drawn: tail to head."""

    tail: Ints  # [M]
    head: Ints  # [M]
    kind: Smalls  # LinkKind
    length_m: Singles
    forward: NDArray[np.bool_]  # may be walked tail to head; a closed lift or gate may be walked neither way
    backward: NDArray[np.bool_]
    name: Ints  # row of Streets.words; -1
    osm_type: Smalls  # 0 none, 1 node, 2 way, 3 relation
    osm_id: Longs  # 0: not from OpenStreetMap
    incline_low: Singles  # rise / run from tail to head; "up" without a number is 0 to infinity
    incline_high: Singles
    incline_from: Smalls  # Provenance
    cross_low: Singles  # cross slope, rise / run, not negative
    cross_high: Singles
    width_low_mm: Singles  # passable width
    width_high_mm: Singles
    kerb_low_mm: Singles  # height to be crossed, not negative; 0: lowered flush
    kerb_high_mm: Singles
    surface: Ints  # row of Streets.words (OSM's value); -1
    smoothness: Ints  # row of Streets.words; -1
    steps: NDArray[np.int16]  # number of steps; -1: steps, not counted; 0: none
    allowed: Smalls  # Allowed
    level_low: Singles  # NaN: not said
    level_high: Singles
    equipment: Ints  # row of Streets.equipment; -1
    duration_s: Singles  # said of the link itself (traversal_time, a lift's own time); NaN
    handrail: Smalls  # 0 unknown, 1 yes, 2 no
    tactile: Smalls
    lit: Smalls
    conveying: Smalls  # an escalator or walkway: 0 no or unknown, 1 forward, 2 backward, 3 reversible
    note: Ints  # row of Streets.words: opening hours, a condition or why it is closed, as written; -1
    detail: Ints  # row of Streets.words: which crossing or barrier it is (OSM's value: zebra, stile, gate); -1


@dataclass(frozen=True)
class Equipment:
    """Lifts and escalators that links depend on; K rows."""

    id: Strings  # equipment_id of the survey or pathway_id, else "osm:node/1"
    name: Strings
    width_mm: Singles  # [K] of the cabin, NaN unknown
    length_mm: Singles
    door_mm: Singles
    load_kg: Singles
    closed_equipment: Ints  # [..] outages: row of this table
    closed_from_s: Longs  # seconds since 1970 UTC; the smallest int64: since ever
    closed_until_s: Longs  # the largest int64: until further notice


@dataclass(frozen=True, eq=False)  # identity, so that what is arranged from it can be cached
class Streets:
    """The walking network of a Network; without any link where only straight lines are known."""

    node_lon: Floats  # [N] WGS 84
    node_lat: Floats
    node_x_m: Floats  # in the network's own plane
    node_y_m: Floats
    links: Links
    point_offset: Longs  # [M + 1] into point_lon and point_lat; both ends are among a link's points
    point_lon: Floats
    point_lat: Floats
    equipment: Equipment
    stop_node: Ints  # [S] where a stop joins the network, at the end of its JOIN link; -1: it does not
    words: Strings

    @property
    def known(self) -> bool:
        """Whether there is any street."""
        return len(self.links.kind) > 0


@dataclass(frozen=True)
class Landmarks:
    """Named places, addresses, toilets and benches, for whoever looks for a place; an empty text: not said."""

    name: Strings
    kind: Strings  # OSM's key=value, or "address"
    lon: Floats  # WGS 84
    lat: Floats
    osm_type: Smalls  # 1 node, 2 way, 3 relation
    osm_id: Longs
    street: Strings
    number: Strings
    postcode: Strings
    city: Strings
    wheelchair: Strings  # as written: yes, limited, no; of toilets that of the toilets

    @classmethod
    def none(cls) -> Landmarks:
        """A table without rows."""
        return cls(**_no_rows(cls))


def empty_streets(stops: int = 0) -> Streets:
    """Streets of a network of which nothing is known but straight lines."""
    empty = np.empty(0)
    return Streets(
        *(empty, empty, empty, empty),
        links=Links(**_no_rows(Links)),
        point_offset=np.zeros(1, np.int64),
        point_lon=empty,
        point_lat=empty,
        equipment=Equipment(**_no_rows(Equipment)),
        stop_node=np.full(stops, -1, np.int32),
        words=Strings.of(()),
    )


def _no_rows(table: type) -> dict[str, Any]:
    hints = get_type_hints(table)
    return {
        column.name: Strings.of(()) if hints[column.name] is Strings else np.empty(0, _dtype(hints[column.name]))
        for column in fields(table)
    }


def _dtype(hint: Any) -> Any:
    """Give the number type of an annotation such as NDArray[np.int8]."""
    return hint.__args__[1].__args__[0]
