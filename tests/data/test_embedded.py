"""The embedded networks: Amiens keeps to facts, Fictiville to inventions, and both become well-formed feeds."""

import csv
import importlib.util
import io
import math
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from planner.facts import Method
from planner.feeds.survey import read_survey

ROOT = Path(__file__).resolve().parents[2]
AMIENS = ROOT / "data" / "amiens"
FICTIVILLE = ROOT / "data" / "fictiville"
VERDICTS = ("YES", "UNCERTAIN", "UNKNOWN", "NO")  # best to worst

Row = dict[str, str]
Feed = dict[str, list[Row]]


def load(path: Path) -> ModuleType:
    """Import a program that is in no package."""
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


embedded_gtfs = load(ROOT / "scripts" / "embedded_gtfs.py")
make_fictiville = load(ROOT / "scripts" / "make_fictiville.py")
make_fictiville_streets = load(ROOT / "scripts" / "make_fictiville_streets.py")


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def survey(name: str) -> list[Row]:
    return rows_of(FICTIVILLE / "survey" / name)


@pytest.fixture(scope="module", params=[AMIENS, FICTIVILLE], ids=["amiens", "fictiville"])
def feed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return build(request.param, tmp_path_factory.mktemp("feed"))


@pytest.fixture(scope="module")
def amiens(tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return build(AMIENS, tmp_path_factory.mktemp("amiens"))


@pytest.fixture(scope="module")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return build(FICTIVILLE, tmp_path_factory.mktemp("fictiville"))


def build(source: Path, folder: Path) -> Feed:
    embedded_gtfs.write_gtfs(source, folder / "feed.zip")
    with zipfile.ZipFile(folder / "feed.zip") as archive:
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def seconds(clock: str) -> int:
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


def stops_of(feed: Feed) -> dict[str, list[Row]]:
    trips: dict[str, list[Row]] = defaultdict(list)
    for row in feed["stop_times.txt"]:
        trips[row["trip_id"]].append(row)
    return trips


def services_on(feed: Feed, day: date) -> set[str]:
    name, text = f"{day:%A}".lower(), f"{day:%Y%m%d}"
    services = {
        row["service_id"]
        for row in feed["calendar.txt"]
        if row[name] == "1" and row["start_date"] <= text <= row["end_date"]
    }
    for row in feed["calendar_dates.txt"]:
        if row["date"] == text:
            (services.add if row["exception_type"] == "1" else services.discard)(row["service_id"])
    return services


# --- Both feeds --------------------------------------------------------------------------------------


def test_every_id_resolves_and_is_unique(feed: Feed) -> None:
    def ids(name: str, column: str) -> set[str]:
        found = [row[column] for row in feed[name]]
        assert len(found) == len(set(found)), f"{name}: {column} is not unique"
        return set(found)

    stops, routes, trips = ids("stops.txt", "stop_id"), ids("routes.txt", "route_id"), ids("trips.txt", "trip_id")
    services, agencies = ids("calendar.txt", "service_id"), ids("agency.txt", "agency_id")
    assert {row["agency_id"] for row in feed["routes.txt"]} <= agencies
    assert {row["route_id"] for row in feed["trips.txt"]} == routes
    assert {row["service_id"] for row in feed["trips.txt"]} <= services
    assert {row["service_id"] for row in feed["calendar_dates.txt"]} <= services
    assert {row["trip_id"] for row in feed["stop_times.txt"]} == trips
    assert {row["trip_id"] for row in feed.get("frequencies.txt", [])} <= trips
    served = {row["stop_id"] for row in feed["stop_times.txt"]}
    assert served == {row["stop_id"] for row in feed["stops.txt"] if row["location_type"] == "0"}
    stations = {row["stop_id"] for row in feed["stops.txt"] if row["location_type"] == "1"}
    assert {row["parent_station"] for row in feed["stops.txt"]} - {""} == stations
    assert served <= stops


def test_times_and_sequences_ascend_on_every_trip(feed: Feed) -> None:
    for trip_id, rows in stops_of(feed).items():
        assert len(rows) >= 3, trip_id
        assert [row["stop_sequence"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        clocks = [seconds(row["departure_time"]) for row in rows]
        assert all(a < b for a, b in pairwise(clocks)), trip_id
        assert all(row["arrival_time"] == row["departure_time"] for row in rows)


def test_no_trip_is_faster_than_a_vehicle_in_town(feed: Feed) -> None:
    place = {row["stop_id"]: (float(row["stop_lat"]), float(row["stop_lon"])) for row in feed["stops.txt"]}
    for trip_id, rows in stops_of(feed).items():
        metres = sum(distance_m(place[a["stop_id"]], place[b["stop_id"]]) for a, b in pairwise(rows))
        duration_s = seconds(rows[-1]["arrival_time"]) - seconds(rows[0]["departure_time"])
        assert 5 < 3.6 * metres / duration_s < 60, trip_id


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return 111_195 * math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(a[0])))


def test_service_runs_today_and_on_every_day_of_the_next_three_years(feed: Feed) -> None:
    trips = Counter(row["service_id"] for row in feed["trips.txt"])
    today = datetime.now(UTC).date()
    for n in range(3 * 366):
        services = services_on(feed, today + timedelta(days=n))
        assert len(services) == 1, today + timedelta(days=n)
        assert all(trips[service] for service in services)


def test_nobody_has_declared_anything_about_wheelchairs(feed: Feed) -> None:
    assert {row["wheelchair_boarding"] for row in feed["stops.txt"]} == {""}
    assert {row["wheelchair_accessible"] for row in feed["trips.txt"]} == {""}


@pytest.mark.parametrize("source", [AMIENS, FICTIVILLE], ids=lambda path: path.name)
def test_the_same_tables_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    embedded_gtfs.write_gtfs(source, tmp_path / "a.zip")
    script = ROOT / "scripts" / "embedded_gtfs.py"
    subprocess.run([sys.executable, str(script), str(source), str(tmp_path / "b.zip")], check=True, timeout=60)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


# --- The script --------------------------------------------------------------------------------------


def test_easter_and_the_holidays_that_hang_on_it() -> None:
    assert [embedded_gtfs.easter_sunday(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    holidays = embedded_gtfs.public_holidays(2026)
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14)} <= holidays
    assert len(holidays) == 11


def test_faulty_tables_are_refused_together_and_nothing_is_left(tmp_path: Path) -> None:
    source = tmp_path / "town"
    source.mkdir()
    for path in FICTIVILLE.glob("*"):
        if path.is_file():
            (source / path.name).write_bytes(path.read_bytes())
    spoil(source / "pattern_stops.csv", "T1-0,3,E3-N", "T1-0,3,E3-X")
    spoil(source / "departures.csv", "05:30", "05:73")
    spoil(source / "running_times.csv", "0 240 360", "0 360 240")
    spoil(source / "lines.csv", "coach", "zeppelin")
    spoil(source / "quays.csv", "47.", "147.")
    spoil(source / "headways.csv", ",600", ",0")
    with pytest.raises(embedded_gtfs.TableError) as caught:
        embedded_gtfs.write_gtfs(source, tmp_path / "out" / "feed.zip")
    told = "\n".join(caught.value.faults)
    for word in ("E3-X", "05:73", "CAR-0", "zeppelin", "147.", "headway_s '0'"):
        assert word in told
    assert not (tmp_path / "out").exists()


def spoil(path: Path, good: str, bad: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")


def test_wrong_arguments_and_faulty_folders_have_their_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert embedded_gtfs.main([]) == 2
    assert embedded_gtfs.main([str(tmp_path), str(tmp_path / "feed.zip")]) == 3
    assert "network.toml is missing" in capsys.readouterr().err
    (tmp_path / "network.toml").write_text("[agency]\nid = 'x'\n")
    assert embedded_gtfs.main([str(tmp_path), str(tmp_path / "feed.zip")]) == 3
    told = capsys.readouterr().err
    assert "[agency] name is missing" in told
    assert "quays.csv is missing" in told
    assert not (tmp_path / "feed.zip").exists()


# --- Amiens ------------------------------------------------------------------------------------------


def test_amiens_has_its_lines_in_both_directions_and_its_quays(amiens: Feed) -> None:
    directions = defaultdict(set)
    for row in amiens["trips.txt"]:
        directions[row["route_id"]].add(row["direction_id"])
    both = {route for route, found in directions.items() if found == {"0", "1"}}
    assert len(both) >= 12
    assert {"N1", "N2", "N3", "N4"} <= both
    assert len(amiens["stops.txt"]) >= 250
    assert all(
        49.7 < float(row["stop_lat"]) < 50.1 and 2.0 < float(row["stop_lon"]) < 2.6 for row in amiens["stops.txt"]
    )


def test_amiens_runs_the_sunday_service_on_french_holidays(amiens: Feed) -> None:
    assert services_on(amiens, date(2026, 5, 14)) == {"sunday"}  # Ascension, a Thursday
    assert services_on(amiens, date(2026, 8, 15)) == {"sunday"}  # a Saturday
    assert services_on(amiens, date(2026, 11, 24)) == {"weekday"}
    trips = Counter(row["service_id"] for row in amiens["trips.txt"])
    assert trips["weekday"] > trips["saturday"] > trips["sunday"] > 200


def test_amiens_holds_no_fact_about_accessibility() -> None:
    telling = ("height", "wheelchair", "ramp", "door", "kneel", "floor", "access", "gap", "step", "survey", "pmr")
    for path in AMIENS.rglob("*"):
        assert path.is_file(), "no survey folder belongs here"
        assert path.suffix in (".csv", ".toml")
        if path.suffix == ".csv":
            columns = path.read_text(encoding="utf-8").splitlines()[0].lower()
            assert not [word for word in telling if word in columns], path.name
    sections = tomllib.loads((AMIENS / "network.toml").read_text(encoding="utf-8"))
    assert set(sections) == {"agency", "feed", "calendar", "page"}
    assert set(sections["agency"]) == {"id", "name", "url", "timezone", "lang"}


def test_amiens_says_that_it_is_not_the_operators_feed(amiens: Feed) -> None:
    agency = amiens["agency.txt"][0]["agency_name"]
    assert "reconstruction" in agency
    assert "not passenger information" in agency
    assert "pas une information voyageurs" in agency
    assert "not the operator's feed" in amiens["feed_info.txt"][0]["feed_publisher_name"]


def test_amiens_stays_compact() -> None:
    assert sum(path.stat().st_size for path in AMIENS.rglob("*") if path.is_file()) < 400_000


def test_amiens_agrees_with_the_timetable_it_was_taken_from(amiens: Feed, testdata: Callable[[str], Path]) -> None:
    with zipfile.ZipFile(testdata("amiens/amiens_reconstructed.gtfs.zip")) as archive:
        stops, trips = (
            list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))
            for name in ("stops.txt", "trips.txt")
        )
    place = {row["stop_id"]: (float(row["stop_lat"]), float(row["stop_lon"])) for row in stops}
    for row in amiens["stops.txt"]:
        assert distance_m(place[row["stop_id"]], (float(row["stop_lat"]), float(row["stop_lon"]))) < 0.2
    published = Counter(
        (row["route_id"], row["direction_id"], row["trip_id"].rpartition("-")[2])
        for row in trips
        if row["service_id"] == "27_DIMANCHE"  # ends in the clock time of the start
    )
    ours = Counter(
        (row["route_id"], row["direction_id"], row["trip_id"].rpartition("-")[2])
        for row in amiens["trips.txt"]
        if row["service_id"] == "sunday"
    )
    assert ours == published


