"""One day and one traveller become masks, doubts and walks: the only place where facts become yes or no.

The traveller stands at the quay ``margin_s`` before departure (DOMAIN 1.3); a minimum change time of
transfers.txt is scaled to the own speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import UNSEEN_WAY_M, judge_way
from planner.model import Profile, Unknown
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import ALIGHT, BOARD, Network
from planner.network.timetable import AROUND, Timetable, build_timetable
from planner.routing.cells import Cells, Copy, judge_cells
from planner.routing.raptor import CLOSED, NEVER, Riding, Walking

MAX_DOUBTS = 7  # the search counts doubts exactly up to here; the itinerary tells them all
USUAL_SPEED_M_S = 1.33  # that for which minimum change times are written
FORBIDDEN, MINIMUM = 3, 2  # transfers.txt transfer_type


@dataclass(frozen=True, eq=False)
class View:
    """A day as one traveller may use it; V variants, each a pattern ridden by one copy of its class."""

    timetable: Timetable
    classes: tuple[BoardingClass, ...]
    copies: tuple[Copy, ...]
    riding: Riding
    walking: Walking
    pattern: NDArray[np.int64]  # [V] row of the timetable
    copy: NDArray[np.int64]  # [V] row of copies
    n_levels: int


@lru_cache(maxsize=8)
def day_view(network: Network, day: date) -> tuple[Timetable, tuple[BoardingClass, ...]]:
    """Give the timetable of a day and its boarding classes; the last few are kept."""
    numbers: dict[BoardingClass, int] = {}
    class_of = {}
    for offset in AROUND:
        classes, of_trip = boarding_classes(network, day + timedelta(days=offset))
        own = np.array([numbers.setdefault(one, len(numbers)) for one in classes], np.int32)
        class_of[offset] = own[of_trip]
    return build_timetable(network, day, class_of), tuple(numbers)


@lru_cache(maxsize=32)
def profile_view(network: Network, day: date, profile: Profile, unknown: Unknown) -> View:
    """Give the day as this traveller may use it; the last few are kept."""
    timetable, classes = day_view(network, day)
    cells = judge_cells(network, profile, classes)
    pattern, copy = _variants(timetable, cells)
    length = np.diff(timetable.stop_offset)[pattern]
    stop_offset = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    at = np.repeat(timetable.stop_offset[pattern] - stop_offset[:-1], length) + np.arange(stop_offset[-1])
    stop, use, row = timetable.stop[at], timetable.use[at], np.repeat(copy, length)
    trusts = np.array([one.vehicle_type is not None for one in cells.copies], np.bool_)
    board = cells.board[row, stop]
    board = np.where(trusts[row] & (board != CLOSED), board + 1, board)  # "if this vehicle comes" is a doubt
    may_board = _policy(np.where(use & BOARD, board, CLOSED).astype(np.uint8), unknown)
    may_alight = _policy(np.where(use & ALIGHT, cells.alight[row, stop], CLOSED), unknown)
    counts, at_variant, at_position = stops_by(stop, stop_offset, may_board, len(network.stops.id))
    return View(
        timetable=timetable,
        classes=classes,
        copies=cells.copies,
        riding=Riding(
            stop_offset=stop_offset,
            stop=stop,
            board=may_board,
            alight=may_alight,
            board_s=np.zeros(len(stop), np.int32),  # the vehicle waits for ramp and securing
            alight_s=cells.alight_s[row, stop],
            event_offset=timetable.event_offset[pattern],
            n_runs=np.diff(timetable.run_offset)[pattern],
            arrival_s=timetable.arrival_s,
            departure_s=timetable.departure_s,
            at_stop_offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            at_variant=at_variant,
            at_position=at_position,
        ),
        walking=compile_walking(network, profile, unknown),
        pattern=pattern,
        copy=copy,
        n_levels=MAX_DOUBTS + 1 if unknown is Unknown.PENALISE else 1,
    )


def _variants(timetable: Timetable, cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pattern once for whatever comes, and once for each type of its mixture."""
    copies_of: dict[int, list[int]] = {}
    for row, copy in enumerate(cells.copies):
        copies_of.setdefault(copy.boarding_class, []).append(row)
    pairs = [
        (pattern, row) for pattern, class_ in enumerate(timetable.boarding_class.tolist()) for row in copies_of[class_]
    ]
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    return np.ascontiguousarray(columns[:, 0]), np.ascontiguousarray(columns[:, 1])


