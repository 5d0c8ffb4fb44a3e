"""Stops, flags, routes, trips and what hangs on them: unknown stays unknown, and what is dropped is counted."""

import json
from pathlib import Path

import numpy as np
import pytest
from gtfs_world import feed_of

from planner.errors import FeedError
from planner.feeds.gtfs import Feed, read_gtfs

STOPS = "stop_id,stop_name,stop_lat,stop_lon"
COMPLEX = """
    stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
    area,,,,4,yes,
    yes,Platform 1,49.91,2.30,0,station,0
    own,Platform 2,49.92,2.31,0,station,2
    odd,Platform 3,49.92,2.31,0,station,5
    door,Door,49.92,2.31,2,station,
    node,,,,3,station,
    station,Central,49.90,2.30,1,,1
    alone,Market,49.95,2.30,,,
    """


def read(folder: Path, **changes: str | bytes | None) -> Feed:
    return read_gtfs(feed_of(folder, **changes), "town")


def stops_only(folder: Path, stops: str, **changes: str | None) -> Feed:
    return read(folder, stops=stops, trips=None, stop_times=None, **changes)


def dropped(feed: Feed, file: str) -> dict[str, int]:
    return {reason: tally.count for reason, tally in feed.report.tables[file].dropped.items()}


def noted(feed: Feed, file: str) -> dict[str, int]:
    return {remark: tally.count for remark, tally in feed.report.tables[file].noted.items()}


def fault(folder: Path, **changes: str | bytes | None) -> str:
    with pytest.raises(FeedError) as caught:
        read(folder, **changes)
    return "\n".join(map(str, caught.value.faults))


# --- Stops ------------------------------------------------------------------------------------------


def test_flags_are_inherited_as_the_standard_says_and_unknown_stays_unknown(tmp_path: Path) -> None:
    feed = stops_only(tmp_path, COMPLEX)
    flags = feed.stops.set_index("id")
    assert flags["declared"].to_dict() == {
        "town:area": 0, "town:yes": 0, "town:own": 2, "town:odd": 0,
        "town:door": 0, "town:node": 0, "town:station": 1, "town:alone": 0,
    }  # fmt: skip
    assert flags["effective"].to_dict() == {
        "town:area": 1, "town:yes": 1, "town:own": 2, "town:odd": 1,
        "town:door": 1, "town:node": 1, "town:station": 1, "town:alone": 0,
    }  # fmt: skip
    assert noted(feed, "stops.txt")["wheelchair_boarding is none of 0, 1, 2: read as blank"] == 1
    assert not feed.report.stop_flag_absent


def test_nodes_and_boarding_areas_take_name_and_position_of_their_parents(tmp_path: Path) -> None:
    stops = stops_only(tmp_path, COMPLEX).stops.set_index("id")
    assert stops.loc[["town:area", "town:node"], "name"].tolist() == ["Platform 1", "Central"]
    assert stops.loc[["town:area", "town:node"], "lat"].tolist() == [49.91, 49.90]


def test_a_parent_of_the_wrong_kind_or_unknown_is_no_parent(tmp_path: Path) -> None:
    rows = "a,A,49,2,0,b,0\nb,B,49,2,0,,1\nc,C,49,2,0,c,0\nd,D,49,2,1,e,0\ne,E,49,2,1,d,1\nf,F,49,2,0,nowhere,0\n"
    feed = stops_only(tmp_path, f"{STOPS},location_type,parent_station,wheelchair_boarding\n{rows}")
    assert feed.stops["parent"].tolist() == [-1] * 6
    assert feed.stops["effective"].tolist() == [0, 1, 0, 0, 1, 0]
    assert noted(feed, "stops.txt") == {
        "parent_station names no stop: read as blank": 1,
        "parent_station is of the wrong location_type: read as blank": 4,
    }


@pytest.mark.parametrize("position", [",", "0,0", "91,2.3", "49.9,181", "x,2.3", "nan,2.3", "inf,2.3", "49.9,"])
def test_a_stop_that_nobody_can_place_is_dropped_with_its_calls_and_counted(tmp_path: Path, position: str) -> None:
    feed = read(tmp_path, stops=f"{STOPS}\nmarket,M,49.9,2.3\ndock,D,{position}\nhospital,H,49.93,2.3\n")
    assert feed.stops["id"].tolist() == ["town:market", "town:hospital"]
    assert dropped(feed, "stops.txt") == {"no possible position, and no parent that has one": 1}
    assert dropped(feed, "stop_times.txt") == {"stop_id names no stop that is kept": 1}
    assert feed.stop_times["stop"].tolist() == [0, 1, 0, 1]


def test_a_feed_in_which_no_stop_can_be_placed_is_refused(tmp_path: Path) -> None:
    assert "no stop has a possible position" in fault(tmp_path, stops=f"{STOPS}\nmarket,M,,\ndock,D,0,0\n")


