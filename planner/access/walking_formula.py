"""The walking formula, compiled: one link of the way for one person, and all links of a town (DOMAIN 1.2, 1.4, D).

This is the only copy; ``walking.py`` calls it for one link and explains, ``routing`` for all. A fact is an interval
with NaN for unknown: a limit below it closes, a limit inside it is a doubt. Lengths in mm and m, slopes rise / run.

Speed falls where the power of the person does not suffice, v = min(v_flat, P / F), with
F = m g (c_roll + slope): c_roll of a wheelchair on asphalt, more on rougher ground. Effort is told in metres of level
asphalt: wheeling work on ramps of 3 to 7 % fits W = 8.4 + 9.03 per percent (Access Board, Exterior Surfaces), and
energy grows linearly with the cross slope beyond 2 %, by 1.56 / 1.20 over ten percent (Pierret 2014).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

_F = TypeVar("_F", bound=Callable[..., Any])
compiled = cast("Callable[[_F], _F]", njit(cache=True, nogil=True))

# --- Columns of a link ---------------------------------------------------------------------------------

LINK_WIDTH = 23
KIND, LENGTH_M, INCLINE_LOW, INCLINE_HIGH, INCLINE_FROM, CROSS_LOW, CROSS_HIGH = range(7)
WIDTH_LOW, WIDTH_HIGH, KERB_LOW, KERB_HIGH, STEPS, ALLOWED, LEVELS, DURATION = range(7, 15)
GROUND, SMOOTH, BARRIER_CLASS, CABIN_WIDTH, CABIN_LENGTH, CABIN_DOOR, CABIN_LOAD = range(15, 22)
CONVEYING = 22  # 0: not moved by a machine, or nobody says so; 1: forward; 2: backward; 3: now so, now so

# --- Columns of a person -------------------------------------------------------------------------------

PERSON_WIDTH = 28
WHEELED, CHAIR, SPEED, UP_SOFT, UP_HARD, DOWN_HARD, CROSS_SOFT, CROSS_HARD, KERB_SOFT, KERB_HARD = range(10)
PATH_WIDTH, MAX_STEPS, MASS, WIDTH, LENGTH, POWER, UNLIMITED, NO_LIFTS = range(10, 18)
# What a missing fact is for this person, SURE or NOT_KNOWN, from the table of defaults: compiled code is kept on disk
# and would not notice that the table has changed.
UNSAID_WIDTH, UNSAID_SLOPE, UNSAID_CROSS, UNSAID_SMOOTHNESS, UNSAID_KERB = range(18, 23)
UNSAID_GATE, UNSAID_LIFT, UNSAID_RAMP, UNSAID_STEPS, UNSAID_WALKWAY = range(23, 28)

# --- Codes: those of network.streets -------------------------------------------------------------------

(
    WAY, ROAD, CROSSING, AREA, PLATFORM, PATHWAY, STAIRS, STEP_RAMP, ESCALATOR, MOVING_WALKWAY, LIFT, KERB, BARRIER,
    FARE_GATE, JOIN,
) = range(15)  # fmt: skip
ALLOWED_UNKNOWN, ALLOWED_YES, ALLOWED_NO, ALLOWED_LIMITED = range(4)
NOBODY, TAGGED, RASTER, SAID = range(4)  # where an incline comes from

GROUND_UNKNOWN, GROUND_FINE, GROUND_FIRM, GROUND_SOFT, GROUND_MAYBE, GROUND_REFUSED = range(6)
SMOOTH_UNKNOWN, SMOOTH_FINE, SMOOTH_ROUGH, SMOOTH_REFUSED = range(4)
FOR_CARS, GATE, NOT_FOR_WHEELS, NO_OBSTACLE = range(4)  # classes of barriers

# --- What comes out ------------------------------------------------------------------------------------

(
    OPEN, NO_STEPS, KERB_TOO_HIGH, TOO_NARROW, TOO_STEEP, TOO_STEEP_DOWN, LEANS, GROUND_CLOSED, ROUGH_CLOSED, REFUSED,
    BARRIER_CLOSED, LIFT_TOO_SMALL, NO_ESCALATOR, LIFT_AVOIDED, AGAINST, TOO_FAR_OFF,
) = range(16)  # fmt: skip
SURE, MAYBE, NOT_KNOWN = range(3)  # doubt: none; a known fact straddles a limit; a fact is missing
(
    U_SURFACE, U_SMOOTHNESS, U_WIDTH, U_SLOPE, U_CROSS, U_KERB, U_BARRIER, U_LIFT, U_RAMP, U_ALLOWED, U_STEPS,
) = (1 << n for n in range(11))  # fmt: skip

# --- Numbers: engineering defaults where no source is named ----------------------------------------------

KERB_PRIOR_MM = 200.0  # an unknown kerb is anything up to this: higher ones are walls
JOIN_MAX_M = 60.0  # farther from every way, nobody can say how to get there
SHORT_RAMPS = ((0.5, 0.12), (2.0, 0.08))  # FR-11: 12 % up to half a metre, 8 % up to two, for every wheeled profile
ROLL = (0.015, 0.015, 0.025, 0.05, 0.04, 0.08)  # rolling resistance by ground; that of asphalt where unknown
SURFACE_EFFORT = (
    1.0,
    1.0,
    1.7,
    3.5,
    2.5,
    6.0,
)  # beside asphalt (Access Board: 13.8, 21.6 to 41.7, 56 to 58)
EFFORT_PER_SLOPE = 107.5  # 9.03 / 8.4 for each percent
EFFORT_PER_CROSS = 13.0  # for each percent beyond two, 0.13
CROSS_FREE = 0.02
LIKELY_SLOPE, LIKELY_CROSS = 0.08, 0.05  # what an open interval is taken to reach; no limit of anybody
NOISE = 1e-6  # of slopes kept in float32: 5 % is not beyond a comfortable limit of 5 %
OVER_SOFT = 0.7  # of the speed beyond a comfortable limit: pauses, corrections
KERB_S, GATE_S = 10.0, 10.0  # for a kerb beyond comfort, and for a gate to be opened
STEP_S = 1.2  # for each step
LIFT_S, LIFT_LEVEL_S = 90.0, 20.0  # DOMAIN 1.3
STEP_LENGTH_M = 0.3
CREEP_M_S = 0.15  # slower than that nobody goes: they stop
GRAVITY = 9.81


@compiled
def judge(link: Any, person: Any, forward: bool) -> tuple[int, float, float, int, int]:
    """Judge one link in one direction.

    Parameters
    ----------
    link : float64[LINK_WIDTH]; person : float64[PERSON_WIDTH]

    Returns
    -------
    closed : int
        OPEN, or why not.
    seconds, effort_m : float
    doubt : int
        SURE, MAYBE or NOT_KNOWN.
    unknown : int
        Bits U_...: what nobody has said of this link.
    """
    kind = int(link[KIND])
    if person[UNLIMITED] > 0:
        seconds = _plain_seconds(link, person, kind)
        return OPEN, seconds, link[LENGTH_M], SURE, 0
    if person[CHAIR] > 0 and link[ALLOWED] == ALLOWED_NO:
        return REFUSED, inf, inf, SURE, 0
    if kind == LIFT:
        return _lift(link, person)
    if kind in (ESCALATOR, MOVING_WALKWAY) and link[CONVEYING] == (2.0 if forward else 1.0):
        return AGAINST, inf, inf, SURE, 0
    if kind in (STAIRS, ESCALATOR):
        return _stairs(link, person, kind)
    if kind == KERB:
        return _kerb(link, person)
    if kind in (BARRIER, FARE_GATE):
        return _barrier(link, person)
    return _way(link, person, kind, forward)


@compiled
def judge_all(links: Any, person: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Judge every link both ways: row m walked forward, row M + m backward.

    Returns
    -------
    closed : int8[2M]; seconds, effort_m : float32[2M]; doubt : uint8[2M]; unknown : int16[2M]
    """
    n = links.shape[0]
    closed, doubt, unknown = np.empty(2 * n, np.int8), np.empty(2 * n, np.uint8), np.empty(2 * n, np.int16)
    seconds, effort_m = np.empty(2 * n, np.float32), np.empty(2 * n, np.float32)
    for row in range(n):
        for back in range(2):
            at = row + back * n
            closed[at], seconds[at], effort_m[at], doubt[at], unknown[at] = judge(links[row], person, back == 0)
    return closed, seconds, effort_m, doubt, unknown


