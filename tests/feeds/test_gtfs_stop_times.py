"""Calls are sorted and complete; a trip whose calls make no sense is dropped whole and counted under one reason."""

from pathlib import Path

import pytest
from gtfs_world import feed_of

from planner.errors import FeedError
from planner.feeds.gtfs import Feed, read_gtfs

HEAD = "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
LATE = "late,1,market,24:50:00,24:50:00\nlate,2,hospital,25:15:00,25:15:00\n"


def read(folder: Path, rows: str, head: str = HEAD) -> Feed:
    return read_gtfs(feed_of(folder, stop_times=head + rows), "town")


def calls(feed: Feed, *columns: str) -> list[list[int]]:
    return feed.stop_times[list(columns)].to_numpy().tolist()


def dropped(feed: Feed, file: str) -> dict[str, int]:
    return {reason: tally.count for reason, tally in feed.report.tables[file].dropped.items()}


def test_times_are_clock_seconds_and_may_pass_midnight(tmp_path: Path) -> None:
    feed = read_gtfs(feed_of(tmp_path), "town")
    assert calls(feed, "trip", "stop", "sequence", "arrival_s", "departure_s") == [
        [0, 0, 1, 28800, 28800],
        [0, 1, 2, 29400, 29460],
        [0, 2, 3, 30600, 30600],
        [1, 0, 1, 89400, 89400],
        [1, 2, 2, 90900, 90900],
    ]
    assert not feed.stop_times["interpolated"].any()
    assert "headsign" not in feed.stop_times


def test_rows_come_in_the_order_of_trip_and_sequence_however_they_are_written(tmp_path: Path) -> None:
    rows = "late,20,hospital,9:20:00,9:20:00\nearly,9,dock,8:10:00,8:10:00\nlate,3,market,9:00:00,9:00:00\n"
    feed = read(tmp_path, f"{rows}early,100,hospital,8:30:00,8:30:00\nearly,1,market,8:00:00,8:00:00\n")
    assert calls(feed, "trip", "stop", "sequence") == [[0, 0, 1], [0, 1, 9], [0, 2, 100], [1, 0, 3], [1, 2, 20]]
    assert not feed.report.tables["stop_times.txt"].dropped


def test_one_of_two_times_stands_for_both_and_is_counted(tmp_path: Path) -> None:
    rows = "early,1,market,,8:00:00\nearly,2,dock,8:10:00,\nearly,3,hospital,8:30:00,8:30:00\n"
    feed = read(tmp_path, rows + LATE)
    assert calls(feed, "arrival_s", "departure_s")[:3] == [[28800, 28800], [29400, 29400], [30600, 30600]]
    assert (feed.report.times_assumed, feed.report.times_interpolated) == (2, 0)
    assert not feed.stop_times["interpolated"].any()


def test_blank_times_are_spread_along_the_straight_way_and_marked(tmp_path: Path) -> None:
    rows = "early,1,market,8:00:00,8:00:00\nearly,2,dock,,\nearly,3,hospital,8:30:00,8:30:00\n"
    feed = read(tmp_path, rows + LATE)  # the dock is a third of the way
    assert calls(feed, "arrival_s", "departure_s")[1] == [29400, 29400]
    assert feed.stop_times["interpolated"].tolist() == [False, True, False, False, False]
    assert feed.report.times_interpolated == 1


def test_blank_times_follow_the_declared_distance_where_it_makes_sense(tmp_path: Path) -> None:
    head = HEAD.replace("\n", ",shape_dist_traveled\n")
    rows = "early,1,market,8:00:00,8:00:00,{}\nearly,2,dock,,,{}\nearly,3,hospital,8:30:00,8:30:00,{}\n"
    late = LATE.replace("\n", ",\n")
    for distances, expected in ((("0", "4", "5"), 30240), (("0", "6", "5"), 29400), (("0", "", "5"), 29400)):
        feed = read(tmp_path, rows.format(*distances) + late, head)
        assert calls(feed, "arrival_s")[1] == [expected]


