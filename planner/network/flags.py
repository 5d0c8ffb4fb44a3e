"""GTFS flags as evidence: what they say, whether they can be trusted, and where others say the opposite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.facts import Finding
from planner.model import Flag
from planner.network.tables import Network

BLANKET_SHARE = 0.98  # a column with one value in so many rows was filled in, not looked at (DOMAIN 1.1)
BLANKET_ROWS = 20  # fewer rows may well be alike


def flag_findings(network: Network) -> list[Finding]:
    """Find blanket flag columns, and stops of which the feed and the operator's own tables say the opposite."""
    findings = []
    for what, column, values in (
        ("stops.txt", "wheelchair_boarding", network.stops.own_flag[network.served]),
        ("trips.txt", "wheelchair_accessible", network.trips.flag),
    ):
        share, value = _commonest(values)
        if len(values) >= BLANKET_ROWS and value != Flag.UNKNOWN and share >= BLANKET_SHARE:
            text = f"{column} is {int(value)} in {share:.1%} of {len(values)} rows: nobody can have looked at each."
            findings.append(Finding("BLANKET_FLAG", network.name, text, what))
    for stop_id, (said, _) in network.knowledge.stop_declared.items():
        own = Flag(int(network.stops.flag[network.stops.id.row_of[stop_id]]))
        if Flag.UNKNOWN not in (own, said) and own is not said:
            text = f"the feed's wheelchair_boarding says {own.name}, the survey's declared_access {said.name}."
            findings.append(Finding("CONFLICT", stop_id, text, "stops.txt"))
    return findings


def without_flags(network: Network) -> Network:
    """Turn every flag of the feeds into unknown, because its user distrusts them."""
    stops, trips = network.stops, network.trips
    return replace(
        network,
        stops=replace(stops, own_flag=np.zeros_like(stops.own_flag), flag=np.zeros_like(stops.flag)),
        trips=replace(trips, flag=np.zeros_like(trips.flag)),
    )


def _commonest(values: NDArray[np.int8]) -> tuple[float, Flag]:
    if not len(values):
        return 0.0, Flag.UNKNOWN
    counts = np.bincount(values, minlength=len(Flag))
    value = int(np.argmax(counts))
    return float(counts[value]) / len(values), Flag(value)
