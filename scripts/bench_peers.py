"""Another planner side by side on the same questions in the same run: cafein (Rust, from the package registry).

What is compared is made equal first. Both route on one day's events, those of our day view, which are written
out as a feed (interpolated times, the night before and the next morning included); both use our footpaths, walk as
``on-foot`` does, and change at one stop without margin. cafein begins at the very stop and may end with a footpath,
so here our questions begin at the very stop too. cafein's passes and ours take turns; of each question the shortest
time counts. Both name every leg: trip, stops, times.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
import venv
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.model import ON_FOOT, Place, Unknown
from planner.network.tables import ALIGHT, BOARD, Network
from planner.routing import via
from planner.routing.compile import day_view
from planner.routing.find import Path as Found
from planner.routing.find import Search, run_search
from planner.routing.query import Query
from planner.routing.walks import Walks, walks_around
from scripts.bench_table import Spread

PEER = "cafein==0.29.0"
PEER_ABOUT = "Rust, MIT"
PASSES = 3
WINDOW_S = 2 * 3600
MAX_RIDES = 8
FROM_H, UNTIL_H = 7, 20  # of questions: away from both ends of the day, where planners hold different trips
CHAIR = "manual-wheelchair"


class PeerAbsentError(Exception):
    """The other planner cannot be installed here; says why."""


@dataclass(frozen=True, slots=True)
class Duel:
    """One kind of question on one network, both sides; milliseconds."""

    kind: str
    ours: Spread
    theirs: Spread | None  # None: they have no such question
    ratio: float | None  # their median over ours
    equal: int | None  # questions with the same Pareto set; None where their sets mean something else
    differs: str = ""  # an example


@dataclass(frozen=True, slots=True)
class PeerRun:
    """All of it on one network."""

    title: str
    day: date
    questions: int
    their_import_s: float  # of the day's feed as written out
    their_peak_kib: int
    duels: tuple[Duel, ...]


def peer_python(cache: Path) -> Path:
    """Give a Python with cafein, made in ``cache`` where it is not there yet.

    Raises
    ------
    PeerAbsentError
        It cannot be installed.
    """
    home = cache / f"peer-{PEER.replace('==', '-')}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, clear=True, with_pip=True)
        told = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", PEER], capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise PeerAbsentError(f"{PEER} cannot be installed: {told.stderr.strip().splitlines()[-1:]}")
        (home / "ready").touch()
    return python


def duel(network: Network, title: str, day: date, number: int, seed: int, python: Path, scratch: Path) -> PeerRun:
    """Ask both planners ``number`` questions of each kind."""
    feed = scratch / f"{network.name}_day.zip"
    write_day(network, day, feed)
    asked = _draw(network, day, number, seed)
    order = scratch / f"{network.name}_asked.json"
    order.write_text(
        json.dumps(
            {
                "feeds": [str(feed)],
                "footpaths": _footpaths(network),
                "questions": [(str(a.stop_id), str(b.stop_id), f"{at:%Y-%m-%d %H:%M}") for a, b, at in asked],
                "max_rides": MAX_RIDES,
                "window_min": WINDOW_S / 60,
            }
        ),
        "utf-8",
    )
    script = Path(__file__).with_name("peer_cafein.py")
    peer = subprocess.Popen(
        [python, script, order], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=scratch
    )
    try:
        loaded = _hear(peer)
        duels = []
        for kind, window_s in (("earliest", 0), ("window", WINDOW_S)):
            duels += _both(network, asked, kind, window_s, lambda kind=kind: _order(peer, kind))  # type: ignore[misc]
    finally:
        peer.kill()
        peer.wait()
    return PeerRun(title, day, number, loaded["import_s"], loaded["peak_kib"], tuple(duels))


def write_day(network: Network, day: date, path: Path) -> None:
    """Write the events of a day view as a feed of its own: one service, one day, every time spelt out."""
    timetable, _ = day_view(network, day)
    stops, ymd = network.stops, f"{day:%Y%m%d}"
    served = network.served.nonzero()[0].tolist()
    tables = {
        "agency.txt": [
            "agency_id,agency_name,agency_url,agency_timezone",
            f"a,a,https://example.org,{network.timezone}",
        ],
        "calendar_dates.txt": ["service_id,date,exception_type", f"d,{ymd},1"],
        "stops.txt": ["stop_id,stop_name,stop_lat,stop_lon"],
        "routes.txt": ["route_id,agency_id,route_short_name,route_type"],
        "trips.txt": ["route_id,service_id,trip_id"],
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type"],
    }
    for s in served:
        name = _quoted(stops.id[s])
        tables["stops.txt"].append(f"{name},{name},{stops.lat[s]},{stops.lon[s]}")
    for p in range(timetable.n_patterns):
        tables["routes.txt"].append(f"p{p},a,p{p},3")
        _write_pattern(network, timetable, p, tables["trips.txt"], tables["stop_times.txt"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, lines in tables.items():
            out.writestr(name, "\n".join(lines) + "\n")


def _write_pattern(network: Network, timetable: Any, p: int, trips: list[str], times: list[str]) -> None:
    low, high = (int(x) for x in timetable.stop_offset[p : p + 2])
    names = [_quoted(network.stops.id[int(s)]) for s in timetable.stop[low:high]]
    uses = [(int(not use & BOARD), int(not use & ALIGHT)) for use in timetable.use[low:high].tolist()]
    runs, first = int(timetable.run_offset[p + 1] - timetable.run_offset[p]), int(timetable.event_offset[p])
    arrival = timetable.arrival_s[first : first + runs * (high - low)].reshape(runs, high - low).tolist()
    departure = timetable.departure_s[first : first + runs * (high - low)].reshape(high - low, runs).T.tolist()
    for run in range(runs):
        if high - low < 2 or arrival[run][-2] < 0:
            continue  # nothing to ride is left of it
        trips.append(f"p{p},d,p{p}r{run}")
        for i, (name, (no_pickup, no_drop)) in enumerate(zip(names, uses, strict=True)):
            if arrival[run][i] >= 0:  # a feed knows no time before its day; what remains of the trip can be ridden
                arrives, leaves = _clock(arrival[run][i]), _clock(departure[run][i])
                times.append(f"p{p}r{run},{arrives},{leaves},{name},{i},{no_pickup},{no_drop}")


def _both(
    network: Network,
    asked: Sequence[tuple[Place, Place, datetime]],
    kind: str,
    window_s: int,
    ask_peer: Callable[[], dict[str, Any]],
) -> list[Duel]:
    """Take turns; then our own question with doubts, which they do not have."""

    def queries(profile: str, unknown: Unknown) -> list[Query]:
        traveller = get_profile(profile)
        return [Query(a, b, at, traveller, unknown, MAX_RIDES - 1, window_s=window_s) for a, b, at in asked]

    on_foot, doubtful = queries(ON_FOOT, Unknown.ALLOW), queries(CHAIR, Unknown.PENALISE)
    _pass(network, on_foot[:1])
    _pass(network, doubtful[:1])
    ours, with_doubts, theirs = [], [], []
    for _ in range(PASSES):
        told = ask_peer()
        theirs.append(told["took_ms"])
        took, answers = _pass(network, on_foot)
        ours.append(took)
        with_doubts.append(_pass(network, doubtful)[0])
    last_s = [at.hour * 3600 + at.minute * 60 + window_s - 1 for _, _, at in asked]
    sets = _compare(answers, told["answers"], last_s if window_s else None)
    mine, chair, its = _best(ours), _best(with_doubts), _best(theirs)
    return [
        Duel(kind, mine, its, its.median / mine.median, *sets),
        Duel(f"{kind}, {CHAIR}, doubts a criterion", chair, None, its.median / chair.median, None),
    ]


def _pass(network: Network, queries: Sequence[Query]) -> tuple[list[float], list[list[list[int]]]]:
    took_ms, answers = [], []
    for query in queries:
        with patch.object(via, "walks_around", partial(_around, query.origin)):
            started = time.perf_counter()
            search = run_search(network, query)
            legs = [name_legs(network, search, path) for path in search.paths]
            took_ms.append((time.perf_counter() - started) * 1000)
        told = zip(search.paths, legs, strict=True)
        answers.append([[path.departure_s, path.arrival_s, len(rides)] for path, rides in told])
    return took_ms, answers


def _around(origin: Place, network: Network, place: Place, *how: Any, **more: Any) -> Walks:
    """Find the stops within a walk as ever, but at the origin keep the stop itself alone."""
    walks = walks_around(network, place, *how, **more)
    if place is not origin:
        return walks
    here = (walks.distance_m == 0).nonzero()[0]
    return Walks(*(getattr(walks, part.name)[here] for part in fields(Walks)))


def name_legs(network: Network, search: Search, path: Found) -> list[tuple[str, str, str, int, int]]:
    """Give trip, stops and times of each ride, as cafein does."""
    view = search.view
    riding, timetable, legs = view.riding, view.timetable, []
    for ride in path.rides:
        v, run = ride.variant, ride.run
        base, events, runs = int(riding.stop_offset[v]), int(riding.event_offset[v]), int(riding.n_runs[v])
        length = int(riding.stop_offset[v + 1]) - base
        trip = int(timetable.trip[timetable.run_offset[int(view.pattern[v])] + run])
        legs.append(
            (
                network.trips.id[trip],
                network.stops.id[int(riding.stop[base + ride.board])],
                network.stops.id[int(riding.stop[base + ride.alight])],
                int(riding.departure_s[events + ride.board * runs + run]),
                int(riding.arrival_s[events + run * length + ride.alight]),
            )
        )
    return legs


def _compare(ours: list[list[list[int]]], theirs: list[list[list[int]]], last_s: list[int] | None) -> tuple[int, str]:
    """Count equal Pareto sets, and tell one that differs.

    For one departure a set is of (arrival, rides); in a window of (departure, arrival, rides). There theirs holds
    rides for which one waits beyond the window too, told as leaving in its last second: those are no departures.
    """
    equal, told = 0, ""
    for row, (mine, its) in enumerate(zip(ours, theirs, strict=True)):
        cut = 1 if last_s is None else 0
        a = {tuple(one[cut:]) for one in mine}
        b = {tuple(one[cut:]) for one in its if last_s is None or one[0] != last_s[row] or tuple(one) in a}
        equal += a == b
        if a != b and not told:
            told = f"question {row}: ours alone {sorted(a - b)}, theirs alone {sorted(b - a)}"
    return equal, told


def _best(passes: Sequence[Sequence[float]]) -> Spread:
    return Spread.of([min(times) for times in zip(*passes, strict=True)])


def _draw(network: Network, day: date, number: int, seed: int) -> list[tuple[Place, Place, datetime]]:
    rng, zone, stops = random.Random(seed), ZoneInfo(network.timezone), network.stops  # noqa: S311
    timetable, _ = day_view(network, day)
    rows = sorted(set(timetable.stop.tolist()))
    drawn = []
    for _ in range(number):
        a, b = rng.sample(rows, 2)
        minute = rng.randrange(FROM_H * 60, UNTIL_H * 60)
        at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
        ends = [Place(stops.name[s], float(stops.lat[s]), float(stops.lon[s]), stops.id[s]) for s in (a, b)]
        drawn.append((ends[0], ends[1], at))
    return drawn


def _footpaths(network: Network) -> list[tuple[str, str, int, float]]:
    paths, speed = network.footpaths, get_profile(ON_FOOT).speed_m_s
    names = list(network.stops.id)
    to, metres = paths.to.tolist(), paths.distance_m.tolist()
    return [
        (names[a], names[to[row]], ceil(metres[row] / speed), metres[row])
        for a, (low, high) in enumerate(pairwise(paths.offset.tolist()))
        for row in range(low, high)
    ]


def _order(peer: subprocess.Popen[str], kind: str) -> dict[str, Any]:
    print(kind, file=peer.stdin, flush=True)
    return _hear(peer)


def _hear(peer: subprocess.Popen[str]) -> dict[str, Any]:
    line = peer.stdout.readline() if peer.stdout else ""
    if not line:
        raise PeerAbsentError(f"{PEER} stopped with code {peer.wait()}")
    told: dict[str, Any] = json.loads(line)
    return told


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
