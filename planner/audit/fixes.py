"""What to fix first: what each change would bring, which set of changes brings most, and the network after them.

Two measures are exact for every candidate: **boardings** (getting on and getting off, by the day) that turn into YES,
and **rides** (a trip with a stop to get on and one to get off, both YES). A third is dear and told for the best
candidates alone: pairs of stops that lie within 45 minutes of each other only after the change, and the time saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit.changes import (
    KERB_MM,
    QUAYS,
    Fix,
    FixKind,
    FixQuestion,
    apply_fixes,
    cost_of,
    height_known,
    links_of,
    parse_changes,
    quay_as,
)
from planner.audit.fix_pairs import MOST_STOPS, Pairs
from planner.audit.fix_set import Chosen, best_set
from planner.audit.fix_worth import AS_IT_IS, VARIANTS, Counted, Gain, Worth, candidates, variant_of
from planner.audit.reach import Progress
from planner.audit.subjects import link_ids
from planner.audit.table import owners_of
from planner.network.tables import Network

__all__ = [
    "Chosen",
    "Fix",
    "FixKind",
    "FixQuestion",
    "Gain",
    "RankedFix",
    "apply_fixes",
    "best_set",
    "by_owner",
    "candidates",
    "parse_changes",
    "rank_fixes",
]

WAYS = (FixKind.REPAIR_LIFT, FixKind.LOWER_KERB)


@dataclass(frozen=True, slots=True)
class RankedFix:
    """A candidate with what it brings everybody."""

    fix: Fix
    name: str  # of the stop, the vehicle type, the lift or the street; empty: it has none
    owner: str | None  # None: not said
    needed_mm: float | None  # how much higher (or lower, of a kerb) than the middle of what is known; None: not known
    cost: float | None  # as given, without a unit of ours; None: not given
    lon: float
    lat: float
    gains: tuple[Gain, ...]  # by profile
    pairs_bound: int | None  # no more pairs than that, over all profiles; None: no bound was worked out

    @property
    def boardings(self) -> float:
        """Turned into YES less lost, over all profiles."""
        return sum(gain.boardings - gain.lost for gain in self.gains)

    @property
    def rides(self) -> float:
        """Over all profiles."""
        return sum(gain.rides for gain in self.gains)

    @property
    def pairs(self) -> int | None:
        """Over all profiles; None: not computed."""
        known = [gain.pairs for gain in self.gains if gain.pairs is not None]
        return sum(known) if known else None


def rank_fixes(network: Network, question: FixQuestion, progress: Progress | None = None) -> list[RankedFix]:
    """Give every candidate that brings something, or may, the best first (rides, then boardings, then pairs)."""
    worth = Worth(network, question.days, question.profiles, VARIANTS)
    base = worth.count({})
    told: list[tuple[Fix, Counted, list[float]]] = []
    for fix in candidates(network, worth):
        if fix.kind in QUAYS:
            stop = network.stops.id.row_of[fix.subject_id]
            choice = {stop: variant_of(fix)}
            rows = worth.patterns_at.get(stop, ())
            told.append((fix, worth.count(choice, rows) - worth.count({}, rows), worth.lost(choice).tolist()))
        elif fix.kind is FixKind.EQUIP_VEHICLE:
            after = Worth(apply_fixes(network, [fix], question.days), question.days, question.profiles, ())
            told.append((fix, after.count({}) - base, [0.0] * len(question.profiles)))
        else:
            nothing = np.zeros(len(question.profiles))
            told.append((fix, Counted(nothing, nothing), nothing.tolist()))
    pairs, bounds = _pairs(network, question, [fix for fix, *_ in told], progress)
    per_day = 1 / max(len(question.days), 1)
    owners, ranked = owners_of(network), []
    for fix, gain, lost in told:
        computed = pairs.get(fix)
        gains = tuple(
            Gain(
                profile.id,
                (float(gain.boardings[p]) + lost[p]) * per_day,
                lost[p] * per_day,
                float(gain.rides[p]) * per_day,
                None if computed is None else computed[p][0],
                None if computed is None else computed[p][1],
            )
            for p, profile in enumerate(question.profiles)
        )
        known = any(one.boardings or one.lost or one.rides or one.pairs or one.saved_s for one in gains)
        if known or (fix.kind in WAYS and computed is None):
            ranked.append(_ranked(network, fix, gains, owners, question.costs, bounds.get(fix)))
    return sorted(ranked, key=lambda one: (-one.rides, -one.boardings, -(one.pairs or 0), one.fix.id))


def by_owner(ranked: Iterable[RankedFix]) -> dict[str | None, list[RankedFix]]:
    """Group candidates by who owns the place, in their order; None: nobody is named."""
    groups: dict[str | None, list[RankedFix]] = defaultdict(list)
    for one in ranked:
        groups[one.owner].append(one)
    return dict(groups)


def _pairs(
    network: Network, question: FixQuestion, fixes: Sequence[Fix], progress: Progress | None
) -> tuple[dict[Fix, list[tuple[int, int]]], dict[Fix, int]]:
    """Work out the pairs of vehicles, which have no bound, and of the best of the others by theirs."""
    n_stops = int(network.served.sum())
    if not question.moments or n_stops > MOST_STOPS or not n_stops:
        return {}, {}

    def as_if(v: int) -> Network:
        if v == AS_IT_IS:
            return network
        kind = FixKind.SURVEY_QUAY if VARIANTS[v - 1].found else FixKind.RAISE_QUAY
        stops = np.flatnonzero(network.served).tolist()
        all_of = [
            Fix(kind, network.stops.id[stop], VARIANTS[v - 1].height_mm)
            for stop in stops
            if kind is FixKind.RAISE_QUAY or not height_known(network, stop)
        ]
        return apply_fixes(network, all_of, question.days)

    pairs = Pairs(network, question.profiles, question.moments, as_if, len(VARIANTS) + 1)
    most = pairs.bounds()
    row_of = network.stops.id.row_of
    bounds = {
        fix: int(most[pairs.column[row_of[fix.subject_id]]])
        for fix in fixes
        if fix.kind in QUAYS and row_of[fix.subject_id] in pairs.column
    }
    ways = [fix for fix in fixes if fix.kind in WAYS]
    if ways:
        links = links_of(network, ways)
        most = pairs.bounds_of_ways(apply_fixes(network, ways, question.days), [links[fix] for fix in ways])
        bounds |= dict(zip(ways, most.tolist(), strict=True))
    chosen = [fix for fix in fixes if fix.kind is FixKind.EQUIP_VEHICLE]
    chosen += sorted(bounds, key=lambda fix: (-bounds[fix], fix.id))
    told: dict[Fix, list[tuple[int, int]]] = {}
    for n, fix in enumerate(chosen[: question.computed]):
        if fix.kind in QUAYS:
            told[fix] = pairs.change_quay(row_of[fix.subject_id], variant_of(fix))
        else:
            after = apply_fixes(network, [fix], question.days)
            vehicles = fix.kind is FixKind.EQUIP_VEHICLE
            told[fix] = pairs.change_vehicles(after) if vehicles else pairs.change_ways(after)
        if progress is not None:
            progress(n + 1, min(len(chosen), question.computed))
    return told, bounds


def _ranked(
    network: Network,
    fix: Fix,
    gains: tuple[Gain, ...],
    owners: Mapping[str, str],
    costs: Mapping[str, float] | None,
    bound: int | None,
) -> RankedFix:
    name, lon, lat, needed = fix.subject_id, float("nan"), float("nan"), None
    if fix.kind in QUAYS:
        stop = network.stops.id.row_of[fix.subject_id]
        name, lon, lat = network.stops.name[stop], float(network.stops.lon[stop]), float(network.stops.lat[stop])
        height = quay_as(network, stop, None).height_mm
        if height is not None and fix.value_mm is not None:
            needed = fix.value_mm - (height.value.low + height.value.high) / 2
    elif fix.kind is FixKind.EQUIP_VEHICLE:
        name = network.knowledge.vehicle_types[fix.subject_id].name
    else:
        streets = network.streets
        if fix.kind is FixKind.LOWER_KERB:
            link = link_ids(network).index(fix.subject_id)
            name = streets.words[int(streets.links.name[link])] if streets.links.name[link] >= 0 else ""
            needed = float(streets.links.kerb_low_mm[link] + streets.links.kerb_high_mm[link]) / 2 - KERB_MM
        else:
            row = streets.equipment.id.row_of[fix.subject_id]
            name = streets.equipment.name[row]
            link = int(np.argmax(streets.links.equipment == row))
        at = int(streets.links.tail[link])
        lon, lat = float(streets.node_lon[at]), float(streets.node_lat[at])
    return RankedFix(fix, name, owners.get(fix.subject_id), needed, cost_of(fix, costs), lon, lat, gains, bound)
