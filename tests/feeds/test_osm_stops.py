"""Platforms and bus stops of OpenStreetMap: units, words, and kerbs that are no quays."""

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest

from planner.errors import FeedError
from planner.facts import Evidence, Method, Subject
from planner.feeds.evidence import Reading
from planner.feeds.osm_objects import read_osm_objects
from planner.feeds.osm_stops import is_told_quay, read_osm_stops

BUS_STOP = {"highway": "bus_stop", "public_transport": "platform"}
METRE = 1 / 111_195  # degrees of latitude


def stops_at(*metres_north: float) -> pd.DataFrame:
    ids = [chr(ord("A") + number) for number in range(len(metres_north))]
    lat = [50 + north * METRE for north in metres_north]
    return pd.DataFrame({"id": ids, "lon": [8.0] * len(ids), "lat": lat, "name": ids})


def node(number: int, tags: dict[str, str], north: float = 0.0) -> str:
    inner = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
    return f'<node id="{number}" lat="{50 + north * METRE}" lon="8.0">{inner}</node>'


def read(tmp_path: Path, *objects: str, stops: pd.DataFrame | None = None) -> Reading:
    path = tmp_path / "map.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(objects)}</osm>', encoding="utf-8")
    return read_osm_stops(path, stops_at(0) if stops is None else stops)


def heights(reading: Reading) -> list[Evidence]:
    return [row for row in reading.evidence if row.attribute == "height_mm"]


def values(reading: Reading) -> dict[str, object]:
    return {row.attribute: row.value for row in reading.evidence}


@pytest.mark.parametrize(
    ("text", "mm"), [("0.06", 60), ("3cm", 30), ("3 cm", 30), ("0,18 m", 180), ('7"', 177.8), ("180 mm", 180), ("0", 0)]
)
def test_kerb_heights_in_metres_centimetres_and_inches(tmp_path: Path, text: str, mm: float) -> None:
    reading = read(tmp_path, node(1, BUS_STOP | {"kerb:height": text}))
    (row,) = heights(reading)
    assert row.value == pytest.approx(mm)
    assert (row.method, row.tolerance, row.subject_id) == (Method.OSM, 20, "A")
    assert values(reading)["height_reference"] == "road"
    assert values(reading)["osm_id"] == "node/1"


@pytest.mark.parametrize(
    ("text", "code"),
    [("17", "AMBIGUOUS_UNIT"), ("17 m", "IMPOSSIBLE_VALUE"), ("low", "UNREADABLE_VALUE"), ("1,234", "AMBIGUOUS_UNIT")],
)
def test_a_height_without_a_possible_meaning_is_a_finding(tmp_path: Path, text: str, code: str) -> None:
    reading = read(tmp_path, node(1, BUS_STOP | {"kerb:height": text}))
    assert heights(reading) == []
    assert [finding.code for finding in reading.findings] == [code]
    assert reading.findings[0].where == "map.osm, node/1"


@pytest.mark.parametrize(("word", "low", "high"), [("raised", 120, 180), ("lowered", 20, 40), ("flush", 0, 10)])
def test_a_kerb_word_is_an_inferred_interval(tmp_path: Path, word: str, low: float, high: float) -> None:
    (row,) = heights(read(tmp_path, node(1, BUS_STOP | {"kerb": word})))
    assert row.method is Method.INFERRED
    assert isinstance(row.value, float)
    assert row.tolerance is not None
    assert (row.value - row.tolerance, row.value + row.tolerance) == (low, high)


def test_a_measured_height_silences_the_kerb_word(tmp_path: Path) -> None:
    (row,) = heights(read(tmp_path, node(1, BUS_STOP | {"kerb": "raised", "kerb:height": "0.06"})))
    assert (row.value, row.method) == (60.0, Method.OSM)


@pytest.mark.parametrize("word", ["yes", "rolled", "no", "regular"])
def test_other_kerb_words_give_no_height(tmp_path: Path, word: str) -> None:
    assert heights(read(tmp_path, node(1, BUS_STOP | {"kerb": word}))) == []


def test_a_kerb_of_a_crossing_is_no_quay_height(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        node(1, {"barrier": "kerb", "kerb": "raised", "kerb:height": "0.18"}),
        node(2, {"highway": "crossing", "kerb": "lowered", "kerb:height": "3cm"}),
        node(3, {"public_transport": "stop_position", "highway": "bus_stop", "kerb:height": "0.2"}),
    )
    assert reading.evidence == []
    assert reading.report["objects"] == 0


def test_flags_words_and_the_guidance_kerb(tmp_path: Path) -> None:
    tags = {
        "kerb:approach_aid": "yes",
        "wheelchair": "limited",
        "tactile_paving": "no",
        "shelter": "yes",
        "bench": "perhaps",
        "incline": "up",
        "incline:across": "2%",
    }
    assert values(read(tmp_path, node(1, BUS_STOP | tags))) == {
        "edge_type": "guidance_kerb",
        "declared_access": "partial",
        "tactile_strip": False,
        "shelter": True,
        "cross_slope": 0.02,
        "osm_id": "node/1",
    }


def test_rail_platforms_are_measured_from_the_rail_and_shared_ones_from_nobody_knows(tmp_path: Path) -> None:
    rail = read(tmp_path, node(1, {"railway": "platform", "height": "0.76"}))
    assert (values(rail)["height_reference"], values(rail)["edge_type"]) == ("rail", "platform")
    shared = read(tmp_path, node(1, {"railway": "platform", "highway": "platform", "height": "0.3"}))
    assert "height_reference" not in values(shared)


