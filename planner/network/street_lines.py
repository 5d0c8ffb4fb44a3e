"""Streets as lines to draw behind a map: those in a box, the most telling first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.network.streets import LinkKind, Streets

DRAWN_KINDS = (LinkKind.WAY, LinkKind.ROAD, LinkKind.CROSSING, LinkKind.PLATFORM, LinkKind.STEPS, LinkKind.STEP_RAMP)
MOST_LINES = 6_000  # in one drawing; a box with more is a whole town, where only its long streets tell anything


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the earth, in degrees; never across the 180th meridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class StreetLine:
    """One link of the walking network, as it lies; ``points`` are (lon, lat)."""

    steps: bool
    points: tuple[tuple[float, float], ...]


def street_lines(streets: Streets, box: Box, most: int = MOST_LINES) -> list[StreetLine]:
    """Give the links with an end in the box; where there are too many, streets that are long in it come first.

    Named streets are ranked by their length inside the box, and links without a name come last: a drawing that
    stops when it is full then holds the streets by which people find their way.
    """
    if not streets.known:
        return []
    links = streets.links
    inside = (
        (streets.node_lon >= box.west)
        & (streets.node_lon <= box.east)
        & (streets.node_lat >= box.south)
        & (streets.node_lat <= box.north)
    )
    drawn = np.zeros(max(LinkKind) + 1, np.bool_)
    drawn[list(DRAWN_KINDS)] = True
    rows = np.flatnonzero((inside[links.tail] | inside[links.head]) & drawn[links.kind])
    return [_line(streets, row) for row in rows[_by_rank(streets, rows)][:most].tolist()]


def _by_rank(streets: Streets, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order links by how long their street is here; of one street they stay together, in the order of the file."""
    name, length = streets.links.name[rows], streets.links.length_m[rows]
    total = np.bincount(name + 1, weights=length, minlength=1)
    total[0] = 0.0  # without a name
    return np.lexsort((rows, name, -total[name + 1]))


def _line(streets: Streets, row: int) -> StreetLine:
    at = slice(int(streets.point_offset[row]), int(streets.point_offset[row + 1]))
    points = zip(streets.point_lon[at].tolist(), streets.point_lat[at].tolist(), strict=True)
    return StreetLine(int(streets.links.kind[row]) == LinkKind.STEPS, tuple(points))
