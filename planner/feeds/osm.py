"""Streets of an OpenStreetMap file (.osm or .osm.pbf): what people walk on, what stands in their way, what is there.

The file is streamed three times, in the order relations, ways, nodes, so that only what is wanted is kept.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from planner.errors import Fault, FeedError
from planner.facts import Finding
from planner.feeds.osm_facts import Area, Facts, Lift, StreetMap, hull_of
from planner.feeds.osm_landmarks import landmark_of, wanted_place
from planner.feeds.osm_nodes import read_crossing, read_kerb_line, read_lift, read_obstacle
from planner.feeds.osm_objects import Raw, stream_objects
from planner.feeds.osm_ways import kind_of, read_facts, read_way

MOST_WAYS = 5_000_000
MOST_PARTS = 2_000  # of the outline of one square
MOST_FINDINGS = 2_000  # of one file; the rest is counted
UNFINISHED = frozenset({"construction", "proposed", "abandoned", "razed", "disused"})


class _Reader:
    """Collects what three passes find."""

    def __init__(self, file: str) -> None:
        self.file, self.map, self.counts = file, StreetMap(), Counter[str]()
        self.needed: set[int] = set()
        self.parts: dict[int, tuple[int, ...]] = {}  # ways that are rings of wanted relations
        self.areas: list[tuple[Raw, list[int], list[int]]] = []
        self.place_ways: list[tuple[int, tuple[int, ...], dict[str, str]]] = []
        self.on_ways: set[int] = set()
        self.kerb_lines: dict[int, list[Facts]] = defaultdict(list)  # by node

    def find(self, osm_id: str, code: str, text: str) -> None:
        self.counts["findings"] += 1
        if len(self.map.findings) < MOST_FINDINGS:
            self.map.findings.append(Finding(code, f"osm:{osm_id}", text, f"{self.file}, {osm_id}"))

    def relation(self, raw: Raw) -> None:
        if raw.tags.get("type") != "multipolygon" or not _is_area_kind(raw.tags):
            return
        if kind_of(raw.tags) in (None, "road", "lift"):
            return
        outer = [ref for ref, role in zip(raw.refs, raw.roles, strict=True) if role != "inner"]
        inner = [ref for ref, role in zip(raw.refs, raw.roles, strict=True) if role == "inner"]
        self.areas.append((raw, outer, inner))
        self.parts |= dict.fromkeys((*outer, *inner), ())

    def way(self, raw: Raw) -> None:
        if raw.osm_id in self.parts:
            self.parts[raw.osm_id] = raw.refs
            self.on_ways.update(raw.refs)
        if not raw.tags or len(raw.refs) < 2:
            return
        self._street(raw)
        if wanted_place(raw.tags):
            self.place_ways.append((raw.osm_id, raw.refs, raw.tags))
            self.needed.update(raw.refs)
        if len(self.map.ways) > MOST_WAYS:
            raise FeedError(self.file, [Fault(self.file, "holds too many ways", "cut it to the network")])

    def _street(self, raw: Raw) -> None:
        name = f"way/{raw.osm_id}"

        def find(code: str, text: str) -> None:
            self.find(name, code, text)

        kerb = read_kerb_line(raw.osm_id, raw.tags, find)
        if kerb is not None:
            for ref in raw.refs:
                self.kerb_lines[ref].append(kerb)
        if raw.tags.get("highway") in UNFINISHED:
            self.counts["ways being built or planned"] += 1
        elif raw.tags.get("highway") == "elevator":
            self._lift(2, raw.osm_id, raw.refs, raw.tags)
        elif _is_ring(raw.refs) and _is_area(raw.tags):
            if kind_of(raw.tags) not in (None, "lift"):
                self.map.areas.append(Area(2, raw.osm_id, [raw.refs], [], self._area_facts(2, raw)))
                self.on_ways.update(raw.refs)
        else:
            way = read_way(raw.osm_id, raw.refs, raw.tags, find)
            if way is not None:
                self.map.ways.append(way)
                self.on_ways.update(raw.refs)
            elif "highway" in raw.tags:
                self.counts["ways on which nobody may walk"] += 1

    def node(self, raw: Raw) -> None:
        if raw.lon_lat is None or not all(map(math.isfinite, raw.lon_lat)):
            return
        if raw.osm_id in self.needed:
            self.map.places[raw.osm_id] = raw.lon_lat
        if not raw.tags:
            return
        if wanted_place(raw.tags):
            self.map.landmarks.append(landmark_of(1, raw.osm_id, raw.lon_lat, raw.tags))
        if raw.osm_id in self.on_ways:
            self._obstacle(raw)

    def _obstacle(self, raw: Raw) -> None:
        name = f"node/{raw.osm_id}"

        def find(code: str, text: str) -> None:
            self.find(name, code, text)

        if raw.tags.get("highway") == "elevator":
            self._lift(1, raw.osm_id, (raw.osm_id,), raw.tags)
            return
        crossing = read_crossing(raw.osm_id, raw.tags, find)
        if crossing is not None:
            self.map.crossings[raw.osm_id] = crossing
        obstacle = read_obstacle(raw.osm_id, raw.tags, find)
        if obstacle is not None:
            self.map.obstacles[raw.osm_id] = obstacle

    def _lift(self, osm_type: int, osm_id: int, refs: tuple[int, ...], tags: dict[str, str]) -> None:
        name = f"{'node' if osm_type == 1 else 'way'}/{osm_id}"
        lift: Lift = read_lift(osm_type, osm_id, refs, tags, lambda code, text: self.find(name, code, text))
        self.counts["lifts"] += 1
        for ref in refs:
            self.map.lifts[ref] = lift
        self.on_ways.update(refs)

    def _area_facts(self, osm_type: int, raw: Raw) -> Facts:
        name = f"{'way' if osm_type == 2 else 'relation'}/{raw.osm_id}"
        kind = "platform" if kind_of(raw.tags) == "platform" else "area"
        facts = read_facts(kind, osm_type, raw.osm_id, raw.tags, lambda code, text: self.find(name, code, text))
        facts.incline, facts.incline_from = (math.nan, math.nan), 0  # a square has no direction
        facts.width = (math.nan, math.nan)
        return facts

    def finish(self) -> StreetMap:
        for raw, outer, inner in self.areas:
            rings = _rings([self.parts[ref] for ref in outer if self.parts[ref]])
            holes = _rings([self.parts[ref] for ref in inner if self.parts[ref]])
            if rings:
                self.map.areas.append(Area(3, raw.osm_id, rings, holes, self._area_facts(3, raw)))
            else:
                self.counts["areas with a cut outline"] += 1
        for osm_id, refs, tags in self.place_ways:
            spots = [self.map.places[ref] for ref in dict.fromkeys(refs) if ref in self.map.places]
            if spots:
                middle = (sum(lon for lon, _ in spots) / len(spots), sum(lat for _, lat in spots) / len(spots))
                self.map.landmarks.append(landmark_of(2, osm_id, middle, tags))
        for ref in self.kerb_lines.keys() & self.on_ways:
            if ref not in self.map.obstacles and ref not in self.map.crossings:
                kerbs = self.kerb_lines[ref]
                self.map.obstacles[ref] = replace(kerbs[0], kerb=hull_of([one.kerb for one in kerbs]))
        self.map.counts = dict(sorted(self.counts.items()))
        return self.map


def read_osm_streets(path: Path) -> StreetMap:
    """Read ways, areas, obstacles, lifts and landmarks of one file.

    Raises
    ------
    FeedError
        The file cannot be read, is no OpenStreetMap file, or is larger than a country.
    """
    reader = _Reader(path.name)
    for raw in stream_objects(path, "relation"):
        reader.relation(raw)
    for raw in stream_objects(path, "way"):
        reader.way(raw)
    reader.needed |= reader.on_ways
    for raw in stream_objects(path, "node"):
        reader.node(raw)
    return reader.finish()


def _is_ring(refs: tuple[int, ...]) -> bool:
    return len(refs) > 3 and refs[0] == refs[-1]


def _is_area_kind(tags: dict[str, str]) -> bool:
    platform = "platform" in (tags.get("highway"), tags.get("railway"), tags.get("public_transport"))
    foot = tags.get("highway") in ("pedestrian", "footway", "path", "corridor", "service", "living_street")
    return foot or platform or tags.get("indoor") in ("corridor", "area")


def _is_area(tags: dict[str, str]) -> bool:
    """A ring of a street is a line unless it says that it is an area; a ring of a platform is an area."""
    said = tags.get("area")
    if said is not None:
        return said == "yes" and _is_area_kind(tags)
    platform = "platform" in (tags.get("highway"), tags.get("railway"), tags.get("public_transport"))
    return platform or (tags.get("indoor") in ("corridor", "area") and "highway" not in tags)


def _rings(parts: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Join lines at their ends to closed rings; what does not close is left out."""
    rings, open_ = [], [list(part) for part in parts[:MOST_PARTS]]
    while open_:
        line = open_.pop()
        while line[0] != line[-1]:
            at = next((i for i, other in enumerate(open_) if line[-1] in (other[0], other[-1])), None)
            if at is None:
                break
            other = open_.pop(at)
            line += other[1:] if other[0] == line[-1] else other[-2::-1]
        if line[0] == line[-1] and len(line) > 3:
            rings.append(tuple(line))
    return rings
