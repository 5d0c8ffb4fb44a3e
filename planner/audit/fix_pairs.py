"""Which stops lie within 45 minutes of each other only after a change, and how much time it saves: exact, and dear.

A change of one quay matters to an origin only if, as things are, one can stand at that quay in time or sit in a vehicle
that stops there: until the changed quay is used for the first time, all is as it was. So only those origins are asked
again, and nobody where a change leaves the verdicts of that quay as they are, or as another change leaves them. The
bound by which the best candidates are chosen comes from a network in which every candidate is carried out: a pair that
is new passes the changed quay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.audit.fix_ways import Walked
from planner.model import Place, Profile, Unknown
from planner.network.tables import Network
from planner.routing.cells import Cells, judge_cells
from planner.routing.compile import View, with_cells
from planner.routing.many import Asked, all_stops, asked_of
from planner.routing.reach import Access, ReachQuery, access_of
from planner.routing.state import NEVER

WITHIN_S = 45 * 60
MOST_STOPS = 6000  # tables of all pairs of more stops would need gigabytes
PART = 256  # origins asked at once
FAR_S = 1_000_000  # getting off takes so long that nobody goes on from there
Matrix = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Case:
    """One profile at one moment, without doubts."""

    walked: Walked
    base_s: Matrix  # [O, J] seconds, NEVER beyond 45 minutes; origins and targets are the same stops
    hopeful: NDArray[np.bool_]  # [O, J] within 45 minutes if everything were carried out
    aboard: NDArray[np.bool_]  # [O, J] within 45 minutes one can sit in a vehicle that stops there
    far_ways: Mapping[int, list[int]]  # by stop: from where a rule for transfers alone makes a way to it
    cells: list[Cells]  # by variant, 0 is as it is


@dataclass(eq=False)
class Pairs:
    """All pairs of stops of one network, for several profiles at several moments.

    ``as_if(v)`` gives the network in which every quay stands in variant v (0 is as it is).
    """

    network: Network
    profiles: Sequence[Profile]
    moments: Sequence[datetime]
    as_if: Callable[[int], Network]
    n_variants: int
    _known: dict[tuple[int, int, int, bytes], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places: list[Place] = all_stops(self.network)
        row_of = self.network.stops.id.row_of
        self.column = {row_of[str(place.stop_id)]: n for n, place in enumerate(self.places)}
        networks = [self.as_if(v) for v in range(self.n_variants)]
        self.cases = {
            (p, m): self._case(profile, moment, networks)
            for p, profile in enumerate(self.profiles)
            for m, moment in enumerate(self.moments)
        }

    def bounds(self) -> NDArray[np.int64]:
        """Give how many pairs a change of each quay can bring at most, over all profiles and moments, [stops]."""
        most = np.zeros(len(self.places), np.int64)
        for case in self.cases.values():
            new = (case.hopeful & (case.base_s == NEVER)).astype(np.float32)
            begins = np.stack([self._there(case, stop) for stop in self.column], axis=1) | case.aboard
            # pairs (o, t) that are new, with o to the quay as things are, and the quay to t in time
            brought = begins.astype(np.float32).T @ new
            most += (brought * case.hopeful).sum(axis=1, dtype=np.float64).astype(np.int64)
        return most

    def change_quay(self, stop: int, variant: int) -> list[tuple[int, int]]:
        """Give pairs and seconds for each profile if one quay (row of its stop) stands in a variant."""
        told = []
        for p in range(len(self.profiles)):
            pairs = saved_s = 0
            for m in range(len(self.moments)):
                key = p, m, stop, _at(self.cases[p, m].cells[variant], stop)
                if key not in self._known:
                    self._known[key] = self._change_one(self.cases[p, m], self.moments[m], stop, variant)
                pairs, saved_s = pairs + self._known[key][0], saved_s + self._known[key][1]
            told.append((pairs, saved_s))
        return told

    def _change_one(self, case: _Case, moment: datetime, stop: int, variant: int) -> tuple[int, int]:
        walked, pairs, saved_s = case.walked, 0, 0
        asked_again = np.flatnonzero(self._touched(case, stop, variant))
        if not len(asked_again):
            return 0, 0
        ground = walked.asked.ground
        view = with_cells(ground.view, case.cells[variant], Unknown.EXCLUDE, np.array([stop]))
        asked = replace(walked.asked, ground=replace(ground, view=view))
        for rows, way_s in _parts(asked, self.places, walked.access, moment, asked_again):
            more, sooner = _difference(case.base_s[rows], way_s, rows)
            pairs, saved_s = pairs + more, saved_s + sooner
        return pairs, saved_s

    def _touched(self, case: _Case, stop: int, variant: int) -> NDArray[np.bool_]:
        """Tell which origins may use a changed quay as their first change: to get on there, or to get off."""
        was, is_ = case.cells[0], case.cells[variant]
        touched = np.zeros(len(self.places), np.bool_)
        if (was.board[:, stop] != is_.board[:, stop]).any():
            touched |= self._there(case, stop)
        if (was.alight[:, stop] != is_.alight[:, stop]).any() or (was.alight_s[:, stop] != is_.alight_s[:, stop]).any():
            touched |= case.aboard[:, self.column[stop]]
        return touched

    def _there(self, case: _Case, stop: int) -> NDArray[np.bool_]:
        """Tell from which origins one can be at a stop as things are, or change to it by a rule for transfers alone."""
        there = np.zeros(len(self.places), np.bool_)
        for one in (stop, *case.far_ways.get(stop, ())):
            there |= case.base_s[:, self.column[one]] != NEVER if one in self.column else True
        return there

    def change_vehicles(self, network: Network) -> list[tuple[int, int]]:
        """Give the same for another network with the same stops and ways, by asking everything again."""
        told = []
        every = np.arange(len(self.places))
        for p, profile in enumerate(self.profiles):
            pairs = saved_s = 0
            for m, moment in enumerate(self.moments):
                case = self.cases[p, m]
                asked = asked_of(network, self._query(profile, moment), self.places)
                more, sooner = _difference(case.base_s, _matrix(asked, self.places, case.walked.access, moment), every)
                pairs, saved_s = pairs + more, saved_s + sooner
            told.append((pairs, saved_s))
        return told

    def change_ways(self, network: Network) -> list[tuple[int, int]]:
        """Give the same for another network with the same stops and timetable; many a kerb changes no walk at all."""
        told = []
        for p in range(len(self.profiles)):
            pairs = saved_s = 0
            for m, moment in enumerate(self.moments):
                case = self.cases[p, m]
                after = case.walked.after(network)
                if after is None:
                    continue
                # until one walks otherwise for the first time, at a stop reached or at the beginning, all is as it was
                began = [self.column[stop] for stop in np.flatnonzero(after.origins).tolist() if stop in self.column]
                asked_again = np.flatnonzero(after.places | (case.base_s[:, began] != NEVER).any(axis=1))
                for rows, way_s in _parts(after.asked, self.places, after.access, moment, asked_again):
                    more, sooner = _difference(case.base_s[rows], way_s, rows)
                    pairs, saved_s = pairs + more, saved_s + sooner
            told.append((pairs, saved_s))
        return told

    def bounds_of_ways(self, network: Network, changes: Sequence[Sequence[int]]) -> NDArray[np.int64]:
        """Give how many pairs each change of some links (rows) can bring at most, if ``network`` has all of them."""
        most = np.zeros(len(changes), np.int64)
        rows = np.array(list(self.column), np.int64)
        for (_, m), case in self.cases.items():
            after = case.walked.after(network)
            if after is None:
                continue
            every = np.arange(len(self.places))
            parts = _parts(after.asked, self.places, after.access, self.moments[m], every)
            hopeful = np.concatenate([way_s for _, way_s in parts]) != NEVER
            new = hopeful & (case.base_s == NEVER)
            begins = np.ascontiguousarray((case.base_s != NEVER).T)
            for n, links in enumerate(changes):
                at = np.array(links, np.int64)
                first = case.walked.near(at)[rows] & (after.origins[rows] | after.places)
                last = case.walked.near(at, backwards=False)[rows] & after.targets[rows]
                # pairs (o, t) that are new, with o to a walk by this link as things are, and from such a walk to t
                o, t = first | begins[first].any(axis=0), last | hopeful[last].any(axis=0)
                most[n] += np.count_nonzero(new[o][:, t])
        return most

    def _query(self, profile: Profile, moment: datetime) -> ReachQuery:
        return ReachQuery(self.places[0], moment, profile, Unknown.EXCLUDE, within_s=WITHIN_S)

    def _access(self, asked: Asked) -> list[Access]:
        return [access_of(asked.network, asked.ground, place, asked.query) for place in self.places]

    def _case(self, profile: Profile, moment: datetime, networks: Sequence[Network]) -> _Case:
        asked = asked_of(self.network, self._query(profile, moment), self.places)
        access, view = self._access(asked), asked.ground.view
        cells = [judge_cells(network, profile, view.classes) for network in networks]

        def times(other: Cells) -> Matrix:
            ground = replace(asked.ground, view=with_cells(view, other, Unknown.EXCLUDE))
            return _matrix(replace(asked, ground=ground), self.places, access, moment)

        best = Cells(
            cells[0].copies,
            np.minimum.reduce([one.board for one in cells]),
            np.minimum.reduce([one.alight for one in cells]),
            np.minimum.reduce([one.alight_s for one in cells]),
        )
        # everybody may get off where a change may let them, but goes no further
        shut = (cells[0].alight != 0) & (best.alight == 0)
        aboard = replace(
            cells[0],
            alight=np.where(shut, 0, cells[0].alight).astype(np.uint8),
            alight_s=np.where(shut, FAR_S, cells[0].alight_s).astype(np.int32),
        )
        base_s = _matrix(asked, self.places, access, moment)
        walked = Walked(asked, self.places, access)
        return _Case(walked, base_s, times(best) != NEVER, times(aboard) != NEVER, _far_ways(asked), cells)


def _at(cells: Cells, stop: int) -> bytes:
    """Give the verdicts of one quay: two changes that leave the same bring the same."""
    return b"".join(column[:, stop].tobytes() for column in (cells.board, cells.alight, cells.alight_s))


def _far_ways(asked: Asked) -> dict[int, list[int]]:
    """Give the stops from which one may change to a stop, but which no last walk to it leaves."""
    view, endings, every = asked.ground.view, asked.ground.endings, len(asked.network.stops.id)
    walking = view.walking
    changes = _pairs_of(view, np.repeat(np.arange(len(walking.offset) - 1), np.diff(walking.offset)), walking.to, every)
    to = np.repeat(np.arange(len(endings.offset) - 1), np.diff(endings.offset))
    walks = view.stop_of[endings.stop].astype(np.int64) * every + to
    far: dict[int, list[int]] = defaultdict(list)
    for pair in np.setdiff1d(changes, walks).tolist():
        far[pair % every].append(pair // every)
    return dict(far)


def _pairs_of(view: View, origin: NDArray[np.integer], to: NDArray[np.integer], every: int) -> NDArray[np.int64]:
    return np.unique(view.stop_of[origin].astype(np.int64) * every + view.stop_of[to])


def _matrix(asked: Asked, places: Sequence[Place], access: Sequence[Access], moment: datetime) -> Matrix:
    every = np.arange(len(places))
    return np.concatenate([way_s for _, way_s in _parts(asked, places, access, moment, every)])


def _parts(
    asked: Asked, places: Sequence[Place], access: Sequence[Access], moment: datetime, rows: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], Matrix]]:
    at_s = asked.ground.clock(moment, asked.network)
    depart_s = np.array([at_s], np.int32)
    answers = []
    for first in range(0, len(rows), PART):
        part = rows[first : first + PART]
        origins, walks = [places[n] for n in part.tolist()], [access[n] for n in part.tolist()]
        batch = asked.answer(first, origins, walks, [depart_s] * len(part), at_s)
        answers.append((part, batch.way_s[:, -1]))
    return answers


def _difference(before_s: Matrix, after_s: Matrix, origins: NDArray[np.int64]) -> tuple[int, int]:
    """Count how many pairs more are within reach, and the seconds saved between those that were and are."""
    was, is_ = before_s != NEVER, after_s != NEVER
    itself = np.arange(len(origins)), origins
    was[itself] = is_[itself] = False
    both = was & is_
    saved = int((before_s.astype(np.int64) - after_s)[both].sum())
    return int(is_.sum()) - int(was.sum()), saved
