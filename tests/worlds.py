"""Small worlds as posters: a timetable as text becomes a network, without any file.

Every stop stands 5 km from the next unless it is placed, so that nobody walks by accident. Day 1 of a world is
Monday 2 March 2026 (no change of clocks near it); every service runs on every day of the world.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from planner.access.profiles import get_profile
from planner.feeds.gtfs import Feed
from planner.feeds.gtfs_report import FeedReport
from planner.model import Place, Unknown
from planner.network.annotate import build_network
from planner.network.tables import Network
from planner.routing.plan import Query

DAY = date(2026, 3, 2)
ZONE = "Europe/Paris"
METRES_A_DEGREE = 111_195.0


@dataclass
class Call:
    """One call of a trip; times in seconds."""

    stop: str
    arrival_s: int
    departure_s: int
    pickup: int = 0
    drop_off: int = 0


@dataclass
class Run:
    """One trip."""

    route: str
    calls: list[Call]
    flag: int = 0
    block: str = ""
    every_s: int | None = None
    until_s: int = 0
    exact: bool = False


@dataclass
class World:
    """Stops with positions in metres east and north, flags, trips, transfers."""

    runs: list[Run] = field(default_factory=list)
    at: dict[str, tuple[float, float]] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    transfers: list[tuple[str, str, int, int]] = field(default_factory=list)
    days: int = 7
    zone: str = ZONE
    first_day: date = DAY
    route_type: int = 3

    def network(self) -> Network:
        """Build it."""
        return build_network([self.feed()], "world", "World")

    def feed(self) -> Feed:
        """The same as a feed called w."""
        names = list(dict.fromkeys([*(c.stop for run in self.runs for c in run.calls), *self.at, *self.flags]))
        names = list(dict.fromkeys([*names, *self.parents.values()]))
        row = {name: i for i, name in enumerate(names)}
        places = [self.at.get(name, (5000.0 * i, 0.0)) for i, name in enumerate(names)]
        own = [self.flags.get(name, 0) for name in names]
        parent = [row[self.parents[name]] if name in self.parents else -1 for name in names]
        effective = [own[i] or (own[parent[i]] if parent[i] >= 0 else 0) for i in range(len(names))]
        stops = pd.DataFrame(
            {
                "id": [f"w:{name}" for name in names], "code": "", "name": names,
                "lat": [y / METRES_A_DEGREE for _, y in places], "lon": [x / METRES_A_DEGREE for x, _ in places],
                "location_type": [int(name in self.parents.values()) for name in names], "parent": parent,
                "declared": own, "effective": effective, "platform_code": "", "level_id": "", "stop_access": -1,
                "desc": "",
            }
        )  # fmt: skip
        routes = list(dict.fromkeys(run.route for run in self.runs))
        trips = pd.DataFrame(
            {
                "id": [f"w:{run.route}/{i}" for i, run in enumerate(self.runs)],
                "route": [routes.index(run.route) for run in self.runs], "service": 0, "headsign": "",
                "short_name": "", "direction": 0, "block": [run.block for run in self.runs], "shape": -1,
                "accessible": [run.flag for run in self.runs],
            }
        )  # fmt: skip
        calls = [(t, i, c) for t, run in enumerate(self.runs) for i, c in enumerate(run.calls)]
        stop_times = pd.DataFrame(
            {
                "trip": [t for t, _, _ in calls], "stop": [row[c.stop] for _, _, c in calls],
                "sequence": [i for _, i, _ in calls], "arrival_s": [c.arrival_s for _, _, c in calls],
                "departure_s": [c.departure_s for _, _, c in calls], "pickup": [c.pickup for _, _, c in calls],
                "drop_off": [c.drop_off for _, _, c in calls], "interpolated": False,
            }
        )  # fmt: skip
        repeated = [(t, run) for t, run in enumerate(self.runs) if run.every_s]
        return Feed(
            name="w", source_hash="", timezone=self.zone, lang="", publisher="", feed_version="", feed_start="",
            feed_end="",
            agencies=pd.DataFrame({"id": ["w:a"], "name": ["World buses"], "url": "", "phone": "", "timezone": ZONE}),
            stops=stops,
            routes=pd.DataFrame(
                {
                    "id": [f"w:{name}" for name in routes], "agency": 0, "short_name": routes, "long_name": "",
                    "type": self.route_type, "color": "", "text_color": "", "sort_order": -1, "url": "",
                }
            ),
            trips=trips,
            stop_times=stop_times,
            service_ids=["w:daily"],
            service_days=np.ones((1, self.days), np.bool_),
            first_day=self.first_day.toordinal(),
            frequencies=pd.DataFrame(
                {
                    "trip": [t for t, _ in repeated], "start_s": [run.calls[0].departure_s for _, run in repeated],
                    "end_s": [run.until_s for _, run in repeated], "headway_s": [run.every_s for _, run in repeated],
                    "exact": [run.exact for _, run in repeated],
                }
            ).astype({"trip": "int64"}),
            transfers=pd.DataFrame(
                {
                    "from_stop": [row[a] for a, *_ in self.transfers],
                    "to_stop": [row[b] for _, b, *_ in self.transfers],
                    "from_route": -1, "to_route": -1, "from_trip": -1, "to_trip": -1,
                    "type": [kind for *_, kind, _ in self.transfers], "min_s": [s for *_, s in self.transfers],
                }
            ).astype("int64"),
            shape_ids=[], shape_offset=np.zeros(1, np.int64), shape_lon=np.empty(0), shape_lat=np.empty(0),
            pathways=pd.DataFrame(), levels=pd.DataFrame(), report=FeedReport("w", "a poster"),
        )  # fmt: skip


def poster(text: str, **world: object) -> World:
    """Read a timetable: a line of stops, then a line for each trip, ``route  8:00 8:10 -`` ("-": does not call).

    A time may be ``8:10+60`` (stays 60 s), and end in ``^`` (only boarding) or ``v`` (only alighting); a route
    name may end in ``!`` (declared accessible) or ``x`` after a slash (declared not accessible): ``12/!``, ``12/x``.
    """
    lines = [line.split() for line in text.strip().splitlines()]
    stops, runs = lines[0], []
    for route, *times in lines[1:]:
        name, _, mark = route.partition("/")
        calls = [_call(stop, time) for stop, time in zip(stops, times, strict=True) if time != "-"]
        runs.append(Run(name, calls, flag={"": 0, "!": 1, "x": 2}[mark]))
    return World(runs=runs, **world)  # type: ignore[arg-type]


def seconds(clock: str) -> int:
    """Give ``8:10`` or ``8:10:30`` in seconds."""
    hours, minutes, *rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + (int(rest[0]) if rest else 0)


def ask(
    network: Network,
    origin: str,
    destination: str,
    at: str,
    profile: str = "on-foot",
    unknown: Unknown = Unknown.ALLOW,
    *,
    day: date = DAY,
    max_transfers: int = 7,
) -> Query:
    """Ask for a trip between two stops of a world."""
    h, m = divmod(seconds(at) // 60, 60)
    moment = datetime(day.year, day.month, day.day, h, m, tzinfo=ZoneInfo(network.timezone))
    return Query(
        _stop(network, origin), _stop(network, destination), moment, get_profile(profile), unknown, max_transfers
    )


def _stop(network: Network, name: str) -> Place:
    row = network.stops.id.row_of[f"w:{name}"]
    return Place(name, float(network.stops.lat[row]), float(network.stops.lon[row]), f"w:{name}")


def _call(stop: str, time: str) -> Call:
    pickup, drop_off = int(time.endswith("v")), int(time.endswith("^"))
    clock, _, stay = time.rstrip("^v").partition("+")
    arrival = seconds(clock)
    return Call(stop, arrival, arrival + int(stay or 0), pickup, drop_off)
