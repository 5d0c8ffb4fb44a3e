"""Described itineraries: legs join end to end, say what the search found, and have the shape that the API promises."""

import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from network.towns import fictiville_in
from worlds import ask, poster

from planner.access.profiles import PRESETS, get_profile
from planner.facts import Certainty
from planner.model import Itinerary, Outcome, Place, Unknown, Verdict
from planner.network.clock import moment_of
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.places import find_place
from planner.routing.find import run_search
from planner.routing.plan import Answer, Query, find_itineraries
from planner.show import answer_as_json

SEED = 20260512
DAY = date(2026, 5, 12)
NEAR_M = 1.0


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


@cache
def answers(network: Network) -> list[Answer]:
    """The answers to random questions between stops, stations and points, of every profile and policy."""
    chance = random.Random(SEED)
    found = []
    for _ in range(150):
        ends = [some_place(network, chance) for _ in range(2)]
        if ends[0] == ends[1]:
            continue
        at = datetime(2026, 5, 12, chance.randint(5, 23), chance.randint(0, 59), tzinfo=ZoneInfo(network.timezone))
        profile = get_profile(chance.choice(list(PRESETS)))
        found.append(find_itineraries(network, Query(*ends, at, profile, chance.choice(list(Unknown)))))
    return found


def some_place(network: Network, chance: random.Random) -> Place:
    row = chance.randrange(len(network.stops.id))
    if chance.random() < 0.5:
        return find_place(network, network.stops.id[row], "FROM")
    lat = network.stops.lat[row] + chance.uniform(-0.002, 0.002)
    lon = network.stops.lon[row] + chance.uniform(-0.002, 0.002)
    return find_place(network, f"{lat:.6f},{lon:.6f}", "FROM")


def told(network: Network) -> Iterator[tuple[Query, Itinerary]]:
    yield from ((answer.query, one) for answer in answers(network) for one in answer.itineraries)


def away_m(a: Place, b: Place) -> float:
    return distance_m(a.lon, a.lat, b.lon, b.lat)


def test_the_questions_are_worth_asking(fictiville: Network) -> None:
    everything = [one for _, one in told(fictiville)]
    assert len(everything) > 100
    assert {one.transfers for one in everything} >= {0, 1, 2}
    assert {one.verdict for one in everything} == {Verdict.YES, Verdict.UNCERTAIN, Verdict.UNKNOWN}
    assert any(one.doubts == 0 for one in everything)


def test_legs_join_end_to_end_in_time_and_place(fictiville: Network) -> None:
    for query, one in told(fictiville):
        assert one.departure >= query.at
        assert away_m(one.legs[0].origin, query.origin) < NEAR_M or stands_for(
            fictiville, query.origin, one.legs[0].origin
        )
        assert away_m(one.legs[-1].destination, query.destination) < NEAR_M or stands_for(
            fictiville, query.destination, one.legs[-1].destination
        )
        for leg in one.legs:
            assert leg.departure <= leg.arrival
            assert leg.departure.utcoffset() is not None
        for before, after in pairwise(one.legs):
            assert before.arrival <= after.departure
            assert before.destination == after.origin, "the next leg begins where the last one ended"


def stands_for(network: Network, asked: Place, stop: Place) -> bool:
    """Whether ``stop`` belongs to the station asked for."""
    if asked.stop_id is None or stop.stop_id is None:
        return False
    parent = int(network.stops.parent[network.stops.id.row_of[stop.stop_id]])
    return parent >= 0 and network.stops.id[parent] == asked.stop_id


def test_one_is_at_the_quay_with_the_margin_and_off_the_vehicle_before_moving_on(fictiville: Network) -> None:
    seen = set()
    for query, one in told(fictiville):
        margin = timedelta(seconds=query.profile.margin_s)
        for before, after in pairwise(one.legs):
            if after.mode != "WALK":
                assert before.arrival + margin <= after.departure
            elif before.mode != "WALK" and query.profile.wheelchairs:
                assert before.arrival + timedelta(seconds=40) <= after.departure, "level and securing"
            if after.mode == "WALK":
                seconds = (after.arrival - after.departure).total_seconds()
                if after.way is not None and not after.way.straight_line:
                    steps_s = sum(step.duration_s for step in after.way.steps)
                    assert 0 <= steps_s - seconds <= len(after.way.steps), "each step is rounded up by itself"
                    continue
                assert 0 <= seconds - after.distance_m / query.profile.speed_m_s < 1.01
            seen.add((before.mode == "WALK", after.mode == "WALK"))
    assert seen == {(True, False), (False, True), (False, False)}, "two walks in a row, or a kind that never came up"


