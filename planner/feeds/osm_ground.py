"""What an OpenStreetMap file knows of the ground, to be drawn below a map: streets, water, green, buildings, rails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.feeds.osm_objects import read_osm_objects

MOST_BYTES = 200_000_000  # about 13 bytes of memory are needed for each byte of a PBF file (central Helsinki)
MOST_BYTES_WITH_BUILDINGS = 40_000_000
MOST_OBJECTS = 20_000_000
LINES = ("major", "street", "path", "steps", "rail", "river")  # all others are areas
WAYS = {
    "major": ("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary"),
    "street": (
        *("secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service"),
        *("pedestrian", "road", "busway"),
    ),
    "path": ("footway", "path", "cycleway", "track", "bridleway", "corridor", "platform"),
    "steps": ("steps",),
}
RAILS = ("rail", "tram", "subway", "light_rail", "narrow_gauge", "funicular")
GREEN = {
    "leisure": ("park", "garden", "nature_reserve", "pitch", "golf_course", "dog_park"),
    "landuse": ("grass", "forest", "meadow", "cemetery", "recreation_ground", "village_green", "allotments"),
    "natural": ("wood", "scrub", "heath", "grassland"),
}
_KIND_OF_WAY = {way: kind for kind, ways in WAYS.items() for way in ways}


@dataclass(frozen=True, slots=True)
class Ground:
    """One object of the ground: its kind, its name or "", and its line or outline as well-known text (WGS 84)."""

    kind: str
    name: str
    wkt: str


def read_osm_ground(path: Path) -> list[Ground]:
    """Read what one file says of the ground; areas are given by their outlines.

    Nothing of a file above ``MOST_BYTES``, and no buildings above ``MOST_BYTES_WITH_BUILDINGS``: a map is not worth
    the memory of a country, and a network without a ground has a plain one.

    Raises
    ------
    FeedError
        The file cannot be read, or is no OpenStreetMap file.
    """
    size = path.stat().st_size if path.is_file() else 0  # what is missing is told when it is read
    if size > MOST_BYTES:
        return []
    left_out = (None, "building") if size > MOST_BYTES_WITH_BUILDINGS else (None,)
    found = read_osm_objects(path, lambda tags: ground_kind(tags) not in left_out, most=MOST_OBJECTS)
    kinds = ((ground_kind(one.tags), one) for one in found if not one.wkt.startswith("POINT"))
    return [Ground(kind, one.tags.get("name", ""), one.wkt) for kind, one in kinds if kind is not None]


def ground_kind(tags: Mapping[str, str]) -> str | None:
    """Say what an object is on a map; None for what is not drawn, such as a tunnel or a plan."""
    if tags.get("tunnel") in ("yes", "culvert") or tags.get("location") == "underground":
        return None
    way = _KIND_OF_WAY.get(tags.get("highway", ""))
    if way is not None:
        return None if tags.get("area") == "yes" else way
    if tags.get("railway") in RAILS:
        return "rail"
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank" or tags.get("landuse") == "reservoir":
        return "water"
    if tags.get("waterway") in ("river", "canal", "stream"):
        return "river"
    if any(tags.get(key) in values for key, values in GREEN.items()):
        return "green"
    return "building" if tags.get("building", "no") != "no" else None
