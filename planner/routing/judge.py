"""The verdict of one boarding of one trip at one stop, from everything that the network knows."""

from __future__ import annotations

from functools import lru_cache

from planner.access.boarding import judge_boarding
from planner.access.declared import declare
from planner.model import Boarding, Flag, Profile, Quay, VehicleType
from planner.network.classes import BoardingClass
from planner.network.modes import vehicle_mode
from planner.network.tables import Network

_NOTHING_KNOWN = Quay()


def judge_call(
    network: Network, boarding_class: BoardingClass, stop: int, profile: Profile, *, alighting: bool
) -> Boarding:
    """Judge getting on or off a trip of this class at this stop: physics first, then what is declared."""
    quay = network.knowledge.quays.get(stop, _NOTHING_KNOWN)
    vehicle = VehicleType("", "", vehicle_mode(boarding_class.mode))
    return _judge(quay, vehicle, profile, Flag(int(network.stops.flag[stop])), boarding_class.trip_flag, alighting)


@lru_cache(maxsize=65536)
def _judge(
    quay: Quay, vehicle: VehicleType, profile: Profile, stop_flag: Flag, trip_flag: Flag, alighting: bool
) -> Boarding:
    physics = judge_boarding(quay, vehicle, profile, alighting=alighting)
    return declare(physics, profile, stop_flag=stop_flag, trip_flag=trip_flag)
