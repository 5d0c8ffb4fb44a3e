"""Why a link is closed to a traveller, or a doubt, or hard: codes with the numbers for their sentences."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, isnan

import numpy as np
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.walking import CLOSED_CODES
from planner.facts import Interval
from planner.model import Profile, Reason

Link = NDArray[np.float64]  # a row as the formula has it

# Reasons that name a number, its interval and the limit; LOW of the interval, and whether it must not be exceeded.
_MEASURED = {
    "KERB_HIGH": (formula.KERB_LOW, "kerb_hard_mm"),
    "WAY_NARROW": (formula.WIDTH_LOW, "path_width_mm"),
    "WAY_LEANS": (formula.CROSS_LOW, "cross_slope_hard"),
}


def closed_reason(closed: int, link: Link, profile: Profile, *, forward: bool, surface: str | None = None) -> Reason:
    """Say why a link is closed.

    Parameters
    ----------
    closed
        What the formula (or the view) said; not OPEN.
    """
    code = CLOSED_CODES[closed]
    if code in _MEASURED:
        column, name = _MEASURED[code]
        return _near(code, link, column, getattr(profile, name))
    if code in ("WAY_STEEP", "WAY_STEEP_DOWN"):
        low, high = slope_of(link, forward=forward)
        limit = profile.slope_up_hard if code == "WAY_STEEP" else profile.slope_down_hard
        low, high = (low, high) if code == "WAY_STEEP" else (-high, -low)
        return Reason(code, {"low": low, "high": high if isfinite(high) else None, "limit": limit})
    if code == "STEPS":
        count = int(link[formula.STEPS])
        return Reason(code, {"count": count if count > 0 else None, "limit": profile.max_steps})
    if code in ("SURFACE_REFUSED", "WAY_ROUGH"):
        return Reason(code, {"surface": surface})
    return Reason(code)


def doubt_reasons(link: Link, profile: Profile, *, forward: bool) -> Iterator[Reason]:
    """Say what of an open link straddles a limit, or is missing though it must be known."""
    kind = int(link[formula.KIND])
    if kind in _UNKNOWN:
        column, limit, unknown, near = _UNKNOWN[kind]
        most = getattr(profile, limit)
        if isnan(link[column]):
            yield Reason(unknown)
        elif most is not None:
            yield _near(near, link, column, most)
    elif kind in _ALWAYS:
        yield Reason(_ALWAYS[kind])
    else:
        yield from _way_reasons(link, profile, kind, forward=forward)


# Obstacles: the number that decides, the limit, and the reasons if it is not known and if it straddles the limit.
_UNKNOWN = {
    formula.KERB: (formula.KERB_LOW, "kerb_hard_mm", "KERB_UNKNOWN", "KERB_NEAR"),
    formula.BARRIER: (formula.WIDTH_LOW, "path_width_mm", "BARRIER_UNKNOWN", "WIDTH_NEAR"),
    formula.FARE_GATE: (formula.WIDTH_LOW, "path_width_mm", "BARRIER_UNKNOWN", "WIDTH_NEAR"),
}
_ALWAYS = {formula.LIFT: "LIFT_UNKNOWN", formula.STAIRS: "STEPS_UNCOUNTED"}


def _way_reasons(link: Link, profile: Profile, kind: int, *, forward: bool) -> Iterator[Reason]:
    if link[formula.ALLOWED] == formula.ALLOWED_LIMITED:
        yield Reason("WHEELCHAIR_LIMITED")
    if link[formula.GROUND] == formula.GROUND_MAYBE:
        yield Reason("SURFACE_UNCLEAR")
    if kind == formula.STEP_RAMP and (isnan(link[formula.WIDTH_LOW]) or isnan(link[formula.INCLINE_LOW])):
        yield Reason("RAMP_UNKNOWN")
    if profile.path_width_mm is not None and link[formula.WIDTH_LOW] < profile.path_width_mm:
        yield _near("WIDTH_NEAR", link, formula.WIDTH_LOW, profile.path_width_mm)
    if profile.cross_slope_hard is not None and link[formula.CROSS_HIGH] > profile.cross_slope_hard:
        yield _near("CROSS_NEAR", link, formula.CROSS_LOW, profile.cross_slope_hard)
    yield from _slope_reasons(link, profile, forward=forward)


def _slope_reasons(link: Link, profile: Profile, *, forward: bool) -> Iterator[Reason]:
    low, high = slope_of(link, forward=forward)
    for code, least, most, limit in (
        ("SLOPE_NEAR", low, high, profile.slope_up_hard),
        ("SLOPE_DOWN_NEAR", -high, -low, profile.slope_down_hard),
    ):
        if limit is not None and most > limit:
            if link[formula.INCLINE_FROM] == formula.RASTER and least <= limit:
                continue  # no more than a hint
            yield Reason(code, {"low": max(0.0, least), "high": most if isfinite(most) else None, "limit": limit})


def _near(code: str, link: Link, column: int, limit: float) -> Reason:
    return Reason(code, {"low": float(link[column]), "high": float(link[column + 1]), "limit": limit})


def slope_of(link: Link, *, forward: bool) -> tuple[float, float]:
    """Give the slope in the direction of travel; NaN unknown, infinite where only "up" or "down" is known."""
    low, high = float(link[formula.INCLINE_LOW]), float(link[formula.INCLINE_HIGH])
    return (low, high) if forward else (-high, -low)


def interval_of(link: Link, column: int) -> Interval | None:
    """Give a measured number of a link; None where it is not known."""
    low, high = float(link[column]), float(link[column + 1])
    return None if isnan(low) or not isfinite(high) else Interval(low, high)
