"""Stops joined to the streets at their own pavement, and parts of the network that nothing joins."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.feeds.osm_facts import Facts
from planner.network.plane import Plane
from planner.network.street_draft import Draft
from planner.network.tables import Network

REACH_M = 150.0  # a stop farther from any way is not joined; how far is too far is the traveller's limit
SMALL_M = 200.0  # an island with less length of ways is no place to be joined to
LISTED = 10  # islands told one by one
SAME_M = 0.5  # nearer to an end of a link than this is that end
# What a metre of distance is weighed against: rather 10 m to the pavement than 5 m to the middle of the road.
DETOUR_M = {"platform": -5.0, "way": 0.0, "area": 0.0, "crossing": 15.0, "road": 10.0}
STOP, ENTRANCE = 0, 2  # location_type
ONLY_THROUGH_STATION, FROM_STREET = 0, 1  # stop_access
OF_THE_ROAD = frozenset({3, 11, *range(700, 900)})  # route types: bus, trolleybus, coach and their likes


def join_stops(draft: Draft, network: Network, stations: NDArray[np.int32]) -> tuple[NDArray[np.int32], dict[str, Any]]:
    """Join every stop and entrance that is not reached through a station; give the node of each, -1 for none.

    Parameters
    ----------
    stations
        int32[S], the nodes of stops at which a pathway ends.
    """
    stops = network.stops
    nodes = stations.copy()
    wanted = _wanted(network, stations)
    links = [link for link in draft.links() if draft.kind(link) in DETOUR_M and len(draft.line[link]) > 1]
    label, length_m = islands(draft)
    links = [link for link in links if length_m[label[draft.tail[link]]] >= min(SMALL_M, length_m.max(initial=0.0))]
    report: dict[str, Any] = {"stops to join": len(wanted), "joined": 0, "farther than 30 m": 0, "not joined": 0}
    if not links or not len(wanted):
        report["not joined"] = len(wanted)
        return nodes, report
    shapes = [shapely.LineString([(draft.x[p], draft.y[p]) for p in draft.line[link]]) for link in links]
    tree = shapely.STRtree(shapes)
    spots = shapely.points(stops.x_m[wanted], stops.y_m[wanted])
    row, near = tree.query(spots, predicate="dwithin", distance=REACH_M)
    distance = shapely.distance(spots[row], np.asarray(shapes, object)[near])
    detour = np.array([DETOUR_M[draft.kind(link)] for link in links])
    sunken = np.array([not draft.facts[draft.fact[link]].on_ground for link in links])
    bus = _by_bus(network)[wanted]
    score = distance + detour[near] + np.where(sunken[near] & bus[row], 1000.0, 0.0)
    best: dict[int, tuple[float, int, float]] = {}
    for one, at, points, metres in zip(row.tolist(), near.tolist(), score.tolist(), distance.tolist(), strict=True):
        if one not in best or (points, at) < best[one][:2]:
            best[one] = (points, at, metres)
    cuts: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for one, (_, at, _) in best.items():
        cuts[at].append((float(shapely.line_locate_point(shapes[at], spots[one])), one))
    fact = draft.add_facts(Facts("join"))
    for at, asked in cuts.items():
        for one, node in _cut_link(draft, links[at], sorted(asked)):
            stop = int(wanted[one])
            if nodes[stop] < 0:
                nodes[stop] = draft.add_node_at(float(stops.x_m[stop]), float(stops.y_m[stop]))
            draft.add_link(int(nodes[stop]), node, fact)
    far = sum(metres > 30.0 for _, _, metres in best.values())
    report |= {"joined": len(best), "farther than 30 m": far, "not joined": len(wanted) - len(best)}
    return nodes, report


def islands(draft: Draft) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The part of the network that each node lies in, and by part the metres of its ways, without areas."""
    n = len(draft.node_point)
    label = np.arange(n, dtype=np.int64)
    kept = np.fromiter(draft.links(), np.int64)
    tail, head = (np.asarray(ends, np.int64)[kept] if len(kept) else kept for ends in (draft.tail, draft.head))
    while len(tail):
        low = np.minimum(label[tail], label[head])
        before = label.copy()
        np.minimum.at(label, label[tail], low)
        np.minimum.at(label, label[head], low)
        label = label[label]
        if np.array_equal(before, label):
            break
    x, y = np.asarray(draft.x), np.asarray(draft.y)
    metres = np.zeros(n)
    for link in kept.tolist():
        if draft.kind(link) in ("area", "platform"):
            continue
        line = draft.line[link]
        metres[label[draft.tail[link]]] += float(np.hypot(np.diff(x[line]), np.diff(y[line])).sum())
    return label, metres


