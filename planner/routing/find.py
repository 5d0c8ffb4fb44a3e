"""One run of the kernels: a question becomes row numbers, and labels become paths.

Leaving at a time searches forward; arriving by a time searches the mirrored view. A window is a list of
departures, the latest first; the end of the window is searched too, and not told, so that an itinerary which a
later departure beats is not told either: windows side by side neither lose nor repeat one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile, Unknown
from planner.network.clock import clock_of, later
from planner.network.tables import Ints, Longs, Network
from planner.routing.bounds import ALWAYS, Bounds, Least, bounds_for
from planner.routing.compile import View, profile_view
from planner.routing.follow import best_paths, departures, places_to_stand
from planner.routing.query import Query
from planner.routing.raptor import Labels, Riding, search
from planner.routing.via import access_walks, egress_walks, mirror_of, question_view
from planner.routing.walks import Walks

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


class Start(NamedTuple):
    """Access as the kernels have it, by spot; ``walked_dm`` rounded up to whole decimetres."""

    spot: Ints
    seconds: Ints
    level: NDArray[np.uint8]
    walked_dm: Ints


class End(NamedTuple):
    """Egress as the kernels have it: seconds to the destination by spot, -1: too far."""

    seconds: Ints
    doubts: NDArray[np.uint8]
    walked_dm: Ints


# A kernel, asked with departures, the latest first.
Ask = Callable[[View, Query, Ints, Start, End, Least], tuple[Labels, Longs]]


def search_all(view: View, query: Query, depart_s: Ints, start: Start, end: End, least: Least) -> tuple[Labels, Longs]:
    """Ask the kernel for all ways, however far one rolls."""
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
        least.seconds,
        least.until_s,
    )
    return labels, tally


def run_search(network: Network, query: Query, ask: Ask = search_all) -> Search:
    """Search the day of the question between the walks around its ends."""
    day = view_day(network, query)
    view = question_view(network, query, day)
    access, egress = access_walks(network, query, view), egress_walks(network, query, view)
    at_s = clock_of(query.at, day, network.timezone)
    margin_s = query.profile.margin_s
    if query.arrive_by:
        mirror = mirror_of(view)
        bounds = bounds_for(network, day, query.profile, view, backwards=True)
        start, ends = start_of(mirror, egress, 0), _ends_of(mirror, access, margin_s)
        found, tally = _paths(mirror, query, -at_s, start, ends, bounds, ask)
        paths = tuple(_turned(mirror, path) for path in found)
    else:
        bounds = bounds_for(network, day, query.profile, view, backwards=False)
        start, ends = start_of(view, access, margin_s), _ends_of(view, egress, 0)
        found, tally = _paths(view, query, at_s, start, ends, bounds, ask)
        paths = tuple(found)
    return Search(view, day, access, egress, paths, tally)


def view_day(network: Network, query: Query) -> date:
    """Choose the day view: that of the departure, or one that reaches half a day back from the arrival."""
    return later(query.at, -HALF_A_DAY_S if query.arrive_by else 0, network.timezone).date()


def mirrored_view(network: Network, day: date, profile: Profile, unknown: Unknown) -> View:
    """Give the mirror of a profile view; the last few are kept."""
    return mirror_of(profile_view(network, day, profile, unknown))


def start_of(view: View, walks: Walks, margin_s: int) -> Start:
    """Stand at every spot of the stops around; of walks to one spot with the same doubts only the shortest."""
    spot, seconds, level, walk = places_to_stand(
        view.spot_offset, view.spots, walks.stop, walks.duration_s + margin_s, walks.doubts, view.n_levels
    )
    return Start(spot, seconds, level, np.ceil(10 * walks.distance_m[walk]).astype(np.int32))


def _ends_of(view: View, walks: Walks, margin_s: int) -> list[End]:
    """Leave from every spot of the stops around; a spot with several ways, fast and sure, is in several ends."""
    start = start_of(view, walks, margin_s)
    if not len(start.spot):
        return []
    n_spots = len(view.stop_of)
    turn = np.arange(len(start.spot)) - np.searchsorted(start.spot, start.spot)  # spots ascend: which of its ways
    ends = []
    for number in range(int(turn.max()) + 1):
        one = turn == number
        seconds, doubts = np.full(n_spots, -1, np.int32), np.zeros(n_spots, np.uint8)
        walked_dm = np.zeros(n_spots, np.int32)
        spot = start.spot[one]
        seconds[spot], doubts[spot], walked_dm[spot] = start.seconds[one], start.level[one], start.walked_dm[one]
        ends.append(End(seconds, doubts, walked_dm))
    return ends


def _paths(
    view: View, query: Query, at_s: int, start: Start, ends: list[End], bounds: Bounds | None, ask: Ask
) -> tuple[list[Path], Tally]:
    """Search a view forward, and follow what no other beats back to the start."""
    if query.window_s:
        depart_s = departures(view.riding, at_s, query.window_s, start.spot, start.seconds)
    else:
        depart_s = np.array([at_s], np.int32)
    before_s = at_s + query.window_s if query.window_s else at_s + 1
    paths: list[Path] = []
    told = np.zeros(3, np.int64)
    for end in ends:
        if bounds is None:
            least = Least(np.zeros(len(end.seconds), np.int32), ALWAYS)
        else:
            least = bounds.least_from(view.stop_of[start.spot], at_s, query.window_s, end.seconds, view.stop_of)
        labels, tally = ask(view, query, depart_s, start, end, least)
        found, rides = best_paths(
            labels, start.spot, start.seconds, start.level, view.n_levels, query.window_s > 0, before_s
        )
        rows = iter(rides.tolist())
        for departure_s, arrival_s, level, n_rows in found.tolist():
            paths.append(Path(_joined(islice(rows, n_rows)), departure_s, arrival_s, level))
        told += tally[:3]
    if len(ends) > 1:
        paths = _unbeaten(paths, windowed=query.window_s > 0)
    return paths, Tally(*told.tolist())


def _unbeaten(paths: list[Path], *, windowed: bool) -> list[Path]:
    """Paths of several searches that no other beats; of two alike the first."""
    keys = [(-path.departure_s if windowed else 0, path.arrival_s, len(path.rides), path.level) for path in paths]
    kept = []
    for row, key in enumerate(keys):
        beaten = any(
            all(x <= y for x, y in zip(other, key, strict=True)) and (other != key or number < row)
            for number, other in enumerate(keys)
            if number != row
        )
        if not beaten:
            kept.append(paths[row])
    return kept


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
