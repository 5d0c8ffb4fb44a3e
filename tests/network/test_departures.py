"""What leaves from a stop next, in the order in which it leaves."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from worlds import poster

from planner.network.departures import departures_at, routes_at

WORLD = poster(
    """a   b   c
    A 8:00 8:10 8:20
    A 9:00 9:10 9:20"""
)


def test_the_world_of_these_tests_runs() -> None:
    network = WORLD.network()
    assert len(network.trips.id) == 2


def clock_times(stop: str, clock: str, most: int = 9) -> list[str]:
    network = WORLD.network()
    day = network.first_day
    assert day is not None
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(network.timezone))
    found = departures_at(network, network.stops.id.row_of[f"w:{stop}"], moment, most)
    return [one.at.strftime("%H:%M") for one in found if one.at.date() == day]


@pytest.mark.parametrize(
    ("stop", "clock", "times"),
    [
        ("a", "07:00", ["08:00", "09:00"]),
        ("b", "08:10", ["08:10", "09:10"]),
        ("b", "08:10:59", ["08:10", "09:10"]),
        ("b", "08:11", ["09:10"]),
        ("b", "09:11", []),
        ("c", "07:00", []),
    ],
)
def test_departures_from_that_minute_on_and_none_from_a_last_stop(stop: str, clock: str, times: list[str]) -> None:
    assert clock_times(stop, clock) == times


def test_no_more_are_given_than_asked_for() -> None:
    assert clock_times("a", "07:00", most=1) == ["08:00"]


def test_the_lines_of_a_stop_include_those_that_only_end_there() -> None:
    network = WORLD.network()
    assert [network.routes.id[row] for row in routes_at(network, network.stops.id.row_of["w:c"])] == ["w:A"]
