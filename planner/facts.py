"""Facts and where they come from: a value is never without its source, date, method and tolerance.

A reader turns a foreign table into ``Evidence``, one row for one statement about one attribute of one
subject. ``planner.network.annotate`` chooses between the statements (DOMAIN: live > measured, newest
first > declared > OpenStreetMap > inferred) and keeps the losers. Missing is missing: there is no default here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Method(StrEnum):
    """How a value was obtained. INVENTED is allowed only in a fictional town, and is said everywhere."""

    LIVE = "LIVE"
    SURVEY = "SURVEY"
    LASER = "LASER"
    IMAGERY = "IMAGERY"
    DECLARED = "DECLARED"
    OSM = "OSM"  # mapped by volunteers; ranks below what an operator declares
    INFERRED = "INFERRED"
    INVENTED = "INVENTED"


MEASURED_METHODS = frozenset({Method.LIVE, Method.SURVEY, Method.LASER, Method.IMAGERY, Method.INVENTED})


class Certainty(StrEnum):
    """How well a verdict is founded, best first. NOT_NEEDED belongs to ``on-foot`` alone."""

    NOT_NEEDED = "NOT_NEEDED"
    MEASURED = "MEASURED"
    DECLARED = "DECLARED"
    INFERRED = "INFERRED"
    UNKNOWN = "UNKNOWN"

    @property
    def rank(self) -> int:
        """0 for the best founded; compare with ``<``."""
        return list(Certainty).index(self)


def certainty_of(method: Method) -> Certainty:
    """The certainty that a value obtained by this method can give at best."""
    if method in MEASURED_METHODS:
        return Certainty.MEASURED
    return Certainty.INFERRED if method is Method.INFERRED else Certainty.DECLARED


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of a measured number, unit given by the attribute; ``low <= high``."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval needs low <= high, got {self.low}..{self.high}")


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value together with who says so; ``value`` is an Interval for measured numbers."""

    value: T
    source_id: str
    method: Method
    measured_on: date | None = None


class Kind(StrEnum):
    """What an attribute's value is, and so its Python type in ``Evidence.value``."""

    LENGTH = "LENGTH"  # float, mm
    SLOPE = "SLOPE"  # float, rise / run
    SHARE = "SHARE"  # float, 0 to 1
    MASS = "MASS"  # float, kg
    COUNT = "COUNT"  # int
    YES_NO = "YES_NO"  # bool
    WORD = "WORD"  # str, one of Attribute.words
    DATE = "DATE"  # str, YYYY-MM-DD
    TEXT = "TEXT"  # str, free


class Subject(StrEnum):
    """What an attribute belongs to."""

    QUAY = "QUAY"  # id: public stop id
    VEHICLE_TYPE = "VEHICLE_TYPE"  # id: vehicle_type_id
    DOOR = "DOOR"  # id: "vehicle_type_id#door_no"
    EQUIPMENT = "EQUIPMENT"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that can be known of a subject; ``name`` carries our unit, ``column`` that of the tables."""

    subject: Subject
    name: str
    column: str
    kind: Kind
    tolerance: float | None = None  # default half-width of a measured value, in our unit; doubled where declared
    possible: tuple[float, float] | None = None  # values outside have no possible meaning: a finding, not a fix
    words: tuple[str, ...] = ()
    infinite: bool = False  # "more than can be measured" is a value (CNIG 9999)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement of one source: subject, attribute, value, and how it is known."""

    subject: Subject
    subject_id: str
    attribute: str  # Attribute.name
    value: float | int | bool | str
    source_id: str
    method: Method
    tolerance: float | None = None  # half-width in the attribute's unit; None: the default of attribute and method
    measured_on: date | None = None
    where: str = ""  # "quays.csv, line 12": for reports


@dataclass(frozen=True, slots=True)
class Finding:
    """A data fault that does not stop the build; the audit shows it, nothing repairs it silently."""

    code: str  # stable, UPPER_CASE: "CONFLICT", "IMPOSSIBLE_VALUE", "BLANKET_FLAG"...
    subject_id: str
    text: str  # English sentence with numbers
    where: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from; shown beside them."""

    source_id: str
    name: str
    url: str = ""
    licence: str = ""
    date: str = ""  # ISO date or year, as the source states it
