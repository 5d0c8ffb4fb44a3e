"""Kernels of the lower bounds: the fastest ride of each hop, and Dijkstra over hops and ways. NumPy and Numba only."""

import numpy as np
from numba import njit

from planner.routing.state import U

FAR = np.int64(2**31 - 1)
UNIT_S = 4  # seconds in one unit of a row, whose 16 bits then reach 72 hours


@njit(cache=True, nogil=True)
def fastest_hops(stop_offset, run_offset, event_offset, arrival_s, departure_s, low_s, high_s):
    """Seconds of the fastest run from each position of a pattern to the next, 0 at its last; FAR if there is none.

    Parameters
    ----------
    stop_offset, run_offset, event_offset : int64[P + 1]
        As ``Timetable`` has them.
    arrival_s, departure_s : int32[E]
    low_s, high_s : int
        Only of runs that leave the position not before and not after.

    Returns
    -------
    seconds : int64[stop_offset[-1]]
    """
    seconds = np.zeros(stop_offset[-1], np.int64)
    for p in range(stop_offset.shape[0] - 1):
        length, n_runs = stop_offset[p + 1] - stop_offset[p], run_offset[p + 1] - run_offset[p]
        for i in range(length - 1):
            best = FAR
            for k in range(n_runs):
                leaves = np.int64(departure_s[U(event_offset[U(p)] + i * n_runs + k)])
                if low_s <= leaves <= high_s:
                    best = min(best, arrival_s[U(event_offset[U(p)] + k * length + i + 1)] - leaves)
            seconds[stop_offset[p] + i] = max(best, 0)
    return seconds


@njit(cache=True, nogil=True)
def seconds_to(offset, tail, seconds, goals):
    """Seconds at least from every stop to the nearest of the goals, in units of UNIT_S, rounded down.

    Parameters
    ----------
    offset : int64[S + 1]; tail : int32[E]; seconds : int32[E]
        Hops by the stop where they end.
    goals : int64[G]

    Returns
    -------
    row : uint16[S]
        The largest number where no hops lead to a goal.
    """
    n = offset.shape[0] - 1
    best = np.full(n, FAR, np.int64)
    heap = np.empty(n + tail.shape[0] + 1, np.int64)  # seconds << 32 | stop
    size = 0
    for goal in goals:
        if best[goal] > 0:
            best[goal] = 0
            size = _push(heap, size, np.int64(goal))
    while size > 0:
        top = heap[0]
        size = _pop(heap, size)
        at, s = top >> 32, top & 0xFFFFFFFF
        if at > best[U(s)]:
            continue
        for e in range(offset[U(s)], offset[U(s + 1)]):
            then = at + seconds[U(e)]
            other = tail[U(e)]
            if then < best[U(other)]:
                best[U(other)] = then
                size = _push(heap, size, then << 32 | np.int64(other))
    row = np.empty(n, np.uint16)
    for s in range(n):
        row[s] = min(best[s] // UNIT_S, 65535)
    return row


@njit(cache=True, nogil=True)
def _push(heap, size, value):
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[U(above)] <= value:
            break
        heap[U(at)] = heap[U(above)]
        at = above
    heap[U(at)] = value
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap, size):
    size -= 1
    value, at = heap[U(size)], 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap[U(below + 1)] < heap[U(below)]:
            below += 1
        if heap[U(below)] >= value:
            break
        heap[U(at)] = heap[U(below)]
        at = below
    heap[U(at)] = value
    return size


@njit(cache=True, nogil=True)
def least_of(rows, more_s, stop_of):
    """Seconds at least from each spot to the destination: int32[X], the lowest over rows uint16[G, S] and more_s[G]."""
    least_s = np.empty(stop_of.shape[0], np.int32)
    for x in range(stop_of.shape[0]):
        best = FAR
        for g in range(rows.shape[0]):
            best = min(best, np.int64(rows[U(g), U(stop_of[U(x)])]) * UNIT_S + more_s[U(g)])
        least_s[U(x)] = best
    return least_s
