"""What stands in the way: where there is no trip, the boardings that bar the trip that others would take."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.access.profiles import get_profile
from planner.model import ON_FOOT, Boarding, Leg, Place, Unknown, Verdict
from planner.network.tables import Network
from planner.routing.one_boarding import ask_boarding
from planner.routing.plan import find_itineraries
from planner.routing.query import Answer, Query


@dataclass(frozen=True, slots=True)
class Barrier:
    """One end of a ride that this traveller cannot do."""

    leg: Leg
    place: Place
    boarding: Boarding
    alighting: bool
    trip: tuple[Leg, ...] = ()  # the whole trip that it bars


def find_barriers(answer: Answer, network: Network) -> tuple[Barrier, ...]:
    """Judge the first trip open to somebody without limits; none unless boarding is why there is no other."""
    if answer.why_not is None or answer.why_not.code != "BOARDING_IMPOSSIBLE":
        return ()
    query = answer.query
    free = replace(query, profile=get_profile(ON_FOOT), unknown=Unknown.ALLOW)
    for itinerary in find_itineraries(network, free).itineraries:
        barriers = tuple(
            barrier
            for leg in itinerary.legs
            if leg.trip_id is not None
            for barrier in (
                _barrier(network, query, leg, itinerary.legs, alighting=False),
                _barrier(network, query, leg, itinerary.legs, alighting=True),
            )
            if barrier is not None
        )
        if barriers:
            return barriers
    return ()


def _barrier(network: Network, query: Query, leg: Leg, trip: tuple[Leg, ...], *, alighting: bool) -> Barrier | None:
    place = leg.destination if alighting else leg.origin
    ends = ask_boarding(network, str(place.stop_id), query.profile, query.at.date(), trip=leg.trip_id)
    boarding = ends.alighting if alighting else ends.boarding
    if boarding is None or boarding.verdict is not Verdict.NO:
        return None
    return Barrier(leg, place, boarding, alighting, trip)