def test_rides_say_what_the_timetable_says(fictiville: Network) -> None:
    rows = fictiville.trips.id.row_of
    for _, one in told(fictiville):
        for leg in one.legs:
            if leg.mode == "WALK":
                continue
            stops = [leg.origin.stop_id, *(place.stop_id for place in leg.stops), leg.destination.stop_id]
            q = int(fictiville.trips.sequence[rows[str(leg.trip_id)]])
            low, high = (int(x) for x in fictiville.sequences.stop_offset[q : q + 2])
            line = [fictiville.stops.id[int(stop)] for stop in fictiville.sequences.stop[low:high]]
            assert any(line[i : i + len(stops)] == stops for i in range(len(line)))
            route = int(fictiville.trips.route[rows[str(leg.trip_id)]])
            assert leg.route_id == fictiville.routes.id[route]
            assert (leg.every_s is not None) == (leg.route_id == "fictiville:NAV"), "only the shuttle runs by headway"
            assert leg.boarding is not None
            assert leg.alighting is not None
            assert Verdict.NO not in (leg.boarding.verdict, leg.alighting.verdict), "a NO is never ridden"


def test_the_described_itinerary_is_the_path_that_the_search_found(fictiville: Network) -> None:
    checked = 0
    for answer in answers(fictiville):
        query = answer.query
        search = run_search(fictiville, query)
        described = {
            (one.arrival.timestamp(), one.transfers + 1, min(one.doubts, 7)) for one in answer.itineraries if rides(one)
        }
        for path in search.paths:
            arrival = moment_of(path.arrival_s, search.day, fictiville.timezone).timestamp()
            if query.unknown is Unknown.PENALISE:
                key = (arrival, len(path.rides), path.level)
                assert key in described or walked_instead(answer, arrival, path.level)
            else:
                assert (arrival, len(path.rides)) in {key[:2] for key in described} or walked_instead(
                    answer, arrival, 7
                )
            checked += 1
        if query.unknown is Unknown.EXCLUDE:
            assert all(one.doubts == 0 for one in answer.itineraries)
    assert checked > 100


def rides(one: Itinerary) -> int:
    return sum(leg.mode != "WALK" for leg in one.legs)


def walked_instead(answer: Answer, arrival: float, doubts: int) -> bool:
    return any(
        not rides(one) and one.arrival.timestamp() <= arrival and one.doubts <= doubts for one in answer.itineraries
    )


def test_every_doubt_is_accounted_for_and_the_whole_is_as_good_as_its_worst_part(fictiville: Network) -> None:
    order = list(Certainty)
    for _, one in told(fictiville):
        doubts, verdicts, certainties = 0, [], []
        for leg in one.legs:
            for part in (leg.boarding, leg.alighting, leg.way):
                if part is None:
                    continue
                verdicts.append(part.verdict)
                certainties.append(order.index(part.certainty))
                if part.verdict is Verdict.UNCERTAIN or (
                    part.verdict is Verdict.YES and part.certainty is Certainty.INFERRED and leg.mode != "WALK"
                ):
                    doubts += 1
                elif part.verdict is Verdict.UNKNOWN:
                    doubts += 1 if leg.mode == "WALK" else 2
            doubts += leg.vehicle_type is not None
        assert one.doubts == doubts
        assert one.verdict == max(verdicts)
        assert order.index(one.certainty) == max(certainties)
        assert one.rolling_m == sum(leg.distance_m for leg in one.legs if leg.mode == "WALK")
        assert one.transfers == max(0, rides(one) - 1)


