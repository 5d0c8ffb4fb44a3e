"""Read one table of a feed, however it is written, into columns of codes and distinct values.

A timetable repeats itself: half a million rows hold a few thousand different texts. A column therefore keeps
each text once, and all cleaning and parsing is done once per text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.errors import Fault, FeedError
from planner.feeds.archive import Source
from planner.feeds.gtfs_plain import read_plain
from planner.feeds.gtfs_report import FeedReport

MAX_LINE_CHARS = 1024**2
MAX_COLUMNS = 1000
CHUNK_ROWS = 50_000
PLAIN_FROM_BYTES = 100_000  # below, starting the compiled code takes longer than it saves
_JUNK = " \t\r\n\f\v\0\u00a0\ufeff\u200b"
_UNTIDY = re.compile(rf"(?m)^[{_JUNK}]|[{_JUNK}]$|\0")
_END = "\0the end of the table\0"  # a row of ours after the last: swallowed if a quote is still open

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``codes`` int32[rows] point into ``values``, the distinct texts without padding."""

    codes: NDArray[np.int32]
    values: list[str]
    present: bool = True  # the file has this column

    def texts(self) -> NDArray[np.object_]:
        """Give the text of each row."""
        return np.array(self.values, dtype=object)[self.codes]

    def parsed(self, parse: Callable[[str], float], dtype: type[Number]) -> NDArray[Number]:
        """Give a number for each row; ``parse`` sees each distinct text once."""
        return np.array([parse(value) for value in self.values], dtype=dtype)[self.codes]

    def rows_in(self, index: dict[str, int]) -> NDArray[np.int32]:
        """Give the row that each id names in another table, -1 for none."""
        return np.array([index.get(value, -1) for value in self.values], dtype=np.int32)[self.codes]

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Say for each row whether anything stands there."""
        return np.array([value != "" for value in self.values], dtype=bool)[self.codes]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file; ``line`` int64[rows] numbers them as an editor does."""

    file: str
    columns: dict[str, Column]
    line: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.line)

    def __getitem__(self, name: str) -> Column:
        """Give a column; one that the file does not have is blank throughout."""
        return self.columns.get(name) or Column(np.zeros(len(self), np.int32), [""], present=False)

    def where(self, keep: NDArray[np.bool_]) -> Table:
        """Give the rows that are kept."""
        if keep.all():
            return self
        columns = {name: Column(column.codes[keep], column.values) for name, column in self.columns.items()}
        return Table(self.file, columns, self.line[keep])


def read_table(
    source: Source, member: str, wanted: Collection[str] | None, report: FeedReport, faults: list[Fault]
) -> Table | None:
    """Read a comma-separated table; rows that cannot be trusted are dropped, and the report says so.

    Parameters
    ----------
    wanted
        Columns to keep where present; None for all.
    faults
        Gets what makes the file useless; the result is then None. It is also None for a file without a header.
    """
    file = member.rpartition("/")[2].lower()
    for encoding in _encodings(source, member):
        try:
            table = _read_plain(source, member, wanted, report) if encoding == "utf-8-sig" else None
            if table is None:
                with source.open(member) as stream, io.TextIOWrapper(stream, encoding, newline=None) as text:
                    table = _Reading(file, wanted, report, text).table()
        except UnicodeDecodeError:
            report.tables.pop(file, None)
            continue
        except FeedError as error:
            faults += error.faults
            return None
        if encoding not in ("utf-8-sig", "utf-16"):
            report.remark(file, f"is not UTF-8: read as {encoding}")
        return table
    faults.append(Fault(file, "its characters cannot be read", "save it as UTF-8"))
    return None


def _read_plain(source: Source, member: str, wanted: Collection[str] | None, report: FeedReport) -> Table | None:
    """Read a large table with compiled code; None if it is small or not plainly written: then it is still unread."""
    if source.size(member) < PLAIN_FROM_BYTES:
        return None
    file = member.rpartition("/")[2].lower()

    def choose(header: list[str]) -> dict[int, str]:
        return _choose_columns(_tidy_header(header), wanted, file, report)

    with source.open(member) as stream:
        plain = read_plain(stream, choose)
    if plain is None:
        report.tables.pop(file, None)
        return None
    report.table(file).read += len(plain.line)
    columns = {name: _tidy_column(codes, plain.values[name]) for name, codes in plain.codes.items()}
    return Table(file, columns, plain.line)


def _tidy_header(header: list[str]) -> list[str]:
    return ["".join(field.split()).strip(_JUNK + '"').replace("\0", "").lower() for field in header]


def _choose_columns(header: list[str], wanted: Collection[str] | None, file: str, report: FeedReport) -> dict[int, str]:
    """Give the columns to keep by position, the first of each name; the report names the others."""
    kept: dict[int, str] = {}
    table = report.table(file)
    for at, name in enumerate(header):
        if name in kept.values():
            report.remark(file, f"has the column {name} twice; the first is read")
        elif name in wanted if wanted is not None else name:
            kept[at] = name
        elif name:
            table.unknown_columns.append(name)
    return kept


