"""The words of the planner: quays, vehicles, travellers, verdicts and answers. Imports nothing but facts.

Lengths are in mm, slopes are rise / run, distances in m, clock times in seconds since noon minus 12 h of
the service day (GTFS; may pass 86 400). An unknown is None or UNKNOWN, never 0, "", False or a default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from planner.facts import Certainty, Fact, Interval, Method

# --- Declared flags (GTFS codes; UNKNOWN is a value) -------------------------------------------------


class Flag(IntEnum):
    """GTFS ``wheelchair_boarding`` and ``wheelchair_accessible``: what somebody declares."""

    UNKNOWN = 0
    YES = 1
    NO = 2


# --- Verdicts ----------------------------------------------------------------------------------------


class Outcome(IntEnum):
    """How a boarding happens, best to worst. UNKNOWN is not an outcome: a verdict is a pair (best, worst)."""

    LEVEL = 0
    STEP = 1  # walkers only
    RAMP = 2
    LIFT = 3
    RAMP_ASSISTED = 4
    GAP_ASSISTED = 5
    IMPOSSIBLE = 6


class Verdict(IntEnum):
    """The answer to "can I get on (or off) here?", best to worst; its name is its public code."""

    YES = 0  # feasible at the worst of what is known
    UNCERTAIN = 1  # every deciding fact is known, the tolerance decides
    UNKNOWN = 2  # a deciding fact is missing
    NO = 3


class Unknown(StrEnum):
    """What a traveller wants done with what nobody has checked."""

    EXCLUDE = "exclude"  # only itineraries without any doubt
    PENALISE = "penalise"  # doubts are a criterion beside arrival and transfers
    ALLOW = "allow"  # doubts are said, and do not count


# --- The three sides of a verdict: quay, vehicle, person ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Quay:
    """The physical edge where a vehicle stops (Transmodel Quay). Every fact may be None: not known."""

    height_mm: Fact[Interval] | None = None  # above ``height_reference``
    height_reference: str | None = None  # "road" | "rail"; must agree with the floor's to be compared
    gap_mm: Fact[Interval] | None = None  # horizontal, when docked
    edge_type: Fact[str] | None = None  # none | kerb | raised | guidance_kerb | platform
    approach: Fact[str] | None = None  # straight | bulb | bay | bay_parking
    manoeuvre_mm: Fact[Interval] | None = None  # free circle with the ramp out
    ramp_deployable: Fact[bool] | None = None


NO_KNEELING = "none"  # Door.floor_kneeled_mm of a vehicle known not to kneel
NO_SUBSTITUTION = "none"  # value of substitution: no service replaces the stop
NO_CONTROL = "none"  # value of control_height_mm: there is nothing to operate at the stop


@dataclass(frozen=True, slots=True)
class Door:
    """One door of a vehicle type, and its device."""

    door_no: int
    floor_mm: Fact[Interval] | None = None
    floor_kneeled_mm: Fact[Interval] | Fact[str] | None = None  # Fact[str]: NO_KNEELING
    clear_width_mm: Fact[Interval] | None = None
    inside_steps: Fact[int] | None = None
    use: str = "both"  # board | alight | both
    device: Fact[str] | None = None  # none | manual_ramp | powered_ramp | lift | portable
    ramp_length_mm: Fact[Interval] | None = None
    ramp_width_mm: Fact[Interval] | None = None
    ramp_load_kg: Fact[float] | None = None
    ramp_outlet_drop_mm: Fact[Interval] | None = None
    deploys_to_road: Fact[bool] | None = None


@dataclass(frozen=True, slots=True)
class VehicleType:
    """A kind of vehicle; its doors may differ."""

    vehicle_type_id: str
    name: str
    mode: str  # bus | tram | rail | coach | ...; only bus and tram have priors
    kneel_policy: Fact[str] | None = None  # always | on_request | never
    wheelchair_spaces: Fact[int] | None = None
    doors: tuple[Door, ...] = ()  # empty: nothing is known of any door
    declared_access: Fact[str] | None = None  # yes | no | partial


ON_FOOT = "on-foot"  # id of the profile without limits and margins: the baseline


@dataclass(frozen=True, slots=True)
class Profile:
    """A traveller's needs; every number may be overridden. None means: no limit of that kind."""

    id: str
    wheeled: bool  # a wheelchair, scooter: steps are closed in every mode
    speaks_to_flags: bool  # GTFS wheelchair flags are about this traveller
    trusts_flags: bool  # stop flag 1 and trip flag 1 make a declared YES (a scooter: no)
    step_up_mm: float | None
    step_down_mm: float | None
    gap_mm: float | None
    ramp_alone: float | None
    ramp_helped: float | None
    ramp_comfort: float | None  # a steeper feasible ramp is flagged ``steep``
    helper: bool  # a companion who travels along, never the driver
    tip_step_mm: float | None  # what a helper tips a chair over
    tip_gap_mm: float | None
    step_max_mm: float | None  # walkers: one ordinary step
    step_gap_mm: float | None
    mass_kg: float | None
    width_mm: float | None
    length_mm: float | None
    turning_mm: float | None
    wheelchairs: int
    speed_m_s: float
    margin_s: int  # stand at the quay that long before departure
    slope_up_soft: float | None
    slope_up_hard: float | None
    slope_down_hard: float | None
    cross_slope_soft: float | None
    cross_slope_hard: float | None
    kerb_soft_mm: float | None
    kerb_hard_mm: float | None
    path_width_mm: float | None
    max_steps: int | None  # 0: none; None: any
    surfaces_refused: tuple[str, ...] = ()
    smoothness_refused: tuple[str, ...] = ()
    shows_declared_no: bool = False  # wants to see what an operator refuses, marked, and not left out
    level_only: bool = False  # takes no ramp, no lift, no help and no step: on the level or not at all


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a stable code and the numbers for its sentence."""

    code: str
    values: dict[str, float | int | str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cited:
    """One fact that a verdict rests on, as sentences and the API show it."""

    attribute: str  # Attribute.name, with its unit
    low: float | None  # None for words
    high: float | None
    word: str | None
    source_id: str
    method: Method
    measured_on: str | None  # ISO date


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of a deployed ramp against the traveller's limit, all rise / run."""

    low: float
    high: float
    limit: float

    @property
    def margin(self) -> float:
        """What is left to the limit in the worst case; negative: over it."""
        return self.limit - self.high


