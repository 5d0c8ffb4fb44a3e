"""The recipe: files become a stored network, or a sentence and nothing else."""

import zipfile
from pathlib import Path

import pytest
from gtfs_world import feed_of, tables, write_folder, write_zip

from planner import build as recipe
from planner.build import FactInputs, Input, Labels, build, parse_input, parse_inputs, safe_name
from planner.errors import FeedError, NetworkError, QueryError
from planner.model import Flag
from planner.network.store import open_network, read_manifest


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(out: Path, *inputs: Input, facts: FactInputs | None = None) -> FeedError:
    with pytest.raises(FeedError) as caught:
        build(out, list(inputs), facts)
    assert not out.exists()
    assert not [name for name in leftovers(out.parent) if name.startswith(f".{out.name}")], "half-built"
    return caught.value


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_a_feed_becomes_a_network_with_labels(tmp_path: Path, kind: str) -> None:
    feed = feed_of(tmp_path) if kind == "zip" else write_folder(tmp_path / "feed", tables())
    built = build(tmp_path / "out", [Input("town", feed)], labels=Labels("Little Town", "Town buses", "A test."))
    network = open_network(tmp_path / "out")
    assert (network.title, network.attribution, network.notice) == ("Little Town", "Town buses", "A test.")
    assert list(network.stops.id) == list(built.stops.id) == ["town:market", "town:dock", "town:hospital"]


def test_without_labels_the_folder_and_the_agencies_name_it(tmp_path: Path) -> None:
    build(tmp_path / "Ma Ville", [Input("town", feed_of(tmp_path))])
    network = open_network(tmp_path / "Ma Ville")
    assert (network.name, network.title, network.attribution) == ("Ma_Ville", "Ma Ville", "Town buses")


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("feed.zip", "feed", "feed.zip"),
        ("a/b/Été 2026.gtfs.zip", "Ete_2026", "a/b/Été 2026.gtfs.zip"),
        ("town=feed.zip", "town", "feed.zip"),
        ("town=a=b.zip", "town", "a=b.zip"),
        ("T-1_x=feed.zip", "T-1_x", "feed.zip"),
        ("...", "feed", "..."),
        ("日本.zip", "feed", "日本.zip"),
        ("a:b.zip", "a_b", "a:b.zip"),
    ],
)
def test_a_feed_is_called_by_its_name_or_by_its_stem_made_safe(text: str, name: str, path: str) -> None:
    assert parse_input(text) == Input(name, Path(path))


def test_a_path_with_an_equals_sign_that_exists_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a=b.zip"
    path.touch()
    assert parse_input(str(path)) == Input("a_b", path)


@pytest.mark.parametrize("text", ["a:b=feed.zip", "=feed.zip", "a b=feed.zip", "é=feed.zip", "../x=feed.zip"])
def test_a_name_that_cannot_begin_an_id_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="use letters, digits, - and _") as caught:
        parse_input(text)
    assert caught.value.field == "--gtfs"


def test_two_feeds_of_one_name_are_refused_with_the_cure() -> None:
    with pytest.raises(QueryError, match="two feeds are called feed; name them: --gtfs NAME=PATH"):
        parse_inputs(["a/feed.zip", "b/feed.zip"])
    assert [one.name for one in parse_inputs(["a/feed.zip", "x=b/feed.zip"])] == ["feed", "x"]


@pytest.mark.parametrize("text", ["", "///", "é", "-", "a" * 500, "\x00"])
def test_a_safe_name_is_never_empty_and_safe_already(text: str) -> None:
    name = safe_name(text)
    assert name
    assert safe_name(name) == name


