"""Named cases of the search: each world shows one thing that a planner gets wrong easily."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from network.towns import fictiville_in, surveyed
from routing.slow_search import slow_search
from worlds import DAY, Call, Run, World, ask, seconds
from worlds import poster as week

from planner.access.profiles import PRESETS, get_profile
from planner.model import Itinerary, Unknown, Verdict
from planner.network.annotate import build_network
from planner.network.classes import boarding_classes
from planner.network.tables import Network
from planner.places import find_place
from planner.routing.find import run_search
from planner.routing.judge import judge_call
from planner.routing.plan import Query, find_itineraries
from planner.show import answer_as_json

WHEELCHAIR = "manual-wheelchair"  # stands at the quay 60 s early; getting off takes 90 s where nobody knows how
WHEELED = ("manual-wheelchair", "manual-wheelchair-assisted", "powered-wheelchair", "mobility-scooter")
ALL_YES = dict.fromkeys("ABCDEFG", 1)


def poster(text: str, **world: object) -> World:
    """A world of one day: what is missed is not caught on the next morning."""
    return week(text, **({"days": 1} | world))


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def found(network: Network, query: Query) -> tuple[Itinerary, ...]:
    """The answer, after the slow twin agreed with it."""
    paths = {(path.arrival_s, len(path.rides), path.level) for path in run_search(network, query).paths}
    assert paths == slow_search(network, query)
    return find_itineraries(network, query).itineraries


def told(itineraries: tuple[Itinerary, ...]) -> list[str]:
    """Each itinerary as ``12 13 8:20 doubts``."""
    return [
        " ".join(
            [*(str(leg.route_name) for leg in one.legs if leg.mode != "WALK"), f"{one.arrival:%-H:%M}", str(one.doubts)]
        )
        for one in itineraries
    ]


def plan(network: Network, origin: str, destination: str, at: str, *rest: object, **more: object) -> list[str]:
    return told(found(network, ask(network, origin, destination, at, *rest, **more)))  # type: ignore[arg-type]


def why_not(network: Network, query: Query) -> str:
    answer = find_itineraries(network, query)
    assert answer.itineraries == ()
    assert answer.why_not is not None
    return answer.why_not.code


# --- Flags ------------------------------------------------------------------------------------------


def test_the_earliest_trip_of_a_line_may_be_the_wrong_one() -> None:
    network = poster(
        """
              A     B     C
        12/x  8:00  8:10  8:20
        12/x  8:10  8:20  8:30
        12/!  8:25  8:35  8:45
        12/x  8:30  8:40  8:50
        """,
        flags=ALL_YES,
    ).network()
    assert plan(network, "A", "C", "7:50", WHEELCHAIR) == ["12 8:45 0"]
    assert plan(network, "A", "C", "7:50", "on-foot") == ["12 8:20 0"]


def test_a_trip_that_refuses_does_not_hide_the_one_that_takes_over_later() -> None:
    # the accessible trip is overtaken on the way, and one changes to a line that only it reaches in time
    network = poster(
        """
              A     B     C
        12/x  8:00  8:05  -
        12/!  8:02  8:08  -
        13/!  -     8:15  8:30
        """,
        flags=ALL_YES,
    ).network()
    assert plan(network, "A", "C", "7:50", WHEELCHAIR) == ["12 13 8:30 0"]


@pytest.mark.parametrize(
    ("stop", "trip", "arrivals"),
    [("1", "!", ["12 8:10 0"]), ("1", "", ["12 8:10 4"]), ("0", "!", ["12 8:10 4"]), ("0", "", ["12 8:10 4"]),
     ("2", "!", []), ("1", "x", [])],
)  # fmt: skip
def test_one_flag_alone_leaves_a_doubt_at_both_ends_and_a_no_is_never_ridden(
    stop: str, trip: str, arrivals: list[str]
) -> None:
    network = poster(f"A B\n12/{trip} 8:00 8:10", flags={"A": int(stop), "B": int(stop)}).network()
    for unknown in (Unknown.ALLOW, Unknown.PENALISE):
        assert plan(network, "A", "B", "7:50", WHEELCHAIR, unknown) == arrivals
    assert plan(network, "A", "B", "7:50", WHEELCHAIR, Unknown.EXCLUDE) == [one for one in arrivals if one[-1] == "0"]


def test_flags_say_nothing_of_walkers_and_a_scooter_does_not_trust_them() -> None:
    network = poster("A B\n12/! 8:00 8:10", flags=ALL_YES).network()
    assert plan(network, "A", "B", "7:50", "mobility-scooter") == ["12 8:10 4"]
    refused = poster("A B\n12/x 8:00 8:10", flags={"A": 2, "B": 2}).network()
    assert plan(refused, "A", "B", "7:50", "walking-stick") == ["12 8:10 4"]
    assert plan(refused, "A", "B", "7:50", "on-foot") == ["12 8:10 0"]
    assert plan(refused, "A", "B", "7:50", "mobility-scooter") == []


# --- Doubt ------------------------------------------------------------------------------------------


def test_where_nothing_is_known_nobody_in_a_chair_gets_a_yes_or_a_no() -> None:
    network = poster(
        """
              A     B     C
        12    8:00  8:10  8:20
        13    -     8:30  8:40
        """
    ).network()
    classes, _ = boarding_classes(network, DAY)
    for profile, kind, stop, alighting in product(WHEELED, classes, range(3), (False, True)):
        told_one = judge_call(network, kind, stop, get_profile(profile), alighting=alighting)
        assert told_one.verdict is Verdict.UNKNOWN, (profile, stop)
    for profile in WHEELED:
        assert why_not(network, ask(network, "A", "C", "7:50", profile, Unknown.EXCLUDE)) == "ONLY_WITH_UNKNOWN"
        (one,) = found(network, ask(network, "A", "C", "7:50", profile, Unknown.PENALISE))
        assert (one.verdict, one.certainty.value, one.doubts) == (Verdict.UNKNOWN, "UNKNOWN", 4)


def test_an_early_doubtful_and_a_later_sure_itinerary_are_both_told_the_sure_one_first() -> None:
    network = poster(
        """
              A     B
        early 8:00  8:10
        12/!  8:05  8:30
        """,
        flags=ALL_YES,
    ).network()
    assert plan(network, "A", "B", "7:50", WHEELCHAIR, Unknown.PENALISE) == ["12 8:30 0", "early 8:10 4"]
    assert plan(network, "A", "B", "7:50", WHEELCHAIR, Unknown.ALLOW) == ["early 8:10 4"]
    assert plan(network, "A", "B", "7:50", WHEELCHAIR, Unknown.EXCLUDE) == ["12 8:30 0"]


def test_doubts_of_several_rides_add_up_and_a_sure_detour_with_more_changes_is_told() -> None:
    network = poster(
        """
              A     B     C
        12/!  8:00  8:10  -
        13/!  -     8:20  8:40
        14    8:00  -     8:15
        15/!  8:30  -     9:00
        """,
        flags=ALL_YES,
    ).network()
    told_all = plan(network, "A", "C", "7:50", WHEELCHAIR, Unknown.PENALISE)
    assert told_all == ["12 13 8:40 0", "15 9:00 0", "14 8:15 4"]


def test_more_doubts_than_the_search_counts_are_still_told_in_full() -> None:
    network = poster("""
              A     B     C     D
        12    8:00  8:10  -     -
        13    -     8:20  8:30  -
        14    -     -     8:40  8:50
        """).network()
    (one,) = found(network, ask(network, "A", "D", "7:50", WHEELCHAIR, Unknown.PENALISE))
    assert one.doubts == 12


def test_a_long_walk_that_nobody_looked_at_is_a_doubt_and_a_short_one_is_not() -> None:
    at = {"A": (0.0, 0.0), "B": (5000.0, 0.0), "Near": (5000.0, 150.0), "Far": (5000.0, -300.0)}
    network = poster(
        "A B Near Far\n12/! 8:00 8:10 - -\n13/! - 7:00 7:10 7:20", at=at, flags={"A": 1, "B": 1, "Near": 1, "Far": 1}
    ).network()
    (near,) = found(network, ask(network, "A", "Near", "7:50", WHEELCHAIR, Unknown.PENALISE))
    (far,) = found(network, ask(network, "A", "Far", "7:50", WHEELCHAIR, Unknown.PENALISE))
    assert (near.doubts, near.legs[-1].distance_m) == (0, pytest.approx(195, rel=0.01))
    assert (far.doubts, far.legs[-1].distance_m) == (1, pytest.approx(390, rel=0.01))
    assert why_not(network, ask(network, "A", "Far", "7:50", WHEELCHAIR, Unknown.EXCLUDE)) == "ONLY_WITH_UNKNOWN"
    assert found(network, ask(network, "A", "Far", "7:50", "on-foot", Unknown.EXCLUDE))[0].doubts == 0


# --- Facts ------------------------------------------------------------------------------------------

LEVEL_QUAYS = """
    stop_id,quay_height_m,quay_height_m_tol,gap_m,gap_m_tol
    A,0.25,0.005,0.03,0.01
    B,0.25,0.005,0.03,0.01
    C,0.25,0.005,0.03,0.01
    """
FLEET = """
    vehicle_type_id,mode,kneel_policy
    low,bus,never
    high,bus,never
    """
DOORS = """
    vehicle_type_id,door_no,floor_height_m,floor_height_m_tol,floor_height_kneeled_m,inside_steps,device
    low,1,0.25,0.005,none,0,none
    high,1,0.90,0.005,none,3,none
    """
TWO_WAYS = """
          A     B     C
    12    8:00  -     8:20
    13    8:00  8:10  -
    14    -     8:20  8:40
    """


def test_a_survey_that_forbids_a_line_changes_the_itinerary(tmp_path: Path) -> None:
    network = poster(TWO_WAYS).network()
    facts = {
        "quays": LEVEL_QUAYS,
        "types": FLEET,
        "doors": DOORS,
        "assignments": "scope,scope_id,vehicle_type_id\nagency,,low\n",
    }
    refusal = "stop_id,route_id,permission,note\nC,12,no,the operator refuses\n"
    free = surveyed(network, tmp_path / "free", **facts)
    forbidden = surveyed(network, tmp_path / "forbidden", **facts, overrides=refusal)
    assert plan(free, "A", "C", "7:50", WHEELCHAIR, Unknown.PENALISE)[0].startswith("12 8:20")
    assert [one[:11] for one in plan(forbidden, "A", "C", "7:50", WHEELCHAIR, Unknown.PENALISE)] == ["13 14 8:40 "]
    assert plan(forbidden, "A", "C", "7:50", "on-foot") == ["12 8:20 0"]
    one = find_itineraries(forbidden, ask(forbidden, "A", "C", "7:50", WHEELCHAIR)).itineraries[0]
    assert one.verdict is Verdict.YES


def test_physics_alone_closes_a_line(tmp_path: Path) -> None:
    network = surveyed(
        poster(TWO_WAYS).network(),
        tmp_path,
        quays=LEVEL_QUAYS,
        types=FLEET,
        doors=DOORS,
        assignments="scope,scope_id,vehicle_type_id\nagency,,low\nroute,12,high\n",
    )
    assert [one[:11] for one in plan(network, "A", "C", "7:50", WHEELCHAIR)] == ["13 14 8:40 "]
    only = surveyed(
        poster("A C\n12 8:00 8:20").network(),
        tmp_path / "only",
        quays=LEVEL_QUAYS.replace("    B,0.25,0.005,0.03,0.01\n", ""),
        types=FLEET,
        doors=DOORS,
        assignments="scope,scope_id,vehicle_type_id\nroute,12,high\n",
    )
    assert why_not(only, ask(only, "A", "C", "7:50", WHEELCHAIR)) == "BOARDING_IMPOSSIBLE"


def test_a_mixture_is_offered_if_this_vehicle_comes_with_a_doubt_more(tmp_path: Path) -> None:
    network = surveyed(
        poster("""
              A     C
        12    8:00  8:20
        13    8:10  8:40
        """).network(),
        tmp_path,
        quays=LEVEL_QUAYS.replace("    B,0.25,0.005,0.03,0.01\n", ""),
        types=FLEET,
        doors=DOORS,
        assignments="scope,scope_id,vehicle_type_id\nroute,12,low\nroute,12,high\nroute,13,low\n",
    )
    both = found(network, ask(network, "A", "C", "7:50", WHEELCHAIR, Unknown.PENALISE))
    hoped, sure = sorted(both, key=lambda one: one.arrival)
    assert (sure.legs[0].route_name, sure.legs[0].vehicle_type) == ("13", None)
    assert (hoped.legs[0].route_name, hoped.legs[0].vehicle_type) == ("12", "low")
    assert hoped.doubts == sure.doubts + 1
    assert hoped.verdict is Verdict.YES, "the verdict is of the vehicle that one hopes for"


def test_a_mixture_that_agrees_is_ridden_whatever_comes(tmp_path: Path) -> None:
    network = surveyed(
        poster("A C\n12 8:00 8:20").network(),
        tmp_path,
        quays=LEVEL_QUAYS.replace("    B,0.25,0.005,0.03,0.01\n", ""),
        types=FLEET + "also,bus,never\n",
        doors=DOORS + "also,1,0.255,0.005,none,0,none\n",
        assignments="scope,scope_id,vehicle_type_id\nroute,12,low\nroute,12,also\n",
    )
    (one,) = found(network, ask(network, "A", "C", "7:50", WHEELCHAIR, Unknown.PENALISE))
    assert one.legs[0].vehicle_type is None


def test_one_type_of_a_mixture_is_trusted_at_both_ends(tmp_path: Path) -> None:
    # level at A only for "low", level at C only for "mid": no single bus serves both ends
    network = surveyed(
        poster("A C\n12 8:00 8:20").network(),
        tmp_path,
        quays="stop_id,quay_height_m,quay_height_m_tol,gap_m,gap_m_tol\nA,0.25,0.005,0.03,0.01\nC,0.40,0.005,0.03,0.01\n",
        types="vehicle_type_id,mode,kneel_policy\nlow,bus,never\nmid,bus,never\n",
        doors="vehicle_type_id,door_no,floor_height_m,floor_height_m_tol,floor_height_kneeled_m,inside_steps,device\n"
        "low,1,0.25,0.005,none,0,none\nmid,1,0.40,0.005,none,0,none\n",
        assignments="scope,scope_id,vehicle_type_id\nroute,12,low\nroute,12,mid\n",
    )
    assert plan(network, "A", "C", "7:50", WHEELCHAIR) == []
    assert plan(network, "A", "C", "7:50", "on-foot") == ["12 8:20 0"]


def test_the_invented_town_gives_the_sure_and_the_doubtful_way(fictiville: Network) -> None:
    pairs = set()
    for origin, destination in (
        ("B5", "E7"),
        ("E1", "E8"),
        ("B5", "H5-W"),
        ("E5", "G8"),
        ("E1", "B3-N"),
        ("G5", "D8-W"),
    ):
        query = Query(
            find_place(fictiville, origin, "FROM"),
            find_place(fictiville, destination, "TO"),
            ask(poster("A B\n1 8:00 8:10").network(), "A", "B", "8:00", day=date(2026, 5, 12)).at,
            get_profile(WHEELCHAIR),
            Unknown.PENALISE,
        )
        answers = found(fictiville, query)
        keys = [(one.arrival, one.transfers, min(one.doubts, 7)) for one in answers]
        for a, b in product(keys, keys):
            assert a == b or not all(x <= y for x, y in zip(a, b, strict=True)), "one beats another"
        assert [one.doubts > 0 for one in answers] == sorted(one.doubts > 0 for one in answers)
        pairs.add(len(answers) > 1 and answers[0].doubts < max(one.doubts for one in answers))
    assert True in pairs, "none of these questions shows the choice between early and sure"


# --- Walking ----------------------------------------------------------------------------------------


def test_between_two_rides_there_is_one_footpath_and_not_two() -> None:
    # B, M and C stand in a row, 400 m each: B to C would be two footpaths
    at = {"A": (-9000.0, 0.0), "B": (0.0, 0.0), "M": (400.0, 0.0), "C": (800.0, 0.0), "D": (9000.0, 0.0)}
    timetable = """
              A     B     M     C     D
        12    8:00  8:10  -     -     -
        13    -     -     -     9:00  9:20
        14    -     -     7:00  7:10  -
        """
    network = poster(timetable, at=at).network()
    assert plan(network, "A", "D", "7:50") == []
    bridged = poster(timetable.rstrip() + "\n        15 - - 8:30 8:40 -", at=at).network()
    assert plan(bridged, "A", "D", "7:50") == ["12 15 13 9:20 0"]


def test_pruning_by_when_one_stands_there_would_lose_the_best() -> None:
    # PERF: after one ride, B is stood at by foot at 8:17; after two, line 14 gets there at 8:18. That is later, but
    # only who arrives at B by vehicle may still walk on to C, since two footpaths in a row are none.
    at = {"A": (-9000.0, 0.0), "X": (-5000.0, 0.0), "N": (0.0, 0.0), "B": (400.0, 0.0), "C": (800.0, 0.0)}
    network = poster(
        """
              A     X     N     B     C     D
        12    8:00  -     8:10  -     -     -
        11    8:00  8:05  -     -     -     -
        14    -     8:08  -     8:18  -     -
        13    -     -     -     -     8:30  8:50
        16    -     -     -     9:00  -     9:30
        """,
        at=at | {"D": (9000.0, 0.0)},
    ).network()
    assert plan(network, "A", "D", "7:50") == ["11 14 13 8:50 0", "12 16 9:30 0"]


def test_standing_ready_does_not_hide_a_later_ride_that_walks_on_with_fewer_doubts() -> None:
    at = {"A": (-9000.0, 0.0), "N": (0.0, 0.0), "B": (150.0, 0.0), "C": (300.0, 0.0), "D": (9000.0, 0.0)}
    network = poster(
        """
              A     N     B     C     D
        12/!  8:00  8:10  -     -     -
        14/!  8:00  -     8:18  -     -
        13/!  -     -     -     8:40  8:50
        """,
        at=at,
        flags={"A": 1, "N": 1, "B": 1, "C": 1, "D": 1},
    ).network()
    assert plan(network, "A", "D", "7:50", WHEELCHAIR, Unknown.PENALISE) == ["14 13 8:50 0"]


def test_walking_all_the_way_beats_a_ride_that_is_no_earlier() -> None:
    at = {"A": (0.0, 0.0), "B": (300.0, 0.0)}
    slow = poster("A B\n12 8:00 8:10", at=at).network()
    assert told(find_itineraries(slow, ask(slow, "A", "B", "7:50")).itineraries) == ["7:54 0"]
    quick = poster("A B\n12 7:51 7:52", at=at).network()
    assert told(find_itineraries(quick, ask(quick, "A", "B", "7:50")).itineraries) == ["12 7:52 0", "7:54 0"]


def test_a_ride_without_doubt_stays_beside_a_doubtful_walk() -> None:
    at = {"A": (0.0, 0.0), "B": (300.0, 0.0)}
    network = poster("A B\n12/! 8:00 8:10", at=at, flags=ALL_YES).network()
    answers = find_itineraries(network, ask(network, "A", "B", "7:50", WHEELCHAIR, Unknown.PENALISE)).itineraries
    assert told(answers) == ["12 8:10 0", "7:58 1"]
    answers = find_itineraries(network, ask(network, "A", "B", "7:50", WHEELCHAIR, Unknown.EXCLUDE)).itineraries
    assert told(answers) == ["12 8:10 0"]


def test_a_station_is_left_from_and_reached_at_any_of_its_stops_without_a_walk() -> None:
    network = poster(
        """
              P1    P2    B
        12    8:00  -     8:30
        13    -     8:05  8:20
        """,
        at={"P1": (0.0, 0.0), "P2": (2000.0, 0.0), "B": (9000.0, 0.0), "S": (1000.0, 0.0)},
        parents={"P1": "S", "P2": "S"},
    ).network()
    (one,) = found(network, ask(network, "S", "B", "7:50"))
    assert [leg.mode for leg in one.legs] == ["BUS"]
    assert (one.legs[0].origin.stop_id, f"{one.arrival:%H:%M}") == ("w:P2", "08:20")
    back = poster(
        """
              B     P1    P2
        12    8:00  8:30  -
        13    8:05  -     8:20
        """,
        at={"P1": (0.0, 0.0), "P2": (2000.0, 0.0), "B": (9000.0, 0.0), "S": (1000.0, 0.0)},
        parents={"P1": "S", "P2": "S"},
    ).network()
    (one,) = found(back, ask(back, "B", "S", "7:50"))
    assert (one.legs[-1].destination.stop_id, f"{one.arrival:%H:%M}") == ("w:P2", "08:20")


# --- Time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "rides"), [("7:59", 1), ("8:00", 0)])
def test_one_stands_at_the_quay_a_minute_before_departure(at: str, rides: int) -> None:
    network = poster("A B\n12/! 8:00 8:10", flags=ALL_YES).network()
    assert len(plan(network, "A", "B", at, WHEELCHAIR)) == rides
    assert len(plan(network, "A", "B", at, "on-foot")) == 1, "on foot there is no margin"


@pytest.mark.parametrize(("departure", "rides"), [("8:12:30", 1), ("8:12:29", 0)])
def test_a_change_at_one_stop_takes_getting_off_and_the_margin(departure: str, rides: int) -> None:
    # arrival 8:10, getting off 90 s (nobody knows how), margin 60 s
    network = poster(f"A B C\n12/! 8:00 8:10 -\n13/! - {departure} 8:30", flags=ALL_YES).network()
    assert len(plan(network, "A", "C", "7:50", WHEELCHAIR)) == rides
    assert plan(network, "A", "C", "7:50", "on-foot") == ["12 13 8:30 0"]


@pytest.mark.parametrize(("departure", "rides"), [("8:10:00", 1), ("8:09:59", 0)])
def test_on_foot_one_changes_in_no_time(departure: str, rides: int) -> None:
    network = poster(f"A B C\n12 8:00 8:10 -\n13 - {departure} 8:30").network()
    assert len(plan(network, "A", "C", "7:50")) == rides


@pytest.mark.parametrize(
    ("profile", "last"),
    # 300 s for 1.33 m/s; 8:10 + 90 s of getting off + 300 s x 1.33 / 0.79, rounded up
    [("on-foot", "8:15:00"), (WHEELCHAIR, "8:19:56")],
)
def test_a_minimum_change_time_is_scaled_to_the_own_speed(profile: str, last: str) -> None:
    def rides(clock_s: int) -> int:
        clock = f"{clock_s // 3600}:{clock_s // 60 % 60}:{clock_s % 60}"
        world = poster(f"A B C\n12/! 8:00 8:10 -\n13/! - {clock} 8:40", flags=ALL_YES, transfers=[("B", "B", 2, 300)])
        network = world.network()
        return len(plan(network, "A", "C", "7:50", profile))

    assert rides(seconds(last)) == 1
    assert rides(seconds(last) - 1) == 0


def test_a_minimum_below_the_margin_does_not_shorten_it() -> None:
    world = poster("A B C\n12/! 8:00 8:10 -\n13/! - 8:12:29 8:40", flags=ALL_YES, transfers=[("B", "B", 2, 10)])
    assert plan(world.network(), "A", "C", "7:50", WHEELCHAIR) == []


def test_a_forbidden_change_is_never_made_and_the_next_stop_may_serve() -> None:
    world = poster("A B C D\n12 8:00 8:10 8:20 -\n13 - 8:30 8:40 8:50", transfers=[("B", "B", 3, -1)])
    (one,) = found(world.network(), ask(world.network(), "A", "D", "7:50"))
    assert one.legs[0].destination.name == "C"
    world.transfers.append(("C", "C", 3, -1))
    assert plan(world.network(), "A", "D", "7:50") == []


def test_a_footpath_that_transfers_forbid_or_lengthen() -> None:
    at = {"A": (-9000.0, 0.0), "B": (0.0, 0.0), "C": (100.0, 0.0), "D": (9000.0, 0.0)}
    timetable = "A B C D\n12 8:00 8:10 - -\n13 - - 8:14 8:30\n13 - - 8:20 8:40"
    assert plan(poster(timetable, at=at).network(), "A", "D", "7:50") == ["12 13 8:30 0"]
    slow = poster(timetable, at=at, transfers=[("B", "C", 2, 300)]).network()
    assert plan(slow, "A", "D", "7:50") == ["12 13 8:40 0"]
    closed = poster(timetable, at=at, transfers=[("B", "C", 3, -1)]).network()
    assert plan(closed, "A", "D", "7:50") == []
    other_way = poster(timetable, at=at, transfers=[("C", "B", 3, -1)]).network()
    assert plan(other_way, "A", "D", "7:50") == ["12 13 8:30 0"]


def test_arrival_at_the_stop_asked_for_does_not_count_getting_off() -> None:
    network = poster("A B\n12/! 8:00 8:10", flags=ALL_YES).network()
    (one,) = found(network, ask(network, "A", "B", "7:50", WHEELCHAIR))
    assert f"{one.arrival:%H:%M:%S}" == "08:10:00"


def test_getting_off_counts_before_the_last_walk() -> None:
    at = {"A": (-9000.0, 0.0), "B": (0.0, 0.0), "Door": (100.0, 0.0)}
    world = poster("A B Door\n12/! 8:00 8:10 -\n13/! - 7:00 7:05", at=at, flags={"A": 1, "B": 1, "Door": 1})
    network = world.network()
    (one,) = found(network, ask(network, "A", "Door", "7:50", WHEELCHAIR))
    assert one.arrival.hour * 3600 + one.arrival.minute * 60 + one.arrival.second == seconds("8:10") + 90 + 165


def test_hops_without_any_time_are_ridden_and_never_go_in_circles() -> None:
    network = poster("""
              A     B     C     D
        12    8:00  8:00  -     -
        13    -     8:00  8:00  -
        14    -     -     8:00  8:00
        15    8:00  -     8:00  -
        15    -     8:00  8:00  8:00
        """).network()
    assert plan(network, "A", "D", "8:00") == ["12 15 8:00 0"]


def test_a_loop_that_serves_a_stop_twice_is_boarded_at_either_call() -> None:
    network = poster("""
               A     B
        12     8:00  8:10
        """).network()
    calls = [
        Call(stop, seconds(t), seconds(t))
        for stop, t in (("A", "8:00"), ("B", "8:10"), ("C", "8:20"), ("B", "8:30"), ("D", "8:40"))
    ]
    network = World(runs=[Run("L", calls)]).network()
    assert plan(network, "A", "B", "7:50") == ["L 8:10 0"]
    assert plan(network, "C", "B", "8:15") == ["L 8:30 0"]
    assert plan(network, "B", "D", "8:05") == ["L 8:40 0"]
    assert plan(network, "B", "D", "8:15") == ["L 8:40 0"]
    (late,) = found(network, ask(network, "B", "D", "8:15"))
    assert f"{late.departure:%H:%M}" == "08:30", "the first call has gone"
    assert [place.name for place in late.legs[0].stops] == []
    assert plan(network, "D", "A", "8:00") == []


def test_nobody_gets_on_where_it_only_sets_down_or_off_where_it_only_picks_up() -> None:
    network = poster("""
              A      B      C      D
        12    8:00^  8:10v  8:20^  8:30v
        """).network()
    assert plan(network, "A", "B", "7:50") == ["12 8:10 0"]
    assert plan(network, "A", "D", "7:50") == ["12 8:30 0"]
    assert plan(network, "C", "D", "7:50") == ["12 8:30 0"]
    assert plan(network, "B", "D", "7:50") == []
    assert plan(network, "A", "C", "7:50") == []


def test_the_last_stop_is_no_place_to_get_on_and_the_first_none_to_get_off() -> None:
    network = poster("A B C\n12 8:00 8:10 8:20\n13 8:20 8:30 8:40").network()
    assert plan(network, "C", "A", "7:00") == []
    assert why_not(network, ask(network, "C", "A", "7:00")) == "NO_CONNECTION"


@pytest.mark.parametrize(
    ("origin", "destination", "at", "expected"),
    [
        ("A", "B", "23:40", ["N 0:20 0"]),  # of the day itself
        ("B", "C", "0:10", ["N 0:40 0"]),  # of the day before, after midnight
        ("A", "C", "23:40", ["N 0:40 0"]),
        ("C", "D", "0:30", ["N2 1:20 0"]),
    ],
)
def test_midnight_is_no_wall(origin: str, destination: str, at: str, expected: list[str]) -> None:
    network = week("""
              A      B      C      D
        N     23:50  24:20  24:40  -
        N2    -      -      24:50  25:20
        """).network()
    query = ask(network, origin, destination, at, day=DAY + timedelta(days=2))
    assert told(found(network, query)) == expected


def test_the_next_morning_is_reached_from_the_evening() -> None:
    network = week("A B C\n12 23:00 23:30 -\n13 - 6:00 6:20").network()
    (one,) = found(network, ask(network, "A", "C", "22:50", day=DAY))
    assert one.arrival.isoformat() == "2026-03-03T06:20:00+01:00"


@pytest.mark.parametrize(
    ("eve", "arrival"),
    [
        (date(2026, 3, 28), "2026-03-29T03:30:00+02:00"),
        (date(2026, 10, 24), "2026-10-25T02:30:00+02:00"),
    ],
)
def test_a_ride_through_the_night_of_the_clocks_lasts_two_hours(eve: date, arrival: str) -> None:
    network = poster("A B\nN 24:30 26:30", first_day=eve).network()
    query = ask(network, "A", "B", "23:50", day=eve)
    (one,) = answer_as_json(network, find_itineraries(network, query))["itineraries"]
    assert one["arrival"] == arrival
    assert one["duration_s"] == 2 * 3600


@pytest.mark.parametrize(
    ("eve", "there", "home"),
    [
        (date(2026, 3, 28), "2026-03-29T01:59:00+01:00", "2026-03-29T03:02:16+02:00"),
        (date(2026, 10, 24), "2026-10-25T02:59:00+02:00", "2026-10-25T02:02:16+01:00"),
    ],
)
def test_a_walk_over_the_change_of_clocks_takes_minutes_and_no_hour(eve: date, there: str, home: str) -> None:
    last = "25:59" if eve.month == 3 else "26:59"
    at = {"A": (-9000.0, 0.0), "B": (0.0, 0.0), "Home": (200.0, 0.0)}
    world = poster(f"A B Home\nN 24:30 {last} -\nM - 20:00 20:10", at=at, first_day=eve)
    network = world.network()
    (one,) = found(network, ask(network, "A", "Home", "23:50", day=eve))
    assert [leg.mode for leg in one.legs] == ["BUS", "WALK"]
    assert one.legs[0].arrival.isoformat() == there
    walked_s = one.legs[1].arrival.timestamp() - one.legs[0].arrival.timestamp()
    assert walked_s == 196
    assert one.arrival.isoformat() == home


# --- Rows of transfers.txt ------------------------------------------------------------------------------

RULED = """
      A     B     C     D
