"""The tables about another planner and about growth, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scripts.bench_growth import Size
from scripts.bench_peers import PEER, PEER_ABOUT
from scripts.bench_questions import fit_growth
from scripts.bench_results import Results, mb, peak
from scripts.bench_table import Spread, figures, in_ms, table


def peers(results: Results) -> Iterator[str]:
    """Write what both planners took for the same questions."""
    if not results.peers:
        yield "Not measured: see what is left out above."
        return
    yield (
        f"{PEER} ({PEER_ABOUT}) and we answer the same questions in turns, in one run, on the same day's events and "
        "footpaths, both from the stop itself, without margins; both name trip, stops and times of every leg, and our "
        "time includes Python's. Milliseconds, median / p95; ratio: their median over ours, more than 1 is faster. "
        "Equal: questions with the same Pareto set (arrival and rides; in a window departure too)."
    )
    rows = [
        (
            run.title,
            duel.kind,
            _pair(duel.ours),
            "-" if duel.theirs is None else _pair(duel.theirs),
            f"{duel.ratio:.1f}",
            "-" if duel.equal is None else f"{duel.equal} of {run.questions}",
        )
        for run in results.peers
        for duel in run.duels
    ]
    yield table(("network", "question", "ours", "theirs", "ratio", "equal"), rows)
    yield (
        "Reading and memory: theirs reads the day's feed as we wrote it out and keeps it in memory; ours, the whole "
        "feed with all its days, is built once (Import) and mapped by each process (Start)."
    )
    yield table(
        ("network", "theirs reads it in s", "its memory MB", "memory of a question to ours MB"),
        [
            (
                run.title,
                figures(run.their_import_s),
                figures(mb(run.their_peak_kib / 1024)),
                figures(mb(peak(results.starts[run.key].runs)) if run.key in results.starts else None),
            )
            for run in results.peers
        ],
    )
    for run in results.peers:
        for duel in run.duels:
            if duel.differs:
                yield f"- {run.title}, {duel.kind}: {duel.differs}"


def growth(results: Results) -> Iterator[str]:
    """Write what parts of one feed take, and the exponents."""
    if not results.sizes:
        yield "Not measured: see what is left out above."
        return
    yield (
        "Parts of one feed (Vilnius), an eighth to all of its routes. Exponent: time or memory = factor × "
        "stop times ^ exponent, fitted on the logarithms; r² says how much of the differences that explains. Kernel: "
        "median of random questions between stops of the part."
    )
    columns: tuple[tuple[str, Callable[[Size], float | None]], ...] = (
        ("import s", lambda size: size.import_s),
        ("import MB", lambda size: mb(size.import_mib)),
        ("day view ms", lambda size: size.day_view_s * 1000),
        ("profile view ms", lambda size: size.profile_view_s * 1000),
        ("earliest ms", lambda size: size.earliest_s * 1000),
        ("with doubts ms", lambda size: size.doubts_s * 1000),
        ("2 h window ms", lambda size: size.window_s * 1000),
        ("query process MB", lambda size: mb(size.query_mib)),
    )
    rows = [
        (f"{size.share:.0%}", f"{size.stop_times:,}", f"{size.stops:,}", *(figures(of(size)) for _, of in columns))
        for size in results.sizes
    ]
    rows.append(("exponent (r²)", "", "", *(_exponent(results.sizes, of) for _, of in columns)))
    yield table(("routes", "stop times", "stops", *(name for name, _ in columns)), rows)


def _exponent(sizes: list[Size], of: Callable[[Size], float | None]) -> str:
    known = [(float(size.stop_times), value) for size in sizes if (value := of(size)) is not None]
    fit = fit_growth([x for x, _ in known], [y for _, y in known])
    return "too few" if fit is None else f"{fit.exponent:.2f} ({fit.explained:.2f})"


def _pair(spread: Spread) -> str:
    """Spreads of the duel are milliseconds already."""
    return f"{in_ms(spread.median / 1000)} / {in_ms(spread.p95 / 1000)}"
