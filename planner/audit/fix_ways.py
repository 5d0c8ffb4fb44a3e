"""What a kerb lowered or a lift repaired does to the walks of one traveller: looked at only where it may matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.model import Place
from planner.network.tables import Longs, Network
from planner.routing.compile import with_walks
from planner.routing.many import Asked, asked_of
from planner.routing.reach import Access, access_of, endings_of, going_at
from planner.routing.street_view import Singles, StreetView, judge_anew, shut_at, street_view
from planner.routing.walk import FAR
from planner.routing.walks import Going, StopWalks, walks_between, walks_from_stops
from planner.routing.ways import ACCESS_M, Seed, grow


@dataclass(frozen=True, eq=False)
class Rewalked:
    """The question after a change of the ways, and where its walks are others; O places, S stops."""

    asked: Asked
    access: list[Access]  # [O]
    places: NDArray[np.bool_]  # [O] from where walks to the first ride are others
    origins: NDArray[np.bool_]  # [S] from where walks between stops are others
    targets: NDArray[np.bool_]  # [S] where walks end that are others


@dataclass(frozen=True, eq=False)
class Walked:
    """A question between stops with all its walks, against which changes of the ways are held."""

    asked: Asked
    places: Sequence[Place]  # all stops
    access: Sequence[Access]  # of each place

    @cached_property
    def going(self) -> Going:
        """How the traveller goes."""
        return going_at(self.asked.network, self.asked.query)

    @cached_property
    def view(self) -> StreetView:
        """The streets as they are to the traveller."""
        return street_view(self.asked.network, self.going.profile, self.going.outages)

    @cached_property
    def longest_s(self) -> NDArray[np.float64]:
        """Seconds of the longest walk from each stop, [S]."""
        between, row_of = walks_between(self.asked.network, self.going), self.asked.network.stops.id.row_of
        longest = np.zeros(len(self.asked.network.stops.id))
        np.maximum.at(longest, between.origin, between.duration_s)
        for place, walks in zip(self.places, self.access, strict=True):
            row = row_of[str(place.stop_id)]
            longest[row] = max(longest[row], walks.walk_s.max(initial=0))
        return longest

    def near(self, links: Longs, *, backwards: bool = True) -> NDArray[np.bool_]:
        """Tell from which stops (not ``backwards``: to which) a walk that is looked for may pass some links, [S]."""
        return self._cost(self.view, links, "length_m", ACCESS_M, backwards=backwards) <= ACCESS_M

    def after(self, network: Network) -> Rewalked | None:
        """Ask about the same stops and timetable by changed ways; None where every walk stays as it is.

        A walk is another only if a changed link lies on one that is short enough, or is come to sooner than the walk
        as it was takes: a way that is quicker but too long takes the place of one that is not. Not looked for: one that
        is too long and takes its place only for having fewer metres of unknown surface.
        """
        before, query = self.asked.network, self.asked.query
        going = going_at(network, query)
        links = _changed(before, self.going, network, going)
        if not len(links):
            return None
        shut = shut_at(network, going.outages)
        view = judge_anew(self.view, network.streets, going.profile, shut, links)
        latest = self.longest_s + 1  # "fast" adds fractions of a second for effort
        sooner = self._cost(view, links, "fast", float(latest.max()), backwards=True) <= latest
        near = sooner | self.near(links)

        between = walks_between(before, self.going)
        beside = near[between.origin]
        here, now = _kept(between, beside), walks_from_stops(network, going, view, near)
        access, others = list(self.access), np.zeros(len(self.places), np.bool_)
        around = _stations_too(before, near)
        for o, place in enumerate(self.places):
            if around[before.stops.id.row_of[str(place.stop_id)]]:
                access[o] = access_of(network, self.asked.ground, place, query, view)
                others[o] = not _equal(access[o], self.access[o])
        origins, targets = _differing(here, now, len(near))
        for o in np.flatnonzero(others).tolist():
            targets[_ends(self.access[o], access[o])] = True
        if not others.any() and not origins.any():
            return None
        walks = _joined(_kept(between, ~beside), now)
        ground = self.asked.ground
        ground = replace(ground, view=with_walks(ground.view, before, ground.day, self.going, walks))
        ground = replace(ground, endings=endings_of(ground.view, walks, arrive_by=False))
        return Rewalked(asked_of(before, query, self.places, ground), access, others, origins, targets)

    def _cost(self, view: StreetView, links: Longs, weight: str, limit: float, *, backwards: bool) -> Singles:
        """What it takes from each stop to the nearest end of some links (or from there), infinite beyond; [S]."""
        ends = np.unique(view.source[np.concatenate((links, view.n_links + links))])
        seeds = [Seed(node, 0.0, 0.0, 0.0, False, None, 0.0) for node in ends.tolist()]
        cost, nodes = grow(view, seeds, weight, limit, backwards=backwards).cost, self.asked.network.streets.stop_node
        return np.where((nodes >= 0) & (cost[nodes] < FAR), cost[nodes], np.float32(np.inf))


def _equal(one: Access, other: Access) -> bool:
    """Tell whether the walks around two places are the same, column by column."""
    return all(np.array_equal(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))


def _changed(before: Network, was: Going, after: Network, going: Going) -> Longs:
    """Rows of the links that are otherwise: their kerb, or whether their equipment runs."""
    one, other = before.streets.links, after.streets.links
    differ = ~np.isclose(one.kerb_low_mm, other.kerb_low_mm, equal_nan=True)
    differ |= ~np.isclose(one.kerb_high_mm, other.kerb_high_mm, equal_nan=True)
    runs = shut_at(before, was.outages) ^ shut_at(after, going.outages)
    return np.flatnonzero(differ | np.isin(one.equipment, list(runs)))


def _stations_too(network: Network, stops: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same and the stations of which one of these is a part: they are left by all their stops."""
    parent, with_stations = network.stops.parent, stops.copy()
    parts = np.flatnonzero(stops & (parent >= 0))
    with_stations[parent[parts]] |= network.stops.location_type[parent[parts]] == 1
    return with_stations


def _kept(walks: StopWalks, rows: NDArray[np.bool_]) -> StopWalks:
    return StopWalks(*(getattr(walks, part.name)[rows] for part in fields(walks)))


def _joined(one: StopWalks, other: StopWalks) -> StopWalks:
    """Put the walks from some stops and those from the others together, in the order of ``walks_between``."""
    columns = [np.concatenate((getattr(one, part.name), getattr(other, part.name))) for part in fields(one)]
    order = np.argsort(columns[0], kind="stable")
    return StopWalks(*(column[order] for column in columns))


def _differing(one: StopWalks, other: StopWalks, n_stops: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Stops where walks begin, and where they end, that stand in one table alone."""
    tables = [
        set(zip(*(getattr(walks, part.name).tolist() for part in fields(walks)), strict=True)) for walks in (one, other)
    ]
    origins, targets = np.zeros(n_stops, np.bool_), np.zeros(n_stops, np.bool_)
    for origin, to, *_ in tables[0] ^ tables[1]:
        origins[origin] = targets[to] = True
    return origins, targets


def _ends(one: Access, other: Access) -> list[int]:
    """Stops to which only one of two places' walks leads, or each in another way."""
    walks = [set(zip(way.stop.tolist(), way.walk_s.tolist(), way.doubts.tolist(), strict=True)) for way in (one, other)]
    return [stop for stop, *_ in walks[0] ^ walks[1]]