def report_islands(draft: Draft, plane: Plane, stop_node: NDArray[np.int32]) -> dict[str, Any]:
    """Count the parts of the network that neither a stop nor a street reaches; the largest as (metres, lon, lat)."""
    label, metres = islands(draft)
    reached = set(label[stop_node[stop_node >= 0]].tolist())
    parts: dict[int, bool] = {}
    for link in draft.links():
        part = int(label[draft.tail[link]])
        parts[part] = parts.get(part, part in reached) or draft.kind(link) == "road"
    lonely = [part for part, is_reached in parts.items() if not is_reached]
    largest = sorted(lonely, key=lambda part: -metres[part])[:LISTED]
    return {
        "links": sum(1 for _ in draft.links()),
        "parts": len(parts),
        "islands": len(lonely),
        "islands_m": round(float(metres[lonely].sum())) if lonely else 0,
        "largest_islands": [(round(float(metres[part])), *_where(draft, plane, part)) for part in largest],
    }


def _where(draft: Draft, plane: Plane, node: int) -> tuple[float, float]:
    lon, lat = plane.to_earth(*(np.array([place]) for place in draft.place(node)))
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


def _wanted(network: Network, stations: NDArray[np.int32]) -> NDArray[np.int64]:
    """Entrances, and served stops that no pathway reaches: those that do are reached through the station alone."""
    stops = network.stops
    on_street = (stations < 0) & (stops.stop_access != ONLY_THROUGH_STATION) | (stops.stop_access == FROM_STREET)
    wanted = (network.served & (stops.location_type == STOP) & on_street) | (stops.location_type == ENTRANCE)
    return np.flatnonzero(wanted & np.isfinite(stops.x_m))


def _by_bus(network: Network) -> NDArray[np.bool_]:
    """bool[S]: only vehicles of the road call here."""
    road = np.isin(network.routes.type, list(OF_THE_ROAD))
    sequences = network.sequences
    by_sequence = np.zeros(len(sequences.stop_offset) - 1, np.bool_)
    other = np.zeros(len(network.stops.id), np.bool_)
    by_sequence[network.trips.sequence[~road[network.trips.route]]] = True
    position = np.repeat(by_sequence, np.diff(sequences.stop_offset))
    other[sequences.stop[position]] = True
    return np.asarray(~other)


def _cut_link(draft: Draft, link: int, asked: list[tuple[float, int]]) -> list[tuple[int, int]]:
    """Cut a link at the distances asked for; give the node of each asker."""
    line, tail, head = draft.line[link], draft.tail[link], draft.head[link]
    at = [0.0]
    for a, b in pairwise(line):
        at.append(at[-1] + math.dist((draft.x[a], draft.y[a]), (draft.x[b], draft.y[b])))
    found: list[tuple[int, int]] = []
    pieces: list[tuple[int, int, list[int]]] = []
    start, begun, done, rest = tail, [line[0]], 0.0, 1
    for metres, asker in asked:
        if metres - done <= SAME_M:
            found.append((asker, start))
            continue
        if at[-1] - metres <= SAME_M:
            found.append((asker, head))
            continue
        while at[rest] < metres:
            begun.append(line[rest])
            rest += 1
        share = (metres - at[rest - 1]) / max(at[rest] - at[rest - 1], 1e-9)
        a, b = line[rest - 1], line[rest]
        node = draft.add_node_at(
            draft.x[a] + share * (draft.x[b] - draft.x[a]), draft.y[a] + share * (draft.y[b] - draft.y[a])
        )
        pieces.append((start, node, [*begun, draft.node_point[node]]))
        found.append((asker, node))
        start, begun, done = node, [draft.node_point[node]], metres
    if pieces:
        draft.gone.add(link)
        pieces.append((start, head, [*begun, *line[rest:]]))
        for one, other, points in pieces:
            draft.add_link(one, other, draft.fact[link], points)
    return found
