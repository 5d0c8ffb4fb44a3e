"""Rows of a foreign file, as text: .xlsx, delimited text, or JSON records.

All three come out as a ``TextTable``, so that one map fits them all. A spreadsheet is a zip of XML and may be
hostile: its unpacked size, its members and its document types are looked at before it is opened.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from planner.errors import Fault
from planner.feeds.delimited import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Row, TextTable, read_text_table, text_of

MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200  # honest worksheets pack about 10:1
MAX_MEMBERS = 5000
MAX_EMPTY_ROWS = 1000  # a spreadsheet formatted down to its last row is over before that
MAX_DEPTH = 8  # of nested JSON objects
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def read_foreign_rows(
    path: Path,
    *,
    file_format: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int = 1,
    records: str | None = None,
) -> TextTable:
    """Read a table whatever its format: "xlsx", "csv" or "json"."""
    if file_format == "xlsx":
        return _read_xlsx(path, sheet, header_row)
    if file_format == "json":
        return _read_json(path, records)
    return read_text_table(path, encoding=encoding, delimiter=delimiter, header_row=header_row)


def _read_xlsx(path: Path, sheet: str | None, header_row: int) -> TextTable:
    fault = _hostile(path)
    if fault is not None:
        return TextTable(path.name, faults=[fault])
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        return TextTable(path.name, faults=[Fault(path.name, f"is not a spreadsheet: {error}", "save it as .xlsx")])
    try:
        if sheet is not None and sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames[:20])
            return TextTable(path.name, faults=[Fault(path.name, f"has no sheet {sheet}", f"it has: {names}")])
        worksheet = book[sheet] if sheet is not None else book.worksheets[0]
        worksheet.reset_dimensions()  # the file may lie about them
        return _sheet_table(path.name, worksheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), header_row)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        return TextTable(path.name, faults=[Fault(path.name, f"is a damaged spreadsheet: {error}", "save it again")])
    finally:
        book.close()


def _sheet_table(name: str, lines: Iterable[tuple[Any, ...]], header_row: int) -> TextTable:
    header: list[str] = []
    rows: list[Row] = []
    empty = 0
    for number, line in enumerate(lines, start=1):
        if number < header_row:
            continue
        cells = [_cell_text(value) for value in line]
        if number == header_row:
            header = [" ".join(cell.split()) for cell in cells]
            while header and not header[-1]:
                header.pop()
            if not header or "" in header or len(set(header)) < len(header):
                problem = "has no header, or a column without a name or twice"
                return TextTable(name, faults=[Fault(name, problem, "state header_row in the map", row=number)])
            continue
        if not any(cell.strip() for cell in cells):
            empty += 1
            if empty > MAX_EMPTY_ROWS:
                break
            continue
        empty = 0
        if len(rows) >= MAX_ROWS:
            return TextTable(name, tuple(header), rows, [Fault(name, "has too many rows", row=number)])
        padded = [*cells, *[""] * (len(header) - len(cells))]
        rows.append(Row(number, dict(zip(header, padded, strict=False))))
    return TextTable(name, tuple(header), rows, [] if header else [Fault(name, "is empty")])


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e9 else str(value)  # 0.18000000000000002 was 0.18
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _hostile(path: Path) -> Fault | None:
    """Why this must not be opened as a spreadsheet, or None."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Fault(path.name, f"is larger than {MAX_BYTES} bytes", "split the table")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 10_000):
                return Fault(path.name, f"would unpack to {unpacked} bytes", "it is no ordinary spreadsheet")
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")) and _has_doctype(archive, member):
                    problem = f"{member.filename} declares a document type"
                    return Fault(path.name, problem, "no spreadsheet program writes one; it is not opened")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        return Fault(path.name, f"is not a spreadsheet: {error}", "save it as .xlsx or .csv")
    return None


def _has_doctype(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    before = b""
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            window = before + chunk
            if any(mark in window for mark in _DOCTYPES):
                return True
            before = window[-24:]
    return False


def _read_json(path: Path, records: str | None) -> TextTable:
    text, fault = text_of(path)
    if fault is not None:
        return TextTable(path.name, faults=[fault])
    try:
        # Numbers stay text: a height must not pass through binary fractions.
        data = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        return TextTable(path.name, faults=[Fault(path.name, f"is not JSON: {error}")])
    for key in records.split(".") if records else []:
        data = data.get(key) if isinstance(data, dict) else None
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(item, dict) for item in items):
        problem = f"holds no records at {records or 'its top'}"
        return TextTable(path.name, faults=[Fault(path.name, problem, "state records in the map")])
    flat = [dict(_flatten(item, "", 0)) for item in items[:MAX_ROWS]]
    columns = tuple(dict.fromkeys(column for item in flat for column in item))
    if len(columns) > MAX_COLUMNS:
        return TextTable(path.name, faults=[Fault(path.name, f"has {len(columns)} fields; at most {MAX_COLUMNS}")])
    rows = [Row(number, {column: item.get(column, "") for column in columns}) for number, item in enumerate(flat, 1)]
    return TextTable(path.name, columns, rows)


def _flatten(value: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Nested objects as dotted columns; a list is one cell of JSON."""
    for key, inner in value.items():
        column = f"{prefix}{key}"
        if isinstance(inner, dict) and depth < MAX_DEPTH:
            yield from _flatten(inner, f"{column}.", depth + 1)
        elif isinstance(inner, str) or inner is None:
            yield column, inner or ""
        elif isinstance(inner, bool):
            yield column, "true" if inner else "false"
        else:
            yield column, json.dumps(inner, ensure_ascii=False)
