"""The traveller's own limits: written in centimetres and per cent, refused beside their field."""

import pytest
from flask.testing import FlaskClient

from planner.access.profiles import PRESETS, limits
from planner.language import get_language
from webapp.limits import PREFIX, limit_fields, to_profile
from webapp.pages import FOLDER_OF_TRANSLATIONS

ENGLISH = get_language("en", FOLDER_OF_TRANSLATIONS)
TRIP = "/en/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00"


def test_every_number_of_a_profile_has_a_field_in_words() -> None:
    fields = {field.name.removeprefix(PREFIX) for field in limit_fields({}, PRESETS["manual-wheelchair"], ENGLISH)}
    assert fields == {limit.name for limit in limits()} - {"helper"}, "a companion is a way of travelling"


def test_a_limit_is_said_in_words_with_the_number_of_the_way_of_travelling() -> None:
    hints = {field.name: field.hint for field in limit_fields({}, PRESETS["manual-wheelchair"], ENGLISH)}
    assert hints["p.step_up_mm"] == (
        "From the quay to the floor of the vehicle; a thumb is about 2 cm thick."
        " Manual wheelchair, on my own: 2. A number from 0 to 40."
    )
    assert "Manual wheelchair, on my own: 10." in hints["p.ramp_alone"]
    free = limit_fields({}, PRESETS["on-foot"], ENGLISH)
    assert any(": no limit." in field.hint for field in free)
    assert all(hint.endswith(".") for hint in hints.values())


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("step_up_mm", "2,5", 25),
        ("ramp_alone", "12", 0.12),
        ("wheelchairs", "2", 2),
        ("mass_kg", " 180 ", 180),
        ("speed_m_s", "0.9", 0.9),
    ],
)
def test_a_number_reaches_the_planner_in_its_own_unit(
    client: FlaskClient, asked: list, name: str, text: str, number: float
) -> None:
    client.get(f"{TRIP}&p.{name}={text}")
    ((_, query),) = asked
    assert getattr(query.profile, name) == pytest.approx(number)


@pytest.mark.parametrize("text", ["much", "-1", "nan", "1e9", "1_0", "9" * 30])
def test_what_is_no_such_number_is_refused_beside_its_field(client: FlaskClient, asked: list, text: str) -> None:
    response = client.get(f"{TRIP}&p.step_up_mm={text}")
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert 'id="error-p.step_up_mm"' in html
    assert "A number from 0 to 40." in html
    assert asked == []


def test_an_empty_field_keeps_the_limit_of_the_preset(client: FlaskClient, asked: list) -> None:
    client.get(f"{TRIP}&p.step_up_mm=&p.unheard_of=3")
    ((_, query),) = asked
    assert query.profile.step_up_mm == 20
    assert to_profile({}, ENGLISH) == ({}, {})


def test_the_time_may_be_that_of_the_arrival_or_now(client: FlaskClient, asked: list) -> None:
    client.get(f"{TRIP}&by=arrive")
    client.get(TRIP.replace("05-12T08:00", "05-20T10:00") + "&by=now")
    assert [(query.arrive_by, query.at.isoformat()) for _, query in asked] == [
        (True, "2026-05-12T08:00:00+02:00"),
        (False, "2026-05-12T08:00:00+02:00"),
    ]
    assert client.get(f"{TRIP}&by=yesterday").status_code == 422


def test_start_and_destination_are_swapped_on_the_form(client: FlaskClient) -> None:
    html = client.get("/en/town/?from=Market&to=Dock&swap=1").get_data(as_text=True)
    assert html.index('name="from" type="text" value="Dock"') < html.index('name="to" type="text" value="Market"')
