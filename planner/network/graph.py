"""The stop-and-route graph: stops and stations with what is known of them, rides and walks between them.

For audit and export; the search has its own arrays. Nodes are public stop ids.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import networkx as nx
import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from planner.model import Flag
from planner.network.lines import route_lines
from planner.network.modes import mode_of
from planner.network.tables import Network

KINDS = {0: "STOP", 1: "STATION", 2: "ENTRANCE", 3: "NODE", 4: "BOARDING_AREA"}
WGS84 = "EPSG:4326"


def build_graph(network: Network) -> nx.MultiDiGraph:
    """Arrange the network as a directed graph with parallel edges.

    Nodes carry name, kind, lon, lat, the declared flag and where it comes from (``flag_source``), and the measured
    quay height with source, method and date, or "UNKNOWN". Edges are of three kinds:

    - RIDE from a stop to the next one: route, mode, ``sequence`` (row of the stop sequence), ``trips_a_day`` on the
      busiest day of the network (graph attribute ``day``), ``shortest_s``;
    - WALK: ``distance_m``, straight line x 1.3;
    - PART_OF from a stop to its station.
    """
    day = _busiest_day(network)
    graph = nx.MultiDiGraph(
        name=network.name, title=network.title, day=day.isoformat() if day else "", attribution=network.attribution
    )
    ids = list(network.stops.id)
    for row, stop_id in enumerate(ids):
        graph.add_node(stop_id, **_node(network, row))
    for row in np.flatnonzero(network.stops.parent >= 0).tolist():
        graph.add_edge(ids[row], ids[int(network.stops.parent[row])], kind="PART_OF")
    _add_rides(graph, network, ids, _running(network, day))
    paths = network.footpaths
    origin = np.repeat(np.arange(len(ids)), np.diff(paths.offset)).tolist()
    for a, b, metres in zip(origin, paths.to.tolist(), paths.distance_m.tolist(), strict=True):
        graph.add_edge(ids[a], ids[b], kind="WALK", distance_m=round(metres, 1))
    return graph


def export_graph(network: Network, folder: Path) -> list[Path]:
    """Write ``graph.graphml`` and ``graph.gpkg`` (layers stops, rides, walks, routes) into the network's folder."""
    graph = build_graph(network)
    graphml, gpkg = folder / "graph.graphml", folder / "graph.gpkg"
    nx.write_graphml(graph, graphml)
    gpkg.unlink(missing_ok=True)
    placed = {node: data for node, data in graph.nodes(data=True) if "lon" in data}
    stops = [{"stop_id": node, **data, "geometry": Point(data["lon"], data["lat"])} for node, data in placed.items()]
    _write_layer(stops, gpkg, "stops")
    for kind, layer in (("RIDE", "rides"), ("WALK", "walks")):
        rows = [
            {"from": a, "to": b, **data, "geometry": LineString([_spot(placed[a]), _spot(placed[b])])}
            for a, b, data in graph.edges(data=True)
            if data["kind"] == kind and a in placed and b in placed
        ]
        _write_layer(rows, gpkg, layer)
    if len(network.trips.route):
        route_lines(network).to_file(gpkg, layer="routes", driver="GPKG")
    return [graphml, gpkg]


def _node(network: Network, row: int) -> dict[str, Any]:
    stops = network.stops
    known: dict[str, Any] = {
        "name": stops.name[row],
        "kind": KINDS.get(int(stops.location_type[row]), "STOP"),
        "served": bool(network.served[row]),
        "flag": Flag(int(stops.flag[row])).name,
        "flag_source": _flag_source(network, row),
        "quay_height_mm": "UNKNOWN",
    }
    if np.isfinite(stops.lon[row]):
        known |= {"lon": float(stops.lon[row]), "lat": float(stops.lat[row])}
    quay = network.knowledge.quays.get(stops.id[row])
    if quay is not None and quay.height_mm is not None:
        height = quay.height_mm
        known["quay_height_mm"] = f"{height.value.low:g}-{height.value.high:g}"
        known["quay_height_source"] = height.source_id
        known["quay_height_method"] = height.method.value
        known["quay_height_date"] = height.measured_on.isoformat() if height.measured_on else "UNKNOWN"
    return known


def _flag_source(network: Network, row: int) -> str:
    feed = network.stops.id[row].partition(":")[0]
    if network.stops.flag[row] == Flag.UNKNOWN:
        return "none"
    own = network.stops.own_flag[row] != Flag.UNKNOWN
    return f"GTFS {feed}, wheelchair_boarding{'' if own else ' of its station'}"


def _busiest_day(network: Network) -> date | None:
    if not len(network.trips.service):
        return None
    trips_of = np.bincount(network.trips.service, minlength=len(network.services.id))
    total = trips_of @ network.services.runs
    return date.fromordinal(int(network.services.first_day[0]) + int(np.argmax(total))) if total.any() else None


def _running(network: Network, day: date | None) -> NDArray[np.bool_]:
    if day is None:
        return np.zeros(len(network.trips.service), np.bool_)
    column = day.toordinal() - int(network.services.first_day[0])
    running: NDArray[np.bool_] = network.services.runs[:, column][network.trips.service]
    return running


def _add_rides(graph: nx.MultiDiGraph, network: Network, ids: list[str], running: NDArray[np.bool_]) -> None:
    sequences, events, routes = network.sequences, network.events, network.routes
    for sequence in range(len(sequences.trip_offset) - 1):
        trips = slice(int(sequences.trip_offset[sequence]), int(sequences.trip_offset[sequence + 1]))
        stops = sequences.stop[int(sequences.stop_offset[sequence]) : int(sequences.stop_offset[sequence + 1])].tolist()
        rows = slice(int(sequences.event_offset[sequence]), int(sequences.event_offset[sequence + 1]))
        departure = events.departure_s[rows].reshape(-1, len(stops))
        arrival = events.arrival_s[rows].reshape(-1, len(stops))
        route_of = network.trips.route[trips]
        for route in np.unique(route_of).tolist():
            own = route_of == route
            hop_s = (arrival[own, 1:] - departure[own, :-1]).min(axis=0).tolist()
            count = int((running[trips] & own).sum())
            for a, b, seconds in zip(stops, stops[1:], hop_s, strict=False):
                graph.add_edge(
                    ids[a],
                    ids[b],
                    kind="RIDE",
                    route=routes.id[route],
                    route_name=routes.short_name[route] or routes.long_name[route],
                    mode=mode_of(int(routes.type[route])),
                    sequence=sequence,
                    trips_a_day=count,
                    shortest_s=int(seconds),
                )


def _spot(node: dict[str, Any]) -> tuple[float, float]:
    return node["lon"], node["lat"]


def _write_layer(rows: list[dict[str, Any]], path: Path, layer: str) -> None:
    if rows:
        geopandas.GeoDataFrame(rows, crs=WGS84).to_file(path, layer=layer, driver="GPKG")
