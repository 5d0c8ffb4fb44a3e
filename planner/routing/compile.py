"""One day and one traveller become masks, doubts and walks: the only place where facts become yes or no.

Times are those of DOMAIN 1.3: the traveller stands at the quay ``margin_s`` before departure; getting off takes
as long as the worst feasible outcome; a minimum change time of transfers.txt is scaled to the own speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.facts import Certainty
from planner.model import Boarding, Outcome, Profile, Unknown, Verdict, Way
from planner.network.classes import BoardingClass, boarding_classes
from planner.network.tables import ALIGHT, BOARD, Network
from planner.network.timetable import Timetable, build_timetable
from planner.routing.judge import judge_call
from planner.routing.raptor import CLOSED, NEVER, Riding, Walking

MAX_DOUBTS = 7  # the search counts doubts exactly up to here; the itinerary tells them all
UNSEEN_WAY_M = 200.0  # a longer way without any evidence of its surface is a doubt (DOMAIN 1.4)
USUAL_SPEED_M_S = 1.33  # that for which minimum change times are written
GETTING_OFF_S = {
    Outcome.LEVEL: 10,
    Outcome.STEP: 10,
    Outcome.RAMP: 60,
    Outcome.RAMP_ASSISTED: 60,
    Outcome.GAP_ASSISTED: 60,
    Outcome.LIFT: 90,
}
POWERED_RAMP_S = 20
SECURING_S = 30  # for wheelchairs
FORBIDDEN, MINIMUM = 3, 2  # transfers.txt transfer_type
UNSEEN_WAY = ("surface", "kerbs", "slope", "width")


@dataclass(frozen=True, eq=False)
class View:
    """A day as one traveller may use it; V variants, each a pattern (or later a copy of one)."""

    timetable: Timetable
    classes: tuple[BoardingClass, ...]
    riding: Riding
    walking: Walking
    walk_distance_m: NDArray[np.float32]  # of walking.to
    pattern: NDArray[np.int32]  # [V] row of the timetable
    n_levels: int


@lru_cache(maxsize=8)
def day_view(network: Network, day: date) -> tuple[Timetable, tuple[BoardingClass, ...]]:
    """Give the timetable of a day and its boarding classes; the last few are kept."""
    classes, of_trip = boarding_classes(network, day)
    return build_timetable(network, day, of_trip), classes


@lru_cache(maxsize=32)
def profile_view(network: Network, day: date, profile: Profile, unknown: Unknown) -> View:
    """Give the day as this traveller may use it; the last few are kept."""
    timetable, classes = day_view(network, day)
    board, alight, alight_s = _cells(network, profile, classes)
    pattern_of = np.repeat(np.arange(timetable.n_patterns), np.diff(timetable.stop_offset))
    cell = timetable.boarding_class[pattern_of]
    may_board = np.where(timetable.use & BOARD, board[cell, timetable.stop], CLOSED)
    may_alight = np.where(timetable.use & ALIGHT, alight[cell, timetable.stop], CLOSED)
    may_board, may_alight = _policy(may_board, unknown), _policy(may_alight, unknown)
    walking, distance_m = _walking(network, profile, unknown)
    return View(
        timetable=timetable,
        classes=classes,
        riding=_riding(timetable, may_board, may_alight, alight_s[cell, timetable.stop], len(network.stops.id)),
        walking=walking,
        walk_distance_m=distance_m,
        pattern=np.arange(timetable.n_patterns, dtype=np.int32),
        n_levels=MAX_DOUBTS + 1 if unknown is Unknown.PENALISE else 1,
    )


def judge_way(distance_m: float, profile: Profile) -> Way:
    """Judge a walk of which only the ends are known."""
    if profile.id == "on-foot":
        return Way(Verdict.YES, Certainty.NOT_NEEDED, 0, straight_line=True)
    if distance_m <= UNSEEN_WAY_M:
        return Way(Verdict.YES, Certainty.INFERRED, 0, UNSEEN_WAY, straight_line=True)
    return Way(Verdict.UNKNOWN, Certainty.UNKNOWN, 1, UNSEEN_WAY, straight_line=True)


def getting_off_s(boarding: Boarding, profile: Profile) -> int:
    """How long getting off takes at worst; a manual ramp where nobody knows how."""
    if boarding.certainty is Certainty.NOT_NEEDED:
        return 0
    outcome = boarding.worst if boarding.worst is not Outcome.IMPOSSIBLE else max(boarding.best, Outcome.RAMP)
    if outcome is Outcome.IMPOSSIBLE:
        return 0  # a NO is never ridden
    powered = boarding.device == "powered_ramp" and outcome in (Outcome.RAMP, Outcome.RAMP_ASSISTED)
    return (POWERED_RAMP_S if powered else GETTING_OFF_S[outcome]) + SECURING_S * (profile.wheelchairs > 0)


def _cells(
    network: Network, profile: Profile, classes: tuple[BoardingClass, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int32]]:
    """Doubts of getting on and off (CLOSED if refused) and seconds of getting off, [class, stop]."""
    shape = (len(classes), len(network.stops.id))
    board, alight = np.full(shape, CLOSED, np.uint8), np.full(shape, CLOSED, np.uint8)
    alight_s = np.zeros(shape, np.int32)
    for k, boarding_class in enumerate(classes):
        for flag in np.unique(network.stops.flag):
            alike = network.stops.flag == flag
            example = int(np.flatnonzero(alike)[0])
            on = judge_call(network, boarding_class, example, profile, alighting=False)
            off = judge_call(network, boarding_class, example, profile, alighting=True)
            if on.verdict is not Verdict.NO:
                board[k, alike] = on.doubts
            if off.verdict is not Verdict.NO:
                alight[k, alike] = off.doubts
                alight_s[k, alike] = getting_off_s(off, profile)
    return board, alight, alight_s


def _policy(doubts: NDArray[np.uint8], unknown: Unknown) -> NDArray[np.uint8]:
    if unknown is Unknown.EXCLUDE:
        return np.where(doubts == 0, np.uint8(0), CLOSED)
    if unknown is Unknown.ALLOW:
        return np.where(doubts == CLOSED, CLOSED, np.uint8(0))
    return doubts


def _riding(
    timetable: Timetable,
    board: NDArray[np.uint8],
    alight: NDArray[np.uint8],
    alight_s: NDArray[np.int32],
    n_stops: int,
) -> Riding:
    length = np.diff(timetable.stop_offset)
    variant = np.repeat(np.arange(len(length)), length)
    position = np.arange(len(timetable.stop)) - timetable.stop_offset[variant]
    useful = np.flatnonzero((board != CLOSED) & (position < length[variant] - 1))
    order = useful[np.argsort(timetable.stop[useful], kind="stable")]
    counts = np.bincount(timetable.stop[useful], minlength=n_stops)
    return Riding(
        stop_offset=timetable.stop_offset,
        stop=timetable.stop,
        board=board,
        alight=alight,
        alight_s=np.ascontiguousarray(alight_s),
        event_offset=timetable.event_offset[:-1].copy(),
        n_runs=np.diff(timetable.run_offset),
        arrival_s=timetable.arrival_s,
        departure_s=timetable.departure_s,
        at_stop_offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        at_variant=variant[order].astype(np.int32),
        at_position=position[order].astype(np.int32),
    )


def _walking(network: Network, profile: Profile, unknown: Unknown) -> tuple[Walking, NDArray[np.float32]]:
    """Walks between stops and changes at one stop, as this traveller does them."""
    paths, transfers = network.footpaths, network.transfers
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
    walking = Walking(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=paths.to[rows].astype(np.int32),
        duration_s=(duration_s[rows] + profile.margin_s).astype(np.int32),
        doubts=doubt[rows],
        change_s=change_s.astype(np.int32),
    )
    return walking, paths.distance_m[rows]
