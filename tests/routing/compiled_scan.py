"""A second twin: a connection scan (Dibbelt et al. 2013) in rounds, with doubts as a third value.

An elementary connection is a vehicle between two calls. All of a day are sorted by departure and scanned once for each
number of rides; a run remembers with how few doubts somebody sits in it. Nothing is pruned. It reads ``slow_facts`` and
nothing else; the scan itself is compiled, so that real feeds can be asked hundreds of times.
"""

from __future__ import annotations

from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numba import njit
from routing.slow_facts import Facts
from routing.slow_search import pareto

from planner.model import Place
from planner.network.tables import Network
from planner.routing.query import Query

LEVELS = 8
NEVER = 2**30
REFUSE = 255


class ScanTwin:
    """One day of a network for one traveller."""

    def __init__(self, network: Network, query: Query) -> None:
        self.network, self.margin_s = network, query.profile.margin_s
        self.day = query.at.astimezone(ZoneInfo(network.timezone)).date()
        self.facts = facts = Facts(network, query.profile, query.unknown, self.day)
        self.nodes = {(stop, name): 0 for stop in facts.names for name in facts.names[stop]}
        self.nodes = {node: number for number, node in enumerate(self.nodes)}
        self.stop_of = np.array([stop for stop, _ in self.nodes], np.int64)
        self.connections = self._connections()
        stays = [(number, other) for number, run in enumerate(facts.runs) for other in run.onward]
        self.stays = np.array(stays, np.int64).reshape(-1, 2)
        walks = [
            (number, self.nodes[other, onto], *change)
            for (stop, name), number in self.nodes.items()
            for other in facts.others(stop)
            for onto in facts.names.get(other, ())
            if (change := facts.change(stop, name, other, onto)) is not None
        ]
        self.walks = np.array(walks, np.int64).reshape(-1, 4)

    def search_from(self, depart_s: int, query: Query) -> set[tuple[int, int, int]]:
        """Give the Pareto set of (arrival, rides, doubts) of who sets out at a clock time."""
        best = self.arrivals(depart_s, query)
        rows = {(int(best[k, c]), k, c) for k in range(1, len(best)) for c in range(LEVELS) if best[k, c] < NEVER}
        return pareto(rows, lambda row: row)

    def arrivals(self, depart_s: int, query: Query) -> np.ndarray:
        """Give the earliest arrival with exactly so many rides and doubts; int64[rides, doubts]."""
        egress_s, egress_doubts = np.full(len(self.stop_of), -1, np.int64), np.zeros(len(self.stop_of), np.int64)
        ends = self.facts.ends(query.destination)
        for node, stop in enumerate(self.stop_of.tolist()):
            if stop in ends:
                egress_s[node], egress_doubts[node] = ends[stop]
        ready = self._ready(depart_s, query.origin)
        rounds = query.max_transfers + 1
        return _scan(
            self.connections, self.stays, len(self.facts.runs), self.walks, ready, egress_s, egress_doubts, rounds
        )

    def got_off(self, depart_s: int, query: Query) -> dict[int, int]:
        """Give the earliest clock time of having got off at each stop that a ride reaches."""
        ready, rounds = self._ready(depart_s, query.origin), query.max_transfers + 1
        best = _reach(self.connections, self.stays, len(self.facts.runs), self.walks, ready, rounds)
        found: dict[int, int] = {}
        for stop, seconds in zip(self.stop_of.tolist(), best.tolist(), strict=True):
            if seconds < NEVER:
                found[stop] = min(seconds, found.get(stop, NEVER))
        return found

    def moments(self, query: Query) -> list[int]:
        """Give every time of setting out that just reaches a ride, in order."""
        access = self.facts.ends(query.origin)
        calls = (call for run in self.facts.runs for call in run.calls if call.stop in access)
        times = {
            call.departure_s - call.on_s - access[call.stop][0] - self.margin_s
            for call in calls
            if call.board is not None
        }
        return sorted(times)

    def _ready(self, depart_s: int, origin: Place) -> np.ndarray:
        ready, ends = np.full((LEVELS, len(self.stop_of)), NEVER, np.int64), self.facts.ends(origin)
        for node, stop in enumerate(self.stop_of.tolist()):
            if stop in ends:
                seconds, doubts = ends[stop]
                ready[doubts, node] = depart_s + seconds + self.margin_s
        return ready

    def _connections(self) -> np.ndarray:
        """Every vehicle between two calls, by departure; see ``_round`` for the columns."""
        rows = []
        for number, run in enumerate(self.facts.runs):
            for here, there in pairwise(run.calls):
                board = REFUSE if here.board is None else here.board
                alight = REFUSE if there.alight is None else there.alight
                ends = self.nodes[here.stop, run.name], self.nodes[there.stop, run.name]
                rows.append((here.departure_s, number, *ends, here.on_s, there.arrival_s, there.off_s, board, alight))
        table = np.array(rows, np.int64).reshape(-1, 9)
        # calls of one run stay in their order: sorting is stable, and times never fall along a run
        return table[np.argsort(table[:, 0], kind="stable")]


