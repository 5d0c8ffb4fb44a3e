"""What every answer says of its network, and what every fact says of its source."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from planner.facts import Method, certainty_of
from planner.network.store import MANIFEST
from planner.network.tables import Network


@lru_cache(maxsize=32)
def version_of(network: Network) -> str:
    """Tell one build from another: twelve digits of the hash of its manifest, or of its ids if it is not stored."""
    if network.folder is not None:
        told = (network.folder / MANIFEST).read_bytes()
    else:
        told = "\n".join([network.name, *network.stops.id, *network.trips.id, str(network.service_span)]).encode()
    return hashlib.sha256(told).hexdigest()[:12]


def network_as_json(network: Network) -> dict[str, Any]:
    """Tell which network, which version of it, and whom to credit."""
    return {
        "name": network.name,
        "title": network.title,
        "timezone": network.timezone,
        "version": version_of(network),
        "attribution": network.attribution,
        "notice": network.notice or None,
        "invented": network.knowledge.invented,
    }


def network_details(network: Network) -> dict[str, Any]:
    """The same with sources, licences, dates and how much is known."""
    span, known = network.service_span, network.coverage
    return {
        **network_as_json(network),
        "service": None if span is None else {"first": span[0].isoformat(), "last": span[1].isoformat()},
        "sources": [
            {"id": one.source_id, "name": one.name, "url": one.url, "licence": one.licence, "date": one.date}
            for one in network.knowledge.sources.values()
        ],
        "coverage": {
            "stops": {"YES": known.stops_yes, "NO": known.stops_no, "UNKNOWN": known.stops_unknown},
            "trips": {"YES": known.trips_yes, "NO": known.trips_no, "UNKNOWN": known.trips_unknown},
            "quays": known.quays,
            "quays_measured": known.quays_measured,
        },
    }


def with_provenance(network: Network, told: Any) -> Any:
    """Add to each fact of an answer its licence, and the certainty that its method can give; dates as text."""
    if isinstance(told, list):
        return [with_provenance(network, part) for part in told]
    if not isinstance(told, dict):
        return told
    given = {name: with_provenance(network, part) for name, part in told.items()}
    if "method" in told and "source" in told:
        source, measured_on = network.knowledge.sources.get(told["source"]), told.get("measured_on")
        given["licence"] = None if source is None else source.licence or None
        given["certainty"] = certainty_of(Method(told["method"])).value
        given["measured_on"] = None if measured_on is None else str(measured_on)
    return given
