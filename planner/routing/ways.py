"""Ways on foot or on wheels through the streets: from a point to another, to the stops around, between stops.

Two ways are looked for where they differ. The fastest, which may hold a doubt; and a sure one: no link of it is a
doubt, and at most 200 m of it have a surface that nobody knows. Whether there is a sure way is exact: the way with the
least unknown metres decides it. How fast it is, is not: where the fastest way without other doubt has too many unknown
metres, the one with the least is told, though there may be a faster one within the 200 m.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.walking import UNSEEN_WAY_M
from planner.model import Place, Profile
from planner.network.street_index import Footing, street_index
from planner.network.tables import Ints, Longs, Network
from planner.routing.street_view import Singles, StreetView, street_view
from planner.routing.walk import FAR, reach, reach_targets, sum_back

SNAP_M = 100.0  # farther from every way, a point is not in the streets
ACCESS_M = 1000.0  # of way from a place to the stops around it
FOOTPATH_M = 800.0  # of way between two stops
DIRECT_M = 3000.0  # of way without a vehicle
SAME_SPOT_M = 0.05
HIDDEN = ("seen", "least")  # weights of unknown metres: with the time to break ties, and exactly
SLOWEST = 3.0  # a search ends where this many times the plain time is used up


@dataclass(frozen=True, slots=True)
class Piece:
    """A half-edge, or a part of one: where on it one begins (0 to 1 as one walks), and how much of it is walked."""

    edge: int
    share: float = 1.0
    begin: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundWay:
    """A way in row numbers; what it costs and how sure it is follow from its pieces."""

    pieces: tuple[Piece, ...]
    before_m: float  # from the point to the way, and from the way to the point: nobody has seen it
    after_m: float
    seconds: float
    doubtful: bool  # a link is a doubt, or too much of the surface is unknown


@dataclass(frozen=True, slots=True)
class Seed:
    """A node where a search begins (or ends), and how one comes to it from the point."""

    node: int
    seconds: float
    length_m: float
    unseen_m: float
    doubtful: bool
    piece: Piece | None  # the part of a link between; None: the point is the node
    aside_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What is reached from one place: several ways to one node are rows of their own."""

    row: Longs  # which of the targets
    seconds: Singles
    length_m: Singles
    doubtful: NDArray[np.bool_]


def in_streets(network: Network, place: Place) -> bool:
    """Tell whether a place lies in streets that are known."""
    return network.streets.known and bool(seeds_of(network, place, None, towards=False))


def seeds_of(network: Network, place: Place, view: StreetView | None, *, towards: bool) -> list[Seed]:
    """Find the nodes by which a place is left (or, with ``towards``, reached).

    A stop joins the streets where it was built to; a station by its entrances and stops; any other point at the
    nearest links. Without a view nobody is asked what may be walked.
    """
    if place.stop_id is not None:
        nodes = _nodes_of_stop(network, place.stop_id)
        return [Seed(node, 0.0, 0.0, 0.0, False, None, 0.0) for node in nodes]
    seeds: list[Seed] = []
    for footing in street_index(network).footings(place.lon, place.lat, SNAP_M):
        seeds += _ends_of(network, footing, view, towards=towards)
    return seeds


def _nodes_of_stop(network: Network, stop_id: str) -> list[int]:
    stops, nodes = network.stops, network.streets.stop_node
    row = stops.id.row_of[stop_id]
    rows = [row, *np.flatnonzero(stops.parent == row).tolist()] if stops.location_type[row] == 1 else [row]
    return sorted({int(nodes[one]) for one in rows if nodes[one] >= 0})