HOSTILE = {
    "empty.zip": b"",
    "text.zip": b"this is no zip",
    "cut.zip": b"PK\x03\x04" + b"\0" * 40,
    "picture.zip": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_feed_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    assert name in str(refusal(tmp_path / "out", Input("town", path)))


def test_a_path_that_climbs_out_is_refused_or_harmless_and_writes_nothing_outside(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "evil.zip", {"../../stops.txt": b"x", "/etc/agency.txt": b"y"})
    refusal(tmp_path / "out", Input("town", path))
    assert leftovers(tmp_path) == ["evil.zip"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tables().items():
            if name != "stop_times.txt":
                archive.writestr(name, content)
        with archive.open("stop_times.txt", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b"0" * 1_000_000)
    error = refusal(tmp_path / "out", Input("town", path))
    assert "bomb.zip" in str(error)
    assert leftovers(tmp_path) == ["bomb.zip"]


def test_the_faults_of_every_source_are_told_together(tmp_path: Path) -> None:
    survey = write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nmarket,tall\n"})
    other = write_folder(tmp_path / "other", tables(stops=None, trips=None))
    broken = write_folder(tmp_path / "broken", tables(routes=None))
    error = refusal(tmp_path / "out", Input("a", other), Input("b", broken))
    assert [fault.file for fault in error.faults] == ["stops.txt", "routes.txt"]
    assert "other" in error.source
    assert "broken" in error.source
    osm = tmp_path / "map.osm"
    osm.write_text("<osm>")
    town = Input("town", feed_of(tmp_path))
    both = refusal(tmp_path / "out", town, facts=FactInputs(survey=survey, osm=(osm,)))
    assert "quays.csv, line 2" in str(both)
    assert "map.osm" in str(both)


def test_several_missing_sources_are_told_together(tmp_path: Path) -> None:
    town = Input("town", tmp_path / "nofeed.zip")
    error = refusal(tmp_path / "out", town, facts=FactInputs(survey=tmp_path / "nosurvey"))
    assert "nofeed.zip" in str(error)
    assert "nosurvey" in str(error)


def test_a_source_that_is_missing_is_refused_in_words(tmp_path: Path) -> None:
    assert "nowhere.zip" in str(refusal(tmp_path / "out", Input("town", tmp_path / "nowhere.zip")))
    town = Input("town", feed_of(tmp_path))
    for facts in (
        FactInputs(survey=tmp_path / "gone"),
        FactInputs(quays=tmp_path / "gone.csv"),
        FactInputs(netex=(tmp_path / "gone.xml",)),
        FactInputs(cnig=(tmp_path / "gone.gpkg",)),
        FactInputs(osm=(tmp_path / "gone.osm.pbf",)),
    ):
        assert "gone" in str(refusal(tmp_path / "out", town, facts=facts))


def test_a_bad_build_keeps_the_old_network(tmp_path: Path) -> None:
    town = Input("town", feed_of(tmp_path))
    build(tmp_path / "out", [town])
    before = read_manifest(tmp_path / "out")
    (tmp_path / "bad.zip").write_bytes(b"no")
    with pytest.raises(FeedError):
        build(tmp_path / "out", [Input("town", tmp_path / "bad.zip")])
    assert read_manifest(tmp_path / "out") == before
    assert leftovers(tmp_path) == ["bad.zip", "out", "town.zip"]


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(NetworkError, match="is not a network"):
        build(tmp_path / "home", [Input("town", feed_of(tmp_path))])
    assert leftovers(tmp_path / "home") == ["letter.txt"]


def test_facts_of_several_sources_meet_at_one_stop(tmp_path: Path) -> None:
    survey = write_folder(
        tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m,gap_m\nmarket,0.18,\nghost,0.2,\n"}
    )
    osm = tmp_path / "map.osm"
    osm.write_text(
        '<osm version="0.6"><node id="1" lat="49.90" lon="2.30" version="1"><tag k="highway" v="bus_stop"/>'
        '<tag k="public_transport" v="platform"/><tag k="name" v="Market"/><tag k="height" v="0.12"/>'
        '<tag k="ref" v="market"/></node></osm>'
    )
    facts = FactInputs(survey=survey, osm=(osm,))
    build(tmp_path / "out", [Input("town", feed_of(tmp_path))], facts)
    network = open_network(tmp_path / "out")
    height = network.knowledge.quays["town:market"].height_mm
    assert height is not None
    assert (height.value.low, height.value.high) == (170, 190)
    codes = {finding.code for finding in network.knowledge.findings}
    assert codes >= {"UNKNOWN_STOP", "CONFLICT"}
    assert len(network.report["facts"]) == 2
    assert network.coverage.quays_measured == 1


def test_single_tables_stand_for_those_of_the_folder(tmp_path: Path) -> None:
    survey = write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nmarket,0.18\n"})
    other = tmp_path / "measured.csv"
    other.write_text("stop_id,quay_height_m\nmarket,0.21\n")
    town = Input("town", feed_of(tmp_path))
    network = build(tmp_path / "out", [town], FactInputs(survey=survey, quays=other))
    height = network.knowledge.quays["town:market"].height_mm
    assert height is not None
    assert height.value.low == 200


def test_distrusted_flags_are_unknown_and_blanket_ones_are_found(tmp_path: Path) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding\n"
    stops += "".join(f"s{i},Stop {i},{49.9 + i / 100:.2f},2.30,1\n" for i in range(25))
    times = "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    times += "".join(f"t,{i},s{i},08:{i:02}:00,08:{i:02}:00\n" for i in range(25))
    trips = "trip_id,route_id,service_id,wheelchair_accessible\nt,1,week,1\n"
    town = Input("town", feed_of(tmp_path, stops=stops, stop_times=times, trips=trips))
    network = build(tmp_path / "believed", [town])
    assert set(network.stops.flag.tolist()) == {Flag.YES}
    assert [finding.code for finding in network.knowledge.findings] == ["BLANKET_FLAG"]
    network = build(tmp_path / "distrusted", [town], FactInputs(distrust_flags=True))
    assert set(network.stops.flag.tolist()) == set(network.trips.flag.tolist()) == {Flag.UNKNOWN}


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recipe, "save_network", full)
    with pytest.raises(OSError, match="No space"):
        build(tmp_path / "out", [Input("town", feed_of(tmp_path))])
    assert leftovers(tmp_path) == ["town.zip"]


def test_the_ground_of_a_map_is_built_with_the_network_and_told_in_its_manifest(tmp_path: Path) -> None:
    osm = tmp_path / "map.osm"
    osm.write_text(
        '<osm version="0.6"><node id="1" lat="49.90" lon="2.30"/><node id="2" lat="49.91" lon="2.31"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>'
    )
    build(tmp_path / "out", [Input("town", feed_of(tmp_path))], FactInputs(osm=(osm,)))
    told = read_manifest(tmp_path / "out")["files"]
    for name in ("ground-far.pmtiles", "ground-near.pmtiles"):
        assert told[name]["bytes"] == (tmp_path / "out" / name).stat().st_size
    build(tmp_path / "out", [Input("town", tmp_path / "town.zip")])
    assert not list((tmp_path / "out").glob("*.pmtiles")), "without OpenStreetMap nothing is left of it"
