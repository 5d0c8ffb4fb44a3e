"""The survey folder of a city: quays, vehicle types, doors, who runs what, and who says so.

Every cell is optional; an empty one is unknown, and nothing else is. All faults of all tables are collected and
raised together; a readable value that can mean nothing (a ramp of 40 m) is a finding and is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from planner.errors import Fault, FeedError
from planner.facts import Attribute, Kind, Method, Source, Subject
from planner.feeds.attributes import columns_of, impossible, other_units, parse_value
from planner.feeds.delimited import Row, TextTable, read_text_table, suggestion
from planner.feeds.evidence import Equipment, Statements, SurveyReading, ambiguity
from planner.feeds.survey_rows import (
    EMPTY_CURE,
    Sheet,
    read_assignments,
    read_equipment_status,
    read_overrides,
    read_sources,
)
from planner.feeds.units import State

T = TypeVar("T")

DEFAULT_SOURCE_ID = "survey"
ROW_COLUMNS = ("measured_on", "source_id", "method")  # about the whole row
ROW_METHODS = tuple(
    method.value.lower()
    for method in (Method.SURVEY, Method.LASER, Method.IMAGERY, Method.DECLARED, Method.INFERRED, Method.INVENTED)
)
# Nobody measures these: somebody says so, whatever tool the surveyor held.
STATED = frozenset(
    {
        *("declared_access", "declared_text", "priority", "technically_impossible", "decided_on", "substitution"),
        *("compensating_stops", "works_on", "ordered_on", "owner", "cnig_id", "osm_id", "netex_id", "photo_url"),
        *("name", "mode", "kind", "location"),
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of measurements: its subject, the columns that name a row, and those that are only for people."""

    file: str
    subject: Subject
    ids: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns but the ``_tol`` and ``_method`` ones, in their order."""
        return (*self.ids, *self.notes, *columns_of(self.subject), *ROW_COLUMNS)


QUAYS = Table("quays.csv", Subject.QUAY, ("stop_id",), ("stop_name", "note"))
VEHICLE_TYPES = Table("vehicle_types.csv", Subject.VEHICLE_TYPE, ("vehicle_type_id",), ("note",))
DOORS = Table("doors.csv", Subject.DOOR, ("vehicle_type_id", "door_no"), ("note",))
EQUIPMENT = Table("equipment.csv", Subject.EQUIPMENT, ("equipment_id",), ("note",))
TABLES = (QUAYS, VEHICLE_TYPES, DOORS, EQUIPMENT)
FILES = (
    *(table.file for table in TABLES),
    *("vehicle_assignments.csv", "boarding_overrides.csv", "equipment_status.csv", "sources.csv"),
)


def read_survey(
    folder: Path | None = None,
    *,
    quays: Path | None = None,
    vehicles: Path | None = None,
    doors: Path | None = None,
    assignments: Path | None = None,
) -> SurveyReading:
    """Read a survey folder, or single tables of it; a table given by itself replaces that of the folder.

    Raises
    ------
    FeedError
        With every fault of every table.
    """
    given = {"quays.csv": quays, "vehicle_types.csv": vehicles, "doors.csv": doors}
    paths = _files_of(folder) | {
        file: path for file, path in (given | {"vehicle_assignments.csv": assignments}).items() if path is not None
    }
    sheets = {file: _sheet(path) for file, path in paths.items()}
    statements = Statements(DEFAULT_SOURCE_ID, Method.SURVEY)
    names = {
        table.file: _read_measures(sheets[table.file], table, statements) for table in TABLES if table.file in sheets
    }
    reading = SurveyReading(
        evidence=statements.evidence,
        findings=statements.findings,
        assignments=_rows(sheets, "vehicle_assignments.csv", read_assignments),
        overrides=_rows(sheets, "boarding_overrides.csv", read_overrides),
        equipment=_equipment(sheets.get("equipment.csv")),
        equipment_status=_rows(sheets, "equipment_status.csv", read_equipment_status),
        sources=_rows(sheets, "sources.csv", read_sources),
        report={file: len(sheet.table.rows) for file, sheet in sheets.items()},
    )
    _check_references(sheets, names)
    faults = [fault for sheet in sheets.values() for fault in (*sheet.table.faults, *sheet.faults)]
    if faults:
        raise FeedError(folder.name if folder else "the survey tables", faults)
    _complete_sources(reading, folder)
    return reading


def _files_of(folder: Path | None) -> dict[str, Path]:
    if folder is None:
        return {}
    if not folder.is_dir():
        raise FeedError(folder.name, [Fault(folder.name, "is not a folder", f"it should hold {', '.join(FILES)}")])
    present = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    found = {file: present[file] for file in FILES if file in present}
    faults = [
        Fault(path.name, "is not a table of a survey", suggestion(name, list(FILES)))
        for name, path in present.items()
        if name.endswith(".csv") and name not in FILES
    ]
    if not found and not faults:
        faults.append(Fault(folder.name, "holds no table of a survey", f"known: {', '.join(FILES)}"))
    if faults:
        raise FeedError(folder.name, faults)
    return found


def _sheet(path: Path) -> Sheet:
    table = read_text_table(path)
    lower = tuple(column.lower() for column in table.columns)
    rows = [Row(row.line, dict(zip(lower, row.cells.values(), strict=True))) for row in table.rows]
    faults = [*table.faults]
    if len(set(lower)) < len(lower):
        faults.append(Fault(table.file, "two columns differ only in capitals", "remove one", row=1))
        rows = []
    return Sheet(TextTable(table.file, lower, rows, faults, table.delimiter))


def _rows(sheets: dict[str, Sheet], file: str, read: Callable[[Sheet], list[T]]) -> list[T]:
    return read(sheets[file]) if file in sheets and sheets[file].table.columns else []


def _read_measures(sheet: Sheet, table: Table, statements: Statements) -> dict[str, Row]:
    """State every filled cell of a table; the rows by the id of their subject."""
    attributes = columns_of(table.subject)
    beside = {f"{stem}_{kind}" for column in attributes for stem in _stems(column) for kind in ("tol", "method")}
    unknown_to_people = tuple(column for column in sheet.table.columns if column in beside)
    if not sheet.table.columns or not sheet.check_columns(table.ids, (*table.columns, *unknown_to_people)):
        return {}
    seen: dict[str, Row] = {}
    for row in sheet.table.rows:
        subject_id = _subject_id(sheet, row, table)
        if subject_id is None:
            continue
        if subject_id in seen:
            earlier = seen[subject_id].line
            sheet.fault(row, table.ids[0], f"{subject_id} is already in line {earlier}", "keep one of the two rows")
            continue
        seen[subject_id] = row
        common = _Common(sheet.day(row, "measured_on"), sheet.text(row, "source_id"), _method(sheet, row, "method"))
        for column, attribute in attributes.items():
            if sheet.text(row, column) is not None:
                _state_cell(sheet, row, attribute, subject_id, common, statements)
    return seen


@dataclass(frozen=True, slots=True)
class _Common:
    """What a row says about all its cells."""

    measured_on: date | None
    source_id: str | None
    method: Method | None


def _state_cell(
    sheet: Sheet, row: Row, attribute: Attribute, subject_id: str, common: _Common, statements: Statements
) -> None:
    column, cell = attribute.column, sheet.text(row, attribute.column) or ""
    unit = {Kind.LENGTH: "m", Kind.SLOPE: "ratio", Kind.SHARE: "ratio"}.get(attribute.kind)
    parsed = parse_value(attribute, cell, unit, grouping=sheet.grouping)
    if parsed.value is None:
        if attribute.words and attribute.kind is Kind.WORD:
            problem, cure = f'"{cell[:40]}" is not a word of this column', suggestion(cell, list(attribute.words))
        else:
            problem, cure = parsed.problem, _cure(attribute)
        if parsed.state in (State.MISSING, State.NOT_APPLICABLE):
            problem, cure = f'"{cell}" is not a value', EMPTY_CURE
        sheet.fault(row, column, problem, cure)
        return
    if column == "photo_url" and not cell.startswith(("http://", "https://")):
        sheet.fault(row, column, f'"{cell[:60]}" is not a web address', "start it with https://")
        return
    method = _method_of(sheet, row, attribute, common)
    tolerance = _tolerance(sheet, row, attribute)
    others = other_units(attribute, cell, unit)
    if others and not parsed.unit_stated and impossible(attribute, parsed.value) is not None:
        statements.find("AMBIGUOUS_UNIT", subject_id, ambiguity(attribute, cell, unit, others), sheet.where(row))
        return
    statements.say(
        attribute,
        subject_id,
        parsed.value,
        sheet.where(row),
        method=method,
        tolerance=tolerance,
        measured_on=common.measured_on,
        source_id=common.source_id,
    )


def _cure(attribute: Attribute) -> str:
    match attribute.kind:
        case Kind.LENGTH:
            return "write metres: 0.18 or 0,18"
        case Kind.SLOPE:
            return "write a ratio (0.05) or percent (5 %)"
        case Kind.SHARE:
            return "write a ratio (0.7) or percent (70 %)"
        case Kind.YES_NO:
            return "write yes or no; empty is unknown"
    return "write a number" if attribute.kind in (Kind.MASS, Kind.COUNT) else ""


def _method_of(sheet: Sheet, row: Row, attribute: Attribute, common: _Common) -> Method:
    """The method of a cell: its own column, that of the row, or the usual one; an invention stays one."""
    for stem in _stems(attribute.column):
        own = _method(sheet, row, f"{stem}_method")
        if own is not None:
            return own
    if common.method is Method.INVENTED or (common.method is not None and attribute.name not in STATED):
        return common.method
    return Method.DECLARED if attribute.name in STATED else Method.SURVEY


def _method(sheet: Sheet, row: Row, column: str) -> Method | None:
    word = sheet.word(row, column, ROW_METHODS)
    return None if word is None else Method[word.upper()]


def _tolerance(sheet: Sheet, row: Row, attribute: Attribute) -> float | None:
    """The stated half-width in our unit, or None for the default."""
    for stem in _stems(attribute.column):
        column = f"{stem}_tol"
        cell = sheet.text(row, column)
        if cell is None:
            continue
        if attribute.tolerance is None:
            sheet.fault(row, column, f"{attribute.column} has no tolerance", "remove this column")
            return None
        unit = "m" if attribute.kind is Kind.LENGTH else "ratio"
        parsed = parse_value(attribute, cell, unit, grouping=sheet.grouping)
        low, high = attribute.possible or (0.0, 0.0)
        if not isinstance(parsed.value, float) or not 0 <= parsed.value <= (high - low) / 2:
            sheet.fault(row, column, f'"{cell[:40]}" is not a tolerance', "same unit as the value: 0.01 is 1 cm")
            return None
        return parsed.value
    return None


def _stems(column: str) -> tuple[str, ...]:
    """``quay_height_m_tol`` and ``quay_height_tol`` are the same column."""
    for suffix in ("_m", "_kg", "_s"):
        if column.endswith(suffix):
            return (column, column.removesuffix(suffix))
    return (column,)


def _subject_id(sheet: Sheet, row: Row, table: Table) -> str | None:
    parts = []
    for column in table.ids:
        cell = sheet.text(row, column)
        if cell is None:
            sheet.fault(row, column, "is empty", "every row needs it")
            return None
        if column == "door_no":
            if not (cell.isascii() and cell.isdigit() and 1 <= int(cell[:6]) <= 99):
                sheet.fault(row, column, f'"{cell[:40]}" is not a door number', "count doors from the front: 1, 2, 3")
                return None
            cell = str(int(cell))
        parts.append(cell)
    return "#".join(parts)


def _equipment(sheet: Sheet | None) -> list[Equipment]:
    if sheet is None or "equipment_id" not in sheet.table.columns:
        return []
    return [
        Equipment(
            equipment_id=row.cells["equipment_id"].strip(),
            kind=(sheet.text(row, "kind") or "").lower() or None,
            location=sheet.text(row, "location"),
            source_id=sheet.text(row, "source_id") or DEFAULT_SOURCE_ID,
            where=sheet.where(row),
        )
        for row in sheet.table.rows
        if row.cells["equipment_id"].strip()
    ]


def _check_references(sheets: dict[str, Sheet], names: dict[str, dict[str, Row]]) -> None:
    """A vehicle_type_id that is misspelt would silently lose a door: say so, where the types are known."""
    known = list(names.get("vehicle_types.csv", {}))
    if not known:
        return
    for file in ("doors.csv", "vehicle_assignments.csv"):
        sheet = sheets.get(file)
        for row in sheet.table.rows if sheet else []:
            vehicle_type_id = row.cells.get("vehicle_type_id", "").strip()
            if sheet is not None and vehicle_type_id and vehicle_type_id not in known:
                problem = f'"{vehicle_type_id[:60]}" is not in vehicle_types.csv'
                sheet.fault(row, "vehicle_type_id", problem, suggestion(vehicle_type_id, known[:50]))


def _complete_sources(reading: SurveyReading, folder: Path | None) -> None:
    """Every source_id in use has a Source, if only by its id."""
    known = {source.source_id for source in reading.sources}
    used = [row.source_id for row in reading.evidence]
    for rows in (reading.assignments, reading.overrides, reading.equipment, reading.equipment_status):
        used.extend(row.source_id for row in rows)
    for source_id in dict.fromkeys(used):
        if source_id and source_id not in known:
            name = f"Survey {folder.name}" if source_id == DEFAULT_SOURCE_ID and folder else source_id
            reading.sources.append(Source(source_id, name))
