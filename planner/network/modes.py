"""GTFS route types in the words of a leg and of a vehicle."""

from __future__ import annotations

_BASIC = {
    0: "TRAM", 1: "SUBWAY", 2: "RAIL", 3: "BUS", 4: "FERRY", 5: "CABLE_TRAM", 6: "AERIAL_LIFT", 7: "FUNICULAR",
    11: "TROLLEYBUS", 12: "MONORAIL",
}  # fmt: skip
_EXTENDED = {  # hundreds of the extended route types
    1: "RAIL", 2: "COACH", 3: "RAIL", 4: "SUBWAY", 5: "SUBWAY", 6: "SUBWAY", 7: "BUS", 8: "TROLLEYBUS", 9: "TRAM",
    10: "FERRY", 11: "AIR", 12: "FERRY", 13: "AERIAL_LIFT", 14: "FUNICULAR", 15: "TAXI",
}  # fmt: skip


def mode_of(route_type: int) -> str:
    """Name the mode of a route in capitals; OTHER where GTFS does not define the number."""
    if route_type in _BASIC:
        return _BASIC[route_type]
    return _EXTENDED.get(route_type // 100, "OTHER") if route_type >= 100 else "OTHER"


def vehicle_mode(mode: str) -> str:
    """Name the kind of vehicle as the boarding rules know it; a trolleybus boards like a bus."""
    return "bus" if mode == "TROLLEYBUS" else mode.lower()
