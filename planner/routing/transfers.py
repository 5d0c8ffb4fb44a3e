"""Rules of transfers.txt become spots and ways, the same for every traveller.

A **spot** is a stop, or a copy of it for the trips that a narrower rule (one with routes or trips) singles out there.
Which rule holds between two spots is decided here, once for the trips of a day: the most specific row alone (both
trips, one trip and one route, one trip, both routes, one route, stops only; among equals the one that names more of
the two stops itself and not their station, then the first of the file). What it means in seconds is the traveller's
affair (``planner.routing.compile``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.network.footpaths import DETOUR
from planner.network.tables import Ints, Longs, Network
from planner.network.timetable import trips_around

RECOMMENDED, TIMED, MINIMUM, FORBIDDEN = 0, 1, 2, 3  # transfer_type of transfers.txt
NO_RULE = -1
MOST_RULES = 1500  # that name trips at one stop on one day: a bound on memory; New York has 136
_RANK = {("trip", "trip"): 5, ("route", "trip"): 4, ("any", "trip"): 3, ("route", "route"): 2, ("any", "route"): 1}


@dataclass(frozen=True, eq=False)
class TransferClasses:
    """Trips singled out by narrower rules; class 0 are all others."""

    rules: Longs  # rows of transfers: the narrower rules these are
    of_trip: Ints  # [T]
    route: Longs  # [classes] the route that rules name, -1: none
    trip: Longs  # [classes] a row of a trip that rules name (runs of a frequency share it), -1: none


@dataclass(frozen=True, eq=False)
class Ways:
    """Spots and the ways between them; X spots, of which the first S are the stops themselves, F ways.

    ``kind`` is the transfer type of the row that decides, NO_RULE without one; ``min_s`` its minimum, -1: none.
    """

    stop_of: Ints  # [X]
    spot_offset: Longs  # [S + 1]: spots of stop s are spots[spot_offset[s]:spot_offset[s + 1]]
    spots: Ints  # [X]
    special: Longs  # ascending keys class * S + stop of what is not at the stop's own spot
    special_spot: Ints
    origin: Ints  # [F] spots
    to: Ints
    distance_m: NDArray[np.float64]  # by origin, ascending; 0 between spots of one stop
    kind: NDArray[np.int8]
    min_s: Ints
    change_kind: NDArray[np.int8]  # [X] of the change at one spot
    change_min_s: Ints

    def spots_at(self, transfer_class: NDArray[np.int32], stop: Ints) -> Ints:
        """Give the spot at which trips of a class call at a stop."""
        if not len(self.special):
            return stop
        key = transfer_class.astype(np.int64) * (len(self.spot_offset) - 1) + stop
        at = np.minimum(np.searchsorted(self.special, key), len(self.special) - 1)
        return np.where(self.special[at] == key, self.special_spot[at], stop).astype(np.int32)


def narrower_rules(network: Network, day: date) -> Longs:
    """Find the rows that name routes or trips; a row that names a trip only if that trip runs around the day.

    A railway names thousands of pairs of trips that wait for each other, of which few run on one day; a spot that is
    not made is one that nobody need walk to. Of one stop at most ``MOST_RULES`` rows hold, the first of the file.
    """
    transfers = network.transfers
    rows = np.flatnonzero(_rules(network) & _named_at_all(network))
    sides = [side[rows] for side in (transfers.from_trip, transfers.to_trip)]
    if not (np.stack(sides) >= 0).any():
        return rows
    ids = network.trips.id  # runs of a frequency share theirs
    around = {ids[row] for row in trips_around(network, day).tolist()}
    runs = [
        all(trip < 0 or ids[trip] in around for trip in named)
        for named in zip(*(side.tolist() for side in sides), strict=True)
    ]
    rows = rows[np.array(runs, np.bool_)]
    at = transfers.from_stop[rows].astype(np.int64)
    order = np.argsort(at, kind="stable")
    turn = np.empty(len(rows), np.int64)
    turn[order] = _counted(np.bincount(at + 1))  # which of its stop's rows; -1 is no stop, one like the others
    return rows[turn < MOST_RULES]


def transfer_classes(network: Network, rules: Longs) -> TransferClasses:
    """Sort trips by what these narrower rules name them: their route, themselves, or nothing."""
    transfers, trips = network.transfers, network.trips
    routes = np.union1d(transfers.from_route[rules], transfers.to_route[rules])
    named = np.union1d(transfers.from_trip[rules], transfers.to_trip[rules])
    of_route = np.where(np.isin(trips.route, routes[routes >= 0]), trips.route, -1).astype(np.int64)
    of_trip = np.full(len(trips.route), -1, np.int64)
    for row in named[named >= 0].tolist():
        of_trip[runs_of_trip(network, row)] = row
    key = (of_trip + 1) * (len(network.routes.type) + 1) + of_route + 1
    distinct, of_key = np.unique(np.append(key, 0), return_inverse=True)  # nothing named: the lowest key, class 0
    trip, route = np.divmod(distinct, len(network.routes.type) + 1)
    return TransferClasses(rules, of_key[:-1].astype(np.int32), route - 1, trip - 1)


def arrange_ways(network: Network, classes: TransferClasses) -> Ways:
    """Decide which row holds for each change and each footpath."""
    n_stops = len(network.stops.id)
    stop_rules = _StopRules(network)
    stop_of, special, sides = _spots(network, classes)
    narrow = _narrow_rules(network, classes.rules, stop_of, sides, stop_rules)
    order = np.lexsort((np.arange(len(stop_of)), stop_of))
    spot_offset = np.searchsorted(stop_of[order], np.arange(n_stops + 1)).astype(np.int64)
    spots = order.astype(np.int32)
    origin, to, distance_m, far = _all_ways(network, stop_of, spot_offset, spots, stop_rules, narrow)
    kind, min_s = stop_rules.decide(stop_of[origin], stop_of[to])
    change_kind, change_min_s = stop_rules.decide(stop_of, stop_of)
    _overrule(network, narrow, origin, to, kind, min_s)
    every = np.arange(len(stop_of))
    _overrule(network, narrow, every, every, change_kind, change_min_s)
    kept = np.flatnonzero(~far | np.isin(kind, (RECOMMENDED, TIMED, MINIMUM)))
    if len(stop_of) > n_stops or far.any():
        kept = kept[np.lexsort((to[kept], distance_m[kept], origin[kept]))]
    keys = np.array(sorted(special), np.int64)
    return Ways(
        stop_of=stop_of.astype(np.int32),
        spot_offset=spot_offset,
        spots=spots,
        special=keys,
        special_spot=np.array([special[key] for key in keys.tolist()], np.int32),
        origin=origin[kept].astype(np.int32),
        to=to[kept].astype(np.int32),
        distance_m=distance_m[kept],
        kind=kind[kept],
        min_s=min_s[kept],
        change_kind=change_kind,
        change_min_s=change_min_s,
    )


def runs_of_trip(network: Network, row: int) -> Longs:
    """All rows of the trip that one row belongs to: itself, or every run spelt out from its frequency."""
    low, high = (int(x) for x in network.sequences.trip_offset[int(network.trips.sequence[row]) :][:2])
    return network.trips.id.alike(row, low, high)


def _rules(network: Network) -> NDArray[np.bool_]:
    """Rows about changing between two stops; those about staying aboard or not are another matter.

    A row about changing that names no stop on one side is none: the standard demands both, and read as "anywhere" it
    would forbid or shorten changes that nobody spoke of.
    """
    t = network.transfers
    told = np.isin(t.type, (RECOMMENDED, TIMED, MINIMUM, FORBIDDEN))
    rules: NDArray[np.bool_] = told & (t.from_stop >= 0) & (t.to_stop >= 0)
    return rules


def _named_at_all(network: Network) -> NDArray[np.bool_]:
    """Rows that name a route or a trip."""
    t = network.transfers
    named: NDArray[np.bool_] = (t.from_route >= 0) | (t.to_route >= 0) | (t.from_trip >= 0) | (t.to_trip >= 0)
    return named


class _StopRules:
    """Rows that name stops only, spelt out for every two served stops, of which the most specific decides."""

    def __init__(self, network: Network) -> None:
        self.network, self.n_stops = network, len(network.stops.id)
        parent = network.stops.parent
        self.children: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(network.served & (parent >= 0)).tolist():
            self.children[int(parent[row])].append(row)
        transfers = network.transfers
        rows = np.flatnonzero(_rules(network) & ~_named_at_all(network))
        a, b = transfers.from_stop[rows].astype(np.int64), transfers.to_stop[rows].astype(np.int64)
        plain = network.served[a] & network.served[b]
        wide = rows[~plain | np.isin(a, list(self.children)) | np.isin(b, list(self.children))]
        spelt = [(x, y, int(x == a0) + int(y == b0), int(row)) for row in wide.tolist()
                 for a0, b0 in [(int(transfers.from_stop[row]), int(transfers.to_stop[row]))]
                 for x in self.covered(a0) for y in self.covered(b0)]  # fmt: skip
        more = np.array(spelt, np.int64).reshape(-1, 4)
        own = plain & ~np.isin(rows, wide)
        key = np.concatenate((a[own] * self.n_stops + b[own], more[:, 0] * self.n_stops + more[:, 1]))
        exact = np.concatenate((np.full(own.sum(), 2), more[:, 2]))
        told_by = np.concatenate((rows[own], more[:, 3]))
        order = np.lexsort((told_by, -exact, key))
        self.key, first = np.unique(key[order], return_index=True)
        self.row = told_by[order][first]

    def covered(self, stop: int) -> list[int]:
        """The served stops for which a row that names this one speaks."""
        return ([stop] if self.network.served[stop] else []) + self.children.get(stop, [])

    def decide(self, a: Longs, b: Longs) -> tuple[NDArray[np.int8], Ints]:
        """Type and minimum between each two stops."""
        kind, min_s = np.full(len(a), NO_RULE, np.int8), np.full(len(a), -1, np.int32)
        if len(self.key):
            wanted = a.astype(np.int64) * self.n_stops + b
            at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
            told = self.key[at] == wanted
            row = self.row[at[told]]
            kind[told], min_s[told] = self.network.transfers.type[row], self.network.transfers.min_s[row]
        return kind, min_s


_Side = tuple[int, int]  # a narrow row, and 0 for its origin, 1 for its destination


def _spots(network: Network, classes: TransferClasses) -> tuple[Longs, dict[int, int], dict[int, set[_Side]]]:
    """Make a spot for each stop and each set of narrower sides that hold there.

    Returns
    -------
    stop_of : int64[X]
    special
        Spot by class * S + stop, where it is not the stop's own.
    sides
        The sides of narrow rows that hold at a spot of its own.
    """
    n_stops = len(network.stops.id)
    served = _served_by_class(network, classes)
    held: dict[tuple[int, int], set[_Side]] = defaultdict(set)
    parent = network.stops.parent
    for row in classes.rules.tolist():
        for side, (stop, route, trip) in enumerate(_named(network, row)):
            if route < 0 and trip < 0:
                continue
            for one in _classes_named(network, classes, route, trip):
                held_at = [s for s in served.get(one, ()) if stop in (s, int(parent[s]))]
                for s in held_at:
                    held[one, s].add((row, side))
    stop_of = list(range(n_stops))
    number: dict[tuple[int, frozenset[_Side]], int] = {}
    special, sides = {}, {}
    for (one, s), told in held.items():
        key = (s, frozenset(told))
        if key not in number:
            number[key] = len(stop_of)
            sides[len(stop_of)] = told
            stop_of.append(s)
        special[one * n_stops + s] = number[key]
    return np.array(stop_of, np.int64), special, sides


def _named(network: Network, row: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Stop, route and trip that a row names on each side."""
    t = network.transfers
    return (
        (int(t.from_stop[row]), int(t.from_route[row]), int(t.from_trip[row])),
        (int(t.to_stop[row]), int(t.to_route[row]), int(t.to_trip[row])),
    )