def _ends_of(network: Network, footing: Footing, view: StreetView | None, *, towards: bool) -> Iterator[Seed]:
    links, m = network.streets.links, footing.link
    n = len(links.kind)
    # leaving: on to the head forward, back to the tail backward; arriving: from the tail forward, the head backward
    head, tail = (m, n + m) if not towards else (n + m, m)
    for node, edge, share in ((links.head[m], head, 1 - footing.share), (links.tail[m], tail, footing.share)):
        length_m = float(links.length_m[m]) * share
        if length_m < SAME_SPOT_M:
            yield Seed(
                int(node),
                0.0,
                footing.distance_m,
                footing.distance_m,
                doubtful=False,
                piece=None,
                aside_m=footing.distance_m,
            )
            continue
        if view is None:
            yield Seed(int(node), 0.0, length_m, 0.0, doubtful=False, piece=None, aside_m=footing.distance_m)
            continue
        if view.closed[edge] != formula.OPEN:
            continue
        aside_s = footing.distance_m / float(view.plain_speed_m_s)
        yield Seed(
            int(node),
            float(view.seconds[edge]) * share + aside_s,
            length_m + footing.distance_m,
            float(view.unseen_m[edge]) * share + footing.distance_m,
            doubtful=bool(view.doubt[edge] > formula.SURE),
            piece=Piece(edge, share, 0.0 if towards else 1 - share),
            aside_m=footing.distance_m,
        )


