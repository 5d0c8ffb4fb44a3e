"""The audit as a document, as files and as pages, over Fictiville and over a small world."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

import planner
from planner.access.profiles import get_profile
from planner.audit.changes import Fix, FixKind
from planner.audit.rules import RULES, About
from planner.audit.said import TOLD
from planner.cli import main
from planner.cli_audit import summary
from planner.errors import QueryError
from planner.feeds.survey import read_survey
from planner.language import CODES, SOURCE_CODE, get_language
from planner.model import Verdict
from planner.network.knowledge import Statement
from planner.network.streets import LinkKind
from planner.network.tables import Network, Strings
from planner.report.document import as_document
from planner.report.files import TABLES, as_csv, write_files
from planner.report.gather import AuditQuestion, Change, compare, gather
from planner.report.map import RADII, Leaflet, drawing_of
from planner.report.near import StopsNear
from planner.report.page import failures, render_page, write_pages
from planner.report.words import finding_name, gap_text, rule_text, said, way_word

FOLDER = Path(planner.__file__).parent
TWO = (get_profile("manual-wheelchair"), get_profile("walking-frame"))


@pytest.fixture(scope="module")
def network(fictiville: Flask) -> Network:
    found: Network = fictiville.extensions["networks"]["fictiville"]
    return found


@pytest.fixture(scope="module")
def document(network: Network) -> dict[str, Any]:
    question = AuditQuestion(
        profiles=TWO, hours=(8,), most_fixes=2, what_if=(Fix(FixKind.RAISE_QUAY, "f:G5-E", 210.0),)
    )
    return as_document(gather(network, question))


def test_the_document_is_plain_json_and_says_what_it_is_of(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["network"]["invented"] is True
    assert document["head"] == "Indication technique, ne vaut pas attestation de conformité"
    assert document["profiles"] == ["manual-wheelchair", "walking-frame"]


def test_every_boarding_has_one_verdict_whoever_boards(document: dict[str, Any]) -> None:
    sums = [
        sum(one["boardings_a_day"] for one in document["shares"] if one["profile"] == profile)
        for profile in document["profiles"]
    ]
    assert sums[0] == pytest.approx(sums[1], abs=0.1)
    of_stops = sum(one["boardings_a_day"] for one in document["stops"])
    assert of_stops == pytest.approx(sums[0], rel=0.01)


def test_the_worst_verdict_of_a_stop_is_the_worst_of_its_vehicles(document: dict[str, Any]) -> None:
    for stop in document["stops"]:
        for profile, told in stop["verdicts"].items():
            cells = [Verdict[cell["verdict"]] for cell in stop["vehicles"] if cell["profile"] == profile]
            assert Verdict[told] is max(cells)


def test_a_raised_quay_turns_boardings_into_yes(document: dict[str, Any]) -> None:
    before, after = (
        sum(one["boardings_a_day"] for one in document["what_if"][key] if one["verdict"] == "YES")
        for key in ("before", "after")
    )
    single = next(one for one in document["fixes"] if one["id"] == "raise_quay:f:G5-E@210")
    assert after - before == pytest.approx(single["boardings_a_day"], abs=0.1)
    assert after > before


def test_the_lines_on_the_screen_say_what_changes_would_make_of_it(document: dict[str, Any]) -> None:
    lines = summary(document)
    at = lines.index("After these changes (1):")
    shown = [re.search(r"manual-wheelchair: of ([\d,]+) .* (\d+)% YES", one) for one in (lines[at - 2], lines[at + 1])]
    assert all(shown)
    (every, before), (still, after) = (one.groups() for one in shown if one)
    assert every == still
    assert int(after) > int(before)
    assert not any("After these" in one for one in summary(document | {"what_if": None}))


def test_a_network_against_itself_has_nothing_fixed_and_nothing_new(network: Network, document: dict[str, Any]) -> None:
    told = compare(network, network, "fr", day_of(document))
    assert not any(told.changes.values())
    assert told.remaining == len(document["findings"])


def day_of(document: dict[str, Any]) -> Any:

    return date.fromisoformat(document["day"])


def test_only_what_is_known_to_pass_is_fixed(network: Network, document: dict[str, Any]) -> None:
    day = day_of(document)
    low = next(one["subject_id"] for one in document["findings"] if one["rule"] == "FR-03")
    wide = 2000.0
    cured = with_statements(
        network,
        (
            replace(one, evidence=replace(one.evidence, value=wide))
            if (one.evidence.subject_id, one.evidence.attribute) == (low, "manoeuvre_mm")
            else one
            for one in network.knowledge.statements
        ),
    )
    told = compare(cured, network, "fr", day)
    fixed = {(one.rule.id, one.subject_id) for one in told.changes[Change.FIXED]}
    assert ("FR-03", low) in fixed
    assert {id_ for _, id_ in fixed} == {low}
    assert told.remaining == len(document["findings"]) - len(fixed)
    back = compare(network, cured, "fr", day)
    assert {(one.rule.id, one.subject_id) for one in back.changes[Change.NEW]} == fixed
    others = [change for change in Change if change is not Change.NEW]
    assert not any(back.changes[change] for change in others)


def test_a_lost_survey_or_a_stop_out_of_service_cures_nothing(network: Network, document: dict[str, Any]) -> None:
    day = day_of(document)
    bare = with_statements(network, ())
    told, back = compare(bare, network, "fr", day), compare(network, bare, "fr", day)
    lost = {one.id for one in told.changes[Change.LOST]}
    assert lost
    assert not {one.rule.id for one in told.changes[Change.FIXED]} & {"FR-02", "FR-03", "FR-04"}
    assert {one.id for one in back.changes[Change.REVEALED]} >= lost - {one.id for one in back.changes[Change.NEW]}
    kept = [one["subject_id"] for one in document["findings"] if one["about"] == "STOP"]
    renamed = replace(network, stops=replace(network.stops, id=Strings.of([f"x{id_}" for id_ in network.stops.id])))
    moved = compare(renamed, network, "fr", day).changes
    assert {one.subject_id for one in moved[Change.GONE]} == set(kept), "a stop by another name is not a cured one"
    assert not any(one.rule.about is About.STOP for one in moved[Change.FIXED])


def test_a_way_that_is_no_longer_mapped_well_is_not_fixed(network: Network, document: dict[str, Any]) -> None:
    links = network.streets.links
    slopes = ("incline_low", "incline_high", "cross_low", "cross_high")
    vague = replace(links, **{name: np.full_like(getattr(links, name), np.nan) for name in slopes})
    other = replace(network, streets=replace(network.streets, links=vague))
    told = compare(other, network, "fr", day_of(document)).changes
    steep = {one["id"] for one in document["findings"] if one["about"] == "WAY" and one["unit"] == "rise / run"}
    assert steep
    assert steep <= {one.id for one in told[Change.LOST]}


def with_statements(network: Network, statements: Iterable[Statement]) -> Network:
    return replace(network, knowledge=replace(network.knowledge, statements=tuple(statements)))


def test_every_change_stands_in_the_report_the_table_and_the_lines(
    network: Network, document: dict[str, Any], tmp_path: Path
) -> None:
    one = document["findings"][0]
    rows = {change.value: [] for change in Change} | {"lost": [one], "fixed": [one, one]}
    told = {**document, "difference": {"other": "old", **rows, "remaining": 7}}
    write_files(told, tmp_path)
    table = list(csv.DictReader(io.StringIO((tmp_path / "difference.csv").read_text("utf-8"))))
    assert [row["change"] for row in table] == ["fixed", "fixed", "lost"]
    page = render_page(told, "en")
    assert re.search(r"nobody can tell; that is no cure</th><td class=\"n\">1<", page)
    assert re.search(r"Fixed: broken before, kept now</th><td class=\"n\">2<", page)
    line = next(text for text in summary(told) if text.startswith("Against"))
    assert "2 fixed, 0 new; 7 remain" in line
    assert "1 can no longer be assessed" in line


def test_a_field_of_what_nobody_described_is_told_too(document: dict[str, Any]) -> None:
    fields = [{**one, "known": 0, "of": 0, "share": None} for one in document["completeness"]]
    page = render_page({**document, "completeness": fields}, "en").split('id="known"')[1]
    assert page.count("none is described") == len(fields)


def test_what_was_chosen_is_told_by_the_names_of_its_places(document: dict[str, Any], tmp_path: Path) -> None:
    names = {one["id"]: one["name"] for one in document["stops"]}
    fixes = [one for one in document["chosen"]["fixes"] if one["kind"] == "RAISE_QUAY"]
    assert fixes
    write_files(document, tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "chosen.csv").read_text("utf-8"))))
    assert [row["name"] for row in rows if row["kind"] == "RAISE_QUAY"] == [names[one["subject_id"]] for one in fixes]
    page = render_page(document, "en")
    for part, told in (
        (page.split('id="fixes"')[1].split("<ol>")[1], fixes[0]),
        (page.split("If these changes were made")[1], document["what_if"]["fixes"][0]),
    ):
        assert escape(names[told["subject_id"]]) in part.split("</li>")[0]


def test_the_document_says_from_which_files_it_was_made(document: dict[str, Any]) -> None:
    hashes = document["network"]["sources"]
    assert {"f", "facts 0 survey"} <= hashes.keys()
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes.values())


def test_the_list_of_stops_holds_whoever_is_refused(document: dict[str, Any]) -> None:
    stop = document["stops"][0]
    rows = [
        {
            **stop,
            "id": id_,
            "name": id_,
            "boardings_a_day": busy,
            "verdicts": dict(zip(document["profiles"], two, strict=True)),
        }
        for id_, busy, two in (
            ("fine", 9.0, ("YES", "YES")),
            ("doubtful", 8.0, ("UNKNOWN", "YES")),
            ("second", 1.0, ("YES", "NO")),
        )
    ]
    page = render_page({**document, "stops": rows}, "en")
    told = page.split('id="stops"')[1].split("</section>")[0]
    assert re.findall(r'<th scope="row">(\w+)', told) == ["second", "doubtful"]


def test_files_hold_every_row_once(document: dict[str, Any], tmp_path: Path) -> None:
    paths = write_files(document, tmp_path)
    assert all(path.is_file() for path in paths)
    for name, (key, columns) in TABLES.items():
        rows = list(csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8"))))
        assert len(rows) == len(document[key]), name
        assert not rows or tuple(rows[0]) == columns
    points = json.loads((tmp_path / "stops.geojson").read_text("utf-8"))
    assert len(points["features"]) == len(document["stops"])
    assert points["head"] == document["head"]
    layer = geopandas.read_file(tmp_path / "audit.gpkg", layer="findings")
    assert set(layer["id"]) == {one["id"] for one in document["findings"] if one["lat"] is not None}


def test_sheets_name_the_stops_of_a_line_in_the_order_of_calling(document: dict[str, Any], tmp_path: Path) -> None:
    write_files(document, tmp_path)
    missing = {one["id"] for one in document["worklist"] if one["kind"] == "QUAY"}
    sheets = {path.name: path for path in (tmp_path / "sheets").glob("*.csv")}
    told = [line for line in document["lines"] if missing & set(line["stops"])]
    assert len(sheets) == len(told)
    first = list(csv.DictReader(io.StringIO(sheets[min(sheets)].read_text("utf-8"))))
    assert [row["stop_id"] for row in first] == [id_ for id_ in told[0]["stops"] if id_ in missing]
    rows = [row for path in sheets.values() for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))]
    for row in rows:
        missing_part, _, known = row["note"].partition("; known: ")
        left = missing_part.removeprefix("missing: ").split()
        assert left
        assert not [column for column in left if re.search(rf"\b{column} ", known)], "known or missing, not both"
        assert not row["gap_m"], "what is known is not handed in again as measured that day"
    assert any("(fictiville (INVENTED, 2026-05-12))" in row["note"] for row in rows)


def test_a_sheet_that_was_filled_in_is_read_as_a_survey(document: dict[str, Any], tmp_path: Path) -> None:
    write_files(document, tmp_path)
    sheet = min((tmp_path / "sheets").glob("*.csv"))
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8"))))
    rows[0]["quay_height_m"] = "0.18"
    sheet.write_text(as_csv(rows, tuple(rows[0])), "utf-8")
    told = read_survey(quays=sheet)
    assert [(one.subject_id, one.attribute) for one in told.evidence] == [(rows[0]["stop_id"], "height_mm")]


@pytest.mark.parametrize(("stops", "grown"), [(4, 3.0), (175, 2.0), (2800, 1.0)])
def test_few_stops_are_drawn_large_enough_to_tell_their_forms_apart(stops: int, grown: float) -> None:
    verdicts = ("YES", "UNCERTAIN", "UNKNOWN", "NO")
    rows = [{"lat": 49 + i / 1e4, "lon": 2.0, "verdicts": {"p": verdicts[i % 4]}} for i in range(stops)]
    drawn = drawing_of({"stops": rows}, "p", get_language("en"))
    assert len(re.findall("<circle |<path ", drawn)) == stops
    assert max(float(one) for one in re.findall(r' r="([\d.]+)"', drawn)) == grown * RADII["UNKNOWN"]
    for i, mark in enumerate(("disc", "triangle", "ring", "square")):
        assert f"({mark}) {stops // 4 + (i < stops % 4)}" in drawn


def test_no_cell_is_a_formula_and_unknown_is_empty() -> None:
    text = as_csv([{"id": "-1", "name": "=1+1", "gap": None}], ("id", "name", "gap"))
    assert text == "id,name,gap\n-1,'=1+1,\n"


@pytest.mark.parametrize("code", CODES)
def test_a_page_asks_nobody_and_escapes_what_it_shows(document: dict[str, Any], code: str) -> None:
    nasty = json.loads(json.dumps(document))
    nasty["stops"][0]["name"] = nasty["findings"][0]["name"] = "<script>alert(1)</script>"
    page = render_page(nasty, code, Leaflet("/* leaflet */", "/* its style */"))
    assert "<script>alert(1)" not in page
    assert not re.findall(r"""(?:src|href)=["'](?!\#)""", page), "everything is in the page"
    assert "@import" not in page
    assert f'<html lang="{code}">' in page


