"""Write the GTFS feed of an embedded network (data/amiens, data/fictiville) from its compact tables.

``python scripts/embedded_gtfs.py SOURCE_DIR OUT.zip``. Standard library only, and the same tables always give
the same bytes, so that a build can tell by a hash whether anything changed. The tables are explained in
data/README.md.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

DAY_TYPES = ("weekday", "saturday", "sunday")
ROUTE_TYPES = {"tram": 0, "bus": 3, "coach": 200}  # 200: coach in the extended GTFS route types
HOLIDAYS = ("none", "france")
REQUIRED_TABLES: dict[str, tuple[str, ...]] = {
    "quays.csv": ("quay_id", "name", "lat", "lon"),
    "lines.csv": ("line_id", "mode", "short_name", "long_name", "color", "text_color"),
    "patterns.csv": ("pattern_id", "line_id", "direction", "headsign"),
    "pattern_stops.csv": ("pattern_id", "order", "quay_id"),
    "running_times.csv": ("pattern_id", "profile", "seconds"),
    "departures.csv": ("pattern_id", "profile", "day_type", "departures"),
}
OPTIONAL_TABLES: dict[str, tuple[str, ...]] = {
    "stations.csv": ("station_id", "name", "lat", "lon"),
    "headways.csv": ("pattern_id", "profile", "day_type", "from", "until", "headway_s"),
    "station_nodes.csv": ("node_id", "name", "lat", "lon", "location_type", "station_id", "level_id"),
    "levels.csv": ("level_id", "level_index", "level_name"),
    "pathways.csv": (
        *("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional", "length"),
        *("traversal_time", "stair_count", "max_slope", "min_width", "signposted_as"),
    ),
}
AS_THEY_ARE = ("levels.csv", "pathways.csv")  # their columns are those of GTFS
REQUIRED_SETTINGS = {
    "agency": ("id", "name", "url", "timezone", "lang"),
    "feed": ("publisher_name", "publisher_url", "version"),
    "calendar": ("first_day", "last_day", "holidays"),
}
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the clock must not change the bytes

Row = dict[str, str]
Cells = Sequence[object]


class TableError(Exception):
    """The tables of a network contradict their own format; carries every fault found."""

    def __init__(self, source: Path, faults: Sequence[str]) -> None:
        super().__init__("\n".join([f"{source}: {len(faults)} fault(s); correct the tables and run again", *faults]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one network as read; faults are collected while reading and arranging."""

    settings: dict[str, Any]
    rows: dict[str, list[Row]]
    faults: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the script; 0 written, 2 wrong arguments, 3 faulty tables."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) != 2:
        print("usage: python scripts/embedded_gtfs.py SOURCE_DIR OUT.zip", file=sys.stderr)
        return 2
    try:
        write_gtfs(Path(arguments[0]), Path(arguments[1]))
    except TableError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


def write_gtfs(source: Path, out: Path) -> None:
    """Write the tables of the folder ``source`` as a GTFS zip; nothing is left behind when they are faulty."""
    tables = _read(source)
    files = {} if tables.faults else _arrange(tables)
    if tables.faults:
        raise TableError(source, tables.faults)
    _write_zip(files, out)


def public_holidays(year: int) -> set[date]:
    """French public holidays of a year (metropolitan France, without the two of Alsace and Moselle)."""
    easter = easter_sunday(year)
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return {date(year, month, day) for month, day in fixed} | {easter + timedelta(days=n) for n in (1, 39, 50)}


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


# --- Reading -----------------------------------------------------------------------------------------