@compiled
def _plain_seconds(link: Any, person: Any, kind: int) -> float:
    if kind == LIFT:
        return _lift_seconds(link)
    if not isnan(link[DURATION]):
        return float(link[DURATION])
    seconds = float(link[LENGTH_M]) / person[SPEED]
    return float(max(seconds, max(link[STEPS], 0.0) * STEP_S)) if kind == STAIRS else seconds


@compiled
def _lift_seconds(link: Any) -> float:
    if not isnan(link[DURATION]):
        return float(link[DURATION])
    return LIFT_S + LIFT_LEVEL_S * (1.0 if isnan(link[LEVELS]) else float(link[LEVELS]))


@compiled
def _lift(link: Any, person: Any) -> tuple[int, float, float, int, int]:
    if person[NO_LIFTS] > 0:
        return LIFT_AVOIDED, inf, inf, SURE, 0
    seconds = _lift_seconds(link)
    if person[CHAIR] == 0:
        return OPEN, seconds, 0.0, SURE, 0
    for value, needed in (
        (link[CABIN_WIDTH], person[WIDTH]),
        (link[CABIN_LENGTH], person[LENGTH]),
        (link[CABIN_DOOR], person[WIDTH]),
        (link[CABIN_LOAD], person[MASS]),
    ):
        if value < needed:  # false for an unknown value, and for a person without that limit
            return LIFT_TOO_SMALL, inf, inf, SURE, 0
    judged = True
    for value, needed in (
        (link[CABIN_WIDTH], person[WIDTH]), (link[CABIN_LENGTH], person[LENGTH]), (link[CABIN_DOOR], person[WIDTH]),
        (link[CABIN_LOAD], person[MASS]),
    ):  # fmt: skip
        judged = judged and not (isnan(value) and needed > 0)
    if judged or link[ALLOWED] == ALLOWED_YES:
        return OPEN, seconds, 0.0, SURE, 0
    return OPEN, seconds, 0.0, int(person[UNSAID_LIFT]), U_LIFT


