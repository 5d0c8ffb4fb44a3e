"""The set of changes that brings most rides together, for so many changes or for a budget: greedy, over bundles too.

Two quays of one trip are worth more together than the sum of both, so a greedy choice of single changes may never
begin. Bundles are tried beside them: all quays of a line below one height, and both ends of the busiest rides. For n
changes every set found for fewer is tried as a beginning; so more changes never bring less, and no set is worse than
the best single change or bundle that it has room for. How near the result is to the best possible is measured, not
known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.audit.changes import Fix, FixKind, FixQuestion, apply_fixes, cost_of
from planner.audit.fix_worth import HEIGHTS_MM, VARIANTS, Gain, Worth, candidates, variant_of
from planner.errors import QueryError
from planner.network.tables import Network

MOST_ENDS = 200  # busiest pairs of stops that are tried as bundles
WITH_VEHICLE = 20  # of these bundles, those that are tried together with each vehicle type


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set of changes, in the order in which they were chosen, with what all of them together bring."""

    fixes: tuple[Fix, ...]
    gains: tuple[Gain, ...]  # of the whole set, recomputed; pairs are not computed
    cost: float | None  # of the whole set; None: no costs were given
    grown: tuple[float, ...]  # rides over all profiles after each fix or bundle

    @property
    def rides(self) -> float:
        """Over all profiles."""
        return sum(gain.rides for gain in self.gains)


def best_set(network: Network, question: FixQuestion, most: int | None = None, budget: float | None = None) -> Chosen:
    """Choose at most so many fixes, or as many as a budget pays, that bring most rides together.

    Quays that are raised and vehicles that are equipped are chosen from; a change without a cost is beyond any budget.

    Raises
    ------
    QueryError
        Neither a number nor a budget is given.
    """
    if most is None and budget is None:
        raise QueryError("say how many fixes, or a budget", "--fixes, --budget")
    search = _Search(network, question)
    best = _grow(search, most or 0) if budget is None else _spend(search, most, budget)
    fixes = search.fixes_of(best)
    return Chosen(fixes, _gains(network, question, fixes), _cost(fixes, question.costs), best.grown)


_Value = tuple[float, float]  # rides, boardings, over all profiles


@dataclass(frozen=True, eq=False)
class _State:
    """A set of changes: equipped types, and the variant of each changed quay, in the order of choice."""

    equipped: tuple[str, ...]
    choice: Mapping[int, int]
    value: _Value
    grown: tuple[float, ...] = ()
    deltas: dict[int, tuple[int, _Value]] = field(default_factory=dict)  # by row of the items: changes, what they bring

    @property
    def size(self) -> int:
        return len(self.equipped) + len(self.choice)


