"""The list of all addresses of one network: the routes of the server and the OpenAPI document are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.network.tables import Network
from webapp.api import answers as tell
from webapp.api import questions as ask
from webapp.api import tables, travel
from webapp.api.answer_parts import Answer

View = Callable[[Network, Any, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: what may be asked, who answers, and an example that the tests ask.

    ``keep_s``: how long an answer may be kept; 0 where it says where somebody goes, or depends on now. Only the one who
    asked keeps what depends on a traveller: it tells of a body.
    """

    path: str
    name: str
    question: type[ask.Question]
    answers: tuple[type[Answer], ...]  # one of them comes back
    view: View
    summary: str
    example: Mapping[str, Any] = field(default_factory=dict)
    example_id: str = ""
    keep_s: int = 0
    methods: tuple[str, ...] = ("GET", "POST")


AN_HOUR_S = 3600
_AT = "2026-11-24T09:00"
_STOP, _OTHER = "Colline-Plate", "Hôpital du Bon-Pied"

ENDPOINTS = (
    Endpoint(
        "plan",
        "plan",
        ask.PlanQuestion,
        (tell.PlanAnswer,),
        travel.plan,
        "Itineraries from door to door, each boarding judged",
        {"from": _STOP, "to": _OTHER, "at": _AT, "profile": "powered-wheelchair", "geometry": "none"},
    ),
    Endpoint(
        "walk",
        "walk",
        ask.WalkQuestion,
        (tell.WalkAnswer,),
        travel.walk,
        "The way without vehicles, and the barrier that stands in it",
        {"from": _STOP, "to": _OTHER, "at": _AT, "geometry": "polyline6"},
    ),
    Endpoint(
        "boarding",
        "boarding",
        ask.BoardingQuestion,
        (tell.BoardingAnswer,),
        travel.boarding,
        "Can one get on and off here?",
        {"stop": "f:E1-N", "route": "f:T1", "on": "2026-11-24"},
        keep_s=300,
    ),
    Endpoint(
        "annotate",
        "annotate",
        ask.AnnotateQuestion,
        (tell.AnnotateAnswer,),
        travel.annotate,
        "Can one get on and off in the legs of another router?",
        {
            "legs": [
                {
                    "mode": "TRAM",
                    "from": {"lat": 46.98777, "lon": -19.99992},
                    "to": {"stop_id": "f:E3-N"},
                    "route": "T1",
                    "departure": "2026-11-24T09:00",
                }
            ]
        },
        methods=("POST",),
    ),
    Endpoint(
        "stops",
        "stops",
        ask.StopsQuestion,
        (tell.StopsAnswer,),
        tables.stops,
        "Stops by words, around a position, or in a rectangle",
        {"q": "hopital", "count": 3},
        keep_s=AN_HOUR_S,
    ),
    Endpoint(
        "stops/<path:id_>/access",
        "access",
        ask.AccessQuestion,
        (tell.AccessAnswer,),
        tables.access,
        "What is known of a stop, who says so, and the verdict of each route",
        {"on": "2026-11-24"},
        "f:E1-N",
        keep_s=300,
    ),
    Endpoint(
        "stops/<path:id_>/departures",
        "departures",
        ask.DeparturesQuestion,
        (tell.DeparturesAnswer,),
        tables.departures,
        "What leaves, and whether one gets on",
        {"at": _AT, "count": 3},
        "f:E1-N",
    ),
    Endpoint(
        "stops/<path:id_>", "stop", ask.Nothing, (tell.StopAnswer,), tables.stop, "One stop", {}, "f:E1-N", AN_HOUR_S
    ),
    Endpoint(
        "routes",
        "routes",
        ask.ListQuestion,
        (tell.RoutesAnswer,),
        tables.routes,
        "The public lines",
        {"count": 3},
        keep_s=AN_HOUR_S,
    ),
    Endpoint(
        "routes/<path:id_>",
        "route",
        ask.Nothing,
        (tell.RouteAnswer,),
        tables.route,
        "One line, its stops",
        {},
        "f:T1",
        AN_HOUR_S,
    ),
    Endpoint(
        "trips/<path:id_>",
        "trip",
        ask.Nothing,
        (tell.TripAnswer,),
        tables.trip,
        "One run of a vehicle",
        {},
        "f:T1-0-weekday-053000",
        AN_HOUR_S,
    ),
    Endpoint(
        "places",
        "places",
        ask.PlacesQuestion,
        (tell.PlacesAnswer,),
        tables.places,
        "Places by what is typed, or around a position",
        {"q": "colline"},
    ),
    Endpoint(
        "reachable",
        "reachable",
        ask.ReachableQuestion,
        (tell.ReachedStops, tell.ReachedArea),
        travel.reachable,
        "All stops within a time, or an area",
        {"place": _STOP, "at": _AT, "within_s": 1200},
    ),
    Endpoint(
        "matrix",
        "matrix",
        ask.MatrixQuestion,
        (tell.MatrixAnswer,),
        travel.matrix,
        "Travel times between many places",
        {"origins": [_STOP], "destinations": [_OTHER], "at": _AT},
    ),
    Endpoint(
        "profiles",
        "profiles",
        ask.Nothing,
        (tell.ProfilesAnswer,),
        tables.profiles,
        "The travellers, their numbers, and what may be changed",
        keep_s=AN_HOUR_S,
    ),
)
