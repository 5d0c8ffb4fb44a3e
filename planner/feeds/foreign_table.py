"""Turn the table that an authority really has into a table of ours, by a map (``plainpied import-table``).

Nothing is lost quietly: columns that the map does not name, rows without an id and cells that cannot be read are
listed with their row. A refused cell is left empty, which means unknown.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from planner.errors import Fault, FeedError
from planner.facts import Kind
from planner.feeds.attributes import UNLIMITED_WORD, impossible, parse_value
from planner.feeds.delimited import Row, TextTable, safe_for_spreadsheet, suggestion
from planner.feeds.foreign_map import NAME, ColumnMap, TableMap, read_map
from planner.feeds.foreign_rows import read_foreign_rows
from planner.feeds.survey_rows import SOURCE_COLUMNS
from planner.feeds.units import State, parse_date

REPORT_FILE = "import-report.txt"


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell (or, with an empty column, a row) that was not taken over."""

    row: int
    column: str  # theirs
    value: str
    problem: str

    def __str__(self) -> str:
        cell = f', {self.column} = "{self.value[:60]}"' if self.column else ""
        return f"row {self.row}{cell}: {self.problem}"


@dataclass(frozen=True)
class ImportSummary:
    """What came over, and what did not."""

    file: str
    table: str
    rows_read: int
    rows_written: int
    cells_written: int
    unmapped: dict[str, int]  # their column -> filled cells that nobody asked for
    refused: list[Refused]
    written: list[Path]

    @property
    def lines(self) -> list[str]:
        """The summary in sentences, for the terminal and the report file."""
        head = (
            f"{self.file}: {self.rows_written} of {self.rows_read} rows and {self.cells_written} cells to {self.table}."
        )
        columns = [f"not mapped: {column} ({filled} filled cells)" for column, filled in self.unmapped.items()]
        return [head, *columns, *(f"refused: {refused}" for refused in self.refused)]


def import_table(file: Path, map_file: Path, out: Path) -> ImportSummary:
    """Write the table of ours that ``map_file`` makes of ``file`` into the folder ``out``.

    Also writes ``sources.csv`` (a new row if it is already there) and the report. An existing table is never
    overwritten: somebody may have filled it in.

    Raises
    ------
    FeedError
        The map is wrong, the file cannot be read, a mapped column is not there, or ``out`` holds that table.
    """
    table_map = read_map(map_file, file.suffix)
    target = out / table_map.table.file
    if target.exists():
        raise FeedError(out.name, [Fault(target.name, "is already there", "choose another folder or move it away")])
    theirs = _rows_of(file, table_map)
    _check_columns(theirs, table_map, map_file)
    refused: list[Refused] = []
    ours = _convert(theirs, table_map, refused)
    columns = _our_columns(table_map)
    out.mkdir(parents=True, exist_ok=True)
    _write_csv(target, columns, ours)
    _write_source(out / "sources.csv", table_map)
    used = {name for column in table_map.columns for name in column.uses} | table_map.ignore
    if table_map.join is not None:
        used.add(table_map.join.here)
    summary = ImportSummary(
        file=file.name,
        table=target.name,
        rows_read=len(theirs.rows),
        rows_written=len(ours),
        cells_written=sum(1 for row in ours for column in table_map.columns if row.get(column.column)),
        unmapped={
            column: sum(1 for row in theirs.rows if row.cells[column].strip())
            for column in theirs.columns
            if column not in used
        },
        refused=refused,
        written=[target, out / "sources.csv", out / REPORT_FILE],
    )
    (out / REPORT_FILE).write_text("\n".join(summary.lines) + "\n", encoding="utf-8")
    return summary


def _rows_of(file: Path, table_map: TableMap) -> TextTable:
    def read(path: Path, file_format: str) -> TextTable:
        table = read_foreign_rows(
            path,
            file_format=file_format,
            encoding=table_map.encoding,
            delimiter=table_map.delimiter,
            sheet=table_map.sheet,
            header_row=table_map.header_row,
            records=table_map.records,
        )
        if table.faults:
            raise FeedError(path.name, table.faults)
        return table

    theirs = read(file, table_map.file_format)
    if table_map.join is None:
        return theirs
    other = read(file.parent / table_map.join.file, table_map.file_format)
    for name, table, column in ((file.name, theirs, table_map.join.here), (other.file, other, table_map.join.there)):
        if column not in table.columns:
            raise FeedError(name, [Fault(name, f"has no column {column} to join by", field=column)])
    by_key: dict[str, Row] = {row.cells[table_map.join.there].strip(): row for row in other.rows}
    added = [column for column in other.columns if column not in theirs.columns]
    rows = []
    for row in theirs.rows:
        match = by_key.get(row.cells[table_map.join.here].strip())
        rows.append(Row(row.line, row.cells | {name: match.cells[name] if match else "" for name in added}))
    return TextTable(theirs.file, theirs.columns, rows, [], theirs.delimiter)


