"""An independent engine beside our walking search, in one run on the same extract: Valhalla's wheelchair type.

Both are asked for the fastest way of the same pairs. Of every pair on which one finds nothing, or the lengths differ by
more than a fifth, the reason is looked up, on the way of whoever did better: what of it does the other one refuse?
Their ways are compared with our links by OpenStreetMap's ids and places; ours are asked of them point by point.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, hypot, inf, radians
from pathlib import Path
from typing import Any, Protocol

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS
from planner.feeds.osm_objects import stream_objects
from planner.model import ON_FOOT, Place
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.street_view import StreetView, street_view
from planner.routing.walk import FAR
from planner.routing.ways import FoundWay, find_ways, grow, length_of, seeds_of
from scripts.bench_peers import PeerAbsentError
from scripts.bench_table import Spread

PEER = "pyvalhalla==3.9.1"
PEER_ABOUT = "C++, MIT"
PEER_NEEDS = (3, 12)  # the oldest Python for which it is to be had
CHAIR = "manual-wheelchair"
CHAIR_TYPE, FOOT_TYPE = "wheelchair", "foot"  # of theirs
FAR_M = 20_000.0  # of way, as the command `walk` looks
APART = 0.2  # of the length: above, somebody has to explain it
BESIDE_M, ON_M = 15.0, 4.0  # pavements are drawn beside the road that the other walks on; obstacles stand on it
NORTH_M = 111_195.0  # of a degree
GAP_M = 60.0  # of way beyond twice ours: between two points of our way they go another
EXAMPLES = 3
NOT_FOUND_OUT = "not found out"
BESIDE_IT = "an end lies between two ways that do not meet there; they begin on the other"
ON_FOOT_ALONE = "their type on foot gets through there, their wheelchair type does not"
ONE_WAY = "they get through there the other way round alone: a oneway that is meant for vehicles"
CODES = {
    getattr(formula, name): name
    for name in (
        "NO_STEPS", "KERB_TOO_HIGH", "TOO_NARROW", "TOO_STEEP", "TOO_STEEP_DOWN", "LEANS", "GROUND_CLOSED",
        "ROUGH_CLOSED", "REFUSED", "BARRIER_CLOSED", "NO_ESCALATOR", "AGAINST", "TOO_FAR_OFF",
    )
}  # fmt: skip
TELLING = (
    "highway", "railway", "barrier", "kerb", "kerb:height", "incline", "access", "foot", "wheelchair", "indoor",
    "width", "surface", "smoothness", "tracktype",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """Both engines on the same pairs of one network."""

    title: str
    pairs: int
    both: int
    ours_alone: int
    theirs_alone: int
    neither: int
    ratio: Spread | None  # our length over theirs, where both found a way
    apart: int  # of those, how many differ by more than a fifth
    causes: tuple[tuple[str, str, int, str], ...]  # what differs, why, how many pairs, examples; most frequent first
    their_import_s: float
    their_ms: Spread | None  # of one way


class Peer(Protocol):
    """Whoever can be asked for ways."""

    def routes(
        self, pairs: Sequence[tuple[Place, Place]], *, shortest: bool, kind: str = CHAIR_TYPE
    ) -> list[dict[str, Any] | None]:
        """Give the way of each pair."""
        ...

    def near(self, points: Sequence[tuple[float, float]]) -> list[set[int]]:
        """Give the OpenStreetMap ways around each point that may be used."""
        ...


class Valhalla:
    """A process that answers."""

    def __init__(self, python: Path, extract: Path, folder: Path) -> None:
        script = Path(__file__).with_name("peer_valhalla.py")
        self._process = subprocess.Popen(
            [python, script, extract, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.import_s: float = self._hear()["import_s"]

    def routes(
        self, pairs: Sequence[tuple[Place, Place]], *, shortest: bool, kind: str = CHAIR_TYPE
    ) -> list[dict[str, Any] | None]:
        """Give the way of each pair; None where it finds none."""
        ends = [[a.lon, a.lat, b.lon, b.lat] for a, b in pairs]
        told: list[dict[str, Any] | None] = self._ask({"routes": ends, "shortest": shortest, "type": kind})
        return told

    def near(self, points: Sequence[tuple[float, float]]) -> list[set[int]]:
        """Give the ways around each point that its wheelchair type may use."""
        return [set(ways) for ways in self._ask({"near": list(points)})]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, question: dict[str, Any]) -> Any:
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return self._hear()

    def _hear(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise PeerAbsentError(f"{PEER} stopped with code {self._process.wait()}")
        return json.loads(line)


def valhalla_python(cache: Path) -> Path:
    """Give a Python with Valhalla, made in ``cache`` where it is not there yet.

    Raises
    ------
    PeerAbsentError
        It cannot be installed.
    """
    home = cache / f"peer-{PEER.replace('==', '-')}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        needed = ".".join(map(str, PEER_NEEDS))
        base = next(filter(_new_enough, _pythons()), None)
        if base is None:
            raise PeerAbsentError(f"{PEER} cannot be installed: it needs Python {needed}, and there is none here")
        steps: tuple[list[str | Path], ...] = (
            [base, "-m", "venv", "--clear", home],
            [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", PEER],
        )
        for step in steps:
            told = subprocess.run(step, capture_output=True, text=True, check=False)
            if told.returncode:
                raise PeerAbsentError(f"{PEER} cannot be installed: {(told.stderr or told.stdout).strip()[-300:]}")
        (home / "ready").touch()
    return python


def _pythons() -> Iterator[str]:
    """Where a newer Python may be: this one, the PATH, what pyenv holds without being told to use it."""
    yield sys.executable
    for minor in range(PEER_NEEDS[1], PEER_NEEDS[1] + 4):
        yield shutil.which(f"python3.{minor}") or ""
    held = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from map(str, sorted(held.glob("3.*/bin/python3")))


def _new_enough(python: str) -> bool:
    if not python:
        return False
    told = subprocess.run(
        [python, "-c", f"import sys; sys.exit(sys.version_info < {PEER_NEEDS})"], capture_output=True, check=False
    )
    return told.returncode == 0


def compare(network: Network, title: str, pairs: Sequence[tuple[Place, Place]], extract: Path, peer: Peer) -> Compared:
    """Ask both for the fastest way of every pair, and look up why they differ."""
    view = street_view(network, PRESETS[CHAIR])
    theirs = peer.routes(pairs, shortest=False)
    ours = [next(iter(find_ways(network, a, b, view, FAR_M)), None) for a, b in pairs]
    ratios, causes, found = [], Counter[tuple[str, str]](), Counter[tuple[bool, bool]]()
    examples: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    reasons = _Reasons(network, view, peer, extract)
    for pair, mine, other in zip(pairs, ours, theirs, strict=True):
        found[mine is not None, other is not None] += 1
        metres = inf if mine is None else length_of(view, mine)
        its = inf if other is None else float(other["length_m"])
        if mine is not None and other is not None:
            ratios.append(metres / its)
        what = what_differs(metres, its)
        if what and other is not None and its < metres:
            why, example = reasons.of_theirs(pair, other)
        elif what and mine is not None:
            why, example = reasons.of_ours(pair, mine)
        else:
            continue
        causes[what, why] += 1
        examples[what, why][example] += 1
    longer = ("ours is longer", "theirs is longer")
    return Compared(
        title=title,
        pairs=len(pairs),
        both=found[True, True],
        ours_alone=found[True, False],
        theirs_alone=found[False, True],
        neither=found[False, False],
        ratio=Spread.of(ratios) if ratios else None,
        apart=sum(count for (what, _), count in causes.items() if what in longer),
        causes=tuple((*key, count, _some(examples[key])) for key, count in causes.most_common()),
        their_import_s=getattr(peer, "import_s", 0.0),
        their_ms=Spread.of([one["took_ms"] for one in theirs if one]) if any(theirs) else None,
    )


def what_differs(ours_m: float, theirs_m: float) -> str:
    """Say whose way is longer by more than a fifth, or who alone has one; empty if nothing differs."""
    if max(ours_m, theirs_m) == inf:
        return "" if ours_m == theirs_m else "only we find one" if ours_m < inf else "only they find one"
    if ours_m > (1 + APART) * theirs_m:
        return "ours is longer"
    return "theirs is longer" if theirs_m > (1 + APART) * ours_m else ""


def _some(examples: Counter[str]) -> str:
    return "; ".join(f"{text} ({count})" for text, count in examples.most_common(EXAMPLES) if text)


class _Reasons:
    """Looks up what of one engine's way the other refuses."""

    def __init__(self, network: Network, view: StreetView, peer: Peer, extract: Path) -> None:
        self.network, self.view, self.peer = network, view, peer
        self.tags, self.barriers = _tags_of(extract)
        links = network.streets.links
        self._our_ways = set(links.osm_id[links.osm_type == 2].tolist())
        self.plain = street_view(network, PRESETS[ON_FOOT])
        self.east_m = NORTH_M * cos(radians(float(network.streets.node_lat.mean())))

    def of_theirs(self, pair: tuple[Place, Place], way: dict[str, Any]) -> tuple[str, str]:
        """Tell what we refuse of a way of theirs, or why else ours is not as short: in few words, and an example."""
        if not find_ways(self.network, *pair, self.plain, FAR_M):
            return "an end is on a part of the map that no way joins; they begin on a way beside", self._kinds_at(pair)
        most_m = (1 + APART) * float(way["length_m"])
        on_foot_m, on_foot = self._shortest(pair, self.plain)
        refused = self._first_closed(self._links_along(way)) or self._first_closed(
            on_foot if on_foot_m <= most_m else []
        )
        if refused is not None:
            return f"we refuse it: {refused[0]}", refused[1]
        unknown = [one for one in way["ways"] if one not in self._our_ways]
        if unknown:
            return "a way that we do not walk on", self._told_of(unknown[0])
        if self._shortest(pair, self.view)[0] <= most_m:
            return "a way as short is open to us: ours is faster (kerbs, gates, slopes, ground)", ""
        return NOT_FOUND_OUT, ""

    def of_ours(self, pair: tuple[Place, Place], way: FoundWay) -> tuple[str, str]:
        """Tell what they refuse of a way of ours, or why else theirs is not as short: in few words, and an example."""
        links, n = self.network.streets.links, self.view.n_links
        rows = [piece.edge % n for piece in way.pieces]
        rows = [m for m in rows if links.length_m[m] > 1.0 and links.osm_type[m] == 2]
        points = [self._middle(m) for m in rows]
        near = self.peer.near([(point.lon, point.lat) for point in points])
        for m, usable in zip(rows, near, strict=True):
            told = self._told_of(int(links.osm_id[m]))
            if int(links.osm_id[m]) in usable or (links.kind[m] == LinkKind.WAY and usable):
                continue
            if links.kind[m] in (LinkKind.AREA, LinkKind.PLATFORM):
                return "we cross an area or a platform, they do not", told
            return "they refuse one of its ways", told
        (shortest,) = self.peer.routes([pair], shortest=True)
        if shortest is not None and shortest["length_m"] <= (1 + APART) * length_of(self.view, way):
            return "a way as short is open to them: theirs is faster by their count", ""
        return self._gap(rows, [pair[0], *points, pair[1]])

    def _gap(self, rows: Sequence[int], points: Sequence[Place]) -> tuple[str, str]:
        """Find where on a way of ours they do not come through; points are the ends and the middle of each link."""
        links = self.network.streets.links
        half_m = [0.0, *(float(links.length_m[m]) / 2 for m in rows), 0.0]
        hops = list(pairwise(points))
        for at, told in enumerate(self.peer.routes(hops, shortest=True)):
            most_m = 2 * (half_m[at] + half_m[at + 1]) + GAP_M
            if told is not None and told["length_m"] <= most_m:
                continue
            beside = rows[max(at - 1, 0) : at + 1]
            barrier = next(filter(None, map(self._barrier_on, beside)), "")
            kinds = " to ".join(self._told_of(int(links.osm_id[m])) for m in beside)
            if barrier:
                return f"they stop at barrier={barrier}", kinds
            return self._why_apart(hops[at], most_m, {int(links.osm_id[m]) for m in beside}), kinds
        stands = next(filter(None, map(self._barrier_on, rows)), "")
        return (f"barrier={stands} stands on it, which they may refuse", "") if stands else (NOT_FOUND_OUT, "")

    def _why_apart(self, hop: tuple[Place, Place], most_m: float, ways: set[int]) -> str:
        """Say why they do not come from one point of a way of ours to the next, by asking otherwise."""
        if not all(usable & ways for usable in self.peer.near([(end.lon, end.lat) for end in hop])):
            return BESIDE_IT
        (on_foot,) = self.peer.routes([hop], shortest=True, kind=FOOT_TYPE)
        if on_foot is not None and on_foot["length_m"] <= most_m:
            return ON_FOOT_ALONE
        (back,) = self.peer.routes([hop[::-1]], shortest=True)
        return ONE_WAY if back is not None and back["length_m"] <= most_m else NOT_FOUND_OUT

    def _told_of(self, way: int) -> str:
        """Name a way by those of its tags that matter to an engine."""
        return _few(self.tags.get((2, way), {})) or "a part of a relation"

    def _links_along(self, way: dict[str, Any]) -> list[int]:
        """Half-edges that are closed to us one way or the other and lie along a way of theirs, as it meets them."""
        links, view, streets = self.network.streets.links, self.view, self.network.streets
        closed = (view.closed[: view.n_links] != formula.OPEN) | (view.closed[view.n_links :] != formula.OPEN)
        line, walked = self._in_metres(way["shape"]), set(way["ways"])
        (west, south), (east, north) = (
            tuple(worst(point[axis] for point in line) + margin for axis in (0, 1))
            for worst, margin in ((min, -BESIDE_M), (max, BESIDE_M))
        )
        found: list[tuple[float, int]] = []
        for m in closed.nonzero()[0].tolist():
            of_way = links.osm_type[m] == 2 and int(links.osm_id[m]) in walked
            obstacle = links.kind[m] in (LinkKind.KERB, LinkKind.BARRIER)
            if not of_way and not obstacle:
                continue
            nodes = (int(links.tail[m]), int(links.head[m]))
            ends = self._in_metres([(float(streets.node_lon[n]), float(streets.node_lat[n])) for n in nodes])
            if not (west <= ends[0][0] <= east and south <= ends[0][1] <= north):
                continue
            (away_a, first), (away_b, last) = (_beside(line, *end) for end in ends)
            if max(away_a, away_b) <= (ON_M if obstacle else BESIDE_M):
                found.append((min(first, last), m if first <= last else view.n_links + m))
        return [edge for _, edge in sorted(found)]

    def _first_closed(self, edges: Sequence[int]) -> tuple[str, str] | None:
        """Name the first of some half-edges that is closed to us: the reason, and the tags."""
        links = self.network.streets.links
        for edge in edges:
            if self.view.closed[edge] != formula.OPEN:
                m = edge % self.view.n_links
                kind = LinkKind(int(links.kind[m])).name.lower()
                told = self.tags.get((int(links.osm_type[m]), int(links.osm_id[m])), {})
                return CODES.get(int(self.view.closed[edge]), kind), _few(told) or kind
        return None

    def _middle(self, m: int) -> Place:
        points = self._line_of(m)
        (lon, lat), (lon_b, lat_b) = points[(len(points) - 1) // 2], points[len(points) // 2]
        return Place(str(m), (lat + lat_b) / 2, (lon + lon_b) / 2)

    def _barrier_on(self, m: int) -> str:
        """The barrier that the map shows on a link or at its ends."""
        line = self._in_metres(self._line_of(m))
        for place, told in self.barriers:
            if _beside(line, *self._in_metres([place])[0])[0] < ON_M:
                return told
        return ""

    def _line_of(self, m: int) -> list[tuple[float, float]]:
        streets = self.network.streets
        low, high = int(streets.point_offset[m]), int(streets.point_offset[m + 1])
        lon, lat = (of[low:high].tolist() for of in (streets.point_lon, streets.point_lat))
        return list(zip(lon, lat, strict=True))

    def _in_metres(self, line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(lon * self.east_m, lat * NORTH_M) for lon, lat in line]

    def _kinds_at(self, pair: tuple[Place, Place]) -> str:
        """What the ends lie on, the smaller part of the streets first."""
        links = self.network.streets.links
        told = []
        for place, towards in zip(pair, (False, True), strict=True):
            seeds = seeds_of(self.network, place, self.plain, towards=towards)
            tree = grow(self.plain, seeds, "fast", inf, backwards=towards)
            reached = tree.cost < FAR
            kinds = Counter(links.kind[reached[links.tail]].tolist())
            told.append((int(reached.sum()), LinkKind(kinds.most_common(1)[0][0]).name.lower() if kinds else "nothing"))
        return min(told)[1]

    def _shortest(self, pair: tuple[Place, Place], view: StreetView) -> tuple[float, list[int]]:
        """Metres and half-edges of the shortest way that is open, whatever its time."""
        by_length = replace(view, seconds=view.length_m, effort_m=0 * view.length_m, plain_speed_m_s=1.0, kept={})
        ways = find_ways(self.network, *pair, by_length, FAR_M)
        return (length_of(view, ways[0]), [piece.edge for piece in ways[0].pieces]) if ways else (inf, [])


def _beside(line: Sequence[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """How far a point is from a line, and where along it the nearest place is, in corners."""
    best = (inf, 0.0)
    for n, ((ax, ay), (bx, by)) in enumerate(pairwise(line)):
        long2 = (bx - ax) ** 2 + (by - ay) ** 2
        share = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long2, 0.0), 1.0) if long2 else 0.0
        best = min(best, (hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y), n + share))
    return best


def _few(told: dict[str, str]) -> str:
    return ", ".join(f"{key}={told[key]}" for key in TELLING if key in told)


Tags = dict[tuple[int, int], dict[str, str]]


def _tags_of(extract: Path) -> tuple[Tags, list[tuple[tuple[float, float], str]]]:
    """Tags of every node and way that has any, by (1 node, 2 way) and id; and where barriers stand."""
    kept: Tags = {}
    barriers = []
    for number, kind in ((1, "node"), (2, "way")):
        for raw in stream_objects(extract, kind):
            if raw.tags:
                kept[number, raw.osm_id] = raw.tags
            if raw.lon_lat is not None and "barrier" in raw.tags:
                barriers.append((raw.lon_lat, raw.tags["barrier"]))
    return kept, barriers
