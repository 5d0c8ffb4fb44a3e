"""Why not: the single barrier that, opened, would give the best way.

Exact for one barrier: with the cost from the origin to every node and from every node to the destination, the best way
through one closed link is the least of cost to it + the link + cost from it, over all closed links. Where that is not
enough, more than one must be opened, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from planner.access import walking_formula as formula
from planner.access.walking_reasons import closed_reason
from planner.model import Place, Profile, Reason
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.routing.street_view import SHUT, StreetView, link_row
from planner.routing.walk import FAR
from planner.routing.ways import Tree, grow, seeds_of

NOT_TO_BE_OPENED = (formula.AGAINST, formula.TOO_FAR_OFF, formula.LIFT_AVOIDED)  # nobody could open those
OPENED_M_S = 0.5  # of the plain speed, on what would be opened


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands in the way, and what its opening would give."""

    kind: str  # name of a LinkKind in small letters
    reason: Reason
    street: str | None
    lon: float
    lat: float
    osm: str | None  # "way/123"
    duration_s: float  # of the way that it would open
    distance_m: float
    saved_s: float | None  # beside the best way there is; None: there is none


def find_barrier(
    network: Network,
    origin: Place,
    destination: Place,
    profile: Profile,
    view: StreetView,
    limit_s: float,
    best_s: float,
) -> Barrier | None:
    """Find the one barrier whose opening gives the fastest way; None if one is not enough, or saves nothing.

    Parameters
    ----------
    best_s
        Seconds of the best way that is open, infinite if none is.
    """
    there = grow(view, seeds_of(network, origin, view, towards=False), "fast", limit_s, backwards=False)
    back = grow(view, seeds_of(network, destination, view, towards=True), "fast", limit_s, backwards=True)
    shut = (view.closed != formula.OPEN) & ~np.isin(view.closed, NOT_TO_BE_OPENED)
    edges = np.flatnonzero(shut & (there.cost[view.source] < FAR) & (back.cost[view.target] < FAR))
    if not len(edges):
        return None
    opened_s = view.length_m[edges] / (OPENED_M_S * view.plain_speed_m_s)
    total = there.cost[view.source[edges]] + opened_s + back.cost[view.target[edges]]
    at = int(np.argmin(total))
    seconds, edge = float(total[at]), int(edges[at])
    if seconds >= min(best_s, limit_s):
        return None
    return _tell(view, edge, profile, seconds, best_s, _length(view, there, back, edge))


def _length(view: StreetView, there: Tree, back: Tree, edge: int) -> float:
    metres = float(view.length_m[edge])
    for tree, node in ((there, int(view.source[edge])), (back, int(view.target[edge]))):
        metres += float(tree.sums([node])[1, 0])
    return metres


def _tell(view: StreetView, edge: int, profile: Profile, seconds: float, best_s: float, metres: float) -> Barrier:
    streets, m = view.streets, edge % view.n_links
    links, closed = streets.links, int(view.closed[edge])
    surface = streets.words[int(links.surface[m])] if links.surface[m] >= 0 else None
    if closed == SHUT:
        equipment = int(links.equipment[m])
        reason = Reason(
            "OUT_OF_SERVICE", {"equipment": streets.equipment.name[equipment] or streets.equipment.id[equipment]}
        )
    else:
        reason = closed_reason(
            closed, link_row(streets, profile, m), profile, forward=edge < view.n_links, surface=surface
        )
    low, high = int(streets.point_offset[m]), int(streets.point_offset[m + 1])
    middle = (low + high - 1) // 2
    return Barrier(
        kind=LinkKind(links.kind[m]).name.lower(),
        reason=reason,
        street=_street(view, edge),
        lon=float(streets.point_lon[middle]),
        lat=float(streets.point_lat[middle]),
        osm={1: f"node/{links.osm_id[m]}", 2: f"way/{links.osm_id[m]}"}.get(int(links.osm_type[m])),
        duration_s=seconds,
        distance_m=metres,
        saved_s=best_s - seconds if best_s < inf else None,
    )


def _street(view: StreetView, edge: int) -> str | None:
    """The name of a link, or of one beside it: a kerb has none of its own."""
    links = view.streets.links
    m = edge % view.n_links
    if links.name[m] >= 0:
        return view.streets.words[int(links.name[m])]
    ends = (int(links.tail[m]), int(links.head[m]))
    near = np.flatnonzero(np.isin(links.tail, ends) | np.isin(links.head, ends))
    beside = set(links.tail[near].tolist()) | set(links.head[near].tolist())
    near = np.flatnonzero(np.isin(links.tail, list(beside)) | np.isin(links.head, list(beside)))
    named = [int(links.name[row]) for row in near.tolist() if links.name[row] >= 0]
    return view.streets.words[max(named, key=named.count)] if named else None