@njit(cache=True)
def _round(connections, stays, n_runs, ready):
    """Scan all connections once: the earliest time of having got off and the vehicle's arrival; [doubts, node]."""
    off, there = np.full(ready.shape, 2**30, np.int64), np.full(ready.shape, 2**30, np.int64)
    begins = np.full(n_runs, 8, np.int64)  # doubts of who sits in a run from its beginning, coming from another
    changed = True
    while changed:
        changed = False
        aboard = begins.copy()
        for i in range(connections.shape[0]):
            depart, run, before, after, on_s, arrive, off_s, board, alight = connections[i]
            if board != 255:
                for c in range(8):
                    if ready[c, before] + on_s <= depart:
                        aboard[run] = min(aboard[run], c + board, 7)
                        break
            if aboard[run] < 8 and alight != 255:
                doubts = min(aboard[run] + alight, 7)
                off[doubts, after] = min(off[doubts, after], arrive + off_s)
                there[doubts, after] = min(there[doubts, after], arrive)
        for k in range(stays.shape[0]):  # who sits in a run at its end sits in the next from its beginning
            if aboard[stays[k, 0]] < begins[stays[k, 1]]:
                begins[stays[k, 1]] = aboard[stays[k, 0]]
                changed = True
    return off, there


@njit(cache=True)
def _walked(off, walks):
    ready = np.full(off.shape, 2**30, np.int64)
    for k in range(walks.shape[0]):
        from_node, to_node, seconds, more = walks[k]
        for c in range(8):
            if off[c, from_node] < 2**30:
                doubts = min(c + more, 7)
                ready[doubts, to_node] = min(ready[doubts, to_node], off[c, from_node] + seconds)
    return ready


@njit(cache=True)
def _scan(connections, stays, n_runs, walks, ready, egress_s, egress_doubts, rounds):
    best = np.full((rounds + 1, 8), 2**30, np.int64)
    for k in range(1, rounds + 1):
        off, there = _round(connections, stays, n_runs, ready)
        for node in range(off.shape[1]):
            if egress_s[node] >= 0:
                for c in range(8):
                    if off[c, node] < 2**30:
                        doubts = min(c + egress_doubts[node], 7)
                        at = there[c, node] if egress_s[node] == 0 else off[c, node] + egress_s[node]
                        best[k, doubts] = min(best[k, doubts], at)
        ready = _walked(off, walks)
    return best


@njit(cache=True)
def _reach(connections, stays, n_runs, walks, ready, rounds):
    best = np.full(ready.shape[1], 2**30, np.int64)
    for _ in range(rounds):
        off, _there = _round(connections, stays, n_runs, ready)
        for c in range(8):
            best = np.minimum(best, off[c])
        ready = _walked(off, walks)
    return best
