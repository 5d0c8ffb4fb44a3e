"""One day and one traveller become masks, doubts and walks: the only place where facts become yes or no.

The traveller stands at the quay ``margin_s`` before departure (DOMAIN 1.3); a minimum change time of
transfers.txt is scaled to the own speed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.access.walking import UNSEEN_WAY_M, judge_way
from planner.model import Profile, Unknown
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.tables import ALIGHT, BOARD, Ints, Longs, Network
from planner.network.timetable import AROUND, Timetable, build_timetable
from planner.routing.cells import Cells, Copy, judge_cells
from planner.routing.raptor import CLOSED, NEVER, Riding, Walking
from planner.routing.transfers import (
    FORBIDDEN,
    MINIMUM,
    TIMED,
    TransferClasses,
    Ways,
    arrange_ways,
    narrower_rules,
    transfer_classes,
)
from planner.routing.walks import Going, StopWalks, walks_between

MAX_DOUBTS = 7  # the search counts doubts exactly up to here; the itinerary tells them all
USUAL_SPEED_M_S = 1.33  # that for which minimum change times are written


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
    stop_of: Ints  # [X] stop of each spot (planner.routing.transfers); the first S spots are the stops themselves
    spot_offset: Longs  # [S + 1] spots of stop s are spots[spot_offset[s]:spot_offset[s + 1]]
    spots: Ints  # [X]


@lru_cache(maxsize=8)
def day_view(network: Network, day: date) -> tuple[Timetable, tuple[BoardingClass, ...]]:
    """Give the timetable of a day and its boarding classes; the last few are kept."""
    numbers: dict[BoardingClass, int] = {}
    class_of = {}
    for offset in AROUND:
        classes, of_trip = boarding_classes(network, day + timedelta(days=offset))
        own = np.array([numbers.setdefault(one, len(numbers)) for one in classes], np.int32)
        class_of[offset] = own[of_trip]
    return build_timetable(network, day, class_of, _classes_and_ways(network, day)[0].of_trip), tuple(numbers)


def spot_ways(network: Network, day: date) -> Ways:
    """Give the ways between spots; the same object on days on which the same rules hold."""
    return _classes_and_ways(network, day)[1]


@lru_cache(maxsize=32)
def _classes_and_ways(network: Network, day: date) -> tuple[TransferClasses, Ways]:
    return _ruled_by(network, narrower_rules(network, day).tobytes())


@lru_cache(maxsize=4)
def _ruled_by(network: Network, rules: bytes) -> tuple[TransferClasses, Ways]:
    """What transfers.txt says where these narrower rules hold."""
    classes = transfer_classes(network, np.frombuffer(rules, np.int64))
    return classes, arrange_ways(network, classes)


def profile_view(network: Network, day: date, profile: Profile, unknown: Unknown) -> View:
    """Give the day as this traveller may use it, all equipment of streets and stations running."""
    return view_going(network, day, Going(profile, unknown))


@lru_cache(maxsize=32)
def view_going(network: Network, day: date, going: Going) -> View:
    """Give the day as this traveller may use it; the last few are kept."""
    profile, unknown = going.profile, going.unknown
    timetable, classes = day_view(network, day)
    cells = judge_cells(network, profile, classes)
    pattern, copy = _variants(timetable, cells)
    ways = spot_ways(network, day)
    between = walks_between(network, going) if network.streets.known else None
    length = np.diff(timetable.stop_offset)[pattern]
    stop_offset = _offsets(length)
    at = np.repeat(timetable.stop_offset[pattern] - stop_offset[:-1], length) + np.arange(stop_offset[-1])
    stop, use, row = timetable.stop[at], timetable.use[at], np.repeat(copy, length)
    may_board, may_alight, alight_s = _permissions(cells, row, stop, use, unknown)
    spot = ways.spots_at(np.repeat(timetable.transfer_class[pattern], length), stop)
    runs = Runs(timetable.event_offset[pattern], np.diff(timetable.run_offset)[pattern], timetable.departure_s)
    run_offset, next_variant, next_run, next_more = onward_rows(
        runs.n_runs, _onward(timetable, cells.copies, pattern, copy)
    )
    return View(
        timetable=timetable,
        classes=classes,
        copies=cells.copies,
        riding=Riding(
            stop_offset=stop_offset,
            stop=spot,
            board=may_board,
            alight=may_alight,
            board_s=np.zeros(len(stop), np.int32),  # the vehicle waits for ramp and securing
            alight_s=alight_s,
            **boarding_rows(spot, stop_offset, may_board, runs, len(ways.stop_of)),
            arrival_s=timetable.arrival_s,
            **runs._asdict(),
            run_offset=run_offset,
            next_variant=next_variant,
            next_run=next_run,
            next_more=next_more,
        ),
        walking=compile_walking(ways, profile, unknown, between),
        pattern=pattern,
        copy=copy,
        n_levels=MAX_DOUBTS + 1 if unknown is Unknown.PENALISE else 1,
        stop_of=ways.stop_of,
        spot_offset=ways.spot_offset,
        spots=ways.spots,
    )


def with_cells(view: View, cells: Cells, unknown: Unknown, stops: NDArray[np.integer] | None = None) -> View:
    """Give the same view with other verdicts, of the same copies: everywhere, or at some stops (rows) alone."""
    riding, timetable = view.riding, view.timetable
    stop = view.stop_of[riding.stop]
    rows = np.arange(len(stop)) if stops is None else np.flatnonzero(np.isin(stop, stops))
    variant = np.searchsorted(riding.stop_offset, rows, side="right") - 1
    use = timetable.use[timetable.stop_offset[view.pattern[variant]] + rows - riding.stop_offset[variant]]
    board, alight, alight_s = riding.board.copy(), riding.alight.copy(), riding.alight_s.copy()
    board[rows], alight[rows], alight_s[rows] = _permissions(cells, view.copy[variant], stop[rows], use, unknown)
    riding = reboarded(riding._replace(board=board, alight=alight, alight_s=alight_s), len(view.stop_of))
    return replace(view, riding=riding, copies=cells.copies)


def with_walks(view: View, network: Network, day: date, going: Going, walks: StopWalks) -> View:
    """Give the same view with other walks between the stops, through streets that are known."""
    walking = compile_walking(spot_ways(network, day), going.profile, going.unknown, walks)
    return replace(view, walking=walking)


def _permissions(
    cells: Cells, copy: NDArray[np.integer], stop: Ints, use: NDArray[np.uint8], unknown: Unknown
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Ints]:
    """Doubts of getting on and off, and seconds of getting off, at calls: each a row of copies and a stop."""
    trusts = np.array([one.vehicle_type is not None for one in cells.copies], np.bool_)
    board = cells.board[copy, stop]
    board = np.where(trusts[copy] & (board != CLOSED), board + 1, board)  # "if this vehicle comes" is a doubt
    may_board = _policy(np.where(use & BOARD, board, CLOSED).astype(np.uint8), unknown)
    may_alight = _policy(np.where(use & ALIGHT, cells.alight[copy, stop], CLOSED), unknown)
    return may_board, may_alight, cells.alight_s[copy, stop]


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


def _onward(timetable: Timetable, copies: tuple[Copy, ...], pattern: Longs, copy: Longs) -> Longs:
    """Which run of which variant goes on as which: rows of (variant, run, next variant, next run).

    Who trusts that one type of a mixture comes trusts it further, where the next trip knows that type; else there
    comes what comes.
    """
    if not len(timetable.before):
        return np.empty((0, 4), np.int64)
    types = {name: number for number, name in enumerate(dict.fromkeys((None, *(one.vehicle_type for one in copies))))}
    kind = np.array([types[one.vehicle_type] for one in copies], np.int64)[copy]  # 0: whatever comes
    variant_of = np.full((timetable.n_patterns, len(types)), -1, np.int64)
    variant_of[pattern, kind] = np.arange(len(pattern))
    of_run = np.repeat(np.arange(timetable.n_patterns), np.diff(timetable.run_offset))
    p, q = of_run[timetable.before], of_run[timetable.after]
    pair, number = np.nonzero(variant_of[p] >= 0)  # each pair of runs once for each variant of the first
    onto = variant_of[q[pair], number]
    columns = (
        variant_of[p[pair], number],
        (timetable.before - timetable.run_offset[p])[pair],
        np.where(onto >= 0, onto, variant_of[q[pair], 0]),
        (timetable.after - timetable.run_offset[q])[pair],
    )
    return np.stack(columns, axis=1).astype(np.int64)


def onward_rows(n_runs: Longs, pairs: Longs) -> tuple[Longs, Ints, Ints, Ints]:
    """Lay out what goes on as ``Riding`` has it: run_offset, next_variant, next_run and next_more."""
    goes_on = np.unique(pairs[:, 0])
    run_offset = np.full(len(n_runs), -1, np.int64)
    run_offset[goes_on] = np.cumsum(n_runs[goes_on]) - n_runs[goes_on]
    total = int(n_runs[goes_on].sum())
    at = run_offset[pairs[:, 0]] + pairs[:, 1]
    order = np.argsort(at, kind="stable")
    pairs, at = pairs[order], at[order]
    again = np.concatenate(([False], at[1:] == at[:-1])) if len(at) else np.empty(0, np.bool_)
    at[again] = total + np.arange(int(again.sum()))  # further rows stand behind those of the runs
    next_variant, next_run, next_more = (np.full(total + int(again.sum()), -1, np.int32) for _ in range(3))
    next_variant[at], next_run[at] = pairs[:, 2], pairs[:, 3]
    next_more[at[np.flatnonzero(again) - 1]] = at[again]
    return run_offset, next_variant, next_run, next_more


class Runs(NamedTuple):
    """When the runs of each variant leave, as ``Riding`` has it."""

    event_offset: Longs
    n_runs: Longs
    departure_s: Ints


def boarding_rows(
    stop: Ints, stop_offset: Longs, board: NDArray[np.uint8], runs: Runs, n_spots: int
) -> dict[str, NDArray[Any]]:
    """Sort by spot the variants that one can get on there and ride on: the fields ``at_`` of ``Riding``."""
    length = np.diff(stop_offset)
    variant = np.repeat(np.arange(len(length)), length)
    position = np.arange(len(stop)) - stop_offset[variant]
    useful = np.flatnonzero((board != CLOSED) & (position < length[variant] - 1) & (runs.n_runs[variant] > 0))
    spot, variant, position = stop[useful].astype(np.int64), variant[useful], position[useful]
    n_runs = runs.n_runs[variant]
    last_s = runs.departure_s[runs.event_offset[variant] + position * n_runs + n_runs - 1]
    order = np.argsort((spot << 32) - last_s, kind="stable")
    return {
        "at_stop_offset": _offsets(np.bincount(spot, minlength=n_spots)),
        "at_variant": variant[order].astype(np.int32),
        "at_position": position[order].astype(np.int32),
        "at_last_s": last_s[order],
    }


def reboarded(riding: Riding, n_spots: int) -> Riding:
    """List anew where one can get on."""
    runs = Runs(riding.event_offset, riding.n_runs, riding.departure_s)
    return riding._replace(**boarding_rows(riding.stop, riding.stop_offset, riding.board, runs, n_spots))


def _policy(doubts: NDArray[np.uint8], unknown: Unknown) -> NDArray[np.uint8]:
    if unknown is Unknown.EXCLUDE:
        return np.where(doubts == 0, np.uint8(0), CLOSED)
    if unknown is Unknown.ALLOW:
        return np.where(doubts == CLOSED, CLOSED, np.uint8(0))
    return doubts


def compile_walking(ways: Ways, profile: Profile, unknown: Unknown, walks: StopWalks | None = None) -> Walking:
    """Walks between spots and changes at one spot, as this traveller does them.

    Parameters
    ----------
    walks
        Between the stops, where streets are known; else every way is a straight line.
    """
    n_spots = len(ways.stop_of)
    nowhere, here = np.zeros(n_spots, np.int64), np.ones(n_spots, np.bool_)
    change_s = _change_s(ways.change_kind, nowhere, ways.change_min_s, here, profile)
    row = np.arange(len(ways.origin))
    way_s, metres = np.ceil(ways.distance_m / profile.speed_m_s).astype(np.int64), ways.distance_m
    unseen = np.where(ways.distance_m > UNSEEN_WAY_M, judge_way(2 * UNSEEN_WAY_M, profile).doubts, 0).astype(np.uint8)
    doubts = _policy(unseen, unknown)
    if walks is not None:
        row, way_s, metres, doubts = _through_streets(ways, walks, (way_s, metres, doubts))
    origin, to = ways.origin[row], ways.to[row]
    same = ways.stop_of[origin] == ways.stop_of[to]
    duration_s = _change_s(ways.kind[row], way_s, ways.min_s[row], same, profile)
    keep = (ways.kind[row] != FORBIDDEN) & (doubts != CLOSED)
    if not keep.all():
        origin, to, duration_s, doubts, metres = (
            origin[keep], to[keep], duration_s[keep], doubts[keep], metres[keep]
        )  # fmt: skip
    walked_dm = np.ceil(10 * metres).astype(np.int32)
    if not _ascending(origin, duration_s):
        order = np.lexsort((duration_s, origin))
        origin, to, duration_s = origin[order], to[order], duration_s[order]
        doubts, walked_dm = doubts[order], walked_dm[order]
    return Walking(
        offset=_offsets(np.bincount(origin, minlength=n_spots)),
        to=to,
        duration_s=duration_s.astype(np.int32),
        doubts=doubts,
        change_s=change_s.astype(np.int32),
        walked_dm=walked_dm,
    )


_Straight = tuple[Longs, NDArray[np.float64], NDArray[np.uint8]]  # seconds, metres, doubts


def _through_streets(
    ways: Ways, walks: StopWalks, straight: _Straight
) -> tuple[Longs, Longs, NDArray[np.float64], NDArray[np.uint8]]:
    """Give each way between stops its walks: none, one, or a fast and a sure one.

    A way at one stop, and one that only a row of transfers.txt makes, beyond the reach of footpaths, stays as it is.
    """
    n_stops = len(ways.spot_offset) - 1
    a, b = ways.stop_of[ways.origin].astype(np.int64), ways.stop_of[ways.to].astype(np.int64)
    own = np.flatnonzero((a == b) | (ways.distance_m > DETOUR * REACH_M))
    key = walks.origin * n_stops + walks.to
    order = np.argsort(key, kind="stable")
    wanted = np.setdiff1d(np.arange(len(a)), own)
    low, high = (np.searchsorted(key[order], a[wanted] * n_stops + b[wanted], side=side) for side in ("left", "right"))
    count = high - low
    row = np.repeat(wanted, count)
    walk = order[np.repeat(low, count) + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)]
    seconds, metres, doubts = straight
    return (
        np.concatenate((own, row)),
        np.concatenate((seconds[own], walks.duration_s[walk])),
        np.concatenate((metres[own], walks.distance_m[walk])),
        np.concatenate((doubts[own], walks.doubts[walk])),
    )


def _change_s(kind: NDArray[np.int8], way_s: Longs, min_s: Ints, same: NDArray[np.bool_], profile: Profile) -> Longs:
    """Seconds from having got off to standing ready, by what the rule says; NEVER if it forbids the change."""
    pace = USUAL_SPEED_M_S / profile.speed_m_s
    told = kind == MINIMUM
    least_s = np.ceil(np.maximum(min_s[told], 0) * pace).astype(np.int64)
    seconds = way_s + np.where(kind != TIMED, profile.margin_s, 0)
    # between two stops the margin comes on top; at one stop the minimum holds it already
    walked = np.maximum(way_s[told], least_s) + profile.margin_s
    seconds[told] = np.where(same[told], np.maximum(least_s, profile.margin_s), walked)
    seconds[kind == FORBIDDEN] = NEVER
    return seconds


def _ascending(origin: Ints, duration_s: Longs) -> bool:
    further = np.diff(origin)
    return bool(((further > 0) | ((further == 0) & (np.diff(duration_s) >= 0))).all())


def _offsets(counts: Longs) -> Longs:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
