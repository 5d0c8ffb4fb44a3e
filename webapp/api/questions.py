"""What may be asked: one model for each question; names, units and words are those of the answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from planner.model import MAX_TRANSFERS

MOST_CHARACTERS = 200
A_DAY_S = 86_400


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
PlaceText = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS, description="latitude,longitude, a stop's public id, or its name"),
]
UnknownWord = Annotated[
    Literal["EXCLUDE", "PENALISE", "ALLOW"],
    BeforeValidator(_upper),
    Field(description="what to do with what nobody has checked: leave it out, weigh it against time, or not care"),
]
Geometry = Annotated[
    Literal["geojson", "polyline6", "none"],
    Field(description="geojson: longitude, latitude; polyline6: encoded, latitude first, 6 decimals; none: left out"),
]
Moment = Annotated[
    str | None,
    Field(max_length=40, description="ISO 8601; without an offset it is local time of the network; default: now"),
]
AvoidLifts = Annotated[
    bool, Field(description="use no lift of the streets or stations; those of vehicles are a matter of boarding")
]
Count = Annotated[int, Field(ge=1, le=200, description="how many at most")]
Skip = Annotated[int, Field(ge=0, le=1_000_000, description="how many to pass over: the next page")]
Limits = Annotated[
    dict[str, float | bool | str],
    Field(description="the traveller's own numbers in place of those of the profile; in a GET each is a parameter"),
]


class Question(BaseModel):
    """What all questions share: anything that they do not name is refused, and no number is NaN."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Nothing(Question):
    """A question without parameters."""


class Traveller(Question):
    """Who travels."""

    profile: Text = Field("manual-wheelchair", description="id of a profile: see profiles")
    limits: Limits = {}
    declared_no: Literal["hide", "show"] = Field(
        "hide", description="what an operator declares not accessible: left out, or shown, marked"
    )


class Trip(Traveller):
    """Who travels, between places."""

    unknown: UnknownWord = "PENALISE"


class PlanQuestion(Trip):
    """From door to door."""

    origin: PlaceText = Field(alias="from")
    destination: PlaceText = Field(alias="to")
    via: list[PlaceText] = Field([], max_length=4, description="where to get off or pass, in this order")
    at: Moment = None
    arrive_by: bool = Field(False, description="``at`` is the arrival")
    window_s: int = Field(0, ge=0, le=A_DAY_S, description="every useful trip within so long")
    max_transfers: int = Field(MAX_TRANSFERS, ge=0, le=20)
    max_roll_m: float | None = Field(None, ge=0, le=100_000, description="roll or walk no more than so far in all")
    exclude_routes: list[Text] = Field([], max_length=50)
    exclude_stops: list[Text] = Field([], max_length=50)
    level_only: bool = Field(False, description="no ramp, lift, step or help when getting on and off")
    avoid_lifts: AvoidLifts = False
    fallbacks: bool = Field(False, description="tell what is left if a ramp or a vehicle fails; takes longer")
    page: str | None = Field(None, max_length=60, description="the cursor earlier or later of an answer")
    count: int = Field(20, ge=1, le=100, description="how many itineraries at most")
    geometry: Geometry = "geojson"


class WalkQuestion(Trip):
    """The way without vehicles."""

    origin: PlaceText = Field(alias="from")
    destination: PlaceText = Field(alias="to")
    at: Moment = None
    avoid_lifts: AvoidLifts = False
    geometry: Geometry = "geojson"


class BoardingQuestion(Traveller):
    """One boarding: of a trip; of the next run of a route from a time on; or the worst of a route on a day."""

    stop: Text
    trip: Text | None = None
    route: Text | None = None
    on: date | None = Field(None, description="service day; default: today, or the first day of service")
    at: Annotated[
        str | None,
        Field(
            max_length=40, description="with a route: its next run from this time on, ISO 8601; not together with on"
        ),
    ] = None


class AnnotateQuestion(Trip):
    """Legs of another router, to be judged."""

    legs: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=200,
        description="as OpenTripPlanner, MOTIS or Navitia tell them, or plain: from, to (stop_id, lat, lon), "
        "departure, arrival (ISO 8601), trip_id, route (id or name). "
        "What has no ids is found by line, time and position.",
    )


class StopsQuestion(Question):
    """A list of stops: by words, around a position, or in a rectangle."""

    q: Text | None = Field(None, description="words of the name")
    near: Text | None = Field(None, description="latitude,longitude: the nearest first")
    radius_m: float = Field(500, gt=0, le=5000)
    bbox: Text | None = Field(None, description="west,south,east,north in degrees")
    count: Count = 50
    skip: Skip = 0


class AccessQuestion(Traveller):
    """What is known of one stop, and what follows for somebody."""

    on: date | None = Field(None, description="service day; default: today, or the first day of service")


class DeparturesQuestion(Traveller):
    """What leaves from one stop."""

    at: Moment = None
    within_s: int = Field(3600, ge=60, le=A_DAY_S)
    count: Count = 30


class ListQuestion(Question):
    """A list by words."""

    q: Text | None = None
    count: Count = 50
    skip: Skip = 0


class PlacesQuestion(Question):
    """Names that fit what was typed so far, typing errors forgiven, or what lies around a position."""

    q: Text | None = None
    near: Text | None = Field(None, description="latitude,longitude")
    count: int = Field(8, ge=1, le=20)


class ReachableQuestion(Trip):
    """From one place to all stops; with arrive_by from all of them to it."""

    place: PlaceText
    at: Moment = None
    arrive_by: bool = False
    within_s: int = Field(2700, ge=60, le=4 * 3600)
    avoid_lifts: AvoidLifts = False
    max_transfers: int = Field(MAX_TRANSFERS, ge=0, le=20)
    format: Literal["json", "geojson"] = "json"


class MatrixQuestion(Trip):
    """The shortest way between many places."""

    origins: list[PlaceText] = Field(min_length=1, max_length=1000)
    destinations: list[PlaceText] = Field(min_length=1, max_length=1000)
    at: Moment = None
    arrive_by: bool = False
    window_s: int = Field(0, ge=0, le=A_DAY_S)
    within_s: int | None = Field(None, ge=60, le=A_DAY_S)
    avoid_lifts: AvoidLifts = False
    max_transfers: int = Field(MAX_TRANSFERS, ge=0, le=20)
