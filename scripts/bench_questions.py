"""How long a question takes once the server runs: the views of a day, the search alone, the whole answer, the page."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from math import log
from statistics import correlation, linear_regression
from types import ModuleType
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.model import Place, Unknown
from planner.network.tables import Network
from planner.routing import find, follow, raptor, state
from planner.routing.compile import day_view, profile_view, view_going
from planner.routing.plan import Query, find_itineraries
from scripts.bench_table import Spread

FROM_H, UNTIL_H = 6, 22
KERNEL_REPEATS = 3  # of each question; the shortest counts
WINDOW_S = 2 * 3600
KINDS = tuple(
    (profile, unknown, window_s)
    for window_s in (0, WINDOW_S)
    for profile in ("on-foot", "manual-wheelchair")
    for unknown in (Unknown.ALLOW, Unknown.PENALISE)
)


@dataclass(frozen=True, slots=True)
class Views:
    """What one day of a network, and one traveller on it, take to prepare."""

    patterns: int
    variants: int
    calls: int  # of all trips in the day view: the day, the night before, the next morning
    day_s: Spread
    profile_s: Spread


@dataclass(frozen=True, slots=True)
class Questions:
    """Random questions of one kind of traveller."""

    profile: str
    unknown: Unknown
    window_s: int  # 0: one departure
    answered: int
    kernel_s: Spread
    whole_s: Spread
    scanned: Spread
    labels: Spread


@dataclass(frozen=True, slots=True)
class Growth:
    """How a time grows with a size: time = factor * size ** exponent, least squares on the logarithms."""

    exponent: float
    explained: float  # r squared
    points: int


class Watch:
    """The kernel with a stopwatch: the first search after ``start``, and following its labels back to rides.

    Later calls ask why there is no answer, and belong to the whole.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[float, int, int]] = []  # seconds, positions scanned, labels written
        self.searching = self.following = False

    def start(self) -> None:
        """Watch the next question."""
        self.searching = True

    def search(self, *arguments: Any, **named: Any) -> Any:
        """Search, and note the shortest of several times."""
        if not self.searching:
            return raptor.search(*arguments, **named)
        self.searching, self.following = False, True
        found, took_s = _shortest(raptor.search, *arguments, **named)
        self.seen.append((took_s, int(found[2][state.SCANNED]), int(found[2][state.WRITTEN])))
        return found

    def best_paths(self, *arguments: Any, **named: Any) -> Any:
        """Follow labels back, and add the shortest of several times."""
        if not self.following:
            return follow.best_paths(*arguments, **named)
        self.following = False
        found, took_s = _shortest(follow.best_paths, *arguments, **named)
        searched_s, scanned, labels = self.seen.pop()
        self.seen.append((searched_s + took_s, scanned, labels))
        return found


def _shortest(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Any, float]:
    took_s = []
    for _ in range(KERNEL_REPEATS):
        started = time.perf_counter()
        found = call(*arguments, **named)
        took_s.append(time.perf_counter() - started)
    return found, min(took_s)


def measure_views(network: Network, day: date, repeats: int) -> Views:
    """Prepare a day and a traveller again and again, as after an empty cache."""
    profile = get_profile("manual-wheelchair")
    day_s, profile_s = [], []
    for number in range(repeats + 1):  # the first one compiles and reads the arrays from disk
        day_view.cache_clear()
        view_going.cache_clear()
        started = time.perf_counter()
        day_view(network, day)
        between = time.perf_counter()
        profile_view(network, day, profile, Unknown.PENALISE)
        ended = time.perf_counter()
        if number:
            day_s.append(between - started)
            profile_s.append(ended - between)
    view = profile_view(network, day, profile, Unknown.PENALISE)
    timetable = view.timetable
    return Views(
        timetable.n_patterns, len(view.pattern), len(timetable.arrival_s), Spread.of(day_s), Spread.of(profile_s)
    )


def draw_trips(network: Network, day: date, number: int, seed: int) -> list[tuple[Place, Place, datetime]]:
    """Draw pairs of two different served stops and moments of the day, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 (a bench wants the same questions every time)
    served = [int(row) for row in network.served.nonzero()[0]]
    zone = ZoneInfo(network.timezone)
    trips: list[tuple[Place, Place, datetime]] = []
    while len(trips) < number:
        origin, destination = (_place(network, row) for row in rng.sample(served, 2))
        if (origin.lat, origin.lon) == (destination.lat, destination.lon):
            continue  # one place under two ids is no question
        minute = rng.randrange(FROM_H * 60, UNTIL_H * 60)
        at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
        trips.append((origin, destination, at))
    return trips


def measure_questions(
    network: Network, trips: Sequence[tuple[Place, Place, datetime]], profile: str, unknown: Unknown, window_s: int = 0
) -> Questions:
    """Ask every question twice: once for the whole answer, once with an eye on the kernel."""
    traveller = get_profile(profile)
    queries = [Query(a, b, at, traveller, unknown, window_s=window_s) for a, b, at in trips]
    find_itineraries(network, queries[0])  # compiles, and prepares day and traveller
    whole_s, answered = [], 0
    for query in queries:
        started = time.perf_counter()
        answer = find_itineraries(network, query)
        whole_s.append(time.perf_counter() - started)
        answered += bool(answer.itineraries)
    watch = Watch()
    with ExitStack() as stack:
        for module in _who_searches():
            stack.enter_context(patch.object(module, "search", watch.search))
        stack.enter_context(patch.object(find, "best_paths", watch.best_paths))
        for query in queries:
            watch.start()
            find_itineraries(network, query)
    kernel_s, scanned, labels = (Spread.of(values) for values in zip(*watch.seen, strict=True))
    return Questions(profile, unknown, window_s, answered, kernel_s, Spread.of(whole_s), scanned, labels)


def _who_searches() -> list[ModuleType]:
    """Find the modules of routing that call the kernel by name."""
    routing = [module for name, module in sys.modules.items() if name.startswith("planner.routing.")]
    return [one for one in routing if one is not raptor and getattr(one, "search", None) is raptor.search]


def fit_growth(sizes: Sequence[float], seconds: Sequence[float]) -> Growth | None:
    """Fit the exponent of growth; None with fewer than three sizes."""
    if len(set(sizes)) < 3:
        return None
    x, y = [log(size) for size in sizes], [log(value) for value in seconds]
    return Growth(linear_regression(x, y).slope, correlation(x, y) ** 2, len(x))


def _place(network: Network, row: int) -> Place:
    stops = network.stops
    return Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row])
