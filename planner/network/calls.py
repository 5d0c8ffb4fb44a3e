"""Who calls where: the routes of each stop, and what leaves from it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.network.tables import BOARD, Network


def stops_to_tell(network: Network) -> NDArray[np.int64]:
    """Rows of the served stops and stations that have a position."""
    table = network.stops
    return np.flatnonzero((network.served | (table.location_type == 1)) & np.isfinite(table.lat))


@lru_cache(maxsize=8)
def routes_at(network: Network) -> dict[int, tuple[int, ...]]:
    """Rows of the routes that call at each stop, ascending."""
    sequences, found = network.sequences, dict[int, set[int]]()
    for sequence in range(len(sequences.stop_offset) - 1):
        runs = slice(int(sequences.trip_offset[sequence]), int(sequences.trip_offset[sequence + 1]))
        lines = set(network.trips.route[runs].tolist())
        for row in sequences.stop[int(sequences.stop_offset[sequence]) : int(sequences.stop_offset[sequence + 1])]:
            found.setdefault(int(row), set()).update(lines)
    return {row: tuple(sorted(lines)) for row, lines in found.items()}


def departures_at(network: Network, stop_row: int, day: date, begin_s: int, end_s: int) -> list[tuple[int, int]]:
    """Clock time and row of every trip of a day that lets people on there, from ``begin_s`` to before ``end_s``."""
    sequences, services = network.sequences, network.services
    column = day.toordinal() - int(services.first_day[0])
    if not 0 <= column < services.runs.shape[1]:
        return []
    found: list[tuple[int, int]] = []
    at = np.flatnonzero(sequences.stop == stop_row)
    for position, sequence in zip(
        at.tolist(), (np.searchsorted(sequences.stop_offset, at, "right") - 1).tolist(), strict=True
    ):
        start, stop = int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1])
        if position == stop - 1 or not int(sequences.use[position]) & BOARD:
            continue
        trips = np.arange(int(sequences.trip_offset[sequence]), int(sequences.trip_offset[sequence + 1]))
        events = int(sequences.event_offset[sequence]) + (trips - trips[:1]) * (stop - start) + position - start
        clock = network.events.departure_s[events]
        runs = services.runs[network.trips.service[trips], column]
        keep = runs & (clock >= begin_s) & (clock < end_s)
        found += list(zip(clock[keep].tolist(), trips[keep].tolist(), strict=True))
    return found
