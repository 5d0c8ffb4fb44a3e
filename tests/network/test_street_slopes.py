"""Slopes fitted to the ground: over 100 m or not at all, never exact, never on a bridge."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from network.towns import town
from numpy.typing import NDArray
from street_worlds import FOOT, LON, M_EAST, Node, Way, World, stops_at, write_map

from planner.feeds.elevation import Elevation
from planner.feeds.osm import read_osm_streets
from planner.network.street_building import add_streets
from planner.network.streets import LinkKind, Provenance

Floats = NDArray[np.float64]
STREET: dict[int, Node] = {1: (0, 0), 2: (150, 0), 3: (300, 0)}


@dataclass(frozen=True)
class Hill(Elevation):
    """Ground that rises to the east, in whole metres as a coarse raster tells it."""

    rise: float = 0.05
    known_until_m: float = math.inf

    def heights(self, lon: Floats, lat: Floats) -> Floats:
        east = (lon - LON) / M_EAST
        return np.where(east <= self.known_until_m, east * self.rise, np.nan)


def on_the_hill(folder: Path, nodes: dict[int, Node], ways: dict[int, Way], hill: Hill | None = None) -> World:
    streets = read_osm_streets(write_map(folder, nodes, ways))
    network = town(folder / "feed", stops=stops_at())
    return World(add_streets(network, [streets], elevation=hill or Hill(Path("hill"), 1.0)), streets)


def test_a_way_without_a_slope_gets_that_of_the_ground_with_a_tolerance(tmp_path: Path) -> None:
    built = on_the_hill(tmp_path, STREET, {1: ([1, 2, 3], FOOT)})
    link = built.only(LinkKind.WAY)
    low, high = built.interval("incline", link)
    assert low <= 0.05 <= high
    assert high - low >= 0.0199  # one metre over 100 m, to both sides
    assert built.streets.links.incline_from[link] == Provenance.RASTER


def test_against_its_drawing_direction_a_way_falls(tmp_path: Path) -> None:
    built = on_the_hill(tmp_path, STREET, {1: ([3, 2, 1], FOOT)})
    low, high = built.interval("incline", built.only(LinkKind.WAY))
    assert low <= -0.05 <= high < 0


@pytest.mark.parametrize(
    "tags",
    [
        {**FOOT, "bridge": "yes"},
        {**FOOT, "tunnel": "yes"},
        {**FOOT, "layer": "1"},
        {**FOOT, "level": "2"},
        {"highway": "corridor"},
        {"highway": "steps"},
    ],
)
def test_bridges_tunnels_floors_and_stairs_are_not_climbed(tmp_path: Path, tags: dict[str, str]) -> None:
    built = on_the_hill(tmp_path, STREET, {1: ([1, 2, 3], tags)})
    assert np.isnan(built.streets.links.incline_low).all()


def test_a_way_shorter_than_the_fit_stays_unknown(tmp_path: Path) -> None:
    built = on_the_hill(tmp_path, {1: (0, 0), 2: (80, 0)}, {1: ([1, 2], FOOT)})
    assert math.isnan(built.interval("incline", built.only(LinkKind.WAY))[0])


def test_short_links_of_a_long_way_are_fitted_together(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**{n: (30.0 * n, 0) for n in range(6)}, 9: (60, 40), 10: (90, 40)}
    built = on_the_hill(tmp_path, nodes, {1: ([0, 1, 2, 3, 4, 5], FOOT), 2: ([2, 9], FOOT), 3: ([3, 10], FOOT)})
    links = built.of(LinkKind.WAY, 1)
    assert len(links) == 3
    assert all(built.interval("incline", link)[0] <= 0.05 <= built.interval("incline", link)[1] for link in links)


def test_what_a_mapper_says_is_kept_and_up_is_only_narrowed(tmp_path: Path) -> None:
    said = on_the_hill(tmp_path / "said", STREET, {1: ([1, 2, 3], {**FOOT, "incline": "2%"})})
    assert said.interval("incline", said.only(LinkKind.WAY)) == (pytest.approx(0.015), pytest.approx(0.025))
    up = on_the_hill(tmp_path / "up", STREET, {1: ([1, 2, 3], {**FOOT, "incline": "up"})})
    low, high = up.interval("incline", up.only(LinkKind.WAY))
    assert 0 <= low <= 0.05 <= high < 0.1
    against = on_the_hill(tmp_path / "against", STREET, {1: ([1, 2, 3], {**FOOT, "incline": "down"})})
    assert against.interval("incline", against.only(LinkKind.WAY)) == (-math.inf, 0.0)


def test_where_the_raster_ends_the_slope_is_unknown_and_counted(tmp_path: Path) -> None:
    hill = Hill(Path("hill"), 1.0, known_until_m=50)
    built = on_the_hill(tmp_path, STREET, {1: ([1, 2, 3], FOOT)}, hill)
    assert math.isnan(built.interval("incline", built.only(LinkKind.WAY))[0])
    report = built.network.report["streets"]
    assert report["slopes from the raster"] == 0
    assert report["heights not known"] > 0


def test_a_steep_part_of_a_long_link_is_inside_its_interval(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Ramp(Hill):
        def heights(self, lon: Floats, lat: Floats) -> Floats:
            return np.clip((lon - LON) / M_EAST - 200, 0, 100) * 0.12

    nodes: dict[int, Node] = {1: (0, 0), 2: (600, 0)}
    built = on_the_hill(tmp_path, nodes, {1: ([1, 2], FOOT)}, Ramp(Path("ramp"), 1.0))
    low, high = built.interval("incline", built.only(LinkKind.WAY))
    assert low <= 0.0
    assert high >= 0.12