def _check_columns(theirs: TextTable, table_map: TableMap, map_file: Path) -> None:
    present = set(theirs.rows[0].cells) if theirs.rows else set(theirs.columns)
    faults = [
        Fault(
            map_file.name, f"{theirs.file} has no column {name}", suggestion(name, sorted(present)), field=column.column
        )
        for column in table_map.columns
        for name in column.uses
        if name not in present
    ]
    if faults:
        raise FeedError(map_file.name, faults)


def _convert(theirs: TextTable, table_map: TableMap, refused: list[Refused]) -> list[dict[str, str]]:
    ours: list[dict[str, str]] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in theirs.rows:
        cells: dict[str, str] = {}
        for column in table_map.columns:
            cells[column.column] = _our_cell(row, column, table_map, refused)
        key = tuple(cells[name] for name in table_map.table.ids)
        if not all(key):
            refused.append(
                Refused(row.line, "", "", f"has no {' and '.join(table_map.table.ids)}; the row is left out")
            )
            continue
        if key in lines:
            problem = f"{' '.join(key)} is already in row {lines[key]}; the row is left out"
            refused.append(Refused(row.line, "", "", problem))
            continue
        lines[key] = row.line
        for column in table_map.columns:
            if column.tolerance is not None and cells[column.column]:
                cells[f"{column.column}_tol"] = column.tolerance
        cells.setdefault("source_id", table_map.source["source_id"])
        cells.setdefault("method", table_map.method)
        cells.setdefault("measured_on", table_map.measured_on)
        ours.append(cells)
    return ours


def _our_cell(row: Row, column: ColumnMap, table_map: TableMap, refused: list[Refused]) -> str:
    """The cell as our tables write it; empty for missing, and for refused, which is noted."""
    if column.value is not None:
        return column.value
    if column.template is not None:
        parts = [row.cells[name].strip() for name in column.uses]
        return NAME.sub(lambda match: row.cells[match.group(1)].strip(), column.template) if all(parts) else ""
    theirs = column.source or ""
    text = row.cells[theirs].strip()
    if text.lower() in table_map.missing or not text:
        return ""
    if text.lower() in column.words:
        return column.words[text.lower()]
    if text in column.unlimited:
        return UNLIMITED_WORD
    written, problem = _write_cell(text, column, table_map)
    if problem:
        refused.append(Refused(row.line, theirs, text, problem))
    return written


def _write_cell(text: str, column: ColumnMap, table_map: TableMap) -> tuple[str, str]:
    """Our spelling of their cell, and why it is refused."""
    attribute = column.attribute
    if column.column == "measured_on":
        day = parse_date(text, table_map.dates)
        return (day.value.isoformat(), "") if day.value else ("", day.problem)
    if attribute is None:
        return (safe_for_spreadsheet(text) if column.column not in table_map.table.ids else text), ""
    parsed = parse_value(attribute, text, column.unit, grouping=table_map.grouping)
    if parsed.value is None:
        missing = parsed.state in (State.MISSING, State.NOT_APPLICABLE)
        return "", "" if missing else f"{parsed.problem} (for {column.column})"
    problem = impossible(attribute, parsed.value)
    if problem is not None:
        return "", f"{problem} (for {column.column})"
    value = parsed.value
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, str):
        return value, ""
    if math.isinf(value):
        return UNLIMITED_WORD, ""
    metres = attribute.kind is Kind.LENGTH
    number = Decimal(str(value)) / 1000 if metres else Decimal(f"{value:.6g}")
    return format(number.normalize(), "f"), ""


def _our_columns(table_map: TableMap) -> list[str]:
    mapped = {column.column for column in table_map.columns} | {"measured_on", "source_id", "method"}
    names = [name for name in table_map.table.columns if name in mapped]
    return [*names, *(f"{column.column}_tol" for column in table_map.columns if column.tolerance is not None)]


def _write_csv(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_source(path: Path, table_map: TableMap) -> None:
    source_id = table_map.source["source_id"]
    rows: list[dict[str, str]] = []
    columns = list(SOURCE_COLUMNS)
    if path.exists():
        table = read_foreign_rows(path, file_format="csv")
        if table.faults:
            raise FeedError(path.name, table.faults)
        columns = [*table.columns, *(column for column in columns if column not in table.columns)]
        rows = [row.cells for row in table.rows if row.cells.get("source_id") != source_id]
    rows.append(dict(table_map.source))
    _write_csv(path, columns, rows)