def test_a_station_without_position_stands_amid_its_stops_and_keeps_its_flag(tmp_path: Path) -> None:
    rows = "a,A,49.0,2.0,,s,\nb,B,50.0,3.0,,s,\nc,C,,,,s,\ns,S,,,1,,2\n"
    feed = stops_only(tmp_path, f"{STOPS},location_type,parent_station,wheelchair_boarding\n{rows}")
    assert feed.stops["lat"].tolist() == [49.0, 50.0, 49.5, 49.5]
    assert feed.stops["effective"].tolist() == [2, 2, 2, 2]
    assert noted(feed, "stops.txt") == {
        "no position: the middle of its stops is assumed": 1,
        "no position: the parent's is assumed": 1,
    }


def test_of_stops_with_one_id_the_first_counts(tmp_path: Path) -> None:
    rows = "market,First,49.9,2.3\ndock,D,49.9,2.3\nmarket,First,49.9,2.3\nmarket,Second,49.8,2.3\n,Nobody,49.9,2.3\n"
    feed = stops_only(tmp_path, f"{STOPS}\n{rows}")
    assert feed.stops["name"].tolist() == ["First", "D"]
    assert dropped(feed, "stops.txt") == {
        "no stop_id": 1,
        "stop_id repeated, the row is the same": 1,
        "stop_id repeated with other values; the first row counts": 1,
    }


def test_stop_access_is_unknown_where_it_is_blank(tmp_path: Path) -> None:
    feed = stops_only(tmp_path, f"{STOPS},stop_access,level_id\na,A,49,2,0,L\nb,B,49,2,1,\nc,C,49,2,,\n")
    assert feed.stops["stop_access"].tolist() == [0, 1, -1]
    assert feed.stops["level_id"].tolist() == ["town:L", "", ""]


# --- The feed ---------------------------------------------------------------------------------------


def test_a_feed_without_trips_is_read_and_says_so(tmp_path: Path) -> None:
    feed = stops_only(tmp_path, f"{STOPS}\na,A,49,2\n", routes=None, calendar=None)
    assert len(feed.trips) == len(feed.stop_times) == 0
    assert any("no trips" in sentence for sentence in feed.report.assumed)


def test_a_feed_whose_trips_are_all_useless_is_refused_with_the_reasons(tmp_path: Path) -> None:
    said = fault(tmp_path, stop_times="trip_id,stop_id,stop_sequence,arrival_time\nearly,market,1,8:00:00\n")
    assert "none of its 2 trips can be used (it has fewer than two usable stops: 2 (line 2, 3))" in said
    assert "no trips, but stop_times.txt has 5 rows" in fault(tmp_path, trips="trip_id,route_id,service_id\n")


def test_time_zones_of_agencies_must_agree(tmp_path: Path) -> None:
    head = "agency_id,agency_name,agency_timezone\n"
    assert "different time zones" in fault(tmp_path, agency=f"{head}A,A,Europe/Paris\nB,B,Europe/London\n")
    assert "no time zone" in fault(tmp_path, agency=f"{head}A,A,../../etc/passwd\n")
    feed = read(tmp_path, agency=f"{head}A,A,Europe/Paris\nB,B,\n")
    assert (feed.timezone, len(feed.agencies)) == ("Europe/Paris", 2)


def test_without_agencies_the_zone_of_the_stops_counts_and_without_any_utc_is_assumed(tmp_path: Path) -> None:
    feed = read(tmp_path, agency=None)
    assert feed.timezone == "UTC"
    assert feed.report.assumed == ["nothing names a time zone; UTC is taken"]
    rows = "market,M,49.9,2.3,Europe/Vilnius\ndock,D,49.9,2.3,\nhospital,H,49.93,2.3,Europe/Vilnius\n"
    feed = read(tmp_path, agency=None, stops=f"{STOPS},stop_timezone\n{rows}")
    assert feed.timezone == "Europe/Vilnius"
    assert len(feed.report.assumed) == 1


def test_feed_info_is_read_and_absent_means_not_said(tmp_path: Path) -> None:
    feed = read(tmp_path)
    assert (feed.publisher, feed.feed_version, feed.feed_start, feed.feed_end) == ("", "", "", "")
    info = "feed_publisher_name,feed_lang,feed_version,feed_start_date,feed_end_date\nTown,fr,7,20240101,20240230\n"
    feed = read(tmp_path, feed_info=info)
    assert (feed.publisher, feed.lang, feed.feed_version) == ("Town", "fr", "7")
    assert (feed.feed_start, feed.feed_end) == ("2024-01-01", "")


def test_the_agency_keeps_its_telephone(tmp_path: Path) -> None:
    feed = read(tmp_path)
    assert feed.agencies["phone"].tolist() == ["01 23"]
    assert feed.agencies["id"].tolist() == ["town:A"]


