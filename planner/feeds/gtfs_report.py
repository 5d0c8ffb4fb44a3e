"""What an import did: rows read, dropped and why, times filled in, and how much is known of accessibility."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_EXAMPLES = 3
MAX_NAMES = 20  # of columns or files in one printed line
MAX_NAME_CHARS = 60


@dataclass
class Tally:
    """How often something happened, and the first few lines of the file where it did."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, lines: Iterable[int], count: int | None = None) -> None:
        """Count each line given; ``count`` says how many there are where ``lines`` is only a sample."""
        found = list(lines)
        self.count += len(found) if count is None else count
        self.lines += [int(line) for line in found[: MAX_EXAMPLES - len(self.lines)]]

    def __str__(self) -> str:
        if not self.lines:
            return f"{self.count:,}"
        return f"{self.count:,} (line {', '.join(map(str, self.lines))}{'...' if self.count > len(self.lines) else ''})"


@dataclass
class TableReport:
    """One file: rows read, rows dropped by reason, and what was read in another way than it is written."""

    read: int = 0
    dropped: dict[str, Tally] = field(default_factory=dict)
    noted: dict[str, Tally] = field(default_factory=dict)
    unknown_columns: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Rows that went into the network."""
        return self.read - sum(tally.count for tally in self.dropped.values())


@dataclass
class Known:
    """How many say yes, say no, or say nothing."""

    yes: int = 0
    no: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, flags: NDArray[np.int8]) -> Known:
        """Count GTFS flags: 1 yes, 2 no, 0 unknown."""
        yes, no = int((flags == 1).sum()), int((flags == 2).sum())
        return cls(yes, no, len(flags) - yes - no)

    def __str__(self) -> str:
        return f"{self.yes:,} yes, {self.no:,} no, {self.unknown:,} unknown"


@dataclass
class FeedReport:
    """What was read of one feed, dropped, interpolated and assumed."""

    name: str
    source: str
    tables: dict[str, TableReport] = field(default_factory=dict)
    files_not_used: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)  # sentences
    times_interpolated: int = 0  # stop_times rows without any time that got one
    times_assumed: int = 0  # rows with one of the two times: it stands for both
    stop_flag_absent: bool = False  # stops.txt has no column wheelchair_boarding
    trip_flag_absent: bool = False  # trips.txt has no column wheelchair_accessible
    served_stops: Known = field(default_factory=Known)  # effective flag of the stops that trips call at
    trips: Known = field(default_factory=Known)
    first_day: str = ""  # ISO dates of the first and last day with a trip
    last_day: str = ""

    def table(self, file: str) -> TableReport:
        """Give the report of one file, begun if need be."""
        return self.tables.setdefault(file, TableReport())

    def drop(self, file: str, reason: str, lines: NDArray[np.int64]) -> None:
        """Say that the rows at these lines are not used; nothing is said of none."""
        if len(lines):
            self.table(file).dropped.setdefault(reason, Tally()).add(lines[:MAX_EXAMPLES].tolist(), len(lines))

    def note(self, file: str, remark: str, lines: NDArray[np.int64]) -> None:
        """Say that the rows at these lines are used, but not quite as they stand."""
        if len(lines):
            self.table(file).noted.setdefault(remark, Tally()).add(lines[:MAX_EXAMPLES].tolist(), len(lines))

    def remark(self, file: str, remark: str) -> None:
        """Say something of a whole file."""
        self.table(file).noted.setdefault(remark, Tally(count=1))

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Give the report as lines to print, free of whatever a feed may try to say to a terminal."""
        said = [f"Feed {self.name} ({self.source})"]
        for file, table in self.tables.items():
            said += _table_lines(file, table)
        if self.files_not_used:
            said.append(f"  files not used: {_some(self.files_not_used)}")
        said += [f"  Assumed: {sentence}" for sentence in self.assumed]
        said.append(
            f"  Times: {self.times_interpolated:,} interpolated, {self.times_assumed:,} assumed (one of the two given)"
        )
        said.append(f"  Service: {self.first_day} to {self.last_day}" if self.first_day else "  Service: no day")
        absent = " (the column wheelchair_boarding is absent)" if self.stop_flag_absent else ""
        said.append(f"  Stops served that a wheelchair can board: {self.served_stops}{absent}")
        absent = " (the column wheelchair_accessible is absent)" if self.trip_flag_absent else ""
        said.append(f"  Trips that carry a wheelchair: {self.trips}{absent}")
        return ["".join(char if char.isprintable() else "?" for char in line) for line in said]


def _table_lines(file: str, table: TableReport) -> list[str]:
    kept = f", {table.kept:,} kept" if table.dropped else ""
    said = [f"  {file}: {table.read:,} {'row' if table.read == 1 else 'rows'} read{kept}"]
    said += [f"    dropped, {reason}: {tally}" for reason, tally in table.dropped.items()]
    said += [f"    {remark}" + (f": {tally}" if tally.lines else "") for remark, tally in table.noted.items()]
    if table.unknown_columns:
        said.append(f"    columns not used: {_some(table.unknown_columns)}")
    return said


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(name[:MAX_NAME_CHARS] for name in names[:MAX_NAMES]) + more
