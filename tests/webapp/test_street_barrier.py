"""What a trip that the streets bar says, on a page and to a program."""

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from routing.test_street_barrier import FAR, street
from street_worlds import LAT, LON

from webapp import create_app

ASKED = {"from": f"{LAT},{LON}", "to": "hospital"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app([street(tmp_path_factory.mktemp("barred"), (450, 0), *FAR)]).test_client()


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "en",
            [
                "Lines lead there, but no way of the streets does for your way of travelling.",
                "What stands in the way",
                "A barrier stands on the way to the stop market.",
                "It is at: Quay Street.",
                "Without it you would be there at 08:30.",
            ],
        ),
        (
            "fr",
            [
                "Des lignes y mènent, mais aucun chemin dans les rues ne convient à votre façon de vous déplacer.",
                "Un obstacle se trouve sur le chemin vers l’arrêt market.",
            ],
        ),
    ],
)
def test_the_page_names_the_barrier_of_the_streets(client: FlaskClient, lang: str, sentences: list[str]) -> None:
    name = next(iter(client.application.extensions["networks"]))
    answer = client.get(f"/{lang}/{name}/trip?{urlencode({**ASKED, 'when': '2024-01-02T07:30'})}")
    assert answer.status_code == 200
    assert all(sentence in answer.text for sentence in sentences), answer.text
    assert "getting on or off is impossible" not in answer.text


def test_the_answer_to_a_program_has_a_code_of_its_own_and_the_barrier(client: FlaskClient) -> None:
    name = next(iter(client.application.extensions["networks"]))
    asked = {**ASKED, "at": "2024-01-02T07:30", "profile": "manual-wheelchair"}
    told = client.get(f"/api/v1/{name}/plan?{urlencode(asked)}").get_json()
    assert told["itineraries"] == told["barriers"] == []
    assert told["why_not"]["code"] == "NO_STEP_FREE_ACCESS"
    barred = told["street_barrier"]
    assert (barred["where"], barred["stop_name"], barred["barrier"]["kind"]) == ("ACCESS", "market", "kerb")
    assert barred["barrier"]["street"] == "Quay Street"
    assert barred["arrival"].startswith("2024-01-02T08:30")
    open_to = client.get(f"/api/v1/{name}/plan?{urlencode({**asked, 'profile': 'on-foot'})}").get_json()
    assert open_to["itineraries"]
    assert open_to["street_barrier"] is None
