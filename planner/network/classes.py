"""Boarding classes: trips that board alike wherever they stop, on one service day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.model import Flag
from planner.network.modes import mode_of
from planner.network.tables import Network


@dataclass(frozen=True, slots=True)
class BoardingClass:
    """What decides, beside the quay, whether somebody gets on or off."""

    mode: str  # of the route, in capitals
    trip_flag: Flag
    vehicle_types: tuple[int, ...] = ()  # rows of Knowledge.vehicle_types: a mixture if several; empty: not known


def boarding_classes(network: Network, day: date) -> tuple[tuple[BoardingClass, ...], NDArray[np.int32]]:
    """Sort the trips of a network into classes.

    Returns
    -------
    classes : tuple of BoardingClass
    of_trip : int32[T]
        Row of the class of each trip.
    """
    route_type = network.routes.type[network.trips.route].astype(np.int64)
    key = route_type * 4 + network.trips.flag
    keys, of_trip = np.unique(key, return_inverse=True)
    classes = tuple(BoardingClass(mode_of(int(k) // 4), Flag(int(k) % 4)) for k in keys)
    return classes, of_trip.astype(np.int32)
