"""Squares and platforms are crossed where one can see: straight lines between entrances, and round the corners."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.feeds.osm_facts import Area, StreetMap
from planner.network.street_draft import Draft

MOST_CORNERS = 120  # entrances and inward corners of one area; more, and only its edge and its entrances are used
SLACK_M = 0.05  # a line along an edge is inside


def cross_areas(draft: Draft, streets: StreetMap, point_of: dict[int, int], node_of: dict[int, int]) -> None:
    """Lay links across every area; an area that nothing enters gets its edge only if it is a platform."""
    shared = Counter(ref for area in streets.areas for ref in {ref for ring in area.outer for ref in ring})
    for area in streets.areas:
        for ref in (ref for ring in area.outer for ref in ring):
            if shared[ref] > 1 and ref in point_of and ref not in node_of:
                node_of[ref] = draft.add_node(point_of[ref])
    for area in streets.areas:
        _cross(draft, area, point_of, node_of)


def _cross(draft: Draft, area: Area, point_of: dict[int, int], node_of: dict[int, int]) -> None:
    outer = [[ref for ref in ring if ref in point_of] for ring in area.outer]
    inner = [[ref for ref in ring if ref in point_of] for ring in area.inner]
    shape = _polygon(draft, outer, inner, point_of)
    refs = list(dict.fromkeys(ref for ring in (*outer, *inner) for ref in ring))
    doors = [ref for ref in refs if ref in node_of]
    platform = area.facts.kind == "platform"
    if shape is None or (len(doors) < 2 and not platform):
        return
    fact = draft.add_facts(area.facts)

    def node(ref: int) -> int:
        if ref not in node_of:
            node_of[ref] = draft.add_node(point_of[ref])
        return node_of[ref]

    corners = list(dict.fromkeys((*doors, *_inward(draft, outer, inner, point_of))))
    crowded = len(corners) > MOST_CORNERS
    if crowded or platform:  # along its edge one waits, and vehicles stop
        for ring in (*outer, *inner):
            for tail, head in pairwise(ring):
                draft.add_link(node(tail), node(head), fact)
    if crowded:
        corners = doors[:MOST_CORNERS]
    if len(corners) < 2:
        return
    places = np.array([(draft.x[point_of[ref]], draft.y[point_of[ref]]) for ref in corners])
    for tail, head in zip(*_seen(shape, places), strict=True):
        draft.add_link(node(corners[tail]), node(corners[head]), fact)


def _seen(shape: object, places: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    """Pairs of places with a free line between them."""
    tail, head = np.triu_indices(len(places), 1)
    lines = shapely.linestrings(np.stack((places[tail], places[head]), axis=1))
    free = shapely.covers(shape, lines)
    return tail[free].tolist(), head[free].tolist()


def _polygon(draft: Draft, outer: list[list[int]], inner: list[list[int]], point_of: dict[int, int]) -> object | None:
    def ring(refs: list[int]) -> list[tuple[float, float]]:
        return [(draft.x[point_of[ref]], draft.y[point_of[ref]]) for ref in refs]

    shells = [shapely.Polygon(ring(refs)) for refs in outer if len(set(refs)) > 2]
    holes = [shapely.Polygon(ring(refs)) for refs in inner if len(set(refs)) > 2]
    if not shells:
        return None
    shape = shapely.make_valid(shapely.union_all([shapely.make_valid(shell) for shell in shells]))
    if holes:
        shape = shape.difference(shapely.union_all([shapely.make_valid(hole) for hole in holes]).buffer(-SLACK_M))
    shape = shape.buffer(SLACK_M)
    shapely.prepare(shape)
    return None if shape.is_empty else shape


def _inward(draft: Draft, outer: list[list[int]], inner: list[list[int]], point_of: dict[int, int]) -> list[int]:
    """Corners round which a shortest way may bend: inward ones of the outline, outward ones of holes."""
    found = []
    for rings, sign in ((outer, -1.0), (inner, 1.0)):
        for ring in rings:
            refs = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
            places = [(draft.x[point_of[ref]], draft.y[point_of[ref]]) for ref in refs]
            turns = []
            area = 0.0
            for at, (x, y) in enumerate(places):
                (px, py), (nx, ny) = places[at - 1], places[(at + 1) % len(places)]
                area += px * y - x * py
                turns.append((x - px) * (ny - y) - (y - py) * (nx - x))
            turned = 1.0 if area > 0 else -1.0
            found += [ref for ref, turn in zip(refs, turns, strict=True) if sign * turned * turn > 0]
    return found
