"""What a city prints and fills in: survey tables with its stops and routes, a stop sheet and a fleet sheet.

The tables read back with ``read_survey`` as they are; untouched, they say nothing at all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from planner.errors import Fault, FeedError
from planner.feeds.attributes import SENTENCES, columns_of
from planner.feeds.delimited import safe_for_spreadsheet
from planner.feeds.sheets import FLEET_SHEETS, STOP_SHEETS, fleet_sheet, stop_sheets
from planner.feeds.survey import QUAYS, TABLES, Table
from planner.feeds.survey_rows import ASSIGNMENT_COLUMNS, NOTES, OVERRIDE_COLUMNS, SOURCE_COLUMNS, STATUS_COLUMNS

README = "README.txt"
_WITH_TOLERANCE = ("quay_height_m", "gap_m", "floor_height_m")  # the measures whose noise decides a verdict


def write_template(folder: Path, stops: pd.DataFrame, routes: pd.DataFrame) -> list[Path]:
    """Write the tables and sheets into a new or empty folder.

    Parameters
    ----------
    stops
        Columns ``id`` and ``name``, in the order of the sheets.
    routes
        Columns ``id`` and ``name``; one row of vehicle_assignments.csv each.

    Raises
    ------
    FeedError
        The folder holds one of these files: somebody may have filled it in.
    """
    stop_rows, route_rows = _pairs(stops), _pairs(routes)
    empty: list[dict[str, str]] = []
    tables = {table.file: (table_columns(table), empty) for table in TABLES} | {
        QUAYS.file: (table_columns(QUAYS), [_row(stop_id=i, stop_name=n) for i, n in stop_rows]),
        "vehicle_assignments.csv": (
            _assignment_columns(),
            [_row(scope="route", scope_id=i, route_name=n) for i, n in route_rows],
        ),
        "boarding_overrides.csv": (list(OVERRIDE_COLUMNS), empty),
        "equipment_status.csv": (list(STATUS_COLUMNS), empty),
        "sources.csv": (list(SOURCE_COLUMNS), empty),
    }
    texts = {STOP_SHEETS[lang]: stop_sheets(stop_rows, lang) for lang in STOP_SHEETS}
    texts |= {FLEET_SHEETS[lang]: fleet_sheet(lang) for lang in FLEET_SHEETS} | {README: _readme()}
    present = [name for name in (*tables, *texts) if (folder / name).exists()]
    if present:
        faults = [Fault(name, "is already there", "choose an empty folder: it may be filled in") for name in present]
        raise FeedError(folder.name, faults)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, rows) in tables.items():
        _write_table(folder / name, columns, rows)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in (*tables, *texts)]


def table_columns(table: Table) -> list[str]:
    """The columns of a template table; tolerances are offered where they decide."""
    columns: list[str] = []
    for column in table.columns:
        columns.append(column)
        if column in _WITH_TOLERANCE:
            columns.append(f"{column}_tol")
    return columns


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    names = frame["name"].fillna("") if "name" in frame else [""] * len(frame)
    return [(str(row_id), str(name)) for row_id, name in zip(frame["id"], names, strict=True)]


def _row(**cells: str) -> dict[str, str]:
    # Names come from a feed and are opened in a spreadsheet; ids must read back as they are.
    return {key: safe_for_spreadsheet(cell) if key.endswith("_name") else cell for key, cell in cells.items()}


def _assignment_columns() -> list[str]:
    names = list(ASSIGNMENT_COLUMNS)
    return [*names[:2], *(column for column in NOTES["vehicle_assignments.csv"] if column != "note"), *names[2:]]


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    # The byte-order mark makes spreadsheets read UTF-8; the semicolon lets a decimal comma be typed.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _readme() -> str:
    lines = [
        "Plainpied survey folder / dossier de relevé Plainpied",
        "",
        "EN  Every cell may stay empty: empty means unknown, and is the only way to say so.",
        "    Lengths are in metres (0.18 or 0,18). Dates are written 2026-05-12. Keep the first line of each table.",
        "    A column x may have x_tol (tolerance, same unit) and x_method",
        "    (survey, laser, imagery, declared, inferred, invented).",
        "FR  Toute case peut rester vide : vide veut dire inconnu, et rien d'autre ne le dit.",
        "    Longueurs en mètres (0,18 ou 0.18). Dates : 2026-05-12. Gardez la première ligne de chaque table.",
        "",
    ]
    for table in TABLES:
        lines.append(table.file)
        for column, attribute in columns_of(table.subject).items():
            words = f" [{' | '.join(attribute.words)}]" if attribute.words else ""
            lines.append(f"  {column}{words}: {SENTENCES[attribute.subject, attribute.name]}")
        lines.append("")
    return "\n".join(lines)
