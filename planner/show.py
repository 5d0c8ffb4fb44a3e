"""Answers as the API and the command line give them: JSON of plain values, and lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.facts import Interval
from planner.model import Alternative, Boarding, Dependency, Fallback, Itinerary, Leg, NextDeparture, Place, Way
from planner.network.tables import Network
from planner.routing.one_boarding import BoardingAnswer
from planner.routing.query import Answer
from planner.routing.street_barrier import StreetBarrier

if TYPE_CHECKING:
    from planner.language import Language


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
            "via": [_place(place) for place in query.via],
            "max_roll_m": query.max_roll_m,
            "exclude_routes": list(query.exclude_routes),
            "exclude_stops": list(query.exclude_stops),
            "level_only": query.profile.level_only,
            "avoid_lifts": query.avoid_lifts,
            "page": query.page,
        },
        "itineraries": [_itinerary(itinerary) for itinerary in answer.itineraries],
        "earlier": answer.earlier,
        "later": answer.later,
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


def answer_lines(
    network: Network, answer: Answer, lang: str, street_barrier: StreetBarrier | None = None
) -> Iterator[str]:
    """Tell an answer in words; a barrier of the streets is told in place of the reason that boarding would give."""
    from planner import sentence_backups as tell  # noqa: PLC0415 - the JSON answer needs no languages
    from planner import sentences as say  # noqa: PLC0415
    from planner.language import get_language  # noqa: PLC0415
    from planner.show_walk import street_barrier_lines  # noqa: PLC0415 - the JSON answer needs no languages

    language = get_language(lang)
    if network.notice:
        yield network.notice
    if street_barrier is not None:
        yield from street_barrier_lines(street_barrier, language)
    elif answer.why_not is not None:
        yield say.why_not_sentence(answer.why_not, language)
    for number, itinerary in enumerate(answer.itineraries, 1):
        yield ""
        yield f"{number}. {say.itinerary_sentence(itinerary, language)}"
        for row, leg in enumerate(itinerary.legs):
            yield _leg_line(leg)
            needs = [need for need in itinerary.depends_on if need.leg == row]
            yield from (f"     {sentence}" for sentence in _leg_sentences(network, leg, needs, language) if sentence)
    yield from ("", *pages) if (pages := tell.page_sentences(answer.earlier, answer.later, language)) else ()


def _leg_sentences(network: Network, leg: Leg, needs: list[Dependency], language: Language) -> Iterator[str]:
    """Everything to be said of one leg; "" for what there is not."""
    from planner import sentence_backups as tell  # noqa: PLC0415 - as above
    from planner import sentences as say  # noqa: PLC0415

    kinds = network.knowledge.vehicle_types
    if leg.vehicle_type is not None:
        yield say.vehicle_sentence(kinds[leg.vehicle_type].name, language)
    if leg.way is not None:
        yield say.way_sentence(leg.way, leg.distance_m, language)
    for end, alighting in ((leg.boarding, False), (leg.alighting, True)):
        if end is not None:
            told = say.boarding_sentence(end, language, alighting=alighting, sources=network.knowledge.sources)
            yield " ".join(filter(None, (told, say.boarding_advice(end, language))))
    yield tell.stays_aboard_sentence(leg, language)
    yield tell.next_departure_sentence(leg, language)
    yield tell.alternative_sentence(leg, language)
    for need in needs:
        if need.kind != "vehicle_type":
            yield tell.dependency_sentence(need, leg, language)
        elif need.fallback is not None:  # that it has to come is said above
            yield tell.dependency_sentence(need, leg, language, vehicle=kinds[str(need.id)].name)


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
        "depends_on": [
            {
                "kind": need.kind,
                "leg": need.leg,
                "at": need.at,
                "id": need.id,
                "fallback": _fallback(need.fallback),
            }
            for need in itinerary.depends_on
        ],
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
        "stays_aboard": list(leg.stays_aboard),
        "next_departure": next_departure_as_json(leg.next_departure),
        "last_of_day": leg.last_of_day,
        "if_cannot_alight": _alternative(leg.if_cannot_alight),
        "boarding": boarding_as_json(leg.boarding),
        "alighting": boarding_as_json(leg.alighting),
        "way": _way(leg.way),
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in leg.geometry]},
        "steps": [],
    }


def next_departure_as_json(following: NextDeparture | None) -> dict[str, Any] | None:
    """Give the next departure that serves; None is that there is none."""
    if following is None:
        return None
    return {
        "departure": following.departure.isoformat(),
        "arrival": following.arrival.isoformat(),
        "route": {"id": following.route_id, "name": following.route_name},
        "trip_id": following.trip_id,
        "headsign": following.headsign,
        "doubts": following.doubts,
    }


def _alternative(instead: Alternative | None) -> dict[str, Any] | None:
    if instead is None:
        return None
    return {
        "stop": _place(instead.stop),
        "arrival": instead.arrival.isoformat(),
        "alighting": boarding_as_json(instead.alighting),
        "before": instead.before,
        "back": _fallback(instead.back),
    }


def _fallback(fallback: Fallback | None) -> dict[str, Any] | None:
    """Null was not asked for; null inside: nothing is left that day."""
    if fallback is None:
        return None
    return {
        "arrival": None if fallback.arrival is None else fallback.arrival.isoformat(),
        "itinerary_id": fallback.itinerary_id,
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
