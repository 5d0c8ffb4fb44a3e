"""The walking search against networkx, on random towns: the same ways, the same yes or no, the same barrier."""

from dataclasses import replace
from itertools import combinations
from math import inf
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from network.towns import town
from routing.street_grid import grid, square

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS, get_profile
from planner.access.walking import UNSEEN_WAY_M, person_columns
from planner.model import Place, Profile
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.barriers import NOT_TO_BE_OPENED, OPENED_M_S, PLACE_M, Barrier, find_barrier
from planner.routing.street_view import UNSEEN_KINDS, link_row, street_view
from planner.routing.ways import find_ways, length_of, unseen_of

FEW = 40
PAIRS = [FEW, pytest.param(500, marks=pytest.mark.proof)]
SIZE = 9


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder: Path = tmp_path_factory.mktemp("grid")
    return town(folder / "feed")


class Oracle:
    """The same streets as a plain graph, link by link, without any of the arrays of the search."""

    def __init__(self, network: Network, profile: Profile) -> None:
        links, person = network.streets.links, person_columns(profile)
        self.fast, self.sure, self.seen = nx.MultiDiGraph(), nx.DiGraph(), nx.DiGraph()
        self.shut: dict[int, list[tuple[int, int, float]]] = {}  # link: its half-edges that could be opened
        self.links, self.degree = (
            links,
            nx.MultiGraph(zip(links.tail.tolist(), links.head.tolist(), strict=True)).degree,
        )
        for graph in (self.fast, self.sure, self.seen):
            graph.add_nodes_from(range(len(network.streets.node_lon)))
        for m in range(len(links.kind)):
            row = link_row(network.streets, profile, m)
            for forward in (True, False):
                ends = (int(links.tail[m]), int(links.head[m]))[:: 1 if forward else -1]
                closed, seconds, effort, doubt, unknown = formula.judge(row, person, forward)
                if closed not in (formula.OPEN, *NOT_TO_BE_OPENED):
                    seconds_opened = float(links.length_m[m]) / (OPENED_M_S * profile.speed_m_s)
                    self.shut.setdefault(m, []).append((*ends, seconds_opened))
                passable = links.forward[m] if forward else links.backward[m]
                if closed != formula.OPEN or not passable:
                    continue
                self.fast.add_edge(*ends, w=seconds + 1e-4 * effort, s=seconds)
                if doubt == formula.SURE:
                    hidden = unknown & formula.U_SURFACE and links.kind[m] in UNSEEN_KINDS
                    self.sure.add_edge(*ends, w=seconds + 1e-4 * effort)
                    self.seen.add_edge(*ends, w=float(links.length_m[m]) if hidden else 0.0)

    def ends(self, m: int) -> set[int]:
        return {int(self.links.tail[m]), int(self.links.head[m])}

    def barriers(self) -> list[set[int]]:
        """Closed links that are one barrier, found pair by pair."""
        together, links = nx.Graph(), self.links
        together.add_nodes_from(self.shut)
        short = [m for m in range(len(links.kind)) if m not in self.shut and links.length_m[m] <= PLACE_M]
        for a, b in combinations(self.shut, 2):
            shared = self.ends(a) & self.ends(b)
            alike = links.osm_id[a] == links.osm_id[b]
            near = alike and any(
                self.ends(m) & self.ends(a) and self.ends(m) & self.ends(b)
                for m in short
                if links.osm_id[m] == links.osm_id[a]
            )
            in_turn = not links.length_m[[a, b]].any() and any(self.degree[node] == 2 for node in shared)
            if (alike and (shared or near)) or in_turn:
                together.add_edge(a, b)
        return list(nx.connected_components(together))

    def opened(self, barrier: set[int]) -> nx.MultiDiGraph:
        graph = self.fast.copy()
        graph.add_weighted_edges_from((half for m in barrier for half in self.shut[m]), weight="w")
        return graph


def cost(graph: nx.Graph, start: int, end: int) -> float:
    try:
        return float(nx.dijkstra_path_length(graph, start, end, weight="w"))
    except nx.NetworkXNoPath:
        return inf


def ends_of(network: Network) -> tuple[Place, Place, int, int]:
    stops, nodes = network.stops, network.streets.stop_node
    a, b = (Place(stops.id[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row]) for row in (0, 1))
    return a, b, int(nodes[0]), int(nodes[1])


@pytest.mark.parametrize("pairs", PAIRS)
@pytest.mark.parametrize("profile", sorted(PRESETS))
def test_ways_are_those_of_a_plain_graph_search(bare: Network, profile: str, pairs: int) -> None:
    person, found_some = PRESETS[profile], 0
    for seed in range(pairs):
        network = grid(bare, SIZE, seed)
        origin, destination, start, end = ends_of(network)
        oracle, view = Oracle(network, person), street_view(network, person)
        ways = find_ways(network, origin, destination, view)
        fastest = cost(oracle.fast, start, end)
        assert bool(ways) == (fastest < inf), f"seed {seed}"
        if not ways:
            continue
        found_some += 1
        effort = sum(float(view.effort_m[piece.edge]) for piece in ways[0].pieces)
        assert ways[0].seconds + 1e-4 * effort == pytest.approx(fastest, rel=1e-5), f"seed {seed}"
        least = cost(oracle.seen, start, end)
        sure = [way for way in ways if not way.doubtful]
        assert bool(sure) == (least <= UNSEEN_WAY_M), f"seed {seed}: {least} m unknown at least"
        for way in sure:
            assert unseen_of(view, way) <= UNSEEN_WAY_M
            assert way.seconds >= cost(oracle.sure, start, end) * (1 - 1e-5) - 1e-4 * length_of(view, way) * 99
    assert found_some > pairs // 10


