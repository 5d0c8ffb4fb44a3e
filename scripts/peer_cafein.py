"""Answer the questions of ``bench_peers`` with cafein; run by a Python of its own, in which cafein is installed.

Reads one JSON document from the file named: the feed, footpaths, questions. Then answers lines of standard input,
``earliest`` or ``window``, each with one line of JSON: milliseconds and Pareto sets of every question. ``legs`` is
answered with the rides of every itinerary of every question.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module  # cafein lives in this script's own environment, not in the project's
from pathlib import Path
from typing import Any


def main() -> None:
    """Load, say so, and answer until the input ends."""
    asked = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    cafein = import_module("cafein")
    started = time.perf_counter()
    network = cafein.TransportNetwork.from_gtfs(asked["feeds"], trip_distances=False, leg_geometries=False)
    loaded_s = time.perf_counter() - started
    if asked["footpaths"] is not None:
        network.set_transfers([tuple(row) for row in asked["footpaths"]])
    _say({"import_s": loaded_s, "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})
    for line in sys.stdin:
        if line.strip() == "legs":
            _say({"answers": [_legs(network, *question) for question in asked["questions"]]})
            continue
        window_min = asked["window_min"] if line.strip() == "window" else None
        _say(_ask_all(network, asked["questions"], asked["max_rides"], window_min))


def _ask_all(network: Any, questions: list[list[str]], max_rides: int, window_min: float | None) -> dict[str, Any]:
    took_ms, answers = [], []
    for origin, destination, moment in questions:
        started = time.perf_counter()
        found = network.route_between_stops(origin, destination, moment, max_rides, window_min, geometries=False)
        took_ms.append((time.perf_counter() - started) * 1000)
        answers.append([[one["departure_s"], one["arrival_s"], one["rides"]] for one in found])
    return {"took_ms": took_ms, "answers": answers, "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def _legs(network: Any, origin: str, destination: str, moment: str) -> list[list[dict[str, Any]]]:
    found = network.route_between_stops(origin, destination, moment, 5, None, geometries=False)
    return [[leg for leg in one["legs"] if leg["type"] == "transit"] for one in found]


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
