"""The command ``plainpied``: each job once, its words, its exit codes, and what it does not leave behind."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from gtfs_world import feed_of, tables, write_folder
from network.towns import fictiville_in

from planner import __version__
from planner.cli import ANSWERED, BAD_DATA, BAD_QUESTION, main
from planner.errors import QueryError
from planner.network.store import read_manifest
from scripts import embedded_gtfs

ROOT = Path(__file__).resolve().parents[1]
STOPS = """
    stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding
    market,Market,-30.03,-51.20,1
    market2,Market,-30.0302,-51.20,1
    dock,Dock,-30.05,-51.20,2
    hospital,Hospital,-30.07,-51.20,0
    school,School,-30.07,-51.25,1
    school2,School,-30.09,-51.30,1
    """
TRIPS = """
    trip_id,route_id,service_id,wheelchair_accessible
    early,1,week,1
    late,1,week,2
    bus,2,week,0
    """
ROUTES = """
    route_id,agency_id,route_short_name,route_type
    1,A,1,3
    2,A,Twin,3
    3,A,Twin,3
    """
TIMES = """
    trip_id,stop_sequence,stop_id,arrival_time,departure_time,pickup_type,drop_off_type
    early,1,market,8:00:00,8:00:00,,
    early,2,dock,8:10:00,8:10:00,,
    early,3,hospital,8:30:00,8:30:00,,
    early,4,school,8:40:00,8:40:00,1,
    early,5,school2,8:50:00,8:50:00,,
    late,1,market2,10:00:00,10:00:00,,
    late,2,hospital,10:30:00,10:30:00,,
    bus,1,market2,11:00:00,11:00:00,1,1
    bus,2,school,11:30:00,11:30:00,,
    """
TOWN = {"stops": STOPS, "trips": TRIPS, "routes": ROUTES, "stop_times": TIMES}
MORNING = "2024-01-02T07:30"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli")
    assert main(["build", str(folder / "town"), "--gtfs", f"town={feed_of(folder, **TOWN)}"]) == ANSWERED
    return str(folder / "town")


@pytest.fixture(scope="module")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(fictiville_in(tmp_path_factory.getbasetemp()).folder)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(capsys)


class Run:
    """Runs a command and gives what a shell would see."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        self.capsys.readouterr()
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as stopped:  # argparse
            code = int(stopped.code or 0)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err


# --- build ------------------------------------------------------------------------------------------