def test_pages_of_every_language_are_written(document: dict[str, Any], tmp_path: Path) -> None:
    assert [path.name for path in write_pages(document, tmp_path)] == [f"audit.{code}.html" for code in CODES]
    french = (tmp_path / "audit.fr.html").read_text("utf-8")
    assert "Indication technique, ne vaut pas attestation de conformité" in french
    assert "recommandation, pas une loi" in french
    assert "What" not in re.sub(r"<style>.*?</style>", "", french, flags=re.DOTALL)


def test_what_is_found_is_said_in_the_language_of_the_reader(document: dict[str, Any], tmp_path: Path) -> None:
    french, english = get_language("fr"), get_language("en")
    told = [one[key] for one in document["findings"] for key in ("found", "note", "because") if one[key]["text"]]
    assert len({one["text"] for one in told}) > 8
    for one in told:
        if re.search("[a-z]", re.sub(r"%\(\w+\)s", "", one["text"])):
            assert said(one, french) != said(one, english), one["text"]
    write_files(document, tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "findings.csv").read_text("utf-8"))))
    assert any(row["note_fr"] and row["note_fr"] != row["note"] for row in rows)
    assert said({"text": "%(a_mm)s", "values": {"a_mm": "?"}}, french) == "%(a_mm)s", "odd values stop no page"


