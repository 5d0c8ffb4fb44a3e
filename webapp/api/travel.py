"""Questions that search or judge: plan, walk, boarding, reachable, matrix."""

from __future__ import annotations

from datetime import date, datetime
from math import ceil
from typing import Any

from planner.errors import QueryError
from planner.model import Place, Profile, Reason, Unknown
from planner.network.clock import moment_of as clock_moment
from planner.network.tables import Network
from planner.places import row_of_id
from planner.routing.ask_walk import ask_walk
from planner.routing.foreign_rides import judge_match, match_ride
from planner.routing.many import travel_batches
from planner.routing.one_boarding import ask_boarding, next_run
from planner.routing.plan import find_itineraries
from planner.routing.query import Query
from planner.routing.reach import ReachQuery
from planner.routing.reach import day_of as reach_day
from planner.routing.reachable import find_reachable
from planner.routing.street_barrier import with_street_barrier
from planner.show import answer_as_json, boarding_answer_as_json, boarding_as_json, next_departure_as_json
from planner.show_reach import reachable_as_geojson, reachable_as_json
from planner.show_walk import street_barrier_as_json, walk_as_json
from webapp.api.asked import day_of, moment_of, place_of, profile_of
from webapp.api.foreign_legs import read_ride
from webapp.api.geometry import with_geometry
from webapp.api.problems import ProblemError, refusal_of
from webapp.api.questions import (
    AnnotateQuestion,
    BoardingQuestion,
    MatrixQuestion,
    PlanQuestion,
    ReachableQuestion,
    WalkQuestion,
)
from webapp.barriers import find_barriers

# Prices are in searches: a plan without anything else, 5 ms on Porto Alegre at a busy hour. The weights are those that
# ``scripts/bench_price.py`` measured there on 23 November 2026 for the dearer of two travellers (docs/performance.md).
MOST_PRICE = 500  # 2.5 s of one core there
MOST_PAIRS = 100_000
WINDOW_SEARCH_S = 600  # of a window cost one search more
FIRST_VIA, EACH_VIA = 4, 1  # searches: the day is laid out once more, and then a layer for each
ROLL_TIMES, FALLBACK_TIMES = 3, 4
MATRIX_START, MATRIX_ORIGIN, MATRIX_PAIR = 4, 0.9, 1 / 500  # searches
MATRIX_WINDOW_S = 800  # of a window cost one search more for each origin


def plan_price(question: PlanQuestion) -> int:
    """What a plan is expected to cost, in searches."""
    price = 1 + question.window_s // WINDOW_SEARCH_S
    price += FIRST_VIA + EACH_VIA * len(question.via) if question.via else 0
    price *= ROLL_TIMES if question.max_roll_m is not None else 1
    return price * (FALLBACK_TIMES if question.fallbacks else 1)


def matrix_price(question: MatrixQuestion) -> int:
    """What a matrix is expected to cost, in searches."""
    origins, pairs = len(question.origins), len(question.origins) * len(question.destinations)
    each = MATRIX_ORIGIN + question.window_s / MATRIX_WINDOW_S
    return ceil(MATRIX_START + origins * each + pairs * MATRIX_PAIR)


def plan(network: Network, question: PlanQuestion, _id: str) -> dict[str, Any]:
    """Find itineraries; where boarding is what bars them, name each barrier."""
    most = {"searches": MOST_PRICE}
    _refuse_expensive(
        {"searches": plan_price(question)}, most, "ask for a shorter window, or without fallbacks", "window_s"
    )
    query = Query(
        origin=place_of(network, question.origin, "from"),
        destination=place_of(network, question.destination, "to"),
        at=moment_of(network, question.at),
        profile=profile_of(question, level_only=question.level_only),
        unknown=Unknown(question.unknown.lower()),
        max_transfers=question.max_transfers,
        arrive_by=question.arrive_by,
        window_s=question.window_s,
        via=tuple(place_of(network, text, "via") for text in question.via),
        exclude_routes=tuple(question.exclude_routes),
        exclude_stops=tuple(question.exclude_stops),
        max_roll_m=question.max_roll_m,
        avoid_lifts=question.avoid_lifts,
        fallbacks=question.fallbacks,
        page=question.page,
    )
    answer, closed = with_street_barrier(network, find_itineraries(network, query))
    told = answer_as_json(network, answer) | {"street_barrier": street_barrier_as_json(closed)}
    told["itineraries"] = with_geometry(told["itineraries"][: question.count], question.geometry)
    told["barriers"] = [
        {
            "route": {"id": barrier.leg.route_id, "name": barrier.leg.route_name},
            "trip_id": barrier.leg.trip_id,
            "stop_id": barrier.place.stop_id,
            "stop_name": barrier.place.name,
            "end": "ALIGHTING" if barrier.alighting else "BOARDING",
            "verdict": boarding_as_json(barrier.boarding),
        }
        for barrier in find_barriers(answer, network)
    ]
    return told


