"""The traveller's own limits as fields of the form: in centimetres, per cent and kilograms, empty for the preset's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.access.profiles import DEFAULT_PROFILE, Limit, get_profile, limits
from planner.errors import QueryError
from planner.language import Language
from planner.model import Profile
from planner.sentence_parts import profile_name

PREFIX = "p."  # of the parameters in an address: health data, which no link carries unless it was written there
_PER = {"mm": 10.0, "rise/run": 0.01}  # what one of the field's unit is, in the unit of the profile
OFFERED = {limit.name: limit for limit in limits() if limit.unit != "yes/no"}  # a companion is a way of travelling
FIELDS = tuple(PREFIX + name for name in OFFERED)


@dataclass(frozen=True, slots=True)
class LimitField:
    """One number input."""

    name: str  # of the parameter
    label: str
    hint: str
    value: str


def read_limits(args: Mapping[str, str]) -> dict[str, str]:
    """What was written in the fields, by parameter; empty fields are left out."""
    return {field: args[field].strip() for field in FIELDS if args.get(field, "").strip()}


def to_profile(written: Mapping[str, str], language: Language) -> tuple[dict[str, float], dict[str, str]]:
    """Give the numbers by their name in the profile, and a sentence for each field that is none."""
    numbers: dict[str, float] = {}
    faults: dict[str, str] = {}
    for field, text in written.items():
        limit = OFFERED[field.removeprefix(PREFIX)]
        try:
            # read by the one reader of limits; its own refusal is for the command line
            plain = float(text.replace(",", ".")) if len(text) < 20 and "_" not in text else float("nan")
            number = round(plain * _PER.get(limit.unit, 1.0), 6)
            get_profile(DEFAULT_PROFILE, {limit.name: number})
        except (QueryError, ValueError):
            faults[field] = _allowed(limit, language)
        else:
            numbers[limit.name] = number
    return numbers, faults


def to_numbers(written: Mapping[str, str]) -> dict[str, float]:
    """The numbers of fields that were read before without a fault."""
    return {
        field.removeprefix(PREFIX): round(
            float(text.replace(",", ".")) * _PER.get(OFFERED[field.removeprefix(PREFIX)].unit, 1.0), 6
        )
        for field, text in written.items()
    }


def limit_fields(written: Mapping[str, str], profile: Profile, language: Language) -> tuple[LimitField, ...]:
    """Every limit with what was written for it, what it means, and the number that ``profile`` has without it."""
    said, whose = _meanings(language), profile_name(profile.id, language)
    return tuple(
        LimitField(
            PREFIX + name,
            label,
            " ".join(
                filter(
                    None, (said.get(name), _usual(profile, name, whose, language), _allowed(OFFERED[name], language))
                )
            ),
            written.get(PREFIX + name, ""),
        )
        for name, label in _labels(language).items()
    )


def _usual(profile: Profile, name: str, whose: str, language: Language) -> str:
    """The number of a way of travelling, in the unit of the field."""
    value = getattr(profile, name)
    if value is None:
        return language.gettext("%(profile)s: no limit.", profile=whose)
    number = language.number(float(value) / _PER.get(OFFERED[name].unit, 1.0), 2)
    return language.gettext("%(profile)s: %(number)s.", profile=whose, number=number)


def _allowed(limit: Limit, language: Language) -> str:
    per = _PER.get(limit.unit, 1.0)
    values = {"low": language.number(limit.low / per, 1), "high": language.number(limit.high / per, 1)}
    if limit.whole:
        return language.gettext("A whole number from %(low)s to %(high)s.", **values)
    return language.gettext("A number from %(low)s to %(high)s.", **values)


def _meanings(language: Language) -> dict[str, str]:
    """A plain sentence for the limits whose name does not say all."""
    rising = language.gettext("1%% rises 1 cm on each metre.")
    return {
        "step_up_mm": language.gettext("From the quay to the floor of the vehicle; a thumb is about 2 cm thick."),
        "step_down_mm": language.gettext("From the floor of the vehicle to the quay."),
        "gap_mm": language.gettext("Between the edge of the quay and the floor of the vehicle."),
        "ramp_alone": rising,
        "ramp_helped": rising,
        "ramp_comfort": language.gettext("A steeper one is possible for you; the trip says so."),
        "mass_kg": language.gettext("Ramps and lifts carry only so much."),
        "width_mm": language.gettext("With your hands on the rims or the armrests."),
        "length_mm": language.gettext("With the footrests."),
        "turning_mm": language.gettext("The circle in which you turn once around."),
        "speed_m_s": language.gettext("1 metre per second is 3.6 km in an hour."),
        "margin_s": language.gettext("You are told to be there that much before the vehicle leaves."),
        "slope_up_soft": rising,
        "slope_down_hard": language.gettext("1%% falls 1 cm on each metre."),
        "cross_slope_soft": language.gettext("The way then leans to one side."),
        "cross_slope_hard": language.gettext("The way then leans to one side."),
        "kerb_soft_mm": language.gettext("A higher one is possible for you; it counts as an effort."),
        "kerb_hard_mm": language.gettext("Ways with a higher one are left out."),
        "path_width_mm": language.gettext("Ways that are narrower are left out."),
        "max_steps": language.gettext("0 leaves out every flight of steps."),
    }


def _labels(language: Language) -> dict[str, str]:
    """What each limit is, in plain words with its unit."""
    return {
        "wheelchairs": language.gettext("Wheelchairs that travel together"),
        "step_up_mm": language.gettext("Step up that you can roll over (cm)"),
        "step_down_mm": language.gettext("Step down that you can roll over (cm)"),
        "gap_mm": language.gettext("Gap that you can roll over (cm)"),
        "ramp_alone": language.gettext("Steepest ramp on your own (%%)"),
        "ramp_helped": language.gettext("Steepest ramp with help (%%)"),
        "ramp_comfort": language.gettext("Ramp that is still comfortable (%%)"),
        "tip_step_mm": language.gettext("Step that your companion can tip you over (cm)"),
        "tip_gap_mm": language.gettext("Gap that your companion can tip you over (cm)"),
        "step_max_mm": language.gettext("Highest step on foot (cm)"),
        "step_gap_mm": language.gettext("Widest gap on foot (cm)"),
        "mass_kg": language.gettext("Weight of chair and person together (kg)"),
        "width_mm": language.gettext("Width of your chair (cm)"),
        "length_mm": language.gettext("Length of your chair (cm)"),
        "turning_mm": language.gettext("Room to turn around (cm)"),
        "speed_m_s": language.gettext("Speed on the way (metres per second)"),
        "margin_s": language.gettext("Time to be at the stop before departure (seconds)"),
        "slope_up_soft": language.gettext("Slope up that is still comfortable (%%)"),
        "slope_up_hard": language.gettext("Steepest slope up (%%): 6%% rises 6 cm per metre"),
        "slope_down_hard": language.gettext("Steepest slope down (%%)"),
        "cross_slope_soft": language.gettext("Sideways slope that is still comfortable (%%)"),
        "cross_slope_hard": language.gettext("Steepest sideways slope (%%)"),
        "kerb_soft_mm": language.gettext("Kerb that is still comfortable (cm)"),
        "kerb_hard_mm": language.gettext("Highest kerb (cm)"),
        "path_width_mm": language.gettext("Narrowest way (cm)"),
        "max_steps": language.gettext("Most steps in one flight"),
    }