def test_build_prints_the_report_and_what_there_is_now(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("build", tmp_path / "net", "--gtfs", f"town={feed_of(tmp_path, **TOWN)}")
    assert code == ANSWERED
    assert "Feed town" in out
    assert "6 served stops, 3 routes, 3 trips, 9 stop times, service from 2024-01-01 to 2024-01-12" in out
    assert json.loads((tmp_path / "net" / "report.json").read_text("utf-8"))["feeds"][0]["name"] == "town"


def test_build_says_that_a_feed_without_trips_is_only_to_audit(run: Run, tmp_path: Path) -> None:
    feed = feed_of(
        tmp_path,
        trips="trip_id,route_id,service_id\n",
        stop_times="trip_id,stop_id,stop_sequence,arrival_time,departure_time\n",
    )
    code, out, _ = run("build", tmp_path / "net", "--gtfs", feed)
    assert code == ANSWERED
    assert "no trips: there is nothing to plan, only to audit" in out
    code, out, _ = run("plan", tmp_path / "net", "Market", "Dock")
    assert code == BAD_QUESTION, "no stop is served, so no name is known"
    code, out, _ = run("plan", tmp_path / "net", "market", "dock")
    assert code == ANSWERED
    assert out.strip()


def test_build_exports_the_graph_where_asked(run: Run, tmp_path: Path) -> None:
    feed = feed_of(tmp_path)
    run("build", tmp_path / "plain", "--gtfs", feed)
    assert not (tmp_path / "plain" / "graph.graphml").exists()
    code, out, _ = run("build", tmp_path / "net", "--gtfs", feed, "--export")
    assert code == ANSWERED
    for name in ("graph.graphml", "graph.gpkg"):
        assert (tmp_path / "net" / name).stat().st_size > 0
        assert f"wrote {tmp_path / 'net' / name}" in out


def test_build_if_changed_does_nothing_until_something_changes(run: Run, tmp_path: Path) -> None:
    feed = write_folder(tmp_path / "feed", tables())
    command = ("build", tmp_path / "net", "--gtfs", f"town={feed}", "--if-changed")
    assert "up to date" not in run(*command)[1]
    built = read_manifest(tmp_path / "net")
    os.utime(feed / "stops.txt", (0, 0))
    code, out, _ = run(*command)
    assert (code, out) == (ANSWERED, f"{tmp_path / 'net'} is up to date\n")
    assert read_manifest(tmp_path / "net") == built
    (feed / "stops.txt").write_text((feed / "stops.txt").read_text().replace("Dock", "Port"))
    assert "up to date" not in run(*command)[1]
    assert "up to date" not in run(*command[:-1])[1], "without the option it builds"
    assert "up to date" not in run(*command, "--distrust-flags")[1]


def test_build_if_changed_builds_again_when_what_people_read_changes(run: Run, tmp_path: Path) -> None:
    command = ("build", tmp_path / "net", "--gtfs", f"town={feed_of(tmp_path)}", "--if-changed")
    run(*command, "--title", "Old name")
    run(*command, "--title", "New name")
    assert read_manifest(tmp_path / "net")["title"] == "New name"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--gtfs", "a:b=x.zip"], "cannot name a feed"),
        (["--gtfs", "x.zip", "--gtfs", "sub/x.zip"], "two feeds are called x"),
        ([], "--gtfs"),
        (["--gtfs", "x.zip", "--colour", "red"], "--colour"),
    ],
)
def test_build_refuses_a_bad_argument_with_two(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    code, out, err = run("build", tmp_path / "net", *arguments)
    assert (code, out) == (BAD_QUESTION, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04broken"])
def test_build_refuses_bad_data_with_three_and_leaves_nothing(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    code, _, err = run("build", tmp_path / "net", "--gtfs", tmp_path / "bad.zip")
    assert code == BAD_DATA
    assert "bad.zip" in err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.zip"]
    assert run("build", tmp_path / "net", "--gtfs", tmp_path / "nowhere.zip")[0] == BAD_DATA


def test_build_tells_file_line_and_cure_of_a_fault(run: Run, tmp_path: Path) -> None:
    survey = write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nmarket,0.18\ndock,tall\n"})
    code, _, err = run("build", tmp_path / "net", "--gtfs", feed_of(tmp_path), "--survey", survey)
    assert code == BAD_DATA
    assert "quays.csv, line 3, quay_height_m" in err
    assert not (tmp_path / "net").exists()


def test_build_prints_what_the_facts_contradict(run: Run, tmp_path: Path) -> None:
    survey = write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nghost,0.18\n"})
    code, out, _ = run("build", tmp_path / "net", "--gtfs", feed_of(tmp_path), "--survey", survey)
    assert code == ANSWERED
    assert "finding UNKNOWN_STOP, ghost" in out


def test_build_never_overwrites_what_is_no_network(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    code, _, err = run("build", tmp_path / "home", "--gtfs", feed_of(tmp_path))
    assert code == BAD_DATA
    assert "is not a network; choose another folder" in err


# --- plan -------------------------------------------------------------------------------------------


def test_plan_tells_times_places_and_what_is_known(run: Run, town: str) -> None:
    code, out, err = run("plan", town, "Market", "hospital", "--at", MORNING, "--unknown", "allow")
    assert (code, err) == (ANSWERED, "")
    assert "08:00 Market – 08:30 Hospital: BUS 1" in out


def test_plan_as_json_is_json_alone(run: Run, town: str) -> None:
    code, out, err = run("plan", town, "market", "school", "--at", MORNING, "--json")
    assert (code, err) == (ANSWERED, "")
    answer = json.loads(out)
    (one,) = answer["itineraries"]
    assert one["arrival"] == "2024-01-02T08:40:00+01:00"
    assert (one["verdict"], one["certainty"], one["doubts"]) == ("YES", "DECLARED", 0)
    assert answer["query"]["from"]["stop_id"] == "town:market"
    assert answer["query"]["unknown"] == "PENALISE", "the default"
    assert answer["query"]["profile"] == "manual-wheelchair", "the default"
    assert answer["why_not"] is None


@pytest.mark.parametrize("place", ["-30.03,-51.2", "-30.03, -51.2", "-30.0300,-51.2000"])
def test_plan_takes_a_position_south_of_the_equator(run: Run, town: str, place: str) -> None:
    code, out, err = run("plan", town, place, "-30.07,-51.25", "--at", MORNING, "--profile", "on-foot", "--json")
    assert (code, err) == (ANSWERED, "")
    query = json.loads(out)["query"]
    assert (query["from"]["lat"], query["from"]["lon"]) == (-30.03, -51.2)
    assert json.loads(out)["itineraries"]


@pytest.mark.parametrize("place", ["-91,0", "-30.03,-181", "90.5,2"])
def test_plan_refuses_a_position_that_is_none(run: Run, town: str, place: str) -> None:
    code, _, err = run("plan", town, place, "market", "--at", MORNING)
    assert code == BAD_QUESTION
    assert "FROM" in err
    assert "write latitude,longitude in degrees" in err


def test_plan_lists_the_candidates_of_an_ambiguous_name(run: Run, town: str) -> None:
    code, out, err = run("plan", town, "Market", "School", "--at", MORNING)
    assert (code, out) == (BAD_QUESTION, "")
    assert "TO: several places are called “School”; which one?" in err
    assert "town:school  School (-30.0700, -51.2500)" in err
    assert "town:school2  School (-30.0900, -51.3000)" in err


def test_plan_offers_names_that_are_nearly_right(run: Run, town: str) -> None:
    code, _, err = run("plan", town, "Hopsital", "Market", "--at", MORNING)
    assert code == BAD_QUESTION
    assert "FROM: no stop is called exactly “Hopsital”" in err
    assert "town:hospital" in err
    assert "no stop is called “Qwxz”" in run("plan", town, "Qwxz", "Market", "--at", MORNING)[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["market", "dock", "--at", MORNING], "impossible"),
        (["market", "hospital", "--at", MORNING, "--unknown", "exclude"], "checked"),
        (["market", "school", "--at", "2030-01-01T08:00"], "2024"),
        (["school2", "market", "--at", MORNING, "--profile", "on-foot"], ""),
        (["market", "0,0", "--at", MORNING], "500"),
    ],
)
def test_no_way_is_an_answer_with_its_reason_in_words(run: Run, town: str, arguments: list[str], said: str) -> None:
    code, out, err = run("plan", town, *arguments)
    assert (code, err) == (ANSWERED, "")
    assert len(out.split()) > 4
    assert said in out
    code, out, _ = run("plan", town, *arguments, "--json")
    answer = json.loads(out)
    assert (code, answer["itineraries"]) == (ANSWERED, [])
    assert answer["why_not"]["code"].isupper()


@pytest.mark.parametrize("at", ["", "tomorrow", "2024-13-01T08:00", "2024-01-02T25:00", "8:00", "02/01/2024 08:00"])
def test_plan_refuses_what_is_no_date_and_time(run: Run, town: str, at: str) -> None:
    code, _, err = run("plan", town, "market", "school", "--at", at)
    assert code == BAD_QUESTION
    assert "--at" in err
    assert "write it as 2026-05-12T08:15" in err


@pytest.mark.parametrize("at", ["0001-01-01T00:30", "0001-01-02T08:00", "9999-12-31T23:30", "9999-12-30T23:30"])
def test_plan_answers_even_at_the_ends_of_the_calendar(run: Run, town: str, at: str) -> None:
    code, out, _ = run("plan", town, "market", "school", "--at", at)
    assert code in (ANSWERED, BAD_QUESTION)
    assert code == BAD_QUESTION or "2024" in out


def test_a_time_with_its_own_offset_is_that_instant(run: Run, town: str) -> None:
    def first(at: str) -> str:
        answer = json.loads(run("plan", town, "market", "school", "--at", at, "--json")[1])
        return str(answer["itineraries"][0]["departure"])

    assert first("2024-01-02T06:59Z") == first("2024-01-02T07:59") == "2024-01-02T08:00:00+01:00"
    assert first("2024-01-02T07:00:30Z") == "2024-01-03T08:00:00+01:00"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "hoverboard"], "no profile “hoverboard”"),
        (["--limit", "gap_mm"], "write it as gap_mm=40"),
        (["--limit", "gap_mm=wide"], "gap_mm"),
        (["--limit", "courage=9"], "not a limit"),
        (["--unknown", "maybe"], "maybe"),
        (["--lang", "tlh"], "tlh"),
    ],
)
def test_plan_refuses_a_traveller_that_cannot_be(run: Run, town: str, arguments: list[str], said: str) -> None:
    code, _, err = run("plan", town, "market", "school", "--at", MORNING, *arguments)
    assert code == BAD_QUESTION
    assert said in err


