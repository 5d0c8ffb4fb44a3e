"""A network as GTFS again, with ``pickup_type`` and ``drop_off_type`` 1 where a traveller is refused.

Whatever router reads it obeys without knowing of wheelchairs. It is a work made from the operator's feed and says so
in three places: ``feed_info.txt``, ``attributions.txt`` and ``README.txt``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from planner import __version__
from planner.feeds.gtfs_writer import Row, clock_text, write_feed
from planner.model import Profile, Unknown
from planner.network.tables import ALIGHT, ALIGHT_BY_CALL, BOARD, BOARD_BY_CALL, Network
from planner.routing.refusals import Refusals, refusals

PUBLISHER = "Plainpied: derived file, not the feed of an operator"
PUBLISHER_URL = "https://plainpied.invalid/derived"  # whoever publishes the file gives their own address
REFUSED, REGULAR, BY_CALL = 1, 0, 2
IN_SEAT = (4, 5)  # transfer types between two trips


def bake(
    network: Network, profile: Profile, unknown: Unknown, out: Path, *, url: str = PUBLISHER_URL
) -> dict[str, int]:
    """Write the feed and give the number of rows by file, with ``refused_boardings`` and ``refused_alightings``.

    Ids are those of the network, ``feed:id``; of a network made from one feed they are the feed's own. A run that
    frequencies repeat is written as a trip of its own (``id~2``, ``id~3``), and so is a trip that refuses differently
    on some days.
    """
    runs = list(refusals(network, profile, unknown))
    writer = _Writer(network, runs)
    tables: dict[str, tuple[tuple[str, ...], Iterator[Row]]] = {
        "agency.txt": (
            ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_phone"),
            writer.agencies(),
        ),
        "stops.txt": (
            ("stop_id", "stop_code", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station",
             "wheelchair_boarding", "platform_code", "level_id"),
            writer.stops(),
        ),
        "routes.txt": (
            ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type", "route_color",
             "route_text_color"),
            writer.routes(),
        ),
        "trips.txt": (
            ("route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "block_id", "shape_id",
             "wheelchair_accessible"),
            writer.trips(),
        ),
        "stop_times.txt": (
            ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "pickup_type", "drop_off_type",
             "timepoint"),
            writer.calls(),
        ),
        "calendar_dates.txt": (("service_id", "date", "exception_type"), writer.days()),
        "shapes.txt": (("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"), writer.shapes()),
        "transfers.txt": (
            ("from_stop_id", "to_stop_id", "from_route_id", "to_route_id", "from_trip_id", "to_trip_id",
             "transfer_type", "min_transfer_time"),
            writer.transfers(),
        ),
        "pathways.txt": (tuple(network.pathways.columns), writer.kept(network.pathways)),
        "levels.txt": (tuple(network.levels.columns), writer.kept(network.levels)),
        "feed_info.txt": (
            ("feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date",
             "feed_version"),
            writer.feed_info(profile, unknown, url),
        ),
        "attributions.txt": (
            ("attribution_id", "organization_name", "is_producer", "is_operator", "is_authority"),
            writer.attributions(),
        ),
    }  # fmt: skip
    counts = write_feed(out, tables, {"README.txt": readme(network, profile, unknown)})
    return {**counts, "refused_boardings": writer.refused[0], "refused_alightings": writer.refused[1]}


def readme(network: Network, profile: Profile, unknown: Unknown) -> str:
    """Say what the file is, for people."""
    doubts = {
        Unknown.EXCLUDE: "Every boarding that is refused, or that nobody can vouch for, is closed.",
        Unknown.PENALISE: "Boardings that are refused are closed; those that nobody has checked are left open.",
        Unknown.ALLOW: "Boardings that are refused are closed; those that nobody has checked are left open.",
    }
    limits = [f"{name} {getattr(profile, name)}" for name in ("step_up_mm", "step_down_mm", "gap_mm", "ramp_alone")]
    lines = (
        "This is not the feed of an operator.",
        "",
        f"Plainpied {__version__} made it from the timetable of {network.title} ({network.attribution})",
        f"and from what is known of quays and vehicles, for one traveller: {profile.id} ({', '.join(limits)}).",
        f"{doubts[unknown]} A closed boarding has pickup_type 1, a closed alighting has drop_off_type 1.",
        "",
        "It is meant for routers that know nothing of wheelchairs. Do not publish it as a timetable: somebody on foot",
        "would be refused vehicles that they can board. It says nothing of the ways to, from and between stops.",
        "It is an indication and no promise: a broken ramp or an occupied space remain possible.",
        *(("", network.notice) if network.notice else ()),
        "",
        "Sources of the facts:",
        *(f"- {one.name}{f', {one.licence}' if one.licence else ''}" for one in network.knowledge.sources.values()),
        "",
    )
    return "\n".join(lines)


class _Writer:
    """The rows of each table."""

    def __init__(self, network: Network, runs: list[Refusals]) -> None:
        self.network, self.runs = network, runs
        feeds = {id_.partition(":")[0] for id_ in network.routes.id}
        self._prefix = f"{next(iter(feeds))}:" if len(feeds) == 1 else ""
        self.refused = [0, 0]
        self._trip_ids, self._first_id = self._name_trips()
        self._services = self._name_services()

    def agencies(self) -> Iterator[Row]:
        table = self.network.agencies
        for row, id_ in enumerate(table.id):
            yield self._id(id_), table.name[row], table.url[row], self.network.timezone, table.phone[row]

    def stops(self) -> Iterator[Row]:
        table = self.network.stops
        for row, id_ in enumerate(table.id):
            lat, lon, parent = float(table.lat[row]), float(table.lon[row]), int(table.parent[row])
            yield (
                self._id(id_), table.code[row], table.name[row], lat if isfinite(lat) else "",
                lon if isfinite(lon) else "", int(table.location_type[row]),
                "" if parent < 0 else self._id(table.id[parent]), int(table.own_flag[row]), table.platform_code[row],
                self._id(table.level_id[row]),
            )  # fmt: skip

    def routes(self) -> Iterator[Row]:
        table, agencies = self.network.routes, self.network.agencies
        for row, id_ in enumerate(table.id):
            agency = int(table.agency[row])
            yield (
                self._id(id_), "" if agency < 0 else self._id(agencies.id[agency]), table.short_name[row],
                table.long_name[row], int(table.type[row]), table.color[row], table.text_color[row],
            )  # fmt: skip

    def trips(self) -> Iterator[Row]:
        network, table = self.network, self.network.trips
        for run, id_, service in zip(self.runs, self._trip_ids, self._services, strict=True):
            headsign, block, shape = (int(column[run.trip]) for column in (table.headsign, table.block, table.shape))
            direction = int(table.direction[run.trip])
            yield (
                self._id(network.routes.id[int(table.route[run.trip])]), service, id_,
                network.headsigns[headsign] if headsign >= 0 else "", direction if direction >= 0 else "",
                self._id(network.blocks[block]) if block >= 0 else "", f"shape-{shape}" if shape >= 0 else "",
                int(table.flag[run.trip]),
            )  # fmt: skip

    def calls(self) -> Iterator[Row]:
        network, sequences, events = self.network, self.network.sequences, self.network.events
        for run, id_ in zip(self.runs, self._trip_ids, strict=True):
            sequence = int(network.trips.sequence[run.trip])
            base = int(sequences.stop_offset[sequence])
            event = int(sequences.event_offset[sequence])
            event += (run.trip - int(sequences.trip_offset[sequence])) * len(run.board)
            for position, (no_board, no_alight) in enumerate(zip(run.board, run.alight, strict=True)):
                use, at = int(sequences.use[base + position]), event + position
                pickup, drop_off = _permission(use, BOARD, BOARD_BY_CALL), _permission(use, ALIGHT, ALIGHT_BY_CALL)
                self.refused[0] += no_board and pickup != REFUSED
                self.refused[1] += no_alight and drop_off != REFUSED
                yield (
                    id_, clock_text(int(events.arrival_s[at])), clock_text(int(events.departure_s[at])),
                    self._id(network.stops.id[int(sequences.stop[base + position])]), position,
                    REFUSED if no_board else pickup, REFUSED if no_alight else drop_off,
                    0 if events.interpolated[at] else 1,
                )  # fmt: skip

    def days(self) -> Iterator[Row]:
        first, told = int(self.network.services.first_day[0]), set[str]()
        for run, service in zip(self.runs, self._services, strict=True):
            if service not in told:
                told.add(service)
                for column in run.days:
                    yield service, f"{date.fromordinal(first + column):%Y%m%d}", 1

    def shapes(self) -> Iterator[Row]:
        shapes = self.network.shapes
        used = sorted({int(self.network.trips.shape[run.trip]) for run in self.runs} - {-1})
        for shape in used:
            low, high = int(shapes.offset[shape]), int(shapes.offset[shape + 1])
            for number in range(low, high):
                yield f"shape-{shape}", float(shapes.lat[number]), float(shapes.lon[number]), number - low

    def transfers(self) -> Iterator[Row]:
        network, table = self.network, self.network.transfers
        ends = ((table.from_stop, network.stops.id), (table.to_stop, network.stops.id),
                (table.from_route, network.routes.id), (table.to_route, network.routes.id))  # fmt: skip
        for row in range(len(table.type)):
            trips = [int(column[row]) for column in (table.from_trip, table.to_trip)]
            names = [self._first_id.get(trip, "") if trip >= 0 else "" for trip in trips]
            if any(trip >= 0 and not name for trip, name in zip(trips, names, strict=True)):
                continue  # of a trip that never runs
            told = [self._id(ids[int(column[row])]) if column[row] >= 0 else "" for column, ids in ends]
            least = int(table.min_s[row])
            yield *told, *names, int(table.type[row]), least if least >= 0 else ""

    def kept(self, table: Any) -> Iterator[Row]:
        for row in table.rows():
            yield [self._id(cell) if name.endswith("_id") else cell for name, cell in row.items()]

    def feed_info(self, profile: Profile, unknown: Unknown, url: str) -> Iterator[Row]:
        span = self.network.service_span
        first, last = ("", "") if span is None else (f"{day:%Y%m%d}" for day in span)
        yield PUBLISHER, url, "mul", first, last, f"plainpied-{__version__}-{profile.id}-{unknown.value}"

    def attributions(self) -> Iterator[Row]:
        yield "timetable", f"made from: {self.network.attribution}", 1, 0, 0
        yield "plainpied", PUBLISHER, 1, 0, 0
        for number, one in enumerate(self.network.knowledge.sources.values(), 1):
            yield f"source-{number}", f"facts: {one.name}{f' ({one.licence})' if one.licence else ''}", 1, 0, 0

    def _id(self, public: str) -> str:
        return public.removeprefix(self._prefix)

    def _name_trips(self) -> tuple[list[str], dict[int, str]]:
        """An id for each run, and that of the first of each trip."""
        taken, names, first = dict[str, int](), list[str](), dict[int, str]()
        own = {self._id(self.network.trips.id[run.trip]) for run in self.runs}
        for run in self.runs:
            id_ = self._id(self.network.trips.id[run.trip])
            name = id_
            while name in taken or (name != id_ and name in own):
                taken[id_] += 1
                name = f"{id_}~{taken[id_]}"
            taken[name] = 1
            names.append(name)
            first.setdefault(run.trip, name)
        return names, first

    def _name_services(self) -> list[str]:
        """The service of each run; one that runs on part of its service's days has a service of its own."""
        ids, runs = self.network.services.id, self.network.services.runs
        named: dict[tuple[int, tuple[int, ...]], str] = {}
        told = []
        for run in self.runs:
            service = int(self.network.trips.service[run.trip])
            key = service, run.days
            if key not in named:
                id_, whole = self._id(ids[service]), int(runs[service].sum()) == len(run.days)
                named[key] = id_ if whole else f"{id_}~{len(named)}"
            told.append(named[key])
        return told


def _permission(use: int, bit: int, by_call: int) -> int:
    if not use & bit:
        return REFUSED
    return BY_CALL if use & by_call else REGULAR
