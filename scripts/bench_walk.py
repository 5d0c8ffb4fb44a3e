"""Walking, measured: how long streets take to build, how fast and how often a way is found, another engine beside.

Alone: ``python scripts/bench.py --walking``; as a part of everything: ``make bench``.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, hypot, inf, radians
from pathlib import Path

from planner.access.profiles import PRESETS
from planner.model import ON_FOOT, Place, Profile, Unknown, Verdict
from planner.network.store import open_network
from planner.network.tables import Network
from planner.routing.ask_walk import REACH_M, choose_way, straight_way
from planner.routing.barriers import find_barrier
from planner.routing.street_view import StreetView, street_view
from planner.routing.way_steps import describe_way
from planner.routing.ways import SLOWEST, FoundWay, find_ways, reach_nodes, seeds_of, ways_between_stops
from scripts import demo
from scripts.bench_commands import Commands
from scripts.bench_feeds import embedded_feeds
from scripts.bench_peers import PeerAbsentError
from scripts.bench_streets import BARRED, Extract, build_extract, extract_of, folder_of, measure_streets
from scripts.bench_table import Spread
from scripts.bench_walk_peer import NORTH_M, Compared, Valhalla, compare, valhalla_python

NEAR_M, FAR_M = 100.0, 2500.0  # of a pair, in a straight line: what somebody would ask to walk
ONE_TO_MANY_M = 1500.0
PASSES = 3
CAUSES = 3
CITIES = (BARRED, "Porto Alegre")
TIMED = ("manual-wheelchair", ON_FOOT)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the same pairs got a way, for one profile and one policy."""

    title: str
    profile: str
    policy: str
    pairs: int
    answered: int
    straight: bool  # by the straight line: no streets are known
    causes: tuple[tuple[str, int], ...]  # of pairs without a sure way, the most frequent first


@dataclass(frozen=True, slots=True)
class Speed:
    """How long the search takes on one network for one profile."""

    title: str
    profile: str
    stops: int
    stops_in: int  # the streets: the others lie outside the extract, or too far from every way
    one_to_many_ms: Spread
    table_s: float
    table_rows: int
    judged_ms: float  # all links


@dataclass
class Walking:
    """Everything measured about walking; what is missing was left out, and ``left_out`` says why."""

    extracts: list[Extract] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def measure_walking(commands: Commands, scratch: Path, seed: int, pairs: int, builds: int) -> Walking:
    """Build the extracts and the embedded networks, and ask them."""
    told = Walking(measure_streets(commands, scratch / "streets", builds))
    networks = {title: open_network(path) for title, path in _folders(commands, scratch).items()}
    for title in (title for title in CITIES if title not in networks):
        told.left_out.append(f"walking in {title}: PLAINPIED_TESTDATA holds no extract of it")
    for title, network in networks.items():
        if title in CITIES:
            told.speeds += [measure_speed(network, title, profile, min(pairs, 200), seed) for profile in TIMED]
        told.rates += measure_rates(network, title, pairs, seed)
    return told