def test_a_limit_changes_the_answer(run: Run, fictiville: str) -> None:
    def first_modes(*limits: str) -> list[str]:
        question = ("plan", fictiville, "E4-N", "E8", "--at", "2026-05-12T08:00", "--json", *limits)
        return [one["legs"][0]["mode"] for one in json.loads(run(*question)[1])["itineraries"]]

    assert "TRAM" not in first_modes(), "the gap at this quay is too wide"
    assert "TRAM" in first_modes("--limit", "gap_mm=95")


def test_origin_and_destination_are_two_places(run: Run, town: str) -> None:
    code, _, err = run("plan", town, "market", "town:market", "--at", MORNING)
    assert code == BAD_QUESTION
    assert "same place" in err


def test_plan_speaks_french(run: Run, fictiville: str) -> None:
    question = ("plan", fictiville, "E1", "E8", "--at", "2026-05-12T08:00")
    french, english = (run(*question, "--lang", lang)[1] for lang in ("fr", "en"))
    assert "Sans obstacle" in french
    assert "Step-free" in english
    assert "invent" in french.lower()
    assert "invented data" in english.lower()


@pytest.mark.parametrize("harm", ["missing", "cut", "format"])
def test_a_bad_network_is_three(run: Run, tmp_path: Path, harm: str) -> None:
    net = tmp_path / "net"
    if harm != "missing":
        run("build", net, "--gtfs", feed_of(tmp_path))
    if harm == "cut":
        (net / "stops.lon.npy").write_bytes(b"")
    if harm == "format":
        manifest = json.loads((net / "manifest.json").read_text("utf-8"))
        (net / "manifest.json").write_text(json.dumps(manifest | {"format": 0}), "utf-8")
    for command in (["plan", net, "market", "dock"], ["boarding", net, "--stop", "market", "--route", "1"]):
        code, out, err = run(*command)
        assert (code, out) == (BAD_DATA, "")
        assert {"missing": "is not a network", "cut": "is damaged", "format": "build it again"}[harm] in err


