"""From raw streets to the columns of ``Streets``: ways are cut where they meet and where something stands on them.

The order: cut ways into links; draw pavements beside the roads that say they have them, with their corners; put
kerbs and barriers between the sides of a node, and lifts between its levels; lay lines across areas; join stops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.feeds.elevation import Elevation
from planner.feeds.evidence import EquipmentStatus
from planner.feeds.osm_facts import Landmark, StreetMap, Way, merge_maps
from planner.network.columns import Strings
from planner.network.plane import Plane
from planner.network.stations import draw_stations
from planner.network.street_areas import cross_areas
from planner.network.street_draft import Draft, finish
from planner.network.street_equipment import equip
from planner.network.street_joins import join_stops, report_islands
from planner.network.street_obstacles import set_lifts, set_obstacles
from planner.network.street_pavements import draw_pavements
from planner.network.street_slopes import fit_slopes
from planner.network.streets import Landmarks, empty_streets
from planner.network.tables import Network


def add_streets(
    network: Network,
    maps: Sequence[StreetMap],
    statuses: Sequence[EquipmentStatus] = (),
    elevation: Elevation | None = None,
) -> Network:
    """Give a network its streets, stations and landmarks, their findings, and their part of the import report."""
    if not (maps or statuses or len(network.pathways.cells)):
        return replace(network, streets=empty_streets(len(network.stops.id)))
    plane = Plane(network.stops.lon, network.stops.lat)
    draft = Draft()
    stations, report = draw_stations(draft, network)
    whole = merge_maps(maps)
    draw_map(draft, whole, plane)
    stop_node, joined = join_stops(draft, network, stations)
    report |= joined | report_islands(draft, plane, stop_node)
    if elevation is not None:
        report |= fit_slopes(draft, plane, elevation)
    closures, nowhere = equip(draft, network.knowledge, statuses, network.timezone)
    found = (*whole.findings, *nowhere)
    return replace(
        network,
        streets=finish(draft, plane, stop_node, closures.rows),
        landmarks=_landmarks(whole.landmarks),
        knowledge=replace(network.knowledge, findings=(*network.knowledge.findings, *found)),
        report={**network.report, "streets": {**whole.counts, **report}},
    )


def draw_map(draft: Draft, streets: StreetMap, plane: Plane) -> None:
    """Draw everything of one map, without stops."""
    point_of = _add_places(draft, streets, plane)
    node_of = _cut_ways(draft, streets, point_of)
    links_of_ways = {way.osm_id: way for way in streets.ways}
    cross_areas(draft, streets, point_of, node_of)
    draw_pavements(draft, streets, node_of, links_of_ways)
    set_obstacles(draft, streets, node_of, links_of_ways)
    set_lifts(draft, streets, node_of)


def _add_places(draft: Draft, streets: StreetMap, plane: Plane) -> dict[int, int]:
    ids = list(streets.places)
    if not ids:
        return {}
    lon, lat = np.array([streets.places[one] for one in ids], np.float64).T
    x, y = plane.to_plane(lon, lat)
    first = len(draft.x)
    draft.x.extend(x.tolist())
    draft.y.extend(y.tolist())
    return {one: first + row for row, one in enumerate(ids)}


def _cut_ways(draft: Draft, streets: StreetMap, point_of: dict[int, int]) -> dict[int, int]:
    """Cut every way at its ends, where it meets another or itself, and where something stands; node of each cut."""
    used = Counter[int]()
    for way in streets.ways:
        used.update(way.refs)
        used.update((way.refs[0], way.refs[-1]))
    cut = {one for one, times in used.items() if times > 1}
    cut.update(streets.obstacles, streets.lifts, streets.crossings)
    for area in streets.areas:
        cut.update(ref for ring in (*area.outer, *area.inner) for ref in ring if ref in used)
    node_of: dict[int, int] = {}

    def node(ref: int) -> int:
        if ref not in node_of:
            node_of[ref] = draft.add_node(point_of[ref])
        return node_of[ref]

    for way in streets.ways:
        fact = draft.add_facts(way.facts)
        ramp = draft.add_facts(way.ramp) if way.ramp is not None else None
        for run in _known_runs(way, point_of):
            start = 0
            for at in range(1, len(run)):
                if run[at] in cut or at == len(run) - 1:
                    line = [point_of[ref] for ref in run[start : at + 1]]
                    for one in (fact, ramp):
                        if one is not None:
                            draft.add_link(node(run[start]), node(run[at]), one, line)
                    start = at
    return node_of


def _known_runs(way: Way, point_of: dict[int, int]) -> list[list[int]]:
    """Parts of a way whose nodes are in the file: an extract cuts ways at its edge. A node repeated at once is one."""
    runs: list[list[int]] = [[]]
    for ref in way.refs:
        if ref not in point_of:
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != ref:
            runs[-1].append(ref)
    return [run for run in runs if len(run) > 1]


def _landmarks(rows: list[Landmark]) -> Landmarks:
    texts = {
        name: Strings.of(getattr(row, name) for row in rows)
        for name in ("name", "kind", "street", "number", "postcode", "city", "wheelchair")
    }
    return Landmarks(
        lon=np.array([row.lon for row in rows], np.float64),
        lat=np.array([row.lat for row in rows], np.float64),
        osm_type=np.array([row.osm_type for row in rows], np.int8),
        osm_id=np.array([row.osm_id for row in rows], np.int64),
        **texts,
    )