12    8:00  8:10  -     -
13    -     8:12  8:20  -
14    -     8:30  8:40  -
"""
ANY = dict.fromkeys(("from_stop", "to_stop", "from_route", "to_route", "from_trip", "to_trip", "min_s"), -1)


def ruled(world: World, **row: int) -> Network:
    """A world with one row of transfers.txt; stops, routes and trips by their place in the poster."""
    return build_network([replace(world.feed(), transfers=pd.DataFrame([ANY | row]).astype("int64"))], "w", "World")


@pytest.mark.parametrize(
    "row",
    [
        {"from_trip": 0, "to_trip": 1},
        {"from_route": 0, "to_route": 1},
        {"from_trip": 0, "to_stop": 1},
        {"from_stop": 1, "to_trip": 1},
        {},
    ],
)
@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_a_row_about_changing_that_names_no_stop_is_none(kind: int, row: dict[str, int]) -> None:
    network = ruled(poster(RULED), type=kind, **(row | {"min_s": 900}))
    assert plan(network, "A", "C", "7:50") == ["12 13 8:20 0"]
    assert plan(network, "A", "C", "7:50", WHEELCHAIR) == ["12 14 8:40 8"]


def test_a_row_of_a_repeated_trip_holds_for_all_its_runs() -> None:
    world = poster(RULED)
    world.runs[1].every_s, world.runs[1].until_s = 300, seconds("8:30")  # 8:12, 8:17, 8:22, 8:27
    assert plan(world.network(), "A", "C", "7:50") == ["12 13 8:20 0"]
    forbidden = ruled(world, type=3, from_stop=1, to_stop=1, from_trip=0, to_trip=1)
    assert plan(forbidden, "A", "C", "7:50") == ["12 14 8:40 0"]
    late = ruled(world, type=2, min_s=720, from_stop=1, to_stop=1, to_trip=1)
    assert plan(late, "A", "C", "7:50") == ["12 13 8:30 0"], "the third run, 8:22"


@pytest.mark.parametrize("exact", [False, True])
def test_an_in_seat_row_of_a_repeated_trip_joins_none_of_its_runs(exact: bool) -> None:
    # which of its runs is meant nobody can know; the row names the trip alone
    world = poster("A B C\n12 8:00 8:10 -\n13 - 8:10 8:20")
    world.runs[1].every_s, world.runs[1].until_s, world.runs[1].exact = 600, seconds("8:30"), exact
    network = ruled(world, type=4, from_trip=0, to_trip=1)
    assert plan(network, "A", "C", "7:50", WHEELCHAIR) == ["12 13 8:30 8"]
    (one,) = found(network, ask(network, "A", "C", "7:50"))
    assert [leg.stays_aboard for leg in one.legs] == [(), ()]


# --- No way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "destination", "day", "code"),
    [
        ("A", "B", DAY + timedelta(days=100), "OUTSIDE_SERVICE"),
        ("A", "B", DAY - timedelta(days=100), "OUTSIDE_SERVICE"),
        ("B", "A", DAY, "NO_CONNECTION"),
        ("Lonely", "A", DAY, "NO_STOP_NEAR_ORIGIN"),
        ("A", "Lonely", DAY, "NO_STOP_NEAR_DESTINATION"),
    ],
)
def test_no_way_comes_with_its_reason(origin: str, destination: str, day: date, code: str) -> None:
    network = poster("A B\n12 8:00 8:10", at={"A": (0.0, 0.0), "B": (5000.0, 0.0), "Lonely": (0.0, 9000.0)}).network()
    assert why_not(network, ask(network, origin, destination, "7:50", day=day)) == code


def test_a_network_without_trips_says_so() -> None:
    network = poster("A B", at={"A": (0.0, 0.0), "B": (5000.0, 0.0)}).network()
    assert why_not(network, ask(network, "A", "B", "7:50")) == "NO_TRIPS"


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_changes_than_asked_for(most: int) -> None:
    network = poster("""
              A     B     C     D
        12    8:00  8:10  -     -
        13    -     8:10  8:20  -
        14    -     -     8:20  8:30
        15    8:00  -     8:40  -
        16    -     -     8:40  8:50
        17    8:00  -     -     9:30
        """).network()
    everything = ["12 13 14 8:30 0", "15 16 8:50 0", "17 9:30 0"]
    assert plan(network, "A", "D", "7:50", max_transfers=most) == everything[2 - most :]


@pytest.mark.parametrize("profile", list(PRESETS))
def test_every_profile_is_answered_and_agrees_with_the_slow_twin(fictiville: Network, profile: str) -> None:
    at = ask(poster("A B\n1 8:00 8:10").network(), "A", "B", "8:00", day=date(2026, 5, 12)).at
    ends = (find_place(fictiville, "B5", "FROM"), find_place(fictiville, "G8", "TO"))
    assert found(fictiville, Query(*ends, at, get_profile(profile), Unknown.PENALISE))
