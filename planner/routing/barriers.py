"""Why not: the single barrier that, opened, would give the best way.

One barrier may close several links, in both directions: a flight of steps that the map cuts where paths meet it, a kerb
on either side of one crossing, a lift of many levels. Links that are closed are one barrier if they are of one object
of the map and hang together within it at one place; or if they are obstacles without length that follow each other with
nothing branching off between: nobody could pass one of them and not the other.

Exact for one barrier: with the cost from the origin to every node and from every node to the destination, the best way
through one closed link is the least of cost to it + the link + cost from it. A barrier of several links cannot do
better than the least cost to any + the shortest of them + the least cost from any: those that could be the best by that
are searched one by one, opened. Where one barrier is not enough, more must be opened, and that is said; where the map
joins the two places by no way at all, that is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.walking_reasons import closed_reason
from planner.model import Place, Profile, Reason
from planner.network.streets import LinkKind, Streets
from planner.network.tables import Longs, Network
from planner.routing.street_view import SHUT, Singles, StreetView, link_row
from planner.routing.ways import Seed, grow, seeds_of

NOT_TO_BE_OPENED = (formula.AGAINST, formula.TOO_FAR_OFF, formula.LIFT_AVOIDED)  # nobody could open those
OPENED_M_S = 0.5  # of the plain speed, on what would be opened
PLACE_M = 30.0  # open links of the same object between two closed ones, up to this long: still one place


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands in the way, and what its opening would give."""

    kind: str  # name of a LinkKind in small letters
    reason: Reason
    street: str | None
    lon: float
    lat: float
    osm: str | None  # "way/123"
    duration_s: float  # of the way that it would open
    distance_m: float
    saved_s: float | None  # beside the best way there is; None: there is none


def find_barrier(
    network: Network,
    origin: Place,
    destination: Place,
    profile: Profile,
    view: StreetView,
    limit_s: float,
    best_s: float,
) -> Barrier | None:
    """Find the one barrier whose opening gives the fastest way; None if one is not enough, or saves nothing.

    Parameters
    ----------
    best_s
        Seconds of the best way that is open, infinite if none is.
    """
    limit_s = min(limit_s, best_s)  # a slower way is no gain
    starts, ends = (
        seeds_of(network, place, view, towards=towards) for place, towards in ((origin, False), (destination, True))
    )
    there = grow(view, starts, "fast", limit_s, backwards=False)
    back = grow(view, ends, "fast", limit_s, backwards=True)
    obstacles = _obstacles(view)
    if not len(obstacles.edge):
        return None
    to, beyond = there.cost[view.source[obstacles.edge]], back.cost[view.target[obstacles.edge]]
    alone = to + obstacles.seconds + beyond
    at = int(np.argmin(alone))
    best, chosen = min(float(alone[at]), limit_s), -1
    if alone[at] <= best:
        chosen = int(np.searchsorted(obstacles.offset, at, "right")) - 1
    begin = obstacles.offset[:-1]
    nearest, shortest, last = (np.minimum.reduceat(values, begin) for values in (to, obstacles.seconds, beyond))
    least = nearest + shortest + last
    several = np.flatnonzero((least < best) & (np.diff(obstacles.offset) > 1))
    for number in several[np.argsort(least[several], kind="stable")].tolist():  # those that promise most first
        if least[number] >= best:
            break
        found = _search_opened(view, obstacles.of(number), (starts, ends), best)
        if found is not None and found.seconds < best * (1 - 1e-6):
            best, chosen = found.seconds, number
    if chosen < 0 or best >= limit_s:
        return None
    found = _search_opened(view, obstacles.of(chosen), (starts, ends), best * (1 + 1e-3))
    return None if found is None else _tell(view, found, profile, best_s)


def joined(network: Network, origin: Place, destination: Place, view: StreetView) -> bool:
    """Whether any way of the map leads from one place to the other, closed ones and wrong directions included."""
    of = _islands(view.streets)
    starts, ends = (
        {int(of[seed.node]) for seed in seeds_of(network, place, None, towards=towards)}
        for place, towards in ((origin, False), (destination, True))
    )
    return not starts.isdisjoint(ends)


@lru_cache(maxsize=4)
def _islands(streets: Streets) -> Longs:
    """The island of each node: those of a number are joined by links."""
    links = streets.links
    return _components(len(streets.node_lon), links.tail.astype(np.int64), links.head.astype(np.int64))


@dataclass(frozen=True, eq=False)
class _Obstacles:
    """All barriers of a view, and the half-edges that each closes."""

    edge: Longs  # by barrier
    seconds: Singles  # of each of them, opened
    offset: Longs  # barrier b closes the rows offset[b] to offset[b + 1]

    def of(self, number: int) -> Longs:
        """Half-edges that one barrier closes."""
        return self.edge[self.offset[number] : self.offset[number + 1]]


@dataclass(frozen=True, slots=True)
class _Opened:
    """The fastest way with one barrier open."""

    seconds: float
    metres: float
    first: int  # the half-edge of the barrier that it comes to first


