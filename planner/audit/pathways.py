"""Step-free ways inside stations, from pathways.txt, for the question what they depend on."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from planner.audit.failures import Edge
from planner.network.tables import Network

STAIRS, MOVING_WALKWAY, ESCALATOR, LIFT, EXIT_GATE = "2", "3", "4", "5", "7"
ENTRANCE, QUAY = 2, 0


@dataclass(frozen=True, slots=True)
class StationWays:
    """Directed ways without a step; an element is a facility with all its rows, else the pair of ends."""

    edges: tuple[Edge, ...]
    entrances: frozenset[str]
    quays: frozenset[str]
    lifts: frozenset[Hashable]  # elements


def station_ways(network: Network) -> StationWays:
    """Give the ways of all stations, for somebody who takes neither stairs nor escalators nor moving walkways."""
    edges: list[Edge] = []
    lifts: set[Hashable] = set()
    for row in network.pathways.rows():
        mode = row.get("pathway_mode", "").strip()
        if mode in (STAIRS, ESCALATOR, MOVING_WALKWAY):
            continue
        ends = row["from_stop_id"], row["to_stop_id"]
        element: Hashable = row.get("facility_id", "").strip() or ("pair", *sorted(ends))
        if mode == LIFT:
            lifts.add(element)
        edges.append(Edge(*ends, element))
        if row.get("is_bidirectional", "").strip() == "1" and mode != EXIT_GATE:
            edges.append(Edge(*ends[::-1], element))
    kinds = dict(zip(network.stops.id, network.stops.location_type.tolist(), strict=True))
    nodes = {str(node) for edge in edges for node in (edge.tail, edge.head)}
    return StationWays(
        tuple(edges),
        frozenset(node for node in nodes if kinds.get(node) == ENTRANCE),
        frozenset(node for node in nodes if kinds.get(node) == QUAY),
        frozenset(lifts),
    )
