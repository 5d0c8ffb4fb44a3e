"""Many-to-many: the shortest way between every origin and every target stop, on all cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import judge_way
from planner.model import Place, Unknown
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distances_m
from planner.network.tables import Longs, Network
from planner.routing.follow import departures
from planner.routing.last_walk import Endings
from planner.routing.reach import Access, Ground, ReachQuery, access_of, check_moment, ground_of, spots_around
from planner.routing.spread import Starts, spread_many
from planner.routing.state import NEVER

BATCH = 64  # origins of one call: often enough for a bar that moves, seldom enough to cost nothing


# Seconds on the way, clock time of setting out (or of being there), rides, fewest doubts, seconds without a doubt.
# None: no way.
Pair = tuple[int, int, int, int, int | None] | None


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Answers for some origins, int32[O, C, J]: origin, doubts of at most c, target.

    ``way_s`` is NEVER where a target is not reached; ``depart_s`` the clock time of setting out (searching for
    arrivals: of being there), ``rides`` the number of rides, 0 on foot.
    """

    first: int  # row of the first origin
    way_s: NDArray[np.int32]
    depart_s: NDArray[np.int32]
    rides: NDArray[np.uint8]
    scanned: int  # positions of variants looked at

    def __len__(self) -> int:
        return len(self.way_s)

    @property
    def reached(self) -> int:
        """How many pairs have a way."""
        return int((self.way_s[:, -1] != NEVER).sum())

    def pairs(self) -> Iterator[Pair]:
        """Give all pairs, target after target for each origin."""
        best_s, sure_s = self.way_s[:, -1], self.way_s[:, 0]
        level = np.argmax(self.way_s == best_s[:, None], axis=1)
        o, j = np.indices(best_s.shape)
        columns = (best_s, self.depart_s[o, level, j], self.rides[o, level, j], level, sure_s)
        for way_s, depart_s, rides, doubts, sure in zip(*(column.ravel().tolist() for column in columns), strict=True):
            if way_s == NEVER:
                yield None
            else:
                yield way_s, depart_s, rides, doubts, None if sure == NEVER else sure


def travel_batches(
    network: Network,
    query: ReachQuery,
    origins: Sequence[Place],
    targets: Sequence[Place],
    window_s: int = 0,
    moments: Sequence[datetime] = (),
) -> Iterator[Batch]:
    """Answer for all origins, some at a time; ``query.place`` is not used.

    With a window, the shortest way over all departures in it; without, the way from ``query.at``, waiting included;
    with ``moments``, the shortest from any of these.
    With ``query.arrive_by`` origins are where people go, and targets where they come from.

    Raises
    ------
    QueryError
        The moment has no offset or lies in another age.
    """
    check_moment(query.at)
    asked = asked_of(network, query, targets)
    ground = asked.ground
    at_s = ground.clock(query.at, network)
    fixed = np.unique([ground.clock(moment, network) for moment in moments or [query.at]])[::-1].astype(np.int32)
    for first in range(0, len(origins), BATCH):
        part = origins[first : first + BATCH]
        access = [access_of(network, ground, place, query) for place in part]
        depart_s = [
            departures(ground.view.riding, at_s, window_s, one.spot, one.ready_s) if window_s else fixed
            for one in access
        ]
        yield asked.answer(first, part, access, depart_s, at_s)


def travel_at_each(
    network: Network,
    query: ReachQuery,
    origins: Sequence[Place],
    targets: Sequence[Place],
    moments: Sequence[datetime],
) -> Iterator[list[Batch]]:
    """Answer for all origins, some at a time, at each moment by itself; the walks are looked for once.

    ``query.place`` and ``query.at`` are not used.

    Raises
    ------
    QueryError
        A moment has no offset or lies in another age.
    """
    for moment in moments:
        check_moment(moment)
    asked: list[Asked] = []
    known: dict[int, Asked] = {}
    for moment in moments:
        at_moment = replace(query, at=moment)
        ground = ground_of(network, at_moment)
        if id(ground) not in known:
            known[id(ground)] = asked_of(network, at_moment, targets)
        asked.append(known[id(ground)])
    for first in range(0, len(origins), BATCH):
        part = origins[first : first + BATCH]
        access = {n: [access_of(network, one.ground, place, one.query) for place in part] for n, one in known.items()}
        batches = []
        for moment, one in zip(moments, asked, strict=True):
            at_s = one.ground.clock(moment, network)
            depart_s = [np.array([at_s], np.int32)] * len(part)
            batches.append(one.answer(first, part, access[id(one.ground)], depart_s, at_s))
        yield batches


def asked_of(network: Network, query: ReachQuery, targets: Sequence[Place], ground: Ground | None = None) -> Asked:
    """Prepare what all origins of one question share, on the network's own ground if no other is given."""
    ground = ground or ground_of(network, query)
    endings = _endings_at(network, ground, query, targets)
    return Asked(network, query, ground, endings, OnFoot(network, query, targets))


