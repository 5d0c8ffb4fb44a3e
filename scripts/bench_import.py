"""How long it takes to import feeds and how much memory: each build, and one opening after it, in a fresh process.

Time and memory are those of a process whose compiled code is in the cache: a first build that is not counted puts it
there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB_PER_KIB = 1 / 1024
_BUILD = """
import json, resource, sys, time
from pathlib import Path
began = time.perf_counter()
from planner.build import Input, build
from planner.routing.compile import day_view
out, *named = sys.argv[1:]
network = build(Path(out), [Input(name, Path(path)) for name, path in zip(named[::2], named[1::2])])
stored = time.perf_counter()
if network.first_day is not None:
    day_view(network, network.first_day)
print(json.dumps({
    "stop_times": len(network.events.arrival_s), "stored_s": stored - began, "ready_s": time.perf_counter() - began,
    "cpu_s": time.process_time(), "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))
"""
_QUERY = """
import json, resource, sys
from pathlib import Path
from planner.network.store import open_network
from planner.routing.compile import day_view
network = open_network(Path(sys.argv[1]))
if network.first_day is not None:
    day_view(network, network.first_day)
print(json.dumps({"peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


@dataclass(frozen=True, slots=True)
class Import:
    """One network built from zips, in a fresh process; the best of several."""

    name: str
    stop_times: int
    stored_s: float  # imports of Python included, until the folder is in place
    ready_s: float  # and the view of the first day built
    cpu_s: float  # of all threads: on a busy machine the steadier figure
    peak_mib: float
    opened_mib: float  # peak of another process that opens the folder and builds that view
    rows_per_s: float


def measure_imports(networks: Mapping[str, Sequence[Path]], times: int = 3) -> list[Import]:
    """Build each network, named by its key, from its feeds."""
    return [_measure(name, feeds, times) for name, feeds in networks.items()]


def _measure(name: str, feeds: Sequence[Path], times: int) -> Import:
    with tempfile.TemporaryDirectory() as scratch:
        out = str(Path(scratch) / "network")
        named = [part for feed in feeds for part in (feed.name.split(".")[0], str(feed))]
        _run(_BUILD, out, *named)
        best = min((_run(_BUILD, out, *named) for _ in range(times)), key=lambda run: run["ready_s"])
        opened = _run(_QUERY, out)
    return Import(
        name=name,
        stop_times=int(best["stop_times"]),
        stored_s=best["stored_s"],
        ready_s=best["ready_s"],
        cpu_s=best["cpu_s"],
        peak_mib=best["peak_kib"] * MIB_PER_KIB,
        opened_mib=opened["peak_kib"] * MIB_PER_KIB,
        rows_per_s=best["stop_times"] / best["ready_s"],
    )


def _run(program: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    for row in measure_imports({"given": [Path(argument) for argument in sys.argv[1:]]}):
        print(row)
