"""Worlds and questions drawn by chance: few stops, so that lines meet, and everything that is hard at once.

Trips overtake, loop, wait, refuse to let on or off, take no time, repeat themselves, and run past midnight and through
the nights on which clocks are changed; blocks and rows of transfers.txt of every type name stops, stations, routes and
trips, sometimes a trip that repeats itself, or no stop at all. Hypothesis gives the dice and no more: left to draw by
itself it repeats itself, and hardly one world in a hundred then has a change in it.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import strategies as st
from network.towns import surveyed
from worlds import DAY, Call, Run, World

from planner.access.profiles import get_profile
from planner.model import Assignment, Outcome, Override, Place, Unknown
from planner.network.annotate import build_network
from planner.network.knowledge import Knowledge
from planner.network.tables import Network
from planner.routing.plan import Query

Side = tuple[Sequence[int], Sequence[int], Sequence[int]]  # rows of stops, routes and trips

ZONE = "Europe/Berlin"  # it changes its clocks; the zone of other worlds may not
CLOCKS_FORWARD, CLOCKS_BACK = date(2026, 3, 29), date(2026, 10, 25)
PROFILES = ("on-foot", "manual-wheelchair", "manual-wheelchair", "mobility-scooter", "walking-stick")
DECIDED = (Outcome.LEVEL, Outcome.RAMP, Outcome.LIFT, Outcome.RAMP_ASSISTED)
BUSES = {  # doors: number, floor, its tolerance, kneeled, steps inside, device, ramp
    "low": ["1,0.25,0.005,none,0,none,"],
    "mid": ["1,0.40,0.005,none,0,none,"],
    "high": ["1,0.90,0.005,none,3,none,"],
    "unfolds": ["1,0.32,0.005,none,0,manual_ramp,1.0", "2,0.32,0.005,none,1,none,"],
    "extends": ["1,0.32,0.005,none,0,powered_ramp,1.0"],
    "lifts": ["1,0.90,0.005,none,0,lift,"],
}
WAITS_S = (0, 10, 40, 60, 61, 80, 100, 121, 150, 180, 210, 240, 280, 330, 400, 470, 560, 700)
STARTS_S = (7 * 3600, 7 * 3600, 7 * 3600, 1 * 3600, 24 * 3600, 26 * 3600, 31 * 3600)


def networks(dice: Random) -> tuple[Network, date]:
    """A network, and the day on which one asks."""
    names = [f"S{i}" for i in range(dice.randint(3, 6))]
    far = dice.choice([1, 5])  # else one walks nearly everywhere
    at = {name: (far * dice.randint(0, 9) * 130.0, far * dice.randint(0, 4) * 170.0) for name in names}
    flags = {name: dice.choice([0, 1, 1, 1, 1, 1, 1, 2]) for name in names}
    parents = {name: "Hub" for name in names if dice.randint(0, 3) == 0}
    start_s = dice.choice(STARTS_S)
    runs, chained = [], dice.random() < 0.7  # each line begins where and when the one before ends
    for line in range(dice.randint(2, 5)):
        stops = dice.choices(names, k=dice.randint(2, 4))
        if chained and runs:
            stops[0] = dice.choice([runs[-1].calls[-1].stop, stops[0]])
        uses = [(int(dice.random() < 0.15), int(dice.random() < 0.15)) for _ in stops]
        for _ in range(dice.randint(1, 3)):
            clock = start_s + dice.randint(0, 15 if chained else 50) * 60 + chained * line * 780
            calls = []
            for stop, use in zip(stops, uses, strict=True):
                clock += dice.choice([0, 60, 120, 300, 600])
                wait = dice.choice([0, 0, 60, 180])
                calls.append(Call(stop, clock, clock + wait, *use))
                clock += wait
            block = dice.choice(["", "b", "b", "c"] if chained else ["", "", "b", "c"])
            again = {}
            if dice.randint(0, 5) == 0:
                every_s, times = dice.choice([180, 600]), dice.randint(1, 3)
                until_s = calls[0].departure_s + times * every_s
                again = {"every_s": every_s, "until_s": until_s, "exact": dice.random() < 0.5}
            runs.append(Run(f"L{line}", calls, flag=dice.choice([0, 1, 1]), block=block, **again))
    world = World(runs=runs, at=at, flags=flags, parents=parents)
    n_stops = len(world.feed().stops)
    side = range(n_stops), range(len({run.route for run in runs})), range(len(runs))
    return _built(dice, world, names, side, side, dice.randint(0, 6))


def crossings(dice: Random) -> tuple[Network, date]:
    """Lines from S0 that meet lines to S3 at S1 or S2, where seconds, rows and blocks decide which one is caught."""
    names = ["S0", "S1", "S2", "S3"]
    apart_m = dice.choice([0.0, 60.0, 150.0, 190.0, 320.0, 380.0, 450.0, 900.0])
    at = {"S0": (-9000.0, 0.0), "S1": (0.0, 0.0), "S2": (apart_m, 0.0), "S3": (9000.0, 0.0), "Hub": (0.0, 0.0)}
    parents = {name: "Hub" for name in ("S1", "S2") if dice.random() < 0.5}
    start_s = dice.choice(STARTS_S)
    blocks = dice.choice([[""], [""], ["", "b"], ["b"]])
    runs = []
    for line in range(dice.randint(1, 2)):
        stop, then_s = dice.choice(["S1", "S1", "S2"]), start_s + 600 + dice.randint(0, 1) * 60
        calls = [Call("S0", start_s, start_s), Call(stop, then_s, then_s)]
        runs.append(Run(f"L{line}", calls, flag=dice.choice([0, 1, 1]), block=dice.choice(blocks)))
    for _ in range(dice.randint(1, 5)):
        stop, wait_s = dice.choice(["S1", "S1", "S2"]), dice.choice(WAITS_S)
        line, then_s = dice.choice(["L1", "L2", "L2", "L3"]), start_s + 600 + wait_s
        until_s = then_s + dice.choice([300, 360, 600])
        calls = [Call(stop, then_s, then_s), Call("S3", until_s, until_s)]
        again = {"every_s": 120, "until_s": then_s + 240, "exact": True} if dice.randint(0, 7) == 0 else {}
        flag, block = dice.choice([0, 1, 1]), dice.choice(blocks)
        runs.append(Run(line, calls, flag=flag, block=block, **again))
    world = World(runs=runs, at=at, flags=dict.fromkeys(names, 1), parents=parents)
    row_of, routes = list(world.feed().stops["name"]).index, list(dict.fromkeys(run.route for run in runs))
    middle = [row_of(name) for name in ("S1", "S1", "S2", *(("Hub",) if parents else ()))]
    ends = [[n for n, run in enumerate(runs) if (run.calls[0].stop == "S0") == first] for first in (True, False)]
    left, right = ((middle, [routes.index(runs[n].route) for n in end], end) for end in ends)
    return _built(dice, world, names, left, right, dice.randint(0, 7))


def _built(dice: Random, world: World, names: list[str], left: Side, right: Side, n_rules: int) -> tuple[Network, date]:
    """The world as a network, with rows of transfers.txt from ``left`` to ``right``, and what is known of it or not."""
    day = dice.choice([DAY, DAY, CLOCKS_FORWARD, CLOCKS_BACK])
    world.first_day = day - timedelta(days=dice.randint(0, 1))
    world.days, world.zone = 2, ZONE
    feed = world.feed()
    rules = [_rule(dice, left, right) for _ in range(n_rules)]
    if rules:
        feed = replace(feed, transfers=pd.DataFrame(rules).astype("int64"))
    network = build_network([feed], "world", "World")
    if dice.random() < 0.5:
        network = replace(network, knowledge=_knowledge(dice, names, list(feed.routes["id"]), list(feed.trips["id"])))
    return network, day


@cache
def _measured(n_stops: int) -> Knowledge:
    """Buses of every device and the quays of most stops, all invented."""
    stops = World(runs=[Run("L0", [Call(f"S{i}", 60 * i, 60 * i) for i in range(n_stops)])]).network()
    with tempfile.TemporaryDirectory() as folder:
        return surveyed(
            stops,
            Path(folder),
            quays="stop_id,quay_height_m,quay_height_m_tol,gap_m,gap_m_tol\n"
            + "".join(f"S{i},{0.40 if i == 2 else 0.25},0.005,0.03,0.01\n" for i in range(min(n_stops, 4))),
            types="vehicle_type_id,mode,kneel_policy\n" + "".join(f"{kind},bus,never\n" for kind in BUSES),
            doors="vehicle_type_id,door_no,floor_height_m,floor_height_m_tol,floor_height_kneeled_m,inside_steps,device,"
            "ramp_length_m\n" + "".join(f"{kind},{row}\n" for kind, rows in BUSES.items() for row in rows),
        ).knowledge


def _knowledge(dice: Random, stops: list[str], routes: list[str], trips: list[str]) -> Knowledge:
    """Which buses run (several for one route or trip are a mixture), and decisions about single boardings."""
    types = [*BUSES, "low"]
    runs = [Assignment("agency", None, dice.choice(types)) for _ in range(dice.randint(0, 2))]
    for scope, ids, most in (("route", routes, 4), ("trip", trips, 2)):
        runs += [Assignment(scope, dice.choice(ids), dice.choice(types)) for _ in range(dice.randint(0, most))]
    decided = [{"permission": "no"}, {"gap_mm": 30.0}, *({"outcome": one} for one in DECIDED)]
    who = [None, *(f"w:{name}" for name in stops)], [None, *routes], [None, *trips]
    told = [(*map(dice.choice, who), dice.choice(decided)) for _ in range(dice.randint(0, 3))]
    overrides = [Override(stop_id=s, route_id=r, trip_id=t, **what) for s, r, t, what in told if r or t]
    return replace(_measured(len(stops)), assignments=tuple(runs), overrides=tuple(overrides))


def _rule(dice: Random, left: Side, right: Side) -> dict[str, int]:
    """A row of transfers.txt; those about staying aboard name both trips, those about changing mostly both stops.

    ``left`` and ``right`` are the stops, routes and trips that a side may name.
    """
    row = {"type": dice.choice([0, 1, 1, 2, 3, 3, 4, 4, 5]), "min_s": dice.choice([-1, 0, 90, 400])}
    stays = row["type"] >= 4
    for side, (stop, route, trip) in (("from", left), ("to", right)):
        kind = "trip" if stays else dice.choice(["", "route", "trip"])
        row[f"{side}_stop"] = dice.choice(stop) if dice.randint(0, 11) else -1
        row[f"{side}_route"] = dice.choice(route) if kind == "route" else -1
        row[f"{side}_trip"] = dice.choice(trip) if kind == "trip" else -1
    return row


def questions() -> st.SearchStrategy[tuple[Network, Query]]:
    """Networks and questions; hypothesis draws where the dice begin."""
    return st.integers(0, 2**63).map(lambda number: question(Random(number)))


def question(dice: Random) -> tuple[Network, Query]:
    """A network and a question between two of its served stops: from a time, by a time, or in a window."""
    crossing = dice.random() < 0.7
    network, day = crossings(dice) if crossing else networks(dice)
    if crossing:
        a, b = (network.stops.id.row_of[f"w:{name}"] for name in ("S0", "S3"))
    else:
        a, b = _ends(dice, network)
    first_s = int(network.events.departure_s.min())
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE)).astimezone(ZoneInfo("UTC"))
    arrive_by = dice.random() < 0.5
    minutes = dice.randint(-20, -1 if crossing else 10) + (40 if crossing and arrive_by else 90 if arrive_by else 0)
    at = noon + timedelta(seconds=first_s - 12 * 3600, minutes=minutes)
    query = Query(
        _place(network, a),
        _place(network, b),
        at,
        get_profile(dice.choice(PROFILES)),
        dice.choice([Unknown.EXCLUDE, Unknown.PENALISE, Unknown.PENALISE, Unknown.ALLOW]),
        dice.choice([0, 1, 1, 2, 3, 3]),
        arrive_by,
        dice.choice([0, 0, 1200, 2700]),
    )
    return network, query


def _ends(dice: Random, network: Network) -> tuple[int, int]:
    """Two stops, mostly ones that no line joins, so that one has to change."""
    sequences = network.sequences
    lines = [sequences.stop[a:b].tolist() for a, b in pairwise(sequences.stop_offset.tolist())]
    served = sorted({stop for line in lines for stop in line})
    pairs = [(a, b) for a in served for b in served if a != b]
    apart = [(a, b) for a, b in pairs if not any(a in line[:-1] and b in line[1:] for line in lines)]
    return dice.choice(apart if apart and dice.random() < 0.6 else pairs or [(0, 1)])


def _place(network: Network, row: int) -> Place:
    stops = network.stops
    return Place(stops.name[row], float(stops.lat[row]), float(stops.lon[row]), stops.id[row])
