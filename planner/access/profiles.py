"""The nine presets of travellers, and what a traveller may change about them.

Presets are starting points: every number may be overridden by its field name, inside the range of ``limits()``.
A limit that a preset does not have is None and may be given. ``ramp_helped`` and the tipping limits count only
with a ``helper``; a preset without one carries its unaided values there, so that "with a helper" alone never
grants more than was asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from planner.errors import QueryError
from planner.model import Profile

DEFAULT_PROFILE = "manual-wheelchair"

_SOFT_GROUND = ("sand", "mud")
_VERY_BAD_OR_WORSE = ("very_bad", "horrible", "very_horrible", "impassable")

_MANUAL = Profile(
    id="manual-wheelchair",
    wheeled=True,
    speaks_to_flags=True,
    trusts_flags=True,
    step_up_mm=20,
    step_down_mm=20,
    gap_mm=50,
    ramp_alone=0.10,
    ramp_helped=0.10,
    ramp_comfort=0.08,
    helper=False,
    tip_step_mm=0,
    tip_gap_mm=0,
    step_max_mm=0,
    step_gap_mm=0,
    mass_kg=110,
    width_mm=700,
    length_mm=1200,
    turning_mm=1500,
    wheelchairs=1,
    speed_m_s=0.79,
    margin_s=60,
    slope_up_soft=0.05,
    slope_up_hard=0.08,
    slope_down_hard=0.10,
    cross_slope_soft=0.02,
    cross_slope_hard=0.05,
    kerb_soft_mm=20,
    kerb_hard_mm=40,
    path_width_mm=800,
    max_steps=0,
    surfaces_refused=(*_SOFT_GROUND, "unhewn_cobblestone"),
    smoothness_refused=_VERY_BAD_OR_WORSE,
)

_ASSISTED = replace(
    _MANUAL,
    id="manual-wheelchair-assisted",
    step_up_mm=50,
    step_down_mm=50,
    gap_mm=75,
    ramp_helped=0.15,
    helper=True,
    tip_step_mm=100,
    tip_gap_mm=100,
    speed_m_s=0.90,
    slope_up_soft=0.08,
    slope_up_hard=0.12,
    slope_down_hard=0.12,
    cross_slope_soft=0.03,
    cross_slope_hard=0.06,
    kerb_soft_mm=40,
    kerb_hard_mm=80,
    surfaces_refused=_SOFT_GROUND,
    smoothness_refused=(),
)

_POWERED = replace(
    _MANUAL,
    id="powered-wheelchair",
    step_up_mm=50,
    step_down_mm=50,
    gap_mm=75,
    ramp_alone=0.12,
    ramp_helped=0.12,
    ramp_comfort=0.10,
    mass_kg=230,
    speed_m_s=1.30,
    slope_up_soft=0.08,
    slope_up_hard=0.12,
    slope_down_hard=0.12,
    cross_slope_soft=0.05,
    cross_slope_hard=0.08,
    kerb_soft_mm=30,
    kerb_hard_mm=50,
    surfaces_refused=_SOFT_GROUND,
    smoothness_refused=(),
)

_SCOOTER = replace(
    _MANUAL,
    id="mobility-scooter",
    trusts_flags=False,
    ramp_comfort=0.10,
    mass_kg=250,
    length_mm=1300,
    turning_mm=2000,
    speed_m_s=1.40,
    slope_up_soft=0.08,
    slope_up_hard=0.10,
    cross_slope_soft=0.03,
    kerb_soft_mm=30,
    kerb_hard_mm=50,
    path_width_mm=900,
    surfaces_refused=_SOFT_GROUND,
    smoothness_refused=(),
)

_FRAME = replace(
    _POWERED,
    id="walking-frame",
    wheeled=False,
    speaks_to_flags=False,
    trusts_flags=False,
    step_max_mm=100,
    step_gap_mm=100,
    mass_kg=90,
    width_mm=650,
    length_mm=None,
    wheelchairs=0,
    speed_m_s=0.61,
    slope_up_soft=0.06,
    slope_up_hard=0.10,
    slope_down_hard=0.10,
    cross_slope_soft=0.03,
    cross_slope_hard=0.06,
    kerb_hard_mm=60,
    path_width_mm=700,
)

_PRAM = replace(
    _FRAME,
    id="pram",
    step_up_mm=100,
    step_down_mm=100,
    gap_mm=100,
    ramp_helped=0.15,
    helper=True,
    step_max_mm=200,
    step_gap_mm=150,
    mass_kg=30,
    speed_m_s=1.10,
    slope_up_soft=0.08,
    slope_up_hard=0.12,
    slope_down_hard=0.12,
    cross_slope_soft=0.05,
    cross_slope_hard=0.08,
    kerb_soft_mm=60,
    kerb_hard_mm=120,
    max_steps=3,
    surfaces_refused=("sand",),
)

_STICK = replace(
    _FRAME,
    id="walking-stick",
    step_max_mm=250,
    step_gap_mm=150,
    width_mm=500,
    speed_m_s=0.76,
    slope_up_soft=0.10,
    slope_up_hard=0.14,
    slope_down_hard=0.14,
    cross_slope_soft=0.05,
    cross_slope_hard=0.08,
    kerb_soft_mm=100,
    kerb_hard_mm=200,
    path_width_mm=600,
    max_steps=10,
    surfaces_refused=(),
)

_CANE = replace(
    _STICK,
    id="blind-cane",
    gap_mm=100,
    speed_m_s=0.90,
    slope_up_soft=None,
    slope_up_hard=None,
    slope_down_hard=None,
    cross_slope_soft=None,
    cross_slope_hard=None,
    kerb_soft_mm=None,
    kerb_hard_mm=200,
    max_steps=None,
)

_ON_FOOT = Profile(
    id="on-foot",
    wheeled=False,
    speaks_to_flags=False,
    trusts_flags=False,
    step_up_mm=None,
    step_down_mm=None,
    gap_mm=None,
    ramp_alone=None,
    ramp_helped=None,
    ramp_comfort=None,
    helper=False,
    tip_step_mm=None,
    tip_gap_mm=None,
    step_max_mm=None,
    step_gap_mm=None,
    mass_kg=None,
    width_mm=None,
    length_mm=None,
    turning_mm=None,
    wheelchairs=0,
    speed_m_s=1.33,
    margin_s=0,
    slope_up_soft=None,
    slope_up_hard=None,
    slope_down_hard=None,
    cross_slope_soft=None,
    cross_slope_hard=None,
    kerb_soft_mm=None,
    kerb_hard_mm=None,
    path_width_mm=None,
    max_steps=None,
)

PRESETS: Mapping[str, Profile] = MappingProxyType(
    {
        profile.id: profile
        for profile in (_MANUAL, _ASSISTED, _POWERED, _SCOOTER, _FRAME, _PRAM, _STICK, _CANE, _ON_FOOT)
    }
)


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a profile that a traveller may set; ``unit`` is "" for counts and "yes/no" for claims."""

    name: str
    unit: str
    low: float
    high: float
    whole: bool = False