def _read(source: Path) -> Tables:
    settings_path = source / "network.toml"
    if not settings_path.is_file():
        raise TableError(source, ["network.toml is missing: the folder must be one of an embedded network"])
    try:
        settings = tomllib.loads(settings_path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(source, [f"network.toml cannot be read: {error}"]) from error
    tables = Tables(settings, {})
    for section, names in REQUIRED_SETTINGS.items():
        known = settings.get(section, {})
        tables.faults.extend(f"network.toml: [{section}] {name} is missing" for name in names if name not in known)
    for name in ("first_day", "last_day"):
        if type(settings.get("calendar", {}).get(name)) is not date:
            tables.faults.append(f"network.toml: [calendar] {name} must be a date like 2025-01-01, without quotes")
    for name, columns in (REQUIRED_TABLES | OPTIONAL_TABLES).items():
        tables.rows[name] = _read_table(source / name, columns, tables.faults)
    return tables


def _read_table(path: Path, columns: tuple[str, ...], faults: list[str]) -> list[Row]:
    if not path.is_file():
        if path.name in REQUIRED_TABLES:
            faults.append(f"{path.name} is missing")
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        absent = [column for column in columns if column not in (reader.fieldnames or ())]
        if absent:
            faults.append(f"{path.name}: column(s) missing: {', '.join(absent)}")
            return []
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            faults.append(f"{path.name}, line {number}: more or fewer cells than columns")
    return [row for row in rows if None not in row and None not in row.values()]


def _clock_s(text: str) -> int:
    """Turn 05:41 or 24:10:30 into seconds; raises ValueError."""
    parts = [int(part) for part in text.split(":")]
    if len(parts) not in (2, 3) or any(not 0 <= part < 60 for part in parts[1:]) or parts[0] < 0:
        raise ValueError(text)
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) == 3 else 0)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


# --- Arranging ---------------------------------------------------------------------------------------


def _arrange(tables: Tables) -> dict[str, str]:
    """Give the text of every GTFS file; what does not fit together is added to ``tables.faults``."""
    files = {
        "agency.txt": _agency(tables),
        "calendar.txt": _calendar(tables),
        "calendar_dates.txt": _calendar_dates(tables),
        "feed_info.txt": _feed_info(tables),
        "routes.txt": _routes(tables),
        "stops.txt": _stops(tables),
    }
    for name in AS_THEY_ARE:
        if tables.rows[name]:
            columns = OPTIONAL_TABLES[name]
            files[f"{Path(name).stem}.txt"] = _csv(columns, [[row[c] for c in columns] for row in tables.rows[name]])
    return files | _trips(tables)