def measure_beside(commands: Commands, scratch: Path, cache: Path, seed: int, pairs: int) -> Compared:
    """Ask Valhalla the same as ourselves.

    Raises
    ------
    PeerAbsentError
        It cannot be installed, or the extract is not here.
    """
    extract = extract_of(BARRED)
    if extract is None:
        raise PeerAbsentError(f"there is no extract of {BARRED}")
    python = valhalla_python(cache)
    network = open_network(build_extract(commands, BARRED))
    peer = Valhalla(python, extract, scratch / "valhalla")
    try:
        return compare(network, BARRED, draw_pairs(network, max(pairs // 2, 10), seed + 1), extract, peer)
    finally:
        peer.close()


def _folders(commands: Commands, scratch: Path) -> dict[str, Path]:
    """Name the networks to ask, the embedded ones built here as the demonstration builds them."""
    folders = {title: commands.networks / folder_of(title) for title in CITIES if extract_of(title) is not None}
    feeds = scratch / "walking"
    feeds.mkdir()
    for feed in embedded_feeds(feeds):
        streets = demo.ROOT / "data" / feed.key / "streets.osm"
        commands.run([*feed.command(feeds), *(["--osm", str(streets)] if streets.exists() else [])])
        folders[feed.title] = feeds / feed.key
    return folders


def draw_pairs(network: Network, number: int, seed: int) -> list[tuple[Place, Place]]:
    """Draw pairs of street corners, or of stops where no street is known."""
    rng, streets = random.Random(seed), network.streets  # noqa: S311
    lon, lat = (streets.node_lon, streets.node_lat) if streets.known else (network.stops.lon, network.stops.lat)
    east = NORTH_M * cos(radians(float(lat.mean())))
    pairs: list[tuple[Place, Place]] = []
    for _ in range(1000 * number):
        a, b = rng.randrange(len(lon)), rng.randrange(len(lon))
        apart_m = hypot((lon[a] - lon[b]) * east, (lat[a] - lat[b]) * NORTH_M)
        if NEAR_M <= apart_m <= FAR_M:
            first, last = (Place(str(n), float(lat[n]), float(lon[n])) for n in (a, b))
            pairs.append((first, last))
            if len(pairs) == number:
                return pairs
    raise ValueError(f"{network.name} has not {number} pairs {NEAR_M:.0f} to {FAR_M:.0f} m apart")


def measure_rates(network: Network, title: str, number: int, seed: int) -> list[Rate]:
    """Ask the same pairs for every profile under every policy."""
    pairs = draw_pairs(network, number, seed)
    return [rate for profile in PRESETS.values() for rate in _rates(network, title, pairs, profile)]


def _rates(network: Network, title: str, pairs: Sequence[tuple[Place, Place]], who: Profile) -> list[Rate]:
    """Look for the ways of each pair once, as `ask_walk` does, and choose under every policy."""
    answered, causes = Counter[Unknown](), Counter[str]()
    view = street_view(network, who) if network.streets.known else None
    for origin, destination in pairs:
        if view is None:
            doubtful = straight_way(origin, destination, who).way.doubts > 0
            answered.update(policy for policy in Unknown if not (doubtful and policy is Unknown.EXCLUDE))
            causes.update(["STRAIGHT_LINE"] if doubtful else [])
            continue
        ways = find_ways(network, origin, destination, view, REACH_M)
        chosen = {policy for policy in Unknown if choose_way(ways, policy) is not None}
        answered.update(chosen)
        if Unknown.EXCLUDE not in chosen:
            causes.update(_causes(network, (origin, destination), who, view, ways))
    straight = view is None
    return [
        Rate(title, who.id, policy.value, len(pairs), answered[policy], straight, tuple(causes.most_common(CAUSES)))
        for policy in Unknown
    ]


def _causes(
    network: Network, pair: tuple[Place, Place], who: Profile, view: StreetView, ways: Sequence[FoundWay]
) -> set[str]:
    """Say what stands in a sure way: each kind of doubt on the fastest, or the barrier; one pair may have several."""
    if ways:
        steps = describe_way(view, ways[0], pair, who).way.steps
        codes = {reason.code for step in steps for reason in step.reasons if step.verdict is not Verdict.YES}
        return codes or {"SURFACE_UNKNOWN"}  # no link is a doubt: then it is the 200 m without a surface
    if not find_ways(network, *pair, street_view(network, PRESETS[ON_FOOT]), REACH_M):
        return {"NOT_CONNECTED"}
    barrier = find_barrier(network, *pair, who, view, SLOWEST * REACH_M / who.speed_m_s, inf)
    return {"SEVERAL_BARRIERS" if barrier is None else barrier.reason.code}


def measure_speed(network: Network, title: str, profile: str, number: int, seed: int) -> Speed:
    """Time ways from random corners to all stops, the table of ways between stops, and the judging of all links.

    Origins are looked up in the index within the time. Of each the best of several passes counts.
    """
    who = PRESETS[profile]
    judged_s = []
    for _ in range(PASSES):
        network = replace(network)  # views are kept by network: this one has none
        started = time.perf_counter()
        view = street_view(network, who)
        judged_s.append(time.perf_counter() - started)
    joined = network.streets.stop_node >= 0
    nodes = network.streets.stop_node[joined]
    places = [pair[0] for pair in draw_pairs(network, number, seed)]
    took: list[list[float]] = []
    for _ in range(PASSES + 1):
        took.append([])
        for place in places:
            started = time.perf_counter()
            seeds = seeds_of(network, place, view, towards=False)
            reach_nodes(view, seeds, nodes, ONE_TO_MANY_M, backwards=False)
            took[-1].append((time.perf_counter() - started) * 1000)
    tables_s = []
    for _ in range(PASSES):
        ways_between_stops.cache_clear()
        started = time.perf_counter()
        ways = ways_between_stops(network, who, None)
        tables_s.append(time.perf_counter() - started)
    best = [min(times) for times in zip(*took[1:], strict=True)]
    times = Spread.of(best), min(tables_s)
    return Speed(title, profile, len(joined), int(joined.sum()), *times, len(ways.to), 1000 * min(judged_s))