# The upper ends are caps, not recommendations: DOMAIN A5 allows 1:6 alone and 1:4 with help, the latter being
# what operators ask of trained staff. The others only keep out what no traveller can mean.
_LIMITS = (
    Limit("step_up_mm", "mm", 0, 400),
    Limit("step_down_mm", "mm", 0, 400),
    Limit("gap_mm", "mm", 0, 400),
    Limit("ramp_alone", "rise/run", 0, 0.1667),
    Limit("ramp_helped", "rise/run", 0, 0.25),
    Limit("ramp_comfort", "rise/run", 0, 0.25),
    Limit("helper", "yes/no", 0, 1, whole=True),
    Limit("tip_step_mm", "mm", 0, 200),
    Limit("tip_gap_mm", "mm", 0, 200),
    Limit("step_max_mm", "mm", 0, 400),
    Limit("step_gap_mm", "mm", 0, 400),
    Limit("mass_kg", "kg", 1, 600),
    Limit("width_mm", "mm", 300, 1200),
    Limit("length_mm", "mm", 300, 2500),
    Limit("turning_mm", "mm", 0, 4000),
    Limit("wheelchairs", "", 0, 10, whole=True),
    Limit("speed_m_s", "m/s", 0.1, 3.0),
    Limit("margin_s", "s", 0, 1800, whole=True),
    Limit("slope_up_soft", "rise/run", 0, 0.5),
    Limit("slope_up_hard", "rise/run", 0, 0.5),
    Limit("slope_down_hard", "rise/run", 0, 0.5),
    Limit("cross_slope_soft", "rise/run", 0, 0.3),
    Limit("cross_slope_hard", "rise/run", 0, 0.3),
    Limit("kerb_soft_mm", "mm", 0, 400),
    Limit("kerb_hard_mm", "mm", 0, 400),
    Limit("path_width_mm", "mm", 0, 3000),
    Limit("max_steps", "", 0, 10_000, whole=True),
)
_BY_NAME: Mapping[str, Limit] = MappingProxyType({limit.name: limit for limit in _LIMITS})
_YES_NO: Mapping[str, float] = MappingProxyType({"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0})
_MAX_ECHO = 40  # characters of a refused input that an error repeats


def limits() -> tuple[Limit, ...]:
    """All numbers that a traveller may set, in the order of ``Profile``, for the CLI, the page and the API."""
    return _LIMITS


def get_profile(profile_id: str, limits: Mapping[str, str | float] = MappingProxyType({})) -> Profile:
    """The preset with the traveller's own numbers in place of its own.

    Parameters
    ----------
    profile_id : str
        One of ``PRESETS``.
    limits : mapping
        Field name of ``Profile`` to number; text is read with a point or a comma, ``helper`` as yes or no.

    Raises
    ------
    QueryError
        Names every limit that cannot be used and what is allowed; ``field`` is the first of them.
    """
    preset = PRESETS.get(profile_id)
    if preset is None:
        raise QueryError(
            f"There is no profile “{profile_id[:_MAX_ECHO]}”. Choose one of: {', '.join(PRESETS)}.", "profile"
        )
    changes: dict[str, float | int | bool] = {}
    problems: list[tuple[str, str]] = []
    for name, raw in limits.items():
        limit = _BY_NAME.get(name)
        if limit is None:
            problems.append((name, f"“{name[:_MAX_ECHO]}” is not a limit. The limits are: {', '.join(_BY_NAME)}."))
            continue
        value = _number(raw, yes_no=limit.unit == "yes/no")
        if value is None or not limit.low <= value <= limit.high or (limit.whole and value != int(value)):
            problems.append((name, f"{name} cannot be “{str(raw)[:_MAX_ECHO]}”: {_allowed(limit)}."))
            continue
        changes[name] = bool(value) if limit.unit == "yes/no" else int(value) if limit.whole else value
    if problems:
        raise QueryError(" ".join(text for _, text in problems), problems[0][0])
    return replace(preset, **changes)  # type: ignore[arg-type]  # names and kinds were checked above


def _number(raw: str | float, *, yes_no: bool) -> float | None:
    """A finite number, or None where it is not one."""
    if isinstance(raw, str):
        text = raw.strip().lower()
        if yes_no:
            return _YES_NO.get(text)
        if len(text) > _MAX_ECHO or "_" in text:  # float() reads "1_0" as ten; no person means that
            return None
        raw = text.replace(",", ".")
    try:
        value = float(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _allowed(limit: Limit) -> str:
    if limit.unit == "yes/no":
        return "say yes or no"
    kind = "a whole number" if limit.whole else "a number"
    return f"it takes {kind} from {limit.low:g} to {limit.high:g}{f' {limit.unit}' if limit.unit else ''}"


assert {limit.name for limit in _LIMITS} <= {f.name for f in fields(Profile)}  # noqa: S101  # a typo must not load
