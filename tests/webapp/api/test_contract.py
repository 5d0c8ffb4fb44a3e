"""The contract: the document is current, its examples answer, and what is refused says why and what to do."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import TypeAdapter, ValidationError
from werkzeug.test import TestResponse

from planner.cli import main
from planner.network.tables import Network
from scripts import embedded_gtfs
from webapp.api.answers import BoardingAnswer, PlanAnswer
from webapp.api.answers_service import HealthAnswer, NetworksAnswer, Problem
from webapp.api.endpoints import ENDPOINTS, Endpoint
from webapp.api.openapi import document

ROOT = Path(embedded_gtfs.__file__).parent.parent
BASE = "/api/v1/fictiville"
BOARDING: dict[str, Any] = {"stop": "f:E1-N", "route": "f:T1", "on": "2026-11-24"}
EACH = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=[one.name for one in ENDPOINTS])


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
    posted = client.post(address_of(endpoint), json=dict(endpoint.example))
    by_get = "GET" in endpoint.methods
    got = client.get(address_of(endpoint), query_string=endpoint.example) if by_get else posted
    assert (got.status_code, posted.status_code) == (200, 200), got.get_data(as_text=True)
    assert got.json == posted.json
    assert got.json is not None
    assert got.json["network"]["version"]
    assert got.json["network"]["attribution"]
    hold(got, *endpoint.answers)


def hold(response: TestResponse, *models: Any) -> None:
    """An answer has every member that its model names, of the right kind, and no other."""
    if len(models) == 1:
        models[0].model_validate_json(response.data, strict=True)
    else:
        TypeAdapter(models[0] | models[1]).validate_json(response.data, strict=True)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("plan", {"from": "f:E1", "to": "Hôpital du Bon-Pied", "window_s": 3600, "fallbacks": "true"}),
        (
            "plan",
            {"from": "f:E1", "to": "Observatoire de la Brume", "unknown": "exclude", "profile": "mobility-scooter"},
        ),
        ("plan", {"from": "f:E1", "to": "Hôpital du Bon-Pied", "geometry": "polyline6", "arrive_by": "true"}),
        ("walk", {"from": "f:E1", "to": "f:E3-N"}),
        ("walk", {"from": "f:E1", "to": "f:E2-N", "geometry": "polyline6", "profile": "on-foot"}),
        ("reachable", {"place": "f:E1", "format": "geojson"}),
        ("reachable", {"place": "f:E1", "arrive_by": "true", "unknown": "allow"}),
        ("matrix", {"origins": ["f:E1", "f:E3-N"], "destinations": ["f:E8", "f:E5"], "window_s": 1200}),
        ("stops/f:E1/departures", {}),
        ("places", {"near": "46.9877,-20.0001"}),
    ],
)
def test_answers_are_what_the_contract_says(client: FlaskClient, path: str, more: dict[str, Any]) -> None:
    at = {} if path == "places" else {"at": "2026-11-24T09:00"}
    (endpoint,) = [one for one in ENDPOINTS if one.name == path.rpartition("/")[2]]
    response = client.get(f"{BASE}/{path}", query_string={**at, **more})
    assert response.status_code == 200, response.get_data(as_text=True)
    hold(response, *endpoint.answers)


def test_the_models_of_answers_are_strict() -> None:
    with pytest.raises(ValidationError):
        PlanAnswer.model_validate({"itineraries": [], "surprise": 1})


def test_networks_health_and_problems_are_what_the_contract_says(client: FlaskClient) -> None:
    hold(client.get("/api/v1/networks"), NetworksAnswer)
    hold(client.get("/api/v1/health"), HealthAnswer)
    hold(client.get(f"{BASE}/plan"), Problem)
    hold(client.get("/api/v1/atlantis/plan"), Problem)
    assert client.get(f"{BASE}/plan").get_json()["network"] == client.get(f"{BASE}/stops/f:E1").get_json()["network"]
    assert client.get("/api/v1/atlantis/plan").get_json()["network"] is None


@pytest.mark.parametrize(
    ("path", "asked", "words"),
    [
        ("plan", {"from": "f:E1", "to": "f:E8", "window_s": 1800}, ("f:E1", "f:E8", "--window", "30m")),
        ("plan", {"from": "f:E1", "to": "Village-du-Fond", "unknown": "exclude"}, ("f:E1", "Village-du-Fond")),
        ("walk", {"from": "f:E1", "to": "f:E3-N"}, ("f:E1", "f:E3-N")),
        ("boarding", {"stop": "f:E1-N", "route": "f:T1"}, ("--stop", "f:E1-N", "--route", "f:T1")),
        ("reachable", {"place": "f:E1", "within_s": 1200}, ("f:E1", "--within", "20m")),
    ],
)
def test_names_units_and_words_are_those_of_the_command_line(
    client: FlaskClient,
    fictiville: Network,
    capsys: pytest.CaptureFixture[str],
    path: str,
    asked: dict[str, Any],
    words: tuple[str, ...],
) -> None:
    """All that the command says with --json is in the answer, word by word, but for how lines are written."""
    moment = "2026-11-24" if path == "boarding" else "2026-11-24T09:00"
    shared = {"on" if path == "boarding" else "at": moment, "profile": "powered-wheelchair"}
    told = client.get(f"{BASE}/{path}", query_string={**shared, **asked}).get_json()
    unknown = () if path == "boarding" else ("--unknown", asked.get("unknown", "penalise"))
    option = "--on" if path == "boarding" else "--at"
    command = [
        path,
        str(fictiville.folder),
        *words,
        option,
        moment,
        "--profile",
        "powered-wheelchair",
        *unknown,
        "--json",
    ]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert said
    shown = said.pop("network", {})
    assert shown.items() <= told["network"].items()  # the interface says the version too
    assert list(differences(told, said)) == []


def differences(told: Any, said: Any, at: str = "") -> Iterator[str]:
    """Where the command says something else, or something that the interface does not say."""
    if isinstance(said, dict) and isinstance(told, dict):
        for name in said:
            if name not in told:
                yield f"{at}.{name} is missing"
            elif name != "geometry":
                yield from differences(told[name], said[name], f"{at}.{name}")
    elif isinstance(said, list) and isinstance(told, list) and len(said) == len(told):
        for i, (one, other) in enumerate(zip(told, said, strict=True)):
            yield from differences(one, other, f"{at}[{i}]")
    elif told != said:
        yield f"{at}: {told!r}, the command says {said!r}"


def test_cursors_lead_to_earlier_and_later_itineraries(client: FlaskClient) -> None:
    question = {"from": "f:E1", "to": "f:E8", "at": "2026-11-24T09:00", "window_s": 1800, "geometry": "none"}
    first = client.get(f"{BASE}/plan", query_string=question).get_json()
    later = client.get(f"{BASE}/plan", query_string={**question, "page": first["later"]}).get_json()
    earlier = client.get(f"{BASE}/plan", query_string={**question, "page": first["earlier"]}).get_json()
    begins = [min(one["departure"] for one in told["itineraries"]) for told in (earlier, first, later)]
    assert begins == sorted(set(begins))


def test_a_station_tells_what_leaves_from_each_of_its_stops(client: FlaskClient) -> None:
    at = {"at": "2026-11-24T09:00", "within_s": 3600, "count": 200}
    whole = client.get(f"{BASE}/stops/f:E1/departures", query_string=at).get_json()["departures"]
    assert len({one["stop_id"] for one in whole}) > 1
    for stop_id in {one["stop_id"] for one in whole}:
        alone = client.get(f"{BASE}/stops/{stop_id}/departures", query_string=at).get_json()["departures"]
        assert alone == [one for one in whole if one["stop_id"] == stop_id]


def test_places_forgive_and_are_found_by_position(client: FlaskClient) -> None:
    typed = client.get(f"{BASE}/places", query_string={"q": "hopitl bon"}).get_json()["places"]
    assert typed[0]["name"] == "Hôpital du Bon-Pied"
    at = f"{typed[0]['lat']},{typed[0]['lon']}"
    around = client.get(f"{BASE}/places", query_string={"near": at}).get_json()["places"]
    assert (around[0]["name"], around[0]["distance_m"]) == (typed[0]["name"], 0.0)
    assert client.get(f"{BASE}/places", query_string={"q": "zzzzqqq"}).get_json()["places"] == []


@EACH
def test_an_unknown_parameter_is_refused_by_name(client: FlaskClient, endpoint: Endpoint) -> None:
    example = {**endpoint.example, "wheels": "4"}
    by_get = "GET" in endpoint.methods
    address = address_of(endpoint)
    answer = client.get(address, query_string=example) if by_get else client.post(address, json=example)
    told = refused(answer, 422, "UNKNOWN_PARAMETER")
    assert told["parameter"] == "wheels"


def test_every_fact_of_a_verdict_says_who_how_and_when(client: FlaskClient) -> None:
    told = client.get(f"{BASE}/boarding", query_string=BOARDING).json
    assert told is not None
    facts = told["boarding"]["facts"]
    assert facts
    for fact in facts:
        assert fact["source"]
        assert {"licence", "measured_on", "method", "certainty"} <= set(fact)


def test_a_time_judges_the_next_run_of_a_route(client: FlaskClient) -> None:
    asked = {"stop": "f:E1-N", "route": "f:T1"}
    told = client.get(f"{BASE}/boarding", query_string={**asked, "at": "2026-11-24T08:59"})
    hold(told, BoardingAnswer)
    assert (told.json["trip_id"], told.json["departure"]) == ("f:T1-0-weekday-090000", "2026-11-24T09:00:00+01:00")
    same = {"stop": "f:E1-N", "trip": "f:T1-0-weekday-090000", "on": "2026-11-24"}
    of_trip = client.get(f"{BASE}/boarding", query_string=same).json
    assert {**told.json, "departure": None} == of_trip
    assert client.get(f"{BASE}/boarding", query_string=BOARDING).json["trip_id"] is None
    late = client.get(f"{BASE}/boarding", query_string={**asked, "at": "2026-11-24T23:59"}).json
    assert (late["on"], late["departure"][:10]) == ("2026-11-24", "2026-11-25")  # still a run of the day before
    refused(client.get(f"{BASE}/boarding", query_string={**same, "at": "2026-11-24T09:00"}), 422, "BAD_PARAMETER")
    refused(client.get(f"{BASE}/boarding", query_string={**asked, "at": "2036-11-24T09:00"}), 404, "NO_SUCH_THING")


def test_a_limit_of_ones_own_changes_the_verdict_and_is_not_kept_by_shared_caches(client: FlaskClient) -> None:
    usual = client.get(f"{BASE}/boarding", query_string=BOARDING)
    own = client.get(f"{BASE}/boarding", query_string={**BOARDING, "gap_mm": "0", "step_up_mm": "0"})
    assert usual.json is not None
    assert own.json is not None
    assert usual.json["boarding"] != own.json["boarding"]
    assert usual.headers["Cache-Control"] == "private, max-age=300"
    assert client.get(f"{BASE}/stops/f:E1-N").headers["Cache-Control"] == "public, max-age=3600"
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
    question = {"origins": ["f:E1-N"] * 900, "destinations": ["f:E8"], "at": "2026-11-24T09:00"}
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


def test_pages_of_other_origins_may_ask_and_read_what_they_need(client: FlaskClient) -> None:
    before = client.options(f"{BASE}/plan", headers={"Origin": "https://other.example"})
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]
    refusal = client.get(f"{BASE}/plan", headers={"X-Request-ID": "mine-12345678"})
    assert refusal.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Request-ID" in refusal.headers["Access-Control-Expose-Headers"]
    assert refusal.headers["X-Request-ID"] == refusal.get_json()["request_id"] == "mine-12345678"


@pytest.mark.parametrize(
    "path",
    [
        "stops/..%2f..%2fetc%2fpasswd",
        "stops/a%2f%2fb",
        "stops/%00",
        "routes/%F0%9F%9A%8F",
        "trips/'--",
    ],
)
def test_hostile_ids_name_nothing(client: FlaskClient, path: str) -> None:
    refused(client.get(f"{BASE}/{path}"), 404, "NO_SUCH_THING")


def test_an_address_that_does_not_exist_answers_as_a_problem(client: FlaskClient) -> None:
    refused(client.get("/api/v1/atlantis/plan"), 404, "NO_SUCH_NETWORK")
    refused(client.get(f"{BASE}/teleport"), 404, "NO_SUCH_ADDRESS")
    refused(client.get(f"{BASE}/stops/%2f/access"), 404, "NO_SUCH_ADDRESS")
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


LIFTS = {"at": "2026-05-12T08:00", "profile": "manual-wheelchair"}
NORTHERN_ENTRANCE = "46.987490,-19.999815"


def test_who_avoids_lifts_is_planned_for_reaches_and_is_measured_without_them(client: FlaskClient) -> None:
    """A lift of the station lies between its northern entrance and the platforms."""

    def ask(path: str, **asked: Any) -> Any:
        return client.get(f"{BASE}/{path}", query_string={**LIFTS, **asked}).get_json()

    trip = {"from": NORTHERN_ENTRANCE, "to": "f:E8", "max_roll_m": 600, "window_s": 3600, "geometry": "none"}
    anyhow, avoiding = (ask("plan", **trip, avoid_lifts=avoid) for avoid in ("false", "true"))
    lifts = [
        [need for one in told["itineraries"] for need in one["depends_on"] if need["kind"] == "equipment"]
        for told in (anyhow, avoiding)
    ]
    assert lifts[0]
    assert not lifts[1]
    assert [told["query"]["avoid_lifts"] for told in (anyhow, avoiding)] == [False, True]
    reached = [
        {stop["stop_id"]: stop for stop in ask("reachable", place=NORTHERN_ENTRANCE, avoid_lifts=avoid)["stops"]}
        for avoid in ("false", "true")
    ]
    assert reached[0].keys() >= reached[1].keys()
    assert reached[0] != reached[1]
    farther = next(stop for stop, told in reached[0].items() if told != reached[1].get(stop))
    pair = {"origins": NORTHERN_ENTRANCE, "destinations": farther}
    (usual,), (without,) = (ask("matrix", **pair, avoid_lifts=avoid)["rows"][0] for avoid in ("false", "true"))
    assert without is None or (without["seconds"], without["doubts"]) > (usual["seconds"], usual["doubts"])
