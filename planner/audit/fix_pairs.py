"""Which stops lie within 45 minutes of each other only after a change, and how much time it saves: exact, and dear.

A change of one quay matters to an origin only if one stands at that quay in time as things are, or can board something
that calls there later: until the changed quay is used for the first time, all is as it was. So only those origins are
asked again. The bound by which the best candidates are chosen comes from a network in which every candidate is carried
out: a pair that is new passes the changed quay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.model import Place, Profile, Unknown
from planner.network.tables import Network
from planner.routing.cells import Cells, judge_cells
from planner.routing.compile import with_cells
from planner.routing.many import Asked, all_stops, asked_of
from planner.routing.reach import Access, ReachQuery, access_of
from planner.routing.state import CLOSED, NEVER

WITHIN_S = 45 * 60
MOST_STOPS = 6000  # tables of all pairs of more stops would need gigabytes
PART = 256  # origins asked at once
Matrix = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Case:
    """One profile at one moment, without doubts."""

    asked: Asked
    access: list[Access]
    base_s: Matrix  # [O, J] seconds, NEVER beyond 45 minutes; origins and targets are the same stops
    hopeful: NDArray[np.bool_]  # [O, J] within 45 minutes if everything were carried out
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
            hopeful = case.hopeful.astype(np.float32)
            new = (case.hopeful & (case.base_s == NEVER)).astype(np.float32)
            # pairs (o, t) that are new, with o to the quay and the quay to t in time
            most += ((hopeful.T @ new) * hopeful).sum(axis=1, dtype=np.float64).astype(np.int64)
        return most

    def change_quay(self, stop: int, variant: int) -> list[tuple[int, int]]:
        """Give pairs and seconds for each profile if one quay (row of its stop) stands in a variant."""
        told = []
        for p in range(len(self.profiles)):
            pairs = saved_s = 0
            for m in range(len(self.moments)):
                case = self.cases[p, m]
                ground = case.asked.ground
                view = with_cells(ground.view, case.cells[variant], Unknown.EXCLUDE, np.array([stop]))
                asked = replace(case.asked, ground=replace(ground, view=view))
                asked_again = np.flatnonzero(case.base_s[:, self._before(case, stop)].min(axis=1) != NEVER)
                for rows, way_s in _parts(asked, self.places, case.access, self.moments[m], asked_again):
                    more, sooner = _difference(case.base_s[rows], way_s, rows)
                    pairs, saved_s = pairs + more, saved_s + sooner
            told.append((pairs, saved_s))
        return told

    def _before(self, case: _Case, stop: int) -> list[int]:
        """Give the columns of a stop and of all stops where one can board something that calls there later."""
        view, riding = case.asked.ground.view, case.asked.ground.view.riding
        at = np.flatnonzero(view.stop_of[riding.stop] == stop)
        # who stays aboard where a vehicle goes on as another trip has boarded somewhere: then everywhere counts
        if (riding.run_offset >= 0).any():
            at = np.concatenate((at, riding.stop_offset[1:][riding.run_offset >= 0] - 1))
        variant = np.searchsorted(riding.stop_offset, at, side="right") - 1
        rows = [np.arange(riding.stop_offset[v], p) for v, p in zip(variant.tolist(), at.tolist(), strict=True)]
        earlier = np.concatenate(rows) if rows else np.empty(0, np.int64)
        earlier = earlier[riding.board[earlier] != CLOSED]
        stops = np.unique(np.append(view.stop_of[riding.stop[earlier]], stop))
        known = [self.column[one] for one in stops.tolist() if one in self.column]
        return known if len(known) == len(stops) else list(range(len(self.places)))  # a stop nowhere: all origins

    def change_network(self, network: Network) -> list[tuple[int, int]]:
        """Give the same for another network with the same stops, by asking everything again."""
        told = []
        for p, profile in enumerate(self.profiles):
            pairs = saved_s = 0
            for m, moment in enumerate(self.moments):
                asked = asked_of(network, self._query(profile, moment), self.places)
                access = self._access(asked)
                after_s = _matrix(asked, self.places, access, moment)
                every = np.arange(len(self.places))
                more, sooner = _difference(self.cases[p, m].base_s, after_s, every)
                pairs, saved_s = pairs + more, saved_s + sooner
            told.append((pairs, saved_s))
        return told

    def _query(self, profile: Profile, moment: datetime) -> ReachQuery:
        return ReachQuery(self.places[0], moment, profile, Unknown.EXCLUDE, within_s=WITHIN_S)

    def _access(self, asked: Asked) -> list[Access]:
        return [access_of(asked.network, asked.ground, place, asked.query) for place in self.places]

    def _case(self, profile: Profile, moment: datetime, networks: Sequence[Network]) -> _Case:
        asked = asked_of(self.network, self._query(profile, moment), self.places)
        access, view = self._access(asked), asked.ground.view
        cells = [judge_cells(network, profile, view.classes) for network in networks]
        best = Cells(
            cells[0].copies,
            np.minimum.reduce([one.board for one in cells]),
            np.minimum.reduce([one.alight for one in cells]),
            np.minimum.reduce([one.alight_s for one in cells]),
        )
        ground = replace(asked.ground, view=with_cells(view, best, Unknown.EXCLUDE))
        hopeful_s = _matrix(replace(asked, ground=ground), self.places, access, moment)
        base_s = _matrix(asked, self.places, access, moment)
        return _Case(asked, access, base_s, hopeful_s != NEVER, cells)


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