def test_no_itinerary_of_an_answer_beats_another_and_sure_ones_come_first(fictiville: Network) -> None:
    for answer in answers(fictiville):
        counts = answer.query.unknown is Unknown.PENALISE
        keys = [(one.arrival, rides(one), min(one.doubts, 7) if counts else 0) for one in answer.itineraries]
        for a in keys:
            assert not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in keys)
        shown = [(one.doubts > 0, one.arrival.timestamp(), one.transfers) for one in answer.itineraries]
        assert shown == sorted(shown)


def test_ids_are_stable_and_distinct(fictiville: Network) -> None:
    for answer in answers(fictiville):
        ids = [one.id for one in answer.itineraries]
        assert len(set(ids)) == len(ids)
        again = find_itineraries(fictiville, answer.query)
        assert [one.id for one in again.itineraries] == ids
    assert {len(one.id) for _, one in told(fictiville)} == {16}


def test_another_day_profile_or_trip_has_another_id() -> None:
    network = poster("A B\n12 8:00 8:10\n13 8:00 8:10").network()
    first = find_itineraries(network, ask(network, "A", "B", "7:50")).itineraries[0]
    cane = find_itineraries(network, ask(network, "A", "B", "7:50", "blind-cane")).itineraries[0]
    tomorrow = ask(network, "A", "B", "7:50", day=date(2026, 3, 3))
    later = find_itineraries(network, tomorrow).itineraries[0]
    earlier = find_itineraries(network, ask(network, "A", "B", "7:40")).itineraries[0]
    assert len({first.id, cane.id, later.id}) == 3
    assert first.id == earlier.id, "the same trip, asked for a little earlier, is the same answer"


# --- The shape of the JSON answer ---------------------------------------------------------------------

ITINERARY_KEYS = {
    "id", "departure", "arrival", "duration_s", "transfers", "doubts", "verdict", "certainty", "rolling_m", "legs",
}  # fmt: skip
LEG_KEYS = {
    "mode", "from", "to", "departure", "arrival", "distance_m", "route", "trip_id", "headsign", "boarding", "alighting",
    "geometry", "steps",
}  # fmt: skip
END_KEYS = {
    "verdict", "best", "worst", "certainty", "device", "step_mm", "gap_mm", "slope", "reasons", "missing", "assumed",
    "would_decide",
}  # fmt: skip
SPANS = {"step_mm", "gap_mm"}


def shown(network: Network) -> Iterator[tuple[Query, dict[str, Any]]]:
    """Every answer as it arrives: through text, so that nothing but JSON can be in it."""
    for answer in answers(network):
        text = json.dumps(answer_as_json(network, answer), allow_nan=False)
        yield answer.query, json.loads(text)


def test_an_answer_has_every_promised_key(fictiville: Network) -> None:
    for query, answer in shown(fictiville):
        assert {"network", "query", "itineraries"} <= set(answer)
        assert answer["network"]["name"] == "fictiville"
        assert answer["query"]["profile"] == query.profile.id
        assert answer["query"]["unknown"] == query.unknown.name
        assert datetime.fromisoformat(answer["query"]["at"]) == query.at
        for itinerary in answer["itineraries"]:
            assert set(itinerary) >= ITINERARY_KEYS
            for leg in itinerary["legs"]:
                assert set(leg) >= LEG_KEYS
                for end in ("boarding", "alighting"):
                    assert (leg[end] is None) == (leg["mode"] == "WALK")
                    assert leg[end] is None or set(leg[end]) >= END_KEYS


def test_times_are_iso_with_offset_and_add_up(fictiville: Network) -> None:
    for _, answer in shown(fictiville):
        for itinerary in answer["itineraries"]:
            for part in (itinerary, *itinerary["legs"]):
                for name in ("departure", "arrival"):
                    moment = datetime.fromisoformat(part[name])
                    assert moment.utcoffset() == timedelta(hours=2), "Paris in May"
                    assert part[name].endswith("+02:00")
            seconds = datetime.fromisoformat(itinerary["arrival"]) - datetime.fromisoformat(itinerary["departure"])
            assert itinerary["duration_s"] == seconds.total_seconds()