def test_every_stop_tells_how_far_one_comes_from_it(document: dict[str, Any], tmp_path: Path) -> None:
    write_files(document, tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "destinations.csv").read_text("utf-8"))))
    assert len(rows) == len(document["gap_stops"]) * len(document["gaps"])
    for gap in document["gaps"]:
        own = [row for row in rows if (row["profile"], row["unknown"]) == (gap["profile"], gap["unknown"])]
        for n, minutes in enumerate(document["within_min"]):
            mean = sum(int(row[f"within_{minutes}"]) for row in own) / len(own)
            assert mean == pytest.approx(gap["reached"][0][n], abs=0.06)
    assert any(row["longer_by_s"] for row in rows)


def test_a_gap_is_told_in_the_unit_of_its_threshold() -> None:
    french = get_language("fr")
    told = {one.id: gap_text(0.3, one.threshold.unit, french) for one in RULES.values() if one.id in ("FR-10", "FR-11")}
    assert "contraste" in told["FR-10"]
    assert "pente" in told["FR-11"]


SENTENCE = re.compile(r'(?:\bsay|\bSaid)\(\s*f?"((?:[^"])+)"', re.DOTALL)


def sentences() -> set[str]:
    """Every text that a rule or an obligation may say."""
    told = {text for path in (FOLDER / "audit").glob("*.py") for text in SENTENCE.findall(path.read_text("utf-8"))}
    return (told - {"%(value_{unit})s"}) | {"%(value_mm)s", "%(value_slope)s", TOLD}


