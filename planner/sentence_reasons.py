"""One plain sentence for every reason that a verdict may have, with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor, inf, isfinite
from types import MappingProxyType

from planner.language import NARROW_NBSP, Language
from planner.model import Reason
from planner.sentence_parts import length, length_of, percent, slope_of
from planner.sentence_ways import WAY_REASONS, way_reason_sentence

Values = Mapping[str, float | int | str | bool | None]
MAXIMA = ("STEP", "GAP_TOO_WIDE")  # limits not to be passed; the other lengths are needed at least
_EPS = 1e-6


def reason_sentence(reason: Reason, language: Language) -> str:
    """The sentence of one reason, on its own; a reason without its numbers is named by its code."""
    plain = _PLAIN.get(reason.code)
    if plain is not None:
        return plain(language)
    sentence = None
    if reason.code in LENGTHS:
        sentence = _over_limit(reason.code, reason.values, language)
    elif reason.code in _COUNTED:
        sentence = _COUNTED[reason.code](reason.values, language)
    sentence = sentence or way_reason_sentence(reason, language)
    return sentence or language.gettext("There is a further reason: %(code)s.", code=reason.code)


_PLAIN: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "LEVEL": lambda at: at.gettext("Step and gap are within your limits."),
        "STEP": lambda at: at.gettext("There is one ordinary step to take."),
        "RAMP": lambda at: at.gettext("The ramp is within your limit."),
        "LIFT": lambda at: at.gettext("The lift of the vehicle takes you."),
        "RAMP_ASSISTED": lambda at: at.gettext("The person who travels with you has to help you on the ramp."),
        "GAP_ASSISTED": lambda at: at.gettext(
            "The person who travels with you has to tip the wheels over step and gap."
        ),
        "KNEEL_ON_REQUEST": lambda at: at.gettext("The vehicle kneels if the driver is asked."),
        "LEVEL_ONLY": lambda at: at.gettext("You asked for level boarding only: no ramp, lift, step or help counts."),
        "NO_RAMP": lambda at: at.gettext("The door has neither ramp nor lift."),
        "RAMP_OUTLET": lambda at: at.gettext("The ramp comes out below the edge of the quay."),
        "RAMP_NOT_DEPLOYABLE": lambda at: at.gettext("A ramp cannot be put out at this quay."),
        "ROAD": lambda at: at.gettext("Here the quay is the road, and the ramp is not known to reach down to it."),
        "DOCKING_OBSTRUCTED": lambda at: at.gettext(
            "Cars may stand in the bay; then one gets on and off from the road."
        ),
        "DEVICE_CONFLICT": lambda at: at.gettext("The door is said to have no ramp, and yet a ramp length is stated."),
        "NO_REFERENCE": lambda at: at.gettext("Quay and floor are not known to be measured from the same level."),
        "NO_PRIOR": lambda at: at.gettext(
            "For this kind of vehicle, nothing can be supposed about unmeasured heights."
        ),
        "NO_DOOR": lambda at: at.gettext("No door that may be used here is described."),
        "UNFIT_AT_BEST": lambda at: at.gettext(
            "Even at the best ordinary value of what nobody has measured, step, gap or ramp is beyond your limits."
        ),
        "STOP_FLAG_NO": lambda at: at.gettext("The operator declares that wheelchairs cannot use this stop."),
        "TRIP_FLAG_NO": lambda at: at.gettext("The operator declares that this vehicle does not take wheelchairs."),
        "DECLARED_YES": lambda at: at.gettext(
            "The operator declares this stop and this vehicle usable with a wheelchair."
        ),
        "STOP_FLAG_YES": lambda at: at.gettext("The operator declares this stop usable with a wheelchair."),
        "TRIP_FLAG_YES": lambda at: at.gettext("The operator declares that this vehicle takes wheelchairs."),
    }
)

_SPANS: Mapping[str, Callable[[Language, dict[str, str]], str]] = MappingProxyType(
    {
        "DOOR_NARROW": lambda at, span: at.gettext("The door is %(value)s wide; you need %(limit)s.", **span),
        "STEP": lambda at, span: at.gettext("The step is %(value)s; your limit is %(limit)s.", **span),
        "GAP_TOO_WIDE": lambda at, span: at.gettext("The gap is %(value)s; your limit is %(limit)s.", **span),
        "RAMP_TOO_SHORT": lambda at, span: at.gettext(
            "The ramp is %(value)s long; %(limit)s would be needed here.", **span
        ),
        "RAMP_NARROW": lambda at, span: at.gettext("The ramp is %(value)s wide; you need %(limit)s.", **span),
        "ROOM": lambda at, span: at.gettext(
            "There is %(value)s of room to turn on the quay; you need %(limit)s.", **span
        ),
        "ROOM_TIGHT": lambda at, span: at.gettext(
            "Room to turn on the quay is tight: %(value)s; you need %(limit)s.", **span
        ),
    }
)


_OUTCOMES: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "LEVEL": lambda at: at.gettext("The operator declares level access here."),
        "STEP": lambda at: at.gettext("The operator declares one ordinary step here."),
        "RAMP": lambda at: at.gettext("The operator declares access by ramp here."),
        "LIFT": lambda at: at.gettext("The operator declares access by lift here."),
        "RAMP_ASSISTED": lambda at: at.gettext("The operator declares access by ramp here, with someone who helps."),
        "GAP_ASSISTED": lambda at: at.gettext(
            "The operator declares access over the gap here, with someone who helps."
        ),
        "IMPOSSIBLE": lambda at: at.gettext("The operator declares that there is no access here."),
    }
)


def _number(values: Values, name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, (int, float)) and value == value else None  # noqa: PLR0124  # NaN


def _text(values: Values, name: str) -> str:
    """Somebody's own words, on one line and without their full stop."""
    value = values.get(name)
    return "" if value is None else " ".join(str(value).split()).rstrip(".")


