"""The commands ``reachable`` and ``matrix``, as a shell sees them."""

import csv
import json
from pathlib import Path

import pytest
from gtfs_world import feed_of
from network.towns import fictiville_in
from shapely.geometry import Point, shape
from test_cli import TOWN, Run

from planner.cli import ANSWERED, BAD_DATA, BAD_QUESTION, main
from planner.network.areas import area_around

AT = ("--at", "2024-01-02T07:30")
ON_FOOT = ("--profile", "on-foot")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("reach")
    assert main(["build", str(folder / "town"), "--gtfs", f"town={feed_of(folder, **TOWN)}"]) == ANSWERED
    return str(folder / "town")


@pytest.fixture(scope="module")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(fictiville_in(tmp_path_factory.getbasetemp()).folder)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- reachable --------------------------------------------------------------------------------------


def test_reachable_tells_stops_in_order_of_time_with_changes_and_doubts(run: Run, town: str) -> None:
    code, out, _ = run("reachable", town, "market", *AT, "--within", "65m")
    assert code == ANSWERED
    lines = out.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert lines[0].startswith("From Market one reaches 3 stops within 1 h 05, leaving on Tuesday")
    assert [line.strip() for line in lines[1:]] == [
        "07:30  Market (town:market)  without a vehicle · no doubt",
        "07:30  Market (town:market2)  without a vehicle · no doubt",
        "08:30  Hospital (town:hospital)  without a change · 2 doubts",
    ], "Dock is declared not accessible, and School takes longer"


def test_reachable_in_french(run: Run, town: str) -> None:
    _, out, _ = run("reachable", town, "market", *AT, "--within", "1h", "--lang", "fr")
    assert "Depuis Market, on atteint" in out
    assert "sans véhicule" in out


def test_reachable_as_json_says_the_same_as_a_trip_to_each_stop(run: Run, fictiville: str) -> None:
    question = ("--at", "2026-05-12T08:00", "--json")
    code, out, _ = run("reachable", fictiville, "E1", *question, "--within", "50m")
    assert code == ANSWERED
    found = json.loads(out)
    assert found["network"]["invented"] is True
    assert found["query"]["within_s"] == 3000
    assert len(found["stops"]) > 5
    ridden = [stop for stop in found["stops"] if stop["rides"]]
    assert len(ridden) > 8
    for stop in ridden[::4]:
        answer = json.loads(run("plan", fictiville, "E1", stop["stop_id"], *question)[1])
        soonest = min(one["arrival"] for one in answer["itineraries"])
        assert stop["arrival"] == soonest
        best = [one for one in answer["itineraries"] if one["arrival"] == soonest]
        assert stop["doubts"] == min(min(one["doubts"], 7) for one in best)
        sure = [one for one in answer["itineraries"] if one["doubts"] == 0]
        if stop["sure"] is not None:
            assert stop["sure"]["arrival"] == min(one["arrival"] for one in sure)


def test_what_nobody_counted_is_null_and_not_zero(run: Run, fictiville: str) -> None:
    at = ("--at", "2026-05-12T08:00", "--json")
    for unknown, counted in (("allow", False), ("penalise", True), ("exclude", True)):
        stops = json.loads(run("reachable", fictiville, "E1", *at, "--unknown", unknown)[1])["stops"]
        assert all((stop["doubts"] is not None) == counted for stop in stops)
        assert all((stop["sure"] is not None) <= counted for stop in stops)


def test_reachable_backwards_gives_departures(run: Run, fictiville: str) -> None:
    at = "2026-05-12T09:00"
    _, out, _ = run("reachable", fictiville, "E1", "--at", at, "--arrive-by", "--json", *ON_FOOT)
    stops = json.loads(out)["stops"]
    assert stops[0]["departure"] == f"{at}:00+02:00"
    for stop in [stop for stop in stops if stop["rides"]][::5]:
        plan = json.loads(run("plan", fictiville, stop["stop_id"], "E1", "--arrive-by", at, "--json", *ON_FOOT)[1])
        assert stop["departure"] == max(one["departure"] for one in plan["itineraries"])


def test_the_area_is_an_estimate_around_the_stops(run: Run, fictiville: str) -> None:
    question = ("reachable", fictiville, "E1", "--at", "2026-05-12T08:00", "--within", "30m", "--geojson")
    for unknown, most_m in (("allow", 500.0), ("exclude", 200 / 1.3)):
        found = json.loads(run(*question, "--unknown", unknown)[1])
        area, *stops = found["features"]
        note = area["properties"]
        assert note["estimate"] is True
        assert "estimate" in note["note"]
        assert note["most_walk_m"] == pytest.approx(most_m, abs=0.1)
        covered = shape(area["geometry"])
        assert covered.is_valid
        for stop in stops:
            rest_s = 1800 - stop["properties"]["seconds"]
            lon, lat = stop["geometry"]["coordinates"]
            radius_m = min(rest_s * note["speed_m_s"] / 1.3, most_m)
            assert covered.contains(Point(lon, lat)) == (radius_m > 0) or radius_m < 5
            north = Point(lon, lat + (radius_m - 5) / 111_300)
            assert radius_m < 5 or covered.contains(north)


