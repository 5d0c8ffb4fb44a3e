"""Many-to-many: the shortest way between every origin and every target stop, on all cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.model import Place
from planner.network.tables import Network
from planner.routing.raptor import NEVER
from planner.routing.reach import Access, Ground, ReachQuery, access_of, check_moment, endings_of, ground_of
from planner.routing.spread import Starts, departures_between, spread_many

BATCH = 64  # origins of one call: often enough for a bar that moves, seldom enough to cost nothing


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


def travel_batches(
    network: Network, query: ReachQuery, origins: Sequence[Place], targets: NDArray[np.int64], window_s: int = 0
) -> Iterator[Batch]:
    """Answer for all origins, some at a time; ``query.place`` is not used.

    With a window, the shortest way over all departures in it; without, the way from ``query.at``, waiting included.
    With ``query.arrive_by`` origins are where people go, and targets where they come from.

    Raises
    ------
    QueryError
        The moment has no offset or lies in another age.
    """
    check_moment(query.at)
    ground = ground_of(network, query)
    endings = endings_of(network, targets, query.profile, query.unknown, arrive_by=query.arrive_by)
    after_s = query.profile.margin_s if query.arrive_by else 0
    most = NEVER if query.within_s is None else query.within_s
    for first in range(0, len(origins), BATCH):
        part = origins[first : first + BATCH]
        access = [access_of(network, ground, place, query.profile, query.unknown) for place in part]
        starts = starts_of(network, ground, query, access, window_s)
        way_s, depart_s, rides, scanned = spread_many(
            ground.view.riding, ground.view.walking, starts, endings,
            query.max_transfers + 1, ground.view.n_levels, np.int32(most),
        )  # fmt: skip
        way_s = np.where(way_s > int(most) - after_s, NEVER, way_s + after_s).astype(np.int32)
        _walk_all_the_way(way_s, depart_s, rides, access, targets, ground.clock(query.at, network), int(most))
        yield Batch(first, way_s, ground.sign * depart_s, rides, int(scanned.sum()))


def starts_of(network: Network, ground: Ground, query: ReachQuery, access: Sequence[Access], window_s: int) -> Starts:
    """Put the walks and departures of several origins into one list each."""
    at_s = ground.clock(query.at, network)
    riding = ground.view.riding
    departures = [
        departures_between(riding, one.spot, one.ready_s, at_s, at_s + window_s)
        if window_s
        else np.array([at_s], np.int32)
        for one in access
    ]
    return Starts(
        depart_offset=_offsets([len(one) for one in departures]),
        depart_s=np.concatenate(departures),
        access_offset=_offsets([len(one.spot) for one in access]),
        access_stop=np.concatenate([one.spot for one in access]),
        access_s=np.concatenate([one.ready_s for one in access]),
        access_level=np.concatenate([one.level for one in access]),
    )


def _offsets(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _walk_all_the_way(
    way_s: NDArray[np.int32],
    depart_s: NDArray[np.int32],
    rides: NDArray[np.uint8],
    access: Sequence[Access],
    targets: NDArray[np.int64],
    at_s: int,
    most: int,
) -> None:
    """Where walking without a ride is as short, walk; at any time, so at the first one asked about."""
    of_stop: dict[int, list[int]] = {}
    for column, stop in enumerate(targets.tolist()):
        of_stop.setdefault(stop, []).append(column)
    for o, one in enumerate(access):
        for stop, walk_s, level in zip(one.stop.tolist(), one.walk_s.tolist(), one.doubts.tolist(), strict=True):
            for column in of_stop.get(stop, ()) if walk_s <= most else ():
                worse = level + np.flatnonzero(way_s[o, level:, column] >= walk_s)
                way_s[o, worse, column], depart_s[o, worse, column], rides[o, worse, column] = walk_s, at_s, 0
