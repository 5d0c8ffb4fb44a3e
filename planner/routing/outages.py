"""Equipment that breaks down or runs again while somebody is on the way.

A search knows one state of the lifts and escalators. It is given the best one, in which only that is out of service
which is so all the time; then each itinerary is checked at the times at which it passes.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from planner.model import Itinerary
from planner.network.tables import Network
from planner.routing.query import Query

A_LONG_TRIP_S = 6 * 3600


def out_all_the_time(network: Network, query: Query) -> tuple[str, ...] | None:
    """Give the equipment that is out of service from the first moment of a trip to its last.

    None: nothing changes meanwhile, and what is out at the moment asked about says it all.
    """
    equipment = network.streets.equipment
    span = timedelta(seconds=query.window_s + A_LONG_TRIP_S)
    begin, end = (query.at - span, query.at) if query.arrive_by else (query.at, query.at + span)
    begin_s, end_s = int(begin.timestamp()), int(end.timestamp())
    moments = np.concatenate((equipment.closed_from_s, equipment.closed_until_s))
    if not ((begin_s < moments) & (moments <= end_s)).any():
        return None
    throughout = (equipment.closed_from_s <= begin_s) & (end_s < equipment.closed_until_s)
    return tuple(equipment.id[row] for row in sorted({*equipment.closed_equipment[throughout].tolist()}))


def out_on_the_way(network: Network, itinerary: Itinerary) -> set[str]:
    """Give the equipment of an itinerary that is out of service while the walk past it lasts."""
    equipment, found = network.streets.equipment, set()
    for leg in itinerary.legs:
        for one in leg.way.equipment if leg.way is not None else ():
            own = equipment.closed_equipment == equipment.id.row_of[one]
            begin_s, end_s = int(leg.departure.timestamp()), int(leg.arrival.timestamp())
            if (own & (equipment.closed_from_s <= end_s) & (begin_s < equipment.closed_until_s)).any():
                found.add(one)
    return found
