"""The boarding formula, compiled: one door and one quay for one person, and all pairs of a network (DOMAIN 1.1, A6).

This is the only copy of the formula; ``boarding.py`` calls it for one pair and explains, ``judge_pairs`` for many.
A fact is a column of floats with NaN for unknown and, beside it, the rank of how it is known (1 measured, 2 declared,
3 inferred, 4 unknown: ``Certainty.rank``). Lengths in mm, slopes rise / run.

Exact, not sampled. With v = floor - quay, each way of boarding is possible on one closed interval of v; everything
else that decides (gap, ramp length, room, lift...) only helps or only harms, so its better end gives the best outcome
and its worse end the worst. The best outcome is the first whose interval *meets* the possible v. The worst is the first
up to which the intervals together *cover* them: solved for the quay height, which the standing and the kneeled floor
share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit, prange

from planner.facts import Fact, Interval, certainty_of
from planner.model import NO_KNEELING, Door, Profile, Quay, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

_F = TypeVar("_F", bound=Callable[..., Any])
compiled = cast("Callable[[_F], _F]", njit(cache=True))

# --- Columns: values (…_LOW is followed by its high end) and ranks -------------------------------------

QUAY_WIDTH = 9
HEIGHT_LOW, GAP_LOW, ROOM_LOW, DEPLOYABLE, PARKING, REFERENCE = 0, 2, 4, 6, 7, 8
QUAY_RANKS = 5
R_HEIGHT, R_GAP, R_ROOM, R_DEPLOYABLE, R_PARKING = range(5)

DOOR_WIDTH = 19
FLOOR_LOW, KNEELED_LOW, CLEAR_LOW, LENGTH_LOW, DROP_LOW = 0, 2, 4, 6, 8
KNEELS, STEPS, DEVICE, LOAD, TO_ROAD, USE, POLICY, SPACES, FAMILY = range(10, 19)
DOOR_RANKS = 11
R_FLOOR, R_KNEELED, R_CLEAR, R_STEPS, R_DEVICE, R_LENGTH, R_LOAD, R_DROP, R_TO_ROAD, R_POLICY, R_SPACES = range(11)

PERSON_WIDTH = 17
WHEELED, STEP_UP, STEP_DOWN, GAP, RAMP_ALONE, RAMP_HELPED, COMFORT, HELPER, TIP_STEP, TIP_GAP = range(10)
STEP_MAX, STEP_GAP, MASS, WIDTH, TURNING, CHAIRS, UNLIMITED = range(10, 17)

# --- Codes ---------------------------------------------------------------------------------------------

LEVEL, STEP, RAMP, LIFT, RAMP_ASSISTED, GAP_ASSISTED, IMPOSSIBLE = range(7)  # model.Outcome
YES, UNCERTAIN, UNKNOWN, NO = range(4)  # model.Verdict
NOT_NEEDED, MEASURED, DECLARED, INFERRED, NOT_KNOWN = range(5)  # facts.Certainty.rank

DEVICE_NONE, DEVICE_MANUAL, DEVICE_POWERED, DEVICE_LIFT, DEVICE_PORTABLE = range(5)
POLICY_NEVER, POLICY_ALWAYS, POLICY_ON_REQUEST = range(3)
BUS, OTHER_ROAD, TRAM, OTHER_RAIL, OTHER = range(5)  # only BUS and TRAM have priors
USE_BOARD, USE_ALIGHT = 1, 2
AT_REST, KNEELED, EITHER = range(3)  # the floor that a verdict uses

# What is missing, as bits.
MISSES = (
    "quay.height_mm",
    "quay.height_reference",
    "quay.gap_mm",
    "door.floor_mm",
    "door.floor_kneeled_mm",
    "vehicle.kneel_policy",
    "door.device",
    "door.ramp_length_mm",
    "door.inside_steps",
    "door.deploys_to_road",
    "door.ramp_load_kg",
    "vehicle.wheelchair_spaces",
)
(
    M_HEIGHT,
    M_REFERENCE,
    M_GAP,
    M_FLOOR,
    M_KNEELED,
    M_POLICY,
    M_DEVICE,
    M_LENGTH,
    M_STEPS,
    M_TO_ROAD,
    M_LOAD,
    M_SPACES,
) = (1 << i for i in range(12))

# How unknown facts are read. PRIOR is the verdict itself. The two others ask whether a verdict stands without any prior
# or assumption: then deciding facts may be anything, and ordinary facts are all against or all for the traveller.
PRIOR, ADVERSE, FAVOURABLE = range(3)

# --- Numbers of the domain -----------------------------------------------------------------------------

BEARING_MM = 100.0  # how far the ramp's lip must lie on the quay or road
ROAD_BELOW_MM = 30.0  # a lower quay is the road itself
TIGHT_MM = 300.0  # room that much below the turning circle may still do
DOOR_PLAY_MM = 50.0  # a door is wide enough with that much beside the chair
ORDINARY_LOAD_KG = 300.0  # taken for granted of a ramp
ORDINARY_SPACES = 1.0
LOW_FLOOR_MM = 400.0  # up to here no steps inside are taken for granted
KNEELS_AT_MOST_MM = 140.0
OUTLET_AT_MOST_MM = 50.0  # an unknown cassette lies at most that far below the floor; ours, DOMAIN has no number
BLOCKED_GAP_MM = 300.0  # boarding from the road beside a blocked bay
PRIOR_HEIGHT = (0.0, 400.0)
PRIOR_GAP = (0.0, 400.0)
PRIOR_FLOOR = (180.0, 400.0)
PRIOR_LENGTH = (0.0, 2000.0)
BOUNDLESS = 1e7
EPS = 1e-6  # mm; 0.57 m read as 569.999… mm is 570


class Corner(NamedTuple):
    """One end of everything that only helps or only harms."""

    gap: float
    length: float
    drop: float
    ramp: bool  # may be used, were it not for slope and road
    ramp_anywhere: bool  # the same, were it not for room either: on the road beside a blocked bay
    road: bool  # lands on the road too
    lift: bool  # may be used
    steps: bool
    passes: bool  # the door is wide enough


class Floors(NamedTuple):
    """The floor standing and kneeled; ``kneels``: both exist, ``choice``: the better of them is used."""

    rest_low: float
    rest_high: float
    kneeled_low: float
    kneeled_high: float
    kneels: bool
    choice: bool


class Judged(NamedTuple):
    """What the formula says of one door, or of the vehicle by its deciding door."""

    best: int
    worst: int
    missing: int  # bits, see MISSES
    steep: bool
    state: int  # AT_REST, KNEELED or EITHER


# --- The formula -----------------------------------------------------------------------------------------


@compiled
def _known(value: float, rank: int, level: int) -> bool:
    return rank <= level and value == value  # noqa: PLR0124  # NaN is unknown


@compiled
def reach(length: float, gap: float, slope: float) -> float:
    """The highest rise that a ramp serves within ``slope``, its lip resting; -1 where it serves none."""
    landing = gap + BEARING_MM
    if length < landing:
        return -1.0
    by_landing = sqrt(length * length - landing * landing)
    if slope > BOUNDLESS:
        return by_landing
    return float(min(by_landing, length * slope / sqrt(1.0 + slope * slope)))


@compiled
def best_of(
    quay_low: float,
    quay_high: float,
    low: float,
    high: float,
    up: float,
    down: float,
    corner: Corner,
    person: NDArray[np.float64],
) -> int:
    """The best outcome over all heights of quay and floor: the first whose interval meets them."""
    if not corner.passes:
        return IMPOSSIBLE
    if person[WHEELED] > 0 and corner.steps:
        return LIFT if corner.lift else IMPOSSIBLE
    least, most = low - quay_high, high - quay_low
    if corner.gap <= person[GAP] + EPS and least <= up + EPS and most >= -down - EPS:
        return LEVEL
    limit = person[STEP_MAX] + EPS
    if person[WHEELED] == 0 and corner.gap <= person[STEP_GAP] + EPS and least <= limit and most >= -limit:
        return STEP
    most_on_ramp = most if corner.road else high - max(quay_low, ROAD_BELOW_MM)
    ramp = corner.ramp and (corner.road or quay_high >= ROAD_BELOW_MM) and most_on_ramp >= corner.drop - EPS
    if ramp and max(least, corner.drop) <= reach(corner.length, corner.gap, person[RAMP_ALONE]) + EPS:
        return RAMP
    if corner.lift:
        return LIFT
    if person[HELPER] > 0:
        if ramp and max(least, corner.drop) <= reach(corner.length, corner.gap, person[RAMP_HELPED]) + EPS:
            return RAMP_ASSISTED
        limit = person[TIP_STEP] + EPS
        if corner.gap <= person[TIP_GAP] + EPS and least <= limit and most >= -limit:
            return GAP_ASSISTED
    return IMPOSSIBLE


@compiled
def worst_of(
    quay_low: float,
    quay_high: float,
    floors: Floors,
    state: int,
    up: float,
    down: float,
    corner: Corner,
    person: NDArray[np.float64],
) -> int:
    """The worst outcome over all heights: the first up to which the intervals together cover them.

    With ``state`` EITHER the better floor is used at each quay height.
    """
    if not corner.passes:
        return IMPOSSIBLE
    if person[WHEELED] > 0 and corner.steps:
        return LIFT if corner.lift else IMPOSSIBLE
    below, above = inf, -inf  # v from -below to above needs no ramp; empty so far
    reached = -1.0  # v from the outlet drop to this is served by the ramp; none so far
    for outcome in range(IMPOSSIBLE):
        if outcome == LEVEL:
            if corner.gap > person[GAP] + EPS:
                continue
            below, above = -down, up
        elif outcome == STEP:
            if person[WHEELED] > 0 or corner.gap > person[STEP_GAP] + EPS:
                continue
            below, above = min(below, -person[STEP_MAX]), max(above, person[STEP_MAX])
        elif outcome == RAMP:
            if not corner.ramp:
                continue
            reached = reach(corner.length, corner.gap, person[RAMP_ALONE])
        elif outcome == LIFT:
            if corner.lift:
                return LIFT
            continue
        elif person[HELPER] == 0:
            continue
        elif outcome == RAMP_ASSISTED:
            if not corner.ramp:
                continue
            reached = max(reached, reach(corner.length, corner.gap, person[RAMP_HELPED]))
        else:
            if corner.gap > person[TIP_GAP] + EPS:
                continue
            below, above = min(below, -person[TIP_STEP]), max(above, person[TIP_STEP])
        if _covers(quay_low, quay_high, floors, state, below, above, corner.drop, reached, corner.road):
            return outcome
    return IMPOSSIBLE


@compiled
def _covers(
    quay_low: float,
    quay_high: float,
    floors: Floors,
    state: int,
    below: float,
    above: float,
    drop: float,
    reached: float,
    road: bool,
) -> bool:
    """Whether every height of quay and floor is served; on the road the ramp counts only if it lands there."""
    if road or quay_low >= ROAD_BELOW_MM:
        return _sweep(quay_low, quay_high, floors, state, below, above, drop, reached)
    # Closing the half-open piece below 30 mm changes nothing: what covers it is closed.
    if not _sweep(quay_low, min(quay_high, ROAD_BELOW_MM), floors, state, below, above, drop, -1.0):
        return False
    return quay_high < ROAD_BELOW_MM or _sweep(ROAD_BELOW_MM, quay_high, floors, state, below, above, drop, reached)


@compiled
def _sweep(
    start: float, end: float, floors: Floors, state: int, below: float, above: float, drop: float, reached: float
) -> bool:
    """Whether each quay height has a floor whose whole interval lies in [below, above] or in [drop, reached]."""
    if reached >= drop and drop <= above + EPS and below <= above:  # they touch: one piece
        above = max(above, reached)
        reached = -1.0
    for _ in range(4):
        far = -inf
        for floor in range(2):
            if floor == 0:
                if state == KNEELED:
                    continue
                low, high = floors.rest_low, floors.rest_high
            else:
                if state == AT_REST:
                    continue
                low, high = floors.kneeled_low, floors.kneeled_high
            if below <= above and high - above <= start + EPS and high - above <= low - below + EPS:
                far = max(far, low - below)
            if reached >= drop and high - reached <= start + EPS and high - reached <= low - drop + EPS:
                far = max(far, low - drop)
        if far >= end - EPS:
            return True
        if far <= start + EPS:
            return False
        start = far
    return False


@compiled
def slope_between(least: float, most: float, shortest: float, longest: float) -> tuple[float, float]:
    """Lowest and highest slope of a ramp for v in [least, most]; infinite where it hangs straight down."""
    high_rise = max(abs(least), abs(most))
    low_rise = 0.0 if least <= 0.0 <= most else min(abs(least), abs(most))
    low = low_rise / sqrt(longest * longest - low_rise * low_rise) if longest > low_rise else inf
    high = high_rise / sqrt(shortest * shortest - high_rise * high_rise) if shortest > high_rise else inf
    return low, high


# --- From facts to corners -------------------------------------------------------------------------------


@compiled
def _length(
    door: NDArray[np.float64], rank: NDArray[np.uint8], level: int, stance: int, prior: bool
) -> tuple[float, float, bool]:
    """Shortest and longest ramp, and whether it is missing."""
    known = _known(door[LENGTH_LOW], rank[R_LENGTH], level)
    low, high = door[LENGTH_LOW], door[LENGTH_LOW + 1]
    if _known(door[DEVICE], rank[R_DEVICE], level):
        if door[DEVICE] == DEVICE_NONE:  # "none" beside a length: the sources disagree, so there may or may not be one
            return 0.0, high if known else 0.0, False
        if door[DEVICE] == DEVICE_LIFT and not known:
            return 0.0, 0.0, False
    if known:
        return low, high, False
    return 0.0, PRIOR_LENGTH[1] if prior and stance == PRIOR else BOUNDLESS, True


@compiled
def floors_of(door: NDArray[np.float64], rank: NDArray[np.uint8], level: int, stance: int) -> tuple[Floors, int]:
    """The floors to be tried, and what is missing of them."""
    missing = 0
    rest = _known(door[FLOOR_LOW], rank[R_FLOOR], level)
    low, high = door[FLOOR_LOW], door[FLOOR_LOW + 1]
    kneels_known = _known(door[KNEELS], rank[R_KNEELED], level)
    policy_known = _known(door[POLICY], rank[R_POLICY], level)
    kneeled_low, kneeled_high = door[KNEELED_LOW], door[KNEELED_LOW + 1]
    if not rest:
        missing |= M_FLOOR
        low, high = PRIOR_FLOOR
        if stance != PRIOR:
            low, high = -BOUNDLESS, BOUNDLESS
        elif kneels_known and door[KNEELS] > 0:
            high = max(high, kneeled_high + KNEELS_AT_MOST_MM)
    if (kneels_known and door[KNEELS] == 0) or (policy_known and door[POLICY] == POLICY_NEVER):
        return Floors(low, high, low, high, False, False), missing
    if not policy_known:
        missing |= M_POLICY
    if not kneels_known:
        # Nobody has said how deep it kneels, so nobody can say that the kneeled floor is the better one: no choice.
        missing |= M_KNEELED
        by = KNEELS_AT_MOST_MM if stance == PRIOR else BOUNDLESS
        return Floors(low, high, low - by, high, True, False), missing
    return Floors(low, high, kneeled_low, kneeled_high, True, policy_known), missing


@compiled
def _ordinary(known: bool, low: bool, high: bool, stance: int) -> tuple[bool, bool]:
    """(worst, best) of an ordinary fact: itself, or what is taken for granted."""
    if known:
        return low, high
    return stance != ADVERSE, stance != ADVERSE


@compiled
def comparable(reference: float, family: float) -> bool:
    """Quay and floor are measured from the same thing; without a word that is so only for the road."""
    if family <= OTHER_ROAD:
        return reference != 1.0
    return family <= OTHER_RAIL and reference == 1.0


@compiled
def judge_door(
    quay: NDArray[np.float64],
    quay_rank: NDArray[np.uint8],
    door: NDArray[np.float64],
    door_rank: NDArray[np.uint8],
    person: NDArray[np.float64],
    alighting: bool,
    level: int,
    stance: int,
) -> Judged:
    """Judge one end at one door, using only facts of rank ``level`` or better."""
    spaces = _known(door[SPACES], door_rank[R_SPACES], level)
    missing = 0
    if person[CHAIRS] > 0:
        if spaces and person[CHAIRS] > door[SPACES]:
            return Judged(IMPOSSIBLE, IMPOSSIBLE, 0, False, AT_REST)
        if not spaces and person[CHAIRS] <= ORDINARY_SPACES and stance == ADVERSE:
            return Judged(IMPOSSIBLE, IMPOSSIBLE, 0, False, AT_REST)
        if not spaces and person[CHAIRS] > ORDINARY_SPACES:
            missing |= M_SPACES
    if not comparable(quay[REFERENCE], door[FAMILY]):
        return Judged(LEVEL, IMPOSSIBLE, missing | M_REFERENCE, False, AT_REST)
    prior = door[FAMILY] == BUS or door[FAMILY] == TRAM
    height_known = _known(quay[HEIGHT_LOW], quay_rank[R_HEIGHT], level)
    floor_known = _known(door[FLOOR_LOW], door_rank[R_FLOOR], level)
    if not prior and not (height_known and floor_known):
        missing |= (0 if height_known else M_HEIGHT) | (0 if floor_known else M_FLOOR)
        return Judged(LEVEL, IMPOSSIBLE, missing, False, AT_REST)

    quay_low, quay_high = quay[HEIGHT_LOW], quay[HEIGHT_LOW + 1]
    if not height_known:
        missing |= M_HEIGHT
        quay_low, quay_high = PRIOR_HEIGHT
        if stance != PRIOR:
            quay_low, quay_high = -BOUNDLESS, BOUNDLESS
    floors, missing_floors = floors_of(door, door_rank, level, stance)
    good, bad, missing_corners = _corners(quay, quay_rank, door, door_rank, person, level, stance)
    missing |= missing_floors | missing_corners

    up, down = person[STEP_UP], person[STEP_DOWN]
    if alighting:
        up, down = down, up
    best = best_of(quay_low, quay_high, floors.rest_low, floors.rest_high, up, down, good, person)
    best_kneeled = best
    if floors.kneels:
        best_kneeled = best_of(quay_low, quay_high, floors.kneeled_low, floors.kneeled_high, up, down, good, person)
    worst = worst_of(quay_low, quay_high, floors, AT_REST, up, down, bad, person)
    state = AT_REST
    if floors.kneels:
        worst_kneeled = worst_of(quay_low, quay_high, floors, KNEELED, up, down, bad, person)
        if not floors.choice:
            worst, state = max(worst, worst_kneeled), EITHER
        else:
            state = _better_state(quay_low, quay_high, floors, best, worst, best_kneeled, worst_kneeled)
            worst = min(worst, worst_kneeled)
            if worst > LEVEL:
                worst = min(worst, worst_of(quay_low, quay_high, floors, EITHER, up, down, bad, person))
    best = min(best, best_kneeled)
    if _bay_may_be_blocked(quay, quay_rank, door, level, stance):
        worst = max(worst, _blocked(floors, up, down, bad, person))
    if missing & M_SPACES:
        worst = IMPOSSIBLE
    worst = max(worst, best)  # rounding must not turn them around

    if worst == IMPOSSIBLE and not _known(door[DEVICE], door_rank[R_DEVICE], level):
        missing |= M_DEVICE
    if worst == IMPOSSIBLE and quay_low < ROAD_BELOW_MM and not _known(door[TO_ROAD], door_rank[R_TO_ROAD], level):
        missing |= M_TO_ROAD
    steep = False
    decisive = worst if worst < IMPOSSIBLE else best
    if (decisive in (RAMP, RAMP_ASSISTED)) and not missing & (M_HEIGHT | M_FLOOR | M_LENGTH):
        least, most = rise_between(quay_low, quay_high, floors, state)
        steep = slope_between(least, most, bad.length, good.length)[1] > person[COMFORT] + EPS
    return Judged(best, worst, missing, steep, state)


@compiled
def _corners(
    quay: NDArray[np.float64],
    quay_rank: NDArray[np.uint8],
    door: NDArray[np.float64],
    door_rank: NDArray[np.uint8],
    person: NDArray[np.float64],
    level: int,
    stance: int,
) -> tuple[Corner, Corner, int]:
    """The better and the worse end of all that only helps or only harms, and what is missing of it."""
    missing = 0
    prior = door[FAMILY] == BUS or door[FAMILY] == TRAM
    gap_low, gap_high = quay[GAP_LOW], quay[GAP_LOW + 1]
    if not _known(gap_low, quay_rank[R_GAP], level):
        missing |= M_GAP
        gap_low, gap_high = PRIOR_GAP[0], PRIOR_GAP[1] if prior and stance == PRIOR else BOUNDLESS
    shortest, longest, length_missing = _length(door, door_rank, level, stance, prior)
    if length_missing:
        missing |= M_LENGTH
    device_known = _known(door[DEVICE], door_rank[R_DEVICE], level)
    lift_sure = device_known and door[DEVICE] == DEVICE_LIFT
    drop_low, drop_high = door[DROP_LOW], door[DROP_LOW + 1]
    if not _known(drop_low, door_rank[R_DROP], level):
        on_the_sill = device_known and door[DEVICE] != DEVICE_POWERED  # hand-laid ramps start at the floor itself
        drop_low = drop_high = 0.0 if on_the_sill or stance != ADVERSE else OUTLET_AT_MOST_MM
    room = _ordinary(
        _known(quay[ROOM_LOW], quay_rank[R_ROOM], level),
        quay[ROOM_LOW] >= person[TURNING] - EPS,
        quay[ROOM_LOW + 1] >= person[TURNING] - TIGHT_MM - EPS,
        stance,
    )
    deployable = _ordinary(
        _known(quay[DEPLOYABLE], quay_rank[R_DEPLOYABLE], level), quay[DEPLOYABLE] > 0, quay[DEPLOYABLE] > 0, stance
    )
    load_known = _known(door[LOAD], door_rank[R_LOAD], level)
    bears = person[MASS] <= door[LOAD] + EPS
    load = _ordinary(load_known, bears, bears, stance)
    if not load_known and person[MASS] > ORDINARY_LOAD_KG:  # heavier than what may be taken for granted: it decides
        load = (False, True)
        if longest > 0:
            missing |= M_LOAD
    passes = (True, True)
    if person[WHEELED] > 0:
        needed = person[WIDTH] + DOOR_PLAY_MM - EPS
        passes = _ordinary(
            _known(door[CLEAR_LOW], door_rank[R_CLEAR], level),
            door[CLEAR_LOW] >= needed,
            door[CLEAR_LOW + 1] >= needed,
            stance,
        )
    steps = (door[STEPS] > 0, door[STEPS] > 0)
    if not _known(door[STEPS], door_rank[R_STEPS], level):
        if _known(door[FLOOR_LOW], door_rank[R_FLOOR], level) and door[FLOOR_LOW + 1] <= LOW_FLOOR_MM + EPS:
            steps = (stance == ADVERSE, stance == ADVERSE)
        else:
            steps = (True, False)
            missing |= M_STEPS
    road = (False, True)
    if _known(door[TO_ROAD], door_rank[R_TO_ROAD], level):
        road = (door[TO_ROAD] > 0, door[TO_ROAD] > 0)
    good = Corner(
        gap_low,
        longest,
        drop_low,
        room[1] and deployable[1] and load[1],
        deployable[1] and load[1],
        road[1],
        room[1] and (lift_sure or not device_known),
        steps[1],
        passes[1],
    )
    bad = Corner(
        gap_high,
        shortest,
        drop_high,
        room[0] and deployable[0] and load[0],
        deployable[0] and load[0],
        road[0],
        room[0] and lift_sure,
        steps[0],
        passes[0],
    )
    return good, bad, missing


@compiled
def rise_between(quay_low: float, quay_high: float, floors: Floors, state: int) -> tuple[float, float]:
    """Lowest and highest v of the floors that a verdict uses."""
    if state == AT_REST:
        return floors.rest_low - quay_high, floors.rest_high - quay_low
    if state == KNEELED:
        return floors.kneeled_low - quay_high, floors.kneeled_high - quay_low
    return (
        min(floors.rest_low, floors.kneeled_low) - quay_high,
        max(floors.rest_high, floors.kneeled_high) - quay_low,
    )


@compiled
def _better_state(
    quay_low: float, quay_high: float, floors: Floors, best: int, worst: int, best_kneeled: int, worst_kneeled: int
) -> int:
    """The floor to tell about where it may be chosen: the better outcome, then the smaller step."""
    if (worst, best) != (worst_kneeled, best_kneeled):
        return KNEELED if (worst_kneeled, best_kneeled) < (worst, best) else AT_REST
    rest = rise_between(quay_low, quay_high, floors, AT_REST)
    kneeled = rise_between(quay_low, quay_high, floors, KNEELED)
    return KNEELED if max(abs(kneeled[0]), abs(kneeled[1])) < max(abs(rest[0]), abs(rest[1])) else AT_REST


@compiled
def _bay_may_be_blocked(
    quay: NDArray[np.float64], quay_rank: NDArray[np.uint8], door: NDArray[np.float64], level: int, stance: int
) -> bool:
    """Cars may stand in the bay; where nobody described the stop, only the adverse reading says so."""
    if _known(quay[PARKING], quay_rank[R_PARKING], level):
        return quay[PARKING] > 0
    return stance == ADVERSE and door[FAMILY] <= OTHER_ROAD


@compiled
def _blocked(floors: Floors, up: float, down: float, bad: Corner, person: NDArray[np.float64]) -> int:
    """The worst outcome from the road beside a blocked bay: no lift there, the whole road for turning."""
    ramp = bad.ramp_anywhere
    corner = Corner(BLOCKED_GAP_MM, bad.length, bad.drop, ramp, ramp, bad.road, False, bad.steps, bad.passes)
    worst = worst_of(0.0, 0.0, floors, AT_REST, up, down, corner, person)
    if floors.kneels:
        worst = max(worst, worst_of(0.0, 0.0, floors, KNEELED, up, down, corner, person))
    return worst


# --- The doors of a vehicle, the verdict and its certainty -----------------------------------------------


@compiled
def judge_vehicle(
    quay: NDArray[np.float64],
    quay_rank: NDArray[np.uint8],
    doors: NDArray[np.float64],
    door_ranks: NDArray[np.uint8],
    person: NDArray[np.float64],
    alighting: bool,
    level: int,
    stance: int,
) -> tuple[int, int, int, int]:
    """(best, worst, missing, deciding row) over the doors that may be used at this end.

    The person goes to the door that serves, so the best is the best of any door. The worst is the least of the
    doors' worsts: some door keeps at least that promise whatever the unknowns are. Where two doors cover each other's
    weak quay heights the truth is better still; nobody could tell them at which door to wait, so that is not counted.
    """
    best, worst, missing, row = IMPOSSIBLE, IMPOSSIBLE, 0, -1
    row_best, row_worst = IMPOSSIBLE + 1, IMPOSSIBLE + 1
    use = USE_ALIGHT if alighting else USE_BOARD
    for i in range(len(doors)):
        if not int(doors[i, USE]) & use:
            continue
        at = judge_door(quay, quay_rank, doors[i], door_ranks[i], person, alighting, level, stance)
        best, worst = min(best, at.best), min(worst, at.worst)
        if at.best < IMPOSSIBLE:
            missing |= at.missing
        if at.worst < row_worst or (at.worst == row_worst and at.best < row_best):
            row, row_best, row_worst = i, at.best, at.worst
    return best, worst, missing, row


@compiled
def verdict_of(best: int, worst: int, missing: int) -> int:
    """The verdict of a pair (DOMAIN 1.1)."""
    if best == IMPOSSIBLE:
        return NO
    if worst < IMPOSSIBLE:
        return YES
    return UNKNOWN if missing else UNCERTAIN


@compiled
def certainty_of_verdict(
    verdict: int,
    quay: NDArray[np.float64],
    quay_rank: NDArray[np.uint8],
    doors: NDArray[np.float64],
    door_ranks: NDArray[np.uint8],
    person: NDArray[np.float64],
    alighting: bool,
) -> int:
    """The best level whose facts alone carry the verdict, without any prior or assumption.

    So a fact that does not matter does not weaken a verdict, and blanking a fact cannot strengthen it: every level
    only loses by that. What stands at no level rests on something inferred or taken for granted.
    """
    if verdict == UNKNOWN:
        return NOT_KNOWN
    for level in (MEASURED, DECLARED):
        if verdict != NO:
            best, worst, missing, _ = judge_vehicle(
                quay, quay_rank, doors, door_ranks, person, alighting, level, ADVERSE
            )
            if verdict == YES:
                if worst < IMPOSSIBLE:
                    return level
                continue
            if best == IMPOSSIBLE or missing:
                continue
        best, worst, missing, _ = judge_vehicle(
            quay, quay_rank, doors, door_ranks, person, alighting, level, FAVOURABLE
        )
        if verdict_of(best, worst, missing) == verdict:
            return level
    return INFERRED


# --- All pairs of a network --------------------------------------------------------------------------------


class QuayColumns(NamedTuple):
    """Q quays: ``values`` float64[Q, QUAY_WIDTH], NaN unknown; ``ranks`` uint8[Q, QUAY_RANKS]."""

    values: NDArray[np.float64]
    ranks: NDArray[np.uint8]


class DoorColumns(NamedTuple):
    """The doors of V vehicle types, those of v in rows ``first[v]`` to ``first[v + 1]``.

    ``values`` float64[D, DOOR_WIDTH], NaN unknown; ``ranks`` uint8[D, DOOR_RANKS]; ``door_no`` int32[D], -1 for a
    door that stands for the unknown; ``first`` int32[V + 1].
    """

    values: NDArray[np.float64]
    ranks: NDArray[np.uint8]
    door_no: NDArray[np.int32]
    first: NDArray[np.int32]


class PairVerdicts(NamedTuple):
    """Every quay with every vehicle type, at one end: uint8[Q, V] each, coded as in model and facts.

    ``best``, ``worst``: Outcome; ``verdict``: Verdict; ``certainty``: Certainty.rank; ``steep``: 0 or 1.
    """

    best: NDArray[np.uint8]
    worst: NDArray[np.uint8]
    verdict: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    steep: NDArray[np.uint8]


def judge_pairs(quays: QuayColumns, doors: DoorColumns, profile: Profile, alighting: bool) -> PairVerdicts:
    """Judge every quay with every vehicle type for one person; physics only, like ``judge_boarding``."""
    shape = (len(quays.values), len(doors.first) - 1)
    told = PairVerdicts(*(np.zeros(shape, np.uint8) for _ in PairVerdicts._fields))
    person = person_row(profile)
    if person[UNLIMITED] == 0:  # otherwise everything is YES, LEVEL, not needed: zeros
        _judge_all(*quays, doors.values, doors.ranks, doors.first, person, alighting, *told)
    return told


@cast("Callable[[_F], _F]", njit(cache=True, parallel=True))
def _judge_all(
    quays: NDArray[np.float64],
    quay_ranks: NDArray[np.uint8],
    doors: NDArray[np.float64],
    door_ranks: NDArray[np.uint8],
    first: NDArray[np.int32],
    person: NDArray[np.float64],
    alighting: bool,
    best: NDArray[np.uint8],
    worst: NDArray[np.uint8],
    verdict: NDArray[np.uint8],
    certainty: NDArray[np.uint8],
    steep: NDArray[np.uint8],
) -> None:
    for q in prange(len(quays)):
        for v in range(len(first) - 1):
            mine, mine_ranks = doors[first[v] : first[v + 1]], door_ranks[first[v] : first[v + 1]]
            at_best, at_worst, missing, row = judge_vehicle(
                quays[q], quay_ranks[q], mine, mine_ranks, person, alighting, INFERRED, PRIOR
            )
            said = verdict_of(at_best, at_worst, missing)
            best[q, v], worst[q, v], verdict[q, v] = at_best, at_worst, said
            certainty[q, v] = certainty_of_verdict(said, quays[q], quay_ranks[q], mine, mine_ranks, person, alighting)
            if row >= 0 and at_best < IMPOSSIBLE:
                at = judge_door(quays[q], quay_ranks[q], mine[row], mine_ranks[row], person, alighting, INFERRED, PRIOR)
                steep[q, v] = at.steep


# --- From model to columns -----------------------------------------------------------------------------------

_DEVICES = {
    "none": DEVICE_NONE,
    "manual_ramp": DEVICE_MANUAL,
    "powered_ramp": DEVICE_POWERED,
    "lift": DEVICE_LIFT,
    "portable": DEVICE_PORTABLE,
}
_POLICIES = {"never": POLICY_NEVER, "always": POLICY_ALWAYS, "on_request": POLICY_ON_REQUEST}
_USES = {"board": USE_BOARD, "alight": USE_ALIGHT, "both": USE_BOARD | USE_ALIGHT}
_REFERENCES = {"road": 0, "rail": 1}
_FAMILIES = {
    "bus": BUS,
    "trolleybus": OTHER_ROAD,
    "coach": OTHER_ROAD,
    "tram": TRAM,
    "rail": OTHER_RAIL,
    "train": OTHER_RAIL,
    "subway": OTHER_RAIL,
    "metro": OTHER_RAIL,
}
_Rows = tuple["NDArray[np.float64]", "NDArray[np.uint8]"]


def _put(
    row: _Rows, value_at: int, rank_at: int, fact: Fact[Any] | None, codes: Mapping[str, int] | None = None
) -> None:
    """Write a fact into its columns; a word that we do not know says nothing."""
    if fact is None:
        return
    values, ranks = row
    if isinstance(fact.value, Interval):
        values[value_at : value_at + 2] = fact.value.low, fact.value.high
    elif codes is None:
        values[value_at] = float(fact.value)
    elif fact.value in codes:
        values[value_at] = codes[fact.value]
    else:
        return
    ranks[rank_at] = certainty_of(fact.method).rank


def quay_columns(quays: Sequence[Quay]) -> QuayColumns:
    """The facts of the quays as arrays, in the order given."""
    values = np.full((len(quays), QUAY_WIDTH), np.nan)
    ranks = np.full((len(quays), QUAY_RANKS), NOT_KNOWN, np.uint8)
    for i, quay in enumerate(quays):
        row = (values[i], ranks[i])
        _put(row, HEIGHT_LOW, R_HEIGHT, quay.height_mm)
        _put(row, GAP_LOW, R_GAP, quay.gap_mm)
        _put(row, ROOM_LOW, R_ROOM, quay.manoeuvre_mm)
        _put(row, DEPLOYABLE, R_DEPLOYABLE, quay.ramp_deployable)
        _put(row, PARKING, R_PARKING, quay.approach, {"straight": 0, "bulb": 0, "bay": 0, "bay_parking": 1})
        if quay.height_reference is not None:
            values[i, REFERENCE] = _REFERENCES.get(quay.height_reference, 2)
    return QuayColumns(values, ranks)


def door_columns(vehicles: Sequence[VehicleType]) -> DoorColumns:
    """The doors of the vehicle types as arrays; an end without any door gets one about which nothing is known."""
    rows: list[_Rows] = []
    door_no: list[int] = []
    first = [0]
    for vehicle in vehicles:
        doors = list(vehicle.doors)
        used = 0
        for door in doors:
            used |= _USES.get(door.use, USE_BOARD | USE_ALIGHT)
        for use in ("board", "alight") if used else ("both",):
            if not used & _USES[use]:  # a door is there, it was only not described
                doors.append(Door(door_no=-1, use=use))
        for door in doors:
            rows.append(_door_row(vehicle, door))
            door_no.append(door.door_no)
        first.append(len(rows))
    values = np.array([values for values, _ in rows]).reshape(len(rows), DOOR_WIDTH)
    ranks = np.array([ranks for _, ranks in rows], np.uint8).reshape(len(rows), DOOR_RANKS)
    return DoorColumns(values, ranks, np.array(door_no, np.int32), np.array(first, np.int32))


def _door_row(vehicle: VehicleType, door: Door) -> _Rows:
    row = (np.full(DOOR_WIDTH, np.nan), np.full(DOOR_RANKS, NOT_KNOWN, np.uint8))
    _put(row, FLOOR_LOW, R_FLOOR, door.floor_mm)
    kneeled = door.floor_kneeled_mm
    if kneeled is not None and (isinstance(kneeled.value, Interval) or kneeled.value == NO_KNEELING):
        row[0][KNEELS] = 0.0
        row[1][R_KNEELED] = certainty_of(kneeled.method).rank
        if isinstance(kneeled.value, Interval):
            row[0][KNEELS] = 1.0
            row[0][KNEELED_LOW : KNEELED_LOW + 2] = kneeled.value.low, kneeled.value.high
    _put(row, CLEAR_LOW, R_CLEAR, door.clear_width_mm)
    _put(row, STEPS, R_STEPS, door.inside_steps)
    _put(row, DEVICE, R_DEVICE, door.device, _DEVICES)
    _put(row, LENGTH_LOW, R_LENGTH, door.ramp_length_mm)
    _put(row, LOAD, R_LOAD, door.ramp_load_kg)
    _put(row, DROP_LOW, R_DROP, door.ramp_outlet_drop_mm)
    _put(row, TO_ROAD, R_TO_ROAD, door.deploys_to_road)
    _put(row, POLICY, R_POLICY, vehicle.kneel_policy, _POLICIES)
    _put(row, SPACES, R_SPACES, vehicle.wheelchair_spaces)
    row[0][USE] = _USES.get(door.use, USE_BOARD | USE_ALIGHT)
    row[0][FAMILY] = _FAMILIES.get(vehicle.mode.lower(), OTHER)
    return row


def person_row(profile: Profile) -> NDArray[np.float64]:
    """The limits of a profile as float64[PERSON_WIDTH]; None becomes a limit that nothing reaches."""
    row = np.empty(PERSON_WIDTH)
    numbers = {
        STEP_UP: profile.step_up_mm,
        STEP_DOWN: profile.step_down_mm,
        GAP: profile.gap_mm,
        RAMP_ALONE: profile.ramp_alone,
        RAMP_HELPED: profile.ramp_helped,
        COMFORT: profile.ramp_comfort,
        TIP_STEP: profile.tip_step_mm,
        TIP_GAP: profile.tip_gap_mm,
        STEP_MAX: profile.step_max_mm,
        STEP_GAP: profile.step_gap_mm,
    }
    for column, number in numbers.items():
        row[column] = 2 * BOUNDLESS if number is None else number
    row[WHEELED] = profile.wheeled
    row[HELPER] = profile.helper
    row[MASS] = 0.0 if profile.mass_kg is None else profile.mass_kg
    row[WIDTH] = -DOOR_PLAY_MM if profile.width_mm is None else profile.width_mm
    row[TURNING] = 0.0 if profile.turning_mm is None else profile.turning_mm
    row[CHAIRS] = profile.wheelchairs
    # Who steps over any height and any gap needs nothing from quay or vehicle.
    row[UNLIMITED] = (
        not profile.wheeled and profile.step_max_mm is None and profile.step_gap_mm is None and not profile.wheelchairs
    )
    return row
