"""What comes back: one model for each answer, so that the contract describes answers as exactly as questions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from webapp.api.answer_parts import (
    Answer,
    BarrierTold,
    BoardingTold,
    Certainty,
    Flag,
    ItineraryTold,
    LegPlace,
    LineString,
    Method,
    Moment,
    NextDepartureTold,
    Outcome,
    Part,
    PlaceTold,
    ReasonTold,
    RouteName,
    RouteTold,
    StepTold,
    StopTold,
    UnknownWord,
    Verdict,
    WayUnknown,
)


class PlanTold(Part):
    """The question as it was understood."""

    origin: LegPlace = Field(alias="from")
    destination: LegPlace = Field(alias="to")
    at: Moment
    arrive_by: bool
    window_s: int
    profile: str
    unknown: UnknownWord
    max_transfers: int
    via: list[LegPlace]
    max_roll_m: float | None
    exclude_routes: list[str]
    exclude_stops: list[str]
    level_only: bool
    avoid_lifts: bool
    page: str | None


class WalkBarrier(Part):
    """What stands in a shorter way."""

    kind: str
    reason: ReasonTold
    street: str | None
    lat: float
    lon: float
    osm: str | None
    distance_m: float
    duration_s: int
    saved_s: int | None


class StreetBarrierTold(Part):
    """What closes the streets on the way to a stop, from a stop, or all the way."""

    where: Literal["ACCESS", "EGRESS", "DIRECT"]
    barrier: WalkBarrier | None = Field(description="null: to open one barrier is not enough")
    stop_id: str | None
    stop_name: str | None
    departure: Moment | None = Field(description="of the best trip if the barrier were open")
    arrival: Moment | None


class PlanAnswer(Answer):
    """Itineraries; without one, ``why_not`` says why and ``barriers`` where."""

    query: PlanTold
    itineraries: list[ItineraryTold]
    earlier: str | None = Field(description="the cursor to ask with, as page")
    later: str | None = Field(description="the cursor to ask with, as page")
    why_not: ReasonTold | None
    barriers: list[BarrierTold] = Field(description="of BOARDING_IMPOSSIBLE: the ends of rides that bar the trip")
    street_barrier: StreetBarrierTold | None = Field(description="of NO_STEP_FREE_ACCESS: what closes the streets")


class WalkAnswer(Answer):
    """A way; without one its numbers are null."""

    profile: str
    distance_m: float | None
    duration_s: int | None
    verdict: Verdict
    certainty: Certainty | None
    doubts: int | None
    straight_line: bool | None
    unknown: list[WayUnknown]
    steps: list[StepTold]
    equipment: list[str] = Field([], description="ids of the lifts and escalators that the way depends on")
    geometry: LineString | str = Field("", description="left out where no lines were asked for, or where no way is")
    why_not: ReasonTold | None
    barrier: WalkBarrier | None


class StopName(Part):
    """A stop by its id and name."""

    id: str
    name: str


class BothEnds(Part):
    """Getting on and getting off at one stop; null is an end that the trip does not have there."""

    invented: bool
    stop: StopName
    verdict: Verdict
    best: Outcome
    worst: Outcome
    certainty: Certainty
    boarding: BoardingTold | None
    alighting: BoardingTold | None


class BoardingAnswer(Answer, BothEnds):
    """One boarding judged."""

    profile: str
    on: str = Field(description="service day")
    trip_id: str | None = Field(description="the run that is judged; null: the worst that may come")
    departure: Moment | None = Field(description="of the next run, where a time was asked for")


class MatchTold(Part):
    """The run of this network that a leg is."""

    by: Literal["IDS", "LINE_AND_TIME"]
    trip_id: str
    route: RouteName
    on: str = Field(description="service day")
    from_stop_id: str
    to_stop_id: str
    departure: Moment
    arrival: Moment
    every_s: int | None


class AnnotatedLeg(Part):
    """One leg of the question, in its order; everything is null for a leg without a vehicle."""

    ride: bool
    match: MatchTold | None
    why_not: ReasonTold | None = Field(description="NO_TIME, NO_STOP, NO_LINE or NO_TRIP, where nothing is matched")
    verdict: Verdict | None
    boarding: BoardingTold | None = Field(description="null in a match: the timetable lets nobody on here")
    alighting: BoardingTold | None = Field(description="null in a match: the timetable lets nobody off here")
    next_departure: NextDepartureTold | None = Field(
        description="the next run of the day between these stops that this traveller may use"
    )


class AnnotateAnswer(Answer):
    """The legs of another router with our verdicts."""

    profile: str
    unknown: UnknownWord
    rides: int
    matched: int
    legs: list[AnnotatedLeg]


class StopsAnswer(Answer):
    """A page of stops; ``total`` counts all that fit."""

    stops: list[StopTold]
    total: int


class StopAnswer(Answer):
    """One stop, and the stops of a station."""

    stop: StopTold
    children: list[StopTold]


class QuayFact(Part):
    """What one source says of a quay; ``used`` is false for what a better founded fact overrules."""

    attribute: str
    value: float | bool | str | None
    tolerance: float | None
    source: str
    licence: str | None
    method: Method
    certainty: Certainty
    measured_on: str | None
    used: bool


class RouteVerdict(BothEnds):
    """Both ends for one line."""

    route: RouteTold


class AccessAnswer(Answer):
    """What is known of a stop, and what follows for somebody."""

    stop: StopTold
    facts: list[QuayFact]
    profile: str
    on: str
    verdicts: list[RouteVerdict]


class DepartureTold(Part):
    """One vehicle that leaves, and whether one gets on."""

    departure: Moment
    stop_id: str = Field(description="the stop itself, or the one of a station from which it leaves")
    platform_code: str | None
    trip_id: str
    headsign: str | None
    every_s: int | None
    route: RouteTold
    boarding: BoardingTold


class DeparturesAnswer(Answer):
    """What leaves from a stop, or from all stops of a station."""

    stop: StopTold
    at: Moment
    profile: str
    departures: list[DepartureTold]


class RoutesAnswer(Answer):
    """A page of lines."""

    routes: list[RouteTold]
    total: int


class RouteAnswer(Answer):
    """One line and where it calls."""

    route: RouteTold
    stops: list[StopTold]


class TripTold(Part):
    """One run of a vehicle."""

    id: str
    route: RouteTold
    headsign: str | None
    wheelchair_accessible: Flag = Field(description="what the feed declares: no verdict")
    every_s: int | None


class CallTold(Part):
    """When a run calls somewhere, in seconds of the service day (may pass 86400)."""

    stop: StopTold
    arrival_s: int
    departure_s: int
    time_interpolated: bool


class TripAnswer(Answer):
    """One run of a vehicle with its calls."""

    trip: TripTold
    calls: list[CallTold]


class PlaceFound(Part):
    """A place that fits what was typed, or lies near a position."""

    kind: str
    name: str
    context: str | None
    lat: float
    lon: float
    stop_id: str | None
    score: float | None = Field(description="how well it fits what was typed, to 100")
    distance_m: float | None = Field(description="how far from the position, in a straight line")


class PlacesAnswer(Answer):
    """Places, the best first, or the nearest."""

    places: list[PlaceFound]


class ReachQueryTold(Part):
    """The question as it was understood."""

    place: PlaceTold
    at: Moment
    arrive_by: bool
    within_s: int | None
    profile: str
    unknown: UnknownWord
    max_transfers: int


class ReachTold(Part):
    """How a stop is reached: ``arrival`` there, or with arrive_by the ``departure`` from it."""

    arrival: Moment = ""
    departure: Moment = ""
    seconds: int
    rides: int
    transfers: int
    doubts: int | None


class ReachedStop(ReachTold, LegPlace):
    """A stop, the soonest way to it, and the soonest without a doubt."""

    sure: ReachTold | None = Field(description="null: every way there has a doubt, or doubts were not counted")


class ReachedStops(Answer):
    """The stops, soonest first."""

    query: ReachQueryTold
    stops: list[ReachedStop]


class Feature(Part):
    """One feature of GeoJSON."""

    type: Literal["Feature"]
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class ReachedArea(Answer):
    """A FeatureCollection of GeoJSON: the area, an estimate, then the stops."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class Price(Part):
    """What a request costs."""

    searches: int
    pairs: int


class Pair(Part):
    """The shortest way from one origin to one destination."""

    departure: Moment
    arrival: Moment
    seconds: int
    transfers: int
    doubts: int | None
    seconds_without_doubt: int | None


class MatrixAnswer(Answer):
    """A row for each origin, in it a pair for each destination; null: not reached."""

    origins: list[PlaceTold]
    destinations: list[PlaceTold]
    at: Moment
    arrive_by: bool
    profile: str
    unknown: UnknownWord
    price: Price
    rows: list[list[Pair | None]]


class LimitTold(Part):
    """What a traveller may change, and between which bounds."""

    model_config = ConfigDict(extra="allow")
    name: str
    low: float
    high: float
    unit: str


class ProfileTold(BaseModel):
    """A traveller with all numbers."""

    model_config = ConfigDict(extra="allow")
    id: str


class ProfilesAnswer(Answer):
    """The travellers, and what may be changed about them."""

    profiles: list[ProfileTold]
    limits: list[LimitTold]