@dataclass(frozen=True, slots=True)
class Boarding:
    """Getting on *or off* one vehicle at one quay, judged for one traveller."""

    verdict: Verdict
    best: Outcome
    worst: Outcome
    certainty: Certainty
    steep: bool = False  # feasible, but over the comfortable slope
    device: str | None = None  # of the door that decides
    door_no: int | None = None
    kneel: str | None = None  # "always" | "on_request" where the verdict uses the kneeled floor
    step_mm: Interval | None = None  # floor minus quay: positive is up when boarding
    gap_mm: Interval | None = None
    slope: Slope | None = None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()  # "quay.height_mm", "door.floor_mm"...: unknown facts that could change the answer
    assumed: tuple[str, ...] = ()  # ordinary facts taken for granted
    would_decide: str | None = None  # the one missing fact that would decide most
    facts: tuple[Cited, ...] = ()

    @property
    def doubts(self) -> int:
        """0 for a measured or declared YES, 1 for an inferred YES or UNCERTAIN, 2 for UNKNOWN (DOMAIN 1.1)."""
        if self.verdict is Verdict.YES:
            return int(self.certainty.rank > Certainty.DECLARED.rank)
        return 1 if self.verdict is Verdict.UNCERTAIN else 2


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which vehicle type runs what; several rows for one scope are a mixture."""

    scope: str  # agency | route | route_direction | block | trip | service_date
    scope_id: str | None  # None: all (agency); "route_id#direction_id" for route_direction
    vehicle_type_id: str
    weight: float | None = None  # share of a mixture; None: not known
    valid_from: date | None = None
    valid_to: date | None = None
    source_id: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """What somebody decided about a boarding; None in a selector means: any."""

    stop_id: str | None = None
    route_id: str | None = None
    trip_id: str | None = None
    direction_id: int | None = None
    permission: str | None = None  # "no": boarding is refused
    outcome: Outcome | None = None
    gap_mm: float | None = None
    note: str | None = None
    source_id: str = ""
    where: str = ""


MAX_TRANSFERS = 7  # of a question that does not say


# --- Questions and answers ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leg starts or ends; ``stop_id`` is None for a point that is no stop."""

    name: str
    lat: float
    lon: float
    stop_id: str | None = None
    platform_code: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a walk of one kind and one name, judged for one traveller."""

    kind: str  # name of a LinkKind in small letters: "way", "crossing", "lift"...; "approach": from a point to a way
    name: str | None  # of the street; None: it has none, or nobody mapped it
    distance_m: float
    duration_s: int
    geometry: tuple[tuple[float, float], ...]  # (lon, lat) pairs
    verdict: Verdict
    certainty: Certainty
    turn: str | None = None  # at its beginning: "straight", "left", "right", "slight_left"..., None for the first
    slope: Interval | None = None  # rise / run in the direction of travel, of the steepest part
    cross_slope: Interval | None = None
    width_mm: Interval | None = None  # of the narrowest part
    kerb_mm: Interval | None = None
    surface: str | None = None
    smoothness: str | None = None
    levels: tuple[float, float] | None = None  # from, to; of a lift, of steps
    equipment_id: str | None = None
    reasons: tuple[Reason, ...] = ()  # why it costs or is doubtful
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A walk judged for one traveller."""

    verdict: Verdict
    certainty: Certainty
    doubts: int
    unknown: tuple[str, ...] = ()  # kinds of facts that nobody has checked: "surface", "kerbs", "slope", "width"
    straight_line: bool = False  # the way itself is not known, only its ends
    unknown_m: tuple[tuple[str, float], ...] = ()  # each kind with the length of way that it is unknown for
    steps: tuple[Step, ...] = ()  # stretch after stretch; empty where only the ends are known
    equipment: tuple[str, ...] = ()  # ids of the lifts and escalators that the way depends on


