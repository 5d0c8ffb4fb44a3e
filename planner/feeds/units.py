"""Numbers, lengths, slopes and yes/no as people write them; exact, and never a guess.

Every parser answers with a ``Parsed``: a value, or the reason why there is none. What can be read in two
ways is AMBIGUOUS and carries both readings in its sentence; the caller reports it and uses nothing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

MISSING_WORDS = frozenset({"nc", "n.c.", "non communiqué", "non renseigné", "inconnu", "unknown"})
NOT_APPLICABLE_WORDS = frozenset({"sans objet", "so", "not applicable", "entfällt"})
YES_WORDS = frozenset({"yes", "y", "oui", "o", "true", "vrai", "1", "ja"})
NO_WORDS = frozenset({"no", "n", "non", "false", "faux", "0", "nein", "nee"})

_MM: dict[str, Decimal] = {
    "m": Decimal(1000),
    "metre": Decimal(1000),
    "meter": Decimal(1000),
    "mètre": Decimal(1000),
    "dm": Decimal(100),
    "cm": Decimal(10),
    "centimetre": Decimal(10),
    "centimeter": Decimal(10),
    "centimètre": Decimal(10),
    "mm": Decimal(1),
    "millimetre": Decimal(1),
    "millimeter": Decimal(1),
    "millimètre": Decimal(1),
    "ft": Decimal("304.8"),
    "feet": Decimal("304.8"),
    "foot": Decimal("304.8"),
    "'": Decimal("304.8"),
    "in": Decimal("25.4"),
    "inch": Decimal("25.4"),
    "inche": Decimal("25.4"),  # the plural loses its s below
    '"': Decimal("25.4"),
}
_NUMBER = re.compile(r"([+-]?)([0-9]{1,12})(?:([.,])([0-9]{1,12}))?", re.ASCII)
_WITH_UNIT = re.compile(r"([+-]?[0-9.,]+)\s*([^\s0-9.,+-][^0-9]*)?")
_FEET_INCHES = re.compile(r"([0-9.,]+)\s*(?:'|ft|feet|foot)\s*([0-9.,]+)\s*(?:\"|in|inch|inches)?")
_RATIO = re.compile(r"1\s*(?::|/|in)\s*([0-9.,]+)")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DAY_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})", re.ASCII)


class State(StrEnum):
    """What became of a cell."""

    VALUE = "VALUE"
    MISSING = "MISSING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    AMBIGUOUS = "AMBIGUOUS"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value in our unit, or why there is none; ``value`` is None unless the state is VALUE."""

    state: State
    value: T | None = None
    problem: str = ""
    unit_stated: bool = False  # the cell itself names its unit


def parse_number(text: str, *, grouping: str = "") -> Parsed[Decimal]:
    """Read a decimal number with point or comma.

    Parameters
    ----------
    grouping
        Marks that the writer may also use between thousands: "1,234" is then ambiguous.
    """
    cleaned = _clean(text)
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    match = _NUMBER.fullmatch(cleaned)
    if match is None:
        return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a number")
    sign, whole, mark, fraction = match.groups()
    if mark is not None and mark in grouping and len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):
        return Parsed(
            State.AMBIGUOUS,
            problem=f"{_quoted(text)} can be {whole}.{fraction} or {whole}{fraction}",
        )
    return Parsed(State.VALUE, Decimal(f"{sign}{whole}.{fraction or 0}"))


def parse_length(text: str, unit: str | None = None, *, grouping: str = "") -> Parsed[float]:
    """Read a length in mm; ``unit`` is that of a bare number, None where nothing says it."""
    cleaned = _clean(text).lower().replace("’", "'").replace("″", '"').replace("′", "'").replace("''", '"')
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    feet = _FEET_INCHES.fullmatch(cleaned)
    if feet is not None:
        return _feet_and_inches(text, feet.group(1), feet.group(2))
    match = _WITH_UNIT.fullmatch(cleaned)
    number: Parsed[Decimal] = parse_number(match.group(1), grouping=grouping) if match else Parsed(State.UNREADABLE)
    if match is None or number.value is None:
        return Parsed(number.state, problem=number.problem or f"{_quoted(text)} is not a length")
    stated = (match.group(2) or "").strip()
    if stated:
        return _in_unit(text, number.value, stated)
    if unit is None and number.value != 0:
        return Parsed(State.AMBIGUOUS, problem=f"{_quoted(text)} has no unit: it can be metres, centimetres or mm")
    return Parsed(State.VALUE, float(number.value * _MM[unit or "mm"]))


