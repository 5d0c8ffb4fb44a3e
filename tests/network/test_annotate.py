"""Feeds become one network: references, sequences, frequencies, inheritance."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from gtfs_world import feed_of
from network.towns import town
from worlds import DAY, Call, Run, World, poster, seconds

from planner.errors import FeedError
from planner.feeds.gtfs import read_gtfs
from planner.network.annotate import build_network
from planner.network.store import open_network, save_network
from planner.network.tables import ALIGHT, ALIGHT_BY_CALL, BOARD, BOARD_BY_CALL, Network


def events_of(network: Network, trip: int) -> list[tuple[str, int, int]]:
    sequences, q = network.sequences, int(network.trips.sequence[trip])
    low, high = int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1])
    first = int(sequences.event_offset[q]) + (trip - int(sequences.trip_offset[q])) * (high - low)
    names = [network.stops.name[int(row)] for row in sequences.stop[low:high]]
    rows = slice(first, first + high - low)
    times = zip(network.events.arrival_s[rows].tolist(), network.events.departure_s[rows].tolist(), strict=True)
    return [(name, *pair) for name, pair in zip(names, times, strict=True)]


def test_feeds_of_different_zones_are_refused_and_the_zones_named(tmp_path: Path) -> None:
    agency = """
        agency_id,agency_name,agency_url,agency_timezone
        A,Elsewhere,https://example.org,Europe/London
        """
    (tmp_path / "far").mkdir()
    feeds = [read_gtfs(feed_of(tmp_path), "near"), read_gtfs(feed_of(tmp_path / "far", agency=agency), "far")]
    with pytest.raises(FeedError, match=r"near: Europe/Paris, far: Europe/London.*build one network each"):
        build_network(feeds, "both", "Both")


def test_several_feeds_are_joined_and_every_reference_stays_in_its_feed(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = {
        "agency": """
            agency_id,agency_name,agency_url,agency_timezone
            B,Rail,https://example.org,Europe/Paris
            """,
        "stops": """
            stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
            market,Market station,49.90,2.30,1,
            p1,Market platform,49.90,2.30,0,market
            dock,Dock rail,49.95,2.30,0,
            """,
        "routes": """
            route_id,agency_id,route_short_name,route_type
            1,B,R,2
            """,
        "trips": """
            trip_id,route_id,service_id,shape_id
            early,1,sunday,line
            """,
        "stop_times": """
            trip_id,stop_sequence,stop_id,arrival_time,departure_time
            early,1,p1,09:00:00,09:00:00
            early,2,dock,09:30:00,09:30:00
            """,
        "calendar": """
            service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
            sunday,0,0,0,0,0,0,1,20240107,20240128
            """,
        "shapes": """
            shape_id,shape_pt_sequence,shape_pt_lat,shape_pt_lon
            line,1,49.90,2.30
            line,2,49.95,2.31
            """,
        "transfers": """
            from_stop_id,to_stop_id,transfer_type,min_transfer_time
            p1,dock,2,300
            """,
    }
    feeds = [read_gtfs(feed_of(tmp_path), "bus"), read_gtfs(feed_of(tmp_path / "b", **other), "rail")]
    network = build_network(feeds, "both", "Both")
    stops, trips = network.stops, network.trips
    assert list(stops.id) == ["bus:market", "bus:dock", "bus:hospital", "rail:market", "rail:p1", "rail:dock"]
    assert stops.parent.tolist() == [-1, -1, -1, -1, 3, -1]
    row = trips.id.row_of["rail:early"]
    assert network.routes.id[int(trips.route[row])] == "rail:1"
    assert network.agencies.name[int(network.routes.agency[int(trips.route[row])])] == "Rail"
    assert [name for name, *_ in events_of(network, row)] == ["Market platform", "Dock rail"]
    assert [name for name, *_ in events_of(network, trips.id.row_of["bus:early"])] == ["Market", "Dock", "Hospital"]
    shape = int(trips.shape[row])
    points = slice(int(network.shapes.offset[shape]), int(network.shapes.offset[shape + 1]))
    assert network.shapes.lat[points].tolist() == [49.90, 49.95]
    assert trips.shape[trips.id.row_of["bus:early"]] == -1
    assert (network.transfers.from_stop.tolist(), network.transfers.to_stop.tolist()) == ([4], [5])
    assert network.attribution == "Town buses; Rail"
    assert days_of(network, "bus:early") == {date(2024, 1, d) for d in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)}
    assert days_of(network, "rail:early") == {date(2024, 1, d) for d in (7, 14, 21, 28)}
    assert network.service_span == (date(2024, 1, 1), date(2024, 1, 28))


def days_of(network: Network, trip_id: str) -> set[date]:
    service = network.trips.service[network.trips.id.row_of[trip_id]]
    first = int(network.services.first_day[0])
    return {date.fromordinal(first + int(day)) for day in np.flatnonzero(network.services.runs[service])}


@pytest.mark.parametrize(("exact", "every_s"), [(True, 0), (False, 600)])
def test_frequencies_are_spelt_out_and_only_exact_ones_promise_a_time(exact: bool, every_s: int) -> None:
    calls = [Call("Market", 6 * 3600, 6 * 3600 + 30), Call("Dock", 6 * 3600 + 300, 6 * 3600 + 300)]
    world = World(runs=[Run("F", calls, every_s=600, until_s=6 * 3600 + 1830, exact=exact)])
    network = world.network()
    start = 6 * 3600 + 30
    assert network.trips.id[0:9] == ["w:F/0"] * 3
    assert network.trips.every_s.tolist() == [every_s] * 3
    assert [events_of(network, trip)[0][2] for trip in range(3)] == [start, start + 600, start + 1200]
    assert [events_of(network, trip)[0][1] for trip in range(3)] == [start - 30, start + 570, start + 1170]
    assert [events_of(network, trip)[1][1] for trip in range(3)] == [start + 270, start + 870, start + 1470]


def test_the_end_of_a_frequency_is_no_departure_any_more() -> None:
    calls = [Call("Market", 0, 0), Call("Dock", 300, 300)]
    runs = [Run("F", calls, every_s=600, until_s=1800), Run("G", calls, every_s=600, until_s=1801)]
    network = World(runs=runs).network()
    assert network.trips.id[0:9].count("w:F/0") == 3
    assert network.trips.id[0:9].count("w:G/1") == 4


def test_a_trip_with_frequencies_does_not_run_at_its_own_time_too() -> None:
    pattern = [Call("Market", 0, 0), Call("Dock", 300, 300)]  # 0:00 is a template, not a departure
    plain = [Call("Market", 7200, 7200), Call("Dock", 7500, 7500)]
    world = World(runs=[Run("F", pattern, every_s=600, until_s=0), Run("P", plain)])
    assert list(world.network().trips.id) == ["w:P/1"]


def test_pick_up_and_drop_off_make_another_sequence() -> None:
    network = poster("""
              Market Dock   Hospital
        a     8:00   8:10   8:20
        b     9:00   9:10^  9:20
        c     9:30   9:40v  9:50
        d     9:35   9:45   9:55
        """).network()
    sequence = {network.trips.id[row][2]: int(network.trips.sequence[row]) for row in range(4)}
    assert sequence["a"] == sequence["d"]
    assert len(set(sequence.values())) == 3
    middle = {name: int(network.sequences.use[network.sequences.stop_offset[q] + 1]) for name, q in sequence.items()}
    assert middle == {"a": BOARD | ALIGHT, "b": BOARD, "c": ALIGHT, "d": BOARD | ALIGHT}


def test_boarding_after_a_call_is_boarding_and_is_marked() -> None:
    calls = [Call("Market", 0, 0, pickup=2), Call("Dock", 300, 300, pickup=3, drop_off=2), Call("Mill", 600, 600)]
    use = World(runs=[Run("A", calls)]).network().sequences.use.tolist()
    assert use[0] == BOARD | BOARD_BY_CALL | ALIGHT
    assert use[1] == BOARD | BOARD_BY_CALL | ALIGHT | ALIGHT_BY_CALL
    assert use[2] == BOARD | ALIGHT


def test_trips_stand_by_sequence_and_then_by_first_departure() -> None:
    network = poster("""
              Market Dock Hospital
        a     9:00   9:10 9:20
        b     8:00   -    8:20
        c     7:00   7:10 7:20
        d     6:00   -    6:20
        """).network()
    assert [network.trips.id[row][2] for row in range(4)] == ["c", "a", "d", "b"]
    assert network.trips.sequence.tolist() == [0, 0, 1, 1]
    assert events_of(network, 3) == [("Market", 28800, 28800), ("Hospital", 30000, 30000)]


def test_a_line_that_serves_a_stop_twice_keeps_both_calls() -> None:
    calls = [Call(stop, t, t) for stop, t in (("Market", 0), ("Dock", 60), ("Mill", 120), ("Dock", 180))]
    network = World(runs=[Run("loop", calls)]).network()
    assert [name for name, *_ in events_of(network, 0)] == ["Market", "Dock", "Mill", "Dock"]


def test_a_trip_with_no_stop_is_no_run() -> None:
    network = World(runs=[Run("empty", []), Run("A", [Call("Market", 0, 0), Call("Dock", 60, 60)])]).network()
    assert list(network.trips.id) == ["w:A/1"]


def test_a_feed_without_trips_builds_and_has_no_span(tmp_path: Path) -> None:
    network = town(
        tmp_path,
        trips="trip_id,route_id,service_id\n",
        stop_times="trip_id,stop_id,stop_sequence,arrival_time,departure_time\n",
    )
    assert network.service_span is None
    assert network.first_day is None
    assert network.last_day is None
    assert not network.served.any()
    assert network.coverage.quays == 0


def test_a_stop_without_a_position_is_linked_to_nothing() -> None:
    network = poster(
        """
              Market Dock
        a     8:00   8:10
        """,
        at={"Market": (float("nan"), float("nan")), "Dock": (100.0, 0.0)},
    ).network()
    assert len(network.footpaths.to) == 0


def test_footpaths_link_stops_within_five_hundred_metres_nearest_first() -> None:
    network = poster(
        """
              A     B     C     D
        a     8:00  8:10  8:20  8:30
        """,
        at={"A": (0.0, 0.0), "B": (300.0, 0.0), "C": (0.0, 100.0), "D": (-510.0, 0.0)},
    ).network()
    rows = network.stops.id.row_of
    paths = network.footpaths
    own = slice(int(paths.offset[rows["w:A"]]), int(paths.offset[rows["w:A"] + 1]))
    assert paths.to[own].tolist() == [rows["w:C"], rows["w:B"]]
    np.testing.assert_allclose(paths.distance_m[own], [130.0, 390.0], rtol=0.01)


def test_a_station_is_no_stop_that_one_walks_to() -> None:
    network = poster(
        """
              A     B
        a     8:00  8:10
        """,
        at={"A": (0.0, 0.0), "B": (3000.0, 0.0), "S": (10.0, 0.0)},
        parents={"A": "S"},
    ).network()
    assert not network.served[network.stops.id.row_of["w:S"]]
    assert len(network.footpaths.to) == 0


def test_transfers_of_single_routes_or_trips_do_not_hold_for_all(tmp_path: Path) -> None:
    network = town(
        tmp_path,
        transfers="""
            from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time
            market,dock,early,late,3,
            dock,hospital,,,2,200
            """,
    )
    whole = network.transfers.between_stops()
    assert whole.type.tolist() == [2]
    assert whole.min_s.tolist() == [200]


def test_transfers_keep_their_routes_and_trips_in_the_order_of_the_file(tmp_path: Path) -> None:
    network = town(
        tmp_path,
        transfers="""
            from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time
            ,,,,late,early,4,
            market,dock,,1,,,1,
            dock,hospital,,,,,2,200
            hospital,dock,1,,,late,3,
            """,
    )
    transfers, trips = network.transfers, network.trips.id.row_of
    late, early = trips["town:late"], trips["town:early"]
    assert transfers.type.tolist() == [4, 1, 2, 3]
    assert transfers.from_stop.tolist() == [-1, 0, 1, 2]
    assert transfers.to_stop.tolist() == [-1, 1, 2, 1]
    assert transfers.from_route.tolist() == [-1, -1, -1, 0]
    assert transfers.to_route.tolist() == [-1, 0, -1, -1]
    assert transfers.from_trip.tolist() == [late, -1, -1, -1]
    assert transfers.to_trip.tolist() == [early, -1, -1, late]
    assert transfers.min_s.tolist() == [-1, -1, 200, -1]


def test_a_transfer_of_a_repeated_trip_names_its_first_run(tmp_path: Path) -> None:
    network = town(
        tmp_path,
        frequencies="""
            trip_id,start_time,end_time,headway_secs
            early,08:00:00,10:00:00,1800
            """,
        transfers="""
            from_trip_id,to_trip_id,transfer_type
            late,early,5
            """,
    )
    runs = [row for row, name in enumerate(network.trips.id) if name == "town:early"]
    assert len(runs) == 4
    assert network.transfers.to_trip.tolist() == [runs[0]]
    assert network.trips.id[int(network.transfers.from_trip[0])] == "town:late"


def test_the_flag_of_a_parent_counts_where_the_stop_says_nothing(tmp_path: Path) -> None:
    network = town(
        tmp_path,
        stops="""
            stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
            market,Market,49.90,2.30,0,station,0
            dock,Dock,49.91,2.30,0,station,2
            hospital,Hospital,49.93,2.30,0,,
            station,Station,49.90,2.30,1,,1
            """,
    )
    assert network.stops.own_flag.tolist() == [0, 2, 0, 1]
    assert network.stops.flag.tolist() == [1, 2, 0, 1]
    assert (network.coverage.stops_yes, network.coverage.stops_no, network.coverage.stops_unknown) == (1, 1, 1)


def test_the_days_of_a_poster_are_those_of_its_service() -> None:
    network = poster("""
              Market Dock
        a     8:00   8:10
        """).network()
    assert network.first_day == DAY
    assert network.last_day == date(2026, 3, 8)
    assert events_of(network, 0)[0][1] == seconds("8:00")


def test_pathways_and_levels_are_kept_as_they_are_written(testdata: Callable[[str], Path], tmp_path: Path) -> None:
    feed = read_gtfs(testdata("mbta/stations.zip"), "mbta")
    network = build_network([feed], "mbta", "MBTA")
    save_network(network, tmp_path / "mbta", {})
    kept = open_network(tmp_path / "mbta")
    assert (len(kept.pathways.rows()), len(kept.levels.rows())) == (8759, 78)
    assert kept.pathways.rows() == feed.pathways.to_dict("records")
    assert all(row["from_stop_id"] in kept.stops.id.row_of for row in kept.pathways.rows())
