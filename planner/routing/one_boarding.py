"""One question: can this person get on and off this trip, or this line, at this stop?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from planner.errors import AmbiguousPlaceError, QueryError
from planner.facts import Certainty
from planner.model import Boarding, Outcome, Profile, Verdict
from planner.network.calls import departures_at
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.clock import clock_of, local, moment_of
from planner.network.tables import ALIGHT, BOARD, Network
from planner.places import row_of_id, rows_of_name
from planner.routing.judge import judge_call

A_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class BoardingAnswer:
    """Both ends at one stop; None is an end that the trip does not have there."""

    stop_id: str
    stop_name: str
    boarding: Boarding | None
    alighting: Boarding | None

    @property
    def ends(self) -> tuple[Boarding, ...]:
        """The ends that exist."""
        return tuple(end for end in (self.boarding, self.alighting) if end is not None)

    @property
    def verdict(self) -> Verdict:
        """The worse end: who cannot get off should not get on."""
        return max(end.verdict for end in self.ends)

    @property
    def best(self) -> Outcome:
        """The best outcome of the worse end."""
        return self._worse_end().best

    @property
    def worst(self) -> Outcome:
        """The worst outcome of the worse end."""
        return self._worse_end().worst

    @property
    def certainty(self) -> Certainty:
        """The less founded of both."""
        return max((end.certainty for end in self.ends), key=lambda certainty: certainty.rank)

    def _worse_end(self) -> Boarding:
        return max(self.ends, key=lambda end: (end.verdict, end.worst, end.best))


@dataclass(frozen=True, slots=True)
class _Call:
    """How a class of trips calls at the stop."""

    boarding_class: BoardingClass
    boards: bool
    alights: bool


def ask_boarding(
    network: Network, stop: str, profile: Profile, day: date, *, trip: str | None = None, route: str | None = None
) -> BoardingAnswer:
    """Judge both ends at ``stop`` for a trip, or for a route: then the worst that may come on ``day``.

    Parameters
    ----------
    stop
        A public or bare id, or the name of a stop where the trip or route calls.

    Raises
    ------
    QueryError, AmbiguousPlaceError
        Stop, trip or route are not found, or the trip does not call there.
    """
    if (trip is None) == (route is None):
        raise QueryError("give either a trip or a route", "--trip, --route")
    trips = _trips(network, trip, route)
    row = _stop_row(network, stop, trips)
    classes, of_trip = boarding_classes(network, day)
    calls = set(_calls(network, row, trips, classes, of_trip))
    if not calls:
        raise QueryError(
            f"{network.stops.name[row]} ({network.stops.id[row]}) is not served by {trip or route}", "--stop"
        )
    on = [judge_call(network, c.boarding_class, row, profile, alighting=False) for c in calls if c.boards]
    off = [judge_call(network, c.boarding_class, row, profile, alighting=True) for c in calls if c.alights]
    if not on and not off:
        raise QueryError(
            f"{trip or route} passes {network.stops.name[row]} without letting anybody on or off", "--stop"
        )
    return BoardingAnswer(network.stops.id[row], network.stops.name[row], _worst(on), _worst(off))


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next run of a route that lets people on at a stop."""

    stop_id: str
    trip_id: str
    day: date  # of service
    departure: datetime


def next_run(network: Network, stop: str, route: str, at: datetime) -> NextRun | None:
    """Find what comes next from ``at`` on, within a day; None: nothing does.

    Raises
    ------
    QueryError, AmbiguousPlaceError
        Stop or route are not found.
    """
    trips = _trips(network, None, route)
    row, wanted, found = _stop_row(network, stop, trips), set(trips), list[tuple[datetime, int, date]]()
    today = local(at, network.timezone).date()
    for offset in (-1, 0, 1):  # a night of yesterday's service may still run
        day = today + timedelta(days=offset)
        begin_s = clock_of(at, day, network.timezone)
        for departure_s, trip in departures_at(network, row, day, begin_s, begin_s + A_DAY_S):
            if trip in wanted:
                found.append((moment_of(departure_s, day, network.timezone), trip, day))
    if not found:
        return None
    departure, trip, day = min(found)
    return NextRun(network.stops.id[row], network.trips.id[trip], day, departure)


def _worst(ends: list[Boarding]) -> Boarding | None:
    return max(ends, key=lambda end: (end.verdict, end.doubts, end.worst)) if ends else None


def _trips(network: Network, trip: str | None, route: str | None) -> list[int]:
    if trip is not None:
        row = row_of_id(network.trips.id, trip)
        if row is None:
            raise QueryError(f"the network has no trip “{trip}”, or several", "--trip")
        return [row]
    row = row_of_id(network.routes.id, str(route))
    named = [r for r, name in enumerate(network.routes.short_name) if name == route] if row is None else [row]
    if len(named) != 1:
        raise QueryError(f"the network has {'several routes' if named else 'no route'} “{route}”", "--route")
    return [int(found) for found in np.flatnonzero(network.trips.route == named[0])]


def _stop_row(network: Network, stop: str, trips: list[int]) -> int:
    row = row_of_id(network.stops.id, stop)
    if row is not None:
        return row
    sequences = network.sequences
    called: set[int] = set()
    for sequence in np.unique(network.trips.sequence[trips]).tolist():
        called.update(sequences.stop[sequences.stop_offset[sequence] : sequences.stop_offset[sequence + 1]].tolist())
    rows = [row for row in rows_of_name(network, stop) if row in called]
    if len(rows) > 1:
        offered = [(network.stops.id[row], network.stops.name[row]) for row in rows]
        raise AmbiguousPlaceError(f"several quays are called “{stop}” there; which one?", "--stop", offered)
    if not rows:
        raise QueryError(f"no stop “{stop}” is served there", "--stop")
    return rows[0]


def _calls(
    network: Network, stop: int, trips: list[int], classes: tuple[BoardingClass, ...], of_trip: np.ndarray
) -> Iterator[_Call]:
    sequences = network.sequences
    seen: set[tuple[int, int]] = set()
    for trip in trips:
        sequence = int(network.trips.sequence[trip])
        if (sequence, int(of_trip[trip])) in seen:
            continue
        seen.add((sequence, int(of_trip[trip])))
        rows = slice(int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1]))
        at = np.flatnonzero(sequences.stop[rows] == stop)
        if len(at):
            use, last = sequences.use[rows][at], rows.stop - rows.start - 1
            boards = bool(((use & BOARD) > 0)[at < last].any())
            alights = bool(((use & ALIGHT) > 0)[at > 0].any())
            yield _Call(classes[int(of_trip[trip])], boards, alights)
