"""The rows of a survey folder that are decisions, not measurements: assignments, overrides, statuses, sources.

Each reader takes a ``Sheet``, appends what is wrong to its faults, and returns what could be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from planner.errors import Fault
from planner.facts import Source
from planner.feeds.delimited import MAX_FAULTS, Row, TextTable, suggestion
from planner.feeds.evidence import EquipmentStatus
from planner.feeds.units import Parsed, State, parse_date, parse_length, parse_number
from planner.model import Assignment, Outcome, Override

SCOPES = ("agency", "route", "route_direction", "block", "trip", "service_date")
STATUSES = ("available", "out_of_service", "unknown")
ASSIGNMENT_COLUMNS = ("scope", "scope_id", "vehicle_type_id", "weight", "valid_from", "valid_to", "source_id")
OVERRIDE_COLUMNS = (
    *("stop_id", "route_id", "trip_id", "direction_id"),
    *("permission", "outcome", "gap_m", "note", "source_id"),
)
STATUS_COLUMNS = ("equipment_id", "status", "from", "until", "source_id")
SOURCE_COLUMNS = ("source_id", "name", "url", "licence", "date", "precision")
NOTES = {"vehicle_assignments.csv": ("route_name", "note"), "sources.csv": ("note",)}  # for people, not read
EMPTY_CURE = "leave the cell empty: that is the only way to say unknown"


@dataclass
class Sheet:
    """One table while it is read: its rows, its faults, and the grouping marks its numbers may hold."""

    table: TextTable
    faults: list[Fault] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Its file name."""
        return self.table.file

    @property
    def grouping(self) -> str:
        """In a comma-separated file 1,200 may be one thousand two hundred."""
        return "" if self.table.delimiter == ";" else ","

    def fault(self, row: Row | None, column: str | None, problem: str, cure: str = "") -> None:
        """Note what is wrong; a file that is wrong everywhere is cut at MAX_FAULTS."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(self.file, problem, cure, row=row.line if row else 1, field=column))

    def where(self, row: Row) -> str:
        """The place of a row, for reports."""
        return f"{self.file}, line {row.line}"

    def check_columns(self, required: tuple[str, ...], known: tuple[str, ...]) -> bool:
        """Fault unknown and missing columns; False if a required one is missing."""
        for column in self.table.columns:
            if column not in known:
                self.fault(None, column, "is not a column of this table", suggestion(column, list(known)))
        missing = [column for column in required if column not in self.table.columns]
        for column in missing:
            self.fault(None, column, "this column is missing", "add it: rows cannot be told apart without it")
        return not missing

    def text(self, row: Row, column: str) -> str | None:
        """The cell, or None if it is empty or its column is not there."""
        return row.cells.get(column, "").strip() or None

    def word(self, row: Row, column: str, words: tuple[str, ...]) -> str | None:
        """One of the words, in any case."""
        cell = self.text(row, column)
        if cell is None or cell.lower() in words:
            return cell and cell.lower()
        self.fault(row, column, f'"{cell[:40]}" is not a word of this column', suggestion(cell, list(words)))
        return None

    def day(self, row: Row, column: str) -> date | None:
        """A date between 1950 and 2100."""
        cell = self.text(row, column)
        parsed = parse_date(cell or "")
        if cell is not None and (parsed.value is None or not 1950 <= parsed.value.year <= 2100):
            self.fault(row, column, parsed.problem or f'"{cell}" is not a date of this century', "write 2026-05-12")
            return None
        return parsed.value

    def number(self, row: Row, column: str, parse: Callable[[str], Parsed[float]]) -> float | None:
        """A number that is not negative."""
        cell = self.text(row, column)
        if cell is None:
            return None
        parsed = parse(cell)
        if parsed.value is None or parsed.value < 0:
            problem = parsed.problem or f'"{cell[:40]}" is not a number of this column'
            self.fault(row, column, problem, EMPTY_CURE if parsed.state is State.MISSING else "write it as 0.18")
            return None
        return parsed.value


def read_assignments(sheet: Sheet) -> list[Assignment]:
    """Which vehicle type runs what; a row without vehicle_type_id is not filled in yet and says nothing."""
    known = (*ASSIGNMENT_COLUMNS, *NOTES["vehicle_assignments.csv"])
    if not sheet.check_columns(("scope", "vehicle_type_id"), known):
        return []
    found = []
    for row in sheet.table.rows:
        vehicle_type_id = sheet.text(row, "vehicle_type_id")
        if vehicle_type_id is None:
            continue
        scope, scope_id = sheet.word(row, "scope", SCOPES), sheet.text(row, "scope_id")
        _check_scope(sheet, row, scope, scope_id)
        start, end = sheet.day(row, "valid_from"), sheet.day(row, "valid_to")
        if start is not None and end is not None and end < start:
            sheet.fault(row, "valid_to", f"{end} is before valid_from {start}", "exchange them")
        weight = sheet.number(row, "weight", lambda cell: _plain_number(cell, sheet.grouping))
        source_id = sheet.text(row, "source_id") or ""
        if scope is not None:
            found.append(Assignment(scope, scope_id, vehicle_type_id, weight, start, end, source_id, sheet.where(row)))
    return found


def read_overrides(sheet: Sheet) -> list[Override]:
    """What somebody decided about boardings; the template's empty rows say nothing."""
    if not sheet.check_columns((), OVERRIDE_COLUMNS):
        return []
    found = []
    for row in sheet.table.rows:
        direction = sheet.word(row, "direction_id", ("0", "1"))
        outcome = sheet.word(row, "outcome", tuple(outcome.name.lower() for outcome in Outcome))
        override = Override(
            stop_id=sheet.text(row, "stop_id"),
            route_id=sheet.text(row, "route_id"),
            trip_id=sheet.text(row, "trip_id"),
            direction_id=None if direction is None else int(direction),
            permission=sheet.word(row, "permission", ("no",)),
            outcome=None if outcome is None else Outcome[outcome.upper()],
            gap_mm=sheet.number(row, "gap_m", lambda cell: parse_length(cell, "m", grouping=sheet.grouping)),
            note=sheet.text(row, "note"),
            source_id=sheet.text(row, "source_id") or "",
            where=sheet.where(row),
        )
        if override.stop_id is None and override.route_id is None and override.trip_id is None:
            sheet.fault(row, "stop_id", "says neither stop, route nor trip", "fill in at least one of them")
        elif override.gap_mm is not None and override.gap_mm > 1000:
            sheet.fault(row, "gap_m", f"{override.gap_mm:g} mm is no gap", "write metres: 0.06")
        elif override.permission is not None or override.outcome is not None or override.gap_mm is not None:
            found.append(override)
    return found


