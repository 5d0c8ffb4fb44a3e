"""A slow twin of the search, written for reading: rounds over whole runs, sets of labels, no patterns.

It reads nothing but ``slow_facts``: the plainest account of a day. Rides that go on as another trip are followed run by
run; what one run's riders can change to is asked for each pair of trips anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from zoneinfo import ZoneInfo

from routing.slow_facts import Facts

from planner.network.clock import clock_of
from planner.network.tables import Network
from planner.routing.plan import Query

Labels = set[tuple[int, int]]  # (time, doubts)


class SlowTwin:
    """One day of a network for one traveller, to be asked again and again."""

    def __init__(self, network: Network, query: Query) -> None:
        self.network = network
        self.day = query.at.astimezone(ZoneInfo(network.timezone)).date()
        self.facts = Facts(network, query.profile, query.unknown, self.day)

    def search(self, query: Query) -> set[tuple[int, int, int]]:
        """Give the Pareto set of (arrival clock time, rides, doubts up to 7) of everything with at least one ride."""
        return self.search_from(clock_of(query.at, self.day, self.network.timezone), query)

    def search_from(self, depart_s: int, query: Query) -> set[tuple[int, int, int]]:
        """The same from a clock time."""
        access, egress = self.facts.ends(query.origin), self.facts.ends(query.destination)
        return _rounds(self.facts, query, depart_s, access, egress)

    def everything(self, query: Query) -> set[tuple[int, int, int, int]]:
        """Ask from every time of setting out that just reaches a ride: (departure, arrival, rides, doubts)."""
        access = self.facts.ends(query.origin)
        margin_s = query.profile.margin_s
        set_out = {
            call.departure_s - access[call.stop][0] - margin_s
            for run in self.facts.runs
            for call in run.calls
            if call.stop in access and call.board is not None
        }
        return {(moment, *found) for moment in set_out for found in self.search_from(moment, query)}


def pareto(rows: set[tuple[int, ...]], key: Callable[[tuple[int, ...]], tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Rows that no other beats in every part of their key (smaller is better)."""
    keys = {key(row) for row in rows}
    best = {k for k in keys if not any(o != k and all(x <= y for x, y in zip(o, k, strict=True)) for o in keys)}
    return {row for row in rows if key(row) in best}


def slow_search(network: Network, query: Query) -> set[tuple[int, int, int]]:
    """Answer one question."""
    return SlowTwin(network, query).search(query)


def _rounds(facts: Facts, query: Query, depart_s: int, access, egress) -> set[tuple[int, int, int]]:
    ready: dict[tuple, Labels] = defaultdict(set)  # (stop, name of the trip one is ready for) -> with so many rides
    for stop, (seconds, doubts) in access.items():
        for name in facts.names[stop]:
            ready[stop, name].add((depart_s + seconds + query.profile.margin_s, doubts))
    arrivals: set[tuple[int, int, int]] = set()
    seen: dict[tuple, Labels] = defaultdict(set)  # best labels of having got off so far, by stop and trip's name
    for rides in range(1, query.max_transfers + 2):
        off: dict[tuple, Labels] = defaultdict(set)
        for run, doubts, call in _ride(facts, ready):
            got_off = call.arrival_s + call.off_s
            if call.stop in egress:
                seconds, more = egress[call.stop]
                there = call.arrival_s if seconds == 0 else got_off + seconds
                arrivals.add((there, rides, min(doubts + more, 7)))
            off[call.stop, run.name].add((got_off, doubts))
        ready = defaultdict(set)
        for (stop, name), labels in off.items():
            old = seen[stop, name]
            fresh = {label for label in _pareto(labels) if not any(_covers(o, label) for o in old)}
            seen[stop, name] = _pareto(old | fresh)
            for other in facts.others(stop) if fresh else ():
                for onto in facts.names[other]:
                    change = facts.change(stop, name, other, onto)
                    if change is not None:
                        ready[other, onto] |= {(t + change[0], min(d + change[1], 7)) for t, d in fresh}
        ready = defaultdict(set, {key: _pareto(labels) for key, labels in ready.items()})
        if not ready:
            break
    return {a for a in arrivals if not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in arrivals)}


def _ride(facts: Facts, ready: dict[tuple, Labels]):
    """Every getting off that one ride makes possible, with the fewest doubts: (run, doubts, call)."""
    seated: dict[int, int] = {}  # doubts of who sits in a run from its beginning
    waiting = dict.fromkeys(range(len(facts.runs)))
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        run, aboard = facts.runs[number], seated.get(number)
        for i, call in enumerate(run.calls):
            if aboard is not None and i > 0 and call.alight is not None:
                yield run, min(aboard + call.alight, 7), call
            if call.board is not None and i < len(run.calls) - 1:
                possible = [
                    d for time, d in ready.get((call.stop, run.name), ()) if time + call.on_s <= call.departure_s
                ]
                if possible:
                    doubts = min(min(possible) + call.board, 7)
                    aboard = doubts if aboard is None else min(aboard, doubts)
        for other in run.onward if aboard is not None else ():
            if other not in seated or aboard < seated[other]:
                seated[other] = aboard
                waiting[other] = None


def _covers(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[0] and a[1] <= b[1]


def _pareto(labels: Labels) -> Labels:
    return {b for b in labels if not any(a != b and _covers(a, b) for a in labels)}