# --- Fictiville --------------------------------------------------------------------------------------


def test_fictiville_is_what_its_plan_says(tmp_path: Path) -> None:
    assert make_fictiville.main([str(tmp_path)]) == 0
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv")}
    by_hand = {Path("cases.csv"), Path("walking_cases.csv")}
    committed = {path.relative_to(FICTIVILLE) for path in FICTIVILLE.rglob("*.csv")} - by_hand
    assert written == committed
    for name in written:
        assert (tmp_path / name).read_bytes() == (FICTIVILLE / name).read_bytes(), name


def test_the_streets_of_fictiville_are_what_their_tables_say(tmp_path: Path) -> None:
    assert make_fictiville_streets.main([str(tmp_path / "streets.osm")]) == 0
    assert (tmp_path / "streets.osm").read_bytes() == (FICTIVILLE / "streets.osm").read_bytes()


def test_the_streets_of_fictiville_are_whole_and_have_ids_that_openstreetmap_does_not_use() -> None:
    town = ElementTree.parse(FICTIVILLE / "streets.osm").getroot()  # our own file
    nodes = {int(node.attrib["id"]): node for node in town.iter("node")}
    ways = list(town.iter("way"))
    assert min(nodes) > 10**12
    assert min(int(way.attrib["id"]) for way in ways) > 10**12
    assert all(int(ref.attrib["ref"]) in nodes for way in ways for ref in way.iter("nd"))
    tags = [{tag.attrib["k"]: tag.attrib["v"] for tag in one.iter("tag")} for one in (*nodes.values(), *ways)]
    assert sum(one.get("highway") == "steps" for one in tags) >= 8
    assert sum(one.get("barrier") == "kerb" for one in tags) > 400
    assert sum("name" in one and "highway" not in one for one in tags) >= 40  # landmarks
    assert {"elevator", "crossing", "construction"} <= {one.get("highway") for one in tags}


