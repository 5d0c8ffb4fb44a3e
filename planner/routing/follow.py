"""Kernels before and after the rounds: when to set out, and which arrivals are told, ride by ride.

NumPy and Numba only.
"""

import numpy as np
from numba import njit

from planner.routing.state import ACCESS, EGRESS, U


@njit(cache=True, nogil=True)
def places_to_stand(spot_offset, spots, walk_stop, walk_s, walk_doubts, n_levels):
    """Every spot of the stops that walks lead to; of walks to one spot with the same doubts only the shortest.

    Parameters
    ----------
    spot_offset : int64[S + 1]; spots : int32[X]
        As ``View`` has them.
    walk_stop : int64[W]; walk_s : int64[W]; walk_doubts : uint8[W]
    n_levels : int

    Returns
    -------
    spot, seconds : int32[A]; level : uint8[A]; walk : int64[A]
        Ascending by spot and level; which walk leads there.
    """
    n = 0
    for w in range(walk_stop.shape[0]):
        n += spot_offset[walk_stop[w] + 1] - spot_offset[walk_stop[w]]
    key, walk = np.empty(n, np.int64), np.empty(n, np.int64)
    n = 0
    for w in range(walk_stop.shape[0]):
        level = min(np.int64(walk_doubts[w]), n_levels - 1)
        for at in range(spot_offset[walk_stop[w]], spot_offset[walk_stop[w] + 1]):
            key[n], walk[n] = (np.int64(spots[at]) << 8 | level) << 32 | walk_s[w], w
            n += 1
    order = np.argsort(key, kind="mergesort")
    spot, seconds, level = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
    kept = 0
    for at in order:
        if kept and key[at] >> 32 == (np.int64(spot[kept - 1]) << 8 | np.int64(level[kept - 1])):
            continue
        spot[kept], level[kept], seconds[kept] = key[at] >> 40, key[at] >> 32 & 255, key[at] & 0xFFFFFFFF
        order[kept] = walk[at]
        kept += 1
    return spot[:kept], seconds[:kept], level[:kept], order[:kept]


@njit(cache=True, nogil=True)
def departures(riding, at_s, window_s, access_stop, access_s):
    """Every time of setting out that just reaches a first ride within the window, the latest first.

    Parameters
    ----------
    at_s, window_s : int
        The window; its end is told too.
    access_stop, access_s : int32[A]
        As ``raptor.search`` has them.

    Returns
    -------
    depart_s : int32[D]
        Descending, without repetition.
    """
    found = np.zeros(window_s + 1, np.bool_)
    found[window_s] = True
    for a in range(access_stop.shape[0]):
        s, seconds = access_stop[U(a)], np.int64(access_s[U(a)])
        for row in range(riding.at_stop_offset[U(s)], riding.at_stop_offset[U(s + 1)]):
            v, i = riding.at_variant[U(row)], riding.at_position[U(row)]
            earlier = seconds  # who begins at the very stop needs no ``board_s``
            if seconds > 0:
                earlier += riding.board_s[U(riding.stop_offset[U(v)] + i)]
            n_runs = riding.n_runs[U(v)]
            column = riding.event_offset[U(v)] + i * n_runs
            low, high = np.int64(0), n_runs
            while low < high:
                middle = (low + high) >> 1
                if riding.departure_s[U(column + middle)] < at_s + earlier:
                    low = middle + 1
                else:
                    high = middle
            while low < n_runs:
                after = riding.departure_s[U(column + low)] - earlier - at_s
                if after >= window_s:
                    break
                found[U(after)] = True
                low += 1
    moments = np.flatnonzero(found)[::-1]
    return (moments + at_s).astype(np.int32)