def test_a_portable_ramp_is_equipment_of_its_own(tmp_path: Path) -> None:
    tags = {"ramp:portable": "yes", "ramp:portable:length": "1.6", "ramp:portable:maxweight": "300"}
    reading = read(tmp_path, node(1, BUS_STOP | tags))
    told = {row.attribute: row.value for row in reading.evidence if row.subject is Subject.EQUIPMENT}
    assert told == {"kind": "ramp", "location": "A", "length_mm": 1600.0}
    assert [finding.code for finding in reading.findings] == ["AMBIGUOUS_UNIT"], "tonnes or kg"


def test_objects_at_one_stop_count_where_they_agree(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        node(1, BUS_STOP | {"kerb:height": "0.18", "shelter": "yes"}),
        node(2, {"highway": "platform", "kerb:height": "18 cm", "shelter": "no", "kerb": "raised"}, 2),
    )
    assert [row.value for row in heights(reading)] == [180.0]
    assert "shelter" not in values(reading)
    assert [finding.code for finding in reading.findings] == ["AMBIGUOUS_JOIN"]
    assert "contradict each other in shelter" in reading.findings[0].text


def test_a_word_of_one_object_does_not_contradict_the_number_of_another(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        node(1, BUS_STOP | {"kerb": "raised"}),
        node(2, {"highway": "platform", "kerb:height": "0.21"}, 2),
    )
    assert [(row.value, row.method) for row in heights(reading)] == [(210.0, Method.OSM)]
    assert reading.findings == []


def test_a_platform_between_two_stops_is_reported_and_not_guessed(tmp_path: Path) -> None:
    reading = read(tmp_path, node(1, BUS_STOP | {"kerb:height": "0.18"}, 3), stops=stops_at(0, 6))
    assert reading.evidence == []
    assert [finding.code for finding in reading.findings] == ["AMBIGUOUS_JOIN"]
    for metres in (22, 30):
        far = read(tmp_path, node(1, BUS_STOP | {"kerb:height": "0.18"}, metres))
        assert far.report["without_stop"] == ["node/1"]
        assert far.evidence == []


def test_a_way_counts_with_its_nearest_edge(tmp_path: Path) -> None:
    way = '<way id="9"><nd ref="1"/><nd ref="2"/><tag k="railway" v="platform"/><tag k="height" v="0.55"/></way>'
    reading = read(tmp_path, node(1, {}, -100), node(2, {}, 100), way, stops=stops_at(0))
    assert values(reading)["height_mm"] == 550.0
    assert reading.report["joins"] == [("way/9", "A", 0.0)]


def test_a_document_type_and_a_file_that_is_no_map_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.osm"
    path.write_text('<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "b">]><osm/>')
    with pytest.raises(FeedError, match="document type"):
        read_osm_stops(path, stops_at(0))
    for content in (
        b"",
        b"no map at all",
        b'<osm><node id="x" lat="1" lon="2"><tag k="railway" v="platform"/></node></osm>',
    ):
        path.write_bytes(content)
        with pytest.raises(FeedError):
            read_osm_stops(path, stops_at(0))


def test_wendlingen_has_two_rail_heights_and_raised_bus_kerbs(testdata: Callable[[str], Path]) -> None:
    file = testdata("osm_fixtures/wendlingen-bahnhof.osm.pbf")
    told = {located.osm_id: located for located in read_osm_objects(file, is_told_quay)}
    assert told["way/454624584"].tags["height"] == "0.96"
    assert told["relation/4048234"].tags["height"] == "0.76"
    lon, lat = map(float, told["node/3161863723"].wkt.removeprefix("POINT (").removesuffix(")").split())
    stops = pd.DataFrame({"id": ["bus"], "lon": [lon], "lat": [lat], "name": ["Bussteig 2"]})
    (row,) = heights(read_osm_stops(file, stops, max_distance_m=3))
    assert (row.value, row.tolerance, row.method) == (150.0, 30.0, Method.INFERRED)
    shared, own = (point.split() for point in told["way/454624584"].wkt.split("((")[1].split(", ")[:2])
    rail = pd.DataFrame({"id": ["rail"], "lon": [float(own[0])], "lat": [float(own[1])], "name": ["1"]})
    reading = read_osm_stops(file, rail, max_distance_m=3)
    assert values(reading)["height_mm"] == 960.0
    assert values(reading)["height_reference"] == "rail"
    corner = rail.assign(lon=float(shared[0]), lat=float(shared[1]))
    both = read_osm_stops(file, corner, max_distance_m=3)
    assert both.evidence == [], "the two platforms share a corner: which one this stop is at, nobody said"
    assert "contradict each other in height_mm" in both.findings[0].text


def test_karlsruhe_has_kerb_heights_and_none_of_them_is_a_quay(testdata: Callable[[str], Path]) -> None:
    file = testdata("osm_fixtures/karlsruhe-kit-nord.osm.pbf")
    kerbs = read_osm_objects(file, lambda tags: "kerb:height" in tags)
    assert [(located.tags["barrier"], located.tags["kerb:height"]) for located in kerbs] == [("kerb", "0.18")] * 2
    assert not any(is_told_quay(located.tags) for located in kerbs)


def test_paris_has_declared_stops_and_no_height(testdata: Callable[[str], Path]) -> None:
    file = testdata("osm_fixtures/paris_bss.osm.pbf")
    told = read_osm_objects(file, is_told_quay)
    places = [located.wkt.removeprefix("POINT (").removesuffix(")").split() for located in told]
    stops = pd.DataFrame(
        {
            "id": [located.osm_id for located in told],
            "lon": [float(place[0]) for place in places],
            "lat": [float(place[1]) for place in places],
            "name": "",
        }
    )
    reading = read_osm_stops(file, stops)
    access = [row.value for row in reading.evidence if row.attribute == "declared_access"]
    assert (access.count("no"), access.count("yes")) == (46, 29)
    assert heights(reading) == []
