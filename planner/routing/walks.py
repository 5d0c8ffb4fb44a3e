"""Stops within a walk of a place: the access to the first ride and the egress from the last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import judge_way
from planner.model import Place, Profile, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distances_m
from planner.network.tables import Network

LEAST_M_A_DEGREE = 110_500.0  # of latitude, at the equator where it is shortest


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Stops within a walk of one place; times without any margin."""

    stop: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    duration_s: NDArray[np.int64]
    doubts: NDArray[np.uint8]

    def metres_by_stop(self) -> dict[int, float]:
        """Give the distance by stop row."""
        return dict(zip(self.stop.tolist(), self.distance_m.tolist(), strict=True))


def walks_around(network: Network, place: Place, profile: Profile, unknown: Unknown) -> Walks:
    """Find the stops within reach of a place; a stop itself, or a station's own stops, at no distance."""
    stops = network.stops
    # measuring is dear: first leave out what lies further north or south than anybody walks
    around = network.served & (np.abs(stops.lat - place.lat) <= REACH_M / LEAST_M_A_DEGREE)
    row = stops.id.row_of[place.stop_id] if place.stop_id is not None else -1
    if row >= 0:
        own = network.served & (stops.parent == row)
        own[row] = network.served[row]
        around |= own
    near = np.flatnonzero(around)
    distance = np.full(len(stops.lat), np.nan)
    distance[near] = DETOUR * distances_m(place.lon, place.lat, stops.lon[near], stops.lat[near])
    if row >= 0:
        distance[own] = 0
    near = near[distance[near] <= DETOUR * REACH_M]
    doubts = np.array([judge_way(float(metres), profile).doubts for metres in distance[near]], np.uint8)
    if unknown is Unknown.EXCLUDE:
        near, doubts = near[doubts == 0], doubts[doubts == 0]
    elif unknown is Unknown.ALLOW:
        doubts[:] = 0
    seconds = np.ceil(distance[near] / profile.speed_m_s).astype(np.int64)
    return Walks(near, distance[near], seconds, doubts)
