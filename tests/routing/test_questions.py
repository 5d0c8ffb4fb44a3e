"""What a traveller asks beyond from, to and when: via, leaving out, level only, what if it fails, earlier, later."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network.towns import fictiville_in
from routing.test_real_feeds import SEED, Built, built, good_day, questions
from worlds import DAY, ask, poster

from planner.access.profiles import get_profile
from planner.access.walking import judge_way
from planner.errors import QueryError
from planner.model import Itinerary, Outcome, Place, Unknown
from planner.network.clock import clock_of
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.places import find_place
from planner.routing.find import run_search, view_day
from planner.routing.paging import PAGE_S
from planner.routing.plan import Answer, Query, find_itineraries, find_itinerary
from planner.routing.restrict import limits_of
from planner.routing.via import question_view

__all__ = ["built"]  # a fixture

Costs = set[tuple[int, int, int]]  # arrival (or minus departure), rides, doubts


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def day_question(network: Network, origin: str, destination: str, clock: str, **changes: object) -> Query:
    """Ask in Fictiville on a day of its timetable."""
    at = datetime.fromisoformat(f"2026-05-12T{clock}").replace(tzinfo=ZoneInfo(network.timezone))
    query = Query(
        find_place(network, origin, "FROM"),
        find_place(network, destination, "TO"),
        at,
        get_profile("manual-wheelchair"),
        Unknown.PENALISE,
    )
    return replace(query, **changes)  # type: ignore[arg-type]


def pareto(costs: Costs) -> Costs:
    return {a for a in costs if not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in costs)}


def rides(itinerary: Itinerary) -> list[str]:
    return [str(leg.route_name) for leg in itinerary.legs if leg.mode != "WALK"]


def calls(itinerary: Itinerary) -> set[str]:
    """Names of the stops where one gets on or off."""
    return {place.name for leg in itinerary.legs if leg.mode != "WALK" for place in (leg.origin, leg.destination)}


# --- Via ----------------------------------------------------------------------------------------------

LINES = """
            A     B     C     D     E
    direct  8:00  -     -     -     8:30
    slow    8:05  8:15  8:25  8:35  8:50
    branch  -     8:20  -     -     8:45
    late    -     -     8:40  -     9:10
