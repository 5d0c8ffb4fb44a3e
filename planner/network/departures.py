"""What leaves from a stop next: a board, without judging anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from planner.network.clock import clock_of, moment_of
from planner.network.tables import BOARD, Network


@dataclass(frozen=True, slots=True)
class Departure:
    """One vehicle that takes passengers on at the stop."""

    at: datetime  # with offset
    route: int  # row of Network.routes
    trip: int  # row of Network.trips
    headsign: str
    every_s: int  # headway of a run without fixed times, then ``at`` is the first of them; 0: a fixed time
    interpolated: bool


def departures_at(network: Network, stop: int, moment: datetime, most: int) -> tuple[Departure, ...]:
    """Give the next departures from a stop (its row), from the minute of ``moment``, until the end of the next day."""
    start = moment.replace(second=0, microsecond=0)
    found: list[Departure] = []
    for offset in (-1, 0, 1):  # a night of yesterday's service may still run
        day = moment.date() + timedelta(days=offset)
        column = day.toordinal() - int(network.services.first_day[0])
        if not 0 <= column < network.services.runs.shape[1]:
            continue
        from_s = clock_of(start, day, network.timezone)
        for trip, departure_s, interpolated in _calls(network, stop, column):
            if departure_s >= from_s:
                headsign = int(network.trips.headsign[trip])
                found.append(
                    Departure(
                        at=moment_of(departure_s, day, network.timezone),
                        route=int(network.trips.route[trip]),
                        trip=trip,
                        headsign=network.headsigns[headsign] if headsign >= 0 else "",
                        every_s=int(network.trips.every_s[trip]),
                        interpolated=interpolated,
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.at, one.route, one.trip))[:most])


def routes_at(network: Network, stop: int) -> tuple[int, ...]:
    """Give the lines (rows) whose vehicles call at a stop on any day."""
    sequences, routes = network.sequences, network.trips.route
    found: set[int] = set()
    for sequence in _sequences_at(network, stop):
        trips = slice(int(sequences.trip_offset[sequence]), int(sequences.trip_offset[sequence + 1]))
        found.update(np.unique(routes[trips]).tolist())
    return tuple(sorted(found))


def _sequences_at(network: Network, stop: int) -> list[int]:
    places = np.flatnonzero(network.sequences.stop == stop)
    found = np.unique(np.searchsorted(network.sequences.stop_offset, places, side="right") - 1)
    return [int(sequence) for sequence in found]


def _calls(network: Network, stop: int, column: int) -> list[tuple[int, int, bool]]:
    """Trip, departure and whether it is estimated, of every call with boarding on the day of that column."""
    sequences, events = network.sequences, network.events
    running = network.services.runs[:, column]
    calls: list[tuple[int, int, bool]] = []
    for sequence in _sequences_at(network, stop):
        first, last = int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1])
        trips = np.arange(sequences.trip_offset[sequence], sequences.trip_offset[sequence + 1])
        runs = np.flatnonzero(running[network.trips.service[trips]])
        for at in range(first, last - 1):  # nobody gets on at the last stop
            if sequences.stop[at] != stop or not sequences.use[at] & BOARD:
                continue
            rows = int(sequences.event_offset[sequence]) + runs * (last - first) + (at - first)
            calls += zip(
                trips[runs].tolist(),
                events.departure_s[rows].tolist(),
                events.interpolated[rows].tolist(),
                strict=True,
            )
    return calls