@dataclass(frozen=True, slots=True)
class NextDeparture:
    """The next vehicle that takes this traveller from the same stop to the same stop, if this one fails."""

    departure: datetime
    arrival: datetime
    route_id: str
    route_name: str
    trip_id: str
    headsign: str
    doubts: int


@dataclass(frozen=True, slots=True)
class Fallback:
    """The best that is left if something fails; both None: nothing is left that day."""

    arrival: datetime | None
    itinerary_id: str | None


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that must work, or must come, for an itinerary to hold."""

    kind: str  # "ramp" | "lift" (of a vehicle) | "vehicle_type" | "equipment"
    leg: int  # row of Itinerary.legs
    at: str | None  # "boarding" | "alighting" for what a vehicle carries
    id: str | None  # of the vehicle type or the equipment
    fallback: Fallback | None = None  # None: not asked for


@dataclass(frozen=True, slots=True)
class Alternative:
    """Where to get off instead, if getting off is refused, and how to come back from there."""

    stop: Place
    arrival: datetime
    alighting: Boarding
    before: bool  # the stop comes before the one planned
    back: Fallback | None = None  # the best arrival at the leg's own destination from there; None: not asked for


@dataclass(frozen=True, slots=True)
class Leg:
    """One ride or one walk."""

    mode: str  # WALK, or the GTFS route type in capitals: BUS, TRAM, RAIL...
    origin: Place
    destination: Place
    departure: datetime  # with offset
    arrival: datetime
    distance_m: float
    geometry: tuple[tuple[float, float], ...]  # (lon, lat) pairs
    route_id: str | None = None
    route_name: str | None = None
    route_color: str | None = None  # six hexadecimal digits
    route_text_color: str | None = None
    trip_id: str | None = None
    headsign: str | None = None
    stops: tuple[Place, ...] = ()  # between origin and destination
    boarding: Boarding | None = None
    alighting: Boarding | None = None
    way: Way | None = None  # of a walk
    interpolated: bool = False  # the departure or arrival time was not in the timetable
    every_s: int | None = None  # headway of a trip that runs by frequency, without a fixed time
    vehicle_type: str | None = None  # "if this vehicle comes": set where the leg relies on one type of a mixture
    stays_aboard: tuple[str, ...] = ()  # further trips (ids) that the same vehicle goes on as, without a change
    next_departure: NextDeparture | None = None  # None with ``last_of_day``: there is none that day
    last_of_day: bool | None = None  # of the service day, which may end after midnight; None: not a ride
    if_cannot_alight: Alternative | None = None  # None: no other stop of the ride will do, nor of what it goes on as


@dataclass(frozen=True, slots=True)
class Itinerary:
    """One whole answer with names and reasons."""

    id: str  # stable: the same question on the same network gives the same id
    legs: tuple[Leg, ...]
    transfers: int
    doubts: int  # the full count, not capped
    verdict: Verdict
    certainty: Certainty
    depends_on: tuple[Dependency, ...] = ()

    @property
    def departure(self) -> datetime:
        """When the traveller sets out."""
        return self.legs[0].departure

    @property
    def arrival(self) -> datetime:
        """When the traveller is there."""
        return self.legs[-1].arrival

    @property
    def rolling_m(self) -> float:
        """All walking or rolling together."""
        return sum(leg.distance_m for leg in self.legs if leg.mode == "WALK")
