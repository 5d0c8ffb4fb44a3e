"""On which days each service runs: calendar.txt and calendar_dates.txt in any combination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault
from planner.feeds.gtfs_reader import Reader
from planner.feeds.gtfs_table import Table
from planner.feeds.gtfs_times import parse_date

MAX_DAYS = 20 * 366
BEFORE_DAYS = 5 * 366  # of a calendar that is too long, kept before the day it is meant for
MAX_CELLS = 500_000_000  # services x days, one byte each
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED, _REMOVED = 1, 2


@dataclass(frozen=True, slots=True)
class Calendar:
    """``runs`` bool[services, days]: service s runs on the day with ordinal ``first_day + d``."""

    row_of: dict[str, int]  # by the id in the feed
    runs: NDArray[np.bool_]
    first_day: int


def read_calendar(reader: Reader, anchor: int | None) -> Calendar:
    """Read both calendar files; ``anchor`` is the first day of the feed by its own word, if it says."""
    weekly, dates = reader.read("calendar.txt"), reader.read("calendar_dates.txt")
    row_of: dict[str, int] = {}
    spans, marks, pattern = np.zeros((0, 3), np.int64), np.zeros((0, 3), np.int64), np.zeros((0, 7), bool)
    if weekly is not None:
        weekly = reader.unique(weekly, "service_id")
        spans, pattern = _weekly(reader, weekly, row_of)
    if dates is not None:
        marks = _dated(reader, dates, row_of)
    spans, marks, first, last = _clip(reader, spans, marks, anchor)
    if len(row_of) * (last - first + 1) > MAX_CELLS:
        problem = f"{len(row_of):,} services over {last - first + 1:,} days are too many"
        reader.faults.append(Fault("calendar.txt", problem, "remove services that no trip uses"))
        return Calendar(row_of, np.zeros((len(row_of), 0), bool), first)
    runs = np.zeros((len(row_of), last - first + 1), bool)
    weekday = (np.arange(first, last + 1) - 1) % 7  # ordinal 1 was a Monday
    for (service, start, end), week in zip(spans.tolist(), pattern, strict=True):
        if start <= end:
            part = slice(start - first, end - first + 1)
            runs[service, part] = week[weekday[part]]
    for kind in (_ADDED, _REMOVED):
        chosen = marks[marks[:, 2] == kind]
        runs[chosen[:, 0], chosen[:, 1] - first] = kind == _ADDED
    return Calendar(row_of, runs, first)


def _weekly(reader: Reader, table: Table, row_of: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give (service, first, last) and the seven weekdays for each usable row."""
    start = table["start_date"].parsed(parse_date, np.int64)
    end = table["end_date"].parsed(parse_date, np.int64)
    readable = (start > 0) & (end > 0)
    reader.report.drop(table.file, "start_date or end_date is no date", table.line[~readable])
    reader.report.note(table.file, "end_date before start_date: no day", table.line[readable & (end < start)])
    days = np.stack([table[day].texts() for day in _DAYS], axis=1)
    odd = ~np.isin(days, ["0", "1"]).all(axis=1)
    reader.report.note(table.file, "a weekday is neither 0 nor 1: read as 0", table.line[readable & odd])
    service = [row_of.setdefault(service, len(row_of)) for service in table["service_id"].texts()[readable]]
    spans = np.stack([np.array(service, np.int64), start[readable], end[readable]], axis=1)
    return spans, np.asarray(days[readable] == "1")


def _dated(reader: Reader, table: Table, row_of: dict[str, int]) -> NDArray[np.int64]:
    """Give (service, day, kind) for each usable row."""
    day = table["date"].parsed(parse_date, np.int64)
    kind = table["exception_type"].parsed(lambda text: int(text) if text in ("1", "2") else 0, np.int64)
    filled = table["service_id"].filled
    reader.report.drop(table.file, "no service_id", table.line[~filled])
    reader.report.drop(table.file, "date is no date", table.line[filled & (day <= 0)])
    reader.report.drop(table.file, "exception_type is neither 1 nor 2", table.line[filled & (day > 0) & (kind == 0)])
    usable = filled & (day > 0) & (kind > 0)
    service = [row_of.setdefault(service, len(row_of)) for service in table["service_id"].texts()[usable]]
    return np.stack([np.array(service, np.int64), day[usable], kind[usable]], axis=1)


def _clip(
    reader: Reader, spans: NDArray[np.int64], marks: NDArray[np.int64], anchor: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int]:
    """Keep at most MAX_DAYS: calendars "for ever" would fill the memory with days that nobody asks for."""
    real = spans[spans[:, 1] <= spans[:, 2]]
    ends = np.concatenate([real[:, 1:].ravel(), marks[:, 1]])
    if not len(ends):
        return spans, marks, 1, 0
    first, last = int(ends.min()), int(ends.max())
    if last - first + 1 <= MAX_DAYS:
        return spans, marks, first, last
    if anchor is None:
        short = real[real[:, 2] - real[:, 1] < MAX_DAYS]
        hints = np.concatenate([short[:, 1:].ravel(), marks[:, 1]])
        # nothing in the feed says when it is meant for: the day of the build is the only hint left
        anchor = _busiest(np.sort(hints)) if len(hints) else date.today().toordinal()  # noqa: DTZ011
    first = min(max(first, anchor - BEFORE_DAYS), last - MAX_DAYS + 1)
    last = first + MAX_DAYS - 1
    said = f"{date.fromordinal(first)} to {date.fromordinal(last)}"
    reader.report.assumed.append(f"the calendars span more than 20 years; only {said} is kept")
    service, start, end = spans.T
    spans = np.stack([service, np.maximum(start, first), np.minimum(end, last)], axis=1)
    return spans, marks[(marks[:, 1] >= first) & (marks[:, 1] <= last)], first, last


def _busiest(dates: NDArray[np.int64]) -> int:
    """Say from which date on most of the sorted dates lie within the days that are kept; of equals, the latest."""
    within = np.searchsorted(dates, dates + MAX_DAYS - BEFORE_DAYS) - np.arange(len(dates))
    return int(dates[np.flatnonzero(within == within.max())[-1]])
