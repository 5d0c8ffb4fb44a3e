"""Clock times and dates of GTFS, and the times that a timetable leaves blank.

A clock time is in seconds since noon minus 12 h of its service day; it may pass 86 400.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BLANK = -1  # no time is written
UNREADABLE = -2  # something is written that is no time
MAX_HOURS = 240  # the longest train rides take a week
EARTH_RADIUS_M = 6_371_008.8
_CLOCK = re.compile(r"(\d{1,3})\s*:\s*(\d{1,2})\s*:\s*(\d{1,2})", re.ASCII)
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)


@lru_cache(maxsize=2**18)  # a day has few times, and every column of every feed repeats them
def parse_clock(text: str) -> int:
    """Turn ``H:MM:SS`` into seconds; BLANK for "", UNREADABLE for anything else, a negative time too."""
    if not text:
        return BLANK
    match = _CLOCK.fullmatch(text)
    if match is None:
        return UNREADABLE
    hours, minutes, seconds = map(int, match.groups())
    if hours > MAX_HOURS or minutes > 59 or seconds > 59:
        return UNREADABLE
    return hours * 3600 + minutes * 60 + seconds


def parse_date(text: str) -> int:
    """Turn ``YYYYMMDD`` into a proleptic Gregorian ordinal; BLANK for "", UNREADABLE for anything else."""
    if not text:
        return BLANK
    match = _DATE.fullmatch(text)
    if match is None:
        return UNREADABLE
    try:
        return date(*map(int, match.groups())).toordinal()
    except ValueError:
        return UNREADABLE


def interpolate(
    trip: NDArray[np.int32], arrival_s: NDArray[np.int32], departure_s: NDArray[np.int32], along: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Fill blank times between the timed stops of each trip, evenly along the way.

    Parameters
    ----------
    trip : int32[rows]
        Sorted; the first and the last row of each trip have both times.
    arrival_s, departure_s : int32[rows]
        Both BLANK, or both given and not decreasing along a trip.
    along : float64[rows]
        Distance from the start of the trip in any unit, not decreasing; where a stretch between two timed
        stops has no length, its stops are spaced evenly.
    """
    timed = arrival_s != BLANK
    if timed.all():
        return arrival_s, departure_s
    row = np.arange(len(trip))
    before = np.maximum.accumulate(np.where(timed, row, 0))
    after = np.minimum.accumulate(np.where(timed, row, len(trip) - 1)[::-1])[::-1]
    blank = np.flatnonzero(~timed)
    before, after = before[blank], after[blank]
    length = along[after] - along[before]
    has_length = length > 0
    even = (blank - before) / (after - before)
    share = np.where(has_length, (along[blank] - along[before]) / np.where(has_length, length, 1), even)
    start_s = departure_s[before]
    filled_s = start_s + np.rint(share * (arrival_s[after] - start_s)).astype(np.int32)
    arrival_s, departure_s = arrival_s.copy(), departure_s.copy()
    arrival_s[blank] = departure_s[blank] = filled_s
    return arrival_s, departure_s


def distance_along(
    trip: NDArray[np.int32], declared: NDArray[np.float64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give how far along its trip each row lies: as declared where that makes sense for the whole trip, else straight.

    ``declared`` is NaN where nothing is declared. A declared distance makes sense if every row of the trip
    has one, it never decreases, and it gets anywhere.
    """
    if not len(trip):
        return np.zeros(0)
    first = np.concatenate([[True], trip[1:] != trip[:-1]])
    start = np.flatnonzero(first)
    length_of = np.diff(np.append(start, len(trip)))
    step_m = np.concatenate([[0.0], _haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])])
    straight_m = np.cumsum(step_m)
    straight_m -= np.repeat(straight_m[start], length_of)
    forward = np.concatenate([[True], declared[1:] >= declared[:-1]]) | first
    sound = np.logical_and.reduceat(np.isfinite(declared) & forward, start)
    sound &= declared[start + length_of - 1] > declared[start]
    return np.where(np.repeat(sound, length_of), declared, straight_m)


def _haversine_m(
    lat_a: NDArray[np.float64], lon_a: NDArray[np.float64], lat_b: NDArray[np.float64], lon_b: NDArray[np.float64]
) -> NDArray[np.float64]:
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
