"""The second slow twin: a connection scan in rounds, with doubts as third criterion.

An elementary connection is one run from one call to the next. A round looks at all of them in order of departure, and
asks of each: who stands here, who sits in it, who gets off? No patterns, no search for a trip, no order of stops.
Backwards is the same scan over connections of which the twin itself has turned the time round; a window asks every
moment of setting out anew. The scan is compiled so that it can answer hundreds of questions; ``SlowTwin`` is not.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numba import njit
from routing.slow_facts import Call, Facts

from planner.model import MAX_TRANSFERS, Place, Profile, Unknown
from planner.network.clock import clock_of
from planner.network.tables import Network
from planner.routing.plan import Query

FAR = 2**30
NONE = 99  # no level of doubt
LEVELS = 8  # 0 to 7 and more


class ScanTwin:
    """A day of a network for one traveller in one direction, to be asked again and again."""

    def __init__(self, network: Network, profile: Profile, unknown: Unknown, day: date, *, backwards: bool = False):
        self.network, self.day, self.backwards = network, day, backwards
        self.facts = Facts(network, profile, unknown, day)
        node: dict[tuple, int] = {}  # (stop, name of a trip)
        for run in self.facts.runs:
            for call in run.calls:
                node.setdefault((call.stop, run.name), len(node))
        self.stop = np.array([stop for stop, _ in node], np.int64)
        calls, onward, offset = [], [[] for _ in self.facts.runs], [0]
        for number, run in enumerate(self.facts.runs):
            own = [_turned(call) for call in reversed(run.calls)] if backwards else run.calls
            calls += [(node[call.stop, run.name], call) for call in own]
            offset.append(len(calls))
            for other in run.onward:
                before, after = (other, number) if backwards else (number, other)
                onward[before].append(after)
        self.calls = np.array([(at, *_numbers(call)) for at, call in calls], np.int64).reshape(-1, 7)
        self.offset = np.array(offset, np.int64)
        self.onward = _lists([[(x,) for x in one] for one in onward], 1)
        self.changes = _lists(self._changes(node), 3)
        self.order = self._in_order(onward)
        self.leaves_s = self.calls[self.order, 2]

    def search(self, query: Query) -> set[tuple[int, ...]]:
        """Answer a question: (arrival or, arriving by, departure; rides; doubts), in a window (both, rides, doubts)."""
        sign = -1 if self.backwards else 1
        at_s = sign * clock_of(query.at, self.day, self.network.timezone)
        start, end = self._ends(query)
        moments = self._moments(start, at_s, query.window_s) if query.window_s else np.array([at_s])
        found, later = set(), np.full((query.max_transfers + 1, LEVELS), FAR)
        for moment in moments.tolist():
            best = self._scan(moment, start, end, query.max_transfers + 1)[0]
            for k, d in np.argwhere((best < later) & (best < FAR)).tolist():
                arrival, others = best[k, d], best[: k + 1, : d + 1].copy()
                others[k, d] = FAR  # itself
                if arrival < others.min():
                    found.add((moment, int(arrival), k + 1, d))
            later = np.minimum(later, _with_fewer(best))
        if not query.window_s:
            return {(sign * arrival, *rest) for _, arrival, *rest in found}
        told = {row for row in found if row[0] < at_s + query.window_s}  # the end itself is only there to beat others
        return {(-a, -d, *rest) for d, a, *rest in told} if self.backwards else told

    def _ends(self, query: Query):
        """Seconds and doubts to standing ready at each node, and from getting off there; FAR: none."""
        margin_s, ends = query.profile.margin_s, []
        for place, more_s in ((query.origin, margin_s), (query.destination, 0)):
            walks = self.facts.ends(place)
            at = [walks.get(stop) for stop in self.stop.tolist()]
            ends.append(
                np.array([(FAR, 0) if one is None else (one[0] + more_s, one[1]) for one in at], np.int64).reshape(
                    -1, 2
                )
            )
        return ends[::-1] if self.backwards else ends

    def _moments(self, start, at_s: int, window_s: int):
        """Every moment of setting out that just reaches a ride in the window, and its end; the latest first."""
        first = self.calls[self.order]
        first = first[(first[:, 3] >= 0) & (start[first[:, 0], 0] < FAR)]
        walk_s = start[first[:, 0], 0]
        moments = first[:, 2] - walk_s - np.where(walk_s > 0, first[:, 5], 0)
        inside = moments[(moments >= at_s) & (moments < at_s + window_s)]
        return np.unique(np.append(inside, at_s + window_s))[::-1]

    def _scan(self, moment: int, start, end, rounds: int):
        return _scan(self.order, self.leaves_s, self.offset, self.calls, *self.onward, *self.changes,
                     moment, start, end, rounds)  # fmt: skip

    def _changes(self, node: dict[tuple, int]) -> list[list[tuple[int, int, int]]]:
        """From each node of getting off: the nodes where one may stand ready, seconds, doubts."""
        changes: list[list[tuple[int, int, int]]] = [[] for _ in node]
        for (stop, name), number in node.items():
            for other in self.facts.others(stop):
                for onto in self.facts.names.get(other, ()):
                    change = self.facts.change(stop, name, other, onto)
                    if change is not None and self.backwards:
                        changes[node[other, onto]].append((number, *change))
                    elif change is not None:
                        changes[number].append((node[other, onto], *change))
        return changes

    def _in_order(self, onward: list[list[int]]):
        """Connections (rows of their first call) by departure; of those at one moment, what is ridden first."""
        depth = np.zeros(len(onward), np.int64)
        for _ in range(20):  # chains of trips without duration, all at one moment, are no longer than that
            for run, others in enumerate(onward):
                for other in others:
                    depth[other] = max(depth[other], depth[run] + 1)
        run = np.repeat(np.arange(len(onward)), np.diff(self.offset))
        row = np.arange(len(self.calls))
        kept = row < self.offset[run + 1] - 1
        row, run = row[kept], run[kept]
        return row[np.lexsort((row, depth[run], self.calls[row, 2]))]


def earliest_arrivals(
    network: Network, origin: Place, at: datetime, profile: Profile, unknown: Unknown
) -> dict[int, int]:
    """When every stop is reached at the earliest, as clock times of the local day of ``at``; on foot too."""
    day = at.astimezone(ZoneInfo(network.timezone)).date()
    twin = ScanTwin(network, profile, unknown, day)
    at_s = clock_of(at, day, network.timezone)
    start, _ = twin._ends(Query(origin, origin, at, profile, unknown))
    nowhere = np.full_like(start, FAR)
    _, there, off = twin._scan(at_s, start, nowhere, MAX_TRANSFERS + 1)
    arrivals = {stop: at_s + seconds for stop, (seconds, _) in twin.facts.ends(origin).items()}
    there_s, off_s = there.min(axis=1).tolist(), off.min(axis=1).tolist()
    for node, stop in enumerate(twin.stop.tolist()):
        if there_s[node] < FAR:
            arrivals[stop] = min(arrivals.get(stop, FAR), there_s[node])
    for node, stop in enumerate(twin.stop.tolist()):
        if off_s[node] < FAR:
            row = network.stops
            place = Place("", float(row.lat[stop]), float(row.lon[stop]), row.id[stop])
            for other, (seconds, _) in twin.facts.ends(place).items():
                if other != stop:
                    then_s = off_s[node] + seconds if seconds else there_s[node]
                    arrivals[other] = min(arrivals.get(other, FAR), then_s)
    return arrivals


def day_of(network: Network, query: Query) -> date:
    """The day whose runs a question is about: of the departure, or of half a day before the arrival."""
    moment = query.at.astimezone(ZoneInfo("UTC")) - timedelta(hours=12 if query.arrive_by else 0)
    return moment.astimezone(ZoneInfo(network.timezone)).date()


def _turned(call: Call) -> Call:
    return Call(call.stop, -call.departure_s, -call.arrival_s, call.alight, call.board, call.off_s, call.on_s)


def _numbers(call: Call) -> tuple[int, ...]:
    """Arrival, departure, doubts of getting on and off (-1: refused), seconds of getting on and off."""
    board, alight = (-1 if doubts is None else doubts for doubts in (call.board, call.alight))
    return call.arrival_s, call.departure_s, board, alight, call.on_s, call.off_s


def _lists(lists: list[list[tuple[int, ...]]], width: int):
    """Lists of rows end to end, and where each begins."""
    begin = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int64)
    return begin, np.array([row for one in lists for row in one], np.int64).reshape(-1, width)


def _with_fewer(best):
    """What is possible with at most so many rides and doubts."""
    return np.minimum.accumulate(np.minimum.accumulate(best, axis=0), axis=1)


@njit(cache=True)
def _scan(order, leaves_s, offset, calls, onward_at, onward, change_at, changes, moment, start, end, rounds):
    """Best arrivals [rounds, levels]; being there and having got off [nodes, levels], with any number of rides."""
    n_nodes, n_runs = start.shape[0], offset.shape[0] - 1
    run_of = np.empty(calls.shape[0], np.int64)
    for run in range(n_runs):
        run_of[offset[run] : offset[run + 1]] = run
    best = np.full((rounds, LEVELS), FAR)
    ready = np.full((n_nodes, LEVELS), FAR)
    there, off, new_off = ready.copy(), ready.copy(), ready.copy()
    for k in range(rounds):
        aboard = np.full(n_runs, NONE)
        new_off[:] = FAR
        bound = FAR
        for earlier in range(k + 1):
            bound = min(bound, best[earlier, 0])
        for c in range(np.searchsorted(leaves_s, moment), order.shape[0]):
            row = order[c]
            run, here = run_of[row], calls[row, 0]
            if leaves_s[c] >= bound:
                break  # nothing that leaves now arrives earlier, or with fewer doubts
            if calls[row, 3] >= 0:
                stands = NONE
                if k == 0:
                    on_s = calls[row, 5] if start[here, 0] > 0 else 0
                    if start[here, 0] < FAR and moment + start[here, 0] + on_s <= calls[row, 2]:
                        stands = start[here, 1]
                else:
                    for d in range(LEVELS):
                        if ready[here, d] + calls[row, 5] <= calls[row, 2]:
                            stands = d
                            break
                if stands < NONE:
                    aboard[run] = min(aboard[run], stands + calls[row, 3], LEVELS - 1)
            if aboard[run] == NONE:
                continue
            to = row + 1
            if calls[to, 4] >= 0:
                node, doubts = calls[to, 0], min(aboard[run] + calls[to, 4], LEVELS - 1)
                got_off = calls[to, 1] + calls[to, 6]
                there[node, doubts] = min(there[node, doubts], calls[to, 1])
                new_off[node, doubts] = min(new_off[node, doubts], got_off)
                if end[node, 0] < FAR:
                    arrival = calls[to, 1] if end[node, 0] == 0 else got_off + end[node, 0]
                    level = min(doubts + end[node, 1], LEVELS - 1)
                    best[k, level] = min(best[k, level], arrival)
                    bound = min(bound, best[k, 0])
            if to == offset[run + 1] - 1:
                for x in range(onward_at[run], onward_at[run + 1]):
                    aboard[onward[x, 0]] = min(aboard[onward[x, 0]], aboard[run])
        ready[:] = FAR
        for node in range(n_nodes):
            for d in range(LEVELS):
                if new_off[node, d] < off[node, d]:
                    off[node, d] = new_off[node, d]
                    for x in range(change_at[node], change_at[node + 1]):
                        onto, level = changes[x, 0], min(d + changes[x, 2], LEVELS - 1)
                        ready[onto, level] = min(ready[onto, level], new_off[node, d] + changes[x, 1])
    return best, there, off
