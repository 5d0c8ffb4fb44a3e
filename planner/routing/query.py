"""The question and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from planner.model import MAX_TRANSFERS, Itinerary, Place, Profile, Reason, Unknown


@dataclass(frozen=True, slots=True)
class Query:
    """What a traveller asks.

    ``at`` is a moment with offset: of the departure, or with ``arrive_by`` of the arrival. ``window_s`` opens a
    window from there (to earlier arrivals, if arriving) in which every itinerary is told that none beats.
    """

    origin: Place
    destination: Place
    at: datetime
    profile: Profile
    unknown: Unknown = Unknown.ALLOW
    max_transfers: int = MAX_TRANSFERS
    arrive_by: bool = False
    window_s: int = 0
    max_roll_m: float | None = None  # of all walks together, access and egress too; None: no limit


@dataclass(frozen=True, slots=True)
class Answer:
    """Itineraries, the one shown first first; ``why_not`` tells the reason if there is none."""

    query: Query
    itineraries: tuple[Itinerary, ...]
    why_not: Reason | None = None
