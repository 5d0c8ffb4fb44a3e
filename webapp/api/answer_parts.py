"""What answers are made of: places, legs, verdicts and facts, as models that the contract shows.

The models are read by the OpenAPI document and by the tests, which hold every answer to them; a request is not slowed
down by them. A member that has no default is always there, and null means that it is not known, or does not apply.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["YES", "UNCERTAIN", "UNKNOWN", "NO"]
Outcome = Literal["LEVEL", "STEP", "RAMP", "LIFT", "RAMP_ASSISTED", "GAP_ASSISTED", "IMPOSSIBLE"]
Certainty = Literal["NOT_NEEDED", "MEASURED", "DECLARED", "INFERRED", "UNKNOWN"]
Method = Literal["LIVE", "SURVEY", "LASER", "IMAGERY", "DECLARED", "OSM", "INFERRED", "INVENTED"]
Flag = Literal["UNKNOWN", "YES", "NO"]
UnknownWord = Literal["EXCLUDE", "PENALISE", "ALLOW"]
Moment = Annotated[str, Field(description="ISO 8601 with the offset of the network's time zone")]
Lon_Lat = Annotated[list[float], Field(min_length=2, max_length=2, description="longitude, latitude")]


class Part(BaseModel):
    """What all answers share: nothing comes that they do not name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NetworkTold(Part):
    """Which network, which build of it, and whom to credit."""

    name: str
    title: str
    timezone: str
    version: str = Field(description="changes with every build: what was kept of another version is out of date")
    attribution: str = Field(description="show it wherever an answer is shown")
    notice: str | None
    invented: bool = Field(description="the network does not exist, or some of its facts are invented")


class Answer(Part):
    """What every answer about a network carries."""

    network: NetworkTold


class ReasonTold(BaseModel):
    """A stable code, and the numbers of its sentence."""

    model_config = ConfigDict(extra="allow")
    code: str


class Interval(Part):
    """From the least to the most that the facts allow; null: open at that end."""

    low: float | None
    high: float | None


class SlopeTold(Part):
    """The slope of a ramp, rise over run, against the traveller's limit."""

    low: float
    high: float
    limit: float
    margin: float


class FactTold(Part):
    """One fact that a verdict rests on, and who says so."""

    attribute: str
    low: float | None
    high: float | None
    word: str | None
    source: str
    licence: str | None
    method: Method
    certainty: Certainty
    measured_on: str | None


class BoardingTold(Part):
    """Getting on, or off, one vehicle at one quay."""

    verdict: Verdict
    best: Outcome
    worst: Outcome
    certainty: Certainty
    steep: bool
    device: str | None
    door: int | None
    kneel: str | None
    step_mm: Interval | None
    gap_mm: Interval | None
    slope: SlopeTold | None
    reasons: list[ReasonTold]
    missing: list[str]
    assumed: list[str]
    would_decide: str | None
    facts: list[FactTold]


class PlaceTold(Part):
    """A point; ``stop_id`` is null where it is no stop."""

    name: str
    lat: float
    lon: float
    stop_id: str | None


class LegPlace(PlaceTold):
    """Where a leg begins, ends or calls."""

    platform_code: str | None


class LineString(Part):
    """A line of GeoJSON."""

    type: Literal["LineString"]
    coordinates: list[Lon_Lat]


class RouteName(Part):
    """A line by its id and name."""

    id: str
    name: str


class LegRoute(RouteName):
    """A line with its colours, six hexadecimal digits."""

    color: str | None
    text_color: str | None


class RouteTold(LegRoute):
    """A public line."""

    long_name: str | None
    mode: str


class StopTold(Part):
    """A stop, station, entrance or other row of the feed's stops."""

    id: str
    name: str
    lat: float | None
    lon: float | None
    platform_code: str | None
    location_type: int = Field(description="0 stop, 1 station, 2 entrance, 3 node, 4 boarding area")
    parent_id: str | None
    wheelchair_boarding: Flag = Field(description="what the feed declares: no verdict")


class WayUnknown(Part):
    """A kind of fact that nobody has checked, and for how much of the way."""

    kind: str
    distance_m: float | None


class StepTold(Part):
    """One stretch of a way."""

    kind: str
    name: str | None
    turn: str | None
    distance_m: float
    duration_s: int
    verdict: Verdict
    certainty: Certainty
    slope: Interval | None
    cross_slope: Interval | None
    width_mm: Interval | None
    kerb_mm: Interval | None
    surface: str | None
    smoothness: str | None
    levels: list[float] | None
    equipment_id: str | None
    reasons: list[ReasonTold]
    unknown: list[str]
    geometry: list[Lon_Lat] | str = Field("", description="left out where no lines were asked for")


class WayTold(Part):
    """The verdict of a walk."""

    verdict: Verdict
    certainty: Certainty
    doubts: int
    unknown: list[str]
    straight_line: bool


class FallbackTold(Part):
    """What is left; null: nothing that day."""

    arrival: Moment | None
    itinerary_id: str | None


class AlternativeTold(Part):
    """Where to get off instead."""

    stop: LegPlace
    arrival: Moment
    alighting: BoardingTold | None
    before: bool
    back: FallbackTold | None


class NextDepartureTold(Part):
    """The next vehicle that takes this traveller from the same stop to the same stop."""

    departure: Moment
    arrival: Moment
    route: RouteName
    trip_id: str
    headsign: str
    doubts: int


class LegTold(Part):
    """One ride or one walk."""

    mode: str
    origin: LegPlace = Field(alias="from")
    destination: LegPlace = Field(alias="to")
    departure: Moment
    arrival: Moment
    distance_m: float
    route: LegRoute | None
    trip_id: str | None
    headsign: str | None
    intermediate_stops: list[LegPlace]
    time_interpolated: bool
    every_s: int | None
    vehicle_type: str | None
    stays_aboard: list[str]
    next_departure: NextDepartureTold | None
    last_of_day: bool | None
    if_cannot_alight: AlternativeTold | None
    boarding: BoardingTold | None
    alighting: BoardingTold | None
    way: WayTold | None
    geometry: LineString | str = Field("", description="left out where no lines were asked for")
    steps: list[StepTold]


class DependencyTold(Part):
    """Something that must work for an itinerary to hold."""

    kind: str
    leg: int
    at: Literal["boarding", "alighting"] | None
    id: str | None
    fallback: FallbackTold | None


class ItineraryTold(Part):
    """One whole answer."""

    id: str
    departure: Moment
    arrival: Moment
    duration_s: int
    transfers: int
    doubts: int
    verdict: Verdict
    certainty: Certainty
    rolling_m: float
    legs: list[LegTold]
    depends_on: list[DependencyTold]


class BarrierTold(Part):
    """A boarding that bars a way: the code of its end, and everything known of it."""

    route: LegRoute | RouteName
    trip_id: str | None
    stop_id: str | None
    stop_name: str
    end: Literal["BOARDING", "ALIGHTING"]
    verdict: BoardingTold
