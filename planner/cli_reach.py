"""The commands that answer for many places at once: ``reachable``, ``matrix``; and ``warmup``."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli_arguments import add_traveller, parse_moment, parse_span, patience, profile_of
from planner.errors import Fault, FeedError, QueryError
from planner.model import MAX_TRANSFERS

if TYPE_CHECKING:
    from planner.model import Place
    from planner.network.tables import Network
    from planner.routing.many import Batch
    from planner.routing.reach import ReachQuery

COLUMNS = ("from", "to", "departure", "arrival", "seconds", "transfers", "doubts", "seconds_without_doubt")


def add_reachable(commands: Any) -> None:
    """Add ``plainpied reachable``."""
    parser = commands.add_parser("reachable", help="which stops are reached within a time?")
    parser.add_argument("network", type=Path, metavar="NETWORK")
    parser.add_argument("place", metavar="FROM", help="latitude,longitude, a stop id, or a stop's name")
    _add_when(parser)
    parser.add_argument("--within", default="45m", metavar="45m|1h", help="default: %(default)s")
    add_traveller(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the stops as JSON")
    form.add_argument("--geojson", action="store_true", help="print stops and an estimated area as GeoJSON")
    parser.set_defaults(run=_reachable)


def add_matrix(commands: Any) -> None:
    """Add ``plainpied matrix``."""
    parser = commands.add_parser("matrix", help="travel times between many places, on all cores")
    parser.add_argument("network", type=Path, metavar="NETWORK")
    table = "a CSV with a column stop_id, or lat and lon, and perhaps id"
    parser.add_argument("--from", dest="origins", type=Path, required=True, metavar="FILE", help=table)
    to = parser.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", dest="targets", type=Path, metavar="FILE", help="the same for destinations")
    to.add_argument("--all", action="store_true", help="to every served stop")
    _add_when(parser)
    parser.add_argument("--window", default="0m", metavar="90m|2h", help="the shortest trip that leaves within so long")
    parser.add_argument("--within", metavar="45m|1h", help="leave out what takes longer")
    add_traveller(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="CSV", help="a row for each pair")
    parser.set_defaults(run=_matrix)


def add_warmup(commands: Any) -> None:
    """Add ``plainpied warmup``."""
    parser = commands.add_parser("warmup", help="compile everything once, so that the first question is quick")
    parser.add_argument("networks", type=Path, nargs="*", metavar="NETWORK", help="also ask a first question there")
    parser.set_defaults(run=_warmup)


def _add_when(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", metavar="YYYY-MM-DDTHH:MM", help="leave at (local time of the network); default: now")
    parser.add_argument("--arrive-by", action="store_true", help="be there at --at, coming from everywhere")
    parser.add_argument("--avoid-lifts", action="store_true", help="use no lift of the streets or stations")
    parser.add_argument("--max-changes", type=int, default=MAX_TRANSFERS, metavar="N", help="default: %(default)s")


def _reachable(options: argparse.Namespace) -> None:
    from planner.network.store import open_network
    from planner.places import find_place
    from planner.routing.reachable import find_reachable
    from planner.show_reach import reachable_as_geojson, reachable_as_json, reachable_lines

    network = open_network(options.network)
    query = _query(options, network, find_place(network, options.place, "FROM"), options.within)
    with patience():
        found = find_reachable(network, query)
    if options.geojson:
        print(json.dumps(reachable_as_geojson(network, found, options.lang), ensure_ascii=False))
    elif options.json:
        print(json.dumps(reachable_as_json(network, found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(reachable_lines(network, found, options.lang)))


def _query(options: argparse.Namespace, network: Network, place: Place, within: str | None) -> ReachQuery:
    from planner.model import Unknown
    from planner.routing.reach import ReachQuery

    if not 0 <= options.max_changes <= 50:
        raise QueryError(f"{options.max_changes} is no number of changes between 0 and 50", "--max-changes")
    return ReachQuery(
        place=place,
        at=parse_moment(options.at, network.timezone),
        profile=profile_of(options),
        unknown=Unknown(options.unknown),
        max_transfers=options.max_changes,
        arrive_by=options.arrive_by,
        avoid_lifts=options.avoid_lifts,
        within_s=None if within is None else parse_span(within, "--within"),
    )


def _matrix(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from planner.network.store import open_network
    from planner.routing.many import travel_batches

    network = open_network(options.network)
    window_s = parse_span(options.window)
    origins, targets = _places(options, network)
    query = _query(options, network, origins[0][1], options.within)
    try:
        file = options.out.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise QueryError(f"cannot write {options.out}: {error.strerror}", "--out") from error
    reached = 0
    with file, tqdm(total=len(origins), unit=" origins", disable=None) as bar:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        batches = travel_batches(network, query, [p for _, p in origins], [p for _, p in targets], window_s)
        for batch in batches:
            names = [name for name, _ in origins[batch.first : batch.first + len(batch)]]
            for row in _rows(network, query, batch, names, [name for name, _ in targets]):
                writer.writerow(row)
            reached += batch.reached
            bar.update(len(names))
    print(f"{options.out}: {len(origins)} origins, {len(targets)} destinations, {reached} pairs with a way")


def _rows(network: Network, query: ReachQuery, batch: Batch, origins: Sequence[str], targets: Sequence[str]) -> Any:
    """A row for each pair; empty cells where there is no way."""
    from itertools import product

    from planner.model import Unknown
    from planner.network.clock import moment_of
    from planner.routing.reach import day_of

    day, counted = day_of(network, query), query.unknown is not Unknown.ALLOW
    told: dict[int, str] = {}

    def moment(clock_s: int) -> str:
        if clock_s not in told:
            told[clock_s] = moment_of(clock_s, day, network.timezone).isoformat()
        return told[clock_s]

    for (origin, target), pair in zip(product(origins, targets), batch.pairs(), strict=True):
        ends = (target, origin) if query.arrive_by else (origin, target)
        if pair is None:
            yield [*ends, "", "", "", "", "", ""]
            continue
        way_s, clock_s, rides, doubts, sure_s = pair
        departure, arrival = (clock_s - way_s, clock_s) if query.arrive_by else (clock_s, clock_s + way_s)
        sure = sure_s if counted and sure_s is not None else ""
        transfers = max(rides - 1, 0)
        yield [*ends, moment(departure), moment(arrival), way_s, transfers, doubts if counted else "", sure]


def _places(options: argparse.Namespace, network: Network) -> tuple[list[tuple[str, Place]], list[tuple[str, Place]]]:
    """Read both tables, and tell the faults of both together."""
    from planner.routing.many import all_stops

    faults: list[Fault] = []
    origins = _read_places(network, options.origins, faults)
    if options.all:
        targets = [(str(place.stop_id), place) for place in all_stops(network)]
    else:
        targets = _read_places(network, options.targets, faults)
    if faults:
        raise FeedError(", ".join(dict.fromkeys(fault.file for fault in faults)), faults)
    return origins, targets


def _read_places(network: Network, path: Path, faults: list[Fault]) -> list[tuple[str, Place]]:
    from planner.feeds.delimited import read_text_table

    table = read_text_table(path)
    faults.extend(table.faults)
    if table.faults:
        return []
    by_id = "stop_id" in table.columns
    if not by_id and not {"lat", "lon"} <= set(table.columns):
        cure = "its first line needs stop_id, or lat and lon"
        faults.append(Fault(path.name, f"has the columns {', '.join(table.columns)}", cure, row=1))
        return []
    if not table.rows:
        faults.append(Fault(path.name, "names no place", "write one in each line below the first"))
    found = []
    for row in table.rows:
        cells = {column: cell.strip() for column, cell in row.cells.items()}
        place = (
            _stop(network, path.name, row.line, cells["stop_id"], faults)
            if by_id and (cells["stop_id"] or not {"lat", "lon"} <= set(cells))
            else _point(path.name, row.line, cells, faults)
        )
        if place is not None:
            found.append((cells.get("id") or place.stop_id or place.name, place))
    return found


def _stop(network: Network, file: str, line: int, text: str, faults: list[Fault]) -> Place | None:
    from math import isfinite

    from planner.model import Place
    from planner.places import row_of_id

    stops = network.stops
    row = row_of_id(stops.id, text) if text else None
    if row is None:
        problem = f"the network has no stop “{text}”, or several" if text else "is empty"
        faults.append(Fault(file, problem, "write its id as the network has it", row=line, field="stop_id"))
        return None
    if not isfinite(stops.lat[row]):
        faults.append(Fault(file, f"stop “{text}” has no position in the feed", row=line, field="stop_id"))
        return None
    return Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row])


def _point(file: str, line: int, cells: dict[str, str], faults: list[Fault]) -> Place | None:
    from planner.model import Place

    degrees = {}
    for column, most in (("lat", 90), ("lon", 180)):
        try:
            degrees[column] = float(cells[column])
        except ValueError:
            degrees[column] = float("nan")
        if not -most <= degrees[column] <= most:  # also refuses NaN
            cure = f"degrees between -{most} and {most}, with a point"
            faults.append(Fault(file, f"“{cells[column]}” is no position", cure, row=line, field=column))
    lat, lon = degrees["lat"], degrees["lon"]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Place(f"{lat:.5f}, {lon:.5f}", lat, lon)


def _warmup(options: argparse.Namespace) -> None:
    from planner.warmup import warm_up

    with patience():
        for line in warm_up(options.networks):
            print(line, flush=True)