@dataclass(frozen=True, eq=False)
class Asked:
    """What all origins of one question share."""

    network: Network
    query: ReachQuery
    ground: Ground
    endings: Endings
    on_foot: OnFoot

    def answer(
        self,
        first: int,
        part: Sequence[Place],
        access: Sequence[Access],
        depart_s: Sequence[NDArray[np.int32]],
        at_s: int,
    ) -> Batch:
        """Answer for some origins, each at its own departures; who only walks sets out at ``at_s``."""
        query, view = self.query, self.ground.view
        after_s = query.profile.margin_s if query.arrive_by else 0
        most = int(NEVER if query.within_s is None else query.within_s)
        way_s, left_s, rides, scanned = spread_many(
            view.riding, view.walking, _starts(access, depart_s), self.endings,
            query.max_transfers + 1, view.n_levels, np.int32(most),
        )  # fmt: skip
        way_s = np.where(way_s > most - after_s, NEVER, way_s + after_s).astype(np.int32)
        feet = [self.on_foot.ways(place, one, most) for place, one in zip(part, access, strict=True)]
        column, walk_s, level = (np.concatenate(values) for values in zip(*feet, strict=True))
        origin = np.repeat(np.arange(len(feet)), [len(columns) for columns, *_ in feet])
        order = np.argsort(-walk_s, kind="stable")  # the shortest is written last, and stays
        for c in range(way_s.shape[1]):
            rows = order[level[order] <= c]
            at = origin[rows], c, column[rows]
            rows = rows[way_s[at] >= walk_s[rows]]
            at = origin[rows], c, column[rows]
            way_s[at], left_s[at], rides[at] = walk_s[rows], at_s, 0
        return Batch(first, way_s, self.ground.sign * left_s, rides, int(scanned.sum()))


def all_stops(network: Network) -> list[Place]:
    """Give every served stop that has a position."""
    stops = network.stops
    rows = np.flatnonzero(network.served & np.isfinite(stops.lat)).tolist()
    return [Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row]) for row in rows]


def _starts(access: Sequence[Access], depart_s: Sequence[NDArray[np.int32]]) -> Starts:
    """Put the walks and departures of several origins into one list each."""
    return Starts(
        depart_offset=_offsets([len(one) for one in depart_s]),
        depart_s=np.concatenate(depart_s),
        access_offset=_offsets([len(one.spot) for one in access]),
        access_stop=np.concatenate([one.spot for one in access]),
        access_s=np.concatenate([one.ready_s for one in access]),
        access_level=np.concatenate([one.level for one in access]),
    )


def _endings_at(network: Network, ground: Ground, query: ReachQuery, targets: Sequence[Place]) -> Endings:
    """Give the last walks to each target: those of the stop that it is, or to a point those around it."""
    of_all = ground.endings
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]] = []
    for place in targets:
        row = _stop_row(network, place)
        if row is None:
            parts.append(spots_around(network, ground, place, query))
        else:
            rows = slice(int(of_all.offset[row]), int(of_all.offset[row + 1]))
            parts.append((of_all.stop[rows], of_all.walk_s[rows], of_all.doubts[rows]))
    return Endings(
        _offsets([len(stop) for stop, _, _ in parts]),
        np.concatenate([stop for stop, _, _ in parts]),
        np.concatenate([walk_s for _, walk_s, _ in parts]),
        np.concatenate([doubts for _, _, doubts in parts]),
    )


class OnFoot:
    """Finds the targets that are within a walk of an origin, without any ride."""

    def __init__(self, network: Network, query: ReachQuery, targets: Sequence[Place]) -> None:
        self.query = query
        rows = [_stop_row(network, place) for place in targets]
        at_stops = np.array([column for column, row in enumerate(rows) if row is not None], np.int64)
        stop = np.array([row for row in rows if row is not None], np.int64)
        self.column = at_stops[np.argsort(stop, kind="stable")]  # columns of one stop stand together
        self.offset = _offsets(np.bincount(stop, minlength=len(network.stops.id)).tolist())  # by stop row
        self.points = np.array([column for column, row in enumerate(rows) if row is None], np.int64)
        self.lon = np.array([targets[column].lon for column in self.points.tolist()])
        self.lat = np.array([targets[column].lat for column in self.points.tolist()])

    def ways(self, place: Place, access: Access, most: int) -> tuple[Longs, Longs, Longs]:
        """Give columns, seconds and doubts as far as they count; a column may stand in several rows."""
        near = np.flatnonzero(access.walk_s <= most)
        first, count = self.offset[access.stop[near]], np.diff(self.offset)[access.stop[near]]
        walk = np.repeat(near, count)
        at = np.repeat(first, count) + np.arange(len(walk)) - np.repeat(np.cumsum(count) - count, count)
        of_stops = self.column[at], access.walk_s[walk], access.doubts[walk].astype(np.int64)
        if not len(self.points):
            return of_stops
        profile, unknown = self.query.profile, self.query.unknown
        metres = DETOUR * distances_m(place.lon, place.lat, self.lon, self.lat)
        near = np.flatnonzero(metres <= DETOUR * REACH_M)
        walk_s = np.ceil(metres[near] / profile.speed_m_s).astype(np.int64)
        doubts = np.array([judge_way(one, profile).doubts for one in metres[near].tolist()], np.int64)
        keep = (walk_s <= most) & ((doubts == 0) | (unknown is not Unknown.EXCLUDE))
        levels = doubts if unknown is Unknown.PENALISE else np.zeros_like(doubts)
        of_points = self.points[near[keep]], walk_s[keep], levels[keep]
        column, seconds, level = (np.concatenate(both) for both in zip(of_stops, of_points, strict=True))
        return column, seconds, level


def _stop_row(network: Network, place: Place) -> int | None:
    """The row of a target that is a stop itself; None for a point, and for a station, which stands for its stops."""
    row = None if place.stop_id is None else network.stops.id.row_of[place.stop_id]
    return row if row is not None and network.served[row] else None


def _offsets(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
