"""The search with a limit on what is rolled in all: multi-label RAPTOR on plain arrays. NumPy and Numba only.

After McRAPTOR (Delling, Pajor, Werneck 2012): at every stop a bag of labels of which none is as good as another in
time, doubts, metres and rides. Metres are whole decimetres, so that sums and comparisons are exact. A later and
more doubtful way that is shorter stays in its bag, because only the shorter one may still go on within the limit.

Everything else is as in ``planner.routing.raptor``: a ride is followed by exactly one footpath or one change, and
several departures come the latest first.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner.routing.state import ACCESS, CHANGE, CLOSED, EGRESS, NEVER, WALK, Labels

UNCOUNTED: dict[str, Any] = {"_nrt": False}  # as in raptor
compiled = njit(cache=True, nogil=True, **UNCOUNTED)

# Columns of the log, one row for each label. LINK is the next label of the same bag, -1 at its end; ONWARD the row of
# Riding.next_variant if this one stays aboard, else -1.
TIME, PARENT, STOP, VARIANT, RUN, ENTERED, LEFT, LEVEL, RIDES, ROLLED, LINK, ONWARD = range(12)
N_COLUMNS = 12


class Ends(NamedTuple):
    """Where the question ends, and how far one may roll before."""

    egress_s: NDArray[np.int32]  # [S spots] -1: too far
    egress_doubts: NDArray[np.uint8]
    egress_dm: NDArray[np.int32]
    least_s: NDArray[np.int32]  # [S] at least so long from here to the destination
    most_dm: NDArray[np.int64]  # [1]
    until_s: np.int64  # least_s holds for who arrives by then


class Bags(NamedTuple):
    """What the rounds remember, for S spots. Bags are chains of labels, the newest first."""

    off_bag: NDArray[np.int32]  # [S] the newest label of having got off here, -1: none
    ready_bag: NDArray[np.int32]  # [S] the newest label of standing ready here
    aboard_bag: NDArray[np.int32]  # [N] the newest label of staying aboard where a run goes on
    there_s: NDArray[np.int32]  # [K, C] earliest arrival with at most k rides and c doubts
    bound_s: NDArray[np.int32]  # [K, C] the same as far as it prunes: none after ``Ends.until_s``
    unhurried: NDArray[np.bool_]  # [S] the first boarding here needs no ``board_s``
    ready_stops: NDArray[np.int32]  # lists of stops, with the marks that keep them free of repetition
    is_ready: NDArray[np.bool_]
    off_stops: NDArray[np.int32]
    is_off: NDArray[np.bool_]
    queue: NDArray[np.int32]  # variants to ride, and [V] the position of each to begin at
    first: NDArray[np.int32]
    seats: NDArray[np.int32]  # [N, 5] while riding a variant: run, level, rolled, since which position, label
    tally: NDArray[np.int64]


SCANNED, CHECKED, WRITTEN, READY, OFF, SEATED, NEW_READY, NEW_OFF = range(8)  # of Bags.tally; NEW_: labels from here on
S_RUN, S_LEVEL, S_ROLLED, S_SINCE, S_LABEL = range(5)  # columns of Bags.seats


@njit(cache=True, nogil=True)
def search_limited(
    riding, walking, depart_s, access_stop, access_s, access_level, access_dm, egress_s, egress_doubts, egress_dm,
    max_rides, n_levels, most_dm, least_s, until_s,
):  # fmt: skip
    """Search as ``raptor.search`` does, among the ways on which at most ``most_dm`` decimetres are rolled in all.

    Parameters
    ----------
    access_dm : int32[A]; egress_dm : int32[S]
        How long the walks at both ends are. The others are those of ``raptor.search``.

    Returns
    -------
    labels : Labels
    tally : int64[8]
        Positions scanned, footpaths checked, labels written (the rest is internal).
    """
    bags = _new_bags(riding, walking, max_rides + 1, n_levels)
    ends = Ends(egress_s, egress_doubts, egress_dm, least_s, np.full(1, most_dm, np.int64), until_s)
    log = np.empty((1024 + access_stop.shape[0], N_COLUMNS), np.int32)
    for a in range(access_stop.shape[0]):
        bags.unhurried[access_stop[a]] |= access_s[a] == 0
    for d in range(depart_s.shape[0]):
        log = _with_room(log, bags.tally[WRITTEN], access_stop.shape[0])
        bags.tally[READY], bags.tally[NEW_READY] = 0, bags.tally[WRITTEN]
        for a in range(access_stop.shape[0]):
            level, ready = min(np.int64(access_level[a]), n_levels - 1), depart_s[d] + access_s[a]
            _stand(bags, ends, log, ready, -1, access_stop[a], ACCESS, level, access_dm[a], 0)
        log = _run_rounds(riding, walking, bags, ends, log, max_rides)
    return _as_labels(log[: bags.tally[WRITTEN]]), bags.tally


@njit(cache=True, nogil=True)
def _run_rounds(riding, walking, bags, ends, log, max_rides):
    """Ride and walk until nothing new is reached; gives the log, which may have moved to make room."""
    for ride in range(1, max_rides + 1):
        queued = _open_round(riding, bags)
        at = 0
        while at < queued:
            log = _with_room(log, bags.tally[WRITTEN], _rides_at_most(riding, bags, bags.queue[at]))
            at = _ride_all(riding, bags, ends, log, at, queued, ride)
        at = bags.tally[NEW_OFF]
        while at < bags.tally[WRITTEN]:
            log = _with_room(log, bags.tally[WRITTEN], _onward_at_most(riding, log[at, ONWARD]))
            at = _go_on_all(riding, bags, ends, log, at, ride)
        bags.tally[READY], bags.tally[NEW_READY] = 0, bags.tally[WRITTEN]
        at = 0
        while at < bags.tally[OFF]:
            log = _with_room(log, bags.tally[WRITTEN], _walks_at_most(walking, bags, log, bags.off_stops[at]))
            at = _walk_all(walking, bags, ends, log, at, ride, ride < max_rides)
        if bags.tally[READY] == 0:
            break
    return log


@compiled
def _open_round(riding, bags):
    """Queue the variants that pass those who stand ready since the round before."""
    queued = 0
    for k in range(bags.tally[READY]):
        s = bags.ready_stops[k]
        bags.is_ready[s] = False
        for at in range(riding.at_stop_offset[s], riding.at_stop_offset[s + 1]):
            v, i = riding.at_variant[at], riding.at_position[at]
            if bags.first[v] < 0:
                bags.queue[queued] = v
                queued += 1
                bags.first[v] = i
            elif i < bags.first[v]:
                bags.first[v] = i
    bags.tally[OFF], bags.tally[NEW_OFF] = 0, bags.tally[WRITTEN]
    return queued


@compiled
def _rides_at_most(riding, bags, v):
    """How many labels riding a variant can write: every run and level twice at each position, and staying aboard."""
    n_runs, n_levels = riding.n_runs[v], bags.bound_s.shape[1]
    stays = n_runs if riding.run_offset[v] >= 0 else 0
    return (2 * (riding.stop_offset[v + 1] - riding.stop_offset[v]) + stays) * n_runs * n_levels


@compiled
def _onward_at_most(riding, at):
    """How many labels riding on from a row of ``next_variant`` can write."""
    n = 0
    while at >= 0:
        v = riding.next_variant[at]
        n += 2 * (riding.stop_offset[v + 1] - riding.stop_offset[v]) + 1
        at = riding.next_more[at]
    return n


@compiled
def _walks_at_most(walking, bags, log, s):
    """How many labels the walks from a stop of this round can write."""
    fresh, label = 0, bags.off_bag[s]
    while label >= bags.tally[NEW_OFF]:
        fresh += 1
        label = log[label, LINK]
    return fresh * (walking.offset[s + 1] - walking.offset[s] + 1)


@compiled
def _ride_all(riding, bags, ends, log, begin, queued, ride):
    """Ride the queued variants from ``begin`` on; gives the first for which the log has no room, or all."""
    for q in range(begin, queued):
        v = bags.queue[q]
        if bags.tally[WRITTEN] + _rides_at_most(riding, bags, v) > log.shape[0]:
            return q
        _ride(riding, bags, ends, log, v, ride)
    return queued


@compiled
def _walk_all(walking, bags, ends, log, begin, ride, go_on):
    """Walk from the stops of this round; gives the first for which the log has no room, or all."""
    for k in range(begin, bags.tally[OFF]):
        s = bags.off_stops[k]
        if bags.tally[WRITTEN] + _walks_at_most(walking, bags, log, s) > log.shape[0]:
            return k
        bags.is_off[s] = False
        if go_on:
            _move_on(walking, bags, ends, log, s, ride)
    return bags.tally[OFF]


@compiled
def _ride(riding, bags, ends, log, v, ride):
    """Ride one variant from its first queued position to its end, in every run that is worth it."""
    base = riding.stop_offset[v]
    length = riding.stop_offset[v + 1] - base
    bags.tally[SEATED] = 0
    for i in range(bags.first[v], length):
        s = riding.stop[base + i]
        if riding.alight[base + i] != CLOSED:
            for n in range(bags.tally[SEATED]):
                seat = bags.seats[n]
                _get_off(
                    riding, bags, ends, log, v, i, np.int64(seat[S_RUN]), np.int64(seat[S_LEVEL]), seat[S_ROLLED],
                    seat[S_SINCE], seat[S_LABEL], ride,
                )  # fmt: skip
        if riding.board[base + i] != CLOSED and i < length - 1:
            label = bags.ready_bag[s]
            while label >= bags.tally[NEW_READY]:
                _get_on(riding, bags, log, v, i, s, label, ride)
                label = log[label, LINK]
    bags.tally[SCANNED] += length - bags.first[v]
    bags.first[v] = -1
    if riding.run_offset[v] >= 0:
        for n in range(bags.tally[SEATED]):
            seat = bags.seats[n]
            for run in range(seat[S_RUN], riding.n_runs[v]):  # a later run may go on as something else
                _sit_down(
                    riding, bags, log, v, run, np.int64(seat[S_LEVEL]), seat[S_ROLLED], seat[S_SINCE], seat[S_LABEL],
                    ride,
                )  # fmt: skip


@compiled
def _sit_down(riding, bags, log, v, run, level, rolled, since, parent, ride):
    """Stay aboard at the end of a run that goes on, unless somebody does who is no worse in anything."""
    at, last = riding.run_offset[v] + run, riding.stop_offset[v + 1] - riding.stop_offset[v] - 1
    if riding.next_variant[at] < 0:
        return
    arrival = riding.arrival_s[riding.event_offset[v] + run * (last + 1) + last]
    if arrival >= bags.bound_s[ride, level]:
        return
    if _welcome(log, bags.aboard_bag, at, arrival, level, rolled, ride):
        s = riding.stop[riding.stop_offset[v] + last]
        label = _write(bags, log, arrival, parent, s, v, run, since, last, level, ride, rolled)
        log[label, ONWARD] = at
        _put(log, bags.aboard_bag, at, label)


@compiled
def _go_on_all(riding, bags, ends, log, begin, ride):
    """Ride on from the labels that stay aboard; gives the first for which the log has no room, or the end of all."""
    label = begin
    while label < bags.tally[WRITTEN]:
        at = np.int64(log[label, ONWARD])
        if bags.tally[WRITTEN] + _onward_at_most(riding, at) > log.shape[0]:
            return label
        level, rolled = np.int64(log[label, LEVEL]), log[label, ROLLED]
        while at >= 0:
            v, run = np.int64(riding.next_variant[at]), np.int64(riding.next_run[at])
            base = riding.stop_offset[v]
            length = riding.stop_offset[v + 1] - base
            for i in range(1, length):
                if riding.alight[base + i] != CLOSED:
                    _get_off(riding, bags, ends, log, v, i, run, level, rolled, 0, label, ride)
            bags.tally[SCANNED] += length - 1
            if riding.run_offset[v] >= 0:
                _sit_down(riding, bags, log, v, run, level, rolled, 0, label, ride)
            at = np.int64(riding.next_more[at])
        label += 1
    return label


@compiled
def _get_on(riding, bags, log, v, i, s, label, ride):
    """Take a seat at position i, unless somebody sits there who is no worse in anything."""
    n_runs, at = riding.n_runs[v], riding.stop_offset[v] + i
    ready = log[label, TIME] + (0 if ride == 1 and bags.unhurried[s] else riding.board_s[at])
    run = _earliest(riding.departure_s, riding.event_offset[v] + i * n_runs, n_runs, ready)
    if run == n_runs:
        return
    level = min(log[label, LEVEL] + np.int64(riding.board[at]), bags.bound_s.shape[1] - 1)
    rolled, seats, kept = log[label, ROLLED], bags.seats, 0
    for seat in range(bags.tally[SEATED]):
        if seats[seat, S_RUN] <= run and seats[seat, S_LEVEL] <= level and seats[seat, S_ROLLED] <= rolled:
            return  # nobody before this one was worse than the newcomer: nothing was moved yet
    for seat in range(bags.tally[SEATED]):
        if not (run <= seats[seat, S_RUN] and level <= seats[seat, S_LEVEL] and rolled <= seats[seat, S_ROLLED]):
            for column in range(5):
                seats[kept, column] = seats[seat, column]
            kept += 1
    seats[kept, S_RUN], seats[kept, S_LEVEL], seats[kept, S_ROLLED] = run, level, rolled
    seats[kept, S_SINCE], seats[kept, S_LABEL] = i, label
    bags.tally[SEATED] = kept + 1


@compiled
def _get_off(riding, bags, ends, log, v, i, run, aboard, rolled, since, parent, ride):
    """Get off at position i, having sat at a level of doubts; maybe that is the destination."""
    at, n_levels = riding.stop_offset[v] + i, bags.bound_s.shape[1]
    length, s = riding.stop_offset[v + 1] - riding.stop_offset[v], riding.stop[at]
    level = min(aboard + np.int64(riding.alight[at]), n_levels - 1)
    arrival = riding.arrival_s[riding.event_offset[v] + run * length + i]
    got_off = arrival + riding.alight_s[at]
    egress_s = ends.egress_s[s]
    there = arrival if egress_s == 0 else got_off + egress_s
    final = min(level + np.int64(ends.egress_doubts[s]), n_levels - 1)
    within = rolled + ends.egress_dm[s] <= ends.most_dm[0]
    arrives = egress_s >= 0 and within and there < bags.there_s[ride, final]
    useful = got_off + ends.least_s[s] < bags.bound_s[ride, level]
    better = useful and _welcome(log, bags.off_bag, s, got_off, level, rolled, ride)
    if not (better or arrives):
        return
    label = _write(bags, log, got_off, parent, s, v, run, since, i, level, ride, rolled)
    if better:
        _put(log, bags.off_bag, s, label)
        if not bags.is_off[s]:
            bags.is_off[s] = True
            bags.off_stops[bags.tally[OFF]] = s
            bags.tally[OFF] += 1
    if arrives:
        _write(bags, log, there, label, s, EGRESS, -1, -1, -1, final, ride, rolled + ends.egress_dm[s])
        for k in range(ride, bags.bound_s.shape[0]):
            for c in range(final, n_levels):
                bags.there_s[k, c] = min(bags.there_s[k, c], there)
                if there <= ends.until_s:
                    bags.bound_s[k, c] = min(bags.bound_s[k, c], there)


@compiled
def _move_on(walking, bags, ends, log, s, ride):
    """From a stop where somebody got off in this round: change here, or walk exactly one footpath."""
    n_levels, label = bags.bound_s.shape[1], bags.off_bag[s]
    while label >= bags.tally[NEW_OFF]:
        got_off, level, rolled = log[label, TIME], np.int64(log[label, LEVEL]), log[label, ROLLED]
        if walking.change_s[s] < NEVER:
            _stand(bags, ends, log, got_off + walking.change_s[s], label, s, CHANGE, level, rolled, ride)
        for f in range(walking.offset[s], walking.offset[s + 1]):
            bags.tally[CHECKED] += 1
            ready = got_off + walking.duration_s[f]
            if ready >= bags.bound_s[ride, level]:  # bounds fall with the level, durations rise: no better follows
                break
            then = min(level + np.int64(walking.doubts[f]), n_levels - 1)
            _stand(bags, ends, log, ready, label, walking.to[f], WALK, then, rolled + walking.walked_dm[f], ride)
        label = log[label, LINK]


@compiled
def _stand(bags, ends, log, ready, parent, s, kind, level, rolled, ride):
    """Stand ready at a stop, within the limit, unless somebody does who is no worse in anything."""
    if rolled > ends.most_dm[0] or ready + ends.least_s[s] >= bags.bound_s[ride, level]:
        return
    if not _welcome(log, bags.ready_bag, s, ready, level, rolled, ride):
        return
    _put(log, bags.ready_bag, s, _write(bags, log, ready, parent, s, kind, -1, -1, -1, level, ride, rolled))
    if not bags.is_ready[s]:
        bags.is_ready[s] = True
        bags.ready_stops[bags.tally[READY]] = s
        bags.tally[READY] += 1


@compiled
def _welcome(log, bag, s, time_s, level, rolled, rides):
    """Whether a bag has no label as good as this one; if so, those that are no better than it leave."""
    at = bag[s]
    while at >= 0:
        if (
            log[at, TIME] <= time_s
            and log[at, LEVEL] <= level
            and log[at, ROLLED] <= rolled
            and log[at, RIDES] <= rides
        ):
            return False
        at = log[at, LINK]
    before, at = -1, bag[s]
    while at >= 0:
        after = log[at, LINK]
        if (
            time_s <= log[at, TIME]
            and level <= log[at, LEVEL]
            and rolled <= log[at, ROLLED]
            and rides <= log[at, RIDES]
        ):
            if before < 0:
                bag[s] = after
            else:
                log[before, LINK] = after
        else:
            before = at
        at = after
    return True


@compiled
def _put(log, bag, s, label):
    log[label, LINK] = bag[s]
    bag[s] = label


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
def _write(bags, log, time_s, parent, stop, variant, run, entered, left, level, rides, rolled):
    row = bags.tally[WRITTEN]
    log[row, TIME], log[row, PARENT], log[row, STOP], log[row, VARIANT] = time_s, parent, stop, variant
    log[row, RUN], log[row, ENTERED], log[row, LEFT], log[row, LEVEL] = run, entered, left, level
    log[row, RIDES], log[row, ROLLED], log[row, LINK], log[row, ONWARD] = rides, rolled, -1, -1
    bags.tally[WRITTEN] = row + 1
    return row


@njit(cache=True, nogil=True)
def _new_bags(riding, walking, n_rows, n_levels):
    n_stops, n_variants, most_runs = walking.change_s.shape[0], riding.n_runs.shape[0], 0
    for v in range(n_variants):
        most_runs = max(most_runs, riding.n_runs[v])
    return Bags(
        np.full(n_stops, -1, np.int32), np.full(n_stops, -1, np.int32), np.full(riding.next_run.shape[0], -1, np.int32),
        np.full((n_rows, n_levels), NEVER, np.int32), np.full((n_rows, n_levels), NEVER, np.int32),
        np.zeros(n_stops, np.bool_), np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_),
        np.empty(n_stops, np.int32), np.zeros(n_stops, np.bool_), np.empty(n_variants, np.int32),
        np.full(n_variants, -1, np.int32), np.empty((most_runs * n_levels + 1, 5), np.int32), np.zeros(8, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _with_room(log, size, more):
    """The log itself, or a larger copy, so that ``more`` labels fit after the first ``size``."""
    if size + more <= log.shape[0]:
        return log
    new = np.empty((2 * (size + more), N_COLUMNS), np.int32)
    new[:size] = log[:size]
    return new


@njit(cache=True, nogil=True)
def _as_labels(log):
    return Labels(
        log[:, TIME], log[:, PARENT], log[:, STOP], log[:, VARIANT], log[:, RUN], log[:, ENTERED], log[:, LEFT],
        log[:, LEVEL] & 255, log[:, RIDES] & 255,  # as raptor has them: another type would compile what follows again
    )  # fmt: skip
