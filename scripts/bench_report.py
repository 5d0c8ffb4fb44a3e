"""What was measured as Markdown: one table for each subject, and the targets with what is reached."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.bench_feeds import BARRED
from scripts.bench_report_peers import growth, peers
from scripts.bench_results import Results, mb, peak, wall
from scripts.bench_table import Spread, figures, in_ms, pair_ms, table
from scripts.bench_targets import CHAIR, targets
from scripts.bench_verdicts import LINES, QUAYS, TYPES, Work


def report(results: Results) -> str:
    """Write the whole block."""
    loads = f"- load average between the parts: {', '.join(results.loads)} (1.0 is one core's worth, ours included)"
    head = [*results.machine, f"- seed {results.seed}", loads, *(f"- **left out**: {one}" for one in results.left_out)]
    parts = ["\n".join(head)]
    sections = (
        ("Targets", targets),
        ("Import", _imports),
        ("Start", _starts),
        ("Views", _views),
        ("Questions", _questions),
        ("One to all", _many),
        ("Beside another planner", peers),
        ("Growth with the network", growth),
        ("Verdicts", _verdicts),
        ("Pages", _pages),
    )
    for title, write in sections:
        parts += [f"### {title}", *write(results)]
    return "\n\n".join(parts)


def _imports(results: Results) -> Iterator[str]:
    yield (
        "From the zip to the stored network: the whole command, its start included, each in a process of its own that "
        f"compiled nothing anew ({_compiled(results)}). Median of the runs, memory the highest."
    )
    yield table(
        ("network", "stop times read", "stored", "runs", "median s", "longest s", "memory MB", "stop times / s"),
        [
            (
                one.feed.title,
                f"{one.stop_times:,}",
                f"{one.stored:,}",
                one.wall.n,
                figures(one.wall.median),
                figures(one.wall.most),
                figures(mb(one.peak_mib)),
                f"{one.stop_times / one.wall.median:,.0f}",
            )
            for one in results.imports.values()
        ],
    )
    if results.first is not None:
        what = "kernels compiled on the way" if results.first.compiled else "it needs no compiled kernel"
        yield f"The very first import, with an empty cache of kernels: {figures(results.first.wall_s)} s ({what})."


def _starts(results: Results) -> Iterator[str]:
    yield "From starting `plainpied plan` to its end, one answer printed."
    rows = [
        (
            results.title(key),
            len(one.runs),
            figures(wall(one.runs).median),
            figures(wall(one.runs).most),
            figures(mb(peak(one.runs))),
        )
        for key, one in results.starts.items()
    ]
    if results.cold is not None:
        cold = results.cold
        key = next(iter(results.starts))
        told = figures(cold.wall_s)
        rows.append((f"{results.title(key)}, nothing compiled yet", 1, told, told, figures(mb(cold.peak_mib))))
    yield table(("network", "runs", "median s", "longest s", "memory MB"), rows)


def _views(results: Results) -> Iterator[str]:
    yield (
        "What the first question of a day, and the first of a kind of traveller on it, wait for; kept afterwards. "
        f"Milliseconds, median / p95, traveller {CHAIR}, unknown penalised."
    )
    yield table(
        ("network", "calls in the day view", "patterns", "variants", "day view", "profile view"),
        [
            (
                results.title(key),
                f"{one.calls:,}",
                f"{one.patterns:,}",
                f"{one.variants:,}",
                pair_ms(one.day_s),
                pair_ms(one.profile_s),
            )
            for key, one in results.views.items()
        ],
    )


def _questions(results: Results) -> Iterator[str]:
    yield (
        "Milliseconds, median / p95. Kernel: the compiled search and following its labels back to rides, the "
        "shortest of three for each question. "
        "Whole: `find_itineraries` once, with the walks at both ends, the itineraries with names and verdicts, and the "
        "search for the reason where there is no answer. With `allow` the search has two criteria; with `penalise` "
        "doubts are the third, in eight levels."
    )
    yield table(
        ("network", "traveller", "unknown", "window", "answered", "kernel", "whole", "positions scanned", "labels"),
        [
            (
                results.title(key),
                one.profile,
                one.unknown.value,
                f"{one.window_s // 3600} h" if one.window_s else "-",
                f"{one.answered} of {one.whole_s.n}",
                pair_ms(one.kernel_s),
                pair_ms(one.whole_s),
                _pair(one.scanned),
                _pair(one.labels),
            )
            for key, kinds in results.questions.items()
            for one in kinds
        ],
    )


def _many(results: Results) -> Iterator[str]:
    if not results.many:
        yield "Not measured: see what is left out above."
        return
    yield (
        f"{results.title(BARRED)}: every served stop at evenly spaced departures of a day, to every stop, on all "
        "cores. An answer is one origin at one departure: when each stop is reached. Reached: of all pairs of stops, "
        "those with a way at some departure."
    )
    yield table(
        ("traveller", "unknown", "origins", "departures", "answers", "s", "s a million answers", "reached"),
        [
            (
                one.profile,
                one.unknown.value,
                f"{one.origins:,}",
                one.departures,
                f"{one.answers:,}",
                figures(one.took_s),
                figures(one.a_million_s),
                f"{one.reached:.0%}",
            )
            for one in results.many
        ],
    )


def _verdicts(results: Results) -> Iterator[str]:
    told = results.verdicts
    if told is None:
        yield "Not measured."
        return
    shares = ", ".join(
        f"{share:.0%} {word}" for word, share in zip(("YES", "UNCERTAIN", "UNKNOWN", "NO"), told.shares, strict=True)
    )
    yield (
        f"A made-up town: {QUAYS:,} quays, {TYPES} vehicle types with two doors each, every fact missing with a chance "
        f"of 12 %; {LINES} lines, each run by one type. Traveller {CHAIR}; of the verdicts {shares}. Processor time "
        "counts all cores: divided by their number it is what a quiet machine would need."
    )
    rows: list[tuple[str, Work]] = [
        (f"{told.pairs:,} verdicts, one end (`judge_pairs`)", told.judged),
        (f"quays and doors to columns ({QUAYS:,}, {TYPES})", told.columns),
        (f"every class at every quay, both ends ({2 * QUAYS * LINES:,} verdicts, `judge_cells`)", told.cells),
        ("the whole profile view of that town (`profile_view`)", told.profile),
    ]
    yield table(
        ("what", "runs", "shortest ms", "median ms", "p95 ms", "processor ms"),
        [
            (
                what,
                work.wall.n,
                in_ms(work.wall.least),
                in_ms(work.wall.median),
                in_ms(work.wall.p95),
                in_ms(work.processor.median),
            )
            for what, work in rows
        ],
    )


def _pages(results: Results) -> Iterator[str]:
    pages = results.pages
    if pages is None:
        yield "Not measured."
        return
    yield (
        f"{pages.network}, {pages.page_s.n} random questions with the settings of a fresh form, asked of the server "
        f"itself: {pair_ms(pages.page_s)} ms (median / p95), the longest {in_ms(pages.page_s.most)}; "
        f"{pages.full} pages show an itinerary; {figures(pages.kib.median)} KiB of HTML, not compressed."
    )


def _compiled(results: Results) -> str:
    runs = [run for one in results.imports.values() for run in one.runs]
    writing = sum(run.compiled for run in runs)
    return f"{writing} of {len(runs)} runs added to the cache of kernels"


def _pair(spread: Spread) -> str:
    return f"{figures(round(spread.median))} / {figures(round(spread.p95))}"
