"""RAPTOR on plain arrays (Delling, Pajor, Werneck 2012), with doubt as a third criterion. NumPy and Numba only.

Ids, dates and names stay outside: here a spot is a row number and NEVER is a time. A ride is followed by
exactly one footpath or by a change at the same spot, so the time of getting off and the time of standing
ready are kept apart: pruning one by the other (sound only where footpaths are transitively closed) loses
optimal answers.

Doubts are dense levels 0..C-1; level C-1 means "that many or more". With C = 1 the search is the ordinary
one over arrival and number of rides.

A variant is ridden in two phases (after Witt 2015): up to the last spot where somebody waits, everybody who is
earlier gets on; from there each level only rides out. What was ridden once, no later and from no later position, is
not ridden again. A run that goes on as another one takes along everybody who could sit in it: not only the earliest
run counts there, for a later one may go where the earliest does not.
"""

import numpy as np
from numba import njit

from planner.routing.state import (
    ACCESS,
    AFTER,
    ALIGHT,
    BOARD,
    CHANGE,
    CHECKED,
    CLOSED,
    COST,
    EGRESS,
    KIND,
    LABEL,
    NEVER,
    OFF,
    PARENT,
    READY,
    RUN,
    SCANNED,
    SEATS,
    STOP,
    TIME,
    VARIANT,
    WALK,
    WRITTEN,
    Ends,
    Labels,
    Riding,
    State,
    U,
    Walking,
    compiled,
    inlined,
)

AT_ONCE = 16  # what is cheaper done for all than asked one by one

__all__ = [
    "ACCESS",
    "CHANGE",
    "CLOSED",
    "EGRESS",
    "NEVER",
    "WALK",
    "Labels",
    "Riding",
    "U",
    "Walking",
    "search",
    "search_within",
]