def _csv(header: Cells, rows: Iterable[Cells]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _agency(tables: Tables) -> str:
    known = tables.settings["agency"]
    names = ("id", "name", "url", "timezone", "lang")
    return _csv([f"agency_{name}" for name in names], [[known[name] for name in names]])


def _feed_info(tables: Tables) -> str:
    feed, days = tables.settings["feed"], _days(tables)
    header = ("publisher_name", "publisher_url", "lang", "start_date", "end_date", "version")
    row = (feed["publisher_name"], feed["publisher_url"], tables.settings["agency"]["lang"], *days, feed["version"])
    return _csv([f"feed_{name}" for name in header], [row])


def _days(tables: Tables) -> tuple[str, str]:
    known = tables.settings["calendar"]
    return f"{known['first_day']:%Y%m%d}", f"{known['last_day']:%Y%m%d}"


def _calendar(tables: Tables) -> str:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    runs = {"weekday": (1, 1, 1, 1, 1, 0, 0), "saturday": (0, 0, 0, 0, 0, 1, 0), "sunday": (0, 0, 0, 0, 0, 0, 1)}
    rows = [(day_type, *runs[day_type], *_days(tables)) for day_type in DAY_TYPES]
    return _csv(("service_id", *week, "start_date", "end_date"), rows)


def _calendar_dates(tables: Tables) -> str:
    known = tables.settings["calendar"]
    if known["holidays"] not in HOLIDAYS:
        tables.faults.append(f"network.toml: holidays = {known['holidays']!r}; known are {', '.join(HOLIDAYS)}")
    rows: list[Cells] = []
    years = range(known["first_day"].year, known["last_day"].year + 1) if known["holidays"] == "france" else ()
    for holiday in sorted(day for year in years for day in public_holidays(year)):
        if known["first_day"] <= holiday <= known["last_day"] and holiday.isoweekday() != 7:
            usual = "saturday" if holiday.isoweekday() == 6 else "weekday"
            rows += [(usual, f"{holiday:%Y%m%d}", 2), ("sunday", f"{holiday:%Y%m%d}", 1)]
    return _csv(("service_id", "date", "exception_type"), rows)


def _routes(tables: Tables) -> str:
    agency_id = tables.settings["agency"]["id"]
    rows: list[Cells] = []
    for number, line in enumerate(tables.rows["lines.csv"], start=1):
        if line["mode"] not in ROUTE_TYPES:
            tables.faults.append(
                f"lines.csv: {line['line_id']}: mode {line['mode']!r}; known: {', '.join(ROUTE_TYPES)}"
            )
            continue
        names = (line["short_name"], line["long_name"])
        kind = ROUTE_TYPES[line["mode"]]
        rows.append((line["line_id"], agency_id, *names, kind, line["color"], line["text_color"], number))
    columns = ("short_name", "long_name", "type", "color", "text_color", "sort_order")
    return _csv(("route_id", "agency_id", *(f"route_{name}" for name in columns)), rows)


def _stops(tables: Tables) -> str:
    """Quays and stations. ``wheelchair_boarding`` is there and empty: nobody has declared anything."""
    stations = {row["station_id"] for row in tables.rows["stations.csv"]}
    _ids(tables, "quays.csv", "quay_id")
    for name in ("stations.csv", "quays.csv", "station_nodes.csv"):
        for row in tables.rows[name]:
            if not (_is_degrees(row["lat"], 90) and _is_degrees(row["lon"], 180)):
                tables.faults.append(
                    f"{name}: {row['name']!r}: {row['lat']!r}, {row['lon']!r} is no position in degrees"
                )
    rows: list[Cells] = [
        (row["station_id"], row["name"], row["lat"], row["lon"], 1, "", "", "", "")
        for row in tables.rows["stations.csv"]
    ]
    for name, key in (("quays.csv", "quay_id"), ("station_nodes.csv", "node_id")):
        for row in tables.rows[name]:
            station = row.get("station_id", "")
            if station and station not in stations:
                tables.faults.append(f"{name}: {row[key]}: no station {station!r} in stations.csv")
            place, kind = (row["name"], row["lat"], row["lon"]), row.get("location_type", 0)
            rows.append((row[key], *place, kind, station, "", row.get("level_id", ""), row.get("stop_access", "")))
    names = ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding")
    return _csv((*names, "level_id", "stop_access"), rows)


def _is_degrees(text: str, most: float) -> bool:
    try:
        return abs(float(text)) <= most  # false for "nan" too
    except ValueError:
        return False


def _ids(tables: Tables, name: str, column: str) -> set[str]:
    """Give the ids of a table; one that stands twice is a fault."""
    seen: set[str] = set()
    for row in tables.rows[name]:
        if row[column] in seen:
            tables.faults.append(f"{name}: {column} {row[column]!r} stands twice")
        seen.add(row[column])
    return seen


def _trips(tables: Tables) -> dict[str, str]:
    """Give trips, stop times and frequencies: one trip for every departure or headway."""
    made = _Trips(tables, _patterns(tables), _pattern_stops(tables), _running_times(tables))
    frequencies: list[Cells] = []
    for row in tables.rows["departures.csv"]:
        for start_s in _clocks(row, tables, "departures.csv", row["departures"].split()):
            made.add("departures.csv", row, start_s, "")
    for row in tables.rows["headways.csv"]:
        span = _clocks(row, tables, "headways.csv", [row["from"], row["until"]])
        if not (row["headway_s"].isdigit() and int(row["headway_s"]) > 0):
            tables.faults.append(f"headways.csv: pattern {row['pattern_id']!r}: headway_s {row['headway_s']!r}")
        elif len(span) == 2:
            trip_id = made.add("headways.csv", row, span[0], "every-")
            frequencies.append((trip_id, *map(_clock, span), row["headway_s"], 0))
    columns = ("route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "wheelchair_accessible")
    times = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
    files = {"trips.txt": _csv(columns, made.trips.values()), "stop_times.txt": _csv(times, made.times)}
    if frequencies:  # exact_times 0: "every ten minutes", not at fixed minutes
        header = ("trip_id", "start_time", "end_time", "headway_secs", "exact_times")
        files["frequencies.txt"] = _csv(header, frequencies)
    return files


@dataclass(frozen=True, slots=True)
class _Trips:
    """The trips and stop times written so far."""

    tables: Tables
    patterns: dict[str, Row]
    stops: dict[str, list[str]]
    running: dict[tuple[str, str], list[int]]
    trips: dict[str, Cells] = field(default_factory=dict)
    times: list[Cells] = field(default_factory=list)

    def add(self, name: str, row: Row, start_s: int, prefix: str) -> str:
        """Add one trip that starts at a clock time and give its id; what does not fit is a fault."""
        pattern, quays = self.patterns.get(row["pattern_id"]), self.stops.get(row["pattern_id"], [])
        seconds = self.running.get((row["pattern_id"], row["profile"]), [])
        trip_id = f"{row['pattern_id']}-{row['day_type']}-{prefix}{_clock(start_s).replace(':', '')}"
        where = f"{name}: pattern {row['pattern_id']!r}, profile {row['profile']!r}, {row['day_type']!r}"
        if pattern is None or row["day_type"] not in DAY_TYPES or not seconds or len(seconds) != len(quays):
            self.tables.faults.append(f"{where}: no such pattern or day type, or not one running time for each stop")
            return trip_id
        if trip_id in self.trips:
            self.tables.faults.append(f"{where}: two departures at {_clock(start_s)}")
        # wheelchair_accessible stays empty: nobody has declared anything
        self.trips[trip_id] = (
            pattern["line_id"],
            row["day_type"],
            trip_id,
            pattern["headsign"],
            pattern["direction"],
            "",
        )
        for sequence, (quay, second) in enumerate(zip(quays, seconds, strict=True), start=1):
            clock = _clock(start_s + second)
            self.times.append((trip_id, clock, clock, quay, sequence))
        return trip_id


def _patterns(tables: Tables) -> dict[str, Row]:
    lines = _ids(tables, "lines.csv", "line_id")
    _ids(tables, "patterns.csv", "pattern_id")
    for row in tables.rows["patterns.csv"]:
        if row["line_id"] not in lines or row["direction"] not in ("0", "1"):
            where = f"patterns.csv: {row['pattern_id']!r}"
            tables.faults.append(f"{where}: no line {row['line_id']!r} in lines.csv, or direction is not 0 or 1")
    return {row["pattern_id"]: row for row in tables.rows["patterns.csv"]}


def _clocks(row: Mapping[str, str], tables: Tables, name: str, texts: Sequence[str]) -> list[int]:
    clocks: list[int] = []
    for text in texts:
        try:
            clocks.append(_clock_s(text))
        except ValueError:
            tables.faults.append(f"{name}: pattern {row['pattern_id']!r}: {text!r} is no time like 05:41 or 24:10:30")
    return clocks


def _pattern_stops(tables: Tables) -> dict[str, list[str]]:
    quays = {row["quay_id"] for row in tables.rows["quays.csv"]}
    stops: dict[str, list[str]] = {}
    for row in tables.rows["pattern_stops.csv"]:
        found = stops.setdefault(row["pattern_id"], [])
        found.append(row["quay_id"])
        if row["quay_id"] not in quays or row["order"] != str(len(found)):
            where = f"pattern_stops.csv: pattern {row['pattern_id']!r}, order {row['order']!r}"
            tables.faults.append(f"{where}: the quay {row['quay_id']!r} is unknown or the order is not 1, 2, 3...")
    return stops


def _running_times(tables: Tables) -> dict[tuple[str, str], list[int]]:
    running: dict[tuple[str, str], list[int]] = {}
    for row in tables.rows["running_times.csv"]:
        seconds = [int(text) if text.isdigit() else -1 for text in row["seconds"].split()]
        if not seconds or seconds[0] != 0 or any(a >= b for a, b in pairwise(seconds)):
            where = f"running_times.csv: pattern {row['pattern_id']!r}, profile {row['profile']!r}"
            tables.faults.append(f"{where}: must be whole seconds that start at 0 and ascend")
        running[row["pattern_id"], row["profile"]] = seconds
    return running


# --- Writing -----------------------------------------------------------------------------------------


def _write_zip(files: Mapping[str, str], out: Path) -> None:
    """Write beside and move into place: a reader never meets half a zip."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with (
            os.fdopen(handle, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        ):
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, ZIP_TIME)
                entry.create_system = 3  # Unix, on whatever system this runs
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, files[name])
        Path(beside).chmod(0o644)
        Path(beside).replace(out)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
