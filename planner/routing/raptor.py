"""RAPTOR on plain arrays (Delling, Pajor, Werneck 2012), with doubt as a third criterion. NumPy and Numba only.

Ids, dates and names stay outside: here a stop is a row number and NEVER is a time. A ride is followed by
exactly one footpath or by a change at the same stop, so the time of getting off and the time of standing
ready are kept apart: pruning one by the other (sound only where footpaths are transitively closed) loses
optimal answers.

Doubts are dense levels 0..C-1; level C-1 means "that many or more". With C = 1 the search is the ordinary
one over arrival and number of rides.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# The inner functions allocate nothing and keep nothing, so they need no reference counts; numba would count, with
# atomic instructions, every array of every tuple at every call: measured, that is four fifths of the time.
UNCOUNTED: dict[str, Any] = {"_nrt": False}
compiled = njit(cache=True, nogil=True, **UNCOUNTED)

NEVER = np.int32(2**31 - 1)
CLOSED = np.uint8(255)  # nobody gets on or off here

ACCESS, CHANGE, WALK, EGRESS = -1, -2, -3, -4  # Labels.variant of what is no ride


class Riding(NamedTuple):
    """What may be ridden. V variants of patterns: a pattern, or a copy of it for one vehicle type.

    Positions of variant v are rows ``stop_offset[v]`` to ``stop_offset[v + 1]`` of stop, board and alight.
    """

    stop_offset: NDArray[np.int64]  # [V + 1]
    stop: NDArray[np.int32]
    board: NDArray[np.uint8]  # doubts of getting on, CLOSED if refused
    alight: NDArray[np.uint8]  # doubts of getting off, CLOSED if refused
    board_s: NDArray[np.int32]  # how long before departure one must stand ready, beyond the margin
    alight_s: NDArray[np.int32]  # how long getting off takes
    event_offset: NDArray[np.int64]  # [V] into arrival_s and departure_s
    n_runs: NDArray[np.int64]  # [V]
    arrival_s: NDArray[np.int32]  # [event_offset + run * L + i], no run overtakes another
    departure_s: NDArray[np.int32]  # [event_offset + i * n_runs + run]
    at_stop_offset: NDArray[np.int64]  # [S + 1] into at_variant and at_position
    at_variant: NDArray[np.int32]  # where one can get on and still ride on
    at_position: NDArray[np.int32]


class Walking(NamedTuple):
    """Footpaths by origin, shortest first, and the change at one stop."""

    offset: NDArray[np.int64]  # [S + 1]
    to: NDArray[np.int32]
    duration_s: NDArray[np.int32]  # margin at the next quay included, ascending for each origin
    doubts: NDArray[np.uint8]
    change_s: NDArray[np.int32]  # [S] NEVER: no change allowed
    walked_dm: NDArray[np.int32]  # length in whole decimetres, rounded up


class Labels(NamedTuple):
    """Everything the search reached, in the order of discovery; parents come first."""

    time_s: NDArray[np.int32]  # of getting off, of standing ready, or of arrival (EGRESS)
    parent: NDArray[np.int32]  # -1 for ACCESS
    stop: NDArray[np.int32]
    variant: NDArray[np.int32]  # >= 0: a ride of that variant
    run: NDArray[np.int32]
    board: NDArray[np.int32]  # positions in the variant
    alight: NDArray[np.int32]
    level: NDArray[np.uint8]
    rides: NDArray[np.uint8]


class State(NamedTuple):
    """What the rounds remember, for C levels and S stops; NEVER and -1 stand for "not yet".

    Axis K: for one departure a single row, the best of all rounds so far. For a window a row for each number of
    rides, the best with at most so many, over all departures so far: a later departure with more rides must not
    prune an earlier one with fewer. Both K and C are kept closed: no entry is worse than one before it.
    """

    off_s: NDArray[np.int32]  # [K, C, S] earliest time of having got off
    off_label: NDArray[np.int32]  # [C, S] the label of it, if of this round
    ready_s: NDArray[np.int32]  # [K, C, S] earliest time of standing ready
    next_label: NDArray[np.int32]  # [C, S] the label of it, if of this round: boards in the next one
    boarding_s: NDArray[np.int32]  # [C, S] ready since the round before
    boarding_label: NDArray[np.int32]
    bound_s: NDArray[np.int32]  # [K, C, 1] earliest arrival at the destination
    unhurried: NDArray[np.bool_]  # [S] the first boarding here needs no ``board_s``
    ready_stops: NDArray[np.int32]  # lists of stops, with the marks that keep them free of repetition
    is_ready: NDArray[np.bool_]
    off_stops: NDArray[np.int32]
    is_off: NDArray[np.bool_]
    queue: NDArray[np.int32]  # variants to ride, and [V] the position of each to begin at
    first: NDArray[np.int32]
    on_run: NDArray[np.int64]  # [C] while riding a variant: the run one sits in, and since which position and label
    on_since: NDArray[np.int64]
    on_label: NDArray[np.int64]
    tally: NDArray[np.int64]  # positions scanned, footpaths checked, labels written; ready stops, off stops


SCANNED, CHECKED, WRITTEN, READY, OFF = 0, 1, 2, 3, 4  # rows of State.tally


@njit(cache=True, nogil=True)
def search(
    riding, walking, depart_s, access_stop, access_s, access_level, egress_s, egress_doubts, max_rides, n_levels
):
    """Find the earliest arrivals for each departure, number of rides and level of doubt.

    Parameters
    ----------
    riding, walking : Riding, Walking
    depart_s : int32[D]
        Departures, the latest first. With several, each finds only what no later one makes useless.
    access_stop : int32[A]; access_s : int32[A]; access_level : uint8[A]
        Where the traveller stands ready how long after the departure, margin included, and the doubts of the
        way there. 0 seconds: the question begins at this very stop, and ``board_s`` is not asked there.
    egress_s : int32[S]; egress_doubts : uint8[S]
        Walk to the destination; 0: the stop itself (the vehicle's arrival is the arrival), -1: too far.
        An array of -1 searches one-to-all.
    max_rides : int
    n_levels : int
        C >= 1.

    Returns
    -------
    labels : Labels
        With one EGRESS label for every improvement at the destination; not yet a Pareto set.
    off_s : int32[K, C, S]
        Earliest time of having got off at each stop with at most that level, NEVER if not reached.
    tally : int64[5]
        Positions scanned, footpaths checked, labels written (the rest is internal).
    """
    n_rows = 1 if depart_s.shape[0] == 1 else max_rides + 1
    state = _new_state(n_rows, n_levels, walking.change_s.shape[0], riding.n_runs.shape[0])
    log = _new_log(1024 + access_stop.shape[0])
    for a in range(access_stop.shape[0]):
        state.unhurried[access_stop[a]] |= access_s[a] == 0
    for d in range(depart_s.shape[0]):
        log = _with_room(log, state.tally[WRITTEN], access_stop.shape[0])
        for a in range(access_stop.shape[0]):
            ready = depart_s[d] + access_s[a]
            _stand(state, log, ready, -1, access_stop[a], ACCESS, np.int64(access_level[a]), 0)
        log = _run_rounds(riding, walking, state, log, egress_s, egress_doubts, max_rides)
    return _cut(log, state.tally[WRITTEN]), state.off_s, state.tally


@njit(cache=True, nogil=True)
def _run_rounds(riding, walking, state, log, egress_s, egress_doubts, max_rides):
    """Ride and walk until nothing new is reached; gives the log, which may have moved to make room."""
    for ride in range(1, max_rides + 1):
        queued = _open_round(riding, state, log)
        log = _with_room(log, state.tally[WRITTEN], _rides_at_most(riding, state, queued))
        _ride_all(riding, state, log, queued, ride, egress_s, egress_doubts)
        log = _with_room(log, state.tally[WRITTEN], _walks_at_most(walking, state))
        _walk_all(walking, state, log, ride, ride < max_rides)
        if state.tally[READY] == 0:
            break
    return log


@compiled
def _rides_at_most(riding, state, queued):
    """How many labels the queued rides can write."""
    positions = 0
    for q in range(queued):
        v = state.queue[q]
        positions += riding.stop_offset[v + 1] - riding.stop_offset[v]
    return 2 * positions * state.off_s.shape[1]


@compiled
def _walks_at_most(walking, state):
    """How many labels the walks from all stops of this round can write."""
    paths = 0
    for k in range(state.tally[OFF]):
        s = state.off_stops[k]
        paths += walking.offset[s + 1] - walking.offset[s] + 1
    return paths * state.off_s.shape[1]


@compiled
def _ride_all(riding, state, log, queued, ride, egress_s, egress_doubts):
    """Ride every queued variant; then nobody stands ready since the round before."""
    state.tally[OFF] = 0
    for q in range(queued):
        _ride(riding, state, log, state.queue[q], ride, egress_s, egress_doubts)
    for k in range(state.tally[READY]):
        for c in range(state.off_s.shape[1]):
            state.boarding_s[c, state.ready_stops[k]] = NEVER


@compiled
def _walk_all(walking, state, log, ride, go_on):
    """Walk from every stop where somebody got off in this round; in the last round only clean up."""
    state.tally[READY] = 0
    for k in range(state.tally[OFF]):
        s = state.off_stops[k]
        state.is_off[s] = False
        if go_on:
            _move_on(walking, state, log, s, ride)
        for c in range(state.off_s.shape[1]):
            state.off_label[c, s] = -1


@compiled
def _lower(best, s, ride, level, value):
    """Write a better value of stop s into [K, C, S] and into every entry that may not be worse than it."""
    for k in range(min(ride, best.shape[0] - 1), best.shape[0]):
        if best[k, level, s] <= value:
            break
        for c in range(level, best.shape[1]):
            if best[k, c, s] <= value:
                break
            best[k, c, s] = value


@compiled
def _open_round(riding, state, log):
    """Let those who stand ready since the round before board; queue the variants that pass them."""
    queued = 0
    for k in range(state.tally[READY]):
        s = state.ready_stops[k]
        state.is_ready[s] = False
        for c in range(state.off_s.shape[1]):
            label = state.next_label[c, s]
            state.boarding_label[c, s] = label
            state.boarding_s[c, s] = log.time_s[label] if label >= 0 else NEVER
            state.next_label[c, s] = -1
        for at in range(riding.at_stop_offset[s], riding.at_stop_offset[s + 1]):
            v, i = riding.at_variant[at], riding.at_position[at]
            if state.first[v] < 0:
                state.queue[queued] = v
                queued += 1
                state.first[v] = i
            elif i < state.first[v]:
                state.first[v] = i
    return queued


@compiled
def _ride(riding, state, log, v, ride, egress_s, egress_doubts):
    """Ride one variant from its first queued position to its end."""
    base, n_runs = riding.stop_offset[v], riding.n_runs[v]
    length = riding.stop_offset[v + 1] - base
    for c in range(state.off_s.shape[1]):
        state.on_run[c] = n_runs
    for i in range(state.first[v], length):
        s = riding.stop[base + i]
        if riding.alight[base + i] != CLOSED:
            for c in range(state.off_s.shape[1]):
                if state.on_run[c] < n_runs:
                    _get_off(riding, state, log, v, i, c, ride, egress_s[s], egress_doubts[s])
        if riding.board[base + i] != CLOSED and i < length - 1:
            for c in range(state.off_s.shape[1]):
                if state.boarding_s[c, s] < NEVER:
                    _get_on(riding, state, v, i, c, s, ride)
    state.tally[SCANNED] += length - state.first[v]
    state.first[v] = -1


@compiled
def _get_off(riding, state, log, v, i, c, ride, egress_s, egress_doubts):
    """Get off at position i, sitting in the run of level c; maybe that is the destination."""
    base, n_levels, row = riding.stop_offset[v], state.off_s.shape[1], min(ride, state.off_s.shape[0] - 1)
    length, s, run = riding.stop_offset[v + 1] - base, riding.stop[base + i], state.on_run[c]
    level = min(c + np.int64(riding.alight[base + i]), n_levels - 1)
    arrival = riding.arrival_s[riding.event_offset[v] + run * length + i]
    got_off = arrival + riding.alight_s[base + i]
    better = got_off < state.off_s[row, level, s] and got_off < state.bound_s[row, level, 0]
    there = arrival if egress_s == 0 else got_off + egress_s
    final = min(level + np.int64(egress_doubts), n_levels - 1)
    arrives = egress_s >= 0 and there < state.bound_s[row, final, 0]
    if not (better or arrives):
        return
    label = _write(log, state, got_off, state.on_label[c], s, v, run, state.on_since[c], i, level, ride)
    if better:
        state.off_label[level, s] = label
        _lower(state.off_s, s, ride, level, got_off)
        if not state.is_off[s]:
            state.is_off[s] = True
            state.off_stops[state.tally[OFF]] = s
            state.tally[OFF] += 1
    if arrives:
        _write(log, state, there, label, s, EGRESS, -1, -1, -1, final, ride)
        _lower(state.bound_s, 0, ride, final, there)


@compiled
def _get_on(riding, state, v, i, c, s, ride):
    """Get on at position i from level c, if that gives an earlier run than any level as good."""
    n_levels, n_runs = state.off_s.shape[1], riding.n_runs[v]
    level = min(c + np.int64(riding.board[riding.stop_offset[v] + i]), n_levels - 1)
    best = n_runs
    for better in range(level + 1):
        best = min(best, state.on_run[better])
    column = riding.event_offset[v] + i * n_runs
    hurry = 0 if ride == 1 and state.unhurried[s] else riding.board_s[riding.stop_offset[v] + i]
    run = _earliest(riding.departure_s, column, best, state.boarding_s[c, s] + hurry)
    if run >= best:
        return
    state.on_run[level], state.on_since[level], state.on_label[level] = run, i, state.boarding_label[c, s]
    for worse in range(level + 1, n_levels):
        if state.on_run[worse] >= run:
            state.on_run[worse] = n_runs


@compiled
def _move_on(walking, state, log, s, ride):
    """From a stop where somebody got off in this round: change here, or walk exactly one footpath."""
    n_levels, row = state.off_s.shape[1], min(ride, state.off_s.shape[0] - 1)
    for c in range(n_levels):
        parent = state.off_label[c, s]
        if parent < 0:
            continue
        got_off = log.time_s[parent]
        if walking.change_s[s] < NEVER:
            _stand(state, log, got_off + walking.change_s[s], parent, s, CHANGE, c, ride)
        for f in range(walking.offset[s], walking.offset[s + 1]):
            state.tally[CHECKED] += 1
            ready = got_off + walking.duration_s[f]
            if (
                ready >= state.bound_s[row, c, 0]
            ):  # bounds fall with the level and durations rise: the rest is no better
                break
            level = min(c + np.int64(walking.doubts[f]), n_levels - 1)
            _stand(state, log, ready, parent, walking.to[f], WALK, level, ride)


@compiled
def _stand(state, log, ready, parent, s, kind, level, ride):
    """Stand ready at a stop, if that is news."""
    row = min(ride, state.off_s.shape[0] - 1)
    if ready >= state.ready_s[row, level, s] or ready >= state.bound_s[row, level, 0]:
        return
    state.next_label[level, s] = _write(log, state, ready, parent, s, kind, -1, -1, -1, level, ride)
    _lower(state.ready_s, s, ride, level, ready)
    if not state.is_ready[s]:
        state.is_ready[s] = True
        state.ready_stops[state.tally[READY]] = s
        state.tally[READY] += 1


@compiled
def _earliest(departure_s, column, n_runs, ready):
    """The first run of a column that leaves at ``ready`` or later; ``n_runs`` if none does."""
    low, high = 0, n_runs
    while low < high:
        middle = (low + high) // 2
        if departure_s[column + middle] < ready:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _write(log, state, time_s, parent, stop, variant, run, board, alight, level, rides):
    row = state.tally[WRITTEN]
    log.time_s[row], log.parent[row], log.stop[row] = time_s, parent, stop
    log.variant[row], log.run[row] = variant, run
    log.board[row], log.alight[row] = board, alight
    log.level[row], log.rides[row] = level, rides
    state.tally[WRITTEN] = row + 1
    return row


@njit(cache=True, nogil=True)
def _new_state(n_rows, n_levels, n_stops, n_variants):
    best, here = (n_rows, n_levels, n_stops), (n_levels, n_stops)
    return State(
        np.full(best, NEVER, np.int32), np.full(here, -1, np.int32), np.full(best, NEVER, np.int32),
        np.full(here, -1, np.int32), np.full(here, NEVER, np.int32), np.full(here, -1, np.int32),
        np.full((n_rows, n_levels, 1), NEVER, np.int32), np.zeros(n_stops, np.bool_),
        np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_), np.empty(n_stops, np.int32),
        np.zeros(n_stops, np.bool_), np.empty(n_variants, np.int32), np.full(n_variants, -1, np.int32),
        np.empty(n_levels, np.int64), np.empty(n_levels, np.int64), np.empty(n_levels, np.int64),
        np.zeros(5, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _new_log(n):
    return Labels(
        np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8),
        np.empty(n, np.uint8),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _with_room(log, size, more):
    """The log itself, or a larger copy, so that ``more`` labels fit after the first ``size``."""
    if size + more <= log.time_s.shape[0]:
        return log
    new = _new_log(2 * (size + more))
    new.time_s[:size], new.parent[:size], new.stop[:size] = log.time_s[:size], log.parent[:size], log.stop[:size]
    new.variant[:size], new.run[:size] = log.variant[:size], log.run[:size]
    new.board[:size], new.alight[:size] = log.board[:size], log.alight[:size]
    new.level[:size], new.rides[:size] = log.level[:size], log.rides[:size]
    return new


@njit(cache=True, nogil=True)
def _cut(log, n):
    return Labels(
        log.time_s[:n], log.parent[:n], log.stop[:n], log.variant[:n], log.run[:n],
        log.board[:n], log.alight[:n], log.level[:n], log.rides[:n],
    )  # fmt: skip
