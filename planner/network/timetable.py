"""The day view: the trips of one day, of the night before and of the next morning, ready to be searched.

A pattern is a group of trips with the same stops, the same pick-up and drop-off, the same boarding class
*and* no overtaking, so that at every stop the earliest trip is always the best one. Trips that overtake are
dealt into further patterns, first fit, after the shift of days: an overnight trip may overtake too.

Which run goes on as which other one (staying aboard) stands beside the patterns and does not split them: the search
lets everybody go on who could sit in a run, not only in the earliest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.network.aboard import onward_pairs
from planner.network.clock import day_shift_s
from planner.network.tables import Bytes, Ints, Longs, Network
from planner.network.timetable_kernel import deal_lanes, fill_events

NEXT_MORNING_S = 12 * 3600  # trips of the next day are held if they leave before its noon


@dataclass(frozen=True)
class Timetable:
    """Arrays of one day; clock times count from the start of ``day``. P patterns, R runs, L stops of a pattern.

    Events of pattern p start at ``event_offset[p]``: arrivals trip by trip (a ride reads one row from left to
    right), departures stop by stop (boarding searches one column).
    """

    day: date
    sequence: Ints  # [P] row of Network.sequences
    boarding_class: Ints  # [P]
    transfer_class: Ints  # [P] trips that rows of transfers.txt with routes or trips single out alike; 0: none
    stop_offset: Longs  # [P + 1] into stop and use
    stop: Ints
    use: Bytes
    run_offset: Longs  # [P + 1] into trip and shift_s
    trip: Ints  # [R] row of Network.trips, in departure order within a pattern
    shift_s: Ints  # [R] what was added to the trip's own clock times
    event_offset: Longs  # [P + 1]
    arrival_s: Ints  # event_offset[p] + run * L + i
    departure_s: Ints  # event_offset[p] + i * R_p + run
    before: Ints  # [N] a run (row of trip) that goes on, its riders staying aboard,
    after: Ints  # [N] as this one

    @property
    def n_patterns(self) -> int:
        """Number of patterns."""
        return len(self.sequence)


AROUND = (-1, 0, 1)  # days whose trips a day view holds


def build_timetable(
    network: Network,
    day: date,
    class_of: Mapping[int, NDArray[np.int32]],
    transfer_class_of: NDArray[np.int32] | None = None,
) -> Timetable:
    """Arrange the trips that run on ``day`` or touch it.

    Parameters
    ----------
    class_of : {-1, 0, 1: int32[T]}
        The boarding class of each trip when it runs on the day before, the day, and the day after. Trips of
        different classes never share a pattern: what may be boarded where differs.
    transfer_class_of : int32[T], optional
        What sets a trip apart in transfers.txt; 0, the default, is nothing.
    """
    trip, shift_s, offset, before, after = _runs_around(network, day)
    transfer_class = np.zeros(len(trip), np.int32) if transfer_class_of is None else transfer_class_of[trip]
    boarding_class = np.choose(offset + 1, [class_of[o][trip] for o in AROUND])
    sequences, events = network.sequences, network.events
    sequence = network.trips.sequence[trip]
    length = np.diff(sequences.stop_offset)[sequence]
    event = _first_event(network, trip)
    departs_s = events.departure_s[event] + shift_s
    order = np.lexsort((departs_s, transfer_class, boarding_class, sequence))
    group = _numbered(sequence[order], boarding_class[order], transfer_class[order])
    lane = deal_lanes(group, length[order], event[order], shift_s[order], events.arrival_s, events.departure_s)
    again = np.lexsort((np.arange(len(trip)), lane, group))
    first = _starts(_numbered(group[again], lane[again]))
    order = order[again]
    trip, shift_s, event, boarding_class = trip[order], shift_s[order], event[order], boarding_class[order]
    row_of = np.empty(len(order), np.int32)
    row_of[order] = np.arange(len(order))

    pattern_sequence = network.trips.sequence[trip[first]]
    pattern_length = np.diff(sequences.stop_offset)[pattern_sequence]
    run_offset = np.append(first, len(trip)).astype(np.int64)
    event_offset = np.concatenate(([0], np.cumsum(np.diff(run_offset) * pattern_length))).astype(np.int64)
    arrival_s, departure_s = fill_events(
        run_offset, event_offset, pattern_length, event, shift_s, events.arrival_s, events.departure_s
    )
    stop_offset = np.concatenate(([0], np.cumsum(pattern_length))).astype(np.int64)
    at = np.repeat(sequences.stop_offset[pattern_sequence] - stop_offset[:-1], pattern_length) + np.arange(
        stop_offset[-1]
    )
    return Timetable(
        day=day,
        sequence=pattern_sequence.astype(np.int32),
        boarding_class=boarding_class[first].astype(np.int32),
        transfer_class=transfer_class[order][first].astype(np.int32),
        stop_offset=stop_offset,
        stop=np.ascontiguousarray(sequences.stop[at]),
        use=np.ascontiguousarray(sequences.use[at]),
        run_offset=run_offset,
        trip=trip.astype(np.int32),
        shift_s=shift_s.astype(np.int32),
        event_offset=event_offset,
        arrival_s=arrival_s,
        departure_s=departure_s,
        before=row_of[before],
        after=row_of[after],
    )


def trips_around(network: Network, day: date) -> Longs:
    """Give the rows of the trips that run on ``day`` or touch it, each once, ascending."""
    rows: Longs = np.unique(_runs_around(network, day)[0])
    return rows


@lru_cache(maxsize=2)
def _runs_around(network: Network, day: date) -> tuple[Longs, Ints, Longs, Longs, Longs]:
    """Trips of the day before that still run, of the day, and of the next morning.

    Returns
    -------
    trip, shift_s, offset
        Of each run, with the days between its service day and ``day``.
    before, after
        Rows of runs of which one goes on as the other; found before runs are left out, for the next of a block may
        be one of those.
    """
    trips, shifts, offsets = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for offset in AROUND:
        other = day + timedelta(days=offset)
        column = other.toordinal() - int(network.services.first_day[0])
        if not 0 <= column < network.services.runs.shape[1]:
            continue
        rows = np.flatnonzero(network.services.runs[:, column][network.trips.service])
        trips.append(rows)
        shifts.append(np.full(len(rows), day_shift_s(day, other, network.timezone), np.int32))
        offsets.append(np.full(len(rows), offset, np.int64))
    trip, shift_s, of_day = np.concatenate(trips), np.concatenate(shifts), np.concatenate(offsets)
    first = _first_event(network, trip)
    last = first + np.diff(network.sequences.stop_offset)[network.trips.sequence[trip]] - 1
    over = (of_day < 0) & (network.events.arrival_s[last] + shift_s < 0)
    kept = ~over & ((of_day <= 0) | (network.events.departure_s[first] < NEXT_MORNING_S))
    row_of = np.cumsum(kept) - 1
    before, after = onward_pairs(network, trip, of_day)
    both = kept[before] & kept[after]
    return trip[kept], shift_s[kept], of_day[kept], row_of[before[both]], row_of[after[both]]


def _numbered(*keys: NDArray[Any]) -> NDArray[np.int64]:
    """Number the runs of equal rows: 0 for the first, one more wherever any key changes."""
    changed = np.zeros(len(keys[0]), np.bool_)
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.cumsum(changed)


def _starts(number: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.searchsorted(number, np.arange(number[-1] + 1 if len(number) else 0))


def _first_event(network: Network, trip: NDArray[np.int64]) -> NDArray[np.int64]:
    sequences = network.sequences
    sequence = network.trips.sequence[trip]
    length = np.diff(sequences.stop_offset)[sequence]
    first: NDArray[np.int64] = sequences.event_offset[sequence] + (trip - sequences.trip_offset[sequence]) * length
    return first
