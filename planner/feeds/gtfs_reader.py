"""Find the tables of a feed in its source, read them, and gather what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault, FeedError
from planner.feeds.archive import Source
from planner.feeds.gtfs_report import FeedReport
from planner.feeds.gtfs_table import Column, Table, read_table

# Columns that are read, by file; those before the bar must be there for the file to be of any use.
COLUMNS = {
    "agency.txt": "| agency_id agency_name agency_url agency_timezone agency_lang agency_phone",
    "stops.txt": "stop_id stop_lat stop_lon | stop_code stop_name stop_desc location_type parent_station "
    "wheelchair_boarding platform_code level_id stop_access stop_timezone",
    "routes.txt": "route_id route_type | agency_id route_short_name route_long_name route_url route_color "
    "route_text_color route_sort_order",
    "trips.txt": "trip_id route_id service_id | trip_headsign trip_short_name direction_id block_id shape_id "
    "wheelchair_accessible",
    "stop_times.txt": "trip_id stop_id stop_sequence | arrival_time departure_time pickup_type drop_off_type "
    "shape_dist_traveled stop_headsign",
    "calendar.txt": "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date |",
    "calendar_dates.txt": "service_id date exception_type |",
    "frequencies.txt": "trip_id start_time end_time headway_secs | exact_times",
    "transfers.txt": "| from_stop_id to_stop_id transfer_type min_transfer_time from_route_id to_route_id "
    "from_trip_id to_trip_id",
    "shapes.txt": "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence |",
    "pathways.txt": "pathway_id from_stop_id to_stop_id pathway_mode |",
    "levels.txt": "level_id |",
    "feed_info.txt": "| feed_publisher_name feed_lang feed_version feed_start_date feed_end_date",
}
WHOLE = ("pathways.txt", "levels.txt")  # all their columns are kept, for later
DECORATION = ("shapes.txt", "transfers.txt", "pathways.txt", "levels.txt", "feed_info.txt")  # a feed works without


class Reader:
    """One feed being read: its source, its report, and the faults found so far."""

    def __init__(self, source: Source, name: str) -> None:
        self.source, self.name = source, name
        self.report = FeedReport(name, source.path.name)
        self.faults: list[Fault] = []
        self._members = find_tables(source)
        self.report.files_not_used = sorted(filter(_is_no_junk, set(source.names) - set(self._members.values())))

    def has(self, file: str) -> bool:
        """Say whether the feed holds this file, empty or not."""
        return file in self._members

    def read(self, file: str) -> Table | None:
        """Read one table; None if it is absent, blank or of no use, and then the report or the faults say so."""
        member = self._members.get(file)
        if member is None:
            return None
        needed, optional = (part.split() for part in COLUMNS[file].split("|"))
        faults: list[Fault] = []
        wanted = None if file in WHOLE else {*needed, *optional}
        table = read_table(self.source, member, wanted, self.report, faults)
        if table is None and not faults:
            self.report.table(file)
            self.report.remark(file, "is empty")
        if table is not None:
            faults = _missing_columns(table, needed)
        if not faults:
            return table
        if file in DECORATION:
            self.report.remark(file, f"is not used: {faults[0].problem}")
        else:
            self.faults += faults
        return None

    def need(self, file: str, problem: str, cure: str) -> None:
        """Add a fault about a whole file, unless the file has one already."""
        if all(fault.file != file for fault in self.faults):
            self.faults.append(Fault(file, problem, cure))

    def stop_if_faulty(self) -> None:
        """Raise everything found so far at once."""
        if self.faults:
            raise FeedError(str(self.source.path), self.faults)

    def public(self, column: Column) -> NDArray[np.object_]:
        """Give the ids of a column as the world sees them, ``NAME:id``; "" stays ""."""
        values = [f"{self.name}:{value}" if value else "" for value in column.values]
        return np.array(values, dtype=object)[column.codes]

    def unique(self, table: Table, key: str) -> Table:
        """Keep the first row of each id; blank ids and repetitions are dropped, and the report says so."""
        column = table[key]
        filled = column.filled
        self.report.drop(table.file, f"no {key}", table.line[~filled])
        first = np.zeros(len(table), bool)
        first_row = np.full(len(column.values), -1, np.int64)
        rows = np.arange(len(table))
        first_row[column.codes[::-1]] = rows[::-1]  # of several assignments the last counts: the first row
        first[first_row[first_row >= 0]] = True
        origin = first_row[column.codes]
        same = np.ones(len(table), bool)
        for other in table.columns.values():
            same &= other.codes == other.codes[origin]
        self.report.drop(table.file, f"{key} repeated, the row is the same", table.line[filled & ~first & same])
        self.report.drop(
            table.file, f"{key} repeated with other values; the first row counts", table.line[filled & ~first & ~same]
        )
        return table.where(filled & first)


def find_tables(source: Source) -> dict[str, str]:
    """Map ``stops.txt`` and its like to members; the feed may lie in one folder, and names may be in capitals.

    Raises
    ------
    FeedError
        No folder of the source, or more than one, holds a feed.
    """
    found: dict[str, dict[str, str]] = {}
    for member in sorted(source.names):
        folder, _, base = member.rpartition("/")
        if base.lower() in COLUMNS and _is_no_junk(member):
            found.setdefault(folder, {}).setdefault(base.lower(), member)
    folders = [folder for folder in found if "stops.txt" in found[folder]]
    odd = sorted(name for name in source.folders if name.rpartition("/")[2].lower() in COLUMNS)
    if odd:
        cure = "put the table itself there"
        raise FeedError(str(source.path), [Fault(name, "this is a folder, not a file", cure) for name in odd[:10]])
    shown = source.path.name
    if len(folders) == 1:
        return found[folders[0]]
    if folders:
        listed = ", ".join(folder or "the top" for folder in sorted(folders)[:10])
        fault = Fault(shown, f"it holds several feeds, in {listed}", "give each as a feed of its own")
    elif any(name.lower().endswith(".zip") for name in source.names):
        fault = Fault(shown, "it holds another zip instead of tables", "unpack it once and give the zip inside")
    else:
        fault = Fault("stops.txt", "this file is missing", "is this a GTFS feed? Every feed needs its stops")
    raise FeedError(str(source.path), [fault])


def _is_no_junk(member: str) -> bool:
    return not any((part.startswith(".") and part != ".") or part == "__MACOSX" for part in member.split("/"))


def _missing_columns(table: Table, needed: Collection[str]) -> list[Fault]:
    cure = "add it, or export the feed again"
    if len(table.columns) == 0:
        cure = "the first line must name the columns, separated by commas"
    return [
        Fault(table.file, "this required column is missing", cure, row=1, field=name)
        for name in needed
        if not table[name].present
    ]
