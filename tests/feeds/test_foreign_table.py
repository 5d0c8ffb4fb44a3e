"""Tables of authorities, turned into ours by a map."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from planner.errors import FeedError
from planner.facts import Method
from planner.feeds import foreign_rows
from planner.feeds.foreign_map import map_path
from planner.feeds.foreign_table import ImportSummary, import_table
from planner.feeds.survey import read_survey

MAPS = Path(foreign_rows.__file__).parent / "maps"
MAP = """
[source]
source_id = "metropole"
name = "Métropole"

[file]
table = "quays.csv"
decimal = ","
dates = "day_first"
missing = ["-"]

[columns.stop_id]
from = "Code arrêt"

[columns.quay_height_m]
from = "Hauteur quai (cm)"
unit = "cm"

[columns.manoeuvre_diam_m]
from = "Giration"
unit = "m"
unlimited = ["9999"]

[columns.ramp_deployable]
from = "Palette"

[columns.approach]
from = "Accostage"
words = { "en ligne" = "straight", "encoche" = "bay" }

[columns.measured_on]
from = "Date"
"""
HEADER = 'Code arrêt;"Hauteur\nquai\n(cm)";Giration;Palette;Accostage;Date;Maire'
ROWS = [
    "A;18,5;1,50;oui;En ligne;12/05/2026;Durand",
    "B;NC;9999;NON;encoche;;",
    "C;haut;;peut-être;biais;31/02/2026;",
    ";17;;;;;",
    "A;20;;;;;",
    "D;1.234;-;sans objet;;;",
    "E;400;;;;;",
]


def make(
    tmp_path: Path, text: str, map_text: str = MAP, name: str = "quais.csv", encoding: str = "utf-8"
) -> ImportSummary:
    (tmp_path / "map.toml").write_text(map_text, encoding="utf-8")
    (tmp_path / name).write_bytes(text.encode(encoding))
    return import_table(tmp_path / name, tmp_path / "map.toml", tmp_path / "out")


def said(folder: Path, stop_id: str) -> dict[str, object]:
    return {row.attribute: row.value for row in read_survey(folder).evidence if row.subject_id == stop_id}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_centimetres_commas_oui_and_non_become_our_table(tmp_path: Path, encoding: str) -> None:
    make(tmp_path, "\n".join([HEADER, *ROWS]), encoding=encoding)
    assert said(tmp_path / "out", "A") == {
        "height_mm": 185.0,
        "manoeuvre_mm": 1500.0,
        "ramp_deployable": True,
        "approach": "straight",
    }
    assert said(tmp_path / "out", "B") == {
        "manoeuvre_mm": float("inf"),
        "ramp_deployable": False,
        "approach": "bay",
    }
    reading = read_survey(tmp_path / "out")
    first = reading.evidence[0]
    assert (first.source_id, first.method, str(first.measured_on)) == ("metropole", Method.DECLARED, "2026-05-12")
    assert reading.sources[0].name == "Métropole"


def test_unmapped_columns_refused_cells_and_left_out_rows_are_listed_by_row(tmp_path: Path) -> None:
    summary = make(tmp_path, "\n".join([HEADER, *ROWS]))
    assert summary.unmapped == {"Maire": 1}
    assert [(refused.row, refused.column) for refused in summary.refused] == [
        (6, "Hauteur quai (cm)"),
        (6, "Palette"),
        (6, "Accostage"),
        (6, "Date"),
        (7, ""),
        (8, ""),
        (9, "Hauteur quai (cm)"),
        (10, "Hauteur quai (cm)"),
    ]
    assert "1.234 or 1234" in summary.refused[6].problem
    assert "outside 0..1500 mm" in summary.refused[7].problem
    assert said(tmp_path / "out", "D") == {}, "a refused cell is unknown, never a guess"
    report = (tmp_path / "out" / "import-report.txt").read_text(encoding="utf-8")
    assert 'row 6, Hauteur quai (cm) = "haut"' in report
    assert "not mapped: Maire (1 filled cells)" in report
    assert (summary.rows_read, summary.rows_written) == (7, 5)


def test_a_workbook_gives_the_same_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Relevé des quais"])
    sheet.append(["Code arrêt", "Hauteur\nquai (cm)", "Giration", "Palette", "Accostage", "Date"])
    sheet.append(["A", 18.5, 1.5, "oui", "en ligne", date(2026, 5, 12)])
    sheet.append([7, "NC", None, False, None, None])
    book.save(tmp_path / "quais.xlsx")
    (tmp_path / "map.toml").write_text(MAP.replace("[file]", "[file]\nheader_row = 2"), encoding="utf-8")
    import_table(tmp_path / "quais.xlsx", tmp_path / "map.toml", tmp_path / "out")
    assert said(tmp_path / "out", "A")["height_mm"] == 185.0
    assert said(tmp_path / "out", "7") == {"ramp_deployable": False}


def test_spreadsheet_bombs_and_document_types_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 30_000_000)
    with pytest.raises(FeedError, match="would unpack to 30000000 bytes"):
        import_table(bomb, tmp_path / "map.toml", tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "dtd.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(FeedError, match="declares a document type"):
        import_table(tmp_path / "dtd.xlsx", tmp_path / "map.toml", tmp_path / "out")
    (tmp_path / "fake.xlsx").write_bytes(b"not a zip")
    with pytest.raises(FeedError, match="is not a spreadsheet"):
        import_table(tmp_path / "fake.xlsx", tmp_path / "map.toml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_filled_in_table_is_never_overwritten(tmp_path: Path) -> None:
    make(tmp_path, "\n".join([HEADER, ROWS[0]]))
    with pytest.raises(FeedError, match="is already there"):
        make(tmp_path, "\n".join([HEADER, ROWS[1]]))
    assert said(tmp_path / "out", "A")


def test_a_wrong_map_is_told_whole_before_a_row_is_read(tmp_path: Path) -> None:
    wrong = """
