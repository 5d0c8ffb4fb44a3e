"""A walking network while it is being drawn: points, nodes and links that can still be moved, cut and added to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.feeds.osm_facts import Facts
from planner.network.columns import Strings
from planner.network.plane import Plane
from planner.network.streets import Equipment, LinkKind, Links, Streets

KINDS = {kind.name.lower(): int(kind) for kind in LinkKind}
WITHOUT_LENGTH = frozenset({"kerb", "barrier", "fare_gate", "lift"})

Cabin = tuple[str, float, float, float, float]  # name; width, length and door in mm; load in kg


class Draft:
    """Points in the network's plane; nodes are points where links meet; a link has a line of points and facts."""

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.node_point: list[int] = []
        self.facts: list[Facts] = []
        self.tail: list[int] = []
        self.head: list[int] = []
        self.line: list[list[int]] = []
        self.fact: list[int] = []
        self.gone: set[int] = set()  # links that were replaced
        self.cabins: dict[str, Cabin] = {}  # by id of the equipment
        self.aliases: dict[str, str] = {}  # other names of equipment: a lift may be many pathways

    def add_point(self, x_m: float, y_m: float) -> int:
        """Add a point and give its number."""
        self.x.append(x_m)
        self.y.append(y_m)
        return len(self.x) - 1

    def add_node(self, point: int) -> int:
        """Add a node at a point; several nodes may lie at one."""
        self.node_point.append(point)
        return len(self.node_point) - 1

    def add_node_at(self, x_m: float, y_m: float) -> int:
        """Add a node at a place of its own."""
        return self.add_node(self.add_point(x_m, y_m))

    def add_facts(self, facts: Facts) -> int:
        """Add facts that several links may share."""
        self.facts.append(facts)
        return len(self.facts) - 1

    def add_link(self, tail: int, head: int, fact: int, line: Sequence[int] | None = None) -> int:
        """Add a link; without a line it is straight."""
        self.tail.append(tail)
        self.head.append(head)
        self.fact.append(fact)
        self.line.append(list(line) if line is not None else [self.node_point[tail], self.node_point[head]])
        return len(self.tail) - 1

    def place(self, node: int) -> tuple[float, float]:
        """Where a node lies."""
        point = self.node_point[node]
        return self.x[point], self.y[point]

    def kind(self, link: int) -> str:
        """The kind of a link."""
        return self.facts[self.fact[link]].kind

    def links(self) -> Iterable[int]:
        """The links that are still there."""
        return (link for link in range(len(self.tail)) if link not in self.gone)

    def arms(self) -> dict[int, list[tuple[int, bool]]]:
        """For each node its links, and whether they leave it in drawing direction; a loop is there twice."""
        found: dict[int, list[tuple[int, bool]]] = {}
        for link in self.links():
            found.setdefault(self.tail[link], []).append((link, True))
            found.setdefault(self.head[link], []).append((link, False))
        return found

    def move_end(self, arm: tuple[int, bool], node: int) -> None:
        """Let the end of a link be another node; its line ends there too."""
        link, leaving = arm
        if leaving:
            self.tail[link] = node
            self.line[link][0] = self.node_point[node]
        else:
            self.head[link] = node
            self.line[link][-1] = self.node_point[node]

    def line_length(self, line: Sequence[int]) -> float:
        """Length of a line of points in metres."""
        return sum(math.dist((self.x[a], self.y[a]), (self.x[b], self.y[b])) for a, b in pairwise(line))


def finish(
    draft: Draft, plane: Plane, stop_node: NDArray[np.int32], closed: Iterable[tuple[str, int, int]] = ()
) -> Streets:
    """Arrange a draft as columns; nodes that no link uses are dropped, except those of stops."""
    kept = np.fromiter(draft.links(), np.int64)
    tail = np.asarray(draft.tail, np.int64)[kept] if len(kept) else np.empty(0, np.int64)
    head = np.asarray(draft.head, np.int64)[kept] if len(kept) else np.empty(0, np.int64)
    used = np.unique(np.concatenate((tail, head, stop_node[stop_node >= 0].astype(np.int64))))
    number = np.full(len(draft.node_point) + 1, -1, np.int64)
    number[used] = np.arange(len(used))
    x, y = np.asarray(draft.x, np.float64), np.asarray(draft.y, np.float64)
    at = np.asarray(draft.node_point, np.int64)[used] if len(used) else np.empty(0, np.int64)
    lines = [draft.line[link] for link in kept.tolist()]
    sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    offset = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    flat = np.fromiter((point for line in lines for point in line), np.int64, int(offset[-1]))
    lon, lat = plane.to_earth(x, y)
    words = _Words()
    links = _columns(draft, kept, number[tail], number[head], _lengths(x[flat], y[flat], offset), words, closed)
    return Streets(
        node_lon=lon[at],
        node_lat=lat[at],
        node_x_m=x[at],
        node_y_m=y[at],
        links=links[0],
        point_offset=offset,
        point_lon=lon[flat],
        point_lat=lat[flat],
        equipment=links[1],
        stop_node=np.where(stop_node >= 0, number[stop_node], -1).astype(np.int32),
        words=Strings.of(words.rows),
    )


