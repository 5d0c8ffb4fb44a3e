"""Kernel of the timetable: which trips call at the same stops in the same way. NumPy and Numba only."""

import numpy as np
from numba import njit

_NONE = -1
_ONE = np.uint64(1)  # a signed constant would turn a hash into a float
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HIGH, _BYTE = np.uint64(32), np.uint64(8)


@njit(cache=True, nogil=True)
def number_sequences(stop, use, start, count):
    """Give trips of equal stops and uses the same number, in order of first appearance; -1: a trip without a stop.

    A hash only says where to look: trips share a number if all their stops and uses are equal.

    Parameters
    ----------
    stop : int32[N]
    use : uint8[N]
    start, count : int64[T]
        The rows of each trip.

    Returns
    -------
    numbers : int64[T]
    """
    trips = start.shape[0]
    numbers = np.full(trips, _NONE, np.int64)
    lead = np.empty(trips, np.int64)  # the first trip of each number
    size = 16
    while size < 2 * trips:
        size *= 2
    slots = np.full(size, _NONE, np.int64)
    mask = np.uint64(size - 1)
    known = 0
    for trip in range(trips):
        length = count[trip]
        if length == 0:
            continue
        at = start[trip]
        key = np.uint64(length)
        for row in range(at, at + length):
            key = _mixed(key ^ ((np.uint64(stop[row]) << _BYTE) | np.uint64(use[row])))
        slot = key & mask
        while slots[slot] != _NONE:
            other = lead[slots[slot]]
            if count[other] == length and _same(stop, use, start[other], at, length):
                break
            slot = (slot + _ONE) & mask
        if slots[slot] == _NONE:
            slots[slot] = known
            lead[known] = trip
            known += 1
        numbers[trip] = slots[slot]
    return numbers


@njit(cache=True, nogil=True, inline="always")
def _same(stop, use, a, b, length):
    for i in range(length):  # noqa: SIM110 (numba knows no all() of a generator)
        if stop[a + i] != stop[b + i] or use[a + i] != use[b + i]:
            return False
    return True


@njit(cache=True, nogil=True, inline="always")
def _mixed(word):
    word = (word ^ (word >> _HIGH)) * _MIX
    return word ^ (word >> _HIGH)