def test_fictiville_lies_in_the_open_sea_on_a_grid_with_quays_face_to_face(fictiville: Feed) -> None:
    place = {row["stop_id"]: (float(row["stop_lat"]), float(row["stop_lon"])) for row in fictiville["stops.txt"]}
    assert all(46.9 < lat < 47.1 and -20.1 < lon < -19.9 for lat, lon in place.values())
    quays = {row["stop_id"] for row in fictiville["stops.txt"] if row["location_type"] == "0"}
    assert 60 <= len(quays) <= 80
    opposite = {"N": "S", "S": "N", "E": "W", "W": "E"}
    for quay in quays:
        crossing, _, heading = quay.partition("-")
        partner = f"{crossing}-{opposite[heading]}"
        assert distance_m(place[quay], place[partner]) == pytest.approx(12, abs=0.2)
    assert place["E5-E"][0] < place["E5-W"][0], "traffic keeps right: the eastbound quay is on the south side"


def test_fictiville_has_a_tram_a_coach_headways_and_a_night(fictiville: Feed) -> None:
    kinds = {row["route_id"]: row["route_type"] for row in fictiville["routes.txt"]}
    assert (kinds["T1"], kinds["CAR"], kinds["1"]) == ("0", "200", "3")
    assert len(kinds) == 8
    route_of = {row["trip_id"]: row["route_id"] for row in fictiville["trips.txt"]}
    assert {route_of[row["trip_id"]] for row in fictiville["frequencies.txt"]} == {"NAV"}
    assert {row["exact_times"] for row in fictiville["frequencies.txt"]} == {"0"}
    late = {route_of[row["trip_id"]] for row in fictiville["stop_times.txt"] if row["arrival_time"] > "25:00:00"}
    assert late == {"T1"}
    assert all("invent" in row["route_long_name"] for row in fictiville["routes.txt"])
    assert "données inventées" in fictiville["agency.txt"][0]["agency_name"]
    assert "invented data" in fictiville["agency.txt"][0]["agency_name"]


