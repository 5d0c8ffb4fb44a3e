"""Every stop with every vehicle type that serves it: what boarding is like there, for each traveller, and how often.

The verdicts are those of ``planner.routing.judge.judge_call`` for one vehicle type, asked for all stops at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.access.boarding_kernel import QuayColumns, door_columns, judge_pairs, quay_columns
from planner.access.declared import declare
from planner.audit.subjects import running_on
from planner.facts import Certainty, Subject
from planner.model import Boarding, Flag, Outcome, Profile, Quay, Verdict
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import ALIGHT, BOARD, Longs, Network
from planner.routing.cells import stop_declared
from planner.routing.judge import NOTHING_KNOWN, judge_vehicle, stronger_flag, vehicle_of

Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Judged:
    """What getting on, or off, is like."""

    verdict: Verdict
    best: Outcome
    worst: Outcome
    certainty: Certainty
    steep: bool  # feasible, but over the comfortable slope


@dataclass(frozen=True, slots=True)
class Cell:
    """One stop and one vehicle type for one profile; trips that are declared differently are rows of their own."""

    stop: int  # row of Network.stops
    stop_id: str
    stop_name: str
    vehicle_type_id: str | None  # None: nobody said what comes
    vehicle_name: str  # empty: not known
    mode: str  # of the vehicle type, else of the route: bus, tram, rail...
    profile_id: str
    boarding: Judged | None  # None: no trip takes anybody on here
    alighting: Judged | None  # None: no trip lets anybody off here
    departures: float  # on all the days together, with boarding; a mixture counts for each type in equal parts
    arrivals: float  # the same, with getting off
    owner: str | None  # of the quay; None: not said

    @property
    def worse_end(self) -> Judged:
        """The worse of getting on and off: who cannot get off should not get on."""
        return max((end for end in (self.boarding, self.alighting) if end is not None), key=_badness)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the worse end."""
        return self.worse_end.verdict

    @property
    def certainty(self) -> Certainty:
        """The less founded of both ends."""
        return max((e.certainty for e in (self.boarding, self.alighting) if e is not None), key=lambda c: c.rank)

    @property
    def boardings(self) -> float:
        """Getting on and getting off together, on all the days."""
        return self.departures + self.arrivals


class Share(NamedTuple):
    """What a part of all boardings is like: a row of the summary."""

    profile_id: str
    verdict: Verdict
    best: Outcome
    worst: Outcome
    steep: bool


