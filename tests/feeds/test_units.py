"""Numbers as people write them."""

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.feeds.units import State, parse_date, parse_length, parse_number, parse_share, parse_slope, parse_yes_no


@given(st.integers(0, 5000))
def test_a_length_is_the_same_in_metres_centimetres_and_millimetres(mm: int) -> None:
    metres, centimetres = Decimal(mm) / 1000, Decimal(mm) / 10
    spellings = [f"{metres} m", f"{metres}".replace(".", ",") + "m", f"{centimetres} cm", f"{mm} mm", f"{mm}mm"]
    assert [parse_length(text).value for text in spellings] == [float(mm)] * 5
    assert parse_length(str(metres), "m").value == float(mm)
    assert parse_length(str(centimetres), "cm").value == float(mm)


@pytest.mark.parametrize(
    ("text", "mm"),
    [
        ("0.18 m", 180),
        ("18 cm", 180),
        ("0,18 m", 180),
        ("3cm", 30),
        ("3 cm", 30),
        ("12'", 3657.6),
        ('7"', 177.8),
        ("1'6\"", 457.2),
        ("5 ft 2 in", 1574.8),
        ("2 metres", 2000),
        ("0,18\u00a0m", 180),
        ("\u22120.05 m", -50),
    ],
)
def test_free_text_lengths_of_openstreetmap_are_exact(text: str, mm: float) -> None:
    parsed = parse_length(text)
    assert parsed.value == pytest.approx(mm, abs=1e-9)
    assert parsed.unit_stated


def test_a_bare_number_takes_the_usual_unit_and_is_ambiguous_without_one() -> None:
    assert parse_length("0.06", "m").value == 60
    assert parse_length("17", "cm").value == 170
    assert parse_length("17").state is State.AMBIGUOUS
    assert parse_length("17").value is None
    assert parse_length("0").value == 0, "nothing is nothing in every unit"


@pytest.mark.parametrize("text", ["high", "3 furlongs", "1.2.3", "--3", "3-4 cm", "nan", "inf", "1e3", "٣", "9" * 400])
def test_what_is_not_a_length_is_unreadable_and_has_no_value(text: str) -> None:
    parsed = parse_length(text, "m")
    assert parsed.state is State.UNREADABLE
    assert parsed.value is None
    assert parsed.problem


@pytest.mark.parametrize("text", ["", "  ", "NC", "nc", "inconnu", "unknown"])
def test_missing_words_are_missing_and_never_zero(text: str) -> None:
    numbers = (parse_length(text, "m"), parse_slope(text, "ratio"), parse_share(text, "ratio"), parse_number(text))
    for parsed in (*numbers, parse_yes_no(text)):
        assert parsed.state is State.MISSING
        assert parsed.value is None


def test_sans_objet_is_not_applicable_and_not_missing() -> None:
    assert parse_length("sans objet", "m").state is State.NOT_APPLICABLE
    assert parse_yes_no("Sans objet").state is State.NOT_APPLICABLE


def test_a_grouping_mark_makes_three_digits_ambiguous_only_where_it_may_occur() -> None:
    assert parse_number("1,234").value == Decimal("1.234")
    assert parse_number("1,234", grouping=",").state is State.AMBIGUOUS
    assert parse_number("0,234", grouping=",").value == Decimal("0.234")
    assert parse_number("1,23", grouping=",").value == Decimal("1.23")


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("5%", 0.05), ("5 %", 0.05), ("-2,5 %", -0.025), ("1:12", 1 / 12), ("1 in 20", 0.05), ("45°", 1.0)],
)
def test_slopes_with_a_unit_become_ratios(text: str, ratio: float) -> None:
    assert parse_slope(text).value == pytest.approx(ratio)


def test_a_bare_slope_takes_the_usual_unit_and_is_ambiguous_without_one() -> None:
    assert parse_slope("5", "percent").value == 0.05
    assert parse_slope("0.05", "ratio").value == 0.05
    assert parse_slope("5", "degree").value == pytest.approx(math.tan(math.radians(5)))
    assert parse_slope("5").state is State.AMBIGUOUS
    assert parse_slope("up").state is State.UNREADABLE
    assert parse_slope("95°").state is State.UNREADABLE


def test_a_share_is_a_ratio_or_percent_and_no_slope() -> None:
    assert parse_share("70", "percent").value == parse_share("0.7", "ratio").value == parse_share("70 %").value == 0.7
    assert parse_share("0.7").state is State.AMBIGUOUS
    assert parse_share("0").value == 0
    assert parse_share("%").state is parse_share("35°").state is parse_share("1:2").state is State.UNREADABLE


@pytest.mark.parametrize("text", ["oui", "Oui", "yes", "true", "1", "ja", "VRAI"])
def test_yes_in_any_language(text: str) -> None:
    assert parse_yes_no(text).value is True


@pytest.mark.parametrize("text", ["non", "NO", "false", "0", "nein"])
def test_no_in_any_language(text: str) -> None:
    assert parse_yes_no(text).value is False


def test_a_word_that_is_neither_yes_nor_no_is_not_taken_for_one() -> None:
    assert parse_yes_no("limited").state is State.UNREADABLE
    assert parse_yes_no("2").value is None


def test_dates_are_days_and_an_ambiguous_one_is_refused() -> None:
    assert parse_date("2026-05-12").value == date(2026, 5, 12)
    assert parse_date("25/05/2026").value == date(2026, 5, 25)
    assert parse_date("12.05.2026").value == date(2026, 5, 12), "dots are day first"
    assert parse_date("12/05/2026").state is State.AMBIGUOUS
    assert parse_date("2026-02-30").state is State.UNREADABLE


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_a_parser(text: str) -> None:
    for parsed in (
        parse_length(text, "m"),
        parse_length(text),
        parse_slope(text),
        parse_share(text),
        parse_share(text, "ratio"),
        parse_yes_no(text),
        parse_date(text),
    ):
        assert (parsed.value is not None) == (parsed.state is State.VALUE)