class _Search:
    """What can be chosen, and what it brings on top of a set."""

    def __init__(self, network: Network, question: FixQuestion) -> None:
        self.network, self.question = network, question
        self.worths: dict[tuple[str, ...], Worth] = {}
        plain = self.worth(())
        singles = [fix for fix in candidates(network, plain) if fix.kind in (FixKind.RAISE_QUAY, FixKind.EQUIP_VEHICLE)]
        types = [fix for fix in singles if fix.kind is FixKind.EQUIP_VEHICLE]
        # a quay may help only those who come with a vehicle that is equipped too
        worths = [plain, self.worth(tuple(fix.subject_id for fix in types))] if types else [plain]
        raised = [fix for fix in singles if _is_quay(fix) and any(self._opens(worth, fix) for worth in worths)]
        ends = list(_ends(plain, network, raised))
        both = [(fix, *bundle) for fix in types for bundle in ends[:WITH_VEHICLE]]
        bundles = dict.fromkeys([*_lines(plain, network, raised), *ends, *both])
        self.items: list[tuple[Fix, ...]] = [*((fix,) for fix in (*types, *raised)), *bundles]
        row_of = network.stops.id.row_of
        self.quays = [{row_of[f.subject_id]: variant_of(f) for f in item if _is_quay(f)} for item in self.items]
        self.types = [tuple(f.subject_id for f in item if not _is_quay(f)) for item in self.items]
        self._touched: dict[tuple[str, ...], list[frozenset[int]]] = {}

    def touched(self, equipped: tuple[str, ...]) -> list[frozenset[int]]:
        """Give the patterns of which each item changes a quay; equipped vehicles make other patterns."""
        key = tuple(sorted(equipped))
        if key not in self._touched:
            at = self.worth(key).patterns_at
            self._touched[key] = [frozenset(row for stop in quays for row in at.get(stop, ())) for quays in self.quays]
        return self._touched[key]

    def worth(self, equipped: tuple[str, ...]) -> Worth:
        """Give what counts in the network with these types equipped."""
        key = tuple(sorted(equipped))
        if key not in self.worths:
            fixes = [Fix(FixKind.EQUIP_VEHICLE, type_id) for type_id in key]
            changed = apply_fixes(self.network, fixes, self.question.days) if fixes else self.network
            self.worths[key] = Worth(changed, self.question.days, self.question.profiles, VARIANTS)
        return self.worths[key]

    def value(self, equipped: tuple[str, ...], choice: Mapping[int, int]) -> _Value:
        """Count everything."""
        counted = self.worth(equipped).count(choice)
        return float(counted.rides.sum()), float(counted.boardings.sum())

    def start(self) -> _State:
        """Give the set without any change."""
        return self._with_deltas(_State((), {}, self.value((), {})), None, frozenset())

    def add(self, state: _State, item: int) -> _State:
        """Give the set with an item more."""
        equipped, choice = self._joined(state, item)
        value = self.value(equipped, choice)
        new = _State(equipped, choice, value, (*state.grown, value[0]))
        changed = self.touched(equipped)[item] if equipped == state.equipped else None
        return self._with_deltas(new, state, changed)

    def fixes_of(self, state: _State) -> tuple[Fix, ...]:
        """Name the changes of a set."""
        stops = self.network.stops
        raised = [
            Fix(FixKind.RAISE_QUAY, stops.id[stop], VARIANTS[variant - 1].height_mm)
            for stop, variant in state.choice.items()
        ]
        return (*(Fix(FixKind.EQUIP_VEHICLE, type_id) for type_id in state.equipped), *raised)

    def new_fixes(self, state: _State, item: int) -> tuple[Fix, ...]:
        """Name what an item adds to a set."""
        row_of = self.network.stops.id.row_of
        return tuple(
            fix
            for fix in self.items[item]
            if (row_of[fix.subject_id] not in state.choice if _is_quay(fix) else fix.subject_id not in state.equipped)
        )

    def _joined(self, state: _State, item: int) -> tuple[tuple[str, ...], dict[int, int]]:
        equipped = (*state.equipped, *(one for one in self.types[item] if one not in state.equipped))
        return equipped, {**self.quays[item], **state.choice}  # a quay that is chosen stays as it was chosen

    def _with_deltas(self, state: _State, before: _State | None, changed: frozenset[int] | None) -> _State:
        """Work out what every item brings on top; what has no pattern in common with the last change is as it was."""
        worth, touched = self.worth(state.equipped), self.touched(state.equipped)
        told = [worth.count(state.choice, [row]) for row in range(len(worth.patterns))]
        values = np.array([(one.rides.sum(), one.boardings.sum()) for one in told]).reshape(-1, 2)
        for item in range(len(self.items)):
            known = before is not None and changed is not None and not touched[item] & changed
            if known and before is not None and not self.types[item] and item in before.deltas:
                state.deltas[item] = before.deltas[item]
                continue
            equipped, choice = self._joined(state, item)
            size = len(equipped) + len(choice) - state.size
            if not size:
                continue
            if equipped != state.equipped:
                after = self.value(equipped, choice)
                delta = after[0] - state.value[0], after[1] - state.value[1]
            else:
                counted = worth.count(choice, touched[item])
                now = values[list(touched[item])].sum(axis=0).tolist()
                delta = float(counted.rides.sum()) - now[0], float(counted.boardings.sum()) - now[1]
            state.deltas[item] = size, (round(delta[0], 6), round(delta[1], 6))  # shares of mixtures do not sum exactly
        return state

    def _opens(self, worth: Worth, fix: Fix) -> bool:
        stop = self.network.stops.id.row_of[fix.subject_id]
        rows = worth.patterns_at.get(stop, ())
        gain = worth.count({stop: variant_of(fix)}, rows) - worth.count({}, rows)
        return bool((gain.boardings > 0).any())


def _is_quay(fix: Fix) -> bool:
    return fix.kind is FixKind.RAISE_QUAY


def _grow(search: _Search, most: int) -> _State:
    """Find a set for every number of changes up to the one wanted, each from all smaller ones."""
    sets = [search.start()]
    for n in range(1, most + 1):
        best: tuple[_Value, int, int] | None = None
        for m in range(n):
            if sets[m].size != m and m:  # no better set of m changes than a smaller one
                continue
            for item, (size, delta) in sets[m].deltas.items():
                if m + size == n and delta > (0.0, 0.0):
                    value = sets[m].value[0] + delta[0], sets[m].value[1] + delta[1]
                    if best is None or value > best[0]:
                        best = value, m, item
        if best is not None and best[0] > sets[-1].value:
            sets.append(search.add(sets[best[1]], best[2]))
        else:
            sets.append(sets[-1])
    return sets[-1]


