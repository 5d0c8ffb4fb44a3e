"""What is worst on a walk, the limit on what is rolled, and the change that gives a trip where there is none."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from planner.access.profiles import get_profile
from planner.facts import Certainty, Interval
from planner.language import get_language
from planner.model import Reason, Step, Unknown, Verdict, Way
from webapp.pages import FOLDER_OF_TRANSLATIONS
from webapp.present_way import way_points, way_steps

ENGLISH = get_language("en", FOLDER_OF_TRANSLATIONS)
MANUAL = get_profile("manual-wheelchair")
TRIP = "/en/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00"


def step(kind: str, **known: object) -> Step:
    return Step(kind, "Mill Street", 40.0, 50, (), Verdict.YES, Certainty.MEASURED, **known)


def way(*steps: Step, **more: object) -> Way:
    return Way(Verdict.YES, Certainty.MEASURED, 0, steps=steps, **more)


def plain(sentences: tuple[str, ...]) -> list[str]:
    return [re.sub("[\u00a0\u202f]", " ", sentence) for sentence in sentences]


def test_the_worst_of_a_walk_is_told_with_the_limit_beside_it() -> None:
    walked = way(
        step("way", slope=Interval(0.01, 0.02), width_mm=Interval(1500, 1500)),
        step("way", slope=Interval(-0.05, 0.04), width_mm=Interval(980, 1020)),
        step("kerb", kerb_mm=Interval(20, 20)),
        step("kerb", kerb_mm=Interval(30, 30)),
        step("kerb"),
        unknown_m=(("surface", 120.0), ("slope", 120.0), ("width", 0.0), ("smoothness", 200.0)),
    )
    told = plain(way_points(walked, MANUAL, ENGLISH))
    assert told[0].startswith("Steepest part upwards: 4%; your limit is ")
    assert told[1].startswith("Steepest part downwards: 5%; your limit is ")
    assert told[2] == "Narrowest part: 1.0 m; you need 80 cm."
    assert told[3:] == [
        "2 kerbs of known height, the highest: 3 cm.",
        "1 kerb that nobody has measured.",
        "Not known over 120 m: surface and slope.",
    ]


def test_what_nobody_measured_gives_no_number() -> None:
    assert way_points(way(step("way")), MANUAL, ENGLISH) == ()
    assert plain(way_points(way(step("way", slope=Interval(0, 0.001))), MANUAL, ENGLISH)) == [
        "Level wherever the slope is known."
    ]


def test_each_stretch_is_an_instruction() -> None:
    told = plain(way_steps(way(step("way"), step("crossing", turn="left")), ENGLISH))
    assert told == ["Follow Mill Street for 40 m.", "Turn left. Cross Mill Street (40 m)."]


# --- How far to roll --------------------------------------------------------------------------------------


def test_the_longest_way_to_roll_reaches_the_planner_and_stays_in_the_form(client: FlaskClient, asked: Any) -> None:
    html = client.get(f"{TRIP}&roll=600").get_data(as_text=True)
    assert asked[0][1].max_roll_m == 600
    assert 'name="roll" type="text" inputmode="decimal" value="600"' in html
    assert "roll=600" in html.split('class="onward"')[1], "and in the other questions"
    client.get(TRIP)
    assert asked[-1][1].max_roll_m is None


def test_who_avoids_lifts_says_so_to_the_planner_and_in_the_form(client: FlaskClient, asked: Any) -> None:
    box = re.compile(r'<input type="checkbox" name="avoid_lifts" value="1"( checked)?>')
    html = client.get(f"{TRIP}&avoid_lifts=1").get_data(as_text=True)
    assert asked[0][1].avoid_lifts is True
    assert (box.search(html) or [""])[1] == " checked"
    assert "avoid_lifts=1" in html.split('class="onward"')[1], "and in the other questions"
    for plain in (TRIP, f"{TRIP}&avoid_lifts=", f"{TRIP}&avoid_lifts=0"):
        html = client.get(plain).get_data(as_text=True)
        assert asked[-1][1].avoid_lifts is False
        assert (box.search(html) or ["", "?"])[1] is None
        assert "avoid_lifts=" not in html.split('class="onward"')[1]


@pytest.mark.parametrize("text", ["-1", "1.5", "far", "99999", "\u0663"])
def test_a_length_that_is_none_is_refused_beside_its_field(client: FlaskClient, text: str) -> None:
    response = client.get(f"{TRIP}&roll={text}")
    assert response.status_code == 422
    assert 'id="error-roll"' in response.get_data(as_text=True)


# --- The smallest change ----------------------------------------------------------------------------------


def refusal(client: FlaskClient, address: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", unescape(client.get(address).get_data(as_text=True)))


def test_longer_ways_are_proposed_before_anything_else(client: FlaskClient, asked: Any) -> None:
    asked.only_if, asked.why_not = lambda query: query.max_roll_m is None, Reason("ONLY_LONGER_WAYS")
    html = refusal(client, f"{TRIP}&roll=10&unknown=exclude")
    assert "If you can roll" in html
    assert re.search(r'class="action" href="[^"]*roll=\d+', html)


def test_a_companion_is_proposed_where_one_would_do(client: FlaskClient, asked: Any) -> None:
    asked.only_if, asked.why_not = lambda query: query.profile.helper, Reason("BOARDING_IMPOSSIBLE")
    html = refusal(client, TRIP)
    assert "With somebody who helps you: leave at" in html
    assert "The operator declares every boarding usable; none is measured." in html, "and what that trip rests on"
    assert "profile=manual-wheelchair-assisted" in html


def test_the_limits_that_were_written_stay_with_the_change(client: FlaskClient, asked: Any) -> None:
    asked.only_if = lambda query: query.profile.helper
    refusal(client, f"{TRIP}&p.mass_kg=90")
    helped = [query.profile for _, query in asked if query.profile.helper]
    assert helped[0].mass_kg == 90


def test_the_next_day_is_proposed_last(client: FlaskClient, asked: Any) -> None:
    asked.why_not = Reason("NO_CONNECTION", {"day": "2026-05-12"})
    asked.only_if = lambda query: query.at - asked[0][1].at > timedelta(hours=1)
    html = refusal(client, TRIP)
    assert "The next day" in html
    assert "when=2026-05-13T04:00" in html


def test_where_nothing_helps_that_is_said(client: FlaskClient, asked: Any) -> None:
    asked.only_if, asked.why_not = lambda query: False, Reason("NO_CONNECTION", {"day": "2026-05-12"})
    assert "No single change of the question was found that helps." in refusal(client, TRIP)
    assert Unknown.ALLOW not in {query.unknown for _, query in asked}
