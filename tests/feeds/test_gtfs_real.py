"""Real feeds give the numbers that are known of them, and agree with gtfs_kit where both look."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import gtfs_kit
import numpy as np
import pytest

from planner.feeds.gtfs import Feed, read_gtfs

Find = Callable[[str], Path]

FEEDS = {
    "porto_alegre/poa_eptc.zip": (3986, 115, 2374, 130_019),
    "porto_alegre/poa_trensurb.zip": (24, 2, 1248, 14_855),
    "heidelberg/vrn_gtfs_cut.zip": (392, 7, 1480, 46_269),
    "castres/gtfs.zip": (428, 11, 596, 18_852),
    "chateau_thierry/gtfs.zip": (164, 10, 567, 11_775),
    "caltrain/ct.zip": (109, 9, 176, 3498),
    "mbta/stations.zip": (10_205, 382, 0, 0),
    "mbta/schedule_2017_without_trips.zip": (8331, 219, 0, 0),
    "vilnius/gtfs.zip": (1293, 101, 23_398, 445_217),
}


def on_day(feed: Feed, day: date) -> int:
    running = feed.service_days[:, day.toordinal() - feed.first_day]
    return int(running[feed.trips["service"].to_numpy()].sum())


@pytest.mark.parametrize("name", FEEDS)
def test_every_real_feed_is_read_whole(testdata: Find, name: str) -> None:
    feed = read_gtfs(testdata(name), "x")
    assert (len(feed.stops), len(feed.routes), len(feed.trips), len(feed.stop_times)) == FEEDS[name]
    calls = feed.stop_times
    same_trip = calls["trip"].to_numpy()[1:] == calls["trip"].to_numpy()[:-1]
    arrival, departure = calls["arrival_s"].to_numpy(), calls["departure_s"].to_numpy()
    assert (departure >= arrival).all()
    assert (arrival[1:] >= departure[:-1])[same_trip].all()
    assert (np.diff(calls["sequence"])[same_trip] > 0).all()
    assert feed.stops["lat"].notna().all()


def test_porto_alegre_says_what_is_known_of_it(testdata: Find) -> None:
    feed = read_gtfs(testdata("porto_alegre/poa_eptc.zip"), "poa_eptc")
    report = feed.report
    assert (report.trips.yes, report.trips.no, report.trips.unknown) == (913, 1461, 0)
    assert report.stop_flag_absent
    assert not report.trip_flag_absent
    assert report.times_interpolated == feed.stop_times["interpolated"].sum() == 125_271
    assert (report.served_stops.yes, report.served_stops.no) == (0, 0)
    said = "\n".join(report.lines())
    assert "913 yes, 1,461 no, 0 unknown" in said
    assert "wheelchair_boarding is absent" in said
    assert feed.timezone == "America/Sao_Paulo"
    assert feed.publisher == "Empresa Publica de Transportes e Circulação"


def test_amiens_drops_only_trips_that_never_run(testdata: Find) -> None:
    feed = read_gtfs(testdata("amiens/amiens_reconstructed.gtfs.zip"), "amiens")
    assert on_day(feed, date(2025, 10, 7)) == 1288
    assert feed.report.tables["trips.txt"].read == 6842
    assert {reason: t.count for reason, t in feed.report.tables["trips.txt"].dropped.items()} == {
        "its service has no day": 309
    }


def test_inheritance_in_caltrain(testdata: Find) -> None:
    feed = read_gtfs(testdata("caltrain/ct.zip"), "ct")
    assert (feed.report.served_stops.yes, feed.report.served_stops.no, feed.report.served_stops.unknown) == (50, 8, 2)
    assert (feed.stops["parent"] >= 0).any()


def test_boston_keeps_its_pathways_and_levels(testdata: Find) -> None:
    feed = read_gtfs(testdata("mbta/stations.zip"), "mbta")
    assert len(feed.pathways) == 8759
    assert len(feed.levels) == 78
    stop_ids = set(feed.stops["id"])
    assert set(feed.pathways["from_stop_id"]) <= stop_ids
    assert any("no trips" in sentence for sentence in feed.report.assumed)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("porto_alegre/poa_eptc.zip", ["20190415", "20190421"]),
        ("castres/gtfs.zip", ["20240426", "20240501"]),
        ("chateau_thierry/gtfs.zip", ["20251007", "20261225"]),
        ("caltrain/ct.zip", ["20231108", "20231123"]),
        ("heidelberg/vrn_gtfs_cut.zip", ["20220624", "20220625"]),
    ],
)
def test_the_trips_of_a_day_are_those_of_gtfs_kit(testdata: Find, name: str, days: list[str]) -> None:
    feed, kit = read_gtfs(testdata(name), "x"), gtfs_kit.read_feed(testdata(name), dist_units="km")
    for day in days:
        theirs = set(kit.get_trips(day)["trip_id"])
        running = feed.service_days[:, date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal() - feed.first_day]
        ours = feed.trips.loc[running[feed.trips["service"].to_numpy()], "id"].str.removeprefix("x:")
        assert set(ours) == theirs
