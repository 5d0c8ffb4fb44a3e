"""Lifts of a real feed that cut off a quay are found as plain removal finds them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.audit.failures import find_cuts, islands, remove_each
from planner.audit.pathways import StationWays, station_ways
from planner.feeds.gtfs import read_gtfs
from planner.network.annotate import build_network


@pytest.fixture(scope="module")
def boston(testdata: Callable[[str], Path]) -> StationWays:
    return station_ways(build_network([read_gtfs(testdata("mbta/stations.zip"), "mbta")], "mbta", "MBTA"))


def test_all_rows_of_a_lift_are_one_element(boston: StationWays) -> None:
    rows = [edge for edge in boston.edges if edge.element in boston.lifts]
    assert (len(boston.lifts), len(rows)) == (189, 476)


def test_lifts_that_cut_off_a_quay_are_those_of_plain_removal(boston: StationWays) -> None:
    found = find_cuts(boston.edges, boston.entrances, boston.quays)
    slow = remove_each(boston.edges, boston.entrances, boston.quays, boston.lifts)
    for quick, removed in ((found.way_in, slow.way_in), (found.way_out, slow.way_out)):
        assert {element: quays for element, quays in quick.items() if element in boston.lifts} == removed
        assert removed, "no lift of Boston would matter"


def test_every_quay_has_its_place_among_the_islands(boston: StationWays) -> None:
    found = islands(boston.edges, boston.entrances, boston.quays)
    assert sum(map(len, found.values())) == len(boston.quays)
    assert len(found["BOTH"]) > len(boston.quays) / 2