def test_the_report_becomes_json(tmp_path: Path) -> None:
    report = read(tmp_path, calendar_dates="service_id,date,exception_type\nweek,oops,1\n").report
    read_back = json.loads(json.dumps(report.as_dict()))
    assert read_back["trips"] == {"yes": 0, "no": 0, "unknown": 2}
    assert read_back["tables"]["calendar_dates.txt"]["dropped"]["date is no date"] == {"count": 1, "lines": [2]}
    assert (report.first_day, report.last_day) == ("2024-01-01", "2024-01-12")


# --- Routes, trips, frequencies, transfers, shapes ------------------------------------------------------


def test_routes_keep_what_is_sound_and_say_what_is_not(tmp_path: Path) -> None:
    head = "route_id,agency_id,route_type,route_color,route_text_color,route_sort_order\n"
    feed = read(tmp_path, routes=f"{head}1,,3,#00aaFF,red,7\n2,X,bus,,,\n")
    assert feed.routes["agency"].tolist() == [0, 0]
    assert feed.routes["type"].tolist() == [3, -1]
    assert feed.routes["color"].tolist() == ["00AAFF", ""]
    assert feed.routes["sort_order"].tolist() == [7, -1]
    assert noted(feed, "routes.txt") == {
        "agency_id names no agency: read as blank": 1,
        "route_type is no number: unknown": 1,
        "route_text_color is no colour: read as blank": 1,
    }


def test_trips_of_no_route_or_no_service_are_dropped_with_their_calls(tmp_path: Path) -> None:
    trips = "trip_id,route_id,service_id\nearly,1,week\nlate,9,week\nx,1,never\ny,1,idle\nz,1,week\nearly,1,week\n"
    calendar = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    calendar += "week,1,0,0,0,0,0,0,20240101,20240107\nidle,0,0,0,0,0,0,0,20240101,20240107\n"
    feed = read(tmp_path, trips=trips, calendar=calendar)
    assert feed.trips["id"].tolist() == ["town:early"]
    assert dropped(feed, "trips.txt") == {
        "trip_id repeated, the row is the same": 1,
        "route_id names no route": 1,
        "service_id is in no calendar": 1,
        "its service has no day": 1,
        "it has fewer than two usable stops": 1,
    }
    assert feed.report.tables["trips.txt"].kept == 1
    assert dropped(feed, "stop_times.txt") == {"trip_id names no trip that is kept": 2}


def test_the_flags_of_trips_stay_three_valued_and_absent_is_said(tmp_path: Path) -> None:
    head = "trip_id,route_id,service_id,wheelchair_accessible,direction_id,block_id\n"
    feed = read(tmp_path, trips=f"{head}early,1,week,1,1,B\nlate,1,week,,,\n")
    assert feed.trips["accessible"].tolist() == [1, 0]
    assert feed.trips["direction"].tolist() == [1, -1]
    assert feed.trips["block"].tolist() == ["town:B", ""]
    assert str(feed.report.trips) == "1 yes, 0 no, 1 unknown"
    assert not feed.report.trip_flag_absent
    feed = read(tmp_path)
    assert feed.report.trip_flag_absent
    assert feed.report.stop_flag_absent
    assert "wheelchair_accessible is absent" in "\n".join(feed.report.lines())


def test_served_stops_are_counted_with_what_they_inherit(tmp_path: Path) -> None:
    rows = "market,M,49.9,2.3,,s,\ndock,D,49.9,2.3,,,2\nhospital,H,49.9,2.3,,,\nunserved,U,49.9,2.3,,,1\n"
    head = f"{STOPS},location_type,parent_station,wheelchair_boarding\n"
    feed = read(tmp_path, stops=f"{head}{rows}s,S,49.9,2.3,1,,1\n")
    assert str(feed.report.served_stops) == "1 yes, 1 no, 1 unknown"


def test_frequencies_of_both_kinds_are_read(tmp_path: Path) -> None:
    rows = (
        "early,6:00:00,9:00:00,600,1\nlate,9:00:00,25:00:00,900,\nlate,9:00:00,8:00:00,900,0\nx,6:00:00,7:00:00,60,0\n"
    )
    feed = read(
        tmp_path, frequencies=f"trip_id,start_time,end_time,headway_secs,exact_times\n{rows}late,6:00:00,7:00:00,0,\n"
    )
    assert feed.frequencies.to_dict("list") == {
        "trip": [0, 1],
        "start_s": [21600, 32400],
        "end_s": [32400, 90000],
        "headway_s": [600, 900],
        "exact": [True, False],
    }
    assert dropped(feed, "frequencies.txt") == {
        "trip_id names no trip that is kept": 1,
        "its times or headway are impossible": 2,
    }