def messages() -> Iterator[str | tuple[str, ...]]:
    ways = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    keywords = {"gettext": None, "ngettext": (1, 2), "_": None, "n_": (1, 2)}
    for _, _, message, _, _ in extract_from_dir(str(FOLDER / "report"), ways, keywords=keywords, options_map={}):
        yield message


@pytest.mark.parametrize("code", [code for code in CODES if code != SOURCE_CODE])
def test_every_sentence_and_every_rule_is_translated(code: str) -> None:
    done: set[Any] = set()
    for name in ("audit", "sentences"):
        with (FOLDER / "translations" / code / f"{name}.po").open("rb") as file:
            done |= {message.id for message in read_po(file, locale=code) if message.string}
    assert len(sentences()) > 30
    assert (set(messages()) | sentences()) - done == set()
    language = get_language(code)
    assert [one.id for one in RULES.values() if rule_text(one.text, language) == one.text] == []


def test_the_command_writes_where_the_staff_pages_look(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "told"
    words = ["--profiles", "manual-wheelchair", "--at", "", "--out", str(out)]
    assert main(["audit", str(network.folder), *words]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Indication technique, ne vaut pas attestation de conformité.")
    assert "Everything in this network is invented." in told
    assert json.loads((out / "audit.json").read_text("utf-8"))["profiles"] == ["manual-wheelchair"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rules", "xx"], "there are no rules of “xx”"),
        (["--on", "yesterday"], "is no date"),
        (["--at", "25"], "are no hours"),
        (["--on", "1999-01-01"], "no service on 1999-01-01"),
    ],
)
def test_a_wrong_argument_is_told(
    network: Network, words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(network.folder), "--out", str(tmp_path), *words]) == 2
    assert says in capsys.readouterr().err


