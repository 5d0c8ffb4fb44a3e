"""The one schema agrees with the words of the planner and with its documentation."""

import math
from dataclasses import fields
from pathlib import Path

import pytest

from planner.facts import Kind, Method, Subject
from planner.feeds.attributes import (
    ATTRIBUTES,
    BY_NAME,
    SENTENCES,
    columns_of,
    default_tolerance,
    get_attribute,
    impossible,
    parse_value,
)
from planner.feeds.evidence import Statements
from planner.feeds.foreign_map import COLUMN_KEYS, SECTIONS
from planner.feeds.survey import TABLES
from planner.feeds.survey_rows import ASSIGNMENT_COLUMNS, OVERRIDE_COLUMNS, SOURCE_COLUMNS, STATUS_COLUMNS
from planner.model import NO_CONTROL, NO_KNEELING, NO_SUBSTITUTION, Door, Quay, VehicleType

DOC = Path(__file__).parents[2] / "docs" / "data-formats.md"


def test_every_field_of_the_model_has_an_attribute_of_the_same_name() -> None:
    for subject, cls, ids in (
        (Subject.QUAY, Quay, set()),
        (Subject.VEHICLE_TYPE, VehicleType, {"vehicle_type_id", "doors"}),
        (Subject.DOOR, Door, {"door_no"}),
    ):
        names = {attribute.name for attribute in ATTRIBUTES if attribute.subject is subject}
        assert {field.name for field in fields(cls)} - ids <= names


def test_every_attribute_says_what_it_is_and_no_column_is_there_twice() -> None:
    assert len(BY_NAME) == len(ATTRIBUTES) == len({(a.subject, a.column) for a in ATTRIBUTES})
    for attribute in ATTRIBUTES:
        sentence = SENTENCES[attribute.subject, attribute.name]
        assert sentence.endswith(".")
        assert (attribute.kind is Kind.WORD) <= bool(attribute.words)


def test_the_documentation_explains_every_column_in_the_words_of_the_schema() -> None:
    text = DOC.read_text(encoding="utf-8")
    for table in TABLES:
        section = text.split(f"### {table.file}")[1].split("\n#")[0]
        for column, attribute in columns_of(table.subject).items():
            row = next(line for line in section.splitlines() if line.startswith(f"| `{column}` |"))
            assert SENTENCES[attribute.subject, attribute.name] in row
            assert all(word in row for word in attribute.words)
        assert all(f"`{column}`" in section for column in table.ids)


def test_the_documentation_names_every_column_of_the_other_tables_and_every_key_of_a_map() -> None:
    text = DOC.read_text(encoding="utf-8")
    for file, columns in (
        ("vehicle_assignments.csv", ASSIGNMENT_COLUMNS),
        ("boarding_overrides.csv", OVERRIDE_COLUMNS),
        ("equipment_status.csv", STATUS_COLUMNS),
        ("sources.csv", SOURCE_COLUMNS),
    ):
        section = text.split(f"### {file}")[1].split("\n#")[0]
        assert all(f"`{column}`" in section for column in columns)
    maps = text.split("## Tables of others")[1].split("\n## ")[0]
    keys = [key for section in SECTIONS.values() for key in section]
    assert all(f"`{key}`" in maps for key in (*keys, *COLUMN_KEYS))


@pytest.mark.parametrize(
    ("subject", "name", "method", "tolerance"),
    [
        (Subject.QUAY, "height_mm", Method.SURVEY, 10),
        (Subject.QUAY, "height_mm", Method.DECLARED, 20),
        (Subject.QUAY, "height_mm", Method.IMAGERY, 40),
        (Subject.QUAY, "height_mm", Method.INVENTED, 10),
        (Subject.DOOR, "floor_mm", Method.SURVEY, 20),
        (Subject.DOOR, "floor_mm", Method.DECLARED, 40),
        (Subject.QUAY, "gap_mm", Method.SURVEY, 20),
        (Subject.DOOR, "ramp_length_mm", Method.SURVEY, 10),
        (Subject.DOOR, "clear_width_mm", Method.SURVEY, 10),
        (Subject.QUAY, "manoeuvre_mm", Method.SURVEY, 50),
        (Subject.QUAY, "manoeuvre_mm", Method.OSM, 100),
        (Subject.QUAY, "shelter", Method.SURVEY, None),
    ],
)
def test_default_tolerances_are_those_of_the_method(
    subject: Subject, name: str, method: Method, tolerance: float | None
) -> None:
    assert default_tolerance(get_attribute(subject, name), method) == tolerance


