"""The line of a ride on the ground: its trip's shape where there is one, else straight between stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.network.plane import distance_m
from planner.network.tables import Network

FAR_FROM_LINE_M = 300.0  # a stop further off does not lie on this shape: it is drawn straight


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn way; ``points`` are (lon, lat)."""

    points: tuple[tuple[float, float], ...]
    length_m: float


def ride_line(network: Network, trip: int, stops: Sequence[int]) -> Line:
    """Cut the part of a trip's shape between the first and the last of ``stops``.

    Each stop is put on the line after the one before, so that a shape which passes a place twice is cut where
    the trip is. Where that does not fit the line is drawn from stop to stop.
    """
    shape = int(network.trips.shape[trip])
    if shape >= 0:
        rows = slice(int(network.shapes.offset[shape]), int(network.shapes.offset[shape + 1]))
        lon, lat = np.asarray(network.shapes.lon[rows]), np.asarray(network.shapes.lat[rows])
        cut = _cut(lon, lat, network.stops.lon[list(stops)], network.stops.lat[list(stops)])
        if cut is not None:
            return _line(cut)
    return _line([(float(network.stops.lon[row]), float(network.stops.lat[row])) for row in stops])


def _line(points: Sequence[tuple[float, float]]) -> Line:
    length = sum(distance_m(*a, *b) for a, b in pairwise(points))
    return Line(tuple((round(lon, 6), round(lat, 6)) for lon, lat in points), length)


def _cut(
    lon: NDArray[np.float64], lat: NDArray[np.float64], stop_lon: NDArray[np.float64], stop_lat: NDArray[np.float64]
) -> list[tuple[float, float]] | None:
    """Points of the shape between the first and the last stop; None if the stops do not follow it."""
    if len(lon) < 2:
        return None
    per_lat = 111_195.0  # metres a degree, good enough to say which point of a line is nearest
    per_lon = per_lat * np.cos(np.radians(float(np.mean(lat))))
    x, y = lon * per_lon, lat * per_lat
    dx, dy = np.diff(x), np.diff(y)
    squared = np.maximum(dx * dx + dy * dy, 1e-9)
    at = 0.0
    places: list[float] = []
    for sx, sy in zip(stop_lon * per_lon, stop_lat * per_lat, strict=True):
        share = np.clip(((sx - x[:-1]) * dx + (sy - y[:-1]) * dy) / squared, 0, 1)
        along = np.arange(len(dx)) + share
        away = np.hypot(x[:-1] + share * dx - sx, y[:-1] + share * dy - sy)
        away[along < at] = np.inf
        nearest = int(np.argmin(away))
        # the first pass near enough, not the very nearest of all: a loop comes back to the same place
        near = np.flatnonzero(away <= max(1.5 * away[nearest], 20.0))
        if not np.isfinite(away[nearest]) or away[nearest] > FAR_FROM_LINE_M:
            return None
        first = near[0] if not places else _local_best(away, int(near[0]))
        at = float(along[first])
        places.append(at)
    start, end = places[0], places[-1]
    inner = [(float(lon[i]), float(lat[i])) for i in range(int(np.ceil(start)), int(np.floor(end)) + 1)]
    points = [_point(lon, lat, start), *inner, _point(lon, lat, end)]
    return [point for point, before in zip(points, [None, *points], strict=False) if point != before]


def _local_best(away: NDArray[np.float64], first: int) -> int:
    """Go on from the first near segment while the line still comes nearer."""
    while first + 1 < len(away) and away[first + 1] < away[first]:
        first += 1
    return first


def _point(lon: NDArray[np.float64], lat: NDArray[np.float64], along: float) -> tuple[float, float]:
    i = min(int(along), len(lon) - 2)
    share = along - i
    return float(lon[i] + share * (lon[i + 1] - lon[i])), float(lat[i] + share * (lat[i + 1] - lat[i]))