def test_a_dwell_before_a_blank_time_counts_from_the_departure(tmp_path: Path) -> None:
    rows = "early,1,market,8:00:00,8:15:00\nearly,2,dock,,\nearly,3,hospital,8:30:00,8:30:00\n"
    assert calls(read(tmp_path, rows + LATE), "arrival_s")[1] == [28800 + 900 + 300]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("early,1,market,8:00:00,8:00:00\n", "it has fewer than two usable stops"),
        ("early,1,market,,\nearly,2,dock,8:10:00,8:10:00\n", "its first or last stop has no time"),
        ("early,1,market,8:00:00,8:00:00\nearly,2,dock,,\n", "its first or last stop has no time"),
        ("early,1,market,8:00:00,8:00:00\nearly,2,dock,7:59:59,8:10:00\n", "its times decrease"),
        ("early,1,market,8:00:00,8:00:00\nearly,2,dock,8:10:00,8:09:59\n", "its times decrease"),
        ("early,1,market,8:00:00,8:05:00\nearly,2,dock,8:04:59,8:10:00\n", "its times decrease"),
        (
            "early,1,market,8:00:00,8:00:00\nearly,2,dock,,\nearly,3,hospital,7:00:00,7:00:00\n",
            "its times decrease",
        ),
        ("early,1,market,8:00:00,8:00:00\nearly,2,dock,8h10,\n", "a time cannot be read"),
        ("early,1,market,-8:00:00,8:00:00\nearly,2,dock,8:10:00,8:10:00\n", "a time cannot be read"),
        ("early,1,market,8:00:00,8:00:00\nearly,x,dock,8:10:00,8:10:00\n", "a stop_sequence is no whole number"),
        ("early,1,market,8:00:00,8:00:00\nearly,-1,dock,8:10:00,8:10:00\n", "a stop_sequence is no whole number"),
        (
            "early,1,market,8:00:00,8:00:00\nearly,1,dock,8:10:00,8:10:00\nearly,2,hospital,9:00:00,9:00:00\n",
            "two different rows have the same stop_sequence",
        ),
    ],
)
def test_a_trip_that_makes_no_sense_is_dropped_whole(tmp_path: Path, rows: str, reason: str) -> None:
    feed = read(tmp_path, rows + LATE)
    assert feed.trips["id"].tolist() == ["town:late"]
    assert calls(feed, "trip", "arrival_s") == [[0, 89400], [0, 90900]]
    assert dropped(feed, "trips.txt") == {reason: 1}
    assert feed.report.tables["trips.txt"].dropped[reason].lines == [2]
    assert feed.report.tables["stop_times.txt"].kept == len(feed.stop_times) == 2


def test_a_trip_with_two_reasons_is_counted_once(tmp_path: Path) -> None:
    feed = read(tmp_path, "early,x,market,never,8:00:00\n" + LATE)
    assert dropped(feed, "trips.txt") == {"a stop_sequence is no whole number": 1}


def test_the_same_row_twice_is_one_call(tmp_path: Path) -> None:
    feed = read(tmp_path, LATE + LATE + "early,1,market,8:00:00,8:00:00\nearly,2,dock,8:10:00,8:10:00\n")
    assert len(feed.stop_times) == 4
    assert dropped(feed, "stop_times.txt") == {"the same row again": 2}


def test_rows_that_name_nothing_known_are_dropped_and_counted(tmp_path: Path) -> None:
    feed = read(tmp_path, LATE + "ghost,1,market,8:00:00,8:00:00\nearly,1,ghost,8:00:00,8:00:00\n")
    assert dropped(feed, "stop_times.txt") == {
        "trip_id names no trip that is kept": 1,
        "stop_id names no stop that is kept": 1,
    }


def test_pick_up_and_drop_off_keep_their_codes(tmp_path: Path) -> None:
    head = HEAD.replace("\n", ",pickup_type,drop_off_type,stop_headsign\n")
    rows = "late,1,market,24:50:00,24:50:00,3,1,Sea\nlate,2,dock,24:55:00,24:55:00,2,0,\n"
    feed = read(tmp_path, f"{rows}late,3,hospital,25:15:00,25:15:00,,9,\n", head)
    assert calls(feed, "pickup", "drop_off") == [[3, 1], [2, 0], [0, 0]]
    assert feed.stop_times["headsign"].astype(str).tolist() == ["Sea", "", ""]
    assert "drop_off_type is none of 0, 1, 2, 3: read as blank" in feed.report.tables["stop_times.txt"].noted


def test_calls_at_a_station_are_kept_and_noted(tmp_path: Path) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon,location_type\nmarket,M,49,2,1\ndock,D,49,2,0\nhospital,H,49,2,0\n"
    feed = read_gtfs(feed_of(tmp_path, stops=stops), "town")
    noted = feed.report.tables["stop_times.txt"].noted
    assert noted["stop_id names no stop but a station or the like"].count == 2
    assert len(feed.stop_times) == 5


def test_a_table_without_any_time_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="neither arrival_time nor departure_time"):
        read(tmp_path, "late,1,market\nlate,2,dock\n", "trip_id,stop_sequence,stop_id\n")
