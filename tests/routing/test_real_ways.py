"""Every way found for wheels in two real cities, link by link against the tags of the map itself, read anew here."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest

from planner.access.profiles import PRESETS
from planner.build import FactInputs, Input, build
from planner.model import Place
from planner.network.store import open_network
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.street_view import StreetView, street_view
from planner.routing.ways import FoundWay, find_ways

CITIES = {
    "heidelberg": ("heidelberg/heidelberg.test.pbf", ("heidelberg/vrn_gtfs_cut.zip",)),
    "porto_alegre": ("porto_alegre/poa_osm.pbf", ("porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip")),
}
WHEELED = sorted(name for name, profile in PRESETS.items() if profile.wheeled)
PAIRS = 40
SHORT_M = 2.0  # up to here 8 %, and up to half a metre 12 %, are allowed to every wheeled profile
Tags = dict[tuple[int, int], dict[str, str]]
Lines = dict[int, list[tuple[float, float]]]


@pytest.fixture(scope="module", params=sorted(CITIES))
def city(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, testdata: Callable[[str], Path]
) -> tuple[Network, Tags, Lines]:
    osm, feeds = CITIES[request.param]
    folder = tmp_path_factory.mktemp(request.param) / "network"
    build(folder, [Input(Path(feed).stem, testdata(feed)) for feed in feeds], FactInputs(osm=(testdata(osm),)))
    return open_network(folder), tags_of(testdata(osm)), climbing_lines_of(testdata(osm))


def tags_of(path: Path) -> Tags:
    """Tags of every node and way that has any, by (1 node, 2 way) and id."""
    kept: Tags = {}
    for thing in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY):
        if len(thing.tags):
            kept[1 if thing.is_node() else 2, thing.id] = {tag.k: tag.v for tag in thing.tags}
    return kept


def climbing_lines_of(path: Path) -> Lines:
    """Longitude and latitude along every way that says how it climbs, in the order in which it was drawn."""
    ways = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    return {
        thing.id: [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
        for thing in ways
        if thing.is_way() and "incline" in thing.tags
    }


def along(line: list[tuple[float, float]], lon: float, lat: float) -> float:
    """How far along a line a point lies, in points of the line."""
    points = np.array(line) * (np.cos(np.radians(lat)), 1.0)
    best = (np.inf, 0.0)
    for n, (start, end) in enumerate(pairwise(points)):
        step, there = end - start, np.array((lon * np.cos(np.radians(lat)), lat)) - start
        share = float(np.clip(there @ step / max(step @ step, 1e-18), 0, 1))
        best = min(best, (float(np.hypot(*(there - share * step))), n + share))
    return best[1]


def number(text: str, units: dict[str, float]) -> float | None:
    """A number with one of these units; anything else is nobody's word."""
    for unit, factor in units.items():
        if text.endswith(unit):
            try:
                return float(text.removesuffix(unit).strip()) * factor
            except ValueError:
                return None
    return None


def pairs(network: Network, how_many: int, seed: int) -> list[tuple[Place, Place]]:
    """Points of the streets and stops, 100 to 1500 m apart."""
    rng, streets = np.random.default_rng(seed), network.streets
    found: list[tuple[Place, Place]] = []
    while len(found) < how_many:
        a, b = rng.integers(0, len(streets.node_lon), 2)
        apart = np.hypot(streets.node_x_m[a] - streets.node_x_m[b], streets.node_y_m[a] - streets.node_y_m[b])
        if 100 < apart < 1500:
            ends = [Place(f"{n}", float(streets.node_lat[n]), float(streets.node_lon[n])) for n in (a, b)]
            found.append((ends[0], ends[1]))
    return found


def faults_of(network: Network, view: StreetView, way: FoundWay, tags: Tags, lines: Lines, name: str) -> list[str]:
    profile, links, faults = PRESETS[name], network.streets.links, []
    for piece in way.pieces:
        m, forward = piece.edge % view.n_links, piece.edge < view.n_links
        told = tags.get((int(links.osm_type[m]), int(links.osm_id[m])), {})
        kind, where = LinkKind(links.kind[m]), f"{LinkKind(links.kind[m]).name} osm {links.osm_id[m]}: {told}"
        if kind in (LinkKind.STEPS, LinkKind.ESCALATOR) or (
            told.get("highway") == "steps" and not (kind == LinkKind.STEP_RAMP and told.get("ramp:wheelchair") == "yes")
        ):
            faults.append(f"steps, {where}")
        if kind == LinkKind.KERB:
            height = number(told.get("kerb:height", ""), {"cm": 10.0, "mm": 1.0, "m": 1000.0, "": 1000.0})
            if height is not None and height > (profile.kerb_hard_mm or 0) + 0.01:
                faults.append(f"kerb of {height} mm, {where}")
            if not way.doubtful and told.get("kerb") in ("raised", "regular", "yes") and height is None:
                faults.append(f"raised kerb on a sure way, {where}")
        rise = number(told.get("incline", ""), {"%": 0.01})
        if (
            rise is not None
            and kind not in (LinkKind.KERB, LinkKind.BARRIER, LinkKind.CROSSING)
            and links.length_m[m] > SHORT_M
        ):
            ends = (int(links.tail[m]), int(links.head[m]))[:: 1 if forward else -1]
            line = lines.get(int(links.osm_id[m]), [])
            at = [along(line, float(network.streets.node_lon[n]), float(network.streets.node_lat[n])) for n in ends]
            climb = rise if at[1] >= at[0] else -rise
            limit = (profile.slope_up_hard if climb > 0 else profile.slope_down_hard) or 0
            if at[0] == at[1]:  # a pavement before the way begins: nobody can say which way it climbs
                limit = max(profile.slope_up_hard or 0, profile.slope_down_hard or 0)
            if abs(climb) > limit + 0.0051:  # whole percents are rounded
                faults.append(f"{rise:.0%} {'forward' if forward else 'backward'}, {where}")
        if told.get("wheelchair") == "no" and profile.speaks_to_flags:
            faults.append(f"wheelchair=no, {where}")
    return faults


@pytest.mark.parametrize("name", WHEELED)
def test_no_way_for_wheels_leads_over_what_the_map_forbids(city: tuple[Network, Tags, Lines], name: str) -> None:
    network, tags, lines = city
    view, faults, looked_at = street_view(network, PRESETS[name]), [], 0
    for origin, destination in pairs(network, PAIRS, seed=5):
        for way in find_ways(network, origin, destination, view, 5000.0):
            looked_at += len(way.pieces)
            faults += faults_of(network, view, way, tags, lines, name)
    assert looked_at > PAIRS
    assert not faults, "\n".join(sorted(set(faults)))


def test_the_reader_of_the_tags_finds_steps_where_somebody_without_limits_goes(
    city: tuple[Network, Tags, Lines],
) -> None:
    # the same check would say nothing of a wrong way if it looked at nothing
    network, tags, lines = city
    view, faults = street_view(network, PRESETS["on-foot"]), []
    for origin, destination in pairs(network, PAIRS * 3, seed=5):
        for way in find_ways(network, origin, destination, view, 5000.0):
            faults += faults_of(network, view, way, tags, lines, "manual-wheelchair")
    assert any(fault.startswith("steps") for fault in faults)