def test_enumerations_are_in_capitals_and_unknown_is_explicit(fictiville: Network) -> None:
    verdicts, outcomes, certainties = ({one.name for one in kind} for kind in (Verdict, Outcome, Certainty))
    seen = set()
    for _, answer in shown(fictiville):
        for itinerary in answer["itineraries"]:
            assert itinerary["verdict"] in verdicts
            assert itinerary["certainty"] in certainties
            for leg in itinerary["legs"]:
                assert leg["mode"] in {"WALK", "TRAM", "BUS", "COACH"}
                for end in (leg["boarding"], leg["alighting"]):
                    if end is None:
                        continue
                    assert end["verdict"] in verdicts
                    assert end["best"] in outcomes
                    assert end["worst"] in outcomes
                    assert end["certainty"] in certainties
                    if end["verdict"] == "UNKNOWN":
                        assert end["missing"], "it says what nobody knows"
                        assert end["certainty"] == "UNKNOWN"
                    seen.add(end["verdict"])
                    assert all(set(end[name]) == {"low", "high"} for name in SPANS if end[name] is not None)
                    assert end["slope"] is None or set(end["slope"]) == {"low", "high", "limit", "margin"}
                    assert all(reason["code"].isupper() for reason in end["reasons"])
                    assert all(fact["method"] == "INVENTED" for fact in end["facts"]), "nothing here was measured"
    assert seen == {"YES", "UNCERTAIN", "UNKNOWN"}


def test_a_line_runs_in_longitude_and_latitude_from_the_origin_to_the_destination(fictiville: Network) -> None:
    for _, answer in shown(fictiville):
        for itinerary in answer["itineraries"]:
            for leg in itinerary["legs"]:
                line = leg["geometry"]
                assert line["type"] == "LineString"
                assert len(line["coordinates"]) >= 2
                for end, (lon, lat) in (("from", line["coordinates"][0]), ("to", line["coordinates"][-1])):
                    assert distance_m(lon, lat, leg[end]["lon"], leg[end]["lat"]) < 30
                    assert lon < 0 < lat, "the town lies at 47 north, 20 west"
                length = sum(distance_m(*a, *b) for a, b in pairwise(line["coordinates"]))
                if leg["way"] is not None and not leg["way"]["straight_line"]:
                    continue  # a passage is as long as its feed says, however straight it is drawn
                factor = 1.3 if leg["mode"] == "WALK" else 1.0
                assert leg["distance_m"] == pytest.approx(factor * length, rel=0.02, abs=2)


def test_a_mixture_leg_names_the_vehicle_it_hopes_for(fictiville: Network) -> None:
    for _, answer in shown(fictiville):
        for itinerary in answer["itineraries"]:
            for leg in itinerary["legs"]:
                assert leg["vehicle_type"] is None or leg["route"]["name"] == "2", "only line 2 has a mixture"


def test_no_itinerary_is_an_empty_list_with_its_reason() -> None:
    network = poster("A B\n12 8:00 8:10", days=1).network()
    answer = answer_as_json(network, find_itineraries(network, ask(network, "A", "B", "9:00")))
    assert answer["itineraries"] == []
    assert answer["why_not"] == {"code": "NO_CONNECTION", "day": "2026-03-02"}
    assert answer_as_json(network, find_itineraries(network, ask(network, "A", "B", "7:00")))["why_not"] is None


def test_a_point_has_no_stop_id_and_a_stop_has_its_public_one() -> None:
    network = poster("A B\n12 8:00 8:10").network()
    query = ask(network, "A", "B", "7:40")
    near = Place("0.00000, 0.00100", 0.0, 0.001)
    point = Query(near, query.destination, query.at, query.profile, query.unknown)
    (one,) = answer_as_json(network, find_itineraries(network, point))["itineraries"]
    walk, ride = one["legs"]
    assert (walk["from"]["stop_id"], walk["to"]["stop_id"]) == (None, "w:A")
    assert (ride["from"]["stop_id"], ride["to"]["stop_id"]) == ("w:A", "w:B")
    assert walk["route"] is None
    assert ride["route"]["id"] == "w:12"
    assert ride["headsign"] == "B", "where the feed names no headsign, the last stop of the ride"
