"""Values of OpenStreetMap's tags: units once, tolerance by the last digit, and nothing made up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.feeds.osm_tags import (
    Said,
    parse_cross_slope,
    parse_incline,
    parse_kerb,
    parse_kerb_height,
    parse_level,
    parse_levels,
    parse_load,
    parse_step_count,
    parse_width,
)

PARSERS = (
    parse_cross_slope, parse_incline, parse_kerb, parse_kerb_height, parse_level, parse_load, parse_step_count,
    parse_width,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("0.06", 50, 70), ("3cm", 20, 40), ("3 cm", 20, 40), ("0", 0, 10), ("6 mm", 0, 16), ("0,12", 110, 130)],
)
def test_kerb_heights_are_metres_unless_they_say_a_unit(text: str, low: float, high: float) -> None:
    said = parse_kerb_height(text)
    assert (said.low, said.high) == (pytest.approx(low), pytest.approx(high))


def test_a_kerb_of_three_without_a_unit_is_ambiguous() -> None:
    said = parse_kerb_height("3")
    assert said.ambiguous
    assert not said.known
    assert "3" in said.problem


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1", 900, 1100), ("1.5", 1450, 1550), ("1.05 m", 1000, 1100), ("90 cm", 850, 950), ("ca. 2", 1500, 2500)],
)
def test_widths_are_as_exact_as_they_are_written(text: str, low: float, high: float) -> None:
    said = parse_width(text)
    assert (said.low, said.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "middle"),
    [("10%", 0.10), ("-10 %", -0.10), ("5°", math.tan(math.radians(5))), ("1:12", 1 / 12), ("0", 0.0), ("2,5%", 0.025)],
)
def test_inclines_in_percent_degrees_and_ratios(text: str, middle: float) -> None:
    said = parse_incline(text)
    assert (said.low + said.high) / 2 == pytest.approx(middle)
    assert said.high - said.low >= 0.0099


def test_up_and_down_have_a_sign_and_no_size() -> None:
    assert parse_incline("up") == Said(0.0, math.inf)
    assert parse_incline("down") == Said(-math.inf, 0.0)


@pytest.mark.parametrize("text", ["8", "14", "0.08", "-14"])
def test_an_incline_without_a_unit_is_ambiguous(text: str) -> None:
    said = parse_incline(text)
    assert said.ambiguous
    assert not said.known


def test_steeper_than_any_way_is_not_used() -> None:
    assert not parse_incline("250%").known
    assert parse_incline("250%").problem


def test_a_cross_slope_has_no_side() -> None:
    assert parse_cross_slope("-4%").low == pytest.approx(0.035)
    assert parse_cross_slope("-4%").high == pytest.approx(0.045)
    assert parse_cross_slope("0%").low == 0.0
    assert not parse_cross_slope("up").known


def test_words_of_kerbs_are_intervals_and_yes_is_no_height() -> None:
    assert parse_kerb("flush") == Said(0.0, 10.0)
    assert parse_kerb("raised").low == 30.0
    assert parse_kerb("no") == Said(0.0, 0.0)
    assert not parse_kerb("yes").known
    assert not parse_kerb("yes").problem
    assert parse_kerb("purple").problem


def test_levels_may_be_lists_ranges_and_halves() -> None:
    assert (parse_level("-1;0").low, parse_level("-1;0").high) == (-1.0, 0.0)
    assert parse_levels("0-3") == [0.0, 1.0, 2.0, 3.0]
    assert parse_levels("-0,5") == [-0.5]
    assert parse_levels("-1-1") == [-1.0, 0.0, 1.0]
    assert parse_level("mezzanine").problem


def test_a_load_without_a_unit_is_ambiguous() -> None:
    assert parse_load("630 kg").low == 630.0
    assert parse_load("1 t").low == 1000.0
    assert parse_load("630").ambiguous


@given(st.text(max_size=40), st.sampled_from(PARSERS))
def test_no_text_breaks_a_parser_and_no_interval_is_upside_down(text: str, parse: object) -> None:
    said = parse(text)  # type: ignore[operator]
    assert not (said.known and said.problem)
    assert not said.known or said.low <= said.high


@given(st.integers(1, 400))
def test_a_kerb_is_the_same_in_metres_centimetres_and_millimetres(mm: int) -> None:
    texts = (f"{mm / 1000:.3f} m", f"{mm / 10:.1f} cm", f"{mm} mm")
    assert len({round(parse_kerb_height(text).low, 6) for text in texts}) == 1


@given(st.integers(-95, 95))
def test_a_slope_and_its_opposite_are_mirror_images(percent: int) -> None:
    up, down = parse_incline(f"{percent}%"), parse_incline(f"{-percent}%")
    assert (up.low, up.high) == (pytest.approx(-down.high), pytest.approx(-down.low))
