"""Who calls where: what leaves from a stop, and which routes call there."""

from worlds import DAY, poster, seconds

from planner.network.calls import departures_at, routes_at

TIMES = """
    A    B     C
1   8:00 8:10  8:20
1   9:00 9:10v 9:20
1   8:30 8:40  8:50
2   -    8:15  8:25
"""


def test_what_leaves_is_what_lets_people_on_in_time_and_not_what_ends_there() -> None:
    network = poster(TIMES).network()
    row = network.stops.id.row_of
    leaving = sorted(departures_at(network, row["w:B"], DAY, seconds("8:10"), seconds("9:30")))
    told = [(clock_s, network.trips.id[trip]) for clock_s, trip in leaving]
    assert told == [(seconds("8:10"), "w:1/0"), (seconds("8:15"), "w:2/3"), (seconds("8:40"), "w:1/2")]
    assert departures_at(network, row["w:B"], DAY, seconds("8:11"), seconds("8:15")) == []
    assert departures_at(network, row["w:C"], DAY, 0, seconds("24:00")) == []


def test_nothing_leaves_on_a_day_outside_the_timetable() -> None:
    network = poster(TIMES).network()
    row = network.stops.id.row_of["w:B"]
    for day in (DAY.replace(year=2001), DAY.replace(year=2199)):
        assert departures_at(network, row, day, 0, seconds("24:00")) == []


def test_the_routes_of_a_stop_are_those_that_call_there() -> None:
    network = poster(TIMES).network()
    found = routes_at(network)
    names = {
        stop: {network.routes.id[route] for route in found[network.stops.id.row_of[stop]]} for stop in ("w:A", "w:B")
    }
    assert names == {"w:A": {"w:1"}, "w:B": {"w:1", "w:2"}}
