"""Which way lies nearest to a point: an index of the links that one can step onto from beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.network.streets import LinkKind
from planner.network.tables import Network

M_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6371 km: good enough to find the nearest
BESIDE = (LinkKind.WAY, LinkKind.ROAD, LinkKind.CROSSING, LinkKind.AREA, LinkKind.PLATFORM)
# What a metre of distance is weighed against: rather the pavement than the middle of the road, as for stops.
ON_IT_M = 1.0  # so near the middle of a road nobody knows on which side a point was meant to be
DETOUR_M = {LinkKind.ROAD: 10.0, LinkKind.CROSSING: 15.0}


@dataclass(frozen=True, slots=True)
class Footing:
    """A point on a link: which one, how far along it (0 its tail, 1 its head), and how far the asker is from it."""

    link: int
    share: float
    distance_m: float


class StreetIndex:
    """The links of one network, in a plane of its own."""

    def __init__(self, network: Network) -> None:
        streets = network.streets
        self.links = np.flatnonzero(np.isin(streets.links.kind, BESIDE) & (streets.links.length_m > 0))
        self.east = M_PER_DEGREE * cos(radians(float(np.median(streets.node_lat)) if len(streets.node_lat) else 0.0))
        offset = streets.point_offset
        count = (offset[1:] - offset[:-1])[self.links]
        row = np.repeat(np.arange(len(self.links)), count)
        at = np.repeat(offset[:-1][self.links] - (np.cumsum(count) - count), count) + np.arange(len(row))
        lines = shapely.linestrings(self._plane(streets.point_lon[at], streets.point_lat[at]), indices=row)
        self.lines = np.asarray(lines, object)
        self.tree = shapely.STRtree(self.lines)
        kinds = streets.links.kind[self.links]
        low, high = streets.links.level_low[self.links], streets.links.level_high[self.links]
        self.outside = ~((low > 0) | (high < 0))  # where no level is said too
        self.road = kinds == LinkKind.ROAD
        self.detour_m = np.array([DETOUR_M.get(LinkKind(kind), 0.0) for kind in kinds.tolist()])

    def footings(self, lon: float, lat: float, reach_m: float, most: int = 4) -> list[Footing]:
        """Find the links nearest to a point, the most suitable first; those of other floors where there is no other.

        Who gives a point stands outside: not in the passage below the street, nor on the footbridge above it; and on
        one side of a road. Nobody has judged the kerbs between: what lies beyond a road, and the road beyond a
        pavement, is left out unless there is nothing else.
        """
        spot = shapely.points(self._plane(np.array([lon]), np.array([lat])))[0]
        near = self.tree.query(spot, predicate="dwithin", distance=reach_m)
        if self.outside[near].any():
            near = near[self.outside[near]]
        distance = shapely.distance(spot, self.lines[near])
        best = np.argsort(distance + self.detour_m[near], kind="stable")
        here = best[self._on_this_side(spot, near[best], distance[best])]
        best = (here if len(here) else best)[:most]
        found = []
        for at, metres in zip(near[best].tolist(), distance[best].tolist(), strict=True):
            share = float(shapely.line_locate_point(self.lines[at], spot, normalized=True))
            found.append(Footing(int(self.links[at]), share, metres))
        return found

    def _on_this_side(
        self, spot: shapely.Point, rows: NDArray[np.int64], distance: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which of some links, by their distance, one comes to over no kerb of a road."""
        if not len(rows):
            return np.zeros(0, np.bool_)
        lines, road = self.lines[rows], self.road[rows]
        beaten = road & (distance > np.where(road, np.inf, distance).min())
        ways = shapely.shortest_line(spot, lines)
        crossed = np.zeros(len(rows), np.bool_)
        for row in np.flatnonzero(road & (distance > ON_IT_M)).tolist():
            over = shapely.intersects(ways, lines[row])
            over[row] = False
            crossed |= over & (distance > distance[row])
        here: NDArray[np.bool_] = ~(beaten | crossed)
        return here

    def _plane(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([lon * self.east, lat * M_PER_DEGREE], axis=-1)


@lru_cache(maxsize=8)
def street_index(network: Network) -> StreetIndex:
    """Give the index of a network; the last few are kept."""
    return StreetIndex(network)
