"""Places by which people find their way: named places, addresses, toilets and benches."""

from __future__ import annotations

from collections.abc import Mapping

from planner.feeds.osm_facts import Landmark

# The first of these keys that a place has says what it is.
KINDS = (
    "amenity", "shop", "tourism", "leisure", "office", "healthcare", "historic", "railway", "public_transport",
    "place", "craft", "man_made", "natural", "building", "landuse",
)  # fmt: skip
UNNAMED = frozenset({"amenity=toilets", "amenity=bench"})  # are wanted without a name
OF_LINES = frozenset({"rail", "tram", "subway", "light_rail", "abandoned", "disused", "construction", "switch"})


def wanted_place(tags: Mapping[str, str]) -> bool:
    """Whether somebody may look for this place, or rest there."""
    if f"amenity={tags.get('amenity')}" in UNNAMED or "addr:housenumber" in tags:
        return True
    if not tags.get("name") or "highway" in tags or tags.get("railway") in OF_LINES:
        return False
    return any(key in tags for key in KINDS)


def landmark_of(osm_type: int, osm_id: int, lon_lat: tuple[float, float], tags: Mapping[str, str]) -> Landmark:
    """The place with the parts of its address; no name is an empty text, as no other part is."""
    key = next((key for key in KINDS if tags.get(key)), "")
    return Landmark(
        name=tags.get("name", ""),
        kind=f"{key}={tags[key]}" if key else "address",
        lon=lon_lat[0],
        lat=lon_lat[1],
        osm_type=osm_type,
        osm_id=osm_id,
        street=tags.get("addr:street", tags.get("addr:place", "")),
        number=tags.get("addr:housenumber", ""),
        postcode=tags.get("addr:postcode", ""),
        city=tags.get("addr:city", ""),
        wheelchair=tags.get("wheelchair", tags.get("toilets:wheelchair", "")),
    )
