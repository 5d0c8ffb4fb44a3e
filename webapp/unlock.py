"""Where there is no trip: the smallest change of the question that gives one, found by asking again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.errors import QueryError
from planner.model import Itinerary, Unknown
from planner.network.tables import Network
from planner.routing.plan import find_itineraries
from planner.routing.query import Answer, Query
from webapp.limits import to_numbers
from webapp.question import WHEN_FORMAT, Form

HELPED = {"manual-wheelchair": "manual-wheelchair-assisted"}  # the same traveller with somebody who helps
ROLL_STEP_M = 50  # a limit on what is rolled is proposed in whole steps of this
MORNING_H = 4  # the next day is asked from this hour on


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the question, and the first trip that it gives."""

    kind: str  # "roll" | "lifts" | "unknown" | "help" | "day"
    args: dict[str, str]  # of the address that asks so
    itinerary: Itinerary
    metres: int = 0  # of "roll": the limit that would do


def find_change(answer: Answer, form: Form, network: Network) -> Change | None:
    """Try one change after the other, what asks least of the traveller first; None if no single one is enough."""
    if answer.itineraries:
        return None
    for kind, args, query in _changes(answer.query, form, network):
        try:
            found = find_itineraries(network, replace(query, fallbacks=False)).itineraries
        except QueryError:
            continue  # the changed question cannot be asked, so it is no way out
        if not found:
            continue
        first = found[0]
        if kind != "roll":
            return Change(kind, args, first)
        least = min(found, key=lambda one: one.rolling_m)
        metres = ceil(least.rolling_m / ROLL_STEP_M) * ROLL_STEP_M
        return Change(kind, args | {"roll": str(metres)}, least, metres)
    return None


def _changes(query: Query, form: Form, network: Network) -> Iterator[tuple[str, dict[str, str], Query]]:
    asked = form.as_args()
    if query.max_roll_m is not None:
        yield "roll", asked, replace(query, max_roll_m=None)
    if query.avoid_lifts:
        with_lifts = {field: text for field, text in asked.items() if field != "avoid_lifts"}
        yield "lifts", with_lifts, replace(query, avoid_lifts=False)
    if query.unknown is Unknown.EXCLUDE:
        unknown = Unknown.PENALISE
        yield "unknown", asked | {"unknown": unknown.value}, replace(query, unknown=unknown)
    helped = HELPED.get(query.profile.id)
    if helped is not None:
        profile = get_profile(helped, to_numbers(form.limits))
        yield "help", asked | {"profile": helped}, replace(query, profile=profile)
    local = query.at.astimezone(ZoneInfo(network.timezone))
    morning = local.replace(hour=MORNING_H, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if network.last_day is not None and morning.date() <= network.last_day and not query.arrive_by:
        yield "day", asked | {"when": morning.strftime(WHEN_FORMAT), "by": "leave"}, replace(query, at=morning)
