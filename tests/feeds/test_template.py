"""The tables and sheets that a city fills in."""

import csv
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import FeedError
from planner.facts import Subject
from planner.feeds.attributes import columns_of
from planner.feeds.sheets import STOP_SHEETS, stop_sheets
from planner.feeds.survey import FILES, TABLES, read_survey
from planner.feeds.template import write_template

STOPS = pd.DataFrame(
    {"id": ["S1", "=2+3", "S,3"], "name": ["Gare d'Été", '=HYPERLINK("http://x")', "<script>alert(1)</script>"]}
)
ROUTES = pd.DataFrame({"id": ["R1", "R2"], "name": ["Nemo 1", "Nemo 2"]})


def fill(path: Path, row_id: str, **cells: str) -> None:
    """Write cells into the first row whose first cells hold that id, or append a row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        columns, rows = list(reader.fieldnames or []), list(reader)
    row = next((row for row in rows if row_id in list(row.values())[:2]), None)
    if row is None:
        row = dict.fromkeys(columns, "")
        rows.append(row)
    assert cells.keys() <= row.keys(), "the template has every column that the reader knows"
    row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links.extend(value or "" for name, value in attrs if name in ("src", "href"))


def test_an_untouched_template_gives_no_evidence_at_all(tmp_path: Path) -> None:
    write_template(tmp_path / "survey", STOPS, ROUTES)
    reading = read_survey(tmp_path / "survey")
    assert reading.evidence == []
    assert reading.findings == []
    assert reading.assignments == []
    assert reading.overrides == []
    assert reading.sources == []


def test_a_filled_in_template_reads_back(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    write_template(folder, STOPS, ROUTES)
    fill(
        folder / "quays.csv",
        "S1",
        quay_height_m="0,18",
        quay_height_m_tol="0.005",
        measured_on="2026-05-12",
        source_id="us",
    )
    fill(folder / "quays.csv", "=2+3", gap_m="0.05")
    fill(folder / "vehicle_types.csv", "bus", vehicle_type_id="bus", mode="bus", kneel_policy="always")
    fill(folder / "doors.csv", "bus", vehicle_type_id="bus", door_no="2", floor_height_m="0.32", ramp_length_m="1.0")
    fill(folder / "vehicle_assignments.csv", "R1", vehicle_type_id="bus")
    fill(folder / "sources.csv", "us", source_id="us", name="Our survey")
    reading = read_survey(folder)
    told = {(row.subject_id, row.attribute): row for row in reading.evidence}
    assert {key: row.value for key, row in told.items()} == {
        ("S1", "height_mm"): 180.0,
        ("=2+3", "gap_mm"): 50.0,
        ("bus", "mode"): "bus",
        ("bus", "kneel_policy"): "always",
        ("bus#2", "floor_mm"): 320.0,
        ("bus#2", "ramp_length_mm"): 1000.0,
    }
    assert told["S1", "height_mm"].tolerance == 5
    assert told["S1", "height_mm"].source_id == "us"
    assert [(row.scope, row.scope_id, row.vehicle_type_id) for row in reading.assignments] == [("route", "R1", "bus")]


def test_every_column_of_every_table_is_offered(tmp_path: Path) -> None:
    write_template(tmp_path, STOPS, ROUTES)
    assert {path.name for path in tmp_path.glob("*.csv")} == set(FILES)
    for table in TABLES:
        header = (tmp_path / table.file).read_text(encoding="utf-8-sig").splitlines()[0].split(";")
        assert {*table.ids, *columns_of(table.subject), "measured_on", "source_id"} <= set(header)


def test_names_are_no_formulas_in_a_spreadsheet_and_ids_are_untouched(tmp_path: Path) -> None:
    write_template(tmp_path, STOPS, ROUTES)
    with (tmp_path / "quays.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["stop_id"] for row in rows] == ["S1", "=2+3", "S,3"]
    assert rows[1]["stop_name"].startswith("'=")


def test_a_folder_that_may_be_filled_in_is_never_overwritten(tmp_path: Path) -> None:
    write_template(tmp_path, STOPS, ROUTES)
    fill(tmp_path / "quays.csv", "S1", quay_height_m="0.18")
    with pytest.raises(FeedError, match="is already there"):
        write_template(tmp_path, STOPS, ROUTES)
    assert len(read_survey(tmp_path).evidence) == 1


@pytest.mark.parametrize(
    ("name", "lang", "words"),
    [
        ("stop-sheets.html", "en", ["three times", "Free depth", "Barrier on the way", "Widest slot", "Photograph"]),
        (
            "fiches-arrets.html",
            "fr",
            ["trois fois", "Profondeur libre", "Obstacle sur le chemin", "Fente la plus large", "Photographie"],
        ),
        ("fleet-sheet.html", "en", ["Ramp length", "Kneeled"]),
        ("fiche-flotte.html", "fr", ["Longueur de rampe", "Agenouillé"]),
    ],
)
def test_sheets_are_whole_pages_that_load_nothing_and_run_nothing(
    tmp_path: Path, name: str, lang: str, words: list[str]
) -> None:
    write_template(tmp_path, STOPS, ROUTES)
    text = (tmp_path / name).read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert f'<html lang="{lang}">' in text
    assert all(word in text for word in words)
    assert "script" not in tags.tags
    assert tags.links == []
    pages = tags.tags.count("section")
    assert pages == (len(STOPS) if name in ("stop-sheets.html", "fiches-arrets.html") else 1)
    if pages > 1:
        assert "&lt;script&gt;" in text
        assert all(stop_id in text for stop_id in STOPS["id"])


@pytest.mark.parametrize("lang", STOP_SHEETS)
def test_a_stop_sheet_has_every_column_that_the_rules_on_signs_and_ground_ask(lang: str) -> None:
    cells = stop_sheets([], lang).replace("<wbr>", "")
    asked = [column for column in columns_of(Subject.QUAY) if f"<code>{column}</code>" in cells]
    assert set(asked) >= {
        *("line_number_height_m", "stop_name_height_m", "lines_displayed", "contrast", "kerb_drop_width_m"),
        *("slot_width_m", "headroom_m", "drop_m", "drop_guarded", "control_height_m"),
    }
    assert cells.count("<code>") == len(asked) + 1, "all of them columns of quays.csv, once; and the id of the stop"


def test_a_feed_without_names_gives_blank_ones(tmp_path: Path) -> None:
    write_template(tmp_path, pd.DataFrame({"id": ["S1"], "name": [None]}), pd.DataFrame({"id": [], "name": []}))
    assert "nan" not in (tmp_path / "quays.csv").read_text(encoding="utf-8-sig").lower().split("\n")[1]
    assert read_survey(tmp_path).evidence == []