def _classes_named(network: Network, classes: TransferClasses, route: int, trip: int) -> list[int]:
    """The classes of trips that a side of a row means; a trip of another route than the one beside it is none."""
    if trip >= 0:
        one = int(classes.of_trip[trip])
        return [one] if route < 0 or int(network.trips.route[trip]) == route else []
    return np.flatnonzero(classes.route == route).tolist()


def _served_by_class(network: Network, classes: TransferClasses) -> dict[int, list[int]]:
    """The stops at which trips of each class call."""
    single = np.flatnonzero(classes.of_trip > 0)
    n_sequences = len(network.sequences.stop_offset) - 1
    pairs = np.unique(classes.of_trip[single].astype(np.int64) * n_sequences + network.trips.sequence[single])
    stops: dict[int, set[int]] = defaultdict(set)
    for one, sequence in zip(*(column.tolist() for column in np.divmod(pairs, max(n_sequences, 1))), strict=True):
        low, high = network.sequences.stop_offset[sequence : sequence + 2]
        stops[one].update(network.sequences.stop[low:high].tolist())
    return {one: sorted(found) for one, found in stops.items()}


_Best = dict[tuple[int, int], int]  # (spot, spot) -> row


def _narrow_rules(
    network: Network, rules: Longs, stop_of: Longs, sides: dict[int, set[_Side]], stop_rules: _StopRules
) -> _Best:
    """The narrow row that decides between two spots, where there is one."""
    at_side: dict[_Side, list[int]] = defaultdict(list)
    spots_at: dict[int, list[int]] = defaultdict(list)
    for spot, held in sides.items():
        spots_at[int(stop_of[spot])].append(spot)
        for one in held:
            at_side[one].append(spot)
    best: dict[tuple[int, int], tuple[int, int, int]] = {}  # rank, stops named themselves, the earlier row
    for row in rules.tolist():
        ends, words = [], []
        for side, (stop, route, trip) in enumerate(_named(network, row)):
            words.append("trip" if trip >= 0 else "route" if route >= 0 else "any")
            if words[-1] == "any":
                ends.append([spot for s in stop_rules.covered(stop) for spot in (s, *spots_at[s])])
            else:
                ends.append(at_side[row, side])
        rank = _RANK[min(words), max(words)]
        a0, b0 = int(network.transfers.from_stop[row]), int(network.transfers.to_stop[row])
        for x in ends[0]:
            for y in ends[1]:
                told_by = (rank, int(stop_of[x] == a0) + int(stop_of[y] == b0), -row)
                if (x, y) not in best or told_by > best[x, y]:
                    best[x, y] = told_by
    return {pair: -told_by[2] for pair, told_by in best.items()}


