"""How far each traveller comes: islands of stops, destinations against those of somebody on foot, and what cuts off.

Without any doubt (``Unknown.EXCLUDE``) and at best (``Unknown.ALLOW``) are told apart: the truth lies between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from planner.access.profiles import get_profile
from planner.access.walking_formula import OPEN
from planner.audit.failures import Edge, find_cuts
from planner.audit.pathways import ENTRANCE, QUAY
from planner.audit.subjects import link_ids, running_on
from planner.model import ON_FOOT, Place, Profile, Unknown
from planner.network.streets import LinkKind
from planner.network.tables import Ints, Longs, Network
from planner.routing.compile import View, profile_view
from planner.routing.many import Batch, all_stops, travel_at_each
from planner.routing.reach import ReachQuery
from planner.routing.state import CLOSED, NEVER
from planner.routing.street_view import StreetView, street_view

WITHIN_MIN = (30, 45, 60)
ON_THE_GROUND = (LinkKind.WAY, LinkKind.ROAD, LinkKind.CROSSING, LinkKind.AREA, LinkKind.KERB, LinkKind.BARRIER)
Progress = Callable[[int, int], None]  # how much is done, of how much


class Standing(StrEnum):
    """How a stop lies to the main part, the largest set of stops between which one can go both ways."""

    MAIN = "MAIN"
    NO_WAY_OUT = "NO_WAY_OUT"  # reached from the main part, and no way back
    NO_WAY_IN = "NO_WAY_IN"  # left for the main part, and never reached from it
    CUT_OFF = "CUT_OFF"  # neither


@dataclass(frozen=True, eq=False)
class Components:
    """Sets of stops between which a traveller can go both ways on one day, by some trips and walks between stops."""

    profile_id: str
    unknown: Unknown
    component: Longs  # [S] 0 the largest, then by size; -1: not served that day
    sizes: Longs  # [components]
    standing: tuple[Standing | None, ...]  # [S] None: not served that day

    def rows(self, standing: Standing) -> list[int]:
        """Give the stops (rows) of this standing."""
        return [row for row, one in enumerate(self.standing) if one is standing]


@dataclass(frozen=True, eq=False)
class Gap:
    """Destinations and times of one traveller against those on foot, at several moments; N origins.

    A destination is another served stop; waiting counts. M moments, W limits of ``WITHIN_MIN``.
    """

    profile_id: str
    unknown: Unknown
    moments: tuple[datetime, ...]
    stop: Longs  # [N] row of Network.stops
    reached: Ints  # [M, W, N] destinations within so many minutes
    on_foot: Ints  # [M, W, N] the same on foot
    both: Ints  # [M, N] destinations that both reach within the last limit
    extra_s: NDArray[np.float32]  # [M, N] median of how much longer the way to those is; NaN where there are none


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing without which a quay is cut off from the street, or the street from a quay, for one traveller."""

    id: str  # "facility:...", "pathway:A|B" of two stops, "street:way/1#0a1b2c3d": stable
    kind: str  # lift | pathway | street
    name: str  # empty: it has none
    profile_id: str
    way_in: tuple[str, ...]  # public ids of the quays not reached without it
    way_out: tuple[str, ...]  # of those not left without it
    stops: tuple[str, ...]  # both together
    trips: int  # that call at one of them on the named days; 0 in a feed without trips
    lon: float
    lat: float


