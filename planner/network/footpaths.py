"""Walks between stops while no walking network is known: straight line x 1.3, within 500 m."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, points

from planner.network.tables import Footpaths, Stops

REACH_M = 500.0  # as the crow flies
DETOUR = 1.3  # streets are longer than straight lines; a usual factor, measured nowhere for these networks


def link_stops(stops: Stops, served: NDArray[np.bool_]) -> Footpaths:
    """Link every two served stops within reach, nearest first; a stop is not linked to itself."""
    rows = np.flatnonzero(served & np.isfinite(stops.x_m))
    origin, target = np.empty(0, np.int64), np.empty(0, np.int64)
    if len(rows):
        spots = points(stops.x_m[rows], stops.y_m[rows])
        origin, target = STRtree(spots).query(spots, predicate="dwithin", distance=REACH_M)
        apart = origin != target
        origin, target = rows[origin[apart]], rows[target[apart]]
    distance = DETOUR * np.hypot(stops.x_m[origin] - stops.x_m[target], stops.y_m[origin] - stops.y_m[target])
    order = np.lexsort((target, distance, origin))
    counts = np.bincount(origin, minlength=len(served))
    return Footpaths(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=target[order].astype(np.int32),
        distance_m=distance[order].astype(np.float32),
    )
