"""How long the server takes to make pages of results: ``python -m scripts.bench_pages NETWORK --day 2019-04-15``.

Random pairs of served stops, random minutes of the day, a warm process; the first question prepares the day and is
not counted. ``make bench`` takes the same measure.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.network.store import open_network
from planner.network.tables import Network
from scripts.bench_questions import draw_trips
from scripts.bench_table import Spread, in_ms
from webapp import create_app

SEED = 20260513
QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of results, as the server makes them."""

    network: str
    full: int  # with an itinerary
    page_s: Spread  # by the clock on the wall: other work on the machine counts too
    busy_s: Spread  # of the processors
    kib: Spread


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; 0 measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="folder of a built network")
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="a working day of its timetable")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    network = open_network(options.network)
    pages = measure_pages(network.title, options.day, network, options.questions, options.seed)
    print(f"{pages.network}: {pages.page_s.n} pages, {pages.full} with an itinerary")
    for label, spread in (("wall clock", pages.page_s), ("processor", pages.busy_s)):
        print(f"{label}: median {in_ms(spread.median)} ms, p95 {in_ms(spread.p95)} ms, most {in_ms(spread.most)} ms")
    return 0


def measure_pages(title: str, day: date, network: Network, number: int, seed: int) -> Pages:
    """Ask the application itself for pages of results: only the time of the server counts."""
    client = create_app([network]).test_client()
    page_s, busy_s, kib, full = [], [], [], 0
    trips = draw_trips(network, day, number + 1, seed)
    for turn, (origin, destination, at) in enumerate(trips):
        asked = {"from": origin.stop_id, "to": destination.stop_id, "when": f"{at:%Y-%m-%dT%H:%M}"}
        started, busy = time.perf_counter(), time.process_time()
        response = client.get(f"/en/{network.name}/trip", query_string=asked)
        took_s, worked_s = time.perf_counter() - started, time.process_time() - busy
        if response.status_code != 200:
            raise RuntimeError(f"the page of {asked} has status {response.status_code}")
        if turn:  # the first one prepares the day
            page_s.append(took_s)
            busy_s.append(worked_s)
            kib.append(len(response.data) / 1024)
            full += b'class="leg ride' in response.data
    return Pages(title, full, Spread.of(page_s), Spread.of(busy_s), Spread.of(kib))


if __name__ == "__main__":
    sys.exit(main())
