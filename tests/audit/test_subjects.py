"""What the audit works out about a stop from the streets and the lines around it, against plain graph searches."""

from dataclasses import replace
from datetime import timedelta

import networkx as nx
import numpy as np
import pytest
from network.towns import fictiville_in
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.access.walking_formula import OPEN, SURE
from planner.audit.rules import State
from planner.audit.rules_ways import stairs_on_the_way
from planner.audit.subjects import NEAR_M, PARTNER_M, link_ids, stops_of, ways_of
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.street_view import StreetView, street_view


@pytest.fixture(scope="module")
def paved(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp(), streets=True)


def test_how_far_a_wheelchair_comes_is_what_a_plain_search_says(paved: Network) -> None:
    view = street_view(paved, get_profile("manual-wheelchair"))
    sure, at_best = _graph(view, view.doubt <= SURE), _graph(view, np.ones(len(view.doubt), np.bool_))
    told = {one.id: one.step_free_m for one in stops_of(paved, paved.first_day + timedelta(days=2))}
    far = doubtful = 0
    for stop_id, metres in told.items():
        node = int(paved.streets.stop_node[paved.stops.id.row_of[stop_id]])
        assert (metres is None) == (node < 0)
        if metres is None:
            continue
        assert (metres.low, metres.high) == pytest.approx((_farthest_m(sure, node), _farthest_m(at_best, node)))
        far += metres.low == NEAR_M
        doubtful += metres.low < metres.high
    assert far > 0, "somewhere a way leads on"
    assert doubtful > 0, "somewhere it leads on only over a doubt"


def _graph(view: StreetView, wanted: NDArray[np.bool_]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for edge in np.flatnonzero((view.closed == OPEN) & wanted).tolist():
        a, b, metres = int(view.source[edge]), int(view.target[edge]), float(view.length_m[edge])
        if not graph.has_edge(a, b) or metres < graph[a][b]["m"]:
            graph.add_edge(a, b, m=metres)
    return graph


def _farthest_m(graph: nx.DiGraph, node: int) -> float:
    near = nx.single_source_dijkstra_path_length(graph, node, cutoff=NEAR_M, weight="m") if node in graph else {}
    return min(NEAR_M, max((so_far + graph[a][b]["m"] for a, so_far in near.items() for b in graph[a]), default=0.0))


def test_a_stop_is_paired_where_all_its_lines_come_back_near_it(paved: Network) -> None:
    day = paved.first_day + timedelta(days=2)
    trips, sequences, stops = paved.trips, paved.sequences, paved.stops
    runs = paved.services.runs[:, day.toordinal() - int(paved.services.first_day[0])]
    calls = [
        (int(trips.route[t]), int(trips.direction[t]), int(stop))
        for t in range(len(trips.route))
        if runs[int(trips.service[t])]
        for q in [int(trips.sequence[t])]
        for stop in sequences.stop[int(sequences.stop_offset[q]) : int(sequences.stop_offset[q + 1])]
    ]
    known = set(calls)
    for one in stops_of(paved, day):
        row, answers = stops.id.row_of[one.id], []
        for route, direction in {(r, d) for r, d, s in known if s == row}:
            others = [s for r, d, s in known if (r, d) == (route, 1 - direction)]
            apart = [float(np.hypot(stops.x_m[s] - stops.x_m[row], stops.y_m[s] - stops.y_m[row])) for s in others]
            if direction in (0, 1) and others:
                answers.append(min(apart) <= PARTNER_M)
        assert one.paired == (all(answers) if answers else None), one.id


def test_compensating_stops_are_stops_of_the_network(paved: Network) -> None:
    (told,) = (one for one in stops_of(paved, paved.first_day + timedelta(days=2)) if one.compensating)
    assert told.id == "fictiville:D5-W"
    assert told.compensating == {"fictiville:E5-W", "fictiville:B5-W"}


def test_stairs_tell_their_steps_and_handrail_and_ways_have_none(paved: Network) -> None:
    links = paved.streets.links
    stairs = np.flatnonzero(links.kind == LinkKind.STEPS)[:3]
    assert len(stairs) == 3
    steps, handrail = links.steps.copy(), links.handrail.copy()
    osm_type = links.osm_type.copy()
    steps[stairs], handrail[stairs], osm_type[stairs] = (-1, 2, 12), (0, 1, 2), (2, 1, 2)
    changed = replace(links, steps=steps, handrail=handrail, osm_type=osm_type)
    told = replace(paved, streets=replace(paved.streets, links=changed))
    ids = link_ids(told)
    ways = {one.id: one for one in ways_of(told)}
    assert [(ways[ids[row]].steps, ways[ids[row]].handrail) for row in stairs] == [(None, None), (2, True), (12, False)]
    assert [ways[ids[row]].at_door for row in stairs] == [False, True, False]
    assert {one.steps for one in ways.values() if one.kind is LinkKind.WAY} == {0}
    failing = [id_ for id_, one in ways.items() if stairs_on_the_way(one).state is State.FAIL]
    assert failing == [ids[stairs[2]]]
