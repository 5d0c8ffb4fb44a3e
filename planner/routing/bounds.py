"""How long it takes at least from a stop to the destination, whoever asks and whenever: lower bounds for the search.

A graph of hops (the fastest run of the day from a stop to the next one, every way at the fastest walk, no waiting,
no margin, no verdict) is searched backwards from all stops of a cell of 2 km at once. That underestimates every
profile, departure and level of doubt, so pruning by it loses nothing. The rows are made when a cell is asked for
first and kept with the day: they are the same for all who travel there.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile
from planner.network.footpaths import DETOUR
from planner.network.tables import Ints, Longs, Network
from planner.network.timetable import Timetable
from planner.routing.bounds_kernel import fastest_hops, least_of, seconds_to
from planner.routing.compile import View, day_view, spot_ways
from planner.routing.transfers import Ways

CELL_M = 2000.0
FASTEST_M_S = (1.5, 3.0)  # walks the graph is made for: every preset and most travellers; all that may be asked
KEPT_BYTES = 64 * 2**20  # of rows, for each graph
WORTH_FROM_STOPS = 4000  # served; in a smaller network looking the bounds up costs what they save


class Bounds:
    """Lower bounds of one day in one direction, for walks no faster than ``fastest_m_s``."""

    def __init__(
        self, network: Network, timetable: Timetable, ways: Ways, *, fastest_m_s: float, backwards: bool
    ) -> None:
        n_stops = len(network.stops.id)
        # streets may be straighter than the factor by which ways are longer than straight lines
        nearer = DETOUR if network.streets.known else 1.0
        tail, head, seconds = _hops(timetable, ways, fastest_m_s * nearer)
        if backwards:
            tail, head = head, tail
        order = np.lexsort((seconds, tail, head))
        tail, head, seconds = tail[order], head[order], seconds[order]
        first = np.ones(len(tail), np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        counts = np.bincount(head[first], minlength=n_stops)
        self.offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.tail, self.seconds = tail[first].astype(np.int32), seconds[first].astype(np.int32)
        self.cell_of = _cells(network)
        self.rows: dict[int, NDArray[np.uint16]] = {}
        self.n_kept = max(8, KEPT_BYTES // (2 * max(n_stops, 1)))

    def least_s(self, end_s: Ints, stop_of: Ints) -> Ints:
        """Give the seconds at least from each spot to the destination.

        Parameters
        ----------
        end_s : int32[X]
            Walk from a spot to the destination, -1: too far.
        """
        ends = np.flatnonzero(end_s >= 0)
        if not len(ends):
            return np.zeros(len(stop_of), np.int32)
        cells, which = np.unique(self.cell_of[stop_of[ends]], return_inverse=True)
        more_s = np.full(len(cells), np.iinfo(np.int32).max, np.int32)
        np.minimum.at(more_s, which, end_s[ends])
        least_s: Ints = least_of(np.stack([self._row(cell) for cell in cells.tolist()]), more_s, stop_of)
        return least_s

    def _row(self, cell: int) -> NDArray[np.uint16]:
        row = self.rows.get(cell)
        if row is None:
            row = seconds_to(self.offset, self.tail, self.seconds, np.flatnonzero(self.cell_of == cell))
            if len(self.rows) >= self.n_kept:
                self.rows.clear()
            self.rows[cell] = row
        return row


@lru_cache(maxsize=4)
def bounds_of(network: Network, day: date, fastest_m_s: float, *, backwards: bool) -> Bounds:
    """Give the bounds of a day; the last few are kept."""
    timetable, _ = day_view(network, day)
    return Bounds(network, timetable, spot_ways(network, day), fastest_m_s=fastest_m_s, backwards=backwards)


def bounds_for(network: Network, day: date, profile: Profile, view: View, *, backwards: bool) -> Bounds | None:
    """Give the bounds that hold for a traveller in a view of the day; None where they do not pay, or none hold.

    They know the ways of the network and no others, so not those of a view whose spots are made otherwise.
    """
    small = int(np.count_nonzero(network.served)) < WORTH_FROM_STOPS
    if small or profile.speed_m_s > FASTEST_M_S[-1] or view.stop_of is not spot_ways(network, day).stop_of:
        return None
    fastest = min(speed for speed in FASTEST_M_S if speed >= profile.speed_m_s)
    return bounds_of(network, day, fastest, backwards=backwards)


def _hops(timetable: Timetable, ways: Ways, fastest_m_s: float) -> tuple[Longs, Longs, Longs]:
    """From where to where, and how many seconds at least: rides, ways, and seams where one stays aboard."""
    ride_s = fastest_hops(
        timetable.stop_offset,
        timetable.run_offset,
        timetable.event_offset,
        timetable.arrival_s,
        timetable.departure_s,
    )
    inner = np.ones(len(timetable.stop), np.bool_)
    inner[timetable.stop_offset[1:] - 1] = False
    at = np.flatnonzero(inner)
    pattern = np.repeat(np.arange(timetable.n_patterns), np.diff(timetable.run_offset))
    end = timetable.stop[timetable.stop_offset[1:][pattern[timetable.before]] - 1]
    begin = timetable.stop[timetable.stop_offset[:-1][pattern[timetable.after]]]
    walk_s = np.floor(ways.distance_m / fastest_m_s).astype(np.int64)
    return (
        np.concatenate((timetable.stop[at], end, ways.stop_of[ways.origin])).astype(np.int64),
        np.concatenate((timetable.stop[at + 1], begin, ways.stop_of[ways.to])).astype(np.int64),
        np.concatenate((ride_s[at], np.zeros(len(end), np.int64), walk_s)),
    )


def _cells(network: Network) -> Longs:
    """Number the cells of the plane; stops without a place share one."""
    stops = network.stops
    known = np.isfinite(stops.x_m) & np.isfinite(stops.y_m)
    column, row = (np.floor(np.where(known, axis, 0) / CELL_M).astype(np.int64) for axis in (stops.x_m, stops.y_m))
    key = np.where(known, column * 2**32 + row, np.iinfo(np.int64).min)
    number: Longs = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return number
