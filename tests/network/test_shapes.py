"""The line of a ride on the ground."""

from pathlib import Path

import pytest
from network.towns import town

from planner.network.plane import distance_m
from planner.network.shapes import ride_line
from planner.network.tables import Network

M = 1 / 111_195  # degrees of latitude; near the equator also of longitude
ORIGIN = 0.1  # degrees east and north: at 0, 0 a feed knows no position


def world(folder: Path, shape: list[tuple[float, float]], stops: dict[str, tuple[float, float]]) -> Network:
    """One trip along ``stops`` in their order, positions in metres east and north of the origin."""
    at = {name: (ORIGIN + x * M, ORIGIN + y * M) for name, (x, y) in stops.items()}
    return town(
        folder,
        stops="stop_id,stop_name,stop_lon,stop_lat\n"
        + "".join(f"{name},{name},{lon:.7f},{lat:.7f}\n" for name, (lon, lat) in at.items()),
        trips="trip_id,route_id,service_id,shape_id\nt,1,week,s\n",
        stop_times="trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
        + "".join(f"t,{i},{name},8:{i:02}:00,8:{i:02}:00\n" for i, name in enumerate(stops)),
        shapes="shape_id,shape_pt_sequence,shape_pt_lon,shape_pt_lat\n"
        + "".join(f"s,{i},{ORIGIN + x * M:.7f},{ORIGIN + y * M:.7f}\n" for i, (x, y) in enumerate(shape)),
    )


def metres(points: tuple[tuple[float, float], ...]) -> list[tuple[int, int]]:
    return [(round((lon - ORIGIN) / M), round((lat - ORIGIN) / M)) for lon, lat in points]


def ride(network: Network, *stops: str) -> tuple[list[tuple[int, int]], float]:
    line = ride_line(network, 0, [network.stops.id.row_of[f"town:{name}"] for name in stops])
    return metres(line.points), line.length_m


def near(found: list[tuple[int, int]], expected: list[tuple[int, int]]) -> bool:
    return len(found) == len(expected) and all(
        abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in zip(found, expected, strict=True)
    )


def test_a_shape_is_cut_between_the_first_and_the_last_stop_of_the_ride(tmp_path: Path) -> None:
    network = world(
        tmp_path,
        [(0, 0), (1000, 0), (1000, 1000), (2000, 1000)],
        {"A": (0, 10), "B": (500, 10), "C": (1010, 500), "D": (1500, 990)},
    )
    points, length = ride(network, "B", "C", "D")
    assert near(points, [(500, 0), (1000, 0), (1000, 1000), (1500, 1000)])
    assert length == pytest.approx(2000, rel=0.01)
    points, length = ride(network, "A", "B")
    assert near(points, [(0, 0), (500, 0)])
    assert length == pytest.approx(500, rel=0.01)


def test_a_shape_that_passes_a_place_twice_is_cut_where_the_trip_is(tmp_path: Path) -> None:
    # out to the east along y = 0, round a loop, and back along the same street
    network = world(
        tmp_path,
        [(0, 0), (1000, 0), (2000, 0), (2000, 500), (1500, 500), (1500, 10), (0, 10)],
        {"Out": (1000, 6), "Loop": (2000, 250), "Back": (1000, 4), "End": (0, 10)},  # each nearer to the other pass
    )
    points, length = ride(network, "Out", "Loop")
    assert near(points, [(1000, 0), (2000, 0), (2000, 250)])
    points, length = ride(network, "Loop", "Back")
    assert near(points, [(2000, 250), (2000, 500), (1500, 500), (1500, 10), (1000, 10)])
    assert length == pytest.approx(250 + 500 + 490 + 500, rel=0.01)
    points, length = ride(network, "Out", "Loop", "Back", "End")
    assert length == pytest.approx(1000 + 500 + 500 + 500 + 1500, rel=0.01)


def test_a_circular_line_ends_where_it_began_and_has_its_whole_length(tmp_path: Path) -> None:
    network = world(
        tmp_path,
        [(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)],
        {"A": (0, 0), "B": (1000, 0), "C": (1000, 1000), "D": (0, 1000), "E": (2, 2)},
    )
    _, length = ride(network, "A", "B", "C", "D", "E")
    assert length == pytest.approx(4000, rel=0.01)


def test_a_stop_far_off_the_shape_falls_back_to_straight_lines(tmp_path: Path) -> None:
    network = world(tmp_path, [(0, 0), (1000, 0), (2000, 0)], {"A": (0, 0), "B": (1000, 400), "C": (2000, 0)})
    points, length = ride(network, "A", "B", "C")
    assert near(points, [(0, 0), (1000, 400), (2000, 0)])
    assert length == pytest.approx(2 * 1077, rel=0.01)
    assert near(ride(network, "A", "C")[0], [(0, 0), (1000, 0), (2000, 0)]), "the ride does not pass B"


def test_stops_against_the_direction_of_the_shape_fall_back_to_straight_lines(tmp_path: Path) -> None:
    network = world(tmp_path, [(2000, 0), (1000, 100), (0, 0)], {"A": (0, 0), "B": (2000, 0)})
    assert near(ride(network, "A", "B")[0], [(0, 0), (2000, 0)])


def test_a_trip_without_a_shape_is_drawn_from_stop_to_stop(tmp_path: Path) -> None:
    network = town(tmp_path)
    line = ride_line(network, 0, [0, 1, 2])
    assert line.points == ((2.30, 49.90), (2.30, 49.91), (2.30, 49.93))
    assert line.length_m == pytest.approx(distance_m(2.30, 49.90, 2.30, 49.93))
