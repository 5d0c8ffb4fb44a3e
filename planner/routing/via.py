"""Places to pass on the way, and the view and the walks that a question is searched in.

A place to pass (via) makes layers: layer i is the same network for a traveller who has passed i of the places. A stop
of the next place is the same stop in both layers, the one of the higher layer; so who gets off there, or walks there,
has passed it, and every criterion of the search, the limit on changes too, counts over the whole. Variants of the
layer below pass through such a stop and let off there, but nobody gets on. A place that is a point and no stop is
passed by a walk from one stop through it to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import QueryError
from planner.model import Place
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.places import rows_of_name
from planner.routing.compile import View, reboarded, view_going
from planner.routing.mirror import mirror_view
from planner.routing.query import Query
from planner.routing.raptor import CLOSED, Riding, Walking
from planner.routing.restrict import (
    LayeredView,
    limited_view,
    limits_of,
    onward_fields,
    onward_pairs,
    spot_stops,
    spots_at,
)
from planner.routing.walks import Going, Walks, going_of, join_walks, walks_around, walks_to_point

MOST_VIAS = 4  # each makes the network larger by itself
ONE_PLACE_M = 400.0  # stops of the name of a point within this distance of it are the place


def question_view(network: Network, query: Query, day: date) -> View:
    """Give the view that a question is searched in.

    Raises
    ------
    QueryError
        It excludes a route or stop that does not exist, or passes too many places.
    """
    view = view_going(network, day, going_for(network, query))
    limits = limits_of(network, query)
    vias = vias_of(network, query)
    if any(limits):
        view = limited_view(network, view, limits)
    if vias:
        view = _layered(network, view, vias, going_for(network, query))
    return view


def going_for(network: Network, query: Query) -> Going:
    """Give how the traveller of a question goes on foot or on wheels."""
    going = going_of(network, query.profile, query.unknown, query.at, avoid_lifts=query.avoid_lifts)
    rows = network.streets.equipment.id.row_of
    out = (*query.without_equipment, *(query.out or ()))
    known = going.outages if query.out is None else None
    return replace(going, outages=known, without=frozenset(rows[one] for one in out if one in rows))


@lru_cache(maxsize=16)
def mirror_of(view: View) -> View:
    """Give the mirror of a view; the last few are kept."""
    return mirror_view(view)


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


@lru_cache(maxsize=8)
def _layered(network: Network, view: View, vias: tuple[Place, ...], going: Going) -> View:
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
    walking = _layered_walking(network, view, spot_up, points, going)
    fields = {name: getattr(view, name) for name in View.__dataclass_fields__}
    fields |= {
        "riding": reboarded(tiled, layers * n_spots),
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


def _onward_tiled(riding: Riding, n_variants: int, layers: int) -> dict[str, Any]:
    pairs = onward_pairs(riding)
    steps = np.array([n_variants, 0, n_variants, 0])
    return onward_fields(
        np.tile(riding.n_runs, layers), np.concatenate([pairs + layer * steps for layer in range(layers)])
    )


def _spots_tiled(view: View, n_stops: int, layers: int) -> dict[str, Any]:
    """Where a view has spots beside stops, give each layer its own."""
    n_spots = len(view.stop_of)
    stop_of = np.concatenate([view.stop_of + i * n_stops for i in range(layers)]).astype(np.int32)
    spots = np.concatenate([view.spots + i * n_spots for i in range(layers)]).astype(np.int32)
    offset = np.concatenate([view.spot_offset[:-1] + i * n_spots for i in range(layers)] + [[layers * n_spots]])
    return {"stop_of": stop_of, "spots": spots, "spot_offset": offset.astype(np.int64)}


def _layered_walking(
    network: Network,
    view: View,
    spot_up: NDArray[np.int64],
    points: tuple[Place | None, ...],
    going: Going,
) -> Walking:
    walking = view.walking
    layers, n_spots = spot_up.shape
    origin = np.repeat(np.arange(n_spots), np.diff(walking.offset))
    rows: list[tuple[NDArray[np.integer[Any]], ...]] = [
        (
            origin + i * n_spots,
            walking.to + spot_up[i, walking.to] * n_spots,
            walking.duration_s,
            walking.doubts,
            walking.walked_dm,
        )
        for i in range(layers)
    ]
    for i, point in enumerate(points):
        if point is None:
            continue
        there, back = (walks_around(network, point, going, towards=towards) for towards in (True, False))
        pairs = [
            (a, b, spot, to)
            for a, stop in enumerate(there.stop.tolist())
            for spot in spots_at(view, stop)
            if spot_up[i, spot] == i
            for b, other in enumerate(back.stop.tolist())
            for to in spots_at(view, other)
        ]
        a, b, spot, to = (np.array(column, np.int64) for column in zip(*pairs, strict=True)) if pairs else _NO_WALKS
        seconds = there.duration_s[a] + back.duration_s[b] + going.profile.margin_s
        doubts = there.doubts[a].astype(np.int64) + back.doubts[b]
        way_dm = np.ceil(10 * there.distance_m[a]) + np.ceil(10 * back.distance_m[b])
        where = (spot + i * n_spots, to + spot_up[i + 1, to] * n_spots)
        rows.append((*where, seconds, doubts, way_dm.astype(np.int64)))
    origin, to, seconds, doubts, walked = (np.concatenate(column) for column in zip(*rows, strict=True))
    order = np.lexsort((seconds, origin))
    counts = np.bincount(origin, minlength=layers * n_spots)
    return walking._replace(
        offset=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        to=to[order].astype(np.int32),
        duration_s=seconds[order].astype(np.int32),
        doubts=doubts[order].astype(np.uint8),
        change_s=np.tile(walking.change_s, layers),
        walked_dm=walked[order].astype(np.int32),
    )


_NO_WALKS = tuple(np.empty(0, np.int64) for _ in range(4))


def access_walks(network: Network, query: Query, view: View) -> Walks:
    """Give the walks to the first ride, to the stops as the view numbers them."""
    walks = walks_around(network, query.origin, going_for(network, query))
    if not isinstance(view, LayeredView) or view.up is None:
        return walks
    found = [replace(walks, stop=walks.stop + view.up[0, walks.stop] * view.n_stops)]
    if view.points[0] is not None:
        through = _through(network, query, query.origin, view.points[0], towards=False)
        found += [replace(one, stop=one.stop + view.up[1, one.stop] * view.n_stops) for one in through]
    return join_walks(found)


def egress_walks(network: Network, query: Query, view: View) -> Walks:
    """Give the walks from the last ride, from the stops as the view numbers them."""
    walks = walks_around(network, query.destination, going_for(network, query), towards=True)
    if not isinstance(view, LayeredView) or view.up is None:
        return walks
    last = len(view.points)
    found = [replace(walks, stop=walks.stop + last * view.n_stops)]
    if view.points[-1] is not None:
        for one in _through(network, query, query.destination, view.points[-1], towards=True):
            own = one.kept(view.up[last - 1, one.stop] == last - 1)
            found.append(replace(own, stop=own.stop + (last - 1) * view.n_stops))
    return join_walks(found)


def _through(network: Network, query: Query, end: Place, point: Place, *, towards: bool) -> Iterator[Walks]:
    """Walk between one end of the question and the stops around a point, through the point."""
    walks = walks_around(network, point, going_for(network, query), towards=towards)
    ends = (point, end) if towards else (end, point)
    for way in walks_to_point(network, *ends, going_for(network, query)):
        yield Walks(
            walks.stop,
            walks.distance_m + way.distance_m,
            walks.duration_s + way.duration_s,
            (walks.doubts.astype(np.int64) + way.doubts).astype(np.uint8),
        )
