"""The hand-worked walks of Fictiville: from the tags of its streets to seconds, doubts and what closes a way.

A case goes along one straight line of the map, so that no other way round can hide what it shows. Its places are a
crossing and metres east and north of it. Shortest ways over what lies on the line are networkx's.
"""

import csv
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from network.towns import FICTIVILLE, fictiville_in

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS
from planner.access.walking import CLOSED_CODES, UNSEEN_WAY_M
from planner.model import Verdict
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.street_view import StreetView, street_view
from scripts.make_fictiville import M_PER_DEGREE, crossing_xy_m

CASES = list(csv.DictReader((FICTIVILLE / "walking_cases.csv").read_text("utf-8").splitlines()))
PLAN = tomllib.loads((FICTIVILLE / "plan.toml").read_text("utf-8"))
ON_THE_LINE_M = 0.6
LENGTH = (
    0.004  # what the invented grid, drawn on a sphere, differs from the ellipsoid on which the streets are measured
)


@pytest.fixture(scope="module")
def paved(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp(), streets=True)


def spot(text: str) -> complex:
    crossing, east, north = text.split()
    x, y = crossing_xy_m(PLAN, crossing)
    return complex(x + float(east), y + float(north))


def along(network: Network, view: StreetView, begin: complex, end: complex) -> tuple[nx.MultiDiGraph, int, int]:
    """Everything between two points that lies on the line between them, both ways, and the nodes at its ends."""
    streets, grid = network.streets, PLAN["grid"]
    east = (streets.node_lon - grid["lon"]) * M_PER_DEGREE * np.cos(np.radians(grid["lat"]))
    turned = (east + 1j * (streets.node_lat - grid["lat"]) * M_PER_DEGREE - begin) / (end - begin) * abs(end - begin)
    near = (abs(turned.imag) < ON_THE_LINE_M) & (turned.real > -1) & (turned.real < abs(end - begin) + 1)
    links, graph = streets.links, nx.MultiDiGraph()
    for m in np.flatnonzero(near[links.tail] & near[links.head]).tolist():
        if links.kind[m] == LinkKind.JOIN:
            continue
        for edge, a, b in ((m, links.tail[m], links.head[m]), (m + view.n_links, links.head[m], links.tail[m])):
            graph.add_edge(int(a), int(b), edge=edge, ahead=float(turned.real[b] - turned.real[a]))
    nodes = np.array(sorted(graph), int)
    at = turned.real[nodes]
    return graph, int(nodes[np.argmin(at)]), int(nodes[np.argmax(at)])


def told(network: Network, case: Mapping[str, str]) -> tuple[Any, ...]:
    """Verdict, doubts and closing reasons, and metres and seconds, of the best way along the line."""
    view = street_view(network, PRESETS[case["profile"]], None)
    graph, first, last = along(network, view, spot(case["from"]), spot(case["to"]))
    shut = [(a, b, key) for a, b, key, edge in graph.edges(keys=True, data="edge") if view.closed[edge] != formula.OPEN]
    reasons = {
        CLOSED_CODES[view.closed[data["edge"]]]
        for a, b, key, data in graph.edges(keys=True, data=True)
        if (a, b, key) in set(shut) and data["ahead"] > -ON_THE_LINE_M
    }
    graph.remove_edges_from(shut)
    for *_, data in graph.edges(data=True):
        data["seconds"] = float(view.seconds[data["edge"]])
    if not nx.has_path(graph, first, last):
        return Verdict.NO, None, reasons, None, None
    path = nx.shortest_path(graph, first, last, "seconds")
    edges = [min(graph[a][b].values(), key=lambda one: one["seconds"])["edge"] for a, b in pairwise(path)]
    worst = max((int(view.doubt[edge]) for edge in edges), default=0)
    if not view.unlimited and sum(float(view.unseen_m[edge]) for edge in edges) > UNSEEN_WAY_M:
        worst = formula.NOT_KNOWN
    verdict = (Verdict.YES, Verdict.UNCERTAIN, Verdict.UNKNOWN)[worst]
    metres, seconds = (sum(float(what[edge]) for edge in edges) for what in (view.length_m, view.seconds))
    return verdict, int(worst > 0), set(), metres, seconds


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_walk_worked_out_by_hand(paved: Network, case: dict[str, str]) -> None:
    verdict, doubts, reasons, metres, seconds = told(paved, case)
    assert verdict.name == case["verdict"], case["arithmetic"]
    if case["verdict"] == "NO":
        assert reasons == {case["closed_by"]}
        return
    assert doubts == int(case["doubts"])
    assert metres == pytest.approx(float(case["distance_m"]), rel=LENGTH)
    assert seconds == pytest.approx(float(case["duration_s"]), rel=LENGTH)


def test_the_cases_show_each_thing_once_and_their_arithmetic() -> None:
    names = [case["case"] for case in CASES]
    assert len(set(names)) == len(names) >= 15
    for case in CASES:
        assert (case["verdict"] == "NO") == bool(case["closed_by"]) == (not case["duration_s"])
        shown = case["duration_s"] or case["arithmetic"]
        assert shown in case["arithmetic"], case["case"]