def walk(network: Network, question: WalkQuestion, _id: str) -> dict[str, Any]:
    """Find the way, and the barrier that stands in a shorter one."""
    ends = place_of(network, question.origin, "from"), place_of(network, question.destination, "to")
    unknown, at = Unknown(question.unknown.lower()), moment_of(network, question.at)
    try:
        found = ask_walk(network, *ends, profile_of(question), unknown, at, avoid_lifts=question.avoid_lifts)
    except QueryError as error:
        raise refusal_of(error, (error.field or "").lower() or None) from error
    told: dict[str, Any] = with_geometry(walk_as_json(found), question.geometry)
    return told


def boarding(network: Network, question: BoardingQuestion, _id: str) -> dict[str, Any]:
    """Judge getting on and off at one stop."""
    if (question.trip is None) == (question.route is None):
        cure = "a trip is one run; a route answers with the worst that may come that day"
        raise ProblemError("BAD_PARAMETER", "give either a trip or a route", cure, "trip")
    profile = profile_of(question)
    if question.at is None:
        day, trip, route, departure = day_of(network, question.on), question.trip, question.route, None
    else:
        day, trip, departure = _next_run(network, question)
        route = None
    answer = ask_boarding(network, question.stop, profile, day, trip=trip, route=route)
    told = {**boarding_answer_as_json(network, answer), "profile": profile.id, "on": day.isoformat()}
    row = None if trip is None else row_of_id(network.trips.id, trip)
    trip_id = None if row is None else network.trips.id[row]
    return {**told, "trip_id": trip_id, "departure": departure and departure.isoformat()}


def _next_run(network: Network, question: BoardingQuestion) -> tuple[date, str, datetime]:
    if question.route is None or question.on is not None:
        cure = "a time goes with a route; a trip has its own, and a day may be given with on"
        raise ProblemError("BAD_PARAMETER", "goes with a route, and not with on", cure, "at")
    at = moment_of(network, question.at)
    run = next_run(network, question.stop, question.route, at)
    if run is None:
        raise ProblemError(
            "NO_SUCH_THING", "no run of this route lets anybody on there within a day", "ask for another time", "at"
        )
    return run.day, run.trip_id, run.departure


def annotate(network: Network, question: AnnotateQuestion, _id: str) -> dict[str, Any]:
    """Judge the rides of another router's itinerary; a ride that is not found here says why."""
    profile, unknown = profile_of(question), Unknown(question.unknown.lower())
    legs = [_annotated(network, leg, profile, unknown) for leg in question.legs]
    rides = [leg for leg in legs if leg["ride"]]
    return {
        "profile": profile.id,
        "unknown": unknown.name,
        "rides": len(rides),
        "matched": sum(leg["match"] is not None for leg in rides),
        "legs": legs,
    }


def _refuse_expensive(price: dict[str, int], most: dict[str, int], cure: str, parameter: str) -> None:
    """Refuse a question before it is begun: one that is killed in the middle has cost as much."""
    if all(price[name] <= most[name] for name in price):
        return
    told = [" and ".join(f"{count} {name}" for name, count in sums.items()) for sums in (price, most)]
    detail = f"costs {told[0]}; one request may cost {told[1]}"
    raise ProblemError("TOO_EXPENSIVE", detail, cure, parameter, price=price, most=most)