@dataclass(frozen=True, eq=False)
class Tree:
    """One search, from a place or towards it, by one kind of weight."""

    view: StreetView
    seeds: dict[int, Seed]  # the best of each node
    cost: Singles
    came_by: Ints
    backwards: bool

    def edges_of(self, node: int) -> tuple[list[int], Seed]:
        """The half-edges between the place and a node, in the order of walking, and the seed they begin (or end) at."""
        beyond = self.view.target if self.backwards else self.view.source
        edges = []
        while self.came_by[node] >= 0:
            edge = int(self.came_by[node])
            edges.append(edge)
            node = int(beyond[edge])
        return (edges if self.backwards else edges[::-1]), self.seeds[node]

    def sums(self, nodes: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Seconds, metres, unknown metres and doubts along the way to each node that is reached; [4, nodes]."""
        beyond = self.view.target if self.backwards else self.view.source
        told: NDArray[np.float64]
        told, roots = sum_back(self.came_by, beyond, np.asarray(nodes, np.int64), self.view.values)
        begun = {
            node: (seed.seconds, seed.length_m, seed.unseen_m, float(seed.doubtful))
            for node, seed in self.seeds.items()
        }
        sums: NDArray[np.float64] = told + np.array([begun[root] for root in roots.tolist()]).reshape(-1, 4).T
        return sums


def grow(view: StreetView, seeds: Sequence[Seed], weight: str, limit: float, *, backwards: bool) -> Tree:
    """Search from seeds by ``fast``, ``sure``, ``seen`` or ``least``, within a limit of that weight."""
    best: dict[int, tuple[float, Seed]] = {}
    for seed in seeds:
        if weight != "fast" and seed.doubtful:
            continue
        cost = seed.unseen_m if weight in HIDDEN else seed.seconds
        cost += 1e-4 * seed.seconds if weight == "seen" else 0.0
        if seed.node not in best or cost < best[seed.node][0]:
            best[seed.node] = (cost, seed)
    arrangement = view.arranged(backwards=backwards)
    cost_of, came_by, _ = reach(
        arrangement.offset,
        arrangement.head,
        view.weights(weight, backwards=backwards),
        arrangement.edge,
        np.array(list(best), np.int32),
        np.array([cost for cost, _ in best.values()], np.float32),
        np.float32(limit),
    )
    return Tree(view, {node: seed for node, (_, seed) in best.items()}, cost_of, came_by, backwards)


def reach_nodes(
    view: StreetView, seeds: Sequence[Seed], nodes: NDArray[np.integer], most_m: float, *, backwards: bool
) -> Reached:
    """Find the ways to many nodes: to each the fastest, and if that is a doubt a sure one where there is one.

    A fastest way longer than ``most_m`` is left out even where a slower one is shorter: ``most_m`` says how far is
    looked, the profile's own limits say what may be gone.
    """
    limit = SLOWEST * most_m / view.plain_speed_m_s
    left, found = np.arange(len(nodes)), []
    for weight in ("fast", "sure", *HIDDEN):
        if not len(left):
            break
        most = UNSEEN_WAY_M + 1.0 if weight in HIDDEN else limit
        tree = grow(view, seeds, weight, most, backwards=backwards)
        there = tree.cost[nodes[left]] < FAR
        row = left[there]
        sums = tree.sums(nodes[row])
        doubtful = (sums[3] > 0) | (sums[2] > UNSEEN_WAY_M)
        good = (sums[1] <= most_m) & (~doubtful | (weight == "fast"))
        found.append((row[good], sums[0][good], sums[1][good], doubtful[good]))
        # ``seen`` breaks ties by time and may miss by that; where ``sure`` finds none, no other finds any
        beyond = left[~there] if weight == "seen" else left[:0]
        left = np.concatenate((row[doubtful], beyond))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] or [np.empty(0)] * 4
    kinds = (np.int64, np.float32, np.float32, np.bool_)
    return Reached(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def find_ways(
    network: Network, origin: Place, destination: Place, view: StreetView, most_m: float = inf
) -> list[FoundWay]:
    """Find the fastest way, and a sure one if that one is a doubt and there is one; none beyond ``most_m``."""
    seeds = seeds_of(network, origin, view, towards=False)
    ends = seeds_of(network, destination, view, towards=True)
    if not seeds or not ends:
        return []
    limit = SLOWEST * most_m / view.plain_speed_m_s if most_m < inf else inf
    found: list[FoundWay] = []
    for weight in ("fast", "sure", *HIDDEN):
        most = limit if weight not in HIDDEN else UNSEEN_WAY_M + 1.0
        way = _best_way(network, view, (seeds, ends), (origin, destination), weight, most)
        if way is None:
            if weight == "fast":
                return []
            continue
        if weight == "fast" or not way.doubtful:
            found.append(way)
        if not way.doubtful:
            break
    return [way for way in found if length_of(view, way) <= most_m]


def _best_way(
    network: Network,
    view: StreetView,
    ends: tuple[Sequence[Seed], Sequence[Seed]],
    places: tuple[Place, Place],
    weight: str,
    limit: float,
) -> FoundWay | None:
    tree = grow(view, ends[0], weight, limit, backwards=False)
    best: tuple[float, FoundWay] | None = None
    for end in ends[1]:
        if tree.cost[end.node] == FAR or (weight != "fast" and end.doubtful):
            continue
        edges, seed = tree.edges_of(end.node)
        pieces = [*([seed.piece] if seed.piece else []), *map(Piece, edges), *([end.piece] if end.piece else [])]
        way = _summed(view, pieces, seed.aside_m, end.aside_m)
        cost = float(tree.cost[end.node]) + (end.unseen_m if weight in HIDDEN else end.seconds)
        if best is None or cost < best[0]:
            best = (cost, way)
    for way in _along_one_link(network, view, places):
        if weight == "fast" or not way.doubtful:
            cost = way.seconds if weight not in HIDDEN else unseen_of(view, way)
            if best is None or cost < best[0]:
                best = (cost, way)
    return None if best is None else best[1]


def _along_one_link(network: Network, view: StreetView, places: tuple[Place, Place]) -> Iterator[FoundWay]:
    """Where both points lie beside one link, the way between them need not touch its ends."""
    if any(place.stop_id is not None for place in places):
        return
    index = street_index(network)
    first, last = ({f.link: f for f in index.footings(place.lon, place.lat, SNAP_M)} for place in places)
    for link in sorted(first.keys() & last.keys()):
        share = last[link].share - first[link].share
        if not share:
            continue
        edge = link if share >= 0 else view.n_links + link
        if view.closed[edge] == formula.OPEN:
            begin = first[link].share if share >= 0 else 1 - first[link].share
            piece = Piece(edge, abs(share), begin)
            yield _summed(view, [piece], first[link].distance_m, last[link].distance_m)


def _summed(view: StreetView, pieces: Sequence[Piece], before_m: float, after_m: float) -> FoundWay:
    seconds = sum(float(view.seconds[piece.edge]) * piece.share for piece in pieces)
    seconds += (before_m + after_m) / view.plain_speed_m_s
    way = FoundWay(tuple(pieces), before_m, after_m, seconds, doubtful=False)
    doubtful = any(view.doubt[piece.edge] > formula.SURE for piece in pieces)
    return replace(way, doubtful=doubtful or unseen_of(view, way) > UNSEEN_WAY_M)


def length_of(view: StreetView, way: FoundWay) -> float:
    """Metres of a way."""
    return way.before_m + way.after_m + sum(float(view.length_m[one.edge]) * one.share for one in way.pieces)


def unseen_of(view: StreetView, way: FoundWay) -> float:
    """Metres of a way of which nobody knows the surface; nothing counts for whoever has no limits."""
    if view.unlimited:
        return 0.0
    return way.before_m + way.after_m + sum(float(view.unseen_m[one.edge]) * one.share for one in way.pieces)


@dataclass(frozen=True, eq=False)
class StopWays:
    """Ways between stops, by origin; where the fastest is a doubt, a sure one is a row of its own."""

    origin: Longs
    to: Longs
    seconds: Singles
    length_m: Singles
    doubtful: NDArray[np.bool_]


@lru_cache(maxsize=8)
def ways_between_stops(
    network: Network,
    profile: Profile,
    at_s: int | None,
    avoid_lifts: bool = False,
    without: frozenset[int] = frozenset(),
) -> StopWays:
    """Walk between all stops that lie near each other and are in the streets; the last few tables are kept."""
    view = street_view(network, profile, at_s, avoid_lifts=avoid_lifts, without=without)
    return ways_from_stops(network, view, np.ones(len(network.stops.id), np.bool_))


def ways_from_stops(network: Network, view: StreetView, chosen: NDArray[np.bool_]) -> StopWays:
    """Walk from some stops (bool[S]) to all that lie near them and are in the streets."""
    paths, nodes = network.footpaths, network.streets.stop_node
    origin = np.repeat(np.arange(len(nodes)), np.diff(paths.offset))
    to = paths.to.astype(np.int64)
    both = chosen[origin] & (nodes[origin] >= 0) & (nodes[to] >= 0)
    origin, to = origin[both], to[both]
    sums = _targets(view, nodes, origin, to, "fast")
    doubtful = (sums[3] > 0) | (sums[2] > UNSEEN_WAY_M)
    within = sums[1] <= FOOTPATH_M
    rows = [(origin[within], to[within], sums[0][within], sums[1][within], doubtful[within])]
    left = np.flatnonzero(doubtful & np.isfinite(sums[0]))
    for weight in ("sure", *HIDDEN):
        if not len(left):
            break
        sums = _targets(view, nodes, origin[left], to[left], weight)
        good = (sums[2] <= UNSEEN_WAY_M) & (sums[1] <= FOOTPATH_M)
        rows.append((origin[left[good]], to[left[good]], sums[0][good], sums[1][good], np.zeros(good.sum(), np.bool_)))
        left = left[(np.isfinite(sums[0]) | (weight == "seen")) & ~(sums[2] <= UNSEEN_WAY_M)]
    table = [np.concatenate(column) for column in zip(*rows, strict=True)]
    order = np.lexsort((table[2], table[0]))
    return StopWays(*(column[order] for column in table))


def _targets(view: StreetView, nodes: Ints, origin: Longs, to: Longs, weight: str) -> NDArray[np.float32]:
    """Seconds, metres, unknown metres and doubts of the way of each pair; infinite where there is none."""
    start, first = np.unique(origin, return_index=True)
    arrangement = view.arranged(backwards=False)
    limit = UNSEEN_WAY_M + 1.0 if weight in HIDDEN else SLOWEST * FOOTPATH_M / view.plain_speed_m_s
    cost, sums = reach_targets(
        arrangement.offset,
        arrangement.head,
        view.weights(weight, backwards=False),
        arrangement.edge,
        nodes[start],
        np.float32(limit),
        np.append(first, len(origin)).astype(np.int64),
        nodes[to],
        view.values,
        view.source,
    )
    return np.where(cost < FAR, sums, np.float32(np.inf))