def parse_slope(text: str, unit: str | None = None, *, grouping: str = "") -> Parsed[float]:
    """Read a slope as rise / run; ``unit`` of a bare number: "ratio", "percent", "degree", or None."""
    cleaned = _clean(text).lower()
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    one_in = _RATIO.fullmatch(cleaned)
    if one_in is not None:
        run = parse_number(one_in.group(1)).value
        if not run:
            return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a slope")
        return Parsed(State.VALUE, float(1 / run), unit_stated=True)
    for suffix, stated in (("%", "percent"), ("°", "degree"), ("degrees", "degree"), ("deg", "degree")):
        if cleaned.endswith(suffix):
            return _slope(text, cleaned.removesuffix(suffix).strip(), stated, grouping, unit_stated=True)
    return _slope(text, cleaned, unit, grouping, unit_stated=False)


def parse_share(text: str, unit: str | None = None, *, grouping: str = "") -> Parsed[float]:
    """Read a share of one; ``unit`` of a bare number: "ratio" (0.7), "percent" (70), or None."""
    cleaned = _clean(text)
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    stated = cleaned.endswith("%")
    number = parse_number(cleaned.removesuffix("%").strip(), grouping=grouping)
    if number.value is None:
        problem = number.problem or f"{_quoted(text)} is not a share"
        return Parsed(State.UNREADABLE if number.state is State.MISSING else number.state, problem=problem)
    if unit is None and not stated and number.value != 0:
        return Parsed(State.AMBIGUOUS, problem=f"{_quoted(text)} has no unit: it can be a ratio or percent")
    percent = stated or unit == "percent"
    return Parsed(State.VALUE, float(number.value / 100 if percent else number.value), unit_stated=stated)


def parse_yes_no(text: str) -> Parsed[bool]:
    """Read a yes or a no in the words of French, English, German or Dutch tables."""
    cleaned = _clean(text).lower()
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    if cleaned in YES_WORDS:
        return Parsed(State.VALUE, True)
    if cleaned in NO_WORDS:
        return Parsed(State.VALUE, False)
    return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is neither yes nor no")


def parse_date(text: str, order: str | None = None) -> Parsed[date]:
    """Read a day; 12/05/2026 is ambiguous unless ``order`` is "day_first" or "month_first", 25/05/2026 is not."""
    cleaned = _clean(text)
    blank = _blank(cleaned)
    if blank is not None:
        return Parsed(blank)
    iso = _ISO_DATE.fullmatch(cleaned)
    if iso is not None:
        return _day(text, int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
    other = _DAY_MONTH.fullmatch(cleaned)
    if other is None:
        return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a date")
    first, second, year = (int(part) for part in other.groups())
    either = first <= 12 and second <= 12 and first != second and "/" in cleaned
    if either and order is None:
        return Parsed(State.AMBIGUOUS, problem=f"{_quoted(text)} can be day/month or month/day")
    month_first = order == "month_first" if either else second > 12
    day, month = (second, first) if month_first else (first, second)
    return _day(text, year, month, day)


def _slope(text: str, digits: str, unit: str | None, grouping: str, *, unit_stated: bool) -> Parsed[float]:
    number = parse_number(digits, grouping=grouping)
    if number.value is None:
        problem = number.problem or f"{_quoted(text)} is not a slope"
        return Parsed(State.UNREADABLE if number.state is State.MISSING else number.state, problem=problem)
    if unit is None and number.value != 0:
        return Parsed(State.AMBIGUOUS, problem=f"{_quoted(text)} has no unit: it can be a ratio, percent or degrees")
    slope = float(number.value)
    if unit == "percent":
        slope = float(number.value / 100)
    elif unit == "degree":
        if abs(slope) >= 90:
            return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a slope")
        slope = math.tan(math.radians(slope))
    return Parsed(State.VALUE, slope, unit_stated=unit_stated)


def _in_unit(text: str, number: Decimal, stated: str) -> Parsed[float]:
    factor = _MM.get(stated) or _MM.get(stated.removesuffix("s"))
    if factor is None:
        return Parsed(State.UNREADABLE, problem=f"{_quoted(text)}: {_quoted(stated)} is not a unit of length")
    return Parsed(State.VALUE, float(number * factor), unit_stated=True)


def _feet_and_inches(text: str, feet: str, inches: str) -> Parsed[float]:
    first, second = parse_number(feet).value, parse_number(inches).value
    if first is None or second is None:
        return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a length")
    return Parsed(State.VALUE, float(first * _MM["ft"] + second * _MM["in"]), unit_stated=True)


def _day(text: str, year: int, month: int, day: int) -> Parsed[date]:
    try:
        return Parsed(State.VALUE, date(year, month, day))
    except ValueError:
        return Parsed(State.UNREADABLE, problem=f"{_quoted(text)} is not a date")


def _clean(text: str) -> str:
    # Spreadsheets write no-break spaces and the typographic minus sign.
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-").strip()


def _blank(cleaned: str) -> State | None:
    word = cleaned.lower()
    if word == "" or word in MISSING_WORDS:
        return State.MISSING
    return State.NOT_APPLICABLE if word in NOT_APPLICABLE_WORDS else None


def _quoted(text: str) -> str:
    shown = text.strip()
    return f'"{shown}"' if len(shown) <= 40 else f'"{shown[:40]}…"'
