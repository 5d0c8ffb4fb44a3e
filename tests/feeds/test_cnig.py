"""The French street accessibility format and its traps."""

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest

from planner.errors import FeedError
from planner.facts import Method
from planner.feeds.cnig import read_cnig
from planner.feeds.evidence import Reading

X0, Y0 = 648_000.0, 6_977_000.0  # Lambert-93, Amiens


def stops_at(*places: tuple[str, float, float]) -> pd.DataFrame:
    points = geopandas.GeoSeries.from_xy([X0 + x for _, x, _ in places], [Y0 + y for _, _, y in places], crs=2154)
    points = points.to_crs(4326)
    ids = [stop_id for stop_id, _, _ in places]
    return pd.DataFrame({"id": ids, "lon": points.x, "lat": points.y, "name": ids})


def quays_at(folder: Path, *rows: dict[str, Any], crs: int = 2154) -> Path:
    wkt = [f"LINESTRING ({X0 + row.pop('x')} {Y0 + row.get('y', 0)}, {X0 + 10} {Y0 + row.pop('y', 0)})" for row in rows]
    frame = geopandas.GeoDataFrame(list(rows), geometry=geopandas.GeoSeries.from_wkt(wkt, crs=2154)).to_crs(crs)
    path = folder / "rows.gpkg"
    frame.to_file(path, layer="quai", driver="GPKG")
    return path


def values(reading: Reading) -> dict[str, object]:
    return {row.attribute: row.value for row in reading.evidence}


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def read_one(tmp_path: Path, **columns: Any) -> Reading:
    gpkg = quays_at(tmp_path, {"x": 0, "idQuai": "QUA1", **columns})
    return read_cnig(gpkg, stops_at(("A", 5, 2)))


def test_metres_and_whole_percents_become_our_units_with_their_tolerances(tmp_path: Path) -> None:
    reading = read_one(tmp_path, hauteur=0.18, pente=5, devers=-2, largeurPassage=1.4, longueur=12)
    assert values(reading) == {
        "height_mm": 180.0,
        "length_mm": 12000.0,
        "clear_depth_mm": 1400.0,
        "slope": 0.05,
        "cross_slope": -0.02,
        "cnig_id": "QUA1",
    }
    rows = {row.attribute: row for row in reading.evidence}
    assert rows["slope"].tolerance == 0.005
    assert (rows["height_mm"].method, rows["height_mm"].tolerance) == (Method.DECLARED, 20)
    assert {row.subject_id for row in reading.evidence} == {"A"}
    assert reading.report["joins"] == [("QUA1", "A", 2.0)]


def test_9999_is_more_than_can_be_measured_and_never_missing(tmp_path: Path) -> None:
    reading = read_one(tmp_path, diamZoneManoeuvre=9999.0, largeurPassage="9999")
    assert values(reading)["manoeuvre_mm"] == math.inf
    assert values(reading)["clear_depth_mm"] == math.inf
    assert codes(reading) == []


def test_9999_as_a_height_or_a_slope_has_no_possible_meaning(tmp_path: Path) -> None:
    reading = read_one(tmp_path, hauteur=9999.0, pente=9999)
    assert "height_mm" not in values(reading)
    assert "slope" not in values(reading)
    assert codes(reading) == ["IMPOSSIBLE_VALUE", "IMPOSSIBLE_VALUE"]
    assert "9999" in reading.findings[0].text


@pytest.mark.parametrize("word", ["NC", "sans objet", None, math.nan])
def test_nc_and_sans_objet_say_nothing(tmp_path: Path, word: object) -> None:
    reading = read_one(tmp_path, hauteur=word, dispositifVigilance=word)
    assert values(reading) == {"cnig_id": "QUA1"}
    assert codes(reading) == []


def test_a_height_in_centimetres_is_ambiguous_and_not_used(tmp_path: Path) -> None:
    reading = read_one(tmp_path, hauteur=18.0)
    assert "height_mm" not in values(reading)
    assert codes(reading) == ["AMBIGUOUS_UNIT"]


@pytest.mark.parametrize(
    ("cell", "strip"),
    [("02|03", True), ("bon état", True), ("01", False), ("absence", False), ("01|02", None), ("NC", None)],
)
def test_lists_of_values_are_read_and_contradictions_are_not(tmp_path: Path, cell: str, strip: bool | None) -> None:
    reading = read_one(tmp_path, dispositifVigilance=cell)
    assert values(reading).get("tactile_strip") is strip
    assert codes(reading) == (["UNREADABLE_VALUE"] if cell == "01|02" else [])


