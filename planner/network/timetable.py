"""The day view: the trips of one day, of the night before and of the next morning, ready to be searched.

A pattern is a group of trips with the same stops, the same pick-up and drop-off, the same boarding class
*and* no overtaking, so that at every stop the earliest trip is always the best one. Trips that overtake are
dealt into further patterns, first fit, after the shift of days: an overnight trip may overtake too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    stop_offset: Longs  # [P + 1] into stop and use
    stop: Ints
    use: Bytes
    run_offset: Longs  # [P + 1] into trip and shift_s
    trip: Ints  # [R] row of Network.trips, in departure order within a pattern
    shift_s: Ints  # [R] what was added to the trip's own clock times
    event_offset: Longs  # [P + 1]
    arrival_s: Ints  # event_offset[p] + run * L + i
    departure_s: Ints  # event_offset[p] + i * R_p + run

    @property
    def n_patterns(self) -> int:
        """Number of patterns."""
        return len(self.sequence)


AROUND = (-1, 0, 1)  # days whose trips a day view holds


def build_timetable(network: Network, day: date, class_of: Mapping[int, NDArray[np.int32]]) -> Timetable:
    """Arrange the trips that run on ``day`` or touch it.

    Parameters
    ----------
    class_of : {-1, 0, 1: int32[T]}
        The boarding class of each trip when it runs on the day before, the day, and the day after. Trips of
        different classes never share a pattern: what may be boarded where differs.
    """
    trip, shift_s, offset = _runs_around(network, day)
    boarding_class = np.choose(offset + 1, [class_of[o][trip] for o in AROUND])
    sequences, events = network.sequences, network.events
    sequence = network.trips.sequence[trip]
    length = np.diff(sequences.stop_offset)[sequence]
    event = _first_event(network, trip)
    departs_s = events.departure_s[event] + shift_s
    order = np.lexsort((departs_s, boarding_class, sequence))
    trip, shift_s, event, length = trip[order], shift_s[order], event[order], length[order]
    boarding_class = boarding_class[order]
    group = _numbered(sequence[order], boarding_class)
    lane = deal_lanes(group, length, event, shift_s, events.arrival_s, events.departure_s)
    order = np.lexsort((np.arange(len(trip)), lane, group))
    trip, shift_s, event, boarding_class = trip[order], shift_s[order], event[order], boarding_class[order]
    first = _starts(_numbered(group[order], lane[order]))

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
        stop_offset=stop_offset,
        stop=np.ascontiguousarray(sequences.stop[at]),
        use=np.ascontiguousarray(sequences.use[at]),
        run_offset=run_offset,
        trip=trip.astype(np.int32),
        shift_s=shift_s.astype(np.int32),
        event_offset=event_offset,
        arrival_s=arrival_s,
        departure_s=departure_s,
    )


def _runs_around(network: Network, day: date) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Trips of the day before that still run, of the day, and of the next morning; their shifts and day offsets."""
    trips, shifts, offsets = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    last = _first_event(network, np.arange(len(network.trips.id)))
    last += np.diff(network.sequences.stop_offset)[network.trips.sequence] - 1
    first = _first_event(network, np.arange(len(network.trips.id)))
    for offset in AROUND:
        other = day + timedelta(days=offset)
        shift = day_shift_s(day, other, network.timezone)
        column = other.toordinal() - int(network.services.first_day[0])
        if not 0 <= column < network.services.runs.shape[1]:
            continue
        active = network.services.runs[:, column][network.trips.service]
        if offset < 0:
            active = active & (network.events.arrival_s[last] + shift >= 0)
        elif offset > 0:
            active = active & (network.events.departure_s[first] < NEXT_MORNING_S)
        rows = np.flatnonzero(active)
        trips.append(rows)
        shifts.append(np.full(len(rows), shift, np.int32))
        offsets.append(np.full(len(rows), offset, np.int64))
    return np.concatenate(trips), np.concatenate(shifts), np.concatenate(offsets)


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
