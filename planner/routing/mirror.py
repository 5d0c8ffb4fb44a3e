"""The mirror of a view: time runs backwards, so that the same kernel searches from the arrival.

Stops, runs and footpaths are turned round, getting on becomes getting off, and a clock time t becomes -t. What
the traveller needs to get off before moving on must then pass before the mirrored departure.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.routing.compile import Runs, View, boarding_rows, onward_rows
from planner.routing.raptor import Riding, Walking


def mirror_view(view: View) -> View:
    """Turn a view round; variants keep their numbers, positions and runs count from the other end."""
    riding = view.riding
    length = np.diff(riding.stop_offset)
    start = np.repeat(riding.stop_offset[:-1], length)
    turned = 2 * start + np.repeat(length, length) - 1 - np.arange(len(riding.stop))
    stop, board = riding.stop[turned], riding.alight[turned]
    run_offset, next_variant, next_run, next_more = onward_rows(riding.n_runs, _mirror_onward(riding))
    arrival_s, departure_s = _mirror_events(view)
    runs = Runs(riding.event_offset, riding.n_runs, departure_s)
    return replace(
        view,
        riding=Riding(
            stop_offset=riding.stop_offset,
            stop=stop,
            board=board,
            alight=riding.board[turned],
            board_s=riding.alight_s[turned],
            alight_s=riding.board_s[turned],
            arrival_s=arrival_s,
            **runs._asdict(),
            **boarding_rows(stop, riding.stop_offset, board, runs, len(view.stop_of)),
            run_offset=run_offset,
            next_variant=next_variant,
            next_run=next_run,
            next_more=next_more,
        ),
        walking=_mirror_walking(view.walking),
    )


def _mirror_onward(riding: Riding) -> NDArray[np.int64]:
    """Who sat in a run came from the run before: the same pairs, turned round."""
    goes_on = np.flatnonzero(riding.run_offset >= 0)
    n_runs = riding.n_runs[goes_on]
    variant = np.repeat(goes_on, n_runs)
    run = np.arange(len(variant)) - np.repeat(np.cumsum(n_runs) - n_runs, n_runs)
    pairs = [np.empty((0, 4), np.int64)]
    row = np.arange(len(variant))
    while len(row):
        kept = riding.next_variant[row] >= 0
        row, variant, run = row[kept], variant[kept], run[kept]
        after, after_run = riding.next_variant[row].astype(np.int64), riding.next_run[row].astype(np.int64)
        turned = (after, riding.n_runs[after] - 1 - after_run, variant, riding.n_runs[variant] - 1 - run)
        pairs.append(np.stack(turned, axis=1))
        row = riding.next_more[row].astype(np.int64)
        more = row >= 0
        row, variant, run = row[more], variant[more], run[more]
    return np.concatenate(pairs)


def _mirror_events(view: View) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Events of a pattern are two tables, arrivals [run, stop] and departures [stop, run]; both turn on both axes."""
    offset = view.timetable.event_offset
    size = np.diff(offset)
    event = np.arange(offset[-1])
    turned = np.repeat(2 * offset[:-1] + size - 1, size) - event
    length = np.repeat(np.diff(view.timetable.stop_offset), size)
    runs = np.repeat(np.diff(view.timetable.run_offset), size)
    within = event - np.repeat(offset[:-1], size)
    # arrival' [k', i'] = -departure[L-1-i', R-1-k']: the turned table, read in the other order of axes
    run, stop = np.divmod(within, length)
    arrival_s = -view.riding.departure_s[turned][event - within + stop * runs + run]
    stop, run = np.divmod(within, runs)
    departure_s = -view.riding.arrival_s[turned][event - within + run * length + stop]
    return arrival_s, departure_s


def _mirror_walking(walking: Walking) -> Walking:
    n_stops = len(walking.change_s)
    origin = np.repeat(np.arange(n_stops, dtype=np.int32), np.diff(walking.offset))
    order = np.lexsort((walking.duration_s, walking.to))
    counts = np.bincount(walking.to, minlength=n_stops)
    return Walking(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=origin[order],
        duration_s=walking.duration_s[order],
        doubts=walking.doubts[order],
        change_s=walking.change_s,
        walked_dm=walking.walked_dm[order],
    )