@njit(cache=True, nogil=True)
def best_paths(labels, access_stop, access_s, access_level, n_levels, windowed, before_s):
    """Choose the arrivals that no other beats, and follow them back to the start.

    Parameters
    ----------
    labels : Labels
    access_stop, access_s, access_level : int32[A], int32[A], uint8[A]
        As the search had them; no spot twice with one level.
    n_levels : int
    windowed : bool
        Setting out later counts too.
    before_s : int
        Only who sets out before that is told (and beats others).

    Returns
    -------
    ends : int32[P, 4]
        When one sets out, when one arrives, the level, and how many rows of ``rides`` are of this path.
    rides : int32[N, 5]
        Variant, run, position of getting on and off, and whether it is the vehicle of the row before that goes on;
        path after path.
    """
    key = _arrivals(labels, access_stop, access_s, access_level, n_levels, before_s)
    n_ends = key.shape[0]
    kept = np.zeros(n_ends, np.bool_)
    n_kept, n_rides = 0, 0
    for x in range(n_ends):
        kept[x] = not _beaten(key, x, windowed)
        if kept[x]:
            n_kept += 1
            n_rides += _count(labels, labels.parent[key[x, 4]])
    ends, rides = np.empty((n_kept, 4), np.int32), np.empty((n_rides, 5), np.int32)
    n_kept, n_rides = 0, 0
    for x in range(n_ends):
        if kept[x]:
            n = _follow(labels, labels.parent[key[x, 4]], rides[n_rides:])
            ends[n_kept, 0], ends[n_kept, 1], ends[n_kept, 2], ends[n_kept, 3] = key[x, 0], key[x, 1], key[x, 3], n
            n_kept += 1
            n_rides += n
    return ends, rides


@njit(cache=True, nogil=True)
def _arrivals(labels, access_stop, access_s, access_level, n_levels, before_s):
    """Every arrival of who set out in time: setting out, arrival, rides, level and label."""
    n_ends = 0
    for label in range(labels.time_s.shape[0]):
        n_ends += labels.variant[label] == EGRESS
    key = np.empty((n_ends, 5), np.int64)
    n_ends = 0
    for end in range(labels.time_s.shape[0]):
        if labels.variant[end] != EGRESS:
            continue
        label = labels.parent[end]
        while labels.variant[label] != ACCESS:
            label = labels.parent[label]
        sets_out = np.int64(labels.time_s[label])
        for a in range(access_stop.shape[0]):
            level = min(np.int64(access_level[a]), n_levels - 1)
            if access_stop[a] == labels.stop[label] and level == labels.level[label]:
                sets_out -= access_s[a]
        if sets_out < before_s:
            key[n_ends, 0], key[n_ends, 1], key[n_ends, 2] = sets_out, labels.time_s[end], labels.rides[end]
            key[n_ends, 3], key[n_ends, 4] = labels.level[end], end
            n_ends += 1
    return key[:n_ends]


@njit(cache=True, nogil=True)
def _beaten(key, x, windowed):
    for y in range(key.shape[0]):  # noqa: SIM110 - numba knows no generators here
        if y != x and _beats(key, y, x, windowed):
            return True
    return False


@njit(cache=True, nogil=True)
def _beats(key, y, x, windowed):
    """Whether row y is as good as row x everywhere, and better somewhere or found before."""
    if key[y, 1] > key[x, 1] or key[y, 2] > key[x, 2] or key[y, 3] > key[x, 3]:
        return False
    if windowed and key[y, 0] < key[x, 0]:
        return False
    same = key[y, 1] == key[x, 1] and key[y, 2] == key[x, 2] and key[y, 3] == key[x, 3]
    if windowed:
        same = same and key[y, 0] == key[x, 0]
    return y < x or not same


@njit(cache=True, nogil=True)
def _follow(labels, label, rides):
    """Write the rides that lead to a label, the first one first; gives how many rows."""
    n = _count(labels, label)
    row, at = n, label
    while labels.variant[at] != ACCESS:
        if labels.variant[at] >= 0:
            row -= 1
            rides[row, 0], rides[row, 1] = labels.variant[at], labels.run[at]
            rides[row, 2], rides[row, 3] = labels.board[at], labels.alight[at]
            rides[row, 4] = labels.variant[labels.parent[at]] >= 0
        at = labels.parent[at]
    return n


@njit(cache=True, nogil=True)
def _count(labels, label):
    """How many rows of rides lead to a label."""
    n = 0
    while labels.variant[label] != ACCESS:
        n += labels.variant[label] >= 0
        label = labels.parent[label]
    return n