def test_two_stops_nearly_equally_near_are_reported_and_not_guessed(tmp_path: Path) -> None:
    gpkg = quays_at(tmp_path, {"x": 0, "idQuai": "QUA1", "hauteur": 0.18})
    reading = read_cnig(gpkg, stops_at(("A", 5, 3), ("B", 5, -6)))
    assert reading.evidence == []
    assert codes(reading) == ["AMBIGUOUS_JOIN"]
    assert "A A (3.0 m), B B (6.0 m)" in reading.findings[0].text
    clear = read_cnig(gpkg, stops_at(("A", 5, 3), ("B", 5, -9)))
    assert values(clear)["height_mm"] == 180.0


def test_two_quays_at_one_stop_are_reported_and_not_guessed(tmp_path: Path) -> None:
    gpkg = quays_at(
        tmp_path, {"x": 0, "idQuai": "QUA1", "hauteur": 0.18}, {"x": 0, "y": 3.0, "idQuai": "QUA2", "hauteur": 0.12}
    )
    reading = read_cnig(gpkg, stops_at(("A", 5, 2)))
    assert reading.evidence == []
    assert codes(reading) == ["AMBIGUOUS_JOIN"]
    assert "QUA1 (2.0 m), QUA2 (1.0 m)" in reading.findings[0].text


def test_a_quay_far_from_every_stop_is_counted_and_an_id_twice_is_not_used(tmp_path: Path) -> None:
    gpkg = quays_at(tmp_path, {"x": 0, "idQuai": "QUA1"}, {"x": 0, "idQuai": "QUA2"}, {"x": 0, "idQuai": "QUA2"})
    reading = read_cnig(gpkg, stops_at(("A", 5, 40)))
    assert reading.report["without_stop"] == ["QUA1"]
    assert codes(reading) == ["DUPLICATE_ID"]
    assert reading.evidence == []


def test_the_reference_system_of_the_file_is_respected(tmp_path: Path) -> None:
    gpkg = quays_at(tmp_path, {"x": 0, "idQuai": "QUA1", "hauteur": 0.18}, crs=4326)
    assert values(read_cnig(gpkg, stops_at(("A", 5, 2))))["height_mm"] == 180.0


def test_the_real_structure_holds_no_quay_and_takes_written_rows(
    tmp_path: Path, testdata: Callable[[str], Path]
) -> None:
    original = testdata("cnig/fr_cnig_accessibilite_v2025.gpkg")
    assert read_cnig(original, stops_at(("A", 5, 2))).report["quays"] == 0
    path = tmp_path / "copy.gpkg"
    shutil.copyfile(original, path)
    path.chmod(0o644)
    line = geopandas.GeoSeries.from_wkt([f"LINESTRING ({X0} {Y0}, {X0 + 10} {Y0})"], crs=2154)
    quay = {"idQuai": ["QUA9"], "hauteur": [0.21], "pente": [3], "diamZoneManoeuvre": [9999.0], "from": ["NOD1"]}
    geopandas.GeoDataFrame(quay, geometry=line).to_file(path, layer="quai", driver="GPKG", mode="a")
    node = geopandas.GeoSeries.from_wkt([f"POINT ({X0} {Y0})"], crs=2154)
    step = {"idNoeud": ["NOD1"], "hauteurRessaut": [0.05]}
    geopandas.GeoDataFrame(step, geometry=node).to_file(path, layer="noeud_cheminement", driver="GPKG", mode="a")
    reading = read_cnig(path, stops_at(("A", 5, 2)))
    assert values(reading) == {"height_mm": 210.0, "slope": 0.03, "manoeuvre_mm": math.inf, "cnig_id": "QUA9"}
    assert codes(reading) == ["STEP_AT_QUAY_END"]
    assert "5 cm" in reading.findings[0].text


def test_what_is_no_geopackage_is_refused_with_a_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gpkg"
    bad.write_bytes(b"SQLite format 3\0 and nothing else")
    with pytest.raises(FeedError, match="is not a readable GeoPackage"):
        read_cnig(bad, stops_at(("A", 5, 2)))
    with pytest.raises(FeedError):
        read_cnig(tmp_path / "nowhere.gpkg", stops_at(("A", 5, 2)))
    other = tmp_path / "other.gpkg"
    geopandas.GeoDataFrame(geometry=geopandas.GeoSeries.from_wkt(["POINT (0 0)"], crs=2154)).to_file(
        other, layer="trees", driver="GPKG"
    )
    with pytest.raises(FeedError, match="has no layer quai"):
        read_cnig(other, stops_at(("A", 5, 2)))
