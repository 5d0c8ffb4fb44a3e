"""What was measured as Markdown: one table for each subject, and the targets with what is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.model import ON_FOOT, Unknown
from scripts.bench_commands import Import, Run, Start
from scripts.bench_feeds import BARRED
from scripts.bench_questions import Growth, Pages, Questions, Views, fit_growth
from scripts.bench_table import Spread, figures, in_ms, pair_ms, table
from scripts.bench_verdicts import LINES, QUAYS, TYPES, Verdicts, Work

CHAIR = "manual-wheelchair"
REFERENCE = "vilnius"  # the city that the targets of the search were set on

Measured = tuple[float | None, ...]


@dataclass
class Results:
    """Everything measured in one run; what is missing was left out, and ``left_out`` says why."""

    seed: int
    machine: list[str]
    left_out: list[str] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    first: Run | None = None  # of the first import, which compiles
    starts: dict[str, Start] = field(default_factory=dict)
    cold: Run | None = None
    views: dict[str, Views] = field(default_factory=dict)
    questions: dict[str, list[Questions]] = field(default_factory=dict)
    verdicts: Verdicts | None = None
    pages: Pages | None = None
    loads: list[str] = field(default_factory=list)

    def title(self, key: str) -> str:
        """Give what people call a network."""
        return self.imports[key].feed.title

    def asked(self, key: str, profile: str, unknown: Unknown) -> Questions | None:
        """Find the questions of one kind of traveller on one network."""
        kinds = self.questions.get(key, [])
        return next((one for one in kinds if (one.profile, one.unknown) == (profile, unknown)), None)


def report(results: Results) -> str:
    """Write the whole block."""
    loads = f"- load average between the parts: {', '.join(results.loads)} (1.0 is one core's worth, ours included)"
    head = [*results.machine, f"- seed {results.seed}", loads, *(f"- **left out**: {one}" for one in results.left_out)]
    parts = ["\n".join(head)]
    sections = (
        ("Targets", _targets),
        ("Import", _imports),
        ("Start", _starts),
        ("Views", _views),
        ("Questions", _questions),
        ("Growth with the network", _growth),
        ("Verdicts", _verdicts),
        ("Pages", _pages),
    )
    for title, write in sections:
        parts += [f"### {title}", *write(results)]
    return "\n\n".join(parts)


def _targets(results: Results) -> Iterator[str]:
    barred, city = results.imports.get(BARRED), results.imports.get(REFERENCE)
    start, views = results.starts.get(REFERENCE), results.views.get(REFERENCE)
    judged, pages = results.verdicts, results.pages
    plain = results.asked(REFERENCE, ON_FOOT, Unknown.ALLOW)
    doubting = results.asked(REFERENCE, CHAIR, Unknown.PENALISE)
    rows = [
        _target("import of Porto Alegre", "s", (15,), barred and (barred.wall.median,)),
        _target("its memory", "MB", (1000,), barred and (_mb(barred.peak_mib),)),
        _target("1 million verdicts", "s", (1,), judged and (judged.judged.wall.median,)),
        _target(
            f"one profile compiled for {QUAYS:,} quays and {LINES} vehicle types",
            "ms",
            (300,),
            judged and _ms(judged.profile.wall.median),
        ),
        _target("import of a city, 0.45 million stop times (own)", "s", (0.6,), city and (city.wall.median,)),
        _target("start to first answer, warm (own)", "s", (1.1,), start and (_wall(start.runs).median,)),
        _target("memory of that answer (own)", "MB", (250,), start and (_mb(_peak(start.runs)),)),
        _target(
            "day view / profile view of a city (own)",
            "ms",
            (8, 5),
            views and _ms(views.day_s.median, views.profile_s.median),
        ),
        _target(
            "search by arrival and transfers, median / p95 (own)",
            "ms",
            (0.15, 0.3),
            plain and _ms(plain.kernel_s.median, plain.kernel_s.p95),
        ),
        _target(
            "the same and doubts, median / p95 (own; set for 4 levels, measured with 8)",
            "ms",
            (0.45, 1.1),
            doubting and _ms(doubting.kernel_s.median, doubting.kernel_s.p95),
        ),
        _target("page of results, p95 (own)", "ms", (300,), pages and _ms(pages.page_s.p95)),
    ]
    yield table(("target", "bar", "measured", "reached"), rows)


def _target(what: str, unit: str, bars: Measured, measured: Measured | None) -> tuple[str, str, str, str]:
    """Compare numbers of which each should not exceed its bar."""
    bar = f"{' / '.join(f'{value:,g}' for value in bars if value is not None)} {unit}"
    if measured is None:
        return what, bar, "not measured", "?"
    kept = [value is None or limit is None or value <= limit for value, limit in zip(measured, bars, strict=True)]
    reached = "unknown" if None in measured else "yes" if all(kept) else "**no**"
    return what, bar, f"{' / '.join(map(figures, measured))} {unit}", reached


def _ms(*seconds: float) -> Measured:
    return tuple(1000 * value for value in seconds)


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
                figures(_mb(one.peak_mib)),
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
            figures(_wall(one.runs).median),
            figures(_wall(one.runs).most),
            figures(_mb(_peak(one.runs))),
        )
        for key, one in results.starts.items()
    ]
    if results.cold is not None:
        cold = results.cold
        key = next(iter(results.starts))
        told = figures(cold.wall_s)
        rows.append((f"{results.title(key)}, nothing compiled yet", 1, told, told, figures(_mb(cold.peak_mib))))
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
        "Milliseconds, median / p95. Kernel: the compiled search alone, the shortest of three for each question. "
        "Whole: `find_itineraries` once, with the walks at both ends, the itineraries with names and verdicts, and the "
        "search for the reason where there is no answer. With `allow` the search has two criteria; with `penalise` "
        "doubts are the third, in eight levels."
    )
    yield table(
        ("network", "traveller", "unknown", "answered", "kernel", "whole", "positions scanned", "labels"),
        [
            (
                results.title(key),
                one.profile,
                one.unknown.value,
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


def _growth(results: Results) -> Iterator[str]:
    yield (
        "Median time = factor × size^exponent, fitted on the logarithms over the networks above; r² says how much of "
        "the differences that explains. Networks differ in more than size, so read it as a tendency."
    )
    rows = []
    kinds = next(iter(results.questions.values()), [])
    for kind in kinds:
        asked = {key: results.asked(key, kind.profile, kind.unknown) for key in results.questions}
        known = {key: one for key, one in asked.items() if one is not None}
        stored = [float(results.imports[key].stored) for key in known]
        calls = [float(results.views[key].calls) for key in known]
        kernel = [one.kernel_s.median for one in known.values()]
        whole = [one.whole_s.median for one in known.values()]
        fits = [fit_growth(sizes, times) for sizes in (stored, calls) for times in (kernel, whole)]
        rows.append((kind.profile, kind.unknown.value, *(_exponent(fit) for fit in fits)))
    sizes = (
        "kernel, by stop times",
        "whole, by stop times",
        "kernel, by calls of the day",
        "whole, by calls of the day",
    )
    yield table(("traveller", "unknown", *sizes), rows)


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


def _exponent(fit: Growth | None) -> str:
    return "too few networks" if fit is None else f"{fit.exponent:.2f} (r² {fit.explained:.2f})"


def _pair(spread: Spread) -> str:
    return f"{figures(round(spread.median))} / {figures(round(spread.p95))}"


def _wall(runs: Sequence[Run]) -> Spread:
    return Spread.of([run.wall_s for run in runs])


def _peak(runs: Sequence[Run]) -> float | None:
    return max((run.peak_mib for run in runs if run.peak_mib is not None), default=None)


def _mb(mib: float | None) -> float | None:
    return None if mib is None else mib * 2**20 / 1e6
