"""The stop-and-route graph, and what GraphML and GeoPackage give back of it."""

from pathlib import Path

import geopandas
import networkx as nx
import pytest
from network.towns import surveyed, town
from worlds import poster

from planner.network.graph import build_graph, export_graph
from planner.network.tables import Network

STOPS = """
    stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
    market,Market,49.9000,2.30,0,square,
    dock,Dock,49.9000,2.302,0,,2
    hospital,Hospital,49.93,2.30,0,,
    square,Square,49.90,2.30,1,,1
    lost,Lost,,,3,square,
    """
SERVICES = """
    service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
    week,1,1,1,1,1,0,0,20240101,20240114
    fair,0,0,1,0,0,0,0,20240101,20240114
    sunday,0,0,0,0,0,0,1,20240101,20240114
    """
TRIPS = """
    trip_id,route_id,service_id
    early,1,week
    late,1,fair
    rest,1,sunday
    express,2,week
    """
ROUTES = """
    route_id,agency_id,route_short_name,route_long_name,route_type
    1,A,1,,3
    2,A,,The Express,0
    """
TIMES = """
    trip_id,stop_sequence,stop_id,arrival_time,departure_time
    early,1,market,8:00:00,8:00:00
    early,2,dock,8:10:00,8:11:00
    late,1,market,9:00:00,9:00:00
    late,2,dock,9:07:00,9:07:00
    rest,1,market,9:00:00,9:00:00
    rest,2,dock,9:20:00,9:20:00
    express,1,market,10:00:00,10:00:00
    express,2,dock,10:02:00,10:02:00
    """
QUAYS = """
    stop_id,quay_height_m,quay_height_m_tol,measured_on,source_id
    market,0.18,0.005,2026-05-12,city
    """


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder = tmp_path_factory.mktemp("graph")
    plain = town(folder, stops=STOPS, calendar=SERVICES, trips=TRIPS, routes=ROUTES, stop_times=TIMES)
    return surveyed(plain, folder, quays=QUAYS)


def edges(graph: nx.MultiDiGraph, a: str, b: str, kind: str) -> list[dict[str, object]]:
    found = graph.get_edge_data(f"town:{a}", f"town:{b}", default={})
    return [data for data in found.values() if data["kind"] == kind]


def test_every_stop_and_station_is_a_node_with_its_kind(network: Network) -> None:
    graph = build_graph(network)
    kinds = {node: data["kind"] for node, data in graph.nodes(data=True)}
    assert kinds == {
        "town:market": "STOP", "town:dock": "STOP", "town:hospital": "STOP", "town:square": "STATION",
        "town:lost": "NODE",
    }  # fmt: skip
    served = {node for node, data in graph.nodes(data=True) if data["served"]}
    assert served == {"town:market", "town:dock"}


def test_what_is_known_of_a_stop_says_from_whom_and_the_rest_stays_unknown(network: Network) -> None:
    nodes = build_graph(network).nodes
    market, dock, hospital = nodes["town:market"], nodes["town:dock"], nodes["town:hospital"]
    assert (market["flag"], market["flag_source"]) == ("YES", "GTFS town, wheelchair_boarding of its station")
    assert (dock["flag"], dock["flag_source"]) == ("NO", "GTFS town, wheelchair_boarding")
    assert (hospital["flag"], hospital["flag_source"]) == ("UNKNOWN", "none")
    assert market["quay_height_mm"] == "175-185"
    assert (market["quay_height_source"], market["quay_height_method"]) == ("city", "SURVEY")
    assert market["quay_height_date"] == "2026-05-12"
    assert (dock["quay_height_mm"], "quay_height_source" in dock) == ("UNKNOWN", False)


def test_a_ride_knows_route_trips_of_the_busiest_day_and_its_shortest_time(network: Network) -> None:
    graph = build_graph(network)
    assert graph.graph["day"] == "2024-01-03", "the first Wednesday has three trips"
    rides = {ride["route"]: ride for ride in edges(graph, "market", "dock", "RIDE")}
    assert rides["town:1"] | {"sequence": 0} == {
        "kind": "RIDE", "route": "town:1", "route_name": "1", "mode": "BUS", "sequence": 0, "trips_a_day": 2,
        "shortest_s": 420,
    }  # fmt: skip
    assert (rides["town:2"]["route_name"], rides["town:2"]["mode"]) == ("The Express", "TRAM")
    assert (rides["town:2"]["trips_a_day"], rides["town:2"]["shortest_s"]) == (1, 120)
    assert edges(graph, "dock", "market", "RIDE") == [], "a ride has a direction"


def test_walks_and_stations_are_edges_of_their_own_kind(network: Network) -> None:
    graph = build_graph(network)
    (walk,) = edges(graph, "market", "dock", "WALK")
    assert walk["distance_m"] == pytest.approx(1.3 * 143.8, abs=1)
    assert len(edges(graph, "dock", "market", "WALK")) == 1
    assert len(edges(graph, "market", "square", "PART_OF")) == 1
    assert edges(graph, "market", "hospital", "WALK") == []


def test_graphml_gives_the_same_graph_back(network: Network, tmp_path: Path) -> None:
    graphml, _ = export_graph(network, tmp_path)
    graph, again = build_graph(network), nx.read_graphml(graphml)
    assert dict(again.nodes(data=True)) == dict(graph.nodes(data=True))
    told = sorted(again.edges(data=True), key=str)
    assert told == sorted(graph.edges(data=True), key=str)
    assert again.graph["day"] == "2024-01-03"


def test_the_geopackage_holds_stops_rides_and_walks_in_their_place(network: Network, tmp_path: Path) -> None:
    _, gpkg = export_graph(network, tmp_path)
    stops = geopandas.read_file(gpkg, layer="stops").set_index("stop_id")
    assert set(stops.index) == set(build_graph(network).nodes)
    assert stops.crs.to_epsg() == 4326
    assert stops.loc["town:dock", "quay_height_mm"] == "UNKNOWN"
    assert stops.loc["town:dock", "geometry"].coords[0] == (2.302, 49.9)
    rides = geopandas.read_file(gpkg, layer="rides")
    assert sorted(rides["shortest_s"]) == [120, 420]
    assert list(rides.geometry.iloc[0].coords) == [(2.30, 49.9), (2.302, 49.9)]
    assert len(geopandas.read_file(gpkg, layer="walks")) == 2


def test_a_second_export_replaces_the_first(network: Network, tmp_path: Path) -> None:
    export_graph(network, tmp_path)
    export_graph(network, tmp_path)
    assert len(geopandas.read_file(tmp_path / "graph.gpkg", layer="walks")) == 2


def test_a_network_without_trips_still_has_a_graph(tmp_path: Path) -> None:
    world = poster("Market Dock", at={"Market": (0, 0), "Dock": (50.0, 0)}).network()
    graph = build_graph(world)
    assert set(graph.nodes) == {"w:Market", "w:Dock"}
    assert graph.number_of_edges() == 0
    graphml, gpkg = export_graph(world, tmp_path)
    assert graphml.exists()
    assert len(geopandas.read_file(gpkg, layer="stops")) == 2
