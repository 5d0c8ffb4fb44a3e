"""Text tables as cities send them: UTF-8 or Latin-1, comma, semicolon or tab, quoted newlines.

Gives rows of text; what a cell means is for the caller. Hostile files (huge, binary, ragged) are refused with a
sentence and never crash.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import Fault

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
MAX_CELL = 20_000  # characters
MAX_FAULTS = 500  # a wrong file would otherwise give a fault for each of its cells


@dataclass(frozen=True, slots=True)
class Row:
    """One record; ``line`` is where it starts, as an editor numbers it."""

    line: int
    cells: dict[str, str]  # by column; every column of the header is there


@dataclass(frozen=True)
class TextTable:
    """A read table; unusable when ``faults`` is not empty."""

    file: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    delimiter: str = ","


def read_text_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, header_row: int = 1
) -> TextTable:
    """Read a delimited file; encoding and delimiter are found out unless they are given.

    Runs of white space in a header, newlines too, count as one space. ``header_row`` counts records, from 1.
    """
    name = path.name
    text, fault = text_of(path, encoding)
    if fault is not None:
        return TextTable(name, faults=[fault])
    mark = delimiter or _delimiter(text)
    try:
        header, records = _records(text, mark, header_row)
    except csv.Error as error:
        return TextTable(
            name,
            faults=[Fault(name, f"is not a readable table: {error}", "is a quote not closed? save it again as CSV")],
        )
    faults = _header_faults(name, header)
    if faults:
        return TextTable(name, faults=faults)
    rows: list[Row] = []
    try:
        for line, cells in records:
            if not any(cell.strip() for cell in cells):
                continue
            faults.extend(_row_faults(name, line, cells, header, mark))
            if len(rows) >= MAX_ROWS or len(faults) >= MAX_FAULTS:
                faults.append(Fault(name, "has too many rows or faults; reading stopped here", row=line))
                break
            rows.append(Row(line, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))))
    except csv.Error as error:
        faults.append(Fault(name, f"is not a readable table: {error}", "is a quote not closed? save it again as CSV"))
    return TextTable(name, tuple(header), rows, faults, mark)


def text_of(path: Path, encoding: str | None = None) -> tuple[str, Fault | None]:
    """The text of a file, or why there is none."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return "", Fault(path.name, f"is {size} bytes; at most {MAX_BYTES} are read", "split the table")
        data = path.read_bytes()
    except OSError as error:
        return "", Fault(path.name, f"cannot be read: {error.strerror or error}")
    if b"\0" in data:
        return "", Fault(path.name, "is not a text file", "save it as CSV in UTF-8")
    for candidate in [encoding] if encoding else ["utf-8-sig", "cp1252", "latin-1"]:
        try:
            return data.decode(candidate), None
        except (UnicodeDecodeError, LookupError):
            continue
    return "", Fault(path.name, f"is not written in {encoding}", "state its encoding, or save it in UTF-8")


def suggestion(word: str, known: list[str]) -> str:
    """A cure for an unknown word: the near miss, or the list."""
    near = difflib.get_close_matches(word[:60].lower(), known, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


def safe_for_spreadsheet(text: str) -> str:
    """A text cell that no spreadsheet takes for a formula; for names, never for ids."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _delimiter(text: str) -> str:
    """The mark that occurs most often outside quotes in the header."""
    counts = dict.fromkeys(";,\t", 0)
    quoted = False
    for character in text[:MAX_CELL]:
        if character == '"':
            quoted = not quoted
        elif character == "\n" and not quoted:
            break
        elif character in counts and not quoted:
            counts[character] += 1
    return max(counts, key=lambda mark: counts[mark])


def _records(text: str, delimiter: str, header_row: int) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    # strict: a quote that is never closed would otherwise swallow the rest of the file without a word
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for _ in range(header_row - 1):
        next(reader, [])
    header = [" ".join(cell.split()) for cell in next(reader, [])]
    while header and not header[-1]:
        header.pop()  # spreadsheets leave empty columns at the end

    def rest() -> Iterator[tuple[int, list[str]]]:
        before = reader.line_num
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num

    return header, rest()


def _header_faults(name: str, header: list[str]) -> list[Fault]:
    if not header:
        return [Fault(name, "is empty", "its first line must name the columns")]
    if len(header) > MAX_COLUMNS:
        return [Fault(name, f"has {len(header)} columns; at most {MAX_COLUMNS} are read")]
    faults = []
    for position, column in enumerate(header):
        if not column:
            faults.append(Fault(name, f"column {position + 1} has no name", "name it or remove it", row=1))
        elif column in header[:position]:
            faults.append(Fault(name, f"column {column} is there twice", "remove one", row=1, field=column))
    return faults


def _row_faults(name: str, line: int, cells: list[str], header: list[str], delimiter: str) -> list[Fault]:
    faults = []
    if any(cell.strip() for cell in cells[len(header) :]):
        cure = "quote a cell that holds the separator, or separate cells by ;" if delimiter == "," else "remove them"
        problem = f"has {len(cells)} cells under {len(header)} columns"
        faults.append(Fault(name, problem, cure, row=line))
    faults.extend(
        Fault(name, f"a cell of {len(cell)} characters; at most {MAX_CELL} are read", row=line)
        for cell in cells
        if len(cell) > MAX_CELL
    )
    return faults
