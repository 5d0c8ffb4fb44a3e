"""Measure everything that has a number in docs/performance.md: ``python scripts/bench.py [--write FILE] [--proof]``.

Medians and 95th percentiles of one run on one machine; nothing here fails because something is slow. Real feeds
come from the folder PLAINPIED_TESTDATA; without it the two embedded networks are measured, and what is left
out is said.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # so that it also runs as a file

from planner.network.store import open_network
from scripts.bench_commands import Commands
from scripts.bench_feeds import BARRED, Feed, embedded_feeds, new_york, real_feeds
from scripts.bench_growth import measure_growth
from scripts.bench_pages import measure_pages
from scripts.bench_peers import PeerAbsentError, duel, peer_python
from scripts.bench_proof import measure_proof
from scripts.bench_questions import KINDS, draw_trips, measure_questions, measure_views
from scripts.bench_reach import MILLION, TRAVELLERS, measure_many
from scripts.bench_report import report
from scripts.bench_report_walk import beside, walking
from scripts.bench_results import Results
from scripts.bench_table import MarkerError, load, machine_lines, put_between
from scripts.bench_targets import REFERENCE
from scripts.bench_verdicts import measure_verdicts
from scripts.bench_walk import measure_beside, measure_walking

SEED = 20260512
CACHE = Path(os.environ.get("PLAINPIED_CACHE", Path(__file__).resolve().parent.parent / ".cache"))


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each thing is measured."""

    imports: int = 3
    starts: int = 5
    views: int = 15
    questions: int = 300
    verdicts: int = 15
    pages: int = 200
    duels: int = 200
    one_to_all: int = MILLION
    walks: int = 500


QUICK = Effort(1, 1, 3, 20, 3, 20, 10, 4_000, 20)
DUELS = ("amiens_full", "vilnius", "porto_alegre", "nyc_day")  # networks on which another planner answers too


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; 0 measured, 2 the document has no place for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the tables between the markers of this document"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--quick", action="store_true", help="few repeats, to see that it runs; worth nothing as numbers"
    )
    parser.add_argument(
        "--proof", nargs="*", metavar="TESTS", help="run the tests marked proof instead, and write their result"
    )
    parser.add_argument("--marker", metavar="NAME", help="of the place for the result of --proof; default proof")
    parser.add_argument("--walking", action="store_true", help="measure walking instead, with a part of its own")
    parser.add_argument("--beside", action="store_true", help="compare walking with another engine instead, likewise")
    parser.add_argument("--new-york", type=Path, metavar="DIR", help="where scripts/nyc.py has written its feeds")
    options = parser.parse_args(arguments)
    name = "proof" if options.proof is not None else "walking" if options.walking else "bench"
    name = options.marker or ("beside" if options.beside else name)
    try:
        if options.write is not None:  # before the long run
            put_between(options.write.read_text("utf-8"), name, "")
        effort = QUICK if options.quick else Effort()
        if options.proof is not None:
            text = measure_proof(options.proof)
        elif options.walking:
            text = measure_walks(effort, options.seed)
        elif options.beside:
            text = compare_walks(effort, options.seed)
        else:
            text = report(measure(effort, options.seed, options.new_york))
        print(text)
        if options.write is not None:
            options.write.write_text(put_between(options.write.read_text("utf-8"), name, text), "utf-8")
    except (MarkerError, OSError) as error:
        print(f"{options.write}: {error}", file=sys.stderr)
        return 2
    return 0