@compiled
def _stairs(link: Any, person: Any, kind: int) -> tuple[int, float, float, int, int]:
    if person[WHEELED] > 0 or (kind == ESCALATOR and person[MAX_STEPS] < inf):
        return (NO_ESCALATOR if kind == ESCALATOR else NO_STEPS), inf, inf, SURE, 0
    if kind == ESCALATOR:
        return OPEN, _plain_seconds(link, person, kind), link[LENGTH_M], SURE, 0
    count, doubt, unknown = link[STEPS], SURE, 0
    if person[MAX_STEPS] <= 0 or count > person[MAX_STEPS]:
        return NO_STEPS, inf, inf, SURE, 0
    if count < 0:  # not counted
        count = max(1.0, np.ceil(link[LENGTH_M] / STEP_LENGTH_M))
        if person[MAX_STEPS] < inf:
            doubt, unknown = int(person[UNSAID_STEPS]), U_STEPS
    seconds = max(count * STEP_S, link[LENGTH_M] / person[SPEED])
    return OPEN, seconds, link[LENGTH_M] + 3.0 * count, doubt, unknown


@compiled
def _kerb(link: Any, person: Any) -> tuple[int, float, float, int, int]:
    hard = person[KERB_HARD]
    if isnan(link[KERB_LOW]):
        if hard >= KERB_PRIOR_MM or (link[ALLOWED] == ALLOWED_YES and person[CHAIR] > 0):
            return OPEN, 0.0, 0.0, SURE, 0
        return OPEN, KERB_S, 0.0, int(person[UNSAID_KERB]), U_KERB
    if link[KERB_LOW] > hard:
        return KERB_TOO_HIGH, inf, inf, SURE, 0
    seconds = KERB_S if link[KERB_HIGH] > person[KERB_SOFT] else 0.0
    return OPEN, seconds, 0.0, (MAYBE if link[KERB_HIGH] > hard else SURE), 0


