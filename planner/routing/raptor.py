"""RAPTOR on plain arrays (Delling, Pajor, Werneck 2012), with doubt as a third criterion. NumPy and Numba only.

Ids, dates and names stay outside: here a stop is a row number and NEVER is a time. A ride is followed by
exactly one footpath or by a change at the same stop, so the time of getting off and the time of standing
ready are kept apart: pruning one by the other (sound only where footpaths are transitively closed) loses
optimal answers.

Doubts are dense levels 0..C-1; level C-1 means "that many or more". With C = 1 the search is the ordinary
one over arrival and number of rides.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

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


@njit(cache=True, nogil=True)
def search(riding, walking, access_stop, ready_s, access_level, egress_s, egress_doubts, max_rides, n_levels):
    """Find the earliest arrivals for each number of rides and each level of doubt.

    Parameters
    ----------
    riding, walking : Riding, Walking
    access_stop : int32[A]; ready_s : int32[A]; access_level : uint8[A]
        Where and when the traveller stands ready, margin included, and the doubts of the way there.
    egress_s : int32[S]; egress_doubts : uint8[S]
        Walk to the destination; 0: the stop itself (getting off there is the arrival), -1: too far.
        An array of -1 searches one-to-all.
    max_rides : int
    n_levels : int
        C >= 1.

    Returns
    -------
    labels : Labels
        With one EGRESS label for every improvement at the destination; not yet a Pareto set.
    off_s : int32[C, S]
        Earliest time of having got off at each stop with at most that level, NEVER if not reached.
    counters : int64[3]
        Positions scanned, footpaths checked, labels written.
    """
    n_stops = walking.change_s.shape[0]
    n_variants = riding.n_runs.shape[0]
    off_s = np.full((n_levels, n_stops), NEVER, np.int32)
    best_ready_s = np.full((n_levels, n_stops), NEVER, np.int32)
    boarding_s = np.full((n_levels, n_stops), NEVER, np.int32)  # ready since the round before
    boarding_label = np.full((n_levels, n_stops), -1, np.int32)
    next_label = np.full((n_levels, n_stops), -1, np.int32)  # ready since this round
    off_label = np.full((n_levels, n_stops), -1, np.int32)  # got off in this round
    bound_s = np.full(n_levels, NEVER, np.int32)
    first = np.full(n_variants, -1, np.int32)
    queue = np.empty(n_variants, np.int32)
    ready_stops = np.empty(n_stops, np.int32)
    off_stops = np.empty(n_stops, np.int32)
    is_ready = np.zeros(n_stops, np.bool_)
    is_off = np.zeros(n_stops, np.bool_)
    on_run = np.empty(n_levels, np.int64)
    on_since = np.empty(n_levels, np.int64)
    on_label = np.empty(n_levels, np.int64)
    counters = np.zeros(3, np.int64)
    log = _new_log(1024)
    size = 0

    n_ready = 0
    for a in range(access_stop.shape[0]):
        s, level = access_stop[a], np.int64(access_level[a])
        if ready_s[a] < best_ready_s[level, s]:
            if size == log.time_s.shape[0]:
                log = _grown(log)
            size = _write(log, size, ready_s[a], -1, s, ACCESS, -1, -1, -1, level, 0)
            for c in range(level, n_levels):
                best_ready_s[c, s] = min(best_ready_s[c, s], ready_s[a])
            next_label[level, s] = size - 1
            if not is_ready[s]:
                is_ready[s] = True
                ready_stops[n_ready] = s
                n_ready += 1

    for ride in range(1, max_rides + 1):
        # Who stands ready since the round before, and which variants pass there.
        queued = 0
        for k in range(n_ready):
            s = ready_stops[k]
            is_ready[s] = False
            for c in range(n_levels):
                label = next_label[c, s]
                boarding_label[c, s] = label
                boarding_s[c, s] = log.time_s[label] if label >= 0 else NEVER
                next_label[c, s] = -1
            for at in range(riding.at_stop_offset[s], riding.at_stop_offset[s + 1]):
                v, i = riding.at_variant[at], riding.at_position[at]
                if first[v] < 0:
                    queue[queued] = v
                    queued += 1
                    first[v] = i
                elif i < first[v]:
                    first[v] = i
        n_boarding = n_ready

        # Ride.
        n_off = 0
        for q in range(queued):
            v = queue[q]
            base = riding.stop_offset[v]
            length = riding.stop_offset[v + 1] - base
            events, n_runs = riding.event_offset[v], riding.n_runs[v]
            on_run[:] = n_runs
            for i in range(first[v], length):
                s = riding.stop[base + i]
                counters[0] += 1
                if riding.alight[base + i] != CLOSED:
                    for c in range(n_levels):
                        run = on_run[c]
                        if run == n_runs:
                            continue
                        level = min(c + np.int64(riding.alight[base + i]), n_levels - 1)
                        arrival = riding.arrival_s[events + run * length + i]
                        got_off = arrival + riding.alight_s[base + i]
                        label = -1
                        if got_off < off_s[level, s] and got_off < bound_s[level]:
                            if size == log.time_s.shape[0]:
                                log = _grown(log)
                            label = size
                            size = _write(
                                log, size, got_off, on_label[c], s, v, run, on_since[c], i, level, ride
                            )  # fmt: skip
                            for worse in range(level, n_levels):
                                off_s[worse, s] = min(off_s[worse, s], got_off)
                            off_label[level, s] = label
                            if not is_off[s]:
                                is_off[s] = True
                                off_stops[n_off] = s
                                n_off += 1
                        if egress_s[s] >= 0:
                            there = arrival if egress_s[s] == 0 else got_off + egress_s[s]
                            final = min(level + np.int64(egress_doubts[s]), n_levels - 1)
                            if there < bound_s[final]:
                                if size + 1 >= log.time_s.shape[0]:
                                    log = _grown(log)
                                if label < 0:
                                    label = size
                                    size = _write(
                                        log, size, got_off, on_label[c], s, v, run, on_since[c], i, level, ride
                                    )  # fmt: skip
                                size = _write(log, size, there, label, s, EGRESS, -1, -1, -1, final, ride)
                                for worse in range(final, n_levels):
                                    bound_s[worse] = min(bound_s[worse], there)
                if riding.board[base + i] == CLOSED or i == length - 1:
                    continue
                for c in range(n_levels):
                    ready = boarding_s[c, s]
                    if ready == NEVER:
                        continue
                    level = min(c + np.int64(riding.board[base + i]), n_levels - 1)
                    best = n_runs
                    for better in range(level + 1):
                        best = min(best, on_run[better])
                    column = events + i * n_runs
                    run = _earliest(riding.departure_s, column, best, ready)
                    if run < best:
                        on_run[level] = run
                        on_since[level] = i
                        on_label[level] = boarding_label[c, s]
                        for worse in range(level + 1, n_levels):
                            if on_run[worse] >= run:
                                on_run[worse] = n_runs
            first[v] = -1

        for k in range(n_boarding):
            for c in range(n_levels):
                boarding_s[c, ready_stops[k]] = NEVER

        # Walk, or stay.
        n_ready = 0
        for k in range(n_off):
            s = off_stops[k]
            is_off[s] = False
            for c in range(n_levels):
                parent = off_label[c, s]
                off_label[c, s] = -1
                if parent < 0 or ride == max_rides:
                    continue
                got_off = log.time_s[parent]
                start, stop = walking.offset[s], walking.offset[s + 1]
                for f in range(start - 1, stop):
                    if f < start:
                        if walking.change_s[s] == NEVER:
                            continue
                        to, ready, level, kind = s, got_off + walking.change_s[s], c, CHANGE
                    else:
                        counters[1] += 1
                        ready = got_off + walking.duration_s[f]
                        if ready >= bound_s[c]:
                            break
                        to, kind = walking.to[f], WALK
                        level = min(c + np.int64(walking.doubts[f]), n_levels - 1)
                    if ready >= best_ready_s[level, to] or ready >= bound_s[level]:
                        continue
                    if size == log.time_s.shape[0]:
                        log = _grown(log)
                    size = _write(log, size, ready, parent, to, kind, -1, -1, -1, level, ride)
                    for worse in range(level, n_levels):
                        best_ready_s[worse, to] = min(best_ready_s[worse, to], ready)
                    next_label[level, to] = size - 1
                    if not is_ready[to]:
                        is_ready[to] = True
                        ready_stops[n_ready] = to
                        n_ready += 1
        if n_ready == 0:
            break

    counters[2] = size
    return _cut(log, size), off_s, counters


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
def _write(log, size, time_s, parent, stop, variant, run, board, alight, level, rides):
    log.time_s[size], log.parent[size], log.stop[size] = time_s, parent, stop
    log.variant[size], log.run[size] = variant, run
    log.board[size], log.alight[size] = board, alight
    log.level[size], log.rides[size] = level, rides
    return size + 1


@njit(cache=True, nogil=True)
def _new_log(n):
    return Labels(
        np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32),
        np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8),
        np.empty(n, np.uint8),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _grown(log):
    old = log.time_s.shape[0]
    new = _new_log(2 * old)
    new.time_s[:old], new.parent[:old], new.stop[:old] = log.time_s, log.parent, log.stop
    new.variant[:old], new.run[:old] = log.variant, log.run
    new.board[:old], new.alight[:old] = log.board, log.alight
    new.level[:old], new.rides[:old] = log.level, log.rides
    return new


@njit(cache=True, nogil=True)
def _cut(log, n):
    return Labels(
        log.time_s[:n], log.parent[:n], log.stop[:n], log.variant[:n], log.run[:n],
        log.board[:n], log.alight[:n], log.level[:n], log.rides[:n],
    )  # fmt: skip
