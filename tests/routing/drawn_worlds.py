"""Worlds and questions drawn by hypothesis: few stops, so that lines meet, and everything that is hard at once.

Trips overtake, loop, wait, refuse to let on or off, take no time, and run past midnight and through the nights on
which clocks are changed; blocks and rows of transfers.txt of every type name stops, stations, routes and trips.
"""

import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st
from network.towns import surveyed
from worlds import DAY, Call, Run, World

from planner.access.profiles import get_profile
from planner.model import Assignment, Outcome, Override, Place, Unknown
from planner.network.annotate import build_network
from planner.network.knowledge import Knowledge
from planner.network.tables import Network
from planner.routing.plan import Query

ZONE = "Europe/Berlin"  # it changes its clocks; the zone of other worlds may not
CLOCKS_FORWARD, CLOCKS_BACK = date(2026, 3, 29), date(2026, 10, 25)
PROFILES = ("on-foot", "manual-wheelchair", "manual-wheelchair", "mobility-scooter", "walking-stick")
STARTS_S = (7 * 3600, 7 * 3600, 7 * 3600, 1 * 3600, 24 * 3600, 26 * 3600, 31 * 3600)


@st.composite
def networks(draw) -> tuple[Network, date]:
    """A network, and the day on which one asks."""
    names = [f"S{i}" for i in range(draw(st.integers(3, 6)))]
    at = {name: (draw(st.integers(0, 9)) * 130.0, draw(st.integers(0, 4)) * 170.0) for name in names}
    flags = {name: draw(st.sampled_from([0, 1, 1, 1, 1, 2])) for name in names}
    parents = {name: "Hub" for name in names if draw(st.integers(0, 3)) == 0}
    start_s = draw(st.sampled_from(STARTS_S))
    runs, chained = [], draw(st.booleans())  # each line begins where and when the one before ends
    for line in range(draw(st.integers(2, 5))):
        stops = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4))
        if chained and runs:
            stops[0] = draw(st.sampled_from([runs[-1].calls[-1].stop, stops[0]]))
        uses = [(draw(st.sampled_from([0, 0, 0, 1])), draw(st.sampled_from([0, 0, 0, 1]))) for _ in stops]
        for _ in range(draw(st.integers(1, 3))):
            clock = start_s + draw(st.integers(0, 15) if chained else st.integers(0, 50)) * 60 + chained * line * 780
            calls = []
            for stop, use in zip(stops, uses, strict=True):
                clock += draw(st.sampled_from([0, 60, 120, 300, 600]))
                wait = draw(st.sampled_from([0, 0, 60, 180]))
                calls.append(Call(stop, clock, clock + wait, *use))
                clock += wait
            block = draw(st.sampled_from(["", "b", "b", "c"] if chained else ["", "", "b", "c"]))
            runs.append(Run(f"L{line}", calls, flag=draw(st.sampled_from([0, 1, 1])), block=block))
    day = draw(st.sampled_from([DAY, DAY, CLOCKS_FORWARD, CLOCKS_BACK]))
    first = day - timedelta(days=draw(st.integers(0, 1)))
    world = World(runs=runs, at=at, flags=flags, parents=parents, days=2, zone=ZONE, first_day=first)
    feed = world.feed()
    rules = draw(st.lists(_rules(len(feed.stops), len(feed.routes), len(runs)), max_size=6))
    if rules:
        feed = replace(feed, transfers=pd.DataFrame(rules).astype("int64"))
    network = build_network([feed], "world", "World")
    if draw(st.booleans()):
        network = replace(network, knowledge=draw(_knowledge(names, [f"w:{name}" for name in _route_names(feed)])))
    return network, day


def _route_names(feed) -> list[str]:
    """The names of the routes of a world, which are their ids too."""
    return list(feed.routes["short_name"])


