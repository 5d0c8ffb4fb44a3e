"""The pages over the real planner: a small feed is built, stored, opened and asked."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from gtfs_world import feed_of

from planner.build import Input, build
from planner.network.store import open_network
from webapp import create_app
from webapp.question import default_time

FLAGGED_STOPS = """
    stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding
    market,Market,49.90,2.30,1
    dock,Dock,49.91,2.30,2
    hospital,Hospital,49.93,2.30,1
    """
FLAGGED_TRIPS = """
    trip_id,route_id,service_id,wheelchair_accessible
    early,1,week,1
    late,1,week,1
    """


def client_of(feed: Path, folder: Path, name: str = "town") -> FlaskClient:
    build(folder / name, [Input(name, feed)])
    return create_app([open_network(folder / name)]).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("flagged")
    return client_of(feed_of(folder, stops=FLAGGED_STOPS, trips=FLAGGED_TRIPS), folder)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("silent")
    return client_of(feed_of(folder), folder)


def ask(client: FlaskClient, origin: str, destination: str, **more: str) -> tuple[int, str]:
    question = {"from": origin, "to": destination, "when": "2024-01-02T07:30"} | more
    response = client.get(f"/{more.pop('lang', 'en')}/town/trip", query_string=question)
    text = unescape(response.get_data(as_text=True)).replace("\N{NO-BREAK SPACE}", " ")
    return response.status_code, text.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_declared_trip_is_step_free_as_declared(client: FlaskClient) -> None:
    status, text = ask(client, "Market", "Hospital")
    assert status == 200
    assert "Leave at 08:00, arrive at 08:30" in text
    assert "Get on at Market." in text
    assert text.count("state-yes") == 3, "boarding, alighting and the whole"
    assert "The operator declares this stop and this vehicle usable with a wheelchair." in text


def test_a_stop_declared_impossible_is_no_destination(client: FlaskClient) -> None:
    status, text = ask(client, "Market", "Dock")
    assert status == 200
    assert "No trip found: Market to Dock" in text
    assert "getting on or off is impossible for your way of travelling" in text
    barriers = text[text.index("What stands in the way") : text.index("<figure")]
    assert "Getting off at Dock." in barriers
    assert "The operator declares that wheelchairs cannot use this stop." in barriers
    assert "Market" not in barriers, "only what stands in the way"
    assert "Leave at 08:00, arrive at 08:10" in ask(client, "Market", "Dock", profile="on-foot")[1]


def test_a_vehicle_that_takes_no_wheelchair_bars_both_ends_in_one_sentence(tmp_path: Path) -> None:
    refusing = client_of(
        feed_of(tmp_path, stops=FLAGGED_STOPS, trips=FLAGGED_TRIPS.replace("week,1", "week,2")), tmp_path
    )
    text = ask(refusing, "Market", "Hospital")[1]
    assert "Getting on at Market and getting off at Hospital." in text
    assert text.count("The operator declares that this vehicle does not take wheelchairs.") == 1
    assert text.count("state-barrier") == 1


def test_what_nobody_declared_is_unknown_and_can_be_left_out(silent: FlaskClient) -> None:
    status, text = ask(silent, "Market", "Hospital")
    assert status == 200
    assert text.count("state-unknown") == 3
    assert "Weakest point: nobody can tell whether you can get on at Market." in text
    assert "2 of 2 points are not known: getting on at Market and getting off at Hospital." in text
    assert "Nobody has measured the quay height, the vehicle floor or the gap between quay and vehicle." in text
    assert (
        "Every trip uses something that nobody has checked." in ask(silent, "Market", "Hospital", unknown="exclude")[1]
    )


def test_a_trip_past_midnight_says_its_day(client: FlaskClient) -> None:
    text = ask(client, "Market", "Hospital", when="2024-01-02T22:00")[1]
    assert "Wednesday 3 January 2024" in text, "the bus of 24:50 leaves on the next day"
    assert "Leave at 00:50, arrive at 01:15" in text


def test_positions_ids_and_small_slips_are_understood(client: FlaskClient) -> None:
    for origin in ("49.9000,2.3000", "town:market", "market", "MARKET"):
        assert ask(client, origin, "Hospital")[0] == 200, origin
    status, text = ask(client, "Hospitl", "Market")
    assert status == 200 or "Choose yours." in text


@pytest.mark.parametrize("text", ["nan,nan", "91,0", "1e999,2", "Atlantis", "town:", "🦽", "%s%(x)s{}", "," * 199])
def test_what_is_no_place_is_said_beside_its_field(client: FlaskClient, text: str) -> None:
    status, html = ask(client, text, "Hospital")
    assert status == 422
    assert 'id="error-from"' in html
    assert 'id="error-to"' not in html


def test_the_same_place_twice_is_said_in_french_too(client: FlaskClient) -> None:
    response = client.get("/fr/town/trip?from=Market&to=market&when=2024-01-02T08:00")
    assert response.status_code == 422
    assert "C’est déjà votre point de départ." in response.get_data(as_text=True)


def test_the_coverage_is_that_of_the_feed(client: FlaskClient, silent: FlaskClient) -> None:
    assert "0 of 3 quays measured" in client.get("/en/town/").get_data(as_text=True)
    assert "what the operator declares, and no more" in client.get("/en/town/").get_data(as_text=True)
    assert "the operator declares nothing" in silent.get("/en/town/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 1, 5), date(2024, 1, 5)),
        (date(2026, 11, 22), date(2024, 1, 7)),  # a Sunday: the last Sunday
        (date(2026, 11, 23), date(2024, 1, 8)),  # a Monday: the last day itself
        (date(2020, 1, 1), date(2024, 1, 3)),  # a Wednesday: the first one
    ],
)
def test_a_form_outside_the_timetable_offers_the_nearest_day_of_the_same_kind(today: date, expected: date) -> None:
    network = SimpleNamespace(timezone="Europe/Paris", first_day=date(2024, 1, 1), last_day=date(2024, 1, 8))
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    offered = default_time(network, noon)
    assert (offered.date(), offered.hour) == (expected, 13)


def test_a_timetable_shorter_than_a_week_offers_one_of_its_days() -> None:
    network = SimpleNamespace(timezone="UTC", first_day=date(2024, 1, 1), last_day=date(2024, 1, 2))
    for days in (-900, -1, 400, 401, 405):
        day = default_time(network, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=days)).date()
        assert network.first_day <= day <= network.last_day


def test_a_city_answers_on_the_page(testdata, tmp_path: Path) -> None:
    client = client_of(testdata("castres/gtfs.zip"), tmp_path)
    question = "/fr/town/trip?from=TIREFORT&to=PAILHE&when=2024-05-13T09:00"
    page = client.get(question).get_data(as_text=True)
    assert "1 trajet" in page
    assert 'class="leg ride"' in page