def test_transfers_that_name_something_unknown_are_dropped_and_never_widened(tmp_path: Path) -> None:
    head = "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_route_id,from_trip_id,to_trip_id\n"
    rows = (
        "market,dock,2,120,,,\nmarket,dock,3,,9,,\nmarket,,0,,,,\n,,4,,,early,late\nmarket,dock,7,,,,\nx,dock,0,,,,\n"
        ",,3,,,early,late\nmarket,,5,,,,late\n"
    )
    feed = read(tmp_path, transfers=f"{head}{rows}dock,market,,,1,,\n")
    columns = ["from_stop", "to_stop", "from_route", "from_trip", "to_trip", "type", "min_s"]
    assert feed.transfers[columns].to_numpy().tolist() == [
        [0, 1, -1, -1, -1, 2, 120],
        [-1, -1, -1, 0, 1, 4, -1],
        [1, 0, 0, -1, -1, 0, -1],
    ]
    assert dropped(feed, "transfers.txt") == {
        "it names a stop, route or trip that is not there": 2,
        "a transfer_type of 0 to 3 needs two stops": 2,
        "it names neither two stops nor a trip": 1,
        "transfer_type is none of 0 to 5": 1,
    }


def test_a_rule_about_a_trip_that_calls_nowhere_is_dropped_and_reported(tmp_path: Path) -> None:
    """Without its trip the rule would hold for all who change there."""
    trips = "trip_id,route_id,service_id\nearly,1,week\nlate,1,week\nidle,1,week\n"
    head = "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\n"
    feed = read(tmp_path, trips=trips, transfers=f"{head}market,dock,3,idle,late\nmarket,dock,3,early,late\n")
    assert feed.transfers[["from_trip", "to_trip"]].to_numpy().tolist() == [[0, 1]]
    assert dropped(feed, "transfers.txt") == {"it names a stop, route or trip that is not there": 1}


def test_shapes_are_put_in_order_and_hang_on_their_trips(tmp_path: Path) -> None:
    rows = "lone,49,2,1\nb,49.3,2.3,30\na,49.1,2.1,1\nb,49.1,2.1,9\na,49.2,2.2,2\nb,x,2.2,10\n,49,2,1\n"
    trips = "trip_id,route_id,service_id,shape_id\nearly,1,week,b\nlate,1,week,lone\n"
    feed = read(tmp_path, shapes=f"shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n{rows}", trips=trips)
    assert feed.shape_ids == ["town:b", "town:a"]
    assert feed.shape_offset.tolist() == [0, 2, 4]
    assert feed.shape_lat.tolist() == [49.1, 49.3, 49.1, 49.2]
    assert feed.trips["shape"].tolist() == [0, -1]
    assert dropped(feed, "shapes.txt") == {
        "no shape_id": 1,
        "its position or sequence is impossible": 1,
        "the shape has only one point": 1,
    }


def test_pathways_and_levels_are_kept_as_they_are_with_public_ids(tmp_path: Path) -> None:
    pathways = "pathway_id,from_stop_id,to_stop_id,pathway_mode,max_slope\np,market,dock,1,\n"
    feed = read(tmp_path, pathways=pathways, levels="level_id,level_index\nL,-1\n")
    assert feed.pathways.to_dict("records") == [
        {
            "pathway_id": "town:p",
            "from_stop_id": "town:market",
            "to_stop_id": "town:dock",
            "pathway_mode": "1",
            "max_slope": "",
        }
    ]
    assert feed.levels.to_dict("records") == [{"level_id": "town:L", "level_index": "-1"}]
    assert len(read(tmp_path).pathways) == 0


def test_the_columns_are_typed_alike_with_and_without_rows(tmp_path: Path) -> None:
    full = read(
        tmp_path,
        frequencies="trip_id,start_time,end_time,headway_secs\nearly,6:00:00,7:00:00,600\n",
        transfers="from_stop_id,to_stop_id,transfer_type\nmarket,dock,0\n",
    )
    bare = stops_only(tmp_path, f"{STOPS}\na,A,49,2\n", routes=None, agency=None, calendar=None)
    headers = "trip_id,route_id,service_id\n", "trip_id,stop_id,stop_sequence,arrival_time\n", "agency_id\n"
    hollow = read(tmp_path, trips=headers[0], stop_times=headers[1], routes="route_id,route_type\n", agency=headers[2])
    for name in ("agencies", "stops", "routes", "trips", "stop_times", "frequencies", "transfers"):
        expected = getattr(full, name).dtypes.to_dict()
        assert getattr(bare, name).dtypes.to_dict() == expected, name
        assert getattr(hollow, name).dtypes.to_dict() == expected, name
    assert full.stop_times["arrival_s"].dtype == np.int32


def test_a_name_that_would_break_public_ids_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colon"):
        read_gtfs(feed_of(tmp_path), "my:town")
