"""Single points of failure: what cuts a quay off from the street, or the street from a quay, when it fails alone.

Every edge gets a node in its middle. Edges that every way passes are then the dominators of the quay on the way in,
and on the reversed graph on the way out (Cooper, Harvey and Kennedy 2001, as networkx has it). An element such as a
lift may stand for several edges of which none is needed by itself: those elements are taken out one by one instead.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

ROOT = object()  # the street: all entrances


@dataclass(frozen=True, slots=True)
class Edge:
    """One directed way between two nodes, that works only as long as its element does."""

    tail: Hashable
    head: Hashable
    element: Hashable


@dataclass(frozen=True, slots=True)
class Cuts:
    """Which quays each element cuts off alone: on the way to them, and on the way out."""

    way_in: Mapping[Hashable, frozenset[Hashable]]
    way_out: Mapping[Hashable, frozenset[Hashable]]


def find_cuts(edges: Sequence[Edge], entrances: Iterable[Hashable], quays: Iterable[Hashable]) -> Cuts:
    """Find the elements without which a quay that is reachable is so no more."""
    entrances, quays = set(entrances), set(quays)
    way_in: dict[Hashable, frozenset[Hashable]] = {}
    way_out: dict[Hashable, frozenset[Hashable]] = {}
    for part in _parts(edges):
        nodes = {node for edge in part for node in (edge.tail, edge.head)}
        ends = entrances & nodes, quays & nodes
        if all(ends):
            way_in |= _cut(part, *ends)
            way_out |= _cut(_reversed(part), *ends)
    return Cuts(way_in, way_out)


def remove_each(
    edges: Sequence[Edge],
    entrances: Iterable[Hashable],
    quays: Iterable[Hashable],
    elements: Iterable[Hashable] | None = None,
) -> Cuts:
    """Find the same the slow way: take out one element after the other, all or those named."""
    entrances, quays = set(entrances), set(quays)
    every = list(dict.fromkeys(edge.element for edge in edges)) if elements is None else list(elements)
    return Cuts(_removed(edges, entrances, quays, every), _removed(_reversed(edges), entrances, quays, every))


def islands(
    edges: Sequence[Edge], entrances: Iterable[Hashable], quays: Iterable[Hashable]
) -> dict[str, set[Hashable]]:
    """Sort quays by whether one gets there from the street, and back: BOTH, NO_WAY_OUT, NO_WAY_IN, NEITHER."""
    entrances = list(entrances)
    there = _reached(edges, entrances)
    back = _reached(_reversed(edges), entrances)
    names = {(True, True): "BOTH", (True, False): "NO_WAY_OUT", (False, True): "NO_WAY_IN", (False, False): "NEITHER"}
    sorted_: dict[str, set[Hashable]] = {name: set() for name in names.values()}
    for quay in quays:
        sorted_[names[quay in there, quay in back]].add(quay)
    return sorted_


def _reversed(edges: Sequence[Edge]) -> list[Edge]:
    return [Edge(edge.head, edge.tail, edge.element) for edge in edges]


def _parts(edges: Sequence[Edge]) -> Iterator[list[Edge]]:
    """Give edges apart that have to do neither with each other's nodes nor elements: stations, mostly."""
    graph = nx.Graph()
    for edge in edges:
        graph.add_edge(("node", edge.tail), ("node", edge.head))
        graph.add_edge(("node", edge.tail), ("element", edge.element))
    part_of = {node: number for number, part in enumerate(nx.connected_components(graph)) for node in part}
    parts: dict[int, list[Edge]] = {}
    for edge in edges:
        parts.setdefault(part_of["node", edge.tail], []).append(edge)
    yield from parts.values()


def _several(edges: Sequence[Edge]) -> list[Hashable]:
    """Give the elements of more than one edge, but for those of one edge and its way back.

    Were neither of these two needed alone, one way would come over a to b and one over b to a; the first half of the
    former and the second half of the latter then make a way without either.
    """
    ends: dict[Hashable, list[tuple[Hashable, Hashable]]] = {}
    for edge in edges:
        ends.setdefault(edge.element, []).append((edge.tail, edge.head))
    return [
        element for element, pairs in ends.items() if len(pairs) > 2 or (len(pairs) == 2 and pairs[0] != pairs[1][::-1])
    ]


def _cut(
    edges: Sequence[Edge], entrances: Collection[Hashable], quays: Collection[Hashable]
) -> dict[Hashable, frozenset[Hashable]]:
    graph = nx.DiGraph()
    graph.add_edges_from((ROOT, ("node", entrance)) for entrance in entrances)
    for number, edge in enumerate(edges):
        middle = ("edge", number)
        graph.add_edge(("node", edge.tail), middle)
        graph.add_edge(middle, ("node", edge.head))
    graph.add_node(ROOT)
    above = nx.immediate_dominators(graph, ROOT)
    cut: dict[Hashable, set[Hashable]] = {}
    for quay in quays:
        node: Hashable = ("node", quay)
        while node in above and node is not ROOT:
            if isinstance(node, tuple) and node[0] == "edge":
                cut.setdefault(edges[node[1]].element, set()).add(quay)
            upper = above[node]
            node = ROOT if upper is None or upper == node else upper
    found = {element: frozenset(of) for element, of in cut.items()}
    found.update(_removed(edges, entrances, quays, _several(edges)))
    return found


def _removed(
    edges: Sequence[Edge], entrances: Collection[Hashable], quays: Collection[Hashable], elements: Iterable[Hashable]
) -> dict[Hashable, frozenset[Hashable]]:
    whole = _reached(edges, entrances).intersection(quays)
    found = {}
    for element in elements:
        left = _reached([edge for edge in edges if edge.element != element], entrances)
        if lost := frozenset(whole - left):
            found[element] = lost
    return found


def _reached(edges: Sequence[Edge], entrances: Iterable[Hashable]) -> set[Hashable]:
    nexts: dict[Hashable, list[Hashable]] = {}
    for edge in edges:
        nexts.setdefault(edge.tail, []).append(edge.head)
    seen = set(entrances)
    waiting = list(seen)
    while waiting:
        for head in nexts.get(waiting.pop(), ()):
            if head not in seen:
                seen.add(head)
                waiting.append(head)
    return seen
