"""What an empty answer says of the streets: worked by hand on maps of one street."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from street_worlds import FOOT, LAT, LON, M_EAST, M_NORTH, Node, Way, stops_at, world

from planner.access.profiles import PRESETS
from planner.language import get_language
from planner.model import Place, Reason, Unknown
from planner.network.street_index import street_index
from planner.network.tables import Network
from planner.places import find_place
from planner.routing.ask_walk import ask_walk
from planner.routing.plan import Query, find_itineraries
from planner.routing.street_barrier import StreetBarrier, find_street_barrier, with_street_barrier
from planner.sentences import why_not_sentence
from planner.show import answer_lines
from planner.show_walk import street_barrier_as_json

KERB = {"barrier": "kerb", "kerb": "raised", "kerb:height": "0.09"}
STREET = {**FOOT, "name": "Quay Street", "width": "2", "surface": "asphalt", "incline": "0%"}
DOOR = Place("the door", LAT, LON)
FAR = [(9000.0, 9000.0), (9000.0, 11000.0)]  # too far from each other to walk


def street(folder: Path, *stops: tuple[float, float], kerbs: tuple[int, ...] = (2,)) -> Network:
    """A street of 500 m eastwards from the door; kerbs of 9 cm at 250 m (2) or 330 m (4), a lane leaves at 290 m."""
    nodes: dict[int, Node] = {1: (0, 0), 2: (250, 0), 3: (290, 0), 4: (330, 0), 5: (500, 0), 6: (290, 200)}
    nodes |= {kerb: (nodes[kerb][0], nodes[kerb][1], KERB) for kerb in kerbs}
    ways: dict[int, Way] = {7: ([1, 2, 3, 4, 5], STREET), 8: ([3, 6], FOOT)}
    return world(folder, nodes, ways, stops=stops_at(*stops)).network


def asked(network: Network, origin: Place, destination: Place, **others: object) -> Query:
    at = datetime(2024, 1, 2, 7, 30, tzinfo=ZoneInfo(network.timezone))
    return replace(Query(origin, destination, at, PRESETS["manual-wheelchair"]), **others)  # type: ignore[arg-type]


def told(network: Network, query: Query) -> StreetBarrier | None:
    answer = find_itineraries(network, query)
    assert not answer.itineraries
    return find_street_barrier(network, answer)


def test_the_kerb_on_the_way_to_the_stop_is_named_with_the_trip_behind_it(tmp_path: Path) -> None:
    """450 m of street, a kerb at 250 m: the bus of 8:00 would be caught, which is at the hospital at 8:30."""
    network = street(tmp_path, (450, 0), *FAR)
    found = told(network, asked(network, DOOR, find_place(network, "hospital", "to")))
    assert found is not None
    assert found.barrier is not None
    assert (found.where, found.barrier.kind, found.barrier.street) == ("ACCESS", "kerb", "Quay Street")
    assert found.barrier.distance_m == pytest.approx(450, abs=2)
    assert found.stop is not None
    assert found.stop.name == "market"
    assert found.arrival is not None
    assert f"{found.arrival:%H:%M}" == "08:30"
    assert find_itineraries(network, asked(network, DOOR, found.stop, profile=PRESETS["on-foot"])).itineraries


def test_the_kerb_on_the_way_from_the_stop_is_named(tmp_path: Path) -> None:
    """The hospital's stop is at 450 m: at 8:30 there, and 450 m of rolling later at the door."""
    network = street(tmp_path, *FAR, (450, 0))
    found = told(network, asked(network, find_place(network, "market", "from"), DOOR))
    assert found is not None
    assert found.barrier is not None
    assert found.where == "EGRESS"
    arrival, departure = found.arrival, found.departure
    assert arrival is not None
    assert departure is not None
    assert f"{departure:%H:%M}" == "08:00"
    half_past = arrival.replace(hour=8, minute=30, second=0, microsecond=0)
    assert (arrival - half_past).total_seconds() == pytest.approx(found.barrier.duration_s, abs=1)


def test_the_kerb_on_the_way_without_a_vehicle_is_named(tmp_path: Path) -> None:
    """480 m to the end of the street, past a stop that no vehicle leaves for it."""
    network = street(tmp_path, (450, 0), *FAR)
    query = asked(network, DOOR, Place("the end", LAT, LON + 480 * M_EAST))
    found = told(network, query)
    assert found is not None
    assert found.barrier is not None
    assert (found.where, found.stop) == ("DIRECT", None)
    assert found.barrier.distance_m == pytest.approx(480, abs=2)
    assert found.arrival is not None
    assert (found.arrival - query.at).total_seconds() == pytest.approx(found.barrier.duration_s, abs=1)


def test_two_kerbs_apart_are_not_told_as_one(tmp_path: Path) -> None:
    """Between the kerbs at 250 m and 330 m a lane leaves: two barriers, and either alone opens nothing."""
    network = street(tmp_path, (450, 0), *FAR, kerbs=(2, 4))
    found = told(network, asked(network, DOOR, find_place(network, "hospital", "to")))
    assert found == StreetBarrier("ACCESS", None)


def test_where_a_way_is_open_no_barrier_is_told(tmp_path: Path) -> None:
    network = street(tmp_path, (450, 0), *FAR, kerbs=())
    answer = find_itineraries(network, asked(network, DOOR, find_place(network, "hospital", "to")))
    assert answer.itineraries
    assert find_street_barrier(network, answer) is None
    assert with_street_barrier(network, answer) == (answer, None)