def test_every_measured_value_of_fictiville_is_invented() -> None:
    measured = 0
    about = {"stop_id", "vehicle_type_id", "door_no", "measured_on", "source_id"}
    for name in ("quays.csv", "vehicle_types.csv", "doors.csv"):
        for row in survey(name):
            for column in row:
                if row[column] and column not in about and not column.endswith(("_tol", "_method")):
                    assert row[f"{column}_method"] == "invented", f"{name}: {row}, {column}"
                    measured += 1
            methods = {row[column] for column in row if column.endswith("_method")}
            assert methods <= {"invented", ""}, f"{name}: {row}"
            assert row["source_id"] == "fictiville"
            assert row["measured_on"]
    assert measured > 1000
    assert survey("sources.csv")[0]["name"] == "Fictiville (inventé / invented)"
    assert "invented" in survey("sources.csv")[0]["name"]
    assert all("invent" in row["name"] for row in survey("vehicle_types.csv"))
    assert all("invent" in row["note"] for row in survey("boarding_overrides.csv"))


def test_the_survey_reader_finds_nothing_but_inventions_in_fictiville() -> None:
    reading = read_survey(FICTIVILLE / "survey")
    assert {evidence.method for evidence in reading.evidence} == {Method.INVENTED}
    assert reading.findings == []
    assert len(reading.overrides) == 1
    assert len(reading.assignments) == 9


