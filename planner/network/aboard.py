"""Staying aboard: which run of a day goes on as which other one, the same vehicle under another trip.

A row of transfers.txt of type 4 says so (in-seat), or two trips of one block follow each other at one place. Rows of
type 5 (re-board) forbid it for their pair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.network.tables import Longs, Network

IN_SEAT, REBOARD = 4, 5  # transfer_type of transfers.txt

SEAM_M = 200.0
"""How far the last stop of a trip and the first of the next one of its block may lie apart.

An engineering default: the two sides of a street and the bays of one terminus lie within it; a vehicle that drives
farther between two trips of its block drives empty, and whether somebody may sit in it then nobody has said.
"""


def onward_pairs(network: Network, trip: Longs, offset: Longs) -> tuple[Longs, Longs]:
    """Find the runs that go on as another one.

    Parameters
    ----------
    trip, offset : int64[R]
        Trip of each run and its service day; all that run on such a day, also those that a view leaves out.

    Returns
    -------
    before, after : int64[N]
        Rows of runs. Several may go on as one, and one as several (vehicles coupled and divided).
    """
    named = _named_twice(network, trip)
    first, last = _ends(network, trip)
    pairs = [_by_block(network, trip, offset, first, last, named), _by_row(network, trip, offset, first, last, named)]
    before = np.concatenate([b for b, _ in pairs])
    after = np.concatenate([a for _, a in pairs])
    both = np.unique(np.stack([before, after], axis=1), axis=0) if len(before) else np.empty((0, 2), np.int64)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _named_twice(network: Network, trip: Longs) -> NDArray[np.bool_]:
    """Tell which trips are runs spelt out from frequencies: their id stands in several of these rows."""
    followed = network.trips.block >= 0
    joined = np.concatenate(_pairs_of(network, IN_SEAT))
    if len(joined):  # a row names the first run of a trip only: the others stand in its sequence
        followed |= np.isin(network.trips.sequence, network.trips.sequence[joined])
    asked = np.zeros(len(followed), np.bool_)
    asked[trip] = True
    wanted = np.flatnonzero(followed & asked)
    twice = network.trips.every_s > 0
    if len(wanted):
        # runs of one trip stand in one sequence: compare ids only where block, route and service agree as well
        trips = network.trips
        key = np.stack([trips.sequence, trips.route, trips.service, trips.block, trips.shape])[:, wanted]
        order = np.lexsort(key)
        alike = (key[:, order][:, 1:] == key[:, order][:, :-1]).all(axis=0)
        group = np.concatenate(([0], np.cumsum(~alike)))
        several = np.bincount(group)[group] > 1
        seen: dict[str, int] = {}
        for row in wanted[order[several]].tolist():
            other = seen.setdefault(trips.id[row], row)
            if other != row:
                twice[row] = twice[other] = True
    return twice


def _by_block(
    network: Network, trip: Longs, offset: Longs, first: Longs, last: Longs, named: NDArray[np.bool_]
) -> tuple[Longs, Longs]:
    """Give the runs that follow each other in a block, without gap in place or overlap in time."""
    events, block = network.events, network.trips.block[trip]
    rows = np.flatnonzero((block >= 0) & ~named[trip])
    rows = rows[np.lexsort((trip[rows], events.departure_s[first[rows]], block[rows], offset[rows]))]
    before, after = rows[:-1], rows[1:]
    together = (block[before] == block[after]) & (offset[before] == offset[after])
    before, after = before[together], after[together]
    in_time = events.arrival_s[last[before]] <= events.departure_s[first[after]]
    near = _one_place(network, _stop_at(network, trip[before], last=True), _stop_at(network, trip[after], last=False))
    refused = np.zeros(len(before), np.bool_)
    forbidden = set(zip(*(column.tolist() for column in _pairs_of(network, REBOARD)), strict=True))
    if forbidden:
        told = zip(trip[before].tolist(), trip[after].tolist(), strict=True)
        refused = np.array([pair in forbidden for pair in told], np.bool_)
    kept = in_time & near & ~refused
    return before[kept], after[kept]


def _by_row(
    network: Network, trip: Longs, offset: Longs, first: Longs, last: Longs, named: NDArray[np.bool_]
) -> tuple[Longs, Longs]:
    """Give the pairs of runs that a row of transfers.txt joins, on one service day and in order of time."""
    a, b = _pairs_of(network, IN_SEAT)
    refused = set(zip(*(column.tolist() for column in _pairs_of(network, REBOARD)), strict=True))
    row_of = (
        {(t, o): row for row, (t, o) in enumerate(zip(trip.tolist(), offset.tolist(), strict=True))} if len(a) else {}
    )
    before, after = [], []
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        if named[x] or named[y] or (x, y) in refused:
            continue
        for day in (-1, 0, 1):
            if (x, day) in row_of and (y, day) in row_of:
                before.append(row_of[x, day])
                after.append(row_of[y, day])
    earlier, later = np.array(before, np.int64), np.array(after, np.int64)
    in_time = network.events.arrival_s[last[earlier]] <= network.events.departure_s[first[later]]
    return earlier[in_time], later[in_time]


def _pairs_of(network: Network, kind: int) -> tuple[Longs, Longs]:
    """Trips that a type of transfers.txt names in pairs."""
    transfers = network.transfers
    rows = (transfers.type == kind) & (transfers.from_trip >= 0) & (transfers.to_trip >= 0)
    return transfers.from_trip[rows].astype(np.int64), transfers.to_trip[rows].astype(np.int64)


def _ends(network: Network, trip: Longs) -> tuple[Longs, Longs]:
    """First and last event of each run."""
    sequences, sequence = network.sequences, network.trips.sequence[trip]
    length = np.diff(sequences.stop_offset)[sequence]
    first = sequences.event_offset[sequence] + (trip - sequences.trip_offset[sequence]) * length
    return first, first + length - 1


def _stop_at(network: Network, trip: Longs, *, last: bool) -> Longs:
    sequences, sequence = network.sequences, network.trips.sequence[trip]
    at = sequences.stop_offset[sequence + 1] - 1 if last else sequences.stop_offset[sequence]
    return sequences.stop[at].astype(np.int64)


def _one_place(network: Network, a: Longs, b: Longs) -> NDArray[np.bool_]:
    """Whether two stops are one, share a station, or lie side by side."""
    stops = network.stops
    station = (stops.parent[a] >= 0) & (stops.parent[a] == stops.parent[b])
    near: NDArray[np.bool_] = np.hypot(stops.x_m[a] - stops.x_m[b], stops.y_m[a] - stops.y_m[b]) <= SEAM_M
    at_one: NDArray[np.bool_] = (a == b) | station | near
    return at_one