def test_the_reason_of_the_answer_is_the_streets_and_not_boarding(tmp_path: Path) -> None:
    network = street(tmp_path, (450, 0), *FAR)
    answer = find_itineraries(network, asked(network, DOOR, find_place(network, "hospital", "to")))
    named, closed = with_street_barrier(network, answer)
    assert named.why_not == Reason("NO_STEP_FREE_ACCESS", {"where": "ACCESS"})
    assert closed == find_street_barrier(network, answer)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("en", ["A barrier stands on the way to the stop market.", "Quay Street", "Without it you would be there at"]),
        (
            "fr",
            ["Un obstacle se trouve sur le chemin vers l’arrêt market.", "Quay Street", "Sans lui, vous y seriez à"],
        ),
    ],
)
def test_the_barrier_is_said_in_place_of_what_boarding_would_say(tmp_path: Path, lang: str, lines: list[str]) -> None:
    network = street(tmp_path, (450, 0), *FAR)
    answer = find_itineraries(network, asked(network, DOOR, find_place(network, "hospital", "to")))
    found = find_street_barrier(network, answer)
    said = "\n".join(answer_lines(network, answer, lang, found))
    assert all(line in said for line in lines), said
    assert answer.why_not is not None
    assert why_not_sentence(answer.why_not, get_language(lang)) not in said
    told = street_barrier_as_json(found)
    assert told is not None
    assert told["barrier"]["kind"] == "kerb"
    assert told["stop_name"] == "market"


def end_of_the_way(folder: Path, profile: str, kerbs: tuple[int, ...], *, cut: bool) -> Reason | None:
    """Why nobody gets along the street of 500 m; cut, its last stretch is an island beyond a gap."""
    nodes: dict[int, Node] = {1: (0, 0), 2: (250, 0), 3: (290, 0), 4: (330, 0), 5: (500, 0), 6: (290, 200), 9: (900, 0)}
    nodes |= {kerb: (nodes[kerb][0], nodes[kerb][1], KERB) for kerb in kerbs}
    ways: dict[int, Way] = {7: ([1, 2, 3, 4], STREET), 8: ([3, 6], FOOT), 9: ([5, 9] if cut else [4, 5, 9], STREET)}
    network = world(folder, nodes, ways, stops=stops_at((0.0, 0.0))).network
    there = Place("the end", LAT, LON + 900 * M_EAST)
    answer = ask_walk(network, DOOR, there, PRESETS[profile], Unknown.ALLOW)
    assert (answer.found is None) == (answer.why_not is not None)
    return answer.why_not


@pytest.mark.parametrize(
    ("kerbs", "cut", "code"),
    [
        ((), False, None),
        ((2,), False, "BARRIER"),
        ((2, 4), False, "SEVERAL_BARRIERS"),
        ((), True, "NOT_JOINED"),
        ((2,), True, "NOT_JOINED"),
    ],
)
def test_who_stands_on_an_island_is_not_told_of_barriers(
    kerbs: tuple[int, ...], cut: bool, code: str | None, tmp_path: Path
) -> None:
    why = end_of_the_way(tmp_path, "manual-wheelchair", kerbs, cut=cut)
    assert (None if why is None else why.code) == code
    if cut:
        assert why == end_of_the_way(tmp_path / "feet", "on-foot", kerbs, cut=cut), "nor does anybody else get there"


def test_a_place_is_outside_unless_there_is_nothing_but_another_floor(tmp_path: Path) -> None:
    """A passage 3 m from the place and a pavement 20 m from it."""
    nodes: dict[int, Node] = {1: (0, 3), 2: (200, 3), 3: (0, 20), 4: (200, 20), 5: (0, 500), 6: (200, 500)}
    for level, nearest in (("-1", 8), ("1;2", 8), ("0", 7), ("-1;0", 7), ("", 7)):
        passage = {**FOOT, "level": level} if level else FOOT
        ways: dict[int, Way] = {7: ([1, 2], passage), 8: ([3, 4], FOOT), 9: ([5, 6], {**FOOT, "level": "2"})}
        network = world(tmp_path / f"l{level}", nodes, ways, stops=stops_at((0.0, 0.0))).network
        index, of = street_index(network), network.streets.links.osm_id
        foot = index.footings(LON + 100 * M_EAST, LAT, 60.0)[0]
        assert of[foot.link] == nearest, level
        assert of[index.footings(LON + 100 * M_EAST, LAT + 498 * M_NORTH, 60.0)[0].link] == 9, "there is no other"


def test_a_place_is_on_one_side_of_a_road(tmp_path: Path) -> None:
    """Two pavements 8 m from the middle of a road, and no crossing: nobody has judged the kerbs between them."""
    nodes: dict[int, Node] = {1: (0, 8), 2: (200, 8), 3: (0, 0), 4: (200, 0), 5: (0, -8), 6: (200, -8)}
    road = {"highway": "residential"}
    ways: dict[int, Way] = {7: ([1, 2], STREET), 8: ([3, 4], road), 9: ([5, 6], STREET)}
    network = world(tmp_path / "both", nodes, ways, stops=stops_at((0.0, 9.0))).network
    index, of = street_index(network), network.streets.links.osm_id
    north, south = (Place("here", LAT + y * M_NORTH, LON + 100 * M_EAST) for y in (10, -10))
    for place, way in ((north, 7), (south, 9)):
        assert {int(of[foot.link]) for foot in index.footings(place.lon, place.lat, 60.0)} == {way}
    answer = ask_walk(network, north, south, PRESETS["manual-wheelchair"], Unknown.ALLOW)
    assert answer.found is None
    assert answer.why_not == Reason("NOT_JOINED")
    bare = world(tmp_path / "bare", nodes, {8: ways[8]}, stops=stops_at((0.0, 9.0))).network
    found = ask_walk(bare, north, south, PRESETS["manual-wheelchair"], Unknown.ALLOW).found
    assert found is not None, "where there is nothing but the road it is what one comes to"
