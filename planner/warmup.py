"""Compile every kernel before the first question: a tiny invented feed is built, opened and asked everything.

numba compiles a kernel for the types it is called with, so everything is really asked: what is not asked here,
somebody would wait for.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.build import FactInputs, Input, build
from planner.errors import QueryError
from planner.model import ON_FOOT, Place, Unknown
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.bounds import FASTEST_M_S, bounds_of
from planner.routing.compile import profile_view
from planner.routing.many import all_stops, travel_batches
from planner.routing.one_boarding import ask_boarding
from planner.routing.plan import Query, find_itineraries
from planner.routing.reach import ReachQuery, reach_all, reach_window
from planner.routing.rolling import run_limited_search

MINUTES = 60
INVENTED = {  # two lines that meet, and a stop within a walk
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Invented Buses,https://example.org,Etc/UTC\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding\n"
    "a,Invented A,0.000,0.00,1\nb,Invented B,0.000,0.05,1\nc,Invented C,0.001,0.05,0\nd,Invented D,0.000,0.10,1\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\n1,A,1,3\n2,A,2,3\n",
    "trips.txt": "trip_id,route_id,service_id,wheelchair_accessible\nt1,1,daily,1\nt2,2,daily,0\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    "t1,1,a,8:00:00,8:00:00\nt1,2,b,8:10:00,8:10:00\nt2,1,c,8:30:00,8:30:00\nt2,2,d,8:40:00,8:40:00\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20260301,20260331\n",
}
STREET = """<osm version="0.6">
<node id="1" version="1" lat="-0.0005" lon="0.0501"/><node id="2" version="1" lat="0.0015" lon="0.0501"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>
</osm>
"""  # an invented pavement past two of the stops


def warm_up(folders: Sequence[Path]) -> Iterator[str]:
    """Ask everything once on an invented network and on those of ``folders``; tells how long each took.

    Raises
    ------
    NetworkError
        A folder is no network.
    """
    networks = [open_network(folder) for folder in folders]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        invented = _invented_network(Path(folder))
        yield f"build: {time.perf_counter() - started:.1f} s"
        for name, ask in QUESTIONS.items():
            started = time.perf_counter()
            ask(invented)
            yield f"{name}: {time.perf_counter() - started:.1f} s"
    for network in networks:
        if network.served.sum() > 1 and network.service_span is not None:
            started = time.perf_counter()
            for ask in QUESTIONS.values():
                ask(network)
            yield f"{network.title}: {time.perf_counter() - started:.1f} s"


def _invented_network(folder: Path) -> Network:
    feed = folder / "feed"
    feed.mkdir()
    for name, text in INVENTED.items():
        (feed / name).write_text(text, "utf-8")
    (folder / "street.osm").write_text(STREET, "utf-8")
    build(folder / "network", [Input("invented", feed)], FactInputs(osm=(folder / "street.osm",)))
    return open_network(folder / "network")


def _ask_trips(network: Network) -> None:
    for query in _trips(network):
        find_itineraries(network, query)


def _trips(network: Network) -> Iterator[Query]:
    places, at = _places(network), _moment(network)
    for profile in (ON_FOOT, "manual-wheelchair"):
        for unknown in Unknown:
            query = Query(places[0], places[-1], at, get_profile(profile), unknown)
            for arrive_by in (False, True):
                for window_s in (0, 30 * MINUTES):
                    yield replace(query, arrive_by=arrive_by, window_s=window_s)


def _ask_limited_trips(network: Network) -> None:
    for query in _trips(network):
        run_limited_search(network, replace(query, max_roll_m=1000.0))


def _ask_reachable(network: Network) -> None:
    places, at = _places(network), _moment(network)
    for unknown in Unknown:
        query = ReachQuery(places[0], at, get_profile("manual-wheelchair"), unknown)
        for arrive_by in (False, True):
            reach_all(network, replace(query, arrive_by=arrive_by))
        reach_window(network, query, 10 * MINUTES)


def _ask_many(network: Network) -> None:
    places, at = _places(network), _moment(network)
    query = ReachQuery(places[0], at, get_profile("manual-wheelchair"), Unknown.PENALISE)
    for window_s in (0, 10 * MINUTES):
        for _ in travel_batches(network, query, places[:2], places, window_s):
            pass


def _ask_boarding(network: Network) -> None:
    trip = network.trips.id[0]
    sequence = int(network.trips.sequence[0])
    stop = int(network.sequences.stop[int(network.sequences.stop_offset[sequence])])
    ask_boarding(network, network.stops.id[stop], get_profile("manual-wheelchair"), _moment(network).date(), trip=trip)


def _ask_bounds(network: Network) -> None:
    """What only large networks use."""
    query = next(_trips(network))
    view = profile_view(network, query.at.date(), query.profile, query.unknown)
    for backwards in (False, True):
        bounds = bounds_of(network, query.at.date(), FASTEST_M_S[0], backwards=backwards)
        bounds.least_from(view.stop_of[:1], 0, 0, 0 * view.stop_of, view.stop_of)


QUESTIONS: dict[str, Callable[[Network], None]] = {
    "trips": _ask_trips,
    "lower bounds": _ask_bounds,
    "trips with a limit of distance": _ask_limited_trips,
    "one boarding": _ask_boarding,
    "reachable stops": _ask_reachable,
    "many to many": _ask_many,
}


def _moment(network: Network) -> datetime:
    span = network.service_span
    if span is None:
        raise QueryError("this network has no trips: there is nothing to ask")
    day = span[0] + timedelta(days=(span[1] - span[0]).days // 2)
    return datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(network.timezone)) - timedelta(minutes=5)


def _places(network: Network) -> list[Place]:
    """At most four served stops, far apart in the table."""
    stops = all_stops(network)
    return stops[:: max(len(stops) // 4, 1)][:4]