@pytest.mark.parametrize("profile", ["manual-wheelchair", "mobility-scooter", "walking-frame"])
@pytest.mark.parametrize("pairs", PAIRS)
def test_the_barrier_is_the_one_whose_opening_is_best_of_all(bare: Network, profile: str, pairs: int) -> None:
    person, told = PRESETS[profile], 0
    for seed in range(pairs):
        network = grid(bare, SIZE, seed)
        origin, destination, start, end = ends_of(network)
        oracle, view = Oracle(network, person), street_view(network, person)
        best_s = cost(oracle.fast, start, end)
        opened = min((cost(oracle.opened(one), start, end) for one in oracle.barriers()), default=inf)
        barrier = find_barrier(network, origin, destination, person, view, 1e9, best_s)
        assert (barrier is not None) == (opened < best_s * (1 - 1e-6)), f"seed {seed}"
        if barrier is not None:
            told += 1
            assert barrier.duration_s == pytest.approx(opened, rel=1e-5), f"seed {seed}"
    assert told > pairs // 10


def opened_in(network: Network) -> Barrier | None:
    """What stands between the first two stops of a wheelchair."""
    person = PRESETS["manual-wheelchair"]
    return find_barrier(network, *ends_of(network)[:2], person, street_view(network, person), 1e9, inf)


def row_of_steps(bare: Network, ids: tuple[int, int], **more: np.ndarray) -> Network:
    """Give two flights of steps one after the other between two stops, and no other way."""
    network = square(bare, {0: (20.0, 0), 3: (20.0, 0), 2: (50.0, 0), 1: (50.0, 0)})
    links = network.streets.links
    kind = np.array([LinkKind.STEPS, LinkKind.WAY, LinkKind.WAY, LinkKind.STEPS], np.int8)
    allowed = np.array([0, 2, 2, 0], np.int8)  # the other way round the block is refused: two objects
    told = {"kind": kind, "allowed": allowed, "osm_id": np.array([ids[0], 8, 9, ids[1]], np.int64), **more}
    return replace(network, streets=replace(network.streets, links=replace(links, **told)))


def test_a_flight_of_steps_that_the_map_cuts_is_one_barrier(bare: Network) -> None:
    barrier = opened_in(row_of_steps(bare, (5, 5)))
    assert barrier is not None
    assert barrier.osm == "way/5"
    assert barrier.reason.code == "STEPS"
    assert barrier.distance_m == pytest.approx(40.0)
    assert opened_in(row_of_steps(bare, (5, 6))) is None, "two flights of two objects are two barriers"


def test_obstacles_in_turn_are_one_barrier_where_nothing_branches_off_between(bare: Network) -> None:
    at_once = {"length_m": np.array([0, 50, 50, 0], np.float32), "kind": np.full(4, LinkKind.BARRIER, np.int8)}
    refused = {"allowed": np.full(4, 2, np.int8)}
    assert opened_in(row_of_steps(bare, (5, 6), **at_once, **refused)) is not None
    far = at_once | {"length_m": np.array([0, 50, 50, 20], np.float32)}
    assert opened_in(row_of_steps(bare, (5, 6), **far, **refused)) is None


def test_a_barrier_is_opened_both_ways(bare: Network) -> None:
    network = row_of_steps(bare, (5, 5))
    person = PRESETS["manual-wheelchair"]
    view = street_view(network, person)
    a, b, *_ = ends_of(network)
    there, back = (find_barrier(network, *ends, person, view, 1e9, inf) for ends in ((a, b), (b, a)))
    assert there is not None
    assert back is not None
    assert (there.osm, there.duration_s) == (back.osm, back.duration_s)


@pytest.mark.parametrize("limit", ["slope_up_hard", "kerb_hard_mm", "cross_slope_hard", "path_width_mm"])
def test_a_tighter_hard_limit_never_gives_a_faster_way(bare: Network, limit: str) -> None:
    wide, stricter = PRESETS["powered-wheelchair"], {"path_width_mm": 1100.0}
    own = getattr(wide, limit)
    tight = get_profile(wide.id, {limit: stricter.get(limit, own / 2)})
    harmed = 0
    for seed in range(FEW):
        network = grid(bare, SIZE, seed)
        origin, destination, *_ = ends_of(network)
        best = [
            min(
                (way.seconds for way in find_ways(network, origin, destination, street_view(network, who))), default=inf
            )
            for who in (wide, tight)
        ]
        assert best[0] <= best[1] * (1 + 1e-4), f"seed {seed}"
        harmed += best[0] < best[1]
    assert harmed, "the limit closed nothing anywhere"
    assert np.isfinite(own)


@pytest.mark.parametrize(("unknown_m", "sure"), [(199.9, True), (200.1, False)])
def test_a_long_way_with_little_unknown_is_found_beside_a_short_one_with_a_little_too_much(
    bare: Network, unknown_m: float, sure: bool
) -> None:
    # from node 0 to node 3 by node 1: 200.2 m of nobody knows what; by node 2: unknown_m, and 5 km of asphalt
    network = square(bare, {0: (200.2, -1), 3: (1.0, 0), 2: (unknown_m, -1), 1: (5000.0, 0)})
    origin, destination, *_ = ends_of(network)
    ways = find_ways(network, origin, destination, street_view(network, PRESETS["manual-wheelchair"]))
    assert any(not way.doubtful for way in ways) == sure
    assert ways[0].doubtful
