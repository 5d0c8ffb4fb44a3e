"""Questions that read the tables: stops and what is known of them, departures, routes, trips, profiles, networks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

from planner.access.profiles import PRESETS, limits
from planner.errors import QueryError
from planner.network.calls import departures_at, routes_at, stops_to_tell
from planner.network.classes import boarding_classes
from planner.network.clock import clock_of, local
from planner.network.clock import moment_of as clock_moment
from planner.network.modes import mode_of
from planner.network.plane import distances_m
from planner.network.tables import Network, Strings
from planner.place_search import PlaceRow, fold
from planner.places import place_index, row_of_id
from planner.routing.judge import judge_call
from planner.routing.one_boarding import ask_boarding
from planner.show import boarding_answer_as_json, boarding_as_json
from webapp.api.asked import day_of, moment_of, numbers_in, profile_of
from webapp.api.problems import ProblemError
from webapp.api.questions import (
    AccessQuestion,
    DeparturesQuestion,
    ListQuestion,
    Nothing,
    PlacesQuestion,
    StopsQuestion,
)

FLAGS = ("UNKNOWN", "YES", "NO")
AROUND_M = 400.0


def stops(network: Network, question: StopsQuestion, _id: str) -> dict[str, Any]:
    """List the stops that trips serve, and stations."""
    table = network.stops
    rows = stops_to_tell(network)
    if question.q is not None:
        wanted = fold(question.q)
        names = _folded(network)
        rows = rows[[wanted in names[row] for row in rows.tolist()]]
    if question.bbox is not None:
        west, south, east, north = numbers_in(question.bbox, 4, "bbox")
        lon, lat = table.lon[rows], table.lat[rows]
        rows = rows[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)]
    if question.near is not None:
        lat0, lon0 = numbers_in(question.near, 2, "near")
        metres = distances_m(lon0, lat0, table.lon[rows], table.lat[rows])
        rows = rows[metres.argsort(kind="stable")][: int((metres <= question.radius_m).sum())]
    found = rows[question.skip : question.skip + question.count].tolist()
    return {"stops": [_stop(network, row) for row in found], "total": len(rows)}


def stop(network: Network, _question: Nothing, id_: str) -> dict[str, Any]:
    """Tell one stop, with its station and the stops of a station."""
    row = _row(network.stops.id, id_, "stop")
    children = (network.stops.parent == row).nonzero()[0].tolist()
    return {"stop": _stop(network, row), "children": [_stop(network, child) for child in children]}


def access(network: Network, question: AccessQuestion, id_: str) -> dict[str, Any]:
    """Tell every fact of the quay with its source, and the verdict of each route for one traveller."""
    row = _row(network.stops.id, id_, "stop")
    profile, day = profile_of(question), day_of(network, question.on)
    stop_id = network.stops.id[row]
    verdicts = []
    for route in routes_at(network).get(row, ()):
        try:
            answer = ask_boarding(network, stop_id, profile, day, route=network.routes.id[route])
        except QueryError:  # passes without letting anybody on or off
            continue
        verdicts.append({"route": _route(network, route), **boarding_answer_as_json(network, answer)})
    said = [s for s in network.knowledge.statements if s.evidence.subject_id == stop_id]
    return {
        "stop": _stop(network, row),
        "facts": [
            {
                "attribute": s.evidence.attribute,
                "value": _plain(s.evidence.value),
                "tolerance": s.evidence.tolerance,
                "source": s.evidence.source_id,
                "method": s.evidence.method.value,
                "measured_on": None if s.evidence.measured_on is None else s.evidence.measured_on.isoformat(),
                "used": s.used,
            }
            for s in said
            if s.evidence.subject.value == "QUAY"
        ],
        "profile": profile.id,
        "on": day.isoformat(),
        "verdicts": verdicts,
    }


def departures(network: Network, question: DeparturesQuestion, id_: str) -> dict[str, Any]:
    """Tell what leaves from a stop, or from all stops of a station, soonest first, and whether one gets on."""
    row = _row(network.stops.id, id_, "stop")
    quays = [row, *(network.stops.parent == row).nonzero()[0].tolist()]
    at, profile = moment_of(network, question.at), profile_of(question)
    told: list[dict[str, Any]] = []
    for back in (1, 0):
        day = date.fromordinal(local(at, network.timezone).toordinal() - back)
        begin = clock_of(at, day, network.timezone)
        classes, of_trip = boarding_classes(network, day)
        leaving = [
            (quay, clock_s, trip)
            for quay in quays
            for clock_s, trip in departures_at(network, quay, day, begin, begin + question.within_s)
        ]
        for quay, clock_s, trip in leaving:
            told.append(
                {
                    "departure": clock_moment(clock_s, day, network.timezone).isoformat(),
                    "stop_id": network.stops.id[quay],
                    "platform_code": network.stops.platform_code[quay] or None,
                    "trip_id": network.trips.id[trip],
                    "headsign": _headsign(network, trip),
                    "every_s": int(network.trips.every_s[trip]) or None,
                    "route": _route(network, int(network.trips.route[trip])),
                    "boarding": (quay, classes[int(of_trip[trip])]),
                }
            )
    told.sort(key=lambda one: datetime.fromisoformat(one["departure"]))
    told = told[: question.count]
    for one in told:
        quay, boarding_class = one["boarding"]
        one["boarding"] = boarding_as_json(judge_call(network, boarding_class, quay, profile, alighting=False))
    return {"stop": _stop(network, row), "at": at.isoformat(), "profile": profile.id, "departures": told}


def routes(network: Network, question: ListQuestion, _id: str) -> dict[str, Any]:
    """List the public lines."""
    rows = range(len(network.routes.id))
    told = [_route(network, row) for row in rows]
    if question.q is not None:
        wanted = fold(question.q)
        told = [one for one in told if wanted in fold(f"{one['name']} {one['long_name'] or ''}")]
    return {"routes": told[question.skip : question.skip + question.count], "total": len(told)}


def route(network: Network, _question: Nothing, id_: str) -> dict[str, Any]:
    """Tell one line and where it calls."""
    row = _row(network.routes.id, id_, "route")
    called = [stop for stop, lines in routes_at(network).items() if row in lines]
    return {"route": _route(network, row), "stops": [_stop(network, stop) for stop in sorted(called)]}


def trip(network: Network, _question: Nothing, id_: str) -> dict[str, Any]:
    """Tell one run: where and when it calls, in seconds of the service day."""
    row = _row(network.trips.id, id_, "trip")
    sequences, events = network.sequences, network.events
    sequence = int(network.trips.sequence[row])
    called = slice(int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1]))
    count = called.stop - called.start
    first = int(sequences.event_offset[sequence]) + (row - int(sequences.trip_offset[sequence])) * count
    return {
        "trip": {
            "id": network.trips.id[row],
            "route": _route(network, int(network.trips.route[row])),
            "headsign": _headsign(network, row),
            "wheelchair_accessible": FLAGS[int(network.trips.flag[row])],
            "every_s": int(network.trips.every_s[row]) or None,
        },
        "calls": [
            {
                "stop": _stop(network, stop_row),
                "arrival_s": int(events.arrival_s[first + i]),
                "departure_s": int(events.departure_s[first + i]),
                "time_interpolated": bool(events.interpolated[first + i]),
            }
            for i, stop_row in enumerate(sequences.stop[called].tolist())
        ],
    }


def places(network: Network, question: PlacesQuestion, _id: str) -> dict[str, Any]:
    """Complete what somebody types, or name what lies around a position."""
    if (question.q is None) == (question.near is None):
        raise ProblemError("BAD_PARAMETER", "give either words or a position", "send q, or near", "q")
    if question.near is not None:
        lat, lon = numbers_in(question.near, 2, "near")
        around = place_index(network).around(lon, lat, AROUND_M, question.count)
        return {"places": [_found(place, distance_m=round(metres, 1)) for place, metres in around]}
    found = place_index(network).search(str(question.q), question.count)
    return {"places": [_found(one.place, score=round(one.score, 1)) for one in found]}


def profiles(_network: Network, _question: Nothing, _id: str) -> dict[str, Any]:
    """List the presets with their numbers, and what may be changed about them."""
    return {
        "profiles": [asdict(profile) for profile in PRESETS.values()],
        "limits": [asdict(limit) for limit in limits()],
    }


def _found(place: PlaceRow, *, score: float | None = None, distance_m: float | None = None) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "name": place.name,
        "context": place.context or None,
        "lat": place.lat,
        "lon": place.lon,
        "stop_id": place.id,
        "score": score,
        "distance_m": distance_m,
    }


def _row(ids: Strings, id_: str, what: str) -> int:
    row = row_of_id(ids, id_)
    if row is None:
        cure = f"ids are listed by {what}s" if what != "trip" else "ids are told by the departures of a stop"
        raise ProblemError("NO_SUCH_THING", f"the network has no {what} of this id, or several", cure, "id")
    return row


def _stop(network: Network, row: int) -> dict[str, Any]:
    table = network.stops
    lat, lon, parent = float(table.lat[row]), float(table.lon[row]), int(table.parent[row])
    return {
        "id": table.id[row],
        "name": table.name[row],
        "lat": lat if isfinite(lat) else None,
        "lon": lon if isfinite(lon) else None,
        "platform_code": table.platform_code[row] or None,
        "location_type": int(table.location_type[row]),
        "parent_id": None if parent < 0 else table.id[parent],
        "wheelchair_boarding": FLAGS[int(table.flag[row])],
    }


def _route(network: Network, row: int) -> dict[str, Any]:
    table = network.routes
    return {
        "id": table.id[row],
        "name": table.short_name[row] or table.long_name[row],
        "long_name": table.long_name[row] or None,
        "mode": mode_of(int(table.type[row])),
        "color": table.color[row] or None,
        "text_color": table.text_color[row] or None,
    }


def _headsign(network: Network, trip_row: int) -> str | None:
    headsign = int(network.trips.headsign[trip_row])
    return None if headsign < 0 else network.headsigns[headsign] or None


def _plain(value: float | int | bool | str) -> float | int | bool | str | None:
    return value if not isinstance(value, float) or isfinite(value) else None


@lru_cache(maxsize=8)
def _folded(network: Network) -> tuple[str, ...]:
    return tuple(fold(name) for name in network.stops.name)
