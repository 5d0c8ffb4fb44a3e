"""One run of the kernels: a question becomes row numbers, and labels become paths.

Leaving at a time searches forward; arriving by a time searches the mirrored view. A window is a list of
departures, the latest first; the end of the window is searched too, and not told, so that an itinerary which a
later departure beats is not told either: windows side by side neither lose nor repeat one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile, Unknown
from planner.network.clock import clock_of, later
from planner.network.tables import Ints, Network
from planner.routing.bounds import Bounds, bounds_for
from planner.routing.compile import View, profile_view
from planner.routing.follow import best_paths, departures
from planner.routing.mirror import mirror_view
from planner.routing.query import Query
from planner.routing.raptor import Riding, search
from planner.routing.walks import Walks, walks_around

HALF_A_DAY_S = 12 * 3600  # a day view reaches from the night before to noon of the next day


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride in row numbers: variant, run of it, and the positions of getting on and off.

    Who stays aboard goes on in ``onward``, pairs of variant and run; ``alight`` counts in the last of them.
    """

    variant: int
    run: int
    board: int
    alight: int
    onward: tuple[tuple[int, int], ...] = ()

    @property
    def last_variant(self) -> int:
        """The variant in which ``alight`` counts."""
        return self.onward[-1][0] if self.onward else self.variant

    @property
    def last_run(self) -> int:
        """The run of ``last_variant``."""
        return self.onward[-1][1] if self.onward else self.run


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


class Tally(NamedTuple):
    """What a search did, the same on every machine."""

    positions: int  # scanned in variants
    footpaths: int  # checked
    labels: int  # written


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Where was searched, and every path that no other beats."""

    view: View
    day: date
    access: Walks
    egress: Walks
    paths: tuple[Path, ...]
    tally: Tally


def run_search(network: Network, query: Query) -> Search:
    """Search the day of the question between the walks around its ends."""
    day = view_day(network, query)
    view = profile_view(network, day, query.profile, query.unknown)
    access = walks_around(network, query.origin, query.profile, query.unknown)
    egress = walks_around(network, query.destination, query.profile, query.unknown)
    at_s = clock_of(query.at, day, network.timezone)
    margin_s = query.profile.margin_s
    if query.arrive_by:
        mirror = mirrored_view(network, day, query.profile, query.unknown)
        bounds = bounds_for(network, day, query.profile, view, backwards=True)
        start, end = start_of(mirror, egress, 0), _end_of(mirror, access, margin_s)
        found, tally = _paths(mirror, query, -at_s, start, end, bounds)
        paths = tuple(_turned(mirror, path) for path in found)
    else:
        bounds = bounds_for(network, day, query.profile, view, backwards=False)
        start, end = start_of(view, access, margin_s), _end_of(view, egress, 0)
        found, tally = _paths(view, query, at_s, start, end, bounds)
        paths = tuple(found)
    return Search(view, day, access, egress, paths, tally)


def view_day(network: Network, query: Query) -> date:
    """Choose the day view: that of the departure, or one that reaches half a day back from the arrival."""
    return later(query.at, -HALF_A_DAY_S if query.arrive_by else 0, network.timezone).date()


@lru_cache(maxsize=16)
def mirrored_view(network: Network, day: date, profile: Profile, unknown: Unknown) -> View:
    """Give the mirror of a profile view; the last few are kept."""
    return mirror_view(profile_view(network, day, profile, unknown))


class Start(NamedTuple):
    """Access as the kernel has it, and the level of each spot."""

    spot: Ints
    seconds: Ints
    level: NDArray[np.uint8]


class End(NamedTuple):
    """Egress as the kernel has it: seconds to the destination by spot, -1: too far."""

    seconds: Ints
    doubts: NDArray[np.uint8]


def start_of(view: View, walks: Walks, margin_s: int) -> Start:
    """Stand at every spot of the stops around."""
    count = np.diff(view.spot_offset)[walks.stop]
    walk = np.repeat(np.arange(len(walks.stop)), count)
    at = np.arange(len(walk)) - np.repeat(np.cumsum(count) - count, count)
    spot = view.spots[view.spot_offset[walks.stop][walk] + at]
    return Start(spot, (walks.duration_s[walk] + margin_s).astype(np.int32), walks.doubts[walk])


def _end_of(view: View, walks: Walks, margin_s: int) -> End:
    """Leave from every spot of the stops around."""
    start = start_of(view, walks, margin_s)
    seconds, doubts = np.full(len(view.stop_of), -1, np.int32), np.zeros(len(view.stop_of), np.uint8)
    seconds[start.spot], doubts[start.spot] = start.seconds, start.level
    return End(seconds, doubts)


def _paths(
    view: View, query: Query, at_s: int, start: Start, end: End, bounds: Bounds | None
) -> tuple[list[Path], Tally]:
    """Search a view forward, and follow what no other beats back to the start."""
    if query.window_s:
        depart_s = departures(view.riding, at_s, query.window_s, start.spot, start.seconds)
    else:
        depart_s = np.array([at_s], np.int32)
    labels, _, tally = search(
        view.riding,
        view.walking,
        depart_s,
        start.spot,
        start.seconds,
        start.level,
        end.seconds,
        end.doubts,
        query.max_transfers + 1,
        view.n_levels,
        bounds.least_s(end.seconds, view.stop_of) if bounds is not None else np.zeros(len(end.seconds), np.int32),
    )
    before_s = at_s + query.window_s if query.window_s else at_s + 1
    ends, rides = best_paths(labels, start.spot, start.seconds, query.window_s > 0, before_s)
    paths, rows = [], iter(rides.tolist())
    for departure_s, arrival_s, level, n_rows in ends.tolist():
        paths.append(Path(_joined(islice(rows, n_rows)), departure_s, arrival_s, level))
    return paths, Tally(*tally[:3].tolist())


def _joined(rows: Iterable[list[int]]) -> tuple[Ride, ...]:
    """Join rows of one vehicle to one ride."""
    rides: list[Ride] = []
    for variant, run, board, alight, goes_on in rows:
        if goes_on:
            before = rides.pop()
            onward = (*before.onward, (variant, run))
            rides.append(Ride(before.variant, before.run, before.board, alight, onward))
        else:
            rides.append(Ride(variant, run, board, alight))
    return tuple(rides)


def _turned(mirror: View, path: Path) -> Path:
    """Turn a path of the mirrored view back."""
    riding, rides = mirror.riding, []
    for ride in reversed(path.rides):
        trips = [(v, int(riding.n_runs[v]) - 1 - run) for v, run in reversed(((ride.variant, ride.run), *ride.onward))]
        (first, run), onward = trips[0], tuple(trips[1:])
        board = _last_position(riding, first) - ride.alight
        rides.append(Ride(first, run, board, _last_position(riding, ride.variant) - ride.board, onward))
    return Path(tuple(rides), -path.arrival_s, -path.departure_s, path.level)


def _last_position(riding: Riding, variant: int) -> int:
    return int(riding.stop_offset[variant + 1] - riding.stop_offset[variant]) - 1
