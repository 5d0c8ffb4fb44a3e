"""What questions to the interface cost beside the plainest one: ``python -m scripts.bench_price NETWORK``.

The prices of ``webapp/api/travel.py`` (searches, which one request may cost so many of) come from its table. Questions
are drawn with a fixed seed and asked without the server around them; of each the shortest of several times counts,
and times are those of all cores together.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

from planner.network.store import open_network
from planner.network.tables import Network
from scripts.bench_api import DAY
from scripts.bench_table import load, machine_lines, put_between, table
from webapp.api import travel
from webapp.api.questions import MatrixQuestion, PlanQuestion

PLANS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plan", {}),
    *(
        (f"plan, a window of {minutes} min", {"window_s": minutes * 60})
        for minutes in (10, 30, 60, 120, 240, 480, 1439)
    ),
    *((f"plan, {count} via", {"via": count}) for count in (1, 2, 4)),
    ("plan, 2 via, a window of 60 min", {"via": 2, "window_s": 3600}),
    ("plan, max_roll_m", {"max_roll_m": 2000}),
    ("plan, max_roll_m, a window of 60 min", {"max_roll_m": 2000, "window_s": 3600}),
    ("plan, fallbacks", {"fallbacks": True}),
    ("plan, fallbacks, a window of 60 min", {"fallbacks": True, "window_s": 3600}),
    ("plan, fallbacks, 1 via", {"fallbacks": True, "via": 1}),
)
TRAVELLERS = ("on-foot", "manual-wheelchair")
MATRICES = (
    *((1, 1, 0), (10, 10, 0), (50, 50, 0), (50, 500, 0), (500, 10, 0)),
    *((50, 50, minutes * 60) for minutes in (10, 60, 120, 240, 480)),
)
HOUR = 12
TURNS = 3
MARKER = "price"
HEADER = ("question", "ms, median", "ms, mean", "ms, most", "plans without more, by the mean", "price")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("network", type=Path)
    parser.add_argument("--day", default=DAY, metavar="YYYY-MM-DD", help=f"of the questions; default {DAY}")
    parser.add_argument("--hour", type=int, default=HOUR, help=f"of the questions; default {HOUR}, a busy one there")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page that holds the markers of this part")
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args(arguments)
    network = open_network(options.network)
    travel.MOST_PRICE = 10**9  # nothing is too expensive to be measured
    head, before = machine_lines(), load()
    rows = measure(network, options.day, options.hour, options.questions)
    text = "\n".join([*head, f"- load at the beginning and at the end: {before}, {load()}", "", table(HEADER, rows)])
    print(text)
    if options.write is not None:
        options.write.write_text(put_between(options.write.read_text("utf-8"), MARKER, text), "utf-8")
    return 0


def measure(network: Network, day: str, hour: int, questions: int) -> list[tuple[str, ...]]:
    """Time every kind of question."""
    chance = random.Random(11)  # noqa: S311 (the same questions every time)
    served = [network.stops.id[row] for row in network.served.nonzero()[0].tolist()]
    drawn = [(chance.sample(served, 6), f"{day}T{hour:02}:{chance.randrange(60):02}") for _ in range(questions)]
    rows, plainest = list[tuple[str, ...]](), 0.0

    def tell(name: str, took: list[float], price: int) -> None:
        nonlocal plainest
        mean_ms = fmean(took)
        plainest = plainest or mean_ms
        ratio = mean_ms / plainest
        rows.append((name, f"{median(took):.1f}", f"{mean_ms:.1f}", f"{max(took):.0f}", f"{ratio:.1f}", f"{price}"))
        print(rows[-1], file=sys.stderr, flush=True)

    for traveller in TRAVELLERS:
        plainest = 0.0
        for name, more in PLANS:
            asked = []
            for stops, at in drawn if "fallbacks" not in more else drawn[: questions // 3]:
                told = {"from": stops[0], "to": stops[1], "at": at, "profile": traveller, "geometry": "none", **more}
                asked.append(PlanQuestion(**{**told, "via": stops[2 : 2 + more.get("via", 0)]}))
            tell(
                f"{traveller}, {name}",
                _times(lambda one: travel.plan(network, one, ""), asked),
                travel.plan_price(asked[0]),
            )
        for origins, destinations, window_s in MATRICES:
            stops = chance.sample(served, origins + destinations)
            ends: dict[str, Any] = {"origins": stops[:origins], "destinations": stops[origins:]}
            question = MatrixQuestion(**ends, at=f"{day}T{hour:02}:00", window_s=window_s, profile=traveller)
            window = f", a window of {window_s // 60} min" if window_s else ""
            name = f"{traveller}, matrix of {origins} × {destinations}{window}"
            tell(name, _times(lambda one: travel.matrix(network, one, ""), [question]), travel.matrix_price(question))
    return rows


def _times(ask: Callable[[Any], Any], questions: Sequence[Any]) -> list[float]:
    ask(questions[0])  # compiles
    best = [float("inf")] * len(questions)
    for _ in range(TURNS):
        for i, question in enumerate(questions):
            started = time.process_time()
            ask(question)
            best[i] = min(best[i], 1000 * (time.process_time() - started))
    return best


if __name__ == "__main__":
    sys.exit(main())
