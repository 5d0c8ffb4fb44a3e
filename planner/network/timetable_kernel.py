"""Kernels of the day view: deal overtaking trips into lanes, lay out events. NumPy and Numba only."""

import numpy as np
from numba import njit


@njit(cache=True)
def deal_lanes(group, length, event, shift_s, arrival_s, departure_s):
    """Give each run the first lane of its group in which it overtakes nobody; runs come in departure order.

    Parameters
    ----------
    group, length, event : int64[R]
        Group of the run (ascending), its number of stops and its first event.
    shift_s : int32[R]
    arrival_s, departure_s : int32[E]

    Returns
    -------
    lane : int64[R]
    """
    n = group.shape[0]
    lane = np.zeros(n, np.int64)
    last_of_lane = np.empty(n, np.int64)
    used = 0
    for run in range(n):
        if run == 0 or group[run] != group[run - 1]:
            used = 0
        placed = False
        for candidate in range(used):
            before = last_of_lane[candidate]
            fits = True
            moved = shift_s[run] - shift_s[before]
            for i in range(length[run]):
                a, b = event[run] + i, event[before] + i
                if arrival_s[a] + moved < arrival_s[b] or departure_s[a] + moved < departure_s[b]:
                    fits = False
                    break
            if fits:
                lane[run] = candidate
                last_of_lane[candidate] = run
                placed = True
                break
        if not placed:
            lane[run] = used
            last_of_lane[used] = run
            used += 1
    return lane


@njit(cache=True)
def fill_events(run_offset, event_offset, length, event, shift_s, arrival_s, departure_s):
    """Copy the events of all runs into the layout of ``Timetable``."""
    total = event_offset[-1]
    arrival, departure = np.empty(total, np.int32), np.empty(total, np.int32)
    for p in range(run_offset.shape[0] - 1):
        n = run_offset[p + 1] - run_offset[p]
        for k in range(n):
            run = run_offset[p] + k
            for i in range(length[p]):
                arrival[event_offset[p] + k * length[p] + i] = arrival_s[event[run] + i] + shift_s[run]
                departure[event_offset[p] + i * n + k] = departure_s[event[run] + i] + shift_s[run]
    return arrival, departure