class _Reading:
    """Gather the rows of one file, chunk by chunk."""

    def __init__(self, file: str, wanted: Collection[str] | None, report: FeedReport, text: io.TextIOWrapper) -> None:
        self._file, self._wanted, self._report, self._text = file, wanted, report, text
        self._line_no = 0
        self._codes: dict[str, list[NDArray[np.int32]]] = {}
        self._values: dict[str, defaultdict[str, int]] = {}
        self._lines: list[NDArray[np.int64]] = []

    def table(self) -> Table | None:
        reader = csv.reader(self._text_lines())
        header = self._header(reader)
        if header is None:
            return None
        kept = self._columns(header)
        done = False
        while not done:
            begin = reader.line_num
            rows = self._rows(reader)
            if not rows:
                break
            lines = _line_numbers(rows, begin, reader.line_num)
            if rows[-1] == [_END]:
                rows, lines, done = rows[:-1], lines[:-1], True
            elif any(_END in field for field in rows[-1]):
                raise self._broken("a quotation mark is opened and never closed", int(lines[-1]))
            self._keep(rows, lines, kept, len(header))
        return self._table()

    def _text_lines(self) -> Iterator[str]:
        readline = self._text.readline
        while line := readline(MAX_LINE_CHARS):
            if len(line) >= MAX_LINE_CHARS:
                raise self._broken("this line is longer than a million characters", self._line_no + 1)
            self._line_no += 1
            yield line
        yield _END

    def _rows(self, reader: Iterator[list[str]]) -> list[list[str]]:
        try:
            return list(islice(reader, CHUNK_ROWS))
        except csv.Error as error:
            raise self._unparsable(error) from error

    def _header(self, reader: Iterator[list[str]]) -> list[str] | None:
        try:
            header = next((row for row in reader if any(field.strip(_JUNK) for field in row)), [_END])
        except csv.Error as error:
            raise self._unparsable(error) from error
        if header == [_END]:
            return None
        if any(_END in field for field in header):
            raise self._broken("a quotation mark is opened and never closed", 1)
        if len(header) > MAX_COLUMNS:
            raise self._broken(f"the header has {len(header):,} columns", 1)
        return _tidy_header(header)

    def _columns(self, header: list[str]) -> dict[int, str]:
        """Choose the positions to keep, and set up their dictionaries of distinct values."""
        kept = _choose_columns(header, self._wanted, self._file, self._report)
        for name in kept.values():
            values: defaultdict[str, int] = defaultdict()
            values.default_factory = values.__len__
            self._values[name], self._codes[name] = values, []
        return kept

    def _keep(self, rows: list[list[str]], lines: NDArray[np.int64], kept: dict[int, str], width: int) -> None:
        if set(map(len, rows)) - {width}:
            rows, lines = self._straighten(rows, lines, width)
        self._report.table(self._file).read += len(rows)
        self._lines.append(lines)
        columns = list(zip(*rows, strict=True))
        for at, name in kept.items() if rows else ():
            code_of = self._values[name].__getitem__  # a new text gets the next code
            self._codes[name].append(np.fromiter(map(code_of, columns[at]), np.int32, len(rows)))

    def _straighten(
        self, rows: list[list[str]], lines: NDArray[np.int64], width: int
    ) -> tuple[list[list[str]], NDArray[np.int64]]:
        """Fill up rows that are too short, cut blank surplus, drop rows with a surplus that says something."""
        keep = np.ones(len(rows), bool)
        short, long = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        straight = []
        for at, row in enumerate(rows):
            if not any(field.strip(_JUNK) for field in row):
                keep[at] = False  # a blank line is no row
                continue
            if any(field.strip(_JUNK) for field in row[width:]):
                keep[at], long[at] = False, True
                continue
            short[at] = len(row) < width
            straight.append(row[:width] + [""] * (width - len(row)))
        self._report.table(self._file).read += int(long.sum())
        self._report.drop(self._file, "more fields than the header has columns", lines[long])
        self._report.note(self._file, "fewer fields than columns; the missing ones are blank", lines[short])
        return straight, lines[keep]

    def _table(self) -> Table:
        columns = {}
        for name, parts in self._codes.items():
            codes = np.concatenate(parts) if parts else np.zeros(0, np.int32)
            columns[name] = _tidy_column(codes, list(self._values[name]))
        return Table(self._file, columns, np.concatenate(self._lines) if self._lines else np.zeros(0, np.int64))

    def _unparsable(self, error: csv.Error) -> FeedError:
        problem = f"this cannot be read as comma-separated text: {error}"
        if "field limit" in str(error):
            limit = f"{csv.field_size_limit():,}"
            problem = f"a field has more than {limit} characters; was a quotation mark above never closed?"
        return self._broken(problem, max(1, self._line_no))

    def _broken(self, problem: str, line: int) -> FeedError:
        return FeedError(self._file, [Fault(self._file, problem, "correct or export this file again", row=line)])


def _encodings(source: Source, member: str) -> list[str]:
    try:
        with source.open(member) as stream:
            start = stream.read(2)
    except FeedError:
        return ["utf-8-sig"]  # reading it will say what is wrong
    return ["utf-16"] if start in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252", "latin-1"]


def _line_numbers(rows: list[list[str]], begin: int, end: int) -> NDArray[np.int64]:
    """Number the rows by their first line; only a line break inside a field makes this any work."""
    if end - begin == len(rows):
        return np.arange(begin + 1, end + 1, dtype=np.int64)
    heights = np.array([1 + sum(field.count("\n") for field in row) for row in rows], np.int64)
    return begin + 1 + np.concatenate([[0], np.cumsum(heights[:-1])])


def _tidy_column(codes: NDArray[np.int32], raw: list[str]) -> Column:
    if not _UNTIDY.search("\n".join(raw)):
        return Column(codes, raw)
    tidy = [value.replace("\0", "").strip(_JUNK) for value in raw]
    if tidy == raw:
        return Column(codes, raw)
    code_of: dict[str, int] = {}
    new_codes = np.array([code_of.setdefault(value, len(code_of)) for value in tidy], np.int32)
    return Column(new_codes[codes] if len(raw) else codes, list(code_of))