class _Words:
    """Each distinct text once; the empty text is none."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self._row_of: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        if not text:
            return -1
        row = self._row_of.setdefault(text, len(self.rows))
        if row == len(self.rows):
            self.rows.append(text)
        return row


def _lengths(x: NDArray[np.float64], y: NDArray[np.float64], offset: NDArray[np.int64]) -> NDArray[np.float64]:
    if len(x) == 0:
        return np.empty(0)
    steps = np.concatenate((np.hypot(np.diff(x), np.diff(y)), [0.0]))
    steps[offset[1:] - 1] = 0.0  # from the end of one line to the beginning of the next
    total = np.concatenate(([0.0], np.cumsum(steps)))
    return np.asarray(total[offset[1:]] - total[offset[:-1]])


def _columns(
    draft: Draft, kept: NDArray[np.int64], tail: NDArray[np.int64], head: NDArray[np.int64],
    drawn_m: NDArray[np.float64], words: _Words,
    closed: Iterable[tuple[str, int, int]],
) -> tuple[Links, Equipment]:  # fmt: skip
    row = np.asarray(draft.fact, np.int64)[kept] if len(kept) else np.empty(0, np.int64)
    facts = draft.facts
    ids: dict[str, int] = {}
    for fact in sorted(set(row.tolist())):
        if facts[fact].equipment:
            ids.setdefault(facts[fact].equipment, len(ids))

    def column(values: Iterable[float | bool], kind: type) -> NDArray[Any]:
        return np.fromiter(values, kind, len(facts))[row]

    stated = column((one.length_m for one in facts), np.float64)
    flat = np.isin(column((KINDS[one.kind] for one in facts), np.int8), [KINDS[kind] for kind in WITHOUT_LENGTH])
    length = np.where(flat, 0.0, np.where(np.isnan(stated), drawn_m, stated))
    pairs = {
        "incline": [one.incline for one in facts], "cross": [one.cross for one in facts],
        "level": [one.level for one in facts],
    }  # fmt: skip
    columns: dict[str, Any] = {}
    for name, values in pairs.items():
        columns[f"{name}_low"] = column((low for low, _ in values), np.float32)
        columns[f"{name}_high"] = column((high for _, high in values), np.float32)
    for name in ("width", "kerb"):
        columns[f"{name}_low_mm"] = column((getattr(one, name)[0] for one in facts), np.float32)
        columns[f"{name}_high_mm"] = column((getattr(one, name)[1] for one in facts), np.float32)
    for name in ("kind", "osm_type", "incline_from", "allowed", "handrail", "tactile", "lit", "conveying"):
        get = (lambda one: KINDS[one.kind]) if name == "kind" else (lambda one, n=name: getattr(one, n))
        columns[name] = column(map(get, facts), np.int8)
    for name in ("name", "surface", "smoothness", "note", "detail"):
        columns[name] = column([words(getattr(one, name)) for one in facts], np.int32)
    links = Links(
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        length_m=length.astype(np.float32),
        forward=column((one.forward for one in facts), np.bool_),
        backward=column((one.backward for one in facts), np.bool_),
        osm_id=column((one.osm_id for one in facts), np.int64),
        steps=column((one.steps for one in facts), np.int16),
        equipment=column((ids.get(one.equipment, -1) for one in facts), np.int32),
        duration_s=column((one.duration_s for one in facts), np.float32),
        **columns,
    )
    return links, _equipment(draft, ids, [row for row in closed if row[0] in ids])


def _equipment(draft: Draft, ids: dict[str, int], closed: list[tuple[str, int, int]]) -> Equipment:
    nothing = ("", math.nan, math.nan, math.nan, math.nan)
    rows = [draft.cabins.get(id_, nothing) for id_ in ids]
    return Equipment(
        id=Strings.of(ids),
        name=Strings.of(row[0] for row in rows),
        width_mm=np.array([row[1] for row in rows], np.float32),
        length_mm=np.array([row[2] for row in rows], np.float32),
        door_mm=np.array([row[3] for row in rows], np.float32),
        load_kg=np.array([row[4] for row in rows], np.float32),
        closed_equipment=np.array([ids[row[0]] for row in closed], np.int32),
        closed_from_s=np.array([row[1] for row in closed], np.int64),
        closed_until_s=np.array([row[2] for row in closed], np.int64),
    )


def reversed_facts(facts: Facts) -> Facts:
    """The facts of a link drawn the other way round."""
    low, high = facts.incline
    turned = {0: 0, 1: 2, 2: 1, 3: 3}[facts.conveying]
    return replace(facts, incline=(-high, -low), forward=facts.backward, backward=facts.forward, conveying=turned)
