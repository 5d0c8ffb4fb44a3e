"""The reader of streets: hostile files, and real ones counted against their raw tags."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network.towns import town
from street_worlds import FOOT, Node, Way, write_map

from planner.errors import FeedError
from planner.feeds.osm import read_osm_streets
from planner.feeds.osm_objects import stream_objects
from planner.network.street_building import add_streets
from planner.network.tables import Network

LINE: dict[int, Node] = {1: (0, 0), 2: (50, 0), 3: (100, 0)}
Find = Callable[[str], Path]
FIXTURES = ("karlsruhe-kit-nord", "luisenplatz-darmstadt", "moorgate", "paris_bss", "wendlingen-bahnhof")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "OpenStreetMap"),
        (b"not a map", "OpenStreetMap"),
        (b"<osm><way id='1'>", "XML"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f\xff\xff", "OpenStreetMap"),
        (b"<osm><node id='x' lat='1' lon='1'><tag k='highway' v='crossing'/></node></osm>", "OpenStreetMap"),
        (b"<!DOCTYPE osm [<!ENTITY a 'aaaa'>]><osm><node id='1' lat='1' lon='1'/>&a;</osm>", "document type"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_a_cure(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(FeedError) as refused:
        read_osm_streets(path)
    assert "broken.osm.pbf" in str(refused.value)
    assert word in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"absent\.osm"):
        read_osm_streets(tmp_path / "absent.osm")


def test_a_cut_pbf_is_refused(tmp_path: Path, testdata: Find) -> None:
    whole = testdata("osm_fixtures/moorgate.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FeedError, match=r"cut\.osm\.pbf"):
        read_osm_streets(path)


def test_absurd_tags_are_findings_and_no_facts(tmp_path: Path) -> None:
    tags = {
        **FOOT, "width": "one metre", "incline": "steep", "incline:across": "999%", "level": "roof", "smoothness": "",
        "wheelchair": "maybe", "lit": "🕯", "name": "x" * 5000, "surface": "la\nva",
    }  # fmt: skip
    nodes: dict[int, Node] = {**LINE, 2: (50, 0, {"barrier": "kerb", "kerb:height": "-3 cm"})}
    found = read_osm_streets(write_map(tmp_path, nodes, {1: ([1, 2, 3], tags)}))
    facts = found.ways[0].facts
    assert facts.width[0] != facts.width[0]  # NaN
    assert facts.incline[0] != facts.incline[0]
    assert (facts.allowed, facts.lit) == (0, 0)
    assert Counter(finding.where for finding in found.findings) == {"map.osm, way/1": 4, "map.osm, node/2": 1}
    assert found.obstacles[2].kerb[0] != found.obstacles[2].kerb[0]


def test_an_ambiguous_unit_is_a_finding_with_its_place(tmp_path: Path) -> None:
    found = read_osm_streets(write_map(tmp_path, LINE, {4: ([1, 2, 3], {**FOOT, "incline": "8"})}))
    (finding,) = found.findings
    assert (finding.code, finding.where, finding.subject_id) == ("AMBIGUOUS_UNIT", "map.osm, way/4", "osm:way/4")
    assert '"8"' in finding.text


KEYS = st.sampled_from(
    ["highway", "barrier", "kerb", "kerb:height", "level", "width", "incline", "sidewalk", "sidewalk:left", "conveying",
     "step_count", "access", "foot", "area", "indoor", "crossing", "maxwidth:physical", "ramp:wheelchair", "layer"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["footway", "steps", "elevator", "residential", "pedestrian", "crossing", "kerb", "gate", "both", "left",
     "separate", "no", "yes", "0", "-1;0", "0-99999999", "1e309", "up", "3cm", "forward", "private", "area",
     "corridor", "", "\u0661"]
)  # fmt: skip
TAGS = st.dictionaries(KEYS, VALUES, max_size=6)


@pytest.fixture(scope="module")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return town(tmp_path_factory.mktemp("town"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(TAGS, min_size=7, max_size=7), st.lists(st.lists(st.integers(1, 4), min_size=2, max_size=7), max_size=3)
)
def test_no_mixture_of_tags_breaks_the_reader_or_the_builder(
    small_town: Network, tmp_path: Path, tags: list[dict[str, str]], refs: list[list[int]]
) -> None:
    nodes: dict[int, Node] = {n: (20 * n, 5 * n * n, tags[n - 1]) for n in range(1, 5)}
    ways: dict[int, Way] = {n: (line, tags[4 + n]) for n, line in enumerate(refs)}
    found = read_osm_streets(write_map(tmp_path, nodes, ways))
    streets = add_streets(small_town, [found]).streets
    links = streets.links
    assert (links.length_m >= 0).all()
    assert (links.tail < len(streets.node_lon)).all()
    assert not (links.width_low_mm > links.width_high_mm).any()
    assert not (links.incline_low > links.incline_high).any()


def raw_ways(path: Path) -> dict[int, dict[str, str]]:
    return {raw.osm_id: raw.tags for raw in stream_objects(path, "way")}


@pytest.mark.parametrize("name", FIXTURES)
def test_every_public_stair_of_a_real_extract_is_a_stair_and_nothing_else_is(testdata: Find, name: str) -> None:
    path = testdata(f"osm_fixtures/{name}.osm.pbf")
    tags, found = raw_ways(path), read_osm_streets(path)
    stairs = {way.osm_id for way in found.ways if way.facts.kind in ("steps", "escalator")}
    closed = {"no", "private"}
    expected = {
        osm_id
        for osm_id, said in tags.items()
        if said.get("highway") == "steps" and said.get("access") not in closed and said.get("foot") not in closed
    }
    assert stairs == expected
    assert all(way.facts.steps != 0 for way in found.ways if way.osm_id in stairs and way.facts.kind == "steps")


def test_the_kerbs_of_paris_are_on_its_crossings(testdata: Find) -> None:
    found = read_osm_streets(testdata("osm_fixtures/paris_bss.osm.pbf"))
    lowered = [one for one in found.crossings.values() if one.kerb == (0.0, 40.0)]
    assert len(lowered) > 500
    assert all(one.kerb in ((0.0, 40.0),) or one.kerb[0] != one.kerb[0] for one in found.crossings.values())


def test_the_edge_of_a_bus_stop_is_no_kerb_in_the_way(testdata: Find) -> None:
    found = read_osm_streets(testdata("osm_fixtures/wendlingen-bahnhof.osm.pbf"))
    assert all(one.kind != "kerb" for one in found.obstacles.values())


def test_kerbs_drawn_as_lines_are_crossed_where_ways_meet_them(testdata: Find) -> None:
    path = testdata("osm_fixtures/moorgate.osm.pbf")
    tags, found = raw_ways(path), read_osm_streets(path)
    lines = [one for one in found.obstacles.values() if one.kind == "kerb" and one.osm_type == 2]
    assert lines
    assert all(tags[one.osm_id]["barrier"] == "kerb" for one in lines)
    assert {one.kerb for one in lines if one.detail == "flush"} <= {(0.0, 10.0), (0.0, 40.0)}


def test_heidelberg_has_its_kerb_heights_in_metres_and_centimetres(testdata: Find) -> None:
    found = read_osm_streets(testdata("heidelberg/heidelberg.test.pbf"))
    told = sorted(facts.kerb for facts in (*found.obstacles.values(), *found.crossings.values()) if facts.kerb[0] > 10)
    assert told == [(20.0, 40.0)] * 4 + [(50.0, 70.0)]
    kinds = Counter(way.facts.kind for way in found.ways)
    assert kinds["steps"] > 1400
    assert kinds["way"] > 7000
