"""Streets from hand-written maps: every tag and every trap in a world of its own."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from gtfs_world import feed_of
from network.towns import town
from street_worlds import FOOT, ROAD, Node, Way, World, stops_at, world, write_map

from planner.build import FactInputs, Input, build
from planner.cli import main
from planner.feeds.gtfs import read_gtfs
from planner.feeds.osm import read_osm_streets
from planner.feeds.osm_objects import stream_objects
from planner.network.annotate import build_network
from planner.network.store import open_network
from planner.network.street_building import add_streets
from planner.network.streets import Allowed, LinkKind, Provenance

LINE: dict[int, Node] = {1: (0, 0), 2: (50, 0), 3: (100, 0)}
CROSSING = {"highway": "footway", "footway": "crossing"}


def with_node(tags: dict[str, str]) -> dict[int, Node]:
    return {**LINE, 2: (50, 0, tags)}


def test_two_ways_that_share_a_node_meet_and_two_that_cross_do_not(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**LINE, 4: (50, 50), 5: (75, -20), 6: (75, 20)}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], FOOT), 2: ([2, 4], FOOT), 3: ([5, 6], FOOT)})
    assert town.crossed(town.node_near(0, 0), town.node_near(50, 50)) == ["WAY", "WAY"]
    assert town.crossed(town.node_near(0, 0), town.node_near(75, 20)) is None


def test_lengths_are_those_of_the_ground(tmp_path: Path) -> None:
    town = world(tmp_path, {1: (0, 0), 2: (30, 0), 3: (30, 40)}, {1: ([1, 2, 3], FOOT)})
    assert town.streets.links.length_m[town.only(LinkKind.WAY)] == pytest.approx(70, rel=0.002)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "construction", "construction": "footway"},
        {"highway": "footway", "access": "private"},
        {"highway": "residential", "foot": "no"},
        {"highway": "cycleway"},
        {"highway": "trunk"},
        {"highway": "path", "foot": "use_sidepath"},
    ],
)
def test_where_nobody_may_walk_there_is_no_link(tmp_path: Path, tags: dict[str, str]) -> None:
    assert world(tmp_path, LINE, {1: ([1, 2, 3], tags)}).kinds() == []


@pytest.mark.parametrize(
    "tags",
    [{"highway": "cycleway", "foot": "designated"}, {"highway": "service", "access": "private", "foot": "permissive"}],
)
def test_what_is_permitted_on_foot_is_walked(tmp_path: Path, tags: dict[str, str]) -> None:
    assert len(world(tmp_path, LINE, {1: ([1, 2, 3], tags)}).kinds()) == 1


def test_steps_keep_their_number_handrail_and_direction(tmp_path: Path) -> None:
    tags = {"highway": "steps", "step_count": "12", "handrail": "yes", "incline": "up", "width": "2"}
    town = world(tmp_path, LINE, {1: ([1, 2, 3], tags)})
    link = town.only(LinkKind.STEPS)
    links = town.streets.links
    assert (links.steps[link], links.handrail[link]) == (12, 1)
    assert town.interval("incline", link) == (0.0, math.inf)
    assert town.interval("width", link, "_mm") == (1900.0, 2100.0)


@pytest.mark.parametrize(
    ("said", "handrail"),
    [
        ({"handrail": "no"}, 2),
        ({"handrail:left": "no"}, 0),
        ({"handrail:both": "no"}, 0),
        ({"handrail:both": "no", "handrail:center": "no"}, 2),
        ({"handrail:left": "no", "handrail:right": "no", "handrail:center": "no"}, 2),
        ({"handrail:left": "no", "handrail:right": "yes"}, 1),
        ({"handrail:both": "yes"}, 1),
        ({}, 0),
    ],
)
def test_no_handrail_on_one_side_says_nothing_of_the_others(
    tmp_path: Path, said: dict[str, str], handrail: int
) -> None:
    town = world(tmp_path, LINE, {1: ([1, 2, 3], {"highway": "steps", **said})})
    assert town.streets.links.handrail[town.only(LinkKind.STEPS)] == handrail


def test_steps_that_nobody_counted_are_steps_all_the_same(tmp_path: Path) -> None:
    town = world(tmp_path, LINE, {1: ([1, 2, 3], {"highway": "steps"})})
    assert town.streets.links.steps[town.only(LinkKind.STEPS)] == -1


def test_a_wheelchair_ramp_beside_steps_is_a_way_of_its_own_with_unknown_slope(tmp_path: Path) -> None:
    town = world(tmp_path, LINE, {1: ([1, 2, 3], {"highway": "steps", "ramp:wheelchair": "yes", "incline": "40%"})})
    ramp, steps = town.only(LinkKind.STEP_RAMP), town.only(LinkKind.STEPS)
    links = town.streets.links
    assert (links.tail[ramp], links.head[ramp]) == (links.tail[steps], links.head[steps])
    assert math.isnan(town.interval("incline", ramp)[0])
    assert links.steps[ramp] == 0


def test_a_bicycle_ramp_beside_steps_is_no_way(tmp_path: Path) -> None:
    tags = {"highway": "steps", "ramp": "yes", "ramp:bicycle": "yes", "ramp:wheelchair": "no"}
    assert world(tmp_path, LINE, {1: ([1, 2, 3], tags)}).kinds() == ["STEPS"]


def test_an_escalator_moves_one_way_and_is_equipment(tmp_path: Path) -> None:
    town = world(tmp_path, LINE, {7: ([1, 2, 3], {"highway": "steps", "conveying": "backward"})})
    link = town.only(LinkKind.ESCALATOR)
    links = town.streets.links
    assert (bool(links.forward[link]), bool(links.backward[link])) == (False, True)
    assert town.streets.equipment.id[links.equipment[link]] == "osm:way/7"


def test_a_kerb_on_a_way_is_crossed_once(tmp_path: Path) -> None:
    town = world(tmp_path, with_node({"barrier": "kerb", "kerb:height": "3cm"}), {1: ([1, 2, 3], FOOT)})
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 0)) == ["WAY", "KERB", "WAY"]
    kerb = town.only(LinkKind.KERB, 2)
    assert town.interval("kerb", kerb, "_mm") == (20.0, 40.0)
    assert town.streets.links.length_m[kerb] == 0.0


def test_a_kerb_where_three_ways_meet_lies_beside_the_pavement_and_not_across_it(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**with_node({"kerb": "raised"}), 4: (50, 10)}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], {**FOOT, "footway": "sidewalk"}), 2: ([2, 4], CROSSING)})
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 0)) == ["WAY", "WAY"]
    assert town.crossed(town.node_near(0, 0), town.node_near(50, 10)) == ["WAY", "KERB", "CROSSING"]


def test_a_kerb_of_an_unknown_kind_has_no_height(tmp_path: Path) -> None:
    town = world(tmp_path, with_node({"barrier": "kerb"}), {1: ([1, 2, 3], FOOT)})
    assert math.isnan(town.interval("kerb", town.only(LinkKind.KERB), "_mm")[0])


def test_a_crossing_of_which_nothing_is_said_has_kerbs_of_unknown_height_at_both_ends(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {1: (-40, 0), 2: (-4, 0), 3: (0, 0), 4: (4, 0), 5: (40, 0), 6: (0, -50), 7: (0, 50)}
    ways: dict[int, Way] = {1: ([1, 2], FOOT), 2: ([2, 3, 4], CROSSING), 3: ([4, 5], FOOT), 4: ([6, 3, 7], ROAD)}
    town = world(tmp_path, nodes, ways)
    crossed = town.crossed(town.node_near(-40, 0), town.node_near(40, 0))
    assert crossed == ["WAY", "KERB", "CROSSING", "CROSSING", "KERB", "WAY"]
    assert np.isnan(town.streets.links.kerb_low_mm[town.of(LinkKind.KERB)]).all()


def test_a_crossing_node_that_says_its_kerb_has_it_on_both_sides_of_the_carriageway(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {
        1: (-40, 0), 3: (0, 0, {"highway": "crossing", "kerb": "lowered", "crossing": "zebra"}), 5: (40, 0),
        6: (0, -50), 7: (0, 50),
    }  # fmt: skip
    town = world(tmp_path, nodes, {1: ([1, 3, 5], FOOT), 4: ([6, 3, 7], ROAD)})
    assert town.crossed(town.node_near(-40, 0), town.node_near(40, 0)) == ["WAY", "KERB", "KERB", "WAY"]
    assert town.crossed(town.node_near(0, -50), town.node_near(0, 50)) == ["ROAD", "ROAD"]
    kerb = town.of(LinkKind.KERB)[0]
    assert town.interval("kerb", kerb, "_mm") == (0.0, 40.0)
    assert town.streets.words[town.streets.links.detail[kerb]] == "zebra"


def test_a_raised_crossing_has_no_high_kerb(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {
        1: (-40, 0), 3: (0, 0, {"highway": "crossing", "traffic_calming": "table"}), 5: (40, 0),
        6: (0, -50), 7: (0, 50),
    }  # fmt: skip
    town = world(tmp_path, nodes, {1: ([1, 3, 5], FOOT), 4: ([6, 3, 7], ROAD)})
    assert town.interval("kerb", town.of(LinkKind.KERB)[0], "_mm") == (0.0, 40.0)


SIDEWALKS: dict[int, Node] = {1: (0, 0), 2: (100, 0), 3: (200, 0)}


def test_pavements_on_both_sides_are_two_ways_beside_the_road_which_is_not_walked(tmp_path: Path) -> None:
    tags = {**ROAD, "sidewalk": "both", "name": "Long Street", "sidewalk:left:surface": "asphalt"}
    town = world(tmp_path, SIDEWALKS, {1: ([1, 2, 3], tags)})
    assert town.of(LinkKind.ROAD) == []
    left, right = town.of(LinkKind.WAY)
    streets = town.streets
    lat = [streets.point_lat[streets.point_offset[link]] for link in (left, right)]
    assert abs(lat[0] - lat[1]) * 111_229 == pytest.approx(8.0, abs=0.2)
    assert lat[0] > lat[1]  # left of a road that goes east is north
    assert streets.words[streets.links.surface[left]] == "asphalt"
    assert streets.links.surface[right] == -1
    assert streets.words[streets.links.name[right]] == "Long Street"


def test_between_two_pavements_one_crosses_at_the_ends_and_not_where_one_road_goes_on_as_another(
    tmp_path: Path,
) -> None:
    tags = {**ROAD, "sidewalk": "both"}
    town = world(tmp_path, SIDEWALKS, {1: ([1, 2], tags), 2: ([2, 3], tags)})
    assert len(town.of(LinkKind.WAY)) == 4
    assert len(town.of(LinkKind.KERB)) == 4  # two at each end of the street, none in its middle
    assert town.crossed(town.node_near(0, 4), town.node_near(200, 4)) == ["WAY", "WAY"]
    crossing = town.crossed(town.node_near(100, 4), town.node_near(100, -4))
    assert crossing == ["WAY", "KERB", "CROSSING", "CROSSING", "KERB", "WAY"]


def test_at_a_crossing_node_one_crosses_between_the_pavements(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SIDEWALKS, 2: (100, 0, {"highway": "crossing", "kerb": "flush"})}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], {**ROAD, "sidewalk": "both"})})
    crossed = town.crossed(town.node_near(100, 4), town.node_near(100, -4))
    assert crossed == ["KERB", "CROSSING", "CROSSING", "KERB"]
    assert town.interval("kerb", town.of(LinkKind.KERB, 2)[0], "_mm") == (0.0, 10.0)


def test_round_a_corner_nothing_is_crossed_and_a_side_street_has_its_kerbs(tmp_path: Path) -> None:
    tags = {**ROAD, "sidewalk": "both"}
    town = world(tmp_path, {**SIDEWALKS, 4: (100, 100)}, {1: ([1, 2, 3], tags), 2: ([2, 4], tags)})
    assert town.crossed(town.node_near(0, 4), town.node_near(96, 100)) == ["WAY", "WAY"]
    along = town.crossed(town.node_near(0, 4), town.node_near(200, 4))
    assert along is not None
    assert along.count("KERB") == 2
    assert town.crossed(town.node_near(0, -4), town.node_near(200, -4)) == ["WAY", "WAY"]


def test_a_footway_reaches_the_pavement_of_its_side_without_a_kerb(tmp_path: Path) -> None:
    town = world(
        tmp_path, {**SIDEWALKS, 4: (100, 60)}, {1: ([1, 2, 3], {**ROAD, "sidewalk": "both"}), 2: ([2, 4], FOOT)}
    )
    assert town.crossed(town.node_near(0, 4), town.node_near(100, 60)) == ["WAY", "WAY", "WAY"]
    other = town.crossed(town.node_near(0, -4), town.node_near(100, 60))
    assert other is not None
    assert other.count("KERB") == 2


def test_a_pavement_on_one_side_and_one_drawn_by_itself(tmp_path: Path) -> None:
    one = world(tmp_path / "one", SIDEWALKS, {1: ([1, 2, 3], {**ROAD, "sidewalk": "right"})})
    assert len(one.of(LinkKind.WAY)) == 1
    tags = {**ROAD, "sidewalk:left": "separate", "sidewalk:right": "yes"}
    other = world(tmp_path / "other", SIDEWALKS, {1: ([1, 2, 3], tags)})
    assert len(other.of(LinkKind.WAY)) == 1
    big = world(tmp_path / "big", SIDEWALKS, {1: ([1, 2, 3], {"highway": "primary", "sidewalk": "separate"})})
    assert big.kinds() == []


def test_an_incline_belongs_to_the_direction_in_which_the_way_is_drawn(tmp_path: Path) -> None:
    up = world(tmp_path / "up", LINE, {1: ([1, 2, 3], {**FOOT, "incline": "6%"})})
    down = world(tmp_path / "down", LINE, {1: ([3, 2, 1], {**FOOT, "incline": "6%"})})
    for built, x in ((up, 0), (down, 100)):
        link = built.only(LinkKind.WAY)
        assert built.interval("incline", link) == (pytest.approx(0.055), pytest.approx(0.065))
        assert int(built.streets.links.tail[link]) in built.node_near(x, 0)
        assert built.streets.links.incline_from[link] == Provenance.TAGGED


def test_a_slope_that_nobody_says_is_unknown_and_not_zero(tmp_path: Path) -> None:
    town = world(tmp_path, LINE, {1: ([1, 2, 3], FOOT)})
    link = town.only(LinkKind.WAY)
    for name, unit in (("incline", ""), ("cross", ""), ("width", "_mm"), ("kerb", "_mm"), ("level", "")):
        assert all(math.isnan(end) for end in town.interval(name, link, unit)), name
    links = town.streets.links
    assert (links.surface[link], links.smoothness[link], links.allowed[link]) == (-1, -1, Allowed.UNKNOWN)
    assert (links.handrail[link], links.tactile[link], links.lit[link]) == (0, 0, 0)


def test_facts_of_a_footway_arrive(tmp_path: Path) -> None:
    tags = {
        **FOOT, "surface": "sett", "smoothness": "bad", "wheelchair": "limited", "tactile_paving": "no", "lit": "yes",
        "incline:across": "3%", "level": "-1", "opening_hours": "06:00-22:00",
    }  # fmt: skip
    town = world(tmp_path, LINE, {1: ([1, 2, 3], tags)})
    links, words, link = town.streets.links, town.streets.words, town.only(LinkKind.WAY)
    assert (words[links.surface[link]], words[links.smoothness[link]]) == ("sett", "bad")
    assert (links.allowed[link], links.tactile[link], links.lit[link]) == (Allowed.LIMITED, 2, 1)
    assert town.interval("cross", link) == (pytest.approx(0.025), pytest.approx(0.035))
    assert town.interval("level", link) == (-1.0, -1.0)
    assert words[links.note[link]] == "opening_hours=06:00-22:00"


def test_a_gate_has_its_own_width_and_a_bollard_only_the_gap_it_says(tmp_path: Path) -> None:
    gate = world(tmp_path / "gate", with_node({"barrier": "gate", "width": "0.7"}), {1: ([1, 2, 3], FOOT)})
    assert gate.interval("width", gate.only(LinkKind.BARRIER), "_mm") == (650.0, 750.0)
    bollard = world(tmp_path / "bollard", with_node({"barrier": "bollard", "width": "0.2"}), {1: ([1, 2, 3], FOOT)})
    assert math.isnan(bollard.interval("width", bollard.only(LinkKind.BARRIER), "_mm")[0])
    told = {"barrier": "bollard", "maxwidth:physical": "1.6"}
    gap = world(tmp_path / "gap", with_node(told), {1: ([1, 2, 3], FOOT)})
    assert gap.interval("width", gap.only(LinkKind.BARRIER), "_mm") == (1550.0, 1650.0)
    assert gap.streets.words[gap.streets.links.detail[gap.only(LinkKind.BARRIER)]] == "bollard"


def test_a_locked_gate_is_there_and_closed(tmp_path: Path) -> None:
    town = world(tmp_path, with_node({"barrier": "gate", "access": "private"}), {1: ([1, 2, 3], FOOT)})
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 0)) is None
    note = town.streets.links.note[town.only(LinkKind.BARRIER)]
    assert town.streets.words[note] == "access=private"


LIFT: dict[int, Node] = {1: (0, 0), 2: (50, 0, {"highway": "elevator", "level": "0;-1"}), 3: (100, 0)}
LEVELS: dict[int, Way] = {1: ([1, 2], {**FOOT, "level": "0"}), 2: ([2, 3], {**FOOT, "level": "-1"})}


def test_a_lift_node_joins_the_levels_that_end_at_it(tmp_path: Path) -> None:
    town = world(tmp_path, LIFT, LEVELS)
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 0)) == ["WAY", "LIFT", "WAY"]
    lift = town.only(LinkKind.LIFT, 2)
    assert town.interval("level", lift) == (-1.0, 0.0)
    assert town.streets.equipment.id[town.streets.links.equipment[lift]] == "osm:node/2"


@pytest.mark.parametrize("word", ["no", "private"])
def test_a_lift_that_nobody_may_use_is_closed(tmp_path: Path, word: str) -> None:
    nodes: dict[int, Node] = {**LIFT, 2: (50, 0, {"highway": "elevator", "access": word})}
    town = world(tmp_path, nodes, LEVELS)
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 0)) is None
    assert town.of(LinkKind.LIFT) != []


def test_a_lift_drawn_as_a_ring_joins_what_touches_it_and_keeps_its_cabin(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {1: (0, 0), 2: (50, 0), 3: (52, 0), 4: (52, 2), 5: (50, 2), 6: (100, 2)}
    lift = {"highway": "elevator", "width": "1.1", "length": "1.4", "door:width": "0.9", "maxweight": "630 kg"}
    ways: dict[int, Way] = {
        1: ([1, 2], {**FOOT, "level": "0"}), 2: ([4, 6], {**FOOT, "level": "1"}), 9: ([2, 3, 4, 5, 2], lift),
    }  # fmt: skip
    town = world(tmp_path / "open", nodes, ways)
    assert town.crossed(town.node_near(0, 0), town.node_near(100, 2)) == ["WAY", "LIFT", "WAY"]
    cabin = town.streets.equipment
    assert list(cabin.id) == ["osm:way/9"]
    told = (cabin.width_mm[0], cabin.length_mm[0], cabin.door_mm[0], cabin.load_kg[0])
    assert told == (pytest.approx(1100), pytest.approx(1400), pytest.approx(900), 630)
    closed = world(tmp_path / "closed", nodes, {**ways, 9: ([2, 3, 4, 5, 2], {**lift, "access": "no"})})
    assert closed.crossed(closed.node_near(0, 0), closed.node_near(100, 2)) is None


SQUARE: dict[int, Node] = {
    1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), 5: (-50, 0), 6: (150, 100), 7: (-50, 100),
}  # fmt: skip
INTO: dict[int, Way] = {2: ([5, 1], FOOT), 3: ([3, 6], FOOT)}
PLAZA = {"highway": "pedestrian", "area": "yes"}


def test_a_square_is_crossed_and_not_walked_around(tmp_path: Path) -> None:
    town = world(tmp_path, SQUARE, {1: ([1, 2, 3, 4, 1], PLAZA), **INTO})
    assert town.crossed(town.node_near(-50, 0), town.node_near(150, 100)) == ["WAY", "AREA", "WAY"]
    assert town.streets.links.length_m[town.only(LinkKind.AREA)] == pytest.approx(141.4, rel=0.01)


def test_a_square_with_a_bend_is_crossed_round_its_inward_corner(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SQUARE, 8: (90, 10)}
    town = world(tmp_path, nodes, {1: ([1, 2, 3, 8, 1], PLAZA), **INTO})
    assert town.crossed(town.node_near(-50, 0), town.node_near(150, 100)) == ["WAY", "AREA", "AREA", "WAY"]


def test_a_ring_that_says_no_area_is_walked_along(tmp_path: Path) -> None:
    town = world(tmp_path, SQUARE, {1: ([1, 2, 3, 4, 1], {"highway": "pedestrian"}), **INTO})
    assert town.of(LinkKind.AREA) == []
    assert town.crossed(town.node_near(-50, 0), town.node_near(150, 100)) == ["WAY", "WAY", "WAY"]


def test_a_hole_in_a_square_is_walked_around(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SQUARE, 11: (40, 40), 12: (60, 40), 13: (60, 60), 14: (40, 60)}
    members = '<member type="way" ref="1" role="outer"/><member type="way" ref="8" role="inner"/>'
    tags = '<tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/>'
    ways: dict[int, Way] = {1: ([1, 2, 3, 4, 1], {}), 8: ([11, 12, 13, 14, 11], {}), **INTO}
    town = world(tmp_path, nodes, ways, relations=f'<relation id="5">{members}{tags}</relation>')
    crossed = town.crossed(town.node_near(-50, 0), town.node_near(150, 100))
    assert crossed is not None
    assert crossed.count("AREA") == 2
    assert town.streets.links.osm_type[town.of(LinkKind.AREA)[0]] == 3


def test_a_stop_is_joined_to_the_pavement_of_its_side_and_says_how_far(tmp_path: Path) -> None:
    town = world(tmp_path, SIDEWALKS, {1: ([1, 2, 3], {**ROAD, "sidewalk": "both"})}, stops=stops_at((60, 2), (60, -7)))
    north, south = (int(town.streets.stop_node[row]) for row in (0, 1))
    links = town.streets.links
    joins = {int(links.tail[link]): link for link in town.of(LinkKind.JOIN)}
    assert links.length_m[joins[north]] == pytest.approx(2.0, abs=0.2)
    assert links.length_m[joins[south]] == pytest.approx(3.0, abs=0.2)
    sides = [town.streets.node_lat[links.head[joins[node]]] for node in (north, south)]
    assert sides[0] > sides[1]
    assert int(town.streets.stop_node[2]) == -1  # far from any street


def test_a_stop_prefers_a_pavement_a_little_farther_to_the_middle_of_the_road(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SIDEWALKS, 4: (0, 9), 5: (200, 9)}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], ROAD), 2: ([4, 5], FOOT), 3: ([1, 4], FOOT)}, stops=stops_at((50, 3)))
    links = town.streets.links
    join = town.only(LinkKind.JOIN)
    assert town.streets.node_lat[links.head[join]] == pytest.approx(49.90 + 9 / 111_229, abs=1e-6)


def test_a_bus_stop_is_not_joined_to_the_tunnel_beneath_it(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SIDEWALKS, 4: (0, 30), 5: (300, 30)}
    under = {**FOOT, "tunnel": "yes", "layer": "-1"}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], under), 2: ([4, 5], FOOT)}, stops=stops_at((50, 1)))
    assert town.streets.links.length_m[town.only(LinkKind.JOIN)] == pytest.approx(29, abs=0.3)


def test_islands_are_reported(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**SIDEWALKS, 4: (500, 500), 5: (560, 500)}
    town = world(tmp_path, nodes, {1: ([1, 2, 3], ROAD), 2: ([4, 5], FOOT)}, stops=stops_at((50, 3)))
    assert town.network.report["streets"]["islands"] == 1
    assert town.network.report["streets"]["islands_m"] == 60


def test_a_way_cut_at_the_edge_of_the_extract_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    town = world(tmp_path, LINE, {1: ([1, 2, 99, 3], FOOT)})
    assert town.kinds() == ["WAY"]


def test_every_line_begins_and_ends_at_the_nodes_of_its_link(tmp_path: Path) -> None:
    tags = {**ROAD, "sidewalk": "both"}
    nodes: dict[int, Node] = {**SIDEWALKS, 4: (100, 100), 5: (130, 40), 6: (100, 60, {"kerb": "lowered"})}
    town = world(
        tmp_path, nodes, {1: ([1, 2, 3], tags), 2: ([2, 6, 4], tags), 3: ([2, 5], FOOT)}, stops=stops_at((60, 2))
    )
    streets = town.streets
    first, last = streets.point_offset[:-1], streets.point_offset[1:] - 1
    for at, node in ((first, streets.links.tail), (last, streets.links.head)):
        np.testing.assert_allclose(streets.point_lon[at], streets.node_lon[node], atol=1e-9)
        np.testing.assert_allclose(streets.point_lat[at], streets.node_lat[node], atol=1e-9)


def test_places_addresses_toilets_and_benches_are_landmarks(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {
        **LINE,
        11: (5, 5, {"amenity": "library", "name": "Library"}),
        12: (6, 5, {"amenity": "toilets", "wheelchair": "limited"}),
        13: (7, 5, {"amenity": "bench"}),
        14: (8, 5, {"addr:housenumber": "5", "addr:street": "Long Street", "addr:city": "Town"}),
        15: (9, 5, {"highway": "street_lamp", "name": "lamp"}),
    }
    marks = world(tmp_path, nodes, {1: ([1, 2, 3], FOOT)}).network.landmarks
    assert list(marks.kind) == ["amenity=library", "amenity=toilets", "amenity=bench", "address"]
    assert (marks.name[0], marks.wheelchair[1], marks.street[3], marks.number[3]) == (
        "Library", "limited", "Long Street", "5",
    )  # fmt: skip


def test_two_extracts_meet_at_the_way_that_both_hold(tmp_path: Path) -> None:
    west = read_osm_streets(write_map(tmp_path / "west", {1: (0, 0), 2: (50, 0)}, {1: ([1, 2, 3], FOOT)}))
    nodes: dict[int, Node] = {2: (50, 0), 3: (100, 0), 4: (100, 50)}
    east = read_osm_streets(write_map(tmp_path / "east", nodes, {1: ([1, 2, 3], FOOT), 2: ([3, 4], FOOT)}))
    both = World(add_streets(town(tmp_path / "feed"), [west, east]), west)
    assert both.crossed(both.node_near(0, 0), both.node_near(100, 50)) == ["WAY", "WAY"]
    assert len(both.of(LinkKind.WAY, 1)) == 1


def test_the_order_of_the_extracts_changes_nothing(tmp_path: Path) -> None:
    """Three that overlap, and two of them give one way another surface."""
    nodes: dict[int, Node] = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (100, 50), 5: (100, 100)}
    paved, gravel = {**FOOT, "surface": "asphalt"}, {**FOOT, "surface": "gravel"}
    drawn: list[dict[int, Way]] = [
        {1: ([1, 2, 3], paved)},
        {1: ([1, 2, 3], gravel), 2: ([3, 4], FOOT)},
        {3: ([4, 5], FOOT)},
    ]
    maps = [read_osm_streets(write_map(tmp_path / str(n), nodes, ways)) for n, ways in enumerate(drawn)]
    empty = town(tmp_path / "feed")
    first, *others = (add_streets(empty, order).streets for order in permutations(maps))
    assert len(others) == 5
    for other in others:
        for part in fields(first.links):
            np.testing.assert_array_equal(getattr(other.links, part.name), getattr(first.links, part.name), part.name)
        np.testing.assert_array_equal(other.node_lon, first.node_lon)


def test_a_platform_is_walked_along_its_edge_and_joined_there(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {1: (0, 0), 2: (40, 0), 3: (40, 4), 4: (0, 4), 5: (-60, 0), 6: (-60, 300)}
    ways: dict[int, Way] = {
        1: ([1, 2, 3, 4, 1], {"public_transport": "platform"}),
        2: ([5, 1], FOOT),
        3: ([5, 6], FOOT),
    }
    built = world(tmp_path, nodes, ways, stops=stops_at((30, 4.5)))
    join = built.only(LinkKind.JOIN)
    assert built.streets.links.length_m[join] == pytest.approx(0.5, abs=0.05)
    way = built.crossed([int(built.streets.stop_node[0])], built.node_near(-60, 0))
    assert way is not None
    assert way[0] == "JOIN"
    assert set(way[1:-1]) == {"PLATFORM"}


def test_a_gate_and_a_closed_crossing_stay_apart_at_one_node(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**LINE, 2: (50, 0, {"barrier": "stile"}), 4: (50, 40)}
    built = world(tmp_path, nodes, {1: ([1, 2, 3], FOOT), 2: ([2, 4], FOOT)})
    assert built.crossed(built.node_near(0, 0), built.node_near(100, 0)) == ["WAY", "WAY"]
    assert built.crossed(built.node_near(0, 0), built.node_near(50, 40)) == ["WAY", "BARRIER", "WAY"]


@pytest.fixture(scope="module")
def heidelberg(testdata: Callable[[str], Path]) -> World:
    """The real city, built once."""
    streets = read_osm_streets(testdata("heidelberg/heidelberg.test.pbf"))
    network = build_network([read_gtfs(testdata("heidelberg/vrn_gtfs_cut.zip"), "vrn")], "heidelberg", "Heidelberg")
    return World(add_streets(network, [streets]), streets)


def test_nothing_teleports_in_heidelberg(heidelberg: World) -> None:
    streets = heidelberg.streets
    links = streets.links
    first, last = streets.point_offset[:-1], streets.point_offset[1:] - 1
    for at, node in ((first, links.tail), (last, links.head)):
        np.testing.assert_allclose(streets.point_lon[at], streets.node_lon[node], atol=1e-8)
        np.testing.assert_allclose(streets.point_lat[at], streets.node_lat[node], atol=1e-8)
    straight = np.hypot(
        streets.node_x_m[links.tail] - streets.node_x_m[links.head],
        streets.node_y_m[links.tail] - streets.node_y_m[links.head],
    )
    ridden = links.kind == LinkKind.LIFT
    assert (straight[~ridden] <= links.length_m[~ridden] + 0.01).all()
    assert (links.length_m[np.isin(links.kind, (LinkKind.KERB, LinkKind.BARRIER))] == 0).all()


def test_every_link_of_heidelberg_says_what_the_raw_tags_say(
    heidelberg: World, testdata: Callable[[str], Path]
) -> None:
    links, words = heidelberg.streets.links, heidelberg.streets.words
    path = testdata("heidelberg/heidelberg.test.pbf")
    tags = {raw.osm_id: raw.tags for raw in stream_objects(path, "way")}
    told = Counter[str]()
    for link in np.flatnonzero(links.osm_type == 2).tolist():
        said, kind = tags[int(links.osm_id[link])], links.kind[link]
        drawn = words[links.detail[link]] if links.detail[link] >= 0 else ""
        if drawn in ("sidewalk left", "sidewalk right"):
            assert "sidewalk" in " ".join(said)
            continue
        assert (kind in (LinkKind.STEPS, LinkKind.ESCALATOR)) == (
            said.get("highway") == "steps" and "ramp" not in drawn
        )
        surface = words[links.surface[link]] if links.surface[link] >= 0 else ""
        if kind != LinkKind.LIFT:
            assert surface == said.get("surface", "")
        if said.get("incline", "").endswith("%") and not np.isinf(links.incline_low[link]) and kind != LinkKind.AREA:
            low, high = heidelberg.interval("incline", link)
            assert low <= float(said["incline"].removesuffix("%")) / 100 <= high
            told["incline"] += 1
        if said.get("width", "").replace(".", "", 1).isdigit() and kind in (LinkKind.WAY, LinkKind.ROAD):
            low, high = heidelberg.interval("width", link, "_mm")
            assert math.isnan(low) or low <= 1000 * float(said["width"]) <= high
            told["width"] += 1
    assert told["incline"] > 300
    assert told["width"] > 300


def test_in_heidelberg_nearly_every_stop_of_the_extract_is_joined_nearby(heidelberg: World) -> None:
    report = heidelberg.network.report["streets"]
    assert report["joined"] > 200
    assert report["farther than 30 m"] < 0.05 * report["joined"]
    joins = heidelberg.of(LinkKind.JOIN)
    assert np.median(heidelberg.streets.links.length_m[joins]) < 5


def test_where_crossing_is_forbidden_nobody_crosses(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {
        1: (-40, 0), 3: (0, 0, {"highway": "crossing", "crossing": "no"}), 5: (40, 0), 6: (0, -50), 7: (0, 50),
    }  # fmt: skip
    built = world(tmp_path, nodes, {1: ([1, 3, 5], FOOT), 4: ([6, 3, 7], ROAD)})
    assert built.crossed(built.node_near(-40, 0), built.node_near(40, 0)) is None


def test_steps_at_a_door_are_steps_and_a_plain_door_is_nothing(tmp_path: Path) -> None:
    stepped = world(tmp_path / "a", with_node({"entrance": "yes", "step_count": "2"}), {1: ([1, 2, 3], FOOT)})
    assert stepped.streets.links.steps[stepped.only(LinkKind.STEPS)] == 2
    plain = world(tmp_path / "b", with_node({"entrance": "yes", "step_count": "0"}), {1: ([1, 2, 3], FOOT)})
    assert set(plain.kinds()) == {"WAY"}
    narrow = world(tmp_path / "c", with_node({"entrance": "main", "door:width": "0.7"}), {1: ([1, 2, 3], FOOT)})
    assert narrow.interval("width", narrow.only(LinkKind.BARRIER), "_mm") == (650.0, 750.0)


def test_what_is_stored_is_what_is_opened(tmp_path: Path) -> None:
    path = write_map(tmp_path, SIDEWALKS, {1: ([1, 2, 3], {**ROAD, "sidewalk": "both", "name": "Long Street"})})
    feed = feed_of(tmp_path, stops=stops_at((60, 2)))
    made = build(tmp_path / "net", [Input("town", feed)], FactInputs(osm=(path,)))
    opened = open_network(tmp_path / "net")
    assert opened.streets.known
    np.testing.assert_array_equal(opened.streets.links.tail, made.streets.links.tail)
    np.testing.assert_array_equal(opened.streets.stop_node, made.streets.stop_node)
    assert list(opened.streets.words) == list(made.streets.words)
    assert list(opened.landmarks.name) == list(made.landmarks.name)


def test_without_a_map_nothing_is_known_and_nothing_is_joined(tmp_path: Path) -> None:
    opened = add_streets(town(tmp_path, stops=stops_at((60, 2))), [])
    assert not opened.streets.known
    assert opened.streets.stop_node.tolist() == [-1, -1, -1]
    assert "streets" not in opened.report


def test_a_map_and_a_raster_that_cannot_be_read_are_told_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_map, bad_raster = tmp_path / "bad.osm", tmp_path / "bad.tif"
    for path in (bad_map, bad_raster):
        path.write_bytes(b"neither of both")
    words = ["--gtfs", str(feed_of(tmp_path)), "--osm", str(bad_map), "--elevation", str(bad_raster)]
    assert main(["build", str(tmp_path / "net"), *words]) == 3
    told = capsys.readouterr().err
    assert "bad.osm" in told
    assert "bad.tif" in told
    assert not (tmp_path / "net").exists()


def test_a_crossing_drawn_as_its_signals_is_a_crossing(tmp_path: Path) -> None:
    signals = {"highway": "traffic_signals", "crossing": "traffic_signals", "kerb": "flush"}
    nodes: dict[int, Node] = {1: (-40, 0), 3: (0, 0, signals), 5: (40, 0), 6: (0, -50), 7: (0, 50)}
    built = world(tmp_path, nodes, {1: ([1, 3, 5], FOOT), 4: ([6, 3, 7], ROAD)})
    assert built.crossed(built.node_near(-40, 0), built.node_near(40, 0)) == ["WAY", "KERB", "KERB", "WAY"]
    assert built.streets.words[built.streets.links.detail[built.of(LinkKind.KERB)[0]]] == "traffic_signals"


def test_rails_are_crossed_without_a_kerb_that_nobody_speaks_of(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {**LINE, 2: (50, 0, {"railway": "crossing"})}
    assert world(tmp_path, nodes, {1: ([1, 2, 3], FOOT)}).of(LinkKind.KERB) == []
