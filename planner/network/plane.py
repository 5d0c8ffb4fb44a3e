"""A flat metric plane for one network, so that distances are plain geometry."""

from __future__ import annotations

import numpy as np
import pyproj
from numpy.typing import NDArray

LEAST_DEGREE_M = 110_000.0  # a degree of latitude is nowhere shorter


def to_plane(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Project WGS 84 to metres around the middle (median) of the points; NaN stays NaN.

    Azimuthal equidistant: exact from the middle, below 0.1 % off within 300 km of it.
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    x_m, y_m = np.full(len(lon), np.nan), np.full(len(lat), np.nan)
    if known.any():
        middle_lon, middle_lat = float(np.median(lon[known])), float(np.median(lat[known]))
        plane = pyproj.Proj(proj="aeqd", lon_0=middle_lon, lat_0=middle_lat, datum="WGS84")
        x_m[known], y_m[known] = plane(lon[known], lat[known])
    return x_m, y_m


class Plane:
    """The plane of ``to_plane`` around the median of some points, to put other things into it and to come back."""

    def __init__(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
        known = np.isfinite(lon) & np.isfinite(lat)
        self.middle = (float(np.median(lon[known])), float(np.median(lat[known]))) if known.any() else (0.0, 0.0)
        self._plane = pyproj.Proj(proj="aeqd", lon_0=self.middle[0], lat_0=self.middle[1], datum="WGS84")

    def to_plane(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Metres from the middle."""
        x_m, y_m = self._plane(lon, lat)
        return np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)

    def to_earth(
        self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """WGS 84 longitude and latitude."""
        lon, lat = self._plane(x_m, y_m, inverse=True)
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Give the geodesic distance of two points."""
    return float(_EARTH.inv(lon_a, lat_a, lon_b, lat_b)[2])


def line_m(lons: NDArray[np.float64], lats: NDArray[np.float64]) -> float:
    """Give the geodesic length of a line."""
    return float(_EARTH.line_length(lons, lats)) if len(lons) > 1 else 0.0


def distances_m(lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the geodesic distance of one point to each of many; NaN where a position is not known."""
    known = np.isfinite(lons) & np.isfinite(lats)
    result = np.full(len(lons), np.nan)
    n = int(known.sum())
    if n:
        result[known] = _EARTH.inv(np.full(n, lon), np.full(n, lat), lons[known], lats[known])[2]
    return result


def near_box(
    lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64], reach_m: float
) -> NDArray[np.int64]:
    """Rows of the points in a box that holds everything within ``reach_m``: a cheap sieve before exact distances."""
    high = reach_m / LEAST_DEGREE_M
    wide = high / max(np.cos(np.radians(min(abs(lat) + high, 89.0))), 1e-3)
    return np.flatnonzero((np.abs(lats - lat) <= high) & (np.abs((lons - lon + 180) % 360 - 180) <= wide))


_EARTH = pyproj.Geod(ellps="WGS84")
