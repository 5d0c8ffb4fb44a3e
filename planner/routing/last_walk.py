"""The last walk: from the stops where one gets off to the targets. NumPy and Numba only."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner.routing.state import NEVER

UNCOUNTED: dict[str, Any] = {"_nrt": False}  # as in raptor
compiled = njit(cache=True, nogil=True, **UNCOUNTED)


class Endings(NamedTuple):
    """How J targets are reached from where one gets off: by staying there (0 seconds) or by one walk."""

    offset: NDArray[np.int64]  # [J + 1] into the next three
    stop: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    doubts: NDArray[np.uint8]


@njit(cache=True, nogil=True)
def finish(there_s, off_s, endings, most):
    """Close [N, C, S] times at stops into [N, C, J] times at targets; the final walk is added where there is one.

    Parameters
    ----------
    most : int
        Later times are given as NEVER.
    """
    n_rows, n_levels, n_targets = there_s.shape[0], there_s.shape[1], endings.offset.shape[0] - 1
    best = np.full((n_rows, n_levels, n_targets), NEVER, np.int32)
    for n in range(n_rows):
        for j in range(n_targets):
            for e in range(endings.offset[j], endings.offset[j + 1]):
                s, walk_s = endings.stop[e], endings.walk_s[e]
                for c in range(n_levels):
                    time = there_s[n, c, s] if walk_s == 0 else off_s[n, c, s]
                    level = min(c + np.int64(endings.doubts[e]), n_levels - 1)
                    if time < NEVER and time + walk_s <= most and time + walk_s < best[n, level, j]:
                        best[n, level, j] = time + walk_s
            for c in range(1, n_levels):
                best[n, c, j] = min(best[n, c, j], best[n, c - 1, j])
    return best


@compiled
def shortest_ways(there, off, endings, way_s, depart_s, rides, within_s):
    """The shortest way to every target, from what is shortest at the stops around it."""
    n_levels = way_s.shape[0]
    for j in range(endings.offset.shape[0] - 1):
        for e in range(endings.offset[j], endings.offset[j + 1]):
            s, walk_s = endings.stop[e], endings.walk_s[e]
            for c in range(n_levels):
                shortest = there if walk_s == 0 else off
                if shortest.way_s[s, c] == NEVER or shortest.way_s[s, c] + walk_s > within_s:
                    continue
                level = min(c + np.int64(endings.doubts[e]), n_levels - 1)
                found, ride = shortest.way_s[s, c] + walk_s, shortest.rides[s, c]
                if found < way_s[level, j] or (found == way_s[level, j] and ride < rides[level, j]):
                    way_s[level, j], depart_s[level, j], rides[level, j] = found, shortest.depart_s[s, c], ride
        for c in range(1, n_levels):
            if way_s[c - 1, j] <= way_s[c, j]:
                way_s[c, j], depart_s[c, j], rides[c, j] = way_s[c - 1, j], depart_s[c - 1, j], rides[c - 1, j]
