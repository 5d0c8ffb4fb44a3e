"""What to fix first: what each change would bring, which set of changes brings most, and the network after them.

Two measures are exact for every candidate: **boardings** (getting on and getting off, by the day) that turn into YES,
and **rides** (a trip with a stop to get on and one to get off, both YES). A third is dear and told for the best
candidates alone: pairs of stops that lie within 45 minutes of each other only after the change, and the time saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from planner.audit.reach import Progress
from planner.model import Profile
from planner.network.tables import Network

HEIGHTS_MM = (180.0, 210.0)  # usual heights of raised quays in France: guidance
PAIRS_WITHIN_S = 45 * 60
COMPUTED = 200  # candidates whose pairs are worked out


class FixKind(StrEnum):
    """What is changed."""

    RAISE_QUAY = "RAISE_QUAY"  # to value_mm
    SURVEY_QUAY = "SURVEY_QUAY"  # and it is found to be value_mm, the most favourable height: an upper bound
    LOWER_KERB = "LOWER_KERB"  # to value_mm
    EQUIP_VEHICLE = "EQUIP_VEHICLE"  # a powered ramp at every door
    REPAIR_LIFT = "REPAIR_LIFT"


@dataclass(frozen=True, slots=True)
class Fix:
    """One change of the network."""

    kind: FixKind
    subject_id: str  # public stop id, vehicle_type_id, id of the equipment, or "osm:way/1#0" of a kerb
    value_mm: float | None = None  # of a quay or kerb

    @property
    def id(self) -> str:
        """The same in every run."""
        value = "" if self.value_mm is None else f"@{self.value_mm:g}"
        return f"{self.kind.value.lower()}:{self.subject_id}{value}"


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings one profile; a day, as the mean of the named days."""

    profile_id: str
    boardings: float  # turned into YES
    lost: float  # boardings that were YES and are no more: a quay too high for a low floor
    rides: float  # more trips with both ends YES, by pair of stops
    pairs: int | None  # pairs of stops newly within 45 minutes, summed over the moments; None: not computed
    saved_s: int | None  # seconds saved between pairs that were within 45 minutes before, summed; None: not computed


@dataclass(frozen=True, slots=True)
class RankedFix:
    """A candidate with what it brings everybody."""

    fix: Fix
    name: str
    owner: str | None  # None: not said
    needed_mm: float | None  # how much higher (or lower, of a kerb) than the middle of what is known; None: not known
    cost: float | None  # as given, without a unit of ours; None: not given
    lon: float
    lat: float
    gains: tuple[Gain, ...]  # by profile
    pairs_bound: int | None  # no more pairs than that, over all profiles; None: no bound was worked out

    @property
    def boardings(self) -> float:
        """Turned into YES less lost, over all profiles."""
        return sum(gain.boardings - gain.lost for gain in self.gains)

    @property
    def rides(self) -> float:
        """Over all profiles."""
        return sum(gain.rides for gain in self.gains)

    @property
    def pairs(self) -> int | None:
        """Over all profiles; None: not computed."""
        known = [gain.pairs for gain in self.gains if gain.pairs is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set of changes, in the order in which they were chosen, with what all of them together bring."""

    fixes: tuple[Fix, ...]
    gains: tuple[Gain, ...]  # of the whole set, recomputed; pairs are not computed
    cost: float | None  # of the whole set; None: no costs were given
    grown: tuple[float, ...]  # rides over all profiles after each fix or bundle

    @property
    def rides(self) -> float:
        """Over all profiles."""
        return sum(gain.rides for gain in self.gains)


@dataclass(frozen=True, slots=True)
class FixQuestion:
    """For whom, when, and at what cost."""

    profiles: tuple[Profile, ...]
    days: tuple[date, ...]
    moments: tuple[datetime, ...] = ()  # for pairs of stops; none: they are not computed
    costs: Mapping[str, float] | None = (
        None  # by Fix.id, by kind (RAISE_QUAY), or by subject id, the first that is there
    )
    computed: int = COMPUTED


def rank_fixes(network: Network, question: FixQuestion, progress: Progress | None = None) -> list[RankedFix]:
    """Give every candidate that brings something, the best first (rides, then boardings)."""
    raise NotImplementedError


def best_set(network: Network, question: FixQuestion, most: int | None = None, budget: float | None = None) -> Chosen:
    """Choose at most so many fixes, or as many as a budget pays, that bring most rides together."""
    raise NotImplementedError


def by_owner(ranked: Iterable[RankedFix]) -> dict[str | None, list[RankedFix]]:
    """Group candidates by who owns the place, in their order; None: nobody is named."""
    raise NotImplementedError


def apply_fixes(network: Network, fixes: Sequence[Fix], days: Sequence[date]) -> Network:
    """Give the network as it would be after the changes; the one given stays as it is."""
    raise NotImplementedError


def parse_changes(text: str) -> list[Fix]:
    """Read the text of changes.csv: columns kind, id and value_mm.

    Raises
    ------
    FeedError
        With every fault of the table.
    """
    raise NotImplementedError
