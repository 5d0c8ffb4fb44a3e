"""Sentences about ways: what closes one, what makes it a doubt, each step of it, and the barrier that stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from types import MappingProxyType

from planner.language import Language
from planner.model import Reason, Step
from planner.sentence_parts import length_of, percent, slope_of

Values = Mapping[str, float | int | str | bool | None]
Said = Callable[[Language], str]

_PLAIN: Mapping[str, Said] = MappingProxyType(
    {
        "WHEELCHAIR_NO": lambda at: at.gettext("This way is declared closed to wheelchairs."),
        "WHEELCHAIR_LIMITED": lambda at: at.gettext("This way is declared usable by wheelchairs only in part."),
        "BARRIER_SHUT": lambda at: at.gettext("A barrier that lets no wheels through closes the way."),
        "BARRIER_UNKNOWN": lambda at: at.gettext("Nobody has measured how wide the gate is."),
        "KERB_UNKNOWN": lambda at: at.gettext("Nobody has measured the kerb."),
        "LIFT_SMALL": lambda at: at.gettext("The lift is too small."),
        "LIFT_AVOIDED": lambda at: at.gettext("You avoid lifts."),
        "LIFT_UNKNOWN": lambda at: at.gettext("Nobody has measured the lift."),
        "ESCALATOR": lambda at: at.gettext("An escalator is no way for wheels."),
        "ONE_WAY": lambda at: at.gettext("One cannot walk here in this direction."),
        "NOT_JOINED": lambda at: at.gettext("No known way leads near it."),
        "STEPS_UNCOUNTED": lambda at: at.gettext("Nobody has counted the steps."),
        "RAMP_UNKNOWN": lambda at: at.gettext("Nobody has measured the ramp beside the steps."),
        "SURFACE_UNCLEAR": lambda at: at.gettext("The paving may be smooth or rough: both are called cobblestone."),
    }
)

_LENGTHS: Mapping[str, Callable[[Language, dict[str, str]], str]] = MappingProxyType(
    {
        "KERB_HIGH": lambda at, told: at.gettext("The kerb is %(value)s high; your limit is %(limit)s.", **told),
        "KERB_NEAR": lambda at, told: at.gettext("The kerb is about %(value)s high; your limit is %(limit)s.", **told),
        "WAY_NARROW": lambda at, told: at.gettext("The way is %(value)s wide; you need %(limit)s.", **told),
        "WIDTH_NEAR": lambda at, told: at.gettext("The way is about %(value)s wide; you need %(limit)s.", **told),
    }
)

_SLOPES: Mapping[str, Callable[[Language, dict[str, str]], str]] = MappingProxyType(
    {
        "WAY_STEEP": lambda at, told: at.gettext("The way climbs %(value)s; your limit is %(limit)s.", **told),
        "WAY_STEEP_DOWN": lambda at, told: at.gettext("The way falls %(value)s; your limit is %(limit)s.", **told),
        "WAY_LEANS": lambda at, told: at.gettext("The way leans %(value)s; your limit is %(limit)s.", **told),
        "SLOPE_NEAR": lambda at, told: at.gettext("The way climbs about %(value)s; your limit is %(limit)s.", **told),
        "SLOPE_DOWN_NEAR": lambda at, told: at.gettext(
            "The way falls about %(value)s; your limit is %(limit)s.", **told
        ),
        "CROSS_NEAR": lambda at, told: at.gettext("The way leans about %(value)s; your limit is %(limit)s.", **told),
    }
)

_UP_OR_DOWN: Mapping[str, Said] = MappingProxyType(
    {
        "SLOPE_NEAR": lambda at: at.gettext("The way climbs, and nobody has measured how much."),
        "SLOPE_DOWN_NEAR": lambda at: at.gettext("The way falls, and nobody has measured how much."),
    }
)


def way_reason_sentence(reason: Reason, language: Language) -> str | None:
    """The sentence of a reason about a way; None for another code, or where its numbers are missing."""
    if reason.code in _PLAIN:
        return _PLAIN[reason.code](language)
    if reason.code in _LENGTHS or reason.code in _SLOPES:
        return _measured(reason, language)
    told = _COUNTED.get(reason.code)
    return None if told is None else told(reason.values, language)


def _measured(reason: Reason, language: Language) -> str | None:
    low, high, limit = (_number(reason.values, name) for name in ("low", "high", "limit"))
    if high is None and reason.code in _UP_OR_DOWN:
        return _UP_OR_DOWN[reason.code](language)
    high = low if high is None else high
    if low is None or high is None or limit is None or not low <= high:
        return None
    if reason.code in _LENGTHS:
        value = length_of(low, high, limit, language)
        return _LENGTHS[reason.code](language, {"value": value, "limit": language.length_mm(round(limit))})
    return _SLOPES[reason.code](
        language, {"value": slope_of(low, high, [limit], language), "limit": percent(limit, language)}
    )


def _steps(values: Values, language: Language) -> str:
    count = _number(values, "count")
    if count is None or not isfinite(count):
        return language.gettext("Steps close the way.")
    return language.ngettext("%(count)s step closes the way.", "%(count)s steps close the way.", int(count))


def _surface(values: Values, language: Language) -> str:
    return language.gettext(
        "The surface is not for you: %(surface)s.", surface=str(values.get("surface") or "?").replace("_", " ")
    )


def _rough(values: Values, language: Language) -> str:
    surface = values.get("surface")
    if not surface:
        return language.gettext("The way is too rough.")
    return language.gettext("The way is too rough: %(surface)s.", surface=str(surface).replace("_", " "))


def _out_of_service(values: Values, language: Language) -> str:
    return language.gettext("%(equipment)s is out of service.", equipment=str(values.get("equipment") or "?"))


_COUNTED: Mapping[str, Callable[[Values, Language], str]] = MappingProxyType(
    {"STEPS": _steps, "SURFACE_REFUSED": _surface, "WAY_ROUGH": _rough, "OUT_OF_SERVICE": _out_of_service}
)
WAY_REASONS = frozenset({*_PLAIN, *_LENGTHS, *_SLOPES, *_COUNTED})

# --- Steps of a way ----------------------------------------------------------------------------------------

_KINDS: Mapping[str, Callable[[Language, str], str]] = MappingProxyType(
    {
        "way": lambda at, far: at.gettext("Follow the way for %(distance)s.", distance=far),
        "road": lambda at, far: at.gettext("Follow the road for %(distance)s: no pavement is known.", distance=far),
        "crossing": lambda at, far: at.gettext("Cross the road (%(distance)s).", distance=far),
        "area": lambda at, far: at.gettext("Cross the square for %(distance)s.", distance=far),
        "platform": lambda at, far: at.gettext("Follow the platform for %(distance)s.", distance=far),
        "pathway": lambda at, far: at.gettext("Follow the passage for %(distance)s.", distance=far),
        "steps": lambda at, far: at.gettext("Take the steps (%(distance)s).", distance=far),
        "step_ramp": lambda at, far: at.gettext("Take the ramp beside the steps (%(distance)s).", distance=far),
        "escalator": lambda at, far: at.gettext("Take the escalator (%(distance)s).", distance=far),
        "moving_walkway": lambda at, far: at.gettext("Take the moving walkway for %(distance)s.", distance=far),
        "lift": lambda at, _: at.gettext("Take the lift."),
        "kerb": lambda at, _: at.gettext("Go over a kerb."),
        "barrier": lambda at, _: at.gettext("Pass a gate or bollards."),
        "fare_gate": lambda at, _: at.gettext("Pass the ticket gate."),
        "approach": lambda at, far: at.gettext("Go %(distance)s between the place and the way.", distance=far),
        "join": lambda at, far: at.gettext("Go %(distance)s from the way to the stop.", distance=far),
    }
)
_NAMED: Mapping[str, Callable[[Language, str, str], str]] = MappingProxyType(
    {
        "way": lambda at, far, name: at.gettext("Follow %(name)s for %(distance)s.", distance=far, name=name),
        "road": lambda at, far, name: at.gettext(
            "Follow the road %(name)s for %(distance)s: no pavement is known.", distance=far, name=name
        ),
        "crossing": lambda at, far, name: at.gettext("Cross %(name)s (%(distance)s).", distance=far, name=name),
        "area": lambda at, far, name: at.gettext("Cross %(name)s for %(distance)s.", distance=far, name=name),
        "lift": lambda at, _, name: at.gettext("Take the lift: %(name)s.", name=name),
    }
)
_TURNS: Mapping[str, Said] = MappingProxyType(
    {
        "left": lambda at: at.gettext("Turn left."),
        "right": lambda at: at.gettext("Turn right."),
        "slight_left": lambda at: at.gettext("Bear left."),
        "slight_right": lambda at: at.gettext("Bear right."),
        "sharp_left": lambda at: at.gettext("Turn sharp left."),
        "sharp_right": lambda at: at.gettext("Turn sharp right."),
    }
)


def step_sentences(step: Step, language: Language) -> list[str]:
    """What to do, where it turns, and what is to be said of this stretch."""
    far = language.distance(step.distance_m)
    said = [_TURNS[step.turn](language)] if step.turn is not None and step.turn in _TURNS else []
    named = _NAMED.get(step.kind)
    said.append(named(language, far, step.name) if named and step.name else _KINDS[step.kind](language, far))
    if step.kerb_mm is not None and step.kerb_mm.high > 0:
        value = length_of(step.kerb_mm.low, step.kerb_mm.high, None, language)
        said.append(language.gettext("Kerb: %(value)s.", value=value))
    if step.slope is not None and max(abs(step.slope.low), abs(step.slope.high)) >= TOLD_SLOPE:
        steep = max(step.slope.low, step.slope.high, key=abs)
        value = percent(round(abs(steep), 3), language)
        said.append(
            language.gettext("Up to %(value)s upwards.", value=value)
            if steep > 0
            else language.gettext("Up to %(value)s downwards.", value=value)
        )
    said += [sentence for reason in step.reasons if (sentence := way_reason_sentence(reason, language))]
    return said


TOLD_SLOPE = 0.03  # less than that is not worth a sentence


def barrier_sentence(reason: Reason, street: str | None, saved_s: float | None, language: Language) -> str:
    """The one barrier that stands in the way, where it is, and what its opening would save."""
    why = way_reason_sentence(reason, language) or language.gettext("Something closes the way.")
    at = (
        language.gettext("It is at: %(street)s.", street=street)
        if street
        else language.gettext("The street there has no name on the map.")
    )
    if saved_s is None:
        gain = language.gettext("It is the one barrier that closes the way.")
    else:
        gain = language.gettext(
            "Without it the way would be %(duration)s shorter.", duration=language.duration(saved_s)
        )
    return f"{why} {at} {gain}"


def street_barrier_sentences(
    reason: Reason | None, street: str | None, ends: tuple[str, str | None], arrival: str, language: Language
) -> Iterator[str]:
    """Say what of the streets keeps a traveller from every trip.

    Parameters
    ----------
    reason
        Of the barrier; None: no single one was found.
    ends
        ACCESS, EGRESS or DIRECT, and the name of the stop.
    arrival
        When one would be there if the barrier were open, as text.
    """
    where, stop = ends
    if reason is None:
        yield (
            language.gettext("From where you start the streets lead you to no stop.")
            if where == "ACCESS"
            else language.gettext("From no stop do the streets lead you to where you want to go.")
        )
        yield language.gettext("No single barrier was found whose opening would be enough.")
        return
    if where == "ACCESS":
        yield language.gettext("A barrier stands on the way to the stop %(stop)s.", stop=stop or "")
    elif where == "EGRESS":
        yield language.gettext("A barrier stands on the way from the stop %(stop)s.", stop=stop or "")
    else:
        yield language.gettext("A barrier stands on the way without a vehicle.")
    yield barrier_sentence(reason, street, None, language)
    yield language.gettext("Without it you would be there at %(arrival)s.", arrival=arrival)


_NO_WAY: Mapping[str, Said] = MappingProxyType(
    {
        "ORIGIN_OUTSIDE_STREETS": lambda at: at.gettext("The start lies away from every street that is known."),
        "DESTINATION_OUTSIDE_STREETS": lambda at: at.gettext("The goal lies away from every street that is known."),
        "ONLY_WITH_UNKNOWN": lambda at: at.gettext("The only ways there hold something that nobody has checked."),
        "SEVERAL_BARRIERS": lambda at: at.gettext("No way leads there; opening one barrier would not be enough."),
        "NOT_JOINED": lambda at: at.gettext("The map joins the two places by no way at all, open or closed."),
        "BARRIER": lambda at: at.gettext("No way leads there."),
    }
)


def no_way_sentence(reason: Reason, language: Language) -> str:
    """Why there is no way."""
    said = _NO_WAY.get(reason.code)
    return language.gettext("No way leads there.") if said is None else said(language)


def _number(values: Values, name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, (int, float)) and value == value else None  # noqa: PLR0124  # NaN