def test_all_faults_of_a_table_of_costs_are_told_at_once(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("fix,cost\nRAISE_QUAY,many\n,5\nREPAIR_LIFT,100\n", "utf-8")
    assert main(["audit", str(network.folder), "--costs", str(table), "--out", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert "line 2" in told
    assert "line 3" in told
    assert "line 4" not in told


def test_a_network_without_service_cannot_be_audited(network: Network) -> None:
    with pytest.raises(QueryError, match="no service"):
        gather(network, AuditQuestion(day=day_of({"day": "1999-01-01"})))


def test_a_way_is_called_by_what_it_is_its_street_and_the_stop_near(document: dict[str, Any]) -> None:
    ways = [one for one in document["findings"] if one["about"] == "WAY"]
    assert {one["way"] for one in ways} >= {"WAY", "STEPS", "KERB"}
    assert all(one["near"] in {stop["name"] for stop in document["stops"]} for one in ways)
    assert all(one["way"] is None and one["near"] is None for one in document["findings"] if one["about"] != "WAY")
    english, french = get_language("en"), get_language("fr")
    stairs = {"way": "STEPS", "name": "", "near": "Dock", "subject_id": "way/1"}
    assert finding_name(stairs, english) == "Stairs: near Dock"
    assert finding_name(stairs, french) == "Escalier\N{NARROW NO-BREAK SPACE}: près de Dock"
    assert finding_name(stairs | {"name": "Quai Neuf"}, english) == "Stairs: Quai Neuf, near Dock"
    assert finding_name(stairs | {"near": None}, english) == "Stairs"
    assert finding_name(stairs | {"way": None, "near": None}, english) == "way/1"


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_way_has_a_word(code: str) -> None:
    language = get_language(code)
    assert [kind.name for kind in LinkKind if way_word(kind.name, language) == kind.name] == ["JOIN"], "drawn by us"


def test_the_stop_near_is_the_nearest_of_those_asked_about_and_not_far(network: Network) -> None:
    stops = network.stops
    one, other = stops.id.row_of["f:G5-E"], stops.id.row_of["f:B1-N"]
    near = StopsNear(network, [one])
    lon, lat = float(stops.lon[one]), float(stops.lat[one])
    assert near.name(lon, lat) == near.name(lon + 300 / 75_800, lat) == stops.name[one], "300 m to the east, at 47° N"
    assert near.name(lon, lat + 600 / 111_195) is None, "600 m to the north"
    assert near.name(float("nan"), lat) is None
    assert StopsNear(network, []).name(lon, lat) is None
    assert StopsNear(network, [one, other]).name(float(stops.lon[other]), float(stops.lat[other])) == stops.name[other]


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_the_rule_beside_each_finding_and_the_time_each_change_saves(
    document: dict[str, Any], code: str
) -> None:
    language, page = get_language(code), render_page(document, code)
    findings = page.split('id="findings"')[1].split('id="reach"')[0]
    for one in document["findings"][:100]:
        assert escape(rule_text(RULES[one["rule"]].text, language)) in findings
    fixes = page.split('id="fixes"')[1].split('id="stops"')[0]
    for one in document["fixes"][:100]:
        saved = language.duration(one["saved_s"]) if one["saved_s"] is not None else language.gettext("not computed")
        assert f'<td class="n">{escape(saved)}</td>' in fixes
    assert any(one["saved_s"] for one in document["fixes"])
    assert language.gettext("Cost") not in fixes, "nobody gave a cost"


def test_a_thing_that_must_not_fail_stands_once_for_all_whom_it_cuts_off_from_the_same_stops(
    document: dict[str, Any],
) -> None:
    told = failures(document)
    assert sum(len(one["profiles"]) for one in told) == len(document["failures"])
    assert any(len(one["profiles"]) == len(TWO) for one in told)
    keys = [(one["id"], *one["way_in"], "|", *one["way_out"]) for one in told]
    assert len(set(keys)) == len(keys)
    page = render_page(document, "en").split('id="failures"')[1].split("</section>")[0]
    assert page.count("<tr>") == min(len(told), 100) + 1
    names = {stop["id"]: stop["name"] for stop in document["stops"]}
    assert all(escape(names[stop], quote=False) in unescape(page) for one in told for stop in one["stops"])