# --- plan: everything else one asks -------------------------------------------------------------------

CITY = ("E1", "E8", "--at", "2026-05-12T08:00")
QUAYS = ("D5-E", "E8", "--at", "2026-05-12T08:00")


def planned(run: Run, network: str, *arguments: str) -> dict[str, Any]:
    code, out, err = run("plan", network, *arguments, "--json")
    assert (code, err) == (ANSWERED, "")
    return dict(json.loads(out))


def ids_of(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["itineraries"]]


def test_plan_turns_pages(run: Run, fictiville: str) -> None:
    first = planned(run, fictiville, *CITY)
    later = planned(run, fictiville, *CITY, "--later", first["later"])
    earlier = planned(run, fictiville, *CITY, "--earlier", first["earlier"])
    told = [*ids_of(first), *ids_of(later), *ids_of(earlier)]
    assert later["itineraries"]
    assert earlier["itineraries"]
    assert len(told) == len(set(told))
    assert max(one["departure"] for one in earlier["itineraries"]) < min(
        one["departure"] for one in later["itineraries"]
    )
    _, out, _ = run("plan", fictiville, *CITY, "--lang", "fr")
    assert "--later" in out
    assert "--earlier" in out
    code, _, err = run("plan", fictiville, *CITY, "--later", "nonsense")
    assert code == BAD_QUESTION
    assert "ask the question again without it" in err


