"""The question and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from planner.model import MAX_TRANSFERS, Itinerary, Place, Profile, Reason, Unknown


@dataclass(frozen=True, slots=True)
class Query:
    """What a traveller asks.

    ``at`` is a moment with offset: of the departure, or with ``arrive_by`` of the arrival. ``window_s`` opens a
    window from there (to earlier arrivals, if arriving) in which every itinerary is told that none beats.
    Only level boarding is a limit of the profile (``Profile.level_only``), as it is about the person.
    """

    origin: Place
    destination: Place
    at: datetime
    profile: Profile
    unknown: Unknown = Unknown.ALLOW
    max_transfers: int = MAX_TRANSFERS
    arrive_by: bool = False
    window_s: int = 0
    via: tuple[Place, ...] = ()  # where the traveller gets off, or is on the way, in this order
    exclude_routes: tuple[str, ...] = ()  # public ids, bare ids or short names
    exclude_stops: tuple[str, ...] = ()  # ids or names; a station stands for its stops; passing through is fine
    max_roll_m: float | None = None  # of all walks together, access and egress too; None: no limit
    fallbacks: bool = False  # tell the best that is left if something fails
    page: str | None = None  # a cursor of an earlier answer to this question: it stands for ``at`` and ``window_s``
    avoid_lifts: bool = False  # of streets and stations; those of vehicles are a matter of boarding
    without_equipment: tuple[str, ...] = ()  # ids of lifts and escalators that do not run, whatever is known of them
    out: tuple[str, ...] | None = None  # equipment out of service; None: what is so at ``at``
    without: tuple[tuple[int, date], ...] = ()  # runs that do not take this traveller: row of the trip, service day


@dataclass(frozen=True, slots=True)
class Answer:
    """Itineraries, the one shown first first; ``why_not`` tells the reason if there is none.

    ``earlier`` and ``later`` are cursors for ``Query.page``; None: the timetable ends there.
    """

    query: Query
    itineraries: tuple[Itinerary, ...]
    why_not: Reason | None = None
    earlier: str | None = None
    later: str | None = None
