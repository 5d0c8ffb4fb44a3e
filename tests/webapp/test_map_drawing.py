"""Maps as drawings: where things lie, what is merged, what stays small, and that nothing is on the map only."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from math import nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from planner.language import get_language
from planner.model import Itinerary
from planner.network.street_lines import Box, StreetLine, street_lines
from planner.network.streets import LinkKind, Streets, empty_streets
from planner.network.tables import Strings
from webapp.map_drawing import (
    LEAST_HEIGHT,
    MARGIN,
    MOST_HEIGHT,
    MOST_STREETS,
    WIDTH,
    Frame,
    draw_line,
    draw_streets,
    join_labels,
    scale_bar,
    set_pins,
    simplify,
)
from webapp.map_view import draw_itinerary, draw_stop
from webapp.pages import FOLDER_OF_TRANSLATIONS

ENGLISH = get_language("en", FOLDER_OF_TRANSLATIONS)
ON_EARTH = st.tuples(st.floats(-179, 179), st.floats(-85, 85))


def path_points(path: str) -> list[tuple[int, int]]:
    """Follow a path as a browser does."""
    x, y, *steps = (int(number) for number in re.findall(r"-?\d+", path))
    points = [(x, y)]
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


# --- The frame --------------------------------------------------------------------------------------------


@given(st.lists(ON_EARTH, min_size=1, max_size=20))
def test_every_point_lies_in_the_frame_with_a_margin(points: list[tuple[float, float]]) -> None:
    frame = Frame.around(points)
    assert LEAST_HEIGHT <= frame.height <= MOST_HEIGHT
    for x, y in map(frame.place, points):
        assert MARGIN - 1 <= x <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= y <= frame.height - MARGIN + 1


def test_east_is_right_north_is_up_and_a_degree_is_as_long_as_it_is() -> None:
    frame = Frame.around([(2.0, 60.0), (2.1, 60.1)])
    (west, south), (east, north) = frame.place((2.0, 60.0)), frame.place((2.1, 60.1))
    assert west < east
    assert north < south
    assert (east - west) / (south - north) == pytest.approx(0.5, abs=0.01), "at 60 degrees a meridian is half as far"


def test_a_scale_bar_is_round_and_as_long_as_it_says() -> None:
    frame = Frame.around([(2.3, 49.9), (2.4, 49.9)])  # 7.16 km over 592 units
    metres, units = scale_bar(frame)
    assert (metres, units) == (2000, pytest.approx(2000 / 7162 * (WIDTH - 2 * MARGIN), abs=1))
    assert scale_bar(Frame.around([(2.3, 49.9)]))[0] == 100


# --- Lines ------------------------------------------------------------------------------------------------


@given(st.lists(ON_EARTH, min_size=2, max_size=30))
def test_a_line_is_drawn_from_its_beginning_to_its_end(points: list[tuple[float, float]]) -> None:
    frame = Frame.around(points)
    path = draw_line(frame, points)
    if path:
        drawn = path_points(path)
        assert (drawn[0], drawn[-1]) == (frame.place(points[0]), frame.place(points[-1]))
        assert all(one != other for one, other in pairwise(drawn))


def test_a_line_without_length_is_not_drawn() -> None:
    assert draw_line(Frame.around([(2.0, 48.0)]), [(2.0, 48.0), (2.0, 48.0)]) == ""


def test_simplifying_keeps_corners_and_drops_what_lies_between() -> None:
    assert simplify([(0, 0), (5, 0.4), (10, 0), (10, 10)], 1.0) == [0, 2, 3]
    assert simplify([(0, 0), (5, 1.4), (10, 0)], 1.0) == [0, 1, 2]
    assert simplify([(0, 0), (5, 5), (0, 0)], 1.0) == [0, 1, 2], "there and back is a line too"


# --- Pins -------------------------------------------------------------------------------------------------


def test_pins_that_would_cover_each_other_become_one() -> None:
    points = [(2.30, 49.9), (2.3001, 49.9), (2.31, 49.9), (2.32, 49.9), (2.30, 49.9)]
    pins = set_pins(Frame.around(points), points, ["1", "2", "3", "4", "5"])
    assert [pin.label for pin in pins] == ["1–2, 5", "3", "4"]
    assert [pin.members for pin in pins] == [(0, 1, 4), (2,), (3,)]


@given(st.lists(st.tuples(st.floats(2.0, 2.1), st.floats(48.0, 48.1)), min_size=1, max_size=12))
def test_pins_are_whole_apart_and_nobody_is_lost(points: list[tuple[float, float]]) -> None:
    frame = Frame.around(points)
    pins = set_pins(frame, points, [str(row) for row in range(1, len(points) + 1)])
    assert sorted(row for pin in pins for row in pin.members) == list(range(len(points)))
    for pin in pins:
        assert pin.width // 2 <= pin.x <= WIDTH - pin.width // 2
    for row, pin in enumerate(pins):
        for other in pins[row + 1 :]:
            assert abs(pin.x - other.x) >= (pin.width + other.width) / 2 or abs(pin.y - other.y) >= 52


def test_labels_are_joined_as_people_write_them() -> None:
    assert join_labels(["1", "2", "3", "5"]) == "1–3, 5"
    assert join_labels(["★", "1"]) == "★, 1"


# --- Streets ----------------------------------------------------------------------------------------------


def grid(count: int) -> Streets:
    """Streets as ``count`` parallel links of 0.001 degree; every third belongs to a long named street."""
    nodes = 2 * count
    none = empty_streets(1)
    lon = np.tile([2.0, 2.001], count)
    lat = np.repeat(48.0 + np.arange(count) * 1e-3, 2)
    links = {name: np.zeros(count, column.dtype) for name, column in vars(none.links).items()}
    links["tail"], links["head"] = np.arange(0, nodes, 2, np.int32), np.arange(1, nodes, 2, np.int32)
    links["length_m"] = np.full(count, 74.0, np.float32)
    links["name"] = np.where(np.arange(count) % 3 == 0, 0, -1).astype(np.int32)
    offset = np.arange(0, nodes + 1, 2, np.int64)
    return replace(
        none,
        node_lon=lon,
        node_lat=lat,
        links=type(none.links)(**links),
        point_offset=offset,
        point_lon=lon,
        point_lat=lat,
        words=Strings.of(["Long Street"]),
    )


def test_only_streets_in_the_box_are_drawn_and_long_ones_first() -> None:
    streets = grid(30)
    box = Box(2.0, 48.0045, 2.001, 48.0125)
    inside = list(street_lines(streets, box))
    assert 0 < len(inside) < 30
    rows = [round((line.points[0][1] - 48.0) / 1e-3) for line in inside]
    assert sorted(rows) == list(range(3, 15)), "those close to the box too"
    assert [row % 3 for row in rows[:4]] == [0, 0, 0, 0], "the named street first"
    assert len(list(street_lines(streets, box, most=8))) == 6, "a quarter is kept for steps"
    assert list(street_lines(empty_streets(1), box)) == []


def test_what_nobody_sees_is_not_drawn_and_steps_are_told_apart() -> None:
    streets = grid(3)
    streets.links.kind[:] = [LinkKind.JOIN, LinkKind.WAY, LinkKind.STEPS]
    box = Frame.around([(2.0, 48.0)]).box
    assert [line.steps for line in street_lines(streets, box)] == [True, False], "steps first"


def test_the_streets_of_a_drawing_stay_small() -> None:
    lines = [StreetLine(False, ((2.0, 48 + n * 1e-4), (2.05, 48.02 - n * 1e-4))) for n in range(6000)]
    frame = Frame.around([(2.0, 48.0), (2.1, 48.1)])
    streets, steps = draw_streets(frame, lines)
    assert 0.9 * MOST_STREETS < len(streets) <= MOST_STREETS
    assert steps == ""


def test_what_lies_beside_the_drawing_is_not_written() -> None:
    frame = Frame.around([(2.0, 48.0), (2.01, 48.0)])
    beside, across = ((2.1, 48.0), (2.2, 48.0)), ((1.0, 48.0), (3.0, 48.0))
    assert draw_streets(frame, [StreetLine(True, beside)]) == ("", "")
    assert draw_streets(frame, [StreetLine(True, across)])[1]


def test_a_stretch_mapped_twice_is_drawn_once() -> None:
    there = StreetLine(False, ((2.0, 48.0), (2.01, 48.0)))
    back = StreetLine(False, ((2.01, 48.0), (2.0, 48.0)))
    frame = Frame.around([(2.0, 48.0), (2.01, 48.0)])
    assert draw_streets(frame, [there, back])[0].count("M") == 1


# --- Maps of trips and stops ------------------------------------------------------------------------------


def test_the_pins_of_a_trip_are_the_steps_of_its_list(town: Any, trips: tuple[Itinerary, ...]) -> None:
    drawn = draw_itinerary(trips[0], town, ENGLISH, "map-1")
    assert drawn is not None
    assert [spot.label for spot in drawn.spots] == ["1", "2", "3"]
    assert [spot.name for spot in drawn.spots] == ["Market, quay A", "Market, quay A", "Hospital"]
    assert [pin.label for pin in drawn.pins] == ["1–2", "3"]
    assert [line.kind for line in drawn.lines] == ["ride"], "a walk without length has no line"
    assert len(drawn.dots) == 2
    assert drawn.credit == "", "no streets, nobody to name"


def test_a_trip_between_unknown_positions_has_no_map(town: Any, trips: tuple[Itinerary, ...]) -> None:
    nowhere = replace(trips[0].legs[1].origin, lat=nan, lon=nan)
    leg = replace(trips[0].legs[1], origin=nowhere, destination=nowhere, geometry=(), stops=())
    assert draw_itinerary(replace(trips[0], legs=(leg,)), town, ENGLISH, "map-1") is None


def test_a_stop_is_drawn_with_its_neighbours_and_without_a_position_not_at_all(town: Any) -> None:
    network = town
    network.stops.lat[1], network.stops.lon[1] = 49.901, 2.3
    drawn = draw_stop(network, 0, ENGLISH)
    assert drawn is not None
    assert [spot.label for spot in drawn[0].spots] == ["★", "1"]
    assert [(one.id, one.away.split()) for one in drawn[1]] == [("town:dock", ["110", "m"])]
    network.stops.lat[0] = nan
    assert draw_stop(network, 0, ENGLISH) is None


def test_streets_of_a_real_network_name_their_source_and_invented_ones_do_not(town: Any) -> None:
    town.streets = grid(3)
    town.stops.lat[0], town.stops.lon[0] = 48.0, 2.0
    for invented, credited in ((False, True), (True, False)):
        town.knowledge = SimpleNamespace(invented=invented)
        drawn = draw_stop(town, 0, ENGLISH)
        assert drawn is not None
        assert drawn[0].streets
        assert ("OpenStreetMap" in drawn[0].credit) is credited


# --- In the page ------------------------------------------------------------------------------------------


class Steps(HTMLParser):
    """Counts the steps of each list and the labels of each map behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[int] = []
        self.labels: list[str] = []
        self.ids: list[str] = []
        self.in_pin = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        classes = (said.get("class") or "").split()
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag == "ol" and "legs" in classes:
            self.lists.append(0)
        if tag == "li" and "leg" in classes:
            self.lists[-1] += 1
        if "map-drawing" in classes:
            self.labels.append("")
        if tag == "g":
            self.in_pin = "map-pin" in classes

    def handle_data(self, data: str) -> None:
        if self.in_pin and data.strip():
            self.labels[-1] += f"{data.strip()} "


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_itinerary_has_its_map_and_the_last_pin_is_the_last_step(
    client: FlaskClient, trips: tuple[Itinerary, ...], lang: str
) -> None:
    page = client.get(f"/{lang}/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00").text
    steps = Steps()
    steps.feed(page)
    assert len(steps.lists) == len(steps.labels) == len(trips)
    for count, labels in zip(steps.lists, steps.labels, strict=True):
        assert max(int(number) for number in re.findall(r"\d+", labels)) == count
    assert len(set(steps.ids)) == len(steps.ids), "every id once"
    assert 'style="' not in page
