"""One run of the kernel: a question becomes row numbers, and labels become paths.

Leaving at a time searches forward; arriving by a time searches the mirrored view. A window is a list of
departures, the latest first; the end of the window is searched too, and not told, so that an itinerary which a
later departure beats is not told either: windows side by side neither lose nor repeat one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.network.clock import clock_of, later
from planner.network.tables import Network
from planner.routing.compile import View
from planner.routing.query import Query
from planner.routing.raptor import ACCESS, EGRESS, Labels, search
from planner.routing.via import access_walks, egress_walks, mirror_of, question_view
from planner.routing.walks import Walks

HALF_A_DAY_S = 12 * 3600  # a day view reaches from the night before to noon of the next day


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride in row numbers: variant, run of it, and the positions of getting on and off."""

    variant: int
    run: int
    board: int
    alight: int


@dataclass(frozen=True, slots=True)
class Path:
    """Rides in order, and what they cost; clock times of the day searched.

    ``departure_s`` is when the question lets the traveller set out, ``arrival_s`` when they are there; for a
    single departure the just-in-time one may be later.
    """

    rides: tuple[Ride, ...]
    departure_s: int
    arrival_s: int
    level: int  # doubts, as far as the search counts them


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Where was searched, and every path that no other beats."""

    view: View
    day: date
    access: Walks
    egress: Walks
    paths: tuple[Path, ...]


def run_search(network: Network, query: Query) -> Search:
    """Search the day of the question between the walks around its ends."""
    day = view_day(network, query)
    view = question_view(network, query, day)
    access, egress = access_walks(network, query, view), egress_walks(network, query, view)
    at_s = clock_of(query.at, day, network.timezone)
    margin_s = query.profile.margin_s
    if query.arrive_by:
        mirror = mirror_of(view)
        labels = _labels(mirror, query, -at_s, egress, 0, access, margin_s)
        paths = [_turned(mirror, path) for path in _paths(labels, egress, 0)]
    else:
        labels = _labels(view, query, at_s, access, margin_s, egress, 0)
        paths = _paths(labels, access, margin_s)
    end_s = -at_s + query.window_s if query.arrive_by else at_s + query.window_s
    told = [path for path in paths if not query.window_s or _start(path, query) < end_s]
    return Search(view, day, access, egress, tuple(_pareto(told, query)))


def view_day(network: Network, query: Query) -> date:
    """Choose the day view: that of the departure, or one that reaches half a day back from the arrival."""
    return later(query.at, -HALF_A_DAY_S if query.arrive_by else 0, network.timezone).date()


def _labels(
    view: View, query: Query, at_s: int, access: Walks, access_margin_s: int, egress: Walks, egress_margin_s: int
) -> Labels:
    n_stops = len(view.walking.change_s)
    egress_s = np.full(n_stops, -1, np.int32)
    egress_doubts = np.zeros(n_stops, np.uint8)
    egress_s[egress.stop] = egress.duration_s + egress_margin_s
    egress_doubts[egress.stop] = egress.doubts
    access_s = access.duration_s + access_margin_s
    departures = _departures(view, at_s, query.window_s, access, access_s) if query.window_s else [at_s]
    labels, _, _ = search(
        view.riding,
        view.walking,
        np.array(departures, np.int32),
        access.stop.astype(np.int32),
        access_s.astype(np.int32),
        access.doubts,
        egress_s,
        egress_doubts,
        query.max_transfers + 1,
        view.n_levels,
    )
    return Labels(*labels)


def _departures(view: View, at_s: int, window_s: int, access: Walks, access_s: NDArray[np.int64]) -> list[int]:
    """Give every time of setting out that just reaches a first ride within the window, the latest first."""
    riding = view.riding
    found = [np.array([at_s + window_s])]
    for stop, seconds in zip(access.stop.tolist(), access_s.tolist(), strict=True):
        for row in range(int(riding.at_stop_offset[stop]), int(riding.at_stop_offset[stop + 1])):
            v, i = int(riding.at_variant[row]), int(riding.at_position[row])
            first = int(riding.event_offset[v]) + i * int(riding.n_runs[v])
            column = riding.departure_s[first : first + int(riding.n_runs[v])]
            hurry = 0 if seconds == 0 else int(riding.board_s[int(riding.stop_offset[v]) + i])
            sets_out = column.astype(np.int64) - hurry - seconds
            low, high = np.searchsorted(sets_out, [at_s, at_s + window_s])
            found.append(sets_out[low:high])
    return [int(moment) for moment in np.unique(np.concatenate(found))[::-1]]


def _paths(labels: Labels, access: Walks, margin_s: int) -> list[Path]:
    """Follow every EGRESS label back to the start."""
    seconds = dict(zip(access.stop.tolist(), (access.duration_s + margin_s).tolist(), strict=True))
    paths = []
    for end in np.flatnonzero(labels.variant == EGRESS).tolist():
        rides = []
        label = int(labels.parent[end])
        while labels.variant[label] != ACCESS:
            if labels.variant[label] >= 0:
                row = (labels.variant, labels.run, labels.board, labels.alight)
                rides.append(Ride(*(int(column[label]) for column in row)))
            label = int(labels.parent[label])
        set_out = int(labels.time_s[label]) - seconds[int(labels.stop[label])]
        paths.append(Path(tuple(rides[::-1]), set_out, int(labels.time_s[end]), int(labels.level[end])))
    return paths


def _turned(mirror: View, path: Path) -> Path:
    """Turn a path of the mirrored view back."""
    riding = mirror.riding
    rides = []
    for ride in reversed(path.rides):
        last = int(riding.stop_offset[ride.variant + 1] - riding.stop_offset[ride.variant]) - 1
        run = int(riding.n_runs[ride.variant]) - 1 - ride.run
        rides.append(Ride(ride.variant, run, last - ride.alight, last - ride.board))
    return Path(tuple(rides), -path.arrival_s, -path.departure_s, path.level)


def _start(path: Path, query: Query) -> int:
    """The end of a path from which the search began, in the direction of the search."""
    return -path.arrival_s if query.arrive_by else path.departure_s


def _pareto(paths: list[Path], query: Query) -> list[Path]:
    """Paths that no other beats: in arrival (or departure), rides and doubts; in a window in both times."""
    if not paths:
        return []
    leaves_later = [-path.departure_s if query.arrive_by or query.window_s else 0 for path in paths]
    arrives = [path.arrival_s if query.window_s or not query.arrive_by else 0 for path in paths]
    key = np.array([leaves_later, arrives, [len(p.rides) for p in paths], [p.level for p in paths]], np.int64).T
    number = np.arange(len(paths))
    best = []
    for row, path in enumerate(paths):
        as_good = (key <= key[row]).all(axis=1)
        better = (key < key[row]).any(axis=1) | (number < row)
        if not (as_good & better).any():
            best.append(path)
    return best
