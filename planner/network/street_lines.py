"""Streets as lines to draw behind a map: those in a box, the most telling first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.network.streets import LinkKind, Streets

DRAWN_KINDS = (LinkKind.WAY, LinkKind.ROAD, LinkKind.CROSSING, LinkKind.PLATFORM, LinkKind.STEPS, LinkKind.STEP_RAMP)
NEAR_DEGREES = 0.002  # a link of up to two hundred metres that ends in the box may begin outside
MOST_LINES = 2_500  # in one drawing; a box with more is a whole town, where only its long streets tell anything


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


def street_lines(streets: Streets, box: Box, most: int = MOST_LINES) -> Iterator[StreetLine]:
    """Give the links that begin in the box or close to it: steps first, then streets that are long in the box.

    Named streets are ranked by their length here, and links without a name come last: a drawing that stops when it is
    full then holds the streets by which people find their way. At most ``most``, a quarter of them steps.
    """
    if not streets.known:
        return
    arranged = _arranged(streets)
    low, high = np.searchsorted(arranged.lat, (box.south - NEAR_DEGREES, box.north + NEAR_DEGREES)).tolist()
    rows = arranged.row[low:high]
    lon = arranged.lon[low:high]
    rows = rows[(lon >= box.west - NEAR_DEGREES) & (lon <= box.east + NEAR_DEGREES)]
    steps = streets.links.kind[rows] == LinkKind.STEPS
    for row in rows[steps][: most // 4].tolist():
        yield _line(streets, row, steps=True)
    for row in _first(streets, rows[~steps], most - most // 4).tolist():
        yield _line(streets, row, steps=False)


@dataclass(frozen=True, eq=False)
class _Arranged:
    """The links that are drawn, by the latitude at which they begin."""

    row: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@lru_cache(maxsize=4)
def _arranged(streets: Streets) -> _Arranged:
    drawn = np.zeros(max(LinkKind) + 1, np.bool_)
    drawn[list(DRAWN_KINDS)] = True
    rows = np.flatnonzero(drawn[streets.links.kind])
    begin = streets.links.tail[rows]
    lat = streets.node_lat[begin]
    order = np.argsort(lat, kind="stable")
    return _Arranged(rows[order], streets.node_lon[begin[order]], lat[order])


def _first(streets: Streets, rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The links of the longest streets here, as many as ``most``; those of one street stay together."""
    name = np.asarray(streets.links.name[rows])
    total = np.bincount(name + 1, weights=streets.links.length_m[rows], minlength=1)
    total[0] = 0.0  # without a name
    count = np.bincount(name + 1, minlength=1)
    order = np.argsort(-total, kind="stable")
    enough = np.searchsorted(np.cumsum(count[order]), most) + 1  # streets; the rest need not be sorted
    rank = np.full(len(total), len(total))
    rank[order[:enough]] = np.arange(len(order[:enough]))
    kept = np.flatnonzero(rank[name + 1] < len(total))
    return rows[kept[np.argsort(rank[name[kept] + 1], kind="stable")]][:most]


def _line(streets: Streets, row: int, *, steps: bool) -> StreetLine:
    at = slice(int(streets.point_offset[row]), int(streets.point_offset[row + 1]))
    points = zip(streets.point_lon[at].tolist(), streets.point_lat[at].tolist(), strict=True)
    return StreetLine(steps, tuple(points))
