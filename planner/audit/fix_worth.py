"""What changes of quays and vehicles bring, exactly: boardings and rides that turn into YES, for a whole set at once.

Every quay stands in one of a few variants (as it is, at one of the heights of a set of candidates); each has been
judged with every vehicle. A set of changes is a choice of variants, and only patterns that call at a changed quay are
counted again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.audit.changes import KERB_MM, Fix, FixKind, Variant, has_device, height_known, quay_as
from planner.audit.subjects import link_ids, running_on
from planner.audit.table import Kind, judge_kinds, kinds_of, quays_at
from planner.model import Profile, VehicleType, Verdict
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.streets import LinkKind
from planner.network.tables import ALIGHT, BOARD, Longs, Network

AS_IT_IS = 0
HEIGHTS_MM = (180.0, 210.0)  # usual heights of raised quays in France: guidance
FOUND_MM = (100.0, 150.0, 180.0, 210.0, 250.0)  # what a quay that nobody has measured may be found to be
VARIANTS = (*(Variant(mm, found=False) for mm in HEIGHTS_MM), *(Variant(mm, found=True) for mm in FOUND_MM))


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings one profile; a day, as the mean of the named days."""

    profile_id: str
    boardings: float  # turned into YES
    lost: float  # boardings that were YES and are no more: a quay too high for a low floor
    rides: float  # more trips with both ends YES, by pair of stops
    pairs: int | None  # pairs of stops newly within 45 minutes, summed over the moments; None: not computed
    saved_s: int | None  # seconds saved between pairs that were within 45 minutes before, summed; None: not computed


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Trips of one boarding class with the same stops; L calls, V variants, P profiles, K vehicle types."""

    stop: tuple[int, ...]  # [L]
    trips: int  # on all the days
    on: NDArray[np.bool_]  # [L, V, P, K] getting on is a YES
    off: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Boardings and rides with YES, [P], on all the days."""

    boardings: NDArray[np.float64]
    rides: NDArray[np.float64]

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.boardings + other.boardings, self.rides + other.rides)

    def __sub__(self, other: Counted) -> Counted:
        return Counted(self.boardings - other.boardings, self.rides - other.rides)