def stops_by(
    stop: NDArray[np.int32], stop_offset: NDArray[np.int64], board: NDArray[np.uint8], n_stops: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Sort by stop the variants that one can get on there, and the position; not the last one.

    Returns
    -------
    counts : int64[S]
    at_variant, at_position : int32[...]
    """
    length = np.diff(stop_offset)
    variant = np.repeat(np.arange(len(length)), length)
    position = np.arange(len(stop)) - stop_offset[variant]
    useful = np.flatnonzero((board != CLOSED) & (position < length[variant] - 1))
    order = useful[np.argsort(stop[useful], kind="stable")]
    counts = np.bincount(stop[useful], minlength=n_stops)
    return counts, variant[order].astype(np.int32), position[order].astype(np.int32)


def _policy(doubts: NDArray[np.uint8], unknown: Unknown) -> NDArray[np.uint8]:
    if unknown is Unknown.EXCLUDE:
        return np.where(doubts == 0, np.uint8(0), CLOSED)
    if unknown is Unknown.ALLOW:
        return np.where(doubts == CLOSED, CLOSED, np.uint8(0))
    return doubts


def compile_walking(network: Network, profile: Profile, unknown: Unknown) -> Walking:
    """Walks between stops and changes at one stop, as this traveller does them."""
    paths, transfers = network.footpaths, network.transfers.between_stops()
    n_stops = len(network.stops.id)
    origin = np.repeat(np.arange(n_stops), np.diff(paths.offset))
    pace = USUAL_SPEED_M_S / profile.speed_m_s
    minimum = np.where(transfers.type == MINIMUM, np.maximum(transfers.min_s, 0), 0) * pace

    same = transfers.from_stop == transfers.to_stop
    change_s = np.full(n_stops, profile.margin_s, np.int64)
    np.maximum.at(change_s, transfers.from_stop[same], np.ceil(minimum[same]).astype(np.int64))
    change_s[transfers.from_stop[same & (transfers.type == FORBIDDEN)]] = NEVER

    duration_s = np.ceil(paths.distance_m / profile.speed_m_s).astype(np.int64)
    doubt = np.where(paths.distance_m > UNSEEN_WAY_M, judge_way(2 * UNSEEN_WAY_M, profile).doubts, 0).astype(np.uint8)
    asked = {(int(a), int(b)): (int(t), float(m)) for a, b, t, m in zip(
        transfers.from_stop[~same], transfers.to_stop[~same], transfers.type[~same], minimum[~same], strict=True
    )}  # fmt: skip
    keep = np.ones(len(paths.to), np.bool_)
    if asked:
        for row, pair in enumerate(zip(origin.tolist(), paths.to.tolist(), strict=True)):
            kind, least_s = asked.get(pair, (0, 0.0))
            keep[row] = kind != FORBIDDEN
            duration_s[row] = max(duration_s[row], int(np.ceil(least_s)))
    doubt = _policy(doubt, unknown)
    keep &= doubt != CLOSED
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((duration_s[rows], origin[rows]))]
    counts = np.bincount(origin[rows], minlength=n_stops)
    return Walking(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=paths.to[rows].astype(np.int32),
        duration_s=(duration_s[rows] + profile.margin_s).astype(np.int32),
        doubts=doubt[rows],
        change_s=change_s.astype(np.int32),
    )
