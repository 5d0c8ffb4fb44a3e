"""Heights of the ground from any raster that rasterio opens; what the raster cannot know is NaN.

Void cells, cells that stand at the end of the raster's number range (8 bits say 255 for everything higher) and
heights that no ground has are not known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from planner.errors import Fault, FeedError

LOWEST_M, HIGHEST_M = -500.0, 9000.0
MOST_CELLS = 400_000_000  # of the part that is read
METRES = frozenset({"", "m", "metre", "metres", "meter", "meters"})
FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 0.3048006}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Elevation:
    """A raster of ground heights."""

    path: Path
    quantum_m: float  # smallest difference of height that it can tell

    def heights(self, lon: Floats, lat: Floats) -> Floats:
        """Height in metres at each point of WGS 84, between cell centres; NaN where one of the four is not known.

        Raises
        ------
        FeedError
            The raster cannot be read, or its part under these points is too large.
        """
        if not len(lon):
            return np.empty(0)
        return _guarded(self.path, lambda raster: _sample(self.path, raster, lon, lat))  # type: ignore[no-any-return]


def open_elevation(path: Path) -> Elevation:
    """Open a raster and look at what it can tell.

    Raises
    ------
    FeedError
        It is no raster with one band of heights and a place on earth.
    """
    return Elevation(path, _guarded(path, lambda raster: _quantum(path, raster)))


def _guarded(path: Path, use: Any) -> Any:
    try:
        import rasterio  # noqa: PLC0415 - only a build with a raster needs it
    except ImportError as error:
        raise FeedError(path.name, [Fault(path.name, "a raster needs the package rasterio", "install it")]) from error
    try:
        with rasterio.open(path) as raster:
            return use(raster)
    except (rasterio.errors.RasterioError, OSError, ValueError, pyproj.exceptions.ProjError) as error:
        problem = (
            f"is not a readable raster: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}"
        )
        raise FeedError(path.name, [Fault(path.name, problem, "give a GeoTIFF of ground heights")]) from error


def _quantum(path: Path, raster: Any) -> float:
    if raster.crs is None:
        fault = Fault(path.name, "does not say where on earth it lies", "give it a coordinate reference system")
        raise FeedError(path.name, [fault])
    kind = np.dtype(raster.dtypes[0])
    if kind.kind not in "iuf":
        raise FeedError(path.name, [Fault(path.name, f"holds {kind}, not heights", "give a GeoTIFF of ground heights")])
    scale = abs(float(raster.scales[0] or 1.0)) * _unit(path, raster)
    return scale if kind.kind in "iu" else 0.01


def _unit(path: Path, raster: Any) -> float:
    unit = (raster.units[0] or "").strip().lower()
    if unit in METRES:
        return 1.0
    if unit not in FEET:
        raise FeedError(path.name, [Fault(path.name, f"has heights in {unit[:40]}", "convert it to metres")])
    return FEET[unit]


def _sample(path: Path, raster: Any, lon: Floats, lat: Floats) -> Floats:
    to_raster = pyproj.Transformer.from_crs(4326, pyproj.CRS.from_user_input(raster.crs.to_wkt()), always_xy=True)
    x, y = to_raster.transform(lon, lat)
    inverse = ~raster.transform
    column = inverse.a * np.asarray(x) + inverse.b * np.asarray(y) + inverse.c - 0.5  # 0 is the first cell's centre
    row = inverse.d * np.asarray(x) + inverse.e * np.asarray(y) + inverse.f - 0.5
    inside = (column >= 0) & (row >= 0) & (column <= raster.width - 1) & (row <= raster.height - 1)
    found = np.full(len(lon), np.nan)
    if not inside.any():
        return found
    first_row, first_column = int(row[inside].min()), int(column[inside].min())
    rows, columns = int(row[inside].max()) + 2 - first_row, int(column[inside].max()) + 2 - first_column
    rows, columns = min(rows, raster.height - first_row), min(columns, raster.width - first_column)
    if rows * columns > MOST_CELLS:
        raise FeedError(path.name, [Fault(path.name, "is too large here", "cut it to the network, or resample it")])
    cells = _cells(path, raster, ((first_row, first_row + rows), (first_column, first_column + columns)))
    at_row, at_column = row[inside] - first_row, column[inside] - first_column
    low_row = np.minimum(at_row.astype(np.int64), max(rows - 2, 0))
    low_column = np.minimum(at_column.astype(np.int64), max(columns - 2, 0))
    high_row, high_column = np.minimum(low_row + 1, rows - 1), np.minimum(low_column + 1, columns - 1)
    down, along = at_row - low_row, at_column - low_column
    upper = cells[low_row, low_column] * (1 - along) + cells[low_row, high_column] * along
    lower = cells[high_row, low_column] * (1 - along) + cells[high_row, high_column] * along
    found[inside] = upper * (1 - down) + lower * down
    return found


def _cells(path: Path, raster: Any, window: tuple[tuple[int, int], tuple[int, int]]) -> NDArray[np.float32]:
    band = raster.read(1, window=window, masked=True)
    raw = np.ma.getdata(band)
    known = ~np.ma.getmaskarray(band)
    if raw.dtype.kind in "iu":
        limits = np.iinfo(raw.dtype)
        known &= raw != limits.max
        if raw.dtype.kind == "i":
            known &= raw != limits.min
    heights = raw.astype(np.float32) * np.float32(raster.scales[0] or 1.0) + np.float32(raster.offsets[0] or 0.0)
    heights *= np.float32(_unit(path, raster))
    known &= (heights > LOWEST_M) & (heights < HIGHEST_M)
    heights[~known] = math.nan
    return heights
