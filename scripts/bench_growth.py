"""How time and memory grow with a network: one feed cut to parts of its routes, so that only the size differs.

Routes are kept in the order of a hash of their id, so that each part holds the one before; a trip is kept with its
route, a stop with its trips. The exponent of each growth is fitted over the parts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.model import ON_FOOT, Unknown
from planner.network.store import open_network
from scripts.bench_commands import Commands
from scripts.bench_feeds import Feed
from scripts.bench_questions import draw_trips, measure_questions, measure_views

PARTS = (0.125, 0.25, 0.5, 1.0)
CHAIR = "manual-wheelchair"
QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class Size:
    """One part of the feed and what it takes; medians."""

    share: float
    stop_times: int
    stops: int
    import_s: float
    import_mib: float | None
    day_view_s: float
    profile_view_s: float
    earliest_s: float
    doubts_s: float
    window_s: float
    query_mib: float | None  # of a process that opens the network and answers one question


def measure_growth(feed: Feed, commands: Commands, scratch: Path, seed: int) -> list[Size]:
    """Build and ask every part."""
    sizes = []
    for share in PARTS:
        part = Feed(f"{feed.key}_{share:g}".replace(".", "_"), feed.title, feed.day, scratch / f"part_{share:g}.zip")
        cut_feed(feed.path, part.path, share)
        _, built = commands.measure_import(part, 3)
        network = open_network(commands.networks / part.key)
        views = measure_views(network, part.day, 5)
        trips = draw_trips(network, part.day, QUESTIONS, seed)
        kinds = ((ON_FOOT, Unknown.ALLOW, 0), (CHAIR, Unknown.PENALISE, 0), (ON_FOOT, Unknown.ALLOW, 7200))
        asked = [measure_questions(network, trips, *kind) for kind in kinds]
        origin, destination, at = trips[0]
        words = ["plan", str(commands.networks / part.key), str(origin.stop_id), str(destination.stop_id)]
        start = commands.measure_start(part, [*words, "--at", f"{at:%Y-%m-%dT%H:%M}"], 3)
        sizes.append(
            Size(
                share,
                built.stop_times,
                int(network.served.sum()),
                built.wall.median,
                built.peak_mib,
                views.day_s.median,
                views.profile_s.median,
                asked[0].kernel_s.median,
                asked[1].kernel_s.median,
                asked[2].kernel_s.median,
                max((run.peak_mib for run in start.runs if run.peak_mib is not None), default=None),
            )
        )
    return sizes


def cut_feed(source: Path, target: Path, share: float) -> None:
    """Write the part of a feed that holds this share of its routes."""
    with zipfile.ZipFile(source) as feed, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        names = set(feed.namelist())
        routes = sorted((row["route_id"] for row in _rows(feed, "routes.txt")), key=_shuffled)
        kept = set(routes[: max(1, round(share * len(routes)))])
        trips = {row["trip_id"] for row in _rows(feed, "trips.txt") if row["route_id"] in kept}
        stops = {row["stop_id"] for row in _rows(feed, "stop_times.txt") if row["trip_id"] in trips}
        parents = {row.get("parent_station") or "" for row in _rows(feed, "stops.txt") if row["stop_id"] in stops}
        stays: dict[str, Callable[[dict[str, str]], bool]] = {
            "routes.txt": lambda row: row["route_id"] in kept,
            "trips.txt": lambda row: row["trip_id"] in trips,
            "stop_times.txt": lambda row: row["trip_id"] in trips,
            "frequencies.txt": lambda row: row["trip_id"] in trips,
            "stops.txt": lambda row: row["stop_id"] in stops or row["stop_id"] in parents,
        }
        for name in sorted(names & {*stays, "agency.txt", "calendar.txt", "calendar_dates.txt"}):
            rows = [row for row in _rows(feed, name) if name not in stays or stays[name](row)]
            text = io.StringIO()
            if rows:
                writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            out.writestr(name, text.getvalue())


def _rows(feed: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    with feed.open(name) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline="")):
            yield {key: value or "" for key, value in row.items() if key is not None}


def _shuffled(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
