"""How long the audit of a whole network takes, part by part, and how that grows: ``python -m scripts.bench_audit``.

Porto Alegre with an invented survey (``scripts/survey_sample.py``): the real feed says nothing of quays and vehicles.
Every size is audited in processes of its own, once by the command as staff run it and once part by part; kernels are
compiled before. The two embedded networks are audited by the command. ``--write docs/performance.md`` puts the tables
there, between the markers ``audit``. Porto Alegre needs PLAINPIED_TESTDATA.
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
from scripts import demo, embedded_gtfs
from scripts.bench_commands import Commands
from scripts.bench_growth import PARTS, cut_feed
from scripts.bench_table import MarkerError, figures, load, machine_lines, put_between, table
from scripts.survey_sample import write_survey

PROFILES = ("manual-wheelchair", "powered-wheelchair", "walking-frame", "pram")
DAY, HOURS = date(2019, 4, 15), (12, 13, 14)  # the hours in which this feed has trips
FEEDS = {"eptc": "porto_alegre/poa_eptc.zip", "trensurb": "porto_alegre/poa_trensurb.zip"}
BAR_S, BAR_MIB = 300.0, 3 * 1024.0
EMBEDDED_BAR_S = 20.0
MARKER = "audit"
FIXES = 20  # of the set that is chosen


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the audit."""

    name: str
    wall_s: float
    cpu_s: float
    found: int  # rows of its answer


@dataclass(frozen=True, slots=True)
class Command:
    """One run of ``plainpied audit``, from starting the process to its end."""

    title: str
    stops: int
    wall_s: float
    cpu_s: float  # of all cores
    peak_mib: float | None  # None: this system does not say
    bar_s: float | None  # None: nothing was promised


@dataclass(frozen=True, slots=True)
class Audit:
    """One whole audit of one network."""

    stops: int
    trips: int
    parts: tuple[Part, ...]
    peak_mib: float
    command: Command | None = None

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
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the tables between the markers of this document"
    )
    parser.add_argument("--parts", type=float, nargs="+", default=list(PARTS), help="shares of the lines")
    options = parser.parse_args(arguments)
    if options.one is not None:
        print(json.dumps(asdict(measure_audit(open_network(options.one), options.day, options.hours))))
        return 0
    try:
        if options.write is not None:  # before the long run
            put_between(options.write.read_text("utf-8"), MARKER, "")
        text = measure(os.environ.get("PLAINPIED_TESTDATA"), sorted(options.parts), osm=options.osm)
        print(text)
        if options.write is not None:
            options.write.write_text(put_between(options.write.read_text("utf-8"), MARKER, text), "utf-8")
    except (MarkerError, OSError) as error:
        print(f"{options.write}: {error}", file=sys.stderr)
        return 2
    return 0


def measure(data: str | None, shares: Sequence[float], *, osm: bool = False) -> str:
    """Audit the embedded networks, and parts of Porto Alegre where its feeds are, and write it all down."""
    loads = [load()]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        commands = Commands(scratch)
        embedded = [measure_embedded(commands, name, scratch) for name in demo.NETWORKS]
        audits = [measure_part(commands, Path(data), scratch, share, osm=osm) for share in shares] if data else []
    loads.append(load())
    head = [
        *machine_lines(),
        f"- load at the beginning and at the end: {', '.join(loads)}",
        *([] if data else ["- LEFT OUT: Porto Alegre, for PLAINPIED_TESTDATA is not set"]),
    ]
    of_parts = [audit.command for audit in audits if audit.command is not None]
    return "\n\n".join(["\n".join(head), whole([*embedded, *of_parts]), *([report(audits)] if audits else [])])


def measure_embedded(commands: Commands, name: str, scratch: Path) -> Command:
    """Build an embedded network with all that is known of it, and run the command as it is, kernels compiled."""
    tables, feed = demo.ROOT / "data" / name, scratch / f"{name}.zip"
    embedded_gtfs.write_gtfs(tables, feed)
    survey, streets = tables / "survey", tables / "streets.osm"
    facts = FactInputs(survey=survey if survey.is_dir() else None, osm=(streets,) if streets.is_file() else ())
    network = build(scratch / name, [Input(name, feed)], facts)
    title = f"{name.capitalize()} (embedded)"
    return run_command(commands, title, network, ["audit", str(scratch / name), "--fixes", "5"], EMBEDDED_BAR_S)


def run_command(commands: Commands, title: str, network: Network, words: Sequence[str], bar_s: float | None) -> Command:
    """Run the command once to compile, and once more."""
    while True:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = commands.run(words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{title}: {run.wall_s:.1f} s, {cpu_s:.1f} s of all cores, compiled {run.compiled}", file=sys.stderr)
        if not run.compiled:
            return Command(title, int(network.served.sum()), run.wall_s, cpu_s, run.peak_mib, bar_s)


def measure_part(commands: Commands, data: Path, scratch: Path, share: float, *, osm: bool = False) -> Audit:
    """Build a part of Porto Alegre with its invented survey, and audit it."""
    inputs = []
    for name, path in FEEDS.items():
        cut = scratch / f"{name}_{share:g}.zip"
        cut_feed(data / path, cut, share)
        inputs.append(Input(name, cut))
    survey, out = scratch / f"survey_{share:g}", scratch / f"poa_{share:g}".replace(".", "_")
    write_survey(build(out, inputs), survey)
    streets = (data / "porto_alegre/poa_osm.pbf",) if osm else ()
    network = build(out, inputs, FactInputs(survey=survey, osm=streets))
    hours = ",".join(map(str, HOURS))
    words = ["audit", str(out), "--profiles", ",".join(PROFILES), "--on", DAY.isoformat(), "--at", hours]
    title = f"Porto Alegre, {share:.0%} of its lines" if share < 1 else "Porto Alegre"
    command = run_command(commands, title, network, words, BAR_S if share == 1 else None)
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench_audit", "--one", str(out)],
        cwd=demo.ROOT, env=os.environ | {"NUMBA_CACHE_DIR": str(commands.kernels)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    parts = tuple(Part(**part) for part in told["parts"])
    return Audit(told["stops"], told["trips"], parts, told["peak_mib"], command)


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


def whole(commands: Sequence[Command]) -> str:
    """Write the table of whole runs of the command, each beside its bar."""
    rows = []
    for one in commands:
        bar = "–"
        if one.bar_s is not None:
            kept = one.wall_s <= one.bar_s and (one.peak_mib or 0) <= BAR_MIB
            bar = f"{one.bar_s:.0f} s, {BAR_MIB:,.0f} MiB: {'kept' if kept else '**missed**'}"
        rows.append((one.title, f"{one.stops:,}", figures(one.wall_s), figures(one.cpu_s), figures(one.peak_mib), bar))
    header = ("`plainpied audit`", "stops", "s by the clock", "s of all cores", "MiB at most", "bar")
    return table(header, rows)


def report(audits: Sequence[Audit]) -> str:
    """Write the tables of Porto Alegre: parts by size, and the growth."""
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
