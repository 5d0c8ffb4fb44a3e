"""Tagged objects of an OpenStreetMap file with their geometry, from XML (lxml) or PBF (osmium).

The file is read three times, in the order relations, ways, nodes, so that only what is wanted is kept in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from planner.errors import Fault, FeedError
from planner.feeds.safe_xml import forget, stream_xml

MAX_OBJECTS = 2_000_000  # wanted ones; a country has fewer platforms


@dataclass(frozen=True, slots=True)
class Raw:
    """An object as the file has it."""

    kind: str  # node | way | relation
    osm_id: int
    tags: dict[str, str]
    lon_lat: tuple[float, float] | None = None  # nodes
    refs: tuple[int, ...] = ()  # nodes of a way; ways of a relation
    roles: tuple[str, ...] = ()  # of the ways of a relation


@dataclass(frozen=True, slots=True)
class Located:
    """A wanted object as well-known text in WGS 84; ``osm_id`` is like way/456."""

    osm_id: str
    tags: dict[str, str]
    wkt: str


def read_osm_objects(path: Path, wanted: Callable[[dict[str, str]], bool], most: int = MAX_OBJECTS) -> list[Located]:
    """All objects whose tags are wanted and that have a place; relations are the lines of their ways."""
    relations = [raw for raw in stream_objects(path, "relation") if wanted(raw.tags)]
    of_relations = {ref for raw in relations for ref in raw.refs}
    ways = {raw.osm_id: raw for raw in stream_objects(path, "way") if raw.osm_id in of_relations or wanted(raw.tags)}
    needed = {ref for raw in ways.values() for ref in raw.refs}
    nodes: list[Raw] = []
    places: dict[int, tuple[float, float]] = {}
    for raw in stream_objects(path, "node"):
        if raw.lon_lat is None:
            continue
        if raw.osm_id in needed:
            places[raw.osm_id] = raw.lon_lat
        if raw.tags and wanted(raw.tags):
            nodes.append(raw)
    if len(relations) + len(ways) + len(nodes) > most:
        raise FeedError(path.name, [Fault(path.name, "holds too many objects", "cut it to the network")])
    located = [Located(f"node/{raw.osm_id}", raw.tags, _wkt([[raw.lon_lat]])) for raw in nodes if raw.lon_lat]
    for raw in ways.values():
        line = [places[ref] for ref in raw.refs if ref in places]
        if line and wanted(raw.tags):
            located.append(Located(f"way/{raw.osm_id}", raw.tags, _wkt([line])))
    for raw in relations:
        lines = [[places[ref] for ref in ways[way].refs if ref in places] for way in raw.refs if way in ways]
        if any(lines):
            located.append(Located(f"relation/{raw.osm_id}", raw.tags, _wkt([line for line in lines if line])))
    return located


def _wkt(lines: list[list[tuple[float, float]]]) -> str:
    """One part for each line; a line of one point is written twice, closed ones as lines: edges count, not areas."""
    if len(lines) == 1 and len(lines[0]) == 1:
        lon, lat = lines[0][0]
        return f"POINT ({lon} {lat})"
    texts = []
    for line in lines:
        points = line if len(line) > 1 else line * 2
        texts.append("(" + ", ".join(f"{lon} {lat}" for lon, lat in points) + ")")
    return f"MULTILINESTRING ({', '.join(texts)})"


def stream_objects(path: Path, kind: str) -> Iterator[Raw]:
    """All objects of one kind (node, way, relation), one after the other.

    Raises
    ------
    FeedError
        The file cannot be read, or is no OpenStreetMap file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise FeedError(path.name, [Fault(path.name, f"cannot be read: {error.strerror or error}")]) from error
    is_xml = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    try:
        yield from _xml(path, kind) if is_xml else _pbf(path, kind)
    except (RuntimeError, ValueError) as error:
        problem = f"is not a readable OpenStreetMap file: {error}"
        raise FeedError(path.name, [Fault(path.name, problem, "give .osm, .osm.xml or .osm.pbf")]) from error


def _xml(path: Path, kind: str) -> Iterator[Raw]:
    for event, element in stream_xml(path):
        if event == "start" or element.tag not in ("node", "way", "relation"):
            continue
        if element.tag == kind:
            yield _xml_object(element, kind)
        forget(element)


def _xml_object(element: etree._Element, kind: str) -> Raw:
    tags = {tag.get("k", ""): tag.get("v", "") for tag in element.iterfind("tag")}
    osm_id = int(element.get("id", ""))
    if kind == "node":
        lon, lat = element.get("lon"), element.get("lat")
        return Raw(kind, osm_id, tags, None if lon is None or lat is None else (float(lon), float(lat)))
    if kind == "way":
        return Raw(kind, osm_id, tags, refs=tuple(int(nd.get("ref", "")) for nd in element.iterfind("nd")))
    members = [member for member in element.iterfind("member") if member.get("type") == "way"]
    refs, roles = (tuple(member.get(key, "") for member in members) for key in ("ref", "role"))
    return Raw(kind, osm_id, tags, refs=tuple(int(ref) for ref in refs), roles=roles)


def _pbf(path: Path, kind: str) -> Iterator[Raw]:
    try:
        import osmium  # noqa: PLC0415 - only PBF files need it
    except ImportError as error:
        cure = "pip install osmium, or give OpenStreetMap XML"
        raise FeedError(path.name, [Fault(path.name, "PBF needs the package osmium", cure)]) from error
    bits = {"node": osmium.osm.NODE, "way": osmium.osm.WAY, "relation": osmium.osm.RELATION}
    item: Any  # a node, way or relation, as asked for
    for item in osmium.FileProcessor(str(path), bits[kind]):
        tags = {tag.k: tag.v for tag in item.tags} if len(item.tags) else {}  # most nodes have none
        if kind == "node":
            place = item.location
            yield Raw(kind, item.id, tags, (place.lon, place.lat) if place.valid() else None)
        elif kind == "way":
            yield Raw(kind, item.id, tags, refs=tuple(node.ref for node in item.nodes))
        else:
            ways = [member for member in item.members if member.type == "w"]
            refs, roles = tuple(member.ref for member in ways), tuple(member.role for member in ways)
            yield Raw(kind, item.id, tags, refs=refs, roles=roles)
