"""How far each traveller comes: islands of stops, destinations against those of somebody on foot, and what cuts off.

Without any doubt (``Unknown.EXCLUDE``) and at best (``Unknown.ALLOW``) are told apart: the truth lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.model import ON_FOOT, Place, Profile, Unknown
from planner.network.tables import Ints, Longs, Network
from planner.routing.compile import View, profile_view
from planner.routing.many import Batch, all_stops, travel_at_each
from planner.routing.reach import ReachQuery
from planner.routing.state import CLOSED, NEVER

WITHIN_MIN = (30, 45, 60)
Progress = Callable[[int, int], None]  # how much is done, of how much


class Standing(StrEnum):
    """How a stop lies to the main part, the largest set of stops between which one can go both ways."""

    MAIN = "MAIN"
    NO_WAY_OUT = "NO_WAY_OUT"  # reached from the main part, and no way back
    NO_WAY_IN = "NO_WAY_IN"  # left for the main part, and never reached from it
    CUT_OFF = "CUT_OFF"  # neither


@dataclass(frozen=True, eq=False)
class Components:
    """Sets of stops between which a traveller can go both ways on one day, by some trips and walks between stops."""

    profile_id: str
    unknown: Unknown
    component: Longs  # [S] 0 the largest, then by size; -1: not served that day
    sizes: Longs  # [components]
    standing: tuple[Standing | None, ...]  # [S] None: not served that day

    def rows(self, standing: Standing) -> list[int]:
        """Give the stops (rows) of this standing."""
        return [row for row, one in enumerate(self.standing) if one is standing]


@dataclass(frozen=True, eq=False)
class Gap:
    """Destinations and times of one traveller against those on foot, at several moments; N origins.

    A destination is another served stop; waiting counts. M moments, W limits of ``WITHIN_MIN``.
    """

    profile_id: str
    unknown: Unknown
    moments: tuple[datetime, ...]
    stop: Longs  # [N] row of Network.stops
    reached: Ints  # [M, W, N] destinations within so many minutes
    on_foot: Ints  # [M, W, N] the same on foot
    both: Ints  # [M, N] destinations that both reach within the last limit
    extra_s: NDArray[np.float32]  # [M, N] median of how much longer the way to those is; NaN where there are none


def find_components(network: Network, day: date, profile: Profile, unknown: Unknown = Unknown.EXCLUDE) -> Components:
    """Find the islands of one traveller; what stands in the way is boarding, and the walk between two stops."""
    view = profile_view(network, day, profile, unknown)
    served = np.unique(view.stop_of[view.riding.stop])
    graph = nx.DiGraph()
    graph.add_nodes_from(served.tolist())
    graph.add_edges_from(_moves(view, len(network.stops.id)))
    parts = list(nx.strongly_connected_components(graph))
    condensed = nx.condensation(graph, parts)
    n_stops = len(network.stops.id)
    is_served = np.zeros(n_stops, np.bool_)
    is_served[served] = True
    stops_of = [sorted(node for node in part if node < n_stops and is_served[node]) for part in parts]
    order = sorted((n for n, stops in enumerate(stops_of) if stops), key=lambda n: (-len(stops_of[n]), stops_of[n][0]))
    component = np.full(n_stops, -1, np.int64)
    standing: list[Standing | None] = [None] * n_stops
    if not order:
        return Components(profile.id, unknown, component, np.empty(0, np.int64), tuple(standing))
    after, before = nx.descendants(condensed, order[0]), nx.ancestors(condensed, order[0])
    told = {
        (True, True): Standing.MAIN,  # the main part itself: what lies both after and before it belongs to it
        (True, False): Standing.NO_WAY_OUT,
        (False, True): Standing.NO_WAY_IN,
        (False, False): Standing.CUT_OFF,
    }
    for number, part in enumerate(order):
        component[stops_of[part]] = number
        own = number == 0
        for stop in stops_of[part]:
            standing[stop] = told[own or part in after, own or part in before]
    return Components(
        profile.id, unknown, component, np.array([len(stops_of[n]) for n in order], np.int64), tuple(standing)
    )


def measure_gap(
    network: Network,
    moments: Sequence[datetime],
    profiles: Sequence[Profile],
    unknowns: Sequence[Unknown] = (Unknown.EXCLUDE, Unknown.ALLOW),
    progress: Progress | None = None,
) -> list[Gap]:
    """Compare every stop's destinations with those on foot, for each profile and attitude to doubts.

    Raises
    ------
    QueryError
        A moment has no offset or lies in another age.
    """
    places = all_stops(network)
    stop = np.array([network.stops.id.row_of[str(place.stop_id)] for place in places], np.int64)
    if not places or not moments:
        return []
    asked = [(profile, unknown) for profile in profiles for unknown in unknowns]
    shape = len(moments), len(WITHIN_MIN), len(places)
    gaps = [
        Gap(
            profile.id, unknown, tuple(moments), stop, np.zeros(shape, np.int32), np.zeros(shape, np.int32),
            np.zeros((shape[0], shape[2]), np.int32), np.full((shape[0], shape[2]), np.nan, np.float32),
        )
        for profile, unknown in asked
    ]  # fmt: skip
    on_foot = _batches(network, get_profile(ON_FOOT), Unknown.ALLOW, moments, places)
    theirs = [_batches(network, profile, unknown, moments, places) for profile, unknown in asked]
    for foot, *batches in zip(on_foot, *theirs, strict=True):
        for gap, batch in zip(gaps, batches, strict=True):
            _compare(gap, foot, batch)
        if progress is not None:
            progress(foot[0].first + len(foot[0]), len(places))
    return gaps


def _batches(
    network: Network, profile: Profile, unknown: Unknown, moments: Sequence[datetime], places: Sequence[Place]
) -> Iterator[list[Batch]]:
    query = ReachQuery(places[0], moments[0], profile, unknown, within_s=60 * WITHIN_MIN[-1])
    return travel_at_each(network, query, places, places, moments)


def _compare(gap: Gap, foot: Sequence[Batch], own: Sequence[Batch]) -> None:
    """Count what some origins reach, at each moment."""
    for m, (walker, traveller) in enumerate(zip(foot, own, strict=True)):
        first, last = walker.first, walker.first + len(walker)
        walked_s, way_s = walker.way_s[:, -1], traveller.way_s[:, -1]
        itself = np.arange(last - first), np.arange(first, last)  # origins are the targets, in the same order
        for w, minutes in enumerate(WITHIN_MIN):
            for counts, seconds in ((gap.on_foot, walked_s), (gap.reached, way_s)):
                within = seconds <= 60 * minutes
                within[itself] = False
                counts[m, w, first:last] = within.sum(axis=1)
        both = (walked_s != NEVER) & (way_s != NEVER)
        both[itself] = False
        gap.both[m, first:last] = both.sum(axis=1)
        for o in np.flatnonzero(both.any(axis=1)).tolist():
            here = both[o]
            gap.extra_s[m, first + o] = np.median(way_s[o, here].astype(np.int64) - walked_s[o, here])


def _moves(view: View, n_stops: int) -> Iterator[tuple[int, int]]:
    """Give every move of a day: from a stop aboard, on to the next call, off to a stop, and on foot to another.

    A node is a stop, or ``n_stops`` and a position of a variant: to be aboard there.
    """
    riding, walking = view.riding, view.walking
    n = len(riding.stop)
    stop = view.stop_of[riding.stop].astype(np.int64)
    position = np.arange(n)
    begins, ends = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    begins[riding.stop_offset[:-1]] = True
    ends[riding.stop_offset[1:] - 1] = True
    on, off = (riding.board != CLOSED) & ~ends, (riding.alight != CLOSED) & ~begins
    yield from zip(stop[on].tolist(), (n_stops + position[on]).tolist(), strict=True)
    yield from zip((n_stops + position[off]).tolist(), stop[off].tolist(), strict=True)
    further = position[~ends]
    yield from zip((n_stops + further).tolist(), (n_stops + further + 1).tolist(), strict=True)
    origin = np.repeat(np.arange(len(walking.offset) - 1), np.diff(walking.offset))
    yield from zip(view.stop_of[origin].tolist(), view.stop_of[walking.to].tolist(), strict=True)
    for v in np.flatnonzero(riding.run_offset >= 0).tolist():  # who stays aboard rides on as another variant
        first = int(riding.run_offset[v])
        rows = list(range(first, first + int(riding.n_runs[v])))
        for row in rows:
            if riding.next_more[row] >= 0:
                rows.append(int(riding.next_more[row]))
            if riding.next_variant[row] >= 0:
                aboard = n_stops + int(riding.stop_offset[v + 1]) - 1
                yield aboard, n_stops + int(riding.stop_offset[riding.next_variant[row]])
