"""Distances on the globe, and the sieve before them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.network.plane import distances_m, near_box

REACH_M = 500.0


@given(st.floats(-180, 180), st.floats(-88, 88), st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))))
def test_the_box_holds_every_point_within_reach(lon: float, lat: float, shifts: list[tuple[float, float]]) -> None:
    lons = np.array([(lon + dx / np.cos(np.radians(lat)) + 180) % 360 - 180 for dx, _ in shifts], float)
    lats = np.array([lat + dy for _, dy in shifts], float)
    within = set(np.flatnonzero(distances_m(lon, lat, lons, lats) <= REACH_M).tolist())
    assert within <= set(near_box(lon, lat, lons, lats, REACH_M).tolist())


@pytest.mark.parametrize("lat", [0.0, 49.9, -30.0])
def test_the_box_lets_little_else_through(lat: float) -> None:
    lons, lats = np.meshgrid(np.linspace(-1, 1, 401), lat + np.linspace(-1, 1, 401))
    let = near_box(0.0, lat, lons.ravel(), lats.ravel(), REACH_M)
    assert distances_m(0.0, lat, lons.ravel()[let], lats.ravel()[let]).max() < 2 * REACH_M


def test_a_point_without_position_is_near_nothing() -> None:
    assert not len(near_box(0.0, 0.0, np.array([np.nan]), np.array([0.0]), REACH_M))
