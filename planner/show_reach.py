"""Reachable stops as JSON, as GeoJSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.language import get_language
from planner.network.tables import Network
from planner.routing.reach import ReachQuery
from planner.routing.reachable import Reachable, ReachedStop, Way
from planner.sentence_reach import area_sentence, changes_phrase, doubts_phrase, reachable_sentence, sure_phrase


def reachable_as_json(network: Network, found: Reachable) -> dict[str, Any]:
    """Give the stops in order of time."""
    return {
        "network": _network(network),
        "query": _query(found.query),
        "stops": [
            {"name": stop.place.name, "lat": stop.place.lat, "lon": stop.place.lon, **_stop(stop, found.query)}
            for stop in found.stops
        ],
    }


def reachable_as_geojson(network: Network, found: Reachable, lang: str) -> dict[str, Any]:
    """Give a FeatureCollection: the area first, so that points are drawn above it, then the stops."""
    query = found.query
    area = {
        "kind": "area",
        "estimate": True,
        "method": "straight_line",
        "note": area_sentence(query.profile.speed_m_s, found.most_walk_m, get_language(lang)),
        "speed_m_s": query.profile.speed_m_s,
        "most_walk_m": round(found.most_walk_m, 1),
        **_query(query),
    }
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [stop.place.lon, stop.place.lat]},
            "properties": {"kind": "stop", "name": stop.place.name, **_stop(stop, query)},
        }
        for stop in found.stops
    ]
    return {
        "type": "FeatureCollection",
        "network": _network(network),
        "features": [{"type": "Feature", "geometry": found.area, "properties": area}, *points],
    }


def reachable_lines(network: Network, found: Reachable, lang: str) -> Iterator[str]:
    """Tell the stops in order of time."""
    language, query = get_language(lang), found.query
    if network.notice:
        yield network.notice
    yield reachable_sentence(
        len(found.stops), query.place.name, query.within_s or 0, query.at, language, arrive_by=query.arrive_by
    )
    for stop in found.stops:
        way, told = stop.soonest, [changes_phrase(stop.soonest.rides, language)]
        if way.doubts is not None:
            told.append(doubts_phrase(way.doubts, language))
        if stop.sure is not None and stop.sure != way:
            told.append(sure_phrase(stop.sure.moment, stop.sure.rides, language))
        yield f"  {language.time(way.moment)}  {stop.place.name} ({stop.place.stop_id})  {' · '.join(told)}"


def _network(network: Network) -> dict[str, Any]:
    return {
        "name": network.name,
        "title": network.title,
        "timezone": network.timezone,
        "attribution": network.attribution,
        "notice": network.notice or None,
        "invented": network.knowledge.invented,
    }


def _query(query: ReachQuery) -> dict[str, Any]:
    place = query.place
    return {
        "place": {"name": place.name, "lat": place.lat, "lon": place.lon, "stop_id": place.stop_id},
        "at": query.at.isoformat(),
        "arrive_by": query.arrive_by,
        "within_s": query.within_s,
        "profile": query.profile.id,
        "unknown": query.unknown.name,
        "max_transfers": query.max_transfers,
    }


def _stop(stop: ReachedStop, query: ReachQuery) -> dict[str, Any]:
    return {
        "stop_id": stop.place.stop_id,
        "platform_code": stop.place.platform_code,
        **_way(stop.soonest, query),
        "sure": None if stop.sure is None else _way(stop.sure, query),
    }


def _way(way: Way, query: ReachQuery) -> dict[str, Any]:
    return {
        "departure" if query.arrive_by else "arrival": way.moment.isoformat(),
        "seconds": way.way_s,
        "rides": way.rides,
        "transfers": way.transfers,
        "doubts": way.doubts,
    }
