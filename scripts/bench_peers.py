"""Another planner side by side on the same questions in the same run: cafein (Rust, from the package registry).

What is compared is made equal first. Both route on one day's events, those of our day view, which are written
out as a feed (interpolated times, the night before and the next morning included); both use our footpaths for
``on-foot`` (minimum times of transfers.txt included, without margin). cafein reads neither pickup_type and
drop_off_type nor block_id, so where sets are compared our view is opened the same way: everywhere one gets on and
off, and nobody stays aboard. It begins at the very stop and may end with a footpath, so here our questions do too.
cafein's passes and ours take turns; of each question the shortest time counts. Both name every leg: trip, stops, times.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
import venv
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.model import ON_FOOT, Place, Unknown
from planner.network.tables import Network
from planner.routing import find, via
from planner.routing.compile import View, day_view, reboarded
from planner.routing.find import Path as Found
from planner.routing.find import Search, run_search
from planner.routing.query import Query
from planner.routing.restrict import onward_fields
from planner.routing.via import question_view
from planner.routing.walks import Walks
from scripts.bench_table import Spread

PEER = "cafein==0.29.0"
PEER_ABOUT = "Rust, MIT"
PASSES = 3
WINDOW_S = 2 * 3600
MAX_RIDES = 8
FROM_H, UNTIL_H = 7, 20  # of questions: away from both ends of the day, where planners hold different trips
CHAIR = "manual-wheelchair"
DOUBTFUL = f"{CHAIR}, doubts a criterion"


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

    key: str
    title: str
    day: date
    questions: int
    their_import_s: float  # of the day's feed as written out
    their_peak_kib: int
    duels: tuple[Duel, ...]


def peer_python(cache: Path, package: str = PEER) -> Path:
    """Give a Python with a pinned package, made in ``cache`` where it is not there yet.

    Raises
    ------
    PeerAbsentError
        It cannot be installed.
    """
    home = cache / f"peer-{package.replace('==', '-')}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, clear=True, with_pip=True)
        told = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", package], capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise PeerAbsentError(f"{package} cannot be installed: {told.stderr.strip().splitlines()[-1:]}")
        (home / "ready").touch()
    return python


def duel(network: Network, title: str, day: date, number: int, seed: int, python: Path, scratch: Path) -> PeerRun:
    """Ask both planners ``number`` questions of each kind."""
    feed = scratch / f"{network.name}_day.zip"
    write_day(network, day, feed)
    asked = _draw(network, day, number, seed)
    names = list(network.stops.id)
    a, b, at = asked[0]
    paths = _footpaths(network, Query(a, b, at, get_profile(ON_FOOT), Unknown.ALLOW), day)
    order = scratch / f"{network.name}_asked.json"
    order.write_text(
        json.dumps(
            {
                "feeds": [str(feed)],
                "footpaths": [
                    (names[a], names[b], s, m) for a, b, s, m in zip(*(x.tolist() for x in paths), strict=True)
                ],
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
            duels += _both(network, asked, day, kind, window_s, lambda kind=kind: _order(peer, kind))  # type: ignore[misc]
    finally:
        peer.kill()
        peer.wait()
    return PeerRun(network.name, title, day, number, loaded["import_s"], loaded["peak_kib"], tuple(duels))


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
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"],
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
    runs, first = int(timetable.run_offset[p + 1] - timetable.run_offset[p]), int(timetable.event_offset[p])
    arrival = timetable.arrival_s[first : first + runs * (high - low)].reshape(runs, high - low).tolist()
    departure = timetable.departure_s[first : first + runs * (high - low)].reshape(high - low, runs).T.tolist()
    for run in range(runs):
        if high - low < 2 or arrival[run][-2] < 0:
            continue  # nothing to ride is left of it
        trips.append(f"p{p},d,p{p}r{run}")
        for i, name in enumerate(names):
            if arrival[run][i] >= 0:  # a feed knows no time before its day; what remains of the trip can be ridden
                arrives, leaves = _clock(arrival[run][i]), _clock(departure[run][i])
                times.append(f"p{p}r{run},{arrives},{leaves},{name},{i}")


def _both(
    network: Network,
    asked: Sequence[tuple[Place, Place, datetime]],
    day: date,
    kind: str,
    window_s: int,
    ask_peer: Callable[[], dict[str, Any]],
) -> list[Duel]:
    """Take turns; then our own question with doubts, which they do not have."""

    def queries(profile: str, unknown: Unknown) -> list[Query]:
        traveller = get_profile(profile)
        return [Query(a, b, at, traveller, unknown, MAX_RIDES - 1, window_s=window_s) for a, b, at in asked]

    on_foot, doubtful = queries(ON_FOOT, Unknown.ALLOW), queries(CHAIR, Unknown.PENALISE)
    around, chair_around = (_walks_at_ends(network, both, day) for both in (on_foot, doubtful))
    opened = _opened(question_view(network, on_foot[0], day))
    _pass(network, on_foot[:1], around, opened)
    _pass(network, doubtful[:1], chair_around)
    ours, with_doubts, theirs = [], [], []
    for _ in range(PASSES):
        told = ask_peer()
        theirs.append(told["took_ms"])
        took, answers = _pass(network, on_foot, around, opened)
        ours.append(took)
        with_doubts.append(_pass(network, doubtful, chair_around)[0])
    last_s = [at.hour * 3600 + at.minute * 60 + window_s - 1 for _, _, at in asked]
    sets = _compare(answers, told["answers"], last_s if window_s else None)
    mine, chair, its = _best(ours), _best(with_doubts), _best(theirs)
    return [
        Duel(kind, mine, its, its.median / mine.median, *sets),
        Duel(f"{kind}, {DOUBTFUL}", chair, None, its.median / chair.median, None),
    ]


def _pass(
    network: Network,
    queries: Sequence[Query],
    around: Mapping[tuple[Place, bool], Walks],
    view: View | None = None,
) -> tuple[list[float], list[Any]]:
    took_ms, answers = [], []
    with (
        patch.object(via, "walks_around", lambda _network, place, *_going, towards=False: around[place, towards]),
        patch.object(find, "question_view", lambda *asked: view or question_view(*asked)),
    ):
        for query in queries:
            started = time.perf_counter()
            search = run_search(network, query)
            legs = [name_legs(network, search, path) for path in search.paths]
            took_ms.append((time.perf_counter() - started) * 1000)
            told = zip(search.paths, legs, strict=True)
            answers.append([[path.departure_s, path.arrival_s, len(rides)] for path, rides in told])
    return took_ms, answers


def _opened(view: View) -> View:
    """Let everybody get on and off at every call, and nobody stay aboard."""
    riding = view.riding
    anywhere = riding._replace(
        board=np.zeros_like(riding.board),
        alight=np.zeros_like(riding.alight),
        **onward_fields(riding.n_runs, np.empty((0, 4), np.int64)),
    )
    return replace(view, riding=reboarded(anywhere, len(view.stop_of)))


def _walks_at_ends(network: Network, queries: Sequence[Query], day: date) -> dict[tuple[Place, bool], Walks]:
    """Give each origin its very stop alone, and each destination its stop and the footpaths that lead there."""
    origins, to, seconds, metres = _footpaths(network, queries[0], day)
    row_of, found = network.stops.id.row_of, {}
    for query in queries:
        for place, ends in ((query.origin, False), (query.destination, True)):
            here = row_of[str(place.stop_id)]
            rows = np.flatnonzero(to == here) if ends else np.empty(0, np.int64)
            stop = np.append(origins[rows], here)
            found[place, ends] = Walks(
                stop, np.append(metres[rows], 0.0), np.append(seconds[rows], 0), np.zeros(len(stop), np.uint8)
            )
    return found


def name_legs(network: Network, search: Search, path: Found) -> list[tuple[str, str, str, int, int]]:
    """Give trip, stops and times of each ride, as cafein does."""
    view = search.view
    riding, timetable, legs = view.riding, view.timetable, []
    for ride in path.rides:
        v, run, last = ride.variant, ride.run, ride.last_variant
        base, events, runs = int(riding.stop_offset[v]), int(riding.event_offset[v]), int(riding.n_runs[v])
        off, length = int(riding.stop_offset[last]), int(riding.stop_offset[last + 1] - riding.stop_offset[last])
        trip = int(timetable.trip[timetable.run_offset[int(view.pattern[v])] + run])
        legs.append(
            (
                network.trips.id[trip],
                network.stops.id[int(riding.stop[base + ride.board])],
                network.stops.id[int(riding.stop[off + ride.alight])],
                int(riding.departure_s[events + ride.board * runs + run]),
                int(riding.arrival_s[int(riding.event_offset[last]) + ride.last_run * length + ride.alight]),
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


def _footpaths(network: Network, query: Query, day: date) -> tuple[NDArray[Any], ...]:
    """Give our footpaths for a traveller, transfers.txt included: stops from and to, seconds without margin, metres."""
    view = question_view(network, query, day)
    walking, stops = view.walking, view.stop_of.astype(np.int64)
    origins = np.repeat(stops, np.diff(walking.offset))
    return (
        origins,
        stops[walking.to],
        walking.duration_s.astype(np.int64) - query.profile.margin_s,
        walking.walked_dm / 10,
    )


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