def test_an_area_of_nothing_is_empty_and_circles_have_their_size() -> None:
    import numpy as np

    nothing = area_around(np.array([2.0]), np.array([48.0]), np.array([0.0]))
    assert nothing == {"type": "MultiPolygon", "coordinates": []}
    two = shape(area_around(np.array([2.0, 2.1, np.nan]), np.array([48.0, 48.0, 48.0]), np.array([300.0, 300.0, 9.0])))
    assert len(two.geoms) == 2
    west, south, _, north = two.geoms[0].bounds
    assert (north - south) * 111_200 == pytest.approx(600, rel=0.02)
    assert west < 2.0 < south


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere at all", *AT), "FROM: no stop is called"),
        (("market", "--at", "soon"), "no date and time"),
        (("market", *AT, "--within", "90"), "--within: “90” is no span"),
        (("market", *AT, "--max-changes", "-1"), "--max-changes: -1"),
        (("market", *AT, "--profile", "cyclist"), "cyclist"),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence(
    run: Run, town: str, arguments: tuple[str, ...], told: str
) -> None:
    code, _, err = run("reachable", town, *arguments)
    assert code == BAD_QUESTION
    assert told in err


# --- matrix -----------------------------------------------------------------------------------------


def test_a_matrix_has_a_row_for_each_pair(run: Run, town: str, tmp_path: Path) -> None:
    origins = written(tmp_path / "from.csv", "id,stop_id\nhome,market\n,dock\n")
    targets = written(tmp_path / "to.csv", "id;lat;lon\nwork;-30.07;-51.2001\nfar;10.0;10.0\n")
    out = tmp_path / "out.csv"
    code, said, _ = run("matrix", town, "--from", origins, "--to", targets, *AT, *ON_FOOT, "--out", out)
    assert code == ANSWERED
    assert "2 origins, 2 destinations, 2 pairs with a way" in said
    rows = table(out)
    assert [(row["from"], row["to"]) for row in rows] == [
        ("home", "work"), ("home", "far"), ("town:dock", "work"), ("town:dock", "far")
    ]  # fmt: skip
    plan = json.loads(run("plan", town, "market", "-30.07,-51.2001", *AT, *ON_FOOT, "--json")[1])
    assert rows[0]["arrival"] == min(one["arrival"] for one in plan["itineraries"])
    assert rows[0]["departure"] == "2024-01-02T07:30:00+01:00"
    assert (rows[0]["transfers"], rows[0]["doubts"]) == ("0", "0")
    assert rows[1] | {"from": "", "to": ""} == dict.fromkeys(rows[1], "")


def test_a_matrix_to_all_over_a_window_gives_the_shortest_way(run: Run, town: str, tmp_path: Path) -> None:
    origins, out = written(tmp_path / "from.csv", "stop_id\nmarket\n"), tmp_path / "out.csv"
    run("matrix", town, "--from", origins, "--all", *AT, "--window", "1h", "--unknown", "allow", "--out", out)
    rows = {row["to"]: row for row in table(out)}
    assert len(rows) == 6
    assert rows["town:hospital"]["seconds"] == str(31 * 60), "a minute before, and half an hour to ride"
    assert rows["town:hospital"]["departure"] == "2024-01-02T07:59:00+01:00"
    assert rows["town:hospital"]["doubts"] == "", "nobody counted them"


def test_a_matrix_backwards_comes_from_everywhere(run: Run, town: str, tmp_path: Path) -> None:
    places, out = written(tmp_path / "from.csv", "stop_id\nhospital\n"), tmp_path / "out.csv"
    arrive = ("--at", "2024-01-02T09:00", "--arrive-by", *ON_FOOT)
    run("matrix", town, "--from", places, "--all", *arrive, "--out", out)
    rows = {row["from"]: row for row in table(out)}
    assert rows["town:market"]["departure"] == "2024-01-02T08:00:00+01:00"
    assert {row["to"] for row in rows.values()} == {"town:hospital"}


def test_the_faults_of_both_tables_are_told_together_with_their_lines(run: Run, town: str, tmp_path: Path) -> None:
    origins = written(tmp_path / "from.csv", "stop_id\nmarket\nnobody\n\nmarket3\n")
    targets = written(tmp_path / "to.csv", "lat,lon\n-30.0,-51.2\nnorth,-51.2\n-30.0,999\n")
    out = tmp_path / "out.csv"
    code, _, err = run("matrix", town, "--from", origins, "--to", targets, *AT, "--out", out)
    assert code == BAD_DATA
    for told in (
        "from.csv, line 3, stop_id: the network has no stop “nobody”",
        "from.csv, line 5, stop_id",
        "to.csv, line 3, lat: “north” is no position",
        "to.csv, line 4, lon: “999” is no position",
    ):
        assert told in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "is empty"), ("name\nMarket\n", "needs stop_id, or lat and lon"), ("stop_id\n", "names no place")],
)
def test_a_table_without_places_is_refused(run: Run, town: str, tmp_path: Path, text: str, told: str) -> None:
    origins = written(tmp_path / "from.csv", text)
    code, _, err = run("matrix", town, "--from", origins, "--all", *AT, "--out", tmp_path / "out.csv")
    assert code == BAD_DATA
    assert told in err


def test_a_matrix_that_cannot_be_written_says_so(run: Run, town: str, tmp_path: Path) -> None:
    origins = written(tmp_path / "from.csv", "stop_id\nmarket\n")
    code, _, err = run("matrix", town, "--from", origins, "--all", *AT, "--out", tmp_path / "no" / "out.csv")
    assert code == BAD_QUESTION
    assert "--out: cannot write" in err
