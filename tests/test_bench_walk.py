"""The bench beside another engine: what is said of a pair on which the two differ, with an engine made up here."""

from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

import pytest
from street_worlds import FOOT, LAT, LON, M_EAST, M_NORTH, Node, Way, world, write_map

from planner.feeds.osm import read_osm_streets
from planner.model import Place
from scripts.bench_streets import cut_extract
from scripts.bench_walk_peer import (
    BESIDE_IT,
    CHAIR_TYPE,
    FOOT_TYPE,
    NOT_FOUND_OUT,
    ON_FOOT_ALONE,
    ONE_WAY,
    Compared,
    compare,
    what_differs,
)
from scripts.peer_valhalla import decoded

ASPHALT = {**FOOT, "surface": "asphalt", "width": "3", "incline": "0"}
STEPS = {"highway": "steps", "step_count": "9"}
AREA = {**ASPHALT, "highway": "pedestrian", "area": "yes"}
CORNERS: dict[int, Node] = {1: (0, 0), 2: (300, 0), 3: (0, 200), 4: (300, 200), 5: (-20, 0), 6: (320, 0)}


def at(x: float, y: float) -> Place:
    return Place(f"{x} {y}", LAT + y * M_NORTH, LON + x * M_EAST)


class Engine:
    """Walks whatever it was told to, and may use the ways that it was told."""

    def __init__(self, way: dict[str, Any] | None, usable: set[int]) -> None:
        self.way, self.usable = way, usable

    def routes(
        self, pairs: Sequence[tuple[Place, Place]], *, shortest: bool, kind: str = CHAIR_TYPE
    ) -> list[dict[str, Any] | None]:
        return [self.way for _ in pairs]

    def near(self, points: Sequence[tuple[float, float]]) -> list[set[int]]:
        return [self.usable for _ in points]


def compared(folder: Path, ways: dict[int, Way], engine: Engine) -> Compared:
    network = world(folder / "network", CORNERS, ways).network
    return compare(network, "town", [(at(0, 0), at(300, 0))], write_map(folder / "again", CORNERS, ways), engine)


def straight(length_m: float, *ways: int) -> dict[str, Any]:
    shape = [(LON, LAT), (LON + 300 * M_EAST, LAT)]
    return {"length_m": length_m, "duration_s": 90.0, "took_ms": 1.0, "shape": shape, "ways": list(ways)}


def test_a_shorter_way_of_theirs_is_explained_by_what_we_refuse_of_it(tmp_path: Path) -> None:
    ways: dict[int, Way] = {7: ((1, 2), STEPS), 8: ((1, 3, 4, 2), ASPHALT)}
    told = compared(tmp_path, ways, Engine(straight(300.0, 7), {7, 8}))
    assert [cause[:3] for cause in told.causes] == [("ours is longer", "we refuse it: NO_STEPS", 1)]
    assert told.causes[0][3] == "highway=steps (1)"
    assert (told.both, told.apart) == (1, 1)


def test_a_way_of_ours_that_they_do_not_find_is_explained_by_what_they_refuse_of_it(tmp_path: Path) -> None:
    told = compared(tmp_path, {7: ((1, 2), ASPHALT)}, Engine(None, set()))
    assert [cause[:3] for cause in told.causes] == [("only we find one", "they refuse one of its ways", 1)]
    assert (told.ours_alone, told.both) == (1, 0)


def test_a_square_that_only_we_cross_is_told_as_such(tmp_path: Path) -> None:
    ways: dict[int, Way] = {7: ((1, 2, 4, 3, 1), AREA), 8: ((5, 1), ASPHALT), 9: ((2, 6), ASPHALT)}
    told = compared(tmp_path, ways, Engine(straight(700.0, 7), set()))
    assert [cause[:3] for cause in told.causes] == [
        ("theirs is longer", "we cross an area or a platform, they do not", 1)
    ]


class Picky(Engine):
    """Comes along on foot, or the other way round, or begins on another way, but not in a chair eastwards."""

    def __init__(self, *, on_foot: bool = False, back: bool = False, beside: bool = False) -> None:
        super().__init__(None, {7})
        self.on_foot, self.back, self.beside = on_foot, back, beside

    def routes(
        self, pairs: Sequence[tuple[Place, Place]], *, shortest: bool, kind: str = CHAIR_TYPE
    ) -> list[dict[str, Any] | None]:
        open_ = [(self.on_foot and kind == FOOT_TYPE) or (self.back and b.lon < a.lon) for a, b in pairs]
        return [straight(150.0, 7) if one else None for one in open_]

    def near(self, points: Sequence[tuple[float, float]]) -> list[set[int]]:
        return [{9} if self.beside and lon in (at(0, 0).lon, at(300, 0).lon) else {7} for lon, _ in points]


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        (Picky(beside=True, on_foot=True), BESIDE_IT),
        (Picky(on_foot=True, back=True), ON_FOOT_ALONE),
        (Picky(back=True), ONE_WAY),
        (Picky(), NOT_FOUND_OUT),
    ],
)
def test_where_they_do_not_come_through_they_are_asked_otherwise(engine: Engine, why: str, tmp_path: Path) -> None:
    told = compared(tmp_path, {7: ((1, 2), ASPHALT)}, engine)
    assert [cause[:3] for cause in told.causes] == [("only we find one", why, 1)]


def test_ways_that_are_alike_need_no_reason(tmp_path: Path) -> None:
    told = compared(tmp_path, {7: ((1, 2), ASPHALT)}, Engine(straight(302.0, 7), {7}))
    assert not told.causes
    assert told.ratio is not None
    assert told.ratio.median == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (100.0, 119.0, ""),
        (100.0, 121.0, "theirs is longer"),
        (121.0, 100.0, "ours is longer"),
        (inf, 100.0, "only they find one"),
        (100.0, inf, "only we find one"),
        (inf, inf, ""),
    ],
)
def test_what_differs(ours: float, theirs: float, told: str) -> None:
    assert what_differs(ours, theirs) == told


def test_a_line_of_valhalla_is_read() -> None:
    assert decoded("_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI") == [(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)]


def test_a_part_of_an_extract_holds_its_western_nodes_and_what_lies_on_them(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {1: (0, 0), 2: (10, 0, {"barrier": "gate"}), 3: (20, 0), 4: (30, 0)}
    ways: dict[int, Way] = {7: ((1, 2, 3), ASPHALT), 8: ((3, 4), {**FOOT, "name": "A & B"}), 9: ((1, 4), FOOT)}
    whole, part = write_map(tmp_path, nodes, ways), tmp_path / "part.osm"
    cut_extract(whole, part, 0.5)
    assert {way.osm_id: way.refs for way in read_osm_streets(part).ways} == {7: (1, 2)}
    cut_extract(whole, part, 1.0)
    assert read_osm_streets(part).counts == read_osm_streets(whole).counts
