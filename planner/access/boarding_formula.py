"""The boarding formula, compiled: one door and one quay for one person, and all pairs of a network (DOMAIN 1.1, A6).

This is the only copy of the formula; ``boarding.py`` calls it for one pair and explains, ``boarding_kernel.py`` for
all. It stays in one file with its constants: numba's cache sees a change only in the file of the function it kept.
A fact is a column of floats with NaN for unknown and, beside it, the rank of how it is known (1 measured, 2 declared,
3 inferred, 4 unknown: ``Certainty.rank``). Lengths in mm, slopes rise / run.

Exact, not sampled. With v = floor - quay, each way of boarding is possible on one closed interval of v; everything
else that decides (gap, ramp length, room, lift...) only helps or only harms, so its better end gives the best outcome
and its worse end the worst. The best outcome is the first whose interval *meets* the possible v. The worst is the first
up to which the intervals together *cover* them: solved for the quay height, which the standing and the kneeled floor
share.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

_F = TypeVar("_F", bound=Callable[..., Any])
compiled = cast("Callable[[_F], _F]", njit(cache=True))

# --- Columns: values (…_LOW is followed by its high end) and ranks -------------------------------------

QUAY_WIDTH = 9
HEIGHT_LOW, GAP_LOW, ROOM_LOW, DEPLOYABLE, PARKING, REFERENCE = 0, 2, 4, 6, 7, 8
QUAY_RANKS = 5
R_HEIGHT, R_GAP, R_ROOM, R_DEPLOYABLE, R_PARKING = range(5)

DOOR_WIDTH = 21
FLOOR_LOW, KNEELED_LOW, CLEAR_LOW, LENGTH_LOW, DROP_LOW = 0, 2, 4, 6, 8
KNEELS, STEPS, DEVICE, LOAD, TO_ROAD, USE, POLICY, SPACES, FAMILY = range(10, 19)
RAMP_WIDTH_LOW = 19
DOOR_RANKS = 12
R_FLOOR, R_KNEELED, R_CLEAR, R_STEPS, R_DEVICE, R_LENGTH, R_LOAD, R_DROP, R_TO_ROAD, R_POLICY, R_SPACES = range(11)
R_RAMP_WIDTH = 11

PERSON_WIDTH = 18
WHEELED, STEP_UP, STEP_DOWN, GAP, RAMP_ALONE, RAMP_HELPED, COMFORT, HELPER, TIP_STEP, TIP_GAP = range(10)
STEP_MAX, STEP_GAP, MASS, WIDTH, TURNING, CHAIRS, UNLIMITED, LEVEL_ONLY = range(10, 18)

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
def _served(
    outcome: int, up: float, down: float, corner: Corner, person: NDArray[np.float64]
) -> tuple[float, float, float]:
    """What this outcome alone serves: v from the first to the second; and from the outlet drop to the third, by ramp.

    Empty where it serves nothing: the first is then infinite, the third negative.
    """
    if outcome == LEVEL:
        if corner.gap <= person[GAP] + EPS:
            return -down, up, -1.0
    elif outcome == STEP:
        if person[WHEELED] == 0 and corner.gap <= person[STEP_GAP] + EPS:
            return -person[STEP_MAX], person[STEP_MAX], -1.0
    elif outcome == RAMP:
        if corner.ramp:
            return inf, -inf, reach(corner.length, corner.gap, person[RAMP_ALONE])
    elif outcome == LIFT:
        if corner.lift:
            return -inf, inf, -1.0
    elif person[HELPER] > 0:
        if outcome == RAMP_ASSISTED and corner.ramp:
            return inf, -inf, reach(corner.length, corner.gap, person[RAMP_HELPED])
        if outcome == GAP_ASSISTED and corner.gap <= person[TIP_GAP] + EPS:
            return -person[TIP_STEP], person[TIP_STEP], -1.0
    return inf, -inf, -1.0


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
    most_on_ramp = most if corner.road else high - max(quay_low, ROAD_BELOW_MM)
    landing = corner.road or quay_high >= ROAD_BELOW_MM
    for outcome in range(STEP if person[LEVEL_ONLY] > 0 else IMPOSSIBLE):
        below, above, reached = _served(outcome, up, down, corner, person)
        if least <= above + EPS and most >= below - EPS:
            return outcome
        if landing and most_on_ramp >= corner.drop - EPS and max(least, corner.drop) <= reached + EPS:
            return outcome
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
    below, above, reached = inf, -inf, -1.0
    for outcome in range(STEP if person[LEVEL_ONLY] > 0 else IMPOSSIBLE):
        from_v, to_v, by_ramp = _served(outcome, up, down, corner, person)
        if from_v > to_v and by_ramp <= reached:
            continue
        # Without the ramp all of them hold v = 0, so together they are one interval.
        below, above, reached = min(below, from_v), max(above, to_v), max(reached, by_ramp)
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
        return not reference >= 1.0  # NaN: no word
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
    full, missing = _spaces(door, door_rank, person, level, stance)
    if full:
        return Judged(IMPOSSIBLE, IMPOSSIBLE, 0, False, AT_REST)
    missing |= _incomparable(quay, quay_rank, door, door_rank, level)
    if missing & ~M_SPACES:
        return Judged(LEVEL, IMPOSSIBLE, missing, False, AT_REST)

    quay_low, quay_high = quay[HEIGHT_LOW], quay[HEIGHT_LOW + 1]
    if not _known(quay_low, quay_rank[R_HEIGHT], level):
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
    best, worst, state = _over_heights(quay_low, quay_high, floors, up, down, good, bad, person)
    if _bay_may_be_blocked(quay, quay_rank, door, level, stance):
        worst = max(worst, _blocked(floors, up, down, bad, person))
    if missing & M_SPACES:
        worst = IMPOSSIBLE
    worst = max(worst, best)  # rounding must not turn them around

    if worst == IMPOSSIBLE and person[LEVEL_ONLY] == 0:
        if not _known(door[DEVICE], door_rank[R_DEVICE], level):
            missing |= M_DEVICE
        if quay_low < ROAD_BELOW_MM and not _known(door[TO_ROAD], door_rank[R_TO_ROAD], level):
            missing |= M_TO_ROAD
    steep = False
    decisive = worst if worst < IMPOSSIBLE else best
    if decisive in (RAMP, RAMP_ASSISTED) and not missing & (M_HEIGHT | M_FLOOR | M_LENGTH):
        least, most = rise_between(quay_low, quay_high, floors, state)
        steep = slope_between(least, most, bad.length, good.length)[1] > person[COMFORT] + EPS
    return Judged(best, worst, missing, steep, state)


@compiled
def _spaces(
    door: NDArray[np.float64], rank: NDArray[np.uint8], person: NDArray[np.float64], level: int, stance: int
) -> tuple[bool, int]:
    """Whether the wheelchairs find no space, and what is missing to know it."""
    if person[CHAIRS] <= 0:
        return False, 0
    if _known(door[SPACES], rank[R_SPACES], level):
        return person[CHAIRS] > door[SPACES], 0
    if person[CHAIRS] <= ORDINARY_SPACES:
        return stance == ADVERSE, 0
    return False, M_SPACES


@compiled
def _incomparable(
    quay: NDArray[np.float64],
    quay_rank: NDArray[np.uint8],
    door: NDArray[np.float64],
    door_rank: NDArray[np.uint8],
    level: int,
) -> int:
    """What is missing before quay and floor can be compared at all; 0: nothing."""
    missing = 0
    if not _known(quay[HEIGHT_LOW], quay_rank[R_HEIGHT], level):
        missing |= M_HEIGHT
    if not _known(door[FLOOR_LOW], door_rank[R_FLOOR], level):
        missing |= M_FLOOR
    if not comparable(quay[REFERENCE], door[FAMILY]):
        return missing if missing & M_HEIGHT else missing | M_REFERENCE
    return 0 if door[FAMILY] == BUS or door[FAMILY] == TRAM else missing


@compiled
def _over_heights(
    quay_low: float,
    quay_high: float,
    floors: Floors,
    up: float,
    down: float,
    good: Corner,
    bad: Corner,
    person: NDArray[np.float64],
) -> tuple[int, int, int]:
    """(best, worst, state) over all heights of the quay and of the floor, standing and kneeled."""
    best = best_of(quay_low, quay_high, floors.rest_low, floors.rest_high, up, down, good, person)
    worst = worst_of(quay_low, quay_high, floors, AT_REST, up, down, bad, person)
    if not floors.kneels:
        return best, worst, AT_REST
    best_kneeled = best_of(quay_low, quay_high, floors.kneeled_low, floors.kneeled_high, up, down, good, person)
    worst_kneeled = worst_of(quay_low, quay_high, floors, KNEELED, up, down, bad, person)
    if not floors.choice:
        return min(best, best_kneeled), max(worst, worst_kneeled), EITHER
    state = _better_state(quay_low, quay_high, floors, best, worst, best_kneeled, worst_kneeled)
    worst = min(worst, worst_kneeled)
    if worst > LEVEL:  # one floor may serve the low quays and the other the high ones
        worst = min(worst, worst_of(quay_low, quay_high, floors, EITHER, up, down, bad, person))
    return min(best, best_kneeled), worst, state


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
    takes_devices = person[LEVEL_ONLY] == 0
    if not takes_devices:  # then no ramp decides anything, known or not
        shortest, longest, length_missing = 0.0, 0.0, False
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
        # A ramp known to be narrower than the chair does not carry it; of one nobody has measured, DOMAIN 1.1 asks
        # nothing: it is not among the facts to be assumed.
        if _known(door[RAMP_WIDTH_LOW], door_rank[R_RAMP_WIDTH], level):
            narrowest, widest = door[RAMP_WIDTH_LOW], door[RAMP_WIDTH_LOW + 1]
            load = (load[0] and narrowest >= person[WIDTH] - EPS, load[1] and widest >= person[WIDTH] - EPS)
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
        takes_devices and room[1] and (lift_sure or not device_known),
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
        takes_devices and room[0] and lift_sure,
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
        return bool(quay[PARKING] > 0)
    return bool(stance == ADVERSE and door[FAMILY] <= OTHER_ROAD)


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
) -> tuple[Judged, int]:
    """The pair over the doors that may be used at this end, and the row of the door that decides.

    The person goes to the door that serves, so the best is the best of any door. The worst is the least of the
    doors' worsts: some door keeps at least that promise whatever the unknowns are. Where two doors cover each other's
    weak quay heights the truth is better still; nobody could tell them at which door to wait, so that is not counted.
    Missing is what is missing at any door that might serve; steep and state are those of the deciding door.
    """
    best, worst, missing, row = IMPOSSIBLE, IMPOSSIBLE, 0, -1
    steep, state = False, AT_REST
    decisive = 1 << 30  # the worst, then the best, then whether something is missing
    use = USE_ALIGHT if alighting else USE_BOARD
    for i in range(len(doors)):
        if not int(doors[i, USE]) & use:
            continue
        at = judge_door(quay, quay_rank, doors[i], door_ranks[i], person, alighting, level, stance)
        best, worst = min(best, at.best), min(worst, at.worst)
        if at.best < IMPOSSIBLE:
            missing |= at.missing
        order = at.worst * 16 + at.best * 2 + (1 if at.missing else 0)
        if order < decisive:
            decisive, row, steep, state = order, i, at.steep, at.state
    return Judged(best, worst, missing, steep, state), row


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
        if level == DECLARED and not _any_of_rank(level, quay_rank, door_ranks):
            break  # the same facts as before
        if verdict != NO:
            at, _ = judge_vehicle(quay, quay_rank, doors, door_ranks, person, alighting, level, ADVERSE)
            if verdict == YES:
                if at.worst < IMPOSSIBLE:
                    return level
                continue
            if at.best == IMPOSSIBLE or at.missing:
                continue
        at, _ = judge_vehicle(quay, quay_rank, doors, door_ranks, person, alighting, level, FAVOURABLE)
        if verdict_of(at.best, at.worst, at.missing) == verdict:
            return level
    return INFERRED


@compiled
def _any_of_rank(level: int, quay_rank: NDArray[np.uint8], door_ranks: NDArray[np.uint8]) -> bool:
    for rank in quay_rank:
        if rank == level:
            return True
    for i in range(door_ranks.shape[0]):
        for j in range(door_ranks.shape[1]):
            if door_ranks[i, j] == level:
                return True
    return False


# --- All pairs of a network --------------------------------------------------------------------------------


@compiled
def _judge_row(
    q: int,
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
    """Fill row q."""
    for v in range(len(first) - 1):
        mine, mine_ranks = doors[first[v] : first[v + 1]], door_ranks[first[v] : first[v + 1]]
        at, _ = judge_vehicle(quays[q], quay_ranks[q], mine, mine_ranks, person, alighting, INFERRED, PRIOR)
        said = verdict_of(at.best, at.worst, at.missing)
        best[q, v], worst[q, v], verdict[q, v] = at.best, at.worst, said
        certainty[q, v] = certainty_of_verdict(said, quays[q], quay_ranks[q], mine, mine_ranks, person, alighting)
        steep[q, v] = at.steep and said != NO


@cast("Callable[[_F], _F]", njit(cache=True, parallel=True))
def judge_all(
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
    """Fill uint8[Q, V] arrays with the verdicts of every quay with every vehicle type; see ``judge_pairs``."""
    for q in prange(len(quays)):
        _judge_row(
            q, quays, quay_ranks, doors, door_ranks, first, person, alighting, best, worst, verdict, certainty, steep
        )  # fmt: skip


@compiled
def judge_few(
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
    """Do the same on one thread: waking others costs more than a small network."""
    for q in range(len(quays)):
        _judge_row(
            q, quays, quay_ranks, doors, door_ranks, first, person, alighting, best, worst, verdict, certainty, steep
        )  # fmt: skip
