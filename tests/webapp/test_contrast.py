"""The palette is legible in both schemes, and so is a line's code on any colour."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import webapp
from webapp.colours import clean_colour, contrast, join_colours, stylesheet, text_colour

TOKENS = (Path(webapp.__file__).parent / "static" / "css" / "tokens.css").read_text("utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", css))


SCHEMES = {"light": colours(LIGHT), "dark": colours(LIGHT) | colours(DARK)}


def pairs(scheme: dict[str, str]) -> list[tuple[str, str, float]]:
    papers = [name for name in scheme if name.startswith("paper-")]
    found = [(ink, paper, 7.0) for ink in scheme if ink.startswith("ink-") for paper in papers]
    found += [(state, "paper-card", 7.0) for state in scheme if state.startswith("state-")]
    found += [(name, "fill-" + name[3:], 7.0) for name in scheme if name.startswith("on-")]
    found += [(edge, paper, 3.0) for edge in ("edge-line", "edge-route") for paper in papers]
    found += [(f"edge-{name}", f"fill-{name}", 3.0) for name in ("alert", "notice")]
    found += [("focus-ink", paper, 3.0) for paper in papers] + [("focus-ink", "focus-halo", 3.0)]
    return [*found, ("on-top", "fill-top", 7.0)]


def test_both_schemes_define_every_colour() -> None:
    assert colours(DARK).keys() == colours(LIGHT).keys()
    assert len(pairs(SCHEMES["light"])) > 30


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_pair_of_tokens_is_legible(scheme: str) -> None:
    values = SCHEMES[scheme]
    weak = [
        f"{ink} on {paper}: {contrast(values[ink], values[paper]):.2f} < {least}"
        for ink, paper, least in pairs(values)
        if contrast(values[ink], values[paper]) < least
    ]
    assert weak == []


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_a_line_code_is_legible_on_any_colour(number: int) -> None:
    background = f"{number:06x}"
    assert contrast(text_colour(background), background) >= 4.5, "large bold text needs 4.5:1"


def test_the_stylesheet_of_a_page_holds_its_lines() -> None:
    name = join_colours(["ffff00", "0b5cad", None, "0b5cad"])
    assert name == "0b5cad-ffff00"
    assert stylesheet(name) == (
        ".line-0b5cad{background:#0b5cad;color:#ffffff}\n.line-ffff00{background:#ffff00;color:#000000}"
    )


@pytest.mark.parametrize("name", ["", "red", "0b5cad-", "0b5cad}body{", "-".join(["000000"] * 61), "٠٠٠٠٠٠"])
def test_a_stylesheet_of_another_name_does_not_exist(name: str) -> None:
    assert stylesheet(name) is None


@pytest.mark.parametrize(("text", "colour"), [("#0B5CAD", "0b5cad"), (" FFFFFF ", "ffffff"), ("", None), (None, None)])
def test_a_colour_of_a_feed_is_cleaned_or_nothing(text: str | None, colour: str | None) -> None:
    assert clean_colour(text) == colour


def test_only_tokens_name_colours() -> None:
    page = (Path(webapp.__file__).parent / "static" / "css" / "page.css").read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(", page) == []
