"""A baked feed closes exactly what is refused, keeps everything else, and never passes for the operator's."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from planner.access.profiles import get_profile
from planner.bake import bake
from planner.build import FactInputs, Input, Labels, build
from planner.cli import main
from planner.model import Unknown, Verdict
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.one_boarding import ask_boarding
from scripts import embedded_gtfs

TABLES = Path(embedded_gtfs.__file__).parent.parent / "data" / "fictiville"
DAY = date(2026, 11, 24)
Feed = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bake") / "feed.zip"
    assert embedded_gtfs.main([str(TABLES), str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def network(feed: Path) -> Network:
    build(feed.parent / "town", [Input("f", feed)], FactInputs(survey=TABLES / "survey"), Labels("Town", notice="Bah."))
    return open_network(feed.parent / "town")


def read(path: Path) -> Feed:
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            for name in archive.namelist()
            if name != "README.txt"
        }


@pytest.fixture(scope="module")
def baked(network: Network, feed: Path) -> Path:
    out = feed.parent / "baked.zip"
    bake(network, get_profile("manual-wheelchair", {}), Unknown.EXCLUDE, out)
    return out


def test_what_is_closed_is_what_boarding_refuses_or_doubts(network: Network, baked: Path) -> None:
    """Trip by trip against the one question that judges a single boarding."""
    profile, tables = get_profile("manual-wheelchair", {}), read(baked)
    running = {row["service_id"] for row in tables["calendar_dates.txt"] if row["date"] == f"{DAY:%Y%m%d}"}
    trips = {row["trip_id"]: row for row in tables["trips.txt"] if row["service_id"] in running}
    calls = [row for row in tables["stop_times.txt"] if row["trip_id"] in trips]
    checked = closed = 0
    seen: set[tuple[str, str, str, str, str]] = set()
    for row in calls[::7]:
        trip, stop = row["trip_id"].partition("~")[0], row["stop_id"]
        kind = (trips[row["trip_id"]]["route_id"], trip.split("-")[1], stop, row["pickup_type"], row["drop_off_type"])
        if kind in seen:
            continue
        seen.add(kind)
        answer = ask_boarding(network, f"f:{stop}", profile, DAY, trip=f"f:{trip}")
        for end, column in ((answer.boarding, "pickup_type"), (answer.alighting, "drop_off_type")):
            if end is not None:
                open_ = end.verdict is Verdict.YES and not end.doubts
                assert (row[column] == "0") == open_, (kind, end)
                checked, closed = checked + 1, closed + (not open_)
    assert checked > 100
    assert 0 < closed < checked


def test_everything_else_is_the_same_timetable(network: Network, feed: Path, baked: Path) -> None:
    before, after = read(feed), read(baked)
    assert {row["stop_id"] for row in before["stops.txt"]} == {row["stop_id"] for row in after["stops.txt"]}
    assert {row["route_id"] for row in before["routes.txt"]} == {row["route_id"] for row in after["routes.txt"]}
    assert {row["trip_id"] for row in before["trips.txt"]} == {
        row["trip_id"].partition("~")[0] for row in after["trips.txt"]
    }
    assert len({row["trip_id"] for row in after["trips.txt"]}) == len(after["trips.txt"])
    again = feed.parent / "again"
    rebuilt = build(again, [Input("f", baked)], FactInputs(), Labels())
    assert rebuilt.events.departure_s.tolist() == network.events.departure_s.tolist()
    assert rebuilt.service_span == network.service_span
    assert [rebuilt.services.runs[s].sum() for s in rebuilt.trips.service] == [
        network.services.runs[s].sum() for s in network.trips.service
    ]


def test_who_may_board_anything_gets_a_feed_with_nothing_closed(network: Network, tmp_path: Path) -> None:
    counts = bake(network, get_profile("on-foot", {}), Unknown.ALLOW, tmp_path / "foot.zip")
    assert (counts["refused_boardings"], counts["refused_alightings"]) == (0, 0)


def test_a_vehicle_for_some_days_closes_only_those(feed: Path, tmp_path: Path) -> None:
    """A trip whose vehicle changes is written once for each of both; no day is lost or doubled."""
    survey = tmp_path / "survey"
    survey.mkdir()
    for table in (TABLES / "survey").iterdir():
        (survey / table.name).write_bytes(table.read_bytes())
    path = survey / "vehicle_assignments.csv"
    told = path.read_text("utf-8")
    columns, *_ = csv.reader(io.StringIO(told))
    first = next(csv.DictReader(io.StringIO(told)))
    types = {row["vehicle_type_id"] for row in csv.DictReader(io.StringIO(told))}
    for kind in sorted(types):  # whichever of them come, on this one day it is a mixture of all
        row = {**first, "scope": "service_date", "scope_id": DAY.isoformat(), "vehicle_type_id": kind}
        told += ",".join(row[column] for column in columns) + "\n"
    path.write_text(told, "utf-8")
    network = build(tmp_path / "town", [Input("f", feed)], FactInputs(survey=survey), Labels())
    bake(network, get_profile("manual-wheelchair", {}), Unknown.EXCLUDE, tmp_path / "baked.zip")
    tables = read(tmp_path / "baked.zip")
    days: dict[str, set[str]] = {}
    for row in tables["calendar_dates.txt"]:
        days.setdefault(row["service_id"], set()).add(row["date"])
    # the tram; the repetitions of a headway have a "~" too
    split = [row for row in tables["trips.txt"] if "~" in row["trip_id"] and row["route_id"] == "T1"]
    assert split
    for row in split:
        first = next(one for one in tables["trips.txt"] if one["trip_id"] == row["trip_id"].partition("~")[0])
        both = days[row["service_id"]], days[first["service_id"]]
        assert not both[0] & both[1]
        assert {f"{DAY:%Y%m%d}"} in both
        assert f"{DAY + timedelta(days=1):%Y%m%d}" in both[0] | both[1]


def test_the_file_says_what_it_is_and_is_the_same_every_time(network: Network, baked: Path, tmp_path: Path) -> None:
    tables = read(baked)
    (info,) = tables["feed_info.txt"]
    assert "not the feed of an operator" in info["feed_publisher_name"]
    assert "manual-wheelchair-exclude" in info["feed_version"]
    assert {row["is_operator"] for row in tables["attributions.txt"]} == {"0"}
    with zipfile.ZipFile(baked) as archive:
        told = archive.read("README.txt").decode("utf-8")
    assert told.startswith("This is not the feed of an operator.")
    assert "manual-wheelchair" in told
    assert network.attribution in told
    assert "Bah." in told
    again = tmp_path / "again.zip"
    order = ["bake", str(network.folder), "--profile", "manual-wheelchair", "--unknown", "exclude", str(again)]
    assert main(order) == 0
    assert again.read_bytes() == baked.read_bytes()


def rides(tables: Feed, day: date) -> Iterator[list[dict[str, str]]]:
    running = {row["service_id"] for row in tables["calendar_dates.txt"] if row["date"] == f"{day:%Y%m%d}"}
    of_day = {row["trip_id"] for row in tables["trips.txt"] if row["service_id"] in running}
    calls: dict[str, list[dict[str, str]]] = {}
    for row in tables["stop_times.txt"]:
        if row["trip_id"] in of_day:
            calls.setdefault(row["trip_id"], []).append(row)
    yield from calls.values()


def test_a_router_that_knows_nothing_of_wheelchairs_never_boards_where_it_is_refused(
    network: Network, baked: Path
) -> None:
    """A plain connection scan over the baked file alone; each boarding it uses is asked of the judge."""
    profile, tables = get_profile("manual-wheelchair", {}), read(baked)
    name = {row["stop_id"]: row["stop_name"] for row in tables["stops.txt"]}
    hops = []
    for calls in rides(tables, DAY):
        for one, after in pairwise(calls):
            hops.append((one["departure_time"], after["arrival_time"], one, after))
    hops.sort(key=lambda hop: hop[:2])
    used: set[tuple[str, str, bool]] = set()
    for origin in sorted({name[row["stop_id"]] for row in tables["stop_times.txt"]})[::3]:
        reached, aboard = {origin: "06:00:00"}, dict[str, str]()  # by name: one changes between stops of a name
        for departs, arrives, one, after in hops:
            trip = one["trip_id"]
            if trip not in aboard and one["pickup_type"] == "0" and reached.get(name[one["stop_id"]], "99") <= departs:
                aboard[trip] = one["stop_id"]
            if trip in aboard and after["drop_off_type"] == "0" and arrives < reached.get(name[after["stop_id"]], "99"):
                reached[name[after["stop_id"]]] = arrives
                used |= {(trip, aboard[trip], False), (trip, after["stop_id"], True)}
    assert len(used) > 50
    for trip, stop, alighting in sorted(used)[:: max(1, len(used) // 300)]:
        answer = ask_boarding(network, f"f:{stop}", profile, DAY, trip=f"f:{trip.partition('~')[0]}")
        end = answer.alighting if alighting else answer.boarding
        assert end is not None
        assert end.verdict is Verdict.YES