@compiled
def _barrier(link: Any, person: Any) -> tuple[int, float, float, int, int]:
    kind = int(link[BARRIER_CLASS])
    if person[WHEELED] > 0 and kind == NOT_FOR_WHEELS:
        return BARRIER_CLOSED, inf, inf, SURE, 0
    seconds = GATE_S if kind == GATE else 0.0
    if kind == NO_OBSTACLE or person[PATH_WIDTH] == inf:
        return OPEN, seconds, 0.0, SURE, 0
    needed = max(person[PATH_WIDTH], 0.0)
    if not isnan(link[WIDTH_LOW]):
        # between the chair's own width and what its way should have, it may get through
        if link[WIDTH_HIGH] < min(needed, person[WIDTH]):
            return TOO_NARROW, inf, inf, SURE, 0
        return OPEN, seconds, 0.0, (SURE if link[WIDTH_LOW] >= needed else MAYBE), 0
    if link[ALLOWED] == ALLOWED_YES and person[CHAIR] > 0:
        return OPEN, seconds, 0.0, SURE, 0
    if kind == FOR_CARS:  # what stops cars lets wheels pass, as a rule: listed, no doubt
        return OPEN, seconds, 0.0, SURE, U_BARRIER
    return OPEN, seconds, 0.0, int(person[UNSAID_GATE]), U_BARRIER


@compiled
def _way(link: Any, person: Any, kind: int, forward: bool) -> tuple[int, float, float, int, int]:
    if kind == JOIN and link[LENGTH_M] > JOIN_MAX_M:
        return TOO_FAR_OFF, inf, inf, SURE, 0
    ground = int(link[GROUND])
    closed, doubt, unknown, slower = _surface(link, person, ground)
    for aspect in range(3):
        if aspect == 0:
            shut, unsure, unsaid, ease = _breadth(link, person)
        elif aspect == 1:
            shut, unsure, unsaid, ease = _slope(link, person, forward)
        else:
            shut, unsure, unsaid, ease = _lean(link, person)
        closed = closed if closed != OPEN else shut
        doubt, unknown, slower = max(doubt, unsure), unknown | unsaid, slower * ease
    if closed != OPEN:
        return closed, inf, inf, SURE, 0
    doubt, unknown = _unsaid(link, person, kind, doubt, unknown)
    climb, leans = _climb(link, forward), _leans(link)
    speed = person[SPEED] * slower
    force = person[MASS] * GRAVITY * ((ROLL[ground] if person[WHEELED] > 0 else 0.0) + climb)
    if force > 0:
        speed = min(speed, person[POWER] / force)
    seconds = link[LENGTH_M] / max(speed, CREEP_M_S)
    if kind in (PATHWAY, MOVING_WALKWAY) and not isnan(link[DURATION]):
        seconds = max(seconds, link[DURATION])
    effort = link[LENGTH_M] * (SURFACE_EFFORT[ground] + EFFORT_PER_SLOPE * climb)
    effort *= 1.0 + EFFORT_PER_CROSS * max(0.0, leans - CROSS_FREE)
    return OPEN, seconds, effort, doubt, unknown


@compiled
def _surface(link: Any, person: Any, ground: int) -> tuple[int, int, int, float]:
    """Judge the ground: closed, doubt, unknown, and what it leaves of the speed."""
    smooth = int(link[SMOOTH])
    unknown = (U_SURFACE if ground == GROUND_UNKNOWN else 0) | (U_SMOOTHNESS if smooth == SMOOTH_UNKNOWN else 0)
    if ground == GROUND_REFUSED:
        return GROUND_CLOSED, SURE, 0, 1.0
    if smooth == SMOOTH_REFUSED:
        return ROUGH_CLOSED, SURE, 0, 1.0
    doubt = MAYBE if ground == GROUND_MAYBE else SURE
    if smooth == SMOOTH_UNKNOWN:
        doubt = max(doubt, int(person[UNSAID_SMOOTHNESS]))
    return OPEN, doubt, unknown, (OVER_SOFT if smooth == SMOOTH_ROUGH else 1.0)


