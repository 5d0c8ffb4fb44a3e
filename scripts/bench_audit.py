"""How long the audit of a whole network takes, part by part, and how that grows: ``python -m scripts.bench_audit``.

Porto Alegre with an invented survey (``scripts/survey_sample.py``): the real feed says nothing of quays and vehicles.
Every size is audited in a process of its own; kernels are compiled before. Needs PLAINPIED_TESTDATA.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.audit.check import check_network
from planner.audit.fixes import FixQuestion, best_set, rank_fixes
from planner.audit.reach import find_components, find_failures, measure_gap
from planner.audit.table import stop_table, week_of
from planner.build import FactInputs, Input, build
from planner.model import Unknown
from planner.network.store import open_network
from planner.network.tables import Network
from scripts.bench_growth import PARTS, cut_feed
from scripts.bench_table import figures, load, machine_lines, table
from scripts.demo import ROOT
from scripts.survey_sample import write_survey

PROFILES = ("manual-wheelchair", "powered-wheelchair", "walking-frame", "pram")
DAY, HOURS = date(2019, 4, 15), (12, 13, 14)  # the hours in which this feed has trips
FEEDS = {"eptc": "porto_alegre/poa_eptc.zip", "trensurb": "porto_alegre/poa_trensurb.zip"}
BAR_S, BAR_MIB = 300.0, 3 * 1024.0
FIXES = 20  # of the set that is chosen


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the audit."""

    name: str
    wall_s: float
    cpu_s: float
    found: int  # rows of its answer


@dataclass(frozen=True, slots=True)
class Audit:
    """One whole audit of one network."""

    stops: int
    trips: int
    parts: tuple[Part, ...]
    peak_mib: float

    @property
    def wall_s(self) -> float:
        """Seconds of all parts."""
        return sum(part.wall_s for part in self.parts)

    @property
    def cpu_s(self) -> float:
        """Seconds of all cores."""
        return sum(part.cpu_s for part in self.parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=Path, metavar="NETWORK", help="audit one stored network, and print it as JSON")
    parser.add_argument("--day", type=date.fromisoformat, default=DAY, help="with --one: a day with trips")
    parser.add_argument("--hours", type=int, nargs=3, default=list(HOURS), help="with --one: three times of that day")
    parser.add_argument("--osm", action="store_true", help="with the streets of Porto Alegre too")
    parser.add_argument("--parts", type=float, nargs="+", default=list(PARTS), help="shares of the lines")
    options = parser.parse_args(arguments)
    if options.one is not None:
        print(json.dumps(asdict(measure_audit(open_network(options.one), options.day, options.hours))))
        return 0
    data = os.environ.get("PLAINPIED_TESTDATA")
    if not data:
        print("LEFT OUT: PLAINPIED_TESTDATA is not set, the real feeds are not on this machine", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        measure_part(Path(data), Path(folder) / "warm", min(options.parts), osm=options.osm)  # compiles
        audits = [measure_part(Path(data), Path(folder), share, osm=options.osm) for share in options.parts]
    print("\n".join(machine_lines()))
    print(f"- load at the end {load()}; {len(PROFILES)} profiles, {len(HOURS)} times of day, pairs of stops at one\n")
    print(report(audits))
    return 0


def measure_part(data: Path, scratch: Path, share: float, *, osm: bool = False) -> Audit:
    """Build a part of Porto Alegre with its invented survey, and audit it."""
    scratch.mkdir(exist_ok=True)
    inputs = []
    for name, path in FEEDS.items():
        cut = scratch / f"{name}_{share:g}.zip"
        cut_feed(data / path, cut, share)
        inputs.append(Input(name, cut))
    survey, out = scratch / f"survey_{share:g}", scratch / f"poa_{share:g}".replace(".", "_")
    write_survey(build(out, inputs), survey)
    streets = (data / "porto_alegre/poa_osm.pbf",) if osm else ()
    build(out, inputs, FactInputs(survey=survey, osm=streets))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench_audit", "--one", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return Audit(**{**told, "parts": tuple(Part(**part) for part in told["parts"])})


def measure_audit(network: Network, day: date = DAY, hours: Sequence[int] = HOURS) -> Audit:
    """Audit one network, every part once."""
    profiles = tuple(map(get_profile, PROFILES))
    moments = tuple(datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(network.timezone)) for hour in hours)
    question = FixQuestion(profiles, (day,), moments[1:2])
    both = (Unknown.EXCLUDE, Unknown.ALLOW)
    parts = (
        _timed("rules", lambda: sum(1 for _ in check_network(network, day))),
        _timed("stops and vehicle types, a week", lambda: len(stop_table(network, week_of(day), profiles))),
        _timed("islands", lambda: len([find_components(network, day, one, how) for one in profiles for how in both])),
        _timed("destinations", lambda: len(measure_gap(network, moments, profiles))),
        _timed("single points of failure", lambda: len(find_failures(network, [day], profiles))),
        _timed("fixes, pairs of the best 200", lambda: len(rank_fixes(network, question))),
        _timed(f"the best {FIXES} together", lambda: len(best_set(network, question, FIXES).fixes)),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Audit(int(network.served.sum()), len(network.trips.id), parts, peak)


def report(audits: Sequence[Audit]) -> str:
    """Write the tables: parts by size, and the growth."""
    names = [part.name for part in audits[-1].parts]
    rows = [
        (name, *(f"{figures(one.parts[n].wall_s)} / {figures(one.parts[n].cpu_s)}" for one in audits))
        for n, name in enumerate(names)
    ]
    rows.append(("all", *(f"{figures(one.wall_s)} / {figures(one.cpu_s)}" for one in audits)))
    rows.append(("memory, MiB", *(figures(one.peak_mib) for one in audits)))
    lines = [table(("seconds by the clock / of all cores", *(f"{one.stops:,} stops" for one in audits)), rows)]
    if len(audits) > 1:
        lines.append(f"Growth: time as stops to the power of {growth(audits, lambda one: one.cpu_s):.2f}.")
    last = audits[-1]
    kept = last.wall_s <= BAR_S and last.peak_mib <= BAR_MIB
    lines.append(
        f"Bar: {BAR_S:.0f} s and {BAR_MIB:.0f} MiB for {last.stops:,} stops: {'kept' if kept else '**missed**'}."
    )
    return "\n\n".join(lines)


def growth(audits: Sequence[Audit], value: Callable[[Audit], float]) -> float:
    """Fit the exponent over the sizes by least squares on logarithms."""
    x, y = ([math.log(number) for number in column] for column in ([a.stops for a in audits], map(value, audits)))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def _timed(name: str, do: Callable[[], int]) -> Part:
    wall, cpu = time.perf_counter(), time.process_time()
    found = do()
    part = Part(name, time.perf_counter() - wall, time.process_time() - cpu, found)
    print(f"{name}: {part.wall_s:.1f} s, {part.cpu_s:.1f} s of all cores, {found} rows", file=sys.stderr, flush=True)
    return part


if __name__ == "__main__":
    sys.exit(main())