def week_of(day: date) -> tuple[date, ...]:
    """Give Monday to Sunday of the week of a day."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=n) for n in range(7))


def stop_table(network: Network, days: Sequence[date], profiles: Sequence[Profile]) -> list[Cell]:
    """Give the table of the named days, by profile, stop and vehicle type; no row where no trip calls."""
    calls = calls_on(network, days)
    kinds = kinds_of(calls.classes)
    cells: list[Cell] = []
    owners, at = owners_of(network), quays_at(network)
    for profile in profiles:
        ends = [judge_kinds(network, kinds, profile, at, alighting=alighting) for alighting in (False, True)]
        cells += _cells(network, calls, kinds, profile, (ends[0], ends[1]), owners)
    return cells


def summarise(cells: Iterable[Cell]) -> dict[Share, tuple[float, float]]:
    """Sum departures and arrivals by outcome, steepness and verdict, each end by itself, for each profile."""
    sums: dict[Share, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for cell in cells:
        for column, (end, weight) in enumerate(
            ((cell.boarding, cell.departures), (cell.alighting, cell.arrivals)),
        ):
            if end is not None:
                share = Share(cell.profile_id, end.verdict, end.best, end.worst, end.steep)
                sums[share][column] += weight
    return {share: (on, off) for share, (on, off) in sorted(sums.items())}


def owners_of(network: Network) -> dict[str, str]:
    """Give who owns a quay, by public stop id, where somebody said it."""
    facts = network.knowledge.facts
    return {
        stop_id: str(told["owner"].value)
        for (subject, stop_id), told in facts.items()
        if subject is Subject.QUAY and "owner" in told
    }


# --- What the audit counts and judges with -----------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Calls:
    """How often trips of each boarding class call at each stop on some days; N pairs that occur."""

    classes: tuple[BoardingClass, ...]
    stop: Longs  # [N] row of Network.stops
    boarding_class: Longs  # [N] row of classes
    departures: Longs  # [N] that may be boarded, not at the end of a trip
    arrivals: Longs  # [N] at which one may get off, not at its beginning


class Kind(NamedTuple):
    """A boarding class ridden in one of its vehicle types; None: nobody said what comes."""

    boarding_class: BoardingClass
    vehicle_type_id: str | None


@dataclass(frozen=True, eq=False)
class Grid:
    """Kinds at quays, uint8[K, N] each, coded as in model and facts; certainty by its rank."""

    verdict: Codes
    best: Codes
    worst: Codes
    certainty: Codes
    steep: Codes


def calls_on(network: Network, days: Sequence[date]) -> Calls:
    """Count the calls of all trips that run on the days; a day named twice counts twice."""
    numbers: dict[BoardingClass, int] = {}
    counts: dict[tuple[int, int], list[int]] = {}
    sequences = network.sequences
    for day in days:
        classes, of_trip = boarding_classes(network, day)
        own = np.array([numbers.setdefault(one, len(numbers)) for one in classes], np.int64)
        runs = running_on(network, day)
        for q in np.unique(network.trips.sequence[runs]).tolist():
            trips = slice(int(sequences.trip_offset[q]), int(sequences.trip_offset[q + 1]))
            at = slice(int(sequences.stop_offset[q]), int(sequences.stop_offset[q + 1]))
            stops, use = sequences.stop[at], sequences.use[at]
            here = [
                (stops[:-1][(use[:-1] & BOARD) != 0].tolist(), 0),
                (stops[1:][(use[1:] & ALIGHT) != 0].tolist(), 1),
            ]
            present, trips_of = np.unique(own[of_trip[trips][runs[trips]]], return_counts=True)
            for one, n_trips in zip(present.tolist(), trips_of.tolist(), strict=True):
                for called, column in here:
                    for stop in called:
                        counts.setdefault((stop, one), [0, 0])[column] += n_trips
    table = np.array([(*key, *both) for key, both in sorted(counts.items())], np.int64).reshape(-1, 4)
    return Calls(tuple(numbers), *np.ascontiguousarray(table.T))


def kinds_of(classes: Sequence[BoardingClass]) -> tuple[Kind, ...]:
    """Give each class in each of its vehicle types."""
    return tuple(Kind(one, type_id) for one in classes for type_id in one.vehicle_types or (None,))


class QuaysAt(NamedTuple):
    """Quays to be judged: N stops (rows), the quay that each has or is supposed to have, and these as columns."""

    stops: Longs
    quays: Mapping[int, Quay] | None  # None: as the network knows them
    columns: QuayColumns
    row: Longs  # [N] of columns


def quays_at(network: Network, quays: Mapping[int, Quay] | None = None) -> QuaysAt:
    """Arrange all quays of a network; with ``quays`` only these rows of stops, as if they were so."""
    if quays is not None:
        stops = np.array(list(quays), np.int64)
        return QuaysAt(stops, quays, quay_columns(list(quays.values())), np.arange(len(stops)))
    known, row_of = network.knowledge.quays, network.stops.id.row_of
    row = np.full(len(network.stops.id), len(known), np.int64)
    row[[row_of[stop_id] for stop_id in known]] = np.arange(len(known))
    return QuaysAt(np.arange(len(row)), None, quay_columns([*known.values(), NOTHING_KNOWN]), row)


def judge_kinds(network: Network, kinds: Sequence[Kind], profile: Profile, at: QuaysAt, *, alighting: bool) -> Grid:
    """Judge every kind at every quay, [K, N].

    Gives what ``judge_call`` says of each, and asks it where somebody decided something about a boarding.
    """
    stops, quay_of = at.stops, at.row
    doors = door_columns([vehicle_of(network, *kind) for kind in kinds])
    pairs = judge_pairs(at.columns, doors, profile, alighting)
    told_verdict, told_certainty = _declared_tables(profile)
    flag, partial = stop_declared(network)
    verdict, certainty = (np.empty((len(kinds), len(stops)), np.uint8) for _ in range(2))
    for k, kind in enumerate(kinds):
        of_type, text = network.knowledge.type_declared.get(kind.vehicle_type_id or "", (Flag.UNKNOWN, None))
        trip_flag = stronger_flag(kind.boarding_class.trip_flag, of_type)
        unclear = (partial[stops] | (text is not None)).astype(np.int64)
        key = (pairs.verdict[quay_of, k], pairs.certainty[quay_of, k], flag[stops], int(trip_flag), unclear)
        verdict[k], certainty[k] = told_verdict[key], told_certainty[key]
    best, worst, steep = (np.ascontiguousarray(part[quay_of].T) for part in (pairs.best, pairs.worst, pairs.steep))
    grid = Grid(verdict, best, worst, certainty, steep)
    _ask_where_decided(network, kinds, profile, stops, grid, at.quays, alighting=alighting)
    return grid


def _ask_where_decided(
    network: Network,
    kinds: Sequence[Kind],
    profile: Profile,
    stops: Longs,
    grid: Grid,
    quays: Mapping[int, Quay] | None,
    *,
    alighting: bool,
) -> None:
    for k, kind in enumerate(kinds):
        told = [network.knowledge.overrides[row].stop_id for row in kind.boarding_class.overrides]
        for n, stop in enumerate(stops.tolist()) if told else ():
            if None in told or network.stops.id[stop] in told:
                quay = None if quays is None else quays[stop]
                one = judge_vehicle(network, *kind, stop, profile, alighting=alighting, quay=quay)
                grid.verdict[k, n], grid.certainty[k, n] = one.verdict, one.certainty.rank
                grid.best[k, n], grid.worst[k, n], grid.steep[k, n] = one.best, one.worst, one.steep


@lru_cache(maxsize=32)
def _declared_tables(profile: Profile) -> tuple[Codes, Codes]:
    """Verdict and certainty after hearing what is declared: [verdict, certainty, stop flag, trip flag, partial]."""
    certainties = list(Certainty)
    shape = (len(Verdict), len(certainties), len(Flag), len(Flag), 2)
    verdicts, ranks = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for verdict, certainty, stop_flag, trip_flag, partial in product(Verdict, certainties, Flag, Flag, (0, 1)):
        told = declare(
            Boarding(verdict, Outcome.LEVEL, Outcome.LEVEL, certainty),
            profile,
            stop_flag=stop_flag,
            trip_flag=trip_flag,
            partial_text="" if partial else None,
            show_declared_no=profile.shows_declared_no,
        )
        at = verdict, certainty.rank, stop_flag, trip_flag, partial
        verdicts[at], ranks[at] = told.verdict, told.certainty.rank
    return verdicts, ranks


def _cells(
    network: Network,
    calls: Calls,
    kinds: Sequence[Kind],
    profile: Profile,
    ends: tuple[Grid, Grid],
    owners: Mapping[str, str],
) -> list[Cell]:
    rows_of: dict[BoardingClass, list[int]] = defaultdict(list)
    for k, kind in enumerate(kinds):
        rows_of[kind.boarding_class].append(k)
    vehicles = [vehicle_of(network, *kind) for kind in kinds]
    sums: dict[tuple[int, str | None, str, str, Judged | None, Judged | None], list[float]] = {}
    columns = (calls.stop, calls.boarding_class, calls.departures, calls.arrivals)
    for stop, number, departures, arrivals in zip(*(column.tolist() for column in columns), strict=True):
        rows = rows_of[calls.classes[number]]
        for k in rows:
            boarding = _judged(ends[0], k, stop) if departures else None
            alighting = _judged(ends[1], k, stop) if arrivals else None
            vehicle = vehicles[k]
            key = stop, kinds[k].vehicle_type_id, vehicle.name, vehicle.mode, boarding, alighting
            weights = sums.setdefault(key, [0.0, 0.0])
            weights[0] += departures / len(rows)
            weights[1] += arrivals / len(rows)
    stops = network.stops
    return [
        Cell(
            stop, stops.id[stop], stops.name[stop], type_id, name, mode, profile.id, boarding, alighting,
            departures, arrivals, owners.get(stops.id[stop]),
        )
        for (stop, type_id, name, mode, boarding, alighting), (departures, arrivals) in sums.items()
    ]  # fmt: skip


_VERDICTS, _OUTCOMES, _CERTAINTIES = list(Verdict), list(Outcome), list(Certainty)


def _judged(grid: Grid, k: int, n: int) -> Judged:
    return Judged(
        _VERDICTS[grid.verdict[k, n]],
        _OUTCOMES[grid.best[k, n]],
        _OUTCOMES[grid.worst[k, n]],
        _CERTAINTIES[grid.certainty[k, n]],
        bool(grid.steep[k, n]),
    )


def _badness(end: Judged) -> tuple[Verdict, Outcome, Outcome]:
    return end.verdict, end.worst, end.best
