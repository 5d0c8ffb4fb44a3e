"""Load the interface for programs: gunicorn with two workers, random questions, beside an address that does nothing.

``python -m scripts.bench_api NETWORK --day 2019-05-14`` needs gunicorn (``pip install plainpied[serve]``), and Linux to
see what memory the workers share. Without a network it builds Porto Alegre from PLAINPIED_TESTDATA. Questions are drawn
with a fixed seed; every connection asks, waits, and asks again.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from planner.build import Input, build
from planner.network.store import open_network
from planner.network.tables import Network
from scripts.bench_table import load, machine_lines, put_between, table

CONNECTIONS = (1, 8, 64)
SETTLED_MS = 2_000
MARKER, FEED, DAY = "api", "porto_alegre/poa_eptc.zip", "2019-04-16"
SHARED = 1.5  # most that a server with two workers may weigh, in servers with one


@dataclass(frozen=True, slots=True)
class Run:
    """One kind of question over some connections."""

    kind: str
    connections: int
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    errors: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; 0 every bar holds, 1 one does not, 2 it cannot run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("network", type=Path, nargs="?", help="default: Porto Alegre, built anew")
    parser.add_argument("--day", default=DAY, metavar="YYYY-MM-DD", help=f"of the questions; default {DAY}")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page that holds the markers of this part")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each run; default 10")
    parser.add_argument("--minutes", type=float, default=10.0, help="of the run that watches memory; default 10")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("gunicorn") is None:
        print("this needs gunicorn: pip install 'plainpied[serve]'", file=sys.stderr)
        return 2
    if options.network is not None:
        return _measure(options, options.network)
    feed = Path(os.environ.get("PLAINPIED_TESTDATA", "")) / FEED
    if not feed.is_file():
        print(f"name a network, or in PLAINPIED_TESTDATA the folder that holds {FEED}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "porto_alegre", [Input("eptc", feed)])
        return _measure(options, Path(folder) / "porto_alegre")


def _measure(options: argparse.Namespace, network: Path) -> int:
    """Load a network's server, say what it did, and write it down where that is asked for."""
    asked, load_before = draw(open_network(network), options.day, 400), load()
    alone = _weigh(network, asked, 1)
    with Server(network, 2) as server:
        server.settle(asked)
        runs = [
            asyncio.run(_load(server.port, kind, paths, connections, options.seconds))
            for connections in CONNECTIONS
            for kind, paths in asked.items()
        ]
        together = server.pss_kib()
        before = server.pss_kib()
        asyncio.run(_load(server.port, "all", [p for paths in asked.values() for p in paths], 8, options.minutes * 60))
        after = server.pss_kib()
    told = [
        table(
            ("question", "connections", "per second", "p50 ms", "p95 ms", "p99 ms", "errors"),
            [
                (run.kind, f"{run.connections}", f"{run.per_s:.0f}", f"{run.p50_ms:.1f}", f"{run.p95_ms:.1f}",
                 f"{run.p99_ms:.1f}", f"{run.errors}")
                for run in runs
            ],
        ),
        f"Memory of all processes, shared pages in parts (PSS): with one worker {alone / 1024:.0f} MiB, with two "
        f"{together / 1024:.0f} ({together / alone:.2f} times); before and after {options.minutes:g} minutes of load "
        f"{before / 1024:.0f} and {after / 1024:.0f}.",
    ]  # fmt: skip
    at = {(run.kind, run.connections): run for run in runs}
    bars = {
        "no error at 64 connections": not any(run.errors for run in runs if run.connections == max(CONNECTIONS)),
        "boarding p95 at most 5 ms at 1": at["boarding", 1].p95_ms <= 5,
        "boarding p95 at most 3 times empty at 8": at["boarding", 8].p95_ms <= 3 * at["empty", 8].p95_ms,
        "plan p95 at most 100 ms at 8": at["plan", 8].p95_ms <= 100,
        "with two workers at most 1.5 times as heavy as with one": together <= SHARED * alone,
        "memory is flat": after <= 1.05 * before,
    }
    told.append("\n".join(f"- {'holds' if holds else '**fails**'}: {bar}" for bar, holds in bars.items()))
    print("\n\n".join(told))
    if options.write is not None:
        loads = f"- load at the beginning and at the end: {load_before}, {load()}"
        text = "\n\n".join(["\n".join([*machine_lines(), loads]), *told])
        options.write.write_text(put_between(options.write.read_text("utf-8"), MARKER, text), "utf-8")
    return 0 if all(bars.values()) else 1