@dataclass(frozen=True, eq=False)
class Worth:
    """Counts what is a YES in a network, for any choice of variants."""

    network: Network
    days: tuple[date, ...]
    profiles: tuple[Profile, ...]
    variants: tuple[Variant, ...]  # variant 0 is the quay as it is, these are 1 and on
    _kept: dict[int, Counted] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that runs on the days."""
        trips = _patterns(self.network, self.days)
        classes = tuple(dict.fromkeys(one for _, one in trips))
        kinds = kinds_of(classes)
        rows: dict[BoardingClass, list[int]] = defaultdict(list)
        for k, kind in enumerate(kinds):
            rows[kind.boarding_class].append(k)
        on, off = self._yes(kinds)
        sequences, made = self.network.sequences, []
        for (q, one), count in trips.items():
            at = slice(int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1]))
            stop, use = sequences.stop[at].astype(np.int64), sequences.use[at]
            ends = []
            for yes, bit, never in ((on, BOARD, -1), (off, ALIGHT, 0)):
                here = yes[:, :, rows[one]][..., stop].transpose(3, 0, 1, 2)  # [L, V, P, K]
                allowed = (use & bit) != 0
                allowed[never] = False  # nobody gets on at the end of a trip, or off at its beginning
                ends.append(np.ascontiguousarray(here & allowed[:, None, None, None]))
            made.append(Pattern(tuple(stop.tolist()), count, ends[0], ends[1]))
        return tuple(made)

    @cached_property
    def patterns_at(self) -> dict[int, tuple[int, ...]]:
        """Rows of the patterns that call at each stop."""
        at: dict[int, list[int]] = defaultdict(list)
        for row, pattern in enumerate(self.patterns):
            for stop in dict.fromkeys(pattern.stop):
                at[stop].append(row)
        return {stop: tuple(rows) for stop, rows in at.items()}

    def count(self, choice: Mapping[int, int], rows: Iterable[int] | None = None) -> Counted:
        """Count all patterns, or some, with the variants chosen (by row of the stop; the others are as they are)."""
        total = Counted(np.zeros(len(self.profiles)), np.zeros(len(self.profiles)))
        for row in range(len(self.patterns)) if rows is None else rows:
            if any(stop in choice for stop in self.patterns[row].stop):
                total += _count(self.patterns[row], choice)
            else:
                if row not in self._kept:
                    self._kept[row] = _count(self.patterns[row], {})
                total += self._kept[row]
        return total

    def lost(self, choice: Mapping[int, int]) -> NDArray[np.float64]:
        """Count boardings that are a YES as it is and none with the variants chosen, [P]."""
        lost = np.zeros(len(self.profiles))
        for row in {row for stop in choice for row in self.patterns_at.get(stop, ())}:
            pattern = self.patterns[row]
            chosen = _chosen(pattern, choice)
            for yes in (pattern.on, pattern.off):
                gone = yes[:, AS_IT_IS] & ~yes[np.arange(len(chosen)), chosen]
                lost += gone.sum(axis=(0, 2)) * pattern.trips / yes.shape[3]
        return lost

    def _yes(self, kinds: Sequence[Kind]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """bool[V, P, K, S] each: getting on, and getting off, is a YES."""
        shape = len(self.variants) + 1, len(self.profiles), len(kinds), len(self.network.stops.id)
        yes = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        served = np.flatnonzero(self.network.served).tolist()
        unmeasured = [stop for stop in served if not height_known(self.network, stop)]
        for v, variant in enumerate((None, *self.variants)):
            stops = unmeasured if variant is not None and variant.found else served
            at = quays_at(self.network, {stop: quay_as(self.network, stop, variant) for stop in stops})
            for p, profile in enumerate(self.profiles if stops else ()):
                for end, alighting in zip(yes, (False, True), strict=True):
                    grid = judge_kinds(self.network, kinds, profile, at, alighting=alighting)
                    end[v, p][:, stops] = grid.verdict == Verdict.YES
        return yes


def _patterns(network: Network, days: Sequence[date]) -> Counter[tuple[int, BoardingClass]]:
    trips: Counter[tuple[int, BoardingClass]] = Counter()
    for day in days:
        classes, of_trip = boarding_classes(network, day)
        runs = np.flatnonzero(running_on(network, day))
        for (q, one), count in Counter(
            zip(network.trips.sequence[runs].tolist(), of_trip[runs].tolist(), strict=True)
        ).items():
            trips[q, classes[one]] += count
    return trips


def _chosen(pattern: Pattern, choice: Mapping[int, int]) -> Longs:
    return np.array([choice.get(stop, AS_IT_IS) for stop in pattern.stop], np.int64)


def _count(pattern: Pattern, choice: Mapping[int, int]) -> Counted:
    chosen, row = _chosen(pattern, choice), np.arange(len(pattern.stop))
    on, off = pattern.on[row, chosen].astype(np.int64), pattern.off[row, chosen].astype(np.int64)  # [L, P, K]
    before = np.cumsum(on, axis=0) - on
    share = pattern.trips / on.shape[2]
    return Counted((on + off).sum(axis=(0, 2)) * share, (off * before).sum(axis=(0, 2)) * share)


def candidates(network: Network, worth: Worth) -> Iterator[Fix]:
    """Give what could be changed: quays below a height or never measured, vehicles, lifts out of service, kerbs."""
    for stop in np.flatnonzero(network.served).tolist():
        stop_id = network.stops.id[stop]
        height = quay_as(network, stop, None).height_mm
        for mm in HEIGHTS_MM:
            if height is None or height.value.high < mm:
                yield Fix(FixKind.RAISE_QUAY, stop_id, mm)
        if height is None and stop in worth.patterns_at:
            yield _best_found(worth, stop, stop_id)
    for type_id, vehicle in network.knowledge.vehicle_types.items():
        if not _equipped(vehicle):
            yield Fix(FixKind.EQUIP_VEHICLE, type_id)
    equipment = network.streets.equipment
    for row in np.unique(equipment.closed_equipment).tolist():
        yield Fix(FixKind.REPAIR_LIFT, equipment.id[row])
    links, ids = network.streets.links, link_ids(network) if network.streets.known else ()
    for row in np.flatnonzero((links.kind == LinkKind.KERB) & (links.kerb_low_mm > KERB_MM)).tolist():
        yield Fix(FixKind.LOWER_KERB, ids[row], KERB_MM)


def variant_of(fix: Fix) -> int:
    """Give the row of the variant in which a changed quay stands."""
    return 1 + VARIANTS.index(Variant(float(fix.value_mm or 0.0), fix.kind is FixKind.SURVEY_QUAY))


def _best_found(worth: Worth, stop: int, stop_id: str) -> Fix:
    rows = worth.patterns_at[stop]
    found = [Fix(FixKind.SURVEY_QUAY, stop_id, mm) for mm in FOUND_MM]

    def brings(fix: Fix) -> tuple[float, float]:
        counted = worth.count({stop: variant_of(fix)}, rows)
        return float(counted.rides.sum()), float(counted.boardings.sum())

    return max(found, key=brings)


def _equipped(vehicle: VehicleType) -> bool:
    """Tell whether a door is known to have a ramp or lift, and there is a place for a wheelchair."""
    spaces = vehicle.wheelchair_spaces
    return has_device(vehicle) and spaces is not None and spaces.value > 0