def test_a_kneeled_floor_is_a_length_or_the_word_none_and_empty_is_neither() -> None:
    attribute = get_attribute(Subject.DOOR, "floor_kneeled_mm")
    assert parse_value(attribute, "None", "m").value == NO_KNEELING
    assert parse_value(attribute, "0,25", "m").value == 250
    assert parse_value(attribute, "", "m").value is None


def test_a_control_is_a_length_or_the_word_none_and_empty_is_neither() -> None:
    attribute = get_attribute(Subject.QUAY, "control_height_mm")
    assert parse_value(attribute, "None", "m").value == NO_CONTROL
    assert parse_value(attribute, "1,10", "m").value == 1100
    assert parse_value(attribute, "", "m").value is None


def test_a_substitution_is_a_text_or_the_word_none_and_empty_is_neither() -> None:
    attribute = get_attribute(Subject.QUAY, "substitution")
    assert parse_value(attribute, " None ").value == NO_SUBSTITUTION
    assert parse_value(attribute, "None but a taxi").value == "None but a taxi"
    assert parse_value(attribute, " ").value is None


@pytest.mark.parametrize("text", ["0.7", "0,7", "70 %", "70%", " 70,0 % "])
def test_a_contrast_is_a_ratio_or_percent(text: str) -> None:
    assert parse_value(get_attribute(Subject.QUAY, "contrast"), text, "ratio").value == pytest.approx(0.7)


def test_unlimited_is_possible_only_where_the_attribute_allows_it() -> None:
    assert impossible(get_attribute(Subject.QUAY, "manoeuvre_mm"), math.inf) is None
    assert impossible(get_attribute(Subject.QUAY, "headroom_mm"), math.inf) is None
    assert impossible(get_attribute(Subject.QUAY, "drop_mm"), math.inf) is not None
    assert impossible(get_attribute(Subject.QUAY, "height_mm"), math.inf) is not None


@pytest.mark.parametrize(
    ("name", "text", "unit", "code"),
    [
        ("height_mm", "17", "m", "AMBIGUOUS_UNIT"),
        ("height_mm", "17", None, "AMBIGUOUS_UNIT"),
        ("height_mm", "17 m", "m", "IMPOSSIBLE_VALUE"),
        ("height_mm", "9999", "m", "IMPOSSIBLE_VALUE"),
        ("height_mm", "tall", "m", "UNREADABLE_VALUE"),
        ("slope", "5", "ratio", "AMBIGUOUS_UNIT"),
        ("slope", "60 %", "ratio", "IMPOSSIBLE_VALUE"),
        ("contrast", "70", "ratio", "AMBIGUOUS_UNIT"),
        ("contrast", "0.7", None, "AMBIGUOUS_UNIT"),
        ("contrast", "170 %", "ratio", "IMPOSSIBLE_VALUE"),
        ("contrast", "-5 %", "ratio", "IMPOSSIBLE_VALUE"),
        ("contrast", "strong", "ratio", "UNREADABLE_VALUE"),
        ("line_number_height_mm", "12", "m", "AMBIGUOUS_UNIT"),
        ("line_number_height_mm", "0", "m", "IMPOSSIBLE_VALUE"),
        ("slot_width_mm", "-0.01", "m", "IMPOSSIBLE_VALUE"),
        ("slot_width_mm", "none", "m", "UNREADABLE_VALUE"),
        ("headroom_mm", "220", "m", "AMBIGUOUS_UNIT"),
        ("drop_mm", "1e3", "m", "UNREADABLE_VALUE"),
        ("control_height_mm", "110 m", "m", "IMPOSSIBLE_VALUE"),
    ],
)
def test_a_value_without_a_possible_meaning_is_a_finding_and_never_evidence(
    name: str, text: str, unit: str | None, code: str
) -> None:
    statements = Statements("s", Method.OSM)
    assert not statements.say_text(get_attribute(Subject.QUAY, name), "A", text, unit, "here")
    assert statements.evidence == []
    assert [(finding.code, finding.subject_id, finding.where) for finding in statements.findings] == [
        (code, "A", "here")
    ]


def test_a_ramp_of_forty_metres_is_a_finding() -> None:
    statements = Statements("s", Method.SURVEY)
    statements.say_text(get_attribute(Subject.DOOR, "ramp_length_mm"), "bus#1", "40 m", None)
    assert [finding.code for finding in statements.findings] == ["IMPOSSIBLE_VALUE"]
    assert "40000 mm is outside 0..4000 mm" in statements.findings[0].text


def test_the_ends_of_a_range_are_possible() -> None:
    attribute = get_attribute(Subject.QUAY, "height_mm")
    assert impossible(attribute, 0.0) is None
    assert impossible(attribute, 1500.0) is None
    assert impossible(attribute, 1500.1) is not None
    assert impossible(attribute, -0.1) is not None
