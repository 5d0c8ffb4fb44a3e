"""The map that says what the columns of a foreign table mean (TOML; docs/data-formats.md explains it).

A map is written by people: whatever is wrong with it is told at once, before a row is read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Fault, FeedError
from planner.facts import Attribute, Kind
from planner.feeds.attributes import columns_of, parse_value
from planner.feeds.delimited import suggestion
from planner.feeds.survey import ROW_METHODS, TABLES, Table

UNITS = {Kind.LENGTH: ("m", "cm", "mm"), Kind.SLOPE: ("ratio", "percent", "degree"), Kind.SHARE: ("ratio", "percent")}
FORMATS = ("csv", "xlsx", "json")
DATE_ORDERS = ("day_first", "month_first")
NAME = re.compile(r"\{([^{}]+)\}")
SECTIONS = {
    "source": ("source_id", "name", "url", "licence", "date"),
    "file": (
        *("table", "format", "encoding", "delimiter", "decimal", "dates", "header_row", "sheet", "records"),
        *("method", "measured_on", "missing", "ignore"),
    ),
    "join": ("file", "here", "there"),
}
_LISTS = frozenset({"missing", "ignore", "unlimited"})
_OTHER = frozenset({"header_row", "words", "value", "measured_on", "date"})  # not texts, or any scalar
COLUMN_KEYS = ("from", "template", "value", "unit", "words", "unlimited", "tolerance")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where one of our columns comes from: a column, a template of columns, or one value for every row."""

    column: str
    attribute: Attribute | None  # None: an id or a name
    source: str | None = None
    template: str | None = None
    value: str | None = None
    unit: str | None = None
    words: dict[str, str] = field(default_factory=dict)  # theirs, in small letters, to ours
    unlimited: tuple[str, ...] = ()
    tolerance: str | None = None

    @property
    def uses(self) -> tuple[str, ...]:
        """Their columns that it reads."""
        return tuple(NAME.findall(self.template)) if self.template else (self.source,) if self.source else ()


@dataclass(frozen=True, slots=True)
class Join:
    """A second file beside the first, whose columns are added where ``here`` equals its ``there``."""

    file: str
    here: str
    there: str


@dataclass(frozen=True)
class TableMap:
    """A whole map."""

    table: Table
    source: dict[str, str]
    columns: tuple[ColumnMap, ...]
    file_format: str
    encoding: str | None
    delimiter: str | None
    grouping: str  # marks between thousands: all but the decimal mark
    dates: str | None
    header_row: int
    sheet: str | None
    records: str | None
    method: str
    measured_on: str
    missing: frozenset[str]
    ignore: frozenset[str]
    join: Join | None


def map_path(name: str) -> Path:
    """A map of one's own by its path, or a committed one by its name ("nl_chb")."""
    committed = Path(__file__).parent / "maps" / f"{Path(name).name.removesuffix('.toml')}.toml"
    return committed if not Path(name).exists() and committed.exists() else Path(name)


