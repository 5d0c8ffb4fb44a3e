"""Answers as the API and the command line give them: JSON of plain values, and lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from planner.facts import Interval
from planner.model import Boarding, Itinerary, Leg, Place, Way
from planner.network.tables import Network
from planner.routing.one_boarding import BoardingAnswer
from planner.routing.query import Answer


def answer_as_json(network: Network, answer: Answer) -> dict[str, Any]:
    """Give an answer in SI units, ISO-8601 times with offset, upper-case enumerations, UNKNOWN explicit."""
    query = answer.query
    return {
        "network": {
            "name": network.name,
            "title": network.title,
            "timezone": network.timezone,
            "attribution": network.attribution,
            "notice": network.notice or None,
            "invented": network.knowledge.invented,
        },
        "query": {
            "from": _place(query.origin),
            "to": _place(query.destination),
            "at": query.at.isoformat(),
            "arrive_by": query.arrive_by,
            "window_s": query.window_s,
            "profile": query.profile.id,
            "unknown": query.unknown.name,
            "max_transfers": query.max_transfers,
        },
        "itineraries": [_itinerary(itinerary) for itinerary in answer.itineraries],
        "why_not": None if answer.why_not is None else {"code": answer.why_not.code, **answer.why_not.values},
    }


def boarding_answer_as_json(network: Network, answer: BoardingAnswer) -> dict[str, Any]:
    """Give the answer to one boarding question."""
    return {
        "invented": network.knowledge.invented,
        "stop": {"id": answer.stop_id, "name": answer.stop_name},
        "verdict": answer.verdict.name,
        "best": answer.best.name,
        "worst": answer.worst.name,
        "certainty": answer.certainty.value,
        "boarding": boarding_as_json(answer.boarding),
        "alighting": boarding_as_json(answer.alighting),
    }


def boarding_as_json(boarding: Boarding | None) -> dict[str, Any] | None:
    """Give one end of a ride; None is an end that the ride does not have."""
    if boarding is None:
        return None
    slope = boarding.slope
    return {
        "verdict": boarding.verdict.name,
        "best": boarding.best.name,
        "worst": boarding.worst.name,
        "certainty": boarding.certainty.value,
        "steep": boarding.steep,
        "device": boarding.device,
        "door": boarding.door_no,
        "kneel": boarding.kneel,
        "step_mm": _interval(boarding.step_mm),
        "gap_mm": _interval(boarding.gap_mm),
        "slope": None
        if slope is None
        else {"low": slope.low, "high": slope.high, "limit": slope.limit, "margin": slope.margin},
        "reasons": [{"code": reason.code, **reason.values} for reason in boarding.reasons],
        "missing": list(boarding.missing),
        "assumed": list(boarding.assumed),
        "would_decide": boarding.would_decide,
        "facts": [
            {
                "attribute": fact.attribute,
                "low": _finite(fact.low),
                "high": _finite(fact.high),
                "word": fact.word,
                "source": fact.source_id,
                "method": fact.method.value,
                "measured_on": fact.measured_on,
            }
            for fact in boarding.facts
        ],
    }


def answer_lines(network: Network, answer: Answer, lang: str) -> Iterator[str]:
    """Tell an answer in words."""
    from planner import sentences as say  # noqa: PLC0415 - the JSON answer needs no languages
    from planner.language import get_language  # noqa: PLC0415

    language, sources = get_language(lang), network.knowledge.sources
    if network.notice:
        yield network.notice
    if answer.why_not is not None:
        yield say.why_not_sentence(answer.why_not, language)
    for number, itinerary in enumerate(answer.itineraries, 1):
        yield ""
        yield f"{number}. {say.itinerary_sentence(itinerary, language)}"
        for leg in itinerary.legs:
            yield _leg_line(leg)
            if leg.vehicle_type is not None:
                name = network.knowledge.vehicle_types[leg.vehicle_type].name
                yield "     " + say.vehicle_sentence(name, language)
            if leg.way is not None:
                yield "     " + say.way_sentence(leg.way, leg.distance_m, language)
            for end, alighting in ((leg.boarding, False), (leg.alighting, True)):
                if end is not None:
                    told = say.boarding_sentence(end, language, alighting=alighting, sources=sources)
                    yield "     " + " ".join(filter(None, (told, say.boarding_advice(end, language))))


def boarding_answer_lines(network: Network, answer: BoardingAnswer, lang: str) -> Iterator[str]:
    """Tell the answer to one boarding question."""
    from planner import sentences as say  # noqa: PLC0415 - as above
    from planner.language import get_language  # noqa: PLC0415

    language = get_language(lang)
    if network.notice:
        yield network.notice
    yield f"{answer.stop_name} ({answer.stop_id})"
    for end, alighting in ((answer.boarding, False), (answer.alighting, True)):
        if end is not None:
            told = say.boarding_sentence(end, language, alighting=alighting, sources=network.knowledge.sources)
            yield " ".join(filter(None, (told, say.boarding_advice(end, language))))


def _leg_line(leg: Leg) -> str:
    line = f" {leg.route_name}" if leg.route_name else ""
    return (
        f"   {leg.departure:%H:%M} {leg.origin.name} – {leg.arrival:%H:%M} {leg.destination.name}: {leg.mode}{line}"
        + (f" > {leg.headsign}" if leg.headsign else "")
    )


def _itinerary(itinerary: Itinerary) -> dict[str, Any]:
    return {
        "id": itinerary.id,
        "departure": itinerary.departure.isoformat(),
        "arrival": itinerary.arrival.isoformat(),
        "duration_s": round((itinerary.arrival - itinerary.departure).total_seconds()),
        "transfers": itinerary.transfers,
        "doubts": itinerary.doubts,
        "verdict": itinerary.verdict.name,
        "certainty": itinerary.certainty.value,
        "rolling_m": round(itinerary.rolling_m, 1),
        "legs": [_leg(leg) for leg in itinerary.legs],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "mode": leg.mode,
        "from": _place(leg.origin),
        "to": _place(leg.destination),
        "departure": leg.departure.isoformat(),
        "arrival": leg.arrival.isoformat(),
        "distance_m": round(leg.distance_m, 1),
        "route": None
        if leg.route_id is None
        else {
            "id": leg.route_id,
            "name": leg.route_name,
            "color": leg.route_color,
            "text_color": leg.route_text_color,
        },
        "trip_id": leg.trip_id,
        "headsign": leg.headsign,
        "intermediate_stops": [_place(place) for place in leg.stops],
        "time_interpolated": leg.interpolated,
        "every_s": leg.every_s,
        "vehicle_type": leg.vehicle_type,
        "boarding": boarding_as_json(leg.boarding),
        "alighting": boarding_as_json(leg.alighting),
        "way": _way(leg.way),
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in leg.geometry]},
        "steps": [],
    }


def _way(way: Way | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "verdict": way.verdict.name,
        "certainty": way.certainty.value,
        "doubts": way.doubts,
        "unknown": list(way.unknown),
        "straight_line": way.straight_line,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "lat": place.lat,
        "lon": place.lon,
        "stop_id": place.stop_id,
        "platform_code": place.platform_code,
    }


def _interval(interval: Interval | None) -> dict[str, float | None] | None:
    return None if interval is None else {"low": _finite(interval.low), "high": _finite(interval.high)}


def _finite(value: float | None) -> float | None:
    """JSON has no infinity: a null bound is open ("more than can be measured")."""
    return value if value is not None and isfinite(value) else None
