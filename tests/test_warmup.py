"""After ``plainpied warmup`` nobody waits for a compiler: a second process finds everything in the cache."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from network.towns import fictiville_in

from planner.network.tables import Network

ROOT = Path(__file__).resolve().parents[1]
COUNTED = """
    import json, sys
    from numba.core.dispatcher import Dispatcher
    from planner.cli import main

    for arguments in json.loads(sys.argv[1]):
        assert main(arguments) == 0, arguments
    kernels = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("planner."):
            for value in vars(module).values():
                if isinstance(value, Dispatcher):
                    kernels[id(value)] = value
    compiled = [one.py_func.__name__ for one in kernels.values() if sum(one.stats.cache_misses.values())]
    loaded = sum(sum(one.stats.cache_hits.values()) for one in kernels.values())
    print(json.dumps({"compiled": compiled, "loaded": loaded}))
"""


def process(cache: Path, *commands: list[str]) -> dict[str, object]:
    """Run commands in a process of its own; tells which kernels it compiled and how many it loaded."""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(cache),
        "NUMBA_OPT": "1",  # the same functions for the same types, in two thirds of the time
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", dedent(COUNTED), json.dumps(commands)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def questions(network: Network, folder: Path) -> list[list[str]]:
    """Every command and way of asking, on a network that the first process has not seen."""
    rows, stops, where = network.served.nonzero()[0].tolist(), network.stops, str(network.folder)
    begin, end = stops.id[rows[0]], stops.id[rows[-1]]
    first = stops.id[int(network.sequences.stop[network.sequences.stop_offset[network.trips.sequence[0]]])]
    (folder / "from.csv").write_text(f"stop_id\n{begin}\n{end}\n", "utf-8")
    (folder / "to.csv").write_text(f"lat,lon\n{stops.lat[rows[3]]},{stops.lon[rows[3]]}\n", "utf-8")
    at = "2026-05-12T08:15"
    matrix = ["matrix", where, "--from", str(folder / "from.csv"), "--to", str(folder / "to.csv"), "--at", at]
    commands = [
        ["boarding", where, "--stop", first, "--trip", network.trips.id[0], "--on", "2026-05-12"],
        [*matrix, "--out", str(folder / "one.csv")],
        [*matrix, "--window", "1h", "--profile", "pram", "--out", str(folder / "two.csv")],
    ]
    for unknown in ("exclude", "penalise", "allow"):
        for profile in ("powered-wheelchair", "on-foot"):
            who = ["--unknown", unknown, "--profile", profile]
            moments = (["--at", at], ["--arrive-by", at], ["--at", at, "--window", "1h"])
            commands += [["plan", where, begin, end, *when, *who] for when in moments]
            commands.append(["reachable", where, begin, "--at", at, *who])
            commands.append(["reachable", where, end, "--at", at, "--arrive-by", "--geojson", *who])
    return commands


def test_a_second_process_compiles_nothing(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path / "cache"
    first = process(cache, ["warmup"])
    assert first["compiled"], "the cache was empty"
    kept = {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}
    assert kept
    second = process(cache, *questions(fictiville_in(tmp_path_factory.getbasetemp()), tmp_path))
    assert second["compiled"] == []
    assert int(str(second["loaded"])) > 10
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()} == kept
