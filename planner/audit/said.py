"""A sentence of the audit before it is said in a language: its English text with named places, and what stands there.

The name of a place says how its value is written: ``_mm`` as a length, ``_slope`` as per cent, ``_count`` as a number,
``_date`` as a date, ``_word`` as one of the words of ``planner.report.words``; ``reasons`` are codes and numbers of
verdicts. The texts are looked up among the translations, so they stand in the code as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.model import Reason


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, or nothing at all: then it is false."""

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)  # as JSON holds them

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Said()
TOLD = "what somebody in a manual wheelchair, alone, is told: “%(reasons)s”"


def say(text: str, **values: float | int | str) -> Said:
    """Say something."""
    return Said(text, values)


def say_interval(low: float, high: float, unit: str) -> Said:
    """Say what was measured, once where it is known without a tolerance; ``unit`` is "mm" or "slope"."""
    if low == high:
        return Said(f"%(value_{unit})s", {f"value_{unit}": low})
    if unit == "mm":
        return say("%(low_mm)s to %(high_mm)s", low_mm=low, high_mm=high)
    return say("%(low_slope)s to %(high_slope)s", low_slope=low, high_slope=high)


def say_reasons(reasons: Sequence[Reason]) -> Said:
    """Say why a verdict is what it is, in the sentences that the traveller of these rules reads."""
    return Said(TOLD, {"reasons": [{"code": one.code, "values": dict(one.values)} for one in reasons]})
