"""Where something lies that has no name of its own: the stop beside it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from planner.network.tables import Network

NEAR_M = 500.0  # a stop farther away helps nobody to find a kerb
DEGREE_M = 111_195.0  # of a great circle


class StopsNear:
    """Some stops of a network (rows), looked up by place."""

    def __init__(self, network: Network, rows: Collection[int]) -> None:
        stops = network.stops
        self._rows = np.array(sorted(rows), np.int64)
        self._lon, self._lat = stops.lon[self._rows], stops.lat[self._rows]
        self._names = stops.name

    def name(self, lon: float, lat: float) -> str | None:
        """Give the name of the nearest stop; None where none is near, or the place is not known."""
        apart = np.hypot((self._lon - lon) * np.cos(np.radians(lat)), self._lat - lat)
        known = np.flatnonzero(apart <= NEAR_M / DEGREE_M)
        return self._names[int(self._rows[known[apart[known].argmin()]])] if len(known) else None
