"""Legs of other routers, in each of their forms, are found and judged as ``boarding`` judges them."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

BASE = "/api/v1/fictiville"
TRIP = "T1-0-weekday-090000"  # 09:00:00 at E1-N, 09:02:20 at E3-N
LON, LAT, LON_3, LAT_3 = -19.999921, 46.987769, -19.999921, 46.994064
LEAVES, COMES = "2026-11-24T09:00:00+01:00", "2026-11-24T09:02:20+01:00"


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


FORMS: dict[str, dict[str, Any]] = {
    "otp_rest": {
        "mode": "TRAM", "transitLeg": True, "startTime": ms(LEAVES) + 90_000, "endTime": ms(COMES) + 90_000,
        "departureDelay": 90, "arrivalDelay": 90, "tripId": f"1:{TRIP}", "routeId": "1:T1",
        "from": {"stopId": "1:E1-N", "lat": LAT, "lon": LON}, "to": {"stopId": "1:E3-N", "lat": LAT_3, "lon": LON_3},
    },
    "otp_graphql": {
        "mode": "TRAM", "start": {"scheduledTime": LEAVES}, "end": {"scheduledTime": COMES},
        "trip": {"gtfsId": f"town:{TRIP}"}, "route": {"gtfsId": "town:T1", "shortName": "T1"},
        "from": {"lat": LAT, "lon": LON, "stop": {"gtfsId": "town:E1-N"}},
        "to": {"lat": LAT_3, "lon": LON_3, "stop": {"gtfsId": "town:E3-N"}},
    },
    "motis": {
        "mode": "TRAM", "scheduledStartTime": "2026-11-24T08:00:00Z", "scheduledEndTime": "2026-11-24T08:02:20Z",
        "startTime": "2026-11-24T08:01:00Z", "tripId": f"20261124_09:00_town_{TRIP}", "routeShortName": "T1",
        "from": {"stopId": "town_E1-N", "lat": LAT, "lon": LON}, "to": {"stopId": "town_E3-N"},
    },
    "navitia": {
        "type": "public_transport", "departure_date_time": "20261124T090000", "arrival_date_time": "20261124T090220",
        "links": [{"type": "vehicle_journey", "id": f"vehicle_journey:town:{TRIP}"}, {"type": "line", "id": "line:T1"}],
        "from": {"stop_point": {"id": "stop_point:town:E1-N", "coord": {"lat": str(LAT), "lon": str(LON)}}},
        "to": {"stop_point": {"id": "stop_point:town:E3-N", "coord": {"lat": str(LAT_3), "lon": str(LON_3)}}},
    },
    "plain": {"from": "f:E1-N", "to": "f:E3-N", "trip_id": f"f:{TRIP}", "departure": "2026-11-24T09:00"},
    "no_ids": {
        "mode": "TRAM", "route": "T1", "departure": LEAVES, "arrival": COMES,
        "from": {"lat": LAT, "lon": LON}, "to": {"lat": LAT_3, "lon": LON_3},
    },
    "ids_of_nobody": {
        "mode": "TRAM", "trip_id": "x:99", "route_id": "x:7", "routeShortName": "t1", "departure": LEAVES,
        "from": {"stop_id": "x:1", "lat": LAT, "lon": LON}, "to": {"stop_id": "x:2", "lat": LAT_3, "lon": LON_3},
    },
}  # fmt: skip


def annotate(client: FlaskClient, *legs: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = client.post(f"{BASE}/annotate", json={"legs": list(legs), **more})
    assert response.status_code == 200, response.get_data(as_text=True)
    told: dict[str, Any] = response.get_json()
    return told


@pytest.mark.parametrize("form", FORMS)
def test_a_leg_of_each_form_is_found_and_judged_as_boarding_judges(client: FlaskClient, form: str) -> None:
    (leg,) = annotate(client, FORMS[form])["legs"]
    assert leg["match"], leg
    assert leg["match"]["trip_id"] == f"f:{TRIP}"
    assert leg["match"]["by"] == ("LINE_AND_TIME" if form in ("no_ids", "ids_of_nobody") else "IDS")
    assert (leg["match"]["from_stop_id"], leg["match"]["to_stop_id"]) == ("f:E1-N", "f:E3-N")
    for end, stop in (("boarding", "f:E1-N"), ("alighting", "f:E3-N")):
        asked = {"stop": stop, "trip": f"f:{TRIP}", "on": "2026-11-24"}
        assert leg[end] == client.get(f"{BASE}/boarding", query_string=asked).get_json()[end]


def test_every_ride_of_our_own_plan_is_found_with_the_same_verdicts(client: FlaskClient) -> None:
    question = {"from": "f:E8", "to": "Hôpital du Bon-Pied", "at": "2026-11-24T09:00", "window_s": 3600}
    plan = client.get(f"{BASE}/plan", query_string={**question, "geometry": "none"}).get_json()
    legs = [leg for one in plan["itineraries"] for leg in one["legs"]]
    for_ids = annotate(client, *legs)
    bare = [{name: value for name, value in leg.items() if name != "trip_id"} for leg in legs]
    for leg in bare:
        leg["from"], leg["to"] = ({k: leg[end][k] for k in ("lat", "lon")} for end in ("from", "to"))
    for told in (for_ids, annotate(client, *bare)):
        assert told["matched"] == told["rides"] > 3
        for leg, judged in zip(legs, told["legs"], strict=True):
            assert judged["ride"] == (leg["mode"] != "WALK")
            assert (judged["boarding"], judged["alighting"]) == (leg["boarding"], leg["alighting"])


def test_a_leg_that_is_not_found_says_why(client: FlaskClient) -> None:
    plain = FORMS["no_ids"]
    legs = [
        {**plain, "departure": None, "arrival": None},
        {**plain, "from": {"lat": 0, "lon": 0}},
        {**plain, "route": "T99"},
        {**plain, "departure": "2026-11-24T09:05:00+01:00", "arrival": None},
        {**plain, "from": plain["to"], "to": plain["from"]},
        {"mode": "WALK"},
    ]
    told = annotate(client, *legs)
    assert [leg["why_not"] and leg["why_not"]["code"] for leg in told["legs"]] == [
        "NO_TIME", "NO_STOP", "NO_LINE", "NO_TRIP", "NO_TRIP", None,
    ]  # fmt: skip
    assert (told["rides"], told["matched"]) == (5, 0)


def test_the_next_departure_is_one_that_this_traveller_may_use(client: FlaskClient) -> None:
    (leg,) = annotate(client, FORMS["plain"], unknown="exclude")["legs"]
    following = leg["next_departure"]
    assert following["departure"] > LEAVES
    again = {**FORMS["plain"], "trip_id": following["trip_id"], "departure": following["departure"]}
    (judged,) = annotate(client, again)["legs"]
    assert (judged["verdict"], following["doubts"]) == ("YES", 0)


@pytest.mark.parametrize(
    "leg",
    [
        {"from": 7, "to": [], "departure": True},
        {"from": {"lat": "nan", "lon": 1e999}, "departure": 10**30, "mode": 5},
        {"from": {"lat": {}, "lon": []}, "to": "x", "links": [1, {"type": "trip", "id": 4}], "departure": "0001-01-01"},
        {"from": "f:E1-N", "to": "f:E3-N", "startTime": 7_258_118_399_999, "departureDelay": "soon"},
    ],
)
def test_nonsense_in_a_leg_is_a_leg_that_is_not_found(client: FlaskClient, leg: dict[str, Any]) -> None:
    if leg.get("from") == {"lat": "nan", "lon": 1e999}:
        leg = {**leg, "from": {"lat": "nan", "lon": "inf"}}  # JSON has no infinity
    (told,) = annotate(client, leg)["legs"]
    assert told["why_not"]["code"] in {"NO_TIME", "NO_STOP", "NO_TRIP"}
