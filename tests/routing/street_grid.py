"""A random town of streets with every kind of fact in it, for searches to be compared on; invented, and nowhere."""

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from planner.network.columns import Strings
from planner.network.streets import LinkKind, Links, Streets, empty_streets
from planner.network.tables import Network

SURFACES = ("asphalt", "sand", "gravel", "cobblestone", "sett")
DETAILS = ("gate", "bollard", "stile", "kissing_gate")
SPECIAL = (LinkKind.STEPS, LinkKind.LIFT, LinkKind.KERB, LinkKind.BARRIER, LinkKind.STEP_RAMP, LinkKind.FARE_GATE)
SPACING_M = 40.0
LON, LAT = 2.30, 49.90


def grid(network: Network, size: int, seed: int) -> Network:
    """Give the network streets on a grid, and put each of its stops on a node of it."""
    rng = np.random.default_rng(seed)
    node = np.arange(size * size).reshape(size, size)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    m = len(tail)
    street = 1 + np.concatenate([np.repeat(np.arange(size), size - 1), size + np.tile(np.arange(size), size - 1)])
    x, y = (np.tile(np.arange(size), size) * SPACING_M, np.repeat(np.arange(size), size) * SPACING_M)
    lon, lat = LON + x / 71_840, LAT + y / 111_229
    kind = np.where(rng.random(m) < 0.25, rng.choice(SPECIAL, m), LinkKind.WAY)
    flat = np.isin(kind, (LinkKind.KERB, LinkKind.BARRIER, LinkKind.FARE_GATE, LinkKind.LIFT))

    def interval(least: float, most: float, known: float) -> tuple[np.ndarray, np.ndarray]:
        ends = np.sort(rng.uniform(least, most, (2, m)), axis=0)
        ends[1] = np.where(rng.random(m) < 0.7, ends[0], ends[1])
        ends[:, rng.random(m) > known] = np.nan
        return ends[0], ends[1]

    def some(n: int, known: float) -> np.ndarray:
        return np.where(rng.random(m) < known, rng.integers(0, n, m), -1)

    incline, cross, width = interval(-0.12, 0.12, 0.4), interval(0, 0.07, 0.2), interval(600, 2500, 0.3)
    kerb = interval(0, 140, 0.7)
    told = {
        "tail": tail, "head": head, "kind": kind, "length_m": np.where(flat, 0, rng.uniform(0.8, 1.6, m) * SPACING_M),
        "forward": rng.random(m) < 0.98, "backward": rng.random(m) < 0.98, "name": np.full(m, -1),
        "osm_id": street, "osm_type": np.full(m, 2),
        "incline_low": incline[0], "incline_high": incline[1],
        "incline_from": rng.integers(1, 4, m), "cross_low": cross[0], "cross_high": cross[1],
        "width_low_mm": width[0], "width_high_mm": width[1], "kerb_low_mm": kerb[0], "kerb_high_mm": kerb[1],
        "surface": some(len(SURFACES), 0.75), "smoothness": np.full(m, -1), "equipment": np.full(m, -1),
        "steps": np.where(kind == LinkKind.STEPS, rng.integers(-1, 15, m), 0),
        "allowed": rng.choice(4, m, p=[0.9, 0.04, 0.03, 0.03]), "level_low": np.full(m, np.nan),
        "level_high": np.full(m, np.nan), "duration_s": np.full(m, np.nan),
        "detail": np.where(kind == LinkKind.BARRIER, len(SURFACES) + rng.integers(0, len(DETAILS), m), -1),
    }  # fmt: skip
    bare = empty_streets().links
    columns = {c.name: told.get(c.name, np.zeros(m)) for c in fields(Links)} | {"note": np.full(m, -1)}
    links = Links(**{name: np.asarray(a).astype(getattr(bare, name).dtype) for name, a in columns.items()})
    ends = np.stack([tail, head], axis=1).ravel()
    spots = rng.permutation(np.resize(rng.permutation(node.ravel()), len(network.stops.lon)))
    streets = Streets(
        node_lon=lon, node_lat=lat, node_x_m=x.astype(float), node_y_m=y.astype(float), links=links,
        point_offset=2 * np.arange(m + 1), point_lon=lon[ends], point_lat=lat[ends],
        equipment=empty_streets().equipment, words=Strings.of((*SURFACES, *DETAILS)),
        stop_node=spots.astype(np.int32),
    )  # fmt: skip
    return replace(network, streets=streets)


def square(network: Network, ways: Mapping[int, tuple[float, int]]) -> Network:
    """Give four level ways around a block: link to its metres and its row of SURFACES (-1: nobody knows).

    Links 0 and 3 lead from node 0 by node 1 to node 3, links 2 and 1 by node 2; the first two stops are at the ends.
    """
    streets = grid(network, 2, 0).streets
    m = np.array(sorted(ways))
    links = replace(
        streets.links,
        kind=np.full(4, LinkKind.WAY, np.int8), forward=np.ones(4, np.bool_), backward=np.ones(4, np.bool_),
        length_m=np.array([ways[n][0] for n in m], np.float32), surface=np.array([ways[n][1] for n in m], np.int32),
        incline_low=np.zeros(4, np.float32), incline_high=np.zeros(4, np.float32),
        cross_low=np.zeros(4, np.float32), cross_high=np.zeros(4, np.float32),
        width_low_mm=np.full(4, 2000, np.float32), width_high_mm=np.full(4, 2000, np.float32),
        allowed=np.zeros(4, np.int8), steps=np.zeros(4, np.int16), detail=np.full(4, -1, np.int32),
    )  # fmt: skip
    stop_node = streets.stop_node.copy()
    stop_node[:2] = 0, 3
    return replace(network, streets=replace(streets, links=links, stop_node=stop_node))