def read_equipment_status(sheet: Sheet) -> list[EquipmentStatus]:
    """Whether equipment works; periods are ISO local times."""
    if not sheet.check_columns(("equipment_id", "status"), STATUS_COLUMNS):
        return []
    found = []
    for row in sheet.table.rows:
        equipment_id, status = sheet.text(row, "equipment_id"), sheet.word(row, "status", STATUSES)
        if equipment_id is None:
            sheet.fault(row, "equipment_id", "is empty", "say which equipment this is about")
        period = [_moment(sheet, row, column) for column in ("from", "until")]
        source_id = sheet.text(row, "source_id") or ""
        if equipment_id is not None and status is not None:
            found.append(EquipmentStatus(equipment_id, status, period[0], period[1], source_id, sheet.where(row)))
    return found


def read_sources(sheet: Sheet) -> list[Source]:
    """Who measured or declared."""
    if not sheet.check_columns(("source_id",), (*SOURCE_COLUMNS, *NOTES["sources.csv"])):
        return []
    found: dict[str, Source] = {}
    for row in sheet.table.rows:
        source_id = sheet.text(row, "source_id")
        if source_id is None or source_id in found:
            problem = "is empty" if source_id is None else f"{source_id} is there twice"
            sheet.fault(row, "source_id", problem, "give every source its own id")
            continue
        url = sheet.text(row, "url") or ""
        if url and not url.startswith(("http://", "https://")):
            sheet.fault(row, "url", f'"{url[:60]}" is not a web address', "start it with https://")
        name, licence = sheet.text(row, "name") or source_id, sheet.text(row, "licence") or ""
        found[source_id] = Source(source_id, name, url, licence, sheet.text(row, "date") or "")
    return list(found.values())


def _check_scope(sheet: Sheet, row: Row, scope: str | None, scope_id: str | None) -> None:
    if scope is None:
        if sheet.text(row, "scope") is None:
            sheet.fault(row, "scope", "is empty", f"one of {', '.join(SCOPES)}")
    elif scope_id is None and scope != "agency":
        sheet.fault(row, "scope_id", f"is empty for scope {scope}", "say which one; only agency may be empty (all)")
    elif scope == "route_direction" and scope_id is not None and scope_id[-2:] not in ("#0", "#1"):
        sheet.fault(row, "scope_id", f'"{scope_id[:60]}" names no direction', "write route_id#0 or route_id#1")
    elif scope == "service_date" and scope_id is not None and parse_date(scope_id).value is None:
        sheet.fault(row, "scope_id", f'"{scope_id[:60]}" is not a date', "write 2026-05-12")


def _moment(sheet: Sheet, row: Row, column: str) -> str | None:
    cell = sheet.text(row, column)
    if cell is None:
        return None
    day, _, clock = cell.replace("T", " ").partition(" ")
    hours = clock.split(":") if clock else []
    readable = all(part.isascii() and part.isdigit() and len(part) == 2 for part in hours) and len(hours) in (0, 2, 3)
    parsed = parse_date(day)
    if parsed.value is None or not readable:
        sheet.fault(row, column, f'"{cell[:40]}" is not a moment', "write 2026-05-12 or 2026-05-12T08:30")
        return None
    return parsed.value.isoformat() + (f"T{clock}" if clock else "")


def _plain_number(cell: str, grouping: str) -> Parsed[float]:
    parsed = parse_number(cell, grouping=grouping)
    return Parsed(parsed.state, None if parsed.value is None else float(parsed.value), parsed.problem)
