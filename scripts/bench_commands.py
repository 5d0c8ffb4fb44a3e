"""How long the command takes, and how much memory: importing and the first answer, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.bench_feeds import Feed
from scripts.bench_table import Spread
from scripts.demo import ROOT

# VmHWM is asked of the process itself: what a parent is told of a child's peak also holds the parent's own.
_PROGRAM = """
import sys
from planner.cli import main
code = main(sys.argv[1:])
try:
    with open("/proc/self/status") as file:
        peak = next((line.split()[1] for line in file if line.startswith("VmHWM:")), "")
except OSError:
    peak = ""
print("peak", peak, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command."""

    wall_s: float
    peak_mib: float | None  # None: this system does not say
    compiled: bool  # the cache of kernels was written to


@dataclass(frozen=True, slots=True)
class Import:
    """One feed imported several times, kernels compiled before."""

    feed: Feed
    stop_times: int  # read from the feed
    stored: int  # in the network, runs by frequency spelt out
    runs: tuple[Run, ...]

    @property
    def wall(self) -> Spread:
        """Seconds from starting the process to its end."""
        return Spread.of([run.wall_s for run in self.runs])

    @property
    def peak_mib(self) -> float | None:
        """The highest of all runs."""
        known = [run.peak_mib for run in self.runs if run.peak_mib is not None]
        return max(known, default=None)


@dataclass(frozen=True, slots=True)
class Start:
    """The time from starting a process to having an answer printed."""

    feed: Feed
    runs: tuple[Run, ...]


class Commands:
    """Runs the command with a cache of kernels of our own, so that we know what was compiled when."""

    def __init__(self, scratch: Path) -> None:
        self.networks, self.kernels = scratch / "networks", scratch / "kernels"
        self.networks.mkdir()
        self.kernels.mkdir()

    def run(self, words: Sequence[str], kernels: Path | None = None) -> Run:
        """Run ``plainpied`` with these words.

        Raises
        ------
        RuntimeError
            It refused; with what it said.
        """
        kernels = kernels or self.kernels
        before = _files(kernels)
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *words],
            cwd=ROOT,
            env=os.environ | {"NUMBA_CACHE_DIR": str(kernels)},
            capture_output=True,
            text=True,
            check=False,
        )
        wall_s = time.perf_counter() - started
        if done.returncode:
            raise RuntimeError(f"plainpied {' '.join(words)}: {done.stderr or done.stdout}")
        peak = done.stderr.rpartition("peak")[2].strip()
        return Run(wall_s, int(peak) / 1024 if peak.isdigit() else None, _files(kernels) != before)

    def measure_import(self, feed: Feed, repeats: int) -> tuple[Run, Import]:
        """Build once so that everything is compiled, then measure; gives the first run too."""
        words = feed.command(self.networks)
        first = self.run(words)
        runs = tuple(self.run(words) for _ in range(repeats))
        report = _read_json(self.networks / feed.key / "report.json")
        manifest = _read_json(self.networks / feed.key / "manifest.json")
        read = sum(one["tables"]["stop_times.txt"]["read"] for one in report["feeds"])
        return first, Import(feed, int(read), int(manifest["counts"]["stop_times"]), runs)

    def measure_start(self, feed: Feed, words: Sequence[str], repeats: int) -> Start:
        """Ask once so that everything is compiled, then measure."""
        self.run(words)
        return Start(feed, tuple(self.run(words) for _ in range(repeats)))

    def measure_cold(self, words: Sequence[str], scratch: Path) -> Run:
        """Run once with an empty cache of kernels."""
        empty = scratch / "cold"
        empty.mkdir()
        return replace(self.run(words, empty), compiled=True)


def _files(folder: Path) -> set[tuple[str, int, int]]:
    """Tell the files of a cache, with size and time, so that a new one is seen."""
    known = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {(str(path), status.st_size, status.st_mtime_ns) for path, status in known}


def _read_json(path: Path) -> dict[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return dict(found)
