"""Pavements that a road says it has: a line on each side, joined at corners, crossed at junctions and crossings.

At a node the roads are taken in the order of their directions. Between two neighbours lies a corner: pavements and
footways that end there meet without a step. To the carriageway, and so to every other corner, leads a kerb whose
height nobody has said unless the crossing says it. Where one road only goes on as another, nothing is crossed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from planner.feeds.osm_facts import Facts, StreetMap, Way
from planner.network.street_draft import Draft

MITER = 3.0  # how far a corner may lie from its node, in offsets
TRIMMED = frozenset({"way", "crossing"})
AREAS = frozenset({"area", "platform"})  # many lines of one area end at one node, and are one arm
UNKNOWN = (math.nan, math.nan)
Arm = tuple[int, bool]


@dataclass(slots=True)
class _Road:
    """One road at a node, seen leaving it."""

    arm: Arm
    angle: float
    way: Way
    left: Facts | None
    right: Facts | None
    offset_m: float


class _Drawing:
    """What is known while the corners are set: the node that ends each pavement."""

    def __init__(self, draft: Draft, streets: StreetMap, node_of: Mapping[int, int]) -> None:
        self.draft, self.streets = draft, streets
        self.ref_of = {node: ref for ref, node in node_of.items()}
        self.ends: dict[tuple[int, bool, bool], int] = {}  # link, left of its drawing direction, at its tail
        self.doors: dict[tuple[int, int], int] = {}  # corner and facts of an area: the node at which it is entered
        self.plain: dict[int, int] = {}  # facts of pavements without a slope, for the short way round a corner

    def end(self, road: _Road, left: bool, node: int) -> None:
        link, leaving = road.arm
        self.ends[link, left == leaving, leaving] = node


def draw_pavements(draft: Draft, streets: StreetMap, node_of: Mapping[int, int], ways: Mapping[int, Way]) -> None:
    """Replace each road that has pavements by them; roads that are not walked on are removed."""
    roads = {
        link: ways[draft.facts[draft.fact[link]].osm_id]
        for link in draft.links()
        if draft.kind(link) == "road" and draft.facts[draft.fact[link]].osm_id in ways
    }
    drawing = _Drawing(draft, streets, node_of)
    for node, arms in draft.arms().items():
        if any(arm[0] in roads and roads[arm[0]].pavement is not None for arm in arms):
            _set_corners(drawing, node, arms, roads)
    fact_of: dict[int, int] = {}
    for link, way in roads.items():
        if way.pavement is not None:
            for left, facts in ((True, way.pavement.left), (False, way.pavement.right)):
                if facts is not None:
                    fact = fact_of.setdefault(id(facts), -1)
                    if fact < 0:
                        fact = fact_of[id(facts)] = draft.add_facts(facts)
                    _draw_side(drawing, link, fact, left, way.pavement.offset_m)
        if not way.walked:
            draft.gone.add(link)


def _set_corners(drawing: _Drawing, node: int, arms: list[Arm], roads: Mapping[int, Way]) -> None:
    draft = drawing.draft
    here = sorted((_road(draft, arm, roads[arm[0]]) for arm in arms if arm[0] in roads), key=lambda road: road.angle)
    others = [(arm, direction(draft, arm)) for arm in arms if arm[0] not in roads]
    ref = drawing.ref_of.get(node, 0)
    crossed = ref in drawing.streets.crossings or bool(others) or len(here) != 2 or any(r.way.walked for r in here)
    corners: list[tuple[int, _Road]] = []
    for road, after in zip(here, here[1:] + here[:1], strict=True):
        if len(here) == 1:
            for left, there in ((True, road.left), (False, road.right)):
                if there is not None:
                    corner = _corner(draft, node, road.angle + (math.pi / 2 if left else -math.pi / 2), road.offset_m)
                    drawing.end(road, left, corner)
                    corners.append((corner, road))
            continue
        if road.left is None and after.right is None:
            continue
        between = (after.angle - road.angle) % (2 * math.pi)
        owner = road if road.left is not None else after
        reach = owner.offset_m * min(1 / max(math.sin(between / 2), 1e-6), MITER)
        corner = _corner(draft, node, road.angle + between / 2, reach)
        for one, left, there in ((road, True, road.left), (after, False, after.right)):
            if there is not None:
                drawing.end(one, left, corner)
        corners.append((corner, owner))
        for arm, angle in others:
            if (angle - road.angle) % (2 * math.pi) <= between:
                _join_at_corner(drawing, node, arm, corner, owner)
    if crossed:
        _set_kerbs(drawing, node, ref, corners)


def _road(draft: Draft, arm: Arm, way: Way) -> _Road:
    pavement, leaving = way.pavement, arm[1]
    left = right = None
    if pavement is not None:
        left, right = (pavement.left, pavement.right) if leaving else (pavement.right, pavement.left)
    return _Road(arm, direction(draft, arm), way, left, right, pavement.offset_m if pavement else 0.0)


def direction(draft: Draft, arm: Arm) -> float:
    """In which direction a link leaves its node: towards its first point a metre away."""
    line = draft.line[arm[0]] if arm[1] else draft.line[arm[0]][::-1]
    x, y = draft.x[line[0]], draft.y[line[0]]
    for point in line[1:]:
        dx, dy = draft.x[point] - x, draft.y[point] - y
        if math.hypot(dx, dy) >= 1.0 or point == line[-1]:
            return math.atan2(dy, dx)
    return 0.0


def _corner(draft: Draft, node: int, angle: float, reach_m: float) -> int:
    x, y = draft.place(node)
    return draft.add_node_at(x + reach_m * math.cos(angle), y + reach_m * math.sin(angle))


def _join_at_corner(drawing: _Drawing, node: int, arm: Arm, corner: int, owner: _Road) -> None:
    """End a footway where it reaches the pavement, and join it to the corner without a step."""
    draft = drawing.draft
    place = (corner, draft.fact[arm[0]])
    if draft.kind(arm[0]) in AREAS and place in drawing.doors:
        draft.move_end(arm, drawing.doors[place])
        return
    if draft.kind(arm[0]) in TRIMMED:
        end = _trim(draft, arm, owner.offset_m)
    else:
        end = drawing.doors[place] = draft.add_node(draft.node_point[node])
        draft.move_end(arm, end)
    pavement = owner.left or owner.right or owner.way.facts
    fact = drawing.plain.get(id(pavement))
    if fact is None:
        fact = draft.add_facts(replace(pavement, incline=UNKNOWN, incline_from=0))
        drawing.plain[id(pavement)] = fact
    draft.add_link(corner, end, fact)


def _trim(draft: Draft, arm: Arm, reach_m: float) -> int:
    """Cut the first metres off a link, at most half of it, and give the node at its new end."""
    link, leaving = arm
    line = draft.line[link] if leaving else draft.line[link][::-1]
    left_m = min(reach_m, draft.line_length(line) / 2)
    while len(line) > 2:
        step = draft.line_length(line[:2])
        if step > left_m:
            break
        left_m -= step
        line = line[1:]
    (x, y), (to_x, to_y) = ((draft.x[p], draft.y[p]) for p in line[:2])
    step = math.hypot(to_x - x, to_y - y)
    share = min(left_m / step, 1.0) if step > 0 else 0.0
    end = draft.add_node_at(x + share * (to_x - x), y + share * (to_y - y))
    line = [draft.node_point[end], *line[1:]]
    draft.line[link] = line if leaving else line[::-1]
    draft.move_end(arm, end)
    return end


def _set_kerbs(drawing: _Drawing, node: int, ref: int, corners: list[tuple[int, _Road]]) -> None:
    """From each corner over its kerb to the middle of the carriageway."""
    draft, told = drawing.draft, drawing.streets.crossings.get(ref)
    kerb = replace(told, kind="kerb") if told is not None else Facts("kerb", 1, ref)
    if told is None:
        kerb.detail = ""
    kerb_fact = draft.add_facts(kerb)
    for corner, road in corners:
        over = Facts("crossing", 1, ref, name=road.way.facts.name, detail=kerb.detail, surface=road.way.facts.surface)
        edge = draft.add_node(draft.node_point[corner])
        draft.add_link(corner, edge, kerb_fact)
        draft.add_link(edge, node, draft.add_facts(over))


def _draw_side(drawing: _Drawing, link: int, fact: int, left: bool, offset_m: float) -> None:
    draft = drawing.draft
    tail, head = drawing.ends.get((link, left, True)), drawing.ends.get((link, left, False))
    if tail is None or head is None:
        return
    line = offset_line(draft, draft.line[link], offset_m if left else -offset_m)
    line[0], line[-1] = draft.node_point[tail], draft.node_point[head]
    draft.add_link(tail, head, fact, line)


def offset_line(draft: Draft, line: list[int], offset_m: float) -> list[int]:
    """New points beside a line, to its left if positive; sharp bends are cut off."""
    places = [(draft.x[point], draft.y[point]) for point in line]
    normals = []
    for (x, y), (to_x, to_y) in pairwise(places):
        step = math.hypot(to_x - x, to_y - y)
        normals.append((-(to_y - y) / step, (to_x - x) / step) if step > 0 else (0.0, 0.0))
    found = []
    for at, (x, y) in enumerate(places):
        before, after = normals[max(at - 1, 0)], normals[min(at, len(normals) - 1)]
        nx, ny = before[0] + after[0], before[1] + after[1]
        size = nx * nx + ny * ny
        scale = offset_m * min(2.0 / size if size > 0 else 0.0, 1.0)
        found.append(draft.add_point(x + nx * scale, y + ny * scale))
    return found
