"""Heights of a raster: what it cannot know is not known."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.errors import FeedError
from planner.feeds.elevation import open_elevation

rasterio = pytest.importorskip("rasterio")
SIZE, CELL = 20, 0.001


def write_raster(path: Path, heights: object, **more: Any) -> Path:
    """A raster whose first cell's centre lies at 8.0005 E, 49.9995 N."""
    cells = np.asarray(heights)
    transform = rasterio.Affine(CELL, 0, 8.0, 0, -CELL, 50.0)
    settings = {"crs": "EPSG:4326", "transform": transform, "dtype": cells.dtype, **more}
    with rasterio.open(
        path, "w", driver="GTiff", count=1, height=cells.shape[0], width=cells.shape[1], **settings
    ) as raster:
        raster.write(cells, 1)
    return path


def slope_of(kind: type) -> object:
    return np.tile(np.arange(SIZE), (SIZE, 1)).astype(kind)


def test_heights_between_cells_are_between_theirs(tmp_path: Path) -> None:
    elevation = open_elevation(write_raster(tmp_path / "a.tif", slope_of(np.int16)))
    found = elevation.heights(np.array([8.0005, 8.00125, 8.0105]), np.array([49.995, 49.995, 49.995]))
    assert found == pytest.approx([0.0, 0.75, 10.0])
    assert elevation.quantum_m == 1.0


def test_outside_void_and_saturated_cells_are_not_known(tmp_path: Path) -> None:
    cells = np.full((SIZE, SIZE), 40, np.uint8)
    cells[:, 10:] = 255
    cells[0, 0] = 7
    elevation = open_elevation(write_raster(tmp_path / "a.tif", cells, nodata=7))
    lon = np.array([8.005, 8.015, 8.0005, 9.0, 8.0095])
    lat = np.array([49.99, 49.99, 49.9995, 49.99, 49.99])
    found = elevation.heights(lon, lat)
    assert found[0] == 40
    assert np.isnan(found[1:4]).all()
    assert math.isnan(elevation.heights(np.array([8.0099]), np.array([49.99]))[0])  # one of its four cells is saturated


def test_a_floating_raster_with_absurd_heights_knows_only_the_others(tmp_path: Path) -> None:
    cells = np.full((SIZE, SIZE), 12.5, np.float32)
    cells[:, :5] = -32768.0
    cells[:, 15:] = np.inf
    elevation = open_elevation(write_raster(tmp_path / "a.tif", cells))
    found = elevation.heights(np.array([8.002, 8.01, 8.018]), np.full(3, 49.99))
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == 12.5


@pytest.mark.parametrize("what", ["no file", "no raster", "no place", "no heights"])
def test_what_is_no_raster_of_heights_is_refused_by_name(tmp_path: Path, what: str) -> None:
    path = tmp_path / "bad.tif"
    if what == "no raster":
        path.write_bytes(b"II*\x00 and nothing else")
    elif what == "no place":
        write_raster(path, slope_of(np.int16), crs=None)
    elif what == "no heights":
        write_raster(path, slope_of(np.complex64))
    with pytest.raises(FeedError, match=r"bad\.tif"):
        open_elevation(path)


def test_the_raster_of_porto_alegre_is_whole_metres_and_unknown_above_254(testdata: Callable[[str], Path]) -> None:
    elevation = open_elevation(testdata("porto_alegre/poa_elevation.tif"))
    lon, lat = np.meshgrid(np.linspace(-51.25, -51.10, 150), np.linspace(-30.10, -29.98, 150))
    heights = elevation.heights(lon.ravel(), lat.ravel())
    known = heights[np.isfinite(heights)]
    assert elevation.quantum_m == 1.0
    assert len(known) > 1000
    assert known.max() < 255
