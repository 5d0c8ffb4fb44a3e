"""Which vehicle runs what on a day, and which decisions speak of which trips."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network.towns import surveyed, town

from planner.model import Flag
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import Network

MONDAY, TUESDAY = date(2024, 1, 1), date(2024, 1, 2)
AGENCIES = """
    agency_id,agency_name,agency_url,agency_timezone
    A,Town buses,https://example.org,Europe/Paris
    B,Town trams,https://example.org,Europe/Paris
    """
LINES = """
    route_id,agency_id,route_short_name,route_type
    1,A,1,3
    2,A,2,3
    T,B,T,0
    """
RUNS = """
    trip_id,route_id,service_id,direction_id,block_id,wheelchair_accessible
    out,1,week,0,B1,1
    back,1,week,1,B1,2
    other,2,week,0,B2,0
    tram,T,week,,,1
    """
TIMES = """
    trip_id,stop_sequence,stop_id,arrival_time,departure_time
    out,1,market,8:00:00,8:00:00
    out,2,dock,8:10:00,8:10:00
    back,1,dock,8:20:00,8:20:00
    back,2,market,8:30:00,8:30:00
    other,1,market,9:00:00,9:00:00
    other,2,hospital,9:10:00,9:10:00
    tram,1,market,9:00:00,9:00:00
    tram,2,hospital,9:10:00,9:10:00
    """
ROWS = {  # one row of each scope that speaks of the trip "out", least knowing first
    "agency": "agency,A,of-agency,,,",
    "route": "route,1,of-route,,,",
    "route_direction": "route_direction,1#0,of-direction,,,",
    "service_date": "service_date,2024-01-01,of-date,,,",
    "block": "block,town:B1,of-block,,,",
    "trip": "trip,out,of-trip,,,",
}
HEAD = "scope,scope_id,vehicle_type_id,weight,valid_from,valid_to"


def lines(folder: Path) -> Network:
    return town(folder, agency=AGENCIES, routes=LINES, trips=RUNS, stop_times=TIMES)


def assigned(folder: Path, *rows: str) -> Network:
    return surveyed(lines(folder), folder, assignments="\n".join([HEAD, *rows]) + "\n")


def class_of(network: Network, trip: str, day: date = MONDAY) -> BoardingClass:
    classes, of_trip = boarding_classes(network, day)
    return classes[int(of_trip[network.trips.id.row_of[f"town:{trip}"]])]


def types(network: Network, day: date = MONDAY) -> dict[str, tuple[str, ...]]:
    return {trip: class_of(network, trip, day).vehicle_types for trip in ("out", "back", "other", "tram")}


def test_without_assignments_only_mode_and_flag_tell_trips_apart(tmp_path: Path) -> None:
    classes, of_trip = boarding_classes(lines(tmp_path), MONDAY)
    assert set(classes) == {
        BoardingClass("BUS", Flag.YES), BoardingClass("BUS", Flag.NO), BoardingClass("BUS", Flag.UNKNOWN),
        BoardingClass("TRAM", Flag.YES),
    }  # fmt: skip
    assert len(of_trip) == 4


@given(st.sets(st.sampled_from(list(ROWS)), min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_trip_before_block_before_service_date_before_direction_before_route_before_agency(
    tmp_path_factory: pytest.TempPathFactory, scopes: set[str], chance: object
) -> None:
    rows = [ROWS[scope] for scope in ROWS if scope in scopes]
    chance.shuffle(rows)  # type: ignore[attr-defined]
    network = assigned(tmp_path_factory.mktemp("classes"), *rows)
    best = [scope for scope in ROWS if scope in scopes][-1]
    assert types(network)["out"] == (ROWS[best].split(",")[2],)


@pytest.mark.parametrize(
    ("row", "trips"),
    [
        ("agency,,bus,,,", {"out", "back", "other", "tram"}),
        ("agency,A,bus,,,", {"out", "back", "other"}),
        ("agency,town:B,bus,,,", {"tram"}),
        ("route,1,bus,,,", {"out", "back"}),
        ("route,town:T,bus,,,", {"tram"}),
        ("route_direction,1#1,bus,,,", {"back"}),
        ("block,town:B1,bus,,,", {"out", "back"}),
        ("block,B1,bus,,,", {"out", "back"}),
        ("trip,tram,bus,,,", {"tram"}),
        ("service_date,2024-01-01,bus,,,", {"out", "back", "other", "tram"}),
        ("service_date,2024-01-02,bus,,,", set()),
    ],
)
def test_each_scope_speaks_of_its_own_trips(tmp_path: Path, row: str, trips: set[str]) -> None:
    found = types(assigned(tmp_path, row))
    assert {trip for trip, its in found.items() if its} == trips


def test_a_named_agency_overrules_the_row_for_all(tmp_path: Path) -> None:
    found = types(assigned(tmp_path, "agency,B,tram,,,", "agency,,bus,,,"))
    assert found == {"out": ("bus",), "back": ("bus",), "other": ("bus",), "tram": ("tram",)}


def test_several_rows_of_one_scope_are_a_mixture_in_their_order(tmp_path: Path) -> None:
    network = assigned(tmp_path, "route,1,new,0.7,,", "route,1,old,0.3,,", "route,1,new,0.1,,", "agency,,other,,,")
    assert types(network)["out"] == ("new", "old")
    assert types(network)["other"] == ("other",)


def test_a_weight_of_zero_never_comes(tmp_path: Path) -> None:
    assert types(assigned(tmp_path, "route,1,new,1,,", "route,1,old,0,,"))["out"] == ("new",)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 2), ("old",)),
        (date(2024, 1, 3), ("new",)),
        (date(2024, 1, 5), ("new",)),
        (date(2024, 1, 6), ("old",)),
    ],
)
def test_a_row_holds_from_its_first_day_to_its_last_both_included(
    tmp_path: Path, day: date, expected: tuple[str, ...]
) -> None:
    network = assigned(tmp_path, "agency,,old,,,", "route,1,new,,2024-01-03,2024-01-05")
    assert types(network, day)["out"] == expected


def test_a_special_day_has_its_own_vehicles(tmp_path: Path) -> None:
    network = assigned(tmp_path, "route,1,bus,,,", "service_date,2024-01-02,museum,,,")
    assert types(network, MONDAY)["out"] == ("bus",)
    assert types(network, TUESDAY)["out"] == ("museum",)


def test_all_repetitions_by_frequency_have_the_vehicle_of_their_trip(tmp_path: Path) -> None:
    frequencies = """
        trip_id,start_time,end_time,headway_secs
        out,08:00:00,09:00:00,600
        """
    network = town(tmp_path, agency=AGENCIES, routes=LINES, trips=RUNS, stop_times=TIMES, frequencies=frequencies)
    network = surveyed(network, tmp_path, assignments=f"{HEAD}\ntrip,out,shuttle,,,\n")
    classes, of_trip = boarding_classes(network, MONDAY)
    runs = [row for row, name in enumerate(network.trips.id) if name == "town:out"]
    assert len(runs) == 6
    assert {classes[int(of_trip[row])].vehicle_types for row in runs} == {("shuttle",)}


@pytest.mark.parametrize(
    ("row", "spoken"),
    [
        ("dock,1,,,no", {"out", "back"}),
        ("dock,1,,1,no", {"back"}),
        ("dock,,out,,no", {"out"}),
        ("dock,,,,no", {"out", "back", "other", "tram"}),
        (",T,,,no", {"tram"}),
        ("dock,1,other,,no", set()),
    ],
)
def test_an_override_speaks_of_its_route_direction_or_trip(tmp_path: Path, row: str, spoken: set[str]) -> None:
    head = "stop_id,route_id,trip_id,direction_id,permission"
    network = surveyed(lines(tmp_path), tmp_path, overrides=f"{head}\n{row}\n")
    assert {trip for trip in ("out", "back", "other", "tram") if class_of(network, trip).overrides} == spoken


def test_trips_that_hear_different_overrides_are_different_classes(tmp_path: Path) -> None:
    head = "stop_id,route_id,trip_id,direction_id,permission"
    network = surveyed(lines(tmp_path), tmp_path, overrides=f"{head}\ndock,1,,,no\nmarket,,out,,no\nmarket,,,1,no\n")
    assert class_of(network, "out").overrides == (0, 1)
    assert class_of(network, "back").overrides == (0, 2)
    assert class_of(network, "other").overrides == ()


def test_classes_are_as_few_as_can_be(tmp_path: Path) -> None:
    classes, _ = boarding_classes(assigned(tmp_path, "agency,,bus,,,"), MONDAY)
    assert len(classes) == len(set(classes)) == 4
