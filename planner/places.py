"""Words that people type become places: a position, a stop id, or a name."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.errors import AmbiguousPlaceError, QueryError
from planner.model import Place
from planner.network.plane import distances_m
from planner.network.tables import Network, Strings
from planner.place_search import PlaceIndex, PlaceRow, fold

ONE_PLACE_M = 400.0  # stops of one name within this distance of each other are one place
MAX_CANDIDATES = 8


def find_place(network: Network, text: str, field: str) -> Place:
    """Find what ``text`` means: ``lat,lon``, else a public or a unique bare stop id, else a stop's name.

    Raises
    ------
    AmbiguousPlaceError
        Several places have the name, or nearly; they are listed.
    QueryError
        Nothing fits.
    """
    text = " ".join(text.split())
    if not text:
        raise QueryError("say where: a stop's name, its id, or latitude,longitude", field)
    position = _position(text, field)
    if position is not None:
        return position
    row = row_of_id(network.stops.id, text)
    if row is not None:
        return _place(network, row, field)
    return _by_name(network, text, field)


def row_of_id(ids: Strings, text: str) -> int | None:
    """Find the row of a public id, or of a bare one that is unique; None if there is none."""
    rows = ids.row_of
    if text in rows:
        return rows[text]
    feeds = dict.fromkeys(public.partition(":")[0] for public in rows)
    found = [rows[f"{feed}:{text}"] for feed in feeds if f"{feed}:{text}" in rows]
    return found[0] if len(found) == 1 else None


def rows_of_name(network: Network, text: str) -> list[int]:
    """Find the served stops and stations of exactly this name, accents and case apart."""
    return _names(network).get(fold(text), [])


def _position(text: str, field: str) -> Place | None:
    first, comma, second = text.partition(",")
    try:
        lat, lon = float(first), float(second)
    except ValueError:
        return None
    if not comma or not (-90 <= lat <= 90 and -180 <= lon <= 180):  # also refuses NaN
        raise QueryError(f"“{text}” is no position: write latitude,longitude in degrees, as 49.89,2.30", field)
    return Place(f"{lat:.5f}, {lon:.5f}", lat, lon)


def _place(network: Network, row: int, field: str) -> Place:
    stops = network.stops
    lat, lon = float(stops.lat[row]), float(stops.lon[row])
    if not np.isfinite(lat):
        raise QueryError(f"{stops.name[row]} ({stops.id[row]}) has no position in the feed", field)
    return Place(stops.name[row], lat, lon, stops.id[row], stops.platform_code[row] or None)


def _by_name(network: Network, text: str, field: str) -> Place:
    names = _names(network)
    wanted = fold(text)
    same = names.get(wanted, [])
    if not same:
        found = place_index(network).search(text, MAX_CANDIDATES)
        if not found:
            raise QueryError(f"no stop is called “{text}”", field)
        if len(found) == 1 and wanted in fold(found[0].place.name):
            return _named_place(network, names[fold(found[0].place.name)], field)
        rows = [network.stops.id.row_of[str(one.place.id)] for one in found]
        raise AmbiguousPlaceError(f"no stop is called exactly “{text}”; which of these?", field, _offer(network, rows))
    groups = _near_groups(network, same)
    if len(groups) > 1:
        rows = [_middle(network, group) for group in groups]
        raise AmbiguousPlaceError(f"several places are called “{text}”; which one?", field, _offer(network, rows))
    return _named_place(network, groups[0], field)


def _named_place(network: Network, rows: list[int], field: str) -> Place:
    """The station if there is one, else the quay nearest to the middle of all quays of the name."""
    stations = [row for row in rows if network.stops.location_type[row] == 1]
    place = _place(network, stations[0] if stations else _middle(network, rows), field)
    if stations or len(rows) == 1:
        return place
    # The pair of quays of one name is one place: a point, from which every quay of it is a short walk.
    return Place(place.name, place.lat, place.lon)


@lru_cache(maxsize=16)
def place_index(network: Network) -> PlaceIndex:
    """Every station and served stop by name; stops of one name near each other are one row, with one of their ids."""
    rows = []
    for same in _names(network).values():
        for group in _near_groups(network, same):
            stations = [row for row in group if network.stops.location_type[row] == 1]
            row = stations[0] if stations else _middle(network, group)
            kind = "station" if stations or len(group) > 1 else "stop"
            stops = network.stops
            rows.append(
                PlaceRow(kind, stops.name[row], "", float(stops.lon[row]), float(stops.lat[row]), stops.id[row])
            )
    return PlaceIndex(rows)


@lru_cache(maxsize=16)
def _names(network: Network) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {}
    usable = network.served | (network.stops.location_type == 1)
    for row in np.flatnonzero(usable & np.isfinite(network.stops.lat)):
        names.setdefault(fold(network.stops.name[int(row)]), []).append(int(row))
    return names


def _near_groups(network: Network, rows: list[int]) -> list[list[int]]:
    """Group the rows so that each lies near another of its group."""
    stops = network.stops
    groups: list[list[int]] = []
    for row in rows:
        near = [
            group
            for group in groups
            if distances_m(stops.lon[row], stops.lat[row], stops.lon[group], stops.lat[group]).min() <= ONE_PLACE_M
        ]
        groups = [group for group in groups if group not in near]
        groups.append([other for group in near for other in group] + [row])
    return groups


def _middle(network: Network, rows: list[int]) -> int:
    lon, lat = network.stops.lon[rows], network.stops.lat[rows]
    return rows[int(np.argmin(np.hypot(lon - lon.mean(), lat - lat.mean())))]


def _offer(network: Network, rows: list[int]) -> list[tuple[str, str]]:
    stops = network.stops
    return [(stops.id[row], f"{stops.name[row]} ({stops.lat[row]:.4f}, {stops.lon[row]:.4f})") for row in rows]