def measure(effort: Effort, seed: int, metropolis: Path | None = None) -> Results:
    """Measure everything in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        real, absent = real_feeds()
        feeds = [*embedded_feeds(scratch), *real, *(new_york(metropolis) if metropolis is not None else [])]
        if metropolis is None:
            absent.append("New York: write its feeds with python -m scripts.nyc, and name their folder by --new-york")
        results = Results(seed, machine_lines(), absent)
        for line in absent:
            _say(f"LEFT OUT: {line}")
        commands = Commands(scratch)
        results.loads.append(load())
        _measure_commands(results, commands, feeds, effort, scratch)
        results.loads.append(load())
        _measure_network(results, commands, feeds, effort)
        results.loads.append(load())
        _measure_many(results, commands, feeds, effort)
        results.loads.append(load())
        _measure_peers(results, commands, feeds, effort, scratch)
        grown = next((feed for feed in feeds if feed.key == REFERENCE), None)
        if grown is not None:
            _say(f"growth with parts of {grown.title}")
            results.sizes = measure_growth(grown, commands, scratch, seed)
        results.loads.append(load())
        _say(f"verdicts (seed {seed})")
        results.verdicts = measure_verdicts(scratch, effort.verdicts, seed)
        results.loads.append(load())
        return results


def _measure_commands(
    results: Results, commands: Commands, feeds: Sequence[Feed], effort: Effort, scratch: Path
) -> None:
    for feed in feeds:
        _say(f"import {feed.title}")
        first, results.imports[feed.key] = commands.measure_import(feed, effort.imports)
        results.first = results.first or first
    started = [feed for feed in feeds if feed.key in (feeds[0].key, BARRED, REFERENCE, "new_york", *DUELS)]
    for number, feed in enumerate(started):
        _say(f"start {feed.title}")
        words = _first_question(commands.networks / feed.key, feed, results.seed)
        if number == 0:
            results.cold = commands.measure_cold(words, scratch)
        results.starts[feed.key] = commands.measure_start(feed, words, effort.starts)


def _measure_network(results: Results, commands: Commands, feeds: Sequence[Feed], effort: Effort) -> None:
    asked = BARRED if any(feed.key == BARRED for feed in feeds) else feeds[0].key
    for feed in feeds:
        _say(f"questions {feed.title}, {feed.day} (seed {results.seed})")
        network = open_network(commands.networks / feed.key)
        results.views[feed.key] = measure_views(network, feed.day, effort.views)
        trips = draw_trips(network, feed.day, effort.questions, results.seed)
        results.questions[feed.key] = [measure_questions(network, trips, *kind) for kind in KINDS]
        if feed.key == asked:
            results.pages = measure_pages(feed.title, feed.day, network, effort.pages, results.seed + 1)


def _measure_many(results: Results, commands: Commands, feeds: Sequence[Feed], effort: Effort) -> None:
    for feed in feeds:
        if feed.key == BARRED:
            network = open_network(commands.networks / feed.key)
            for traveller in TRAVELLERS:
                _say(f"one to all, {feed.title}, {traveller[0]}, unknown {traveller[1].value}")
                results.many.append(measure_many(network, feed.day, *traveller, answers=effort.one_to_all))


def _measure_peers(results: Results, commands: Commands, feeds: Sequence[Feed], effort: Effort, scratch: Path) -> None:
    asked = [feed for feed in feeds if feed.key in DUELS]
    if not asked:
        results.left_out.append("the other planner: none of its networks is here")
        return
    try:
        python = peer_python(CACHE)
        for feed in asked:
            _say(f"{feed.title} beside another planner (seed {results.seed})")
            network = open_network(commands.networks / feed.key)
            results.peers.append(duel(network, feed.title, feed.day, effort.duels, results.seed, python, scratch))
    except PeerAbsentError as error:
        _say(f"LEFT OUT: {error}")
        results.left_out.append(str(error))


def measure_walks(effort: Effort, seed: int) -> str:
    """Measure and write what concerns walking, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        before, commands = load(), Commands(Path(folder))
        told = measure_walking(commands, Path(folder), seed, effort.walks, min(effort.imports, 2))
        loads = f"- load average before and after: {before}, {load()}"
        head = [*machine_lines(), f"- seed {seed}", loads, *(f"- **left out**: {one}" for one in told.left_out)]
        return "\n\n".join(["\n".join(head), *walking(told)])


def compare_walks(effort: Effort, seed: int) -> str:
    """Compare walking with another engine, in a folder that is gone afterwards; say so where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        head = [*machine_lines(), f"- seed {seed}", f"- load average before: {load()}"]
        try:
            told = measure_beside(Commands(Path(folder)), Path(folder), CACHE, seed, effort.walks)
        except PeerAbsentError as error:
            _say(f"LEFT OUT: {error}")
            return "\n".join([*head, f"- **left out**: {error}"])
        return "\n\n".join(["\n".join(head), *beside(told)])


def _first_question(folder: Path, feed: Feed, seed: int) -> list[str]:
    """The words of ``plan`` for a random trip on an ordinary day."""
    origin, destination, at = draw_trips(open_network(folder), feed.day, 1, seed)[0]
    return ["plan", str(folder), str(origin.stop_id), str(destination.stop_id), "--at", f"{at:%Y-%m-%dT%H:%M}"]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
