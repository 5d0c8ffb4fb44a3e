"""The walking network as one traveller may use it at one moment: every link judged, arranged for the search."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.walking import barrier_class, ground_of, person_columns, smoothness_of
from planner.model import Profile
from planner.network.streets import LinkKind, Streets
from planner.network.tables import Ints, Longs, Network

UNSEEN_KINDS = (LinkKind.WAY, LinkKind.ROAD, LinkKind.AREA, LinkKind.STEP_RAMP, LinkKind.JOIN)
SHUT = 16  # a code beside those of the formula: the equipment does not run now

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Half-edges by the node from which the search comes to them (CSR), the same for every traveller."""

    offset: Longs  # [N + 1]
    edge: Ints  # [2M]
    head: Ints  # [2M] the node on the other side


@dataclass(frozen=True, eq=False)
class StreetView:
    """What each half-edge is to a traveller; half-edge m is link m forward, M + m backward."""

    streets: Streets
    closed: NDArray[np.int8]  # formula.OPEN, or why not
    seconds: Singles
    effort_m: Singles
    doubt: NDArray[np.uint8]
    unknown: NDArray[np.int16]
    unseen_m: Singles  # length of which nobody knows the surface
    source: Ints
    target: Ints
    plain_speed_m_s: float
    unlimited: bool  # the traveller has no limits: nothing is a doubt
    kept: dict[tuple[str, bool], Singles] = field(default_factory=dict)

    @property
    def n_links(self) -> int:
        """M."""
        return len(self.streets.links.kind)

    @cached_property
    def length_m(self) -> Singles:
        """Length of each half-edge."""
        return np.concatenate([self.streets.links.length_m] * 2)

    @cached_property
    def doubtful(self) -> Singles:
        """1 for a half-edge that is a doubt by itself."""
        return (self.doubt > formula.SURE).astype(np.float32)

    def arranged(self, *, backwards: bool) -> Arrangement:
        """Half-edges by the node that they leave, or for a search from the destination that they reach."""
        return _arranged(self.streets, backwards)

    @cached_property
    def fast(self) -> Singles:
        """Seconds of each half-edge, infinite if closed; effort breaks ties."""
        return np.where(self.closed == formula.OPEN, self.seconds + 1e-4 * self.effort_m, np.inf).astype(np.float32)

    @cached_property
    def sure(self) -> Singles:
        """The same, without those that are a doubt."""
        return np.where(self.doubt > formula.SURE, np.float32(np.inf), self.fast)

    @cached_property
    def seen(self) -> Singles:
        """What leads to the way with the least metres of unknown surface among those without other doubt."""
        return np.where(np.isfinite(self.sure), self.unseen_m + 1e-4 * self.seconds, np.inf).astype(np.float32)

    @cached_property
    def least(self) -> Singles:
        """Metres of unknown surface alone: exact where ``seen``, which breaks ties by time, finds too many."""
        return np.where(np.isfinite(self.sure), self.unseen_m, np.float32(np.inf))

    @cached_property
    def values(self) -> Singles:
        """Seconds, metres, unknown metres and doubts of each half-edge, to be summed along a way; [4, 2M]."""
        told = np.stack([self.seconds, self.length_m, self.unseen_m, self.doubtful])
        return np.where(np.isfinite(told), told, 0).astype(np.float32)

    def weights(self, name: str, *, backwards: bool) -> Singles:
        """``fast``, ``sure``, ``seen`` or ``least`` in the order of an arrangement; kept, as many searches ask."""
        key = name, backwards
        if key not in self.kept:
            self.kept[key] = getattr(self, name)[self.arranged(backwards=backwards).edge]
        return self.kept[key]


def street_view(
    network: Network,
    profile: Profile,
    at_s: int | None = None,
    *,
    avoid_lifts: bool = False,
    without: frozenset[int] = frozenset(),
) -> StreetView:
    """Judge every link for a traveller; the last few views are kept.

    Parameters
    ----------
    at_s
        Moment in seconds since 1970 UTC, for what is out of service then; None: nothing is.
    without
        Rows of equipment that is taken not to run, besides.
    """
    return _street_view(network, profile, shut_at(network, at_s) | without, avoid_lifts)


def shut_at(network: Network, at_s: int | None) -> frozenset[int]:
    """Rows of the equipment that does not run at a moment."""
    equipment = network.streets.equipment
    if at_s is None or not len(equipment.closed_equipment):
        return frozenset()
    now = (equipment.closed_from_s <= at_s) & (at_s < equipment.closed_until_s)
    return frozenset(equipment.closed_equipment[now].tolist())


@lru_cache(maxsize=16)
def _street_view(network: Network, profile: Profile, shut: frozenset[int], avoid_lifts: bool) -> StreetView:
    streets = network.streets
    links = streets.links
    return StreetView(
        streets=streets,
        **_judged(streets, profile, shut, np.arange(len(links.kind)), avoid_lifts=avoid_lifts)._asdict(),
        source=np.concatenate([links.tail, links.head]),
        target=np.concatenate([links.head, links.tail]),
        plain_speed_m_s=profile.speed_m_s,
        unlimited=bool(person_columns(profile)[formula.UNLIMITED]),
    )