def test_the_survey_of_fictiville_fits_its_network(fictiville: Feed) -> None:
    stops = {row["stop_id"] for row in fictiville["stops.txt"] if row["location_type"] == "0"}
    routes = {row["route_id"] for row in fictiville["routes.txt"]}
    surveyed = {row["stop_id"] for row in survey("quays.csv")}
    assert stops - surveyed == {"B3-N", "B3-S", "D8-W", "I5-E"}
    assert surveyed <= stops
    types = {row["vehicle_type_id"] for row in survey("vehicle_types.csv")}
    assert {row["vehicle_type_id"] for row in survey("doors.csv")} == types
    assigned: dict[str, float] = defaultdict(float)
    for row in survey("vehicle_assignments.csv"):
        assert row["scope"] == "route"
        assert row["vehicle_type_id"] in types
        assigned[row["scope_id"]] += float(row["weight"])
    assert set(assigned) == routes
    assert all(total == pytest.approx(1) for total in assigned.values())
    for row in survey("boarding_overrides.csv"):
        assert row["stop_id"] in stops
        assert row["route_id"] in routes


def test_every_case_can_be_ridden_and_every_verdict_is_shown(fictiville: Feed) -> None:
    route_of = {row["trip_id"]: row["route_id"] for row in fictiville["trips.txt"]}
    ends = set()
    for trip_id, rows in stops_of(fictiville).items():
        ends |= {(row["stop_id"], route_of[trip_id], "boarding") for row in rows[:-1]}
        ends |= {(row["stop_id"], route_of[trip_id], "alighting") for row in rows[1:]}
    cases = rows_of(FICTIVILLE / "cases.csv")
    vehicles = {(row["scope_id"], row["vehicle_type_id"]) for row in survey("vehicle_assignments.csv")}
    for row in cases:
        assert (row["stop_id"], row["route_id"], row["end"]) in ends, row
        assert (row["route_id"], row["vehicle_type_id"]) in vehicles, row
    assert {row["verdict"] for row in cases if row["profile"] == "manual-wheelchair"} == set(VERDICTS)
    outcomes = {"LEVEL", "STEP", "RAMP", "LIFT", "RAMP_ASSISTED", "GAP_ASSISTED", "IMPOSSIBLE"}
    assert {row["best"] for row in cases} | {row["worst"] for row in cases} == outcomes