def _over_limit(code: str, values: Values, language: Language) -> str | None:
    """The sentence of a length and its limit; None where a number is missing."""
    low, high, limit = _number(values, "low"), _number(values, "high"), _number(values, "limit")
    if low is None or high is None or limit is None or low > high:
        return None
    if isfinite(limit):  # never rounded in favour of the traveller
        limit = float(floor(limit + _EPS) if code in MAXIMA else ceil(limit - _EPS))
    span = {"value": length_of(low, high, limit, language), "limit": length(limit, language)}
    return _SPANS[code](language, span)


def _spaces(values: Values, language: Language) -> str | None:
    spaces, chairs = _number(values, "spaces"), _number(values, "wheelchairs")
    if spaces is None or chairs is None or not isfinite(spaces + chairs):
        return None
    if spaces <= 0:
        return language.gettext("The vehicle has no wheelchair space.")
    return language.ngettext(
        "The vehicle has %(count)s wheelchair space; you need %(needed)s.",
        "The vehicle has %(count)s wheelchair spaces; you need %(needed)s.",
        int(spaces),
        needed=language.number(chairs),
    )


def _inside_steps(values: Values, language: Language) -> str | None:
    steps = _number(values, "steps")
    if steps is None or not isfinite(steps):
        return None
    return language.ngettext(
        "There is %(count)s step behind the door.", "There are %(count)s steps behind the door.", int(steps)
    )


def _step_too_high(values: Values, language: Language) -> str | None:
    low, high, limit = _number(values, "low"), _number(values, "high"), _number(values, "limit")
    if low is None or high is None or limit is None:
        return None
    if high <= limit:  # the other way: the floor lies below the quay
        low, high = -high, -low
    return _over_limit("STEP", {"low": max(0.0, low), "high": high, "limit": limit}, language)


def _ramp_too_steep(values: Values, language: Language) -> str | None:
    low, high, limit = _number(values, "low"), _number(values, "high"), _number(values, "limit")
    if low is None or high is None or limit is None or not 0 <= low <= high:
        return None
    return language.gettext(
        "The slope of the ramp is %(slope)s; your limit is %(limit)s.",
        slope=slope_of(low, high, [limit], language),
        limit=percent(limit, language),
    )


def _ramp_steep(values: Values, language: Language) -> str | None:
    comfort = _number(values, "comfort")
    if comfort is None:
        return language.gettext("The ramp is steep.")
    return language.gettext(
        "The ramp is steep: up to %(comfort)s would be comfortable.", comfort=percent(comfort, language)
    )


def _load(values: Values, language: Language) -> str | None:
    mass, limit = _number(values, "mass"), _number(values, "limit")
    if mass is None or limit is None or inf in (mass, limit):
        return None
    return language.gettext(
        "The ramp bears %(limit)s; you need %(mass)s.",
        limit=f"{language.number(limit, 1)}{NARROW_NBSP}kg",
        mass=f"{language.number(mass, 1)}{NARROW_NBSP}kg",
    )


def _refused(values: Values, language: Language) -> str | None:
    text = _text(values, "text")
    if not text:
        return language.gettext("The operator does not let wheelchairs on or off here.")
    return language.gettext("The operator does not let wheelchairs on or off here: “%(text)s”.", text=text)


def _partial(values: Values, language: Language) -> str | None:
    text = _text(values, "text")
    if not text:
        return language.gettext("The operator declares that access is partial here.")
    return language.gettext("The operator declares that access is partial here: “%(text)s”.", text=text)


def _mixture(values: Values, language: Language) -> str | None:
    types = _text(values, "vehicle_types")
    return language.gettext(
        "Different vehicles run here: %(types)s. This is said of the least favourable.", types=types
    )


def _declared_outcome(values: Values, language: Language) -> str | None:
    said = _OUTCOMES.get(str(values.get("outcome")))
    return None if said is None else said(language)


_COUNTED: Mapping[str, Callable[[Values, Language], str | None]] = MappingProxyType(
    {
        "SPACES": _spaces,
        "INSIDE_STEPS": _inside_steps,
        "STEP_TOO_HIGH": _step_too_high,
        "RAMP_TOO_STEEP": _ramp_too_steep,
        "RAMP_STEEP": _ramp_steep,
        "LOAD": _load,
        "PERMISSION_REFUSED": _refused,
        "PARTIAL": _partial,
        "MIXTURE": _mixture,
        "DECLARED_OUTCOME": _declared_outcome,
    }
)
LENGTHS = frozenset(_SPANS) - {"STEP"}
REASONS = frozenset({*_PLAIN, *_COUNTED, *LENGTHS, *WAY_REASONS})