def judge_anew(view: StreetView, streets: Streets, profile: Profile, shut: frozenset[int], links: Longs) -> StreetView:
    """Give the same view with some links (rows) as they are in other streets with the same nodes and links."""
    parts, at = {}, np.concatenate((links, view.n_links + links))
    for name, values in _judged(streets, profile, shut, links)._asdict().items():
        parts[name] = getattr(view, name).copy()
        parts[name][at] = values
    return replace(view, **parts, kept={})


class _Judged(NamedTuple):
    """Half-edges of some links, first all forward, then all backward; as in StreetView."""

    closed: NDArray[np.int8]
    seconds: Singles
    effort_m: Singles
    doubt: NDArray[np.uint8]
    unknown: NDArray[np.int16]
    unseen_m: Singles


def _judged(
    streets: Streets, profile: Profile, shut: frozenset[int], at: Longs, *, avoid_lifts: bool = False
) -> _Judged:
    links = streets.links
    person = person_columns(profile, avoid_lifts=avoid_lifts)
    closed, seconds, effort_m, doubt, unknown = formula.judge_all(_columns(streets, profile, at), person)
    passable = np.concatenate([links.forward[at], links.backward[at]])
    closed = np.where(passable | (closed != formula.OPEN), closed, formula.AGAINST).astype(np.int8)
    if shut:
        down = np.isin(links.equipment[at], list(shut))
        closed = np.where(np.concatenate([down, down]), SHUT, closed).astype(np.int8)
    unseen = np.isin(links.kind[at], UNSEEN_KINDS)
    unseen_m = np.where(
        np.concatenate([unseen, unseen]) & (unknown & formula.U_SURFACE > 0),
        np.concatenate([links.length_m[at]] * 2),
        0,
    )
    return _Judged(closed, seconds, effort_m, doubt, unknown, unseen_m.astype(np.float32))


@lru_cache(maxsize=8)
def _arranged(streets: Streets, backwards: bool) -> Arrangement:
    tail, head = streets.links.tail, streets.links.head
    near, far = np.concatenate([tail, head]), np.concatenate([head, tail])
    if backwards:
        near, far = far, near
    order = np.argsort(near, kind="stable")
    counts = np.bincount(near, minlength=len(streets.node_lon))
    offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Arrangement(offset, order.astype(np.int32), far[order].astype(np.int32))


def link_columns(streets: Streets, profile: Profile) -> NDArray[np.float64]:
    """Give all links as the formula has them; what words mean depends on the traveller."""
    return _columns(streets, profile, np.arange(len(streets.links.kind)))


def link_row(streets: Streets, profile: Profile, link: int) -> NDArray[np.float64]:
    """Give one link as the formula has it."""
    row: NDArray[np.float64] = _columns(streets, profile, np.array([link]))[0]
    return row


def _columns(streets: Streets, profile: Profile, at: NDArray[np.int64]) -> NDArray[np.float64]:
    links = streets.links
    rows = np.full((len(at), formula.LINK_WIDTH), np.nan)
    for column, values in (
        (formula.KIND, links.kind),
        (formula.LENGTH_M, links.length_m),
        (formula.INCLINE_LOW, links.incline_low),
        (formula.INCLINE_HIGH, links.incline_high),
        (formula.INCLINE_FROM, links.incline_from),
        (formula.CROSS_LOW, links.cross_low),
        (formula.CROSS_HIGH, links.cross_high),
        (formula.WIDTH_LOW, links.width_low_mm),
        (formula.WIDTH_HIGH, links.width_high_mm),
        (formula.KERB_LOW, links.kerb_low_mm),
        (formula.KERB_HIGH, links.kerb_high_mm),
        (formula.STEPS, links.steps),
        (formula.ALLOWED, links.allowed),
        (formula.LEVELS, links.level_high[at] - links.level_low[at]),
        (formula.DURATION, links.duration_s),
        (formula.CONVEYING, links.conveying),
    ):
        rows[:, column] = values if column == formula.LEVELS else values[at]
    for column, which, meaning, unknown in (
        (formula.GROUND, links.surface, lambda word: ground_of(word, profile), formula.GROUND_UNKNOWN),
        (formula.SMOOTH, links.smoothness, lambda word: smoothness_of(word, profile), formula.SMOOTH_UNKNOWN),
        (formula.BARRIER_CLASS, links.detail, barrier_class, formula.GATE),
    ):
        used, row = np.unique(which[at], return_inverse=True)
        told = [meaning(streets.words[int(word)]) if word >= 0 else unknown for word in used.tolist()]
        rows[:, column] = np.array(told, np.int64)[row]
    lifts = links.equipment[at] >= 0
    equipment = links.equipment[at][lifts]
    for column, values in (
        (formula.CABIN_WIDTH, streets.equipment.width_mm),
        (formula.CABIN_LENGTH, streets.equipment.length_mm),
        (formula.CABIN_DOOR, streets.equipment.door_mm),
        (formula.CABIN_LOAD, streets.equipment.load_kg),
    ):
        rows[lifts, column] = values[equipment]
    return rows
