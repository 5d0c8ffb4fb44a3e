"""Which runs refuse a traveller where: the verdicts of a whole network, day after day, as permissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile, Unknown
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import Network
from planner.routing.cells import judge_cells
from planner.routing.raptor import CLOSED


@dataclass(frozen=True, slots=True)
class Refusals:
    """A trip on the days on which it refuses alike; position by position of its stop sequence."""

    trip: int  # row of Network.trips
    days: tuple[int, ...]  # columns of Services.runs
    board: tuple[bool, ...]
    alight: tuple[bool, ...]


def refusals(network: Network, profile: Profile, unknown: Unknown) -> Iterator[Refusals]:
    """Give every trip that runs on any day, once for each way in which it refuses; by row.

    What runs differs from day to day where vehicles are assigned for a time or a date. With ``Unknown.EXCLUDE`` every
    doubt is a refusal.
    """
    groups = _alike(network)
    numbers: dict[BoardingClass, int] = {}
    class_of: list[NDArray[np.int64]] = []
    for columns in groups:
        day = date.fromordinal(int(network.services.first_day[0]) + columns[0])
        classes, of_trip = boarding_classes(network, day)
        own = np.array([numbers.setdefault(one, len(numbers)) for one in classes], np.int64)
        class_of.append(own[of_trip])
    if not numbers:
        return
    cells = judge_cells(network, profile, tuple(numbers))
    most = 0 if unknown is Unknown.EXCLUDE else CLOSED - 1
    # of a mixture nobody knows what comes: the copy that trusts in no type
    row_of = {copy.boarding_class: row for row, copy in enumerate(cells.copies) if copy.vehicle_type is None}
    refused: dict[tuple[int, int], tuple[tuple[bool, ...], tuple[bool, ...]]] = {}
    runs, sequences = network.services.runs, network.sequences
    for trip in range(len(network.trips.route)):
        running, sequence = runs[network.trips.service[trip]], int(network.trips.sequence[trip])
        days_of: dict[tuple[tuple[bool, ...], tuple[bool, ...]], list[int]] = {}
        for columns, of_row in zip(groups, class_of, strict=True):
            days = [column for column in columns if running[column]]
            if not days:
                continue
            key = sequence, int(of_row[trip])
            if key not in refused:
                stops = sequences.stop[int(sequences.stop_offset[sequence]) : int(sequences.stop_offset[sequence + 1])]
                row = row_of[key[1]]
                refused[key] = (
                    tuple((cells.board[row, stops] > most).tolist()),
                    tuple((cells.alight[row, stops] > most).tolist()),
                )
            days_of.setdefault(refused[key], []).extend(days)
        for (board, alight), days in days_of.items():
            yield Refusals(trip, tuple(sorted(days)), board, alight)


def _alike(network: Network) -> list[list[int]]:
    """Columns of days on which the same assignments hold."""
    first, rows = int(network.services.first_day[0]), network.knowledge.assignments
    special = {row.scope_id for row in rows if row.scope == "service_date"}
    groups: dict[tuple[object, ...], list[int]] = {}
    for column in range(network.services.runs.shape[1]):
        day = date.fromordinal(first + column)
        valid = tuple(
            (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)
            for row in rows
        )
        groups.setdefault((valid, day.isoformat() if day.isoformat() in special else None), []).append(column)
    return list(groups.values())
