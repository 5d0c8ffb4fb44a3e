"""Areas on the map: what lies within straight distances of several points, as one shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray
from shapely import Geometry, buffer, points, simplify, transform, union_all
from shapely.geometry import mapping

CORNER_M = 2.0  # how far the outline may lie beside the circles


def area_around(lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: NDArray[np.float64]) -> dict[str, Any]:
    """Join circles around points of WGS 84 into one GeoJSON MultiPolygon; without any circle it is empty.

    The outline lies inside the circles by at most twice ``CORNER_M`` and is drawn on a plane around the first point,
    below 0.1 % off within 300 km of it.
    """
    useful = (radius_m > 0) & np.isfinite(lon) & np.isfinite(lat)
    if not useful.any():
        return {"type": "MultiPolygon", "coordinates": []}
    lon, lat, radius_m = lon[useful], lat[useful], radius_m[useful]
    plane = pyproj.Proj(proj="aeqd", lon_0=float(lon[0]), lat_0=float(lat[0]), datum="WGS84")
    circles = buffer(points(*plane(lon, lat)), radius_m, quad_segs=8)
    joined = simplify(union_all(circles), CORNER_M)
    return _as_multi(transform(joined, lambda xy: np.column_stack(plane(xy[:, 0], xy[:, 1], inverse=True)).round(6)))


def _as_multi(shape: Geometry) -> dict[str, Any]:
    told: dict[str, Any] = mapping(shape)
    if told["type"] == "Polygon":
        return {"type": "MultiPolygon", "coordinates": [_lists(told["coordinates"])]}
    return {"type": "MultiPolygon", "coordinates": [_lists(part) for part in told["coordinates"]]}


def _lists(rings: Any) -> list[list[list[float]]]:
    return [[[float(x), float(y)] for x, y in ring] for ring in rings]