def find_components(network: Network, day: date, profile: Profile, unknown: Unknown = Unknown.EXCLUDE) -> Components:
    """Find the islands of one traveller; what stands in the way is boarding, and the walk between two stops."""
    view = profile_view(network, day, profile, unknown)
    served = np.unique(view.stop_of[view.riding.stop])
    graph = nx.DiGraph()
    graph.add_nodes_from(served.tolist())
    graph.add_edges_from(_moves(view, len(network.stops.id)))
    parts = list(nx.strongly_connected_components(graph))
    condensed = nx.condensation(graph, parts)
    n_stops = len(network.stops.id)
    is_served = np.zeros(n_stops, np.bool_)
    is_served[served] = True
    stops_of = [sorted(node for node in part if node < n_stops and is_served[node]) for part in parts]
    order = sorted((n for n, stops in enumerate(stops_of) if stops), key=lambda n: (-len(stops_of[n]), stops_of[n][0]))
    component = np.full(n_stops, -1, np.int64)
    standing: list[Standing | None] = [None] * n_stops
    if not order:
        return Components(profile.id, unknown, component, np.empty(0, np.int64), tuple(standing))
    after, before = nx.descendants(condensed, order[0]), nx.ancestors(condensed, order[0])
    told = {
        (True, True): Standing.MAIN,  # the main part itself: what lies both after and before it belongs to it
        (True, False): Standing.NO_WAY_OUT,
        (False, True): Standing.NO_WAY_IN,
        (False, False): Standing.CUT_OFF,
    }
    for number, part in enumerate(order):
        component[stops_of[part]] = number
        own = number == 0
        for stop in stops_of[part]:
            standing[stop] = told[own or part in after, own or part in before]
    return Components(
        profile.id, unknown, component, np.array([len(stops_of[n]) for n in order], np.int64), tuple(standing)
    )


def measure_gap(
    network: Network,
    moments: Sequence[datetime],
    profiles: Sequence[Profile],
    unknowns: Sequence[Unknown] = (Unknown.EXCLUDE, Unknown.ALLOW),
    progress: Progress | None = None,
) -> list[Gap]:
    """Compare every stop's destinations with those on foot, for each profile and attitude to doubts.

    Raises
    ------
    QueryError
        A moment has no offset or lies in another age.
    """
    places = all_stops(network)
    stop = np.array([network.stops.id.row_of[str(place.stop_id)] for place in places], np.int64)
    if not places or not moments:
        return []
    asked = [(profile, unknown) for profile in profiles for unknown in unknowns]
    shape = len(moments), len(WITHIN_MIN), len(places)
    gaps = [
        Gap(
            profile.id, unknown, tuple(moments), stop, np.zeros(shape, np.int32), np.zeros(shape, np.int32),
            np.zeros((shape[0], shape[2]), np.int32), np.full((shape[0], shape[2]), np.nan, np.float32),
        )
        for profile, unknown in asked
    ]  # fmt: skip
    on_foot = _batches(network, get_profile(ON_FOOT), Unknown.ALLOW, moments, places)
    theirs = [_batches(network, profile, unknown, moments, places) for profile, unknown in asked]
    for foot, *batches in zip(on_foot, *theirs, strict=True):
        for gap, batch in zip(gaps, batches, strict=True):
            _compare(gap, foot, batch)
        if progress is not None:
            progress(foot[0].first + len(foot[0]), len(places))
    return gaps


def find_failures(network: Network, days: Sequence[date], profiles: Sequence[Profile]) -> list[Failure]:
    """Find the single points of failure of each profile, most trips first: in stations and in streets before quays.

    The street is what lies behind the entrances of stations, and the part of the streets in which every two places
    have two ways between them; the line that we draw from a stop to its way cannot fail.
    """
    if not network.streets.known:
        return []
    trips_at = _trips_at(network, days)
    elements = _elements(network)
    found: list[Failure] = []
    for profile in profiles:
        edges, roots, stops_of = _edges(network, profile, elements)
        cuts = find_cuts(edges, roots, stops_of)
        for element in sorted({*cuts.way_in, *cuts.way_out} & elements.told.keys(), key=str):
            ends = [
                tuple(sorted(stop for node in cut.get(element, ()) for stop in stops_of[node]))
                for cut in (cuts.way_in, cuts.way_out)
            ]
            stops = tuple(sorted({*ends[0], *ends[1]}))
            sequences = {q for stop in stops for q in trips_at.sequences.get(network.stops.id.row_of[stop], ())}
            kind, name, lon, lat = elements.told[element]
            trips = sum(trips_at.running[q] for q in sequences)
            found.append(Failure(str(element), kind, name, profile.id, ends[0], ends[1], stops, trips, lon, lat))
    return sorted(found, key=lambda one: (-one.trips, -len(one.stops), one.id, one.profile_id))


