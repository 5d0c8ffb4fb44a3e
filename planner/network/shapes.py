"""The line of a ride on the ground: its trip's shape where there is one, else straight between stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.network.plane import line_m
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
    return _line(np.stack([network.stops.lon[list(stops)], network.stops.lat[list(stops)]], axis=1))


def _line(points: NDArray[np.float64]) -> Line:
    rounded: list[list[float]] = np.round(points, 6).tolist()
    return Line(tuple((lon, lat) for lon, lat in rounded), line_m(points[:, 0], points[:, 1]))


def _cut(
    lon: NDArray[np.float64], lat: NDArray[np.float64], stop_lon: NDArray[np.float64], stop_lat: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Points of the shape between the first and the last stop; None if the stops do not follow it."""
    if len(lon) < 2:
        return None
    per_lat = 111_195.0  # metres a degree, good enough to say which point of a line is nearest
    per_lon = per_lat * np.cos(np.radians(float(np.mean(lat))))
    x, y = lon * per_lon, lat * per_lat
    dx, dy = np.diff(x), np.diff(y)
    squared = np.maximum(dx * dx + dy * dy, 1e-9)
    sx, sy = (stop_lon * per_lon)[:, None], (stop_lat * per_lat)[:, None]
    shares = np.clip(((sx - x[:-1]) * dx + (sy - y[:-1]) * dy) / squared, 0, 1)
    aways = np.hypot(x[:-1] + shares * dx - sx, y[:-1] + shares * dy - sy)
    at = 0.0
    places: list[float] = []
    for share, away in zip(shares, aways, strict=True):
        passed = min(int(at), len(dx) - 1)  # segments before it lie behind, and so does its own beginning
        away[:passed] = np.inf
        if passed + share[passed] < at:
            away[passed] = np.inf
        nearest = away.min()
        if not nearest <= FAR_FROM_LINE_M:
            return None
        # the first pass near enough, not the very nearest of all: a loop comes back to the same place
        first = int(np.argmax(away <= max(1.5 * nearest, 20.0)))
        if places:
            first = _local_best(away, first)
        at = float(first + share[first])
        places.append(at)
    inner = np.arange(np.ceil(places[0]), np.floor(places[-1]) + 1)
    along = np.concatenate((places[:1], inner, places[-1:]))
    before = np.minimum(along.astype(np.int64), len(dx) - 1)
    share, axes = (along - before)[:, None], np.stack([lon, lat], axis=1)
    points: NDArray[np.float64] = axes[before] + share * (axes[before + 1] - axes[before])
    new = np.ones(len(points), np.bool_)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[new]


def _local_best(away: NDArray[np.float64], first: int) -> int:
    """Go on from the first near segment while the line still comes nearer."""
    while first + 1 < len(away) and away[first + 1] < away[first]:
        first += 1
    return first