def read_map(path: Path, file_suffix: str) -> TableMap:
    """Read and check a map; the format of the table is that of ``file_suffix`` unless the map says another."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FeedError(path.name, [Fault(path.name, f"is not a readable map: {error}")]) from error
    checker = _Checker(path.name)
    checker.sections(data)
    file, source = data.get("file", {}), data.get("source", {})
    table = next((table for table in TABLES if table.file == file.get("table")), None)
    if table is None:
        checker.fault("file.table", "is not a table of ours", f"one of {', '.join(t.file for t in TABLES)}")
        raise FeedError(path.name, checker.faults)
    columns = tuple(checker.column(table, name, spec) for name, spec in data.get("columns", {}).items())
    mapped = {column.column for column in columns}
    for required in table.ids:
        if required not in mapped:
            checker.fault(f"columns.{required}", "is missing", "say where the id comes from")
    if "source_id" not in source:
        checker.fault("source.source_id", "is missing", "every value must say who stated it")
    file_format = checker.word("file.format", file.get("format", file_suffix.lstrip(".").lower()), FORMATS)
    method = checker.word("file.method", file.get("method", "declared"), ROW_METHODS)
    dates = file.get("dates")
    decimal = checker.word("file.decimal", file.get("decimal", "."), (".", ","))
    join = data.get("join")
    if join is not None and (set(join) != set(SECTIONS["join"]) or Path(str(join["file"])).name != join["file"]):
        checker.fault("join", "needs file (a name without folders), here and there")
    header_row = file.get("header_row", 1)
    if not isinstance(header_row, int) or not 1 <= header_row <= 1000:
        checker.fault("file.header_row", "is not a row number")
    if dates is not None:
        checker.word("file.dates", dates, DATE_ORDERS)
    if checker.faults:
        raise FeedError(path.name, checker.faults)
    return TableMap(
        table=table,
        source={key: str(value) for key, value in source.items()},
        columns=columns,
        file_format=file_format,
        encoding=file.get("encoding"),
        delimiter=file.get("delimiter"),
        grouping="," if decimal == "." else ".",
        dates=dates,
        header_row=header_row,
        sheet=file.get("sheet"),
        records=file.get("records"),
        method=method,
        measured_on=str(file.get("measured_on", "")),
        missing=frozenset(str(word).lower() for word in file.get("missing", ())),
        ignore=frozenset(_squeeze(str(name)) for name in file.get("ignore", ())),
        join=None if join is None else Join(join["file"], _squeeze(join["here"]), _squeeze(join["there"])),
    )


class _Checker:
    """Collects what is wrong with a map."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def fault(self, where: str, problem: str, cure: str = "") -> None:
        self.faults.append(Fault(self.name, problem, cure, field=where))

    def word(self, where: str, word: object, words: tuple[str, ...]) -> str:
        if word not in words:
            self.fault(where, f'"{word}" is not a word of this key', f"one of {' '.join(words)}")
            return words[0]
        return str(word)

    def sections(self, data: dict[str, Any]) -> None:
        for section, content in data.items():
            known = SECTIONS.get(section)
            if section != "columns" and known is None:
                self.fault(section, "is not a section of a map", suggestion(section, ["columns", *SECTIONS]))
            elif not isinstance(content, dict):
                self.fault(section, "is not a section", f"write [{section}]")
            elif known is not None:
                self.types(section, content)
                for key in content.keys() - set(known):
                    self.fault(f"{section}.{key}", "is not a key of this section", suggestion(key, list(known)))
        delimiter = data.get("file", {}).get("delimiter", ";") if isinstance(data.get("file", {}), dict) else ";"
        if isinstance(delimiter, str) and (len(delimiter) != 1 or delimiter in '"\r\n'):
            self.fault("file.delimiter", "is not one character")
        if self.faults:  # what follows relies on these shapes
            raise FeedError(self.name, self.faults)

    def types(self, section: str, content: dict[str, Any]) -> None:
        for key, value in content.items():
            listed = key in _LISTS
            strings = isinstance(value, list) and all(isinstance(item, str) for item in value)
            if listed and not strings:
                self.fault(f"{section}.{key}", "is not a list of texts", f'write {key} = ["..."]')
            elif not listed and key not in _OTHER and not isinstance(value, str):
                self.fault(f"{section}.{key}", "is not a text", f'write {key} = "..."')

    def column(self, table: Table, name: str, spec: object) -> ColumnMap:
        where = f"columns.{name}"
        if name not in table.columns:
            self.fault(where, f"is not a column of {table.file}", suggestion(name, list(table.columns)))
        if not isinstance(spec, dict):
            self.fault(where, "is not a table", 'write {from = "their column"}')
            return ColumnMap(name, None)
        self.types(where, spec)
        for key in spec.keys() - set(COLUMN_KEYS):
            self.fault(f"{where}.{key}", "is not a key of a column", suggestion(key, list(COLUMN_KEYS)))
        if len(spec.keys() & {"from", "template", "value"}) != 1:
            self.fault(where, "needs exactly one of from, template and value")
        attribute = columns_of(table.subject).get(name)
        kind = attribute.kind if attribute is not None else Kind.TEXT
        unit = spec.get("unit")
        if unit is not None and unit not in UNITS.get(kind, ()):
            self.fault(f"{where}.unit", f'"{unit}" is not a unit of this column', " ".join(UNITS.get(kind, ())))
        if unit is None and kind in UNITS and "from" in spec:
            self.fault(f"{where}.unit", "is missing", f"say what a bare number means: {' '.join(UNITS[kind])}")
        constant = spec.get("value")
        if attribute is not None and constant is not None:
            parsed = parse_value(attribute, str(constant), {Kind.LENGTH: "m"}.get(kind, "ratio"))
            if parsed.value is None:
                self.fault(f"{where}.value", f'"{constant}" is not a value of this column', " ".join(attribute.words))
        words = spec.get("words", {})
        for word in words.values() if isinstance(words, dict) else ():
            if kind is Kind.WORD and attribute is not None and word not in (*attribute.words, ""):
                self.fault(f"{where}.words", f'"{word}" is not a word of ours', " ".join(attribute.words))
        return ColumnMap(
            column=name,
            attribute=attribute,
            source=_squeeze(spec["from"]) if isinstance(spec.get("from"), str) else None,
            template=spec["template"] if isinstance(spec.get("template"), str) else None,
            value=None if "value" not in spec else str(spec["value"]),
            unit=unit,
            words={str(theirs).lower(): str(ours) for theirs, ours in words.items()} if isinstance(words, dict) else {},
            unlimited=tuple(str(word) for word in spec["unlimited"]) if isinstance(spec.get("unlimited"), list) else (),
            tolerance=spec.get("tolerance"),
        )


def _squeeze(name: str) -> str:
    return " ".join(name.split())