def _batches(
    network: Network, profile: Profile, unknown: Unknown, moments: Sequence[datetime], places: Sequence[Place]
) -> Iterator[list[Batch]]:
    query = ReachQuery(places[0], moments[0], profile, unknown, within_s=60 * WITHIN_MIN[-1])
    return travel_at_each(network, query, places, places, moments)


def _compare(gap: Gap, foot: Sequence[Batch], own: Sequence[Batch]) -> None:
    """Count what some origins reach, at each moment."""
    for m, (walker, traveller) in enumerate(zip(foot, own, strict=True)):
        first, last = walker.first, walker.first + len(walker)
        walked_s, way_s = walker.way_s[:, -1], traveller.way_s[:, -1]
        itself = np.arange(last - first), np.arange(first, last)  # origins are the targets, in the same order
        for w, minutes in enumerate(WITHIN_MIN):
            for counts, seconds in ((gap.on_foot, walked_s), (gap.reached, way_s)):
                within = seconds <= 60 * minutes
                within[itself] = False
                counts[m, w, first:last] = within.sum(axis=1)
        both = (walked_s != NEVER) & (way_s != NEVER)
        both[itself] = False
        gap.both[m, first:last] = both.sum(axis=1)
        for o in np.flatnonzero(both.any(axis=1)).tolist():
            here = both[o]
            gap.extra_s[m, first + o] = np.median(way_s[o, here].astype(np.int64) - walked_s[o, here])


def _moves(view: View, n_stops: int) -> Iterator[tuple[int, int]]:
    """Give every move of a day: from a stop aboard, on to the next call, off to a stop, and on foot to another.

    A node is a stop, or ``n_stops`` and a position of a variant: to be aboard there.
    """
    riding, walking = view.riding, view.walking
    n = len(riding.stop)
    stop = view.stop_of[riding.stop].astype(np.int64)
    position = np.arange(n)
    begins, ends = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    begins[riding.stop_offset[:-1]] = True
    ends[riding.stop_offset[1:] - 1] = True
    on, off = (riding.board != CLOSED) & ~ends, (riding.alight != CLOSED) & ~begins
    yield from zip(stop[on].tolist(), (n_stops + position[on]).tolist(), strict=True)
    yield from zip((n_stops + position[off]).tolist(), stop[off].tolist(), strict=True)
    further = position[~ends]
    yield from zip((n_stops + further).tolist(), (n_stops + further + 1).tolist(), strict=True)
    origin = np.repeat(np.arange(len(walking.offset) - 1), np.diff(walking.offset))
    yield from zip(view.stop_of[origin].tolist(), view.stop_of[walking.to].tolist(), strict=True)
    for v in np.flatnonzero(riding.run_offset >= 0).tolist():  # who stays aboard rides on as another variant
        first = int(riding.run_offset[v])
        rows = list(range(first, first + int(riding.n_runs[v])))
        for row in rows:
            if riding.next_more[row] >= 0:
                rows.append(int(riding.next_more[row]))
            if riding.next_variant[row] >= 0:
                aboard = n_stops + int(riding.stop_offset[v + 1]) - 1
                yield aboard, n_stops + int(riding.stop_offset[riding.next_variant[row]])


@dataclass(frozen=True, eq=False)
class _Elements:
    """What each link stands for when it fails; a link that cannot fail has an element that is not told."""

    of_link: tuple[str, ...]
    told: dict[Hashable, tuple[str, str, float, float]]  # kind, name, lon, lat


@dataclass(frozen=True, eq=False)
class _TripsAt:
    sequences: dict[int, set[int]]  # by row of the stop
    running: dict[int, int]  # trips of each sequence on the days


