"""Feeds become one network: ids outside, row numbers inside, trips grouped by the stops they serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import Fault, FeedError
from planner.feeds.gtfs import Feed
from planner.network.annotate_kernel import number_sequences
from planner.network.footpaths import link_stops
from planner.network.plane import to_plane
from planner.network.tables import (
    ALIGHT,
    ALIGHT_BY_CALL,
    BOARD,
    BOARD_BY_CALL,
    Agencies,
    Events,
    Kept,
    Network,
    Routes,
    Sequences,
    Services,
    Shapes,
    Stops,
    Strings,
    Transfers,
    Trips,
)

NO_PICKUP = 1  # GTFS pickup_type and drop_off_type: none; 2 and 3: after a call to the agency or the driver
BY_CALL = (2, 3)
_TRANSFER_ENDS = {f"{end}_{what}": f"{what}s" for what in ("stop", "route", "trip") for end in ("from", "to")}


def build_network(feeds: Sequence[Feed], name: str, title: str, *, attribution: str = "", notice: str = "") -> Network:
    """Join feeds of one time zone into a network; every row keeps its public id ``feed:id``.

    Raises
    ------
    FeedError
        The feeds lie in different time zones: their clocks cannot share one timetable.
    """
    zones = {feed.timezone for feed in feeds}
    if len(zones) > 1:
        told = ", ".join(f"{feed.name}: {feed.timezone}" for feed in feeds)
        problem = f"the feeds differ in time zone ({told})"
        raise FeedError(name, [Fault("agency.txt", problem, "build one network each")])
    tables = _join(feeds)
    stops = _stops(tables["stops"])
    trips, events, sequences = _group_trips(tables)
    transfers = _transfers(tables, trips["source"].to_numpy())
    headsigns, headsign = _dictionary(trips["headsign"])
    blocks, block = _dictionary(trips["block"])
    routes, agencies = tables["routes"], tables["agencies"]
    served = np.zeros(len(stops.id), np.bool_)
    served[sequences.stop] = True
    return Network(
        name=name,
        title=title,
        timezone=zones.pop(),
        attribution=attribution or "; ".join(dict.fromkeys(a for feed in feeds for a in feed.agencies["name"])),
        notice=notice,
        folder=None,
        report={"feeds": [{**feed.report.as_dict(), "lines": feed.report.lines()} for feed in feeds]},
        agencies=Agencies(*(Strings.of(agencies[column]) for column in ("id", "name", "url", "phone"))),
        stops=stops,
        routes=Routes(
            id=Strings.of(routes["id"]),
            agency=_ints(routes["agency"]),
            short_name=Strings.of(routes["short_name"]),
            long_name=Strings.of(routes["long_name"]),
            type=routes["type"].to_numpy(np.int16),
            color=Strings.of(routes["color"]),
            text_color=Strings.of(routes["text_color"]),
        ),
        trips=Trips(
            id=Strings.of(trips["id"]),
            route=_ints(trips["route"]),
            service=_ints(trips["service"]),
            direction=trips["direction"].to_numpy(np.int8),
            headsign=headsign,
            block=np.where(trips["block"].to_numpy() == "", np.int32(-1), block),
            shape=_ints(trips["shape"]),
            flag=trips["accessible"].to_numpy(np.int8),
            sequence=_ints(trips["sequence"]),
            every_s=_ints(trips["every_s"]),
        ),
        headsigns=headsigns,
        blocks=blocks,
        sequences=sequences,
        events=events,
        services=_services(feeds),
        shapes=_shapes(feeds),
        footpaths=link_stops(stops, served),
        transfers=transfers,
        pathways=_kept([feed.pathways for feed in feeds]),
        levels=_kept([feed.levels for feed in feeds]),
    )


def _join(feeds: Sequence[Feed]) -> dict[str, pd.DataFrame]:
    """Put the tables of all feeds under each other, shifting the row numbers that point elsewhere."""
    points_to = {
        "agencies": {},
        "stops": {"parent": "stops"},
        "routes": {"agency": "agencies"},
        "trips": {"route": "routes", "service": "services", "shape": "shapes"},
        "stop_times": {"trip": "trips", "stop": "stops"},
        "frequencies": {"trip": "trips"},
        "transfers": _TRANSFER_ENDS,
    }
    base = dict.fromkeys([*points_to, "services", "shapes"], 0)
    pieces: dict[str, list[pd.DataFrame]] = {table: [] for table in points_to}
    for feed in feeds:
        for table, references in points_to.items():
            frame = getattr(feed, table)
            moved = {
                column: np.where(frame[column] >= 0, frame[column] + base[target], -1).astype(np.int32)
                for column, target in references.items()
            }
            pieces[table].append(frame.assign(**moved))
        for table in points_to:
            base[table] += len(getattr(feed, table))
        base["services"] += len(feed.service_ids)
        base["shapes"] += len(feed.shape_offset) - 1
    return {table: pd.concat(frames, ignore_index=True) for table, frames in pieces.items()}


def _stops(table: pd.DataFrame) -> Stops:
    lon, lat = table["lon"].to_numpy(np.float64), table["lat"].to_numpy(np.float64)
    x_m, y_m = to_plane(lon, lat)
    return Stops(
        id=Strings.of(table["id"]),
        code=Strings.of(table["code"]),
        name=Strings.of(table["name"]),
        platform_code=Strings.of(table["platform_code"]),
        lon=lon,
        lat=lat,
        x_m=x_m,
        y_m=y_m,
        location_type=table["location_type"].to_numpy(np.int8),
        parent=_ints(table["parent"]),
        own_flag=table["declared"].to_numpy(np.int8),
        flag=table["effective"].to_numpy(np.int8),
        stop_access=table["stop_access"].to_numpy(np.int8),
        level_id=Strings.of(table["level_id"]),
    )


def _group_trips(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, Events, Sequences]:
    """Group trips by stop sequence and pick-up / drop-off, spell out frequencies, and lay out the events."""
    times = tables["stop_times"]
    count = np.bincount(times["trip"], minlength=len(tables["trips"]))
    start = np.concatenate(([0], np.cumsum(count)))[:-1]
    call = _use(times["pickup"].to_numpy(), times["drop_off"].to_numpy())
    stop = times["stop"].to_numpy(np.int32)

    sequence = number_sequences(stop, call, start, count)
    runs = _runs(tables, start, count, sequence, times["departure_s"].to_numpy(np.int64))
    source, shift = runs["source"].to_numpy(), runs["shift_s"].to_numpy()

    length = count[source]
    event_at = np.repeat(start[source], length) + _ramp(length)
    moved = np.repeat(shift, length).astype(np.int32)
    events = Events(
        arrival_s=(times["arrival_s"].to_numpy(np.int32)[event_at] + moved),
        departure_s=(times["departure_s"].to_numpy(np.int32)[event_at] + moved),
        interpolated=times["interpolated"].to_numpy(np.bool_)[event_at],
    )

    row = runs["sequence"].to_numpy(np.int64)
    number = int(row.max()) + 1 if len(row) else 0
    first = np.searchsorted(row, np.arange(number + 1))
    lead = source[first[:-1]]  # any trip of a sequence shows its stops
    at = np.repeat(start[lead], count[lead]) + _ramp(count[lead])
    sequences = Sequences(
        stop_offset=np.concatenate(([0], np.cumsum(count[lead]))).astype(np.int64),
        stop=stop[at],
        use=call[at],
        trip_offset=first.astype(np.int64),
        event_offset=np.concatenate(([0], np.cumsum(np.diff(first) * count[lead]))).astype(np.int64),
    )
    trips = tables["trips"].iloc[source].reset_index(drop=True)
    every_s = runs["every_s"].to_numpy(np.int32)
    trips = trips.assign(source=source, sequence=row.astype(np.int32), every_s=every_s)
    return trips, events, sequences


def _use(pickup: NDArray[Any], drop_off: NDArray[Any]) -> NDArray[np.uint8]:
    use = np.where(pickup != NO_PICKUP, BOARD, 0) | np.where(drop_off != NO_PICKUP, ALIGHT, 0)
    use |= np.where(np.isin(pickup, BY_CALL), BOARD_BY_CALL, 0)
    use |= np.where(np.isin(drop_off, BY_CALL), ALIGHT_BY_CALL, 0)
    return use.astype(np.uint8)


def _runs(
    tables: dict[str, pd.DataFrame],
    start: NDArray[Any],
    count: NDArray[Any],
    sequence: NDArray[np.int64],
    departure_s: NDArray[np.int64],
) -> pd.DataFrame:
    """One row for every run of a vehicle: a trip, or each repetition of a trip that frequencies.txt describes."""
    by_frequency = tables["frequencies"]
    plain = np.setdiff1d(np.flatnonzero(count), by_frequency["trip"])
    rows = [pd.DataFrame({"source": plain, "shift_s": 0, "every_s": 0})]
    repeated = by_frequency[count[by_frequency["trip"]] > 0]
    columns = (repeated[name].tolist() for name in ("trip", "start_s", "end_s", "headway_s", "exact"))
    for trip, start_s, end_s, headway_s, exact in zip(*columns, strict=True):
        shift = np.arange(start_s, end_s, headway_s) - departure_s[start[trip]]
        rows.append(pd.DataFrame({"source": trip, "shift_s": shift, "every_s": 0 if exact else headway_s}))
    runs = pd.concat([frame for frame in rows if len(frame)] or rows[:1], ignore_index=True).astype(np.int64)
    source = runs["source"].to_numpy()
    order = np.lexsort((departure_s[start[source]] + runs["shift_s"].to_numpy(), sequence[source]))
    runs = runs.iloc[order].reset_index(drop=True)
    return runs.assign(sequence=sequence[runs["source"].to_numpy()])


def _services(feeds: Sequence[Feed]) -> Services:
    first = min((feed.first_day for feed in feeds if feed.service_days.size), default=1)
    last = max((feed.first_day + feed.service_days.shape[1] for feed in feeds if feed.service_days.size), default=1)
    runs = np.zeros((sum(len(feed.service_ids) for feed in feeds), last - first), np.bool_)
    row = 0
    for feed in feeds:
        days = feed.service_days
        if days.size:
            runs[row : row + len(days), feed.first_day - first : feed.first_day - first + days.shape[1]] = days
        row += len(feed.service_ids)
    ids = Strings.of(service for feed in feeds for service in feed.service_ids)
    return Services(id=ids, first_day=np.array([first], np.int32), runs=runs)


def _shapes(feeds: Sequence[Feed]) -> Shapes:
    sizes = np.concatenate([np.diff(feed.shape_offset) for feed in feeds])
    return Shapes(
        offset=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        lon=np.concatenate([feed.shape_lon for feed in feeds]).astype(np.float64),
        lat=np.concatenate([feed.shape_lat for feed in feeds]).astype(np.float64),
    )


def _transfers(tables: dict[str, pd.DataFrame], source: NDArray[np.int64]) -> Transfers:
    """Point the rows at runs; ``source`` int64[T] is the trip of the feeds that each run repeats."""
    table = tables["transfers"]
    run_of = np.full(len(tables["trips"]) + 1, -1)  # one entry more: what -1 finds, none
    run_of[source[::-1]] = np.arange(len(source))[::-1]  # of several assignments the last counts: the first run
    ends = {name: table[name].to_numpy(np.int32) for name in _TRANSFER_ENDS}
    ends |= {name: run_of[ends[name]].astype(np.int32) for name in ("from_trip", "to_trip")}
    return Transfers(type=table["type"].to_numpy(np.int8), min_s=_ints(table["min_s"]), **ends)


def _kept(tables: Sequence[pd.DataFrame]) -> Kept:
    """Put tables under each other; a column that one of them lacks is empty there."""
    joined = pd.concat(tables, ignore_index=True).fillna("")
    return Kept.of(list(joined.columns), joined.astype(str).itertuples(index=False, name=None))


def _dictionary(texts: pd.Series[str]) -> tuple[Strings, NDArray[np.int32]]:
    codes, distinct = pd.factorize(texts)
    return Strings.of(distinct), codes.astype(np.int32)


def _ints(column: pd.Series[int]) -> NDArray[np.int32]:
    return cast(NDArray[np.int32], column.to_numpy(np.int32))


def _ramp(length: NDArray[Any]) -> NDArray[np.int64]:
    """0..n-1 for each n of ``length``, end to end."""
    total = int(length.sum())
    return cast(NDArray[np.int64], np.arange(total) - np.repeat(np.cumsum(length) - length, length))
