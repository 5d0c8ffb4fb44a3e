"""How long judging takes: a made-up town of 10,000 surveyed quays, every one with every vehicle type."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.access.boarding_kernel import door_columns, judge_pairs, quay_columns
from planner.access.profiles import get_profile
from planner.build import FactInputs, Input, build
from planner.model import Unknown
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.cells import judge_cells
from planner.routing.compile import day_view, profile_view, view_going
from scripts.bench_table import Spread

QUAYS, LINES, TYPES = 10_000, 20, 100  # each line is run by a type of its own; the other types only stand in the survey
DAY = date(2026, 5, 12)
BLANK = 0.12  # chance of each fact to be missing
PROFILE = "manual-wheelchair"

Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds by the clock, and seconds of processor time over all cores."""

    wall: Spread
    processor: Spread


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What judging takes, kernels compiled before."""

    pairs: int
    judged: Work  # judge_pairs alone, one end
    columns: Work  # quays and doors to arrays
    cells: Work  # judge_cells: every boarding class at every stop, both ends, with what is declared
    profile: Work  # profile_view: the same, and the masks, doubts and walks of the search
    shares: tuple[float, ...]  # of YES, UNCERTAIN, UNKNOWN, NO among the pairs


def measure_verdicts(scratch: Path, repeats: int, seed: int) -> Verdicts:
    """Build the town and judge it again and again."""
    network = _town(scratch, random.Random(seed))  # noqa: S311 (the same town every time)
    quays, types = list(network.knowledge.quays.values()), list(network.knowledge.vehicle_types.values())
    profile = get_profile(PROFILE)
    _, classes = day_view(network, DAY)
    columns = quay_columns(quays), door_columns(types)
    told = judge_pairs(*columns, profile, False)
    counts = [int((told.verdict == verdict).sum()) for verdict in range(4)]
    if len(quays) != QUAYS or len(types) != TYPES or len(classes) != LINES:
        raise RuntimeError(f"the town has {len(quays)} quays, {len(types)} types, {len(classes)} classes")

    def view() -> object:
        view_going.cache_clear()
        return profile_view(network, DAY, profile, Unknown.PENALISE)

    return Verdicts(
        pairs=told.verdict.size,
        judged=_repeat(lambda: judge_pairs(*columns, profile, False), repeats),
        columns=_repeat(lambda: (quay_columns(quays), door_columns(types)), repeats),
        cells=_repeat(lambda: judge_cells(network, profile, classes), repeats),
        profile=_repeat(view, repeats),
        shares=tuple(count / told.verdict.size for count in counts),
    )


def _repeat(work: Callable[[], object], repeats: int) -> Work:
    walls, processors = [], []
    work()  # may compile
    for _ in range(repeats):
        processor, wall = time.process_time(), time.perf_counter()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return Work(Spread.of(walls), Spread.of(processors))


def _town(scratch: Path, rng: random.Random) -> Network:
    feed, survey = scratch / "town-gtfs", scratch / "town-survey"
    _write_feed(feed)
    _write_survey(survey, rng)
    build(scratch / "town", [Input("town", feed)], FactInputs(survey=survey))
    return open_network(scratch / "town")


def _write_feed(folder: Path) -> None:
    """Write 20 lines of 500 stops each, 600 m apart, with a single trip."""
    length = QUAYS // LINES
    stops = [(f"q{q}", f"Quay {q}", 48 + q // length * 0.0054, 2 + q % length * 0.0081) for q in range(QUAYS)]
    times = []
    for q in range(QUAYS):
        minute = 6 * 60 + q % length
        clock = f"{minute // 60:02}:{minute % 60:02}:00"
        times.append((f"t{q // length}", clock, clock, f"q{q}", q % length))
    lines = range(LINES)
    _write(folder / "agency.txt", "agency_id agency_name agency_url agency_timezone", [
        ("a", "Town", "https://town.example/", "Europe/Paris"),
    ])  # fmt: skip
    _write(folder / "stops.txt", "stop_id stop_name stop_lat stop_lon", stops)
    _write(
        folder / "routes.txt",
        "route_id agency_id route_short_name route_type",
        [(f"r{n}", "a", f"{n}", 3) for n in lines],
    )
    _write(folder / "trips.txt", "route_id service_id trip_id", [(f"r{n}", "s", f"t{n}") for n in lines])
    _write(folder / "calendar_dates.txt", "service_id date exception_type", [("s", f"{DAY:%Y%m%d}", 1)])
    _write(folder / "stop_times.txt", "trip_id arrival_time departure_time stop_id stop_sequence", times)


def _write_survey(folder: Path, rng: random.Random) -> None:
    """Write facts near the limits that matter, some blanked."""

    def maybe(value: object) -> object:
        return "" if rng.random() < BLANK else value

    def metres(low_mm: int, high_mm: int) -> object:
        return maybe(rng.randint(low_mm, high_mm) / 1000)

    quays = [
        (
            *(f"q{q}", metres(0, 350), 0.005, metres(0, 150), 0.01, maybe(rng.choice(("straight", "bay")))),
            *(metres(1200, 3000), maybe(rng.choice(("yes", "yes", "yes", "no"))), "bench"),
        )
        for q in range(QUAYS)
    ]
    types, doors = [], []
    for number in range(TYPES):
        types.append((f"v{number}", "bus", maybe(rng.choice(("always", "on_request", "never"))), maybe(1), "bench"))
        for door_no, device in ((1, "none"), (2, rng.choice(("manual_ramp", "powered_ramp", "none")))):
            floor_mm = rng.randint(280, 400)
            ramp = ("", "", "") if device == "none" else (metres(850, 1500), 300, maybe("yes"))
            doors.append(
                (
                    *(f"v{number}", door_no, maybe(floor_mm / 1000), 0.005, maybe((floor_mm - 70) / 1000), 0.005),
                    *(maybe(1.2), maybe(0), device, *ramp, "bench"),
                )
            )
    _write(folder / "sources.csv", "source_id name date", [("bench", "A made-up town", f"{DAY}")])
    _write(
        folder / "quays.csv",
        "stop_id quay_height_m quay_height_m_tol gap_m gap_m_tol approach manoeuvre_diam_m ramp_deployable source_id",
        quays,
    )
    _write(folder / "vehicle_types.csv", "vehicle_type_id mode kneel_policy wheelchair_spaces source_id", types)
    _write(
        folder / "doors.csv",
        "vehicle_type_id door_no floor_height_m floor_height_m_tol floor_height_kneeled_m floor_height_kneeled_m_tol"
        " clear_width_m inside_steps device ramp_length_m ramp_load_kg deploys_to_road source_id",
        doors,
    )
    _write(
        folder / "vehicle_assignments.csv",
        "scope scope_id vehicle_type_id",
        [("route", f"r{n}", f"v{n}") for n in range(LINES)],
    )


def _write(path: Path, header: str, rows: Iterable[Cells]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)