def _elements(network: Network) -> _Elements:
    streets, links = network.streets, network.streets.links
    ids, own = link_ids(network), {row.get("pathway_id", "") for row in network.pathways.rows()}
    stop_at = {int(node): network.stops.id[row] for row, node in enumerate(streets.stop_node.tolist()) if node >= 0}
    of_link: list[str] = []
    told: dict[Hashable, tuple[str, str, float, float]] = {}
    columns = (links.kind, links.osm_type, links.equipment, links.tail, links.head, links.name)
    for row, (kind, osm_type, equipment, tail, head, name) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        facility = streets.equipment.id[equipment] if equipment >= 0 else ""
        word = streets.words[name] if name >= 0 else ""
        if kind == LinkKind.JOIN:
            of_link.append(f"join:{row}")
            continue
        if facility and facility not in own:
            id_, word = f"facility:{facility}", streets.equipment.name[equipment]
        elif not osm_type and tail in stop_at and head in stop_at:
            id_ = "pathway:" + "|".join(sorted((stop_at[tail], stop_at[head])))
        else:
            id_ = f"street:{ids[row]}"
        of_link.append(id_)
        what = "lift" if kind == LinkKind.LIFT else id_.partition(":")[0]
        told.setdefault(id_, (what, word, float(streets.node_lon[tail]), float(streets.node_lat[tail])))
    return _Elements(tuple(of_link), told)


def _edges(
    network: Network, profile: Profile, elements: _Elements
) -> tuple[list[Edge], set[Hashable], dict[Hashable, list[str]]]:
    """Give the half-edges open to a traveller outside of the street, where they leave the street, and the quays."""
    view = street_view(network, profile)
    stops, node_of = network.stops, network.streets.stop_node
    entrances = node_of[(stops.location_type == ENTRANCE) & (node_of >= 0)]
    street = _street(view) | set(entrances.tolist())
    quays: dict[Hashable, list[str]] = {}
    for row in np.flatnonzero((stops.location_type == QUAY) & (node_of >= 0)).tolist():
        if int(node_of[row]) not in street:
            quays.setdefault(int(node_of[row]), []).append(stops.id[row])
    edges: list[Edge] = []
    roots: set[Hashable] = set()
    for half in np.flatnonzero(view.closed == OPEN).tolist():
        tail, head = int(view.source[half]), int(view.target[half])
        if tail in street and head in street:
            continue
        # every way off the street is a root of its own, so that what hangs on it is looked at by itself
        ends: list[Hashable] = [("street", half) if end in street else end for end in (tail, head)]
        roots.update(end for end in ends if isinstance(end, tuple))
        edges.append(Edge(ends[0], ends[1], elements.of_link[half % view.n_links]))
    return edges, roots, quays


def _street(view: StreetView) -> set[int]:
    """Give the nodes of the largest part of the streets that no single link cuts, by links open both ways."""
    links = view.streets.links
    ground = (links.osm_type > 0) & np.isin(links.kind, ON_THE_GROUND)
    both = ground & (view.closed[: view.n_links] == OPEN) & (view.closed[view.n_links :] == OPEN)
    pairs = Counter(
        (min(ends), max(ends))
        for ends in zip(links.tail[both].tolist(), links.head[both].tolist(), strict=True)
        if ends[0] != ends[1]
    )
    graph = nx.Graph(pairs.keys())
    alone = [ends for ends in nx.bridges(graph) if pairs[min(ends), max(ends)] == 1]
    graph.remove_edges_from(alone)
    return max(nx.connected_components(graph), key=len, default=set()) if len(graph) else set()


def _trips_at(network: Network, days: Sequence[date]) -> _TripsAt:
    sequences, running = network.sequences, Counter[int]()
    for day in days:
        running.update(network.trips.sequence[running_on(network, day)].tolist())
    at: dict[int, set[int]] = {}
    for q in running:
        for stop in sequences.stop[int(sequences.stop_offset[q]) : int(sequences.stop_offset[q + 1])].tolist():
            at.setdefault(stop, set()).add(q)
    return _TripsAt(at, dict(running))
