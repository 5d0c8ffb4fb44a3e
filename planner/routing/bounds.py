"""How long it takes at least from a stop to the destination, whoever asks: lower bounds for the search.

A graph of hops (the fastest run of some hours from a stop to the next one, every way at the fastest walk, no waiting,
no margin, no verdict) is searched backwards from all stops of a cell of 2 km at once. That underestimates every
profile, departure and level of doubt, so pruning by it loses nothing. The rows are made when a cell is asked for
first and kept with the day: they are the same for all who travel there in these hours.

In the rush nothing is as fast as at night, so a row knows the runs of six hours alone, and holds for who sets out and
arrives within them. Who may travel for longer is given the bounds of the whole day.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile
from planner.network.footpaths import DETOUR
from planner.network.tables import Ints, Longs, Network
from planner.network.timetable import Timetable
from planner.routing.bounds_kernel import fastest_hops, least_of, seconds_to
from planner.routing.compile import View, day_view, spot_ways
from planner.routing.state import NEVER
from planner.routing.transfers import Ways

CELL_M = 2000.0
FASTEST_M_S = (1.5, 3.0)  # walks the graph is made for: every preset and most travellers; all that may be asked
KEPT_BYTES = 64 * 2**20  # of rows, for each graph
SHIFT_S, SPAN_S = 3 * 3600, 6 * 3600  # hours are told apart so often, and so long
# Who is further than that from the end of the hours, in seconds at least to the destination, surely arrives within
# them; who does not is searched rightly too, but with less help.
LONGER, EASY_S = 2.5, 1800
ALWAYS = int(NEVER)
WORTH_FROM_STOPS = 4000  # served; in a smaller network looking the bounds up costs what they save


class Least(NamedTuple):
    """Seconds at least to the destination, and who may trust in them."""

    seconds: Ints  # [X] from each spot
    until_s: int  # only who arrives by then


class Bounds:
    """Lower bounds of one day in one direction, for walks no faster than ``fastest_m_s``.

    Backwards, times are those of the mirrored view.
    """

    def __init__(
        self, network: Network, timetable: Timetable, ways: Ways, *, fastest_m_s: float, backwards: bool
    ) -> None:
        n_stops = len(network.stops.id)
        # streets may be straighter than the factor by which ways are longer than straight lines
        nearer = DETOUR if network.streets.known else 1.0
        self.timetable, self.backwards = timetable, backwards
        self.inner = _inner(timetable)
        tail, head, self.still_s = _hops(timetable, self.inner, ways, fastest_m_s * nearer)
        if backwards:
            tail, head = head, tail
        self.order = np.lexsort((tail, head))
        tail, head = tail[self.order], head[self.order]
        first = np.ones(len(tail), np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        self.first = np.flatnonzero(first)
        counts = np.bincount(head[first], minlength=n_stops)
        self.offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.tail = tail[first].astype(np.int32)
        self.cell_of = _cells(network)
        self.seconds: dict[int | None, Ints] = {}
        self.rows: dict[tuple[int | None, int], NDArray[np.uint16]] = {}
        self.n_kept = max(8, KEPT_BYTES // (2 * max(n_stops, 1)))

    def least_s(self, end_s: Ints, stop_of: Ints, hours: int | None = None) -> Ints:
        """Give the seconds at least from each spot to the destination.

        Parameters
        ----------
        end_s : int32[X]
            Walk from a spot to the destination, -1: too far.
        stop_of : int32[X]
        hours
            Number of the hours that hold the whole trip, None: any.
        """
        return self._least(*self._goals(end_s, stop_of), stop_of, hours)

    def least_from(self, near: Ints, from_s: int, window_s: int, end_s: Ints, stop_of: Ints) -> Least:
        """Give the best of the bounds that hold for who sets out at or after a time, near some stops."""
        hours = from_s // SHIFT_S
        until_s = hours * SHIFT_S + SPAN_S
        goals = self._goals(end_s, stop_of)
        if len(near):
            nearest_s = int(self._least(*goals, near, hours).min())
            if from_s + window_s + EASY_S + LONGER * nearest_s < until_s:
                return Least(self._least(*goals, stop_of, hours), until_s)
        return Least(self._least(*goals, stop_of, None), ALWAYS)

    def _least(self, cells: Longs, more_s: Ints, stops: Ints, hours: int | None) -> Ints:
        """Seconds at least from each of the stops to the goals."""
        if not len(cells):
            return np.zeros(len(stops), np.int32)
        least_s: Ints = least_of(np.stack([self._row(hours, cell) for cell in cells.tolist()]), more_s, stops)
        return least_s

    def _goals(self, end_s: Ints, stop_of: Ints) -> tuple[Longs, Ints]:
        """The cells in which a question ends, and the shortest walk from each to the destination."""
        ends = np.flatnonzero(end_s >= 0)
        cells, which = np.unique(self.cell_of[stop_of[ends]], return_inverse=True)
        more_s = np.full(len(cells), ALWAYS, np.int32)
        np.minimum.at(more_s, which, end_s[ends])
        return cells, more_s

    def _row(self, hours: int | None, cell: int) -> NDArray[np.uint16]:
        row = self.rows.get((hours, cell))
        if row is None:
            goals = np.flatnonzero(self.cell_of == cell)
            row = seconds_to(self.offset, self.tail, self._seconds(hours), goals)
            if len(self.rows) >= self.n_kept:
                self.rows.clear()
            self.rows[hours, cell] = row
        return row

    def _seconds(self, hours: int | None) -> Ints:
        """How long each hop takes at least in these hours."""
        if hours not in self.seconds:
            low, high = (-ALWAYS, ALWAYS) if hours is None else (hours * SHIFT_S, hours * SHIFT_S + SPAN_S)
            if self.backwards:
                low, high = -high, -low
            timetable = self.timetable
            ride_s = fastest_hops(
                timetable.stop_offset, timetable.run_offset, timetable.event_offset, timetable.arrival_s,
                timetable.departure_s, low, high,
            )[self.inner]  # fmt: skip
            seconds = np.concatenate((ride_s, self.still_s))[self.order]
            self.seconds[hours] = np.minimum.reduceat(seconds, self.first).astype(np.int32)
        return self.seconds[hours]


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


def _inner(timetable: Timetable) -> Longs:
    """Positions from which a pattern goes on."""
    inner = np.ones(len(timetable.stop), np.bool_)
    inner[timetable.stop_offset[1:] - 1] = False
    return np.flatnonzero(inner)


def _hops(timetable: Timetable, inner: Longs, ways: Ways, fastest_m_s: float) -> tuple[Longs, Longs, Longs]:
    """From where to where: rides, seams where one stays aboard, ways; and how long the last two take at least."""
    pattern = np.repeat(np.arange(timetable.n_patterns), np.diff(timetable.run_offset))
    end = timetable.stop[timetable.stop_offset[1:][pattern[timetable.before]] - 1]
    begin = timetable.stop[timetable.stop_offset[:-1][pattern[timetable.after]]]
    walk_s = np.floor(ways.distance_m / fastest_m_s).astype(np.int64)
    return (
        np.concatenate((timetable.stop[inner], end, ways.stop_of[ways.origin])).astype(np.int64),
        np.concatenate((timetable.stop[inner + 1], begin, ways.stop_of[ways.to])).astype(np.int64),
        np.concatenate((np.zeros(len(end), np.int64), walk_s)),
    )


def _cells(network: Network) -> Longs:
    """Number the cells of the plane; stops without a place share one."""
    stops = network.stops
    known = np.isfinite(stops.x_m) & np.isfinite(stops.y_m)
    column, row = (np.floor(np.where(known, axis, 0) / CELL_M).astype(np.int64) for axis in (stops.x_m, stops.y_m))
    key = np.where(known, column * 2**32 + row, np.iinfo(np.int64).min)
    number: Longs = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return number
