"""Legs of other routers read as they come: OpenTripPlanner (REST, GraphQL), MOTIS, Navitia, plain JSON, or our own.

Each thing is looked for under all names that these use; a time of the timetable is taken before an expected one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from planner.routing.foreign_rides import ForeignEnd, ForeignRide

NO_VEHICLE = frozenset(
    ("WALK", "FOOT", "BICYCLE", "BIKE", "CAR", "SCOOTER", "CAR_PARKING", "RENTAL", "FLEX", "TRANSFER", "WAITING")
)
RIDDEN = frozenset(("public_transport", "on_demand_transport"))  # types of sections of Navitia
STOP = ("stop_id", "stopId", "stop.gtfsId", "stop.id", "quay.id", "stop_point.id", "id")
LAT = ("lat", "latitude", "stop.lat", "stop_point.coord.lat", "coord.lat", "quay.latitude")
LON = ("lon", "lng", "longitude", "stop.lon", "stop_point.coord.lon", "coord.lon", "quay.longitude")
TRIP = ("trip_id", "tripId", "trip.gtfsId", "trip.id", "serviceJourney.id")
ROUTE = (
    "route_id", "routeId", "route.gtfsId", "route.id", "line.id", "routeShortName", "route.shortName", "route.name",
    "route_short_name", "display_informations.code", "display_informations.label", "line.publicCode", "line.name",
    "route", "line",
)  # fmt: skip
LEAVES = (
    "start.scheduledTime", "scheduledStartTime", "from.scheduledDeparture", "aimedStartTime", "plannedDeparture",
    "base_departure_date_time", "departure", "departure_time", "departure_date_time", "startTime", "from.departure",
)  # fmt: skip
COMES = (
    "end.scheduledTime", "scheduledEndTime", "to.scheduledArrival", "aimedEndTime", "plannedArrival",
    "base_arrival_date_time", "arrival", "arrival_time", "arrival_date_time", "endTime", "to.arrival",
)  # fmt: skip
LATEST_MS = 7_258_118_400_000  # the year 2200


def read_ride(leg: dict[str, Any], timezone: str) -> ForeignRide | None:
    """Read one leg; None is a leg without a vehicle. What it does not say, or says in no known form, is left out."""
    type_, mode = leg.get("type"), leg.get("mode")
    if leg.get("transitLeg") is False or (isinstance(mode, str) and mode.upper() in NO_VEHICLE):
        return None
    if "from" in leg and isinstance(type_, str) and mode is None and "trip_id" not in leg and type_ not in RIDDEN:
        return None
    links = [link for link in _list(leg.get("links")) if isinstance(link, dict)]
    routes = [*_texts(leg, ROUTE), *(_linked(links, "line") or ()), *(_linked(links, "route") or ())]
    trips = [*_texts(leg, TRIP), *_linked(links, "vehicle_journey"), *_linked(links, "trip")]
    return ForeignRide(
        _end(leg, "from", "origin", _moment(leg, LEAVES, timezone, "departureDelay")),
        _end(leg, "to", "destination", _moment(leg, COMES, timezone, "arrivalDelay")),
        trips[0] if trips else None,
        tuple(routes),
    )


def _end(leg: dict[str, Any], name: str, other: str, moment: datetime | None) -> ForeignEnd:
    end = leg.get(name, leg.get(other))
    if isinstance(end, str):
        return ForeignEnd(end, moment=moment)
    told = end if isinstance(end, dict) else {}
    ids = _texts(told, STOP) or _texts(leg, (f"{name}_stop_id", f"{name}_stop"))
    lat, lon = _degrees(told, LAT, 90), _degrees(told, LON, 180)
    return ForeignEnd(ids[0] if ids else None, *((lat, lon) if None not in (lat, lon) else (None, None)), moment)


def _find(told: dict[str, Any], path: str) -> Any:
    found: Any = told
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _texts(told: dict[str, Any], paths: Iterable[str]) -> list[str]:
    found = (_find(told, path) for path in paths)
    return [one[:200] for one in found if isinstance(one, str) and one]


def _degrees(told: dict[str, Any], paths: Iterable[str], most: float) -> float | None:
    for value in (_find(told, path) for path in paths):
        try:
            degrees = float(value)
        except (TypeError, ValueError, OverflowError):
            continue
        if abs(degrees) <= most:  # also leaves NaN out
            return degrees
    return None


def _moment(leg: dict[str, Any], paths: Iterable[str], timezone: str, delay: str) -> datetime | None:
    for path in paths:
        value = _find(leg, path)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LATEST_MS:
            late_s = leg.get(delay, 0)
            late_s = late_s if isinstance(late_s, int) and abs(late_s) < 86_400 else 0
            return datetime.fromtimestamp(value / 1000, UTC) - timedelta(seconds=late_s)
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value[:40])
                moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(timezone))
                if 1900 <= moment.year < 2200:
                    return moment
            except ValueError:
                continue
    return None


def _linked(links: list[dict[str, Any]], type_: str) -> list[str]:
    return [str(link["id"])[:200] for link in links if link.get("type") == type_ and isinstance(link.get("id"), str)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
