"""Write tables as a GTFS feed: a zip of CSV files in UTF-8, the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = Sequence[str | int | float]
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the time of every member, so that two runs are equal


def write_feed(
    path: Path, tables: Mapping[str, tuple[Sequence[str], Iterable[Row]]], texts: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Write ``tables`` (columns and rows by file name) and ``texts`` as ``path``; give the number of rows by file.

    The file appears when it is whole. A table without rows is left out.
    """
    counts: dict[str, int] = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w") as archive:
            for name, text in (texts or {}).items():
                archive.writestr(_member(name), text)
            for name, (columns, rows) in tables.items():
                counts[name] = _write_table(archive, name, columns, rows)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return {name: count for name, count in counts.items() if count}


def clock_text(seconds: int) -> str:
    """Write a clock time as GTFS does; it may pass 24 hours."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _write_table(archive: zipfile.ZipFile, name: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    remaining, count = iter(rows), 0
    first = next(remaining, None)
    if first is None:
        return 0
    with archive.open(_member(name), "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns)
        table.writerow(first)
        for count, row in enumerate(remaining, 1):  # noqa: B007 - the count is the answer
            table.writerow(row)
    return count + 1


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _BEGINNING)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