def test_plan_passes_a_place_and_leaves_out_lines_and_stops(run: Run, fictiville: str) -> None:
    plain = planned(run, fictiville, *CITY)
    via = planned(run, fictiville, *CITY, "--via", "E5")
    assert [place["stop_id"] for place in via["query"]["via"]] == ["fictiville:E5"]
    for one in via["itineraries"]:
        touched = {leg[end]["name"] for leg in one["legs"] for end in ("from", "to")}
        assert via["query"]["via"][0]["name"] in touched
    ride = next(leg for leg in plain["itineraries"][0]["legs"] if leg["route"])
    without = planned(run, fictiville, *CITY, "--exclude-route", ride["route"]["name"])
    names = {leg["route"]["name"] for one in without["itineraries"] for leg in one["legs"] if leg["route"]}
    assert ride["route"]["name"] not in names
    off = planned(run, fictiville, *CITY, "--exclude-stop", ride["from"]["stop_id"])
    used = {leg[end]["stop_id"] for one in off["itineraries"] for leg in one["legs"] if leg["route"] for end in FROM_TO}
    assert ride["from"]["stop_id"] not in used
    for option in ("--exclude-route", "--exclude-stop", "--via"):
        code, _, err = run("plan", fictiville, *CITY, option, "Qwxz")
        assert code == BAD_QUESTION
        assert "Qwxz" in err


FROM_TO = ("from", "to")


def test_plan_on_the_level_only_says_why_it_finds_less(run: Run, fictiville: str) -> None:
    question = ("D5-E", "E8", "--at", "2026-05-12T08:00")
    level = planned(run, fictiville, *question, "--level-only", "--unknown", "exclude")
    assert level["query"]["level_only"] is True
    ends = [leg[end] for one in level["itineraries"] for leg in one["legs"] for end in ("boarding", "alighting")]
    assert {end["worst"] for end in ends if end} <= {"LEVEL"}
    assert planned(run, fictiville, *question, "--unknown", "exclude")["itineraries"]


def test_plan_tells_what_an_itinerary_depends_on_and_what_is_left(run: Run, fictiville: str) -> None:
    answer = planned(run, fictiville, *QUAYS, "--fallbacks", "--window", "1h")
    needs = [need for one in answer["itineraries"] for need in one["depends_on"]]
    assert {need["kind"] for need in needs} >= {"ramp"}
    assert all(set(need["fallback"]) == {"arrival", "itinerary_id"} for need in needs)
    assert all(
        need["fallback"] is None
        for one in planned(run, fictiville, *QUAYS)["itineraries"]
        for need in one["depends_on"]
    )
    rides = [leg for one in answer["itineraries"] for leg in one["legs"] if leg["route"]]
    assert all(isinstance(leg["last_of_day"], bool) for leg in rides)
    assert all((leg["next_departure"] is None) == leg["last_of_day"] for leg in rides)
    assert any(leg["if_cannot_alight"] and leg["if_cannot_alight"]["back"] for leg in rides)
    _, out, _ = run("plan", fictiville, *QUAYS, "--fallbacks")
    assert "The next one that takes you there: " in out
    assert "depend on the ramp. If it fails, " in out
    assert "If you cannot get off there, ride on to " in out
    _, out, _ = run("plan", fictiville, *QUAYS, "--fallbacks", "--lang", "fr")
    assert "vous dépendez de la rampe. En cas de panne, " in out
    assert "Si vous ne pouvez pas y descendre, continuez jusqu’à " in out


