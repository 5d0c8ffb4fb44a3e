"""The ground as PMTiles: one file for a city seen whole, one for its streets; made once, when a network is built."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import shapely

from planner.feeds.osm_ground import LINES, Ground
from planner.network.store import FAR, NEAR

LAYER = "ground"
FAR_ZOOMS, NEAR_ZOOMS = (10, 12), (13, 15)  # a map goes on past the last by enlarging it
FAR_KINDS = ("major", "street", "rail", "river", "water", "green")
LEAST_FAR_AREA = 1e-6  # square degrees: about a hectare, what is smaller is no spot on a city seen whole


def draw_ground(ground: Iterable[Ground], folder: Path) -> list[Path]:
    """Write the ground into a folder; nothing where nothing is known of it.

    Returns
    -------
    list of Path
        The files written. Every feature carries ``kind`` and, where it has one, ``name``.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    told = list(ground)
    if not told:
        return []
    shapes = shapely.from_wkt([one.wkt for one in told])
    area = [one.kind not in LINES for one in told]
    filled = [shapely.build_area(shape) if is_area else shape for shape, is_area in zip(shapes, area, strict=True)]
    frame = gpd.GeoDataFrame(
        {"kind": [one.kind for one in told], "name": [one.name or None for one in told]}, geometry=filled, crs=4326
    )
    frame = frame[~(frame.geometry.is_empty | frame.geometry.isna())]
    far = frame[frame["kind"].isin(FAR_KINDS) & (frame["kind"].isin(LINES) | _is_large(frame))]
    written = []
    for name, rows, (least, most) in ((FAR, far, FAR_ZOOMS), (NEAR, frame, NEAR_ZOOMS)):
        if len(rows):
            try:
                rows.to_file(
                    folder / name, driver="PMTiles", engine="pyogrio", layer=LAYER, MINZOOM=least, MAXZOOM=most
                )
            except RuntimeError as error:  # whatever GDAL could not do
                raise OSError(f"{folder / name} cannot be written: {error}") from error
            written.append(folder / name)
    return written


def _is_large(frame: gpd.GeoDataFrame) -> object:
    bounds = frame.geometry.bounds
    return (bounds.maxx - bounds.minx) * (bounds.maxy - bounds.miny) > LEAST_FAR_AREA
