"""What a movable map needs besides the page: the ground of a network, its stops, and where the scripts are."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from pathlib import Path

from planner.network.store import FAR, NEAR, ground_files
from planner.network.tables import Network

MOST_KEPT_SILENTLY_MB = 5.0  # a larger ground is kept on a device only when its button is pressed
SCRIPTS = ("leaflet.css", "leaflet.js", "protomaps-leaflet.js")


@lru_cache(maxsize=16)
def ground_of(network: Network) -> dict[str, str]:
    """The files of the ground with their hashes; none where it was not built."""
    return ground_files(network.folder) if network.folder else {}


def ground_addresses(network: Network) -> dict[str, dict[str, str]]:
    """What the address of each file is made of, by what it shows: "far" a city seen whole, "near" its streets."""
    files = ground_of(network)
    return {
        which: {"name": network.name, "file": name, "v": files[name][:12]}
        for which, name in (("far", FAR), ("near", NEAR))
        if name in files
    }


@lru_cache(maxsize=16)
def ground_mb(network: Network) -> float:
    """The size of the ground in megabytes (10^6 bytes), as a browser keeps it."""
    folder = network.folder
    return 0.0 if folder is None else sum((folder / name).stat().st_size for name in ground_of(network)) / 1e6


@lru_cache(maxsize=16)
def stop_positions(network: Network) -> list[tuple[float, float, str]]:
    """Latitude, longitude and name of every served stop with a position."""
    stops = network.stops
    rows = ((float(stops.lat[row]), float(stops.lon[row]), row) for row in network.served.nonzero()[0].tolist())
    return [
        (round(lat, 5), round(lon, 5), stops.name[row]) for lat, lon, row in rows if isfinite(lat) and isfinite(lon)
    ]


@lru_cache(maxsize=16)
def box_of_stops(network: Network) -> tuple[float, float, float, float] | None:
    """South, west, north and east of the stops, without the outermost fortieth on each side; None without positions."""
    places = stop_positions(network)
    if not places:
        return None
    lats, lons = sorted(lat for lat, _, _ in places), sorted(lon for _, lon, _ in places)
    left_out = len(places) // 40
    return lats[left_out], lons[left_out], lats[-1 - left_out], lons[-1 - left_out]


def movable(static: Path) -> bool:
    """Whether the scripts of a movable map were fetched; else maps stay drawings."""
    return all((static / "vendor" / name).is_file() for name in SCRIPTS)