@njit(cache=True, nogil=True)
def search(
    riding,
    walking,
    depart_s,
    access_stop,
    access_s,
    access_level,
    egress_s,
    egress_doubts,
    max_rides,
    n_levels,
    least_s,
    until_s,
):
    """Find the earliest arrivals for each departure, number of rides and level of doubt.

    Parameters
    ----------
    riding, walking : Riding, Walking
    depart_s : int32[D]
        Departures, the latest first. With several, each finds only what no later one makes useless.
    access_stop : int32[A]; access_s : int32[A]; access_level : uint8[A]
        Where the traveller stands ready how long after the departure, margin included, and the doubts of the
        way there. 0 seconds: the question begins at this very spot, and ``board_s`` is not asked there.
    egress_s : int32[X]; egress_doubts : uint8[X]
        Walk to the destination; 0: the stop itself (the vehicle's arrival is the arrival), -1: too far.
        An array of -1 searches one-to-all.
    max_rides : int
    n_levels : int
        C >= 1.
    least_s : int32[X]
        Seconds at least from getting off or standing ready at a spot to the destination; zeros: nothing known.
    until_s : int
        ``least_s`` holds for who arrives by then; NEVER: for everybody.

    Returns
    -------
    labels : Labels
        With one EGRESS label for every improvement at the destination; not yet a Pareto set.
    off_s : int32[K, C, X]
        Earliest time of having got off at each spot with at most that level, NEVER if not reached; with a destination
        only of what may lead there.
    tally : int64[6]
        Positions scanned, footpaths checked, labels written (the rest is internal).
    """
    return search_within(
        riding, walking, depart_s, access_stop, access_s, access_level, egress_s, egress_doubts, max_rides, n_levels,
        least_s, until_s, NEVER,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def search_within(
    riding, walking, depart_s, access_stop, access_s, access_level, egress_s, egress_doubts, max_rides, n_levels,
    least_s, until_s, within_s,
):  # fmt: skip
    """Search as ``search`` does, but only for what is reached less than ``within_s`` after its departure.

    Nothing may then be said to be reached by ``until_s`` alone: NEVER.
    """
    n_rows = 1 if depart_s.shape[0] == 1 else max_rides + 1
    state = _new_state(n_rows, n_levels, walking.change_s.shape[0], riding.n_runs.shape[0], riding.next_run.shape[0])
    ends = Ends(egress_s, egress_doubts, least_s, egress_s >= 0, until_s)
    log = np.empty((16384, 8), np.int32)
    for a in range(access_stop.shape[0]):
        state.unhurried[access_stop[a]] |= access_s[a] == 0
    for d in range(depart_s.shape[0]):
        if within_s < NEVER:
            state.bound_s[:] = np.minimum(state.bound_s, depart_s[d] + within_s)
            state.there_s[:] = np.minimum(state.there_s, depart_s[d] + within_s)
        _stand_at_all(state, ends, depart_s[d], access_stop, access_s, access_level)
        log = _run_rounds(riding, walking, state, ends, log, max_rides)
    return _columns(log, state.tally[WRITTEN]), state.off_s, state.tally


@njit(cache=True, nogil=True)
def _run_rounds(riding, walking, state, ends, log, max_rides):
    """Ride and walk until nothing new is reached; gives the log, which may have moved to make room."""
    for ride in range(1, max_rides + 1):
        queued = _open_round(riding, state)
        if queued == 0:
            _close_rides(state)
            break
        at = _ride_all(riding, state, ends, log, 0, queued, ride)
        while at < queued:
            log = _with_room(log, state.tally[WRITTEN], log.shape[0])
            at = _ride_all(riding, state, ends, log, at, queued, ride)
        at = _go_on_all(riding, state, ends, log, 0, ride)
        while at < state.tally[SEATS]:
            log = _with_room(log, state.tally[WRITTEN], log.shape[0])
            at = _go_on_all(riding, state, ends, log, at, ride)
        _close_rides(state)
        _walk_all(walking, state, ends, log, ride, ride < max_rides)
    return log


@compiled
def _stand_at_all(state, ends, depart_s, access_stop, access_s, access_level):
    """Stand ready at every spot of the access."""
    state.tally[READY] = 0
    for a in range(access_stop.shape[0]):
        level = min(np.int64(access_level[a]), state.bound_s.shape[1] - 1)
        _stand(state, ends, depart_s + access_s[a], -1, np.int64(access_stop[a]), ACCESS, level, 0)


@compiled
def _open_round(riding, state):
    """Queue the variants that pass somebody who stands ready, with the first and last such position."""
    queued = 0
    state.tally[OFF], state.tally[SEATS] = 0, 0
    for k in range(state.tally[READY]):
        s = state.ready_stops[U(k)]
        ready = state.now_s[U(s), U(0)]
        for c in range(1, state.bound_s.shape[1]):
            ready = min(ready, state.now_s[U(s), U(c)])
        at, end = riding.at_stop_offset[U(s)], riding.at_stop_offset[U(s + 1)]
        while at < end and riding.at_last_s[U(at)] >= ready:  # the latest first: the others have left for good
            v, i = riding.at_variant[U(at)], riding.at_position[U(at)]
            at += 1
            if state.first[U(v)] < 0:
                state.queue[U(queued)] = v
                queued += 1
                state.first[U(v)], state.last[U(v)] = i, i
            elif i < state.first[U(v)]:
                state.first[U(v)] = i
            elif i > state.last[U(v)]:
                state.last[U(v)] = i
    return queued


@compiled
def _ride_all(riding, state, ends, log, begin, queued, ride):
    """Ride the queued variants from ``begin`` on; gives the first for which the log has no room, or all."""
    n_levels = state.bound_s.shape[1]
    for q in range(begin, queued):
        v = np.int64(state.queue[U(q)])
        length = riding.stop_offset[U(v + 1)] - riding.stop_offset[U(v)]
        if state.tally[WRITTEN] + 3 * length * n_levels > log.shape[0]:
            return q
        if n_levels == 1:
            _ride_sure(riding, state, ends, log, v, ride)
        else:
            _ride(riding, state, ends, log, v, ride)
    return queued


@compiled
def _close_rides(state):
    """Nobody stands ready any more since the round before."""
    for k in range(state.tally[READY]):
        s = state.ready_stops[U(k)]
        state.is_ready[U(s)] = False
        for c in range(state.bound_s.shape[1]):
            state.now_s[U(s), U(c)] = NEVER
    state.tally[READY] = 0


@compiled
def _walk_all(walking, state, ends, log, ride, go_on):
    """Move on from every spot where somebody got off in this round; in the last round only clean up.

    First the changes, then the walks: at most stops nobody who walks there is earlier than who rode there.
    """
    if go_on:
        for k in range(state.tally[OFF]):
            _change(walking, state, ends, log, np.int64(state.off_stops[U(k)]), ride)
    for k in range(state.tally[OFF]):
        s = np.int64(state.off_stops[U(k)])
        state.is_off[U(s)] = False
        if go_on:
            _walk(walking, state, ends, log, s, ride)
        for c in range(state.bound_s.shape[1]):
            state.off_label[U(s), U(c)] = -1


@inlined
def _ride(riding, state, ends, log, v, ride):
    """Ride one variant from the first position where somebody waits to its end."""
    base, n_runs, n_levels = riding.stop_offset[U(v)], riding.n_runs[U(v)], state.bound_s.shape[1]
    length = riding.stop_offset[U(v + 1)] - base
    first, last = np.int64(state.first[U(v)]), np.int64(state.last[U(v)])
    state.first[U(v)] = -1
    state.tally[SCANNED] += last + 1 - first
    for c in range(n_levels):
        state.on_run[U(c)] = n_runs
    aboard = False
    for i in range(first, last + 1):
        s = np.int64(riding.stop[U(base + i)])
        if aboard and riding.alight[U(base + i)] != CLOSED:
            _get_off_all(riding, state, ends, log, v, i, length, ride, s, n_runs)
        if state.is_ready[U(s)] and riding.board[U(base + i)] != CLOSED:
            for c in range(n_levels):
                if state.now_s[U(s), U(c)] < NEVER:
                    aboard |= _get_on(riding, state, ends, log, v, i, c, s, ride, n_runs)
    if not aboard:
        return
    for c in range(n_levels):
        run = state.on_run[U(c)]
        if run < n_runs:
            since, label = state.on_since[U(c)], state.on_label[U(c)]
            _ride_out(riding, state, ends, log, v, run, last + 1, c, ride, since, label)
            _sit_down_all(riding, state, v, run, c, ride, since, label)


@inlined
def _ride_sure(riding, state, ends, log, v, ride):
    """Ride as ``_ride`` does where no doubts are counted: who sits in which run is three numbers, not three arrays."""
    base, n_runs, events = riding.stop_offset[U(v)], riding.n_runs[U(v)], riding.event_offset[U(v)]
    length, row = riding.stop_offset[U(v + 1)] - base, min(ride, state.bound_s.shape[0] - 1)
    first, last = np.int64(state.first[U(v)]), np.int64(state.last[U(v)])
    state.first[U(v)] = -1
    state.tally[SCANNED] += last + 1 - first
    on_run, since, label = n_runs, np.int64(-1), np.int64(-1)
    for i in range(first, last + 1):
        s = np.int64(riding.stop[U(base + i)])
        if on_run < n_runs and riding.alight[U(base + i)] != CLOSED:
            arrival = riding.arrival_s[U(events + on_run * length + i)]
            _get_off(riding, state, ends, log, v, i, 0, ride, s, arrival, on_run, since, label)
        ready = np.int64(state.now_s[U(s), U(0)])  # NEVER, where nobody waits, is after every bound
        if ride > 1 or not state.unhurried[U(s)]:
            ready += riding.board_s[U(base + i)]
        if (ready + ends.least_s[U(s)] >= state.bound_s[U(row), U(0)]) | (riding.board[U(base + i)] == CLOSED):
            continue
        best = on_run
        if state.reached[U(v), U(row), U(0), U(1)] <= i:
            best = min(best, np.int64(state.reached[U(v), U(row), U(0), U(0)]))
        run = _earlier(riding, events + i * n_runs, best, ready)
        if (
            run < 0
            or riding.departure_s[U(events + i * n_runs + run)] + ends.least_s[U(s)] >= (state.bound_s[U(row), U(0)])
        ):
            continue
        label = _label_of(state, log, s, 0, ride)
        on_run, since = run, np.int64(i)
        _reach(state, v, i, run, row, 0)
    if on_run < n_runs:
        _ride_out(riding, state, ends, log, v, on_run, last + 1, 0, ride, since, label)
        _sit_down_all(riding, state, v, on_run, 0, ride, since, label)


@inlined
def _get_off_all(riding, state, ends, log, v, i, length, ride, s, n_runs):
    """Get off at position i from every level that sits in a run."""
    for c in range(state.bound_s.shape[1]):
        run = state.on_run[U(c)]
        if run < n_runs:
            arrival = riding.arrival_s[U(riding.event_offset[U(v)] + run * length + i)]
            since, label = state.on_since[U(c)], state.on_label[U(c)]
            _get_off(riding, state, ends, log, v, i, c, ride, s, arrival, run, since, label)


@inlined
def _ride_out(riding, state, ends, log, v, run, begin, c, ride, since, label):
    """Sit in one run of a variant from position ``begin`` to its end."""
    base = riding.stop_offset[U(v)]
    length = riding.stop_offset[U(v + 1)] - base
    events = riding.event_offset[U(v)] + run * length
    row = min(ride, state.bound_s.shape[0] - 1)
    for i in range(begin, length):
        arrival, s = riding.arrival_s[U(events + i)], np.int64(riding.stop[U(base + i)])
        if arrival + ends.least_s[U(s)] >= state.bound_s[U(row), U(c)]:  # nor does any stop behind it lead there sooner
            state.tally[SCANNED] += i - begin
            return
        if riding.alight[U(base + i)] != CLOSED:
            _get_off(riding, state, ends, log, v, i, c, ride, s, arrival, run, since, label)
    state.tally[SCANNED] += length - begin


@inlined
def _get_off(riding, state, ends, log, v, i, c, ride, s, arrival, run, since, parent):
    """Get off at position i, having sat at level c; maybe that is the destination."""
    at, n_levels, row = riding.stop_offset[U(v)] + i, state.bound_s.shape[1], min(ride, state.bound_s.shape[0] - 1)
    level = min(c + np.int64(riding.alight[U(at)]), n_levels - 1)
    got_off = arrival + riding.alight_s[U(at)]
    better = (
        got_off < state.off_s[U(row), U(level), U(s)] and got_off + ends.least_s[U(s)] < state.bound_s[U(row), U(level)]
    )
    arrives, there, final = False, got_off, level
    if ends.is_end[U(s)]:
        egress_s = ends.egress_s[U(s)]
        there = arrival if egress_s == 0 else got_off + egress_s
        final = min(level + np.int64(ends.egress_doubts[U(s)]), n_levels - 1)
        arrives = there < state.there_s[U(row), U(final)]
    if not (better or arrives):
        return
    label = _write(log, state, got_off, parent, s, v, run, since, i, level, ride)
    if better:
        state.off_label[U(s), U(level)] = label
        _lower(state.off_s, s, row, level, got_off)
        if not state.is_off[U(s)]:
            state.is_off[U(s)] = True
            state.off_stops[U(state.tally[OFF])] = s
            state.tally[OFF] += 1
    if arrives:
        _write(log, state, there, label, s, EGRESS, -1, -1, -1, final, ride)
        for k in range(row, state.bound_s.shape[0]):
            for c2 in range(final, n_levels):
                state.there_s[U(k), U(c2)] = min(state.there_s[U(k), U(c2)], there)
                if there <= ends.until_s:
                    state.bound_s[U(k), U(c2)] = min(state.bound_s[U(k), U(c2)], there)


@inlined
def _get_on(riding, state, ends, log, v, i, c, s, ride, n_runs):
    """Get on at position i from level c, if that gives an earlier run than any level as good, and news."""
    n_levels, row = state.bound_s.shape[1], min(ride, state.bound_s.shape[0] - 1)
    at = riding.stop_offset[U(v)] + i
    level = min(c + np.int64(riding.board[U(at)]), n_levels - 1)
    best = n_runs
    for lower in range(level + 1):
        best = min(best, state.on_run[U(lower)])
    if state.reached[U(v), U(row), U(level), U(1)] <= i:
        best = min(best, np.int64(state.reached[U(v), U(row), U(level), U(0)]))
    column = riding.event_offset[U(v)] + i * n_runs
    ready = np.int64(state.now_s[U(s), U(c)])
    if ride > 1 or not state.unhurried[U(s)]:
        ready += riding.board_s[U(at)]
    run = _earlier(riding, column, best, ready)
    if run < 0 or riding.departure_s[U(column + run)] + ends.least_s[U(s)] >= state.bound_s[U(row), U(level)]:
        return False
    label = _label_of(state, log, s, c, ride)
    state.on_run[U(level)], state.on_since[U(level)], state.on_label[U(level)] = run, i, label
    for worse in range(level + 1, n_levels):
        if state.on_run[U(worse)] >= run:
            state.on_run[U(worse)] = n_runs
    _reach(state, v, i, run, row, level)
    return True


@inlined
def _label_of(state, log, s, c, ride):
    """The label of standing ready at a spot, written when the first vehicle is boarded there."""
    label = np.int64(state.now[U(s), U(c), U(LABEL)])
    if label < 0:
        after, kind = state.now[U(s), U(c), U(AFTER)], state.now[U(s), U(c), U(KIND)]
        label = _write(log, state, state.now_s[U(s), U(c)], after, s, kind, -1, -1, -1, c, ride - 1)
        state.now[U(s), U(c), U(LABEL)] = label
    return label


@inlined
def _reach(state, v, i, run, row, level):
    """Remember that a run is ridden from position i: who is no less doubtful need not do it again."""
    for k in range(row, state.bound_s.shape[0]):
        for c in range(level, state.bound_s.shape[1]):
            if state.reached[U(v), U(k), U(c), U(0)] <= run and state.reached[U(v), U(k), U(c), U(1)] <= i:
                break
            state.reached[U(v), U(k), U(c), U(0)], state.reached[U(v), U(k), U(c), U(1)] = run, i


@inlined
def _sit_down_all(riding, state, v, earliest, c, ride, since, label):
    """At the end of a variant everybody stays in the run he could have taken, where it goes on.

    Not only the earliest: a later run of the pattern may go on as something else.
    """
    if riding.run_offset[U(v)] < 0:
        return
    row = min(ride, state.bound_s.shape[0] - 1)
    length = riding.stop_offset[U(v + 1)] - riding.stop_offset[U(v)]
    for run in range(earliest, riding.n_runs[U(v)]):
        if riding.arrival_s[U(riding.event_offset[U(v)] + (run + 1) * length - 1)] >= state.bound_s[U(row), U(c)]:
            return
        _sit_down(riding, state, v, run, c, ride, since, label)


@inlined
def _sit_down(riding, state, v, run, c, ride, since, label):
    """Keep the seat in a run that goes on, unless somebody no more doubtful, with no more rides, did already."""
    n_levels, row = state.bound_s.shape[1], min(ride, state.bound_s.shape[0] - 1)
    at = riding.run_offset[U(v)] + run
    if riding.next_variant[U(at)] < 0 or np.int64(state.went_on[U(row), U(at)]) >= n_levels - c:
        return
    for k in range(row, state.bound_s.shape[0]):
        if np.int64(state.went_on[U(k), U(at)]) < n_levels - c:
            state.went_on[U(k), U(at)] = n_levels - c
    seat = U(state.tally[SEATS])
    state.seats[seat, U(0)], state.seats[seat, U(1)], state.seats[seat, U(2)] = v, run, since
    state.seats[seat, U(3)], state.seats[seat, U(4)], state.seats[seat, U(5)] = label, c, at
    state.tally[SEATS] += 1


@compiled
def _go_on_all(riding, state, ends, log, begin, ride):
    """Ride on in the next trips of the same vehicles; gives the first seat for which the log has no room, or all."""
    row = min(ride, state.bound_s.shape[0] - 1)
    seat = begin
    while seat < state.tally[SEATS]:
        v, run, since, label, c, at = (
            np.int64(state.seats[U(seat), U(0)]), np.int64(state.seats[U(seat), U(1)]),
            np.int64(state.seats[U(seat), U(2)]), np.int64(state.seats[U(seat), U(3)]),
            np.int64(state.seats[U(seat), U(4)]), np.int64(state.seats[U(seat), U(5)]),
        )  # fmt: skip
        if state.tally[WRITTEN] + 1 + _labels_after(riding, at) > log.shape[0]:
            return seat
        seat += 1
        base = riding.stop_offset[U(v)]
        end = riding.stop_offset[U(v + 1)] - base - 1
        arrival = riding.arrival_s[U(riding.event_offset[U(v)] + run * (end + 1) + end)]
        if arrival >= state.bound_s[U(row), U(c)]:
            continue
        sits = _write(log, state, arrival, label, np.int64(riding.stop[U(base + end)]), v, run, since, end, c, ride)
        while at >= 0:
            onto, as_run = np.int64(riding.next_variant[U(at)]), np.int64(riding.next_run[U(at)])
            _go_on(riding, state, ends, log, onto, as_run, c, ride, row, sits)
            at = np.int64(riding.next_more[U(at)])
    return seat


@inlined
def _labels_after(riding, at):
    """How many labels riding on from a row of ``next_run`` can _write."""
    positions = 0
    while at >= 0:
        v = riding.next_variant[U(at)]
        positions += riding.stop_offset[U(v + 1)] - riding.stop_offset[U(v)]
        at = np.int64(riding.next_more[U(at)])
    return 2 * positions


@compiled
def _go_on(riding, state, ends, log, v, run, c, ride, row, label):
    """Sit in a run from its start; what was ridden so already is not ridden again, but its end goes on."""
    n_levels = state.bound_s.shape[1]
    reached_run, reached_at = state.reached[U(v), U(row), U(c), U(0)], state.reached[U(v), U(row), U(c), U(1)]
    known = state.seated[U(v), U(row), U(c)] <= run or (reached_run <= run and reached_at == 0)
    if not known:
        for k in range(row, state.bound_s.shape[0]):
            for c2 in range(c, n_levels):
                state.seated[U(v), U(k), U(c2)] = min(np.int64(state.seated[U(v), U(k), U(c2)]), run)
        _ride_out(riding, state, ends, log, v, run, 1, c, ride, 0, label)
    if riding.run_offset[U(v)] >= 0:
        _sit_down(riding, state, v, run, c, ride, 0, label)


@inlined
def _change(walking, state, ends, log, s, ride):
    """Stay at a spot where somebody got off in this round."""
    change_s = walking.change_s[U(s)]
    if change_s < NEVER:
        for c in range(state.bound_s.shape[1]):
            parent = np.int64(state.off_label[U(s), U(c)])
            if parent >= 0:
                _stand(state, ends, log[U(parent), U(TIME)] + change_s, parent, s, CHANGE, c, ride)


@inlined
def _walk(walking, state, ends, log, s, ride):
    """Walk exactly one footpath from a spot where somebody got off in this round."""
    n_levels, row = state.bound_s.shape[1], min(ride, state.bound_s.shape[0] - 1)
    begin = walking.offset[U(s)]
    for c in range(n_levels):
        end = walking.offset[U(s + 1)]
        parent = np.int64(state.off_label[U(s), U(c)])
        if parent < 0:
            continue
        got_off, bound = np.int64(log[U(parent), U(TIME)]), state.bound_s[U(row), U(c)]
        if got_off + ends.least_s[U(s)] >= bound:  # the destination came nearer since
            continue
        f = begin
        while f < end:
            upto, n_news = min(f + AT_ONCE, end), 0
            while f < upto:  # one in ten is news, and nobody foresees which: noted without asking, then looked at
                ready, level = got_off + walking.duration_s[U(f)], 0
                if ready >= bound:  # bounds fall with the level and durations rise: nothing better follows
                    end = f
                    break
                if n_levels > 1:
                    level = min(c + np.int64(walking.doubts[U(f)]), n_levels - 1)
                state.news[U(n_news)] = f
                n_news += ready < state.ready_s[U(row), U(level), U(walking.to[U(f)])]
                f += 1
            for n in range(n_news):
                g, level = state.news[U(n)], 0
                if n_levels > 1:
                    level = min(c + np.int64(walking.doubts[U(g)]), n_levels - 1)
                ready = got_off + walking.duration_s[U(g)]
                _stand(state, ends, ready, parent, np.int64(walking.to[U(g)]), WALK, level, ride)
        state.tally[CHECKED] += f - begin


@inlined
def _stand(state, ends, ready, parent, s, kind, level, ride):
    """Stand ready at a spot, if that is news."""
    row = min(ride, state.bound_s.shape[0] - 1)
    if ready >= state.ready_s[U(row), U(level), U(s)]:
        return
    if ready + ends.least_s[U(s)] >= state.bound_s[U(row), U(level)]:
        return
    state.now_s[U(s), U(level)], state.now[U(s), U(level), U(AFTER)] = ready, parent
    state.now[U(s), U(level), U(KIND)], state.now[U(s), U(level), U(LABEL)] = kind, -1
    _lower(state.ready_s, s, row, level, ready)
    if not state.is_ready[U(s)]:
        state.is_ready[U(s)] = True
        state.ready_stops[U(state.tally[READY])] = s
        state.tally[READY] += 1


@inlined
def _lower(best, s, row, level, value):
    """Write a better value of spot s into [K, C, X] and into every entry that may not be worse than it."""
    for k in range(row, best.shape[0]):
        if best[U(k), U(level), U(s)] <= value:
            break
        for c in range(level, best.shape[1]):
            if best[U(k), U(c), U(s)] <= value:
                break
            best[U(k), U(c), U(s)] = value


@inlined
def _earlier(riding, column, best, ready):
    """The first run of a column before ``best`` that leaves at ``ready`` or later; -1 if none does."""
    if best == 0 or riding.departure_s[U(column + best - 1)] < ready:
        return np.int64(-1)
    low, high = np.int64(0), np.int64(best)
    while high - low > AT_ONCE:
        middle = (low + high) >> 1
        if riding.departure_s[U(column + middle)] < ready:
            low = middle + 1
        else:
            high = middle
    gone = low
    for run in range(low, high):  # counted, not searched: that waits for no guess
        gone += riding.departure_s[U(column + run)] < ready
    return gone


@inlined
def _write(log, state, time_s, parent, stop, variant, run, board, alight, level, rides):
    """Write one label; gives its row."""
    row = state.tally[WRITTEN]
    at = U(row)
    log[at, U(0)], log[at, U(1)], log[at, U(2)], log[at, U(3)] = time_s, parent, stop, variant
    log[at, U(4)], log[at, U(5)], log[at, U(6)], log[at, U(7)] = run, board, alight, rides << 8 | level
    state.tally[WRITTEN] = row + 1
    return row


@njit(cache=True, nogil=True)
def _new_state(n_rows, n_levels, n_stops, n_variants, n_next):
    """Nothing reached yet."""
    best, here = (n_rows, n_levels, n_stops), (n_stops, n_levels)
    variants = n_variants if n_next else 0
    return State(
        np.full(best, NEVER, np.int32), np.full(here, -1, np.int32), np.full(best, NEVER, np.int32),
        np.full(here, NEVER, np.int32), np.empty((n_stops, n_levels, 3), np.int32),
        np.full((n_rows, n_levels), NEVER, np.int32), np.full((n_rows, n_levels), NEVER, np.int32),
        np.zeros(n_stops, np.bool_), np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_),
        np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_), np.empty(n_variants, np.int32),
        np.full(n_variants, -1, np.int32), np.empty(n_variants, np.int32),
        np.full((n_variants, n_rows, n_levels, 2), NEVER, np.int32),
        np.full((variants, n_rows, n_levels), NEVER, np.int32), np.zeros((n_rows, n_next), np.uint8),
        np.empty((n_next * n_levels, 6), np.int32), np.empty(n_levels, np.int64), np.empty(n_levels, np.int64),
        np.empty(n_levels, np.int64), np.empty(AT_ONCE, np.int64), np.zeros(6, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _with_room(log, size, more):
    """The log itself, or a larger copy, so that ``more`` labels fit after the first ``size``."""
    if size + more <= log.shape[0]:
        return log
    new = np.empty((2 * (size + more), 8), np.int32)
    new[:size] = log[:size]
    return new


@njit(cache=True, nogil=True)
def _columns(log, n):
    """The first n rows of the log as labels."""
    return Labels(
        log[:n, TIME], log[:n, PARENT], log[:n, STOP], log[:n, VARIANT], log[:n, RUN], log[:n, BOARD], log[:n, ALIGHT],
        log[:n, COST] & 255, log[:n, COST] >> 8,
    )  # fmt: skip
