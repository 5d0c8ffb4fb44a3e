"""Stops within a walk of a place: the access to the first ride and the egress from the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import judge_way
from planner.model import Place, Profile, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distances_m, near_box
from planner.network.tables import Network


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
    boxed = near_box(place.lon, place.lat, stops.lon, stops.lat, REACH_M)
    distance = np.full(len(stops.lon), np.inf)
    distance[boxed] = DETOUR * distances_m(place.lon, place.lat, stops.lon[boxed], stops.lat[boxed])
    if place.stop_id is not None:
        row = stops.id.row_of[place.stop_id]
        distance[row] = 0
        distance[stops.parent == row] = 0
    near = np.flatnonzero(network.served & (distance <= DETOUR * REACH_M))
    doubts = np.array([judge_way(float(metres), profile).doubts for metres in distance[near]], np.uint8)
    if unknown is Unknown.EXCLUDE:
        near, doubts = near[doubts == 0], doubts[doubts == 0]
    elif unknown is Unknown.ALLOW:
        doubts[:] = 0
    seconds = np.ceil(distance[near] / profile.speed_m_s).astype(np.int64)
    return Walks(near, distance[near], seconds, doubts)


def one_walk(metres: float, profile: Profile, unknown: Unknown) -> tuple[int, int] | None:
    """Give seconds and doubts of one walk of which only the ends are known; None if the traveller refuses it."""
    doubts = judge_way(metres, profile).doubts
    if unknown is Unknown.EXCLUDE and doubts:
        return None
    return ceil(metres / profile.speed_m_s), 0 if unknown is Unknown.ALLOW else doubts


def join_walks(walks: Sequence[Walks]) -> Walks:
    """Put walks to different stops together."""
    return Walks(
        np.concatenate([one.stop for one in walks]),
        np.concatenate([one.distance_m for one in walks]),
        np.concatenate([one.duration_s for one in walks]),
        np.concatenate([one.doubts for one in walks]),
    )