@lru_cache(maxsize=16)
def _obstacles(view: StreetView) -> _Obstacles:
    links, n = view.streets.links, view.n_links
    shut = (view.closed != formula.OPEN) & ~np.isin(view.closed, NOT_TO_BE_OPENED)
    closed = shut[:n] | shut[n:]
    thing = np.where(links.osm_id > 0, 4 * links.osm_id + links.osm_type, -1)
    own = np.flatnonzero(closed & (thing >= 0))
    own = np.concatenate([own, _between(view, own, thing, np.flatnonzero(~closed & (links.length_m <= PLACE_M)))])
    branches = np.bincount(np.concatenate([links.tail, links.head]), minlength=len(view.streets.node_lon))
    points = np.flatnonzero(closed & (links.length_m == 0))
    within = _meeting(own, links.tail[own], links.head[own], thing[own])
    in_turn = np.zeros(len(points), np.int64)  # whatever they are
    follow = _meeting(points, links.tail[points], links.head[points], in_turn, branches == 2)
    of = _components(n, *(np.concatenate(column) for column in zip(within, follow, strict=True)))
    edge = np.flatnonzero(shut)
    edge = edge[np.argsort(of[edge % n], kind="stable")]
    _, first = np.unique(of[edge % n], return_index=True)
    seconds = (view.length_m[edge] / (OPENED_M_S * view.plain_speed_m_s)).astype(np.float32)
    return _Obstacles(edge, seconds, np.append(first, len(edge)))


def _between(view: StreetView, closed: Longs, thing: Longs, row: Longs) -> Longs:
    """Those of some links that lie between two closed ones of their own object."""
    links, nodes = view.streets.links, len(view.streets.node_lon)
    met = np.concatenate([thing[closed] * nodes + end[closed] for end in (links.tail, links.head)])
    both = [np.isin(thing[row] * nodes + end[row], met) for end in (links.tail, links.head)]
    return row[both[0] & both[1] & (thing[row] >= 0)]


def _meeting(
    row: Longs, tail: NDArray[np.int32], head: NDArray[np.int32], thing: Longs, only: NDArray[np.bool_] | None = None
) -> tuple[Longs, Longs]:
    """Pairs of rows of the same thing that meet at a node (one of ``only``)."""
    row, thing, node = np.concatenate([row, row]), np.concatenate([thing, thing]), np.concatenate([tail, head])
    if only is not None:
        kept = only[node]
        row, thing, node = row[kept], thing[kept], node[kept]
    order = np.lexsort((node, thing))
    row, thing, node = row[order], thing[order], node[order]
    meet = (thing[1:] == thing[:-1]) & (node[1:] == node[:-1])
    return row[:-1][meet], row[1:][meet]


def _components(n: int, a: Longs, b: Longs) -> Longs:
    """Number n things so that those which pairs of rows connect have the same number."""
    of = np.arange(n)
    while len(a):
        before, low = of.copy(), np.minimum(of[a], of[b])
        np.minimum.at(of, a, low)
        np.minimum.at(of, b, low)
        of = of[of]
        if (of == before).all():
            break
    return of


def _search_opened(
    view: StreetView, edges: Longs, ends: tuple[list[Seed], list[Seed]], limit_s: float
) -> _Opened | None:
    """Search with some half-edges open; None beyond the limit, or if the way needs none of them."""
    closed, seconds, effort_m = view.closed.copy(), view.seconds.copy(), view.effort_m.copy()
    closed[edges] = formula.OPEN
    effort_m[edges] = 0.0
    seconds[edges] = view.length_m[edges] / (OPENED_M_S * view.plain_speed_m_s)
    opened = replace(view, closed=closed, seconds=seconds, effort_m=effort_m, kept={})
    tree = grow(opened, ends[0], "fast", limit_s, backwards=False)
    end = min(ends[1], key=lambda one: float(tree.cost[one.node]) + one.seconds)
    total = float(tree.cost[end.node]) + end.seconds
    if total == inf:
        return None
    walked, seed = tree.edges_of(end.node)
    first = next((edge for edge in walked if view.closed[edge] != formula.OPEN), None)
    metres = seed.length_m + end.length_m + sum(float(view.length_m[edge]) for edge in walked)
    return None if first is None else _Opened(total, metres, first)


def _tell(view: StreetView, found: _Opened, profile: Profile, best_s: float) -> Barrier:
    streets, edge = view.streets, found.first
    m = edge % view.n_links
    links, closed = streets.links, int(view.closed[edge])
    surface = streets.words[int(links.surface[m])] if links.surface[m] >= 0 else None
    if closed == SHUT:
        equipment = int(links.equipment[m])
        reason = Reason(
            "OUT_OF_SERVICE", {"equipment": streets.equipment.name[equipment] or streets.equipment.id[equipment]}
        )
    else:
        reason = closed_reason(
            closed, link_row(streets, profile, m), profile, forward=edge < view.n_links, surface=surface
        )
    low, high = int(streets.point_offset[m]), int(streets.point_offset[m + 1])
    middle = (low + high - 1) // 2
    return Barrier(
        kind=LinkKind(links.kind[m]).name.lower(),
        reason=reason,
        street=_street(view, edge),
        lon=float(streets.point_lon[middle]),
        lat=float(streets.point_lat[middle]),
        osm={1: f"node/{links.osm_id[m]}", 2: f"way/{links.osm_id[m]}"}.get(int(links.osm_type[m])),
        duration_s=found.seconds,
        distance_m=found.metres,
        saved_s=best_s - found.seconds if best_s < inf else None,
    )


def _street(view: StreetView, edge: int) -> str | None:
    """The name of a link, or of one beside it: a kerb has none of its own."""
    links = view.streets.links
    m = edge % view.n_links
    if links.name[m] >= 0:
        return view.streets.words[int(links.name[m])]
    ends = (int(links.tail[m]), int(links.head[m]))
    near = np.flatnonzero(np.isin(links.tail, ends) | np.isin(links.head, ends))
    beside = set(links.tail[near].tolist()) | set(links.head[near].tolist())
    near = np.flatnonzero(np.isin(links.tail, list(beside)) | np.isin(links.head, list(beside)))
    named = [int(links.name[row]) for row in near.tolist() if links.name[row] >= 0]
    return view.streets.words[max(named, key=named.count)] if named else None