def test_plan_names_the_lifts_of_the_way_and_what_is_left_without_each(run: Run, tmp_path: Path) -> None:
    town = str(tmp_path / "town")
    assert embedded_gtfs.main(["data/fictiville", str(tmp_path / "feed.zip")]) == 0
    assert run("build", town, "--gtfs", f"f={tmp_path / 'feed.zip'}", "--osm", "data/fictiville/streets.osm")[0] == 0
    question = ("46.987490,-19.999815", "E8", "--at", "2026-05-12T08:00", "--max-roll", "600")
    backed = planned(run, town, *question, "--fallbacks", "--window", "1h")["itineraries"]
    lifts = [(one, need) for one in backed for need in one["depends_on"] if need["kind"] == "equipment"]
    assert lifts
    for one, need in lifts:
        assert one["legs"][need["leg"]]["mode"] == "WALK"
        left = need["fallback"]["arrival"]
        assert left is None or left > one["arrival"], "a way with the lift was told as what is left without it"
    assert any(need["fallback"]["arrival"] for _, need in lifts)
    assert "E1-lift" in {need["id"].removeprefix("f:") for _, need in lifts}
    without = planned(run, town, *question, "--avoid-lifts", "--fallbacks", "--window", "1h")["itineraries"]
    assert not [need for one in without for need in one["depends_on"] if need["kind"] == "equipment"]


@pytest.mark.parametrize("metres", ["", "far", "-3", "nan", "1e9", "12345678"])
def test_plan_refuses_what_is_no_distance(run: Run, town: str, metres: str) -> None:
    code, _, err = run("plan", town, "market", "school", "--at", MORNING, f"--max-roll={metres}")
    assert code == BAD_QUESTION
    assert "write it in metres, as 400" in err


# --- boarding ---------------------------------------------------------------------------------------


def boarding(run: Run, *arguments: str) -> dict[str, object]:
    code, out, err = run("boarding", *arguments, "--json")
    assert (code, err) == (ANSWERED, "")
    answer = json.loads(out)
    assert {"verdict", "best", "worst", "certainty", "boarding", "alighting"} <= set(answer)
    return dict(answer)


@pytest.mark.parametrize(
    ("stop", "trip", "verdict", "ends"),
    [
        ("market", "early", "YES", (True, False)),  # first stop: nobody gets off
        ("dock", "early", "NO", (True, True)),
        ("hospital", "early", "UNKNOWN", (True, True)),
        ("school", "early", "YES", (False, True)),  # no pick-up
        ("school2", "early", "YES", (False, True)),  # last stop
        ("market2", "late", "NO", (True, False)),
    ],
)
def test_boarding_answers_both_ends_of_a_trip(
    run: Run, town: str, stop: str, trip: str, verdict: str, ends: tuple[bool, bool]
) -> None:
    answer = boarding(run, town, "--stop", stop, "--trip", trip)
    assert answer["verdict"] == verdict
    assert (answer["boarding"] is not None, answer["alighting"] is not None) == ends


def test_boarding_on_a_route_is_the_worst_of_its_trips(run: Run, town: str) -> None:
    assert boarding(run, town, "--stop", "hospital", "--route", "1")["verdict"] == "NO"
    assert boarding(run, town, "--stop", "Market", "--trip", "early")["verdict"] == "YES", (
        "the name of a stop of the trip"
    )
    assert boarding(run, town, "--stop", "hospital", "--route", "1", "--profile", "on-foot")["verdict"] == "YES"