def test_the_cases_agree_with_the_slow_reference(reference: Callable[[str], Path]) -> None:
    oracle = load(reference("boarding_oracle.py"))
    quays = {row["stop_id"]: row for row in survey("quays.csv")}
    vehicles = {row["vehicle_type_id"]: row for row in survey("vehicle_types.csv")}
    profiles = {profile.id: profile for profile in oracle.ALL}
    refused = {(row["stop_id"], row["route_id"]) for row in survey("boarding_overrides.csv")}
    for case in rows_of(FICTIVILLE / "cases.csv"):
        vehicle = vehicles[case["vehicle_type_id"]]
        uses = ("both", "board") if case["end"] == "boarding" else ("both", "alight")
        quay = oracle_quay(oracle, quays.get(case["stop_id"]))
        told = min(
            (
                oracle.judge(
                    quay, oracle_door(oracle, vehicle, door), profiles[case["profile"]], case["end"] != "boarding"
                )
                for door in survey("doors.csv")
                if door["vehicle_type_id"] == case["vehicle_type_id"] and door["door_use"] in uses
            ),
            key=lambda verdict: (VERDICTS.index(verdict.verdict), verdict.worst, verdict.best),
        )
        verdict = "NO" if (case["stop_id"], case["route_id"]) in refused else told.verdict
        assert (verdict, told.best.name, told.worst.name) == (case["verdict"], case["best"], case["worst"]), case


def oracle_quay(oracle: ModuleType, row: Row | None) -> Any:
    if row is None:
        return oracle.Quay()
    height, gap = interval(row, "quay_height_m"), interval(row, "gap_m")
    room = float(row["manoeuvre_diam_m"]) * 1000 if row["manoeuvre_diam_m"] else None
    return oracle.Quay(height, gap, room, row["ramp_deployable"] == "yes", row["approach"])


def oracle_door(oracle: ModuleType, vehicle: Row, row: Row) -> Any:
    ramp = (0, 0) if row["device"] in ("none", "lift") else interval(row, "ramp_length_m")
    kneeled = "none" if row["floor_height_kneeled_m"] == "none" else interval(row, "floor_height_kneeled_m")
    return oracle.Door(
        mode=vehicle["mode"],
        floor=interval(row, "floor_height_m"),
        floor_kneeled=kneeled,
        kneel_policy=vehicle["kneel_policy"] or None,
        ramp_length=ramp,
        ramp_load=float(row["ramp_load_kg"]) if row["ramp_load_kg"] else None,
        ramp_to_road={"yes": True, "no": False, "": None}[row["deploys_to_road"]],
        lift=row["device"] == "lift",
        clear_width=float(row["clear_width_m"]) * 1000,
        inside_steps=int(row["inside_steps"]),
        wheelchair_spaces=int(vehicle["wheelchair_spaces"]),
    )


def interval(row: Row, column: str) -> tuple[float, float] | None:
    if not row[column]:
        return None
    value, tolerance = float(row[column]) * 1000, float(row[f"{column}_tol"]) * 1000
    return round(value - tolerance, 3), round(value + tolerance, 3)


# --- What the texts must say -------------------------------------------------------------------------


def test_the_readme_says_what_of_amiens_is_exact_and_what_is_not(amiens: Feed) -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for said in ("not passenger information", "Keolis Amiens", "autumn 2025", "newer timetable", "2025-10-07"):
        assert said in text
    assert f"0 of {len(amiens['stops.txt'])} quays measured" in text
    assert f"{len(amiens['trips.txt']):,} departures" in text
    assert f"{len(rows_of(AMIENS / 'lines.csv'))} lines, {len(rows_of(AMIENS / 'patterns.csv'))} patterns" in text


def test_the_readme_of_fictiville_says_invented_and_tells_every_case(fictiville: Feed) -> None:
    text = (FICTIVILLE / "README.md").read_text(encoding="utf-8")
    for said in ("Nothing here is real", "Rien ici n'est réel", "an invented town (ville inventée)"):
        assert said in text
    quays = [row for row in fictiville["stops.txt"] if row["location_type"] == "0"]
    assert f"{len(quays)} quays at {len({row['stop_name'] for row in quays})} places" in text
    columns = ("case", "stop_id", "route_id", "vehicle_type_id", "profile", "end", "verdict", "best", "worst", "why")
    for row in rows_of(FICTIVILLE / "cases.csv"):
        assert "| " + " | ".join(row[column] for column in columns) + " |" in text
