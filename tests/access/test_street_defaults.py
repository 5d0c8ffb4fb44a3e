"""The table of street defaults: the page shows it as it is, every kind of the formula is in it, and it is obeyed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.access import street_defaults
from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS
from planner.access.street_defaults import DEFAULTS, EVERYWHERE, StreetDefault, meanings, unsaid
from planner.access.walking import UNSAID_TAGS, judge_link
from planner.facts import Certainty
from planner.model import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "streets.md"
BEGIN, END = "<!-- begin street defaults -->", "<!-- end street defaults -->"
HEAD = ("tag", "words", "country", "taken for", "certainty", "doubts", "source")


def as_page(rows: tuple[StreetDefault, ...]) -> str:
    cells = [HEAD, ("---",) * len(HEAD)]
    for row in rows:
        words = ", ".join(f"`{word}`" for word in row.words) or "-"
        cells.append(
            (f"`{row.tag}`", words, row.country, row.taken_for, row.certainty.value, str(row.doubts), row.source)
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def test_the_page_shows_the_table_as_it_is() -> None:
    shown = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0].strip()
    assert shown == as_page(DEFAULTS)


def test_no_word_of_a_tag_is_in_two_rows_of_a_country() -> None:
    said = [(row.country, row.tag, word) for row in DEFAULTS for word in row.words or ("",)]
    assert len(said) == len(set(said))


def test_a_row_of_a_country_stands_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(unsaid("kerb"), country="XX", doubts=0, certainty=Certainty.INFERRED)
    setts = StreetDefault("surface", ("sett",), "soft", Certainty.DECLARED, 0, "made up for this test", "XX")
    everywhere = meanings("surface")
    monkeypatch.setattr(street_defaults, "DEFAULTS", (*DEFAULTS, own, setts))
    assert unsaid("kerb", "XX") is own
    assert unsaid("kerb", "YY").country == unsaid("kerb").country == EVERYWHERE
    assert meanings("surface", "XX") == {**everywhere, "sett": "soft"}
    assert meanings("surface", "YY") == everywhere


def test_a_row_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        unsaid("colour")


def test_the_numbers_of_the_table_are_those_of_the_formula() -> None:
    assert unsaid("kerb").taken_for == f"0 to {formula.KERB_PRIOR_MM:.0f} mm"
    assert unsaid("step_count").taken_for == f"one step for each {formula.STEP_LENGTH_M} m"


KINDS = {
    "kerb": formula.KERB,
    "barrier": formula.BARRIER,
    "highway=elevator": formula.LIFT,
    "step_count": formula.STAIRS,
}
KINDS |= {"ramp:wheelchair": formula.STEP_RAMP, "conveying": formula.MOVING_WALKWAY}


@pytest.mark.parametrize("tag", UNSAID_TAGS.values())
@pytest.mark.parametrize("doubts", [0, 1])
def test_the_judgement_obeys_the_table(monkeypatch: pytest.MonkeyPatch, tag: str, doubts: int) -> None:
    profile = PRESETS["walking-stick" if tag == "step_count" else "manual-wheelchair"]
    link = np.full(formula.LINK_WIDTH, np.nan)
    link[formula.KIND], link[formula.LENGTH_M], link[formula.STEPS] = KINDS.get(tag, formula.WAY), 1.0, -1
    link[[formula.ALLOWED, formula.GROUND, formula.SMOOTH, formula.CONVEYING, formula.INCLINE_FROM]] = 0
    link[formula.BARRIER_CLASS] = formula.GATE
    if tag == "conveying":
        link[[formula.INCLINE_LOW, formula.INCLINE_HIGH]] = 0.0
    rows = tuple(replace(row, doubts=doubts if row.tag == tag else 0) for row in DEFAULTS)
    monkeypatch.setattr(street_defaults, "DEFAULTS", rows)
    passage = judge_link(link, profile, forward=True)
    assert passage.verdict is (Verdict.UNKNOWN if doubts else Verdict.YES)
    assert passage.unknown
