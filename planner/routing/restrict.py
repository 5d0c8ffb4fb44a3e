"""Views derived from a profile view: without some routes, stops or runs, and with places to pass on the way.

Nothing is judged again here; a derived view shares what it does not change with the view it comes from.

A place to pass (via) makes layers: layer i is the same network for a traveller who has passed i of the places. A stop
of the next place is the same stop in both layers, the one of the higher layer; so who gets off there, or walks there,
has passed it, and every criterion of the search, the limit on changes too, counts over the whole. Variants of the
layer below pass through such a stop and let off there, but nobody gets on. A place that is a point and no stop is
passed by a walk from one stop through it to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.errors import QueryError
from planner.model import Place, Profile, Unknown
from planner.network.clock import day_shift_s
from planner.network.footpaths import DETOUR, REACH_M
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.network.timetable import Timetable
from planner.places import fold, row_of_id, rows_of_name
from planner.routing.compile import View, profile_view, stops_by
from planner.routing.mirror import mirror_view
from planner.routing.query import Query
from planner.routing.raptor import CLOSED, Riding, Walking
from planner.routing.walks import Walks, join_walks, one_walk, walks_around

MOST_VIAS = 4  # each makes the network larger by itself
ONE_PLACE_M = 400.0  # stops of the name of a point within this distance of it are the place


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


def question_view(network: Network, query: Query, day: date) -> View:
    """Give the view that a question is searched in.

    Raises
    ------
    QueryError
        It excludes a route or stop that does not exist, or passes too many places.
    """
    view = profile_view(network, day, query.profile, query.unknown)
    limits = limits_of(network, query)
    vias = vias_of(network, query)
    if any(limits):
        view = _limited(network, view, limits)
    if vias:
        view = _layered(network, view, vias, query.profile, query.unknown)
    return view


@lru_cache(maxsize=16)
def mirror_of(view: View) -> View:
    """Give the mirror of a view; the last few are kept."""
    return mirror_view(view)


# --- Accessors: the one place that knows how a view numbers its stops ---------------------------------


def spot_stops(view: View) -> NDArray[np.int64]:
    """Give the stop of each spot, int64[X], in the numbers of the view: layers are told apart."""
    told = getattr(view, "stop_of", None)
    return np.arange(len(view.walking.change_s)) if told is None else np.asarray(told, np.int64)


def spots_at(view: View, stop: int) -> list[int]:
    """Give the spots of a stop, in the numbers of the view."""
    offset = getattr(view, "spot_offset", None)
    if offset is None:
        return [stop]
    spots: NDArray[np.int32] = view.spots  # type: ignore[attr-defined]
    return [int(spot) for spot in spots[offset[stop] : offset[stop + 1]]]


def stop_at(view: View, variant: int, position: int) -> int:
    """Give the row of the stop where a variant calls."""
    return layered_stop_at(view, variant, position)[1]


def layered_stop_at(view: View, variant: int, position: int) -> tuple[int, int]:
    """Give how many places a traveller has passed who is there, and the row of the stop."""
    spot = int(view.riding.stop[view.riding.stop_offset[variant] + position])
    told = getattr(view, "stop_of", None)
    stop = spot if told is None else int(told[spot])
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


def vias_of(network: Network, query: Query) -> tuple[Place, ...]:
    """Give the places to pass that origin and destination do not pass already."""
    if len(query.via) > MOST_VIAS:
        raise QueryError(f"at most {MOST_VIAS} places can be passed on the way; ask for two trips", "via")
    vias = list(query.via)
    while vias and _is_at(network, query.origin, vias[0]):
        vias.pop(0)
    while vias and _is_at(network, query.destination, vias[-1]):
        vias.pop()
    return tuple(vias)


def via_stops(network: Network, place: Place) -> tuple[int, ...]:
    """Give the stops that are a place: itself, a station's, or those of a point's own name around it."""
    if place.stop_id is not None:
        row = network.stops.id.row_of[place.stop_id]
        return (row, *np.flatnonzero(network.stops.parent == row).tolist())
    lon, lat = network.stops.lon, network.stops.lat
    rows = rows_of_name(network, place.name)
    return tuple(r for r in rows if distance_m(place.lon, place.lat, float(lon[r]), float(lat[r])) <= ONE_PLACE_M)


def _is_at(network: Network, place: Place, via: Place) -> bool:
    if (place.lat, place.lon) == (via.lat, via.lon):
        return True
    return place.stop_id is not None and network.stops.id.row_of[place.stop_id] in via_stops(network, via)


# --- Without routes, stops and runs -------------------------------------------------------------------


@lru_cache(maxsize=8)
def _limited(network: Network, view: View, limits: Limits) -> View:
    """Close the stops; take the runs out of the timetable, so that the earliest run left is found."""
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
        riding = _reboarded(
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
    if not hasattr(view.riding, "next_run"):
        return {}
    offset, n_runs = view.timetable.run_offset, np.diff(view.timetable.run_offset)
    number = np.cumsum(keep) - 1  # of a kept run among all that are kept, then within its pattern
    number = number - np.repeat(np.concatenate(([0], np.cumsum(keep)))[offset[:-1]], n_runs)
    pairs = onward_pairs(view.riding)
    before, after = offset[view.pattern[pairs[:, 0]]] + pairs[:, 1], offset[view.pattern[pairs[:, 2]]] + pairs[:, 3]
    pairs = np.stack([pairs[:, 0], number[before], pairs[:, 2], number[after]], axis=1)[keep[before] & keep[after]]
    counts = np.bincount(np.repeat(np.arange(len(n_runs)), n_runs)[keep], minlength=len(n_runs))
    return onward_fields(counts[view.pattern], pairs)


def onward_pairs(riding: Any) -> NDArray[np.int64]:
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
    from planner.routing import compile as views  # noqa: PLC0415 - only where the view knows of staying aboard

    make: Any = vars(views)["onward_rows"]
    names = ("run_offset", "next_variant", "next_run", "next_more")
    return dict(zip(names, make(n_runs, pairs), strict=True))


def _reboarded(riding: Riding, n_spots: int) -> Riding:
    """List anew where one can get on."""
    counts, at_variant, at_position = stops_by(riding.stop, riding.stop_offset, riding.board, n_spots)
    offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return riding._replace(at_stop_offset=offset, at_variant=at_variant, at_position=at_position)


# --- With places to pass ------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _layered(network: Network, view: View, vias: tuple[Place, ...], profile: Profile, unknown: Unknown) -> View:
    stop_of = spot_stops(view)
    n_stops, n_spots, layers = len(network.stops.id), len(stop_of), len(vias) + 1
    members = [via_stops(network, via) for via in vias]
    up = _layers_above(members, n_stops)
    spot_up = up[:, stop_of]  # [layers, spots]
    riding, n_variants = view.riding, len(view.riding.n_runs)
    length = int(riding.stop_offset[-1])
    layer = np.repeat(np.arange(layers), length)
    stop = np.tile(riding.stop, layers)
    above = spot_up[layer, stop]
    board = np.where(above == layer, np.tile(riding.board, layers), CLOSED)
    stop_offset = np.concatenate([riding.stop_offset[:-1] + i * length for i in range(layers)] + [[layers * length]])
    tiled = riding._replace(
        stop_offset=stop_offset.astype(np.int64),
        stop=(above * n_spots + stop).astype(np.int32),
        board=board.astype(np.uint8),
        alight=np.tile(riding.alight, layers),
        board_s=np.tile(riding.board_s, layers),
        alight_s=np.tile(riding.alight_s, layers),
        event_offset=np.tile(riding.event_offset, layers),
        n_runs=np.tile(riding.n_runs, layers),
        **_onward_tiled(riding, n_variants, layers),
    )
    points = tuple(None if rows else via for via, rows in zip(vias, members, strict=True))
    walking = _layered_walking(network, view, spot_up, points, profile, unknown)
    fields = {name: getattr(view, name) for name in View.__dataclass_fields__}
    fields |= {
        "riding": _reboarded(tiled, layers * n_spots),
        "walking": walking,
        "pattern": np.tile(view.pattern, layers),
        "copy": np.tile(view.copy, layers),
        **_spots_tiled(view, n_stops, layers),
    }
    return LayeredView(**fields, n_stops=n_stops, up=up, points=points)


def _layers_above(members: list[tuple[int, ...]], n_stops: int) -> NDArray[np.int64]:
    up = np.repeat(np.arange(len(members) + 1)[:, None], n_stops, axis=1)
    for layer in reversed(range(len(members))):
        rows = list(members[layer])
        up[layer, rows] = up[layer + 1, rows]
    return up


def _onward_tiled(riding: Any, n_variants: int, layers: int) -> dict[str, Any]:
    if not hasattr(riding, "next_run"):
        return {}
    pairs = onward_pairs(riding)
    steps = np.array([n_variants, 0, n_variants, 0])
    return onward_fields(
        np.tile(riding.n_runs, layers), np.concatenate([pairs + layer * steps for layer in range(layers)])
    )


def _spots_tiled(view: View, n_stops: int, layers: int) -> dict[str, Any]:
    """Where a view has spots beside stops, give each layer its own."""
    if not hasattr(view, "stop_of"):
        return {}
    told: Any = view
    n_spots = len(told.stop_of)
    stop_of = np.concatenate([told.stop_of + i * n_stops for i in range(layers)]).astype(np.int32)
    spots = np.concatenate([told.spots + i * n_spots for i in range(layers)]).astype(np.int32)
    offset = np.concatenate([told.spot_offset[:-1] + i * n_spots for i in range(layers)] + [[layers * n_spots]])
    return {"stop_of": stop_of, "spots": spots, "spot_offset": offset.astype(np.int64)}


def _layered_walking(
    network: Network,
    view: View,
    spot_up: NDArray[np.int64],
    points: tuple[Place | None, ...],
    profile: Profile,
    unknown: Unknown,
) -> Walking:
    walking = view.walking
    layers, n_spots = spot_up.shape
    origin = np.repeat(np.arange(n_spots), np.diff(walking.offset))
    rows: list[tuple[NDArray[np.integer[Any]], ...]] = [
        (origin + i * n_spots, walking.to + spot_up[i, walking.to] * n_spots, walking.duration_s, walking.doubts)
        for i in range(layers)
    ]
    for i, point in enumerate(points):
        if point is None:
            continue
        around = walks_around(network, point, profile, unknown)
        pairs = [
            (a, b, spot, to)
            for a, stop in enumerate(around.stop.tolist())
            for spot in spots_at(view, stop)
            if spot_up[i, spot] == i
            for b, other in enumerate(around.stop.tolist())
            for to in spots_at(view, other)
        ]
        a, b, spot, to = (np.array(column, np.int64) for column in zip(*pairs, strict=True)) if pairs else _NO_WALKS
        seconds = around.duration_s[a] + around.duration_s[b] + profile.margin_s
        doubts = around.doubts[a].astype(np.int64) + around.doubts[b]
        rows.append((spot + i * n_spots, to + spot_up[i + 1, to] * n_spots, seconds, doubts))
    origin, to, seconds, doubts = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((seconds, origin))
    counts = np.bincount(origin, minlength=layers * n_spots)
    return Walking(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=to[order].astype(np.int32),
        duration_s=seconds[order].astype(np.int32),
        doubts=doubts[order].astype(np.uint8),
        change_s=np.tile(walking.change_s, layers),
    )


_NO_WALKS = tuple(np.empty(0, np.int64) for _ in range(4))


def access_walks(network: Network, query: Query, view: View) -> Walks:
    """Give the walks to the first ride, to the stops as the view numbers them."""
    walks = walks_around(network, query.origin, query.profile, query.unknown)
    if not isinstance(view, LayeredView) or view.up is None:
        return walks
    found = [replace(walks, stop=walks.stop + view.up[0, walks.stop] * view.n_stops)]
    if view.points[0] is not None:
        through = _through(network, query, query.origin, view.points[0])
        found += [replace(one, stop=one.stop + view.up[1, one.stop] * view.n_stops) for one in through]
    return join_walks(found)


def egress_walks(network: Network, query: Query, view: View) -> Walks:
    """Give the walks from the last ride, from the stops as the view numbers them."""
    walks = walks_around(network, query.destination, query.profile, query.unknown)
    if not isinstance(view, LayeredView) or view.up is None:
        return walks
    last = len(view.points)
    found = [replace(walks, stop=walks.stop + last * view.n_stops)]
    if view.points[-1] is not None:
        for one in _through(network, query, query.destination, view.points[-1]):
            own = view.up[last - 1, one.stop] == last - 1
            found.append(
                Walks(
                    one.stop[own] + (last - 1) * view.n_stops, one.distance_m[own], one.duration_s[own], one.doubts[own]
                )
            )
    return join_walks(found)


def _through(network: Network, query: Query, end: Place, point: Place) -> Iterator[Walks]:
    """Walk between one end of the question and the stops around a point, through the point."""
    metres = DETOUR * distance_m(end.lon, end.lat, point.lon, point.lat)
    if metres > DETOUR * REACH_M:
        return
    walks = walks_around(network, point, query.profile, query.unknown)
    way = one_walk(metres, query.profile, query.unknown)
    if way is not None:
        seconds, doubts = way
        yield Walks(
            walks.stop,
            walks.distance_m + metres,
            walks.duration_s + seconds,
            (walks.doubts.astype(np.int64) + doubts).astype(np.uint8),
        )