[source]
name = "x"
[file]
table = "quays.csv"
format = "ods"
[columns.quay_heigth_m]
from = "h"
[columns.gap_m]
from = "g"
[columns.height_reference]
value = "rails"
[columns.approach]
from = "a"
words = { x = "bey" }
value = "bay"
"""
    with pytest.raises(FeedError) as caught:
        make(tmp_path, "a;b\n1;2\n", wrong)
    text = str(caught.value)
    for part in (
        "did you mean quay_height_m?",
        "columns.gap_m.unit: is missing",
        '"bey" is not a word of ours',
        "exactly one of from, template and value",
        "columns.stop_id: is missing",
        "source.source_id: is missing",
        '"ods" is not a word of this key',
        'columns.height_reference.value: "rails" is not a value',
    ):
        assert part in text


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("[file]\ncolour = 'red'", "file.colour: is not a key"),
        ("[file]\nencoding = 5", "file.encoding: is not a text"),
        ("[file]\ndelimiter = ';;'", "file.delimiter: is not one character"),
        ("[file]\nmissing = 'NC'", "file.missing: is not a list of texts"),
        ("[files]\na = 1", r"did you mean file\?"),
        ("file = 1", "file: is not a section"),
        ("[join]\nfile = 1", "join.file: is not a text"),
        ("= =", "is not a readable map"),
    ],
)
def test_a_map_of_another_shape_is_refused_with_a_sentence(tmp_path: Path, broken: str, problem: str) -> None:
    with pytest.raises(FeedError, match=problem):
        make(tmp_path, HEADER, broken)


def test_a_committed_map_is_found_by_its_name_and_ones_own_by_its_path(tmp_path: Path) -> None:
    assert map_path("nl_chb") == MAPS / "nl_chb.toml"
    own = tmp_path / "nl_chb.toml"
    own.write_text("")
    assert map_path(str(own)) == own


def test_a_column_that_the_file_has_not_is_answered_with_the_near_one(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"did you mean Accostage\?"):
        make(tmp_path, "\n".join([HEADER, ROWS[0]]), MAP.replace('"Accostage"', '"Acostage"'))


def test_a_join_may_not_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="a name without folders"):
        make(tmp_path, HEADER, MAP + '\n[join]\nfile = "../secret.csv"\nhere = "a"\nthere = "b"\n')


def test_json_records_keep_their_numbers_as_written(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text((MAPS / "nl_chb.toml").read_text(encoding="utf-8"), encoding="utf-8")
    record = {
        "result": {"general": {"quaycode": "NL:Q:1", "transportmode": "tram"}, "accessibility": {"kerbheight": 0.3}}
    }
    for key, section in (("quayname", "general"), ("quaydisabledaccessible", "general"), ("quayownercode", "general")):
        record["result"][section][key] = None
    for key in ("quayshapetype", "liftedpartlength", "tactilegroundsurfaceindicator"):
        record["result"]["accessibility"][key] = None
    record["result"]["facilities"] = dict.fromkeys(("shelter", "seatavailable", "illuminatedstop"))
    (tmp_path / "quay.json").write_text(json.dumps(record))
    summary = import_table(tmp_path / "quay.json", tmp_path / "map.toml", tmp_path / "out")
    assert said(tmp_path / "out", "NL:Q:1") == {"height_mm": 300.0, "netex_id": "NL:Q:1"}
    assert [refused.value for refused in summary.refused] == ["tram"], "the reference of a tram's height is not known"


def test_the_german_platforms_come_over_with_names_and_the_rail_as_reference(
    tmp_path: Path, testdata: Callable[[str], Path]
) -> None:
    file = testdata("db_platforms/DBSuS-Bahnsteigdaten-Stand2015-10.csv")
    summary = import_table(file, MAPS / "db_platforms.toml", tmp_path / "out")
    assert (summary.rows_read, summary.rows_written, summary.unmapped) == (11931, 11929, {})
    assert [refused.row for refused in summary.refused] == [228, 230], "two edges are there twice"
    reading = read_survey(tmp_path / "out")
    assert len({row.subject_id for row in reading.evidence}) == 11929
    assert said(tmp_path / "out", "119:B01:1") == {
        "height_mm": 760.0,
        "height_reference": "rail",
        "edge_type": "platform",
        "length_mm": 140000.0,
    }
    heights = [row for row in reading.evidence if row.attribute == "height_mm"]
    assert {row.method for row in heights} == {Method.DECLARED}
    assert {row.tolerance for row in heights} == {20}
    assert reading.findings == []
    assert "Altheim (Hess)" in (tmp_path / "out" / "quays.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "height", "access"), [("21400410", 190.0, "accessible"), ("21400420", 60.0, "not accessible")]
)
def test_the_dutch_quay_records_come_over_above_the_road(
    tmp_path: Path, testdata: Callable[[str], Path], code: str, height: float, access: str
) -> None:
    summary = import_table(testdata(f"nl_chb/quay-{code}.json"), MAPS / "nl_chb.toml", tmp_path / "out")
    quay = said(tmp_path / "out", f"NL:Q:{code}")
    assert (quay["height_mm"], quay["height_reference"], quay["approach"]) == (height, "road", "bay")
    assert quay["declared_text"] == f"Centraal Haltebestand: {access}"
    assert "declared_access" not in quay, "the register judges, it refuses nobody"
    assert summary.refused == []
    assert "accessibility.boardingpositionwidth" in summary.unmapped