def _all_ways(
    network: Network, stop_of: Longs, spot_offset: Longs, spots: Ints, stop_rules: _StopRules, narrow: _Best
) -> tuple[Longs, Longs, NDArray[np.float64], NDArray[np.bool_]]:
    """Every two spots that a footpath, a stop of several spots, or a row beyond the reach of footpaths joins."""
    n_stops, paths = len(network.stops.id), network.footpaths
    origin = np.repeat(np.arange(n_stops), np.diff(paths.offset))
    to, distance_m = paths.to.astype(np.int64), paths.distance_m.astype(np.float64)
    linked = np.sort(origin * n_stops + to)
    ruled = np.concatenate(
        (stop_rules.key, np.array([int(stop_of[x] * n_stops + stop_of[y]) for x, y in narrow], np.int64))
    )
    ruled = np.unique(ruled)
    if len(linked) and len(ruled):
        at = np.minimum(np.searchsorted(linked, ruled), len(linked) - 1)
        ruled = ruled[linked[at] != ruled]
    a, b = np.divmod(ruled, n_stops) if len(ruled) else (ruled, ruled)
    straight = DETOUR * np.hypot(
        network.stops.x_m[a] - network.stops.x_m[b], network.stops.y_m[a] - network.stops.y_m[b]
    )
    apart = (a != b) & np.isfinite(straight)
    several = np.diff(spot_offset) > 1
    crowded = np.flatnonzero(several)
    far = np.concatenate(
        (np.zeros(len(origin), np.bool_), np.ones(int(apart.sum()), np.bool_), np.zeros(len(crowded), np.bool_))
    )
    origin, to = np.concatenate((origin, a[apart], crowded)), np.concatenate((to, b[apart], crowded))
    # as stored footpaths have it, so that a way beyond their reach is measured with the same ruler
    far_m = straight[apart].astype(np.float32).astype(np.float64)
    distance_m = np.concatenate((distance_m, far_m, np.zeros(len(crowded))))
    if not len(crowded):
        return origin, to, distance_m, far
    splits = several[origin] | several[to]
    split, whole = np.flatnonzero(splits), np.flatnonzero(~splits)
    counts = np.diff(spot_offset)
    here, there = counts[origin[split]], counts[to[split]]
    of = np.repeat(np.arange(len(split)), here * there)
    first, last = np.divmod(_counted(here * there), there[of])
    x = spots[spot_offset[origin[split]][of] + first].astype(np.int64)
    y = spots[spot_offset[to[split]][of] + last].astype(np.int64)
    kept = np.flatnonzero(x != y)
    way = np.concatenate((whole, split[of[kept]]))
    return np.concatenate((origin[whole], x[kept])), np.concatenate((to[whole], y[kept])), distance_m[way], far[way]


def _counted(counts: Longs) -> Longs:
    """Count from 0 anew in each group of so many rows."""
    ends = np.cumsum(counts)
    rows: Longs = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
    return rows


def _overrule(network: Network, narrow: _Best, x: Longs, y: Longs, kind: NDArray[np.int8], min_s: Ints) -> None:
    """Put the narrow row that decides in the place of what the stops alone say."""
    if not narrow:
        return
    n_spots = int(max(max(pair) for pair in narrow)) + 1
    pairs = sorted(narrow)
    key = np.array([a * n_spots + b for a, b in pairs], np.int64)
    row = np.array([narrow[pair] for pair in pairs], np.int64)
    inside = np.flatnonzero((x < n_spots) & (y < n_spots))
    wanted = x[inside] * n_spots + y[inside]
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    told = key[at] == wanted
    kind[inside[told]] = network.transfers.type[row[at[told]]]
    min_s[inside[told]] = network.transfers.min_s[row[at[told]]]
