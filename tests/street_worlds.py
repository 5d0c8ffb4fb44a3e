"""Small hand-written maps: nodes by metres east and north of a point, ways by node numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from xml.sax.saxutils import quoteattr

import numpy as np
from network.towns import town

from planner.feeds.osm import read_osm_streets
from planner.feeds.osm_facts import StreetMap
from planner.network.street_building import add_streets
from planner.network.streets import LinkKind, Streets
from planner.network.tables import Network

LON, LAT = 2.30, 49.90
M_NORTH, M_EAST = 1 / 111_229, 1 / 71_840  # degrees for a metre, near enough here
Node = tuple[float, float] | tuple[float, float, Mapping[str, str]]
Way = tuple[Sequence[int], Mapping[str, str]]
FOOT, ROAD = {"highway": "footway"}, {"highway": "residential"}


def write_map(folder: Path, nodes: Mapping[int, Node], ways: Mapping[int, Way], relations: str = "") -> Path:
    """Write OpenStreetMap XML."""
    lines = []
    for number, (x, y, *tags) in nodes.items():
        lines.append(f'<node id="{number}" lon="{LON + x * M_EAST}" lat="{LAT + y * M_NORTH}">{_tags(*tags)}</node>')
    for number, (refs, told) in ways.items():
        lines.append(f'<way id="{number}">{"".join(f"<nd ref={quoteattr(str(r))}/>" for r in refs)}{_tags(told)}</way>')
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "map.osm"
    path.write_text(f'<osm version="0.6">{"".join(lines)}{relations}</osm>', encoding="utf-8")
    return path


def _tags(tags: Mapping[str, str] = {}) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def stops_at(*places: tuple[float, float]) -> str:
    """Write stops.txt with stops called market, dock, hospital... at places of the map."""
    names = ("market", "dock", "hospital")
    spots = [*places, *((9000.0, 9000.0 + 10 * n) for n in range(3))]
    rows = [f"{name},{name},{LAT + y * M_NORTH},{LON + x * M_EAST}" for name, (x, y) in zip(names, spots, strict=False)]
    return "\n".join(["stop_id,stop_name,stop_lat,stop_lon", *rows]) + "\n"


@dataclass(frozen=True)
class World:
    """A network with its streets, and ways to ask about links."""

    network: Network
    map: StreetMap

    @property
    def streets(self) -> Streets:
        return self.network.streets

    def kinds(self) -> list[str]:
        return sorted(LinkKind(kind).name for kind in self.streets.links.kind.tolist())

    def of(self, kind: LinkKind, osm_id: int | None = None) -> list[int]:
        links = self.streets.links
        rows = np.flatnonzero((links.kind == kind) & ((links.osm_id == osm_id) | (osm_id is None)))
        return [int(row) for row in rows]

    def only(self, kind: LinkKind, osm_id: int | None = None) -> int:
        (link,) = self.of(kind, osm_id)
        return link

    def interval(self, name: str, link: int, unit: str = "") -> tuple[float, float]:
        links = self.streets.links
        return tuple(float(getattr(links, f"{name}_{end}{unit}")[link]) for end in ("low", "high"))  # type: ignore[return-value]

    def node_near(self, x: float, y: float) -> list[int]:
        """Nodes at a place; where a way ends there, not those beyond a kerb of it."""
        streets = self.streets
        lon, lat = LON + x * M_EAST, LAT + y * M_NORTH
        away = np.hypot((streets.node_lon - lon) / M_EAST, (streets.node_lat - lat) / M_NORTH)
        near = np.flatnonzero(away < 0.3)
        of_ways = streets.links.kind == LinkKind.WAY
        on_ways = np.isin(near, np.concatenate((streets.links.tail[of_ways], streets.links.head[of_ways])))
        return [int(node) for node in (near[on_ways] if on_ways.any() else near)]

    def crossed(self, start: Iterable[int], goal: Iterable[int]) -> list[str] | None:
        """Kinds of the links on the shortest open way between two places, in order; None: there is no way."""
        links, goals = self.streets.links, set(goal)
        ways: dict[int, list[tuple[float, int, int]]] = {}
        for row, (tail, head) in enumerate(zip(links.tail.tolist(), links.head.tolist(), strict=True)):
            length = float(links.length_m[row]) + 0.01
            if links.forward[row]:
                ways.setdefault(tail, []).append((length, head, row))
            if links.backward[row]:
                ways.setdefault(head, []).append((length, tail, row))
        best = dict.fromkeys(start, (0.0, -1, -1))
        open_ = dict.fromkeys(best, 0.0)
        while open_:
            node = min(open_, key=lambda one: open_[one])
            done = open_.pop(node)
            if node in goals:
                path = []
                while best[node][1] >= 0:
                    path.append(LinkKind(links.kind[best[node][2]]).name)
                    node = best[node][1]
                return path[::-1]
            for length, other, row in ways.get(node, []):
                if other not in best or done + length < best[other][0]:
                    best[other] = (done + length, node, row)
                    open_[other] = done + length
        return None


def world(
    folder: Path, nodes: Mapping[int, Node], ways: Mapping[int, Way], *, stops: str | None = None, relations: str = "",
    **tables: str,
) -> World:  # fmt: skip
    """Read and build a map, with stops beside it or far away."""
    streets = read_osm_streets(write_map(folder, nodes, ways, relations))
    network = town(folder / "feed", stops=stops or stops_at(), **{name: dedent(text) for name, text in tables.items()})
    return World(add_streets(network, [streets]), streets)
