"""A network on disk: what is saved is what is opened, and nothing half-built is ever seen."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pytest
from gtfs_world import feed_of, tables, write_folder
from network.towns import fictiville_in
from worlds import poster

from planner.build import FactInputs, Input, build, hash_sources
from planner.errors import NetworkError
from planner.facts import Evidence, Finding, Method, Source, Subject
from planner.model import Assignment, Outcome, Override
from planner.network import store
from planner.network.knowledge import Knowledge, Statement
from planner.network.store import open_network, read_manifest, same_sources, save_network
from planner.network.tables import Network, Strings

WORLD = """
          Market Dock  Hospital
    12/!  8:00   8:10  8:20
    12    8:05   -     25:15
    """


def small() -> Network:
    return poster(WORLD, transfers=[("Market", "Dock", 2, 90)], flags={"Dock": 2}).network()


def assert_equal(one: Network, other: Network) -> None:
    """Every column of every table, by value and by type."""
    for part in fields(Network):
        a, b = getattr(one, part.name), getattr(other, part.name)
        if part.name == "folder":
            continue
        if part.name == "knowledge":
            assert all(getattr(a, f.name) == getattr(b, f.name) for f in fields(Knowledge))
        elif is_dataclass(a):
            for column in get_type_hints(type(a)):
                assert_same_column(getattr(a, column), getattr(b, column), f"{part.name}.{column}")
        elif isinstance(a, Strings):
            assert list(a) == list(b), part.name
        else:
            assert a == b, part.name


def assert_same_column(a: object, b: object, name: str) -> None:
    if isinstance(a, Strings):
        assert isinstance(b, Strings), name
        assert list(a) == list(b), name
    elif is_dataclass(a):
        for column in get_type_hints(type(a)):
            assert_same_column(getattr(a, column), getattr(b, column), f"{name}.{column}")
    else:
        assert isinstance(a, np.ndarray), name
        assert isinstance(b, np.ndarray), name
        assert a.dtype == b.dtype, name
        np.testing.assert_array_equal(a, b, name)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    network = small()
    save_network(network, tmp_path / "net", {})
    again = open_network(tmp_path / "net")
    assert_equal(network, again)
    assert again.folder == tmp_path / "net"
    assert leftovers(tmp_path) == ["net"]


def test_every_kind_of_knowledge_survives(tmp_path: Path) -> None:
    said = Evidence(
        Subject.QUAY, "w:Dock", "manoeuvre_mm", float("inf"), "city", Method.LASER, None, date(2026, 5, 12), "line 2"
    )
    knowledge = Knowledge(
        statements=(Statement(said, used=True, permits=True), Statement(said, used=False)),
        assignments=(Assignment("route", "w:12", "bus", 0.7, date(2026, 1, 1), None, "city", "line 3"),),
        overrides=(Override("w:Dock", None, None, 1, "no", Outcome.RAMP, 40.0, "été", "city", "line 4"),),
        sources={"city": Source("city", "Ville", "https://example.org", "ODbL", "2026")},
        findings=(Finding("CONFLICT", "w:Dock", "a sentence", "line 5"),),
    )
    network = replace(small(), knowledge=knowledge)
    save_network(network, tmp_path / "net", {})
    assert_equal(network, open_network(tmp_path / "net"))


def test_a_whole_town_with_its_survey_survives(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    town = fictiville_in(tmp_path_factory.getbasetemp())
    save_network(town, tmp_path / "copy", {})
    again = open_network(tmp_path / "copy")
    assert_equal(town, again)
    assert again.knowledge.invented
    assert again.knowledge.quays == town.knowledge.quays
    assert again.knowledge.vehicle_types == town.knowledge.vehicle_types


def test_a_network_without_any_trip_survives(tmp_path: Path) -> None:
    network = poster("Market Dock", at={"Market": (0, 0)}).network()
    save_network(network, tmp_path / "net", {})
    assert_equal(network, open_network(tmp_path / "net"))


def test_arrays_are_mapped_and_a_change_of_them_never_reaches_the_disk(tmp_path: Path) -> None:
    save_network(small(), tmp_path / "net", {})
    first = open_network(tmp_path / "net")
    first.events.arrival_s[:] = 0
    assert open_network(tmp_path / "net").events.arrival_s.any()


def test_the_manifest_tells_version_service_sizes_and_hashes(tmp_path: Path) -> None:
    save_network(small(), tmp_path / "net", {"w": "abc"})
    manifest = read_manifest(tmp_path / "net")
    assert manifest["sources"] == {"w": "abc"}
    assert manifest["service"] == ["2026-03-02", "2026-03-08"]
    assert manifest["counts"] == {"stops": 3, "routes": 1, "trips": 2, "stop_times": 5}
    for name, told in manifest["files"].items():
        assert told["bytes"] == (tmp_path / "net" / name).stat().st_size
        assert told["sha256"] == store.file_hash(tmp_path / "net" / name)
    assert set(manifest["files"]) == set(leftovers(tmp_path / "net")) - {"manifest.json"}


def test_another_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    save_network(small(), tmp_path / "net", {})
    change_manifest(tmp_path / "net", format=99)
    with pytest.raises(NetworkError, match=rf"has format 99 .* reads format {store.FORMAT}; build it again"):
        open_network(tmp_path / "net")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"format": 1}', "\ufffd"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    save_network(small(), tmp_path / "net", {})
    (tmp_path / "net" / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(NetworkError, match="is damaged; build the network again"):
        open_network(tmp_path / "net")


@pytest.mark.parametrize("files", [None, [], "x", {"words.json": 3}, {"words.json": {}}])
def test_a_manifest_whose_list_of_files_makes_no_sense_is_refused(tmp_path: Path, files: object) -> None:
    save_network(small(), tmp_path / "net", {})
    change_manifest(tmp_path / "net", files=files)
    with pytest.raises(NetworkError, match="damaged"):
        open_network(tmp_path / "net")


def test_a_manifest_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    save_network(small(), tmp_path / "net", {})
    (tmp_path / "net" / "manifest.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(NetworkError, match="is damaged; build the network again"):
        open_network(tmp_path / "net")


@pytest.mark.parametrize(
    "name", ["stops.lon.npy", "stops.name.text.npy", "events.arrival_s.npy", "words.json", "knowledge.json"]
)
@pytest.mark.parametrize("harm", ["missing", "cut", "longer"])
def test_a_missing_or_cut_file_is_named(tmp_path: Path, name: str, harm: str) -> None:
    save_network(small(), tmp_path / "net", {})
    path = tmp_path / "net" / name
    if harm == "missing":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(NetworkError, match=rf"is damaged \({name} is missing or cut\); build it again"):
        open_network(tmp_path / "net")


@pytest.mark.parametrize("name", ["stops.lon.npy", "words.json", "knowledge.json"])
def test_rubbish_of_the_right_size_is_refused(tmp_path: Path, name: str) -> None:
    save_network(small(), tmp_path / "net", {})
    path = tmp_path / "net" / name
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(NetworkError, match="is damaged"):
        open_network(tmp_path / "net")


def test_what_is_no_network_is_told_how_to_become_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "nowhere", tmp_path / "file"):
        (tmp_path / "file").touch()
        with pytest.raises(NetworkError, match="is not a network; build one with: plainpied build"):
            open_network(path)


def test_a_folder_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    precious = tmp_path / "home" / "letter.txt"
    precious.parent.mkdir()
    precious.write_text("dear")
    with pytest.raises(NetworkError, match="exists and is not a network"):
        save_network(small(), tmp_path / "home", {})
    assert precious.read_text() == "dear"
    with pytest.raises(NetworkError, match="exists and is not a network"):
        save_network(small(), precious, {})
    assert precious.read_text() == "dear"
    assert leftovers(tmp_path) == ["home"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    save_network(small(), tmp_path / "net", {})
    assert open_network(tmp_path / "net").name == "world"


def test_nothing_half_built_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "file_hash", full_disk)  # after every column is written
    with pytest.raises(OSError, match="No space left"):
        save_network(small(), tmp_path / "net", {})
    assert leftovers(tmp_path) == []


def test_a_build_that_fails_keeps_the_old_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_network(small(), tmp_path / "net", {"w": "old"})

    def stopped(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "file_hash", stopped)
    with pytest.raises(KeyboardInterrupt):
        save_network(small(), tmp_path / "net", {"w": "new"})
    assert leftovers(tmp_path) == ["net"]
    assert read_manifest(tmp_path / "net")["sources"] == {"w": "old"}


def test_a_move_into_place_that_fails_puts_the_old_network_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_network(small(), tmp_path / "net", {"w": "old"})
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError("busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(OSError, match="busy"):
        save_network(small(), tmp_path / "net", {"w": "new"})
    assert leftovers(tmp_path) == ["net"]
    assert read_manifest(tmp_path / "net")["sources"] == {"w": "old"}


def test_a_rebuild_replaces_everything_and_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    save_network(small(), tmp_path / "net", {"w": "old"})
    (tmp_path / "net" / "graph.graphml").write_text("of the old network")
    reader = open_network(tmp_path / "net")
    bigger = poster("""
              Market Dock Hospital School
        1     8:00   8:10 8:20     8:30
        """).network()
    save_network(bigger, tmp_path / "net", {"w": "new"})
    assert_equal(open_network(tmp_path / "net"), bigger)
    assert_equal(reader, small())
    assert leftovers(tmp_path) == ["net"]
    assert "graph.graphml" not in leftovers(tmp_path / "net"), "an export of another network"


def test_a_rebuild_keeps_what_somebody_wrote_beside_the_network(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    save_network(small(), folder, {})
    (folder / "page.toml").write_text("[contact]\n", "utf-8")
    (folder / "left.npy").write_bytes(b"of a build before")
    save_network(small(), folder, {})
    assert (folder / "page.toml").read_text("utf-8") == "[contact]\n"
    assert not (folder / "left.npy").exists()


def test_sources_are_the_same_by_hash_and_not_by_date(tmp_path: Path) -> None:
    feed = write_folder(tmp_path / "feed", tables())
    town = Input("town", feed)
    build(tmp_path / "net", [town])
    for path in feed.iterdir():
        path.write_bytes(path.read_bytes())  # a new date, nothing else
    assert same_sources(tmp_path / "net", hash_sources([town]))
    (feed / "stops.txt").write_text((feed / "stops.txt").read_text().replace("Dock", "Port"))
    assert not same_sources(tmp_path / "net", hash_sources([town]))


def test_another_name_fact_or_version_is_another_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = feed_of(tmp_path)
    survey = write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nmarket,0.18\n"})
    town, facts = Input("town", feed), FactInputs(survey=survey)
    build(tmp_path / "net", [town], facts)
    assert same_sources(tmp_path / "net", hash_sources([town], facts))
    assert not same_sources(tmp_path / "net", hash_sources([Input("city", feed)], facts))
    assert not same_sources(tmp_path / "net", hash_sources([town]))
    assert not same_sources(tmp_path / "net", hash_sources([town], FactInputs(survey=survey, distrust_flags=True)))
    assert not same_sources(tmp_path / "nowhere", hash_sources([town], facts))
    (survey / "quays.csv").write_bytes(b"stop_id,quay_height_m\nmarket,0.19\n")
    assert not same_sources(tmp_path / "net", hash_sources([town], facts))
    (survey / "quays.csv").write_bytes(b"stop_id,quay_height_m\nmarket,0.18\n")
    assert same_sources(tmp_path / "net", hash_sources([town], facts))
    monkeypatch.setattr("planner.__version__", "99.0")
    assert not same_sources(tmp_path / "net", hash_sources([town], facts)), "built by another version"


@pytest.mark.parametrize("lost", ["sources", "version"])
def test_a_manifest_that_lost_its_sources_was_built_from_others(tmp_path: Path, lost: str) -> None:
    save_network(small(), tmp_path / "net", {"w": "abc"})
    path = tmp_path / "net" / "manifest.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text("utf-8")).items() if k != lost}), "utf-8")
    assert not same_sources(tmp_path / "net", {"w": "abc"})


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