def test_boarding_gives_every_number_and_listens_to_limits(run: Run, fictiville: str) -> None:
    question = (fictiville, "--stop", "E4-N", "--route", "T1", "--on", "2026-05-12")
    refused, allowed = boarding(run, *question), boarding(run, *question, "--limit", "gap_mm=95")
    assert (refused["verdict"], allowed["verdict"]) == ("NO", "YES")
    end = refused["boarding"]
    assert isinstance(end, dict)
    assert set(end) >= {
        "verdict", "best", "worst", "certainty", "device", "step_mm", "gap_mm", "slope", "reasons", "missing",
        "assumed", "would_decide",
    }  # fmt: skip
    assert end["gap_mm"] == {"low": 70.0, "high": 90.0}
    unknown = boarding(run, fictiville, "--stop", "G5-E", "--route", "1", "--on", "2026-05-12")["boarding"]
    assert isinstance(unknown, dict)
    assert "quay.height_mm" in unknown["missing"]
    assert unknown["would_decide"] == "quay.height_mm"
    ramp = boarding(run, fictiville, "--stop", "D5-E", "--route", "1", "--on", "2026-05-12")["boarding"]
    assert isinstance(ramp, dict)
    assert set(ramp["slope"]) == {"low", "high", "limit", "margin"}
    assert ramp["slope"]["limit"] == 0.10
    assert (round(ramp["slope"]["low"], 3), round(ramp["slope"]["high"], 3)) == (0.050, 0.067)


def test_boarding_answers_in_a_sentence(run: Run, fictiville: str) -> None:
    question = ("boarding", fictiville, "--stop", "D5-E", "--route", "1", "--on", "2026-05-12")
    code, out, _ = run(*question, "--lang", "fr")
    assert code == ANSWERED
    out = out.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Quai 18 cm, plancher 25 cm" in out
    assert "fictiville:D5-E" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stop", "market", "--trip", "never"], "--trip"),
        (["--stop", "market", "--route", "99"], "no route “99”"),
        (["--stop", "market", "--route", "Twin"], "several routes “Twin”"),
        (["--stop", "school", "--trip", "late"], "is not served by late"),
        (["--stop", "Nowhere", "--route", "1"], "no stop “Nowhere”"),
        (["--stop", "market2", "--trip", "bus"], "without letting anybody on or off"),
        (["--stop", "School", "--route", "1"], "several quays are called “School”"),
        (["--stop", "market"], "--trip"),
        (["--stop", "market", "--trip", "early", "--route", "1"], "not allowed"),
        (["--trip", "early"], "--stop"),
        (["--stop", "market", "--route", "1", "--on", "monday"], "write it as 2026-05-12"),
        (["--stop", "market", "--route", "1", "--limit", "gap_mm=-4"], "gap_mm"),
    ],
)
def test_boarding_refuses_what_it_cannot_answer(run: Run, town: str, arguments: list[str], said: str) -> None:
    code, out, err = run("boarding", town, *arguments)
    assert (code, out) == (BAD_QUESTION, "")
    assert said in err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01"])
def test_boarding_answers_on_any_day(run: Run, town: str, day: str) -> None:
    assert boarding(run, town, "--stop", "market", "--trip", "early", "--on", day)["verdict"] == "YES"


# --- template and import-table ----------------------------------------------------------------------


def test_a_template_filled_with_nothing_builds_and_changes_nothing(run: Run, town: str, tmp_path: Path) -> None:
    code, out, _ = run("template", tmp_path / "survey", "--network", town)
    assert code == ANSWERED
    written = {line.removeprefix("wrote ") for line in out.splitlines()}
    assert {str(path) for path in (tmp_path / "survey").iterdir()} >= written
    quays = (tmp_path / "survey" / "quays.csv").read_text("utf-8-sig")
    assert "\ntown:market;Market;" in quays
    assert quays.count("\n") >= 7
    feed = f"town={feed_of(tmp_path, **TOWN)}"
    code, out, err = run("build", tmp_path / "net", "--gtfs", feed, "--survey", tmp_path / "survey")
    assert (code, err.count("plainpied:")) == (ANSWERED, 0)
    assert "UNKNOWN_" not in out
    assert boarding(run, str(tmp_path / "net"), "--stop", "hospital", "--trip", "early")["verdict"] == "UNKNOWN"