def draw(network: Network, day: str, number: int) -> dict[str, list[str]]:
    """Give addresses of each kind of question."""
    chance = random.Random(7)  # noqa: S311 (the same questions every time)
    base = f"/api/v1/{network.name}"
    served = network.served.nonzero()[0].tolist()
    stops, trips = network.stops, network.trips

    def called() -> tuple[str, str]:
        trip = chance.randrange(len(trips.route))
        sequence = int(trips.sequence[trip])
        row = int(network.sequences.stop[int(network.sequences.stop_offset[sequence])])
        return stops.id[row], trips.id[trip]

    calls = [called() for _ in range(number)]
    ends = [chance.sample(served, 2) for _ in range(number)]
    at = [f"{day}T{chance.randrange(6, 21):02}:{chance.randrange(60):02}" for _ in range(number)]
    return {
        "empty": ["/api/v1/health"],
        "boarding": [f"{base}/boarding?{urlencode({'stop': s, 'trip': t, 'on': day})}" for s, t in calls],
        "stops": [
            f"{base}/stops?{urlencode({'near': f'{stops.lat[a]:.5f},{stops.lon[a]:.5f}', 'count': 20})}"
            for a, _ in ends
        ],
        "plan": [
            f"{base}/plan?{urlencode({'from': stops.id[a], 'to': stops.id[b], 'at': moment, 'geometry': 'none'})}"
            for (a, b), moment in zip(ends, at, strict=True)
        ],
    }


class Server:
    """gunicorn with the settings of the repository, on a free port."""

    def __init__(self, network: Path, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        environment = dict(os.environ, PLAINPIED_NETWORKS=str(network.absolute()), WEB_CONCURRENCY=str(workers))
        command = ["gunicorn", "-c", "python:webapp.gunicorn_settings", "-b", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "webapp.wsgi:application()"],
            env=environment, cwd=Path(__file__).resolve().parent.parent,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> Server:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/health", timeout=5).read()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise RuntimeError("gunicorn does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)

    def settle(self, asked: dict[str, list[str]]) -> None:
        """Ask until every worker has compiled and arranged what it needs: no answer of a run takes seconds."""
        for _ in range(20):
            if asyncio.run(_load(self.port, "plan", asked["plan"], 16, 5.0)).p99_ms < SETTLED_MS:
                break
        asyncio.run(_load(self.port, "all", [p for paths in asked.values() for p in paths], 16, 5.0))

    def pss_kib(self) -> int:
        """Give the memory of the server: its workers and the process they come from, shared pages counted in parts."""
        pid = self.process.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        told = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in (pid, *workers)]
        return sum(int(line.split()[1]) for text in told for line in text.splitlines() if line.startswith("Pss:"))


def _weigh(network: Path, asked: dict[str, list[str]], workers: int) -> int:
    with Server(network, workers) as server:
        server.settle(asked)
        return server.pss_kib()


async def _load(port: int, kind: str, paths: list[str], connections: int, seconds: float) -> Run:
    took: list[float] = []
    errors, until = 0, time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal errors
        chance = random.Random(number)  # noqa: S311 (as above)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        while (begun := time.perf_counter()) < until:
            writer.write(f"GET {chance.choice(paths)} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
                )
                await reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                # a worker that is replaced closes its connections between two answers; anything else is an error
                errors += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
                continue
            errors += not head.startswith(b"HTTP/1.1 200")
            took.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    cuts = [1000 * cut for cut in quantiles(took, n=100)] if len(took) > 1 else [float("nan")] * 99
    return Run(kind, connections, len(took) / seconds, cuts[49], cuts[94], cuts[98], errors)


if __name__ == "__main__":
    sys.exit(main())