@compiled
def _breadth(link: Any, person: Any) -> tuple[int, int, int, float]:
    """Judge the width, as ``_surface`` does the ground."""
    if isnan(link[WIDTH_LOW]):
        return OPEN, int(person[UNSAID_WIDTH]), U_WIDTH, 1.0
    if link[WIDTH_HIGH] < person[PATH_WIDTH]:
        return TOO_NARROW, SURE, 0, 1.0
    return OPEN, (MAYBE if link[WIDTH_LOW] < person[PATH_WIDTH] else SURE), 0, 1.0


@compiled
def _slope(link: Any, person: Any, forward: bool) -> tuple[int, int, int, float]:
    """Judge the slope, as ``_surface`` does the ground; what a raster says never closes a way alone."""
    low, high = _incline(link, forward)
    if isnan(low):
        return OPEN, int(person[UNSAID_SLOPE]), U_SLOPE, 1.0
    up, down = _steepest(link, person)
    raster = link[INCLINE_FROM] == RASTER
    doubt = SURE
    if low > up or -high > down:
        if not raster:
            return (TOO_STEEP if low > up else TOO_STEEP_DOWN), SURE, 0, 1.0
        doubt = MAYBE
    elif (high > up or -low > down) and not raster:
        doubt = MAYBE
    return OPEN, doubt, 0, (OVER_SOFT if _climb(link, forward) > person[UP_SOFT] + NOISE else 1.0)


@compiled
def _lean(link: Any, person: Any) -> tuple[int, int, int, float]:
    """Judge the cross slope, as ``_surface`` does the ground."""
    if isnan(link[CROSS_LOW]):
        return OPEN, int(person[UNSAID_CROSS]), U_CROSS, 1.0
    if link[CROSS_LOW] > person[CROSS_HARD]:
        return LEANS, SURE, 0, 1.0
    ease = OVER_SOFT if _leans(link) > person[CROSS_SOFT] + NOISE else 1.0
    return OPEN, (MAYBE if link[CROSS_HIGH] > person[CROSS_HARD] else SURE), 0, ease


@compiled
def _unsaid(link: Any, person: Any, kind: int, doubt: int, unknown: int) -> tuple[int, int]:
    """Add the doubts about what must be said of some ways, and is not."""
    if link[ALLOWED] == ALLOWED_LIMITED and person[CHAIR] > 0:
        return NOT_KNOWN, unknown | U_ALLOWED
    if person[WHEELED] > 0:
        if kind == STEP_RAMP and unknown & (U_SLOPE | U_WIDTH):  # whatever is said of whom it is for
            return max(doubt, int(person[UNSAID_RAMP])), unknown | U_RAMP
        if kind == MOVING_WALKWAY and link[ALLOWED] != ALLOWED_YES:
            return max(doubt, int(person[UNSAID_WALKWAY])), unknown | U_ALLOWED
    return doubt, unknown


@compiled
def _incline(link: Any, forward: bool) -> tuple[float, float]:
    """Give the incline in the direction of travel."""
    if forward:
        return link[INCLINE_LOW], link[INCLINE_HIGH]
    return -link[INCLINE_HIGH], -link[INCLINE_LOW]


@compiled
def _steepest(link: Any, person: Any) -> tuple[float, float]:
    """Give how steep it may go up and down; more on short ramps, for wheels."""
    up, down = person[UP_HARD], person[DOWN_HARD]
    if person[WHEELED] > 0:
        for most_m, slope in SHORT_RAMPS:
            if link[LENGTH_M] <= most_m:
                up, down = max(up, slope), max(down, slope)
    return up, down


@compiled
def _climb(link: Any, forward: bool) -> float:
    """Give the middle of the incline, of an open one as far as is likely; 0 where it is not known or goes down."""
    low, high = _incline(link, forward)
    if isnan(low) or high <= 0:
        return 0.0
    high = min(high, max(low, LIKELY_SLOPE))
    return max(0.0, 0.5 * (max(low, -high) + high))


@compiled
def _leans(link: Any) -> float:
    """Give the middle of the cross slope, of an open one as far as is likely; 0 where it is not known."""
    if isnan(link[CROSS_LOW]):
        return 0.0
    return 0.5 * float(link[CROSS_LOW] + min(link[CROSS_HIGH], max(link[CROSS_LOW], LIKELY_CROSS)))
