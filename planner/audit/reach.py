"""How far each traveller comes: islands of stops, destinations against those of somebody on foot, and what cuts off.

Without any doubt (``Unknown.EXCLUDE``) and at best (``Unknown.ALLOW``) are told apart: the truth lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from planner.model import Profile, Unknown
from planner.network.tables import Ints, Longs, Network

WITHIN_MIN = (30, 45, 60)
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

    id: str  # "facility:...", "pathway:A|B", "osm:way/1#0": stable
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
    raise NotImplementedError


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
    raise NotImplementedError


def find_failures(network: Network, days: Sequence[date], profiles: Sequence[Profile]) -> list[Failure]:
    """Find the single points of failure of each profile, worst first: in stations and in the streets before them."""
    raise NotImplementedError
