"""The words and numbers that the sentences are made of: states, names of facts, ranges.

Every message is whole; a list of names is a value in it, never a piece of grammar. How numbers are written:

- A range is shown where its tolerance matters: where a limit lies in it. It is rounded outwards (mm, 0.1 point), so
  that what is over a limit is never written as the limit itself.
- Otherwise the middle value is shown, rounded to the nearest, but never across the limit beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil, floor, isfinite
from types import MappingProxyType

from babel.lists import format_list
from babel.numbers import format_decimal

from planner.facts import Certainty
from planner.language import NARROW_NBSP, Language
from planner.model import Boarding, Outcome, Verdict

HELPED = frozenset({Outcome.RAMP_ASSISTED, Outcome.GAP_ASSISTED})
_EPS = 1e-6

# --- Words -----------------------------------------------------------------------------------------------


def state_word(boarding: Boarding, language: Language) -> str:
    """The state of a boarding in one or two words (DOMAIN 1.1); whoever has no limits is not judged."""
    if boarding.certainty is Certainty.NOT_NEEDED:
        return language.gettext("Not judged")
    if boarding.verdict is Verdict.YES and boarding.worst in HELPED:
        return language.gettext("With help")
    return {
        Verdict.YES: language.gettext("Step-free"),
        Verdict.UNCERTAIN: language.gettext("Borderline"),
        Verdict.UNKNOWN: language.gettext("Unknown"),
        Verdict.NO: language.gettext("Barrier"),
    }[boarding.verdict]


def certainty_word(certainty: Certainty, language: Language) -> str:
    """How well a verdict is founded, in one word."""
    return {
        Certainty.NOT_NEEDED: language.gettext("not needed"),
        Certainty.MEASURED: language.gettext("measured"),
        Certainty.DECLARED: language.gettext("declared"),
        Certainty.INFERRED: language.gettext("assumed"),
        Certainty.UNKNOWN: language.gettext("not known"),
    }[certainty]


def profile_name(profile_id: str, language: Language) -> str:
    """A way of travelling in plain words: what somebody uses, never what somebody has."""
    return {
        "manual-wheelchair": language.gettext("Manual wheelchair, on my own"),
        "manual-wheelchair-assisted": language.gettext("Manual wheelchair, with someone who helps"),
        "powered-wheelchair": language.gettext("Powered wheelchair"),
        "mobility-scooter": language.gettext("Mobility scooter"),
        "walking-frame": language.gettext("Walking frame"),
        "pram": language.gettext("Pram or pushchair"),
        "walking-stick": language.gettext("Walking stick or crutches"),
        "blind-cane": language.gettext("White cane or guide dog"),
        "on-foot": language.gettext("On foot, steps are fine"),
    }.get(profile_id, profile_id)


_FACT_NAMES: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "quay.height_mm": lambda at: at.gettext("the quay height"),
        "quay.height_reference": lambda at: at.gettext("the level that the quay height is measured from"),
        "quay.gap_mm": lambda at: at.gettext("the gap between quay and vehicle"),
        "quay.edge_type": lambda at: at.gettext("the kind of quay edge"),
        "quay.approach": lambda at: at.gettext("how vehicles pull up at the quay"),
        "quay.manoeuvre_mm": lambda at: at.gettext("the room to turn on the quay"),
        "quay.ramp_deployable": lambda at: at.gettext("whether a ramp can be put out at this quay"),
        "door.floor_mm": lambda at: at.gettext("the vehicle floor"),
        "door.floor_kneeled_mm": lambda at: at.gettext("the floor of the kneeling vehicle"),
        "door.clear_width_mm": lambda at: at.gettext("the door width"),
        "door.inside_steps": lambda at: at.gettext("the steps behind the door"),
        "door.use": lambda at: at.gettext("whether one gets on or off at this door"),
        "door.device": lambda at: at.gettext("the ramp or lift of the door"),
        "door.ramp_length_mm": lambda at: at.gettext("the ramp length"),
        "door.ramp_width_mm": lambda at: at.gettext("the ramp width"),
        "door.ramp_load_kg": lambda at: at.gettext("the load that the ramp bears"),
        "door.ramp_outlet_drop_mm": lambda at: at.gettext("the height at which the ramp comes out"),
        "door.deploys_to_road": lambda at: at.gettext("whether the ramp reaches down to the road"),
        "vehicle.kneel_policy": lambda at: at.gettext("how the vehicle kneels"),
        "vehicle.wheelchair_spaces": lambda at: at.gettext("the number of wheelchair spaces"),
        "vehicle.declared_access": lambda at: at.gettext("what is declared of the vehicle"),
    }
)
FACTS = frozenset(_FACT_NAMES)

_WAY_NAMES: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "surface": lambda at: at.gettext("surface"),
        "kerbs": lambda at: at.gettext("kerbs"),
        "slope": lambda at: at.gettext("slope"),
        "width": lambda at: at.gettext("width"),
        "smoothness": lambda at: at.gettext("smoothness"),
        "cross_slope": lambda at: at.gettext("cross slope"),
        "barriers": lambda at: at.gettext("barriers"),
        "lift": lambda at: at.gettext("lift"),
        "ramp": lambda at: at.gettext("ramp"),
        "steps": lambda at: at.gettext("steps"),
        "wheelchair": lambda at: at.gettext("wheelchair use"),
    }
)


def fact_name(attribute: str, language: Language) -> str:
    """The name of a fact as it stands in a sentence, with its article; the attribute itself if it has no name."""
    name = _FACT_NAMES.get(attribute)
    return attribute if name is None else name(language)


def way_fact_name(kind: str, language: Language) -> str:
    """The name of what nobody has checked of a way."""
    name = _WAY_NAMES.get(kind)
    return kind if name is None else name(language)


def and_list(names: Iterable[str], language: Language) -> str:
    """Write "A, B and C"."""
    return str(format_list(list(names), locale=language.locale))


def nor_list(names: Iterable[str], language: Language) -> str:
    """Write "A, B or C" as it stands after a negation, which French writes with "ni"; "" for no names."""
    *first, last = [*names] or [""]
    return language.gettext("%(first)s or %(last)s", first=", ".join(first), last=last) if first else last


# --- Numbers -----------------------------------------------------------------------------------------------


def length(value_mm: float, language: Language) -> str:
    """Write a length to the millimetre; from a metre on with one to three decimals ("1,0 m", "1,496 m")."""
    if not isfinite(value_mm):
        return language.gettext("more than can be measured")
    if abs(value_mm) < 1000:
        return language.length_mm(round(value_mm))
    metres = format_decimal(round(value_mm) / 1000, format="#,##0.0##", locale=language.locale)
    return f"{metres}{NARROW_NBSP}m"


def length_of(low_mm: float, high_mm: float, limit_mm: float | None, language: Language) -> str:
    """Write a length against its limit: the range where the limit lies in it, else the middle."""
    if limit_mm is not None and low_mm <= limit_mm <= high_mm and low_mm < high_mm:
        return length_range(low_mm, high_mm, language)
    return length(_beside(middle_of(low_mm, high_mm), limit_mm), language)


def length_range(low_mm: float, high_mm: float, language: Language) -> str:
    """Write "7 to 14 cm", rounded outwards; one number where both ends are written alike."""
    low = length(floor(low_mm + _EPS) if isfinite(low_mm) else low_mm, language)
    high = length(ceil(high_mm - _EPS) if isfinite(high_mm) else high_mm, language)
    if low == high:
        return low
    number, _, unit = low.rpartition(NARROW_NBSP)
    if unit and high.rpartition(NARROW_NBSP)[2] == unit:
        low = number  # the unit is said once
    return language.gettext("%(low)s to %(high)s", low=low, high=high)


def slope_of(low: float, high: float, limits: Iterable[float | None], language: Language) -> str:
    """Write a slope against its limits: the range where one of them lies in it, else the middle."""
    low, high = min(low, 100.0), min(high, 100.0)  # a ramp that hangs straight down
    known = [limit for limit in limits if limit is not None]
    if low < high and any(low <= limit <= high for limit in known):
        return language.gettext(
            "%(low)s to %(high)s",
            low=language.number(floor(low * 1000 + _EPS) / 10, 1),
            high=language.percent(ceil(high * 1000 - _EPS) / 1000),
        )
    limit = known[0] * 1000 if known else None
    return language.percent(_beside(middle_of(low, high) * 1000, limit) / 1000)


def percent(ratio: float, language: Language) -> str:
    """Write a limit as exactly as it was given."""
    return language.percent(ratio, 2)


def middle_of(low: float, high: float) -> float:
    """The middle of an interval; of one without an end that end."""
    return low if low == high else low / 2 + high / 2


def _beside(value: float, limit: float | None) -> float:
    """Round to the nearest whole, on the side of the limit where the value is."""
    if not isfinite(value):
        return value
    nearest = round(value)
    if limit is not None and value > limit + _EPS and nearest <= limit:
        return ceil(value)
    if limit is not None and value < limit - _EPS and nearest >= limit:
        return floor(value)
    return nearest
