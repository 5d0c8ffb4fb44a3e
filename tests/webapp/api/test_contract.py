"""The contract: the document is current, its examples answer, and what is refused says why and what to do."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from planner.build import FactInputs, Input, Labels, build
from planner.network.store import open_network
from scripts import embedded_gtfs
from webapp import create_app
from webapp.api.endpoints import ENDPOINTS, Endpoint
from webapp.api.openapi import document

ROOT = Path(embedded_gtfs.__file__).parent.parent
TABLES = ROOT / "data" / "fictiville"
BASE = "/api/v1/fictiville"
BOARDING: dict[str, Any] = {"stop": "f:E1-N", "route": "f:T1", "on": "2026-11-24"}
EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=[one.name for one in ENDPOINTS])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("api")
    assert embedded_gtfs.main([str(TABLES), str(folder / "feed.zip")]) == 0
    facts = FactInputs(survey=TABLES / "survey")
    build(folder / "fictiville", [Input("f", folder / "feed.zip")], facts, Labels("Fictiville", notice="Invented."))
    return create_app([open_network(folder / "fictiville")]).test_client()


def address_of(endpoint: Endpoint) -> str:
    return f"{BASE}/{endpoint.path.replace('<path:id_>', endpoint.example_id)}"


def refused(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(response.data)
    assert (response.status_code, told["code"]) == (status, code), told
    assert response.mimetype == "application/problem+json"
    assert told["cure"]
    return told


def test_the_committed_document_is_current() -> None:
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    assert committed == json.loads(json.dumps(document())), (
        "write document() of webapp.api.openapi to docs/openapi.json again"
    )


@EACH
def test_every_example_answers_alike_by_get_and_post(client: FlaskClient, endpoint: Endpoint) -> None:
    got = client.get(address_of(endpoint), query_string=endpoint.example)
    posted = client.post(address_of(endpoint), json=dict(endpoint.example))
    assert (got.status_code, posted.status_code) == (200, 200), got.get_data(as_text=True)
    assert got.json == posted.json
    assert got.json is not None
    assert got.json["network"]["version"]
    assert got.json["network"]["attribution"]


@EACH
def test_an_unknown_parameter_is_refused_by_name(client: FlaskClient, endpoint: Endpoint) -> None:
    told = refused(client.get(address_of(endpoint), query_string={**endpoint.example, "wheels": "4"}), 422,
                   "UNKNOWN_PARAMETER")  # fmt: skip
    assert told["parameter"] == "wheels"


def test_every_fact_of_a_verdict_says_who_how_and_when(client: FlaskClient) -> None:
    told = client.get(f"{BASE}/boarding", query_string=BOARDING).json
    assert told is not None
    facts = told["boarding"]["facts"]
    assert facts
    for fact in facts:
        assert fact["source"]
        assert {"licence", "measured_on", "method", "certainty"} <= set(fact)


def test_a_limit_of_ones_own_changes_the_verdict_and_is_not_kept_by_shared_caches(client: FlaskClient) -> None:
    usual = client.get(f"{BASE}/boarding", query_string=BOARDING)
    own = client.get(f"{BASE}/boarding", query_string={**BOARDING, "gap_mm": "0", "step_up_mm": "0"})
    assert usual.json is not None
    assert own.json is not None
    assert usual.json["boarding"] != own.json["boarding"]
    assert "public" in usual.headers["Cache-Control"]
    assert own.headers["Cache-Control"] == "private, no-cache"
    posted = client.post(f"{BASE}/boarding", json={**BOARDING, "limits": {"gap_mm": 0, "step_up_mm": 0}})
    assert posted.json == own.json


@pytest.mark.parametrize(("form", "kind"), [("geojson", dict), ("polyline6", str), ("none", type(None))])
def test_a_line_comes_in_the_form_that_was_asked_for(client: FlaskClient, form: str, kind: type) -> None:
    question = {"from": "Colline-Plate", "to": "Hôpital du Bon-Pied", "at": "2026-11-24T09:00", "geometry": form}
    told = client.get(f"{BASE}/plan", query_string=question).json
    assert told is not None
    assert isinstance(told["itineraries"][0]["legs"][0].get("geometry"), kind)


def test_an_expensive_matrix_is_refused_with_its_price(client: FlaskClient) -> None:
    question = {"origins": ["f:E1-N"] * 300, "destinations": ["f:E8"], "at": "2026-11-24T09:00"}
    told = refused(client.post(f"{BASE}/matrix", json=question), 422, "TOO_EXPENSIVE")
    assert told["price"]["searches"] > told["most"]["searches"]


def test_an_answer_that_is_known_is_not_sent_again_and_long_ones_are_packed(client: FlaskClient) -> None:
    first = client.get(f"{BASE}/profiles")
    again = client.get(f"{BASE}/profiles", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    packed = client.get(f"{BASE}/profiles", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == first.headers["ETag"]
    assert len(packed.data) < len(first.data)
    assert first.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["stops/..%2f..%2fetc%2fpasswd", "stops/%00", "routes/%F0%9F%9A%8F", "trips/'--"])
def test_hostile_ids_name_nothing(client: FlaskClient, path: str) -> None:
    refused(client.get(f"{BASE}/{path}"), 404, "NO_SUCH_THING")


def test_an_address_that_does_not_exist_answers_as_a_problem(client: FlaskClient) -> None:
    refused(client.get("/api/v1/atlantis/plan"), 404, "NO_SUCH_NETWORK")
    refused(client.get(f"{BASE}/teleport"), 404, "NO_SUCH_ADDRESS")
    refused(client.delete(f"{BASE}/plan"), 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("stops", {"near": "NaN,NaN"}),
        ("stops", {"bbox": "1,2,3"}),
        ("stops", {"radius_m": "1e999", "near": "47,-20"}),
        ("stops", {"count": "9" * 40}),
        ("plan", {"from": "1e308,1", "to": "f:E8"}),
        ("plan", {"from": "\x00", "to": "f:E8"}),
        ("plan", {"from": "f:E1", "to": "f:E8", "at": "9999-12-31T23:59-12:00"}),
        ("plan", {"from": "f:E1", "to": "f:E8", "gap_mm": "NaN"}),
        ("plan", {"from": "f:E1", "to": "f:E8", "page": "zzz"}),
        ("boarding", {**BOARDING, "on": "0001-01-01"}),
        ("stops/f:E1-N/departures", {"at": "0001-01-01T00:00"}),
    ],
)
def test_hostile_numbers_and_texts_are_refused_with_a_cure(
    client: FlaskClient, path: str, question: dict[str, str]
) -> None:
    refused(client.get(f"{BASE}/{path}", query_string=question), 422, "BAD_PARAMETER")


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"{", b'{"q": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    refused(client.post(f"{BASE}/stops", data=body), 400, "BAD_BODY")


def test_a_body_of_megabytes_is_refused(client: FlaskClient) -> None:
    refused(client.post(f"{BASE}/stops", data=b"x" * 2_000_000), 413, "TOO_LARGE")
