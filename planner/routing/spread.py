"""One-to-all on plain arrays: when every stop is reached, without remembering how. NumPy and Numba only.

The rounds of ``planner.routing.raptor`` without labels: what is kept is a time for each number of rides, level of
doubts and stop, so that a thousand departures need no more memory than one. Departures come the latest first and
prune each other (range RAPTOR: Delling, Pajor, Werneck 2012). ``spread_many`` alone runs on all cores, one state
for each origin.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from planner.routing.last_walk import shortest_ways
from planner.routing.state import CLOSED, NEVER, U

UNCOUNTED: dict[str, Any] = {"_nrt": False}  # as in raptor: inner functions keep nothing and need no reference counts
compiled = njit(cache=True, nogil=True, **UNCOUNTED)


class Starts(NamedTuple):
    """Where travellers begin: for each of O origins a list of stops reached on foot and a list of departures."""

    depart_offset: NDArray[np.int64]  # [O + 1] into depart_s
    depart_s: NDArray[np.int32]  # for each origin the latest first
    access_offset: NDArray[np.int64]  # [O + 1] into the next three
    access_stop: NDArray[np.int32]
    access_s: NDArray[np.int32]  # from departure until standing ready, margin included; 0: the question begins here
    access_level: NDArray[np.uint8]


class Shortest(NamedTuple):
    """The least time on the way to each spot over all departures so far, [S, C]; not closed over levels."""

    way_s: NDArray[np.int32]  # NEVER: not reached
    depart_s: NDArray[np.int32]
    rides: NDArray[np.uint8]


class Front(NamedTuple):
    """How far the rounds have come: S spots, K rows of rides and C levels of doubts, both closed. NEVER: not yet."""

    there_s: NDArray[np.int32]  # [S, K, C] the vehicle stops here
    off_s: NDArray[np.int32]  # [S, K, C] the traveller has got off
    ready_s: NDArray[np.int32]  # [S, K, C] the traveller stands ready
    fresh_s: NDArray[np.int32]  # [S, C] got off in this round
    next_s: NDArray[np.int32]  # [S, C] ready since this round
    boarding_s: NDArray[np.int32]  # [S, C] ready since the round before
    unhurried: NDArray[np.bool_]  # [S] the first boarding here needs no ``board_s``
    ready_stops: NDArray[np.int32]  # lists of stops, with the marks that keep them free of repetition
    is_ready: NDArray[np.bool_]
    off_stops: NDArray[np.int32]
    is_off: NDArray[np.bool_]
    queue: NDArray[np.int32]  # variants to ride,
    first: NDArray[np.int32]  # [V] the first and the last position of each where somebody waits
    last: NDArray[np.int32]
    reached: NDArray[np.int32]  # [V, K, C, 2] a run and a position from which it was ridden
    on_run: NDArray[np.int64]  # [C]
    went_on: NDArray[np.uint8]  # [K, N] C - the lowest level at which somebody stayed aboard; 0: nobody did
    seats: NDArray[np.int32]  # [N * C, 2] who stays aboard in this round: row of next_variant, and level
    counts: NDArray[np.int64]  # ready stops, stops got off at, seats, positions scanned, footpaths checked
    when: NDArray[np.int32]  # departure, and the last useful moment
    there: Shortest
    off: Shortest


READY, OFF, SEATS, SCANNED, CHECKED = range(5)  # rows of Front.counts
DEPART, UNTIL = 0, 1  # rows of Front.when


@njit(cache=True, nogil=True)
def spread(riding, walking, depart_s, access_stop, access_s, access_level, max_rides, n_levels, within_s):
    """Reach every stop from one departure.

    Parameters
    ----------
    riding, walking : Riding, Walking
    depart_s : int
    access_stop, access_s, access_level : int32[A], int32[A], uint8[A]
        As in ``raptor.search``.
    within_s : int
        How long after the departure arrivals still matter; NEVER: for ever.

    Returns
    -------
    there_s, off_s : int32[K, C, S]
        When the vehicle stops and when the traveller has got off, with at most k rides and doubts of level c;
        K = max_rides + 1, NEVER where not reached.
    """
    front = _new_front(riding, walking, max_rides + 1, n_levels)
    _set_out(riding, walking, front, depart_s, access_stop, access_s, access_level, max_rides, within_s)
    return front.there_s.transpose(1, 2, 0).copy(), front.off_s.transpose(1, 2, 0).copy()


@njit(cache=True, nogil=True)
def spread_window(riding, walking, depart_s, access_stop, access_s, access_level, max_rides, n_levels, within_s):
    """Reach every stop from each of several departures, the latest first.

    Returns
    -------
    there_s, off_s : int32[D, C, S]
        Of somebody who may set out at ``depart_s[d]`` or later, with at most ``max_rides`` rides.
    """
    n_stops = walking.change_s.shape[0]
    front = _new_front(riding, walking, max_rides + 1, n_levels)
    there_s = np.empty((depart_s.shape[0], n_levels, n_stops), np.int32)
    off_s = np.empty((depart_s.shape[0], n_levels, n_stops), np.int32)
    for d in range(depart_s.shape[0]):
        _set_out(riding, walking, front, depart_s[d], access_stop, access_s, access_level, max_rides, within_s)
        there_s[d] = front.there_s[:, max_rides].T
        off_s[d] = front.off_s[:, max_rides].T
    return there_s, off_s


@njit(cache=True, nogil=True, parallel=True)
def spread_many(riding, walking, starts, endings, max_rides, n_levels, within_s):
    """Find the shortest way from every origin to every target over all departures of the origin, on all cores.

    Returns
    -------
    way_s, depart_s : int32[O, C, J]; rides : uint8[O, C, J]
        Closed over levels; way_s is NEVER where a target is not reached.
    scanned : int64[O]
        Positions of variants looked at.
    """
    n_origins, n_targets = starts.depart_offset.shape[0] - 1, endings.offset.shape[0] - 1
    way_s = np.full((n_origins, n_levels, n_targets), NEVER, np.int32)
    depart_s = np.zeros((n_origins, n_levels, n_targets), np.int32)
    rides = np.zeros((n_origins, n_levels, n_targets), np.uint8)
    scanned = np.zeros(n_origins, np.int64)
    for o in prange(n_origins):
        front = _new_front(riding, walking, max_rides + 1, n_levels)
        _set_out_all(riding, walking, front, starts, o, max_rides, within_s)
        shortest_ways(front.there, front.off, endings, way_s[o], depart_s[o], rides[o], within_s)
        scanned[o] = front.counts[SCANNED]
    return way_s, depart_s, rides, scanned


@compiled
def _set_out_all(riding, walking, front, starts, o, max_rides, within_s):
    low, high = starts.access_offset[o], starts.access_offset[o + 1]
    for d in range(starts.depart_offset[o], starts.depart_offset[o + 1]):
        _set_out(
            riding, walking, front, starts.depart_s[d], starts.access_stop[low:high], starts.access_s[low:high],
            starts.access_level[low:high], max_rides, within_s,
        )  # fmt: skip


@compiled
def _set_out(riding, walking, front, depart_s, access_stop, access_s, access_level, max_rides, within_s):
    """Run all rounds of one departure."""
    n_levels = front.off_s.shape[2]
    front.when[DEPART] = depart_s
    front.when[UNTIL] = NEVER if within_s >= NEVER - max(depart_s, 0) else depart_s + within_s
    front.counts[READY] = front.counts[OFF] = 0
    for a in range(access_stop.shape[0]):
        s = np.int64(access_stop[U(a)])
        front.unhurried[U(s)] |= access_s[U(a)] == 0
        _stand(front, depart_s + access_s[U(a)], s, min(np.int64(access_level[U(a)]), n_levels - 1), 0)
    for ride in range(1, max_rides + 1):
        queued = _open_round(riding, front)
        front.counts[SEATS] = 0
        for q in range(queued):
            _ride(riding, front, np.int64(front.queue[U(q)]), ride)
        _go_on_all(riding, front, ride)
        for k in range(front.counts[READY]):
            for c in range(n_levels):
                front.boarding_s[U(front.ready_stops[U(k)]), U(c)] = NEVER
        front.counts[READY] = 0
        for k in range(front.counts[OFF]):
            s = np.int64(front.off_stops[U(k)])
            front.is_off[U(s)] = False
            if ride < max_rides:
                _move_on(walking, front, s, ride)
            for c in range(n_levels):
                front.fresh_s[U(s), U(c)] = NEVER
        front.counts[OFF] = 0
        if front.counts[READY] == 0:
            break


@compiled
def _open_round(riding, front):
    """Let those who stand ready since the round before board; queue the variants that pass them."""
    queued = 0
    for k in range(front.counts[READY]):
        s = front.ready_stops[U(k)]
        front.is_ready[U(s)] = False
        for c in range(front.off_s.shape[2]):
            front.boarding_s[U(s), U(c)] = front.next_s[U(s), U(c)]
            front.next_s[U(s), U(c)] = NEVER
        for at in range(riding.at_stop_offset[U(s)], riding.at_stop_offset[U(s + 1)]):
            v, i = riding.at_variant[U(at)], riding.at_position[U(at)]
            if front.first[U(v)] < 0:
                front.queue[U(queued)] = v
                queued += 1
                front.first[U(v)], front.last[U(v)] = i, i
            elif i < front.first[U(v)]:
                front.first[U(v)] = i
            elif i > front.last[U(v)]:
                front.last[U(v)] = i
    return queued


@compiled
def _ride(riding, front, v, ride):
    """Ride one variant from the first to the last position where somebody waits, and then on."""
    base, n_runs, n_levels = riding.stop_offset[U(v)], riding.n_runs[U(v)], front.off_s.shape[2]
    length, aboard = riding.stop_offset[U(v + 1)] - base, False
    first, last = np.int64(front.first[U(v)]), np.int64(front.last[U(v)])
    front.first[U(v)] = -1
    for c in range(n_levels):
        front.on_run[U(c)] = n_runs
    for i in range(first, last + 1):
        s = np.int64(riding.stop[U(base + i)])
        if aboard and riding.alight[U(base + i)] != CLOSED:
            for c in range(n_levels):
                if front.on_run[U(c)] < n_runs:
                    _get_off(riding, front, v, i, front.on_run[U(c)], c, ride)
        if riding.board[U(base + i)] != CLOSED and i < length - 1:
            for c in range(n_levels):
                if front.boarding_s[U(s), U(c)] < NEVER:
                    aboard |= _get_on(riding, front, v, i, c, s, ride)
    front.counts[SCANNED] += last + 1 - first
    if aboard:
        _ride_on(riding, front, v, last + 1, ride)


@compiled
def _ride_on(riding, front, v, begin, ride):
    """Nobody gets on any more: each level rides to the end, and stays aboard where runs go on."""
    n_runs, n_levels = riding.n_runs[U(v)], front.off_s.shape[2]
    for c in range(n_levels):
        if front.on_run[U(c)] < n_runs:
            _ride_out(riding, front, v, front.on_run[U(c)], begin, c, ride)
    if riding.run_offset[U(v)] >= 0:
        for c in range(n_levels):
            for run in range(front.on_run[U(c)], n_runs):  # a later run may go on as something else
                _sit_down(riding, front, v, run, c, ride)


@compiled
def _ride_out(riding, front, v, run, begin, c, ride):
    """Sit in one run from position ``begin`` to its end."""
    base = riding.stop_offset[U(v)]
    length = riding.stop_offset[U(v + 1)] - base
    for i in range(begin, length):
        if riding.alight[U(base + i)] != CLOSED:
            _get_off(riding, front, v, i, run, c, ride)
    front.counts[SCANNED] += length - begin


@compiled
def _sit_down(riding, front, v, run, c, ride):
    """Stay aboard a run that goes on, unless somebody no more doubtful, with no more rides, did already."""
    n_levels, at = front.off_s.shape[2], riding.run_offset[U(v)] + run
    if riding.next_variant[U(at)] < 0 or np.int64(front.went_on[U(ride), U(at)]) >= n_levels - c:
        return
    for k in range(ride, front.went_on.shape[0]):
        if np.int64(front.went_on[U(k), U(at)]) < n_levels - c:
            front.went_on[U(k), U(at)] = n_levels - c
    seat = U(front.counts[SEATS])
    front.seats[seat, U(0)], front.seats[seat, U(1)] = at, c
    front.counts[SEATS] += 1


@compiled
def _go_on_all(riding, front, ride):
    """Ride on in the next trips of the same vehicles; whoever stays aboard again joins the end of the list."""
    seat = 0
    while seat < front.counts[SEATS]:
        at, c = np.int64(front.seats[U(seat), U(0)]), np.int64(front.seats[U(seat), U(1)])
        seat += 1
        while at >= 0:
            v, run = np.int64(riding.next_variant[U(at)]), np.int64(riding.next_run[U(at)])
            _ride_out(riding, front, v, run, 1, c, ride)
            if riding.run_offset[U(v)] >= 0:
                _sit_down(riding, front, v, run, c, ride)
            at = np.int64(riding.next_more[U(at)])


@compiled
def _get_on(riding, front, v, i, c, s, ride):
    """Get on at position i from level c, if that gives an earlier run than any level as good, and is news."""
    n_levels, n_runs = front.off_s.shape[2], riding.n_runs[U(v)]
    at = riding.stop_offset[U(v)] + i
    level = min(c + np.int64(riding.board[U(at)]), n_levels - 1)
    best = n_runs
    for better in range(level + 1):
        best = min(best, front.on_run[U(better)])
    ready = np.int64(front.boarding_s[U(s), U(c)])
    if ride > 1 or not front.unhurried[U(s)]:
        ready += riding.board_s[U(at)]
    column = riding.event_offset[U(v)] + i * n_runs
    if best == 0 or riding.departure_s[U(column + best - 1)] < ready:
        return False
    run = _earliest(riding.departure_s, column, best, ready)
    if front.reached[U(v), U(ride), U(level), U(0)] <= run and front.reached[U(v), U(ride), U(level), U(1)] <= i:
        return False
    front.on_run[U(level)] = run
    for worse in range(level + 1, n_levels):
        if front.on_run[U(worse)] >= run:
            front.on_run[U(worse)] = n_runs
    for k in range(ride, front.off_s.shape[1]):
        for w in range(level, n_levels):
            if front.reached[U(v), U(k), U(w), U(0)] <= run and front.reached[U(v), U(k), U(w), U(1)] <= i:
                break
            front.reached[U(v), U(k), U(w), U(0)], front.reached[U(v), U(k), U(w), U(1)] = run, i
    return True


@compiled
def _get_off(riding, front, v, i, run, c, ride):
    base, n_levels = riding.stop_offset[U(v)], front.off_s.shape[2]
    length, s = riding.stop_offset[U(v + 1)] - base, np.int64(riding.stop[U(base + i)])
    level = min(c + np.int64(riding.alight[U(base + i)]), n_levels - 1)
    arrival = riding.arrival_s[U(riding.event_offset[U(v)] + run * length + i)]
    if arrival > front.when[UNTIL]:
        return
    if arrival < front.there_s[U(s), U(ride), U(level)]:
        _lower(front.there_s, s, ride, level, arrival)
        _shorten(front.there, front.when[DEPART], arrival, level, s, ride)
    got_off = arrival + riding.alight_s[U(base + i)]
    if got_off < front.off_s[U(s), U(ride), U(level)]:
        _lower(front.off_s, s, ride, level, got_off)
        _shorten(front.off, front.when[DEPART], got_off, level, s, ride)
        front.fresh_s[U(s), U(level)] = got_off
        if not front.is_off[U(s)]:
            front.is_off[U(s)] = True
            front.off_stops[U(front.counts[OFF])] = s
            front.counts[OFF] += 1


@compiled
def _shorten(shortest, depart_s, time_s, level, s, ride):
    way_s, known_s = time_s - depart_s, shortest.way_s[U(s), U(level)]
    if way_s < known_s or (way_s == known_s and ride < shortest.rides[U(s), U(level)]):
        shortest.way_s[U(s), U(level)], shortest.depart_s[U(s), U(level)] = way_s, depart_s
        shortest.rides[U(s), U(level)] = ride


@compiled
def _move_on(walking, front, s, ride):
    """From a stop where somebody got off in this round: change here, or walk exactly one footpath."""
    n_levels = front.off_s.shape[2]
    for c in range(n_levels):
        got_off = front.fresh_s[U(s), U(c)]
        if got_off == NEVER:
            continue
        if walking.change_s[U(s)] < NEVER:
            _stand(front, got_off + walking.change_s[U(s)], s, c, ride)
        begin, end = walking.offset[U(s)], walking.offset[U(s + 1)]
        for f in range(begin, end):
            level = min(c + np.int64(walking.doubts[U(f)]), n_levels - 1)
            _stand(front, got_off + walking.duration_s[U(f)], np.int64(walking.to[U(f)]), level, ride)
        front.counts[CHECKED] += end - begin


@compiled
def _stand(front, ready, s, level, ride):
    """Stand ready at a stop, if that is news."""
    if ready >= front.ready_s[U(s), U(ride), U(level)] or ready > front.when[UNTIL]:
        return
    front.next_s[U(s), U(level)] = ready
    _lower(front.ready_s, s, ride, level, ready)
    if not front.is_ready[U(s)]:
        front.is_ready[U(s)] = True
        front.ready_stops[U(front.counts[READY])] = s
        front.counts[READY] += 1


@compiled
def _lower(best, s, ride, level, value):
    """Write a better value of stop s into [S, K, C] and into every entry that may not be worse than it."""
    for k in range(ride, best.shape[1]):
        if best[U(s), U(k), U(level)] <= value:
            break
        for c in range(level, best.shape[2]):
            if best[U(s), U(k), U(c)] <= value:
                break
            best[U(s), U(k), U(c)] = value


@compiled
def _earliest(departure_s, column, n_runs, ready):
    """The first run of a column that leaves at ``ready`` or later; ``n_runs`` if none does."""
    low, high = np.int64(0), n_runs
    while low < high:
        middle = (low + high) >> 1
        if departure_s[U(column + middle)] < ready:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _new_front(riding, walking, n_rows, n_levels):
    n_stops, n_variants, n_next = walking.change_s.shape[0], riding.n_runs.shape[0], riding.next_run.shape[0]
    best, here = (n_stops, n_rows, n_levels), (n_stops, n_levels)
    return Front(
        np.full(best, NEVER, np.int32), np.full(best, NEVER, np.int32), np.full(best, NEVER, np.int32),
        np.full(here, NEVER, np.int32), np.full(here, NEVER, np.int32), np.full(here, NEVER, np.int32),
        np.zeros(n_stops, np.bool_), np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_),
        np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_), np.empty(n_variants, np.int32),
        np.full(n_variants, -1, np.int32), np.empty(n_variants, np.int32),
        np.full((n_variants, n_rows, n_levels, 2), NEVER, np.int32), np.empty(n_levels, np.int64),
        np.zeros((n_rows, n_next), np.uint8), np.empty((n_next * n_levels, 2), np.int32),
        np.zeros(5, np.int64), np.zeros(2, np.int32),
        Shortest(np.full(here, NEVER, np.int32), np.zeros(here, np.int32), np.zeros(here, np.uint8)),
        Shortest(np.full(here, NEVER, np.int32), np.zeros(here, np.int32), np.zeros(here, np.uint8)),
    )  # fmt: skip