def test_a_template_never_overwrites_what_somebody_filled_in(run: Run, town: str, tmp_path: Path) -> None:
    write_folder(tmp_path / "survey", {"quays.csv": b"stop_id,quay_height_m\nmarket,0.18\n"})
    run("template", tmp_path / "survey", "--network", town)
    assert "market,0.18" in (tmp_path / "survey" / "quays.csv").read_text("utf-8")


def test_a_table_of_an_authority_becomes_a_survey_that_builds(run: Run, tmp_path: Path) -> None:
    theirs = tmp_path / "arrets.csv"
    theirs.write_text("Arrêt;Hauteur\nmarket;18\ndock;haut\n", "latin-1")
    ours = tmp_path / "map.toml"
    ours.write_text(map_of_columns(), "utf-8")
    code, out, err = run("import-table", theirs, "--map", ours, "--out", tmp_path / "survey")
    assert code == ANSWERED, err
    assert "haut" in out, "the refused cell is told"
    town = f"town={feed_of(tmp_path, **TOWN)}"
    assert run("build", tmp_path / "net", "--gtfs", town, "--survey", tmp_path / "survey")[0] == ANSWERED
    facts = json.loads((tmp_path / "net" / "knowledge.json").read_text("utf-8"))["statements"]
    assert [(row["subject_id"], row["value"]) for row in facts if row["attribute"] == "height_mm"] == [
        ("town:market", 180.0)
    ]


def map_of_columns() -> str:
    return dedent("""
        [source]
        source_id = "ville"
        name = "Ville"

        [file]
        table = "quays.csv"
        format = "csv"
        encoding = "latin-1"
        delimiter = ";"

        [columns.stop_id]
        from = "Arrêt"

        [columns.quay_height_m]
        from = "Hauteur"
        unit = "cm"
        """)


def test_import_table_refuses_what_is_missing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n1;2\n")
    for table, columns in (("nowhere.csv", "nl_chb"), ("t.csv", "nowhere.toml")):
        code, _, err = run("import-table", tmp_path / table, "--map", columns, "--out", tmp_path / "survey")
        assert code in (BAD_QUESTION, BAD_DATA)
        assert "nowhere" in err
        assert not (tmp_path / "survey").exists()


# --- the command itself -----------------------------------------------------------------------------


def test_help_answers_at_once_and_names_every_command() -> None:
    started = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", "planner", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert time.monotonic() - started < 2
    for command in ("build", "plan", "boarding", "template", "import-table", "serve"):
        assert command in told.stdout


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, planner.cli; print([m for m in ('numba', 'pandas', 'numpy', 'flask') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_the_version_is_told_and_a_word_that_is_no_command_refused(run: Run) -> None:
    assert run("--version")[:2] == (0, f"plainpied {__version__}\n")
    assert run("fly")[0] == BAD_QUESTION
    assert run()[0] == BAD_QUESTION


def test_a_reader_that_has_seen_enough_is_no_error(town: str) -> None:
    command = [sys.executable, "-m", "planner", "plan", town, "market", "school", "--at", MORNING, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_person_who_waits_sees_a_clock(
    run: Run, town: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slow(*_: object) -> object:
        time.sleep(0.3)
        raise QueryError("asked in vain")

    monkeypatch.setattr("planner.routing.plan.find_itineraries", slow)
    monkeypatch.setattr("planner.cli_arguments.PATIENCE_S", 0.05)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, _, err = run("plan", town, "market", "school", "--at", "2024-01-02T08:00")
    assert code == BAD_QUESTION
    assert "compiling the search" in err
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    assert "compiling" not in run("plan", town, "market", "school", "--at", "2024-01-02T08:00")[2], "no bar in a log"
