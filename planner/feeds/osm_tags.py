"""The values of OpenStreetMap's tags about ways: numbers with their unit become intervals in ours, once and here.

Every parser gives a ``Said``: an interval, or the reason why the text cannot be used; a text that is missing is
neither. The tolerance is half of the last digit written, within bounds of each quantity: "1 m" is rounder than
"1.05 m", and nobody measures a pavement to a millimetre.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from planner.feeds.units import Parsed, State, parse_length, parse_slope

INFINITE = math.inf
NAN = (math.nan, math.nan)
STEEPEST = 1.0  # rise / run; steeper is a ladder, or a unit gone wrong
SLOPE_TOLERANCE = 0.005  # half a percent: most inclines are written in whole ones
KERB_MM = (0.0, 500.0)  # a kerb of half a metre is a wall
WIDTH_MM = (50.0, 100_000.0)
MOST_STEPS = 2000
MOST_LEVELS = 40  # that one lift serves
# DOMAIN C4: raised is more than 3 cm, lowered about 3 cm, wheels of a bicycle cross a rolled one.
KERB_WORDS_MM = {
    "raised": (30.0, 250.0), "regular": (30.0, 250.0), "lowered": (0.0, 40.0), "rolled": (20.0, 80.0),
    "flush": (0.0, 10.0), "no": (0.0, 0.0), "none": (0.0, 0.0),
}  # fmt: skip
_FLAT = (-SLOPE_TOLERANCE, SLOPE_TOLERANCE)
_DIGITS = re.compile(r"[0-9]+(?:[.,]([0-9]+))?")
_ABOUT = re.compile(r"^(?:~|ca\.?|c\.|approx\.?|about)\s*")
_PERCENT_RANGE = re.compile(r"([0-9.,]+)\s*(?:%\s*)?-\s*([0-9.,]+)\s*%")
_LEVEL = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_LEVEL_RANGE = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*-\s*(-?[0-9]+(?:[.,][0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Said:
    """What one tag says: an interval in our unit, or a problem, or nothing at all."""

    low: float = math.nan
    high: float = math.nan
    problem: str = ""
    ambiguous: bool = False

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return not math.isnan(self.low)


NOTHING = Said()


def parse_width(text: str, *, estimated: bool = False) -> Said:
    """Read a width in mm; a bare number is in metres, and one that cannot be metres is ambiguous."""
    about = _ABOUT.sub("", text.strip().lower())
    rough = estimated or about != text.strip().lower()
    return _length(about, text, WIDTH_MM, (50.0, 100.0), 0.25 if rough else 0.0)


def parse_kerb_height(text: str) -> Said:
    """Read the height of a kerb in mm: ``0.06``, ``3cm``, ``3 cm``."""
    return _length(text.strip().lower(), text, KERB_MM, (10.0, 10.0), 0.0)


def parse_kerb(word: str) -> Said:
    """What a word of ``kerb=*`` says of its height; ``yes`` says nothing of it."""
    if word in KERB_WORDS_MM:
        return Said(*KERB_WORDS_MM[word])
    return NOTHING if word in ("", "yes", "unknown") else Said(problem=f'"{word[:40]}" is no kind of kerb')


def parse_incline(text: str) -> Said:
    """Read a slope as rise / run along the way: ``10%``, ``5°``, ``1:12``; a bare number but 0 is ambiguous.

    ``up`` and ``down`` are intervals without a far end: the sign is known, the size is not.
    """
    cleaned = text.strip().lower()
    if cleaned in ("", "yes", "unknown", "variable"):
        return NOTHING
    words = {"up": (0.0, INFINITE), "down": (-INFINITE, 0.0), "no": _FLAT, "flat": _FLAT}
    if cleaned in words:
        return Said(*words[cleaned])
    between = _PERCENT_RANGE.fullmatch(cleaned)
    if between is not None:
        ends = sorted(_percent(part) for part in between.groups())
        return _slope_within(ends[0], ends[1], text)
    parsed = parse_slope(cleaned, None, grouping=",")
    if parsed.value is None:
        return _refused(parsed, text)
    degree = math.radians(0.5) if cleaned.endswith(("°", "deg", "degrees")) and "." not in cleaned else 0.0
    half = max(SLOPE_TOLERANCE, degree)
    return _slope_within(parsed.value - half, parsed.value + half, text)


def parse_cross_slope(text: str) -> Said:
    """Read a cross slope as rise / run; to which side it falls does not matter."""
    said = parse_incline(text)
    if not said.known or math.isinf(said.low) or math.isinf(said.high):
        return NOTHING if said.known else said
    ends = sorted((abs(said.low), abs(said.high)))
    return Said(0.0 if said.low < 0.0 < said.high else ends[0], ends[1])


def parse_level(text: str) -> Said:
    """Read levels: ``0``, ``-1;0``, ``0-3``; half levels are allowed."""
    levels: list[float] = []
    for part in text.split(";"):
        cleaned = part.strip()
        between = _LEVEL_RANGE.fullmatch(cleaned)
        if between is not None:
            levels += [_decimal(end) for end in between.groups()]
        elif _LEVEL.fullmatch(cleaned):
            levels.append(_decimal(cleaned))
        elif cleaned:
            return Said(problem=f'"{text.strip()[:40]}" is no level')
    if not levels:
        return NOTHING
    if max(levels) > 200 or min(levels) < -50:
        return Said(problem=f'"{text.strip()[:40]}" is no level of a building')
    return Said(min(levels), max(levels))


def parse_levels(text: str) -> list[float]:
    """Every level that a lift with these levels stops at; a range stops at each whole level between."""
    found: set[float] = set()
    for part in text.split(";"):
        said = parse_level(part)
        if said.known:
            between = _LEVEL_RANGE.fullmatch(part.strip()) is not None
            whole = range(math.ceil(said.low), math.floor(said.high) + 1) if between else ()
            found |= {said.low, said.high, *(float(level) for level in whole)}
    return sorted(found)[:MOST_LEVELS]


def parse_step_count(text: str) -> Said:
    """Read a number of steps; 0 is none, and says nothing of stairs."""
    cleaned = text.strip()
    if cleaned in ("", "0"):
        return NOTHING
    if not (cleaned.isascii() and cleaned.isdigit()) or not 1 <= int(cleaned[:6]) <= MOST_STEPS or len(cleaned) > 6:
        return Said(problem=f'"{cleaned[:40]}" is no number of steps')
    return Said(float(cleaned), float(cleaned))


def parse_load(text: str) -> Said:
    """Read a load in kg: ``630 kg``, ``1 t``; without a unit 5 or less is tonnes and 100 or more is kg."""
    cleaned = text.strip().lower().replace(",", ".")
    factor = {"kg": 1.0, "t": 1000.0}
    for unit in ("kg", "t"):
        digits = cleaned.removesuffix(unit).strip()
        if cleaned.endswith(unit) and _plain(digits):
            kg = float(digits) * factor[unit]
            return Said(kg, kg) if 50 <= kg <= 20_000 else Said(problem=f'"{text.strip()[:40]}" is no load of a lift')
    if not cleaned:
        return NOTHING
    if not _plain(cleaned):
        return Said(problem=f'"{text.strip()[:40]}" is no load')
    return Said(problem=f'"{text.strip()[:40]}" can be tonnes or kg', ambiguous=True)


def _length(cleaned: str, text: str, possible: tuple[float, float], half: tuple[float, float], share: float) -> Said:
    parsed = parse_length(cleaned, "m", grouping=",")
    if parsed.value is None:
        return _refused(parsed, text)
    mm, quoted = parsed.value, f'"{text.strip()[:40]}"'
    if not possible[0] <= mm <= possible[1]:
        if parsed.unit_stated or not any(possible[0] <= mm / divisor <= possible[1] for divisor in (100.0, 1000.0)):
            return Said(problem=f"{quoted} is impossible here")
        return Said(problem=f"{quoted} is impossible in metres and can be centimetres or mm", ambiguous=True)
    tolerance = min(max(half[0], _last_digit_mm(cleaned, mm) / 2), half[1])
    tolerance = max(tolerance, share * mm)
    return Said(max(0.0, mm - tolerance), mm + tolerance)


def _last_digit_mm(cleaned: str, mm: float) -> float:
    """What one unit of the last digit written is worth."""
    digits = _DIGITS.search(cleaned)
    if digits is None:
        return 0.0
    number = _decimal(digits.group(0))
    return float((mm / number if number else 1000.0) * 10.0 ** -len(digits.group(1) or ""))


def _slope_within(low: float, high: float, text: str) -> Said:
    if max(abs(low), abs(high)) > STEEPEST + 0.05:
        return Said(problem=f'"{text.strip()[:40]}" is steeper than any way')
    return Said(low, high)


def _refused(parsed: Parsed[float], text: str) -> Said:
    if parsed.state in (State.MISSING, State.NOT_APPLICABLE):
        return NOTHING
    return Said(
        problem=parsed.problem or f'"{text.strip()[:40]}" cannot be read', ambiguous=parsed.state is State.AMBIGUOUS
    )


def _percent(text: str) -> float:
    return _decimal(text) / 100.0


def _decimal(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _plain(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", text) is not None
