"""An invented survey of a real network, to measure the audit on: ``python -m scripts.survey_sample NETWORK OUT``.

Nobody has measured what it says, and every row, source and name says so. The same seed gives the same survey. It never
goes into the repository: a folder inside it is refused.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from planner.network.store import open_network
from planner.network.tables import Network
from scripts.demo import OUT as NETWORKS
from scripts.demo import ROOT

SEED = 8
MISSING = 0.15  # share of quays of which nothing is known, and of lines of which nobody says what runs there
MARK = "(inventé / invented)"
HEIGHTS_M = ((0.0, 10), (0.06, 10), (0.10, 15), (0.12, 15), (0.15, 20), (0.18, 20), (0.21, 10))  # height, share
GAPS_M = (0.02, 0.04, 0.06, 0.12)
OWNERS = tuple(f"Service {letter} {MARK}" for letter in "ABC")
# type, share of the lines, floor, floor when kneeled ("" not known), device, ramp length
TYPES = (
    ("low-ramp", 50, 0.32, "0.25", "powered_ramp", 1.0),
    ("low-bare", 30, 0.32, "0.25", "none", 0.0),
    ("high-bare", 20, 0.38, "none", "none", 0.0),
)
SOURCE = "survey_sample"
BUS = 3  # GTFS route_type


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="a stored network")
    parser.add_argument("out", type=Path, help="folder for the tables")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    if out.is_relative_to(ROOT) and not out.is_relative_to(NETWORKS):
        print(f"{options.out} lies in the repository: what is invented of a real town stays outside", file=sys.stderr)
        return 2
    write_survey(open_network(options.network), out, options.seed)
    print(f"{options.out}: an invented survey; nobody has measured any of it")
    return 0


def write_survey(network: Network, folder: Path, seed: int = SEED) -> None:
    """Write quays, vehicle types, doors, assignments and the source, all invented."""
    drawn = random.Random(f"survey {seed}")  # noqa: S311 (nothing secret is drawn)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "quays.csv", _quays(network, drawn))
    _write(folder / "vehicle_types.csv", _types())
    _write(folder / "doors.csv", _doors())
    _write(folder / "vehicle_assignments.csv", _assignments(network, drawn))
    source: dict[str, object] = {"source_id": SOURCE, "name": f"survey_sample {seed} {MARK}", "licence": "", "date": ""}
    _write(folder / "sources.csv", [source])


def _quays(network: Network, drawn: random.Random) -> Iterable[dict[str, object]]:
    heights, shares = zip(*HEIGHTS_M, strict=True)
    for row in network.served.nonzero()[0].tolist():
        owner = drawn.choice(OWNERS)
        height, gap = drawn.choices(heights, shares)[0], drawn.choice(GAPS_M)
        known = drawn.random() >= MISSING
        yield {
            "stop_id": network.stops.id[row], "note": MARK, "quay_height_m": height if known else "",
            "height_reference": "road" if known else "", "gap_m": gap if known else "", "owner": owner,
            "approach": "straight" if known else "", "manoeuvre_diam_m": 1.6 if known else "",
            "ramp_deployable": "yes" if known else "",
            "method": "invented", "source_id": SOURCE,
        }  # fmt: skip


def _types() -> Iterable[dict[str, object]]:
    for type_id, *_, device, _ in TYPES:
        yield {
            "vehicle_type_id": type_id, "name": f"{type_id} {MARK}", "mode": "bus",
            "kneel_policy": "always" if device != "none" else "on_request", "wheelchair_spaces": 1,
            "method": "invented", "source_id": SOURCE,
        }  # fmt: skip


def _doors() -> Iterable[dict[str, object]]:
    for type_id, _, floor, kneeled, device, ramp in TYPES:
        yield {
            "vehicle_type_id": type_id, "door_no": 2, "floor_height_m": floor, "floor_height_kneeled_m": kneeled,
            "clear_width_m": 1.1, "inside_steps": 0, "door_use": "both", "device": device, "ramp_length_m": ramp or "",
            "ramp_width_m": 0.8 if ramp else "", "ramp_load_kg": 350 if ramp else "",
            "ramp_outlet_drop_m": 0 if ramp else "", "deploys_to_road": "yes" if ramp else "",
             "method": "invented",
            "source_id": SOURCE,
        }  # fmt: skip


def _assignments(network: Network, drawn: random.Random) -> Iterable[dict[str, object]]:
    names, shares = [row[0] for row in TYPES], [row[1] for row in TYPES]
    for row, route_id in enumerate(network.routes.id):
        if network.routes.type[row] != BUS:
            continue
        chosen = {drawn.choices(names, shares)[0] for _ in range(1 + (drawn.random() < MISSING))}
        if drawn.random() >= MISSING:
            for type_id in sorted(chosen):
                yield {"scope": "route", "scope_id": route_id, "vehicle_type_id": type_id, "source_id": SOURCE}


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    told = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, told[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)


if __name__ == "__main__":
    sys.exit(main())
