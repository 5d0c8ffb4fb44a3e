"""A profile view without some routes, stops or runs, and the one place that knows how a view numbers its stops.

Nothing is judged again here; a derived view shares what it does not change with the view it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.errors import QueryError
from planner.model import Place
from planner.network.clock import day_shift_s
from planner.network.tables import Network
from planner.network.timetable import Timetable
from planner.place_search import fold
from planner.places import row_of_id, rows_of_name
from planner.routing.compile import View, onward_rows, reboarded
from planner.routing.query import Query
from planner.routing.raptor import CLOSED, Riding


@dataclass(frozen=True, eq=False)
class LayeredView(View):
    """A view with a layer for each number of places passed; stop ``s`` of layer i is ``i * n_stops + s``."""

    n_stops: int = 0
    up: NDArray[np.int64] | None = None  # [layers, n_stops] the layer of whoever comes to a stop in a layer
    points: tuple[Place | None, ...] = ()  # of each place to pass: itself if it is a point, None if it is stops


class Limits(NamedTuple):
    """What a question leaves out, in row numbers."""

    routes: frozenset[int] = frozenset()
    stops: frozenset[int] = frozenset()
    without: frozenset[tuple[int, date]] = frozenset()


# --- Accessors: the one place that knows how a view numbers its stops ---------------------------------


def spot_stops(view: View) -> NDArray[np.int64]:
    """Give the stop of each spot, int64[X], in the numbers of the view: layers are told apart."""
    return view.stop_of.astype(np.int64)


def spots_at(view: View, stop: int) -> list[int]:
    """Give the spots of a stop, in the numbers of the view."""
    return [int(spot) for spot in view.spots[view.spot_offset[stop] : view.spot_offset[stop + 1]]]


def stop_at(view: View, variant: int, position: int) -> int:
    """Give the row of the stop where a variant calls."""
    return layered_stop_at(view, variant, position)[1]


def layered_stop_at(view: View, variant: int, position: int) -> tuple[int, int]:
    """Give how many places a traveller has passed who is there, and the row of the stop."""
    spot = int(view.riding.stop[view.riding.stop_offset[variant] + position])
    stop = int(view.stop_of[spot])
    return divmod(stop, view.n_stops) if isinstance(view, LayeredView) else (0, stop)


def view_number(view: View, layer: int, stop: int) -> int:
    """Give the number of a stop in a layer, as the walks of a question have it."""
    return layer * view.n_stops + stop if isinstance(view, LayeredView) else stop


def n_layers(view: View) -> int:
    """Give one more than there are places to pass."""
    return len(view.points) + 1 if isinstance(view, LayeredView) else 1


# --- From words to rows -------------------------------------------------------------------------------


def limits_of(network: Network, query: Query) -> Limits:
    """Find what a question excludes; all that is not found is told together."""
    unknown: list[tuple[str, str]] = []
    routes: set[int] = set()
    stops: set[int] = set()
    for text in query.exclude_routes:
        found = _routes_called(network, text)
        routes.update(found)
        if not found:
            unknown.append((f"there is no route “{text[:40]}”; give its number as on the vehicle, or its id", "route"))
    for text in query.exclude_stops:
        rows = _stops_called(network, text)
        stops.update(rows)
        if not rows:
            unknown.append((f"there is no stop “{text[:40]}”; give its name, or its id", "stop"))
    if unknown:
        raise QueryError("; ".join(told for told, _ in unknown), f"exclude_{unknown[0][1]}")
    return Limits(frozenset(routes), frozenset(stops), frozenset(query.without))


def _routes_called(network: Network, text: str) -> list[int]:
    text = text.strip()
    row = row_of_id(network.routes.id, text)
    wanted = fold(text)
    named = [r for r, name in enumerate(network.routes.short_name) if name and fold(name) == wanted]
    return named if row is None else [row]


def _stops_called(network: Network, text: str) -> list[int]:
    row = row_of_id(network.stops.id, text.strip())
    rows = rows_of_name(network, text) if row is None else [row]
    return [*rows, *np.flatnonzero(np.isin(network.stops.parent, rows)).tolist()] if rows else []


# --- Without routes, stops and runs -------------------------------------------------------------------


@lru_cache(maxsize=8)
def limited_view(network: Network, view: View, limits: Limits) -> View:
    """Give a view without routes, stops and runs; the last few are kept.

    Runs leave the timetable, so that a search finds the earliest that is left.
    """
    timetable, riding = view.timetable, view.riding
    keep = _runs_kept(network, timetable, limits)
    if not keep.all():
        timetable = _thinned(timetable, keep)
        riding = riding._replace(
            event_offset=timetable.event_offset[view.pattern],
            n_runs=np.diff(timetable.run_offset)[view.pattern],
            arrival_s=timetable.arrival_s,
            departure_s=timetable.departure_s,
            **_onward_kept(view, keep),
        )
    if limits.stops:
        stop_of = spot_stops(view)
        closed = np.isin(stop_of, sorted(limits.stops))[riding.stop]
        riding = reboarded(
            riding._replace(
                board=np.where(closed, CLOSED, riding.board), alight=np.where(closed, CLOSED, riding.alight)
            ),
            len(stop_of),
        )
    return replace(view, timetable=timetable, riding=riding)


def _runs_kept(network: Network, timetable: Timetable, limits: Limits) -> NDArray[np.bool_]:
    route = network.trips.route[timetable.trip]
    keep = ~np.isin(route, sorted(limits.routes))
    for trip, service_day in limits.without:
        shift_s = day_shift_s(timetable.day, service_day, network.timezone)
        keep &= (timetable.trip != trip) | (timetable.shift_s != shift_s)
    return keep


def _thinned(timetable: Timetable, keep: NDArray[np.bool_]) -> Timetable:
    """Take runs out of a timetable; a pattern may be left with none."""
    n_runs = np.diff(timetable.run_offset)
    length = np.diff(timetable.stop_offset)
    pattern = np.repeat(np.arange(len(n_runs)), n_runs)
    run_offset = np.concatenate(([0], np.cumsum(np.bincount(pattern[keep], minlength=len(n_runs))))).astype(np.int64)
    event_offset = np.concatenate(([0], np.cumsum(np.diff(run_offset) * length))).astype(np.int64)
    size = np.diff(timetable.event_offset)
    within = np.arange(timetable.event_offset[-1]) - np.repeat(timetable.event_offset[:-1], size)
    run = np.repeat(timetable.run_offset[:-1], size) + within % np.repeat(n_runs, size)  # of departures: [stop, run]
    return replace(
        timetable,
        run_offset=run_offset,
        trip=timetable.trip[keep],
        shift_s=timetable.shift_s[keep],
        event_offset=event_offset,
        arrival_s=timetable.arrival_s[np.repeat(keep, length[pattern])],  # [run, stop]
        departure_s=timetable.departure_s[keep[run]],
    )


def _onward_kept(view: View, keep: NDArray[np.bool_]) -> dict[str, Any]:
    """Number anew which run goes on as which, without those that are gone."""
    offset, n_runs = view.timetable.run_offset, np.diff(view.timetable.run_offset)
    number = np.cumsum(keep) - 1  # of a kept run among all that are kept, then within its pattern
    number = number - np.repeat(np.concatenate(([0], np.cumsum(keep)))[offset[:-1]], n_runs)
    pairs = onward_pairs(view.riding)
    before, after = offset[view.pattern[pairs[:, 0]]] + pairs[:, 1], offset[view.pattern[pairs[:, 2]]] + pairs[:, 3]
    pairs = np.stack([pairs[:, 0], number[before], pairs[:, 2], number[after]], axis=1)[keep[before] & keep[after]]
    counts = np.bincount(np.repeat(np.arange(len(n_runs)), n_runs)[keep], minlength=len(n_runs))
    return onward_fields(counts[view.pattern], pairs)


def onward_pairs(riding: Riding) -> NDArray[np.int64]:
    """Give who goes on as whom: rows of (variant, run, variant, run)."""
    goes_on = np.flatnonzero(riding.run_offset >= 0)
    n_runs = riding.n_runs[goes_on]
    variant = np.repeat(goes_on, n_runs)
    run = np.arange(len(variant)) - np.repeat(np.cumsum(n_runs) - n_runs, n_runs)
    row = riding.run_offset[variant] + run
    pairs = [np.empty((0, 4), np.int64)]
    while len(row):
        known = riding.next_variant[row] >= 0
        row, variant, run = row[known], variant[known], run[known]
        pairs.append(np.stack((variant, run, riding.next_variant[row], riding.next_run[row]), axis=1).astype(np.int64))
        row = riding.next_more[row].astype(np.int64)
        row, variant, run = row[row >= 0], variant[row >= 0], run[row >= 0]
    return np.concatenate(pairs)


def onward_fields(n_runs: NDArray[np.int64], pairs: NDArray[np.int64]) -> dict[str, Any]:
    """Write the rows of who goes on as whom for a view."""
    names = ("run_offset", "next_variant", "next_run", "next_more")
    return dict(zip(names, onward_rows(n_runs, pairs), strict=True))