@cache
def _measured(n_stops: int) -> Knowledge:
    """Three buses and the quays of most stops, all invented."""
    stops = World(runs=[Run("L0", [Call(f"S{i}", 60 * i, 60 * i) for i in range(n_stops)])]).network()
    with tempfile.TemporaryDirectory() as folder:
        return surveyed(
            stops,
            Path(folder),
            quays="stop_id,quay_height_m,quay_height_m_tol,gap_m,gap_m_tol\n"
            + "".join(f"S{i},{0.40 if i == 2 else 0.25},0.005,0.03,0.01\n" for i in range(min(n_stops, 4))),
            types="vehicle_type_id,mode,kneel_policy\nlow,bus,never\nmid,bus,never\nhigh,bus,never\n",
            doors="vehicle_type_id,door_no,floor_height_m,floor_height_m_tol,floor_height_kneeled_m,inside_steps,device\n"
            "low,1,0.25,0.005,none,0,none\nmid,1,0.40,0.005,none,0,none\nhigh,1,0.90,0.005,none,3,none\n",
        ).knowledge


@st.composite
def _knowledge(draw, stops: list[str], routes: list[str]) -> Knowledge:
    """Which buses run (several for one route are a mixture), and decisions about single boardings."""
    types = st.sampled_from(["low", "low", "mid", "high"])
    runs = [Assignment("agency", None, kind) for kind in draw(st.lists(types, max_size=2))]
    runs += [
        Assignment("route", route, kind)
        for route, kind in draw(st.lists(st.tuples(st.sampled_from(routes), types), max_size=4))
    ]
    stop = st.one_of(st.none(), st.sampled_from([f"w:{name}" for name in stops]))
    decided = st.sampled_from([{"permission": "no"}, {"outcome": Outcome.LEVEL}, {"outcome": Outcome.RAMP_ASSISTED}])
    told = draw(st.lists(st.tuples(stop, st.sampled_from(routes), decided), max_size=2))
    overrides = [Override(stop_id=stop_id, route_id=route, **what) for stop_id, route, what in told]
    return replace(_measured(len(stops)), assignments=tuple(runs), overrides=tuple(overrides))


@st.composite
def _rules(draw, n_stops: int, n_routes: int, n_trips: int) -> dict[str, int]:
    """A row of transfers.txt; those about changing name both stops, those about staying aboard both trips."""
    row = {"type": draw(st.sampled_from([0, 1, 2, 3, 3, 4, 4, 5])), "min_s": draw(st.sampled_from([-1, 0, 90, 400]))}
    stays = row["type"] >= 4
    for side in ("from", "to"):
        kind = "trip" if stays else draw(st.sampled_from(["", "", "route", "trip"]))
        row[f"{side}_stop"] = draw(st.integers(0, n_stops - 1))
        row[f"{side}_route"] = draw(st.integers(0, n_routes - 1)) if kind == "route" else -1
        row[f"{side}_trip"] = draw(st.integers(0, n_trips - 1)) if kind == "trip" else -1
    return row


@st.composite
def questions(draw) -> tuple[Network, Query]:
    """A network and a question between two of its served stops: from a time, by a time, or in a window."""
    network, day = draw(networks())
    a, b = (draw(st.sampled_from(network.sequences.stop.tolist())) for _ in range(2))
    assume(a != b)
    first_s = int(network.events.departure_s.min())
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE)).astimezone(ZoneInfo("UTC"))
    arrive_by = draw(st.booleans())
    minutes = draw(st.integers(-20, 10)) + (90 if arrive_by else 0)
    at = noon + timedelta(seconds=first_s - 12 * 3600, minutes=minutes)
    query = Query(
        _place(network, a),
        _place(network, b),
        at,
        get_profile(draw(st.sampled_from(PROFILES))),
        draw(st.sampled_from([Unknown.EXCLUDE, Unknown.PENALISE, Unknown.PENALISE, Unknown.ALLOW])),
        draw(st.sampled_from([0, 1, 2, 3, 3])),
        arrive_by,
        draw(st.sampled_from([0, 0, 1200, 2700])),
    )
    return network, query


def _place(network: Network, row: int) -> Place:
    stops = network.stops
    return Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row])
