"""The ground of a map: what an object is, and tiles that hold it."""

from pathlib import Path

import pyogrio
import pytest

from planner.feeds import osm_ground
from planner.feeds.osm_ground import Ground, ground_kind, read_osm_ground
from planner.network.ground_map import draw_ground
from planner.network.store import FAR, NEAR

OSM = """<osm version="0.6">
<node id="1" lat="48.00" lon="2.00"/><node id="2" lat="48.00" lon="2.01"/><node id="3" lat="48.01" lon="2.01"/>
<node id="4" lat="48.01" lon="2.00"/><node id="5" lat="48.004" lon="2.004"/><node id="6" lat="48.004" lon="2.006"/>
<node id="7" lat="48.006" lon="2.006"/><node id="8" lat="48.006" lon="2.004"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
<way id="2"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/></way>
<way id="3"><nd ref="1"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="Broad Way"/></way>
<way id="4"><nd ref="5"/><nd ref="7"/><tag k="highway" v="steps"/></way>
<way id="5"><nd ref="5"/><nd ref="6"/><tag k="highway" v="primary"/><tag k="tunnel" v="yes"/></way>
<relation id="1"><member type="way" ref="1" role="outer"/><member type="way" ref="2" role="inner"/>
<tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>
</osm>"""


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "primary"}, "major"),
        ({"highway": "residential"}, "street"),
        ({"highway": "residential", "area": "yes"}, None),
        ({"highway": "footway"}, "path"),
        ({"highway": "steps"}, "steps"),
        ({"highway": "proposed"}, None),
        ({"railway": "tram"}, "rail"),
        ({"railway": "subway", "tunnel": "yes"}, None),
        ({"natural": "water"}, "water"),
        ({"waterway": "canal"}, "river"),
        ({"leisure": "park"}, "green"),
        ({"building": "yes"}, "building"),
        ({"building": "no"}, None),
        ({"amenity": "bench"}, None),
    ],
)
def test_what_an_object_is_on_a_map(tags: dict[str, str], kind: str | None) -> None:
    assert ground_kind(tags) == kind


def test_the_ground_of_a_file_becomes_tiles_with_its_holes(tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_text(OSM, "utf-8")
    ground = read_osm_ground(tmp_path / "town.osm")
    assert sorted(one.kind for one in ground) == ["major", "steps", "water"]
    out = tmp_path / "out"
    out.mkdir()
    assert [path.name for path in draw_ground(ground, out)] == [FAR, NEAR]
    assert sorted(path.name for path in out.iterdir()) == [FAR, NEAR], "nothing else is left behind"
    for name, kinds in ((FAR, {"major", "water"}), (NEAR, {"major", "water", "steps"})):
        assert (out / name).read_bytes()[:8] == b"PMTiles\x03"
        rows = pyogrio.read_dataframe(out / name, layer="ground")
        assert set(rows["kind"]) == kinds
        assert set(rows["name"].dropna()) == {"Broad Way"}
    water = rows[rows["kind"] == "water"].to_crs(32631)
    island = 111_195 * 0.002 * 111_195 * 0.002 * 0.669  # the inner ring, cos 48 degrees
    whole = 25 * island
    assert water.geometry.area.sum() == pytest.approx(whole - island, rel=0.02), "the island is not water"


def test_nothing_known_is_no_file(tmp_path: Path) -> None:
    assert draw_ground([], tmp_path) == []
    assert draw_ground([Ground("water", "", "MULTILINESTRING ((2 48, 2.1 48))")], tmp_path) == [], "a cut outline"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    ground = [Ground("street", "", "MULTILINESTRING ((2 48, 2.1 48))")]
    with pytest.raises(OSError, match=r"ground-far\.pmtiles cannot be written"):
        draw_ground(ground, tmp_path / "missing")


def test_a_large_file_gives_less_and_a_country_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "town.osm"
    path.write_text(OSM.replace('<tag k="highway" v="steps"/>', '<tag k="building" v="yes"/>'), "utf-8")
    assert sorted(one.kind for one in read_osm_ground(path)) == ["building", "major", "water"]
    monkeypatch.setattr(osm_ground, "MOST_BYTES_WITH_BUILDINGS", 100)
    assert sorted(one.kind for one in read_osm_ground(path)) == ["major", "water"]
    monkeypatch.setattr(osm_ground, "MOST_BYTES", 100)
    assert read_osm_ground(path) == []