def _spend(search: _Search, most: int | None, budget: float) -> _State:
    """Choose by what is brought for the money; and again after the best single item that is affordable."""
    start = search.start()
    beginnings = [start]
    affordable = [
        (delta, item)
        for item, (size, delta) in start.deltas.items()
        if delta > (0.0, 0.0) and _fits(search, start, item, size, most, budget)
    ]
    if affordable:
        beginnings.append(search.add(start, max(affordable, key=lambda one: one[0])[1]))
    ends = []
    for state in beginnings:
        end = state
        while True:
            rated = [
                (_rate(search, end, item, delta), delta, item)
                for item, (size, delta) in end.deltas.items()
                if delta > (0.0, 0.0) and _fits(search, end, item, size, most, budget)
            ]
            if not rated:
                break
            end = search.add(end, max(rated)[2])
        ends.append(end)
    return max(ends, key=lambda end: end.value)


def _rate(search: _Search, state: _State, item: int, delta: _Value) -> _Value:
    cost = _cost(search.new_fixes(state, item), search.question.costs)
    paid = max(cost or 0.0, 1e-9)
    return delta[0] / paid, delta[1] / paid


def _fits(search: _Search, state: _State, item: int, size: int, most: int | None, budget: float) -> bool:
    if most is not None and state.size + size > most:
        return False
    cost = _cost((*search.fixes_of(state), *search.new_fixes(state, item)), search.question.costs)
    return cost is not None and cost <= budget


def _cost(fixes: Sequence[Fix], costs: Mapping[str, float] | None) -> float | None:
    """Sum the costs; None as soon as one is not known, 0 of nothing."""
    told = [cost_of(fix, costs) for fix in fixes]
    return None if None in told else float(sum(cost for cost in told if cost is not None))


def _gains(network: Network, question: FixQuestion, fixes: Sequence[Fix]) -> tuple[Gain, ...]:
    """Count the whole network before and after, quite anew."""
    before = Worth(network, question.days, question.profiles, ()).count({})
    changed = Worth(apply_fixes(network, fixes, question.days), question.days, question.profiles, ())
    gain = changed.count({}) - before
    per_day = 1 / max(len(question.days), 1)
    row_of = network.stops.id.row_of
    choice = {row_of[fix.subject_id]: variant_of(fix) for fix in fixes if _is_quay(fix)}
    lost = (
        Worth(network, question.days, question.profiles, VARIANTS).lost(choice) if choice else np.zeros(len(gain.rides))
    )
    return tuple(
        Gain(
            profile.id,
            (float(gain.boardings[p]) + float(lost[p])) * per_day,
            float(lost[p]) * per_day,
            float(gain.rides[p]) * per_day,
            None,
            None,
        )
        for p, profile in enumerate(question.profiles)
    )


def _lines(worth: Worth, network: Network, singles: Sequence[Fix]) -> Iterator[tuple[Fix, ...]]:
    """All quays of a pattern below one height."""
    at = {(fix.subject_id, fix.value_mm): fix for fix in singles}
    for stops in dict.fromkeys(pattern.stop for pattern in worth.patterns):
        for mm in HEIGHTS_MM:
            found = (at.get((network.stops.id[stop], mm)) for stop in dict.fromkeys(stops))
            fixes = tuple(fix for fix in found if fix is not None)
            if len(fixes) > 1:
                yield fixes


def _ends(worth: Worth, network: Network, singles: Sequence[Fix]) -> Iterator[tuple[Fix, ...]]:
    """Both ends of the rides that most trips make."""
    at = {(fix.subject_id, fix.value_mm): fix for fix in singles}
    raised = {stop_id for stop_id, _ in at}
    trips: Counter[tuple[int, int]] = Counter()
    for pattern in worth.patterns:
        stops = [stop for stop in dict.fromkeys(pattern.stop) if network.stops.id[stop] in raised]
        for n, first in enumerate(stops):
            for last in stops[n + 1 :]:
                trips[first, last] += pattern.trips
    for (first, last), _ in trips.most_common(MOST_ENDS):
        for mm in HEIGHTS_MM:
            found = (at.get((network.stops.id[stop], mm)) for stop in (first, last))
            fixes = tuple(fix for fix in found if fix is not None)
            if len(fixes) > 1:
                yield fixes
