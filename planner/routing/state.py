"""What the search reads, remembers and tells, as plain arrays. NumPy and Numba only.

Axes: X spots, V variants, C levels of doubt, K rows of the best so far (``State``), N runs that go on.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# The inner functions allocate nothing and keep nothing, so they need no reference counts; numba would count, with
# atomic instructions, every array of every tuple at every call: measured, that is four fifths of the time.
UNCOUNTED: dict[str, Any] = {"_nrt": False}
compiled = njit(cache=True, nogil=True, **UNCOUNTED)
# What stands in an inner loop is put in its place: a call would hand over some hundred numbers that describe arrays.
inlined = njit(cache=True, nogil=True, forceinline=True, **UNCOUNTED)

NEVER = np.int32(2**31 - 1)
CLOSED = np.uint8(255)  # nobody gets on or off here
U = np.uint64  # an index of this type is taken as it is; a signed one is first tested for counting from the end

ACCESS, CHANGE, WALK, EGRESS = -1, -2, -3, -4  # Labels.variant of what is no ride


class Riding(NamedTuple):
    """What may be ridden. V variants of patterns: a pattern, or a copy of it for one vehicle type.

    Positions of variant v are rows ``stop_offset[v]`` to ``stop_offset[v + 1]`` of stop, board and alight.
    """

    stop_offset: NDArray[np.int64]  # [V + 1]
    stop: NDArray[np.int32]  # spots
    board: NDArray[np.uint8]  # doubts of getting on, CLOSED if refused
    alight: NDArray[np.uint8]  # doubts of getting off, CLOSED if refused
    board_s: NDArray[np.int32]  # how long before departure one must stand ready, beyond the margin
    alight_s: NDArray[np.int32]  # how long getting off takes
    event_offset: NDArray[np.int64]  # [V] into arrival_s and departure_s
    n_runs: NDArray[np.int64]  # [V]
    arrival_s: NDArray[np.int32]  # [event_offset + run * L + i], no run overtakes another
    departure_s: NDArray[np.int32]  # [event_offset + i * n_runs + run]
    at_stop_offset: NDArray[np.int64]  # [X + 1] into at_variant, at_position and at_last_s
    at_variant: NDArray[np.int32]  # where one can get on and still ride on
    at_position: NDArray[np.int32]
    at_last_s: NDArray[np.int32]  # when the last of its runs leaves there: at each spot the latest first
    run_offset: NDArray[np.int64]  # [V] row of the first run in the next three, -1: no run of it goes on
    next_variant: NDArray[np.int32]  # [N] staying aboard, the run goes on as this one; -1: it ends
    next_run: NDArray[np.int32]
    next_more: NDArray[np.int32]  # another row that it goes on as too (a train is divided); -1: no other


class Walking(NamedTuple):
    """Footpaths by origin, shortest first, and the change at one spot."""

    offset: NDArray[np.int64]  # [X + 1]
    to: NDArray[np.int32]
    duration_s: NDArray[np.int32]  # margin at the next quay included, ascending for each origin
    doubts: NDArray[np.uint8]
    change_s: NDArray[np.int32]  # [X] NEVER: no change allowed
    walked_dm: NDArray[np.int32]  # how long each footpath is, rounded up to whole decimetres


class Labels(NamedTuple):
    """Everything the search reached, in the order of discovery; parents come first.

    A ride whose parent is a ride is the same vehicle that went on.
    """

    time_s: NDArray[np.int32]  # of getting off, of standing ready, or of arrival (EGRESS)
    parent: NDArray[np.int32]  # -1 for ACCESS
    stop: NDArray[np.int32]  # spot
    variant: NDArray[np.int32]  # >= 0: a ride of that variant
    run: NDArray[np.int32]
    board: NDArray[np.int32]  # positions in the variant
    alight: NDArray[np.int32]
    level: NDArray[np.int32]
    rides: NDArray[np.int32]


AFTER, KIND, LABEL = range(3)  # of State.now; LABEL is -1 until somebody boards, for most never do
TIME, PARENT, STOP, VARIANT, RUN, BOARD, ALIGHT, COST = range(8)  # columns of the log; COST is rides * 256 + level


class State(NamedTuple):
    """What the rounds remember, for C levels and X spots; NEVER and -1 stand for "not yet".

    Axis K: for one departure a single row, the best of all rounds so far. For a window a row for each number of
    rides, the best with at most so many, over all departures so far: a later departure with more rides must not
    prune an earlier one with fewer. Both K and C are kept closed: no entry is worse than one before it.

    Spots stand last where a round looks at one row and level of many of them, first where it looks at all levels.
    """

    off_s: NDArray[np.int32]  # [K, C, X] earliest time of having got off
    off_label: NDArray[np.int32]  # [X, C] the label of it, if of this round
    ready_s: NDArray[np.int32]  # [K, C, X] earliest time of standing ready
    now_s: NDArray[np.int32]  # [X, C] the same, if of this round: who boards in the next
    now: NDArray[np.int32]  # [X, C, 3] how: parent, kind, label
    there_s: NDArray[np.int32]  # [K, C] earliest arrival at the destination
    bound_s: NDArray[np.int32]  # [K, C] the same as far as it prunes: none after ``Ends.until_s``
    unhurried: NDArray[np.bool_]  # [X] the first boarding here needs no ``board_s``
    ready_stops: NDArray[np.int32]  # lists of spots, with the marks that keep them free of repetition
    is_ready: NDArray[np.bool_]
    off_stops: NDArray[np.int32]
    is_off: NDArray[np.bool_]
    queue: NDArray[np.int32]  # variants to ride,
    first: NDArray[np.int32]  # [V] the first and the last position of each where somebody waits
    last: NDArray[np.int32]
    reached: NDArray[np.int32]  # [V, K, C, 2] a run and a position from which it was ridden
    seated: NDArray[np.int32]  # [V, K, C] the earliest run that was ridden from its start, coming from another trip
    went_on: NDArray[np.uint8]  # [K, N] C - the lowest level at which its riders went on; 0: nobody did
    seats: NDArray[np.int32]  # [N * C, 6] who goes on: variant, run, since which position, label, level, row of next
    on_run: NDArray[np.int64]  # [C] while riding a variant: the run one sits in, and since which position and label
    on_since: NDArray[np.int64]
    on_label: NDArray[np.int64]
    news: NDArray[np.int64]  # footpaths that lead somewhere sooner than was known
    tally: NDArray[np.int64]


SCANNED, CHECKED, WRITTEN, READY, OFF, SEATS = 0, 1, 2, 3, 4, 5  # rows of State.tally


class Ends(NamedTuple):
    """Where the question ends: the walk to the destination, and what is at least missing to it."""

    egress_s: NDArray[np.int32]
    egress_doubts: NDArray[np.uint8]
    least_s: NDArray[np.int32]
    is_end: NDArray[np.bool_]  # egress_s says something
    until_s: np.int64  # least_s holds for who arrives by then