"""


def test_via_leads_where_one_gets_off_and_on_again() -> None:
    network = poster(LINES).network()
    question = ask(network, "A", "E", "7:50", "manual-wheelchair")  # who needs no time may get off and on again
    assert [rides(one) for one in find_itineraries(network, question).itineraries] == [["direct"]]
    via = replace(question, via=(find_place(network, "w:C", "via"),))
    (one,) = find_itineraries(network, via).itineraries
    assert rides(one) == ["slow", "late"], "riding through is not being there"
    assert [place.name for leg in one.legs for place in (leg.origin, leg.destination)] == ["A", "C", "C", "E"]


def test_a_via_where_one_changes_anyway_costs_nothing() -> None:
    network = poster(
        """
            A     B     C
        in  8:00  8:10  -
        out -     8:10  8:20
        out -     8:40  8:50
        """
    ).network()
    question = ask(network, "A", "C", "7:50")
    (plain,) = find_itineraries(network, question).itineraries
    (through,) = find_itineraries(network, replace(question, via=(find_place(network, "w:B", "via"),))).itineraries
    assert through.id == plain.id
    chair = ask(network, "A", "C", "7:50", "manual-wheelchair", Unknown.PENALISE)
    plain_ids = [one.id for one in find_itineraries(network, chair).itineraries]
    assert plain_ids == [
        one.id for one in find_itineraries(network, replace(chair, via=(chair.destination,))).itineraries
    ], "the destination is passed by itself"
    assert plain_ids == [
        one.id
        for one in find_itineraries(network, replace(chair, via=(find_place(network, "w:B", "via"),))).itineraries
    ]


def test_changes_are_limited_over_the_whole_and_several_places_come_in_their_order() -> None:
    network = poster(LINES).network()
    b, c = (find_place(network, f"w:{name}", "via") for name in "BC")
    question = replace(ask(network, "A", "E", "7:50", "manual-wheelchair"), via=(c,))
    assert find_itineraries(network, replace(question, max_transfers=0)).why_not is not None
    assert find_itineraries(network, replace(question, max_transfers=1)).itineraries
    back = poster(LINES + "extra - 8:18 8:37 - -").network()
    both = replace(ask(back, "A", "E", "7:50", "manual-wheelchair"), via=(b, c))
    assert [rides(one) for one in find_itineraries(back, both).itineraries] == [["slow", "extra", "late"]]
    answer = find_itineraries(back, replace(both, via=(c, b)))
    assert answer.why_not is not None
    assert answer.why_not.code == "ONLY_WITHOUT_VIA"


def test_a_via_is_passed_in_every_kind_of_question() -> None:
    network = poster(LINES).network()
    via = (find_place(network, "w:C", "via"),)
    by = replace(ask(network, "A", "E", "10:00", "manual-wheelchair"), via=via, arrive_by=True)
    assert [rides(one) for one in find_itineraries(network, by).itineraries] == [["slow", "late"]]
    window = replace(ask(network, "A", "E", "7:50", "manual-wheelchair"), via=via, window_s=3600)
    assert [rides(one) for one in find_itineraries(network, window).itineraries] == [["slow", "late"]]


def test_walking_to_the_place_is_being_there_and_a_point_is_walked_through() -> None:
    network = poster(
        """
             A     B     C     D
        in   8:00  8:10  -     -
        out  -     -     8:30  8:50
        by   8:00  -     -     8:20
        """,
        at={"B": (10_000.0, 0.0), "C": (10_300.0, 0.0), "A": (0.0, 0.0), "D": (20_000.0, 0.0)},
    ).network()
    stop = replace(ask(network, "A", "D", "7:50"), via=(find_place(network, "w:C", "via"),))
    (one,) = find_itineraries(network, stop).itineraries
    assert [leg.mode for leg in one.legs] == ["BUS", "WALK", "BUS"]
    b, c = (find_place(network, f"w:{name}", "via") for name in "BC")
    point = Place("the fountain", b.lat + 0.001, (b.lon + c.lon) / 2)
    (one,) = find_itineraries(network, replace(stop, via=(point,))).itineraries
    assert [leg.mode for leg in one.legs] == ["BUS", "WALK", "WALK", "BUS"]
    assert one.legs[1].destination == one.legs[2].origin == point
    assert all(before.arrival <= after.departure for before, after in pairwise(one.legs))


def found(network: Network, query: Query) -> Costs:
    paths = run_search(network, query).paths
    if query.arrive_by:
        return {(-path.departure_s, len(path.rides), path.level) for path in paths}
    return {(path.arrival_s, len(path.rides), path.level) for path in paths}


def walked(query: Query, origin: Place, destination: Place) -> list[tuple[int, int]]:
    """Seconds and doubts of the way on foot, if there is one."""
    metres = DETOUR * distance_m(origin.lon, origin.lat, destination.lon, destination.lat)
    doubts = judge_way(metres, query.profile).doubts
    if metres > DETOUR * REACH_M or (doubts and query.unknown is Unknown.EXCLUDE):
        return []
    return [(-int(-metres // query.profile.speed_m_s), doubts if query.unknown is Unknown.PENALISE else 0)]


def two_searches(network: Network, query: Query, point: Place) -> Costs:
    """Find the same with one search to the point, and one on from each of its answers (backwards if arriving)."""
    first, last = (query.destination, query.origin) if query.arrive_by else (query.origin, query.destination)
    day = view_day(network, query)
    sign = -1 if query.arrive_by else 1

    def half(a: Place, b: Place, at: datetime) -> Costs:
        ends = (b, a) if query.arrive_by else (a, b)
        one = replace(query, origin=ends[0], destination=ends[1], at=at)
        if view_day(network, one) != day:
            raise OverflowError("the way on begins in another view, which knows other trips")
        costs = found(network, one)
        start = sign * clock_of(at, day, network.timezone)
        return costs | {(start + seconds, 0, doubts) for seconds, doubts in walked(query, a, b)}

    costs: Costs = set()
    for there_s, n_rides, level in half(first, point, query.at):
        at = query.at + timedelta(seconds=sign * (there_s - sign * clock_of(query.at, day, network.timezone)))
        for end_s, more, doubts in half(point, last, at):
            if 0 < n_rides + more <= query.max_transfers + 1:
                costs.add((end_s, n_rides + more, min(level + doubts, 7)))
    return pareto(costs)


@pytest.mark.parametrize("arrive_by", [False, True])
@pytest.mark.parametrize("name", ["porto_alegre", "amiens"])
def test_via_a_point_is_what_two_searches_find(built: Built, name: str, arrive_by: bool) -> None:
    network = built(name)
    chance = random.Random(SEED)
    served = network.served.nonzero()[0].tolist()
    told = 0
    for number, (origin, destination, at) in enumerate(questions(network, good_day(network, name), 30, SEED)):
        row = chance.choice(served)
        lat = float(network.stops.lat[row]) + chance.uniform(-0.001, 0.001)
        point = Place("a point", lat, float(network.stops.lon[row]) + chance.uniform(-0.001, 0.001))
        profile = get_profile(("on-foot", "manual-wheelchair")[number % 2])
        unknown = (Unknown.PENALISE, Unknown.ALLOW)[number // 2 % 2]
        query = Query(origin, destination, at, profile, unknown, max_transfers=4, arrive_by=arrive_by)
        try:
            expected = two_searches(network, query, point)
        except OverflowError:
            continue
        assert found(network, replace(query, via=(point,))) == expected, f"question {number}: {query}"
        told += bool(expected)
    assert told >= 10


def test_a_window_via_a_place_holds_what_each_departure_finds(fictiville: Network) -> None:
    via = (find_place(fictiville, "E5", "via"),)
    question = day_question(fictiville, "E1", "E8", "08:00", via=via, window_s=5400)
    window = run_search(fictiville, question)
    assert window.paths
    start = clock_of(question.at, window.day, fictiville.timezone)
    for path in window.paths:
        at = question.at + timedelta(seconds=path.departure_s - start)
        alone = found(fictiville, replace(question, at=at, window_s=0))
        assert (path.arrival_s, len(path.rides), path.level) in alone
    for minutes in range(0, 90, 7):
        at = question.at + timedelta(minutes=minutes)
        for arrival_s, n_rides, level in found(fictiville, replace(question, at=at, window_s=0)):
            assert any(
                path.departure_s >= start + 60 * minutes
                and path.arrival_s <= arrival_s
                and len(path.rides) <= n_rides
                and path.level <= level
                for path in run_search(fictiville, replace(question, window_s=24 * 3600)).paths
            )


# --- Left out -----------------------------------------------------------------------------------------


def test_a_route_left_out_is_as_if_it_did_not_run() -> None:
    table = """
             A     B     C
        one  8:00  8:10  8:20
        two  8:05  8:15  8:25
        one  9:00  9:10  9:20
        """
    network = poster(table).network()
    without = poster("\n".join(line for line in table.splitlines() if "one" not in line)).network()

    def times(network: Network, query: Query) -> list[tuple[datetime, datetime]]:
        return [(one.departure, one.arrival) for one in find_itineraries(network, query).itineraries]

    for clock, arrive_by, window_s in (("7:50", False, 0), ("10:00", True, 0), ("7:50", False, 7200)):
        asked = replace(ask(network, "A", "C", clock), arrive_by=arrive_by, window_s=window_s)
        expected = times(without, replace(ask(without, "A", "C", clock), arrive_by=arrive_by, window_s=window_s))
        for called in ("one", "ONE", "w:one"):
            assert times(network, replace(asked, exclude_routes=(called,))) == expected
        assert times(network, asked) != expected
    nothing = find_itineraries(network, replace(ask(network, "A", "C", "7:50"), exclude_routes=("one", "two")))
    assert nothing.why_not is not None
    assert nothing.why_not.code == "ONLY_WITH_EXCLUDED"


def test_at_a_stop_left_out_one_passes_but_does_not_change() -> None:
    network = poster(
        """
             A     B     C     D
        in   8:00  8:10  8:20  -
        out  -     8:15  8:30  8:40
        """
    ).network()
    question = ask(network, "A", "D", "7:50")
    (one,) = find_itineraries(network, replace(question, exclude_stops=("B",))).itineraries
    assert calls(one) == {"A", "C", "D"}
    (one,) = find_itineraries(network, replace(question, exclude_stops=("w:C",))).itineraries
    assert calls(one) == {"A", "B", "D"}
    assert find_itineraries(network, replace(question, exclude_stops=("B", "C"))).why_not is not None


def test_a_station_left_out_closes_its_stops(fictiville: Network) -> None:
    network = poster(
        """
             A     P1    P2    D
        in   8:00  8:10  -     -
        out  -     -     8:30  8:40
        """,
        parents={"P1": "Station", "P2": "Station"},
        at={"P1": (5000.0, 0.0), "P2": (5050.0, 0.0), "Station": (5020.0, 0.0)},
    ).network()
    question = ask(network, "A", "D", "7:50")
    assert find_itineraries(network, question).itineraries
    assert find_itineraries(network, replace(question, exclude_stops=("Station",))).why_not is not None


def test_what_is_left_out_must_exist() -> None:
    network = poster(LINES).network()
    question = ask(network, "A", "E", "7:50")
    with pytest.raises(QueryError, match=r"no route “Zug”.*no stop “Mars”"):
        find_itineraries(network, replace(question, exclude_routes=("Zug", "direct"), exclude_stops=("Mars",)))
    with pytest.raises(QueryError, match="at most"):
        find_itineraries(network, replace(question, via=(question.origin,) * 9))
    with pytest.raises(QueryError, match="metres"):
        find_itineraries(network, replace(question, max_roll_m=float("nan")))


@pytest.mark.parametrize("name", ["porto_alegre", "amiens"])
def test_routes_and_stops_left_out_of_real_answers_do_not_come_back(built: Built, name: str) -> None:
    network = built(name)
    left_out = 0
    for origin, destination, at in questions(network, good_day(network, name), 6, SEED + 5):
        query = Query(origin, destination, at, get_profile("on-foot"), Unknown.PENALISE, max_transfers=3)
        for one in find_itineraries(network, query).itineraries[:1]:
            ridden = [leg for leg in one.legs if leg.mode != "WALK"]
            if not ridden:
                continue
            routes = replace(query, exclude_routes=(str(ridden[0].route_id),))
            stops = replace(query, exclude_stops=(str(ridden[0].destination.stop_id),))
            for again in find_itineraries(network, routes).itineraries:
                assert ridden[0].route_id not in {leg.route_id for leg in again.legs}
                assert again.arrival >= one.arrival
            for again in find_itineraries(network, stops).itineraries:
                assert ridden[0].destination.stop_id not in {
                    place.stop_id for leg in again.legs if leg.trip_id for place in (leg.origin, leg.destination)
                }
            left_out += 1
    assert left_out >= 3


def test_views_without_something_are_kept(fictiville: Network) -> None:
    question = day_question(fictiville, "E1", "E8", "08:00", exclude_routes=("1",))
    day = view_day(fictiville, question)
    assert question_view(fictiville, question, day) is question_view(fictiville, question, day)
    assert limits_of(fictiville, question).routes


# --- Level boarding only ------------------------------------------------------------------------------


def test_who_wants_level_boarding_only_never_meets_a_ramp(fictiville: Network) -> None:
    chance = random.Random(SEED)
    names = [fictiville.stops.id[row] for row in fictiville.served.nonzero()[0].tolist()]
    level = replace(get_profile("manual-wheelchair"), level_only=True)
    told = refused = 0
    for _ in range(25):
        origin, destination = chance.sample(names, 2)
        clock = f"{chance.randint(6, 20):02d}:00"
        free = day_question(fictiville, origin, destination, clock, unknown=Unknown.EXCLUDE)
        only = find_itineraries(fictiville, replace(free, profile=level))
        for one in only.itineraries:
            ends = [end for leg in one.legs for end in (leg.boarding, leg.alighting) if end is not None]
            assert {end.worst for end in ends} <= {Outcome.LEVEL}
            assert not [need for need in one.depends_on if need.kind in ("ramp", "lift")]
            told += bool(ends)
        refused += only.why_not is not None and only.why_not.code == "ONLY_NOT_LEVEL"
    assert told
    assert refused


# --- The next departure -------------------------------------------------------------------------------


def test_the_next_departure_is_of_any_route_and_the_last_one_says_so() -> None:
    network = poster(
        """
              A     B     C
        one   8:00  8:10  8:20
        two   8:30  -     8:45
        three 8:10  8:20  -
        one   9:00  9:10  9:20
        one   9:30  9:40v 9:50^
        """
    ).network()
    (one,) = find_itineraries(network, ask(network, "A", "C", "7:50")).itineraries
    following = one.legs[0].next_departure
    assert following is not None
    assert (following.route_name, f"{following.departure:%H:%M}", f"{following.arrival:%H:%M}") == (
        "two", "08:30", "08:45",
    )  # fmt: skip
    assert following.doubts == 0
    assert one.legs[0].last_of_day is False
    (last,) = find_itineraries(network, ask(network, "A", "C", "8:50")).itineraries
    assert last.legs[0].next_departure is None, "where nobody gets off does not count, nor does tomorrow"
    assert last.legs[0].last_of_day is True


def test_the_last_one_of_a_day_is_the_last_of_its_timetable_after_midnight_too() -> None:
    network = poster("A B\nday 5:00 5:20\nnight 23:50 24:10\nnight 24:30 24:50\nnight 25:30 25:50").network()

    def following(at: str, day: int) -> str | None:
        asked = ask(network, "A", "B", at, day=DAY + timedelta(days=day))
        (one,) = find_itineraries(network, asked).itineraries
        then = one.legs[0].next_departure
        assert one.legs[0].last_of_day is (then is None)
        return None if then is None else f"{then.departure:%d %H:%M}"

    assert following("23:40", 1) == "04 00:30", "the next calendar day, but the same night"
    assert following("0:20", 2) == "04 01:30"
    assert following("1:20", 2) is None, "who misses it stands there until the first one in the morning"


def test_the_next_departure_takes_this_traveller() -> None:
    network = poster(
        """
              A     C
        one/! 8:00  8:20
        one/x 8:30  8:50
        one   8:45  9:05
        one/! 9:00  9:20
        """,
        flags={"A": 1, "C": 1},
    ).network()

    def following(unknown: Unknown, profile: str = "manual-wheelchair") -> str:
        (one, *_) = find_itineraries(network, ask(network, "A", "C", "7:50", profile, unknown)).itineraries
        assert one.legs[0].next_departure is not None
        return f"{one.legs[0].next_departure.departure:%H:%M} {one.legs[0].next_departure.doubts}"

    assert following(Unknown.EXCLUDE) == "09:00 0"
    assert following(Unknown.ALLOW) == following(Unknown.PENALISE) == "08:45 4"
    assert following(Unknown.ALLOW, "on-foot") == "08:30 0"


def test_every_next_departure_is_what_a_search_from_the_quay_finds(fictiville: Network) -> None:
    seen = 0
    for query, one in asked_at_random(fictiville):
        for leg in one.legs:
            if leg.next_departure is None:
                assert (leg.last_of_day is None) == (leg.mode == "WALK")
                continue
            assert leg.next_departure.departure > leg.departure
            after = leg.next_departure.departure - timedelta(seconds=query.profile.margin_s)
            there = replace(query, origin=leg.origin, destination=leg.destination, at=after, max_transfers=0)
            again = find_itineraries(fictiville, there).itineraries
            assert any(other.arrival <= leg.next_departure.arrival for other in again)
            seen += 1
    assert seen > 20


# --- What it depends on -------------------------------------------------------------------------------


def asked_at_random(network: Network, **changes: object) -> list[tuple[Query, Itinerary]]:
    chance = random.Random(SEED)
    names = [network.stops.id[row] for row in network.served.nonzero()[0].tolist()]
    told = []
    for _ in range(12):
        origin, destination = chance.sample(names, 2)
        query = day_question(network, origin, destination, f"{chance.randint(6, 20):02d}:15", **changes)
        told += [(query, one) for one in find_itineraries(network, query).itineraries]
    return told


def test_ramps_and_vehicles_are_what_an_itinerary_depends_on(fictiville: Network) -> None:
    kinds = set()
    for _, one in asked_at_random(fictiville):
        for need in one.depends_on:
            leg = one.legs[need.leg]
            assert need.fallback is None, "nobody asked"
            kinds.add((need.kind, need.at))
            end = {"boarding": leg.boarding, "alighting": leg.alighting, None: None}[need.at]
            if end is not None:
                assert end.worst > Outcome.STEP
                assert end.device is not None
                assert (need.kind == "lift") == (end.device == "lift")
            else:
                assert (need.kind, need.id) == ("vehicle_type", leg.vehicle_type)
        for number, leg in enumerate(one.legs):
            for end, at in ((leg.boarding, "boarding"), (leg.alighting, "alighting")):
                if end is not None and end.worst is Outcome.RAMP:
                    assert ("ramp", number, at) in {(need.kind, need.leg, need.at) for need in one.depends_on}
    assert {("ramp", "boarding"), ("ramp", "alighting")} <= kinds


def test_a_fallback_is_never_earlier_than_the_earliest_and_is_found_again(fictiville: Network) -> None:
    backed = nothing = 0
    for query, one in asked_at_random(fictiville, fallbacks=True):
        plain = find_itineraries(fictiville, replace(query, at=one.departure, fallbacks=False, max_transfers=12))
        earliest = min(other.arrival for other in plain.itineraries)
        for need in one.depends_on:
            assert need.fallback is not None
            if need.fallback.arrival is None:
                nothing += 1
                continue
            if need.at != "alighting":
                assert need.fallback.arrival >= earliest
                assert need.fallback.arrival > one.legs[need.leg].departure
            if need.fallback.itinerary_id is not None and backed < 15:
                again = find_itinerary(fictiville, query, need.fallback.itinerary_id)
                assert again is not None
                assert again.arrival == need.fallback.arrival
                if need.at != "alighting":
                    assert one.legs[need.leg].trip_id not in {leg.trip_id for leg in again.legs}
            backed += 1
    assert backed


def test_who_is_left_behind_goes_on_from_there_and_then() -> None:
    network = poster(
        """
             A     B     C
        one  8:00  8:10  8:20
        one  8:30  8:40  8:50
        """
    ).network()
    question = replace(ask(network, "A", "C", "7:50"), without=((0, ask(network, "A", "C", "7:50").at.date()),))
    (one,) = find_itineraries(network, question).itineraries
    assert f"{one.departure:%H:%M}" == "08:30"
    tomorrow = replace(question, at=question.at + timedelta(days=1))
    (one,) = find_itineraries(network, tomorrow).itineraries
    assert f"{one.departure:%d %H:%M}" == "03 08:00", "only that day's run is gone"


def test_who_cannot_get_off_rides_on_to_the_nearest_stop_and_comes_back() -> None:
    network = poster(
        """
              A     B     C     D
        out   8:00  8:10  8:20  8:30
        back  -     9:46  9:40  9:35
        """
    )
    network.runs[1].calls.reverse()
    built_world = network.network()
    question = replace(ask(built_world, "A", "B", "7:50"), fallbacks=True)
    (one,) = find_itineraries(built_world, question).itineraries
    instead = one.legs[0].if_cannot_alight
    assert instead is not None
    assert (instead.stop.name, instead.before, f"{instead.arrival:%H:%M}") == ("C", False, "08:20")
    assert instead.back is not None
    assert f"{instead.back.arrival:%H:%M}" == "09:46"
    (to_the_end,) = find_itineraries(built_world, replace(ask(built_world, "A", "D", "7:50"))).itineraries
    before = to_the_end.legs[0].if_cannot_alight
    assert before is not None
    assert (before.stop.name, before.before, before.back) == ("C", True, None)


JOINED = """
          A     B     C     D     E
    one   8:00  8:10  8:20  -     -
    two   -     -     8:25  8:40  8:50
    """


@pytest.mark.parametrize(
    ("refused", "destination", "expected"),
    [
        ("", "D", ("E", False, "08:50")),
        ("E", "D", ("C", True, "08:20")),  # in the trip before, which it was too: nobody had to get off there
        ("CE", "D", ("B", True, "08:10")),
        ("", "E", ("D", True, "08:40")),
        ("CD", "E", ("B", True, "08:10")),
        ("BCD", "E", None),  # where one got on is no place to get off
        ("", "C", ("D", False, "08:40")),  # and the trip that it goes on as has stops too
        ("DE", "C", ("B", True, "08:10")),
    ],
)
def test_who_cannot_get_off_looks_along_the_whole_ride_that_was_joined(
    refused: str, destination: str, expected: tuple[str, bool, str] | None
) -> None:
    world = poster(JOINED)
    for run in world.runs:
        run.block = "b"
        for call in run.calls:
            call.drop_off = int(call.stop in refused)
    network = world.network()
    (one,) = find_itineraries(network, ask(network, "A", destination, "7:50")).itineraries
    assert len(one.legs) == 1
    assert (len(one.legs[0].stays_aboard) == 1) == (destination in "DE")
    instead = one.legs[0].if_cannot_alight
    told = None if instead is None else (instead.stop.name, instead.before, f"{instead.arrival:%H:%M}")
    assert told == expected


def test_arriving_by_a_time_is_backed_by_a_search_forward(fictiville: Network) -> None:
    told = [one for _, one in asked_at_random(fictiville, fallbacks=True, arrive_by=True) if one.depends_on]
    assert told
    for one in told:
        for need in one.depends_on:
            if need.at != "alighting" and need.fallback is not None and need.fallback.arrival is not None:
                assert need.fallback.arrival > one.legs[need.leg].departure


# --- Earlier and later --------------------------------------------------------------------------------


def ids(answer: Answer) -> list[str]:
    return [one.id for one in answer.itineraries]


def turned(network: Network, query: Query, *, later: bool, pages: int) -> list[str]:
    """The ids of this many pages, one after the other, beginning with the question itself."""
    told, answer = [], find_itineraries(network, query)
    told += ids(answer)
    for _ in range(pages - 1):
        cursor = answer.later if later else answer.earlier
        answer = find_itineraries(network, replace(query, page=cursor))
        told += ids(answer)
    return told


@settings(max_examples=8)
@given(st.integers(300, 7000), st.integers(6, 12), st.booleans(), st.sampled_from(list(Unknown)))
def test_paging_through_hours_in_pieces_is_one_large_window(
    fictiville: Network, span_s: int, hour: int, arrive_by: bool, unknown: Unknown
) -> None:
    pieces = 5
    start = day_question(fictiville, "E1", "E8", f"{hour:02d}:07", unknown=unknown)
    question = replace(start, window_s=span_s, arrive_by=arrive_by)
    whole = find_itineraries(fictiville, replace(question, window_s=pieces * span_s))
    told = turned(fictiville, question, later=not arrive_by, pages=pieces)
    assert len(told) == len(set(told))
    assert sorted(told) == sorted(ids(whole))


@pytest.mark.parametrize("arrive_by", [False, True])
def test_pages_around_a_plain_answer_repeat_nothing_and_lose_nothing(fictiville: Network, arrive_by: bool) -> None:
    question = day_question(fictiville, "E1", "E8", "12:00", arrive_by=arrive_by)
    plain = find_itineraries(fictiville, question)
    later = find_itineraries(fictiville, replace(question, page=plain.later))
    earlier = find_itineraries(fictiville, replace(question, page=plain.earlier))
    even_later = find_itineraries(fictiville, replace(question, page=later.later))
    told = [*ids(plain), *ids(later), *ids(earlier), *ids(even_later)]
    assert len(told) == len(set(told))
    assert later.itineraries
    assert earlier.itineraries
    # at the stop itself a ride may leave before one could have stood there with the margin: it belongs to before
    margin = timedelta(seconds=question.profile.margin_s)
    assert arrive_by or all(one.departure < question.at + margin for one in earlier.itineraries)
    ahead = timedelta(seconds=PAGE_S)
    begin = question.at + (ahead if arrive_by else timedelta())
    whole = find_itineraries(fictiville, replace(question, at=begin, window_s=2 * PAGE_S))
    pages = (plain, later, earlier) if arrive_by else (plain, later, even_later)
    seen = {one for answer in pages for one in ids(answer)}
    assert {one.id for one in whole.itineraries if any(leg.trip_id for leg in one.legs)} <= seen
    back = find_itineraries(fictiville, replace(question, page=earlier.later))
    assert not set(ids(back)) & {*ids(plain), *ids(earlier)}, "there and back again"


def test_pages_end_where_the_timetable_does() -> None:
    network = poster(LINES).network()
    question = replace(ask(network, "A", "E", "7:50"), window_s=24 * 3600)
    answer, days = find_itineraries(network, question), 1
    while answer.later is not None:
        answer, days = find_itineraries(network, replace(question, page=answer.later)), days + 1
        assert days < 20
    assert days >= 7


def test_a_cursor_that_is_damaged_or_not_of_this_question_is_refused(fictiville: Network) -> None:
    question = day_question(fictiville, "E1", "E8", "12:00")
    cursor = find_itineraries(fictiville, question).later
    assert cursor is not None
    assert cursor.isascii()
    assert cursor.replace("-", "").replace("_", "").isalnum(), "fit for a URL as it is"
    for text in ("", "x", cursor[:-2], cursor + "A", "é" * 40, "A" * 5000, cursor[::-1], "=", "\0", "../..", "-1"):
        with pytest.raises(QueryError, match="damaged") as refused:
            find_itineraries(fictiville, replace(question, page=text))
        assert refused.value.field == "page"
    for other in (
        replace(question, destination=find_place(fictiville, "E5", "TO")),
        replace(question, profile=get_profile("on-foot")),
        replace(question, arrive_by=True),
        replace(question, exclude_routes=("1",)),
    ):
        with pytest.raises(QueryError, match="another question"):
            find_itineraries(fictiville, replace(other, page=cursor))
    moved = replace(question, at=question.at + timedelta(days=1), page=cursor)
    assert ids(find_itineraries(fictiville, moved)) == ids(find_itineraries(fictiville, replace(question, page=cursor)))


@given(st.text(max_size=80))
def test_no_text_whatever_as_a_cursor_breaks_anything(text: str) -> None:
    network = poster("\n A B\nx 8:00 8:10\n").network()
    with pytest.raises(QueryError):
        find_itineraries(network, replace(ask(network, "A", "B", "7:50"), page=text))


# --- Ids ----------------------------------------------------------------------------------------------


def test_an_itinerary_is_found_again_by_its_id(fictiville: Network) -> None:
    question = day_question(fictiville, "E1", "E8", "08:00", window_s=7200)
    told = find_itineraries(fictiville, question).itineraries
    assert len({one.id for one in told}) == len(told) > 3
    for one in told:
        assert find_itinerary(fictiville, question, one.id) == one
    assert find_itinerary(fictiville, question, "0" * 16) is None


def test_ids_and_cursors_are_the_same_in_another_process(fictiville: Network) -> None:
    question = day_question(fictiville, "E1", "E8", "08:00")
    answer = find_itineraries(fictiville, question)
    program = f"""
import sys
from datetime import datetime
from zoneinfo import ZoneInfo
from planner.access.profiles import get_profile
from planner.model import Unknown
from planner.network.store import open_network
from planner.places import find_place
from planner.routing.plan import Query, find_itineraries
from pathlib import Path
network = open_network(Path(sys.argv[1]))
at = datetime(2026, 5, 12, 8, tzinfo=ZoneInfo({fictiville.timezone!r}))
ends = [find_place(network, name, "FROM") for name in ("E1", "E8")]
answer = find_itineraries(network, Query(*ends, at, get_profile("manual-wheelchair"), Unknown.PENALISE))
print(answer.earlier, answer.later, *(one.id for one in answer.itineraries))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(fictiville.folder)],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [answer.earlier, answer.later, *ids(answer)]


# --- A limit on what is rolled ------------------------------------------------------------------------


def test_what_is_rolled_in_all_stays_under_its_limit(fictiville: Network) -> None:
    question = day_question(fictiville, "E1", "E8", "08:00", max_roll_m=100.0)
    for one in find_itineraries(fictiville, question).itineraries:
        assert one.rolling_m <= 100.0