def _annotated(network: Network, leg: dict[str, Any], profile: Profile, unknown: Unknown) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ride": False, "match": None, "why_not": None, "verdict": None, "boarding": None, "alighting": None,
        "next_departure": None,
    }  # fmt: skip
    ride = read_ride(leg, network.timezone)
    if ride is None:
        return told
    told["ride"] = True
    match = match_ride(network, ride)
    if isinstance(match, Reason):
        return {**told, "why_not": {"code": match.code, **match.values}}
    judged = judge_match(network, match, profile, unknown)
    route, every_s = int(network.trips.route[match.trip]), int(network.trips.every_s[match.trip])
    following = next_departure_as_json(judged.following)
    moments = [clock_moment(s, match.day, network.timezone) for s in (match.departure_s, match.arrival_s)]
    return {
        **told,
        "match": {
            "by": match.by,
            "trip_id": network.trips.id[match.trip],
            "route": {
                "id": network.routes.id[route],
                "name": network.routes.short_name[route] or network.routes.long_name[route],
            },
            "on": match.day.isoformat(),
            "from_stop_id": network.stops.id[match.board_stop],
            "to_stop_id": network.stops.id[match.alight_stop],
            "departure": moments[0].isoformat(),
            "arrival": moments[1].isoformat(),
            "every_s": every_s or None,
        },
        "verdict": judged.verdict.name,
        "boarding": boarding_as_json(judged.boarding),
        "alighting": boarding_as_json(judged.alighting),
        "next_departure": following,
    }


def reachable(network: Network, question: ReachableQuestion, _id: str) -> dict[str, Any]:
    """Reach all stops from one place."""
    query = _reach_query(network, question, place_of(network, question.place, "place"), question.within_s)
    found = find_reachable(network, query)
    return (
        reachable_as_geojson(network, found, "en")
        if question.format == "geojson"
        else reachable_as_json(network, found)
    )


def matrix(network: Network, question: MatrixQuestion, _id: str) -> dict[str, Any]:
    """Find the shortest way between many places; what costs too much is refused with its price."""
    price, pairs = matrix_price(question), len(question.origins) * len(question.destinations)
    costs, most = {"searches": price, "pairs": pairs}, {"searches": MOST_PRICE, "pairs": MOST_PAIRS}
    _refuse_expensive(costs, most, "send fewer origins or a shorter window in each request", "origins")
    origins = [place_of(network, text, "origins") for text in question.origins]
    targets = [place_of(network, text, "destinations") for text in question.destinations]
    query = _reach_query(network, question, origins[0], question.within_s)
    day, counted = reach_day(network, query), query.unknown is not Unknown.ALLOW
    rows: list[list[dict[str, Any] | None]] = []
    for batch in travel_batches(network, query, origins, targets, question.window_s):
        flat = [None if pair is None else _pair(network, query, day, pair, counted) for pair in batch.pairs()]
        rows += [flat[i : i + len(targets)] for i in range(0, len(flat), len(targets))]
    return {
        "origins": [_told(place) for place in origins],
        "destinations": [_told(place) for place in targets],
        "at": query.at.isoformat(),
        "arrive_by": query.arrive_by,
        "profile": query.profile.id,
        "unknown": query.unknown.name,
        "price": {"searches": price, "pairs": pairs},
        "rows": rows,
    }


def _pair(network: Network, query: ReachQuery, day: Any, pair: Any, counted: bool) -> dict[str, Any]:
    way_s, clock_s, rides, doubts, sure_s = pair
    leaves_s, arrives_s = (clock_s - way_s, clock_s) if query.arrive_by else (clock_s, clock_s + way_s)
    return {
        "departure": clock_moment(leaves_s, day, network.timezone).isoformat(),
        "arrival": clock_moment(arrives_s, day, network.timezone).isoformat(),
        "seconds": way_s,
        "transfers": max(rides - 1, 0),
        "doubts": doubts if counted else None,
        "seconds_without_doubt": sure_s if counted else None,
    }


def _reach_query(
    network: Network, question: ReachableQuestion | MatrixQuestion, place: Place, within_s: int | None
) -> ReachQuery:
    return ReachQuery(
        place=place,
        at=moment_of(network, question.at),
        profile=profile_of(question),
        unknown=Unknown(question.unknown.lower()),
        max_transfers=question.max_transfers,
        arrive_by=question.arrive_by,
        within_s=within_s,
        avoid_lifts=question.avoid_lifts,
    )


def _told(place: Place) -> dict[str, Any]:
    return {"name": place.name, "lat": place.lat, "lon": place.lon, "stop_id": place.stop_id}
