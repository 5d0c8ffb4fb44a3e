"""A server with two invented networks and answers that show every state, without a real timetable."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import StrictUndefined

from planner.errors import AmbiguousPlaceError, QueryError
from planner.facts import Certainty
from planner.model import Boarding, Itinerary, Leg, Outcome, Place, Reason, Verdict, Way
from planner.network.knowledge import Knowledge
from planner.network.streets import Landmarks, Streets, empty_streets
from planner.network.tables import Strings
from planner.routing.query import Answer, Query
from webapp import barriers, create_app, question, unlock

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 12, 8, 0, tzinfo=ZONE)

MARKET = Place("Market", 49.90, 2.30, "town:market", "A")
DOCK = Place("Dock <b>&", 49.91, 2.31, "town:dock")
HOSPITAL = Place("Hospital", 49.92, 2.32, "town:hospital")
PLACES = {"Market": MARKET, "town:market": MARKET, "Dock": DOCK, "Hospital": HOSPITAL}


def _stops() -> SimpleNamespace:
    return SimpleNamespace(
        id=Strings.of(["town:market", "town:dock"]),
        name=Strings.of(["Market", "Dock <b>&"]),
        lat=np.array([49.9, 49.91]),
        lon=np.array([2.3, 2.31]),
        parent=np.array([-1, -1]),
        location_type=np.array([0, 0]),
        platform_code=Strings.of(["A", ""]),
    )


@dataclass(eq=False)
class FakeNetwork:
    """The attributes of a network that the pages read, and no other."""

    name: str = "town"
    title: str = "Little Town"
    timezone: str = "Europe/Paris"
    attribution: str = "Town Transport, open licence"
    notice: str = "Everything here is invented."
    first_day: date | None = date(2026, 1, 1)
    last_day: date | None = date(2026, 12, 31)
    coverage: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            quays=741,
            quays_measured=0,
            stops_yes=12,
            stops_no=3,
            stops_unknown=726,
            trips_yes=913,
            trips_no=1461,
            trips_unknown=0,
        )
    )
    stops: SimpleNamespace = field(default_factory=_stops)
    served: np.ndarray = field(default_factory=lambda: np.array([True, True]))
    routes: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(short_name=Strings.of(["C10", "C3", ""]), long_name=Strings.of("abc"))
    )
    trips: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(route=np.array([0, 1])))
    sequences: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            stop=np.array([0]), stop_offset=np.array([0, 1]), trip_offset=np.array([0, 2])
        )
    )
    knowledge: Knowledge = field(default_factory=Knowledge)
    streets: Streets = field(default_factory=empty_streets)
    landmarks: Landmarks = field(default_factory=Landmarks.none)
    folder: None = None


def boarding(verdict: Verdict, certainty: Certainty, code: str, worst: Outcome = Outcome.LEVEL) -> Boarding:
    return Boarding(verdict, Outcome.LEVEL, worst, certainty, reasons=(Reason(code),) if code else ())


STEP_FREE = boarding(Verdict.YES, Certainty.DECLARED, "DECLARED_YES")
HELPED = boarding(Verdict.YES, Certainty.MEASURED, "", Outcome.RAMP_ASSISTED)
BORDERLINE = boarding(Verdict.UNCERTAIN, Certainty.MEASURED, "", Outcome.IMPOSSIBLE)
UNKNOWN = boarding(Verdict.UNKNOWN, Certainty.UNKNOWN, "", Outcome.IMPOSSIBLE)
REFUSED = boarding(Verdict.NO, Certainty.DECLARED, "STOP_FLAG_NO", Outcome.IMPOSSIBLE)


def ride(origin: Place, destination: Place, minute: int, on: Boarding, off: Boarding, **more: object) -> Leg:
    return Leg(
        mode="BUS",
        origin=origin,
        destination=destination,
        departure=NOW + timedelta(minutes=minute),
        arrival=NOW + timedelta(minutes=minute + 11),
        distance_m=3100.0,
        geometry=((origin.lon, origin.lat), (destination.lon, destination.lat)),
        route_id="town:c3",
        route_name="C3",
        route_color="0b5cad",
        headsign="Hospital",
        stops=(Place("Mill", 49.905, 2.305), Place("Bridge", 49.907, 2.307)),
        boarding=on,
        alighting=off,
        **more,
    )


def walk(origin: Place, destination: Place, minute: int) -> Leg:
    departure = NOW + timedelta(minutes=minute)
    way = Way(Verdict.YES, Certainty.INFERRED, 0, ("surface", "kerbs"), straight_line=True)
    return Leg("WALK", origin, destination, departure, departure + timedelta(minutes=4), 210.0, (), way=way)


def itinerary(name: str, *legs: Leg) -> Itinerary:
    ends = [end for leg in legs for end in (leg.boarding, leg.alighting) if end is not None]
    return Itinerary(
        name,
        legs,
        transfers=max(0, len(ends) // 2 - 1),
        doubts=sum(end.doubts for end in ends if end.verdict is not Verdict.NO),
        verdict=max(end.verdict for end in ends),
        certainty=max((end.certainty for end in ends), key=lambda certainty: certainty.rank),
    )


EVERY_STATE = (
    itinerary("declared", walk(MARKET, MARKET, 0), ride(MARKET, HOSPITAL, 5, STEP_FREE, STEP_FREE)),
    itinerary(
        "doubtful",
        ride(MARKET, DOCK, 10, HELPED, BORDERLINE, interpolated=True, vehicle_type="Low floor 12 m"),
        walk(DOCK, DOCK, 22),
        ride(DOCK, HOSPITAL, 30, UNKNOWN, UNKNOWN, every_s=600),
    ),
    itinerary("refused", ride(MARKET, HOSPITAL, 40, REFUSED, UNKNOWN)),
    itinerary("helped", ride(MARKET, HOSPITAL, 60 * 16 - 5, HELPED, HELPED)),
)


def fake_place(network: FakeNetwork, text: str, name: str) -> Place:
    if text == "Gare":
        raise AmbiguousPlaceError("Several places", name, [("town:market", "Market, A"), ("town:dock", "Dock <b>&")])
    if text not in PLACES:
        raise QueryError(f"No place {text}", name)
    return PLACES[text]


class Asked(list):
    """The questions that reached the planner, and what it answers next."""

    itineraries = EVERY_STATE
    why_not = None
    error = None
    only_if: Callable[[Query], bool] = staticmethod(lambda query: True)  # else there is no trip

    def find(self, network: FakeNetwork, query: object) -> Answer:
        self.append((network, query))
        if self.error is not None:
            raise self.error
        if not self.only_if(query):
            return Answer(query, (), self.why_not)
        return Answer(query, self.itineraries, self.why_not)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(question, "find_place", fake_place)
    monkeypatch.setattr(question, "find_itineraries", asked.find)
    monkeypatch.setattr(barriers, "find_itineraries", asked.find)
    monkeypatch.setattr(unlock, "find_itineraries", asked.find)
    monkeypatch.setattr(question, "now", lambda: NOW)
    return asked


@pytest.fixture
def app(asked: Asked) -> Flask:
    other = FakeNetwork("other", "Other Town", first_day=None, last_day=None, notice="", attribution="")
    app = create_app([FakeNetwork(), other])
    app.jinja_env.undefined = StrictUndefined  # what a template names and nobody gives it is a fault here
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def town() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def trips() -> tuple[Itinerary, ...]:
    return EVERY_STATE
